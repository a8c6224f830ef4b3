/* need: who is supported, counted at night into sums that may be told. Whoever hides is in none of
 * them: they start from may_see, where nobody who hides ever is. */
#include <stdlib.h>
#include "profiles/inside.h"
#include "programme/programme.h"
#include "referrals/referrals.h"

struct of_code {
  struct str code;
  int64_t n;
};
struct counts {
  struct of_code *p;
  size_t n;
};

static void count_one(struct arena *a, struct counts *all, size_t *cap, struct str code) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].code, code)) {
      all->p[i].n++;
      return;
    }
  *slice_push(a, all, cap) = (struct of_code){code, 1};
}

/* The rule of the house (programme/contract.h): the same counts always give the same table. */
static enum db_result keep(struct db *db, struct arena *a, const char *kind,
                           const struct counts *all) {
  struct cell_told *told = arena_many(a, struct cell_told, all->n + 1);
  int64_t *n = arena_many(a, int64_t, all->n + 1);
  enum db_result r = DB_OK;
  for (size_t i = 0; i < all->n; i++) n[i] = all->p[i].n;
  table_told(n, all->n, told);
  for (size_t i = 0; r == DB_OK && i < all->n; i++)
    r = db_run(db, SQL("insert into supported_sum (kind, code, people) values (?1, ?2, ?3)"),
               V(str_of(kind)), V(all->p[i].code), told[i].held ? db_null() : V(told[i].n));
  return r;
}

static struct str way_of(const struct referral_ways *ways, int64_t person) {
  size_t low = 0, high = ways->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (ways->p[middle].person_id < person)
      low = middle + 1;
    else
      high = middle;
  }
  return low < ways->n && ways->p[low].person_id == person ? ways->p[low].source : (struct str){0};
}

struct sums {
  struct counts ward, way, status, all;
  size_t caps[4];
};

static bool count_all(struct db *db, struct arena *a, day_t today, struct sums *out) {
  struct referral_ways ways = referrals_ways(db, a);
  int64_t last = 0;
  struct rows r =
      db_rows(db, a,
              SQL("/* scan: sums of the night */ select p.id, coalesce(p.ward_code, ''), "
                  "coalesce(p.status, '') from may_see m join person p on p.id = m.person_id where "
                  "m.reason = 'team' and m.from_day <= ?1 and m.to_day >= ?1 order by p.id"),
              db_day(a, today));
  while (db_next(&r)) {
    int64_t person = row_int(&r, 0);
    if (person == last) continue;
    last = person;
    struct str ward = row_text(&r, 1), status = row_text(&r, 2);
    count_one(a, &out->status, &out->caps[0], status);
    if (!str_eq(status, S("unemployed")) && !str_eq(status, S("inactive"))) continue;
    count_one(a, &out->ward, &out->caps[1], ward);
    count_one(a, &out->way, &out->caps[2], way_of(&ways, person));
    count_one(a, &out->all, &out->caps[3], (struct str){0});
  }
  return r.result == DB_OK;
}

enum db_result supported_make(struct db *db, struct arena *a, instant_t now) {
  struct sums s = {0};
  day_t today = instant_local_uk(now).day;
  if (!count_all(db, a, today, &s)) return DB_FAILED;
  enum db_result r = db_run(db, SQL("delete from supported_sum"));
  if (r == DB_OK) r = keep(db, a, "ward", &s.ward);
  if (r == DB_OK) r = keep(db, a, "way", &s.way);
  if (r == DB_OK) r = keep(db, a, "status", &s.status);
  if (r == DB_OK) r = keep(db, a, "all", &s.all);
  if (r != DB_OK) return r;
  return db_run(db,
                SQL("insert into supported_state (id, made_on) values (1, ?1) on conflict (id) do "
                    "update set made_on = excluded.made_on"),
                db_day(a, today));
}

struct supported_sums supported_read(struct db *db, struct arena *a, struct str kind) {
  struct supported_sums all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select code, people from supported_sum where kind = ?1 order by "
                              "coalesce(people, -1) desc, code"),
                          V(kind));
  while (db_next(&r))
    *slice_push(a, &all, &cap) =
        (struct supported_sum){row_text(&r, 0), row_int(&r, 1), row_null(&r, 1)};
  return all;
}

day_t supported_day(struct db *db, struct arena *a) {
  struct rows r;
  day_t made = DAY_NONE;
  if (db_one(&r, db, a, SQL("select made_on from supported_state where id = 1")))
    made = row_day(&r, 0), db_done(&r);
  return made;
}
