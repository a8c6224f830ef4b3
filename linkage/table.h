/* table: a file of people read into packed records, in one pass, without keeping the file. */
#ifndef WAYMARK_LINKAGE_TABLE_H
#define WAYMARK_LINKAGE_TABLE_H
#include "linkage/model.h"

enum { RECORDS_MAX = 100 * 1000 * 1000, SOURCES_MAX = 1000 };

struct bytes {
  char *p;
  size_t n, cap;
  struct arena room;
};

struct table {
  struct dict dict;
  uint8_t *record; /* model.stride bytes each */
  uint32_t n;
  uint32_t *id_start; /* id_start[i]..id_start[i+1] in ids */
  struct bytes records, starts, ids, truths;
  uint32_t *truth; /* only when a truth column was asked for: equal numbers = one person */
  struct dict truth_dict;
  struct strs sources; /* names, by the number in a record */
  uint32_t first_file; /* records of the first file; the rest are the second's */
  uint64_t not_utf8;   /* records with a cell that is not UTF-8 and was read as Windows-1252 */
  bool told_apart;     /* each file says itself which source a record is of */
  bool ids_repeat;     /* an id stands in more than one source */
  size_t sources_cap;
  uint64_t known[FIELDS_MAX]; /* records with a value */
  struct arena *keep;
  struct arena scratch;
  uint8_t blind_key[32]; /* for fields marked blind */
};
enum { RECORDS_MANY = 1 << 16 }; /* from here on, memory in large pages pays */
bool link_table_open(struct table *t, struct arena *keep, size_t limit_bytes, struct why *why);
void link_table_close(struct table *t);

/* Where each field's value stands in one file: column numbers, -1 = not in this file. */
struct source_columns {
  int field[FIELDS_MAX];
  int full_name, id, source, truth;
  uint16_t file_source;
};

struct csv;
struct progress;
/* Reads all rows. file_source is the source of rows when there is no source column. A row without
 * an id gets its row number. False with a sentence on bad CSV, too many records or sources. */
bool table_read(struct table *t, const struct model *m, struct csv *csv,
                const struct source_columns *where, struct progress *progress, struct why *why);
/* False with a sentence when two records of one source have the same id, or of two files that no
 * source column tells apart. */
bool table_ids_distinct(struct table *t, const struct model *m, struct arena scratch,
                        struct why *why);
static inline struct str table_id(const struct table *t, uint32_t i) {
  return (struct str){t->ids.p + t->id_start[i], t->id_start[i + 1] - t->id_start[i]};
}
/* The name of a record's source. */
struct str table_source(const struct table *t, const struct model *m, uint32_t i);
/* What an answer calls a person by: the id of one record, with its source where ids repeat. */
struct str table_person(struct arena *a, const struct table *t, const struct model *m, uint32_t i);
/* The record with that id (or "source/id"); t->n when there is none. */
uint32_t table_find(const struct table *t, const struct model *m, struct str id,
                    struct arena scratch);

/* One raw cell into its slot of a packed record. Used by the index as well. True when a value is
 * known. */
bool link_field_set(const struct model *m, unsigned field, struct str raw, value_fn *number,
                    void *numbers, const uint8_t blind_key[32], struct arena scratch,
                    uint8_t *record);

/* Value frequencies: writes each record's frequency bytes, fills model field u_exact (chance that
 * two records agree exactly). */
void table_frequencies(struct table *t, struct model *m);
uint8_t frequency_byte(uint64_t count,
                       uint64_t known); /* 1..255 = -8 log2(share); counts below 3 count as 2 */
#endif
