/* finding_test: the engine, the pages, the counts, and the scenarios S03 S04 S49 S50 by name. With
 * a scenario's name as argument only that one runs: the planted wrong builds (planted.c) are made
 * to fail it. */
#include <math.h>
#include "audit/audit.h"
#include "db/testing.h"
#include "finding/finding_test.h"
#include "finding/map.h"
#include "web/testing.h"

extern const struct migrations web_migrations, places_migrations, finding_migrations;
#define TODAY day_of(2026, 11, 21)
static instant_t noon(void) { return ((instant_t)TODAY * 86400 + 12 * 3600) * 1000000; }

/* ---- Rows and questions. */
static void save(struct db_test *t, const struct record_type *type, void *record) {
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(record_insert(t->db, t->arena, type, record, 0, noon()), DB_OK);
  assert_int_equal(directory_changed(t->db), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
}

static struct organisation an_organisation(struct db_test *t, const char *name) {
  struct organisation o;
  record_clear(&organisation_type, &o);
  o.name = str_of(name), o.invented = 1;
  save(t, &organisation_type, &o);
  return o;
}

static struct service a_service(struct db_test *t, int64_t organisation, const char *name,
                                const char *styles, const char *rule) {
  struct service s;
  record_clear(&service_type, &s);
  s.organisation = organisation, s.name = str_of(name), s.status = S("active"),
  s.styles = str_of(styles), s.invented = 1;
  s.rule = str_of(rule), s.whole_area = 1, s.free = 1;
  s.published_on = TODAY - 30, s.assured_on = TODAY - 10;
  save(t, &service_type, &s);
  return s;
}

static void a_place(struct db_test *t, int64_t service, const char *city, bool published) {
  struct location l;
  struct service_at_location at;
  record_clear(&location_type, &l), record_clear(&service_at_location_type, &at);
  l.location_type = S("physical"), l.city = str_of(city), l.address_1 = S("CANARY street"),
  l.address_not_published = !published;
  l.latitude = 53.4, l.longitude = -2.9, l.invented = 1;
  save(t, &location_type, &l);
  at.service = service, at.location = l.id;
  save(t, &service_at_location_type, &at);
}

static void fill_library(struct db_test *t) {
  struct why why = {0};
  if (directory_seed(t->db, t->arena, noon(), &why) != DB_OK) fail_msg("%s", why.text);
}

struct line { const char *name, *value; };
struct asked { struct arena *a; const struct line *lines; };
static struct strs line_values(void *from, const char *name) {
  struct asked *q = from;
  struct strs all = {0};
  size_t cap = 0;
  for (const struct line *l = q->lines; l->name; l++)
    if (strcmp(l->name, name) == 0) *slice_push(q->a, &all, &cap) = str_of(l->value);
  return all;
}
#define ASK_LINES(...) (const struct line[]){__VA_ARGS__, {NULL, NULL}}

static const struct finding_picture *picture(struct db_test *t, enum directory_kind which,
                                             day_t day) {
  struct why why = {0};
  struct offers *offers = arena_new(t->arena, struct offers);
  struct finding_picture *p = arena_new(t->arena, struct finding_picture);
  if (!offers_load(t->db, t->arena, day, which, offers, &why)) fail_msg("%s", why.text);
  finding_picture_make(t->db, t->arena, offers, p);
  return p;
}

static struct finding_ask asked(struct db_test *t, const struct finding_picture *p,
                                const struct line *lines) {
  struct asked q = {t->arena, lines};
  struct finding_said said = {line_values, &q};
  struct finding_faults faults;
  struct finding_ask ask;
  if (!finding_read(t->db, t->arena, p, &said, p->offers->day, -1, LANG_EN, &ask, &faults))
    fail_msg("%s: %.*s", faults.p[0].field, P(faults.p[0].sentence));
  return ask;
}

static struct finding_answers run(struct db_test *t, const struct finding_picture *p,
                                  const struct finding_ask *ask) {
  struct finding_answers found;
  finding_run(t->arena, p, ask, (struct rules_tongue){0}, &found);
  return found;
}

static const struct finding_answer *named(const struct finding_answers *found, const char *part) {
  for (size_t i = 0; i < found->list.n; i++)
    if (str_contains(found->list.p[i].offer->name, str_of(part))) return &found->list.p[i];
  fail_msg("\"%s\" is not among the %zu answers", part, found->list.n);
  return NULL;
}

static struct client visitor(struct db_test *t) {
  static const struct domain *domains[] = {&finding_domain, &directory_domain, &places_domain};
  static int64_t generation;
  /* The kept pictures are a process's own; each test has a database of its own. */
  db_run(t->db, SQL("update directory_state set generation = ?1 where id = 1"),
         V(generation += 1000));
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  c.now = noon();
  return c;
}

/* ---- Words. */
static void words_mean_needs(struct db_test *t) {
  const struct needs *n = finding_needs();
  assert_true(n->n >= 15 && n->n < NEEDS_MAX);
  struct meaning m = finding_meaning(t->arena, S("Help with childcare so I can TRAIN"));
  for (size_t k = 0; k < n->n; k++) {
    bool meant = str_eq(n->p[k].code, S("care")) || str_eq(n->p[k].code, S("training"));
    assert_int_equal(m.needs >> k & 1, meant);
  }
  assert_int_equal(m.plain.n, 0);
  assert_true(m.said);
  assert_false(finding_meaning(t->arena, S("I need some help please")).said);
  assert_int_equal(finding_meaning(t->arena, S("childcrae")).needs,
                   finding_meaning(t->arena, S("childcare")).needs);
  assert_int_equal(finding_meaning(t->arena, S("mental_health")).needs,
                   finding_meaning(t->arena, S("Mental health")).needs);
  assert_int_equal(finding_meaning(t->arena, S("welding")).plain.n, 1);
}

static void one_slip_is_forgiven(struct db_test *t) {
  (void)t;
  assert_true(one_slip(S("welding"), S("weldng")));
  assert_true(one_slip(S("weldings"), S("welding")));
  assert_true(one_slip(S("welding"), S("wleding")));
  assert_true(one_slip(S("welding"), S("weldind")));
  assert_false(one_slip(S("welding"), S("welding")));
  assert_false(one_slip(S("welding"), S("wldign")));
  assert_false(one_slip(S("debt"), S("debs")));
}

static void ranks_what_was_asked_for_first(struct db_test *t) {
  struct organisation o = an_organisation(t, "Quay Trust");
  a_service(t, o.id, "Welding course", "training", "everyone");
  a_service(t, o.id, "Little Anchors", "childcare", "everyone");
  a_service(t, o.id, "Young train and care", "training childcare", "age under 20");
  const struct finding_picture *p = picture(t, DIRECTORY_LIVE, TODAY);
  struct finding_ask ask =
      asked(t, p, ASK_LINES({"need", "help with childcare so I can train"}, {"age", "40"}));
  struct finding_answers found = run(t, p, &ask);
  assert_int_equal(found.yes, 2);
  assert_int_equal(found.no, 1);
  const struct finding_answer *no = named(&found, "Young train");
  assert_int_equal(no->answer, RULES_NO);
  assert_non_null(no->instead);
  ask = asked(t, p, ASK_LINES({"need", "weldign"}));
  found = run(t, p, &ask);
  assert_int_equal(found.list.n, 1);
  ask = asked(t, p, ASK_LINES({"need", "zebra"}));
  found = run(t, p, &ask);
  assert_int_equal(found.list.n, 0);
  assert_int_equal(found.unknown.n, 1);
  assert_int_equal(run(t, p, &(struct finding_ask){.facts = {.on = TODAY}, .minute = -1}).list.n,
                   3);
}

static void the_best_few_are_the_best_of_all(struct db_test *t) {
  struct organisation o = an_organisation(t, "Quay Trust");
  static const char *const rules[] = {"everyone", "age under 20", "cohort carer"};
  for (int i = 0; i < 40; i++)
    a_service(t, o.id, str_c(t->arena, str_format(t->arena, "Service %02d", (i * 17) % 40)),
              i % 2 ? "training" : "childcare", rules[i % 3]);
  const struct finding_picture *p = picture(t, DIRECTORY_LIVE, TODAY);
  struct finding_ask ask = asked(t, p, ASK_LINES({"age", "30"}));
  struct finding_answers all = run(t, p, &ask);
  assert_int_equal(all.list.n, 40);
  ask.limit = 7, ask.first = 5;
  struct finding_answers few = run(t, p, &ask);
  assert_int_equal(few.list.n, 7);
  for (size_t i = 0; i < few.list.n; i++)
    assert_ptr_equal(few.list.p[i].offer, all.list.p[5 + i].offer);
  for (size_t i = 1; i < all.list.n; i++)
    assert_true(all.list.p[i - 1].answer >= all.list.p[i].answer);
}

/* ---- Pages. */
static void pages_speak_and_keep_nothing(struct db_test *t) {
  struct organisation o = an_organisation(t, "Quay Trust");
  struct service s = a_service(t, o.id, "Safe Harbour", "one_to_one", "everyone");
  a_place(t, s.id, "CANARY town", false);
  struct client c = visitor(t);
  struct why why = {0};
  get(&c, "/find");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "method=\"post\"") && client_says(&c, "/exit"));
  assert_int_equal(client_header(&c, "Set-Cookie").n, 0);
  if (!client_headers_right(&c, &why)) fail_msg("%s", why.text);
  post(&c, "/find", "words=someone+to+talk+to");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "Safe Harbour") && client_says(&c, "The address is not published"));
  assert_false(client_says(&c, "CANARY") || client_says(&c, "<svg viewBox=\"0 0 320") ||
               client_says(&c, "miles, in"));
  assert_int_equal(client_header(&c, "Set-Cookie").n, 0);
  if (!client_headers_right(&c, &why)) fail_msg("%s", why.text);
  post(&c, "/find", "age=elderly&words=talk");
  assert_int_equal(c.status, 422);
  assert_true(client_says(&c, "id=\"age-m\"") && client_says(&c, "value=\"elderly\""));
  post(&c, "/find", "place=Nowhere+%3Cscript%3E");
  assert_int_equal(c.status, 422);
  assert_true(client_says(&c, "id=\"place-m\"") && client_says(&c, "Nowhere &lt;script&gt;"));
  post(&c, "/find", "words=talk&change=yes");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "value=\"talk\""));
  client_close(&c);
}

static void the_two_directories_never_mix(struct db_test *t) {
  fill_library(t);
  struct organisation o = an_organisation(t, "Quay Trust");
  a_service(t, o.id, "Harbour club", "one_to_one", "everyone");
  struct client c = visitor(t);
  post(&c, "/find", "");
  assert_true(client_says(&c, "Harbour club") && !client_says(&c, "Routes to Work"));
  get(&c, "/library");
  assert_true(client_says(&c, "109 schemes") && !client_says(&c, "Harbour club"));
  post(&c, "/library", "words=rural");
  assert_true(client_says(&c, "Let&#39;s Go Rural") || client_says(&c, "Go Rural"));
  assert_true(client_says(&c, "This ended in December 2022."));
  client_close(&c);
}

static void the_api_says_the_same(struct db_test *t) {
  struct organisation o = an_organisation(t, "Quay Trust");
  a_service(t, o.id, "Next Tide", "mentoring", "age 16 to 24");
  struct client c = visitor(t);
  ask_of(&c, METHOD_POST, "/api/find", S("application/json"),
         S("{\"age\":30,\"need\":[\"mentor\"]}"));
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "\"answer\":\"no\"") && client_says(&c, "\"Next Tide\""));
  ask_of(&c, METHOD_POST, "/api/find", S("application/json"), S("[]"));
  assert_int_equal(c.status, 422);
  ask_of(&c, METHOD_POST, "/api/find", S("application/json"), S("{\"cohort\":\"wizard\"}"));
  assert_int_equal(c.status, 422);
  assert_true(client_says(&c, "\"field\":\"cohort\""));
  get(&c, "/api/find/gaps");
  assert_int_equal(c.status, 401);
  client_close(&c);
}

/* ---- Searches that found nothing. */
static void a_search_without_an_answer_counts(struct db_test *t) {
  struct organisation o = an_organisation(t, "Quay Trust");
  a_service(t, o.id, "Young debt club", "money_help", "age under 20");
  struct client c = visitor(t);
  for (int i = 0; i < FINDING_GAP_LEAST - 1; i++)
    post(&c, "/find", "new=yes&words=my+secret+debts&age=30&place=London");
  assert_true(client_says(&c, "Your search still counts"));
  post(&c, "/find", "words=my+secret+debts&age=30&place=London");
  assert_false(client_says(
      &c, "Your search still counts")); /* a filter or a next page is not a new search */
  assert_int_equal(finding_gaps_released(t->db, t->arena, TODAY + 30).n, 0);
  post(&c, "/find", "new=yes&words=my+secret+debts&age=30&place=London");
  assert_int_equal(finding_gaps_released(t->db, t->arena, TODAY).n, 0); /* the month is not over */
  struct finding_gaps gaps = finding_gaps_released(t->db, t->arena, TODAY + 30);
  assert_int_equal(gaps.n, 1);
  assert_true(str_eq(gaps.p[0].need, S("money")) && str_eq(gaps.p[0].area, S("London")));
  assert_true(str_eq(gaps.p[0].month, S("2026-11")) && gaps.p[0].searches == FINDING_GAP_LEAST);
  post(&c, "/find", "new=yes&words=debts&age=18");
  assert_false(client_says(&c, "Your search still counts"));
  client_close(&c);
}

/* Nothing was asked for, so nothing was missed, and nobody is told what "looks right for you". */
static void a_place_alone_is_no_answer(struct db_test *t) {
  struct organisation o = an_organisation(t, "Quay Trust");
  a_service(t, o.id, "Young debt club", "money_help", "age under 20");
  struct client c = visitor(t);
  for (int i = 0; i < FINDING_GAP_LEAST; i++) post(&c, "/find", "new=yes&place=London");
  assert_true(client_says(&c, "Young debt club") && client_says(&c, "Any of these may be for you"));
  assert_false(client_says(&c, "look right for you") ||
               client_says(&c, "Your search still counts"));
  assert_int_equal(finding_gaps_released(t->db, t->arena, TODAY + 30).n, 0);
  post(&c, "/find", "new=yes&place=London&age=19");
  assert_true(client_says(&c, "look right for you"));
  client_close(&c);
}

/* ---- Scenarios. */
/* A place of help never stands in the sea: land of every council in the picture is drawn, and where
 * an outline is missing the ground is plain. */
static void pins_stand_on_land(struct db_test *t) {
  static struct geo_point west[] = {{54, 1.0}, {55, 1.0}, {55, 1.5}, {54, 1.5}},
                          east[] = {{54, 1.5}, {55, 1.5}, {55, 2.0}, {54, 2.0}};
  static const struct land lands[] = {
      {.name = {"West", 4}, .centre = {54.5, 1.25}, .ring = {{west, 4}}, .rings = 1},
      {.name = {"East", 4}, .centre = {54.5, 1.75}, .ring = {{east, 4}}, .rings = 1}};
  static const struct council councils[] = {{1, &lands[0], 1}, {2, &lands[1], 1}};
  struct finding_picture p = {.councils = {councils, 2}};
  struct place here = {.found = PLACE_POSTCODE, .at = {54.5, 1.2}};
  struct map_pin pins[] = {{{54.5, 1.3}, 1, false}, {{54.5, 1.9}, 2, false}};
  struct finding_map map;
  assert_true(finding_map(&p, t->arena, &here, pins, 2, &map));
  assert_true(map.sea);
  assert_int_equal(map.land.n, 2);
  pins[1].at.lon = 2.2; /* off every outline there is */
  assert_true(finding_map(&p, t->arena, &here, pins, 2, &map));
  assert_false(map.sea);
}

static void S03_one_page_with_all_three(struct db_test *t) {
  struct organisation o = an_organisation(t, "Redcar-like hub");
  static const char *const names[] = {"Vacancies this week", "Courses at the hub",
                                      "Specialist support at the hub"};
  static const char *const styles[] = {"job_matching", "courses", "health_support"};
  for (int i = 0; i < 3; i++) a_service(t, o.id, names[i], styles[i], "everyone");
  struct client c = visitor(t);
  char id[37], path[80];
  uuid_text(o.public_id, id);
  snprintf(path, sizeof path, "/help/organisations/%s", id);
  get(&c, path);
  assert_int_equal(c.status, 200);
  for (int i = 0; i < 3; i++) assert_true(client_says(&c, names[i]));
  assert_false(client_says(&c, "<noscript") || client_says(&c, "hidden>"));
  assert_true(client_says(&c, "<h1") && client_says(&c, "lang=\"en\"") &&
              client_says(&c, "id=\"main\""));
  client_close(&c);
}

static enum rules_answer at_stockton(struct db_test *t, day_t born, day_t referred) {
  const struct finding_picture *p = picture(t, DIRECTORY_LIBRARY, referred);
  struct finding_ask ask = asked(
      t, p,
      ASK_LINES({"place", "Stockton-on-Tees"}, {"cohort", "neet"}, {"ignore_standing", "yes"}));
  ask.facts.on = referred;
  rules_facts_born(&ask.facts, born);
  rules_facts_settle(p->offers->book, &ask.facts);
  struct finding_answers found = run(t, p, &ask);
  return named(&found, "Pathways (Stockton")->answer;
}

static void S04_Stockton_Pathways_on_the_referral_date(struct db_test *t) {
  fill_library(t);
  day_t born = day_of(1996, 11, 22);
  assert_int_equal(at_stockton(t, born, day_of(2026, 11, 21)),
                   RULES_YES); /* 29, the day before the birthday */
  assert_int_equal(at_stockton(t, born, day_of(2026, 11, 22)), RULES_NO);  /* 30 */
  assert_int_equal(at_stockton(t, born, day_of(2012, 11, 21)), RULES_NO);  /* 15 */
  assert_int_equal(at_stockton(t, born, day_of(2012, 11, 22)), RULES_YES); /* 16 */
}

static void S49_figure_2_from_51_rows(struct db_test *t) {
  struct national_figure f;
  struct why why = {0};
  fill_library(t);
  assert_true(national_figure_read(t->db, t->arena, &f, &why));
  assert_int_equal(f.total, 51);
  assert_int_equal(f.in_groups, 51);
  assert_true(f.rows.n >= 9);
  for (size_t i = 0; i < f.rows.n; i++) assert_int_equal(f.rows.p[i].percent, f.rows.p[i].stated);
  struct client c = visitor(t);
  get(&c, "/library/national");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "Where sources disagree") && client_says(&c, "<b>48</b>") &&
              client_says(&c, "<b>51</b>"));
  client_close(&c);
}

static void S50_probation_in_three_regions(struct db_test *t) {
  fill_library(t);
  static const char *const in[] = {"London", "North West", "West Midlands"}, *const out[] = {
                                                                                 "Leeds",
                                                                                 "Tees Valley",
                                                                                 "Wales"};
  const struct finding_picture *p = picture(t, DIRECTORY_LIBRARY, TODAY);
  for (int i = 0; i < 3; i++) {
    struct finding_ask ask = asked(
        t, p, ASK_LINES({"place", in[i]}, {"cohort", "convictions"}, {"ignore_standing", "yes"}));
    struct finding_answers found = run(t, p, &ask);
    assert_true(named(&found, "Probation Service Education")->answer != RULES_NO);
    ask = asked(
        t, p, ASK_LINES({"place", out[i]}, {"cohort", "convictions"}, {"ignore_standing", "yes"}));
    found = run(t, p, &ask);
    const struct finding_answer *no = named(&found, "Probation Service Education");
    assert_int_equal(no->answer, RULES_NO);
    assert_true(no->because.reasons.n &&
                str_contains(no->because.reasons.p[0].says, S("West Midlands")));
    if (i < 2) assert_non_null(no->instead); /* in Wales the library has none to name */
  }
  struct client c = visitor(t);
  get(&c, "/find");
  assert_false(client_says(&c, "Universal Credit") || client_says(&c, "name=\"benefit\""));
  client_close(&c);
}

int main(int argc, char **argv) {
  static const struct db_test_case all[] = {DB_TEST(words_mean_needs),
                                            DB_TEST(one_slip_is_forgiven),
                                            DB_TEST(ranks_what_was_asked_for_first),
                                            DB_TEST(the_best_few_are_the_best_of_all),
                                            DB_TEST(pages_speak_and_keep_nothing),
                                            DB_TEST(the_two_directories_never_mix),
                                            DB_TEST(the_api_says_the_same),
                                            DB_TEST(a_search_without_an_answer_counts),
                                            DB_TEST(a_place_alone_is_no_answer),
                                            DB_TEST(one_picture_for_all_processes),
                                            DB_TEST(a_damaged_picture_is_made_again),
                                            DB_TEST(an_edit_is_seen_by_the_next_search),
                                            DB_TEST(pins_stand_on_land),
                                            DB_TEST(S03_one_page_with_all_three),
                                            DB_TEST(S04_Stockton_Pathways_on_the_referral_date),
                                            DB_TEST(S49_figure_2_from_51_rows),
                                            DB_TEST(S50_probation_in_three_regions)};
  const struct migrations lists[] = {db_migrations,     audit_migrations,  web_migrations,
                                     record_migrations, places_migrations, directory_migrations,
                                     finding_migrations};
  return db_test_main(argc, argv, "finding", all, countof(all), lists, countof(lists));
}
