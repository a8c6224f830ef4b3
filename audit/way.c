/* way: how the rest of the program reaches the audit writer. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "audit/inner.h"

/* Waits for the answer to this ticket; answers to others (asked before a time-out) are thrown away.
 */
static bool wait_answer(struct audit_way *way, uint64_t ticket) {
  uint64_t until = clock_monotonic_us() + (uint64_t)AUDIT_WAIT_MS * 1000;
  for (;;) {
    uint64_t now = clock_monotonic_us();
    if (now >= until) return false;
    struct pollfd p = {.fd = way->fd, .events = POLLIN};
    int ready = poll(&p, 1, (int)((until - now) / 1000 + 1));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    struct audit_answer answer;
    ssize_t n = recv(way->fd, &answer, sizeof answer, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (n != sizeof answer || answer.magic != AUDIT_MAGIC || answer.ticket != ticket) continue;
    return answer.result == AUDIT_DURABLE;
  }
}

static bool send_entry(struct audit_way *way, const struct audit_entry *e, struct str line) {
  if (way->next == 0) {
    secret_bytes(&way->next, sizeof way->next);
    way->next |= 1;
  }
  struct audit_message head = {AUDIT_MAGIC, e->fold, way->next++};
  struct iovec piece[2] = {{&head, sizeof head}, {(void *)(uintptr_t)line.p, line.n}};
  struct msghdr m = {.msg_iov = piece, .msg_iovlen = 2};
  ssize_t n = sendmsg(way->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
  return n == (ssize_t)(sizeof head + line.n) && wait_answer(way, head.ticket);
}

bool audit_record(struct audit_way *way, struct db *db, struct arena *a,
                  const struct audit_entry *e) {
  if (way->fd < 0) {
    struct why why;
    if (!way->writer) way->writer = audit_writer_open(db, e->at, &why);
    return way->writer && audit_writer_add(way->writer, e, 1);
  }
  struct buf line = buf_open(AUDIT_MESSAGE_BYTES_MAX);
  bool sent = audit_line(e, &line) && send_entry(way, e, str_copy(a, buf_str(&line)));
  buf_free(&line);
  return sent;
}

enum db_result audit_outbox_add(struct db *db, struct arena *a, const struct audit_entry *e) {
  struct buf line = buf_open(AUDIT_MESSAGE_BYTES_MAX);
  uint8_t mark[16];
  secret_bytes(mark, sizeof mark);
  enum db_result result = DB_FAILED;
  if (audit_line(e, &line))
    result = db_run(db, SQL("insert into audit_outbox (mark, line) values (?1, ?2)"),
                    V(hex_of(a, mark, sizeof mark)), V(str_copy(a, buf_str(&line))));
  buf_free(&line);
  return result;
}

void audit_way_close(struct audit_way *way) {
  audit_writer_close(way->writer);
  way->writer = NULL;
}
