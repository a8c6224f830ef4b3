/* A team's work for whoever leads it, through the pages, on both databases. */
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "caseload/inside.h"
#include "db/seal.h"
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
  struct actor amina, joe, rhian, colin, harri, stella; /* the last two: another organisation */
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  struct db *db = t->db;
  seal_forget();
  people_sealing();
  people_parts_use(domains, countof(domains));
  p.c.now = local_uk_instant(day_of(2026, 6, 2), 9 * 60); /* a Tuesday */
  instant_t now = p.c.now;
  int64_t north = test_team(db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "team", now);
  int64_t forces = test_team(db, t->arena, "Lantern Hub", "Forces", FUNCTION_SUPPORT, "team", now);
  p.amina = test_user(db, t->arena, north, "north 1", ROLE_KEY_WORKER, "", now);
  p.joe = test_user(db, t->arena, north, "north 2", ROLE_KEY_WORKER, "", now);
  p.rhian = test_user(db, t->arena, north, "north 3", ROLE_TEAM_LEAD, "", now);
  p.colin = test_user(db, t->arena, north, "north 4", ROLE_MANAGER, "", now);
  p.harri = test_user(db, t->arena, forces, "harri", ROLE_KEY_WORKER, "", now);
  p.stella = test_user(db, t->arena, forces, "stella", ROLE_TEAM_LEAD, "", now);
  client_as(&p.c, p.rhian);
  return p;
}

static struct person add_by(struct place *p, const struct actor *by, const char *name) {
  struct person x;
  record_clear(&person_type, &x);
  x.name = str_of(name), x.safe_way = S("text");
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, by, &x, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return x;
}

static void says(struct place *p, const char *words) {
  if (!client_says(&p->c, words)) fail_msg("not said: %s\n%.*s", words, P(p->c.text));
}
static void quiet(struct place *p, const char *words) {
  if (client_says(&p->c, words)) fail_msg("said: %s", words);
}
#define QUERY(p, text) db_number((p).t->db, -1, SQL(text))

static const char *id_of(struct place *p, const struct actor *who) {
  struct rows r;
  assert_true(db_one(&r, p->t->db, p->t->arena,
                     SQL("select public_id from user_account where id = ?1"), V(who->user_id)));
  struct str id = row_text(&r, 0);
  db_done(&r);
  return str_c(p->t->arena, id);
}

static void later(struct place *p, int days) { p->c.now += (instant_t)days * 86400 * 1000000; }

static void who_is_over_is_what_was_agreed(struct db_test *t) {
  struct place p = place_of(t);
  char form[120];
  for (int i = 0; i < 3; i++) add_by(&p, &p.amina, "Ada Thrift");
  get(&p.c, "/team/load");
  says(&p, "Nobody carries more people than you agreed.");
  snprintf(form, sizeof form, "worker=%s&people=none", id_of(&p, &p.amina));
  post(&p.c, "/team/load", form);
  assert_int_equal(p.c.status, 422);
  snprintf(form, sizeof form, "worker=%s&people=2", id_of(&p, &p.harri)); /* another team's */
  post(&p.c, "/team/load", form);
  assert_int_equal(p.c.status, 422);
  snprintf(form, sizeof form, "worker=%s&people=2", id_of(&p, &p.amina));
  post(&p.c, "/team/load", form);
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/team/load");
  says(&p, "1 worker carries more people than you agreed.");
  says(&p, "1 person over");
  client_as(&p.c, p.amina);
  get(&p.c, "/team/load");
  assert_int_equal(p.c.status, 403);
  client_close(&p.c);
}

static void supervision_is_read_by_the_two(struct db_test *t) {
  struct place p = place_of(t);
  char path[120], form[200];
  snprintf(path, sizeof path, "/team/%s/supervision", id_of(&p, &p.amina));
  post(&p.c, path, "words=");
  assert_int_equal(p.c.status, 422);
  post(&p.c, path,
       "words=CANARY-talk&theirs=CANARY-will&mine=CANARY-lead&by=9/6/2026&next=1/7/2026");
  assert_int_equal(p.c.status, 303);
  get(&p.c, path);
  says(&p, "CANARY-talk");
  says(&p, "CANARY-lead");
  client_as(&p.c, p.amina);
  get(&p.c, "/supervision");
  says(&p, "CANARY-talk");
  size_t at = str_find(p.c.text, S("name=\"action\" value=\""));
  assert_true(at < p.c.text.n);
  struct str id = str_slice(p.c.text, at + 21, at + 21 + 36);
  snprintf(form, sizeof form, "action=%.*s&end=done", P(id));
  client_as(&p.c, p.joe);
  get(&p.c, "/supervision");
  quiet(&p, "CANARY");
  post(&p.c, "/supervision", form); /* not theirs */
  assert_int_equal(p.c.status, 409);
  client_as(&p.c, p.amina);
  post(&p.c, "/supervision", form);
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/supervision");
  says(&p, "Done on 2 June 2026");
  client_as(&p.c, p.stella); /* a lead elsewhere */
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  client_as(&p.c, p.rhian); /* a manager's are a manager's */
  snprintf(path, sizeof path, "/team/%s/supervision", id_of(&p, &p.colin));
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  assert_int_equal(QUERY(p, "select count(*) from supervision where words like '%CANARY%'"), 0);
  client_close(&p.c);
}

static void a_sample_can_be_drawn_again(struct db_test *t) {
  size_t a[5], b[5], c[5];
  assert_int_equal(sample_draw(42, 1000, 5, a), 5);
  assert_int_equal(sample_draw(42, 1000, 5, b), 5);
  assert_int_equal(sample_draw(43, 1000, 5, c), 5);
  assert_memory_equal(a, b, sizeof a);
  assert_memory_not_equal(a, c, sizeof a);
  for (size_t i = 1; i < 5; i++) assert_true(a[i] > a[i - 1] && a[i] < 1000);
  assert_int_equal(sample_draw(1, 3, 5, a), 3);

  struct place p = place_of(t);
  char name[40], form[300];
  post(&p.c, "/team/quality", "size=5");
  assert_int_equal(p.c.status, 422); /* nobody to draw from */
  for (int i = 0; i < 30; i++) {
    snprintf(name, sizeof name, "Person %02d", i);
    add_by(&p, &p.amina, name);
  }
  post(&p.c, "/team/quality", "size=2");
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/team/quality", "size=5");
  assert_int_equal(p.c.status, 303);
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select seed, people from quality_sample")));
  uint64_t seed = strtoull(str_c(t->arena, row_text(&r, 0)), NULL, 16);
  assert_int_equal(row_int(&r, 1), 30);
  db_done(&r);
  struct {
    int64_t *p;
    size_t n;
  } everyone = {0};
  size_t cap = 0, n = sample_draw(seed, 30, 5, a), k = 0;
  r = db_rows(t->db, t->arena, SQL("/* scan: test */ select id from person order by id"));
  while (db_next(&r)) *slice_push(t->arena, &everyone, &cap) = row_int(&r, 0);
  r = db_rows(t->db, t->arena, SQL("select person_id from quality_item order by place"));
  while (db_next(&r)) assert_int_equal(row_int(&r, 0), everyone.p[a[k++]]);
  assert_int_equal(k, n);
  assert_true(follow(&p.c));
  says(&p, "Drawn on 2 June 2026 from 30 people.");
  size_t at = str_find(p.c.text, S("name=\"person\" value=\""));
  struct str person = str_copy(t->arena, str_slice(p.c.text, at + 21, at + 21 + 36));
  const char *path = str_c(t->arena, p.c.path);
  snprintf(form, sizeof form, "person=%.*s&plan=partly&strength=yes&note=CANARY-note", P(person));
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 303);
  post(&p.c, path, "learned=CANARY-learned");
  assert_int_equal(p.c.status, 303);
  get(&p.c, path);
  says(&p, "CANARY-learned");
  says(&p, "CANARY-note");
  says(&p, "Looked at");
  assert_int_equal(QUERY(p, "select count(*) from quality_answer where answer = 'partly'"), 1);
  assert_int_equal(QUERY(p, "select count(*) from quality_item where note like '%CANARY%'"), 0);
  client_as(&p.c, p.stella);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

static void what_runs_out_next_comes_first(struct db_test *t) {
  struct place p = place_of(t);
  char form[200];
  const struct actor *all[] = {&p.amina, &p.joe, &p.rhian, &p.colin};
  for (size_t i = 0; i < 4; i++) {
    snprintf(form, sizeof form, "worker=%s&dbs=1/%zu/2025&trained=1/1/2026", id_of(&p, all[i]),
             9 - i);
    post(&p.c, "/team/checks", form);
    assert_int_equal(p.c.status, 303);
  }
  snprintf(form, sizeof form, "worker=%s&dbs=1/7/2026", id_of(&p, &p.amina)); /* to come */
  post(&p.c, "/team/checks", form);
  assert_int_equal(p.c.status, 422);
  snprintf(form, sizeof form, "worker=%s&dbs=1/7/2023&trained=1/1/2026", id_of(&p, &p.joe));
  post(&p.c, "/team/checks", form);
  get(&p.c, "/team/checks");
  says(&p, "DBS check until 1 July 2026");
  assert_true(str_find(p.c.text, S("north 2")) < str_find(p.c.text, S("north 1")));
  client_close(&p.c);
}

/* Each list, its count, and the way to where it is put right. */
static void records_to_look_at_lead_to_the_record(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add_by(&p, &p.amina, "Ada Thrift");
  char want[120], id[37];
  uuid_text(ada.public_id, id);
  get(&p.c, "/team/data");
  assert_int_equal(p.c.status, 200);
  quiet(&p, "sign need");
  later(&p, 100);
  get(&p.c, "/team/data");
  says(&p, "/team/data/no-next-step");
  says(&p, "/team/data/quiet-90");
  says(&p, "/team/data/no-plan");
  quiet(&p, "href=\"/team/data/quiet-180\"");
  static const struct {
    const char *list, *path;
  } lists[] = {{"no-next-step", "/contacts#record"},
               {"quiet-90", "/spells#last"},
               {"no-plan", "/plan/edit#matters"},
               {"no-age", "/edit/identity#f-born_on"},
               {"no-status", "/edit/situation#f-status"}};
  for (size_t i = 0; i < countof(lists); i++) {
    snprintf(want, sizeof want, "/team/data/%s", lists[i].list);
    get(&p.c, want);
    snprintf(want, sizeof want, "href=\"/people/%s%s\"", id, lists[i].path);
    says(&p, want);
    const char *hash = strchr(lists[i].path, '#');
    snprintf(want, sizeof want, "/people/%s%.*s", id, (int)(hash - lists[i].path), lists[i].path);
    client_as(&p.c, p.amina);
    get(&p.c, want);
    assert_int_equal(p.c.status, 200);
    snprintf(want, sizeof want, "id=\"%s\"", hash + 1);
    says(&p, want); /* the fragment is there */
    client_as(&p.c, p.rhian);
  }
  client_as(&p.c, p.stella); /* elsewhere: nobody of them */
  get(&p.c, "/team/data/no-plan");
  quiet(&p, "Ada Thrift");
  client_close(&p.c);
}

/* A next step anywhere takes somebody off the list; one that is done puts them back. */
static void a_next_step_may_be_in_the_plan(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add_by(&p, &p.amina, "Ada Thrift");
  struct plan_step step = {.words = S("Walk"), .who = S("person"), .by = DAY_NONE};
  struct plan_goal goal = {.words = S("To paint"), .steps = {&step, 1}};
  struct plan plan = {.written_by = S("together"),
                      .on = day_of(2026, 6, 2),
                      .review_on = DAY_NONE,
                      .goals = {&goal, 1}};
  later(&p, 40);
  get(&p.c, "/team/data/no-next-step");
  says(&p, "Ada Thrift");
  db_begin(t->db, STORE_MAIN);
  support_plan_write(t->db, t->arena, ada.id, 0, &plan, p.amina.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  get(&p.c, "/team/data/no-next-step");
  quiet(&p, "Ada Thrift");
  get(&p.c, "/team/data/not-agreed");
  says(&p, "Ada Thrift");
  db_begin(t->db, STORE_MAIN);
  support_step_end(t->db, t->arena, ada.id, step.public_id, S("done"), p.amina.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  get(&p.c, "/team/data/no-next-step");
  says(&p, "Ada Thrift");
  client_as(&p.c, p.amina); /* and that is good news */
  get(&p.c, "/today");
  says(&p, "Good news");
  says(&p, "A step of the plan is done.");
  client_close(&p.c);
}

static void keep_lists(struct place *p) {
  db_begin(p->t->db, STORE_MAIN);
  worklists_keep(p->t->db, p->t->arena, p->rhian.team_id, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}

/* Who stands on each list, as whoever leads the team reads it. */
static struct str on_the_lists(struct place *p) {
  struct request rq = {.db = p->t->db,
                       .arena = p->t->arena,
                       .actor = p->rhian,
                       .now = p->c.now,
                       .today = instant_local_uk(p->c.now).day};
  struct str all = {0};
  for (size_t i = 0; people_worklist(i); i++) {
    struct listeds on = worklist_read(&rq, people_worklist(i), 1000);
    all = str_format(p->t->arena, "%.*s %s:", P(all), people_worklist(i)->code);
    for (size_t k = 0; k < on.n; k++)
      all = str_format(p->t->arena, "%.*s %lld since %d", P(all), (long long)on.p[k].person_id,
                       on.p[k].since);
  }
  return all;
}

/* A large team's lists are kept overnight: the same people, but for who was put right since, who
 * hides, and who came since; without a night they are walked as any team's. */
static void lists_kept_overnight_say_the_same(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add_by(&p, &p.amina, "Ada Thrift"), bram = add_by(&p, &p.joe, "Bram Kelp");
  struct plan_step step = {.words = S("Walk"), .who = S("person"), .by = DAY_NONE};
  struct plan_goal goal = {.words = S("To paint"), .steps = {&step, 1}};
  struct plan plan = {.written_by = S("together"),
                      .on = day_of(2026, 6, 2),
                      .review_on = DAY_NONE,
                      .goals = {&goal, 1}};
  later(&p, 100);
  struct str walked = on_the_lists(&p);
  get(&p.c, "/team/data/no-next-step");
  quiet(&p, "As it stood this morning");
  keep_lists(&p);
  struct str kept = on_the_lists(&p);
  assert_true(str_contains(walked, S("since")));
  assert_true(str_eq(walked, kept));
  get(&p.c, "/team/data/no-next-step");
  says(&p, "As it stood this morning");
  says(&p, "Ada Thrift");
  says(&p, "Bram Kelp");
  db_begin(t->db, STORE_MAIN);
  support_plan_write(t->db, t->arena, ada.id, 0, &plan, p.amina.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  get(&p.c, "/team/data/no-next-step"); /* put right: gone at once */
  quiet(&p, "Ada Thrift");
  db_begin(t->db, STORE_MAIN);
  people_restrict(t->db, t->arena, bram.id, p.joe.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  get(&p.c, "/team/data/no-next-step");
  quiet(&p, "Bram Kelp");
  assert_int_equal(db_number(t->db, -1,
                             SQL("select count(*) from worklist_now where person_id = ?1"),
                             V(bram.id)),
                   0);
  later(&p, 1); /* no night: walked again */
  get(&p.c, "/team/data/not-agreed");
  says(&p, "Ada Thrift");
  quiet(&p, "As it stood this morning");
  client_close(&p.c);
}

static void days_of_support_are_put_right(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add_by(&p, &p.amina, "Ada Thrift");
  char path[80], form[200], id[37];
  uuid_text(ada.public_id, id);
  get(&p.c, "/team/spells");
  says(&p, "All days are right.");
  db_begin(t->db, STORE_MAIN);
  permission_engage_again(t->db, t->arena, ada.id, p.amina.team_id, day_of(2026, 6, 1));
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  get(&p.c, "/team/spells");
  says(&p, "It overlaps another");
  struct spells all = permission_spells(t->db, t->arena, ada.id, p.amina.team_id);
  snprintf(form, sizeof form, "spell=%.*s&from=1/5/2026&to=1/4/2026", P(all.p[0].public_id));
  post(&p.c, "/team/spells", form);
  assert_int_equal(p.c.status, 422);
  snprintf(form, sizeof form, "spell=%.*s&from=1/4/2026&to=1/5/2026", P(all.p[0].public_id));
  post(&p.c, "/team/spells", form);
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/team/spells");
  says(&p, "All days are right.");
  /* Ending it: the worker does not carry them any more, and nobody sees them from the next day. */
  client_as(&p.c, p.amina);
  snprintf(path, sizeof path, "/people/%s/spells", id);
  get(&p.c, path);
  all = permission_spells(t->db, t->arena, ada.id, p.amina.team_id);
  struct str open = {0};
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].to == DAY_NONE) open = all.p[i].public_id;
  snprintf(form, sizeof form, "spell=%.*s&why=because", P(open));
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 422);
  snprintf(form, sizeof form, "spell=%.*s&why=into_work&last=1/1/2026", P(open));
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 422); /* before it began */
  snprintf(form, sizeof form, "spell=%.*s&why=into_work", P(open));
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 303);
  later(&p, 1);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  assert_int_equal(QUERY(p, "select count(*) from caseload where to_day is null"), 0);
  client_close(&p.c);
}

static void days_until_it_is_written_down(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add_by(&p, &p.amina, "Ada Thrift");
  static const int delays[] = {0, 0, 2, 9, 20};
  for (size_t i = 0; i < countof(delays); i++) {
    struct contact c;
    bool again;
    record_clear(&contact_type, &c);
    c.public_id = uuid_v4(), c.person = ada.id, c.mode = S("phone"), c.words = S("Talk");
    c.on_day = day_of(2026, 5, 10), c.worker = p.amina.user_id, c.team = p.amina.team_id;
    db_begin(t->db, STORE_MAIN);
    contacts_add(t->db, t->arena, &c, p.amina.user_id,
                 local_uk_instant(day_of(2026, 5, 10) + delays[i], 600), &again);
    assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  }
  get(&p.c, "/team/delay");
  assert_int_equal(p.c.status, 200);
  says(&p, "May 2026");
  says(&p, "<td class=\"r\" data-l=\"Days\">2</td>");
  says(&p, "<td class=\"r\" data-l=\"Talks\">5</td>");
  says(&p, "<td class=\"r\" data-l=\"After more than a week\">2</td>");
  says(&p, "not known"); /* a month without talks has no number */
  client_close(&p.c);
}

static void who_waits_and_how_long(struct db_test *t) {
  struct place p = place_of(t);
  get(&p.c, "/team/stuck");
  says(&p, "Nobody waits and nobody is stuck.");
  add_by(&p, &p.amina, "Ada Thrift");
  later(&p, 30);
  get(&p.c, "/team/stuck");
  says(&p, "No talk written down yet");
  says(&p, "30 days");
  quiet(&p, "Ada Thrift"); /* numbers only */
  client_close(&p.c);
}

static const char *on_person(struct place *p, const struct person *x, const char *rest) {
  char id[37];
  uuid_text(x->public_id, id);
  return str_c(p->t->arena, str_format(p->t->arena, "/people/%s%s", id, rest));
}

/* The first learning on the page takes a step on a day. */
static void take(struct place *p, const struct person *x, const char *step, const char *on) {
  char form[160];
  const char *path = on_person(p, x, "/learning");
  get(&p->c, path);
  size_t at = str_find(p->c.text, S("name=\"learning\" value=\""));
  assert_true(at < p->c.text.n);
  snprintf(form, sizeof form, "learning=%.*s&step=%s&on=%s", 36, p->c.text.p + at + 23, step, on);
  post(&p->c, path, form);
}

/* S48: from intent to completion, and a buddy both said yes to. */
static void S48_from_intent_to_completion_with_a_buddy(struct db_test *t) {
  static const char *const steps[] = {"applied", "enrolled", "first_day", "half_way", "done"};
  struct place p = place_of(t);
  struct person who[4];
  get(&p.c, "/team/funnel");
  says(&p, "Nothing was begun in the last year.");
  for (int i = 0; i < 4; i++) {
    who[i] = add_by(&p, &p.amina, "Ada Thrift");
    post(&p.c, on_person(&p, &who[i], "/learning"), "what=CANARY-pottery&on=1/6/2026");
    assert_int_equal(p.c.status, 422); /* no kind */
    post(&p.c, on_person(&p, &who[i], "/learning"), "kind=course&what=CANARY-pottery&on=1/6/2026");
    assert_int_equal(p.c.status, 303);
  }
  for (int i = 0; i < 4; i++) /* 0, 1, 2 and 5 steps on */
    for (int s = 0; s < (i < 3 ? i : 5); s++) {
      take(&p, &who[i], steps[s], "2/6/2026");
      assert_int_equal(p.c.status, 303);
    }
  take(&p, &who[1], "stopped", "2/6/2026");
  take(&p, &who[3], "perfect", "2/6/2026");
  assert_int_equal(p.c.status, 422);
  take(&p, &who[0], "applied", "1/1/2027"); /* not yet */
  assert_int_equal(p.c.status, 422);
  struct funnel f = support_funnel(t->db, t->arena, p.amina.team_id, day_of(2026, 1, 1));
  static const int64_t came[LEARNING_STEPS] = {4, 3, 2, 1, 1, 1};
  for (int s = 0; s < LEARNING_STEPS; s++) assert_int_equal(f.came[s], came[s]);
  assert_int_equal(f.stopped[LEARNING_APPLIED], 1);
  get(&p.c, "/team/funnel");
  says(&p, "<td class=\"r\" data-l=\"Came so far\">3</td>");
  quiet(&p, "CANARY");
  client_as(&p.c, p.stella);
  get(&p.c, "/team/funnel");
  says(&p, "Nothing was begun in the last year.");
  client_as(&p.c, p.rhian);
  const char *path = on_person(&p, &who[0], "/learning");
  post(&p.c, path, "buddy=CANARY-bill&about=first_day&theirs=yes");
  assert_int_equal(p.c.status, 422); /* the buddy was not asked */
  post(&p.c, path, "buddy=CANARY-bill&about=first_day&buddys=yes");
  assert_int_equal(p.c.status, 422); /* nor were they */
  post(&p.c, path, "buddy=CANARY-bill&about=first_day&theirs=yes&buddys=yes");
  assert_int_equal(p.c.status, 303);
  get(&p.c, path);
  says(&p, "CANARY-bill");
  size_t at = str_find(p.c.text, S("name=\"end\" value=\""));
  char form[80];
  snprintf(form, sizeof form, "end=%.*s", 36, p.c.text.p + at + 18);
  post(&p.c, on_person(&p, &who[1], "/learning"), form); /* not theirs */
  assert_int_equal(p.c.status, 422);
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 303);
  get(&p.c, path);
  says(&p, "Over");
  assert_int_equal(QUERY(p, "select count(*) from learning where what like '%CANARY%'"), 0);
  assert_int_equal(QUERY(p, "select count(*) from buddy where name like '%CANARY%'"), 0);
  client_close(&p.c);
}

/* S32: an adviser of one organisation works in another's hub. Each sees their own people, the host
 * sees who comes and when, and visits are counted where they happen. */
static void S32_a_partner_works_at_our_site(struct db_test *t) {
  struct place p = place_of(t);
  struct person veteran = add_by(&p, &p.harri, "Vic Bugler"),
                ours = add_by(&p, &p.amina, "Ada Thrift");
  char path[80], id[37];
  post(&p.c, "/team/sites", "sign_in=nobody&site=The+hub&day=TU");
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/team/sites", "sign_in=north+1&site=The+hub&day=TU"); /* our own */
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/team/sites", "sign_in=harri&site=The+hub&day=TU&day=TH");
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/team/sites");
  says(&p, "Lantern Hub");
  says(&p, "Tuesday");
  uuid_text(veteran.public_id, id);
  snprintf(path, sizeof path, "/people/%s", id);
  get(&p.c, path); /* the host's lead sees nobody of the guest's */
  assert_int_equal(p.c.status, 404);
  get(&p.c, "/people");
  quiet(&p, "Vic Bugler");
  client_as(&p.c, p.harri);
  get(&p.c, "/today");
  says(&p, "Today you are at The hub of Harbour Lights.");
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  uuid_text(ours.public_id, id);
  snprintf(path, sizeof path, "/people/%s", id);
  get(&p.c, path); /* and the guest nobody of the host's */
  assert_int_equal(p.c.status, 404);
  get(&p.c, "/people");
  quiet(&p, "Ada Thrift");
  post(&p.c, "/drop-in", "site=The+hub&add=came_in"); /* counted as the guest's own work there */
  assert_int_equal(QUERY(p, "select count(*) from drop_in where site = 'The hub'"), 1);
  later(&p, 1); /* Wednesday */
  get(&p.c, "/today");
  quiet(&p, "Today you are at");
  client_as(&p.c, p.rhian);
  get(&p.c, "/team/sites");
  size_t at = str_find(p.c.text, S("name=\"end\" value=\""));
  char form[80];
  snprintf(form, sizeof form, "end=%.*s", 36, p.c.text.p + at + 18);
  post(&p.c, "/team/sites", form);
  assert_int_equal(p.c.status, 303);
  later(&p, 1);
  client_as(&p.c, p.harri);
  get(&p.c, "/today");
  quiet(&p, "Today you are at");
  client_close(&p.c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {DB_TEST(who_is_over_is_what_was_agreed),
                                            DB_TEST(supervision_is_read_by_the_two),
                                            DB_TEST(a_sample_can_be_drawn_again),
                                            DB_TEST(what_runs_out_next_comes_first),
                                            DB_TEST(records_to_look_at_lead_to_the_record),
                                            DB_TEST(a_next_step_may_be_in_the_plan),
                                            DB_TEST(lists_kept_overnight_say_the_same),
                                            DB_TEST(days_of_support_are_put_right),
                                            DB_TEST(days_until_it_is_written_down),
                                            DB_TEST(who_waits_and_how_long),
                                            DB_TEST(S32_a_partner_works_at_our_site),
                                            DB_TEST(S48_from_intent_to_completion_with_a_buddy)};
  const struct migrations lists[] = {
      db_migrations,           audit_migrations,      web_migrations,      record_migrations,
      accounts_migrations,     permission_migrations, places_migrations,   directory_migrations,
      people_migrations,       support_migrations,    messages_migrations, contacts_migrations,
      safeguarding_migrations, referrals_migrations,  money_migrations,    caseload_migrations};
  return db_test_main(argc, argv, "team", all, countof(all), lists, countof(lists));
}
