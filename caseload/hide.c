/* hide: the day their record was looked at for quality is veiled. */
#include "caseload/inside.h"

enum db_result caseload_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL_KEY("sample_id || ''", "quality_item", "looked_on", CLASS_PLAN),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  return result;
}
