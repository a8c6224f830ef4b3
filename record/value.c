/* Values: from what a person or a file gave, to words and to file text. One parser a kind, each
 * with one sentence. */
#include <math.h>
#include "record/record.h"

static int label_n(const struct field *f) { return f->label ? (int)strlen(f->label) : 0; }
#define LABEL(f) label_n(f), ((f)->label ? (f)->label : "")

/* One line: every run of control characters and line breaks becomes a space. Several lines: breaks
 * become LF. */
static struct str clean_text(struct arena *a, struct str s, bool lines) {
  char *out = arena_many(a, char, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    unsigned char c = (unsigned char)s.p[i];
    if (c == '\r') {
      if (i + 1 < s.n && s.p[i + 1] == '\n') continue;
      c = '\n';
    }
    if ((c < ' ' && !(lines && (c == '\n' || c == '\t'))) || c == 127) c = ' ';
    if (c == ' ' && !lines && n && out[n - 1] == ' ') continue;
    out[n++] = (char)c;
  }
  return str_trim((struct str){out, n});
}

static bool parse_text(struct arena *a, const struct field *f, struct str given, struct value *out,
                       struct why *why) {
  if (!utf8_valid(given)) given = utf8_mend(a, given);
  struct str s = clean_text(a, given, f->kind == KIND_LONG);
  size_t characters = utf8_count(s);
  if (f->limit > 0 && characters > (size_t)f->limit)
    return why_say(why, "%.*s must be %lld characters or fewer. There are %zu.", LABEL(f),
                   (long long)f->limit, characters);
  *out = (struct value){.kind = f->kind, .known = s.n > 0, .s = s};
  return true;
}

/* "1,200" and "1 200" are 1200. */
static struct str without_marks(struct arena *a, struct str s) {
  char *out = arena_many(a, char, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] != ',' && s.p[i] != ' ') out[n++] = s.p[i];
  return (struct str){out, n};
}

static bool parse_int(struct arena *a, const struct field *f, struct str s, struct value *out,
                      struct why *why) {
  int64_t i;
  if (!str_to_i64(without_marks(a, s), &i))
    return why_say(why, "%.*s must be a whole number, like 12.", LABEL(f));
  int64_t most = f->limit > 0 ? f->limit : INT64_MAX;
  if (i < 0 || i > most)
    return f->limit > 0
               ? why_say(why, "%.*s must be between 0 and %lld.", LABEL(f), (long long)most)
               : why_say(why, "%.*s cannot be less than 0.", LABEL(f));
  *out = (struct value){.kind = f->kind, .known = true, .i = i};
  return true;
}

static bool parse_decimal(struct arena *a, const struct field *f, struct str s, struct value *out,
                          struct why *why) {
  double r;
  if (!str_to_double(without_marks(a, s), &r) || isnan(r) || isinf(r))
    return why_say(why, "%.*s must be a number, like 12.5.", LABEL(f));
  if (f->limit > 0 && (r > (double)f->limit || r < -(double)f->limit))
    return why_say(why, "%.*s must be %lld or less.", LABEL(f), (long long)f->limit);
  *out = (struct value){.kind = f->kind, .known = true, .r = r};
  return true;
}

static bool parse_money(struct arena *a, const struct field *f, struct str s, struct value *out,
                        struct why *why) {
  int64_t pence;
  if (!money_parse(s, &pence))
    return why_say(why, "%.*s must be an amount of money, like 250 or 12.50.", LABEL(f));
  if (f->limit > 0 && pence > f->limit)
    return why_say(why, "%.*s must be %.*s or less.", LABEL(f), P(money_words(a, f->limit)));
  *out = (struct value){.kind = f->kind, .known = true, .i = pence};
  return true;
}

static bool parse_day(const struct field *f, struct str s, struct value *out, struct why *why) {
  day_t d;
  if (!day_parse(s, &d) && !day_parse_typed(s, &d))
    return why_say(why, "%.*s must be a real date, like 27/3/2026.", LABEL(f));
  *out = (struct value){.kind = f->kind, .known = true, .i = d};
  return true;
}

static bool parse_instant(const struct field *f, struct str s, struct value *out, struct why *why) {
  instant_t t;
  day_t d;
  if (instant_parse(s, &t))
    *out = (struct value){.kind = f->kind, .known = true, .i = t};
  else if (day_parse_typed(s, &d))
    *out = (struct value){.kind = f->kind, .known = true, .i = local_uk_instant(d, 0)};
  else
    return why_say(why, "%.*s must be a date and time, like 2026-03-27T09:30:00Z.", LABEL(f));
  return true;
}

static bool parse_yesno(struct arena *a, const struct field *f, struct str s, struct value *out,
                        struct why *why) {
  static const char *const words[3][8] = {
      {"no", "n", "false", "0", "nac ydw", "na"},
      {"yes", "y", "true", "1", "ydw", "oes", "ie"},
      {"not known", "unknown", "don t know", "dont know", "i dont know", "-"}};
  struct str said = utf8_fold(a, s);
  for (int answer = 0; answer < 3; answer++)
    for (size_t i = 0; i < 8 && words[answer][i]; i++)
      if (str_eq(said, str_of(words[answer][i]))) {
        *out = (struct value){.kind = f->kind, .known = answer < 2, .i = answer == 1};
        return true;
      }
  return why_say(why, "%.*s must be yes or no. Leave it empty if it is not known.", LABEL(f));
}

static bool parse_code(struct arena *a, const struct field *f, struct str s, struct value *out,
                       struct why *why) {
  const struct code_list *list = code_list(f->list);
  const struct code *c = code_find_said(a, list, s);
  if (!c) {
    struct str first = list && list->n ? list->p[0].label : S("a choice from the list");
    return why_say(why, "%.*s must be one of its choices, such as \"%.*s\".", LABEL(f), P(first));
  }
  *out = (struct value){.kind = f->kind, .known = true, .s = c->code};
  return true;
}

/* Adds a code once; the list stays in the order it was given. */
static void codes_add(struct buf *b, struct str code) {
  if (codes_has(buf_str(b), code)) return;
  if (b->n) buf_byte(b, ' ');
  buf_put(b, code);
}

static bool parse_codes(struct arena *a, const struct field *f, struct str s, struct value *out,
                        struct why *why) {
  const struct code_list *list = code_list(f->list);
  char parting = str_find_byte(s, ';') < s.n    ? ';'
                 : str_find_byte(s, '\n') < s.n ? '\n'
                 : str_find_byte(s, ',') < s.n  ? ','
                                                : ' ';
  struct buf b = buf_open(8192);
  bool good = true;
  const struct code *whole =
      code_find_said(a, list, s); /* a label may hold the parting mark itself */
  struct str rest = s;
  if (whole) codes_add(&b, whole->code), rest = (struct str){0};
  while (rest.n && good) {
    struct str part = str_trim(str_cut(&rest, parting));
    const struct code *c = part.n ? code_find_said(a, list, part) : NULL;
    if (c)
      codes_add(&b, c->code);
    else if (part.n)
      good = why_say(why, "%.*s has no choice \"%.*s\". Put ; between choices.", LABEL(f),
                     P(utf8_head(part, 60)));
  }
  if (good && b.full) good = why_say(why, "%.*s has too many choices.", LABEL(f));
  struct str kept = str_copy(a, buf_str(&b));
  buf_free(&b);
  if (good) *out = (struct value){.kind = f->kind, .known = kept.n > 0, .s = kept};
  return good;
}

static bool parse_link(const struct field *f, struct str s, struct value *out, struct why *why) {
  int64_t id;
  if (!str_to_i64(s, &id) || id < 0)
    return why_say(why, "%.*s: choose one from the list.", LABEL(f));
  *out = (struct value){.kind = f->kind, .known = id > 0, .i = id};
  return true;
}

static bool parse_tidy(struct arena *a, const struct field *f, struct str s, struct value *out,
                       struct why *why) {
  struct str tidy;
  bool good;
  const char *like;
  switch (f->kind) {
    case KIND_EMAIL:
      good = email_tidy(a, s, &tidy), like = "an e-mail address, like name@example.org";
      break;
    case KIND_PHONE:
      good = phone_tidy(a, s, &tidy), like = "a telephone number, like 0151 000 0000";
      break;
    case KIND_URL:
      good = url_tidy(a, s, &tidy), like = "a web address, like https://www.example.org";
      break;
    default: good = postcode_tidy(a, s, &tidy), like = "a full postcode, like L1 1AA"; break;
  }
  if (!good) return why_say(why, "%.*s must be %s.", LABEL(f), like);
  if (f->limit > 0 && utf8_count(tidy) > (size_t)f->limit)
    return why_say(why, "%.*s must be %lld characters or fewer.", LABEL(f), (long long)f->limit);
  *out = (struct value){.kind = f->kind, .known = true, .s = tidy};
  return true;
}

bool value_parse(struct arena *a, const struct field *f, struct str given, struct value *out,
                 struct why *why) {
  struct str s = str_trim(given);
  if (!s.n) {
    *out = (struct value){.kind = f->kind};
    return true;
  }
  switch (f->kind) {
    case KIND_TEXT:
    case KIND_LONG: return parse_text(a, f, given, out, why);
    case KIND_INT: return parse_int(a, f, s, out, why);
    case KIND_DECIMAL: return parse_decimal(a, f, s, out, why);
    case KIND_MONEY: return parse_money(a, f, s, out, why);
    case KIND_DAY: return parse_day(f, s, out, why);
    case KIND_INSTANT: return parse_instant(f, s, out, why);
    case KIND_YESNO: return parse_yesno(a, f, s, out, why);
    case KIND_CODE: return parse_code(a, f, s, out, why);
    case KIND_CODES: return parse_codes(a, f, s, out, why);
    case KIND_LINK: return parse_link(f, s, out, why);
    case KIND_EMAIL:
    case KIND_PHONE:
    case KIND_URL:
    case KIND_POSTCODE: return parse_tidy(a, f, s, out, why);
  }
  return why_say(why, "%.*s cannot be read.", LABEL(f));
}

static struct str instant_words(struct arena *a, instant_t t) {
  struct local l = instant_local_uk(t);
  struct str day = day_words(a, l.day);
  return str_format(a, "%.*s at %02d:%02d", P(day), l.minute / 60, l.minute % 60);
}

static struct str decimal_text(struct arena *a, double r) {
  for (int digits = 6; digits <= 17; digits++) {
    struct str s = str_format(a, "%.*g", digits, r);
    double back;
    if (str_to_double(s, &back) && !(back < r) && !(back > r)) return s;
  }
  return str_format(a, "%.17g", r);
}

static struct str codes_words(struct arena *a, const struct field *f, struct str codes) {
  struct str out = {0}, rest = codes;
  while (rest.n) {
    struct str label = code_label(f->list, str_cut(&rest, ' '));
    out = out.n ? str_format(a, "%.*s, %.*s", P(out), P(label)) : label;
  }
  return out;
}

struct str value_words(struct arena *a, const struct field *f, struct value v) {
  if (!v.known) return S("Not known");
  switch (f->kind) {
    case KIND_INT: return number_words(a, v.i);
    case KIND_MONEY: return money_words(a, v.i);
    case KIND_DAY: return day_words(a, (day_t)v.i);
    case KIND_INSTANT: return instant_words(a, v.i);
    case KIND_YESNO: return v.i ? S("Yes") : S("No");
    case KIND_CODE: return code_label(f->list, v.s);
    case KIND_CODES: return codes_words(a, f, v.s);
    default: return value_text(a, f, v);
  }
}

struct str value_text(struct arena *a, const struct field *f, struct value v) {
  if (!v.known) return (struct str){0};
  switch (f->kind) {
    case KIND_INT:
    case KIND_LINK: return str_format(a, "%lld", (long long)v.i);
    case KIND_MONEY:
      return v.i % 100 ? str_format(a, "%lld.%02d", (long long)(v.i / 100), (int)(v.i % 100))
                       : str_format(a, "%lld", (long long)(v.i / 100));
    case KIND_DECIMAL: return decimal_text(a, v.r);
    case KIND_DAY: return day_iso(a, (day_t)v.i);
    case KIND_INSTANT: return instant_iso(a, v.i);
    case KIND_YESNO: return v.i ? S("yes") : S("no");
    default: return v.s;
  }
}

static bool check_field(struct arena *a, const struct field *f, struct value v, struct why *why) {
  if (!v.known) {
    if (!(f->flags & REQUIRED) || (f->flags & COMPUTED)) return true;
    return why_say(why, "Enter %s%.*s.",
                   f->kind == KIND_CODE || f->kind == KIND_LINK ? "a choice for: " : "", LABEL(f));
  }
  if (f->kind == KIND_LINK) return true;
  struct value again;
  return value_parse(a, f, value_text(a, f, v), &again, why);
}

struct faults record_check(struct arena *a, const struct record_type *t, const void *record) {
  struct faults faults = {0};
  size_t cap = 0;
  for (size_t i = 0; i < t->n_fields; i++) {
    struct why why = {0};
    if (check_field(a, &t->fields[i], field_get(&t->fields[i], record), &why)) continue;
    *slice_push(a, &faults, &cap) = (struct fault){&t->fields[i], str_copy(a, why_str(&why))};
  }
  return faults;
}

const struct fault *fault_of(const struct faults *faults, const struct field *f) {
  for (size_t i = 0; i < faults->n; i++)
    if (faults->p[i].field == f) return &faults->p[i];
  return NULL;
}
