/* How much help there is, for anybody: counts of services and places, nothing about a person, no
 * names of services, no estimates of people. What nobody has checked is said as its own number. */
#include "coverage.html.h"
#include "coverage/pages.h"

struct tally {
  int64_t live, unchecked, places, saying;
};

static void count_one(struct tally *n, const struct coverage_service *s,
                      enum standing_state state) {
  int64_t places = coverage_places_of(s);
  n->unchecked += state == STANDING_UNCHECKED;
  if (state != STANDING_LIVE) return;
  n->live++;
  if (places != COVERAGE_UNKNOWN) n->places += places, n->saying++;
}

static void put_counts(const struct look *l, struct str *cell, const struct tally *n) {
  cell[1] = look_number(l, n->live);
  cell[2] = look_number(l, n->unchecked);
  cell[3] = look_number(l, n->saying || !n->live ? n->places : COVERAGE_UNKNOWN);
  cell[4] = look_number(l, n->live - n->saying);
}

static struct making counts_table(struct request *rq, const struct message *what) {
  const struct message *const names[] = {what, T("Services we have checked"),
                                         T("Not checked lately"), T("Places they say they have"),
                                         T("Services that do not say how many places")};
  static const bool number[] = {false, true, true, true, true};
  return table_of(rq, names, number, countof(names));
}

static enum standing_state state_of(const struct look *l, const struct coverage_service *s) {
  return coverage_state(&s->facts, l->rq->today, l->rq->today);
}

static void by_place(struct coverage_page *page, const struct look *l) {
  struct making m = counts_table(l->rq, T("Place"));
  struct coverage_list areas = coverage_areas(l->c, l->rq->arena, l->c->kind, -1);
  for (size_t i = 0; i < areas.n; i++) {
    struct tally n = {0};
    for (size_t k = 0; k < l->c->services.n; k++)
      if (coverage_serves(l->c, &l->c->services.p[k], areas.p[i]))
        count_one(&n, &l->c->services.p[k], state_of(l, &l->c->services.p[k]));
    struct str *cell =
        table_row(&m, str_format(l->rq->arena, "/places/%.*s", P(l->c->areas.p[areas.p[i]].code)));
    cell[0] = look_area_name(l, areas.p[i]);
    put_counts(l, cell, &n);
  }
  table_done(page, &m, SAID(l->rq, "By place"), SAID(l->rq, "No places are known here yet."));
}

static void by_group(struct coverage_page *page, const struct look *l) {
  struct making m = counts_table(l->rq, T("Made for"));
  for (size_t g = 0; g < l->c->n_cohorts; g++) {
    struct tally n = {0};
    for (size_t k = 0; k < l->c->services.n; k++)
      if (coverage_has(&l->c->services.p[k].cohorts, g))
        count_one(&n, &l->c->services.p[k], state_of(l, &l->c->services.p[k]));
    if (!n.live && !n.unchecked) continue;
    struct str *cell = table_row(&m, (struct str){0});
    cell[0] = look_label(l, l->c->cohorts, g);
    put_counts(l, cell, &n);
  }
  table_done(page, &m, SAID(l->rq, "By whom it is made for"),
             SAID(l->rq, "Nothing is on the directory yet."));
}

static void endings(struct coverage_page *page, const struct look *l) {
  static const int horizons[] = {3, 6, 12};
  const struct message *const names[] = {T("Within"), T("Services whose money ends")};
  static const bool number[] = {false, true};
  struct making m = table_of(l->rq, names, number, countof(names));
  size_t unknown = 0;
  for (size_t i = 0; i < countof(horizons); i++) {
    struct coverage_cliffs all =
        coverage_cliffs(l->c, l->rq->arena, -1, horizons[i], l->rq->today);
    struct str *cell = table_row(&m, (struct str){0});
    cell[0] =
        SAY_N(l->rq->arena, look_lang(l), TN("1 month", "{n} months", (int64_t)horizons[i]));
    cell[1] = look_number(l, (int64_t)all.ends.n);
    unknown = all.unknown.n;
  }
  struct str *cell = table_row(&m, (struct str){0});
  cell[0] = SAID(l->rq, "Not known"), cell[1] = look_number(l, (int64_t)unknown);
  table_done(page, &m, SAID(l->rq, "What ends when"), (struct str){0});
}

void coverage_summary_page(struct request *rq) {
  struct why why = {0};
  struct look l = {.rq = rq, .c = coverage_now(rq->db, &why), .area = -1, .cohort = -1,
                   .style = -1, .month = rq->today, .day = rq->today, .months = 12};
  if (!l.c) {
    reply_refuse(rq, 503, str_copy(rq->arena, why_str(&why)));
    return;
  }
  l.kind = l.c->kind;
  struct tally n = {0};
  for (size_t i = 0; i < l.c->services.n; i++)
    count_one(&n, &l.c->services.p[i], state_of(&l, &l.c->services.p[i]));
  struct coverage_page page = {0};
  page.top.title = SAID(rq, "How much help there is");
  page.top.layout = page_layout(rq, page.top.title);
  page.top.lede = SAY(rq->arena, look_lang(&l),
                      T("On {day}: {live} services that somebody has checked, and {unchecked} that "
                        "nobody has checked lately."),
                      SLOT("day", look_day(&l, rq->today)), SLOT("live", look_number(&l, n.live)),
                      SLOT("unchecked", look_number(&l, n.unchecked)));
  page_note(&page, rq,
            SAID(rq, "One service may stand in several rows, so rows cannot be added up."));
  page_note(&page, rq, SAID(rq, "These are counts of services. Nothing here is about a person."));
  by_place(&page, &l), by_group(&page, &l), endings(&page, &l);
  view_coverage_show(rq->view, &page);
}
