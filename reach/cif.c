/* cif: Great Britain's trains, as the industry publishes them (RSPS5046 "Timetable information data
 * feed"): MSN stations, MCA (and ZTR) schedules and associations, FLF and ALF fixed links, in one
 * zip.
 *
 * A schedule runs on its dates and days unless one of the same train with a letter earlier in the
 * alphabet (Cancelled, New, Overlay, Permanent) covers the day. Where one train divides or two join
 * for passengers, a through train is added, so that staying in the seat counts as no change.
 * Stations are CRS codes; a station's interchange time is the least time for a change there; a
 * fixed link takes the minutes the file says, both ways. */
#include <stdlib.h>
#include "base/zip.h"
#include "reach/holidays.h"
#include "reach/net.h"

enum {
  CHANGE_MINUTES = 5, /* where the file gives none */
  CIF_LINE_MAX = 512,
  CIF_BYTES_MAX_GB = 6,
  CIF_SCHEDULES_MAX = 4000000,
  NEAR_DEGREES_E7 =
      5000000, /* half a degree round the bus stops: trains that never come near are left out */
};

/* ---- lines from anywhere ---- */

struct lines {
  csv_source *read;
  void *from;
  char buf[65536];
  size_t at, n;
  bool end;
};

static bool next_line(struct lines *l, struct str *out, char keep[CIF_LINE_MAX]) {
  size_t n = 0;
  bool any = false;
  for (;;) {
    if (l->at == l->n) {
      long got = l->end ? 0 : l->read(l->from, l->buf, sizeof l->buf);
      if (got <= 0) l->end = true;
      l->at = 0;
      l->n = got > 0 ? (size_t)got : 0;
      if (!l->n) break;
    }
    char c = l->buf[l->at++];
    any = true;
    if (c == '\n') break;
    if (c != '\r' && n < CIF_LINE_MAX) keep[n++] = c;
  }
  *out = (struct str){keep, n};
  return any;
}

/* Columns from..to of the record, counted from 1 as the specification does; short lines give less.
 */
static struct str columns(struct str line, size_t from, size_t to) {
  return str_slice(line, from - 1, to);
}
static struct str field(struct str line, size_t from, size_t to) {
  return str_trim(columns(line, from, to));
}
static char letter(struct str line, size_t column) {
  return line.n >= column ? line.p[column - 1] : ' ';
}

/* ---- what is being read ---- */

struct schedule {
  uint32_t uid, service, first_call, calls;
  day_t from, to;
  uint8_t weekdays;
  char stp;
  uint32_t next; /* of the same train, + 1 */
};
struct association {
  uint32_t base, other;
  day_t from, to;
  uint8_t weekdays;
  char category, date_shift, stp;
  uint32_t stop;
};

struct cif {
  struct net *n;
  struct arena *a;
  struct ids tiplocs, uids, routes;
  uint32_t *stop_of;             /* tiploc -> net stop, + 1; 0 = no station */
  uint32_t *route_of, *first_of; /* by route key; by uid: first schedule + 1 */
  size_t stop_cap, route_cap, first_cap;
  struct {
    struct schedule *p;
    size_t n;
  } schedules;
  struct {
    struct association *p;
    size_t n;
  } associations;
  size_t schedules_cap, associations_cap;
  struct mended mended;
  int32_t lat0, lat1, lon0, lon1; /* trains must come here; lat0 > lat1 = anywhere */
  uint64_t far, odd, stations;
};

static uint32_t *grown(struct cif *c, uint32_t **map, size_t *cap, uint32_t k) {
  if (k >= *cap) {
    size_t more = *cap ? *cap * 2 : 4096;
    while (more <= k) more *= 2;
    *map = arena_grow(c->a, *map, *cap * sizeof **map, more * sizeof **map);
    *cap = more;
  }
  return &(*map)[k];
}

static day_t cif_day(struct str s) {
  int64_t v;
  if (s.n != 6 || !str_to_i64(s, &v) || v < 0) return DAY_NONE;
  if (v == 999999) return day_of(2999, 12, 31);
  int yy = (int)(v / 10000);
  return day_of(yy < 60 ? 2000 + yy : 1900 + yy, (int)(v / 100 % 100), (int)(v % 100));
}

static uint8_t cif_weekdays(struct str s) {
  uint8_t out = 0;
  for (size_t i = 0; i < 7 && i < s.n; i++) out |= (uint8_t)((s.p[i] == '1') << i);
  return out;
}

/* ---- stations ---- */

static void add_tiploc(struct cif *c, struct str tiploc, uint32_t stop) {
  if (tiploc.n) *grown(c, &c->stop_of, &c->stop_cap, ids_put(&c->tiplocs, tiploc)) = stop + 1;
}

static struct point msn_point(struct str line) {
  int64_t e, n;
  if (!str_to_i64(field(line, 53, 57), &e) || !str_to_i64(field(line, 59, 63), &n))
    return POINT_NONE;
  if (e < 10000 || e > 19999 || n < 60000 || n > 79999) return POINT_NONE;
  /* Tenths of a kilometre, with 10000 and 60000 added: the middle of the square. */
  return geo_from_grid((double)(e - 10000) * 100 + 50, (double)(n - 60000) * 100 + 50);
}

static void station(struct cif *c, struct str line) {
  struct str crs = field(line, 50, 52), name = field(line, 6, 31), tiploc = field(line, 37, 43);
  int64_t minutes;
  bool new_one;
  if (letter(line, 1) != 'A' || crs.n != 3 || !tiploc.n || !name.n) return;
  if (letter(line, 36) < '0' || letter(line, 36) > '9') return; /* the header */
  if (c->n->stops.n + 1 > NET_STOPS_MAX) return;
  uint32_t s = net_stop(c->n, crs, &new_one);
  struct net_stop *o = &c->n->stops.p[s];
  if (!str_to_i64(field(line, 64, 65), &minutes) || minutes < 0) minutes = CHANGE_MINUTES;
  if (new_one) {
    o->name = utf8_mend(&c->n->keep, str_copy(&c->n->keep, name));
    o->at = msn_point(line);
    o->kind = STOP_RAIL;
    c->stations++;
  }
  o->change_s = (uint32_t)minutes * 60;
  add_tiploc(c, tiploc, s);
}

/* A TIPLOC with a CRS code that the station file knows under another TIPLOC. */
static void tiploc_record(struct cif *c, struct str line) {
  struct str crs = field(line, 54, 56), tiploc = field(line, 3, 9);
  uint32_t s = crs.n == 3 ? ids_find(&c->n->stop_ids, crs) : REACH_NONE;
  if (s != REACH_NONE && ids_find(&c->tiplocs, tiploc) == REACH_NONE) add_tiploc(c, tiploc, s);
}

/* ---- schedules ---- */

struct reading {
  struct schedule s;
  bool open, passenger, bus;
  char holiday;
  char toc[2];
  int32_t clock; /* minutes after midnight of the first day, of the last time read */
  struct str headsign;
};

/* Minutes after midnight, rolled past the last one read; TIME_UNKNOWN when blank. */
static int32_t cif_minutes(struct reading *g, struct str hhmm) {
  int64_t v;
  if (hhmm.n < 4 || !str_to_i64(str_slice(hhmm, 0, 4), &v) || v < 0 || v / 100 > 23 || v % 100 > 59)
    return TIME_UNKNOWN;
  int32_t t = (int32_t)(v / 100 * 60 + v % 100);
  while (t < g->clock - 60) t += 1440;
  return t;
}

/* The public time; 0000 means there is none, unless the working time is about midnight. */
static int32_t public_time(struct reading *g, struct str shown, struct str working) {
  int32_t w = cif_minutes(g, working), t;
  bool midnight = w != TIME_UNKNOWN && (w % 1440 >= 1435 || w % 1440 <= 5);
  if (!shown.n || (str_eq(shown, S("0000")) && !midnight)) return TIME_UNKNOWN;
  t = cif_minutes(g, shown);
  if (t != TIME_UNKNOWN && t > g->clock) g->clock = t;
  return t;
}

static bool has_activity(struct str activity, const char *two) {
  for (size_t i = 0; i + 1 < 13 && i < activity.n; i += 2)
    if (activity.p[i] == two[0] && (i + 1 < activity.n ? activity.p[i + 1] : ' ') == two[1])
      return true;
  return false;
}

static void call(struct cif *c, struct reading *g, struct str tiploc, int32_t arr, int32_t dep,
                 uint8_t flags) {
  uint32_t k = ids_find(&c->tiplocs, tiploc);
  uint32_t stop = k == REACH_NONE ? 0 : *grown(c, &c->stop_of, &c->stop_cap, k);
  if (!stop || (arr == TIME_UNKNOWN && dep == TIME_UNKNOWN) || !flags ||
      c->n->calls.n + 1 > NET_CALLS_MAX)
    return;
  if (arr == TIME_UNKNOWN) arr = dep;
  if (dep == TIME_UNKNOWN) dep = arr;
  *slice_push(&c->n->calls_arena, &c->n->calls, &c->n->calls_cap) =
      (struct net_call){stop - 1, arr * 60, dep * 60, flags};
  g->s.calls++;
}

static void stop_record(struct cif *c, struct reading *g, struct str line) {
  struct str tiploc = field(line, 3, 9);
  if (str_starts(line, S("LO"))) {
    g->clock = 0;
    int32_t dep = public_time(g, field(line, 16, 19), field(line, 11, 15));
    call(c, g, tiploc, TIME_UNKNOWN, dep,
         has_activity(columns(line, 30, 41), "N ") ? 0 : POS_BOARD);
  } else if (str_starts(line, S("LT"))) {
    int32_t arr = public_time(g, field(line, 16, 19), field(line, 11, 15));
    call(c, g, tiploc, arr, TIME_UNKNOWN,
         has_activity(columns(line, 26, 37), "N ") ? 0 : POS_ALIGHT);
  } else {
    struct str activity = columns(line, 43, 54);
    bool both = has_activity(activity, "T ") || has_activity(activity, "R ");
    uint8_t flags = both                           ? POS_BOARD | POS_ALIGHT
                    : has_activity(activity, "U ") ? POS_BOARD
                    : has_activity(activity, "D ") ? POS_ALIGHT
                                                   : 0;
    if (has_activity(activity, "N ")) flags = 0;
    int32_t arr = public_time(g, field(line, 26, 29), field(line, 11, 15));
    int32_t dep = public_time(g, field(line, 30, 33), field(line, 16, 20));
    call(c, g, tiploc, arr, dep, flags);
  }
}

static void schedule_start(struct cif *c, struct reading *g, struct str line) {
  char status = letter(line, 30);
  struct str category = field(line, 31, 32);
  *g = (struct reading){.open = true, .holiday = letter(line, 29), .toc = {' ', ' '}};
  g->s = (struct schedule){.uid = ids_put(&c->uids, columns(line, 4, 9)),
                           .from = cif_day(columns(line, 10, 15)),
                           .to = cif_day(columns(line, 16, 21)),
                           .weekdays = cif_weekdays(columns(line, 22, 28)),
                           .stp = letter(line, 80),
                           .first_call = (uint32_t)c->n->calls.n,
                           .service = REACH_NONE};
  if (g->s.stp == ' ') g->s.stp = 'P';
  g->bus = status == 'B' || status == '5' || str_eq(category, S("BR")) || str_eq(category, S("BS"));
  bool empty = category.n == 2 && category.p[0] == 'E' &&
               (category.p[1] == 'E' || category.p[1] == 'L' || category.p[1] == 'S');
  bool goods = status == 'F' || status == '2' || status == 'T' || status == '3';
  g->passenger = !empty && !goods;
  if (letter(line, 3) == 'D' || g->s.from == DAY_NONE || g->s.to == DAY_NONE) {
    c->odd++;
    g->open = false;
  }
}

static uint32_t route_for(struct cif *c, const struct reading *g) {
  char key[3] = {g->toc[0], g->toc[1], g->bus ? 'b' : 't'};
  uint32_t before = c->routes.n, k = ids_put(&c->routes, (struct str){key, 3});
  uint32_t *at = grown(c, &c->route_of, &c->route_cap, k);
  if (k == before) {
    struct str toc = str_trim((struct str){g->toc, 2});
    struct str id = str_format(&c->n->keep, "rail %.*s%s", P(toc), g->bus ? " bus" : "");
    *at = net_route(c->n, (struct net_route){id, g->bus ? S("rail replacement bus") : S(""),
                                             str_copy(&c->n->keep, toc), g->bus ? 3U : 2U});
  }
  return *at;
}

static bool comes_near(const struct cif *c, const struct reading *g) {
  if (c->lat0 > c->lat1) return true;
  for (uint32_t i = 0; i < g->s.calls; i++) {
    struct point p = c->n->stops.p[c->n->calls.p[g->s.first_call + i].stop].at;
    if (p.lat >= c->lat0 && p.lat <= c->lat1 && p.lon >= c->lon0 && p.lon <= c->lon1) return true;
  }
  return false;
}

/* Bank holiday Mondays on which the train does not run (column 29, X). */
static void holidays_off(struct cif *c, const struct schedule *s) {
  day_t last = s->to - s->from > 800 ? s->from + 800 : s->to;
  for (day_t d = s->from; (d = holiday_next(d, last + 1, ENGLAND_WALES)) != DAY_NONE; d++)
    if (day_weekday(d) == MONDAY)
      net_step(c->n, s->service, (struct net_step){STEP_REMOVE, d, d, 0x7f, 0, 0, 0});
}

static void schedule_end(struct cif *c, struct reading *g) {
  struct schedule *s = &g->s;
  if (!g->open) return;
  g->open = false;
  bool useful = g->passenger && s->calls >= 2 && s->stp != 'C';
  if (useful && !comes_near(c, g)) {
    c->far++;
    useful = false;
  }
  if (!useful) {
    c->n->calls.n = s->first_call;
    s->calls = 0;
  }
  if (c->schedules.n >= CIF_SCHEDULES_MAX) return;
  s->service = net_service(c->n);
  net_step(c->n, s->service, (struct net_step){STEP_ADD, s->from, s->to, s->weekdays, 0, 0, 0});
  if (g->holiday == 'X') holidays_off(c, s);
  if (useful) {
    struct str to = c->n->stops.p[c->n->calls.p[s->first_call + s->calls - 1].stop].name;
    struct net_trip t = {.route = route_for(c, g),
                         .service = s->service,
                         .first_call = s->first_call,
                         .calls = s->calls,
                         .headsign = to};
    net_trip(c->n, t, &c->mended);
  }
  uint32_t *first = grown(c, &c->first_of, &c->first_cap, s->uid);
  s->next = *first;
  *slice_push(c->a, &c->schedules, &c->schedules_cap) = *s;
  *first = (uint32_t)c->schedules.n;
}

static void association_record(struct cif *c, struct str line) {
  struct str category = columns(line, 35, 36);
  bool join = str_eq(category, S("JJ")), divide = str_eq(category, S("VV"));
  char stp = letter(line, 80), type = letter(line, 48);
  uint32_t k = ids_find(&c->tiplocs, field(line, 38, 44));
  uint32_t stop = k == REACH_NONE ? 0 : *grown(c, &c->stop_of, &c->stop_cap, k);
  day_t from = cif_day(columns(line, 16, 21)), to = cif_day(columns(line, 22, 27));
  if (!stop || from == DAY_NONE || letter(line, 3) == 'D') return;
  if (stp != 'C' && ((!join && !divide) || type == 'O')) return;
  *slice_push(c->a, &c->associations, &c->associations_cap) =
      (struct association){ids_put(&c->uids, columns(line, 4, 9)),
                           ids_put(&c->uids, columns(line, 10, 15)),
                           from,
                           to == DAY_NONE ? from : to,
                           cif_weekdays(columns(line, 28, 34)),
                           join ? 'J' : 'V',
                           letter(line, 37),
                           stp == ' ' ? 'P' : stp,
                           stop - 1};
}

static bool schedule_lines(struct cif *c, struct lines *l, const char *step, struct why *why) {
  struct reading g = {0};
  char keep[CIF_LINE_MAX];
  struct str line;
  uint64_t count = 0;
  progress_step(c->n->progress, step, "records", 0);
  while (next_line(l, &line, keep)) {
    if (++count % 16384 == 0 && !progress_at(c->n->progress, count))
      return why_say(why, "Stopped, as asked. Nothing was written.");
    if (line.n < 2) continue;
    bool part = line.p[0] == 'L' || str_starts(line, S("BX")) || str_starts(line, S("CR"));
    if (g.open && !part) schedule_end(c, &g);
    if (str_starts(line, S("TI")))
      tiploc_record(c, line);
    else if (str_starts(line, S("AA")))
      association_record(c, line);
    else if (str_starts(line, S("BS")))
      schedule_start(c, &g, line);
    else if (g.open && str_starts(line, S("BX")) && line.n >= 13)
      memcpy(g.toc, line.p + 11, 2);
    else if (g.open && line.p[0] == 'L')
      stop_record(c, &g, line);
  }
  schedule_end(c, &g);
  progress_end(c->n->progress, count);
  return true;
}

/* The short-term letters: within one train the earlier letter wins on the days it covers. */
static void apply_overlays(struct cif *c) {
  for (size_t i = 0; i < c->schedules.n; i++) {
    const struct schedule *s = &c->schedules.p[i];
    for (uint32_t at = *grown(c, &c->first_of, &c->first_cap, s->uid); at;
         at = c->schedules.p[at - 1].next) {
      const struct schedule *o = &c->schedules.p[at - 1];
      if (o->stp < s->stp)
        net_step(c->n, s->service,
                 (struct net_step){STEP_REMOVE, o->from, o->to, o->weekdays, 0, 0, 0});
    }
  }
}

/* ---- joins and splits ---- */

static uint32_t call_at(const struct cif *c, const struct schedule *s, uint32_t stop) {
  for (uint32_t i = 0; i < s->calls; i++)
    if (c->n->calls.p[s->first_call + i].stop == stop) return i;
  return REACH_NONE;
}

static uint32_t through_service(struct cif *c, const struct association *x,
                                const struct schedule *base, const struct schedule *other,
                                int shift) {
  uint32_t service = net_service(c->n);
  net_step(c->n, service, (struct net_step){STEP_ADD, x->from, x->to, x->weekdays, 0, 0, 0});
  for (size_t i = 0; i < c->associations.n; i++) {
    const struct association *o = &c->associations.p[i];
    if (o->base == x->base && o->other == x->other && o->stop == x->stop && o->stp < x->stp)
      net_step(c->n, service, (struct net_step){STEP_REMOVE, o->from, o->to, o->weekdays, 0, 0, 0});
  }
  net_step(c->n, service, (struct net_step){.kind = STEP_KEEP_SERVICE, .service = base->service});
  net_step(c->n, service,
           (struct net_step){
               .kind = STEP_KEEP_SERVICE, .service = other->service, .shift_days = (int8_t)shift});
  return service;
}

static void copy_calls(struct cif *c, struct net_trip *t, const struct schedule *s, uint32_t from,
                       uint32_t to, int32_t add) {
  for (uint32_t i = from; i < to; i++) {
    struct net_call k = c->n->calls.p[s->first_call + i];
    k.arr += add;
    k.dep += add;
    *slice_push(&c->n->calls_arena, &c->n->calls, &c->n->calls_cap) = k;
    t->calls++;
  }
}

/* Divide: the base's calls to the place, the other's after. Join: the other's calls to the place,
 * the base's after. */
static bool through_train(struct cif *c, const struct association *x, const struct schedule *base,
                          const struct schedule *other) {
  int shift = x->date_shift == 'N' ? 1 : x->date_shift == 'P' ? -1 : 0;
  const struct schedule *head = x->category == 'V' ? base : other,
                        *tail = x->category == 'V' ? other : base;
  int32_t head_add = head == other ? shift * 86400 : 0,
          tail_add = tail == other ? shift * 86400 : 0;
  uint32_t h = call_at(c, head, x->stop), t = call_at(c, tail, x->stop);
  if (h == REACH_NONE || t == REACH_NONE || h == 0 || t + 1 >= tail->calls) return false;
  if (c->n->calls.n + head->calls + tail->calls > NET_CALLS_MAX) return false;
  const struct net_call *arrive = &c->n->calls.p[head->first_call + h],
                        *leave = &c->n->calls.p[tail->first_call + t];
  if (leave->dep + tail_add < arrive->arr + head_add) return false;
  struct net_trip trip = {.first_call = (uint32_t)c->n->calls.n, .route = REACH_NONE};
  copy_calls(c, &trip, head, 0, h + 1, head_add);
  struct net_call *middle = &c->n->calls.p[c->n->calls.n - 1];
  middle->dep = c->n->calls.p[tail->first_call + t].dep + tail_add;
  middle->flags = POS_BOARD | POS_ALIGHT;
  copy_calls(c, &trip, tail, t + 1, tail->calls, tail_add);
  for (size_t i = c->n->trips.n; i-- > 0 && trip.route == REACH_NONE;)
    if (c->n->trips.p[i].first_call == head->first_call) trip.route = c->n->trips.p[i].route;
  if (trip.route == REACH_NONE) return false;
  trip.headsign = c->n->stops.p[c->n->calls.p[c->n->calls.n - 1].stop].name;
  trip.service = through_service(c, x, base, other, shift);
  return net_trip(c->n, trip, &c->mended) > 0;
}

static void apply_associations(struct cif *c) {
  uint64_t made = 0;
  for (size_t i = 0; i < c->associations.n; i++) {
    const struct association *x = &c->associations.p[i];
    if (x->stp == 'C') continue;
    for (uint32_t b = *grown(c, &c->first_of, &c->first_cap, x->base); b;
         b = c->schedules.p[b - 1].next)
      for (uint32_t o = *grown(c, &c->first_of, &c->first_cap, x->other); o;
           o = c->schedules.p[o - 1].next) {
        struct schedule base = c->schedules.p[b - 1], other = c->schedules.p[o - 1];
        if (base.calls && other.calls) made += through_train(c, x, &base, &other);
      }
  }
  if (made)
    net_say(c->n, SAID_FOUND, "Rail: %llu through trains where portions join or divide.",
            (unsigned long long)made);
}

/* ---- fixed links ---- */

static void add_link(struct cif *c, uint32_t a, uint32_t b, int64_t minutes, uint32_t window) {
  if (a == b || minutes < 0 || minutes > 480) return;
  struct net *n = c->n;
  *slice_push(&n->keep, &n->links, &n->links_cap) =
      (struct net_link){a, b, (uint32_t)minutes * 60, window, false};
  *slice_push(&n->keep, &n->links, &n->links_cap) =
      (struct net_link){b, a, (uint32_t)minutes * 60, window, false};
  n->has_transfers = true;
}

static bool has_link(const struct cif *c, uint32_t a, uint32_t b) {
  for (size_t i = 0; i < c->n->links.n; i++)
    if (c->n->links.p[i].from == a && c->n->links.p[i].to == b) return true;
  return false;
}

static day_t slash_day(struct str s) {
  int64_t d, m, y;
  struct str rest = s;
  if (!str_to_i64(str_cut(&rest, '/'), &d) || !str_to_i64(str_cut(&rest, '/'), &m) ||
      !str_to_i64(rest, &y))
    return DAY_NONE;
  return d > 0 && d < 32 && m > 0 && m < 13 && y > 1900 && y < 9999 ? day_of((int)y, (int)m, (int)d)
                                                                    : DAY_NONE;
}

static int32_t hhmm_seconds(struct str s, int32_t otherwise) {
  int64_t v;
  if (s.n != 4 || !str_to_i64(s, &v) || v < 0 || v / 100 > 24 || v % 100 > 59) return otherwise;
  return (int32_t)(v / 100 * 3600 + v % 100 * 60);
}

/* M=WALK,O=ABC,D=DEF,T=10,S=0700,E=2200,P=4,F=01/01/2026,U=31/12/2026,R=1111100 */
static void alf_line(struct cif *c, struct str line) {
  uint32_t from = REACH_NONE, to = REACH_NONE;
  int64_t minutes = -1;
  struct region_window w = {0, 48 * 3600, -100000, 1000000, 0x7f};
  struct str rest = line;
  while (rest.n) {
    struct str value = str_trim(str_cut(&rest, ',')), key = str_cut(&value, '=');
    if (str_eq(key, S("O")))
      from = ids_find(&c->n->stop_ids, value);
    else if (str_eq(key, S("D")))
      to = ids_find(&c->n->stop_ids, value);
    else if (str_eq(key, S("T")) && !str_to_i64(value, &minutes))
      minutes = -1;
    else if (str_eq(key, S("S")))
      w.from_s = hhmm_seconds(value, 0);
    else if (str_eq(key, S("E")))
      w.to_s = hhmm_seconds(value, 48 * 3600);
    else if (str_eq(key, S("F")))
      w.day_first = slash_day(value) == DAY_NONE ? w.day_first : slash_day(value);
    else if (str_eq(key, S("U")))
      w.day_last = slash_day(value) == DAY_NONE ? w.day_last : slash_day(value);
    else if (str_eq(key, S("R")))
      w.weekdays = cif_weekdays(value);
  }
  if (from == REACH_NONE || to == REACH_NONE || minutes < 0) return;
  bool whole_day = w.from_s <= 60 && w.to_s >= 86340;
  if (whole_day) w.from_s = 0, w.to_s = 48 * 3600;
  bool always = whole_day && w.weekdays == 0x7f && w.day_first < day_of(2015, 1, 1) &&
                w.day_last > day_of(2100, 1, 1);
  uint32_t window = 0;
  if (!always && c->n->windows.n < 60000) {
    *slice_push(&c->n->keep, &c->n->windows, &c->n->windows_cap) = w;
    window = (uint32_t)c->n->windows.n;
  }
  add_link(c, from, to, minutes, window);
}

/* ADDITIONAL LINK: WALK BETWEEN ABC AND DEF IN  10 MINUTES (only where ALF says nothing of the
 * pair) */
static void flf_line(struct cif *c, struct str line) {
  size_t b = str_find(line, S(" BETWEEN ")), a = str_find(line, S(" AND ")),
         in = str_find(line, S(" IN "));
  if (!str_starts(line, S("ADDITIONAL LINK:")) || b >= a || a >= in || in == line.n) return;
  uint32_t from = ids_find(&c->n->stop_ids, str_trim(str_slice(line, b + 9, a)));
  uint32_t to = ids_find(&c->n->stop_ids, str_trim(str_slice(line, a + 5, in)));
  struct str rest = str_trim(str_slice(line, in + 4, line.n));
  int64_t minutes;
  if (from == REACH_NONE || to == REACH_NONE || !str_to_i64(str_cut(&rest, ' '), &minutes) ||
      has_link(c, from, to))
    return;
  add_link(c, from, to, minutes, 0);
}

/* ---- the whole ---- */

static void bus_box(struct cif *c) {
  struct net *n = c->n;
  size_t k = 0;
  c->lat0 = 1, c->lat1 = 0;
  int32_t *lat = arena_many(c->a, int32_t, n->stops.n + 1),
          *lon = arena_many(c->a, int32_t, n->stops.n + 1);
  for (size_t i = 0; i < n->stops.n; i++)
    if (point_known(n->stops.p[i].at))
      lat[k] = n->stops.p[i].at.lat, lon[k++] = n->stops.p[i].at.lon;
  if (k < 20) return;
  /* Four times the mean distance from the middle: one coach stop in another city hardly widens the
   * box. */
  for (int axis = 0; axis < 2; axis++) {
    const int32_t *v = axis ? lon : lat;
    double mean = 0, spread = 0;
    for (size_t i = 0; i < k; i++) mean += (double)v[i] / (double)k;
    for (size_t i = 0; i < k; i++) spread += (v[i] > mean ? v[i] - mean : mean - v[i]) / (double)k;
    double low = mean - 4 * spread - NEAR_DEGREES_E7, high = mean + 4 * spread + NEAR_DEGREES_E7;
    int32_t lo = (int32_t)(low < -1.8e9 ? -1.8e9 : low),
            hi = (int32_t)(high > 1.8e9 ? 1.8e9 : high);
    if (axis)
      c->lon0 = lo, c->lon1 = hi;
    else
      c->lat0 = lo, c->lat1 = hi;
  }
}

static void short_lines(struct cif *c, struct lines *l, void each(struct cif *, struct str)) {
  char keep[CIF_LINE_MAX];
  struct str line;
  while (next_line(l, &line, keep)) each(c, line);
}

struct rail_files {
  struct lines *msn, *mca, *ztr, *flf, *alf;
};

static bool read_rail(struct net *n, struct arena *a, const struct rail_files *f, struct why *why) {
  struct cif *c = arena_new(a, struct cif);
  c->n = n;
  c->a = a;
  c->tiplocs.a = c->uids.a = c->routes.a = a;
  size_t trips = n->trips.n;
  bus_box(c);
  short_lines(c, f->msn, station);
  if (!c->stations)
    return why_say(why, "The station file (MSN) names no station, so the rail timetable cannot be "
                        "used. Download the whole "
                        "rail timetable again.");
  if (!schedule_lines(c, f->mca, "Trains", why)) return false;
  if (f->ztr && !schedule_lines(c, f->ztr, "Other rail services", why)) return false;
  apply_overlays(c);
  apply_associations(c);
  if (f->alf) short_lines(c, f->alf, alf_line);
  if (f->flf) short_lines(c, f->flf, flf_line);
  net_say_mended(n, "Rail", &c->mended);
  if (c->far)
    net_say(n, SAID_LEFT_OUT,
            "Rail: %llu trains never come within about 50 km of the bus stops and were left out.",
            (unsigned long long)c->far);
  if (c->odd)
    net_say(n, SAID_LEFT_OUT, "Rail: %llu schedules have no usable dates and were left out.",
            (unsigned long long)c->odd);
  if (n->trips.n == trips)
    return why_say(why, "There is no passenger train in the rail timetable (MCA) that calls at two "
                        "of its stations.");
  net_say(n, SAID_SOURCE, "Rail: %llu stations, %zu schedules, %zu trains kept, %zu associations.",
          (unsigned long long)c->stations, c->schedules.n, n->trips.n - trips, c->associations.n);
  n->has_rail = true;
  return true;
}

static long read_str(void *from, char *out, size_t n) {
  struct str *s = from;
  size_t take = s->n < n ? s->n : n;
  if (take) memcpy(out, s->p, take);
  *s = str_slice(*s, take, s->n);
  return (long)take;
}

static struct lines *lines_of_str(struct arena *a, struct str *s) {
  struct lines *l = arena_new(a, struct lines);
  l->read = read_str;
  l->from = s;
  return l;
}

bool net_rail_text(struct net *n, struct str msn, struct str mca, struct str ztr, struct str flf,
                   struct str alf, struct why *why) {
  struct arena a = arena_open((size_t)8 << 30);
  struct rail_files f = {
      lines_of_str(&a, &msn), lines_of_str(&a, &mca), ztr.n ? lines_of_str(&a, &ztr) : NULL,
      flf.n ? lines_of_str(&a, &flf) : NULL, alf.n ? lines_of_str(&a, &alf) : NULL};
  bool ok = read_rail(n, &a, &f, why);
  arena_close(&a);
  return ok;
}

static const struct zip_member *by_ending(const struct zip *z, const char *ending) {
  struct zip_members all = zip_list(z);
  for (size_t i = 0; i < all.n; i++) {
    struct str name = all.p[i].name;
    if (name.n >= 4 && str_eq_nocase(str_slice(name, name.n - 4, name.n), str_of(ending)))
      return &all.p[i];
  }
  return NULL;
}

static const char *const endings[5] = {".MSN", ".MCA", ".ZTR", ".FLF", ".ALF"};

static bool open_members(struct arena *a, struct zip *z, struct zip_in *in[5],
                         struct lines *lines[5], struct why *why) {
  for (int i = 0; i < 5; i++) {
    const struct zip_member *m = by_ending(z, endings[i]);
    if (!m && i < 2)
      return why_say(why,
                     "There is no %s file in the zip: give the whole rail timetable (ttis...zip).",
                     endings[i] + 1);
    if (!m) continue;
    in[i] = zip_in_open(a, z, m, (uint64_t)CIF_BYTES_MAX_GB << 30, why);
    if (!in[i]) return false;
    lines[i] = arena_new(a, struct lines);
    lines[i]->read = zip_read;
    lines[i]->from = in[i];
  }
  return true;
}

bool net_rail(struct net *n, const char *path, struct why *why) {
  struct arena a = arena_open((size_t)8 << 30);
  struct zip_in *in[5] = {0};
  struct lines *lines[5] = {0};
  struct zip *z = zip_open(&a, path, why);
  bool ok = z && open_members(&a, z, in, lines, why);
  struct rail_files f = {lines[0], lines[1], lines[2], lines[3], lines[4]};
  ok = ok && read_rail(n, &a, &f, why);
  for (int i = 0; i < 5; i++) {
    if (in[i] && zip_in_why(in[i])->text[0] && ok) {
      *why = *zip_in_why(in[i]);
      ok = false;
    }
    zip_in_close(in[i]);
  }
  if (!ok) {
    const char *slash = strrchr(path, '/');
    why_at(why, "%s", slash ? slash + 1 : path);
  }
  if (z) zip_close(z);
  arena_close(&a);
  return ok;
}
