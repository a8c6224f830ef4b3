/* handover_pages: half a page for whoever stands in: who needs what this week. Made anew each time
 * from promises, what is agreed and the last contact; gone when the cover ends. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "caseload.html.h"

enum { WEEK = 7, NEEDS_MAX = 3 };

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

static void add_need(struct request *rq, struct handover_row *row, size_t *cap, struct str words) {
  if (row->needs.n < NEEDS_MAX) *slice_push(rq->arena, &row->needs, cap) = words;
}

static struct handover_row row_of(struct request *rq, const struct carried *c,
                                  const struct promises_due *due) {
  struct handover_row row = {
      .name = c->person.name,
      .safe = people_safe_words(rq, &c->person),
      .href = str_format(rq->arena, "/people/%.*s", P(uuid_str(rq->arena, c->person.public_id))),
      .away = support_is_away(rq->db, rq->arena, c->id, rq->today)};
  struct next_appointment next;
  size_t cap = 0;
  bool talks = c->sight.classes & CLASS_CONTACTS;
  if (talks && contacts_next(rq->db, rq->arena, c->id, rq->today, &next) &&
      next.on <= rq->today + WEEK)
    add_need(rq, &row, &cap,
             SAY(rq->arena, (enum language)rq->lang, T("Meeting on {day} at {time}"),
                 SLOT("day", day_words(rq->arena, next.on)),
                 SLOT("time", str_format(rq->arena, "%02d:%02d", next.minute / 60,
                                         next.minute % 60))));
  for (size_t i = 0; talks && i < due->n; i++)
    if (due->p[i].person_id == c->id)
      add_need(rq, &row, &cap,
               SAY(rq->arena, (enum language)rq->lang, T("Promised by {day}: {words}"),
                   SLOT("day", day_words(rq->arena, due->p[i].by)),
                   SLOT("words", due->p[i].words)));
  day_t last = talks ? contacts_last(rq->db, rq->arena, c->id) : DAY_NONE;
  if (last != DAY_NONE) row.last = day_words(rq->arena, last);
  return row;
}

void handover_page(struct request *rq) {
  struct cover cover;
  audit_shows(rq, 0, 0);
  if (!open_cover(rq, &cover)) return;
  struct handover_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Who needs what this week")),
      .worker = cover.name,
      .from = day_words(rq->arena, cover.from),
      .to = day_words(rq->arena, cover.to)};
  struct carrieds all = caseload_of(rq, cover.user_id);
  struct promises_due due = contacts_promises_due(rq->db, rq->arena, cover.user_id,
                                                  rq->today + WEEK, CARRIED_MAX);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct handover_row row = row_of(rq, &all.p[i], &due);
    bool careful = row.safe.n > 0;
    if (!row.needs.n && !careful) {
      page.quiet++;
      continue;
    }
    audit_shows(rq, all.p[i].id, CLASS_IDENTITY | CLASS_CONTACT | CLASS_CONTACTS);
    *slice_push(rq->arena, &page.rows, &cap) = row;
  }
  view_caseload_handover(rq->view, &page);
}
