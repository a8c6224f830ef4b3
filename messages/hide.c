/* hide: when they were written to and wrote is veiled once a message is sent, read or will not be.
 */
#include "messages/inside.h"

#define OVER                                                                                       \
  "person_id = ?1 and (delivered_at is not null or ended_at is not null or read_at is not null)"

enum db_result messages_hide(struct db *db, struct arena *a, const struct veil *veil) {
  const struct veil_column columns[] = {
      VEIL("message", "purpose", CLASS_CONTACTS, OVER),
      VEIL("message", "added_at", CLASS_CONTACTS, OVER),
      VEIL("message", "not_before", CLASS_CONTACTS, OVER),
      VEIL("message", "not_after", CLASS_CONTACTS, OVER),
      VEIL("message", "tried_at", CLASS_CONTACTS, OVER),
      VEIL("message", "sent_at", CLASS_CONTACTS, OVER),
      VEIL("message", "delivered_at", CLASS_CONTACTS, OVER),
      VEIL("message", "ended_at", CLASS_CONTACTS, OVER),
      VEIL("message", "ended_why", CLASS_CONTACTS, OVER),
      VEIL("message", "read_at", CLASS_CONTACTS, OVER),
  };
  enum db_result result = veil_columns(db, a, veil, columns, countof(columns));
  return result;
}
