/* match_test: two installations match privately, by `waymark match` and files alone; every way of
 * cheating that the steps can notice is refused and logged. LINKAGE.md, "Privacy". */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "base/file.h"
#include "db/here.h"
#include "db/seal.h"
#include "db/testing.h"
#include "known/match.h"
#include "web/out.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, places_migrations, known_migrations;
static const struct migrations *lists(size_t *n) {
  static struct migrations all[9];
  const struct migrations here[] = {db_migrations,     record_migrations,   audit_migrations,
                                    web_migrations,    accounts_migrations, permission_migrations,
                                    places_migrations, people_migrations,   known_migrations};
  memcpy(all, here, sizeof all);
  *n = countof(all);
  return all;
}

struct side {
  struct db_test *t;
  struct client c;
  struct actor worker;
  int64_t us, them, team;
  const char *our_name, *their_name;
  struct person who[8];
  size_t n;
};
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain, &known_domain};
static char folder[64];
static instant_t now_is;
static enum db_kind database;

static struct side side_of(struct db_test *t, const char *ours, const char *theirs) {
  struct side s = {.t = t,
                   .our_name = ours,
                   .their_name = theirs,
                   .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  now_is = s.c.now;
  people_sealing();
  people_parts_use(domains, countof(domains));
  s.team = test_team(t->db, t->arena, ours, "Support", FUNCTION_SUPPORT, "team", now_is);
  test_team(t->db, t->arena, theirs, "Partner", FUNCTION_SUPPORT, "team", now_is);
  s.worker = test_user(t->db, t->arena, s.team, "worker", ROLE_MANAGER, "", now_is);
  s.us = s.worker.organisation_id;
  s.them = db_number(t->db, 0, SQL("select id from member_organisation where name = ?1"),
                     V(str_of(theirs)));
  return s;
}

static void add(struct side *s, const char *name, day_t born, const char *phone, const char *said,
                bool hides) {
  struct person *p = &s->who[s->n++];
  record_clear(&person_type, p);
  p->public_id = uuid_v4(), p->safe_way = S("phone");
  p->name = str_of(name), p->phone = str_of(phone), p->born_on = born;
  db_begin(s->t->db, STORE_MAIN);
  (hides ? people_add_restricted : people_add)(s->t->db, s->t->arena, &s->worker, p, now_is);
  struct choice c = {.person_id = p->id,
                     .organisation_id = s->them,
                     .class_bit = CLASS_IDENTITY,
                     .answer = said,
                     .how = "said",
                     .language = "en",
                     .asked_by = s->worker.user_id};
  if (*said) permission_choose(s->t->db, s->t->arena, &c, now_is);
  assert_int_equal(db_commit(s->t->db, STORE_MAIN), DB_OK);
}

static void agree(struct side *s) {
  struct agreement_party parties[] = {{s->us, "controller"}, {s->them, "controller"}};
  struct agreement g = {.title = S("Matching"),
                        .purpose = S("One front door"),
                        .classes = CLASS_IDENTITY | CLASS_CONTACT,
                        .article6 = "public_task",
                        .from = 0,
                        .to = DAY_NONE,
                        .review_on = 30000,
                        .owner_user_id = s->worker.user_id,
                        .parties = {parties, 2}};
  db_begin(s->t->db, STORE_MAIN);
  assert_true(permission_agreement_add(s->t->db, s->t->arena, &g) > 0);
  assert_int_equal(db_commit(s->t->db, STORE_MAIN), DB_OK);
}

/* `waymark match WORDS...` against one side's data; the words are split at '|'. */
static int match(struct side *s, const char *text) {
  static char room[1024];
  char *argv[32] = {(char *)(uintptr_t) "match"};
  int argc = 1;
  snprintf(room, sizeof room, "%s", text);
  for (char *w = room; *w && argc < 31; w += strlen(w) + 1) {
    argv[argc++] = w;
    char *bar = strchr(w, '|');
    if (!bar) break;
    *bar = 0;
  }
  db_here_set(&s->t->where);
  here_now_set(now_is);
  return match_command(argc, argv);
}

static const char *at(const char *name) {
  static char paths[8][128];
  static unsigned next;
  char *path = paths[next++ % 8];
  snprintf(path, 128, "%s/%s", folder, name);
  return path;
}

static int say(struct side *s, const char *word, const char *first, const char *second,
               const char *out) {
  char text[600];
  snprintf(text, sizeof text, "%s|%s|%s|--out|%s", word, first, second, at(out));
  return match(s, text);
}

static void befriend(struct side *s, const char *card, const char *more) {
  char text[600];
  snprintf(text, sizeof text,
           "partner|%s|--card|%s|--us|%s|--purpose|same_help|--project|one front door|--cap|500%s",
           s->their_name, at(card), s->our_name, more);
  assert_int_equal(match(s, text), 0);
}

static struct side *open_side(const char *ours, const char *theirs) {
  struct db_test *t = calloc(1, sizeof *t);
  struct side *s = calloc(1, sizeof *s);
  size_t n;
  const struct migrations *all = lists(&n);
  db_test_open(t, database, all, n);
  t->arena_space = arena_open((size_t)1 << 28);
  t->arena = &t->arena_space;
  *s = side_of(t, ours, theirs);
  return s;
}

static void close_side(struct side *s) {
  client_close(&s->c);
  db_test_close(s->t);
  free(s->t);
  free(s);
}

static void pair_of_sides(struct side **a, struct side **b, const char *more) {
  *a = open_side("Harbour Lights", "Coast Homes");
  *b = open_side("Coast Homes", "Harbour Lights");
  day_t born = day_of(1980, 3, 4);
  add(*a, "Ada Thrift", born, "07700 900221", "yes", false);
  add(*a, "Bob Lanyon", born + 40, "07700 900222", "yes", false);
  add(*a, "Said No", born + 80, "07700 900223", "no", false);
  add(*a, "Not Asked", born + 90, "07700 900224", "", false);
  add(*a, "Hides Away", born + 99, "07700 900225", "yes", true);
  add(*b, "Ada Thrift", born, "+44 7700 900221", "yes", false);
  add(*b, "Said No", born + 80, "07700 900223", "yes", false);
  add(*b, "Not Asked", born + 90, "07700 900224", "yes", false);
  add(*b, "Hides Away", born + 99, "07700 900225", "yes", false);
  agree(*a), agree(*b);
  assert_int_equal(match(*a, "team|Support|on"), 0);
  assert_int_equal(match(*b, "team|Support|on"), 0);
  char text[300];
  snprintf(text, sizeof text, "card|--out|%s", at("a.card"));
  assert_int_equal(match(*a, text), 0);
  snprintf(text, sizeof text, "card|--out|%s", at("b.card"));
  assert_int_equal(match(*b, text), 0);
  befriend(*a, "b.card", more);
  befriend(*b, "a.card", more);
}

static int64_t number(struct side *s, const struct sql *sql) {
  return db_number(s->t->db, -1, sql);
}

/* Six files there and back; whoever said yes on both sides is found, and nobody else is in it. */
static void only_who_said_yes_on_both_sides(void **state) {
  (void)state;
  struct side *a, *b;
  pair_of_sides(&a, &b, "");
  assert_int_equal(say(a, "start", "Coast Homes", "2026-11", "a1"), 0);
  assert_int_equal(number(a, SQL("select people from known_match")), 2); /* Ada and Bob */
  assert_int_equal(say(b, "start", "Harbour Lights", "2026-11", "b1"), 0);
  assert_int_equal(say(a, "start", "Coast Homes", "2026-11", "again"), 1); /* one a period */
  assert_int_equal(say(a, "take", "Coast Homes", at("b1"), "a2"), 0);
  assert_int_equal(say(b, "take", "Harbour Lights", at("a1"), "b2"), 0);
  assert_int_equal(say(a, "take", "Coast Homes", at("b2"), "a3"), 0);
  assert_int_equal(say(b, "take", "Harbour Lights", at("a2"), "b3"), 0);
  assert_int_equal(say(a, "take", "Coast Homes", at("b3"), "none"), 0);
  assert_int_equal(say(b, "take", "Harbour Lights", at("a3"), "none"), 0);
  assert_int_equal(number(a, SQL("select shared from known_match")), 1);
  assert_int_equal(number(b, SQL("select shared from known_match")), 1);
  assert_int_equal(number(a, SQL("select person_id from known_match_person where shared = 1")),
                   a->who[0].id);
  assert_int_equal(number(a, SQL("select count(*) from known_match where saved is not null")), 0);
  /* The resident finds it under who looked; the log is signed and says no name. */
  struct audit_looks looks = {0};
  struct why why;
  struct audit_writer *w = audit_writer_open(a->t->db, now_is, &why);
  assert_non_null(w);
  audit_writer_drain(w);
  audit_writer_close(w);
  assert_true(audit_who_looked(a->t->db, a->t->arena, a->who[0].id, 0, 20, &looks) && looks.n == 1);
  assert_true(str_contains(looks.p[0].entry.what, S("without names")));
  assert_true(audit_who_looked(a->t->db, a->t->arena, a->who[2].id, 0, 20, &looks) && !looks.n);
  assert_int_equal(match(a, "log|Coast Homes"), 0);
  assert_int_equal(number(a, SQL("select count(*) from known_match_log")), 4);
  close_side(a), close_side(b);
}

/* Wrong order, replayed, altered, another run's, larger than agreed: refused, logged, nothing
 * moved. */
static void cheating_is_refused_and_logged(void **state) {
  (void)state;
  struct side *a, *b;
  pair_of_sides(&a, &b, "");
  assert_int_equal(say(a, "take", "Coast Homes", at("a.card"), "x"), 1); /* none is open */
  assert_int_equal(say(a, "start", "Coast Homes", "2026-11", "a1"), 0);
  assert_int_equal(say(b, "start", "Harbour Lights", "2026-11", "b1"), 0);
  assert_int_equal(say(a, "take", "Coast Homes", at("a1"), "x"), 1); /* our own */
  assert_int_equal(say(a, "take", "Coast Homes", at("b.card"), "x"), 1);
  struct str whole;
  struct why why;
  assert_true(file_read(a->t->arena, at("b1"), 1 << 20, &whole, &why));
  char *bytes = str_c(a->t->arena, whole);
  bytes[whole.n / 2] ^= 1;
  assert_true(file_write(at("altered"), (struct str){bytes, whole.n}, &why));
  assert_int_equal(say(a, "take", "Coast Homes", at("altered"), "x"), 1);
  assert_int_equal(say(a, "take", "Coast Homes", at("b1"), "a2"), 0);
  assert_int_equal(say(a, "take", "Coast Homes", at("b1"), "x"), 1);    /* replayed */
  assert_int_equal(say(b, "take", "Harbour Lights", at("a2"), "x"), 1); /* out of order */
  assert_int_equal(say(b, "take", "Harbour Lights", at("a1"), "b2"), 0);
  assert_int_equal(
      number(a, SQL("select count(*) from known_match_log where said like 'refused:%'")), 4);
  assert_int_equal(
      number(b, SQL("select count(*) from known_match_log where said like 'refused:%'")), 1);
  assert_int_equal(number(a, SQL("select count(*) from known_match where state = 'open'")), 1);
  close_side(a), close_side(b);
}

/* No agreement, an unknown purpose, enforcement, a service not switched on: no key is derived. */
static void without_agreement_choice_and_service_nothing_runs(void **state) {
  (void)state;
  struct side *a, *b;
  pair_of_sides(&a, &b, "");
  assert_int_equal(match(a, "team|Support|off"), 0);
  assert_int_equal(say(a, "start", "Coast Homes", "2026-12", "x"), 1);
  assert_int_equal(match(a, "team|Support|on"), 0);
  int64_t agreement = number(a, SQL("select max(id) from agreement"));
  db_begin(a->t->db, STORE_MAIN);
  permission_agreement_end(a->t->db, a->t->arena, agreement, instant_local_uk(now_is).day - 1);
  assert_int_equal(db_commit(a->t->db, STORE_MAIN), DB_OK);
  assert_int_equal(say(a, "start", "Coast Homes", "2026-12", "x"), 1);
  agree(a);
  db_run(a->t->db, SQL("update known_partner set purpose = 'fraud' where id > 0"));
  assert_int_equal(say(a, "start", "Coast Homes", "2026-12", "x"), 1);
  db_run(a->t->db, SQL("update known_partner set purpose = 'planning' where id > 0"));
  test_team(a->t->db, a->t->arena, "Coast Homes", "Recovery", FUNCTION_ENFORCEMENT, "team", now_is);
  assert_int_equal(say(a, "start", "Coast Homes", "2026-12", "x"), 1);
  assert_int_equal(number(a, SQL("select count(*) from known_match")), 0);
  close_side(a), close_side(b);
}

/* More keys than the cap, and a count-only run that names nobody and says "under 10". */
static void caps_and_counts(void **state) {
  (void)state;
  struct side *a, *b;
  pair_of_sides(&a, &b, "|--count-only");
  db_run(a->t->db, SQL("update known_partner set cap = 3 where id > 0"));
  assert_int_equal(say(a, "start", "Coast Homes", "2026-11", "x"), 1);
  db_run(a->t->db, SQL("update known_partner set cap = 500 where id > 0"));
  db_run(b->t->db, SQL("update known_partner set cap = 900 where id > 0")); /* more than agreed */
  assert_int_equal(say(b, "start", "Harbour Lights", "2026-10", "larger"), 0);
  assert_int_equal(say(a, "start", "Coast Homes", "2026-11", "a1"), 0);
  assert_int_equal(say(a, "take", "Coast Homes", at("larger"), "x"), 1);
  db_run(b->t->db, SQL("update known_partner set cap = 500 where id > 0"));
  assert_int_equal(say(b, "start", "Harbour Lights", "2026-11", "b1"), 0);
  const char *const steps[][2] = {{"b1", "a2"}, {"b2", "a3"}, {"b3", "x"}};
  const char *const others[][2] = {{"a1", "b2"}, {"a2", "b3"}, {"a3", "x"}};
  for (int i = 0; i < 3; i++) {
    assert_int_equal(say(a, "take", "Coast Homes", at(steps[i][0]), steps[i][1]), 0);
    assert_int_equal(say(b, "take", "Harbour Lights", at(others[i][0]), others[i][1]), 0);
  }
  assert_int_equal(number(a, SQL("select count(*) from known_match_person where shared = 1")), 0);
  assert_true(number(a, SQL("select shared from known_match")) > 0);
  assert_int_equal(match(a, "result|Coast Homes"), 0);
  close_side(a), close_side(b);
}

/* ---- over HTTPS: what is posted arrives at the other side's own request handling ---- */

static struct side *ends[2];      /* whose addresses are https://0.example and https://1.example */
static int lost, altered, posted; /* answers still to lose; bodies still to alter; calls made */
static struct str last_body;      /* what was posted last */

static bool carried(struct arena *a, const struct out_request *ask, struct out_reply *reply,
                    struct why *why) {
  struct side *to = ends[ask->url.p[8] - '0'];
  char *body = str_c(a, ask->body);
  assert_true(ask->stay && str_contains(ask->url, S(".example/api/match")));
  if (altered) body[ask->body.n / 2] ^= 1, altered--;
  posted++;
  last_body = str_copy(ends[0]->t->arena, ask->body);
  client_as(&to->c, (struct actor){0});
  to->c.now = now_is;
  ask_of(&to->c, METHOD_POST, "/api/match", ask->content_type, (struct str){body, ask->body.n});
  *reply = (struct out_reply){.status = to->c.status, .body = str_copy(a, to->c.text)};
  if (lost) return lost--, why_say(why, "Nobody answered.");
  return true;
}

static enum match_going go(struct side *s, const char *period, struct why *why) {
  struct match_partner p;
  assert_true(match_partner_named(s->t->db, s->t->arena, str_of(s->their_name), &p, why));
  return match_go(s->t->db, s->t->arena, &p, str_of(period), now_is, why);
}

static void joined_sides(struct side **a, struct side **b) {
  pair_of_sides(a, b, "");
  ends[0] = *a, ends[1] = *b;
  lost = altered = posted = 0;
  match_send_through(carried);
  assert_int_equal(match(*a, "address|Coast Homes|https://1.example/"), 0);
}

static void part_sides(struct side *a, struct side *b) {
  match_send_through(NULL);
  close_side(a), close_side(b);
}

/* The same run, the same findings, the same log as by files; a lost answer is asked for again. */
static void over_https_as_by_files(void **state) {
  (void)state;
  struct side *a, *b;
  struct why why = {0};
  joined_sides(&a, &b);
  assert_int_equal(match(a, "address|Coast Homes|http://1.example"), 1); /* never in the clear */
  assert_int_equal(go(a, "2026-11", &why), MATCH_LATER);
  assert_true(str_contains(why_str(&why), S("not begun")));
  assert_int_equal(number(a, SQL("select taken from known_match")), 0);
  assert_int_equal(say(b, "start", "Harbour Lights", "2026-11", "b1"), 0);
  lost = 1; /* it arrived there, and its answer was lost */
  assert_int_equal(go(a, "2026-11", &why), MATCH_LATER);
  assert_int_equal(number(b, SQL("select taken from known_match")), 1);
  assert_int_equal(go(a, "2026-11", &why), MATCH_OVER);
  assert_int_equal(number(a, SQL("select shared from known_match where state = 'done'")), 1);
  assert_int_equal(number(b, SQL("select shared from known_match where state = 'done'")), 1);
  assert_int_equal(number(a, SQL("select person_id from known_match_person where shared = 1")),
                   a->who[0].id);
  assert_int_equal(number(a, SQL("select count(*) from known_match_log")), 4);
  assert_int_equal(number(b, SQL("select count(*) from known_match_log")), 4);
  int calls = posted;
  assert_int_equal(go(a, "2026-11", &why), MATCH_OVER); /* one run a period: nothing more is sent */
  assert_int_equal(posted, calls);
  /* Only who said yes has it in who looked, on both sides. */
  struct audit_looks looks = {0};
  for (int i = 0; i < 2; i++) {
    struct side *s = i ? b : a;
    struct audit_writer *w = audit_writer_open(s->t->db, now_is, &why);
    assert_non_null(w);
    audit_writer_drain(w);
    audit_writer_close(w);
    assert_true(audit_who_looked(s->t->db, s->t->arena, s->who[0].id, 0, 20, &looks));
    assert_int_equal(looks.n, 1);
  }
  assert_true(audit_who_looked(a->t->db, a->t->arena, a->who[2].id, 0, 20, &looks) && !looks.n);
  part_sides(a, b);
}

/* Both sides know the other's address and carry the run at once: nothing is taken twice. */
static void both_sides_may_carry_it(void **state) {
  (void)state;
  struct side *a, *b;
  struct why why = {0};
  joined_sides(&a, &b);
  assert_int_equal(match(b, "address|Harbour Lights|https://0.example"), 0);
  assert_int_equal(go(b, "2026-11", &why), MATCH_LATER);
  lost = 1;
  assert_int_equal(go(a, "2026-11", &why), MATCH_LATER);
  lost = 1;
  assert_int_equal(go(b, "2026-11", &why), MATCH_LATER);
  assert_int_equal(go(a, "2026-11", &why), MATCH_OVER);
  assert_int_equal(go(b, "2026-11", &why), MATCH_OVER);
  for (int i = 0; i < 2; i++) {
    assert_int_equal(number(ends[i], SQL("select shared from known_match")), 1);
    assert_int_equal(number(ends[i], SQL("select count(*) from known_match_log where said like "
                                         "'refused%'")),
                     0);
  }
  part_sides(a, b);
}

static int send_to(struct side *s, struct str body) {
  client_as(&s->c, (struct actor){0});
  s->c.now = now_is;
  ask_of(&s->c, METHOD_POST, "/api/match", S("application/octet-stream"), body);
  return s->c.status;
}

static struct str framed(struct side *from, const char *period, int number_of, struct str sealed) {
  struct psi_identity us;
  struct why why;
  struct buf out = buf_open(1 << 20);
  struct match_frame f = {.period = str_of(period), .sealed = sealed, .number = number_of};
  assert_true(match_self(from->t->db, from->t->arena, now_is, &us, &why));
  assert_true(match_frame_put(&out, &f, &us));
  struct str copy = str_copy(from->t->arena, buf_str(&out));
  buf_free(&out);
  return copy;
}

/* Somebody who is no partner learns nothing; a partner who plays other messages is refused, and it
 * stands in the log; nothing has moved and the run comes to its end. */
static void over_https_cheating_is_refused_and_logged(void **state) {
  (void)state;
  struct side *a, *b, *other, *unused;
  struct why why = {0};
  joined_sides(&a, &b);
  assert_int_equal(say(b, "start", "Harbour Lights", "2026-11", "b1"), 0);
  altered = 1; /* on its way: its signature is not right any more */
  assert_int_equal(go(a, "2026-11", &why), MATCH_REFUSED);
  struct str genuine = last_body;
  assert_int_equal(send_to(b, S("")), 404);
  assert_int_equal(send_to(b, S("waymark match 1\n")), 404);
  pair_of_sides(&other, &unused, "");
  assert_int_equal(send_to(b, framed(other, "2026-11", 1, S("anything"))), 404);
  struct str stranger = str_copy(b->t->arena, b->c.text);
  assert_int_equal(send_to(b, framed(other, "1999-01", 1, S("anything"))), 404);
  assert_true(str_eq(stranger, b->c.text)); /* whether there is a run is not theirs to know */
  assert_int_equal(number(b, SQL("select count(*) from known_match_log where said like "
                                 "'refused%'")),
                   0);
  /* A partner: another period, out of order, their message altered within, larger than agreed. */
  assert_int_equal(send_to(b, framed(a, "2026-12", 1, S("anything"))), 409);
  assert_int_equal(send_to(b, framed(a, "2026-11", 3, S("anything"))), 422);
  assert_int_equal(send_to(b, framed(a, "2026-11", 1, S("anything"))), 422);
  char *large = arena_many(a->t->arena, char, 1 << 18);
  assert_int_equal(send_to(b, framed(a, "2026-11", 1, (struct str){large, 1 << 18})), 422);
  assert_int_equal(number(b, SQL("select count(*) from known_match_log where said like "
                                 "'refused%'")),
                   3);
  assert_int_equal(number(b, SQL("select taken from known_match")), 0);
  /* The genuine one is taken; again it is answered the same; another in its place is refused. */
  assert_int_equal(send_to(b, genuine), 200);
  struct str first = str_copy(b->t->arena, b->c.text);
  assert_int_equal(send_to(b, genuine), 200);
  assert_true(str_eq(first, b->c.text));
  assert_int_equal(number(b, SQL("select taken from known_match")), 1);
  assert_int_equal(send_to(b, framed(a, "2026-11", 1, S("another"))), 422);
  assert_int_equal(number(b, SQL("select count(*) from known_match_log where said like "
                                 "'refused%'")),
                   4);
  assert_int_equal(go(a, "2026-11", &why), MATCH_OVER);
  assert_int_equal(number(a, SQL("select shared from known_match")), 1);
  /* The agreement ended: a partner's message is no longer taken. */
  int64_t agreement = number(b, SQL("select max(id) from agreement"));
  assert_int_equal(say(b, "start", "Harbour Lights", "2026-12", "b1"), 0);
  db_begin(b->t->db, STORE_MAIN);
  permission_agreement_end(b->t->db, b->t->arena, agreement, instant_local_uk(now_is).day - 1);
  assert_int_equal(db_commit(b->t->db, STORE_MAIN), DB_OK);
  assert_int_equal(go(a, "2026-12", &why), MATCH_REFUSED);
  close_side(other), close_side(unused);
  part_sides(a, b);
}

static instant_t test_clock(void) { return now_is; }

/* A lead begins it on the page; the job goes on with it until the partner has begun too. */
static void a_lead_begins_it_and_it_goes_by_itself(void **state) {
  (void)state;
  struct side *a, *b;
  joined_sides(&a, &b);
  struct job_loop loop = {.db = a->t->db,
                          .lane = LANE_LONG,
                          .kinds = known_domain.jobs,
                          .n_kinds = known_domain.n_jobs,
                          .clock = test_clock,
                          .until_empty = true};
  client_as(&a->c, a->worker);
  get(&a->c, "/known/partners");
  assert_true(client_says(&a->c, "Match with Coast Homes for "));
  struct str rest =
      str_slice(a->c.text, str_find(a->c.text, S("name=\"partner\" value=\"")) + 22, a->c.text.n);
  struct str id = str_copy(a->t->arena, str_slice(rest, 0, 36)),
             period = str_copy(a->t->arena,
                               str_slice(day_iso(a->t->arena, instant_local_uk(now_is).day), 0, 7));
  char form[200];
  snprintf(form, sizeof form, "partner=%.*s&period=%.*s", P(id), P(period));
  post(&a->c, "/known/partners", form);
  assert_int_equal(a->c.status, 303);
  job_loop(&loop);
  get(&a->c, "/known/partners");
  assert_true(client_says(&a->c, "The partner has not begun this period yet."));
  assert_true(client_says(&a->c, "Ask Coast Homes again now"));
  assert_int_equal(say(b, "start", "Harbour Lights", str_c(a->t->arena, period), "b1"), 0);
  now_is += (instant_t)16 * 60 * 1000000;
  a->c.now = now_is;
  job_loop(&loop);
  client_as(&a->c, a->worker);
  get(&a->c, "/known/partners");
  assert_true(client_says(&a->c, "Shared people"));
  assert_true(client_says(&a->c, "under 10"));
  assert_false(client_says(&a->c, "Ask Coast Homes again now"));
  assert_false(client_says(&a->c, "Match with Coast Homes for "));
  /* Not another organisation's partner, nor nobody's. */
  post(&a->c, "/known/partners", "partner=00000000-0000-4000-8000-000000000000&period=2026-11");
  assert_int_equal(a->c.status, 404);
  part_sides(a, b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_who_said_yes_on_both_sides),
      cmocka_unit_test(cheating_is_refused_and_logged),
      cmocka_unit_test(without_agreement_choice_and_service_nothing_runs),
      cmocka_unit_test(caps_and_counts),
      cmocka_unit_test(over_https_as_by_files),
      cmocka_unit_test(both_sides_may_carry_it),
      cmocka_unit_test(over_https_cheating_is_refused_and_logged),
      cmocka_unit_test(a_lead_begins_it_and_it_goes_by_itself),
  };
  test_folder(folder);
  int failed = cmocka_run_group_tests_name("private matching, SQLite", tests, NULL, NULL);
  database = DB_POSTGRES;
  if (!db_test_has(DB_POSTGRES)) return failed;
  return failed + cmocka_run_group_tests_name("private matching, PostgreSQL", tests, NULL, NULL);
}
