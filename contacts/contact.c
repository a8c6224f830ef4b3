/* contact: the records, conversations and promises. */
#include "contacts/inside.h"

#define TABLE(c_name)                                                                              \
  static const struct field c_name##_fields[] =
TABLE(contact) {
#define FIELD(...) RECORD_ROW(struct contact, __VA_ARGS__)
#include "contacts/contact.def"
};
TABLE(promise) {
#define FIELD(...) RECORD_ROW(struct promise, __VA_ARGS__)
#include "contacts/promise.def"
};
TABLE(appointment) {
#define FIELD(...) RECORD_ROW(struct appointment, __VA_ARGS__)
#include "contacts/appointment.def"
};
TABLE(visit_caution) {
#define FIELD(...) RECORD_ROW(struct visit_caution, __VA_ARGS__)
#include "contacts/visit_caution.def"
};
TABLE(group_session) {
#define FIELD(...) RECORD_ROW(struct group_session, __VA_ARGS__)
#include "contacts/group_session.def"
};
TABLE(outreach_stop) {
#define FIELD(...) RECORD_ROW(struct outreach_stop, __VA_ARGS__)
#include "contacts/outreach_stop.def"
};
TABLE(asset) {
#define FIELD(...) RECORD_ROW(struct asset, __VA_ARGS__)
#include "contacts/asset.def"
};
const struct record_type contact_type = RECORD_TYPE(contact, "contact", "Contact", contact_fields);
const struct record_type promise_type = RECORD_TYPE(promise, "promise", "Promise", promise_fields);
const struct record_type appointment_type =
    RECORD_TYPE(appointment, "appointment", "Appointment", appointment_fields);
const struct record_type visit_caution_type =
    RECORD_TYPE(visit_caution, "visit_caution", "Visit caution", visit_caution_fields);
const struct record_type group_session_type =
    RECORD_TYPE(group_session, "group_session", "Session", group_session_fields);
const struct record_type outreach_stop_type =
    RECORD_TYPE(outreach_stop, "outreach_stop", "Outreach stop", outreach_stop_fields);
const struct record_type asset_type = RECORD_TYPE(asset, "asset", "Thing lent", asset_fields);
RECORD(contact_type);
RECORD(promise_type);
RECORD(appointment_type);
RECORD(visit_caution_type);
RECORD(group_session_type);
RECORD(outreach_stop_type);
RECORD(asset_type);

enum db_result contacts_add(struct db *db, struct arena *a, struct contact *c, int64_t by_user,
                            instant_t now, bool *again) {
  *again = !uuid_is_zero(c->public_id) &&
           db_number(db, 0,
                     SQL("select count(*) from contact where public_id = ?1 and person = ?2"),
                     db_uuid(a, c->public_id), V(c->person)) > 0;
  if (*again) return DB_OK;
  enum db_result result = record_insert(db, a, &contact_type, c, by_user, now);
  return result == DB_OK ? contacts_now_write(db, a, c->person) : result;
}

enum db_result contacts_unkeep(struct db *db, struct arena *a, int64_t contact_id, int64_t by_user,
                               instant_t now) {
  int64_t bound =
      db_number(db, 1,
                SQL("select (select count(*) from contact where id = ?1 and version > 1) + (select "
                    "count(*) from promise where contact = ?1)"),
                V(contact_id));
  if (bound) return DB_CONFLICT;
  enum db_result result = record_delete(db, a, &contact_type, contact_id, by_user, now);
  return result == DB_OK ? record_history_forget(db, &contact_type, contact_id) : result;
}

enum db_result contacts_promise(struct db *db, struct arena *a, struct promise *p, int64_t by_user,
                                instant_t now) {
  return record_insert(db, a, &promise_type, p, by_user, now);
}

day_t contacts_last(struct db *db, struct arena *a, int64_t person_id) {
  struct rows r;
  day_t last = DAY_NONE;
  if (db_one(&r, db, a, SQL("select max(on_day) from contact where person = ?1"), V(person_id))) {
    last = row_day(&r, 0);
    db_done(&r);
  }
  return last;
}

void contacts_lasts(struct db *db, struct arena *a, const int64_t *people, size_t n, day_t *out) {
  for (size_t i = 0; i < n; i++) out[i] = DAY_NONE;
  if (!n) return;
  struct rows r = db_rows(db, a,
                          SQL("select person, max(on_day) from contact where person in INTS(?1) "
                              "group by person"),
                          db_in(a, people, n));
  while (db_next(&r))
    for (size_t i = 0; i < n; i++)
      if (people[i] == row_int(&r, 0)) out[i] = row_day(&r, 1);
}

struct promises_due contacts_promises_due(struct db *db, struct arena *a, int64_t user_id,
                                          day_t upto, int limit) {
  struct promises_due out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select * from promise where worker = ?1 and kept_on is null and "
                              "let_go_on is null and by_day <= ?2 order by by_day, id limit ?3"),
                          V(user_id), db_day(a, upto), V(limit));
  while (db_next(&r)) {
    struct promise p;
    record_clear(&promise_type, &p);
    record_from_row(&promise_type, &r, &p);
    *slice_push(a, &out, &cap) =
        (struct promise_due){p.id, p.person, p.words, p.who, p.by_day};
  }
  return out;
}

struct interventions contacts_interventions(struct db *db, struct arena *a, int64_t person_id,
                                            day_t from, day_t to) {
  struct interventions out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, on_day, interventions, mode, minutes from contact where "
                              "person = ?1 and on_day >= ?2 and on_day <= ?3 and interventions is "
                              "not null order by on_day, id"),
                          V(person_id), db_day(a, from), db_day(a, to));
  while (db_next(&r)) {
    struct strs codes = str_split(a, row_text(&r, 2), ' ');
    for (size_t i = 0; i < codes.n; i++)
      *slice_push(a, &out, &cap) = (struct intervention){row_day(&r, 1), codes.p[i],
                                                         row_text(&r, 3), row_int(&r, 4),
                                                         row_int(&r, 0)};
  }
  return out;
}
