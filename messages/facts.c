/* facts: what is known of how it is safe to be in touch. The record says the way, the hours, the
 * number, the note and whether words may be open; safe_contact says a shared telephone and through
 * whom. */
#include "db/seal.h"
#include "messages/inside.h"

static const char THROUGH[] = "safe_contact.through";

bool safe_said_read(struct db *db, struct arena *a, int64_t person_id, struct safe_said *out) {
  struct rows r;
  *out = (struct safe_said){0};
  if (!db_one(&r, db, a,
              SQL("select shared_phone, through from safe_contact where person_id = ?1 order by id "
                  "desc limit 1"),
              V(person_id)))
    return r.result == DB_NONE;
  out->shared_phone = row_int(&r, 0) != 0;
  struct str sealed = row_text(&r, 1);
  db_done(&r);
  return !sealed.n || unseal(db, a, (struct seal_place){person_id, CLASS_CONTACT, THROUGH}, sealed,
                             &out->through);
}

enum db_result safe_said_keep(struct db *db, struct arena *a, int64_t person_id,
                              const struct safe_said *s, int64_t by_user, instant_t now) {
  struct str sealed = {0};
  if (s->through.n && !seal(db, a, (struct seal_place){person_id, CLASS_CONTACT, THROUGH},
                            s->through, now, &sealed))
    return DB_FAILED;
  return db_run(
      db,
      SQL("insert into safe_contact (person_id, shared_phone, through, asked_by, said_at) "
          "values (?1, ?2, ?3, ?4, ?5)"),
      V(person_id), V(s->shared_phone), sealed.n ? db_blob(sealed) : db_null(), V(by_user),
      db_instant(a, now));
}

/* The hours of a day of that kind that the record calls safe, after any space they asked for. */
static uint32_t hours_of(const struct person *p, bool weekend) {
  day_t day = p->space_until == DAY_NONE ? 0 : p->space_until;
  uint32_t hours = 0;
  while ((day_weekday(day) >= SATURDAY) != weekend) day++;
  for (int h = QUIET_UNTIL; h < QUIET_FROM; h++)
    if (people_safe_at(p, day, h * 60)) hours |= 1u << h;
  return hours;
}

/* Numbers that take a text: mobile numbers of the United Kingdom (Ofcom's 07 range without pagers
 * and personal numbers, 070 and 076), and numbers abroad, which we cannot tell. */
static bool takes_texts(struct arena *a, struct str phone) {
  struct str tidy;
  if (!phone_tidy(a, phone, &tidy) || str_contains(tidy, S("ext"))) return false;
  if (tidy.p[0] == '+') return true;
  return str_starts(tidy, S("07")) && tidy.n > 2 && tidy.p[2] != '0' && tidy.p[2] != '6';
}

bool safe_contact_read(struct db *db, struct arena *a, int64_t person_id, struct contact *out) {
  struct safe_said said;
  *out = (struct contact){0};
  if (!people_contact(db, a, person_id, CLASS_IDENTITY | CLASS_CONTACT | CLASS_SAFETY,
                      &out->person) ||
      !safe_said_read(db, a, person_id, &said))
    return false;
  struct person *p = &out->person;
  struct str email;
  out->through = said.through;
  out->facts = (struct safe_facts){.way = safe_way_of(p->safe_way),
                                   .takes_texts = takes_texts(a, p->phone),
                                   .has_email = email_tidy(a, p->email, &email),
                                   .shared_phone = said.shared_phone,
                                   .open_words = p->contact_open == 1,
                                   .limited = people_use_limited(db, person_id) & CLASS_CONTACT,
                                   .flagged = p->safe_note.n || p->say_from.n || p->code_word.n ||
                                              permission_is_restricted(db, person_id),
                                   .weekday_hours = hours_of(p, false),
                                   .weekend_hours = hours_of(p, true),
                                   .space_until = p->space_until,
                                   .language = p->language};
  return true;
}
