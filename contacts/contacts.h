/* contacts: what happens between people: conversations, promises, appointments, sessions, visits
 * and things lent.
 *
 * A contact takes seconds to keep and is never lost. A promise has a day and somebody who made it.
 * An appointment is a chain of attempts: "did not happen: the bus" is a fact about a bus, never a
 * mark against a person. Drop-in visits are counted without any personal data. What is told to a
 * calendar has a neutral title and no name. */
#ifndef WAYMARK_CONTACTS_H
#define WAYMARK_CONTACTS_H
#include "support/support.h"

struct contact {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "contacts/contact.def"
};
struct promise {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "contacts/promise.def"
};
struct appointment {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "contacts/appointment.def"
};
struct visit_caution {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "contacts/visit_caution.def"
};
struct group_session {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "contacts/group_session.def"
};
struct outreach_stop {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "contacts/outreach_stop.def"
};
struct asset {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "contacts/asset.def"
};
extern const struct record_type contact_type, promise_type, appointment_type, visit_caution_type,
    group_session_type, outreach_stop_type, asset_type;

/* ---- conversations and promises ---- */

/* Keeps a contact. A public id given by who made it (a telephone without signal) makes it
 * idempotent: kept already, *again is true and nothing changes. Inside a MAIN transaction. */
enum db_result contacts_add(struct db *db, struct arena *a, struct contact *c, int64_t by_user,
                            instant_t now, bool *again);
/* Takes back a contact that was added by mistake (an import undone), with its history. DB_CONFLICT:
 * somebody changed it, or something hangs on it; it stays. */
enum db_result contacts_unkeep(struct db *db, struct arena *a, int64_t contact_id, int64_t by_user,
                               instant_t now);
enum db_result contacts_promise(struct db *db, struct arena *a, struct promise *p, int64_t by_user,
                                instant_t now);
/* Day of the last contact kept; DAY_NONE = none. */
day_t contacts_last(struct db *db, struct arena *a, int64_t person_id);
/* The same for each of people, one statement. */
void contacts_lasts(struct db *db, struct arena *a, const int64_t *people, size_t n, day_t *out);

/* For Today: promises of a worker not yet kept or let go, due up to a day, soonest first. The words
 * are opened; the caller asks permission about each person and names them to the audit. */
struct promise_due { int64_t promise_id, person_id; struct str words, who; day_t by; };
struct promises_due { struct promise_due *p; size_t n; };
struct promises_due contacts_promises_due(struct db *db, struct arena *a, int64_t user_id,
                                          day_t upto, int limit);
/* Coded interventions of a person between two days, for schemes. */
struct intervention { day_t on; struct str code, mode; int64_t minutes, contact_id; };
struct interventions { struct intervention *p; size_t n; };
struct interventions contacts_interventions(struct db *db, struct arena *a, int64_t person_id,
                                            day_t from, day_t to);

/* ---- drifting (PRACTICE 14) ---- */

/* Pure. The expected gap is the rhythm agreed, else the median of the last five gaps, else 14 days;
 * drifting from twice that on, never while paused (asked for space, hospital, custody, leave,
 * snoozed). days: of contacts, oldest first. */
enum { DRIFT_GAP_DAYS = 14, DRIFT_GAPS = 5 };
struct drift_facts {
  const day_t *days;
  size_t n;
  int agreed_days;     /* 0 = none agreed */
  day_t began;         /* counts as a first contact when there was none; DAY_NONE = not known */
  bool paused;
};
enum drift_from { DRIFT_AGREED, DRIFT_MEDIAN, DRIFT_DEFAULT };
struct drift {
  bool drifting;
  int gap_days;        /* since the last contact */
  int expected_days;
  enum drift_from from;
};
struct drift contacts_drift(const struct drift_facts *f, day_t today);
/* The same from the database, for one person, hidden or not. began counts as a first contact. */
struct drift contacts_drift_of(struct db *db, struct arena *a, int64_t person_id, day_t began,
                               day_t today);
/* For a list: one drift for each of people (none of whom hides: those come out as not drifting), in
 * two statements, from the projection. */
void contacts_drifts(struct db *db, struct arena *a, const int64_t *people, size_t n, day_t today,
                     struct drift *out);
/* Renews the projection of one person; whatever writes or changes a contact calls it. */
enum db_result contacts_now_write(struct db *db, struct arena *a, int64_t person_id);
/* A worker says why somebody is left in peace until a day; it ends by itself (PRACTICE 14). */
enum { SNOOZE_DAYS_MAX = 92, SNOOZE_REASON_MAX = 200 };
struct snooze {
  int64_t person_id;
  day_t from, to;
  struct str reason;
};
enum db_result contacts_snooze(struct db *db, struct arena *a, const struct snooze *s,
                               int64_t by_user, instant_t now);
bool contacts_snoozed(struct db *db, struct arena *a, int64_t person_id, day_t today,
                      struct snooze *out);
enum db_result contacts_snooze_end(struct db *db, struct arena *a, int64_t person_id, day_t today);
/* The one line: "Last talk 31 days ago; usually every 12." */
struct str contacts_drift_words(struct arena *a, int lang, const struct drift *d);

/* ---- appointments ---- */

struct attempt {
  int64_t id, number, minutes;
  day_t on;
  int minute;          /* after local midnight */
  struct str zone, end, why;
};
struct attempts { struct attempt *p; size_t n; };
enum appointment_state { APPOINTMENT_TO_COME, APPOINTMENT_HAPPENED, APPOINTMENT_NOT_YET,
                         APPOINTMENT_CALLED_OFF };
/* Pure: how a chain stands. NOT_YET: the last attempt did not happen and no other is agreed. */
enum appointment_state contacts_appointment_state(const struct attempt *p, size_t n);
struct attempts contacts_attempts(struct db *db, struct arena *a, int64_t appointment_id);
/* Sets the first attempt too. DB_CONFLICT: this interpreter is not used for this appointment; the
 * sentence to show is the same whatever the reason (PRACTICE 7). Inside a MAIN transaction. */
enum db_result contacts_book(struct db *db, struct arena *a, struct appointment *p,
                             const struct attempt *first, int64_t by_user, instant_t now);
/* The next that is still to come from this day; false: none. */
struct next_appointment { int64_t appointment_id; struct uuid public_id; day_t on; int minute; };
bool contacts_next(struct db *db, struct arena *a, int64_t person_id, day_t from,
                   struct next_appointment *out);
/* For Today: what is agreed with these people on the day and still to come, by time. One statement.
 */
struct appointment_on {
  int64_t person_id;
  int minute;
};
struct appointments_on {
  struct appointment_on *p;
  size_t n;
};
struct appointments_on contacts_on(struct db *db, struct arena *a, const int64_t *people, size_t n,
                                   day_t day);
/* For a list: the day and time of the next that is still to come from this day, one for each of
 * people (day DAY_NONE: none is agreed). One statement. */
struct appointment_next {
  day_t on;
  int minute;
};
void contacts_nexts(struct db *db, struct arena *a, const int64_t *people, size_t n, day_t from,
                    struct appointment_next *out);
/* Those to come as they stand on the person's own page: of the teams named for it, without what is
 * kept off. */
struct own_appointment {
  struct uuid id;
  int64_t appointment_id, number, minutes, worker_id, team_id, organisation_id;
  day_t on;
  int minute;
  struct str kind, mode, place, needs, with, organisation;
};
struct own_appointments { struct own_appointment *p; size_t n; };
struct own_appointments contacts_own_appointments(struct db *db, struct arena *a,
                                                  const struct own_scope *scope, day_t from);
/* Notes of talks that were put on their page one by one. */
struct own_note { struct uuid id; struct str id_text, words; day_t on; struct str mode; };
struct own_notes { struct own_note *p; size_t n; };
/* Notes of this actor's reading that could be put there, newest first: their own team's. */
struct own_notes contacts_notes_to_offer(struct db *db, struct arena *a, const struct actor *actor,
                                         int64_t person_id, int64_t limit);
struct own_notes contacts_own_notes(struct db *db, struct arena *a, const struct own_scope *scope);
/* May somebody they know interpret? Never where anything says there may be a danger, nor where the
 * talk is about health, money or the plan: so that a "no" says nothing. */
bool contacts_known_interpreter(bool safety_flag, struct str kind);

/* iCalendar (RFC 5545): an event with a neutral title, local time with its zone; no name, no place.
 */
struct calendar_event { struct str uid; day_t on; int minute; int64_t minutes; };
void contacts_calendar(struct arena *a, const struct calendar_event *p, size_t n, struct str title,
                       instant_t now, struct buf *out);

/* ---- things lent ---- */

/* Lends a thing or gives one of a store. DB_CONFLICT: it is out, out of use, or the store is empty:
 * never below zero, whoever else is asking at the same moment. due DAY_NONE: given. */
struct lending { int64_t asset_id, person_id; day_t out, due; struct str came_by; };
enum db_result contacts_lend(struct db *db, struct arena *a, const struct lending *l,
                             int64_t by_user, int64_t *loan_id);
/* DB_NONE: it is not out with them. */
enum db_result contacts_take_back(struct db *db, struct arena *a, int64_t person_id,
                                  struct uuid loan, struct str how_it_is, int64_t by_user,
                                  day_t on);
enum db_result contacts_stock(struct db *db, struct arena *a, int64_t asset_id, int64_t change,
                              struct str why, int64_t by_user, day_t on);
struct loan_out { struct uuid public_id; int64_t asset_id; struct str name, tag; day_t out, due; };
struct loans_out { struct loan_out *p; size_t n; };
struct loans_out contacts_loans(struct db *db, struct arena *a, int64_t person_id);

/* ---- visits ---- */

enum visit_state { VISIT_PLANNED, VISIT_IN, VISIT_OUT, VISIT_ASK_BUDDY, VISIT_ASK_MANAGER };
enum { VISIT_GRACE_MINUTES = 10, VISIT_MANAGER_MINUTES = 30 };
/* Pure: past the expected end by ten minutes the buddy is asked, by thirty the manager. */
enum visit_state contacts_visit_state(instant_t in, instant_t out, instant_t expected_end,
                                      instant_t now);
/* For Today: how many visits this user is asked about now, as buddy or as manager of the team. */
size_t contacts_visits_asked(struct db *db, struct arena *a, const struct actor *actor,
                             instant_t now);

/* Days between what happened and when it was written down, of a team's contacts from a day on: how
 * many talks of that day were written that many days later. Counts only. */
struct key_delay {
  day_t on;
  int days;
  int64_t n;
};
struct key_delays {
  struct key_delay *p;
  size_t n;
};
struct key_delays contacts_key_delays(struct db *db, struct arena *a, int64_t team_id, day_t from);

/* ---- counts ---- */

/* Adds to a day's count; no personal data (S36). */
enum db_result contacts_drop_in(struct db *db, struct arena *a, int64_t team_id, struct str site,
                                day_t on, struct str kind, int64_t n);
extern const struct domain contacts_domain;
#endif
