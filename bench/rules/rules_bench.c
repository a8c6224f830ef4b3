/* rules_bench: how long one judgement takes, and one person against 20,000 offers. Run from the
 * source tree: build/rules/rules_bench The rules are those of packs/schemes/, taken over and over
 * with shifted ages; the people are drawn from a fixed seed. */
#include <time.h>
#include "rules/test_packs.h"

enum { OFFERS = 20000, PEOPLE = 200 };

static struct rules_facts person_draw(struct arena *a, const struct rules_book *b, struct rng *r) {
  static const char *const places[] = {"Walsall", "Stockton-on-Tees", "Hackney", "Liverpool",
                                       "Leeds",   "Tendring"};
  static const char *const cohorts[] = {"neet",        "carer",         "debt",
                                        "convictions", "mental_health", "low_pay"};
  struct rules_facts f = {.on = day_of(2024, 1, 1)};
  struct str place = str_of(places[rng_below(r, countof(places))]);
  if (rng_below(r, 4)) rules_facts_age(&f, 16 + (int)rng_below(r, 50));
  if (rng_below(r, 4)) rules_facts_status(b, &f, rng_below(r, 2) ? S("unemployed") : S("inactive"));
  rules_facts_cohort(b, &f, str_of(cohorts[rng_below(r, countof(cohorts))]), RULES_SAID_YES);
  if (rng_below(r, 4)) f.place = rules_place_of(a, b, &place, 1);
  rules_facts_settle(b, &f);
  return f;
}

static int by_size(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

/* Processor time, so that a busy machine does not change the figures. */
static uint64_t cpu_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static double ms_since(uint64_t start) { return (double)(cpu_us() - start) / 1000.0; }

static void bench_judge(const struct library *l, struct rules_facts *people) {
  size_t judged = 0, yes = 0;
  uint64_t start = cpu_us();
  for (int round = 0; round < 200; round++)
    for (int p = 0; p < PEOPLE; p++)
      for (size_t i = 0; i < l->n; i++)
        if (l->p[i].offer.rule) {
          yes += rules_judge(l->p[i].offer.rule, &people[p]) == RULES_YES;
          judged++;
        }
  double ns = (double)(cpu_us() - start) * 1000.0 / (double)judged;
  printf("judge_ns=%.1f judgements=%zu yes=%zu\n", ns, judged, yes);
}

static void bench_find(struct arena *a, const struct rules_book *b, const struct library *l,
                       struct rules_facts *people) {
  struct rules_offer *offers = arena_many(a, struct rules_offer, OFFERS);
  static double ms[PEOPLE];
  size_t found[3] = {0};
  for (int i = 0; i < OFFERS; i++) offers[i] = l->p[(size_t)i * 37 % l->n].offer;
  for (int p = 0; p < PEOPLE; p++) {
    uint64_t start = cpu_us();
    for (int i = 0; i < OFFERS; i++) found[rules_judge_offer(b, &offers[i], &people[p], true)]++;
    ms[p] = ms_since(start);
  }
  qsort(ms, PEOPLE, sizeof ms[0], by_size);
  printf("offers=%d find_ms_median=%.3f find_ms_p99=%.3f no=%zu maybe=%zu yes=%zu\n", OFFERS,
         ms[PEOPLE / 2], ms[PEOPLE * 99 / 100], found[0], found[1], found[2]);
}

static void bench_explain(struct arena scratch, const struct rules_book *b, const struct library *l,
                          struct rules_facts *people) {
  size_t told = 0;
  uint64_t start = cpu_us();
  for (int p = 0; p < 20; p++)
    for (size_t i = 0; i < l->n; i++) {
      struct arena a = scratch;
      struct rules_because because;
      rules_explain_offer(&a, b, &l->p[i].offer, &people[p], false, (struct rules_tongue){0},
                          &because);
      told++;
    }
  printf("explain_us=%.2f\n", (double)(cpu_us() - start) / (double)told);
}

int main(void) {
  struct arena a = arena_open((size_t)256 << 20);
  struct packs all = pack_all(&a);
  struct rules_book *b = all.book;
  struct library l = all.library;
  struct rng r = rng_seed(7);
  static struct rules_facts people[PEOPLE];
  for (int i = 0; i < PEOPLE; i++) people[i] = person_draw(&a, b, &r);
  bench_judge(&l, people);
  bench_find(&a, b, &l, people);
  bench_explain(a, b, &l, people);
  arena_close(&a);
  return 0;
}
