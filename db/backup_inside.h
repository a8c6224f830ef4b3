/* backup_inside: what the backup files share; nobody else includes it. */
#ifndef WAYMARK_BACKUP_INSIDE_H
#define WAYMARK_BACKUP_INSIDE_H
#include "db/backup.h"
#include "db/inside.h"

enum { BACKUP_PATH_MAX = 1024, BACKUP_TABLES_MAX = 1024, MANIFEST_BYTES_MAX = 4 << 20 };

struct backup_table { struct str store, name; int64_t rows; };
struct backup_file { struct str name, sha256; int64_t bytes; };
struct manifest {
  enum db_kind kind;
  bool keys, encrypted;
  struct str made_at, audit_head;
  struct { struct backup_table *p; size_t n; } tables;
  struct { struct backup_file *p; size_t n; } files;
};
bool manifest_write(const struct manifest *m, const char *folder, struct why *why);
bool manifest_read(struct arena *a, struct str folder, struct manifest *m, struct why *why);

/* Counts every table of a store, on PostgreSQL over `via`'s connection and snapshot. */
bool backup_count(struct db *db, struct arena *a, enum store store, enum store via,
                  struct manifest *m, struct why *why);
bool backup_same_counts(struct db *db, struct arena *a, const struct manifest *m, struct why *why);
bool backup_sound(struct db *db, enum store store, struct why *why);  /* SQLite's integrity check */

/* A finished plain file becomes a part of the backup: encrypted when there is a passphrase,
 * flushed, and described. */
bool backup_keep_file(struct arena *a, const char *folder, const char *name, struct str passphrase,
                      struct manifest *m, struct progress *p, struct why *why);
/* Checks a file's SHA-256 and puts its plain content at `to`. */
bool backup_take_file(struct arena *a, const char *folder, const struct manifest *m,
                      const char *name, struct str passphrase, const char *to, struct progress *p,
                      struct why *why);
bool backup_flush(const char *path);
void backup_remove(const char *folder);   /* a folder of plain files, and itself */

/* pg_dump and pg_restore; the password goes by environment, never on the command line. */
bool backup_pg_dump(struct str url, const char *snapshot, bool keys, const char *to,
                    struct why *why);
bool backup_pg_readable(const char *path, struct why *why);
bool backup_pg_restore(struct str url, const char *from, struct why *why);
bool backup_pg_database(struct str url, const char *name, bool create, struct arena *a,
                        struct str *its_url, struct why *why);

/* Restores both folders into `where` without migrating; the manifests are given back. */
bool backup_unpack(const struct db_where *where, const struct backup_places *from, struct arena *a,
                   struct manifest *m, struct progress *p, struct why *why);
#endif
