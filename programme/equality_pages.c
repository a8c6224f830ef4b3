/* equality_pages: the questions on the person's own screen, behind a link that opens once. The page
 * says nothing about whose it is. */
#include "programme/inside.h"
#include "programme.html.h"
#include "support/support.h"
#include "web/session.h"

enum { DOOR_TRIES = 20, DOOR_SECONDS = 600, QUESTIONS_MAX = 24 };

static void add_questions(struct request *rq, const struct questions *all,
                          struct equality_page *page) {
  size_t cap = 0;
  for (size_t i = 0; i < all->n; i++) {
    struct equality_question q = {.code = all->p[i].code, .words = all->p[i].words};
    size_t choices = 0;
    for (size_t k = 0; k < all->p[i].choices.n; k++)
      *slice_push(rq->arena, &q.choices, &choices) =
          (struct equality_choice){all->p[i].choices.p[k]};
    *slice_push(rq->arena, &page->questions, &cap) = q;
  }
}

static struct equality_page page_of(struct request *rq) {
  struct equality_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Questions")),
                               .action = rq->path};
  page.layout.kind =
      LAYOUT_RESIDENT; /* the tab's words say nothing, and no worker's name is on it */
  return page;
}

void equality_door(struct request *rq) {
  struct equality_page page = page_of(rq);
  struct questions all = support_questions(rq->db, rq->arena, S("equality"), EQUALITY_VERSION);
  support_question_set(rq->db, rq->arena, S("equality"), EQUALITY_VERSION, &page.intro,
                       &page.source);
  page.open = limit_take(rq->db, rq->arena, "equality link", request_address(rq), DOOR_TRIES,
                         DOOR_SECONDS, rq->now) &&
              equality_link_of(rq->db, rq->arena, request_path(rq, "token"), rq->now) != 0;
  if (page.open)
    add_questions(rq, &all, &page);
  else
    reply_status(rq, 404);
  view_equality_page(rq->view, &page);
}

/* Only answers a question offers are kept; anything else, and no answer, is "rather not say". */
static size_t read_given(struct request *rq, struct equality_given *out) {
  struct questions all = support_questions(rq->db, rq->arena, S("equality"), EQUALITY_VERSION);
  size_t n = all.n < QUESTIONS_MAX ? all.n : QUESTIONS_MAX;
  for (size_t i = 0; i < n; i++) {
    struct str said = request_form(rq, str_c(rq->arena, all.p[i].code));
    out[i] = (struct equality_given){.question = all.p[i].code};
    for (size_t k = 0; k < all.p[i].choices.n; k++)
      if (str_eq(all.p[i].choices.p[k], said)) out[i].answer = all.p[i].choices.p[k];
  }
  return n;
}

struct answer_work {
  struct request *rq;
  struct str token;
  struct equality_given given[QUESTIONS_MAX];
  size_t n;
};

static enum db_result answer_once(struct db *db, void *with) {
  struct answer_work *w = with;
  struct request *rq = w->rq;
  int64_t person = equality_link_of(db, rq->arena, w->token, rq->now);
  if (!person) return DB_CONFLICT;
  enum db_result r = equality_keep(db, rq->arena, person, w->token, w->given, w->n, rq->now);
  if (r == DB_OK) audit_did(rq, "answered alone", person, CLASS_EQUALITY);
  return r;
}

void equality_post(struct request *rq) {
  struct equality_page page = page_of(rq);
  struct answer_work w = {.rq = rq, .token = request_path(rq, "token")};
  w.n = read_given(rq, w.given);
  bool may = limit_take(rq->db, rq->arena, "equality link", request_address(rq), DOOR_TRIES,
                        DOOR_SECONDS, rq->now);
  page.done = may && db_atomically(rq->db, STORE_MAIN, answer_once, &w) == DB_OK;
  if (!page.done) reply_status(rq, 404);
  view_equality_page(rq->view, &page);
}
