/* finding_bench: how long one search takes in process, over the directory of a data folder, and how
 * long the picture takes to make. bench/speed/run.sh makes a folder of 20,000 services and
 * 1,000,000 postcodes first. Processor time, so that a busy machine does not change the figures
 * much. finding_bench FOLDER POSTCODES.csv   (postcodes: one a line, to ask from) */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "finding/finding.h"

enum { SEARCHES = 2000, ARENA_BYTES = 1 << 30 };
static const char *const words[] = {"",
                                    "debt",
                                    "help with childcare so I can train",
                                    "cv",
                                    "my helth is bad",
                                    "welding",
                                    "somewhere to live",
                                    "computer",
                                    "someone to talk to",
                                    "qwerty"};
struct question { char postcode[16], age[16]; const char *need, *status; struct arena *a; };

static uint64_t cpu_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int by_size(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

static struct strs values(void *from, const char *name) {
  struct question *q = from;
  struct str v = {0};
  if (strcmp(name, "postcode") == 0) v = str_of(q->postcode);
  if (strcmp(name, "age") == 0) v = str_of(q->age);
  if (strcmp(name, "words") == 0) v = str_of(q->need);
  if (strcmp(name, "status") == 0) v = str_of(q->status);
  struct strs out = {arena_many(q->a, struct str, 1), v.n ? 1 : 0};
  out.p[0] = v;
  return out;
}

static void print(const char *what, double *ms, size_t n) {
  qsort(ms, n, sizeof *ms, by_size);
  printf("%-28s p50 %.3f ms  p99 %.3f ms  worst %.3f ms\n", what, ms[n / 2], ms[n - n / 100 - 1],
         ms[n - 1]);
}

static void search_all(struct db *db, const struct finding_picture *p,
                       const struct strs *postcodes) {
  static double reading[SEARCHES], running[SEARCHES], both[SEARCHES];
  struct rng r = rng_seed(7);
  struct arena a = arena_open(ARENA_BYTES);
  size_t found = 0;
  for (size_t i = 0; i < SEARCHES; i++) {
    static const char *const statuses[] = {"", "employed", "unemployed", "inactive"};
    struct question q = {.need = words[rng_below(&r, countof(words))],
                         .status = statuses[rng_below(&r, 4)],
                         .a = &a};
    struct str code = postcodes->n ? postcodes->p[rng_below(&r, postcodes->n)] : (struct str){0};
    snprintf(q.postcode, sizeof q.postcode, "%.*s", P(code));
    if (rng_below(&r, 4)) snprintf(q.age, sizeof q.age, "%d", 16 + (int)rng_below(&r, 60));
    struct finding_said said = {values, &q};
    struct finding_faults faults;
    struct finding_ask ask;
    struct finding_answers answers;
    uint64_t start = cpu_us();
    if (!finding_read(db, &a, p, &said, p->offers->day, 600, LANG_EN, &ask, &faults)) {
      fprintf(stderr, "%.*s\n", P(faults.p[0].sentence));
      exit(1);
    }
    uint64_t read = cpu_us();
    ask.limit = FINDING_PAGE;
    finding_run(&a, p, &ask, (struct rules_tongue){0}, &answers);
    uint64_t end = cpu_us();
    reading[i] = (double)(read - start) / 1000, running[i] = (double)(end - read) / 1000,
    both[i] = (double)(end - start) / 1000;
    found += answers.yes + answers.maybe;
    arena_reset(&a);
  }
  printf("%zu services, %d searches, %.1f found on average\n", p->offers->list.n, SEARCHES,
         (double)found / SEARCHES);
  print("reading (postcode, words)", reading, SEARCHES);
  print("judging, ranking, reasons", running, SEARCHES);
  print("find", both, SEARCHES);
  arena_close(&a);
}

int main(int argc, char **argv) {
  struct arena a = arena_open(ARENA_BYTES);
  struct why why = {0};
  struct str text = {0};
  if (argc < 2) return fprintf(stderr, "finding_bench FOLDER [POSTCODES]\n"), 2;
  struct db_where where = {.folder = str_of(argv[1])};
  struct db *db = db_open(&where, &why);
  if (!db || (argc > 2 && !file_read(&a, argv[2], 64 << 20, &text, &why)))
    return fprintf(stderr, "%s\n", why.text), 1;
  struct strs postcodes = str_split(&a, str_trim(text), '\n');
  uint64_t start = cpu_us();
  const struct finding_picture *p =
      finding_picture_now(db, instant_local_uk(clock_now()).day, DIRECTORY_LIVE, &why);
  if (!p) return fprintf(stderr, "%s\n", why.text), 1;
  printf("picture made in %.0f ms\n", (double)(cpu_us() - start) / 1000);
  search_all(db, p, &postcodes);
  db_close(db);
  return 0;
}
