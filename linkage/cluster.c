/* cluster: see cluster.h. */
#include <stdlib.h>
#include "linkage/cluster.h"

struct work {
  const struct cluster_rules *rules;
  float *weight;          /* n x n between members */
  float *between;         /* n x n sums between groups, by group representative */
  uint32_t *size, *group; /* of a representative; of a member */
  uint64_t *sources;      /* n x 16 words: which sources (modulo 1024) a group holds */
  bool *never;            /* n x n between representatives */
  size_t n;
};
enum { SOURCE_WORDS = 16 };
#define WEIGHT_BOUND 18.0f /* one pair's say in a mean: beyond this it is certain either way */

static float bounded(float w) {
  return w > WEIGHT_BOUND ? WEIGHT_BOUND : w < -WEIGHT_BOUND ? -WEIGHT_BOUND : w;
}

static bool sources_meet(const struct work *k, size_t a, size_t b) {
  for (size_t i = 0; i < SOURCE_WORDS; i++)
    if (k->sources[a * SOURCE_WORDS + i] & k->sources[b * SOURCE_WORDS + i]) return true;
  return false;
}

static void work_start(struct work *k, const uint32_t *members) {
  for (size_t i = 0; i < k->n; i++) {
    uint16_t source =
        (uint16_t)(k->rules->source(k->rules->with, members[i]) % (SOURCE_WORDS * 64));
    k->group[i] = (uint32_t)i;
    k->size[i] = 1;
    if (k->rules->one_per_source)
      k->sources[i * SOURCE_WORDS + source / 64] |= (uint64_t)1 << source % 64;
    for (size_t j = 0; j < k->n; j++) {
      float w = k->weight[i * k->n + j];
      k->between[i * k->n + j] = w >= WEIGHT_MUST ? w : bounded(w);
      k->never[i * k->n + j] = w <= WEIGHT_NEVER;
    }
  }
}

static void join(struct work *k, size_t a, size_t b) { /* b goes into a; a < b */
  for (size_t g = 0; g < k->n; g++) {
    if (!k->size[g] || g == a || g == b) continue;
    float sum = k->between[a * k->n + g] + k->between[b * k->n + g];
    k->between[a * k->n + g] = k->between[g * k->n + a] = sum;
    bool never = k->never[a * k->n + g] || k->never[b * k->n + g];
    k->never[a * k->n + g] = k->never[g * k->n + a] = never;
  }
  for (size_t i = 0; i < SOURCE_WORDS; i++)
    k->sources[a * SOURCE_WORDS + i] |= k->sources[b * SOURCE_WORDS + i];
  k->size[a] += k->size[b];
  k->size[b] = 0;
  for (size_t i = 0; i < k->n; i++)
    if (k->group[i] == b) k->group[i] = (uint32_t)a;
}

/* The two groups with the highest mean weight between them; false when none reaches the least. */
static bool best_two(const struct work *k, size_t *best_a, size_t *best_b) {
  float best = k->rules->join;
  bool found = false;
  for (size_t a = 0; a < k->n; a++) {
    for (size_t b = a + 1; k->size[a] && b < k->n; b++) {
      if (!k->size[b] || k->never[a * k->n + b]) continue;
      float mean = k->between[a * k->n + b] / (float)(k->size[a] * k->size[b]);
      if (mean < best || (found && !(mean > best)) || sources_meet(k, a, b)) continue;
      best = mean;
      found = true;
      *best_a = a;
      *best_b = b;
    }
  }
  return found;
}

static const struct cluster_rules
    *rank_rules; /* for qsort, which passes nothing along; set under no threads */

static int by_rank(const void *x, const void *y) {
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  uint64_t ra = rank_rules->rank(rank_rules->with, a), rb = rank_rules->rank(rank_rules->with, b);
  return ra < rb ? -1 : ra > rb ? 1 : a < b ? -1 : a > b;
}

uint32_t cluster_component(const struct cluster_rules *rules, uint32_t *members, size_t n,
                           uint32_t *group, struct arena scratch) {
  if (n < 2) {
    group[0] = 0;
    return (uint32_t)n;
  }
  rank_rules = rules;
  qsort(members, n, sizeof *members, by_rank);
  struct work k = {.rules = rules, .n = n};
  k.weight = arena_many(&scratch, float, n *n);
  k.between = arena_many(&scratch, float, n *n);
  k.never = arena_many(&scratch, bool, n *n);
  k.size = arena_many(&scratch, uint32_t, n);
  k.group = arena_many(&scratch, uint32_t, n);
  k.sources = arena_many(&scratch, uint64_t, n * SOURCE_WORDS);
  rules->weigh(rules->with, members, n, k.weight);
  work_start(&k, members);
  for (size_t a, b; best_two(&k, &a, &b);) join(&k, a, b);
  uint32_t *number = arena_many(&scratch, uint32_t, n), groups = 0;
  for (size_t i = 0; i < n; i++) {
    if (k.group[i] == i) number[i] = groups++;
    group[i] = number[k.group[i]];
  }
  return groups;
}

/* ---- all records ---- */

static uint32_t root(uint32_t *parent, uint32_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

struct all {
  const struct cluster_rules *rules;
  uint32_t *parent, *cluster;
  float *joined; /* weight of the link that joined a component last, by its lowest record */
  struct links links;
};

static int by_weight(const void *x, const void *y) {
  const struct link *a = x, *b = y;
  return a->weight > b->weight   ? -1
         : a->weight < b->weight ? 1
         : a->a < b->a           ? -1
         : a->a > b->a           ? 1
         : a->b < b->b           ? -1
                                 : a->b > b->b;
}

/* Most components are two records and the one link between them, weighed already. */
static void settle_two(struct all *w, uint32_t a, uint32_t b) {
  const struct cluster_rules *r = w->rules;
  float weight = bounded(w->joined[a]);
  bool meet = r->one_per_source && r->source(r->with, a) == r->source(r->with, b);
  w->cluster[a] = a;
  w->cluster[b] = weight >= r->join && !meet ? a : b;
}

static void settle(struct all *w, uint32_t *members, size_t n, struct arena scratch) {
  uint32_t *group = arena_many(&scratch, uint32_t, n), *first = arena_many(&scratch, uint32_t, n);
  uint32_t groups = cluster_component(w->rules, members, n, group, scratch);
  for (uint32_t g = 0; g < groups; g++) first[g] = UINT32_MAX;
  for (size_t i = 0; i < n; i++)
    if (members[i] < first[group[i]]) first[group[i]] = members[i];
  for (size_t i = 0; i < n; i++) w->cluster[members[i]] = first[group[i]];
}

/* Joins by links of at least `touch`. Components that grow past COMPONENT_MAX take no further
 * record: links come strongest first there, so what is left out are the weakest. */
static void components(struct all *w, uint32_t n, struct arena scratch) {
  uint32_t *size = arena_many(&scratch, uint32_t, n);
  bool *full = arena_many(&scratch, bool, n), any_full = false;
  for (uint32_t i = 0; i < n; i++) w->parent[i] = i;
  for (int pass = 0; pass < 2; pass++) {
    for (uint32_t i = 0; i < n; i++) size[i] = 1;
    for (size_t i = 0; i < w->links.n; i++) {
      if (w->links.p[i].weight < w->rules->touch) continue;
      uint32_t a = root(w->parent, w->links.p[i].a), b = root(w->parent, w->links.p[i].b);
      if (a == b) continue;
      if (size[a] + size[b] > COMPONENT_MAX) {
        if (pass == 1) continue;
        any_full = true;
      }
      uint32_t low = a < b ? a : b, high = a < b ? b : a;
      w->parent[high] = low;
      w->joined[low] = w->links.p[i].weight;
      size[low] += size[high];
    }
    if (!any_full || pass == 1) break;
    for (uint32_t i = 0; i < n; i++) full[i] = size[root(w->parent, i)] > COMPONENT_MAX;
    for (uint32_t i = 0; i < n; i++)
      if (full[i]) w->parent[i] = i;
    qsort(w->links.p, w->links.n, sizeof *w->links.p, by_weight);
  }
}

void cluster_all(const struct cluster_rules *rules, struct links links, uint32_t n,
                 uint32_t *cluster, struct arena scratch) {
  struct all w = {.rules = rules,
                  .parent = arena_many(&scratch, uint32_t, n),
                  .joined = arena_many(&scratch, float, n),
                  .cluster = cluster,
                  .links = links};
  components(&w, n, scratch);
  /* Counting sort of records by component. */
  uint32_t *start = arena_many(&scratch, uint32_t, (size_t)n + 2),
           *member = arena_many(&scratch, uint32_t, (size_t)n + 1);
  for (uint32_t i = 0; i < n; i++) start[(w.parent[i] = root(w.parent, i)) + 2]++;
  for (uint32_t i = 2; i < n + 2; i++) start[i] += start[i - 1];
  for (uint32_t i = 0; i < n; i++) member[start[w.parent[i] + 1]++] = i;
  for (uint32_t c = 0; c < n; c++) {
    uint32_t size = start[c + 1] - start[c];
    if (size == 1)
      cluster[member[start[c]]] = member[start[c]];
    else if (size == 2)
      settle_two(&w, member[start[c]], member[start[c] + 1]);
    else if (size > 2)
      settle(&w, member + start[c], size, scratch);
  }
}
