/* conceal: when a guest sat with them is veiled once the guest is gone. What was decided and agreed
 * about seeing them (choices, shares, overrides, openings) stays: it says who may. */
#include "sharing/inside.h"

enum db_result sharing_conceal(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("guest_visit", "opened_at", CLASS_PLAN, "person_id = ?1 and closed_at is not null"),
      VEIL("guest_visit", "until_at", CLASS_PLAN, "person_id = ?1 and closed_at is not null"),
      VEIL("guest_visit", "closed_at", CLASS_PLAN, "person_id = ?1 and closed_at is not null"),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  return result;
}
