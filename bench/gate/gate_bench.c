/* gate_bench [READERS]: audited reads of a person's page, through everything a worker does (route,
 * permission, unsealing, page, audit entry durable before the reply), without sockets, from as many
 * processes as `waymark serve` has workers. Prints for SQLite: 1,000 asked a second in all, the
 * time each reply took after it was due (p50, p99); and, when WAYMARK_TEST_PG names a server, for
 * PostgreSQL: 16 processes, each as fast as it can, replies a second. With READERS: PostgreSQL
 * only, with so many. One audit writer serves them all, as in `waymark serve`. Beside each: the
 * statements one page asks, the processor's time it takes here, and how long the disk under the
 * temporary folder takes to keep one write, for every reply on SQLite waits for that. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "audit/audit.h"
#include "gate.h"

enum {
  SECONDS = 5,
  RATE = 1000,
  WORKERS_LEAST = 4,
  WORKERS_A_CORE = 3, /* as web/supervise.c */
  READERS_MAX = 16,
  READS_MAX = 40000,
  P99_US_MAX = 30000,
  FSYNCS = 20
};
struct tally { int n, wrong; uint64_t statements; uint32_t us[READS_MAX / 4]; };

/* What is read: one person's facts, as the small pages of the gate's proof were; and their whole
 * first page with what every domain shows, which is told and has no target here. */
struct what { const char *name, *path; bool target; };
static const struct what facts = {"a person", "/api/people/", true},
                         page = {"their first page", "/people/", false};

static void read_pages(struct world *w, const struct db_test *t, const struct what *what, int fd,
                       int rate, struct tally *out) {
  w->c.db = db_test_again(t);
  w->c.site.audit->fd = fd;
  char path[80];
  snprintf(path, sizeof path, "%s%s", what->path, w->id[ROW_ADA]);
  client_as(&w->c, w->actor[1].actor);
  uint64_t began = clock_monotonic_us(), now;
  for (int i = 0;
       (now = clock_monotonic_us()) < began + SECONDS * 1000000ull && out->n < READS_MAX / 4; i++) {
    uint64_t due = rate ? began + (uint64_t)i * 1000000u / (uint64_t)rate : now;
    if (due > now) usleep((useconds_t)(due - now));
    get(&w->c, path);
    out->wrong += w->c.status != 200;
    out->us[out->n++] = (uint32_t)(clock_monotonic_us() - due);
  }
  out->statements = db_asked(w->c.db);
  db_close(w->c.db);
}

/* Milliseconds the disk takes to keep one small write, in the middle. */
static int by_size(const void *x, const void *y);
static double disk_ms(const struct db_test *t) {
  char path[128];
  uint32_t us[FSYNCS];
  snprintf(path, sizeof path, "%s/disk", t->folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  for (int i = 0; i < FSYNCS; i++) {
    uint64_t began = clock_monotonic_us();
    if (fd < 0 || write(fd, path, sizeof path) < 0 || fdatasync(fd) != 0) return 0;
    us[i] = (uint32_t)(clock_monotonic_us() - began);
  }
  close(fd);
  qsort(us, FSYNCS, sizeof *us, by_size);
  return us[FSYNCS / 2] / 1e3;
}

static double processor_s(void) {
  struct rusage u;
  getrusage(RUSAGE_CHILDREN, &u);
  return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
         (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
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

static int by_size(const void *x, const void *y) {
  uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
  return (a > b) - (a < b);
}

static void say(const char *where, const struct what *what, struct tally *all, int readers,
                bool paced, double cpu_s, double disk) {
  static uint32_t us[READS_MAX * 4];
  size_t n = 0;
  int wrong = 0;
  uint64_t statements = 0;
  for (int i = 0; i < readers; i++) {
    for (int k = 0; k < all[i].n; k++) us[n++] = all[i].us[k];
    wrong += all[i].wrong;
    statements += all[i].statements;
  }
  if (!n) return;
  qsort(us, n, sizeof *us, by_size);
  double rate = (double)n / SECONDS;
  bool met =
      !wrong && (paced ? us[n * 99 / 100] <= P99_US_MAX && rate >= RATE * 0.98 : rate >= RATE);
  printf("%s, %s, %d readers: %.0f audited reads/s, p50 %.1f ms, p99 %.1f ms, %d wrong: %s\n",
         where, what->name, readers, rate, us[n / 2] / 1e3, us[n * 99 / 100] / 1e3, wrong,
         !what->target ? "told" : met ? "met" : "NOT met");
  printf("  %.1f statements a page, %.2f ms of the processors beside the database's own, "
         "%.1f ms for the disk to keep a write\n",
         (double)statements / (double)n, cpu_s / (double)n * 1e3, disk);
}

static void run(enum db_kind kind, const struct what *what, int readers, int rate) {
  static struct migrations lists[64];
  struct db_test t;
  int ours[READERS_MAX], theirs[READERS_MAX], stop[2], pair[2];
  struct tally *all = mmap(NULL, sizeof *all * READERS_MAX, PROT_READ | PROT_WRITE,
                           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED || pipe(stop) != 0) exit(1);
  db_test_open(&t, kind, lists, gate_lists(lists, countof(lists)));
  struct world w = world_make(&t, VESNA_PLAIN);
  db_close(t.db); /* each process opens its own */
  for (int i = 0; i < readers; i++) {
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) exit(1);
    ours[i] = pair[0], theirs[i] = pair[1];
  }
  double disk = disk_ms(&t), before_s = processor_s();
  fflush(stdout);
  pid_t writer = fork();
  if (writer == 0) {
    close(stop[1]);
    write_audit(&t, theirs, (size_t)readers, stop[0]);
    _exit(0);
  }
  for (int i = 0; i < readers; i++)
    if (fork() == 0) {
      read_pages(&w, &t, what, ours[i], rate, &all[i]);
      _exit(0);
    }
  for (int i = 0; i < readers; i++) wait(NULL);
  close(stop[1]);
  waitpid(writer, NULL, 0);
  say(kind == DB_SQLITE ? "SQLite" : "PostgreSQL", what, all, readers, rate > 0,
      processor_s() - before_s, disk);
  t.db = db_test_again(&t);
  world_close(&w);
  db_test_close(&t);
}

int main(int argc, char **argv) {
  int64_t readers = READERS_MAX;
  if (argc > 1 && !str_to_i64(str_of(argv[1]), &readers)) return 2;
  if (readers < 1 || readers > READERS_MAX) return 2;
  int workers = (int)sysconf(_SC_NPROCESSORS_ONLN) * WORKERS_A_CORE;
  if (workers < WORKERS_LEAST) workers = WORKERS_LEAST;
  if (workers > READERS_MAX) workers = READERS_MAX;
  if (argc == 1) run(DB_SQLITE, &facts, workers, RATE / workers + 1);
  if (db_test_has(DB_POSTGRES)) run(DB_POSTGRES, &facts, (int)readers, 0);
  if (argc == 1) run(DB_SQLITE, &page, workers, 0);
  if (db_test_has(DB_POSTGRES)) run(DB_POSTGRES, &page, (int)readers, 0);
  return 0;
}
