/* The portable ways of the scan: the same rounds over small arrays, for processors without AVX2 and
 * as the other opinion in the tests. */
#include "reach/scan_rows.h"

#define TARGET
#define K(name) narrow_##name
#define T int16_t
#define LANES 16
#define BIAS (-32768)
#define V struct v16
#define LOAD(p) load_16(p)
#define STORE(p, v) store_16((p), (v))
#define SET1(x) set1_16(x)
#define ROW_TIME(seconds) set1_16((int16_t)(seconds))
#define ADD(a, b) add_16((a), (b))
#define SUB(a, b) sub_16((a), (b))
#define ADDS(a, b) adds_16((a), (b))
#define GT(a, b) gt_16((a), (b))
#define MIN(a, b) min_16((a), (b))
#define OR(a, b) or_16((a), (b))
#define AND(a, b) and_16((a), (b))
#define BLEND(a, b, mask) blend_16((a), (b), (mask))
#define ANY(v) any_16(v)
#define LEAST(v) least_16(v)
#define SECS(p) secs_16(p)
struct v16 {
  int16_t l[16];
};
#define EACH(expression)                                                                           \
  {                                                                                                \
    struct v16 o;                                                                                  \
    for (int i = 0; i < 16; i++) o.l[i] = (int16_t)(expression);                                   \
    return o;                                                                                      \
  }
static inline struct v16 load_16(const char *p) {
  struct v16 v;
  memcpy(&v, p, 32);
  return v;
}
static inline void store_16(char *p, struct v16 v) { memcpy(p, &v, 32); }
static inline struct v16 set1_16(int16_t x) EACH(x) static inline struct v16
    add_16(struct v16 a, struct v16 b)
        EACH((uint16_t)a.l[i] + (uint16_t)b.l[i]) static inline struct v16
    sub_16(struct v16 a, struct v16 b)
        EACH((uint16_t)a.l[i] - (uint16_t)b.l[i]) static inline struct v16
    adds_16(struct v16 a, struct v16 b)
        EACH(a.l[i] + b.l[i] > INT16_MAX   ? INT16_MAX
             : a.l[i] + b.l[i] < INT16_MIN ? INT16_MIN
                                           : a.l[i] + b.l[i]) static inline struct v16
    gt_16(struct v16 a, struct v16 b) EACH(a.l[i] > b.l[i] ? -1 : 0) static inline struct v16
    min_16(struct v16 a, struct v16 b)
        EACH(a.l[i] < b.l[i] ? a.l[i] : b.l[i]) static inline struct v16
    and_16(struct v16 a, struct v16 b) EACH(a.l[i] & b.l[i]) static inline struct v16
    or_16(struct v16 a, struct v16 b) EACH(a.l[i] | b.l[i]) static inline struct v16
    blend_16(struct v16 a, struct v16 b, struct v16 m) EACH(m.l[i] ? b.l[i] : a.l[i])
#undef EACH
        static inline bool any_16(struct v16 v) {
  int any = 0;
  for (int i = 0; i < 16; i++) any |= v.l[i];
  return any != 0;
}
static inline int least_16(struct v16 v) {
  int least = INT16_MAX;
  for (int i = 0; i < 16; i++) least = v.l[i] < least ? v.l[i] : least;
  return least;
}
static inline struct v16 secs_16(const uint16_t *p) {
  struct v16 v;
  for (int i = 0; i < 16; i++) v.l[i] = (int16_t)p[i];
  return v;
}
#include "reach/scan_kernel.h"
#include "reach/timeline_kernel.h"
void scan_narrow_plain(struct scan *s) {
  if (s->ask->back)
    narrow_rounds(s, true);
  else
    narrow_rounds(s, false);
}
void timeline_narrow_plain(struct scan *s) {
  if (s->ask->back)
    narrow_timeline(s, true);
  else
    narrow_timeline(s, false);
}
#undef K
#undef T
#undef LANES
#undef BIAS
#undef V
#undef LOAD
#undef STORE
#undef SET1
#undef ROW_TIME
#undef ADD
#undef SUB
#undef ADDS
#undef GT
#undef MIN
#undef OR
#undef AND
#undef BLEND
#undef ANY
#undef LEAST
#undef SECS

#define K(name) wide_##name
#define T int32_t
#define LANES 8
#define BIAS 0
#define V struct v8
#define LOAD(p) load_8(p)
#define STORE(p, v) store_8((p), (v))
#define SET1(x) set1_8(x)
#define ROW_TIME(seconds) set1_8((int32_t)(seconds))
#define ADD(a, b) add_8((a), (b))
#define SUB(a, b) sub_8((a), (b))
#define ADDS(a, b) adds_8((a), (b))
#define GT(a, b) gt_8((a), (b))
#define MIN(a, b) min_8((a), (b))
#define OR(a, b) or_8((a), (b))
#define AND(a, b) and_8((a), (b))
#define BLEND(a, b, mask) blend_8((a), (b), (mask))
#define ANY(v) any_8(v)
#define LEAST(v) least_8(v)
#define SECS(p) secs_8(p)
struct v8 {
  int32_t l[8];
};
#define EACH(expression)                                                                           \
  {                                                                                                \
    struct v8 o;                                                                                   \
    for (int i = 0; i < 8; i++) o.l[i] = (int32_t)(expression);                                    \
    return o;                                                                                      \
  }
static inline struct v8 load_8(const char *p) {
  struct v8 v;
  memcpy(&v, p, 32);
  return v;
}
static inline void store_8(char *p, struct v8 v) { memcpy(p, &v, 32); }
static inline struct v8 set1_8(int32_t x) EACH(x) static inline struct v8
    add_8(struct v8 a, struct v8 b)
        EACH((uint32_t)a.l[i] + (uint32_t)b.l[i]) static inline struct v8
    sub_8(struct v8 a, struct v8 b)
        EACH((uint32_t)a.l[i] - (uint32_t)b.l[i]) static inline struct v8
    adds_8(struct v8 a, struct v8 b)
        EACH(a.l[i] == INT32_MAX ? INT32_MAX : a.l[i] + b.l[i]) static inline struct v8
    gt_8(struct v8 a, struct v8 b) EACH(a.l[i] > b.l[i] ? -1 : 0) static inline struct v8
    min_8(struct v8 a, struct v8 b) EACH(a.l[i] < b.l[i] ? a.l[i] : b.l[i]) static inline struct v8
    and_8(struct v8 a, struct v8 b) EACH(a.l[i] & b.l[i]) static inline struct v8
    or_8(struct v8 a, struct v8 b) EACH(a.l[i] | b.l[i]) static inline struct v8
    blend_8(struct v8 a, struct v8 b, struct v8 m) EACH(m.l[i] ? b.l[i] : a.l[i])
#undef EACH
        static inline bool any_8(struct v8 v) {
  int any = 0;
  for (int i = 0; i < 8; i++) any |= v.l[i];
  return any != 0;
}
static inline int32_t least_8(struct v8 v) {
  int32_t least = INT32_MAX;
  for (int i = 0; i < 8; i++) least = v.l[i] < least ? v.l[i] : least;
  return least;
}
static inline struct v8 secs_8(const uint16_t *p) {
  struct v8 v;
  for (int i = 0; i < 8; i++) v.l[i] = (int16_t)p[i];
  return v;
}
#include "reach/scan_kernel.h"
#include "reach/timeline_kernel.h"
void scan_wide_plain(struct scan *s) {
  if (s->ask->back)
    wide_rounds(s, true);
  else
    wide_rounds(s, false);
}
void timeline_wide_plain(struct scan *s) {
  if (s->ask->back)
    wide_timeline(s, true);
  else
    wide_timeline(s, false);
}

/* ---- by given links ---- */

static struct looked links_look(struct scan *s, const struct second *now) {
  uint32_t bits = s->timeline.trip_bits, mask = (1u << bits) - 1;
  struct looked hits = {0};
  unsigned least = s->expired;
  for (uint32_t i = 0; i < now->n_plain; i++) {
    uint32_t e = now->plain[i];
    unsigned at = s->state[e >> bits], on = s->label[e & mask], ride = at & STATE_RIDE;
    on = on > least ? on : least;
    ride = ride > least ? ride : least;
    s->hit_off[hits.off] = s->hit[hits.on] = i;
    hits.off += on > ride;
    hits.on += at >> STATE_READY_BITS > on;
  }
  return hits;
}
#include "reach/timeline_links.h"

void timeline_links_plain(struct scan *s) {
  if (s->ask->back)
    links_run(s, true);
  else
    links_run(s, false);
}
