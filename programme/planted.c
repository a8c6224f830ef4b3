/* planted: one fault a build, put in between two files when linking (ld --wrap), so that a test is
 * seen to fail when the thing it holds is wrong. Nothing here is in the program. */
#include "programme/inside.h"

#if defined(PLANTED_S01) /* everybody is judged by the newest rule */
enum rules_answer __real_programme_judge(struct db *db, struct arena *a, const struct contract *c,
                                         const struct person *p, day_t on, enum language lang,
                                         struct rules_because *because);
enum rules_answer __wrap_programme_judge(struct db *db, struct arena *a, const struct contract *c,
                                         const struct person *p, day_t on, enum language lang,
                                         struct rules_because *because);
enum rules_answer __wrap_programme_judge(struct db *db, struct arena *a, const struct contract *c,
                                         const struct person *p, day_t on, enum language lang,
                                         struct rules_because *because) {
  (void)on;
  return __real_programme_judge(db, a, c, p, day_of(2026, 1, 1), lang, because);
}
#elif defined(PLANTED_S18) /* everything is said to fit */
enum rules_answer __wrap_programme_judge(struct db *db, struct arena *a, const struct contract *c,
                                         const struct person *p, day_t on, enum language lang,
                                         struct rules_because *because);
enum rules_answer __wrap_programme_judge(struct db *db, struct arena *a, const struct contract *c,
                                         const struct person *p, day_t on, enum language lang,
                                         struct rules_because *because) {
  (void)db, (void)a, (void)c, (void)p, (void)on, (void)lang;
  if (because) *because = (struct rules_because){.answer = RULES_YES};
  return RULES_YES;
}
#elif defined(PLANTED_S21) ||                                                                      \
    defined(PLANTED_S43) /* whatever is declared is sent, told or not, to all */
bool __wrap_programme_was_told(struct str told, struct str funder, struct str field);
bool __wrap_programme_was_told(struct str told, struct str funder, struct str field) {
  (void)told, (void)funder;
#if defined(PLANTED_S21)
  return !str_eq(field, S("joining.started_on")); /* a field goes missing */
#else
  (void)field;
  return true;
#endif
}
#elif defined(PLANTED_S54)          /* a contract keeps nothing after the last day */
enum db_result __wrap_people_keep(struct db *db, struct arena *a, const struct duty *d,
                                  instant_t now);
enum db_result __wrap_people_keep(struct db *db, struct arena *a, const struct duty *d,
                                  instant_t now) {
  (void)db, (void)a, (void)d, (void)now;
  return DB_OK;
}
#elif defined(PLANTED_S15)          /* nothing is too few to be told */
struct share_told __wrap_share_of(int64_t part, int64_t of);
struct share_told __wrap_share_of(int64_t part, int64_t of) {
  return (struct share_told){.percent = of ? part * 100 / of : 0, .of = of};
}
#elif defined(PLANTED_answers)      /* every table is told whole */
struct table_told __wrap_table_told(const int64_t *counts, size_t n, struct cell_told *out);
struct table_told __wrap_table_told(const int64_t *counts, size_t n, struct cell_told *out) {
  int64_t total = 0;
  for (size_t i = 0; i < n; i++) out[i] = (struct cell_told){false, counts[i]}, total += counts[i];
  return (struct table_told){false, total};
}
#elif defined(PLANTED_what)         /* the hashes are not looked at */
bool __wrap_signing_unaltered(struct arena *a, const struct signing *s);
bool __wrap_signing_unaltered(struct arena *a, const struct signing *s) {
  (void)a, (void)s;
  return true;
}
#elif defined(PLANTED_an_outcome)   /* anything shows it, whatever the contract takes */
enum outcome_standing __wrap_outcome_standing_of(const struct contract_outcome *asks,
                                                 int64_t outcome_id, const struct evidences *all);
enum outcome_standing __wrap_outcome_standing_of(const struct contract_outcome *asks,
                                                 int64_t outcome_id, const struct evidences *all) {
  (void)asks, (void)outcome_id;
  return all->n ? OUTCOME_SHOWN : OUTCOME_NOT_SHOWN;
}
#elif defined(PLANTED_an_exception) /* anybody signs an exception */
enum db_result __real_programme_prove(struct db *db, struct arena *a, const struct actor *by,
                                      const struct joining *j, const struct proof_fact *f,
                                      bool none_above, instant_t now, struct why *why);
enum db_result __wrap_programme_prove(struct db *db, struct arena *a, const struct actor *by,
                                      const struct joining *j, const struct proof_fact *f,
                                      bool none_above, instant_t now, struct why *why);
enum db_result __wrap_programme_prove(struct db *db, struct arena *a, const struct actor *by,
                                      const struct joining *j, const struct proof_fact *f,
                                      bool none_above, instant_t now, struct why *why) {
  struct actor manager = *by;
  manager.roles |= ROLE_MANAGER;
  return __real_programme_prove(db, a, &manager, j, f, none_above, now, why);
}
#endif
