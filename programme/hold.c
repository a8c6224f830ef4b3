/* hold: programmes they joined and forms they signed. */
#include "db/seal.h"
#include "programme/inside.h"

/* Read before it is handed over by a manager alone: nobody who works with them sees it. */
void programme_hold(struct held *h) {
  struct seal_place at = {h->person_id, CLASS_OUTCOMES, "signing.words"};
  held_records(h, &joining_type);
  struct rows r = db_rows(h->db, h->a,
                          SQL("select words, signed_on from signing where person_id = ?1 order by "
                              "id"),
                          V(h->person_id));
  while (db_next(&r)) {
    struct str words = {0};
    if (unseal(h->db, h->a, at, row_text(&r, 0), &words))
      held_add(h, (struct held_item){S(SHOWN("A form they signed")), words, CLASS_OUTCOMES, 0,
                                     row_day(&r, 1)});
  }
  if (r.result != DB_OK) h->failed = true;
  outcome_hold(h);
  held_add(h, (struct held_item){S(SHOWN("Questions they answered alone")),
                                 equality_words(h->db, h->a, h->person_id), CLASS_EQUALITY,
                                 ROLE_MANAGER, DAY_NONE});
}
