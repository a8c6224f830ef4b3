/* summary: what a rule certainly refuses, gathered once at compile time.
 *
 * All-of: each part's bounds hold, so bands meet, and of two sets either may be kept (the smaller
 * is). Any-of: only what every part bounds stays bounded, and bounds join. A version that does not
 * bound something unbounds it for the rule. */
#include "rules/compiled.h"

struct area_ids {
  rules_area *p;
  size_t n;
};
struct bounds {
  int age_from, age_to;
  struct rules_codes status, cohort; /* empty = unbounded */
  bool area_bound;
  struct area_ids areas;
};

static struct bounds unbounded(void) { return (struct bounds){.age_to = RULES_AGE_MAX}; }

static int codes_count(struct rules_codes s) {
  return __builtin_popcountll(s.w[0]) + __builtin_popcountll(s.w[1]);
}

static struct rules_codes tighter(struct rules_codes a, struct rules_codes b) {
  if (rules_codes_empty(a)) return b;
  return rules_codes_empty(b) || codes_count(a) <= codes_count(b) ? a : b;
}

static struct rules_codes wider(struct rules_codes a, struct rules_codes b) {
  if (rules_codes_empty(a) || rules_codes_empty(b)) return (struct rules_codes){0};
  return (struct rules_codes){{a.w[0] | b.w[0], a.w[1] | b.w[1]}};
}

static struct bounds both(struct bounds a, struct bounds b) {
  struct bounds r = a;
  r.age_from = a.age_from > b.age_from ? a.age_from : b.age_from;
  r.age_to = a.age_to < b.age_to ? a.age_to : b.age_to;
  r.status = tighter(a.status, b.status);
  r.cohort = tighter(a.cohort, b.cohort);
  if (b.area_bound && (!a.area_bound || b.areas.n < a.areas.n))
    r.area_bound = true, r.areas = b.areas;
  return r;
}

static struct bounds either(struct arena *a, struct bounds x, struct bounds y) {
  struct bounds r = x;
  r.age_from = x.age_from < y.age_from ? x.age_from : y.age_from;
  r.age_to = x.age_to > y.age_to ? x.age_to : y.age_to;
  r.status = wider(x.status, y.status);
  r.cohort = wider(x.cohort, y.cohort);
  r.area_bound = x.area_bound && y.area_bound;
  r.areas = (struct area_ids){0};
  if (!r.area_bound) return r;
  r.areas.p = arena_many(a, rules_area, x.areas.n + y.areas.n + 1);
  for (size_t i = 0; i < x.areas.n; i++) r.areas.p[r.areas.n++] = x.areas.p[i];
  for (size_t i = 0; i < y.areas.n; i++) r.areas.p[r.areas.n++] = y.areas.p[i];
  return r;
}

static struct bounds leaf_bounds(struct arena *a, const struct rules_rule *r,
                                 const struct rules_node *n) {
  struct bounds b = unbounded();
  if (n->flags & NODE_NEGATED) return b;
  if (n->kind == NODE_AGE) {
    b.age_from = n->from - (n->flags & NODE_OPEN_LOW ? 1 : 0);
    b.age_to = n->to + (n->flags & NODE_OPEN_HIGH ? 1 : 0);
  } else if (n->kind == NODE_STATUS) {
    b.status = n->set;
  } else if (n->kind == NODE_COHORT_ANY) {
    b.cohort = n->set;
  } else if (n->kind == NODE_LIVES) {
    b.area_bound = true;
    b.areas.n = (size_t)n->to;
    b.areas.p = arena_many(a, rules_area, b.areas.n + 1);
    for (size_t i = 0; i < b.areas.n; i++) b.areas.p[i] = r->area[(size_t)n->from + i];
  }
  return b;
}

static struct bounds node_bounds(struct arena *a, const struct rules_rule *r,
                                 const struct rules_node *n) {
  if (n->kind != NODE_ALL && n->kind != NODE_ANY) return leaf_bounds(a, r, n);
  const struct rules_node *end = n + n->size, *part = n + 1;
  struct bounds b = part < end ? node_bounds(a, r, part) : unbounded();
  for (part = part < end ? part + part->size : end; part < end; part += part->size) {
    struct bounds next = node_bounds(a, r, part);
    b = n->kind == NODE_ALL ? both(b, next) : either(a, b, next);
  }
  return b;
}

void rules_summarise(struct arena *a, struct rules_rule *r) {
  struct bounds b = node_bounds(a, r, r->version[0].node);
  for (uint32_t i = 1; i < r->versions; i++)
    b = either(a, b, node_bounds(a, r, r->version[i].node));
  if (r->version[0].from.first != DAY_NONE)
    b = unbounded(); /* before the first version nothing is known */
  if (b.areas.n > UINT16_MAX) b.area_bound = false;
  r->summary = (struct rules_summary){
      .age_from = (int16_t)(b.age_from < 0 ? 0 : b.age_from),
      .age_to = (int16_t)(b.age_to > RULES_AGE_MAX ? RULES_AGE_MAX : b.age_to),
      .area_bound = b.area_bound,
      .areas = b.area_bound ? (uint16_t)b.areas.n : 0,
      .area = b.areas.p,
      .status_any = b.status,
      .cohort_any = b.cohort};
}
