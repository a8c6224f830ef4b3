/* scan_kernel: the rounds of a scan over rows of LANES lanes, included once for each width and
 * instruction set. The includer defines K(name), T, LANES, BIAS, TARGET and the operations V, LOAD,
 * STORE, SET1, ROW_TIME, ADD, SUB, ADDS (never stays never), GT, MIN, OR, AND, BLEND(a, b, mask),
 * ANY, LEAST. */

#define NEVER_T ((T)((((uint64_t)1 << (sizeof(T) * 8 - 1)) - 1)))
/* Everything becomes one function for each width and direction, except under a sanitizer, whose
 * checks would make that one function take minutes to compile. */
#if SANITIZED
#define ALWAYS static TARGET __attribute__((unused))
#else
#define ALWAYS static inline TARGET __attribute__((always_inline))
#endif

/* Takes a time at a stop as ready for boarding when it is better; the stop is then looked at in the
 * next round. */
ALWAYS void K(offer)(struct scan *s, uint32_t stop, V x, V cap) {
  char *row = row_of(s, s->ready, stop);
  V old = LOAD(row);
  x = BLEND(x, SET1(NEVER_T), GT(x, cap));
  if (!ANY(GT(old, x))) return;
  V least = MIN(old, x);
  STORE(row, least);
  touch(s, stop);
  s->ready_min[stop] = (int32_t)LEAST(least) - BIAS;
  if (!s->is_marked[stop]) {
    s->is_marked[stop] = 1;
    s->marked[s->n_marked++] = stop;
  }
}

ALWAYS void K(note_rides)(struct scan *s, uint32_t stop, V x, V cap) {
  x = BLEND(x, SET1(NEVER_T), GT(x, cap));
  char *best = row_of(s, s->best, stop), *rides = row_of(s, s->rides, stop);
  V old = LOAD(best), better = GT(old, x);
  if (!ANY(better)) return;
  STORE(best, MIN(old, x));
  STORE(rides, BLEND(LOAD(rides), SET1((T)s->round), better));
}

ALWAYS V K(windowed)(const struct scan *s, V a, const struct region_link *l, bool back) {
  T lane[LANES];
  memcpy(lane, &a, sizeof lane);
  for (int i = 0; i < LANES; i++) {
    if (lane[i] == NEVER_T) continue;
    int32_t x = scan_through_hours(s, (int32_t)lane[i] - BIAS, l, back);
    lane[i] = x < 0 ? NEVER_T : (T)(x + BIAS);
  }
  V out;
  memcpy(&out, lane, sizeof out);
  return out;
}

ALWAYS void K(offer_walk)(struct scan *s, uint32_t to, V x, V cap) {
  K(offer)(s, to, x, cap);
  if (s->ask->count_rides) K(note_rides)(s, to, x, cap);
}

/* One change at the stop itself and one walk to others, from every stop a vehicle newly reached. */
ALWAYS void K(walk_on)(struct scan *s, V cap, bool back) {
  const struct region *r = s->d->r;
  for (uint32_t i = 0; i < s->n_improved; i++) {
    uint32_t stop = s->improved[i];
    s->is_improved[stop] = 0;
    V a = LOAD(row_of(s, s->arr, stop));
    K(offer)(s, stop, ADDS(a, SET1((T)r->stops[stop].change_s)), cap);
    for (uint32_t k = s->link_first[stop]; k < s->link_first[stop + 1]; k++) {
      const struct region_link *l = &s->links[k];
      if (l->window && !s->d->window[l->window - 1]) continue;
      V x = l->window ? K(windowed)(s, a, l, back) : ADDS(a, SET1((T)l->secs));
      K(offer_walk)(s, l->to, x, cap);
    }
    if (!s->walk_first) continue;
    for (uint32_t k = s->walk_first[stop]; k < s->walk_first[stop + 1]; k++) {
      const struct region_walk *w = &s->walks[k];
      uint32_t dm = s->walking.stepfree ? w->stepfree_dm : w->dm;
      int32_t secs = dm < WALK_TABLE ? s->walk_secs[dm] : walk_seconds(s->walking, dm);
      if (secs <= s->walk_cap_s && dm != UINT16_MAX)
        K(offer_walk)(s, w->to, ADDS(a, SET1((T)secs)), cap);
      else if (!s->walking.stepfree)
        break; /* kept by rising distance */
    }
  }
  s->n_improved = 0;
}

/* What the walk along lines reads, held in locals: rows are written through char pointers, and
 * without this every store would make the compiler read the pointers again. */
struct K(lines) {
  const int32_t *start;
  const uint32_t *times_of, *pos_stop;
  const uint8_t *pos_flags;
  const struct region_time *times;
  char *arr, *ready;
  int32_t base, limit;
  V cap1; /* cap + 1 */
};

/* A line being walked, in scan order: position j is edge + j (backwards edge - j), trip k counts
 * from the first (backwards from the last). Only at positions newly ready since the last round can
 * boarding bring anything new. */
struct K(walk) {
  const uint32_t *stop;
  const uint8_t *flags;
  int64_t at0;
  uint32_t edge, m, first, n, fresh;
};

ALWAYS uint32_t K(pos)(const struct K(walk) * w, uint32_t j, bool back) {
  return back ? w->edge - j : w->edge + j;
}
ALWAYS uint32_t K(trip)(const struct K(walk) * w, uint32_t k, bool back) {
  return back ? w->first + w->n - 1 - k : w->first + k;
}

/* When a trip can be boarded at a position, in seconds since (backwards: before) the base. */
ALWAYS int32_t K(board_at)(const struct K(lines) * c, uint32_t trip, uint32_t pos, bool back) {
  const struct region_time *t = &c->times[c->times_of[trip] + pos];
  return back ? c->base - c->start[trip] - region_offset(t->arr)
              : c->start[trip] + region_offset(t->dep) - c->base;
}

/* A trip at or after the first that can be boarded: the starts lie together in memory, so the
 * search is by start, as if every trip ran as the middle one does, and put right on the trips
 * themselves. */
ALWAYS uint32_t K(first_guess)(const struct K(lines) * c, const struct K(walk) * w, uint32_t pos,
                               int32_t least, bool back) {
  uint32_t middle = K(trip)(w, w->n / 2, back), lo = 0, hi = w->n;
  int32_t off = K(board_at)(c, middle, pos, back) + (back ? c->start[middle] : -c->start[middle]);
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2, trip = K(trip)(w, mid, back);
    if (off + (back ? -c->start[trip] : c->start[trip]) >= least)
      hi = mid;
    else
      lo = mid + 1;
  }
  while (lo < w->n && K(board_at)(c, K(trip)(w, lo, back), pos, back) < least) lo++;
  return lo;
}

/* Notes the fresh positions with their rows and finds the first trip that can be boarded at any of
 * them. */
ALWAYS uint32_t K(gather)(struct scan *s, const struct K(lines) * c, struct K(walk) * w,
                          bool back) {
  uint32_t k = w->n, fresh = 0;
  for (int64_t g = w->at0 + w->edge;
       (g = back ? bit_before(s->fresh, g, w->at0)
                 : bit_after(s->fresh, g, w->at0 + w->edge + w->m)) >= 0;
       g += back ? -1 : 1) {
    uint32_t pos = (uint32_t)(g - w->at0), j = back ? w->edge - pos : pos - w->edge,
             stop = w->stop[pos];
    int32_t least = s->ready_min[stop];
    if (k == w->n) k = K(first_guess)(c, w, pos, least, back);
    while (k > 0 && K(board_at)(c, K(trip)(w, k - 1, back), pos, back) >= least) k--;
    STORE(s->local_ready + (size_t)fresh * ROW_BYTES, LOAD(c->ready + (size_t)stop * ROW_STRIDE));
    s->local_pos[fresh++] = j;
  }
  w->fresh = fresh;
  return k;
}

/* A vehicle's time at a stop, for the lanes on it. */
ALWAYS void K(alight)(struct scan *s, const struct K(lines) * c, uint32_t stop, V off, V on) {
  char *row = c->arr + (size_t)stop * ROW_STRIDE;
  V old = LOAD(row), better = AND(on, GT(MIN(old, c->cap1), off));
  if (!ANY(better)) return;
  STORE(row, BLEND(old, off, better));
  touch(s, stop);
  if (s->kept.count_rides) K(note_rides)(s, stop, BLEND(SET1(NEVER_T), off, better), c->cap1);
  if (s->is_improved[stop]) return;
  s->is_improved[stop] = 1;
  s->improved[s->n_improved++] = stop;
}

/* Rides one trip: lanes board at fresh positions and get off everywhere after. Returns whether a
 * later trip could still take somebody on for the first time. */
ALWAYS bool K(ride)(struct scan *s, const struct K(lines) * c, const struct K(walk) * w,
                    uint32_t trip, bool back) {
  const struct region_time *times = c->times + c->times_of[trip];
  int32_t from = back ? c->base - c->start[trip] : c->start[trip] - c->base;
  V zero = SET1(0), one = SET1(1), on = zero, missed = zero, at = SET1((T)(from + BIAS)),
    at1 = ADD(at, one);
  bool later = false;
  for (uint32_t i = 0; i < w->fresh; i++) {
    uint32_t j = s->local_pos[i], next = i + 1 < w->fresh ? s->local_pos[i + 1] : w->m - 1;
    const struct region_time *t = &times[K(pos)(w, j, back)];
    int32_t x = back ? from - region_offset(t->arr) : from + region_offset(t->dep);
    if (x > c->limit) break;
    if (x < 0) { /* before the window: nobody can be ready, a later trip may still serve them */
      later = true;
      continue;
    }
    V board1 = back ? SUB(at1, ROW_TIME(t->arr)) : ADD(at1, ROW_TIME(t->dep));
    V ready = LOAD(s->local_ready + (size_t)i * ROW_BYTES);
    on = OR(on, GT(board1, ready));
    missed = OR(missed,
                GT(ADD(ready, one), board1)); /* never + 1 wraps to the least value: not missed */
    if (!ANY(on)) continue;
    for (j++; j <= next; j++) {
      uint32_t pos = K(pos)(w, j, back);
      uint16_t time = back ? times[pos].dep : times[pos].arr;
      if ((back ? from - region_offset(time) : from + region_offset(time)) > c->limit)
        return later || ANY(missed);
      if (w->flags[pos] & (back ? POS_BOARD : POS_ALIGHT))
        K(alight)(s, c, w->stop[pos], back ? SUB(at, ROW_TIME(time)) : ADD(at, ROW_TIME(time)), on);
    }
  }
  return later || ANY(missed);
}

ALWAYS void K(line)(struct scan *s, const struct K(lines) * c, uint32_t line, uint32_t edge,
                    bool back) {
  const struct day_line *l = &s->d->lines[line];
  const struct region_pattern *p = &s->d->r->patterns[l->pattern];
  struct K(walk) w = {c->pos_stop + p->first_pos,
                      c->pos_flags + p->first_pos,
                      p->first_pos,
                      edge,
                      back ? edge + 1 : p->n - edge,
                      l->first,
                      l->n,
                      0};
  for (uint32_t k = K(gather)(s, c, &w, back); k < w.n; k++) {
    uint32_t trip = K(trip)(&w, k, back);
    if (K(board_at)(c, trip, K(pos)(&w, s->local_pos[0], back), back) > c->limit ||
        !K(ride)(s, c, &w, trip, back))
      break;
  }
}

/* Queues the patterns that call at a marked stop, each from its first such position. The queue is a
 * ring: a pattern is in it at most once. */
ALWAYS void K(queue)(struct scan *s, bool back) {
  const struct scan_calls *calls = &s->calls[back];
  uint32_t size = s->d->r->n_patterns;
  for (uint32_t i = 0; i < s->n_marked; i++) {
    uint32_t stop = s->marked[i];
    s->is_marked[stop] = 0;
    for (uint32_t k = calls->first[stop]; k < calls->first[stop + 1]; k++) {
      uint32_t p = calls->at[k].pattern, pos = calls->at[k].pos;
      s->fresh[pos / 64] |= (uint64_t)1 << (pos & 63);
      if (s->stamp[p] != s->stamp_now) {
        s->stamp[p] = s->stamp_now;
        uint32_t put = s->queue_at + s->n_queue++;
        s->queue[put >= size ? put - size : put] = p;
        s->edge[p] = pos;
      } else if (back ? pos > s->edge[p] : pos < s->edge[p]) {
        s->edge[p] = pos;
      }
    }
  }
  s->n_marked = 0;
}

ALWAYS void K(keep_snapshot)(struct scan *s, unsigned round) {
  for (uint32_t i = 0; i < s->d->r->n_stops; i++)
    STORE(row_of(s, s->snap[round], i),
          MIN(LOAD(row_of(s, s->arr, i)), LOAD(row_of(s, s->ready, i))));
}

ALWAYS void K(clear_stop)(struct scan *s, uint32_t stop) {
  V never = SET1(NEVER_T);
  STORE(row_of(s, s->arr, stop), never);
  STORE(row_of(s, s->ready, stop), never);
  s->ready_min[stop] = INT32_MAX;
  s->is_touched[stop] = 0;
  if (!s->best) return;
  STORE(row_of(s, s->best, stop), never);
  STORE(row_of(s, s->rides, stop), SET1(0));
}

/* Only what the last scan touched, when it was of the same width and nothing was added since: a
 * short scan must not pay for every stop of the region. */
ALWAYS void K(clear)(struct scan *s) {
  bool known = s->clean[s->half] == sizeof(T) && !s->half && !s->both_halves;
  for (uint32_t i = 0; known && i < s->n_touched; i++) K(clear_stop)(s, s->touched[i]);
  for (uint32_t i = 0; !known && i < s->d->r->n_stops; i++) K(clear_stop)(s, i);
  s->n_touched = 0;
  s->clean[s->half] = sizeof(T);
}

/* What can be walked to before the first ride. */
ALWAYS void K(seed)(struct scan *s, V cap, bool back) {
  s->round = 0;
  for (int lane = 0; lane < LANES; lane++) {
    unsigned whole = s->half * LANES + (unsigned)lane;
    if (whole >= s->ask->lanes) break;
    const struct seeds *seeds = s->ask->seeds[whole];
    for (size_t i = 0; i < seeds->n; i++) {
      T row[LANES];
      int32_t t = s->lane_time[lane];
      for (int k = 0; k < LANES; k++) row[k] = NEVER_T;
      row[lane] = (T)((back ? s->base - t : t - s->base) + BIAS);
      V x;
      memcpy(&x, row, sizeof x);
      struct region_link l = {seeds->p[i].stop, (uint16_t)seeds->p[i].secs,
                              (uint16_t)seeds->p[i].window};
      x = l.window ? K(windowed)(s, x, &l, back) : ADDS(x, SET1((T)seeds->p[i].secs));
      K(offer_walk)(s, seeds->p[i].stop, x, cap);
    }
  }
}

ALWAYS void K(walk_pattern)(struct scan *s, const struct K(lines) * c, uint32_t p, bool back) {
  const struct region_pattern *pattern = &s->d->r->patterns[p];
  for (uint32_t l = s->d->line_first[p]; l < s->d->line_first[p + 1]; l++)
    K(line)(s, c, l, s->edge[p] - pattern->first_pos, back);
  clear_bits(s->fresh, pattern->first_pos, pattern->first_pos + pattern->n);
}

/* When nobody counts rides the order is free: first come, first served, each pattern seeing all
 * that became ready since it was queued, gets to the same times with less going over. */
ALWAYS void K(freely)(struct scan *s, const struct K(lines) * c, V cap, bool back) {
  uint32_t at = 0, waiting = 0, size = s->d->r->n_patterns;
  for (K(queue)(s, back); waiting += s->n_queue, s->n_queue = 0, waiting; waiting--) {
    uint32_t p = s->queue[at];
    at = at + 1 == size ? 0 : at + 1;
    s->stamp[p] = 0;
    K(walk_pattern)(s, c, p, back);
    K(walk_on)(s, cap, back);
    s->queue_at = at + waiting - 1;
    K(queue)(s, back);
  }
}

ALWAYS void K(in_rounds)(struct scan *s, const struct K(lines) * c, V cap, bool back) {
  unsigned most = s->ask->rides_max ? s->ask->rides_max : SCAN_RIDES_MAX;
  for (s->round = 1; s->round <= most; s->round++) {
    s->n_queue = s->queue_at = 0;
    s->stamp_now++;
    K(queue)(s, back);
    for (uint32_t i = 0; i < s->n_queue; i++) K(walk_pattern)(s, c, s->queue[i], back);
    bool more = s->n_improved > 0;
    K(walk_on)(s, cap, back);
    if (s->ask->snapshots) K(keep_snapshot)(s, s->round);
    if (!more && !s->ask->snapshots) break;
  }
}

ALWAYS void K(rounds)(struct scan *s, bool back) {
  T cap_row[LANES];
  for (int i = 0; i < LANES; i++) {
    int64_t x = back ? s->base - (int64_t)s->lane_time[i] : (int64_t)s->lane_time[i] - s->base;
    x = s->ask->cap_s ? x + s->ask->cap_s : s->limit;
    cap_row[i] = (T)((x > s->limit ? s->limit : x) + BIAS);
  }
  V cap;
  memcpy(&cap, cap_row, sizeof cap);
  const struct region *r = s->d->r;
  struct K(lines) c = {s->d->start,
                       s->d->times,
                       r->pos_stop,
                       r->pos_flags,
                       r->times,
                       row_of(s, s->arr, 0),
                       row_of(s, s->ready, 0),
                       s->base,
                       s->limit,
                       ADD(cap, SET1(1))};
  K(clear)(s);
  K(seed)(s, cap, back);
  if (s->ask->snapshots) K(keep_snapshot)(s, 0);
  s->n_queue = s->queue_at = 0;
  s->stamp_now++;
  if (s->ask->rides_max || s->ask->count_rides || s->ask->snapshots)
    K(in_rounds)(s, &c, cap, back);
  else
    K(freely)(s, &c, cap, back);
  for (uint32_t i = 0; i < s->n_marked; i++) s->is_marked[s->marked[i]] = 0;
  s->n_marked = 0;
}
