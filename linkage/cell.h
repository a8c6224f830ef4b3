/* cell: one value of a name or text column, made ready for comparing millions of times.
 *
 * A linker needs agreement levels, not scores. A 32-byte cell holds the first 16 bytes of the value
 * and a signature of its letters; the signature bounds the best Jaro-Winkler score two values can
 * reach, so that only about one pair in ten needs the whole computation, and the level is still
 * exactly that of the plain definition.
 *
 * Jaro-Winkler: M. A. Jaro (1989), W. E. Winkler (1990): j = (m/la + m/lb + (m-t)/m)/3 with m
 * letters that agree within max(la,lb)/2 - 1 places and t half the number of those out of order;
 * when j > 0.7 the score is j + p/10 (1 - j), p the common prefix up to 4. Bytes of the folded
 * value are its letters. */
#ifndef WAYMARK_LINKAGE_CELL_H
#define WAYMARK_LINKAGE_CELL_H
#include "base/base.h"

enum { CELL_TEXT = 16, CELL_NICKS = 2, VALUE_BYTES_MAX = 120 };
enum cell_flag { CELL_LONG = 1, CELL_PARTS = 2 }; /* longer than CELL_TEXT; more than one word */

struct cell {
  union {
    char text[CELL_TEXT]; /* zero-padded */
    uint64_t gram[2];     /* text columns: which of 128 letter-pair classes occur */
  };
  uint64_t
      letters; /* a..z twice (once, twice or more), then other bytes once, twice or more: 54 bits */
  uint8_t n;   /* bytes of the whole value, at most VALUE_BYTES_MAX */
  uint8_t excess;            /* n - bits in letters: what the signature could not count */
  uint8_t flags, grams;      /* grams: bits in gram */
  uint16_t nick[CELL_NICKS]; /* nickname groups the value belongs to, 0 = none */
};
_Static_assert(sizeof(struct cell) == 32, "a cell is half a cache line");

/* Levels of likeness of two unequal values. */
enum jw_level { JW_FAR, JW_NEAR, JW_CLOSE };
#define JW_NEAR_LEAST 0.85
#define JW_CLOSE_LEAST 0.92

double jaro_winkler(struct str a, struct str b); /* the plain definition; "" and "" give 1 */
enum jw_level jw_level_plain(struct str a, struct str b);
/* The same level from cells; values longer than CELL_TEXT are read from their whole text. */
enum jw_level jw_level(const struct cell *a, const struct cell *b, struct str whole_a,
                       struct str whole_b);

struct cell cell_name(struct str folded);
struct cell cell_text(struct str folded);

/* dict: every distinct value once. A value is its number; 0 is "not known". */
enum dict_class { DICT_NAME, DICT_TEXT };
struct dict {
  struct cell *cell; /* by value number */
  uint32_t *start;   /* where a value's text begins in heap; start[n] is the end */
  char *heap;
  uint32_t *slot; /* open addressing, value + 1 */
  uint32_t n, slots;
  size_t cell_cap, start_cap, heap_cap;
  struct arena cells, starts, texts, table; /* each holds one growing array */
};
bool dict_open(struct dict *d, size_t limit_bytes, struct why *why);
void dict_close(struct dict *d);
uint32_t dict_put(struct dict *d, enum dict_class class, struct str folded); /* "" gives 0 */
uint32_t dict_find(const struct dict *d, enum dict_class class,
                   struct str folded); /* 0 when absent */
/* How a value gets its number: dict_number puts it into a struct dict. */
typedef uint32_t value_fn(void *to, enum dict_class class, struct str folded);
uint32_t dict_number(void *dict, enum dict_class class, struct str folded);
static inline struct str dict_str(const struct dict *d, uint32_t value) {
  return (struct str){d->heap + d->start[value], d->start[value + 1] - d->start[value]};
}
/* Do the values share a whole word of three letters or more ("smith jones" and "jones")? */
bool values_share_word(struct str a, struct str b);
#endif
