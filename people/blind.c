/* blind: who has this number? Found by a keyed fingerprint; the number itself is only ever sealed.
 * People who hide have none, so nobody is found by a number that would give them away. */
#include "db/seal.h"
#include "people/people.h"

static struct str fingerprint(struct arena *a, bool phone, struct str said) {
  struct str tidy;
  if (!(phone ? phone_tidy : email_tidy)(a, said, &tidy)) return (struct str){0};
  return seal_blind(a, phone ? "person phone" : "person email", tidy);
}

static enum db_result write_one(struct db *db, struct arena *a, int64_t person_id, bool phone,
                                struct str said) {
  struct str kind = phone ? S("phone") : S("email"), print = fingerprint(a, phone, said);
  if (!print.n)
    return db_run(db, SQL("delete from contact_blind where person_id = ?1 and kind = ?2"),
                  V(person_id), V(kind));
  return db_run(db,
                SQL("insert into contact_blind (person_id, kind, blind) values (?1, ?2, ?3) on "
                    "conflict (person_id, kind) do update set blind = excluded.blind"),
                V(person_id), V(kind), V(print));
}

enum db_result people_blind_write(struct db *db, struct arena *a, const struct person *p) {
  enum db_result result = write_one(db, a, p->id, true, p->phone);
  return result == DB_OK ? write_one(db, a, p->id, false, p->email) : result;
}

enum db_result people_blind_drop(struct db *db, int64_t person_id) {
  return db_run(db, SQL("delete from contact_blind where person_id = ?1"), V(person_id));
}

static size_t by_print(struct db *db, struct arena *a, const char *kind, struct str print,
                       int64_t *people, size_t room) {
  size_t n = 0;
  if (!print.n) return 0;
  struct rows r = db_rows(db, a,
                          SQL("select person_id from contact_blind where kind = ?1 and blind = ?2 "
                              "order by person_id limit ?3"),
                          V(str_of(kind)), V(print), V((int64_t)room));
  while (db_next(&r)) people[n++] = row_int(&r, 0);
  return n;
}

size_t people_by_phone(struct db *db, struct arena *a, struct str phone, int64_t *people,
                       size_t room) {
  return by_print(db, a, "phone", fingerprint(a, true, phone), people, room);
}

size_t people_by_email(struct db *db, struct arena *a, struct str email, int64_t *people,
                       size_t room) {
  return by_print(db, a, "email", fingerprint(a, false, email), people, room);
}
