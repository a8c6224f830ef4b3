/* store: the statements a record type needs, written once a process. Private to record/. */
#ifndef WAYMARK_RECORD_STORE_H
#define WAYMARK_RECORD_STORE_H
#include "record/record.h"

struct record_sql { struct sql load, load_public, of_person, insert, seal, update, remove; };
/* Lives as long as the process, at the same address: the database layer may know a statement by its
 * address. */
const struct record_sql *record_sql(const struct record_type *t);
bool record_personal(
    const struct record_type *t); /* any field about a person: public ids then say nothing */
const char *
record_column_type(const struct field *f); /* TEXT INT REAL BLOB: the words of db.h's migrations */
struct db_value record_db_value(struct arena *a, const struct field *f, struct value v);
/* One revision row; before or after may be NULL. */
enum db_result revision_add(struct db *db, struct arena *a, const struct record_type *t, int64_t id,
                            int64_t version, const void *before, const void *after, int64_t user_id,
                            instant_t now);
#endif
