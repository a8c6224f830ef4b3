/* erase: talks, promises, appointments, visits and things that came back go with their class; their
 * days, modes and codes stood in the clear. What somebody still has of ours stays until it is back.
 */
#include "contacts/inside.h"
#include "base/planted.h"

#define GONE(text)                                                                                 \
  if (result == DB_OK) result = db_run(db, SQL(text), V(person_id))

/* What every revision of these records says of values. */
static enum db_result forget(struct db *db, const struct record_type *t, struct rows r) {
  enum db_result result = DB_OK;
  while (result == DB_OK && db_next(&r)) result = record_history_forget(db, t, row_int(&r, 0));
  db_done(&r);
  return result;
}

enum db_result contacts_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now) {
  enum db_result result = DB_OK;
  (void)now;
  if (classes & CLASS_SAFETY) {
    result = forget(db, &visit_caution_type,
                    db_rows(db, a, SQL("select id from visit_caution where person = ?1"),
                            V(person_id)));
    GONE("delete from visit_caution where person = ?1");
  }
  if (!(classes & CLASS_CONTACTS) || result != DB_OK || PLANTED == PLANTED_ERASES_KEYS_ONLY)
    return result;
  result = forget(db, &promise_type,
                  db_rows(db, a, SQL("select id from promise where person = ?1"), V(person_id)));
  if (result == DB_OK)
    result = forget(db, &contact_type,
                    db_rows(db, a, SQL("select id from contact where person = ?1"), V(person_id)));
  if (result == DB_OK)
    result = forget(db, &appointment_type,
                    db_rows(db, a, SQL("select id from appointment where person = ?1"),
                            V(person_id)));
  GONE("delete from promise where person = ?1");
  GONE("delete from contact where person = ?1");
  GONE("delete from contact_now where person_id = ?1");
  GONE("delete from drift_snooze where person_id = ?1");
  GONE("delete from calendar_feed where appointment_id in (select id from appointment where person "
       "= ?1)");
  GONE("delete from appointment_attempt where person_id = ?1");
  GONE("delete from appointment where person = ?1");
  GONE("delete from attendance where person_id = ?1");
  GONE("delete from visit where person_id = ?1");
  GONE("delete from loan where person_id = ?1 and (back_on is not null or open_key is null)");
  return result;
}
