/* erase: what support keeps of somebody in the clear beside sealed words goes with its class. */
#include "support/inside.h"

#define THEIR_REVISIONS "(select id from plan_revision where person_id = ?1)"
#define GONE(text)                                                                                 \
  if (result == DB_OK) result = db_run(db, SQL(text), V(person_id))

static enum db_result erase_plan(struct db *db, int64_t person_id) {
  enum db_result result = DB_OK;
  GONE("delete from plan_goal_strength where goal_id in (select id from plan_goal where "
       "revision_id in " THEIR_REVISIONS ")");
  GONE("delete from plan_step_end where person_id = ?1");
  GONE("delete from plan_agreed where revision_id in " THEIR_REVISIONS);
  GONE("delete from plan_review where person_id = ?1");
  GONE("delete from plan_step where revision_id in " THEIR_REVISIONS);
  GONE("delete from plan_goal where revision_id in " THEIR_REVISIONS);
  GONE("delete from plan_revision where person_id = ?1");
  GONE("delete from plan_link where person_id = ?1");
  GONE("delete from joint_item where person_id = ?1");
  GONE("delete from stay where person_id = ?1");
  GONE("delete from plan_rhythm where person_id = ?1");
  GONE("delete from barrier_said where person_id = ?1"); /* its class died with the plan's key */
  GONE("delete from barrier where person_id = ?1");
  GONE("update answer set talk_id = null where person_id = ?1");
  GONE("delete from talk_step where talk_id in (select id from talk where person_id = ?1)");
  GONE("delete from talk where person_id = ?1");
  return result == DB_OK ? learning_erase(db, person_id) : result;
}

/* While the keys still open them: which barriers and answers are of the classes. */
static enum db_result erase_sayings(struct db *db, struct arena *a, int64_t person_id,
                                    uint32_t classes) {
  enum db_result result = DB_OK;
  struct barriers all = support_barriers(db, a, person_id, classes);
  for (size_t i = 0; i < all.n && result == DB_OK; i++) {
    int64_t id = all.p[i].id;
    result = db_run(db,
                    SQL("update plan_step set barrier_id = null where barrier_id = ?2 and "
                        "revision_id in " THEIR_REVISIONS),
                    V(person_id), V(id));
    if (result == DB_OK)
      result = db_run(db, SQL("delete from barrier_said where barrier_id = ?1"), V(id));
    if (result == DB_OK) result = db_run(db, SQL("delete from barrier where id = ?1"), V(id));
  }
  if (result != DB_OK) return result;
  for (uint32_t bit = 1; bit < 1u << CLASS_COUNT && result == DB_OK; bit <<= 1)
    if (classes & bit)
      result = db_run(db,
                      SQL("delete from answer where person_id = ?1 and question_id in (select id "
                          "from question where class = ?2)"),
                      V(person_id), V((int64_t)bit));
  return result;
}

enum db_result support_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                             instant_t now) {
  (void)now;
  enum db_result result = erase_sayings(db, a, person_id, classes);
  return result == DB_OK && classes & CLASS_PLAN ? erase_plan(db, person_id) : result;
}
