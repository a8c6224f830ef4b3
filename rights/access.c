/* access: asking for everything, collecting it, and what two people decide page by page. */
#include "db/seal.h"
#include "rights/inside.h"

enum { MONTHS_FIRST = 1, MONTHS_MORE = 3, CUTS_MAX = 64 };

struct access_standing access_standing_of(day_t asked, const struct access_facts *facts,
                                          int64_t left, day_t today) {
  struct access_standing s = {.state = left ? ACCESS_READING : ACCESS_READY,
                              .due = day_add_months(asked, MONTHS_FIRST)};
  day_t first = s.due;
  for (size_t i = 0; i < facts->n; i++) {
    struct str what = facts->p[i].what;
    if (facts->p[i].on > today) continue;
    if (str_eq(what, S("extended"))) s.extended = true, s.due = day_add_months(asked, MONTHS_MORE);
    if (str_eq(what, S("released"))) s.state = ACCESS_RELEASED;
    if (str_eq(what, S("handed"))) s.state = ACCESS_HANDED;
    if (str_eq(what, S("withdrawn"))) s.state = ACCESS_WITHDRAWN;
  }
  bool over = s.state == ACCESS_HANDED || s.state == ACCESS_WITHDRAWN;
  s.may_extend = !over && !s.extended && today <= first;
  if (over) s.due = DAY_NONE;
  s.late = s.due != DAY_NONE && s.due < today;
  return s;
}

/* ---- reading ---- */

static struct seal_place place(int64_t person_id, uint32_t class_bit, const char *field) {
  return (struct seal_place){person_id, class_bit, field};
}

static struct str opened(struct db *db, struct arena *a, struct seal_place at, struct str sealed) {
  struct str words = {0};
  if (sealed.n) unseal(db, a, at, sealed, &words);
  return words;
}

static void read_facts(struct db *db, struct arena *a, struct access_request *q) {
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select what, words, on_day, coalesce(by_user, 0) from access_fact "
                              "where request_id = ?1 order by id"),
                          V(q->id));
  while (db_next(&r))
    *slice_push(a, &q->facts, &cap) = (struct access_fact){
        row_text(&r, 0),
        opened(db, a, place(q->person_id, CLASS_PLAN, "access_fact.words"), row_text(&r, 1)),
        row_day(&r, 2), row_int(&r, 3)};
}

#define COLUMNS                                                                                    \
  "select q.id, q.public_id, q.organisation_id, q.person_id, q.asked_on, q.via, q.shown, "         \
  "coalesce(q.typed_by, 0), (select count(*) from access_page p where p.request_id = q.id), "      \
  "(select count(*) from access_page p where p.request_id = q.id and p.second_by is null) from "   \
  "access_request q "

static struct access_requests read_all(struct db *db, struct arena *a, struct rows r) {
  struct access_requests out = {0};
  size_t cap = 0;
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct access_request){.id = row_int(&r, 0),
                                                         .public_id = row_uuid(&r, 1),
                                                         .organisation_id = row_int(&r, 2),
                                                         .person_id = row_int(&r, 3),
                                                         .asked = row_day(&r, 4),
                                                         .via = row_text(&r, 5),
                                                         .shown = row_int(&r, 6) != 0,
                                                         .typed_by = row_int(&r, 7),
                                                         .pages = row_int(&r, 8),
                                                         .left = row_int(&r, 9)};
  for (size_t i = 0; i < out.n; i++) read_facts(db, a, &out.p[i]);
  return out;
}

bool access_load(struct db *db, struct arena *a, struct uuid id, struct access_request *out) {
  struct access_requests all =
      read_all(db, a, db_rows(db, a, SQL(COLUMNS "where q.public_id = ?1"), db_uuid(a, id)));
  if (all.n) *out = all.p[0];
  return all.n == 1;
}

struct access_requests rights_access_of(struct db *db, struct arena *a, int64_t person_id) {
  return read_all(db, a,
                  db_rows(db, a, SQL(COLUMNS "where q.person_id = ?1 order by q.id desc limit 20"),
                          V(person_id)));
}

struct access_requests access_of_organisation(struct db *db, struct arena *a,
                                              int64_t organisation_id, int room) {
  return read_all(db, a,
                  db_rows(db, a,
                          SQL(COLUMNS "where q.organisation_id = ?1 order by q.id desc limit ?2"),
                          V(organisation_id), V((int64_t)room)));
}

struct access_pages access_pages_of(struct db *db, struct arena *a,
                                    const struct access_request *q) {
  struct access_pages out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, number, class, roles, title, on_day, words, "
                              "coalesce(choice, ''), coalesce(reason, ''), cut, coalesce(first_by, "
                              "0), coalesce(second_by, 0) from access_page where request_id = ?1 "
                              "order by number"),
                          V(q->id));
  while (db_next(&r)) {
    struct access_page p = {.id = row_int(&r, 0),
                            .number = row_int(&r, 1),
                            .class_bit = (uint32_t)row_int(&r, 2),
                            .roles = (uint32_t)row_int(&r, 3),
                            .title = row_text(&r, 4),
                            .on = row_day(&r, 5),
                            .choice = row_text(&r, 7),
                            .reason = row_text(&r, 8),
                            .first_by = row_int(&r, 10),
                            .second_by = row_int(&r, 11)};
    p.words = opened(db, a, place(q->person_id, p.class_bit, "access_page.words"), row_text(&r, 6));
    p.cut = opened(db, a, place(q->person_id, p.class_bit, "access_page.cut"), row_text(&r, 9));
    *slice_push(a, &out, &cap) = p;
  }
  return out;
}

/* ---- writing ---- */

static enum db_result keep_page(struct db *db, struct arena *a, const struct access_request *q,
                                int64_t number, const struct held_item *item, instant_t now) {
  struct str sealed;
  if (!seal(db, a, place(q->person_id, item->class_bit, "access_page.words"), item->words, now,
            &sealed))
    return DB_FAILED;
  return db_run(db,
                SQL("insert into access_page (request_id, person_id, number, class, roles, title, "
                    "on_day, words) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
                V(q->id), V(q->person_id), V(number), V(item->class_bit), V(item->roles),
                V(item->title), db_day(a, item->on), db_blob(sealed));
}

static bool one_is_open(struct db *db, struct arena *a, const struct access_request *q,
                        day_t today) {
  struct access_requests all = rights_access_of(db, a, q->person_id);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].organisation_id == q->organisation_id &&
        access_standing_of(all.p[i].asked, &all.p[i].facts, all.p[i].left, today).state <
            ACCESS_HANDED)
      return true;
  return false;
}

enum db_result rights_access_ask(struct db *db, struct arena *a, struct access_request *q,
                                 instant_t now) {
  struct held held = {.db = db, .a = a, .person_id = q->person_id};
  if (one_is_open(db, a, q, instant_local_uk(now).day)) return DB_CONFLICT;
  people_held(&held);
  if (held.failed) return DB_FAILED;
  if (uuid_is_zero(q->public_id)) q->public_id = uuid_v4();
  q->id = db_insert(db,
                    SQL("insert into access_request (public_id, organisation_id, person_id, "
                        "asked_on, via, shown, typed_by, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, "
                        "?7, ?8) returning id"),
                    db_uuid(a, q->public_id), V(q->organisation_id), V(q->person_id),
                    db_day(a, q->asked), V(q->via), V(q->shown),
                    q->typed_by ? V(q->typed_by) : db_null(), db_instant(a, now));
  enum db_result result = q->id ? DB_OK : DB_FAILED;
  for (size_t i = 0; i < held.items.n && result == DB_OK; i++)
    result = keep_page(db, a, q, (int64_t)i + 1, &held.items.p[i], now);
  return result == DB_OK ? access_say(db, a, q, "collected", (struct str){0}, q->typed_by, now)
                         : result;
}

enum db_result access_say(struct db *db, struct arena *a, const struct access_request *q,
                          const char *what, struct str words, int64_t by_user, instant_t now) {
  struct str sealed = {0};
  if (words.n &&
      !seal(db, a, place(q->person_id, CLASS_PLAN, "access_fact.words"), words, now, &sealed))
    return DB_FAILED;
  return db_run(db,
                SQL("insert into access_fact (request_id, what, on_day, words, by_user, made_at) "
                    "values (?1, ?2, ?3, ?4, ?5, ?6)"),
                V(q->id), V(str_of(what)), db_day(a, instant_local_uk(now).day),
                sealed.n ? db_blob(sealed) : db_null(), by_user ? V(by_user) : db_null(),
                db_instant(a, now));
}

/* ---- deciding ---- */

struct str access_cut_wrong(struct str words, struct str cut) {
  while (cut.n) {
    struct str line = str_trim(str_cut(&cut, '\n'));
    if (line.n && !str_contains(words, line)) return line;
  }
  return (struct str){0};
}

static struct str without(struct arena *a, struct str words, struct str line, struct str mark) {
  struct buf b = buf_open(1 << 17);
  for (size_t at; words.n; words = str_slice(words, at + line.n, words.n)) {
    at = str_find(words, line);
    buf_put(&b, str_slice(words, 0, at));
    if (at == words.n) break;
    buf_put(&b, mark);
  }
  struct str out = str_copy(a, buf_str(&b));
  buf_free(&b);
  return out;
}

struct str access_released(struct request *rq, const struct access_page *p) {
  bool danger = str_eq(p->reason, S("danger"));
  struct str mark = danger ? S(" ") : PAGE_TITLE(rq, "[left out]"), words = p->words, cut = p->cut;
  if (str_eq(p->choice, S("out"))) return danger ? (struct str){0} : mark;
  if (!str_eq(p->choice, S("part"))) return words;
  for (int n = 0; cut.n && n < CUTS_MAX; n++) {
    struct str line = str_trim(str_cut(&cut, '\n'));
    if (line.n) words = without(rq->arena, words, line, mark);
  }
  return words;
}

enum db_result access_look(struct db *db, struct arena *a, const struct access_request *q,
                           const struct access_page *p, int64_t by_user, instant_t now) {
  struct str sealed = {0};
  if (p->cut.n &&
      !seal(db, a, place(q->person_id, p->class_bit, "access_page.cut"), p->cut, now, &sealed))
    return DB_FAILED;
  return db_run(db,
                SQL("update access_page set choice = ?2, reason = ?3, cut = ?4, first_by = ?5, "
                    "first_at = ?6, second_by = null, second_at = null where id = ?1"),
                V(p->id), V(p->choice), db_text_or_null(p->reason),
                sealed.n ? db_blob(sealed) : db_null(), V(by_user), db_instant(a, now));
}

enum db_result access_second(struct db *db, struct arena *a, const struct access_page *p,
                             bool agrees, int64_t by_user, instant_t now) {
  if (!agrees)
    return db_run(db, SQL("update access_page set first_by = null, first_at = null where id = ?1"),
                  V(p->id));
  enum db_result result =
      db_run(db,
             SQL("update access_page set second_by = ?2, second_at = ?3 where id = ?1 and first_by "
                 "is not null and first_by <> ?2"),
             V(p->id), V(by_user), db_instant(a, now));
  return result == DB_OK && db_changes(db) != 1 ? DB_CONFLICT : result;
}

enum db_result access_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes) {
  enum db_result result = DB_OK;
  (void)a;
  for (uint32_t bit = 1; bit < 1u << CLASS_COUNT && result == DB_OK; bit <<= 1)
    if (classes & bit)
      result = db_run(db, SQL("delete from access_page where person_id = ?1 and class = ?2"),
                      V(person_id), V((int64_t)bit));
  if (result != DB_OK || !(classes & CLASS_IDENTITY)) return result;
  result = db_run(db, SQL("delete from access_page where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db,
                    SQL("delete from access_fact where request_id in (select id from "
                        "access_request where person_id = ?1)"),
                    V(person_id));
  return result == DB_OK
             ? db_run(db, SQL("delete from access_request where person_id = ?1"), V(person_id))
             : result;
}
