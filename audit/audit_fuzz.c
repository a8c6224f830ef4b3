/* Any bytes as an audit line: read, written and read again it must be the same entry. */
#include <stdlib.h>
#include "audit/audit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)16 << 20);
  struct audit_entry e, again;
  struct audit_head head;
  struct str line = {(const char *)data, size};
  if (audit_line_read(&a, line, &e)) {
    struct buf b = buf_open(65536);
    if (audit_line(&e, &b)) {
      if (!audit_line_read(&a, buf_str(&b), &again)) abort();
      if (again.subjects != e.subjects || again.at != e.at || again.request != e.request) abort();
    }
    buf_free(&b);
  }
  (void)audit_head_read(line, &head);
  arena_reset(&a);
  return 0;
}
