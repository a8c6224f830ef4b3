/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_PEOPLE_INSIDE_H
#define WAYMARK_PEOPLE_INSIDE_H
#include "people/people.h"
void people_sealing(void); /* gives record the keys; once per process, before any sealed field is read or written */
struct str people_safe_words(struct request *rq, const struct person *p);
handler people_list_page, people_list_api, people_person_page, people_person_api, people_new_page, people_new_post;
bool people_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p, struct why *why);
#endif
