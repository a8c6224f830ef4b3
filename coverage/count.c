/* Counting: states on a day, cells of an area, gaps and overlaps. */
#include "coverage/inside.h"

enum standing_state coverage_state(const struct standing_facts *f, day_t day, day_t today) {
  struct standing_facts seen = *f;
  int64_t review =
      f->review_days == NUMBER_NONE || f->review_days <= 0 ? REVIEW_DAYS_DEFAULT : f->review_days;
  bool checked = f->assured_on != DAY_NONE && f->assured_on <= today;
  if (checked && day > today && today <= f->assured_on + review) seen.assured_on = day;
  if (checked && day < today && f->assured_on > day) seen.assured_on = day;
  return standing_of(&seen, day).state;
}

day_t coverage_day(day_t month, day_t today) {
  struct ymd m = day_ymd(month), t = day_ymd(today);
  return m.year == t.year && m.month == t.month ? today : day_of(m.year, m.month, 1);
}

struct coverage_standing coverage_standing_of(const struct coverage *c, struct arena *a, day_t day,
                                              day_t today) {
  struct coverage_standing s = {arena_many(a, enum standing_state, c->services.n + 1)};
  for (size_t i = 0; i < c->services.n; i++)
    s.of[i] = coverage_state(&c->services.p[i].facts, day, today);
  return s;
}

/* ---- Areas. */

bool coverage_within(const struct coverage *c, int32_t area, int32_t above) {
  for (int steps = 0; area >= 0 && steps < 12; steps++, area = c->areas.p[area].parent)
    if (area == above) return true;
  return above < 0;
}

bool coverage_serves(const struct coverage *c, const struct coverage_service *s, int32_t area) {
  if (area < 0 || s->anywhere) return true;
  for (size_t i = 0; i < s->areas.n; i++)
    if (coverage_within(c, area, s->areas.p[i]) || coverage_within(c, s->areas.p[i], area))
      return true;
  return false;
}

struct named {
  struct str name;
  int32_t area;
};

static int by_area_name(const void *x, const void *y) {
  const struct named *a = x, *b = y;
  int order = str_cmp(a->name, b->name);
  return order ? order : a->area - b->area;
}

struct coverage_list coverage_areas(const struct coverage *c, struct arena *a, struct str kind,
                                    int32_t within) {
  struct named *found = arena_many(a, struct named, c->areas.n + 1);
  struct coverage_list list = {arena_many(a, int32_t, c->areas.n + 1), 0};
  for (size_t i = 0; i < c->areas.n; i++)
    if (str_eq(c->areas.p[i].kind, kind) && coverage_within(c, (int32_t)i, within))
      found[list.n++] = (struct named){c->areas.p[i].name, (int32_t)i};
  if (list.n) qsort(found, list.n, sizeof *found, by_area_name);
  for (size_t i = 0; i < list.n; i++) list.p[i] = found[i].area;
  return list;
}

struct str coverage_kind(const struct coverage *c) {
  static const char *const kinds[] = {"neighbourhood",      "ward",   "la",     "county",
                                      "combined_authority", "region", "country"};
  size_t areas[countof(kinds)] = {0}, estimates[countof(kinds)] = {0}, best = countof(kinds);
  for (size_t k = 0; k < countof(kinds); k++) {
    for (size_t i = 0; i < c->areas.n; i++)
      areas[k] += str_eq(c->areas.p[i].kind, str_of(kinds[k]));
    for (size_t i = 0; i < c->people.n; i++)
      estimates[k] += str_eq(c->areas.p[c->people.p[i].area].kind, str_of(kinds[k]));
    if (!areas[k] || areas[k] > COVERAGE_AREAS_MAX) continue;
    if (best == countof(kinds) || estimates[k] > estimates[best]) best = k;
  }
  return best < countof(kinds) ? str_of(kinds[best]) : (struct str){0};
}

/* ---- People. */

static const struct coverage_people *own_estimate(const struct coverage *c, int32_t area,
                                                  size_t cohort) {
  size_t low = 0, high = c->people.n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    const struct coverage_people *p = &c->people.p[middle];
    if (p->area < area || (p->area == area && p->cohort < (int32_t)cohort))
      low = middle + 1;
    else
      high = middle;
  }
  if (low == c->people.n || c->people.p[low].area != area ||
      c->people.p[low].cohort != (int32_t)cohort)
    return NULL;
  return &c->people.p[low];
}

struct coverage_people coverage_people_of(const struct coverage *c, int32_t area, size_t cohort) {
  struct coverage_people sum = {
      .area = area, .cohort = (int32_t)cohort, .people = COVERAGE_UNKNOWN};
  const struct coverage_people *own = area >= 0 ? own_estimate(c, area, cohort) : NULL;
  if (own) return *own;
  struct str kind = c->kind;
  if (area >= 0 && str_eq(c->areas.p[area].kind, kind)) return sum;
  struct coverage_people total = sum;
  total.people = 0;
  bool any = false;
  for (size_t i = 0; i < c->areas.n; i++) {
    if (!str_eq(c->areas.p[i].kind, kind) || !coverage_within(c, (int32_t)i, area)) continue;
    const struct coverage_people *part = own_estimate(c, (int32_t)i, cohort);
    if (!part || (any && !str_eq(part->age_band, total.age_band))) return sum;
    if (!any)
      total.age_band = part->age_band, total.edition = part->edition, total.source = part->source;
    total.people += part->people;
    any = true;
  }
  return any ? total : sum;
}

int64_t coverage_round(int64_t people) {
  int64_t unit = 1;
  if (people == COVERAGE_UNKNOWN || people < 100) return people;
  while (people / unit >= 100) unit *= 10;
  return (people + unit / 2) / unit * unit;
}

/* ---- Cells. */

int64_t coverage_places_of(const struct coverage_service *s) {
  return s->places_total != NUMBER_NONE ? s->places_total : s->places_left;
}

void coverage_add(const struct coverage *c, struct coverage_cell *cells,
                  const struct coverage_service *s, bool live) {
  int64_t places = coverage_places_of(s);
  for (size_t i = 0; i < c->n_cohorts; i++) {
    if (!coverage_has(&s->cohorts, i)) continue;
    for (size_t k = 0; k < c->n_styles; k++) {
      if (!coverage_has(&s->styles, k)) continue;
      struct coverage_cell *cell = &cells[i * c->n_styles + k];
      if (!live) {
        cell->unchecked++;
        continue;
      }
      cell->live++;
      if (places != NUMBER_NONE) cell->saying++, cell->places += places;
    }
  }
}

struct coverage_cell *coverage_count(const struct coverage *c, struct arena *a, int32_t area,
                                     day_t day, day_t today) {
  struct coverage_cell *cells = arena_many(a, struct coverage_cell, c->n_cohorts * c->n_styles + 1);
  for (size_t i = 0; i < c->services.n; i++) {
    const struct coverage_service *s = &c->services.p[i];
    enum standing_state state = coverage_state(&s->facts, day, today);
    if (state != STANDING_LIVE && state != STANDING_UNCHECKED) continue;
    if (coverage_serves(c, s, area)) coverage_add(c, cells, s, state == STANDING_LIVE);
  }
  return cells;
}

struct coverage_cell coverage_one(const struct coverage *c, int32_t area, size_t cohort,
                                  size_t style, day_t day, day_t today) {
  struct coverage_cell cell = {0};
  for (size_t i = 0; i < c->services.n; i++) {
    const struct coverage_service *s = &c->services.p[i];
    int64_t places = coverage_places_of(s);
    if (!coverage_has(&s->cohorts, cohort) || !coverage_has(&s->styles, style) ||
        !coverage_serves(c, s, area))
      continue;
    enum standing_state state = coverage_state(&s->facts, day, today);
    cell.unchecked += state == STANDING_UNCHECKED;
    if (state != STANDING_LIVE) continue;
    cell.live++;
    if (places != NUMBER_NONE) cell.saying++, cell.places += places;
  }
  return cell;
}

int64_t coverage_offers(const struct coverage *c, const struct coverage_cell *cell, day_t day) {
  if (c->first_day == DAY_NONE || day < c->first_day) return COVERAGE_UNKNOWN;
  return cell->live || !cell->unchecked ? cell->live : COVERAGE_UNKNOWN;
}

int64_t coverage_places(const struct coverage_cell *cell) {
  if (cell->live && !cell->saying) return COVERAGE_UNKNOWN;
  return cell->live ? cell->places : cell->unchecked ? COVERAGE_UNKNOWN : 0;
}

/* ---- Many areas at once: which services serve each, so that no area asks every service. */

/* For each area of ours: the places in `areas` it lies in, holds, or is. */
static void mark_areas(const struct coverage *c, const struct coverage_service *s,
                       const int32_t *slot, struct coverage_list areas, uint8_t *hit) {
  memset(hit, s->anywhere, areas.n);
  for (size_t i = 0; i < s->areas.n && !s->anywhere; i++) {
    int32_t at = s->areas.p[i], up = at;
    for (int steps = 0; up >= 0 && slot[up] < 0 && steps < 12; steps++) up = c->areas.p[up].parent;
    if (up >= 0 && slot[up] >= 0) {
      hit[slot[up]] = 1;
      continue;
    }
    for (size_t k = 0; k < areas.n; k++)
      if (coverage_within(c, areas.p[k], at)) hit[k] = 1;
  }
}

struct coverage_index coverage_index_of(const struct coverage *c, struct arena *a,
                                        struct coverage_list areas) {
  struct coverage_index x = {arena_many(a, size_t, areas.n + 2), NULL};
  int32_t *slot = arena_many(a, int32_t, c->areas.n + 1);
  uint8_t *hit = arena_many(a, uint8_t, areas.n + 1);
  for (size_t i = 0; i < c->areas.n; i++) slot[i] = -1;
  for (size_t k = 0; k < areas.n; k++) slot[areas.p[k]] = (int32_t)k;
  for (int round = 0; round < 2; round++) {
    if (round) {
      for (size_t k = 0; k < areas.n; k++) x.at[k + 1] += x.at[k];
      x.list = arena_many(a, uint32_t, x.at[areas.n] + 1);
    }
    for (size_t i = 0; i < c->services.n; i++) {
      mark_areas(c, &c->services.p[i], slot, areas, hit);
      for (size_t k = 0; k < areas.n; k++) {
        if (hit[k] && !round) x.at[k + 1]++;
        if (hit[k] && round) x.list[x.at[k]++] = (uint32_t)i;
      }
    }
  }
  for (size_t k = areas.n; k > 0; k--) x.at[k] = x.at[k - 1];
  x.at[0] = 0;
  return x;
}

/* What stands in every cell of each area in turn; the caller's function sees one area at a time. */
typedef void each_area(void *with, int32_t area, const struct coverage_cell *cells,
                       const uint32_t *services, size_t n);
static void walk_areas(const struct coverage *c, struct arena *a, struct coverage_list areas,
                       day_t day, day_t today, each_area *see, void *with) {
  struct coverage_standing states = coverage_standing_of(c, a, day, today);
  struct coverage_index x = coverage_index_of(c, a, areas);
  size_t n = c->n_cohorts * c->n_styles;
  struct coverage_cell *cells = arena_many(a, struct coverage_cell, n + 1);
  for (size_t k = 0; k < areas.n; k++) {
    memset(cells, 0, n * sizeof *cells);
    for (size_t i = x.at[k]; i < x.at[k + 1]; i++) {
      enum standing_state state = states.of[x.list[i]];
      if (state == STANDING_LIVE || state == STANDING_UNCHECKED)
        coverage_add(c, cells, &c->services.p[x.list[i]], state == STANDING_LIVE);
    }
    see(with, areas.p[k], cells, x.list + x.at[k], x.at[k + 1] - x.at[k]);
  }
}

/* ---- Gaps. */

struct gap_walk {
  const struct coverage *c;
  struct arena *a;
  const uint8_t *offered; /* that help for that group is, or was, in the directory */
  struct coverage_gaps out;
  size_t cap;
};

static uint8_t *ever_offered(const struct coverage *c, struct arena *a) {
  uint8_t *offered = arena_many(a, uint8_t, c->n_cohorts * c->n_styles + 1);
  for (size_t s = 0; s < c->services.n; s++)
    for (size_t i = 0; i < c->n_cohorts; i++)
      for (size_t k = 0; coverage_has(&c->services.p[s].cohorts, i) && k < c->n_styles; k++)
        if (coverage_has(&c->services.p[s].styles, k)) offered[i * c->n_styles + k] = 1;
  return offered;
}

static void see_gaps(void *with, int32_t area, const struct coverage_cell *cells,
                     const uint32_t *services, size_t n) {
  struct gap_walk *w = with;
  const struct coverage *c = w->c;
  (void)services, (void)n;
  for (size_t i = 0; i < c->n_cohorts; i++) {
    struct coverage_people people = coverage_people_of(c, area, i);
    for (size_t k = 0; people.people != 0 && k < c->n_styles; k++) {
      size_t at = i * c->n_styles + k;
      if (cells[at].live || !w->offered[at]) continue;
      *slice_push(w->a, &w->out, &w->cap) =
          (struct coverage_gap){area, cells[at].unchecked, (int16_t)i, (int16_t)k, people};
    }
  }
}

static int gap_order(const void *x, const void *y) {
  const struct coverage_gap *a = x, *b = y;
  if (a->people.people != b->people.people) return a->people.people > b->people.people ? -1 : 1;
  if (a->area != b->area) return a->area - b->area;
  return a->cohort != b->cohort ? a->cohort - b->cohort : a->style - b->style;
}

struct coverage_gaps coverage_gaps(const struct coverage *c, struct arena *a, struct str kind,
                                   int32_t within, day_t day, day_t today) {
  struct gap_walk w = {.c = c, .a = a, .offered = ever_offered(c, a)};
  walk_areas(c, a, coverage_areas(c, a, kind, within), day, today, see_gaps, &w);
  if (w.out.n) qsort(w.out.p, w.out.n, sizeof *w.out.p, gap_order);
  return w.out;
}

/* ---- Overlaps. */

struct overlap_walk {
  const struct coverage *c;
  struct arena *a;
  const enum standing_state *states;
  struct coverage_overlaps out;
  size_t cap;
};

/* How many different bodies pay for the live offers of a cell, as far as the entries say. */
static int32_t funders_in(const struct overlap_walk *w, const uint32_t *services, size_t n,
                          size_t cohort, size_t style) {
  struct str seen[64];
  int32_t count = 0;
  for (size_t i = 0; i < n; i++) {
    const struct coverage_service *s = &w->c->services.p[services[i]];
    if (w->states[services[i]] != STANDING_LIVE || !coverage_has(&s->cohorts, cohort) ||
        !coverage_has(&s->styles, style))
      continue;
    for (size_t f = 0; f < s->funds.n && count < (int32_t)countof(seen); f++) {
      int32_t k = 0;
      while (k < count && !str_eq(seen[k], s->funds.p[f].funder)) k++;
      if (k == count && s->funds.p[f].funder.n) seen[count++] = s->funds.p[f].funder;
    }
  }
  return count;
}

static void see_overlaps(void *with, int32_t area, const struct coverage_cell *cells,
                         const uint32_t *services, size_t n) {
  struct overlap_walk *w = with;
  const struct coverage *c = w->c;
  for (size_t i = 0; i < c->n_cohorts; i++)
    for (size_t k = 0; k < c->n_styles; k++) {
      const struct coverage_cell *cell = &cells[i * c->n_styles + k];
      if (cell->live < 2) continue;
      *slice_push(w->a, &w->out, &w->cap) =
          (struct coverage_overlap){.area = area,
                                    .live = cell->live,
                                    .funders = funders_in(w, services, n, i, k),
                                    .cohort = (int16_t)i,
                                    .style = (int16_t)k,
                                    .places = coverage_places(cell),
                                    .people = coverage_people_of(c, area, i)};
    }
}

static int overlap_order(const void *x, const void *y) {
  const struct coverage_overlap *a = x, *b = y;
  if (a->live != b->live) return b->live - a->live;
  if (a->area != b->area) return a->area - b->area;
  return a->cohort != b->cohort ? a->cohort - b->cohort : a->style - b->style;
}

struct coverage_overlaps coverage_overlaps(const struct coverage *c, struct arena *a,
                                           struct str kind, int32_t within, day_t day,
                                           day_t today) {
  struct coverage_standing states = coverage_standing_of(c, a, day, today);
  struct overlap_walk w = {.c = c, .a = a, .states = states.of};
  walk_areas(c, a, coverage_areas(c, a, kind, within), day, today, see_overlaps, &w);
  if (w.out.n) qsort(w.out.p, w.out.n, sizeof *w.out.p, overlap_order);
  return w.out;
}
