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

/* Somebody carried in the first team asked for everything two days ago. */
static enum db_result ask_for_all(struct db *db, struct arena *a, int64_t organisation_id,
                                  instant_t now) {
  struct access_request q = {
      .organisation_id = organisation_id,
      .via = S("said"),
      .asked = instant_local_uk(now).day - 2,
      .public_id = uuid_from_name(S("demo access"), S("first")),
      .person_id = db_number(db, 0,
                             SQL("/* scan: once, by the demo */ select min(c.person_id) from "
                                 "caseload c join user_account u on u.id = c.user_id join team t "
                                 "on t.id = u.team_id where t.organisation_id = ?1"),
                             V(organisation_id))};
  return q.person_id ? rights_access_ask(db, a, &q, now) : DB_OK;
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
