/* testing: a fresh database for each test, on every database there is.
 *
 *   static void saves_a_service(struct db_test *t) { ... t->db, t->arena ... }
 *   int main(void) {
 *     static const struct db_test_case cases[] = {DB_TEST(saves_a_service), ...};
 *     const struct migrations lists[] = {db_migrations, directory_migrations};
 *     return db_test_run("directory", cases, countof(cases), lists, countof(lists));
 *   }
 * Each case runs on SQLite, and again on PostgreSQL when WAYMARK_TEST_PG holds the URL of a server
 * where this user may create databases (db/pg_test.sh starts one). A test starts from a copy of a
 * migrated template: a file copy on SQLite, CREATE DATABASE ... TEMPLATE on PostgreSQL. Only tests
 * link this. */
#ifndef WAYMARK_DB_TESTING_H
#define WAYMARK_DB_TESTING_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "db/db.h"

struct db_test {
  struct db *db;
  struct arena *arena;       /* emptied after the test */
  struct db_where where;     /* to open it again, here or in a child process */
  enum db_kind kind;
  const struct migrations *lists;
  size_t n_lists;
  struct arena arena_space;
  char folder[64],
      name[80]; /* the data folder (both kinds); PostgreSQL: the databases' common name */
};
struct db_test_case { const char *name; void (*run)(struct db_test *t); };
#define DB_TEST(function) {#function, function}
/* Runs every case on every database with cmocka; returns the number of failures. */
int db_test_run(const char *group, const struct db_test_case *cases, size_t n,
                const struct migrations *lists, size_t n_lists);
/* The same, of those alone whose names begin with the program's argument, if it has one; none is
 * DB_TEST_NONE, which meson takes for a fault even of a test that must fail. */
enum { DB_TEST_NONE = 99 };
int db_test_main(int argc, char **argv, const char *group, const struct db_test_case *cases,
                 size_t n, const struct migrations *lists, size_t n_lists);

/* While on, everything written to MAIN, WORK and KEYS through this handle is seen as written and
 * taken back when it is switched off: for trying what changes things, again and again, on one
 * world. Begin, commit and rollback work inside as always. */
void db_trial(struct db *db, bool on);

bool db_test_has(enum db_kind kind);
/* One by hand. Fails the running test with a sentence when it cannot be made. Zero lists: nothing
 * migrated, only the place to migrate into, and t->db is NULL. */
void db_test_open(struct db_test *t, enum db_kind kind, const struct migrations *lists,
                  size_t n_lists);
void db_test_close(struct db_test *t);  /* removes it all */
/* Another handle on the same data, as another process has. The caller closes it. */
struct db *db_test_again(const struct db_test *t);
/* A temporary folder, removed at exit with all it holds; out has room for 64. */
void test_folder(char out[64]);
void test_folder_remove(const char *path);
#endif
