/* sign_in_pages: signing in and out, and in the demo place one press for a persona. */
#include "accounts.html.h"
#include "accounts/inside.h"
#include "web/session.h"

static struct str sign_in_sentence(struct request *rq, enum sign_in_end end) {
  switch (end) {
    case SIGN_IN_OK: return (struct str){0};
    case SIGN_IN_WRONG:
      return PAGE_TITLE(rq, "That name, password or code is not right. Check them and try again.");
    case SIGN_IN_TOO_MANY:
      return PAGE_TITLE(rq, "There have been too many tries. Wait five minutes, then try again.");
    case SIGN_IN_NEEDS_CODE: return PAGE_TITLE(rq, "Type the six digits from your app too.");
    case SIGN_IN_FAILED: break;
  }
  return PAGE_TITLE(rq, "We could not check that just now. Try again in a minute.");
}

static struct personas personas_of(struct request *rq) {
  struct personas all = {0};
  size_t cap = 0;
  if (!page_site()->demo) return all;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select u.id, u.name, u.does, t.name, o.name from user_account u "
                  "join team t on t.id = u.team_id "
                  "join member_organisation o on o.id = t.organisation_id "
                  "where u.invented = 1 and u.does is not null and u.disabled_at is null "
                  "order by u.id"));
  while (db_next(&r))
    *slice_push(rq->arena, &all, &cap) = (struct persona){
        row_int(&r, 0), row_text(&r, 1), row_text(&r, 2), row_text(&r, 3), row_text(&r, 4)};
  return all;
}

/* Residents whose own page may be tried: invented, and opened by the demo. */
static struct personas residents_of(struct request *rq) {
  struct personas all = {0};
  size_t cap = 0;
  if (!page_site()->demo) return all;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("/* by key */ "
                  "select a.id, p.name, a.does from resident_access a join person p on p.id = "
                  "a.person_id where a.does is not null and a.closed_at is null and p.invented = 1 "
                  "order by a.does limit 12"));
  while (db_next(&r))
    *slice_push(rq->arena, &all, &cap) =
        (struct persona){.id = row_int(&r, 0), .name = row_text(&r, 1), .does = row_text(&r, 2)};
  return all;
}

static void show_sign_in(struct request *rq, struct str fault) {
  struct sign_in_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Sign in")),
                              .fault = fault,
                              .name = request_form(rq, "name"),
                              .demo = page_site()->demo,
                              .personas = personas_of(rq),
                              .residents = residents_of(rq)};
  struct str next = request_form(rq, "next");
  page.next = next.n ? next : request_query(rq, "next");
  view_accounts_sign_in(rq->view, &page);
}

void accounts_sign_in_page(struct request *rq) { show_sign_in(rq, (struct str){0}); }

/* A recovery code is longer than an app's. */
static void say_codes_left(struct request *rq, int64_t user_id, struct str code) {
  if (code.n < RECOVERY_CODE_CHARS) return;
  reply_flash(rq, SAY_N(rq->arena, (enum language)rq->lang,
                        TN("You used a recovery code. 1 is left; make new ones under Your account.",
                           "You used a recovery code. {n} are left.",
                           accounts_recovery_left(rq->db, user_id))));
}

/* Every try is in the log, with who it was once that is known and nothing that was typed (ASVS
 * 16.3.1). */
void accounts_note_sign_in(const struct request *rq, enum sign_in_end end, int64_t user_id) {
  static const char *const ends[] = {[SIGN_IN_OK] = "in", [SIGN_IN_WRONG] = "wrong",
                                     [SIGN_IN_NEEDS_CODE] = "needs-code",
                                     [SIGN_IN_TOO_MANY] = "too-many", [SIGN_IN_FAILED] = "failed"};
  log_event(end == SIGN_IN_OK ? LOG_INFO : LOG_WARNING, "sign-in",
            "end=%s user=%lld request=%016llx", ends[end], (long long)user_id,
            (unsigned long long)rq->id);
}

void accounts_sign_in_post(struct request *rq) {
  struct sign_in typed = {request_form(rq, "name"), request_form(rq, "password"),
                          request_form(rq, "code"), request_address(rq)};
  int64_t user_id = 0;
  enum sign_in_end end = accounts_sign_in(rq->db, rq->arena, &typed, rq->now, &user_id);
  accounts_note_sign_in(rq, end, user_id);
  bool shared = request_form(rq, "shared").n > 0;
  if (end == SIGN_IN_OK && session_open(rq, user_id, shared)) {
    say_codes_left(rq, user_id, typed.code);
    reply_redirect(rq, session_next(rq)); /* who has yet to set up an app is led there */
    return;
  }
  reply_status(rq, end == SIGN_IN_TOO_MANY ? 429 : 422);
  show_sign_in(rq, sign_in_sentence(rq, end == SIGN_IN_OK ? SIGN_IN_FAILED : end));
}

static void resident_persona(struct request *rq) {
  int64_t id = 0;
  bool known = page_site()->demo && str_to_i64(request_form(rq, "resident"), &id) &&
               db_number(rq->db, 0,
                         SQL("select count(*) from resident_access a join person p on p.id = "
                             "a.person_id where a.id = ?1 and p.invented = 1 and a.does is not "
                             "null and a.closed_at is null"),
                         V(id)) == 1;
  if (known && session_open(rq, -id, false))
    reply_redirect(rq, S("/mine"));
  else
    reply_not_found(rq);
}

/* Only in the demo place, and only for people who are invented. */
void accounts_persona_post(struct request *rq) {
  int64_t id = 0;
  if (request_form(rq, "resident").n) return resident_persona(rq);
  bool known = page_site()->demo && str_to_i64(request_form(rq, "persona"), &id) &&
               db_number(rq->db, 0,
                         SQL("select count(*) from user_account where id = ?1 and invented = 1 and "
                             "does is not null and disabled_at is null"),
                         V(id)) == 1;
  if (!known || !session_open(rq, id, false)) {
    reply_not_found(rq);
    return;
  }
  reply_redirect(rq, session_next(rq));
}

void accounts_sign_out_post(struct request *rq) {
  session_close(rq);
  reply_redirect(rq, S("/"));
}
