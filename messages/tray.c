/* tray: what comes in lands on the one person it can only be from, or waits for a worker to say
 * whose it is. A number of two people of the organisation, one said to be shared, one of nobody,
 * of somebody who hides or whom only others support: all alike, so the tray says nothing of any. */
#include "db/seal.h"
#include "messages/inside.h"

enum { SHARED_LOOK = 4, TOKEN_BYTES = 24 };

static struct str token_hash(struct arena *a, struct str token) {
  struct sha256 h = sha256_of(token);
  return hex_of(a, h.b, sizeof h.b);
}

int64_t inbox_organisation(struct db *db, struct arena *a, struct str token) {
  return db_number(db, 0,
                   SQL("select organisation_id from message_inbox where token_hash = ?1 and "
                       "ended_at is null"),
                   V(token_hash(a, token)));
}

struct str inbox_token_make(struct db *db, struct arena *a, int64_t organisation_id,
                            instant_t now) {
  unsigned char secret[TOKEN_BYTES];
  secret_bytes(secret, sizeof secret);
  struct str token = base64url_of(a, secret, sizeof secret);
  int64_t row = db_insert(db,
                          SQL("insert into message_inbox (organisation_id, token_hash, made_at) "
                              "values (?1, ?2, ?3) returning id"),
                          V(organisation_id), V(token_hash(a, token)), db_instant(a, now));
  return row ? token : (struct str){0};
}

/* Supported by a team of this organisation today? */
static bool is_theirs(struct db *db, struct arena *a, int64_t person_id, int64_t organisation_id,
                      day_t today) {
  return db_number(db, 0,
                   SQL("select count(*) from may_see m join team t on t.id = m.team_id where "
                       "m.person_id = ?1 and t.organisation_id = ?2 and m.reason = 'team' and "
                       "m.from_day <= ?3 and m.to_day >= ?3"),
                   V(person_id), V(organisation_id), db_day(a, today)) > 0;
}

/* The one person it can only be from; 0: nothing may be guessed. */
static int64_t whose(struct db *db, struct arena *a, const struct message_came *came, day_t today) {
  int64_t found[SHARED_LOOK], one = 0;
  size_t n = people_by_phone(db, a, came->number, found, SHARED_LOOK), theirs = 0;
  for (size_t i = 0; i < n; i++)
    if (is_theirs(db, a, found[i], came->organisation_id, today)) one = found[i], theirs++;
  struct safe_said said;
  if (theirs != 1 || !safe_said_read(db, a, one, &said) || said.shared_phone) return 0;
  return one;
}

static enum db_result land(struct db *db, struct arena *a, const struct message_came *came,
                           int64_t person_id, struct str number, instant_t now) {
  struct str words, address;
  if (!seal(db, a, (struct seal_place){person_id, CLASS_CONTACTS, "message.words"}, came->words,
            now, &words) ||
      !seal(db, a, (struct seal_place){person_id, CLASS_CONTACT, "message.address"}, number, now,
            &address))
    return DB_FAILED;
  return db_run(db,
                SQL("insert into message (public_id, person_id, organisation_id, direction, "
                    "channel, purpose, level, own_words, words, address, added_at, not_before, "
                    "provider_ref) values (?1, ?2, ?3, ?4, 'sms', '', 0, 1, ?5, ?6, ?7, ?7, ?8) on "
                    "conflict (provider_ref) do nothing"),
                db_uuid(a, uuid_v4()), V(person_id), V(came->organisation_id),
                V(came->missed_call ? S("missed") : S("in")), db_blob(words), db_blob(address),
                db_instant(a, now), db_text_or_null(came->reference));
}

static enum db_result lay(struct db *db, struct arena *a, const struct message_came *came,
                          struct str number, instant_t now) {
  struct str words, address;
  if (!seal(db, a, (struct seal_place){0, CLASS_CONTACTS, "message_tray.words"}, came->words, now,
            &words) ||
      !seal(db, a, (struct seal_place){0, CLASS_CONTACT, "message_tray.address"}, number, now,
            &address))
    return DB_FAILED;
  return db_run(db,
                SQL("insert into message_tray (public_id, organisation_id, direction, address, "
                    "words, came_at, provider_ref) values (?1, ?2, ?3, ?4, ?5, ?6, ?7) on conflict "
                    "(provider_ref) do nothing"),
                db_uuid(a, uuid_v4()), V(came->organisation_id),
                V(came->missed_call ? S("missed") : S("in")), db_blob(address), db_blob(words),
                db_instant(a, now), db_text_or_null(came->reference));
}

bool messages_came(struct db *db, struct arena *a, const struct message_came *came, instant_t now,
                   enum db_result *result) {
  struct str number;
  *result = DB_OK;
  if (!phone_tidy(a, came->number, &number)) return false;
  int64_t person = whose(db, a, came, instant_local_uk(now).day);
  *result = person ? land(db, a, came, person, number, now) : lay(db, a, came, number, now);
  return true;
}

enum db_result message_tray_give(struct db *db, struct arena *a, int64_t tray_id, int64_t person_id,
                         int64_t by_user, instant_t now) {
  struct rows r;
  struct str address, words;
  if (!db_one(&r, db, a,
              SQL("select organisation_id, direction, address, words, provider_ref, came_at from "
                  "message_tray where id = ?1 and settled_at is null"),
              V(tray_id)))
    return DB_CONFLICT; /* somebody settled it first */
  struct message_came came = {.organisation_id = row_int(&r, 0),
                              .missed_call = str_eq(row_text(&r, 1), S("missed")),
                              .reference = row_text(&r, 4)};
  struct str sealed_address = row_text(&r, 2), sealed_words = row_text(&r, 3);
  instant_t came_at = row_instant(&r, 5);
  db_done(&r);
  if (!unseal(db, a, (struct seal_place){0, CLASS_CONTACT, "message_tray.address"}, sealed_address,
              &address) ||
      !unseal(db, a, (struct seal_place){0, CLASS_CONTACTS, "message_tray.words"}, sealed_words,
              &words))
    return DB_FAILED;
  came.words = words;
  enum db_result result = land(db, a, &came, person_id, address, came_at);
  if (result != DB_OK) return result;
  return db_run(db,
                SQL("update message_tray set settled_at = ?2, settled_by = ?3, settled_how = "
                    "'person' where id = ?1 and settled_at is null"),
                V(tray_id), db_instant(a, now), V(by_user));
}
