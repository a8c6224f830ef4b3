/* reference: ten characters that stand for one record on paper and on the telephone, made from its
 * random public id: "k7qm2-9xtrb". It says nothing about anybody. */
#include "people/people.h"

enum { REFERENCE_BYTES = 6, REFERENCE_CHARS = 10 };

struct str people_reference(struct arena *a, struct uuid id) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  char code[REFERENCE_CHARS];
  uint64_t bits = 0;
  for (int i = 0; i < REFERENCE_BYTES; i++) bits = bits << 8 | id.b[i];
  bits <<= REFERENCE_CHARS * 5 - REFERENCE_BYTES * 8;
  for (int i = REFERENCE_CHARS - 1; i >= 0; i--, bits >>= 5) code[i] = digits[bits & 31];
  return str_format(a, "%.5s-%.5s", code, code + 5);
}

struct str people_reference_of(struct db *db, struct arena *a, int64_t person_id) {
  struct rows r;
  if (!db_one(&r, db, a, SQL("select public_id from person where id = ?1"), V(person_id)))
    return (struct str){0};
  struct uuid id = row_uuid(&r, 0);
  db_done(&r);
  return people_reference(a, id);
}

static int digit(char c) {
  if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
  if (c >= 'A' && c <= 'Z') return c - 'A';
  return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* The first six bytes as they stand in a public id: "0123abcd-4567". "" when it is no reference. */
static struct str begins_of(struct arena *a, struct str typed) {
  uint64_t bits = 0;
  size_t n = 0;
  for (size_t i = 0; i < typed.n; i++) {
    if (typed.p[i] == '-' || typed.p[i] == ' ') continue;
    int d = digit(typed.p[i]);
    if (d < 0 || ++n > REFERENCE_CHARS) return (struct str){0};
    bits = bits << 5 | (uint64_t)d;
  }
  if (n != REFERENCE_CHARS) return (struct str){0};
  bits >>= REFERENCE_CHARS * 5 - REFERENCE_BYTES * 8;
  return str_format(a, "%08llx-%04llx", (unsigned long long)(bits >> 16),
                    (unsigned long long)(bits & 0xffff));
}

int64_t people_by_reference(struct db *db, struct arena *a, struct str typed, struct uuid *out) {
  struct str begins = begins_of(a, str_trim(typed));
  int64_t id = -1;
  int found = 0;
  if (!begins.n) begins = S("none");
  struct rows r = db_rows(db, a,
                          SQL("select id, public_id from person where public_id >= ?1 and "
                              "public_id < ?1 || '~' order by public_id limit 2"),
                          V(begins));
  while (db_next(&r)) {
    id = row_int(&r, 0), *out = row_uuid(&r, 1);
    found++;
  }
  return found == 1 ? id : -1;
}
