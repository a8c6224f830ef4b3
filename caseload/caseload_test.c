/* A worker's day and a team's work, through the pages, on both databases. PRACTICE 14. */
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "caseload/caseload.h"
#include "db/testing.h"
#include "messages/messages.h"
#include "money/money.h"
#include "referrals/referrals.h"
#include "safeguarding/safeguarding.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, support_migrations, messages_migrations, referrals_migrations,
    money_migrations, safeguarding_migrations, contacts_migrations, directory_migrations,
    places_migrations, caseload_migrations;
static const struct domain *const domains[] = {
    &web_domain,       &accounts_domain, &permission_domain, &people_domain,
    &support_domain,   &messages_domain, &contacts_domain,   &safeguarding_domain,
    &referrals_domain, &money_domain,    &caseload_domain};

struct place {
  struct db_test *t;
  struct client c;
  struct actor amina, joe, rhian, priya; /* worker, worker, lead of the same team; another team */
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  people_sealing();
  people_parts_use(domains, countof(domains));
  int64_t north =
      test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", now);
  int64_t health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now);
  p.amina = test_user(t->db, t->arena, north, "north 1", ROLE_KEY_WORKER, "", now);
  p.joe = test_user(t->db, t->arena, north, "north 2", ROLE_KEY_WORKER, "", now);
  p.rhian = test_user(t->db, t->arena, north, "north 3", ROLE_TEAM_LEAD, "", now);
  p.priya = test_user(t->db, t->arena, health, "health 1", ROLE_KEY_WORKER, "", now);
  client_as(&p.c, p.amina);
  return p;
}

static struct person add(struct place *p, const char *name, const char *way) {
  struct person x;
  record_clear(&person_type, &x);
  x.name = str_of(name), x.safe_way = str_of(way);
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, &p->amina, &x, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return x;
}

static void promise(struct place *p, const struct person *x, const char *words, int days) {
  struct promise one;
  record_clear(&promise_type, &one);
  one.person = x->id, one.words = str_of(words), one.who = S("worker");
  one.by_day = instant_local_uk(p->c.now).day + days;
  one.worker = p->amina.user_id;
  db_begin(p->t->db, STORE_MAIN);
  assert_int_equal(contacts_promise(p->t->db, p->t->arena, &one, p->amina.user_id, p->c.now),
                   DB_OK);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}

static void stand_in(struct place *p, int from, int to) {
  day_t today = instant_local_uk(p->c.now).day;
  db_begin(p->t->db, STORE_MAIN);
  permission_cover(p->t->db, p->t->arena, p->amina.user_id, p->joe.user_id, today + from,
                   today + to, p->rhian.user_id, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}

static const char *worker_path(struct place *p, const char *before, const struct actor *of) {
  struct rows r;
  assert_true(db_one(&r, p->t->db, p->t->arena,
                     SQL("select public_id from user_account where id = ?1"), V(of->user_id)));
  struct str path = str_format(p->t->arena, "%s%.*s", before, P(row_text(&r, 0)));
  db_done(&r);
  return str_c(p->t->arena, path);
}

static void says(struct place *p, const char *words) {
  if (!client_says(&p->c, words)) fail_msg("not said: %s\n%.*s", words, P(p->c.text));
}

static void the_most_pressing_comes_first(struct db_test *t) {
  (void)t;
  struct today_rank safety = {TODAY_SAFETY, 9}, late = {TODAY_PROMISE, 3}, now = {TODAY_PROMISE, 9},
                    none = {TODAY_PROMISE, DAY_NONE};
  assert_true(today_before(safety, late));
  assert_true(today_before(late, now));
  assert_false(today_before(now, late));
  assert_true(today_before(now, none));
  assert_false(today_before(none, now));
  assert_false(today_before(now, now));
}

static void today_says_what_waits_and_why(struct db_test *t) {
  struct place p = place_of(t);
  get(&p.c, "/today");
  says(&p, "Nothing waits for you");
  struct person ada = add(&p, "Ada Thrift", "text"), ben = add(&p, "Ben Quay", "in_person");
  promise(&p, &ada, "Ring the college", -2);
  promise(&p, &ben, "Bring the form", 0);
  promise(&p, &ben, "Next month", 30);
  get(&p.c, "/today");
  says(&p, "Ring the college");
  says(&p, "You promised it by");
  says(&p, "You promised it for today.");
  says(&p, "In person only");
  assert_false(client_says(&p.c, "Next month"));
  size_t first = str_find(p.c.text, S("Ring the college")),
         second = str_find(p.c.text, S("Bring the form"));
  assert_true(first < second); /* the late one first */
  get(&p.c, "/api/today");
  says(&p, "\"more\":0");
  client_as(&p.c, p.joe);
  get(&p.c, "/today");
  assert_false(client_says(&p.c, "Ada Thrift"));
  client_close(&p.c);
}

static void today_holds_at_most_twelve(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift", "text");
  char words[32];
  for (int i = 0; i < 15; i++) {
    snprintf(words, sizeof words, "Promise %02d.", i);
    promise(&p, &ada, words, -i);
  }
  get(&p.c, "/today");
  says(&p, "Promise 14.");
  says(&p, "Promise 03.");
  assert_false(client_says(&p.c, "Promise 02."));
  says(&p, "3 more things wait");
  client_close(&p.c);
}

static void who_drifts_away_is_shown_with_why(struct db_test *t) {
  struct place p = place_of(t);
  add(&p, "Ada Thrift", "text");
  p.c.now += (instant_t)29 * 86400 * 1000000; /* twice the usual 14 days, and one */
  get(&p.c, "/today");
  says(&p, "Ada Thrift");
  says(&p, "Drifting away");
  client_close(&p.c);
}

static void meets(struct place *p, const struct person *x, int days, int minute) {
  struct appointment one;
  record_clear(&appointment_type, &one);
  one.person = x->id, one.worker = p->amina.user_id;
  struct attempt first = {
      .on = instant_local_uk(p->c.now).day + days, .minute = minute, .minutes = 30};
  db_begin(p->t->db, STORE_MAIN);
  assert_int_equal(contacts_book(p->t->db, p->t->arena, &one, &first, p->amina.user_id, p->c.now),
                   DB_OK);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}

static void everyone_one_supports_stands_on_one_page(struct db_test *t) {
  struct place p = place_of(t);
  get(&p.c, "/caseload");
  says(&p, "Nobody here.");
  struct person ada = add(&p, "Ada Thrift", "text"), ben = add(&p, "Ben Quay", "in_person");
  promise(&p, &ada, "Ring the college", -2);
  meets(&p, &ben, 3, 14 * 60 + 30);
  get(&p.c, "/caseload");
  says(&p, "Ring the college");
  says(&p, "Late:");
  says(&p, "In person only");
  says(&p, ", 14:30");
  assert_true(str_find(p.c.text, S("Ada Thrift")) < str_find(p.c.text, S("Ben Quay")));
  get(&p.c, "/caseload?show=no-time");
  says(&p, "Ada Thrift");
  assert_false(client_says(&p.c, "Ben Quay"));
  get(&p.c, "/caseload?show=quiet");
  says(&p, "Nobody here.");
  get(&p.c, "/caseload?show=nonsense&order=nonsense"); /* as if not asked */
  says(&p, "Ben Quay");
  p.c.now += (instant_t)29 * 86400 * 1000000;
  get(&p.c, "/caseload?show=quiet&order=last");
  says(&p, "Ben Quay");
  client_as(&p.c, p.joe); /* of the same team, and carries nobody */
  get(&p.c, "/caseload");
  says(&p, "Nobody here.");
  client_close(&p.c);
}

static void a_handover_is_for_whoever_stands_in_while_they_do(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift", "text");
  add(&p, "Cat Moor", "phone");
  promise(&p, &ada, "Ring the college", 3);
  const char *path = worker_path(&p, "/handover/", &p.amina);
  client_as(&p.c, p.joe);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  stand_in(&p, 0, 6);
  get(&p.c, "/today");
  says(&p, "You stand in for");
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  says(&p, "Ada Thrift");
  says(&p, "Ring the college");
  says(&p, "1 other person has nothing due this week.");
  client_as(&p.c, p.priya);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  client_as(&p.c, p.joe);
  p.c.now += (instant_t)7 * 86400 * 1000000; /* it ends by itself */
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

/* Read in a minute: what is late or of today, however much; then whole days while they fit; the
 * rest one press away, and nobody's safety sign or promise lost. */
static void a_handover_is_half_a_page(struct db_test *t) {
  struct place p = place_of(t);
  char name[32], words[40];
  for (int i = 0; i < 40; i++) {
    snprintf(name, sizeof name, "Person Number%02d", i);
    struct person x = add(&p, name, i == 39 ? "in_person" : "text");
    snprintf(words, sizeof words, "Ring the college about it %02d", i);
    if (i < 39) promise(&p, &x, words, i < 5 ? -1 - i : i / 6);
    if (i == 38) meets(&p, &x, 6, 9 * 60);
  }
  stand_in(&p, 0, 6);
  const char *path = worker_path(&p, "/handover/", &p.amina);
  client_as(&p.c, p.joe);
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  for (int i = 0; i < 12; i++) { /* late, today, tomorrow */
    snprintf(words, sizeof words, "about it %02d", i);
    says(&p, words);
  }
  assert_false(client_says(&p.c, "about it 38"));
  says(&p, "Person Number39"); /* nothing due, and in person only */
  says(&p, "In person only");
  says(&p, "The whole week");
  size_t from = str_find(p.c.text, S("<h1>")), to = str_find(p.c.text, S("</main>")), spaces = 0;
  for (size_t i = from; i < to; i++) spaces += p.c.text.p[i] == ' ';
  assert_true(spaces < 600); /* tags and all: forty promises would be more */
  get(&p.c, str_c(t->arena, str_format(t->arena, "%s?show=week", path)));
  for (int i = 0; i < 39; i++) {
    snprintf(words, sizeof words, "about it %02d", i);
    says(&p, words);
  }
  says(&p, "09:00");
  client_close(&p.c);
}

static void a_lead_hands_people_over(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift", "text");
  char form[256], id[37];
  uuid_text(ada.public_id, id);
  const char *path = worker_path(&p, "/team/", &p.amina);
  get(&p.c, path);
  assert_int_equal(p.c.status, 403); /* a worker does not lead */
  db_begin(t->db, STORE_MAIN);
  db_run(t->db, SQL("update team set sees = 'team' where id = ?1"), V(p.rhian.team_id));
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  client_as(&p.c, p.rhian);
  get(&p.c, "/team");
  assert_int_equal(p.c.status, 200);
  get(&p.c, path);
  says(&p, "Ada Thrift");
  post(&p.c, path, "to=");
  assert_int_equal(p.c.status, 422);
  snprintf(form, sizeof form, "person=%s&to=%s", id, worker_path(&p, "", &p.priya));
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 422); /* another team */
  snprintf(form, sizeof form, "person=%s&to=%s", id, worker_path(&p, "", &p.joe));
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 303);
  get(&p.c, path);
  assert_false(client_says(&p.c, "Ada Thrift"));
  get(&p.c, worker_path(&p, "/team/", &p.joe));
  says(&p, "Ada Thrift");
  client_close(&p.c);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(the_most_pressing_comes_first),
      DB_TEST(today_says_what_waits_and_why),
      DB_TEST(today_holds_at_most_twelve),
      DB_TEST(who_drifts_away_is_shown_with_why),
      DB_TEST(everyone_one_supports_stands_on_one_page),
      DB_TEST(a_handover_is_for_whoever_stands_in_while_they_do),
      DB_TEST(a_handover_is_half_a_page),
      DB_TEST(a_lead_hands_people_over)};
  const struct migrations lists[] = {
      db_migrations,           audit_migrations,      web_migrations,      record_migrations,
      accounts_migrations,     permission_migrations, places_migrations,   directory_migrations,
      people_migrations,       support_migrations,    messages_migrations, contacts_migrations,
      safeguarding_migrations, referrals_migrations,  money_migrations,    caseload_migrations};
  return db_test_run("caseload", cases, countof(cases), lists, countof(lists));
}
