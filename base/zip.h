/* zip: reading the members of a zip file somebody sent, without trusting it; and writing one.
 *
 * Nothing is ever unpacked to a disk: a member is a stream of bytes (csv_open takes zip_read as it
 * is). The whole archive is refused when it is cut short, when a name could leave a folder
 * (absolute, "..", backslash, NUL), when two members share a name or bytes (how the worst bombs are
 * made), or when one is encrypted or packed in another way than stored or deflated. Sizes come from
 * the central directory and are held to: a member that unpacks to more, to less, or to another CRC
 * ends in an error, as does one beyond the limits. Zip64 is read. Format: PKWARE APPNOTE 6.3.10,
 * sections 4.3 to 4.5. Not in base_lib: link zip_dep. */
#ifndef WAYMARK_ZIP_H
#define WAYMARK_ZIP_H
#include <stdbool.h>
#include <stdint.h>
#include "base/base.h"
enum { ZIP_MEMBERS_MAX = 20000, ZIP_NAME_BYTES_MAX = 512, ZIP_RATIO_MAX = 250 };
#define ZIP_BYTES_MAX ((uint64_t)16 << 30) /* unpacked, of one member, when the caller says 0 */

struct zip;
struct zip_member {
  struct str name;        /* as in the archive: "stops.txt", "xl/workbook.xml"; borrowed from it */
  uint64_t bytes, packed; /* unpacked and in the archive */
  uint64_t at;            /* where its local header stands */
  uint32_t crc;
  uint16_t method, flags;
  bool folder; /* the name ends in / */
};
struct zip_members {
  const struct zip_member *p;
  size_t n;
};

/* The archive's own memory is in `a`; the file stays mapped until zip_close. NULL: why has the
 * sentence. */
struct zip *zip_open(struct arena *a, const char *path, struct why *why);
/* Bytes must outlive it. */
struct zip *zip_open_str(struct arena *a, struct str bytes, struct why *why);
void zip_close(struct zip *z);
struct zip_members zip_list(const struct zip *z); /* in the order of the central directory */
/* By whole name; when absent, by the last part of a name if exactly one member has it (feeds zipped
 * with their folder). NULL when there is none. */
const struct zip_member *zip_find(const struct zip *z, struct str name);

struct zip_in;
/* Starts reading a member. bytes_max 0 means ZIP_BYTES_MAX. NULL: why has the sentence. */
struct zip_in *zip_in_open(struct arena *a, const struct zip *z, const struct zip_member *m,
                           uint64_t bytes_max, struct why *why);
/* A csv_source; `in` is the struct zip_in. -1: see zip_in_why. */
long zip_read(void *in, char *out, size_t n);
const struct why *zip_in_why(const struct zip_in *in); /* empty while nothing went wrong */
void zip_in_close(struct zip_in *in);                  /* NULL is fine */
/* A whole member at once, checked to its end. */
bool zip_read_all(struct arena *a, const struct zip *z, const struct zip_member *m,
                  size_t bytes_max, struct str *out, struct why *why);

/* Writing. The same members give the same bytes on every day: no clock, no owner, one level of
 * deflate, stored where that is not smaller. Refused with a sentence: names that reading refuses, a
 * name given twice, folders, more than 4 GB, more than `out` may hold.
 *   struct buf b = buf_open(64 << 20);
 *   struct zip_out z = zip_to(a, &b);
 *   bool ok = zip_put(&z, S("stops.txt"), text, why) && zip_end(&z, why);
 * After a false nothing of `out` may be used. */
struct zip_out {
  struct arena *arena; /* keeps the names until zip_end */
  struct buf *out;
  struct zip_member *p;
  size_t n, cap;
};
struct zip_out zip_to(struct arena *a, struct buf *out);
bool zip_put(struct zip_out *z, struct str name, struct str content, struct why *why);
bool zip_end(struct zip_out *z, struct why *why);
bool zip_name_safe(struct str name); /* stays inside the folder it is unpacked in */
#endif
