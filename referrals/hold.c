/* hold: what was said of somebody when they were referred, before there was a record and since: in
 * whose words, and what was written down on the way. */
#include "db/seal.h"
#include "referrals/inside.h"

static void add(struct held *h, const char *title, struct str words, uint32_t class_bit, day_t on) {
  held_add(h, (struct held_item){str_of(title), words, class_bit, 0, on});
}

static void add_sheet(struct held *h, int64_t referral_id, struct str source, struct str heard,
                      day_t on) {
  struct sheet s;
  /* Forgotten once they were taken on: what was said is in their record then. */
  if (!sheet_open(h->db, h->a, referral_id, &s) || !s.name.n) return;
  struct str heard_of = heard.n ? code_label("how_heard", heard) : (struct str){0};
  add(h, SHOWN("A referral: who it named and where it came from"),
      str_format(h->a, "%.*s\n%.*s\n%.*s", P(s.name), P(code_label("referral_routes", source)),
                 P(heard_of)),
      CLASS_IDENTITY, on);
  add(h, SHOWN("A referral: how to be in touch, and who sent it"),
      str_format(h->a, "%.*s\n%.*s\n%.*s\n%.*s", P(s.phone), P(s.email),
                 P(code_label("safe_ways", s.safe_way)), P(s.referrer)),
      CLASS_CONTACT, on);
  add(h, SHOWN("A referral: what would help, as it was said"), s.words, CLASS_SITUATION, on);
  add(h, SHOWN("A referral: when and how it is safe"), s.safe_note, CLASS_SAFETY, on);
}

static void sheets(struct held *h) {
  struct rows r = db_rows(h->db, h->a,
                          SQL("select id, source, coalesce(heard, ''), received_day from referral "
                              "where id in (select referral_id from referral_leg where person_id "
                              "= ?1 union select id from referral where from_person = ?1) order "
                              "by id"),
                          V(h->person_id));
  while (db_next(&r))
    add_sheet(h, row_int(&r, 0), row_text(&r, 1), row_text(&r, 2), row_day(&r, 3));
  if (r.result != DB_OK) h->failed = true;
}

/* Sealed for whom the leg is about once they are there, before that for the referral (leg_person):
 * as it stood when it was written. */
static void sealed(struct held *h, struct rows r, const char *title, const char *field) {
  while (db_next(&r)) {
    struct str plain = {0}, text = row_text(&r, 1);
    int64_t whose[] = {row_int(&r, 3), h->person_id, -row_int(&r, 0)};
    for (size_t i = 0; i < countof(whose) && text.n && !plain.n; i++)
      if (!unseal(h->db, h->a, (struct seal_place){whose[i], CLASS_CONTACTS, field}, text, &plain))
        plain = (struct str){0};
    add(h, title, plain, CLASS_CONTACTS, row_day(&r, 2));
  }
  if (r.result != DB_OK) h->failed = true;
}

void referrals_hold(struct held *h) {
  sheets(h);
  sealed(h,
         db_rows(h->db, h->a,
                 SQL("select g.referral_id, f.note, f.day, coalesce(g.person_id, 0) from "
                     "referral_fact f join referral_leg g on g.id = f.leg_id where g.person_id = "
                     "?1 and f.note is not null order by f.id"),
                 V(h->person_id)),
         SHOWN("A referral: a note on the way"), "referral note");
  sealed(h,
         db_rows(h->db, h->a,
                 SQL("select g.referral_id, v.sheet, v.meet_day, coalesce(g.person_id, 0) from "
                     "referral_handover v join referral_leg g on g.id = v.leg_id where g.id in "
                     "(select l.id from referral_leg l where l.person_id = ?1 union select l.id "
                     "from referral_leg l join referral r on r.id = l.referral_id where "
                     "r.from_person = ?1) order by v.id"),
                 V(h->person_id)),
         SHOWN("A referral: the sheet they read before a handover"), "handover sheet");
}
