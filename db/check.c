/* check.c: see check.h. */
#include <libpq-fe.h>
#include <stdarg.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include "db/check.h"
#include "db/inside.h"

enum { TABLES_MAX = 1024, CURSORS_MAX = 256, EXHAUSTIVE_MAX = 4096, TEXT_BYTES_MAX = 1 << 20 };

struct table {
  struct str name, folder;
  bool exported, person;
};
struct check {
  struct db *db;
  struct buf *out;
  struct table *tables;
  size_t n_tables;
  struct sql_report report;
  const struct sql *now; /* the statement being looked at */
  struct str folder;     /* its folder */
  const char *note;      /* "" or which combination */
};

static void fault(struct check *c, const char *format, ...) PRINTF_LIKE(2, 3);
static void fault(struct check *c, const char *format, ...) {
  char said[400];
  va_list args;
  va_start(args, format);
  vsnprintf(said, sizeof said, format, args);
  va_end(args);
  buf_format(c->out, "%s:%d: %s%s\n", c->now->file, c->now->line, said, c->note);
  c->report.faults++;
}

/* ---- whose table is whose ---- */

static struct str folder_of(struct str path) {
  size_t end = path.n;
  while (end > 0 && path.p[end - 1] != '/') end--;
  if (end == 0) return S("");
  size_t start = end - 1;
  while (start > 0 && path.p[start - 1] != '/') start--;
  return str_slice(path, start, end - 1);
}

static struct str table_named(struct str line) {
  static const char *const starts[] = {"create table if not exists ", "create table ",
                                       "create virtual table ", "create view "};
  line = str_trim(line);
  for (size_t i = 0; i < countof(starts); i++) {
    struct str start = str_of(starts[i]);
    if (!str_starts(line, start)) continue;
    struct str rest = str_slice(line, start.n, line.n);
    size_t n = 0;
    while (n < rest.n && (rest.p[n] == '_' || (rest.p[n] >= 'a' && rest.p[n] <= 'z') ||
                          (rest.p[n] >= '0' && rest.p[n] <= '9')))
      n++;
    return str_slice(rest, 0, n);
  }
  return S("");
}

static struct table *find_table(struct check *c, struct str name) {
  for (size_t i = 0; i < c->n_tables; i++)
    if (str_eq_nocase(c->tables[i].name, name)) return &c->tables[i];
  return NULL;
}

static void read_migration(struct check *c, const struct migration *m) {
  struct str rest = m->sql, before = S("");
  while (rest.n) {
    struct str line = str_cut(&rest, '\n'), name = table_named(line);
    struct str marks = str_starts(str_trim(before), S("--")) ? before : S("");
    before = line;
    if (name.n == 0) continue;
    struct table *t = find_table(c, name);
    if (!t && c->n_tables == TABLES_MAX) return;
    if (!t) t = &c->tables[c->n_tables++];
    t->name = name;
    t->folder = folder_of(str_of(m->name));
    t->exported |= str_contains(line, S("@exported")) || str_contains(marks, S("@exported"));
    t->person |= str_contains(line, S("@person")) || str_contains(marks, S("@person"));
  }
}

/* ---- SQLite's authorizer ---- */

static bool function_is_common(const char *name) {
  static const char *const common[] = {"coalesce", "count",      "sum",      "min",
                                       "max",      "length",     "substr",   "lower",
                                       "abs",      "row_number", "json_each"};
  for (size_t i = 0; i < countof(common); i++)
    if (sqlite3_stricmp(name, common[i]) == 0) return true;
  return false;
}

static void touches(struct check *c, const char *name) {
  struct str table = str_of(name);
  if (str_eq(table, S("json_each"))) return; /* INTS and TEXTS */
  if (str_eq(table, S("sqlite_master")) && !str_contains(str_of(c->now->text), table))
    return; /* opening json_each */
  if (str_starts(table, S("pragma_")) && str_eq(c->folder, S("db"))) return;
  struct table *t = find_table(c, table);
  if (!t)
    fault(c, "it touches \"%s\", which no migration creates", name);
  else if (!t->exported && !str_eq(t->folder, c->folder))
    fault(c, "it touches \"%s\", which is %.*s's own table", name, P(t->folder));
}

static int authorize(void *of, int action, const char *a, const char *b, const char *database,
                     const char *inside) {
  struct check *c = of;
  (void)database;
  if (inside) return SQLITE_OK; /* done by a view or trigger, whose migration answers for it */
  switch (action) {
    case SQLITE_READ:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: touches(c, a); break;
    case SQLITE_FUNCTION:
      if (!str_starts(str_of(c->now->text), S("/* sqlite */")) && !function_is_common(b))
        fault(c, "it calls %s(), which is not in the common dialect", b);
      break;
    default: break;
  }
  return SQLITE_OK;
}

/* ---- reading a person table from end to end ---- */

struct plan {
  int root[CURSORS_MAX];
  bool from_end[CURSORS_MAX], goes_on[CURSORS_MAX];
};

static void read_plan(sqlite3_stmt *explain, struct plan *p) {
  while (sqlite3_step(explain) == SQLITE_ROW) {
    const char *op = (const char *)sqlite3_column_text(explain, 1);
    int cursor = sqlite3_column_int(explain, 2);
    if (!op || cursor < 0 || cursor >= CURSORS_MAX) continue;
    if (!strcmp(op, "OpenRead") || !strcmp(op, "OpenWrite"))
      p->root[cursor] = sqlite3_column_int(explain, 3);
    if (!strcmp(op, "Rewind") || !strcmp(op, "Last")) p->from_end[cursor] = true;
    if (!strcmp(op, "Next") || !strcmp(op, "Prev")) p->goes_on[cursor] = true;
    if (!strcmp(op, "Count")) p->from_end[cursor] = p->goes_on[cursor] = true;
  }
}

static void table_at(sqlite3 *h, int root, char out[128]) {
  sqlite3_stmt *s = NULL;
  out[0] = 0;
  sqlite3_prepare_v2(h, "select tbl_name from sqlite_master where rootpage = ?1", -1, &s, NULL);
  sqlite3_bind_int(s, 1, root);
  if (sqlite3_step(s) == SQLITE_ROW)
    snprintf(out, 128, "%s", (const char *)sqlite3_column_text(s, 0));
  sqlite3_finalize(s);
}

static void refuse_scans(struct check *c, sqlite3 *h, const char *text) {
  if (str_contains(str_of(text), S("/* scan: "))) return;
  struct plan p = {0};
  char *explain_text = sqlite3_mprintf("explain %s", text);
  sqlite3_stmt *explain = NULL;
  if (sqlite3_prepare_v2(h, explain_text, -1, &explain, NULL) == SQLITE_OK) read_plan(explain, &p);
  sqlite3_finalize(explain);
  sqlite3_free(explain_text);
  for (int i = 0; i < CURSORS_MAX; i++) {
    char name[128];
    if (!p.root[i] || !p.from_end[i] || !p.goes_on[i]) continue;
    table_at(h, p.root[i], name);
    struct table *t = find_table(c, str_of(name));
    if (t && t->person) fault(c, "it reads the person table \"%s\" from end to end", name);
  }
}

/* ---- one statement ---- */

static void check_sqlite(struct check *c, const char *text) {
  struct connection *k = db_connection(c->db, c->now->store);
  if (!k) {
    fault(c, "its store cannot be opened");
    return;
  }
  sqlite3 *h = k->handle;
  sqlite3_stmt *s = NULL;
  const char *rest = "";
  /* What a foreign key makes SQLite look at is the schema's business, not this statement's. */
  sqlite3_exec(h, "pragma foreign_keys=off", NULL, NULL, NULL);
  sqlite3_set_authorizer(h, authorize, c);
  int code = sqlite3_prepare_v2(h, text, -1, &s, &rest);
  sqlite3_set_authorizer(h, NULL, NULL);
  if (code != SQLITE_OK)
    fault(c, "SQLite: %s", sqlite3_errmsg(h));
  else if (!s || str_trim(str_of(rest)).n)
    fault(c, "it is not exactly one statement");
  else
    refuse_scans(c, h, text);
  sqlite3_finalize(s);
  sqlite3_exec(h, "pragma foreign_keys=on", NULL, NULL, NULL);
}

static void check_postgres(struct check *c, const char *text) {
  struct connection *k = db_connection(c->db, c->now->store);
  if (!k) {
    fault(c, "its store cannot be opened");
    return;
  }
  PGresult *r = PQprepare(k->handle, "checked", text, 0, NULL);
  if (PQresultStatus(r) != PGRES_COMMAND_OK)
    fault(c, "PostgreSQL: %s %s", PQresultErrorField(r, PG_DIAG_SQLSTATE),
          PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
  else
    PQclear(PQexec(k->handle, "deallocate checked"));
  PQclear(r);
}

static void check_one(struct check *c, const struct sql *sql, const char *note) {
  struct str text = str_of(sql->text);
  if (sql_elsewhere(c->db->kind, text)) return;
  c->now = sql;
  c->note = note;
  c->folder = folder_of(str_of(sql->file));
  struct buf b = buf_open(TEXT_BYTES_MAX);
  int parameters;
  if (!sql_translate(c->db->kind, text, &b, &parameters))
    fault(c, "it is too long");
  else if (c->db->kind == DB_SQLITE)
    check_sqlite(c, b.p);
  else
    check_postgres(c, b.p);
  buf_free(&b);
}

/* ---- lists ---- */

static void check_combination(struct check *c, const struct list *list, uint32_t filters,
                              unsigned sort, bool after) {
  struct buf b = buf_open(LIST_SQL_BYTES_MAX);
  struct why why = {0};
  char note[120];
  snprintf(note, sizeof note, " (list %.60s, filters %x, sort %u%s)", list->name, filters, sort,
           after ? ", after" : "");
  struct sql sql = {NULL, list->file, list->line, list->store};
  bool made = list_text(list, filters, sort, after, &b, &why);
  sql.text = made ? b.p : "";
  if (made)
    check_one(c, &sql, note);
  else {
    c->now = &sql;
    c->note = note;
    fault(c, "%s", why.text);
  }
  c->report.combinations++;
  buf_free(&b);
}

static int bits(uint32_t v) { return __builtin_popcount(v); }

/* Every combination; for a list of very many, none, each, each pair and all: fragments are joined
 * by `and`. */
static void check_list(struct check *c, const struct list *list) {
  size_t n = list->n_filters < LIST_FILTERS_MAX ? list->n_filters : LIST_FILTERS_MAX;
  uint32_t all = (uint32_t)((1u << n) - 1);
  bool exhaustive = ((uint64_t)all + 1) * list->n_sorts * 2 <= EXHAUSTIVE_MAX;
  for (uint32_t f = 0; f <= all; f++) {
    if (!exhaustive && bits(f) > 2 && f != all) continue;
    for (unsigned sort = 0; sort < list->n_sorts; sort++)
      for (int after = 0; after < 2; after++) check_combination(c, list, f, sort, after == 1);
  }
}

struct sql_report sql_check_these(struct db *db, const struct migrations *lists, size_t n_lists,
                                  const struct sql *const *statements, size_t n_statements,
                                  const struct list *const *all, size_t n_all, struct buf *out) {
  static const struct sql nothing = {"", "db/check.c", 0, STORE_MAIN};
  struct check c = {.db = db, .out = out, .now = &nothing, .note = ""};
  c.tables = calloc(TABLES_MAX, sizeof *c.tables);
  if (!c.tables) {
    fault(&c, "out of memory");
    return c.report;
  }
  c.tables[c.n_tables++] =
      (struct table){.name = S("schema_step"), .folder = S("db"), .exported = true};
  for (size_t i = 0; i < n_lists; i++)
    for (size_t j = 0; j < lists[i].n; j++) read_migration(&c, &lists[i].p[j]);
  for (size_t i = 0; i < n_statements; i++, c.report.statements++) check_one(&c, statements[i], "");
  for (size_t i = 0; i < n_all; i++) check_list(&c, all[i]);
  free(c.tables);
  return c.report;
}

static bool in_test(const char *file) { return str_ends(str_of(file), S("_test.c")); }

struct sql_report sql_check(struct db *db, const struct migrations *lists, size_t n_lists,
                            struct buf *out) {
  size_t n = 0, m = 0, kept = 0, kept_lists = 0;
  while (sql_registered(n)) n++;
  while (list_registered(m)) m++;
  const struct sql **statements = calloc(n + 1, sizeof *statements);
  const struct list **all = calloc(m + 1, sizeof *all);
  for (size_t i = 0; statements && i < n; i++)
    if (!in_test(sql_registered(i)->file)) statements[kept++] = sql_registered(i);
  for (size_t i = 0; all && i < m; i++)
    if (!in_test(list_registered(i)->file)) all[kept_lists++] = list_registered(i);
  struct sql_report r = sql_check_these(db, lists, n_lists, statements, kept, all, kept_lists, out);
  free(statements);
  free(all);
  return r;
}
