/* build: from a network to the bytes of a region file. Everything is put in an order that depends
 * only on the input: stops along a Hilbert curve (near stops share cache lines in the scan),
 * patterns in the order of their first trip, trips by start. */
#include <math.h>
#include <stdlib.h>
#include "reach/net.h"
#include "reach/streets.h"

struct making {
  struct net *net;
  struct arena *a;
  struct region
      r; /* filled section by section; the streets and grid functions work on it as it grows */
  uint32_t *stop_to;     /* net stop -> region stop */
  uint32_t *calendar_to; /* net service -> calendar, REACH_NONE = never runs */
  struct buf text;
  struct ids texts;
  uint32_t *text_at; /* by text number */
  size_t text_cap;
  struct stayed stayed; /* the trips, those of one block put together */
};

static uint32_t put_text(struct making *m, struct str s) {
  uint32_t before = m->texts.n, k = ids_put(&m->texts, s);
  if (k == before) {
    if (k >= m->text_cap) {
      size_t cap = m->text_cap ? m->text_cap * 2 : 1024;
      m->text_at =
          arena_grow(m->a, m->text_at, m->text_cap * sizeof *m->text_at, cap * sizeof *m->text_at);
      m->text_cap = cap;
    }
    m->text_at[k] = (uint32_t)m->text.n;
    size_t nul = str_find_byte(s, 0);
    buf_put(&m->text, str_slice(s, 0, nul));
    buf_byte(&m->text, 0);
  }
  return m->text_at[k];
}

/* A name as people read it: on one line, in UTF-8, without a run of spaces. Feeds hold line ends
 * and tabs inside names; an id must stay as it is and never comes here. */
static uint32_t put_name(struct making *m, struct str name) {
  bool plain = !name.n || (name.p[0] != ' ' && name.p[name.n - 1] != ' ');
  for (size_t i = 0; plain && i < name.n; i++)
    plain = name.p[i] >= ' ' && name.p[i] < 0x7f && (name.p[i] != ' ' || name.p[i - 1] != ' ');
  if (plain) return put_text(m, name);
  struct str s = utf8_mend(&m->net->keep, name);
  char *p = arena_many(&m->net->keep, char, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    bool space = (unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f;
    if (!space) p[n++] = s.p[i];
    if (space && n && p[n - 1] != ' ') p[n++] = ' ';
  }
  return put_text(m, str_trim((struct str){p, n}));
}

/* ---- calendars ---- */

static void days_range(struct net *n, day_t *first, day_t *last) {
  *first = INT32_MAX;
  *last = INT32_MIN;
  for (size_t i = 0; i < n->steps.n; i++) {
    const struct net_step *s = &n->steps.p[i];
    if (s->kind != STEP_ADD || !s->weekdays || s->last < s->first) continue;
    if (s->first < *first) *first = s->first;
    if (s->last > *last) *last = s->last;
  }
  if (*first > *last) *first = *last = 0;
  if (n->first_day != DAY_NONE) *first = n->first_day;
  if (*last < *first) *last = *first;
}

static bool bit_at(const struct region_calendar *c, int64_t i, int64_t days) {
  return i >= 0 && i < days && (c->w[i >> 6] >> (i & 63) & 1);
}

static void step_range(struct region_calendar *c, const struct net_step *s, day_t first_day,
                       int64_t days) {
  struct region_calendar in = {0};
  int64_t from = (int64_t)s->first - first_day, to = (int64_t)s->last - first_day;
  if (from < 0) from = 0;
  if (to >= days) to = days - 1;
  for (int64_t i = from; i <= to; i++)
    if (s->weekdays >> day_weekday((day_t)(first_day + i)) & 1)
      in.w[i >> 6] |= (uint64_t)1 << (i & 63);
  for (int k = 0; k < 7; k++)
    c->w[k] = s->kind == STEP_ADD      ? c->w[k] | in.w[k]
              : s->kind == STEP_REMOVE ? c->w[k] & ~in.w[k]
                                       : c->w[k] & in.w[k];
}

/* A service kept only with another names one made before it, so one pass in order is enough. */
static void make_calendars(struct making *m, day_t first, int64_t days) {
  struct net *n = m->net;
  struct region_calendar *all = arena_many(m->a, struct region_calendar, n->services.n + 1);
  struct region_calendar *out = arena_many(m->a, struct region_calendar, n->services.n + 1);
  m->calendar_to = arena_many(m->a, uint32_t, n->services.n + 1);
  struct ids seen = {.a = m->a};
  for (size_t i = 0; i < n->services.n; i++) {
    struct region_calendar *c = &all[i];
    for (uint32_t at = n->services.p[i].first; at; at = n->steps.p[at - 1].next) {
      const struct net_step *s = &n->steps.p[at - 1];
      if (s->kind != STEP_KEEP_SERVICE) {
        step_range(c, s, first, days);
        continue;
      }
      for (int64_t d = 0; d < days; d++)
        if (s->service >= i || !bit_at(&all[s->service], d + s->shift_days, days))
          c->w[d >> 6] &= ~((uint64_t)1 << (d & 63));
    }
    uint64_t any = 0;
    for (int k = 0; k < 7; k++) any |= c->w[k];
    m->calendar_to[i] =
        any ? ids_put(&seen, (struct str){(const char *)c->w, sizeof c->w}) : REACH_NONE;
    if (any) out[m->calendar_to[i]] = *c;
  }
  m->r.calendars = out;
  m->r.n_calendars = seen.n;
}

/* ---- stops ---- */

struct place {
  uint64_t hilbert;
  uint32_t stop;
};

static int place_order(const void *a, const void *b) {
  const struct place *x = a, *y = b;
  if (x->hilbert != y->hilbert) return x->hilbert < y->hilbert ? -1 : 1;
  return x->stop < y->stop ? -1 : x->stop > y->stop;
}

static int cell_order(const void *a, const void *b) {
  const struct region_cell *x = a, *y = b;
  if (x->key != y->key) return x->key < y->key ? -1 : 1;
  return x->item < y->item ? -1 : x->item > y->item;
}

static void make_cells(struct making *m) {
  struct region_cell *cells = arena_many(m->a, struct region_cell, m->r.n_stops + 1);
  uint32_t n = 0;
  for (uint32_t i = 0; i < m->r.n_stops; i++)
    if (point_known(m->r.stops[i].at))
      cells[n++] = (struct region_cell){geo_cell(m->r.stops[i].at), i, 0};
  qsort(cells, n, sizeof *cells, cell_order);
  m->r.cells = cells;
  m->r.n_cells = n;
}

struct by_id {
  struct str id;
  uint32_t stop;
};

static int id_order(const void *a, const void *b) {
  return str_cmp(((const struct by_id *)a)->id, ((const struct by_id *)b)->id);
}

static void make_stop_index(struct making *m) {
  struct by_id *by = arena_many(m->a, struct by_id, m->r.n_stops + 1);
  uint32_t *index = arena_many(m->a, uint32_t, m->r.n_stops + 1);
  for (uint32_t i = 0; i < m->r.n_stops; i++)
    by[i] = (struct by_id){str_of(m->text.p + m->r.stops[i].id), i};
  qsort(by, m->r.n_stops, sizeof *by, id_order);
  for (uint32_t i = 0; i < m->r.n_stops; i++) index[i] = by[i].stop;
  m->r.stop_by_id = index;
  m->r.n_stop_by_id = m->r.n_stops;
}

/* A parent is kept when it is another stop that has no parent of its own: chains and circles end
 * there. */
static uint32_t parent_of(struct making *m, const struct net_stop *s, uint64_t *circles) {
  struct net *n = m->net;
  uint32_t k = s->parent_id.n ? ids_find(&n->stop_ids, s->parent_id) : REACH_NONE;
  for (int depth = 0; k != REACH_NONE && n->stops.p[k].parent_id.n; depth++) {
    uint32_t up = ids_find(&n->stop_ids, n->stops.p[k].parent_id);
    if (depth == 8 || up == k || &n->stops.p[k] == s) {
      ++*circles;
      return REACH_NONE;
    }
    if (up == REACH_NONE) break;
    k = up;
  }
  return k == REACH_NONE || &n->stops.p[k] == s ? REACH_NONE : m->stop_to[k];
}

static void make_stops(struct making *m) {
  struct net *n = m->net;
  struct place *order = arena_many(m->a, struct place, n->stops.n + 1);
  struct region_stop *stops = arena_many(m->a, struct region_stop, n->stops.n + 1);
  m->stop_to = arena_many(m->a, uint32_t, n->stops.n + 1);
  for (uint32_t i = 0; i < n->stops.n; i++)
    order[i] = (struct place){geo_hilbert(n->stops.p[i].at), i};
  qsort(order, n->stops.n, sizeof *order, place_order);
  for (uint32_t i = 0; i < n->stops.n; i++) m->stop_to[order[i].stop] = i;
  uint64_t circles = 0;
  for (uint32_t i = 0; i < n->stops.n; i++) {
    const struct net_stop *s = &n->stops.p[order[i].stop];
    struct region_stop *o = &stops[i];
    o->id = put_text(m, s->id);
    o->name = put_name(m, s->name.n ? s->name : s->id);
    o->at = s->at;
    o->parent = parent_of(m, s, &circles);
    o->change_s = (uint16_t)(s->change_s > 7200 ? 7200 : s->change_s);
    o->wheelchair = s->wheelchair;
    o->kind = s->kind;
  }
  if (circles)
    net_say(n, SAID_MENDED,
            "%llu stops name each other as parent station in a circle; the link was dropped.",
            (unsigned long long)circles);
  m->r.stops = stops;
  m->r.n_stops = (uint32_t)n->stops.n;
  make_cells(m);
  make_stop_index(m);
}

/* ---- patterns, trips, times ---- */

struct row {
  uint32_t pattern;
  int32_t start;
  uint32_t trip;
};

static int row_order(const void *a, const void *b) {
  const struct row *x = a, *y = b;
  if (x->pattern != y->pattern) return x->pattern < y->pattern ? -1 : 1;
  if (x->start != y->start) return x->start < y->start ? -1 : 1;
  return x->trip < y->trip ? -1 : x->trip > y->trip;
}

/* The times of one trip, shared with any other that has the same; `rows` numbers rows of different
 * lengths. */
struct sharing {
  struct ids ids;
  uint32_t *at;
  size_t at_cap;
  struct {
    struct region_time *p;
    size_t n;
  } out;
  size_t cap;
};

static uint32_t share_times(struct making *m, struct sharing *s, const struct net_call *c,
                            uint32_t n) {
  struct region_time row[NET_TRIP_CALLS_MAX];
  for (uint32_t i = 0; i < n; i++)
    row[i] = (struct region_time){(uint16_t)(c[i].arr - c[0].arr), (uint16_t)(c[i].dep - c[0].arr)};
  uint32_t before = s->ids.n,
           k = ids_put(&s->ids, (struct str){(const char *)row, n * sizeof *row});
  if (k == before) {
    if (k >= s->at_cap) {
      size_t cap = s->at_cap ? s->at_cap * 2 : 4096;
      s->at = arena_grow(m->a, s->at, s->at_cap * sizeof *s->at, cap * sizeof *s->at);
      s->at_cap = cap;
    }
    s->at[k] = (uint32_t)s->out.n;
    for (uint32_t i = 0; i < n; i++) *slice_push(&m->net->steps_arena, &s->out, &s->cap) = row[i];
  }
  return s->at[k];
}

static uint32_t pattern_number(struct making *m, struct ids *ids, const struct net_call *c,
                               uint32_t n) {
  uint32_t key[NET_TRIP_CALLS_MAX];
  for (uint32_t i = 0; i < n; i++)
    key[i] = m->stop_to[c[i].stop] << 2 | (c[i].flags & (POS_BOARD | POS_ALIGHT));
  return ids_put(ids, (struct str){(const char *)key, n * sizeof *key});
}

static size_t sorted_rows(struct making *m, struct ids *ids, struct row *rows) {
  struct net *n = m->net;
  size_t used = 0;
  uint64_t idle = 0;
  for (uint32_t i = 0; i < m->stayed.trips.n; i++) {
    const struct net_trip *t = &m->stayed.trips.p[i];
    const struct net_call *c = n->calls.p + t->first_call;
    if (m->calendar_to[t->service] == REACH_NONE) {
      idle++;
      continue;
    }
    rows[used++] = (struct row){pattern_number(m, ids, c, t->calls), c[0].arr + t->shift_s, i};
  }
  if (idle)
    net_say(n, SAID_LEFT_OUT,
            "%llu trips run on no day within the calendar kept and were left out.",
            (unsigned long long)idle);
  qsort(rows, used, sizeof *rows, row_order);
  return used;
}

static void make_patterns(struct making *m, const struct ids *ids) {
  struct region_pattern *patterns = arena_many(m->a, struct region_pattern, ids->n + 1);
  uint32_t total = 0;
  for (uint32_t i = 0; i < ids->n; i++) total += (uint32_t)(ids->name[i].n / 4);
  uint32_t *pos = arena_many(m->a, uint32_t, total + 1), at = 0;
  uint8_t *flags = arena_many(m->a, uint8_t, total + 1);
  for (uint32_t i = 0; i < ids->n; i++) {
    patterns[i] = (struct region_pattern){.first_pos = at, .n = (uint32_t)(ids->name[i].n / 4)};
    for (uint32_t k = 0; k < patterns[i].n; k++, at++) {
      uint32_t v;
      memcpy(&v, ids->name[i].p + 4 * k, 4);
      pos[at] = v >> 2;
      flags[at] = v & 3;
    }
  }
  m->r.patterns = patterns;
  m->r.n_patterns = ids->n;
  m->r.pos_stop = pos;
  m->r.pos_flags = flags;
  m->r.n_pos_stop = m->r.n_pos_flags = total;
}

/* Is the second trip nowhere earlier than the first? */
static bool behind(const struct making *m, const struct row *a, const struct row *b) {
  const struct net *n = m->net;
  const struct net_trip *t = &m->stayed.trips.p[a->trip], *u = &m->stayed.trips.p[b->trip];
  const struct net_call *x = n->calls.p + t->first_call, *y = n->calls.p + u->first_call;
  bool earlier = false;
  for (uint32_t i = 0; i < t->calls; i++)
    earlier |= (y[i].arr + u->shift_s < x[i].arr + t->shift_s) |
               (y[i].dep + u->shift_s < x[i].dep + t->shift_s);
  return !earlier;
}

static void make_joins(struct making *m, const struct row *rows, size_t used) {
  size_t n = m->stayed.joins.n;
  const struct net_join *join = m->stayed.joins.p;
  struct region_join *out = arena_many(m->a, struct region_join, n + 1);
  uint32_t made = 0;
  for (uint32_t i = 0; n && i < used; i++) {
    size_t lo = 0, hi = n;
    while (lo < hi) {
      size_t mid = lo + (hi - lo) / 2;
      if (join[mid].trip < rows[i].trip)
        lo = mid + 1;
      else
        hi = mid;
    }
    for (; lo < n && join[lo].trip == rows[i].trip; lo++)
      out[made++] =
          (struct region_join){i, join[lo].pos, join[lo].route, put_name(m, join[lo].name),
                               put_name(m, join[lo].headsign)};
  }
  m->r.joins = out;
  m->r.n_joins = made;
}

static void make_trips(struct making *m) {
  struct net *n = m->net;
  struct ids ids = {.a = m->a};
  struct sharing share = {.ids = {.a = m->a}};
  net_stay(n, &m->stayed);
  struct row *rows = arena_many(m->a, struct row, m->stayed.trips.n + 1);
  size_t used = sorted_rows(m, &ids, rows);
  make_patterns(m, &ids);
  struct region_pattern *patterns = arena_many(m->a, struct region_pattern, ids.n + 1);
  if (ids.n) memcpy(patterns, m->r.patterns, ids.n * sizeof *patterns);
  struct region_trip *trips = arena_many(m->a, struct region_trip, used + 1);
  int64_t last = 0;
  for (size_t i = 0; i < used; i++) {
    const struct net_trip *t = &m->stayed.trips.p[rows[i].trip];
    const struct net_call *c = n->calls.p + t->first_call;
    struct region_pattern *p = &patterns[rows[i].pattern];
    if (!p->trips++)
      p->first_trip = (uint32_t)i, p->in_order = 1;
    else
      p->in_order &= behind(m, &rows[i - 1], &rows[i]);
    trips[i] = (struct region_trip){rows[i].start,
                                    share_times(m, &share, c, t->calls),
                                    m->calendar_to[t->service],
                                    t->route,
                                    put_name(m, t->name),
                                    put_name(m, t->headsign),
                                    t->wheelchair,
                                    t->bikes,
                                    t->headway_s};
    int64_t end = (int64_t)c[t->calls - 1].dep + t->shift_s;
    if (end > last) last = end;
  }
  make_joins(m, rows, used);
  m->r.patterns = patterns;
  m->r.trips = trips;
  m->r.n_trips = (uint32_t)used;
  m->r.times = share.out.p;
  m->r.n_times = (uint32_t)share.out.n;
  ((struct region_meta *)(uintptr_t)m->r.meta)->last_second = (uint32_t)last;
}

static void make_at(struct making *m) {
  struct region *r = &m->r;
  uint32_t *first = arena_many(m->a, uint32_t, r->n_stops + 2);
  struct region_at *at = arena_many(m->a, struct region_at, r->n_pos_stop + 1);
  for (uint32_t i = 0; i < r->n_pos_stop; i++) first[r->pos_stop[i] + 1]++;
  for (uint32_t i = 0; i < r->n_stops; i++) first[i + 1] += first[i];
  uint32_t *next = arena_many(m->a, uint32_t, r->n_stops + 1);
  memcpy(next, first, r->n_stops * sizeof *next);
  for (uint32_t p = 0; p < r->n_patterns; p++)
    for (uint32_t k = 0; k < r->patterns[p].n; k++)
      at[next[r->pos_stop[r->patterns[p].first_pos + k]]++] = (struct region_at){p, k};
  r->at_first = first;
  r->n_at_first = r->n_stops + 1;
  r->at = at;
  r->n_at = r->n_pos_stop;
}

static void make_routes(struct making *m) {
  struct net *n = m->net;
  struct region_route *routes = arena_many(m->a, struct region_route, n->routes.n + 1);
  for (size_t i = 0; i < n->routes.n; i++) {
    const struct net_route *o = &n->routes.p[i];
    routes[i] = (struct region_route){put_text(m, o->id), put_name(m, o->name),
                                      put_name(m, o->agency), o->mode};
  }
  m->r.routes = routes;
  m->r.n_routes = (uint32_t)n->routes.n;
}

/* ---- links given by the feeds ---- */

struct wire {
  uint32_t from, to, secs, window;
  bool forbidden;
};

static int wire_order(const void *a, const void *b) {
  const struct wire *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  if (x->to != y->to) return x->to < y->to ? -1 : 1;
  if (x->window != y->window) return x->window < y->window ? -1 : 1;
  return x->secs < y->secs ? -1 : x->secs > y->secs;
}

static bool is_forbidden(const struct wire *w, size_t n, uint32_t from, uint32_t to) {
  size_t lo = 0;
  while (lo < n) {
    size_t mid = lo + (n - lo) / 2;
    if (w[mid].from < from || (w[mid].from == from && w[mid].to < to))
      lo = mid + 1;
    else
      n = mid;
  }
  return w[lo].forbidden && w[lo].from == from && w[lo].to == to;
}

static void put_links(struct making *m, struct wire *w, size_t n, const uint32_t **first_out,
                      const struct region_link **out, uint32_t *n_out) {
  qsort(w, n, sizeof *w, wire_order);
  uint32_t *first = arena_many(m->a, uint32_t, m->r.n_stops + 2), used = 0;
  struct region_link *links = arena_many(m->a, struct region_link, n + 1);
  for (size_t i = 0; i < n; i++) {
    if (i && w[i].from == w[i - 1].from && w[i].to == w[i - 1].to && w[i].window == w[i - 1].window)
      continue;
    links[used++] = (struct region_link){w[i].to, (uint16_t)w[i].secs, (uint16_t)w[i].window};
    first[w[i].from + 1] = used;
  }
  for (uint32_t i = 0; i < m->r.n_stops; i++)
    if (first[i + 1] < first[i]) first[i + 1] = first[i];
  *first_out = first;
  *out = links;
  *n_out = used;
}

static struct wire *make_links(struct making *m, size_t *n_no) {
  struct net *n = m->net;
  struct wire *go = arena_many(m->a, struct wire, n->links.n + 1);
  struct wire *no = arena_many(m->a, struct wire, n->links.n + 1);
  size_t n_go = 0;
  *n_no = 0;
  for (size_t i = 0; i < n->links.n; i++) {
    const struct net_link *l = &n->links.p[i];
    uint32_t secs = l->secs > 30000 ? 30000 : l->secs;
    struct wire w = {m->stop_to[l->from], m->stop_to[l->to], secs, l->window, l->forbidden};
    if (l->forbidden)
      no[(*n_no)++] = w;
    else if (l->from != l->to)
      go[n_go++] = w;
  }
  put_links(m, go, n_go, &m->r.link_first, &m->r.links, &m->r.n_links);
  for (size_t i = 0; i < n_go; i++) {
    uint32_t swap = go[i].from;
    go[i].from = go[i].to;
    go[i].to = swap;
  }
  put_links(m, go, n_go, &m->r.back_first, &m->r.backs, &m->r.n_backs);
  m->r.n_link_first = m->r.n_back_first = m->r.n_stops + 1;
  m->r.windows = n->windows.p;
  m->r.n_windows = (uint32_t)n->windows.n;
  if (*n_no) qsort(no, *n_no, sizeof *no, wire_order);
  return no;
}

/* ---- walks between stops ---- */

static int walk_order(const void *a, const void *b) {
  const struct region_walk *x = a, *y = b;
  if (x->dm != y->dm) return x->dm < y->dm ? -1 : 1;
  return x->to < y->to ? -1 : x->to > y->to;
}

struct walk_making {
  struct making *m;
  uint32_t from;
  const struct wire *no;
  size_t n_no;
  struct {
    struct region_walk *p;
    size_t n;
  } out;
  size_t cap;
};

/* Walks lead to stops something serves; they start anywhere, so that one can ask from any stop. */
static bool in_use(const struct region *r, uint32_t stop) {
  return r->at_first[stop] != r->at_first[stop + 1] ||
         r->link_first[stop] != r->link_first[stop + 1];
}

static void walk_add(struct walk_making *w, uint32_t to, double metres, double stepfree_metres) {
  if (to == w->from || !in_use(&w->m->r, to) || metres > REACH_WALK_METRES) return;
  /* A change the feed forbids is not walked either way: walks are the same in both directions. */
  if (w->n_no &&
      (is_forbidden(w->no, w->n_no, w->from, to) || is_forbidden(w->no, w->n_no, to, w->from)))
    return;
  uint16_t free_dm = stepfree_metres > 6500 ? UINT16_MAX : (uint16_t)ceil(stepfree_metres * 10);
  *slice_push(&w->m->net->calls_arena, &w->out, &w->cap) =
      (struct region_walk){to, (uint16_t)ceil(metres * 10), free_dm};
}

static void walk_line(void *to, uint32_t stop, double away) {
  struct walk_making *w = to;
  struct segment s = {w->m->r.stops[w->from].at, w->m->r.stops[stop].at};
  double metres = away * STREET_FACTOR;
  if (!region_blocked(&w->m->r, s)) walk_add(w, stop, metres, metres);
}

static void walk_street(void *to, uint32_t stop, double metres, double stepfree) {
  walk_add(to, stop, metres, stepfree);
}

static void make_walks(struct making *m, bool osm, struct wire *no, size_t n_no) {
  struct region *r = &m->r;
  uint32_t *first = arena_many(m->a, uint32_t, r->n_stops + 2);
  struct walk_making w = {.m = m, .no = no, .n_no = n_no};
  struct streets *streets = osm ? streets_open(r, m->a) : NULL;
  progress_step(m->net->progress, osm ? "Walks along streets" : "Walks in a line", "stops",
                r->n_stops);
  for (uint32_t s = 0; s < r->n_stops; s++) {
    w.from = s;
    if (point_known(r->stops[s].at)) {
      if (osm)
        streets_stops(streets, r->stops[s].at, REACH_WALK_METRES, true, walk_street, &w);
      else
        region_stops_near(r, r->stops[s].at, REACH_WALK_METRES / STREET_FACTOR, walk_line, &w);
      if (w.out.n > first[s])
        qsort(w.out.p + first[s], w.out.n - first[s], sizeof *w.out.p, walk_order);
    }
    first[s + 1] = (uint32_t)w.out.n;
    progress_at(m->net->progress, s);
  }
  progress_end(m->net->progress, r->n_stops);
  if (osm)
    r->osm_first = first, r->n_osm_first = r->n_stops + 1, r->osm_walks = w.out.p,
    r->n_osm_walks = (uint32_t)w.out.n;
  else
    r->line_first = first, r->n_line_first = r->n_stops + 1, r->line_walks = w.out.p,
    r->n_line_walks = (uint32_t)w.out.n;
}

/* ---- streets, barriers, postcodes ---- */

static void make_streets(struct making *m) {
  struct net *n = m->net;
  struct region *r = &m->r;
  uint32_t *first = arena_many(m->a, uint32_t, n->nodes.n + 2);
  struct region_edge *edges = arena_many(m->a, struct region_edge, 2 * n->edges.n + 1);
  struct region_cell *cells = arena_many(m->a, struct region_cell, 3 * n->edges.n + 1);
  for (size_t i = 0; i < n->edges.n; i++) {
    first[n->edges.p[i].a + 1]++;
    first[n->edges.p[i].b + 1]++;
  }
  for (size_t i = 0; i < n->nodes.n; i++) first[i + 1] += first[i];
  uint32_t *next = arena_many(m->a, uint32_t, n->nodes.n + 1), used = 0;
  if (n->nodes.n) memcpy(next, first, n->nodes.n * sizeof *next);
  for (size_t i = 0; i < n->edges.n; i++) {
    const struct net_edge *e = &n->edges.p[i];
    uint32_t at = next[e->a]++;
    edges[at] = (struct region_edge){e->b, e->dm, e->steps};
    edges[next[e->b]++] = (struct region_edge){e->a, e->dm, e->steps};
    struct segment s = {n->nodes.p[e->a], n->nodes.p[e->b]};
    uint64_t seen = UINT64_MAX;
    for (int k = 0; k < 3;
         k++) { /* edges are cut to 400 m at import: both ends and the middle cover their cells */
      uint64_t key = geo_cell(geo_along(s, k / 2.0));
      if (key != seen) cells[used++] = (struct region_cell){seen = key, at, 0};
    }
  }
  qsort(cells, used, sizeof *cells, cell_order);
  r->nodes = n->nodes.p;
  r->n_nodes = (uint32_t)n->nodes.n;
  r->edge_first = first;
  r->n_edge_first = r->n_nodes + 1;
  r->edges = edges;
  r->n_edges = (uint32_t)(2 * n->edges.n);
  r->edge_cells = cells;
  r->n_edge_cells = used;
}

static void make_barriers(struct making *m) {
  struct net *n = m->net;
  struct {
    struct region_cell *p;
    size_t n;
  } cells = {0};
  size_t cap = 0;
  for (uint32_t i = 0; i < n->barriers.n; i++) {
    struct segment s = n->barriers.p[i];
    struct geo_box a = geo_box_around(s.a, 0.1), b = geo_box_around(s.b, 0.1);
    int32_t row0 = a.row_first < b.row_first ? a.row_first : b.row_first;
    int32_t row1 = a.row_last > b.row_last ? a.row_last : b.row_last;
    int32_t col0 = a.col_first < b.col_first ? a.col_first : b.col_first;
    int32_t col1 = a.col_last > b.col_last ? a.col_last : b.col_last;
    for (int32_t row = row0; row <= row1; row++)
      for (int32_t col = col0; col <= col1; col++)
        *slice_push(m->a, &cells, &cap) = (struct region_cell){geo_cell_key(row, col), i, 0};
  }
  if (cells.n) qsort(cells.p, cells.n, sizeof *cells.p, cell_order);
  m->r.barriers = n->barriers.p;
  m->r.n_barriers = (uint32_t)n->barriers.n;
  m->r.barrier_cells = cells.p;
  m->r.n_barrier_cells = (uint32_t)cells.n;
}

static int postcode_order(const void *a, const void *b) {
  const struct region_postcode *x = a, *y = b;
  int c = memcmp(x->code, y->code, 8);
  if (c) return c;
  if (x->at.lat != y->at.lat) return x->at.lat < y->at.lat ? -1 : 1;
  return x->at.lon < y->at.lon ? -1 : x->at.lon > y->at.lon;
}

static void make_postcodes(struct making *m) {
  struct net *n = m->net;
  uint32_t used = 0;
  struct region_postcode *p = n->postcodes.p;
  if (n->postcodes.n) qsort(p, n->postcodes.n, sizeof *p, postcode_order);
  for (size_t i = 0; i < n->postcodes.n; i++)
    if (!used || memcmp(p[used - 1].code, p[i].code, 8) != 0) p[used++] = p[i];
  m->r.postcodes = p;
  m->r.n_postcodes = used;
}

/* ---- the file ---- */

static void make_sentences(struct making *m) {
  struct net *n = m->net;
  struct region_sentence *s = arena_many(m->a, struct region_sentence, n->sentences.n + 1);
  for (size_t i = 0; i < n->sentences.n; i++)
    s[i] = (struct region_sentence){put_text(m, n->sentences.p[i].text),
                                    (uint32_t)n->sentences.p[i].kind};
  m->r.sentences = s;
  m->r.n_sentences = (uint32_t)n->sentences.n;
}

static void pad(struct buf *b) {
  static const char zero[64];
  if (b->n % 64) buf_put(b, (struct str){zero, 64 - b->n % 64});
}

static bool write_file(const struct region *r, struct buf *out, struct why *why) {
  struct region_head head = {.version = REACH_FILE_VERSION};
  struct region_entry entry[64] = {0};
  uint32_t k = 0;
#define X(name, type) entry[k].count = r->n_##name, entry[k++].size = sizeof(type);
  REGION_SECTIONS(X)
#undef X
  head.sections = k;
  memcpy(head.magic, region_magic, 8);
  buf_put(out, (struct str){(const char *)&head, sizeof head});
  size_t table = out->n;
  buf_put(out, (struct str){(const char *)entry, k * sizeof *entry});
  k = 0;
#define X(name, type)                                                                              \
  pad(out);                                                                                        \
  entry[k].offset = out->n;                                                                        \
  buf_put(out, (struct str){(const char *)r->name, (size_t)entry[k].count * sizeof(type)});        \
  k++;
  REGION_SECTIONS(X)
#undef X
  pad(out);
  if (out->full)
    return why_say(why, "The region is too large for memory: leave out far-away feeds or streets.");
  memcpy(out->p + table, entry, k * sizeof *entry);
  head.bytes = out->n;
  head.checksum = region_checksum(str_slice(buf_str(out), sizeof head, out->n));
  memcpy(out->p, &head, sizeof head);
  return true;
}

static void make_meta(struct making *m, struct region_meta *meta) {
  struct net *n = m->net;
  day_t first, last;
  days_range(n, &first, &last);
  int64_t days = (int64_t)last - first + 1;
  if (days > REACH_DAYS_MAX) {
    struct str until = day_iso(m->a, (day_t)(first + REACH_DAYS_MAX - 1));
    net_say(n, SAID_LEFT_OUT,
            "The timetable reaches past %.*s; days after it are left out (a file holds %d days).",
            P(until), REACH_DAYS_MAX);
    days = REACH_DAYS_MAX;
  }
  *meta = (struct region_meta){.first_day = first,
                               .days = (uint32_t)days,
                               .has_bus = n->has_bus,
                               .has_rail = n->has_rail,
                               .has_osm = n->has_osm,
                               .has_transfers = n->has_transfers};
  m->r.meta = meta;
  m->r.n_meta = 1;
  make_calendars(m, first, days);
}

bool net_build(struct net *n, struct buf *out, struct why *why) {
  struct region_meta meta;
  struct making m = {
      .net = n, .a = &n->keep, .text = buf_open((size_t)1 << 31), .texts = {.a = &n->keep}};
  progress_step(n->progress, "Putting the region together", "trips", n->trips.n);
  put_text(&m, S(""));
  make_meta(&m, &meta);
  make_stops(&m);
  make_routes(&m);
  make_trips(&m);
  make_at(&m);
  progress_end(n->progress, n->trips.n);
  make_barriers(&m);
  make_postcodes(&m);
  size_t n_no;
  struct wire *no = make_links(&m, &n_no);
  make_walks(&m, false, no, n_no);
  make_streets(&m);
  if (n->has_osm) make_walks(&m, true, no, n_no);
  make_sentences(&m);
  m.r.text = m.text.p;
  m.r.n_text = (uint32_t)m.text.n;
  bool ok = m.text.full
                ? why_say(why, "The names in the timetable are too long to keep: check the feed.")
                : write_file(&m.r, out, why);
  buf_free(&m.text);
  return ok;
}
