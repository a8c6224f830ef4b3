/* me_pages: one's own account: where one is signed in, and the password. */
#include "accounts.html.h"
#include "accounts/inside.h"
#include "accounts/password.h"
#include "web/route.h"
#include "web/session.h"

/* "21 November 2026, 14:05" in local time. */
static struct str moment(struct request *rq, instant_t t) {
  struct local l = instant_local_uk(t);
  struct str day = day_words(rq->arena, l.day);
  return str_format(rq->arena, "%.*s, %02d:%02d", P(day), l.minute / 60, l.minute % 60);
}

static void show_me(struct request *rq, struct str fault) {
  struct me_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Your account")),
                         .name = rq->actor.name,
                         .team = rq->actor.team_name,
                         .organisation = rq->actor.organisation_name,
                         .fault = fault,
                         .roles = who_words(rq->arena, rq->actor.roles)};
  page.has_code =
      db_number(rq->db, 0,
                SQL("select count(*) from user_account where id = ?1 and totp_secret is not null"),
                V(rq->actor.user_id)) == 1;
  page.worker = actor_has(&rq->actor, ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER |
                                          ROLE_SAFEGUARDING);
  page.decides = actor_has(&rq->actor, ROLE_MANAGER | ROLE_SAFEGUARDING);
  page.office = actor_has(&rq->actor, ROLE_MANAGER | ROLE_ADMIN);
  page.codes_left = accounts_recovery_left(rq->db, rq->actor.user_id);
  struct notices notices = accounts_notices(rq->db, rq->arena, rq->actor.user_id);
  page.notices.p = notices.p, page.notices.n = notices.n;
  struct session_rows rows = session_list(rq, rq->actor.user_id);
  page.sessions.p = arena_many(rq->arena, struct own_session, rows.n + 1);
  for (size_t i = 0; i < rows.n; i++)
    page.sessions.p[page.sessions.n++] =
        (struct own_session){rows.p[i].id, rows.p[i].device, moment(rq, rows.p[i].began_at),
                             moment(rq, rows.p[i].seen_at), rows.p[i].current};
  view_accounts_me(rq->view, &page);
}

void accounts_me_page(struct request *rq) { show_me(rq, (struct str){0}); }

void accounts_notice_post(struct request *rq) {
  int64_t id = 0;
  db_begin(rq->db, STORE_MAIN);
  if (str_to_i64(request_form(rq, "notice"), &id))
    accounts_notice_read(rq->db, rq->arena, rq->actor.user_id, id, rq->now);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK) {
    reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
    return;
  }
  reply_redirect(rq, S("/me"));
}

void accounts_session_end_post(struct request *rq) {
  int64_t id = 0;
  if (!str_to_i64(request_form(rq, "session"), &id) ||
      !session_end(rq->db, id, rq->actor.user_id)) {
    reply_not_found(rq);
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "That one is signed out."));
  reply_redirect(rq, S("/me"));
}

void accounts_sessions_end_post(struct request *rq) {
  session_end_all(rq->db, rq->actor.user_id, 0);
  session_close(rq);
  reply_redirect(rq, S("/sign-in"));
}

void accounts_password_post(struct request *rq) {
  struct rows r;
  struct why why;
  struct str hash = {0};
  if (db_one(&r, rq->db, rq->arena, SQL("select password_hash from user_account where id = ?1"),
             V(rq->actor.user_id))) {
    hash = row_text(&r, 0);
    db_done(&r);
  }
  if (!password_matches(rq->arena, hash, request_form(rq, "old"))) {
    reply_status(rq, 422);
    show_me(rq, PAGE_TITLE(rq, "The password you use now is not right."));
    return;
  }
  if (!accounts_password_set(rq->db, rq->arena, rq->actor.user_id, request_form(rq, "new"), rq->now,
                             &why)) {
    reply_status(rq, 422);
    show_me(rq, words_label((enum language)rq->lang, why_str(&why)));
    return;
  }
  session_end_all(rq->db, rq->actor.user_id, rq->actor.session_id);
  reply_flash(rq, PAGE_TITLE(rq, "Your password is changed. Every other browser is signed out."));
  reply_redirect(rq, S("/me"));
}
