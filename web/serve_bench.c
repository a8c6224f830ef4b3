/* serve_bench [SECONDS]: a running server under load from this machine, on every database there is.
 * Prints, for a small page: pages a second and the 99th percentile in ms; the same beside two pages
 * of 300 ms at any time; and for an audited page about a person. 16 kept-alive connections, one
 * page in hand on each. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include "web/serve_rig.h"

extern const struct migrations db_migrations, web_migrations;

enum { CONNECTIONS = 16, SLOW = 2, SAMPLES_MAX = 1 << 20 };
static int seconds = 3;
static uint32_t sample[SAMPLES_MAX];

struct line {
  int fd;
  uint64_t asked_us;
  bool slow;
  char got[8192];
  size_t n;
};
struct load {
  struct server *server;
  const char *path;
  int slow;
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
  ask(l, l->slow ? "/slow?ms=300" : load->path);
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
    ask(&line[i], line[i].slow ? "/slow?ms=300" : load->path);
  }
  uint64_t until = clock_monotonic_us() + (uint64_t)seconds * 1000000;
  while (clock_monotonic_us() < until) {
    for (int i = 0; i < n; i++) p[i] = (struct pollfd){.fd = line[i].fd, .events = POLLIN};
    if (poll(p, (nfds_t)n, 100) <= 0) continue;
    for (int i = 0; i < n; i++)
      if (p[i].revents) heard(load, &line[i]);
  }
  for (int i = 0; i < n; i++) close(line[i].fd);
  qsort(sample, load->samples, sizeof *sample, by_size);
  double p50 = load->samples ? sample[load->samples / 2] / 1000.0 : 0;
  double p99 = load->samples ? sample[load->samples * 99 / 100] / 1000.0 : 0;
  printf("%s pages_per_s=%zu p50_ms=%.2f p99_ms=%.2f bad=%zu\n", name,
         load->samples / (size_t)seconds, p50, p99, load->bad);
  return p99;
}

static void measure(struct db_test *t) {
  const char *kind = t->kind == DB_SQLITE ? "sqlite" : "postgres";
  struct server s = serve(t, 0);
  printf("%s\n", kind);
  struct load small = {.server = &s, .path = "/"},
              beside = {.server = &s, .path = "/", .slow = SLOW};
  struct load people = {.server = &s, .path = "/person"};
  double alone = run(&small, "small-page");
  double with = run(&beside, "small-page-beside-two-slow");
  printf("p99_ratio=%.2f\n", alone > 0 ? with / alone : 0);
  run(&people, "audited-person-page");
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
