/* sqlite.c: the SQLite side of db.h. One file a store in the data folder, WAL, one writer at a
 * time.
 *
 * MAIN, AUDIT and KEYS are synchronous=FULL: what was acknowledged survives the power going. WORK
 * is NORMAL: it survives any crash of ours, and a power cut may cost its last moments (sessions,
 * drafts, progress). Errors: extended code and, only where SQLite's message names columns and never
 * values (constraints, and statements that do not compile, which are literals), its message. */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "db/inside.h"

enum { STEP_US = 200, STEP_US_MAX = 2000 };

/* Waits in short steps, so that a freed lock is taken within a millisecond or two, and shows itself
 * to bulk writers meanwhile (SQLite's own handler sleeps up to 100 ms). */
static int when_busy(void *of, int times) {
  struct connection *c = of;
  db_wait_began(c->db);
  useconds_t us = STEP_US + (useconds_t)times * 50;
  if (us > STEP_US_MAX) us = STEP_US_MAX;
  c->waited_us = times == 0 ? 0 : c->waited_us + us;
  if (c->waited_us > BUSY_MS_MAX * 1000u) return 0;
  usleep(us);
  return 1;
}

static enum db_result result_of(int code) {
  switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW: return DB_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return DB_RETRY;
    case SQLITE_READONLY: return DB_REFUSED;
    case SQLITE_CONSTRAINT: break;
    default: return DB_FAILED;
  }
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_FOREIGNKEY:
    case SQLITE_CONSTRAINT_ROWID: return DB_CONFLICT;
    default: return DB_FAILED;
  }
}

static enum db_result failure(struct connection *c, const struct sql *sql, int code,
                              bool preparing) {
  sqlite3 *h = c->handle;
  enum db_result r = result_of(code);
  bool plain = preparing || (code & 0xff) == SQLITE_CONSTRAINT;
  db_failed(c, sql, r != DB_FAILED, "SQLite %d: %s", code,
            plain && h ? sqlite3_errmsg(h) : sqlite3_errstr(code));
  return r;
}

static enum db_result sqlite_run_text(struct connection *c, const char *text) {
  bool undone = strcmp(text, "rollback") == 0 &&
                sqlite3_get_autocommit(c->handle); /* by SQLite itself: a full disk */
  if (undone) return DB_OK;
  int code = sqlite3_exec(c->handle, text, NULL, NULL, NULL);
  db_wait_over(c->db);
  return code == SQLITE_OK ? DB_OK : failure(c, NULL, sqlite3_extended_errcode(c->handle), true);
}

static bool set_up(struct connection *c, bool create) {
  sqlite3 *h = c->handle;
  sqlite3_extended_result_codes(h, 1);
  sqlite3_busy_handler(h, when_busy, c);
  sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
  sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
  sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0,
                    (int *)NULL); /* "x" is a name, as on PostgreSQL */
  sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
  if (create && sqlite3_exec(h, "pragma journal_mode=wal", NULL, NULL, NULL) != SQLITE_OK)
    return false;
  const char *safety =
      c->store == STORE_WORK ? "pragma synchronous=normal" : "pragma synchronous=full";
  return sqlite3_exec(h, safety, NULL, NULL, NULL) == SQLITE_OK &&
         sqlite3_exec(h,
                      "pragma foreign_keys=on; pragma temp_store=memory; pragma secure_delete=on;"
                      "pragma journal_size_limit=67108864; pragma cache_size=-4000;"
                      "pragma mmap_size=268435456",
                      NULL, NULL, NULL) == SQLITE_OK;
}

static bool sqlite_open_store(struct connection *c, bool create, struct why *why) {
  char path[4096];
  store_path(c->db, c->store, path);
  if (!create && access(path, F_OK) != 0)
    return why_say(why,
                   "There is no data in %.200s yet. Create it with: waymark init --data FOLDER",
                   c->db->where.folder.p);
  sqlite3 *h = NULL;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  int code = sqlite3_open_v2(path, &h, flags, NULL);
  c->handle = h;
  if (!c->db->waiting) c->db->waiting = waiting_open(c->db->where.folder);
  if (code == SQLITE_OK && set_up(c, create)) return true;
  if (h) code = sqlite3_extended_errcode(h);
  const char *path_end = strrchr(path, '/') + 1;
  sqlite3_close(h);
  c->handle = NULL;
  if ((code & 0xff) == SQLITE_NOTADB || (code & 0xff) == SQLITE_CORRUPT)
    return why_say(why, "%s is damaged or is not a Waymark file. Restore the last backup.",
                   path_end);
  return why_say(
      why, "%s cannot be opened (%s). Check that this user may read and write the data folder.",
      path_end, sqlite3_errstr(code));
}

bool db_copy_sqlite(struct db *db, enum store store, const char *path) {
  char *text = sqlite3_mprintf("vacuum into %Q", path);
  bool fine = text && db_text_run(db, store, text) == DB_OK;
  sqlite3_free(text);
  return fine;
}

static void sqlite_close_store(struct connection *c) {
  sqlite3_close_v2(c->handle);
  c->handle = NULL;
  c->opened = false;
}

static bool sqlite_alive(struct connection *c) { return c->handle != NULL; }

static enum db_result sqlite_prepare(struct connection *c, struct statement *st) {
  struct str text = str_of(st->sql->text);
  if (sql_elsewhere(DB_SQLITE, text)) {
    db_failed(c, st->sql, false, "this statement is PostgreSQL's");
    return DB_FAILED;
  }
  struct buf b = buf_open(1 << 20);
  int count = 0;
  sqlite3_stmt *native = NULL;
  int code = SQLITE_NOMEM;
  const char *rest = "";
  if (sql_translate(DB_SQLITE, text, &b, &count))
    code = sqlite3_prepare_v3(c->handle, b.p, (int)b.n, SQLITE_PREPARE_PERSISTENT, &native, &rest);
  bool more = code == SQLITE_OK && str_trim(str_of(rest)).n > 0;
  buf_free(&b);
  if (code != SQLITE_OK) return failure(c, st->sql, code, true);
  if (more || !native) {
    sqlite3_finalize(native);
    db_failed(c, st->sql, false, "one statement at a time, please");
    return DB_FAILED;
  }
  st->native = native;
  st->parameters = sqlite3_bind_parameter_count(native);
  st->writes = !sqlite3_stmt_readonly(native);
  return DB_OK;
}

static void sqlite_forget(struct connection *c, struct statement *st) {
  (void)c;
  sqlite3_finalize(st->native);
}

static int bind_one(sqlite3_stmt *s, int at, struct db_value v) {
  switch (v.kind) {
    case DB_NULL: return sqlite3_bind_null(s, at);
    case DB_INT: return sqlite3_bind_int64(s, at, v.i);
    case DB_REAL: return sqlite3_bind_double(s, at, v.r);
    case DB_BLOB:
      return v.s.n ? sqlite3_bind_blob64(s, at, v.s.p, v.s.n, SQLITE_TRANSIENT)
                   : sqlite3_bind_zeroblob(s, at, 0);
    case DB_TEXT: break;
  }
  return sqlite3_bind_text64(s, at, v.s.n ? v.s.p : "", v.s.n, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static enum db_result bind_all(struct cursor *k, const struct db_value *v, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (v[i].kind == DB_TEXT && !db_text_storable(v[i].s)) {
      db_failed(k->c, k->st->sql, false, "value %zu is not UTF-8 text or holds a zero byte", i + 1);
      return DB_FAILED;
    }
    int code = bind_one(k->st->native, (int)i + 1, v[i]);
    if (code != SQLITE_OK) return failure(k->c, k->st->sql, code, false);
  }
  return DB_OK;
}

static enum db_result sqlite_step(struct cursor *k, int at) {
  (void)at;
  int code = sqlite3_step(k->st->native);
  db_wait_over(k->c->db);
  if (code == SQLITE_ROW) return DB_OK;
  if (code == SQLITE_DONE) return DB_NONE;
  return failure(k->c, k->st->sql, sqlite3_extended_errcode(k->c->handle), false);
}

static enum db_result sqlite_start(struct cursor *k, const struct db_value *v, size_t n,
                                   bool whole) {
  enum db_result r = bind_all(k, v, n);
  if (r != DB_OK || !whole) return r;
  while ((r = sqlite_step(k, 0)) == DB_OK) continue;
  if (r != DB_NONE) return r;
  k->c->changes = sqlite3_changes64(k->c->handle);
  return DB_OK;
}

/* A failed step has been told already; reset only repeats it. */
static enum db_result sqlite_finish(struct cursor *k) {
  k->c->db->steps += (uint64_t)sqlite3_stmt_status(k->st->native, SQLITE_STMTSTATUS_VM_STEP, 1);
  sqlite3_reset(k->st->native);
  sqlite3_clear_bindings(k->st->native);
  return DB_OK;
}

const struct backend sqlite_backend = {
    .open = sqlite_open_store,
    .close = sqlite_close_store,
    .run_text = sqlite_run_text,
    .prepare = sqlite_prepare,
    .forget = sqlite_forget,
    .start = sqlite_start,
    .step = sqlite_step,
    .finish = sqlite_finish,
    .alive = sqlite_alive,
};

enum db_value_kind sqlite_kind(const struct cursor *k, int column) {
  switch (sqlite3_column_type(k->st->native, column)) {
    case SQLITE_INTEGER: return DB_INT;
    case SQLITE_FLOAT: return DB_REAL;
    case SQLITE_BLOB: return DB_BLOB;
    case SQLITE_NULL: return DB_NULL;
    default: return DB_TEXT;
  }
}
bool sqlite_null(const struct cursor *k, int column) {
  return sqlite3_column_type(k->st->native, column) == SQLITE_NULL;
}
int64_t sqlite_int(const struct cursor *k, int column) {
  return sqlite3_column_int64(k->st->native, column);
}
double sqlite_real(const struct cursor *k, int column) {
  return sqlite3_column_double(k->st->native, column);
}
struct str sqlite_text(const struct cursor *k, int column) {
  sqlite3_stmt *s = k->st->native;
  const char *p = sqlite3_column_type(s, column) == SQLITE_BLOB
                      ? sqlite3_column_blob(s, column)
                      : (const char *)sqlite3_column_text(s, column);
  return p ? (struct str){p, (size_t)sqlite3_column_bytes(s, column)} : S("");
}
const char *sqlite_name(const struct cursor *k, int column) {
  return sqlite3_column_name(k->st->native, column);
}
int sqlite_columns(const struct cursor *k) { return sqlite3_column_count(k->st->native); }
