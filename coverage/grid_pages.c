/* The grid of groups and kinds of help, one cell opened, and the map. */
#include <math.h>
#include "coverage.html.h"
#include "coverage/pages.h"
#include "journeys/journeys.h"
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
  int64_t gaps, unknown, overlaps, far, cells;
  bool reach; /* minutes were counted */
};

static void grid_cells(const struct look *l, const struct ranked *groups, size_t n_groups,
                       const struct ranked *kinds, size_t n_kinds, struct gap_cell *cells,
                       struct found *f) {
  struct coverage_cell *counts = coverage_count(l->c, l->rq->arena, l->area, l->day, l->rq->today);
  struct coverage_reach_ask ask = look_reach(l, l->area);
  struct coverage_reach reach = coverage_reach_of(l->c, l->rq->db, l->rq->arena, &ask);
  f->reach = reach.wards > 0;
  for (size_t g = 0; g < n_groups; g++) {
    int64_t people = coverage_round(coverage_people_of(l->c, l->area, (size_t)groups[g].at).people);
    for (size_t k = 0; k < n_kinds; k++) {
      const struct coverage_cell *count =
          &counts[(size_t)groups[g].at * l->c->n_styles + (size_t)kinds[k].at];
      size_t at = (size_t)groups[g].at * l->c->n_styles + (size_t)kinds[k].at;
      struct gap_cell *cell = &cells[g * n_kinds + k];
      *cell = (struct gap_cell){
          .offers = coverage_offers(l->c, count, l->day),
          .people = people,
          .far = reach.wards && coverage_out_of_reach(&reach.cells[at]),
          .href = look_href(l, "/coverage/cell", l->area, groups[g].at, kinds[k].at, 0)};
      cell->places = cell->offers == COVERAGE_UNKNOWN ? COVERAGE_UNKNOWN : coverage_places(count);
      enum gap_state state = chart_gap_state(*cell);
      f->gaps += state == GAP_GAP, f->unknown += state == GAP_NO_DATA,
          f->overlaps += state == GAP_OVERLAP, f->far += state == GAP_FAR, f->cells++;
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

static struct str reach_words(const struct look *l, const struct found *f) {
  struct arena *a = l->rq->arena;
  enum language lang = look_lang(l);
  if (!f->reach)
    return SAID(l->rq, "Whether help can be reached is not counted here: that needs bus times, "
                       "wards, this month, and a night.");
  return SAY(
      a, lang,
      T("{cells} offered and too far: not reached within {minutes} minutes by bus and on foot, "
        "setting out at {time} on a {day}. {note}"),
      SLOT("cells", SAY_N(a, lang, TN("1 cell is", "{n} cells are", f->far))),
      SLOT("minutes", look_number(l, l->within)),
      SLOT("time", journeys_clock(a, lang, l->hour * 60)),
      SLOT("day", l->sunday ? SAID(l->rq, "Sunday") : SAID(l->rq, "weekday")),
      SLOT("note", journeys_note(lang)));
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
                        "with a place for everyone. Too far: offered, and from more wards than "
                        "not none of it can be reached in the minutes chosen. No data: an entry is "
                        "there and nobody has "
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
  page_note(page, rq, reach_words(l, &found));
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
                      ASK_AREA | ASK_MONTH | ASK_COHORT | ASK_STYLE | ASK_REACH)};
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

/* Ward by ward, the nearest of the cell's live offers and how long it takes. */
static struct str near_words(const struct look *l, const struct coverage_near *n) {
  if (n->comes) return SAID(l->rq, "It comes to them");
  if (n->minutes != COVERAGE_UNKNOWN)
    return SAY(l->rq->arena, look_lang(l),
               n->minutes <= l->within ? T("{n} minutes") : T("{n} minutes: too far"),
               SLOT("n", look_number(l, n->minutes)));
  if (n->perhaps) return SAID(l->rq, "not known: the address is not published");
  return n->offered ? SAID(l->rq, "Too far: over two hours, or no way")
                    : SAID(l->rq, "Not offered here");
}

static void reach_table(struct coverage_page *page, const struct look *l) {
  const struct message *const names[] = {T("Ward"), T("Nearest offer"), T("How long")};
  static const bool number[] = {false, false, false};
  struct coverage_reach_ask ask = look_reach(l, l->area);
  struct making m = table_of(l->rq, names, number, countof(names));
  struct coverage_list wards = coverage_areas(l->c, l->rq->arena, S("ward"), l->area);
  if (!l->within || l->day != l->rq->today) return;
  for (size_t i = 0; i < wards.n && i < CELL_ROWS; i++) {
    struct coverage_near n = coverage_nearest(l->c, l->rq->db, l->rq->arena, &ask, wards.p[i],
                                              (size_t)l->cohort, (size_t)l->style);
    if (!n.known) continue;
    struct str *cell = table_row(&m, n.service ? service_href(l, n.service) : (struct str){0});
    cell[0] = look_area_name(l, wards.p[i]);
    cell[1] = n.service ? n.service->name : SAID(l->rq, "None in reach");
    cell[2] = near_words(l, &n);
  }
  if (m.rows.n)
    table_done(page, &m,
               SAY(l->rq->arena, look_lang(l), T("How far it is, setting out at {time} on a {day}"),
                   SLOT("time", journeys_clock(l->rq->arena, look_lang(l), l->hour * 60)),
                   SLOT("day", l->sunday ? SAID(l->rq, "Sunday") : SAID(l->rq, "weekday"))),
               (struct str){0});
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
  struct coverage_page page = {
      .top = look_top(&l, title, S("/coverage/cell"),
                      ASK_AREA | ASK_MONTH | ASK_COHORT | ASK_STYLE | ASK_REACH)};
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
  reach_table(&page, &l);
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

/* Minutes instead of places: of a ward, or the middle one of the wards of a larger area. */
static int shorter(const void *x, const void *y) {
  const int64_t *a = x, *b = y;
  return (*a > *b) - (*a < *b);
}

static int64_t area_minutes(const struct look *l, int32_t area) {
  struct coverage_reach_ask ask = look_reach(l, area);
  struct coverage_list wards = coverage_areas(l->c, l->rq->arena, S("ward"), area);
  int64_t *all = arena_many(l->rq->arena, int64_t, wards.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < wards.n; i++) {
    struct arena scratch = *l->rq->arena;
    struct coverage_near near = coverage_nearest(l->c, l->rq->db, &scratch, &ask, wards.p[i],
                                                 (size_t)l->cohort, (size_t)l->style);
    bool far = near.offered && !near.perhaps;
    if (near.minutes != COVERAGE_UNKNOWN || far)
      all[n++] = near.minutes != COVERAGE_UNKNOWN ? near.minutes : MINUTES_MOST + 1;
  }
  if (!n) return COVERAGE_UNKNOWN;
  qsort(all, n, sizeof *all, shorter);
  return all[n / 2];
}

static struct map_area minutes_area(const struct look *l, int32_t area) {
  int64_t n = area_minutes(l, area);
  struct map_area out = {.name = look_area_name(l, area),
                         .value = n == COVERAGE_UNKNOWN ? (double)NAN : (double)-n,
                         .href = look_href(l, "/coverage/cell", area, l->cohort, l->style, 0)};
  out.shown = n > MINUTES_MOST
                  ? SAID(l->rq, "over two hours, or no way")
                  : SAY_N(l->rq->arena, look_lang(l), TN("1 minute", "{n} minutes", n));
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

/* Farthest first, which is how `neediest` left them: minutes were counted down. */
static void minutes_draw(struct coverage_page *page, const struct look *l, struct map_area *areas,
                         size_t n) {
  static const double breaks[] = {15, 30, 45, 60};
  static const char *const classes[] = {"Under 15", "15 to 29", "30 to 44", "45 to 59",
                                        "60 or more, or no way"};
  struct map m = {.words = map_words(l),
                  .breaks = breaks,
                  .class_words = classes,
                  .unit = SAID(l->rq, "Minutes")};
  for (size_t i = 0; i < n; i++) areas[i].value = -areas[i].value;
  m.words.what = SAY(l->rq->arena, look_lang(l), T("Minutes to the nearest offer: {group}, {kind}"),
                     SLOT("group", look_label(l, l->c->cohorts, (size_t)l->cohort)),
                     SLOT("kind", look_label(l, l->c->styles, (size_t)l->style)));
  m.words.finding = page->top.lede = m.words.what;
  m.words.shows = SAID(l->rq, "How long it takes by bus and on foot from the middle of each ward; "
                              "of a larger area, its middle ward.");
  m.words.shows_not = SAID(l->rq, "Whether there is a place free. Hatched areas are not known: no "
                                  "offer, or an address that is not published.");
  m.words.source = journeys_note(look_lang(l));
  m.areas.p = areas, m.areas.n = n;
  chart_map(l->rq->view, &m, &page->chart);
  page->drawn = true;
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
  for (size_t i = 0; i < list.n; i++)
    areas[i] = l->minutes ? minutes_area(l, list.p[i]) : one_area(l, list.p[i]);
  qsort(areas, list.n, sizeof *areas, neediest);
  if (l->minutes) return minutes_draw(page, l, areas, list.n);
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
      .top = look_top(
          &l, l.minutes ? SAID(rq, "How far help is") : SAID(rq, "Where places are few"),
          S("/coverage/map"),
          ASK_AREA | ASK_KIND | ASK_MONTH | ASK_COHORT | ASK_STYLE | ASK_REACH | ASK_SHOW)};
  page.top.lede = map_words(&l).what;
  map_draw(&page, &l);
  view_coverage_show(rq->view, &page);
}
