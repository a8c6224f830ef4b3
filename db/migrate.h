/* migrate: what stands behind db_migrate and the schema check of db_open. The order and the
 * promise:
 *   1. the lock (a file in the data folder, an advisory lock on PostgreSQL): one migration at a
 * time;
 *   2. a schema newer than this program is refused with a sentence, so is a step changed after it
 * was applied;
 *   3. on SQLite a copy of each store about to change goes to FOLDER/before/ (one a store, the
 * last);
 *   4. each step is one transaction in its own store together with its row in that store's
 * schema_step: after a kill it is there whole or not at all. MAIN then notes the step too,
 * whichever store it changed, so that db_open looks at MAIN only. */
#ifndef WAYMARK_MIGRATE_H
#define WAYMARK_MIGRATE_H
#include "db/db.h"

/* The steps this program knows (64 lists at most), for db_open's check; the steps must live as long
 * as the process. db_migrate calls it too. None known: no check. */
void db_known(const struct migrations *lists, size_t n_lists);
/* Does the data hold a step this program does not know and cannot work beside? (SQLite: any;
 * PostgreSQL: one marked
 * "-- @breaks".) A worker that meets one finishes its request and ends. */
bool db_schema_newer(struct db *db);
/* Removes the copies in FOLDER/before/ older than 30 days (erasure is complete after 30 days). */
void db_copies_forget(struct str folder, instant_t now);

/* One migration file as one database takes it: comments gone, white space single, the five words
 * replaced, `strict` on every SQLite table so that both refuse the same values. */
struct dialect_step { enum store store; bool breaks; };
bool dialect_of(enum db_kind kind, struct str sql, struct buf *out, struct dialect_step *step,
                struct why *why);
#endif
