/* check: proves every statement of the program against a freshly migrated database of either kind,
 * without running one.
 *
 *   - Each SQL() and each combination of each LIST() must prepare.
 *   - On SQLite the authorizer tells which tables a statement touches. A table belongs to the
 * folder whose migration creates it, and only that folder's statements may name it, unless "--
 * @exported" stands on its `create table` line (or on the line before). A statement's folder is its
 * source file's. Only the common dialect's functions may be called.
 *   - A table marked "-- @person" the same way must not be read from end to end. A statement that
 * has to (a nightly comparison) says why in itself: "... from person / * scan: nightly rebuild *
 * /". Statements of test programs (files ending _test.c) are left out, and so is one for the other
 * database. */
#ifndef WAYMARK_CHECK_H
#define WAYMARK_CHECK_H
#include "db/db.h"
#include "db/list.h"

struct sql_report { size_t statements, combinations, faults; };
/* One line a fault in out: file:line: sentence. `lists`: every migration of the program. */
struct sql_report sql_check(struct db *db, const struct migrations *lists, size_t n_lists,
                            struct buf *out);
/* The same for statements and lists in hand. */
struct sql_report sql_check_these(struct db *db, const struct migrations *lists, size_t n_lists,
                                  const struct sql *const *statements, size_t n_statements,
                                  const struct list *const *all, size_t n_all, struct buf *out);
#endif
