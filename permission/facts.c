/* facts: every write that changes who may see whom, each with its projection in the caller's MAIN
 * transaction. */
#include "db/seal.h"
#include "permission/inside.h"
#include "permission/permission.h"

static struct db_value new_id(struct arena *a) { return db_uuid(a, uuid_v4()); }

enum db_result permission_engage(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                                 struct str name, day_t from) {
  enum db_result result = db_run(db,
                                 SQL("insert into engagement (public_id, person_id, team_id, "
                                     "from_day) values (?1, ?2, ?3, ?4)"),
                                 new_id(a), V(person_id), V(team_id), db_day(a, from));
  if (result == DB_OK) result = projection_name(db, a, person_id, name);
  return result == DB_OK ? projection_write(db, a, person_id) : result;
}

enum db_result permission_unengage(struct db *db, struct arena *a, int64_t person_id) {
  enum db_result result =
      db_run(db, SQL("delete from engagement where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from caseload where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from listed_name where person_id = ?1"), V(person_id));
  return result == DB_OK ? projection_write(db, a, person_id) : result;
}

enum db_result permission_carry(struct db *db, struct arena *a, int64_t person_id, int64_t user_id,
                                day_t from) {
  return db_run(db, SQL("insert into caseload (person_id, user_id, from_day) values (?1, ?2, ?3)"),
                V(person_id), V(user_id), db_day(a, from));
}

enum db_result permission_hand_over(struct db *db, struct arena *a, int64_t person_id,
                                    int64_t from_user, int64_t to_user, day_t day) {
  enum db_result r =
      db_run(db,
             SQL("update caseload set to_day = ?3 where person_id = ?1 and user_id = ?2 and "
                 "(to_day is null or to_day > ?3)"),
             V(person_id), V(from_user), V(db_day(a, day - 1)));
  return r == DB_OK ? permission_carry(db, a, person_id, to_user, day) : r;
}

enum db_result permission_cover(struct db *db, struct arena *a, int64_t absent_user,
                                int64_t standing_in, day_t from, day_t to, int64_t by_user,
                                instant_t now) {
  return db_run(db,
                SQL("insert into cover (absent_user_id, standing_in_user_id, from_day, to_day, "
                    "made_by, made_at) "
                    "values (?1, ?2, ?3, ?4, ?5, ?6)"),
                V(absent_user), V(standing_in), db_day(a, from), db_day(a, to), V(by_user),
                db_instant(a, now));
}

enum db_result permission_end(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                              day_t last, struct str why_code) {
  enum db_result result =
      db_run(db,
             SQL("update engagement set to_day = ?3, ended_why = ?4 where person_id = ?1 and "
                 "team_id = ?2 and to_day is null"),
             V(person_id), V(team_id), db_day(a, last), db_text_or_null(why_code));
  if (result == DB_OK) result = spell_lay_down(db, a, person_id, team_id, last);
  return result == DB_OK ? projection_write(db, a, person_id) : result;
}

enum db_result permission_renamed(struct db *db, struct arena *a, int64_t person_id,
                                  struct str name) {
  enum db_result result = projection_name(db, a, person_id, name);
  return result == DB_OK ? projection_write(db, a, person_id) : result;
}

enum db_result permission_restrict(struct db *db, struct arena *a, int64_t person_id,
                                   int64_t by_user, instant_t now) {
  enum db_result result = db_run(db,
                                 SQL("insert into restricted_person (person_id, public_id, since, "
                                     "made_by) values (?1, ?2, ?3, ?4) "
                                     "on conflict (person_id) do nothing"),
                                 V(person_id), new_id(a), db_instant(a, now), V(by_user));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from listed_name where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from listed_key where person_id = ?1"), V(person_id));
  return result == DB_OK ? projection_write(db, a, person_id) : result;
}

size_t permission_hidden(struct db *db, struct arena *a, int64_t after, int64_t *people,
                         size_t room) {
  size_t n = 0;
  struct rows r = db_rows(db, a,
                          SQL("select person_id from restricted_person where person_id > ?1 order "
                              "by person_id limit ?2"),
                          V(after), V((int64_t)room));
  while (db_next(&r)) people[n++] = row_int(&r, 0);
  return r.result == DB_OK ? n : 0;
}

enum db_result permission_unrestrict(struct db *db, struct arena *a, int64_t person_id, day_t day) {
  enum db_result result = db_run(
      db,
      SQL("insert into caseload (person_id, user_id, from_day) select w.person_id, w.user_id, "
          "?2 from restricted_worker w where w.person_id = ?1 and w.from_day <= ?2 and "
          "coalesce(w.to_day, '9999-12-31') >= ?2 and not exists (select 1 from caseload c "
          "where c.person_id = w.person_id and c.user_id = w.user_id and c.from_day <= ?2 "
          "and coalesce(c.to_day, '9999-12-31') >= ?2)"),
      V(person_id), db_day(a, day));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from restricted_person where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from restricted_worker where person_id = ?1"), V(person_id));
  return result == DB_OK ? projection_write(db, a, person_id) : result;
}

enum db_result permission_name_worker(struct db *db, struct arena *a, int64_t person_id,
                                      int64_t user_id, day_t from, day_t to) {
  return db_run(db,
                SQL("insert into restricted_worker (person_id, user_id, from_day, to_day) values "
                    "(?1, ?2, ?3, ?4) "
                    "on conflict (person_id, user_id) do update set from_day = excluded.from_day, "
                    "to_day = excluded.to_day"),
                V(person_id), V(user_id), db_day(a, from), db_day(a, to));
}

enum db_result permission_choose(struct db *db, struct arena *a, const struct choice *c,
                                 instant_t now) {
  enum db_result result = db_run(
      db,
      SQL("insert into choice (person_id, organisation_id, class, answer, asked_by, how, language, "
          "notice_version, said_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
      V(c->person_id), V(c->organisation_id), V(c->class_bit), V(str_of(c->answer)), V(c->asked_by),
      V(str_of(c->how)), V(str_of(c->language)), db_text_or_null(c->notice_version),
      db_instant(a, now));
  return result == DB_OK ? projection_write(db, a, c->person_id) : result;
}

int64_t permission_agreement_add(struct db *db, struct arena *a, const struct agreement *g) {
  int64_t id = db_insert(
      db,
      SQL("insert into agreement (public_id, title, purpose, classes, article6, article9, "
          "schedule1, article10, "
          "impact_assessment, notice_version, from_day, to_day, review_on, owner_user_id) values "
          "(?1, ?2, ?3, ?4, ?5, "
          "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) returning id"),
      new_id(a), V(g->title), V(g->purpose), V(g->classes), V(str_of(g->article6)),
      db_text_or_null(g->article9), db_text_or_null(g->schedule1), db_text_or_null(g->article10),
      db_text_or_null(g->impact_assessment), db_text_or_null(g->notice_version), db_day(a, g->from),
      db_day(a, g->to), db_day(a, g->review_on), V(g->owner_user_id));
  for (size_t i = 0; id && i < g->parties.n; i++)
    if (db_run(db,
               SQL("insert into agreement_party (agreement_id, organisation_id, capacity) values "
                   "(?1, ?2, ?3)"),
               V(id), V(g->parties.p[i].organisation_id),
               V(str_of(g->parties.p[i].capacity))) != DB_OK)
      return 0;
  return id;
}

enum db_result permission_share(struct db *db, struct arena *a, const struct share *s) {
  enum db_result result =
      db_run(db,
             SQL("insert into share (public_id, person_id, from_organisation_id, team_id, "
                 "agreement_id, classes, "
                 "from_day, shared_by) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
             new_id(a), V(s->person_id), V(s->from_organisation_id), V(s->team_id),
             V(s->agreement_id), V(s->classes), db_day(a, s->from), V(s->by_user));
  return result == DB_OK ? projection_write(db, a, s->person_id) : result;
}

enum db_result permission_override(struct db *db, struct arena *a, const struct override *o,
                                   instant_t now) {
  struct str reason;
  if (!seal(db, a, (struct seal_place){o->person_id, CLASS_SAFETY, "override"}, o->reason, now,
            &reason))
    return DB_FAILED;
  enum db_result result =
      db_run(db,
             SQL("insert into sight_override (public_id, person_id, team_id, kind, classes, "
                 "decided_by, decided_at, "
                 "reason, told, not_told_why, from_day, to_day) values (?1, ?2, ?3, ?4, ?5, ?6, "
                 "?7, ?8, ?9, ?10, "
                 "?11, ?12)"),
             new_id(a), V(o->person_id), V(o->team_id), V(str_of(o->kind)), V(o->classes),
             V(o->decided_by), db_instant(a, now), db_blob(reason), V(o->told),
             db_text_or_null(o->not_told_why), db_day(a, o->from), db_day(a, o->to));
  return result == DB_OK ? projection_write(db, a, o->person_id) : result;
}

enum db_result permission_block(struct db *db, struct arena *a, int64_t person_id, int64_t user_id,
                                instant_t now) {
  return db_run(
      db,
      SQL("insert into connection_block (person_id, user_id, made_at) values (?1, ?2, ?3) "
          "on conflict (person_id, user_id) do nothing"),
      V(person_id), V(user_id), db_instant(a, now));
}

enum support permission_supported(struct db *db, struct arena *a, int64_t person_id, day_t on,
                                  day_t *last) {
  struct rows r;
  enum support support = SUPPORT_NEVER;
  if (!db_one(
          &r, db, a,
          SQL("select max(coalesce(to_day, '9999-12-31')) from engagement where person_id = ?1"),
          V(person_id)))
    return SUPPORT_UNKNOWN;
  if (!row_null(&r, 0)) {
    *last = row_day(&r, 0);
    support = *last >= on ? SUPPORT_NOW : SUPPORT_ENDED;
  }
  db_done(&r);
  return support;
}

size_t permission_ended(struct db *db, struct arena *a, const struct actor *actor, day_t on,
                        int64_t *people, size_t room) {
  size_t n = 0;
  struct rows r =
      db_rows(db, a,
              SQL("select e.person_id from team t join engagement e on e.team_id = t.id where "
                  "t.organisation_id = ?1 and e.to_day < ?2 and not exists (select 1 from "
                  "engagement o where o.person_id = e.person_id and (coalesce(o.to_day, "
                  "'9999-12-31') > e.to_day or (o.to_day = e.to_day and o.id > e.id))) order by "
                  "e.to_day, e.person_id limit ?3"),
              V(actor->organisation_id), db_day(a, on), V((int64_t)room));
  while (db_next(&r)) people[n++] = row_int(&r, 0);
  return r.result == DB_OK ? n : 0;
}

enum db_result permission_forget(struct db *db, int64_t person_id) {
  enum db_result result = db_run(db, SQL("delete from choice where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from share where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from sight_override where person_id = ?1"), V(person_id));
  return result;
}
