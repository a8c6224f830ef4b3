/* bench_day [PEOPLE] [SECONDS] [all|pages|day] [both|sqlite|postgres]: a key worker's day at size,
 * through everything a worker process does (route, permission, unsealing, page, audit entry durable
 * before the reply), without sockets, on SQLite and, when WAYMARK_TEST_PG names a server, on
 * PostgreSQL. Prints a line a target with what was measured. 30 facts a person (talks, promises,
 * meetings); one organisation holds a fifth of everyone; one worker carries 60, one of whom has 300
 * facts. 2,000 people unless said; the targets are those of 100,000. Beside each page what no other
 * process changes: the processor's time here, the statements it asks and, on SQLite, the steps its
 * machine takes; run at two sizes they show what grows with the database and what does not. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "caseload/caseload.h"
#include "db/job.h"
#include "db/seal.h"
#include "db/testing.h"
#include "messages/messages.h"
#include "money/money.h"
#include "people/part.h"
#include "referrals/referrals.h"
#include "safeguarding/safeguarding.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, support_migrations, messages_migrations, referrals_migrations,
    money_migrations, safeguarding_migrations, contacts_migrations, directory_migrations,
    places_migrations, caseload_migrations;
static const struct domain *const domains[] = {
    &web_domain,       &accounts_domain, &permission_domain, &people_domain,
    &support_domain,   &messages_domain, &contacts_domain,   &safeguarding_domain,
    &referrals_domain, &money_domain,    &caseload_domain};

enum {
  CASELOAD = 60,
  TEAMS = 40,
  A_BATCH = 2000,
  READERS = 6,
  SAMPLES = 20000,
  RICH = 300,
  TALKS = 22,
  PROMISES = 5,
  MEETINGS = 3,
  RATE = 200,
  ONE_WRITE_IN = 10
};

struct bench {
  struct db_test t;
  struct client c;
  struct actor worker, lead, nobody, others[TEAMS];
  char rich[37];
  int people, seconds;
  bool pages, day; /* which halves are measured */
};
struct tally {
  int n, n_writes, wrong;
  uint32_t us[SAMPLES], write_us[SAMPLES];
};

/* ---- the data ---- */

static void must(bool ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "bench_day: %s\n", what);
  exit(1);
}

static struct person add(struct bench *b, struct arena *a, struct rng *rng,
                         const struct actor *by) {
  static const char *const firsts[] = {"Ada",  "Bram", "Ceri",  "Dilys", "Ewan",  "Farah", "Gwen",
                                       "Hari", "Ines", "Jonah", "Kezia", "Lewis", "Mina"};
  static const char *const lasts[] = {"Thriftleaf", "Samphire", "Gullane",   "Halyard", "Fogwell",
                                      "Spindrift",  "Eelgrass", "Saltmarsh", "Groyne",  "Limpet"};
  struct person p;
  record_clear(&person_type, &p);
  p.name = str_format(a, "%s %s %d", firsts[rng_below(rng, countof(firsts))],
                      lasts[rng_below(rng, countof(lasts))], (int)rng_below(rng, 1000));
  p.safe_way = S("text"), p.status = S("inactive"), p.phone = S("07700 900123");
  p.born_on = 1000 + (day_t)rng_below(rng, 14000);
  must(people_add(b->t.db, a, by, &p, b->c.now) == DB_OK, "a person could not be added");
  return p;
}

/* What makes the worker's day: a plan, a promise due, a meeting today. */
static void enrich(struct bench *b, struct arena *a, const struct person *p, int i) {
  day_t today = instant_local_uk(b->c.now).day;
  struct plan_step step = {.words = S("Walk to the college"), .who = S("person"), .by = DAY_NONE};
  struct plan_goal goal = {.words = S("To paint again"), .steps = {&step, 1}};
  struct plan plan = {.written_by = S("together"),
                      .on = today - 30,
                      .goals = {&goal, 1},
                      .review_on = i % 9 ? DAY_NONE : today - 1};
  struct promise m;
  struct appointment meet;
  struct attempt at = {.on = today, .minute = 600, .minutes = 45};
  must(support_plan_write(b->t.db, a, p->id, 0, &plan, b->worker.user_id, b->c.now) == DB_OK,
       "a plan could not be written");
  record_clear(&promise_type, &m);
  record_clear(&appointment_type, &meet);
  m.person = meet.person = p->id, m.words = S("Ring the surgery"), m.who = S("worker");
  m.by_day = today - i % 3, m.worker = meet.worker = b->worker.user_id;
  meet.kind = S("talk"), meet.mode = S("in_person");
  if (i % 6 == 0) contacts_promise(b->t.db, a, &m, b->worker.user_id, b->c.now);
  if (i % 12 == 0) contacts_book(b->t.db, a, &meet, &at, b->worker.user_id, b->c.now);
}

static void one_rich(struct bench *b, struct arena *a, const struct person *p) {
  day_t today = instant_local_uk(b->c.now).day;
  uuid_text(p->public_id, b->rich);
  for (int i = 0; i < RICH; i++) {
    struct contact c;
    bool again;
    struct arena scratch = *a;
    record_clear(&contact_type, &c);
    c.public_id = uuid_v4(), c.person = p->id, c.mode = S("phone"), c.words = S("Tea at the loft");
    c.on_day = today - 2 * i, c.minutes = 20, c.kept_to = S("all");
    c.worker = b->worker.user_id, c.team = b->worker.team_id;
    must(contacts_add(b->t.db, &scratch, &c, b->worker.user_id, b->c.now, &again) == DB_OK,
         "a contact could not be added");
  }
}

/* The rest of the facts, many at once: everyone times a few days. */
static void facts_for_all(struct bench *b) {
  struct db *db = b->t.db;
  day_t today = instant_local_uk(b->c.now).day;
  db_begin(db, STORE_MAIN);
  for (int i = 0; i < TALKS; i++)
    db_run(db,
           SQL("/* scan: a bench's data */ insert into contact (public_id, person, on_day, mode, "
               "minutes, interventions, kept_to, worker, team, created_at, changed_at, version) "
               "select 'c' || ?1 || '-' || p.id, p.id, ?2, 'phone', 20, 'listening', 'all', "
               "c.user_id, u.team_id, ?3, ?3, 1 from person p join caseload c on c.person_id = "
               "p.id join user_account u on u.id = c.user_id"),
           V(str_format(b->t.arena, "%d", i)), db_day(b->t.arena, today - 3 - 15 * i),
           db_instant(b->t.arena, b->c.now));
  for (int i = 0; i < PROMISES; i++)
    db_run(db,
           SQL("/* scan: a bench's data */ insert into promise (public_id, person, who, by_day, "
               "worker, kept_on, created_at, changed_at, version) select 'p' || ?1 || '-' || p.id, "
               "p.id, 'worker', ?2, c.user_id, ?2, ?3, ?3, 1 from person p join caseload c on "
               "c.person_id = p.id"),
           V(str_format(b->t.arena, "%d", i)), db_day(b->t.arena, today - 20 * (i + 1)),
           db_instant(b->t.arena, b->c.now));
  for (int i = 0; i < MEETINGS; i++) {
    db_run(db,
           SQL("/* scan: a bench's data */ insert into appointment (public_id, person, kind, mode, "
               "worker, created_at, changed_at, version) select 'a' || ?1 || '-' || p.id, p.id, "
               "'talk', 'phone', c.user_id, ?2, ?2, 1 from person p join caseload c on c.person_id "
               "= p.id"),
           V(str_format(b->t.arena, "%d", i)), db_instant(b->t.arena, b->c.now));
  }
  db_run(
      db,
      SQL("/* scan: a bench's data */ insert into appointment_attempt (appointment_id, person_id, "
          "worker_id, number, on_day, minute, zone, minutes, end_word) select a.id, a.person, "
          "a.worker, 1, ?1, 600, 'Europe/London', 45, 'happened' from appointment a where not "
          "exists (select 1 from appointment_attempt t where t.appointment_id = a.id)"),
      db_day(b->t.arena, today - 10));
  db_run(db, SQL("/* scan: a bench's data */ insert into contact_now (person_id, last_on, "
                 "usual_days) select person, max(on_day), 15 from contact where person not in "
                 "(select person_id from contact_now) group by person"));
  must(db_commit(db, STORE_MAIN) == DB_OK, "the facts could not be written");
}

static void fill(struct bench *b) {
  struct rng rng = rng_seed(3);
  for (int done = 0; done < b->people;) {
    db_begin(b->t.db, STORE_MAIN);
    db_begin(b->t.db, STORE_KEYS);
    for (int i = 0; i < A_BATCH && done < b->people; i++, done++) {
      struct arena scratch = *b->t.arena;
      const struct actor *by = done < CASELOAD ? &b->worker
                               : done % 5 == 0 ? &b->lead
                                               : &b->others[rng_below(&rng, TEAMS)];
      struct person p = add(b, &scratch, &rng, by);
      if (done < CASELOAD) enrich(b, &scratch, &p, done);
      if (done == 0) one_rich(b, &scratch, &p);
    }
    must(db_commit(b->t.db, STORE_KEYS) == DB_OK && db_commit(b->t.db, STORE_MAIN) == DB_OK,
         "the people could not be written");
    seal_forget();
  }
  facts_for_all(b);
  db_begin(b->t.db, STORE_MAIN);
  caseload_domain.night(b->t.db, b->t.arena, b->c.now);
  must(db_commit(b->t.db, STORE_MAIN) == DB_OK, "the lists of the morning could not be kept");
  /* What the fill left in the journal is not what a day's first writer should carry over. */
  db_carry_over(b->t.db);
}

static void set_up(struct bench *b) {
  struct db *db = b->t.db;
  struct arena *a = b->t.arena;
  char name[16];
  b->c = client_open(db, domains, countof(domains), &accounts_session_hooks);
  people_sealing();
  people_parts_use(domains, countof(domains));
  int64_t own = test_team(db, a, "Small", "Own", FUNCTION_SUPPORT, "own", b->c.now),
          large = test_team(db, a, "Large", "Team", FUNCTION_SUPPORT, "team", b->c.now),
          none = test_team(db, a, "None", "Team", FUNCTION_SUPPORT, "team", b->c.now);
  b->worker = test_user(db, a, own, "worker", ROLE_KEY_WORKER, "", b->c.now);
  b->lead = test_user(db, a, large, "lead", ROLE_TEAM_LEAD, "", b->c.now);
  b->nobody = test_user(db, a, none, "nobody", ROLE_TEAM_LEAD, "", b->c.now);
  for (size_t i = 0; i < TEAMS; i++) {
    snprintf(name, sizeof name, "other%02zu", i);
    int64_t team = test_team(db, a, name, name, FUNCTION_SUPPORT, "own", b->c.now);
    b->others[i] = test_user(db, a, team, name, ROLE_KEY_WORKER, "", b->c.now);
  }
}

/* ---- measuring ---- */

static int by_size(const void *x, const void *y) {
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  return (a > b) - (a < b);
}

static double share(uint32_t *us, size_t n, int percent) {
  qsort(us, n, sizeof *us, by_size);
  return n ? us[n * (size_t)percent / 100] / 1e3 : 0;
}

/* What one page cost besides time; none: nothing is said of it. */
struct cost {
  double cpu_ms, statements, steps;
};

/* target 0: told, without one. */
static void line(const char *what, double target, double measured, const char *unit, int wrong,
                 struct cost cost) {
  const char *end = target <= 0 ? "told" : measured <= target && !wrong ? "met" : "NOT met";
  printf("  %-46s target %6.1f  measured %8.2f %s  %d wrong  %s", what, target, measured, unit,
         wrong, end);
  if (cost.cpu_ms > 0)
    printf("  (%.2f ms of our processor, %.0f statements", cost.cpu_ms, cost.statements);
  if (cost.steps > 0) printf(", %.0f steps of SQLite", cost.steps);
  if (cost.cpu_ms > 0) printf(")");
  printf("\n");
  fflush(stdout);
}

struct page {
  const char *what;
  const struct actor *as;
  const char *path, *form;
  int percent;
  double target;
};

static void one_page(struct bench *b, const struct page *p) {
  static uint32_t us[SAMPLES];
  size_t n = 0;
  int wrong = 0;
  clock_t busy = clock();
  uint64_t asked = 0, steps = 0;
  client_as(&b->c, *p->as);
  uint64_t began = clock_monotonic_us();
  for (int i = -3; n < SAMPLES && clock_monotonic_us() < began + (uint64_t)b->seconds * 1000000u;
       i++) {
    seal_forget(); /* as at the end of each request */
    uint64_t from = clock_monotonic_us();
    if (p->form)
      post(&b->c, p->path, p->form);
    else
      get(&b->c, p->path);
    if (i < 0) {
      busy = clock(), asked = db_asked(b->c.db), steps = db_steps(b->c.db);
      continue;
    }
    us[n++] = (uint32_t)(clock_monotonic_us() - from);
    wrong += b->c.status != 200;
  }
  double each = n ? 1 / (double)n : 0;
  line(p->what, p->target, share(us, n, p->percent), "ms", wrong,
       (struct cost){(double)(clock() - busy) / CLOCKS_PER_SEC * 1e3 * each,
                     (double)(db_asked(b->c.db) - asked) * each,
                     (double)(db_steps(b->c.db) - steps) * each});
}

static void pages(struct bench *b) {
  char rich[80];
  snprintf(rich, sizeof rich, "/people/%s", b->rich);
  const struct page all[] = {
      {"Today alone, p95", &b->worker, "/today", NULL, 95, 20},
      {"a person's page, 300 facts, p95", &b->worker, rich, NULL, 95, 10},
      {"search as you type, caseload, p99", &b->worker, "/people", "search=sp+a", 99, 10},
      {"search as you type, a fifth of all, p99", &b->lead, "/people", "search=spi+ad", 99, 10},
      {"search, one letter, a fifth of all, p99", &b->lead, "/people", "search=s", 99, 10},
      {"list, a fifth of all, p95", &b->lead, "/people", NULL, 95, 20},
      {"list, an organisation that sees nobody, p95", &b->nobody, "/people", NULL, 95, 20},
      {"Today of the lead of a fifth, p95", &b->lead, "/today", NULL, 95, 20},
      {"team page of a fifth, p95", &b->lead, "/team", NULL, 95, 0},
      {"records to look at of a fifth, p95", &b->lead, "/team/data", NULL, 95, 0},
      {"stuck, of a fifth, p95", &b->lead, "/team/stuck", NULL, 95, 0},
      {"one worklist of a fifth, p95", &b->lead, "/team/data/no-next-step", NULL, 95, 0},
  };
  for (size_t i = 0; i < countof(all); i++) one_page(b, &all[i]);
}

/* ---- many at once, with writes ---- */

static void day_of_one(struct bench *b, int fd, int reader, struct tally *out) {
  char contacts[80];
  snprintf(contacts, sizeof contacts, "/people/%s/contacts", b->rich);
  b->c.db = db_test_again(&b->t);
  b->c.site.audit->fd = fd;
  client_as(&b->c, b->worker);
  get(&b->c, contacts); /* for the form's token */
  uint64_t began = clock_monotonic_us(), end = began + (uint64_t)b->seconds * 1000000u;
  for (int i = 0; out->n < SAMPLES && out->n_writes < SAMPLES; i++) {
    uint64_t due = began + (uint64_t)(i * READERS + reader) * 1000000u / RATE,
             now = clock_monotonic_us();
    if (due >= end) break;
    if (due > now) usleep((useconds_t)(due - now));
    bool writes = (i * READERS + reader) % ONE_WRITE_IN == 0;
    seal_forget();
    if (writes)
      post(&b->c, contacts, "mode=phone&words=Rang&on_day=1/3/2026");
    else
      get(&b->c, "/today");
    uint32_t us = (uint32_t)(clock_monotonic_us() - due);
    out->wrong += b->c.status != (writes ? 303 : 200);
    if (writes)
      out->write_us[out->n_writes++] = us;
    else
      out->us[out->n++] = us;
  }
}

/* A bulk import beside: rows as an import writes them, standing back for people. */
static void import_beside(struct bench *b) {
  struct db *db = db_test_again(&b->t);
  struct arena a = arena_open(1 << 22);
  uint64_t end = clock_monotonic_us() + (uint64_t)b->seconds * 1000000u;
  struct bulk bulk = bulk_begin(db, NULL);
  for (int64_t i = 0; clock_monotonic_us() < end && bulk_row(&bulk); i++) {
    struct arena scratch = a;
    db_run(db,
           SQL("insert into asset_move (asset_id, change, why, made_by, on_day) values (1, 1, "
               "'counted', ?1, '2026-03-01')"),
           V(i));
    (void)scratch;
  }
  bulk_end(&bulk);
  db_close(db);
}

/* What the process `soon` does each second beside the workers. */
static void carry_beside(struct bench *b) {
  struct db *db = db_test_again(&b->t);
  for (int i = 0; i < b->seconds; i++) {
    usleep(1000000);
    db_carry_over(db);
  }
  db_close(db);
}

static int64_t pss_kb(pid_t pid) {
  char path[64], text[160];
  int64_t kb = 0;
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
  FILE *f = fopen(path, "re");
  while (f && fgets(text, sizeof text, f)) {
    long long n;
    if (sscanf(text, "Pss: %lld kB", &n) == 1) kb = n;
  }
  if (f) fclose(f);
  return kb;
}

static void write_audit(const struct db_test *t, const int *fd, size_t n, int stop_fd) {
  struct why why;
  struct db *db = db_test_again(t);
  struct audit_writer *w = audit_writer_open(db, clock_now(), &why);
  if (!w) _exit(1);
  audit_writer_run(w, fd, n, stop_fd);
  audit_writer_close(w);
  db_close(db);
}

static void say_day(struct tally *all, bool import, int64_t kb) {
  static uint32_t us[SAMPLES * READERS], write_us[SAMPLES * READERS];
  size_t n = 0, writes = 0;
  int wrong = 0;
  for (int i = 0; i < READERS; i++) {
    for (int k = 0; k < all[i].n; k++) us[n++] = all[i].us[k];
    for (int k = 0; k < all[i].n_writes; k++) write_us[writes++] = all[i].write_us[k];
    wrong += all[i].wrong;
  }
  if (!import)
    line("Today, 200 a second, a tenth writes, p95", 20, share(us, n, 95), "ms", wrong,
         (struct cost){0});
  line(import ? "a contact kept beside a bulk import, p95" : "a contact kept, p95",
       import ? 60 : 20, share(write_us, writes, 95), "ms", wrong, (struct cost){0});
  if (!import)
    line("memory of all processes, sum of PSS", 250, (double)kb / 1024, "MB", 0, (struct cost){0});
}

static void day_of_many(struct bench *b, bool import) {
  int ours[READERS], theirs[READERS], stop[2], pair[2];
  pid_t pid[READERS], beside = 0, soon;
  int64_t kb = 0;
  struct tally *all =
      mmap(NULL, sizeof *all * READERS, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(all != MAP_FAILED && pipe(stop) == 0, "no memory");
  for (int i = 0; i < READERS; i++) {
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0, "no socket");
    ours[i] = pair[0], theirs[i] = pair[1];
  }
  fflush(stdout);
  pid_t writer = fork();
  if (writer == 0) {
    close(stop[1]);
    write_audit(&b->t, theirs, READERS, stop[0]);
    _exit(0);
  }
  for (int i = 0; i < READERS; i++)
    if ((pid[i] = fork()) == 0) {
      day_of_one(b, ours[i], i, &all[i]);
      _exit(0);
    }
  if ((soon = fork()) == 0) {
    carry_beside(b);
    _exit(0);
  }
  if (import && (beside = fork()) == 0) {
    import_beside(b);
    _exit(0);
  }
  usleep((useconds_t)b->seconds * 700000u);
  for (int i = 0; i < READERS; i++) kb += pss_kb(pid[i]);
  kb += pss_kb(writer) + pss_kb(soon);
  for (int i = 0; i < READERS; i++) waitpid(pid[i], NULL, 0);
  waitpid(soon, NULL, 0);
  if (beside) waitpid(beside, NULL, 0);
  close(stop[1]);
  close(stop[0]);
  for (int i = 0; i < READERS; i++) close(ours[i]), close(theirs[i]);
  kill(writer, SIGTERM);
  waitpid(writer, NULL, 0);
  say_day(all, import, kb);
  munmap(all, sizeof *all * READERS);
}

static void run(struct bench *b, enum db_kind kind) {
  const struct migrations lists[] = {
      db_migrations,           audit_migrations,      web_migrations,      record_migrations,
      accounts_migrations,     permission_migrations, places_migrations,   directory_migrations,
      people_migrations,       support_migrations,    messages_migrations, contacts_migrations,
      safeguarding_migrations, referrals_migrations,  money_migrations,    caseload_migrations};
  db_test_open(&b->t, kind, lists, countof(lists));
  set_up(b);
  uint64_t from = clock_monotonic_us();
  fill(b);
  printf("%s: %d people, %lld facts, written in %.0f s\n",
         kind == DB_SQLITE ? "SQLite" : "PostgreSQL", b->people,
         (long long)b->people * (TALKS + PROMISES + MEETINGS),
         (double)(clock_monotonic_us() - from) / 1e6);
  fflush(stdout);
  if (b->pages) pages(b);
  struct db *own = b->t.db;
  if (b->day) day_of_many(b, false), day_of_many(b, true);
  b->t.db = own;
  client_close(&b->c);
  db_test_close(&b->t);
}

static int number(int argc, char **argv, int at, int otherwise) {
  int64_t n = 0;
  return argc > at && str_to_i64(str_of(argv[at]), &n) && n > 0 ? (int)n : otherwise;
}

int main(int argc, char **argv) {
  static struct bench b;
  b.people = number(argc, argv, 1, 2000);
  b.seconds = number(argc, argv, 2, 3);
  struct str only = str_of(argc > 3 ? argv[3] : "");
  b.pages = !str_eq(only, S("day")), b.day = !str_eq(only, S("pages"));
  struct str where = str_of(argc > 4 ? argv[4] : "");
  if (!str_eq(where, S("postgres"))) run(&b, DB_SQLITE);
  if (!str_eq(where, S("sqlite")) && db_test_has(DB_POSTGRES)) run(&b, DB_POSTGRES);
  return 0;
}
