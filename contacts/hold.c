/* hold: talks, promises and times, with what became of each. A note kept to one worker or team is
 * read by a manager before it is handed over. */
#include "contacts/inside.h"

static void talks(struct held *h) {
  struct rows r = record_rows_of_person(h->db, h->a, &contact_type, h->person_id);
  while (db_next(&r)) {
    struct contact c;
    record_clear(&contact_type, &c);
    record_from_row(&contact_type, &r, &c);
    held_record(h, &contact_type, &c, c.kept_to.n ? ROLE_MANAGER | ROLE_SAFEGUARDING : 0);
  }
  if (r.result != DB_OK) h->failed = true;
}

static void attempts(struct held *h) {
  struct rows r = db_rows(h->db, h->a,
                          SQL("select on_day, minute, coalesce(end_word, ''), coalesce(why, '') "
                              "from appointment_attempt where person_id = ?1 order by id"),
                          V(h->person_id));
  while (db_next(&r)) {
    int64_t minute = row_int(&r, 1);
    struct str end = row_text(&r, 2), why = row_text(&r, 3);
    held_add(h,
             (struct held_item){S(SHOWN("A time, and what became of it")),
                                str_format(h->a, "%.*s, %02d:%02d %.*s %.*s",
                                           P(day_words(h->a, row_day(&r, 0))), (int)(minute / 60),
                                           (int)(minute % 60), P(end), P(why)),
                                CLASS_CONTACTS, 0, row_day(&r, 0)});
  }
  if (r.result != DB_OK) h->failed = true;
}

void contacts_hold(struct held *h) {
  talks(h);
  held_records(h, &promise_type);
  held_records(h, &appointment_type);
  attempts(h);
  held_records(h, &visit_caution_type);
}
