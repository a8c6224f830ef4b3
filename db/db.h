/* db: one interface to SQLite and PostgreSQL.
 *
 * A `struct db` is one process's way to the four stores: MAIN (the domain), AUDIT, WORK (sessions,
 * drafts, limits, progress, counters) and KEYS (wrapped keys; never in the main backup). On SQLite
 * each is a file in the data folder, on PostgreSQL MAIN, AUDIT and WORK are schemas and KEYS a
 * database of its own. A statement knows its store, so callers never choose a connection. Opened
 * after the fork, never shared between processes or threads.
 *
 * Statements are literals: SQL("select name from service where id = ?1"). Each is registered in a
 * linker section, and the check prepares every one of them on freshly migrated SQLite and
 * PostgreSQL. Write the common dialect:
 *   - placeholders ?1 ?2 ...; `returning id`; `on conflict (...) do update`; `limit ?3`; no
 * functions but coalesce, count, sum, min, max, length, substr, lower, abs, exists, row_number()
 * over; no LIKE (use ranges over folded words);
 *   - a list of values: `id in INTS(?1)` with db_in, `code in TEXTS(?1)` with db_in_text (rewritten
 * for each database);
 *   - a statement only one database can take begins with the comment "/" "* sqlite *" "/" or "/" "*
 * postgres *" "/" and is prepared on that one only; whoever writes one writes its twin beside it;
 *   - booleans are integers 0/1; days are ISO text "2026-11-21"; instants ISO text with Z; money is
 * pence; uuids are 36-character text. Text sorts bytewise on both.
 *
 * Errors are sticky: a failed statement inside a transaction makes the rest no-ops and db_commit
 * returns the failure, so a sequence of writes is checked once, at its end. Outside a transaction
 * each db_run is its own transaction. */
#ifndef WAYMARK_DB_H
#define WAYMARK_DB_H
#include "base/base.h"

enum store { STORE_MAIN, STORE_AUDIT, STORE_WORK, STORE_KEYS, STORE_COUNT };
enum db_kind { DB_SQLITE, DB_POSTGRES };

/* What happened. Callers that only care about success compare with DB_OK. */
enum db_result {
  DB_OK,
  DB_NONE,     /* db_one found no row */
  DB_CONFLICT, /* a unique key or a foreign key refused it: someone else was first, or it does not
                  exist */
  DB_RETRY,    /* busy or serialisation: the same work again may succeed (db_atomically does it) */
  DB_REFUSED,  /* a write on a read-only connection */
  DB_FAILED    /* anything else; logged without values */
};

struct sql {
  const char *text, *file;
  int line;
  enum store store;
};
/* gcc leaves globals in a named section alone; clang's sanitizer pads them unless told not to. */
#ifdef __clang__
#define DB_REGISTERED(section_name) section(section_name), used, no_sanitize("address")
#else
#define DB_REGISTERED(section_name) section(section_name), used
#endif
#define SQL_IN(which, literal)                                                                     \
  ({                                                                                               \
    static const struct sql sql_here = {"" literal, __FILE__, __LINE__, which};                    \
    static const struct sql *const sql_entry __attribute__((DB_REGISTERED("waymark_sql"))) =       \
        &sql_here;                                                                                 \
    const struct sql *sql_made = sql_entry; /* clang 14 folds a list of bare entries to zeros */   \
    sql_made;                                                                                      \
  })
#define SQL(literal) SQL_IN(STORE_MAIN, literal)
#define SQL_AUDIT(literal) SQL_IN(STORE_AUDIT, literal)
#define SQL_WORK(literal) SQL_IN(STORE_WORK, literal)
#define SQL_KEYS(literal) SQL_IN(STORE_KEYS, literal)

enum db_value_kind { DB_NULL, DB_INT, DB_REAL, DB_TEXT, DB_BLOB };
struct db_value {
  enum db_value_kind kind;
  union { int64_t i; double r; struct str s; };
};
struct db_value db_null(void);
struct db_value db_int(int64_t v);
struct db_value db_real(double v);
struct db_value db_text(struct str v);             /* "" is "", not null; see db_text_or_null */
struct db_value db_text_or_null(struct str v);     /* "" becomes null */
struct db_value db_blob(struct str v);
struct db_value db_day(struct arena *a, day_t d);  /* DAY_NONE becomes null */
struct db_value db_instant(struct arena *a, instant_t t);
struct db_value db_uuid(struct arena *a, struct uuid u); /* all zero becomes null */
/* The one argument of INTS(?1) and TEXTS(?1): any number of values, none included. */
struct db_value db_in(struct arena *a, const int64_t *v, size_t n);
struct db_value db_in_text(struct arena *a, struct strs v);
/* V(x) for the everyday kinds: integers, bool, double, struct str, and struct db_value itself. */
#define V(x)                                                                                       \
  _Generic((x), struct str                                                                         \
           : db_text, double                                                                       \
           : db_real, struct db_value                                                              \
           : db_same, default                                                                      \
           : db_int)(x)
struct db_value db_same(struct db_value v);
#define DB_ARGS(...)                                                                               \
  ((const struct db_value[]){{0}, ##__VA_ARGS__}) + 1,                                             \
      sizeof((const struct db_value[]){{0}, ##__VA_ARGS__}) / sizeof(struct db_value) - 1

struct db;  /* see db_open */

/* Where the data is. url "" = SQLite in `folder`; otherwise postgresql://... (keys_url: its keys
 * database). */
struct db_where { struct str folder, url, keys_url; };
struct db *db_open(const struct db_where *where,
                   struct why *why); /* NULL with a sentence; checks the schema version */
void db_close(struct db *db);
enum db_kind db_kind(const struct db *db);
/* While true, MAIN refuses every write with DB_REFUSED (READ and ASK routes). WORK and AUDIT stay
 * writable. */
void db_read_only(struct db *db, bool on);
/* A worker says so while it answers a person: bulk writers on this machine stand back meanwhile (3
 * s at most). */
void db_person_waits(struct db *db, bool on);
/* Statements asked through this handle so far, of all stores: what a page costs in ways there and
 * back. */
uint64_t db_asked(const struct db *db);
/* SQLite: steps its machine took for them, which no other process's work changes; PostgreSQL: 0. */
uint64_t db_steps(const struct db *db);
/* What was read may be remembered while this number stays the same: each request has its own, and
 * so has what follows a write or a transaction's begin in it. 0, outside of requests: remember
 * nothing. */
uint64_t db_turn(const struct db *db);
void db_turns(struct db *db, bool on); /* a request begins; it ends */
/* How often a transaction of MAIN was taken back so far: what was written since it last grew is
 * kept once no transaction is open. */
uint64_t db_undone(const struct db *db);
/* True when something failed since this was last asked because the database could not be reached
 * (PostgreSQL stopped, restarts, or moves); the next statement finds its way by itself once it is
 * there again. A write that failed so may have been kept. Asking clears it. */
bool db_was_lost(struct db *db);
/* SQLite: carries what stands in the journals into the stores, as far as nobody is reading it, so
 * that no person's request has to; PostgreSQL does so by itself. */
void db_carry_over(struct db *db);
/* The sentence for the last failure on this handle (no values), for logs and `doctor`. */
struct str db_error(const struct db *db);

/* Writes. */
enum db_result db_run_(struct db *db, const struct sql *sql, const struct db_value *v, size_t n);
#define db_run(db, sql, ...) db_run_((db), (sql), DB_ARGS(__VA_ARGS__))
int64_t db_changes(const struct db *db);           /* rows the last db_run changed */
/* `insert ... returning id`: the new id, or 0 when it failed. */
int64_t db_insert_(struct db *db, const struct sql *sql, const struct db_value *v, size_t n);
#define db_insert(db, sql, ...) db_insert_((db), (sql), DB_ARGS(__VA_ARGS__))

/* Reads. Text and blobs live in the arena given, so rows may be kept.
 *   struct rows r = db_rows(db, arena, SQL("select id, name from service where org_id = ?1"),
 * V(org)); while (db_next(&r)) { int64_t id = row_int(&r, 0); struct str name = row_text(&r, 1); }
 *   if (r.result != DB_OK) ...                                   db_next closes at the end; db_done
 * closes early. */
struct rows {
  struct db *db;
  struct arena *arena;
  void *statement;
  enum db_result result;
  int columns;
  int at; /* row number, for PostgreSQL */
};
struct rows db_rows_(struct db *db, struct arena *a, const struct sql *sql,
                     const struct db_value *v, size_t n);
#define db_rows(db, arena, sql, ...) db_rows_((db), (arena), (sql), DB_ARGS(__VA_ARGS__))
bool db_next(struct rows *r);
void db_done(struct rows *r);
/* One row: true and the cursor stands on it (call db_done), false and r->result says DB_NONE or the
 * failure. */
bool db_one_(struct rows *r, struct db *db, struct arena *a, const struct sql *sql,
             const struct db_value *v, size_t n);
#define db_one(r, db, arena, sql, ...) db_one_((r), (db), (arena), (sql), DB_ARGS(__VA_ARGS__))
/* One number, or `otherwise` when there is no row or it is null. */
int64_t db_number_(struct db *db, int64_t otherwise, const struct sql *sql,
                   const struct db_value *v, size_t n);
#define db_number(db, otherwise, sql, ...)                                                         \
  db_number_((db), (otherwise), (sql), DB_ARGS(__VA_ARGS__))
int row_column(const struct rows *r, const char *name); /* -1 when absent */
bool row_null(const struct rows *r, int column);
enum db_value_kind row_kind(const struct rows *r, int column);
int64_t row_int(const struct rows *r, int column);      /* null = 0 */
double row_real(const struct rows *r, int column);
struct str row_text(struct rows *r, int column);        /* null = "" ; blobs too */
struct str row_raw(struct rows *r, int column);         /* as it is stored (db/veil.h) */
day_t row_day(struct rows *r, int column);              /* null = DAY_NONE */
instant_t row_instant(struct rows *r, int column);
struct uuid row_uuid(struct rows *r, int column);

/* Transactions, per store. A begin inside a begin joins it. On both databases a transaction sees
 * and leaves MAIN, AUDIT and KEYS as if it had run alone (PostgreSQL: serializable, so a commit may
 * say DB_RETRY: prefer db_atomically); WORK on PostgreSQL is read committed. A store not used is
 * not opened. db_atomically runs fn up to 5 times while it returns DB_RETRY, with a growing pause;
 * fn must be repeatable. fn returning anything but DB_OK rolls back. */
void db_begin(struct db *db, enum store store);
enum db_result db_commit(struct db *db, enum store store);
void db_rollback(struct db *db, enum store store);
bool db_in_transaction(const struct db *db, enum store store);
/* After control jumped out of the middle of work (an arena ran out): closes every cursor and rolls
 * everything back. */
void db_abandon(struct db *db);
typedef enum db_result db_work(struct db *db, void *with);
enum db_result db_atomically(struct db *db, enum store store, db_work *fn, void *with);

/* LIST: a query with optional filters and one of several sorts, all literal. `?` in a fragment is
 * that fragment's own argument. A scope is the first fragment and cannot be left out. Every
 * combination is prepared by the check. LIST(offers, STORE_MAIN, "select s.id, s.name from service
 * s", SCOPE("join service_live l on l.service_id = s.id"), FILTERS("s.category = ?", "s.ends < ?"),
 * SORTS("s.name, s.id", "s.ends, s.id")); then list_rows(db, arena, &offers, &(struct list_ask){
 * .filter = {[1] = {.on = true, .v = V(day)}}, .sort = 1, .after = key, .limit = 50 }).  The
 * details are in db/list.h. */

/* Migrations: every domain's NNNN_name.sql, embedded; numbers are unique in the whole program. A
 * file is the common dialect plus five words replaced per database: KEY (i64 primary key), TEXT
 * (bytewise text), INT (i64), REAL, BLOB; and optional blocks "-- @sqlite" / "-- @postgres" / "--
 * @both". "-- @store work" on the first line moves it to another store. */
struct migration { int number; const char *name; struct str sql; };
struct migrations { const struct migration *p; size_t n; };
extern const struct migrations db_migrations;  /* db's own steps; every program lists them first */
/* Under a lock, after a copy on SQLite; each step is all or nothing. Reports each step through
 * progress. */
bool db_migrate(const struct db_where *where, const struct migrations *lists, size_t n_lists,
                struct progress *p, struct why *why);
#endif
