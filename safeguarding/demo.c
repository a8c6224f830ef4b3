/* demo: who answers for safeguarding at the invented charity, one concern, and somebody stuck. */
#include "accounts/accounts.h"
#include "safeguarding/inside.h"

static int64_t user_of(struct db *db, const char *sign_in) {
  return db_number(db, 0, SQL("select id from user_account where sign_in = ?1"),
                   V(str_of(sign_in)));
}

static void name_posts(struct db *db, struct arena *a, const struct actor *by, day_t today) {
  static const struct { const char *who, *post; } posts[] = {
      {"safi", "lead"}, {"rhian", "deputy"}, {"colin", "oncall"}};
  for (size_t i = 0; i < countof(posts); i++) {
    int64_t user = user_of(db, posts[i].who);
    if (!user) continue;
    db_run(db,
           SQL("insert into safeguarding_post (organisation_id, user_id, post, from_day, made_by) "
               "values (?1, ?2, ?3, ?4, ?5)"),
           V(by->organisation_id), V(user), V(str_of(posts[i].post)), db_day(a, today - 200),
           V(by->user_id));
  }
}

/* Everywhere else that supports people, whoever has been there longest answers. */
static void name_leads(struct db *db, struct arena *a, const struct actor *by, day_t today) {
  db_run(db,
         SQL("insert into safeguarding_post (organisation_id, user_id, post, from_day, made_by) "
             "select t.organisation_id, min(u.id), 'lead', ?2, ?3 from team t join user_account u "
             "on u.team_id = t.id where t.function = ?1 and u.disabled_at is null and not exists "
             "(select 1 from safeguarding_post p where p.organisation_id = t.organisation_id) "
             "group by t.organisation_id"),
         V((int64_t)FUNCTION_SUPPORT), V(db_day(a, today - 200)), V(by->user_id));
}

static enum db_result fill(struct db *db, struct arena *a, const struct actor *by, instant_t now) {
  static const struct worry worry = {
      .age = "adult",
      .who = {"The man who sleeps in the harbour shelter", 41},
      .seen = {"\"They took my tablets again.\" He was shaking and had not eaten.", 63},
      .opinion = {"I think somebody takes what he has.", 35},
      .wants = {"A dry place, and his tablets.", 29}};
  enum db_result result = DB_OK;
  int64_t person = db_number(db, 0, SQL("select min(person_id) from caseload where user_id = ?1"),
                             V(by->user_id));
  name_posts(db, a, by, instant_local_uk(now).day);
  name_leads(db, a, by, instant_local_uk(now).day);
  safeguarding_raise(db, a, by, &worry, now - (instant_t)30 * 60 * 1000000, &result);
  if (person && result == DB_OK)
    safeguarding_stuck(db, a, person, S("The bus was cut and I cannot get to the course."), now,
                       &result);
  return result;
}

bool safeguarding_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                       struct progress *p, struct why *why) {
  struct actor amina;
  struct rng rng = rng_seed(seed ^ 0x73616665ull);
  int64_t user = user_of(db, "amina");
  if (!user || !accounts_actor(db, a, user, 0, instant_local_uk(now).day, &amina)) return true;
  progress_step(p, "Safeguarding (invented)", "posts", 3);
  uuid_seed(&rng);
  db_begin(db, STORE_MAIN);
  enum db_result result = fill(db, a, &amina, now);
  uuid_seed(NULL);
  result = result == DB_OK ? db_commit(db, STORE_MAIN) : (db_rollback(db, STORE_MAIN), result);
  progress_end(p, 3);
  return result == DB_OK || why_say(why, "The demo's safeguarding could not be saved.");
}
