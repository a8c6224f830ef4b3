/* The AVX2 ways of the scan; called only where the processor has AVX2. */
#include <immintrin.h>
#include "reach/scan_rows.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2")))
#define V __m256i
#define LOAD(p) _mm256_load_si256((const __m256i *)(const void *)(p))
#define STORE(p, v) _mm256_store_si256((__m256i *)(void *)(p), (v))
#define OR(a, b) _mm256_or_si256((a), (b))
#define AND(a, b) _mm256_and_si256((a), (b))
#define BLEND(a, b, mask) _mm256_blendv_epi8((a), (b), (mask))
#define ANY(v) (!_mm256_testz_si256((v), (v)))

#define K(name) narrow_##name
#define T int16_t
#define LANES 16
#define BIAS (-32768)
#define SET1(x) _mm256_set1_epi16(x)
#define ROW_TIME(seconds) _mm256_set1_epi16((int16_t)(seconds))
#define ADD(a, b) _mm256_add_epi16((a), (b))
#define SUB(a, b) _mm256_sub_epi16((a), (b))
#define ADDS(a, b) _mm256_adds_epi16((a), (b))
#define GT(a, b) _mm256_cmpgt_epi16((a), (b))
#define MIN(a, b) _mm256_min_epi16((a), (b))
#define LEAST(v) least_16(v)
#define REACHED(mask) reached_16(mask)
TARGET static inline unsigned reached_16(__m256i mask) {
  uint32_t not = ~(uint32_t)_mm256_movemask_epi8(mask);
  return not ? (unsigned)(31 - __builtin_clz(not )) / 2 + 1 : 0;
}
#define SECS(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define NUMBERS _mm256_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
TARGET static inline int least_16(__m256i v) {
  __m128i m = _mm_min_epi16(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  m = _mm_minpos_epu16(_mm_xor_si128(m, _mm_set1_epi16(INT16_MIN)));
  return (int)(uint16_t)_mm_extract_epi16(m, 0) - 32768;
}
#include "reach/scan_kernel.h"
#include "reach/timeline_kernel.h"
TARGET void scan_narrow_avx2(struct scan *s) {
  if (s->ask->back)
    narrow_rounds(s, true);
  else
    narrow_rounds(s, false);
}
TARGET void timeline_narrow_avx2(struct scan *s) {
  if (s->ask->back)
    narrow_timeline(s, true);
  else
    narrow_timeline(s, false);
}
#undef K
#undef T
#undef LANES
#undef BIAS
#undef SET1
#undef ROW_TIME
#undef ADD
#undef SUB
#undef ADDS
#undef GT
#undef MIN
#undef LEAST
#undef SECS
#undef REACHED
#undef NUMBERS

#define K(name) wide_##name
#define T int32_t
#define LANES 8
#define BIAS 0
#define SET1(x) _mm256_set1_epi32(x)
#define ROW_TIME(seconds) _mm256_set1_epi32((int)(seconds))
#define ADD(a, b) _mm256_add_epi32((a), (b))
#define SUB(a, b) _mm256_sub_epi32((a), (b))
#define ADDS(a, b) adds_32((a), (b))
#define GT(a, b) _mm256_cmpgt_epi32((a), (b))
#define MIN(a, b) _mm256_min_epi32((a), (b))
#define LEAST(v) least_32(v)
#define REACHED(mask) reached_32(mask)
TARGET static inline unsigned reached_32(__m256i mask) {
  uint32_t not = ~(uint32_t)_mm256_movemask_epi8(mask);
  return not ? (unsigned)(31 - __builtin_clz(not )) / 4 + 1 : 0;
}
#define SECS(p) _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(const void *)(p)))
#define NUMBERS _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)
TARGET static inline __m256i adds_32(__m256i a, __m256i b) {
  __m256i never = _mm256_set1_epi32(INT32_MAX);
  return _mm256_blendv_epi8(_mm256_add_epi32(a, b), never, _mm256_cmpeq_epi32(a, never));
}
TARGET static inline int32_t least_32(__m256i v) {
  __m128i m = _mm_min_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  m = _mm_min_epi32(m, _mm_shuffle_epi32(m, 0x4e));
  m = _mm_min_epi32(m, _mm_shuffle_epi32(m, 0xb1));
  return _mm_cvtsi128_si32(m);
}
#include "reach/scan_kernel.h"
#include "reach/timeline_kernel.h"
TARGET void scan_wide_avx2(struct scan *s) {
  if (s->ask->back)
    wide_rounds(s, true);
  else
    wide_rounds(s, false);
}
TARGET void timeline_wide_avx2(struct scan *s) {
  if (s->ask->back)
    wide_timeline(s, true);
  else
    wide_timeline(s, false);
}
#else
void scan_narrow_avx2(struct scan *s) { scan_narrow_plain(s); }
void scan_wide_avx2(struct scan *s) { scan_wide_plain(s); }
void timeline_narrow_avx2(struct scan *s) { timeline_narrow_plain(s); }
void timeline_wide_avx2(struct scan *s) { timeline_wide_plain(s); }
#endif
