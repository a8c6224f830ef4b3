/* The server from outside: what strangers may send, what a crash costs, how it stops. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sandbox/sandbox.h"
#include "web/front.h"
#include "web/serve_rig.h"

extern const struct migrations db_migrations, web_migrations;
void the_shipped_proxy_refuses_what_it_should(struct db_test *t); /* proxy_test.c */

/* ---- the tests ---- */

static void pages_files_and_errors(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  struct str r = fetch(t, &s, "/");
  assert_int_equal(status_of(r), 200);
  assert_true(str_ends(r, S("quick")));
  assert_true(str_contains(r, S("Content-Security-Policy: default-src 'none'")));
  r = fetch(t, &s, "/asset/s.css");
  assert_true(str_ends(r, S("p{color:red}")) && str_contains(r, S("immutable")) &&
              str_contains(r, S("nosniff")));
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
    struct str r = exchange_ms(
        t, &s,
        str_format(
            t->arena,
            "POST /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %lld\r\n\r\na=%.*s",
            (long long)n + 2, (int)n, fill.p),
        5000);
    assert_true(str_contains(r, str_format(t->arena, "form %lld file -1", (long long)n)));
  }
  const char *edge = "--e\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
  struct str r = exchange_ms(t, &s,
                             str_format(t->arena,
                                        "POST /take HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                                        "Content-Type: multipart/form-data; "
                                        "boundary=e\r\nContent-Length: %zu\r\n\r\n%s%.*s\r\n--e--",
                                        strlen(edge) + 4000000 + 7, edge, 4000000, fill.p),
                             5000);
  assert_true(str_contains(r, S("file 4000000")));
  r = exchange_ms(
      t, &s,
      str_format(t->arena, "POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n%.*s",
                 2000000, fill.p),
      5000);
  assert_int_equal(status_of(r), 413); /* a form's limit is a megabyte */
  r = exchange_ms(
      t, &s, S("POST /take HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n\r\nabc"), 3000);
  assert_int_equal(status_of(r), 413);
  r = exchange_ms(t, &s,
                  str_format(t->arena,
                             "POST /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "1e8480\r\n%.*s\r\n0\r\n\r\n",
                             2000000, fill.p),
                  5000);
  assert_int_equal(status_of(r), 413);
  r = exchange_ms(
      t, &s,
      S("POST /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n3\r\na=1\r\n2\r\n23\r\n0\r\n\r\n"),
      3000);
  assert_true(str_contains(r, S("form 3 file -1")));
  stop(&s, 0);
}

/* Requests two readers could take apart differently: one answer at most, the connection closed,
 * nothing smuggled. */
static void smuggling_is_refused(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  static const char *const evil[] = {
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: "
      "4\r\n\r\n5c\r\nGET /pid HTTP/1.1\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcdeGET /pid "
      "HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4, 4\r\n\r\nabcdGET /pid HTTP/1.1\r\nHost: "
      "x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcdGET /pid HTTP/1.1\r\nHost: "
      "x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 4\r\n\r\nabcdGET /pid "
      "HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: "
      "identity\r\n\r\n0\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /pid "
      "HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\nGET /pid "
      "HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /pid "
      "HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 41\r\n\r\nGET /pid HTTP/1.1\r\nHost: "
      "x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET http://evil.example/ HTTP/1.1\r\nHost: x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nGET /pid "
      "HTTP/1.1\r\nHost: x\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nGET /pid "
      "HTTP/1.1\r\nHost: x\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      "GARBAGE\r\n\r\n",
      "\r\n\r\n\r\n\r\n",
      "GET / HTTP/9.9\r\nHost: x\r\n\r\nGET /pid HTTP/1.1\r\nHost: x\r\n\r\n"};
  struct server s = serve(t, 0);
  for (size_t i = 0; i < countof(evil); i++) {
    int fd = visit(&s);
    say(fd, str_of(evil[i]));
    shutdown(fd, SHUT_WR);
    struct str r = hear(t->arena, fd, 3000);
    close(fd);
    if (str_contains(r, S("HTTP/1.1 2")) || times(r, S("<!doctype")) > 1)
      fail_msg("case %zu: %.*s", i, P(str_slice(r, 0, 400)));
  }
  assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  stop(&s, 0);
}

static void pipelined_requests_are_answered_in_order(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  struct str r =
      exchange_ms(t, &s,
                  S("GET /slow?ms=120 HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
                    "GET /asset/s.css HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
                  4000);
  assert_int_equal(times(r, S("HTTP/1.1 200")), 3);
  size_t slept = str_find(r, S("slept")), quick_at = str_find(r, S("quick")),
         css = str_find(r, S("color:red"));
  assert_true(slept < quick_at && quick_at < css && css < r.n);
  stop(&s, 0);
}

static void huge_heads_are_refused(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  char *x = memset(arena_many(t->arena, char, 200000), 'x', 200000);
  struct str r = exchange_ms(
      t, &s, str_format(t->arena, "GET / HTTP/1.1\r\nHost: x\r\nCookie: %.*s\r\n\r\n", 60000, x),
      3000);
  assert_true(status_of(r) == 431 || status_of(r) == 400);
  r = exchange_ms(t, &s, str_format(t->arena, "GET /%.*s HTTP/1.1\r\nHost: x\r\n\r\n", 3000, x),
                  3000);
  assert_int_equal(status_of(r), 400);
  r = exchange_ms(t, &s, str_format(t->arena, "GET /%.*s HTTP/1.1\r\nHost: x\r\n\r\n", 100000, x),
                  3000);
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
  while (!cut && clock_monotonic_us() - began < (RIG_HEAD_MS + 3000) * (uint64_t)1000) {
    usleep(500000);
    assert_int_equal(status_of(fetch(t, &s, "/")), 200); /* nobody else notices */
    char c;
    for (size_t i = 0; i < countof(fd); i++) say(fd[i], S("A: b\r\n"));
    cut = recv(fd[0], &c, 1, MSG_DONTWAIT | MSG_PEEK) == 0 ||
          (errno != EAGAIN && errno != EWOULDBLOCK);
  }
  assert_true(cut);
  assert_true(clock_monotonic_us() - began > (RIG_HEAD_MS - 500) * (uint64_t)1000);
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
  struct str r =
      fetch(t, &s, "/forever"); /* past its limit: the worker ends, the visitor is told */
  assert_int_equal(status_of(r), 503);
  assert_true(str_contains(r, S("took too long")));
  for (int i = 0; i < 30; i++) assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  stop(&s, 0);
}

/* kill -9 while it works: told at once, not when its time is over, and the rest goes on. */
static void a_killed_worker_costs_one_page(struct db_test *t) {
  struct server s = serve(t, 0);
  int fd = visit(&s);
  say(fd, S("GET /slow?ms=1500 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  rig_wait_begun(1);
  kill(rig_slow->pid, SIGKILL);
  struct str r = hear(t->arena, fd, 20000);
  assert_int_equal(status_of(r), 503);
  assert_false(str_contains(r, S("took too long")));
  close(fd);
  assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  stop(&s, 0);
}

/* Stopped while pages are being made: those are finished, new ones refused, nothing is cut short.
 */
static void stopping_lets_pages_finish(struct db_test *t) {
  struct server s = serve(t, 0);
  int fd[4], idle = visit(&s);
  for (size_t i = 0; i < countof(fd); i++) {
    fd[i] = visit(&s);
    say(fd[i], S("GET /slow?ms=700 HTTP/1.1\r\nHost: x\r\n\r\n"));
  }
  rig_wait_begun((int)countof(fd));
  kill(s.pid, SIGTERM);
  for (size_t i = 0; i < countof(fd); i++) {
    struct str r = hear(t->arena, fd[i], 20000);
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
    say(heavy[i], S("GET /heavy?ms=1500 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  }
  for (size_t i = 0; i < countof(slow); i++) {
    slow[i] = visit(&s);
    say(slow[i], S("GET /slow?ms=1500 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  }
  rig_wait_begun(4); /* both slow ones, and no more than two of the heavy */
  for (int i = 0; i < 40; i++) assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  assert_int_equal(rig_slow->begun, 4);
  assert_int_equal(rig_slow->ended, 0); /* all of them while the slow ones still ran */
  for (size_t i = 0; i < countof(heavy); i++) {
    assert_int_equal(status_of(hear(t->arena, heavy[i], 20000)), 200);
    close(heavy[i]);
  }
  for (size_t i = 0; i < countof(slow); i++) close(slow[i]);
  stop(&s, 0);
}

/* The parent's child of that name. */
static pid_t process_named(const struct server *s, const char *wanted) {
  char path[64], line[4096] = "", name[32];
  snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)s->pid, (int)s->pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read(fd, line, sizeof line - 1) : 0;
  if (fd >= 0) close(fd);
  struct str rest = {line, n > 0 ? (size_t)n : 0};
  for (int64_t pid; rest.n && str_to_i64(str_cut(&rest, ' '), &pid);) {
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd >= 0 ? read(fd, name, sizeof name) : 0;
    if (fd >= 0) close(fd);
    if (n > 1 && str_eq((struct str){name, (size_t)n - 1}, str_of(wanted))) return (pid_t)pid;
  }
  fail_msg("no process %s", wanted);
  return 0;
}

/* Whatever is killed comes back; the whole house is asked again each time. */
static void killed_processes_come_back(struct db_test *t) {
  static const char *const names[] = {"front", "out", "soon", "long", "audit"};
  struct server s = serve(t, 0);
  for (size_t i = 0; i < countof(names); i++) {
    kill(process_named(&s, names[i]), SIGKILL);
    int status = 0;
    for (int tries = 0; tries < 200 && status != 200; tries++) {
      usleep(50000);
      status = status_of(fetch(t, &s, "/"));
    }
    if (status != 200) fail_msg("after %s was killed: %d", names[i], status);
  }
  stop(&s, 0);
}

/* One address holds at most so many connections; the rest are closed at once, and it is served
 * again when it lets go. */
static void one_address_has_its_share(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  int fd[CONNECTIONS_PER_ADDRESS_MAX + 16], closed = 0;
  for (size_t i = 0; i < countof(fd); i++) fd[i] = visit(&s);
  usleep(300000);
  for (size_t i = 0; i < countof(fd); i++) {
    char c;
    closed += recv(fd[i], &c, 1, MSG_DONTWAIT) == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    close(fd[i]);
  }
  assert_int_equal(closed, 16);
  usleep(300000);
  assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  stop(&s, 0);
}

static bool same_number(struct str a, struct str b) {
  size_t at = str_find(a, S("number ")), there = str_find(b, S("number "));
  return at < a.n && there < b.n &&
         str_eq(str_slice(a, at, at + 23), str_slice(b, there, there + 23));
}

static struct str with_cookie(struct db_test *t, const struct server *s) {
  return exchange_ms(t, s,
                     S("GET /same?q=a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       "Cookie: waymark=vAAAAAAAAAAAAAAAAAAAAAA\r\n\r\n"),
                     3000);
}

/* The second answer is kept; the first never was. Who brings a visitor's cookie is asked for apart.
 */
static void many_who_ask_the_same_at_once(struct db_test *t) {
  if (t->kind != DB_SQLITE) return; /* the front has no database */
  struct server s = serve(t, 0);
  struct str first = fetch(t, &s, "/same?q=a"), second = fetch(t, &s, "/same?q=a"),
             third = fetch(t, &s, "/same?q=a");
  assert_int_equal(status_of(third), 200);
  assert_false(same_number(first, second));
  assert_true(same_number(second, third));
  assert_true(str_contains(third, S("Cache-Control: no-store")));
  assert_false(same_number(third, fetch(t, &s, "/same?q=b")));
  with_cookie(t, &s);
  assert_false(same_number(with_cookie(t, &s), with_cookie(t, &s)));
  usleep(1100000);
  assert_false(same_number(third, fetch(t, &s, "/same?q=a")));
  stop(&s, 0);
}

static void people_pages_stop_with_the_audit(struct db_test *t) {
  struct server s = serve(t, 0);
  struct str ask = S("GET /person HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                     "right\r\nConnection: close\r\n\r\n");
  struct str r = exchange_ms(t, &s, ask, 4000);
  assert_int_equal(status_of(r), 200);
  assert_int_equal(db_number(t->db, -1, SQL_AUDIT("select count(*) from audit_entry")),
                   1); /* there before the reply */
  r = fetch(t, &s, "/pid");
  struct str rest = str_slice(r, str_find(r, S("\r\n\r\n")) + 4, r.n);
  str_cut(&rest, ' ');
  int64_t parent = 0;
  assert_true(str_to_i64(rest, &parent) && parent == s.pid);
  pid_t audit = process_named(&s, "audit");
  kill(audit, SIGSTOP);
  r = exchange_ms(t, &s, ask, 4000);
  assert_int_equal(status_of(r), 503);
  assert_false(str_contains(r, S("Ada")));
  assert_int_equal(status_of(fetch(t, &s, "/")), 200);
  kill(audit, SIGKILL); /* a new one takes its place */
  int again = 0;
  for (int tries = 0; tries < 40 && again != 200; tries++) {
    usleep(100000);
    again = status_of(exchange_ms(t, &s, ask, 4000));
  }
  assert_int_equal(again, 200);
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
    _exit(web_serve(&config, rig_domains, RIG_DOMAINS));
  }
  int status;
  waitpid(pid, &status, 0);
  assert_int_equal(WEXITSTATUS(status), 1);
  pid = fork();
  if (pid == 0) {
    (void)!freopen("/dev/null", "w", stderr);
    struct serve_config config = {
        .where = t->where, .listen = "0.0.0.0:0"}; /* the whole network, without saying lan */
    _exit(web_serve(&config, rig_domains, RIG_DOMAINS));
  }
  waitpid(pid, &status, 0);
  assert_int_equal(WEXITSTATUS(status), 1);
  stop(&s, 0);
}

int main(void) {
  static const struct db_test_case cases[] = {DB_TEST(pages_files_and_errors),
                                              DB_TEST(large_forms_and_too_large_ones),
                                              DB_TEST(smuggling_is_refused),
                                              DB_TEST(pipelined_requests_are_answered_in_order),
                                              DB_TEST(huge_heads_are_refused),
                                              DB_TEST(a_crash_costs_one_page),
                                              DB_TEST(a_killed_worker_costs_one_page),
                                              DB_TEST(stopping_lets_pages_finish),
                                              DB_TEST(slow_pages_do_not_stop_others),
                                              DB_TEST(killed_processes_come_back),
                                              DB_TEST(one_address_has_its_share),
                                              DB_TEST(many_who_ask_the_same_at_once),
                                              DB_TEST(people_pages_stop_with_the_audit),
                                              DB_TEST(a_worker_cannot_leave),
                                              DB_TEST(an_address_in_use_is_said),
                                              DB_TEST(the_shipped_proxy_refuses_what_it_should),
                                              DB_TEST(slow_heads_are_cut)};
  const struct migrations lists[] = {db_migrations, audit_migrations, web_migrations};
  return db_test_run("serve", cases, countof(cases), lists, countof(lists));
}
