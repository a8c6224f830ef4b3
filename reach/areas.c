#include <math.h>
#include <stdlib.h>
#include "reach/areas.h"
#include "reach/streets.h"

size_t areas_departures(const struct areas_ask *ask) {
  if (ask->every_s <= 0 || ask->until <= ask->depart) return 1;
  size_t n = (size_t)((ask->until - ask->depart + ask->every_s - 1) / ask->every_s);
  return n > AREA_DEPARTURES_MAX ? AREA_DEPARTURES_MAX : n;
}

struct work {
  const struct areas_ask *ask;
  struct scan *scan;
  struct streets *streets;
  struct seeds *around; /* by target */
  int32_t *took; /* by target, departures in a row: seconds, INT32_MAX = not within the cap */
  size_t departures;
};

enum { AREA_BYTES = 64 << 20 }; /* address space; what one place's seeds take is far less */

/* Walking all the way, as good at every departure. */
static int32_t on_foot(struct work *w, struct point from, struct point to, bool streets_ready) {
  const struct walking *k = &w->ask->walking;
  double metres = geo_metres(from, to) * STREET_FACTOR;
  double most = walk_cap(*k) * (k->mm_per_s > 0 ? k->mm_per_s : WALK_MM_PER_S) / 1000.0;
  if (k->mode == WALK_TRANSFERS || metres / STREET_FACTOR > most) return INT32_MAX;
  if (k->mode == WALK_OSM) {
    metres = streets_ready ? streets_to(w->streets, to) : INFINITY;
  } else if (region_blocked(w->ask->day->r, (struct segment){from, to})) {
    return INT32_MAX;
  }
  int32_t secs = metres < INFINITY ? walk_seconds(*k, (uint32_t)ceil(metres * 10)) : INT32_MAX;
  return secs <= walk_cap(*k) ? secs : INT32_MAX;
}

/* a: for this area alone; the scan keeps what it makes in an arena of its own. */
static void from_area(struct work *w, const struct area *from, struct arena *a) {
  const struct areas_ask *q = w->ask;
  double v = (q->walking.mm_per_s > 0 ? q->walking.mm_per_s : WALK_MM_PER_S) / 1000.0;
  struct seeds seeds = seeds_from_point(q->day, q->walking, from->at, w->streets, a);
  struct scan_ask ask = {.day = q->day, .walking = q->walking, .cap_s = q->cap_s};
  ask.seeds[0] = &seeds;
  size_t most = scan_lanes_most(w->scan, &ask);
  for (size_t d = 0; d < w->departures; d += most) {
    size_t lanes = w->departures - d < most ? w->departures - d : most;
    ask.lanes = (uint8_t)lanes;
    for (size_t i = 0; i < lanes; i++)
      ask.time[i] = q->depart + (int32_t)(d + i) * q->every_s, ask.seeds[i] = &seeds;
    scan_run(w->scan, &ask);
    for (size_t t = 0; t < q->to.n; t++) {
      int32_t at[SCAN_MANY];
      scan_at_place_all(w->scan, &w->around[t], at);
      for (size_t i = 0; i < lanes; i++) {
        int32_t took = at[i] < 0 ? INT32_MAX : at[i] - (int32_t)i * q->every_s;
        w->took[t * w->departures + d + i] = took <= q->cap_s ? took : INT32_MAX;
      }
    }
  }
  bool ready = w->streets &&
               streets_from(w->streets, from->at, walk_cap(q->walking) * v, q->walking.stepfree);
  for (size_t t = 0; t < q->to.n; t++) {
    int32_t walk = on_foot(w, from->at, q->to.p[t].at, ready);
    for (size_t d = 0; walk <= q->cap_s && d < w->departures; d++)
      if (walk < w->took[t * w->departures + d]) w->took[t * w->departures + d] = walk;
  }
}

/* The time needed at half of the departures: the lower median. */
static int32_t median(int32_t *v, size_t n, int32_t *best) {
  for (size_t i = 1; i < n; i++) {
    int32_t x = v[i];
    size_t k = i;
    for (; k && v[k - 1] > x; k--) v[k] = v[k - 1];
    v[k] = x;
  }
  *best = v[0] == INT32_MAX ? SCAN_NEVER : v[0];
  int32_t m = v[(n - 1) / 2];
  return m == INT32_MAX ? SCAN_NEVER : m;
}

bool areas_work_out(const struct areas_ask *ask, struct area_answer *out, area_pair *pair, void *to,
                    struct arena *a) {
  struct work w = {.ask = ask, .departures = areas_departures(ask)};
  struct arena scratch = arena_open(AREA_BYTES);
  if (!scratch.start) return false;
  w.scan = scan_open(ask->day, a);
  if (ask->walking.mode == WALK_OSM) w.streets = streets_open(ask->day->r, a);
  w.around = arena_many(a, struct seeds, ask->to.n + 1);
  w.took = arena_many(a, int32_t, ask->to.n * w.departures + 1);
  for (size_t t = 0; t < ask->to.n; t++)
    w.around[t] = seeds_from_point(ask->day, ask->walking, ask->to.p[t].at, w.streets, a);
  progress_step(ask->progress, "Areas", "areas", ask->from.n);
  for (size_t f = 0; f < ask->from.n; f++) {
    out[f] = (struct area_answer){.nearest_s = SCAN_NEVER};
    arena_reset(&scratch);
    from_area(&w, &ask->from.p[f], &scratch);
    for (size_t t = 0; t < ask->to.n; t++) {
      int32_t best, m = median(w.took + t * w.departures, w.departures, &best);
      if (m < out[f].nearest_s) out[f].nearest_s = m;
      for (size_t k = 0; k < ask->n_minutes; k++)
        if (m != SCAN_NEVER && m <= ask->minutes[k] * 60) out[f].within[k] += ask->to.p[t].weight;
      if (pair) pair(to, f, t, m, best);
    }
    if (!progress_at(ask->progress, f + 1)) {
      arena_close(&scratch);
      return false;
    }
  }
  arena_close(&scratch);
  progress_end(ask->progress, ask->from.n);
  return true;
}
