#include <math.h>
#include "reach/streets.h"

/* Where a point meets the streets: somewhere along one edge. */
struct join {
  uint32_t a, b; /* nodes; a == REACH_NONE: near no street */
  bool steps;
  double off, to_a, to_b,
      at; /* metres from the point to the edge, along it to each end, fraction */
};
struct reached {
  uint32_t stamp, dm;
};
struct heap_item {
  uint32_t dm, node;
};

struct streets {
  const struct region *r;
  struct arena *a;
  struct reached *node;
  struct heap_item *heap;
  size_t heap_n, heap_cap;
  struct join *stop; /* lazily made, by stop */
  uint8_t *stop_made;
  struct join from;
  struct point at;
  uint32_t stamp, most_dm;
  bool stepfree;
  double *first; /* streets_stops: distances of the first run */
  uint32_t *near;
  size_t near_n, near_cap;
};

struct streets *streets_open(const struct region *r, struct arena *a) {
  struct streets *s = arena_new(a, struct streets);
  s->r = r;
  s->a = a;
  s->node = arena_many(a, struct reached, r->n_nodes + 1);
  s->stop = arena_many(a, struct join, r->n_stops + 1);
  s->stop_made = arena_many(a, uint8_t, r->n_stops + 1);
  return s;
}

static void heap_push(struct streets *s, struct heap_item it) {
  if (s->heap_n == s->heap_cap) {
    size_t cap = s->heap_cap ? s->heap_cap * 2 : 4096;
    s->heap = arena_grow(s->a, s->heap, s->heap_cap * sizeof it, cap * sizeof it);
    s->heap_cap = cap;
  }
  size_t i = s->heap_n++;
  for (; i && s->heap[(i - 1) / 2].dm > it.dm; i = (i - 1) / 2) s->heap[i] = s->heap[(i - 1) / 2];
  s->heap[i] = it;
}

static struct heap_item heap_pop(struct streets *s) {
  struct heap_item top = s->heap[0], last = s->heap[--s->heap_n];
  size_t i = 0;
  for (;;) {
    size_t kid = 2 * i + 1;
    if (kid >= s->heap_n) break;
    if (kid + 1 < s->heap_n && s->heap[kid + 1].dm < s->heap[kid].dm) kid++;
    if (s->heap[kid].dm >= last.dm) break;
    s->heap[i] = s->heap[kid];
    i = kid;
  }
  s->heap[i] = last;
  return top;
}

static void join_try(const struct region *r, uint32_t edge, uint32_t a, struct point p,
                     struct join *best) {
  struct segment g = {r->nodes[a], r->nodes[r->edges[edge].to]};
  double at = geo_nearest_at(g, p), off = geo_metres(p, geo_along(g, at));
  if (best->a != REACH_NONE && off >= best->off) return;
  double len = r->edges[edge].dm / 10.0;
  *best = (struct join){
      a, r->edges[edge].to, r->edges[edge].steps != 0, off, len * at, len * (1 - at), at};
}

/* The node an edge leaves from: the tables say only where it goes. */
static uint32_t edge_source(const struct region *r, uint32_t edge) {
  uint32_t lo = 0, hi = r->n_nodes;
  while (lo + 1 < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (r->edge_first[mid] <= edge)
      lo = mid;
    else
      hi = mid;
  }
  return lo;
}

static struct join join_find(const struct region *r, struct point p) {
  struct join best = {.a = REACH_NONE, .off = STREET_JOIN_METRES};
  if (!point_known(p) || !r->n_edge_cells) return best;
  struct geo_box box = geo_box_around(p, STREET_JOIN_METRES);
  for (int32_t row = box.row_first; row <= box.row_last; row++) {
    uint64_t key = geo_cell_key(row, box.col_first), last = geo_cell_key(row, box.col_last);
    uint32_t lo = 0, hi = r->n_edge_cells;
    while (lo < hi) {
      uint32_t mid = lo + (hi - lo) / 2;
      if (r->edge_cells[mid].key < key)
        lo = mid + 1;
      else
        hi = mid;
    }
    for (; lo < r->n_edge_cells && r->edge_cells[lo].key <= last; lo++)
      join_try(r, r->edge_cells[lo].item, edge_source(r, r->edge_cells[lo].item), p, &best);
  }
  if (best.a != REACH_NONE && best.off > STREET_JOIN_METRES) best.a = REACH_NONE;
  return best;
}

static void reach_node(struct streets *s, uint32_t node, double dm) {
  if (dm > s->most_dm) return;
  uint32_t d = (uint32_t)ceil(dm);
  if (s->node[node].stamp == s->stamp && s->node[node].dm <= d) return;
  s->node[node] = (struct reached){s->stamp, d};
  heap_push(s, (struct heap_item){d, node});
}

bool streets_from(struct streets *s, struct point p, double metres, bool stepfree) {
  s->stamp++;
  s->heap_n = 0;
  s->most_dm = (uint32_t)(metres * 10);
  s->stepfree = stepfree;
  s->at = p;
  s->from = join_find(s->r, p);
  if (s->from.a == REACH_NONE) return false;
  reach_node(s, s->from.a, (s->from.off + s->from.to_a) * 10);
  reach_node(s, s->from.b, (s->from.off + s->from.to_b) * 10);
  const struct region *r = s->r;
  while (s->heap_n) {
    struct heap_item it = heap_pop(s);
    if (s->node[it.node].dm != it.dm) continue;
    for (uint32_t e = r->edge_first[it.node]; e < r->edge_first[it.node + 1]; e++)
      if (!stepfree || !r->edges[e].steps)
        reach_node(s, r->edges[e].to, (double)it.dm + r->edges[e].dm);
  }
  return true;
}

static double to_join(const struct streets *s, const struct join *j) {
  if (j->a == REACH_NONE || s->from.a == REACH_NONE) return INFINITY;
  double best = INFINITY;
  if (s->node[j->a].stamp == s->stamp) best = fmin(best, s->node[j->a].dm / 10.0 + j->to_a);
  if (s->node[j->b].stamp == s->stamp) best = fmin(best, s->node[j->b].dm / 10.0 + j->to_b);
  bool same = s->from.a == j->a && s->from.b == j->b,
       turned = s->from.a == j->b && s->from.b == j->a;
  if (same || turned)
    best = fmin(best, fabs(s->from.to_a - (same ? j->to_a : j->to_b)) + s->from.off);
  best += j->off;
  return best * 10 <= s->most_dm ? best : INFINITY;
}

double streets_to(struct streets *s, struct point q) {
  struct join j = join_find(s->r, q);
  return to_join(s, &j);
}

double streets_to_stop(struct streets *s, uint32_t stop) {
  if (!s->stop_made[stop]) {
    s->stop[stop] = join_find(s->r, s->r->stops[stop].at);
    s->stop_made[stop] = 1;
  }
  return to_join(s, &s->stop[stop]);
}

static void note_near(void *to, uint32_t stop, double away) {
  struct streets *s = to;
  (void)away;
  if (s->near_n == s->near_cap) {
    size_t cap = s->near_cap ? s->near_cap * 2 : 256;
    s->near = arena_grow(s->a, s->near, s->near_cap * sizeof *s->near, cap * sizeof *s->near);
    s->first = arena_grow(s->a, s->first, s->near_cap * sizeof *s->first, cap * sizeof *s->first);
    s->near_cap = cap;
  }
  s->near[s->near_n++] = stop;
}

void streets_stops(struct streets *s, struct point p, double metres, bool both,
                   void each(void *to, uint32_t stop, double metres, double stepfree), void *to) {
  s->near_n = 0;
  region_stops_near(s->r, p, metres, note_near, s);
  if (!s->near_n || !streets_from(s, p, metres, false)) return;
  for (size_t i = 0; i < s->near_n; i++) s->first[i] = streets_to_stop(s, s->near[i]);
  if (both) streets_from(s, p, metres, true);
  for (size_t i = 0; i < s->near_n; i++)
    if (s->first[i] < INFINITY)
      each(to, s->near[i], s->first[i], both ? streets_to_stop(s, s->near[i]) : INFINITY);
}
