/* ways: the way to one place, what happens when the first vehicle is missed, the last way back, and
 * what would help where there is none. */
#include <math.h>
#include "journeys/kept.h"

enum { LAST_S = 27 * 3600 };

/* Everything a question needs, put together once. */
struct asking {
  struct path_ask path;
  int32_t time;
};

static struct place place_at(struct spot s, bool bike, int km) {
  return (struct place){.at = point_at(s),
                        .stop = REACH_NONE,
                        .by = bike ? BY_BIKE : ON_FOOT,
                        .by_metres = km * 1000};
}

static bool asking_of(const struct way_ask *ask, struct asking *out, struct why *why) {
  struct day_ready *d = day_ready(ask->day, ask->wheelchair, why);
  if (!d) return false;
  bool bike = ask->bike_km > 0;
  out->path =
      (struct path_ask){.day = &d->day,
                        .walking = walking_of(ask->slowly),
                        .scan = d->scan,
                        .streets = d->streets,
                        .from = place_at(ask->from, bike && !ask->bike_at_end, ask->bike_km),
                        .to = place_at(ask->to, bike && ask->bike_at_end, ask->bike_km),
                        .cap_s = (ask->most_minutes ? ask->most_minutes : WAY_MOST) * 60};
  out->path.walking.stepfree = ask->wheelchair;
  out->time = ask->minute * 60;
  return (point_known(out->path.from.at) && point_known(out->path.to.at)) ||
         why_say(why, "We do not know where that is.");
}

static int up(int32_t s) { return (int)((s + 59) / 60); }
static int down(int32_t s) { return (int)(s >= 0 ? s / 60 : -((-s + 59) / 60)); }

static struct str stop_name(struct arena *a, const struct region *r, uint32_t stop) {
  return stop == REACH_NONE ? (struct str){0} : str_copy(a, region_text(r, r->stops[stop].name));
}

static struct way_leg leg_of(struct arena *a, const struct region *r, const struct leg *l) {
  static const enum way_by by[] = {
      [LEG_WALK] = WAY_WALK, [LEG_BIKE] = WAY_BIKE, [LEG_LIFT] = WAY_LIFT, [LEG_RIDE] = WAY_RIDE};
  struct way_leg out = {.by = by[l->kind],
                        .from = stop_name(a, r, l->from),
                        .to = stop_name(a, r, l->to),
                        .depart = down(l->depart),
                        .arrive = up(l->arrive)};
  if (l->kind != LEG_RIDE) {
    out.depart = down(l->depart), out.arrive = out.depart + up(l->arrive - l->depart);
    return out;
  }
  const struct region_trip *t = &r->trips[l->trip];
  struct region_run run = region_run(r, l->trip, l->from_pos);
  out.mode = (int)run.route->mode;
  out.route = str_copy(a, region_text(r, run.route->name));
  out.head = str_copy(a, run.headsign);
  out.operator= str_copy(a, region_text(r, run.route->agency));
  struct region_joins joins = region_stay(r, l->trip, l->from_pos, l->to_pos);
  out.stay.p = arena_many(a, struct way_stay, joins.n + 1);
  for (uint32_t i = 0; i < joins.n; i++) {
    const struct region_join *j = &joins.p[i];
    uint32_t stop = r->pos_stop[r->patterns[l->pattern].first_pos + j->pos];
    out.stay.p[out.stay.n++] = (struct way_stay){
        stop_name(a, r, stop), str_copy(a, region_text(r, r->routes[j->route].name)),
        str_copy(a, region_text(r, j->headsign)), (int)r->routes[j->route].mode};
  }
  out.every = t->headway_s ? up(t->headway_s) : 0;
  out.wheelchair_unknown = t->wheelchair == NOT_KNOWN;
  return out;
}

struct travel way_of_journey(struct arena *a, const struct region *r, const struct journey *j) {
  struct travel out = {.found = j->found};
  if (!j->found) return out;
  out.depart = down(j->depart), out.arrive = up(j->arrive);
  out.changes = j->rides ? (int)j->rides - 1 : 0;
  out.legs.p = arena_many(a, struct way_leg, j->n + 1);
  for (size_t i = 0; i < j->n; i++) out.legs.p[out.legs.n++] = leg_of(a, r, &j->legs[i]);
  return out;
}

static struct journey run(const struct asking *q, bool arrive_by, struct arena *a) {
  return arrive_by ? path_arrive(&q->path, q->time, a) : path_depart(&q->path, q->time, a);
}

bool way_find(struct arena *a, const struct way_ask *ask, struct travel *out, struct why *why) {
  struct asking q;
  *out = (struct travel){0};
  if (!asking_of(ask, &q, why)) return false;
  struct journey j = run(&q, ask->arrive_by, a);
  *out = way_of_journey(a, q.path.day->r, &j);
  return true;
}

bool way_missed(struct arena *a, const struct way_ask *ask, const struct travel *w,
                struct travel *out) {
  struct asking q;
  struct why why;
  size_t first = 0;
  *out = (struct travel){0};
  while (first < w->legs.n && w->legs.p[first].by != WAY_RIDE) first++;
  if (first == w->legs.n || !asking_of(ask, &q, &why)) return false;
  /* At the stop a minute late: from home that is the time to it before. */
  struct journey j = path_depart(&q.path, (w->depart + 1) * 60, a);
  *out = way_of_journey(a, q.path.day->r, &j);
  return out->found;
}

bool way_last(struct arena *a, const struct way_ask *ask, struct travel *out, struct why *why) {
  struct asking q;
  *out = (struct travel){0};
  if (!asking_of(ask, &q, why)) return false;
  q.path.cap_s = 0; /* the last way may be hours before the deadline */
  struct journey j = path_arrive(&q.path, LAST_S, a);
  *out = way_of_journey(a, q.path.day->r, &j);
  return true;
}

/* ---- What would help. */

static void with_bike(struct arena *a, const struct way_ask *ask, int km, struct travel *out) {
  struct way_ask bike = *ask;
  struct why why;
  bike.bike_km = km;
  if (!way_find(a, &bike, out, &why)) *out = (struct travel){0};
}

/* The first way there after the time it should have been: leaving no earlier than the latest that
 * would have done. */
static void too_late(struct arena *a, const struct way_ask *ask, struct travel *out) {
  struct way_ask later = *ask;
  struct why why;
  *out = (struct travel){0};
  if (!ask->arrive_by) return;
  later.arrive_by = false, later.most_minutes = 12 * 60;
  later.minute = ask->minute > WAY_MOST / 2 ? ask->minute - WAY_MOST / 2 : 0;
  if (!way_find(a, &later, out, &why) || out->arrive <= ask->minute ||
      out->arrive - out->depart > WAY_MOST)
    *out = (struct travel){0};
}

struct nearest_stop {
  const struct region *r;
  struct point home;
  double metres[8];
  uint32_t stop[8];
  size_t n;
};

static void keep_nearest(void *to, uint32_t stop, double away) {
  struct nearest_stop *k = to;
  size_t i = k->n < countof(k->stop) ? k->n++ : k->n;
  if (i == countof(k->stop) && away >= k->metres[i - 1]) return;
  if (i == countof(k->stop)) i--;
  for (; i && k->metres[i - 1] > away; i--)
    k->metres[i] = k->metres[i - 1], k->stop[i] = k->stop[i - 1];
  k->metres[i] = away, k->stop[i] = stop;
}

struct far_stop {
  const struct scan *scan;
  struct nearest_stop near;
  double least;
  bool back;
};

static void consider(void *to, uint32_t stop, double away) {
  struct far_stop *f = to;
  int32_t t = scan_by_ride(f->scan, stop, 0);
  if (away > f->least && t != -SCAN_NEVER && t != SCAN_NEVER) keep_nearest(&f->near, stop, away);
}

/* The nearest stop that is farther than a walk and from which it works: one search back from the
 * place tells it for all of them. */
static void other_stop(struct arena *a, const struct way_ask *ask, struct way_help *out) {
  struct asking q;
  struct why why;
  if (!ask->arrive_by || !asking_of(ask, &q, &why)) return;
  struct seeds *seeds = arena_new(a, struct seeds);
  *seeds = path_seeds(&q.path, &q.path.to, true, a);
  struct scan_ask s = {.day = q.path.day,
                       .walking = q.path.walking,
                       .back = true,
                       .lanes = 1,
                       .cap_s = q.path.cap_s};
  s.time[0] = q.time, s.seeds[0] = seeds;
  scan_run(q.path.scan, &s);
  struct far_stop f = {.scan = q.path.scan, .least = WALK_MINUTES_MOST * 80 / STREET_FACTOR};
  region_stops_near(q.path.day->r, q.path.from.at, HELP_STOP_METRES, consider, &f);
  if (!f.near.n) return;
  struct path_ask from = q.path;
  from.from = (struct place){.at = q.path.day->r->stops[f.near.stop[0]].at, .stop = f.near.stop[0]};
  struct journey j = path_arrive(&from, q.time, a);
  out->from_stop = way_of_journey(a, q.path.day->r, &j);
  if (!j.found) return;
  out->stop = stop_name(a, q.path.day->r, f.near.stop[0]);
  out->stop_km = f.near.metres[0] / 1000;
}

void way_help(struct arena *a, const struct way_ask *ask, struct way_help *out) {
  *out = (struct way_help){0};
  with_bike(a, ask, 3, &out->bike3);
  if (!out->bike3.found) with_bike(a, ask, 5, &out->bike5);
  too_late(a, ask, &out->later);
  if (!ask->bike_at_end) other_stop(a, ask, out);
}
