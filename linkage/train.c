/* train: see train.h. */
#include <math.h>
#include "linkage/train.h"

/* ---- patterns ---- */

static struct pattern_table patterns_make(struct arena *a, size_t slots) {
  return (struct pattern_table){.pattern = arena_many(a, uint64_t, slots),
                                .count = arena_many(a, double, slots),
                                .slots = slots};
}

static void patterns_add(struct pattern_table *t, uint64_t pattern, double count) {
  size_t at = (pattern * 0x9E3779B97F4A7C15u) >> 32 & (t->slots - 1);
  while (t->count[at] > 0 && t->pattern[at] != pattern) at = (at + 1) & (t->slots - 1);
  if (t->count[at] <= 0) {
    if (t->n * 4 >= t->slots * 3)
      return; /* full: rare patterns beyond this change nothing that is learnt */
    t->pattern[at] = pattern;
    t->n++;
  }
  t->count[at] += count;
}

static void patterns_pack(struct pattern_table *t) {
  size_t n = 0;
  for (size_t i = 0; i < t->slots; i++) {
    if (t->count[i] <= 0) continue;
    t->pattern[n] = t->pattern[i];
    t->count[n++] = t->count[i];
  }
  t->n = n;
}

/* Room for every pair of the sample to be a pattern of its own, up to half a million slots. */
static size_t slots_for(const struct model *m, const struct blocks *blocks) {
  uint64_t all = 0;
  size_t slots = 1 << 12;
  for (unsigned r = 0; r < m->n_rules; r++) all += blocks[r].pairs;
  while (slots < 1 << 19 && slots < 2 * all) slots *= 2;
  return slots;
}

struct sampling {
  const struct people *p;
  const struct kernel *k;
  struct pattern_table *to;
};

static void sample_batch(void *to, const struct pair *pairs, size_t n) {
  struct sampling *s = to;
  levels_t levels;
  s->k->levels(s->p, pairs, n, levels);
  for (size_t i = 0; i < n; i++) patterns_add(s->to, pattern_of(s->p->m, levels, i), 1);
}

static void sample_candidates(struct training *t, struct sampling *s, const struct blocks *blocks) {
  const struct model *m = s->p->m;
  uint64_t all = 0;
  for (unsigned r = 0; r < m->n_rules; r++) all += blocks[r].pairs;
  t->sample_share = all > SAMPLE_PAIRS ? (double)SAMPLE_PAIRS / (double)all : 1;
  uint64_t limit = (uint64_t)(t->sample_share * 65536);
  if (limit < 65536) t->sample_share = (double)limit / 65536;
  uint32_t members[BLOCK_RECORDS_MAX];
  struct batch batch = {.flush = sample_batch, .to = s};
  for (unsigned r = 0; r < m->n_rules; r++) {
    for (size_t i = 0, n; i < blocks[r].n; i += n) {
      uint32_t first = blocks[r].member[i] & ~BLOCK_START;
      for (n = 1; i + n < blocks[r].n && !(blocks[r].member[i + n] & BLOCK_START);) n++;
      uint32_t key = keys_of(s->p, first)[r];
      if (((key * 0x9E3779B1u) >> 16) >= limit) continue;
      for (size_t j = 0; j < n; j++) members[j] = blocks[r].member[i + j] & ~BLOCK_START;
      s->k->block(s->p, members, n, r, &batch);
    }
  }
  batch_flush(&batch);
}

static void sample_random(struct training *t, struct sampling *s, uint32_t n) {
  struct rng rng = rng_seed(20261121);
  uint64_t want = RANDOM_SMALL + (uint64_t)n * 2;
  if (want > (uint64_t)n * 40) want = (uint64_t)n * 40;
  if (want > RANDOM_PAIRS) want = RANDOM_PAIRS;
  struct pair pairs[BATCH];
  size_t held = 0;
  for (uint64_t tries = 0; n > 1 && tries < want; tries++) {
    uint32_t a = (uint32_t)rng_below(&rng, n), b = (uint32_t)rng_below(&rng, n);
    if (a == b || (s->p->m->across_only && source_of(s->p, a) == source_of(s->p, b))) continue;
    pairs[held++] = (struct pair){a, b};
    t->random_pairs++;
    if (held < BATCH) continue;
    sample_batch(s, pairs, held);
    held = 0;
  }
  if (held) sample_batch(s, pairs, held);
}

/* ---- EM ---- */

/* Innermost by kind of pair: all four are added to at once. A level has a place for each of the
 * sixteen a pattern can tell, so that what is missing adds nothing without being asked for. */
enum { LEVEL_PLACES = 16 };
typedef double kinds[CLASS_COUNT];
struct sums {
  kinds level[FIELDS_MAX][LEVEL_PLACES]; /* expected pairs at each level */
  kinds pairs;
  double random[FIELDS_MAX][LEVEL_PLACES]; /* strangers among the random pairs */
};
struct logs {
  kinds level[FIELDS_MAX][LEVEL_PLACES], size;
};

static void logs_of(const struct model *m, struct logs *out) {
  *out = (struct logs){0};
  for (unsigned c = 0; c < CLASS_COUNT; c++) out->size[c] = log(m->pairs[c] + 1e-30);
  for (unsigned f = 0; f < m->n_fields; f++)
    for (unsigned l = 0; l < m->field[f].levels; l++)
      for (unsigned c = 0; c < CLASS_COUNT; c++)
        out->level[f][l][c] = log((double)m->field[f].p[c][l] + 1e-30);
}

/* The share of each kind of pair in a pattern. A kind less likely than e^-40 times the likeliest
 * has none: beside 1 a double cannot hold it. */
static void shares(unsigned fields, const struct logs *logs, uint64_t pattern, kinds r) {
  kinds v;
  double most = -INFINITY, sum = 0;
  memcpy(v, logs->size, sizeof v);
  for (unsigned f = 0; f < fields; f++) {
    const double *add = logs->level[f][pattern_level(pattern, f)];
    for (unsigned c = 0; c < CLASS_COUNT; c++) v[c] += add[c];
  }
  for (unsigned c = 0; c < CLASS_COUNT; c++) most = v[c] > most ? v[c] : most;
  for (unsigned c = 0; c < CLASS_COUNT; c++)
    sum += r[c] = v[c] == most ? 1 : v[c] - most < -40 ? 0 : exp(v[c] - most);
  for (unsigned c = 0; c < CLASS_COUNT; c++) r[c] /= sum;
}

static void expect(const struct model *m, const struct training *t, struct sums *s) {
  static _Thread_local struct logs logs;
  kinds r;
  *s = (struct sums){0};
  logs_of(m, &logs);
  for (size_t i = 0; i < t->seen.n; i++) {
    shares(m->n_fields, &logs, t->seen.pattern[i], r);
    for (unsigned c = 0; c < CLASS_COUNT; c++)
      s->pairs[c] += r[c] *= t->seen.count[i] / t->sample_share;
    for (unsigned f = 0; f < m->n_fields; f++) {
      double *to = s->level[f][pattern_level(t->seen.pattern[i], f)];
      for (unsigned c = 0; c < CLASS_COUNT; c++) to[c] += r[c];
    }
  }
  for (size_t i = 0; i < t->random.n; i++) {
    shares(m->n_fields, &logs, t->random.pattern[i], r);
    for (unsigned f = 0; f < m->n_fields; f++)
      s->random[f][pattern_level(t->random.pattern[i], f)] +=
          r[CLASS_STRANGERS] * t->random.count[i];
  }
}

/* Expected counts plus a few pairs' worth of the starting values, to probabilities. */
static void set_levels(struct field *f, enum pair_class c, const double *count, const float *start,
                       double prior_pairs) {
  double sum = 0;
  for (unsigned l = 0; l < f->levels; l++) sum += count[l] + prior_pairs * (double)start[l];
  for (unsigned l = 0; l < f->levels; l++)
    f->p[c][l] = (float)((count[l] + prior_pairs * (double)start[l] + 1e-9) / (sum + 1e-9));
}

/* Two people of one home rarely share a forename, birth date or number. Without this bound the kind
 * drifts towards being one more kind of "same person" where files are very noisy. */
static void bound_household(struct field *f) {
  float *p = f->p[CLASS_HOUSEHOLD], alike = 0, most;
  unsigned from;
  switch (f->kind) {
    case KIND_FORENAME:
      from = 3;
      most = .08f;
      break;
    case KIND_DOB:
      from = 2;
      most = .08f;
      break;
    case KIND_NATIONAL:
      from = 1;
      most = .004f;
      break;
    case KIND_MIDDLE:
      from = 3;
      most = .1f;
      break;
    default: return;
  }
  for (unsigned l = from; l < f->levels; l++) alike += p[l];
  if (alike <= most) return;
  for (unsigned l = from; l < f->levels; l++) p[l] *= most / alike;
  p[0] += alike - most;
}

static void set_strangers(struct field *f, const double *random, const double *explained,
                          double possible, double u_raw) {
  double known = 0, others = 0;
  for (unsigned l = 0; l < f->levels; l++) known += random[l];
  for (unsigned l = 0; l < f->levels; l++) others += l == f->exact ? 0 : random[l] + .5;
  double u = known > 0 && random[f->exact] > 200 ? random[f->exact] / known
                                                 : u_raw - explained[f->exact] / possible;
  double floor = u_raw * .01 > 1e-10 ? u_raw * .01 : 1e-10;
  u = u < floor ? floor : u > .999 ? .999 : u;
  for (unsigned l = 0; l < f->levels; l++)
    f->p[CLASS_STRANGERS][l] = (float)(l == f->exact ? u : (1 - u) * (random[l] + .5) / others);
}

static void maximise(struct model *m, const struct model *start, const struct training *t,
                     const struct sums *s, const double *u_raw, const double *known_pairs,
                     bool home) {
  double explained[LEVELS_MAX], both[LEVELS_MAX], of[CLASS_COUNT][LEVELS_MAX];
  for (unsigned i = 0; i < m->n_fields; i++) {
    struct field *f = &m->field[i];
    const struct field *f0 = &start->field[i];
    bool tied = !f->home && f->kind != KIND_SURNAME;
    for (unsigned l = 0; l < f->levels; l++) {
      for (unsigned c = 0; c < CLASS_COUNT; c++) of[c][l] = s->level[i][l][c];
      both[l] = of[CLASS_SAME][l] + of[CLASS_MOVED][l];
      explained[l] = both[l] + of[CLASS_HOUSEHOLD][l];
    }
    set_levels(f, CLASS_SAME, tied ? both : of[CLASS_SAME], f0->p[CLASS_SAME], 20);
    set_levels(f, CLASS_MOVED, tied ? both : of[CLASS_MOVED], f0->p[CLASS_MOVED], 20);
    set_levels(f, CLASS_HOUSEHOLD, of[CLASS_HOUSEHOLD], f0->p[CLASS_HOUSEHOLD], 20);
    bound_household(f);
    set_strangers(f, s->random[i], explained, known_pairs[i], u_raw[i]);
  }
  m->pairs[CLASS_SAME] = s->pairs[CLASS_SAME] + 1;
  m->pairs[CLASS_MOVED] = home ? s->pairs[CLASS_MOVED] + .1 : 1e-9;
  m->pairs[CLASS_HOUSEHOLD] = home ? s->pairs[CLASS_HOUSEHOLD] + .1 : 1e-9;
  m->pairs[CLASS_STRANGERS] = t->pairs_possible;
}

static double moved(const struct model *a, const struct model *b) {
  double most = 0;
  for (unsigned f = 0; f < a->n_fields; f++)
    for (unsigned c = 0; c < CLASS_STRANGERS; c++)
      for (unsigned l = 0; l < a->field[f].levels; l++) {
        double d = fabs((double)a->field[f].p[c][l] - (double)b->field[f].p[c][l]);
        most = d > most ? d : most;
      }
  return most;
}

bool model_tells_homes(const struct model *m) {
  for (unsigned f = 0; f < m->n_fields; f++) {
    struct str name = str_of(m->field[f].name);
    bool line = str_contains(name, S("address")) || str_contains(name, S("street"));
    enum kind k = m->field[f].kind;
    if (m->field[f].home && (k == KIND_POSTCODE || k == KIND_HOUSE || k == KIND_PHONE || line))
      return true;
  }
  return false;
}

static double possible_pairs(const struct model *m, const uint64_t *per_source, size_t sources) {
  double all = 0, within = 0;
  for (size_t i = 0; i < sources; i++) {
    all += (double)per_source[i];
    within += (double)per_source[i] * ((double)per_source[i] - 1) / 2;
  }
  return all * (all - 1) / 2 - (m->across_only ? within : 0);
}

struct training model_train(struct model *m, const struct people *p, uint32_t n,
                            const struct blocks *blocks, const uint64_t *per_source, size_t sources,
                            struct arena *keep) {
  struct training t = {.pairs_possible = possible_pairs(m, per_source, sources)};
  struct model start = *m, before;
  struct sums *s = arena_new(keep, struct sums);
  double u_raw[FIELDS_MAX], known_pairs[FIELDS_MAX];
  bool home = model_tells_homes(m);
  t.seen = patterns_make(keep, slots_for(m, blocks));
  t.random = patterns_make(keep, 1 << 16);
  struct sampling sampling = {p, kernel_of_machine(), &t.seen};
  sample_candidates(&t, &sampling, blocks);
  sampling.to = &t.random;
  sample_random(&t, &sampling, n);
  patterns_pack(&t.seen);
  patterns_pack(&t.random);
  for (unsigned f = 0; f < m->n_fields; f++) {
    double known = 0;
    for (uint32_t i = 0; i < n; i++) known += record_of(p, i)[m->field[f].tf_at] != 0;
    known_pairs[f] = t.pairs_possible * (known / n) * (known / n) + 1;
    u_raw[f] = m->field[f].u_exact;
  }
  double scale = (double)n;
  m->pairs[CLASS_SAME] = scale * .5;
  m->pairs[CLASS_MOVED] = home ? scale * .2 : 1e-9;
  m->pairs[CLASS_HOUSEHOLD] = home ? scale * .5 : 1e-9;
  m->pairs[CLASS_STRANGERS] = t.pairs_possible;
  for (unsigned f = 0; f < m->n_fields; f++) {
    double none[LEVELS_MAX] = {0}, few[LEVELS_MAX] = {0};
    for (size_t i = 0; i < t.random.n; i++) {
      unsigned l = pattern_level(t.random.pattern[i], f);
      if (l != LEVEL_MISSING) few[l] += t.random.count[i];
    }
    set_strangers(&m->field[f], few, none, known_pairs[f], u_raw[f]);
  }
  for (t.rounds = 0, t.moved_a_lot = true; t.rounds < EM_ROUNDS_MAX && t.moved_a_lot; t.rounds++) {
    before = *m;
    expect(m, &t, s);
    maximise(m, &start, &t, s, u_raw, known_pairs, home);
    t.moved_a_lot = moved(m, &before) > 2e-4;
  }
  m->trained = true;
  return t;
}
