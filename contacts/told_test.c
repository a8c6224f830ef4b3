/* What somebody is told, and when they are left in peace: through pages and jobs, on both
 * databases.
 */
#include <stdio.h>
#include "accounts/testing.h"
#include "contacts/contacts.h"
#include "db/seal.h"
#include "db/testing.h"
#include "messages/messages.h"
#include "people/part.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, messages_migrations, support_migrations, contacts_migrations;
static const struct domain *const domains[] = {
    &web_domain,      &accounts_domain, &permission_domain, &people_domain,
    &messages_domain, &support_domain,  &contacts_domain};

struct place {
  struct db_test *t;
  struct client c;
  struct actor amina;
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  seal_forget(); /* keys of the test before are of another place */
  people_sealing();
  people_parts_use(domains, countof(domains));
  int64_t north =
      test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "team", p.c.now);
  p.amina = test_user(t->db, t->arena, north, "north 1", ROLE_KEY_WORKER, "", p.c.now);
  client_as(&p.c, p.amina);
  return p;
}

static struct person add(struct place *p, const char *name) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(name), person.safe_way = S("phone"), person.phone = S("07700 900123");
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, &p->amina, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

static const char *path_of(struct place *p, const struct person *person, const char *rest) {
  struct str id = uuid_str(p->t->arena, person->public_id);
  return str_c(p->t->arena, str_format(p->t->arena, "/people/%.*s%s", P(id), rest));
}
static void see(struct place *p, const struct person *person, const char *rest) {
  get(&p->c, path_of(p, person, rest));
}
static void send(struct place *p, const struct person *person, const char *rest, const char *form) {
  post(&p->c, path_of(p, person, rest), form);
}
#define SAYS(p, words) assert_true(client_says(&(p).c, words))

/* ---- what is said about an appointment goes the safe way or not at all ---- */

static instant_t the_time;
static instant_t test_clock(void) { return the_time; }
static void run_jobs(struct place *p) {
  const struct job_kind kinds[] = {contacts_domain.jobs[0], messages_domain.jobs[0]};
  the_time = p->c.now;
  job_loop(&(struct job_loop){.db = p->t->db,
                              .lane = LANE_SOON,
                              .kinds = kinds,
                              .n_kinds = countof(kinds),
                              .clock = test_clock,
                              .until_empty = true});
}

struct reach {
  const char *way, *phone, *note;
  bool limited, hears;
};

static struct person somebody(struct place *p, const struct reach *r) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = S("Ada Thrift"), person.safe_way = str_of(r->way);
  person.phone = str_of(r->phone), person.safe_note = str_of(r->note);
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, &p->amina, &person, p->c.now);
  if (r->limited)
    db_run(p->t->db,
           SQL("insert into use_limit (person_id, classes, since, made_by) values (?1, "
               "?2, '2026-01-01', 1)"),
           V(person.id), V((int64_t)CLASS_CONTACT));
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

static int64_t left_to(struct place *p, const struct person *who) {
  return db_number(
      p->t->db, -1,
      SQL("select count(*) from message where person_id = ?1 and direction = 'out' and "
          "sent_at is not null"),
      V(who->id));
}

/* Everybody is agreed a time with and asked for a reminder; who hears what is the send path's to
 * say. */
static void a_reminder_goes_the_safe_way_or_not_at_all(struct db_test *t) {
  static const struct reach all[] = {
      {"text", "07700 900123", "", false, true},
      {"text", "07700 900123", "Only neutral words", false, true},
      {"text", "07700 900123", "", true, false}, /* kept, not to be used */
      {"phone", "07700 900123", "", false, false},
      {"post", "07700 900123", "", false, false},
      {"in_person", "07700 900123", "", false, false},
      {"through_worker", "07700 900123", "", false, false},
      {"none", "07700 900123", "", false, false}};
  struct place p = place_of(t);
  struct person who[countof(all)];
  p.c.now = local_uk_instant(day_of(2026, 6, 1), 9 * 60);
  struct ymd d = day_ymd(day_of(2026, 6, 4));
  char form[200], rest[120];
  snprintf(form, sizeof form, "kind=talk&mode=in_person&remind=yes&on_day=%d/%d/%d&clock=14:00",
           d.day, d.month, d.year);
  for (size_t i = 0; i < countof(all); i++) {
    who[i] = somebody(&p, &all[i]);
    send(&p, &who[i], "/appointments/new", form);
    assert_int_equal(p.c.status, 303);
  }
  run_jobs(&p);
  for (size_t i = 0; i < countof(all); i++) assert_int_equal(left_to(&p, &who[i]), 0);
  p.c.now = local_uk_instant(day_of(2026, 6, 3), 10 * 60 + 1);
  run_jobs(&p);
  run_jobs(&p);
  for (size_t i = 0; i < countof(all); i++)
    if (left_to(&p, &who[i]) != all[i].hears) fail_msg("%s: %zu", all[i].way, i);
  for (size_t i = 0; i < countof(all); i++) { /* and that it is off, by a press */
    struct next_appointment next;
    contacts_next(t->db, t->arena, who[i].id, day_of(2026, 6, 3), &next);
    struct str id = uuid_str(t->arena, next.public_id);
    snprintf(rest, sizeof rest, "/appointments/%.*s/end", P(id));
    send(&p, &who[i], rest, "end=called_off");
    snprintf(rest, sizeof rest, "/appointments/%.*s", P(id));
    see(&p, &who[i], rest);
    assert_int_equal(client_says(&p.c, "Send exactly these words"), all[i].hears);
    snprintf(rest, sizeof rest, "/appointments/%.*s/tell", P(id));
    send(&p, &who[i], rest, "");
    assert_int_equal(p.c.status, all[i].hears ? 303 : 422);
    send(&p, &who[i], rest, ""); /* twice is once */
  }
  run_jobs(&p);
  for (size_t i = 0; i < countof(all); i++)
    if (left_to(&p, &who[i]) != 2 * all[i].hears) fail_msg("%s: %zu", all[i].way, i);
  client_close(&p.c);
}

static void a_reminder_of_a_meeting_that_moved_is_taken_back(struct db_test *t) {
  struct place p = place_of(t);
  p.c.now = local_uk_instant(day_of(2026, 6, 1), 9 * 60);
  struct person ada = somebody(&p, &(struct reach){"text", "07700 900123", "", false, true});
  send(&p, &ada, "/appointments/new",
       "kind=talk&mode=in_person&remind=yes&on_day=4/6/2026&clock=14:00");
  struct next_appointment next;
  char rest[120];
  contacts_next(t->db, t->arena, ada.id, day_of(2026, 6, 1), &next);
  struct str id = uuid_str(t->arena, next.public_id);
  snprintf(rest, sizeof rest, "/appointments/%.*s/end", P(id));
  send(&p, &ada, rest, "end=moved");
  p.c.now = local_uk_instant(day_of(2026, 6, 3), 10 * 60 + 1);
  run_jobs(&p);
  assert_int_equal(left_to(&p, &ada), 0);
  snprintf(rest, sizeof rest, "/appointments/%.*s/again", P(id));
  send(&p, &ada, rest, "on_day=8/6/2026&clock=9:00");
  p.c.now = local_uk_instant(day_of(2026, 6, 7), 10 * 60 + 1);
  run_jobs(&p);
  run_jobs(&p);
  assert_int_equal(left_to(&p, &ada), 1);
  client_close(&p.c);
}

/* ---- left in peace ---- */

static void leaving_in_peace_needs_a_reason_and_ends(struct db_test *t) {
  struct place p = place_of(t);
  p.c.now = local_uk_instant(day_of(2026, 4, 1), 9 * 60);
  struct person ada = add(&p, "Ada Thrift");
  p.c.now = local_uk_instant(day_of(2026, 6, 1), 9 * 60);
  day_t began = day_of(2026, 1, 1);
  send(&p, &ada, "/pause", "until=30/6/2026");
  assert_int_equal(p.c.status, 422);
  send(&p, &ada, "/pause", "reason=CANARY+at+a+sister&until=30/6/2027");
  assert_int_equal(p.c.status, 422); /* three months at most */
  send(&p, &ada, "/pause", "reason=CANARY+at+a+sister&until=30/6/2026");
  assert_int_equal(p.c.status, 303);
  see(&p, &ada, "/pause");
  SAYS(p, "CANARY at a sister");
  struct drift d;
  contacts_drifts(t->db, t->arena, &ada.id, 1, day_of(2026, 6, 30), &d);
  assert_false(d.drifting);
  contacts_drifts(t->db, t->arena, &ada.id, 1, day_of(2026, 7, 1), &d);
  assert_true(d.drifting);
  d = contacts_drift_of(t->db, t->arena, ada.id, began, day_of(2026, 7, 1));
  assert_true(d.drifting);
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from drift_snooze where reason like '%CANARY%'")),
      0);
  send(&p, &ada, "/pause", "do=end");
  contacts_drifts(t->db, t->arena, &ada.id, 1, day_of(2026, 6, 20), &d);
  assert_true(d.drifting);
  client_close(&p.c);
}

/* The list's projection and the record say the same, whatever was written in which order. */
static void the_rhythm_agreed_wins_in_lists_too(struct db_test *t) {
  struct place p = place_of(t);
  p.c.now = local_uk_instant(day_of(2026, 3, 1), 9 * 60);
  struct person ada = add(&p, "Ada Thrift");
  static const char *const days[] = {"1/3/2026", "21/3/2026", "11/3/2026", "1/4/2026"};
  char form[200];
  struct drift d;
  p.c.now = local_uk_instant(day_of(2026, 4, 2), 9 * 60);
  for (size_t i = 0; i < countof(days); i++) {
    snprintf(form, sizeof form, "mode=phone&words=Talk&on_day=%s", days[i]);
    send(&p, &ada, "/contacts", form);
    assert_int_equal(p.c.status, 303);
    p.c.now += 1000000;
  }
  for (day_t on = day_of(2026, 4, 15); on < day_of(2026, 5, 1); on++) {
    contacts_drifts(t->db, t->arena, &ada.id, 1, on, &d);
    struct drift own = contacts_drift_of(t->db, t->arena, ada.id, DAY_NONE, on);
    assert_true(d.drifting == own.drifting && d.expected_days == own.expected_days);
  }
  assert_int_equal(d.expected_days, 10);
  send(&p, &ada, "/plan/edit", "after=0&written_by=together&g0_words=To+paint&rhythm=28");
  contacts_drifts(t->db, t->arena, &ada.id, 1, day_of(2026, 4, 25), &d);
  assert_true(d.drifting && d.from == DRIFT_MEDIAN); /* written is not agreed */
  send(&p, &ada, "/plan/agree", "number=1&how=said&language=en&with_whom=Amina");
  assert_int_equal(p.c.status, 303);
  contacts_drifts(t->db, t->arena, &ada.id, 1, day_of(2026, 4, 25), &d);
  assert_true(!d.drifting && d.from == DRIFT_AGREED && d.expected_days == 28);
  assert_true(contacts_drift_of(t->db, t->arena, ada.id, DAY_NONE, day_of(2026, 4, 25)).from ==
              DRIFT_AGREED);
  assert_int_equal(contacts_domain.doctor(t->db, t->arena, p.c.now, &(struct buf){0}), 0);
  client_close(&p.c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {
      DB_TEST(a_reminder_goes_the_safe_way_or_not_at_all),
      DB_TEST(a_reminder_of_a_meeting_that_moved_is_taken_back),
      DB_TEST(leaving_in_peace_needs_a_reason_and_ends),
      DB_TEST(the_rhythm_agreed_wins_in_lists_too)};
  const struct migrations lists[] = {db_migrations,      audit_migrations,    web_migrations,
                                     record_migrations,  accounts_migrations, permission_migrations,
                                     people_migrations,  messages_migrations, support_migrations,
                                     contacts_migrations};
  return db_test_main(argc, argv, "contacts told", all, countof(all), lists, countof(lists));
}
