/* zip_out: writing an archive; see zip.h. Every header is written when its content is whole, so
 * sizes and check sums stand in front of each member and no reader has to look ahead. */
#include <stdlib.h>
#include <zlib.h>
#include "base/zip.h"

enum {
  VERSION = 20,           /* of the format: deflate and folders (APPNOTE 4.4.3.2) */
  UTF8_NAME = 1 << 11,    /* flag: the name is UTF-8 (4.4.4) */
  DAY_1980 = 1 << 5 | 1,  /* 1 January 1980 in MS-DOS bits: what was zipped when says nothing */
  DEFLATED = 8,
  LEVEL = 6,
};

static void u16(struct buf *b, uint64_t v) {
  buf_byte(b, (char)(v & 0xFF));
  buf_byte(b, (char)(v >> 8 & 0xFF));
}

/* What the local and the central header share, from the version needed to the extra length. */
static void put_common(struct buf *b, const struct zip_member *m) {
  u16(b, VERSION);
  u16(b, m->flags);
  u16(b, m->method);
  u16(b, 0); /* midnight */
  u16(b, DAY_1980);
  buf_u32(b, m->crc);
  buf_u32(b, (uint32_t)m->packed);
  buf_u32(b, (uint32_t)m->bytes);
  u16(b, m->name.n);
  u16(b, 0);
}

/* False when it would not be smaller (or there is no memory): then it is stored as it is. */
static bool deflated(struct str content, char *out, size_t room, size_t *n) {
  z_stream z = {0};
  if (deflateInit2(&z, LEVEL, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
  z.next_in = (unsigned char *)(uintptr_t)content.p;
  z.avail_in = (unsigned)content.n;
  z.next_out = (unsigned char *)out;
  z.avail_out = (unsigned)room;
  bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
  *n = room - z.avail_out;
  deflateEnd(&z);
  return whole;
}

static bool is_ascii(struct str s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] > 0x7E) return false;
  return true;
}

struct zip_out zip_to(struct arena *a, struct buf *out) {
  return (struct zip_out){.arena = a, .out = out};
}

static bool may_put(const struct zip_out *z, struct str name, struct str content,
                    struct why *why) {
  if (!zip_name_safe(name) || !utf8_valid(name) || str_ends(name, S("/")))
    return why_say(why, "\"%.*s\" cannot be a file's name in a zip file.", P(name));
  for (size_t i = 0; i < z->n; i++)
    if (str_eq(z->p[i].name, name))
      return why_say(why, "\"%.*s\" would stand in the zip file twice.", P(name));
  if (z->n == ZIP_MEMBERS_MAX || content.n >= UINT32_MAX || z->out->n >= UINT32_MAX)
    return why_say(why, "This is more than one zip file is made to hold here (4 GB).");
  return true;
}

bool zip_put(struct zip_out *z, struct str name, struct str content, struct why *why) {
  if (!may_put(z, name, content, why)) return false;
  struct zip_member m = {.name = str_copy(z->arena, name),
                         .bytes = content.n,
                         .packed = content.n,
                         .at = z->out->n,
                         .flags = is_ascii(name) ? 0 : UTF8_NAME,
                         .crc = (uint32_t)crc32_z(0, (const unsigned char *)content.p, content.n)};
  size_t packed;
  char *room = malloc(content.n + 1);
  if (room && content.n && deflated(content, room, content.n, &packed) && packed < content.n)
    m.method = DEFLATED, m.packed = packed;
  buf_u32(z->out, 0x04034B50);
  put_common(z->out, &m);
  buf_put(z->out, m.name);
  buf_put(z->out, m.method ? (struct str){room, (size_t)m.packed} : content);
  free(room);
  *slice_push(z->arena, z, &z->cap) = m;
  return !z->out->full || why_say(why, "The zip file would be larger than is made here.");
}

bool zip_end(struct zip_out *z, struct why *why) {
  size_t at = z->out->n;
  for (size_t i = 0; i < z->n; i++) {
    buf_u32(z->out, 0x02014B50);
    u16(z->out, VERSION);
    put_common(z->out, &z->p[i]);
    u16(z->out, 0);       /* comment */
    u16(z->out, 0);       /* disk */
    u16(z->out, 0);       /* internal attributes */
    buf_u32(z->out, 0);   /* external ones */
    buf_u32(z->out, (uint32_t)z->p[i].at);
    buf_put(z->out, z->p[i].name);
  }
  size_t bytes = z->out->n - at;
  buf_u32(z->out, 0x06054B50);
  u16(z->out, 0);
  u16(z->out, 0);
  u16(z->out, z->n);
  u16(z->out, z->n);
  buf_u32(z->out, (uint32_t)bytes);
  buf_u32(z->out, (uint32_t)at);
  u16(z->out, 0);
  bool fits = !z->out->full && at + bytes < UINT32_MAX;
  return fits || why_say(why, "The zip file would be larger than is made here.");
}
