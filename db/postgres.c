/* postgres.c: the PostgreSQL side of db.h (libpq, text protocol, one connection a store in use).
 *
 * Errors are SQLSTATE, the primary message and the constraint's name; DETAIL is never read (it
 * prints whole rows), and for data errors (class 22) and our own raises not even the message (it
 * quotes the value). A connection that died is opened again before the next statement. What was
 * asked in the moment it died: a read is asked again; a transaction not yet committed says
 * DB_RETRY; a write by itself, or a commit, says DB_FAILED, for it may have been kept. */
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include "db/inside.h"

enum {
  OID_BOOL = 16,
  OID_BYTEA = 17,
  OID_INT8 = 20,
  OID_INT2 = 21,
  OID_INT4 = 23,
  OID_REAL = 701,
  OID_NUMERIC = 1700,
  PARAMETERS_MAX = 200
};

static void be_quiet(void *of, const char *message) {
  (void)of;
  (void)message;
}

static bool message_is_plain(const char *state) {
  static const char *const plain[] = {"08", "23", "25", "26", "3D", "3F",
                                      "40", "42", "53", "55", "57", "58"};
  for (size_t i = 0; i < countof(plain); i++)
    if (strncmp(state, plain[i], 2) == 0) return true;
  return false;
}

static enum db_result result_of(const char *state) {
  if (strncmp(state, "40", 2) == 0 || strcmp(state, "55P03") == 0) return DB_RETRY;
  if (strcmp(state, "23505") == 0 || strcmp(state, "23503") == 0) return DB_CONFLICT;
  if (strcmp(state, "25006") == 0) return DB_REFUSED;
  return DB_FAILED;
}

static enum db_result failure(struct connection *c, const struct sql *sql, const PGresult *res,
                              bool may_have_been_kept) {
  const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
  if (!state || PQstatus(c->handle) == CONNECTION_BAD) {
    c->lost = true;
    db_failed(c, sql, false, "the connection to PostgreSQL was lost%s",
              may_have_been_kept ? "; whether the change was kept is not known" : "");
    return may_have_been_kept ? DB_FAILED : DB_RETRY;
  }
  enum db_result r = result_of(state);
  const char *constraint = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
  const char *message =
      message_is_plain(state) ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
  db_failed(c, sql, r != DB_FAILED, "PostgreSQL %s %s %s", state, message ? message : "",
            constraint ? constraint : "");
  return r;
}

static enum db_result postgres_run_text(struct connection *c, const char *text) {
  PGresult *res = PQexec(c->handle, text);
  ExecStatusType s = PQresultStatus(res);
  /* A commit of a transaction that had failed answers ROLLBACK. */
  bool commit = strcmp(text, "commit") == 0;
  bool undone = commit && res && strcmp(PQcmdStatus(res), "ROLLBACK") == 0;
  enum db_result r = DB_OK;
  if (undone) {
    db_failed(c, NULL, false, "the transaction had failed");
    r = DB_FAILED;
  } else if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK)
    r = failure(c, NULL, res, commit);
  if (strncmp(text, "rollback", 8) == 0 || undone) c->plans = PLANS_UNKNOWN; /* undone with it */
  PQclear(res);
  return r;
}

/* Lists and searches are planned for the values they are asked with; what is reached by key is
 * planned once a connection. */
static enum db_result plan_as(struct connection *c, bool keep) {
  enum plans wanted = keep ? PLANS_KEPT : PLANS_FRESH;
  if (c->plans == wanted) return DB_OK;
  enum db_result r = postgres_run_text(c, keep ? "set plan_cache_mode=force_generic_plan"
                                               : "set plan_cache_mode=force_custom_plan");
  c->plans = r == DB_OK ? wanted : PLANS_UNKNOWN;
  return r;
}

static bool set_up(struct connection *c, struct why *why) {
  const char *encoding = PQparameterStatus(c->handle, "server_encoding");
  if (!encoding || strcmp(encoding, "UTF8") != 0)
    return why_say(
        why,
        "The PostgreSQL database is not in UTF8 (it is in %s). Create it with: createdb -E UTF8",
        encoding ? encoding : "an unknown encoding");
  if (PQserverVersion(c->handle) < 150000)
    return why_say(why, "PostgreSQL is older than version 15. Waymark needs 15 or newer.");
  char text[512];
  snprintf(text, sizeof text,
           "set client_encoding='UTF8'; set search_path=%s; set plan_cache_mode=force_generic_plan;"
           "set lock_timeout=%d; set timezone='UTC'; set default_transaction_isolation='%s'%s",
           store_name(c->store), BUSY_MS_MAX,
           c->store == STORE_WORK ? "read committed" : "serializable",
           c->store == STORE_WORK ? "; set synchronous_commit=off" : "");
  c->read_only = false;
  c->plans = PLANS_KEPT;
  return postgres_run_text(c, text) == DB_OK ||
         why_say(why, "PostgreSQL refused the session's settings (%s).", c->db->error);
}

static bool postgres_open_store(struct connection *c, bool create, struct why *why) {
  (void)create;
  const struct db_where *w = &c->db->where;
  if (c->store == STORE_KEYS && (w->keys_url.n == 0 || str_eq(w->keys_url, w->url)))
    return why_say(
        why,
        "The keys need a PostgreSQL database of their own, so that a backup of the first never "
        "holds them. Set keys-db to its address.");
  const char *const words[] = {"dbname", "application_name", "connect_timeout", "client_encoding",
                               NULL};
  const char *const values[] = {c->store == STORE_KEYS ? w->keys_url.p : w->url.p, "waymark", "10",
                                "UTF8", NULL};
  PGconn *h = PQconnectdbParams(words, values, 1);
  c->handle = h;
  if (PQstatus(h) == CONNECTION_OK) {
    PQsetNoticeProcessor(h, be_quiet, NULL);
    if (!c->db->waiting) c->db->waiting = waiting_open(w->folder);
    if (set_up(c, why)) return true;
  } else {
    why_say(why,
            "PostgreSQL cannot be reached for the %s store. Check the address, the user and that "
            "it runs.",
            store_name(c->store));
  }
  PQfinish(h);
  c->handle = NULL;
  return false;
}

static void postgres_close_store(struct connection *c) {
  PQfinish(c->handle);
  c->handle = NULL;
  c->opened = false;
}

/* Between statements nothing is due from the server: what can be read is its farewell. Seeing it
 * now, before a write is sent, is what tells a write never made from one whose answer was lost. */
static void hear_farewell(PGconn *h) {
  for (int i = 0; i < 3 && PQstatus(h) == CONNECTION_OK; i++) {
    struct pollfd p = {.fd = PQsocket(h), .events = POLLIN};
    if (poll(&p, 1, 0) <= 0 || !PQconsumeInput(h)) return;
    PQclear(PQgetResult(h));
  }
}

/* Opens a dead connection again; its prepared statements died with it. */
static bool postgres_alive(struct connection *c) {
  hear_farewell(c->handle);
  if (PQstatus(c->handle) == CONNECTION_OK) return true;
  for (int b = 0; b < STATEMENT_BUCKETS; b++)
    for (struct statement *st = c->bucket[b]; st; st = st->next) st->number = 0;
  PQreset(c->handle);
  struct why why;
  return PQstatus(c->handle) == CONNECTION_OK && set_up(c, &why);
}

static bool first_word_is(const char *text, const char *word) {
  struct str s = str_trim(str_of(text));
  while (str_starts(s, S("/*"))) s = str_trim(str_slice(s, str_find(s, S("*/")) + 2, s.n));
  return str_starts(s, str_of(word));
}

static enum db_result postgres_prepare(struct connection *c, struct statement *st) {
  struct str text = str_of(st->sql->text);
  if (sql_elsewhere(DB_POSTGRES, text)) {
    db_failed(c, st->sql, false, "this statement is SQLite's");
    return DB_FAILED;
  }
  struct buf b = buf_open(1 << 20);
  if (!sql_translate(DB_POSTGRES, text, &b, &st->parameters)) {
    buf_free(&b);
    db_failed(c, st->sql, false, "out of memory");
    return DB_FAILED;
  }
  st->number = ++c->next_number;
  char name[24];
  snprintf(name, sizeof name, "s%u", st->number);
  PGresult *res = PQprepare(c->handle, name, b.p, 0, NULL);
  buf_free(&b);
  st->writes = !first_word_is(st->sql->text, "select");
  st->keeps_plan = sql_keeps_plan(text);
  enum db_result r =
      PQresultStatus(res) == PGRES_COMMAND_OK ? DB_OK : failure(c, st->sql, res, false);
  PQclear(res);
  return r;
}

static void postgres_forget(struct connection *c, struct statement *st) {
  if (st->number == 0 || !c->handle || PQstatus(c->handle) != CONNECTION_OK) return;
  if (PQtransactionStatus(c->handle) == PQTRANS_INERROR)
    return; /* gone with the connection, one day */
  char text[48];
  snprintf(text, sizeof text, "deallocate s%u", st->number);
  PQclear(PQexec(c->handle, text));
}

/* Every value as NUL-terminated text in the connection's scratch buffer; blobs as they are. */
struct parameters {
  const char *p[PARAMETERS_MAX];
  int length[PARAMETERS_MAX], format[PARAMETERS_MAX];
};

static bool put_value(struct buf *b, struct db_value v) {
  switch (v.kind) {
    case DB_NULL: break;
    case DB_INT: buf_i64(b, v.i); break;
    case DB_REAL: buf_format(b, "%.17g", v.r); break;
    case DB_TEXT: buf_put(b, v.s); return db_text_storable(v.s);
    case DB_BLOB: buf_put(b, v.s); break;
  }
  return true;
}

static enum db_result put_all(struct cursor *k, const struct db_value *v, size_t n,
                              struct parameters *out) {
  struct buf *b = &k->c->scratch;
  size_t at[PARAMETERS_MAX];
  if (n > PARAMETERS_MAX) {
    db_failed(k->c, k->st->sql, false, "too many values");
    return DB_FAILED;
  }
  buf_reset(b);
  for (size_t i = 0; i < n; i++) {
    at[i] = b->n;
    if (!put_value(b, v[i])) {
      db_failed(k->c, k->st->sql, false, "value %zu is not UTF-8 text or holds a zero byte", i + 1);
      return DB_FAILED;
    }
    out->length[i] = (int)(b->n - at[i]);
    out->format[i] = v[i].kind == DB_BLOB;
    buf_byte(b, 0);
  }
  if (b->full) {
    db_failed(k->c, k->st->sql, false, "the values are too large");
    return DB_FAILED;
  }
  for (size_t i = 0; i < n; i++) out->p[i] = v[i].kind == DB_NULL ? NULL : b->p + at[i];
  return DB_OK;
}

static enum db_result postgres_start(struct cursor *k, const struct db_value *v, size_t n,
                                     bool whole) {
  struct connection *c = k->c;
  if (k->st->number == 0) {
    enum db_result again = postgres_prepare(c, k->st);
    if (again != DB_OK) return again;
  }
  struct parameters p;
  enum db_result r = put_all(k, v, n, &p);
  if (r == DB_OK && n > 0) r = plan_as(c, k->st->keeps_plan);
  if (r != DB_OK) return r;
  char name[24];
  snprintf(name, sizeof name, "s%u", k->st->number);
  PGresult *res = PQexecPrepared(c->handle, name, (int)n, p.p, p.length, p.format, 0);
  ExecStatusType s = PQresultStatus(res);
  if (s != PGRES_COMMAND_OK && s != PGRES_TUPLES_OK) {
    r = failure(c, k->st->sql, res, k->st->writes && c->depth == 0);
    PQclear(res);
    return r;
  }
  if (whole) {
    int64_t changed = 0;
    str_to_i64(str_of(PQcmdTuples(res)), &changed);
    c->changes = changed;
    PQclear(res);
  } else {
    k->result = res;
  }
  return DB_OK;
}

static enum db_result postgres_step(struct cursor *k, int at) {
  return at < PQntuples(k->result) ? DB_OK : DB_NONE;
}

static enum db_result postgres_finish(struct cursor *k) {
  PQclear(k->result);
  k->result = NULL;
  return DB_OK;
}

const struct backend postgres_backend = {
    .open = postgres_open_store,
    .close = postgres_close_store,
    .run_text = postgres_run_text,
    .prepare = postgres_prepare,
    .forget = postgres_forget,
    .start = postgres_start,
    .step = postgres_step,
    .finish = postgres_finish,
    .alive = postgres_alive,
};

enum db_value_kind postgres_kind(const struct cursor *k, int row, int column) {
  if (PQgetisnull(k->result, row, column)) return DB_NULL;
  switch (PQftype(k->result, column)) {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8: return DB_INT;
    case OID_REAL:
    case OID_NUMERIC: return DB_REAL;
    case OID_BYTEA: return DB_BLOB;
    default: return DB_TEXT;
  }
}
bool postgres_null(const struct cursor *k, int row, int column) {
  return PQgetisnull(k->result, row, column);
}
int64_t postgres_int(const struct cursor *k, int row, int column) {
  const char *text = PQgetvalue(k->result, row, column);
  if (PQftype(k->result, column) == OID_BOOL) return text[0] == 't';
  int64_t v = 0;
  if (str_to_i64(str_of(text), &v)) return v;
  double d = strtod(text, NULL);
  return d > -9.2e18 && d < 9.2e18 ? (int64_t)d : 0;
}
double postgres_real(const struct cursor *k, int row, int column) {
  return strtod(PQgetvalue(k->result, row, column), NULL);
}
struct str postgres_text(const struct cursor *k, struct arena *a, int row, int column) {
  const char *text = PQgetvalue(k->result, row, column);
  struct str s = {text, (size_t)PQgetlength(k->result, row, column)};
  if (PQftype(k->result, column) == OID_BOOL) return text[0] == 't' ? S("1") : S("0");
  if (PQftype(k->result, column) != OID_BYTEA) return a ? str_copy(a, s) : s;
  if (s.n < 2 || !a) return S("");
  char *bytes = arena_many(a, char, s.n / 2);
  if (!hex_parse(str_slice(s, 2, s.n), bytes, (s.n - 2) / 2)) return S("");
  return (struct str){bytes, (s.n - 2) / 2};
}
const char *postgres_name(const struct cursor *k, int column) { return PQfname(k->result, column); }
int postgres_columns(const struct cursor *k) { return PQnfields(k->result); }
