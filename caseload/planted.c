/* planted: one fault a build, put between two files when linking (ld --wrap), so that the tests are
 * seen to fail when what they hold is wrong. Nothing here is in the program. */
#include "caseload/inside.h"

#if defined(PLANTED_S32) /* whoever works here sees everyone */
struct sight __wrap_permission_sight(struct db *db, struct arena *a, const struct actor *actor,
                                     int64_t person_id, day_t on, instant_t now);
struct sight __wrap_permission_sight(struct db *db, struct arena *a, const struct actor *actor,
                                     int64_t person_id, day_t on, instant_t now) {
  (void)db, (void)a, (void)actor, (void)on, (void)now;
  return (struct sight){person_id > 0 ? 0xffff : 0, SIGHT_TEAM, DAY_NONE};
}
#elif defined(PLANTED_S48)      /* who came further is not counted at the steps before */
struct funnel __real_support_funnel(struct db *db, struct arena *a, int64_t team_id, day_t from);
struct funnel __wrap_support_funnel(struct db *db, struct arena *a, int64_t team_id, day_t from);
struct funnel __wrap_support_funnel(struct db *db, struct arena *a, int64_t team_id, day_t from) {
  struct funnel f = __real_support_funnel(db, a, team_id, from);
  for (int s = 0; s + 1 < LEARNING_STEPS; s++) f.came[s] -= f.came[s + 1];
  return f;
}
#elif defined(PLANTED_a_sample) /* the first ones, not any */
size_t __wrap_sample_draw(uint64_t seed, size_t n, size_t size, size_t *at);
size_t __wrap_sample_draw(uint64_t seed, size_t n, size_t size, size_t *at) {
  (void)seed;
  size_t taken = n < size ? n : size;
  for (size_t i = 0; i < taken; i++) at[i] = i;
  return taken;
}
#elif defined(PLANTED_a_next)   /* the condition is not asked */
struct listeds __real_worklist_read(struct request *rq, const struct person_worklist *w, int limit);
struct listeds __wrap_worklist_read(struct request *rq, const struct person_worklist *w, int limit);
struct listeds __wrap_worklist_read(struct request *rq, const struct person_worklist *w,
                                    int limit) {
  (void)w;
  return __real_worklist_read(rq, &worklist_everyone, limit);
}
#endif
