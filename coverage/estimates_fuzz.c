/* Any bytes as a file of estimates: read into a real database and taken back, or refused with a
 * sentence. Every row is counted once, and a row that is counted as bad has its sentence. */
#include <stdlib.h>
#include "coverage/coverage.h"
#include "db/migrate.h"
#include "db/testing.h"
#include "places/places.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct db *open_once(void) {
  static struct db *db;
  static char folder[64];
  static struct db_where where;
  struct why why;
  if (db) return db;
  test_folder(folder); /* removed at exit */
  where.folder = str_of(folder);
  const struct migrations lists[] = {db_migrations, record_migrations, *places_domain.migrations,
                                     directory_migrations, coverage_migrations};
  if (!db_migrate(&where, lists, countof(lists), NULL, &why) || !(db = db_open(&where, &why)))
    abort();
  struct arena a = arena_open((size_t)16 << 20);
  struct area_new area = {.kind = S("ward"), .code = S("Z1"), .name = S("Castle"),
                          .edition = S("x"), .source = S("x")};
  db_begin(db, STORE_MAIN);
  places_area_put(db, &a, &area, 0);
  if (db_commit(db, STORE_MAIN) != DB_OK) abort();
  arena_close(&a);
  return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct db *db = open_once();
  struct arena a = arena_open((size_t)64 << 20);
  struct csv *c = csv_open_str(&a, (struct str){(const char *)data, size});
  struct import_result r = {0};
  struct why why = {0};
  bool read = csv_headers(c, &why) && coverage_people_import(db, &a, c, true, 0, &r, &why);
  if (!read && !why.text[0]) __builtin_trap();
  if (r.rows != r.bad + r.added + r.changed + r.same) __builtin_trap();
  if (r.bad && !r.faults.n) __builtin_trap();
  if (db_number(db, -1, SQL("select count(*) from population_estimate")) != 0) __builtin_trap();
  csv_close(c);
  arena_close(&a);
  return 0;
}
