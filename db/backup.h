/* backup: one-shot, verified backups; restoring them; rehearsing that; and how old the last good
 * one is.
 *
 * A backup is a folder waymark-YYYYMMDDTHHMMSSZ with a manifest.json (what, when, rows of each
 * table, SHA-256 of each file, the audit log's head) and, on SQLite, waymark.db audit.db work.db,
 * made with VACUUM INTO while people work; on PostgreSQL waymark.pgdump, made by pg_dump in one
 * snapshot. It never holds the keys: those go to a second folder, keys-..., in another place.
 * Either place alone opens nothing that is sealed. With a passphrase every file is encrypted
 * (argon2id, XChaCha20-Poly1305 in 64 KiB pieces, cut or swapped pieces are noticed). Nothing
 * appears under its final name before it was read back and found sound.
 *
 * What the app knows and db does not comes in as hooks. */
#ifndef WAYMARK_BACKUP_H
#define WAYMARK_BACKUP_H
#include "db/db.h"

struct backup_hooks {
  instant_t (*clock)(void);
  const struct migrations *lists; size_t n_lists;
  /* Verifies the audit log of this handle and gives its head as text; false: a sentence. NULL: no
   * audit log. */
  bool (*audit_head)(struct db *db, struct arena *a, struct str *head, struct why *why);
  /* Opens one sealed field with the master key at hand; true also when nothing is sealed yet. NULL:
   * not tried. */
  bool (*open_sealed)(struct db *db, struct arena *a, struct why *why);
  /* After a restore and the erasing again of what its list says, before anyone may use it: end all
   * sessions and the like. NULL: nothing. */
  bool (*after_restore)(struct db *db, struct arena *a, instant_t now, struct why *why);
};
struct backup_places {
  struct str folder,
      keys_folder; /* backup_make: where to put them; restore and rehearse: the two folders made */
  struct str passphrase;            /* "": not encrypted */
};
struct backup_made { struct str folder, keys_folder; int64_t bytes, rows; };

/* Makes and verifies one, and notes it in the live WORK store. keys_folder "" leaves the keys out,
 * and standing stays yellow; it may not be `folder` or inside it. */
bool backup_make(const struct db_where *where, const struct backup_places *to,
                 const struct backup_hooks *hooks, struct arena *a, struct progress *p,
                 struct backup_made *made, struct why *why);
/* Into an empty data folder (SQLite) or two empty databases (PostgreSQL); then brings the schema up
 * to date. On failure what was there before is untouched. */
bool backup_restore(const struct db_where *where, const struct backup_places *from,
                    const struct backup_hooks *hooks, struct arena *a, struct progress *p,
                    struct why *why);
/* Restores into a temporary place (SQLite: beside the backup; PostgreSQL: two databases it creates
 * on the server of `where`), checks integrity, row counts and audit, opens a sealed field, removes
 * it, and notes the success in `where`. */
bool backup_rehearse(const struct db_where *where, const struct backup_places *from,
                     const struct backup_hooks *hooks, struct arena *a, struct progress *p,
                     struct why *why);

enum backup_colour { BACKUP_GREEN, BACKUP_YELLOW, BACKUP_RED };
struct backup_standing {
  enum backup_colour colour;
  instant_t verified_at, rehearsed_at;
  struct str sentence;
};
/* RED: none verified in the last 26 hours. YELLOW: none ever rehearsed with a sealed field, or not
 * within 90 days. */
struct backup_standing backup_standing(struct db *db, struct arena *a, instant_t now);
/* What `init` prints for the safe: `key_words` is the master key's words (db/seal.h), `place` whose
 * installation. */
void recovery_sheet(struct buf *out, struct arena *a, struct str place, struct str key_words,
                    day_t day);

/* Commands of the program; they work on db_here(). app calls backup_setup first. Exit status 0
 * done, 1 failed, 2 usage. waymark backup --to FOLDER [--keys-to FOLDER] [--passphrase-file FILE]
 *   waymark restore --from FOLDER [--keys-from FOLDER] [--passphrase-file FILE]
 *   waymark rehearse --from FOLDER [--keys-from FOLDER] [--passphrase-file FILE]
 *   waymark migrate */
void backup_setup(const struct backup_hooks *hooks);
int backup_command(int argc, char **argv);
int restore_command(int argc, char **argv);
int rehearse_command(int argc, char **argv);
int migrate_command(int argc, char **argv);
#endif
