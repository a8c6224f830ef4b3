/* equality: questions the person answers alone, each of which they may decline; kept apart and
 * counted only in tables of ten or more (PRACTICE 6). The one function that gives somebody's
 * answers is for the copy of everything they asked for themselves (PRACTICE 9). */
#include "db/seal.h"
#include "programme/inside.h"
#include "support/support.h"

#define WORDING "equality 1"
enum { TOKEN_BYTES = 16, COUNT_ARENA_BYTES = 64 << 20 };
static const int64_t minute_us = 60ll * 1000000;

static struct str hash_of(struct arena *a, struct str token) {
  struct sha256 h = sha256_of2(S("equality link "), token);
  return hex_of(a, &h, sizeof h);
}

struct str equality_link(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
                         instant_t now, enum db_result *result) {
  uint8_t bytes[TOKEN_BYTES];
  secret_bytes(bytes, sizeof bytes);
  struct str token = base64url_of(a, bytes, sizeof bytes);
  *result = db_run(db,
                   SQL("insert into equality_link (person_id, token_hash, made_by, made_at, "
                       "until_at) values (?1, ?2, ?3, ?4, ?5)"),
                   V(person_id), V(hash_of(a, token)), V(by_user), db_instant(a, now),
                   db_instant(a, now + EQUALITY_MINUTES * minute_us));
  return token;
}

int64_t equality_link_of(struct db *db, struct arena *a, struct str token, instant_t now) {
  return db_number(db, 0,
                   SQL("select person_id from equality_link where token_hash = ?1 and used_at is "
                       "null and until_at > ?2"),
                   V(hash_of(a, token)), db_instant(a, now));
}

static struct seal_place place_of(int64_t person) {
  return (struct seal_place){person, CLASS_EQUALITY, "equality_answer.answer"};
}

static enum db_result keep_one(struct db *db, struct arena *a, int64_t person_id,
                               const struct equality_given *g, instant_t now) {
  struct str sealed;
  /* One length for every answer, so that a long choice cannot be told from a short one. */
  struct str padded = str_format(a, "%-120.*s", P(g->answer));
  if (!seal(db, a, place_of(person_id), padded, now, &sealed)) return DB_FAILED;
  return db_run(db,
                SQL("insert into equality_answer (person_id, wording, question, answer, said_on) "
                    "values (?1, ?2, ?3, ?4, ?5) on conflict (person_id, wording, question) do "
                    "update set answer = excluded.answer, said_on = excluded.said_on"),
                V(person_id), V(S(WORDING)), V(g->question), V(db_blob(sealed)),
                db_day(a, instant_local_uk(now).day));
}

enum db_result equality_keep(struct db *db, struct arena *a, int64_t person_id, struct str token,
                             const struct equality_given *g, size_t n, instant_t now) {
  enum db_result r = db_run(db,
                            SQL("update equality_link set used_at = ?2 where token_hash = ?1 and "
                                "used_at is null"),
                            V(hash_of(a, token)), db_instant(a, now));
  if (r == DB_OK && db_changes(db) != 1) return DB_CONFLICT;
  for (size_t i = 0; i < n && r == DB_OK; i++) r = keep_one(db, a, person_id, &g[i], now);
  return r;
}

static struct str question_words(const struct questions *all, struct str code) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].code, code)) return all->p[i].words;
  return code;
}

struct str equality_words(struct db *db, struct arena *a, int64_t person_id) {
  struct questions all = support_questions(db, a, S("equality"), EQUALITY_VERSION);
  struct str out = {0};
  struct rows r = db_rows(db, a,
                          SQL("select question, answer, said_on from equality_answer where "
                              "person_id = ?1 order by id"),
                          V(person_id));
  while (db_next(&r)) {
    struct str answer = {0}, asked = question_words(&all, row_text(&r, 0));
    if (!unseal(db, a, place_of(person_id), row_text(&r, 1), &answer)) continue;
    answer = str_trim(answer);
    if (!answer.n) answer = S("-");
    out = str_format(a, "%.*s%.*s %.*s (%.*s)\n", P(out), P(asked), P(answer),
                     P(day_words(a, row_day(&r, 2))));
  }
  return out;
}

void equality_count(struct db *db, struct arena *a, struct str question, struct strs choices,
                    const int64_t *people, size_t n, int64_t *counts) {
  struct arena some = arena_open(COUNT_ARENA_BYTES);
  struct rows r = db_rows(db, &some,
                          SQL("select person_id, answer from equality_answer where person_id in "
                              "INTS(?1) and wording = ?2 and question = ?3"),
                          V(db_in(a, people, n)), V(S(WORDING)), V(question));
  for (size_t i = 0; i < choices.n; i++) counts[i] = 0;
  while (db_next(&r)) {
    struct str answer = {0};
    if (!unseal(db, &some, place_of(row_int(&r, 0)), row_text(&r, 1), &answer)) continue;
    for (size_t i = 0; i < choices.n; i++) counts[i] += str_eq(str_trim(answer), choices.p[i]);
  }
  arena_close(&some);
}
