/* offer: kind, standing, area and rule put together. See offer.h. */
#include "rules/offer.h"
#include "rules/compiled.h"

struct parts {
  enum rules_answer kind, standing, area, rule;
};

static enum rules_answer least(enum rules_answer a, enum rules_answer b) { return a < b ? a : b; }

static bool known(struct day_span s) { return s.first != DAY_NONE; }

enum rules_answer rules_standing_judge(const struct rules_standing *s, day_t on) {
  if (known(s->end) && s->end.last < on) return RULES_NO;
  if (known(s->start) && s->start.first > on) return RULES_NO;
  if (known(s->end) && s->end.first <= on)
    return RULES_MAYBE; /* some day in its last month or year */
  if (known(s->start) && s->start.last > on) return RULES_MAYBE;
  if (s->live)
    return s->assured_on != DAY_NONE && s->assured_on <= on && on - s->assured_on <= s->review_days
               ? RULES_YES
               : RULES_MAYBE;
  return known(s->start) && known(s->end) ? RULES_YES : RULES_MAYBE;
}

static enum rules_answer kind_judge(struct str kind, const struct rules_facts *f) {
  if (str_eq(kind, S("programme")) || str_eq(kind, S("hub"))) return RULES_YES;
  if (str_eq(kind, S("employer_charter")))
    return f->employer || f->employer_size.known ? RULES_YES : RULES_MAYBE;
  return kind.n ? RULES_NO : RULES_MAYBE;
}

static enum rules_answer area_judge(const struct rules_offer *o, const struct rules_facts *f) {
  enum rules_answer best = o->areas ? RULES_NO : RULES_YES;
  for (size_t i = 0; i < o->areas && best != RULES_YES; i++) {
    enum rules_answer one = rules_place_in(f->place, o->area[i]);
    if (one > best) best = one;
  }
  return best == RULES_NO && o->reach == RULES_REACH_NEAR ? RULES_MAYBE : best;
}

static struct parts judge_parts(const struct rules_offer *o, const struct rules_facts *f,
                                bool ignore_standing) {
  return (struct parts){
      kind_judge(o->kind, f),
      ignore_standing ? RULES_YES : rules_standing_judge(&o->standing, f->on),
      area_judge(o, f),
      o->rule ? rules_judge(o->rule, f) : RULES_MAYBE,
  };
}

static enum rules_answer together(struct parts p) {
  return least(least(p.kind, p.standing), least(p.area, p.rule));
}

enum rules_answer rules_judge_offer(const struct rules_book *b, const struct rules_offer *o,
                                    const struct rules_facts *f, bool ignore_standing) {
  (void)b; /* sentences need it, and both calls read alike */
  if (o->rule && !rules_may(&o->rule->summary, f)) return RULES_NO;
  return together(judge_parts(o, f, ignore_standing));
}

/* ---- Reasons ------------------------------------------------------------------------------ */

struct teller {
  struct arena *a;
  const struct rules_book *b;
  const struct rules_offer *o;
  const struct rules_facts *f;
  struct rules_tongue t;
  struct rules_because *out;
  size_t reasons_cap, ask_cap;
};

static void ask_once(struct teller *x, struct str ask) {
  for (size_t i = 0; i < x->out->ask.n; i++)
    if (str_eq(x->out->ask.p[i], ask)) return;
  if (ask.n) *slice_push(x->a, &x->out->ask, &x->ask_cap) = ask;
}

static void tell(struct teller *x, enum rules_answer answer, struct str says, struct str ask) {
  struct rules_reason r = {.answer = answer, .says = says, .ask = ask};
  *slice_push(x->a, &x->out->reasons, &x->reasons_cap) = r;
  ask_once(x, ask);
}

static struct str word(const struct teller *x, enum word w) {
  return FILL(x->a, x->t, w, {"", S("")});
}

static void tell_kind(struct teller *x, enum rules_answer answer) {
  int code = rules_code_find(x->b, RULES_KINDS, x->o->kind);
  const struct rules_code *k = rules_code_get(x->b, RULES_KINDS, code);
  if (answer == RULES_MAYBE)
    tell(x, answer, word(x, W_KIND_EMPLOYER), word(x, W_KIND_EMPLOYER_ASK));
  if (answer == RULES_NO)
    tell(x, answer, FILL(x->a, x->t, W_KIND_NOT_JOINED, {"kind", k ? k->label : x->o->kind}),
         S(""));
}

static struct str when(const struct teller *x, struct day_span s) {
  return tongue_when(x->a, x->t, s);
}

static struct str standing_maybe(const struct teller *x, const struct rules_standing *s, day_t on) {
  if (known(s->end) && s->end.first <= on)
    return FILL(x->a, x->t, W_MAY_HAVE_ENDED, {"when", when(x, s->end)});
  if (known(s->start) && s->start.last > on)
    return FILL(x->a, x->t, W_MAY_NOT_HAVE_STARTED, {"when", when(x, s->start)});
  if (s->live && s->assured_on != DAY_NONE)
    return FILL(x->a, x->t, W_ASSURED_STALE, {"when", day_words(x->a, s->assured_on)});
  if (known(s->end)) return FILL(x->a, x->t, W_ENDS_ONLY, {"when", when(x, s->end)});
  if (known(s->start)) return FILL(x->a, x->t, W_STARTED_ONLY, {"when", when(x, s->start)});
  return word(x, W_STANDING_UNKNOWN);
}

static void tell_standing(struct teller *x, enum rules_answer answer) {
  const struct rules_standing *s = &x->o->standing;
  bool ended = known(s->end) && s->end.last < x->f->on;
  if (answer == RULES_MAYBE) {
    tell(x, answer, standing_maybe(x, s, x->f->on), word(x, W_STANDING_ASK));
  } else if (answer == RULES_NO) {
    tell(x, answer,
         ended ? FILL(x->a, x->t, W_ENDED, {"when", when(x, s->end)})
               : FILL(x->a, x->t, W_NOT_STARTED, {"when", when(x, s->start)}),
         S(""));
  } else if (s->live) {
    tell(x, answer, FILL(x->a, x->t, W_ASSURED, {"when", day_words(x->a, s->assured_on)}), S(""));
  } else {
    tell(x, answer,
         FILL(x->a, x->t, W_RUNNING, {"start", tongue_span(x->a, s->start)},
              {"end", tongue_span(x->a, s->end)}),
         S(""));
  }
}

static struct str area_words(const struct teller *x) {
  struct strs names = {0};
  size_t cap = 0;
  if (x->o->area_words.n) return x->o->area_words;
  for (size_t i = 0; i < x->o->areas; i++)
    *slice_push(x->a, &names, &cap) = rules_area_name(x->b, x->o->area[i]);
  return tongue_join(x->a, x->t, names, false);
}

static bool rule_tells_place(const struct rules_because *b, enum rules_answer answer) {
  for (size_t i = 0; i < b->reasons.n; i++)
    if (b->reasons.p[i].answer == answer && str_starts(b->reasons.p[i].condition, S("lives in")))
      return true;
  return false;
}

static void tell_area(struct teller *x, enum rules_answer answer) {
  struct str area = area_words(x), here = rules_place_words(x->f->place);
  bool inside_unknown = x->o->reach == RULES_REACH_ONLY || !here.n;
  if (answer == RULES_NO)
    tell(x, answer, FILL(x->a, x->t, W_AREA_NO, {"area", area}, {"place", here}), S(""));
  else if (answer == RULES_MAYBE && inside_unknown)
    tell(x, answer, FILL(x->a, x->t, W_AREA_MAYBE, {"area", area}),
         FILL(x->a, x->t, W_AREA_ASK, {"area", area}));
  else if (answer == RULES_MAYBE)
    tell(x, answer, FILL(x->a, x->t, W_AREA_NEAR, {"area", area}),
         FILL(x->a, x->t, W_AREA_NEAR_ASK, {"area", area}));
}

static void tell_unstated(struct teller *x) {
  struct strs groups = {0};
  size_t cap = 0;
  for (int i = 0; i < rules_code_count(x->b, RULES_COHORTS); i++)
    if (rules_codes_has(x->o->cohorts, i))
      *slice_push(x->a, &groups, &cap) = rules_code_get(x->b, RULES_COHORTS, i)->label;
  struct str list = groups.n ? groups.p[0] : S("");
  for (size_t i = 1; i < groups.n; i++)
    list = str_format(x->a, "%.*s; %.*s", P(list), P(groups.p[i]));
  tell(x, RULES_MAYBE,
       groups.n ? FILL(x->a, x->t, W_UNSTATED_FOR, {"groups", list}) : word(x, W_UNSTATED),
       word(x, W_UNSTATED_ASK));
}

static void tell_rule(struct teller *x, const struct rules_because *rule) {
  for (size_t i = 0; i < rule->reasons.n; i++)
    *slice_push(x->a, &x->out->reasons, &x->reasons_cap) = rule->reasons.p[i];
  for (size_t i = 0; i < rule->ask.n; i++) ask_once(x, rule->ask.p[i]);
}

void rules_explain_offer(struct arena *a, const struct rules_book *b, const struct rules_offer *o,
                         const struct rules_facts *f, bool ignore_standing, struct rules_tongue t,
                         struct rules_because *out) {
  struct teller x = {.a = a, .b = b, .o = o, .f = f, .t = t, .out = out};
  struct parts p = judge_parts(o, f, ignore_standing);
  struct rules_because rule = {0};
  *out = (struct rules_because){.answer = together(p)};
  if (o->rule) rules_explain(a, b, o->rule, f, t, &rule);
  if (p.kind == out->answer) tell_kind(&x, p.kind);
  if (p.standing == out->answer && !ignore_standing) tell_standing(&x, p.standing);
  if (p.area == out->answer && !(o->rule && p.rule == p.area && rule_tells_place(&rule, p.area)))
    tell_area(&x, p.area);
  if (p.rule != out->answer) return;
  if (o->rule)
    tell_rule(&x, &rule);
  else
    tell_unstated(&x);
}
