#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "web/wire.h"

enum { MAGIC = 0x314b5257 }; /* "WRK1" */

const char *const ask_header_names[H_COUNT] = {[H_HOST] = "Host",
                                               [H_COOKIE] = "Cookie",
                                               [H_ORIGIN] = "Origin",
                                               [H_FETCH_SITE] = "Sec-Fetch-Site",
                                               [H_FETCH_MODE] = "Sec-Fetch-Mode",
                                               [H_CONTENT_TYPE] = "Content-Type",
                                               [H_ACCEPT] = "Accept",
                                               [H_ACCEPT_ENCODING] = "Accept-Encoding",
                                               [H_ACCEPT_LANGUAGE] = "Accept-Language",
                                               [H_IF_NONE_MATCH] = "If-None-Match",
                                               [H_AUTHORIZATION] = "Authorization"};

static void put_run(struct buf *b, struct str s) {
  buf_u32(b, (uint32_t)s.n);
  buf_put(b, s);
}

/* Reserves the head and returns where it stands; frame_end fills it in once the length is known. */
static size_t frame_begin(struct buf *b) {
  size_t at = b->n;
  for (int i = 0; i < WIRE_HEAD_BYTES / 4; i++) buf_u32(b, 0);
  return at;
}

static bool frame_end(struct buf *b, size_t at, uint32_t kind, bool has_fd, uint32_t bytes_max) {
  if (b->full || b->n - at - WIRE_HEAD_BYTES > bytes_max) return false;
  struct wire_head head = {MAGIC, kind, (uint32_t)(b->n - at - WIRE_HEAD_BYTES), has_fd};
  memcpy(b->p + at, &head, sizeof head);
  return true;
}

bool wire_put_ask(struct buf *b, const struct ask *ask) {
  size_t at = frame_begin(b);
  buf_u64(b, ask->id);
  buf_u32(b, (uint32_t)ask->method);
  buf_u32(b, ask->secure);
  buf_u64(b, ask->body_bytes);
  put_run(b, ask->path);
  put_run(b, ask->query);
  put_run(b, ask->address);
  for (int i = 0; i < H_COUNT; i++) put_run(b, ask->header[i]);
  put_run(b, ask->body_fd >= 0 ? (struct str){0} : ask->body);
  return frame_end(b, at, WIRE_ASK, ask->body_fd >= 0, WIRE_ASK_BYTES_MAX);
}

bool wire_put_answer(struct buf *b, const struct answer *answer) {
  size_t at = frame_begin(b);
  buf_u32(b, (uint32_t)answer->status);
  buf_u32(b, (uint32_t)answer->headers);
  buf_u32(b, answer->same_ms);
  buf_u64(b, answer->body_bytes);
  for (size_t i = 0; i < answer->headers; i++) {
    put_run(b, answer->header[i].name);
    put_run(b, answer->header[i].value);
  }
  put_run(b, answer->body_fd >= 0 ? (struct str){0} : answer->body);
  return frame_end(b, at, WIRE_ANSWER, answer->body_fd >= 0, WIRE_ANSWER_BYTES_MAX);
}

void wire_put_ready(struct buf *b) { frame_end(b, frame_begin(b), WIRE_READY, false, 0); }

bool wire_head(struct str bytes, struct wire_head *out) {
  if (bytes.n < WIRE_HEAD_BYTES) return false;
  memcpy(out, bytes.p, sizeof *out);
  return out->magic == MAGIC && out->has_fd <= 1;
}

/* A reader over a payload; once it fails, everything after is zero and `bad` stays. */
struct take {
  struct str rest;
  bool bad;
};

static const char *take_bytes(struct take *t, size_t n) {
  if (t->bad || t->rest.n < n) {
    t->bad = true;
    return NULL;
  }
  const char *p = t->rest.p;
  t->rest = str_slice(t->rest, n, t->rest.n);
  return p;
}

static uint32_t take_u32(struct take *t) {
  uint32_t v = 0;
  const char *p = take_bytes(t, sizeof v);
  if (p) memcpy(&v, p, sizeof v);
  return v;
}

static uint64_t take_u64(struct take *t) {
  uint64_t v = 0;
  const char *p = take_bytes(t, sizeof v);
  if (p) memcpy(&v, p, sizeof v);
  return v;
}

static struct str take_run(struct take *t) {
  size_t n = take_u32(t);
  const char *p = take_bytes(t, n);
  return p ? (struct str){p, n} : (struct str){0};
}

bool wire_get_ask(struct str payload, struct ask *out) {
  struct take t = {payload, false};
  *out = (struct ask){.body_fd = -1, .now = INSTANT_NONE};
  out->id = take_u64(&t);
  uint32_t method = take_u32(&t);
  uint32_t secure = take_u32(&t);
  out->body_bytes = take_u64(&t);
  out->path = take_run(&t);
  out->query = take_run(&t);
  out->address = take_run(&t);
  for (int i = 0; i < H_COUNT; i++) out->header[i] = take_run(&t);
  out->body = take_run(&t);
  if (t.bad || t.rest.n != 0 || method > METHOD_OTHER || secure > 1) return false;
  if (out->body.n > WIRE_INLINE_BYTES_MAX) return false;
  out->method = (enum method)method;
  out->secure = secure == 1;
  return true;
}

bool wire_get_answer(struct str payload, struct answer *out) {
  struct take t = {payload, false};
  *out = (struct answer){.body_fd = -1};
  uint32_t status = take_u32(&t);
  uint32_t headers = take_u32(&t);
  out->same_ms = take_u32(&t);
  out->body_bytes = take_u64(&t);
  if (t.bad || status < 200 || status > 599 || headers > ANSWER_HEADERS_MAX) return false;
  for (uint32_t i = 0; i < headers; i++) {
    out->header[i].name = take_run(&t);
    out->header[i].value = take_run(&t);
  }
  out->body = take_run(&t);
  out->status = (int)status;
  out->headers = headers;
  return !t.bad && t.rest.n == 0;
}

bool wire_send(int fd, struct str frame, int pass_fd) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control = {0};
  bool passed = pass_fd < 0;
  while (frame.n > 0) {
    struct iovec piece = {(void *)(uintptr_t)frame.p, frame.n};
    struct msghdr m = {.msg_iov = &piece, .msg_iovlen = 1};
    if (!passed) {
      m.msg_control = control.room;
      m.msg_controllen = sizeof control.room;
      struct cmsghdr *c = CMSG_FIRSTHDR(&m);
      *c = (struct cmsghdr){
          .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
      memcpy(CMSG_DATA(c), &pass_fd, sizeof pass_fd);
    }
    ssize_t n = sendmsg(fd, &m, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    passed = true;
    frame = str_slice(frame, (size_t)n, frame.n);
  }
  return true;
}

/* Exactly n bytes, keeping a descriptor that comes along (a second one is closed at once). */
static bool read_whole(int fd, char *out, size_t n, int *passed) {
  while (n > 0) {
    union {
      char room[CMSG_SPACE(sizeof(int))];
      struct cmsghdr align;
    } control;
    struct iovec piece = {out, n};
    struct msghdr m = {.msg_iov = &piece,
                       .msg_iovlen = 1,
                       .msg_control = control.room,
                       .msg_controllen = sizeof control.room};
    ssize_t got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
      int received;
      memcpy(&received, CMSG_DATA(c), sizeof received);
      if (*passed >= 0)
        close(received);
      else
        *passed = received;
    }
    out += got;
    n -= (size_t)got;
  }
  return true;
}

bool wire_receive(int fd, struct arena *a, uint32_t kind, uint32_t bytes_max, struct str *payload,
                  int *passed) {
  char head_bytes[WIRE_HEAD_BYTES];
  struct wire_head head;
  *passed = -1;
  if (!read_whole(fd, head_bytes, sizeof head_bytes, passed)) return false;
  if (!wire_head((struct str){head_bytes, sizeof head_bytes}, &head) || head.kind != kind ||
      head.bytes > bytes_max)
    return false;
  char *p = arena_many(a, char, head.bytes + 1);
  if (!read_whole(fd, p, head.bytes, passed)) return false;
  *payload = (struct str){p, head.bytes};
  return (*passed >= 0) == (head.has_fd == 1);
}

int wire_memory_file(const char *name, struct str bytes) {
  int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return -1;
  for (struct str rest = bytes; rest.n > 0;) {
    ssize_t n = write(fd, rest.p, rest.n);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      close(fd);
      return -1;
    }
    rest = str_slice(rest, (size_t)n, rest.n);
  }
  (void)fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
  return lseek(fd, 0, SEEK_SET) == 0 ? fd : (close(fd), -1);
}
