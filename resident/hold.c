/* hold: what they said is not right, and what they were answered. */
#define WAYMARK_RESIDENT_READS
#include "db/seal.h"
#include "resident/inside.h"

void resident_hold(struct held *h) {
  struct seal_place at = {h->person_id, CLASS_PLAN, "statement.words"};
  struct rows r = db_rows(h->db, h->a,
                          SQL("select words, answer_words, said_at from resident_statement where "
                              "person_id = ?1 order by id"),
                          V(h->person_id));
  while (db_next(&r)) {
    struct str words = {0}, answer = {0}, sealed = row_text(&r, 1);
    if (!unseal(h->db, h->a, at, row_text(&r, 0), &words)) continue;
    if (sealed.n) unseal(h->db, h->a, at, sealed, &answer);
    held_add(h, (struct held_item){S(SHOWN("What they said is not right")),
                                   str_format(h->a, "%.*s\n%.*s", P(words), P(answer)), CLASS_PLAN,
                                   0, instant_local_uk(row_instant(&r, 2)).day});
  }
  if (r.result != DB_OK) h->failed = true;
}
