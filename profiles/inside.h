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
/* ---- Who is supported, as sums that may be told ---- */

/* One sum of the last night. Held back: fewer than ten, or it could be worked out from others. */
struct supported_sum { struct str code; int64_t people; bool held; };
struct supported_sums { struct supported_sum *p; size_t n; };
/* kind: ward (people out of work, by their ward), way (the same by the way they came in; "" = not
 * written down), status (everyone supported; "" = nobody asked yet), all (out of work). */
struct supported_sums supported_read(struct db *db, struct arena *a, struct str kind);
day_t supported_day(struct db *db, struct arena *a); /* when they were made; DAY_NONE = never */
/* Inside a MAIN transaction; repeatable. */
enum db_result supported_make(struct db *db, struct arena *a, instant_t now);
handler profiles_need_page, profiles_doors_page;
#define PROFILES_WHO (ROLE_COMMISSIONER | ROLE_EDITOR | ROLE_MANAGER)

handler profiles_list_page, profiles_area_page, profiles_area_file;
#endif
