#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include "reach/judge.h"
#include "reach/streets.h"

enum { FIRST_DAY = 20000 };

bool judge_runs(const struct net *n, uint32_t service, day_t day) {
  bool on = false;
  for (uint32_t at = n->services.p[service].first; at; at = n->steps.p[at - 1].next) {
    const struct net_step *s = &n->steps.p[at - 1];
    bool in = day >= s->first && day <= s->last && (s->weekdays >> day_weekday(day) & 1);
    if (s->kind == STEP_ADD && in) on = true;
    if (s->kind == STEP_REMOVE && in) on = false;
  }
  return on;
}

bool judge_served(const struct net *n, uint32_t stop) {
  for (size_t i = 0; i < n->links.n; i++)
    if (n->links.p[i].from == stop && n->links.p[i].to != stop && !n->links.p[i].forbidden)
      return true;
  for (size_t t = 0; t < n->trips.n; t++) {
    bool ever = false;
    for (day_t d = FIRST_DAY; d < FIRST_DAY + 14; d++)
      ever |= judge_runs(n, n->trips.p[t].service, d);
    for (uint32_t i = 0; ever && i < n->trips.p[t].calls; i++)
      if (n->calls.p[n->trips.p[t].first_call + i].stop == stop) return true;
  }
  return false;
}

static int32_t lower(int32_t a, int32_t b) { return a < b ? a : b; }

/* When one is at `to` having been at `from` at t, over every given link and, in line mode,
 * straight. */
static int32_t walk(const struct judge *j, uint32_t from, uint32_t to, int32_t t) {
  const struct net *n = j->n;
  int32_t best = INT32_MAX;
  bool no = false;
  for (size_t i = 0; i < n->links.n; i++) {
    const struct net_link *l = &n->links.p[i];
    no |= l->forbidden && ((l->from == from && l->to == to) || (l->from == to && l->to == from));
    if (l->forbidden || l->from != from || l->to != to) continue;
    int32_t at = t;
    if (l->window) {
      const struct region_window *w = &n->windows.p[l->window - 1];
      if (j->date < w->day_first || j->date > w->day_last ||
          !(w->weekdays >> day_weekday(j->date) & 1) || t > w->to_s)
        continue;
      if (at < w->from_s) at = w->from_s;
    }
    best = lower(best, at + (int32_t)l->secs);
  }
  double metres = geo_metres(n->stops.p[from].at, n->stops.p[to].at) * STREET_FACTOR;
  if (j->walking.mode == WALK_LINE && !no && metres <= REACH_WALK_METRES && j->served[to]) {
    int32_t secs = walk_seconds(j->walking, (uint32_t)ceil(metres * 10));
    if (secs <= walk_cap(j->walking)) best = lower(best, t + secs);
  }
  return best;
}

static bool running(const struct judge *j, size_t trip, int shift) {
  const struct net_trip *t = &j->n->trips.p[trip];
  if (j->without && j->without[trip]) return false;
  if (j->wheelchair == NEED_NOT_REFUSED && t->wheelchair == NO) return false;
  if (j->wheelchair == NEED_ONLY_KNOWN && t->wheelchair != YES) return false;
  const struct net_call *c = j->n->calls.p + t->first_call;
  for (bool more = true; more;) { /* it counts by where its vehicle's first turn begins */
    more = false;
    for (size_t u = 0; u < j->n->trips.n && !more; u++)
      if (j->next[u] == (int)trip) more = true, trip = u;
  }
  c = j->n->calls.p + j->n->trips.p[trip].first_call;
  if (shift == 1 && c[0].arr + 86400 >= j->next_until_s) return false;
  return judge_runs(j->n, t->service, j->date + shift);
}

/* The next turn of the same vehicle, where people can stay on; -1 = none. */
static int goes_on_as(const struct net *n, size_t trip) {
  const struct net_trip *t = &n->trips.p[trip];
  const struct net_call *c = n->calls.p + t->first_call, *end = c + t->calls - 1;
  int next = -1;
  for (size_t u = 0; t->block && u < n->trips.n; u++) {
    const struct net_trip *o = &n->trips.p[u];
    const struct net_call *d = n->calls.p + o->first_call, *d_end = d + o->calls - 1;
    int64_t mine[] = {c->arr, end->arr, (int64_t)trip}, its[] = {d->arr, d_end->arr, (int64_t)u};
    int k = 0;
    if (o->block != t->block || o->service != t->service) continue;
    while (k < 2 && its[k] == mine[k]) k++;
    if (its[k] <= mine[k]) continue;
    const struct net_trip *b = next < 0 ? NULL : &n->trips.p[next];
    const struct net_call *e = b ? n->calls.p + b->first_call : NULL;
    if (!b || d->arr < e->arr || (d->arr == e->arr && d_end->arr < e[b->calls - 1].arr))
      next = (int)u;
  }
  if (next < 0) return -1;
  const struct net_trip *o = &n->trips.p[next];
  const struct net_call *d = n->calls.p + o->first_call;
  bool turns_back = o->route == t->route && (!o->direction || o->direction != t->direction);
  double metres = geo_metres(n->stops.p[end->stop].at, n->stops.p[d->stop].at);
  return !turns_back && o->wheelchair == t->wheelchair && o->bikes == t->bikes &&
                 d->dep >= end->arr && d->dep <= end->arr + STAY_SECONDS_MAX &&
                 (d->stop == end->stop || metres <= STAY_METRES_MAX)
             ? next
             : -1;
}

static void ride(struct judge *j, const int32_t *ready, int32_t *arr, size_t trip, int32_t add,
                 int32_t cap) {
  const struct net *n = j->n;
  const struct net_call *c = n->calls.p + n->trips.p[trip].first_call;
  bool aboard = false;
  for (int t = (int)trip; t >= 0; t = j->next[t]) {
    const struct net_call *d = n->calls.p + n->trips.p[t].first_call;
    for (uint32_t b = 0; b < n->trips.p[t].calls; b++) {
      if (b && aboard && d[b].flags & POS_ALIGHT && d[b].arr + add <= cap)
        arr[d[b].stop] = lower(arr[d[b].stop], d[b].arr + add);
      if (d == c && b + 1 < n->trips.p[t].calls && d[b].flags & POS_BOARD)
        aboard |= ready[d[b].stop] <= d[b].dep + add;
    }
  }
}

void judge_from_stop(struct judge *j, uint32_t stop, int32_t depart) {
  const struct net *n = j->n;
  int32_t arr[JUDGE_STOPS], ready[JUDGE_STOPS], cap = j->cap_s ? depart + j->cap_s : INT32_MAX - 1;
  uint32_t stops = (uint32_t)n->stops.n;
  for (uint32_t s = 0; s < stops; s++) j->served[s] = judge_served(n, s);
  for (size_t t = 0; t < n->trips.n; t++) j->next[t] = goes_on_as(n, t);
  for (uint32_t s = 0; s < stops; s++) {
    arr[s] = INT32_MAX;
    ready[s] = s == stop ? depart : walk(j, stop, s, depart);
    if (ready[s] > cap) ready[s] = INT32_MAX;
    j->best[0][s] = ready[s];
  }
  for (int round = 1; round <= JUDGE_ROUNDS; round++) {
    for (size_t t = 0; t < n->trips.n; t++)
      for (int shift = -1; shift <= 1; shift++) {
        if (running(j, t, shift)) ride(j, ready, arr, t, shift * 86400, cap);
      }
    for (uint32_t s = 0; s < stops; s++) {
      if (arr[s] == INT32_MAX) continue;
      int32_t again = arr[s] + (int32_t)n->stops.p[s].change_s;
      if (again <= cap) ready[s] = lower(ready[s], again);
      for (uint32_t u = 0; u < stops; u++) {
        int32_t there = u == s ? INT32_MAX : walk(j, s, u, arr[s]);
        if (there <= cap) ready[u] = lower(ready[u], there);
      }
    }
    for (uint32_t s = 0; s < stops; s++) j->best[round][s] = lower(arr[s], ready[s]);
  }
}

/* ---- random networks ---- */

static int below(struct rng *r, int n) { return (int)rng_below(r, (uint64_t)n); }

static void random_stops(struct net *n, struct rng *r) {
  int stops = 4 + below(r, JUDGE_STOPS - 6);
  for (int i = 0; i < stops; i++) {
    char id[16];
    bool new_one;
    snprintf(id, sizeof id, "s%d", i);
    uint32_t s = net_stop(n, str_of(id), &new_one);
    n->stops.p[s].at = point_of(51.5 + 0.03 * rng_unit(r), -3.0 + 0.04 * rng_unit(r));
    n->stops.p[s].change_s = below(r, 3) ? 0 : (uint32_t)below(r, 300);
  }
}

static void random_links(struct net *n, struct rng *r) {
  int links = below(r, (int)n->stops.n);
  if (below(r, 2))
    *slice_push(&n->keep, &n->windows, &n->windows_cap) =
        (struct region_window){below(r, 12) * 3600, (12 + below(r, 14)) * 3600, FIRST_DAY,
                               FIRST_DAY + below(r, 20), (uint32_t)below(r, 128)};
  for (int i = 0; i < links; i++) {
    struct net_link l = {(uint32_t)below(r, (int)n->stops.n), (uint32_t)below(r, (int)n->stops.n),
                         (uint32_t)below(r, 900), 0, below(r, 12) == 0};
    if (n->windows.n && below(r, 3) == 0) l.window = 1;
    *slice_push(&n->keep, &n->links, &n->links_cap) = l;
  }
}

static void random_services(struct net *n, struct rng *r) {
  for (int i = 0; i < 3; i++) {
    uint32_t s = net_service(n);
    net_step(n, s,
             (struct net_step){STEP_ADD, FIRST_DAY, FIRST_DAY + 13,
                               (uint8_t)(i ? below(r, 128) : 127), 0, 0, 0});
    if (below(r, 2)) {
      day_t d = FIRST_DAY + below(r, 14);
      net_step(n, s, (struct net_step){below(r, 2) ? STEP_ADD : STEP_REMOVE, d, d, 127, 0, 0, 0});
    }
  }
}

/* A route and some trips on it, at times that may overtake, repeat or run past midnight. */
static void random_route(struct net *n, struct rng *r, int route) {
  uint32_t stop[12];
  uint8_t flags[12];
  int calls = 2 + below(r, 8), trips = 1 + below(r, 8), at = below(r, 26) * 3600,
      mean = 60 + below(r, 900);
  struct mended m = {0};
  int unit = below(r, 2) ? 60 : 1; /* many timetables know only whole minutes */
  bool block = below(r, 2); /* of vehicles that go on as others, about one hour of the day */
  if (block) at = 8 * 3600 + below(r, 8) * 600;
  net_route(n, (struct net_route){S("r"), S("1"), S("Operator"), 3});
  for (int i = 0; i < calls; i++) {
    stop[i] = block && (!i || i + 1 == calls) ? (uint32_t)below(r, 3)
                                              : (uint32_t)below(r, (int)n->stops.n);
    flags[i] = (uint8_t)(below(r, 10) ? 3 : below(r, 4));
  }
  for (int t = 0; t < trips; t++) {
    uint32_t first = (uint32_t)n->calls.n;
    int32_t clock = at;
    for (int i = 0; i < calls; i++) {
      int32_t arr = clock, dep = clock + (below(r, 4) ? 0 : below(r, 120) / unit * unit);
      clock = dep + (below(r, 6) ? (below(r, mean) + unit) / unit * unit : 0);
      *slice_push(&n->calls_arena, &n->calls, &n->calls_cap) =
          (struct net_call){stop[i], arr, dep, flags[i]};
    }
    net_trip(n,
             (struct net_trip){.route = (uint32_t)route,
                               .service = block ? 0 : (uint32_t)below(r, 3),
                               .first_call = first,
                               .calls = (uint32_t)calls,
                               .block = block ? 1 + (uint32_t)below(r, 3) : 0,
                               .direction = (uint8_t)below(r, 3),
                               .wheelchair = block ? 0 : (uint8_t)below(r, 3)},
             &m);
    at += below(r, 3) ? below(r, 1800) / unit * unit : 0;
  }
}

void small_make(struct small *s, uint64_t seed) {
  struct rng r = rng_seed(seed);
  struct why why = {0};
  *s = (struct small){0};
  assert_true(net_open(&s->net, NULL, &why));
  s->net.has_bus = true;
  s->net.first_day = FIRST_DAY;
  random_stops(&s->net, &r);
  random_services(&s->net, &r);
  for (int i = 0, routes = 1 + below(&r, 9); i < routes; i++) random_route(&s->net, &r, i);
  random_links(&s->net, &r);
  s->file = buf_open(1 << 28);
  if (!net_build(&s->net, &s->file, &why) || !region_over(&s->r, buf_str(&s->file), &why))
    fail_msg("%s", why.text);
  for (uint32_t i = 0; i < s->net.stops.n; i++)
    s->to_region[i] = region_stop_find(&s->r, s->net.stops.p[i].id);
}

void small_close(struct small *s) {
  buf_free(&s->file);
  net_close(&s->net);
}
