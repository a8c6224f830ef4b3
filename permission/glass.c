/* glass: a record opened in an emergency: one record, sixty minutes, a coded reason and a sentence;
 * reviewed by a manager or safeguarding lead of the same organisation, never by whoever opened it
 * (SECURITY-REQUIREMENTS 1, D5). */
#include "accounts/accounts.h"
#include "db/seal.h"
#include "permission/inside.h"

enum { GLASS_MINUTES = 60, GLASS_REVIEWERS = ROLE_MANAGER | ROLE_SAFEGUARDING };

static struct seal_place place(int64_t person_id, const char *field) {
  return (struct seal_place){person_id, CLASS_SAFETY, field};
}

bool permission_may_break_glass(struct db *db, struct arena *a, const struct actor *actor,
                                int64_t person_id, day_t on) {
  return permission_role_classes(actor) &&
         db_number(db, 0,
                   SQL("/* by key */ select count(*) from engagement e join team t on t.id = "
                       "e.team_id where e.person_id = ?1 and t.organisation_id = ?2 and "
                       "e.from_day <= ?3 and coalesce(e.to_day, '9999-12-31') >= ?3"),
                   V(person_id), V(actor->organisation_id), db_day(a, on)) > 0 &&
         db_number(db, 1,
                   SQL("select count(*) from connection_block where person_id = ?1 and user_id = "
                       "?2"),
                   V(person_id), V(actor->user_id)) == 0;
}

/* Everyone who may review it; where an organisation has nobody else, its administrators hear. */
static enum db_result tell_reviewers(struct db *db, struct arena *a, const struct actor *actor,
                                     instant_t now) {
  day_t today = instant_local_uk(now).day;
  enum db_result result = DB_OK;
  uint32_t wanted[] = {GLASS_REVIEWERS, ROLE_ADMIN};
  size_t told = 0;
  for (size_t k = 0; k < countof(wanted) && !told; k++) {
    struct users users = accounts_holding(db, a, actor->organisation_id, wanted[k], today);
    for (size_t i = 0; i < users.n && result == DB_OK; i++) {
      if (users.p[i] == actor->user_id) continue;
      result = accounts_tell(db, a, users.p[i],
                             "A record was opened in an emergency. Review it within three working "
                             "days.",
                             S("/oversight"), now);
      told++;
    }
  }
  return result;
}

enum db_result permission_break_glass(struct db *db, struct arena *a, const struct actor *actor,
                                      int64_t person_id, struct str reason_code,
                                      struct str sentence, instant_t now) {
  struct str sealed;
  if (!seal(db, a, place(person_id, "glass"), sentence, now, &sealed)) return DB_FAILED;
  enum db_result result =
      db_run(db,
             SQL("insert into break_glass (public_id, person_id, user_id, organisation_id, "
                 "reason_code, sentence, opened_at, until_at) "
                 "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
             db_uuid(a, uuid_v4()), V(person_id), V(actor->user_id), V(actor->organisation_id),
             V(reason_code), db_blob(sealed), db_instant(a, now),
             db_instant(a, now + (instant_t)GLASS_MINUTES * 60 * 1000000));
  return result == DB_OK ? tell_reviewers(db, a, actor, now) : result;
}

static void read_glass(struct db *db, struct arena *a, struct rows *r, struct glass *g) {
  *g = (struct glass){.id = row_int(r, 0),
                      .person_id = row_int(r, 2),
                      .user_id = row_int(r, 3),
                      .public_id = row_text(r, 1),
                      .reason_code = row_text(r, 4),
                      .opened_at = row_instant(r, 6),
                      .reviewed_at = row_null(r, 7) ? INSTANT_NONE : row_instant(r, 7),
                      .by_name = row_text(r, 8)};
  unseal(db, a, place(g->person_id, "glass"), row_text(r, 5), &g->sentence);
}

struct glasses permission_glass_waiting(struct db *db, struct arena *a, const struct actor *actor) {
  struct glasses out = {0};
  size_t cap = 0;
  if (!actor_has(actor, GLASS_REVIEWERS) || actor->function != FUNCTION_SUPPORT) return out;
  struct rows r = db_rows(
      db, a,
      SQL("select g.id, g.public_id, g.person_id, g.user_id, g.reason_code, g.sentence, "
          "g.opened_at, g.reviewed_at, u.name from break_glass g join user_account u on u.id = "
          "g.user_id where g.organisation_id = ?1 and g.reviewed_at is null and g.user_id <> ?2 "
          "order by g.id limit 200"),
      V(actor->organisation_id), V(actor->user_id));
  while (db_next(&r)) read_glass(db, a, &r, slice_push(a, &out, &cap));
  return out;
}

bool permission_glass_load(struct db *db, struct arena *a, const struct actor *actor,
                           struct str public_id, struct glass *out) {
  struct rows r;
  if (!actor_has(actor, GLASS_REVIEWERS) || actor->function != FUNCTION_SUPPORT ||
      !db_one(&r, db, a,
              SQL("select g.id, g.public_id, g.person_id, g.user_id, g.reason_code, g.sentence, "
                  "g.opened_at, g.reviewed_at, u.name from break_glass g join user_account u on "
                  "u.id = g.user_id where g.public_id = ?1 and g.organisation_id = ?2 and "
                  "g.user_id <> ?3 "),
              V(public_id), V(actor->organisation_id), V(actor->user_id)))
    return false;
  read_glass(db, a, &r, out);
  db_done(&r);
  return true;
}

enum db_result permission_glass_review(struct db *db, struct arena *a, const struct actor *actor,
                                       const struct glass *g, const char *finding, struct str note,
                                       instant_t now) {
  struct str sealed;
  if (!seal(db, a, place(g->person_id, "glass note"), note, now, &sealed)) return DB_FAILED;
  enum db_result result = db_run(
      db,
      SQL("update break_glass set reviewer_id = ?2, reviewed_at = ?3, finding = ?4, note = ?5 "
          "where id = ?1 and reviewed_at is null and user_id <> ?2"),
      V(g->id), V(actor->user_id), db_instant(a, now), V(str_of(finding)), db_blob(sealed));
  return result == DB_OK && db_changes(db) != 1 ? DB_CONFLICT : result;
}

/* Weekdays after the day itself; a bank holiday only makes the review due a day early. */
int permission_working_days(day_t from, day_t to) {
  int n = 0;
  for (day_t d = from + 1; d <= to; d++) n += day_weekday(d) < 5;
  return n;
}

int64_t permission_glass_overdue(struct db *db, struct arena *a, day_t today) {
  int64_t n = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* scan: doctor, few rows wait */ select opened_at from break_glass "
                              "where reviewed_at is null"));
  while (db_next(&r))
    n += permission_working_days(instant_local_uk(row_instant(&r, 0)).day, today) >
         GLASS_REVIEW_DAYS;
  return n;
}
