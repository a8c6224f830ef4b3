/* Any bytes as a view file: refused with a sentence that names the file, or compiled. */
#include <stdlib.h>
#include "tool/tpl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena arena;
  if (!arena.start) arena = arena_open((size_t)512 << 20);
  struct tpl_out t;
  struct why why = {0};
  struct str text = {(const char *)data, size};
  if (size <= 64 << 10) {
    if (tpl_read(&arena, S("f.html"), text, &t, &why)) {
      struct buf c = buf_open((size_t)64 << 20), h = buf_open(1 << 20);
      tpl_write_c(&arena, &t, S("f.html"), S("f.html.h"), &c);
      tpl_write_h(&arena, &t, S("f.html"), &h);
      buf_free(&c);
      buf_free(&h);
    } else if (!str_starts(why_str(&why), S("f.html:"))) {
      abort();
    }
  }
  arena_reset(&arena);
  return 0;
}
