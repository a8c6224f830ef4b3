/* Many entries at once: out and in as CSV or XLSX; in, first as a dry run that lists every row to
 * put right. */
#include <unistd.h>
#include "base/xlsx.h"
#include "db/here.h"
#include "editor.html.h"
#include "directory/pages.h"

enum {
  FILE_BYTES_MAX = 8 << 20,
  TEXT_CARRIED_BYTES_MAX = 4 << 20,
  FAULTS_SHOWN_MAX = 500,
  ROWS_MAX = 20000
};

/* ---- Out. */
static void put_link_headers(const struct record_type *t, struct buf *out) {
  for (size_t i = 0; i < t->n_fields; i++)
    if (file_link_column(&t->fields[i])) csv_put(out, str_of(t->fields[i].name), false);
}

static void put_links(struct request *rq, const struct record_type *t, const void *record,
                      struct buf *out) {
  struct arena scratch = arena_open(1 << 20);
  for (size_t i = 0; i < t->n_fields; i++)
    if (file_link_column(&t->fields[i])) {
      int64_t id = field_get(&t->fields[i], record).i;
      csv_put(out, file_link_text(rq->db, &scratch, &t->fields[i], id), false);
    }
  arena_close(&scratch);
}

static void put_file(struct request *rq, const struct record_type *t, struct buf *out) {
  struct arena one = arena_open(16 << 20);
  void *record = arena_alloc(rq->arena, t->size, 16, 1);
  put_link_headers(t, out);
  record_csv_header(t, HIDDEN | COMPUTED, out);
  struct rows r = file_rows(rq->db, &one, t);
  while (db_next(&r) && !out->full) {
    record_from_row(t, &r, record);
    put_links(rq, t, record, out);
    record_csv_row(t, record, HIDDEN | COMPUTED, out);
    arena_reset(&one);
  }
  arena_close(&one);
}

static void workbook_out(struct request *rq, const struct file_kind *kind, struct str name) {
  struct buf csv = buf_open(XLSX_BYTES_MAX);
  struct str book;
  struct why why = {0};
  put_file(rq, kind->type, &csv);
  bool good = !csv.full && xlsx_of_csv(rq->arena, buf_str(&csv), str_of(kind->path),
                                       db_here()->folder, &book, &why);
  buf_free(&csv);
  if (good) {
    reply_download(rq, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name);
    buf_put(rq->body, book);
    return;
  }
  log_event(LOG_WARNING, "workbook-not-made", "why=%s", why.text);
  reply_refuse(rq, 500, PAGE_TITLE(rq, "The workbook could not be made. Take the CSV instead."));
}

/* "services.csv", "places.xlsx". */
void files_download(struct request *rq) {
  struct str name = request_path(rq, "name");
  size_t dot = str_find_byte(name, '.');
  const struct file_kind *kind = file_kind_named(str_slice(name, 0, dot));
  struct str ending = str_slice(name, dot, name.n);
  if (kind && str_eq(ending, S(".csv"))) {
    reply_download(rq, "text/csv; charset=utf-8", name);
    put_file(rq, kind->type, rq->body);
  } else if (kind && str_eq(ending, S(".xlsx")))
    workbook_out(rq, kind, name);
  else
    reply_not_found(rq);
}

/* ---- In. */
static bool upload_bytes(struct request *rq, const struct upload *u, struct str *out,
                         struct why *why) {
  if (u->bytes > FILE_BYTES_MAX)
    return why_say(why, "The file is larger than 8 MB. Send it in parts.");
  char *p = arena_many(rq->arena, char, (size_t)u->bytes + 1);
  size_t n = 0;
  while (n < u->bytes) {
    ssize_t got = pread(u->fd, p + n, (size_t)u->bytes - n, (off_t)n);
    if (got <= 0) return why_say(why, "The file did not arrive whole. Send it again.");
    n += (size_t)got;
  }
  *out = (struct str){p, n};
  return true;
}

/* A workbook becomes CSV text, so that the rows that were looked at are the rows that are saved. */
static bool workbook_as_csv(struct request *rq, struct str bytes, struct str *out,
                            struct why *why) {
  struct xlsx *x = xlsx_open_str(rq->arena, bytes, (struct str){0}, why);
  if (!x) return false;
  struct buf b = buf_open(TEXT_CARRIED_BYTES_MAX * 2);
  struct csv_row row;
  enum csv_result r;
  while ((r = xlsx_next(x, &row, why)) == CSV_ROW)
    for (size_t i = 0; i < row.n || i == 0; i++)
      csv_put(&b, i < row.n ? row.cell[i] : S(""), i + 1 >= row.n);
  xlsx_close(x);
  *out = str_copy(rq->arena, buf_str(&b));
  bool full = b.full;
  buf_free(&b);
  return r == CSV_END && (!full || why_say(why, "The workbook is too large. Send it in parts."));
}

static bool file_text(struct request *rq, struct str *out, struct why *why) {
  const struct upload *u = request_file(rq, "file");
  *out = request_form(rq, "text");
  if (out->n) return true;
  if (!u || !u->bytes) return why_say(why, "Choose a file first.");
  if (!upload_bytes(rq, u, out, why)) return false;
  if (str_starts(*out, S("PK\x03\x04"))) return workbook_as_csv(rq, *out, out, why);
  return true;
}

static void new_entry(struct import_ask *ask, void *record) {
  if (ask->type == &service_type) ((struct service *)record)->status = S("active");
  if (ask->type == &location_type) ((struct location *)record)->location_type = S("physical");
}

static bool check_entry(struct import_ask *ask, void *record, bool is_new, struct why *why) {
  const struct entry_ask how = {ask->arena, LANG_EN};
  size_t from = 0;
  struct str said;
  (void)is_new;
  if (entry_check(ask->type, record, &how, &from, &said)) return why_say(why, "%.*s", P(said));
  if (ask->type == &location_type) place_point(ask->db, record);
  return true;
}

static void count_change(struct import_ask *ask, const void *record, bool is_new) {
  const struct field *of = field_find(ask->type, S("service"));
  (void)is_new;
  if (of)
    directory_touch(ask->db, ask->arena, field_get(of, record).i, ask->now);
  else
    directory_changed(ask->db);
}

/* A file must say which entry a row is about: by its id, by its name, or by whose part it is. */
static bool says_which(const struct record_type *t, const struct csv *c) {
  return csv_column(c, S("id")) >= 0 || csv_column(c, S("name")) >= 0 ||
         (field_find(t, S("service")) && csv_column(c, S("service")) >= 0);
}

static bool take(struct request *rq, const struct file_kind *kind, struct str text, bool apply,
                 struct import_result *out, struct why *why) {
  struct csv *c = csv_open_str(rq->arena, text);
  struct import_ask ask = {.type = kind->type,
                           .mode = apply ? IMPORT_GOOD_ROWS : IMPORT_DRY,
                           .user_id = rq->actor.user_id,
                           .now = rq->now,
                           .rows_max = ROWS_MAX,
                           .faults_max = FAULTS_SHOWN_MAX,
                           .link = file_link_read,
                           .fresh = new_entry,
                           .check = check_entry,
                           .wrote = count_change,
                           .db = rq->db,
                           .arena = rq->arena};
  bool good = csv_headers(c, why);
  struct row_source rows = row_source_csv(c);
  if (good && !says_which(kind->type, c))
    good = why_say(why, "The first row must name the columns, and id or name must be one of them.");
  record_change_from(S("a file of entries"));
  good = good && record_import(&ask, &rows, out, why);
  record_change_from((struct str){0});
  csv_close(c);
  return good;
}

static void show_result(struct request *rq, const struct import_result *r, struct files_page *p) {
  struct files_fault *faults = arena_many(rq->arena, struct files_fault, r->faults.n + 1);
  for (size_t i = 0; i < r->faults.n; i++)
    faults[i] =
        (struct files_fault){r->faults.p[i].line, r->faults.p[i].column, r->faults.p[i].sentence};
  p->done = true;
  p->rows = r->rows, p->added = r->added, p->changed = r->changed, p->same = r->same,
  p->bad = r->bad;
  p->faults.p = faults, p->faults.n = r->faults.n, p->faults_cut = r->faults_cut;
  p->unknown.p = r->unknown_columns.p, p->unknown.n = r->unknown_columns.n;
  p->bad_rows = str_copy(rq->arena, buf_str(r->bad_rows));
}

static void put_kinds(struct request *rq, const struct file_kind *chosen, struct files_page *p) {
  struct option *kinds = arena_many(rq->arena, struct option, file_kinds_n);
  for (size_t i = 0; i < file_kinds_n; i++)
    kinds[i] = (struct option){str_of(file_kinds[i].path), str_of(file_kinds[i].label),
                               &file_kinds[i] == chosen};
  p->kinds.p = kinds, p->kinds.n = file_kinds_n, p->kind = str_of(chosen->path);
  p->layout = page_layout(rq, PAGE_TITLE(rq, "Many entries at once"));
}

void files_show(struct request *rq) {
  struct files_page p = {0};
  put_kinds(rq, &file_kinds[0], &p);
  view_directory_files(rq->view, &p);
}

void files_take(struct request *rq) {
  struct files_page p = {.dry = !request_has(rq, "apply")};
  struct why why = {0};
  struct buf bad = buf_open(FILE_BYTES_MAX * 2);
  struct import_result r = {.bad_rows = &bad};
  struct str named = request_form(rq, "kind");
  const struct file_kind *kind = named.n ? file_kind_named(named) : &file_kinds[0];
  bool good = kind || why_say(&why, "Choose what the file holds from the list.");
  good = good && file_text(rq, &p.text, &why) && take(rq, kind, p.text, !p.dry, &r, &why);
  if (good)
    show_result(rq, &r, &p);
  else
    p.fault = str_copy(rq->arena, why_str(&why)), reply_status(rq, 422);
  buf_free(&bad);
  if (p.text.n > TEXT_CARRIED_BYTES_MAX || !p.dry || (p.added == 0 && p.changed == 0))
    p.text = (struct str){0};
  put_kinds(rq, kind ? kind : &file_kinds[0], &p);
  view_directory_files(rq->view, &p);
}
