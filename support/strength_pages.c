/* strength_pages: what somebody brings: a list, one to add, one to change. Their words, what shows
 * it, who saw it, and the goals it is used in. */
#include "record/form.h"
#include "support.html.h"
#include "support/inside.h"
#include "support/pages.h"

static const char *const fields[] = {"words", "evidence", "seen_by", "said_on", NULL};
static struct strs posted_values(void *from, const char *name) {
  return request_form_all(from, name);
}

/* Goals of the newest plan that use it. */
static struct strs goals_of(struct request *rq, const struct plan *plan, int64_t strength_id) {
  struct strs goals = {0};
  size_t cap = 0;
  for (size_t g = 0; g < plan->goals.n; g++)
    for (size_t i = 0; i < plan->goals.p[g].strengths.n; i++)
      if (plan->goals.p[g].strengths.p[i] == strength_id)
        *slice_push(rq->arena, &goals, &cap) = plan->goals.p[g].words;
  return goals;
}

static void read_strengths(struct request *rq, const struct person *p,
                           struct strengths_page *page) {
  struct plan plan = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from strength where person = ?1 order by said_on, id"),
                          V(p->id));
  support_plan(rq->db, rq->arena, p->id, 0, &plan);
  while (db_next(&r)) {
    struct strength s;
    record_clear(&strength_type, &s);
    record_from_row(&strength_type, &r, &s);
    struct str id = uuid_str(rq->arena, s.public_id);
    *slice_push(rq->arena, &page->strengths, &cap) = (struct strength_row){
        str_format(rq->arena, "%.*s/%.*s", P(person_path(rq, p, "/strengths")), P(id)), s.words,
        s.evidence, s.seen_by, s.said_on, goals_of(rq, &plan, s.id)};
  }
}

void support_strengths_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct strengths_page page = {.head = people_head(rq, &p, sight, PAGE_TITLE(rq, "Strengths")),
                                .new_href = person_path(rq, &p, "/strengths/new"),
                                .may_write = actor_has(&rq->actor, SUPPORT_WRITERS)};
  read_strengths(rq, &p, &page);
  view_support_strengths(rq->view, &page);
}

void support_strengths_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("strengths"));
  json_list(&j);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from strength where person = ?1 order by said_on, id"),
                          V(p.id));
  while (db_next(&r)) {
    struct strength s;
    record_clear(&strength_type, &s);
    record_from_row(&strength_type, &r, &s);
    record_json(&strength_type, &s, sight.classes, HIDDEN, &j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- one ---- */

static bool strength_of(struct request *rq, const struct person *p, struct strength *s) {
  struct uuid id;
  record_clear(&strength_type, s);
  if (uuid_parse(request_path(rq, "strength"), &id) &&
      record_load_public(rq->db, rq->arena, &strength_type, id, s) && s->person == p->id)
    return true;
  reply_not_found(rq);
  return false;
}

static void read_history(struct request *rq, const struct strength *s,
                         struct strength_page *page) {
  struct revisions all = record_history(rq->db, rq->arena, &strength_type, s->id, 20);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct local at = instant_local_uk(all.p[i].at);
    *slice_push(rq->arena, &page->history, &cap) = (struct history_row){
        day_words(rq->arena, at.day), accounts_name_for(rq, all.p[i].user_id),
        str_eq(all.p[i].what, S("insert")) ? PAGE_TITLE(rq, "Written down")
                                           : PAGE_TITLE(rq, "Changed")};
  }
}

static struct str day_typed(struct arena *a, day_t d) {
  struct ymd y = day_ymd(d);
  return d == DAY_NONE ? (struct str){0} : str_format(a, "%d/%d/%d", y.day, y.month, y.year);
}

static void show(struct request *rq, const struct person *p, struct sight sight,
                 const struct strength *s, const struct faults *faults) {
  struct str id = s->id ? uuid_str(rq->arena, s->public_id) : uuid_str(rq->arena, p->public_id);
  struct strength_page page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "A strength")),
      .action = rq->path,
      .fresh = !s->id,
      .id = id,
      .may_write = actor_has(&rq->actor, SUPPORT_WRITERS),
      .version = str_format(rq->arena, "%lld", (long long)s->version),
      .words = s->words,
      .evidence = s->evidence,
      .seen_by = s->seen_by,
      .said_on = day_typed(rq->arena, s->said_on == DAY_NONE ? rq->today : s->said_on)};
  if (faults && faults->n) page.fault = faults->p[0].sentence;
  if (s->id) read_history(rq, s, &page);
  view_support_strength(rq->view, &page);
}

void support_strength_new_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct strength s;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  record_clear(&strength_type, &s);
  show(rq, &p, sight, &s, NULL);
}

void support_strength_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct strength s;
  if (!people_open(rq, &p, &sight, CLASS_PLAN) || !strength_of(rq, &p, &s)) return;
  show(rq, &p, sight, &s, NULL);
}

static void save(struct request *rq, const struct person *p, struct sight sight,
                 struct strength *s) {
  struct posted posted = {posted_values, rq};
  bool fresh = !s->id;
  struct faults faults = record_form_read(&strength_type, fields, &posted, rq->arena, s);
  if (faults.n) {
    reply_status(rq, 422);
    show(rq, p, sight, s, &faults);
    return;
  }
  s->person = p->id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      fresh ? record_insert(rq->db, rq->arena, &strength_type, s, rq->actor.user_id, rq->now)
            : record_update(rq->db, rq->arena, &strength_type, s, rq->actor.user_id, rq->now);
  audit_did(rq, fresh ? "strength added" : "strength changed", p->id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "The strength is kept."));
  reply_redirect(rq, person_path(rq, p, "/strengths"));
}

void support_strength_new_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct strength s;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  record_clear(&strength_type, &s);
  s.id = 0, s.version = 0;
  save(rq, &p, sight, &s);
}

void support_strength_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct strength s;
  if (!people_open(rq, &p, &sight, CLASS_PLAN) || !strength_of(rq, &p, &s)) return;
  save(rq, &p, sight, &s);
}
