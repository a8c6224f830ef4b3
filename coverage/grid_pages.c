/* The grid of groups and kinds of help, one cell opened, and the map. */
#include <math.h>
#include "coverage.html.h"
#include "coverage/pages.h"
#include "places/places.h"

enum { GROUPS_SHOWN = 6, KINDS_SHOWN = 10, CELL_ROWS = 300, MAP_AREAS = 200 };

/* ---- Which groups and kinds stand in the grid. */

struct ranked {
  int64_t rank;
  int at;
};

static int by_rank(const void *x, const void *y) {
  const struct ranked *a = x, *b = y;
  if (a->rank != b->rank) return a->rank > b->rank ? -1 : 1;
  return a->at - b->at;
}

static bool cohort_used(const struct coverage *c, size_t i) {
  for (size_t s = 0; s < c->services.n; s++)
    if (coverage_has(&c->services.p[s].cohorts, i)) return true;
  return false;
}

/* The chosen one; else every group the directory or an estimate names, most people first, not known
 * last. */
static struct ranked *groups_of(const struct look *l, size_t *n) {
  const struct coverage *c = l->c;
  struct ranked *out = arena_many(l->rq->arena, struct ranked, c->n_cohorts + 1);
  *n = 0;
  for (size_t i = 0; i < c->n_cohorts; i++) {
    if (l->cohort >= 0 ? (int)i != l->cohort : c->cohorts->p[i].ended) continue;
    int64_t people = coverage_people_of(c, l->area, i).people;
    if (l->cohort < 0 && people == COVERAGE_UNKNOWN && !cohort_used(c, i)) continue;
    out[(*n)++] = (struct ranked){people, (int)i};
  }
  if (*n) qsort(out, *n, sizeof *out, by_rank);
  return out;
}

/* The chosen one; else those offered, now or once, to one of the groups shown, most entries first.
 * With one group: all. */
static struct ranked *kinds_of(const struct look *l, const struct ranked *groups, size_t n_groups,
                               size_t *n) {
  const struct coverage *c = l->c;
  struct ranked *out = arena_many(l->rq->arena, struct ranked, c->n_styles + 1);
  *n = 0;
  for (size_t k = 0; k < c->n_styles; k++) {
    if (l->style >= 0 && (int)k != l->style) continue;
    int64_t entries = 0;
    for (size_t s = 0; s < c->services.n; s++) {
      const struct coverage_service *v = &c->services.p[s];
      for (size_t g = 0; coverage_has(&v->styles, k) && g < n_groups; g++)
        if (coverage_has(&v->cohorts, (size_t)groups[g].at)) {
          entries++;
          break;
        }
    }
    if (entries || l->style >= 0) out[(*n)++] = (struct ranked){entries, (int)k};
  }
  if (*n) qsort(out, *n, sizeof *out, by_rank);
  if (n_groups > 1 && *n > KINDS_SHOWN) *n = KINDS_SHOWN;
  return out;
}

/* ---- The grid. */

struct found {
  int64_t gaps, unknown, overlaps, cells;
};

static void grid_cells(const struct look *l, const struct ranked *groups, size_t n_groups,
                       const struct ranked *kinds, size_t n_kinds, struct gap_cell *cells,
                       struct found *f) {
  struct coverage_cell *counts = coverage_count(l->c, l->rq->arena, l->area, l->day, l->rq->today);
  for (size_t g = 0; g < n_groups; g++) {
    int64_t people = coverage_round(coverage_people_of(l->c, l->area, (size_t)groups[g].at).people);
    for (size_t k = 0; k < n_kinds; k++) {
      const struct coverage_cell *count =
          &counts[(size_t)groups[g].at * l->c->n_styles + (size_t)kinds[k].at];
      struct gap_cell *cell = &cells[g * n_kinds + k];
      *cell = (struct gap_cell){
          .offers = coverage_offers(l->c, count, l->day),
          .people = people,
          .href = look_href(l, "/coverage/cell", l->area, groups[g].at, kinds[k].at, 0)};
      cell->places = cell->offers == COVERAGE_UNKNOWN ? COVERAGE_UNKNOWN : coverage_places(count);
      enum gap_state state = chart_gap_state(*cell);
      f->gaps += state == GAP_GAP, f->unknown += state == GAP_NO_DATA,
          f->overlaps += state == GAP_OVERLAP, f->cells++;
    }
  }
}

static struct str grid_lede(const struct look *l, const struct found *f) {
  struct arena *a = l->rq->arena;
  enum language lang = look_lang(l);
  struct str where = look_area_name(l, l->area), day = look_day(l, l->day);
  struct str gaps = SAY_N(a, lang, TN("1 has no live offer", "{n} have no live offer", f->gaps));
  struct str unknown = SAY_N(a, lang, TN("1 is not known", "{n} are not known", f->unknown));
  return SAY(a, lang, T("{place}, {day}: of {cells} cells shown, {gaps} and {unknown}."),
             SLOT("place", where), SLOT("day", day), SLOT("cells", look_number(l, f->cells)),
             SLOT("gaps", gaps), SLOT("unknown", unknown));
}

static struct chart_words grid_words(const struct look *l, struct str finding) {
  struct request *rq = l->rq;
  return (struct chart_words){
      .id = S("gaps"),
      .what = SAID(rq, "Offers, places and people, by group and kind of help"),
      .about = SAY(rq->arena, look_lang(l), T("{place}, offers live on {day}"),
                   SLOT("place", look_area_name(l, l->area)), SLOT("day", look_day(l, l->day))),
      .finding = finding,
      .shows = SAID(rq, "For each group, how many offers are live, how many places they say they "
                        "have, and about how many people "
                        "there are. Gap: no live offer. Thin: fewer than 10 places for "
                        "1,000 people. Overlap: three or more offers "
                        "with a place for everyone. No data: an entry is there and nobody has "
                        "checked it, or the month lies "
                        "before the directory."),
      .shows_not = SAID(rq, "Offers for everybody are counted under People in general only. Cells "
                            "overlap, so they cannot be added "
                            "up: one offer may stand in several, and people belong to several "
                            "groups. Not everyone in a group "
                            "wants help."),
      .source = look_source(l)};
}

static void grid_draw(struct coverage_page *page, const struct look *l, const struct ranked *groups,
                      size_t n_groups) {
  struct request *rq = l->rq;
  size_t n_kinds;
  struct ranked *kinds = kinds_of(l, groups, n_groups, &n_kinds);
  struct gap_cell *cells = arena_many(rq->arena, struct gap_cell, n_groups * n_kinds + 1);
  struct found found = {0};
  grid_cells(l, groups, n_groups, kinds, n_kinds, cells, &found);
  page->top.lede = grid_lede(l, &found);
  if (!n_kinds) return;
  struct gaps g = {.words = grid_words(l, page->top.lede), .cells = cells};
  g.groups = (struct strs){arena_many(rq->arena, struct str, n_groups + 1), n_groups};
  g.kinds = (struct strs){arena_many(rq->arena, struct str, n_kinds + 1), n_kinds};
  for (size_t i = 0; i < n_groups; i++)
    g.groups.p[i] = look_label(l, l->c->cohorts, (size_t)groups[i].at);
  for (size_t k = 0; k < n_kinds; k++)
    g.kinds.p[k] = look_label(l, l->c->styles, (size_t)kinds[k].at);
  chart_gaps(rq->view, &g, &page->chart);
  page->drawn = true;
}

void coverage_grid_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  struct coverage_page page = {
      .top = look_top(&l, SAID(rq, "Where help is missing, thin or doubled"), S("/coverage"),
                      ASK_AREA | ASK_MONTH | ASK_COHORT | ASK_STYLE)};
  size_t n, shown;
  struct ranked *groups = groups_of(&l, &n);
  if (l.from >= n) l.from = 0;
  shown = n - l.from < GROUPS_SHOWN ? n - l.from : GROUPS_SHOWN;
  if (!l.c->services.n)
    page_note(&page, rq,
              SAID(rq, "The directory is empty. When it holds services, the gaps stand here."));
  else if (shown)
    grid_draw(&page, &l, groups + l.from, shown);
  if (l.from)
    page.top.before = look_href(&l, "/coverage", l.area, l.cohort, l.style,
                                l.from > GROUPS_SHOWN ? l.from - GROUPS_SHOWN : 0);
  if (l.from + shown < n)
    page.top.after = look_href(&l, "/coverage", l.area, l.cohort, l.style, l.from + shown);
  view_coverage_show(rq->view, &page);
}

/* ---- One cell: what it was counted from. */

static struct str service_href(const struct look *l, const struct coverage_service *s) {
  char id[37];
  uuid_text(s->public_id, id);
  return str_format(l->rq->arena, "/help/services/%s", id);
}

static void cell_row(struct making *m, const struct look *l, const struct coverage_service *s,
                     enum standing_state state) {
  bool public_page = s->facts.withdrawn_on == DAY_NONE || s->facts.withdrawn_on > l->rq->today;
  struct str *cell = table_row(m, public_page ? service_href(l, s) : (struct str){0});
  struct str funders = coverage_funders(l->rq->arena, s);
  cell[0] = s->name, cell[1] = s->provider,
  cell[2] = words_label(look_lang(l), standing_word(state));
  cell[3] = look_number(l, coverage_places_of(s));
  cell[4] = funders.n ? funders : SAID(l->rq, "not known");
  cell[5] = look_day(l, coverage_last_day(s));
}

static void cell_table(struct coverage_page *page, const struct look *l) {
  const struct message *const names[] = {T("Service"), T("Who runs it"), T("State"),
                                         T("Places"),  T("Who pays"),    T("Last day")};
  static const bool number[] = {false, false, false, true, false, false};
  struct making m = table_of(l->rq, names, number, countof(names));
  for (int round = 0; round < 3; round++) /* live, then those to check, then ended and others */
    for (size_t i = 0; i < l->c->services.n && m.rows.n < CELL_ROWS; i++) {
      const struct coverage_service *s = &l->c->services.p[i];
      if (!coverage_has(&s->cohorts, (size_t)l->cohort) ||
          !coverage_has(&s->styles, (size_t)l->style) || !coverage_serves(l->c, s, l->area))
        continue;
      enum standing_state state = coverage_state(&s->facts, l->day, l->rq->today);
      int turn = state == STANDING_LIVE ? 0 : state == STANDING_UNCHECKED ? 1 : 2;
      if (turn == round) cell_row(&m, l, s, state);
    }
  table_done(page, &m, SAID(l->rq, "Services behind this cell"),
             SAID(l->rq, "No entry of the directory fits this cell, live or ended."));
}

void coverage_cell_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  if (l.cohort < 0 || l.style < 0) {
    reply_refuse(rq, 400, SAID(rq, "Choose a group and a kind of help first."));
    return;
  }
  struct coverage_cell one =
      coverage_one(l.c, l.area, (size_t)l.cohort, (size_t)l.style, l.day, rq->today);
  const struct coverage_cell *cell = &one;
  struct str title = SAY(rq->arena, look_lang(&l), T("{group}: {kind}"),
                         SLOT("group", look_label(&l, l.c->cohorts, (size_t)l.cohort)),
                         SLOT("kind", look_label(&l, l.c->styles, (size_t)l.style)));
  struct coverage_page page = {.top = look_top(&l, title, S("/coverage/cell"),
                                               ASK_AREA | ASK_MONTH | ASK_COHORT | ASK_STYLE)};
  page.top.lede =
      SAY(rq->arena, look_lang(&l),
          T("{place}, {day}: live offers {offers}, places {places}, people {people}."),
          SLOT("place", look_area_name(&l, l.area)), SLOT("day", look_day(&l, l.day)),
          SLOT("offers", look_number(&l, coverage_offers(l.c, cell, l.day))),
          SLOT("places", look_number(&l, coverage_places(cell))),
          SLOT("people", look_people(&l, coverage_people_of(l.c, l.area, (size_t)l.cohort))));
  if (cell->saying < cell->live)
    page_note(&page, rq,
              SAY(rq->arena, look_lang(&l),
                  T("Of {live} live offers, {saying} say how many places they have."),
                  SLOT("live", look_number(&l, cell->live)),
                  SLOT("saying", look_number(&l, cell->saying))));
  if (cell->unchecked)
    page_note(&page, rq,
              SAY_N(rq->arena, look_lang(&l),
                    TN("1 entry needs a check before it counts.",
                       "{n} entries need a check before they count.", cell->unchecked)));
  cell_table(&page, &l);
  page_note(&page, rq, look_source(&l));
  view_coverage_show(rq->view, &page);
}

/* ---- The map: places for 1,000 people, area by area. */

static bool map_outline(struct request *rq, int64_t area, struct map_area *out) {
  struct outline o = area_outline(rq->db, rq->arena, area);
  struct map_ring *rings = arena_many(rq->arena, struct map_ring, o.n + 1);
  for (size_t r = 0; r < o.n; r++) {
    struct map_point *points = arena_many(rq->arena, struct map_point, o.p[r].n + 1);
    for (size_t i = 0; i < o.p[r].n; i++)
      points[i] = (struct map_point){o.p[r].p[i].lon, o.p[r].p[i].lat};
    rings[r] = (struct map_ring){points, o.p[r].n};
  }
  out->rings.p = rings, out->rings.n = o.n;
  return o.n > 0;
}

static int neediest(const void *x, const void *y) {
  const struct map_area *a = x, *b = y;
  bool ka = !isnan(a->value), kb = !isnan(b->value);
  if (ka != kb) return ka ? -1 : 1;
  if (ka && a->value < b->value) return -1;
  if (ka && a->value > b->value) return 1;
  return str_cmp(a->name, b->name);
}

static struct map_area one_area(const struct look *l, int32_t area) {
  struct coverage_cell cell =
      coverage_one(l->c, area, (size_t)l->cohort, (size_t)l->style, l->day, l->rq->today);
  int64_t offers = coverage_offers(l->c, &cell, l->day);
  struct gap_cell g = {.offers = offers,
                       .people = coverage_people_of(l->c, area, (size_t)l->cohort).people,
                       .places =
                           offers == COVERAGE_UNKNOWN ? COVERAGE_UNKNOWN : coverage_places(&cell)};
  int64_t rate = chart_gap_rate(g);
  struct map_area out = {.name = look_area_name(l, area),
                         .value = rate == CHART_UNKNOWN ? (double)NAN : (double)rate,
                         .href = look_href(l, "/coverage/cell", area, l->cohort, l->style, 0)};
  out.shown = SAY_N(l->rq->arena, look_lang(l),
                    TN("1 place for 1,000 people", "{n} places for 1,000 people", rate));
  map_outline(l->rq, l->c->areas.p[area].id, &out);
  return out;
}

static struct chart_words map_words(const struct look *l) {
  struct request *rq = l->rq;
  struct str what = SAY(rq->arena, look_lang(l), T("Places for 1,000 people: {group}, {kind}"),
                        SLOT("group", look_label(l, l->c->cohorts, (size_t)l->cohort)),
                        SLOT("kind", look_label(l, l->c->styles, (size_t)l->style)));
  return (struct chart_words){
      .id = S("map"),
      .what = what,
      .about = SAY(rq->arena, look_lang(l), T("{place}, offers live on {day}"),
                   SLOT("place", look_area_name(l, l->area)), SLOT("day", look_day(l, l->day))),
      .finding = what,
      .shows = SAID(rq, "Where there are few places for the people who live there."),
      .shows_not = SAID(rq, "How many people: the table of the area says that. Hatched areas are "
                            "not known, which is not none. An "
                            "offer for several areas counts in each."),
      .source = look_source(l)};
}

static void map_draw(struct coverage_page *page, const struct look *l) {
  static const double breaks[] = {5, 10, 20, 40};
  static const char *const classes[] = {"0 to 4", "5 to 9", "10 to 19", "20 to 39", "40 or more"};
  struct coverage_list list = coverage_areas(l->c, l->rq->arena, l->kind, l->area);
  if (!list.n || list.n > MAP_AREAS) {
    page_note(page, l->rq,
              list.n ? SAID(l->rq, "There are more than 200 areas of this kind. Choose a smaller "
                                   "place, or larger areas.")
                     : SAID(l->rq,
                            "There are no areas of this kind here. Choose another place or kind."));
    return;
  }
  struct map_area *areas = arena_many(l->rq->arena, struct map_area, list.n);
  for (size_t i = 0; i < list.n; i++) areas[i] = one_area(l, list.p[i]);
  qsort(areas, list.n, sizeof *areas, neediest);
  struct map m = {.words = map_words(l),
                  .breaks = breaks,
                  .class_words = classes,
                  .unit = SAID(l->rq, "Places for 1,000 people")};
  m.areas.p = areas, m.areas.n = list.n;
  chart_map(l->rq->view, &m, &page->chart);
  page->drawn = true;
}

void coverage_map_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  if (l.cohort < 0) l.cohort = (int)(code_find(l.c->cohorts, S("unemployed")) - l.c->cohorts->p);
  if (l.style < 0) l.style = (int)(code_find(l.c->styles, S("job_search")) - l.c->styles->p);
  struct coverage_page page = {
      .top = look_top(&l, SAID(rq, "Where places are few"), S("/coverage/map"),
                      ASK_AREA | ASK_KIND | ASK_MONTH | ASK_COHORT | ASK_STYLE)};
  page.top.lede = map_words(&l).what;
  map_draw(&page, &l);
  view_coverage_show(rq->view, &page);
}
