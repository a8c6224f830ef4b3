/* Fuzz: any body at POST /api/find: an answer as JSON, or one sentence as JSON; never a page, never
 * a 500. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include "db/migrate.h"
#include "db/testing.h"
#include "finding/inside.h"
#include "web/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern const struct migrations web_migrations, places_migrations, finding_migrations;

static struct db *open_once(void) {
  static struct db *db;
  static char folder[64];
  static struct db_where where;
  struct why why;
  if (db) return db;
  test_folder(folder); /* removed at exit */
  where.folder = str_of(folder);
  const struct migrations lists[] = {db_migrations,        audit_migrations,  web_migrations,
                                     record_migrations,    places_migrations, directory_migrations,
                                     finding_migrations};
  struct arena a = arena_open((size_t)256 << 20);
  if (!db_migrate(&where, lists, countof(lists), NULL, &why) || !(db = db_open(&where, &why)) ||
      directory_seed(db, &a, 0, &why) != DB_OK)
    abort();
  arena_close(&a);
  return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct domain *domains[] = {&finding_domain, &directory_domain, &places_domain};
  static struct client c;
  static bool open;
  struct why why = {{0}};
  if (size > 100000) return 0;
  if (!open) c = client_open(open_once(), domains, countof(domains), NULL);
  open = true;
  ask_of(&c, METHOD_POST, "/api/find", S("application/json"),
         (struct str){(const char *)data, size});
  bool right = c.status == 200 || (c.status >= 400 && c.status < 500);
  json_t *back = json_read(c.text, 64 << 20, &why);
  if (!right || !json_is_object(back)) {
    fprintf(stderr, "status %d: %.*s\n", c.status, P(c.text));
    abort();
  }
  json_decref(back);
  return 0;
}
