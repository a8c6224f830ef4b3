/* backup_command.c: waymark backup, restore, rehearse, migrate. */
#include <stdio.h>
#include "base/args.h"
#include "db/backup.h"
#include "db/here.h"

enum { ARENA_BYTES = 256 << 20, PASSPHRASE_MAX = 1024, PASSPHRASE_LEAST = 12 };

static struct backup_hooks hooks;
void backup_setup(const struct backup_hooks *h) { hooks = *h; }

static int fail(const char *command, const struct why *why, int status) {
  fprintf(stderr, "waymark %s: %s\n", command, why->text);
  return status;
}

static bool read_passphrase(struct arena *a, struct args *args, struct str *out, struct why *why) {
  struct str path, text;
  if (!args_value(args, "--passphrase-file", &path)) return true;
  if (!file_read(a, str_c(a, path), PASSPHRASE_MAX, &text, why)) return false;
  *out = str_trim(text);
  return out->n >= PASSPHRASE_LEAST ||
         why_say(why, "The passphrase in %.200s is too short. Use at least 12 characters.",
                 str_c(a, path));
}

static bool read_places(struct arena *a, struct args *args, const char *folder, const char *keys,
                        struct backup_places *out, struct why *why) {
  if (!args_value(args, folder, &out->folder)) return why_say(why, "Say where: %s FOLDER", folder);
  args_value(args, keys, &out->keys_folder);
  while (out->folder.n > 1 && str_ends(out->folder, S("/"))) out->folder.n--;
  return read_passphrase(a, args, &out->passphrase, why) && args_done(args, why);
}

int backup_command(int argc, char **argv) {
  struct arena a = arena_open(ARENA_BYTES);
  struct args args = args_of(argc, argv);
  struct backup_places to = {0};
  struct backup_made made;
  struct why why = {0};
  struct progress p = progress_terminal();
  int status = 0;
  if (!read_places(&a, &args, "--to", "--keys-to", &to, &why))
    status = fail("backup", &why, 2);
  else if (!backup_make(db_here(), &to, &hooks, &a, &p, &made, &why))
    status = fail("backup", &why, 1);
  else {
    printf("%.*s: %lld rows in %lld bytes, read back and sound.\n", P(made.folder),
           (long long)made.rows, (long long)made.bytes);
    if (made.keys_folder.n)
      printf("%.*s: the keys. Keep the two apart.\n", P(made.keys_folder));
    else
      printf("Without the keys, what is sealed cannot be opened again. Give a second place with "
             "--keys-to FOLDER.\n");
  }
  arena_close(&a);
  return status;
}

typedef bool from_backup(const struct db_where *where, const struct backup_places *from,
                         const struct backup_hooks *h, struct arena *a, struct progress *p,
                         struct why *why);

static int run_from(int argc, char **argv, const char *name, from_backup *fn, const char *done) {
  struct arena a = arena_open(ARENA_BYTES);
  struct args args = args_of(argc, argv);
  struct backup_places from = {0};
  struct why why = {0};
  struct progress p = progress_terminal();
  int status = 0;
  if (!read_places(&a, &args, "--from", "--keys-from", &from, &why))
    status = fail(name, &why, 2);
  else if (!fn(db_here(), &from, &hooks, &a, &p, &why))
    status = fail(name, &why, 1);
  else
    printf("%s\n", done);
  arena_close(&a);
  return status;
}

int restore_command(int argc, char **argv) {
  return run_from(argc, argv, "restore", backup_restore,
                  "Restored. Look it over with: waymark doctor");
}

int rehearse_command(int argc, char **argv) {
  return run_from(
      argc, argv, "rehearse", backup_rehearse,
      "The backup was restored, checked and a sealed field opened. The live data was not touched.");
}

int migrate_command(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct why why = {0};
  struct progress p = progress_terminal();
  if (!args_done(&args, &why)) return fail("migrate", &why, 2);
  if (!db_migrate(db_here(), hooks.lists, hooks.n_lists, &p, &why)) return fail("migrate", &why, 1);
  printf("The data fits this version of Waymark.\n");
  return 0;
}
