/* block: which records are looked at together. A rule gives each record a 31-bit key; records with
 * equal keys form a block and every pair in it is compared once, under the first rule that gives
 * it. */
#ifndef WAYMARK_LINKAGE_BLOCK_H
#define WAYMARK_LINKAGE_BLOCK_H
#include "linkage/kernel.h"

enum { BLOCK_RECORDS_MAX = 3000 }; /* larger blocks are not compared, and the report says so */
#define KEY_REAL                                                                                   \
  0x80000000u /* set in every true key; without it a key is its own record's number */
#define BLOCK_START 0x80000000u /* set on the first member of a block */

struct blocks {
  uint32_t
      *member; /* records of blocks with two or more, block by block; BLOCK_START marks the first */
  size_t n;
  uint64_t pairs;                        /* before leaving out what earlier rules gave */
  uint64_t too_large, too_large_records; /* blocks left out, and the records in them */
  uint64_t keyed;                        /* records with a key */
};
uint32_t rule_key(const struct model *m, const struct dict *d, const uint8_t *record,
                  const struct rule *rule); /* 0 = none */
/* The key of every record under a rule, a column of n; 0 = none. */
void rule_column(const struct model *m, const struct dict *d, const uint8_t *records, uint32_t n,
                 const struct rule *rule, uint32_t *column, struct arena scratch);
/* The blocks of a column, in `keep`. Afterwards a record whose key gives it nobody to be compared
 * with (none, or shared by too many) has its own number in the column. */
struct blocks blocks_make(uint32_t *column, uint32_t n, struct arena *keep, struct arena scratch);
/* All pairs of a rule's blocks that no earlier rule gave, into the batch. False: asked to stop. */
bool blocks_pairs(const struct people *p, const struct kernel *k, const struct blocks *b,
                  unsigned rule, struct batch *batch, struct progress *progress);
/* Rules suited to the fields there are, broad where that is affordable; column[r] is rule r's, in
 * `keep`. */
void rules_default(struct model *m, const struct dict *d, const uint8_t *records, uint32_t n,
                   uint32_t *column[RULES_MAX], struct arena *keep, struct arena scratch);
#endif
