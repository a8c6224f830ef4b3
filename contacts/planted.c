/* planted: one fault a build, put in between two files when linking (ld --wrap), so that a
 * scenario's test is seen to fail when the thing it holds is wrong. Nothing here is in the program.
 */
#include "contacts/inside.h"

#if defined(PLANTED_S06) || defined(PLANTED_S39) /* every note is everyone's */
enum db_result __real_contacts_add(struct db *db, struct arena *a, struct contact *c,
                                   int64_t by_user, instant_t now, bool *again);
enum db_result __wrap_contacts_add(struct db *db, struct arena *a, struct contact *c,
                                   int64_t by_user, instant_t now, bool *again);
enum db_result __wrap_contacts_add(struct db *db, struct arena *a, struct contact *c,
                                   int64_t by_user, instant_t now, bool *again) {
  c->kept_to = S("all");
  return __real_contacts_add(db, a, c, by_user, now, again);
}
#elif defined(PLANTED_a_reminder) /* whoever has a number is written to */
bool __real_people_contact(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                           struct person *out);
bool __wrap_people_contact(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                           struct person *out);
bool __wrap_people_contact(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                           struct person *out) {
  bool found = __real_people_contact(db, a, person_id, classes, out);
  if (found && out->phone.n) out->safe_way = S("text");
  return found;
}
#elif defined(PLANTED_S16) /* what was measured before is taken for after */
enum db_result __real_support_answer(struct db *db, struct arena *a, const struct question *q,
                                     const struct answer_given *g, instant_t now);
enum db_result __wrap_support_answer(struct db *db, struct arena *a, const struct question *q,
                                     const struct answer_given *g, instant_t now);
enum db_result __wrap_support_answer(struct db *db, struct arena *a, const struct question *q,
                                     const struct answer_given *g, instant_t now) {
  struct answer_given after = *g;
  after.moment = "after";
  return __real_support_answer(db, a, q, &after, now);
}
#elif defined(PLANTED_S26) /* what is out can be lent again */
enum db_result __wrap_contacts_lend(struct db *db, struct arena *a, const struct lending *l,
                                    int64_t by_user, int64_t *loan_id);
enum db_result __wrap_contacts_lend(struct db *db, struct arena *a, const struct lending *l,
                                    int64_t by_user, int64_t *loan_id) {
  *loan_id = db_insert(db,
                       SQL("insert into loan (public_id, asset_id, person_id, out_on, due_on, "
                           "lent_by) values (?1, ?2, ?3, ?4, ?5, ?6) returning id"),
                       db_uuid(a, uuid_v4()), V(l->asset_id), V(l->person_id), db_day(a, l->out),
                       db_day(a, l->due), V(by_user));
  return *loan_id ? DB_OK : DB_FAILED;
}
#elif defined(PLANTED_S36) /* a slip of the pen doubles the day */
enum db_result __real_contacts_drop_in(struct db *db, struct arena *a, int64_t team_id,
                                       struct str site, day_t on, struct str kind, int64_t n);
enum db_result __wrap_contacts_drop_in(struct db *db, struct arena *a, int64_t team_id,
                                       struct str site, day_t on, struct str kind, int64_t n);
enum db_result __wrap_contacts_drop_in(struct db *db, struct arena *a, int64_t team_id,
                                       struct str site, day_t on, struct str kind, int64_t n) {
  return __real_contacts_drop_in(db, a, team_id, site, on, kind, 2 * n);
}
#elif defined(PLANTED_S47) /* a store may owe */
enum db_result __wrap_contacts_stock(struct db *db, struct arena *a, int64_t asset_id,
                                     int64_t change, struct str why, int64_t by_user, day_t on);
enum db_result __wrap_contacts_stock(struct db *db, struct arena *a, int64_t asset_id,
                                     int64_t change, struct str why, int64_t by_user, day_t on) {
  (void)a, (void)why, (void)by_user, (void)on;
  return db_run(db, SQL("update asset set free = free + ?2 where id = ?1"), V(asset_id),
                V(change));
}
#elif defined(PLANTED_S48) /* a stop never moves */
bool __wrap_clock_read(struct str typed, int *minute);
bool __wrap_clock_read(struct str typed, int *minute) {
  (void)typed;
  *minute = 600;
  return true;
}
#elif defined(PLANTED_the_interpreter) /* nobody is ever thought to be in danger */
bool __wrap_support_safety_flag(struct db *db, struct arena *a, int64_t person_id);
bool __wrap_support_safety_flag(struct db *db, struct arena *a, int64_t person_id) {
  (void)db, (void)a, (void)person_id;
  return false;
}
#endif
