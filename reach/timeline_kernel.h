/* timeline_kernel: one pass over the timeline for all lanes of one place, included after
 * scan_kernel.h once for each width and instruction set. Needs also SECS(p): LANES numbers of 16
 * bits.
 *
 * Lanes are in the order of their places in the rows, the one that has most time first; x counts
 * from that one's departure (backward: down from its deadline). The first n lanes being somewhere
 * is all there is to know, so a stop and a trip need only n. When each lane came is kept beside:
 * arrivals in a list, each with the one before it at the same stop; who is ready to board when (the
 * walks) in rows.
 *
 * Most events change nothing: who is on the vehicle was at the stop before, and nobody new waits
 * there. Telling that takes four loads and no branch, nor does boarding. What may change something
 * is noted, and looked at when the second is over: somebody new gets off, or somebody who walked is
 * there by now (`soon`). */
#define RARE static TARGET __attribute__((noinline))

ALWAYS T *K(soon)(const struct scan *s) { return (T *)(void *)s->soon; }

/* When so many lanes + 1 are ready at a stop. */
ALWAYS T *K(pend)(const struct scan *s, uint32_t stop, unsigned lane) {
  return (T *)(void *)s->pend_now + (size_t)lane * s->stops + stop;
}

ALWAYS unsigned K(ready)(const struct scan *s, uint32_t stop) {
  return s->state[stop] >> STATE_READY_BITS;
}

/* Of the first n lanes, those from `have` on are ready at a stop at y; it is x now. Who set out
 * later is never earlier: where the last of them gains nothing, none does. */
ALWAYS void K(ready_at)(struct scan *s, uint32_t stop, int32_t y, unsigned have, unsigned n,
                        int32_t x) {
  if (K(ready)(s, stop) >= n || y > s->limit) return;
  T t = (T)(y + BIAS), *p = K(pend)(s, stop, n - 1), *soon = K(soon)(s) + stop;
  size_t step = s->stops;
  if (*p <= t) return;
  do *p = t, p -= step;
  while (--n > have && *p > t);
  if (t < *soon) *soon = t;
  if (y <= x) s->again = true;
}

/* The walks of a stop to all others near it, sixteen stops at once. */
ALWAYS void K(walk)(struct scan *s, uint32_t stop, int32_t x, unsigned have, unsigned n) {
  const struct walk_groups *of = &s->groups_of[stop];
  V at = SET1((T)(x + BIAS)), never = SET1(NEVER_T), zero = SET1(0);
  for (uint32_t k = of->first; k < of->first + of->n; k++) {
    const struct walk_group *g = &s->groups[k];
    for (unsigned i = 0; i < WALK_GROUP; i += LANES) {
      uint32_t to = g->stop + i;
      V secs = SECS(g->secs + i);
      V y = BLEND(ADDS(at, secs), never, GT(zero, secs));
      unsigned lane = n;
      while (lane > have) {
        char *p = (char *)K(pend)(s, to, lane - 1);
        V old = LOAD(p);
        if (!ANY(GT(old, y))) break; /* nor do those who set out before gain */
        STORE(p, MIN(old, y));
        lane--;
      }
      if (lane == n) continue;
      char *soon = s->soon + (size_t)to * sizeof(T);
      V new = GT(SET1((T)(n << STATE_READY_BITS)), SECS(s->state + to));
      STORE(soon, MIN(LOAD(soon), BLEND(never, y, new)));
    }
  }
  if (of->at_once) s->again = true;
}

/* A vehicle brings the first n lanes to a stop. */
ALWAYS void K(arrive)(struct scan *s, uint32_t stop, int32_t x, unsigned n, bool back) {
  unsigned have = s->state[stop] & STATE_RIDE, ready = K(ready)(s, stop);
  struct stop_way way = s->way[back][stop];
  uint32_t end = s->way[back][stop + 1].links;
  s->came[++s->n_came] = (struct arrival){s->last_came[stop], (uint32_t)x << ARRIVAL_BITS | n};
  s->last_came[stop] = s->n_came;
  if (!way.change_s && ready < n) ready = n;
  s->state[stop] = (uint16_t)(n | ready << STATE_READY_BITS);
  if (way.change_s) K(ready_at)(s, stop, x + (int32_t)way.change_s, have, n, x);
  for (uint32_t k = way.links; k < end; k++) {
    const struct region_link *l = &s->links[k];
    int32_t y = l->window ? scan_through_hours(s, x, l, back) : x + l->secs;
    if (y >= 0) K(ready_at)(s, l->to, y, have, n, x);
  }
  if (!s->walk_first) return;
  if (s->groups_of[stop].n == GROUPS_UNKNOWN) scan_group_walks(s, stop);
  K(walk)(s, stop, x, have, n);
}

/* Who is ready at a stop at x, and when the next will be. */
ALWAYS void K(look)(struct scan *s, uint32_t stop, int32_t x) {
  unsigned n = K(ready)(s, stop), all = s->half_lanes;
  T t = (T)(x + BIAS);
  if (n < s->expired) n = s->expired;
  while (n < all && *K(pend)(s, stop, n) <= t) n++;
  s->state[stop] = (uint16_t)((s->state[stop] & STATE_RIDE) | n << STATE_READY_BITS);
  K(soon)(s)[stop] = n < all ? *K(pend)(s, stop, n) : NEVER_T;
}

/* Gets on whoever is there, and notes the events of the second that may change something. */
ALWAYS uint32_t K(pass)(struct scan *s, const struct second *now, bool back) {
  const uint16_t *state = s->state;
  const T *soon = K(soon)(s), t = (T)(now->x + BIAS);
  uint8_t *labels = s->label, *was = s->was;
  const uint32_t *plain = now->plain;
  uint32_t bits = s->timeline.trip_bits, mask = (1u << bits) - 1, n = now->n_plain, hits = 0,
           *hit = s->hit;
  for (uint32_t k = 0; k < n; k++) {
    uint32_t i = back ? n - 1 - k : k, e = plain[i], stop = e >> bits;
    uint8_t *label = labels + (e & mask);
    unsigned on = *label, at = state[stop], ready = at >> STATE_READY_BITS;
    was[i] = (uint8_t)on;
    *label = (uint8_t)(ready > on ? ready : on);
    hit[hits] = i;
    hits += (on > (at & STATE_RIDE)) | (soon[stop] <= t);
  }
  for (uint32_t k = 0; k < now->n_special; k++) {
    uint32_t j = back ? now->n_special - 1 - k : k, i = n + j, where = now->special[j].where,
             stop = where >> EVENT_BITS;
    bool off = where & (back ? EVENT_BOARD : EVENT_ALIGHT),
         get_on = where & (back ? EVENT_ALIGHT : EVENT_BOARD);
    uint8_t *label = labels + now->special[j].trip;
    unsigned on = *label, at = state[stop], ready = get_on ? at >> STATE_READY_BITS : 0;
    was[i] = (uint8_t)on;
    *label = (uint8_t)(ready > on ? ready : on);
    hit[hits] = i;
    hits += (off & (on > (at & STATE_RIDE))) | (get_on & (soon[stop] <= t));
  }
  return hits;
}

/* Event i of the second: somebody new gets off, or somebody who walked is there. */
ALWAYS void K(event)(struct scan *s, const struct second *now, uint32_t i, bool back) {
  uint32_t bits = s->timeline.trip_bits, stop, trip;
  bool off = true, get_on = true, again;
  if (i < now->n_plain) {
    size_t number = (size_t)(now->plain + i - s->timeline.plain);
    stop = now->plain[i] >> bits;
    trip = now->plain[i] & ((1u << bits) - 1);
    again = s->timeline.again[number / 64] >> (number & 63) & 1;
  } else {
    const struct special *e = &now->special[i - now->n_plain];
    stop = e->where >> EVENT_BITS;
    trip = e->trip;
    off = e->where & (back ? EVENT_BOARD : EVENT_ALIGHT);
    get_on = e->where & (back ? EVENT_ALIGHT : EVENT_BOARD);
    again = e->where & EVENT_AGAIN;
  }
  if (off && s->was[i] > (s->state[stop] & STATE_RIDE)) {
    K(arrive)(s, stop, now->x, s->was[i], back);
    s->again |= again;
  }
  if (!get_on || K(soon)(s)[stop] > (T)(now->x + BIAS)) return;
  K(look)(s, stop, now->x);
  unsigned ready = K(ready)(s, stop);
  if (ready <= s->was[i]) return;
  if (ready > s->label[trip]) s->label[trip] = (uint8_t)ready;
  s->again |= again;
}

/* What was boarded in this second is undone, the last first. */
RARE void K(undo)(struct scan *s, const struct second *now, bool back) {
  uint32_t mask = (1u << s->timeline.trip_bits) - 1, n = now->n_plain, others = now->n_special;
  for (uint32_t k = 0; k < n; k++) {
    uint32_t i = back ? k : n - 1 - k;
    s->label[now->plain[i] & mask] = s->was[i];
  }
  for (uint32_t k = 0; k < others; k++) {
    uint32_t j = back ? k : others - 1 - k;
    s->label[now->special[j].trip] = s->was[n + j];
  }
}

/* One second: gone over until nothing new can be boarded in it. What was boarded is undone first,
 * so that nobody gets off before the call at which they got on. */
RARE void K(changes)(struct scan *s, const struct second *now, uint32_t hits, bool back) {
  for (;;) {
    s->again = false;
    for (uint32_t k = 0; k < hits; k++) K(event)(s, now, s->hit[k], back);
    if (!s->again) return;
    K(undo)(s, now, back);
    hits = K(pass)(s, now, back);
  }
}

/* What is due at x besides events: lanes past their cap need not be told of any more, as if they
 * had been everywhere. Returns whether anything later can matter. */
RARE bool K(due)(struct scan *s, int32_t x) {
  const int32_t *cap = s->cap_x + s->half * LANES;
  while (s->expired < s->half_lanes && cap[s->expired] < x) s->expired++;
  if (x > s->limit || s->expired == s->half_lanes) return false;
  uint16_t *state = s->state, least = (uint16_t)s->expired;
  for (uint32_t i = 0, n = s->stops; i < n; i++) {
    uint16_t ride = state[i] & STATE_RIDE;
    state[i] = (uint16_t)(state[i] - ride + (ride < least ? least : ride));
  }
  s->next = cap[s->expired] < s->limit ? cap[s->expired] + 1 : s->limit + 1;
  return true;
}

/* Returns whether anything later can matter. */
ALWAYS bool K(block)(struct scan *s, uint32_t number, bool back) {
  const struct block *b = timeline_block(&s->timeline, number);
  for (uint32_t i = 0; i < b->n; i++) {
    const struct moment *m = &b->moments[back ? b->n - 1 - i : i];
    int32_t x = back ? s->base - m->at : m->at - s->base;
    if (x < 0) continue;
    if (x >= s->next && !K(due)(s, x)) return false;
    struct second now = {s->timeline.plain + m->plain, s->timeline.special + m->special,
                         m[1].plain - m->plain, m[1].special - m->special, x};
    uint32_t hits = K(pass)(s, &now, back);
    if (hits) K(changes)(s, &now, hits, back);
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
    memcpy(row, &at, sizeof at);
    for (unsigned k = 0; k < s->half_lanes; k++)
      if (row[k] != NEVER_T) K(ready_at)(s, seed->stop, (int32_t)row[k] - BIAS, k, k + 1, -1);
  }
}

ALWAYS void K(forget)(struct scan *s) {
  size_t bytes = s->stops * ROW_BYTES;
  s->pend_now = s->pend + s->half * bytes;
  s->came = s->arrivals + s->half * LANES * (size_t)s->stops;
  s->last_came = s->last_arrival + s->half * (size_t)s->stops;
  s->n_came = 0;
  char *pend = s->pend_now, *soon = s->soon, *pend_end = pend + bytes,
       *soon_end = soon + s->stops * sizeof(T);
  for (; pend < pend_end; pend += ROW_BYTES) STORE(pend, SET1(NEVER_T));
  for (; soon < soon_end; soon += ROW_BYTES) STORE(soon, SET1(NEVER_T));
  memset(s->last_came, 0, s->stops * sizeof *s->last_came);
  memset(s->state, 0, s->stops * sizeof *s->state);
  memset(s->label, 0, s->d->n_trips);
}

ALWAYS void K(timeline)(struct scan *s, bool back) {
  struct timeline *t = &s->timeline;
  K(forget)(s);
  s->expired = 0;
  s->next = 0;
  K(begin)(s, back);
  if (!t->n_blocks) return;
  int64_t from = ((int64_t)s->base - t->origin) / BLOCK_SECONDS, n = t->n_blocks;
  if (s->base < t->origin) from = back ? -1 : 0;
  if (from >= n) from = back ? n - 1 : n;
  for (; from >= 0 && from < n && K(block)(s, (uint32_t)from, back); from += back ? -1 : 1)
    ;
}

#undef RARE
#undef NEVER_T
#undef ALWAYS
