/* scan_kernel: the rounds of a scan over rows of LANES lanes, included once for each width and instruction set.
 * The includer defines K(name), T, LANES, BIAS, TARGET and the operations V, LOAD, STORE, SET1, ROW_TIME, ADD, SUB,
 * ADDS (never stays never), GT, MIN, OR, BLEND(a, b, mask), ANY, LEAST. */

#define NEVER_T ((T)((((uint64_t)1 << (sizeof(T) * 8 - 1)) - 1)))
#define ALWAYS static inline TARGET __attribute__((always_inline))

/* Takes a time at a stop as ready for boarding when it is better; the stop is then looked at in the next round. */
ALWAYS void K(offer)(struct scan *s, uint32_t stop, V x, V cap) {
  char *row = row_of(s, s->ready, stop);
  V old = LOAD(row);
  x = BLEND(x, SET1(NEVER_T), GT(x, cap));
  if (!ANY(GT(old, x))) return;
  V least = MIN(old, x);
  STORE(row, least);
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

/* A link with opening hours: wait until it opens; after it closes it is not there. Backwards: turned round. */
ALWAYS V K(windowed)(const struct scan *s, V a, const struct region_link *l, bool back) {
  const struct region_window *w = &s->d->r->windows[l->window - 1];
  T lane[LANES];
  memcpy(lane, &a, sizeof lane);
  for (int i = 0; i < LANES; i++) {
    if (lane[i] == NEVER_T) continue;
    int64_t x = (int64_t)lane[i] - BIAS, t = back ? s->base - x : s->base + x;
    if (!back) t = t > w->to_s ? INT32_MAX : (t < w->from_s ? w->from_s : t) + l->secs;
    else t = t - l->secs < w->from_s ? INT32_MAX : t - l->secs > w->to_s ? w->to_s : t - l->secs;
    x = t == INT32_MAX ? s->limit + 1 : back ? s->base - t : t - s->base;
    lane[i] = x > s->limit ? NEVER_T : (T)(x + BIAS);
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
      if (secs <= s->walk_cap_s && dm != UINT16_MAX) K(offer_walk)(s, w->to, ADDS(a, SET1((T)secs)), cap);
      else if (!s->walking.stepfree) break; /* kept by rising distance */
    }
  }
  s->n_improved = 0;
}

/* Where a trip stands at a position, in seconds since (backwards: before) the base: boarding, in scan order. */
ALWAYS int32_t K(board_at)(const struct scan *s, uint32_t trip, uint32_t pos, bool back) {
  const struct region_time *t = &s->d->r->times[s->d->times[trip] + pos];
  return back ? s->base - s->d->start[trip] - region_offset(t->arr)
              : s->d->start[trip] + region_offset(t->dep) - s->base;
}

ALWAYS int32_t K(alight_at)(const struct scan *s, uint32_t trip, uint32_t pos, bool back) {
  const struct region_time *t = &s->d->r->times[s->d->times[trip] + pos];
  return back ? s->base - s->d->start[trip] - region_offset(t->dep)
              : s->d->start[trip] + region_offset(t->arr) - s->base;
}

/* The line being walked, in scan order: position j is edge + j (backwards edge - j), trip k counts from the first
 * (backwards from the last). */
struct K(walk) { const struct day_line *line; const struct region_pattern *p; uint32_t edge, m; };

ALWAYS uint32_t K(pos)(const struct K(walk) *w, uint32_t j, bool back) { return back ? w->edge - j : w->edge + j; }
ALWAYS uint32_t K(trip)(const struct K(walk) *w, uint32_t k, bool back) {
  return w->line->first + (back ? w->line->n - 1 - k : k);
}

/* Copies the rows of the pattern's stops and finds the first trip any lane can board anywhere. */
ALWAYS uint32_t K(gather)(struct scan *s, const struct K(walk) *w, bool back) {
  const struct region *r = s->d->r;
  uint32_t k = w->line->n;
  V never = SET1(NEVER_T);
  for (uint32_t j = 0; j < w->m; j++) {
    uint32_t pos = K(pos)(w, j, back), at = w->p->first_pos + pos, stop = r->pos_stop[at];
    int32_t least = r->pos_flags[at] & (back ? POS_ALIGHT : POS_BOARD) ? s->ready_min[stop] : INT32_MAX;
    STORE(s->local_ready + (size_t)j * ROW_BYTES, least == INT32_MAX ? never : LOAD(row_of(s, s->ready, stop)));
    STORE(s->local_arr + (size_t)j * ROW_BYTES, never);
    if (least == INT32_MAX) continue;
    if (j == 0) {
      for (uint32_t lo = 0; lo < k;) {
        uint32_t mid = lo + (k - lo) / 2;
        if (K(board_at)(s, K(trip)(w, mid, back), pos, back) >= least) k = mid;
        else lo = mid + 1;
      }
    } else {
      while (k > 0 && K(board_at)(s, K(trip)(w, k - 1, back), pos, back) >= least) k--;
    }
  }
  return k;
}

/* Rides one trip: lanes board where they can and get off everywhere after. Returns whether a later trip could still
 * take somebody on for the first time. */
ALWAYS bool K(ride)(struct scan *s, const struct K(walk) *w, uint32_t trip, bool back) {
  const struct region_time *times = s->d->r->times + s->d->times[trip];
  int32_t c = back ? s->base - s->d->start[trip] : s->d->start[trip] - s->base;
  uint32_t j = 0, end = w->m;
  while (j < w->m && K(board_at)(s, trip, K(pos)(w, j, back), back) < 0) j++;
  bool later = j > 0;
  if (K(board_at)(s, trip, K(pos)(w, w->m - 1, back), back) > s->limit) {
    end = j;
    while (end < w->m && K(board_at)(s, trip, K(pos)(w, end, back), back) <= s->limit) end++;
  }
  V zero = SET1(0), one = SET1(1), never = SET1(NEVER_T), on = zero, missed = zero;
  V at = SET1((T)(c + BIAS)), at1 = ADD(at, one);
  for (; j < end; j++) {
    const struct region_time *t = &times[K(pos)(w, j, back)];
    char *ready_row = s->local_ready + (size_t)j * ROW_BYTES, *arr_row = s->local_arr + (size_t)j * ROW_BYTES;
    V off = back ? SUB(at, ROW_TIME(t->dep)) : ADD(at, ROW_TIME(t->arr));
    V board1 = back ? SUB(at1, ROW_TIME(t->arr)) : ADD(at1, ROW_TIME(t->dep));
    V ready = LOAD(ready_row);
    STORE(arr_row, MIN(LOAD(arr_row), BLEND(never, off, on)));
    on = OR(on, GT(board1, ready));
    missed = OR(missed, GT(ADD(ready, one), board1)); /* never + 1 wraps to the least value: not missed */
  }
  if (end < w->m && K(alight_at)(s, trip, K(pos)(w, end, back), back) <= s->limit) {
    const struct region_time *t = &times[K(pos)(w, end, back)];
    char *arr_row = s->local_arr + (size_t)end * ROW_BYTES;
    V off = back ? SUB(at, ROW_TIME(t->dep)) : ADD(at, ROW_TIME(t->arr));
    STORE(arr_row, MIN(LOAD(arr_row), BLEND(never, off, on)));
  }
  return later || ANY(missed);
}

ALWAYS void K(put_back)(struct scan *s, const struct K(walk) *w, V cap, bool back) {
  const struct region *r = s->d->r;
  V never = SET1(NEVER_T);
  for (uint32_t j = 1; j < w->m; j++) {
    V x = LOAD(s->local_arr + (size_t)j * ROW_BYTES);
    x = BLEND(x, never, GT(x, cap));
    uint32_t at = w->p->first_pos + K(pos)(w, j, back), stop = r->pos_stop[at];
    char *row = row_of(s, s->arr, stop);
    V old = LOAD(row);
    if (!ANY(GT(old, x)) || !(r->pos_flags[at] & (back ? POS_BOARD : POS_ALIGHT))) continue;
    STORE(row, MIN(old, x));
    if (s->ask->count_rides) K(note_rides)(s, stop, x, cap);
    if (s->is_improved[stop]) continue;
    s->is_improved[stop] = 1;
    s->improved[s->n_improved++] = stop;
  }
}

ALWAYS void K(line)(struct scan *s, uint32_t line, uint32_t edge, V cap, bool back) {
  struct K(walk) w = {.line = &s->d->lines[line], .edge = edge};
  w.p = &s->d->r->patterns[w.line->pattern];
  w.m = back ? edge + 1 : w.p->n - edge;
  uint32_t k = K(gather)(s, &w, back), from = k;
  for (; k < w.line->n; k++) {
    uint32_t trip = K(trip)(&w, k, back);
    if (K(board_at)(s, trip, edge, back) > s->limit || !K(ride)(s, &w, trip, back)) {
      k++;
      break;
    }
  }
  if (k > from) K(put_back)(s, &w, cap, back);
}

/* Patterns that call at a marked stop, each from its first such position. */
ALWAYS void K(queue)(struct scan *s, bool back) {
  const struct region *r = s->d->r;
  s->n_queue = 0;
  s->stamp_now++;
  for (uint32_t i = 0; i < s->n_marked; i++) {
    uint32_t stop = s->marked[i];
    s->is_marked[stop] = 0;
    for (uint32_t k = r->at_first[stop]; k < r->at_first[stop + 1]; k++) {
      uint32_t p = r->at[k].pattern, pos = r->at[k].pos;
      if (s->d->line_first[p] == s->d->line_first[p + 1] || pos == (back ? 0 : r->patterns[p].n - 1)) continue;
      if (!(r->pos_flags[r->patterns[p].first_pos + pos] & (back ? POS_ALIGHT : POS_BOARD))) continue;
      if (s->stamp[p] != s->stamp_now) {
        s->stamp[p] = s->stamp_now;
        s->queue[s->n_queue++] = p;
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
    STORE(row_of(s, s->snap[round], i), MIN(LOAD(row_of(s, s->arr, i)), LOAD(row_of(s, s->ready, i))));
}

ALWAYS void K(clear)(struct scan *s) {
  V never = SET1(NEVER_T);
  for (uint32_t i = 0; i < s->d->r->n_stops; i++) {
    STORE(row_of(s, s->arr, i), never);
    STORE(row_of(s, s->ready, i), never);
    s->ready_min[i] = INT32_MAX;
    if (!s->ask->count_rides) continue;
    STORE(row_of(s, s->best, i), never);
    STORE(row_of(s, s->rides, i), SET1(0));
  }
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
      struct region_link l = {seeds->p[i].stop, (uint16_t)seeds->p[i].secs, (uint16_t)seeds->p[i].window};
      x = l.window ? K(windowed)(s, x, &l, back) : ADDS(x, SET1((T)seeds->p[i].secs));
      K(offer_walk)(s, seeds->p[i].stop, x, cap);
    }
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
  K(clear)(s);
  K(seed)(s, cap, back);
  if (s->ask->snapshots) K(keep_snapshot)(s, 0);
  unsigned most = s->ask->rides_max ? s->ask->rides_max : SCAN_RIDES_MAX;
  for (s->round = 1; s->round <= most; s->round++) {
    K(queue)(s, back);
    for (uint32_t i = 0; i < s->n_queue; i++) {
      uint32_t p = s->queue[i];
      for (uint32_t l = s->d->line_first[p]; l < s->d->line_first[p + 1]; l++) K(line)(s, l, s->edge[p], cap, back);
    }
    bool more = s->n_improved > 0;
    K(walk_on)(s, cap, back);
    if (s->ask->snapshots) K(keep_snapshot)(s, s->round);
    if (!more && !s->ask->snapshots) break;
  }
  for (uint32_t i = 0; i < s->n_marked; i++) s->is_marked[s->marked[i]] = 0;
  s->n_marked = 0;
}

#undef NEVER_T
#undef ALWAYS
