/* rules_fuzz: any bytes as rules, code lists and facts. What parses must print to a text that
 * parses to itself, judge the same as its reasons, and never be dropped by the first pass unless it
 * is a no. */
#include <stdio.h>
#include <stdlib.h>
#include "rules/outcome.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "%s\n", what);
  abort();
}

/* A small book of its own, so that the target needs no files. */
static struct rules_book *small_book(struct arena *a) {
  struct rules_book *b = rules_book_new(a);
  struct why why;
  must(rules_book_codes(b, RULES_COHORTS,
                        S("code,label,clause,implies\nneet,NEET,are not in training,\n"
                          "carer,Carers,care for someone,\nyoung_carer,Young carers,,carer\n"),
                        &why) &&
           rules_book_codes(b, RULES_STATUSES,
                            S("code,label\nemployed,E\nunemployed,U\ninactive,I\n"), &why) &&
           rules_book_codes(b, RULES_REASONS, S("code,label\nstudent,S\n"), &why) &&
           rules_book_codes(b, RULES_TENANCIES, S("code,label\ncouncil,C\n"), &why) &&
           rules_book_codes(b, RULES_BENEFITS, S("code,label\nesa,E\n"), &why) &&
           rules_book_codes(b, RULES_ROUTES, S("code,label\ngp,G\nself,S\n"), &why) &&
           rules_book_areas(b, S("name,level,parents,complete\nNorth,region,,\nLeeds,la,North,\n"),
                            &why),
       "the small book does not load");
  return b;
}

static struct rules_facts facts_from(struct arena *a, const struct rules_book *b, uint32_t bits) {
  struct rules_facts f = {.on = day_of(2015 + (int)(bits & 15), 6, 1)};
  struct str place = bits >> 4 & 1 ? S("Leeds") : S("North");
  if (bits >> 5 & 1) rules_facts_age(&f, (int)(bits >> 6 & 63));
  if (bits >> 12 & 1) rules_facts_status(b, &f, bits >> 13 & 1 ? S("employed") : S("inactive"));
  if (bits >> 14 & 1)
    rules_facts_cohort(b, &f, S("young_carer"), bits >> 15 & 1 ? RULES_SAID_YES : RULES_SAID_NO);
  if (bits >> 16 & 1) f.place = rules_place_of(a, b, &place, 1);
  if (bits >> 17 & 1) f.months_out = (struct rules_range){true, 3, (int)(bits >> 18 & 31) + 3};
  rules_facts_settle(b, &f);
  return f;
}

static void judge_one(struct arena *a, struct rules_book *b, const struct rules_rule *r,
                      const struct rules_facts *f) {
  struct rules_because because;
  enum rules_answer answer = rules_judge(r, f);
  must(rules_may(&r->summary, f) || answer == RULES_NO, "the first pass dropped what is not a no");
  rules_explain(a, b, r, f, (struct rules_tongue){0}, &because);
  must(because.answer == answer && because.reasons.n > 0, "the reasons tell another answer");
  for (size_t i = 0; i < because.reasons.n; i++)
    must(because.reasons.p[i].answer == answer, "a reason does not match the answer");
}

static void rule_one(struct arena *a, struct rules_book *b, const struct rules_rule *r,
                     uint32_t bits) {
  struct buf first = buf_open(8 << 20), second = buf_open(8 << 20);
  struct rules_set again;
  struct why why;
  rules_print(&first, b, r);
  must(rules_parse(a, b, buf_str(&first), &again, &why) && again.n == 1,
       "a printed rule does not parse");
  rules_print(&second, b, &again.p[0]);
  must(str_eq(buf_str(&first), buf_str(&second)), "a printed rule prints differently");
  for (uint32_t i = 0; i < 8; i++) {
    struct rules_facts f = facts_from(a, b, bits * 2654435761u + i * 40503u);
    judge_one(a, b, r, &f);
    must(rules_judge(r, &f) == rules_judge(&again.p[0], &f), "a printed rule judges differently");
  }
  rules_words(a, b, r, DAY_NONE, (struct rules_tongue){0});
  buf_free(&first);
  buf_free(&second);
}

/* The same bytes as outcome rules: judging must end, and a yes needs a day it was reached on. */
static void outcomes_one(struct arena *a, struct str text, uint32_t bits) {
  struct outcome_rules rules;
  struct outcome_rates rates;
  struct why why;
  if (!outcome_rates_read(a, text, &rates, &why)) rates.n = 0;
  if (!outcome_rules_read(a, text, &rules, &why)) {
    must(why.text[0] != 0, "no sentence for a bad outcome");
    return;
  }
  day_t start = day_of(2018, 1, 1);
  struct outcome_spell spell[] = {
      {OUTCOME_EMPLOYED, start + (int)(bits & 63), start + 100 + (int)(bits >> 6 & 127), 10, -1},
      {OUTCOME_SELF_EMPLOYED, start + 150, DAY_NONE, -1, 5000}};
  struct outcome_pay pay[] = {{start + 90, 300000, OUTCOME_EMPLOYED, 0},
                              {start + 200, 900000, OUTCOME_SELF_EMPLOYED, -1}};
  struct outcome_help help[] = {{start + 3, true}, {start + 20, false}, {start + 60, true}};
  struct outcome_facts f = {.start = start,
                            .born = bits & 1 ? DAY_NONE : start - 9000,
                            .on = start + 260 + (int)(bits >> 13 & 255),
                            .spell = spell,
                            .spells = 2,
                            .pay = pay,
                            .pays = 2,
                            .help = help,
                            .helps = 3,
                            .claimed = bits >> 21 & 1};
  for (size_t i = 0; i < rules.n && i < 10; i++) {
    struct outcome_answer answer;
    outcome_judge(a, &rules.p[i], &rates, &f, &answer);
    must(answer.reasons.n > 0, "an outcome without a reason");
    must(answer.answer != RULES_YES || answer.reached_on != DAY_NONE, "reached on no day");
    must(answer.answer != RULES_YES || answer.reached_on <= f.on, "reached after today");
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena a = arena_open((size_t)512 << 20);
  struct str text = {(const char *)data, size};
  struct rules_book *b = small_book(&a);
  struct rules_set set;
  struct why why;
  uint32_t bits = (uint32_t)hash64(text, 1);
  if (rules_parse(&a, b, text, &set, &why))
    for (size_t i = 0; i < set.n && i < 50; i++) rule_one(&a, b, &set.p[i], bits + (uint32_t)i);
  else
    must(why.text[0] != 0, "no sentence for a bad rule");
  outcomes_one(&a, text, bits);
  struct rules_book *lists = rules_book_new(&a);
  if (!rules_book_codes(lists, RULES_COHORTS, text, &why))
    must(why.text[0] != 0, "no sentence for a bad list");
  if (rules_book_areas(lists, text, &why) && rules_area_count(lists)) {
    struct str place = rules_area_name(lists, (rules_area)(bits % rules_area_count(lists)));
    struct rules_place *p = rules_place_of(&a, lists, &place, 1);
    for (rules_area i = 0; i < rules_area_count(lists) && i < 200; i++) rules_place_in(p, i);
  }
  arena_close(&a);
  return 0;
}
