/* image: see image.h. The file: one page of head, then the arena's bytes as they stood. */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/image.h"

enum { HEAD_PAGE = 4096, DIGEST_BYTES = 32, MARK_BYTES = 64, ID_BYTES_MAX = 64 };
/* Far from where Linux puts programs, heaps, libraries and stacks on x86-64 and arm64 (48 bits of
 * address), and outside the shadow of AddressSanitizer. */
#define IMAGE_BASE ((uintptr_t)0x200000000000)

static const char magic[8] = "WMIMAGE1";
static const char no_mark[MARK_BYTES]; /* for the arena's own note of how far it was written */
struct image_head {
  char magic[8];
  uint64_t slot, bytes, root; /* root: offset from the slot's address */
  char about[IMAGE_ABOUT_BYTES_MAX];
  char build[2 * ID_BYTES_MAX];
  unsigned char digest[DIGEST_BYTES];
  char seal[IMAGE_SEAL_BYTES_MAX];
};

static char *address_of(int slot) {
  return (char *)(IMAGE_BASE + (uintptr_t)slot * 2 * IMAGE_BYTES_MAX);
}

struct arena image_arena(int slot) { return arena_open_at(IMAGE_BYTES_MAX, address_of(slot)); }

/* ---- Which program: the linker's build id, else nothing can be shared with another start. */
struct id { char hex[2 * ID_BYTES_MAX]; };

static void id_from_notes(const char *p, size_t n, struct id *out) {
  while (n >= sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    memcpy(&note, p, sizeof note);
    size_t name = (note.n_namesz + 3u) & ~3u, desc = (note.n_descsz + 3u) & ~3u,
           whole = sizeof note + name + desc;
    if (whole > n) return;
    const unsigned char *id = (const unsigned char *)p + sizeof note + name;
    for (size_t i = 0; note.n_type == NT_GNU_BUILD_ID && i < note.n_descsz && i < ID_BYTES_MAX - 1;
         i++)
      snprintf(out->hex + 2 * i, 3, "%02x", id[i]);
    p += whole, n -= whole;
  }
}

static int id_of_program(struct dl_phdr_info *info, size_t size, void *to) {
  (void)size;
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_NOTE)
      id_from_notes((const char *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr,
                    info->dlpi_phdr[i].p_memsz, to);
  return 1; /* the first is the program itself */
}

/* ---- Nothing may point out of the image: no word of it is the address of something this process
 * has mapped elsewhere. Programs are position-independent here, so everything that is not an image
 * lies above 2^46; what is looked for above is mapped or not by the kernel's own word. */
static bool is_mapped(uint64_t address) {
  unsigned char in_core;
  uintptr_t page = (uintptr_t)address & ~(uintptr_t)(HEAD_PAGE - 1);
  return mincore((void *)page, 1, &in_core) == 0 || errno != ENOMEM;
}

/* The end of a text, such as "ed_job", can be read as an address; sanitizers map whole ranges. */
static bool is_text(uint64_t word) {
  for (int i = 0; i < 6; i++, word >>= 8)
    if ((word & 255) < 0x20 || (word & 255) > 0x7e) return false;
  return true;
}

static bool points_outside(struct str body) {
  uint64_t word;
  for (size_t at = MARK_BYTES; at + sizeof word <= body.n; at += sizeof word) {
    memcpy(&word, body.p + at, sizeof word);
    if (word >> 46 && !(word >> 48) && !is_text(word) && is_mapped(word)) return true;
  }
  return false;
}

/* ---- Digest and seal. */
static void digest_of(const struct image_head *head, struct str body,
                      unsigned char out[DIGEST_BYTES]) {
  crypto_generichash_state s;
  struct image_head bare = *head;
  memset(bare.digest, 0, sizeof bare.digest), memset(bare.seal, 0, sizeof bare.seal);
  crypto_generichash_init(&s, NULL, 0, DIGEST_BYTES);
  crypto_generichash_update(&s, (const unsigned char *)&bare, sizeof bare);
  crypto_generichash_update(&s, (const unsigned char *)no_mark, sizeof no_mark);
  crypto_generichash_update(&s, (const unsigned char *)body.p + MARK_BYTES, body.n - MARK_BYTES);
  crypto_generichash_final(&s, out, DIGEST_BYTES);
}

static bool seal_of(const unsigned char digest[DIGEST_BYTES], image_seal *seal,
                    char out[IMAGE_SEAL_BYTES_MAX]) {
  char hex[2 * DIGEST_BYTES + 1];
  sodium_bin2hex(hex, sizeof hex, digest, DIGEST_BYTES);
  memset(out, 0, IMAGE_SEAL_BYTES_MAX);
  return seal((struct str){hex, 2 * DIGEST_BYTES}, out);
}

static bool head_about(struct image_head *head, struct str about) {
  struct id id = {{0}};
  if (about.n >= sizeof head->about) return false;
  memcpy(head->about, about.p, about.n);
  dl_iterate_phdr(id_of_program, &id);
  memcpy(head->build, id.hex, sizeof head->build);
  return id.hex[0] != 0;
}

/* ---- Writing. */
static bool put(int fd, const void *from, size_t n) {
  for (const char *p = from; n;) {
    ssize_t done = write(fd, p, n);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    p += done, n -= (size_t)done;
  }
  return true;
}

static bool put_file(int fd, const struct image_head *head, struct str body) {
  static char page[HEAD_PAGE];
  memset(page, 0, sizeof page);
  memcpy(page, head, sizeof *head);
  return put(fd, page, sizeof page) && put(fd, no_mark, sizeof no_mark) &&
         put(fd, body.p + MARK_BYTES, body.n - MARK_BYTES);
}

static bool write_beside(const char *path, const struct image_head *head, struct str body,
                         struct why *why) {
  char beside[PATH_MAX];
  int n = snprintf(beside, sizeof beside, "%s.%d", path, (int)getpid());
  if (n < 0 || n >= (int)sizeof beside) return why_say(why, "The path %.200s is too long.", path);
  int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  bool good = fd >= 0 && put_file(fd, head, body) && rename(beside, path) == 0;
  int error = errno;
  if (good) (void)fdatasync(fd); /* late on purpose: it may be mapped already */
  if (fd >= 0) close(fd);
  if (good) return true;
  if (fd >= 0) unlink(beside);
  return why_say(why, "Cannot write %.200s: %s.", path, strerror(error));
}

bool image_write(const char *path, const struct arena *a, const void *root, struct str about,
                 image_seal *seal, struct why *why) {
  struct str body = arena_bytes(a);
  struct image_head head = {0};
  memcpy(head.magic, magic, sizeof magic);
  head.slot = (uint64_t)(((uintptr_t)a->start - IMAGE_BASE) / (2 * IMAGE_BYTES_MAX));
  head.bytes = body.n, head.root = (uint64_t)((const char *)root - a->start);
  if ((uintptr_t)a->start < IMAGE_BASE || head.slot >= IMAGE_SLOTS || head.root >= body.n)
    return why_say(why, "Only memory at an image's own address can be kept as a file.");
  if (!head_about(&head, about)) return why_say(why, "This build of the program has no id.");
  if (points_outside(body))
    return why_say(why, "Something in it points into the program, so it is not kept as a file.");
  digest_of(&head, body, head.digest);
  if (!seal_of(head.digest, seal, head.seal))
    return why_say(why, "There is no master key to seal it with.");
  return write_beside(path, &head, body, why);
}

/* ---- Mapping. */
static int open_head(const char *path, struct image_head *head, uint64_t *file_bytes) {
  struct stat st;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  bool whole = pread(fd, head, sizeof *head, 0) == (ssize_t)sizeof *head && fstat(fd, &st) == 0 &&
               memcmp(head->magic, magic, sizeof magic) == 0 && head->slot < IMAGE_SLOTS;
  *file_bytes = whole ? (uint64_t)st.st_size : 0;
  return fd;
}

static bool is_about(const struct image_head *head, struct str about) {
  struct image_head wanted = {0};
  return head_about(&wanted, about) &&
         memcmp(wanted.about, head->about, sizeof head->about) == 0 &&
         memcmp(wanted.build, head->build, sizeof head->build) == 0;
}

int image_slot_of(const char *path, struct str about) {
  struct image_head head;
  uint64_t bytes;
  int fd = open_head(path, &head, &bytes);
  if (fd >= 0) close(fd);
  return fd >= 0 && bytes && (!about.n || is_about(&head, about)) ? (int)head.slot : -1;
}

static bool altered(struct why *why, const char *path) {
  return why_say(why, "%.200s is not whole or was altered, so it is made again.", path);
}

static bool sealed_right(const struct image_head *head, struct str body, image_seal *seal) {
  unsigned char digest[DIGEST_BYTES];
  char wanted[IMAGE_SEAL_BYTES_MAX];
  digest_of(head, body, digest);
  return bytes_eq_secret(digest, head->digest, sizeof digest) && seal_of(digest, seal, wanted) &&
         bytes_eq_secret(wanted, head->seal, sizeof wanted);
}

static bool map_body(int fd, const char *path, const struct image_head *head, image_seal *seal,
                     struct image *out, struct why *why) {
  char *where = address_of((int)head->slot);
  char *p = mmap(where, head->bytes, PROT_READ, MAP_SHARED | MAP_FIXED_NOREPLACE | MAP_POPULATE, fd,
                 HEAD_PAGE);
  if (p == MAP_FAILED) return why_say(why, "The address of %.200s is taken.", path);
  if (p == where && sealed_right(head, (struct str){p, head->bytes}, seal)) {
    *out = (struct image){(int)head->slot, p + head->root, head->bytes};
    return true;
  }
  munmap(p, head->bytes);
  return altered(why, path);
}

bool image_map(const char *path, struct str about, image_seal *seal, struct image *out,
               struct why *why) {
  struct image_head head = {0};
  uint64_t bytes = 0;
  *out = (struct image){.slot = -1};
  why->text[0] = 0;
  int fd = open_head(path, &head, &bytes);
  if (fd < 0) return false;
  bool same = bytes && is_about(&head, about);
  bool sized = same && head.bytes > MARK_BYTES && head.bytes <= IMAGE_BYTES_MAX &&
               head.root < head.bytes && bytes == head.bytes + HEAD_PAGE;
  bool mapped = sized && map_body(fd, path, &head, seal, out, why);
  if (!bytes || (same && !sized)) altered(why, path);
  close(fd);
  return mapped;
}

void image_unmap(struct image *image) {
  if (image->slot >= 0) munmap(address_of(image->slot), image->bytes);
  *image = (struct image){.slot = -1};
}
