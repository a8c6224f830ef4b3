/* keeping_pages: what of somebody may go now, what stays, why and until when; for the few who
 * decide it. Erasing is said beforehand in full, and where it has to wait "keep, do not use" is
 * offered. */
#include "db/seal.h"
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"

enum { PAST_MAX = 50 };

static struct str kind_words(struct request *rq, struct str kind) {
  return words_label((enum language)rq->lang, code_label("retention_duties", kind));
}

static struct keeping_row row_of(struct request *rq, const struct keeping *k) {
  struct keeping_row row = {.word = str_of(class_words(k->class_bit)), .goes = !k->held};
  row.title = words_label((enum language)rq->lang, row.word);
  if (!k->held) return row;
  row.why = kind_words(rq, k->kind);
  row.until =
      k->until == DAY_NONE ? PAGE_TITLE(rq, "no end is known yet") : day_words(rq->arena, k->until);
  return row;
}

static bool keeping_page(struct request *rq, const struct person *p, struct sight sight,
                         struct person_keeping_page *page) {
  struct keepings keep;
  size_t going = 0, staying = 0;
  *page = (struct person_keeping_page){
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "What is kept, and until when"))};
  if (!people_keepings(rq->db, rq->arena, p->id, rq->today, &keep)) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "This cannot be worked out just now. Try again in a minute."));
    return false;
  }
  for (int c = 0; c < CLASS_COUNT; c++) {
    struct keeping_row row = row_of(rq, &keep.of[c]);
    if (row.goes)
      *slice_push(rq->arena, &page->going, &going) = row;
    else
      *slice_push(rq->arena, &page->staying, &staying) = row;
  }
  return true;
}

void people_keeping_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct person_keeping_page page;
  if (people_open(rq, &p, &sight, 0) && keeping_page(rq, &p, sight, &page))
    view_people_keeping(rq->view, &page);
}

static void rows_json(struct json_out *j, const char *key, const struct keeping_row *rows,
                      size_t n) {
  json_key(j, str_of(key));
  json_list(j);
  for (size_t i = 0; i < n; i++) {
    json_open(j);
    json_put_str(j, "class", rows[i].word);
    json_put_str_if(j, "until", rows[i].until);
    json_put_str_if(j, "why", rows[i].why);
    json_close(j);
  }
  json_list_end(j);
}

void people_keeping_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct person_keeping_page page;
  if (!people_open(rq, &p, &sight, 0) || !keeping_page(rq, &p, sight, &page)) return;
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  rows_json(&j, "may_go", page.going.p, page.going.n);
  rows_json(&j, "stays", page.staying.p, page.staying.n);
  json_close(&j);
}

static uint32_t classes_posted(struct request *rq) {
  uint32_t mask = 0;
  struct strs words = request_form_all(rq, "class");
  for (size_t i = 0; i < words.n; i++)
    for (int c = 0; c < CLASS_COUNT; c++)
      if (str_eq(words.p[i], str_of(class_words(1u << c)))) mask |= 1u << c;
  return mask;
}

static enum db_result limit(struct request *rq, int64_t person_id, uint32_t classes) {
  db_begin(rq->db, STORE_MAIN);
  db_run(
      rq->db,
      SQL("insert into use_limit (person_id, classes, since, made_by) values (?1, ?2, ?3, ?4) on "
          "conflict (person_id) do update set classes = excluded.classes, since = "
          "excluded.since, made_by = excluded.made_by"),
      V(person_id), V(classes), db_day(rq->arena, rq->today), V(rq->actor.user_id));
  audit_did(rq, classes ? "limited use" : "lifted a limit", person_id, classes);
  return db_commit(rq->db, STORE_MAIN);
}

/* The keys go once MAIN has been committed; if that fails now, restore and the next erasure do it.
 */
static enum db_result erase(struct request *rq, int64_t person_id, uint32_t classes,
                            uint32_t *erased) {
  db_begin(rq->db, STORE_MAIN);
  people_erase(rq->db, rq->arena, person_id, classes, "person", rq->actor.user_id, rq->now, erased);
  audit_did(rq, "erased", person_id, *erased);
  enum db_result result = db_commit(rq->db, STORE_MAIN);
  return result == DB_OK ? seal_erase_finish(rq->db, rq->arena) : result;
}

void people_keeping_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct person_keeping_page page;
  uint32_t classes = classes_posted(rq), erased = 0;
  struct str act = request_form(rq, "act");
  if (!people_open(rq, &p, &sight, 0)) return;
  bool limiting = str_eq(act, S("limit")), erasing = str_eq(act, S("erase"));
  if ((!limiting && !erasing) || (erasing && !classes)) {
    if (!keeping_page(rq, &p, sight, &page)) return;
    page.fault = PAGE_TITLE(rq, "Tick what is to go, then press Erase.");
    reply_status(rq, 422);
    view_people_keeping(rq->view, &page);
    return;
  }
  enum db_result result = limiting ? limit(rq, p.id, classes) : erase(rq, p.id, classes, &erased);
  if (result != DB_OK) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be done just now. Try again in a minute."));
    return;
  }
  reply_flash(
      rq, limiting ? PAGE_TITLE(rq, "Saved.")
                   : PAGE_TITLE(rq, "Erased here now. It is complete after 30 days, when the last "
                                    "copy of its keys is gone."));
  reply_redirect(
      rq, str_format(rq->arena, "/people/%.*s/keeping", P(uuid_str(rq->arena, p.public_id))));
}
