/* Fields of a record by table: getting, setting, clearing, finding. The only place that turns an
 * offset into a value. */
#include <math.h>
#include "record/record.h"

/* Where a field's value lives in its struct, as bytes to copy: no pointer is cast to a stricter
 * type. */
static const char *place(const struct field *f, const void *record) {
  return (const char *)record + f->offset;
}

static bool is_text(enum kind k) {
  return k == KIND_TEXT || k == KIND_LONG || k == KIND_CODE || k == KIND_CODES || k == KIND_EMAIL ||
         k == KIND_PHONE || k == KIND_URL || k == KIND_POSTCODE;
}

static struct value *answer_of(const struct field *f, const struct answers *answers) {
  size_t i = (size_t)(f - answers->fields);
  return i < answers->n ? &answers->values[i] : NULL;
}

static struct value value_of_int(enum kind kind, int64_t v, int64_t unknown) {
  return (struct value){.kind = kind, .known = v != unknown, .i = v == unknown ? 0 : v};
}

static struct value get_small(const struct field *f, const void *record) {
  if (f->kind == KIND_DAY) {
    day_t d;
    memcpy(&d, place(f, record), sizeof d);
    return value_of_int(f->kind, d, DAY_NONE);
  }
  if (f->kind == KIND_YESNO) {
    int8_t v;
    memcpy(&v, place(f, record), sizeof v);
    return (struct value){.kind = f->kind, .known = v >= 0, .i = v > 0};
  }
  double r;
  memcpy(&r, place(f, record), sizeof r);
  return (struct value){.kind = f->kind, .known = !isnan(r), .r = isnan(r) ? 0 : r};
}

struct value field_get(const struct field *f, const void *record) {
  if (f->offset < 0) {
    const struct value *v = answer_of(f, record);
    return v ? *v : (struct value){.kind = f->kind};
  }
  if (is_text(f->kind)) {
    struct str s;
    memcpy(&s, place(f, record), sizeof s);
    return (struct value){.kind = f->kind, .known = s.n > 0, .s = s};
  }
  if (f->kind == KIND_DAY || f->kind == KIND_YESNO || f->kind == KIND_DECIMAL)
    return get_small(f, record);
  int64_t i;
  memcpy(&i, place(f, record), sizeof i);
  return value_of_int(f->kind, i,
                      f->kind == KIND_LINK      ? 0
                      : f->kind == KIND_INSTANT ? INSTANT_NONE
                                                : NUMBER_NONE);
}

static void set_small(const struct field *f, char *at, struct value v) {
  if (f->kind == KIND_DAY) {
    day_t d = v.known ? (day_t)v.i : DAY_NONE;
    memcpy(at, &d, sizeof d);
  } else if (f->kind == KIND_YESNO) {
    int8_t y = (int8_t)(v.known ? v.i != 0 : -1);
    memcpy(at, &y, sizeof y);
  } else {
    double r = v.known ? v.r : (double)NAN;
    memcpy(at, &r, sizeof r);
  }
}

void field_set(const struct field *f, void *record, struct value v) {
  if (f->offset < 0) {
    struct value *held = answer_of(f, record);
    if (held) *held = v;
    return;
  }
  char *at = (char *)record + f->offset;
  if (is_text(f->kind)) {
    struct str s = v.known ? v.s : (struct str){0};
    memcpy(at, &s, sizeof s);
  } else if (f->kind == KIND_DAY || f->kind == KIND_YESNO || f->kind == KIND_DECIMAL) {
    set_small(f, at, v);
  } else {
    int64_t unknown = f->kind == KIND_LINK      ? 0
                      : f->kind == KIND_INSTANT ? INSTANT_NONE
                                                : NUMBER_NONE;
    int64_t i = v.known ? v.i : unknown;
    memcpy(at, &i, sizeof i);
  }
}

void record_clear(const struct record_type *t, void *record) {
  memset(record, 0, t->size);
  struct record_head head = {.created_at = INSTANT_NONE, .changed_at = INSTANT_NONE};
  memcpy(record, &head, sizeof head);
  for (size_t i = 0; i < t->n_fields; i++)
    field_set(&t->fields[i], record, (struct value){.kind = t->fields[i].kind});
}

static size_t codes_count(struct str codes) {
  size_t n = 0;
  while (codes.n) n += str_cut(&codes, ' ').n > 0;
  return n;
}

/* The same codes in another order are the same answer. */
static bool codes_same(struct str a, struct str b) {
  if (codes_count(a) != codes_count(b)) return false;
  while (a.n)
    if (!codes_has(b, str_cut(&a, ' '))) return false;
  return true;
}

bool value_eq(struct value a, struct value b) {
  if (a.known != b.known) return false;
  if (!a.known) return true;
  if (a.kind == KIND_CODES) return codes_same(a.s, b.s);
  if (a.kind == KIND_LONG)
    return str_eq(str_trim(a.s), str_trim(b.s)); /* a last line's end is no change */
  if (is_text(a.kind)) return str_eq(a.s, b.s);
  if (a.kind == KIND_DECIMAL) return !(a.r < b.r) && !(a.r > b.r);
  return a.i == b.i;
}

const struct field *field_find(const struct record_type *t, struct str name) {
  for (size_t i = 0; i < t->n_fields; i++)
    if (str_eq(str_of(t->fields[i].name), name)) return &t->fields[i];
  return NULL;
}

/* "Post code", "post_code" and "Postcode" are one title: folded, and without the spaces. */
static struct str title_key(struct arena *a, struct str title) {
  struct str folded = utf8_fold(a, title);
  char *out = arena_many(a, char, folded.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < folded.n; i++)
    if (folded.p[i] != ' ') out[n++] = folded.p[i];
  return (struct str){out, n};
}

const struct field *field_find_titled(const struct record_type *t, struct str title) {
  const struct field *found = field_find(t, str_trim(title));
  if (found || title.n > 1000) return found;
  struct arena scratch = arena_open((size_t)1 << 20);
  struct str said = title_key(&scratch, title);
  for (size_t i = 0; i < t->n_fields && !found && said.n; i++)
    if (str_eq(title_key(&scratch, str_of(t->fields[i].label)), said) ||
        str_eq(title_key(&scratch, str_of(t->fields[i].name)), said))
      found = &t->fields[i];
  arena_close(&scratch);
  return found;
}

extern const struct record_type *const __start_waymark_record[] __attribute__((weak));
extern const struct record_type *const __stop_waymark_record[] __attribute__((weak));

struct record_types record_types(void) {
  const struct record_type *const *from = __start_waymark_record;
  if (!from) return (struct record_types){0};
  return (struct record_types){from, (size_t)(__stop_waymark_record - from)};
}
