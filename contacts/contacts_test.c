/* Contacts as a worker meets them, on both databases. Tests named after scenarios are also run on
 * builds with one fault planted (planted.c), where each must fail. */
#include <stdio.h>
#include "accounts/testing.h"
#include "contacts/inside.h"
#include "db/seal.h"
#include "db/testing.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, messages_migrations, support_migrations, contacts_migrations;
static const struct domain *const domains[] = {
    &web_domain,     &accounts_domain, &permission_domain, &people_domain,
    &support_domain, &messages_domain, &contacts_domain};

struct place {
  struct db_test *t;
  struct client c;
  struct actor amina, joe, lead, peer, priya, colin;
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  struct progress none = {0};
  struct why why = {0};
  seal_forget(); /* keys of the test before are of another place */
  people_sealing();
  people_parts_use(domains, countof(domains));
  if (!support_domain.init(t->db, t->arena, now, &none, &why)) fail_msg("%s", why.text);
  int64_t north =
      test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "team", now);
  int64_t health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "team", now);
  p.amina = test_user(t->db, t->arena, north, "north 1", ROLE_KEY_WORKER, "", now);
  p.joe = test_user(t->db, t->arena, north, "north 2", ROLE_KEY_WORKER, "", now);
  p.peer = test_user(t->db, t->arena, north, "north 3", ROLE_PEER, "", now);
  p.lead = test_user(t->db, t->arena, north, "north 4", ROLE_TEAM_LEAD | ROLE_KEY_WORKER, "", now);
  p.colin = test_user(t->db, t->arena, north, "north 5", ROLE_MANAGER, "", now);
  p.priya = test_user(t->db, t->arena, health, "health 1", ROLE_KEY_WORKER, "", now);
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
static void send(struct place *p, const struct person *person, const char *rest,
                 const char *form) {
  post(&p->c, path_of(p, person, rest), form);
}
#define SAYS(p, words) assert_true(client_says(&(p).c, words))
#define QUIET(p, words) assert_false(client_says(&(p).c, words))

static struct str between(struct place *p, const char *before, char after) {
  size_t at = str_find(p->c.text, str_of(before));
  if (at == p->c.text.n) fail_msg("no %s on %.*s", before, P(p->c.path));
  struct str rest = str_slice(p->c.text, at + strlen(before), p->c.text.n);
  return str_copy(p->t->arena, str_slice(rest, 0, str_find_byte(rest, after)));
}
/* The page without the forms' tokens and keys, which are fresh each time. */
static struct str shown(struct place *p) {
  static const char *const marks[] = {"name=\"csrf\" value=\"", "name=\"key\" value=\""};
  struct str text = p->c.text;
  for (size_t m = 0; m < countof(marks); m++) {
    struct buf b = buf_open(1 << 20);
    struct str rest = text, mark = str_of(marks[m]);
    for (size_t at; (at = str_find(rest, mark)) < rest.n;) {
      buf_put(&b, str_slice(rest, 0, at));
      rest = str_slice(rest, at + mark.n, rest.n);
      rest = str_slice(rest, str_find_byte(rest, '"'), rest.n);
    }
    buf_put(&b, rest);
    text = str_copy(p->t->arena, buf_str(&b));
    buf_free(&b);
  }
  return text;
}

/* ---- talks and promises ---- */

/* What a worker's deed ends of somebody who hides is veiled with it, not only by the night. */
static void what_ends_while_they_hide_is_veiled_at_once(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(people_restrict(t->db, t->arena, ada.id, p.amina.user_id, p.c.now), DB_OK);
  assert_int_equal(permission_name_worker(t->db, t->arena, ada.id, p.amina.user_id,
                                          instant_local_uk(p.c.now).day - 1, DAY_NONE),
                   DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  send(&p, &ada, "/contacts",
       "mode=phone&words=A+talk&on_day=1/3/2026&promise=Ring+the+surgery&by=8/3/2026&who=worker");
  assert_int_equal(p.c.status, 303);
  assert_int_equal(
      db_number(t->db, 0,
                SQL("select count(*) from contact where substr(on_day, 1, 4) = '!w1.'")),
      1);
  /* What is open must be found by its day. */
  assert_int_equal(
      db_number(t->db, 9, SQL("select count(*) from promise where substr(by_day, 1, 1) = '!'")), 0);
  see(&p, &ada, "/contacts");
  struct str id = between(&p, "name=\"promise\" value=\"", '"');
  send(&p, &ada, "/contacts/promise",
       str_c(t->arena, str_format(t->arena, "promise=%.*s&end=kept", P(id))));
  assert_int_equal(p.c.status, 303);
  assert_int_equal(
      db_number(t->db, 0,
                SQL("select count(*) from promise where substr(kept_on, 1, 4) = '!w1.'")),
      1);
  client_close(&p.c);
}

static void a_contact_is_one_line_and_kept_once(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  see(&p, &ada, "/contacts");
  assert_int_equal(p.c.status, 200);
  struct str key = between(&p, "name=\"key\" value=\"", '"');
  char form[400];
  snprintf(form, sizeof form, "key=%.*s&mode=phone&words=CANARY-words&on_day=1/3/2026&promise="
           "Ring+the+surgery&by=8/3/2026&who=worker&interventions=benefits&interventions=listening",
           P(key));
  send(&p, &ada, "/contacts", form);
  assert_int_equal(p.c.status, 303);
  send(&p, &ada, "/contacts", form); /* sent twice: the signal came back */
  assert_int_equal(p.c.status, 303);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from contact")), 1);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from promise")), 1);
  char other[120]; /* gone back to the page and written something else: nothing is lost */
  snprintf(other, sizeof other, "key=%.*s&mode=phone&words=Something+else&on_day=1/2/2026", P(key));
  send(&p, &ada, "/contacts", other);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from contact")), 2);
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from contact where words like '%CANARY%'")), 0);
  see(&p, &ada, "/contacts"); /* what did I promise last time: on top */
  SAYS(p, "Ring the surgery");
  assert_true(str_find(p.c.text, S("Ring the surgery")) < str_find(p.c.text, S("CANARY-words")));
  SAYS(p, "Benefits advice");
  struct interventions done = contacts_interventions(t->db, t->arena, ada.id,
                                                     day_of(2026, 1, 1), day_of(2026, 12, 31));
  assert_int_equal(done.n, 2);
  struct promises_due due =
      contacts_promises_due(t->db, t->arena, p.amina.user_id, day_of(2026, 3, 8), 12);
  assert_int_equal(due.n, 1);
  assert_true(str_eq(due.p[0].words, S("Ring the surgery")));
  struct str promise = between(&p, "name=\"promise\" value=\"", '"');
  snprintf(form, sizeof form, "promise=%.*s&end=kept", P(promise));
  send(&p, &ada, "/contacts/promise", form);
  assert_int_equal(p.c.status, 303);
  see(&p, &ada, "/contacts");
  QUIET(p, "Ring the surgery");
  send(&p, &ada, "/contacts", "mode=pigeon&words=x&on_day=1/3/2026");
  assert_int_equal(p.c.status, 422);
  send(&p, &ada, "/contacts", "mode=phone&words=x&on_day=1/3/2099");
  assert_int_equal(p.c.status, 422);
  SAYS(p, "An appointment is for what is to come");
  client_close(&p.c);
}

static void words_are_never_lost(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  struct str id = uuid_str(t->arena, ada.public_id);
  char form[300];
  see(&p, &ada, "/contacts");
  snprintf(form, sizeof form, "draft-form=contact&draft-record=%.*s&words=Half+a+line", P(id));
  post(&p.c, "/draft", form);
  see(&p, &ada, "/contacts");
  SAYS(p, "Half a line");
  snprintf(form, sizeof form,
           "draft-form=contact&draft-record=%.*s&mode=phone&words=A+whole+line&on_day=1/3/2026",
           P(id)); /* as the page's script sends it */
  send(&p, &ada, "/contacts", form);
  see(&p, &ada, "/contacts");
  QUIET(p, "Half a line");
  struct str link = between(&p, "<h3><a href=\"", '"');
  get(&p.c, str_c(t->arena, link));
  assert_int_equal(p.c.status, 200);
  struct str version = between(&p, "name=\"version\" value=\"", '"');
  snprintf(form, sizeof form, "version=%.*s&mode=video&words=Put+right&on_day=1/3/2026",
           P(version));
  post(&p.c, str_c(t->arena, link), form);
  assert_int_equal(p.c.status, 303);
  post(&p.c, str_c(t->arena, link), form);
  assert_int_equal(p.c.status, 409);
  get(&p.c, str_c(t->arena, link));
  SAYS(p, "Put right");
  SAYS(p, "How, What happened"); /* its history says which fields changed, not what was in them */
  client_close(&p.c);
}

static void S06_two_workers_with_separate_notes(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  day_t today = instant_local_uk(p.c.now).day;
  permission_engage(t->db, t->arena, ada.id, p.priya.team_id, ada.name, today);
  permission_carry(t->db, t->arena, ada.id, p.priya.user_id, today);
  see(&p, &ada, "/contacts");
  struct str before = shown(&p);
  client_as(&p.c, p.priya);
  send(&p, &ada, "/contacts", "mode=in_person&words=CANARY-coach&on_day=1/3/2026&kept_to=team");
  assert_int_equal(p.c.status, 303);
  see(&p, &ada, "/contacts");
  SAYS(p, "CANARY-coach");
  client_as(&p.c, p.amina); /* on the same case; the page is as if nothing were there */
  see(&p, &ada, "/contacts");
  assert_true(str_eq(before, shown(&p)));
  struct str id = uuid_str(t->arena, ada.public_id);
  get(&p.c, str_c(t->arena, str_format(t->arena, "/api/people/%.*s/contacts", P(id))));
  QUIET(p, "CANARY");
  send(&p, &ada, "/contacts", "mode=phone&words=For+both&on_day=2/3/2026&kept_to=all");
  client_as(&p.c, p.priya);
  see(&p, &ada, "/contacts");
  SAYS(p, "For both");
  client_close(&p.c);
}

static void S39_clinical_notes_are_not_seen_by_the_coach(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  send(&p, &ada, "/contacts", "mode=in_person&words=CANARY-clinical&on_day=1/3/2026&kept_to=me");
  see(&p, &ada, "/contacts");
  SAYS(p, "CANARY-clinical");
  struct str link = between(&p, "<h3><a href=\"", '"');
  client_as(&p.c, p.lead); /* a coach in the same team, who leads it too */
  see(&p, &ada, "/contacts");
  QUIET(p, "CANARY");
  SAYS(p, "Nothing is written down yet.");
  get(&p.c, str_c(t->arena, link));
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

static void health_stands_apart(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  permission_carry(t->db, t->arena, ada.id, p.peer.user_id, instant_local_uk(p.c.now).day);
  send(&p, &ada, "/contacts",
       "mode=phone&words=A+good+talk&health_words=CANARY-health&on_day=1/3/2026");
  client_as(&p.c, p.peer);
  see(&p, &ada, "/contacts");
  SAYS(p, "A good talk");
  QUIET(p, "CANARY");
  QUIET(p, "About their health");
  struct str link = between(&p, "<h3><a href=\"", '"');
  get(&p.c, str_c(t->arena, link));
  QUIET(p, "CANARY");
  client_close(&p.c);
}

/* What the program takes of the seconds a worker has: 30 for a first contact (one line typed), 10
 * for "what did I promise last time", 20 for a plan on paper. The rest is theirs. */
static void the_timed_tasks_are_the_workers_own(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  uint64_t began = clock_monotonic_us();
  see(&p, &ada, "/contacts");
  struct str key = between(&p, "name=\"key\" value=\"", '"');
  char form[200];
  snprintf(form, sizeof form,
           "key=%.*s&mode=in_person&words=Tea&on_day=1/3/2026&promise=Ring+the+surgery", P(key));
  send(&p, &ada, "/contacts", form); /* what the form holds with one line and one promise typed */
  assert_int_equal(p.c.status, 303);
  uint64_t kept = clock_monotonic_us();
  see(&p, &ada, "/contacts");
  size_t main_at = str_find(p.c.text, S("<main")), promise = str_find(p.c.text, S("Ring the surg"));
  assert_true(promise < str_find(p.c.text, S("The way so far")) && promise > main_at);
  uint64_t read = clock_monotonic_us();
  send(&p, &ada, "/plan/edit", "after=0&written_by=together&g0_words=To+paint&g0_s0_words=Walk");
  see(&p, &ada, "/plan/print");
  SAYS(p, "Side 2 of 2");
  uint64_t printed = clock_monotonic_us();
  print_message("contact kept %llu ms, promise read %llu ms, plan on paper %llu ms\n",
                (unsigned long long)(kept - began) / 1000, (unsigned long long)(read - kept) / 1000,
                (unsigned long long)(printed - read) / 1000);
  assert_true(kept - began < 3000000 && read - kept < 1000000 && printed - read < 2000000);
  client_close(&p.c);
}

/* ---- drifting, as PRACTICE 14 has it ---- */

static void drifting_is_a_table(struct db_test *t) {
  static const day_t even[] = {0, 10, 20, 30, 40, 50}, odd[] = {0, 40, 50, 58, 70, 79, 90};
  static const struct {
    struct drift_facts f;
    day_t today;
    bool drifting;
    int expected;
    enum drift_from from;
  } table[] = {
      {{even, 6, 0, DAY_NONE, false}, 69, false, 10, DRIFT_MEDIAN},
      {{even, 6, 0, DAY_NONE, false}, 70, true, 10, DRIFT_MEDIAN},
      {{even, 6, 0, DAY_NONE, true}, 700, false, 10, DRIFT_MEDIAN},  /* hospital, custody, leave */
      {{even, 6, 30, DAY_NONE, false}, 109, false, 30, DRIFT_AGREED}, /* the agreed rhythm wins */
      {{even, 6, 30, DAY_NONE, false}, 110, true, 30, DRIFT_AGREED},
      {{odd, 7, 0, DAY_NONE, false}, 110, true, 10, DRIFT_MEDIAN},   /* 10 8 12 9 11, not the 40 */
      {{even, 1, 0, DAY_NONE, false}, 27, false, 14, DRIFT_DEFAULT},
      {{even, 1, 0, DAY_NONE, false}, 28, true, 14, DRIFT_DEFAULT},
      {{NULL, 0, 0, 100, false}, 128, true, 14, DRIFT_DEFAULT},      /* never seen since it began */
      {{NULL, 0, 0, DAY_NONE, false}, 999, false, 14, DRIFT_DEFAULT},
      {{even, 2, 0, DAY_NONE, false}, 30, true, 10, DRIFT_MEDIAN}};
  for (size_t i = 0; i < countof(table); i++) {
    struct drift d = contacts_drift(&table[i].f, table[i].today);
    if (d.drifting != table[i].drifting || d.expected_days != table[i].expected ||
        d.from != table[i].from)
      fail_msg("row %zu: drifting %d, expected %d days", i, d.drifting, d.expected_days);
  }
  struct drift d = contacts_drift(&table[1].f, 70);
  assert_true(str_eq(contacts_drift_words(t->arena, 0, &d),
                     S("Last talk 20 days ago; usually every 10.")));
}

static void nobody_drifts_while_away(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  day_t today = instant_local_uk(p.c.now).day;
  assert_true(contacts_drift_of(t->db, t->arena, ada.id, today - 60, today).drifting);
  struct stay s = {.kind = STAY_HOSPITAL, .from = today - 5, .to = DAY_NONE};
  support_stay_add(t->db, t->arena, ada.id, &s, p.amina.user_id, p.c.now);
  assert_false(contacts_drift_of(t->db, t->arena, ada.id, today - 60, today).drifting);
  client_close(&p.c);
}

/* ---- appointments ---- */

static void an_appointment_is_a_chain_without_blame(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  day_t today = instant_local_uk(p.c.now).day;
  struct ymd d = day_ymd(today + 3);
  char form[300], rest[200];
  send(&p, &ada, "/appointments/new", "kind=talk&mode=in_person&on_day=soon&clock=10:30");
  assert_int_equal(p.c.status, 422);
  snprintf(form, sizeof form, "kind=talk&mode=in_person&place=CANARY-place&on_day=%d/%d/%d&clock="
           "9.30&minutes=45", d.day, d.month, d.year);
  send(&p, &ada, "/appointments/new", form);
  assert_int_equal(p.c.status, 303);
  struct next_appointment next;
  assert_true(contacts_next(t->db, t->arena, ada.id, today, &next));
  assert_int_equal(next.minute, 570);
  struct str id = uuid_str(t->arena, next.public_id);
  snprintf(rest, sizeof rest, "/appointments/%.*s", P(id));
  see(&p, &ada, rest);
  SAYS(p, "Did not happen: The bus or train");
  QUIET(p, "ailed to");
  snprintf(rest, sizeof rest, "/appointments/%.*s/end", P(id));
  send(&p, &ada, rest, "end=did_not_happen&why=lazy");
  assert_int_equal(p.c.status, 422);
  send(&p, &ada, rest, "end=did_not_happen&why=bus");
  assert_int_equal(p.c.status, 303);
  send(&p, &ada, rest, "end=happened"); /* said already */
  assert_int_equal(p.c.status, 409);
  assert_false(contacts_next(t->db, t->arena, ada.id, today, &next));
  snprintf(rest, sizeof rest, "/appointments/%.*s/again", P(id));
  snprintf(form, sizeof form, "on_day=%d/%d/%d&clock=14:00", d.day, d.month, d.year);
  send(&p, &ada, rest, form);
  assert_int_equal(p.c.status, 303);
  assert_true(contacts_next(t->db, t->arena, ada.id, today, &next));
  assert_int_equal(next.minute, 840);
  snprintf(rest, sizeof rest, "/appointments/%.*s", P(id));
  see(&p, &ada, rest);
  SAYS(p, "Did not happen: The bus or train");
  SAYS(p, "To come");
  static const struct attempt none[1];
  struct attempt happened[] = {{.end = S("did_not_happen")}, {.end = S("happened")}};
  assert_int_equal(contacts_appointment_state(none, 0), APPOINTMENT_NOT_YET);
  assert_int_equal(contacts_appointment_state(none, 1), APPOINTMENT_TO_COME);
  assert_int_equal(contacts_appointment_state(happened, 1), APPOINTMENT_NOT_YET);
  assert_int_equal(contacts_appointment_state(happened, 2), APPOINTMENT_HAPPENED);
  client_close(&p.c);
}

static void the_interpreter_is_refused_without_a_reason(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift"), ben = add(&p, "Ben");
  struct barrier b = {.now = {.kind = S("domestic_abuse"), .on = 20000, .lifted_on = DAY_NONE,
                              .in_the_way = SCORE_UNKNOWN, .able = SCORE_UNKNOWN}};
  db_begin(t->db, STORE_MAIN);
  support_barrier_name(t->db, t->arena, ada.id, &b, p.amina.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  struct ymd d = day_ymd(instant_local_uk(p.c.now).day + 3);
  char form[300];
  snprintf(form, sizeof form, "kind=talk&mode=in_person&interpreter=wanted&interpreter_is=known&on_"
           "day=%d/%d/%d&clock=10:00", d.day, d.month, d.year);
  send(&p, &ben, "/appointments/new", form); /* nothing speaks against it */
  assert_int_equal(p.c.status, 303);
  send(&p, &ada, "/appointments/new", form);
  assert_int_equal(p.c.status, 422);
  static const char sentence[] = "For this appointment we use a trained interpreter.";
  SAYS(p, sentence);
  QUIET(p, "omestic");
  QUIET(p, "afety");
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from appointment")), 1);
  snprintf(form, sizeof form, "kind=health&mode=in_person&interpreter=wanted&interpreter_is=known&"
           "on_day=%d/%d/%d&clock=10:00", d.day, d.month, d.year);
  send(&p, &ben, "/appointments/new", form); /* the same words for another reason */
  assert_int_equal(p.c.status, 422);
  SAYS(p, sentence);
  client_close(&p.c);
}

static void a_calendar_says_when_and_nothing_else(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  struct ymd d = day_ymd(instant_local_uk(p.c.now).day + 3);
  char form[300], path[200], start[64];
  snprintf(form, sizeof form, "kind=health&mode=in_person&place=CANARY-place&on_day=%d/%d/%d&clock="
           "10:00", d.day, d.month, d.year);
  send(&p, &ada, "/appointments/new", form);
  post(&p.c, "/calendar", "do=make");
  assert_int_equal(p.c.status, 200);
  struct str link = between(&p, "<code>", '<');
  snprintf(path, sizeof path, "%.*s", P(str_slice(link, str_find(link, S("/calendar/")), link.n)));
  client_as(&p.c, (struct actor){0});
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  snprintf(start, sizeof start, "DTSTART;TZID=Europe/London:%04d%02d%02dT100000\r\n", d.year,
           d.month, d.day);
  SAYS(p, start);
  SAYS(p, "SUMMARY:Appointment\r\n");
  SAYS(p, "BEGIN:VTIMEZONE");
  QUIET(p, "Ada");
  QUIET(p, "CANARY");
  QUIET(p, "people");
  client_as(&p.c, p.amina);
  get(&p.c, "/calendar");
  post(&p.c, "/calendar", "do=end");
  client_as(&p.c, (struct actor){0});
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

/* ---- sessions, counts, stops ---- */

static void S16_a_register_and_before_and_after_of_each(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift"), ben = add(&p, "Ben Rowan");
  struct ymd d = day_ymd(instant_local_uk(p.c.now).day + 1);
  char form[300], path[200];
  snprintf(form, sizeof form, "title=Finding+your+feet&kind=group&naming=named&on_day=%d/%d/%d&"
           "clock=10:30", d.day, d.month, d.year);
  post(&p.c, "/sessions/new", form);
  assert_int_equal(p.c.status, 303);
  follow(&p.c);
  struct str session = str_slice(p.c.path, strlen("/sessions/"), p.c.path.n);
  session = str_copy(t->arena, session);
  snprintf(form, sizeof form, "session=%.*s", P(session));
  send(&p, &ada, "/sessions", form);
  send(&p, &ben, "/sessions", form);
  snprintf(path, sizeof path, "/sessions/%.*s", P(session));
  get(&p.c, path);
  SAYS(p, "Ada Thrift");
  SAYS(p, "Ben Rowan");
  struct str ada_id = uuid_str(t->arena, ada.public_id);
  snprintf(path, sizeof path, "/sessions/%.*s/mark", P(session));
  snprintf(form, sizeof form, "person=%.*s&state=here&before=3&after=6", P(ada_id));
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 303);
  struct questions q = support_questions(t->db, t->arena, S("distance"), 1);
  struct question able = {0};
  for (size_t i = 0; i < q.n; i++)
    if (str_eq(q.p[i].code, S("able"))) able = q.p[i];
  int64_t people[] = {ada.id, ben.id};
  struct change_pairs pairs =
      support_pairs(t->db, t->arena, &able, people, NULL, 2, session);
  assert_true(pairs.p[0].has_before && pairs.p[0].has_after);
  assert_true(pairs.p[0].before == 3 && pairs.p[0].after == 6);
  assert_false(pairs.p[1].has_before);
  client_as(&p.c, p.priya); /* another team's session does not exist for them */
  snprintf(path, sizeof path, "/sessions/%.*s", P(session));
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

static void S36_three_thousand_visits_and_nobody_named(struct db_test *t) {
  struct place p = place_of(t);
  day_t today = instant_local_uk(p.c.now).day;
  int64_t before = db_number(t->db, 0, SQL("select count(*) from person"));
  get(&p.c, "/drop-in");
  assert_int_equal(p.c.status, 200);
  post(&p.c, "/drop-in", "site=High+Street&add=came_in");
  assert_int_equal(p.c.status, 303);
  post(&p.c, "/drop-in", "site=High+Street&less=came_in");
  post(&p.c, "/drop-in", "site=High+Street&less=came_in"); /* never below nothing */
  char form[200];
  for (int i = 0; i < 120; i++) {
    struct ymd d = day_ymd(today - i);
    snprintf(form, sizeof form, "site=High+Street&several=came_in&many=25&day=%d/%d/%d", d.day,
             d.month, d.year);
    post(&p.c, "/drop-in", form);
    assert_int_equal(p.c.status, 303);
  }
  get(&p.c, "/drop-in");
  SAYS(p, "3,000 came in over the last six months.");
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from person")), before);
  get(&p.c, "/api/drop-in");
  SAYS(p, "\"six_months\":3000");
  post(&p.c, "/drop-in", "site=&add=came_in");
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.priya); /* another team's numbers are its own */
  get(&p.c, "/api/drop-in");
  SAYS(p, "\"six_months\":0");
  client_close(&p.c);
}

static void S48_stops_that_move(struct db_test *t) {
  struct place p = place_of(t);
  day_t today = instant_local_uk(p.c.now).day;
  static const char *const codes[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  struct ymd d = day_ymd(today), next = day_ymd(today + 7);
  char form[400];
  snprintf(form, sizeof form,
           "name=The+green&place=By+the+bus+shelter&weekday=%s&clock=10:00&clock_"
           "to=12:00&from_day=%d/%d/%d",
           codes[day_weekday(today)], d.day, d.month, d.year);
  post(&p.c, "/stops/edit", form);
  assert_int_equal(p.c.status, 303);
  struct str id = {0};
  get(&p.c, "/stops/edit");
  id = between(&p, "name=\"stop\" value=\"", '"');
  snprintf(form, sizeof form, "stop=%.*s&on=%d/%d/%d&clock=13:15&place=The+chapel", P(id),
           next.day, next.month, next.year);
  post(&p.c, "/stops/change", form);
  assert_int_equal(p.c.status, 303);
  client_as(&p.c, (struct actor){0}); /* anyone */
  get(&p.c, "/stops");
  assert_int_equal(p.c.status, 200);
  SAYS(p, "10:00 – 12:00. By the bus shelter");
  SAYS(p, "13:15. The chapel");
  SAYS(p, "Changed for this day");
  client_as(&p.c, p.amina);
  get(&p.c, "/stops/edit");
  struct str iso = day_iso(t->arena, today);
  snprintf(form, sizeof form, "stop=%.*s&off=%.*s", P(id), P(iso));
  post(&p.c, "/stops/change", form);
  client_as(&p.c, (struct actor){0});
  get(&p.c, "/stops");
  SAYS(p, "Not on this day");
  client_close(&p.c);
}

/* ---- things lent ---- */

static int64_t thing(struct place *p, const char *name, bool counted) {
  struct asset s;
  record_clear(&asset_type, &s);
  s.kind = S("bicycle"), s.name = str_of(name), s.counted = counted, s.team = p->amina.team_id;
  s.free = 0;
  assert_int_equal(
      record_insert(p->t->db, p->t->arena, &asset_type, &s, p->amina.user_id, p->c.now), DB_OK);
  return s.id;
}
static struct str thing_id(struct place *p, int64_t id) {
  struct asset s;
  record_clear(&asset_type, &s);
  assert_true(record_load(p->t->db, p->t->arena, &asset_type, id, &s));
  return uuid_str(p->t->arena, s.public_id);
}

static void S26_wheels_to_work(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift"), ben = add(&p, "Ben Rowan");
  day_t today = instant_local_uk(p.c.now).day;
  struct ymd d = day_ymd(today + 30);
  struct str id = thing_id(&p, thing(&p, "Blue moped", false));
  char form[300], path[120];
  snprintf(form, sizeof form, "asset=%.*s&due=%d/%d/%d", P(id), d.day, d.month, d.year);
  send(&p, &ada, "/lent", form);
  assert_int_equal(p.c.status, 303);
  send(&p, &ben, "/lent", form); /* it is out: nobody else can have it */
  assert_int_equal(p.c.status, 422);
  assert_int_equal(contacts_loans(t->db, t->arena, ada.id).n, 1);
  assert_int_equal(contacts_loans(t->db, t->arena, ben.id).n, 0);
  see(&p, &ada, "/lent");
  struct str loan = between(&p, "name=\"loan\" value=\"", '"');
  snprintf(path, sizeof path, "loan=%.*s&how=good", P(loan));
  send(&p, &ben, "/lent/back", path); /* it is not with Ben */
  assert_int_equal(p.c.status, 422);
  send(&p, &ada, "/lent/back", path);
  assert_int_equal(p.c.status, 303);
  send(&p, &ben, "/lent", form);
  assert_int_equal(p.c.status, 303);
  snprintf(path, sizeof path, "/assets/%.*s", P(id));
  get(&p.c, path); /* its audit: out, back, out; without anybody's name */
  SAYS(p, "Back");
  SAYS(p, "Out");
  QUIET(p, "Ada Thrift");
  QUIET(p, "Ben Rowan");
  client_close(&p.c);
}

static void S47_free_bicycles_never_below_zero(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  int64_t store = thing(&p, "Bicycles to give away", true), loan = 0;
  day_t today = instant_local_uk(p.c.now).day;
  assert_int_equal(contacts_stock(t->db, t->arena, store, 3, S("bought"), 1, today), DB_OK);
  struct lending l = {store, ada.id, today, DAY_NONE, S("jcp")};
  for (int i = 0; i < 3; i++)
    assert_int_equal(contacts_lend(t->db, t->arena, &l, p.amina.user_id, &loan), DB_OK);
  assert_int_equal(contacts_lend(t->db, t->arena, &l, p.amina.user_id, &loan), DB_CONFLICT);
  assert_int_equal(contacts_stock(t->db, t->arena, store, -1, S("lost"), 1, today), DB_CONFLICT);
  assert_int_equal(db_number(t->db, -1, SQL("select free from asset where id = ?1"), V(store)), 0);
  assert_int_equal(db_number(t->db, -1, SQL("select sum(change) from asset_move where asset_id = "
                                            "?1"),
                             V(store)),
                   0);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from loan where came_by = 'jcp'")), 3);
  assert_int_equal(contacts_domain.doctor(t->db, t->arena, p.c.now, &(struct buf){0}), 0);
  struct str id = thing_id(&p, store);
  char form[200];
  snprintf(form, sizeof form, "asset=%.*s&given=yes", P(id));
  send(&p, &ada, "/lent", form);
  assert_int_equal(p.c.status, 422);
  SAYS(p, "there are none left");
  client_close(&p.c);
}

/* ---- visits ---- */

static void nobody_is_out_unnoticed(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  const instant_t minute = 60 * 1000000ll;
  instant_t end = p.c.now + 60 * minute;
  assert_int_equal(contacts_visit_state(INSTANT_NONE, INSTANT_NONE, end, p.c.now), VISIT_PLANNED);
  assert_int_equal(contacts_visit_state(p.c.now, INSTANT_NONE, end, end + 9 * minute), VISIT_IN);
  assert_int_equal(contacts_visit_state(p.c.now, INSTANT_NONE, end, end + 10 * minute),
                   VISIT_ASK_BUDDY);
  assert_int_equal(contacts_visit_state(p.c.now, INSTANT_NONE, end, end + 30 * minute),
                   VISIT_ASK_MANAGER);
  assert_int_equal(contacts_visit_state(p.c.now, end, end, end + 99 * minute), VISIT_OUT);
  struct local at = instant_local_uk(end);
  char form[200];
  send(&p, &ada, "/visits/caution",
       "kind=dog&source=The+worker&from_day=1/3/2026&review_on=1/3/2027");
  assert_int_equal(p.c.status, 422); /* longer than six months */
  send(&p, &ada, "/visits", "until=25:00");
  assert_int_equal(p.c.status, 422);
  if (at.day != instant_local_uk(p.c.now).day) return client_close(&p.c);
  see(&p, &ada, "/visits");
  struct str buddy = between(&p, "<option value=\"", '"');
  for (;;) { /* the first named colleague */
    if (buddy.n) break;
    p.c.text = str_slice(p.c.text, str_find(p.c.text, S("<option value=\"\"")) + 10, p.c.text.n);
    buddy = between(&p, "<option value=\"", '"');
  }
  snprintf(form, sizeof form, "place=CANARY-street&until=%d:%02d&buddy=%.*s", at.minute / 60,
           at.minute % 60, P(buddy));
  send(&p, &ada, "/visits", form);
  assert_int_equal(p.c.status, 303);
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from visit where place like '%CANARY%'")), 0);
  p.c.now = end + 31 * minute;
  assert_int_equal(contacts_visits_asked(t->db, t->arena, &p.colin, p.c.now), 1);
  assert_int_equal(contacts_visits_asked(t->db, t->arena, &p.amina, p.c.now), 0);
  assert_int_equal(contacts_visits_asked(t->db, t->arena, &p.priya, p.c.now), 0);
  client_as(&p.c, p.colin);
  get(&p.c, "/visits");
  SAYS(p, "Overdue: the manager rings them now");
  QUIET(p, "CANARY");
  QUIET(p, "Ada Thrift"); /* where a worker is, not whom they see */
  client_as(&p.c, p.amina);
  get(&p.c, "/visits");
  struct str visit = between(&p, "name=\"visit\" value=\"", '"');
  snprintf(form, sizeof form, "visit=%.*s&press=out", P(visit));
  post(&p.c, "/visits", form);
  assert_int_equal(contacts_visits_asked(t->db, t->arena, &p.colin, p.c.now), 0);
  client_close(&p.c);
}

static void clocks_are_read_as_people_write_them(struct db_test *t) {
  static const struct { const char *typed; int minute; } good[] = {
      {"9:05", 545}, {"09.05", 545}, {"930", 570}, {"1430", 870}, {"9", 540}, {"23:59", 1439}};
  static const char *const bad[] = {"", "24:00", "9:5", "9:60", "x", "12345", ":30"};
  int minute;
  (void)t;
  for (size_t i = 0; i < countof(good); i++) {
    assert_true(clock_read(str_of(good[i].typed), &minute));
    assert_int_equal(minute, good[i].minute);
  }
  for (size_t i = 0; i < countof(bad); i++) assert_false(clock_read(str_of(bad[i]), &minute));
}

static void the_demo_has_a_history(struct db_test *t) {
  struct place p = place_of(t);
  struct progress none = {0};
  struct why why = {0};
  assert_true(accounts_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why));
  if (!people_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why)) fail_msg("%s", why.text);
  if (!contacts_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why)) fail_msg("%s", why.text);
  assert_true(db_number(t->db, 0, SQL("select count(*) from contact")) > 100);
  assert_true(db_number(t->db, 0, SQL("select sum(n) from drop_in")) > 2500);
  assert_int_equal(contacts_domain.doctor(t->db, t->arena, p.c.now, &(struct buf){0}), 0);
  client_close(&p.c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {
      DB_TEST(what_ends_while_they_hide_is_veiled_at_once),
      DB_TEST(a_contact_is_one_line_and_kept_once),
      DB_TEST(words_are_never_lost),
      DB_TEST(S06_two_workers_with_separate_notes),
      DB_TEST(S39_clinical_notes_are_not_seen_by_the_coach),
      DB_TEST(health_stands_apart),
      DB_TEST(the_timed_tasks_are_the_workers_own),
      DB_TEST(drifting_is_a_table),
      DB_TEST(nobody_drifts_while_away),
      DB_TEST(an_appointment_is_a_chain_without_blame),
      DB_TEST(the_interpreter_is_refused_without_a_reason),
      DB_TEST(a_calendar_says_when_and_nothing_else),
      DB_TEST(S16_a_register_and_before_and_after_of_each),
      DB_TEST(S36_three_thousand_visits_and_nobody_named),
      DB_TEST(S48_stops_that_move),
      DB_TEST(S26_wheels_to_work),
      DB_TEST(S47_free_bicycles_never_below_zero),
      DB_TEST(nobody_is_out_unnoticed),
      DB_TEST(clocks_are_read_as_people_write_them),
      DB_TEST(the_demo_has_a_history)};
  const struct migrations lists[] = {db_migrations,      audit_migrations,    web_migrations,
                                     record_migrations,  accounts_migrations, permission_migrations,
                                     people_migrations,  messages_migrations, support_migrations,
                                     contacts_migrations};
  return db_test_main(argc, argv, "contacts", all, countof(all), lists, countof(lists));
}
