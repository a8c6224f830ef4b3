/* appointment: a chain of attempts, who may interpret, the next one, and calendars. */
#include "contacts/inside.h"

enum appointment_state contacts_appointment_state(const struct attempt *p, size_t n) {
  if (!n) return APPOINTMENT_NOT_YET;
  struct str end = p[n - 1].end;
  if (!end.n) return APPOINTMENT_TO_COME;
  if (str_eq(end, S("happened"))) return APPOINTMENT_HAPPENED;
  return str_eq(end, S("called_off")) ? APPOINTMENT_CALLED_OFF : APPOINTMENT_NOT_YET;
}

struct attempts contacts_attempts(struct db *db, struct arena *a, int64_t appointment_id) {
  struct attempts out = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(db, a,
              SQL("select id, number, on_day, minute, minutes, zone, end_word, why from "
                  "appointment_attempt where appointment_id = ?1 order by number"),
              V(appointment_id));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct attempt){.id = row_int(&r, 0), .number = row_int(&r, 1),
                                                  .on = row_day(&r, 2),
                                                  .minute = (int)row_int(&r, 3),
                                                  .minutes = row_int(&r, 4),
                                                  .zone = row_text(&r, 5), .end = row_text(&r, 6),
                                                  .why = row_text(&r, 7)};
  return out;
}

bool contacts_known_interpreter(bool safety_flag, struct str kind) {
  bool trained_only = str_eq(kind, S("health")) || str_eq(kind, S("money")) ||
                      str_eq(kind, S("plan"));
  return !safety_flag && !trained_only;
}

static enum db_result add_attempt(struct db *db, struct arena *a, const struct appointment *p,
                                  const struct attempt *t, int64_t number, instant_t now) {
  int64_t id = db_insert(
      db,
      SQL("insert into appointment_attempt (appointment_id, person_id, worker_id, number, "
          "on_day, minute, zone, minutes) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id"),
      V(p->id), V(p->person), V(p->worker), V(number), db_day(a, t->on), V((int64_t)t->minute),
      V(t->zone.n ? t->zone : S("Europe/London")), V(t->minutes ? t->minutes : 60));
  return id ? appointment_remind(db, a, p, id, t, now) : DB_FAILED;
}

enum db_result contacts_book(struct db *db, struct arena *a, struct appointment *p,
                             const struct attempt *first, int64_t by_user, instant_t now) {
  if (str_eq(p->interpreter_is, S("known")) &&
      !contacts_known_interpreter(support_safety_flag(db, a, p->person), p->kind))
    return DB_CONFLICT;
  enum db_result result = record_insert(db, a, &appointment_type, p, by_user, now);
  return result == DB_OK ? add_attempt(db, a, p, first, 1, now) : result;
}

/* Another time, after one that was not. */
enum db_result appointment_again(struct db *db, struct arena *a, const struct appointment *p,
                                 const struct attempt *t, instant_t now) {
  struct attempts all = contacts_attempts(db, a, p->id);
  if (contacts_appointment_state(all.p, all.n) != APPOINTMENT_NOT_YET) return DB_CONFLICT;
  return add_attempt(db, a, p, t, (int64_t)all.n + 1, now);
}

enum db_result appointment_end(struct db *db, struct arena *a, const struct appointment *p,
                               int64_t number, struct str end, struct str why, int64_t by_user,
                               instant_t now) {
  enum db_result result = db_run(
      db,
      SQL("update appointment_attempt set end_word = ?3, why = ?4, ended_by = ?5, ended_at = "
          "?6 where appointment_id = ?1 and number = ?2 and end_word is null"),
      V(p->id), V(number), V(end), db_text_or_null(why), V(by_user), db_instant(a, now));
  if (result == DB_OK && db_changes(db) == 0) return DB_CONFLICT;
  struct attempts all = contacts_attempts(db, a, p->id);
  for (size_t i = 0; i < all.n && result == DB_OK; i++)
    if (all.p[i].number == number) result = appointment_hush(db, a, all.p[i].id, now);
  return result;
}

bool contacts_next(struct db *db, struct arena *a, int64_t person_id, day_t from,
                   struct next_appointment *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("/* by key */ "
                  "select p.id, p.public_id, t.on_day, t.minute from appointment_attempt t join "
                  "appointment p on p.id = t.appointment_id where t.person_id = ?1 and t.on_day >= "
                  "?2 and t.end_word is null order by t.on_day, t.minute, t.id limit 1"),
              V(person_id), db_day(a, from)))
    return false;
  *out = (struct next_appointment){row_int(&r, 0), row_uuid(&r, 1), row_day(&r, 2),
                                   (int)row_int(&r, 3)};
  db_done(&r);
  return true;
}

void contacts_nexts(struct db *db, struct arena *a, const int64_t *people, size_t n, day_t from,
                    struct appointment_next *out) {
  for (size_t i = 0; i < n; i++) out[i] = (struct appointment_next){.on = DAY_NONE};
  if (!n) return;
  struct rows r =
      db_rows(db, a,
              SQL("select person_id, on_day, minute from appointment_attempt where person_id in "
                  "INTS(?1) and on_day >= ?2 and end_word is null order by on_day, minute, id"),
              db_in(a, people, n), db_day(a, from));
  while (db_next(&r))
    for (size_t i = 0; i < n; i++)
      if (people[i] == row_int(&r, 0) && out[i].on == DAY_NONE)
        out[i] = (struct appointment_next){row_day(&r, 1), (int)row_int(&r, 2)};
}

struct appointments_on contacts_on(struct db *db, struct arena *a, const int64_t *people, size_t n,
                                   day_t day) {
  struct appointments_on out = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(db, a,
              SQL("select person_id, minute from appointment_attempt where person_id "
                  "in INTS(?1) and on_day = ?2 and end_word is null order by minute, id"),
              db_in(a, people, n), db_day(a, day));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct appointment_on){row_int(&r, 0), (int)row_int(&r, 1)};
  return out;
}

/* ---- calendars (RFC 5545) ---- */

/* The time zone as the Summer Time Order 2002 has it: last Sundays of March and October, 01:00 UTC.
 */
static const char zone_text[] =
    "BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T010000\r\n"
    "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:BST\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\n"
    "DTSTART:19961027T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nTZNAME:GMT\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

/* Text of a property: comma, semicolon, backslash and line ends escaped (section 3.3.11). */
static void put_escaped(struct buf *out, struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '\n') buf_put(out, S("\\n"));
    else if (s.p[i] != '\r') {
      if (s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '\\') buf_byte(out, '\\');
      buf_byte(out, s.p[i]);
    }
  }
}

static void put_event(struct arena *a, const struct calendar_event *e, struct str title,
                      instant_t now, struct buf *out) {
  struct ymd d = day_ymd(e->on);
  struct local stamp = {(day_t)(now / 86400000000ll), (int)(now / 60000000 % 1440)};
  struct ymd s = day_ymd(stamp.day);
  int64_t end = e->minute + (e->minutes > 0 ? e->minutes : 60);
  struct ymd last = day_ymd(e->on + (day_t)(end / 1440));
  buf_format(out, "BEGIN:VEVENT\r\nUID:%.*s\r\n", P(e->uid));
  buf_format(out, "DTSTAMP:%04d%02d%02dT%02d%02d00Z\r\n", s.year, s.month, s.day,
             stamp.minute / 60, stamp.minute % 60);
  buf_format(out, "DTSTART;TZID=Europe/London:%04d%02d%02dT%02d%02d00\r\n", d.year, d.month, d.day,
             e->minute / 60, e->minute % 60);
  buf_format(out, "DTEND;TZID=Europe/London:%04d%02d%02dT%02d%02d00\r\nSUMMARY:", last.year,
             last.month, last.day, (int)(end % 1440 / 60), (int)(end % 60));
  put_escaped(out, str_copy(a, title));
  buf_put(out, S("\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\n"));
}

void contacts_calendar(struct arena *a, const struct calendar_event *p, size_t n, struct str title,
                       instant_t now, struct buf *out) {
  buf_put(out, S("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Waymark//Calendar//EN\r\n"
                 "CALSCALE:GREGORIAN\r\nMETHOD:PUBLISH\r\n"));
  buf_put(out, str_of(zone_text));
  for (size_t i = 0; i < n; i++) put_event(a, &p[i], title, now, out);
  buf_put(out, S("END:VCALENDAR\r\n"));
}
