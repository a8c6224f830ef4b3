/* front: one loop over the sockets of visitors, workers and the parent. See front.h. */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "sandbox/sandbox.h"
#include "web/front.h"
#include "web/inner.h"

enum { TICK_MS = 100, EVENTS = 64, ANSWER_ROOM = WIRE_HEAD_BYTES + WIRE_ANSWER_BYTES_MAX };

/* A worker as the front sees it. fd -1: none (being restarted). */
struct hand {
  int fd, passed;
  bool ready, doomed;        /* doomed: the parent was asked to end it */
  struct exchange *exchange; /* NULL while idle, or when the visitor's connection is gone */
  bool busy, heavy;
  uint64_t started_us, id;
  char *bytes; /* of the frame arriving */
  size_t n;
};
struct front {
  const struct front_config *config;
  struct http http;
  int epoll;
  struct hand hand[WORKERS_MAX];
  struct exchanges fast, heavy;
  int heavy_running;
  bool told_ready, draining;
  uint64_t drain_until_us;
  struct buf frame;
  struct again *again;
};

static const char *const busy_sentence = "The site is very busy. Try again in a few seconds.";
static const char *const late_sentence =
    "This page took too long, so it was stopped. Try again, and give an administrator "
    "the reference if it goes on.";
static const char *const crashed_sentence =
    "This page stopped before it was done. Try again, and give an administrator the "
    "reference if it goes on.";

static void tell_parent(struct front *f, enum front_verb verb, int worker) {
  struct front_message m = {(uint32_t)verb, (uint32_t)worker};
  (void)send(f->config->control_fd, &m, sizeof m, MSG_NOSIGNAL);
}

/* ---- the two queues ---- */

static void queue_add(struct exchanges *q, struct exchange *x) {
  x->next = NULL, x->before = q->last;
  if (q->last)
    q->last->next = x;
  else
    q->first = x;
  q->last = x;
  q->n++;
}

static void queue_cut(struct exchanges *q, struct exchange *x) {
  if (x->before)
    x->before->next = x->next;
  else
    q->first = x->next;
  if (x->next)
    x->next->before = x->before;
  else
    q->last = x->before;
  x->next = x->before = NULL;
  q->n--;
}

static size_t in_hand_of(const struct front *f, struct str address) {
  size_t n = 0;
  for (const struct exchange *x = f->fast.first; x; x = x->next)
    n += str_eq(x->ask.address, address);
  for (const struct exchange *x = f->heavy.first; x; x = x->next)
    n += str_eq(x->ask.address, address);
  for (int i = 0; i < f->config->workers; i++)
    n += f->hand[i].exchange && str_eq(f->hand[i].exchange->ask.address, address);
  return n;
}

/* ---- handing out ---- */

static void worker_lost(struct front *f, int i, const char *sentence, bool late);

static struct exchange *next_exchange(struct front *f) {
  struct exchange *fast = f->fast.first,
                  *heavy = f->heavy_running < f->config->heavy_max ? f->heavy.first : NULL;
  struct exchange *x = !fast                              ? heavy
                       : !heavy                           ? fast
                       : heavy->since_us < fast->since_us ? heavy
                                                          : fast;
  if (x) queue_cut(x->heavy ? &f->heavy : &f->fast, x);
  return x;
}

static void hand_out(struct front *f, int i, struct exchange *x) {
  struct hand *h = &f->hand[i];
  buf_reset(&f->frame);
  x->state = X_RUNNING;
  x->worker = i;
  h->exchange = x, h->busy = true, h->heavy = x->heavy, h->started_us = clock_monotonic_us(),
  h->id = x->id;
  f->heavy_running += x->heavy;
  if (!wire_put_ask(&f->frame, &x->ask)) {
    h->busy = false, h->exchange = NULL;
    f->heavy_running -= x->heavy;
    x->worker = -1;
    http_refuse(x, 431,
                "The request's headers are too long. Clear this site's cookies and try again.");
    return;
  }
  if (!wire_send(h->fd, buf_str(&f->frame), x->ask.body_fd))
    worker_lost(f, i, crashed_sentence, false);
}

static void dispatch(struct front *f) {
  for (int i = 0; i < f->config->workers; i++) {
    struct hand *h = &f->hand[i];
    if (h->fd < 0 || !h->ready || h->busy || h->doomed) continue;
    struct exchange *x = next_exchange(f);
    if (!x) return;
    hand_out(f, i, x);
  }
}

/* The same was asked and answered a moment ago. */
static bool on_known(void *to, struct exchange *x) {
  struct front *f = to;
  size_t n = 0;
  if (f->draining || !again_find(f->again, &x->ask, x->since_us, &x->again, &x->answer_bytes, &n))
    return false;
  if (wire_get_answer((struct str){x->answer_bytes, n}, &x->answer)) return true;
  free(x->answer_bytes);
  x->answer_bytes = NULL;
  return false;
}

static void on_complete(void *to, struct exchange *x) {
  struct front *f = to;
  if (f->fast.n + f->heavy.n >= WAITING_MAX) {
    http_refuse(x, 503, busy_sentence);
    return;
  }
  if (in_hand_of(f, x->ask.address) >=
      IN_HAND_PER_ADDRESS_MAX * (f->config->serve->behind_tls ? 1u : 2u)) {
    http_refuse(x, 429, "Too many pages were asked for at once. Wait a few seconds and try again.");
    return;
  }
  queue_add(x->heavy ? &f->heavy : &f->fast, x);
}

/* The visitor's connection is gone (or the reply is sent). A worker still on it finishes for
 * nobody. */
static void on_gone(void *to, struct exchange *x) {
  struct front *f = to;
  if (x->state == X_WAITING) queue_cut(x->heavy ? &f->heavy : &f->fast, x);
  if (x->state == X_RUNNING && x->worker >= 0) f->hand[x->worker].exchange = NULL;
}

/* ---- workers' frames ---- */

static void hand_idle(struct front *f, struct hand *h) {
  if (h->busy && h->heavy) f->heavy_running--;
  h->busy = h->heavy = false;
  h->exchange = NULL;
  h->n = 0;
  if (h->passed >= 0) close(h->passed);
  h->passed = -1;
}

static void worker_lost(struct front *f, int i, const char *sentence, bool late) {
  struct hand *h = &f->hand[i];
  if (h->busy)
    log_event(LOG_ALARM, late ? "request-too-slow" : "worker-lost", "worker=%d request=%016llx", i,
              (unsigned long long)h->id);
  if (h->exchange) http_refuse(h->exchange, 503, sentence);
  hand_idle(f, h);
  close(h->fd); /* leaves epoll by itself */
  free(h->bytes);
  *h = (struct hand){.fd = -1, .passed = -1};
}

static void answer_came(struct front *f, int i, const struct wire_head *head) {
  struct hand *h = &f->hand[i];
  struct exchange *x = h->exchange;
  struct answer answer;
  struct str payload = {h->bytes + WIRE_HEAD_BYTES, head->bytes};
  bool good =
      h->busy && wire_get_answer(payload, &answer) && (h->passed >= 0) == (head->has_fd == 1);
  if (!good) {
    worker_lost(f, i, crashed_sentence, false);
    tell_parent(f, FRONT_KILL, i);
    return;
  }
  if (x) {
    if (answer.same_ms && h->passed < 0)
      again_keep(f->again, &x->again, payload, clock_monotonic_us(), answer.same_ms);
    x->answer_bytes = h->bytes;
    h->bytes = malloc(ANSWER_ROOM);
    answer.body_fd = h->passed;
    h->passed = -1;
    x->answer = answer;
    http_answer(x);
  }
  hand_idle(f, h);
  if (!h->bytes) worker_lost(f, i, crashed_sentence, false);
}

/* One whole frame stands at the start of h->bytes. */
static void frame_came(struct front *f, int i, const struct wire_head *head) {
  struct hand *h = &f->hand[i];
  if (head->kind == WIRE_READY) {
    h->ready = true;
    h->n = 0;
    if (!f->told_ready) tell_parent(f, FRONT_READY, i);
    f->told_ready = true;
    return;
  }
  answer_came(f, i, head);
}

static void keep_passed(struct hand *h, struct msghdr *m) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    int fd;
    memcpy(&fd, CMSG_DATA(c), sizeof fd);
    if (h->passed >= 0)
      close(fd);
    else
      h->passed = fd;
  }
}

/* Reads what a worker wrote; false at its end. */
static bool worker_read(struct hand *h) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec piece = {h->bytes + h->n, ANSWER_ROOM - h->n};
  struct msghdr m = {.msg_iov = &piece,
                     .msg_iovlen = 1,
                     .msg_control = control.room,
                     .msg_controllen = sizeof control.room};
  ssize_t got = recvmsg(h->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got < 0) return errno == EAGAIN || errno == EINTR;
  keep_passed(h, &m);
  h->n += (size_t)got;
  return got > 0;
}

static void worker_event(struct front *f, int i) {
  struct hand *h = &f->hand[i];
  struct wire_head head;
  if (h->fd < 0) return;
  if (!worker_read(h)) {
    worker_lost(f, i, crashed_sentence, h->doomed);
    return;
  }
  if (h->n < WIRE_HEAD_BYTES) return;
  if (!wire_head((struct str){h->bytes, h->n}, &head) || head.bytes > WIRE_ANSWER_BYTES_MAX) {
    worker_lost(f, i, crashed_sentence, false);
    tell_parent(f, FRONT_KILL, i);
    return;
  }
  if (h->n >= WIRE_HEAD_BYTES + head.bytes) frame_came(f, i, &head);
}

/* ---- the parent ---- */

static void watch(struct front *f, int fd, uint32_t what) {
  struct epoll_event e = {.events = EPOLLIN, .data.u32 = what};
  if (epoll_ctl(f->epoll, EPOLL_CTL_ADD, fd, &e) != 0)
    log_event(LOG_ALARM, "epoll", "error=%d", errno);
}
enum { EVENT_HTTP = 1 << 16, EVENT_CONTROL };

static void worker_add(struct front *f, int i, int fd) {
  struct hand *h = &f->hand[i];
  if (h->fd >= 0) worker_lost(f, i, crashed_sentence, false);
  *h = (struct hand){.fd = fd, .passed = -1, .bytes = malloc(ANSWER_ROOM)};
  struct timeval most = {.tv_usec =
                             200000}; /* an idle worker reads at once; one that does not is lost */
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  if (!h->bytes) {
    close(fd);
    h->fd = -1;
    return;
  }
  watch(f, fd, (uint32_t)i);
}

static void control_event(struct front *f) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct front_message message;
  struct iovec piece = {&message, sizeof message};
  struct msghdr m = {.msg_iov = &piece,
                     .msg_iovlen = 1,
                     .msg_control = control.room,
                     .msg_controllen = sizeof control.room};
  struct hand passed = {.passed = -1};
  ssize_t got = recvmsg(f->config->control_fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got == 0) _exit(0); /* the parent is gone */
  if (got < 0) return;
  keep_passed(&passed, &m);
  if (got == sizeof message && message.verb == FRONT_ADD && passed.passed >= 0 &&
      message.worker < WORKERS_MAX) {
    worker_add(f, (int)message.worker, passed.passed);
    return;
  }
  if (passed.passed >= 0) close(passed.passed);
  if (got != sizeof message || message.verb != FRONT_DRAIN || f->draining) return;
  f->draining = true;
  f->drain_until_us = clock_monotonic_us() + (uint64_t)DRAIN_MS_MAX * 1000;
  http_quiesce(&f->http);
}

/* ---- time ---- */

static void queue_deadlines(struct exchanges *q, uint64_t now) {
  while (q->first && now - q->first->since_us > (uint64_t)WAIT_MS_MAX * 1000) {
    struct exchange *x = q->first;
    queue_cut(q, x);
    http_refuse(x, 503, busy_sentence);
  }
}

static void worker_deadlines(struct front *f, uint64_t now) {
  const struct serve_config *serve = f->config->serve;
  uint64_t fast = (uint64_t)(serve->fast_ms ? serve->fast_ms : FAST_MS_OTHERWISE) * 1000;
  uint64_t heavy = (uint64_t)(serve->heavy_ms ? serve->heavy_ms : HEAVY_MS_OTHERWISE) * 1000;
  for (int i = 0; i < f->config->workers; i++) {
    struct hand *h = &f->hand[i];
    if (h->fd < 0 || !h->busy || now - h->started_us <= (h->heavy ? heavy : fast)) continue;
    worker_lost(f, i, late_sentence, true);
    tell_parent(f, FRONT_KILL, i);
  }
}

/* True when nothing is in hand any more, or the time for it is over and everyone was told. */
static bool drained(struct front *f, uint64_t now) {
  bool over = now > f->drain_until_us;
  for (int i = 0; over && i < f->config->workers; i++)
    if (f->hand[i].fd >= 0 && f->hand[i].busy) worker_lost(f, i, late_sentence, true);
  while (over && f->fast.first) {
    struct exchange *x = f->fast.first;
    queue_cut(&f->fast, x);
    http_refuse(x, 503, busy_sentence);
  }
  while (over && f->heavy.first) {
    struct exchange *x = f->heavy.first;
    queue_cut(&f->heavy, x);
    http_refuse(x, 503, busy_sentence);
  }
  return f->http.n_conns == 0 || now > f->drain_until_us + 2000000;
}

/* ---- the loop ---- */

static void events(struct front *f) {
  struct epoll_event e[EVENTS];
  int n = epoll_wait(f->epoll, e, EVENTS, http_wait_ms(&f->http, TICK_MS));
  for (int i = 0; i < n; i++) {
    if (e[i].data.u32 == EVENT_CONTROL)
      control_event(f);
    else if (e[i].data.u32 < WORKERS_MAX)
      worker_event(f, (int)e[i].data.u32);
  }
  dispatch(f);
  http_run(&f->http);
  dispatch(f);
  uint64_t now = clock_monotonic_us();
  queue_deadlines(&f->fast, now);
  queue_deadlines(&f->heavy, now);
  worker_deadlines(f, now);
  again_sweep(f->again, now);
  http_deadlines(&f->http, now);
}

int front_run(const struct front_config *config) {
  struct why why;
  struct front *f = calloc(1, sizeof *f);
  if (!f) return 1;
  *f = (struct front){.config = config,
                      .epoll = epoll_create1(EPOLL_CLOEXEC),
                      .frame = buf_open(WIRE_ASK_BYTES_MAX + WIRE_HEAD_BYTES)};
  f->again = again_open();
  f->http.known = on_known, f->http.complete = on_complete, f->http.gone = on_gone, f->http.to = f;
  for (int i = 0; i < WORKERS_MAX; i++) f->hand[i] = (struct hand){.fd = -1, .passed = -1};
  if (!http_open(&f->http, config, &why) ||
      !sandbox_enter(&(struct sandbox){.kind = SANDBOX_FRONT}, &why)) {
    log_event(LOG_ALARM, "front-not-started", "why=%s", why.text);
    return 1;
  }
  watch(f, http_epoll_fd(&f->http), EVENT_HTTP);
  watch(f, config->control_fd, EVENT_CONTROL);
  do events(f);
  while (!f->draining || !drained(f, clock_monotonic_us()));
  for (int i = 0; i < config->workers;
       i++) /* resume before stopping: the library aborts otherwise */
    if (f->hand[i].fd >= 0) worker_lost(f, i, late_sentence, true);
  http_run(&f->http);
  http_close(&f->http);
  again_close(f->again);
  return 0;
}
