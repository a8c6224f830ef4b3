/* cluster: from links between pairs to people.
 *
 * Connected components chain a family into one person. Instead every pair within a component is
 * weighed (pairs no blocking rule gave included) and groups are joined, strongest first, while the
 * mean weight between them says "one person"; disagreement inside a group counts as much as
 * agreement. Groups are never joined when a person said "not the same", or when both hold a record
 * of a source that holds nobody twice. The answer depends only on the records and weights of a
 * component, never on the order they came in. */
#ifndef WAYMARK_LINKAGE_CLUSTER_H
#define WAYMARK_LINKAGE_CLUSTER_H
#include "base/base.h"

struct link {
  uint32_t a, b;
  float weight;
};
struct links {
  struct link *p;
  size_t n;
};

enum { COMPONENT_MAX = 256 };   /* larger components are cut at their weakest links first */
#define WEIGHT_MUST 1000.0f     /* a person said: the same */
#define WEIGHT_NEVER (-1000.0f) /* a person said: not the same */

struct cluster_rules {
  float join;  /* least weight of two single records to be one person */
  float touch; /* least weight that puts two records into one component; at most join */
  bool one_per_source;
  /* Weight of any pair, and the source and an order-free number (for ties) of a record. */
  void (*weigh)(void *with, const uint32_t *members, size_t n,
                float *matrix); /* n x n, symmetric */
  uint16_t (*source)(void *with, uint32_t record);
  uint64_t (*rank)(void *with, uint32_t record);
  void *with;
};
/* Groups of one component: group[i] for members[i], numbered from 0 in order of first member by
 * rank. The members are put in rank order. Returns how many groups. n at most COMPONENT_MAX. */
uint32_t cluster_component(const struct cluster_rules *rules, uint32_t *members, size_t n,
                           uint32_t *group, struct arena scratch);
/* cluster[i] for every record 0..n-1: the lowest record of its group. */
void cluster_all(const struct cluster_rules *rules, struct links links, uint32_t n,
                 uint32_t *cluster, struct arena scratch);
#endif
