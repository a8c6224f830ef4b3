/* Records as CSV, JSON and the data dictionary. */
#include <math.h>
#include "record/store.h"

static bool in_file(const struct field *f, uint32_t without_flags) {
  return !(f->flags & without_flags) && f->kind != KIND_LINK;
}

void record_csv_header(const struct record_type *t, uint32_t without_flags, struct buf *out) {
  csv_put(out, S("id"), false);
  for (size_t i = 0; i < t->n_fields; i++)
    if (in_file(&t->fields[i], without_flags)) csv_put(out, str_of(t->fields[i].name), false);
  csv_put(out, S("changed_at"), true);
}

/* Codes go out as "a; b", which comes back in; lines within a cell stay. */
static struct str cell_text(struct arena *a, const struct field *f, const void *record) {
  struct str s = value_text(a, f, field_get(f, record));
  if (f->kind != KIND_CODES) return s;
  struct str out = {0};
  while (s.n) {
    struct str code = str_cut(&s, ' ');
    out = out.n ? str_format(a, "%.*s; %.*s", P(out), P(code)) : code;
  }
  return out;
}

void record_csv_row(const struct record_type *t, const void *record, uint32_t without_flags,
                    struct buf *out) {
  struct arena scratch = arena_open(4 << 20);
  struct record_head h;
  memcpy(&h, record, sizeof h);
  csv_put(out, uuid_str(&scratch, h.public_id), false);
  for (size_t i = 0; i < t->n_fields; i++)
    if (in_file(&t->fields[i], without_flags))
      csv_put(out, cell_text(&scratch, &t->fields[i], record), false);
  csv_put(out, instant_iso(&scratch, h.changed_at), true);
  arena_close(&scratch);
}

static void json_codes(struct json_out *j, struct str codes) {
  json_list(j);
  while (codes.n) json_str(j, str_cut(&codes, ' '));
  json_list_end(j);
}

static void json_field(struct json_out *j, struct arena *a, const struct field *f, struct value v) {
  json_key(j, str_of(f->name));
  switch (f->kind) {
    case KIND_INT:
    case KIND_MONEY:
    case KIND_LINK: json_i64(j, v.i); break;
    case KIND_DECIMAL: json_double(j, v.r); break;
    case KIND_YESNO: json_bool(j, v.i != 0); break;
    case KIND_CODES: json_codes(j, v.s); break;
    default: json_str(j, value_text(a, f, v)); break;
  }
}

void record_json(const struct record_type *t, const void *record, uint32_t classes,
                 uint32_t without_flags, struct json_out *j) {
  struct arena scratch = arena_open(4 << 20);
  struct record_head h;
  memcpy(&h, record, sizeof h);
  json_open(j);
  json_put_str(j, "id", uuid_str(&scratch, h.public_id));
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    struct value v = field_get(f, record);
    if (v.known && in_file(f, without_flags) && (f->data_class & ~classes) == 0)
      json_field(j, &scratch, f, v);
  }
  json_close(j);
  arena_close(&scratch);
}

/* ---- The data dictionary. */
static const char *kind_words(enum kind k) {
  static const char *const words[] = {[KIND_TEXT] = "one line of text",
                                      [KIND_LONG] = "text of several lines",
                                      [KIND_INT] = "whole number",
                                      [KIND_DECIMAL] = "number",
                                      [KIND_MONEY] = "money, in pence",
                                      [KIND_DAY] = "date",
                                      [KIND_INSTANT] = "date and time",
                                      [KIND_YESNO] = "yes or no",
                                      [KIND_CODE] = "one choice",
                                      [KIND_CODES] = "several choices",
                                      [KIND_LINK] = "link to another record",
                                      [KIND_EMAIL] = "e-mail address",
                                      [KIND_PHONE] = "telephone number",
                                      [KIND_URL] = "web address",
                                      [KIND_POSTCODE] = "postcode"};
  return words[k];
}

static void put_cell(struct buf *b, struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '|') buf_byte(b, '\\');
    buf_byte(b, s.p[i] == '\n' ? ' ' : s.p[i]);
  }
}

static void put_flags(struct buf *b, const struct field *f) {
  static const struct {
    uint32_t flag;
    const char *word;
  } flags[] = {{REQUIRED, "required"},
               {SEARCHED, "searched"},
               {SEALED, "sealed"},
               {UNIQUE, "unique"},
               {SOURCED, "sources may disagree"},
               {NOT_PUBLISHED, "never published"},
               {STAFF_ONLY, "staff only"},
               {COMPUTED, "computed"}};
  const char *part = "";
  for (size_t i = 0; i < countof(flags); i++) {
    if (!(f->flags & flags[i].flag)) continue;
    buf_format(b, "%s%s", part, flags[i].word);
    part = ", ";
  }
}

const char *class_words(uint32_t one_class) {
  static const char *const words[CLASS_COUNT] = {"identity", "contact",  "situation", "status",
                                                 "health",   "offences", "finance",   "plan",
                                                 "contacts", "outcomes", "equality",  "safety"};
  for (int i = 0; i < CLASS_COUNT; i++)
    if (one_class == 1u << i) return words[i];
  return "open";
}

static void put_row(struct buf *b, const struct field *f) {
  buf_format(b, "| `%s` | ", f->name);
  put_cell(b, str_of(f->label));
  buf_format(b, " | %s", kind_words(f->kind));
  if (f->list) buf_format(b, " (%s)", f->list);
  if (f->limit > 0 && (f->kind == KIND_TEXT || f->kind == KIND_LONG))
    buf_format(b, ", up to %lld characters", (long long)f->limit);
  buf_put(b, S(" | "));
  put_flags(b, f);
  buf_format(b, " | %s | ", class_words(f->data_class));
  put_cell(b, str_of(f->hint));
  buf_put(b, S(" |\n"));
}

void record_dictionary(const struct record_type *const *types, size_t n, struct buf *b) {
  buf_put(
      b,
      S("# Data dictionary\n\nWritten from the record definitions by `waymark dev dictionary`.\n"));
  for (size_t i = 0; i < n; i++) {
    buf_format(b,
               "\n## %s (`%s`)\n\n| field | label | kind | rules | class | meaning "
               "|\n|---|---|---|---|---|---|\n",
               types[i]->label, types[i]->name);
    for (size_t k = 0; k < types[i]->n_fields; k++) put_row(b, &types[i]->fields[k]);
  }
}
