#include <math.h>
#include <stdlib.h>
#include "reach/path.h"
#include "reach/streets.h"

bool place_find(const struct region *r, struct str text, struct place *out, struct why *why) {
  struct str t = str_trim(text), rest = t, lat = str_cut(&rest, ',');
  *out = (struct place){.label = t, .stop = REACH_NONE, .at = POINT_NONE};
  if (rest.n && point_known(out->at = point_parse(str_trim(lat), str_trim(rest)))) return true;
  if (point_known(out->at = region_postcode_find(r, t))) return true;
  out->stop = region_stop_find(r, t);
  if (out->stop != REACH_NONE) {
    out->label = region_text(r, r->stops[out->stop].name);
    out->at = r->stops[out->stop].at;
    return true;
  }
  return why_say(why, "\"%.*s\" is not a postcode, stop or lat,lon of this region.", P(t));
}

/* ---- getting to stops ---- */

struct riding {
  const struct path_ask *ask;
  const struct place *p;
  struct seeds out;
  size_t cap;
  struct arena *a;
};

static int32_t vehicle_seconds(const struct place *p, double metres) {
  double v = p->by == BY_BIKE ? BIKE_MM_PER_S : LIFT_MM_PER_S;
  return (int32_t)ceil(metres * 1000 / v);
}

static void ride_to(void *to, uint32_t stop, double away) {
  struct riding *g = to;
  const struct region *r = g->ask->day->r;
  double metres = away * STREET_FACTOR;
  if (metres > g->p->by_metres || (g->p->only_stations && r->stops[stop].kind != STOP_RAIL)) return;
  *slice_push(g->a, &g->out, &g->cap) = (struct seed){stop, vehicle_seconds(g->p, metres), 0};
}

struct seeds path_seeds(const struct path_ask *ask, const struct place *p, bool back,
                        struct arena *a) {
  if (p->by != ON_FOOT) {
    struct riding g = {.ask = ask, .p = p, .a = a};
    region_stops_near(ask->day->r, p->at, p->by_metres / STREET_FACTOR, ride_to, &g);
    return g.out;
  }
  if (p->stop != REACH_NONE) return seeds_from_stop(ask->day, ask->walking, p->stop, back, a);
  return seeds_from_point(ask->day, ask->walking, p->at, ask->streets, a);
}

int32_t path_direct(const struct path_ask *ask) {
  const struct place *f = &ask->from, *t = &ask->to;
  const struct place *ride = f->by == BY_BIKE ? f : t->by == BY_BIKE ? t : NULL;
  if (!point_known(f->at) || !point_known(t->at)) return SCAN_NEVER;
  double metres = geo_metres(f->at, t->at) * STREET_FACTOR;
  int32_t walk = SCAN_NEVER;
  if (ask->walking.mode == WALK_OSM && ask->streets) {
    double v = (ask->walking.mm_per_s > 0 ? ask->walking.mm_per_s : WALK_MM_PER_S) / 1000.0;
    double most = walk_cap(ask->walking) * v;
    bool near = metres / STREET_FACTOR <= most &&
                streets_from(ask->streets, f->at, most, ask->walking.stepfree);
    double d = near ? streets_to(ask->streets, t->at) : INFINITY;
    if (d < INFINITY) walk = walk_seconds(ask->walking, (uint32_t)ceil(d * 10));
  } else if (ask->walking.mode == WALK_LINE && metres < 60000 &&
             !region_blocked(ask->day->r, (struct segment){f->at, t->at})) {
    walk = walk_seconds(ask->walking, (uint32_t)ceil(metres * 10));
  }
  if (walk > walk_cap(ask->walking)) walk = SCAN_NEVER;
  if (ride && metres <= ride->by_metres && vehicle_seconds(ride, metres) < walk)
    walk = vehicle_seconds(ride, metres);
  return walk;
}

/* From a stop to a stop on foot: the links and walks the timetable has, some with hours. */
static bool both_stops(const struct path_ask *ask) {
  return ask->from.stop != REACH_NONE && ask->to.stop != REACH_NONE && ask->from.by == ON_FOOT &&
         ask->to.by == ON_FOOT;
}

/* ---- the search ---- */

enum label_kind { BY_SEED, BY_RIDE, BY_CHANGE, BY_WALK };
struct label {
  enum label_kind kind;
  uint32_t stop, parent;
  int32_t time;
  uint32_t trip, from_pos, to_pos, pattern;
};

struct search {
  const struct path_ask *ask;
  const struct day *d;
  struct arena *a;
  struct {
    struct label *p;
    size_t n;
  } labels;
  size_t cap;
  uint32_t *arr, *ready; /* by stop: label + 1 */
  uint32_t *marked, *improved, n_marked, n_improved;
  uint8_t *is_marked, *is_improved;
  uint32_t *queue, *edge, *stamp, n_queue, round;
  int32_t limit; /* nothing at or after this is worth keeping */
};

static int32_t label_time(const struct search *s, const uint32_t *at, uint32_t stop) {
  return at[stop] ? s->labels.p[at[stop] - 1].time : SCAN_NEVER;
}

static uint32_t keep(struct search *s, struct label l) {
  *slice_push(s->a, &s->labels, &s->cap) = l;
  return (uint32_t)s->labels.n;
}

static void offer(struct search *s, struct label l) {
  if (l.time >= label_time(s, s->ready, l.stop) || l.time >= s->limit) return;
  s->ready[l.stop] = keep(s, l);
  if (s->is_marked[l.stop]) return;
  s->is_marked[l.stop] = 1;
  s->marked[s->n_marked++] = l.stop;
}

static int32_t through_window(const struct search *s, int32_t t, uint32_t window, int32_t secs) {
  if (!window) return t + secs;
  const struct region_window *w = &s->d->r->windows[window - 1];
  if (!s->d->window[window - 1] || t > w->to_s) return SCAN_NEVER;
  return (t < w->from_s ? w->from_s : t) + secs;
}

static int32_t dep_at(const struct day *d, uint32_t trip, uint32_t pos) {
  return d->start[trip] + region_offset(d->r->times[d->times[trip] + pos].dep);
}
static int32_t arr_at(const struct day *d, uint32_t trip, uint32_t pos) {
  return d->start[trip] + region_offset(d->r->times[d->times[trip] + pos].arr);
}

static void ride_line(struct search *s, const struct day_line *line, uint32_t edge) {
  const struct region *r = s->d->r;
  const struct region_pattern *p = &r->patterns[line->pattern];
  uint32_t k = line->n, board = 0, parent = 0;
  for (uint32_t pos = edge; pos < p->n; pos++) {
    uint32_t stop = r->pos_stop[p->first_pos + pos];
    uint8_t flags = r->pos_flags[p->first_pos + pos];
    if (k < line->n && flags & POS_ALIGHT) {
      int32_t t = arr_at(s->d, line->first + k, pos);
      if (t < label_time(s, s->arr, stop) && t < s->limit) {
        s->arr[stop] = keep(s, (struct label){BY_RIDE, stop, parent, t, line->first + k, board, pos,
                                              line->pattern});
        if (!s->is_improved[stop]) s->is_improved[stop] = 1, s->improved[s->n_improved++] = stop;
      }
    }
    int32_t ready = flags & POS_BOARD ? label_time(s, s->ready, stop) : SCAN_NEVER;
    if (ready == SCAN_NEVER || (k < line->n && dep_at(s->d, line->first + k, pos) < ready))
      continue;
    uint32_t lo = 0, hi = k;
    while (lo < hi) {
      uint32_t mid = lo + (hi - lo) / 2;
      if (dep_at(s->d, line->first + mid, pos) >= ready)
        hi = mid;
      else
        lo = mid + 1;
    }
    if (lo < k) k = lo, board = pos, parent = s->ready[stop];
  }
}

static void queue_patterns(struct search *s) {
  const struct region *r = s->d->r;
  s->n_queue = 0;
  for (uint32_t i = 0; i < s->n_marked; i++) {
    uint32_t stop = s->marked[i];
    s->is_marked[stop] = 0;
    for (uint32_t k = r->at_first[stop]; k < r->at_first[stop + 1]; k++) {
      uint32_t p = r->at[k].pattern;
      if (s->stamp[p] != s->round)
        s->stamp[p] = s->round, s->queue[s->n_queue++] = p, s->edge[p] = r->at[k].pos;
      else if (r->at[k].pos < s->edge[p])
        s->edge[p] = r->at[k].pos;
    }
  }
  s->n_marked = 0;
}

static void walk_on(struct search *s) {
  const struct region *r = s->d->r;
  const struct walking *w = &s->ask->walking;
  const uint32_t *first = w->mode == WALK_LINE                    ? r->line_first
                          : w->mode == WALK_OSM && r->n_osm_first ? r->osm_first
                                                                  : NULL;
  const struct region_walk *walks = w->mode == WALK_LINE ? r->line_walks : r->osm_walks;
  for (uint32_t i = 0; i < s->n_improved; i++) {
    uint32_t stop = s->improved[i], parent = s->arr[stop];
    int32_t t = label_time(s, s->arr, stop);
    s->is_improved[stop] = 0;
    offer(s, (struct label){.kind = BY_CHANGE,
                            .stop = stop,
                            .parent = parent,
                            .time = t + r->stops[stop].change_s});
    for (uint32_t k = r->link_first[stop]; k < r->link_first[stop + 1]; k++)
      offer(s, (struct label){.kind = BY_WALK,
                              .stop = r->links[k].to,
                              .parent = parent,
                              .time = through_window(s, t, r->links[k].window, r->links[k].secs)});
    for (uint32_t k = first ? first[stop] : 0; first && k < first[stop + 1]; k++) {
      uint32_t dm = w->stepfree ? walks[k].stepfree_dm : walks[k].dm;
      if (dm != UINT16_MAX && walk_seconds(*w, dm) <= walk_cap(*w))
        offer(s, (struct label){.kind = BY_WALK,
                                .stop = walks[k].to,
                                .parent = parent,
                                .time = t + walk_seconds(*w, dm)});
    }
  }
  s->n_improved = 0;
}

static void search_open(struct search *s) {
  const struct region *r = s->d->r;
  s->arr = arena_many(s->a, uint32_t, r->n_stops + 1);
  s->ready = arena_many(s->a, uint32_t, r->n_stops + 1);
  s->marked = arena_many(s->a, uint32_t, r->n_stops + 1);
  s->improved = arena_many(s->a, uint32_t, r->n_stops + 1);
  s->is_marked = arena_many(s->a, uint8_t, r->n_stops + 1);
  s->is_improved = arena_many(s->a, uint8_t, r->n_stops + 1);
  s->queue = arena_many(s->a, uint32_t, r->n_patterns + 1);
  s->edge = arena_many(s->a, uint32_t, r->n_patterns + 1);
  s->stamp = arena_many(s->a, uint32_t, r->n_patterns + 1);
}

static enum leg_kind leg_kind_of(const struct place *p) {
  return p->by == BY_BIKE ? LEG_BIKE : p->by == BY_LIFT ? LEG_LIFT : LEG_WALK;
}

struct legs {
  struct leg *p;
  size_t n;
};

static void put_leg(struct arena *a, struct legs *legs, size_t *cap, struct leg leg) {
  *slice_push(a, legs, cap) = leg;
}

/* The legs from the label that ends the journey back to the start, then turned round. */
static struct journey unwind(struct search *s, uint32_t last, int32_t last_walk, int32_t depart) {
  struct legs legs = {0};
  size_t cap = 0;
  struct journey j = {.found = true};
  const struct label *l = &s->labels.p[last - 1];
  j.arrive = l->time + last_walk;
  if (last_walk > 0)
    put_leg(s->a, &legs, &cap,
            (struct leg){.kind = leg_kind_of(&s->ask->to),
                         .from = l->stop,
                         .to = REACH_NONE,
                         .depart = l->time,
                         .arrive = j.arrive});
  while (l->kind != BY_SEED) {
    const struct label *from = &s->labels.p[l->parent - 1];
    if (l->kind == BY_RIDE) {
      j.rides++;
      put_leg(s->a, &legs, &cap,
              (struct leg){LEG_RIDE, from->stop, l->stop, dep_at(s->d, l->trip, l->from_pos),
                           l->time, s->d->trip[l->trip], l->from_pos, l->to_pos, l->pattern});
    } else if (l->kind == BY_WALK) {
      put_leg(s->a, &legs, &cap,
              (struct leg){.kind = LEG_WALK,
                           .from = from->stop,
                           .to = l->stop,
                           .depart = from->time,
                           .arrive = l->time});
    }
    l = from;
  }
  /* Leave just in time for the first vehicle, not as early as one may. */
  int32_t walk = l->time - depart, off = legs.n ? legs.p[legs.n - 1].depart - walk : depart;
  j.depart = off > depart ? off : depart;
  if (walk > 0)
    put_leg(s->a, &legs, &cap,
            (struct leg){.kind = leg_kind_of(&s->ask->from),
                         .from = REACH_NONE,
                         .to = l->stop,
                         .depart = j.depart,
                         .arrive = j.depart + walk});
  for (size_t i = 0; i < legs.n / 2; i++) {
    struct leg swap = legs.p[i];
    legs.p[i] = legs.p[legs.n - 1 - i];
    legs.p[legs.n - 1 - i] = swap;
  }
  j.legs = legs.p;
  j.n = legs.n;
  return j;
}

static struct journey straight(const struct path_ask *ask, int32_t depart, int32_t secs,
                               struct arena *a) {
  struct leg *leg = arena_new(a, struct leg);
  bool bike = ask->from.by == BY_BIKE || ask->to.by == BY_BIKE;
  *leg = (struct leg){.kind = bike ? LEG_BIKE : LEG_WALK,
                      .from = REACH_NONE,
                      .to = REACH_NONE,
                      .depart = depart,
                      .arrive = depart + secs};
  return (struct journey){true, depart, depart + secs, 0, leg, secs > 0};
}

struct journey path_search(const struct path_ask *ask, int32_t depart, struct arena *a) {
  struct search s = {.ask = ask,
                     .d = ask->day,
                     .a = a,
                     .limit = ask->cap_s ? depart + ask->cap_s + 1 : SCAN_NEVER - 100000};
  struct seeds from = path_seeds(ask, &ask->from, false, a),
               to = path_seeds(ask, &ask->to, true, a);
  uint32_t best = 0;
  int32_t best_walk = 0, walk = both_stops(ask) ? SCAN_NEVER : path_direct(ask);
  for (size_t i = 0; both_stops(ask) && i < from.n; i++) {
    int32_t t = from.p[i].stop == ask->to.stop
                    ? through_window(&s, depart, from.p[i].window, from.p[i].secs)
                    : SCAN_NEVER;
    if (t != SCAN_NEVER && t - depart < walk) walk = t - depart;
  }
  bool on_foot = walk != SCAN_NEVER && depart + walk < s.limit;
  if (on_foot) s.limit = depart + walk;
  search_open(&s);
  for (size_t i = 0; i < from.n; i++)
    offer(&s, (struct label){.kind = BY_SEED,
                             .stop = from.p[i].stop,
                             .time = through_window(&s, depart, from.p[i].window, from.p[i].secs)});
  for (s.round = 1; s.round <= SCAN_RIDES_MAX && s.n_marked; s.round++) {
    queue_patterns(&s);
    for (uint32_t i = 0; i < s.n_queue; i++) {
      uint32_t p = s.queue[i];
      for (uint32_t l = s.d->line_first[p]; l < s.d->line_first[p + 1]; l++)
        ride_line(&s, &s.d->lines[l], s.edge[p]);
    }
    for (size_t i = 0; i < to.n; i++) {
      int32_t t = label_time(&s, s.arr, to.p[i].stop);
      if (t == SCAN_NEVER) continue;
      t = through_window(&s, t, to.p[i].window, to.p[i].secs);
      if (t >= s.limit) continue;
      s.limit = t;
      best = s.arr[to.p[i].stop];
      best_walk = t - s.labels.p[best - 1].time;
    }
    walk_on(&s);
  }
  if (best) return unwind(&s, best, best_walk, depart);
  return on_foot ? straight(ask, depart, walk, a) : (struct journey){0};
}

/* ---- earliest, latest, missed ---- */

static void scan_once(const struct path_ask *ask, const struct seeds *seeds, int32_t time,
                      bool back) {
  struct scan_ask q = {
      .day = ask->day, .walking = ask->walking, .back = back, .lanes = 1, .cap_s = ask->cap_s};
  q.time[0] = time;
  q.seeds[0] = seeds;
  scan_run(ask->scan, &q);
}

/* The latest one can set off along a seed to be at its end by `by`. */
static int32_t set_off(const struct path_ask *ask, const struct seed *s, int32_t by) {
  if (by == -SCAN_NEVER) return by;
  int32_t t = by - s->secs;
  if (!s->window) return t;
  const struct region_window *w = &ask->day->r->windows[s->window - 1];
  return t < w->from_s ? -SCAN_NEVER : t > w->to_s ? w->to_s : t;
}

/* The backward scan ends at vehicles; the walk before the first is ours. */
static int32_t best_before(const struct path_ask *ask, const struct seeds *from, int32_t deadline) {
  int32_t best = -SCAN_NEVER;
  for (size_t i = 0; i < from->n; i++) {
    int32_t t = set_off(ask, &from->p[i], scan_by_ride(ask->scan, from->p[i].stop, 0));
    if (t > best) best = t;
    t = both_stops(ask) && from->p[i].stop == ask->to.stop ? set_off(ask, &from->p[i], deadline)
                                                           : best;
    if (t > best) best = t;
  }
  return best;
}

int32_t path_latest(const struct path_ask *ask, int32_t deadline, struct arena *a) {
  struct seeds from = path_seeds(ask, &ask->from, false, a),
               to = path_seeds(ask, &ask->to, true, a);
  scan_once(ask, &to, deadline, true);
  int32_t latest = best_before(ask, &from, deadline),
          walk = both_stops(ask) ? SCAN_NEVER : path_direct(ask);
  if (latest != -SCAN_NEVER && ask->cap_s && deadline - latest > ask->cap_s) latest = -SCAN_NEVER;
  if (walk != SCAN_NEVER && deadline - walk > latest) latest = deadline - walk;
  return latest;
}

struct journey path_arrive(const struct path_ask *ask, int32_t deadline, struct arena *a) {
  int32_t latest = path_latest(ask, deadline, a);
  return latest == -SCAN_NEVER ? (struct journey){0} : path_search(ask, latest, a);
}

struct journey path_depart(const struct path_ask *ask, int32_t depart, struct arena *a) {
  struct journey first = path_search(ask, depart, a);
  if (!first.found || first.rides == 0) return first;
  int32_t latest = path_latest(ask, first.arrive, a);
  if (latest <= first.depart) return first;
  struct journey later = path_search(ask, latest, a);
  return later.found && later.arrive <= first.arrive && later.rides <= first.rides ? later : first;
}

struct journey path_if_missed(const struct path_ask *ask, const struct journey *j,
                              struct arena *a) {
  if (!j->found || !j->rides) return (struct journey){0};
  return path_depart(ask, j->depart + 1, a);
}
