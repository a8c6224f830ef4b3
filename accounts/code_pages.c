/* code_pages: taking an authenticator app into use. The key is not kept until a code made with it
 * comes back: until then it travels with the form, sealed. */
#include "accounts.html.h"
#include "accounts/inside.h"
#include "accounts/totp.h"
#include "db/seal.h"
#include "web/session.h"

static void show_code(struct request *rq, struct str secret, struct str fault) {
  struct str sealed = {0}, site = page_site()->name.n ? page_site()->name : S("Waymark");
  struct code_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A code from your telephone")),
                           .fault = fault,
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

void accounts_code_post(struct request *rq) {
  struct str sealed, secret;
  if (!base64url_parse(rq->arena, request_form(rq, "sealed"), &sealed) ||
      !unseal_own(rq->arena, "totp form", sealed, &secret) || secret.n != TOTP_SECRET_BYTES) {
    reply_redirect(rq, S("/me/code"));
    return;
  }
  if (!limit_take(rq->db, rq->arena, "totp enrol", rq->actor.name, ACCOUNT_GUESSES_MAX,
                  ACCOUNT_GUESS_SECONDS, rq->now) ||
      !accounts_totp_enrol(rq->db, rq->arena, rq->actor.user_id, secret, request_form(rq, "code"),
                           rq->now)) {
    reply_status(rq, 422);
    show_code(
        rq, secret,
        PAGE_TITLE(
            rq,
            "Those are not the digits for this key now. Wait for the next ones and try again."));
    return;
  }
  reply_flash(rq,
              PAGE_TITLE(rq, "Your app is in use. Its digits are asked when you next sign in."));
  reply_redirect(rq, S("/me"));
}
