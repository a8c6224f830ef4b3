/* household: a named support group. Answers are kept, the newest counts, and a "no" looks to
 * everyone else like a question never asked (PRACTICE 4). */
#include "people/inside.h"

enum db_result people_household_add(struct db *db, struct arena *a, struct str name,
                                    int64_t by_user, instant_t now, int64_t *household_id) {
  *household_id = db_insert(
      db,
      SQL("insert into household (public_id, name, made_by, made_at) values (?1, ?2, ?3, ?4) "
          "returning id"),
      db_uuid(a, uuid_v4()), V(name), V(by_user), db_instant(a, now));
  return *household_id ? DB_OK : DB_FAILED;
}

enum db_result people_household_ask(struct db *db, struct arena *a, int64_t household_id,
                                    int64_t person_id, const char *answer, int64_t asked_by,
                                    instant_t now) {
  return db_run(
      db,
      SQL("insert into household_answer (household_id, person_id, answer, asked_by, said_at) "
          "values (?1, ?2, ?3, ?4, ?5)"),
      V(household_id), V(person_id), V(str_of(answer)), V(asked_by), db_instant(a, now));
}
