/* demo: two invented funds, and a few spends for invented people, the same for the same seed. */
#include "accounts/accounts.h"
#include "money/inside.h"

enum { DEMO_SPENDS = 60 };

struct demo {
  struct db *db;
  struct arena *a;
  struct rng *rng;
  instant_t now;
  enum db_result result;
};

static struct actor actor_of(struct demo *d, const char *sign_in) {
  struct actor actor = {0};
  int64_t id = db_number(d->db, 0, SQL("select id from user_account where sign_in = ?1"),
                         V(str_of(sign_in)));
  if (!id || !accounts_actor(d->db, d->a, id, 0, instant_local_uk(d->now).day, &actor))
    d->result = DB_FAILED;
  return actor;
}

static struct fund fund_like(struct demo *d, const char *name, const char *payer, int64_t pounds) {
  struct fund f;
  record_clear(&fund_type, &f);
  f.name = str_of(name), f.payer = str_of(payer), f.total = pounds * 100;
  f.purpose = S("Small things that stand in the way of a job or a course.");
  f.starts = day_add_months(instant_local_uk(d->now).day, -6);
  f.ends = day_add_months(instant_local_uk(d->now).day, 9);
  f.worker_limit = 5000, f.day_limit = 15000, f.person_limit = 40000, f.repeat_days = 14;
  return f;
}

static void add_spend(struct demo *d, const struct actor *by, const struct fund *f,
                      int64_t person) {
  static const struct {
    const char *item, *barrier, *words;
    int64_t pence;
  } things[] = {{"travel", "transport", "A week of bus fares to the course.", 1850},
                {"clothes", "confidence", "Boots and a jacket for the first day.", 4600},
                {"phone", "digital", "Data for three months.", 2400},
                {"identity", "housing", "A birth certificate.", 1250},
                {"tools", "work_experience", "Hand tools for the trial week.", 8900},
                {"childcare", "childcare", "Two mornings at the nursery.", 6200}};
  size_t i = rng_below(d->rng, countof(things));
  struct spend s;
  struct why why = {0};
  unsigned second = 0;
  record_clear(&spend_type, &s);
  s.public_id = uuid_v4();
  s.person = person, s.fund = f->id, s.amount = things[i].pence, s.means = S("card");
  s.item = str_of(things[i].item), s.barrier = str_of(things[i].barrier);
  s.words = str_of(things[i].words);
  instant_t at = d->now - (instant_t)rng_below(d->rng, 160) * 86400 * 1000000;
  enum db_result r = money_ask(d->db, d->a, by, &s, at, &second, &why);
  if (r == DB_CONFLICT) return; /* the fund said no: that is what limits are for */
  static const enum spend_step steps[] = {STEP_BUY, STEP_DELIVER, STEP_RECEIPT};
  size_t taken = second ? 0 : rng_below(d->rng, countof(steps) + 1);
  for (size_t k = 0; k < taken && r == DB_OK; k++)
    r = money_move(d->db, d->a, by, &s, &(struct spend_move){steps[k], NUMBER_NONE, {0}}, at, &why);
  d->result = r;
}

static void add_all(struct demo *d, struct progress *p) {
  struct actor amina = actor_of(d, "amina"), rhian = actor_of(d, "rhian");
  struct fund bridge =
                  fund_like(d, "Bridge fund (invented)", "Seaborough Lottery (invented)", 6000),
              tenants = fund_like(d, "Tenants’ fund (invented)", "Quayside Homes (invented)", 2500);
  tenants.question = S("Are they a tenant of Quayside Homes?");
  struct { int64_t *p; size_t n; } people = {0};
  size_t cap = 0;
  if (d->result == DB_OK) d->result = money_fund_add(d->db, d->a, &rhian, &bridge, d->now);
  if (d->result == DB_OK) d->result = money_fund_add(d->db, d->a, &rhian, &tenants, d->now);
  struct rows r =
      db_rows(d->db, d->a, SQL("select person_id from caseload where user_id = ?1 order by id"),
              V(amina.user_id));
  while (db_next(&r)) *slice_push(d->a, &people, &cap) = row_int(&r, 0);
  for (int i = 0; i < DEMO_SPENDS && people.n && d->result == DB_OK; i++) {
    add_spend(d, &amina, &bridge, people.p[rng_below(d->rng, people.n)]);
    progress_at(p, (uint64_t)i + 1);
  }
}

bool money_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                struct why *why) {
  struct rng rng = rng_seed(seed ^ 0x6d6f6e6579ull);
  struct demo d = {db, a, &rng, now, DB_OK};
  progress_step(p, "Flexible money (invented)", "spends", DEMO_SPENDS);
  uuid_seed(&rng);
  db_begin(db, STORE_MAIN);
  add_all(&d, p);
  uuid_seed(NULL);
  if (d.result != DB_OK) db_rollback(db, STORE_MAIN);
  else d.result = db_commit(db, STORE_MAIN);
  progress_end(p, DEMO_SPENDS);
  return d.result == DB_OK || why_say(why, "The demo's funds could not be saved.");
}
