/* inside: what db.c, sqlite.c and postgres.c share. Nobody outside db/ includes it.
 *
 * A connection is one store's way in; it is opened at its first use. A statement is prepared once a
 * connection and kept, the least recently used going first when there are too many. A cursor is one
 * running statement; db.c keeps the list so that db_abandon can close them all. */
#ifndef WAYMARK_DB_INSIDE_H
#define WAYMARK_DB_INSIDE_H
#include <stdio.h>
#include "db/db.h"

enum {
  STATEMENTS_MAX = 512,      /* prepared and kept per connection */
  STATEMENT_BUCKETS = 256,
  BUSY_MS_MAX = 2000,        /* how long a statement waits for another writer before DB_RETRY */
  RETRIES_MAX = 5,
  LOST_US_MAX = 1000000,     /* after a lost connection: no statement waits for it again so soon */
  ERROR_BYTES_MAX = 300
};

struct connection;
struct statement {
  const struct sql *sql;
  void *native;              /* sqlite3_stmt *; unused on PostgreSQL */
  unsigned number;           /* PostgreSQL: its name is "s<number>" */
  int parameters;
  bool busy, temporary, writes;
  bool keeps_plan;           /* PostgreSQL: sql_keeps_plan */
  uint64_t used;
  struct statement *next;
};
struct cursor {
  struct connection *c;
  struct statement *st;
  void *result;              /* PGresult * */
  struct cursor *next, *before;
};
struct backend {
  bool (*open)(struct connection *c, bool create, struct why *why);
  void (*close)(struct connection *c);
  enum db_result (*run_text)(struct connection *c, const char *text);  /* no values, no rows */
  enum db_result (*prepare)(struct connection *c, struct statement *st);
  void (*forget)(struct connection *c, struct statement *st);
  /* Binds and starts. `whole`: runs to the end, rows thrown away, c->changes set. */
  enum db_result (*start)(struct cursor *k, const struct db_value *v, size_t n, bool whole);
  enum db_result (*step)(struct cursor *k, int at);  /* DB_OK = a row, DB_NONE = the end */
  enum db_result (*finish)(struct cursor *k);
  bool (*alive)(struct connection *c);
};
extern const struct backend sqlite_backend, postgres_backend;

struct connection {
  struct db *db;
  const struct backend *backend;
  enum store store;
  void *handle;              /* sqlite3 * or PGconn * */
  bool opened, read_only, read_only_wanted;
  bool trial;                /* testing.h: one transaction around all, never committed */
  enum plans { PLANS_UNKNOWN, PLANS_FRESH, PLANS_KEPT } plans; /* PostgreSQL: how it plans now */
  const char *begin_as; /* PostgreSQL: another isolation for the next begin; NULL = the usual */
  int depth;                 /* begins not yet ended */
  bool began;                /* the database knows of it */
  enum db_result failed;     /* the first failure in this transaction */
  bool lost;                 /* PostgreSQL: the statement now running met a dead connection */
  uint64_t lost_us;          /* when a statement last failed for that reason */
  int64_t changes;
  unsigned waited_us;        /* SQLite: in the wait going on now */
  unsigned next_number;
  uint64_t clock;
  int statements;
  struct statement *bucket[STATEMENT_BUCKETS];
  struct buf scratch;        /* PostgreSQL: parameters as text */
};
struct db {
  enum db_kind kind;
  struct arena keep;         /* the paths and URLs of `where` */
  struct db_where where;
  struct connection c[STORE_COUNT];
  struct cursor *open, *spare;
  struct waiting *waiting;
  struct list_cache *lists;
  bool bulk;                 /* this process stands back: its own waits do not count */
  bool marked, person;       /* shown as waiting; because it answers a person (db_person_waits) */
  int64_t last_changes;
  uint64_t asked;            /* statements started */
  uint64_t turn;             /* db_turn */
  uint64_t steps;            /* db_steps */
  uint64_t undone;           /* db_undone */
  bool lost;                 /* db_was_lost */
  char error[ERROR_BYTES_MAX];
};

void db_trial(struct db *db, bool on); /* for tests: db/testing.h says what it does */
struct db *db_new(const struct db_where *where, struct why *why);  /* connects nothing yet */
struct connection *db_connection(struct db *db, enum store store); /* NULL: db_error says why */
enum db_result db_text_run(struct db *db, enum store store, const char *text);
/* Keeps and, unless `quiet`, logs what went wrong. */
void db_failed(struct connection *c, const struct sql *sql, bool quiet, const char *format, ...)
    PRINTF_LIKE(4, 5);
const char *store_name(enum store store);        /* "main", "audit", "work", "keys" */
const char *store_path(const struct db *db, enum store store, char out[4096]);

/* Rewrites a statement for one database: ?1 -> $1 and INTS(...) TEXTS(...). False: too long. */
bool sql_translate(enum db_kind kind, struct str text, struct buf *out, int *parameters);
/* May PostgreSQL keep a plan for it, whatever its values? Yes when its author says "by key" in a
 * comment (every table is reached by a key), for a plain insert of values, and for one table whose
 * values are all tested with "=". Planning costs more than running such a statement. */
bool sql_keeps_plan(struct str text);
/* True when its opening comment names the other database. */
bool sql_elsewhere(enum db_kind kind, struct str text);

/* UTF-8 without a zero byte: what a text column of either database can hold. */
bool db_text_storable(struct str s);

/* A statement made on the spot is leaving: its prepared form goes too. */
void forget_statement(struct db *db, const struct sql *sql);
bool schema_fits(struct db *db, struct why *why);
/* A whole, consistent copy of one store while others read and write (VACUUM INTO); `path` must not
 * exist. */
bool db_copy_sqlite(struct db *db, enum store store, const char *path);

void list_cache_free(struct list_cache *l);

/* waiting: who waits for the database, seen by every process of this node (a small mapped file). */
struct waiting *
waiting_open(struct str folder); /* NULL when it cannot be had: nobody is seen waiting */
void waiting_close(struct waiting *w);
void waiting_mark(struct waiting *w, bool on);
bool waiting_anyone(const struct waiting *w);
void db_wait_began(struct db *db);
void db_wait_over(struct db *db);

/* Columns, by backend. */
enum db_value_kind sqlite_kind(const struct cursor *k, int column);
enum db_value_kind postgres_kind(const struct cursor *k, int row, int column);
bool sqlite_null(const struct cursor *k, int column);
int64_t sqlite_int(const struct cursor *k, int column);
double sqlite_real(const struct cursor *k, int column);
struct str sqlite_text(const struct cursor *k, int column);   /* borrowed until the next step */
const char *sqlite_name(const struct cursor *k, int column);
int sqlite_columns(const struct cursor *k);
bool postgres_null(const struct cursor *k, int row, int column);
int64_t postgres_int(const struct cursor *k, int row, int column);
double postgres_real(const struct cursor *k, int row, int column);
struct str postgres_text(const struct cursor *k, struct arena *a, int row, int column);
const char *postgres_name(const struct cursor *k, int column);
int postgres_columns(const struct cursor *k);
#endif
