/* Many entries at once: services out as CSV, CSV or XLSX in, first as a dry run that lists every
 * row to put right. */
#include <unistd.h>
#include "base/xlsx.h"
#include "editor.html.h"
#include "directory/pages.h"

enum {
  FILE_BYTES_MAX = 8 << 20,
  TEXT_CARRIED_BYTES_MAX = 4 << 20,
  FAULTS_SHOWN_MAX = 500,
  ROWS_MAX = 20000
};

/* ---- Out. */
void files_download(struct request *rq) {
  reply_download(rq, "text/csv; charset=utf-8", S("services.csv"));
  csv_put(rq->body, S("organisation"), false);
  record_csv_header(&service_type, HIDDEN | COMPUTED, rq->body);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select s.*, o.name as organisation_name from service s join "
                              "organisation o on o.id = s.organisation "
                              "order by s.name, s.id"));
  while (db_next(&r) && !rq->body->full) {
    struct service s;
    record_from_row(&service_type, &r, &s);
    csv_put(rq->body, row_text(&r, row_column(&r, "organisation_name")), false);
    record_csv_row(&service_type, &s, HIDDEN | COMPUTED, rq->body);
  }
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

static bool link_named(struct import_ask *ask, const struct field *f, struct str given, int64_t *id,
                       struct why *why) {
  (void)f;
  *id = db_number(ask->db, 0,
                  SQL("select min(id) from organisation where name = ?1 and withdrawn_on is null"),
                  V(given));
  return *id > 0 ||
         why_say(why, "There is no organisation of this name. Add it first, or correct the name.");
}

static void new_entry(struct import_ask *ask, void *record) {
  (void)ask;
  ((struct service *)record)->status = S("active");
}

static bool check_entry(struct import_ask *ask, void *record, bool is_new, struct why *why) {
  (void)is_new;
  const struct service *s = record;
  struct rules_rule rule;
  if (s->starts != DAY_NONE && s->ends != DAY_NONE && s->ends < s->starts)
    return why_say(why, "The end is before the start. Change one of them.");
  if (s->minimum_age != NUMBER_NONE && s->maximum_age != NUMBER_NONE &&
      s->maximum_age < s->minimum_age)
    return why_say(why, "The oldest age is below the youngest. Change one of them.");
  return !s->rule.n ||
         rules_parse_body(ask->arena, directory_book(), S("entry"), s->rule, &rule, why);
}

static void count_change(struct import_ask *ask, const void *record, bool is_new) {
  (void)record, (void)is_new;
  directory_changed(ask->db);
}

static bool take(struct request *rq, struct str text, bool apply, struct import_result *out,
                 struct why *why) {
  struct csv *c = csv_open_str(rq->arena, text);
  struct import_ask ask = {.type = &service_type,
                           .mode = apply ? IMPORT_GOOD_ROWS : IMPORT_DRY,
                           .user_id = rq->actor.user_id,
                           .now = rq->now,
                           .rows_max = ROWS_MAX,
                           .faults_max = FAULTS_SHOWN_MAX,
                           .link = link_named,
                           .fresh = new_entry,
                           .check = check_entry,
                           .wrote = count_change,
                           .db = rq->db,
                           .arena = rq->arena};
  bool good = csv_headers(c, why);
  struct row_source rows = row_source_csv(c);
  if (good && csv_column(c, S("id")) < 0 && csv_column(c, S("name")) < 0)
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

void files_show(struct request *rq) {
  struct files_page p = {.layout = page_layout(rq, PAGE_TITLE(rq, "Many entries at once"))};
  view_directory_files(rq->view, &p);
}

void files_take(struct request *rq) {
  struct files_page p = {.dry = !request_has(rq, "apply")};
  struct why why = {0};
  struct buf bad = buf_open(FILE_BYTES_MAX * 2);
  struct import_result r = {.bad_rows = &bad};
  if (!file_text(rq, &p.text, &why) || !take(rq, p.text, !p.dry, &r, &why)) {
    p.fault = str_copy(rq->arena, why_str(&why));
    reply_status(rq, 422);
  } else {
    show_result(rq, &r, &p);
  }
  buf_free(&bad);
  if (p.text.n > TEXT_CARRIED_BYTES_MAX || !p.dry || (p.added == 0 && p.changed == 0))
    p.text = (struct str){0};
  p.layout = page_layout(rq, PAGE_TITLE(rq, "Many entries at once"));
  view_directory_files(rq->view, &p);
}
