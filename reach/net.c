#include <stdarg.h>
#include <stdio.h>
#include "reach/net.h"

/* ids: open addressing, at most half full. */
struct id_slot {
  uint64_t hash;
  uint32_t number;
};

static struct id_slot *ids_slot(const struct ids *t, struct str s, uint64_t h) {
  uint32_t i = (uint32_t)h & (t->cap - 1);
  while (t->slot[i].number && (t->slot[i].hash != h || !str_eq(t->name[t->slot[i].number - 1], s)))
    i = (i + 1) & (t->cap - 1);
  return &t->slot[i];
}

static void ids_grow(struct ids *t) {
  struct id_slot *old = t->slot;
  uint32_t n = t->cap;
  t->cap = n ? n * 2 : 1024;
  t->slot = arena_many(t->a, struct id_slot, t->cap);
  struct str *names = arena_many(t->a, struct str, t->cap / 2);
  if (t->n) memcpy(names, t->name, t->n * sizeof *names);
  t->name = names;
  for (uint32_t i = 0; i < n; i++) {
    if (!old[i].number) continue;
    uint32_t k = (uint32_t)old[i].hash & (t->cap - 1);
    while (t->slot[k].number) k = (k + 1) & (t->cap - 1);
    t->slot[k] = old[i];
  }
}

uint32_t ids_put(struct ids *t, struct str s) {
  if ((uint64_t)t->n * 2 >= t->cap) ids_grow(t);
  uint64_t h = hash64(s, 1);
  struct id_slot *slot = ids_slot(t, s, h);
  if (!slot->number) {
    t->name[t->n] = str_copy(t->a, s);
    *slot = (struct id_slot){h, ++t->n};
  }
  return slot->number - 1;
}

uint32_t ids_find(const struct ids *t, struct str s) {
  if (!t->n) return REACH_NONE;
  return ids_slot(t, s, hash64(s, 1))->number - 1; /* 0 - 1 = REACH_NONE */
}

bool net_open(struct net *n, struct progress *progress, struct why *why) {
  *n = (struct net){.progress = progress, .first_day = DAY_NONE};
  n->keep = arena_open((size_t)8 << 30);
  n->calls_arena = arena_open((size_t)NET_CALLS_MAX * sizeof(struct net_call) * 2);
  n->steps_arena = arena_open((size_t)NET_SERVICE_OPS_MAX * sizeof(struct net_step) * 2);
  n->trips_arena = arena_open((size_t)NET_TRIPS_MAX * sizeof(struct net_trip) * 2);
  if (!n->keep.start || !n->calls_arena.start || !n->steps_arena.start || !n->trips_arena.start) {
    net_close(n);
    return why_say(
        why,
        "There is not enough memory to import a timetable: close other programs and try again.");
  }
  n->stop_ids.a = &n->keep;
  return true;
}

void net_close(struct net *n) {
  if (n->keep.start) arena_close(&n->keep);
  if (n->calls_arena.start) arena_close(&n->calls_arena);
  if (n->steps_arena.start) arena_close(&n->steps_arena);
  if (n->trips_arena.start) arena_close(&n->trips_arena);
  *n = (struct net){0};
}

void net_say(struct net *n, enum sentence_kind kind, const char *format, ...) {
  char text[600];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  struct str s = utf8_mend(&n->keep, str_of(text));
  *slice_push(&n->keep, &n->sentences, &n->sentences_cap) =
      (struct net_sentence){str_copy(&n->keep, s), kind};
}

uint32_t net_stop(struct net *n, struct str id, bool *new_one) {
  uint32_t k = ids_put(&n->stop_ids, id);
  *new_one = k == n->stops.n;
  if (*new_one)
    *slice_push(&n->keep, &n->stops, &n->stops_cap) =
        (struct net_stop){.id = n->stop_ids.name[k], .at = POINT_NONE};
  return k;
}

uint32_t net_service(struct net *n) {
  *slice_push(&n->keep, &n->services, &n->services_cap) = (struct net_service){0};
  return (uint32_t)n->services.n - 1;
}

void net_step(struct net *n, uint32_t service, struct net_step step) {
  if (n->steps.n >= NET_SERVICE_OPS_MAX) return;
  step.next = 0;
  *slice_push(&n->steps_arena, &n->steps, &n->steps_cap) = step;
  struct net_service *s = &n->services.p[service];
  uint32_t at = (uint32_t)n->steps.n;
  if (s->last)
    n->steps.p[s->last - 1].next = at;
  else
    s->first = at;
  s->last = at;
}

uint32_t net_route(struct net *n, struct net_route r) {
  *slice_push(&n->keep, &n->routes, &n->routes_cap) = r;
  return (uint32_t)n->routes.n - 1;
}

/* Metres between two calls, at least 1, so that a row of stops without positions is shared out
 * evenly. */
static double hop_metres(const struct net *n, uint32_t a, uint32_t b) {
  struct point p = n->stops.p[a].at, q = n->stops.p[b].at;
  return point_known(p) && point_known(q) ? geo_metres(p, q) + 1 : 1;
}

/* Times of the calls strictly between a and b, by distance along the trip. */
static void spread(const struct net *n, struct net_call *c, size_t a, size_t b) {
  double whole = 0, done = 0;
  for (size_t i = a; i < b; i++) whole += hop_metres(n, c[i].stop, c[i + 1].stop);
  int32_t from = c[a].dep, span = c[b].arr - c[a].dep;
  if (span < 0) span = 0;
  for (size_t i = a + 1; i < b; i++) {
    done += hop_metres(n, c[i - 1].stop, c[i].stop);
    c[i].arr = c[i].dep = from + (int32_t)(done / whole * span);
  }
}

static uint64_t fill_untimed(const struct net *n, struct net_call *c, size_t count) {
  uint64_t filled = 0;
  size_t known = 0;
  for (size_t i = 0; i < count; i++) {
    if (c[i].arr == TIME_UNKNOWN) c[i].arr = c[i].dep;
    if (c[i].dep == TIME_UNKNOWN) c[i].dep = c[i].arr;
    if (c[i].arr == TIME_UNKNOWN) {
      filled++;
      continue;
    }
    if (i > known + 1) spread(n, c, known, i);
    known = i;
  }
  return filled;
}

enum { FALL_SECONDS_MAX = 3600 };

bool net_mend_calls(const struct net *n, struct net_call *c, size_t count, struct mended *m) {
  if (count < 2 || count > NET_TRIP_CALLS_MAX) {
    m->single++;
    return false;
  }
  bool first = c[0].arr != TIME_UNKNOWN || c[0].dep != TIME_UNKNOWN;
  bool last = c[count - 1].arr != TIME_UNKNOWN || c[count - 1].dep != TIME_UNKNOWN;
  if (!first || !last) {
    m->hopeless++;
    return false;
  }
  m->untimed += fill_untimed(n, c, count);
  int32_t at = c[0].arr < c[0].dep ? c[0].arr : c[0].dep;
  uint64_t falling = 0;
  for (size_t i = 0; i < count; i++) {
    if (c[i].arr < at - FALL_SECONDS_MAX || c[i].dep < at - FALL_SECONDS_MAX) {
      m->hopeless++;
      return false;
    }
    falling += c[i].arr < at || c[i].dep < c[i].arr;
    if (c[i].arr < at) c[i].arr = at;
    if (c[i].dep < c[i].arr) c[i].dep = c[i].arr;
    at = c[i].dep;
  }
  m->falling += falling;
  return true;
}

static void trip_push(struct net *n, struct net_trip t) {
  *slice_push(&n->trips_arena, &n->trips, &n->trips_cap) = t;
}

size_t net_trip(struct net *n, struct net_trip t, struct mended *m) {
  struct net_call *c = n->calls.p + t.first_call;
  if (n->trips.n + 64 > NET_TRIPS_MAX || !net_mend_calls(n, c, t.calls, m)) return 0;
  size_t added = 0;
  for (uint32_t from = 0; from + 1 < t.calls;) {
    uint32_t to = from + 1;
    while (to + 1 < t.calls && c[to + 1].dep - c[from].arr <= REACH_TRIP_SECONDS_MAX) to++;
    if (c[to].dep - c[from].arr >
        REACH_TRIP_SECONDS_MAX) { /* one hop longer than any trip can be */
      m->hopeless++;
      return added;
    }
    struct net_trip part = t;
    part.first_call = t.first_call + from;
    part.calls = to - from + 1;
    trip_push(n, part);
    added++;
    m->long_trips += to + 1 < t.calls;
    from = to;
  }
  return added;
}

void net_say_mended(struct net *n, const char *name, const struct mended *m) {
  if (m->untimed)
    net_say(
        n, SAID_MENDED,
        "%s: %llu calls had no time; each was given one by its distance between the timed calls "
        "beside it.",
        name, (unsigned long long)m->untimed);
  if (m->falling)
    net_say(
        n, SAID_MENDED,
        "%s: %llu calls went back in time by up to an hour; each was moved to the time of the call "
        "before.",
        name, (unsigned long long)m->falling);
  if (m->long_trips)
    net_say(
        n, SAID_MENDED,
        "%s: trips lasting over 18 hours were cut in %llu places; staying on counts as a change.",
        name, (unsigned long long)m->long_trips);
  if (m->single)
    net_say(n, SAID_LEFT_OUT,
            "%s: %llu trips have fewer than two usable calls (or over %d) and were left out.", name,
            (unsigned long long)m->single, NET_TRIP_CALLS_MAX);
  if (m->hopeless)
    net_say(
        n, SAID_LEFT_OUT,
        "%s: %llu trips have no time at an end, or times that cannot be true, and were left out.",
        name, (unsigned long long)m->hopeless);
}
