/* explain: why a pair weighs what it weighs, one step a field. The steps add up to the weight
 * exactly: each is the change in the log-odds when that field is taken into account after the ones
 * before it. What belongs to the home comes last and together, so that one shared home is seen to
 * count once. */
#include <math.h>
#include "linkage/explain.h"

static float odds(const double v[CLASS_COUNT]) {
  return (float)(log2(exp2(v[CLASS_SAME] - v[CLASS_STRANGERS]) +
                      exp2(v[CLASS_MOVED] - v[CLASS_STRANGERS])) -
                 log2(exp2(v[CLASS_HOUSEHOLD] - v[CLASS_STRANGERS]) + 1));
}

static void take_field(const struct people *p, const struct score_table *t, unsigned f,
                       unsigned level, uint32_t record, double v[CLASS_COUNT]) {
  const struct field *field = &p->m->field[f];
  uint8_t byte = level == field->exact ? record_of(p, record)[field->tf_at] : 0;
  for (unsigned c = 0; c < CLASS_COUNT; c++)
    v[c] += (double)t->w[f][level][c] + (double)t->chance[f][c] * (double)t->rarity[f][byte];
}

size_t explain_pair(const struct people *p, const struct score_table *t, struct pair pair,
                    struct explain_step out[FIELDS_MAX + 1]) {
  const struct model *m = p->m;
  struct scored s = score_pair(&kernel_any, p, t, pair);
  double v[CLASS_COUNT];
  size_t n = 0;
  for (unsigned c = 0; c < CLASS_COUNT; c++) v[c] = (double)t->prior[c];
  out[n++] = (struct explain_step){.field = -1,
                                   .words = "most pairs are two people",
                                   .weight = odds(v),
                                   .sum = odds(v),
                                   .known = true};
  for (unsigned home = 0; home < 2; home++) {
    for (unsigned f = 0; f < m->n_fields; f++) {
      if (m->field[f].home != (home == 1)) continue;
      unsigned level = pattern_level(s.pattern, f);
      bool known = level != LEVEL_MISSING;
      float before = odds(v);
      if (known) take_field(p, t, f, level, pair.a, v);
      const char *words =
          known ? kind_info(m->field[f].kind)->level[level] : "not known, or said already";
      out[n++] = (struct explain_step){.field = (int)f,
                                       .words = words,
                                       .weight = odds(v) - before,
                                       .sum = odds(v),
                                       .known = known,
                                       .home = home == 1};
    }
  }
  return n;
}
