/* hide: how and when money moved is veiled once a spend is over. What a fund has left stays true
 * (SECURITY.md): pence, fund and state stand as they are. */
#include "money/inside.h"

#define DONE                                                                                       \
  "(select n.spend_id from spend_now n where n.person_id = ?1 and n.state in ('reconciled', "      \
  "'refused', 'cancelled'))"
#define OVER "id in " DONE
#define THEIRS "spend_id in " DONE

/* What every revision of these records says of values. */
static enum db_result forget_history(struct db *db, int64_t person_id) {
  return RECORD_HISTORY_FORGET(db, "spend", person_id);
}

enum db_result money_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("spend", "means", CLASS_FINANCE, OVER),
      VEIL("spend", "asked_on", CLASS_FINANCE, OVER),
      VEIL("spend", "created_at", CLASS_FINANCE, OVER),
      VEIL("spend", "changed_at", CLASS_FINANCE, OVER),
      VEIL("spend_fact", "day", CLASS_FINANCE, THEIRS),
      VEIL("spend_fact", "at", CLASS_FINANCE, THEIRS),
      VEIL("receipt", "type", CLASS_FINANCE, THEIRS),
      VEIL("receipt", "at", CLASS_FINANCE, THEIRS),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  if (result == DB_OK && veil->hides) result = forget_history(db, veil->person_id);
  return result;
}
