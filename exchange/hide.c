/* hide: what was keyed elsewhere, and when, is veiled; programs that were or would be told of them
 * are told no more, and what was told stands in no log. */
#include "exchange/inside.h"

enum db_result exchange_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("copy_keyed", "version", CLASS_IDENTITY, "person_id = ?1"),
      VEIL("copy_keyed", "at", CLASS_IDENTITY, "person_id = ?1"),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  if (result != DB_OK || !veil->hides) return result;
  return db_run(db, SQL("delete from hook_delivery where person_id = ?1"), V(veil->person_id));
}
