/* zip: see zip.h. Numbers in the format are little-endian and unaligned; every one is read through
 * `cursor`, which turns bad instead of passing the end. */
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include "base/zip.h"

enum {
  END_BYTES = 22,
  END64_LOCATOR_BYTES = 20,
  COMMENT_BYTES_MAX = 65535,
  RATIO_FREE_BYTES = 1 << 20, /* a small member may be as repetitive as it likes */
  ENCRYPTED = 1,
};
enum {
  SIGN_LOCAL = 0x04034B50,
  SIGN_CENTRAL = 0x02014B50,
  SIGN_END = 0x06054B50,
  SIGN_END64 = 0x06064B50,
  SIGN_LOCATOR64 = 0x07064B50
};

struct zip {
  struct str bytes;
  struct mapped mapped;
  struct zip_member *member;
  size_t n;
};

struct zip_in {
  z_stream stream;
  struct zip_member m;
  struct str left; /* packed bytes not yet handed to zlib */
  uint64_t out_bytes, bytes_max;
  uint32_t crc;
  bool inflating, ended;
  struct why why;
};

struct cursor {
  struct str s;
  bool bad;
};

static uint64_t take(struct cursor *c, size_t bytes) {
  uint64_t v = 0;
  if (c->s.n < bytes) {
    c->bad = true;
    c->s.n = 0;
    return 0;
  }
  for (size_t i = 0; i < bytes; i++) v |= (uint64_t)(unsigned char)c->s.p[i] << 8 * i;
  c->s = str_slice(c->s, bytes, c->s.n);
  return v;
}

static struct str take_str(struct cursor *c, size_t n) {
  if (c->s.n < n) c->bad = true;
  struct str out = str_slice(c->s, 0, n);
  c->s = str_slice(c->s, n, c->s.n);
  return out;
}

static struct cursor cursor_at(struct str s, uint64_t at) {
  if (at > s.n) return (struct cursor){.bad = true};
  return (struct cursor){.s = str_slice(s, (size_t)at, s.n)};
}

struct directory {
  uint64_t count, bytes, at;
};

static bool cut_short(struct why *why) {
  return why_say(why, "This zip file is damaged or was cut short. Fetch it again.");
}

/* Fields that hold all ones in the old end record are in the zip64 one, which stands before it. */
static bool read_end64(struct str s, size_t end_at, struct directory *d, struct why *why) {
  if (end_at < END64_LOCATOR_BYTES) return cut_short(why);
  struct cursor c = cursor_at(s, end_at - END64_LOCATOR_BYTES);
  if (take(&c, 4) != SIGN_LOCATOR64) return cut_short(why);
  take(&c, 4);
  uint64_t at = take(&c, 8);
  c = cursor_at(s, at);
  if (at > end_at - END64_LOCATOR_BYTES || take(&c, 4) != SIGN_END64) return cut_short(why);
  take_str(&c, 8 + 2 + 2); /* its size, versions */
  uint64_t disk = take(&c, 4), start = take(&c, 4), here = take(&c, 8);
  d->count = take(&c, 8);
  d->bytes = take(&c, 8);
  d->at = take(&c, 8);
  if (c.bad) return cut_short(why);
  return (!disk && !start && here == d->count) ||
         why_say(why, "This zip file is one of several parts. Join them.");
}

static bool read_end(struct str s, struct directory *d, struct why *why) {
  if (s.n < END_BYTES) return why_say(why, "This is not a zip file: it is too short.");
  size_t least = s.n > END_BYTES + COMMENT_BYTES_MAX ? s.n - END_BYTES - COMMENT_BYTES_MAX : 0;
  for (size_t at = s.n - END_BYTES + 1; at-- > least;) {
    struct cursor c = cursor_at(s, at);
    if (take(&c, 4) != SIGN_END) continue;
    uint64_t disk = take(&c, 2), start = take(&c, 2), here = take(&c, 2);
    d->count = take(&c, 2);
    d->bytes = take(&c, 4);
    d->at = take(&c, 4);
    if (at + END_BYTES + take(&c, 2) != s.n) continue; /* these bytes were part of something else */
    if (here == 0xFFFF || d->count == 0xFFFF || d->bytes == UINT32_MAX || d->at == UINT32_MAX)
      return read_end64(s, at, d, why);
    if (disk || start || here != d->count)
      return why_say(why, "This zip file is one of several parts. Join them.");
    return true;
  }
  return str_starts(s, S("PK")) ? cut_short(why) : why_say(why, "This is not a zip file.");
}

bool zip_name_safe(struct str name) {
  if (!name.n || name.n > ZIP_NAME_BYTES_MAX || *name.p == '/') return false;
  for (size_t i = 0; i < name.n; i++)
    if (!name.p[i] || name.p[i] == '\\' || (name.p[i] == ':' && i == 1)) return false;
  while (name.n)
    if (str_eq(str_cut(&name, '/'), S(".."))) return false;
  return true;
}

/* Sizes and place of 4 GB or more stand in extra field 1, in this order and only where the old
 * field is full. */
static bool read_extra64(struct cursor *extra, struct zip_member *m) {
  bool bytes = m->bytes == UINT32_MAX, packed = m->packed == UINT32_MAX, at = m->at == UINT32_MAX;
  if (!bytes && !packed && !at) return true;
  while (extra->s.n && !extra->bad) {
    uint64_t id = take(extra, 2), size = take(extra, 2);
    struct cursor field = {take_str(extra, (size_t)size), false};
    if (id != 1) continue;
    if (bytes) m->bytes = take(&field, 8);
    if (packed) m->packed = take(&field, 8);
    if (at) m->at = take(&field, 8);
    return !field.bad;
  }
  return false;
}

static bool read_member(struct cursor *c, struct zip_member *m, struct why *why) {
  if (take(c, 4) != SIGN_CENTRAL) return cut_short(why);
  take(c, 2 + 2); /* versions */
  m->flags = (uint16_t)take(c, 2);
  m->method = (uint16_t)take(c, 2);
  take(c, 4); /* when it was changed */
  m->crc = (uint32_t)take(c, 4);
  m->packed = take(c, 4);
  m->bytes = take(c, 4);
  size_t name = take(c, 2), extra_bytes = take(c, 2), comment = take(c, 2);
  take(c, 8); /* disk, attributes */
  m->at = take(c, 4);
  m->name = take_str(c, name);
  struct cursor extra = {take_str(c, extra_bytes), false};
  take_str(c, comment);
  if (c->bad || !read_extra64(&extra, m)) return cut_short(why);
  if (!zip_name_safe(m->name))
    return why_say(why,
                   "This zip file holds a name that could leave its folder. Nothing was read.");
  m->folder = str_ends(m->name, S("/"));
  if (m->flags & ENCRYPTED)
    return why_say(why, "This zip file is locked with a password. Send it without one.");
  if (m->method != 0 && m->method != 8)
    return why_say(
        why, "This zip file is packed in a way not read here (method %d). Pack it as ordinary zip.",
        m->method);
  return true;
}

static int by_name(const void *a, const void *b) {
  return str_cmp((*(struct zip_member *const *)a)->name, (*(struct zip_member *const *)b)->name);
}

static int by_place(const void *a, const void *b) {
  uint64_t x = (*(struct zip_member *const *)a)->at, y = (*(struct zip_member *const *)b)->at;
  return (x > y) - (x < y);
}

/* Names are distinct, and each member's bytes end before the next begins and before the directory.
 */
static bool check_apart(const struct zip *z, uint64_t directory_at, struct arena scratch,
                        struct why *why) {
  struct zip_member **sorted = arena_many(&scratch, struct zip_member *, z->n);
  for (size_t i = 0; i < z->n; i++) sorted[i] = &z->member[i];
  qsort(sorted, z->n, sizeof *sorted, by_name);
  for (size_t i = 1; i < z->n; i++)
    if (str_eq(sorted[i - 1]->name, sorted[i]->name))
      return why_say(why, "This zip file holds two members of the same name. Nothing was read.");
  qsort(sorted, z->n, sizeof *sorted, by_place);
  enum { LOCAL_HEAD_BYTES = 30 };
  for (size_t i = 0; i < z->n; i++) {
    const struct zip_member *m = sorted[i];
    uint64_t next = i + 1 < z->n ? sorted[i + 1]->at : directory_at;
    uint64_t least = LOCAL_HEAD_BYTES + m->name.n;
    if (m->at > next || next - m->at < least || next - m->at - least < m->packed)
      return why_say(why,
                     "This zip file's members overlap or reach past its end. Nothing was read.");
  }
  return true;
}

struct zip *zip_open_str(struct arena *a, struct str bytes, struct why *why) {
  struct directory d = {0};
  if (!read_end(bytes, &d, why)) return NULL;
  if (d.at > bytes.n || d.bytes > bytes.n - d.at) return cut_short(why), NULL;
  if (d.count > ZIP_MEMBERS_MAX)
    return why_say(why, "This zip file has more than %d members.", ZIP_MEMBERS_MAX), NULL;
  struct zip *z = arena_new(a, struct zip);
  z->bytes = bytes;
  z->member = arena_many(a, struct zip_member, (size_t)d.count);
  struct cursor c = {str_slice(bytes, (size_t)d.at, (size_t)(d.at + d.bytes)), false};
  for (; z->n < d.count; z->n++)
    if (!read_member(&c, &z->member[z->n], why)) return NULL;
  return check_apart(z, d.at, *a, why) ? z : NULL;
}

struct zip *zip_open(struct arena *a, const char *path, struct why *why) {
  struct mapped mapped;
  if (!file_map(path, &mapped, why)) return NULL;
  struct zip *z = zip_open_str(a, mapped.bytes, why);
  if (z)
    z->mapped = mapped;
  else
    file_unmap(&mapped);
  return z;
}

void zip_close(struct zip *z) {
  if (z) file_unmap(&z->mapped);
}

struct zip_members zip_list(const struct zip *z) {
  return (struct zip_members){z->member, z->n};
}

const struct zip_member *zip_find(const struct zip *z, struct str name) {
  const struct zip_member *last = NULL;
  size_t found = 0;
  for (size_t i = 0; i < z->n; i++) {
    const struct zip_member *m = &z->member[i];
    if (str_eq(m->name, name)) return m;
    if (m->name.n <= name.n || !str_ends(m->name, name) || m->name.p[m->name.n - name.n - 1] != '/')
      continue;
    last = m;
    found++;
  }
  return found == 1 ? last : NULL;
}

struct zip_in *zip_in_open(struct arena *a, const struct zip *z, const struct zip_member *m,
                           uint64_t bytes_max, struct why *why) {
  if (!bytes_max) bytes_max = ZIP_BYTES_MAX;
  if (m->bytes > bytes_max)
    return why_say(why, "%.*s unpacks to %llu bytes; the most read here is %llu.",
                   P(utf8_head(m->name, 80)), (unsigned long long)m->bytes,
                   (unsigned long long)bytes_max),
           NULL;
  if (m->bytes > RATIO_FREE_BYTES && m->bytes / ZIP_RATIO_MAX > m->packed)
    return why_say(why, "%.*s unpacks to more than %d times its size. It may be made to do harm.",
                   P(utf8_head(m->name, 80)), ZIP_RATIO_MAX),
           NULL;
  struct cursor c = cursor_at(z->bytes, m->at);
  if (take(&c, 4) != SIGN_LOCAL) return cut_short(why), NULL;
  take_str(&c, 22); /* said again here, but the central directory is what counts */
  size_t name = take(&c, 2), extra = take(&c, 2);
  bool same_name = str_eq(take_str(&c, name), m->name);
  take_str(&c, extra);
  if (c.bad || !same_name || c.s.n < m->packed || (!m->method && m->packed != m->bytes))
    return cut_short(why), NULL;
  struct zip_in *in = arena_new(a, struct zip_in);
  *in = (struct zip_in){
      .m = *m, .left = str_slice(c.s, 0, (size_t)m->packed), .bytes_max = bytes_max};
  if (m->method && inflateInit2(&in->stream, -MAX_WBITS) != Z_OK)
    return why_say(why, "Memory ran out while opening a zip file."), NULL;
  in->inflating = m->method != 0;
  return in;
}

static long failed(struct zip_in *in, const char *what) {
  why_say(&in->why, "%.*s %s Fetch the zip file again.", P(utf8_head(in->m.name, 80)), what);
  in->ended = true;
  return -1;
}

/* At the end the size and the CRC must be what the directory says. */
static long finish(struct zip_in *in) {
  in->ended = true;
  if (in->out_bytes != in->m.bytes) return failed(in, "has another length than the zip file says.");
  return in->crc == in->m.crc ? 0 : failed(in, "is damaged: its checksum is wrong.");
}

static long read_stored(struct zip_in *in, char *out, size_t n) {
  if (n > in->left.n) n = in->left.n;
  if (n) memcpy(out, in->left.p, n);
  in->left = str_slice(in->left, n, in->left.n);
  return (long)n;
}

static long read_deflated(struct zip_in *in, char *out, size_t n) {
  enum { FEED_BYTES_MAX = 1 << 30 };
  in->stream.next_out = (unsigned char *)out;
  in->stream.avail_out = (unsigned)n;
  size_t feed = in->left.n < FEED_BYTES_MAX ? in->left.n : FEED_BYTES_MAX;
  in->stream.next_in = (unsigned char *)(uintptr_t)in->left.p;
  in->stream.avail_in = (unsigned)feed;
  int result = inflate(&in->stream, Z_NO_FLUSH);
  in->left = str_slice(in->left, feed - in->stream.avail_in, in->left.n);
  long got = (long)(n - in->stream.avail_out);
  if (result == Z_STREAM_END) {
    inflateEnd(&in->stream);
    in->inflating = false;
    in->left.n = 0;
    return got;
  }
  if (result == Z_OK && (got || in->left.n)) return got;
  return failed(in, "is damaged and cannot be unpacked.");
}

long zip_read(void *from, char *out, size_t n) {
  enum { READ_BYTES_MAX = 1 << 30 };
  struct zip_in *in = from;
  if (*in->why.text) return -1;
  if (in->ended || !n) return 0;
  if (n > READ_BYTES_MAX) n = READ_BYTES_MAX;
  long got = 0;
  while (!got && in->inflating) {
    got = read_deflated(in, out, n);
    if (got < 0) return -1;
  }
  if (!got && !in->inflating && !in->m.method) got = read_stored(in, out, n);
  if (!got) return finish(in);
  in->out_bytes += (uint64_t)got;
  if (in->out_bytes > in->m.bytes) return failed(in, "has another length than the zip file says.");
  in->crc = (uint32_t)crc32(in->crc, (const unsigned char *)out, (unsigned)got);
  return got;
}

const struct why *zip_in_why(const struct zip_in *in) { return &in->why; }

void zip_in_close(struct zip_in *in) {
  if (!in) return;
  if (in->inflating) inflateEnd(&in->stream);
  in->inflating = false;
  in->ended = true;
}

bool zip_read_all(struct arena *a, const struct zip *z, const struct zip_member *m,
                  size_t bytes_max, struct str *out, struct why *why) {
  struct zip_in *in = zip_in_open(a, z, m, bytes_max ? bytes_max : SIZE_MAX, why);
  if (!in) return false;
  char *p = arena_alloc(a, 1, 1, (size_t)m->bytes + 1), extra;
  size_t n = 0;
  long got;
  while (n < m->bytes && (got = zip_read(in, p + n, (size_t)m->bytes - n)) > 0) n += (size_t)got;
  bool ok = zip_read(in, &extra, 1) == 0 && n == m->bytes;
  if (!ok && why) *why = in->why;
  zip_in_close(in);
  if (ok) *out = (struct str){p, n};
  return ok;
}
