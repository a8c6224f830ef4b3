/* demo: a complaint, thanks and an idea, all invented. */
#include "accounts/accounts.h"
#include "rights/inside.h"

static enum db_result add(struct db *db, struct arena *a, int64_t organisation_id, const char *kind,
                          const char *words, const char *name, instant_t now, struct complaint *c) {
  *c = (struct complaint){.organisation_id = organisation_id,
                          .kind = str_of(kind),
                          .via = S("paper"),
                          .who = S("No name given (invented)"),
                          .words = str_of(words),
                          .received = instant_local_uk(now).day - 1,
                          .public_id = uuid_from_name(S("demo complaint"), str_of(name))};
  return rights_complain(db, a, c, now);
}

/* Two people carried in the first team asked for everything: the first one's waits for its readers,
 * the second one's has been read twice and is released. */
static enum db_result released(struct db *db, struct arena *a, const struct access_request *q,
                               int64_t by_user, instant_t now) {
  enum db_result result =
      db_run(db,
             SQL("update access_page set choice = 'whole', first_by = ?2, first_at = ?3, second_by "
                 "= ?4, second_at = ?3 where request_id = ?1"),
             V(q->id), V(by_user), db_instant(a, now), V(by_user + 1));
  return result == DB_OK ? access_say(db, a, q, "released", (struct str){0}, by_user, now) : result;
}

static enum db_result ask_for_all(struct db *db, struct arena *a, int64_t organisation_id,
                                  instant_t now) {
  int64_t people[2], users[2];
  size_t n = 0;
  enum db_result result = DB_OK;
  struct rows r = db_rows(db, a,
                          SQL("/* scan: once, by the demo */ select c.person_id, min(c.user_id) "
                              "from caseload c join user_account u on u.id = c.user_id join team t "
                              "on t.id = u.team_id where t.organisation_id = ?1 and c.to_day is "
                              "null group by c.person_id order by c.person_id limit 2"),
                          V(organisation_id));
  for (; db_next(&r); n++) people[n] = row_int(&r, 0), users[n] = row_int(&r, 1);
  for (size_t i = 0; i < n && result == DB_OK; i++) {
    struct access_request q = {.organisation_id = organisation_id,
                               .via = S("said"),
                               .asked = instant_local_uk(now).day - 2,
                               .public_id = uuid_from_name(S("demo access"), i ? S("b") : S("a")),
                               .person_id = people[i]};
    result = rights_access_ask(db, a, &q, now);
    if (result == DB_OK && i) result = released(db, a, &q, users[i], now);
  }
  return result;
}

bool rights_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                 struct why *why) {
  struct complaint c;
  (void)seed, (void)p;
  if (db_number(db, 0, SQL("/* scan: once, by the demo */ select count(*) from complaint")))
    return true;
  int64_t organisation =
      db_number(db, 0,
                SQL("select t.organisation_id from team t join user_account u on u.team_id = t.id "
                    "where t.function = ?1 order by u.id limit 1"),
                V((int)FUNCTION_SUPPORT));
  db_begin(db, STORE_MAIN);
  enum db_result result = add(db, a, organisation, "complaint",
                              "Nobody rang back for two weeks. (Invented.)", "rang", now, &c);
  if (result == DB_OK)
    result =
        add(db, a, organisation, "thanks", "The tea and the patience. (Invented.)", "tea", now, &c);
  if (result == DB_OK)
    result = rights_complaint_say(db, a, &c, "acknowledged", (struct str){0}, 0, now);
  if (result == DB_OK) result = ask_for_all(db, a, organisation, now);
  if (result == DB_OK)
    result = db_commit(db, STORE_MAIN);
  else
    db_rollback(db, STORE_MAIN);
  return result == DB_OK || result == DB_NONE ||
         why_say(why, "The demo's complaints could not be added.");
}
