/* value.c: values for statements, and the rewriting of a statement for each database. */
#include "db/inside.h"

struct db_value db_null(void) {
  return (struct db_value){.kind = DB_NULL};
}
struct db_value db_int(int64_t v) {
  return (struct db_value){.kind = DB_INT, .i = v};
}
struct db_value db_real(double v) {
  return (struct db_value){.kind = DB_REAL, .r = v};
}
struct db_value db_text(struct str v) {
  return (struct db_value){.kind = DB_TEXT, .s = v};
}
struct db_value db_text_or_null(struct str v) {
  return v.n ? db_text(v) : db_null();
}
struct db_value db_blob(struct str v) {
  return (struct db_value){.kind = DB_BLOB, .s = v};
}
struct db_value db_same(struct db_value v) {
  return v;
}
struct db_value db_day(struct arena *a, day_t d) {
  return d == DAY_NONE ? db_null() : db_text(day_iso(a, d));
}
struct db_value db_instant(struct arena *a, instant_t t) {
  return t == INSTANT_NONE ? db_null() : db_text(instant_iso(a, t));
}
struct db_value db_uuid(struct arena *a, struct uuid u) {
  return uuid_is_zero(u) ? db_null() : db_text(uuid_str(a, u));
}

/* A JSON list: both databases can open one. */
struct db_value db_in(struct arena *a, const int64_t *v, size_t n) {
  char *p = arena_many(a, char, n * 21 + 3);
  size_t at = 0;
  p[at++] = '[';
  for (size_t i = 0; i < n; i++)
    at += (size_t)snprintf(p + at, 22, "%s%lld", i ? "," : "", (long long)v[i]);
  p[at++] = ']';
  return db_text((struct str){p, at});
}

struct db_value db_in_text(struct arena *a, struct strs v) {
  struct buf b = buf_open((size_t)64 << 20);
  struct json_out j = json_to(&b);
  json_list(&j);
  for (size_t i = 0; i < v.n; i++) json_str(&j, v.p[i]);
  json_list_end(&j);
  struct str text = str_copy(a, b.full ? S("[]") : buf_str(&b));
  buf_free(&b);
  return db_text(text);
}

static bool word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Where a quoted text or a comment that starts at i ends. */
static size_t skip_quoted(struct str s, size_t i) {
  if (s.p[i] == '\'') {
    for (i++; i < s.n && s.p[i] != '\''; i++) continue;
    return i < s.n ? i + 1 : i;
  }
  struct str rest = str_slice(s, i, s.n);
  if (str_starts(rest, S("--"))) return i + str_find_byte(rest, '\n');
  if (!str_starts(rest, S("/*"))) return i;
  size_t end = str_find(rest, S("*/"));
  return end == rest.n ? s.n : i + end + 2;
}

static size_t digits_at(struct str s, size_t i, int *number) {
  size_t from = i;
  *number = 0;
  while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && i - from < 4)
    *number = *number * 10 + (s.p[i++] - '0');
  return i;
}

/* INTS(?3) and TEXTS(?3). Returns where to go on, or i when there is none here. Behind "in" it is
 * an array for PostgreSQL: an index can be asked with it, and it costs no join. */
static size_t put_list_word(enum db_kind kind, struct str s, size_t i, struct buf *out, int *most) {
  bool array = kind == DB_POSTGRES && str_starts(str_slice(s, i, s.n), S("in ")) &&
               !str_ends(str_slice(s, 0, i), S("not "));
  struct str rest = str_slice(s, i + (array ? 3 : 0), s.n);
  bool ints = str_starts(rest, S("INTS(?")), texts = str_starts(rest, S("TEXTS(?"));
  if (!ints && !texts) return i;
  int number;
  size_t at = digits_at(s, i + (array ? 3 : 0) + (ints ? 6 : 7), &number);
  if (at >= s.n || s.p[at] != ')' || number == 0) return i;
  if (number > *most) *most = number;
  if (kind == DB_SQLITE)
    buf_format(out, "(select value from json_each(?%d))", number);
  else if (array && ints)
    buf_format(out, "= any(translate($%d, '[]', '{}')::bigint[])", number);
  else
    buf_format(out, "%s(select value%s from json_array_elements_text($%d::json))%s",
               array ? "= any(array" : "", ints ? "::bigint" : " collate \"C\"", number,
               array ? ")" : "");
  return at + 1;
}

bool sql_translate(enum db_kind kind, struct str s, struct buf *out, int *parameters) {
  int most = 0;
  for (size_t i = 0; i < s.n;) {
    size_t next = skip_quoted(s, i);
    if (next > i) {
      buf_put(out, str_slice(s, i, next));
      i = next;
      continue;
    }
    bool word_start = i == 0 || !word_byte(s.p[i - 1]);
    if (word_start && (next = put_list_word(kind, s, i, out, &most)) > i) {
      i = next;
      continue;
    }
    int number;
    if (s.p[i] == '?' && (next = digits_at(s, i + 1, &number)) > i + 1) {
      if (number > most) most = number;
      buf_format(out, "%c%d", kind == DB_SQLITE ? '?' : '$', number);
      i = next;
      continue;
    }
    buf_byte(out, s.p[i++]);
  }
  buf_byte(out, 0);
  *parameters = most;
  return !out->full;
}

/* Every ?n of it stands behind "= ". */
static bool only_equals(struct str s) {
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] == '?' && (i < 2 || s.p[i - 1] != ' ' || s.p[i - 2] != '=' ||
                          (i > 2 && (s.p[i - 3] == '<' || s.p[i - 3] == '>'))))
      return false;
  return true;
}

bool sql_keeps_plan(struct str text) {
  static const char *const chooses[] = {" join ", "(select", " order by ", " limit ",
                                        " or ",   "INTS(",   "TEXTS("};
  if (str_contains(text, S("/* by key */"))) return true;
  if (str_starts(text, S("insert into ")) && !str_contains(text, S("select"))) return true;
  for (size_t i = 0; i < countof(chooses); i++)
    if (str_contains(text, str_of(chooses[i]))) return false;
  size_t where = str_find(text, S(" where "));
  return where < text.n && only_equals(str_slice(text, where, text.n));
}

bool sql_elsewhere(enum db_kind kind, struct str text) {
  return str_starts(text, kind == DB_SQLITE ? S("/* postgres */") : S("/* sqlite */"));
}

bool db_text_storable(struct str s) { return str_find_byte(s, 0) == s.n && utf8_valid(s); }
