/* complaint: keeping one, who reads it, and what its facts come to. */
#include "accounts/accounts.h"
#include "db/seal.h"
#include "rights/inside.h"

#define PURPOSE "complaint"

/* ---- states ---- */

day_t rights_days_after(day_t from, int days) {
  day_t on = from;
  while (days > 0) {
    on++;
    days -= permission_working_days(on - 1, on) > 0;
  }
  return on;
}

struct complaint_standing complaint_standing_of(struct str kind, bool data, day_t received,
                                                const struct complaint_facts *facts, day_t today) {
  struct complaint_standing s = {COMPLAINT_NEW, rights_days_after(received, COMPLAINT_HEARD_DAYS),
                                 false};
  bool asks = str_eq(kind, S("complaint"));
  day_t law = received + COMPLAINT_DATA_HEARD_DAYS;
  if (data && s.due > law) s.due = law;
  for (size_t i = 0; i < facts->n; i++) {
    const struct complaint_fact *f = &facts->p[i];
    if (f->on > today) continue;
    if (str_eq(f->what, S("acknowledged")) && s.state == COMPLAINT_NEW)
      s.state = asks ? COMPLAINT_LOOKED_AT : COMPLAINT_ANSWERED,
      s.due = rights_days_after(received, COMPLAINT_ANSWER_DAYS);
    if (str_eq(f->what, S("answered"))) s.state = COMPLAINT_ANSWERED;
    if (str_eq(f->what, S("again")))
      s.state = COMPLAINT_AGAIN, s.due = rights_days_after(f->on, COMPLAINT_ANSWER_DAYS);
  }
  if (s.state == COMPLAINT_ANSWERED) s.due = DAY_NONE;
  s.late = s.due != DAY_NONE && s.due < today;
  return s;
}

/* ---- who reads ---- */

static bool knows_them(struct db *db, int64_t user_id, int64_t person_id) {
  return person_id &&
         db_number(db, 1,
                   SQL("select count(*) from connection_block where person_id = ?1 and user_id = "
                       "?2"),
                   V(person_id), V(user_id)) > 0;
}

struct rights_readers rights_readers(struct db *db, struct arena *a, int64_t organisation_id,
                                     int64_t about_user, int64_t person_id, day_t today) {
  static const uint32_t roles[] = {ROLE_MANAGER, ROLE_SAFEGUARDING, ROLE_TEAM_LEAD};
  struct rights_readers out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < countof(roles) && !out.n; i++) {
    struct users all = accounts_holding(db, a, organisation_id, roles[i], today);
    for (size_t k = 0; k < all.n; k++)
      if (all.p[k] != about_user && !knows_them(db, all.p[k], person_id))
        *slice_push(a, &out, &cap) = all.p[k];
  }
  return out;
}

/* ---- keeping ---- */

static struct db_value sealed(struct arena *a, struct str words, bool *failed) {
  struct str out;
  if (!words.n) return db_null();
  if (!seal_own(a, PURPOSE, words, &out)) return *failed = true, db_null();
  return db_blob(out);
}

enum db_result rights_complain(struct db *db, struct arena *a, struct complaint *c, instant_t now) {
  bool failed = false;
  struct rights_readers readers = rights_readers(db, a, c->organisation_id, c->about_user,
                                                 c->person_id, instant_local_uk(now).day);
  if (!readers.n) return DB_NONE;
  if (uuid_is_zero(c->public_id)) c->public_id = uuid_v4();
  struct db_value who = sealed(a, c->who, &failed), words = sealed(a, c->words, &failed),
                  wants = sealed(a, c->wants, &failed);
  if (failed) return DB_FAILED;
  c->id = db_insert(
      db,
      SQL("insert into complaint (public_id, organisation_id, person_id, about_user, kind, data, "
          "via, who, words, wants, received_on, typed_by, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, "
          "?7, ?8, ?9, ?10, ?11, ?12, ?13) returning id"),
      db_uuid(a, c->public_id), V(c->organisation_id), c->person_id ? V(c->person_id) : db_null(),
      c->about_user ? V(c->about_user) : db_null(), V(c->kind), V(c->data), V(c->via), who, words,
      wants, db_day(a, c->received), c->typed_by ? V(c->typed_by) : db_null(), db_instant(a, now));
  enum db_result result = c->id ? DB_OK : DB_FAILED;
  for (size_t i = 0; i < readers.n && result == DB_OK; i++)
    result = accounts_tell(db, a, readers.p[i],
                           SHOWN("Somebody wrote what they think of our help. Read it."),
                           S("/complaints"), now);
  return result;
}

enum db_result rights_complaint_say(struct db *db, struct arena *a, const struct complaint *c,
                                    const char *what, struct str words, int64_t by_user,
                                    instant_t now) {
  bool failed = false;
  struct db_value said = sealed(a, words, &failed);
  if (failed) return DB_FAILED;
  enum db_result result =
      db_run(db,
             SQL("insert into complaint_fact (complaint_id, what, on_day, words, by_user, made_at) "
                 "values (?1, ?2, ?3, ?4, ?5, ?6)"),
             V(c->id), V(str_of(what)), db_day(a, instant_local_uk(now).day), said,
             by_user ? V(by_user) : db_null(), db_instant(a, now));
  if (strcmp(what, "again") != 0) return result;
  struct rights_readers readers = rights_readers(db, a, c->organisation_id, c->about_user,
                                                 c->person_id, instant_local_uk(now).day);
  for (size_t i = 0; i < readers.n && result == DB_OK; i++)
    result = accounts_tell(db, a, readers.p[i],
                           SHOWN("Somebody is not content with an answer. Look at it again."),
                           S("/complaints"), now);
  return result;
}

/* ---- reading ---- */

static struct str opened(struct arena *a, struct str words) {
  struct str out = {0};
  if (words.n) unseal_own(a, PURPOSE, words, &out);
  return out;
}

static void read_facts(struct db *db, struct arena *a, struct complaint *c) {
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select what, words, on_day, coalesce(by_user, 0) from "
                              "complaint_fact where complaint_id = ?1 order by id"),
                          V(c->id));
  while (db_next(&r))
    *slice_push(a, &c->facts, &cap) = (struct complaint_fact){
        row_text(&r, 0), opened(a, row_text(&r, 1)), row_day(&r, 2), row_int(&r, 3)};
}

#define COLUMNS                                                                                    \
  "select id, public_id, organisation_id, coalesce(person_id, 0), coalesce(about_user, 0), kind, " \
  "data, via, who, words, wants, received_on, coalesce(typed_by, 0) from complaint "

static struct complaint row_of(struct arena *a, struct rows *r) {
  return (struct complaint){.id = row_int(r, 0),
                            .public_id = row_uuid(r, 1),
                            .organisation_id = row_int(r, 2),
                            .person_id = row_int(r, 3),
                            .about_user = row_int(r, 4),
                            .kind = row_text(r, 5),
                            .data = row_int(r, 6) != 0,
                            .via = row_text(r, 7),
                            .who = opened(a, row_text(r, 8)),
                            .words = opened(a, row_text(r, 9)),
                            .wants = opened(a, row_text(r, 10)),
                            .received = row_day(r, 11),
                            .typed_by = row_int(r, 12)};
}

static struct complaints read_all(struct db *db, struct arena *a, struct rows r) {
  struct complaints out = {0};
  size_t cap = 0;
  while (db_next(&r)) *slice_push(a, &out, &cap) = row_of(a, &r);
  for (size_t i = 0; i < out.n; i++) read_facts(db, a, &out.p[i]);
  return out;
}

struct complaints rights_complaints_of(struct db *db, struct arena *a, int64_t person_id) {
  return read_all(
      db, a,
      db_rows(db, a, SQL(COLUMNS "where person_id = ?1 order by id desc limit 50"), V(person_id)));
}

static bool reads(struct request *rq, const struct complaint *c) {
  struct rights_readers all =
      rights_readers(rq->db, rq->arena, c->organisation_id, c->about_user, c->person_id, rq->today);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i] == rq->actor.user_id) return true;
  return false;
}

bool complaint_open(struct request *rq, struct uuid id, struct complaint *out) {
  struct complaints all = read_all(
      rq->db, rq->arena,
      db_rows(rq->db, rq->arena, SQL(COLUMNS "where public_id = ?1"), db_uuid(rq->arena, id)));
  bool may =
      all.n == 1 && all.p[0].organisation_id == rq->actor.organisation_id && reads(rq, &all.p[0]);
  if (may) *out = all.p[0];
  audit_shows(rq, may ? out->person_id : 0, may && out->person_id ? CLASS_PLAN : 0);
  if (!may) reply_not_found(rq);
  return may;
}

struct complaints complaints_to_read(struct request *rq, int room) {
  struct complaints all =
      read_all(rq->db, rq->arena,
               db_rows(rq->db, rq->arena,
                       SQL(COLUMNS "where organisation_id = ?1 order by id desc limit ?2"),
                       V(rq->actor.organisation_id), V((int64_t)room)));
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++)
    if (reads(rq, &all.p[i])) all.p[n++] = all.p[i];
  all.n = n;
  return all;
}

enum db_result rights_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                            instant_t now) {
  struct complaints all = rights_complaints_of(db, a, person_id);
  enum db_result result = DB_OK;
  for (size_t i = 0; i < all.n && result == DB_OK && classes & CLASS_PLAN; i++) {
    const struct complaint *c = &all.p[i];
    struct complaint_standing s =
        complaint_standing_of(c->kind, c->data, c->received, &c->facts, instant_local_uk(now).day);
    if (s.state != COMPLAINT_ANSWERED) continue; /* it is answered first */
    result = db_run(db, SQL("delete from complaint_fact where complaint_id = ?1"), V(c->id));
    if (result == DB_OK) result = db_run(db, SQL("delete from complaint where id = ?1"), V(c->id));
  }
  return result == DB_OK ? access_erase(db, a, person_id, classes) : result;
}
