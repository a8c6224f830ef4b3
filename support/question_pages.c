/* question_pages: which questions a team asks, and for which scheme; and what changed between the
 * first answers and the last, in tables of ten or more. */
#include "support.html.h"
#include "support/inside.h"
#include "support/pages.h"

enum { PEOPLE_MAX = 5000, SCHEME_MAX = 200 };

static void add_set(struct request *rq, struct rows *r, struct questions_page *page, size_t *cap) {
  size_t words_cap = 0;
  struct set_row row = {.code = row_text(r, 1), .version = row_int(r, 2), .title = row_text(r, 3),
                        .rules = row_text(r, 4), .source = row_text(r, 5),
                        .licence = row_text(r, 6), .scheme = row_text(r, 7)};
  row.asked = row.scheme.n > 0;
  struct questions all = support_questions(rq->db, rq->arena, row.code, row.version);
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &row.words, &words_cap) = all.p[i].words;
  row.questions = (int64_t)all.n;
  *slice_push(rq->arena, &page->sets, cap) = row;
}

static void show(struct request *rq, struct str fault) {
  struct questions_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Questions")),
                                .fault = fault};
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select s.id, s.code, s.version, s.title, s.rules, s.source, s.licence, (select "
          "min(u.scheme) from question_use u where u.set_id = s.id and u.team_id = ?1 and "
          "u.from_day <= ?2 and coalesce(u.to_day, '9999-12-31') >= ?2) from question_set s where "
          "not exists (select 1 from question q where q.set_id = s.id and q.class = ?3) order by "
          "s.code, s.version"),
      V(rq->actor.team_id), db_day(rq->arena, rq->today), V((int64_t)CLASS_EQUALITY));
  while (db_next(&r)) add_set(rq, &r, &page, &cap);
  view_support_questions(rq->view, &page);
}

void support_questions_page(struct request *rq) { show(rq, (struct str){0}); }

void support_questions_post(struct request *rq) {
  struct str set = request_form(rq, "set"), scheme = str_trim(request_form(rq, "scheme"));
  int64_t version = 0;
  bool stop = request_form(rq, "stop").n > 0;
  if (!str_to_i64(request_form(rq, "version"), &version) ||
      (!stop && (!scheme.n || utf8_count(scheme) > SCHEME_MAX))) {
    reply_status(rq, 422);
    show(rq, PAGE_TITLE(rq, "Say which scheme asks these questions. They are off otherwise."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = DB_OK;
  if (stop)
    db_run(rq->db,
           SQL("update question_use set to_day = ?4 where team_id = ?1 and to_day is null and "
               "set_id in (select id from question_set where code = ?2 and version = ?3)"),
           V(rq->actor.team_id), V(set), V(version), db_day(rq->arena, rq->today - 1));
  else
    result = support_question_use(rq->db, rq->arena, set, version, rq->actor.team_id, scheme,
                                  rq->today, DAY_NONE, rq->actor.user_id);
  audit_did(rq, stop ? "questions stopped" : "questions asked", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (result == DB_NONE) return reply_not_found(rq);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, S("/support/questions"));
}

/* ---- before and after, over the people one may see ---- */

static size_t team_people(struct request *rq, int64_t *people) {
  size_t n = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select distinct m.person_id from may_see m where m.team_id = ?1 and "
                              "m.from_day <= ?2 and m.to_day >= ?2 and (m.classes & ?3) <> 0 and "
                              "m.reason = 'team' limit ?4"),
                          V(rq->actor.team_id), db_day(rq->arena, rq->today),
                          V((int64_t)CLASS_OUTCOMES), V(PEOPLE_MAX));
  while (db_next(&r)) people[n++] = row_int(&r, 0);
  return n;
}

static struct str one_place(struct request *rq, double v) {
  return str_format(rq->arena, "%.1f", v);
}

static void read_change(struct request *rq, struct change_page *page) {
  int64_t *people = arena_many(rq->arena, int64_t, PEOPLE_MAX);
  size_t n = team_people(rq, people), cap = 0;
  struct rows sets = db_rows(rq->db, rq->arena,
                             SQL("select code, version from question_set order by code, version"));
  while (db_next(&sets)) {
    struct questions all =
        support_questions(rq->db, rq->arena, row_text(&sets, 0), row_int(&sets, 1));
    for (size_t i = 0; i < all.n; i++) {
      if (!str_eq(all.p[i].kind, S("scale"))) continue;
      struct change_pairs pairs =
          support_pairs(rq->db, rq->arena, &all.p[i], people, NULL, n, (struct str){0});
      struct change_found f = support_change(pairs.p, pairs.n, all.p[i].better);
      *slice_push(rq->arena, &page->rows, &cap) = (struct change_row){
          .question = all.p[i].words, .set = all.p[i].set, .version = all.p[i].version,
          .n = (int64_t)f.n, .missing = (int64_t)f.missing, .better = (int64_t)f.better,
          .same = (int64_t)f.same, .worse = (int64_t)f.worse, .suppressed = f.suppressed,
          .before = one_place(rq, f.before), .after = one_place(rq, f.after),
          .mean = str_format(rq->arena, "%+.1f", f.mean)};
    }
  }
}

void support_change_page(struct request *rq) {
  struct change_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Before and after"))};
  read_change(rq, &page);
  view_support_change(rq->view, &page);
}

void support_change_api(struct request *rq) {
  struct change_page page = {0};
  struct json_out j = json_to(rq->body);
  read_change(rq, &page);
  reply_type(rq, "application/json");
  json_open(&j);
  json_put_i64(&j, "fewest", CHANGE_PAIRS_MIN);
  json_key(&j, S("questions"));
  json_list(&j);
  for (size_t i = 0; i < page.rows.n; i++) {
    const struct change_row *c = &page.rows.p[i];
    json_open(&j);
    json_put_str(&j, "set", c->set);
    json_put_i64(&j, "version", c->version);
    json_put_str(&j, "question", c->question);
    json_put_bool(&j, "suppressed", c->suppressed);
    if (!c->suppressed) {
      json_put_i64(&j, "n", c->n);
      json_put_i64(&j, "missing", c->missing);
      json_put_str(&j, "before", c->before);
      json_put_str(&j, "after", c->after);
      json_put_str(&j, "change", c->mean);
    }
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}
