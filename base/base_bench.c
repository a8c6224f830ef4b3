/* base_bench: prints how fast the parts of base are that work on whole files, on 100 MB made up
 * here. */
#include <stdio.h>
#include "base/base.h"

enum { MEGABYTE = 1000000, FILE_BYTES = 100 * MEGABYTE, FOLD_BYTES = 20 * MEGABYTE };

/* Eight columns a row, one of them quoted when asked. */
static void fill(struct buf *b, bool quoted) {
  struct rng r = rng_seed(1);
  buf_reset(b);
  while (b->n < FILE_BYTES) {
    for (int column = 0; column < 8; column++) {
      if (quoted && column == 3)
        buf_put(b, S("\"Some, quoted text\""));
      else
        buf_format(b, "value%d", (int)rng_below(&r, column % 2 ? 1000000 : 100));
      buf_byte(b, column == 7 ? '\n' : ',');
    }
  }
}

static void say(const char *what, size_t bytes, uint64_t from_us) {
  double us = (double)(clock_monotonic_us() - from_us);
  printf("%-24s %6.0f MB/s\n", what, (double)bytes / us);
}

static bool read_csv(struct arena scratch, const char *what, struct str text) {
  struct csv *c = csv_open_str(&scratch, text);
  struct csv_row row;
  struct why why;
  enum csv_result result;
  uint64_t from = clock_monotonic_us();
  while ((result = csv_next(c, &row, &why)) == CSV_ROW && row.n == 8) continue;
  say(what, text.n, from);
  return result == CSV_END;
}

int main(void) {
  struct arena a = arena_open((size_t)1 << 30);
  struct buf b = buf_open((size_t)1 << 30);
  fill(&b, true);
  bool ok = a.start && read_csv(a, "csv, one cell quoted", buf_str(&b));
  fill(&b, false);
  ok = ok && read_csv(a, "csv, plain", buf_str(&b));
  uint64_t from = clock_monotonic_us();
  ok = ok && utf8_valid(buf_str(&b));
  say("utf8_valid, ASCII", b.n, from);
  from = clock_monotonic_us();
  uint64_t hash = hash64(buf_str(&b), 1);
  say("hash64", b.n, from);
  from = clock_monotonic_us();
  struct arena scratch = a;
  ok = ok && utf8_fold(&scratch, str_slice(buf_str(&b), 0, FOLD_BYTES)).n > 0;
  say("utf8_fold", FOLD_BYTES, from);
  printf("%s %016llx\n", ok && !b.full ? "all read" : "NOT all read", (unsigned long long)hash);
  buf_free(&b);
  arena_close(&a);
  return ok ? 0 : 1;
}
