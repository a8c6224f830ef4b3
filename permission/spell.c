/* spell: from when to when a team supports somebody, to look at and to put right. */
#include "permission/inside.h"
#include "permission/permission.h"

enum { WRONG_MAX = 50 };
/* + keeps SQLite from reading the whole team once for each spell: a person has few. */
#define SPELL_COLUMNS                                                                              \
  "e.id, e.person_id, e.public_id, e.from_day, e.to_day, e.ended_why, case when e.to_day < "       \
  "e.from_day then 1 else 0 end, case when exists (select 1 from engagement o where o.person_id "  \
  "= e.person_id and +o.team_id = e.team_id and o.id <> e.id and o.from_day <= "                   \
  "coalesce(e.to_day, '9999-12-31') and coalesce(o.to_day, '9999-12-31') >= e.from_day) then 1 "   \
  "else 0 end "

static struct spells read_spells(struct arena *a, struct rows r) {
  struct spells out = {0};
  size_t cap = 0;
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct spell){.id = row_int(&r, 0),
                                                .person_id = row_int(&r, 1),
                                                .public_id = row_text(&r, 2),
                                                .from = row_day(&r, 3),
                                                .to = row_day(&r, 4),
                                                .why = row_text(&r, 5),
                                                .backwards = row_int(&r, 6) != 0,
                                                .overlaps = row_int(&r, 7) != 0};
  return out;
}

struct spells permission_spells(struct db *db, struct arena *a, int64_t person_id,
                                int64_t team_id) {
  return read_spells(a, db_rows(db, a,
                                SQL("select " SPELL_COLUMNS "from engagement e where e.person_id = "
                                    "?1 and e.team_id = ?2 order by e.from_day, e.id"),
                                V(person_id), V(team_id)));
}

struct spells permission_spells_wrong(struct db *db, struct arena *a, int64_t team_id) {
  return read_spells(
      a, db_rows(db, a,
                 SQL("select " SPELL_COLUMNS
                     "from engagement e where e.team_id = ?1 and not exists (select 1 from "
                     "restricted_person h where h.person_id = e.person_id) and (e.to_day < "
                     "e.from_day or exists "
                     "(select 1 from engagement n where n.person_id = e.person_id and +n.team_id = "
                     "e.team_id and n.id <> e.id and n.from_day <= coalesce(e.to_day, "
                     "'9999-12-31') and coalesce(n.to_day, '9999-12-31') >= e.from_day)) order by "
                     "e.person_id, e.from_day, e.id limit ?2"),
                 V(team_id), V((int64_t)WRONG_MAX)));
}

/* Whoever of the team carries the case stops when support does. */
enum db_result spell_lay_down(struct db *db, struct arena *a, int64_t person_id, int64_t team_id,
                              day_t last) {
  return db_run(db,
                SQL("update caseload set to_day = ?3 where person_id = ?1 and to_day is null and "
                    "user_id in (select id from user_account where team_id = ?2)"),
                V(person_id), V(team_id), db_day(a, last));
}

enum db_result permission_spell_set(struct db *db, struct arena *a, int64_t team_id,
                                    const struct spell *s) {
  if (s->to != DAY_NONE && s->to < s->from) return DB_CONFLICT;
  int64_t person = db_number(
      db, 0, SQL("select person_id from engagement where public_id = ?1 and team_id = ?2"),
      V(s->public_id), V(team_id));
  if (!person) return DB_NONE;
  enum db_result result = db_run(db,
                                 SQL("update engagement set from_day = ?2, to_day = ?3, ended_why "
                                     "= ?4 where public_id = ?1"),
                                 V(s->public_id), db_day(a, s->from), db_day(a, s->to),
                                 db_text_or_null(s->to == DAY_NONE ? (struct str){0} : s->why));
  if (result == DB_OK && s->to != DAY_NONE) result = spell_lay_down(db, a, person, team_id, s->to);
  return result == DB_OK ? projection_write(db, a, person) : result;
}

enum db_result permission_engage_again(struct db *db, struct arena *a, int64_t person_id,
                                       int64_t team_id, day_t from) {
  enum db_result result = db_run(db,
                                 SQL("insert into engagement (public_id, person_id, team_id, "
                                     "from_day) values (?1, ?2, ?3, ?4)"),
                                 db_uuid(a, uuid_v4()), V(person_id), V(team_id), db_day(a, from));
  return result == DB_OK ? projection_write(db, a, person_id) : result;
}
