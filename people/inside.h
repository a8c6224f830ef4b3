/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_PEOPLE_INSIDE_H
#define WAYMARK_PEOPLE_INSIDE_H
#include "people/part.h"
/* Loads as much of a person as the sight allows; a restricted person's sealed identity is opened
 * with it. */
bool people_read(struct db *db, struct arena *a, int64_t id, struct sight sight,
                 struct person *out);
/* restricted.c */
enum db_result restricted_keep(struct db *db, struct arena *a, const struct person *p,
                               instant_t now);
bool restricted_open(struct db *db, struct arena *a, uint32_t classes, struct person *p);
void restricted_only(
    struct person *p,
    bool sealed_fields); /* clears the others: the clear ones, or the sealed ones */
struct str people_safe_words(struct request *rq, const struct person *p);
handler people_list_page, people_list_api, people_person_page, people_person_api, people_new_page,
    people_new_post;
bool people_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                 struct why *why);
#endif
