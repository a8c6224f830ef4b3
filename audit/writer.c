/* writer: the one process of a node that adds to the audit log. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "audit/inner.h"

enum {
  BATCH_MAX = 256,
  BATCH_BYTES_MAX = 16 << 20,
  FOLD_SLOTS = 512,
  DRAIN_ROWS = 200,
  SECOND_MS = 1000
};

/* What one search being typed has shown already. */
struct fold {
  int64_t session_id;
  uint64_t route;
  instant_t at;
  size_t subjects;
  struct audit_subject subject[AUDIT_SUBJECTS_MAX];
};
struct audit_writer {
  struct db *db;
  struct arena arena; /* emptied after each batch */
  int64_t id, n;      /* this writer, its newest entry */
  struct sha256 last;
  int64_t sealed_n;
  bool adopted; /* chains that ended writers left unsealed were looked for */
  instant_t began_at;
  struct fold fold[FOLD_SLOTS];
};
/* One entry to add: parsed, and the text that is hashed and kept. */
struct pending {
  struct audit_entry entry;
  struct str line, mark;
};

struct audit_writer *audit_writer_open(struct db *db, instant_t now, struct why *why) {
  struct audit_writer *w = calloc(1, sizeof *w);
  if (!w) {
    why_say(why, "There is no memory for the audit log.");
    return NULL;
  }
  *w = (struct audit_writer){.db = db, .arena = arena_open((size_t)32 << 20), .began_at = now};
  return w;
}

void audit_writer_close(struct audit_writer *w) {
  if (!w) return;
  arena_close(&w->arena);
  free(w);
}

/* A chain of its own, begun when there is a first entry. */
static bool chain_begin(struct audit_writer *w) {
  if (w->id) return true;
  w->id =
      db_insert(w->db, SQL_AUDIT("insert into audit_writer (began_at) values (?1) returning id"),
                db_instant(&w->arena, w->began_at));
  return w->id != 0;
}

/* ---- folding ---- */

static struct fold *fold_of(struct audit_writer *w, const struct audit_entry *e, uint64_t *route) {
  *route = hash64(e->route, 0);
  struct fold *f = &w->fold[(*route ^ (uint64_t)e->session_id * 0x9e3779b97f4a7c15u) % FOLD_SLOTS];
  bool same = f->session_id == e->session_id && f->route == *route &&
              e->at - f->at <= AUDIT_FOLD_SECONDS * (instant_t)1000000 && e->at >= f->at;
  return same ? f : NULL;
}

static bool fold_has(const struct fold *f, const struct audit_subject *s) {
  for (size_t i = 0; i < f->subjects; i++)
    if (f->subject[i].person_id == s->person_id) return (s->classes & ~f->subject[i].classes) == 0;
  return false;
}

/* Leaves in *e only whom this search has not shown yet. False: nothing is left to note. */
static bool fold_cut(struct audit_writer *w, struct audit_entry *e) {
  uint64_t route;
  if (!e->fold || e->session_id == 0) return true;
  const struct fold *f = fold_of(w, e, &route);
  if (!f) return true;
  struct audit_subject *left = arena_many(&w->arena, struct audit_subject, e->subjects + 1);
  size_t n = 0;
  for (size_t i = 0; i < e->subjects; i++)
    if (!fold_has(f, &e->subject[i])) left[n++] = e->subject[i];
  e->subject = left;
  e->subjects = n;
  return n > 0;
}

static void fold_note(struct audit_writer *w, const struct audit_entry *e) {
  uint64_t route;
  if (!e->fold || e->session_id == 0) return;
  struct fold *f = fold_of(w, e, &route);
  if (!f) {
    f = &w->fold[(route ^ (uint64_t)e->session_id * 0x9e3779b97f4a7c15u) % FOLD_SLOTS];
    f->session_id = e->session_id, f->route = route, f->at = e->at, f->subjects = 0;
  }
  for (size_t i = 0; i < e->subjects && f->subjects < AUDIT_SUBJECTS_MAX; i++)
    f->subject[f->subjects++] = e->subject[i];
}

/* ---- adding ---- */

/* Everything that waits goes in by two statements, however much it is: on PostgreSQL each is a way
 * there and back while every asker waits. */
static struct sha256 put_entries(const struct audit_writer *w, const struct pending *p, size_t n,
                                 struct buf *out) {
  struct json_out j = json_to(out);
  struct sha256 last = w->last;
  char hex[HASH_HEX];
  json_list(&j);
  for (size_t i = 0; i < n; i++) {
    last = audit_link(&last, p[i].line);
    hash_hex(&last, hex);
    json_open(&j);
    json_put_i64(&j, "n", w->n + 1 + (int64_t)i);
    json_put_str(&j, "line", p[i].line);
    json_put_str(&j, "hash", (struct str){hex, HASH_HEX});
    if (p[i].mark.n) json_put_str(&j, "mark", p[i].mark);
    json_close(&j);
    if (!utf8_valid(p[i].line)) out->full = true; /* json would mend it, and its hash not fit */
  }
  json_list_end(&j);
  return last;
}

/* The people of the entries whose keys are id[0], id[1] and so on. */
static void put_subjects(const struct pending *p, size_t n, const int64_t *id, struct buf *out) {
  struct json_out j = json_to(out);
  json_list(&j);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < p[i].entry.subjects; k++) {
      json_open(&j);
      json_put_i64(&j, "p", p[i].entry.subject[k].person_id);
      json_put_i64(&j, "e", id[i]);
      json_put_i64(&j, "c", p[i].entry.subject[k].classes);
      json_close(&j);
    }
  json_list_end(&j);
}

static void add_entries(struct audit_writer *w, struct str entries, size_t n, int64_t *id) {
  struct rows r = db_rows(
      w->db, &w->arena,
      db_kind(w->db) == DB_SQLITE
          ? SQL_AUDIT("/* sqlite */ insert into audit_entry (writer, n, line, hash, mark) select "
                      "?1, json_extract(value, '$.n'), json_extract(value, '$.line'), "
                      "json_extract(value, '$.hash'), json_extract(value, '$.mark') from "
                      "json_each(?2) where true returning n, id")
          : SQL_AUDIT("/* postgres */ /* by key */ insert into audit_entry (writer, n, line, "
                      "hash, mark) select ?1, n, line, hash, mark from json_to_recordset(?2) as "
                      "e(n bigint, line text, hash text, mark text) returning n, id"),
      V(w->id), V(entries));
  while (db_next(&r)) {
    int64_t at = row_int(&r, 0) - w->n - 1;
    if (at >= 0 && at < (int64_t)n) id[at] = row_int(&r, 1);
  }
}

static void add_subjects(struct audit_writer *w, struct str subjects) {
  db_run(w->db,
         db_kind(w->db) == DB_SQLITE
             ? SQL_AUDIT("/* sqlite */ insert into audit_subject (person_id, entry_id, classes) "
                         "select json_extract(value, '$.p'), json_extract(value, '$.e'), "
                         "json_extract(value, '$.c') from json_each(?1) where true "
                         "on conflict (person_id, entry_id) do nothing")
             : SQL_AUDIT("/* postgres */ /* by key */ insert into audit_subject (person_id, "
                         "entry_id, classes) select p, e, c from json_to_recordset(?1) as s(p "
                         "bigint, e bigint, c bigint) on conflict (person_id, entry_id) do "
                         "nothing"),
         V(subjects));
}

/* Whether the last commit was kept is not known: what follows goes into a chain of its own, and the
 * next seal looks for where the old one ended. */
static void chain_anew(struct audit_writer *w) {
  w->id = w->n = w->sealed_n = 0;
  w->last = (struct sha256){0};
  w->adopted = false;
}

static enum db_result add_in_transaction(struct audit_writer *w, const struct pending *p, size_t n,
                                         struct sha256 *last) {
  struct buf entries = buf_open(BATCH_BYTES_MAX), subjects = buf_open(BATCH_BYTES_MAX);
  int64_t *id = arena_many(&w->arena, int64_t, n + 1);
  enum db_result result = DB_RETRY;
  db_begin(w->db, STORE_AUDIT);
  bool good = chain_begin(w);
  *last = put_entries(w, p, n, &entries);
  if (good && !entries.full) add_entries(w, buf_str(&entries), n, id);
  put_subjects(p, n, id, &subjects);
  if (good && !subjects.full) add_subjects(w, buf_str(&subjects));
  if (entries.full || subjects.full)
    db_rollback(w->db, STORE_AUDIT);
  else
    result = db_commit(w->db, STORE_AUDIT); /* what failed before it is what it says */
  buf_free(&entries);
  buf_free(&subjects);
  return result;
}

/* All or none. */
static bool add_all(struct audit_writer *w, const struct pending *p, size_t n) {
  int64_t was_id = w->id;
  struct sha256 last;
  enum db_result result = add_in_transaction(w, p, n, &last);
  if (result == DB_OK)
    w->n += (int64_t)n, w->last = last;
  else if (result == DB_RETRY)
    w->id = was_id;
  else
    chain_anew(w);
  return result == DB_OK;
}

/* A serialisation failure is nobody's fault: the same again may succeed. */
static bool add_with_patience(struct audit_writer *w, const struct pending *p, size_t n) {
  for (int tries = 0; tries < 5; tries++) {
    if (add_all(w, p, n)) return true;
    usleep((useconds_t)(1000 << tries));
  }
  return false;
}

static bool pending_of(struct audit_writer *w, struct audit_entry e, struct pending *out) {
  struct buf line = buf_open(AUDIT_MESSAGE_BYTES_MAX);
  bool fits = audit_line(&e, &line);
  *out = (struct pending){.entry = e, .line = str_copy(&w->arena, buf_str(&line))};
  buf_free(&line);
  return fits;
}

bool audit_writer_add(struct audit_writer *w, const struct audit_entry *e, size_t n) {
  struct pending *p = arena_many(&w->arena, struct pending, n + 1);
  size_t kept = 0;
  bool good = true;
  for (size_t i = 0; i < n && good; i++) {
    struct audit_entry cut = e[i];
    if (fold_cut(w, &cut)) good = pending_of(w, cut, &p[kept++]);
  }
  good = good && (kept == 0 || add_with_patience(w, p, kept));
  for (size_t i = 0; good && i < kept; i++) fold_note(w, &p[i].entry);
  arena_reset(&w->arena);
  return good;
}

/* ---- the outbox ---- */

struct outbox_row {
  int64_t id;
  struct pending pending;
};

/* One row that cannot go in by itself (its mark is there already: carried over before a crash) is
 * only removed. */
static bool carry(struct audit_writer *w, struct outbox_row *row, size_t n) {
  struct pending *p = arena_many(&w->arena, struct pending, n + 1);
  size_t fresh = 0;
  for (size_t i = 0; i < n; i++)
    if (!db_number(w->db, 0, SQL_AUDIT("select id from audit_entry where mark = ?1"),
                   V(row[i].pending.mark)))
      p[fresh++] = row[i].pending;
  if (fresh && !add_with_patience(w, p, fresh)) return false;
  int64_t *id = arena_many(&w->arena, int64_t, n + 1);
  for (size_t i = 0; i < n; i++) id[i] = row[i].id;
  return db_run(w->db, SQL("delete from audit_outbox where id in INTS(?1)"),
                db_in(&w->arena, id, n)) == DB_OK;
}

int audit_writer_drain(struct audit_writer *w) {
  int total = 0;
  for (;;) {
    struct outbox_row *row = arena_many(&w->arena, struct outbox_row, DRAIN_ROWS);
    size_t n = 0;
    struct rows r = db_rows(w->db, &w->arena,
                            SQL("select id, mark, line from audit_outbox order by id limit ?1"),
                            V((int64_t)DRAIN_ROWS));
    while (db_next(&r)) {
      struct outbox_row *one = &row[n++];
      *one = (struct outbox_row){.id = row_int(&r, 0)};
      one->pending.mark = row_text(&r, 1);
      one->pending.line = row_text(&r, 2);
      if (!audit_line_read(&w->arena, one->pending.line, &one->pending.entry))
        log_event(LOG_ALARM, "audit-outbox-unreadable", "row=%lld",
                  (long long)one->id); /* kept as it is, named by nobody */
    }
    bool good = r.result == DB_OK && (n == 0 || carry(w, row, n));
    arena_reset(&w->arena);
    if (!good) return -1;
    total += (int)n;
    if (n < DRAIN_ROWS) return total;
  }
}

/* ---- sealing ---- */

static bool newest_head(struct db *db, struct arena *a, struct audit_head *out) {
  struct rows r;
  *out = (struct audit_head){.at = INSTANT_NONE};
  if (!db_one(&r, db, a, SQL_AUDIT("select n, at, hash from audit_head order by n desc limit 1")))
    return r.result == DB_NONE;
  out->n = row_int(&r, 0);
  out->at = row_instant(&r, 1);
  bool good = hash_unhex(row_text(&r, 2), &out->hash);
  db_done(&r);
  return good;
}

bool audit_head_now(struct db *db, struct arena *a, struct audit_head *out) {
  return newest_head(db, a, out);
}

/* "id:n:hash" of each chain that grew since it was last sealed. A writer looks for others' once, at
 * its first seal: a chain whose writer was killed within its last second would else stay open at
 * its end. */
static struct str chains_grown(struct audit_writer *w) {
  struct arena *a = &w->arena;
  struct str chains = {0};
  struct rows r = w->adopted ? db_rows(w->db, a,
                                       SQL_AUDIT("select e.writer, e.n, e.hash from audit_entry e "
                                                 "where e.writer = ?1 and e.n = ?2"),
                                       V(w->id), V(w->n))
                             : db_rows(w->db, a,
                                       SQL_AUDIT("select e.writer, e.n, e.hash from audit_writer w "
                                                 "join audit_entry e on e.writer = w.id and "
                                                 "e.n = (select max(l.n) from audit_entry l where "
                                                 "l.writer = w.id) where e.n > w.sealed_n "
                                                 "order by w.id"));
  while (db_next(&r))
    chains = str_format(a, "%.*s%s%lld:%lld:%.*s", P(chains), chains.n ? " " : "",
                        (long long)row_int(&r, 0), (long long)row_int(&r, 1), P(row_text(&r, 2)));
  return chains;
}

static void head_add(struct audit_writer *w, const struct audit_head *head, struct str chains,
                     instant_t now) {
  struct arena *a = &w->arena;
  char hex[HASH_HEX];
  struct str at = instant_iso(a, now);
  struct sha256 hash = audit_link(&head->hash, audit_head_bytes(a, head->n + 1, at, chains));
  hash_hex(&hash, hex);
  db_run(w->db, SQL_AUDIT("insert into audit_head (n, at, chains, hash) values (?1, ?2, ?3, ?4)"),
         V(head->n + 1), V(at), V(chains), V(((struct str){hex, HASH_HEX})));
  while (chains.n > 0) {
    struct str rest = str_cut(&chains, ' '), writer = str_cut(&rest, ':'), n = str_cut(&rest, ':');
    int64_t id = 0, sealed = 0;
    str_to_i64(writer, &id);
    str_to_i64(n, &sealed);
    db_run(w->db, SQL_AUDIT("update audit_writer set sealed_n = ?1 where id = ?2"), V(sealed),
           V(id));
  }
}

bool audit_writer_seal(struct audit_writer *w, instant_t now) {
  if (w->adopted && w->n == w->sealed_n) return true;
  struct audit_head head;
  db_begin(w->db, STORE_AUDIT);
  struct str chains = chains_grown(w);
  bool good = newest_head(w->db, &w->arena, &head);
  if (good && chains.n) head_add(w, &head, chains, now);
  if (good)
    good = db_commit(w->db, STORE_AUDIT) == DB_OK;
  else
    db_rollback(w->db, STORE_AUDIT);
  if (good) w->sealed_n = w->n, w->adopted = true;
  arena_reset(&w->arena);
  return good; /* false: another node sealed at the same moment; the next second does it */
}

/* ---- the process ---- */

struct waiting_one {
  int fd;
  uint64_t ticket;
};
struct batch {
  struct audit_entry entry[BATCH_MAX];
  struct waiting_one who[BATCH_MAX];
  size_t n;
  char bytes[BATCH_MAX][AUDIT_MESSAGE_BYTES_MAX + sizeof(struct audit_message)];
};

static void tell(const struct waiting_one *who, bool durable) {
  struct audit_answer answer = {AUDIT_MAGIC, durable ? AUDIT_DURABLE : AUDIT_NOT_DURABLE,
                                who->ticket};
  (void)send(who->fd, &answer, sizeof answer, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Takes everything that waits on one end into the batch. */
static void take_from(struct audit_writer *w, int fd, struct batch *b) {
  while (b->n < BATCH_MAX) {
    char *room = b->bytes[b->n];
    ssize_t got = recv(fd, room, sizeof b->bytes[0], MSG_DONTWAIT);
    struct audit_message head;
    if (got < (ssize_t)sizeof head) return;
    memcpy(&head, room, sizeof head);
    struct str line = {room + sizeof head, (size_t)got - sizeof head};
    struct waiting_one who = {fd, head.ticket};
    if (head.magic != AUDIT_MAGIC || !audit_line_read(&w->arena, line, &b->entry[b->n])) {
      tell(&who, false);
      continue;
    }
    b->who[b->n++] = who;
  }
}

static void serve_waiting(struct audit_writer *w, const struct pollfd *p, size_t n,
                          struct batch *b) {
  b->n = 0;
  for (size_t i = 0; i < n; i++)
    if (p[i].revents & POLLIN) take_from(w, p[i].fd, b);
  if (b->n == 0) return arena_reset(&w->arena);
  bool durable = audit_writer_add(w, b->entry, b->n);
  if (!durable) log_event(LOG_ALARM, "audit-not-written", "entries=%zu", b->n);
  for (size_t i = 0; i < b->n; i++) tell(&b->who[i], durable);
}

static void each_second(struct audit_writer *w) {
  if (audit_writer_drain(w) < 0)
    log_event(LOG_ALARM, "audit-outbox-stuck", "writer=%lld", (long long)w->id);
  audit_writer_seal(w, clock_now());
}

int audit_writer_run(struct audit_writer *w, const int *fd, size_t n, int stop_fd) {
  struct pollfd *p = calloc(n + 1, sizeof *p);
  struct batch *b = calloc(1, sizeof *b);
  uint64_t due = clock_monotonic_us() + SECOND_MS * 1000;
  bool stop = !p || !b;
  for (size_t i = 0; !stop && i < n; i++) p[i] = (struct pollfd){.fd = fd[i], .events = POLLIN};
  if (!stop) p[n] = (struct pollfd){.fd = stop_fd, .events = POLLIN};
  while (!stop) {
    uint64_t now = clock_monotonic_us();
    int wait = now >= due ? 0 : (int)((due - now) / 1000 + 1);
    if (poll(p, n + 1, wait) < 0 && errno != EINTR) break;
    serve_waiting(w, p, n, b);
    stop = (p[n].revents & (POLLIN | POLLHUP)) != 0;
    if (!stop && clock_monotonic_us() < due) continue;
    each_second(w);
    due = clock_monotonic_us() + SECOND_MS * 1000;
  }
  free(p);
  free(b);
  return 0;
}
