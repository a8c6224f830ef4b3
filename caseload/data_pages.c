/* data_pages: records that want looking at, each leading to where it is put right; and how long it
 * takes until what happened is written down. About records, never about who kept them. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "team.html.h"

enum { COUNT_MAX = 1000, ROWS_SHOWN = 50, MONTHS = 12, MONTH_NAME_MAX = 64 };

/* ---- every list with its count ---- */

static struct str count_words(struct request *rq, size_t n) {
  return n < COUNT_MAX ? str_format(rq->arena, "%zu", n) : PAGE_TITLE(rq, "1,000 or more");
}

static void add_spells(struct request *rq, struct data_page *page, size_t *cap) {
  struct spells wrong = permission_spells_wrong(rq->db, rq->arena, rq->actor.team_id);
  *slice_push(rq->arena, &page->rows, cap) = (struct data_row){
      .href = S("/team/spells"),
      .name = PAGE_TITLE(rq, "Support that ends before it begins, or stands twice"),
      .why = PAGE_TITLE(rq, "Put the days right, so that nobody is counted twice."),
      .count = count_words(rq, wrong.n),
      .some = wrong.n > 0};
}

void data_page(struct request *rq) {
  struct data_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Records to look at")),
                           .kept = worklists_kept(rq)};
  size_t cap = 0;
  audit_shows(rq, 0, 0); /* numbers only */
  add_spells(rq, &page, &cap);
  for (size_t i = 0; people_worklist(i); i++) {
    const struct person_worklist *w = people_worklist(i);
    struct arena scratch = *rq->arena;
    struct request asks = *rq;
    asks.arena = &scratch;
    size_t n = worklist_read(&asks, w, COUNT_MAX).n;
    *slice_push(rq->arena, &page.rows, &cap) =
        (struct data_row){.href = str_format(rq->arena, "/team/data/%s", w->code),
                          .name = words_of((enum language)rq->lang, w->name),
                          .why = words_of((enum language)rq->lang, w->why),
                          .count = count_words(rq, n),
                          .some = n > 0};
  }
  view_team_data(rq->view, &page);
}

/* ---- one list ---- */

static const struct person_worklist *list_of(struct request *rq) {
  struct str code = request_path(rq, "list");
  for (size_t i = 0; people_worklist(i); i++)
    if (str_eq(code, str_of(people_worklist(i)->code))) return people_worklist(i);
  return NULL;
}

/* The first fifty by name; the rest are counted and come up as these are done. */
void data_list_page(struct request *rq) {
  const struct person_worklist *w = list_of(rq);
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  if (!w) {
    reply_not_found(rq);
    return;
  }
  struct data_list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Records to look at")),
                                .name = words_of((enum language)rq->lang, w->name),
                                .why = words_of((enum language)rq->lang, w->why)};
  struct listeds all = worklist_read(rq, w, COUNT_MAX);
  int64_t ids[ROWS_SHOWN] = {0};
  struct sight sights[ROWS_SHOWN] = {{0}};
  struct person people[ROWS_SHOWN];
  size_t n = all.n < ROWS_SHOWN ? all.n : ROWS_SHOWN;
  for (size_t i = 0; i < n; i++) ids[i] = all.p[i].person_id;
  permission_foresee(rq->db, rq->arena, &rq->actor, ids, n, rq->today, rq->now);
  for (size_t i = 0; i < n; i++)
    sights[i] = permission_sight(rq->db, rq->arena, &rq->actor, ids[i], rq->today, rq->now);
  people_listed_all(rq, ids, sights, n, people);
  for (size_t i = 0; i < n; i++) {
    const struct person *p = &people[i];
    uint32_t seen = sights[i].classes;
    if (!(seen & CLASS_IDENTITY) || !(seen & w->classes) || !p->id) continue;
    audit_shows(rq, p->id, CLASS_IDENTITY | (seen & w->classes));
    struct str id = uuid_str(rq->arena, p->public_id);
    *slice_push(rq->arena, &page.rows, &cap) =
        (struct data_person){.href = str_format(rq->arena, "/people/%.*s%s", P(id), w->path),
                             .name = p->name,
                             .safe = people_safe_words(rq, p),
                             .since = day_words(rq->arena, all.p[i].since)};
  }
  page.kept = worklists_kept(rq);
  if (all.n > ROWS_SHOWN) page.more = count_words(rq, all.n - ROWS_SHOWN);
  view_team_data_list(rq->view, &page);
}

/* ---- days until it was written down ---- */

struct month {
  day_t first;
  int64_t talks, later;
  struct key_delay *p;
  size_t n, cap;
};

static int by_days(const void *a, const void *b) {
  const struct key_delay *x = a, *y = b;
  return (x->days > y->days) - (x->days < y->days);
}

/* Half were written down within so many days. */
static int64_t median_of(struct month *m) {
  int64_t seen = 0;
  if (!m->talks) return CHART_UNKNOWN;
  qsort(m->p, m->n, sizeof *m->p, by_days);
  for (size_t i = 0; i < m->n; i++) {
    seen += m->p[i].n;
    if (2 * seen >= m->talks) return m->p[i].days;
  }
  return CHART_UNKNOWN;
}

static day_t first_of(day_t d) {
  struct ymd y = day_ymd(d);
  return day_of(y.year, y.month, 1);
}

static void put_month(struct request *rq, struct bars *bars, size_t *cap, struct month *m) {
  char b[MONTH_NAME_MAX];
  struct str name = {b, words_number(b, (enum language)rq->lang, WORDS_MONTH, m->first)};
  *slice_push(rq->arena, &bars->rows, cap) =
      (struct bar){.name = str_copy(rq->arena, name),
                   .value = median_of(m),
                   .more = {str_format(rq->arena, "%lld", (long long)m->talks),
                            str_format(rq->arena, "%lld", (long long)m->later)}};
}

void delay_page(struct request *rq) {
  enum { WEEK = 7 };
  struct month months[MONTHS] = {0};
  struct bars bars = {
      .words = {.id = S("delay"),
                .what = PAGE_TITLE(rq, "Days until a talk is written down"),
                .about = PAGE_TITLE(rq, "Your team, by the month of the talk: half are written "
                                        "down within so many days"),
                .shows = PAGE_TITLE(rq, "How fresh the record is. What is written the same day is "
                                        "0 days."),
                .shows_not = PAGE_TITLE(rq, "Who wrote it. A month without talks has no number.")},
      .columns = {T("Month"), T("Days"), T("Talks"), T("After more than a week")}};
  struct delay_page page = {.layout =
                                page_layout(rq, PAGE_TITLE(rq, "Days until it is written down"))};
  size_t cap = 0;
  audit_shows(rq, 0, 0); /* numbers only */
  for (int i = 0; i < MONTHS; i++)
    months[i].first = day_add_months(first_of(rq->today), i - MONTHS + 1);
  struct key_delays all =
      contacts_key_delays(rq->db, rq->arena, rq->actor.team_id, months[0].first);
  for (size_t i = 0; i < all.n; i++)
    for (int k = MONTHS - 1; k >= 0; k--) {
      if (all.p[i].on < months[k].first) continue;
      *slice_push(rq->arena, &months[k], &months[k].cap) = all.p[i];
      months[k].talks += all.p[i].n;
      if (all.p[i].days > WEEK) months[k].later += all.p[i].n;
      break;
    }
  for (int i = 0; i < MONTHS; i++) put_month(rq, &bars, &cap, &months[i]);
  bars_chart(rq->view, &bars, &page.chart);
  view_team_delay(rq->view, &page);
}
