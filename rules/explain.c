/* explain: the answer again, this time with the conditions that decided it, in sentences to the
 * resident. */
#include "rules/compiled.h"

struct teller {
  struct arena *a;
  const struct rules_book *b;
  const struct rules_rule *r;
  const struct rules_facts *f;
  struct rules_tongue t;
  struct rules_because *out;
  size_t reasons_cap, ask_cap;
};

static struct str word(const struct teller *x, enum word w) {
  return FILL(x->a, x->t, w, {"", S("")});
}

static struct str condition_text(const struct teller *x, const struct rules_node *n) {
  struct buf b = buf_open(1 << 14);
  node_print(&b, x->b, x->r, n);
  struct str s = str_copy(x->a, buf_str(&b));
  buf_free(&b);
  return s;
}

static void tell(struct teller *x, enum rules_answer answer, const struct rules_node *n,
                 struct str says, struct str ask) {
  struct rules_reason reason = {answer, n ? condition_text(x, n) : S(""), says, ask};
  *slice_push(x->a, &x->out->reasons, &x->reasons_cap) = reason;
  if (!ask.n) return;
  for (size_t i = 0; i < x->out->ask.n; i++)
    if (str_eq(x->out->ask.p[i], ask)) return;
  *slice_push(x->a, &x->out->ask, &x->ask_cap) = ask;
}

static struct str range_words(const struct teller *x, const struct rules_range *r) {
  struct str from = str_format(x->a, "%d", r->from);
  if (r->from == r->to) return FILL(x->a, x->t, W_YOUR_AGE, {"age", from});
  return FILL(x->a, x->t, W_YOUR_AGE_BAND, {"from", from}, {"to", str_format(x->a, "%d", r->to)});
}

/* "over 30" at 30: the words themselves are what has to be checked. */
static struct str open_ask(const struct teller *x, const struct rules_node *n, int at) {
  bool low = n->flags & NODE_OPEN_LOW;
  struct str number = str_format(x->a, "%d", low ? n->from - 1 : n->to + 1);
  struct str words = FILL(x->a, x->t, low ? W_OPEN_OVER : W_OPEN_UNDER, {"number", number});
  return FILL(x->a, x->t, W_AGE_OPEN_ASK, {"words", words}, {"age", str_format(x->a, "%d", at)});
}

static void tell_age(struct teller *x, const struct rules_node *n, enum rules_answer answer) {
  struct str aged = tongue_aged(x->a, n, x->t);
  if (n->flags & NODE_NEGATED) aged = node_clause(x->a, x->b, x->r, n, x->t, true);
  const struct rules_range *age = &x->f->age;
  struct slot slots[] = {{"age", age->known ? range_words(x, age) : S("")}, {"aged", aged}};
  bool open = answer == RULES_MAYBE && age->known && age->from == age->to;
  enum word w = answer == RULES_YES  ? W_AGE_YES
                : answer == RULES_NO ? W_AGE_NO
                : open               ? W_AGE_OPEN
                                     : W_AGE_MAYBE;
  struct str ask = answer != RULES_MAYBE ? S("")
                   : open                ? open_ask(x, n, age->from)
                                         : word(x, W_AGE_ASK);
  tell(x, answer, n, tongue_fill(x->a, x->t, w, slots, countof(slots)), ask);
}

static struct strs labels(const struct teller *x, const struct rules_node *n, bool questions) {
  enum rules_list l = node_list((enum node_kind)n->kind);
  struct strs out = {0};
  size_t cap = 0;
  for (int i = 0; i < rules_code_count(x->b, l); i++) {
    if (!rules_codes_has(n->set, i)) continue;
    const struct rules_code *c = rules_code_get(x->b, l, i);
    /* What was already answered is not asked again. */
    if (n->kind == NODE_COHORT_ALL && rules_codes_has(x->f->cohort_yes, i)) continue;
    if (n->kind == NODE_COHORT_ANY && rules_codes_has(x->f->cohort_no, i)) continue;
    struct str s = questions && c->question.n ? c->question : c->label;
    *slice_push(x->a, &out, &cap) = x->t.say ? x->t.say(x->t.to, s) : s;
  }
  return out;
}

static struct str cohort_ask(const struct teller *x, const struct rules_node *n) {
  struct strs open = labels(x, n, false);
  if (open.n == 1) {
    struct strs q = labels(x, n, true);
    if (str_ends(q.p[0], S("?"))) return q.p[0];
  }
  return FILL(x->a, x->t, W_COHORT_ASK_ANY, {"labels", tongue_join(x->a, x->t, open, false)});
}

static struct str places(const struct teller *x, const struct rules_node *n) {
  struct strs names = {0};
  size_t cap = 0;
  for (int32_t i = 0; i < n->to; i++)
    *slice_push(x->a, &names, &cap) = rules_area_name(x->b, x->r->area[n->from + i]);
  return tongue_join(x->a, x->t, names, false);
}

static struct str question(const struct teller *x, const struct rules_node *n) {
  switch ((enum node_kind)n->kind) {
    case NODE_LIVES: return FILL(x->a, x->t, W_LIVES_ASK, {"places", places(x, n)});
    case NODE_STATUS: return word(x, W_STATUS_ASK);
    case NODE_REASON: return word(x, W_REASON_ASK);
    case NODE_TENANCY: return word(x, W_TENANCY_ASK);
    case NODE_MONTHS_OUT: return word(x, W_MONTHS_ASK);
    case NODE_EMPLOYER_SIZE: return word(x, W_SIZE_ASK);
    case NODE_HEALTH: return word(x, W_HEALTH_ASK);
    case NODE_HOUSEHOLD: return word(x, W_HOUSEHOLD_ASK);
    case NODE_COHORT_ANY:
    case NODE_COHORT_ALL: return cohort_ask(x, n);
    case NODE_ROUTE:
      return FILL(x->a, x->t, W_ROUTE_ASK,
                  {"routes", tongue_join(x->a, x->t, labels(x, n, false), false)});
    case NODE_BENEFIT:
      return FILL(x->a, x->t, W_BENEFIT_ASK,
                  {"benefits", tongue_join(x->a, x->t, labels(x, n, false), false)});
    case NODE_PROGRAMME:
      return FILL(x->a, x->t, W_PROGRAMME_ASK,
                  {"programmes", tongue_join(x->a, x->t, labels(x, n, false), false)});
    default: return S("");
  }
}

/* The one code or area that made an any-of true: the person hears what is so, not the whole list.
 */
static struct rules_node narrowed(const struct teller *x, const struct rules_node *n) {
  struct rules_node one = *n;
  const struct rules_codes have = n->kind == NODE_COHORT_ANY ? x->f->cohort_yes
                                  : n->kind == NODE_STATUS   ? x->f->status.may
                                  : n->kind == NODE_REASON   ? x->f->reason.may
                                  : n->kind == NODE_TENANCY  ? x->f->tenancy.may
                                  : n->kind == NODE_BENEFIT  ? x->f->benefit_yes
                                                             : n->set;
  if (n->flags & NODE_NEGATED) return one;
  for (int32_t i = 0; n->kind == NODE_LIVES && i < n->to; i++)
    if (rules_place_in(x->f->place, x->r->area[n->from + i]) == RULES_YES) {
      one.from = n->from + i, one.to = 1;
      return one;
    }
  one.set.w[0] &= have.w[0], one.set.w[1] &= have.w[1];
  return rules_codes_empty(one.set) ? *n : one;
}

static void tell_lives(struct teller *x, const struct rules_node *n, enum rules_answer answer,
                       struct str clause) {
  struct str here = rules_place_words(x->f->place);
  if (answer == RULES_NO && here.n)
    tell(x, answer, n, FILL(x->a, x->t, W_LIVES_NO_ELSEWHERE, {"clause", clause}, {"place", here}),
         S(""));
  else
    tell(x, answer, n, FILL(x->a, x->t, W_NO, {"clause", clause}), S(""));
}

static void tell_leaf(struct teller *x, const struct rules_node *n) {
  enum rules_answer answer = leaf_judge(x->r, n, x->f);
  if (n->kind == NODE_AGE) {
    tell_age(x, n, answer);
    return;
  }
  if (n->kind == NODE_EVERYONE || n->kind == NODE_ASK) {
    struct str text = n->kind == NODE_ASK ? x->r->text[n->from] : word(x, W_EVERYONE);
    tell(x, answer, n, text, n->kind == NODE_ASK ? text : S(""));
    return;
  }
  struct rules_node one = answer == RULES_YES ? narrowed(x, n) : *n;
  struct str clause = node_clause(x->a, x->b, x->r, &one, x->t, answer == RULES_YES);
  bool benefit = n->kind == NODE_BENEFIT && !(n->flags & NODE_NEGATED),
       route = n->kind == NODE_ROUTE;
  struct str names = benefit || route ? tongue_join(x->a, x->t, labels(x, n, false), false) : S("");
  if (answer == RULES_YES)
    tell(x, answer, n, FILL(x->a, x->t, W_YES, {"clause", clause}), S(""));
  else if (answer == RULES_NO && n->kind == NODE_LIVES)
    tell_lives(x, n, answer, clause);
  else if (answer == RULES_NO)
    tell(x, answer, n, FILL(x->a, x->t, W_NO, {"clause", clause}), S(""));
  else if (benefit)
    tell(x, answer, n, FILL(x->a, x->t, W_BENEFIT_MAYBE, {"benefits", names}), question(x, n));
  else if (route)
    tell(x, answer, n, FILL(x->a, x->t, W_ROUTE_MAYBE, {"routes", names}), question(x, n));
  else
    tell(x, answer, n, FILL(x->a, x->t, W_MAYBE, {"clause", clause}), question(x, n));
}

static void tell_node(struct teller *x, const struct rules_node *n);

/* A prompt that holds is told like its condition; one that does not is told in its own words. */
static void tell_prompt(struct teller *x, const struct rules_node *n) {
  if (node_judge(x->r, n, x->f) == RULES_YES) {
    tell_node(x, n + 1);
    return;
  }
  struct str text = x->r->text[n->from];
  struct str ask = text;
  if (node_judge(x->r, n + 1, x->f) == RULES_MAYBE && n->size == 2 && question(x, n + 1).n)
    ask = question(x, n + 1);
  tell(x, RULES_MAYBE, n, text, ask);
}

/* The questions still open inside a group, each once, under the group's own sentence. */
static void ask_inside(struct teller *x, const struct rules_node *n) {
  for (const struct rules_node *i = n + 1; i < n + n->size; i++) {
    if (i->kind == NODE_ALL || i->kind == NODE_ANY || i->kind == NODE_PROMPT) continue;
    if (leaf_judge(x->r, i, x->f) != RULES_MAYBE) continue;
    struct str ask = i->kind == NODE_AGE   ? word(x, W_AGE_ASK)
                     : i->kind == NODE_ASK ? x->r->text[i->from]
                                           : question(x, i);
    bool there = !ask.n;
    for (size_t k = 0; k < x->out->ask.n; k++) there = there || str_eq(x->out->ask.p[k], ask);
    if (!there) *slice_push(x->a, &x->out->ask, &x->ask_cap) = ask;
  }
}

/* Any-of: yes names the part that holds; no and maybe name the whole choice, for no single part
 * decided. */
static void tell_any(struct teller *x, const struct rules_node *n) {
  enum rules_answer answer = node_judge(x->r, n, x->f);
  if (answer == RULES_YES) {
    const struct rules_node *part = n + 1;
    while (node_judge(x->r, part, x->f) != RULES_YES) part += part->size;
    tell_node(x, part);
    return;
  }
  struct str clause = node_clause(x->a, x->b, x->r, n, x->t, false);
  enum word w = answer == RULES_NO ? W_NO : W_MAYBE;
  tell(x, answer, n, FILL(x->a, x->t, w, {"clause", clause}), S(""));
  if (answer != RULES_MAYBE) return;
  size_t before = x->out->ask.n;
  ask_inside(x, n);
  struct rules_reason *mine = &x->out->reasons.p[x->out->reasons.n - 1];
  if (x->out->ask.n > before) mine->ask = x->out->ask.p[before];
}

/* All-of: only the parts with the group's own answer decided it. */
static void tell_all(struct teller *x, const struct rules_node *n) {
  enum rules_answer answer = node_judge(x->r, n, x->f);
  for (const struct rules_node *part = n + 1; part < n + n->size; part += part->size)
    if (node_judge(x->r, part, x->f) == answer) tell_node(x, part);
}

static void tell_node(struct teller *x, const struct rules_node *n) {
  if (n->kind == NODE_ALL)
    tell_all(x, n);
  else if (n->kind == NODE_ANY)
    tell_any(x, n);
  else if (n->kind == NODE_PROMPT)
    tell_prompt(x, n);
  else
    tell_leaf(x, n);
}

void rules_explain(struct arena *a, const struct rules_book *b, const struct rules_rule *r,
                   const struct rules_facts *f, struct rules_tongue t, struct rules_because *out) {
  struct teller x = {.a = a, .b = b, .r = r, .f = f, .t = t, .out = out};
  struct version_choice choice;
  *out = (struct rules_because){.answer = rules_judge(r, f)};
  version_choose(r, f->on, &choice);
  bool agree = !choice.before;
  for (size_t i = 0; i < choice.n; i++)
    agree = agree && node_judge(r, choice.p[i]->node, f) == out->answer;
  if (agree) {
    tell_node(&x, choice.p[0]->node);
  } else if (choice.before) {
    struct str when = tongue_span(a, r->version[0].from);
    tell(&x, RULES_MAYBE, NULL, FILL(a, t, W_BEFORE_FIRST, {"when", when}),
         word(&x, W_VERSIONS_ASK));
  } else {
    struct str when = tongue_when(a, t, choice.p[0]->from);
    tell(&x, RULES_MAYBE, NULL, FILL(a, t, W_VERSIONS_DIFFER, {"when", when}),
         word(&x, W_VERSIONS_ASK));
  }
}
