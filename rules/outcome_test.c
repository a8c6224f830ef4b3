/* outcome_test: every rule of packs/outcomes/ at its boundaries, with the numbers its source
 * states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "rules/test_packs.h"
#include "rules/outcome.h"

static struct arena arena;
static struct outcome_rules rules;
static struct outcome_rates rates;
static day_t start; /* programme start of everyone here */

static int setup(void **state) {
  (void)state;
  struct why why;
  arena = arena_open((size_t)256 << 20);
  start = day_of(2018, 6, 1);
  if (!outcome_rules_read(&arena, pack_text(&arena, "packs/outcomes/outcomes.rules"), &rules,
                          &why) ||
      !outcome_rates_read(&arena, pack_text(&arena, "packs/outcomes/rates.csv"), &rates, &why)) {
    print_error("%s\n", why.text);
    return 1;
  }
  return 0;
}
static int teardown(void **state) {
  (void)state;
  arena_close(&arena);
  return 0;
}

static struct outcome_spell job(int from_day, int days, double hours) {
  return (struct outcome_spell){OUTCOME_EMPLOYED, start + from_day,
                                days ? start + from_day + days - 1 : DAY_NONE, hours, -1};
}
static struct outcome_spell business(int from_day, int days) {
  struct outcome_spell s = job(from_day, days, -1);
  s.work = OUTCOME_SELF_EMPLOYED;
  return s;
}

static struct outcome_answer judge(const char *name, struct outcome_facts f, int on_day) {
  const struct outcome_rule *r = outcome_rule_find(&rules, str_of(name));
  struct outcome_answer answer;
  if (!r) fail_msg("no outcome called %s", name);
  f.start = start, f.on = start + on_day;
  if (!f.born) f.born = day_of(1980, 1, 1);
  outcome_judge(&arena, r, &rates, &f, &answer);
  assert_true(answer.reasons.n > 0);
  return answer;
}

static bool tells(struct outcome_answer a, const char *sentence) {
  for (size_t i = 0; i < a.reasons.n; i++)
    if (str_eq(a.reasons.p[i], str_of(sentence))) return true;
  return false;
}

#define SPELLS(...)                                     \
  .spell = (const struct outcome_spell[]){__VA_ARGS__}, \
  .spells = sizeof((const struct outcome_spell[]){__VA_ARGS__}) / sizeof(struct outcome_spell)

/* 16 hours x 26 weeks at the example rate of 1000p: 416,000p; at 1100p: 457,600p. */
static struct outcome_answer whp(const struct outcome_pay *pay, size_t n, int on_day) {
  return judge("WHP employed", (struct outcome_facts){.pay = pay, .pays = n}, on_day);
}

static void test_whp_employed_earnings(void **state) {
  (void)state;
  struct outcome_pay pay[] = {{start + 300, 200000, OUTCOME_EMPLOYED, 0},
                              {start + 637, 257600, OUTCOME_EMPLOYED, 1}};
  struct outcome_answer a = whp(pay, 2, 637); /* last of 638 days */
  assert_int_equal(a.answer, RULES_YES);
  assert_int_equal(a.reached_on, start + 637);
  assert_true(a.need == 457600);
  assert_int_equal(a.claim_by, DAY_NONE); /* no claim is made */
  assert_true(a.example_rate);
  assert_true(
      tells(a, "This used an invented example rate; put the real one into the rate table."));
  a = whp(pay, 2, 636);
  assert_int_equal(a.answer, RULES_MAYBE);
  assert_true(a.not_yet);
  assert_int_equal(a.window_ends, start + 637);

  pay[1].on = start + 638; /* a day late */
  a = whp(pay, 2, 700);
  assert_int_equal(a.answer, RULES_NO);
  pay[1].on = start + 637,
  pay[1].pence = 257599; /* a penny short of the later rate, past the earlier one */
  a = whp(pay, 2, 700);
  assert_int_equal(a.answer, RULES_MAYBE);
  assert_true(
      tells(a, "The rate changed within the window and the source does not say which one counts."));
  pay[1].pence = 215999; /* a penny short of both */
  assert_int_equal(whp(pay, 2, 700).answer, RULES_NO);
  pay[1].pence = 257600, pay[1].work = OUTCOME_SELF_EMPLOYED;
  assert_int_equal(whp(pay, 2, 700).answer, RULES_NO);
}

static void test_an_unknown_rate_is_not_a_no(void **state) {
  (void)state;
  struct outcome_pay pay[] = {{start + 300, 2000000, OUTCOME_EMPLOYED, 0}};
  struct outcome_facts f = {
      .pay = pay, .pays = 1, .born = day_of(2001, 1, 1)}; /* no nlw row at 17 */
  struct outcome_answer a = judge("WHP employed", f, 700);
  assert_int_equal(a.answer, RULES_MAYBE);
  assert_true(tells(a, "No rate is known for these dates and this age; add it to the rate table."));
}

static void test_an_unknown_age_has_a_range_of_rates(void **state) {
  (void)state;
  struct why why;
  struct outcome_rates two;
  struct outcome_pay pay[] = {{start + 10, 90000, OUTCOME_EMPLOYED, 0}};
  struct outcome_facts f = {
      .start = start, .on = start + 700, .born = DAY_NONE, .pay = pay, .pays = 1};
  struct outcome_answer a;
  assert_true(outcome_rates_read(
      &arena,
      S("rate,age_from,age_to,from,to,pence_per_hour,example,source\n"
        "nlw,16,20,2018-01-01,,200,yes,test\nnlw,21,99,2018-01-01,,400,yes,test\n"),
      &two, &why));
  outcome_judge(&arena, outcome_rule_find(&rules, S("WHP employed")), &two, &f, &a);
  assert_int_equal(a.answer, RULES_MAYBE); /* 83,200p if under 21, 166,400p from 21 */
  f.born = day_of(2000, 1, 1);             /* 20 at the end of the window */
  outcome_judge(&arena, outcome_rule_find(&rules, S("WHP employed")), &two, &f, &a);
  assert_int_equal(a.answer, RULES_YES);
}

static void test_a_rate_after_the_window_does_not_count(void **state) {
  (void)state;
  struct why why;
  struct outcome_rates two;
  struct outcome_pay pay[] = {{start + 10, 41600, OUTCOME_EMPLOYED, 0}};
  struct outcome_facts f = {.start = start, .on = start + 700, .pay = pay, .pays = 1};
  struct outcome_answer a;
  for (int change = 637; change <= 638; change++) { /* the last day of 638, and the day after */
    struct str csv =
        str_format(&arena,
                   "rate,age_from,age_to,from,to,pence_per_hour,example,source\n"
                   "nlw,16,99,2018-01-01,%.*s,100,yes,test\nnlw,16,99,%.*s,,200,yes,test\n",
                   P(day_iso(&arena, start + change - 1)), P(day_iso(&arena, start + change)));
    assert_true(outcome_rates_read(&arena, csv, &two, &why));
    outcome_judge(&arena, outcome_rule_find(&rules, S("WHP employed")), &two, &f, &a);
    assert_int_equal(a.answer, change == 638 ? RULES_YES : RULES_MAYBE);
  }
}

static void test_whp_self_employed(void **state) {
  (void)state;
  const char *rule = "WHP self-employed";
  /* Two businesses on the same 100 days, then 82 more: a day counts once. */
  struct outcome_facts f = {SPELLS(business(0, 100), business(50, 50), business(200, 82))};
  struct outcome_answer a = judge(rule, f, 281);
  assert_int_equal(a.answer, RULES_YES);
  assert_int_equal(a.reached_on, start + 281);
  assert_int_equal(a.claim_by, start + 281 + 90);
  assert_int_equal(judge(rule, f, 280).answer, RULES_MAYBE);
  assert_int_equal(judge(rule, f, 281 + 90).answer, RULES_YES);
  assert_int_equal(judge(rule, f, 281 + 91).answer, RULES_NO); /* too late to claim */
  struct outcome_facts short_ = {SPELLS(business(0, 100), business(50, 50), business(200, 81))};
  assert_int_equal(judge(rule, short_, 638).answer, RULES_MAYBE); /* last of 639 days */
  assert_int_equal(judge(rule, short_, 639).answer, RULES_NO);
  struct outcome_facts late = {SPELLS(business(457, 0))}; /* day 182 of it is day 639 */
  a = judge(rule, late, 650);
  assert_int_equal(a.reached_on, start + 638);
  assert_int_equal(a.claim_by, start + 699); /* day 700, though 90 days would be later */
  struct outcome_facts later = {SPELLS(business(458, 0))};
  assert_int_equal(judge(rule, later, 650).answer, RULES_NO);
  struct outcome_facts employed = {SPELLS(job(0, 0, 16))};
  assert_int_equal(judge(rule, employed, 650).answer, RULES_NO);
}

static void test_clocks_and_fees(void **state) {
  (void)state;
  const struct outcome_rule *jets = outcome_rule_find(&rules, S("JETS Scotland"));
  double sum = 0;
  for (int i = 0; i < jets->fees; i++) sum += jets->fee[i].percent;
  assert_true(sum == 100.0);
  assert_true(jets->fee[1].percent == 52.5);
  assert_true(jets->fee_percent + jets->outcome_percent == 100.0);
  assert_true(jets->once);
  assert_int_equal(jets->mix, RULES_SAID_NO);
  assert_int_equal(jets->combine, RULES_UNSAID);
  const struct outcome_rule *clock = outcome_rule_find(&rules, S("JETS clock"));
  assert_int_equal(clock->support_days + clock->tracking_days + 61, 299);
  assert_int_equal(clock->claim_by_day, 299);
  assert_int_equal(clock->window_days, clock->support_days + clock->tracking_days);
  const struct outcome_rule *whp_fee = outcome_rule_find(&rules, S("WHP payment"));
  assert_true(whp_fee->fee_percent == 30.0);
  assert_int_equal(whp_fee->fee[0].to_month, 60);
  assert_true(whp_fee->outcome_percent < 0); /* the source does not state it */
  assert_int_equal(judge("JETS Scotland", (struct outcome_facts){0}, 900).answer, RULES_MAYBE);
}

static void test_restart(void **state) {
  (void)state;
  struct outcome_facts f = {SPELLS(business(10, 182))};
  assert_int_equal(judge("Restart self-employed", f, 191).answer, RULES_YES);
  assert_int_equal(judge("Restart self-employed", f, 190).answer, RULES_MAYBE);
  struct outcome_facts gap = {SPELLS(business(0, 100), business(200, 82))};
  struct outcome_answer a = judge("Restart self-employed", gap, 400);
  assert_int_equal(a.answer, RULES_MAYBE); /* unbroken or not: not stated */
  assert_false(a.not_yet);
  assert_true(tells(a, "The source does not say whether the time must be unbroken."));
  struct outcome_pay pay[] = {{start + 200, 416000, OUTCOME_EMPLOYED, 0}};
  a = judge("Restart employed", (struct outcome_facts){.pay = pay, .pays = 1}, 250);
  assert_int_equal(a.answer, RULES_YES);
}

static void test_cfo_cumulative_weeks(void **state) {
  (void)state;
  /* 13 weeks = 91 days, in pieces, within 26 weeks of the first job. */
  struct outcome_facts f = {SPELLS(job(30, 45, 16), job(100, 46, 16)), .born = 0};
  struct outcome_answer a = judge("DWP CFO ESF short", f, 145);
  assert_int_equal(a.answer, RULES_MAYBE); /* adding jobs up is not stated */
  assert_true(tells(a, "The source does not say whether jobs are added together."));
  struct outcome_facts one = {SPELLS(job(30, 91, 16))};
  assert_int_equal(judge("DWP CFO ESF short", one, 120).answer, RULES_YES);
  assert_int_equal(judge("DWP CFO ESF short", one, 120).reached_on, start + 120);
  assert_int_equal(judge("DWP CFO ESF short", one, 119).answer, RULES_MAYBE);
  struct outcome_facts under = {SPELLS(job(30, 90, 16))};
  assert_int_equal(judge("DWP CFO ESF short", under, 30 + 181).answer, RULES_MAYBE);
  assert_int_equal(judge("DWP CFO ESF short", under, 30 + 182).answer, RULES_NO);
  struct outcome_facts long_ = {SPELLS(job(0, 182, 16))};
  assert_int_equal(judge("DWP CFO ESF sustained", long_, 181).answer, RULES_YES);
  assert_int_equal(judge("DWP CFO ESF sustained", one, 30 + 364).answer, RULES_NO);
}

static void test_ipspc_thirteen_of_sixteen(void **state) {
  (void)state;
  struct outcome_answer a =
      judge("IPSPC baseline", (struct outcome_facts){SPELLS(job(0, 0, 7))}, 90);
  assert_int_equal(a.answer, RULES_YES);
  assert_int_equal(a.reached_on, start + 90); /* the last day of week 13 */
  assert_int_equal(judge("IPSPC baseline", (struct outcome_facts){SPELLS(job(0, 0, 7))}, 89).answer,
                   RULES_MAYBE);
  assert_true(judge("IPSPC baseline", (struct outcome_facts){SPELLS(job(0, 0, 6.9))}, 200).not_yet);
  /* Three weeks missing of sixteen is enough, four is not. */
  struct outcome_facts three = {SPELLS(job(0, 42, 7), job(63, 49, 7))};
  assert_int_equal(judge("IPSPC baseline", three, 111).answer,
                   RULES_MAYBE); /* two jobs: adding up not stated ... */
  struct outcome_facts four = {SPELLS(job(0, 42, 7), job(70, 49, 7))};
  assert_true(judge("IPSPC baseline", four, 119).not_yet);
  a = judge("IPSPC baseline", (struct outcome_facts){SPELLS(job(0, 0, -1))}, 120);
  assert_int_equal(a.answer, RULES_MAYBE);
  assert_false(a.not_yet);
  assert_true(tells(a, "The hours of a job are not known."));
}

static struct outcome_answer engaged(int second, int third, bool meaningful, int on_day) {
  struct outcome_help help[] = {{start, true}, {start + second, meaningful}, {start + third, true}};
  return judge("Connecting Communities engagement",
               (struct outcome_facts){.help = help, .helps = 3}, on_day);
}

static void test_S29_three_meaningful_interventions(void **state) {
  (void)state;
  assert_int_equal(engaged(20, 42, true, 42).answer, RULES_YES); /* six weeks */
  assert_int_equal(engaged(20, 70, true, 70).answer, RULES_YES); /* ten weeks */
  assert_true(engaged(20, 71, true, 71).not_yet);
  assert_true(engaged(20, 50, false, 90).not_yet);
  struct outcome_answer a = engaged(5, 41, true, 41); /* quicker than six weeks: two readings */
  assert_int_equal(a.answer, RULES_MAYBE);
  assert_false(a.not_yet);
  assert_true(
      tells(a, "They came within less than 6 weeks; the source may mean a longer spread. Check."));
  assert_true(engaged(20, 50, true, 49).not_yet); /* nothing later than today counts */
}

static void test_connecting_communities_job_milestones(void **state) {
  (void)state;
  struct outcome_facts f = {SPELLS(job(20, 0, 20))};
  assert_true(judge("Connecting Communities job start", f, 19).not_yet);
  assert_int_equal(judge("Connecting Communities job start", f, 20).answer, RULES_YES);
  assert_int_equal(judge("Connecting Communities 13 weeks", f, 20 + 91 - 1).answer, RULES_YES);
  assert_true(judge("Connecting Communities 13 weeks", f, 20 + 91 - 2).not_yet);
  assert_int_equal(judge("Connecting Communities 26 weeks", f, 20 + 182 - 1).answer, RULES_YES);
  assert_int_equal(judge("Connecting Communities 52 weeks", f, 20 + 364 - 1).answer, RULES_YES);
  assert_true(judge("Connecting Communities 52 weeks", f, 20 + 364 - 2).not_yet);
  /* Progression for someone who was out of work at the start. */
  struct outcome_spell rise[] = {job(20, 100, 16), job(120, 0, 20)};
  struct outcome_facts g = {.spell = rise, .spells = 2};
  assert_int_equal(judge("Connecting Communities progression", g, 120).answer, RULES_YES);
  assert_true(judge("Connecting Communities progression", g, 119).not_yet);
  rise[1].hours = 16;
  assert_int_equal(judge("Connecting Communities progression", g, 130).answer,
                   RULES_MAYBE); /* pay not known */
  rise[0].weekly_pence = rise[1].weekly_pence = 20000;
  assert_true(judge("Connecting Communities progression", g, 130).not_yet);
  rise[1].weekly_pence = 20001;
  assert_int_equal(judge("Connecting Communities progression", g, 130).answer, RULES_YES);
}

static void test_a_year_in_work(void **state) {
  (void)state;
  struct outcome_facts f = {SPELLS(job(40, 0, 20))};
  assert_int_equal(judge("GM Working Well pilot", f, 40 + 364).answer, RULES_YES);
  assert_true(judge("GM Working Well pilot", f, 40 + 363).not_yet);
  f.claimed = true;
  struct outcome_answer a = judge("GM Working Well pilot", f, 40 + 364);
  assert_int_equal(a.answer, RULES_NO);
  assert_true(tells(a, "It was claimed before, and it is paid once for a person."));
  a = judge("GM Working Well pilot", (struct outcome_facts){0}, 500);
  assert_true(a.not_yet);
  assert_true(tells(a, "No job since the start is recorded."));
}

static void test_mixing_employed_and_self_employed(void **state) {
  (void)state;
  struct why why;
  struct outcome_rules r;
  struct outcome_spell both[] = {job(0, 60, 20), business(60, 60)};
  static const struct {
    const char *mix;
    enum rules_answer expected;
  } rows[] = {{"yes", RULES_YES}, {"no", RULES_NO}, {"not stated", RULES_MAYBE}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct str text =
        str_format(&arena,
                   "outcome \"x\" {\n source \"test\"\n measure days\n threshold 120 days\n "
                   "window 150 days from start\n aggregate sum\n combine yes\n mix %s\n}",
                   rows[i].mix);
    assert_true(outcome_rules_read(&arena, text, &r, &why));
    struct outcome_facts f = {
        .start = start, .on = start + 200, .born = DAY_NONE, .spell = both, .spells = 2};
    struct outcome_answer a;
    outcome_judge(&arena, &r.p[0], &rates, &f, &a);
    assert_int_equal(a.answer, rows[i].expected);
  }
}

static void test_every_rule_of_the_table_is_here(void **state) {
  (void)state;
  static const char *const names[] = {"WHP employed",
                                      "WHP self-employed",
                                      "WHP payment",
                                      "JETS Scotland",
                                      "JETS clock",
                                      "Restart employed",
                                      "Restart self-employed",
                                      "DWP CFO ESF short",
                                      "DWP CFO ESF sustained",
                                      "IPSPC baseline",
                                      "Connecting Communities engagement",
                                      "Connecting Communities job start",
                                      "Connecting Communities 13 weeks",
                                      "Connecting Communities 26 weeks",
                                      "Connecting Communities 52 weeks",
                                      "Connecting Communities progression",
                                      "GM Working Well pilot"};
  for (size_t i = 0; i < countof(names); i++)
    assert_non_null(outcome_rule_find(&rules, str_of(names[i])));
  assert_int_equal(rules.n, countof(names));
  for (size_t i = 0; i < rules.n; i++) assert_int_equal(rules.p[i].mark, 'V');
  for (size_t i = 0; i < rates.n; i++) assert_true(rates.p[i].example);
}

static void test_bad_outcomes_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *text, *sentence;
  } rows[] = {
      {"outcome \"x\" {\n measure days\n threshold 5 days\n}",
       "Line 1, column 1: \"x\" needs its source."},
      {"outcome \"x\" {\n source \"s\"\n measure days\n}",
       "Line 1, column 1: \"x\" needs a threshold."},
      {"outcome \"x\" {\n source \"s\"\n measure luck\n}",
       "Line 3, column 10: \"luck\" is not one of the words this line takes; see rules/README.md."},
      {"outcome \"x\" {\n source \"s\"\n measure earnings\n threshold 5 days\n}",
       "Line 1, column 1: \"x\" measures earnings: its threshold needs hours and a rate."},
      {"outcome \"x\" {\n fee months 3 to 1 5 percent\n}",
       "Line 2, column 6: Fee months go upwards without overlapping; correct these."},
      {"outcome \"x\" {\n colour red\n}",
       "Line 2, column 2: \"colour\" does not start a line of an outcome; see rules/README.md."}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct outcome_rules r;
    struct why why;
    assert_false(outcome_rules_read(&arena, str_of(rows[i].text), &r, &why));
    assert_string_equal(why.text, rows[i].sentence);
    assert_int_equal(r.n, 0);
  }
  struct outcome_rates r;
  struct why why;
  assert_false(
      outcome_rates_read(&arena,
                         S("rate,age_from,age_to,from,to,pence_per_hour,example,source\n"
                           "a,16,20,2018-04-01,2019-03-31,5,yes,s\na,20,30,2019-03-31,,5,yes,s\n"),
                         &r, &why));
  assert_string_equal(why.text, "Line 3: there is already a rate \"a\" for these ages and days.");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whp_employed_earnings),
      cmocka_unit_test(test_an_unknown_age_has_a_range_of_rates),
      cmocka_unit_test(test_an_unknown_rate_is_not_a_no),
      cmocka_unit_test(test_a_rate_after_the_window_does_not_count),
      cmocka_unit_test(test_whp_self_employed),
      cmocka_unit_test(test_clocks_and_fees),
      cmocka_unit_test(test_restart),
      cmocka_unit_test(test_cfo_cumulative_weeks),
      cmocka_unit_test(test_ipspc_thirteen_of_sixteen),
      cmocka_unit_test(test_S29_three_meaningful_interventions),
      cmocka_unit_test(test_connecting_communities_job_milestones),
      cmocka_unit_test(test_a_year_in_work),
      cmocka_unit_test(test_mixing_employed_and_self_employed),
      cmocka_unit_test(test_every_rule_of_the_table_is_here),
      cmocka_unit_test(test_bad_outcomes_are_refused),
  };
  return cmocka_run_group_tests_name("outcomes", tests, setup, teardown);
}
