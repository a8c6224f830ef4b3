/* Any file of rows into a dry run: every row taken or listed with a sentence, and the rows that
 * were kept back read again. */
#include "record/sample/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)512 << 20);
  if (size > 100000) return 0;
  struct csv *c = csv_open_str(&a, (struct str){(const char *)data, size});
  struct why why = {0};
  struct buf bad = buf_open(4 << 20);
  if (csv_headers(c, &why)) {
    struct row_source rows = row_source_csv(c);
    struct import_ask ask = {.type = &sample_type, .mode = IMPORT_DRY, .arena = &a};
    struct import_result out = {.bad_rows = &bad};
    bool whole = record_import(&ask, &rows, &out, &why);
    if (out.added + out.changed + out.same + out.bad != out.rows) abort();
    if (whole && out.bad && !out.faults.n) abort();
  }
  csv_close(c);
  buf_free(&bad);
  arena_reset(&a);
  return 0;
}
