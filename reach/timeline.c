#include "reach/timeline.h"

enum { NUMBER_SECONDS = 64 }; /* trips that start within so much of each other are in any order */

static size_t calls_of_day(const struct day *d) {
  size_t n = 0;
  for (uint32_t i = 0; i < d->n_lines; i++)
    n += (size_t)d->lines[i].n * d->r->patterns[d->lines[i].pattern].n;
  return n;
}

struct timeline timeline_open(const struct day *d, struct arena *a) {
  size_t events = 2 * calls_of_day(d) + 1; /* a vehicle that waits arrives and leaves */
  size_t room = (size_t)(a->end - a->at) / 4;
  if (events > room / (sizeof(struct event) + sizeof(struct timed))) return (struct timeline){0};
  struct timeline t = {.d = d, .origin = d->first_s, .events_max = events};
  t.n_blocks = d->n_lines ? (uint32_t)(d->last_s - d->first_s) / BLOCK_SECONDS + 1 : 0;
  t.blocks = arena_many(a, struct block, t.n_blocks + 1);
  t.events = arena_many(a, struct event, events);
  t.gather = arena_many(a, struct timed, events);
  t.moments = arena_many(a, struct moment, (size_t)t.n_blocks * (BLOCK_SECONDS + 1) + 1);
  t.passed = arena_many(a, uint32_t, d->r->n_stops + 1);
  t.numbering = arena_many(a, uint32_t, d->n_trips + 1);
  t.buckets = t.n_blocks * (BLOCK_SECONDS / NUMBER_SECONDS + 1) + 2;
  t.count = arena_many(a, uint32_t, t.buckets);
  return t;
}

/* Counting sort by start. */
static void number_trips(struct timeline *t) {
  const struct day *d = t->d;
  uint32_t *count = t->count;
  t->number = t->numbering;
  for (uint32_t i = 0; i < d->n_trips; i++)
    count[(uint32_t)(d->start[i] - t->origin) / NUMBER_SECONDS + 1]++;
  for (uint32_t i = 1; i < t->buckets; i++) count[i] += count[i - 1];
  for (uint32_t i = 0; i < d->n_trips; i++)
    t->number[i] = count[(uint32_t)(d->start[i] - t->origin) / NUMBER_SECONDS]++;
}

/* ---- one block ---- */

struct filling {
  struct timeline *t;
  int32_t from, to; /* seconds, to not included */
  uint32_t n;
  uint32_t count[BLOCK_SECONDS + 1];
};

static void put_event(struct filling *f, int32_t at, uint32_t stop, uint32_t what, uint32_t trip) {
  if (!what || at < f->from || at >= f->to) return;
  f->t->gather[f->n++] = (struct timed){at, {stop << EVENT_BITS | what, trip}};
  f->count[at - f->from]++;
}

/* The calls of one trip that fall into the block. */
static void put_trip(struct filling *f, const struct region_pattern *p, uint32_t trip) {
  const struct day *d = f->t->d;
  const struct region_time *row = d->r->times + d->times[trip];
  const uint32_t *stop = d->r->pos_stop + p->first_pos;
  const uint8_t *flags = d->r->pos_flags + p->first_pos;
  int32_t start = d->start[trip];
  uint32_t number = f->t->number[trip], i = 0, end = p->n;
  while (i < end) {
    uint32_t mid = i + (end - i) / 2;
    if (start + region_offset(row[mid].dep) < f->from)
      i = mid + 1;
    else
      end = mid;
  }
  for (; i < p->n; i++) {
    int32_t arr = start + region_offset(row[i].arr), dep = start + region_offset(row[i].dep);
    if (arr >= f->to) break;
    uint32_t off = i && flags[i] & POS_ALIGHT ? EVENT_ALIGHT : 0,
             on = i + 1 < p->n && flags[i] & POS_BOARD ? EVENT_BOARD : 0;
    if (arr == dep) {
      put_event(f, arr, stop[i], off | on, number);
    } else {
      put_event(f, arr, stop[i], off, number);
      put_event(f, dep, stop[i], on, number);
    }
  }
}

/* First trip of a line whose time at a position is not before `at`: lines keep their order. */
static uint32_t first_trip(const struct day *d, const struct day_line *l, uint32_t pos,
                           int32_t at) {
  uint32_t lo = l->first, hi = l->first + l->n;
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (d->start[mid] + region_offset(d->r->times[d->times[mid] + pos].dep) < at)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

static void put_line(struct filling *f, const struct day_line *l) {
  const struct day *d = f->t->d;
  const struct region_pattern *p = &d->r->patterns[l->pattern];
  uint32_t end = l->first + l->n;
  for (uint32_t k = first_trip(d, l, p->n - 1, f->from); k < end; k++) {
    if (d->start[k] + region_offset(d->r->times[d->times[k]].arr) >= f->to) break;
    put_trip(f, p, k);
  }
}

/* Marks where, within one second, somebody gets off at a stop that was boarded at before. */
static void mark_again(struct timeline *t, uint32_t from, uint32_t to, bool back) {
  uint32_t off = back ? EVENT_BOARD : EVENT_ALIGHT, on = back ? EVENT_ALIGHT : EVENT_BOARD;
  t->pass++;
  for (uint32_t i = from; i < to; i++) {
    struct event *e = &t->events[back ? to - 1 - (i - from) : i];
    uint32_t *passed = &t->passed[e->where >> EVENT_BITS];
    if (e->where & off && *passed == t->pass) e->where |= back ? EVENT_AGAIN_BACK : EVENT_AGAIN;
    if (e->where & on) *passed = t->pass;
  }
}

static void sort_events(struct filling *f, struct block *b) {
  struct timeline *t = f->t;
  uint32_t at = t->n_events;
  b->n = 0;
  for (int32_t s = 0; s < f->to - f->from; s++) {
    uint32_t n = f->count[s];
    if (n) b->moments[b->n++] = (struct moment){f->from + s, at};
    f->count[s] = at;
    at += n;
  }
  b->moments[b->n] = (struct moment){f->to, at};
  for (uint32_t i = 0; i < f->n; i++)
    t->events[f->count[t->gather[i].at - f->from]++] = t->gather[i].event;
  t->n_events = at;
  for (uint32_t i = 0; i < b->n; i++) {
    uint32_t first = b->moments[i].first, end = b->moments[i + 1].first;
    if (end - first < 2) continue;
    mark_again(t, first, end, false);
    mark_again(t, first, end, true);
  }
}

const struct block *timeline_block(struct timeline *t, uint32_t i) {
  struct block *b = &t->blocks[i];
  if (b->moments) return b;
  if (!t->number) number_trips(t);
  int32_t from = t->origin + (int32_t)i * BLOCK_SECONDS;
  struct filling f = {.t = t, .from = from, .to = from + BLOCK_SECONDS};
  b->moments = t->moments + (size_t)i * (BLOCK_SECONDS + 1);
  for (uint32_t k = 0; k < t->d->n_lines; k++) put_line(&f, &t->d->lines[k]);
  sort_events(&f, b);
  return b;
}
