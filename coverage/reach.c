/* reach: help that is offered and cannot be reached, from the tables journeys/ makes at night: ward
 * by ward, which of a cell's live offers one can get to within so many minutes. */
#include "coverage/inside.h"
#include "journeys/journeys.h"

enum { OFFERED = 1, REACHED = 2, PERHAPS = 4 };

static const struct service_minutes *minutes_of(const struct area_services *t, int64_t service) {
  size_t low = 0, high = t->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (t->p[middle].service < service)
      low = middle + 1;
    else
      high = middle;
  }
  return low < t->n && t->p[low].service == service ? &t->p[low] : NULL;
}

/* What one service means for whoever lives in the ward. A service that is newer than the table, or
 * whose address is not published, may be near or not. */
static uint8_t flag_of(const struct area_services *t, int64_t service, int within) {
  const struct service_minutes *m = minutes_of(t, service);
  if (!m || m->minutes == SERVICE_HIDDEN) return OFFERED | PERHAPS;
  if (m->minutes == SERVICE_COMES || (m->minutes >= 0 && m->minutes <= within))
    return OFFERED | REACHED;
  return OFFERED;
}

static void mark(const struct coverage *c, const struct coverage_service *s, uint8_t flag,
                 uint8_t *cells) {
  for (size_t i = 0; i < c->n_cohorts; i++)
    for (size_t k = 0; coverage_has(&s->cohorts, i) && k < c->n_styles; k++)
      if (coverage_has(&s->styles, k)) cells[i * c->n_styles + k] |= flag;
}

static void add_ward(const struct coverage *c, const uint8_t *flags, struct coverage_far *out) {
  for (size_t i = 0; i < c->n_cohorts * c->n_styles; i++) {
    if (!flags[i]) continue;
    out[i].reached += (flags[i] & REACHED) != 0;
    out[i].unknown += (flags[i] & (REACHED | PERHAPS)) == PERHAPS;
    out[i].cut += flags[i] == OFFERED;
  }
}

struct coverage_reach coverage_reach_of(const struct coverage *c, struct db *db, struct arena *a,
                                        const struct coverage_reach_ask *ask) {
  size_t n = c->n_cohorts * c->n_styles;
  struct coverage_reach out = {.cells = arena_many(a, struct coverage_far, n + 1)};
  if (ask->day != ask->today || ask->within <= 0) return out;
  struct coverage_list wards = coverage_areas(c, a, S("ward"), ask->area);
  struct coverage_standing standing = coverage_standing_of(c, a, ask->day, ask->today);
  for (size_t w = 0; w < wards.n && w < COVERAGE_WARDS_MAX; w++) {
    struct arena scratch = *a;
    struct area_services t =
        journeys_area_services(db, &scratch, c->areas.p[wards.p[w]].code, ask->sunday, ask->hour);
    if (!t.n) continue;
    uint8_t *flags = arena_many(&scratch, uint8_t, n + 1);
    for (size_t s = 0; s < c->services.n; s++)
      if (standing.of[s] == STANDING_LIVE && coverage_serves(c, &c->services.p[s], wards.p[w]))
        mark(c, &c->services.p[s], flag_of(&t, c->services.p[s].id, ask->within), flags);
    add_ward(c, flags, out.cells);
    out.wards++;
  }
  return out;
}

bool coverage_out_of_reach(const struct coverage_far *f) { return f->cut > f->reached; }

/* ---- One cell, opened. */

static bool in_cell(const struct coverage_service *s, size_t cohort, size_t style) {
  return coverage_has(&s->cohorts, cohort) && coverage_has(&s->styles, style);
}

struct coverage_near coverage_nearest(const struct coverage *c, struct db *db, struct arena *a,
                                      const struct coverage_reach_ask *ask, int32_t ward,
                                      size_t cohort, size_t style) {
  struct coverage_near out = {.minutes = COVERAGE_UNKNOWN};
  struct area_services t =
      journeys_area_services(db, a, c->areas.p[ward].code, ask->sunday, ask->hour);
  bool offered = false;
  out.known = t.n > 0;
  for (size_t s = 0; s < c->services.n && t.n; s++) {
    const struct coverage_service *v = &c->services.p[s];
    if (!in_cell(v, cohort, style) ||
        coverage_state(&v->facts, ask->day, ask->today) != STANDING_LIVE ||
        !coverage_serves(c, v, ward))
      continue;
    const struct service_minutes *m = minutes_of(&t, v->id);
    offered = true;
    if (!m || m->minutes == SERVICE_HIDDEN) {
      out.perhaps = true;
    } else if (m->minutes == SERVICE_COMES) {
      out.service = v, out.comes = true, out.minutes = 0;
    } else if (m->minutes >= 0 && !out.comes &&
               (out.minutes == COVERAGE_UNKNOWN || m->minutes < out.minutes)) {
      out.service = v, out.minutes = m->minutes;
    }
  }
  out.offered = offered;
  return out;
}
