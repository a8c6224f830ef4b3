/* Cliffs: what ends when, on a time line, alone and together; what nobody knows the end of, apart.
 */
#include "coverage.html.h"
#include "coverage/pages.h"

enum { SERVICES_DRAWN = 40, ENDS_SHOWN = 200, UNKNOWN_SHOWN = 100 };

static struct str service_href(const struct look *l, const struct coverage_service *s) {
  return str_format(l->rq->arena, "/help/services/%.*s", P(uuid_str(l->rq->arena, s->public_id)));
}

/* ---- The time line. Whom a service helps is said once, on the strand that ends last. */

struct strands {
  struct {
    struct cliff_strand *p;
    size_t n;
  } all;
  size_t cap;
};

static int64_t month_pence(const struct coverage_cliff *e, const struct coverage_fund *f) {
  if (e->service->funds.n == 1) return e->pence_month;
  day_t to = f->ends != DAY_NONE ? f->ends : e->last;
  if (f->pence == NUMBER_NONE || f->starts == DAY_NONE || to < f->starts) return CHART_UNKNOWN;
  return (int64_t)((double)f->pence * 30.4375 / (double)(to - f->starts + 1));
}

static void add_strands(const struct look *l, struct strands *s, const struct coverage_cliff *e) {
  struct request *rq = l->rq;
  const struct coverage_service *v = e->service;
  size_t last = 0;
  struct str href = service_href(l, v);
  for (size_t i = 0; i < v->funds.n; i++)
    if (v->funds.p[i].ends > v->funds.p[last].ends) last = i;
  for (size_t i = 0; i < v->funds.n; i++) {
    const struct coverage_fund *f = &v->funds.p[i];
    bool goes_first = i != last && f->ends != DAY_NONE && f->ends < e->last;
    *slice_push(rq->arena, &s->all, &s->cap) =
        (struct cliff_strand){.scheme = v->name,
                              .fund = f->funder.n ? f->funder : SAID(rq, "fund not known"),
                              .href = href,
                              .pence_month = month_pence(e, f),
                              .ends = goes_first ? f->ends : e->last,
                              .people = i == last ? e->people : 0};
  }
  if (!v->funds.n)
    *slice_push(rq->arena, &s->all, &s->cap) =
        (struct cliff_strand){.scheme = v->name,
                              .fund = SAID(rq, "fund not known"),
                              .href = href,
                              .pence_month = CHART_UNKNOWN,
                              .ends = e->last,
                              .people = e->people};
}

static struct str cliffs_lede(const struct look *l, const struct coverage_cliffs *all) {
  struct request *rq = l->rq;
  static const int horizons[] = {3, 6, 12};
  int64_t n[countof(horizons)] = {0};
  for (size_t i = 0; i < all->ends.n; i++)
    for (size_t h = 0; h < countof(horizons); h++)
      n[h] += all->ends.p[i].last <= day_add_months(rq->today, horizons[h]);
  return SAY(
      rq->arena, look_lang(l),
      T("{place}: {three} services end within 3 months, {six} within 6 and {twelve} within 12. For "
        "{unknown} more nobody knows."),
      SLOT("place", look_area_name(l, l->area)), SLOT("three", look_number(l, n[0])),
      SLOT("six", look_number(l, n[1])), SLOT("twelve", look_number(l, n[2])),
      SLOT("unknown", look_number(l, (int64_t)all->unknown.n)));
}

static int axis_months(int months) { return months <= 6 ? 6 : months <= 12 ? 12 : 18; }

static void draw(struct coverage_page *page, const struct look *l,
                 const struct coverage_cliffs *all) {
  struct request *rq = l->rq;
  struct strands s = {0};
  size_t drawn = 0;
  for (; drawn < all->ends.n && drawn < SERVICES_DRAWN; drawn++)
    add_strands(l, &s, &all->ends.p[drawn]);
  if (!drawn) return;
  struct cliffs c = {
      .today = rq->today,
      .months = axis_months(l->months),
      .words = {.id = S("cliffs"),
                .what = SAID(rq, "What ends when, and whom it leaves"),
                .about = SAY(rq->arena, look_lang(l), T("{place}, services running on {day}"),
                             SLOT("place", look_area_name(l, l->area)),
                             SLOT("day", look_day(l, rq->today))),
                .finding = page->top.lede,
                .shows = SAID(rq, "Each line is a service and who pays for it, up to the last day "
                                  "its money is there. People: the places that are "
                                  "taken, where the entry says so."),
                .shows_not = SAID(rq, "That it will stop: money may be renewed. What ends is what "
                                      "the entries say today. A question mark or "
                                      "hatching is not known, which is not none."),
                .source = SAID(rq, "From the entries of the directory and their funds.")}};
  c.strands.p = s.all.p, c.strands.n = s.all.n;
  chart_cliffs(rq->view, &c, &page->chart);
  page->drawn = true;
  if (drawn < all->ends.n)
    page_note(page, rq,
              SAY(rq->arena, look_lang(l),
                  T("The time line shows the first {shown} of {all}. The table below and the file "
                    "have all."),
                  SLOT("shown", look_number(l, (int64_t)drawn)),
                  SLOT("all", look_number(l, (int64_t)all->ends.n))));
}

/* ---- Alone and together. */

static void ends_table(struct coverage_page *page, const struct look *l,
                       const struct coverage_cliffs *all) {
  struct request *rq = l->rq;
  const struct message *const names[] = {T("Service"),
                                         T("Last day"),
                                         T("Who pays"),
                                         T("People helped now"),
                                         T("Cells left empty if this alone ends"),
                                         T("Cells left empty by all that ends by then")};
  static const bool number[] = {false, false, false, true, true, true};
  struct making m = table_of(rq, names, number, countof(names));
  for (size_t i = 0; i < all->ends.n && i < ENDS_SHOWN; i++) {
    const struct coverage_cliff *e = &all->ends.p[i];
    struct str *cell = table_row(&m, service_href(l, e->service)),
               funders = coverage_funders(rq->arena, e->service);
    cell[0] = e->service->name, cell[1] = look_day(l, e->last),
    cell[2] = funders.n ? funders : SAID(rq, "not known");
    cell[3] = look_number(l, e->people);
    cell[4] = e->unchecked ? SAID(rq, "not known: needs a check") : look_number(l, e->alone);
    cell[5] = look_number(l, e->together);
  }
  table_done(page, &m, SAID(rq, "What each leaves behind, alone and together"),
             SAID(rq, "Nothing is known to end in that time."));
}

static void unknown_table(struct coverage_page *page, const struct look *l,
                          const struct coverage_cliffs *all) {
  const struct message *const names[] = {T("Service"), T("Who runs it"), T("Who pays")};
  static const bool number[] = {false, false, false};
  struct making m = table_of(l->rq, names, number, countof(names));
  for (size_t i = 0; i < all->unknown.n && i < UNKNOWN_SHOWN; i++) {
    const struct coverage_service *s = all->unknown.p[i];
    struct str *cell = table_row(&m, service_href(l, s)),
               funders = coverage_funders(l->rq->arena, s);
    cell[0] = s->name, cell[1] = s->provider,
    cell[2] = funders.n ? funders : SAID(l->rq, "not known");
  }
  table_done(page, &m, SAID(l->rq, "Running, and nobody knows until when (the file has all)"),
             (struct str){0});
}

void coverage_cliffs_page(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  struct coverage_page page = {.top = look_top(&l, SAID(rq, "What ends when"),
                                               S("/coverage/cliffs"), ASK_AREA | ASK_HORIZON)};
  struct coverage_cliffs year = coverage_cliffs(l.c, rq->arena, l.area, 12, rq->today);
  struct coverage_cliffs all =
      l.months == 12 ? year : coverage_cliffs(l.c, rq->arena, l.area, l.months, rq->today);
  page.top.lede = cliffs_lede(&l, &year);
  page.top.file = look_href(&l, "/coverage/cliffs.csv", l.area, -1, -1, 0);
  if (all.later)
    page_note(&page, rq,
              SAY_N(rq->arena, look_lang(&l),
                    TN("1 service ends later than you look.",
                       "{n} services end later than you look.", all.later)));
  page_note(&page, rq,
            SAID(rq, "A cell is one group, one kind of help and one area. It is left empty when no "
                     "live offer is in it any more."));
  draw(&page, &l, &all);
  ends_table(&page, &l, &all);
  unknown_table(&page, &l, &all);
  view_coverage_show(rq->view, &page);
}

void coverage_cliffs_file(struct request *rq) {
  struct look l;
  if (!look_read(rq, &l)) return;
  struct coverage_view v = {l.kind, l.area, l.day, rq->today, l.months};
  reply_download(rq, "text/csv; charset=utf-8", S("cliffs.csv"));
  coverage_cliffs_csv(l.c, rq->arena, &v, rq->body);
}
