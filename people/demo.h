/* demo: what the files that invent Seaborough's people share. */
#ifndef WAYMARK_PEOPLE_DEMO_H
#define WAYMARK_PEOPLE_DEMO_H
#include "people/inside.h"

/* The first failure stops the rest. `now` is the day of the demo; what happened earlier says when.
 */
struct demo {
  struct db *db;
  struct arena *a;
  struct rng *rng;
  instant_t now;
  enum db_result result;
};
struct str demo_pick(struct demo *d, const char *const *from, size_t n);
#define PICK(d, list) demo_pick(d, list, countof(list))
struct actor demo_actor(struct demo *d, const char *sign_in);
/* Somebody invented, as of a day: name, status, age, a telephone number kept for drama. */
struct person demo_person(struct demo *d, struct arena *a, struct str name, day_t on);
struct str demo_name(struct demo *d, struct arena *a);
void demo_strength(struct demo *d, struct arena *a, int64_t person_id, const struct actor *by,
                   day_t on);
/* demo_staff.c: organisations and workers beside those of accounts' demo, so that there are 12 and
 * 40; the sign-in names of everybody who supports people. */
void demo_staff(struct demo *d);
extern const char *const demo_supporters[];
extern const size_t demo_supporters_n;
/* demo_many.c: n people over the last three years, with what changed of them since. */
void demo_many(struct demo *d, size_t n, struct progress *p);
#endif
