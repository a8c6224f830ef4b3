/* What a page costs to write: rows of a result list (eight values each) and the whole example page,
 * in English and in Welsh. Prints microseconds, best of five. */
#include <stdio.h>
#include "example.html.h"
#include "web/look/example/example.h"

enum { ROWS = 200, ROUNDS = 200 };
static struct example_place places[ROWS];

static double best_us(struct view *v, struct example_page *page, size_t *bytes) {
  double best = 1e9;
  for (int attempt = 0; attempt < 5; attempt++) {
    uint64_t began = clock_monotonic_us();
    for (int i = 0; i < ROUNDS; i++) {
      buf_reset(v->out);
      view_example(v, page);
    }
    double us = (double)(clock_monotonic_us() - began) / ROUNDS;
    if (us < best) best = us;
  }
  *bytes = v->out->n;
  return best;
}

int main(void) {
  struct buf out = buf_open((size_t)4 << 20);
  struct example_page page = {.layout = {.title = S("Places near Tannery Row")},
                              .asked = S("finding work, money or debt")};
  for (size_t i = 0; i < ROWS; i++)
    places[i] = (struct example_place){S("The Net Loft work club"),
                                       S("0190d2a4-6c1e-7c4a-9d1a-3c5f6b7a8e90"),
                                       S("01632 960 120"),
                                       i % 3 != 0,
                                       (int)i,
                                       (day_t)(20000 + i)};
  page.places.p = places;
  for (int lang = 0; lang < LANG_COUNT; lang++) {
    struct view v = {.out = &out, .lang = (enum language)lang};
    size_t none, all;
    page.places.n = 0;
    double empty = best_us(&v, &page, &none);
    page.places.n = ROWS;
    double full = best_us(&v, &page, &all);
    printf("%s: a row %.3f us (%zu bytes), the page around them %.2f us (%zu bytes)\n",
           lang ? "Welsh" : "English", (full - empty) / ROWS, (all - none) / ROWS, empty, none);
  }
  buf_free(&out);
  return 0;
}
