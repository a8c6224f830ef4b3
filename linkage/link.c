/* link: the run, step by step. See linkage.h. */
#include <math.h>
#include <stdio.h>
#include "linkage/linkage.h"

double weight_probability(double w) { return 1 / (1 + exp2(-w)); }
double probability_weight(double p) { return log2(p / (1 - p)); }

/* ---- columns ---- */

static bool is_field(enum kind k) { return kind_info(k)->slot_bytes > 0; }

static bool add_field(struct model *m, struct str name, enum kind kind, bool home, bool blind,
                      struct why *why) {
  if (m->n_fields == FIELDS_MAX)
    return why_say(why,
                   "More than %d columns to compare. Mark some as \"ignore\" in a --config file.",
                   FIELDS_MAX);
  struct field *f = &m->field[m->n_fields++];
  *f = (struct field){
      .kind = kind, .home = home, .blind = blind && (kind == KIND_PHONE || kind == KIND_NATIONAL)};
  snprintf(f->name, sizeof f->name, "%.*s", P(name));
  return true;
}

/* Fields of a model from the columns of the first file. */
static bool fields_of(struct model *m, const struct columns *c, bool blind, struct why *why) {
  for (unsigned i = 0; i < c->n; i++) {
    const struct column *col = &c->p[i];
    if (col->kind == KIND_FULL_NAME) {
      if (!add_field(m, S("forename"), KIND_FORENAME, false, false, why) ||
          !add_field(m, S("middle"), KIND_MIDDLE, false, false, why) ||
          !add_field(m, S("surname"), KIND_SURNAME, false, false, why))
        return false;
    } else if (is_field(col->kind) &&
               !add_field(m, str_of(col->name), col->kind, col->home, blind, why)) {
      return false;
    }
  }
  return true;
}

static int column_of(const struct columns *c, struct strs headers, enum kind kind) {
  for (unsigned i = 0; i < c->n; i++) {
    if (c->p[i].kind != kind) continue;
    for (size_t h = 0; h < headers.n; h++)
      if (str_eq(headers.p[h], str_of(c->p[i].name))) return (int)h;
  }
  return -1;
}

static int header_at(struct strs headers, struct str name) {
  for (size_t h = 0; h < headers.n; h++)
    if (str_eq(headers.p[h], name)) return (int)h;
  return -1;
}

/* Which cell of a file's rows holds each field: by header, or (in a second file) by the header's
 * guessed kind. */
static struct source_columns find_columns(const struct model *m, const struct columns *c,
                                          struct strs headers, const struct columns *guessed,
                                          const struct link_input *in) {
  struct source_columns w = {.full_name = column_of(c, headers, KIND_FULL_NAME),
                             .id = column_of(c, headers, KIND_ID),
                             .source = column_of(c, headers, KIND_SOURCE),
                             .truth = -1};
  if (w.id < 0) w.id = column_of(guessed, headers, KIND_ID);
  if (in->truth_name.n) w.truth = header_at(headers, in->truth_name);
  for (unsigned f = 0; f < m->n_fields; f++) {
    w.field[f] = header_at(headers, str_of(m->field[f].name));
    bool from_name =
        w.full_name >= 0 && (m->field[f].kind == KIND_FORENAME || m->field[f].kind == KIND_MIDDLE ||
                             m->field[f].kind == KIND_SURNAME);
    if (w.field[f] < 0 && !from_name && m->field[f].kind != KIND_TEXT)
      w.field[f] = column_of(guessed, headers, m->field[f].kind);
  }
  return w;
}

static bool check_configured(const struct columns *c, struct strs headers, struct why *why) {
  for (unsigned i = 0; i < c->n; i++)
    if (c->p[i].kind != KIND_IGNORE && header_at(headers, str_of(c->p[i].name)) < 0)
      return why_say(
          why, "The configuration names the column \"%s\", which the first file does not have.",
          c->p[i].name);
  return true;
}

/* ---- reading ---- */

static bool read_file(struct link_run *run, const struct link_input *in, unsigned file,
                      const struct link_config *config, struct progress *progress,
                      struct why *why) {
  struct model *m = &run->model;
  struct csv *csv = csv_open_file(&run->keep, in->path[file], why);
  if (!csv) return false;
  bool ok = csv_headers(csv, why);
  struct strs headers = {0};
  if (ok) headers = csv_header_names(csv);
  if (ok && headers.n < 2 && headers.n < 1)
    ok = why_say(why, "The file is empty: a first row with column names is needed.");
  struct columns guessed = columns_guess(headers, in->id_name, in->truth_name);
  if (ok && in->id_name.n && header_at(headers, in->id_name) < 0)
    ok = why_say(why, "There is no column \"%.*s\" (--id). The first row names the columns.",
                 P(str_slice(in->id_name, 0, 60)));
  if (ok && in->truth_name.n && header_at(headers, in->truth_name) < 0)
    ok =
        why_say(why, "There is no column \"%.*s\" (--truth).", P(str_slice(in->truth_name, 0, 60)));
  if (ok && file == 0) {
    run->columns = config->columns.n ? config->columns : guessed;
    ok = check_configured(&run->columns, headers, why);
    if (ok && !config->trained.trained)
      ok = fields_of(m, &run->columns, config->blind, why) && model_layout(m, why);
    if (ok && !config->trained.trained) model_start_values(m);
  }
  struct source_columns where = find_columns(m, &run->columns, headers, &guessed, in);
  run->table.told_apart = where.source >= 0 && (file == 0 || run->table.told_apart);
  where.file_source = (uint16_t)file;
  if (ok && where.source < 0 && run->table.sources.n <= file) {
    *slice_push(&run->keep, &run->table.sources, &run->table.sources_cap) =
        file ? S("second file") : S("first file");
  }
  ok = ok && table_read(&run->table, m, csv, &where, progress, why);
  if (file == 0) run->table.first_file = run->table.n;
  csv_close(csv);
  return ok || why_at(why, "%s", in->n > 1 ? (file ? "Second file" : "First file") : "Input");
}

static bool count_sources(struct link_run *run, struct why *why) {
  const struct table *t = &run->table;
  if (t->n < 2)
    return why_say(why, "The file holds %u record%s. Linking needs at least two.", t->n,
                   t->n == 1 ? "" : "s");
  for (uint32_t i = 0; i < t->n; i++) run->per_source[source_of(&run->people, i)]++;
  uint64_t known = 0;
  for (unsigned f = 0; f < run->model.n_fields; f++) known += t->known[f];
  if (!known)
    return why_say(why, "No record has a value that can be compared. Check that the first row "
                        "names the columns, or name their "
                        "kinds in a --config file.");
  return true;
}

/* ---- blocking, training, weighing ---- */

/* Room for one step, given back after it. */
static struct arena step_room(const struct link_run *run, size_t limit) {
  struct arena a = arena_open(limit);
  a.out = run->keep.out;
  if (run->table.n >= RECORDS_MANY) arena_large_pages(&a);
  return a;
}

/* The rules asked for, the trained model's, or ones that suit the data; and each one's column. */
static bool choose_rules(struct link_run *run, const struct link_config *config,
                         uint32_t *column[RULES_MAX], struct arena *columns, struct arena scratch,
                         struct why *why) {
  struct model *m = &run->model;
  const struct table *t = &run->table;
  if (config->n_rules) m->n_rules = 0;
  for (unsigned i = 0; i < config->n_rules; i++) {
    if (!rule_parse(m, config->rules[i], &m->rule[m->n_rules], why)) return false;
    m->n_rules++;
  }
  if (!config->n_rules && (!m->trained || !m->n_rules)) {
    rules_default(m, &t->dict, t->record, t->n, column, columns, scratch);
    return true;
  }
  for (unsigned r = 0; r < m->n_rules; r++) {
    column[r] = arena_many(columns, uint32_t, t->n);
    rule_column(m, &t->dict, t->record, t->n, &m->rule[r], column[r], scratch);
  }
  return true;
}

/* From a column a rule to a row a record: the keys of a record are looked at together. */
static uint32_t *key_rows(struct link_run *run, uint32_t *const column[RULES_MAX]) {
  unsigned rules = run->model.n_rules, stride = rules > RULES_FEW ? RULES_MAX : RULES_FEW;
  uint32_t *keys = arena_many(&run->keep, uint32_t, (size_t)run->table.n * stride);
  for (uint32_t i = 0; i < run->table.n; i++)
    for (unsigned r = 0; r < stride; r++)
      keys[(size_t)i * stride + r] = r < rules ? column[r][i] : i;
  run->people.key_stride = stride;
  return keys;
}

static bool make_blocks(struct link_run *run, const struct link_config *config,
                        struct progress *progress, struct why *why) {
  struct model *m = &run->model;
  struct arena columns = step_room(run, (size_t)1 << 34), scratch = step_room(run, (size_t)1 << 34);
  uint32_t *column[RULES_MAX];
  uint64_t pairs = 0, too_large = 0;
  bool chosen = choose_rules(run, config, column, &columns, scratch, why);
  progress_step(progress, "Block", "rules", m->n_rules);
  for (unsigned r = 0; chosen && r < m->n_rules; r++) {
    run->blocks[r] = blocks_make(column[r], run->table.n, &run->keep, scratch);
    pairs += run->blocks[r].pairs;
    too_large += run->blocks[r].too_large;
    progress_at(progress, r + 1);
  }
  arena_close(&scratch);
  uint32_t *keys = chosen ? key_rows(run, column) : NULL;
  arena_close(&columns);
  if (!chosen) return false;
  if (!progress_goes_on(progress)) return why_say(why, "Stopped while blocking, as asked.");
  progress_end(progress, m->n_rules);
  run->people.key = keys;
  if (pairs) return true;
  return too_large
             ? why_say(why,
                       "Every group of records that agree on something is too large to compare "
                       "(over %d records share "
                       "each value). Are all values equal? Name finer blocking rules in a --config "
                       "file.",
                       BLOCK_RECORDS_MAX)
             : why_say(why, "No two records agree on anything the blocking rules look at, so no "
                            "pair could be compared. Check the "
                            "columns' kinds, or name other blocking rules in a --config file.");
}

struct weighing {
  struct link_run *run;
  const struct kernel *k;
  levels_t levels;
  float weight[BATCH];
  size_t cap;
};

/* Of two records that have nothing in both, nothing can be said, and nobody could look at them. */
static bool anything_compared(const struct weighing *w, size_t pair) {
  for (unsigned f = 0; f < w->run->model.n_fields; f++)
    if (w->levels[f][pair] != LEVEL_MISSING) return true;
  return false;
}

static void keep_links(void *to, const struct pair *pairs, size_t n) {
  struct weighing *w = to;
  w->k->levels(&w->run->people, pairs, n, w->levels);
  w->k->weights(&w->run->people, &w->run->weights, pairs, n, w->levels, w->weight);
  for (size_t i = 0; i < n; i++) {
    if (w->weight[i] < WEIGHT_KEPT || !anything_compared(w, i)) continue;
    *slice_push(&w->run->links_room, &w->run->links, &w->cap) =
        (struct link){pairs[i].a, pairs[i].b, w->weight[i]};
  }
}

static bool weigh_all(struct link_run *run, struct progress *progress, struct why *why) {
  struct weighing *w = arena_new(&run->keep, struct weighing);
  uint64_t total = 0;
  struct batch batch = {.flush = keep_links, .to = w};
  *w = (struct weighing){.run = run, .k = kernel_of_machine()};
  for (unsigned r = 0; r < run->model.n_rules; r++) total += run->blocks[r].pairs;
  progress_step(progress, "Compare", "pairs", total);
  for (unsigned r = 0; r < run->model.n_rules; r++) {
    if (!blocks_pairs(&run->people, w->k, &run->blocks[r], r, &batch, progress))
      return why_say(why, "Stopped while comparing, as asked.");
    run->rule_first[r] = batch.given - run->pairs_compared;
    run->pairs_compared = batch.given;
  }
  batch_flush(&batch);
  progress_end(progress, run->pairs_compared);
  return true;
}

/* ---- people ---- */

static void weigh_members(void *with, const uint32_t *members, size_t n, float *matrix) {
  struct link_run *run = with;
  const struct kernel *k = kernel_of_machine();
  struct score_table *t = &run->weights;
  struct pair pairs[BATCH] __attribute__((uninitialized)); /* as much is read as was written */
  levels_t levels __attribute__((uninitialized));
  float weight[BATCH] __attribute__((uninitialized));
  size_t held = 0, from[BATCH] __attribute__((uninitialized));
  float cut = t->cut;
  t->cut = -INFINITY;
  for (size_t i = 0; i < n; i++) {
    for (size_t j = i + 1; j < n; j++) {
      pairs[held] = (struct pair){members[i], members[j]};
      from[held++] = i * n + j;
      bool last = i + 2 >= n && j + 1 == n;
      if (held < BATCH && !last) continue;
      k->levels(&run->people, pairs, held, levels);
      k->weights(&run->people, t, pairs, held, levels, weight);
      for (size_t p = 0; p < held; p++)
        matrix[from[p]] = matrix[from[p] % n * n + from[p] / n] = weight[p];
      held = 0;
    }
  }
  t->cut = cut;
}

static uint16_t member_source(void *with, uint32_t record) {
  return source_of(&((struct link_run *)with)->people, record);
}
static uint64_t member_rank(void *with, uint32_t record) {
  return hash64(table_id(&((struct link_run *)with)->table, record), member_source(with, record));
}

/* Sources are taken to hold nobody twice when, within a source, hardly any two records look like
 * one person; for two files linked across only, when hardly any record has two partners in the
 * other. */
static bool sources_are_distinct(const struct link_run *run, struct arena scratch) {
  uint8_t *partners = arena_many(&scratch, uint8_t, run->table.n);
  uint64_t linked = 0, several = 0;
  float cut = (float)probability_weight(.9);
  for (size_t i = 0; i < run->links.n; i++) {
    const struct link *l = &run->links.p[i];
    if (l->weight < cut) continue;
    bool same = source_of(&run->people, l->a) == source_of(&run->people, l->b);
    if (!run->model.across_only && !same) {
      linked++;
      continue;
    }
    linked += same ? 1 : 0;
    several += same ? 1 : 0;
    if (same) continue;
    uint8_t *p[2] = {&partners[l->a], &partners[l->b]};
    for (int s = 0; s < 2; s++) {
      linked += *p[s] == 0;
      several += *p[s] == 1;
      if (*p[s] < 2) ++*p[s];
    }
  }
  return linked > 0 && (double)several < .02 * (double)linked;
}

/* With one record a source, a link that clustering refused is no link: the record's place is taken.
 */
static void drop_refused(struct link_run *run) {
  size_t n = 0;
  float threshold = (float)probability_weight(run->model.threshold);
  for (size_t i = 0; i < run->links.n; i++) {
    struct link l = run->links.p[i];
    if (l.weight >= threshold && run->cluster[l.a] != run->cluster[l.b]) continue;
    run->links.p[n++] = l;
  }
  run->links.n = n;
}

static void set_bands(struct link_run *run) {
  float look = (float)probability_weight(run->model.look);
  run->band = arena_many(&run->keep, uint8_t, run->table.n);
  for (size_t i = 0; i < run->links.n; i++) {
    const struct link *l = &run->links.p[i];
    uint8_t band = run->cluster[l->a] == run->cluster[l->b] ? BAND_LINK
                   : l->weight >= look                      ? BAND_LOOK
                                                            : BAND_NONE;
    if (run->band[l->a] < band) run->band[l->a] = band;
    if (run->band[l->b] < band) run->band[l->b] = band;
  }
}

static void find_people(struct link_run *run, const struct link_config *config,
                        struct progress *progress) {
  struct model *m = &run->model;
  struct arena scratch = step_room(run, (size_t)1 << 34);
  size_t sources = 0;
  for (size_t i = 0; i < SOURCES_MAX; i++) sources += run->per_source[i] > 0;
  m->one_per_source =
      sources > 1 && (config->one_per_source == YES ||
                      (config->one_per_source == AUTO && sources_are_distinct(run, scratch)));
  struct cluster_rules rules = {
      .join = (float)probability_weight(m->threshold),
      .touch = (float)probability_weight(m->threshold < .5 ? m->threshold : .5),
      .one_per_source = m->one_per_source,
      .weigh = weigh_members,
      .source = member_source,
      .rank = member_rank,
      .with = run};
  progress_step(progress, "Cluster", "records", run->table.n);
  run->cluster = arena_many(&run->keep, uint32_t, run->table.n);
  cluster_all(&rules, run->links, run->table.n, run->cluster, scratch);
  if (m->one_per_source) drop_refused(run);
  set_bands(run);
  for (size_t i = 0; i < run->links.n; i++) {
    const struct link *l = &run->links.p[i];
    if (l->weight < rules.join) continue;
    const uint32_t *a = keys_of(&run->people, l->a), *b = keys_of(&run->people, l->b);
    for (unsigned r = 0; r < m->n_rules; r++) run->rule_links[r] += a[r] == b[r];
  }
  arena_close(&scratch);
  progress_end(progress, run->table.n);
}

/* ---- the run ---- */

static bool read_all(struct link_run *run, const struct link_input *in,
                     const struct link_config *config, struct progress *progress, struct why *why) {
  struct model *m = &run->model;
  progress_step(progress, "Read", "records", 0);
  if (config->trained.trained) { *m = config->trained; }
  m->threshold = config->threshold;
  m->look = config->look < config->threshold ? config->look : config->threshold;
  m->across_only = in->n == 2 && config->within != YES;
  for (unsigned file = 0; file < in->n; file++)
    if (!read_file(run, in, file, config, progress, why)) return false;
  progress_end(progress, run->table.n);
  run->people = (struct people){.m = m, .d = &run->table.dict, .record = run->table.record};
  jw_bounds_fill(&run->people.bounds);
  struct arena scratch = step_room(run, (size_t)1 << 34);
  bool ok = count_sources(run, why) && table_ids_distinct(&run->table, m, scratch, why);
  arena_close(&scratch);
  if (ok) table_frequencies(&run->table, m);
  return ok;
}

bool link_run(struct link_run *run, const struct link_input *in, const struct link_config *config,
              struct progress *progress, struct why *why) {
  jmp_buf *out = run->keep.out;
  *run = (struct link_run){.keep = arena_open(in->memory_max),
                           .links_room = arena_open(in->memory_max)};
  run->keep.out = run->links_room.out = out;
  if (!run->keep.start || !run->links_room.start)
    return why_say(why, "The computer refused the memory. Lower --memory.");
  if (!link_table_open(&run->table, &run->keep, in->memory_max, why)) return false;
  if (in->blind_key)
    memcpy(run->table.blind_key, in->blind_key, sizeof run->table.blind_key);
  else
    secret_bytes(run->table.blind_key, sizeof run->table.blind_key);
  if (!read_all(run, in, config, progress, why) || !make_blocks(run, config, progress, why))
    return false;
  struct model *m = &run->model;
  if (!m->trained) {
    progress_step(progress, "Train", "rounds", 0);
    struct arena scratch = step_room(run, (size_t)1 << 30);
    run->training = model_train(m, &run->people, run->table.n, run->blocks, run->per_source,
                                SOURCES_MAX, &scratch);
    arena_close(&scratch);
    run->training.seen = run->training.random = (struct pattern_table){0};
    progress_end(progress, run->training.rounds);
  } else {
    double n = run->table.n, scale = config->trained_records > 0 ? n / config->trained_records : 1;
    for (unsigned c = 0; c < CLASS_STRANGERS; c++) m->pairs[c] *= scale;
    m->pairs[CLASS_STRANGERS] = n * (n - 1) / 2;
  }
  score_table_make(m, (double)WEIGHT_KEPT, &run->weights);
  if (!weigh_all(run, progress, why)) return false;
  find_people(run, config, progress);
  return true;
}

void link_close(struct link_run *run) {
  link_table_close(&run->table);
  arena_close(&run->links_room);
  arena_close(&run->keep);
}
