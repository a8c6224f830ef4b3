/* buf: see buf.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/base.h"

struct buf buf_open(size_t max_bytes) {
  return (struct buf){.max = max_bytes};
}

void buf_free(struct buf *b) {
  free(b->p);
  *b = (struct buf){.max = b->max};
}

void buf_reset(struct buf *b) {
  b->n = 0;
  b->full = false;
}

char *buf_room(struct buf *b, size_t n) {
  enum { FIRST_BYTES = 256 };
  if (b->full) return NULL;
  if (n <= b->cap - b->n && b->p) return b->p + b->n;
  if (n > b->max - b->n) return b->full = true, NULL;
  size_t want = b->n + n, cap = b->cap > b->max / 2 ? b->max : b->cap * 2;
  if (cap < FIRST_BYTES) cap = b->max < FIRST_BYTES ? b->max : FIRST_BYTES;
  if (cap < want) cap = want;
  char *p = realloc(b->p, cap ? cap : 1);
  if (!p) return b->full = true, NULL;
  b->p = p;
  b->cap = cap;
  return p + b->n;
}

void buf_put(struct buf *b, struct str s) {
  if (!s.n) return;
  char *room = buf_room(b, s.n);
  if (!room) return;
  memcpy(room, s.p, s.n);
  b->n += s.n;
}

void buf_byte(struct buf *b, char c) {
  char *room = buf_room(b, 1);
  if (!room) return;
  *room = c;
  b->n++;
}

void buf_i64(struct buf *b, int64_t v) {
  char digits[20];
  size_t at = sizeof digits;
  uint64_t left = v < 0 ? -(uint64_t)v : (uint64_t)v;
  do digits[--at] = (char)('0' + left % 10);
  while (left /= 10);
  if (v < 0) digits[--at] = '-';
  buf_put(b, (struct str){digits + at, sizeof digits - at});
}

void buf_format(struct buf *b, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  char little[256];
  int n = vsnprintf(little, sizeof little, format, args);
  if (n < 0) {
    b->full = true;
  } else if ((size_t)n < sizeof little) {
    buf_put(b, (struct str){little, (size_t)n});
  } else if ((size_t)n < b->max - b->n) { /* room for the NUL vsnprintf writes, too */
    char *room = buf_room(b, (size_t)n + 1);
    if (room) b->n += (size_t)vsnprintf(room, (size_t)n + 1, format, again);
  } else {
    b->full = true;
  }
  va_end(again);
  va_end(args);
}

struct str buf_str(const struct buf *b) {
  return (struct str){b->p, b->n};
}

static void put_le(struct buf *b, uint64_t v, size_t bytes) {
  char out[8];
  for (size_t i = 0; i < bytes; i++, v >>= 8) out[i] = (char)(v & 0xFF);
  buf_put(b, (struct str){out, bytes});
}

void buf_u32(struct buf *b, uint32_t v) { put_le(b, v, 4); }
void buf_u64(struct buf *b, uint64_t v) { put_le(b, v, 8); }
