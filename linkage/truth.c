/* truth: how right a run was, where the truth is known. Training never comes here. */
#include <math.h>
#include <stdlib.h>
#include "linkage/linkage.h"

static double ratio(double a, double b) { return b > 0 ? a / b : 0; }
static double f1_of(double right, double said, double true_pairs) {
  return ratio(2 * right, said + true_pairs);
}

static bool one_person(const struct link_run *run, uint32_t a, uint32_t b) {
  return run->table.truth[a] && run->table.truth[a] == run->table.truth[b];
}

static int heavier(const void *x, const void *y) {
  float a = ((const struct link *)x)->weight, b = ((const struct link *)y)->weight;
  return a > b ? -1 : a < b;
}

struct by_number {
  uint32_t number, record;
};
static int numbers(const void *x, const void *y) {
  const struct by_number *a = x, *b = y;
  return a->number < b->number   ? -1
         : a->number > b->number ? 1
         : a->record < b->record ? -1
                                 : a->record > b->record;
}

typedef void pair_fn(void *to, uint32_t a, uint32_t b);

/* Every pair of records with the same number (across sources only when the run was). */
static void each_pair(const struct link_run *run, const uint32_t *number, struct arena scratch,
                      pair_fn *fn, void *to) {
  uint32_t n = run->table.n;
  struct by_number *list = arena_many(&scratch, struct by_number, n);
  for (uint32_t i = 0; i < n; i++) list[i] = (struct by_number){number[i], i};
  qsort(list, n, sizeof *list, numbers);
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t j = i + 1; j < n && list[j].number == list[i].number; j++) {
      bool same_source =
          source_of(&run->people, list[i].record) == source_of(&run->people, list[j].record);
      if (!(run->model.across_only && same_source)) fn(to, list[i].record, list[j].record);
    }
  }
}

struct tally {
  const struct link_run *run;
  struct accuracy *acc;
  uint64_t said, right, reached, rule[RULES_MAX];
};

static void tally_true(void *to, uint32_t a, uint32_t b) {
  struct tally *t = to;
  if (!one_person(t->run, a, b)) return; /* number 0: no truth given */
  t->acc->true_pairs++;
  const uint32_t *x = keys_of(&t->run->people, a), *y = keys_of(&t->run->people, b);
  bool any = false;
  for (unsigned r = 0; r < t->run->model.n_rules; r++) {
    t->rule[r] += x[r] == y[r];
    any |= x[r] == y[r];
  }
  t->reached += any;
}

static void tally_cluster(void *to, uint32_t a, uint32_t b) {
  struct tally *t = to;
  t->said++;
  t->right += one_person(t->run, a, b);
}

struct accuracy link_accuracy(const struct link_run *run, struct arena scratch) {
  struct accuracy acc = {0};
  struct tally all = {.run = run, .acc = &acc}, clustered = {.run = run, .acc = &acc};
  each_pair(run, run->table.truth, scratch, tally_true, &all);
  each_pair(run, run->cluster, scratch, tally_cluster, &clustered);
  struct link *sorted = arena_many(&scratch, struct link, run->links.n);
  memcpy(sorted, run->links.p, run->links.n * sizeof *sorted);
  qsort(sorted, run->links.n, sizeof *sorted, heavier);
  double true_pairs = (double)acc.true_pairs, right = 0;
  float threshold = (float)probability_weight(run->model.threshold);
  for (size_t i = 0; i < run->links.n; i++) {
    right += one_person(run, sorted[i].a, sorted[i].b);
    if (sorted[i].weight >= threshold) {
      acc.links = i + 1;
      acc.right = (uint64_t)right;
    }
    if (i + 1 < run->links.n && !(sorted[i + 1].weight < sorted[i].weight)) continue;
    double f1 = f1_of(right, (double)i + 1, true_pairs);
    if (f1 > acc.best_f1) {
      acc.best_f1 = f1;
      acc.best_weight = (double)sorted[i].weight;
    }
  }
  acc.precision = ratio((double)acc.right, (double)acc.links);
  acc.recall = ratio((double)acc.right, true_pairs);
  acc.f1 = f1_of((double)acc.right, (double)acc.links, true_pairs);
  acc.cluster_precision = ratio((double)clustered.right, (double)clustered.said);
  acc.cluster_recall = ratio((double)clustered.right, true_pairs);
  acc.cluster_f1 = f1_of((double)clustered.right, (double)clustered.said, true_pairs);
  acc.reach = ratio((double)all.reached, true_pairs);
  for (unsigned r = 0; r < run->model.n_rules; r++)
    acc.rule_reach[r] = ratio((double)all.rule[r], true_pairs);
  return acc;
}

/* ---- without truth ---- */

/* Would a same-person pair with these levels share the part of a key? Partial keys (first letters,
 * sound, year) are taken to agree from the first likeness on. */
static bool part_agrees(const struct model *m, struct part part, const unsigned *level) {
  const struct field *f = &m->field[part.field];
  unsigned l = level[part.field];
  if (part.how == PART_NAMES)
    return (l == f->exact && level[m->surname] == m->field[m->surname].exact) || l == f->exact + 1u;
  if (l == LEVEL_MISSING) return false;
  switch (f->kind) {
    case KIND_DOB:
      return part.how == PART_WHOLE  ? l == f->exact
             : part.how == PART_YEAR ? l == f->exact || l == f->exact - 1u || l == 2
                                     : l == f->exact;
    case KIND_POSTCODE: return part.how == PART_WHOLE ? l == f->exact : l >= 2;
    default: return l == f->exact || (part.how != PART_WHOLE && l >= 2);
  }
}

/* Share of same-person pairs no rule gives, by drawing levels from the model: 1 in 20,000 is fine
 * enough to say. */
static double missed_by_rules(const struct link_run *run) {
  enum { DRAWS = 20000 };
  const struct model *m = &run->model;
  struct rng r = rng_seed(7);
  unsigned missed = 0, level[FIELDS_MAX];
  double moved = m->pairs[CLASS_MOVED] / (m->pairs[CLASS_SAME] + m->pairs[CLASS_MOVED]);
  for (int draw = 0; draw < DRAWS; draw++) {
    enum pair_class c = rng_unit(&r) < moved ? CLASS_MOVED : CLASS_SAME;
    for (unsigned f = 0; f < m->n_fields; f++) {
      double known = (double)run->table.known[f] / run->table.n, u = rng_unit(&r);
      level[f] = rng_unit(&r) < known * known ? 0 : LEVEL_MISSING;
      for (unsigned l = 0; level[f] != LEVEL_MISSING && l + 1u < m->field[f].levels &&
                           (u -= (double)m->field[f].p[c][l]) > 0;
           l++)
        level[f] = l + 1;
    }
    bool reached = false;
    for (unsigned k = 0; k < m->n_rules && !reached; k++) {
      reached = true;
      for (unsigned part = 0; part < m->rule[k].n && reached; part++)
        reached = part_agrees(m, m->rule[k].part[part], level);
    }
    missed += !reached;
  }
  return (double)missed / DRAWS;
}

struct expected link_expected(const struct link_run *run) {
  double links = 0, right = 0, spread = 0, below = 0, below_spread = 0;
  float threshold = (float)probability_weight(run->model.threshold);
  for (size_t i = 0; i < run->links.n; i++) {
    double p = weight_probability((double)run->links.p[i].weight);
    if (run->links.p[i].weight >= threshold) {
      links++;
      right += p;
      spread += p * (1 - p);
    } else {
      below += p;
      below_spread += p * (1 - p);
    }
  }
  double share = missed_by_rules(run), missed = share / (1 - fmin(share, .9)) * (right + below),
         all = right + below + missed;
  double r = ratio(right, all), sd = ratio(sqrt(spread + below_spread + missed), all);
  double p = ratio(right, links), pd = ratio(sqrt(spread), links);
  return (struct expected){.precision = p,
                           .precision_low = fmax(0, p - 1.96 * pd),
                           .precision_high = fmin(1, p + 1.96 * pd),
                           .recall = r,
                           .recall_low = fmax(0, r - 1.96 * sd),
                           .recall_high = fmin(1, r + 1.96 * sd),
                           .missed_by_rules = missed};
}
