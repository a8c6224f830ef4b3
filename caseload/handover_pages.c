/* handover_pages: half a page for whoever stands in: who needs what this week. Made anew each time
 * from promises, what is agreed and the last contact; gone when the cover ends. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "caseload.html.h"

enum { WEEK = 7, HALF_PAGE = 24 };

struct cover { int64_t user_id; struct str name; day_t from, to; };

/* The worker of the path, if the asker stands in for them today. */
static bool open_cover(struct request *rq, struct cover *out) {
  struct uuid id;
  struct rows r;
  if (!uuid_parse(request_path(rq, "worker"), &id)) memset(&id, 0, sizeof id);
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select u.id, u.name, v.from_day, v.to_day from cover v join user_account u on "
                  "u.id = v.absent_user_id where u.public_id = ?1 and v.standing_in_user_id = ?2 "
                  "and v.from_day <= ?3 and v.to_day >= ?3 order by v.to_day desc limit 1"),
              V(db_uuid(rq->arena, id)), V(rq->actor.user_id), V(db_day(rq->arena, rq->today)))) {
    reply_not_found(rq);
    return false;
  }
  *out = (struct cover){row_int(&r, 0), row_text(&r, 1), row_day(&r, 2), row_day(&r, 3)};
  db_done(&r);
  return true;
}

static int need_order(const void *a, const void *b) {
  const struct handover_need *x = a, *y = b;
  if (x->day != y->day) return x->day < y->day ? -1 : 1;
  if (!x->clock.n || !y->clock.n) return (x->clock.n == 0) - (y->clock.n == 0);   /* times first */
  return str_cmp(x->clock, y->clock);
}

struct sheet {
  struct request *rq;
  struct handover_need *p;
  size_t n, cap;
};

static void add_need(struct sheet *s, const struct carried *c, day_t day, int minute,
                     struct str words) {
  struct request *rq = s->rq;
  day_t today = rq->today;
  *slice_push(rq->arena, s, &s->cap) = (struct handover_need){
      .day = day < today ? today - 1 : day,   /* all that is late stands together */
      .name = c->person.name,
      .safe = people_safe_words(rq, &c->person),
      .href = str_format(rq->arena, "/people/%.*s", P(uuid_str(rq->arena, c->person.public_id))),
      .clock = minute < 0 ? (struct str){0}
                          : str_format(rq->arena, "%02d:%02d", minute / 60, minute % 60),
      .words = words};
}

/* What somebody needs within the week; false: nothing. */
static bool needs_of(struct sheet *s, const struct carried *c, const struct promises_due *due) {
  struct request *rq = s->rq;
  struct next_appointment next;
  size_t before = s->n;
  if (!(c->sight.classes & CLASS_CONTACTS)) return false;
  if (contacts_next(rq->db, rq->arena, c->id, rq->today, &next) && next.on <= rq->today + WEEK)
    add_need(s, c, next.on, next.minute, PAGE_TITLE(rq, "Meeting"));
  for (size_t i = 0; i < due->n; i++)
    if (due->p[i].person_id == c->id) add_need(s, c, due->p[i].by, -1, due->p[i].words);
  return s->n > before;
}

/* The days of the sheet, the late ones first; what is beyond half a page is folded. */
static void put_days(struct request *rq, struct sheet *s, struct handover_page *page) {
  size_t cap = 0, needs = 0;
  qsort(s->p, s->n, sizeof *s->p, need_order);
  for (size_t i = 0; i < s->n; i++) {
    bool later = i >= HALF_PAGE;
    struct handover_days *days = later ? &page->later : &page->days;
    if (later && !page->n_later) cap = needs = 0;
    page->n_later += later;
    if (!days->n || days->p[days->n - 1].day != s->p[i].day) {
      needs = 0;
      *slice_push(rq->arena, days, &cap) = (struct handover_day){
          .day = s->p[i].day,
          .late = s->p[i].day < rq->today,
          .today = s->p[i].day == rq->today};
    }
    *slice_push(rq->arena, &days->p[days->n - 1].needs, &needs) = s->p[i];
  }
}

void handover_page(struct request *rq) {
  struct cover cover;
  audit_shows(rq, 0, 0);
  if (!open_cover(rq, &cover)) return;
  struct handover_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Who needs what this week")),
      .worker = cover.name,
      .to = day_words(rq->arena, cover.to)};
  struct carrieds all = caseload_of(rq, cover.user_id);
  struct promises_due due = contacts_promises_due(rq->db, rq->arena, cover.user_id,
                                                  rq->today + WEEK, CARRIED_MAX);
  struct sheet sheet = {.rq = rq};
  for (size_t i = 0; i < all.n; i++)
    if (needs_of(&sheet, &all.p[i], &due))
      audit_shows(rq, all.p[i].id, CLASS_IDENTITY | CLASS_CONTACT | CLASS_CONTACTS);
    else page.quiet++;
  put_days(rq, &sheet, &page);
  view_caseload_handover(rq->view, &page);
}
