/* installation: which folder, which settings, which key. */
#include <stdio.h>
#include <unistd.h>
#include "db/here.h"
#include "db/seal.h"
#include "app/commands.h"
#include "base/args.h"

static struct installation here;

struct installation *installation(void) {
  return &here;
}

/* Removes `name VALUE` or `name=VALUE` from the words; the last one given wins. */
static struct str take_option(int *argc, char **argv, const char *name) {
  struct str value = {0};
  size_t n = strlen(name);
  int kept = 1;
  for (int i = 1; i < *argc; i++) {
    if (strcmp(argv[i], name) == 0 && i + 1 < *argc)
      value = str_of(argv[++i]);
    else if (strncmp(argv[i], name, n) == 0 && argv[i][n] == '=')
      value = str_of(argv[i] + n + 1);
    else
      argv[kept++] = argv[i];
  }
  argv[kept] = NULL;
  *argc = kept;
  return value;
}

static struct str or_else(struct str s, struct str otherwise) { return s.n ? s : otherwise; }

bool installation_find(int *argc, char **argv, struct why *why) {
  here.arena = arena_open((size_t)16 << 20);
  here_now_set(clock_now());
  struct arena *a = &here.arena;
  struct str folder = take_option(argc, argv, "--data");
  struct str url = take_option(argc, argv, "--db"), keys_url = take_option(argc, argv, "--keys-db");
  folder = or_else(folder, or_else(str_of(getenv("WAYMARK_DATA")), S("data")));
  while (folder.n > 1 && folder.p[folder.n - 1] == '/') folder.n--;
  here.folder = str_of(str_c(a, folder));
  here.conf_path = str_c(a, str_format(a, "%.*s/waymark.conf", P(folder)));
  if (!settings_read(a, here.conf_path, &here.config, why)) return false;
  here.key_path = here.config.master_key.n ? str_c(a, here.config.master_key)
                                           : str_c(a, str_format(a, "%.*s.key", P(folder)));
  here.config.database = or_else(url, here.config.database);
  here.config.keys_database = or_else(keys_url, here.config.keys_database);
  db_here_set(&(struct db_where){here.folder, here.config.database, here.config.keys_database});
  return true;
}

bool command_unlock(const struct command *command, struct why *why) {
  return !command->sealed || installation_unlock(why);
}

bool installation_unlock(struct why *why) {
  if (!file_exists(here.key_path))
    return why_say(why,
                   "The master key %s is not there. Put it back from the recovery sheet "
                   "(waymark key restore), or check master_key in %s.",
                   here.key_path, here.conf_path);
  return seal_master_read(here.key_path, why);
}
