/* scan_rows: the working memory of a scan, shared by scan.c and the four ways of scan_kernel.h.
 * Private. */
#ifndef WAYMARK_REACH_SCAN_ROWS_H
#define WAYMARK_REACH_SCAN_ROWS_H
#include "reach/scan.h"
#include "reach/timeline.h"

/* Rows come in pairs: the two that are read together share a line of the cache. */
enum { ROW_BYTES = 32, ROW_STRIDE = 64, WALK_TABLE = 12001 };
/* Biased so that signed comparison orders 16-bit times 0..65534; the largest value is "never". */
enum { LIMIT_16 = 65534, LIMIT_32 = 1 << 29, SPARE_16 = 32000 };

/* Where a stop can be boarded (backwards: left) on the day: only patterns with a trip, never their
 * last position. */
struct scan_calls {
  uint32_t *first;
  struct region_at *at;
}; /* pos counts over all patterns */

/* What a scan of the timeline knows of a stop beside its rows. How many lanes a vehicle has brought
 * there, and how many are ready to board, stand in one word (`state`), since every event reads it.
 */
enum { STATE_READY_BITS = 8, STATE_RIDE = (1 << STATE_READY_BITS) - 1 };
struct stop_way {
  uint32_t links;           /* its first link; they end where the next stop's begin */
  uint16_t change_s, bands; /* bands: of its walks; BAND_UNKNOWN = not looked at yet */
};
/* The rest; rows lie together in the order in which stops are met, so that they stay in the cache
 * from one question to the next. */
struct stop_met {
  uint32_t row;     /* 0 = not met: the row of nobody */
  uint32_t pending; /* second of the next look at its ready row; 0 = none */
  uint16_t dirty;   /* by band: waits in its queue */
};
/* Lanes that become ready at a stop later: one list for each second. lanes == 0: look at the row.
 */
struct wake {
  uint32_t stop, next; /* next: index + 1 */
  uint32_t lanes;
};
/* Walks from a stop are done in bands of rising length. Nobody can arrive by a band's walks sooner
 * than its least length after leaving, so that the band may wait so long, and then do at once all
 * that reached the stop in the meantime. */
enum { BANDS = 9, BAND_UNKNOWN = 1 << 15, BAND_FIRST_BITS = 3, WAKE_SECONDS = 3 * DAY_SECONDS };
struct waiting {
  int32_t due;
  uint32_t stop;
};
struct band_queue {
  struct waiting *p; /* a ring of n_stops + 1 */
  uint32_t first, n;
};
static inline unsigned band_of(int32_t secs) {
  if (secs < 1 << BAND_FIRST_BITS) return 0;
  unsigned b = 32u - (unsigned)__builtin_clz((unsigned)secs) - BAND_FIRST_BITS;
  return b < BANDS ? b : BANDS - 1;
}
static inline int32_t band_least(unsigned band) {
  return band ? 1 << (band + BAND_FIRST_BITS - 1) : 0;
}

struct scan {
  const struct day *d;
  struct arena *a;
  const struct scan_ask *ask; /* of the last run */
  struct scan_ask kept;
  char *arr, *ready, *best, *rides,
      *snap[SCAN_SNAPSHOTS + 2]; /* a 32-byte row a stop, two halves */
  bool wide;         /* eight 32-bit lanes a row, two halves; else sixteen 16-bit lanes */
  size_t half_bytes; /* bytes of one half */
  unsigned half;     /* being run */
  int32_t base, limit;
  int32_t *ready_min; /* by stop: least of the row, INT32_MAX = never */
  uint32_t *marked, *improved;
  uint8_t *is_marked, *is_improved;
  uint32_t n_marked, n_improved;
  uint32_t *queue, *edge,
      *stamp; /* patterns to walk, from where, and in which round they were queued */
  uint32_t n_queue, queue_at, stamp_now;
  struct scan_calls calls[2];   /* forward, backward */
  uint32_t *touched, n_touched; /* stops to clear before the next scan */
  uint8_t *is_touched;
  size_t clean[2];   /* bytes of a lane in the last scan of this half; 0 = never cleared */
  bool both_halves;  /* the last scan ran both */
  uint64_t *fresh;   /* a bit for each position of each pattern: newly ready since the last round */
  char *local_ready; /* rows of the fresh positions of the line being walked, and which they are */
  uint32_t *local_pos;
  struct walking walking; /* for which walk_secs was made */
  uint16_t *walk_secs;    /* by tenths of a metre */
  int32_t walk_cap_s;
  const uint32_t *walk_first, *link_first;
  const struct region_walk *walks;
  const struct region_link *links;
  int32_t lane_time[SCAN_LANES]; /* of this half */
  unsigned round;
  /* For the timeline. */
  struct timeline timeline;
  uint8_t slot[SCAN_LANES];  /* by lane: its place in the rows */
  int32_t cap_x[SCAN_LANES]; /* by place in the rows: nothing later counts; rows may hold it */
  uint16_t *state;           /* by stop */
  bool timed;                /* the last scan was of the timeline: its rows are these */
  char *rows;                /* pairs: by vehicle, ready; two halves */
  struct stop_met *met[2];   /* by half and stop */
  uint32_t *met_stop[2], n_met[2]; /* by half */
  uint8_t *label;                  /* by trip number: lanes on it */
  struct stop_way *way[2];         /* by stop; forward, backward */
  uint32_t *wake_at;               /* by second: index + 1 of the first wake */
  struct wake *wakes;
  uint32_t n_wakes, wakes_max;
  int32_t woken;               /* all seconds before have been looked at */
  uint32_t band_dm[BANDS + 1]; /* least tenths of a metre of each band */
  struct band_queue queue_of[BANDS];
  struct label_was {
    uint32_t trip, label;
  } * was; /* labels changed within this second */
  uint32_t n_was;
  int32_t next_due; /* of walks that wait */
  int32_t next;     /* second from which K(due) has something to do */
  char *rows_now;   /* of the half being run */
  struct stop_met *met_now;
  unsigned half_lanes;  /* lanes of this half that are asked about */
  unsigned expired;     /* so many lanes are past their cap */
  bool again, too_many; /* too_many: no room for another wake */
};

/* First bit set at or after `from`, before `end`; last bit set at or before `from`, not before
 * `start`; -1 = none. */
static inline int64_t bit_after(const uint64_t *bits, int64_t from, int64_t end) {
  if (from >= end) return -1;
  int64_t w = from / 64, last = (end - 1) / 64;
  uint64_t v = bits[w] & ~(uint64_t)0 << (from & 63);
  while (!v && w < last) v = bits[++w];
  int64_t at = v ? w * 64 + __builtin_ctzll(v) : end;
  return at < end ? at : -1;
}

static inline int64_t bit_before(const uint64_t *bits, int64_t from, int64_t start) {
  if (from < start) return -1;
  int64_t w = from / 64, first = start / 64;
  uint64_t v = bits[w] & ~(uint64_t)0 >> (63 - (from & 63));
  while (!v && w > first) v = bits[--w];
  int64_t at = v ? w * 64 + 63 - __builtin_clzll(v) : -1;
  return at >= start ? at : -1;
}

static inline void clear_bits(uint64_t *bits, uint32_t from, uint32_t end) {
  for (uint32_t w = from / 64; w <= (end - 1) / 64; w++) {
    uint64_t mask = ~(uint64_t)0;
    if (w == from / 64) mask &= ~(uint64_t)0 << (from & 63);
    if (w == (end - 1) / 64) mask &= ~(uint64_t)0 >> (63 - ((end - 1) & 63));
    bits[w] &= ~mask;
  }
}

/* Remembers a stop whose rows differ from empty ones. */
static inline void touch(struct scan *s, uint32_t stop) {
  if (s->is_touched[stop]) return;
  s->is_touched[stop] = 1;
  s->touched[s->n_touched++] = stop;
}

static inline char *row_of(const struct scan *s, char *rows, uint32_t stop) {
  return rows + s->half * s->half_bytes + (size_t)stop * ROW_STRIDE;
}
void scan_narrow_avx2(struct scan *s);
void scan_wide_avx2(struct scan *s);
void scan_narrow_plain(struct scan *s);
void scan_wide_plain(struct scan *s);
/* Which bands the walks of a stop fall into. */
unsigned scan_bands(const struct scan *s, uint32_t stop);
/* The same by the timeline. */
void timeline_narrow_avx2(struct scan *s);
void timeline_wide_avx2(struct scan *s);
void timeline_narrow_plain(struct scan *s);
void timeline_wide_plain(struct scan *s);
#endif
