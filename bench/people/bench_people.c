/* People at size, in process on SQLite: build/people/bench_people [PEOPLE] [RUNS]. One team holds a
 * fifth of everyone; the rest are spread over forty workers, each with about the same caseload
 * whatever the size. Prints median and 99th percentile of a person's page, the list and a search,
 * each with its audit entries, as the worker with a caseload and as the lead of the largest team;
 * and the processor's time of one, which a busy machine does not change. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/seal.h"
#include "db/testing.h"
#include "people/inside.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    places_migrations, people_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain};
enum { CASELOAD = 60, FACTS_CHANGED = 20, A_BATCH = 5000 };
static const char *const firsts[] = {"Ada",  "Bram",  "Ceri",  "Dilys", "Ewan",  "Farah",
                                     "Gwen", "Hari",  "Ines",  "Jonah", "Kezia", "Lewis",
                                     "Mina", "Nadia", "Owain", "Pearl"};
static const char *const lasts[] = {"Thriftleaf", "Samphire",   "Gullane",   "Halyard",
                                    "Fogwell",    "Spindrift",  "Eelgrass",  "Marlinspike",
                                    "Saltmarsh",  "Groyne",     "Kittiwake", "Breakwater",
                                    "Limpet",     "Sandmartin", "Shingle",   "Tidemark"};

struct bench {
  struct db_test t;
  struct client c;
  struct actor worker, lead, others[40];
  char some_id[37];
  int runs;
};

static void add(struct bench *b, struct arena *a, struct rng *rng, const struct actor *by,
                bool known) {
  struct person p;
  record_clear(&person_type, &p);
  p.name = str_format(a, "%s %s %d", firsts[rng_below(rng, countof(firsts))],
                      lasts[rng_below(rng, countof(lasts))], (int)rng_below(rng, 1000));
  p.safe_way = S("phone"), p.status = S("inactive"),
  p.born_on = 1000 + (day_t)rng_below(rng, 14000);
  if (known) {
    p.phone = S("07700 900123"), p.safe_note = S("Not on Mondays"), p.address = S("4 Quay");
    p.communication = S("quiet_room"), p.benefits = S("pip"), p.health_condition = 1;
  }
  if (people_add(b->t.db, a, by, &p, b->c.now) != DB_OK) abort();
  for (int i = 0; known && i < FACTS_CHANGED; i++) {
    p.children = i % 9;
    if (people_save(b->t.db, a, &p, by->user_id, b->c.now) != DB_OK) abort();
  }
  if (known) uuid_text(p.public_id, b->some_id);
}

/* The worker's caseload first; then a fifth for the lead's team, the others over forty teams. */
static void fill(struct bench *b, int people) {
  struct rng rng = rng_seed(3);
  for (int done = 0; done < people;) {
    db_begin(b->t.db, STORE_MAIN);
    db_begin(b->t.db, STORE_KEYS);
    for (int i = 0; i < A_BATCH && done < people; i++, done++) {
      struct arena scratch = *b->t.arena;
      const struct actor *by = done < CASELOAD ? &b->worker
                               : done % 5 == 0 ? &b->lead
                                               : &b->others[rng_below(&rng, countof(b->others))];
      add(b, &scratch, &rng, by, done < CASELOAD);
    }
    if (db_commit(b->t.db, STORE_KEYS) != DB_OK || db_commit(b->t.db, STORE_MAIN) != DB_OK) abort();
  }
}

static int by_size(const void *x, const void *y) {
  double a = *(const double *)x, c = *(const double *)y;
  return (a > c) - (a < c);
}

static void measure(struct bench *b, const char *what, const struct actor *as, const char *path,
                    const char *form) {
  double *ms = calloc((size_t)b->runs, sizeof *ms);
  clock_t began = 0;
  client_as(&b->c, *as);
  for (int i = -3; i < b->runs; i++) {
    if (i == 0) began = clock();
    seal_forget(); /* as at the end of each request */
    uint64_t from = clock_monotonic_us();
    if (form)
      post(&b->c, path, form);
    else
      get(&b->c, path);
    if (b->c.status != 200) abort();
    if (i >= 0) ms[i] = (double)(clock_monotonic_us() - from) / 1000;
  }
  double cpu = (double)(clock() - began) / CLOCKS_PER_SEC * 1000 / b->runs;
  qsort(ms, (size_t)b->runs, sizeof *ms, by_size);
  printf("%-34s median %7.2f ms   p99 %7.2f ms   cpu %6.2f ms\n", what, ms[b->runs / 2],
         ms[b->runs * 99 / 100], cpu);
  free(ms);
}

static void measure_all(struct bench *b) {
  char path[64];
  snprintf(path, sizeof path, "/people/%s", b->some_id);
  measure(b, "person page", &b->worker, path, NULL);
  measure(b, "list, caseload of 60", &b->worker, "/people", NULL);
  measure(b, "search, caseload of 60", &b->worker, "/people", "search=sp+a");
  measure(b, "list, a fifth of everyone", &b->lead, "/people", NULL);
  measure(b, "search, a fifth of everyone", &b->lead, "/people", "search=spi+ad");
  measure(b, "search one letter, a fifth", &b->lead, "/people", "search=s");
  measure(b, "reviews due, a fifth of everyone", &b->lead, "/reviews", NULL);
}

static void set_up(struct bench *b) {
  struct db *db = b->t.db;
  struct arena *a = b->t.arena;
  char name[16];
  b->c = client_open(db, domains, countof(domains), &accounts_session_hooks);
  people_sealing();
  people_parts_use(domains, countof(domains));
  int64_t own = test_team(db, a, "Small", "Own", FUNCTION_SUPPORT, "own", b->c.now),
          large = test_team(db, a, "Large", "Team", FUNCTION_SUPPORT, "team", b->c.now);
  b->worker = test_user(db, a, own, "worker", ROLE_KEY_WORKER, "", b->c.now);
  b->lead = test_user(db, a, large, "lead", ROLE_TEAM_LEAD, "", b->c.now);
  for (size_t i = 0; i < countof(b->others); i++) {
    snprintf(name, sizeof name, "other%02zu", i);
    int64_t team = test_team(db, a, name, name, FUNCTION_SUPPORT, "own", b->c.now);
    b->others[i] = test_user(db, a, team, name, ROLE_KEY_WORKER, "", b->c.now);
  }
}

static int number(int argc, char **argv, int at, int otherwise) {
  int64_t n = 0;
  return argc > at && str_to_i64(str_of(argv[at]), &n) && n > 0 ? (int)n : otherwise;
}

int main(int argc, char **argv) {
  static struct bench b;
  const struct migrations lists[] = {db_migrations,     audit_migrations,    web_migrations,
                                     record_migrations, accounts_migrations, permission_migrations,
                                     places_migrations, people_migrations};
  int people = number(argc, argv, 1, 10000);
  b.runs = number(argc, argv, 2, 200);
  db_test_open(&b.t, DB_SQLITE, lists, countof(lists));
  set_up(&b);
  uint64_t from = clock_monotonic_us();
  fill(&b, people);
  double seconds = (double)(clock_monotonic_us() - from) / 1e6;
  printf("%d people written in %.1f s (%.0f a second)\n", people, seconds, people / seconds);
  measure_all(&b);
  client_close(&b.c);
  db_test_close(&b.t);
  return 0;
}
