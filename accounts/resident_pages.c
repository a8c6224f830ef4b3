/* resident_pages: the neutral page where a resident types what stands on their card, and the one a
 * link opens: pressing its button uses it up, so that a preview of the message cannot. */
#include "accounts.html.h"
#include "accounts/inside.h"
#include "web/session.h"

static void show(struct request *rq, struct str fault) {
  struct resident_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Sign in")),
                               .fault = fault};
  struct str next = request_form(rq, "next");
  page.next = next.n ? next : request_query(rq, "next");
  view_accounts_resident(rq->view, &page);
}

void accounts_resident_page(struct request *rq) { show(rq, (struct str){0}); }

static void enter(struct request *rq, int64_t access) {
  struct str next = session_next(rq); /* a form kept when their session ran out, if there is one */
  if (session_open(rq, -access, request_form(rq, "shared").n > 0))
    reply_redirect(rq, str_eq(next, S("/start")) ? S("/mine") : next);
  else reply_refuse(rq, 503, PAGE_TITLE(rq, "That did not work just now. Try again in a minute."));
}

void accounts_resident_post(struct request *rq) {
  struct sign_in typed = {.name = request_form(rq, "card"),
                          .password = request_form(rq, "phrase"),
                          .address = request_address(rq)};
  int64_t access = 0;
  enum sign_in_end end = resident_sign_in(rq->db, rq->arena, &typed, rq->now, &access);
  accounts_note_sign_in(rq, end, -access);
  if (end == SIGN_IN_OK) {
    enter(rq, access);
    return;
  }
  reply_status(rq, end == SIGN_IN_TOO_MANY ? 429 : 422);
  show(rq, end == SIGN_IN_TOO_MANY
               ? PAGE_TITLE(rq, "There have been too many tries. Wait five minutes, then try "
                              "again.")
               : PAGE_TITLE(rq, "That card and phrase do not fit. Try again. After five tries, ask "
                                "your worker for a new card."));
}

void accounts_link_page(struct request *rq) {
  struct resident_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Sign in")),
                               .token = request_path(rq, "token")};
  view_accounts_link(rq->view, &page);
}

void accounts_link_post(struct request *rq) {
  int64_t access = 0;
  bool fits = limit_take(rq->db, rq->arena, "resident address", request_address(rq),
                         ACCOUNT_ADDRESS_GUESSES_MAX, ACCOUNT_GUESS_SECONDS, rq->now);
  if (fits) access = resident_link_take(rq->db, rq->arena, request_path(rq, "token"), rq->now);
  if (access) {
    enter(rq, access);
    return;
  }
  reply_status(rq, 422);
  show(rq, PAGE_TITLE(rq, "That link was used or is over ten minutes old. Ask for another, or use "
                          "your card."));
}
