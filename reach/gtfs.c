/* gtfs: reading a GTFS feed (gtfs.org/schedule/reference, revised 2024) as publishers really send
 * them. What is missing or wrong is mended where only one answer makes sense, left out where a part
 * cannot be used, refused only where the whole cannot be trusted (no stops, no trips, no times, no
 * calendar, or bytes that are no table). */
#include <math.h>
#include <stdlib.h>
#include "base/zip.h"
#include "reach/net.h"
#include "reach/streets.h"

enum {
  GTFS_TABLE_BYTES_MAX_GB = 6,
  FREQUENCY_TRIPS_MAX = 5000, /* from one row of frequencies.txt */
  SAME_STOP_METRES = 1000,    /* two feeds naming one stop id farther apart mean two stops */
  FAR_STOP_METRES = 100000,
  WALK_MM_PER_S = 1333, /* 4.8 km/h */
};

struct raw_call {
  uint32_t trip, seq, stop;
  int32_t arr, dep;
  uint32_t flags;
};
struct feed_trip {
  struct net_trip t;
  bool by_headway;
  uint32_t at, n;
};
struct feed_transfer {
  uint32_t from, to, secs;
  bool forbidden, timed;
};

struct feed {
  struct net *n;
  struct arena *a, raw_arena;
  struct zip *zip;
  const char *name;
  struct ids stop_ids, route_ids, service_ids, trip_ids, agency_ids, block_ids;
  uint32_t *stop; /* feed stop -> net stop */
  uint32_t *route, *service;
  struct str *agency;
  size_t stop_cap, route_cap, service_cap, agency_cap;
  struct {
    struct feed_trip *p;
    size_t n;
  } trips;
  struct {
    struct raw_call *p;
    size_t n;
  } raw;
  struct {
    struct feed_transfer *p;
    size_t n;
  } transfers;
  size_t trips_cap, raw_cap, transfers_cap;
  struct mended mended;
};

/* One table of the feed, row by row. */
struct table {
  struct csv *csv;
  struct zip_in *in;
  struct csv_row row;
  const char *file;
  struct feed *f;
  uint64_t rows;
};

/* False with an empty why: the file is not there. */
static MUST_USE bool table_open(struct feed *f, const char *file, struct table *t,
                                struct why *why) {
  *t = (struct table){.file = file, .f = f};
  why->text[0] = 0;
  const struct zip_member *m = zip_find(f->zip, str_of(file));
  if (!m || m->bytes == 0) return false;
  t->in = zip_in_open(f->a, f->zip, m, (uint64_t)GTFS_TABLE_BYTES_MAX_GB << 30, why);
  if (!t->in) return why_at(why, "%s", file);
  t->csv = csv_open(f->a, zip_read, t->in);
  progress_step(f->n->progress, file, "rows", 0);
  if (csv_headers(t->csv, why)) return true;
  if (zip_in_why(t->in)->text[0]) *why = *zip_in_why(t->in);
  csv_close(t->csv);
  zip_in_close(t->in);
  return why_at(why, "%s", file);
}

static void table_close(struct table *t) {
  csv_close(t->csv);
  zip_in_close(t->in);
  progress_end(t->f->n->progress, t->rows);
}

/* 1 = a row, 0 = the end, -1 = cannot go on. */
static int table_row(struct table *t, struct why *why) {
  enum csv_result got = csv_next(t->csv, &t->row, why);
  if (got == CSV_ROW && ++t->rows % 8192 == 0 && !progress_at(t->f->n->progress, t->rows))
    return why_say(why, "Stopped, as asked. Nothing was written.") - 1;
  if (got == CSV_ROW) return 1;
  if (zip_in_why(t->in)->text[0]) {
    *why = *zip_in_why(t->in);
    got = CSV_BAD;
  }
  if (got == CSV_BAD) why_at(why, "%s", t->file);
  return got == CSV_BAD ? -1 : 0;
}

static struct str cell(const struct table *t, int column) { return csv_cell(&t->row, column); }

static int column(const struct table *t, const char *name) {
  return csv_column(t->csv, str_of(name));
}

/* The map from feed numbers to net numbers, grown to hold k. */
static uint32_t *map_at(struct feed *f, uint32_t **map, size_t *cap, uint32_t k) {
  if (k >= *cap) {
    size_t more = *cap ? *cap * 2 : 1024;
    *map = arena_grow(f->a, *map, *cap * sizeof **map, more * sizeof **map);
    *cap = more;
  }
  return &(*map)[k];
}

static bool refuse(struct feed *f, struct why *why, const char *file) {
  if (why->text[0]) return why_at(why, "%s", f->name);
  return why_say(why,
                 "%s: there is no usable %s in it, so it cannot be used as a timetable. Ask the "
                 "publisher for a "
                 "whole GTFS feed.",
                 f->name, file);
}

/* ---- agencies, routes, calendars ---- */

static bool read_agencies(struct feed *f, struct why *why) {
  struct table t;
  if (!table_open(f, "agency.txt", &t, why)) return !why->text[0];
  int id = column(&t, "agency_id"), name = column(&t, "agency_name"), got;
  while ((got = table_row(&t, why)) > 0) {
    uint32_t k = ids_put(&f->agency_ids, cell(&t, id));
    if (k >= f->agency_cap) {
      size_t cap = f->agency_cap ? f->agency_cap * 2 : 64;
      f->agency =
          arena_grow(f->a, f->agency, f->agency_cap * sizeof *f->agency, cap * sizeof *f->agency);
      f->agency_cap = cap;
    }
    f->agency[k] = str_copy(&f->n->keep, cell(&t, name));
  }
  table_close(&t);
  return got == 0;
}

static uint32_t mode_of(struct str type) {
  int64_t v;
  if (!str_to_i64(type, &v)) return 3;
  if (v >= 0 && v <= 12) return (uint32_t)v;
  if (v >= 100 && v < 200) return 2;
  if (v >= 400 && v < 600) return 1;
  if (v >= 900 && v < 1000) return 0;
  if ((v >= 1000 && v < 1100) || (v >= 1200 && v < 1300)) return 4;
  return 3;
}

static struct str agency_name(struct feed *f, struct str id) {
  uint32_t k = ids_find(&f->agency_ids, id);
  if (k == REACH_NONE && f->agency_ids.n == 1) k = 0;
  return k == REACH_NONE ? S("") : f->agency[k];
}

static bool read_routes(struct feed *f, struct why *why) {
  struct table t;
  if (!table_open(f, "routes.txt", &t, why)) {
    if (!why->text[0])
      net_say(f->n, SAID_MENDED, "%s: routes.txt is missing; its trips are shown without a number.",
              f->name);
    return !why->text[0];
  }
  int id = column(&t, "route_id"), brief = column(&t, "route_short_name"),
      full = column(&t, "route_long_name");
  int agency = column(&t, "agency_id"), type = column(&t, "route_type"), got;
  while ((got = table_row(&t, why)) > 0) {
    struct str name = cell(&t, brief).n ? cell(&t, brief) : cell(&t, full);
    uint32_t before = f->route_ids.n, k = ids_put(&f->route_ids, cell(&t, id));
    if (k < before) continue;
    *map_at(f, &f->route, &f->route_cap, k) = net_route(
        f->n, (struct net_route){str_copy(&f->n->keep, cell(&t, id)), str_copy(&f->n->keep, name),
                                 agency_name(f, cell(&t, agency)), mode_of(cell(&t, type))});
  }
  table_close(&t);
  return got == 0;
}

static day_t gtfs_day(struct str s) {
  int64_t v;
  if (s.n != 8 || !str_to_i64(s, &v) || v < 0) return DAY_NONE;
  return day_of((int)(v / 10000), (int)(v / 100 % 100), (int)(v % 100));
}

static uint32_t service_of(struct feed *f, struct str id) {
  uint32_t before = f->service_ids.n, k = ids_put(&f->service_ids, id);
  uint32_t *at = map_at(f, &f->service, &f->service_cap, k);
  if (k == before) *at = net_service(f->n);
  return *at;
}

static bool read_calendar(struct feed *f, bool *found, struct why *why) {
  static const char *const day_names[7] = {"monday", "tuesday",  "wednesday", "thursday",
                                           "friday", "saturday", "sunday"};
  struct table t;
  if (!table_open(f, "calendar.txt", &t, why)) return !why->text[0];
  int id = column(&t, "service_id"), from = column(&t, "start_date"),
      until = column(&t, "end_date"), day[7], got;
  for (int i = 0; i < 7; i++) day[i] = column(&t, day_names[i]);
  uint64_t bad = 0;
  while ((got = table_row(&t, why)) > 0) {
    struct net_step s = {STEP_ADD, gtfs_day(cell(&t, from)), gtfs_day(cell(&t, until)), 0, 0, 0, 0};
    for (int i = 0; i < 7; i++) s.weekdays |= (uint8_t)(str_eq(cell(&t, day[i]), S("1")) << i);
    bool good = s.first != DAY_NONE && s.last != DAY_NONE && s.first <= s.last;
    bad += !good;
    uint32_t service = service_of(f, cell(&t, id));
    if (good) net_step(f->n, service, s);
    *found = true;
  }
  table_close(&t);
  if (bad)
    net_say(f->n, SAID_LEFT_OUT,
            "%s: %llu rows of calendar.txt have dates that cannot be; they run only on days "
            "named in calendar_dates.txt.",
            f->name, (unsigned long long)bad);
  return got == 0;
}

static bool read_dates(struct feed *f, bool *found, struct why *why) {
  struct table t;
  if (!table_open(f, "calendar_dates.txt", &t, why)) return !why->text[0];
  int id = column(&t, "service_id"), date = column(&t, "date"), type = column(&t, "exception_type"),
      got;
  uint64_t bad = 0;
  while ((got = table_row(&t, why)) > 0) {
    day_t d = gtfs_day(cell(&t, date));
    bool add = str_eq(cell(&t, type), S("1")), off = str_eq(cell(&t, type), S("2"));
    if (d == DAY_NONE || (!add && !off)) {
      bad++;
      continue;
    }
    net_step(f->n, service_of(f, cell(&t, id)),
             (struct net_step){add ? STEP_ADD : STEP_REMOVE, d, d, 0x7f, 0, 0, 0});
    *found = true;
  }
  table_close(&t);
  if (bad)
    net_say(f->n, SAID_LEFT_OUT,
            "%s: %llu rows of calendar_dates.txt are not a date to add or remove and were left "
            "out.",
            f->name, (unsigned long long)bad);
  return got == 0;
}

/* ---- stops ---- */

struct stop_columns {
  int id, name, lat, lon, type, parent, wheelchair, platform;
};
struct stop_counts {
  uint64_t nowhere, moved;
};

static void read_stop(struct feed *f, struct table *t, const struct stop_columns *c,
                      struct stop_counts *count) {
  struct net *n = f->n;
  struct str type = cell(t, c->type), id = cell(t, c->id);
  if (type.n == 1 && type.p[0] >= '2') return; /* entrances, nodes, boarding areas */
  uint32_t before = f->stop_ids.n, k = ids_put(&f->stop_ids, id);
  if (k < before || n->stops.n + 2 > NET_STOPS_MAX) return;
  struct point at = point_parse(cell(t, c->lat), cell(t, c->lon));
  bool new_one;
  uint32_t s = net_stop(n, id, &new_one);
  struct point there = n->stops.p[s].at;
  if (!new_one && point_known(there) && point_known(at) &&
      geo_metres(there, at) > SAME_STOP_METRES) {
    count->moved++;
    s = net_stop(n, str_format(f->a, "%.*s@%s", P(id), f->name), &new_one);
  }
  *map_at(f, &f->stop, &f->stop_cap, k) = s;
  struct net_stop *o = &n->stops.p[s];
  if (!point_known(o->at)) o->at = at;
  count->nowhere += !point_known(o->at);
  if (!new_one) return;
  struct str name = utf8_mend(&n->keep, cell(t, c->name)), platform = cell(t, c->platform);
  bool with = platform.n && platform.n < 12 && !str_contains(name, platform);
  o->name = with ? str_format(&n->keep, "%.*s (stop %.*s)", P(name), P(platform))
                 : str_copy(&n->keep, name);
  o->parent_id = str_copy(&n->keep, cell(t, c->parent));
  o->wheelchair = (uint8_t)(str_eq(cell(t, c->wheelchair), S("1"))   ? YES
                            : str_eq(cell(t, c->wheelchair), S("2")) ? NO
                                                                     : NOT_KNOWN);
  o->kind = str_eq(type, S("1")) ? STOP_STATION : STOP_BUS;
}

static int double_order(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

/* Far from the middle of the feed: a coach to another city. Kept, said. */
static void say_far(struct feed *f) {
  struct net *n = f->n;
  double *lat = arena_many(f->a, double, f->stop_ids.n + 1),
         *lon = arena_many(f->a, double, f->stop_ids.n + 1);
  size_t k = 0, far = 0;
  for (uint32_t i = 0; i < f->stop_ids.n; i++) {
    struct point p = n->stops.p[f->stop[i]].at;
    if (point_known(p)) lat[k] = point_lat(p), lon[k++] = point_lon(p);
  }
  if (!k) return;
  qsort(lat, k, sizeof *lat, double_order);
  qsort(lon, k, sizeof *lon, double_order);
  struct point middle = point_of(lat[k / 2], lon[k / 2]);
  for (uint32_t i = 0; i < f->stop_ids.n; i++) {
    struct point p = n->stops.p[f->stop[i]].at;
    far += point_known(p) && point_known(middle) && geo_metres(p, middle) > FAR_STOP_METRES;
  }
  if (far)
    net_say(n, SAID_FOUND,
            "%s: %zu stops are over 100 km from the middle of the feed (a long-distance coach?); "
            "they are "
            "kept.",
            f->name, far);
}

static bool read_stops(struct feed *f, struct why *why) {
  struct table t;
  if (!table_open(f, "stops.txt", &t, why)) return refuse(f, why, "stops.txt");
  struct stop_columns c = {column(&t, "stop_id"),
                           column(&t, "stop_name"),
                           column(&t, "stop_lat"),
                           column(&t, "stop_lon"),
                           column(&t, "location_type"),
                           column(&t, "parent_station"),
                           column(&t, "wheelchair_boarding"),
                           column(&t, "platform_code")};
  struct stop_counts count = {0};
  int got;
  while ((got = table_row(&t, why)) > 0) read_stop(f, &t, &c, &count);
  table_close(&t);
  if (got < 0) return why_at(why, "%s", f->name);
  if (c.id < 0 || !f->stop_ids.n) return refuse(f, why, "stops.txt");
  if (count.nowhere)
    net_say(f->n, SAID_MENDED,
            "%s: %llu stops have no position (or 0,0); buses serve them, nobody can walk to them.",
            f->name, (unsigned long long)count.nowhere);
  if (count.moved)
    net_say(f->n, SAID_MENDED,
            "%s: %llu stop ids stand over a kilometre from the same id in an earlier feed; they "
            "are kept "
            "as other stops.",
            f->name, (unsigned long long)count.moved);
  say_far(f);
  return true;
}

/* ---- trips and times ---- */

static uint8_t yes_no_of(struct str s) {
  return (uint8_t)(str_eq(s, S("1")) ? YES : str_eq(s, S("2")) ? NO : NOT_KNOWN);
}

static uint32_t route_of(struct feed *f, struct str id) {
  uint32_t before = f->route_ids.n, k = ids_put(&f->route_ids, id);
  uint32_t *at = map_at(f, &f->route, &f->route_cap, k);
  if (k == before)
    *at = net_route(f->n, (struct net_route){str_copy(&f->n->keep, id), S(""), S(""), 3});
  return *at;
}

static bool read_trips(struct feed *f, struct why *why) {
  struct table t;
  if (!table_open(f, "trips.txt", &t, why)) return refuse(f, why, "trips.txt");
  int id = column(&t, "trip_id"), route = column(&t, "route_id"),
      service = column(&t, "service_id"), got;
  int head = column(&t, "trip_headsign"), name = column(&t, "trip_short_name");
  int wheel = column(&t, "wheelchair_accessible"), bikes = column(&t, "bikes_allowed");
  int block = column(&t, "block_id"), direction = column(&t, "direction_id");
  uint64_t no_service = 0, twice = 0;
  struct ids heads = {.a = &f->n->keep};
  while ((got = table_row(&t, why)) > 0) {
    uint32_t before = f->trip_ids.n, k = ids_put(&f->trip_ids, cell(&t, id));
    if (k < before) {
      twice++;
      continue;
    }
    no_service += ids_find(&f->service_ids, cell(&t, service)) == REACH_NONE;
    struct net_trip trip = {.route = route_of(f, cell(&t, route)),
                            .service = service_of(f, cell(&t, service)),
                            .name = str_copy(&f->n->keep, cell(&t, name)),
                            .wheelchair = yes_no_of(cell(&t, wheel)),
                            .bikes = yes_no_of(cell(&t, bikes))};
    uint32_t sign = ids_put(&heads, cell(&t, head));
    trip.headsign = heads.name[sign];
    if (cell(&t, block).n)
      trip.block = f->n->n_blocks + ids_put(&f->block_ids, cell(&t, block)) + 1;
    trip.direction = str_eq(cell(&t, direction), S("0"))   ? 1
                     : str_eq(cell(&t, direction), S("1")) ? 2
                                                           : 0;
    *slice_push(f->a, &f->trips, &f->trips_cap) = (struct feed_trip){.t = trip};
  }
  table_close(&t);
  if (got < 0) return why_at(why, "%s", f->name);
  if (id < 0 || !f->trips.n) return refuse(f, why, "trips.txt");
  if (no_service)
    net_say(f->n, SAID_LEFT_OUT, "%s: %llu trips name a service with no calendar and never run.",
            f->name, (unsigned long long)no_service);
  if (twice)
    net_say(f->n, SAID_LEFT_OUT, "%s: %llu rows of trips.txt repeat a trip and were left out.",
            f->name, (unsigned long long)twice);
  return true;
}

/* "7:05", "07:05:30", "25:10:00"; TIME_UNKNOWN otherwise. */
static int32_t gtfs_time(struct str s) {
  int32_t part[3] = {0, 0, 0};
  int k = 0, digits = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == ':') {
      if (!digits || ++k > 2) return TIME_UNKNOWN;
      digits = 0;
      continue;
    }
    if (s.p[i] < '0' || s.p[i] > '9' || ++digits > 3) return TIME_UNKNOWN;
    part[k] = part[k] * 10 + (s.p[i] - '0');
  }
  if (k == 0 || !digits || part[1] > 59 || part[2] > 59 || part[0] > 200) return TIME_UNKNOWN;
  return part[0] * 3600 + part[1] * 60 + part[2];
}

struct time_columns {
  int trip, stop, seq, arr, dep, pickup, drop, timepoint;
};
struct time_counts {
  uint64_t no_trip, no_stop, no_seq, ring;
};

static uint32_t flags_of(const struct table *t, const struct time_columns *c,
                         struct time_counts *count) {
  struct str pick = cell(t, c->pickup), drop = cell(t, c->drop);
  count->ring += (pick.n == 1 && pick.p[0] >= '2') || (drop.n == 1 && drop.p[0] >= '2');
  uint32_t f = 0;
  if (!(pick.n == 1 && pick.p[0] == '1')) f |= POS_BOARD;
  if (!(drop.n == 1 && drop.p[0] == '1')) f |= POS_ALIGHT;
  return f;
}

static bool read_time_rows(struct feed *f, struct table *t, struct time_counts *count,
                           struct why *why) {
  struct time_columns c = {column(t, "trip_id"),        column(t, "stop_id"),
                           column(t, "stop_sequence"),  column(t, "arrival_time"),
                           column(t, "departure_time"), column(t, "pickup_type"),
                           column(t, "drop_off_type"),  column(t, "timepoint")};
  uint32_t trip = REACH_NONE, row = 0;
  int got;
  while ((got = table_row(t, why)) > 0) {
    if (f->raw.n + f->n->calls.n + 1 > NET_CALLS_MAX)
      return why_say(why,
                     "%s: there are more than %d stop times; build smaller regions and keep them "
                     "side by side.",
                     f->name, NET_CALLS_MAX);
    struct str id = cell(t, c.trip);
    if (trip == REACH_NONE || !str_eq(f->trip_ids.name[trip], id))
      trip = ids_find(&f->trip_ids, id);
    uint32_t stop = ids_find(&f->stop_ids, cell(t, c.stop));
    count->no_trip += trip == REACH_NONE;
    count->no_stop += trip != REACH_NONE && stop == REACH_NONE;
    if (trip == REACH_NONE || stop == REACH_NONE) continue;
    int64_t seq = row++;
    if (!str_to_i64(cell(t, c.seq), &seq) || seq < 0 || seq > INT32_MAX) count->no_seq++;
    if (seq < 0 || seq > INT32_MAX) seq = row;
    *slice_push(&f->raw_arena, &f->raw, &f->raw_cap) = (struct raw_call){trip,
                                                                         (uint32_t)seq,
                                                                         stop,
                                                                         gtfs_time(cell(t, c.arr)),
                                                                         gtfs_time(cell(t, c.dep)),
                                                                         flags_of(t, &c, count)};
  }
  return got == 0;
}

static bool read_times(struct feed *f, struct why *why) {
  struct table t;
  struct time_counts count = {0};
  if (!table_open(f, "stop_times.txt", &t, why)) return refuse(f, why, "stop_times.txt");
  bool ok = read_time_rows(f, &t, &count, why);
  table_close(&t);
  if (!ok) return why_at(why, "%s", f->name);
  if (!f->raw.n) return refuse(f, why, "stop_times.txt");
  if (count.no_trip)
    net_say(f->n, SAID_LEFT_OUT,
            "%s: %llu rows of stop_times.txt name a trip that is not in trips.txt.", f->name,
            (unsigned long long)count.no_trip);
  if (count.no_stop)
    net_say(f->n, SAID_LEFT_OUT,
            "%s: %llu rows of stop_times.txt name a stop that is not in stops.txt.", f->name,
            (unsigned long long)count.no_stop);
  if (count.no_seq)
    net_say(f->n, SAID_MENDED,
            "%s: %llu rows of stop_times.txt have no usable stop_sequence; the order of the "
            "file was taken.",
            f->name, (unsigned long long)count.no_seq);
  if (count.ring)
    net_say(f->n, SAID_FOUND,
            "%s: %llu calls must be arranged by telephone or with the driver; they are counted "
            "as served.",
            f->name, (unsigned long long)count.ring);
  return true;
}

static int seq_order(const void *a, const void *b) {
  const struct raw_call *const *x = a, *const *y = b;
  if ((*x)->seq != (*y)->seq) return (*x)->seq < (*y)->seq ? -1 : 1;
  return *x < *y ? -1 : *x > *y;
}

static bool in_order(struct raw_call **row, uint32_t n) {
  for (uint32_t i = 1; i < n; i++)
    if (row[i]->seq < row[i - 1]->seq) return false;
  return true;
}

/* The rows of each trip, in order, into the net's calls. */
static void gather_calls(struct feed *f) {
  struct net *n = f->n;
  size_t trips = f->trips.n;
  uint32_t *first = arena_many(f->a, uint32_t, trips + 2);
  struct raw_call **row = arena_many(f->a, struct raw_call *, f->raw.n + 1);
  for (size_t i = 0; i < f->raw.n; i++) first[f->raw.p[i].trip + 1]++;
  for (size_t i = 0; i < trips; i++) first[i + 1] += first[i];
  uint32_t *next = arena_many(f->a, uint32_t, trips + 1);
  memcpy(next, first, trips * sizeof *next);
  for (size_t i = 0; i < f->raw.n; i++) row[next[f->raw.p[i].trip]++] = &f->raw.p[i];
  uint64_t unsorted = 0;
  for (size_t i = 0; i < trips; i++) {
    struct raw_call **r = row + first[i];
    uint32_t k = first[i + 1] - first[i];
    if (!in_order(r, k)) {
      unsorted++;
      qsort(r, k, sizeof *r, seq_order);
    }
    f->trips.p[i].at = (uint32_t)n->calls.n;
    for (uint32_t j = 0; j < k; j++) {
      if (j && r[j]->seq == r[j - 1]->seq && r[j]->stop == r[j - 1]->stop) continue;
      *slice_push(&n->calls_arena, &n->calls, &n->calls_cap) =
          (struct net_call){f->stop[r[j]->stop], r[j]->arr, r[j]->dep, (uint8_t)r[j]->flags};
    }
    f->trips.p[i].n = (uint32_t)n->calls.n - f->trips.p[i].at;
  }
  if (unsorted)
    net_say(n, SAID_MENDED, "%s: the stop times of %llu trips were not in order and were sorted.",
            f->name, (unsigned long long)unsorted);
}

/* ---- frequencies ---- */

static void repeat_trip(struct feed *f, struct feed_trip *t, int32_t from, int32_t until,
                        int32_t every, bool exact) {
  struct net *n = f->n;
  int32_t begin =
      n->calls.p[t->at].dep != TIME_UNKNOWN ? n->calls.p[t->at].dep : n->calls.p[t->at].arr;
  if (begin == TIME_UNKNOWN) return;
  int made = 0;
  for (int64_t at = from; at < until && made < FREQUENCY_TRIPS_MAX; at += every, made++) {
    struct net_trip copy = t->t;
    copy.first_call = t->at;
    copy.calls = t->n;
    copy.block = 0; /* which of them goes on as another is not said */
    copy.shift_s = (int32_t)at - begin;
    copy.headway_s = exact ? 0 : (uint16_t)(every > 65535 ? 65535 : every);
    net_trip(n, copy, &f->mended);
  }
}

static bool read_frequencies(struct feed *f, struct why *why) {
  struct table t;
  if (!table_open(f, "frequencies.txt", &t, why)) return !why->text[0];
  int id = column(&t, "trip_id"), from = column(&t, "start_time"), until = column(&t, "end_time"),
      got;
  int every = column(&t, "headway_secs"), exact = column(&t, "exact_times");
  uint64_t bad = 0, good = 0;
  while ((got = table_row(&t, why)) > 0) {
    uint32_t k = ids_find(&f->trip_ids, cell(&t, id));
    int32_t a = gtfs_time(cell(&t, from)), b = gtfs_time(cell(&t, until));
    int64_t s = 0;
    bool ok = str_to_i64(cell(&t, every), &s) && s >= 10 && s <= 86400;
    if (k == REACH_NONE || !ok || a == TIME_UNKNOWN || b == TIME_UNKNOWN || !f->trips.p[k].n) {
      bad++;
      continue;
    }
    good++;
    f->trips.p[k].by_headway = true;
    repeat_trip(f, &f->trips.p[k], a, b, (int32_t)s, str_eq(cell(&t, exact), S("1")));
  }
  table_close(&t);
  if (good)
    net_say(f->n, SAID_FOUND,
            "%s: %llu rows of frequencies.txt were written out as trips; where no exact times are "
            "promised the answer says \"about every ... minutes\".",
            f->name, (unsigned long long)good);
  if (bad)
    net_say(f->n, SAID_LEFT_OUT,
            "%s: %llu rows of frequencies.txt cannot be used and were left out.", f->name,
            (unsigned long long)bad);
  return got == 0;
}

static void add_trips(struct feed *f) {
  bool bus = false, rail = false;
  for (size_t i = 0; i < f->trips.n; i++) {
    struct feed_trip *t = &f->trips.p[i];
    if (!t->by_headway) {
      t->t.first_call = t->at;
      t->t.calls = t->n;
      net_trip(f->n, t->t, &f->mended);
    }
    uint32_t mode = f->n->routes.p[t->t.route].mode;
    rail |= mode == 2;
    bus |= mode != 2;
    for (uint32_t k = 0; mode == 2 && k < t->n; k++)
      if (f->n->stops.p[f->n->calls.p[t->at + k].stop].kind == STOP_BUS)
        f->n->stops.p[f->n->calls.p[t->at + k].stop].kind = STOP_RAIL;
  }
  f->n->n_blocks += f->block_ids.n; /* blocks of another feed are others */
  f->n->has_bus |= bus;
  f->n->has_rail |= rail;
}

/* ---- transfers ---- */

struct family {
  uint32_t *first, *kids;
};

/* A station's children, by net stop. A stop that is nobody's parent is its own only child. */
static struct family families(struct feed *f) {
  struct net *n = f->n;
  struct family y = {arena_many(f->a, uint32_t, n->stops.n + 2),
                     arena_many(f->a, uint32_t, n->stops.n + 1)};
  uint32_t *parent = arena_many(f->a, uint32_t, n->stops.n + 1);
  for (uint32_t i = 0; i < n->stops.n; i++) {
    parent[i] =
        n->stops.p[i].parent_id.n ? ids_find(&n->stop_ids, n->stops.p[i].parent_id) : REACH_NONE;
    if (parent[i] != REACH_NONE) y.first[parent[i] + 1]++;
  }
  for (uint32_t i = 0; i < n->stops.n; i++) y.first[i + 1] += y.first[i];
  uint32_t *next = arena_many(f->a, uint32_t, n->stops.n + 1);
  memcpy(next, y.first, n->stops.n * sizeof *next);
  for (uint32_t i = 0; i < n->stops.n; i++)
    if (parent[i] != REACH_NONE) y.kids[next[parent[i]]++] = i;
  return y;
}

static void add_link(struct feed *f, const struct feed_transfer *t, uint32_t from, uint32_t to) {
  struct net *n = f->n;
  if (from == to) {
    if (!t->forbidden && n->stops.p[from].change_s < t->secs) n->stops.p[from].change_s = t->secs;
    return;
  }
  uint32_t secs = t->secs;
  struct point a = n->stops.p[from].at, b = n->stops.p[to].at;
  if (!t->timed)
    secs = point_known(a) && point_known(b)
               ? (uint32_t)ceil(geo_metres(a, b) * STREET_FACTOR * 1000 / WALK_MM_PER_S)
               : 0;
  *slice_push(&n->keep, &n->links, &n->links_cap) =
      (struct net_link){from, to, secs, 0, t->forbidden};
}

static void expand_transfer(struct feed *f, const struct family *y, const struct feed_transfer *t) {
  uint32_t one_from = t->from, one_to = t->to;
  const uint32_t *from = &one_from, *to = &one_to;
  uint32_t n_from = 1, n_to = 1;
  if (y->first[t->from + 1] > y->first[t->from])
    from = y->kids + y->first[t->from], n_from = y->first[t->from + 1] - y->first[t->from];
  if (y->first[t->to + 1] > y->first[t->to])
    to = y->kids + y->first[t->to], n_to = y->first[t->to + 1] - y->first[t->to];
  for (uint32_t i = 0; i < n_from; i++)
    for (uint32_t k = 0; k < n_to; k++) add_link(f, t, from[i], to[k]);
}

static bool read_transfers(struct feed *f, struct why *why) {
  struct table t;
  if (!table_open(f, "transfers.txt", &t, why)) return !why->text[0];
  int from = column(&t, "from_stop_id"), to = column(&t, "to_stop_id"),
      type = column(&t, "transfer_type"), got;
  int least = column(&t, "min_transfer_time"), trip = column(&t, "from_trip_id"),
      route = column(&t, "from_route_id");
  uint64_t bad = 0, narrow = 0;
  while ((got = table_row(&t, why)) > 0) {
    uint32_t a = ids_find(&f->stop_ids, cell(&t, from)), b = ids_find(&f->stop_ids, cell(&t, to));
    struct str kind = cell(&t, type);
    bool one_trip = cell(&t, trip).n || cell(&t, route).n || (kind.n == 1 && kind.p[0] >= '4');
    narrow += one_trip;
    int64_t secs = 0;
    bool timed = str_to_i64(cell(&t, least), &secs) && secs >= 0 && secs <= 30000;
    if (one_trip) continue;
    if (a == REACH_NONE || b == REACH_NONE) {
      bad++;
      continue;
    }
    *slice_push(f->a, &f->transfers, &f->transfers_cap) = (struct feed_transfer){
        f->stop[a], f->stop[b], timed ? (uint32_t)secs : 0, str_eq(kind, S("3")), timed};
  }
  table_close(&t);
  struct family y = families(f);
  for (size_t i = 0; i < f->transfers.n; i++) expand_transfer(f, &y, &f->transfers.p[i]);
  f->n->has_transfers |= f->transfers.n > 0;
  if (bad)
    net_say(f->n, SAID_LEFT_OUT,
            "%s: %llu rows of transfers.txt name unknown stops and were left out.", f->name,
            (unsigned long long)bad);
  if (narrow)
    net_say(f->n, SAID_LEFT_OUT,
            "%s: %llu rows of transfers.txt hold only for one trip or route and were left out.",
            f->name, (unsigned long long)narrow);
  return got == 0;
}

static bool read_feed(struct feed *f, struct why *why) {
  bool calendar = false;
  size_t before = f->n->trips.n;
  if (!read_agencies(f, why) || !read_routes(f, why) || !read_calendar(f, &calendar, why) ||
      !read_dates(f, &calendar, why))
    return why_at(why, "%s", f->name);
  if (!calendar) return refuse(f, why, "calendar.txt or calendar_dates.txt");
  if (!read_stops(f, why) || !read_trips(f, why) || !read_times(f, why)) return false;
  gather_calls(f);
  if (!read_frequencies(f, why)) return why_at(why, "%s", f->name);
  add_trips(f);
  if (!read_transfers(f, why)) return why_at(why, "%s", f->name);
  net_say_mended(f->n, f->name, &f->mended);
  net_say(f->n, SAID_SOURCE, "%s: %u stops, %zu trips, %zu stop times.", f->name, f->stop_ids.n,
          f->n->trips.n - before, f->raw.n);
  return true;
}

static bool read_zip(struct net *n, struct arena *a, struct zip *zip, const char *name,
                     struct why *why) {
  struct feed f = {.n = n, .a = a, .zip = zip, .name = name};
  f.raw_arena = arena_open((size_t)NET_CALLS_MAX * sizeof(struct raw_call) * 2);
  f.stop_ids.a = f.route_ids.a = f.service_ids.a = f.trip_ids.a = f.agency_ids.a = f.block_ids.a =
      a;
  bool ok = f.raw_arena.start ? read_feed(&f, why)
                              : why_say(why, "There is not enough memory to read %s.", name);
  if (f.raw_arena.start) arena_close(&f.raw_arena);
  return ok;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

bool net_gtfs(struct net *n, const char *path, struct why *why) {
  struct arena a = arena_open((size_t)8 << 30);
  struct zip *zip = zip_open(&a, path, why);
  bool ok = zip ? read_zip(n, &a, zip, base_name(path), why) : why_at(why, "%s", base_name(path));
  if (zip) zip_close(zip);
  arena_close(&a);
  return ok;
}

bool net_gtfs_bytes(struct net *n, struct str bytes, const char *name, struct why *why) {
  struct arena a = arena_open((size_t)8 << 30);
  struct zip *zip = zip_open_str(&a, bytes, why);
  bool ok = zip && read_zip(n, &a, zip, name, why);
  if (zip) zip_close(zip);
  arena_close(&a);
  return ok;
}
