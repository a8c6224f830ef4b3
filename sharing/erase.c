/* erase: what they allowed and what was decided without them, and guests in the room. The register
 * of notices that compel is kept whole: it answers to the law, not to a class. */
#include "sharing/inside.h"

enum db_result sharing_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                             instant_t now) {
  enum db_result result = DB_OK;
  (void)a, (void)now;
  if (classes & CLASS_PLAN)
    result = db_run(db, SQL("delete from guest_visit where person_id = ?1"), V(person_id));
  return result == DB_OK && classes & CLASS_IDENTITY ? permission_forget(db, person_id) : result;
}
