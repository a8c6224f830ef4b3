/* buf: bytes being written, with a maximum it can never pass. Writing past the maximum (or running
 * out of memory) sets `full`: that piece and all after it are dropped. Check once, at the end.
 * Memory is malloc'd, freed by buf_free. */
#ifndef WAYMARK_BUF_H
#define WAYMARK_BUF_H
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
struct buf {
  char *p;
  size_t n, cap, max;
  bool full; /* something did not fit: what is here must not be used as if whole */
};
struct buf buf_open(size_t max_bytes);
void buf_free(struct buf *b);
void buf_reset(struct buf *b); /* n = 0, full = false, keeps the memory */
void buf_put(struct buf *b, struct str s);
void buf_byte(struct buf *b, char c);
void buf_i64(struct buf *b, int64_t v);
void buf_format(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* n writable bytes at the end, or NULL (full is set). The caller adds what it wrote to b->n. */
char *buf_room(struct buf *b, size_t n);
struct str buf_str(const struct buf *b); /* borrowed until the next write */
/* Fixed-width little-endian numbers, for files and frames. */
void buf_u32(struct buf *b, uint32_t v);
void buf_u64(struct buf *b, uint64_t v);
#endif
