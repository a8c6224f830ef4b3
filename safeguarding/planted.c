/* planted: one fault a build, put between two files when linking (ld --wrap), so that a scenario's
 * test is seen to fail when the thing it holds is wrong. Nothing here is in the program. */
#include "safeguarding/inside.h"

#if defined(PLANTED_S61) /* whoever is away is told like anyone, so the deputy is not */
struct holders __real_safeguarding_holders(struct db *db, struct arena *a, int64_t organisation_id,
                                   const char *post, int64_t person_id, day_t today, bool all);
struct holders __wrap_safeguarding_holders(struct db *db, struct arena *a, int64_t organisation_id,
                                   const char *post, int64_t person_id, day_t today, bool all);
struct holders __wrap_safeguarding_holders(struct db *db, struct arena *a, int64_t organisation_id,
                                   const char *post, int64_t person_id, day_t today, bool all) {
  (void)all;
  return __real_safeguarding_holders(db, a, organisation_id, post, person_id, today, true);
}
#elif defined(PLANTED_S62) /* no words ask for a person */
enum prompt __wrap_safeguarding_prompt_for(struct arena *a, struct str text);
enum prompt __wrap_safeguarding_prompt_for(struct arena *a, struct str text) {
  (void)a, (void)text;
  return PROMPT_NONE;
}
#elif defined(PLANTED_only_named) /* anyone of the organisation reads a concern */
bool __wrap_concern_reader(struct db *db, struct arena *a, const struct concern *c,
                           const struct actor *who, day_t today);
bool __wrap_concern_reader(struct db *db, struct arena *a, const struct concern *c,
                           const struct actor *who, day_t today) {
  (void)db, (void)a, (void)today;
  return who->organisation_id == c->organisation_id;
}
#endif
