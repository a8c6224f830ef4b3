/* supervise: starts the processes, starts again those that end, and stops all of them in order: the
 * front drains, the workers see its end, then soon, long and out are told, audit last, so that
 * nothing shown goes unrecorded. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/seal.h"
#include "web/inner.h"
#include "web/process.h"

enum process_kind { P_FRONT, P_AUDIT, P_SOON, P_LONG, P_OUT, P_WORKER };
enum {
  BACKOFF_MS_FIRST = 50,
  BACKOFF_MS_MAX = 5000,
  STARTS_FAILED_MAX = 5,
  STOP_MS_MAX = 15000,
  SOCKET_BYTES = 1 << 20
};

struct process {
  enum process_kind kind;
  int index; /* of a worker */
  pid_t pid; /* 0 = not running */
  uint64_t started_us, start_at_us;
  int quick_ends; /* ends in a row within a second of starting */
};
struct house {
  struct serving s;
  struct process *process;
  int n;
  int signal_fd, control_fd, front_control_fd;
  bool stopping, told_started;
  int status;
};

/* ---- small things a child does first ---- */

static int fd_cmp(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

/* Closes every descriptor from 3 up but these. */
static void keep_only(int *keep, int n) {
  unsigned from = 3;
  qsort(keep, (size_t)n, sizeof *keep, fd_cmp);
  for (int i = 0; i < n; i++) {
    if (keep[i] < (int)from) continue;
    if (keep[i] > (int)from) syscall(SYS_close_range, from, (unsigned)keep[i] - 1, 0);
    from = (unsigned)keep[i] + 1;
  }
  syscall(SYS_close_range, from, ~0u, 0);
}

/* Ctrl-C and the service manager signal every process at once; only the parent acts on it. */
static void child_begin(const char *name) {
  sigset_t none;
  sigemptyset(&none);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  sigprocmask(SIG_SETMASK, &none, NULL);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, name);
  prctl(PR_SET_DUMPABLE, 0); /* no core with somebody's page in it */
  log_process(name);
}

static int heavy_max(int workers) { return workers / 3 > 0 ? workers / 3 : 1; }

static int child_front(struct house *h, int control_fd) {
  seal_master_forget();
  int keep[] = {h->s.listen_fd, control_fd};
  keep_only(keep, 2);
  struct front_config config = {.serve = h->s.config,
                                .routes = h->s.routes,
                                .listen_fd = h->s.listen_fd,
                                .control_fd = control_fd,
                                .workers = h->s.workers,
                                .heavy_max = heavy_max(h->s.workers),
                                .spool_folder = h->s.spool_folder};
  return front_run(&config);
}

static int child_other(struct house *h, const struct process *p, int front_fd) {
  struct serving *s = &h->s;
  int *keep = calloc((size_t)s->callers * 2 + 4, sizeof *keep), n = 0;
  if (!keep) return 1;
  bool server = p->kind == P_AUDIT || p->kind == P_OUT;
  int caller = p->kind == P_WORKER ? p->index : p->kind == P_SOON ? s->workers : s->workers + 1;
  if (front_fd >= 0) keep[n++] = front_fd;
  keep[n++] = p->kind == P_AUDIT ? s->late_read : s->stop_read;
  for (int i = 0; server && i < s->callers; i++)
    keep[n++] = p->kind == P_AUDIT ? s->audit_pair[i][1] : s->out_pair[i][1];
  if (!server) keep[n++] = s->audit_pair[caller][0], keep[n++] = s->out_pair[caller][0];
  keep_only(keep, n);
  free(keep);
  switch (p->kind) {
    case P_AUDIT: return audit_run(s);
    case P_SOON: return lane_run(s, LANE_SOON);
    case P_LONG: return lane_run(s, LANE_LONG);
    case P_OUT: return out_run(s);
    case P_WORKER: return worker_run(s, p->index, front_fd);
    case P_FRONT: break;
  }
  return 1;
}

/* ---- starting ---- */

static void name_of(const struct process *p, char out[16]) {
  static const char *const names[] = {"front", "audit", "soon", "long", "out", "worker"};
  if (p->kind == P_WORKER)
    snprintf(out, 16, "worker-%d", p->index);
  else
    snprintf(out, 16, "%s", names[p->kind]);
}

static bool pair_of(int type, int pair[2]) {
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) return false;
  int bytes = SOCKET_BYTES;
  for (int i = 0; i < 2; i++) setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
  return true;
}

static void front_gets(struct house *h, int worker, int fd) {
  struct front_message message = {FRONT_ADD, (uint32_t)worker};
  wire_send(h->control_fd, (struct str){(const char *)&message, sizeof message}, fd);
}

static void start(struct house *h, struct process *p) {
  int pair[2] = {-1, -1};
  char name[16];
  name_of(p, name);
  if (p->kind == P_FRONT && !pair_of(SOCK_SEQPACKET, pair)) return;
  if (p->kind == P_WORKER && !pair_of(SOCK_STREAM, pair)) return;
  fflush(stdout);
  fflush(stderr);
  pid_t pid = fork();
  if (pid == 0) {
    child_begin(name);
    _exit(p->kind == P_FRONT ? child_front(h, pair[1]) : child_other(h, p, pair[1]));
  }
  if (pair[1] >= 0) close(pair[1]);
  if (p->kind == P_FRONT) {
    if (h->control_fd >= 0) close(h->control_fd);
    h->control_fd = pair[0];
  }
  if (p->kind == P_WORKER) {
    if (pid > 0) front_gets(h, p->index, pair[0]);
    close(pair[0]);
  }
  p->pid = pid > 0 ? pid : 0;
  p->started_us = clock_monotonic_us();
  p->start_at_us = pid > 0 ? 0 : p->started_us + BACKOFF_MS_MAX * 1000;
}

/* ---- one that ended ---- */

static void ended(struct house *h, struct process *p, int status) {
  char name[16];
  uint64_t now = clock_monotonic_us();
  name_of(p, name);
  p->pid = 0;
  if (h->stopping) return;
  bool crashed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  log_event(crashed ? LOG_ALARM : LOG_INFO, "process-ended", "process=%s signal=%d status=%d", name,
            WIFSIGNALED(status) ? WTERMSIG(status) : 0,
            WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  p->quick_ends = now - p->started_us < 1000000 ? p->quick_ends + 1 : 0;
  uint64_t wait =
      p->quick_ends < 2 ? 0 : (uint64_t)BACKOFF_MS_FIRST << (p->quick_ends < 8 ? p->quick_ends : 8);
  p->start_at_us = now + (wait > BACKOFF_MS_MAX ? BACKOFF_MS_MAX : wait) * 1000;
  if (!h->told_started && p->quick_ends >= STARTS_FAILED_MAX) {
    fprintf(stderr, "waymark: the %s process does not start; the lines above say why.\n", name);
    h->status = 1;
    h->stopping = true;
  }
}

static void reap(struct house *h) {
  int status;
  for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
    for (int i = 0; i < h->n; i++)
      if (h->process[i].pid == pid) ended(h, &h->process[i], status);
}

static void start_due(struct house *h) {
  uint64_t now = clock_monotonic_us();
  for (int i = 0; i < h->n; i++) {
    struct process *p = &h->process[i];
    bool front_first =
        p->kind == P_WORKER && h->process[0].pid == 0; /* a worker needs a front to be given to */
    if (p->pid == 0 && p->start_at_us <= now && !front_first) start(h, p);
  }
}

/* ---- what the front says ---- */

static void front_said(struct house *h) {
  struct front_message m;
  ssize_t got = recv(h->control_fd, &m, sizeof m, MSG_DONTWAIT);
  if (got != sizeof m) return;
  if (m.verb == FRONT_READY && !h->told_started) {
    h->told_started = true;
    if (h->s.config->started) h->s.config->started(h->s.url, h->s.config->with);
  }
  if (m.verb != FRONT_KILL) return;
  for (int i = 0; i < h->n; i++) {
    struct process *p = &h->process[i];
    if (p->kind == P_WORKER && p->index == (int)m.worker && p->pid > 0) kill(p->pid, SIGKILL);
  }
}

static void signals(struct house *h) {
  struct signalfd_siginfo info;
  while (read(h->signal_fd, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGCHLD)
      reap(h);
    else
      h->stopping = true;
  }
}

/* Sleeps until something happens, at most `ms`. */
static void wait_for_news(struct house *h, int ms) {
  struct pollfd p[2] = {{.fd = h->signal_fd, .events = POLLIN},
                        {.fd = h->control_fd, .events = POLLIN}};
  if (h->process[0].pid == 0) p[1].fd = -1;
  if (poll(p, 2, ms) <= 0) return;
  if (p[1].revents & POLLIN) front_said(h);
  if (p[0].revents & POLLIN) signals(h);
  if ((p[1].revents & (POLLHUP | POLLIN)) == POLLHUP)
    poll(NULL, 0, 5); /* its SIGCHLD is on the way */
}

/* ---- stopping ---- */

static bool any_runs(const struct house *h, unsigned kinds) {
  for (int i = 0; i < h->n; i++)
    if (h->process[i].pid > 0 && (kinds & 1u << h->process[i].kind)) return true;
  return false;
}

/* Waits for these to end by themselves, then ends them. */
static void await(struct house *h, unsigned kinds, int ms) {
  uint64_t until = clock_monotonic_us() + (uint64_t)ms * 1000;
  while (any_runs(h, kinds) && clock_monotonic_us() < until) {
    wait_for_news(h, 50);
    reap(h);
  }
  for (int i = 0; i < h->n; i++)
    if (h->process[i].pid > 0 && (kinds & 1u << h->process[i].kind)) {
      kill(h->process[i].pid, SIGKILL);
      waitpid(h->process[i].pid, NULL, 0);
      h->process[i].pid = 0;
    }
}

static void stop_all(struct house *h) {
  struct front_message drain = {.verb = FRONT_DRAIN};
  close(h->s.listen_fd);
  if (h->control_fd >= 0) (void)send(h->control_fd, &drain, sizeof drain, MSG_NOSIGNAL);
  await(h, 1u << P_FRONT, STOP_MS_MAX);
  await(h, 1u << P_WORKER, 2000);
  close(h->s.stop_write);
  await(h, 1u << P_SOON | 1u << P_LONG | 1u << P_OUT, 5000);
  close(h->s.late_write);
  await(h, 1u << P_AUDIT, 5000);
}

/* ---- setting up ---- */

static bool is_loopback(const struct sockaddr_storage *at) {
  if (at->ss_family == AF_INET)
    return (ntohl(((const struct sockaddr_in *)(const void *)at)->sin_addr.s_addr) >> 24) == 127;
  return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)at)->sin6_addr);
}

static bool address_of(const char *listen, struct sockaddr_storage *at, socklen_t *bytes) {
  struct str s = str_of(listen);
  char host[64];
  int64_t port;
  size_t colon = s.n;
  for (size_t i = 0; i < s.n; i++)
    if (s.p[i] == ':') colon = i;
  struct str name = str_slice(s, 0, colon);
  if (colon == s.n || !str_to_i64(str_slice(s, colon + 1, s.n), &port) || port < 0 || port > 65535)
    return false;
  if (str_eq(name, S("localhost"))) name = S("127.0.0.1");
  bool six = name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']';
  if (six) name = str_slice(name, 1, name.n - 1);
  if (name.n == 0 || name.n >= sizeof host) return false;
  memcpy(host, name.p, name.n);
  host[name.n] = 0;
  *at = (struct sockaddr_storage){.ss_family = six ? AF_INET6 : AF_INET};
  struct sockaddr_in *in = (void *)at;
  struct sockaddr_in6 *in6 = (void *)at;
  if (six)
    in6->sin6_port = htons((uint16_t)port);
  else
    in->sin_port = htons((uint16_t)port);
  *bytes = six ? sizeof *in6 : sizeof *in;
  return inet_pton(at->ss_family, host, six ? (void *)&in6->sin6_addr : (void *)&in->sin_addr) == 1;
}

static bool listen_on(struct house *h, struct why *why) {
  const struct serve_config *c = h->s.config;
  struct sockaddr_storage at;
  socklen_t bytes;
  int yes = 1;
  if (!address_of(c->listen, &at, &bytes))
    return why_say(why,
                   "\"%s\" is no address to serve on. Write it like 127.0.0.1:8080 or [::1]:8080.",
                   c->listen);
  if (!c->lan && !is_loopback(&at))
    return why_say(
        why,
        "%s can be reached from other machines. Put a proxy with TLS in front and set lan = yes.",
        c->listen);
  int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return why_say(why, "No socket could be made (%d).", errno);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fd, (struct sockaddr *)&at, bytes) != 0 || listen(fd, 512) != 0) {
    int error = errno;
    close(fd);
    return why_say(
        why,
        error == EADDRINUSE
            ? "%s is in use already. Stop the other program or choose another with --listen."
            : "%s cannot be served on.",
        c->listen);
  }
  h->s.listen_fd = fd;
  getsockname(fd, (struct sockaddr *)&at, &bytes);
  int port = ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)(void *)&at)->sin6_port
                                            : ((struct sockaddr_in *)(void *)&at)->sin_port);
  const char *colon = strrchr(c->listen, ':');
  snprintf(h->s.url, sizeof h->s.url, "http://%.*s:%d", (int)(colon - c->listen), c->listen, port);
  return true;
}

static bool pairs(int (**out)[2], int n) {
  *out = calloc((size_t)n, sizeof **out);
  for (int i = 0; *out && i < n; i++)
    if (!pair_of(SOCK_SEQPACKET, (*out)[i])) return false;
  return *out != NULL;
}

static bool plumbing(struct house *h, struct why *why) {
  int stop[2], late[2];
  struct serving *s = &h->s;
  snprintf(s->spool_folder, sizeof s->spool_folder, "%.*s/spool", P(s->config->where.folder));
  if (!folder_make(s->spool_folder, why)) return false;
  if (!pairs(&s->audit_pair, s->callers) || !pairs(&s->out_pair, s->callers) ||
      pipe2(stop, O_CLOEXEC) != 0 || pipe2(late, O_CLOEXEC) != 0)
    return why_say(
        why,
        "The processes could not be joined: too many open files. Raise the limit (ulimit -n).");
  s->stop_read = stop[0], s->stop_write = stop[1], s->late_read = late[0], s->late_write = late[1];
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigprocmask(SIG_BLOCK, &set, NULL);
  h->signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  return h->signal_fd >= 0 || why_say(why, "Signals cannot be received (%d).", errno);
}

static bool processes(struct house *h) {
  static const enum process_kind beside[] = {P_FRONT, P_AUDIT, P_OUT, P_SOON, P_LONG};
  h->n = (int)countof(beside) + h->s.workers;
  h->process = calloc((size_t)h->n, sizeof *h->process);
  for (int i = 0; h->process && i < h->n; i++)
    h->process[i] = i < (int)countof(beside)
                        ? (struct process){.kind = beside[i]}
                        : (struct process){.kind = P_WORKER, .index = i - (int)countof(beside)};
  return h->process != NULL;
}

static void all_jobs(struct house *h, struct arena *a) {
  struct {
    struct job_kind *p;
    size_t n;
  } list = {0};
  size_t cap = 0;
  for (size_t d = 0; d < h->s.n_domains; d++)
    for (size_t i = 0; i < h->s.domains[d]->n_jobs; i++)
      *slice_push(a, &list, &cap) = h->s.domains[d]->jobs[i];
  h->s.jobs = list.p, h->s.n_jobs = list.n;
}

static int worker_count(const struct serve_config *c) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  int n = c->workers > 0 ? c->workers : (int)(3 * cores > 4 ? 3 * cores : 4);
  return n > WORKERS_MAX ? WORKERS_MAX : n < 2 ? 2 : n;
}

int web_serve(const struct serve_config *config, const struct domain *const *domains, size_t n) {
  struct why why;
  struct arena a =
      arena_open((size_t)64 << 20); /* the table of routes: every process's copy of it */
  struct house h = {
      .s = {.config = config, .domains = domains, .n_domains = n, .workers = worker_count(config)},
      .control_fd = -1};
  h.s.callers = h.s.workers + CALLERS_BESIDE;
  h.s.routes = routes_build(&a, domains, n, &why);
  all_jobs(&h, &a);
  if (!h.s.routes || !listen_on(&h, &why) || !plumbing(&h, &why) || !processes(&h)) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 1;
  }
  signal(SIGPIPE, SIG_IGN);
  log_process("parent");
  while (!h.stopping) {
    start_due(&h);
    wait_for_news(&h, 200);
  }
  stop_all(&h);
  arena_close(&a);
  return h.status;
}
