/* hide: the day their record was looked at for quality is veiled, and no list of records to look at
 * holds them. */
#include "caseload/inside.h"

static enum db_result off_the_lists(struct db *db, int64_t person_id) {
  return db_run(db, SQL("delete from worklist_now where person_id = ?1"), V(person_id));
}

enum db_result caseload_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL_KEY("sample_id || ''", "quality_item", "looked_on", CLASS_PLAN),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  return result == DB_OK && veil->hides ? off_the_lists(db, veil->person_id) : result;
}

/* Which list somebody stood on says what was known of them. */
enum db_result caseload_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now) {
  (void)a, (void)now;
  return classes ? off_the_lists(db, person_id) : DB_OK;
}
