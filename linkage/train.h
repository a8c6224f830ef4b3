/* train: from records to the probabilities of a model, without looking at any truth.
 *
 * EM (Dempster, Laird and Rubin 1977) over agreement patterns: candidate pairs are reduced to a
 * table of distinct patterns with counts, so an iteration costs microseconds. Strangers stand in
 * the mixture on an absolute scale (all pairs that could be drawn x their probability), which makes
 * the choice of candidate pairs harmless; the other three kinds of pair are learnt. Exact agreement
 * of strangers comes from value frequencies, less what the other kinds explain; the other levels
 * from random pairs. */
#ifndef WAYMARK_LINKAGE_TRAIN_H
#define WAYMARK_LINKAGE_TRAIN_H
#include "linkage/block.h"

enum { SAMPLE_PAIRS = 700 * 1000, RANDOM_PAIRS = 300 * 1000, RANDOM_SMALL = 100 * 1000,
       EM_ROUNDS_MAX = 40 };

/* Is there anything that tells homes apart (postcode, house, address line, telephone)? A town alone
 * does not. */
bool model_tells_homes(const struct model *m);

struct pattern_table {
  uint64_t *pattern;
  double *count;
  size_t slots, n;
};
struct training {
  struct pattern_table seen, random; /* candidate pairs (a sample), random pairs */
  double sample_share;               /* part of candidate pairs in `seen` */
  double pairs_possible;             /* all pairs that could be drawn */
  double random_pairs;
  unsigned rounds;  /* EM rounds run */
  bool moved_a_lot; /* it stopped at EM_ROUNDS_MAX, not because it had settled */
};
struct training model_train(struct model *m, const struct people *p, uint32_t n,
                            const struct blocks *blocks, const uint64_t *per_source, size_t sources,
                            struct arena *keep);
#endif
