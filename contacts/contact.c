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
  return record_insert(db, a, &contact_type, c, by_user, now);
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

/* ---- drifting ---- */

static int median_gap(const day_t *days, size_t n) {
  int gaps[DRIFT_GAPS];
  size_t k = 0;
  for (size_t i = n; i-- > 1 && k < DRIFT_GAPS;) {
    int gap = days[i] - days[i - 1];
    size_t at = k++;
    for (; at > 0 && gaps[at - 1] > gap; at--) gaps[at] = gaps[at - 1];
    gaps[at] = gap;
  }
  if (!k) return 0;
  return k % 2 ? gaps[k / 2] : (gaps[k / 2 - 1] + gaps[k / 2] + 1) / 2;
}

struct drift contacts_drift(const struct drift_facts *f, day_t today) {
  day_t last = f->n ? f->days[f->n - 1] : f->began;
  int median = median_gap(f->days, f->n);
  struct drift d = {.expected_days = DRIFT_GAP_DAYS, .from = DRIFT_DEFAULT};
  if (f->agreed_days > 0) d.expected_days = f->agreed_days, d.from = DRIFT_AGREED;
  else if (median > 0) d.expected_days = median, d.from = DRIFT_MEDIAN;
  if (last == DAY_NONE) return d;
  d.gap_days = today - last;
  d.drifting = !f->paused && d.gap_days >= 2 * d.expected_days;
  return d;
}

struct drift contacts_drift_of(struct db *db, struct arena *a, int64_t person_id, int agreed_days,
                               day_t began, day_t today) {
  struct { day_t *p; size_t n; } days = {0};
  size_t cap = 0;
  /* Two talks on one day are one; the newest six days give the last five gaps. */
  struct rows r = db_rows(db, a,
                          SQL("select distinct on_day from contact where person = ?1 and on_day <= "
                              "?2 order by on_day desc limit ?3"),
                          V(person_id), db_day(a, today), V(DRIFT_GAPS + 1));
  while (db_next(&r)) *slice_push(a, &days, &cap) = row_day(&r, 0);
  for (size_t i = 0; i < days.n / 2; i++) {
    day_t d = days.p[i];
    days.p[i] = days.p[days.n - 1 - i], days.p[days.n - 1 - i] = d;
  }
  bool space = db_number(db, 0,
                         SQL("select count(*) from person where id = ?1 and space_until > ?2"),
                         V(person_id), db_day(a, today)) > 0;
  struct drift_facts f = {.days = days.p, .n = days.n, .agreed_days = agreed_days, .began = began,
                          .paused = space || support_is_away(db, a, person_id, today)};
  return contacts_drift(&f, today);
}

struct str contacts_drift_words(struct arena *a, int lang, const struct drift *d) {
  struct str gap = str_format(a, "%d", d->gap_days), usual = str_format(a, "%d", d->expected_days);
  switch (d->from) {
    case DRIFT_AGREED:
      return SAY(a, (enum language)lang, T("Last talk {gap} days ago; agreed every {usual}."),
                 SLOT("gap", gap), SLOT("usual", usual));
    case DRIFT_MEDIAN:
      return SAY(a, (enum language)lang, T("Last talk {gap} days ago; usually every {usual}."),
                 SLOT("gap", gap), SLOT("usual", usual));
    default: return SAY(a, (enum language)lang, T("Last talk {gap} days ago."), SLOT("gap", gap));
  }
}
