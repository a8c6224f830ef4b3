/* notes: days as spreadsheets hold them, and cells of many dated entries. */
#include "base/xlsx.h"
#include "exchange/sheet.h"

enum { DAY_CHARACTERS_MAX = 26, SERIAL_LEAST = 10000, SERIAL_MOST = 80000 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/* "Mon 3rd. March, 2024" without the weekday, ordinal, dots and commas. */
static struct str plain_day(struct arena *a, struct str s) {
  static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  struct str first = str_slice(s, 0, str_find_byte(s, ' '));
  for (size_t i = 0; i < countof(weekdays); i++)
    if (first.n >= 3 && first.n < s.n &&
        str_eq_nocase(str_slice(first, 0, 3), str_of(weekdays[i])))
      s = str_trim(str_slice(s, first.n, s.n));
  char *p = arena_many(a, char, s.n + 1);
  size_t n = 0;
  for (size_t i = 0; i < s.n; i++) {
    bool ordinal = i > 0 && is_digit(s.p[i - 1]) && i + 1 < s.n && is_letter(s.p[i]) &&
                   (str_eq_nocase(str_slice(s, i, i + 2), S("st")) ||
                    str_eq_nocase(str_slice(s, i, i + 2), S("nd")) ||
                    str_eq_nocase(str_slice(s, i, i + 2), S("rd")) ||
                    str_eq_nocase(str_slice(s, i, i + 2), S("th")));
    if (ordinal) i++;
    else if (s.p[i] == '.') p[n++] = '/';
    else if (s.p[i] != ',') p[n++] = s.p[i];
  }
  return str_trim((struct str){p, n});
}

bool sheet_day(struct arena *a, struct str given, day_t *out) {
  struct str s = str_trim(given);
  double serial;
  if (s.n >= 19 && s.p[10] == 'T') s = str_slice(s, 0, 10);
  if (str_to_double(s, &serial))
    return serial >= SERIAL_LEAST && serial < SERIAL_MOST && xlsx_day(serial, false, out);
  return s.n <= 40 && day_parse_typed(plain_day(a, s), out);
}

/* A day at the start of `s`: how many bytes it takes, 0 = none. The longest reading wins, so that
 * 12/3/2024 is not taken for 12/3/20. A bare number is an amount, not a day. */
static size_t day_at(struct arena *a, struct str s, day_t *out) {
  size_t most = s.n < DAY_CHARACTERS_MAX ? s.n : DAY_CHARACTERS_MAX;
  for (size_t n = most; n >= 6; n--) {
    struct str piece = str_slice(s, 0, n);
    double number;
    bool cut = n < s.n && (is_digit(s.p[n]) || is_letter(s.p[n]));
    if (cut || !is_digit(piece.p[n - 1]) || str_to_double(piece, &number)) continue;
    if (sheet_day(a, piece, out)) return n;
  }
  return 0;
}

static size_t skip_any(struct str s, size_t i, const char *of) {
  while (i < s.n && strchr(of, s.p[i])) i++;
  return i;
}

/* Does an entry begin at i? At the start of a line with any day; further on only with a day and a
 * colon or dash behind it. Where its words begin, and its day. */
static size_t entry_at(struct arena *a, struct str s, size_t i, bool line_start, day_t *on) {
  size_t from = line_start ? skip_any(s, i, " \t-*[(") : skip_any(s, i, "[(");
  size_t n = from < s.n ? day_at(a, str_slice(s, from, s.n), on) : 0;
  if (!n) return 0;
  size_t end = skip_any(s, from + n, ")]"), next = skip_any(s, end, " \t");
  bool dash = next + 2 < s.n && (unsigned char)s.p[next] == 0xe2 &&
              (unsigned char)s.p[next + 1] == 0x80; /* an en or em dash */
  bool marked = next < s.n && (strchr(":-", s.p[next]) || dash);
  if (!line_start && !marked && end == from + n) return 0;
  return dash ? next + 3 : skip_any(s, next, ":- \t");
}

static bool sentence_end(char c) { return c && strchr(".;|!?", c) != NULL; }

static void add_entry(struct arena *a, struct note_entries *out, size_t *cap, day_t on,
                      struct str words) {
  words = str_trim(words);
  if (words.n || on != DAY_NONE) *slice_push(a, out, cap) = (struct note_entry){on, words};
}

struct note_entries sheet_notes(struct arena *a, struct str cell) {
  struct note_entries out = {0};
  size_t cap = 0, from = 0;
  day_t on = DAY_NONE;
  bool line_start = true, after_sentence = false;
  for (size_t i = 0; i < cell.n; i++) {
    day_t next;
    size_t words =
        (line_start || after_sentence) && out.n + 1 < NOTE_ENTRIES_MAX && !is_space(cell.p[i])
            ? entry_at(a, cell, i, line_start, &next)
            : 0;
    if (words) {
      add_entry(a, &out, &cap, on, str_slice(cell, from, i));
      on = next, from = words, i = words > i ? words - 1 : i;
      line_start = after_sentence = false;
      continue;
    }
    bool space = is_space(cell.p[i]);
    if (cell.p[i] == '\n') line_start = true, after_sentence = false;
    else if (!space) line_start = false;
    if (!space && cell.p[i] != '\n') after_sentence = sentence_end(cell.p[i]);
  }
  add_entry(a, &out, &cap, on, str_slice(cell, from, cell.n));
  return out;
}
