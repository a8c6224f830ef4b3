/* safeguarding: the clock as a table, the pages as workers meet them, and the scenarios S61 and S62
 * by name. With a name as argument only that one runs: planted builds (planted.c) must fail it. */
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "people/part.h"
#include "safeguarding/inside.h"
#include "web/page.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, messages_migrations, safeguarding_migrations;

static void waiting_page(struct request *rq) {
  audit_shows(rq, 0, 0);
  struct safeguarding_waiting w = safeguarding_waiting(rq);
  buf_format(rq->body, "concerns %lld overdue %lld stuck %lld prompts %lld", (long long)w.concerns,
             (long long)w.overdue, (long long)w.stuck, (long long)w.prompts);
}
static const struct route test_routes[] = {ROUTE(
    READ, "/waiting", waiting_page, SAFEGUARDING_STAFF, FAST, "Today's part.", ROUTE_PERSON)};
static const struct domain test_domain = {.name = "test", .routes = test_routes, .n_routes = 1};
static const struct domain *const domains[] = {
    &web_domain,      &accounts_domain,     &permission_domain, &people_domain,
    &messages_domain, &safeguarding_domain, &test_domain};

#define HOURS(n) ((instant_t)(n) * 3600 * 1000000)
/* Monday 23 November 2026 (winter: local time is UTC). */
#define AT(hour) ((instant_t)day_of(2026, 11, 23) * 86400 * 1000000 + HOURS(hour))
static instant_t the_time;
static instant_t test_clock(void) { return the_time; }

struct place {
  struct db_test *t;
  struct client c;
  struct actor amina, joe, safi, dora, colin, tess, priya;
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  people_sealing();
  people_parts_use(domains, countof(domains));
  page_site_set(&(struct page_site){.name = S("Waymark"), .worry_path = "/worried",
                                    .worry_who = SAFEGUARDING_STAFF});
  safeguarding_nation(S("E92000001"));
  p.c.now = AT(10);
  int64_t north =
      test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", p.c.now);
  int64_t health =
      test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", p.c.now);
  p.amina = test_user(t->db, t->arena, north, "amina", ROLE_KEY_WORKER, "", p.c.now);
  p.joe = test_user(t->db, t->arena, north, "joe", ROLE_KEY_WORKER, "", p.c.now);
  p.safi = test_user(t->db, t->arena, north, "safi", ROLE_SAFEGUARDING, "", p.c.now);
  p.dora = test_user(t->db, t->arena, north, "dora", ROLE_TEAM_LEAD, "", p.c.now);
  p.colin = test_user(t->db, t->arena, north, "colin", ROLE_MANAGER, "", p.c.now);
  p.tess = test_user(t->db, t->arena, north, "tess", ROLE_PEER, "", p.c.now);
  p.priya = test_user(t->db, t->arena, health, "priya", ROLE_KEY_WORKER, "", p.c.now);
  client_as(&p.c, p.amina);
  return p;
}

static void name_post(struct place *p, const struct actor *who, const char *post) {
  db_run(p->t->db,
         SQL("insert into safeguarding_post (organisation_id, user_id, post, from_day, made_by) "
             "values (?1, ?2, ?3, ?4, ?2)"),
         V(who->organisation_id), V(who->user_id), V(str_of(post)),
         db_day(p->t->arena, day_of(2026, 1, 1)));
}

static void away(struct place *p, const struct actor *who, const struct actor *cover) {
  day_t today = instant_local_uk(p->c.now).day;
  db_begin(p->t->db, STORE_MAIN);
  permission_cover(p->t->db, p->t->arena, who->user_id, cover->user_id, today, today + 7,
                   who->user_id, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}

static struct person add(struct place *p, const struct actor *by, const char *name) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(name), person.safe_way = S("text"), person.phone = S("07700 900123");
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, by, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}

static void run_clock(struct place *p) {
  the_time = p->c.now;
  job_loop(&(struct job_loop){.db = p->t->db, .lane = LANE_SOON, .kinds = safeguarding_domain.jobs,
                              .n_kinds = safeguarding_domain.n_jobs, .clock = test_clock,
                              .until_empty = true});
}

/* Raises one by the page, as whoever the client is; its id as the redirect gives it. */
static void raise_worry(struct place *p, const struct person *about, const char *more,
                        char id[40]) {
  char form[512], person[37] = "";
  if (about) uuid_text(about->public_id, person);
  get(&p->c, "/worried");
  snprintf(form, sizeof form, "about=%s&seen=He+said+he+would+find+her&age=adult%s", person, more);
  post(&p->c, "/worried", form);
  assert_int_equal(p->c.status, 303);
  snprintf(id, 40, "%.*s", P(str_slice(client_header(&p->c, "Location"), 9, 9 + 36)));
}

static void concern_path(const char *id, const char *end, char out[96]) {
  snprintf(out, 96, "/safeguarding/%s%s", id, end);
}

static int opens(struct place *p, struct actor who, const char *id) {
  char path[96];
  concern_path(id, "", path);
  client_as(&p->c, who);
  get(&p->c, path);
  return p->c.status;
}

/* ---- the clock ---- */

static void the_clock_as_a_table(struct db_test *t) {
  const instant_t no = INSTANT_NONE, raised = AT(10);
  (void)t;
  assert_true(concern_due_at(AT(10)) == AT(17)); /* the same day */
  assert_true(concern_due_at(AT(16)) == AT(18));
  assert_true(concern_due_at(AT(23)) == AT(25));
  struct concern_facts f = {.raised_at = raised, .opened_at = no};
  struct concern_due d = concern_due(&f, raised);
  assert_true(d.lead && !d.deputy && !d.manager && !d.oncall && d.next == AT(12));
  f.told_lead = true;
  d = concern_due(&f, AT(12));
  assert_true(!d.lead && d.deputy && !d.manager);
  f.told_deputy = true;
  d = concern_due(&f, AT(12));
  assert_true(!d.deputy && d.next == AT(14));
  d = concern_due(&f, AT(14));
  assert_true(d.manager);
  f.told_manager = true;
  assert_true(concern_due(&f, AT(14)).next == no);
  f = (struct concern_facts){.raised_at = raised, .opened_at = AT(11), .told_lead = true};
  d = concern_due(&f, AT(20));
  assert_true(!d.deputy && !d.manager && d.next == no); /* opened: nobody else is told */
  f = (struct concern_facts){.raised_at = raised, .opened_at = no, .lead_away = true};
  assert_true(concern_due(&f, raised).deputy);
  f = (struct concern_facts){.raised_at = raised, .opened_at = no, .danger = true};
  d = concern_due(&f, raised);
  assert_true(d.lead && d.deputy && d.next == AT(12));
  f = (struct concern_facts){.raised_at = AT(2), .opened_at = no};
  assert_true(concern_due(&f, AT(2)).oncall);
  assert_true(safeguarding_hours(AT(9)) && !safeguarding_hours(AT(17)) &&
              !safeguarding_hours(AT(-24)));
  assert_true(stuck_read_by(AT(10), PROMPT_NONE) == AT(24 + 17));
  assert_true(stuck_read_by(AT(-60), PROMPT_NONE) == AT(17)); /* Friday evening: Monday */
  assert_true(stuck_read_by(AT(2), PROMPT_SELF_HARM) == AT(3));
}

static void words_that_ask_for_a_person(struct db_test *t) {
  static const struct { const char *words; enum prompt is;
  } said[] = {{"I can't go on", PROMPT_SELF_HARM},
              {"i CANT go on like this", PROMPT_SELF_HARM},
              {"I want to kill myself.", PROMPT_SELF_HARM},
              {"better off dead", PROMPT_SELF_HARM},
              {"Dw i'n methu mynd ymlaen", PROMPT_SELF_HARM},
              {"he hit me last night", PROMPT_VIOLENCE},
              {"I'm scared of him", PROMPT_VIOLENCE},
              {"The bus did not come", PROMPT_NONE},
              {"The skill myself and Ann learned", PROMPT_NONE},
              {"", PROMPT_NONE},
              {"I cant go on Tuesday",
               PROMPT_SELF_HARM}}; /* a person reads it and sees; better once too often */
  for (size_t i = 0; i < countof(said); i++)
    assert_int_equal(safeguarding_prompt_for(t->arena, str_of(said[i].words)), said[i].is);
}

static void numbers_are_data_with_their_source(struct db_test *t) {
  struct crisis_numbers n =
      safeguarding_numbers(t->arena, LANG_EN, S("E92000001"), day_of(2026, 11, 23));
  assert_true(n.n >= 4);
  for (size_t i = 0; i < n.n; i++)
    assert_true(n.p[i].number.n > 0 && n.p[i].when.n > 0 &&
                str_starts(n.p[i].source, S("https://")));
  assert_true(str_eq(n.p[0].number, S("999")));
  assert_int_equal(safeguarding_numbers(t->arena, LANG_CY, S("W92000004"), day_of(1999, 1, 1)).n,
                   1);
  struct reasons r = safeguarding_reasons();
  for (size_t i = 0; i < r.n; i++) assert_true(r.p[i].source.n > 0);
}

/* ---- pages ---- */

static void a_worry_in_two_presses(struct db_test *t) {
  struct place p = place_of(t);
  char id[40], path[96];
  struct person ada = add(&p, &p.amina, "Ada Thrift");
  uuid_text(ada.public_id, id);
  snprintf(path, sizeof path, "/people/%s", id);
  get(&p.c, path); /* one: the way on every staff page, about the person of that page */
  snprintf(path, sizeof path, "href=\"/worried?about=%s\"", id);
  assert_true(client_says(&p.c, path));
  snprintf(path, sizeof path, "/worried?about=%s", id);
  get(&p.c, path);
  assert_true(client_says(&p.c, "Ada Thrift") && client_says(&p.c, "safi"));
  size_t danger = str_find(p.c.text, S("Ring 999")), form = str_find(p.c.text, S("<form method"));
  assert_true(danger < form); /* 999 first, before the form */
  raise_worry(&p, &ada, "&danger=1", id); /* two */
  follow(&p.c);
  assert_true(client_says(&p.c, "It has been received") && client_says(&p.c, "safi"));
  assert_true(client_says(&p.c, "Not opened yet"));
  assert_false(client_says(&p.c, "He said he would find her"));
  post(&p.c, "/worried", "who=&seen=Something");
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "Something")); /* nothing typed is lost */
  post(&p.c, "/worried", "who=A+man+at+the+harbour&seen=He+sat+in+the+rain&age=not_known");
  assert_int_equal(p.c.status, 303); /* somebody not in the system */
  client_as(&p.c, p.priya); /* a person one may not see is not taken, nor said to be there */
  uuid_text(ada.public_id, id);
  snprintf(path, sizeof path, "/worried?about=%s", id);
  get(&p.c, path);
  assert_false(client_says(&p.c, "Ada Thrift"));
  assert_true(client_says(&p.c, "Nobody in your organisation is named"));
  get(&p.c, "/worried/paper");
  assert_true(client_says(&p.c, "in their hand today"));
  client_close(&p.c);
}

static void only_named_people_read_it(struct db_test *t) {
  struct place p = place_of(t);
  char id[40], path[96];
  struct person ada = add(&p, &p.amina, "Ada Thrift");
  raise_worry(&p, &ada, "", id);
  assert_int_equal(opens(&p, p.amina, id), 404); /* who raised it: received, not read */
  assert_int_equal(opens(&p, p.joe, id), 404);
  assert_int_equal(opens(&p, p.colin, id), 404);
  assert_int_equal(opens(&p, p.priya, id), 404);
  assert_int_equal(opens(&p, p.safi, id), 200);
  assert_true(client_says(&p.c, "He said he would find her"));
  get(&p.c, "/safeguarding");
  assert_true(client_says(&p.c, "Ada Thrift"));
  concern_path(id, "", path);
  post(&p.c, path, "kind=opened");
  assert_int_equal(p.c.status, 303);
  post(&p.c, path, "kind=named&user=0");
  assert_int_equal(p.c.status, 422);
  char form[64];
  snprintf(form, sizeof form, "kind=named&user=%lld", (long long)p.joe.user_id);
  post(&p.c, path, form);
  assert_int_equal(opens(&p, p.joe, id), 200);
  snprintf(form, sizeof form, "kind=named&user=%lld", (long long)p.priya.user_id);
  client_as(&p.c, p.safi);
  post(&p.c, path, form); /* of another organisation: not by this way */
  assert_int_equal(p.c.status, 422);
  concern_path(id, "/paper", path);
  get(&p.c, path);
  assert_true(client_says(&p.c, "Restricted"));
  snprintf(path, sizeof path, "/worried/%s", id);
  client_as(&p.c, p.amina);
  get(&p.c, path);
  assert_true(client_says(&p.c, "Opened on"));
  client_as(&p.c, p.joe);
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  client_as(&p.c, p.tess);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  accounts_role_end(t->db, t->arena, p.safi.user_id, ROLE_SAFEGUARDING, day_of(2026, 11, 22));
  p.safi.roles = ROLE_KEY_WORKER;
  assert_int_equal(opens(&p, p.safi, id), 404); /* no longer the lead */
  client_close(&p.c);
}

static void nobody_opening_it_tells_the_next(struct db_test *t) {
  struct place p = place_of(t);
  char id[40];
  name_post(&p, &p.dora, "deputy");
  raise_worry(&p, NULL, "&who=Ada", id);
  assert_int_equal(opens(&p, p.dora, id), 404);
  p.c.now = AT(12);
  run_clock(&p);
  assert_int_equal(opens(&p, p.dora, id), 200);
  assert_true(client_says(&p.c, "Told because nobody had opened it"));
  assert_int_equal(opens(&p, p.colin, id), 404);
  p.c.now = AT(14);
  run_clock(&p);
  assert_int_equal(opens(&p, p.colin, id), 200);
  p.c.now = AT(18);
  get(&p.c, "/waiting");
  assert_true(client_says(&p.c, "concerns 1 overdue 1"));
  get(&p.c, "/safeguarding");
  assert_true(client_says(&p.c, "Past its time"));
  char second[40], path[96];
  p.c.now = AT(34);
  client_as(&p.c, p.amina);
  raise_worry(&p, NULL, "&who=Bo", second);
  client_as(&p.c, p.safi);
  concern_path(second, "", path);
  post(&p.c, path, "kind=opened"); /* opened in time: nobody else is told */
  p.c.now = AT(48);
  run_clock(&p);
  assert_int_equal(opens(&p, p.dora, second), 404);
  client_close(&p.c);
}

static void who_knows_them_is_never_told(struct db_test *t) {
  struct place p = place_of(t);
  char id[40];
  struct person ada = add(&p, &p.amina, "Ada Thrift");
  db_begin(t->db, STORE_MAIN);
  permission_block(t->db, t->arena, ada.id, p.safi.user_id, p.c.now);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  raise_worry(&p, &ada, "", id);
  assert_int_equal(opens(&p, p.safi, id), 404);
  assert_int_equal(opens(&p, p.colin, id), 200); /* no deputy: the manager at once */
  client_close(&p.c);
}

static void posts_training_and_the_doctor(struct db_test *t) {
  struct place p = place_of(t);
  struct buf out = buf_open(1 << 16);
  char form[128];
  assert_int_equal(safeguarding_doctor(t->db, t->arena, p.c.now, &out), 1);
  assert_true(str_contains(buf_str(&out), S("Coast NHS")));
  client_as(&p.c, p.safi);
  get(&p.c, "/safeguarding/people");
  assert_true(client_says(&p.c, "No deputy is named"));
  assert_true(client_says(&p.c, "Not known"));
  snprintf(form, sizeof form,
           "user=%lld&post=deputy&from=1+November+2026&to=", (long long)p.dora.user_id);
  post(&p.c, "/safeguarding/people", form);
  assert_int_equal(p.c.status, 303);
  snprintf(form, sizeof form, "user=%lld&post=deputy&from=1+November+2026",
           (long long)p.priya.user_id);
  post(&p.c, "/safeguarding/people", form);
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/safeguarding/people", "user=1&post=king&from=never");
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.amina);
  post(&p.c, "/safeguarding/people", form);
  assert_int_equal(p.c.status, 403);
  get(&p.c, "/safeguarding/people");
  assert_true(client_says(&p.c, "dora"));
  assert_false(client_says(&p.c, "priya"));
  assert_false(client_says(&p.c, "DBS")); /* colleagues' checks are for whoever answers for them */
  buf_free(&out);
  client_close(&p.c);
}

/* ---- S61 ---- */

/* Every page P could lay hands on, and every page of the worker who knows only P: as bytes. */
static struct str bytes_of(struct place *p, const char *path) {
  static const char mark[] = "name=\"csrf\" value=\"";
  struct buf out = buf_open(1 << 20);
  get(&p->c, path);
  for (struct str rest = p->c.text; rest.n;) {
    size_t at = str_find(rest, str_of(mark));
    buf_put(&out, str_slice(rest, 0, at));
    rest = str_slice(rest, at + sizeof mark - 1, rest.n);
    if (rest.n) rest = str_slice(rest, str_find_byte(rest, '"'), rest.n);
  }
  buf_format(&out, "%d", p->c.status);
  struct str copy = str_copy(p->t->arena, buf_str(&out));
  buf_free(&out);
  return copy;
}

struct seen { struct str page[12]; size_t n; };

static struct seen what_p_sees(struct place *p, const struct person *piers) {
  static const char *const resident[] = {"/me", "/me/stuck", "/people", "/safeguarding",
                                         "/worried"};
  struct seen s = {0};
  char id[37], path[96];
  uuid_text(piers->public_id, id);
  client_as(&p->c, (struct actor){.user_id = 9999, .person_id = piers->id, .roles = ROLE_RESIDENT,
                                  .name = S("Piers")});
  for (size_t i = 0; i < countof(resident); i++) s.page[s.n++] = bytes_of(p, resident[i]);
  client_as(&p->c, p->joe);
  s.page[s.n++] = bytes_of(p, "/people");
  s.page[s.n++] = bytes_of(p, "/safeguarding");
  s.page[s.n++] = bytes_of(p, "/stuck");
  snprintf(path, sizeof path, "/people/%s", id);
  s.page[s.n++] = bytes_of(p, path);
  snprintf(path, sizeof path, "/people/%s/messages", id);
  s.page[s.n++] = bytes_of(p, path);
  snprintf(path, sizeof path, "/worried?about=%s", id);
  s.page[s.n++] = bytes_of(p, path);
  return s;
}

static void S61_disclosure_in_a_first_meeting(struct db_test *t) {
  struct place p = place_of(t);
  char id[40], path[96], v_path[96], v_id[37];
  name_post(&p, &p.safi, "lead");
  name_post(&p, &p.dora, "deputy");
  away(&p, &p.safi, &p.dora); /* the lead is away */
  struct person piers = add(&p, &p.joe, "Piers Gullane"), vesna = add(&p, &p.amina, "Vesna Curlew");
  int64_t household = 0;
  people_household_add(t->db, t->arena, S("Capstan Row"), p.amina.user_id, p.c.now, &household);
  people_household_ask(t->db, t->arena, household, piers.id, "yes", p.joe.user_id, p.c.now);
  people_household_ask(t->db, t->arena, household, vesna.id, "yes", p.amina.user_id, p.c.now);
  uuid_text(vesna.public_id, v_id);
  snprintf(v_path, sizeof v_path, "/people/%s", v_id);
  struct seen before = what_p_sees(&p, &piers);
  client_as(&p.c, p.amina);
  struct str v_before = bytes_of(&p, v_path);
  raise_worry(&p, &vesna,
              "&wants=No+referral.+She+said+no&told=Nobody&opinion=I+fear+for+the+child", id);
  follow(&p.c);
  assert_true(client_says(&p.c, "dora")); /* told because the lead is away */
  assert_false(client_says(&p.c, "safi"));
  assert_int_equal(opens(&p, p.safi, id), 404);
  assert_int_equal(opens(&p, p.dora, id), 200);
  assert_true(client_says(&p.c, "Told because the lead was away"));
  concern_path(id, "", path);
  post(&p.c, path, "kind=opened");
  post(&p.c, path, "kind=decision&words=A+child+of+four+is+at+home");
  assert_int_equal(p.c.status, 303);
  static const char shared[] =
      "kind=referral&to_whom=Children%27s+social+care&words=The+threat%2C+the+child";
  post(&p.c, path, shared); /* did they agree? */
  assert_int_equal(p.c.status, 422);
  char form[256];
  snprintf(form, sizeof form, "%s&agreed=0", shared);
  post(&p.c, path, form); /* without agreement a reason in law is needed */
  assert_int_equal(p.c.status, 422);
  assert_true(client_says(&p.c, "a reason in law is needed"));
  snprintf(form, sizeof form, "%s&agreed=0&legal_reason=child_harm", shared);
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 303);
  post(&p.c, path, "kind=person_told&words=She+knows+and+is+angry");
  post(&p.c, path, "kind=outcome&words=Strategy+meeting+on+Thursday");
  get(&p.c, path);
  assert_true(client_says(&p.c, "Children Act 1989 section 47"));
  assert_true(client_says(&p.c, "Without their agreement"));
  assert_true(client_says(&p.c, "Outcome written down"));
  struct seen after = what_p_sees(&p, &piers);
  assert_int_equal(before.n, after.n);
  for (size_t i = 0; i < before.n; i++) assert_true(str_eq(before.page[i], after.page[i]));
  client_as(&p.c, p.amina); /* nor does the file of Vesna herself say anything */
  assert_true(str_eq(v_before, bytes_of(&p, v_path)));
  assert_false(safeguarding_may_show_look(t->db, vesna.id, S("/safeguarding/{id}")));
  assert_true(safeguarding_may_show_look(t->db, vesna.id, S("/people/{id}")));
  client_as(&p.c, p.dora);
  post(&p.c, path, "kind=telling_safe");
  assert_true(safeguarding_may_show_look(t->db, vesna.id, S("/safeguarding/{id}")));
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from message")),
                   0); /* nobody was written to */
  client_close(&p.c);
}

/* ---- S62 ---- */

static void S62_message_at_two_in_the_morning(struct db_test *t) {
  struct place p = place_of(t);
  name_post(&p, &p.colin, "oncall");
  struct person ada = add(&p, &p.amina, "Ada Thrift");
  p.c.now = AT(26); /* Tuesday, two in the morning */
  struct actor resident = {
      .user_id = 9999, .person_id = ada.id, .roles = ROLE_RESIDENT, .name = S("Ada")};
  client_as(&p.c, resident);
  get(&p.c, "/me/stuck");
  assert_int_equal(p.c.status, 200);
  assert_true(client_says(&p.c, "tel:116123") || client_says(&p.c, "116 123")); /* before */
  assert_true(client_says(&p.c, "999") && client_says(&p.c, "<title>My page</title>"));
  assert_true(client_says(&p.c, "25 November 2026, 17:00")); /* when it is read, and by whom */
  post(&p.c, "/me/stuck", "words=");
  assert_int_equal(p.c.status, 422);
  post(&p.c, "/me/stuck", "words=I+can%27t+go+on");
  assert_int_equal(p.c.status, 200);
  assert_true(client_says(&p.c, "116 123")); /* after */
  assert_true(client_says(&p.c, "colin"));
  assert_true(client_says(&p.c, "24 November 2026, 03:00")); /* read-by time said */
  assert_false(client_says(&p.c, "go on")); /* nothing of it stays on the screen */
  client_as(&p.c, p.colin); /* the on-call person is prompted */
  get(&p.c, "/waiting");
  assert_true(client_says(&p.c, "stuck 1 prompts 1"));
  get(&p.c, "/stuck");
  assert_true(client_says(&p.c, "Ada Thrift") && client_says(&p.c, "I can&#39;t go on"));
  assert_true(client_says(&p.c, "They may need a person soon"));
  client_as(&p.c, p.joe);
  get(&p.c, "/stuck");
  assert_false(client_says(&p.c, "Ada"));
  /* nothing automatic: no concern, no message, nothing shared, nothing changed */
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from concern")), 0);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from message")), 0);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from sight_override")), 0);
  char path[96], id[40];
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select public_id from stuck_note")));
  snprintf(id, sizeof id, "%.*s", P(row_text(&r, 0)));
  db_done(&r);
  snprintf(path, sizeof path, "/stuck/%s", id);
  client_as(&p.c, p.joe);
  post(&p.c, path, "did=Nothing");
  assert_int_equal(p.c.status, 404);
  client_as(&p.c, p.colin);
  get(&p.c, "/stuck");
  post(&p.c, path, "did=Rang+her.+She+is+with+her+sister");
  assert_int_equal(p.c.status, 303);
  get(&p.c, "/waiting");
  assert_true(client_says(&p.c, "stuck 0"));
  client_as(&p.c, p.amina); /* whoever carries her reads it too, in their own time */
  get(&p.c, "/stuck");
  assert_true(client_says(&p.c, "Ada Thrift"));
  client_as(&p.c, resident);
  get(&p.c, "/me/stuck");
  post(&p.c, "/me/stuck", "words=The+bus+fare+is+too+much"); /* no prompt: nobody is woken */
  client_as(&p.c, p.colin);
  get(&p.c, "/waiting");
  assert_true(client_says(&p.c, "stuck 0"));
  client_close(&p.c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {DB_TEST(the_clock_as_a_table),
                                            DB_TEST(words_that_ask_for_a_person),
                                            DB_TEST(numbers_are_data_with_their_source),
                                            DB_TEST(a_worry_in_two_presses),
                                            DB_TEST(only_named_people_read_it),
                                            DB_TEST(nobody_opening_it_tells_the_next),
                                            DB_TEST(who_knows_them_is_never_told),
                                            DB_TEST(posts_training_and_the_doctor),
                                            DB_TEST(S61_disclosure_in_a_first_meeting),
                                            DB_TEST(S62_message_at_two_in_the_morning)};
  const struct migrations lists[] = {
      db_migrations,     audit_migrations,    web_migrations,
      record_migrations, accounts_migrations, permission_migrations,
      people_migrations, messages_migrations, safeguarding_migrations};
  return db_test_main(argc, argv, "safeguarding", all, countof(all), lists, countof(lists));
}
