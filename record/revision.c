/* History: one row a change, saying field by field what was there before and after, who did it and
 * when. */
#include <jansson.h>
#include "record/store.h"

enum { REVISION_BYTES_MAX = 1 << 20 };

static struct str change_source;
void record_change_from(struct str source) { change_source = source; }

static void put_side(struct json_out *j, struct arena *a, const struct field *f,
                     const void *record) {
  struct value v = record ? field_get(f, record) : (struct value){.kind = f->kind};
  if (f->flags & SEALED)
    json_str(j, v.known ? S("(sealed)") : S(""));
  else
    json_str(j, value_text(a, f, v));
}

static bool differs(const struct field *f, const void *before, const void *after) {
  struct value none = {.kind = f->kind};
  return !(f->flags & COMPUTED) &&
         !value_eq(before ? field_get(f, before) : none, after ? field_get(f, after) : none);
}

enum db_result revision_add(struct db *db, struct arena *a, const struct record_type *t, int64_t id,
                            int64_t version, const void *before, const void *after, int64_t user_id,
                            instant_t now) {
  struct buf b = buf_open(REVISION_BYTES_MAX);
  struct json_out j = json_to(&b);
  json_open(&j);
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    if (!differs(f, before, after)) continue;
    json_key(&j, str_of(f->name));
    json_list(&j);
    put_side(&j, a, f, before);
    put_side(&j, a, f, after);
    json_list_end(&j);
  }
  json_close(&j);
  struct str what = !before ? S("insert") : !after ? S("delete") : S("update");
  enum db_result r = b.full ? DB_FAILED
                            : db_run(db,
                                     SQL("insert into revision (record, record_id, version, what, "
                                         "at, user_id, source, changes) "
                                         "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
                                     V(str_of(t->name)), V(id), V(version), V(what),
                                     db_instant(a, now), user_id ? db_int(user_id) : db_null(),
                                     db_text_or_null(change_source), V(buf_str(&b)));
  buf_free(&b);
  return r;
}

static struct str side(struct arena *a, const json_t *pair, size_t i) {
  const json_t *v = json_array_get(pair, i);
  return str_copy(a, (struct str){json_string_value(v), json_string_length(v)});
}

static void read_changes(struct arena *a, const struct record_type *t, struct str text,
                         struct revision *out) {
  json_t *root = json_read(text, REVISION_BYTES_MAX, NULL), *pair;
  const char *name;
  size_t cap = 0;
  json_object_foreach(root, name, pair) {
    struct change c = {
        .name = str_copy(a, str_of(name)), .before = side(a, pair, 0), .after = side(a, pair, 1)};
    c.field = field_find(t, c.name);
    *slice_push(a, &out->changes, &cap) = c;
  }
  json_decref(root);
}

struct revisions record_history(struct db *db, struct arena *a, const struct record_type *t,
                                int64_t id, int64_t limit) {
  struct revisions out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, version, user_id, at, what, source, changes from "
                              "revision where record = ?1 and record_id = ?2 "
                              "order by id desc limit ?3"),
                          V(str_of(t->name)), V(id), V(limit));
  while (db_next(&r)) {
    struct revision *v = slice_push(a, &out, &cap);
    *v = (struct revision){.id = row_int(&r, 0),
                           .version = row_int(&r, 1),
                           .user_id = row_int(&r, 2),
                           .at = row_instant(&r, 3),
                           .what = row_text(&r, 4),
                           .source = row_text(&r, 5)};
    read_changes(a, t, row_text(&r, 6), v);
  }
  return out;
}

enum db_result record_history_forget(struct db *db, const struct record_type *t, int64_t id) {
  return db_run(db, SQL("update revision set changes = '{}' where record = ?1 and record_id = ?2"),
                V(str_of(t->name)), V(id));
}
