/* jw_fast: the level of jw_level_plain for two cells of at most 16 bytes, quickly. Included by the
 * kernel (compiled once for any machine and once for AVX2 machines) and by cell.c.
 *
 * Two bounds come first, both safe: the letters two values share can be at most the common bits of
 * their signatures (plus the smaller excess), and for given lengths and common prefix a level needs
 * at least so many shared letters even when all are in order. Only pairs that pass are worked out,
 * with one 16-byte comparison a letter. */
#ifndef WAYMARK_LINKAGE_JW_FAST_H
#define WAYMARK_LINKAGE_JW_FAST_H
#include "linkage/cell.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

struct jw_bounds {
  uint8_t least[CELL_TEXT + 1][CELL_TEXT + 1][8];
}; /* [la][lb][prefix]: shared letters for NEAR */

static inline double jw_score(unsigned m, unsigned half_t, unsigned la, unsigned lb,
                              unsigned prefix) {
  double dm = m, t = half_t;
  double jaro = (dm / (double)la + dm / (double)lb + (dm - t) / dm) / 3;
  return jaro > 0.7 ? jaro + prefix * 0.1 * (1 - jaro) : jaro;
}

static inline void jw_bounds_fill(struct jw_bounds *b) {
  for (unsigned la = 0; la <= CELL_TEXT; la++)
    for (unsigned lb = 0; lb <= CELL_TEXT; lb++)
      for (unsigned p = 0; p < 8; p++) {
        unsigned m = 1, most = la < lb ? la : lb;
        while (m <= most && jw_score(m, 0, la, lb, p > 4 ? 4 : p) < JW_NEAR_LEAST) m++;
        b->least[la][lb][p] = (uint8_t)(m <= most ? m : 255);
      }
}

static inline unsigned jw_prefix(const struct cell *a, const struct cell *b) {
  uint32_t x, y;
  memcpy(&x, a->text, 4);
  memcpy(&y, b->text, 4);
  if (x == y)
    return 4; /* zero padding may count as common: jw_level16 cuts at the shorter length */
  return (unsigned)__builtin_ctz(x ^ y) >> 3;
}

/* The letters of `a` at matched places, in order, against those of `b`: how many differ. */
static inline unsigned jw_out_of_order(const struct cell *a, const struct cell *b, unsigned in_a,
                                       unsigned in_b) {
  unsigned differ = 0;
  while (in_a) {
    differ += a->text[__builtin_ctz(in_a)] != b->text[__builtin_ctz(in_b)];
    in_a &= in_a - 1;
    in_b &= in_b - 1;
  }
  return differ;
}

static inline unsigned jw_equal_mask(const struct cell *b, char letter) {
#if defined(__SSE2__)
  return (unsigned)_mm_movemask_epi8(
      _mm_cmpeq_epi8(_mm_loadu_si128((const void *)b->text), _mm_set1_epi8(letter)));
#else
  unsigned mask = 0;
  for (unsigned i = 0; i < CELL_TEXT; i++) mask |= (unsigned)(b->text[i] == letter) << i;
  return mask;
#endif
}

static __attribute__((noinline)) enum jw_level
jw_worked16(const struct cell *a, const struct cell *b, unsigned least, unsigned prefix) {
  unsigned la = a->n, lb = b->n, longest = la > lb ? la : lb,
           reach = longest / 2 > 0 ? longest / 2 - 1 : 0;
  unsigned open = (1u << lb) - 1, in_a = 0, in_b = 0, window = (2u << reach) - 1;
  for (unsigned i = 0; i < la; i++) {
    unsigned equal = jw_equal_mask(b, a->text[i]) & window & open, low = equal & -equal;
    open &= ~low;
    in_b |= low;
    in_a |= (unsigned)(equal != 0) << i;
    window = window << 1 | (i < reach);
  }
  unsigned m = (unsigned)__builtin_popcount(in_a);
  if (m < least) return JW_FAR;
  double score = jw_score(m, jw_out_of_order(a, b, in_a, in_b) / 2, la, lb, prefix);
  return score >= JW_CLOSE_LEAST ? JW_CLOSE : score >= JW_NEAR_LEAST ? JW_NEAR : JW_FAR;
}

/* Neither value is empty or longer than CELL_TEXT. */
static inline enum jw_level jw_level16(const struct jw_bounds *bounds, const struct cell *a,
                                       const struct cell *b) {
  unsigned prefix = jw_prefix(a, b), shortest = a->n < b->n ? a->n : b->n;
  if (prefix > shortest) prefix = shortest;
  unsigned least = bounds->least[a->n][b->n][prefix];
  unsigned excess = a->excess < b->excess ? a->excess : b->excess;
  unsigned shared = (unsigned)__builtin_popcountll(a->letters & b->letters) + excess;
  return __builtin_expect(shared < least, 1) ? JW_FAR : jw_worked16(a, b, least, prefix);
}
#endif
