/* Whatever somebody sends as a spreadsheet: read without harm, or one sentence; no word is lost. */
#include <stdlib.h>
#include "exchange/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t letters(struct str s) {
  size_t out = 0;
  for (size_t i = 0; i < s.n; i++) out += s.p[i] >= 'a' && s.p[i] <= 'z';
  return out;
}

/* Small letters that are part of no day ("march", "st") all stand in some entry. */
static void no_word_lost(struct arena *a, struct str cell) {
  struct note_entries e = sheet_notes(a, cell);
  size_t kept = 0, days = 0;
  for (size_t i = 0; i < e.n; i++) kept += letters(e.p[i].words), days += e.p[i].on != DAY_NONE;
  if (kept > letters(cell) || kept + days * 26 < letters(cell)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)1 << 30);
  struct str bytes = {(const char *)data, n};
  struct sheet s;
  struct sheet_people found;
  struct why why = {0};
  arena_reset(&a);
  no_word_lost(&a, bytes);
  if (!sheet_read(&a, bytes, &s, &why)) {
    if (!why.text[0]) abort();
    return 0;
  }
  struct sheet_plan plan = {.n = s.headings.n, .safe_way = S("phone")};
  for (size_t i = 0; i < plan.n; i++) plan.of[i] = s.headings.p[i].guess;
  sheet_people(&a, &s, &plan, day_of(2026, 11, 22), 0, &found);
  if (found.going > found.people.n || found.people.n > s.rows.n) abort();
  return 0;
}
