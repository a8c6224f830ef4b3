/* arena: see arena.h.
 *
 * The first bytes of a reservation hold how far it was ever written. All copies of the arena share
 * that mark through `start`, so fresh pages are known to be zero and are not touched just to clear
 * them, while memory a by-value copy used before is cleared again.
 *
 * With AddressSanitizer each allocation is followed by a poisoned zone, so that reading past one is
 * found. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include "base/base.h"
#include "base/limit.h"

#if SANITIZED
#include <sanitizer/asan_interface.h>
enum { ZONE = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
enum { ZONE = 0 };
#endif

struct mark {
  char *written; /* everything from here to the end is untouched, so zero */
};
enum { HEAD_BYTES = 64, KEEP_BYTES = 1 << 20, PAGE = 4096 };

static unsigned fail_every, allocations;
static size_t most, held; /* of all arenas together; counted while there is a limit */

void arena_fail_every(unsigned k) {
  fail_every = k;
  allocations = 0;
}

void limit_memory(size_t bytes) {
  most = bytes;
  held = 0;
}

static struct mark *mark_of(const struct arena *a) { return (struct mark *)(void *)a->start; }

static struct arena reserve(size_t limit_bytes, void *where, int also) {
  size_t bytes = 0;
  if (__builtin_add_overflow(limit_bytes, HEAD_BYTES + PAGE - 1, &bytes)) return (struct arena){0};
  bytes &= ~(size_t)(PAGE - 1);
  char *p = mmap(where, bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | also, -1, 0);
  if (p == MAP_FAILED) return (struct arena){0};
  if (where && p != where) { /* a kernel that does not know the flag took another place */
    munmap(p, bytes);
    return (struct arena){0};
  }
  struct arena a = {.at = p + HEAD_BYTES, .end = p + bytes, .start = p};
  mark_of(&a)->written = a.at;
  return a;
}

struct arena arena_open(size_t limit_bytes) {
  return reserve(limit_bytes, NULL, 0);
}

struct arena arena_open_at(size_t limit_bytes, void *where) {
  return reserve(limit_bytes, where, MAP_FIXED_NOREPLACE);
}

struct str arena_bytes(const struct arena *a) {
  ASAN_UNPOISON_MEMORY_REGION(a->start, (size_t)(a->at - a->start));
  return (struct str){a->start, (size_t)(a->at - a->start)};
}

static void give_back(size_t bytes) {
  if (!most) return;
  size_t had = __atomic_load_n(&held, __ATOMIC_RELAXED);
  __atomic_fetch_sub(&held, bytes < had ? bytes : had, __ATOMIC_RELAXED);
}

void arena_reset(struct arena *a) {
  if (!a->start) return;
  struct mark *mark = mark_of(a);
  char *keep = a->end - a->start > KEEP_BYTES ? a->start + KEEP_BYTES : a->end;
  ASAN_UNPOISON_MEMORY_REGION(a->start, (size_t)(mark->written - a->start));
  if (mark->written > keep) {
    give_back((size_t)(mark->written - keep));
    madvise(keep, (size_t)(a->end - keep), MADV_DONTNEED);
    mark->written = keep;
  }
  a->at = a->start + HEAD_BYTES;
  ASAN_POISON_MEMORY_REGION(a->at, (size_t)(mark->written - a->at));
}

void arena_close(struct arena *a) {
  if (a->start) {
    give_back((size_t)(mark_of(a)->written - a->start));
    ASAN_UNPOISON_MEMORY_REGION(a->start, (size_t)(mark_of(a)->written - a->start));
    munmap(a->start, (size_t)(a->end - a->start));
  }
  *a = (struct arena){.out = a->out};
}

void arena_large_pages(const struct arena *a) {
#if defined(MADV_HUGEPAGE)
  if (a->start) madvise(a->start, (size_t)(a->end - a->start), MADV_HUGEPAGE);
#else
  (void)a;
#endif
}

size_t arena_used(const struct arena *a) {
  return a->start ? (size_t)(a->at - a->start) - HEAD_BYTES : 0;
}

__attribute__((noreturn)) static void out_of_memory(const struct arena *a) {
  if (a->out) longjmp(*a->out, 1);
  fprintf(stderr,
          "This work needs more memory than it may use (%zu MB). Try a smaller part of it.\n",
          (most ? most : (size_t)(a->end - a->start)) >> 20);
  exit(70);
}

/* Before what was never written is handed out: is there room for it in the limit of all arenas? */
static void hold(const struct arena *a, const char *p, size_t bytes) {
  const char *written = mark_of(a)->written;
  if (!most || p + bytes <= written) return;
  size_t more = (size_t)(p + bytes - written);
  if (__atomic_add_fetch(&held, more, __ATOMIC_RELAXED) <= most) return;
  __atomic_fetch_sub(&held, more, __ATOMIC_RELAXED);
  out_of_memory(a);
}

/* Moves `at` past [p, p + bytes) and says which of those bytes are known to be written already. */
static void take(struct arena *a, char *p, size_t bytes) {
  struct mark *mark = mark_of(a);
  ASAN_UNPOISON_MEMORY_REGION(p, bytes);
  char *next = p + bytes;
  if (ZONE) {
    next += -(uintptr_t)next & 7;
    size_t room = (size_t)(a->end - next), zone = (size_t)ZONE < room ? (size_t)ZONE : room;
    ASAN_POISON_MEMORY_REGION(p + bytes, (size_t)(next - p) - bytes + zone);
    next += zone;
  }
  a->at = next;
  if (next > mark->written) mark->written = next;
}

/* Clears [p, p + bytes), skipping what was never written. Call before take(). */
static void clear(const struct arena *a, char *p, size_t bytes) {
  const char *written = mark_of(a)->written;
  if (p >= written || !bytes) return;
  size_t old = (size_t)(written - p);
  ASAN_UNPOISON_MEMORY_REGION(p, old < bytes ? old : bytes);
  memset(p, 0, old < bytes ? old : bytes);
}

void *arena_alloc(struct arena *a, size_t size, size_t align, size_t count) {
  size_t bytes = 0;
  if (fail_every && ++allocations % fail_every == 0) out_of_memory(a);
  if (__builtin_mul_overflow(size, count, &bytes)) out_of_memory(a);
  size_t gap = -(uintptr_t)a->at & (align - 1), room = (size_t)(a->end - a->at);
  if (gap > room || bytes > room - gap) out_of_memory(a);
  char *p = a->at + gap;
  hold(a, p, bytes);
  clear(a, p, bytes);
  take(a, p, bytes);
  return p;
}

/* Is [old, old + bytes) what the arena gave out last? Then only the zone lies between it and `at`.
 */
static bool is_newest(const struct arena *a, const char *old, size_t bytes) {
  uintptr_t end = (uintptr_t)old + bytes;
  if (ZONE) end += (-end & 7) + ZONE;
  return end == (uintptr_t)a->at;
}

void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t new_bytes) {
  if (!old) return arena_alloc(a, 1, 16, new_bytes);
  if (new_bytes <= old_bytes) return old;
  char *p = old;
  if (is_newest(a, p, old_bytes) && new_bytes <= (size_t)(a->end - p)) {
    if (fail_every && ++allocations % fail_every == 0) out_of_memory(a);
    hold(a, p + old_bytes, new_bytes - old_bytes);
    clear(a, p + old_bytes, new_bytes - old_bytes);
    take(a, p, new_bytes);
    return p;
  }
  p = arena_alloc(a, 1, 16, new_bytes);
  memcpy(p, old, old_bytes);
  return p;
}

void *slice_more(struct arena *a, void *old, size_t size, size_t count, size_t *cap) {
  enum { FIRST = 8 };
  size_t more = count ? count : FIRST, new_cap = 0, bytes = 0;
  if (__builtin_add_overflow(count, more, &new_cap) ||
      __builtin_mul_overflow(new_cap, size, &bytes))
    out_of_memory(a);
  void *p = arena_grow(a, old, count * size, bytes);
  *cap = new_cap;
  return p;
}
