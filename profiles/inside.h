/* inside: what the files of profiles/ share. */
#ifndef WAYMARK_PROFILES_INSIDE_H
#define WAYMARK_PROFILES_INSIDE_H
#include "profiles/profiles.h"
#include "words/words.h"

#define SAID(rq, english) words_of((enum language)(rq)->lang, T(english))

bool profiles_init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                   struct why *why);
bool profiles_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
bool unit_read(struct str word, enum indicator_unit *out);
handler profiles_list_page, profiles_area_page, profiles_area_file;
#endif
