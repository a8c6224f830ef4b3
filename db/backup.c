/* backup.c: making a backup, and how old the last one is. See backup.h. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "db/backup_inside.h"

enum { STALE_HOURS = 26, REHEARSE_DAYS = 90 };
static const instant_t hour_us = INT64_C(3600) * 1000000;

/* ---- rows and soundness ---- */

static struct sql one_off(struct arena *a, enum store store, struct str text) {
  return (struct sql){str_c(a, text), __FILE__, __LINE__, store};
}

static struct strs table_names(struct db *db, struct arena *a, enum store store, enum store via) {
  struct strs names = {arena_many(a, struct str, BACKUP_TABLES_MAX), 0};
  struct str text = db->kind == DB_SQLITE
                        ? S("/* sqlite */ select name from sqlite_schema where type = 'table' and "
                            "sql like 'create table%'"
                            " and name not like 'sqlite\\_%' escape '\\' order by name")
                        : str_format(a,
                                     "/* postgres */ select tablename from pg_tables where "
                                     "schemaname = '%s' order by tablename",
                                     store_name(store));
  struct sql sql = one_off(a, db->kind == DB_SQLITE ? store : via, text);
  struct rows r = db_rows(db, a, &sql);
  while (db_next(&r))
    if (names.n < BACKUP_TABLES_MAX) names.p[names.n++] = row_text(&r, 0);
  forget_statement(db, &sql);
  return names;
}

bool backup_count(struct db *db, struct arena *a, enum store store, enum store via,
                  struct manifest *m, struct why *why) {
  struct strs names = table_names(db, a, store, via);
  size_t cap = m->tables.n;
  for (size_t i = 0; i < names.n; i++) {
    struct str text =
        db->kind == DB_SQLITE
            ? str_format(a, "select count(*) from \"%.*s\"", P(names.p[i]))
            : str_format(a, "select count(*) from %s.\"%.*s\"", store_name(store), P(names.p[i]));
    struct sql sql = one_off(a, db->kind == DB_SQLITE ? store : via, text);
    int64_t rows = db_number(db, -1, &sql);
    forget_statement(db, &sql);
    if (rows < 0)
      return why_say(why, "The table %.*s cannot be counted (%s).", P(names.p[i]), db->error);
    *slice_push(a, &m->tables, &cap) =
        (struct backup_table){str_of(store_name(store)), names.p[i], rows};
  }
  return true;
}

bool backup_same_counts(struct db *db, struct arena *a, const struct manifest *m, struct why *why) {
  for (size_t i = 0; i < m->tables.n; i++) {
    const struct backup_table *t = &m->tables.p[i];
    enum store store = STORE_MAIN;
    while (store < STORE_KEYS && !str_eq(t->store, str_of(store_name(store)))) store++;
    struct sql sql = one_off(a, store, str_format(a, "select count(*) from \"%.*s\"", P(t->name)));
    int64_t rows = db_number(db, -1, &sql);
    forget_statement(db, &sql);
    if (rows != t->rows)
      return why_say(why,
                     "The table %.*s holds %lld rows and the manifest says %lld: this is not the "
                     "backup it claims "
                     "to be.",
                     P(t->name), (long long)rows, (long long)t->rows);
  }
  return true;
}

bool backup_sound(struct db *db, enum store store, struct why *why) {
  struct sql sql = {
      "/* sqlite */ select count(*) from pragma_integrity_check where integrity_check <> 'ok'",
      __FILE__, __LINE__, store};
  bool sound = db->kind == DB_POSTGRES || db_number(db, -1, &sql) == 0;
  forget_statement(db, &sql);
  return sound || why_say(why, "The %s store of the copy is damaged.", store_name(store));
}

/* ---- making one ---- */

struct making {
  struct db *db; /* the live data */
  const struct db_where *where;
  const struct backup_places *to;
  const struct backup_hooks *hooks;
  struct arena *a;
  struct progress *p;
  struct why *why;
  char folder[BACKUP_PATH_MAX], keys_folder[BACKUP_PATH_MAX]; /* where it is being made */
  struct manifest main, keys;
};

static bool copy_one(struct making *k, enum store store, const char *folder) {
  static const char *const names[STORE_COUNT] = {"waymark.db", "audit.db", "work.db", "keys.db"};
  char path[BACKUP_PATH_MAX + 20];
  snprintf(path, sizeof path, "%s/%s", folder, names[store]);
  progress_step(k->p, store == STORE_KEYS ? "Copying the keys" : "Copying the data", "files", 1);
  if (!db_copy_sqlite(k->db, store, path))
    return why_say(k->why, "The copy could not be written (%s). Is there room on the disk?",
                   k->db->error);
  progress_end(k->p, 1);
  return true;
}

/* The copy is opened as data of its own and read through before anyone relies on it. */
static bool verify_copy(struct making *k, const char *folder, bool keys) {
  struct db *copy = db_new(&(struct db_where){.folder = str_of(folder)}, k->why);
  if (!copy) return false;
  bool fine = true;
  struct manifest *m = keys ? &k->keys : &k->main;
  progress_step(k->p, "Checking the copy", "stores", keys ? 1 : 3);
  for (int s = keys ? STORE_KEYS : STORE_MAIN; fine && s < (keys ? STORE_COUNT : STORE_KEYS); s++)
    fine = backup_sound(copy, (enum store)s, k->why) &&
           backup_count(copy, k->a, (enum store)s, (enum store)s, m, k->why) &&
           progress_at(k->p, (uint64_t)s);
  if (fine && !keys && k->hooks->audit_head)
    fine = k->hooks->audit_head(copy, k->a, &k->main.audit_head, k->why);
  db_close(copy);
  char beside[BACKUP_PATH_MAX + 20];
  snprintf(beside, sizeof beside, "%s/waiting", folder);
  unlink(beside);
  progress_end(k->p, keys ? 1 : 3);
  return fine;
}

static bool make_sqlite(struct making *k) {
  static const char *const names[] = {"waymark.db", "audit.db", "work.db"};
  for (int s = STORE_MAIN; s < STORE_KEYS; s++)
    if (!copy_one(k, (enum store)s, k->folder)) return false;
  if (!verify_copy(k, k->folder, false)) return false;
  for (size_t i = 0; i < countof(names); i++)
    if (!backup_keep_file(k->a, k->folder, names[i], k->to->passphrase, &k->main, k->p, k->why))
      return false;
  if (!k->keys_folder[0]) return true;
  return copy_one(k, STORE_KEYS, k->keys_folder) && verify_copy(k, k->keys_folder, true) &&
         backup_keep_file(k->a, k->keys_folder, "keys.db", k->to->passphrase, &k->keys, k->p,
                          k->why);
}

/* A snapshot of one connection, named so that pg_dump and the audit connection can look at the same
 * moment. */
static bool take_snapshot(struct making *k, enum store store, char name[80]) {
  struct connection *c = db_connection(k->db, store);
  if (c) c->begin_as = "begin isolation level repeatable read, read only";
  db_begin(k->db, store);
  if (c) c->begin_as = NULL;
  struct sql sql = {"/* postgres */ select pg_export_snapshot()", __FILE__, __LINE__, store};
  struct rows r;
  bool found = db_one(&r, k->db, k->a, &sql);
  snprintf(name, 80, "%.*s", P(found ? row_text(&r, 0) : S("")));
  db_done(&r);
  forget_statement(k->db, &sql);
  return found || why_say(k->why, "PostgreSQL gave no snapshot (%s).", k->db->error);
}

static bool audit_head_at(struct making *k, const char *snapshot) {
  struct connection *c = db_connection(k->db, STORE_AUDIT);
  char text[120];
  if (!k->hooks->audit_head || !c) return c != NULL;
  c->begin_as = "begin isolation level repeatable read, read only";
  db_begin(k->db, STORE_AUDIT);
  c->begin_as = NULL;
  snprintf(text, sizeof text, "set transaction snapshot '%s'", snapshot);
  bool fine = db_text_run(k->db, STORE_AUDIT, text) == DB_OK &&
              k->hooks->audit_head(k->db, k->a, &k->main.audit_head, k->why);
  db_rollback(k->db, STORE_AUDIT);
  return fine;
}

static bool dump_one(struct making *k, bool keys, const char *folder, const char *name,
                     struct manifest *m) {
  char snapshot[80], path[BACKUP_PATH_MAX + 20];
  enum store via = keys ? STORE_KEYS : STORE_MAIN;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  progress_step(k->p, keys ? "Copying the keys" : "Copying the data", "files", 1);
  bool fine = take_snapshot(k, via, snapshot);
  for (int s = via; fine && s < (keys ? STORE_COUNT : STORE_KEYS); s++)
    fine = backup_count(k->db, k->a, (enum store)s, via, m, k->why);
  if (fine && !keys) fine = audit_head_at(k, snapshot);
  if (fine)
    fine = backup_pg_dump(keys ? k->db->where.keys_url : k->db->where.url, snapshot, keys, path,
                          k->why);
  db_rollback(k->db, via);
  progress_end(k->p, 1);
  return fine && backup_pg_readable(path, k->why) &&
         backup_keep_file(k->a, folder, name, k->to->passphrase, m, k->p, k->why);
}

static bool make_postgres(struct making *k) {
  if (!dump_one(k, false, k->folder, "waymark.pgdump", &k->main)) return false;
  return !k->keys_folder[0] || dump_one(k, true, k->keys_folder, "keys.pgdump", &k->keys);
}

/* The final name, with the time to the second: waymark-20261121T225339Z. */
static struct str final_name(struct making *k, struct str place, const char *kind) {
  struct str iso = instant_iso(k->a, k->hooks->clock());
  return str_format(k->a, "%.*s/%s-%.4s%.2s%.2sT%.2s%.2s%.2sZ", P(place), kind, iso.p, iso.p + 5,
                    iso.p + 8, iso.p + 11, iso.p + 14, iso.p + 17);
}

static bool place_taken(struct making *k, const char *final) {
  struct stat st;
  return stat(final, &st) == 0 &&
         !why_say(k->why,
                  "%.200s is there already: a backup was made in this very second. Try again.",
                  final);
}

static bool put_in_place(struct making *k, const char *from, struct str place, const char *final,
                         struct manifest *m) {
  m->made_at = instant_iso(k->a, k->hooks->clock());
  if (place_taken(k, final) || !manifest_write(m, from, k->why)) return false;
  bool fine = backup_flush(from) && rename(from, final) == 0 && backup_flush(str_c(k->a, place));
  return fine || why_say(k->why, "%.200s could not be put in place.", final);
}

/* A folder inside the other would put keys and data in one place again. */
static bool apart(struct str a, struct str b) {
  char real_a[4096], real_b[4096], path[4096];
  snprintf(path, sizeof path, "%.*s", P(a));
  if (!realpath(path, real_a)) return true;
  snprintf(path, sizeof path, "%.*s", P(b));
  if (!realpath(path, real_b)) return true;
  size_t n = strlen(real_a), m = strlen(real_b), less = n < m ? n : m;
  return strncmp(real_a, real_b, less) != 0 || (n != m && (n < m ? real_b : real_a)[less] != '/');
}

static bool make_folders(struct making *k) {
  char *place = str_c(k->a, k->to->folder), *keys_place = str_c(k->a, k->to->keys_folder);
  if (!folder_make(place, k->why) || (*keys_place && !folder_make(keys_place, k->why)))
    return false;
  if (*keys_place && !apart(k->to->folder, k->to->keys_folder))
    return why_say(k->why, "The keys' backup must go to another place than the data's: whoever "
                           "finds one must not find "
                           "both. Give another folder with --keys-to.");
  snprintf(k->folder, sizeof k->folder, "%s/.making-%d", place, (int)getpid());
  if (*keys_place)
    snprintf(k->keys_folder, sizeof k->keys_folder, "%s/.making-keys-%d", keys_place,
             (int)getpid());
  return folder_make(k->folder, k->why) && (!*keys_place || folder_make(k->keys_folder, k->why));
}

static bool note(struct making *k, struct backup_made *made) {
  struct db_value at = db_text(k->main.made_at);
  for (size_t i = 0; i < k->main.files.n; i++) made->bytes += k->main.files.p[i].bytes;
  for (size_t i = 0; i < k->main.tables.n; i++) made->rows += k->main.tables.p[i].rows;
  return db_run(
             k->db,
             SQL_WORK("insert into backup_run (made_at, verified_at, bytes) values (?1, ?1, ?2)"),
             at, V(made->bytes)) == DB_OK ||
         why_say(k->why, "The backup is whole but could not be noted (%s).", k->db->error);
}

static bool make_all(struct making *k, struct backup_made *made) {
  k->main.kind = k->keys.kind = k->db->kind;
  k->main.encrypted = k->keys.encrypted = k->to->passphrase.n > 0;
  k->keys.keys = true;
  if (!make_folders(k)) return false;
  if (!(k->db->kind == DB_SQLITE ? make_sqlite(k) : make_postgres(k))) return false;
  made->folder = final_name(k, k->to->folder, "waymark");
  if (k->keys_folder[0]) {
    made->keys_folder = final_name(k, k->to->keys_folder, "keys");
    if (!put_in_place(k, k->keys_folder, k->to->keys_folder, str_c(k->a, made->keys_folder),
                      &k->keys))
      return false;
  }
  return put_in_place(k, k->folder, k->to->folder, str_c(k->a, made->folder), &k->main) &&
         note(k, made);
}

bool backup_make(const struct db_where *where, const struct backup_places *to,
                 const struct backup_hooks *hooks, struct arena *a, struct progress *p,
                 struct backup_made *made, struct why *why) {
  struct making k = {.where = where, .to = to, .hooks = hooks, .a = a, .p = p, .why = why};
  *made = (struct backup_made){0};
  k.db = db_open(where, why);
  if (!k.db) return false;
  bool fine = make_all(&k, made);
  db_close(k.db);
  if (!fine && k.folder[0]) backup_remove(k.folder);
  if (!fine && k.keys_folder[0]) backup_remove(k.keys_folder);
  return fine;
}

/* ---- how old the last one is ---- */

struct backup_standing backup_standing(struct db *db, struct arena *a, instant_t now) {
  struct backup_standing s = {BACKUP_RED, INSTANT_NONE, INSTANT_NONE, S("")};
  struct rows r;
  if (db_one(&r, db, a, SQL_WORK("select max(verified_at), max(rehearsed_at) from backup_run"))) {
    s.verified_at = row_instant(&r, 0);
    s.rehearsed_at = row_instant(&r, 1);
  }
  db_done(&r);
  if (r.result != DB_OK) {
    s.sentence = S("Whether there is a backup cannot be read.");
  } else if (s.verified_at == INSTANT_NONE) {
    s.sentence = S(
        "No backup has been made yet. Make one with: waymark backup --to FOLDER --keys-to FOLDER");
  } else if (now - s.verified_at > STALE_HOURS * hour_us) {
    s.sentence =
        str_format(a, "The last good backup is %lld hours old. It should be made every day.",
                   (long long)((now - s.verified_at) / hour_us));
  } else {
    bool rehearsed =
        s.rehearsed_at != INSTANT_NONE && now - s.rehearsed_at <= REHEARSE_DAYS * 24 * hour_us;
    s.colour = rehearsed ? BACKUP_GREEN : BACKUP_YELLOW;
    s.sentence =
        rehearsed
            ? S("Backups are made every day, and one has been restored to try it.")
            : S("Backups are made, but none has been tried lately. Try one with: waymark rehearse");
  }
  return s;
}

void recovery_sheet(struct buf *out, struct arena *a, struct str place, struct str key_words,
                    day_t day) {
  buf_format(out,
             "RECOVERY SHEET: %.*s\nPrinted on %.*s. Keep it in a safe, on paper, away from the "
             "computer and from the "
             "backups.\n\n",
             P(place), P(day_words(a, day)));
  buf_put(out, S("Contact details, notes and other sealed facts can only be read with this master "
                 "key. If the computer is "
                 "lost and\nthis sheet is lost, they are gone for good. Whoever has this sheet and "
                 "both backups can read "
                 "everything.\n\nThe master key:\n\n"));
  buf_put(out, key_words);
  buf_put(
      out,
      S("\n\nTo start again on a new computer:\n"
        "  1. Install Waymark, the same version or a newer one.\n"
        "  2. Bring the newest two backup folders: waymark-... and, from its own place, keys-...\n"
        "  3. waymark key restore                 and type the words above\n"
        "  4. waymark restore --from FOLDER --keys-from FOLDER\n"
        "  5. waymark doctor                      until it finds nothing\n"
        "  6. waymark serve\n\n"
        "Try it once a quarter without touching the live data: waymark rehearse --from FOLDER "
        "--keys-from FOLDER\n"
        "The backups' passphrase, if you use one, is not on this sheet. Write where it is kept:\n\n"
        "  ______________________________________________\n"));
}
