/* index_file: the layout of an index file and the one way to change it. Private to index*.c. */
#ifndef WAYMARK_LINKAGE_INDEX_FILE_H
#define WAYMARK_LINKAGE_INDEX_FILE_H
#include "linkage/index.h"

#define INDEX_MAGIC 0x3158444959415757u /* "WWAYIDX1" */
enum {
  INDEX_MODEL_BYTES = 1 << 17,
  UNDO_WORDS_MAX = 1 << 13,
  VALUES_SPARE = 64,
  INDEX_HEAP_PER_VALUE = 24
};

struct index_head {
  uint64_t magic, bytes, check; /* check: of everything fixed below, up to `n` */
  uint64_t capacity, stride, key_stride, rules, buckets, values_max, value_slots, heap_bytes,
      frequency_slots, history_max, persons_max;
  uint64_t model_bytes, threshold_bits, look_bits, one_per_source, default_byte[FIELDS_MAX],
      u_exact_bits[FIELDS_MAX];
  uint64_t keyed_probe; /* of the blind key: a wrong key is noticed, the key cannot be worked out */
  /* what changes */
  uint64_t n, live, values, heap_used, persons, history;
  uint64_t clean;   /* closed or synced, nothing written since */
  char boot[40];    /* which run of the computer wrote last */
  uint64_t filling; /* index_fill began and did not end */
  uint64_t undo_n;  /* words to put back: a change is under way */
};
struct undo {
  uint64_t at, was;
}; /* offset of a 4-byte word in the file */

/* One record's links to others. Numbers are record + 1; 0 = none. */
struct node {
  uint64_t id;
  uint32_t person, together, live, decided;
}; /* together: next of the circle of those that touch */
struct frequency {
  uint64_t key;
}; /* high 56 bits of a hash, frequency byte below */
struct stored_history {
  struct history h;
  uint32_t before_a, before_b;
  uint64_t check;
}; /* chains of decisions */

struct index {
  struct index_head *head;
  uint8_t *base;
  size_t bytes;
  int fd;
  struct undo *undo;
  struct node *node;
  uint8_t *record;
  uint32_t *key, *next, *bucket, *id_slot, *value_slot, *alias;
  struct frequency *frequency;
  struct stored_history *history;
  struct dict dict;
  struct model model;
  struct people people;
  struct score_table table;
  struct arena scratch;
  uint8_t blind_key[32];
  uint32_t spare_values; /* values of the question being asked */
  size_t spare_heap;
  bool adding, full;
  uint64_t die_after;
};
struct index_layout {
  size_t undo, model, node, record, key, next, bucket, id_slot, value_slot, cell, start, heap,
      frequency, history, alias, end;
};
struct index_layout index_layout(const struct index_head *h);
bool index_map(
    struct index *ix,
    struct why *why); /* sets the pointers; checks that everything lies inside the file */
void index_put32(struct index *ix, uint32_t *word, uint32_t value);
void index_put64(struct index *ix, uint64_t *word, uint64_t value);
void index_change_done(struct index *ix);
void index_recover(struct index *ix);
uint64_t index_mix(uint64_t v);
uint64_t frequency_key(const struct index *ix, unsigned field, const uint8_t *record);
#endif
