/* arena: memory that is given back all at once.
 *
 * Pass `struct arena *` to keep results in it, `struct arena` by value for scratch that vanishes on
 * return. An arena is one reserved stretch of address space with a hard limit; pages cost nothing
 * until touched. When the limit is reached or memory is refused, control jumps to `*a->out` when it
 * is set (a web worker sets it for each request, a command for each job); with none set the program
 * prints one sentence and exits with status 70. So arena_alloc never returns NULL and no caller
 * checks.
 *
 * A copy and its original hand out the same bytes: a function that is given both must not keep
 * results in one while it works in the other. One that needs scratch takes `struct arena *keep`,
 * finishes with its scratch copy, and only then allocates what it returns. */
#ifndef WAYMARK_ARENA_H
#define WAYMARK_ARENA_H
#include <setjmp.h>
#include <stddef.h>

struct str;
struct arena {
  char *at, *end; /* next free byte, end of the reserved stretch */
  char *start;    /* for arena_reset and arena_close */
  jmp_buf *out;   /* where to go when memory runs out; NULL = exit(70) */
};

struct arena arena_open(size_t limit_bytes); /* start==NULL if the address space was refused */
/* At this address or not at all (base/image.h); what stands there already is never replaced. */
struct arena arena_open_at(size_t limit_bytes, void *where);
/* Everything handed out so far, with the arena's own head before it. */
struct str arena_bytes(const struct arena *a);
/* Empty it, keep the reservation; releases touched pages above 1 MiB. */
void arena_reset(struct arena *a);
void arena_close(struct arena *a);
/* Large pages where the machine has them, for tables of many megabytes that are read all over: far
 * fewer page faults and address lookups, at most 2 MiB more memory. Says nothing when refused. */
void arena_large_pages(const struct arena *a);
size_t arena_used(const struct arena *a);
/* Zeroed memory for `count` items. Overflow of size*count is treated as out of memory. */
void *arena_alloc(struct arena *a, size_t size, size_t align, size_t count)
    __attribute__((malloc, alloc_size(2, 4), returns_nonnull));
/* Grows the newest allocation in place, else copies it, aligned to 16. What is new is zero. old may
 * be NULL; a new_bytes of old_bytes or less changes nothing. */
void *arena_grow(struct arena *a, void *old, size_t old_bytes, size_t new_bytes);
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type), _Alignof(type), 1))
#define arena_many(a, type, count) ((type *)arena_alloc((a), sizeof(type), _Alignof(type), (count)))

/* Appending to a slice `struct {T *p; size_t n;}` plus a capacity: doubles in the arena.
 *   struct strs names = {0}; size_t cap = 0;
 *   *slice_push(a, &names, &cap) = S("Ada"); */
#define slice_push(a, slice, cap)                                                                  \
  ((slice)->n == *(cap)                                                                            \
       ? ((slice)->p = slice_more((a), (slice)->p, sizeof *(slice)->p, (slice)->n, (cap)), 0)      \
       : 0,                                                                                        \
   (slice)->p + (slice)->n++)
void *slice_more(struct arena *a, void *old, size_t size, size_t count, size_t *cap);

/* Tests only: after n more allocations every k-th one fails as if memory had run out. 0 turns it
 * off. */
void arena_fail_every(unsigned k);
#endif
