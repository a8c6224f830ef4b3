/* Support as a worker and a resident meet it, on both databases. Tests named after scenarios are
 * also run on builds with one fault planted (planted.c), where each must fail. */
#include <stdio.h>
#include "accounts/testing.h"
#include "db/seal.h"
#include "db/testing.h"
#include "support/inside.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, messages_migrations, support_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain, &support_domain};

struct place { struct db_test *t; struct client c; struct actor amina, joe, lead, peer, priya; };

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
  int64_t health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now);
  p.amina = test_user(t->db, t->arena, north, "north 1", ROLE_KEY_WORKER, "", now);
  p.joe = test_user(t->db, t->arena, north, "north 2", ROLE_KEY_WORKER, "", now);
  p.peer = test_user(t->db, t->arena, north, "north 3", ROLE_PEER, "", now);
  p.lead = test_user(t->db, t->arena, north, "north 4", ROLE_TEAM_LEAD | ROLE_KEY_WORKER, "", now);
  p.priya = test_user(t->db, t->arena, health, "health 1", ROLE_KEY_WORKER, "", now);
  client_as(&p.c, p.amina);
  return p;
}

static struct person add_as(struct place *p, const struct actor *by, const char *name) {
  struct person person;
  record_clear(&person_type, &person);
  person.name = str_of(name), person.safe_way = S("phone"), person.phone = S("07700 900123");
  db_begin(p->t->db, STORE_MAIN);
  people_add(p->t->db, p->t->arena, by, &person, p->c.now);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
  return person;
}
static struct person add(struct place *p, const char *name) { return add_as(p, &p->amina, name); }
/* The peer worker walks beside them. */
static void beside(struct place *p, const struct person *person) {
  day_t today = instant_local_uk(p->c.now).day;
  permission_carry(p->t->db, p->t->arena, person->id, p->peer.user_id, today);
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
  assert_true(at < p->c.text.n);
  struct str rest = str_slice(p->c.text, at + strlen(before), p->c.text.n);
  return str_copy(p->t->arena, str_slice(rest, 0, str_find_byte(rest, after)));
}

/* The page without the forms' tokens, which are masked afresh each time. */
static struct str shown(struct place *p) {
  struct buf b = buf_open(1 << 20);
  struct str rest = p->c.text;
  static const char mark[] = "name=\"csrf\" value=\"";
  for (size_t at; (at = str_find(rest, str_of(mark))) < rest.n;) {
    buf_put(&b, str_slice(rest, 0, at));
    rest = str_slice(rest, at + sizeof mark - 1, rest.n);
    rest = str_slice(rest, str_find_byte(rest, '"'), rest.n);
  }
  buf_put(&b, rest);
  struct str out = str_copy(p->t->arena, buf_str(&b));
  buf_free(&b);
  return out;
}

/* ---- strengths ---- */

static void strengths_come_first(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  see(&p, &ada, "/strengths/new");
  assert_int_equal(p.c.status, 200);
  send(&p, &ada, "/strengths/new", "words=&said_on=1/3/2026");
  assert_int_equal(p.c.status, 422);
  send(&p, &ada, "/strengths/new",
       "words=I+can+mend+engines&evidence=Mended+the+chapel+van&seen_by=The+minister&said_on=1/3/"
       "2026");
  assert_int_equal(p.c.status, 303);
  send(&p, &ada, "/way/new", "kind=transport&words=The+first+bus&in_the_way=8&able=2&on=1/3/2026");
  assert_int_equal(p.c.status, 303);
  see(&p, &ada, "/strengths");
  SAYS(p, "I can mend engines");
  SAYS(p, "Mended the chapel van");
  SAYS(p, "The minister");
  see(&p, &ada, ""); /* the first screen: what they bring, and nothing in the way */
  SAYS(p, "I can mend engines");
  QUIET(p, "The first bus");
  QUIET(p, "Transport");
  see(&p, &ada, "/strengths");
  struct str link = between(&p, "<a href=\"/people/", '"');
  for (size_t at; (at = str_find(link, S("/strengths/"))) == link.n;) {
    p.c.text = str_slice(p.c.text, str_find(p.c.text, link) + 1, p.c.text.n);
    link = between(&p, "<a href=\"/people/", '"');
  }
  char path[160];
  snprintf(path, sizeof path, "/people/%.*s", P(link));
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  struct str version = between(&p, "name=\"version\" value=\"", '"');
  char form[200];
  snprintf(form, sizeof form, "version=%.*s&words=I+mend+boats&said_on=2/3/2026", P(version));
  post(&p.c, path, form);
  assert_int_equal(p.c.status, 303);
  post(&p.c, path, form); /* the version has moved on: nothing is overwritten */
  assert_int_equal(p.c.status, 409);
  get(&p.c, path);
  SAYS(p, "I mend boats");
  SAYS(p, "Changed");
  see(&p, &ada, "");
  struct str id = uuid_str(t->arena, ada.public_id);
  snprintf(path, sizeof path, "/api/people/%.*s/strengths", P(id));
  get(&p.c, path);
  SAYS(p, "I mend boats");
  client_as(&p.c, p.priya);
  get(&p.c, path);
  assert_int_equal(p.c.status, 404);
  client_close(&p.c);
}

/* ---- what is in the way ---- */

static void a_barrier_is_seen_by_its_class_only(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  beside(&p, &ada);
  send(&p, &ada, "/way/new", "kind=transport&words=The+first+bus&in_the_way=8&able=2");
  see(&p, &ada, "/way"); /* as the worker sees a person with this barrier alone */
  client_as(&p.c, p.peer);
  see(&p, &ada, "/way");
  SAYS(p, "The first bus");
  struct str before = shown(&p);
  client_as(&p.c, p.amina);
  send(&p, &ada, "/way/new", "kind=domestic_abuse&words=CANARY-abuse&in_the_way=10&able=1");
  send(&p, &ada, "/way/new", "kind=mental_health&words=CANARY-health");
  send(&p, &ada, "/way/new", "kind=crime&words=CANARY-crime");
  see(&p, &ada, "/way");
  SAYS(p, "CANARY-abuse");
  SAYS(p, "CANARY-health");
  client_as(&p.c, p.peer); /* to a peer worker the page is the same, byte for byte */
  see(&p, &ada, "/way");
  assert_true(str_eq(before, shown(&p)));
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from barrier_said where body like "
                                            "'%CANARY%'")),
                   0);
  assert_true(support_safety_flag(t->db, t->arena, ada.id));
  client_close(&p.c);
}

static void what_was_said_before_stays(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  send(&p, &ada, "/way/new", "kind=childcare&words=No+place+yet&in_the_way=9&able=1&priority=1");
  struct barriers all = support_barriers(t->db, t->arena, ada.id, ~0u);
  assert_int_equal(all.n, 1);
  struct str id = uuid_str(t->arena, all.p[0].public_id);
  const char *rest = str_c(t->arena, str_format(t->arena, "/way/%.*s", P(id)));
  send(&p, &ada, rest, "number=1&in_the_way=2&able=8&lifted_on=1/3/2026&lifted_by=A+nursery+place");
  assert_int_equal(p.c.status, 303);
  send(&p, &ada, rest, "number=1&in_the_way=5"); /* made from the older saying */
  assert_int_equal(p.c.status, 409);
  send(&p, &ada, rest, "number=2&in_the_way=eleven");
  assert_int_equal(p.c.status, 422);
  see(&p, &ada, "/way");
  SAYS(p, "No longer in the way");
  SAYS(p, "A nursery place");
  SAYS(p, "First said: 9");
  see(&p, &ada, rest);
  SAYS(p, "In the way: 9");
  client_close(&p.c);
}

/* ---- conversations and questions ---- */

static void a_conversation_waits_and_never_nags(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  client_as(&p.c, p.lead);
  get(&p.c, "/support/questions");
  SAYS(p, "Not asked");
  post(&p.c, "/support/questions", "set=ons4&version=1&scheme=");
  assert_int_equal(p.c.status, 422);
  client_as(&p.c, p.amina);
  send(&p, &ada, "/talk", "");
  send(&p, &ada, "/talk", ""); /* twice: one conversation */
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from talk")), 1);
  see(&p, &ada, "/talk");
  SAYS(p, "What are you good at");
  send(&p, &ada, "/talk/step", "step=good&decline=yes");
  see(&p, &ada, "/talk");
  QUIET(p, "What are you good at");
  SAYS(p, "Is any of these in the way just now?");
  send(&p, &ada, "/talk/step", "step=way");
  assert_int_equal(p.c.status, 422);
  send(&p, &ada, "/talk/step", "step=way&kind=transport");
  see(&p, &ada, "/talk");
  SAYS(p, "How able do you feel");
  struct str step = between(&p, "name=\"step\" value=\"", '"');
  char form[200];
  snprintf(form, sizeof form, "step=%.*s&in_the_way=7&able=3", P(step));
  send(&p, &ada, "/talk/step", form);
  see(&p, &ada, "/talk");
  SAYS(p, "There is nothing left to ask."); /* no scheme asks: no questions */
  client_as(&p.c, p.lead);
  post(&p.c, "/support/questions", "set=ons4&version=1&scheme=A+scheme");
  client_as(&p.c, p.joe); /* a colleague of the same team takes it up another day */
  p.c.now += 24ll * 3600 * 1000000;
  see(&p, &ada, "/talk");
  SAYS(p, "Overall, how satisfied are you with your life nowadays?");
  SAYS(p, "There are no right or wrong answers.");
  send(&p, &ada, "/talk/step", "step=ons4.1.satisfied&decline=yes");
  send(&p, &ada, "/talk/step", "step=ons4.1.worthwhile&answer=11");
  assert_int_equal(p.c.status, 409);
  send(&p, &ada, "/talk/step", "step=ons4.1.worthwhile&answer=6");
  see(&p, &ada, "/talk");
  QUIET(p, "name=\"step\" value=\"ons4.1.satisfied\"");
  SAYS(p, "Overall, how happy did you feel yesterday?");
  SAYS(p, "Rather not say");
  send(&p, &ada, "/talk/end", "");
  see(&p, &ada, "/talk");
  SAYS(p, "Begin");
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from answer where declined = 1")), 1);
  client_close(&p.c);
}

static void the_words_of_ONS4_are_exact(struct db_test *t) {
  struct place p = place_of(t);
  static const char *const words[] = {
      "Overall, how satisfied are you with your life nowadays?",
      "Overall, to what extent do you feel that the things you do in your life are worthwhile?",
      "Overall, how happy did you feel yesterday?",
      ("On a scale where 0 is “not at all anxious” and 10 is “completely anxious”, overall, how "
       "anxious did you feel yesterday?")};
  struct questions q = support_questions(t->db, t->arena, S("ons4"), 1);
  assert_int_equal(q.n, 4);
  for (size_t i = 0; i < q.n; i++) {
    assert_true(str_eq(q.p[i].words, str_of(words[i])));
    assert_int_equal(q.p[i].low, 0);
    assert_int_equal(q.p[i].high, 10);
    assert_int_equal(q.p[i].better, i == 3 ? -1 : 1);
  }
  struct questions lonely = support_questions(t->db, t->arena, S("loneliness"), 1);
  assert_int_equal(lonely.n, 1);
  assert_int_equal(lonely.p[0].choices.n, 5);
  struct person ada = add(&p, "Ada Thrift");
  struct answer_given proxy = {.person_id = ada.id, .asked_by = p.amina.user_id, .moment = "talk",
                               .respondent = "proxy", .value = S("5"), .on = 20500};
  assert_int_equal(support_answer(t->db, t->arena, &q.p[0], &proxy, p.c.now), DB_CONFLICT);
  client_close(&p.c);
}

static void wording_is_never_edited_in_place(struct db_test *t) {
  struct place p = place_of(t);
  struct progress none = {0};
  struct why why = {0};
  assert_true(support_domain.init(t->db, t->arena, p.c.now, &none, &why));
  db_run(t->db, SQL("update question_set set text_hash = 'other words' where code = 'distance'"));
  assert_false(support_domain.init(t->db, t->arena, p.c.now, &none, &why));
  assert_true(str_contains(why_str(&why), S("give the new wording a new version")));
  client_close(&p.c);
}

static void a_question_is_a_field(struct db_test *t) {
  struct place p = place_of(t);
  struct questions q = support_questions(t->db, t->arena, S("ons4"), 1);
  struct field f = support_question_field(t->arena, &q.p[0]);
  struct value v = {0}, read = {0};
  struct answers answers = {&f, &v, 1};
  struct why why = {0};
  assert_int_equal(f.offset, -1);
  assert_true(value_parse(t->arena, &f, S("7"), &read, &why));
  field_set(&f, &answers, read);
  assert_int_equal(field_get(&f, &answers).i, 7);
  assert_false(value_parse(t->arena, &f, S("11"), &read, &why));
  client_close(&p.c);
}

/* ---- the plan ---- */

#define GOAL "g0_words=To+paint+again&g0_s0_words=Walk+to+the+pier&g0_s0_who=person"

static void nothing_is_agreed_until_they_say_so(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  see(&p, &ada, "/plan/edit");
  assert_int_equal(p.c.status, 200);
  send(&p, &ada, "/plan/edit", "after=0&written_by=worker");
  assert_int_equal(p.c.status, 422);
  send(&p, &ada, "/plan/edit", "after=0&written_by=worker&" GOAL);
  assert_int_equal(p.c.status, 303);
  see(&p, &ada, "/plan");
  SAYS(p, "Not yet agreed");
  SAYS(p, "Written by the worker alone");
  QUIET(p, "value=\"said\" checked");
  send(&p, &ada, "/plan/agree", "number=1&language=en&with_whom=Amina");
  assert_int_equal(p.c.status, 422); /* how is never supposed */
  send(&p, &ada, "/plan/agree", "number=1&how=said&language=pl&with_whom=Amina");
  assert_int_equal(p.c.status, 303);
  see(&p, &ada, "/plan");
  SAYS(p, "said out loud, in Polish, with");
  send(&p, &ada, "/plan/edit", "after=0&written_by=together&" GOAL);
  assert_int_equal(p.c.status, 409); /* made from no plan, but there is one */
  send(&p, &ada, "/plan/edit", "after=1&written_by=together&g0_words=To+sleep");
  see(&p, &ada, "/plan");
  SAYS(p, "Not yet agreed");
  see(&p, &ada, "/plan/history");
  SAYS(p, "To paint again");
  SAYS(p, "To sleep");
  client_close(&p.c);
}

static void S37_a_case_with_no_job_goal(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  send(&p, &ada, "/plan/edit",
       "after=0&written_by=together&matters=My+mum&g0_words=An+afternoon+to+myself&g0_s0_words="
       "Ring+the+carers+service&g0_s0_who=other&g0_s0_who_words=Carers+in+Northquay");
  assert_int_equal(p.c.status, 303);
  see(&p, &ada, "/plan");
  SAYS(p, "An afternoon to myself");
  SAYS(p, "Carers in Northquay");
  SAYS(p, "When it suits");
  QUIET(p, "Time to look at it again");
  client_close(&p.c);
}

static void S52_progress_with_no_job_and_no_deadline(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  send(&p, &ada, "/plan/edit", "after=0&written_by=person&" GOAL);
  see(&p, &ada, "/plan");
  struct str step = between(&p, "name=\"step\" value=\"", '"');
  char form[120];
  snprintf(form, sizeof form, "step=%.*s&end=done", P(step));
  send(&p, &ada, "/plan/step", form);
  assert_int_equal(p.c.status, 303);
  see(&p, &ada, "/plan");
  SAYS(p, ">Done<");
  /* Ten people who feel more able is shown; nine are not. */
  struct change_pair pairs[10];
  for (size_t i = 0; i < 10; i++)
    pairs[i] = (struct change_pair){true, true, 3, 3 + (double)(i % 3)};
  struct change_found ten = support_change(pairs, 10, 1), nine = support_change(pairs, 9, 1);
  assert_false(ten.suppressed);
  assert_true(ten.mean > 0.89 && ten.mean < 0.91);
  assert_int_equal(ten.better, 6);
  assert_int_equal(ten.same, 4);
  assert_true(nine.suppressed);
  assert_true(nine.mean == 0 && nine.better == 0);
  client_as(&p.c, p.lead);
  get(&p.c, "/support/change");
  SAYS(p, "Fewer than 10");
  client_close(&p.c);
}

static void S56_from_custody_with_the_same_mentor(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  beside(&p, &ada);
  client_as(&p.c, p.peer);
  see(&p, &ada, "/away");
  struct str peer_saw = shown(&p);
  client_as(&p.c, p.amina);
  send(&p, &ada, "/away", "kind=custody&from=1/3/2026&words=Visits+on+Tuesdays");
  assert_int_equal(p.c.status, 303);
  send(&p, &ada, "/plan/edit", "after=0&written_by=together&" GOAL);
  assert_true(support_is_away(t->db, t->arena, ada.id, day_of(2026, 6, 1)));
  see(&p, &ada, "/away");
  SAYS(p, "In custody");
  struct str id = between(&p, "name=\"stay\" value=\"", '"');
  client_as(&p.c, p.peer); /* custody is class offences: a peer's page is as before, to the byte */
  see(&p, &ada, "/away");
  assert_true(str_eq(peer_saw, shown(&p)));
  client_as(&p.c, p.amina);
  char form[120];
  snprintf(form, sizeof form, "stay=%.*s&last=1/7/2026", P(id));
  send(&p, &ada, "/away/back", form);
  assert_int_equal(p.c.status, 303);
  assert_false(support_is_away(t->db, t->arena, ada.id, day_of(2026, 7, 2)));
  see(&p, &ada, "/plan"); /* the same worker, the same plan */
  SAYS(p, "To paint again");
  SAYS(p, "Your team supports them.");
  assert_int_equal(
      db_number(t->db, -1, SQL("select count(*) from stay where body like '%custody%'")), 0);
  client_close(&p.c);
}

static void paper_and_link_hold_the_plan_alone(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  send(&p, &ada, "/way/new", "kind=domestic_abuse&words=CANARY-abuse");
  struct barriers all = support_barriers(t->db, t->arena, ada.id, ~0u);
  struct str barrier = uuid_str(t->arena, all.p[0].public_id);
  char form[300];
  snprintf(form, sizeof form, "after=0&written_by=together&" GOAL "&g0_s0_barrier=%.*s",
           P(barrier));
  send(&p, &ada, "/plan/edit", form);
  see(&p, &ada, "/plan");
  SAYS(p, "Because of: Domestic abuse");
  see(&p, &ada, "/plan/print");
  assert_int_equal(p.c.status, 200);
  SAYS(p, "To paint again");
  QUIET(p, "omestic");
  QUIET(p, "CANARY");
  send(&p, &ada, "/plan/link", "offered=safe_way"); /* somebody may hold their phone */
  assert_int_equal(p.c.status, 422);
  SAYS(p, "This link is given in person.");
  QUIET(p, "omestic abuse so");
  send(&p, &ada, "/plan/link", "offered=face_to_face");
  assert_int_equal(p.c.status, 200);
  struct str link = between(&p, "<code>", '<');
  char path[100];
  size_t at = str_find(link, S("/plan/"));
  snprintf(path, sizeof path, "%.*s", P(str_slice(link, at, link.n)));
  client_as(&p.c, (struct actor){0});
  p.c.cookies = (struct str){0};
  get(&p.c, path);
  assert_int_equal(p.c.status, 200);
  QUIET(p, "paint");
  post(&p.c, path, "");
  assert_int_equal(p.c.status, 200);
  SAYS(p, "To paint again");
  QUIET(p, "omestic");
  QUIET(p, "Ada Thrift");
  SAYS(p, "<title>My page</title>");
  post(&p.c, path, "");
  assert_int_equal(p.c.status, 404); /* once */
  client_close(&p.c);
}

/* Sent, a link goes the safe way and only where open words may; else the sentence says why. */
static void a_link_is_sent_the_safe_way_or_not_at_all(struct db_test *t) {
  static const struct {
    const char *way;
    bool open, goes;
  } all[] = {{"text", true, true},  {"text", false, false},     {"phone", true, false},
             {"none", true, false}, {"in_person", true, false}, {"through_worker", true, false}};
  struct place p = place_of(t);
  for (size_t i = 0; i < countof(all); i++) {
    struct person who;
    record_clear(&person_type, &who);
    who.name = S("Ada Thrift"), who.safe_way = str_of(all[i].way);
    who.phone = S("07700 900123"), who.contact_open = all[i].open ? 1 : -1;
    db_begin(t->db, STORE_MAIN);
    people_add(t->db, t->arena, &p.amina, &who, p.c.now);
    assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
    send(&p, &who, "/plan/edit", "after=0&written_by=together&" GOAL);
    send(&p, &who, "/plan/link", "offered=safe_way");
    if (p.c.status != (all[i].goes ? 303 : 422)) fail_msg("%zu: %d", i, p.c.status);
    QUIET(p, "/plan/link=");
    assert_int_equal(
        db_number(t->db, -1, SQL("select count(*) from message where person_id = ?1"), V(who.id)),
        all[i].goes);
    /* A link nobody got opens nothing: none is left behind. */
    assert_int_equal(
        db_number(t->db, -1, SQL("select count(*) from plan_link where person_id = ?1"), V(who.id)),
        all[i].goes);
  }
  client_close(&p.c);
}

static void a_joint_plan_shows_what_each_put_in(struct db_test *t) {
  struct place p = place_of(t);
  struct person vesna = add(&p, "Vesna"), piers = add(&p, "Piers");
  int64_t household = 0;
  people_household_add(t->db, t->arena, S("Capstan Row"), p.amina.user_id, p.c.now, &household);
  people_household_ask(t->db, t->arena, household, vesna.id, "yes", p.amina.user_id, p.c.now);
  people_household_ask(t->db, t->arena, household, piers.id, "yes", p.amina.user_id, p.c.now);
  send(&p, &vesna, "/way/new", "kind=domestic_abuse&words=CANARY-abuse");
  send(&p, &vesna, "/plan/edit", "after=0&written_by=person&g0_words=CANARY-goal");
  see(&p, &vesna, "/joint");
  struct str group = between(&p, "name=\"group\" value=\"", '"');
  char form[200];
  snprintf(form, sizeof form, "group=%.*s&words=A+calm+breakfast", P(group));
  send(&p, &vesna, "/joint", form);
  assert_int_equal(p.c.status, 422); /* not ticked that they asked */
  snprintf(form, sizeof form, "group=%.*s&words=A+calm+breakfast&theirs=yes", P(group));
  send(&p, &vesna, "/joint", form);
  assert_int_equal(p.c.status, 303);
  see(&p, &piers, "/joint");
  SAYS(p, "A calm breakfast");
  QUIET(p, "CANARY");
  people_household_ask(t->db, t->arena, household, vesna.id, "no", p.amina.user_id, p.c.now);
  see(&p, &piers, "/joint");
  QUIET(p, "A calm breakfast");
  client_close(&p.c);
}

static void what_was_typed_comes_back(struct db_test *t) {
  struct place p = place_of(t);
  struct person ada = add(&p, "Ada Thrift");
  struct str id = uuid_str(t->arena, ada.public_id);
  char form[300];
  see(&p, &ada, "/plan/edit");
  SAYS(p, "data-draft=\"plan\"");
  snprintf(form, sizeof form, "draft-form=plan&draft-record=%.*s&g0_words=Half+a+sentence", P(id));
  post(&p.c, "/draft", form);
  see(&p, &ada, "/plan/edit");
  SAYS(p, "Half a sentence");
  SAYS(p, "What you typed before is back.");
  send(&p, &ada, "/plan/edit", "after=0&written_by=person&g0_words=A+whole+one");
  see(&p, &ada, "/plan/edit");
  QUIET(p, "Half a sentence");
  client_close(&p.c);
}

static void the_demo_has_plans(struct db_test *t) {
  struct place p = place_of(t);
  struct progress none = {0};
  struct why why = {0};
  assert_true(accounts_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why));
  if (!people_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why)) fail_msg("%s", why.text);
  if (!support_domain.demo(t->db, t->arena, 1, p.c.now, &none, &why)) fail_msg("%s", why.text);
  assert_true(db_number(t->db, 0, SQL("select count(*) from plan_revision")) > 20);
  assert_true(db_number(t->db, 0, SQL("select count(*) from barrier")) > 20);
  client_close(&p.c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {DB_TEST(strengths_come_first),
                                            DB_TEST(a_barrier_is_seen_by_its_class_only),
                                            DB_TEST(what_was_said_before_stays),
                                            DB_TEST(a_conversation_waits_and_never_nags),
                                            DB_TEST(the_words_of_ONS4_are_exact),
                                            DB_TEST(wording_is_never_edited_in_place),
                                            DB_TEST(a_question_is_a_field),
                                            DB_TEST(nothing_is_agreed_until_they_say_so),
                                            DB_TEST(S37_a_case_with_no_job_goal),
                                            DB_TEST(S52_progress_with_no_job_and_no_deadline),
                                            DB_TEST(S56_from_custody_with_the_same_mentor),
                                            DB_TEST(paper_and_link_hold_the_plan_alone),
                                            DB_TEST(a_link_is_sent_the_safe_way_or_not_at_all),
                                            DB_TEST(a_joint_plan_shows_what_each_put_in),
                                            DB_TEST(what_was_typed_comes_back),
                                            DB_TEST(the_demo_has_plans)};
  const struct migrations lists[] = {db_migrations,     audit_migrations,    web_migrations,
                                     record_migrations, accounts_migrations, permission_migrations,
                                     people_migrations, messages_migrations, support_migrations};
  return db_test_main(argc, argv, "support", all, countof(all), lists, countof(lists));
}
