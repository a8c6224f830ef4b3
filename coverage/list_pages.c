/* Gaps and overlaps as lists, who pays for what, and the national programmes. */
#include "coverage.html.h"
#include "coverage/pages.h"
#include "finding/finding.h"
#include "journeys/journeys.h"

enum { ROWS_SHOWN = 60, FUNDS_SHOWN = 100 };

static void steps(struct coverage_page *page, const struct look *l, const char *path, size_t shown,
                  size_t all, size_t step) {
  if (l->from)
    page->top.before =
        look_href(l, path, l->area, l->cohort, l->style, l->from > step ? l->from - step : 0);
  if (l->from + shown < all)
    page->top.after = look_href(l, path, l->area, l->cohort, l->style, l->from + shown);
}

/* The kinds of area a list can hold; false: the page says what to choose instead. */
static bool areas_fit(struct coverage_page *page, const struct look *l) {
  size_t n = coverage_areas(l->c, l->rq->arena, l->kind, l->area).n;
  if (n && n <= COVERAGE_AREAS_MAX) return true;
  page_note(page, l->rq,
            n ? SAID(l->rq, "There are too many areas of this kind for one list. Choose a smaller "
                            "place, or larger areas.")
              : SAID(l->rq, "There are no areas of this kind here. Choose another place or kind, "
                            "or import the areas."));
  return false;
}

static bool wanted(const struct look *l, int cohort, int style) {
  return (l->cohort < 0 || cohort == l->cohort) && (l->style < 0 || style == l->style);
}

/* ---- Gaps. */

static void gap_row(struct making *m, const struct look *l, const struct coverage_gap *g) {
  struct str *cell = table_row(m, look_href(l, "/coverage/cell", g->area, g->cohort, g->style, 0));
  cell[0] = SAY(l->rq->arena, look_lang(l), T("{group}: {kind}"),
                SLOT("group", look_label(l, l->c->cohorts, (size_t)g->cohort)),
                SLOT("kind", look_label(l, l->c->styles, (size_t)g->style)));
  cell[1] = look_area_name(l, g->area);
  cell[2] = look_people(l, g->people);
  cell[3] = g->unchecked ? SAY_N(l->rq->arena, look_lang(l),
                                 TN("Not known: 1 entry to check",
                                    "Not known: {n} entries to check", g->unchecked))
                         : SAID(l->rq, "Gap");
}

static void gaps_fill(struct coverage_page *page, struct look *l) {
  struct request *rq = l->rq;
  const struct message *const names[] = {T("Group and kind of help"), T("Area"), T("People"),
                                         T("State")};
  static const bool number[] = {false, false, true, false};
  struct coverage_gaps all = coverage_gaps(l->c, rq->arena, l->kind, l->area, l->day, rq->today);
  struct making m = table_of(rq, names, number, countof(names));
  size_t fit = 0;
  int64_t known = 0;
  for (size_t i = 0; i < all.n; i++) {
    if (!wanted(l, all.p[i].cohort, all.p[i].style)) continue;
    if (fit >= l->from && m.rows.n < ROWS_SHOWN) gap_row(&m, l, &all.p[i]);
    fit++, known += !all.p[i].unchecked;
  }
  page->top.lede =
      SAY(rq->arena, look_lang(l),
          T("{place}, {day}: {gaps} cells have no live offer, though that help is or was offered "
            "to that group somewhere else in the directory."),
          SLOT("place", look_area_name(l, l->area)), SLOT("day", look_day(l, l->day)),
          SLOT("gaps", look_number(l, known)));
  if (fit > (size_t)known)
    page_note(page, rq,
              SAY_N(rq->arena, look_lang(l),
                    TN("1 more is not known until somebody has checked its entries.",
                       "{n} more are not known until somebody has checked their entries.",
                       (int64_t)fit - known)));
  if (l->c->first_day == DAY_NONE || l->day < l->c->first_day)
    page_note(page, rq,
              SAID(rq, "The directory held nothing on that day, so nothing is known of it."));
  page_note(page, rq, look_source(l));
  table_done(page, &m, SAID(rq, "Cells without a live offer, most people first"),
             SAID(rq, "No gap is found for what you chose."));
  steps(page, l, "/coverage/gaps", m.rows.n, fit, ROWS_SHOWN);
}

/* Offered, and out of reach from more wards than not: area by area, cell by cell. */
static void far_table(struct coverage_page *page, const struct look *l) {
  const struct message *const names[] = {T("Group and kind of help"), T("Area"), T("Cut off"),
                                         T("State")};
  static const bool number[] = {false, false, false, false};
  struct request *rq = l->rq;
  struct making m = table_of(rq, names, number, countof(names));
  struct coverage_list areas = coverage_areas(l->c, rq->arena, l->kind, l->area);
  bool counted = false;
  for (size_t i = 0; i < areas.n; i++) {
    struct coverage_reach_ask ask = look_reach(l, areas.p[i]);
    struct coverage_reach reach = coverage_reach_of(l->c, rq->db, rq->arena, &ask);
    counted |= reach.wards > 0;
    for (size_t k = 0; k < l->c->n_cohorts * l->c->n_styles && m.rows.n < ROWS_SHOWN; k++) {
      int cohort = (int)(k / l->c->n_styles), style = (int)(k % l->c->n_styles);
      const struct coverage_far *f = &reach.cells[k];
      if (!coverage_out_of_reach(f) || !wanted(l, cohort, style)) continue;
      struct str *cell =
          table_row(&m, look_href(l, "/coverage/cell", areas.p[i], cohort, style, 0));
      cell[0] = SAY(rq->arena, look_lang(l), T("{group}: {kind}"),
                    SLOT("group", look_label(l, l->c->cohorts, (size_t)cohort)),
                    SLOT("kind", look_label(l, l->c->styles, (size_t)style)));
      cell[1] = look_area_name(l, areas.p[i]);
      cell[2] =
          SAY(rq->arena, look_lang(l), T("{n} of {all} wards"), SLOT("n", look_number(l, f->cut)),
              SLOT("all", look_number(l, f->cut + f->reached + f->unknown)));
      cell[3] = SAID(rq, "Too far");
    }
  }
  if (!counted && l->within)
    page_note(page, rq,
              SAID(rq, "Whether help can be reached is not counted here: that needs bus times, "
                       "wards, this month, and a night."));
  if (counted)
    table_done(page, &m,
               SAY(rq->arena, look_lang(l),
                   T("Offered, and too far: not reached within {minutes} minutes from {time}"),
                   SLOT("minutes", look_number(l, l->within)),
                   SLOT("time", journeys_clock(rq->arena, look_lang(l), l->hour * 60))),
               SAID(rq, "All that is offered can be reached."));
}

/* What people looked for and did not find: months that are over, ten searches or more, codes only.
 */
static void searches_table(struct coverage_page *page, struct request *rq) {
  const struct message *const names[] = {T("Need"), T("Month"), T("Area"), T("Group"),
                                         T("Searches")};
  static const bool number[] = {false, false, false, false, true};
  struct making m = table_of(rq, names, number, countof(names));
  struct finding_gaps all = finding_gaps_released(rq->db, rq->arena, rq->today);
  const struct needs *needs = finding_needs();
  for (size_t i = 0; i < all.n && i < ROWS_SHOWN; i++) {
    const struct finding_gap *g = &all.p[i];
    struct str *cell = table_row(&m, (struct str){0}), need = g->need;
    for (size_t k = 0; k < needs->n; k++)
      if (str_eq(needs->p[k].code, g->need)) need = needs->p[k].label;
    cell[0] = need.n ? words_label((enum language)rq->lang, need) : SAID(rq, "Not said");
    cell[1] = g->month, cell[2] = g->area.n ? g->area : SAID(rq, "Not said");
    cell[3] = g->cohort.n ? words_label((enum language)rq->lang, code_label("cohorts", g->cohort))
                          : SAID(rq, "Not said");
    cell[4] = str_format(rq->arena, "%lld", (long long)g->searches);
  }
  table_done(page, &m, SAID(rq, "Searches that found nothing"),
             SAID(rq, "No search that found nothing can be shown yet: counts come out when a month "
                      "is over and they are ten or more."));
}

void coverage_gaps_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  struct coverage_page page = {
      .top = look_top(&l, SAID(rq, "Gaps: people and no live offer"), S("/coverage/gaps"),
                      ASK_AREA | ASK_KIND | ASK_MONTH | ASK_COHORT | ASK_STYLE | ASK_REACH)};
  page.top.file = look_href(&l, "/coverage/gaps.csv", l.area, -1, -1, 0);
  if (areas_fit(&page, &l)) gaps_fill(&page, &l), far_table(&page, &l);
  searches_table(&page, rq);
  view_coverage_show(rq->view, &page);
}

/* ---- Overlaps: each with the offers in it and who pays for them. */

static struct str offers_in(const struct look *l, const struct coverage_overlap *o) {
  struct str all = {0};
  int32_t said = 0;
  for (size_t i = 0; i < l->c->services.n && said < o->live; i++) {
    const struct coverage_service *s = &l->c->services.p[i];
    if (!coverage_has(&s->cohorts, (size_t)o->cohort) ||
        !coverage_has(&s->styles, (size_t)o->style) ||
        coverage_state(&s->facts, l->day, l->rq->today) != STANDING_LIVE ||
        !coverage_serves(l->c, s, o->area))
      continue;
    struct str funders = coverage_funders(l->rq->arena, s);
    struct str one = str_format(l->rq->arena, "%.*s (%.*s)", P(s->name),
                                P(funders.n ? funders : SAID(l->rq, "who pays is not known")));
    all = all.n ? str_format(l->rq->arena, "%.*s; %.*s", P(all), P(one)) : one;
    said++;
  }
  return all;
}

static void overlap_row(struct making *m, const struct look *l, const struct coverage_overlap *o) {
  struct str *cell = table_row(m, look_href(l, "/coverage/cell", o->area, o->cohort, o->style, 0));
  cell[0] = SAY(l->rq->arena, look_lang(l), T("{group}: {kind}"),
                SLOT("group", look_label(l, l->c->cohorts, (size_t)o->cohort)),
                SLOT("kind", look_label(l, l->c->styles, (size_t)o->style)));
  cell[1] = look_area_name(l, o->area);
  cell[2] = look_number(l, o->live), cell[3] = look_number(l, o->funders);
  cell[4] = look_number(l, o->places), cell[5] = look_people(l, o->people);
  cell[6] = offers_in(l, o);
}

static void overlaps_fill(struct coverage_page *page, struct look *l) {
  struct request *rq = l->rq;
  const struct message *const names[] = {
      T("Group and kind of help"),  T("Area"),   T("Live offers"),
      T("Known funders"),           T("Places"), T("People"),
      T("The offers, and who pays")};
  static const bool number[] = {false, false, true, true, true, true, false};
  struct coverage_overlaps all =
      coverage_overlaps(l->c, rq->arena, l->kind, l->area, l->day, rq->today);
  struct making m = table_of(rq, names, number, countof(names));
  size_t fit = 0;
  for (size_t i = 0; i < all.n; i++) {
    if (!wanted(l, all.p[i].cohort, all.p[i].style)) continue;
    if (fit++ >= l->from && m.rows.n < ROWS_SHOWN) overlap_row(&m, l, &all.p[i]);
  }
  page->top.lede =
      SAY(rq->arena, look_lang(l), T("{place}, {day}: {cells} cells have two or more live offers."),
          SLOT("place", look_area_name(l, l->area)), SLOT("day", look_day(l, l->day)),
          SLOT("cells", look_number(l, (int64_t)fit)));
  page_note(page, rq,
            SAID(rq, "Two offers are not one too many: set the places beside the people first."));
  table_done(page, &m, SAID(rq, "Cells with two or more live offers, most offers first"),
             SAID(rq, "No overlap is found for what you chose."));
  steps(page, l, "/coverage/overlaps", m.rows.n, fit, ROWS_SHOWN);
}

void coverage_overlaps_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  struct coverage_page page = {
      .top = look_top(&l, SAID(rq, "Overlaps: the same help for the same group"),
                      S("/coverage/overlaps"),
                      ASK_AREA | ASK_KIND | ASK_MONTH | ASK_COHORT | ASK_STYLE)};
  page.top.file = look_href(&l, "/coverage/overlaps.csv", l.area, -1, -1, 0);
  if (areas_fit(&page, &l)) overlaps_fill(&page, &l);
  view_coverage_show(rq->view, &page);
}

/* ---- Files. */

static struct coverage_view view_of(const struct look *l) {
  return (struct coverage_view){l->kind, l->area, l->day, l->rq->today, l->months};
}

static bool file_fits(const struct look *l) {
  if (coverage_areas(l->c, l->rq->arena, l->kind, l->area).n <= COVERAGE_AREAS_MAX) return true;
  reply_refuse(l->rq, 400,
               SAID(l->rq, "There are too many areas of this kind for one file. Choose a smaller "
                           "place, or larger areas."));
  return false;
}

void coverage_gaps_file(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l) || !file_fits(&l)) return;
  struct coverage_view v = view_of(&l);
  reply_download(rq, "text/csv; charset=utf-8", S("gaps.csv"));
  coverage_gaps_csv(l.c, rq->arena, &v, rq->body);
}

void coverage_overlaps_file(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l) || !file_fits(&l)) return;
  struct coverage_view v = view_of(&l);
  reply_download(rq, "text/csv; charset=utf-8", S("overlaps.csv"));
  coverage_overlaps_csv(l.c, rq->arena, &v, rq->body);
}

/* ---- Money: the live directory. */

static void fund_row(struct making *m, const struct look *l, const struct coverage_service *s,
                     const struct coverage_fund *f) {
  char id[37];
  uuid_text(s->public_id, id);
  struct str *cell = table_row(m, str_format(l->rq->arena, "/help/services/%s", id));
  cell[0] = s->name, cell[1] = f->funder;
  cell[2] = f->kind.n ? words_label(look_lang(l), code_label("funding_kinds", f->kind))
                      : SAID(l->rq, "not known");
  cell[3] = look_pounds(l, f->pence), cell[4] = look_day(l, f->starts),
  cell[5] = look_day(l, f->ends);
}

/* The end of a service and the ends of its funds are facts of their own; when they disagree both
 * are shown. */
static void money_disagreements(struct coverage_page *page, const struct look *l) {
  const struct message *const names[] = {T("Service"), T("The service ends"),
                                         T("Its last fund ends")};
  static const bool number[] = {false, false, false};
  struct making m = table_of(l->rq, names, number, countof(names));
  for (size_t i = 0; i < l->c->services.n && m.rows.n < FUNDS_SHOWN; i++) {
    const struct coverage_service *s = &l->c->services.p[i];
    day_t last = DAY_NONE;
    for (size_t k = 0; k < s->funds.n; k++)
      if (s->funds.p[k].ends != DAY_NONE && (last == DAY_NONE || s->funds.p[k].ends > last))
        last = s->funds.p[k].ends;
    if (last == DAY_NONE || s->facts.ends == DAY_NONE || last == s->facts.ends) continue;
    struct str *cell = table_row(&m, (struct str){0});
    cell[0] = s->name, cell[1] = look_day(l, s->facts.ends), cell[2] = look_day(l, last);
  }
  if (m.rows.n)
    table_done(page, &m, SAID(l->rq, "The entry and its funds say different days"),
               (struct str){0});
}

/* Amounts and days that two sources give differently, as the editors keep them. */
static void source_disagreements(struct coverage_page *page, struct request *rq) {
  const struct message *const names[] = {T("Service"), T("Fact"), T("What it says"),
                                         T("Who says so")};
  static const bool number[] = {false, false, false, false};
  struct making m = table_of(rq, names, number, countof(names));
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select s.name, f.field, f.value, f.source from fact_source f join "
                              "service s on s.id = f.record_id "
                              "where f.record = 'service' and f.field in ('starts', 'ends', "
                              "'places_left', 'places_total') and exists "
                              "(select 1 from fact_source o where o.record = f.record and "
                              "o.record_id = f.record_id and o.field = f.field "
                              "and coalesce(o.value, '') <> coalesce(f.value, '')) order by "
                              "s.name, f.record_id, f.field, f.id limit 200"));
  while (db_next(&r)) {
    struct str *cell = table_row(&m, (struct str){0});
    const struct field *f = field_find(&service_type, row_text(&r, 1));
    cell[0] = row_text(&r, 0),
    cell[1] = words_label((enum language)rq->lang, f ? str_of(f->label) : row_text(&r, 1));
    cell[2] = row_text(&r, 2), cell[3] = row_text(&r, 3);
  }
  if (m.rows.n) table_done(page, &m, SAID(rq, "Sources disagree"), (struct str){0});
}

static void funding_fill(struct coverage_page *page, struct look *l) {
  struct request *rq = l->rq;
  const struct message *const names[] = {T("Service"),  T("Who pays"), T("Kind"),
                                         T("How much"), T("From"),     T("Until")};
  static const bool number[] = {false, false, false, true, false, false};
  struct making m = table_of(rq, names, number, countof(names));
  size_t all = 0;
  int64_t sum = 0, unsaid = 0, without = 0;
  for (size_t i = 0; i < l->c->services.n; i++) {
    const struct coverage_service *s = &l->c->services.p[i];
    enum standing_state state = coverage_state(&s->facts, rq->today, rq->today);
    if ((state != STANDING_LIVE && state != STANDING_UNCHECKED) ||
        !coverage_serves(l->c, s, l->area))
      continue;
    without += !s->funds.n;
    for (size_t k = 0; k < s->funds.n; k++) {
      if (all++ >= l->from && m.rows.n < FUNDS_SHOWN) fund_row(&m, l, s, &s->funds.p[k]);
      if (s->funds.p[k].pence == NUMBER_NONE)
        unsaid++;
      else
        sum += s->funds.p[k].pence;
    }
  }
  page->top.lede =
      SAY(rq->arena, look_lang(l),
          T("{place}: {awards} awards. Those that say how much come to {sum}; {unsaid} do not say, "
            "and {without} services do not say who pays."),
          SLOT("place", look_area_name(l, l->area)), SLOT("awards", look_number(l, (int64_t)all)),
          SLOT("sum", look_pounds(l, sum)), SLOT("unsaid", look_number(l, unsaid)),
          SLOT("without", look_number(l, without)));
  table_done(page, &m, SAID(rq, "Who pays for what is running"),
             SAID(rq, "No entry says who pays."));
  steps(page, l, "/coverage/funding", m.rows.n, all, FUNDS_SHOWN);
}

void coverage_funding_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  struct coverage_page page = {.top = look_top(&l, SAID(rq, "Who pays for what, and until when"),
                                               S("/coverage/funding"), ASK_AREA)};
  page.top.file = S("/coverage/funding.csv");
  funding_fill(&page, &l);
  money_disagreements(&page, &l);
  source_disagreements(&page, rq);
  view_coverage_show(rq->view, &page);
}

void coverage_funding_file(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  reply_download(rq, "text/csv; charset=utf-8", S("funding.csv"));
  coverage_funding_csv(l.c, rq->arena, rq->body);
}

/* ---- Money: the library of what has been tried, where the stated total and its parts may differ.
 */

void coverage_library_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  struct coverage_page page = {
      .top =
          look_top(&l, SAID(rq, "What was tried: what it cost, as reported"), (struct str){0}, 0)};
  const struct message *const names[] = {T("Scheme"), T("Stated total"), T("Its parts come to"),
                                         T("As reported"), T("Do they agree?")};
  static const bool number[] = {false, true, true, false, false};
  struct making m = table_of(rq, names, number, countof(names));
  int64_t differ = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, name, amount_total, coalesce(amount_parts, ''), "
                              "coalesce(amount, '') from scheme where amount_total is not null or "
                              "amount_parts is not null order by name, id"));
  while (db_next(&r)) {
    int64_t sum = scheme_parts_total(row_text(&r, 3));
    bool has_total = !row_null(&r, 2), has_parts = sum != NUMBER_NONE;
    bool differs = has_total && has_parts && row_int(&r, 2) != sum;
    differ += differs;
    struct str *cell = table_row(
        &m, str_format(rq->arena, "/library/%.*s", P(uuid_str(rq->arena, row_uuid(&r, 0)))));
    cell[0] = row_text(&r, 1),
    cell[1] = look_pounds(&l, has_total ? row_int(&r, 2) : COVERAGE_UNKNOWN);
    cell[2] = look_pounds(&l, has_parts ? sum : COVERAGE_UNKNOWN), cell[3] = row_text(&r, 4);
    cell[4] = differs                  ? SAID(rq, "No: the parts differ from the total")
              : has_total && has_parts ? SAID(rq, "Yes")
                                       : SAID(rq, "not known");
  }
  page.top.lede = SAY_N(
      rq->arena, look_lang(&l),
      TN("1 scheme has parts that differ from its stated total. Both are kept.",
         "{n} schemes have parts that differ from their stated total. Both are kept.", differ));
  table_done(&page, &m, SAID(rq, "Money of the library's schemes"),
             SAID(rq, "The library holds no amounts."));
  view_coverage_show(rq->view, &page);
}

/* ---- National programmes: how many for which group, and when those the library knows of ended. */

static void national_groups(struct coverage_page *page, const struct look *l) {
  struct request *rq = l->rq;
  const struct message *const names[] = {T("Group"), T("Programmes"), T("Named in the report"),
                                         T("End known in the library")};
  static const bool number[] = {false, true, true, true};
  struct making m = table_of(rq, names, number, countof(names));
  int64_t all = 0, known = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select coalesce(n.cohort_group, ''), count(*), sum(case when "
                              "n.named = 1 then 1 else 0 end), "
                              "sum(case when exists (select 1 from scheme s where s.name = n.name "
                              "and s.ended is not null) then 1 else 0 end) "
                              "from national_programme n where n.counted <> 'no' group by "
                              "coalesce(n.cohort_group, '') order by 2 desc, 1"));
  while (db_next(&r)) {
    struct str *cell = table_row(&m, (struct str){0}), group = row_text(&r, 0);
    cell[0] = group.n ? group : SAID(rq, "Not said");
    for (int i = 1; i < 4; i++) cell[i] = look_number(l, row_int(&r, i));
    all += row_int(&r, 1), known += row_int(&r, 3);
  }
  page->top.lede =
      SAY(rq->arena, look_lang(l),
          T("{all} national programmes are counted. When they end is known for {known}; for the "
            "others the report does not say."),
          SLOT("all", look_number(l, all)), SLOT("known", look_number(l, known)));
  table_done(page, &m, SAID(rq, "National programmes by group"),
             SAID(rq, "There are no national programmes in the data."));
}

static void national_ends(struct coverage_page *page, struct request *rq) {
  const struct message *const names[] = {T("Programme"), T("Group"), T("Ended, as reported")};
  static const bool number[] = {false, false, false};
  struct making m = table_of(rq, names, number, countof(names));
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select s.public_id, n.name, coalesce(n.cohort_group, ''), s.ended from "
                  "national_programme n join scheme s "
                  "on s.name = n.name where s.ended is not null order by s.ended, n.name, s.id"));
  while (db_next(&r)) {
    struct str *cell = table_row(
        &m, str_format(rq->arena, "/library/%.*s", P(uuid_str(rq->arena, row_uuid(&r, 0)))));
    cell[0] = row_text(&r, 1), cell[1] = row_text(&r, 2), cell[2] = row_text(&r, 3);
  }
  table_done(page, &m, SAID(rq, "Those whose end is known"),
             SAID(rq, "The library knows of no end."));
}

static void national_sources(struct coverage_page *page, struct request *rq) {
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select value, source from fact_source where field = 'national "
                              "programmes' order by chosen desc, id"));
  while (db_next(&r))
    page_note(page, rq,
              SAY(rq->arena, (enum language)rq->lang, T("Sources disagree. {count}: {source}"),
                  SLOT("count", row_text(&r, 0)), SLOT("source", row_text(&r, 1))));
}

void coverage_national_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  struct coverage_page page = {
      .top = look_top(&l, SAID(rq, "National programmes, by group"), (struct str){0}, 0)};
  national_sources(&page, rq);
  national_groups(&page, &l);
  national_ends(&page, rq);
  view_coverage_show(rq->view, &page);
}
