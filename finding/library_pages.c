/* library_pages: what has been tried. Its own pages: live help is named only as "nearest like it
 * now", by a link. */
#include "finding/inside.h"
#include "finding/pages.h"
#include "library.html.h"
#include "record/record.h"

enum { LIBRARY_PAGE = 40 };
static const char *const national_set = "National provision set (51 programmes)";

static struct str kind_words(const struct offers *o, struct str kind) {
  const struct rules_code *c =
      rules_code_get(o->book, RULES_KINDS, rules_code_find(o->book, RULES_KINDS, kind));
  return c ? c->label : kind;
}

static struct str standing_words(struct request *rq, const struct offer *o) {
  if (o->standing.state == STANDING_LIVE)
    return FINDING_SAID(rq, T("This was running when it was last checked."));
  if (o->standing.state == STANDING_NOT_STARTED) return FINDING_SAID(rq, T("This has not begun."));
  if (o->standing.state != STANDING_ENDED)
    return FINDING_SAID(rq, T("The report does not say if this still runs."));
  if (!o->ended_words.n) return FINDING_SAID(rq, T("This ended."));
  return SAY(rq->arena, (enum language)rq->lang, T("This ended in {when}."),
             SLOT("when", o->ended_words));
}

static struct strs words_only(void *from, const char *name) {
  struct request *rq = from;
  return strcmp(name, "words") == 0 || strcmp(name, "first") == 0 ? request_form_all(rq, name)
                                                                  : (struct strs){0};
}

static int by_name(const void *x, const void *y) {
  const struct finding_answer *a = x, *b = y;
  return str_cmp(a->offer->name, b->offer->name);
}

static void list_rows(struct request *rq, const struct finding_picture *p,
                      const struct finding_answers *found, size_t first,
                      struct library_list_page *page) {
  struct library_row *rows = arena_many(rq->arena, struct library_row, LIBRARY_PAGE + 1);
  size_t n = 0;
  if (found->list.n) qsort(found->list.p, found->list.n, sizeof *found->list.p, by_name);
  for (size_t i = first; i < found->list.n && n < LIBRARY_PAGE; i++) {
    const struct offer *o = found->list.p[i].offer;
    rows[n++] = (struct library_row){o->name, offer_path(rq->arena, o, DIRECTORY_LIBRARY),
                                     kind_words(p->offers, o->judged.kind), standing_words(rq, o),
                                     o->judged.area_words};
  }
  page->rows.p = rows, page->rows.n = n;
  page->total = found->list.n, page->next = first + n, page->more = first + n < found->list.n;
}

void library_list(struct request *rq) {
  struct why why = {0};
  struct finding_said said = {words_only, rq};
  struct finding_faults faults;
  struct finding_ask ask;
  struct finding_answers found = {0};
  const struct finding_picture *p = finding_picture_now(rq->db, rq->today, DIRECTORY_LIBRARY, &why);
  if (!p) {
    reply_refuse(
        rq, 503,
        FINDING_SAID(rq, T("The library cannot be read just now. Try again in a minute.")));
    return;
  }
  struct library_list_page page = {.layout =
                                       page_layout(rq, FINDING_SAID(rq, T("What has been tried"))),
                                   .words = request_form(rq, "words")};
  if (finding_read(rq->db, rq->arena, p, &said, rq->today, -1, (enum language)rq->lang, &ask,
                   &faults)) {
    size_t first = ask.first;
    ask.first = 0;
    finding_run(rq->arena, p, &ask, (struct rules_tongue){0}, &found);
    list_rows(rq, p, &found, first, &page);
  }
  if (!rq->actor.user_id) rq->view->csrf = (struct str){0};
  view_library_list(rq->view, &page);
}

static struct str said_in(void *to, struct str english) {
  const struct request *rq = to;
  return words_label((enum language)rq->lang, english);
}

static struct str rule_in_words(struct request *rq, const struct finding_picture *p,
                                const struct offer *o) {
  if (!o->judged.rule) return (struct str){0};
  return rules_words(rq->arena, p->offers->book, o->judged.rule, DAY_NONE,
                     (struct rules_tongue){said_in, rq});
}

/* ---- Money, dates and what sources say differently. */
static struct str when_ran(struct request *rq, const struct scheme *s) {
  enum language lang = (enum language)rq->lang;
  if (s->dates_said.n) return s->dates_said;
  if (s->started.n && s->ended.n)
    return SAY(rq->arena, lang, T("{from} to {until}"), SLOT("from", s->started),
               SLOT("until", s->ended));
  if (s->started.n) return SAY(rq->arena, lang, T("Started {from}"), SLOT("from", s->started));
  if (s->ended.n) return SAY(rq->arena, lang, T("Ended {until}"), SLOT("until", s->ended));
  return (struct str){0};
}

static struct str parts_differ(struct request *rq, const struct scheme *s) {
  int64_t parts = scheme_parts_total(s->amount_parts);
  if (parts == NUMBER_NONE || s->amount_total == NUMBER_NONE || parts == s->amount_total)
    return (struct str){0};
  return SAY(rq->arena, (enum language)rq->lang,
             T("The stated total is {total}; its stated parts come to {parts}. Both are kept."),
             SLOT("total", money_words(rq->arena, s->amount_total)),
             SLOT("parts", money_words(rq->arena, parts)));
}

static void put_conflicts(struct request *rq, int64_t id, struct library_page *page) {
  struct source_facts all = sources_of(rq->db, rq->arena, &scheme_type, id);
  struct library_row *rows = arena_many(rq->arena, struct library_row, all.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++) {
    const struct field *f = field_find(&scheme_type, all.p[i].field);
    if (!f || !sources_disagree(&all, f->name)) continue;
    rows[n++] = (struct library_row){.name = all.p[i].value,
                                     .kind = str_of(f->label),
                                     .place = all.p[i].source,
                                     .chosen = all.p[i].chosen == 1};
  }
  page->conflicts.p = rows, page->conflicts.n = n;
}

static void put_facts(struct request *rq, int64_t id, struct library_page *page) {
  struct scheme s;
  if (!record_load(rq->db, rq->arena, &scheme_type, id, &s)) return;
  page->funders = s.funders, page->amount = s.amount, page->figures = s.figures;
  page->when = when_ran(rq, &s), page->parts_differ = parts_differ(rq, &s);
  put_conflicts(rq, id, page);
}

void library_one(struct request *rq) {
  struct why why = {0};
  struct uuid id;
  const struct finding_picture *p = finding_picture_now(rq->db, rq->today, DIRECTORY_LIBRARY, &why);
  const struct offer *o =
      p && uuid_parse(request_path(rq, "id"), &id) ? offers_find(p->offers, id) : NULL;
  if (!o) {
    reply_not_found(rq);
    return;
  }
  struct library_page page = {.layout = page_layout(rq, o->name),
                              .name = o->name,
                              .lead = o->provider,
                              .kind = kind_words(p->offers, o->judged.kind),
                              .summary = o->summary,
                              .place = o->judged.area_words,
                              .standing = standing_words(rq, o),
                              .rule = rule_in_words(rq, p, o),
                              .eligibility = o->eligibility,
                              .source = o->source,
                              .ended = o->standing.state == STANDING_ENDED};
  const struct finding_picture *live = finding_picture_now(rq->db, rq->today, DIRECTORY_LIVE, &why);
  const struct offer *like = live ? finding_like(live, o) : NULL;
  put_facts(rq, o->id, &page);
  if (like) page.like = like->name, page.like_path = offer_path(rq->arena, like, DIRECTORY_LIVE);
  view_library_one(rq->view, &page);
}

/* ---- The 51, counted; and what sources say differently. */
static void conflicts(struct request *rq, struct national_page *page) {
  struct { struct library_row *p; size_t n; } rows = {0};
  size_t cap = 0;
  struct why why = {0};
  const struct offers *library = offers_now(rq->db, rq->today, DIRECTORY_LIBRARY, &why);
  for (size_t i = 0; library && i < library->list.n; i++) {
    if (!str_eq(library->list.p[i].name, str_of(national_set))) continue;
    struct source_facts facts = sources_of(rq->db, rq->arena, &scheme_type, library->list.p[i].id);
    for (size_t k = 0; k < facts.n; k++)
      *slice_push(rq->arena, &rows, &cap) =
          (struct library_row){.name = facts.p[k].value,
                               .place = facts.p[k].source,
                               .kind = facts.p[k].chosen == 1 ? S("chosen") : S("")};
  }
  page->conflicts.p = rows.p, page->conflicts.n = rows.n;
}

void library_national(struct request *rq) {
  struct why why = {0};
  struct national_figure figure;
  struct national_page page = {.layout =
                                   page_layout(rq, FINDING_SAID(rq, T("The national programmes")))};
  if (!national_figure_read(rq->db, rq->arena, &figure, &why)) {
    reply_refuse(
        rq, 503,
        FINDING_SAID(rq, T("The library cannot be read just now. Try again in a minute.")));
    return;
  }
  struct figure_line *lines = arena_many(rq->arena, struct figure_line, figure.rows.n + 1);
  for (size_t i = 0; i < figure.rows.n; i++) {
    const struct national_figure_row *r = &figure.rows.p[i];
    lines[i] = (struct figure_line){r->label, r->part, r->count, r->percent, r->stated};
  }
  page.rows.p = lines, page.rows.n = figure.rows.n, page.total = figure.total,
  page.in_groups = figure.in_groups;
  conflicts(rq, &page);
  view_library_national(rq->view, &page);
}
