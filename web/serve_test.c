/* The server from outside: a child runs web_serve on a free port, the tests speak to its socket. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/testing.h"
#include "sandbox/sandbox.h"
#include "web/front.h"
#include "web/testing.h"

extern const struct migrations db_migrations, web_migrations;

/* ---- pages made for these tests ---- */

static void quick(struct request *rq) { buf_put(rq->body, S("quick")); }
static void slow_ms(struct request *rq) {
  int64_t ms = 0;
  str_to_i64(request_query(rq, "ms"), &ms);
  usleep((useconds_t)ms * 1000);
  buf_put(rq->body, S("slept"));
}
static void crash(struct request *rq) {
  (void)rq;
  signal(SIGSEGV, SIG_DFL);
  raise(SIGSEGV);
}
static void forever(struct request *rq) {
  (void)rq;
  for (volatile long i = 0;; i++) {}
}
static void big_reply(struct request *rq) {
  for (int i = 0; i < 300000; i++) buf_put(rq->body, S("0123456789"));
  reply_type(rq, "text/csv");
}
static void take(struct request *rq) {
  const struct upload *u = request_file(rq, "file");
  buf_format(rq->body, "form %zu file %lld", request_form(rq, "a").n, u ? (long long)u->bytes : -1);
}
static void person(struct request *rq) {
  audit_shows(rq, 12, 1);
  buf_put(rq->body, S("Ada"));
}
static void tries(struct request *rq) {
  int file = open("/etc/passwd", O_RDONLY), net = socket(AF_INET, SOCK_STREAM, 0);
  char name[] = "true", *const argv[] = {name, NULL};
  int exec = execv("/bin/true", argv);
  buf_format(rq->body, "file=%d net=%d exec=%d", file >= 0, net >= 0, exec >= 0);
  if (file >= 0) close(file);
  if (net >= 0) close(net);
}
static void visitor_page(struct request *rq) {
  buf_format(rq->body, "from %.*s host %.*s secure %d", P(rq->ask->address), P(rq->ask->header[H_HOST]), rq->ask->secure);
  buf_put(rq->body, S("<form>"));
  view_csrf(rq->view);
}
static void pid_page(struct request *rq) { buf_format(rq->body, "%d %d", (int)getpid(), (int)getppid()); }
static const struct route routes[] = {
  ROUTE(READ, "/", quick, WHO_ANYONE, FAST, "Quick", 0),
  ROUTE(READ, "/slow", slow_ms, WHO_ANYONE, FAST, "Slow", 0),
  ROUTE(READ, "/heavy", slow_ms, WHO_ANYONE, HEAVY, "Slow and heavy", 0),
  ROUTE(READ, "/crash", crash, WHO_ANYONE, FAST, "Crash", 0),
  ROUTE(READ, "/forever", forever, WHO_ANYONE, FAST, "Never ends", 0),
  ROUTE(READ, "/big", big_reply, WHO_ANYONE, FAST, "Three megabytes", 0),
  ROUTE(ASK, "/take", take, WHO_ANYONE, FAST, "A form", ROUTE_UPLOAD),
  ROUTE(ASK, "/small", take, WHO_ANYONE, FAST, "A small form", 0),
  ROUTE(READ, "/person", person, ROLE_SERVICE, FAST, "A person", ROUTE_PERSON | ROUTE_API),
  ROUTE(READ, "/tries", tries, WHO_ANYONE, FAST, "Tries to leave", 0),
  ROUTE(READ, "/visitor", visitor_page, WHO_ANYONE, FAST, "Who came", 0),
  ROUTE(READ, "/pid", pid_page, WHO_ANYONE, FAST, "Which worker", 0),
};
static const struct domain test_domain = {.name = "test", .routes = routes, .n_routes = countof(routes)};
static const struct domain *const domains[] = {&test_domain, &web_domain};
static bool hook_token(struct db *db, struct arena *a, struct str token, instant_t now, struct actor *out) {
  (void)db, (void)a, (void)now;
  *out = (struct actor){.user_id = 9, .roles = ROLE_SERVICE};
  return str_eq(token, S("right"));
}
static const struct session_hooks hooks = {.token = hook_token};
static bool style(struct str path, struct static_file *out) {
  if (!str_eq(path, S("/asset/s.css"))) return false;
  *out = (struct static_file){S("text/css"), S("p{color:red}"), S(""), S("\"e1\""), true};
  return true;
}

/* ---- the server under test ---- */

struct server { pid_t pid; int port; };

static void tell_url(const char *url, void *with) {
  const char *colon = strrchr(url, ':');
  (void)!write(*(int *)with, colon + 1, strlen(colon + 1));
  close(*(int *)with);
}

static bool serve_tls; /* the next server believes a proxy on loopback */
static struct server serve(struct db_test *t, int fast_ms) {
  int ends[2];
  char port[16] = "";
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  db_close(t->db); /* never across a fork */
  struct server s = {.pid = fork()};
  if (s.pid == 0) {
    close(ends[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct serve_config config = {.where = t->where, .listen = "127.0.0.1:0", .workers = 6, .fast_ms = fast_ms,
      .sessions = &hooks, .files = style, .behind_tls = serve_tls, .started = tell_url, .with = &ends[1], .upload_bytes_max = 8 << 20};
    _exit(web_serve(&config, domains, countof(domains)));
  }
  close(ends[1]);
  for (size_t n = 0; n < sizeof port - 1;) {
    ssize_t got = read(ends[0], port + n, sizeof port - 1 - n);
    if (got <= 0) break;
    n += (size_t)got;
  }
  close(ends[0]);
  s.port = (int)strtol(port, NULL, 10);
  t->db = db_test_again(t);
  assert_true(s.port > 0);
  return s;
}

static void stop(struct server *s, int want) {
  int status;
  kill(s->pid, SIGTERM);
  waitpid(s->pid, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), want);
}

/* ---- a visitor with a bare socket ---- */

static int visit(const struct server *s) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

static void say(int fd, struct str words) {
  while (words.n > 0) {
    ssize_t n = send(fd, words.p, words.n, MSG_NOSIGNAL);
    if (n <= 0) return;
    words = str_slice(words, (size_t)n, words.n);
  }
}

/* Everything until the other side closes or `ms` pass. */
static struct str hear(struct arena *a, int fd, int ms) {
  struct buf b = buf_open((size_t)32 << 20);
  uint64_t until = clock_monotonic_us() + (uint64_t)ms * 1000;
  for (;;) {
    char piece[65536];
    uint64_t now = clock_monotonic_us();
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (now >= until || poll(&p, 1, (int)((until - now) / 1000 + 1)) <= 0) break;
    ssize_t n = recv(fd, piece, sizeof piece, 0);
    if (n <= 0) break;
    buf_put(&b, (struct str){piece, (size_t)n});
  }
  struct str all = str_copy(a, buf_str(&b));
  buf_free(&b);
  return all;
}

static struct str exchange_ms(struct db_test *t, const struct server *s, struct str request, int ms) {
  int fd = visit(s);
  if (fd < 0) return (struct str){0};
  say(fd, request);
  struct str reply = hear(t->arena, fd, ms);
  close(fd);
  return reply;
}

static struct str fetch(struct db_test *t, const struct server *s, const char *path) {
  return exchange_ms(t, s, str_format(t->arena, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path), 5000);
}

static int status_of(struct str reply) {
  int64_t status = 0;
  if (str_starts(reply, S("HTTP/1.1 "))) str_to_i64(str_slice(reply, 9, 12), &status);
  return (int)status;
}

static int times(struct str s, struct str part) {
  int n = 0;
  for (size_t at; (at = str_find(s, part)) < s.n; n++) s = str_slice(s, at + part.n, s.n);
  return n;
}

/* ---- the tests ---- */

static void pages_files_and_errors(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  struct str r = fetch(t, &s, "/");
  assert_int_equal(status_of(r), 200);
  assert_true(str_ends(r, S("quick")));
  assert_true(str_contains(r, S("Content-Security-Policy: default-src 'none'")));
  r = fetch(t, &s, "/asset/s.css");
  assert_true(str_ends(r, S("p{color:red}")) && str_contains(r, S("immutable")) && str_contains(r, S("nosniff")));
  assert_int_equal(status_of(fetch(t, &s, "/absent")), 404);
  r = fetch(t, &s, "/big");
  assert_int_equal(status_of(r), 200);
  assert_true(r.n > 3000000 && str_ends(r, S("0123456789"))); /* came as a descriptor */
  r = exchange_ms(t, &s, S("HEAD /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 3000);
  assert_true(str_contains(r, S("Content-Length: 3000000")) && r.n < 2000);
  r = exchange_ms(t, &s, S("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n"), 3000);
  assert_int_equal(status_of(r), 405);
  assert_false(str_contains(r, S("Server:")));
  stop(&s, 0);
}

static void large_forms_and_too_large_ones(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  struct str fill = {memset(arena_many(t->arena, char, 9 << 20), 'x', 9 << 20), 9 << 20};
  static const char *const sizes[] = {"10", "60000", "70000", "900000"};
  for (size_t i = 0; i < countof(sizes); i++) { /* kept in memory, then in a file */
    int64_t n;
    str_to_i64(str_of(sizes[i]), &n);
    struct str r = exchange_ms(t, &s, str_format(t->arena, "POST /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
      "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %lld\r\n\r\na=%.*s", (long long)n + 2,
      (int)n, fill.p), 5000);
    assert_true(str_contains(r, str_format(t->arena, "form %lld file -1", (long long)n)));
  }
  const char *edge = "--e\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
  struct str r = exchange_ms(t, &s, str_format(t->arena, "POST /take HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    "Content-Type: multipart/form-data; boundary=e\r\nContent-Length: %zu\r\n\r\n%s%.*s\r\n--e--", strlen(edge) + 4000000 + 7,
    edge, 4000000, fill.p), 5000);
  assert_true(str_contains(r, S("file 4000000")));
  r = exchange_ms(t, &s, str_format(t->arena, "POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n%.*s",
                                    2000000, fill.p), 5000);
  assert_int_equal(status_of(r), 413); /* a form's limit is a megabyte */
  r = exchange_ms(t, &s, S("POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\nabc"), 3000);
  assert_int_equal(status_of(r), 413);
  r = exchange_ms(t, &s, str_format(t->arena, "POST /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                                    "1e8480\r\n%.*s\r\n0\r\n\r\n", 2000000, fill.p), 5000);
  assert_int_equal(status_of(r), 413);
  r = exchange_ms(t, &s, S("POST /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\n3\r\na=1\r\n2\r\n23\r\n0\r\n\r\n"), 3000);
  assert_true(str_contains(r, S("form 3 file -1")));
  stop(&s, 0);
}

/* Requests two readers could take apart differently: one answer at most, the connection closed, nothing smuggled. */
static void smuggling_is_refused(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  static const char *const evil[] = {
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nGET /pid HTTP/1.1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcdeGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4, 4\r\n\r\nabcdGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcdGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcdGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 41\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /a b HTTP/1.1\r\nHost: x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "GARBAGE\r\n\r\n", "\r\n\r\n\r\n\r\n",
    "GET / HTTP/9.9\r\nHost: x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n"};
  struct server s = serve(t, 0);
  for (size_t i = 0; i < countof(evil); i++) {
    int fd = visit(&s);
    say(fd, str_of(evil[i]));
    shutdown(fd, SHUT_WR);
    struct str r = hear(t->arena, fd, 3000);
    close(fd);
    if (str_contains(r, S("HTTP/1.1 2")) || times(r, S("<!doctype")) > 1) fail_msg("case %zu: %.*s", i, P(str_slice(r, 0, 400)));
  }
  assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  stop(&s, 0);
}

static void pipelined_requests_are_answered_in_order(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  struct str r = exchange_ms(t, &s, S("GET /slow?ms=120 HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
                                      "GET /asset/s.css HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), 4000);
  assert_int_equal(times(r, S("HTTP/1.1 200")), 3);
  size_t slept = str_find(r, S("slept")), quick_at = str_find(r, S("quick")), css = str_find(r, S("color:red"));
  assert_true(slept < quick_at && quick_at < css && css < r.n);
  stop(&s, 0);
}

static void huge_heads_are_refused(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  char *x = memset(arena_many(t->arena, char, 200000), 'x', 200000);
  struct str r = exchange_ms(t, &s, str_format(t->arena, "GET / HTTP/1.1\r\nHost: x\r\nCookie: %.*s\r\n\r\n", 60000, x), 3000);
  assert_true(status_of(r) == 431 || status_of(r) == 400);
  r = exchange_ms(t, &s, str_format(t->arena, "GET /%.*s HTTP/1.1\r\nHost: x\r\n\r\n", 3000, x), 3000);
  assert_int_equal(status_of(r), 400);
  r = exchange_ms(t, &s, str_format(t->arena, "GET /%.*s HTTP/1.1\r\nHost: x\r\n\r\n", 100000, x), 3000);
  assert_true(status_of(r) == 414 || status_of(r) == 431 || status_of(r) == 400 || r.n == 0);
  struct buf many = buf_open(1 << 20);
  buf_put(&many, S("GET / HTTP/1.1\r\nHost: x\r\n"));
  for (int i = 0; i < 150; i++) buf_put(&many, S("A: b\r\n"));
  buf_put(&many, S("\r\n"));
  r = exchange_ms(t, &s, buf_str(&many), 3000);
  assert_int_equal(status_of(r), 400);
  buf_free(&many);
  assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  stop(&s, 0);
}

/* A head that trickles in is cut off when its time is over, however alive the connection looks. */
static void slow_heads_are_cut(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  int fd[20];
  for (size_t i = 0; i < countof(fd); i++) {
    fd[i] = visit(&s);
    say(fd[i], S("GET / HTTP/1.1\r\nHost: x\r\n"));
  }
  uint64_t began = clock_monotonic_us();
  bool cut = false;
  while (!cut && clock_monotonic_us() - began < (HEADERS_MS_MAX + 3000) * (uint64_t)1000) {
    usleep(500000);
    assert_int_equal(status_of(fetch(t, &s, "/")), 200); /* nobody else notices */
    char c;
    for (size_t i = 0; i < countof(fd); i++) say(fd[i], S("A: b\r\n"));
    cut = recv(fd[0], &c, 1, MSG_DONTWAIT | MSG_PEEK) == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
  }
  assert_true(cut);
  assert_true(clock_monotonic_us() - began > (HEADERS_MS_MAX - 500) * (uint64_t)1000);
  for (size_t i = 0; i < countof(fd); i++) close(fd[i]);
  stop(&s, 0);
}

static void a_crash_costs_one_page(struct db_test *t) {
  struct server s = serve(t, 500);
  for (int i = 0; i < 3; i++) {
    struct str r = fetch(t, &s, "/crash");
    assert_int_equal(status_of(r), 503);
    assert_true(str_contains(r, S("Reference: ")) && str_contains(r, S("Content-Security-Policy")));
    assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  }
  struct str r = fetch(t, &s, "/forever"); /* past its limit: the worker ends, the visitor is told */
  assert_int_equal(status_of(r), 503);
  assert_true(str_contains(r, S("took too long")));
  for (int i = 0; i < 30; i++) assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  stop(&s, 0);
}

/* kill -9 while it works: told at once, and the rest goes on. */
static void a_killed_worker_costs_one_page(struct db_test *t) {
  struct server s = serve(t, 0);
  int fd = visit(&s);
  struct str r = fetch(t, &s, "/pid");
  r = str_slice(r, str_find(r, S("\r\n\r\n")) + 4, r.n);
  int64_t pid = 0;
  assert_true(str_to_i64(str_cut(&r, ' '), &pid) && pid > 1); /* idle workers are taken in order: it gets the next one */
  say(fd, S("GET /slow?ms=1500 HTTP/1.1\r\nHost: x\r\n\r\n"));
  usleep(200000);
  uint64_t began = clock_monotonic_us();
  kill((pid_t)pid, SIGKILL);
  r = hear(t->arena, fd, 800);
  assert_int_equal(status_of(r), 503);
  assert_true(clock_monotonic_us() - began < 1000000);
  close(fd);
  assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  stop(&s, 0);
}

/* Stopped while pages are being made: those are finished, new ones refused, nothing is cut short. */
static void stopping_lets_pages_finish(struct db_test *t) {
  struct server s = serve(t, 0);
  int fd[4], idle = visit(&s);
  for (size_t i = 0; i < countof(fd); i++) {
    fd[i] = visit(&s);
    say(fd[i], S("GET /slow?ms=700 HTTP/1.1\r\nHost: x\r\n\r\n"));
  }
  usleep(150000);
  kill(s.pid, SIGTERM);
  for (size_t i = 0; i < countof(fd); i++) {
    struct str r = hear(t->arena, fd[i], 3000);
    assert_int_equal(status_of(r), 200);
    assert_true(str_ends(r, S("slept")) && str_contains(r, S("Connection: close")));
    close(fd[i]);
  }
  assert_int_equal(visit(&s), -1);
  int status;
  assert_int_equal(waitpid(s.pid, &status, 0), s.pid);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  close(idle);
}

/* Two slow pages beside normal traffic, and heavy ones that may not take every worker. */
static void slow_pages_do_not_stop_others(struct db_test *t) {
  struct server s = serve(t, 0);
  int heavy[5], slow[2];
  for (size_t i = 0; i < countof(heavy); i++) { /* five heavy pages, of which two may run at once */
    heavy[i] = visit(&s);
    say(heavy[i], S("GET /heavy?ms=600 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  }
  for (size_t i = 0; i < countof(slow); i++) {
    slow[i] = visit(&s);
    say(slow[i], S("GET /slow?ms=600 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  }
  usleep(50000);
  uint64_t began = clock_monotonic_us(), worst = 0;
  for (int i = 0; i < 40; i++) {
    uint64_t at = clock_monotonic_us();
    assert_int_equal(status_of(fetch(t, &s, "/")), 200);
    uint64_t took = clock_monotonic_us() - at;
    if (took > worst) worst = took;
  }
  assert_true(clock_monotonic_us() - began < 550000); /* all of them while the slow ones still ran */
  assert_true(worst < 300000);
  for (size_t i = 0; i < countof(heavy); i++) {
    assert_int_equal(status_of(hear(t->arena, heavy[i], 5000)), 200);
    close(heavy[i]);
  }
  for (size_t i = 0; i < countof(slow); i++) close(slow[i]);
  stop(&s, 0);
}

static void people_pages_stop_with_the_audit(struct db_test *t) {
  struct server s = serve(t, 0);
  struct str ask = S("GET /person HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer right\r\nConnection: close\r\n\r\n");
  struct str r = exchange_ms(t, &s, ask, 4000);
  assert_int_equal(status_of(r), 200);
  assert_int_equal(db_number(t->db, -1, SQL_AUDIT("select count(*) from audit_entry")), 1); /* there before the reply */
  r = fetch(t, &s, "/pid");
  struct str rest = str_slice(r, str_find(r, S("\r\n\r\n")) + 4, r.n);
  str_cut(&rest, ' ');
  int64_t parent = 0;
  assert_true(str_to_i64(rest, &parent) && parent == s.pid);
  /* the audit process is the parent's child named so; stop it where it stands */
  char path[64], name[32] = "";
  pid_t audit = 0;
  for (pid_t pid = s.pid + 1; pid < s.pid + 60 && !audit; pid++) {
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, name, sizeof name - 1) : 0;
    if (fd >= 0) close(fd);
    if (n > 0 && strncmp(name, "audit\n", 6) == 0) audit = pid;
  }
  assert_true(audit > 0);
  kill(audit, SIGSTOP);
  r = exchange_ms(t, &s, ask, 4000);
  assert_int_equal(status_of(r), 503);
  assert_false(str_contains(r, S("Ada")));
  assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  kill(audit, SIGKILL); /* a new one takes its place */
  usleep(500000);
  assert_int_equal(status_of(exchange_ms(t, &s, ask, 4000)), 200);
  stop(&s, 0);
  struct audit_check c;
  struct why why;
  if (!audit_verify(t->db, NULL, 0, NULL, &c, &why)) fail_msg("%s", why.text);
  assert_int_equal(c.after_last_head, 0);
}

static void a_worker_cannot_leave(struct db_test *t) {
  struct server s = serve(t, 0);
  struct str r = fetch(t, &s, "/tries");
  bool files_closed = sandbox_landlock() > 0;
  if (t->kind == DB_SQLITE) assert_true(str_contains(r, S("net=0")));
  assert_true(str_contains(r, S("exec=0")));
  if (t->kind == DB_SQLITE && files_closed) assert_true(str_contains(r, S("file=0")));
  stop(&s, 0);
}

static void an_address_in_use_is_said(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  char listen_at[32];
  snprintf(listen_at, sizeof listen_at, "127.0.0.1:%d", s.port);
  fflush(NULL);
  pid_t pid = fork();
  if (pid == 0) {
    (void)!freopen("/dev/null", "w", stderr);
    struct serve_config config = {.where = t->where, .listen = listen_at};
    _exit(web_serve(&config, domains, countof(domains)));
  }
  int status;
  waitpid(pid, &status, 0);
  assert_int_equal(WEXITSTATUS(status), 1);
  pid = fork();
  if (pid == 0) {
    (void)!freopen("/dev/null", "w", stderr);
    struct serve_config config = {.where = t->where, .listen = "0.0.0.0:0"}; /* the whole network, without saying lan */
    _exit(web_serve(&config, domains, countof(domains)));
  }
  waitpid(pid, &status, 0);
  assert_int_equal(WEXITSTATUS(status), 1);
  stop(&s, 0);
}

/* ---- behind nginx, with the configuration that is shipped ---- */

struct proxy { pid_t pid; int tls, plain; char folder[64]; };

static int free_port(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t bytes = sizeof at;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(fd, (struct sockaddr *)&at, sizeof at);
  getsockname(fd, (struct sockaddr *)&at, &bytes);
  close(fd);
  return ntohs(at.sin_port);
}

static struct str swap(struct arena *a, struct str text, const char *old, struct str with) {
  size_t at = str_find(text, str_of(old));
  if (at == text.n) fail_msg("the configuration no longer says: %s", old);
  return str_format(a, "%.*s%.*s%.*s", P(str_slice(text, 0, at)), P(with), P(str_slice(text, at + strlen(old), text.n)));
}

static int run_quietly(char *const argv[]) {
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    (void)!freopen("/dev/null", "w", stdout);
    (void)!freopen("/dev/null", "w", stderr);
    execvp(argv[0], argv);
    _exit(127);
  }
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The shipped file with this test's ports and certificate in it, inside the smallest main configuration. */
static bool proxy_configure(struct db_test *t, struct proxy *p, const struct server *s) {
  struct why why;
  struct str text;
  struct arena *a = t->arena;
  const char *root = getenv("WAYMARK_SOURCE");
  test_folder(p->folder);
  p->tls = free_port(), p->plain = free_port();
  if (!file_read(a, str_c(a, str_format(a, "%s/web/proxy/nginx.conf", root ? root : ".")), 1 << 20, &text, &why)) return false;
  text = swap(a, text, "server 127.0.0.1:8080;", str_format(a, "server 127.0.0.1:%d;", s->port));
  text = swap(a, text, "listen 80;", str_format(a, "listen 127.0.0.1:%d;", p->plain));
  text = swap(a, text, "listen [::]:80;", S(""));
  text = swap(a, text, "listen 443 ssl http2;", str_format(a, "listen 127.0.0.1:%d ssl http2;", p->tls));
  text = swap(a, text, "listen [::]:443 ssl http2;", S(""));
  text = swap(a, text, "/etc/waymark/tls/fullchain.pem", str_format(a, "%s/c.pem", p->folder));
  text = swap(a, text, "/etc/waymark/tls/privkey.pem", str_format(a, "%s/k.pem", p->folder));
  struct str whole = str_format(a, "daemon off;\nmaster_process off;\npid %s/pid;\nerror_log %s/log;\nevents {}\nhttp {\n"
    "client_body_temp_path %s/b;\nproxy_temp_path %s/p;\nfastcgi_temp_path %s/f;\nuwsgi_temp_path %s/u;\n"
    "scgi_temp_path %s/s;\n%.*s}\n", p->folder, p->folder, p->folder, p->folder, p->folder, p->folder, p->folder, P(text));
  char *const make[] = {str_c(a, S("openssl")), str_c(a, S("req")), str_c(a, S("-x509")), str_c(a, S("-newkey")),
    str_c(a, S("ec")), str_c(a, S("-pkeyopt")), str_c(a, S("ec_paramgen_curve:P-256")), str_c(a, S("-nodes")),
    str_c(a, S("-subj")), str_c(a, S("/CN=waymark.example")), str_c(a, S("-keyout")),
    str_c(a, str_format(a, "%s/k.pem", p->folder)), str_c(a, S("-out")), str_c(a, str_format(a, "%s/c.pem", p->folder)), NULL};
  return file_write(str_c(a, str_format(a, "%s/nginx.conf", p->folder)), whole, &why) && run_quietly(make) == 0;
}

static bool proxy_start(struct db_test *t, struct proxy *p, const struct server *s) {
  struct arena *a = t->arena;
  if (!proxy_configure(t, p, s)) return false;
  char *const argv[] = {str_c(a, S("nginx")), str_c(a, S("-p")), p->folder, str_c(a, S("-c")),
                        str_c(a, str_format(a, "%s/nginx.conf", p->folder)), NULL};
  fflush(NULL);
  p->pid = fork();
  if (p->pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)!freopen("/dev/null", "w", stderr);
    execvp("nginx", argv);
    execv("/usr/sbin/nginx", argv);
    _exit(127);
  }
  struct server plain = {.port = p->plain};
  for (int i = 0; i < 100; i++) {
    int fd = visit(&plain);
    if (fd >= 0) return close(fd) == 0;
    usleep(20000);
  }
  return false;
}

/* Bare bytes through TLS, and what comes back. */
static struct str through_tls(struct db_test *t, const struct proxy *p, struct str bytes) {
  struct buf b = buf_open(1 << 20);
  CURL *c = curl_easy_init();
  curl_easy_setopt(c, CURLOPT_URL, str_c(t->arena, str_format(t->arena, "https://127.0.0.1:%d", p->tls)));
  curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(c, CURLOPT_SSL_ENABLE_ALPN, 0L);
  if (curl_easy_perform(c) == CURLE_OK) {
    size_t n;
    curl_easy_send(c, bytes.p, bytes.n, &n);
    for (int quiet = 0; quiet < 100;) {
      char piece[16384];
      CURLcode code = curl_easy_recv(c, piece, sizeof piece, &n);
      if (code == CURLE_AGAIN) { usleep(10000); quiet++; continue; }
      if (code != CURLE_OK || n == 0) break;
      buf_put(&b, (struct str){piece, n});
    }
  }
  curl_easy_cleanup(c);
  struct str all = str_copy(t->arena, buf_str(&b));
  buf_free(&b);
  return all;
}

static void the_shipped_proxy_refuses_what_it_should(struct db_test *t) {
  struct proxy p = {0};
  if (t->kind != DB_SQLITE) return;
  if (access("/usr/sbin/nginx", X_OK) != 0 || access("/usr/bin/openssl", X_OK) != 0) skip(); /* not installed here */
  serve_tls = true;
  struct server s = serve(t, 0);
  serve_tls = false;
  if (!proxy_start(t, &p, &s)) fail_msg("nginx did not start with web/proxy/nginx.conf");
  struct str r = through_tls(t, &p, S("GET /visitor HTTP/1.1\r\nHost: waymark.example\r\nX-Forwarded-For: 6.6.6.6\r\n"
                                      "Connection: close\r\n\r\n"));
  assert_int_equal(status_of(r), 200);
  assert_true(str_contains(r, S("from 127.0.0.1 host waymark.example secure 1")));
  assert_true(str_contains(r, S("Set-Cookie: __Host-waymark=")) && str_contains(r, S("; Secure")));
  assert_true(str_contains(r, S("Strict-Transport-Security")));
  assert_false(str_contains(r, S("nginx/")));
  static const struct { const char *name, *bytes; size_t n; } odd[] = {
#define ODD(name, text) {name, text, sizeof text - 1}
    ODD("folded header", "GET /visitor HTTP/1.1\r\nHost: waymark.example\r\nA: b\r\n X-Forwarded-For: 6.6.6.6\r\nConnection: close\r\n\r\n"),
    ODD("NUL", "GET /visitor HTTP/1.1\r\nHost: waymark.example\r\nA: b\0c\r\nConnection: close\r\n\r\n"),
    ODD("both lengths", "POST /visitor HTTP/1.1\r\nHost: waymark.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ODD("two lengths", "POST /visitor HTTP/1.1\r\nHost: waymark.example\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde"),
    ODD("trace", "TRACE / HTTP/1.1\r\nHost: waymark.example\r\nConnection: close\r\n\r\n"),
    ODD("space before colon", "GET /visitor HTTP/1.1\r\nHost : waymark.example\r\nConnection: close\r\n\r\n")};
  for (size_t i = 0; i < countof(odd); i++) {
    r = through_tls(t, &p, (struct str){odd[i].bytes, odd[i].n});
    int status = status_of(r);
    bool refused = status >= 400 && status < 500, cleaned = status == 200 && !str_contains(r, S("6.6.6.6"));
    if (!refused && !(i == 0 && cleaned)) fail_msg("%s: %.*s", odd[i].name, P(str_slice(r, 0, 300)));
  }
  struct server plain = {.port = p.plain};
  r = exchange_ms(t, &plain, S("GET /a HTTP/1.1\r\nHost: waymark.example\r\nConnection: close\r\n\r\n"), 3000);
  assert_true(status_of(r) == 308 && str_contains(r, S("Location: https://waymark.example/a")));
  kill(p.pid, SIGKILL);
  waitpid(p.pid, NULL, 0);
  stop(&s, 0);
}

int main(void) {
  static const struct db_test_case cases[] = {
    DB_TEST(pages_files_and_errors), DB_TEST(large_forms_and_too_large_ones), DB_TEST(smuggling_is_refused),
    DB_TEST(pipelined_requests_are_answered_in_order), DB_TEST(huge_heads_are_refused), DB_TEST(a_crash_costs_one_page),
    DB_TEST(a_killed_worker_costs_one_page), DB_TEST(stopping_lets_pages_finish), DB_TEST(slow_pages_do_not_stop_others),
    DB_TEST(people_pages_stop_with_the_audit), DB_TEST(a_worker_cannot_leave), DB_TEST(an_address_in_use_is_said),
    DB_TEST(the_shipped_proxy_refuses_what_it_should), DB_TEST(slow_heads_are_cut)};
  const struct migrations lists[] = {db_migrations, audit_migrations, web_migrations};
  return db_test_run("serve", cases, countof(cases), lists, countof(lists));
}
