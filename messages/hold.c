/* hold: what was written to them and by them. */
#include "db/seal.h"
#include "messages/inside.h"

void messages_hold(struct held *h) {
  struct seal_place at = {h->person_id, CLASS_CONTACTS, "message.words"};
  struct rows r = db_rows(h->db, h->a,
                          SQL("select direction, words, added_at from message where person_id = ?1 "
                              "order by id"),
                          V(h->person_id));
  while (db_next(&r)) {
    struct str words = {0}, sealed = row_text(&r, 1);
    bool out = str_eq(row_text(&r, 0), S("out"));
    if (!sealed.n || !unseal(h->db, h->a, at, sealed, &words)) continue;
    held_add(h, (struct held_item){out ? S(SHOWN("Written to them")) : S(SHOWN("Written by them")),
                                   words, CLASS_CONTACTS, 0,
                                   instant_local_uk(row_instant(&r, 2)).day});
  }
  if (r.result != DB_OK) h->failed = true;
}
