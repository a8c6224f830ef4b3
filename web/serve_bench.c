/* serve_bench [SECONDS]: a running server under load from this machine, on every database there is.
 * 16 kept-alive connections. Prints pages a second and the 99th percentile in ms of a small page
 * and of an audited page about a person, each asked again as soon as it came. Then, with 300 pages
 * a second asked for at their time: the 99th percentile alone and beside two pages of 300 ms at any
 * time (the middle of five rounds each, taken in turn, and their ratio: at most 3 is wanted), and
 * what five crashed workers cost: their own page each, nobody else's. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "web/serve_rig.h"

extern const struct migrations db_migrations, web_migrations;

enum {
  CONNECTIONS = 16,
  SLOW = 2,
  SAMPLES_MAX = 1 << 20,
  RATE = 300,
  ROUNDS = 5,
  CRASHES = 5,
  CRASH_MS = 400,
  RATIO_MAX = 3
};
static int seconds = 3;
static uint32_t sample[SAMPLES_MAX];

struct line {
  int fd;
  uint64_t asked_us;
  bool slow, idle;
  char got[8192];
  size_t n;
};
struct load {
  struct server *server;
  const char *path;
  int slow, rate; /* rate 0: each page is asked again as soon as it came */
  size_t samples, bad;
};

static void ask(struct line *l, const char *path) {
  char request[256];
  int n = snprintf(request, sizeof request,
                   "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\n\r\n", path);
  l->n = 0;
  l->asked_us = clock_monotonic_us();
  say(l->fd, (struct str){request, (size_t)n});
}

/* Is a whole answer here? Its head says how long it is. */
static bool whole(const struct line *l) {
  struct str all = {l->got, l->n};
  size_t head = str_find(all, S("\r\n\r\n"));
  if (head == all.n) return false;
  size_t at = str_find(all, S("Content-Length: "));
  int64_t length = 0;
  struct str rest = str_slice(all, at + 16, all.n);
  return str_to_i64(str_cut(&rest, '\r'), &length) && l->n >= head + 4 + (size_t)length;
}

static void heard(struct load *load, struct line *l) {
  ssize_t n = recv(l->fd, l->got + l->n, sizeof l->got - l->n, 0);
  if (n > 0) l->n += (size_t)n;
  if (n > 0 && !whole(l)) return;
  bool good = n > 0 && strncmp(l->got, "HTTP/1.1 200", 12) == 0;
  if (!l->slow && load->samples < SAMPLES_MAX)
    sample[load->samples++] = (uint32_t)(clock_monotonic_us() - l->asked_us);
  load->bad += !good;
  if (n <= 0) {
    close(l->fd);
    l->fd = visit(load->server);
  }
  l->idle = load->rate && !l->slow;
  if (!l->idle) ask(l, l->slow ? "/slow?ms=300" : load->path);
}

/* Asks for what is due, on lines that wait for nothing; late when none does, and counted so. */
static void ask_due(struct load *load, struct line *line, uint64_t *due) {
  for (int i = 0; i < CONNECTIONS && *due <= clock_monotonic_us(); i++) {
    if (!line[i].idle) continue;
    line[i].idle = false;
    ask(&line[i], load->path);
    line[i].asked_us = *due;
    *due += 1000000u / (uint64_t)load->rate;
  }
}

static int by_size(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static double run(struct load *load, const char *name) {
  static struct line line[CONNECTIONS + SLOW];
  struct pollfd p[CONNECTIONS + SLOW];
  int n = CONNECTIONS + load->slow;
  for (int i = 0; i < n; i++) {
    line[i] = (struct line){.fd = visit(load->server), .slow = i >= CONNECTIONS};
    line[i].idle = load->rate && !line[i].slow;
    if (!line[i].idle) ask(&line[i], line[i].slow ? "/slow?ms=300" : load->path);
  }
  uint64_t due = clock_monotonic_us();
  uint64_t until = clock_monotonic_us() + (uint64_t)seconds * 1000000;
  while (clock_monotonic_us() < until) {
    for (int i = 0; i < n; i++) p[i] = (struct pollfd){.fd = line[i].fd, .events = POLLIN};
    if (load->rate) ask_due(load, line, &due);
    if (poll(p, (nfds_t)n, load->rate ? 1 : 100) <= 0) continue;
    for (int i = 0; i < n; i++)
      if (p[i].revents) heard(load, &line[i]);
  }
  for (int i = 0; i < n; i++) close(line[i].fd);
  qsort(sample, load->samples, sizeof *sample, by_size);
  double p50 = load->samples ? sample[load->samples / 2] / 1000.0 : 0;
  double p99 = load->samples ? sample[load->samples * 99 / 100] / 1000.0 : 0;
  if (name) printf("%s pages_per_s=%zu p50_ms=%.2f p99_ms=%.2f bad=%zu\n", name,
         load->samples / (size_t)seconds, p50, p99, load->bad);
  return p99;
}

static int by_ms(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void beside_slow(struct server *s) {
  double alone[ROUNDS], with[ROUNDS];
  for (int i = 0; i < ROUNDS; i++) {
    alone[i] = run(&(struct load){.server = s, .path = "/", .rate = RATE}, NULL);
    with[i] = run(&(struct load){.server = s, .path = "/", .rate = RATE, .slow = SLOW}, NULL);
  }
  qsort(alone, ROUNDS, sizeof *alone, by_ms);
  qsort(with, ROUNDS, sizeof *with, by_ms);
  double ratio = with[ROUNDS / 2] / alone[ROUNDS / 2];
  printf("beside-two-slow p99_ms alone=%.2f with=%.2f ratio=%.2f: %s\n", alone[ROUNDS / 2],
         with[ROUNDS / 2], ratio, ratio <= RATIO_MAX ? "met" : "NOT met");
}

/* The crashing visitor: how many of its pages ended in a sentence (503). */
static int crash_pages(const struct server *s) {
  struct arena a = arena_open((size_t)1 << 24);
  int told = 0;
  for (int i = 0; i < CRASHES; i++) {
    int fd = visit(s);
    say(fd, S("GET /crash HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    told += status_of(hear(&a, fd, 3000)) == 503;
    close(fd);
    usleep(CRASH_MS * 1000);
  }
  return told;
}

static void beside_crashes(struct server *s) {
  int status = 0;
  struct load load = {.server = s, .path = "/", .rate = RATE};
  pid_t child = fork();
  if (child == 0) _exit(crash_pages(s));
  run(&load, NULL);
  waitpid(child, &status, 0);
  printf("crashes=%d told=%d other_pages=%zu other_pages_lost=%zu: %s\n", CRASHES,
         WEXITSTATUS(status), load.samples, load.bad,
         WEXITSTATUS(status) == CRASHES && !load.bad ? "met" : "NOT met");
}

static void measure(struct db_test *t) {
  const char *kind = t->kind == DB_SQLITE ? "sqlite" : "postgres";
  struct server s = serve(t, 0);
  printf("%s\n", kind);
  run(&(struct load){.server = &s, .path = "/"}, "small-page");
  run(&(struct load){.server = &s, .path = "/person"}, "audited-person-page");
  beside_slow(&s);
  beside_crashes(&s);
  stop(&s, 0);
}

int main(int argc, char **argv) {
  int64_t given;
  if (argc > 1 && str_to_i64(str_of(argv[1]), &given) && given > 0 && given < 600)
    seconds = (int)given;
  log_level_set(LOG_ALARM);
  static const struct db_test_case cases[] = {DB_TEST(measure)};
  const struct migrations lists[] = {db_migrations, audit_migrations, web_migrations};
  return db_test_run("serve_bench", cases, countof(cases), lists, countof(lists));
}
