/* worker: one complete request at a time, from the front, to the front. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "db/migrate.h"
#include "db/seal.h"
#include "web/inner.h"
#include "web/process.h"

enum { SCHEMA_LOOK_SECONDS = 30, KEEP_BYTES = 1 << 20 };
static const size_t ARENA_BYTES = (size_t)1
                                  << 30; /* reserved, not used: see HEAVY_BODY_BYTES_MAX */

struct db *process_database(const struct serving *s) {
  const struct serve_config *c = s->config;
  struct why why;
  if (c->master_key && !seal_master_read(c->master_key, &why)) {
    log_event(LOG_ALARM, "no-master-key", "why=%s", why.text);
    return NULL;
  }
  struct db *db = db_open(&c->where, &why);
  if (db && (!c->begin || c->begin(db, &why))) return db;
  log_event(LOG_ALARM, "database-not-open", "why=%s", why.text);
  if (db) db_close(db);
  return NULL;
}

/* What is left open: the data folder and the folders the settings name (backups); where names are
 * resolved over the network, also what resolving and certificates read. */
bool process_sandbox(const struct serving *s, enum sandbox_kind kind) {
  static const char *const to_resolve[] = {"/etc",   "/usr/lib",   "/lib",
                                           "/lib64", "/usr/share", "/run/systemd/resolve"};
  struct sandbox box = {.kind = kind};
  struct why why;
  const struct db_where *where = &s->config->where;
  bool data = kind == SANDBOX_WORKER || kind == SANDBOX_WRITER;
  size_t n = 0;
  if (data) {
    box.write[n++] = where->folder;
    box.database_socket = where->url.n > 0;
    const char *const *also = s->config->folders;
    while (also && *also && n < SANDBOX_PATHS_MAX - 1) box.write[n++] = str_of(*also++);
  }
  for (size_t i = 0; i < countof(to_resolve) && (!data || box.database_socket); i++)
    box.read[i] = str_of(to_resolve[i]);
  if (sandbox_enter(&box, &why)) return true;
  log_event(LOG_ALARM, "sandbox", "why=%s", why.text);
  return false;
}

/* Takes one request and answers it; false when the front is gone or the pair is broken. */
struct room {
  struct arena incoming, request;
  struct buf body, frame;
};

static bool serve_one(const struct site *site, struct db *db, struct room *room, int fd) {
  struct ask ask;
  struct answer answer;
  struct str payload;
  int passed;
  arena_reset(&room->incoming);
  arena_reset(&room->request);
  if (!wire_receive(fd, &room->incoming, WIRE_ASK, WIRE_ASK_BYTES_MAX, &payload, &passed))
    return false;
  if (!wire_get_ask(payload, &ask)) return false;
  ask.body_fd = passed;
  ask.now = clock_now();
  db_person_waits(db, true); /* imports stand back meanwhile */
  web_handle(site, db, &room->request, &room->body, &ask, &answer);
  db_person_waits(db, false);
  if (passed >= 0) close(passed);
  buf_reset(&room->frame);
  bool sent = wire_put_answer(&room->frame, &answer) &&
              wire_send(fd, buf_str(&room->frame), answer.body_fd);
  if (answer.body_fd >= 0) close(answer.body_fd);
  if (room->body.cap > KEEP_BYTES) buf_free(&room->body); /* a heavy reply's room is given back */
  return sent;
}

static bool say_ready(int fd) {
  struct buf b = buf_open(WIRE_HEAD_BYTES);
  wire_put_ready(&b);
  bool sent = wire_send(fd, buf_str(&b), -1);
  buf_free(&b);
  return sent;
}

int worker_run(const struct serving *s, int index, int front_fd) {
  struct audit_way way = {.fd = s->audit_pair[index][0]};
  struct site site = {.routes = s->routes,
                      .sessions = s->config->sessions,
                      .look = s->config->look,
                      .base_url = s->config->base_url ? s->config->base_url : "",
                      .behind_tls = s->config->behind_tls,
                      .audit = &way};
  struct room room = {arena_open(WIRE_ASK_BYTES_MAX + 65536), arena_open(ARENA_BYTES),
                      buf_open(HEAVY_BODY_BYTES_MAX),
                      buf_open(WIRE_ANSWER_BYTES_MAX + WIRE_HEAD_BYTES)};
  struct db *db = process_database(s);
  if (!db || !room.request.start) return 1;
  sandbox_on_fork(seal_master_forget);
  out_through(s->out_pair[index][0]);
  if (!process_sandbox(s, SANDBOX_WORKER) || !say_ready(front_fd)) return 1;
  uint64_t looked = clock_monotonic_us();
  while (serve_one(&site, db, &room, front_fd)) {
    if (clock_monotonic_us() - looked < (uint64_t)SCHEMA_LOOK_SECONDS * 1000000) continue;
    looked = clock_monotonic_us();
    if (!db_schema_newer(db)) continue;
    log_event(LOG_WARNING, "schema-is-newer", "worker=%d", index);
    break; /* a newer program has changed the database: end, and let the operator's restart bring
              that program in */
  }
  db_close(db);
  return 0;
}
