/* bench_link: the figures of the linkage engine that need no file, each with the CPU seconds and
 * memory it took. bench-link [levels|pairs|index|psi] [records]      without a word: all The people
 * are invented (linkage/generate.h) and the same each time. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "linkage/generate.h"
#include "linkage/index.h"
#include "linkage/psi.h"

static double cpu(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double memory_mb(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return (double)r.ru_maxrss / 1024;
}

static double best_of(double a, double b) { return a < b ? a : b; }

/* Ten million random pairs of distinct invented names, against the plain definition. */
static int bench_levels(void) {
  enum { PAIRS = 10 * 1000 * 1000, NAMES = 40000, CHUNK = 4096 };
  struct arena a = arena_open((size_t)1 << 33);
  struct buf people = buf_open((size_t)1 << 28);
  struct generate_settings s = generate_usual();
  struct cell *name = arena_many(&a, struct cell, NAMES), *x = arena_many(&a, struct cell, CHUNK),
              *y = arena_many(&a, struct cell, CHUNK);
  uint8_t *out = arena_many(&a, uint8_t, CHUNK);
  size_t n = 0, wrong = 0, worked[3] = {0};
  s.typo = .3;
  generate_people(&people, NAMES, 3, &s);
  struct str rest = buf_str(&people), line;
  str_cut(&rest, '\n');
  while (n < NAMES && (line = str_cut(&rest, '\n')).n) {
    for (int skip = 0; skip < 5; skip++) str_cut(&line, ',');
    struct str surname = str_cut(&line, ',');
    if (surname.n && surname.n <= CELL_TEXT) name[n++] = cell_name(surname);
  }
  struct jw_bounds bounds;
  struct rng r = rng_seed(1);
  double seconds = 0, plain = 0;
  jw_bounds_fill(&bounds);
  for (size_t done = 0; done < PAIRS; done += CHUNK) {
    for (size_t i = 0; i < CHUNK; i++) {
      x[i] = name[rng_below(&r, n)];
      y[i] = name[rng_below(&r, n)];
    }
    double best = 1e9;
    for (int turn = 0; turn < 3; turn++) {
      double from = cpu();
      kernel_of_machine()->jw_levels(&bounds, x, y, CHUNK, out);
      best = best_of(best, cpu() - from);
    }
    seconds += best;
    double from = cpu();
    for (size_t i = 0; i < CHUNK; i++) {
      enum jw_level l =
          jw_level_plain((struct str){x[i].text, x[i].n}, (struct str){y[i].text, y[i].n});
      wrong += l != out[i];
      worked[l]++;
    }
    plain += cpu() - from;
  }
  printf("levels       %.0f million Jaro-Winkler levels a core-second (kernel %s); plain "
         "definition %.1f million; %zu of %d differ (near %zu, close %zu)\n",
         PAIRS / seconds / 1e6, kernel_of_machine()->name, PAIRS / plain / 1e6, wrong, PAIRS,
         worked[1], worked[2]);
  buf_free(&people);
  arena_close(&a);
  return wrong != 0;
}

/* The generated columns; without middle names and sex where `seven` comparisons are wanted. */
static struct columns generated_columns(bool seven) {
  static const struct column all[] = {{"rec_id", KIND_ID, false},
                                      {"source", KIND_SOURCE, false},
                                      {"forename", KIND_FORENAME, false},
                                      {"surname", KIND_SURNAME, false},
                                      {"dob", KIND_DOB, false},
                                      {"house", KIND_HOUSE, true},
                                      {"postcode", KIND_POSTCODE, true},
                                      {"phone", KIND_PHONE, true},
                                      {"nino", KIND_NATIONAL, false},
                                      {"middle", KIND_MIDDLE, false},
                                      {"sex", KIND_SEX, false}};
  struct columns c = {.n = countof(all) - (seven ? 2 : 0)};
  memcpy(c.p, all, sizeof all);
  return c;
}

static struct link_run *make_run(uint32_t records, bool blind, bool seven, char path[64]) {
  struct generate_settings s = generate_usual();
  struct buf people = buf_open((size_t)records * 200 + 4096);
  struct why why;
  static const uint8_t key[32] = {1};
  struct link_config config = config_default();
  struct link_run *run = calloc(1, sizeof *run);
  snprintf(path, 64, "/tmp/bench_link_%d.csv", (int)getpid());
  config.blind = blind;
  config.columns = generated_columns(seven);
  if (!run || !generate_people(&people, records, 7, &s) ||
      !file_write(path, buf_str(&people), &why))
    exit(1);
  buf_free(&people);
  struct link_input in = {.path = {path}, .n = 1, .memory_max = (size_t)1 << 32, .blind_key = key};
  if (!link_run(run, &in, &config, NULL, &why)) {
    fprintf(stderr, "%s\n", why.text);
    exit(1);
  }
  unlink(path);
  return run;
}

struct counting {
  struct link_run *run;
  const struct kernel *k;
  levels_t levels;
  float weight[BATCH];
  uint64_t pairs, kept;
};

static void count_batch(void *to, const struct pair *pairs, size_t n) {
  struct counting *c = to;
  c->k->levels(&c->run->people, pairs, n, c->levels);
  c->k->weights(&c->run->people, &c->run->weights, pairs, n, c->levels, c->weight);
  c->pairs += n;
  for (size_t i = 0; i < n; i++) c->kept += c->weight[i] > 0;
}

/* Blocks of 100,000 people through the kernel again and again: levels of every comparison and the
 * weight. */
static int bench_pairs(bool seven) {
  char path[64];
  struct link_run *run = make_run(100000, false, seven, path);
  static struct counting c;
  c.pairs = 0;
  c.run = run;
  c.k = kernel_of_machine();
  struct batch batch = {.flush = count_batch, .to = &c};
  double from = cpu();
  while (cpu() - from < 2) {
    for (unsigned r = 0; r < run->model.n_rules; r++)
      blocks_pairs(&run->people, c.k, &run->blocks[r], r, &batch, NULL);
  }
  printf("pairs        %.1f million record pairs a CPU-second, %d comparisons, pair making and "
         "weights included\n",
         (double)c.pairs / (cpu() - from) / 1e6, run->model.n_fields);
  link_close(run);
  free(run);
  return 0;
}

static int by_time(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return a < b ? -1 : a > b;
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Raw cells of further people, who are partly known already (the same seed) and partly new. */
static size_t further_people(struct arena *a, const struct model *m, uint32_t records,
                             struct str (*cells)[FIELDS_MAX], size_t most) {
  struct generate_settings s = generate_usual();
  struct buf *people = arena_new(a, struct buf);
  struct why why;
  *people = buf_open((size_t)records * 200 + 4096);
  generate_people(people, records, 8, &s);
  struct csv *csv = csv_open_str(a, buf_str(people));
  struct csv_row row;
  size_t n = 0;
  csv_headers(csv, &why);
  while (n < most && csv_next(csv, &row, &why) == CSV_ROW) {
    for (unsigned f = 0; f < m->n_fields; f++)
      cells[n][f] = str_copy(a, csv_cell(&row, csv_column(csv, str_of(m->field[f].name))));
    n++;
  }
  csv_close(csv);
  buf_free(people);
  return n;
}

static int bench_index(uint32_t records) {
  enum { ASKED = 20000 };
  static const uint8_t key[32] = {1};
  static double ms[ASKED];
  static struct str cells[ASKED][FIELDS_MAX];
  char path[64], index_path[64];
  struct why why;
  struct arena a = arena_open((size_t)1 << 32);
  struct link_run *run = make_run(records, true, false, path);
  snprintf(index_path, sizeof index_path, "/tmp/bench_link_%d.idx", (int)getpid());
  double from = now_ms();
  struct index *ix = index_create(index_path, run, records + ASKED * 2, &why)
                         ? index_open(index_path, key, &why)
                         : NULL;
  if (!ix || !index_fill(ix, run, NULL, 1, 1, &why)) {
    fprintf(stderr, "%s\n", why.text);
    return 1;
  }
  printf("index        %u records put in in %.1f s\n", records, (now_ms() - from) / 1000);
  size_t n = further_people(&a, index_model(ix), ASKED * 2, cells, ASKED), known = 0;
  struct index_hit hits[INDEX_HITS_MAX];
  for (size_t i = 0; i < n; i++) {
    from = now_ms();
    known += index_query(ix, cells[i], hits) > 0;
    ms[i] = now_ms() - from;
  }
  qsort(ms, n, sizeof *ms, by_time);
  printf("index        asked %zu times (%zu with a likely answer): median %.3f ms, p99 %.3f ms, "
         "most %.3f ms\n",
         n, known, ms[n / 2], ms[n * 99 / 100], ms[n - 1]);
  for (size_t i = 0; i < n; i++) {
    from = now_ms();
    if (!index_add(ix, (uint64_t)records + 1 + i, 0, cells[i], 2, 1, NULL, &why)) {
      fprintf(stderr, "%s\n", why.text);
      return 1;
    }
    ms[i] = now_ms() - from;
  }
  qsort(ms, n, sizeof *ms, by_time);
  printf("index        added %zu records: median %.3f ms, p99 %.3f ms, most %.3f ms\n", n,
         ms[n / 2], ms[n * 99 / 100], ms[n - 1]);
  index_close(ix);
  unlink(index_path);
  link_close(run);
  free(run);
  arena_close(&a);
  return 0;
}

/* Both write their next message, then each takes the other's: files crossing in the post. */
static void psi_cross(struct psi *x, struct psi *y) {
  struct buf from_x = buf_open((size_t)1 << 27), from_y = buf_open((size_t)1 << 27);
  struct why why;
  if (!psi_next(x, &from_x, &why) || !psi_next(y, &from_y, &why) ||
      !psi_take(x, buf_str(&from_y), &why) || !psi_take(y, buf_str(&from_x), &why)) {
    fprintf(stderr, "%s\n", why.text);
    exit(1);
  }
  buf_free(&from_x);
  buf_free(&from_y);
}

/* Both sides in this one process, 5,000 people x 10 keys each, half of them shared. */
static int bench_psi(void) {
  enum { PEOPLE = 5000 };
  struct psi side[2];
  struct psi_identity id[2];
  struct psi_terms terms = {S("bench"), S("2026-11"), PEOPLE * PSI_KEY_TYPES, false};
  struct arena a = arena_open((size_t)1 << 32);
  struct why why;
  double from = cpu();
  for (int s = 0; s < 2; s++) psi_identity_make(&id[s]);
  for (int s = 0; s < 2; s++) {
    struct psi_element *e = arena_many(&a, struct psi_element, PEOPLE * PSI_KEY_TYPES);
    size_t n = 0;
    for (uint32_t i = 0; i < PEOPLE; i++) {
      uint32_t p = i + (uint32_t)s * PEOPLE / 2;
      struct psi_person person = {
          str_format(&a, "first%c%c%c", 'a' + p % 26, 'a' + p / 26 % 26, 'a' + p / 676),
          str_format(&a, "last%c%c%c", 'a' + p / 676, 'a' + p % 26, 'a' + p / 26 % 26),
          str_format(&a, "%04u-%02u-%02u", 1930 + p % 80, 1 + p % 12, 1 + p % 28),
          str_format(&a, "m%u %uab", 1 + p % 40, p % 10),
          str_format(&a, "07%09u", p),
          str_format(&a, "ab%06uc", p),
          'f'};
      n += psi_elements(terms.project, &person, i, e + n, a);
    }
    struct psi_partner them;
    memcpy(them.sign_public, id[!s].sign_public, 32);
    memcpy(them.box_public, id[!s].box_public, 32);
    if (!psi_begin(&side[s], &terms, &id[s], &them, e, n, &a, &why)) {
      fprintf(stderr, "%s\n", why.text);
      return 1;
    }
  }
  for (int k = 0; k < 3; k++) psi_cross(&side[0], &side[1]);
  uint32_t count;
  if (!psi_result(&side[0], NULL, &count, &why)) return 1;
  double seconds = cpu() - from;
  printf("psi          %u keys a side, %u shared: %.1f CPU-seconds for both sides together (%.1f "
         "each)\n",
         side[0].n, count, seconds, seconds / 2);
  arena_close(&a);
  return 0;
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "all";
  uint32_t records = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000000;
  bool all = !strcmp(what, "all");
  int bad = 0;
  if (all || !strcmp(what, "levels")) bad |= bench_levels();
  if (all || !strcmp(what, "pairs")) bad |= bench_pairs(true) | bench_pairs(false);
  if (all || !strcmp(what, "psi")) bad |= bench_psi();
  if (all || !strcmp(what, "index")) bad |= bench_index(records);
  printf("bench-link   %.1f CPU-seconds, at most %.0f MB\n", cpu(), memory_mb());
  return bad;
}
