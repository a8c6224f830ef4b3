/* Any bytes as an archive: list it, look members up, read each in odd pieces within a small limit.
 */
#include <stdlib.h>
#include "base/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_member(struct arena *a, const struct zip *z, const struct zip_member *m) {
  enum { BYTES_MAX = 1 << 20, PIECE = 777 };
  struct why why = {0};
  char piece[PIECE];
  struct zip_in *in = zip_in_open(a, z, m, BYTES_MAX, &why);
  if (!in != (*why.text != 0)) abort();
  if (!in) return;
  uint64_t bytes = 0;
  long got;
  while ((got = zip_read(in, piece, sizeof piece)) > 0) bytes += (uint64_t)got;
  if (bytes > m->bytes) abort();
  if (got == 0 && bytes != m->bytes) abort();
  if ((got < 0) != (*zip_in_why(in)->text != 0)) abort();
  if (zip_read(in, piece, sizeof piece) != got) abort(); /* an end stays an end */
  zip_in_close(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)256 << 20);
  arena_reset(&a);
  struct why why = {0};
  struct zip *z = zip_open_str(&a, (struct str){(const char *)data, size}, &why);
  if (!z != (*why.text != 0)) abort();
  for (size_t i = 0; z && i < zip_list(z).n; i++) {
    const struct zip_member *m = &zip_list(z).p[i];
    if (!m->name.n || *m->name.p == '/' || str_starts(m->name, S("../")) ||
        str_contains(m->name, S("/../")))
      abort();
    if (zip_find(z, m->name) != m) abort();
    struct arena scratch = a;
    read_member(&scratch, z, m);
  }
  zip_close(z);
  return 0;
}
