/* restore.c: from the two folders of a backup to data people can use, and the rehearsal of it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "db/backup_inside.h"
#include "db/seal.h"

static const char *const sqlite_names[STORE_COUNT] = {"waymark.db", "audit.db", "work.db",
                                                      "keys.db"};

/* ---- SQLite ---- */

static bool folder_is_free(struct arena *a, struct str folder, struct why *why) {
  for (int s = 0; s < STORE_COUNT; s++)
    if (file_exists(str_c(a, str_format(a, "%.*s/%s", P(folder), sqlite_names[s]))))
      return why_say(
          why,
          "%.200s holds data already. Restore into an empty folder, or move that data away first.",
          str_c(a, folder));
  return true;
}

/* An installation restored without its keys starts with none: names and codes are there, what was
 * sealed stays shut. */
static bool take_store(const struct db_where *where, const struct backup_places *from,
                       struct arena *a, int s, const struct manifest *main_part,
                       const struct manifest *keys, struct progress *p, struct why *why) {
  char *to = str_c(a, str_format(a, "%.*s/%s", P(where->folder), sqlite_names[s]));
  bool of_keys = s == STORE_KEYS;
  if (of_keys && !from->keys_folder.n) return true;
  struct str folder = of_keys ? from->keys_folder : from->folder;
  return backup_take_file(a, str_c(a, folder), of_keys ? keys : main_part, sqlite_names[s],
                          from->passphrase, to, p, why);
}

static bool unpack_sqlite(const struct db_where *where, const struct backup_places *from,
                          struct arena *a, const struct manifest *m, const struct manifest *keys,
                          struct progress *p, struct why *why) {
  char *folder = str_c(a, where->folder);
  if (!folder_is_free(a, where->folder, why) || !folder_make(folder, why)) return false;
  bool fine = true;
  for (int s = 0; fine && s < STORE_COUNT; s++)
    fine = take_store(where, from, a, s, m, keys, p, why);
  struct db *db = fine ? db_new(where, why) : NULL;
  if (fine && db && !from->keys_folder.n) { /* the store exists, empty */
    struct connection *c = &db->c[STORE_KEYS];
    c->opened = c->backend->open(c, true, why);
    fine = c->opened;
  }
  for (int s = 0; fine && db && s < STORE_COUNT; s++) fine = backup_sound(db, (enum store)s, why);
  if (fine && db)
    fine = backup_same_counts(db, a, m, why) &&
           (!from->keys_folder.n || backup_same_counts(db, a, keys, why));
  fine = fine && db;
  db_close(db);
  for (int s = 0; !fine && s < STORE_COUNT; s++) /* the folder was free: these are ours */
    unlink(str_c(a, str_format(a, "%.*s/%s", P(where->folder), sqlite_names[s])));
  return fine;
}

/* ---- PostgreSQL ---- */

static bool database_is_free(struct db *db, enum store store, struct why *why) {
  struct sql sql = {"/* postgres */ select count(*) from pg_tables where schemaname in ('main', "
                    "'audit', 'work', 'keys')",
                    __FILE__, __LINE__, store};
  int64_t tables = db_number(db, -1, &sql);
  forget_statement(db, &sql);
  if (tables < 0)
    return why_say(why, "The database to restore into cannot be read (%s).", db->error);
  return tables == 0 ||
         why_say(why,
                 "The database to restore into holds Waymark data already. Give an empty one.");
}

static bool unpack_part(struct str url, const char *folder, const struct manifest *m,
                        const char *name, const struct backup_places *from, struct arena *a,
                        struct progress *p, struct why *why) {
  char *plain = str_c(a, str_format(a, "%s/.restoring-%d-%s", folder, (int)getpid(), name));
  bool fine = backup_take_file(a, folder, m, name, from->passphrase, plain, p, why) &&
              backup_pg_restore(url, plain, why);
  unlink(plain);
  return fine;
}

static bool unpack_postgres(const struct db_where *where, const struct backup_places *from,
                            struct arena *a, const struct manifest *m, const struct manifest *keys,
                            struct progress *p, struct why *why) {
  struct db *db = db_new(where, why);
  bool fine = db && database_is_free(db, STORE_MAIN, why) && database_is_free(db, STORE_KEYS, why);
  db_close(db);
  if (!fine ||
      !unpack_part(where->url, str_c(a, from->folder), m, "waymark.pgdump", from, a, p, why))
    return false;
  if (from->keys_folder.n && !unpack_part(where->keys_url, str_c(a, from->keys_folder), keys,
                                          "keys.pgdump", from, a, p, why))
    return false;
  db = db_new(where, why);
  fine = db && backup_same_counts(db, a, m, why) &&
         (!from->keys_folder.n || backup_same_counts(db, a, keys, why));
  db_close(db);
  return fine;
}

/* ---- both ---- */

bool backup_unpack(const struct db_where *where, const struct backup_places *from, struct arena *a,
                   struct manifest *m, struct progress *p, struct why *why) {
  struct manifest keys = {0};
  enum db_kind kind = where->url.n ? DB_POSTGRES : DB_SQLITE;
  if (!manifest_read(a, from->folder, m, why)) return false;
  if (from->keys_folder.n && !manifest_read(a, from->keys_folder, &keys, why)) return false;
  if (m->keys)
    return why_say(why, "%.200s is a backup of the keys. Give it with --keys-from.",
                   str_c(a, from->folder));
  if (from->keys_folder.n && !keys.keys)
    return why_say(why, "%.200s is not a backup of the keys.", str_c(a, from->keys_folder));
  if (m->kind != kind)
    return why_say(why, "This backup is of %s and the data to restore is on %s.",
                   m->kind == DB_SQLITE ? "SQLite" : "PostgreSQL",
                   kind == DB_SQLITE ? "SQLite" : "PostgreSQL");
  return kind == DB_SQLITE ? unpack_sqlite(where, from, a, m, &keys, p, why)
                           : unpack_postgres(where, from, a, m, &keys, p, why);
}

static bool same_audit(struct db *db, const struct manifest *m, const struct backup_hooks *hooks,
                       struct arena *a, struct why *why) {
  struct str head = S("");
  if (!hooks->audit_head) return true;
  if (!hooks->audit_head(db, a, &head, why)) return false;
  return str_eq(head, m->audit_head) ||
         why_say(why, "The audit log does not end where the backup says it did. Use another "
                      "backup, and find out why.");
}

bool backup_restore(const struct db_where *where, const struct backup_places *from,
                    const struct backup_hooks *hooks, struct arena *a, struct progress *p,
                    struct why *why) {
  struct manifest m;
  if (!backup_unpack(where, from, a, &m, p, why)) return false;
  if (!db_migrate(where, hooks->lists, hooks->n_lists, p, why)) return false;
  struct db *db = db_open(where, why);
  if (!db) return false;
  bool fine = same_audit(db, &m, hooks, a, why) &&
              (seal_erase_finish(db, a) == DB_OK ||
               why_say(why, "What had been erased could not be erased again.")) &&
              (!hooks->after_restore || hooks->after_restore(db, a, hooks->clock(), why));
  db_close(db);
  return fine;
}

/* ---- the rehearsal ---- */

static bool try_out(const struct db_where *scratch, const struct manifest *m,
                    const struct backup_places *from, const struct backup_hooks *hooks,
                    struct arena *a, struct progress *p, bool *opened, struct why *why) {
  if (!db_migrate(scratch, hooks->lists, hooks->n_lists, p, why)) return false;
  struct db *db = db_open(scratch, why);
  if (!db) return false;
  bool fine = same_audit(db, m, hooks, a, why);
  if (fine && from->keys_folder.n && hooks->open_sealed)
    fine = *opened = hooks->open_sealed(db, a, why);
  db_close(db);
  return fine;
}

static bool make_scratch(const struct db_where *where, const struct backup_places *from,
                         struct arena *a, struct db_where *out, struct why *why) {
  struct str name = str_format(a, "waymark_rehearse_%d", (int)getpid());
  out->folder = str_format(a, "%.*s.rehearse-%d", P(from->folder), (int)getpid());
  if (!where->url.n) return true;
  return folder_make(str_c(a, out->folder), why) &&
         backup_pg_database(where->url, str_c(a, str_format(a, "%.*s_m", P(name))), true, a,
                            &out->url, why) &&
         backup_pg_database(where->url, str_c(a, str_format(a, "%.*s_k", P(name))), true, a,
                            &out->keys_url, why);
}

static void remove_scratch(const struct db_where *where, const struct db_where *scratch,
                           struct arena *a) {
  char *before = str_c(a, str_format(a, "%.*s/before", P(scratch->folder)));
  backup_remove(before);
  backup_remove(str_c(a, scratch->folder));
  struct str name = str_format(a, "waymark_rehearse_%d", (int)getpid());
  struct why unused;
  if (where->url.n) {
    backup_pg_database(where->url, str_c(a, str_format(a, "%.*s_m", P(name))), false, a, NULL,
                       &unused);
    backup_pg_database(where->url, str_c(a, str_format(a, "%.*s_k", P(name))), false, a, NULL,
                       &unused);
  }
}

static bool note_rehearsal(const struct db_where *where, const struct manifest *m, instant_t now,
                           struct arena *a, struct why *why) {
  struct db *db = db_open(where, why);
  if (!db) return false;
  struct db_value at = db_text(instant_iso(a, now)), made = db_text(m->made_at);
  enum db_result r =
      db_run(db, SQL_WORK("update backup_run set rehearsed_at = ?1 where made_at = ?2"), at, made);
  if (r == DB_OK && db_changes(db) == 0) /* a backup of before this WORK store was made */
    r = db_run(db,
               SQL_WORK("insert into backup_run (made_at, rehearsed_at, bytes) values (?2, ?1, 0)"),
               at, made);
  if (r != DB_OK) why_say(why, "The rehearsal went well but could not be noted (%s).", db->error);
  db_close(db);
  return r == DB_OK;
}

bool backup_rehearse(const struct db_where *where, const struct backup_places *from,
                     const struct backup_hooks *hooks, struct arena *a, struct progress *p,
                     struct why *why) {
  struct manifest m;
  struct db_where scratch = {0};
  bool opened = false;
  bool fine = make_scratch(where, from, a, &scratch, why) &&
              backup_unpack(&scratch, from, a, &m, p, why) &&
              try_out(&scratch, &m, from, hooks, a, p, &opened, why);
  remove_scratch(where, &scratch, a);
  if (!fine) return false;
  if (!opened)
    return why_say(why, "The backup is whole, but no sealed field was opened: give the keys' "
                        "folder with --keys-from and "
                        "put the master key in place.");
  return note_rehearsal(where, &m, hooks->clock(), a, why);
}
