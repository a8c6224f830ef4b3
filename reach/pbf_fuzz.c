/* Fuzz: any bytes as an OpenStreetMap .pbf; when they do not start like one, as the contents of one
 * unpacked block. */
#include <stdlib.h>
#include "reach/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct str block(struct arena *a, struct str raw) {
  struct buf b = buf_open((size_t)1 << 22), blob = buf_open((size_t)1 << 22);
  buf_byte(&blob, 0x0a); /* Blob.raw */
  size_t n = raw.n;
  for (; n > 127; n >>= 7) buf_byte(&blob, (char)(n | 128));
  buf_byte(&blob, (char)n);
  buf_put(&blob, raw);
  struct buf head = buf_open(1 << 10);
  buf_put(&head, S("\x0a\x07OSMData\x18"));
  for (n = blob.n; n > 127; n >>= 7) buf_byte(&head, (char)(n | 128));
  buf_byte(&head, (char)n);
  buf_put(&b, S("\0\0\0"));
  buf_byte(&b, (char)head.n);
  buf_put(&b, buf_str(&head));
  buf_put(&b, buf_str(&blob));
  struct str out = str_copy(a, buf_str(&b));
  buf_free(&b);
  buf_free(&blob);
  buf_free(&head);
  return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct net n;
  struct why why = {0};
  struct arena a = arena_open((size_t)1 << 26);
  struct str bytes = {(const char *)data, size};
  if (size > 1 << 20 || !net_open(&n, NULL, &why)) return arena_close(&a), 0;
  if (!size || data[0] != 0) bytes = block(&a, bytes);
  if (net_osm(&n, bytes, &why)) {
    struct buf out = buf_open((size_t)1 << 28);
    struct region r;
    if (n.edges.n < 20000 && n.barriers.n < 1000 && net_build(&n, &out, &why) &&
        !region_over(&r, buf_str(&out), &why))
      abort();
    buf_free(&out);
  } else if (!why.text[0]) {
    abort();
  }
  net_close(&n);
  arena_close(&a);
  return 0;
}
