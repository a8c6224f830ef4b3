/* demo: a few invented doubles among the demo's people, so that the list and its pages hold
 * something to look at: the same person come twice with small differences, two of one family, and a
 * pair that was decided. Nobody here exists. */
#include "accounts/accounts.h"
#include "known/inside.h"

struct twice {
  const char *worker, *name, *full_name, *phone, *postcode;
  int year, month, day;
};
static const struct twice doubles[][2] = {
    {{"amina", "Liz Hartwell", "Elizabeth Hartwell", "07700 900711", "", 1984, 3, 12},
     {"amina", "Elizabeth Hartwell", "", "07700 900711", "", 1984, 12, 3}},
    {{"amina", "Tomasz Wierzba", "", "07700 900712", "", 1979, 7, 21},
     {"joe", "Tomas Wierzba", "", "07700 900713", "", 1979, 7, 21}},
    {{"amina", "Grace Adeyinka", "", "07700 900714", "", 2001, 5, 2},
     {"amina", "Joy Adeyinka", "", "07700 900714", "", 2001, 5, 2}},
    {{"joe", "Bob Lanyon", "Robert Lanyon", "07700 900715", "", 1966, 10, 30},
     {"amina", "Robert Lanyon", "", "", "", 1966, 10, 30}}};

static int64_t worker_of(struct db *db, const char *sign_in) {
  return db_number(db, 0, SQL("select id from user_account where sign_in = ?1"),
                   V(str_of(sign_in)));
}

static int64_t add(struct db *db, struct arena *a, const struct twice *t, instant_t now) {
  struct actor by;
  struct person p;
  int64_t user = worker_of(db, t->worker);
  if (!user || !accounts_actor(db, a, user, 0, instant_local_uk(now).day, &by)) return 0;
  record_clear(&person_type, &p);
  p.public_id = uuid_v4(), p.invented = 1, p.safe_way = S("phone"), p.language = S("en");
  p.name = str_of(t->name), p.full_name = str_of(t->full_name), p.phone = str_of(t->phone);
  p.status = S("unemployed"), p.born_on = day_of(t->year, t->month, t->day);
  return people_add(db, a, &by, &p, now) == DB_OK ? p.id : 0;
}

bool known_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                struct why *why) {
  (void)seed, (void)p;
  int64_t worker = worker_of(db, "amina");
  if (!worker) return true;
  db_begin(db, STORE_MAIN);
  bool ok = known_count_words(db, a) == DB_OK;
  for (size_t i = 0; i < countof(doubles) && ok; i++) {
    int64_t x = add(db, a, &doubles[i][0], now), y = add(db, a, &doubles[i][1], now);
    ok = x && y && known_pair_found(db, a, x, y, 6 + (double)i, true, now) == DB_OK;
  }
  ok = ok && known_search_begin(db, a, worker, now) != 0 && known_demo_match(db, a, now, why);
  return (db_commit(db, STORE_MAIN) == DB_OK && ok) ||
         why_say(why, "The demo's doubles could not be saved.");
}
