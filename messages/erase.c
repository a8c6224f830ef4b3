/* erase: messages with their times and purposes, and what is known of being in touch. */
#include "messages/inside.h"

enum db_result messages_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now) {
  enum db_result result = DB_OK;
  (void)a, (void)now;
  if (classes & CLASS_CONTACTS)
    result = db_run(db, SQL("delete from message where person_id = ?1"), V(person_id));
  if (result == DB_OK && classes & CLASS_CONTACT)
    result = db_run(db, SQL("delete from safe_contact where person_id = ?1"), V(person_id));
  return result;
}
