/* hide: of plans, of what was in the way, of answers and of learning the days and codes are veiled
 * once they are over; the rhythm agreed stands in no list. */
#include "support/inside.h"

#define EARLIER                                                                                    \
  "revision_id in (select r.id from plan_revision r where r.person_id = ?1 and exists (select 1 "  \
  "from plan_revision n where n.person_id = r.person_id and n.number > r.number))"
#define WHOSE "person_id = ?1"

enum db_result support_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("barrier", "named_on", CLASS_PLAN, WHOSE),
      VEIL("barrier", "made_at", CLASS_PLAN, WHOSE),
      VEIL("barrier_said", "on_day", CLASS_PLAN, WHOSE),
      VEIL("barrier_said", "said_at", CLASS_PLAN, WHOSE),
      VEIL("talk", "begun_on", CLASS_PLAN, "person_id = ?1 and ended_on is not null"),
      VEIL("talk", "ended_on", CLASS_PLAN, "person_id = ?1 and ended_on is not null"),
      VEIL("answer", "moment", CLASS_PLAN, WHOSE),
      VEIL("answer", "respondent", CLASS_PLAN, WHOSE),
      VEIL("answer", "on_day", CLASS_PLAN, WHOSE),
      VEIL("answer", "at", CLASS_PLAN, WHOSE),
      VEIL("plan_revision", "written_by", CLASS_PLAN, WHOSE),
      VEIL("plan_revision", "on_day", CLASS_PLAN, WHOSE),
      VEIL("plan_revision", "made_at", CLASS_PLAN, WHOSE),
      VEIL("plan_revision", "review_on", CLASS_PLAN,
           "person_id = ?1 and exists (select 1 from plan_revision n where n.person_id = "
           "plan_revision.person_id and n.number > plan_revision.number)"),
      VEIL("plan_step", "who", CLASS_PLAN, EARLIER),
      VEIL("plan_step", "by_day", CLASS_PLAN, EARLIER),
      VEIL("plan_step_end", "on_day", CLASS_PLAN, WHOSE),
      VEIL("plan_step_end", "made_at", CLASS_PLAN, WHOSE),
      VEIL("plan_agreed", "how", CLASS_PLAN,
           "revision_id in (select r.id from plan_revision r where r.person_id = ?1)"),
      VEIL("plan_agreed", "on_day", CLASS_PLAN,
           "revision_id in (select r.id from plan_revision r where r.person_id = ?1)"),
      VEIL("plan_agreed", "language", CLASS_PLAN,
           "revision_id in (select r.id from plan_revision r where r.person_id = ?1)"),
      VEIL("plan_agreed", "made_at", CLASS_PLAN,
           "revision_id in (select r.id from plan_revision r where r.person_id = ?1)"),
      VEIL("plan_review", "on_day", CLASS_PLAN, WHOSE),
      VEIL("plan_review", "made_at", CLASS_PLAN, WHOSE),
      VEIL("plan_link", "made_at", CLASS_PLAN,
           "person_id = ?1 and (opened_at is not null or closed_at is not null)"),
      VEIL("plan_link", "until_at", CLASS_PLAN,
           "person_id = ?1 and (opened_at is not null or closed_at is not null)"),
      VEIL("plan_link", "offered_how", CLASS_PLAN,
           "person_id = ?1 and (opened_at is not null or closed_at is not null)"),
      VEIL("plan_link", "opened_at", CLASS_PLAN,
           "person_id = ?1 and (opened_at is not null or closed_at is not null)"),
      VEIL("plan_link", "closed_at", CLASS_PLAN,
           "person_id = ?1 and (opened_at is not null or closed_at is not null)"),
      VEIL("joint_item", "put_in_on", CLASS_PLAN, "person_id = ?1 and taken_out_on is not null"),
      VEIL("joint_item", "taken_out_on", CLASS_PLAN, "person_id = ?1 and taken_out_on is not null"),
      VEIL("learning", "kind", CLASS_PLAN, WHOSE),
      VEIL("learning", "began_on", CLASS_PLAN, WHOSE),
      VEIL("learning", "stopped_on", CLASS_PLAN, WHOSE),
      VEIL("learning", "made_at", CLASS_PLAN, WHOSE),
      VEIL_KEY("learning_id || '.' || step", "learning_step", "on_day", CLASS_PLAN),
      VEIL_KEY("learning_id || '.' || step", "learning_step", "said_at", CLASS_PLAN),
      VEIL("buddy", "about", CLASS_PLAN, WHOSE),
      VEIL("buddy", "from_day", CLASS_PLAN, WHOSE),
      VEIL("buddy", "to_day", CLASS_PLAN, WHOSE),
      VEIL("buddy", "made_at", CLASS_PLAN, WHOSE),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  return result == DB_OK ? support_rhythm_again(db, veil->person_id) : result;
}
