/* facts: filling in what is known of a person, and what follows from it. */
#include "rules/compiled.h"

void rules_facts_age(struct rules_facts *f, int years) { rules_facts_age_band(f, years, years); }

void rules_facts_age_band(struct rules_facts *f, int from, int to) {
  f->age = (struct rules_range){from >= 0 && to >= from, from, to};
}

void rules_facts_born(struct rules_facts *f, day_t born) {
  if (born != DAY_NONE && f->on != DAY_NONE && born <= f->on)
    rules_facts_age(f, day_age(born, f->on));
}

static bool one_of(const struct rules_book *b, enum rules_list l, struct str code,
                   struct rules_choice *c) {
  int is = rules_code_find(b, l, code);
  if (is < 0) return false;
  c->known = true;
  rules_codes_add(&c->may, is);
  return true;
}

bool rules_facts_status(const struct rules_book *b, struct rules_facts *f, struct str code) {
  return one_of(b, RULES_STATUSES, code, &f->status);
}

bool rules_facts_tenancy(const struct rules_book *b, struct rules_facts *f, struct str code) {
  return one_of(b, RULES_TENANCIES, code, &f->tenancy);
}

bool rules_facts_route(const struct rules_book *b, struct rules_facts *f, struct str code) {
  return one_of(b, RULES_ROUTES, code, &f->route);
}

bool rules_facts_reason(const struct rules_book *b, struct rules_facts *f, struct str code) {
  return one_of(b, RULES_REASONS, code, &f->reason);
}

static bool said_about(const struct rules_book *b, enum rules_list l, struct str code,
                       enum rules_said said, struct rules_codes *yes, struct rules_codes *no) {
  int is = rules_code_find(b, l, code);
  if (is < 0) return false;
  if (said == RULES_SAID_YES) rules_codes_add(yes, is);
  if (said == RULES_SAID_NO) rules_codes_add(no, is);
  return true;
}

bool rules_facts_cohort(const struct rules_book *b, struct rules_facts *f, struct str code,
                        enum rules_said said) {
  return said_about(b, RULES_COHORTS, code, said, &f->cohort_yes, &f->cohort_no);
}

bool rules_facts_benefit(const struct rules_book *b, struct rules_facts *f, struct str code) {
  return said_about(b, RULES_BENEFITS, code, RULES_SAID_YES, &f->benefit_yes, &f->benefit_yes);
}

bool rules_facts_programme(const struct rules_book *b, struct rules_facts *f, struct str name,
                           enum rules_said said) {
  return said_about(b, RULES_PROGRAMMES, name, said, &f->programme_yes, &f->programme_no);
}

/* The code, when it can only be one. */
static const struct rules_code *certain(const struct rules_book *b, enum rules_list l,
                                        struct rules_choice c) {
  if (!c.known || __builtin_popcountll(c.may.w[0]) + __builtin_popcountll(c.may.w[1]) != 1)
    return NULL;
  return rules_code_get(
      b, l, c.may.w[0] ? __builtin_ctzll(c.may.w[0]) : 64 + __builtin_ctzll(c.may.w[1]));
}

static void cohort_say(const struct rules_book *b, struct rules_facts *f, const char *code,
                       bool yes) {
  int c = rules_code_find(b, RULES_COHORTS, str_of(code));
  if (c < 0 || rules_codes_has(f->cohort_yes, c) || rules_codes_has(f->cohort_no, c)) return;
  rules_codes_add(yes ? &f->cohort_yes : &f->cohort_no, c);
}

/* What a status means for the cohorts that are statuses by another name (ONS definitions, FACTS 8).
 * Being unemployed or inactive does not make someone NEET (they may be in training); having a job,
 * or studying, means they are not. */
static void from_status(const struct rules_book *b, struct rules_facts *f) {
  static const char *const same[] = {"employed", "unemployed", "inactive"};
  const struct rules_code *is = certain(b, RULES_STATUSES, f->status);
  if (!is) return;
  for (size_t i = 0; i < countof(same); i++)
    cohort_say(b, f, same[i], str_eq(is->code, str_of(same[i])));
  bool employed = str_eq(is->code, S("employed"));
  cohort_say(b, f, "out_of_work", !employed);
  if (employed) { /* no reason for inactivity and no time out of work can be right */
    cohort_say(b, f, "neet", false);
    f->reason = (struct rules_choice){.known = true};
    f->months_out = (struct rules_range){true, -1, -1};
  }
  const struct rules_code *why_out = certain(b, RULES_REASONS, f->reason);
  if (why_out && str_eq(why_out->code, S("student"))) cohort_say(b, f, "neet", false);
}

/* A reason for being inactive says the status too. */
static void from_reason(const struct rules_book *b, struct rules_facts *f) {
  if (f->reason.known && !f->status.known) rules_facts_status(b, f, S("inactive"));
}

static void from_age(const struct rules_book *b, struct rules_facts *f) {
  for (int i = 0; f->age.known && i < rules_code_count(b, RULES_COHORTS); i++) {
    const struct rules_code *c = rules_code_get(b, RULES_COHORTS, i);
    if (!c->age_to) continue;
    if (f->age.from >= c->age_from && f->age.to <= c->age_to) rules_codes_add(&f->cohort_yes, i);
    if (f->age.to < c->age_from || f->age.from > c->age_to) rules_codes_add(&f->cohort_no, i);
  }
}

/* Who has a code has what it implies; who lacks what it implies lacks the code. What was said
 * stands over what follows. */
static void from_implied(const struct rules_book *b, struct rules_facts *f) {
  struct rules_codes yes = f->cohort_yes, no = f->cohort_no;
  for (int i = 0; i < rules_code_count(b, RULES_COHORTS); i++) {
    struct rules_codes implies = rules_code_get(b, RULES_COHORTS, i)->implies;
    if (rules_codes_has(f->cohort_yes, i)) yes.w[0] |= implies.w[0], yes.w[1] |= implies.w[1];
    if (rules_codes_meet(implies, f->cohort_no)) rules_codes_add(&no, i);
  }
  for (int w = 0; w < RULES_CODES_MAX / 64; w++) {
    f->cohort_yes.w[w] |= yes.w[w] & ~f->cohort_no.w[w];
    f->cohort_no.w[w] |= no.w[w] & ~f->cohort_yes.w[w];
  }
}

/* Health is asked both as one plain question and as cohorts; each tells the other. */
static void from_health(const struct rules_book *b, struct rules_facts *f) {
  int c = rules_code_find(b, RULES_COHORTS, S("health_condition"));
  if (c < 0) return;
  if (f->health == RULES_SAID_YES) cohort_say(b, f, "health_condition", true);
  if (f->health == RULES_SAID_NO) cohort_say(b, f, "health_condition", false);
  if (f->health == RULES_UNSAID && rules_codes_has(f->cohort_yes, c)) f->health = RULES_SAID_YES;
}

void rules_facts_settle(const struct rules_book *b, struct rules_facts *f) {
  from_reason(b, f);
  from_status(b, f);
  from_age(b, f);
  from_implied(b, f);
  from_health(b, f);
  from_implied(b, f);
}
