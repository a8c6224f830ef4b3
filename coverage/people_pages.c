/* Estimated people: what is known, and a file of estimates in. */
#include <unistd.h>
#include "coverage.html.h"
#include "coverage/pages.h"

enum { ROWS_SHOWN = 100, FILE_BYTES_MAX = 8 << 20, FAULTS_SHOWN = 500 };

static bool edition_counts(const struct coverage *c, size_t i) {
  return i == 0 || c->people.p[i - 1].area != c->people.p[i].area ||
         c->people.p[i - 1].cohort != c->people.p[i].cohort;
}

static void people_table(struct coverage_page *page, const struct look *l) {
  struct request *rq = l->rq;
  const struct message *const names[] = {
      T("Group"), T("Area"), T("People"), T("Ages"), T("Who published it"), T("Used")};
  static const bool number[] = {false, false, true, false, false, false};
  struct making m = table_of(rq, names, number, countof(names));
  size_t fit = 0;
  for (size_t i = 0; i < l->c->people.n; i++) {
    const struct coverage_people *p = &l->c->people.p[i];
    if (!coverage_within(l->c, p->area, l->area) || (l->cohort >= 0 && p->cohort != l->cohort))
      continue;
    if (fit++ < l->from || m.rows.n == ROWS_SHOWN) continue;
    struct str *cell = table_row(&m, (struct str){0});
    cell[0] = look_label(l, l->c->cohorts, (size_t)p->cohort), cell[1] = look_area_name(l, p->area);
    cell[2] = look_number(l, p->people), cell[3] = p->age_band;
    cell[4] = str_format(rq->arena, "%.*s (%.*s)", P(p->source), P(p->edition));
    cell[5] = edition_counts(l->c, i) ? SAID(rq, "Yes") : SAID(rq, "No: kept beside a newer one");
  }
  page->top.lede = SAY_N(
      rq->arena, look_lang(l),
      TN("1 estimate fits.", "{n} estimates fit. What is not listed is not known.", (int64_t)fit));
  table_done(page, &m, SAID(rq, "Estimates of people"),
             SAID(rq, "Nobody has given us estimates for this yet."));
  if (l->from)
    page->top.before = look_href(l, "/coverage/people", l->area, l->cohort, -1,
                                 l->from > ROWS_SHOWN ? l->from - ROWS_SHOWN : 0);
  if (l->from + m.rows.n < fit)
    page->top.after = look_href(l, "/coverage/people", l->area, l->cohort, -1, l->from + m.rows.n);
}

static void show(struct request *rq, struct coverage_people_view *v) {
  struct look l;
  if (!look_read(rq, &l)) return;
  v->page.top = look_top(&l, SAID(rq, "How many people there are, as others estimate"),
                         S("/coverage/people"), ASK_AREA | ASK_COHORT);
  people_table(&v->page, &l);
  view_coverage_people(rq->view, v);
}

void coverage_people_page(struct request *rq) {
  struct coverage_people_view v = {0};
  show(rq, &v);
}

static bool upload_text(struct request *rq, struct str *out, struct why *why) {
  const struct upload *u = request_file(rq, "file");
  if (!u || !u->bytes) return why_say(why, "Choose a file first.");
  if (u->bytes > FILE_BYTES_MAX)
    return why_say(why, "The file is larger than 8 MB. Send it in parts.");
  char *p = arena_many(rq->arena, char, (size_t)u->bytes + 1);
  size_t n = 0;
  while (n < u->bytes) {
    ssize_t got = pread(u->fd, p + n, (size_t)u->bytes - n, (off_t)n);
    if (got <= 0) return why_say(why, "The file did not arrive whole. Send it again.");
    n += (size_t)got;
  }
  *out = (struct str){p, n};
  return true;
}

static void put_result(struct request *rq, const struct import_result *r,
                       struct coverage_people_view *v) {
  size_t n = r->faults.n < FAULTS_SHOWN ? r->faults.n : FAULTS_SHOWN;
  struct coverage_fault *faults = arena_many(rq->arena, struct coverage_fault, n + 1);
  for (size_t i = 0; i < n; i++)
    faults[i] = (struct coverage_fault){r->faults.p[i].line, r->faults.p[i].column,
                                        r->faults.p[i].sentence};
  v->faults.p = faults, v->faults.n = n;
  v->rows = r->rows, v->added = r->added, v->changed = r->changed, v->same = r->same,
  v->bad = r->bad;
  v->done = true;
}

void coverage_people_save(struct request *rq) {
  struct coverage_people_view v = {.dry = !str_eq(request_form(rq, "save"), S("yes"))};
  struct import_result r = {0};
  struct why why = {0};
  struct str text;
  struct csv *rows = upload_text(rq, &text, &why) ? csv_open_str(rq->arena, text) : NULL;
  bool good = rows && csv_headers(rows, &why) &&
              coverage_people_import(rq->db, rq->arena, rows, v.dry, rq->now, &r, &why);
  if (rows) csv_close(rows);
  if (good)
    put_result(rq, &r, &v);
  else
    v.fault = str_copy(rq->arena, why_str(&why));
  if (!good || r.bad) reply_status(rq, 422);
  show(rq, &v);
}
