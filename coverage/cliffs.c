/* Cliffs: which services end when, and what they leave behind. */
#include "coverage/inside.h"

#define DAYS_A_MONTH (365.25 / 12)

day_t coverage_last_day(const struct coverage_service *s) {
  day_t last = s->facts.ends;
  if (last != DAY_NONE) return last;
  for (size_t i = 0; i < s->funds.n; i++) {
    if (s->funds.p[i].ends == DAY_NONE) return DAY_NONE;
    if (last == DAY_NONE || s->funds.p[i].ends > last) last = s->funds.p[i].ends;
  }
  return last;
}

/* People helped at a time: the places that are taken, else all the places. Only places left says
 * nothing of them. */
static int64_t people_of(const struct coverage_service *s) {
  if (s->places_total == NUMBER_NONE) return COVERAGE_UNKNOWN;
  if (s->places_left == NUMBER_NONE || s->places_left > s->places_total) return s->places_total;
  return s->places_total - s->places_left;
}

/* One fund's money over the months it is meant for. */
static int64_t fund_month(const struct coverage_service *s, const struct coverage_fund *f) {
  day_t from = f->starts != DAY_NONE ? f->starts : s->facts.starts;
  day_t to = f->ends != DAY_NONE ? f->ends : s->facts.ends;
  if (f->pence == NUMBER_NONE || from == DAY_NONE || to == DAY_NONE || to < from)
    return COVERAGE_UNKNOWN;
  return (int64_t)((double)f->pence / ((double)(to - from + 1) / DAYS_A_MONTH));
}

static int64_t pence_month(const struct coverage_service *s) {
  int64_t sum = 0;
  for (size_t i = 0; i < s->funds.n; i++) {
    int64_t part = fund_month(s, &s->funds.p[i]);
    if (part == COVERAGE_UNKNOWN) return COVERAGE_UNKNOWN;
    sum += part;
  }
  return s->funds.n ? sum : COVERAGE_UNKNOWN;
}

static int by_last_day(const void *x, const void *y) {
  const struct coverage_cliff *a = x, *b = y;
  if (a->last != b->last) return a->last < b->last ? -1 : 1;
  return a->service < b->service ? -1 : a->service > b->service;
}

/* ---- What is left: live offers in every cell of every area of the compared kind. */

struct left {
  const struct coverage *c;
  struct coverage_list areas;
  int32_t *live; /* areas.n times n_cohorts times n_styles */
};

enum after { ALONE, COUNT_IN, TAKE_OUT };
/* ALONE: cells with this offer only. COUNT_IN: adds it. TAKE_OUT: takes it away; cells it leaves
 * empty. */
static int64_t touch(struct left *l, const struct coverage_service *s, enum after what) {
  const struct coverage *c = l->c;
  int64_t cells = 0;
  for (size_t g = 0; g < l->areas.n; g++) {
    if (!coverage_serves(c, s, l->areas.p[g])) continue;
    for (size_t i = 0; i < c->n_cohorts; i++)
      for (size_t k = 0; coverage_has(&s->cohorts, i) && k < c->n_styles; k++) {
        if (!coverage_has(&s->styles, k)) continue;
        int32_t *live = &l->live[(g * c->n_cohorts + i) * c->n_styles + k];
        if (what == COUNT_IN)
          ++*live;
        else if (what == TAKE_OUT)
          cells += --*live == 0;
        else
          cells += *live == 1;
      }
  }
  return cells;
}

static void count_left(const struct coverage *c, struct arena *a, int32_t within,
                       const enum standing_state *states, struct coverage_cliffs *out) {
  struct left l = {.c = c, .areas = coverage_areas(c, a, c->kind, within)};
  if (!l.areas.n) l.areas = (struct coverage_list){arena_new(a, int32_t), 1}, l.areas.p[0] = -1;
  l.live = arena_many(a, int32_t, l.areas.n * c->n_cohorts * c->n_styles + 1);
  for (size_t i = 0; i < c->services.n; i++)
    if (states[i] == STANDING_LIVE) touch(&l, &c->services.p[i], COUNT_IN);
  for (size_t i = 0; i < out->ends.n; i++)
    if (!out->ends.p[i].unchecked) out->ends.p[i].alone = touch(&l, out->ends.p[i].service, ALONE);
  int64_t gone = 0;
  for (size_t i = 0, from = 0; i < out->ends.n; i++) {
    if (!out->ends.p[i].unchecked) gone += touch(&l, out->ends.p[i].service, TAKE_OUT);
    if (i + 1 < out->ends.n && out->ends.p[i + 1].last == out->ends.p[i].last) continue;
    for (; from <= i; from++) out->ends.p[from].together = gone;
  }
}

struct coverage_cliffs coverage_cliffs(const struct coverage *c, struct arena *a, int32_t within,
                                       int months, day_t today) {
  struct coverage_cliffs out = {.until = day_add_months(today, months)};
  struct coverage_standing states = coverage_standing_of(c, a, today, today);
  size_t cap = 0, unknown_cap = 0;
  for (size_t i = 0; i < c->services.n; i++) {
    const struct coverage_service *s = &c->services.p[i];
    bool running = states.of[i] == STANDING_LIVE || states.of[i] == STANDING_UNCHECKED;
    if (!running || !coverage_serves(c, s, within)) continue;
    day_t last = coverage_last_day(s);
    if (last == DAY_NONE)
      *slice_push(a, &out.unknown, &unknown_cap) = s;
    else if (last > out.until)
      out.later++;
    else if (last >= today)
      *slice_push(a, &out.ends, &cap) =
          (struct coverage_cliff){.service = s,
                                  .last = last,
                                  .people = people_of(s),
                                  .pence_month = pence_month(s),
                                  .unchecked = states.of[i] == STANDING_UNCHECKED};
  }
  if (out.ends.n) qsort(out.ends.p, out.ends.n, sizeof *out.ends.p, by_last_day);
  count_left(c, a, within, states.of, &out);
  return out;
}

struct str coverage_funders(struct arena *a, const struct coverage_service *s) {
  struct str all = {0};
  for (size_t i = 0; i < s->funds.n; i++) {
    size_t k = 0;
    while (k < i && !str_eq(s->funds.p[k].funder, s->funds.p[i].funder)) k++;
    if (k < i || !s->funds.p[i].funder.n) continue;
    all =
        all.n ? str_format(a, "%.*s, %.*s", P(all), P(s->funds.p[i].funder)) : s->funds.p[i].funder;
  }
  return all;
}
