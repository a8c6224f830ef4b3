/* open.c: opening for everyday use. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "db/inside.h"
#include "db/migrate.h"

enum { COPIES_DAYS = 30 };

struct db *db_open(const struct db_where *where, struct why *why) {
  struct db *db = db_new(where, why);
  if (!db) return NULL;
  struct connection *c = &db->c[STORE_MAIN];
  c->opened = c->backend->open(c, false, why);
  if (c->opened && schema_fits(db, why)) {
    db->error[0] = 0;
    return db;
  }
  db_close(db);
  return NULL;
}

void db_copies_forget(struct str folder, instant_t now) {
  char path[4096];
  snprintf(path, sizeof path, "%.*s/before", P(folder));
  DIR *d = opendir(path);
  if (!d) return;
  for (struct dirent *e; (e = readdir(d));) {
    struct stat st;
    if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
      continue;
    instant_t changed = (instant_t)st.st_mtim.tv_sec * 1000000;
    if (now - changed > (instant_t)COPIES_DAYS * 86400 * 1000000) unlinkat(dirfd(d), e->d_name, 0);
  }
  closedir(d);
}
