/* Any bytes as a page, filled with two values: what is written must hold all that stood outside its
 * forms' fields, and an end. */
#include <stdlib.h>
#include "web/fill.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct field_values *both(void *with, const struct fill_form *form) {
  (void)form;
  return with;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena a = arena_open((size_t)64 << 20);
  struct buf out = buf_open((size_t)16 << 20), none = buf_open((size_t)16 << 20);
  struct field_value v[] = {{S("a"), S("<\"one\">")}, {S("b"), S("2")}};
  struct field_values values = {v, countof(v)}, nothing = {0};
  struct str page = {(const char *)data, size};
  size_t filled = fill_page(&a, page, S(""), S(""), both, &values, &out);
  fill_page(&a, page, S(""), S(""), both, &nothing, &none);
  if (!filled && (out.n != size || (size && memcmp(out.p, data, size) != 0))) abort();
  buf_free(&out);
  buf_free(&none);
  arena_close(&a);
  return 0;
}
