/* init and migrate: making an installation, and bringing an old one up to this program. */
#include <stdio.h>
#include <unistd.h>
#include "app/commands.h"
#include "base/args.h"
#include "db/here.h"
#include "db/seal.h"
#include "people/people.h"

enum { INIT_ARENA_BYTES = 1 << 30, DEMO_SEED = 1 };

/* Every step of every domain, for db_migrate and for db_open's check. */
static size_t migration_lists(struct migrations *lists, size_t room) {
  size_t n = 0;
  for (size_t i = 0; i < waymark_domains_n && n < room; i++)
    if (waymark_domains[i]->migrations) lists[n++] = *waymark_domains[i]->migrations;
  return n;
}

bool installation_migrate(struct progress *p, struct why *why) {
  struct migrations lists[64];
  size_t n = migration_lists(lists, countof(lists));
  return db_migrate(db_here(), lists, n, p, why);
}

/* Loads what every installation has: code lists, packs. Repeatable, so an upgrade brings new ones.
 */
static bool load_packs(struct db *db, struct arena *a, struct progress *p, struct why *why) {
  for (size_t i = 0; i < waymark_domains_n; i++) {
    struct arena scratch = *a;
    if (waymark_domains[i]->init && !waymark_domains[i]->init(db, &scratch, clock_now(), p, why))
      return false;
  }
  return true;
}

static bool load_demo(struct db *db, struct arena *a, uint64_t seed, struct progress *p,
                      struct why *why) {
  people_demo_size(PEOPLE_DEMO_WHOLE);
  for (size_t i = 0; i < waymark_domains_n; i++) {
    struct arena scratch = *a;
    if (!waymark_domains[i]->demo) continue;
    db_begin(db, STORE_KEYS); /* thousands of people's keys, one flush */
    if (!waymark_domains[i]->demo(db, &scratch, seed, clock_now(), p, why)) {
      db_rollback(db, STORE_KEYS);
      return false;
    }
    if (db_commit(db, STORE_KEYS) != DB_OK)
      return why_say(why, "The keys of the demo's people could not be saved.");
  }
  return true;
}

static bool write_settings(bool demo, struct why *why) {
  struct installation *here = installation();
  if (file_exists(here->conf_path)) return true;
  struct buf b = buf_open(1 << 16);
  buf_put(&b, S("# Settings of this installation: `waymark help settings` says what each does.\n"));
  if (demo)
    buf_put(&b, S("demo = yes\nsite_name = Seaborough Waymark\nplace = Seaborough City Region (an "
                  "invented place)\n"));
  if (here->config.database.n) buf_format(&b, "database = %.*s\n", P(here->config.database));
  if (here->config.keys_database.n)
    buf_format(&b, "keys_database = %.*s\n", P(here->config.keys_database));
  bool ok = file_write(here->conf_path, buf_str(&b), why);
  buf_free(&b);
  return ok && settings_read(&here->arena, here->conf_path, &here->config, why);
}

static void recovery_sheet(void) {
  struct installation *here = installation();
  struct str words = seal_master_words(&here->arena);
  printf("\nRECOVERY SHEET. Print or copy this, and keep it away from this computer.\n"
         "Without it, nobody can read the sealed parts of a backup.\n\n  %.*s\n\n"
         "The key is also in %s. Check a backup with it: waymark rehearse BACKUP\n\n",
         P(words), here->key_path);
}

static bool make_key(bool demo, struct why *why) {
  struct installation *here = installation();
  if (file_exists(here->key_path)) return seal_master_read(here->key_path, why);
  if (!seal_master_make(here->key_path, why) || !seal_master_read(here->key_path, why))
    return false;
  if (!demo) recovery_sheet();
  return true;
}

static bool fill(bool demo, uint64_t seed, struct progress *p, struct why *why) {
  struct arena a = arena_open(INIT_ARENA_BYTES);
  struct db *db = db_open_here(why);
  bool ok = db && load_packs(db, &a, p, why) && (!demo || load_demo(db, &a, seed, p, why));
  if (db) db_close(db);
  arena_close(&a);
  return ok;
}

static int failed(const struct why *why) {
  fprintf(stderr, "waymark: %s\n", why->text);
  return 1;
}

int command_init(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct installation *here = installation();
  struct progress progress = progress_terminal();
  struct why why;
  struct str seed_text;
  int64_t seed = DEMO_SEED;
  bool demo = args_flag(&args, "--demo");
  if (args_value(&args, "--seed", &seed_text) && !str_to_i64(seed_text, &seed)) {
    fprintf(stderr, "waymark: --seed wants a whole number.\n");
    return 2;
  }
  if (!args_done(&args, &why)) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 2;
  }
  if (file_exists(here->conf_path)) {
    fprintf(stderr,
            "waymark: %.*s is already an installation. Serve it, or choose another folder.\n",
            P(here->folder));
    return 1;
  }
  if (!folder_make(here->folder.p, &why) || !make_key(demo, &why) ||
      !installation_migrate(&progress, &why) || !fill(demo, (uint64_t)seed, &progress, &why) ||
      !write_settings(demo, &why))
    return failed(&why);
  printf("%.*s is ready. Next: waymark serve --data %.*s\n", P(here->folder), P(here->folder));
  return 0;
}

int command_migrate(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct progress progress = progress_terminal();
  struct why why;
  if (!args_done(&args, &why)) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 2;
  }
  if (!installation_unlock(&why) || !installation_migrate(&progress, &why) ||
      !fill(false, 0, &progress, &why))
    return failed(&why);
  printf("The database is at this program's version.\n");
  return 0;
}
