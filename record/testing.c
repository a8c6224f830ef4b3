/* Invented records from the field table. */
#include "record/testing.h"

static struct str fake_words(struct arena *a, struct rng *rng, size_t words) {
  static const char *const parts[] = {
      "harbour", "lantern", "willow", "bridge", "market",    "ferry",       "orchard", "mill",
      "garden",  "quay",    "tower",  "meadow", "O'Brien's", "caf\xc3\xa9", "station", "hill"};
  struct str out = {0};
  for (size_t i = 0; i < words; i++) {
    const char *w = parts[rng_below(rng, countof(parts))];
    out = out.n ? str_format(a, "%.*s %s", P(out), w) : str_of(w);
  }
  return out;
}

static struct str fake_codes(struct arena *a, const struct field *f, struct rng *rng) {
  const struct code_list *list = code_list(f->list);
  if (!list || !list->n) return (struct str){0};
  struct str first = list->p[rng_below(rng, list->n)].code,
             second = list->p[rng_below(rng, list->n)].code;
  if (f->kind == KIND_CODE || str_eq(first, second)) return first;
  return str_format(a, "%.*s %.*s", P(first), P(second));
}

static struct str fake_text(struct arena *a, const struct field *f, struct rng *rng) {
  unsigned n = (unsigned)rng_below(rng, 900);
  switch (f->kind) {
    case KIND_EMAIL: return str_format(a, "hello%u@example.org", n);
    case KIND_PHONE: return str_format(a, "01632 960%03u", n);
    case KIND_URL: return str_format(a, "https://www.example.org/%u", n);
    case KIND_POSTCODE: return str_format(a, "AA%u %uAA", n % 99 + 1, n % 10);
    case KIND_CODE:
    case KIND_CODES: return fake_codes(a, f, rng);
    default: break;
  }
  struct str s = fake_words(a, rng, f->kind == KIND_LONG ? 12 : 3);
  return f->limit > 0 ? str_trim(utf8_head(s, (size_t)f->limit)) : s;
}

static struct value fake_value(struct arena *a, const struct field *f, struct rng *rng,
                               day_t today) {
  struct value v = {.kind = f->kind, .known = true};
  uint64_t most = f->limit > 0 && f->limit < 100000 ? (uint64_t)f->limit : 100000;
  switch (f->kind) {
    case KIND_INT:
    case KIND_MONEY: v.i = (int64_t)rng_below(rng, most); break;
    case KIND_DECIMAL: v.r = (double)rng_below(rng, most) / 4; break;
    case KIND_DAY: v.i = today - 365 + (day_t)rng_below(rng, 730); break;
    case KIND_INSTANT:
      v.i = ((instant_t)today * 86400 - (instant_t)rng_below(rng, 86400 * 365)) * 1000000;
      break;
    case KIND_YESNO: v.i = (int64_t)rng_below(rng, 2); break;
    case KIND_LINK: v.known = false; break;
    default: v.s = fake_text(a, f, rng), v.known = v.s.n > 0; break;
  }
  return v;
}

void record_fake(struct arena *a, const struct record_type *t, struct rng *rng,
                 unsigned unknown_one_in, day_t today, void *record) {
  record_clear(t, record);
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    struct value v = fake_value(a, f, rng, today);
    bool skip = unknown_one_in && !(f->flags & REQUIRED) && rng_below(rng, unknown_one_in) == 0;
    if (!skip && !(f->flags & COMPUTED)) field_set(f, record, v);
  }
}
