/* db.c: what both databases share: values, cached statements, cursors, transactions, sticky errors.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "db/inside.h"
#include "db/veil.h"

static const char *const store_names[STORE_COUNT] = {"main", "audit", "work", "keys"};
const char *store_name(enum store store) { return store_names[store]; }

const char *store_path(const struct db *db, enum store store, char out[4096]) {
  static const char *const files[STORE_COUNT] = {"waymark.db", "audit.db", "work.db", "keys.db"};
  snprintf(out, 4096, "%.*s/%s", P(db->where.folder), files[store]);
  return out;
}

/* Failures. */

void db_failed(struct connection *c, const struct sql *sql, bool quiet, const char *format, ...) {
  char said[ERROR_BYTES_MAX];
  va_list args;
  va_start(args, format);
  vsnprintf(said, sizeof said, format, args);
  va_end(args);
  snprintf(c->db->error, sizeof c->db->error, "%s: %.240s", store_name(c->store), said);
  if (!quiet)
    log_event(LOG_WARNING, "database", "store=%s at=%s:%d said=%s", store_name(c->store),
              sql ? sql->file : "-", sql ? sql->line : 0, said);
}

struct str db_error(const struct db *db) {
  return str_of(db->error);
}

/* The first failure inside a transaction is the one its commit returns. */
static enum db_result settle(struct connection *c, enum db_result r) {
  if (r != DB_OK && r != DB_NONE && c->depth > 0 && c->failed == DB_OK) c->failed = r;
  return r;
}

/* Opening. */

struct db *db_new(const struct db_where *where, struct why *why) {
  struct db *db = calloc(1, sizeof *db);
  if (!db) {
    why_say(why, "There is not enough memory to open the database.");
    return NULL;
  }
  db->keep = arena_open((size_t)1 << 20);
  if (!db->keep.start) {
    free(db);
    why_say(why, "There is not enough memory to open the database.");
    return NULL;
  }
  db->where.folder = str_of(str_c(&db->keep, where->folder));
  db->where.url = str_of(str_c(&db->keep, where->url));
  db->where.keys_url = str_of(str_c(&db->keep, where->keys_url));
  db->kind = where->url.n ? DB_POSTGRES : DB_SQLITE;
  for (int s = 0; s < STORE_COUNT; s++) {
    struct connection *c = &db->c[s];
    c->db = db;
    c->store = (enum store)s;
    c->backend = db->kind == DB_SQLITE ? &sqlite_backend : &postgres_backend;
    c->scratch = buf_open((size_t)256 << 20);
  }
  return db;
}

enum db_kind db_kind(const struct db *db) { return db->kind; }

struct connection *db_connection(struct db *db, enum store store) {
  struct connection *c = &db->c[store];
  if (c->opened && (c->depth > 0 || c->backend->alive(c))) return c;
  struct why why = {0};
  if (!c->opened && c->backend->open(c, false, &why)) {
    c->opened = true;
    return c;
  }
  if (!c->opened) {
    db_failed(c, NULL, false, "%s", why.text);
    return NULL;
  }
  return c; /* dead and not to be revived: the next statement says so */
}

static void forget_all(struct connection *c) {
  for (int b = 0; b < STATEMENT_BUCKETS; b++)
    for (struct statement *st = c->bucket[b], *next; st; st = next) {
      next = st->next;
      c->backend->forget(c, st);
      free(st);
    }
  memset(c->bucket, 0, sizeof c->bucket);
  c->statements = 0;
}

void db_close(struct db *db) {
  if (!db) return;
  db_abandon(db);
  for (int s = 0; s < STORE_COUNT; s++) {
    struct connection *c = &db->c[s];
    if (c->opened) {
      forget_all(c);
      c->backend->close(c);
    }
    buf_free(&c->scratch);
  }
  for (struct cursor *k = db->spare, *next; k; k = next) {
    next = k->next;
    free(k);
  }
  list_cache_free(db->lists);
  waiting_close(db->waiting);
  arena_close(&db->keep);
  free(db);
}

/* Statements. */

static size_t bucket_of(const struct sql *sql) {
  return (size_t)(((uintptr_t)sql >> 4) * 0x9E3779B97F4A7C15u >> 40) % STATEMENT_BUCKETS;
}

static void evict_oldest(struct connection *c) {
  struct statement **oldest = NULL;
  for (int b = 0; b < STATEMENT_BUCKETS; b++)
    for (struct statement **at = &c->bucket[b]; *at; at = &(*at)->next)
      if (!(*at)->busy && (!oldest || (*at)->used < (*oldest)->used)) oldest = at;
  if (!oldest) return;
  struct statement *gone = *oldest;
  *oldest = gone->next;
  c->backend->forget(c, gone);
  free(gone);
  c->statements--;
}

/* The prepared form of `sql`. One that is running already (a query inside its own loop) gets a
 * second, temporary one. */
static enum db_result statement_of(struct connection *c, const struct sql *sql,
                                   struct statement **out) {
  struct statement **bucket = &c->bucket[bucket_of(sql)];
  bool running = false;
  for (struct statement *st = *bucket; st; st = st->next) {
    if (st->sql != sql) continue;
    if (!st->busy) {
      st->used = ++c->clock;
      *out = st;
      return DB_OK;
    }
    running = true;
  }
  struct statement *st = calloc(1, sizeof *st);
  if (!st) {
    db_failed(c, sql, false, "out of memory");
    return DB_FAILED;
  }
  st->sql = sql;
  st->temporary = running;
  st->used = ++c->clock;
  enum db_result r = c->backend->prepare(c, st);
  if (r != DB_OK) {
    free(st);
    return r;
  }
  if (!st->temporary) {
    if (c->statements >= STATEMENTS_MAX) evict_oldest(c);
    st->next = *bucket;
    *bucket = st;
    c->statements++;
  }
  *out = st;
  return DB_OK;
}

static void statement_done(struct connection *c, struct statement *st) {
  st->busy = false;
  if (!st->temporary) return;
  c->backend->forget(c, st);
  free(st);
}

void forget_statement(struct db *db, const struct sql *sql) {
  struct connection *c = &db->c[sql->store];
  struct statement **at = &c->bucket[bucket_of(sql)];
  while (*at && (*at)->sql != sql) at = &(*at)->next;
  if (!*at) return;
  struct statement *gone = *at;
  *at = gone->next;
  c->backend->forget(c, gone);
  free(gone);
  c->statements--;
}

/* Cursors. */

static struct cursor *cursor_new(struct connection *c) {
  struct db *db = c->db;
  struct cursor *k = db->spare;
  if (k)
    db->spare = k->next;
  else
    k = malloc(sizeof *k);
  if (!k) return NULL;
  *k = (struct cursor){.c = c, .next = db->open};
  if (db->open) db->open->before = k;
  db->open = k;
  return k;
}

static void cursor_unlink(struct cursor *k) {
  struct db *db = k->c->db;
  if (k->before)
    k->before->next = k->next;
  else
    db->open = k->next;
  if (k->next) k->next->before = k->before;
  k->next = db->spare;
  db->spare = k;
}

static enum db_result cursor_close(struct cursor *k) {
  struct connection *c = k->c;
  enum db_result r = c->backend->finish(k);
  statement_done(c, k->st);
  cursor_unlink(k);
  return r;
}

/* Puts the connection into the mode asked for; never in the middle of a transaction. */
static enum db_result apply_mode(struct connection *c) {
  if (c->depth > 0 || c->read_only == c->read_only_wanted) return DB_OK;
  bool on = c->read_only_wanted;
  const char *text;
  if (c->db->kind == DB_SQLITE)
    text = on ? "pragma query_only=1" : "pragma query_only=0";
  else
    text = on ? "set default_transaction_read_only=on; set default_transaction_isolation="
                "'repeatable read'"
              : "set default_transaction_read_only=off; set default_transaction_isolation="
                "'serializable'";
  enum db_result r = c->backend->run_text(c, text);
  if (r == DB_OK) c->read_only = on;
  return r;
}

void db_read_only(struct db *db, bool on) { db->c[STORE_MAIN].read_only_wanted = on; }

/* No two turns of this process are alike, whatever handle they belong to. */
static void next_turn(struct db *db) {
  static uint64_t turns;
  if (db->turn) db->turn = ++turns;
}

void db_turns(struct db *db, bool on) {
  db->turn = on;
  next_turn(db);
}

static enum db_result start_once(struct connection *c, const struct sql *sql,
                                 const struct db_value *v, size_t n, bool whole,
                                 struct cursor **out) {
  struct statement *st;
  enum db_result r = statement_of(c, sql, &st);
  if (r != DB_OK) return r;
  if ((size_t)st->parameters != n) {
    db_failed(c, sql, false, "the statement takes %d values and was given %zu", st->parameters, n);
    statement_done(c, st);
    return DB_FAILED;
  }
  struct cursor *k = cursor_new(c);
  if (!k) {
    statement_done(c, st);
    db_failed(c, sql, false, "out of memory");
    return DB_FAILED;
  }
  k->st = st;
  st->busy = true;
  c->db->asked++;
  if (st->writes && c->store == STORE_MAIN) next_turn(c->db);
  r = c->backend->start(k, v, n, whole);
  if (r == DB_OK && !whole) {
    *out = k;
    return DB_OK;
  }
  enum db_result end = cursor_close(k);
  return r == DB_OK ? end : r;
}

/* In a trial a statement by itself still stands or falls alone. */
static enum db_result start_tried(struct connection *c, const struct sql *sql,
                                  const struct db_value *v, size_t n, bool whole,
                                  struct cursor **out) {
  bool alone = c->depth == 0 && c->db->kind == DB_POSTGRES;
  if (alone) c->backend->run_text(c, "savepoint one");
  enum db_result r = start_once(c, sql, v, n, whole, out);
  if (alone)
    c->backend->run_text(c, r == DB_OK ? "release savepoint one"
                                       : "rollback to savepoint one; release savepoint one");
  return r;
}

static void pause_before(int attempt) {
  static const useconds_t us[RETRIES_MAX] = {1000, 4000, 16000, 64000, 128000};
  struct rng r = rng_seed(clock_monotonic_us() ^ ((uint64_t)getpid() << 32));
  usleep(us[attempt] / 2 + (useconds_t)rng_below(&r, us[attempt]));
}

/* What failed because nobody was there is remembered for whoever tells the person who waits. */
static enum db_result note_lost(struct connection *c, enum db_result r) {
  bool gone = c->lost || !c->opened;
  c->lost = false;
  if (r == DB_OK || r == DB_NONE || !gone || c->db->kind != DB_POSTGRES) return r;
  c->lost_us = clock_monotonic_us();
  c->db->lost = true;
  return r;
}

static bool lost_just_now(const struct connection *c) {
  return c->lost_us && clock_monotonic_us() - c->lost_us < LOST_US_MAX;
}

/* One statement by itself may simply be run again; inside a transaction only the whole may be. */
static enum db_result start(struct db *db, const struct sql *sql, const struct db_value *v,
                            size_t n, bool whole, struct cursor **out) {
  struct connection *c = db_connection(db, sql->store);
  if (!c) return settle(&db->c[sql->store], note_lost(&db->c[sql->store], DB_FAILED));
  if (c->depth > 0 && c->failed != DB_OK) return c->failed;
  enum db_result r = DB_RETRY;
  int tries = lost_just_now(c) ? 2 : RETRIES_MAX; /* a page asks often: it waits once, not each */
  for (int i = 0; i < tries && r == DB_RETRY; i++) {
    if (i > 0) {
      pause_before(i - 1);
      c = db_connection(db, sql->store);
    }
    r = apply_mode(c);
    if (r == DB_OK) r = c->trial ? start_tried(c, sql, v, n, whole, out)
                                 : start_once(c, sql, v, n, whole, out);
    if (c->depth > 0 || db->kind == DB_SQLITE) break; /* SQLite has waited already */
  }
  return settle(c, note_lost(c, r));
}

bool db_was_lost(struct db *db) {
  bool lost = db->lost;
  db->lost = false;
  return lost;
}

enum db_result db_run_(struct db *db, const struct sql *sql, const struct db_value *v, size_t n) {
  struct cursor *unused;
  db->c[sql->store].changes = 0;
  enum db_result r = start(db, sql, v, n, true, &unused);
  db->last_changes = r == DB_OK ? db->c[sql->store].changes : 0;
  return r;
}

uint64_t db_asked(const struct db *db) { return db->asked; }

uint64_t db_steps(const struct db *db) { return db->steps; }

uint64_t db_turn(const struct db *db) { return db->turn; }

uint64_t db_undone(const struct db *db) { return db->undone; }

int64_t db_changes(const struct db *db) { return db->last_changes; }

struct rows db_rows_(struct db *db, struct arena *a, const struct sql *sql,
                     const struct db_value *v, size_t n) {
  struct rows r = {.db = db, .arena = a, .at = -1};
  struct cursor *k = NULL;
  r.result = start(db, sql, v, n, false, &k);
  if (r.result == DB_OK) {
    r.statement = k;
    r.columns = db->kind == DB_SQLITE ? sqlite_columns(k) : postgres_columns(k);
  }
  return r;
}

bool db_next(struct rows *r) {
  struct cursor *k = r->statement;
  if (!k) return false;
  enum db_result step = k->c->backend->step(k, ++r->at);
  if (step == DB_OK) return true;
  struct connection *c = k->c;
  enum db_result end = cursor_close(k);
  r->statement = NULL;
  r->result = settle(c, step == DB_NONE ? end : step);
  return false;
}

void db_done(struct rows *r) {
  struct cursor *k = r->statement;
  if (!k) return;
  struct connection *c = k->c;
  /* What `returning` wrote is kept only when the statement ran to its end. */
  while (k->st->writes && r->db->kind == DB_SQLITE && c->backend->step(k, ++r->at) == DB_OK)
    continue;
  r->statement = NULL;
  r->result = settle(c, cursor_close(k));
}

bool db_one_(struct rows *r, struct db *db, struct arena *a, const struct sql *sql,
             const struct db_value *v, size_t n) {
  *r = db_rows_(db, a, sql, v, n);
  if (db_next(r)) return true;
  if (r->result == DB_OK) r->result = DB_NONE;
  return false;
}

int64_t db_number_(struct db *db, int64_t otherwise, const struct sql *sql,
                   const struct db_value *v, size_t n) {
  struct rows r = db_rows_(db, NULL, sql, v, n);
  int64_t found = otherwise;
  if (db_next(&r) && !row_null(&r, 0)) found = row_int(&r, 0);
  db_done(&r);
  return r.result == DB_OK ? found : otherwise;
}

int64_t db_insert_(struct db *db, const struct sql *sql, const struct db_value *v, size_t n) {
  struct rows r = db_rows_(db, NULL, sql, v, n);
  int64_t id = db_next(&r) ? row_int(&r, 0) : 0;
  db_done(&r);
  return r.result == DB_OK ? id : 0;
}

/* Transactions. */

static const char *begin_text(const struct connection *c) {
  if (c->trial) return "savepoint work";
  if (c->db->kind == DB_SQLITE) return c->read_only ? "begin" : "begin immediate";
  return c->begin_as ? c->begin_as : "begin";
}

void db_begin(struct db *db, enum store store) {
  struct connection *c = db_connection(db, store);
  if (!c) c = &db->c[store];
  if (c->depth++ > 0) return;
  next_turn(db);
  c->failed = DB_OK;
  if (!c->opened) {
    c->failed = note_lost(c, DB_FAILED);
    return;
  }
  c->depth = 0;
  enum db_result r = apply_mode(c);
  if (r == DB_OK) r = c->backend->run_text(c, begin_text(c));
  c->depth = 1;
  c->failed = note_lost(c, r);
  c->began = r == DB_OK;
}

/* What is told is why it was rolled back, not how that went: a dead connection has rolled back by
 * itself. */
static void roll_back(struct connection *c) {
  char said[ERROR_BYTES_MAX];
  memcpy(said, c->db->error, sizeof said);
  next_turn(c->db);
  if (c->store == STORE_MAIN) c->db->undone++;
  if (c->began)
    c->backend->run_text(
        c, c->trial ? "rollback to savepoint work; release savepoint work" : "rollback");
  memcpy(c->db->error, said, sizeof said);
  c->began = false;
}

enum db_result db_commit(struct db *db, enum store store) {
  struct connection *c = &db->c[store];
  if (c->depth == 0) {
    db_failed(c, NULL, false, "a commit without its begin");
    return DB_FAILED;
  }
  if (c->depth > 1) {
    c->depth--;
    return c->failed;
  }
  enum db_result r = c->failed;
  if (r == DB_OK) {
    r = c->backend->run_text(c, c->trial ? "release savepoint work" : "commit");
    if (r == DB_OK) c->began = false;
  }
  note_lost(c, r);
  if (r != DB_OK) roll_back(c);
  c->depth = 0;
  c->failed = DB_OK;
  return r;
}

void db_rollback(struct db *db, enum store store) {
  struct connection *c = &db->c[store];
  if (c->depth == 0) return;
  if (c->depth > 1) { /* the outer one can no longer be whole */
    c->depth--;
    if (c->failed == DB_OK) c->failed = DB_FAILED;
    return;
  }
  roll_back(c);
  c->depth = 0;
  c->failed = DB_OK;
}

bool db_in_transaction(const struct db *db, enum store store) { return db->c[store].depth > 0; }

void db_abandon(struct db *db) {
  while (db->open) cursor_close(db->open);
  for (int s = 0; s < STORE_COUNT; s++) {
    struct connection *c = &db->c[s];
    if (c->opened && c->depth > 0) roll_back(c);
    c->depth = 0;
    c->failed = DB_OK;
  }
  db->person = false;
  db_wait_over(db);
}

enum db_result db_atomically(struct db *db, enum store store, db_work *fn, void *with) {
  if (db_in_transaction(db, store)) return settle(&db->c[store], fn(db, with));
  enum db_result r = DB_RETRY;
  bool lost = db->lost;
  for (int i = 0; i < RETRIES_MAX && r == DB_RETRY; i++) {
    if (i > 0) pause_before(i - 1);
    db_begin(db, store);
    struct connection *c = &db->c[store];
    r = c->failed == DB_OK ? fn(db, with) : c->failed;
    if (c->failed != DB_OK) r = c->failed;
    if (r == DB_OK)
      r = db_commit(db, store);
    else
      db_rollback(db, store);
  }
  if (r == DB_OK) db->lost = lost; /* what was met on the way was got over */
  return r;
}

/* Declared in db/testing.h. Modes are set before, since PostgreSQL takes them back with the rest.
 */
void db_trial(struct db *db, bool on) {
  static const enum store stores[] = {STORE_MAIN, STORE_WORK, STORE_KEYS};
  for (size_t i = 0; i < countof(stores); i++) {
    struct connection *c = db_connection(db, stores[i]);
    if (!c || c->depth > 0 || c->trial == on) continue;
    c->read_only_wanted = false;
    apply_mode(c);
    c->backend->run_text(c, !on                     ? "rollback"
                            : db->kind == DB_SQLITE ? "begin immediate"
                                                    : "begin");
    c->trial = on;
  }
}

void db_carry_over(struct db *db) {
  static const enum store stores[] = {STORE_MAIN, STORE_AUDIT, STORE_WORK};
  for (size_t i = 0; i < countof(stores) && db->kind == DB_SQLITE; i++) {
    struct connection *c = db_connection(db, stores[i]);
    if (c && c->depth == 0) c->backend->run_text(c, "pragma wal_checkpoint(passive)");
  }
}

enum db_result db_text_run(struct db *db, enum store store, const char *text) {
  struct connection *c = db_connection(db, store);
  return c ? settle(c, c->backend->run_text(c, text)) : DB_FAILED;
}

/* Columns. */

int row_column(const struct rows *r, const char *name) {
  for (int i = 0; r->statement && i < r->columns; i++) {
    const char *have =
        r->db->kind == DB_SQLITE ? sqlite_name(r->statement, i) : postgres_name(r->statement, i);
    if (have && strcmp(have, name) == 0) return i;
  }
  return -1;
}

static bool readable(const struct rows *r, int column) {
  return r->statement && column >= 0 && column < r->columns;
}

bool row_null(const struct rows *r, int column) {
  if (!readable(r, column)) return true;
  return r->db->kind == DB_SQLITE ? sqlite_null(r->statement, column)
                                  : postgres_null(r->statement, r->at, column);
}
enum db_value_kind row_kind(const struct rows *r, int column) {
  if (!readable(r, column)) return DB_NULL;
  return r->db->kind == DB_SQLITE ? sqlite_kind(r->statement, column)
                                  : postgres_kind(r->statement, r->at, column);
}
int64_t row_int(const struct rows *r, int column) {
  if (!readable(r, column)) return 0;
  return r->db->kind == DB_SQLITE ? sqlite_int(r->statement, column)
                                  : postgres_int(r->statement, r->at, column);
}
double row_real(const struct rows *r, int column) {
  if (!readable(r, column)) return 0;
  return r->db->kind == DB_SQLITE ? sqlite_real(r->statement, column)
                                  : postgres_real(r->statement, r->at, column);
}
struct str row_raw(struct rows *r, int column) {
  if (!readable(r, column) || row_null(r, column)) return (struct str){0};
  return r->db->kind == DB_SQLITE ? str_copy(r->arena, sqlite_text(r->statement, column))
                                  : postgres_text(r->statement, r->arena, r->at, column);
}
struct str row_text(struct rows *r, int column) {
  struct str text = row_raw(r, column);
  if (veil_is(text)) veil_open(r->db, r->arena, &text);
  return text;
}
/* Days and instants are short: read in place, so that no arena is needed. */
static struct str row_short(struct rows *r, int column) {
  if (!readable(r, column) || row_null(r, column)) return S("");
  struct str text = r->db->kind == DB_SQLITE ? sqlite_text(r->statement, column)
                                             : postgres_text(r->statement, NULL, r->at, column);
  if (veil_is(text)) veil_open(r->db, r->arena, &text);
  return text;
}
day_t row_day(struct rows *r, int column) {
  day_t d = DAY_NONE;
  day_parse(row_short(r, column), &d);
  return d;
}
instant_t row_instant(struct rows *r, int column) {
  instant_t t = INSTANT_NONE;
  instant_parse(row_short(r, column), &t);
  return t;
}
struct uuid row_uuid(struct rows *r, int column) {
  struct uuid u = {0};
  uuid_parse(row_short(r, column), &u);
  return u;
}
