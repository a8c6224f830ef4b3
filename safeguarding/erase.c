/* erase: concerns and what was written in need, with who read them and when. The duty to keep them
 * is a duty of retention (people/keeping.c); once nothing holds them they go whole. */
#include "safeguarding/inside.h"

#define GONE(text)                                                                                 \
  if (result == DB_OK) result = db_run(db, SQL(text), V(person_id))

enum db_result safeguarding_erase(struct db *db, struct arena *a, int64_t person_id,
                                  uint32_t classes, instant_t now) {
  enum db_result result = DB_OK;
  (void)a, (void)now;
  if (!(classes & CLASS_SAFETY)) return DB_OK;
  GONE("delete from stuck_reader where note_id in (select id from stuck_note where person_id = "
       "?1)");
  GONE("delete from stuck_note where person_id = ?1");
  GONE("delete from concern_event where concern_id in (select id from concern where person_id = "
       "?1)");
  GONE("delete from concern where person_id = ?1");
  return result;
}
