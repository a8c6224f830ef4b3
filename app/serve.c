/* serve: the settings handed to web, and how pages of the whole site look. */
#include <stdio.h>
#include "accounts/accounts.h"
#include "app/commands.h"
#include "app/maintain.h"
#include "app/site.h"
#include "app/ways_out.h"
#include "base/args.h"
#include "db/here.h"
#include "db/migrate.h"
#include "directory/directory.h"
#include "finding/finding.h"
#include "journeys/journeys.h"
#include "web/serve.h"

static void started(const char *url, void *with) {
  (void)with;
  struct installation *here = installation();
  printf("Waymark is at %s  (Ctrl-C stops it)\n", url);
  if (here->config.demo)
    printf(
        "This is the demo place: everyone in it is invented. Open %s/sign-in and press a name to "
        "sign in as a\n"
        "key worker, team lead, commissioner, directory editor or any other persona.\n",
        url);
  fflush(stdout);
}

enum { PICTURE_PATIENCE_MS = 800 }; /* of a public page, while `soon` makes the new picture */

/* One picture of the directory for all processes of this server. */
static void share_picture(void) {
  const struct db_where *where = db_here();
  finding_begin();
  journeys_use(where->folder);
  offers_share(&(struct offers_share){where->folder, where->url, PICTURE_PATIENCE_MS});
}

/* In each process that opens the database. */
static bool begin(struct db *db, struct why *why) {
  (void)db, (void)why;
  site_bind_words();
  share_picture();
  return true;
}

static struct serve_config serve_config(void) {
  struct installation *here = installation();
  const struct config *c = &here->config;
  struct arena *a = &here->arena;
  const char **folders = arena_many(a, const char *, 2); /* ends with NULL */
  if (c->backup_folder.n) folders[0] = str_c(a, c->backup_folder);
  return (struct serve_config){
      .where = *db_here(),
      .listen = str_c(a, c->listen),
      .lan = c->lan,
      .behind_tls = c->behind_tls,
      .trusted_proxy = str_c(a, c->trusted_proxy),
      .base_url = str_c(a, c->base_url),
      .workers = (int)c->workers,
      .upload_bytes_max = (size_t)c->upload_mb << 20,
      .master_key = here->key_path,
      .folders = folders,
      .out_allow = str_c(a, c->out_allow),
      .sessions = &accounts_session_hooks,
      .look = &site_look,
      .files = site_file,
      .begin = begin,
      .started = started,
  };
}

/* Before anything is served: what else may be written is there, and the coming night has its work.
 */
static bool prepare(struct why *why) {
  struct installation *here = installation();
  struct arena scratch = here->arena;
  const struct config *c = &here->config;
  if (c->backup_folder.n && !folder_make(str_c(&scratch, c->backup_folder), why))
    return why_at(why, "backup_folder");
  struct db *db = db_open_here(why);
  if (!db) return false;
  enum db_result planned = maintain_plan(db, &scratch, clock_now());
  db_close(db);
  return planned == DB_OK || why_say(why, "The night's work could not be planned.");
}

int command_serve(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct installation *here = installation();
  struct progress progress = progress_terminal();
  struct why why;
  struct str listen;
  if (args_value(&args, "--listen", &listen)) here->config.listen = listen;
  if (!args_done(&args, &why)) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 2;
  }
  if (!file_exists(here->conf_path)) {
    fprintf(stderr,
            "waymark: there is no installation in %.*s yet. Make one: waymark init --data %.*s\n",
            P(here->folder), P(here->folder));
    return 1;
  }
  if (!installation_unlock(&why) || !installation_migrate(&progress, &why) || !prepare(&why) ||
      !ways_out_set(&why)) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 1;
  }
  site_set();
  share_picture();
  finding_warm(clock_now());
  struct serve_config config = serve_config();
  return web_serve(&config, waymark_domains, waymark_domains_n);
}
