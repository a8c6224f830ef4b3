/* planted: one fault a build, put between two files when linking (ld --wrap), so that a scenario's
 * test is seen to fail when the thing it holds is wrong. Nothing here is in the program. */
#include "safeguarding/inside.h"

#if defined(PLANTED_S61) /* whoever is away is told, and nobody else */
bool __wrap_is_away(struct db *db, struct arena *a, int64_t user_id, day_t today);
bool __wrap_is_away(struct db *db, struct arena *a, int64_t user_id, day_t today) {
  (void)db, (void)a, (void)user_id, (void)today;
  return false;
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
