/* asset: things lent and stores of things given. What is free never goes below zero: a single thing
 * can be out once (a unique key while it is), a store is counted down by one statement that refuses
 * to pass zero. */
#include "contacts/inside.h"

static enum db_result move(struct db *db, struct arena *a, int64_t asset_id, int64_t change,
                           struct str why, int64_t by_user, day_t on) {
  return db_run(db,
                SQL("insert into asset_move (asset_id, change, why, made_by, on_day) values (?1, "
                    "?2, ?3, ?4, ?5)"),
                V(asset_id), V(change), V(why), V(by_user), db_day(a, on));
}

enum db_result contacts_stock(struct db *db, struct arena *a, int64_t asset_id, int64_t change,
                              struct str why, int64_t by_user, day_t on) {
  enum db_result result = db_run(
      db,
      SQL("update asset set free = coalesce(free, 0) + ?2 where id = ?1 and counted = 1 and "
          "ended_on is null and coalesce(free, 0) + ?2 >= 0"),
      V(asset_id), V(change));
  if (result != DB_OK) return result;
  return db_changes(db) ? move(db, a, asset_id, change, why, by_user, on) : DB_CONFLICT;
}

enum db_result contacts_lend(struct db *db, struct arena *a, const struct lending *l,
                             int64_t by_user, int64_t *loan_id) {
  struct rows r;
  *loan_id = 0;
  if (!db_one(&r, db, a, SQL("select counted, ended_on from asset where id = ?1"),
              V(l->asset_id)))
    return DB_CONFLICT;
  bool counted = row_int(&r, 0) == 1, ended = !row_null(&r, 1);
  db_done(&r);
  if (ended) return DB_CONFLICT;
  if (!counted && db_number(db, 1, SQL("select count(*) from loan where open_key = ?1"),
                            V(l->asset_id)))
    return DB_CONFLICT;
  enum db_result result =
      counted ? contacts_stock(db, a, l->asset_id, -1, l->due == DAY_NONE ? S("given") : S("lent"),
                               by_user, l->out)
              : DB_OK;
  if (result != DB_OK) return result;
  *loan_id = db_insert(
      db,
      SQL("insert into loan (public_id, asset_id, person_id, out_on, due_on, came_by, lent_by, "
          "open_key) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id"),
      db_uuid(a, uuid_v4()), V(l->asset_id), V(l->person_id), db_day(a, l->out),
      db_day(a, l->due), db_text_or_null(l->came_by), V(by_user),
      counted ? db_null() : db_int(l->asset_id));
  return *loan_id ? DB_OK : DB_CONFLICT;
}

enum db_result contacts_take_back(struct db *db, struct arena *a, int64_t person_id,
                                  struct uuid loan, struct str how_it_is, int64_t by_user,
                                  day_t on) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("update loan set back_on = ?3, how_it_is = ?4, taken_by = ?5, open_key = null "
                  "where public_id = ?1 and person_id = ?2 and back_on is null and out_on <= ?3 "
                  "returning asset_id"),
              db_uuid(a, loan), V(person_id), db_day(a, on), db_text_or_null(how_it_is),
              V(by_user)))
    return DB_NONE;
  int64_t asset_id = row_int(&r, 0);
  db_done(&r);
  bool counted =
      db_number(db, 0, SQL("select counted from asset where id = ?1"), V(asset_id)) == 1;
  return counted ? contacts_stock(db, a, asset_id, 1, S("back"), by_user, on) : DB_OK;
}

struct loans_out contacts_loans(struct db *db, struct arena *a, int64_t person_id) {
  struct loans_out out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("select l.public_id, l.asset_id, s.name, s.tag, l.out_on, l.due_on from loan l join "
          "asset "
          "s on s.id = l.asset_id where l.person_id = ?1 and l.back_on is null and l.due_on is not "
          "null order by l.out_on, "
          "l.id"),
      V(person_id));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct loan_out){row_uuid(&r, 0), row_int(&r, 1),
                                                   row_text(&r, 2), row_text(&r, 3),
                                                   row_day(&r, 4), row_day(&r, 5)};
  return out;
}

/* What stands in a store is what its moves add up to, and nothing is out twice. */
int contacts_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  (void)now;
  int faults = 0;
  struct rows r = db_rows(db, a,
                          SQL("select s.id from asset s where s.counted = 1 and (coalesce(s.free, "
                              "0) < 0 or coalesce(s.free, 0) <> (select coalesce(sum(m.change), 0) "
                              "from asset_move m where m.asset_id = s.id)) order by s.id"));
  while (db_next(&r)) {
    faults++;
    buf_format(out, "Store %lld does not hold what its list adds up to: count it again.\n",
               (long long)row_int(&r, 0));
  }
  int64_t differs = contacts_now_differs(db, a);
  if (differs)
    buf_format(out, "%lld people's last talk stands otherwise in lists than in their record.\n",
               (long long)differs);
  return faults + (differs > 0);
}
