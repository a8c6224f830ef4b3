/* staying: a bus that goes on as another (block_id). Trips of one block are put together where
 * whoever is on the first can stay on, so that everything after sees one trip: one seat, one ride.
 *
 * Together means: the same block of one feed, the same service, the same word on wheelchairs and
 * bikes; the next trip in order of time, setting off within STAY_SECONDS_MAX of the end of the one
 * before and no farther than STAY_METRES_MAX from it. A bus that only turns back on its own route
 * (another direction, or none given) is left as it is: nobody rides back and forth. */
#include <stdlib.h>
#include "reach/net.h"

struct turn {
  const struct net_trip *t;
  struct net_call first, last;
  uint32_t trip;
};

static int turn_order(const void *a, const void *b) {
  const struct turn *x = a, *y = b;
  if (x->t->block != y->t->block) return x->t->block < y->t->block ? -1 : 1;
  if (x->t->service != y->t->service) return x->t->service < y->t->service ? -1 : 1;
  if (x->first.arr != y->first.arr) return x->first.arr < y->first.arr ? -1 : 1;
  if (x->last.arr != y->last.arr) return x->last.arr < y->last.arr ? -1 : 1;
  return x->trip < y->trip ? -1 : x->trip > y->trip;
}

static bool near(const struct net *n, uint32_t a, uint32_t b) {
  struct point p = n->stops.p[a].at, q = n->stops.p[b].at;
  return a == b || (point_known(p) && point_known(q) && geo_metres(p, q) <= STAY_METRES_MAX);
}

static bool stays(const struct net *n, const struct turn *x, const struct turn *y) {
  const struct net_trip *a = x->t, *b = y->t;
  int32_t wait = y->first.dep - x->last.arr;
  if (a->block != b->block || a->service != b->service || a->wheelchair != b->wheelchair ||
      a->bikes != b->bikes)
    return false;
  if (a->route == b->route && (!a->direction || a->direction != b->direction)) return false;
  return wait >= 0 && wait <= STAY_SECONDS_MAX && near(n, x->last.stop, y->first.stop);
}

static void put_call(struct net *n, struct net_call c) {
  *slice_push(&n->calls_arena, &n->calls, &n->calls_cap) = c;
}

/* Adds the calls of one more trip to the one being put together. */
static void put_part(struct net *n, struct net_trip *whole, const struct net_trip *part) {
  const struct net_call first = n->calls.p[part->first_call];
  struct net_call *end = &n->calls.p[n->calls.n - 1];
  bool one_stop = whole->calls && end->stop == first.stop;
  if (one_stop) {
    end->dep = first.dep;
    end->flags = (uint8_t)((end->flags & ~POS_BOARD) | (first.flags & POS_BOARD));
  } else if (whole->calls) { /* nobody gets on at the one or off at the other */
    end->flags &= (uint8_t)~POS_BOARD;
    end->dep = end->arr;
  }
  for (uint32_t i = one_stop; i < part->calls; i++) {
    struct net_call c = n->calls.p[part->first_call + i];
    if (!i && whole->calls) {
      c.flags &= (uint8_t)~POS_ALIGHT;
      c.arr = c.dep;
    }
    put_call(n, c);
  }
  whole->calls = (uint32_t)n->calls.n - whole->first_call;
}

static void put_chain(struct net *n, const struct turn *turn, size_t count, struct stayed *out) {
  struct net_trip whole = *turn->t;
  whole.first_call = (uint32_t)n->calls.n;
  whole.calls = 0;
  for (size_t i = 0; i < count; i++) {
    const struct net_trip *part = turn[i].t;
    if (i)
      *slice_push(&n->keep, &out->joins, &out->joins_cap) =
          (struct net_join){(uint32_t)out->trips.n, 0, part->route, part->name, part->headsign};
    put_part(n, &whole, part);
    if (i) out->joins.p[out->joins.n - 1].pos = whole.calls - part->calls;
  }
  *slice_push(&n->keep, &out->trips, &out->trips_cap) = whole;
}

static size_t chain_length(const struct net *n, const struct turn *turn, size_t left) {
  size_t count = 1, calls = turn->t->calls;
  while (count < left && stays(n, &turn[count - 1], &turn[count])) {
    calls += turn[count].t->calls;
    if (calls > NET_TRIP_CALLS_MAX || n->calls.n + calls > NET_CALLS_MAX ||
        turn[count].last.dep - turn->first.arr > REACH_TRIP_SECONDS_MAX)
      break;
    count++;
  }
  return count;
}

void net_stay(struct net *n, struct stayed *out) {
  struct turn *turn = arena_many(&n->keep, struct turn, n->trips.n + 1);
  size_t turns = 0, joined = 0;
  for (uint32_t i = 0; i < n->trips.n; i++) {
    const struct net_trip *t = &n->trips.p[i];
    const struct net_call *c = n->calls.p + t->first_call;
    if (!t->block)
      *slice_push(&n->keep, &out->trips, &out->trips_cap) = *t;
    else
      turn[turns++] = (struct turn){t, c[0], c[t->calls - 1], i};
  }
  if (turns) qsort(turn, turns, sizeof *turn, turn_order);
  for (size_t i = 0, count; i < turns; i += count) {
    count = chain_length(n, &turn[i], turns - i);
    if (count == 1)
      *slice_push(&n->keep, &out->trips, &out->trips_cap) = *turn[i].t;
    else
      put_chain(n, &turn[i], count, out);
    joined += count - 1;
  }
  if (joined)
    net_say(n, SAID_FOUND,
            "%zu times a bus goes on as another and people can stay on: that is not counted as a "
            "change.",
            joined);
}
