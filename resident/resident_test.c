/* A resident's own side through its pages, on both databases: signing in, their plan, times,
 * messages and choices, who looked, their words beside ours, a copy, and what their page never
 * shows. */
#define WAYMARK_RESIDENT_READS
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "resident/inside.h"
#include "sharing/sharing.h"
#include "web/testing.h"

extern const struct migrations web_migrations, record_migrations, accounts_migrations,
    permission_migrations, people_migrations, sharing_migrations, support_migrations,
    contacts_migrations, messages_migrations, safeguarding_migrations, rights_migrations,
    resident_migrations, programme_migrations;
static const struct domain *const domains[] = {
    &web_domain,     &accounts_domain, &permission_domain, &people_domain,
    &support_domain, &contacts_domain, &messages_domain,   &safeguarding_domain,
    &sharing_domain, &rights_domain,   &programme_domain,  &resident_domain};
#define HOURS(n) ((instant_t)(n)*3600 * 1000000)

struct place {
  struct db_test *t;
  struct client c, hers; /* the worker's browser and the resident's */
  struct actor amina, priya;
  int64_t north, health;
  struct person ada;
  const char *card;
};

static PRINTF_LIKE(2, 3) const char *text_of(struct place *p, const char *format, ...) {
  char text[2048];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return str_c(p->t->arena, str_of(text));
}

static const char *about(struct place *p, const char *below) {
  struct str id = uuid_str(p->t->arena, p->ada.public_id);
  return text_of(p, "/people/%.*s%s", P(id), below);
}

static const char *between(struct client *c, const char *before, char end) {
  size_t at = str_find(c->text, str_of(before));
  if (at == c->text.n) fail_msg("\"%s\" is not on %.*s", before, P(c->path));
  struct str rest = str_slice(c->text, at + strlen(before), c->text.n);
  return str_c(&c->arena, str_slice(rest, 0, str_find_byte(rest, end)));
}

static void must(struct place *p, enum db_result result) {
  assert_int_equal(result, DB_OK);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}

static void sign_in(struct place *p, struct client *c, const char *more) {
  get(c, "/enter");
  post(c, "/enter", text_of(p, "card=%s&phrase=the+heron+by+the+slipway%s", p->card, more));
  assert_int_equal(c->status, 303);
}

/* Ada, supported by Amina, with a page opened face to face and signed in to. */
static struct place place_of(struct db_test *t, const char *shows) {
  struct place p = {.t = t,
                    .c = client_open(t->db, domains, countof(domains), &accounts_session_hooks),
                    .hers = client_open(t->db, domains, countof(domains), &accounts_session_hooks)};
  instant_t now = p.c.now;
  people_sealing();
  people_parts_use(domains, countof(domains));
  p.north = test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", now);
  p.health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now);
  p.amina = test_user(t->db, t->arena, p.north, "amina thrift", ROLE_KEY_WORKER, "", now);
  p.priya = test_user(t->db, t->arena, p.health, "priya kelp", ROLE_KEY_WORKER, "", now);
  record_clear(&person_type, &p.ada);
  p.ada.name = S("Ada Thriftleaf"), p.ada.safe_way = S("text"), p.ada.phone = S("07700 900123");
  p.ada.address = S("1 Capstan Row");
  db_begin(t->db, STORE_MAIN);
  must(&p, people_add(t->db, t->arena, &p.amina, &p.ada, now));
  client_as(&p.c, p.amina);
  post(&p.c, about(&p, "/permission/card"),
       text_of(&p, "phrase=the+heron+by+the+slipway&face=yes&shows=%s", shows));
  assert_int_equal(p.c.status, 200);
  p.card = between(&p.c, "<code translate=\"no\">", '<');
  sign_in(&p, &p.hers, "");
  return p;
}

static void leave(struct place *p) {
  client_close(&p->hers);
  client_close(&p->c);
}

static bool says(struct client *c, const char *path, const char *words) {
  get(c, path);
  assert_int_equal(c->status, 200);
  return client_says(c, words);
}

static int64_t steps_in_plan(struct place *p) {
  return db_number(p->t->db, 0, SQL("select count(*) from plan_revision where person_id = ?1"),
                   V(p->ada.id));
}

static void write_plan(struct place *p, struct plan_step *steps, size_t n) {
  struct plan_goal goal = {.public_id = uuid_v4(), .words = S("Three mornings a week")};
  struct plan plan = {.matters = S("Home before dark"),
                      .written_by = S("worker"),
                      .on = instant_local_uk(p->c.now).day,
                      .review_on = DAY_NONE};
  goal.steps.p = steps, goal.steps.n = n;
  plan.goals.p = &goal, plan.goals.n = 1;
  db_begin(p->t->db, STORE_MAIN);
  must(p, support_plan_write(p->t->db, p->t->arena, p->ada.id, steps_in_plan(p), &plan,
                             p->amina.user_id, p->c.now));
}

static struct uuid book(struct place *p, const struct actor *by, const char *where) {
  struct appointment a;
  struct attempt first = {.on = instant_local_uk(p->c.now).day + 2, .minute = 630};
  record_clear(&appointment_type, &a);
  a.public_id = uuid_v4(), a.person = p->ada.id, a.kind = S("plan"), a.mode = S("in_person");
  a.place = str_of(where), a.worker = by->user_id;
  db_begin(p->t->db, STORE_MAIN);
  must(p, contacts_book(p->t->db, p->t->arena, &a, &first, by->user_id, p->c.now));
  return a.public_id;
}

/* ---- signing in ---- */

/* PRACTICE 14: a card and a phrase, or a link that dies on first use; none by default; closed by
 * one press. */
static void residents_sign_in_without_email(struct db_test *t) {
  struct place p = place_of(t, "all");
  assert_true(follow(&p.hers));
  assert_string_equal(str_c(t->arena, p.hers.path), "/mine");
  assert_true(client_says(&p.hers, "Ada Thriftleaf"));
  assert_true(client_says(&p.hers, "<title>My page</title>"));
  assert_true(client_says(&p.hers, "data-exit"));
  get(&p.hers, "/people");
  assert_int_equal(p.hers.status, 403);
  get(&p.hers, "/me");
  assert_int_equal(p.hers.status, 403);
  post(&p.c, about(&p, "/permission/link"), "");
  const char *link = between(&p.c, "/enter/", '<');
  struct client other = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  get(&other, text_of(&p, "/enter/%s", link)); /* looking uses nothing up */
  post(&other, text_of(&p, "/enter/%s", link), "");
  assert_int_equal(other.status, 303);
  get(&other, text_of(&p, "/enter/%s", link));
  post(&other, text_of(&p, "/enter/%s", link), "");
  assert_int_equal(other.status, 422);
  post(&p.c, about(&p, "/permission/card"), "close=yes");
  get(&p.hers, "/mine");
  assert_int_equal(p.hers.status, 303);
  assert_true(str_starts(client_header(&p.hers, "Location"), S("/enter?next=")));
  client_close(&other);
  leave(&p);
}

/* Nobody has a page until it was offered face to face. */
static void there_is_no_page_by_default(struct db_test *t) {
  struct place p = place_of(t, "all");
  struct person ben;
  record_clear(&person_type, &ben);
  ben.name = S("Ben"), ben.safe_way = S("phone");
  db_begin(t->db, STORE_MAIN);
  must(&p, people_add(t->db, t->arena, &p.amina, &ben, p.c.now));
  struct str id = uuid_str(t->arena, ben.public_id);
  get(&p.c, text_of(&p, "/people/%.*s/own-page", P(id)));
  assert_true(client_says(&p.c, "They have no page."));
  post(&p.c, text_of(&p, "/people/%.*s/permission/link", P(id)), "");
  assert_int_equal(p.c.status, 422);
  post(&p.c, text_of(&p, "/people/%.*s/permission/card", P(id)), "phrase=blue+boat+at+noon");
  assert_int_equal(p.c.status, 422); /* not offered face to face */
  leave(&p);
}

/* ---- the plan ---- */

/* S57: the resident writes their own goals. Agreement is pressed, about what they read. */
static void S57_own_goals_and_agreement(struct db_test *t) {
  struct place p = place_of(t, "all");
  struct plan plan;
  struct plan_step step = {
      .public_id = uuid_v4(), .words = S("Ask the museum"), .who = S("person"), .by = DAY_NONE};
  write_plan(&p, &step, 1);
  assert_true(says(&p.hers, "/mine/plan", "Ask the museum"));
  assert_true(client_says(&p.hers, "Not yet agreed"));
  const char *stamp = between(&p.hers, "name=\"stamp\" value=\"", '"');
  post(&p.hers, "/mine/plan/agree", "stamp=not+these+words");
  assert_int_equal(p.hers.status, 409);
  assert_true(says(&p.hers, "/mine/plan", "Not yet agreed"));
  post(&p.hers, "/mine/plan/agree", text_of(&p, "stamp=%s", stamp));
  assert_int_equal(p.hers.status, 303);
  assert_true(says(&p.hers, "/mine/plan", "You agreed to this"));
  assert_true(support_plan(t->db, t->arena, p.ada.id, 0, &plan) && plan.agreed.is);
  assert_true(str_eq(plan.agreed.how, S("pressed")) && str_eq(plan.agreed.language, S("en")));
  get(&p.hers, "/mine/plan");
  post(&p.hers, "/mine/plan/step",
       text_of(&p, "step=%s&done=yes", between(&p.hers, "name=\"step\" value=\"", '"')));
  assert_true(says(&p.hers, "/mine/plan", "Not done after all"));
  post(&p.hers, "/mine/plan/goal", "words=To+paint+again");
  assert_int_equal(p.hers.status, 303);
  assert_true(says(&p.hers, "/mine/plan", "To paint again"));
  assert_true(says(&p.c, about(&p, "/plan"), "To paint again"));
  assert_true(client_says(&p.c, "Written by them"));
  leave(&p);
}

/* ---- what a page never shows ---- */

/* The page without its forms' tokens, which are new each time. */
static struct str bytes_of(struct place *p, const char *path) {
  struct str mark = S("name=\"csrf\" value=\""), rest;
  struct buf b = buf_open(1 << 20);
  get(&p->hers, path);
  for (rest = p->hers.text; rest.n;) {
    size_t at = str_find(rest, mark);
    buf_put(&b, str_slice(rest, 0, at));
    rest = str_slice(rest, at + mark.n, rest.n);
    if (rest.n) rest = str_slice(rest, str_find_byte(rest, '"'), rest.n);
  }
  struct str all = str_copy(p->t->arena, buf_str(&b));
  buf_free(&b);
  return all;
}

/* What lifts something of safety, what was kept off, and another team's time: not there, and
 * nothing else on the page differs. */
static void what_is_kept_off_leaves_no_trace(struct db_test *t) {
  struct place p = place_of(t, "all");
  static const char *const pages[] = {"/mine",        "/mine/plan",     "/mine/appointments",
                                      "/mine/words",  "/mine/messages", "/mine/looked",
                                      "/mine/choices"};
  struct str before[countof(pages)];
  struct plan_step steps[3] = {
      {.public_id = uuid_v4(), .words = S("Ask the museum"), .who = S("person"), .by = DAY_NONE},
      {.public_id = uuid_v4(), .words = S("Change the lock"), .who = S("worker"), .by = DAY_NONE},
      {.public_id = uuid_v4(),
       .words = S("Ring the solicitor"),
       .who = S("person"),
       .by = DAY_NONE}};
  struct barrier danger = {.now = {.kind = S("domestic_abuse"),
                                   .on = 20000,
                                   .lifted_on = DAY_NONE,
                                   .in_the_way = 9,
                                   .able = SCORE_UNKNOWN}};
  danger.class_bit = support_barrier_class(danger.now.kind);
  write_plan(&p, steps, 1);
  for (size_t i = 0; i < countof(pages); i++) before[i] = bytes_of(&p, pages[i]);
  db_begin(t->db, STORE_MAIN);
  own_page_item(t->db, t->arena, p.ada.id, "step", steps[2].public_id, false, p.amina.user_id,
                p.c.now);
  must(&p, support_barrier_name(t->db, t->arena, p.ada.id, &danger, p.amina.user_id, p.c.now));
  steps[1].barrier_id = danger.id;
  struct plan plan;
  support_plan(t->db, t->arena, p.ada.id, 0, &plan);
  plan.goals.p[0].steps.p = steps, plan.goals.p[0].steps.n = 3;
  plan.public_id = (struct uuid){{0}};
  db_begin(t->db, STORE_MAIN);
  must(&p, support_plan_write(t->db, t->arena, p.ada.id, 1, &plan, p.amina.user_id, p.c.now));
  book(&p, &p.priya, "The refuge");
  struct uuid kept = book(&p, &p.amina, "The solicitor's");
  db_begin(t->db, STORE_MAIN);
  must(&p, own_page_item(t->db, t->arena, p.ada.id, "appointment", kept, false, p.amina.user_id,
                         p.c.now));
  for (size_t i = 0; i < countof(pages); i++) {
    struct str after = bytes_of(&p, pages[i]);
    if (!str_eq(before[i], after)) fail_msg("%s is not the same", pages[i]);
    if (str_contains(after, S("the lock")) || str_contains(after, S("solicitor")) ||
        str_contains(after, S("refuge")) || str_contains(after, S("Capstan")) ||
        str_contains(after, S("900123")))
      fail_msg("%s shows what it must not", pages[i]);
  }
  leave(&p);
}

/* From "as it comes" to "only what we put there": what stands goes on standing; what comes later
 * waits. */
static void chosen_keeps_what_stands(struct db_test *t) {
  struct place p = place_of(t, "all");
  book(&p, &p.amina, "The library");
  assert_true(says(&p.hers, "/mine/appointments", "The library"));
  post(&p.c, about(&p, "/own-page"), "do=mode&mode=chosen&hours=48");
  assert_int_equal(p.c.status, 303);
  assert_true(says(&p.hers, "/mine/appointments", "The library"));
  struct uuid later = book(&p, &p.amina, "The court");
  assert_false(says(&p.hers, "/mine/appointments", "The court"));
  struct str id = uuid_str(t->arena, later);
  get(&p.hers, text_of(&p, "/mine/appointments/%.*s", P(id)));
  assert_int_equal(p.hers.status, 404);
  post(&p.c, about(&p, "/own-page"),
       text_of(&p, "do=item&kind=appointment&item=%.*s&shown=yes", P(id)));
  assert_true(says(&p.hers, "/mine/appointments", "The court"));
  leave(&p);
}

/* ---- times and messages ---- */

static void i_cant_make_it_is_a_message(struct db_test *t) {
  struct place p = place_of(t, "all");
  struct str id = uuid_str(t->arena, book(&p, &p.amina, "The library"));
  assert_true(says(&p.hers, text_of(&p, "/mine/appointments/%.*s", P(id)), "The library"));
  post(&p.hers, text_of(&p, "/mine/appointments/%.*s/cant", P(id)), "words=Thursday+is+better");
  assert_int_equal(p.hers.status, 303);
  assert_true(says(&p.hers, "/mine/messages", "Thursday is better"));
  assert_true(says(&p.c, about(&p, "/messages"), "Thursday is better"));
  assert_true(client_says(&p.c, "Not read yet"));
  get(&p.hers, text_of(&p, "/mine/appointments/%.*s/calendar", P(id)));
  assert_true(client_says(&p.hers, "SUMMARY:Appointment"));
  assert_false(client_says(&p.hers, "library"));
  leave(&p);
}

/* S62: words that ask for a person bring one, wherever they are typed; nothing else follows. */
static void S62_words_that_ask_for_a_person(struct db_test *t) {
  struct place p = place_of(t, "all");
  assert_true(says(&p.hers, "/mine/messages", "Samaritans"));
  const char *to = between(&p.hers, "name=\"to\" value=\"", '"');
  post(&p.hers, "/mine/messages", text_of(&p, "to=%s&words=See+you+Tuesday", to));
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from stuck_note")), 0);
  get(&p.hers, "/mine/messages");
  post(&p.hers, "/mine/messages", text_of(&p, "to=%s&words=I+can%%27t+go+on", to));
  assert_int_equal(p.hers.status, 303);
  assert_int_equal(db_number(t->db, 0,
                             SQL("select count(*) from stuck_note where prompt = "
                                 "'self_harm'")),
                   1);
  assert_true(says(&p.hers, "/mine/messages", "Somebody on call is asked to read this soon"));
  leave(&p);
}

/* ---- nothing typed is lost ---- */

/* The session ran out while they wrote, and there is no script: they sign in with their card and
 * their words are back; nobody else on this computer sees them. */
static void expiry_gives_the_words_back(struct db_test *t) {
  struct place p = place_of(t, "all");
  get(&p.hers, "/mine/words");
  p.hers.now += HOURS(1);
  post(&p.hers, "/mine/words", "about=other&words=I+never+said+that");
  assert_int_equal(p.hers.status, 303);
  const char *door = str_c(t->arena, client_header(&p.hers, "Location"));
  assert_true(str_starts(str_of(door), S("/enter?next=")));
  get(&p.hers, door);
  assert_false(client_says(&p.hers, "I never said that"));
  const char *next = between(&p.hers, "name=\"next\" value=\"", '"');
  post(&p.hers, "/enter",
       text_of(&p, "card=%s&phrase=the+heron+by+the+slipway&next=%s", p.card, next));
  assert_int_equal(p.hers.status, 303);
  assert_true(follow(&p.hers));
  assert_true(client_says(&p.hers, "I never said that"));
  assert_true(client_says(&p.hers, "value=\"other\" checked"));
  post(&p.hers, "/mine/words", "about=other&words=I+never+said+that");
  assert_true(says(&p.c, about(&p, "/statements"), "I never said that"));
  /* The address alone gives nothing to anybody else. */
  client_as(&p.c, p.amina);
  get(&p.c, next);
  assert_false(client_says(&p.c, "I never said that"));
  leave(&p);
}

static void a_shared_computer_forgets(struct db_test *t) {
  struct place p = place_of(t, "all");
  struct client shared = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  sign_in(&p, &shared, "&shared=yes");
  get(&shared, "/mine/messages");
  post(&shared, "/draft", "draft-form=mine-message&draft-record=&words=half+a+thought");
  assert_true(says(&shared, "/mine/messages", "half a thought"));
  post(&shared, "/sign-out", "");
  assert_true(client_header(&shared, "Clear-Site-Data").n > 0);
  assert_int_equal(db_number(t->db, -1, SQL_WORK("select count(*) from draft")), 0);
  get(&shared, "/mine/messages");
  assert_int_equal(shared.status, 303);
  client_close(&shared);
  leave(&p);
}

/* ---- choices, who looked, their words, a copy ---- */

static void a_switch_stands_where_there_is_a_choice(struct db_test *t) {
  struct place p = place_of(t, "all");
  struct choice c = {.person_id = p.ada.id,
                     .organisation_id = p.priya.organisation_id,
                     .asked_by = p.amina.user_id,
                     .class_bit = CLASS_PLAN,
                     .answer = "yes",
                     .how = "said",
                     .language = "en"};
  db_begin(t->db, STORE_MAIN);
  must(&p, permission_choose(t->db, t->arena, &c, p.c.now));
  assert_false(says(&p.hers, "/mine/choices", "Coast NHS")); /* not named for the page */
  db_begin(t->db, STORE_MAIN);
  must(&p, own_page_team(t->db, t->arena, p.ada.id, p.health, true, p.amina.user_id, p.c.now));
  assert_true(says(&p.hers, "/mine/choices", "Coast NHS"));
  assert_true(client_says(&p.hers, "What is not a choice"));
  const char *to = between(&p.hers, "name=\"organisation\" value=\"", '"');
  post(&p.hers, "/mine/choices", text_of(&p, "organisation=%s&class=%d&answer=no", to, CLASS_PLAN));
  assert_int_equal(p.hers.status, 303);
  struct choices_said said = permission_choices(t->db, t->arena, p.ada.id);
  assert_int_equal(said.n, 1);
  assert_true(str_eq(said.p[0].answer, S("withdrawn")) && str_eq(said.p[0].how, S("pressed")));
  /* Health was never asked: there is no switch, and none can be pressed. */
  post(&p.hers, "/mine/choices",
       text_of(&p, "organisation=%s&class=%d&answer=yes", to, CLASS_HEALTH));
  assert_int_equal(p.hers.status, 409);
  leave(&p);
}

static void who_looked_is_role_and_organisation(struct db_test *t) {
  struct place p = place_of(t, "all");
  assert_true(says(&p.hers, "/mine/looked", "Nobody yet"));
  get(&p.c, about(&p, "/plan"));
  get(&p.c, about(&p, "/plan"));
  assert_true(says(&p.hers, "/mine/looked", "Key worker"));
  assert_true(client_says(&p.hers, "Harbour Lights"));
  assert_false(client_says(&p.hers, "amina"));
  struct str once =
      str_slice(p.hers.text, str_find(p.hers.text, S("Key worker")) + 5, p.hers.text.n);
  assert_false(str_contains(once, S("Key worker"))); /* a line a day */
  leave(&p);
}

static void their_words_stand_beside(struct db_test *t) {
  struct place p = place_of(t, "all");
  struct contact c;
  bool again;
  record_clear(&contact_type, &c);
  c.public_id = uuid_v4(), c.person = p.ada.id, c.on_day = 20000, c.mode = S("phone");
  c.words = S("Does not want to work."), c.kept_to = S("all");
  c.worker = p.amina.user_id, c.team = p.north;
  db_begin(t->db, STORE_MAIN);
  must(&p, contacts_add(t->db, t->arena, &c, p.amina.user_id, p.c.now, &again));
  assert_false(says(&p.hers, "/mine/words", "Does not want to work")); /* not put there */
  struct str id = uuid_str(t->arena, c.public_id);
  post(&p.c, about(&p, "/own-page"),
       text_of(&p, "do=item&kind=contact&item=%.*s&shown=yes", P(id)));
  assert_true(says(&p.hers, text_of(&p, "/mine/words?about=contact&item=%.*s", P(id)),
                   "Does not want to work"));
  post(&p.hers, "/mine/words",
       text_of(&p, "about=contact&item=%.*s&words=I+said+not+nights", P(id)));
  assert_int_equal(p.hers.status, 303);
  assert_true(says(&p.c, about(&p, "/contacts"), "I said not nights"));
  assert_true(says(&p.c, about(&p, ""), "They say something is not right"));
  get(&p.c, about(&p, "/statements"));
  post(&p.c, about(&p, "/statements"),
       text_of(&p, "statement=%s&answer=kept&words=It+was+about+that+week",
               between(&p.c, "name=\"statement\" value=\"", '"')));
  assert_int_equal(p.c.status, 303);
  assert_true(says(&p.hers, "/mine/words", "It was about that week"));
  assert_false(says(&p.c, about(&p, ""), "They say something is not right"));
  assert_true(says(&p.c, about(&p, "/contacts"), "I said not nights")); /* for good */
  leave(&p);
}

/* ---- what came of it ---- */

static struct uuid reached(struct place *p, const struct actor *by, const char *kind,
                           const char *words, const char *shown) {
  struct outcome o;
  bool again;
  struct evidence e = {.what = str_of(shown),
                       .note = S("Kept from the page"),
                       .on = instant_local_uk(p->c.now).day,
                       .by_user = by->user_id};
  record_clear(&outcome_type, &o);
  o.public_id = uuid_v4(), o.person = p->ada.id, o.kind = str_of(kind);
  o.on_day = e.on, o.words = str_of(words);
  db_begin(p->t->db, STORE_MAIN);
  enum db_result result = outcome_keep(p->t->db, p->t->arena, &o, by->user_id, p->c.now, &again);
  if (result == DB_OK && e.what.n) result = outcome_show(p->t->db, p->t->arena, &o, &e, p->c.now);
  must(p, result);
  return o.public_id;
}

static void prove(struct place *p, const struct joining *j, const char *proof, const char *paper) {
  struct why why = {0};
  struct proof_fact f = {
      .proof = str_of(proof), .what = S("seen"), .paper = str_of(paper), .until = DAY_NONE};
  db_begin(p->t->db, STORE_MAIN);
  must(p, programme_prove(p->t->db, p->t->arena, &p->amina, j, &f, true, p->c.now, &why));
}

/* Ada started on Harbour Start, whose council is told the day a job began. */
static void start_harbour(struct place *p) {
  struct db *db = p->t->db;
  struct arena *a = p->t->arena;
  struct progress none = {0};
  struct why why = {0};
  struct programme g;
  struct joining j;
  assert_true(sharing_domain.init(db, a, p->c.now, &none, &why));
  assert_true(programme_domain.init(db, a, p->c.now, &none, &why));
  assert_true(programme_by_code(db, a, S("harbour_start"), &g));
  db_begin(db, STORE_MAIN);
  must(p, programme_deliver(db, g.id, p->amina.organisation_id, true, a, p->c.now));
  db_begin(db, STORE_MAIN);
  must(p, programme_join(db, a, &p->amina, &g, p->ada.id, uuid_v4(), p->c.now, &j, &why));
  prove(p, &j, "identity", "passport"), prove(p, &j, "right_to_work", "passport");
  prove(p, &j, "address", "bill");
  struct signing s = {.person_id = p->ada.id,
                      .joining_id = j.id,
                      .public_id = uuid_v4(),
                      .form = S("joining"),
                      .words = S("Joining"),
                      .way = SIGN_TYPED,
                      .mark = S("Ada"),
                      .on = instant_local_uk(p->c.now).day,
                      .by_user = p->amina.user_id};
  db_begin(db, STORE_MAIN);
  must(p, programme_sign(db, a, &s, p->c.now));
  db_begin(db, STORE_MAIN);
  must(p, programme_start(db, a, &p->amina, &j, s.on, RULES_MAYBE, p->c.now, &why));
}

/* What is recorded, what was seen and not kept, which funder is told; their words beside it; of
 * another team's nothing, and nothing of what was kept off or taken back. */
static void what_they_reached_stands_on_their_page(struct db_test *t) {
  struct place p = place_of(t, "all");
  assert_true(says(&p.hers, "/mine/outcomes", "Nothing is written here yet."));
  start_harbour(&p);
  struct uuid job = reached(&p, &p.amina, "job_start", "Mornings at the bakery", "payslip"),
              kept = reached(&p, &p.amina, "benefits", "A claim of hers", "award");
  reached(&p, &p.priya, "training", "The course near the refuge", "provider");
  reached(&p, &p.amina, "volunteering", "", "");
  struct str id = uuid_str(t->arena, job), off = uuid_str(t->arena, kept);
  post(&p.c, about(&p, "/own-page"),
       text_of(&p, "do=item&kind=outcome&item=%.*s&shown=no", P(off)));
  assert_int_equal(p.c.status, 303);
  assert_true(says(&p.hers, "/mine/outcomes", "Mornings at the bakery"));
  assert_true(client_says(&p.hers, "A payslip or bank entry. amina thrift saw or heard it on"));
  assert_true(client_says(&p.hers, "No copy is kept."));
  assert_true(client_says(&p.hers, "Seaborough Council (invented) pays for Harbour Start"));
  assert_true(client_says(&p.hers, "It is told the day, and nothing else of this."));
  assert_false(client_says(&p.hers, "Seaborough Lottery")); /* told of the start only */
  assert_true(client_says(&p.hers, "Began to volunteer"));
  assert_true(client_says(&p.hers, "No funder is told of it."));
  assert_false(client_says(&p.hers, "Kept from the page")); /* a worker's note */
  assert_false(client_says(&p.hers, "A claim of hers"));
  assert_false(client_says(&p.hers, "refuge"));
  assert_true(says(&p.hers, text_of(&p, "/mine/words?about=outcome&item=%.*s", P(id)),
                   "value=\"outcome\" checked"));
  post(&p.hers, "/mine/words",
       text_of(&p, "about=outcome&item=%.*s&words=It+was+afternoons", P(id)));
  assert_int_equal(p.hers.status, 303);
  assert_true(says(&p.c, about(&p, "/outcomes"), "It was afternoons"));
  post(&p.hers, "/mine/words", text_of(&p, "about=outcome&item=%.*s&words=Not+on+my+page", P(off)));
  get(&p.c, about(&p, "/outcomes"));
  assert_false(client_says(&p.c, "Not on my page")); /* beside nothing that is not on their page */
  post(&p.c, text_of(&p, "%s/%.*s/change", about(&p, "/outcomes"), P(id)), "do=mistake");
  assert_int_equal(p.c.status, 303);
  assert_false(says(&p.hers, "/mine/outcomes", "Mornings at the bakery"));
  leave(&p);
}

/* PRACTICE 4: later, announced the safe way, and stopped when it was not them. */
static void a_copy_takes_its_time(struct db_test *t) {
  struct place p = place_of(t, "all");
  struct plan_step step = {
      .public_id = uuid_v4(), .words = S("Ask the museum"), .who = S("person"), .by = DAY_NONE};
  write_plan(&p, &step, 1);
  get(&p.hers, "/mine/copy");
  post(&p.hers, "/mine/copy", "");
  assert_int_equal(p.hers.status, 303);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from message where direction = 'out'")),
                   1);
  get(&p.hers, "/mine/copy/text");
  assert_int_equal(p.hers.status, 303); /* not yet */
  assert_true(says(&p.c, about(&p, "/own-page"), "A copy of the page was asked for"));
  for (int i = 0; i < 24 * 3; i++) { /* they come and go; the session lives on */
    p.hers.now += HOURS(1) / 3;
    if (i == 30 || i == 60) sign_in(&p, &p.hers, "");
    get(&p.hers, "/mine");
  }
  sign_in(&p, &p.hers, "");
  get(&p.hers, "/mine/copy/text");
  assert_int_equal(p.hers.status, 200);
  assert_true(client_says(&p.hers, "Ask the museum"));
  assert_false(client_says(&p.hers, "Capstan"));
  assert_false(client_says(&p.hers, "900123"));
  get(&p.hers, "/mine/copy/data");
  assert_true(client_says(&p.hers, "\"Ask the museum\""));
  p.c.now = p.hers.now;
  get(&p.c, about(&p, "/own-page"));
  post(&p.c, about(&p, "/own-page"),
       text_of(&p, "do=stop&copy=%s", between(&p.c, "name=\"copy\" value=\"", '"')));
  get(&p.hers, "/mine/copy/text");
  assert_int_equal(p.hers.status, 303);
  leave(&p);
}

/* PRACTICE 9: who reads it and by when is said before; what became of it stands on their page, and
 * Amina, whom it is about, reads of it nowhere. */
static void a_complaint_is_read_by_another(struct db_test *t) {
  struct place p = place_of(t, "all");
  struct actor maggie =
      test_user(t->db, t->arena, p.north, "maggie dune", ROLE_MANAGER, "", p.c.now);
  char form[256];
  assert_true(says(&p.hers, "/mine/complaints", "reads it"));
  assert_true(client_says(&p.hers, "maggie dune"));
  snprintf(form, sizeof form, "do=send&kind=complaint&whom=%lld.%lld&words=She+is+always+late",
           (long long)p.amina.organisation_id, (long long)p.amina.user_id);
  post(&p.hers, "/mine/complaints", "do=send&kind=complaint&whom=&words=She+is+always+late");
  assert_int_equal(p.hers.status, 422);
  assert_true(client_says(&p.hers, "She is always late")); /* nothing typed is lost */
  post(&p.hers, "/mine/complaints", form);
  assert_int_equal(p.hers.status, 303);
  assert_true(says(&p.hers, "/mine/complaints", "It is with us."));
  client_as(&p.c, maggie);
  get(&p.c, "/complaints");
  const char *path = text_of(&p, "/complaints/%s", between(&p.c, "/complaints/", '"'));
  if (strcmp(path, "/complaints/new") == 0) {
    struct rows r;
    assert_true(db_one(&r, t->db, t->arena, SQL("select public_id from complaint")));
    path = text_of(&p, "/complaints/%.*s", P(row_text(&r, 0)));
    db_done(&r);
  }
  post(&p.c, path, "do=answer&words=I+am+sorry.+I+talk+with+her.");
  assert_int_equal(p.c.status, 303);
  assert_true(says(&p.hers, "/mine/complaints", "I am sorry. I talk with her."));
  post(&p.hers, "/mine/complaints", text_of(&p, "do=again&complaint=%s", strrchr(path, '/') + 1));
  assert_int_equal(p.hers.status, 303);
  assert_true(says(&p.hers, "/mine/complaints", "Somebody looks at it again."));
  client_as(&p.c, p.amina);
  get(&p.c, about(&p, "/permission/looked"));
  assert_false(client_says(&p.c, "wrote to us"));
  assert_false(client_says(&p.c, "maggie dune"));
  leave(&p);
}

/* Asked for on the page; read by two; never to be had from the page itself. */
static void everything_is_handed_over_by_hand(struct db_test *t) {
  struct place p = place_of(t, "all");
  assert_true(says(&p.hers, "/mine/copy", "Ask for everything"));
  post(&p.hers, "/mine/copy/all", "");
  assert_int_equal(p.hers.status, 303);
  assert_true(says(&p.hers, "/mine/copy", "Two people read it for you now."));
  assert_false(client_says(&p.hers, "Ask for everything"));
  post(&p.hers, "/mine/copy/all", "");
  assert_int_equal(p.hers.status, 409);
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select public_id from access_request")));
  const char *path = text_of(&p, "/access/%.*s", P(row_text(&r, 0)));
  db_done(&r);
  get(&p.hers, path);
  assert_true(p.hers.status == 403 || p.hers.status == 404);
  client_as(&p.c, p.amina);
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  client_as(&p.c, p.priya);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  leave(&p);
}

int main(int argc, char **argv) {
  static const struct db_test_case cases[] = {DB_TEST(residents_sign_in_without_email),
                                              DB_TEST(there_is_no_page_by_default),
                                              DB_TEST(S57_own_goals_and_agreement),
                                              DB_TEST(what_is_kept_off_leaves_no_trace),
                                              DB_TEST(chosen_keeps_what_stands),
                                              DB_TEST(i_cant_make_it_is_a_message),
                                              DB_TEST(S62_words_that_ask_for_a_person),
                                              DB_TEST(expiry_gives_the_words_back),
                                              DB_TEST(a_shared_computer_forgets),
                                              DB_TEST(a_switch_stands_where_there_is_a_choice),
                                              DB_TEST(who_looked_is_role_and_organisation),
                                              DB_TEST(their_words_stand_beside),
                                              DB_TEST(what_they_reached_stands_on_their_page),
                                              DB_TEST(a_copy_takes_its_time),
                                              DB_TEST(a_complaint_is_read_by_another),
                                              DB_TEST(everything_is_handed_over_by_hand)};
  const struct migrations lists[] = {
      db_migrations,       record_migrations,     audit_migrations,        web_migrations,
      accounts_migrations, permission_migrations, people_migrations,       support_migrations,
      contacts_migrations, messages_migrations,   safeguarding_migrations, sharing_migrations,
      rights_migrations,   programme_migrations,  resident_migrations};
  return db_test_main(argc, argv, "resident", cases, countof(cases), lists, countof(lists));
}
