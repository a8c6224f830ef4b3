/* timeline_links: one pass over the timeline for up to SCAN_MANY lanes of one place, where only
 * given links are walked (a few at every stop). Included by scan_plain.c and scan_avx2.c, which
 * give links_look(): which plain events of a second change something, getting off (s->hit_off) or
 * on (s->hit).
 *
 * Lanes are in the order of their places, the one that has most time first; x counts from that
 * one's departure (backward: down from its deadline). The first n lanes being somewhere is all
 * there is to know, so a stop and a trip need only n. Who walks is put down for the second in which
 * they are there (`due`), so that at every second what is known of a stop is exact, and an event is
 * looked at only when it changes something: somebody new gets off, or gets on. Of two hundred
 * events that is one in ten. */

#define LINKS static inline TARGET

/* Nobody past their cap needs to be told of: as if they had been everywhere. */
LINKS unsigned links_at_least(const struct scan *s, unsigned n) {
  return n > s->expired ? n : s->expired;
}

/* The first n lanes are ready to board at a stop, having walked, at y. */
LINKS void links_ready(struct scan *s, uint32_t stop, int32_t y, unsigned n) {
  unsigned at = s->state[stop];
  if (at >> STATE_READY_BITS >= n) return;
  s->state[stop] = (uint16_t)((at & STATE_RIDE) | n << STATE_READY_BITS);
  s->readied[++s->n_readied] =
      (struct arrival){s->links_way[stop].last_readied, (uint32_t)y << ARRIVAL_BITS | n};
  s->links_way[stop].last_readied = s->n_readied;
}

/* They will be there at y; it is x now. Most walks lead to where nobody gains: no branch. */
LINKS void links_due(struct scan *s, uint32_t stop, int32_t y, unsigned n, int32_t x) {
  bool gain = s->state[stop] >> STATE_READY_BITS < n && y <= s->cap_x[n - 1];
  if (y <= x) {
    if (gain) links_ready(s, stop, y, n), s->zero_walk = true;
    return;
  }
  uint32_t *first = &s->due_first[y], put = s->n_due + 1;
  s->due[put] = (struct due){*first, stop << ARRIVAL_BITS | n};
  *first = gain ? put : *first;
  s->n_due += gain;
}

/* Everybody who is there by x, in order of time. */
LINKS void links_fall_due(struct scan *s, int32_t x) {
  for (int32_t y = s->due_next; y <= x; y++) {
    uint32_t i = s->due_first[y];
    for (; i; i = s->due[i].next)
      links_ready(s, s->due[i].stop_n >> ARRIVAL_BITS, y, s->due[i].stop_n & ARRIVAL_LANES);
    s->due_first[y] = 0;
  }
  s->due_next = x + 1;
}

/* Is another event of this second at the same stop? */
LINKS bool links_not_alone(const struct scan *s, const struct second *now, uint32_t plain) {
  size_t number = (size_t)(now->plain + plain - s->timeline.plain);
  return s->timeline.again[number / 64] >> (number & 63) & 1;
}

/* A vehicle brings the first n lanes to a stop. */
LINKS void links_arrive(struct scan *s, uint32_t stop, int32_t x, unsigned n, bool back) {
  unsigned ready = s->state[stop] >> STATE_READY_BITS;
  struct stop_way *way = &s->links_way[stop];
  s->came[++s->n_came] = (struct arrival){way->last_came, (uint32_t)x << ARRIVAL_BITS | n};
  way->last_came = s->n_came;
  if (!way->change_s && ready < n) ready = n;
  s->state[stop] = (uint16_t)(n | ready << STATE_READY_BITS);
  if (way->change_s) links_due(s, stop, x + (int32_t)way->change_s, n, x);
  for (uint32_t k = way->links, end = way[1].links; k < end; k++) {
    const struct region_link *l = &s->links[k];
    int32_t y = l->window ? scan_through_hours(s, x, l, back) : x + l->secs;
    if (y >= 0) links_due(s, l->to, y, n, x);
  }
}

/* Those on the vehicle who are new get off. */
LINKS void links_off(struct scan *s, uint32_t stop, unsigned on, const struct second *now,
                     bool back) {
  if (on > links_at_least(s, s->state[stop] & STATE_RIDE)) links_arrive(s, stop, now->x, on, back);
}

/* Those who are there get on. */
LINKS void links_on(struct scan *s, uint32_t stop, uint32_t trip) {
  unsigned ready = s->state[stop] >> STATE_READY_BITS;
  if (ready > s->label[trip]) s->label[trip] = (uint8_t)ready;
}

/* Can any of the special events of a second change anything? */
LINKS bool links_special_hit(const struct scan *s, const struct second *now, bool back) {
  bool hit = false;
  for (uint32_t j = 0; j < now->n_special; j++) {
    uint32_t where = now->special[j].where;
    unsigned at = s->state[where >> EVENT_BITS],
             on = links_at_least(s, s->label[now->special[j].trip]);
    bool off = where & (back ? EVENT_BOARD : EVENT_ALIGHT),
         get_on = where & (back ? EVENT_ALIGHT : EVENT_BOARD);
    hit |=
        (off && on > links_at_least(s, at & STATE_RIDE)) || (get_on && at >> STATE_READY_BITS > on);
  }
  return hit;
}

/* Special events one by one, until nothing new can be boarded in this second. What was boarded is
 * undone before, so that nobody gets off before the call at which they got on. */
LINKS void links_specials(struct scan *s, const struct second *now, bool back) {
  uint32_t n = now->n_special;
  for (bool more = true; more;) {
    more = false;
    for (uint32_t k = 0; k < n; k++) {
      const struct special *e = &now->special[back ? n - 1 - k : k];
      uint32_t stop = e->where >> EVENT_BITS;
      unsigned before = s->n_came;
      s->was[k] = s->label[e->trip];
      s->zero_walk = false;
      if (e->where & (back ? EVENT_BOARD : EVENT_ALIGHT))
        links_off(s, stop, s->label[e->trip], now, back);
      if (e->where & (back ? EVENT_ALIGHT : EVENT_BOARD)) links_on(s, stop, e->trip);
      more |= s->zero_walk || (s->n_came != before && (e->where & EVENT_AGAIN));
    }
    s->again |= more;
    for (uint32_t k = n; more && k; k--)
      s->label[now->special[back ? n - k : k - 1].trip] = s->was[k - 1];
  }
}

/* One second. Plain events are of trips that do nothing else in it, so nobody gets on before they
 * get off: first everybody gets off, then everybody gets on. */
LINKS void links_second(struct scan *s, const struct second *now, bool back) {
  uint32_t bits = s->timeline.trip_bits, mask = (1u << bits) - 1;
  struct looked hits = links_look(s, now);
  bool special = now->n_special && links_special_hit(s, now, back);
  if (!hits.off && !hits.on && !special) return;
  const uint32_t *e = now->plain, *off = s->hit_off, *on = s->hit;
  s->again = s->zero_walk = false;
  for (uint32_t k = 0; k < hits.off; k++) __builtin_prefetch(&s->links_way[e[off[k]] >> bits], 1);
  for (uint32_t k = 0; k < hits.off; k++) {
    links_off(s, e[off[k]] >> bits, s->label[e[off[k]] & mask], now, back);
    s->again |= links_not_alone(s, now, off[k]);
  }
  s->again |= s->zero_walk;
  if (now->n_special && (special || s->again)) links_specials(s, now, back);
  if (s->again) hits = links_look(s, now);
  for (uint32_t k = 0; k < hits.on; k++) links_on(s, e[on[k]] >> bits, e[on[k]] & mask);
}

/* Returns whether anything later can matter. */
LINKS bool links_next(struct scan *s, int32_t x) {
  while (s->expired < s->half_lanes && s->cap_x[s->expired] < x) s->expired++;
  if (x > s->limit || s->expired == s->half_lanes) return false;
  s->next = s->cap_x[s->expired] + 1;
  return true;
}

LINKS bool links_block(struct scan *s, uint32_t number, bool back) {
  const struct block *b = timeline_block(&s->timeline, number);
  for (uint32_t i = 0; i < b->n; i++) {
    const struct moment *m = &b->moments[back ? b->n - 1 - i : i];
    int32_t x = back ? s->base - m->at : m->at - s->base;
    if (x < 0) continue;
    if (x >= s->next && !links_next(s, x)) return false;
    links_fall_due(s, x);
    struct second now = {s->timeline.plain + m->plain, s->timeline.special + m->special,
                         m[1].plain - m->plain, m[1].special - m->special, x};
    links_second(s, &now, back);
  }
  return true;
}

LINKS void links_begin(struct scan *s, bool back) {
  const struct seeds *seeds = s->ask->seeds[0];
  s->came = s->arrivals;
  s->links_way = s->way[back];
  s->n_came = s->n_readied = s->n_due = 0;
  s->due_next = s->next = 0;
  s->expired = 0;
  for (uint32_t i = 0, n = s->d->r->n_stops; i < n; i++)
    s->links_way[i].last_came = s->links_way[i].last_readied = 0;
  memset(s->state, 0, s->stops * sizeof *s->state);
  memset(s->label, 0, s->d->n_trips);
  for (size_t i = 0; i < seeds->n; i++)
    for (unsigned lane = 0; lane < s->ask->lanes; lane++) {
      struct region_link l = {seeds->p[i].stop, (uint16_t)seeds->p[i].secs,
                              (uint16_t)seeds->p[i].window};
      int32_t t = s->ask->time[lane], x = back ? s->base - t : t - s->base,
              y = l.window ? scan_through_hours(s, x, &l, back) : x + l.secs;
      if (y >= 0) links_due(s, l.to, y, s->slot[lane] + 1u, -1);
    }
}

LINKS void links_run(struct scan *s, bool back) {
  struct timeline *t = &s->timeline;
  links_begin(s, back);
  int64_t from = ((int64_t)s->base - t->origin) / BLOCK_SECONDS, n = t->n_blocks;
  if (s->base < t->origin) from = back ? -1 : 0;
  if (from >= n) from = back ? n - 1 : n;
  for (; from >= 0 && from < n && links_block(s, (uint32_t)from, back); from += back ? -1 : 1)
    ;
  links_fall_due(s, s->limit);
}

#undef LINKS
