/* merge: two people edit somebody at once. A form carries, for each of its fields, a keyed
 * fingerprint of what stood there when it was shown (never the value itself), so a later save can
 * tell "they changed it" from "I changed it" field by field, without history and for sealed fields
 * alike. Only a field both changed, differently, is a conflict; then both values are shown. */
#include "db/seal.h"
#include "people/inside.h"

enum { PRINT_HEX = 16 };

static struct str print_of(struct arena *a, const struct person *p, const struct field *f) {
  struct str text = value_text(a, f, field_get(f, p));
  struct str said = str_format(a, "%lld|%s|%.*s", (long long)p->id, f->name, P(text));
  return str_slice(seal_blind(a, "form base", said), 0, PRINT_HEX);
}

struct str people_base(struct arena *a, const struct person *p, const char *const *fields) {
  struct buf b = buf_open(1 << 14);
  for (size_t i = 0; fields[i]; i++) {
    const struct field *f = field_find(&person_type, str_of(fields[i]));
    struct str print = print_of(a, p, f);
    buf_format(&b, "%s%s:%.*s", i ? " " : "", f->name, P(print));
  }
  struct str base = str_copy(a, buf_str(&b));
  buf_free(&b);
  return base;
}

/* What the form said stood in a field; "" when it says nothing of it. */
static struct str base_of(struct str base, const char *field) {
  while (base.n) {
    struct str pair = str_cut(&base, ' '), name = str_cut(&pair, ':');
    if (str_eq(name, str_of(field))) return pair;
  }
  return (struct str){0};
}

bool people_merge(struct arena *a, struct str base, const char *const *fields,
                  const struct person *stored, struct person *mine, const struct field **conflicts,
                  size_t *n) {
  *n = 0;
  for (size_t i = 0; fields[i]; i++) {
    const struct field *f = field_find(&person_type, str_of(fields[i]));
    struct str was = base_of(base, f->name), now = print_of(a, stored, f),
               wanted = print_of(a, mine, f);
    bool i_changed = !str_eq(wanted, was), they_changed = !str_eq(now, was);
    if (!i_changed) field_set(f, mine, field_get(f, stored)); /* theirs, or nobody's */
    if (i_changed && they_changed && !str_eq(wanted, now)) conflicts[(*n)++] = f;
  }
  return *n == 0;
}
