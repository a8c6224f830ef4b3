/* erase: talks, promises, appointments, visits and things that came back go with their class; their
 * days, modes and codes stood in the clear. What somebody still has of ours stays until it is back.
 */
#include "contacts/inside.h"
#include "base/planted.h"

#define GONE(text)                                                                                 \
  if (result == DB_OK) result = db_run(db, SQL(text), V(person_id))

enum db_result contacts_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now) {
  enum db_result result = DB_OK;
  (void)a, (void)now;
  if (classes & CLASS_SAFETY) {
    result = RECORD_HISTORY_FORGET(db, "visit_caution", person_id);
    GONE("delete from visit_caution where person = ?1");
  }
  if (!(classes & CLASS_CONTACTS) || result != DB_OK || PLANTED == PLANTED_ERASES_KEYS_ONLY)
    return result;
  result = RECORD_HISTORY_FORGET(db, "promise", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "contact", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "appointment", person_id);
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
