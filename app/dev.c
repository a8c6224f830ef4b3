/* dev: help for those who change the program. `waymark dev migration NAME` makes a fresh database
 * from the migrations built in, compares it with the record definitions built in, and prints the
 * statements that bring one to the other. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "app/commands.h"
#include "base/args.h"
#include "db/here.h"
#include "record/record.h"

enum { DEV_ARENA_BYTES = 64 << 20, SQL_BYTES_MAX = 1 << 20 };

static int say(const struct why *why, int status) {
  fprintf(stderr, "waymark: %s\n", why->text);
  return status;
}

/* A new SQLite data folder in the system's temporary place; its files are removed at the end. */
static bool fresh_database(char folder[64], struct why *why) {
  memcpy(folder, "/tmp/waymark-dev-XXXXXX", 24);
  if (!mkdtemp(folder)) return why_say(why, "A temporary folder could not be made: %m.");
  db_here_set(&(struct db_where){.folder = str_of(folder)});
  return installation_migrate(NULL, why);
}

static void remove_database(const char *folder) {
  static const char *const files[] = {"waymark.db", "audit.db",     "work.db",
                                      "keys.db",    "migrate.lock", "waiting"};
  static const char *const endings[] = {"", "-wal", "-shm"};
  for (size_t i = 0; i < countof(files); i++)
    for (size_t k = 0; k < countof(endings); k++) {
      char path[128];
      snprintf(path, sizeof path, "%s/%s%s", folder, files[i], endings[k]);
      unlink(path);
    }
  rmdir(folder);
}

static int migration(void) {
  struct arena a = arena_open(DEV_ARENA_BYTES);
  struct buf sql = buf_open(SQL_BYTES_MAX);
  struct why why;
  char folder[64];
  struct record_types types = record_types();
  struct db *db = fresh_database(folder, &why) ? db_open_here(&why) : NULL;
  bool ok = db && record_migration(db, &a, types.p, types.n, &sql, &why);
  if (db) db_close(db);
  remove_database(folder);
  if (ok && sql.n == 0)
    fprintf(stderr, "Nothing differs: no migration is needed.\n");
  else if (ok)
    fwrite(sql.p, 1, sql.n, stdout);
  buf_free(&sql);
  arena_close(&a);
  return ok ? 0 : say(&why, 1);
}

int command_dev(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct str what = {0};
  struct why why;
  if (!args_word(&args, &what) || !str_eq(what, S("migration")) || !args_done(&args, &why)) {
    fprintf(stderr, "waymark: usage: waymark dev migration > FOLDER/NNNN_name.sql\n");
    return 2;
  }
  return migration();
}
