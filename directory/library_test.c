/* The library of what has been tried: filled from the packs, updated from a file, judged on a date.
 */
#include "directory/directory_test.h"

static void seed(struct db_test *t) {
  struct why why = {0};
  if (directory_seed(t->db, t->arena, test_now(), &why) != DB_OK) fail_msg("%s", why.text);
}

static struct offers library(struct db_test *t, day_t day) {
  struct offers o;
  struct why why = {0};
  if (!offers_load(t->db, t->arena, day, DIRECTORY_LIBRARY, &o, &why)) fail_msg("%s", why.text);
  return o;
}

static const struct offer *scheme_like(const struct offers *o, const char *start) {
  for (size_t i = 0; i < o->list.n; i++)
    if (str_starts(o->list.p[i].name, str_of(start))) return &o->list.p[i];
  fail_msg("no scheme %s", start);
  return NULL;
}

static enum rules_answer judge(const struct offers *o, const char *name, int age, const char *place,
                               const char *cohort, day_t on, bool ignore_standing) {
  struct arena a = arena_open((size_t)16 << 20);
  struct str area = str_of(place);
  struct rules_facts f = {.on = on, .place = rules_place_of(&a, o->book, &area, 1)};
  rules_facts_age(&f, age);
  if (cohort) rules_facts_cohort(o->book, &f, str_of(cohort), RULES_SAID_YES);
  rules_facts_status(o->book, &f, S("unemployed"));
  rules_facts_settle(o->book, &f);
  enum rules_answer r =
      rules_judge_offer(o->book, &scheme_like(o, name)->judged, &f, ignore_standing);
  arena_close(&a);
  return r;
}

static void all_109_with_what_the_reports_say(struct db_test *t) {
  seed(t);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from scheme")), 109);
  assert_int_equal(
      db_number(t->db, 0, SQL("select count(*) from scheme where eligibility_said is null")), 83);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from scheme where kind is null")), 0);
  int64_t revisions = db_number(t->db, 0, SQL("select count(*) from revision"));
  seed(t); /* again: nothing new, nothing changed */
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from revision")), revisions);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from scheme")), 109);
}

static void judged_on_the_date(struct db_test *t) {
  seed(t);
  day_t in_2019 = day_of(2019, 6, 1), in_2021 = day_of(2021, 6, 1), in_2024 = day_of(2024, 6, 1);
  struct offers o = library(t, in_2024);
  assert_int_equal(judge(&o, "Pathways (Stockton", 29, "Stockton-on-Tees", "neet", in_2024, true),
                   RULES_YES);
  assert_int_equal(judge(&o, "Pathways (Stockton", 30, "Stockton-on-Tees", "neet", in_2024, true),
                   RULES_NO);
  assert_int_equal(judge(&o, "Pathways (Stockton", 29, "Stockton-on-Tees", "neet", in_2024, false),
                   RULES_MAYBE);
  assert_int_equal(judge(&o, "Routes to Work", 25, "Tees Valley", NULL, in_2019, true), RULES_NO);
  assert_int_equal(judge(&o, "Routes to Work", 25, "Tees Valley", NULL, in_2021, true), RULES_YES);
  assert_int_equal(
      judge(&o, "Brighter Futures - Let's Go", 20, "Warwickshire", NULL, in_2024, false), RULES_NO);
  const struct offer *ended = scheme_like(&o, "Brighter Futures - Let's Go");
  assert_true(str_eq(ended->ended_words, S("December 2022")));
  assert_int_equal(ended->standing.state, STANDING_ENDED);
}

static struct import_result import(struct db_test *t, const char *text, bool dry) {
  struct csv *c = csv_open_str(t->arena, str_of(text));
  struct why why = {0};
  struct import_result r = {0};
  assert_true(csv_headers(c, &why));
  if (!schemes_import(t->db, t->arena, c, dry, test_now(), &r, &why)) fail_msg("%s", why.text);
  csv_close(c);
  return r;
}

static void a_file_updates_and_adds(struct db_test *t) {
  seed(t);
  const char *text =
      "name,place,start,end,cohorts,source,strange\n"
      "Routes to Work,Tees Valley and more,2018,2023 (extended),jobseekers,LGA Make It Local,x\n"
      "A new scheme,Nowhere,next year,,anyone,our own notes,\n"
      "No source,Nowhere,,,,,\n"
      ",Nameless,,,,somewhere,\n";
  struct import_result r = import(t, text, true);
  assert_int_equal(r.changed, 1), assert_int_equal(r.added, 1), assert_int_equal(r.bad, 2);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from scheme")), 109); /* a dry run */
  r = import(t, text, false);
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from scheme")), 110);
  assert_int_equal(r.unknown_columns.n, 1);
  struct scheme s;
  int64_t id = db_number(t->db, 0, SQL("select id from scheme where name = 'Routes to Work'"));
  assert_true(record_load(t->db, t->arena, &scheme_type, id, &s));
  assert_true(str_eq(s.ended, S("2023")) && str_eq(s.dates_said, S("2023 (extended)")));
  assert_true(s.rule.n > 0); /* what the file does not speak of stays */
  id = db_number(t->db, 0, SQL("select id from scheme where name = 'A new scheme'"));
  assert_true(record_load(t->db, t->arena, &scheme_type, id, &s));
  assert_true(!s.started.n && str_eq(s.dates_said, S("next year")));
  seed(t); /* the packs again: a file's change is not an editor's, the pack's dates come back */
}

static void the_real_file(struct db_test *t) {
  struct str text;
  struct why why;
  if (!file_exists("../shared/schemes.csv")) {
    print_message("skipped: ../shared/schemes.csv is not here\n");
    return;
  }
  assert_true(file_read(t->arena, "../shared/schemes.csv", 1 << 20, &text, &why));
  seed(t);
  struct import_result r = import(t, str_c(t->arena, text), false);
  assert_int_equal(r.rows, 109), assert_int_equal(r.bad, 0), assert_int_equal(r.added, 0);
  assert_int_equal(r.unknown_columns.n, 0);
  r = import(t, str_c(t->arena, text), false);
  assert_int_equal(r.same, 109);
}

static void an_editors_words_stay(struct db_test *t) {
  seed(t);
  struct scheme s;
  int64_t id = db_number(t->db, 0, SQL("select id from scheme where name = 'Walsall Works'"));
  assert_true(record_load(t->db, t->arena, &scheme_type, id, &s));
  s.lead = S("Somebody else");
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(record_update(t->db, t->arena, &scheme_type, &s, 9, test_now()), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  seed(t);
  assert_true(record_load(t->db, t->arena, &scheme_type, id, &s));
  assert_true(str_eq(s.lead, S("Somebody else")));
}

static void both_counts_are_kept(struct db_test *t) {
  seed(t);
  int64_t id = db_number(
      t->db, 0, SQL("select id from scheme where name = 'National provision set (51 programmes)'"));
  struct source_facts all = sources_of(t->db, t->arena, &scheme_type, id);
  assert_true(sources_disagree(&all, "national programmes")); /* 51 and 48 */
  assert_int_equal(db_number(t->db, 0, SQL("select count(*) from national_programme")), 51);
}

int library_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {DB_TEST(all_109_with_what_the_reports_say),
                                              DB_TEST(judged_on_the_date),
                                              DB_TEST(a_file_updates_and_adds),
                                              DB_TEST(the_real_file),
                                              DB_TEST(an_editors_words_stay),
                                              DB_TEST(both_counts_are_kept)};
  return db_test_run("directory library", cases, countof(cases), lists, n);
}
