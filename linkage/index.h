/* index: records linked one at a time, with person numbers that are never used again for anyone
 * else.
 *
 * One mapped file holds the model, the value frequencies it was trained with, the packed records,
 * the blocking chains and the history. It is an unsealed shadow of identity: keep restricted people
 * out of it; telephone and national numbers enter only as keyed hashes (the 32-byte key is the
 * caller's and is never in the file); rebuild it or erase from it when a person is erased. One
 * process has it open at a time.
 *
 * - The people found are the same whatever order records came in, and the same as a batch run with
 * that model and those frequencies (up to COMPONENT_MAX records that look alike).
 * - Three bands: link / for a person to look at / none. A person's decision (same, different)
 * outweighs any weight, can be withdrawn, and every change is in the history. "Link", never
 * "merge": records stay as they were added.
 * - Safe against a killed process: each change is undone on the next open unless it had finished.
 * After a power failure with changes not yet given to index_sync, index_open refuses the file and
 * says so: it is derived, make it again. */
#ifndef WAYMARK_LINKAGE_INDEX_H
#define WAYMARK_LINKAGE_INDEX_H
#include "linkage/linkage.h"

enum { INDEX_HITS_MAX = 50, INDEX_CANDIDATES_MAX = 20000 };
struct index;

/* Makes an empty index with the model and value frequencies of a finished run, room for `capacity`
 * records. The file appears whole. The run's model must have been read with the same blind key. */
bool index_create(const char *path, const struct link_run *run, uint32_t capacity, struct why *why);
struct index *index_open(const char *path, const uint8_t blind_key[32], struct why *why);
void index_close(struct index *ix);
bool index_sync(struct index *ix, struct why *why); /* everything so far survives a power failure */

const struct model *index_model(const struct index *ix);
uint32_t index_records(const struct index *ix); /* live ones */

struct index_hit {
  uint64_t record, person;
  float weight;
  enum band band;
  uint64_t pattern;
};
/* "Already known here?" cells: one raw value for each model field, "" = not known. Hits at or above
 * `look`, heaviest first. Nothing is kept of the question. */
size_t index_query(struct index *ix, const struct str *cells,
                   struct index_hit hits[INDEX_HITS_MAX]);

struct index_added {
  uint64_t person;
  enum band band;
  size_t hits;
  struct index_hit hit[INDEX_HITS_MAX];
};
/* `record` is the caller's own number for it, never 0, never used twice. */
bool index_add(struct index *ix, uint64_t record, uint16_t source, const struct str *cells,
               instant_t now, uint64_t actor, struct index_added *out, struct why *why);
/* Adds a whole run's records (ids 1, 2, ... in file order when `ids` is NULL) in one go, then
 * clusters once. */
bool index_fill(struct index *ix, const struct link_run *run, const uint64_t *ids, instant_t now,
                uint64_t actor, struct why *why);
/* Takes a record out for good: its values are overwritten, its history entries stay (they hold
 * numbers only). */
bool index_erase(struct index *ix, uint64_t record, instant_t now, uint64_t actor, struct why *why);

enum decision { DECIDED_NOTHING, DECIDED_SAME, DECIDED_DIFFERENT };
/* A person's word about two records. DECIDED_NOTHING withdraws it: the weights speak again. */
bool index_decide(struct index *ix, uint64_t a, uint64_t b, enum decision what, instant_t now,
                  uint64_t actor, struct why *why);

uint64_t index_person(const struct index *ix, uint64_t record); /* 0 = no such record */
uint64_t index_person_now(const struct index *ix,
                          uint64_t person); /* a joined number leads to the number it joined */

enum history_kind { HISTORY_ADDED = 1, HISTORY_PERSON_CHANGED, HISTORY_DECIDED, HISTORY_ERASED };
struct history {
  instant_t at;
  uint64_t actor, a, b, person_before, person_after;
  uint32_t kind, what;
};
uint64_t index_history_count(const struct index *ix);
struct history index_history(const struct index *ix, uint64_t i);
/* Tests only: stop (as if killed) after n more changed words. */
void index_die_after(struct index *ix, uint64_t words);
#endif
