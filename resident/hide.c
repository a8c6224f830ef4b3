/* hide: what they said is not right is veiled once it is answered. What stands on their page stays:
 * to themselves the page is as before. */
#define WAYMARK_RESIDENT_READS
#include "resident/inside.h"

enum db_result resident_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("resident_statement", "about", CLASS_PLAN, "person_id = ?1 and answered_at is not null"),
      VEIL("resident_statement", "said_at", CLASS_PLAN,
           "person_id = ?1 and answered_at is not null"),
      VEIL("resident_statement", "answer", CLASS_PLAN,
           "person_id = ?1 and answered_at is not null"),
      VEIL("resident_statement", "answered_at", CLASS_PLAN,
           "person_id = ?1 and answered_at is not null"),
      VEIL("resident_copy", "asked_at", CLASS_PLAN, "person_id = ?1 and stopped_at is not null"),
      VEIL("resident_copy", "ready_at", CLASS_PLAN, "person_id = ?1 and stopped_at is not null"),
      VEIL("resident_copy", "stopped_at", CLASS_PLAN, "person_id = ?1 and stopped_at is not null"),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  return result;
}
