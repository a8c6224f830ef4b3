/* learning: from intent to the classroom, as dated facts; where somebody stands is the furthest
 * step they came to. Stopping is a day, never a mark against anybody. */
#include "db/seal.h"
#include "support/inside.h"

const char *const learning_codes[LEARNING_STEPS] = {"intended",  "applied",  "enrolled",
                                                    "first_day", "half_way", "done"};

enum learning_step learning_standing(const struct learning *l) {
  enum learning_step at = LEARNING_INTENDED;
  for (int s = 0; s < LEARNING_STEPS; s++)
    if (l->on[s] != DAY_NONE) at = (enum learning_step)s;
  return at;
}

enum db_result support_learning_add(struct db *db, struct arena *a, struct learning *l,
                                    int64_t by_user, instant_t now) {
  struct str sealed;
  struct seal_place at = {l->person_id, CLASS_PLAN, "learning.what"};
  if (uuid_is_zero(l->public_id)) l->public_id = uuid_v4();
  if (!seal(db, a, at, l->what, now, &sealed)) return DB_FAILED;
  l->id = db_insert(
      db,
      SQL("insert into learning (public_id, person_id, team_id, kind, what, began_on, made_by, "
          "made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id"),
      db_uuid(a, l->public_id), V(l->person_id), V(l->team_id), V(l->kind), V(db_blob(sealed)),
      db_day(a, l->on[LEARNING_INTENDED]), V(by_user), db_instant(a, now));
  return l->id ? support_learning_step(db, a, l, LEARNING_INTENDED, l->on[LEARNING_INTENDED],
                                       by_user, now)
               : DB_FAILED;
}

enum db_result support_learning_step(struct db *db, struct arena *a, const struct learning *l,
                                     enum learning_step step, day_t on, int64_t by_user,
                                     instant_t now) {
  return db_run(db,
                SQL("insert into learning_step (learning_id, person_id, step, on_day, said_to, "
                    "said_at) values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (learning_id, step) do "
                    "update set on_day = excluded.on_day, said_to = excluded.said_to, said_at = "
                    "excluded.said_at"),
                V(l->id), V(l->person_id), V(str_of(learning_codes[step])), db_day(a, on),
                V(by_user), db_instant(a, now));
}

enum db_result support_learning_stop(struct db *db, struct arena *a, const struct learning *l,
                                     day_t on) {
  return db_run(db, SQL("update learning set stopped_on = ?2 where id = ?1 and stopped_on is null"),
                V(l->id), db_day(a, on));
}

static void read_steps(struct db *db, struct arena *a, struct learning *l) {
  for (int s = 0; s < LEARNING_STEPS; s++) l->on[s] = DAY_NONE;
  struct rows r = db_rows(
      db, a, SQL("select step, on_day from learning_step where learning_id = ?1"), V(l->id));
  while (db_next(&r))
    for (int s = 0; s < LEARNING_STEPS; s++)
      if (str_eq(row_text(&r, 0), str_of(learning_codes[s]))) l->on[s] = row_day(&r, 1);
}

struct learnings support_learnings(struct db *db, struct arena *a, int64_t person_id) {
  struct learnings out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, public_id, team_id, kind, what, stopped_on from learning "
                              "where person_id = ?1 order by began_on desc, id desc"),
                          V(person_id));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct learning){
        .id = row_int(&r, 0),
        .public_id = row_uuid(&r, 1),
        .person_id = person_id,
        .team_id = row_int(&r, 2),
        .kind = row_text(&r, 3),
        .what = text_open(db, a, person_id, CLASS_PLAN, "learning.what", row_text(&r, 4)),
        .stopped_on = row_day(&r, 5)};
  for (size_t i = 0; i < out.n; i++) read_steps(db, a, &out.p[i]);
  return out;
}

struct funnel support_funnel(struct db *db, struct arena *a, int64_t team_id, day_t from) {
  struct funnel f = {0};
  int64_t furthest[LEARNING_STEPS] = {0};
  /* Nobody who hides: they stand in no list of the team. */
  struct rows r = db_rows(
      db, a,
      SQL("select x.reached, count(*), sum(x.stopped) from (select l.id as id, case when "
          "l.stopped_on is null then 0 else 1 end as stopped, max(case s.step when 'applied' then "
          "1 when 'enrolled' then 2 when 'first_day' then 3 when 'half_way' then 4 when 'done' "
          "then 5 else 0 end) as reached from learning l join learning_step s on s.learning_id = "
          "l.id where l.team_id = ?1 and l.began_on >= ?2 and exists (select 1 from may_see m "
          "where m.person_id = l.person_id and m.team_id = l.team_id) group by l.id, l.stopped_on) "
          "x group by x.reached"),
      V(team_id), db_day(a, from));
  while (db_next(&r)) {
    int64_t at = row_int(&r, 0);
    if (at < 0 || at >= LEARNING_STEPS) continue;
    furthest[at] = row_int(&r, 1);
    f.stopped[at] = row_int(&r, 2);
  }
  for (int s = LEARNING_STEPS - 1; s >= 0; s--)
    f.came[s] = furthest[s] + (s + 1 < LEARNING_STEPS ? f.came[s + 1] : 0);
  return f;
}

/* ---- a buddy ---- */

enum db_result support_buddy_add(struct db *db, struct arena *a, struct buddy *b, int64_t by_user,
                                 instant_t now) {
  struct str sealed;
  struct seal_place at = {b->person_id, CLASS_PLAN, "buddy.name"};
  if (!seal(db, a, at, b->name, now, &sealed)) return DB_FAILED;
  return db_run(db,
                SQL("insert into buddy (public_id, person_id, name, about, from_day, made_by, "
                    "made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
                db_uuid(a, uuid_v4()), V(b->person_id), V(db_blob(sealed)), V(b->about),
                db_day(a, b->from), V(by_user), db_instant(a, now));
}

enum db_result support_buddy_end(struct db *db, struct arena *a, int64_t person_id,
                                 struct uuid buddy, day_t last) {
  enum db_result result = db_run(db,
                                 SQL("update buddy set to_day = ?3 where public_id = ?1 and "
                                     "person_id = ?2 and to_day is null"),
                                 db_uuid(a, buddy), V(person_id), db_day(a, last));
  return result == DB_OK && db_changes(db) == 0 ? DB_NONE : result;
}

struct buddies support_buddies(struct db *db, struct arena *a, int64_t person_id) {
  struct buddies out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select public_id, name, about, from_day, to_day from buddy where "
                              "person_id = ?1 order by from_day desc, id desc"),
                          V(person_id));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct buddy){
        .public_id = row_uuid(&r, 0),
        .person_id = person_id,
        .name = text_open(db, a, person_id, CLASS_PLAN, "buddy.name", row_text(&r, 1)),
        .about = row_text(&r, 2),
        .from = row_day(&r, 3),
        .to = row_day(&r, 4)};
  return out;
}

/* Codes and days of what is erased go with its words. */
enum db_result learning_erase(struct db *db, int64_t person_id) {
  enum db_result result =
      db_run(db, SQL("delete from learning_step where person_id = ?1"), V(person_id));
  if (result == DB_OK)
    result = db_run(db, SQL("delete from learning where person_id = ?1"), V(person_id));
  return result == DB_OK ? db_run(db, SQL("delete from buddy where person_id = ?1"), V(person_id))
                         : result;
}
