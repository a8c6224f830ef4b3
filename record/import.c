/* Rows from a file into records. Every row is read and checked before anything is written; every
 * bad cell is named; a bad row is kept whole for the person who sent it. */
#include "record/store.h"

enum { ROWS_MAX = 100000, FAULTS_MAX = 10000, COLUMNS_MAX = CSV_COLUMNS_MAX };

struct importer {
  struct import_ask *ask;
  struct import_result *out;
  struct row_source *rows;
  const struct field *column[COLUMNS_MAX]; /* NULL: not one of ours */
  int id_column;
  size_t unknown_cap, fault_cap;
  struct {
    struct str *slot;
    size_t cap, n;
  } seen;               /* keys met in this file: twice is a fault, not a last-wins */
  struct arena scratch; /* one row */
};

static enum csv_result csv_row_next(struct row_source *s, struct csv_row *row, struct why *why) {
  return csv_next(s->from, row, why);
}

struct row_source row_source_csv(struct csv *c) {
  return (struct row_source){.next = csv_row_next, .headers = csv_header_names(c), .from = c};
}

/* Columns our own files carry and nobody may change by hand. */
static bool silent_column(struct arena *a, struct str name) {
  struct str folded = utf8_fold(a, name);
  return !folded.n || str_eq(folded, S("changed at")) || str_eq(folded, S("what to put right"));
}

static void match_columns(struct importer *im) {
  struct import_ask *ask = im->ask;
  im->id_column = -1;
  for (size_t i = 0; i < im->rows->headers.n && i < COLUMNS_MAX; i++) {
    struct str name = im->rows->headers.p[i];
    if (str_eq_nocase(str_trim(name), S("id"))) {
      im->id_column = (int)i;
      continue;
    }
    const struct field *f = field_find_titled(ask->type, name);
    bool ours = f && !(f->flags & (COMPUTED | HIDDEN)) && (f->kind != KIND_LINK || ask->link);
    if (ours)
      im->column[i] = f;
    else if (!silent_column(ask->arena, name))
      *slice_push(ask->arena, &im->out->unknown_columns, &im->unknown_cap) =
          str_copy(ask->arena, name);
  }
}

static void add_fault(struct importer *im, int64_t line, struct str column, struct str sentence) {
  struct import_ask *ask = im->ask;
  size_t most = ask->faults_max ? ask->faults_max : FAULTS_MAX;
  if (im->out->faults.n >= most) {
    im->out->faults_cut = true;
    return;
  }
  *slice_push(ask->arena, &im->out->faults, &im->fault_cap) =
      (struct row_fault){line, str_copy(ask->arena, column), str_copy(ask->arena, sentence)};
}

/* The bad row as it came, with what to put right in a last column. */
static void keep_bad_row(struct importer *im, const struct csv_row *row, struct str sentences) {
  struct buf *b = im->out->bad_rows;
  if (!b) return;
  if (!b->n) {
    for (size_t i = 0; i < im->rows->headers.n; i++) csv_put(b, im->rows->headers.p[i], false);
    csv_put(b, S("what to put right"), true);
  }
  for (size_t i = 0; i < im->rows->headers.n; i++)
    csv_put(b, i < row->n ? row->cell[i] : S(""), false);
  csv_put(b, sentences, true);
}

struct row_work {
  void *record; /* as it will be */
  bool is_new;
  struct str sentences;
  int64_t line;
  bool bad;
};

static void row_bad(struct importer *im, struct row_work *w, struct str column,
                    struct str sentence) {
  add_fault(im, w->line, column, sentence);
  w->bad = true;
  struct str before = w->sentences;
  w->sentences =
      before.n ? str_format(&im->scratch, "%.*s %.*s", P(before), P(sentence)) : sentence;
}

static const struct sql *key_statement(const struct record_type *t, const struct field *key) {
  static struct {
    const struct field *key;
    struct sql sql;
  } kept[64];
  static struct arena memory;
  size_t i = 0;
  while (i < countof(kept) && kept[i].key && kept[i].key != key) i++;
  if (i == countof(kept)) return NULL;
  if (!kept[i].key) {
    if (!memory.start) memory = arena_open(1 << 20);
    struct str text = str_format(&memory, "select id from %s where %s = ?1", t->name, key->name);
    kept[i].sql = (struct sql){str_c(&memory, text), t->name, 0, t->store};
    kept[i].key = key;
  }
  return &kept[i].sql;
}

static struct str key_cell(const struct importer *im, const struct csv_row *row) {
  for (size_t i = 0; im->ask->key && i < row->n && i < COLUMNS_MAX; i++)
    if (im->column[i] == im->ask->key) return csv_cell(row, (int)i);
  return (struct str){0};
}

static struct str *seen_slot(struct str *slots, size_t cap, struct str key) {
  size_t i = hash64(key, 0) & (cap - 1);
  while (slots[i].n && !str_eq(slots[i], key)) i = (i + 1) & (cap - 1);
  return &slots[i];
}

static bool seen_before(struct importer *im, struct str key) {
  if (im->seen.n * 2 >= im->seen.cap) {
    size_t cap = im->seen.cap ? im->seen.cap * 2 : 256;
    struct str *grown = arena_many(im->ask->arena, struct str, cap);
    for (size_t i = 0; i < im->seen.cap; i++)
      if (im->seen.slot[i].n) *seen_slot(grown, cap, im->seen.slot[i]) = im->seen.slot[i];
    im->seen.slot = grown, im->seen.cap = cap;
  }
  struct str *slot = seen_slot(im->seen.slot, im->seen.cap, key);
  if (slot->n) return true;
  *slot = str_copy(im->ask->arena, key);
  im->seen.n++;
  return false;
}

/* Finds the record the row speaks of, or starts a new one. */
static void find_record(struct importer *im, const struct csv_row *row, struct row_work *w) {
  struct import_ask *ask = im->ask;
  struct str id = csv_cell(row, im->id_column), key = key_cell(im, row);
  struct uuid uuid;
  w->record = arena_alloc(&im->scratch, ask->type->size, 16, 1);
  record_clear(ask->type, w->record);
  w->is_new = true;
  if (id.n || key.n) {
    if (seen_before(im, id.n ? id : key)) {
      row_bad(im, w, id.n ? S("id") : str_of(ask->key->name),
              S("This row is in the file twice. Keep one of them."));
      return;
    }
  }
  if (id.n) {
    w->is_new = false;
    if (!uuid_parse(id, &uuid) ||
        !record_load_public(ask->db, &im->scratch, ask->type, uuid, w->record))
      row_bad(im, w, S("id"),
              S("There is no record with this id. Leave it empty to add a new one."));
  } else if (key.n) {
    struct value v;
    const struct sql *sql = key_statement(ask->type, ask->key);
    struct db_value asked;
    int64_t found = 0; /* a key that cannot be read is told of as its cell's own fault */
    if (sql && value_parse(&im->scratch, ask->key, key, &v, NULL))
      asked = record_db_value(&im->scratch, ask->key, v),
      found = db_number_(ask->db, 0, sql, &asked, 1);
    if (found && record_load(ask->db, &im->scratch, ask->type, found, w->record)) w->is_new = false;
  }
  if (w->is_new && ask->fresh) ask->fresh(ask, w->record);
}

/* csv_put marks cells a spreadsheet might run with an apostrophe; take it off on the way back. */
static struct str unmarked(struct str s) {
  return s.n > 1 && s.p[0] == '\'' && strchr("=+-@\t\r", s.p[1]) ? str_slice(s, 1, s.n) : s;
}

static void take_cell(struct importer *im, struct row_work *w, const struct field *f,
                      struct str cell) {
  struct why why = {0};
  struct value v = {.kind = f->kind};
  struct str s = unmarked(cell);
  if (!s.n) return;
  bool good = true;
  if (str_eq(s, S("-")))
    v.known = false;
  else if (f->kind == KIND_LINK)
    good = im->ask->link(im->ask, f, s, &v.i, &why), v.known = v.i != 0;
  else
    good = value_parse(&im->scratch, f, s, &v, &why);
  if (good)
    field_set(f, w->record, v);
  else
    row_bad(im, w, str_of(f->name), str_copy(&im->scratch, why_str(&why)));
}

static void check_row(struct importer *im, struct row_work *w) {
  struct why why = {0};
  if (w->bad) return;
  struct faults faults = record_check(&im->scratch, im->ask->type, w->record);
  for (size_t i = 0; i < faults.n; i++)
    if (!(faults.p[i].field->flags & HIDDEN))
      row_bad(im, w, str_of(faults.p[i].field->name), faults.p[i].sentence);
  if (!w->bad && im->ask->check && !im->ask->check(im->ask, w->record, w->is_new, &why))
    row_bad(im, w, S(""), str_copy(&im->scratch, why_str(&why)));
}

/* Writes one good row, or in a dry run only says what it would do. */
static bool write_row(struct importer *im, struct row_work *w, bool dry) {
  struct import_ask *ask = im->ask;
  struct record_head before;
  memcpy(&before, w->record, sizeof before);
  if (w->is_new) {
    im->out->added++;
    if (dry) return true;
    if (record_insert(ask->db, &im->scratch, ask->type, w->record, ask->user_id, ask->now) != DB_OK)
      return false;
  } else {
    void *stored = arena_alloc(&im->scratch, ask->type->size, 16, 1);
    bool same = record_load(ask->db, &im->scratch, ask->type, before.id, stored);
    for (size_t i = 0; same && i < ask->type->n_fields; i++)
      same = value_eq(field_get(&ask->type->fields[i], stored),
                      field_get(&ask->type->fields[i], w->record));
    if (same)
      im->out->same++;
    else
      im->out->changed++;
    if (same || dry) return true;
    if (record_update(ask->db, &im->scratch, ask->type, w->record, ask->user_id, ask->now) != DB_OK)
      return false;
  }
  if (ask->wrote) ask->wrote(ask, w->record, w->is_new);
  return true;
}

static bool one_row(struct importer *im, const struct csv_row *row, bool dry) {
  struct row_work w = {.line = row->line};
  bool empty = true;
  for (size_t i = 0; i < row->n && empty; i++) empty = !str_trim(row->cell[i]).n;
  if (empty) return true; /* the blank rows spreadsheets leave behind */
  im->out->rows++;
  find_record(im, row, &w);
  for (size_t i = 0; i < row->n && i < COLUMNS_MAX; i++)
    if (im->column[i]) take_cell(im, &w, im->column[i], str_trim(row->cell[i]));
  if (row->n > im->rows->headers.n)
    row_bad(im, &w, S(""), S("This row has more cells than the first row has names."));
  check_row(im, &w);
  if (!w.bad) return write_row(im, &w, dry);
  im->out->bad++;
  keep_bad_row(im, row, w.sentences);
  return true;
}

static bool all_rows(struct importer *im, bool dry, struct why *why) {
  size_t most = im->ask->rows_max ? im->ask->rows_max : ROWS_MAX;
  struct csv_row row;
  enum csv_result r;
  while ((r = im->rows->next(im->rows, &row, why)) == CSV_ROW) {
    if ((size_t)im->out->rows >= most)
      return why_say(why, "The file has more than %zu rows. Send it in parts.", most);
    if (!one_row(im, &row, dry))
      return why_say(why, "Line %lld could not be written. Nothing was changed; try again.",
                     (long long)row.line);
    arena_reset(&im->scratch);
  }
  return r == CSV_END;
}

bool record_import(struct import_ask *ask, struct row_source *rows, struct import_result *out,
                   struct why *why) {
  struct importer *im = arena_new(ask->arena, struct importer);
  struct buf *bad_rows = out->bad_rows;
  *out = (struct import_result){.bad_rows = bad_rows};
  im->ask = ask, im->out = out, im->rows = rows;
  im->scratch = arena_open((size_t)64 << 20);
  match_columns(im);
  bool dry = ask->mode == IMPORT_DRY;
  enum store store = ask->type->store;
  if (!dry) db_begin(ask->db, store);
  bool good = all_rows(im, dry, why);
  arena_close(&im->scratch);
  if (dry) return good;
  if (!good || (out->bad && ask->mode == IMPORT_ALL_OR_NOTHING)) {
    db_rollback(ask->db, store);
    return good; /* bad rows are in *out: nothing was written */
  }
  if (db_commit(ask->db, store) != DB_OK)
    return why_say(why, "The rows could not be saved. Nothing was changed; try again.");
  return true;
}
