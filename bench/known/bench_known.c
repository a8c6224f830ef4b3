/* bench_known: how long "already known here?" takes against a million invented people
 * (linkage/generate.h) of one team. Each has the keys the product makes, so that common names are
 * as common as in the file; whoever a question can lead to has a whole sealed record.
 *
 *   bench_known PEOPLE QUESTIONS       on SQLite, and on PostgreSQL when WAYMARK_TEST_PG names one
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "base/csv.h"
#include "db/job.h"
#include "db/seal.h"
#include "db/testing.h"
#include "known/inside.h"
#include "linkage/generate.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, places_migrations, known_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain, &known_domain};
/* Everybody of the bench: invented people, their keys as the product makes them, and which of them
 * have a whole record of their own. The others stand only where a question looks for somebody. */
enum { ASKED_MAX = 2000, TOP = KNOWN_HITS_MAX + 2, CHUNK = 2000 };
struct posting {
  int64_t key;
  uint32_t person;
};
static struct crowd {
  uint32_t n, real, *first_key; /* person i: keys from first_key[i] on */
  int64_t *key;                 /* numbers of people begin at 1, whole records first */
  struct posting *posting;      /* by key */
  uint32_t *number;
  struct known_asked *asked;
  struct arena arena;
} crowd;
static uint32_t records = 1000000;
static int64_t questions = 1000;

static int by_size(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}
static int by_key(const void *x, const void *y) {
  const struct posting *a = x, *b = y;
  return (a->key > b->key) - (a->key < b->key);
}

static void make_crowd(void) {
  struct generate_settings s = generate_usual();
  struct buf text = buf_open((size_t)records * 200 + 4096);
  struct csv_row row;
  struct why why;
  s.records = 1;
  struct arena *a = &crowd.arena;
  crowd = (struct crowd){.arena = arena_open((size_t)8 << 30)};
  crowd.first_key = arena_many(a, uint32_t, records + 1);
  crowd.key = arena_many(a, int64_t, (size_t)records * FEW_KEYS_MAX);
  crowd.asked = arena_many(a, struct known_asked, records);
  crowd.number = arena_many(a, uint32_t, records);
  if (!generate_people(&text, records, 9, &s)) exit(1);
  struct csv *csv = csv_open_str(a, buf_str(&text));
  csv_next(csv, &row, &why);
  for (; crowd.n < records && csv_next(csv, &row, &why) == CSV_ROW; crowd.n++) {
    struct known_asked asked = {.age = NUMBER_NONE, .asked_on = DAY_NONE, .born_on = DAY_NONE};
    int64_t keys[KNOWN_KEYS_MAX];
    asked.name = str_format(a, "%.*s %.*s", P(row.cell[3]), P(row.cell[5]));
    asked.phone = str_copy(a, row.cell[10]), asked.postcode = str_copy(a, row.cell[9]);
    if (!day_parse_typed(row.cell[7], &asked.born_on)) asked.born_on = DAY_NONE;
    crowd.asked[crowd.n] = asked;
    struct arena scratch = *a;
    struct known_forms forms = known_forms_of(&scratch, &asked);
    size_t n = known_keys(&scratch, &forms, keys);
    uint32_t at = crowd.first_key[crowd.n];
    memcpy(crowd.key + at, keys, n * sizeof *keys);
    crowd.first_key[crowd.n + 1] = at + (uint32_t)n;
  }
  csv_close(csv);
  buf_free(&text);
  uint32_t all = crowd.first_key[crowd.n];
  crowd.posting = arena_many(a, struct posting, all);
  for (uint32_t i = 0; i < crowd.n; i++)
    for (uint32_t k = crowd.first_key[i]; k < crowd.first_key[i + 1]; k++)
      crowd.posting[k] = (struct posting){crowd.key[k], i};
  qsort(crowd.posting, all, sizeof *crowd.posting, by_key);
}

static uint32_t first_posting(int64_t key) {
  uint32_t lo = 0, hi = crowd.first_key[crowd.n];
  while (lo < hi) {
    uint32_t mid = lo + (hi - lo) / 2;
    if (crowd.posting[mid].key < key)
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}

/* Whoever a question may lead to has a whole record: those who share most with who is asked. */
static void make_real(uint32_t asked, uint8_t *shared, uint32_t *touched) {
  uint32_t n = 0, all = crowd.first_key[crowd.n];
  for (uint32_t k = crowd.first_key[asked]; k < crowd.first_key[asked + 1]; k++)
    for (uint32_t p = first_posting(crowd.key[k]); p < all; p++) {
      if (crowd.posting[p].key != crowd.key[k]) break;
      if (!shared[crowd.posting[p].person]++) touched[n++] = crowd.posting[p].person;
    }
  for (int t = 0; t < TOP; t++) {
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++)
      if (shared[touched[i]] && (best == UINT32_MAX || shared[touched[i]] > shared[best]))
        best = touched[i];
    if (best == UINT32_MAX) break;
    shared[best] = 0;
    if (!crowd.number[best]) crowd.number[best] = ++crowd.real;
  }
  for (uint32_t i = 0; i < n; i++) shared[touched[i]] = 0;
}

static uint32_t asked_of(int64_t question) {
  return (uint32_t)((uint64_t)question * (crowd.n / (uint64_t)questions));
}

static void number_everybody(void) {
  uint8_t *shared = calloc(crowd.n, 1);
  uint32_t *touched = calloc(crowd.n, sizeof *touched), next;
  for (int64_t q = 0; q < questions; q++) make_real(asked_of(q), shared, touched);
  next = crowd.real;
  for (uint32_t i = 0; i < crowd.n; i++)
    if (!crowd.number[i]) crowd.number[i] = ++next;
  free(shared), free(touched);
}

/* Whole records, in the order of their numbers, as a worker would add them. */
static void add_real(struct db_test *t, const struct actor *by, instant_t now) {
  uint32_t *who = calloc(crowd.real + 1, sizeof *who);
  for (uint32_t i = 0; i < crowd.n; i++)
    if (crowd.number[i] <= crowd.real) who[crowd.number[i] - 1] = i;
  db_begin(t->db, STORE_MAIN);
  for (uint32_t i = 0; i < crowd.real; i++) {
    const struct known_asked *asked = &crowd.asked[who[i]];
    struct arena scratch = *t->arena;
    struct person p;
    record_clear(&person_type, &p);
    p.public_id = uuid_v4(), p.safe_way = S("phone"), p.name = asked->name;
    p.phone = asked->phone, p.postcode = asked->postcode, p.born_on = asked->born_on;
    if (people_add(t->db, &scratch, by, &p, now) != DB_OK || p.id != (int64_t)i + 1) exit(1);
  }
  if (db_commit(t->db, STORE_MAIN) != DB_OK) exit(1);
  free(who);
}

static struct str list_of(struct arena *a, struct buf *b) {
  struct str s = str_format(a, "{%.*s}", (int)(b->n ? b->n - 1 : 0), b->p);
  buf_reset(b);
  return s;
}

/* The keys of some people, in the order in which people came, as they would stand after years. */
static void add_keys(struct db_test *t, int64_t team, uint32_t from, uint32_t to) {
  static struct buf keys, people;
  if (!keys.p) keys = buf_open(1 << 20), people = buf_open(1 << 20);
  for (uint32_t i = from; i < to; i++) {
    if (crowd.number[i] <= crowd.real) continue;
    for (uint32_t k = crowd.first_key[i]; k < crowd.first_key[i + 1]; k++) {
      if (t->kind == DB_SQLITE) {
        db_run(t->db,
               SQL("/* sqlite */ insert into may_see_key (team_id, key, person_id) values (?1, ?2, "
                   "?3)"),
               V(team), V(crowd.key[k]), V((int64_t)crowd.number[i]));
        continue;
      }
      buf_format(&keys, "%lld,", (long long)crowd.key[k]);
      buf_format(&people, "%u,", crowd.number[i]);
    }
  }
  struct arena scratch = *t->arena;
  if (t->kind == DB_POSTGRES)
    db_run(t->db,
           SQL("/* postgres */ insert into may_see_key (team_id, key, person_id) select cast(?1 as "
               "bigint), u.k, u.p from unnest(cast(?2 as bigint[]), cast(?3 as bigint[])) as u(k, "
               "p)"),
           V(team), V(list_of(&scratch, &keys)), V(list_of(&scratch, &people)));
}

static void add_crowd(struct db_test *t, int64_t team) {
  struct bulk bulk = bulk_begin(t->db, NULL); /* as every import and every job that makes keys */
  for (uint32_t i = 0; i < crowd.n && bulk_row(&bulk); i += CHUNK)
    add_keys(t, team, i, i + CHUNK < crowd.n ? i + CHUNK : crowd.n);
  if (crowd.real < crowd.n && bulk_row(&bulk) &&
      db_run(
          t->db,
          SQL("/* scan: a bench */ insert into may_see (team_id, name_fold, person_id, classes, "
              "reason, from_day, to_day) with recursive n(i) as (select cast(?2 as bigint) union "
              "all select i + 1 from n where i < ?3) select cast(?1 as bigint), 'somebody', i, "
              "?4, 'team', '2020-01-01', '9999-12-31' from n"),
          V(team), V((int64_t)crowd.real + 1), V((int64_t)crowd.n),
          V((int64_t)KNOWN_EVERYTHING)) != DB_OK)
    exit(1);
  if (bulk_end(&bulk) != DB_OK) exit(1);
}

/* One person is not known at all in five, one in three without a telephone. */
static struct known_asked question_of(int64_t q) {
  struct known_asked asked = crowd.asked[asked_of(q)];
  if (q % 3 == 0) asked.phone = S("");
  if (q % 5 == 0) asked.name = S("Nobody Atall"), asked.born_on = DAY_NONE;
  return asked;
}

static void ask_all(struct db_test *t, const struct actor *by, instant_t now, const char *when) {
  double *us = calloc((size_t)questions, sizeof *us), *ways = calloc((size_t)questions, sizeof *us);
  size_t hits_in_all = 0;
  struct arena arena = arena_open(16 << 20);
  for (int64_t i = 0; i < questions; i++) {
    arena_reset(&arena);
    struct known_asked asked = question_of(i);
    struct audit_note note = {0};
    struct request rq = {.arena = &arena,
                         .db = t->db,
                         .actor = *by,
                         .now = now,
                         .today = instant_local_uk(now).day,
                         .audit = &note};
    struct known_hit hits[KNOWN_HITS_MAX];
    uint64_t statements = db_asked(t->db), began = clock_monotonic_us();
    hits_in_all += known_like(&rq, &asked, 0, hits);
    us[i] = (double)(clock_monotonic_us() - began);
    ways[i] = (double)(db_asked(t->db) - statements);
    seal_forget(); /* as between two pages */
  }
  qsort(us, (size_t)questions, sizeof *us, by_size);
  qsort(ways, (size_t)questions, sizeof *ways, by_size);
  printf("%s, %s: %u people of one team, %lld questions, %zu people shown: median %.2f ms, p99 "
         "%.2f ms, most %.2f ms; statements: median %.0f, most %.0f\n",
         t->kind == DB_SQLITE ? "SQLite" : "PostgreSQL", when, crowd.n, (long long)questions,
         hits_in_all, us[questions / 2] / 1000, us[questions * 99 / 100] / 1000,
         us[questions - 1] / 1000, ways[questions / 2], ways[questions - 1]);
  fflush(stdout);
  free(us), free(ways);
  arena_close(&arena);
}

static void bench(struct db_test *t) {
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  instant_t now = c.now;
  people_sealing();
  people_parts_use(domains, countof(domains));
  if (!crowd.n) make_crowd(), number_everybody(); /* keys need the key of the installation */
  int64_t team = test_team(t->db, t->arena, "Bench", "Bench", FUNCTION_SUPPORT, "team", now);
  struct actor by = test_user(t->db, t->arena, team, "bench", ROLE_TEAM_LEAD, "", now);
  uint64_t began = clock_monotonic_us();
  add_real(t, &by, now);
  add_crowd(t, team);
  printf("%u records, %u keys, %u of them whole, put in in %.0f s\n", crowd.n,
         crowd.first_key[crowd.n], crowd.real, (double)(clock_monotonic_us() - began) / 1e6);
  ask_all(t, &by, now, "straight after loading");
  for (int turn = 0; turn < 3; turn++) ask_all(t, &by, now, "asked again");
  while (getenv("BENCH_AGAIN")) { /* until stopped: to look at plans, or for a quiet moment */
    sleep(5);
    ask_all(t, &by, now, "again");
  }
  client_close(&c);
}

int main(int argc, char **argv) {
  const struct migrations lists[] = {db_migrations,     record_migrations,   audit_migrations,
                                     web_migrations,    accounts_migrations, permission_migrations,
                                     places_migrations, people_migrations,   known_migrations};
  if (argc > 1) records = (uint32_t)strtoul(argv[1], NULL, 10);
  if (argc > 2) questions = atoll(argv[2]);
  if (!records || questions < 1 || questions > records || questions > ASKED_MAX) return 2;
  for (enum db_kind kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
    struct db_test t;
    if (!db_test_has(kind) || (kind == DB_SQLITE && getenv("BENCH_PG_ONLY"))) continue;
    db_test_open(&t, kind, lists, countof(lists));
    t.arena_space = arena_open((size_t)1 << 30);
    t.arena = &t.arena_space;
    bench(&t);
    db_test_close(&t);
  }
  return 0;
}
