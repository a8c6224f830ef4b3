/* Any bytes as a catalogue: refused with a sentence, or every entry judged. */
#include "tool/po.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena arena;
  if (!arena.start) arena = arena_open((size_t)512 << 20);
  struct po po;
  struct why why;
  struct str text = {(const char *)data, size < 64 << 10 ? size : 64 << 10};
  bool empty;
  if (po_read(&arena, S("f.po"), text, &po, &why))
    for (size_t i = 0; i < po.n; i++) po_sound(&arena, LANG_CY, S("f.po"), &po.p[i], &empty, &why);
  arena_reset(&arena);
  return 0;
}
