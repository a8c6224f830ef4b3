/* recovery: ten codes for the day the telephone is lost. Fifty random bits each, so a keyed
 * fingerprint is as good as a slow hash; each works once. */
#include "accounts/inside.h"
#include "accounts/totp.h"
#include "db/seal.h"

/* "k7qm2-9xtrb" as it is compared: upper case, no spaces or dashes. "" when it is no such code. */
static struct str tidy(struct arena *a, struct str typed) {
  char *out = arena_many(a, char, RECOVERY_CODE_CHARS);
  size_t n = 0;
  for (size_t i = 0; i < typed.n; i++) {
    char c = typed.p[i];
    if (c == ' ' || c == '-') continue;
    if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    bool fits = (c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7');
    if (!fits || n == RECOVERY_CODE_CHARS) return (struct str){0};
    out[n++] = c;
  }
  return n == RECOVERY_CODE_CHARS ? (struct str){out, n} : (struct str){0};
}

static struct str code_hash(struct arena *a, int64_t user_id, struct str code) {
  return seal_blind(a, "recovery code",
                    str_format(a, "%lld %.*s", (long long)user_id, P(code)));
}

enum db_result accounts_recovery_forget(struct db *db, int64_t user_id) {
  return db_run(db, SQL("delete from recovery_code where user_id = ?1"), V(user_id));
}

enum db_result accounts_recovery_make(struct db *db, struct arena *a, int64_t user_id,
                                      instant_t now, struct strs *codes) {
  enum db_result result = accounts_recovery_forget(db, user_id);
  codes->p = arena_many(a, struct str, RECOVERY_CODES);
  codes->n = 0;
  for (int i = 0; i < RECOVERY_CODES && result == DB_OK; i++) {
    unsigned char random[7];
    secret_bytes(random, sizeof random);
    struct str code = str_slice(base32_of(a, (struct str){(char *)random, sizeof random}), 0,
                                RECOVERY_CODE_CHARS);
    result = db_run(
        db, SQL("insert into recovery_code (user_id, code_hash, made_at) values (?1, ?2, ?3)"),
        V(user_id), V(code_hash(a, user_id, code)), db_instant(a, now));
    codes->p[codes->n++] = str_format(a, "%.*s-%.*s", P(str_slice(code, 0, 5)),
                                      P(str_slice(code, 5, RECOVERY_CODE_CHARS)));
  }
  return result;
}

bool accounts_recovery_use(struct db *db, struct arena *a, int64_t user_id, struct str typed,
                           instant_t now) {
  struct str code = tidy(a, typed);
  if (!code.n) return false;
  return db_run(db,
                SQL("update recovery_code set used_at = ?3 where user_id = ?1 and code_hash = ?2 "
                    "and used_at is null"),
                V(user_id), V(code_hash(a, user_id, code)), db_instant(a, now)) == DB_OK &&
         db_changes(db) == 1;
}

int64_t accounts_recovery_left(struct db *db, int64_t user_id) {
  return db_number(
      db, 0, SQL("select count(*) from recovery_code where user_id = ?1 and used_at is null"),
      V(user_id));
}
