/* Sources that disagree: every one is kept, one is chosen. */
#include "directory/inside.h"

struct source_facts sources_of(struct db *db, struct arena *a, const struct record_type *t,
                               int64_t id) {
  struct source_facts out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, public_id, created_at, changed_at, version, record, "
                              "record_id, field, value, source, as_of, chosen, "
                              "note from fact_source where record = ?1 and record_id = ?2 order by "
                              "field, chosen desc, id"),
                          V(str_of(t->name)), V(id));
  while (db_next(&r)) record_from_row(&fact_source_type, &r, slice_push(a, &out, &cap));
  return out;
}

bool sources_disagree(const struct source_facts *s, const char *field) {
  struct str first = {0};
  bool any = false;
  for (size_t i = 0; i < s->n; i++) {
    if (!str_eq(s->p[i].field, str_of(field))) continue;
    if (any && !str_eq(first, s->p[i].value)) return true;
    first = s->p[i].value, any = true;
  }
  return false;
}

/* The record takes the value of the chosen source, so that lists and searches go by it. A fact that
 * is no field of the record (a count of the report) is only kept. */
static enum db_result take_value(struct db *db, struct arena *a, const struct record_type *t,
                                 int64_t id, const struct fact_source *said, int64_t user_id,
                                 instant_t now) {
  const struct field *f = field_find(t, said->field);
  struct value v;
  if (!f) return DB_OK;
  void *record = arena_alloc(a, t->size, 16, 1);
  if (!record_load(db, a, t, id, record)) return DB_CONFLICT;
  if (!value_parse(a, f, said->value, &v, NULL)) return DB_FAILED;
  field_set(f, record, v);
  return record_update(db, a, t, record, user_id, now);
}

enum db_result source_add(struct db *db, struct arena *a, const struct record_type *t, int64_t id,
                          const struct fact_source *said, bool choose, int64_t user_id,
                          instant_t now) {
  struct fact_source s = *said;
  s.id = 0, s.public_id = (struct uuid){{0}}, s.record = str_of(t->name), s.record_id = id,
  s.chosen = choose;
  enum db_result r = DB_OK;
  if (choose)
    r = db_run(db,
               SQL("update fact_source set chosen = 0 where record = ?1 and record_id = ?2 and "
                   "field = ?3"),
               V(s.record), V(id), V(s.field));
  if (r == DB_OK) r = record_insert(db, a, &fact_source_type, &s, user_id, now);
  if (r == DB_OK && choose) r = take_value(db, a, t, id, &s, user_id, now);
  return r == DB_OK ? directory_changed(db) : r;
}

/* "1000000;2500000", in pounds. */
int64_t scheme_parts_total(struct str parts) {
  int64_t one, sum = 0;
  if (!str_trim(parts).n) return NUMBER_NONE;
  while (parts.n) {
    if (!money_parse(str_trim(str_cut(&parts, ';')), &one)) return NUMBER_NONE;
    sum += one;
  }
  return sum;
}
