/* statement: reads a bank or card statement and says which spend a line may be. Reading and
 * matching touch no database. */
#include "money/inside.h"

static const char *const day_names[] = {"date", "day", "transaction date", "posting date", "posted",
                                        NULL};
static const char *const word_names[] = {"description", "details", "narrative", "reference",
                                         "merchant",    "words",   "payee",     NULL};
static const char *const out_names[] = {"paid out", "money out", "debit", "debit amount", "amount",
                                        "value",    NULL};

/* Signs and brackets say which way money went; what is spent is what is looked for. */
static bool pence_of(struct str cell, int64_t *pence) {
  struct str s = str_trim(cell);
  if (s.n && (s.p[0] == '-' || s.p[0] == '+' || s.p[0] == '(')) s = str_slice(s, 1, s.n);
  if (s.n && (s.p[s.n - 1] == ')' || s.p[s.n - 1] == '-')) s = str_slice(s, 0, s.n - 1);
  return s.n && money_parse(s, pence);
}

static int64_t same_before(const struct lines *l, const struct line *one) {
  int64_t n = 0;
  for (size_t i = 0; i < l->n; i++)
    n += l->p[i].day == one->day && l->p[i].pence == one->pence &&
         str_eq(l->p[i].words, one->words);
  return n;
}

struct columns { int day, words, out; };

/* 1: a line; 0: nothing was paid on it (money in, a total); -1: it cannot be read. */
static int read_line(struct arena *a, const struct csv_row *row, struct columns c,
                     struct line *out) {
  struct str day = csv_cell(row, c.day), amount = csv_cell(row, c.out);
  if (!amount.n || !day.n) return 0;
  if (!day_parse(day, &out->day) && !day_parse_typed(day, &out->day)) return -1;
  if (!pence_of(amount, &out->pence) || !utf8_valid(csv_cell(row, c.words))) return -1;
  out->words = str_copy(a, utf8_head(csv_cell(row, c.words), 200));
  return out->pence > 0;
}

bool statement_read(struct arena *a, struct str csv, struct lines *out, size_t *bad,
                    struct why *why) {
  struct csv *c = csv_open_str(a, csv);
  struct csv_row row;
  struct line line = {0};
  enum csv_result result = CSV_END;
  size_t cap = 0;
  *out = (struct lines){0}, *bad = 0;
  if (!csv_headers(c, why)) return csv_close(c), false;
  struct columns at = {csv_column_any(c, day_names), csv_column_any(c, word_names),
                       csv_column_any(c, out_names)};
  if (at.day < 0 || at.out < 0) {
    csv_close(c);
    return why_say(why, "The first row must name a column Date and a column Amount (or Paid out).");
  }
  while (out->n < STATEMENT_LINES_MAX && (result = csv_next(c, &row, why)) == CSV_ROW) {
    int kind = read_line(a, &row, at, &line);
    if (kind < 0 && (*bad)++ == 0)
      why_say(why, "Line %lld: the day or the amount cannot be read.", (long long)row.line);
    if (kind <= 0) continue;
    line.nth = same_before(out, &line);
    *slice_push(a, out, &cap) = line;
  }
  csv_close(c);
  return result != CSV_BAD;
}

int statement_fit(const struct line *l, int64_t pence, day_t bought) {
  if (bought == DAY_NONE || l->pence != pence) return 0;
  day_t after = l->day - bought;
  if (after < -2 || after > STATEMENT_DAYS) return 0;
  return 100 - (after < 0 ? -after : after);
}
