/* Any bytes through the CSV reader: whole and in drips they must give the same rows and the same
 * sentence, and what was read, written again, must read back as the same cells. */
#include <stdlib.h>
#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct drip {
  struct str text;
  size_t step;
};

static long drip_read(void *from, char *out, size_t n) {
  struct drip *d = from;
  if (n > d->step) n = d->step;
  if (n > d->text.n) n = d->text.n;
  if (n) memcpy(out, d->text.p, n);
  d->text = str_slice(d->text, n, d->text.n);
  return (long)n;
}

/* A fingerprint of everything the reader says; the rows go into `copy` as CSV when it is given. */
static uint64_t read_all(struct csv *c, struct buf *copy, size_t *rows) {
  struct csv_row row;
  struct why why = {0};
  enum csv_result r;
  uint64_t h = 0, last_offset = 0;
  while ((r = csv_next(c, &row, &why)) == CSV_ROW) {
    if (!row.n || csv_offset(c) <= last_offset) abort();
    last_offset = csv_offset(c);
    h = hash64((struct str){(char *)&row.line, sizeof row.line}, h + row.n);
    for (size_t i = 0; i < row.n; i++) {
      h = hash64(row.cell[i], h + 1);
      if (copy) csv_put(copy, row.cell[i], i + 1 == row.n);
    }
    ++*rows;
  }
  return hash64(why_str(&why), h + (uint64_t)r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)64 << 20);
  arena_reset(&a);
  struct str text = {(const char *)data, size};
  struct buf copy = buf_open((size_t)32 << 20);
  size_t rows = 0, again = 0;
  struct drip one = {text, 1}, some = {text, 1 + size / 3};
  uint64_t whole = read_all(csv_open_str(&a, text), &copy, &rows);
  if (read_all(csv_open(&a, drip_read, &one), NULL, &again) != whole) abort();
  if (read_all(csv_open(&a, drip_read, &some), NULL, &again) != whole || again != 2 * rows) abort();
  /* A first line "sep=x" or a byte order mark inside the first cell would be taken as what it looks
   * like, and another delimiter may win in the copy, so only the number of rows is promised here,
   * after a plain row. */
  struct buf plain = buf_open((size_t)32 << 20);
  buf_put(&plain, S("a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a\r\n"));
  buf_put(&plain, buf_str(&copy));
  again = 0;
  read_all(csv_open_str(&a, buf_str(&plain)), NULL, &again);
  if (again != rows + 1 && plain.n < CSV_ROW_BYTES_MAX) abort();
  struct why why = {0};
  struct csv *c = csv_open_str(&a, text);
  if (csv_headers(c, &why) && csv_column(c, csv_header_names(c).p[0]) != 0) abort();
  buf_free(&plain);
  buf_free(&copy);
  return 0;
}
