/* judge: a compiled rule against facts, in three values and no memory. */
#include "rules/compiled.h"

static inline enum rules_answer of_said(enum rules_said s) {
  return s == RULES_SAID_YES ? RULES_YES : s == RULES_SAID_NO ? RULES_NO : RULES_MAYBE;
}

/* A band that may be from..to: yes when all of it is inside, no when none of it is even with the
 * open edges. */
static enum rules_answer judge_range(const struct rules_node *n, const struct rules_range *r) {
  if (!r->known) return RULES_MAYBE;
  if (r->from >= n->from && r->to <= n->to) return RULES_YES;
  int low = n->from - (n->flags & NODE_OPEN_LOW ? 1 : 0),
      high = n->to + (n->flags & NODE_OPEN_HIGH ? 1 : 0);
  return r->to < low || r->from > high ? RULES_NO : RULES_MAYBE;
}

static enum rules_answer judge_choice(struct rules_codes wanted, const struct rules_choice *c) {
  if (!c->known) return RULES_MAYBE;
  if (!rules_codes_meet(c->may, wanted)) return RULES_NO;
  return rules_codes_within(c->may, wanted) ? RULES_YES : RULES_MAYBE;
}

static enum rules_answer judge_any(struct rules_codes wanted, struct rules_codes yes,
                                   struct rules_codes no) {
  if (rules_codes_meet(wanted, yes)) return RULES_YES;
  return rules_codes_within(wanted, no) ? RULES_NO : RULES_MAYBE;
}

static enum rules_answer judge_all(struct rules_codes wanted, struct rules_codes yes,
                                   struct rules_codes no) {
  if (rules_codes_meet(wanted, no)) return RULES_NO;
  return rules_codes_within(wanted, yes) ? RULES_YES : RULES_MAYBE;
}

static enum rules_answer judge_lives(const struct rules_rule *r, const struct rules_node *n,
                                     struct rules_place *place) {
  enum rules_answer best = RULES_NO;
  for (int32_t i = 0; i < n->to; i++) {
    enum rules_answer one = rules_place_in(place, r->area[n->from + i]);
    if (one == RULES_YES) return RULES_YES;
    if (one > best) best = one;
  }
  return best;
}

static enum rules_answer leaf_plain(const struct rules_rule *r, const struct rules_node *n,
                                    const struct rules_facts *f) {
  switch ((enum node_kind)n->kind) {
    case NODE_EVERYONE: return RULES_YES;
    case NODE_ASK: return RULES_MAYBE;
    case NODE_AGE: return judge_range(n, &f->age);
    case NODE_MONTHS_OUT: return judge_range(n, &f->months_out);
    case NODE_EMPLOYER_SIZE: return judge_range(n, &f->employer_size);
    case NODE_LIVES: return judge_lives(r, n, f->place);
    case NODE_STATUS: return judge_choice(n->set, &f->status);
    case NODE_REASON: return judge_choice(n->set, &f->reason);
    case NODE_TENANCY: return judge_choice(n->set, &f->tenancy);
    case NODE_ROUTE: return judge_choice(n->set, &f->route);
    case NODE_COHORT_ANY: return judge_any(n->set, f->cohort_yes, f->cohort_no);
    case NODE_COHORT_ALL: return judge_all(n->set, f->cohort_yes, f->cohort_no);
    /* Not getting a benefit now does not mean not being able to: it never says no. */
    case NODE_BENEFIT: return rules_codes_meet(n->set, f->benefit_yes) ? RULES_YES : RULES_MAYBE;
    case NODE_PROGRAMME: return judge_any(n->set, f->programme_yes, f->programme_no);
    case NODE_HEALTH: return of_said(f->health);
    case NODE_HOUSEHOLD: return of_said(f->household);
    case NODE_ALL:
    case NODE_ANY:
    case NODE_PROMPT: break;
  }
  return RULES_MAYBE;
}

enum rules_answer leaf_judge(const struct rules_rule *r, const struct rules_node *n,
                             const struct rules_facts *f) {
  enum rules_answer a = leaf_plain(r, n, f);
  return n->flags & NODE_NEGATED ? (enum rules_answer)(RULES_YES - a) : a;
}

enum rules_answer node_judge(const struct rules_rule *r, const struct rules_node *n,
                             const struct rules_facts *f) {
  enum rules_answer result;
  const struct rules_node *end = n + n->size, *part = n + 1;
  switch ((enum node_kind)n->kind) {
    case NODE_ALL:
      for (result = RULES_YES; part < end && result != RULES_NO; part += part->size) {
        enum rules_answer a = node_judge(r, part, f);
        if (a < result) result = a;
      }
      return result;
    case NODE_ANY:
      for (result = RULES_NO; part < end && result != RULES_YES; part += part->size) {
        enum rules_answer a = node_judge(r, part, f);
        if (a > result) result = a;
      }
      return result;
    case NODE_PROMPT: return node_judge(r, part, f) == RULES_YES ? RULES_YES : RULES_MAYBE;
    default: return leaf_judge(r, n, f);
  }
}

void version_choose(const struct rules_rule *r, day_t on, struct version_choice *out) {
  out->n = 0, out->before = false;
  for (uint32_t i = r->versions; i-- > 0;) {
    const struct rules_version *v = &r->version[i];
    if (v->from.first != DAY_NONE && on != DAY_NONE && v->from.first > on) continue;
    out->p[out->n++] = v;
    if (v->from.first == DAY_NONE || on == DAY_NONE || v->from.last <= on) return;
  }
  out->before = true;
}

enum rules_answer rules_judge(const struct rules_rule *r, const struct rules_facts *f) {
  if (r->versions == 1 && r->version[0].from.first == DAY_NONE)
    return node_judge(r, r->version[0].node, f);
  struct version_choice choice;
  version_choose(r, f->on, &choice);
  enum rules_answer result = choice.before ? RULES_MAYBE : node_judge(r, choice.p[0]->node, f);
  for (size_t i = 0; i < choice.n; i++)
    if (node_judge(r, choice.p[i]->node, f) != result) return RULES_MAYBE;
  return result;
}

bool rules_may(const struct rules_summary *s, const struct rules_facts *f) {
  if (f->age.known && (f->age.to < s->age_from || f->age.from > s->age_to)) return false;
  if (!rules_codes_empty(s->status_any) && f->status.known &&
      !rules_codes_meet(s->status_any, f->status.may))
    return false;
  if (!rules_codes_empty(s->cohort_any) && rules_codes_within(s->cohort_any, f->cohort_no))
    return false;
  if (!s->area_bound) return true;
  for (uint16_t i = 0; i < s->areas; i++)
    if (rules_place_in(f->place, s->area[i]) != RULES_NO) return true;
  return false;
}
