/* resident: signing in to one's own page without e-mail (PRACTICE 14). A session of a resident
 * stands for the negative of their access, so that it can never be taken for staff. */
#include "accounts/inside.h"
#include "accounts/password.h"
#include "accounts/totp.h"
#include "db/seal.h"
#include "web/session.h"

enum { CARD_CHARS = 8, PHRASE_CHARS_MIN = 8, PHRASE_BYTES_MAX = 200, LINK_MINUTES = 10 };

static struct str random_code(struct arena *a, size_t chars) {
  unsigned char random[20];
  secret_bytes(random, sizeof random);
  return str_slice(base32_of(a, (struct str){(char *)random, sizeof random}), 0, chars);
}

/* "k7qm-2xtr" as it is compared. */
static struct str card_tidy(struct arena *a, struct str typed) {
  char *out = arena_many(a, char, CARD_CHARS);
  size_t n = 0;
  for (size_t i = 0; i < typed.n; i++) {
    char c = typed.p[i];
    if (c == ' ' || c == '-') continue;
    if (n == CARD_CHARS) return (struct str){0};
    out[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
  }
  return (struct str){out, n};
}

static struct str phrase_tidy(struct arena *a, struct str typed) {
  return utf8_fold(a, str_trim(typed));
}

static struct str card_hash(struct arena *a, struct str card) {
  return seal_blind(a, "resident card", card);
}

bool accounts_resident_open(struct db *db, struct arena *a, int64_t person_id, struct str phrase,
                            int64_t by_user, instant_t now, struct str *card, struct why *why) {
  struct str code = random_code(a, CARD_CHARS), hash, tidy = phrase_tidy(a, phrase);
  if (utf8_count(tidy) < PHRASE_CHARS_MIN || phrase.n > PHRASE_BYTES_MAX)
    return why_say(why, "A phrase of %d letters or more that only they would say.",
                   PHRASE_CHARS_MIN);
  if (!password_hash(a, tidy, &hash) ||
      db_run(db,
             SQL("insert into resident_access (person_id, card_hash, phrase_hash, tries, "
                 "opened_by, opened_at) values (?1, ?2, ?3, 0, ?4, ?5) on conflict (person_id) do "
                 "update set card_hash = excluded.card_hash, phrase_hash = excluded.phrase_hash, "
                 "tries = 0, opened_by = excluded.opened_by, opened_at = excluded.opened_at, "
                 "closed_at = null"),
             V(person_id), V(card_hash(a, code)), V(hash), V(by_user), db_instant(a, now)) != DB_OK)
    return why_say(why, "The card could not be made. Try again.");
  *card = str_format(a, "%.*s-%.*s", P(str_slice(code, 0, 4)), P(str_slice(code, 4, CARD_CHARS)));
  return true;
}

/* Every session ends at its next request: accounts_actor no longer knows it. */
enum db_result accounts_resident_close(struct db *db, struct arena *a, int64_t person_id,
                                       instant_t now) {
  return db_run(db,
                SQL("update resident_access set closed_at = ?2, card_hash = null, phrase_hash = "
                    "null where person_id = ?1 and closed_at is null"),
                V(person_id), db_instant(a, now));
}

enum db_result accounts_resident_forget(struct db *db, int64_t person_id) {
  enum db_result result = db_run(db,
                                 SQL("delete from resident_link where access_id in (select id from "
                                     "resident_access where person_id = ?1)"),
                                 V(person_id));
  return result == DB_OK ? db_run(db, SQL("delete from resident_access where person_id = ?1"),
                                  V(person_id))
                         : result;
}

bool accounts_resident_has(struct db *db, int64_t person_id) {
  return db_number(db, 0,
                   SQL("select count(*) from resident_access where person_id = ?1 and closed_at is "
                       "null"),
                   V(person_id)) == 1;
}

enum db_result accounts_resident_persona(struct db *db, int64_t person_id, struct str does) {
  return db_run(db, SQL("update resident_access set does = ?2 where person_id = ?1"), V(person_id),
                V(does));
}

struct str accounts_resident_link(struct db *db, struct arena *a, int64_t person_id,
                                  int64_t by_user, instant_t now) {
  struct str token = str_lower(a, random_code(a, 32));
  int64_t access = db_number(
      db, 0, SQL("select id from resident_access where person_id = ?1 and closed_at is null"),
      V(person_id));
  if (!access ||
      db_run(db,
             SQL("insert into resident_link (access_id, token_hash, made_by, until_at) values (?1, "
                 "?2, ?3, ?4)"),
             V(access), V(seal_blind(a, "resident link", token)), V(by_user),
             db_instant(a, now + (instant_t)LINK_MINUTES * 60 * 1000000)) != DB_OK)
    return (struct str){0};
  return token;
}

int64_t resident_link_take(struct db *db, struct arena *a, struct str token, instant_t now) {
  struct str hash = seal_blind(a, "resident link", token);
  if (db_run(db,
             SQL("update resident_link set used_at = ?2 where token_hash = ?1 and used_at is null "
                 "and until_at > ?2"),
             V(hash), db_instant(a, now)) != DB_OK ||
      db_changes(db) != 1)
    return 0;
  return db_number(db, 0,
                   SQL("select c.id from resident_link l join resident_access c on c.id = "
                       "l.access_id where l.token_hash = ?1 and c.closed_at is null"),
                   V(hash));
}

/* A try is counted before the phrase is looked at, so that many at once count too. */
static bool try_counted(struct db *db, int64_t access) {
  return db_run(db,
                SQL("update resident_access set tries = tries + 1 where id = ?1 and tries < ?2"),
                V(access), V(RESIDENT_TRIES_MAX)) == DB_OK &&
         db_changes(db) == 1;
}

enum sign_in_end resident_sign_in(struct db *db, struct arena *a, const struct sign_in *s,
                                  instant_t now, int64_t *access) {
  struct rows r;
  struct str phrase = phrase_tidy(a, s->password), hash = {0};
  int64_t id = 0;
  if (!limit_take(db, a, "resident address", s->address, ACCOUNT_ADDRESS_GUESSES_MAX,
                  ACCOUNT_GUESS_SECONDS, now))
    return SIGN_IN_TOO_MANY;
  if (db_one(&r, db, a,
             SQL("select id, phrase_hash from resident_access where card_hash = ?1 and closed_at "
                 "is null"),
             V(card_hash(a, card_tidy(a, s->name))))) {
    id = row_int(&r, 0), hash = row_text(&r, 1);
    db_done(&r);
  }
  if (!id || !try_counted(db, id)) { /* no such card, or closed by tries: the same, as slowly */
    password_spend(phrase);
    return SIGN_IN_WRONG;
  }
  if (!password_matches(a, hash, phrase)) return SIGN_IN_WRONG;
  db_run(db, SQL("update resident_access set tries = 0 where id = ?1"), V(id));
  *access = id;
  return SIGN_IN_OK;
}

bool resident_actor(struct db *db, struct arena *a, int64_t access, int64_t session_id,
                    struct actor *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("select person_id from resident_access where id = ?1 and closed_at is null"),
              V(access)))
    return false;
  *out = (struct actor){.user_id = -access,
                        .person_id = row_int(&r, 0),
                        .session_id = session_id,
                        .roles = ROLE_RESIDENT};
  db_done(&r);
  return true;
}
