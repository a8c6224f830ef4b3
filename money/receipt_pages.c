/* receipt_pages: a picture or PDF of a receipt, sealed under the person's own key. It is one of
 * three kinds by its first bytes, and the reply says which, so that no browser takes it for
 * another. */
#include "db/seal.h"
#include "money/inside.h"
#include "web/session.h"

static const struct {
  const char *magic, *type;
} kinds[] = {{"%PDF-", "application/pdf"},
             {"\x89PNG\r\n", "image/png"},
             {"\xff\xd8\xff", "image/jpeg"}};

static const char *type_of(struct str bytes) {
  for (size_t i = 0; i < countof(kinds); i++)
    if (str_starts(bytes, str_of(kinds[i].magic))) return kinds[i].type;
  return NULL;
}

static struct seal_place place_of(int64_t person) {
  return (struct seal_place){person, CLASS_FINANCE, "receipt.bytes"};
}

/* The spend of the path, and where its page is. False: the reply is already "not found". */
static bool find_spend(struct request *rq, struct person *p, struct spend *s, struct str *page) {
  struct sight sight;
  struct uuid id;
  if (!people_open(rq, p, &sight, CLASS_FINANCE)) return false;
  if (!uuid_parse(request_path(rq, "spend"), &id)) memset(&id, 0, sizeof id);
  record_clear(&spend_type, s);
  if (!record_load_public(rq->db, rq->arena, &spend_type, id, s) || s->person != p->id) {
    reply_not_found(rq);
    return false;
  }
  *page = str_format(rq->arena, "/people/%.*s/money/%.*s",
                     P(uuid_str(rq->arena, p->public_id)), P(uuid_str(rq->arena, id)));
  return true;
}

struct receipt_work {
  struct request *rq;
  const struct spend *s;
  const char *type;
  struct str bytes;
  struct why why;
};

static enum db_result keep(struct db *db, void *with) {
  struct receipt_work *k = with;
  struct request *rq = k->rq;
  struct str sealed;
  struct spend_facts f = money_facts(db, rq->arena, k->s->id);
  enum db_result r = DB_OK;
  if (!seal(db, rq->arena, place_of(k->s->person), k->bytes, rq->now, &sealed)) return DB_FAILED;
  if (spend_step_fits(spend_state_of(&f), STEP_RECEIPT))
    r = money_move(db, rq->arena, &rq->actor, k->s,
                   &(struct spend_move){STEP_RECEIPT, NUMBER_NONE, {0}}, rq->now, &k->why);
  if (r == DB_OK)
    r = db_run(db,
               SQL("insert into receipt (public_id, spend_id, type, bytes, added_by, at) values "
                   "(?1, ?2, ?3, ?4, ?5, ?6)"),
               V(db_uuid(rq->arena, uuid_v4())), V(k->s->id), V(str_of(k->type)),
               V(db_blob(sealed)), V(rq->actor.user_id), V(db_instant(rq->arena, rq->now)));
  if (r == DB_OK) audit_did(rq, "kept a receipt", k->s->person, CLASS_FINANCE);
  return r;
}

void money_receipt_post(struct request *rq) {
  struct person p;
  struct spend s;
  struct str page;
  struct receipt_work k = {.rq = rq, .s = &s};
  if (!find_spend(rq, &p, &s, &page)) return;
  bool fine = request_file_bytes(rq, "file", RECEIPT_BYTES_MAX, &k.bytes, &k.why);
  k.type = fine ? type_of(k.bytes) : NULL;
  if (fine && !k.type) why_say(&k.why, "A receipt is a photograph (JPEG or PNG) or a PDF.");
  if (!k.type) {
    reply_refuse(rq, 422, str_copy(rq->arena, str_of(k.why.text)));
    return;
  }
  if (db_atomically(rq->db, STORE_MAIN, keep, &k) != DB_OK) {
    reply_refuse(rq, 503, words_of((enum language)rq->lang,
                                   T("That could not be saved just now. Try again in a minute.")));
    return;
  }
  reply_flash(rq, words_of((enum language)rq->lang, T("The receipt is kept.")));
  reply_redirect(rq, page);
}

void money_receipt_get(struct request *rq) {
  struct person p;
  struct sight sight;
  struct str bytes = {0}, type = {0};
  struct uuid id;
  struct rows r;
  if (!people_open(rq, &p, &sight, CLASS_FINANCE)) return;
  if (!uuid_parse(request_path(rq, "receipt"), &id)) memset(&id, 0, sizeof id);
  bool found = db_one(&r, rq->db, rq->arena,
                      SQL("select r.type, r.bytes from receipt r join spend s on s.id = "
                          "r.spend_id where r.public_id = ?1 and s.person = ?2"),
                      V(db_uuid(rq->arena, id)), V(p.id));
  if (found) {
    type = row_text(&r, 0);
    found = unseal(rq->db, rq->arena, place_of(p.id), row_text(&r, 1), &bytes);
    db_done(&r);
  }
  if (!found) {
    reply_not_found(rq);
    return;
  }
  for (size_t i = 0; i < countof(kinds); i++)
    if (str_eq(type, str_of(kinds[i].type))) reply_type(rq, kinds[i].type);
  buf_put(rq->body, bytes);
}
