/* index_file: making, mapping and mending an index file. See index.h and index_file.h. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "linkage/index_file.h"

uint64_t index_mix(uint64_t v) {
  v = (v ^ v >> 31) * 0x9E3779B97F4A7C15u;
  return v ^ v >> 29;
}

static uint64_t head_check(const struct index_head *h) {
  const char *from = (const char *)&h->capacity;
  return hash64((struct str){from, (size_t)((const char *)&h->n - from)}, INDEX_MAGIC);
}

static size_t place(size_t *at, uint64_t items, size_t size) {
  size_t start = *at;
  *at = (start + (size_t)items * size + 4095) & ~(size_t)4095;
  return start;
}

struct index_layout index_layout(const struct index_head *h) {
  struct index_layout l;
  size_t at = 4096, rows = h->capacity + 1; /* the last row is the question being asked */
  l.undo = place(&at, UNDO_WORDS_MAX, sizeof(struct undo));
  l.model = place(&at, INDEX_MODEL_BYTES, 1);
  l.node = place(&at, rows, sizeof(struct node));
  l.record = place(&at, rows, h->stride);
  l.key = place(&at, rows * h->key_stride, 4);
  l.next = place(&at, rows * h->key_stride, 4);
  l.bucket = place(&at, h->buckets * h->key_stride, 4);
  l.id_slot = place(&at, h->buckets * 2, 4);
  l.value_slot = place(&at, h->value_slots, 4);
  l.cell = place(&at, h->values_max + VALUES_SPARE, sizeof(struct cell));
  l.start = place(&at, h->values_max + VALUES_SPARE + 1, 4);
  l.heap = place(&at, h->heap_bytes + (size_t)VALUES_SPARE * VALUE_BYTES_MAX, 1);
  l.frequency = place(&at, h->frequency_slots, sizeof(struct frequency));
  l.history = place(&at, h->history_max, sizeof(struct stored_history));
  l.alias = place(&at, h->persons_max + 1, 4);
  l.end = at;
  return l;
}

/* ---- changing words ---- */

static void log_word(struct index *ix, uint32_t *word) {
  struct index_head *h = ix->head;
  if (ix->die_after && --ix->die_after == 0) _exit(99);
  ix->undo[h->undo_n] = (struct undo){(uint64_t)((uint8_t *)word - ix->base), *word};
  atomic_signal_fence(memory_order_seq_cst);
  h->undo_n++;
  atomic_signal_fence(memory_order_seq_cst);
}

void index_put32(struct index *ix, uint32_t *word, uint32_t value) {
  log_word(ix, word);
  *(volatile uint32_t *)word = value;
}

void index_put64(struct index *ix, uint64_t *word, uint64_t value) {
  uint32_t *half = (uint32_t *)(void *)word;
  index_put32(ix, half, (uint32_t)value);
  index_put32(ix, half + 1, (uint32_t)(value >> 32));
}

void index_change_done(struct index *ix) {
  atomic_signal_fence(memory_order_seq_cst);
  *(volatile uint64_t *)&ix->head->undo_n = 0;
}

/* Puts back what an unfinished change had changed, and forgets values that change had added. */
void index_recover(struct index *ix) {
  struct index_head *h = ix->head;
  while (h->undo_n) {
    struct undo u = ix->undo[h->undo_n - 1];
    uint32_t was = (uint32_t)u.was;
    if (u.at % 4 == 0 && u.at + 4 <= ix->bytes) memcpy(ix->base + u.at, &was, sizeof was);
    atomic_signal_fence(memory_order_seq_cst);
    h->undo_n--;
  }
  for (uint64_t i = 0; i < h->value_slots; i++)
    if (ix->value_slot[i] >= h->values) ix->value_slot[i] = 0;
}

/* ---- creating ---- */

static uint64_t power_above(uint64_t n) {
  uint64_t p = 1024;
  while (p < n) p *= 2;
  return p;
}

static struct index_head head_for(const struct link_run *run, uint32_t capacity) {
  const struct model *m = &run->model;
  struct index_head h = {
      .magic = INDEX_MAGIC, .capacity = capacity, .stride = m->stride, .rules = m->n_rules};
  h.key_stride = m->n_rules > RULES_FEW ? RULES_MAX : RULES_FEW;
  h.buckets = power_above(capacity);
  h.values_max = (uint64_t)capacity / 2 + run->table.dict.n + 4096;
  h.value_slots = power_above(2 * h.values_max);
  h.heap_bytes = h.values_max * INDEX_HEAP_PER_VALUE;
  h.history_max = (uint64_t)capacity * 4 + 4096;
  h.persons_max = (uint64_t)capacity * 2 + 4096;
  h.one_per_source = m->one_per_source;
  h.values = 1;
  for (unsigned f = 0; f < m->n_fields; f++) {
    uint32_t bits;
    memcpy(&bits, &m->field[f].u_exact, sizeof bits);
    h.u_exact_bits[f] = bits;
    h.default_byte[f] = frequency_byte(2, run->table.known[f]);
  }
  return h;
}

static uint64_t key_probe(const uint8_t key[32]) {
  uint64_t probe;
  uint8_t full[32];
  crypto_generichash(full, sizeof full, (const uint8_t *)"waymark index key", 17, key, 32);
  memcpy(&probe, full, sizeof probe);
  return probe;
}

static uint64_t value_key(const struct model *m, const struct dict *d, unsigned field,
                          const uint8_t *record) {
  uint64_t v = field_value(m, record, field);
  if (!v) return 0;
  enum kind k = m->field[field].kind;
  bool is_number = m->field[field].wide || k == KIND_DOB || k == KIND_SEX || k == KIND_NUMBER;
  uint64_t h = is_number ? index_mix(v + field) : hash64(dict_str(d, (uint32_t)v), field + 100);
  return index_mix(h) | 0x100; /* the low byte makes room for the frequency; never zero above it */
}

uint64_t frequency_key(const struct index *ix, unsigned field, const uint8_t *record) {
  return value_key(&ix->model, &ix->dict, field, record);
}

/* Values that occur three times or more, with their frequency bytes; the rest share the field's
 * default. */
static struct frequency *frequencies_of(const struct link_run *run, struct index_head *h,
                                        struct arena *a) {
  const struct model *m = &run->model;
  h->frequency_slots = power_above((uint64_t)run->table.dict.n * 2 + run->table.n);
  struct frequency *list = arena_many(a, struct frequency, h->frequency_slots);
  uint64_t held = 0;
  for (uint32_t i = 0; i < run->table.n; i++) {
    const uint8_t *record = record_of(&run->people, i);
    for (unsigned f = 0; f < m->n_fields; f++) {
      uint8_t byte = record[m->field[f].tf_at];
      if (!byte || byte == h->default_byte[f] || held * 2 > h->frequency_slots) continue;
      uint64_t key = value_key(m, &run->table.dict, f, record) & ~(uint64_t)0xff,
               at = key >> 20 & (h->frequency_slots - 1);
      while (list[at].key && (list[at].key & ~(uint64_t)0xff) != key)
        at = (at + 1) & (h->frequency_slots - 1);
      held += !list[at].key;
      list[at].key = key | byte;
    }
  }
  return list;
}

static bool write_at(int fd, const void *p, size_t n, size_t at) {
  while (n) {
    ssize_t w = pwrite(fd, p, n, (off_t)at);
    if (w <= 0) return false;
    p = (const char *)p + w;
    n -= (size_t)w;
    at += (size_t)w;
  }
  return true;
}

/* A sparse file: what is never used takes no room on the disk. */
static bool write_index(const char *path, struct index_head *h, const struct buf *model,
                        const struct frequency *list, struct why *why) {
  struct index_layout l = index_layout(h);
  char temporary[4096];
  if (snprintf(temporary, sizeof temporary, "%s.new", path) >= (int)sizeof temporary)
    return why_say(why, "The path is too long.");
  h->bytes = l.end;
  h->check = head_check(h);
  h->clean = 1;
  int fd = open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return why_say(why, "The index could not be made: the folder cannot be written to.");
  bool ok = ftruncate(fd, (off_t)l.end) == 0 && write_at(fd, h, sizeof *h, 0) &&
            write_at(fd, model->p, model->n, l.model) &&
            write_at(fd, list, h->frequency_slots * sizeof *list, l.frequency) && fsync(fd) == 0;
  close(fd);
  if (ok && rename(temporary, path) == 0) return true;
  unlink(temporary);
  return why_say(why, "The index could not be written. Is the disk full?");
}

bool index_create(const char *path, const struct link_run *run, uint32_t capacity,
                  struct why *why) {
  if (!run->model.trained || !run->table.n)
    return why_say(why, "An index needs the model of a finished linkage run.");
  if (run->model.across_only)
    return why_say(why, "An index needs a model trained on one file, not across two.");
  for (unsigned f = 0; f < run->model.n_fields; f++)
    if ((run->model.field[f].kind == KIND_PHONE || run->model.field[f].kind == KIND_NATIONAL) &&
        !run->model.field[f].blind)
      return why_say(why, "An index keeps telephone and national numbers as keyed hashes only. "
                          "Train the model with \"blind\": true.");
  if (capacity < 16 || capacity > 100u * 1000 * 1000)
    return why_say(why, "An index holds 16 to 100000000 records.");
  struct index_head h = head_for(run, capacity);
  struct arena a = arena_open((size_t)1 << 34);
  struct buf model = buf_open(INDEX_MODEL_BYTES);
  config_write(&model, &run->model, &run->columns, run->table.n);
  h.model_bytes = model.n;
  h.keyed_probe = key_probe(run->table.blind_key);
  struct frequency *list = frequencies_of(run, &h, &a);
  bool ok = !model.full ? write_index(path, &h, &model, list, why)
                        : why_say(why, "The model is too large for an index.");
  buf_free(&model);
  arena_close(&a);
  return ok;
}

/* ---- opening ---- */

static bool head_usable(const struct index_head *h, size_t bytes, struct why *why) {
  if (bytes < 4096 || h->magic != INDEX_MAGIC)
    return why_say(why, "This is not a Waymark index file.");
  bool sizes =
      h->check == head_check(h) && h->capacity <= 100u * 1000 * 1000 && h->stride >= 8 &&
      h->stride <= 255 && h->rules <= RULES_MAX &&
      (h->key_stride == RULES_FEW || h->key_stride == RULES_MAX) && h->rules <= h->key_stride &&
      h->model_bytes <= INDEX_MODEL_BYTES && h->buckets == power_above(h->capacity) &&
      h->values_max < 1u << 30 && h->value_slots == power_above(2 * h->values_max) &&
      h->frequency_slots && (h->frequency_slots & (h->frequency_slots - 1)) == 0 &&
      h->frequency_slots < 1u << 30 && h->heap_bytes == h->values_max * INDEX_HEAP_PER_VALUE &&
      h->history_max < 1u << 30 && h->persons_max < 1u << 30;
  if (!sizes || h->bytes != bytes || index_layout(h).end != bytes || h->n > h->capacity ||
      h->values > h->values_max || !h->values || h->heap_used > h->heap_bytes ||
      h->history > h->history_max || h->persons > h->persons_max || h->undo_n > UNDO_WORDS_MAX)
    return why_say(why,
                   "The index file is damaged. It is derived from the records: make it again.");
  return true;
}

static bool load_model(struct index *ix, struct why *why) {
  struct index_layout l = index_layout(ix->head);
  struct link_config *config = arena_new(&ix->scratch, struct link_config);
  if (!config_read(&ix->scratch, (struct str){(char *)ix->base + l.model, ix->head->model_bytes},
                   config, why))
    return false;
  struct model *m = &ix->model;
  *m = config->trained;
  m->threshold = config->threshold;
  m->look = config->look;
  m->one_per_source = ix->head->one_per_source != 0;
  if (!m->trained || m->stride != ix->head->stride || config->n_rules != ix->head->rules)
    return why_say(why, "The index file's model is damaged. Make the index again.");
  for (unsigned r = 0; r < config->n_rules; r++)
    if (!rule_parse(m, config->rules[r], &m->rule[r], why)) return false;
  m->n_rules = (uint8_t)config->n_rules;
  for (unsigned f = 0; f < m->n_fields; f++) {
    uint32_t bits = (uint32_t)ix->head->u_exact_bits[f];
    memcpy(&m->field[f].u_exact, &bits, sizeof bits);
  }
  arena_reset(&ix->scratch);
  return true;
}

bool index_map(struct index *ix, struct why *why) {
  struct index_layout l = index_layout(ix->head);
  uint8_t *b = ix->base;
  ix->undo = (void *)(b + l.undo);
  ix->node = (void *)(b + l.node);
  ix->record = b + l.record;
  ix->key = (void *)(b + l.key);
  ix->next = (void *)(b + l.next);
  ix->bucket = (void *)(b + l.bucket);
  ix->id_slot = (void *)(b + l.id_slot);
  ix->value_slot = (void *)(b + l.value_slot);
  ix->alias = (void *)(b + l.alias);
  ix->frequency = (void *)(b + l.frequency);
  ix->history = (void *)(b + l.history);
  ix->dict = (struct dict){.cell = (void *)(b + l.cell),
                           .start = (void *)(b + l.start),
                           .heap = (char *)b + l.heap,
                           .slot = ix->value_slot,
                           .n = (uint32_t)ix->head->values,
                           .slots = (uint32_t)ix->head->value_slots};
  ix->people = (struct people){.m = &ix->model,
                               .d = &ix->dict,
                               .record = ix->record,
                               .key = ix->key,
                               .key_stride = (unsigned)ix->head->key_stride};
  jw_bounds_fill(&ix->people.bounds);
  if (!load_model(ix, why)) return false;
  score_table_make(&ix->model, -1e6, &ix->table);
  return true;
}

/* A cell counts the letters of its text; a value that was forgotten counts none. What is not a name
 * may yet be compared as one, so this holds for every cell. */
static bool cell_usable(const struct cell *c, uint32_t letters) {
  return c->n == 0 || (c->n == letters && !(c->flags & CELL_LONG) == (letters <= CELL_TEXT));
}

static bool values_usable(const struct index *ix) {
  const struct index_head *h = ix->head;
  const uint32_t *start = ix->dict.start;
  if (start[0]) return false;
  for (uint64_t v = 1; v < h->values; v++)
    if (start[v + 1] < start[v] || start[v + 1] - start[v] > VALUE_BYTES_MAX ||
        start[v + 1] > h->heap_bytes || !cell_usable(&ix->dict.cell[v], start[v + 1] - start[v]))
      return false;
  return h->values == 1 || start[1] == 0;
}

/* Every number in the file that is used to find something must point inside it. */
static bool body_usable(const struct index *ix) {
  const struct index_head *h = ix->head;
  const struct model *m = &ix->model;
  if (!values_usable(ix)) return false;
  for (uint64_t i = 0; i < h->n; i++) {
    const uint8_t *record = ix->record + i * m->stride;
    if (ix->node[i].together >= h->n || ix->node[i].person > h->persons ||
        ix->node[i].decided > h->history)
      return false;
    for (unsigned f = 0; f < m->n_fields; f++) {
      enum kind k = m->field[f].kind;
      bool is_number = m->field[f].wide || k == KIND_DOB || k == KIND_SEX || k == KIND_NUMBER;
      if (!is_number && field_value(m, record, f) >= h->values) return false;
    }
    for (unsigned r = 0; r < h->rules; r++)
      if (ix->next[i * h->key_stride + r] > i)
        return false; /* chains lead to older records only, so they end */
  }
  for (uint64_t i = 0; i < h->buckets * h->key_stride; i++)
    if (ix->bucket[i] > h->n) return false;
  for (uint64_t i = 0; i < h->buckets * 2; i++)
    if (ix->id_slot[i] > h->n) return false;
  for (uint64_t i = 1; i <= h->history; i++)
    if (ix->history[i - 1].before_a >= i || ix->history[i - 1].before_b >= i) return false;
  for (uint64_t i = 0; i <= h->persons; i++)
    if (ix->alias[i] > h->persons || (i && ix->alias[i] > i)) return false;
  return true;
}

static void boot_name(char out[40]) {
  struct arena a = arena_open(1 << 16);
  struct str s = {0};
  memset(out, 0, 40);
  if (file_read(&a, "/proc/sys/kernel/random/boot_id", 200, &s, NULL))
    snprintf(out, 40, "%.*s", P(str_trim(s)));
  arena_close(&a);
}

static bool take_up(struct index *ix, const uint8_t key[32], struct why *why) {
  char boot[40];
  if (ix->head->keyed_probe != key_probe(key))
    return why_say(why, "The index was made with another key. Give the key it was made with.");
  memcpy(ix->blind_key, key, sizeof ix->blind_key);
  boot_name(boot);
  if (!ix->head->clean && memcmp(boot, ix->head->boot, sizeof boot))
    return why_say(why, "The computer stopped while this index had changes not yet safe on disk. "
                        "It is derived from the records: make it again.");
  if (!index_map(ix, why)) return false;
  index_recover(ix);
  ix->dict.n = (uint32_t)ix->head->values;
  if (ix->head->filling || !body_usable(ix))
    return why_say(
        why, ix->head->filling
                 ? "The index was not filled to the end. Make it again."
                 : "The index file is damaged. It is derived from the records: make it again.");
  memcpy(ix->head->boot, boot, sizeof boot);
  return true;
}

struct index *index_open(const char *path, const uint8_t key[32], struct why *why) {
  struct stat st;
  struct index *ix = calloc(1, sizeof *ix);
  if (!ix) {
    why_say(why, "Not enough memory to open the index.");
    return NULL;
  }
  ix->scratch = arena_open((size_t)1 << 32);
  ix->fd = open(path, O_RDWR | O_CLOEXEC);
  bool ok =
      ix->fd >= 0 || why_say(why, "The index cannot be opened. Make it first with index_create.");
  if (ok && flock(ix->fd, LOCK_EX | LOCK_NB) != 0)
    ok = why_say(why, "Another process has the index open.");
  if (ok && (fstat(ix->fd, &st) != 0 || st.st_size < 4096))
    ok = why_say(why, "This is not a Waymark index file.");
  if (ok) {
    ix->bytes = (size_t)st.st_size;
    ix->base = mmap(NULL, ix->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, ix->fd, 0);
    if (ix->base == MAP_FAILED) ix->base = NULL;
    ix->head = (void *)ix->base;
    ok = ix->base ? head_usable(ix->head, ix->bytes, why)
                  : why_say(why, "The index could not be mapped into memory.");
  }
  if (ok && take_up(ix, key, why)) return ix;
  ix->head = NULL;
  index_close(ix);
  return NULL;
}

bool index_sync(struct index *ix, struct why *why) {
  if (msync(ix->base, ix->bytes, MS_SYNC) != 0)
    return why_say(why, "The index could not be saved to disk.");
  ix->head->clean = 1;
  return msync(ix->base, 4096, MS_SYNC) == 0 ||
         why_say(why, "The index could not be saved to disk.");
}

void index_close(struct index *ix) {
  if (!ix) return;
  if (ix->head) index_sync(ix, NULL);
  if (ix->base) munmap(ix->base, ix->bytes);
  if (ix->fd >= 0) close(ix->fd);
  arena_close(&ix->scratch);
  free(ix);
}

void index_die_after(struct index *ix, uint64_t words) { ix->die_after = words; }
