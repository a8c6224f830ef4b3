/* minutes: from one place to many in one search. Which stops are near a published place is worked
 * out once a process and region; where somebody set out from is forgotten with the answer. */
#include <math.h>
#include <stdlib.h>
#include "journeys/kept.h"

enum {
  NEAR_SLOTS_FIRST = 1024, /* a power of two */
  NEAR_BYTES_MAX = 256 << 20,
  LANES = MINUTES_WINDOW / MINUTES_STEP + 1,
};
_Static_assert((int)LANES <= (int)SCAN_LANES, "a departure every step of the window fits one pass");

struct near {
  struct point at;
  struct seeds seeds;
  bool set;
};
static struct {
  struct arena memory;
  struct near *slot;
  size_t cap, n;
  uint64_t generation;
} known;

struct minutes {
  struct day_ready *ready;
  struct walking walking;
  struct point home;
  int base_s, lanes;
  uint64_t generation;
};

/* Walks at the ends of many ways are straight lines x 1.3, also where there are streets: a list is
 * read for its order; the way to one place then goes along the streets. */
static struct walking lines(struct walking w) {
  w.mode = WALK_LINE;
  return w;
}

static void forget_near(void) {
  if (known.memory.start)
    arena_reset(&known.memory);
  else
    known.memory = arena_open(NEAR_BYTES_MAX);
  known.cap = NEAR_SLOTS_FIRST, known.n = 0, known.generation = region_generation();
  known.slot = arena_many(&known.memory, struct near, known.cap);
}

static struct near *slot_of(struct near *slot, size_t cap, struct point p) {
  uint64_t h = (uint64_t)(uint32_t)p.lat * 0x9e3779b97f4a7c15u ^
               (uint64_t)(uint32_t)p.lon * 0xc2b2ae3d27d4eb4fu;
  size_t i = (h ^ h >> 29) & (cap - 1);
  while (slot[i].set && (slot[i].at.lat != p.lat || slot[i].at.lon != p.lon))
    i = (i + 1) & (cap - 1);
  return &slot[i];
}

static void more_room(void) {
  size_t cap = known.cap * 2;
  struct near *slot = arena_many(&known.memory, struct near, cap);
  for (size_t i = 0; i < known.cap; i++)
    if (known.slot[i].set) *slot_of(slot, cap, known.slot[i].at) = known.slot[i];
  known.slot = slot, known.cap = cap;
}

static const struct seeds *near(const struct minutes *m, struct point p) {
  if (!known.slot || known.generation != m->generation ||
      arena_used(&known.memory) > NEAR_BYTES_MAX / 2)
    forget_near();
  struct near *s = slot_of(known.slot, known.cap, p);
  if (s->set) return &s->seeds;
  *s = (struct near){p, seeds_from_point(&m->ready->day, lines(m->walking), p, NULL, &known.memory),
                     true};
  if (++known.n * 2 < known.cap) return &s->seeds;
  more_room();
  return &slot_of(known.slot, known.cap, p)->seeds;
}

static void search(struct minutes *m, struct arena *a, int every_min) {
  struct seeds *seeds = arena_new(a, struct seeds);
  *seeds = seeds_from_point(&m->ready->day, m->walking, m->home, m->ready->streets, a);
  struct scan_ask q = {.day = &m->ready->day,
                       .walking = m->walking,
                       .lanes = (uint8_t)m->lanes,
                       .cap_s = MINUTES_MOST * 60};
  for (int i = 0; i < m->lanes; i++) q.time[i] = m->base_s + i * every_min * 60, q.seeds[i] = seeds;
  scan_run(m->ready->scan, &q);
}

static struct minutes *begin(struct arena *a, struct spot home, struct set_out out, int lanes,
                             int every_min) {
  struct why why;
  struct point at = point_at(home);
  struct day_ready *ready = point_known(at) ? day_ready(out.day, false, &why) : NULL;
  if (!ready) return NULL;
  struct minutes *m = arena_new(a, struct minutes);
  *m = (struct minutes){.ready = ready,
                        .walking = walking_of(false),
                        .home = at,
                        .base_s = out.minute * 60,
                        .lanes = lanes,
                        .generation = region_generation()};
  search(m, a, every_min);
  return m;
}

const struct minutes *minutes_from(struct arena *a, struct spot home, struct set_out out) {
  return begin(a, home, out, LANES, MINUTES_STEP);
}

/* All the way on foot, in seconds; SCAN_NEVER when that is too far or something is in the way. */
static int32_t on_foot(const struct minutes *m, struct point to) {
  double metres = geo_metres(m->home, to) * STREET_FACTOR;
  if (metres > 10000) return SCAN_NEVER;
  int32_t s = walk_seconds(m->walking, (uint32_t)ceil(metres * 10));
  if (s > walk_cap(m->walking)) return SCAN_NEVER;
  return region_blocked(m->ready->day.r, (struct segment){m->home, to}) ? SCAN_NEVER : s;
}

static int32_t lane_seconds(const int32_t all[SCAN_LANES], int lane, int every_min) {
  return all[lane] < 0 ? SCAN_NEVER : all[lane] - lane * every_min * 60;
}

static int whole_minutes(int32_t seconds) {
  return seconds > MINUTES_MOST * 60 ? -1 : (seconds + 59) / 60;
}

int minutes_to(const struct minutes *m, struct spot to) {
  struct point at = point_at(to);
  if (!m || !point_known(at)) return -1;
  int32_t all[SCAN_LANES], best = on_foot(m, at);
  const struct seeds *around = near(m, at);
  if (around->n) {
    scan_at_place_all(m->ready->scan, around, all);
    for (int i = 0; i < m->lanes; i++) {
      int32_t s = lane_seconds(all, i, MINUTES_STEP);
      if (s < best) best = s;
    }
  }
  return whole_minutes(best);
}

/* ---- The last way back. */

static void search_back(struct minutes *m, struct arena *a) {
  enum { LAST_S = 27 * 3600 };
  struct seeds *seeds = arena_new(a, struct seeds);
  *seeds = seeds_from_point(&m->ready->day, m->walking, m->home, m->ready->streets, a);
  struct scan_ask q = {.day = &m->ready->day, .walking = m->walking, .back = true, .lanes = 1};
  q.time[0] = LAST_S, q.seeds[0] = seeds;
  scan_run(m->ready->scan, &q);
}

bool minutes_both(struct arena *a, struct spot home, struct set_out out, const struct spot *to,
                  size_t n, int *there, int *last_back) {
  struct minutes *m = begin(a, home, out, LANES, MINUTES_STEP);
  if (!m) return false;
  for (size_t i = 0; there && i < n; i++) there[i] = minutes_to(m, to[i]);
  if (!last_back) return true;
  search_back(m, a);
  for (size_t i = 0; i < n; i++) {
    struct point at = point_at(to[i]);
    int32_t s = point_known(at) ? scan_at_place(m->ready->scan, near(m, at), 0) : -SCAN_NEVER;
    last_back[i] = s == -SCAN_NEVER || s == SCAN_NEVER ? -1 : s / 60;
  }
  return true;
}

/* ---- The nearest of each kind, half of the time. */

enum { AREA_STEP = 10, AREA_LANES = 6 };

static int32_t median(int32_t s[AREA_LANES]) {
  for (int i = 1; i < AREA_LANES; i++)
    for (int k = i; k > 0 && s[k] < s[k - 1]; k--) {
      int32_t t = s[k];
      s[k] = s[k - 1], s[k - 1] = t;
    }
  return s[AREA_LANES / 2];
}

/* Half of the departures from one place to one target are at most so long. */
static int32_t target_seconds(const struct minutes *m, struct point at) {
  int32_t all[SCAN_LANES], of[AREA_LANES], walk = on_foot(m, at);
  const struct seeds *around = near(m, at);
  if (around->n) scan_at_place_all(m->ready->scan, around, all);
  for (int i = 0; i < AREA_LANES; i++) {
    of[i] = around->n ? lane_seconds(all, i, AREA_STEP) : SCAN_NEVER;
    if (walk < of[i]) of[i] = walk;
  }
  return median(of);
}

struct reached {
  int32_t seconds;
  double weight;
};

static int sooner(const void *x, const void *y) {
  const struct reached *a = x, *b = y;
  return (a->seconds > b->seconds) - (a->seconds < b->seconds);
}

static int minutes_to_weigh(struct reached *all, size_t n, double need) {
  double sum = 0;
  if (n) qsort(all, n, sizeof *all, sooner);
  for (size_t i = 0; i < n; i++)
    if ((sum += all[i].weight) >= need) return whole_minutes(all[i].seconds);
  return -1;
}

bool minutes_nearest(struct arena *a, struct spot home, struct set_out out,
                     const struct reach_target *targets, size_t n, const struct reach_need *need,
                     int minutes[REACH_KINDS_MAX]) {
  struct arena scratch = *a;
  struct reached *all = arena_many(&scratch, struct reached, n + 1);
  int32_t *seconds = arena_many(&scratch, int32_t, n + 1);
  const struct minutes *m = begin(&scratch, home, out, AREA_LANES, AREA_STEP);
  if (!m) return false;
  for (size_t i = 0; i < n; i++) {
    struct point at = point_at(targets[i].at);
    seconds[i] = point_known(at) ? target_seconds(m, at) : SCAN_NEVER;
  }
  for (int k = 0; k < need->kinds; k++) {
    size_t of = 0;
    for (size_t i = 0; i < n; i++)
      if (targets[i].kind == k && seconds[i] != SCAN_NEVER)
        all[of++] = (struct reached){seconds[i], targets[i].weight};
    minutes[k] = minutes_to_weigh(all, of, need->need[k]);
  }
  return true;
}

bool minutes_each(struct arena *a, struct spot home, struct set_out out, const struct spot *to,
                  size_t n, int *minutes) {
  struct arena scratch = *a;
  const struct minutes *m = begin(&scratch, home, out, AREA_LANES, AREA_STEP);
  if (!m) return false;
  for (size_t i = 0; i < n; i++) {
    struct point at = point_at(to[i]);
    minutes[i] = point_known(at) ? whole_minutes(target_seconds(m, at)) : -1;
  }
  return true;
}
