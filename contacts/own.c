/* own: appointments and notes as they stand on the person's own page. */
#include "contacts/inside.h"

static struct own_appointment appointment_row(struct rows *r) {
  return (struct own_appointment){.id = row_uuid(r, 0),
                                  .appointment_id = row_int(r, 1),
                                  .on = row_day(r, 2),
                                  .minute = (int)row_int(r, 3),
                                  .minutes = row_int(r, 4),
                                  .worker_id = row_int(r, 5),
                                  .with = row_text(r, 6),
                                  .team_id = row_int(r, 7),
                                  .organisation_id = row_int(r, 8),
                                  .organisation = row_text(r, 9),
                                  .number = row_int(r, 10)};
}

struct own_appointments contacts_own_appointments(struct db *db, struct arena *a,
                                                  const struct own_scope *scope, day_t from) {
  struct own_appointments out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("/* by key */ "
          "select p.public_id, p.id, t.on_day, t.minute, t.minutes, t.worker_id, u.name, "
          "u.team_id, "
          "o.id, o.name, t.number from appointment_attempt t join appointment p on p.id = "
          "t.appointment_id join user_account u on u.id = t.worker_id join team m on m.id = "
          "u.team_id join member_organisation o on o.id = m.organisation_id where t.person_id = ?1 "
          "and t.on_day >= ?2 and t.end_word is null order by t.on_day, t.minute, t.id"),
      V(scope->person_id), db_day(a, from));
  while (db_next(&r)) {
    struct own_appointment one = appointment_row(&r);
    if (own_team(scope, one.team_id) && own_shows(scope, "appointment", one.id))
      *slice_push(a, &out, &cap) = one;
  }
  for (size_t i = 0; i < out.n; i++) {
    struct appointment whole;
    record_clear(&appointment_type, &whole);
    if (!record_load(db, a, &appointment_type, out.p[i].appointment_id, &whole)) continue;
    out.p[i].kind = whole.kind, out.p[i].mode = whole.mode, out.p[i].place = whole.place;
    out.p[i].needs = whole.needs;
  }
  return out;
}

struct own_notes contacts_own_notes(struct db *db, struct arena *a, const struct own_scope *scope) {
  struct own_notes out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* by key */ select * from contact where person = ?1 and (kept_to "
                              "is null or kept_to = 'all') order by on_day desc, id desc"),
                          V(scope->person_id));
  while (db_next(&r)) {
    struct contact c;
    record_clear(&contact_type, &c);
    record_from_row(&contact_type, &r, &c);
    if (c.words.n && own_team(scope, c.team) && own_put_there(scope, "contact", c.public_id))
      *slice_push(a, &out, &cap) =
          (struct own_note){c.public_id, uuid_str(a, c.public_id), c.words, c.on_day, c.mode};
  }
  return out;
}

struct own_notes contacts_notes_to_offer(struct db *db, struct arena *a, const struct actor *actor,
                                         int64_t person_id, int64_t limit) {
  struct own_notes out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* by key */ select * from contact where person = ?1 and team = ?2 "
                              "and (kept_to is null or kept_to = 'all') order by on_day desc, id "
                              "desc limit ?3"),
                          V(person_id), V(actor->team_id), V(limit));
  while (db_next(&r)) {
    struct contact c;
    record_clear(&contact_type, &c);
    record_from_row(&contact_type, &r, &c);
    if (c.words.n)
      *slice_push(a, &out, &cap) =
          (struct own_note){c.public_id, uuid_str(a, c.public_id), c.words, c.on_day, c.mode};
  }
  return out;
}
