/* Flexible money, through the pages and the API, on both databases. PRACTICE 10. */
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "money/inside.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, money_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain, &money_domain};

struct place {
  struct db_test *t;
  struct client c;
  struct actor amina, joe, rhian, peer, priya; /* worker, worker, lead, peer; another team */
  struct person ada;
  struct fund fund;
  char path[96], fund_path[96];
};

static struct fund fund_of(const char *name, int64_t pence) {
  struct fund f;
  record_clear(&fund_type, &f);
  f.name = str_of(name), f.total = pence, f.starts = 0;
  return f;
}

static void add_fund(struct place *p, struct fund *f) {
  db_begin(p->t->db, STORE_MAIN);
  assert_int_equal(money_fund_add(p->t->db, p->t->arena, &p->rhian, f, p->c.now), DB_OK);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}

static struct place place_of(struct db_test *t, int64_t pence) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  char id[37];
  people_sealing();
  people_parts_use(domains, countof(domains));
  int64_t north =
      test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "team", now);
  int64_t health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now);
  p.amina = test_user(t->db, t->arena, north, "north 1", ROLE_KEY_WORKER, "", now);
  p.joe = test_user(t->db, t->arena, north, "north 2", ROLE_KEY_WORKER, "", now);
  p.rhian = test_user(t->db, t->arena, north, "north 3", ROLE_TEAM_LEAD, "", now);
  p.peer = test_user(t->db, t->arena, north, "north 4", ROLE_PEER, "", now);
  p.priya = test_user(t->db, t->arena, health, "health 1", ROLE_KEY_WORKER, "", now);
  record_clear(&person_type, &p.ada);
  p.ada.name = S("Ada Thrift"), p.ada.safe_way = S("text");
  db_begin(t->db, STORE_MAIN);
  people_add(t->db, t->arena, &p.amina, &p.ada, now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  p.fund = fund_of("Bridge fund", pence);
  add_fund(&p, &p.fund);
  uuid_text(p.ada.public_id, id);
  snprintf(p.path, sizeof p.path, "/people/%s/money", id);
  uuid_text(p.fund.public_id, id);
  snprintf(p.fund_path, sizeof p.fund_path, "/money/funds/%s", id);
  client_as(&p.c, p.amina);
  return p;
}

static void send(struct place *p, const char *path, const char *end, const char *form) {
  char whole[512];
  snprintf(whole, sizeof whole, "%s%s", path, end);
  post(&p->c, whole, form);
}

/* Asks for a spend; more is added to the form. */
static void ask(struct place *p, const char *amount, const char *means, const char *more) {
  char form[1024];
  snprintf(form, sizeof form, "item=travel&amount=%s&means=%s&fund=%lld&words=Bus+fares%s", amount,
           means, (long long)p->fund.id, more);
  send(p, p->path, "/new", form);
}

/* The address of the newest spend, from where the last reply led. */
static void led_to(struct place *p, char out[256]) {
  struct str to = client_header(&p->c, "Location");
  assert_int_equal(p->c.status, 303);
  snprintf(out, 256, "%.*s", P(to));
}

static int64_t left(struct place *p) { return money_fund_left(p->t->db, p->fund.id); }

static void says(struct place *p, const char *words) {
  if (!client_says(&p->c, words)) fail_msg("not said: %s\n%.*s", words, P(p->c.text));
}

/* ---- the tests ---- */

static void states_follow_from_facts(struct db_test *t) {
  struct spend_facts f = {DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE};
  (void)t;
  assert_int_equal(spend_state_of(&f), SPEND_ASKED);
  f.allowed = 3;
  assert_int_equal(spend_state_of(&f), SPEND_ALLOWED);
  f.bought = 4, f.receipted = 6;
  assert_int_equal(spend_state_of(&f), SPEND_RECEIPTED);
  f.delivered = 7; /* said late: the receipt still counts */
  assert_int_equal(spend_state_of(&f), SPEND_RECEIPTED);
  f.reconciled = 9;
  assert_int_equal(spend_state_of(&f), SPEND_RECONCILED);
  f.cancelled = 10;
  assert_int_equal(spend_state_of(&f), SPEND_CANCELLED);
  for (enum spend_step s = 0; s < STEP_COUNT; s++) {
    assert_false(spend_step_fits(SPEND_CANCELLED, s));
    assert_false(spend_step_fits(SPEND_REFUSED, s));
    assert_false(spend_step_fits(SPEND_RECONCILED, s));
  }
}

static void a_statement_is_read_as_banks_write_it(struct db_test *t) {
  struct lines l;
  struct why why = {0};
  size_t bad;
  assert_true(statement_read(t->arena,
                             S("Date,Details,Paid out,Paid in\n01/11/2026,BUS CO,12.50,\n"
                               "02/11/2026,REFUND,,3.00\n2026-11-03,\"SHOES, LTD\",\"-46.00\",\n"
                               "01/11/2026,BUS CO,12.50,\n"),
                             &l, &bad, &why));
  assert_int_equal(bad, 0);
  assert_int_equal(l.n, 3);
  assert_int_equal(l.p[0].pence, 1250);
  assert_int_equal(l.p[1].pence, 4600);
  assert_int_equal(l.p[2].nth, 1); /* the same line twice is two lines */
  assert_true(statement_read(t->arena, S("Date,Amount\nyesterday,5\n"), &l, &bad, &why));
  assert_int_equal(bad, 1);
  assert_false(statement_read(t->arena, S("a,b\n1,2\n"), &l, &bad, &why));
  struct line one = {20, S(""), 1250, 0};
  assert_true(statement_fit(&one, 1250, 18) > statement_fit(&one, 1250, 15));
  assert_int_equal(statement_fit(&one, 1251, 18), 0);
  assert_int_equal(statement_fit(&one, 1250, 23), 0);
  assert_int_equal(statement_fit(&one, 1250, DAY_NONE), 0);
}

static void a_small_spend_is_allowed_at_once_and_followed_to_the_statement(struct db_test *t) {
  struct place p = place_of(t, 10000);
  char spend[256];
  send(&p, p.path, "/new", "item=&amount=&means=");
  assert_int_equal(p.c.status, 422);
  ask(&p, "12.50", "card", "&barrier=transport");
  led_to(&p, spend);
  assert_int_equal(left(&p), 10000 - 1250);
  get(&p.c, spend);
  says(&p, "Allowed: buy it");
  says(&p, "Bus fares");
  send(&p, spend, "/step", "step=receipt"); /* nothing is bought yet */
  assert_int_equal(p.c.status, 422);
  send(&p, spend, "/step", "step=buy&cost=13");
  assert_int_equal(p.c.status, 422);
  says(&p, "more than was allowed");
  send(&p, spend, "/step", "step=buy&cost=11.00");
  assert_int_equal(p.c.status, 303);
  assert_int_equal(left(&p), 10000 - 1100); /* what it did not cost is back */
  post_file(&p.c, str_c(t->arena, str_format(t->arena, "%s/receipt", spend)), "", "file", "r.pdf",
            S("%PDF-1.4 a receipt"));
  assert_int_equal(p.c.status, 303);
  get(&p.c, spend);
  says(&p, "Receipt settled");
  client_as(&p.c, p.rhian);
  char day[16];
  snprintf(day, sizeof day, "%.*s", P(day_iso(t->arena, instant_local_uk(p.c.now).day)));
  struct str csv = str_format(t->arena, "Date,Description,Amount\n%s,BUS COMPANY,11.00\n%s,X,5\n",
                              day, day);
  post_file(&p.c, str_c(t->arena, str_format(t->arena, "%s/statement", p.fund_path)), "", "file",
            "s.csv", csv);
  assert_int_equal(p.c.status, 303);
  get(&p.c, p.fund_path);
  says(&p, "BUS COMPANY");
  says(&p, "2 lines have no spend yet");
  send(&p, p.fund_path, "/match", "");
  get(&p.c, p.fund_path);
  says(&p, "1 line has no spend yet");
  get(&p.c, spend);
  says(&p, "On the statement");
  assert_int_equal(money_domain.doctor(t->db, t->arena, p.c.now, &(struct buf){0}), 0);
  client_close(&p.c);
}

static void two_people_cannot_spend_the_last_pound(struct db_test *t) {
  struct place p = place_of(t, 1000);
  ask(&p, "6", "card", "");
  assert_int_equal(p.c.status, 303);
  client_as(&p.c, p.joe);
  ask(&p, "6", "card", "");
  assert_int_equal(p.c.status, 422);
  says(&p, "has £4 left");
  says(&p, "Bus fares"); /* what was typed is still there */
  assert_int_equal(left(&p), 400);
  ask(&p, "4", "card", "");
  assert_int_equal(p.c.status, 303);
  assert_int_equal(left(&p), 0);
  assert_int_equal(db_number(t->db, 0, SQL("/* scan: test */ select count(*) from spend")), 2);
  client_close(&p.c);
}

static void cash_relatives_and_limits_take_a_second_person(struct db_test *t) {
  struct place p = place_of(t, 100000);
  char spend[256];
  ask(&p, "5", "petty_cash", "");
  led_to(&p, spend);
  get(&p.c, spend);
  says(&p, "Waits to be allowed");
  says(&p, "It is cash, or paid to the person.");
  send(&p, spend, "/step", "step=allow"); /* a worker cannot */
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.rhian);
  get(&p.c, "/money");
  says(&p, "Ada Thrift");
  send(&p, spend, "/step", "step=refuse&note=");
  assert_int_equal(p.c.status, 422);
  send(&p, spend, "/step", "step=allow");
  assert_int_equal(p.c.status, 303);
  ask(&p, "5", "to_person", ""); /* a lead's own asking waits for another */
  led_to(&p, spend);
  send(&p, spend, "/step", "step=allow");
  assert_int_equal(p.c.status, 422);
  says(&p, "somebody else must allow it");
  client_as(&p.c, p.amina);
  ask(&p, "5", "card", "&relative=1");
  led_to(&p, spend);
  get(&p.c, spend);
  says(&p, "somebody close to the worker");
  client_close(&p.c);
}

static void a_funds_own_limits_are_kept(struct db_test *t) {
  struct place p = place_of(t, 100000);
  char spend[256];
  struct fund f = fund_of("Limited", 100000);
  f.worker_limit = 2000, f.day_limit = 3000, f.repeat_days = 30;
  f.question = S("Are they a tenant?");
  add_fund(&p, &f);
  p.fund = f;
  ask(&p, "20", "card", "");
  assert_int_equal(p.c.status, 422);
  says(&p, "Are they a tenant?");
  ask(&p, "20", "card", "&question_met=1");
  led_to(&p, spend);
  get(&p.c, spend);
  says(&p, "Allowed: buy it");
  ask(&p, "5", "card", "&question_met=1"); /* the same thing again within 30 days */
  led_to(&p, spend);
  get(&p.c, spend);
  says(&p, "Waits to be allowed");
  struct spend_so_far none = {0};
  struct spend s = {.amount = 2001, .means = S("card")};
  assert_int_equal(spend_second(&f, &s, &none), SECOND_AMOUNT);
  s.amount = 1500, none.worker_today = 1501;
  assert_int_equal(spend_second(&f, &s, &none), SECOND_DAY);
  client_close(&p.c);
}

static void one_spend_from_two_funds(struct db_test *t) {
  struct place p = place_of(t, 1000);
  struct fund other = fund_of("Other", 5000);
  char more[96], spend[256];
  add_fund(&p, &other);
  snprintf(more, sizeof more, "&second_fund=%lld&second_amount=15", (long long)other.id);
  ask(&p, "25", "card", more);
  led_to(&p, spend);
  assert_int_equal(left(&p), 0);
  assert_int_equal(money_fund_left(t->db, other.id), 3500);
  send(&p, spend, "/step", "step=cancel");
  assert_int_equal(p.c.status, 303);
  assert_int_equal(left(&p), 1000);
  assert_int_equal(money_fund_left(t->db, other.id), 5000);
  snprintf(more, sizeof more, "&second_fund=%lld&second_amount=25", (long long)other.id);
  ask(&p, "25", "card", more);
  assert_int_equal(p.c.status, 422);
  client_close(&p.c);
}

static void a_voucher_is_used_once(struct db_test *t) {
  struct place p = place_of(t, 10000);
  char spend[256];
  ask(&p, "10", "voucher", "");
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.rhian);
  send(&p, p.fund_path, "/vouchers", "name=Day+tickets&worth=10&codes=SECRET-1%0A&expires=");
  assert_int_equal(p.c.status, 303);
  client_as(&p.c, p.amina);
  ask(&p, "10", "voucher", "");
  led_to(&p, spend);
  get(&p.c, spend);
  says(&p, "SECRET-1");
  ask(&p, "10", "voucher", "");
  assert_int_equal(p.c.status, 422);
  send(&p, spend, "/step", "step=cancel"); /* not bought with yet: it goes back into stock */
  ask(&p, "10", "voucher", "");
  assert_int_equal(p.c.status, 303);
  client_close(&p.c);
}

static void the_same_form_twice_is_one_spend(struct db_test *t) {
  struct place p = place_of(t, 10000);
  for (int i = 0; i < 2; i++) {
    ask(&p, "5", "card", "&key=0b2f2d5e-51a6-4b52-9c33-0d6f3e5a7711");
    assert_int_equal(p.c.status, 303);
  }
  assert_int_equal(left(&p), 9500);
  char path[128];
  snprintf(path, sizeof path, "/api%s", p.path);
  get(&p.c, path);
  says(&p, "\"pence\":500");
  client_close(&p.c);
}

static void others_find_nothing(struct db_test *t) {
  struct place p = place_of(t, 10000);
  char spend[256];
  ask(&p, "5", "card", "");
  led_to(&p, spend);
  client_as(&p.c, p.priya);
  get(&p.c, p.path);
  assert_int_equal(p.c.status, 404);
  get(&p.c, spend);
  assert_int_equal(p.c.status, 404);
  ask(&p, "5", "card", "");
  assert_int_equal(p.c.status, 404);
  get(&p.c, p.fund_path);
  assert_int_equal(p.c.status, 404);
  client_as(&p.c, p.peer);
  get(&p.c, p.path);
  assert_true(p.c.status == 403 || p.c.status == 404);
  assert_int_equal(left(&p), 9500);
  client_close(&p.c);
}

static void what_was_typed_comes_back(struct db_test *t) {
  struct place p = place_of(t, 10000);
  char id[37], form[256];
  uuid_text(p.ada.public_id, id);
  snprintf(form, sizeof form, "item=travel&words=Half+typed&draft-form=spend&draft-record=%s", id);
  send(&p, p.path, "/new", "item="); /* a page with a token */
  post(&p.c, "/draft", form);
  get(&p.c, str_c(t->arena, str_format(t->arena, "%s/new", p.path)));
  says(&p, "Half typed");
  says(&p, "What you typed before is back");
  client_close(&p.c);
}

static void the_demo_has_money(struct db_test *t) {
  struct place p = place_of(t, 10000);
  struct progress none = {0};
  struct why why;
  assert_true(accounts_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why));
  assert_true(people_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why));
  if (!money_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why)) fail_msg("%s", why.text);
  assert_true(db_number(t->db, 0, SQL("select count(*) from fund")) == 3);
  assert_true(db_number(t->db, 0, SQL("/* scan: test */ select count(*) from spend")) > 20);
  assert_int_equal(money_domain.doctor(t->db, t->arena, p.c.now, &(struct buf){0}), 0);
  client_close(&p.c);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(states_follow_from_facts),
      DB_TEST(a_statement_is_read_as_banks_write_it),
      DB_TEST(a_small_spend_is_allowed_at_once_and_followed_to_the_statement),
      DB_TEST(two_people_cannot_spend_the_last_pound),
      DB_TEST(cash_relatives_and_limits_take_a_second_person),
      DB_TEST(a_funds_own_limits_are_kept),
      DB_TEST(one_spend_from_two_funds),
      DB_TEST(a_voucher_is_used_once),
      DB_TEST(the_same_form_twice_is_one_spend),
      DB_TEST(others_find_nothing),
      DB_TEST(what_was_typed_comes_back),
      DB_TEST(the_demo_has_money)};
  const struct migrations lists[] = {db_migrations,     audit_migrations,    web_migrations,
                                     record_migrations, accounts_migrations, permission_migrations,
                                     people_migrations, money_migrations};
  return db_test_run("money", cases, countof(cases), lists, countof(lists));
}
