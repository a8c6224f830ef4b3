/* Rows in and out. Statements are written from the field table once a process and kept at one
 * address for ever. */
#include <math.h>
#include "record/store.h"

enum { TYPES_MAX = 256, STATEMENTS_BYTES_MAX = 4 << 20 };

static struct {
  struct arena memory;
  const struct record_type *type[TYPES_MAX];
  struct record_sql *sql[TYPES_MAX];
  size_t n;
} kept;

static struct record_sealing sealing;
void record_sealing_use(struct record_sealing s) { sealing = s; }

bool record_personal(const struct record_type *t) {
  for (size_t i = 0; i < t->n_fields; i++)
    if (t->fields[i].data_class != OPEN) return true;
  return false;
}

const char *record_column_type(const struct field *f) {
  if (f->flags & SEALED) return "BLOB";
  switch (f->kind) {
    case KIND_INT:
    case KIND_MONEY:
    case KIND_YESNO:
    case KIND_LINK: return "INT";
    case KIND_DECIMAL: return "REAL";
    default: return "TEXT";
  }
}

static void put_columns(struct buf *b, const struct record_type *t) {
  for (size_t i = 0; i < t->n_fields; i++) buf_format(b, ", %s", t->fields[i].name);
}

static struct sql statement(const struct record_type *t, struct buf *b) {
  struct sql s = {.text = str_c(&kept.memory, buf_str(b)), .file = t->name, .store = t->store};
  buf_reset(b);
  return s;
}

/* Only the sealed fields, for a row just inserted whose id their key needs. */
static void write_seal(const struct record_type *t, struct buf *b) {
  int next = 2;
  buf_format(b, "update %s set", t->name);
  for (size_t i = 0; i < t->n_fields; i++)
    if (t->fields[i].flags & SEALED)
      buf_format(b, "%s %s = ?%d", next > 2 ? "," : "", t->fields[i].name, next), next++;
  buf_put(b, S(" where id = ?1"));
}

static void write_statements(const struct record_type *t, struct record_sql *out) {
  struct buf b = buf_open(1 << 16);
  const char *head = "id, public_id, created_at, changed_at, version";
  buf_format(&b, "select %s", head);
  put_columns(&b, t);
  buf_format(&b, " from %s where id = ?1", t->name);
  out->load = statement(t, &b);
  buf_format(&b, "select %s", head);
  put_columns(&b, t);
  buf_format(&b, " from %s where public_id = ?1", t->name);
  out->load_public = statement(t, &b);
  buf_format(&b, "select %s", head);
  put_columns(&b, t);
  /* A type nobody hangs on has no such rows. */
  buf_format(&b, " from %s where %s = ?1 order by id", t->name,
             field_find(t, S("person")) ? "person" : "-id");
  out->of_person = statement(t, &b);
  buf_format(&b, "insert into %s (public_id, created_at, changed_at, version", t->name);
  put_columns(&b, t);
  buf_put(&b, S(") values (?1, ?2, ?3, 1"));
  for (size_t i = 0; i < t->n_fields; i++) buf_format(&b, ", ?%zu", i + 4);
  buf_put(&b, S(") returning id"));
  out->insert = statement(t, &b);
  write_seal(t, &b);
  out->seal = statement(t, &b);
  buf_format(&b, "update %s set changed_at = ?1, version = version + 1", t->name);
  for (size_t i = 0; i < t->n_fields; i++) buf_format(&b, ", %s = ?%zu", t->fields[i].name, i + 4);
  buf_put(&b, S(" where id = ?2 and version = ?3"));
  out->update = statement(t, &b);
  buf_format(&b, "delete from %s where id = ?1", t->name);
  out->remove = statement(t, &b);
  buf_free(&b);
}

const struct record_sql *record_sql(const struct record_type *t) {
  for (size_t i = 0; i < kept.n; i++)
    if (kept.type[i] == t) return kept.sql[i];
  if (!kept.memory.start) kept.memory = arena_open(STATEMENTS_BYTES_MAX);
  struct record_sql *s = arena_new(&kept.memory, struct record_sql);
  write_statements(t, s);
  if (kept.n < TYPES_MAX) kept.type[kept.n] = t, kept.sql[kept.n++] = s;
  return s;
}

struct db_value record_db_value(struct arena *a, const struct field *f, struct value v) {
  if (!v.known) return db_null();
  switch (f->kind) {
    case KIND_INT:
    case KIND_MONEY:
    case KIND_YESNO:
    case KIND_LINK: return db_int(v.i);
    case KIND_DECIMAL: return db_real(v.r);
    case KIND_DAY: return db_day(a, (day_t)v.i);
    case KIND_INSTANT: return db_instant(a, v.i);
    default: return db_text(v.s);
  }
}

static struct value row_value(const struct field *f, struct rows *r, int column) {
  struct value v = {.kind = f->kind, .known = !row_null(r, column)};
  if (!v.known) return v;
  switch (f->kind) {
    case KIND_INT:
    case KIND_MONEY:
    case KIND_YESNO:
    case KIND_LINK: v.i = row_int(r, column); break;
    case KIND_DECIMAL: v.r = row_real(r, column); break;
    case KIND_DAY: v.i = row_day(r, column), v.known = v.i != DAY_NONE; break;
    case KIND_INSTANT: v.i = row_instant(r, column), v.known = v.i != INSTANT_NONE; break;
    default: v.s = row_text(r, column); break;
  }
  return v;
}

/* Sealed fields are opened last: the functions that hold the keys need the rest of the row to know
 * whose they are. */
static void open_sealed(const struct record_type *t, struct rows *r, void *record) {
  for (size_t i = 0; i < t->n_fields && sealing.open; i++) {
    const struct field *f = &t->fields[i];
    int column = f->flags & SEALED ? row_column(r, f->name) : -1;
    struct str plain;
    struct value v;
    if (column < 0 || row_null(r, column)) continue;
    if (sealing.open(r->db, r->arena, t, f, record, row_text(r, column), &plain) &&
        value_parse(r->arena, f, plain, &v, NULL))
      field_set(f, record, v);
  }
}

/* The columns of record_sql's own statements stand in the order of the definition, so nothing is
 * looked up by name. */
enum { HEAD_COLUMNS = 5 };

static void head_from(struct rows *r, const int column[HEAD_COLUMNS], void *record) {
  struct record_head h;
  memcpy(&h, record, sizeof h);
  if (column[0] >= 0) h.id = row_int(r, column[0]);
  if (column[1] >= 0) h.public_id = row_uuid(r, column[1]);
  if (column[2] >= 0) h.created_at = row_instant(r, column[2]);
  if (column[3] >= 0) h.changed_at = row_instant(r, column[3]);
  if (column[4] >= 0) h.version = row_int(r, column[4]);
  memcpy(record, &h, sizeof h);
}

static void own_row(const struct record_type *t, struct rows *r, void *record) {
  static const int head[HEAD_COLUMNS] = {0, 1, 2, 3, 4};
  bool sealed = false;
  record_clear(t, record);
  head_from(r, head, record);
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    if (f->flags & SEALED)
      sealed = true;
    else
      field_set(f, record, row_value(f, r, (int)i + HEAD_COLUMNS));
  }
  if (sealed) open_sealed(t, r, record);
}

void record_from_row(const struct record_type *t, struct rows *r, void *record) {
  static const char *const names[HEAD_COLUMNS] = {"id", "public_id", "created_at", "changed_at",
                                                  "version"};
  int head[HEAD_COLUMNS], c;
  bool sealed = false;
  for (int i = 0; i < HEAD_COLUMNS; i++) head[i] = row_column(r, names[i]);
  record_clear(t, record);
  head_from(r, head, record);
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    if (f->flags & SEALED)
      sealed = true;
    else if ((c = row_column(r, f->name)) >= 0)
      field_set(f, record, row_value(f, r, c));
  }
  if (sealed) open_sealed(t, r, record);
}

bool record_load(struct db *db, struct arena *a, const struct record_type *t, int64_t id,
                 void *record) {
  struct rows r;
  if (!db_one(&r, db, a, &record_sql(t)->load, V(id))) return false;
  own_row(t, &r, record);
  db_done(&r);
  return true;
}

struct rows record_rows_of_person(struct db *db, struct arena *a, const struct record_type *t,
                                  int64_t person_id) {
  return db_rows(db, a, &record_sql(t)->of_person, V(person_id));
}

bool record_load_public(struct db *db, struct arena *a, const struct record_type *t, struct uuid id,
                        void *record) {
  struct rows r;
  if (uuid_is_zero(id) || !db_one(&r, db, a, &record_sql(t)->load_public, db_uuid(a, id)))
    return false;
  own_row(t, &r, record);
  db_done(&r);
  return true;
}

/* The values of every field from `at` on. false: a sealed field could not be sealed, so nothing may
 * be written. */
static bool field_values(struct db *db, struct arena *a, const struct record_type *t,
                         const void *record, struct db_value *at) {
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    struct value v = field_get(f, record);
    if (!(f->flags & SEALED) || !v.known) {
      at[i] = record_db_value(a, f, v);
      continue;
    }
    struct str sealed;
    if (!sealing.seal || !sealing.seal(db, a, t, f, record, value_text(a, f, v), &sealed))
      return false;
    at[i] = db_blob(sealed);
  }
  return true;
}

static void leave_sealed_out(const struct record_type *t, const void *record, struct arena *a,
                             struct db_value *at) {
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    at[i] = f->flags & SEALED ? db_null() : record_db_value(a, f, field_get(f, record));
  }
}

/* The sealed fields of a row that has its id now. */
static enum db_result write_sealed(struct db *db, struct arena *a, const struct record_type *t,
                                   int64_t id, const void *record) {
  struct db_value *all = arena_many(a, struct db_value, t->n_fields),
                  *sealed = arena_many(a, struct db_value, t->n_fields + 1);
  size_t n = 0;
  if (!field_values(db, a, t, record, all)) return DB_FAILED;
  sealed[n++] = db_int(id);
  for (size_t i = 0; i < t->n_fields; i++)
    if (t->fields[i].flags & SEALED) sealed[n++] = all[i];
  return db_run_(db, &record_sql(t)->seal, sealed, n);
}

static enum db_result insert_row(struct db *db, struct arena *a, const struct record_type *t,
                                 void *record, struct record_head *h) {
  struct db_value *v = arena_many(a, struct db_value, t->n_fields + 3);
  struct rows r;
  v[0] = db_uuid(a, h->public_id), v[1] = v[2] = db_instant(a, h->created_at);
  /* A key hangs on a person. The record that is the person has none before its row has an id. */
  bool sealed = field_values(db, a, t, record, v + 3);
  if (!sealed) leave_sealed_out(t, record, a, v + 3);
  if (!db_one_(&r, db, a, &record_sql(t)->insert, v, t->n_fields + 3))
    return r.result == DB_NONE ? DB_FAILED : r.result;
  h->id = row_int(&r, 0);
  db_done(&r);
  memcpy(record, h, sizeof *h);
  if (r.result != DB_OK || sealed) return r.result;
  return write_sealed(db, a, t, h->id, record);
}

enum db_result record_insert(struct db *db, struct arena *a, const struct record_type *t,
                             void *record, int64_t user_id, instant_t now) {
  struct record_head h;
  memcpy(&h, record, sizeof h);
  if (uuid_is_zero(h.public_id)) h.public_id = record_personal(t) ? uuid_v4() : uuid_v7(now);
  h.created_at = h.changed_at = now, h.version = 1;
  memcpy(record, &h, sizeof h);
  db_begin(db, t->store);
  enum db_result r = insert_row(db, a, t, record, &h);
  if (r == DB_OK) r = revision_add(db, a, t, h.id, 1, NULL, record, user_id, now);
  if (r == DB_OK) return db_commit(db, t->store);
  db_rollback(db, t->store); /* the caller's transaction cannot be kept without it */
  return r;
}

/* What cannot be sealed cannot be written, and no transaction is kept that should have held it. */
static enum db_result not_kept(struct db *db, const struct record_type *t) {
  if (!db_in_transaction(db, t->store)) return DB_FAILED;
  db_begin(db, t->store);
  db_rollback(db, t->store);
  return DB_FAILED;
}

static bool same_fields(const struct record_type *t, const void *x, const void *y) {
  for (size_t i = 0; i < t->n_fields; i++)
    if (!value_eq(field_get(&t->fields[i], x), field_get(&t->fields[i], y))) return false;
  return true;
}

enum db_result record_update(struct db *db, struct arena *a, const struct record_type *t,
                             void *record, int64_t user_id, instant_t now) {
  struct record_head h, was;
  void *old = arena_alloc(a, t->size, 16, 1);
  memcpy(&h, record, sizeof h);
  if (!record_load(db, a, t, h.id, old)) return DB_CONFLICT;
  memcpy(&was, old, sizeof was);
  if (was.version != h.version) return DB_CONFLICT;
  if (same_fields(t, old, record)) return DB_OK;
  struct db_value *v = arena_many(a, struct db_value, t->n_fields + 3);
  v[0] = db_instant(a, now), v[1] = db_int(h.id), v[2] = db_int(h.version);
  /* A key made now is made now: an erasure before it must not take it (db/seal.h). */
  struct record_head sealed_now = h;
  sealed_now.changed_at = now;
  memcpy(record, &sealed_now, sizeof h);
  bool sealed = field_values(db, a, t, record, v + 3);
  memcpy(record, &h, sizeof h);
  if (!sealed) return not_kept(db, t);
  enum db_result r = db_run_(db, &record_sql(t)->update, v, t->n_fields + 3);
  if (r != DB_OK) return r;
  if (db_changes(db) != 1) return DB_CONFLICT;
  h.version++, h.changed_at = now, h.created_at = was.created_at, h.public_id = was.public_id;
  memcpy(record, &h, sizeof h);
  return revision_add(db, a, t, h.id, h.version, old, record, user_id, now);
}

enum db_result record_delete(struct db *db, struct arena *a, const struct record_type *t,
                             int64_t id, int64_t user_id, instant_t now) {
  struct record_head was;
  void *old = arena_alloc(a, t->size, 16, 1);
  if (!record_load(db, a, t, id, old)) return DB_NONE;
  memcpy(&was, old, sizeof was);
  enum db_result r = db_run(db, &record_sql(t)->remove, V(id));
  if (r != DB_OK) return r;
  return revision_add(db, a, t, id, was.version + 1, old, NULL, user_id, now);
}
