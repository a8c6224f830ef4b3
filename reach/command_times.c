/* times: from places to every stop, for whole files of questions. Questions that follow each other
 * and have the same limits share a scan, sixteen at a time. */
#include <stdio.h>
#include <stdlib.h>
#include "reach/command.h"
#include "reach/streets.h"

static const char usage[] =
    "waymark reach times --feed FILE.zip|region.reach --date D [--walk transfers|line|osm] "
    "--queries Q.csv --out A.csv\n"
    "                    [--walk-kmh N] [--walk-minutes N] [--step-free] [--wheelchair] [--bikes]\n"
    "  Q.csv: from_stop (or lat,lon) and depart or arrive_by (HH:MM or HH:MM:SS); optional until, "
    "to_stop, max_minutes,\n"
    "         max_changes. arrive_by with from_stop: the latest departure that still reaches each "
    "stop by then;\n"
    "         arrive_by with only to_stop: the latest departure from each stop; until: every "
    "useful departure.\n"
    "  A.csv: from,depart,stop_id,arrival,changes. Times are HH:MM:SS and may pass 24:00:00.\n"
    "  --walk transfers uses only the feed's own transfers, without a cap, and only trips of the "
    "day and the night\n"
    "  before; otherwise the first trips of the next day count too.\n";

struct question {
  struct str from;   /* as answered */
  uint32_t stop, to; /* REACH_NONE = a point / every stop */
  struct point at;
  int32_t depart, until, arrive_by; /* -1 = not asked */
  int32_t cap_s;
  uint8_t rides; /* most rides, 0 = any */
  struct seeds seeds;
};

struct times {
  const struct region *r;
  struct day day;
  struct walking walking;
  struct arena *a;      /* kept: questions */
  struct arena scratch; /* per question */
  struct scan *scan;
  struct streets *streets;
  struct buf out;
};

/* ---- reading questions ---- */

struct columns {
  int stop, lat, lon, to, depart, arrive, until, minutes, changes;
};

static bool clock_cell(const struct csv_row *row, int c, const char *name, int32_t *out,
                       struct why *why) {
  struct str s = csv_cell(row, c);
  *out = -1;
  if (!s.n) return true;
  return clock_parse(s, out) ||
         why_say(why, "line %lld: %s \"%.*s\" is not a time; write it as 05:30 or 05:30:00.",
                 (long long)row->line, name, P(s));
}

static bool number_cell(const struct csv_row *row, int c, const char *name, int64_t most,
                        int64_t *out, struct why *why) {
  struct str s = csv_cell(row, c);
  *out = -1;
  if (!s.n) return true;
  if (str_to_i64(s, out) && *out >= 0 && *out <= most) return true;
  return why_say(why, "line %lld: %s \"%.*s\" is not a number from 0 to %lld.",
                 (long long)row->line, name, P(s), (long long)most);
}

static bool stop_cell(struct times *t, const struct csv_row *row, int c, uint32_t *out,
                      struct why *why) {
  struct str s = csv_cell(row, c);
  *out = s.n ? region_stop_find(t->r, s) : REACH_NONE;
  return !s.n || *out != REACH_NONE ||
         why_say(why, "line %lld: there is no stop \"%.*s\" in this timetable.",
                 (long long)row->line, P(s));
}

static bool read_question(struct times *t, const struct columns *c, const struct csv_row *row,
                          struct question *q, struct why *why) {
  int64_t minutes, changes;
  struct str lat = csv_cell(row, c->lat), lon = csv_cell(row, c->lon);
  *q = (struct question){.at = POINT_NONE};
  if (!stop_cell(t, row, c->stop, &q->stop, why) || !stop_cell(t, row, c->to, &q->to, why) ||
      !clock_cell(row, c->depart, "depart", &q->depart, why) ||
      !clock_cell(row, c->until, "until", &q->until, why) ||
      !clock_cell(row, c->arrive, "arrive_by", &q->arrive_by, why) ||
      !number_cell(row, c->minutes, "max_minutes", 2880, &minutes, why) ||
      !number_cell(row, c->changes, "max_changes", SCAN_RIDES_MAX - 1, &changes, why))
    return false;
  if (q->stop == REACH_NONE && lat.n) {
    q->at = point_parse(lat, lon);
    if (!point_known(q->at))
      return why_say(why, "line %lld: lat and lon are not a place.", (long long)row->line);
    q->from = str_format(t->a, "%.*s,%.*s", P(lat), P(lon));
  } else if (q->stop != REACH_NONE) {
    q->from = region_text(t->r, t->r->stops[q->stop].id);
  } else if (q->to == REACH_NONE || q->arrive_by < 0) {
    return why_say(why, "line %lld: from_stop, or lat and lon, is needed.", (long long)row->line);
  }
  if ((q->depart < 0) == (q->arrive_by < 0))
    return why_say(why, "line %lld: give either depart or arrive_by.", (long long)row->line);
  if (q->until >= 0 && (q->depart < 0 || q->until < q->depart))
    return why_say(why, "line %lld: until comes with depart and is not before it.",
                   (long long)row->line);
  q->cap_s = minutes > 0 ? (int32_t)minutes * 60 : 0;
  q->rides = changes >= 0 ? (uint8_t)(changes + 1) : 0;
  return true;
}

struct questions {
  struct question *p;
  size_t n;
};

static bool read_questions(struct times *t, const char *path, struct questions *out,
                           struct why *why) {
  struct csv *csv = csv_open_file(t->a, path, why);
  if (!csv) return false;
  size_t cap = 0;
  enum csv_result got = CSV_END;
  struct csv_row row;
  bool ok = csv_headers(csv, why);
  if (ok) {
    struct columns c = {csv_column(csv, S("from_stop")),  csv_column(csv, S("lat")),
                        csv_column(csv, S("lon")),        csv_column(csv, S("to_stop")),
                        csv_column(csv, S("depart")),     csv_column(csv, S("arrive_by")),
                        csv_column(csv, S("until")),      csv_column(csv, S("max_minutes")),
                        csv_column(csv, S("max_changes"))};
    while (ok && (got = csv_next(csv, &row, why)) == CSV_ROW)
      ok = read_question(t, &c, &row, slice_push(t->a, out, &cap), why);
  }
  csv_close(csv);
  return (ok && got != CSV_BAD) || why_at(why, "%s", path);
}

/* ---- answering ---- */

static void put_time(struct buf *out, int32_t s) {
  buf_format(out, "%s%02d:%02d:%02d,", s < 0 ? "-" : "", abs(s) / 3600, abs(s) / 60 % 60,
             abs(s) % 60);
}

static void put_row(struct times *t, struct str from, int32_t depart, uint32_t stop,
                    int32_t arrival, unsigned rides) {
  csv_put(&t->out, from, false);
  put_time(&t->out, depart);
  csv_put(&t->out, region_text(t->r, t->r->stops[stop].id), false);
  put_time(&t->out, arrival);
  buf_format(&t->out, "%u\n", rides ? rides - 1 : 0);
}

static struct seeds seeds_for(struct times *t, const struct question *q, bool back,
                              struct arena *a) {
  uint32_t stop = back ? q->to : q->stop;
  if (stop != REACH_NONE) return seeds_from_stop(&t->day, t->walking, stop, back, a);
  return seeds_from_point(&t->day, t->walking, q->at, t->streets, a);
}

static struct scan_ask ask_for(const struct times *t, const struct question *q) {
  return (struct scan_ask){.day = &t->day,
                           .walking = t->walking,
                           .cap_s = q->cap_s,
                           .rides_max = q->rides,
                           .count_rides = true};
}

/* Up to sixteen questions "leave here then" with the same limits. */
static void answer_departures(struct times *t, struct question *q, size_t n) {
  struct scan_ask ask = ask_for(t, q);
  ask.lanes = (uint8_t)n;
  for (size_t i = 0; i < n; i++) {
    q[i].seeds = seeds_for(t, &q[i], false, &t->scratch);
    ask.time[i] = q[i].depart;
    ask.seeds[i] = &q[i].seeds;
  }
  scan_run(t->scan, &ask);
  for (unsigned i = 0; i < n; i++) {
    for (uint32_t k = 0; k < t->r->n_stops; k++) {
      uint32_t stop = t->r->stop_by_id[k];
      int32_t at = scan_time(t->scan, stop, i);
      if (at != SCAN_NEVER && (q[i].to == REACH_NONE || q[i].to == stop))
        put_row(t, q[i].from, q[i].depart, stop, at, scan_rides(t->scan, stop, i));
    }
  }
}

static int later_first(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return x > y ? -1 : x < y;
}

struct moments {
  int32_t *p;
  size_t n;
};

/* Every moment in [from, until] at which leaving makes a difference: just in time for a vehicle,
 * for the end of a walk by `until`, for a link that closes; latest first. */
static struct moments departures(struct times *t, const struct question *q, int32_t from,
                                 int32_t until, struct arena *a) {
  struct moments m = {0};
  size_t cap = 0, used = 0;
  const struct region *r = t->r;
  for (size_t i = 0; i < q->seeds.n; i++) {
    const struct seed *s = &q->seeds.p[i];
    *slice_push(a, &m, &cap) = until - s->secs;
    if (s->window) *slice_push(a, &m, &cap) = r->windows[s->window - 1].to_s;
    for (uint32_t k = r->at_first[s->stop]; k < r->at_first[s->stop + 1]; k++)
      for (uint32_t l = t->day.line_first[r->at[k].pattern];
           l < t->day.line_first[r->at[k].pattern + 1]; l++)
        for (uint32_t x = t->day.lines[l].first; x < t->day.lines[l].first + t->day.lines[l].n;
             x++) {
          int32_t at = t->day.start[x] +
                       region_offset(r->times[t->day.times[x] + r->at[k].pos].dep) - s->secs;
          if (at >= from && at <= until) *slice_push(a, &m, &cap) = at;
        }
  }
  *slice_push(a, &m, &cap) = until;
  qsort(m.p, m.n, sizeof *m.p, later_first);
  for (size_t i = 0; i < m.n; i++)
    if (m.p[i] >= from && (!used || m.p[used - 1] != m.p[i])) m.p[used++] = m.p[i];
  m.n = used;
  return m;
}

/* Latest departure from the place that reaches each stop by the deadline. */
static void answer_deadline(struct times *t, struct question *q) {
  q->seeds = seeds_for(t, q, false, &t->scratch);
  struct moments m = departures(t, q, 0, q->arrive_by, &t->scratch);
  struct scan_ask ask = ask_for(t, q);
  uint8_t *done = arena_many(&t->scratch, uint8_t, t->r->n_stops + 1);
  for (size_t i = 0; i < m.n; i += SCAN_LANES) {
    ask.lanes = (uint8_t)(m.n - i < SCAN_LANES ? m.n - i : SCAN_LANES);
    ask.cap_s = q->arrive_by - m.p[i + ask.lanes - 1u];
    if (q->cap_s && q->cap_s < ask.cap_s) ask.cap_s = q->cap_s;
    if (!ask.cap_s) ask.cap_s = 1;
    for (unsigned k = 0; k < ask.lanes; k++) ask.time[k] = m.p[i + k], ask.seeds[k] = &q->seeds;
    scan_run(t->scan, &ask);
    for (unsigned k = 0; k < ask.lanes; k++)
      for (uint32_t s = 0; s < t->r->n_stops; s++) {
        uint32_t stop = t->r->stop_by_id[s];
        int32_t at = done[stop] || (q->to != REACH_NONE && q->to != stop)
                         ? SCAN_NEVER
                         : scan_time(t->scan, stop, k);
        if (at > q->arrive_by) continue;
        done[stop] = 1;
        put_row(t, q->from, ask.time[k], stop, at, scan_rides(t->scan, stop, k));
      }
  }
}

/* Every useful departure from depart until: later than the others, or arriving earlier than all
 * that leave later. */
static void answer_profile(struct times *t, struct question *q) {
  q->seeds = seeds_for(t, q, false, &t->scratch);
  struct moments m = departures(t, q, q->depart, q->until, &t->scratch);
  struct scan_ask ask = ask_for(t, q);
  int32_t *best = arena_many(&t->scratch, int32_t, t->r->n_stops + 1);
  for (uint32_t s = 0; s < t->r->n_stops; s++) best[s] = SCAN_NEVER;
  for (size_t i = 0; i < m.n; i += SCAN_LANES) {
    ask.lanes = (uint8_t)(m.n - i < SCAN_LANES ? m.n - i : SCAN_LANES);
    for (unsigned k = 0; k < ask.lanes; k++) ask.time[k] = m.p[i + k], ask.seeds[k] = &q->seeds;
    scan_run(t->scan, &ask);
    for (unsigned k = 0; k < ask.lanes; k++)
      for (uint32_t s = 0; s < t->r->n_stops; s++) {
        uint32_t stop = t->r->stop_by_id[s];
        int32_t at = scan_time(t->scan, stop, k);
        unsigned rides = scan_rides(t->scan, stop, k);
        if (at >= best[stop] || (q->to != REACH_NONE && q->to != stop)) continue;
        if (rides == 0 && best[stop] != SCAN_NEVER)
          continue; /* walking leaves whenever one likes: said once */
        best[stop] = at;
        put_row(t, q->from, ask.time[k], stop, at, rides);
      }
  }
}

/* Latest departure from every stop that reaches to_stop by the deadline; arrival repeats the
 * deadline. */
static void answer_towards(struct times *t, struct question *q) {
  struct scan_ask ask = ask_for(t, q);
  q->seeds = seeds_for(t, q, true, &t->scratch);
  ask.back = true;
  ask.lanes = 1;
  ask.time[0] = q->arrive_by;
  ask.seeds[0] = &q->seeds;
  scan_run(t->scan, &ask);
  for (uint32_t k = 0; k < t->r->n_stops; k++) {
    uint32_t stop = t->r->stop_by_id[k];
    int32_t at = scan_time(t->scan, stop, 0);
    if (at != -SCAN_NEVER)
      put_row(t, region_text(t->r, t->r->stops[stop].id), at, q->to, q->arrive_by,
              scan_rides(t->scan, stop, 0));
  }
}

static void answer_all(struct times *t, struct questions q) {
  buf_put(&t->out, S("from,depart,stop_id,arrival,changes\n"));
  for (size_t i = 0; i < q.n;) {
    struct arena keep = t->scratch;
    size_t n = 1;
    struct question *first = &q.p[i];
    if (first->arrive_by >= 0 && first->from.n)
      answer_deadline(t, first);
    else if (first->arrive_by >= 0)
      answer_towards(t, first);
    else if (first->until >= 0)
      answer_profile(t, first);
    else {
      while (n < SCAN_LANES && i + n < q.n && first[n].depart >= 0 && first[n].until < 0 &&
             first[n].cap_s == first->cap_s && first[n].rides == first->rides)
        n++;
      answer_departures(t, first, n);
    }
    t->scratch = keep;
    i += n;
  }
}

/* ---- the command ---- */

struct words {
  struct str feed, queries, out;
  struct day_ask day;
  struct walking walking;
};

static bool read_words(struct args *args, struct words *w, struct why *why) {
  args_value(args, "--feed", &w->feed);
  args_value(args, "--queries", &w->queries);
  args_value(args, "--out", &w->out);
  w->day.wheelchair = args_flag(args, "--wheelchair") ? NEED_NOT_REFUSED : NEED_NOTHING;
  w->day.bikes = args_flag(args, "--bikes") ? NEED_NOT_REFUSED : NEED_NOTHING;
  if (!date_option(args, "--date", &w->day.date, why) ||
      !walk_option(args, &w->walking, NULL, why) || !args_done(args, why))
    return false;
  return (w->feed.n && w->queries.n) || why_say(why, "--feed and --queries are needed.");
}

static bool run(const struct words *w, struct arena *a, struct why *why) {
  struct feed_file f;
  if (!feed_file_open(&f, w->feed, a, why)) return false;
  struct times t = {.r = &f.r, .walking = w->walking, .a = a, .out = buf_open((size_t)16 << 30)};
  struct questions q = {0};
  struct day_ask ask = w->day;
  ask.next_until_s = w->walking.mode == WALK_TRANSFERS ? DAY_SECONDS : DAY_NEXT_UNTIL;
  t.scratch = arena_open((size_t)8 << 30);
  bool ok =
      day_open(&t.day, &f.r, ask, a, why) && read_questions(&t, str_c(a, w->queries), &q, why);
  if (ok && w->walking.mode == WALK_OSM && !f.r.n_osm_first)
    ok = why_say(why,
                 "This region has no streets: build it with --osm FILE.pbf, or use --walk line.");
  if (ok) {
    t.scan = scan_open(&t.day, a);
    if (w->walking.mode == WALK_OSM) t.streets = streets_open(&f.r, a);
    answer_all(&t, q);
    ok = t.out.full ? why_say(why, "There are too many answers for memory: ask in smaller files.")
                    : write_out(w->out, buf_str(&t.out), why);
    if (ok && trains_note(&f.r).n) fprintf(stderr, "%.*s\n", P(trains_note(&f.r)));
  }
  if (t.scratch.start) arena_close(&t.scratch);
  buf_free(&t.out);
  feed_file_close(&f);
  return ok;
}

int reach_times(struct args *args) {
  struct arena a = arena_open((size_t)16 << 30);
  struct why why = {0};
  struct words w = {0};
  if (args_flag(args, "--help")) return fputs(usage, stdout) < 0;
  int status = !read_words(args, &w, &why) ? wrong_use(&why, usage)
               : run(&w, &a, &why)         ? 0
                                           : failed(&why);
  arena_close(&a);
  return status;
}
