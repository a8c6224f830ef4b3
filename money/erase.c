/* erase: a fund's books keep what was spent and when; for whom and why goes. */
#include "money/inside.h"

#define GONE(text)                                                                                 \
  if (result == DB_OK) result = db_run(db, SQL(text), V(person_id))

enum db_result money_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                           instant_t now) {
  (void)a, (void)now;
  if (!(classes & CLASS_FINANCE)) return DB_OK;
  enum db_result result = RECORD_HISTORY_FORGET(db, "spend", person_id);
  GONE("delete from receipt where spend_id in (select id from spend where person = ?1)");
  GONE("delete from spend_now where person_id = ?1");
  GONE("update spend set person = null, item = null, barrier = null, words = null, payee = null, "
       "followed = null, relative = null, question_met = null where person = ?1");
  return result;
}
