/* rules_test: the language and its logic. What the packs say is tested in packs_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "rules/test_packs.h"

static struct arena arena;
static struct rules_book *book;
static const struct rules_tongue english = {0};

static int setup(void **state) {
  (void)state;
  arena = arena_open((size_t)256 << 20);
  book = pack_all(&arena).book;
  return 0;
}
static int teardown(void **state) {
  (void)state;
  arena_close(&arena);
  return 0;
}

static struct rules_rule rule_of(const char *text) {
  struct rules_rule r;
  struct why why;
  if (!rules_parse_body(&arena, book, S("test"), str_of(text), &r, &why))
    fail_msg("%s: %s", text, why.text);
  return r;
}

static struct rules_facts on(int year, int month, int day) {
  return (struct rules_facts){.on = day_of(year, month, day)};
}

static void living(struct rules_facts *f, const char *place) {
  struct str s = str_of(place);
  f->place = rules_place_of(&arena, book, &s, 1);
}

static void assert_answer(const char *text, const struct rules_facts *f,
                          enum rules_answer expected) {
  struct rules_rule r = rule_of(text);
  enum rules_answer got = rules_judge(&r, f);
  if (got != expected)
    fail_msg("%s: expected %.*s, got %.*s", text, P(rules_answer_word(expected)),
             P(rules_answer_word(got)));
  /* The cheap first pass may only drop what is a no, and the reasons tell the same answer. */
  if (!rules_may(&r.summary, f)) assert_int_equal(got, RULES_NO);
  struct rules_because because;
  rules_explain(&arena, book, &r, f, english, &because);
  assert_int_equal(because.answer, got);
  assert_true(because.reasons.n > 0);
  for (size_t i = 0; i < because.reasons.n; i++) {
    assert_int_equal(because.reasons.p[i].answer, got);
    assert_true(because.reasons.p[i].says.n > 0);
  }
  if (got == RULES_MAYBE)
    assert_true(because.ask.n > 0);
  else
    assert_int_equal(because.ask.n, 0);
}

static void assert_says(const char *text, const struct rules_facts *f, const char *says) {
  struct rules_rule r = rule_of(text);
  struct rules_because because;
  rules_explain(&arena, book, &r, f, english, &because);
  struct str all = S("");
  for (size_t i = 0; i < because.reasons.n; i++)
    all = str_format(&arena, "%.*s%s%.*s", P(all), i ? " | " : "", P(because.reasons.p[i].says));
  for (size_t i = 0; i < because.ask.n; i++)
    all = str_format(&arena, "%.*s ? %.*s", P(all), P(because.ask.p[i]));
  assert_string_equal(str_c(&arena, all), says);
}

static void assert_refused(const char *text, const char *sentence) {
  struct rules_rule r;
  struct why why = {{0}};
  assert_false(rules_parse_body(&arena, book, S("test"), str_of(text), &r, &why));
  assert_string_equal(why.text, sentence);
}

/* ---- Kleene's tables ---------------------------------------------------------------------- */

/* Three conditions that can be set to any value: veteran, parent, carer. */
static struct rules_facts three(enum rules_answer a, enum rules_answer b, enum rules_answer c) {
  const char *code[3] = {"veteran", "parent", "carer"};
  enum rules_answer value[3] = {a, b, c};
  struct rules_facts f = on(2024, 1, 1);
  for (int i = 0; i < 3; i++)
    rules_facts_cohort(book, &f, str_of(code[i]),
                       value[i] == RULES_YES  ? RULES_SAID_YES
                       : value[i] == RULES_NO ? RULES_SAID_NO
                                              : RULES_UNSAID);
  return f;
}

static void test_kleene(void **state) {
  (void)state;
  const enum rules_answer N = RULES_NO, M = RULES_MAYBE, Y = RULES_YES;
  static const enum rules_answer and_table[3][3] = {{0, 0, 0}, {0, 1, 1}, {0, 1, 2}};
  static const enum rules_answer or_table[3][3] = {{0, 1, 2}, {1, 1, 2}, {2, 2, 2}};
  static const enum rules_answer not_table[3] = {2, 1, 0};
  for (enum rules_answer a = N; a <= Y; a++) {
    struct rules_facts f = three(a, M, M);
    assert_answer("not cohort veteran", &f, not_table[a]);
    assert_answer("not not cohort veteran", &f, a);
    for (enum rules_answer b = N; b <= Y; b++) {
      f = three(a, b, M);
      assert_answer("cohort veteran and cohort parent", &f, and_table[a][b]);
      assert_answer("cohort veteran\ncohort parent", &f, and_table[a][b]);
      assert_answer("cohort veteran or cohort parent", &f, or_table[a][b]);
      assert_answer("cohort veteran, parent", &f, or_table[a][b]);
      assert_answer("cohort all veteran, parent", &f, and_table[a][b]);
      assert_answer("not (cohort veteran and cohort parent)", &f, not_table[and_table[a][b]]);
      assert_answer("not (cohort veteran or cohort parent)", &f, not_table[or_table[a][b]]);
      assert_answer("not cohort veteran, parent", &f, not_table[or_table[a][b]]);
      assert_answer("not cohort all veteran, parent", &f, not_table[and_table[a][b]]);
      for (enum rules_answer c = N; c <= Y; c++) {
        f = three(a, b, c);
        enum rules_answer inner = or_table[b][c];
        assert_answer("cohort veteran and (cohort parent or cohort carer)", &f,
                      and_table[a][inner]);
        assert_answer("not (cohort veteran and not (cohort parent and cohort carer))", &f,
                      not_table[and_table[a][not_table[and_table[b][c]]]]);
      }
    }
  }
}

/* ---- Boundaries --------------------------------------------------------------------------- */

static void test_ages(void **state) {
  (void)state;
  static const struct {
    const char *rule;
    int age;
    enum rules_answer expected;
  } rows[] = {
      {"age 16 to 29", 15, RULES_NO},         {"age 16 to 29", 16, RULES_YES},
      {"age 16 to 29", 29, RULES_YES},        {"age 16 to 29", 30, RULES_NO},
      {"age over 25", 25, RULES_NO},          {"age over 25", 26, RULES_YES},
      {"age under 25", 24, RULES_YES},        {"age under 25", 25, RULES_NO},
      {"age at least 18", 17, RULES_NO},      {"age at least 18", 18, RULES_YES},
      {"age at most 18", 18, RULES_YES},      {"age at most 18", 19, RULES_NO},
      {"age open_over 30", 29, RULES_NO},     {"age open_over 30", 30, RULES_MAYBE},
      {"age open_over 30", 31, RULES_YES},    {"age open_under 25", 24, RULES_YES},
      {"age open_under 25", 25, RULES_MAYBE}, {"age open_under 25", 26, RULES_NO},
      {"not age 16 to 29", 16, RULES_NO},     {"not age 16 to 29", 30, RULES_YES},
  };
  for (size_t i = 0; i < countof(rows); i++) {
    struct rules_facts f = on(2024, 1, 1);
    assert_answer(rows[i].rule, &f, RULES_MAYBE);
    rules_facts_age(&f, rows[i].age);
    assert_answer(rows[i].rule, &f, rows[i].expected);
  }
  struct rules_facts f = on(2024, 3, 1);
  rules_facts_age_band(&f, 25, 34);
  assert_answer("age 16 to 29", &f, RULES_MAYBE);
  assert_answer("age 16 to 34", &f, RULES_YES);
  assert_answer("age 35 to 40", &f, RULES_NO);
  rules_facts_born(&f, day_of(1994, 3, 2)); /* 29 until tomorrow */
  assert_answer("age 16 to 29", &f, RULES_YES);
  rules_facts_born(&f, day_of(1994, 3, 1)); /* 30 today */
  assert_answer("age 16 to 29", &f, RULES_NO);
}

static void test_open_boundary_says_both_readings(void **state) {
  (void)state;
  struct rules_facts f = on(2019, 1, 1);
  rules_facts_age(&f, 30);
  assert_says("age open_over 30", &f,
              "You are 30. This is for people aged over 30, which can be read two ways at "
              "your age. ? \"Over 30\" may mean 30 counts too. Check with them.");
}

static void test_status_reason_and_time(void **state) {
  (void)state;
  struct rules_facts f = on(2024, 1, 1);
  assert_answer("status unemployed, inactive", &f, RULES_MAYBE);
  rules_facts_status(book, &f, S("unemployed"));
  assert_answer("status unemployed, inactive", &f, RULES_YES);
  assert_answer("status employed", &f, RULES_NO);
  assert_answer("not status employed", &f, RULES_YES);
  rules_facts_status(book, &f, S("inactive")); /* one of the two, not known which */
  assert_answer("status unemployed", &f, RULES_MAYBE);
  assert_answer("status unemployed, inactive", &f, RULES_YES);
  assert_answer("status employed", &f, RULES_NO);

  f = on(2024, 1, 1);
  rules_facts_reason(book, &f, S("long_term_sick"));
  rules_facts_settle(book, &f);
  assert_answer("status inactive", &f, RULES_YES);
  assert_answer("reason long_term_sick, student", &f, RULES_YES);
  assert_answer("reason student", &f, RULES_NO);

  f = on(2024, 1, 1);
  rules_facts_status(book, &f, S("employed"));
  rules_facts_settle(book, &f);
  assert_answer("cohort neet", &f, RULES_NO);
  assert_answer("reason student", &f, RULES_NO);
  assert_answer("out of work at least 12 months", &f, RULES_NO);
  assert_answer("out of work under 12 months", &f, RULES_NO);

  f = on(2024, 1, 1);
  rules_facts_status(book, &f, S("unemployed"));
  rules_facts_settle(book, &f);
  assert_answer("cohort neet", &f, RULES_MAYBE); /* may be in training */
  assert_answer("out of work at least 12 months", &f, RULES_MAYBE);
  f.months_out = (struct rules_range){true, 12, 12};
  assert_answer("out of work at least 12 months", &f, RULES_YES);
  assert_answer("out of work 12 to 23 months", &f, RULES_YES);
  assert_answer("out of work under 12 months", &f, RULES_NO);
}

static void test_a_benefit_is_never_required(void **state) {
  (void)state;
  struct rules_facts f = on(2024, 1, 1);
  assert_answer("benefit universal_credit", &f, RULES_MAYBE);
  rules_facts_benefit(book, &f, S("pip"));
  assert_answer("benefit universal_credit", &f, RULES_MAYBE);
  assert_answer("status inactive", &f, RULES_MAYBE); /* a benefit says nothing of a status */
  rules_facts_benefit(book, &f, S("universal_credit"));
  assert_answer("benefit universal_credit", &f, RULES_YES);
  assert_answer("not benefit universal_credit", &f, RULES_NO);
  assert_answer("status unemployed", &f, RULES_MAYBE);
}

static void test_other_conditions(void **state) {
  (void)state;
  struct rules_facts f = on(2024, 1, 1);
  assert_answer("health condition", &f, RULES_MAYBE);
  rules_facts_cohort(book, &f, S("mental_health"), RULES_SAID_YES);
  rules_facts_settle(book, &f);
  assert_answer("health condition", &f, RULES_YES);
  assert_answer("cohort health_condition", &f, RULES_YES);
  assert_answer("cohort severe_mental_illness", &f, RULES_MAYBE);

  f = on(2024, 1, 1);
  f.health = RULES_SAID_NO;
  rules_facts_settle(book, &f);
  assert_answer("cohort severe_mental_illness", &f, RULES_NO); /* implies a health condition */

  f = on(2024, 1, 1);
  rules_facts_tenancy(book, &f, S("council"));
  assert_answer("tenancy council, housing_association", &f, RULES_YES);
  assert_answer("tenancy housing_association", &f, RULES_NO);
  assert_answer("household joins", &f, RULES_MAYBE);
  f.household = RULES_SAID_YES;
  assert_answer("household joins", &f, RULES_YES);
  assert_answer("referred by gp", &f, RULES_MAYBE);
  rules_facts_route(book, &f, S("gp"));
  assert_answer("referred by gp, self", &f, RULES_YES);
  assert_answer("everyone", &f, RULES_YES);
  assert_answer("everyone\nask \"Bring a friend.\"", &f, RULES_MAYBE);
}

static void test_other_programmes_are_asked(void **state) {
  (void)state;
  struct rules_facts f = on(2024, 1, 1);
  assert_answer("not on programme \"Restart\"", &f, RULES_MAYBE);
  assert_true(rules_facts_programme(book, &f, S("Restart"), RULES_SAID_NO));
  assert_answer("not on programme \"Restart\"", &f, RULES_YES);
  f = on(2024, 1, 1);
  rules_facts_programme(book, &f, S("Restart"), RULES_SAID_YES);
  assert_answer("not on programme \"Restart\"", &f, RULES_NO);
  assert_false(rules_facts_programme(book, &f, S("A programme nobody mentions"), RULES_SAID_YES));
}

static void test_a_prompt_never_refuses(void **state) {
  (void)state;
  const char *rule = "prompt employer size over 8 \"Made for more than eight; ask.\"";
  static const struct {
    int size;
    enum rules_answer expected;
  } rows[] = {{1, RULES_MAYBE}, {8, RULES_MAYBE}, {9, RULES_YES}, {5000, RULES_YES}};
  struct rules_facts f = on(2024, 1, 1);
  assert_answer(rule, &f, RULES_MAYBE);
  for (size_t i = 0; i < countof(rows); i++) {
    f.employer_size = (struct rules_range){true, rows[i].size, rows[i].size};
    assert_answer(rule, &f, rows[i].expected);
  }
  f.employer_size = (struct rules_range){true, 8, 8};
  assert_says(rule, &f, "Made for more than eight; ask. ? Made for more than eight; ask.");
}

/* ---- Areas -------------------------------------------------------------------------------- */

static void test_areas(void **state) {
  (void)state;
  static const struct {
    const char *person, *area;
    enum rules_answer expected;
  } rows[] = {
      {"Stockton-on-Tees", "Stockton-on-Tees", RULES_YES},
      {"Stockton-on-Tees", "Tees Valley", RULES_YES},
      {"Stockton-on-Tees", "North East", RULES_YES},
      {"Stockton-on-Tees", "England", RULES_YES},
      {"stockton on tees", "Tees Valley", RULES_YES},
      {"E06000004", "Tees Valley", RULES_YES},
      {"Stockton-on-Tees", "Hartlepool", RULES_NO},
      {"Stockton-on-Tees", "London", RULES_NO},
      {"Stockton-on-Tees", "North East LEP area", RULES_NO},
      {"Walsall", "North of Tyne", RULES_NO},
      {"Tees Valley", "Stockton-on-Tees", RULES_MAYBE},
      {"Tees Valley", "Walsall", RULES_NO},
      {"Hackney", "nine boroughs in east London", RULES_MAYBE},
      {"Leeds", "nine boroughs in east London", RULES_NO},
      {"Birmingham", "Shard End", RULES_MAYBE},
      {"Coventry", "Shard End", RULES_NO},
      {"Newport", "England and Wales", RULES_YES},
      {"Newport", "England", RULES_NO},
      {"Scotland", "England and Wales", RULES_NO},
      {"Wigan", "a place the source does not name", RULES_MAYBE},
      {"Atlantis", "London", RULES_MAYBE},
  };
  for (size_t i = 0; i < countof(rows); i++) {
    struct rules_facts f = on(2024, 1, 1);
    living(&f, rows[i].person);
    struct str rule = str_format(&arena, "lives in \"%s\"", rows[i].area);
    assert_answer(str_c(&arena, rule), &f, rows[i].expected);
  }
  struct rules_facts f = on(2024, 1, 1);
  assert_answer("lives in \"London\"", &f, RULES_MAYBE);
  living(&f, "Leeds");
  assert_answer("lives in \"London\", \"West Yorkshire\"", &f, RULES_YES);
  assert_answer("not lives in \"London\"", &f, RULES_YES);
}

static enum rules_answer ward_only(void *to, const struct rules_book *b, rules_area area) {
  ++*(int *)to;
  return str_eq(rules_area_name(b, area), S("Ward 7")) ? RULES_YES : RULES_NO;
}

static void test_areas_from_the_caller(void **state) {
  (void)state;
  int asked = 0;
  rules_area_intern(book, S("Ward 7"));
  struct rules_facts f = on(2024, 1, 1);
  f.place = rules_place_asking(&arena, book, ward_only, &asked);
  assert_answer("lives in \"Ward 7\"", &f, RULES_YES);
  assert_int_equal(asked, 1); /* remembered */
  assert_answer("lives in \"London\"", &f, RULES_NO);
}

/* ---- Versions ----------------------------------------------------------------------------- */

static void test_versions_by_date(void **state) {
  (void)state;
  const char *rule =
      "from start {\n age open_over 30\n}\nfrom 2020 {\n age open_over 16\n}\nfrom 2022-04-01 {\n"
      " age at least 18\n}";
  static const struct {
    int y, m, d, age;
    enum rules_answer expected;
  } rows[] = {
      {2019, 12, 31, 25, RULES_NO}, {2020, 6, 1, 25, RULES_MAYBE}, {2020, 6, 1, 40, RULES_YES},
      {2020, 6, 1, 12, RULES_NO},   {2021, 1, 1, 25, RULES_YES},   {2022, 3, 31, 17, RULES_YES},
      {2022, 4, 1, 17, RULES_NO},   {2020, 12, 31, 25, RULES_YES}, {2020, 1, 1, 25, RULES_MAYBE},
  };
  for (size_t i = 0; i < countof(rows); i++) {
    struct rules_facts f = on(rows[i].y, rows[i].m, rows[i].d);
    rules_facts_age(&f, rows[i].age);
    assert_answer(rule, &f, rows[i].expected);
  }
  struct rules_facts f = on(2019, 1, 1);
  rules_facts_age(&f, 40);
  assert_answer("from 2020-03 {\n age at least 18\n}", &f,
                RULES_MAYBE); /* before anything is known */
  f = on(2020, 6, 1);
  rules_facts_age(&f, 25);
  assert_says("from start {\n age over 30\n}\nfrom 2020 {\n age over 16\n}", &f,
              "Who this is for changed in 2020, and the day is not known. ? Ask them which rule "
              "applied on your "
              "date.");
}

/* ---- Reasons ------------------------------------------------------------------------------ */

static void test_reasons_are_only_what_decided(void **state) {
  (void)state;
  const char *rule = "age 16 to 29\nlives in \"Stockton-on-Tees\"\ncohort neet";
  struct rules_facts f = on(2024, 1, 1);
  assert_says(rule, &f,
              "This is for people aged 16 to 29, and we do not know your age. | This is for people "
              "who live "
              "in Stockton-on-Tees, and we do not know whether that is you. | This is for people "
              "who are not in "
              "education, employment or training, and we do not know whether that is you. ? How "
              "old are you? ? Do you "
              "live in Stockton-on-Tees? ? Are you out of education, employment and training at "
              "the moment?");
  rules_facts_age(&f, 30);
  assert_says(rule, &f, "This is for people aged 16 to 29, and you are 30.");
  rules_facts_age(&f, 29);
  living(&f, "Stockton-on-Tees");
  assert_says(
      rule, &f,
      "This is for people who are not in education, employment or training, and we do not know "
      "whether that is you. ? Are you out of education, employment and training at the moment?");
  rules_facts_cohort(book, &f, S("neet"), RULES_SAID_YES);
  assert_says(
      rule, &f,
      "You are 29, and this is for people aged 16 to 29. | You live in Stockton-on-Tees. | You are "
      "not in education, employment or training.");
  assert_says("lives in \"Leeds\", \"Tees Valley\"", &f, "You live in Tees Valley.");
  living(&f, "Walsall");
  assert_says(rule, &f,
              "This is only for people who live in Stockton-on-Tees, and you said Walsall.");
}

static void test_reasons_of_a_choice(void **state) {
  (void)state;
  const char *rule = "status unemployed or cohort low_pay, carer";
  struct rules_facts f = on(2024, 1, 1);
  assert_says(rule, &f,
              "This is for people who are out of work and looking for a job or care for someone "
              "without pay or "
              "are in low-paid work, and we do not know whether that is you. ? Do you have a job, "
              "are you looking for "
              "one, or are you not working and not looking at the moment? ? Is any of these true "
              "of you: Carers or In "
              "low-paid work?");
  rules_facts_cohort(book, &f, S("carer"), RULES_SAID_YES);
  assert_says(rule, &f, "You care for someone without pay.");
  f = on(2024, 1, 1);
  assert_says("not cohort carer", &f,
              "This is for people who do not care for someone without pay, and we do not know "
              "whether that is you. ? Do you look after someone without being paid for it?");
}

static void assert_words(const char *rule, const char *words) {
  struct rules_rule r = rule_of(rule);
  struct str s = rules_words(&arena, book, &r, DAY_NONE, english);
  assert_string_equal(str_c(&arena, s), words);
}

static void test_a_rule_in_words(void **state) {
  (void)state;
  assert_words("age 16 to 29\nlives in \"Stockton-on-Tees\"\ncohort neet",
               "For people aged 16 to 29 who live in Stockton-on-Tees and are not in education, "
               "employment or "
               "training.");
  assert_words("lives in \"Tees Valley\"\nstatus unemployed, inactive\nage open_over 16",
               "For people aged over 16 who live in Tees Valley and either are out of work and "
               "looking for a job or are not working and not looking at the moment.");
  assert_words("cohort carer or cohort parent",
               "For people who care for someone without pay or are a parent.");
  assert_words("everyone", "For everyone.");
  assert_words("age open_over 30", "For people aged over 30.");
  assert_words("age at least 18", "For people aged 18 or over.");
  assert_words("tenancy housing_association",
               "For people who rent their home from a housing association.");
  assert_words(
      "household joins",
      "For people who have someone else in their household who meets the same test and joins too.");
  assert_words("prompt employer size over 8 \"Made for more than eight; ask.\"",
               "For employers who employ 9 people or more. Made for more than eight; ask.");
  assert_words("ask \"Nobody says who.\"", "Nobody says who.");
  assert_words("not lives in \"London\"", "For people who live outside London.");
}

static struct str shouting(void *to, struct str s) {
  (void)to;
  return str_eq(s, S("This is for people {aged}, and you are {age}."))
             ? S("{age} is not {aged}, {age}!")
             : s;
}

static void test_sentences_can_be_translated(void **state) {
  (void)state;
  struct rules_rule r = rule_of("age 16 to 29");
  struct rules_facts f = on(2024, 1, 1);
  struct rules_because because;
  rules_facts_age(&f, 40);
  rules_explain(&arena, book, &r, &f, (struct rules_tongue){shouting, NULL}, &because);
  assert_string_equal(str_c(&arena, because.reasons.p[0].says), "40 is not aged 16 to 29, 40!");
  size_t n;
  const char *const *all = rules_sentence_list(&n);
  for (size_t i = 0; i < n; i++) assert_non_null(all[i]);
}

/* ---- Text -------------------------------------------------------------------------------- */

static void test_canonical_text(void **state) {
  (void)state;
  static const struct {
    const char *in, *out;
  } rows[] = {
      {"age over 25", "age at least 26\n"},
      {"age  16 to 29 # comment\n\n\nlives in \"stockton on tees\"",
       "age 16 to 29\nlives in \"Stockton-on-Tees\"\n"},
      {"(cohort neet and (cohort carer and cohort parent))",
       "cohort neet\ncohort carer\ncohort parent\n"},
      {"cohort neet or (cohort carer or cohort parent)",
       "cohort neet or cohort carer or cohort parent\n"},
      {"cohort neet and (cohort carer or\n cohort parent)",
       "cohort neet\n(cohort carer or cohort parent)\n"},
      {"not (cohort neet or age under 18)", "not cohort neet\nnot age at most 17\n"},
      {"prompt (cohort neet or cohort carer) \"say \"\"hello\"\"\"",
       "prompt (cohort neet or cohort carer) \"say \"\"hello\"\"\"\n"},
      {"from start { everyone }\nfrom 2020 { cohort neet }\nfrom 2020-04 {cohort neet}", NULL},
      {"from 2019 { everyone }\nfrom 2020-04 { cohort neet }",
       "from 2019 {\n  everyone\n}\nfrom 2020-04 {\n  cohort neet\n}\n"},
      {"on programme \"Restart\" and not referred by gp",
       "on programme \"Restart\"\nnot referred by gp\n"},
  };
  for (size_t i = 0; i < countof(rows); i++) {
    struct rules_rule r;
    struct why why;
    bool ok = rules_parse_body(&arena, book, S("x"), str_of(rows[i].in), &r, &why);
    assert_int_equal(ok, rows[i].out != NULL);
    if (!ok) continue;
    struct buf b = buf_open(1 << 16);
    rules_print_body(&b, book, &r);
    /* Top-level "or" lines lose their brackets only at the very top. */
    struct str printed = str_copy(&arena, buf_str(&b));
    struct rules_rule again;
    assert_true(rules_parse_body(&arena, book, S("x"), printed, &again, &why));
    buf_reset(&b);
    rules_print_body(&b, book, &again);
    assert_string_equal(str_c(&arena, buf_str(&b)), str_c(&arena, printed));
    if (i != 4) assert_string_equal(str_c(&arena, printed), rows[i].out);
    buf_free(&b);
  }
}

static void test_errors_say_where_and_what_to_do(void **state) {
  (void)state;
  assert_refused("age 16 to", "Line 1, column 10: Expected a whole number before \"the end\".");
  assert_refused("everyone\n  cohort nete",
                 "Line 2, column 10: \"nete\" is not in the list of cohorts; did you mean neet?");
  assert_refused(
      "colour blue",
      "Line 1, column 1: \"colour\" is not a condition; see the list in rules/README.md.");
  assert_refused(
      "age 30 to 16",
      "Line 1, column 5: The second number is smaller than the first; change them round.");
  assert_refused("cohort neet and cohort carer or cohort parent",
                 "Line 1, column 30: \"and\" and \"or\" stand side by side; put brackets round "
                 "what belongs together.");
  assert_refused("(cohort neet", "Line 1, column 13: Expected ) before \"the end\".");
  assert_refused("lives in \"Leeds",
                 "Line 1, column 10: This quotation mark is never closed; add a \" before the end "
                 "of the line.");
  assert_refused("", "Line 1, column 1: Say who it is for; write \"everyone\" when it is for all, "
                     "or leave the rule "
                     "out when nobody knows.");
  assert_refused("not ask \"x\"",
                 "Line 1, column 5: \"not\" cannot stand before \"ask\"; leave it out.");
  assert_refused("age 16 to 29 cohort neet",
                 "Line 1, column 14: Expected the end of the line before \"cohort\".");
  assert_refused("from 2020 { everyone }\nfrom 2019 { everyone }",
                 "Line 2, column 1: Versions go from the earliest to the latest; move this one.");
  assert_refused("age 16 ~ 29",
                 "Line 1, column 8: \"~\" means nothing here; use words, numbers, quotation marks, "
                 "brackets and commas.");
  assert_refused(
      "out of work at least 6 weeks",
      "Line 1, column 24: Say time out of work in months: expected \"months\" before \"weeks\".");
  struct rules_set set;
  struct why why;
  assert_false(
      rules_parse(&arena, book, S("rule \"A\" { everyone }\nrule \"A\" { everyone }"), &set, &why));
  assert_string_equal(why.text, "Line 2, column 1: There are two rules called \"A\"; keep one.");
}

static void test_limits(void **state) {
  (void)state;
  struct rules_rule r;
  struct why why;
  struct buf b = buf_open(1 << 20);
  for (int i = 0; i < RULES_DEPTH_MAX + 2; i++) buf_byte(&b, '(');
  assert_false(rules_parse_body(&arena, book, S("x"), buf_str(&b), &r, &why));
  assert_string_equal(why.text,
                      "Line 1, column 26: Brackets go too deep here; write it in fewer steps.");
  buf_reset(&b);
  for (int i = 0; i < RULES_NODES_MAX; i++) buf_put(&b, S("everyone\n"));
  assert_false(rules_parse_body(&arena, book, S("x"), buf_str(&b), &r, &why));
  assert_true(str_contains(why_str(&why), S("too many conditions")));
  buf_free(&b);
}

static void test_codes_as_people_write_them(void **state) {
  (void)state;
  static const struct {
    const char *typed, *code;
  } rows[] = {{"neet", "neet"},
              {"NEET", "neet"},
              {"Offender", "convictions"},
              {"ex-offenders", NULL},
              {"care leavers", "care_leaver"},
              {"Learning disability", "learning_disability"},
              {"50+", "aged_50_plus"},
              {"", NULL}};
  for (size_t i = 0; i < countof(rows); i++) {
    int code = rules_code_match(book, RULES_COHORTS, str_of(rows[i].typed), arena);
    if (!rows[i].code)
      assert_int_equal(code, -1);
    else
      assert_string_equal(str_c(&arena, rules_code_get(book, RULES_COHORTS, code)->code),
                          rows[i].code);
  }
}

static void test_bad_lists_are_refused(void **state) {
  (void)state;
  struct why why;
  struct rules_book *b = rules_book_new(&arena);
  assert_false(rules_book_codes(b, RULES_COHORTS, S("code,label\nBad Code,x\n"), &why));
  assert_string_equal(
      why.text,
      "cohorts: line 2: The code \"Bad Code\" should be lower-case letters, digits and \"_\".");
  assert_false(rules_book_codes(b, RULES_COHORTS, S("code,label,implies\na,A,b\n"), &why));
  assert_int_equal(rules_code_count(b, RULES_COHORTS), 0); /* nothing half-read */
  assert_false(rules_book_codes(b, RULES_COHORTS, S("label\nx\n"), &why));
  assert_false(rules_book_areas(b, S("name,parents\nA,B\nB,A\n"), &why));
  assert_string_equal(why.text,
                      "areas, line 3: \"B\" would lie within itself; correct its parents.");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_kleene),
      cmocka_unit_test(test_ages),
      cmocka_unit_test(test_open_boundary_says_both_readings),
      cmocka_unit_test(test_status_reason_and_time),
      cmocka_unit_test(test_a_benefit_is_never_required),
      cmocka_unit_test(test_other_conditions),
      cmocka_unit_test(test_other_programmes_are_asked),
      cmocka_unit_test(test_a_prompt_never_refuses),
      cmocka_unit_test(test_areas),
      cmocka_unit_test(test_areas_from_the_caller),
      cmocka_unit_test(test_versions_by_date),
      cmocka_unit_test(test_reasons_are_only_what_decided),
      cmocka_unit_test(test_reasons_of_a_choice),
      cmocka_unit_test(test_a_rule_in_words),
      cmocka_unit_test(test_sentences_can_be_translated),
      cmocka_unit_test(test_canonical_text),
      cmocka_unit_test(test_errors_say_where_and_what_to_do),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_codes_as_people_write_them),
      cmocka_unit_test(test_bad_lists_are_refused),
  };
  return cmocka_run_group_tests_name("rules", tests, setup, teardown);
}
