/* household: a named support group. Answers are kept, the newest counts, and a "no" or a leaving
 * looks to everyone else like a question never asked (PRACTICE 4). Its name is sealed under the
 * installation's key: a family's name in the clear would find somebody who hides. */
#include <stdlib.h>
#include "base/planted.h"
#include "db/seal.h"
#include "people/inside.h"

#define NAME_PURPOSE "household name"

enum db_result people_household_add(struct db *db, struct arena *a, struct str name,
                                    int64_t by_user, instant_t now, int64_t *household_id) {
  struct str sealed;
  *household_id = 0;
  if (!seal_own(a, NAME_PURPOSE, name, &sealed)) return DB_FAILED;
  *household_id = db_insert(
      db,
      SQL("insert into household (public_id, name, sealed_name, made_by, made_at) values (?1, '', "
          "?2, ?3, ?4) returning id"),
      db_uuid(a, uuid_v4()), db_blob(sealed), V(by_user), db_instant(a, now));
  return *household_id ? DB_OK : DB_FAILED;
}

enum db_result people_household_answer(struct db *db, struct arena *a, const struct group_answer *g,
                                       instant_t now) {
  return db_run(
      db,
      SQL("insert into household_answer (household_id, person_id, answer, how, asked_by, said_at) "
          "values (?1, ?2, ?3, ?4, ?5, ?6)"),
      V(g->household_id), V(g->person_id), V(str_of(g->answer)), db_text_or_null(str_of(g->how)),
      V(g->asked_by), db_instant(a, now));
}

enum db_result people_household_ask(struct db *db, struct arena *a, int64_t household_id,
                                    int64_t person_id, const char *answer, int64_t asked_by,
                                    instant_t now) {
  struct group_answer g = {household_id, person_id, asked_by, answer, NULL};
  return people_household_answer(db, a, &g, now);
}

struct str people_group_name(struct arena *a, struct str sealed, struct str old_name) {
  struct str name;
  if (!sealed.n) return old_name;
  return unseal_own(a, NAME_PURPOSE, sealed, &name) ? name : (struct str){0};
}

/* What a version before this one kept in the clear. Repeatable: what is sealed is left alone. */
enum db_result people_households_seal(struct db *db, struct arena *a) {
  enum db_result result = DB_OK;
  struct rows r =
      db_rows(db, a, SQL("select id, name from household where sealed_name is null order by id"));
  while (result == DB_OK && db_next(&r)) {
    struct str sealed;
    result = seal_own(a, NAME_PURPOSE, row_text(&r, 1), &sealed)
                 ? db_run(db, SQL("update household set name = '', sealed_name = ?2 where id = ?1"),
                          V(row_int(&r, 0)), db_blob(sealed))
                 : DB_FAILED;
  }
  db_done(&r);
  return result;
}

static int by_name(const void *x, const void *y) {
  const struct people_group *a = x, *b = y;
  int order = str_cmp(a->name, b->name);
  return order ? order : (a->id > b->id) - (a->id < b->id);
}

struct people_groups people_groups_of(struct db *db, struct arena *a, int64_t person_id) {
  struct people_groups out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("/* by key */ "
          "select h.id, h.public_id, h.sealed_name, h.name, m.answer from household_answer m join "
          "household h on h.id = m.household_id where m.person_id = ?1 and not exists (select 1 "
          "from household_answer n where n.person_id = m.person_id and n.household_id = "
          "m.household_id and n.id > m.id)"),
      V(person_id));
  while (db_next(&r)) {
    bool yes = str_eq(row_text(&r, 4), S("yes"));
    if (!yes && PLANTED != PLANTED_NO_SHOWN) continue;
    *slice_push(a, &out, &cap) = (struct people_group){
        row_int(&r, 0), row_uuid(&r, 1), people_group_name(a, row_text(&r, 2), row_text(&r, 3))};
  }
  if (out.n) qsort(out.p, out.n, sizeof *out.p, by_name);
  return out;
}

size_t people_group_members(struct request *rq, int64_t group_id, int64_t *people,
                            struct sight *sights, size_t room) {
  size_t n = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select m.person_id from household_answer m where m.household_id = ?1 and m.answer = "
          "'yes' and not exists (select 1 from household_answer n where n.household_id = "
          "m.household_id and n.person_id = m.person_id and n.id > m.id) order by m.person_id"),
      V(group_id));
  while (db_next(&r)) {
    struct sight s =
        permission_sight(rq->db, rq->arena, &rq->actor, row_int(&r, 0), rq->today, rq->now);
    if (!(s.classes & CLASS_SITUATION) || n == room) continue;
    people[n] = row_int(&r, 0);
    sights[n++] = s;
  }
  return n;
}

struct group_counts people_group_counts(struct db *db) {
  struct group_counts out = {
      db_number(db, 0,
                SQL("/* scan: counts of everyone */ select count(distinct m.person_id) from "
                    "household_answer m where m.answer = 'yes' and exists (select 1 from person p "
                    "where p.id = m.person_id and p.name is not null) and not exists (select 1 "
                    "from household_answer n where n.household_id = m.household_id and n.person_id "
                    "= m.person_id and n.id > m.id)")),
      db_number(db, 0,
                SQL("/* scan: counts of everyone */ select count(*) from (select m.household_id "
                    "from household_answer m where m.answer = 'yes' and exists (select 1 from "
                    "person p where p.id = m.person_id and p.name is not null) and not exists "
                    "(select 1 from household_answer n where n.household_id = m.household_id and "
                    "n.person_id = m.person_id and n.id > m.id) group by m.household_id having "
                    "count(*) > 1) together"))};
  return out;
}

int64_t people_households_among(struct db *db, struct arena *a, const int64_t *people, size_t n) {
  return db_number(
      db, 0,
      SQL("select count(*) from (select distinct m.household_id from household_answer m where "
          "m.person_id in INTS(?1) and m.answer = 'yes' and not exists (select 1 from "
          "household_answer n where n.household_id = m.household_id and n.person_id = m.person_id "
          "and n.id > m.id) and exists (select 1 from household_answer o where o.household_id = "
          "m.household_id and o.person_id <> m.person_id and o.answer = 'yes' and exists (select "
          "1 from person p where p.id = o.person_id and p.name is not null) and not exists "
          "(select 1 from household_answer q where q.household_id = o.household_id and "
          "q.person_id = o.person_id and q.id > o.id))) together"),
      V(db_in(a, people, n)));
}
