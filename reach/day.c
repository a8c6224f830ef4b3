#include "reach/day.h"

/* A trip with the time it starts on the clock of the day asked for. */
struct run {
  int32_t start;
  uint32_t times, trip;
};

static bool suits(enum need need, uint8_t says) {
  return need == NEED_NOTHING || says == YES || (need == NEED_NOT_REFUSED && says != NO);
}

/* Returns whether any trip came from the day before or after. */
static bool add_runs(const struct day *d, const struct region_pattern *p, struct run *out,
                     uint32_t *n) {
  const struct region *r = d->r;
  bool shifted = false;
  for (uint32_t i = p->first_trip; i < p->first_trip + p->trips; i++) {
    const struct region_trip *t = &r->trips[i];
    if (d->ask.without && d->ask.without[i]) continue;
    if (!suits(d->ask.wheelchair, t->wheelchair) || !suits(d->ask.bikes, t->bikes)) continue;
    day_t date = d->ask.date;
    int32_t end = t->start + region_offset(r->times[t->times + p->n - 1].arr);
    if (end >= DAY_SECONDS && region_runs(r, t->calendar, date - 1))
      shifted = true, out[(*n)++] = (struct run){t->start - DAY_SECONDS, t->times, i};
    if (region_runs(r, t->calendar, date)) out[(*n)++] = (struct run){t->start, t->times, i};
    if (t->start + DAY_SECONDS < d->ask.next_until_s && region_runs(r, t->calendar, date + 1))
      shifted = true, out[(*n)++] = (struct run){t->start + DAY_SECONDS, t->times, i};
  }
  return shifted;
}

/* Nearly in order already: trips are kept by start. */
static void sort_runs(struct run *run, uint32_t n) {
  for (uint32_t i = 1; i < n; i++) {
    struct run it = run[i];
    uint32_t k = i;
    for (; k && run[k - 1].start > it.start; k--) run[k] = run[k - 1];
    run[k] = it;
  }
}

/* May b follow a in one line: nowhere earlier? */
static bool follows(const struct region *r, const struct run *a, const struct run *b, uint32_t n) {
  if (b->start < a->start) return false;
  if (a->times == b->times) return true;
  const struct region_time *x = r->times + a->times, *y = r->times + b->times;
  int32_t gap = b->start - a->start;
  for (uint32_t i = 0; i < n; i++)
    if (region_offset(y[i].arr) + gap < region_offset(x[i].arr) ||
        region_offset(y[i].dep) + gap < region_offset(x[i].dep))
      return false;
  return true;
}

struct opening {
  struct arena *a;
  struct day *d;
  struct {
    struct day_line *p;
    size_t n;
  } lines;
  size_t lines_cap;
  uint32_t *line_of, *last_in; /* scratch by run: its line in this pattern; last run of a line */
};

/* First line a run can join, else a new one. Returns how many lines the pattern has. */
static uint32_t share_out(struct opening *o, const struct run *run, uint32_t n,
                          uint32_t positions) {
  uint32_t lines = 0;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t k = 0;
    while (k < lines && !follows(o->d->r, &run[o->last_in[k]], &run[i], positions)) k++;
    if (k == lines) lines++;
    o->line_of[i] = k;
    o->last_in[k] = i;
  }
  return lines;
}

static void put_lines(struct opening *o, uint32_t pattern, const struct run *run, uint32_t n,
                      bool in_order) {
  struct day *d = o->d;
  uint32_t lines = 1;
  if (in_order)
    memset(o->line_of, 0, n * sizeof *o->line_of);
  else
    lines = share_out(o, run, n, d->r->patterns[pattern].n);
  for (uint32_t k = 0; k < lines; k++) {
    struct day_line line = {pattern, d->n_trips, 0};
    for (uint32_t i = 0; i < n; i++) {
      if (o->line_of[i] != k) continue;
      d->start[d->n_trips] = run[i].start;
      d->times[d->n_trips] = run[i].times;
      d->trip[d->n_trips++] = run[i].trip;
      line.n++;
    }
    *slice_push(o->a, &o->lines, &o->lines_cap) = line;
  }
}

static void windows_of(struct day *d, struct arena *a) {
  d->window = arena_many(a, uint8_t, d->r->n_windows + 1);
  for (uint32_t i = 0; i < d->r->n_windows; i++) {
    const struct region_window *w = &d->r->windows[i];
    d->window[i] = d->ask.date >= w->day_first && d->ask.date <= w->day_last &&
                   (w->weekdays >> day_weekday(d->ask.date) & 1);
  }
}

static bool in_calendar(const struct region *r, day_t date, struct arena a, struct why *why) {
  day_t first = r->meta->first_day, last = (day_t)(first + (int64_t)r->meta->days - 1);
  if (r->meta->days && date >= first && date <= last) return true;
  struct str f = day_words(&a, first), l = day_words(&a, last), d = day_words(&a, date);
  return why_say(why,
                 "The timetable covers %.*s to %.*s; %.*s is outside it. Import a newer timetable.",
                 P(f), P(l), P(d));
}

bool day_open(struct day *d, const struct region *r, struct day_ask ask, struct arena *a,
              struct why *why) {
  *d = (struct day){.r = r, .ask = ask};
  if (!in_calendar(r, ask.date, *a, why)) return false;
  struct opening o = {.a = a, .d = d};
  uint32_t most = 0;
  for (uint32_t i = 0; i < r->n_patterns; i++)
    if (r->patterns[i].trips > most) most = r->patterns[i].trips;
  most = 3 * most + 1;
  d->line_first = arena_many(a, uint32_t, r->n_patterns + 1);
  d->start = arena_many(a, int32_t, 3 * (size_t)r->n_trips + 1);
  d->times = arena_many(a, uint32_t, 3 * (size_t)r->n_trips + 1);
  d->trip = arena_many(a, uint32_t, 3 * (size_t)r->n_trips + 1);
  o.line_of = arena_many(a, uint32_t, most);
  o.last_in = arena_many(a, uint32_t, most);
  struct run *run = arena_many(a, struct run, most);
  for (uint32_t i = 0; i < r->n_patterns; i++) {
    uint32_t n = 0;
    d->line_first[i] = (uint32_t)o.lines.n;
    bool shifted = add_runs(d, &r->patterns[i], run, &n);
    if (!n) continue;
    sort_runs(run, n);
    put_lines(&o, i, run, n, r->patterns[i].in_order && !shifted);
  }
  d->line_first[r->n_patterns] = (uint32_t)o.lines.n;
  d->lines = o.lines.p;
  d->n_lines = (uint32_t)o.lines.n;
  for (uint32_t i = 0; i < d->n_lines; i++) {
    uint32_t t = d->lines[i].first + d->lines[i].n - 1;
    int32_t end = d->start[t] +
                  region_offset(r->times[d->times[t] + r->patterns[d->lines[i].pattern].n - 1].dep);
    if (end > d->last_s) d->last_s = end;
    if (d->start[d->lines[i].first] < d->first_s) d->first_s = d->start[d->lines[i].first];
  }
  windows_of(d, a);
  return true;
}
