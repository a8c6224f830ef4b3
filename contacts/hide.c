/* hide: of talks, promises, times, visits and things that came back the days and codes are veiled
 * once they are over; the day of the last talk stands in no list. */
#include "contacts/inside.h"

#define WHOSE "person = ?1"
#define KEPT "person = ?1 and (kept_on is not null or let_go_on is not null)"
#define MET                                                                                        \
  "person = ?1 and not exists (select 1 from appointment_attempt t where t.appointment_id = "      \
  "appointment.id and t.end_word is null)"
#define ENDED "person_id = ?1 and end_word is not null"
#define BACK "person_id = ?1 and out_at is not null"
#define RETURNED "person_id = ?1 and back_on is not null"

/* What every revision of these records says of values. */
static enum db_result forget_history(struct db *db, int64_t person_id) {
  enum db_result result = RECORD_HISTORY_FORGET(db, "contact", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "promise", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "appointment", person_id);
  if (result == DB_OK) result = RECORD_HISTORY_FORGET(db, "visit_caution", person_id);
  return result;
}

enum db_result contacts_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("contact", "on_day", CLASS_CONTACTS, WHOSE),
      VEIL("contact", "mode", CLASS_CONTACTS, WHOSE),
      VEIL("contact", "interventions", CLASS_CONTACTS, WHOSE),
      VEIL("contact", "kept_to", CLASS_CONTACTS, WHOSE),
      VEIL("contact", "created_at", CLASS_CONTACTS, WHOSE),
      VEIL("contact", "changed_at", CLASS_CONTACTS, WHOSE),
      VEIL("promise", "who", CLASS_CONTACTS, KEPT),
      VEIL("promise", "by_day", CLASS_CONTACTS, KEPT),
      VEIL("promise", "kept_on", CLASS_CONTACTS, KEPT),
      VEIL("promise", "let_go_on", CLASS_CONTACTS, KEPT),
      VEIL("promise", "created_at", CLASS_CONTACTS, KEPT),
      VEIL("promise", "changed_at", CLASS_CONTACTS, KEPT),
      VEIL("appointment", "kind", CLASS_CONTACTS, MET),
      VEIL("appointment", "mode", CLASS_CONTACTS, MET),
      VEIL("appointment", "needs", CLASS_CONTACTS, MET),
      VEIL("appointment", "interpreter", CLASS_CONTACTS, MET),
      VEIL("appointment", "interpreter_language", CLASS_CONTACTS, MET),
      VEIL("appointment", "interpreter_is", CLASS_CONTACTS, MET),
      VEIL("appointment", "created_at", CLASS_CONTACTS, MET),
      VEIL("appointment", "changed_at", CLASS_CONTACTS, MET),
      VEIL("appointment_attempt", "on_day", CLASS_CONTACTS, ENDED),
      VEIL("appointment_attempt", "end_word", CLASS_CONTACTS, ENDED),
      VEIL("appointment_attempt", "why", CLASS_CONTACTS, ENDED),
      VEIL("appointment_attempt", "ended_at", CLASS_CONTACTS, ENDED),
      VEIL("visit", "expected_end", CLASS_CONTACTS, BACK),
      VEIL("visit", "planned_at", CLASS_CONTACTS, BACK),
      VEIL("visit", "in_at", CLASS_CONTACTS, BACK),
      VEIL("visit", "out_at", CLASS_CONTACTS, BACK),
      VEIL("loan", "out_on", CLASS_CONTACTS, RETURNED),
      VEIL("loan", "due_on", CLASS_CONTACTS, RETURNED),
      VEIL("loan", "back_on", CLASS_CONTACTS, RETURNED),
      VEIL("loan", "came_by", CLASS_CONTACTS, RETURNED),
      VEIL("loan", "how_it_is", CLASS_CONTACTS, RETURNED),
      VEIL_KEY("session_id || ''", "attendance", "state", CLASS_CONTACTS),
      VEIL_KEY("session_id || ''", "attendance", "marked_at", CLASS_CONTACTS),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  if (result == DB_OK && veil->hides) result = forget_history(db, veil->person_id);
  return result == DB_OK ? contacts_now_write(db, a, veil->person_id) : result;
}
