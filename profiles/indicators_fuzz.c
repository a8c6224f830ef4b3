/* Any bytes as a file of figures, of definitions and of links: read into a real database, or
 * refused with a sentence; nothing is half-written. */
#include <stdlib.h>
#include "db/migrate.h"
#include "db/testing.h"
#include "profiles/inside.h"
#include "record/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct db *open_once(void) {
  static struct db *db;
  static char folder[64];
  static struct db_where where;
  struct why why;
  struct progress quiet = {0};
  if (db) return db;
  test_folder(folder); /* removed at exit */
  where.folder = str_of(folder);
  const struct migrations lists[] = {db_migrations, record_migrations, *places_domain.migrations,
                                     *profiles_domain.migrations};
  if (!db_migrate(&where, lists, countof(lists), NULL, &why) || !(db = db_open(&where, &why)))
    abort();
  struct arena a = arena_open((size_t)16 << 20);
  if (!profiles_init(db, &a, 0, &quiet, &why)) abort();
  arena_close(&a);
  return db;
}

static int64_t count_of(struct db *db) {
  return db_number(db, -1, SQL("select count(*) from indicator_value")) +
         db_number(db, -1, SQL("select count(*) from indicator_series"));
}

static void figures(struct db *db, struct arena *a, struct str text) {
  struct csv *c = csv_open_str(a, text);
  struct indicator_file said = {.edition = S("x"),
                                .source = S("x"),
                                .licence = S("x"),
                                .dated_on = DAY_NONE,
                                .dry_run = true};
  struct indicators_read r = {0};
  struct why why = {0};
  struct progress quiet = {0};
  bool read = csv_headers(c, &why) && profiles_import(db, a, c, &said, 0, &quiet, &r, &why);
  if (!read && !why.text[0]) __builtin_trap();
  if (r.bad && !r.faults.n) __builtin_trap();
  if (count_of(db) != 0) __builtin_trap();
  csv_close(c);
}

static void others(struct db *db, struct arena *a, struct str text) {
  struct csv *c = csv_open_str(a, text);
  struct why why = {0};
  int64_t n = 0, before = db_number(db, -1, SQL("select count(*) from indicator"));
  bool read = csv_headers(c, &why) && profiles_define(db, a, c, false, &n, &why);
  int64_t after = db_number(db, -1, SQL("select count(*) from indicator"));
  if (!read && (!why.text[0] || after != before)) __builtin_trap();
  csv_close(c);
  db_run(db, SQL("delete from indicator where built_in = 0"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct db *db = open_once();
  struct arena a = arena_open((size_t)64 << 20);
  struct str text = {(const char *)data, size};
  figures(db, &a, text);
  others(db, &a, text);
  arena_close(&a);
  return 0;
}
