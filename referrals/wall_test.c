/* wall_test: a referral is no tracking device (PRACTICE 8), enforcement hears "received" (PRACTICE
 * 1), links end, who hides stays hidden, and what is no longer needed is forgotten. */
#include <stdio.h>
#include "db/seal.h"
#include "referrals/referrals_test.h"

enum { ROUNDS = 40, TRIES = 8 };

static int by_size(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return a < b ? -1 : a > b;
}

/* The quick quarter's last: what a busy machine adds falls on the slow ones. */
static double quick(double *us) {
  qsort(us, ROUNDS, sizeof *us, by_size);
  return us[ROUNDS / 4];
}

/* What came back, bytes and headers, but for the form's own fresh marks. */
static struct str reply_of(struct town *p) {
  struct str location = client_header(&p->c, "Location");
  return str_format(p->t->arena, "%d %.*s %.*s", p->c.status, P(location), P(p->c.text));
}

static struct str api_reply(struct town *p, struct str token, const char *name, const char *phone,
                            int key) {
  p->c.authorization = str_format(p->t->arena, "Bearer %.*s", P(token));
  ask_of(&p->c, METHOD_POST, "/api/referrals", S("application/json"),
         str_format(p->t->arena,
                    "{\"key\":\"k%d\",\"name\":\"%s\",\"phone\":\"%s\",\"safe_way\":\"phone\","
                    "\"agreed\":\"said\",\"place\":\"ZB1 1AA\",\"age\":30,\"service\":\"%s\"}",
                    key, name, phone, p->talk_id));
  p->c.authorization = (struct str){0};
  return reply_of(p);
}

/* Generated: somebody known to the team, somebody who hides, the same again and again, and somebody
 * nobody knows. The same bytes in the same time. */
void nobody_can_be_tracked(struct db_test *t) {
  static const char *const names[] = {"Ada Thrift", "Selkie Farrow", "Nobody Known", "Wren Alder"};
  static const char *const phones[] = {"07700 900123", "07700 900123", "07700 900777",
                                       "07700 900321"};
  struct town p = town_of(t);
  static double us[countof(names)][ROUNDS];
  a_person(&p, &p.priya, names[0], false);
  a_person(&p, &p.priya, names[1], true);
  struct partner gp = a_partner(&p, "Quay Surgery", "gp", FUNCTION_REFERRER, true);
  struct str token = a_token(&p, &gp, "api", TEST_DAY + 30), first = {0};
  double least = 0, most = 1e12;
  /* A machine shared with others is asked again; what tells people apart would do so each time. */
  for (int tries = 0; tries < TRIES && most - least > least * 0.25 + 150; tries++) {
    for (int round = 0; round < ROUNDS; round++)
      for (size_t i = 0; i < countof(names); i++) {
        int key = i == 3 ? 3 : (tries * ROUNDS + round) * 10 + (int)i + 4; /* the last: again */
        uint64_t from = clock_monotonic_us();
        struct str got = api_reply(&p, token, names[i], phones[i], key);
        us[i][round] = (double)(clock_monotonic_us() - from);
        if (!first.n) first = got;
        if (!str_eq(got, first)) fail_msg("another answer for %s: %.*s", names[i], P(got));
      }
    least = 1e12, most = 0;
    for (size_t i = 0; i < countof(names) - 1; i++) {
      double time = quick(us[i]);
      if (time < least) least = time;
      if (time > most) most = time;
    }
  }
  assert_true(str_contains(first, S("\"state\":\"received\"")));
  if (t->kind == DB_SQLITE && most - least > least * 0.25 + 150)
    fail_msg("from %.0f to %.0f microseconds", least, most);
  /* The page says the same to everybody too. */
  struct str page = {0};
  for (size_t i = 0; i < countof(names); i++) {
    char five[400];
    snprintf(five, sizeof five, "name=%s&reach=%s&safe_way=phone&agreed=said&service=%s", names[i],
             phones[i], p.talk_id);
    for (char *c = five; *c; c++) *c = *c == ' ' ? '+' : *c;
    p.c.cookies = (struct str){0};
    get(&p.c, "/refer");
    refer_with(&p, "who=known&knows=yes&place=ZB1+1AA&age=30", five);
    struct str got = reply_of(&p);
    assert_true(follow(&p.c));
    struct str main = str_slice(p.c.text, str_find(p.c.text, S("<main")), p.c.text.n);
    got = str_format(t->arena, "%.*s%.*s", P(got), P(main));
    if (!page.n) page = got;
    if (!str_eq(got, page)) fail_msg("another page for %s", names[i]);
  }
  client_close(&p.c);
}

static struct str wall_page(struct town *p) {
  sign_in_as(p, &p->basil);
  get(&p->c, "/referrals/received");
  assert_int_equal(p->c.status, 200);
  return str_copy(p->t->arena, str_slice(p->c.text, str_find(p->c.text, S("<main")),
                                         str_find(p->c.text, S("</main"))));
}

void enforcement_hears_received(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  snprintf(five, sizeof five,
           "name=Wren+Alder&safe_way=phone&reach=07700+900321&agreed=said&their_ref=B7&service=%s",
           p.talk_id);
  sign_in_as(&p, &p.basil);
  refer_with(&p, "who=professional&knows=yes&place=ZB1+1AA&age=30", five);
  assert_int_equal(p.c.status, 303);
  struct str leg = newest_leg(&p), before = wall_page(&p);
  assert_true(str_contains(before, S("B7")) && str_contains(before, S("Received")));
  assert_false(str_contains(before, S("Wren")));
  static const char *const acts[] = {"do=opened", "do=accepted", "do=contacted",
                                     "do=feedback&feedback=outcome",
                                     "do=withdrawn&by=person&reason=not_now"};
  for (size_t i = 0; i < countof(acts); i++) {
    sign_in_as(&p, &p.priya);
    on_leg(&p, leg, acts[i]);
    assert_int_equal(p.c.status, 200);
    assert_true(str_eq(wall_page(&p), before)); /* whatever came of it */
  }
  sign_in_as(&p, &p.priya);
  get(&p.c, str_c(t->arena, str_format(t->arena, "/referrals/%.*s/letter", P(leg))));
  assert_true(says(&p, "No letter goes to this sender"));
  static const char *const closed[] = {"/referrals", "/referrals/sent", "/referrals/partners"};
  sign_in_as(&p, &p.basil);
  for (size_t i = 0; i < countof(closed); i++) {
    get(&p.c, closed[i]);
    assert_int_equal(p.c.status, 403);
  }
  open_leg(&p, leg);
  assert_int_equal(p.c.status, 403);
  /* By a program: the same, even when nothing fits and nothing is kept. */
  struct partner wall = a_partner(&p, "Conditionality", "jobcentre", FUNCTION_ENFORCEMENT, true);
  struct str token = a_token(&p, &wall, "api", TEST_DAY + 9);
  sign_in_as(&p, NULL);
  struct str taken = api_reply(&p, token, "Bo Tern", "07700 900555", 1);
  int64_t kept = count_of(&p, SQL("select count(*) from referral"));
  db_run(t->db, SQL("update referral_route set to_day = '2026-01-01' where id > 0"));
  assert_true(str_eq(api_reply(&p, token, "Cy Moss", "07700 900556", 2), taken));
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), kept);
  client_close(&p.c);
}

void private_people_get_thanks(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  snprintf(five, sizeof five, "name=Wren&safe_way=phone&reach=07700+900321&agreed=said&service=%s",
           p.talk_id);
  refer_with(&p, "who=known&knows=yes&age=30", five);
  struct str leg = newest_leg(&p);
  sign_in_as(&p, &p.priya);
  on_leg(&p, leg, "do=accepted");
  on_leg(&p, leg, "do=feedback&feedback=outcome");
  assert_true(p.c.status == 422 && says(&p, "private talk first"));
  on_leg(&p, leg, "do=contacted");
  on_leg(&p, leg, "do=feedback&feedback=outcome");
  assert_int_equal(p.c.status, 200);
  assert_false(says(&p, "Letter back to the sender"));
  get(&p.c, str_c(t->arena, str_format(t->arena, "/referrals/%.*s/letter", P(leg))));
  assert_true(says(&p, "They have had their thanks"));
  client_close(&p.c);
}

static int status_of(struct town *p, const char *path, struct str token) {
  get(&p->c, str_c(p->t->arena, str_format(p->t->arena, "%s%.*s", path, P(token))));
  return p->c.status;
}

void links_are_signed_and_end(struct db_test *t) {
  struct town p = town_of(t);
  struct partner gp = a_partner(&p, "Quay Surgery", "gp", FUNCTION_REFERRER, true);
  struct str good = a_token(&p, &gp, "link", TEST_DAY + 1),
             card = a_token(&p, &gp, "card", TEST_DAY + 1);
  assert_int_equal(status_of(&p, "/refer/with/", good), 200);
  assert_int_equal(status_of(&p, "/handed/", card), 200);
  assert_int_equal(status_of(&p, "/handed/", good), 404); /* each kind opens its own door */
  assert_int_equal(status_of(&p, "/refer/with/", card), 404);
  for (size_t i = 0; i < good.n; i++) { /* any other character, anywhere */
    char *bent = str_c(t->arena, good);
    bent[i] = bent[i] == '1' ? '2' : '1';
    assert_int_equal(status_of(&p, "/refer/with/", (struct str){bent, good.n}), 404);
  }
  assert_int_equal(status_of(&p, "/refer/with/", S("x")), 404);
  at_day(&p, TEST_DAY + 2);
  assert_int_equal(status_of(&p, "/refer/with/", good), 404);
  at_day(&p, TEST_DAY);
  db_run(t->db,
         SQL("update referral_link set revoked_at = '2026-12-18T00:00:00Z' where kind = 'link'"));
  assert_int_equal(status_of(&p, "/refer/with/", good), 404);
  db_run(t->db, SQL("update referral_partner set ended_on = '2026-12-01' where id = ?1"), V(gp.id));
  assert_int_equal(status_of(&p, "/handed/", card), 404);
  client_close(&p.c);
}

void who_hides_is_for_leads(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  snprintf(five, sizeof five,
           "name=Selkie+Farrow&safe_way=in_person&agreed=said&hides=yes&service=%s", p.talk_id);
  refer_with(&p, "who=professional&knows=yes&place=ZB1+1AA&age=30", five);
  assert_int_equal(p.c.status, 303);
  struct str leg = newest_leg(&p);
  sign_in_as(&p, &p.priya);
  get(&p.c, "/referrals");
  assert_false(says(&p, "Selkie") || str_contains(p.c.text, leg));
  open_leg(&p, leg);
  assert_int_equal(p.c.status, 404);
  sign_in_as(&p, &p.pat);
  get(&p.c, "/referrals");
  assert_true(says(&p, "kept private") && !says(&p, "Selkie"));
  on_leg(&p, leg, "do=accepted");
  assert_int_equal(p.c.status, 200);
  assert_int_equal(count_of(&p, SQL("select count(*) from restricted_person")), 1);
  assert_int_equal(count_of(&p, SQL("select count(*) from person where name is not null")), 0);
  sign_in_as(&p, &p.priya);
  open_leg(&p, leg);
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

void the_referral_forgets(struct db_test *t) {
  struct town p = town_of(t);
  char five[400];
  struct sheet sheet;
  struct str kept;
  snprintf(five, sizeof five,
           "name=Wren+Alder&safe_way=phone&reach=07700+900321&agreed=said&words=Company&service=%s",
           p.talk_id);
  refer_with(&p, "who=known&knows=yes&age=30", five);
  int64_t id = count_of(&p, SQL("select max(id) from referral"));
  struct rows r;
  assert_true(
      db_one(&r, t->db, t->arena, SQL("select identity from referral where id = ?1"), V(id)));
  kept = row_text(&r, 0);
  db_done(&r);
  assert_false(str_contains(kept, S("Wren"))); /* sealed, as it stands in the file */
  assert_true(sheet_open(t->db, t->arena, id, &sheet) && str_eq(sheet.name, S("Wren Alder")));
  sign_in_as(&p, &p.priya);
  on_leg(&p, newest_leg(&p), "do=accepted");
  assert_true(says(&p, "Wren Alder") && says(&p, "Company")); /* their own record says it now */
  seal_forget();
  assert_true(sheet_open(t->db, t->arena, id, &sheet) && !sheet.name.n && !sheet.phone.n);
  struct str plain;
  assert_false(unseal(t->db, t->arena,
                      (struct seal_place){-id, CLASS_IDENTITY, "referral identity"}, kept, &plain));
  client_close(&p.c);
}

void the_api_asks_once(struct db_test *t) {
  struct town p = town_of(t);
  struct partner gp = a_partner(&p, "Quay Surgery", "gp", FUNCTION_REFERRER, true);
  struct str token = a_token(&p, &gp, "api", TEST_DAY + 30),
             link = a_token(&p, &gp, "link", TEST_DAY + 30);
  struct str first = api_reply(&p, token, "Bo Tern", "07700 900555", 1);
  assert_true(str_eq(api_reply(&p, token, "Bo Tern", "07700 900555", 1), first));
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 1);
  api_reply(&p, token, "Bo Tern", "07700 900555", 2);
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 2);
  api_reply(&p, link, "Bo Tern", "07700 900555", 3); /* a link's word is no program's token */
  assert_int_equal(p.c.status, 401);
  api_reply(&p, S("nonsense"), "Bo Tern", "07700 900555", 3);
  assert_int_equal(p.c.status, 401);
  api_reply(&p, token, "", "07700 900555", 4);
  assert_true(p.c.status == 422 && says(&p, "Give a name to use"));
  ask_of(&p.c, METHOD_POST, "/api/referrals", S("application/json"), S("[1]"));
  assert_true(p.c.status == 422 && says(&p, "one JSON object"));
  assert_int_equal(count_of(&p, SQL("select count(*) from referral")), 2);
  client_close(&p.c);
}

void cards_are_counted_without_names(struct db_test *t) {
  struct town p = town_of(t);
  struct partner jcp = a_partner(&p, "Jobcentre", "jobcentre", FUNCTION_REFERRER, false);
  struct str card = a_token(&p, &jcp, "card", TEST_DAY + 300);
  char start[200], five[400];
  for (int i = 0; i < REFERRAL_CARD_LEAST; i++)
    assert_int_equal(status_of(&p, "/handed/", card), 200);
  snprintf(start, sizeof start, "who=self&place=ZB1+1AA&age=30&card=%.*s", P(card));
  snprintf(five, sizeof five, "name=Wren&safe_way=phone&reach=07700+900321&service=%s", p.talk_id);
  refer_with(&p, start, five);
  assert_int_equal(p.c.status, 303);
  /* The referral does not know which card, or that there was one. */
  assert_int_equal(
      count_of(
          &p,
          SQL("select count(*) from referral where partner_id is not null or source <> 'self'")),
      0);
  assert_int_equal(referrals_cards(t->db, t->arena, p.coast, TEST_DAY).n,
                   0); /* the month is not over */
  struct referral_cards cards = referrals_cards(t->db, t->arena, p.coast, TEST_DAY + 30);
  assert_int_equal(cards.n, 1);
  assert_true(cards.p[0].opened == REFERRAL_CARD_LEAST && cards.p[0].sent == NUMBER_NONE);
  client_close(&p.c);
}
