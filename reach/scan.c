#include <math.h>
#include "reach/scan_rows.h"
#include "reach/streets.h"

int32_t walk_cap(struct walking w) { return w.cap_s > 0 ? w.cap_s : WALK_CAP_S; }

int32_t walk_seconds(struct walking w, uint32_t dm) {
  int64_t v = w.mm_per_s > 0 ? w.mm_per_s : WALK_MM_PER_S, s = ((int64_t)dm * 100 + v - 1) / v;
  return (int32_t)(s > 30000 ? 30000 : s);
}

bool scan_has_avx2(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("popcnt");
#else
  return false;
#endif
}

/* ---- seeds ---- */

struct seeding {
  struct arena *a;
  struct walking w;
  const struct region *r;
  struct seeds out;
  size_t cap;
  double metres;
  struct point from;
};

static void seed_add(struct seeding *s, uint32_t stop, int32_t secs, uint32_t window) {
  *slice_push(s->a, &s->out, &s->cap) = (struct seed){stop, secs, window};
}

struct seeds seeds_from_stop(const struct day *d, struct walking w, uint32_t stop, bool back,
                             struct arena *a) {
  const struct region *r = d->r;
  struct seeding s = {.a = a};
  seed_add(&s, stop, 0, 0);
  const uint32_t *first = back ? r->back_first : r->link_first;
  const struct region_link *links = back ? r->backs : r->links;
  for (uint32_t k = first[stop]; k < first[stop + 1]; k++)
    if (!links[k].window || d->window[links[k].window - 1])
      seed_add(&s, links[k].to, links[k].secs, links[k].window);
  const uint32_t *walk_first = w.mode == WALK_LINE ? r->line_first : r->osm_first;
  const struct region_walk *walks = w.mode == WALK_LINE ? r->line_walks : r->osm_walks;
  bool none = w.mode == WALK_TRANSFERS || (w.mode == WALK_OSM && !r->n_osm_first);
  for (uint32_t k = none ? 0 : walk_first[stop]; !none && k < walk_first[stop + 1]; k++) {
    uint32_t dm = w.stepfree ? walks[k].stepfree_dm : walks[k].dm;
    if (dm != UINT16_MAX && walk_seconds(w, dm) <= walk_cap(w))
      seed_add(&s, walks[k].to, walk_seconds(w, dm), 0);
  }
  return s.out;
}

static void seed_metres(struct seeding *s, uint32_t stop, double metres) {
  int32_t secs = walk_seconds(s->w, (uint32_t)ceil(metres * 10));
  if (secs <= walk_cap(s->w)) seed_add(s, stop, secs, 0);
}

static void seed_line(void *to, uint32_t stop, double away) {
  struct seeding *s = to;
  if (!region_blocked(s->r, (struct segment){s->from, s->r->stops[stop].at}))
    seed_metres(s, stop, away * STREET_FACTOR);
}

static void seed_street(void *to, uint32_t stop, double metres, double stepfree) {
  struct seeding *s = to;
  double m = s->w.stepfree ? stepfree : metres;
  if (m < s->metres + 1) seed_metres(s, stop, m);
}

struct seeds seeds_from_point(const struct day *d, struct walking w, struct point p,
                              struct streets *streets, struct arena *a) {
  double v = (w.mm_per_s > 0 ? w.mm_per_s : WALK_MM_PER_S) / 1000.0;
  struct seeding s = {.a = a, .w = w, .r = d->r, .from = p, .metres = walk_cap(w) * v};
  if (w.mode == WALK_OSM && streets)
    streets_stops(streets, p, s.metres, w.stepfree, seed_street, &s);
  else if (w.mode != WALK_TRANSFERS)
    region_stops_near(d->r, p, s.metres / STREET_FACTOR, seed_line, &s);
  return s.out;
}

/* ---- memory ---- */

static void rows_alloc(struct scan *s, char **rows, char **pair) {
  *rows = arena_alloc(s->a, ROW_STRIDE, 64, ((size_t)s->d->r->n_stops + 1) * 2);
  *pair = *rows + ROW_BYTES;
}

static struct scan_calls calls_of(const struct day *d, bool back, struct arena *a) {
  const struct region *r = d->r;
  struct scan_calls c = {arena_many(a, uint32_t, r->n_stops + 1),
                         arena_many(a, struct region_at, r->n_at + 1)};
  uint32_t n = 0;
  for (uint32_t stop = 0; stop < r->n_stops; stop++) {
    for (uint32_t k = r->at_first[stop]; k < r->at_first[stop + 1]; k++) {
      uint32_t p = r->at[k].pattern, pos = r->at[k].pos;
      if (d->line_first[p] == d->line_first[p + 1] || pos == (back ? 0 : r->patterns[p].n - 1))
        continue;
      pos += r->patterns[p].first_pos;
      if (r->pos_flags[pos] & (back ? POS_ALIGHT : POS_BOARD))
        c.at[n++] = (struct region_at){p, pos};
    }
    c.first[stop + 1] = n;
  }
  return c;
}

/* An odd number of lines of the cache, so that the same stop of different lanes falls into
 * different sets of it. */
static uint32_t places_for(uint32_t stops) { return ((stops / 32 + 1) | 1) * 32; }

/* Address space for a scan of given links, for as many lanes as there is room for. */
static void open_links(struct scan *s, uint32_t stops) {
  struct arena *a = s->a;
  size_t room = (size_t)(a->end - a->at) / 4, walks = s->d->r->n_links + 2 * (size_t)stops,
         lane = stops * 2 * sizeof(struct arrival) + walks * sizeof(struct due);
  if (stops > DUE_STOPS_MAX) return;
  s->lanes_most = lane * SCAN_MANY <= room ? SCAN_MANY : lane * SCAN_LANES <= room ? SCAN_LANES : 0;
  size_t arrivals = s->lanes_most > SCAN_LANES ? s->lanes_most : SCAN_LANES;
  s->arrivals = arena_many(a, struct arrival, stops * arrivals + 1);
  if (!s->lanes_most) return;
  s->readied = arena_many(a, struct arrival, stops * arrivals + 1);
  s->hit_off = arena_many(a, uint32_t, s->timeline.events_max + 8);
  s->due = arena_many(a, struct due, walks * arrivals + 1);
  s->due_first = arena_many(a, uint32_t, DUE_SECONDS + 2 * UINT16_MAX);
}

static void open_timeline(struct scan *s) {
  struct arena *a = s->a;
  const struct region *r = s->d->r;
  s->timeline = timeline_open(s->d, a);
  if (!s->timeline.plain) return;
  uint32_t n = s->stops = places_for(r->n_stops), most = r->n_line_walks;
  if (r->n_osm_walks > most) most = r->n_osm_walks;
  s->label = arena_many(a, uint8_t, s->d->n_trips + 4); /* four are read at once */
  s->was = arena_many(a, uint8_t, s->timeline.events_max);
  s->hit = arena_many(a, uint32_t, s->timeline.events_max + 8); /* eight are written at once */
  s->state = arena_many(a, uint16_t, n + 2);
  s->soon = arena_alloc(a, sizeof(int32_t), 64, n);
  s->last_arrival = arena_many(a, uint32_t, (size_t)n * 2);
  s->pend = arena_alloc(a, ROW_BYTES, 64, (size_t)n * 2);
  for (int back = 0; back < 2; back++) s->way[back] = arena_many(a, struct stop_way, n + 1);
  s->groups_of = arena_many(a, struct walk_groups, n);
  s->groups = arena_many(a, struct walk_group, most + 1);
  s->group_at = arena_many(a, uint32_t, n / WALK_GROUP);
  open_links(s, n);
}

struct scan *scan_open(const struct day *d, struct arena *a) {
  const struct region *r = d->r;
  struct scan *s = arena_new(a, struct scan);
  uint32_t longest = 2;
  for (uint32_t i = 0; i < r->n_patterns; i++)
    if (r->patterns[i].n > longest) longest = r->patterns[i].n;
  s->d = d;
  s->a = a;
  s->half_bytes = ((size_t)r->n_stops + 1) * ROW_STRIDE;
  rows_alloc(s, &s->arr, &s->ready);
  s->ready_min = arena_many(a, int32_t, r->n_stops + 1);
  s->marked = arena_many(a, uint32_t, r->n_stops + 1);
  s->improved = arena_many(a, uint32_t, r->n_stops + 1);
  s->is_marked = arena_many(a, uint8_t, r->n_stops + 1);
  s->is_improved = arena_many(a, uint8_t, r->n_stops + 1);
  s->queue = arena_many(a, uint32_t, r->n_patterns + 1);
  s->edge = arena_many(a, uint32_t, r->n_patterns + 1);
  s->stamp = arena_many(a, uint32_t, r->n_patterns + 1);
  s->local_ready = arena_alloc(a, ROW_BYTES, 64, longest);
  s->local_pos = arena_many(a, uint32_t, longest);
  s->fresh = arena_many(a, uint64_t, r->n_pos_stop / 64 + 2);
  s->touched = arena_many(a, uint32_t, r->n_stops + 1);
  s->is_touched = arena_many(a, uint8_t, r->n_stops + 1);
  for (int back = 0; back < 2; back++) s->calls[back] = calls_of(d, back, a);
  s->walk_secs = arena_many(a, uint16_t, WALK_TABLE);
  s->walking.mm_per_s = -1;
  open_timeline(s);
  return s;
}

/* ---- walks for the timeline ---- */

static void forget_walks(struct scan *s) {
  const struct region *r = s->d->r;
  if (!s->timeline.plain) return;
  for (uint32_t i = 0; i <= r->n_stops; i++) {
    uint16_t change = i < r->n_stops ? r->stops[i].change_s : 0;
    s->way[0][i] = (struct stop_way){.links = r->link_first[i], .change_s = change};
    s->way[1][i] = (struct stop_way){.links = r->back_first[i], .change_s = change};
    s->groups_of[i].n = GROUPS_UNKNOWN;
  }
  s->n_groups = 0;
}

static struct walk_group *group_with(struct scan *s, uint32_t stop) {
  uint32_t *at = &s->group_at[stop / WALK_GROUP];
  if (!*at) {
    struct walk_group *g = &s->groups[s->n_groups++];
    g->stop = stop / WALK_GROUP * WALK_GROUP;
    memset(g->secs, 0xff, sizeof g->secs);
    *at = s->n_groups;
  }
  return &s->groups[*at - 1];
}

void scan_group_walks(struct scan *s, uint32_t stop) {
  struct walk_groups *of = &s->groups_of[stop];
  *of = (struct walk_groups){.first = s->n_groups};
  for (uint32_t k = s->walk_first[stop]; k < s->walk_first[stop + 1]; k++) {
    uint32_t to = s->walks[k].to,
             dm = s->walking.stepfree ? s->walks[k].stepfree_dm : s->walks[k].dm;
    int32_t secs = walk_seconds(s->walking, dm);
    if (dm == UINT16_MAX || secs > s->walk_cap_s) continue;
    uint16_t *least = &group_with(s, to)->secs[to % WALK_GROUP];
    if (secs < *least) *least = (uint16_t)secs;
    of->at_once |= secs == 0;
  }
  of->n = s->n_groups - of->first;
  for (uint32_t k = of->first; k < s->n_groups; k++)
    s->group_at[s->groups[k].stop / WALK_GROUP] = 0;
}

static void prepare_walking(struct scan *s, const struct scan_ask *ask) {
  const struct region *r = s->d->r;
  struct walking w = ask->walking;
  if (s->walking.mm_per_s != w.mm_per_s)
    for (uint32_t dm = 0; dm < WALK_TABLE; dm++) s->walk_secs[dm] = (uint16_t)walk_seconds(w, dm);
  if (s->walking.mm_per_s != w.mm_per_s || s->walking.mode != w.mode ||
      s->walking.stepfree != w.stepfree || s->walking.cap_s != w.cap_s)
    forget_walks(s);
  s->walking = w;
  s->walk_cap_s = walk_cap(w);
  s->link_first = ask->back ? r->back_first : r->link_first;
  s->links = ask->back ? r->backs : r->links;
  s->walk_first = w.mode == WALK_LINE                    ? r->line_first
                  : w.mode == WALK_OSM && r->n_osm_first ? r->osm_first
                                                         : NULL;
  s->walks = w.mode == WALK_LINE ? r->line_walks : r->osm_walks;
}

/* ---- running ---- */

/* Chooses the base, the limit and the width: sixteen narrow lanes when every time fits 16 bits. */
static void choose_window(struct scan *s, const struct scan_ask *ask) {
  int32_t low = INT32_MAX, high = INT32_MIN;
  for (unsigned i = 0; i < ask->lanes; i++) {
    if (ask->time[i] < low) low = ask->time[i];
    if (ask->time[i] > high) high = ask->time[i];
  }
  s->base = ask->back ? high : low;
  int64_t whole = ask->back ? (int64_t)high - s->d->first_s : (int64_t)s->d->last_s - low;
  if (whole < high - low) whole = high - low;
  whole += SPARE_16; /* a last walk along a given link */
  int64_t capped = ask->cap_s ? (int64_t)high - low + ask->cap_s : whole;
  if (capped < whole) whole = capped;
  int64_t until = ask->back ? (int64_t)high - ask->until : (int64_t)ask->until - low;
  if (ask->until && until < whole) whole = until > high - low ? until : high - low;
  if (ask->lanes > SCAN_LANES && whole > DUE_SECONDS) whole = DUE_SECONDS; /* a day is shorter */
  s->wide = whole > LIMIT_16;
  s->limit = (int32_t)(whole > LIMIT_32 ? LIMIT_32 : whole);
}

/* One pass over the timeline answers when the lanes differ only in their time. */
static bool by_timeline(const struct scan *s, const struct scan_ask *ask) {
  if (!s->timeline.plain || ask->way == WAY_LINES || ask->count_rides || ask->snapshots ||
      ask->rides_max || s->limit >= ARRIVAL_MAX)
    return false;
  for (unsigned i = 1; i < ask->lanes; i++)
    if (ask->seeds[i]->p != ask->seeds[0]->p || ask->seeds[i]->n != ask->seeds[0]->n) return false;
  return ask->way == WAY_TIMELINE || ask->lanes >= TIMELINE_LANES_MIN;
}

static bool by_links(const struct scan *s, const struct scan_ask *ask) {
  return s->lanes_most >= ask->lanes && !s->walk_first && s->limit <= DUE_SECONDS &&
         ask->seeds[0]->n <= s->stops;
}

unsigned scan_lanes_most(const struct scan *s, const struct scan_ask *ask) {
  const struct region *r = s->d->r;
  bool links =
      ask->walking.mode == WALK_TRANSFERS || (ask->walking.mode == WALK_OSM && !r->n_osm_first);
  if (!s->timeline.plain || !links || ask->way == WAY_LINES || ask->count_rides || ask->snapshots ||
      ask->rides_max || ask->seeds[0]->n > s->stops ||
      s->d->last_s - s->d->first_s > DUE_SECONDS / 2)
    return SCAN_LANES;
  return s->lanes_most > SCAN_LANES ? s->lanes_most : SCAN_LANES;
}

/* The places of the lanes in the rows: for the timeline by falling time to spare. */
static void place_lanes(struct scan *s, const struct scan_ask *ask, bool by_time) {
  for (unsigned i = 0; i < SCAN_MANY; i++) s->slot[i] = (uint8_t)i, s->cap_x[i] = INT32_MAX;
  for (unsigned i = 0; by_time && i < ask->lanes; i++) {
    unsigned before = 0;
    for (unsigned k = 0; k < ask->lanes; k++) {
      bool first = ask->back ? ask->time[k] > ask->time[i] : ask->time[k] < ask->time[i];
      before += first || (ask->time[k] == ask->time[i] && k < i);
    }
    s->slot[i] = (uint8_t)before;
    int64_t x = ask->back ? (int64_t)s->base - ask->time[i] : (int64_t)ask->time[i] - s->base;
    s->cap_x[before] = ask->cap_s && x + ask->cap_s < s->limit ? (int32_t)x + ask->cap_s : s->limit;
  }
}

static void run_half(struct scan *s, unsigned half, bool plain, bool timeline) {
  static void (*const ways[2][2][2])(struct scan *) = {
      {{scan_narrow_avx2, scan_narrow_plain}, {scan_wide_avx2, scan_wide_plain}},
      {{timeline_narrow_avx2, timeline_narrow_plain}, {timeline_wide_avx2, timeline_wide_plain}}};
  unsigned lanes = s->wide ? 8 : 16, asked = s->ask->lanes;
  s->half = half;
  s->half_lanes = asked <= half * lanes          ? 0
                  : asked - half * lanes < lanes ? asked - half * lanes
                                                 : lanes;
  for (unsigned i = 0; i < lanes; i++) s->lane_time[i] = s->base;
  for (unsigned lane = 0; lane < asked; lane++)
    if (s->slot[lane] / lanes == half) s->lane_time[s->slot[lane] % lanes] = s->ask->time[lane];
  ways[timeline][s->wide][plain](s);
}

static void run_links(struct scan *s, bool plain) {
  s->half_lanes = s->ask->lanes;
  if (plain)
    timeline_links_plain(s);
  else
    timeline_links_avx2(s);
}

void scan_run(struct scan *s, const struct scan_ask *ask) {
  s->kept = *ask;
  s->ask = &s->kept;
  if (ask->count_rides && !s->best) {
    rows_alloc(s, &s->best, &s->rides);
    s->clean[0] = s->clean[1] = 0; /* the new rows are not cleared yet */
  }
  for (unsigned k = 0; ask->snapshots && k <= SCAN_SNAPSHOTS; k += 2)
    if (!s->snap[k]) rows_alloc(s, &s->snap[k], &s->snap[k + 1]);
  if (ask->snapshots && (!ask->rides_max || ask->rides_max > SCAN_SNAPSHOTS))
    s->kept.rides_max = SCAN_SNAPSHOTS;
  prepare_walking(s, ask);
  choose_window(s, ask);
  bool plain = ask->portable || !scan_has_avx2(), timeline = by_timeline(s, ask);
  place_lanes(s, ask, timeline);
  s->timed = timeline;
  s->by_links = timeline && by_links(s, ask);
  if (s->by_links) {
    run_links(s, plain);
    return;
  }
  bool both = s->wide && ask->lanes > 8;
  run_half(s, 0, plain, timeline);
  if (both) run_half(s, 1, plain, timeline);
  if (!timeline) s->both_halves = both;
}

/* ---- reading ---- */

/* When a lane was first among those a list says were at a stop. */
static int32_t listed_at(const struct arrival *list, uint32_t i, unsigned place, int32_t cap_x) {
  int32_t x = -1;
  for (; i; i = list[i].before) {
    if ((list[i].x_n & ARRIVAL_LANES) <= place) break;
    x = (int32_t)(list[i].x_n >> ARRIVAL_BITS);
  }
  return x > cap_x ? -1 : x;
}

/* When a lane came to a stop by vehicle. */
static int32_t came_at(const struct scan *s, uint32_t stop, unsigned at) {
  if (s->by_links) return listed_at(s->arrivals, s->links_way[stop].last_came, at, s->cap_x[at]);
  unsigned lanes = s->wide ? 8 : 16, half = at / lanes;
  return listed_at(s->arrivals + half * lanes * (size_t)s->stops,
                   s->last_arrival[half * (size_t)s->stops + stop], at % lanes, s->cap_x[at]);
}

/* Where a stop's value of a lane lies. */
static const char *cell(const struct scan *s, const char *rows, uint32_t stop, unsigned at) {
  size_t lanes = s->wide ? 8 : 16, size = ROW_BYTES / lanes, half = at / lanes, lane = at % lanes;
  if (!s->timed) return rows + half * s->half_bytes + (size_t)stop * ROW_STRIDE + lane * size;
  size_t begin = half * s->stops * ROW_BYTES;
  return s->pend + begin + (lane * s->stops + stop) * size;
}

/* The raw lane, -1 for never. */
static int32_t raw(const struct scan *s, const char *rows, uint32_t stop, unsigned lane) {
  unsigned at = s->slot[lane];
  if (s->timed && rows == s->arr) return came_at(s, stop, at);
  if (s->by_links) return listed_at(s->readied, s->links_way[stop].last_readied, at, s->cap_x[at]);
  const char *p = cell(s, rows, stop, at);
  if (!s->wide) {
    int16_t v;
    memcpy(&v, p, 2);
    return v == INT16_MAX || v + 32768 > s->cap_x[at] ? -1 : v + 32768;
  }
  int32_t v;
  memcpy(&v, p, 4);
  return v == INT32_MAX || v > s->cap_x[at] ? -1 : v;
}

static int32_t clock_time(const struct scan *s, int32_t x) {
  if (x < 0) return s->ask->back ? -SCAN_NEVER : SCAN_NEVER;
  return s->ask->back ? s->base - x : s->base + x;
}

int32_t scan_by_ride(const struct scan *s, uint32_t stop, unsigned lane) {
  return clock_time(s, raw(s, s->arr, stop, lane));
}

int32_t scan_time(const struct scan *s, uint32_t stop, unsigned lane) {
  int32_t a = raw(s, s->arr, stop, lane), b = raw(s, s->ready, stop, lane);
  return clock_time(s, a < 0 || (b >= 0 && b < a) ? b : a);
}

unsigned scan_rides(const struct scan *s, uint32_t stop, unsigned lane) {
  if (!s->wide) {
    int16_t v;
    memcpy(&v, s->rides + (size_t)stop * ROW_STRIDE + 2 * lane, 2);
    return (unsigned)v;
  }
  int32_t v;
  memcpy(&v, s->rides + (lane / 8) * s->half_bytes + (size_t)stop * ROW_STRIDE + 4 * (lane % 8), 4);
  return (unsigned)v;
}

int32_t scan_within(const struct scan *s, uint32_t stop, unsigned lane, unsigned rides) {
  if (rides > s->kept.rides_max) rides = s->kept.rides_max;
  return clock_time(s, raw(s, s->snap[rides], stop, lane));
}

int32_t scan_at_place(const struct scan *s, const struct seeds *around, unsigned lane) {
  int32_t best = -1;
  for (size_t i = 0; i < around->n; i++) {
    int32_t x = raw(s, s->arr, around->p[i].stop, lane);
    if (x >= 0 && (best < 0 || x + around->p[i].secs < best)) best = x + around->p[i].secs;
  }
  return clock_time(s, best);
}

/* By vehicle, every lane of a stop by its place, cap or no cap; INT32_MAX = never. Narrow only, or
 * by given links. */
static void row_by_ride(const struct scan *s, uint32_t stop, int32_t row[SCAN_MANY]) {
  unsigned lanes = s->kept.lanes > SCAN_LANES ? s->kept.lanes : SCAN_LANES;
  for (unsigned i = 0; i < lanes; i++) row[i] = INT32_MAX;
  if (!s->timed) {
    int16_t v[SCAN_LANES];
    memcpy(v, cell(s, s->arr, stop, 0), sizeof v);
    for (int i = 0; i < SCAN_LANES; i++) row[i] = v[i] == INT16_MAX ? INT32_MAX : v[i] + 32768;
    return;
  }
  uint32_t last = s->by_links ? s->links_way[stop].last_came : s->last_arrival[stop];
  for (uint32_t k = last, before; k; k = before) {
    before = s->arrivals[k].before;
    uint32_t n = s->arrivals[k].x_n & ARRIVAL_LANES,
             from = before ? s->arrivals[before].x_n & ARRIVAL_LANES : 0;
    int32_t x = (int32_t)(s->arrivals[k].x_n >> ARRIVAL_BITS);
    for (uint32_t i = from; i < n; i++) row[i] = x;
  }
}

void scan_at_place_all(const struct scan *s, const struct seeds *around, int32_t *out) {
  unsigned lanes = s->kept.lanes > SCAN_LANES ? s->kept.lanes : SCAN_LANES;
  if (s->wide && !s->by_links) {
    for (unsigned lane = 0; lane < SCAN_LANES; lane++) {
      int32_t t = scan_at_place(s, around, lane);
      out[lane] = t == SCAN_NEVER || t == -SCAN_NEVER ? -1
                  : s->kept.back                      ? s->base - t
                                                      : t - s->base;
    }
    return;
  }
  int32_t best[SCAN_MANY], row[SCAN_MANY];
  for (unsigned i = 0; i < lanes; i++) best[i] = INT32_MAX;
  for (size_t k = 0; k < around->n; k++) {
    row_by_ride(s, around->p[k].stop, row);
    for (unsigned i = 0; i < lanes; i++) {
      int32_t x = row[i] > s->cap_x[i] ? INT32_MAX : row[i];
      int32_t t = x > INT32_MAX - around->p[k].secs ? INT32_MAX : x + around->p[k].secs;
      best[i] = t < best[i] ? t : best[i];
    }
  }
  for (unsigned i = 0; i < lanes; i++)
    out[i] = best[s->slot[i]] == INT32_MAX ? -1 : best[s->slot[i]];
}
