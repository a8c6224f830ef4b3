/* veil: coded facts and days of somebody who hides. Lists, counts and filters need a code or a day
 * in the clear, so text columns hold them so for everybody else; of who hides they are sealed where
 * they stand, under the person's own key of the class, as a word that begins with VEIL_MARK.
 * Reading a row (row_text, row_day, row_instant) opens it, so whoever may read the row reads on as
 * before; in a statement it is no code and no day of anybody's: equal to nothing, and earlier than
 * every day. So it is for what is over; what is still open must be found by its day.
 *
 * Between the mark and the seal stands where the value comes among the same person's values of that
 * column, so that their own pages keep their order; equal values share a place. */
#ifndef WAYMARK_VEIL_H
#define WAYMARK_VEIL_H
#include "db/seal.h"

#define VEIL_MARK "!w1." /* "!" sorts before every digit and letter */

/* One column. rows: key and value of the person ?1, written `select key, column ...`; put: writes
 * ?2 into the row of key ?1 (person_key: of the person ?3). field: "contact.on_day", bound into the
 * seal. */
struct veil_column {
  const char *field;
  uint32_t class_bit;
  bool person_key;
  const struct sql *rows, *put;
};
/* VEIL("contact", "on_day", CLASS_CONTACTS, "person = ?1"): of a table whose key is `id`. The
 * condition says what is over, and must hold however often it is asked. VEIL_KEY: of a table with a
 * person_id and no key of its own; the expression tells one person's rows apart, as text. */
#define VEIL(table, column, class, whose)                                                          \
  {                                                                                                \
    table "." column, class, false,                                                                \
        SQL("select id, " column " from " table " where " column " is not null and " whose),       \
        SQL("update " table " set " column " = ?2 where id = ?1")                                  \
  }
#define VEIL_KEY(key, table, column, class)                                                        \
  {                                                                                                \
    table "." column, class, true,                                                                 \
        SQL("select " key ", " column " from " table " where " column                              \
            " is not null and person_id = ?1"),                                                    \
        SQL("update " table " set " column " = ?2 where " key " = ?1 and person_id = ?3")          \
  }

/* hides: seals what is not sealed yet; repeatable, and a second time writes nothing. Otherwise puts
 * the values back as they were. Inside a MAIN transaction. */
struct veil { int64_t person_id; bool hides; instant_t now; };
enum db_result veil_columns(struct db *db, struct arena *a, const struct veil *veil,
                            const struct veil_column *columns, size_t n);
/* Opens *text in place; false, and it stays, when it is no veiled value or its key is gone. */
bool veil_open(struct db *db, struct arena *a, struct str *text);
static inline bool veil_is(struct str text) { return text.n > 4 && str_starts(text, S(VEIL_MARK)); }
#endif
