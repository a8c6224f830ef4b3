/* fact: sealed texts: one of a known class, and one whose class is itself sealed. */
#include "db/seal.h"
#include "support/inside.h"

static struct seal_place head_place(struct arena *a, int64_t person_id, const char *name) {
  return (struct seal_place){person_id, CLASS_PLAN, str_c(a, str_format(a, "%s.class", name))};
}

bool fact_seal(struct db *db, struct arena *a, int64_t person_id, uint32_t class_bit,
               const char *name, struct str plain, instant_t now, struct sealed_fact *out) {
  /* Two digits always: the length tells nothing. */
  int bit = __builtin_ctz(class_bit);
  struct str word = str_format(a, "%02d", bit);
  return seal(db, a, head_place(a, person_id, name), word, now, &out->head) &&
         seal(db, a, (struct seal_place){person_id, class_bit, name}, plain, now, &out->body);
}

bool fact_open(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
               const char *name, struct sealed_fact f, uint32_t *class_bit, struct str *plain) {
  struct str word;
  int64_t bit = 0;
  *class_bit = 0;
  if (!unseal(db, a, head_place(a, person_id, name), f.head, &word) || !str_to_i64(word, &bit) ||
      bit < 0 || bit >= CLASS_COUNT)
    return false;
  *class_bit = (uint32_t)1 << bit;
  return (*class_bit & classes) &&
         unseal(db, a, (struct seal_place){person_id, *class_bit, name}, f.body, plain);
}

struct db_value sealed(struct sealer *s, uint32_t class_bit, const char *name, struct str plain) {
  struct str out;
  if (!plain.n || s->failed) return db_null();
  if (seal(s->db, s->a, (struct seal_place){s->person_id, class_bit, name}, plain, s->now, &out))
    return db_blob(out);
  s->failed = true;
  return db_null();
}

struct str text_open(struct db *db, struct arena *a, int64_t person_id, uint32_t class_bit,
                     const char *name, struct str from) {
  struct str plain = {0};
  if (!from.n || !unseal(db, a, (struct seal_place){person_id, class_bit, name}, from, &plain))
    return (struct str){0};
  return plain;
}

bool support_write_failed(struct request *rq, enum db_result result) {
  if (result == DB_OK) return false;
  reply_refuse(rq, result == DB_CONFLICT ? 409 : 503,
               result == DB_CONFLICT
                   ? PAGE_TITLE(rq, "Somebody changed this while you were writing. Open it again: "
                                    "what you typed is kept as a draft.")
                   : PAGE_TITLE(rq, "That could not be saved just now. What you typed is kept; try "
                                    "again in a minute."));
  return true;
}

struct str person_path(struct request *rq, const struct person *p, const char *rest) {
  struct str id = uuid_str(rq->arena, p->public_id);
  return str_format(rq->arena, "/people/%.*s%s", P(id), rest);
}
