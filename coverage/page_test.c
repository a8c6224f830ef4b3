/* The pages as a commissioner meets them, and as nobody else does. */
#include <ctype.h>
#include "coverage/coverage_test.h"
#include "places/places.h"
#include "web/testing.h"

static const char *const pages[] = {"/coverage",
                                    "/coverage/cell?cohort=carer&style=transport",
                                    "/coverage/gaps",
                                    "/coverage/gaps.csv",
                                    "/coverage/map",
                                    "/coverage/overlaps",
                                    "/coverage/overlaps.csv",
                                    "/coverage/cliffs",
                                    "/coverage/cliffs?months=3",
                                    "/coverage/cliffs.csv",
                                    "/coverage/funding",
                                    "/coverage/funding.csv",
                                    "/coverage/library",
                                    "/coverage/national",
                                    "/coverage/people",
                                    "/coverage?month=2027-03",
                                    "/coverage?month=2026-01",
                                    "/coverage/gaps?kind=la",
                                    "/coverage?cohort=carer"};

static struct client visitor(struct db_test *t) {
  static const struct domain *domains[] = {&coverage_domain};
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  c.now = test_now();
  return c;
}

static struct client commissioner(struct db_test *t) {
  struct client c = visitor(t);
  client_as(&c, (struct actor){
                    .user_id = 3, .roles = ROLE_COMMISSIONER, .function = FUNCTION_COMMISSIONING});
  return c;
}

static void says(const struct client *c, const char *words) {
  if (!client_says(c, words)) fail_msg("%.*s does not say \"%s\"", P(c->path), words);
}

static void all_answer(struct client *c) {
  struct why why = {0};
  for (size_t i = 0; i < countof(pages); i++) {
    get(c, pages[i]);
    if (c->status != 200) fail_msg("%s: %d", pages[i], c->status);
    if (!client_headers_right(c, &why)) fail_msg("%s: %s", pages[i], why.text);
  }
}

static void every_page_answers_full_and_empty(struct db_test *t) {
  struct client c = commissioner(t);
  all_answer(&c);
  get(&c, "/coverage"), says(&c, "The directory is empty");
  get(&c, "/coverage/people"), says(&c, "Nobody has given us estimates");
  test_seaborough(t);
  all_answer(&c);
  client_close(&c);
}

static void nobody_else_may_look(struct db_test *t) {
  struct client c = visitor(t);
  const struct actor others[] = {
      {0},
      {.user_id = 4, .roles = ROLE_KEY_WORKER, .function = FUNCTION_SUPPORT},
      {.user_id = 5, .roles = ROLE_ENFORCEMENT, .function = FUNCTION_ENFORCEMENT},
      {.user_id = 6, .roles = ROLE_RESIDENT, .person_id = 1}};
  for (size_t k = 0; k < countof(others); k++) {
    client_as(&c, others[k]);
    for (size_t i = 0; i < countof(pages); i++) {
      get(&c, pages[i]);
      if (c.status == 200) fail_msg("%s let actor %zu in", pages[i], k);
    }
  }
  client_close(&c);
}

static void bad_questions_get_a_sentence(struct db_test *t) {
  struct client c = commissioner(t);
  static const struct {
    const char *path, *words;
  } cases[] = {{"/coverage?area=NOWHERE", "We do not know that place"},
               {"/coverage?cohort=wizards", "We do not know that group"},
               {"/coverage?style=magic", "We do not know that kind of help"},
               {"/coverage/gaps?kind=moon", "We do not know that kind of place"},
               {"/coverage?month=soon", "Give the month as"},
               {"/coverage?month=2026-13", "Give the month as"},
               {"/coverage?month=9999-01", "Give the month as"},
               {"/coverage/cliffs?months=900", "Look from 1 to 60 months"},
               {"/coverage/gaps?from=-3", "That page is not there"},
               {"/coverage/cell", "Choose a group and a kind of help"}};
  for (size_t i = 0; i < countof(cases); i++) {
    get(&c, cases[i].path);
    if (c.status != 400) fail_msg("%s: %d", cases[i].path, c.status);
    says(&c, cases[i].words);
  }
  client_close(&c);
}

/* Each number drawn stands in the table below it. */
static size_t numbers_in_table(const struct client *c) {
  struct str svg = str_slice(c->text, str_find(c->text, S("<svg class=\"c")), c->text.n);
  struct str table = str_slice(svg, str_find(svg, S("</figure>")), svg.n);
  svg = str_slice(svg, 0, str_find(svg, S("</figure>")));
  size_t found = 0;
  while (svg.n) {
    struct str text = str_slice(svg, str_find(svg, S("<text")), svg.n);
    if (!text.n) break;
    text = str_slice(text, str_find_byte(text, '>') + 1, text.n);
    size_t n = 0;
    while (n < text.n && (isdigit((unsigned char)text.p[n]) || text.p[n] == ',')) n++;
    struct str number = str_slice(text, 0, n);
    if (n && !str_contains(table, number))
      fail_msg("%.*s is drawn and not in the table", P(number));
    found += n > 0;
    svg = text;
  }
  return found;
}

static void numbers_drawn_are_in_the_table(struct db_test *t) {
  test_seaborough(t);
  struct client c = commissioner(t);
  get(&c, "/coverage");
  assert_true(numbers_in_table(&c) > 60);
  get(&c, "/coverage/cliffs");
  numbers_in_table(&c);
  client_close(&c);
}

static void not_known_is_hatched_and_said(struct db_test *t) {
  test_places(t);
  struct service s = test_service(t, "Rides", "carer", "transport");
  test_area(t, s.id, "T1");
  struct client c = commissioner(t);
  get(&c, "/coverage?area=T1&cohort=carer&style=transport");
  says(&c, "not known"); /* places and people nobody has said */
  get(&c, "/coverage?area=T2&cohort=carer&style=transport");
  says(&c, "<td data-l=\"State\">gap</td>");
  s.assured_on = TEST_DAY - 400;
  test_save(t, &service_type, &s);
  get(&c, "/coverage?area=T1&cohort=carer&style=transport");
  says(&c, "<td data-l=\"State\">no data</td>"), says(&c, "class=\"hb\"");
  get(&c, "/coverage/gaps?area=T1"), says(&c, "Not known: 1 entry to check");
  get(&c, "/coverage/cell?area=T1&cohort=carer&style=transport"), says(&c, "Rides"),
      says(&c, "1 entry needs a check");
  get(&c, "/coverage/map?cohort=carer&style=transport"), says(&c, "Upper Test");
  client_close(&c);
}

static void cells_open_to_their_services(struct db_test *t) {
  const struct seaborough *sb = test_seaborough(t);
  struct client c = commissioner(t);
  const struct sb_cell *cell = &sb->overlaps.p[0];
  char path[200];
  snprintf(path, sizeof path, "/coverage/cell?area=%.*s&cohort=%.*s&style=%.*s",
           P(sb->areas.p[sb->neighbourhood[cell->hood]].code), P(cell->cohort), P(cell->style));
  get(&c, path);
  assert_int_equal(c.status, 200);
  int live = 0;
  for (struct str rest = c.text; rest.n;) {
    rest = str_slice(rest, str_find(rest, S("<td data-l=\"State\">Live</td>")), rest.n);
    live += rest.n > 0;
    rest = str_slice(rest, 1, rest.n);
  }
  assert_int_equal(live, cell->offers);
  says(&c, "/help/services/");
  get(&c, "/coverage/overlaps"), says(&c, "who pays");
  client_close(&c);
}

static void money_that_does_not_agree_is_shown_twice(struct db_test *t) {
  struct service s = test_service(t, "Rides", "carer", "transport");
  s.ends = TEST_DAY + 90;
  test_save(t, &service_type, &s);
  test_fund(t, s.id, "The Pot", 4000000, TEST_DAY - 100, TEST_DAY + 30);
  struct scheme k;
  record_clear(&scheme_type, &k);
  k.name = S("Two sums"), k.source = S("a test"), k.amount_total = 4400000000,
  k.amount_parts = S("20000000;25000000");
  test_save(t, &scheme_type, &k);
  struct client c = commissioner(t);
  get(&c, "/coverage/funding");
  says(&c, "The entry and its funds say different days"), says(&c, "The Pot"), says(&c, "£40,000");
  assert_false(client_says(&c, "Two sums")); /* the two directories never share a page */
  get(&c, "/coverage/library");
  says(&c, "the parts differ from the total"), says(&c, "£44,000,000"), says(&c, "£45,000,000");
  assert_false(client_says(&c, "Rides"));
  client_close(&c);
}

static void estimates_by_file(struct db_test *t) {
  test_places(t);
  struct client c = commissioner(t);
  struct str good = S(
      "area,cohort,age_band,edition,source,value,unit\nT1,carer,16-64,2024,Somebody,100,people\n");
  get(&c, "/coverage/people");
  post_file(&c, "/coverage/people", "", "file", "people.csv", good);
  assert_int_equal(c.status, 200);
  says(&c, "Nothing was changed yet"), says(&c, "1 new estimate");
  post_file(&c, "/coverage/people", "save=yes", "file", "people.csv", good);
  says(&c, "Done"), says(&c, "Somebody (2024)");
  post_file(&c, "/coverage/people", "save=yes", "file", "people.csv", S("area,cohort\nT1,carer\n"));
  assert_int_equal(c.status, 422);
  says(&c, "no column");
  post_file(&c, "/coverage/people", "save=yes", "file", "people.csv",
            S("area,cohort,age_band,edition,source,value,unit\nT1,carer,16-64,2025,Somebody,many,"
              "people\n"));
  assert_int_equal(c.status, 422);
  says(&c, "Give a whole number of people"), says(&c, "Nothing was changed");
  client_as(&c, (struct actor){.user_id = 9, .roles = ROLE_MANAGER, .function = FUNCTION_SUPPORT});
  get(&c, "/coverage/people");
  assert_int_equal(c.status, 200);
  post_file(&c, "/coverage/people", "save=yes", "file", "people.csv", good);
  assert_int_not_equal(c.status, 200); /* a manager may look and not change */
  client_close(&c);
}

static void files_hold_what_pages_hold(struct db_test *t) {
  const struct seaborough *sb = test_seaborough(t);
  struct client c = commissioner(t);
  get(&c, "/coverage/cliffs.csv");
  for (size_t i = 0; i < sb->cliffs.n; i++)
    says(&c, str_c(t->arena, sb->services.p[sb->cliffs.p[i]].name));
  get(&c, "/coverage/gaps.csv");
  struct why why;
  struct csv_row row;
  struct csv *rows = csv_open_str(t->arena, str_copy(t->arena, c.text));
  size_t n = 0;
  assert_true(csv_headers(rows, &why));
  while (csv_next(rows, &row, &why) == CSV_ROW) n++;
  csv_close(rows);
  assert_int_equal(
      n, coverage_gaps(test_facts(t), t->arena, S("neighbourhood"), -1, TEST_DAY, TEST_DAY).n);
  client_close(&c);
}

/* Anybody may read how much there is; never a name of a service, nor how many people are estimated.
 */
static void anybody_reads_how_much_there_is(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/help/summary");
  assert_int_equal(c.status, 200);
  says(&c, "Nothing is on the directory yet.");
  test_seaborough(t);
  get(&c, "/help/summary");
  assert_int_equal(c.status, 200);
  const struct coverage *facts = test_facts(t);
  int64_t live = 0;
  for (size_t i = 0; i < facts->services.n; i++) {
    const struct coverage_service *s = &facts->services.p[i];
    live += coverage_state(&s->facts, TEST_DAY, TEST_DAY) == STANDING_LIVE;
    if (client_says(&c, str_c(t->arena, s->name))) fail_msg("it names %.*s", P(s->name));
  }
  says(&c, str_c(t->arena,
                 str_format(t->arena, "%lld services that somebody has checked", (long long)live)));
  says(&c, "By place"), says(&c, "By whom it is made for"), says(&c, "12 months");
  assert_false(client_says(&c, "/coverage") || client_says(&c, "estimate"));
  client_close(&c);
}

/* ---- Offered, and too far. */

static void put_ward(struct db_test *t, const char *code, const char *parent) {
  struct area_new ward = {.kind = S("ward"),
                          .code = str_of(code),
                          .name = str_of(code),
                          .parent_code = str_of(parent),
                          .edition = S("test"),
                          .source = S("invented"),
                          .centre = {54, 2}};
  assert_int_equal(places_area_put(t->db, t->arena, &ward, test_now()), DB_OK);
}

/* As the night leaves it: a byte a service in the order of the list (journeys/6602_services.sql).
 */
static void put_minutes(struct db_test *t, const char *ward, int64_t list, int one, int two) {
  char bytes[] = {(char)one, (char)two};
  assert_int_equal(
      db_run(t->db,
             SQL("insert into reach_services (area_code, day_kind, hour, list_id, minutes) values "
                 "(?1, 'weekday', 9, ?2, ?3)"),
             V(str_of(ward)), V(list), db_blob((struct str){bytes, sizeof bytes})),
      DB_OK);
}

static int64_t put_list(struct db_test *t, int64_t one, int64_t two) {
  char ids[16];
  for (int b = 0; b < 8; b++) ids[b] = (char)(one >> (8 * b)), ids[8 + b] = (char)(two >> (8 * b));
  return db_insert(t->db,
                   SQL("insert into reach_list (services, made_at) values (?1, '') returning id"),
                   db_blob((struct str){ids, sizeof ids}));
}

static void help_offered_and_too_far_is_a_state_of_its_own(struct db_test *t) {
  enum { PRIVATE = 253, NO_WAY = 255 };
  struct client c = commissioner(t);
  test_places(t);
  put_ward(t, "W1", "T1"), put_ward(t, "W2", "T1"), put_ward(t, "W3", "T2");
  struct service far = test_service(t, "Bike shed", "carer", "transport"),
                 private = test_service(t, "Refuge", "carer", "one_to_one");
  test_area(t, far.id, "TR"), test_area(t, private.id, "TR");
  get(&c, "/coverage?cohort=carer"), says(&c, "is not counted here");
  int64_t list = put_list(t, far.id, private.id);
  put_minutes(t, "W1", list, 75, PRIVATE), put_minutes(t, "W2", list, NO_WAY, PRIVATE);
  put_minutes(t, "W3", list, 40, PRIVATE);
  get(&c, "/coverage?cohort=carer"); /* from two of three wards it is too far */
  says(&c, "1 cell is offered and too far"), says(&c, "too far</text>");
  get(&c, "/coverage?cohort=carer&area=T2"), says(&c, "0 cells are offered and too far");
  get(&c, "/coverage?cohort=carer&area=T2&within=30"), says(&c, "1 cell is offered and too far");
  get(&c, "/coverage?cohort=carer&within=0"), assert_false(client_says(&c, "too far</text>"));
  get(&c, "/coverage?cohort=carer&hour=20"), says(&c, "is not counted here");
  get(&c, "/coverage/gaps?kind=ward");
  says(&c, "Offered, and too far"), says(&c, "1 of 1 wards");
  get(&c, "/coverage/cell?cohort=carer&style=transport");
  says(&c, "75 minutes: too far"), says(&c, "40 minutes"), says(&c, "over two hours, or no way");
  get(&c, "/coverage/cell?cohort=carer&style=one_to_one"); /* may be near: nothing is said */
  says(&c, "not known: the address is not published"), assert_false(client_says(&c, "too far"));
  get(&c, "/coverage/map?show=minutes&kind=ward&cohort=carer&style=transport");
  says(&c, "75 minutes"), says(&c, "How far help is");
  get(&c, "/coverage?within=31"), assert_int_equal(c.status, 400);
  get(&c, "/coverage?hour=4"), assert_int_equal(c.status, 400);
  client_close(&c);
}

int page_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {
      DB_TEST(every_page_answers_full_and_empty),
      DB_TEST(nobody_else_may_look),
      DB_TEST(bad_questions_get_a_sentence),
      DB_TEST(numbers_drawn_are_in_the_table),
      DB_TEST(not_known_is_hatched_and_said),
      DB_TEST(cells_open_to_their_services),
      DB_TEST(money_that_does_not_agree_is_shown_twice),
      DB_TEST(estimates_by_file),
      DB_TEST(files_hold_what_pages_hold),
      DB_TEST(help_offered_and_too_far_is_a_state_of_its_own),
      DB_TEST(anybody_reads_how_much_there_is)};
  return db_test_run("coverage: pages", cases, countof(cases), lists, n);
}
