/* code_pages: taking an authenticator app into use, and the ten recovery codes that come with it.
 * The key is not kept until a code made with it comes back: until then it travels with the form,
 * sealed. Whoever has an app already shows that they still have it, or a recovery code, first. */
#include "accounts.html.h"
#include "accounts/inside.h"
#include "accounts/totp.h"
#include "db/seal.h"
#include "web/session.h"

static bool has_app(struct request *rq) {
  return db_number(
             rq->db, 1,
             SQL("select count(*) from user_account where id = ?1 and totp_secret is not null"),
             V(rq->actor.user_id)) != 0;
}

static void show_code(struct request *rq, struct str secret, struct str fault) {
  struct str sealed = {0}, site = page_site()->name.n ? page_site()->name : S("Waymark");
  struct code_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A code from your telephone")),
                           .fault = fault,
                           .must = rq->actor.enrolling,
                           .has_code = has_app(rq),
                           .key = base32_of(rq->arena, secret)};
  page.address = totp_address(rq->arena, site, rq->actor.name, secret);
  if (seal_own(rq->arena, "totp form", secret, &sealed))
    page.sealed = base64url_of(rq->arena, sealed.p, sealed.n);
  view_accounts_code(rq->view, &page);
}

void accounts_code_page(struct request *rq) {
  uint8_t *secret = arena_many(rq->arena, uint8_t, TOTP_SECRET_BYTES);
  totp_secret_make(secret);
  show_code(rq, (struct str){(char *)secret, TOTP_SECRET_BYTES}, (struct str){0});
}

static void refuse_code(struct request *rq, struct str secret, struct str fault) {
  reply_status(rq, 422);
  show_code(rq, secret, fault);
}

static bool tries_left(struct request *rq) {
  struct str user = str_format(rq->arena, "%lld", (long long)rq->actor.user_id);
  return limit_take(rq->db, rq->arena, "second step", user, ACCOUNT_GUESSES_MAX,
                    ACCOUNT_GUESS_SECONDS, rq->now);
}

/* Shown once: only their fingerprints are kept. */
static void show_codes(struct request *rq, struct strs codes) {
  struct codes_page page = {page_layout(rq, PAGE_TITLE(rq, "Your recovery codes")), codes};
  view_accounts_codes(rq->view, &page);
}

static bool kept(struct request *rq, const char *what, struct strs *codes) {
  if (accounts_recovery_make(rq->db, rq->arena, rq->actor.user_id, rq->now, codes) == DB_OK)
    audit_did(rq, what, 0, 0);
  if (db_commit(rq->db, STORE_MAIN) == DB_OK) return true;
  reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  return false;
}

void accounts_code_post(struct request *rq) {
  struct str sealed, secret, code = request_form(rq, "code");
  struct strs codes;
  if (!base64url_parse(rq->arena, request_form(rq, "sealed"), &sealed) ||
      !unseal_own(rq->arena, "totp form", sealed, &secret) || secret.n != TOTP_SECRET_BYTES) {
    reply_redirect(rq, S("/me/code"));
    return;
  }
  if (!tries_left(rq)) {
    refuse_code(rq, secret, PAGE_TITLE(rq, "There have been too many tries. Wait five minutes."));
    return;
  }
  if (has_app(rq) && !accounts_second_step(rq->db, rq->arena, rq->actor.user_id,
                                           request_form(rq, "now"), rq->now)) {
    refuse_code(rq, secret, PAGE_TITLE(rq, "The digits of the app you use now, or the recovery "
                                           "code, are not right."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  if (!accounts_totp_enrol(rq->db, rq->arena, rq->actor.user_id, secret, code, rq->now)) {
    db_rollback(rq->db, STORE_MAIN);
    refuse_code(
        rq, secret,
        PAGE_TITLE(
            rq,
            "Those are not the digits for this key now. Wait for the next ones and try again."));
    return;
  }
  if (!kept(rq, "authenticator app in use", &codes)) return;
  rq->actor.enrolling = false;
  show_codes(rq, codes);
}

void accounts_recovery_post(struct request *rq) {
  struct strs codes;
  if (!tries_left(rq) || !accounts_second_step(rq->db, rq->arena, rq->actor.user_id,
                                               request_form(rq, "now"), rq->now)) {
    reply_flash(rq, PAGE_TITLE(rq, "Those digits are not right, so your codes stay as they were."));
    reply_redirect(rq, S("/me"));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  if (kept(rq, "recovery codes made anew", &codes)) show_codes(rq, codes);
}
