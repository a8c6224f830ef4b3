/* kernel: the innermost work, on batches of pairs. kernel.c is compiled twice (for any machine, and
 * for x86-64-v3 with AVX2 and POPCNT); kernel_of_machine() gives the one to use. Both give the same
 * answers. */
#ifndef WAYMARK_LINKAGE_KERNEL_H
#define WAYMARK_LINKAGE_KERNEL_H
#include "linkage/jw_fast.h"
#include "linkage/model.h"

enum { BATCH = 512 };
struct pair {
  uint32_t a, b;
};

/* What a run compares: packed records and the values they point to. */
struct people {
  const struct model *m;
  const struct dict *d;
  const uint8_t *record; /* m->stride bytes each */
  const uint32_t *key;   /* key_stride a record; a key nobody shares is unique to its record */
  unsigned key_stride;   /* RULES_FEW or RULES_MAX */
  struct jw_bounds bounds;
};
static inline const uint8_t *record_of(const struct people *p, uint32_t i) {
  return p->record + (size_t)i * p->m->stride;
}
static inline const uint32_t *keys_of(const struct people *p, uint32_t i) {
  return p->key + (size_t)i * p->key_stride;
}
static inline uint16_t source_of(const struct people *p, uint32_t i) {
  uint16_t s;
  memcpy(&s, record_of(p, i) + p->m->source_at, 2);
  return s;
}

/* Weights in bits (log2), made from a trained model by score_table_make. */
struct score_table {
  float w[FIELDS_MAX][16][CLASS_COUNT] __attribute__((aligned(16)));
  float by_class[FIELDS_MAX][CLASS_COUNT][8]; /* the same for the first eight levels */
  float chance[FIELDS_MAX]
              [CLASS_COUNT]; /* 1 where exact agreement of a rare value is less likely by chance */
  float rarity[FIELDS_MAX]
              [256]; /* log2(frequency of the value / average), by frequency byte; [0] = 0 */
  float prior[CLASS_COUNT];
  float cut; /* weights below are given as -INFINITY */
};

typedef uint8_t levels_t[FIELDS_MAX][BATCH];
typedef void batch_fn(void *to, const struct pair *pairs, size_t n);
/* Pairs on their way to `flush`, a batch at a time. Blocks are small, so a batch spans many of
 * them. */
struct batch {
  batch_fn *flush;
  void *to;
  uint64_t given;
  size_t held;
  struct pair pairs[BATCH];
};
static inline void batch_flush(struct batch *b) {
  if (b->held) b->flush(b->to, b->pairs, b->held);
  b->held = 0;
}
struct kernel {
  const char *name;
  void (*levels)(const struct people *p, const struct pair *pairs, size_t n, levels_t out);
  void (*weights)(const struct people *p, const struct score_table *t, const struct pair *pairs,
                  size_t n, levels_t levels, float *out);
  /* Puts all pairs of a block that no earlier rule already gave into the batch, counting them in
   * `given`. The caller flushes what is left after the last block. */
  void (*block)(const struct people *p, const uint32_t *members, size_t n, unsigned rule,
                struct batch *batch);
  void (*jw_levels)(const struct jw_bounds *b, const struct cell *x, const struct cell *y, size_t n,
                    uint8_t *out);
};
extern const struct kernel kernel_any, kernel_v3;
const struct kernel *kernel_of_machine(void);

uint64_t pattern_of(const struct model *m, levels_t levels,
                    size_t pair); /* unused fields read LEVEL_MISSING */
void score_table_make(const struct model *m, double cut, struct score_table *out);
/* The pattern and weight of one pair. */
struct scored {
  uint64_t pattern;
  float weight;
};
struct scored score_pair(const struct kernel *k, const struct people *p,
                         const struct score_table *t, struct pair pair);
#endif
