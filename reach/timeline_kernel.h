/* timeline_kernel: one pass over the timeline for all lanes of one place, included after
 * scan_kernel.h once for each width and instruction set. Needs also REACHED(mask): one more than
 * the last lane for which the mask is 0.
 *
 * Lanes are in the order of their places in the rows, the one that has most time first; x counts
 * from that one's departure (backward: down from its deadline). The first n lanes being somewhere
 * is all there is to know, so a stop and a trip need only n, and the rows keep when each lane came.
 *
 * Most events change nothing: who is on the vehicle was at the stop before, and nobody new waits
 * there. Telling that takes two loads; all else is kept out of the loop (RARE). */
#define RARE static TARGET __attribute__((noinline))

ALWAYS T K(lane)(const char *row, unsigned k) {
  T v;
  memcpy(&v, row + k * sizeof v, sizeof v);
  return v;
}

/* The rows of a stop: by vehicle, and ROW_BYTES on, ready. */
ALWAYS char *K(rows)(struct scan *s, uint32_t stop) {
  struct stop_met *met = &s->met_now[stop];
  if (__builtin_expect(met->row != 0, 1)) return s->rows_now + (size_t)met->row * ROW_STRIDE;
  s->met_stop[s->half][s->n_met[s->half]++] = stop;
  met->row = s->n_met[s->half];
  char *rows = s->rows_now + (size_t)met->row * ROW_STRIDE;
  STORE(rows, SET1(NEVER_T));
  STORE(rows + ROW_BYTES, SET1(NEVER_T));
  return rows;
}

ALWAYS unsigned K(ready)(const struct scan *s, uint32_t stop) {
  return s->state[stop] >> STATE_READY_BITS;
}

ALWAYS void K(set_ready)(struct scan *s, uint32_t stop, unsigned n) {
  s->state[stop] = (uint16_t)((s->state[stop] & STATE_RIDE) | n << STATE_READY_BITS);
}

/* Notes that so many lanes (0: see the row) will be ready at a stop at x. */
ALWAYS void K(wake_later)(struct scan *s, uint32_t stop, int32_t x, unsigned n) {
  if (!n) {
    uint32_t *pending = &s->met_now[stop].pending;
    if (*pending && *pending <= (uint32_t)x + 1) return;
    *pending = (uint32_t)x + 1;
  }
  if (s->n_wakes == s->wakes_max) {
    s->too_many = true;
    return;
  }
  struct wake *w = &s->wakes[s->n_wakes++];
  *w = (struct wake){stop, s->wake_at[x], n};
  s->wake_at[x] = s->n_wakes;
}

/* The first n lanes are ready at a stop at x. */
ALWAYS void K(ready_at)(struct scan *s, uint32_t stop, int32_t x, unsigned n, int32_t at) {
  unsigned have = K(ready)(s, stop);
  if (have >= n || x > s->limit) return;
  char *row = K(rows)(s, stop) + ROW_BYTES;
  T t = (T)(x + BIAS);
  unsigned k = n;
  for (; k > have && K(lane)(row, k - 1) > t; k--) memcpy(row + (k - 1) * sizeof t, &t, sizeof t);
  if (k == n) return; /* they were to be ready by then anyway */
  if (x > at) {
    K(wake_later)(s, stop, x, n);
  } else {
    K(set_ready)(s, stop, n);
    s->again = true;
  }
}

/* Lanes walk to a stop at the times of x, all of them later than now. */
ALWAYS void K(walk_to)(struct scan *s, uint32_t to, V x, unsigned n) {
  unsigned have = K(ready)(s, to);
  if (have >= n) return;
  char *row = K(rows)(s, to) + ROW_BYTES;
  V old = LOAD(row), limit = SET1((T)(s->limit + BIAS));
  x = BLEND(x, SET1(NEVER_T), GT(x, limit));
  if (!ANY(GT(old, x))) return;
  STORE(row, MIN(old, x));
  T least = K(lane)(row, have > s->expired ? have : s->expired); /* n is more than both */
  if (least != NEVER_T) K(wake_later)(s, to, (int32_t)least - BIAS, 0);
}

/* Where a band begins in the walks of a stop, which are kept by rising distance: without steps a
 * walk is never shorter, but those are in no order. */
ALWAYS uint32_t K(first_walk)(const struct scan *s, uint32_t stop, unsigned band) {
  uint32_t k = s->walk_first[stop], hi = s->walk_first[stop + 1];
  while (k < hi && !s->walking.stepfree) {
    uint32_t mid = k + (hi - k) / 2;
    if (s->walks[mid].dm < s->band_dm[band])
      k = mid + 1;
    else
      hi = mid;
  }
  return k;
}

/* The walks of one band from a stop, for every lane that a vehicle has brought there. */
RARE void K(walk_band)(struct scan *s, uint32_t stop, unsigned band) {
  unsigned n = s->state[stop] & STATE_RIDE;
  V a = LOAD(K(rows)(s, stop));
  if (n <= s->expired) return;
  uint32_t k = K(first_walk)(s, stop, band), end = s->walk_first[stop + 1];
  for (; k < end; k++) {
    const struct region_walk *w = &s->walks[k];
    uint32_t dm = s->walking.stepfree ? w->stepfree_dm : w->dm;
    if (dm == UINT16_MAX || dm < s->band_dm[band]) continue;
    int32_t secs = dm < WALK_TABLE ? s->walk_secs[dm] : walk_seconds(s->walking, dm);
    if (dm >= s->band_dm[band + 1] || secs > s->walk_cap_s) {
      if (s->walking.stepfree) continue;
      break;
    }
    K(walk_to)(s, w->to, ADDS(a, SET1((T)secs)), n);
  }
}

/* The shortest walks do not wait: the first n lanes set out at x. */
RARE void K(walk_now)(struct scan *s, uint32_t stop, int32_t x, unsigned n) {
  for (uint32_t k = s->walk_first[stop]; k < s->walk_first[stop + 1]; k++) {
    const struct region_walk *w = &s->walks[k];
    uint32_t dm = s->walking.stepfree ? w->stepfree_dm : w->dm;
    if (w->dm >= s->band_dm[1]) break;
    if (dm < s->band_dm[1] && s->walk_secs[dm] <= s->walk_cap_s)
      K(ready_at)(s, w->to, x + s->walk_secs[dm], n, x);
  }
}

RARE void K(walk_later)(struct scan *s, uint32_t stop, int32_t x, unsigned n, unsigned bands) {
  uint32_t size = s->d->r->n_stops + 1;
  if (bands & 1) K(walk_now)(s, stop, x, n);
  for (bands &= ~(unsigned)s->met_now[stop].dirty & ~1u; bands; bands &= bands - 1) {
    unsigned band = (unsigned)__builtin_ctz(bands);
    struct band_queue *q = &s->queue_of[band];
    uint32_t put = q->first + q->n++;
    int32_t due = x + band_least(band);
    s->met_now[stop].dirty |= (uint16_t)(1u << band);
    q->p[put >= size ? put - size : put] = (struct waiting){due, stop};
    if (due < s->next_due) s->next_due = due;
    if (due < s->next) s->next = due;
  }
}

/* Everything that has waited long enough at x. */
RARE void K(walk_waiting)(struct scan *s, int32_t x) {
  s->next_due = INT32_MAX;
  for (unsigned band = 1; band < BANDS; band++) {
    struct band_queue *q = &s->queue_of[band];
    uint32_t size = s->d->r->n_stops + 1;
    while (q->n && q->p[q->first].due <= x) {
      uint32_t stop = q->p[q->first].stop;
      q->first = q->first + 1 == size ? 0 : q->first + 1;
      q->n--;
      s->met_now[stop].dirty &= (uint16_t) ~(1u << band);
      K(walk_band)(s, stop, band);
    }
    if (q->n && q->p[q->first].due < s->next_due) s->next_due = q->p[q->first].due;
  }
}

/* A link with hours: who set out later may have to wait as long, or be too late. */
RARE void K(link_with_hours)(struct scan *s, const struct region_link *l, int32_t x, unsigned n,
                             bool back) {
  if (!s->d->window[l->window - 1]) return;
  T lane[LANES];
  V v = K(windowed)(s, SET1((T)(x + BIAS)), l, back);
  memcpy(lane, &v, sizeof lane);
  if (lane[0] != NEVER_T) K(ready_at)(s, l->to, (int32_t)lane[0] - BIAS, n, x);
}

/* A vehicle brings the first n lanes to a stop. */
ALWAYS void K(arrive)(struct scan *s, uint32_t stop, int32_t x, unsigned n, bool back) {
  char *row = K(rows)(s, stop);
  T t = (T)(x + BIAS);
  for (unsigned k = s->state[stop] & STATE_RIDE; k < n; k++)
    memcpy(row + k * sizeof t, &t, sizeof t);
  s->state[stop] = (uint16_t)((s->state[stop] & ~STATE_RIDE) | n);
  struct stop_way *way = &s->way[back][stop];
  if (way->change_s)
    K(ready_at)(s, stop, x + way->change_s, n, x);
  else if (K(ready)(s, stop) < n)
    K(set_ready)(s, stop, n);
  for (uint32_t k = way->links; k < way[1].links; k++) {
    const struct region_link *l = &s->links[k];
    if (l->window)
      K(link_with_hours)(s, l, x, n, back);
    else
      K(ready_at)(s, l->to, x + l->secs, n, x);
  }
  if (way->bands == BAND_UNKNOWN) way->bands = (uint16_t)scan_bands(s, stop);
  if (way->bands) K(walk_later)(s, stop, x, n, way->bands);
}

/* An event that may change something: somebody new gets off, or on. Lanes past their cap are
 * forgotten, so that they are not looked at again. */
RARE void K(event)(struct scan *s, const struct event *e, int32_t x, bool back) {
  uint32_t what = e->where, stop = what >> EVENT_BITS;
  unsigned on = s->label[e->trip];
  if (on && on <= s->expired) s->label[e->trip] = 0, on = 0;
  if (what & (back ? EVENT_BOARD : EVENT_ALIGHT) && on > (s->state[stop] & STATE_RIDE)) {
    K(arrive)(s, stop, x, on, back);
    if (what & (back ? EVENT_AGAIN_BACK : EVENT_AGAIN)) s->again = true;
  }
  if (!(what & (back ? EVENT_ALIGHT : EVENT_BOARD))) return;
  unsigned ready = K(ready)(s, stop);
  if (ready <= on) return;
  if (ready <= s->expired) {
    K(set_ready)(s, stop, 0);
    return;
  }
  s->was[s->n_was++] = (struct label_was){e->trip, on};
  s->label[e->trip] = (uint8_t)ready;
}

ALWAYS bool K(matters)(const uint16_t *state, const uint8_t *label, const struct event *e) {
  unsigned at = state[e->where >> EVENT_BITS], on = label[e->trip];
  return (on > (at & STATE_RIDE)) | (on < at >> STATE_READY_BITS);
}

/* One second: gone over until nothing new can be boarded in it. What was boarded is undone first,
 * so that nobody gets off before the call at which they got on. */
ALWAYS void K(second)(struct scan *s, const struct event *first, const struct event *end, int32_t x,
                      bool back) {
  const uint16_t *state = s->state;
  const uint8_t *label = s->label;
  for (;;) {
    s->n_was = 0;
    s->again = false;
    if (back) {
      for (const struct event *e = end; e-- > first;)
        if (__builtin_expect(K(matters)(state, label, e), 0)) K(event)(s, e, x, true);
    } else {
      for (const struct event *e = first; e < end; e++)
        if (__builtin_expect(K(matters)(state, label, e), 0)) K(event)(s, e, x, false);
    }
    if (!s->again) return;
    while (s->n_was--) s->label[s->was[s->n_was].trip] = (uint8_t)s->was[s->n_was].label;
  }
}

/* Who is ready at a stop by x, by its row, and when the next will be. */
RARE void K(look)(struct scan *s, uint32_t stop, int32_t x) {
  struct stop_met *met = &s->met_now[stop];
  if (met->pending != (uint32_t)x + 1) return; /* it was looked at before, or will be later */
  const char *row = K(rows)(s, stop) + ROW_BYTES;
  unsigned n = REACHED(GT(LOAD(row), SET1((T)(x + BIAS)))), have = K(ready)(s, stop);
  met->pending = 0;
  if (n > have) K(set_ready)(s, stop, have = n);
  T next = have < LANES ? K(lane)(row, have) : NEVER_T;
  if (next != NEVER_T) K(wake_later)(s, stop, (int32_t)next - BIAS, 0);
}

ALWAYS void K(wake)(struct scan *s, int32_t x) {
  for (; s->woken <= x; s->woken++)
    for (uint32_t i = s->wake_at[s->woken]; i; i = s->wakes[i - 1].next) {
      struct wake *w = &s->wakes[i - 1];
      if (!w->lanes)
        K(look)(s, w->stop, s->woken);
      else if (K(ready)(s, w->stop) < w->lanes)
        K(set_ready)(s, w->stop, w->lanes);
    }
}

/* What is due at x besides events. Returns whether anything later can matter. */
RARE bool K(due)(struct scan *s, int32_t x) {
  const int32_t *cap = s->cap_x + s->half * LANES;
  if (x >= s->next_due) K(walk_waiting)(s, x); /* before lanes end: they set out earlier */
  while (s->expired < s->half_lanes && cap[s->expired] < x) s->expired++;
  if (x > s->limit || s->expired == s->half_lanes) return false;
  s->next = s->next_due < s->limit + 1 ? s->next_due : s->limit + 1;
  if (cap[s->expired] + 1 < s->next) s->next = cap[s->expired] + 1;
  return true;
}

/* Returns whether anything later can matter. */
ALWAYS bool K(block)(struct scan *s, uint32_t number, bool back) {
  const struct block *b = timeline_block(&s->timeline, number);
  const struct event *events = s->timeline.events;
  for (uint32_t i = 0; i < b->n; i++) {
    const struct moment *m = &b->moments[back ? b->n - 1 - i : i];
    int32_t x = back ? s->base - m->at : m->at - s->base;
    if (x < 0) continue;
    if (x >= s->next && !K(due)(s, x)) return false;
    K(wake)(s, x);
    K(second)(s, events + m->first, events + m[1].first, x, back);
  }
  return true;
}

ALWAYS void K(begin)(struct scan *s, bool back) {
  T row[LANES];
  for (unsigned k = 0; k < LANES; k++) row[k] = NEVER_T;
  for (unsigned k = 0; k < s->half_lanes; k++) {
    int32_t t = s->lane_time[k];
    row[k] = (T)((back ? s->base - t : t - s->base) + BIAS);
  }
  V x;
  memcpy(&x, row, sizeof x);
  const struct seeds *seeds = s->ask->seeds[0];
  for (size_t i = 0; i < seeds->n; i++) {
    const struct seed *seed = &seeds->p[i];
    struct region_link l = {seed->stop, (uint16_t)seed->secs, (uint16_t)seed->window};
    V at = l.window ? K(windowed)(s, x, &l, back) : ADDS(x, SET1((T)seed->secs));
    K(walk_to)(s, seed->stop, at, LANES);
  }
}

ALWAYS void K(forget)(struct scan *s) {
  s->met_now = s->met[s->half];
  s->rows_now = s->rows + s->half * s->half_bytes;
  for (uint32_t i = 0; i < s->n_met[s->half]; i++)
    s->met_now[s->met_stop[s->half][i]] = (struct stop_met){0};
  s->n_met[s->half] = 0;
  memset(s->state, 0, s->d->r->n_stops * sizeof *s->state);
  memset(s->label, 0, s->d->n_trips);
  STORE(s->rows_now, SET1(NEVER_T)); /* the row of stops not met */
  STORE(s->rows_now + ROW_BYTES, SET1(NEVER_T));
}

ALWAYS void K(timeline)(struct scan *s, bool back) {
  struct timeline *t = &s->timeline;
  K(forget)(s);
  memset(s->wake_at, 0, ((size_t)s->limit + 1) * sizeof *s->wake_at);
  for (unsigned band = 0; band < BANDS; band++) s->queue_of[band].n = 0;
  s->next_due = INT32_MAX;
  s->expired = s->n_wakes = 0;
  s->woken = s->next = 0;
  K(begin)(s, back);
  if (t->n_blocks) {
    int64_t from = ((int64_t)s->base - t->origin) / BLOCK_SECONDS, n = t->n_blocks;
    if (s->base < t->origin) from = back ? -1 : 0;
    if (from >= n) from = back ? n - 1 : n;
    for (; from >= 0 && from < n && K(block)(s, (uint32_t)from, back); from += back ? -1 : 1)
      ;
  }
  K(walk_waiting)(s, s->limit);
}

#undef RARE
#undef NEVER_T
#undef ALWAYS
