/* explain: see explain.c. For the review queue and the report; holds no values of people, only
 * levels in words. */
#ifndef WAYMARK_LINKAGE_EXPLAIN_H
#define WAYMARK_LINKAGE_EXPLAIN_H
#include "linkage/kernel.h"
struct explain_step {
  int field;         /* -1: where every pair starts */
  const char *words; /* the level found */
  float weight, sum; /* this step; the sum so far */
  bool known, home;
};
size_t explain_pair(const struct people *p, const struct score_table *t, struct pair pair,
                    struct explain_step out[FIELDS_MAX + 1]);
#endif
