/* standing: what was decided about a person and between organisations, for the pages that show it.
 */
#include "db/seal.h"
#include "permission/inside.h"

struct choices_said permission_choices(struct db *db, struct arena *a, int64_t person_id) {
  struct choices_said out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("select c.organisation_id, o.name, c.class, c.answer, c.how, c.language, "
          "c.notice_version, c.said_at, coalesce(u.name, '') from choice c join "
          "member_organisation o on o.id = c.organisation_id left join user_account u on u.id = "
          "c.asked_by where c.person_id = ?1 and "
          "not exists (select 1 from choice n where n.person_id = c.person_id and "
          "n.organisation_id = c.organisation_id and n.class = c.class and n.id > c.id) "
          "order by o.name, c.class"),
      V(person_id));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct choice_said){.organisation_id = row_int(&r, 0),
                                                      .organisation = row_text(&r, 1),
                                                      .class_bit = (uint32_t)row_int(&r, 2),
                                                      .answer = row_text(&r, 3),
                                                      .how = row_text(&r, 4),
                                                      .language = row_text(&r, 5),
                                                      .notice_version = row_text(&r, 6),
                                                      .said_at = row_instant(&r, 7),
                                                      .asked_by = row_text(&r, 8)};
  return out;
}

struct shares_now permission_shares(struct db *db, struct arena *a, int64_t person_id, day_t on) {
  struct shares_now out = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(db, a,
              SQL("select s.public_id, t.name, o.name, g.title, s.classes, s.from_day, g.to_day "
                  "from share s join agreement g on g.id = s.agreement_id join team t on t.id = "
                  "s.team_id join member_organisation o on o.id = t.organisation_id where "
                  "s.person_id = ?1 and coalesce(s.to_day, '9999-12-31') >= ?2 order by s.id"),
              V(person_id), db_day(a, on));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct share_now){
        row_text(&r, 0),          row_text(&r, 1), row_text(&r, 2), row_text(&r, 3),
        (uint32_t)row_int(&r, 4), row_day(&r, 5),  row_day(&r, 6)};
  return out;
}

enum db_result permission_share_end(struct db *db, struct arena *a, int64_t person_id,
                                    struct str public_id, day_t last) {
  enum db_result result =
      db_run(db, SQL("update share set to_day = ?3 where public_id = ?2 and person_id = ?1"),
             V(person_id), V(public_id), db_day(a, last));
  return result == DB_OK ? projection_write(db, a, person_id) : result;
}

struct overrides_now permission_overrides(struct db *db, struct arena *a, int64_t person_id,
                                          day_t on) {
  struct overrides_now out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("select t.name, o.name, v.kind, v.classes, v.told, v.to_day, v.reason, u.name from "
          "sight_override v join team t on t.id = v.team_id join member_organisation o on o.id = "
          "t.organisation_id join user_account u on u.id = v.decided_by where v.person_id = ?1 "
          "and v.to_day >= ?2 order by v.id"),
      V(person_id), db_day(a, on));
  while (db_next(&r)) {
    struct override_now *v = slice_push(a, &out, &cap);
    *v = (struct override_now){.team = row_text(&r, 0),
                               .organisation = row_text(&r, 1),
                               .kind = row_text(&r, 2),
                               .classes = (uint32_t)row_int(&r, 3),
                               .told = row_int(&r, 4) != 0,
                               .to = row_day(&r, 5),
                               .decided_by = row_text(&r, 7)};
    unseal(db, a, (struct seal_place){person_id, CLASS_SAFETY, "override"}, row_text(&r, 6),
           &v->reason);
  }
  return out;
}

static void read_parties(struct db *db, struct arena *a, struct agreement_known *g) {
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select p.organisation_id, o.name, p.capacity from agreement_party "
                              "p join member_organisation o on o.id = p.organisation_id where "
                              "p.agreement_id = ?1 order by o.name"),
                          V(g->id));
  while (db_next(&r))
    *slice_push(a, &g->parties, &cap) =
        (struct party_known){row_int(&r, 0), row_text(&r, 1), row_text(&r, 2)};
}

#define AGREEMENT_COLUMNS                                                                          \
  "select g.id, g.public_id, g.title, g.purpose, g.classes, g.article6, g.article9, g.schedule1, " \
  "g.article10, g.impact_assessment, g.notice_version, g.from_day, g.to_day, "                     \
  "coalesce((select max(v.next_on) from agreement_review v where v.agreement_id = g.id), "         \
  "g.review_on), u.name from agreement g join user_account u on u.id = g.owner_user_id "

static struct agreement_known read_agreement(struct rows *r) {
  return (struct agreement_known){.id = row_int(r, 0),
                                  .public_id = row_text(r, 1),
                                  .title = row_text(r, 2),
                                  .purpose = row_text(r, 3),
                                  .classes = (uint32_t)row_int(r, 4),
                                  .article6 = row_text(r, 5),
                                  .article9 = row_text(r, 6),
                                  .schedule1 = row_text(r, 7),
                                  .article10 = row_text(r, 8),
                                  .impact_assessment = row_text(r, 9),
                                  .notice_version = row_text(r, 10),
                                  .from = row_day(r, 11),
                                  .to = row_day(r, 12),
                                  .review_on = row_day(r, 13),
                                  .owner = row_text(r, 14)};
}

struct agreements_known permission_agreements(struct db *db, struct arena *a,
                                              int64_t organisation_id) {
  struct agreements_known out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL(AGREEMENT_COLUMNS
                              "where exists (select 1 from agreement_party p where p.agreement_id "
                              "= g.id and p.organisation_id = ?1) order by g.title, g.id"),
                          V(organisation_id));
  while (db_next(&r)) *slice_push(a, &out, &cap) = read_agreement(&r);
  for (size_t i = 0; i < out.n; i++) read_parties(db, a, &out.p[i]);
  return out;
}

bool permission_agreement_load(struct db *db, struct arena *a, int64_t organisation_id,
                               struct str public_id, struct agreement_known *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL(AGREEMENT_COLUMNS
                  "where g.public_id = ?1 and exists (select 1 from agreement_party p where "
                  "p.agreement_id = g.id and p.organisation_id = ?2)"),
              V(public_id), V(organisation_id)))
    return false;
  *out = read_agreement(&r);
  db_done(&r);
  read_parties(db, a, out);
  return true;
}

enum db_result permission_agreement_review(struct db *db, struct arena *a, int64_t agreement_id,
                                           int64_t by_user, day_t on, day_t next,
                                           struct str words) {
  return db_run(db,
                SQL("insert into agreement_review (agreement_id, reviewed_by, reviewed_on, "
                    "next_on, words) values (?1, ?2, ?3, ?4, ?5)"),
                V(agreement_id), V(by_user), db_day(a, on), db_day(a, next), V(words));
}

enum db_result permission_agreement_end(struct db *db, struct arena *a, int64_t agreement_id,
                                        day_t last) {
  enum db_result result = db_run(db, SQL("update agreement set to_day = ?2 where id = ?1"),
                                 V(agreement_id), db_day(a, last));
  int64_t after = 0;
  while (result == DB_OK) { /* everyone shared under it */
    int64_t next = db_number(db, 0,
                             SQL("select coalesce(min(person_id), 0) from share where "
                                 "agreement_id = ?1 and person_id > ?2"),
                             V(agreement_id), V(after));
    if (!next) break;
    struct arena scratch = *a;
    result = projection_write(db, &scratch, next);
    after = next;
  }
  return result;
}

struct covers_known permission_covers(struct db *db, struct arena *a, int64_t organisation_id,
                                      day_t on) {
  struct covers_known out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("select v.id, x.name, s.name, v.from_day, v.to_day from cover v join user_account x on "
          "x.id = v.absent_user_id join user_account s on s.id = v.standing_in_user_id join team t "
          "on t.id = x.team_id where t.organisation_id = ?1 and v.to_day >= ?2 order by "
          "v.from_day, v.id"),
      V(organisation_id), db_day(a, on));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct cover_known){
        row_int(&r, 0), row_text(&r, 1), row_text(&r, 2), row_day(&r, 3), row_day(&r, 4)};
  return out;
}

struct search_reviews permission_searches(struct db *db, struct arena *a, int64_t organisation_id,
                                          int64_t but_user) {
  struct search_reviews out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL_WORK("select id, user_id, day from search_review where "
                                   "organisation_id = ?1 and user_id <> ?2 and reviewed_at is "
                                   "null order by id limit 200"),
                          V(organisation_id), V(but_user));
  while (db_next(&r))
    *slice_push(a, &out, &cap) =
        (struct search_review){row_int(&r, 0), row_int(&r, 1), row_day(&r, 2)};
  return out;
}

enum db_result permission_search_reviewed(struct db *db, struct arena *a, int64_t id,
                                          int64_t organisation_id, int64_t by_user, instant_t now) {
  return db_run(db,
                SQL_WORK("update search_review set reviewed_by = ?3, reviewed_at = ?4 where id = "
                         "?1 and organisation_id = ?2 and user_id <> ?3"),
                V(id), V(organisation_id), V(by_user), db_instant(a, now));
}

struct users permission_named(struct db *db, struct arena *a, int64_t person_id, day_t on) {
  struct users out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select user_id from restricted_worker where person_id = ?1 and "
                              "from_day <= ?2 and coalesce(to_day, '9999-12-31') >= ?2 order by "
                              "user_id"),
                          V(person_id), db_day(a, on));
  while (db_next(&r)) *slice_push(a, &out, &cap) = row_int(&r, 0);
  return out;
}

struct str permission_team_sees_reason(struct db *db, struct arena *a, int64_t team_id) {
  struct rows r;
  struct str reason = {0};
  if (!db_one(&r, db, a,
              SQL("select reason from team_sees where team_id = ?1 order by id desc limit 1"),
              V(team_id)))
    return reason;
  reason = row_text(&r, 0);
  db_done(&r);
  return reason;
}

struct supporters permission_supporters(struct db *db, struct arena *a, int64_t person_id,
                                        day_t on) {
  struct supporters out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("select distinct o.id, o.name from engagement e join team t on t.id = e.team_id join "
          "member_organisation o on o.id = t.organisation_id where e.person_id = ?1 and e.from_day "
          "<= ?2 and coalesce(e.to_day, '9999-12-31') >= ?2 order by o.id"),
      V(person_id), db_day(a, on));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct supporter){row_int(&r, 0), row_text(&r, 1)};
  return out;
}

bool permission_agreement_between(struct db *db, struct arena *a, int64_t one, int64_t other,
                                  uint32_t classes, day_t on) {
  bool covers = false;
  struct rows r = db_rows(
      db, a,
      SQL("select g.classes from agreement g join agreement_party p on p.agreement_id = g.id and "
          "p.organisation_id = ?1 join agreement_party q on q.agreement_id = g.id and "
          "q.organisation_id = ?2 where g.from_day <= ?3 and coalesce(g.to_day, '9999-12-31') >= "
          "?3"),
      V(one), V(other), db_day(a, on));
  while (db_next(&r)) covers |= ((uint32_t)row_int(&r, 0) & classes) == classes;
  return covers && r.result == DB_OK;
}

size_t permission_said_yes(struct db *db, struct arena *a, int64_t organisation_id,
                           uint32_t class_bit, const int64_t *teams, size_t n_teams, day_t on,
                           int64_t **people) {
  struct {
    int64_t *p;
    size_t n;
  } out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("/* scan: once a run */ select distinct c.person_id from choice c join engagement e on "
          "e.person_id = c.person_id where c.organisation_id = ?1 and c.class = ?2 and c.answer = "
          "'yes' and not exists (select 1 from choice n where n.person_id = c.person_id and "
          "n.organisation_id = c.organisation_id and n.class = c.class and n.id > c.id) and "
          "e.team_id in INTS(?3) and e.from_day <= ?4 and coalesce(e.to_day, '9999-12-31') >= ?4 "
          "and not exists (select 1 from restricted_person h where h.person_id = c.person_id) "
          "order by c.person_id"),
      V(organisation_id), V((int64_t)class_bit), V(db_in(a, teams, n_teams)), db_day(a, on));
  while (db_next(&r)) *slice_push(a, &out, &cap) = row_int(&r, 0);
  *people = out.p;
  return out.n;
}
