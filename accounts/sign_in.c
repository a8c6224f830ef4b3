/* sign_in: checking who somebody is. Every wrong answer takes the same time and gets the same
 * words, so that trying names tells nothing; the 11th guess in five minutes is refused, per name
 * and per address (SECURITY-REQUIREMENTS 6.3). */
#include "accounts/accounts.h"
#include "accounts/inside.h"
#include "accounts/password.h"
#include "accounts/totp.h"
#include "db/seal.h"
#include "web/session.h"

struct found {
  int64_t id, last_step;
  struct str hash, secret;
};

static bool find_user(struct db *db, struct arena *a, struct str name, struct found *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select id, password_hash, totp_secret, totp_last_step from user_account "
                  "where sign_in = ?1 and disabled_at is null and password_hash is not null"),
              V(sign_in_name(a, name))))
    return false;
  *out = (struct found){.id = row_int(&r, 0),
                        .hash = row_text(&r, 1),
                        .secret = row_text(&r, 2),
                        .last_step = row_int(&r, 3)};
  db_done(&r);
  return true;
}

/* The code is used up in the same statement that checks nobody else used it. */
static bool code_used(struct db *db, int64_t user_id, int64_t before, int64_t step) {
  return db_run(db,
                SQL("update user_account set totp_last_step = ?2 where id = ?1 and totp_last_step "
                    "= ?3"),
                V(user_id), V(step), V(before)) == DB_OK &&
         db_changes(db) == 1;
}

static enum sign_in_end check_code(struct db *db, struct arena *a, struct found *user,
                                   struct str code, instant_t now) {
  struct str secret;
  int64_t before = user->last_step;
  if (user->secret.n == 0) return SIGN_IN_OK; /* not enrolled yet: the next page asks for it */
  if (code.n == 0) return SIGN_IN_NEEDS_CODE;
  if (accounts_recovery_use(db, a, user->id, code, now)) return SIGN_IN_OK;
  if (!unseal_own(a, "totp", user->secret, &secret)) return SIGN_IN_FAILED;
  if (!totp_check(secret, code, now, &user->last_step)) return SIGN_IN_WRONG;
  return code_used(db, user->id, before, user->last_step) ? SIGN_IN_OK : SIGN_IN_WRONG;
}

enum sign_in_end accounts_sign_in(struct db *db, struct arena *a, const struct sign_in *s,
                                  instant_t now, int64_t *user_id) {
  struct found user = {0};
  struct str name = sign_in_name(a, s->name);
  if (!limit_take(db, a, "sign-in name", name, ACCOUNT_GUESSES_MAX, ACCOUNT_GUESS_SECONDS, now) ||
      !limit_take(db, a, "sign-in address", s->address, ACCOUNT_ADDRESS_GUESSES_MAX,
                  ACCOUNT_GUESS_SECONDS, now))
    return SIGN_IN_TOO_MANY;
  if (!find_user(db, a, s->name, &user)) {
    password_spend(s->password);
    return SIGN_IN_WRONG;
  }
  if (!password_matches(a, user.hash, s->password)) return SIGN_IN_WRONG;
  enum sign_in_end end = check_code(db, a, &user, s->code, now);
  if (end != SIGN_IN_OK) return end;
  limit_clear(db, a, "sign-in name", name);
  *user_id = user.id;
  return SIGN_IN_OK;
}

bool accounts_second_step(struct db *db, struct arena *a, int64_t user_id, struct str code,
                          instant_t now) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select totp_secret, totp_last_step from user_account where id = ?1"),
              V(user_id)))
    return false;
  struct found user = {.id = user_id, .secret = row_text(&r, 0), .last_step = row_int(&r, 1)};
  db_done(&r);
  return user.secret.n && check_code(db, a, &user, code, now) == SIGN_IN_OK;
}

bool accounts_totp_enrol(struct db *db, struct arena *a, int64_t user_id, struct str secret,
                         struct str code, instant_t now) {
  struct str sealed;
  int64_t step = 0;
  return totp_check(secret, code, now, &step) && seal_own(a, "totp", secret, &sealed) &&
         db_run(db,
                SQL("update user_account set totp_secret = ?2, totp_last_step = ?3 where id = ?1"),
                V(user_id), db_blob(sealed), V(step)) == DB_OK;
}

const struct session_hooks accounts_session_hooks = {.actor = accounts_actor,
                                                     .token = accounts_token_actor,
                                                     .token_use = accounts_token_use,
                                                     .sign_in_path = "/sign-in",
                                                     .resident_path = "/enter"};
