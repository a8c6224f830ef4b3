/* planted: one fault a build, put in between two folders when linking (ld --wrap), so that each
 * test is seen to fail when the thing it holds is wrong. Nothing here is in the program. */
#include "journeys/journeys.h"
#include "permission/permission.h"

#if defined(PLANTED_S64) /* nobody is told that trains are missing */
struct str __wrap_journeys_note(enum language lang);
struct str __wrap_journeys_note(enum language lang) {
  (void)lang;
  return (struct str){0};
}
#elif defined(PLANTED_a_private) /* a private address is taken for a public one */
bool __wrap_journeys_place_of(const struct offer *o, struct spot from, struct spot *out);
bool __wrap_journeys_place_of(const struct offer *o, struct spot from, struct spot *out) {
  (void)from;
  *out = (struct spot){54.5, 2};
  return o->places.n > 0;
}
#elif defined(PLANTED_minutes)   /* five minutes too few */
int __real_minutes_to(const struct minutes *m, struct spot to);
int __wrap_minutes_to(const struct minutes *m, struct spot to);
int __wrap_minutes_to(const struct minutes *m, struct spot to) {
  int n = __real_minutes_to(m, to);
  return n > 5 ? n - 5 : n;
}
#elif defined(PLANTED_who_hides) /* somebody who hides is taken for anybody */
bool __wrap_permission_is_restricted(struct db *db, int64_t person_id);
bool __wrap_permission_is_restricted(struct db *db, int64_t person_id) {
  (void)db, (void)person_id;
  return false;
}
#endif
