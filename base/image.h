/* image: what one process worked out, kept as a file and mapped by the others.
 *
 * An arena is opened at an address chosen here, filled with anything that is read-only afterwards
 * (structs that point at one another, tables, texts), and written to a file. Another process maps
 * that file at the same address: the pointers are right as they stand, nothing is read, copied or
 * put in order, and every process shares the same pages of memory.
 *
 * It refuses three things. A file that is not exactly what was written: a digest covers every byte,
 * and the caller's seal (a keyed fingerprint) covers the digest, so that only a holder of the key
 * can have made it. A file made by another build of the program, of other data, or of another day:
 * `about` must be equal, and the build's own id is added to it. And memory that would be wrong
 * elsewhere: something that points out of the image is found before writing (image_write).
 *
 * Three addresses, taken in turn, let a process hold one image while it makes or maps the next.
 * When the address is not free the calls fail and the caller works in memory of its own. Private
 * to this machine and this build; never part of a backup. */
#ifndef WAYMARK_IMAGE_H
#define WAYMARK_IMAGE_H
#include "base/base.h"

enum { IMAGE_SLOTS = 3, IMAGE_ABOUT_BYTES_MAX = 256, IMAGE_SEAL_BYTES_MAX = 64 };
#define IMAGE_BYTES_MAX ((size_t)1 << 30)

/* Fills `out` with a keyed fingerprint of these 64 hex digits; false = there is no key. */
typedef bool image_seal(struct str digest_hex, char out[IMAGE_SEAL_BYTES_MAX]);

struct image {
  int slot;         /* -1 = nothing is mapped */
  const void *root; /* what the writer gave as its root */
  size_t bytes;
};

/* An empty arena at the slot's address, of IMAGE_BYTES_MAX; start NULL when it is not free. */
struct arena image_arena(int slot);
/* The slot of the file at `path`, if it is about this ("" = about anything) and whatever its state;
 * -1 = no such file of ours. */
int image_slot_of(const char *path, struct str about);
/* Writes what the arena holds: beside, renamed, then fsynced; a torn file is found by its digest.
 * `root` lies in the arena. False with a sentence when anything in it points into the program or
 * its heap. */
MUST_USE bool image_write(const char *path, const struct arena *a, const void *root,
                          struct str about, image_seal *seal, struct why *why);
/* Maps it read-only. False with a sentence; why->text is "" when there is no file or it is about
 * something else, so that only damage is spoken of. */
MUST_USE bool image_map(const char *path, struct str about, image_seal *seal, struct image *out,
                        struct why *why);
void image_unmap(struct image *image);
#endif
