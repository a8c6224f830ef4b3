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

/* What a scan of the timeline knows of a stop: how many lanes a vehicle has brought there, and how
 * many are ready to board, in one word (`state`), since every event reads it. */
enum { STATE_READY_BITS = 8, STATE_RIDE = (1 << STATE_READY_BITS) - 1 };
struct stop_way {
  uint32_t links; /* its first link; they end where the next stop's begin */
  uint32_t change_s, last_came, last_readied; /* the last are of a scan of given links */
};
/* The walks of a stop, to stops that lie beside each other sixteen at once (stops are numbered
 * along a curve): made when they are first asked for. */
enum { WALK_GROUP = 16, GROUP_NOT = UINT16_MAX /* no walk there */ };
struct walk_group {
  uint32_t stop; /* the first, a multiple of WALK_GROUP */
  uint16_t secs[WALK_GROUP];
};
/* Lanes brought to a stop: how many in all are there now, below the seconds. */
enum { ARRIVAL_BITS = 7, ARRIVAL_LANES = (1 << ARRIVAL_BITS) - 1, ARRIVAL_MAX = 1 << 25 };
struct arrival {
  uint32_t before, x_n; /* before: the one before at the same stop; 0 = none */
};
/* So many lanes, walking, will be at a stop. */
struct due {
  uint32_t next, stop_n; /* next: another in that second; 0 = none. The stop above the lanes */
};
enum {
  DUE_SECONDS = 4 * 86400, /* a longer question is answered with rows */
  DUE_STOPS_MAX = 1 << (32 - ARRIVAL_BITS)
};
/* The events of one second, where the pass is. */
struct second {
  const uint32_t *plain;
  const struct special *special;
  uint32_t n_plain, n_special;
  int32_t x;
};
enum { GROUPS_UNKNOWN = UINT32_MAX };
struct walk_groups {
  uint32_t first, n;
  bool at_once; /* one of them takes no time */
};

/* How many events of a second change something. */
struct looked {
  uint32_t off, on;
};

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
  bool timed;               /* the last scan was of the timeline: its rows are these */
  bool by_links;            /* it was a scan of given links: no rows, what is ready is in a list */
  uint8_t slot[SCAN_MANY];  /* by lane: its place in the rows */
  int32_t cap_x[SCAN_MANY]; /* by place in the rows: nothing later counts; rows may hold it */
  uint32_t stops;           /* places for stops: more than there are, in whole groups */
  uint16_t *state;          /* by stop */
  char *soon;               /* by stop: the next that will be ready there is not ready before */
  char *pend;               /* when each lane is ready; two halves */
  struct arrival *arrivals; /* two halves */
  uint32_t *last_arrival;   /* by half and stop */
  char *pend_now;           /* of the half being run */
  struct arrival *came;
  uint32_t *last_came, n_came;
  uint32_t *hit;                 /* events of this second that may change something */
  uint8_t *label, *was;          /* by trip number: lanes on it; by event of this second: before */
  struct stop_way *way[2];       /* by stop; forward, backward */
  struct walk_groups *groups_of; /* by stop */
  struct walk_group *groups;
  uint32_t n_groups, *group_at; /* scratch: by group of stops, its group + 1 of the stop at hand */
  int32_t next;                 /* second from which K(due) has something to do */
  unsigned half_lanes;          /* lanes of this half that are asked about */
  unsigned expired;             /* so many lanes are past their cap */
  /* For given links. */
  unsigned lanes_most;     /* as many lanes as there is room for; 0 = none */
  struct arrival *readied; /* as arrivals, of those who walked */
  struct stop_way *links_way;
  uint32_t n_readied, n_due;
  struct due *due;
  uint32_t *due_first; /* by second */
  uint32_t *hit_off;   /* events of this second at which somebody gets off; on: hit */
  int32_t due_next;
  bool zero_walk; /* somebody walked in no time */
  bool again;     /* somebody can board in this second where it was gone past */
};

/* A link with opening hours, from x: wait until it opens; after it closes it is not there.
 * Backwards: turned round. Negative = no. */
static inline int32_t scan_through_hours(const struct scan *s, int32_t x,
                                         const struct region_link *l, bool back) {
  const struct region_window *w = &s->d->r->windows[l->window - 1];
  if (!s->d->window[l->window - 1]) return -1;
  int64_t t = back ? s->base - (int64_t)x : s->base + (int64_t)x;
  if (!back) {
    if (t > w->to_s) return -1;
    t = (t < w->from_s ? w->from_s : t) + l->secs;
  } else {
    t -= l->secs;
    if (t < w->from_s) return -1;
    if (t > w->to_s) t = w->to_s;
  }
  int64_t y = back ? s->base - t : t - s->base;
  return y > s->limit ? -1 : (int32_t)y;
}

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
/* Makes the groups of walks of a stop. */
void scan_group_walks(struct scan *s, uint32_t stop);
/* The same by the timeline. */
void timeline_narrow_avx2(struct scan *s);
void timeline_wide_avx2(struct scan *s);
void timeline_narrow_plain(struct scan *s);
void timeline_wide_plain(struct scan *s);
void timeline_links_avx2(struct scan *s);
void timeline_links_plain(struct scan *s);
#endif
