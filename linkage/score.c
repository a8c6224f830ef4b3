/* score: choosing the kernel, and turning a trained model into the table of weights the kernel adds
 * up. */
#include <math.h>
#include "linkage/kernel.h"

const struct kernel *kernel_of_machine(void) {
#if defined(HAVE_KERNEL_V3)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") &&
      __builtin_cpu_supports("bmi2"))
    return &kernel_v3;
#endif
  return &kernel_any;
}

uint64_t pattern_of(const struct model *m, levels_t levels, size_t pair) {
  uint64_t pattern = ~(uint64_t)0;
  for (unsigned f = 0; f < m->n_fields; f++)
    pattern ^= (uint64_t)(levels[f][pair] ^ LEVEL_MISSING) << 4 * f;
  return pattern;
}

static float bits(double p) { return (float)log2(p > 1e-30 ? p : 1e-30); }

void score_table_make(const struct model *m, double cut, struct score_table *t) {
  *t = (struct score_table){.cut = (float)cut};
  for (unsigned f = 0; f < m->n_fields; f++) {
    const struct field *field = &m->field[f];
    for (unsigned l = 0; l < field->levels; l++)
      for (unsigned c = 0; c < CLASS_COUNT; c++) {
        t->w[f][l][c] = bits(field->p[c][l]);
        if (l < 8) t->by_class[f][c][l] = t->w[f][l][c];
      }
    t->chance[f][CLASS_STRANGERS] = 1;
    t->chance[f][CLASS_HOUSEHOLD] = field->shared ? 0 : 1;
    double u = field->u_exact;
    for (unsigned b = 1; b < 256; b++) {
      double adjust =
          u > 0 ? -(double)b / 8 - log2(u) : 0; /* log2(frequency / average frequency) */
      t->rarity[f][b] = (float)(adjust < -12 ? -12 : adjust > 12 ? 12 : adjust);
    }
  }
  for (unsigned c = 0; c < CLASS_COUNT; c++) t->prior[c] = bits(m->pairs[c]);
}

struct scored score_pair(const struct kernel *k, const struct people *p,
                         const struct score_table *t, struct pair pair) {
  levels_t levels;
  struct scored s;
  k->levels(p, &pair, 1, levels);
  k->weights(p, t, &pair, 1, levels, &s.weight);
  s.pattern = pattern_of(p->m, levels, 0);
  return s;
}
