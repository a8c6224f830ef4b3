/* list: a query with optional filters, one of several sorts, and pages by key; every piece a
 * literal.
 *
 *   LIST(offers, STORE_MAIN, "select s.id, s.name from service s",
 *        SCOPE("join service_live l on l.service_id = s.id and l.area_id = ?"),
 *        FILTERS("s.category = ?", "s.ends < ?", "s.kind in TEXTS(?)"),
 *        SORTS("s.name, s.id", "s.ends desc, s.id desc"));
 *   struct rows r = list_rows(db, a, &offers, &(struct list_ask){
 *       .scope = {V(area)}, .filter = {[1] = {.on = true, .v = V(day)}}, .sort = 1, .after = key,
 * .limit = 50}); while (db_next(&r)) { ...; key = list_key(&offers, &r, 1); }
 *
 * The rules: `?` in a fragment is that fragment's own argument (in a filter each `?` is its one
 * value; in the scope they take ask.scope in order). The scope cannot be left out; it may hold
 * joins and its own `where`. A sort names columns that are never null (coalesce them), ends in a
 * unique key, and may say `desc` after any column. A page starts strictly after `after`; the sort's
 * columns are added to the end of each row for list_key. No `group by` outside a subquery. */
#ifndef WAYMARK_LIST_H
#define WAYMARK_LIST_H
#include "db/db.h"

enum { LIST_FILTERS_MAX = 16, LIST_SCOPE_MAX = 16, LIST_KEY_MAX = 4, LIST_SQL_BYTES_MAX = 16384 };

struct list {
  const char *name, *file;
  int line;
  enum store store;
  const char *select, *scope;
  const char *const *filters, *const *sorts;
  size_t n_filters, n_sorts;
};
#define SCOPE(literal) "" literal
#define FILTERS(...) ((const char *const[]){NULL, ##__VA_ARGS__})
#define SORTS(...) ((const char *const[]){NULL, __VA_ARGS__})
#define LIST(list_name, which, select_text, scope_text, filter_texts, sort_texts)                  \
  static const struct list list_name = {#list_name,                                                \
                                        __FILE__,                                                  \
                                        __LINE__,                                                  \
                                        which,                                                     \
                                        "" select_text,                                            \
                                        scope_text,                                                \
                                        (filter_texts) + 1,                                        \
                                        (sort_texts) + 1,                                          \
                                        sizeof(filter_texts) / sizeof(char *) - 1,                 \
                                        sizeof(sort_texts) / sizeof(char *) - 1};                  \
  static const struct list *const list_name##_entry                                                \
      __attribute__((DB_REGISTERED("waymark_list"))) = &list_name

struct list_key { struct db_value v[LIST_KEY_MAX]; size_t n; };  /* n 0: from the start */
struct list_ask {
  struct db_value scope[LIST_SCOPE_MAX];
  struct { bool on; struct db_value v; } filter[LIST_FILTERS_MAX];
  unsigned sort;
  struct list_key after;
  int limit; /* 1..1000; ask for one more than you show to know whether there is a next page */
};
struct rows list_rows(struct db *db, struct arena *a, const struct list *list,
                      const struct list_ask *ask);
/* Where the row under the cursor stands in that sort: the `after` of the next page. */
struct list_key list_key(const struct list *list, struct rows *r, unsigned sort);
/* As an opaque word for a form, and back (false: not one of ours). It holds the values in the
 * clear: for lists of people it goes into a POST body, sealed, never into a URL. */
struct str list_key_word(struct arena *a, const struct list_key *key);
bool list_key_from(struct arena *a, struct str word, struct list_key *out);

/* For the check: the text of one combination. False: it breaks a rule above, and why says which. */
bool list_text(const struct list *list, uint32_t filters, unsigned sort, bool after,
               struct buf *out, struct why *why);
/* The registry of the whole program. */
const struct list *list_registered(size_t i);  /* NULL past the end */
const struct sql *sql_registered(size_t i);
#endif
