/* Any bytes cut into names and contents: what is written must read back the same, and whatever is
 * refused must say so. */
#include <stdlib.h>
#include "base/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_BYTES_MAX = 1 << 22, PIECES_MAX = 64 };
struct piece { struct str name, content; };

static void read_back(struct arena *a, struct str bytes, const struct piece *p, size_t n) {
  struct why why = {0};
  struct str content;
  struct zip *z = zip_open_str(a, bytes, &why);
  if (!z || zip_list(z).n != n) abort();
  for (size_t i = 0; i < n; i++) {
    const struct zip_member *m = &zip_list(z).p[i];
    if (!str_eq(m->name, p[i].name)) abort();
    if (!zip_read_all(a, z, m, OUT_BYTES_MAX, &content, &why)) abort();
    if (!str_eq(content, p[i].content)) abort();
  }
  zip_close(z);
}

/* Lines: a name, a zero byte, its content up to the next zero byte. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct arena a;
  if (!a.start) a = arena_open((size_t)256 << 20);
  arena_reset(&a);
  struct buf b = buf_open(OUT_BYTES_MAX);
  struct zip_out z = zip_to(&a, &b);
  struct str rest = {(const char *)data, size};
  struct piece put[PIECES_MAX];
  size_t n = 0;
  for (int i = 0; i < PIECES_MAX && rest.n; i++) {
    struct why why = {0};
    struct str name = str_cut(&rest, 0), content = str_cut(&rest, 0);
    bool fine = zip_put(&z, name, content, &why);
    if (fine == (*why.text != 0)) abort();
    if (fine) put[n++] = (struct piece){name, content};
  }
  struct why why = {0};
  if (zip_end(&z, &why)) read_back(&a, buf_str(&b), put, n);
  buf_free(&b);
  return 0;
}
