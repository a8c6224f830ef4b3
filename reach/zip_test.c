#include <zlib.h>
#include "reach/zip_test.h"

static void u16(struct buf *b, unsigned v) {
  buf_byte(b, (char)v);
  buf_byte(b, (char)(v >> 8));
}

static void sizes(struct buf *b, const struct member *m) {
  uint32_t n = (uint32_t)strlen(m->text);
  buf_u32(b, (uint32_t)crc32(0, (const Bytef *)m->text, n));
  buf_u32(b, n);
  buf_u32(b, n);
  u16(b, (unsigned)strlen(m->name));
}

/* PKWARE APPNOTE 4.3.7 and 4.3.12, method 0 (stored). */
struct str zip_of(struct arena *a, const struct member *m, size_t n) {
  struct buf b = buf_open(1 << 24), central = buf_open(1 << 20);
  for (size_t i = 0; i < n; i++) {
    uint32_t at = (uint32_t)b.n;
    buf_u32(&b, 0x04034b50);
    u16(&b, 20), u16(&b, 0), u16(&b, 0), u16(&b, 0), u16(&b, 0);
    sizes(&b, &m[i]);
    u16(&b, 0);
    buf_put(&b, str_of(m[i].name));
    buf_put(&b, str_of(m[i].text));
    buf_u32(&central, 0x02014b50);
    u16(&central, 20), u16(&central, 20), u16(&central, 0), u16(&central, 0), u16(&central, 0),
        u16(&central, 0);
    sizes(&central, &m[i]);
    u16(&central, 0), u16(&central, 0), u16(&central, 0), u16(&central, 0);
    buf_u32(&central, 0);
    buf_u32(&central, at);
    buf_put(&central, str_of(m[i].name));
  }
  uint32_t start = (uint32_t)b.n;
  buf_put(&b, buf_str(&central));
  buf_u32(&b, 0x06054b50);
  u16(&b, 0), u16(&b, 0), u16(&b, (unsigned)n), u16(&b, (unsigned)n);
  buf_u32(&b, (uint32_t)central.n);
  buf_u32(&b, start);
  u16(&b, 0);
  struct str out = str_copy(a, buf_str(&b));
  buf_free(&b);
  buf_free(&central);
  return out;
}
