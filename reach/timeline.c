#include "reach/timeline.h"

enum { NUMBER_SECONDS = 64 }; /* trips that start within so much of each other are in any order */

static size_t calls_of_day(const struct day *d) {
  size_t n = 0;
  for (uint32_t i = 0; i < d->n_lines; i++)
    n += (size_t)d->lines[i].n * d->r->patterns[d->lines[i].pattern].n;
  return n;
}

static uint32_t bits_for(uint32_t n) { return n > 1 ? 32u - (uint32_t)__builtin_clz(n - 1) : 1; }

struct timeline timeline_open(const struct day *d, struct arena *a) {
  size_t events = 2 * calls_of_day(d) + 1; /* a vehicle that waits arrives and leaves */
  size_t room = (size_t)(a->end - a->at) / 4;
  uint32_t stop_bits = bits_for(d->r->n_stops), trip_bits = 32 - stop_bits;
  if (events > room / (sizeof(struct special) + 2 * sizeof(struct timed)) ||
      bits_for(d->n_trips) > trip_bits)
    return (struct timeline){0};
  struct timeline t = {.d = d, .origin = d->first_s, .events_max = events, .trip_bits = trip_bits};
  t.n_blocks = d->n_lines ? (uint32_t)(d->last_s - d->first_s) / BLOCK_SECONDS + 1 : 0;
  t.blocks = arena_many(a, struct block, t.n_blocks + 1);
  t.plain = arena_many(a, uint32_t, events + 8); /* eight are read at once */
  t.special = arena_many(a, struct special, events);
  t.again = arena_many(a, uint64_t, events / 64 + 1);
  t.gather = arena_many(a, struct timed, events);
  t.sorted = arena_many(a, struct timed, events);
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
  f->t->gather[f->n++] = (struct timed){at, stop << EVENT_BITS | what, trip};
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
    if ((!i && on) || (i + 1 == p->n && off)) {
      put_event(f, i ? arr : dep, stop[i], EVENT_ALIGHT | EVENT_BOARD, number);
    } else if (arr == dep) {
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

static bool plain(const struct timed *e) {
  return (e->where & EVENT_ALIGHT) && (e->where & EVENT_BOARD);
}

/* The events of one second: trips with several calls, or one that is not plain, are special with
 * all of theirs. */
static void put_second(struct timeline *t, const struct timed *e, uint32_t n) {
  for (uint32_t i = 0, next; i < n; i = next) {
    for (next = i + 1; next < n && e[next].trip == e[i].trip;) next++;
    bool all = next == i + 1 && plain(&e[i]);
    for (uint32_t k = i; k < next; k++)
      if (all)
        t->plain[t->n_plain++] = e[k].where >> EVENT_BITS << t->trip_bits | e[k].trip;
      else
        t->special[t->n_special++] = (struct special){e[k].where, e[k].trip};
  }
}

/* Counts the events of one second by stop and trip, then marks those that are not alone. Trips'
 * calls lie together. */
static void mark_again(struct timeline *t, uint32_t plain, uint32_t special) {
  uint32_t n_plain = t->n_plain - plain, n = n_plain + t->n_special - special;
  uint32_t mask = (1u << t->trip_bits) - 1;
  t->pass += 2; /* passed[stop]: pass = once, pass + 1 = more than once */
  for (int marking = 0; marking < 2; marking++)
    for (uint32_t i = 0; i < n; i++) {
      bool p = i < n_plain;
      struct special *e = p ? NULL : &t->special[special + i - n_plain];
      const uint32_t *v = p ? &t->plain[plain + i] : NULL;
      uint32_t stop = p ? *v >> t->trip_bits : e->where >> EVENT_BITS, *seen = &t->passed[stop];
      if (!marking) {
        *seen = *seen >= t->pass ? t->pass + 1 : t->pass;
        continue;
      }
      bool again = *seen > t->pass;
      if (p)
        again |=
            (i && ((v[-1] ^ *v) & mask) == 0) || (i + 1 < n_plain && ((v[1] ^ *v) & mask) == 0);
      else
        again |= (i > n_plain && e[-1].trip == e->trip) || (i + 1 < n && e[1].trip == e->trip);
      if (!again) continue;
      if (p)
        t->again[(plain + i) / 64] |= (uint64_t)1 << ((plain + i) & 63);
      else
        e->where |= EVENT_AGAIN;
    }
}

static void sort_events(struct filling *f, struct block *b) {
  struct timeline *t = f->t;
  uint32_t at = 0, seconds = (uint32_t)(f->to - f->from);
  for (uint32_t s = 0; s < seconds; s++) {
    uint32_t n = f->count[s];
    f->count[s] = at;
    at += n;
  }
  for (uint32_t i = 0; i < f->n; i++)
    t->sorted[f->count[t->gather[i].at - f->from]++] = t->gather[i];
  uint32_t first = 0; /* count[s] is now where the events of s end */
  for (uint32_t s = 0; s < seconds; first = f->count[s++]) {
    const struct timed *e = t->sorted + first;
    uint32_t n = f->count[s] - first;
    if (!n) continue;
    struct moment *m = &b->moments[b->n++];
    *m = (struct moment){f->from + (int32_t)s, t->n_plain, t->n_special};
    put_second(t, e, n);
    if (n < 2) continue;
    mark_again(t, m->plain, m->special);
  }
  b->moments[b->n] = (struct moment){f->to, t->n_plain, t->n_special};
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
