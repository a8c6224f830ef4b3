/* DDL from the definition, the difference from a migrated database, and the comparison by
 * catalogue. */
#include "record/store.h"

static const char *column_word(const struct field *f) { return record_column_type(f); }

static void put_reference(const struct field *f, struct buf *out) {
  if (f->kind == KIND_LINK && f->list) buf_format(out, " references %s(id)", f->list);
}

static bool wants_index(const struct field *f) {
  return (f->flags & (INDEXED | UNIQUE)) || f->kind == KIND_LINK;
}

static void put_index(const struct record_type *t, const struct field *f, struct buf *out) {
  if (f->flags & UNIQUE)
    buf_format(out, "create unique index %s_%s on %s (%s);\n", t->name, f->name, t->name, f->name);
  else if (wants_index(f))
    buf_format(out, "create index %s_%s on %s (%s);\n", t->name, f->name, t->name, f->name);
}

void record_ddl(const struct record_type *t, struct buf *out) {
  buf_format(
      out,
      "create table %s (\n  id KEY,\n  public_id TEXT not null,\n  created_at TEXT not null,\n"
      "  changed_at TEXT not null,\n  version INT not null",
      t->name);
  for (size_t i = 0; i < t->n_fields; i++) {
    buf_format(out, ",\n  %s %s", t->fields[i].name, column_word(&t->fields[i]));
    put_reference(&t->fields[i], out);
  }
  buf_format(out, "\n);\ncreate unique index %s_public_id on %s (public_id);\n", t->name, t->name);
  for (size_t i = 0; i < t->n_fields; i++) put_index(t, &t->fields[i], out);
}

/* The catalogues' own words. Not registered with SQL(): each of these is for one database only. */
static const struct sql columns_sqlite = {"select name, upper(type) from pragma_table_info(?1)",
                                          __FILE__, __LINE__, STORE_MAIN};
static const struct sql columns_postgres = {
    "select column_name::text, upper(data_type::text) from information_schema.columns "
    "where table_schema = any (current_schemas(false)) and table_name = ?1",
    __FILE__, __LINE__, STORE_MAIN};
static const struct sql indexes_sqlite = {"select name from pragma_index_list(?1)", __FILE__,
                                          __LINE__, STORE_MAIN};
static const struct sql indexes_postgres = {
    "select indexname::text from pg_indexes where schemaname = any (current_schemas(false)) and "
    "tablename = ?1",
    __FILE__, __LINE__, STORE_MAIN};

struct column {
  struct str name, type;
};
struct catalogue {
  struct {
    struct column *p;
    size_t n;
  } columns;
  struct strs indexes;
};

static struct str plain_type(struct str type) {
  if (str_contains(type, S("INT"))) return S("INT");
  if (str_contains(type, S("REAL")) || str_contains(type, S("DOUBLE"))) return S("REAL");
  if (str_contains(type, S("BLOB")) || str_contains(type, S("BYTEA"))) return S("BLOB");
  return S("TEXT");
}

static struct sql in_store(const struct sql *one, enum store store) {
  struct sql s = *one;
  s.store = store;
  return s;
}

static bool read_catalogue(struct db *db, struct arena *a, const struct record_type *t,
                           struct catalogue *out) {
  bool lite = db_kind(db) == DB_SQLITE;
  size_t cap = 0, index_cap = 0;
  static struct sql columns[STORE_COUNT],
      indexes[STORE_COUNT]; /* kept: a statement may be known by its address */
  columns[t->store] = in_store(lite ? &columns_sqlite : &columns_postgres, t->store);
  indexes[t->store] = in_store(lite ? &indexes_sqlite : &indexes_postgres, t->store);
  *out = (struct catalogue){0};
  struct rows r = db_rows(db, a, &columns[t->store], V(str_of(t->name)));
  while (db_next(&r))
    *slice_push(a, &out->columns, &cap) =
        (struct column){row_text(&r, 0), plain_type(row_text(&r, 1))};
  if (r.result != DB_OK) return false;
  r = db_rows(db, a, &indexes[t->store], V(str_of(t->name)));
  while (db_next(&r)) *slice_push(a, &out->indexes, &index_cap) = row_text(&r, 0);
  return r.result == DB_OK;
}

static const struct column *column_named(const struct catalogue *c, struct str name) {
  for (size_t i = 0; i < c->columns.n; i++)
    if (str_eq(c->columns.p[i].name, name)) return &c->columns.p[i];
  return NULL;
}

static bool index_named(struct arena *a, const struct catalogue *c, const struct record_type *t,
                        const char *column) {
  struct str name = str_format(a, "%s_%s", t->name, column);
  for (size_t i = 0; i < c->indexes.n; i++)
    if (str_eq(c->indexes.p[i], name)) return true;
  return false;
}

static bool is_head(struct str name) {
  return str_eq(name, S("id")) || str_eq(name, S("public_id")) || str_eq(name, S("created_at")) ||
         str_eq(name, S("changed_at")) || str_eq(name, S("version"));
}

bool record_matches_schema(struct db *db, struct arena *a, const struct record_type *t,
                           struct buf *out) {
  struct catalogue c;
  size_t before = out->n;
  if (!read_catalogue(db, a, t, &c) || !c.columns.n) {
    buf_format(out, "%s: no such table\n", t->name);
    return false;
  }
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    const struct column *have = column_named(&c, str_of(f->name));
    if (!have)
      buf_format(out, "%s.%s: the column is missing\n", t->name, f->name);
    else if (!str_eq(have->type, str_of(column_word(f))))
      buf_format(out, "%s.%s: is %.*s, should be %s\n", t->name, f->name, P(have->type),
                 column_word(f));
    if (have && wants_index(f) && !index_named(a, &c, t, f->name))
      buf_format(out, "%s.%s: the index is missing\n", t->name, f->name);
  }
  for (size_t i = 0; i < c.columns.n; i++)
    if (!is_head(c.columns.p[i].name) && !field_find(t, c.columns.p[i].name))
      buf_format(out, "%s.%.*s: the column is not in the definition\n", t->name,
                 P(c.columns.p[i].name));
  return out->n == before;
}

static void put_difference(struct arena *a, const struct record_type *t, const struct catalogue *c,
                           struct buf *sql) {
  for (size_t i = 0; i < t->n_fields; i++) {
    const struct field *f = &t->fields[i];
    bool have = column_named(c, str_of(f->name)) != NULL;
    if (!have) {
      buf_format(sql, "alter table %s add column %s %s", t->name, f->name, column_word(f));
      put_reference(f, sql);
      buf_put(sql, S(";\n"));
    }
    if (wants_index(f) && (!have || !index_named(a, c, t, f->name))) put_index(t, f, sql);
  }
  for (size_t i = 0; i < c->columns.n; i++)
    if (!is_head(c->columns.p[i].name) && !field_find(t, c->columns.p[i].name))
      buf_format(sql,
                 "-- %s.%.*s is no longer in the definition. It is kept: drop it by hand when "
                 "nothing reads it.\n",
                 t->name, P(c->columns.p[i].name));
}

bool record_migration(struct db *db, struct arena *a, const struct record_type *const *types,
                      size_t n, struct buf *sql, struct why *why) {
  for (size_t i = 0; i < n; i++) {
    struct catalogue c;
    if (!read_catalogue(db, a, types[i], &c))
      return why_say(why, "The database could not be asked about table %s.", types[i]->name);
    if (!c.columns.n)
      record_ddl(types[i], sql);
    else
      put_difference(a, types[i], &c, sql);
  }
  return !sql->full || why_say(why, "The migration is too long to write. Make it in two steps.");
}
