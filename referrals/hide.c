/* hide: where they live, how they heard and what was decided is veiled once a referral is over. Who
 * sent it sees it as before: when it was sent and that it was received stay. */
#include "referrals/inside.h"

#define LEGS                                                                                       \
  "(select g.id from referral_leg g join referral_now n on n.leg_id = g.id where g.person_id = "   \
  "?1 and n.over = 1)"
#define OVER                                                                                       \
  "(select g.referral_id from referral_leg g join referral_now n on n.leg_id = g.id where "        \
  "g.person_id = ?1 and n.over = 1)"

enum db_result referrals_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("referral", "area_code", CLASS_PLAN, "id in " OVER),
      VEIL("referral", "heard", CLASS_PLAN, "id in " OVER),
      VEIL("referral", "agreed", CLASS_PLAN, "id in " OVER),
      VEIL("referral_fact", "reason", CLASS_PLAN, "leg_id in " LEGS),
      VEIL("referral_fact", "follows", CLASS_PLAN, "leg_id in " LEGS),
      VEIL("referral_fact", "by_whom", CLASS_PLAN, "leg_id in " LEGS),
      VEIL("referral_handover", "meet_day", CLASS_PLAN, "leg_id in " LEGS),
      VEIL("referral_handover", "meet_by", CLASS_PLAN, "leg_id in " LEGS),
      VEIL("referral_handover", "agreed", CLASS_PLAN, "leg_id in " LEGS),
      VEIL("referral_handover", "made_at", CLASS_PLAN, "leg_id in " LEGS),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  return result;
}
