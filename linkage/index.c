/* index: records in, people out, one at a time. See index.h. */
#include <math.h>
#include <stdlib.h>
#include "linkage/index_file.h"

enum { NOT_FOUND = UINT32_MAX };

const struct model *index_model(const struct index *ix) { return &ix->model; }
uint32_t index_records(const struct index *ix) { return (uint32_t)ix->head->live; }

/* ---- finding a record by the caller's number ---- */

static uint32_t *id_place(const struct index *ix, uint64_t id) {
  uint64_t mask = ix->head->buckets * 2 - 1, at = index_mix(id) & mask;
  for (uint64_t tries = 0;
       tries <= mask && ix->id_slot[at] && ix->node[ix->id_slot[at] - 1].id != id; tries++)
    at = (at + 1) & mask;
  return &ix->id_slot[at];
}

static uint32_t row_of(const struct index *ix, uint64_t id) {
  uint32_t row = id ? *id_place(ix, id) : 0;
  return row && ix->node[row - 1].id == id && ix->node[row - 1].live ? row - 1 : NOT_FOUND;
}

uint64_t index_person(const struct index *ix, uint64_t record) {
  uint32_t row = row_of(ix, record);
  return row == NOT_FOUND ? 0 : ix->node[row].person;
}

uint64_t index_person_now(const struct index *ix, uint64_t person) {
  if (!person || person > ix->head->persons) return 0;
  while (ix->alias[person] && ix->alias[person] != person) person = ix->alias[person];
  return person;
}

/* ---- values ---- */

/* A value met in a question only: its cell stands beside the dictionary until the next question. */
static uint32_t spare_value(struct index *ix, enum dict_class class, struct str s) {
  if (ix->spare_values >= VALUES_SPARE) return 0;
  uint32_t v = (uint32_t)ix->head->values_max + ix->spare_values++;
  if (s.n > VALUE_BYTES_MAX) s.n = VALUE_BYTES_MAX;
  ix->dict.start[v] = (uint32_t)(ix->head->heap_bytes + ix->spare_heap);
  memcpy(ix->dict.heap + ix->dict.start[v], s.p, s.n);
  ix->spare_heap += s.n;
  ix->dict.start[v + 1] = ix->dict.start[v] + (uint32_t)s.n;
  ix->dict.cell[v] = class == DICT_TEXT ? cell_text(s) : cell_name(s);
  return v;
}

static uint32_t index_number(void *to, enum dict_class class, struct str s) {
  struct index *ix = to;
  uint32_t v = dict_find(&ix->dict, class, s);
  if (v || !s.n) return v;
  if (!ix->adding) return spare_value(ix, class, s);
  ix->full |= ix->dict.n + 1 >= ix->head->values_max ||
              ix->dict.start[ix->dict.n] + (uint64_t)VALUE_BYTES_MAX > ix->head->heap_bytes;
  if (ix->full) return 0;
  ix->dict.cell_cap = ix->dict.start_cap = ix->dict.heap_cap =
      SIZE_MAX; /* the file has the room: nothing may grow */
  return dict_put(&ix->dict, class, s);
}

static uint8_t frequency_of(const struct index *ix, unsigned field, const uint8_t *record) {
  uint64_t key = frequency_key(ix, field, record) & ~(uint64_t)0xff,
           mask = ix->head->frequency_slots - 1, at = key >> 20 & mask;
  if (!field_value(&ix->model, record, field)) return 0;
  for (uint64_t tries = 0; tries <= mask && ix->frequency[at].key; tries++, at = (at + 1) & mask)
    if ((ix->frequency[at].key & ~(uint64_t)0xff) == key) return (uint8_t)ix->frequency[at].key;
  return (uint8_t)ix->head->default_byte[field];
}

static void row_finish(struct index *ix, uint32_t row, uint16_t source) {
  const struct model *m = &ix->model;
  uint8_t *record = ix->record + (size_t)row * m->stride;
  for (unsigned f = 0; f < m->n_fields; f++)
    record[m->field[f].tf_at] = frequency_of(ix, f, record);
  memcpy(record + m->source_at, &source, sizeof source);
  for (unsigned r = 0; r < m->n_rules; r++) {
    uint32_t key = rule_key(m, &ix->dict, record, &m->rule[r]);
    ix->key[(size_t)row * ix->head->key_stride + r] = key ? key : row;
  }
}

static void row_write(struct index *ix, uint32_t row, uint16_t source, const struct str *cells) {
  const struct model *m = &ix->model;
  uint8_t *record = ix->record + (size_t)row * m->stride;
  memset(record, 0, m->stride);
  ix->spare_values = 0;
  ix->spare_heap = 0;
  for (unsigned f = 0; f < m->n_fields; f++)
    link_field_set(m, f, str_trim(cells[f]), index_number, ix, ix->blind_key, ix->scratch, record);
  row_finish(ix, row, source);
}

/* ---- candidates ---- */

static uint32_t *bucket_of(const struct index *ix, unsigned rule, uint32_t key) {
  return &ix->bucket[(size_t)rule * ix->head->buckets + (index_mix(key) & (ix->head->buckets - 1))];
}

static int by_number(const void *x, const void *y) {
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  return a < b ? -1 : a > b;
}

/* Live records that share a key with `row`, each once. */
static size_t candidates(const struct index *ix, uint32_t row, uint32_t *out) {
  size_t n = 0, stride = ix->head->key_stride;
  for (unsigned r = 0; r < ix->model.n_rules; r++) {
    uint32_t key = ix->key[(size_t)row * stride + r], steps = 0, found = 0;
    if (!(key & KEY_REAL)) continue;
    for (uint32_t at = *bucket_of(ix, r, key); at && steps < 4 * BLOCK_RECORDS_MAX;
         at = ix->next[(size_t)(at - 1) * stride + r], steps++) {
      if (ix->key[(size_t)(at - 1) * stride + r] != key || at - 1 == row || !ix->node[at - 1].live)
        continue;
      if (++found > BLOCK_RECORDS_MAX || n == INDEX_CANDIDATES_MAX) break;
      out[n++] = at - 1;
    }
  }
  qsort(out, n, sizeof *out, by_number);
  size_t kept = 0;
  for (size_t i = 0; i < n; i++)
    if (!kept || out[kept - 1] != out[i]) out[kept++] = out[i];
  return kept;
}

static enum band band_of(const struct index *ix, float weight) {
  double p = weight_probability((double)weight);
  return p >= ix->model.threshold ? BAND_LINK : p >= ix->model.look ? BAND_LOOK : BAND_NONE;
}

struct found {
  uint32_t row;
  float weight;
  uint64_t pattern;
};

static int heavier(const void *x, const void *y) {
  const struct found *a = x, *b = y;
  return a->weight > b->weight   ? -1
         : a->weight < b->weight ? 1
         : a->row < b->row       ? -1
                                 : a->row > b->row;
}

/* Weighs `row` against its candidates; keeps those at or above `least`, heaviest first. */
static size_t weigh_row(const struct index *ix, uint32_t row, float least, struct found *out,
                        struct arena scratch) {
  const struct kernel *k = kernel_of_machine();
  uint32_t *rows = arena_many(&scratch, uint32_t, INDEX_CANDIDATES_MAX);
  size_t n = candidates(ix, row, rows), kept = 0;
  struct pair pairs[BATCH];
  levels_t levels;
  float weight[BATCH];
  for (size_t i = 0, batch; i < n; i += batch) {
    for (batch = 0; batch < BATCH && i + batch < n; batch++) {
      __builtin_prefetch(record_of(&ix->people, rows[i + batch]));
      pairs[batch] = (struct pair){rows[i + batch], row};
    }
    k->levels(&ix->people, pairs, batch, levels);
    k->weights(&ix->people, &ix->table, pairs, batch, levels, weight);
    for (size_t p = 0; p < batch; p++)
      if (weight[p] >= least)
        out[kept++] = (struct found){pairs[p].a, weight[p], pattern_of(&ix->model, levels, p)};
  }
  qsort(out, kept, sizeof *out, heavier);
  return kept;
}

static size_t hits_from(const struct index *ix, const struct found *found, size_t n,
                        struct index_hit hits[INDEX_HITS_MAX]) {
  float look = (float)probability_weight(ix->model.look);
  size_t out = 0;
  for (size_t i = 0; i < n && out < INDEX_HITS_MAX && found[i].weight >= look; i++) {
    const struct node *node = &ix->node[found[i].row];
    hits[out++] = (struct index_hit){node->id, node->person, found[i].weight,
                                     band_of(ix, found[i].weight), found[i].pattern};
  }
  return out;
}

size_t index_query(struct index *ix, const struct str *cells,
                   struct index_hit hits[INDEX_HITS_MAX]) {
  struct arena scratch = ix->scratch;
  struct found *found = arena_many(&scratch, struct found, INDEX_CANDIDATES_MAX);
  uint32_t row = (uint32_t)ix->head->capacity;
  ix->adding = false;
  row_write(ix, row, UINT16_MAX, cells);
  size_t n = weigh_row(ix, row, (float)probability_weight(ix->model.look), found, scratch);
  n = hits_from(ix, found, n, hits);
  memset(ix->record + (size_t)row * ix->model.stride, 0, ix->model.stride);
  memset(ix->dict.heap + ix->head->heap_bytes, 0, ix->spare_heap);
  memset(&ix->dict.cell[ix->head->values_max], 0, ix->spare_values * sizeof(struct cell));
  return n;
}

/* ---- people ---- */

/* The circle of records that touch, `row` first. At most COMPONENT_MAX. */
static size_t circle(const struct index *ix, uint32_t row, uint32_t out[COMPONENT_MAX]) {
  size_t n = 0;
  uint32_t at = row;
  do {
    out[n++] = at;
    at = ix->node[at].together;
  } while (at != row && n < COMPONENT_MAX);
  return n;
}

/* Makes one circle of two, unless they are one already or it would grow past COMPONENT_MAX. */
static void splice(struct index *ix, uint32_t a, uint32_t b) {
  uint32_t members[COMPONENT_MAX];
  size_t n = circle(ix, a, members);
  for (size_t i = 0; i < n; i++)
    if (members[i] == b) return;
  if (n + circle(ix, b, members) > COMPONENT_MAX) return;
  uint32_t next = ix->node[a].together;
  index_put32(ix, &ix->node[a].together, ix->node[b].together);
  index_put32(ix, &ix->node[b].together, next);
}

/* The latest word of a person about two records: their chains of decisions, newest first. */
static enum decision decided(const struct index *ix, uint32_t a, uint32_t b) {
  uint64_t id_a = ix->node[a].id, id_b = ix->node[b].id;
  for (uint32_t at = ix->node[a].decided; at;) {
    const struct stored_history *s = &ix->history[at - 1];
    if ((s->h.a == id_a && s->h.b == id_b) || (s->h.a == id_b && s->h.b == id_a))
      return (enum decision)s->h.what;
    at = s->h.a == id_a ? s->before_a : s->before_b;
  }
  return DECIDED_NOTHING;
}

static void weigh_circle(void *with, const uint32_t *members, size_t n, float *matrix) {
  struct index *ix = with;
  const struct kernel *k = kernel_of_machine();
  struct pair pairs[BATCH];
  levels_t levels;
  float weight[BATCH];
  for (size_t i = 0; i < n; i++) {
    size_t held = 0;
    for (size_t j = i + 1; j < n; j++) pairs[held++] = (struct pair){members[i], members[j]};
    k->levels(&ix->people, pairs, held, levels);
    k->weights(&ix->people, &ix->table, pairs, held, levels, weight);
    for (size_t j = i + 1; j < n; j++) {
      enum decision d = ix->node[members[i]].decided && ix->node[members[j]].decided
                            ? decided(ix, members[i], members[j])
                            : DECIDED_NOTHING;
      float w = d == DECIDED_SAME        ? WEIGHT_MUST
                : d == DECIDED_DIFFERENT ? WEIGHT_NEVER
                                         : weight[j - i - 1];
      matrix[i * n + j] = matrix[j * n + i] = w;
    }
  }
}

static uint16_t node_source(void *with, uint32_t row) {
  return source_of(&((struct index *)with)->people, row);
}
static uint64_t node_rank(void *with, uint32_t row) {
  return index_mix(((struct index *)with)->node[row].id);
}

static void remember(struct index *ix, struct history h, uint32_t before_a, uint32_t before_b) {
  if (ix->head->history >= ix->head->history_max) return;
  struct stored_history s = {.h = h, .before_a = before_a, .before_b = before_b};
  ix->history[ix->head->history] = s;
  index_put64(ix, &ix->head->history, ix->head->history + 1);
}

static uint32_t new_person(struct index *ix) {
  uint32_t p = (uint32_t)ix->head->persons + 1;
  index_put32(ix, &ix->alias[p], p);
  index_put64(ix, &ix->head->persons, p);
  return p;
}

/* Who keeps a number: the group with most of its records, then the group met first. A group with
 * several keeps the oldest and the others lead to it; a group with none gets a number never used
 * before. */
struct claim {
  uint32_t person, group;
};

static size_t claims_of(const struct index *ix, const uint32_t *members, const uint32_t *group,
                        size_t n, struct claim *claims) {
  size_t made = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t person = ix->node[members[i]].person, best = 0;
    bool seen = person == 0;
    for (size_t c = 0; c < made && !seen; c++) seen = claims[c].person == person;
    if (seen) continue;
    uint16_t votes[COMPONENT_MAX] = {0};
    for (size_t j = 0; j < n; j++)
      votes[group[j]] = (uint16_t)(votes[group[j]] + (ix->node[members[j]].person == person));
    for (uint32_t g = 0; g < COMPONENT_MAX; g++) best = votes[g] > votes[best] ? g : best;
    claims[made++] = (struct claim){person, best};
  }
  return made;
}

static void give_persons(struct index *ix, const uint32_t *members, const uint32_t *group, size_t n,
                         uint32_t groups, instant_t now, uint64_t actor) {
  struct claim claims[COMPONENT_MAX];
  uint32_t person[COMPONENT_MAX] = {0};
  size_t made = claims_of(ix, members, group, n, claims);
  for (size_t c = 0; c < made; c++) {
    uint32_t *p = &person[claims[c].group];
    if (!*p || claims[c].person < *p) *p = claims[c].person;
  }
  for (uint32_t g = 0; g < groups; g++)
    if (!person[g]) person[g] = new_person(ix);
  for (size_t c = 0; c < made; c++)
    if (ix->alias[claims[c].person] != person[claims[c].group])
      index_put32(ix, &ix->alias[claims[c].person], person[claims[c].group]);
  for (size_t i = 0; i < n; i++) {
    struct node *node = &ix->node[members[i]];
    uint32_t was = node->person, is = person[group[i]];
    if (was == is) continue;
    index_put32(ix, &node->person, is);
    if (was)
      remember(ix, (struct history){now, actor, node->id, 0, was, is, HISTORY_PERSON_CHANGED, 0}, 0,
               0);
  }
}

static void settle(struct index *ix, uint32_t row, instant_t now, uint64_t actor) {
  uint32_t members[COMPONENT_MAX], group[COMPONENT_MAX];
  double threshold = ix->model.threshold;
  struct cluster_rules rules = {.join = (float)probability_weight(threshold),
                                .touch = (float)probability_weight(threshold < .5 ? threshold : .5),
                                .one_per_source = ix->model.one_per_source,
                                .weigh = weigh_circle,
                                .source = node_source,
                                .rank = node_rank,
                                .with = ix};
  size_t n = circle(ix, row, members);
  uint32_t groups = cluster_component(&rules, members, n, group, ix->scratch);
  give_persons(ix, members, group, n, groups, now, actor);
}

/* ---- adding ---- */

static bool room_left(const struct index *ix, struct why *why) {
  const struct index_head *h = ix->head;
  if (h->n + 1 < h->capacity && h->history + 2 * COMPONENT_MAX < h->history_max &&
      h->persons + COMPONENT_MAX < h->persons_max)
    return true;
  return why_say(why, "The index is full (%llu records). Make a new one with more room.",
                 (unsigned long long)h->capacity);
}

static void begin(struct index *ix) { ix->head->clean = 0; }

static void put_in_chains(struct index *ix, uint32_t row, uint64_t id) {
  size_t stride = ix->head->key_stride;
  for (unsigned r = 0; r < ix->model.n_rules; r++) {
    uint32_t key = ix->key[(size_t)row * stride + r];
    ix->next[(size_t)row * stride + r] = 0;
    if (!(key & KEY_REAL)) continue;
    uint32_t *bucket = bucket_of(ix, r, key);
    ix->next[(size_t)row * stride + r] = *bucket;
    index_put32(ix, bucket, row + 1);
  }
  index_put32(ix, id_place(ix, id), row + 1);
}

bool index_add(struct index *ix, uint64_t record, uint16_t source, const struct str *cells,
               instant_t now, uint64_t actor, struct index_added *out, struct why *why) {
  struct arena scratch = ix->scratch;
  uint32_t row = (uint32_t)ix->head->n, *place;
  if (!record) return why_say(why, "A record's number cannot be 0.");
  place = id_place(ix, record);
  if (*place && ix->node[*place - 1].id == record)
    return why_say(why, "The record is in the index already.");
  if (!room_left(ix, why)) return false;
  begin(ix);
  ix->adding = true;
  ix->full = false;
  row_write(ix, row, source, cells);
  ix->adding = false;
  if (ix->full)
    return why_say(why, "The index has no room for further names. Make a new one with more room.");
  struct found *found = arena_many(&scratch, struct found, INDEX_CANDIDATES_MAX);
  double threshold = ix->model.threshold;
  size_t n =
      weigh_row(ix, row, (float)probability_weight(fmin(ix->model.look, fmin(threshold, .5))),
                found, scratch);
  ix->node[row] = (struct node){.id = record, .together = row, .live = 1};
  put_in_chains(ix, row, record);
  index_put64(ix, &ix->head->values, ix->dict.n);
  index_put64(ix, &ix->head->heap_used, ix->dict.start[ix->dict.n]);
  index_put64(ix, &ix->head->n, row + 1);
  index_put64(ix, &ix->head->live, ix->head->live + 1);
  for (size_t i = 0; i < n && found[i].weight >= (float)probability_weight(fmin(threshold, .5));
       i++)
    splice(ix, row, found[i].row);
  settle(ix, row, now, actor);
  remember(ix, (struct history){now, actor, record, 0, 0, ix->node[row].person, HISTORY_ADDED, 0},
           0, 0);
  index_change_done(ix);
  if (out) {
    *out = (struct index_added){.person = ix->node[row].person};
    out->hits = hits_from(ix, found, n, out->hit);
    for (size_t i = 0; i < out->hits; i++) {
      bool same = out->hit[i].person == out->person;
      enum band band = same ? BAND_LINK : BAND_LOOK;
      if (band > out->band) out->band = band;
    }
  }
  return true;
}

/* ---- a person's word, and erasing ---- */

bool index_decide(struct index *ix, uint64_t a, uint64_t b, enum decision what, instant_t now,
                  uint64_t actor, struct why *why) {
  uint32_t x = row_of(ix, a), y = row_of(ix, b);
  if (x == NOT_FOUND || y == NOT_FOUND || x == y)
    return why_say(why, "A decision is about two different records of the index.");
  if (!room_left(ix, why)) return false;
  begin(ix);
  uint64_t before = ix->node[x].person;
  remember(ix,
           (struct history){now, actor, a, b, before, ix->node[y].person, HISTORY_DECIDED, what},
           ix->node[x].decided, ix->node[y].decided);
  index_put32(ix, &ix->node[x].decided, (uint32_t)ix->head->history);
  index_put32(ix, &ix->node[y].decided, (uint32_t)ix->head->history);
  if (what == DECIDED_SAME) splice(ix, x, y);
  settle(ix, x, now, actor);
  uint32_t members[COMPONENT_MAX];
  bool together = false;
  for (size_t i = 0, n = circle(ix, x, members); i < n; i++) together |= members[i] == y;
  if (!together) settle(ix, y, now, actor);
  index_change_done(ix);
  return true;
}

/* Values nobody else has are overwritten, so that a rare name does not outlive its last record. */
static void forget_values(struct index *ix, uint32_t row) {
  const struct model *m = &ix->model;
  for (unsigned f = 0; f < m->n_fields; f++) {
    enum kind k = m->field[f].kind;
    if (m->field[f].wide || k == KIND_DOB || k == KIND_SEX || k == KIND_NUMBER) continue;
    uint32_t v = slot4(ix->record + (size_t)row * m->stride, m->field[f].at);
    bool used = v == 0;
    for (uint32_t i = 0; i < ix->head->n && !used; i++)
      for (unsigned g = 0; g < m->n_fields && !used; g++)
        used = i != row && !m->field[g].wide && m->field[g].kind != KIND_DOB &&
               m->field[g].kind != KIND_SEX && m->field[g].kind != KIND_NUMBER &&
               slot4(ix->record + (size_t)i * m->stride, m->field[g].at) == v;
    if (used) continue;
    memset(ix->dict.heap + ix->dict.start[v], 0, ix->dict.start[v + 1] - ix->dict.start[v]);
    uint8_t grams = ix->dict.cell[v].grams;
    ix->dict.cell[v] =
        (struct cell){.grams = grams}; /* keeps its class; no text ever equals zero bytes */
  }
}

bool index_erase(struct index *ix, uint64_t record, instant_t now, uint64_t actor,
                 struct why *why) {
  uint32_t row = row_of(ix, record), members[COMPONENT_MAX], before = row;
  if (row == NOT_FOUND) return why_say(why, "There is no such record in the index.");
  if (!room_left(ix, why)) return false;
  begin(ix);
  size_t n = circle(ix, row, members);
  for (size_t i = 0; i < n; i++)
    if (ix->node[members[i]].together == row) before = members[i];
  uint32_t next = ix->node[row].together, person = ix->node[row].person;
  index_put32(ix, &ix->node[before].together, next);
  index_put32(ix, &ix->node[row].together, row);
  index_put32(ix, &ix->node[row].live, 0);
  index_put32(ix, &ix->node[row].person, 0);
  index_put64(ix, &ix->head->live, ix->head->live - 1);
  remember(ix, (struct history){now, actor, record, 0, person, 0, HISTORY_ERASED, 0}, 0, 0);
  if (next != row) settle(ix, next, now, actor);
  index_change_done(ix);
  /* Past the point of no return: what follows can be repeated. */
  forget_values(ix, row);
  memset(ix->record + (size_t)row * ix->model.stride, 0, ix->model.stride);
  return true;
}

/* ---- history ---- */

uint64_t index_history_count(const struct index *ix) { return ix->head->history; }
struct history index_history(const struct index *ix, uint64_t i) {
  return i < ix->head->history ? ix->history[i].h : (struct history){0};
}

/* ---- a whole run at once ---- */

static void copy_record(struct index *ix, const struct link_run *run, uint32_t i, uint32_t row) {
  const struct model *m = &ix->model;
  const uint8_t *from = record_of(&run->people, i);
  uint8_t *to = ix->record + (size_t)row * m->stride;
  memcpy(to, from, m->stride);
  for (unsigned f = 0; f < m->n_fields; f++) {
    enum kind k = m->field[f].kind;
    if (m->field[f].wide || k == KIND_DOB || k == KIND_SEX || k == KIND_NUMBER) continue;
    uint32_t v = slot4(from, m->field[f].at);
    if (!v) continue;
    v = index_number(ix, run->table.dict.cell[v].grams ? DICT_TEXT : DICT_NAME,
                     dict_str(&run->table.dict, v));
    memcpy(to + m->field[f].at, &v, sizeof v);
  }
  row_finish(ix, row, source_of(&run->people, i));
}

static bool same_shape(const struct model *a, const struct model *b) {
  bool same = a->n_fields == b->n_fields && a->stride == b->stride;
  for (unsigned f = 0; same && f < a->n_fields; f++)
    same = a->field[f].kind == b->field[f].kind && a->field[f].at == b->field[f].at &&
           a->field[f].blind == b->field[f].blind;
  return same;
}

bool index_fill(struct index *ix, const struct link_run *run, const uint64_t *ids, instant_t now,
                uint64_t actor, struct why *why) {
  uint32_t n = run->table.n;
  struct index_head *h = ix->head;
  if (h->n) return why_say(why, "Only an empty index can be filled at once.");
  if (n + 1 >= h->capacity || !same_shape(&ix->model, &run->model))
    return why_say(why, "The records do not fit this index.");
  h->filling = 1;
  begin(ix);
  ix->adding = true;
  ix->full = false;
  for (uint32_t i = 0; i < n && !ix->full; i++) {
    uint64_t id = ids ? ids[i] : i + 1;
    copy_record(ix, run, i, i);
    ix->node[i] = (struct node){.id = id, .together = i, .live = 1};
    put_in_chains(ix, i, id);
    h->undo_n = 0; /* a fill is all or nothing: `filling` says so */
  }
  ix->adding = false;
  if (ix->full)
    return why_say(why,
                   "The index has no room for so many different names. Make it with more room.");
  h->values = ix->dict.n;
  h->heap_used = ix->dict.start[ix->dict.n];
  h->n = h->live = n;
  float touch = (float)probability_weight(fmin(run->model.threshold, .5));
  for (size_t i = 0; i < run->links.n; i++) {
    if (run->links.p[i].weight >= touch) splice(ix, run->links.p[i].a, run->links.p[i].b);
    h->undo_n = 0;
  }
  for (uint32_t i = 0; i < n; i++) {
    uint32_t first = run->cluster[i];
    ix->node[i].person = first == i ? new_person(ix) : ix->node[first].person;
    remember(
        ix,
        (struct history){now, actor, ix->node[i].id, 0, 0, ix->node[i].person, HISTORY_ADDED, 0}, 0,
        0);
    h->undo_n = 0;
  }
  h->filling = 0;
  return index_sync(ix, why);
}
