/* table: see table.h. */
#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include "linkage/table.h"

static void *bytes_more(struct bytes *b, size_t n) {
  if (b->n + n > b->cap) {
    size_t cap = b->cap ? b->cap * 2 : (size_t)1 << 16;
    while (cap < b->n + n) cap *= 2;
    b->p = arena_grow(&b->room, b->p, b->cap, cap);
    b->cap = cap;
  }
  void *at = b->p + b->n;
  b->n += n;
  return at;
}

bool link_table_open(struct table *t, struct arena *keep, size_t limit, struct why *why) {
  *t = (struct table){.keep = keep};
  t->records.room = arena_open(limit);
  t->starts.room = arena_open(limit);
  t->ids.room = arena_open(limit);
  t->truths.room = arena_open(limit);
  t->scratch = arena_open(1 << 20);
  bool ok = t->records.room.start && t->starts.room.start && t->ids.room.start &&
            t->truths.room.start && t->scratch.start;
  if (!ok || !dict_open(&t->dict, limit, why) || !dict_open(&t->truth_dict, limit, why)) {
    link_table_close(t);
    return why_say(why, "The computer refused the memory for the records. Close other programs, or "
                        "lower --memory.");
  }
  struct arena *const rooms[] = {&t->records.room,     &t->starts.room,       &t->ids.room,
                                 &t->truths.room,      &t->scratch,           &t->dict.cells,
                                 &t->dict.starts,      &t->dict.texts,        &t->dict.table,
                                 &t->truth_dict.cells, &t->truth_dict.starts, &t->truth_dict.texts,
                                 &t->truth_dict.table};
  for (size_t i = 0; i < countof(rooms); i++) rooms[i]->out = keep->out;
  uint32_t zero = 0;
  memcpy(bytes_more(&t->starts, sizeof zero), &zero, sizeof zero);
  return true;
}

void link_table_close(struct table *t) {
  arena_close(&t->records.room);
  arena_close(&t->starts.room);
  arena_close(&t->ids.room);
  arena_close(&t->truths.room);
  arena_close(&t->scratch);
  dict_close(&t->dict);
  dict_close(&t->truth_dict);
}

/* ---- one cell ---- */

/* A keyed 60-bit hash in place of the code, with length 10: exact agreement is all that remains. */
static code_t code_blind(code_t c, const uint8_t key[32]) {
  uint64_t h;
  if (!c) return 0;
  uint8_t full[32];
  crypto_generichash(full, sizeof full, (const uint8_t *)&c, sizeof c, key, 32);
  memcpy(&h, full, sizeof h);
  return (h & ~(uint64_t)15) | 10;
}

static code_t code_of(enum kind kind, struct str raw) {
  switch (kind) {
    case KIND_POSTCODE: return norm_postcode(raw);
    case KIND_PHONE: return norm_phone(raw);
    case KIND_NATIONAL: return norm_national(raw);
    default: return norm_code(raw);
  }
}

bool link_field_set(const struct model *m, unsigned field, struct str raw, value_fn *number,
                    void *numbers, const uint8_t blind_key[32], struct arena scratch,
                    uint8_t *record) {
  const struct field *f = &m->field[field];
  char room[NORM_BYTES];
  uint32_t v = 0;
  if (!raw.n) return false;
  switch (f->kind) {
    case KIND_FORENAME: v = number(numbers, DICT_NAME, norm_forename(raw, room, scratch)); break;
    case KIND_MIDDLE:
    case KIND_SURNAME: v = number(numbers, DICT_NAME, norm_name(raw, room, scratch)); break;
    case KIND_SEX: v = norm_sex(raw); break;
    case KIND_DOB: v = norm_dob(raw); break;
    case KIND_NUMBER: {
      float amount = 0;
      if (norm_number(raw, &amount)) memcpy(&v, &amount, sizeof v);
      if (!v && raw.p[0] == '0') v = 1; /* zero is a value: the smallest number stands for it */
      break;
    }
    case KIND_POSTCODE:
    case KIND_HOUSE:
    case KIND_PHONE:
    case KIND_NATIONAL: {
      code_t c = code_of(f->kind, raw);
      if (f->blind) c = code_blind(c, blind_key);
      memcpy(record + f->at, &c, sizeof c);
      return c != 0;
    }
    default: v = number(numbers, DICT_TEXT, norm_text(raw, room, scratch)); break;
  }
  memcpy(record + f->at, &v, sizeof v);
  return v != 0;
}

/* ---- rows ---- */

static int source_number(struct table *t, struct str name) {
  for (size_t i = 0; i < t->sources.n; i++)
    if (str_eq(t->sources.p[i], name)) return (int)i;
  if (t->sources.n >= SOURCES_MAX) return -1;
  *slice_push(t->keep, &t->sources, &t->sources_cap) = str_copy(t->keep, name);
  return (int)t->sources.n - 1;
}

/* Fields taken from one full-name cell rather than from columns of their own. */
static void set_full_name(struct table *t, const struct model *m, struct str raw, uint8_t *record) {
  struct full_name name = split_full_name(raw);
  struct {
    int field;
    struct str raw;
  } parts[] = {{m->forename, name.forename}, {m->middle, name.middle}, {m->surname, name.surname}};
  for (size_t i = 0; i < countof(parts); i++)
    if (parts[i].field >= 0)
      t->known[parts[i].field] +=
          link_field_set(m, (unsigned)parts[i].field, parts[i].raw, dict_number, &t->dict,
                         t->blind_key, t->scratch, record);
}

/* FEBRL files carry the truth in the id: "rec-12-org" and "rec-12-dup-3" are one person. */
static struct str febrl_person(struct str id) {
  size_t dup = str_find(id, S("-dup")), org = str_find(id, S("-org"));
  return str_slice(id, 0, dup < org ? dup : org);
}

/* Everything is ASCII in most files, which is seen eight bytes at a time. */
static bool in_utf8(struct str s) {
  uint64_t high = 0, word;
  for (size_t i = 0; i + 8 <= s.n; i += 8) {
    memcpy(&word, s.p + i, 8);
    high |= word;
  }
  if (s.n >= 8) {
    memcpy(&word, s.p + s.n - 8, 8);
    high |= word;
  } else {
    for (size_t i = 0; i < s.n; i++) high |= (uint64_t)(uint8_t)s.p[i];
  }
  return !(high & 0x8080808080808080u) || utf8_valid(s);
}

static void put_id(struct table *t, struct str id) {
  char number[24];
  struct arena scratch = t->scratch;
  if (!id.n) id = (struct str){number, (size_t)snprintf(number, sizeof number, "row %u", t->n + 1)};
  if (!in_utf8(id)) id = utf8_mend(&scratch, id);
  if (id.n > 200) id.n = 200;
  memcpy(bytes_more(&t->ids, id.n), id.p, id.n);
}

static bool read_row(struct table *t, const struct model *m, const struct csv_row *row,
                     const struct source_columns *where, struct why *why) {
  uint8_t *record = bytes_more(&t->records, m->stride);
  memset(record, 0, m->stride);
  t->record = (uint8_t *)t->records.p;
  if (where->full_name >= 0) set_full_name(t, m, csv_cell(row, where->full_name), record);
  for (unsigned f = 0; f < m->n_fields; f++)
    if (where->field[f] >= 0)
      t->known[f] += link_field_set(m, f, csv_cell(row, where->field[f]), dict_number, &t->dict,
                                    t->blind_key, t->scratch, record);
  uint16_t source = where->file_source;
  if (where->source >= 0) {
    int n = source_number(t, csv_cell(row, where->source));
    if (n < 0)
      return why_say(
          why, "The source column holds more than %d different values. Is it really the source?",
          SOURCES_MAX);
    source = (uint16_t)n;
  }
  memcpy(record + m->source_at, &source, sizeof source);
  struct str id = csv_cell(row, where->id);
  put_id(t, id);
  bool utf8 = true;
  for (size_t i = 0; utf8 && i < row->n; i++) utf8 = in_utf8(row->cell[i]);
  t->not_utf8 += !utf8;
  if (t->ids.n > UINT32_MAX)
    return why_say(why, "The ids alone are larger than 4 GB. Split the file.");
  uint32_t end = (uint32_t)t->ids.n;
  memcpy(bytes_more(&t->starts, sizeof end), &end, sizeof end);
  t->id_start = (uint32_t *)(void *)t->starts.p;
  if (where->truth >= 0) {
    struct str truth = where->truth == where->id ? febrl_person(id) : csv_cell(row, where->truth);
    uint32_t v = dict_put(&t->truth_dict, DICT_NAME, truth);
    memcpy(bytes_more(&t->truths, sizeof v), &v, sizeof v);
    t->truth = (uint32_t *)(void *)t->truths.p;
  }
  t->n++;
  return true;
}

static void large_pages(const struct table *t) {
  const struct arena *const rooms[] = {&t->records.room, &t->starts.room, &t->ids.room,
                                       &t->truths.room,  &t->dict.cells,  &t->dict.starts,
                                       &t->dict.texts,   &t->dict.table,  t->keep};
  for (size_t i = 0; i < countof(rooms); i++) arena_large_pages(rooms[i]);
}

bool table_read(struct table *t, const struct model *m, struct csv *csv,
                const struct source_columns *where, struct progress *progress, struct why *why) {
  struct csv_row row;
  for (;;) {
    enum csv_result r = csv_next(csv, &row, why);
    if (r == CSV_END) return true;
    if (r == CSV_BAD) return false;
    if (row.n == 1 && !str_trim(row.cell[0]).n) continue;
    if (t->n >= RECORDS_MAX)
      return why_say(why, "More than %d records. Split the file by area or birth year.",
                     RECORDS_MAX);
    if (!read_row(t, m, &row, where, why)) return false;
    if (t->n == RECORDS_MANY) large_pages(t);
    if ((t->n & 0x3fff) == 0 && !progress_at(progress, t->n))
      return why_say(why, "Stopped while reading, as asked.");
  }
}

/* Ids that only ever rise (by length, then bytes) are distinct: true of most files, and much
 * cheaper to see. */
static bool ids_rise(const struct table *t) {
  for (uint32_t i = 1; i < t->n; i++) {
    struct str a = table_id(t, i - 1), b = table_id(t, i);
    if (a.n > b.n || (a.n == b.n && memcmp(a.p, b.p, a.n) >= 0)) return false;
  }
  return true;
}

static uint16_t source_at(const struct table *t, const struct model *m, uint32_t i) {
  uint16_t source;
  memcpy(&source, t->record + (size_t)i * m->stride + m->source_at, sizeof source);
  return source;
}

static bool same_id(const struct table *t, uint32_t a, uint32_t b, struct why *why) {
  if (a < t->first_file && b >= t->first_file)
    return why_say(why,
                   "Record %u of the first file and record %u of the second have the same id. Ids "
                   "of two files must differ, or a source column in each must tell them apart.",
                   a + 1, b - t->first_file + 1);
  return why_say(why,
                 "Records %u and %u have the same id in one source. Give every record its own id, "
                 "or name the id column with --id, or add a source column.",
                 a + 1, b + 1);
}

/* The first two records that have the same id, within one source or whatever their source. */
static bool twice(const struct table *t, const struct model *m, bool within, struct arena scratch,
                  uint32_t *first, uint32_t *again) {
  size_t slots = 1024;
  while (slots < 2 * (size_t)t->n) slots *= 2;
  uint32_t *slot = arena_many(&scratch, uint32_t, slots);
  for (uint32_t i = 0; i < t->n; i++) {
    uint16_t source = within ? source_at(t, m, i) : 0;
    size_t at = hash64(table_id(t, i), source) & (slots - 1);
    for (; slot[at]; at = (at + 1) & (slots - 1)) {
      uint32_t other = slot[at] - 1;
      if (!str_eq(table_id(t, other), table_id(t, i))) continue;
      if (within && source_at(t, m, other) != source) continue;
      *first = other, *again = i;
      return true;
    }
    slot[at] = i + 1;
  }
  return false;
}

bool table_ids_distinct(struct table *t, const struct model *m, struct arena scratch,
                        struct why *why) {
  uint32_t first, again;
  if (ids_rise(t)) return true;
  if (twice(t, m, t->told_apart, scratch, &first, &again)) return same_id(t, first, again, why);
  t->ids_repeat = t->told_apart && t->sources.n > 1 && twice(t, m, false, scratch, &first, &again);
  return true;
}

struct str table_source(const struct table *t, const struct model *m, uint32_t i) {
  return t->sources.p[source_at(t, m, i)];
}

struct str table_person(struct arena *a, const struct table *t, const struct model *m, uint32_t i) {
  struct str id = table_id(t, i);
  return t->ids_repeat ? str_format(a, "%.*s/%.*s", P(table_source(t, m, i)), P(id)) : id;
}

uint32_t table_find(const struct table *t, const struct model *m, struct str id,
                    struct arena scratch) {
  for (uint32_t i = 0; i < t->n; i++) {
    struct arena a = scratch;
    if (str_eq(table_id(t, i), id) || (t->ids_repeat && str_eq(table_person(&a, t, m, i), id)))
      return i;
  }
  return t->n;
}

/* ---- frequencies ---- */

uint8_t frequency_byte(uint64_t count, uint64_t known) {
  double share = (double)(count < 3 ? 2 : count) / (double)(known > 2 ? known : 2);
  double b = -8 * log2(share > 1 ? 1 : share);
  return (uint8_t)(b < 1 ? 1 : b > 255 ? 255 : b + .5);
}

/* How often each value of a field occurs, then its frequency byte. Values of the dictionary are
 * counted at their number; others in a hash table that grows as they turn up, so that a column of
 * few values stays in a cache. */
struct tally_slot {
  uint64_t value;
  uint32_t count;
  uint8_t byte;
};
struct tally {
  struct tally_slot *slot;
  size_t slots, n; /* n: different values in slots */
  uint32_t *count; /* by dictionary number; NULL: by slot */
  uint8_t *byte;
  struct arena room;
};
/* Slots are fetched this many records early: the tables may be larger than any cache. */
enum { AHEAD = 24, TOGETHER = 2048, SLOTS_FIRST = 1024, SEX_VALUES = 4 };

/* Codes stand at the top of their value and days at the bottom: both must move the slot. */
static inline size_t tally_home(const struct tally *t, uint64_t v) {
  uint64_t h = (v ^ v >> 32) * 0x9E3779B97F4A7C15u;
  return (h ^ h >> 29) >> 8 & (t->slots - 1);
}

static inline size_t tally_at(const struct tally *t, uint64_t v) {
  size_t at = tally_home(t, v);
  while (t->slot[at].value && t->slot[at].value != v) at = (at + 1) & (t->slots - 1);
  return at;
}

static struct tally tally_open(const struct table *t, enum kind kind, bool large) {
  struct tally c = {.room = arena_open((size_t)1 << 34)};
  c.room.out = t->keep->out;
  if (!c.room.start) arena_alloc(&c.room, 1, 1, 1); /* says that memory was refused */
  if (large) arena_large_pages(&c.room);
  if (kind_in_dict(kind) || kind == KIND_SEX) {
    size_t values = kind == KIND_SEX ? SEX_VALUES : t->dict.n;
    c.count = arena_many(&c.room, uint32_t, values);
    c.byte = arena_many(&c.room, uint8_t, values);
  } else {
    c.slot = arena_many(&c.room, struct tally_slot, c.slots = SLOTS_FIRST);
  }
  return c;
}

static void tally_grow(struct tally *c) {
  struct tally_slot *old = c->slot;
  size_t slots = c->slots;
  c->slot = arena_many(&c->room, struct tally_slot, c->slots = slots * 4);
  for (size_t i = 0; i < slots; i++)
    if (old[i].value) c->slot[tally_at(c, old[i].value)] = old[i];
}

static inline uint64_t value_at(const struct table *t, const struct model *m, unsigned field,
                                uint32_t i) {
  return field_value(m, t->record + (size_t)i * m->stride, field);
}

static void tally_count(const struct table *t, const struct model *m, unsigned field,
                        struct tally *c, uint32_t from, uint32_t to) {
  for (uint32_t i = from; i < to && c->count; i++) c->count[value_at(t, m, field, i)]++;
  for (uint32_t i = from; i < to && c->slot; i++) {
    if (i + AHEAD < to)
      __builtin_prefetch(&c->slot[tally_home(c, value_at(t, m, field, i + AHEAD))], 1);
    uint64_t v = value_at(t, m, field, i);
    if (!v) continue;
    struct tally_slot *s = &c->slot[tally_at(c, v)];
    if (!s->count++) {
      s->value = v;
      if (++c->n * 2 > c->slots) tally_grow(c);
    }
  }
}

/* Bytes of the counts; returns how many ordered pairs of records have one value. */
static double tally_bytes(struct tally *c, size_t values, uint64_t known) {
  uint8_t few[64]; /* most values are rare, and logarithms slow */
  double agree = 0;
  for (unsigned n = 0; n < countof(few); n++) few[n] = frequency_byte(n, known);
  for (size_t i = c->count ? 1 : 0; i < (c->count ? values : c->slots); i++) {
    uint32_t n = c->count ? c->count[i] : c->slot[i].count;
    uint8_t byte = n < countof(few) ? few[n] : frequency_byte(n, known);
    agree += (double)n * ((double)n - 1);
    *(c->count ? &c->byte[i] : &c->slot[i].byte) = byte;
  }
  return agree;
}

static void tally_write(const struct table *t, const struct model *m, unsigned field,
                        const struct tally *c, uint32_t from, uint32_t to) {
  unsigned at = m->field[field].tf_at;
  for (uint32_t i = from; i < to && c->count; i++)
    t->record[(size_t)i * m->stride + at] = c->byte[value_at(t, m, field, i)];
  for (uint32_t i = from; i < to && c->slot; i++) {
    if (i + AHEAD < to)
      __builtin_prefetch(&c->slot[tally_home(c, value_at(t, m, field, i + AHEAD))]);
    uint64_t v = value_at(t, m, field, i);
    if (v) t->record[(size_t)i * m->stride + at] = c->slot[tally_at(c, v)].byte;
  }
}

/* Some thousand records at a time, all their fields, so that records are fetched twice and not
 * twice a field. */
void table_frequencies(struct table *t, struct model *m) {
  struct tally c[FIELDS_MAX];
  unsigned fields = m->n_fields;
  for (unsigned f = 0; f < fields; f++)
    c[f] = tally_open(t, m->field[f].kind, t->n >= RECORDS_MANY);
  for (uint32_t from = 0, to; from < t->n; from = to) {
    to = t->n - from < TOGETHER ? t->n : from + TOGETHER;
    for (unsigned f = 0; f < fields; f++) tally_count(t, m, f, &c[f], from, to);
  }
  for (unsigned f = 0; f < fields; f++) {
    double known = (double)t->known[f];
    size_t values = m->field[f].kind == KIND_SEX ? SEX_VALUES : t->dict.n;
    double agree = tally_bytes(&c[f], values, t->known[f]);
    m->field[f].u_exact = (float)(known > 1 ? agree / (known * (known - 1)) : 0);
  }
  for (uint32_t from = 0, to; from < t->n; from = to) {
    to = t->n - from < TOGETHER ? t->n : from + TOGETHER;
    for (unsigned f = 0; f < fields; f++) tally_write(t, m, f, &c[f], from, to);
  }
  for (unsigned f = 0; f < fields; f++) arena_close(&c[f].room);
}
