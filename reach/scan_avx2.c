/* The AVX2 ways of the scan; called only where the processor has AVX2. */
#include <immintrin.h>
#include "reach/scan_rows.h"

#if defined(__x86_64__)
#define TARGET __attribute__((target("avx2,bmi2,popcnt")))
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
#define SECS(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
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
#define SECS(p) _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)(const void *)(p)))
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

/* ---- by given links ---- */

TARGET static inline uint32_t lanes_of(__m256i mask) {
  return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(mask));
}

/* The numbers from i on whose lanes are set, put down without a branch. */
TARGET static inline uint32_t put_down(uint32_t *to, uint32_t i, uint32_t lanes) {
  uint64_t each = _pdep_u64(lanes, 0x0101010101010101u) * 255;
  __m128i which = _mm_cvtsi64_si128((int64_t)_pext_u64(0x0706050403020100u, each));
  _mm256_storeu_si256((__m256i *)(void *)to,
                      _mm256_add_epi32(_mm256_set1_epi32((int)i), _mm256_cvtepu8_epi32(which)));
  return (uint32_t)_mm_popcnt_u32(lanes);
}

/* Eight events at a time. Past the last of the second lie others, which are masked out. */
TARGET static struct looked links_look(struct scan *s, const struct second *now) {
  const int *label = (const int *)(const void *)s->label,
            *state = (const int *)(const void *)s->state;
  struct looked hits = {0};
  uint32_t *hit_off = s->hit_off, *hit_on = s->hit, n = now->n_plain;
  const uint32_t *plain = now->plain;
  __m128i bits = _mm_cvtsi32_si128((int)s->timeline.trip_bits);
  __m256i mask = _mm256_set1_epi32((int)((1u << s->timeline.trip_bits) - 1)),
          low = _mm256_set1_epi32(STATE_RIDE), least = _mm256_set1_epi32((int)s->expired);
  for (uint32_t i = 0; i < n; i += 8) {
    __m256i e = _mm256_loadu_si256((const __m256i *)(const void *)(plain + i)),
            on = _mm256_and_si256(_mm256_i32gather_epi32(label, _mm256_and_si256(e, mask), 1), low),
            at = _mm256_i32gather_epi32(state, _mm256_srl_epi32(e, bits), 2),
            ride = _mm256_max_epi32(_mm256_and_si256(at, low), least),
            ready = _mm256_and_si256(_mm256_srli_epi32(at, STATE_READY_BITS), low);
    on = _mm256_max_epi32(on, least);
    uint32_t there = n - i < 8 ? (1u << (n - i)) - 1 : 255,
             off_m = there & lanes_of(_mm256_cmpgt_epi32(on, ride)),
             on_m = there & lanes_of(_mm256_cmpgt_epi32(ready, on));
    hits.off += put_down(hit_off + hits.off, i, off_m);
    hits.on += put_down(hit_on + hits.on, i, on_m);
  }
  return hits;
}
#include "reach/timeline_links.h"

TARGET void timeline_links_avx2(struct scan *s) {
  if (s->ask->back)
    links_run(s, true);
  else
    links_run(s, false);
}
#else
void timeline_links_avx2(struct scan *s) { timeline_links_plain(s); }
void scan_narrow_avx2(struct scan *s) { scan_narrow_plain(s); }
void scan_wide_avx2(struct scan *s) { scan_wide_plain(s); }
void timeline_narrow_avx2(struct scan *s) { timeline_narrow_plain(s); }
void timeline_wide_avx2(struct scan *s) { timeline_wide_plain(s); }
#endif
