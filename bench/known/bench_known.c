/* bench_known: how long "already known here?" takes. Real people of the demo's kind, keys of many
 * more beside theirs in the same team's scope.
 *
 *   bench_known KEYS QUESTIONS       on SQLite, and on PostgreSQL when WAYMARK_TEST_PG names one */
#include <stdio.h>
#include <stdlib.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "base/csv.h"
#include "db/testing.h"
#include "known/inside.h"
#include "linkage/generate.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, places_migrations, known_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain, &permission_domain,
                                               &people_domain, &known_domain};
enum { PEOPLE = 1000, CHUNK = 20000 };
static int64_t keys_wanted = 1000000, questions = 500;

static int by_size(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return (a > b) - (a < b);
}

static struct known_asked people[PEOPLE];

static void add_people(struct db_test *t, const struct actor *by, instant_t now) {
  struct buf text = buf_open(1 << 24);
  struct generate_settings s = generate_usual();
  struct csv_row row;
  struct why why;
  s.records = 1;
  generate_people(&text, PEOPLE, 9, &s);
  struct csv *csv = csv_open_str(t->arena, buf_str(&text));
  csv_next(csv, &row, &why);
  db_begin(t->db, STORE_MAIN);
  for (size_t i = 0; i < PEOPLE && csv_next(csv, &row, &why) == CSV_ROW; i++) {
    struct person p;
    record_clear(&person_type, &p);
    p.public_id = uuid_v4(), p.safe_way = S("phone");
    p.name = str_format(t->arena, "%.*s %.*s", P(row.cell[3]), P(row.cell[5]));
    p.phone = str_copy(t->arena, row.cell[10]), p.postcode = str_copy(t->arena, row.cell[9]);
    if (!day_parse_typed(row.cell[7], &p.born_on)) p.born_on = DAY_NONE;
    people_add(t->db, t->arena, by, &p, now);
    people[i] = known_asked_of(&p);
  }
  db_commit(t->db, STORE_MAIN);
  csv_close(csv);
  buf_free(&text);
}

/* Keys of people beside them, ten each, as the same team's. */
static void add_keys(struct db_test *t, int64_t team) {
  int64_t *keys = malloc(CHUNK * sizeof *keys);
  struct rng rng = rng_seed(3);
  for (int64_t done = 0; done < keys_wanted; done += CHUNK) {
    struct arena scratch = *t->arena;
    for (int i = 0; i < CHUNK; i++) keys[i] = (int64_t)rng_next(&rng);
    db_begin(t->db, STORE_MAIN);
    db_run(t->db,
           SQL("insert into may_see_key (team_id, key, person_id) select cast(?1 as bigint), "
               "k.value, ?3 + (k.value & 65535) from INTS(?2) k where true on conflict (team_id, "
               "key, person_id) do nothing"),
           V(team), V(db_in(&scratch, keys, CHUNK)), V(1000000 + done / 10));
    if (db_commit(t->db, STORE_MAIN) != DB_OK) exit(1);
  }
  free(keys);
}

static void ask_all(struct db_test *t) {
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  instant_t now = c.now;
  people_sealing();
  people_parts_use(domains, countof(domains));
  int64_t team = test_team(t->db, t->arena, "Bench", "Bench", FUNCTION_SUPPORT, "team", now);
  struct actor by = test_user(t->db, t->arena, team, "bench", ROLE_TEAM_LEAD, "", now);
  add_people(t, &by, now);
  add_keys(t, team);
  if (getenv("BENCH_ANALYZE")) db_run(t->db, SQL("analyze")); /* as autovacuum does by itself */
  double *us = malloc((size_t)questions * sizeof *us);
  size_t hits_in_all = 0;
  struct arena arena = arena_open(16 << 20);
  for (int64_t i = 0; i < questions; i++) {
    struct known_asked asked = people[i % PEOPLE];
    if (i % 3 == 0) asked.phone = S("");
    if (i % 5 == 0) asked.name = S("Nobody Atall"), asked.born_on = DAY_NONE;
    arena_reset(&arena);
    struct audit_note note = {0};
    struct request rq = {.arena = &arena,
                         .db = t->db,
                         .actor = by,
                         .now = now,
                         .today = instant_local_uk(now).day,
                         .audit = &note};
    struct known_hit hits[KNOWN_HITS_MAX];
    uint64_t began = clock_monotonic_us();
    hits_in_all += known_like(&rq, &asked, 0, hits);
    us[i] = (double)(clock_monotonic_us() - began);
  }
  qsort(us, (size_t)questions, sizeof *us, by_size);
  printf("%s: %lld keys in one team's scope, %lld questions, %zu people shown: median %.2f ms, p99 "
         "%.2f ms\n",
         t->kind == DB_SQLITE ? "SQLite" : "PostgreSQL", (long long)keys_wanted,
         (long long)questions, hits_in_all, us[questions / 2] / 1000,
         us[questions * 99 / 100] / 1000);
  free(us);
  arena_close(&arena);
  client_close(&c);
}

int main(int argc, char **argv) {
  const struct migrations lists[] = {db_migrations,     record_migrations,   audit_migrations,
                                     web_migrations,    accounts_migrations, permission_migrations,
                                     places_migrations, people_migrations,   known_migrations};
  if (argc > 1) keys_wanted = atoll(argv[1]);
  if (argc > 2) questions = atoll(argv[2]);
  for (enum db_kind kind = DB_SQLITE; kind <= DB_POSTGRES; kind++) {
    struct db_test t;
    if (!db_test_has(kind)) continue;
    db_test_open(&t, kind, lists, countof(lists));
    t.arena_space = arena_open((size_t)1 << 30);
    t.arena = &t.arena_space;
    ask_all(&t);
    db_test_close(&t);
  }
  return 0;
}
