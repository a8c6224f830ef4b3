/* past_pages: records nobody needs any more. Once support has ended no worker sees a record, and it
 * must not stay for ever because of that: a manager sees by reference, never by name, what nothing
 * holds any longer, and lets it go. */
#include "db/seal.h"
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"

enum { LOOKED_AT_MAX = 500, SHOWN_MAX = 50, REFERENCE_CHARS = 8 };

/* What may go of somebody and has not gone before. */
static uint32_t may_go(struct request *rq, int64_t person_id) {
  struct keepings keep;
  uint32_t going = 0, gone = 0;
  if (!people_keepings(rq->db, rq->arena, person_id, rq->today, &keep)) return 0;
  for (int c = 0; c < CLASS_COUNT; c++)
    if (!keep.of[c].held) going |= keep.of[c].class_bit;
  struct rows r = db_rows(rq->db, rq->arena, SQL("select erased from erasure where person_id = ?1"),
                          V(person_id));
  while (db_next(&r)) gone |= (uint32_t)row_int(&r, 0);
  return r.result == DB_OK ? going & ~gone : 0;
}

static struct str public_id(struct request *rq, int64_t person_id) {
  struct rows r;
  struct str id = {0};
  if (!db_one(&r, rq->db, rq->arena, SQL("select public_id from person where id = ?1"),
              V(person_id)))
    return id;
  id = row_text(&r, 0);
  db_done(&r);
  return id;
}

void people_past_page(struct request *rq) {
  struct past_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Past their time"))};
  int64_t ended[LOOKED_AT_MAX];
  size_t cap = 0,
         n = permission_ended(rq->db, rq->arena, &rq->actor, rq->today, ended, countof(ended));
  audit_shows(rq, 0, 0);
  page.more = n == countof(ended);
  for (size_t i = 0; i < n && page.rows.n < SHOWN_MAX; i++) {
    uint32_t going = may_go(rq, ended[i]);
    if (!going) continue;
    struct str id = public_id(rq, ended[i]);
    *slice_push(rq->arena, &page.rows, &cap) = (struct past_row){
        id, str_slice(id, 0, REFERENCE_CHARS), class_list_words(rq->arena, going)};
    audit_shows(rq, ended[i], 0);
  }
  view_people_past(rq->view, &page);
}

/* One of those the page may list, or 0. */
static int64_t past_person(struct request *rq) {
  int64_t ended[LOOKED_AT_MAX];
  size_t n = permission_ended(rq->db, rq->arena, &rq->actor, rq->today, ended, countof(ended));
  for (size_t i = 0; i < n; i++)
    if (str_eq(public_id(rq, ended[i]), request_form(rq, "person"))) return ended[i];
  return 0;
}

void people_past_post(struct request *rq) {
  int64_t person = past_person(rq);
  uint32_t going = person ? may_go(rq, person) : 0, erased = 0;
  audit_shows(rq, person, 0);
  if (!going) {
    reply_flash(rq,
                PAGE_TITLE(rq, "Nothing was erased: this record is still needed, or has gone."));
    reply_redirect(rq, S("/keeping"));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  people_erase(rq->db, rq->arena, person, going, "retention", rq->actor.user_id, rq->now, &erased);
  audit_did(rq, "erased", person, erased);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || seal_erase_finish(rq->db, rq->arena) != DB_OK) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be done just now. Try again in a minute."));
    return;
  }
  reply_flash(rq,
              PAGE_TITLE(rq, "Erased here now. It is complete after 30 days, when the last copy "
                             "of its keys is gone."));
  reply_redirect(rq, S("/keeping"));
}
