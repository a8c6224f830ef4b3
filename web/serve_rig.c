/* serve_rig: see serve_rig.h. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "web/serve_rig.h"

/* ---- pages made for these tests ---- */

static void quick(struct request *rq) { buf_put(rq->body, S("quick")); }
struct rig_slow *rig_slow;
static void slow_ms(struct request *rq) {
  int64_t ms = 0;
  str_to_i64(request_query(rq, "ms"), &ms);
  __atomic_store_n(&rig_slow->pid, getpid(), __ATOMIC_RELAXED);
  __atomic_add_fetch(&rig_slow->begun, 1, __ATOMIC_RELEASE);
  usleep((useconds_t)ms * 1000);
  __atomic_add_fetch(&rig_slow->ended, 1, __ATOMIC_RELEASE);
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
  buf_format(rq->body, "from %.*s host %.*s secure %d", P(rq->ask->address),
             P(rq->ask->header[H_HOST]), rq->ask->secure);
  buf_put(rq->body, S("<form>"));
  view_csrf(rq->view);
}
/* For pg_killed_test, whose database has the table: 200 is a promise that the number is there. */
static void keep_number(struct request *rq) {
  int64_t n = 0;
  str_to_i64(request_form(rq, "n"), &n);
  db_begin(rq->db, STORE_MAIN);
  db_run(rq->db, SQL("insert into kept (n) values (?1) on conflict (n) do nothing"), V(n));
  if (db_commit(rq->db, STORE_MAIN) == DB_OK) return buf_put(rq->body, S("kept"));
  reply_refuse(rq, 503, S("That was not kept. Try again."));
}
static void pid_page(struct request *rq) {
  buf_format(rq->body, "%d %d", (int)getpid(), (int)getppid());
}
/* A new number each time a worker makes it, and the same for everybody who asks at once. */
static void same_page(struct request *rq) {
  uint64_t number;
  secret_bytes(&number, sizeof number);
  buf_format(rq->body, "number %016llx %.*s", (unsigned long long)number,
             P(request_query(rq, "q")));
  reply_same(rq, 1000);
}
static const struct route routes[] = {
    ROUTE(READ, "/same", same_page, WHO_ANYONE, FAST, "A number", 0),
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
    ROUTE(WRITE, "/keep", keep_number, ROLE_SERVICE, FAST, "Keeps a number", ROUTE_API),
    ROUTE(READ, "/pid", pid_page, WHO_ANYONE, FAST, "Which worker", 0),
};
static const struct domain test_domain = {
    .name = "test", .routes = routes, .n_routes = countof(routes)};
const struct domain *const rig_domains[] = {&test_domain, &web_domain};
static bool hook_token(struct db *db, struct arena *a, struct str token, instant_t now,
                       struct actor *out) {
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

static void tell_url(const char *url, void *with) {
  const char *colon = strrchr(url, ':');
  (void)!write(*(int *)with, colon + 1, strlen(colon + 1));
  close(*(int *)with);
}

void rig_wait_begun(int n) {
  for (int tries = 0; __atomic_load_n(&rig_slow->begun, __ATOMIC_ACQUIRE) < n; tries++) {
    if (tries > 3000) fail_msg("%d of %d slow pages began", rig_slow->begun, n);
    usleep(10000);
  }
}

bool serve_tls;
struct server serve(struct db_test *t, int fast_ms) {
  int ends[2];
  char port[16] = "";
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  if (rig_slow) munmap(rig_slow, sizeof *rig_slow);
  rig_slow =
      mmap(NULL, sizeof *rig_slow, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(rig_slow != MAP_FAILED);
  db_close(t->db); /* never across a fork */
  struct server s = {.pid = fork()};
  if (s.pid == 0) {
    close(ends[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct serve_config config = {.where = t->where,
                                  .listen = "127.0.0.1:0",
                                  .workers = 6,
                                  .fast_ms = fast_ms,
                                  .sessions = &hooks,
                                  .files = style,
                                  .behind_tls = serve_tls,
                                  .head_ms = RIG_HEAD_MS,
                                  .started = tell_url,
                                  .with = &ends[1],
                                  .upload_bytes_max = 8 << 20};
    _exit(web_serve(&config, rig_domains, RIG_DOMAINS));
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

void stop(struct server *s, int want) {
  int status;
  kill(s->pid, SIGTERM);
  waitpid(s->pid, &status, 0);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), want);
}

/* ---- a visitor with a bare socket ---- */

int visit(const struct server *s) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)s->port)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&at, sizeof at) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

void say(int fd, struct str words) {
  while (words.n > 0) {
    ssize_t n = send(fd, words.p, words.n, MSG_NOSIGNAL);
    if (n <= 0) return;
    words = str_slice(words, (size_t)n, words.n);
  }
}

/* Everything until the other side closes or `ms` pass. */
struct str hear(struct arena *a, int fd, int ms) {
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

struct str exchange_ms(struct db_test *t, const struct server *s, struct str request, int ms) {
  int fd = visit(s);
  if (fd < 0) return (struct str){0};
  say(fd, request);
  struct str reply = hear(t->arena, fd, ms);
  close(fd);
  return reply;
}

struct str fetch(struct db_test *t, const struct server *s, const char *path) {
  return exchange_ms(
      t, s, str_format(t->arena, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", path),
      5000);
}

int status_of(struct str reply) {
  int64_t status = 0;
  if (str_starts(reply, S("HTTP/1.1 "))) str_to_i64(str_slice(reply, 9, 12), &status);
  return (int)status;
}

int times(struct str s, struct str part) {
  int n = 0;
  for (size_t at; (at = str_find(s, part)) < s.n; n++) s = str_slice(s, at + part.n, s.n);
  return n;
}
