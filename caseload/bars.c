/* bars: plain bars, longest first as given, and the same numbers as a table. */
#include "caseload/inside.h"

enum { BAR_PX = 62, COLUMNS_MAX = 5 };

static int64_t largest(const struct bars *b) {
  int64_t most = 1;
  for (size_t i = 0; i < b->rows.n; i++)
    if (b->rows.p[i].value != CHART_UNKNOWN && b->rows.p[i].value > most) most = b->rows.p[i].value;
  return most;
}

static void draw(struct chart *c, const struct bar *row) {
  double y = c->y + 27;
  chart_label(c, c->y + 18, "d20", row->name);
  if (row->value == CHART_UNKNOWN)
    chart_hatched(c, 0, 100, y, 16);
  else if (row->value > 0)
    chart_rect(c, 0, chart_x(c, (double)row->value), y, 16, row->pressing ? "n" : "a");
  chart_text(c, 0, c->y + 58, row->pressing ? "b" : "",
             chart_number(c->v, WORDS_WHOLE, row->value));
  c->y += BAR_PX;
}

static void table(struct view *v, const struct bars *b, struct chart_parts *out) {
  size_t n = 0, cap = 0;
  bool number[COLUMNS_MAX] = {false};
  while (n < COLUMNS_MAX && b->columns[n]) n++;
  for (size_t i = 1; i < n; i++) number[i] = true;
  chart_columns(v, out, b->columns, number, n);
  out->caption = b->words.what;
  for (size_t i = 0; i < b->rows.n; i++) {
    const struct bar *row = &b->rows.p[i];
    struct str *cells = chart_row(v, out, &cap, (struct str){0});
    cells[0] = row->name;
    cells[1] = chart_number(v, WORDS_WHOLE, row->value);
    for (size_t k = 2; k < n; k++) cells[k] = row->more[k - 2];
    out->rows.p[i].href = row->href;
  }
}

void bars_chart(struct view *v, const struct bars *b, struct chart_parts *out) {
  struct chart c = chart_open(v, b->words.id, 0, (double)largest(b));
  *out = (struct chart_parts){.words = b->words};
  for (size_t i = 0; i < b->rows.n; i++) draw(&c, &b->rows.p[i]);
  c.y += 10;
  out->svg = chart_close(&c, "lf mid", b->words.what, b->words.finding);
  table(v, b, out);
}
