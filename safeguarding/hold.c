/* hold: worries about them and what they wrote when they were stuck. Read by the safeguarding lead
 * alone before anything of it is handed over (PRACTICE 3). */
#include "db/seal.h"
#include "people/part.h"
#include "safeguarding/inside.h"

static void part_of(struct held *h, const char *field, struct str sealed, instant_t at,
                    const char *title) {
  struct str words = {0};
  struct seal_place place = {h->person_id, CLASS_SAFETY, field};
  if (sealed.n && unseal(h->db, h->a, place, sealed, &words))
    held_add(h, (struct held_item){str_of(title), words, CLASS_SAFETY, ROLE_SAFEGUARDING,
                                   instant_local_uk(at).day});
}

void safeguarding_hold(struct held *h) {
  struct rows r = db_rows(h->db, h->a,
                          SQL("select seen, opinion, wants, told, raised_at from concern where "
                              "person_id = ?1 order by id"),
                          V(h->person_id));
  while (db_next(&r)) {
    instant_t at = row_instant(&r, 4);
    part_of(h, "concern.seen", row_text(&r, 0), at, SHOWN("A worry: what was seen or heard"));
    part_of(h, "concern.opinion", row_text(&r, 1), at, SHOWN("A worry: what somebody thought"));
    part_of(h, "concern.wants", row_text(&r, 2), at, SHOWN("A worry: what they want"));
    part_of(h, "concern.told", row_text(&r, 3), at, SHOWN("A worry: who was told"));
  }
  if (r.result != DB_OK) h->failed = true;
  r = db_rows(h->db, h->a,
              SQL("select words, written_at from stuck_note where person_id = ?1 order by id"),
              V(h->person_id));
  while (db_next(&r))
    part_of(h, "stuck_note.words", row_text(&r, 0), row_instant(&r, 1),
            SHOWN("What they wrote when they were stuck"));
  if (r.result != DB_OK) h->failed = true;
}
