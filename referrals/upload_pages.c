/* upload_pages: referrals from a spreadsheet. Each row is read by the same reader as the form; the
 * dry run lists every row to put right; sending twice sends once. */
#include "base/xlsx.h"
#include "partner.html.h"
#include "referrals/page_parts.h"

enum { FILE_BYTES_MAX = 2 << 20, ROWS_MAX = 500, FAULTS_SHOWN_MAX = 200 };

/* A workbook becomes CSV text, so that the rows that were looked at are the rows that are sent. */
static bool workbook_text(struct request *rq, struct str bytes, struct str *out, struct why *why) {
  struct xlsx *x = xlsx_open_str(rq->arena, bytes, (struct str){0}, why);
  struct buf b = buf_open(FILE_BYTES_MAX * 2);
  struct csv_row row;
  enum csv_result r = CSV_BAD;
  if (!x) return false;
  while ((r = xlsx_next(x, &row, why)) == CSV_ROW)
    for (size_t i = 0; i < row.n || i == 0; i++)
      csv_put(&b, i < row.n ? row.cell[i] : S(""), i + 1 >= row.n);
  xlsx_close(x);
  *out = str_copy(rq->arena, buf_str(&b));
  bool whole = !b.full;
  buf_free(&b);
  return r == CSV_END && (whole || why_say(why, "The workbook is too large. Send it in parts."));
}

static bool file_text(struct request *rq, struct str *out, struct why *why) {
  *out = request_form(rq, "text");
  if (out->n) return true;
  if (!request_file_bytes(rq, "file", FILE_BYTES_MAX, out, why)) return false;
  return !str_starts(*out, S("PK\x03\x04")) || workbook_text(rq, *out, out, why);
}

struct row_given { struct request *rq; struct csv *csv; const struct csv_row *row; };

static struct str cell(void *from, const char *name) {
  const struct row_given *g = from;
  return csv_cell(g->row, csv_column(g->csv, str_of(name)));
}

static struct strs cells(void *from, const char *name) {
  struct row_given *g = from;
  static const char *const asked[] = {"place", "age", "status"};
  struct strs one = {0};
  for (size_t i = 0; i < countof(asked); i++) {
    struct str v = strcmp(name, asked[i]) == 0 ? cell(from, name) : (struct str){0};
    if (!v.n) continue;
    one.p = arena_new(g->rq->arena, struct str), one.n = 1;
    one.p[0] = v;
  }
  return one;
}

static void bad(struct request *rq, struct ref_upload_page *page, size_t *cap, int64_t line,
                const char *column, struct str sentence) {
  if (page->faults.n < FAULTS_SHOWN_MAX)
    *slice_push(rq->arena, &page->faults, cap) =
        (struct ref_bad_row){line, str_of(column), sentence};
}

/* The service named, or the first that fits and takes referrals. */
static bool place_row(struct row_given *g, struct referral_new *r, struct matches *m) {
  struct str named = cell(g, "service");
  if (!match_for(g->rq, &(struct finding_said){cells, g}, false, m)) return false;
  for (size_t i = 0; i < m->list.n && !r->to.n; i++)
    if (!named.n || str_eq_nocase(named, m->list.p[i].name)) r->to.p[r->to.n++] = m->list.p[i].to;
  r->area_code = m->area_code;
  if (m->age != NUMBER_NONE) r->age = m->age;
  if (!r->to.n) m->fault_field = S("service"),
                m->fault = PAGE_TITLE(g->rq, "No team takes this on here. Look at the service, the "
                                             "place and the age.");
  return r->to.n > 0;
}

/* The same row of the same sender is the same referral, however often the file is sent. */
static struct str once_of(struct request *rq, const struct csv_row *row) {
  struct buf b = buf_open(CSV_ROW_BYTES_MAX * 2);
  buf_format(&b, "%lld", (long long)rq->actor.team_id);
  for (size_t i = 0; i < row->n; i++) {
    buf_byte(&b, '\x1f');
    buf_put(&b, row->cell[i]);
  }
  struct sha256 h = sha256_of(buf_str(&b));
  buf_free(&b);
  return str_format(rq->arena, "file %.*s", P(hex_of(rq->arena, h.b, 16)));
}

static bool row_read(struct row_given *g, struct referral_new *r, struct ref_upload_page *page,
                     size_t *cap) {
  struct read_faults f = {0};
  struct matches m;
  struct request *rq = g->rq;
  *r = (struct referral_new){.via = "file", .about = "professional", .source = S("other"),
                             .sent_by = rq->actor.user_id, .sent_team = rq->actor.team_id,
                             .from_function = rq->actor.function};
  bool good = referral_read(rq->arena, &(struct given){cell, g}, (enum language)rq->lang, r, &f);
  for (size_t i = 0; i < f.n; i++) bad(rq, page, cap, g->row->line, f.p[i].field, f.p[i].sentence);
  if (!place_row(g, r, &m)) {
    bad(rq, page, cap, g->row->line, str_c(rq->arena, m.fault_field), m.fault);
    good = false;
  }
  r->once = once_of(rq, g->row);
  return good;
}

static bool rows_take(struct request *rq, struct str text, struct ref_upload_page *page,
                      struct why *why) {
  struct csv *c = csv_open_str(rq->arena, text);
  struct csv_row row;
  enum csv_result end = CSV_END;
  size_t cap = 0;
  bool good = csv_headers(c, why);
  if (good && (csv_column(c, S("name")) < 0 || csv_column(c, S("safe_way")) < 0))
    good =
        why_say(why, "The first row must name the columns; name and safe_way must be among them.");
  while (good && page->rows < ROWS_MAX && (end = csv_next(c, &row, why)) == CSV_ROW) {
    struct row_given g = {rq, c, &row};
    struct referral_new r;
    struct uuid id;
    page->rows++;
    if (!row_read(&g, &r, page, &cap)) {
      page->bad++;
      continue;
    }
    page->good++;
    if (!page->dry && referral_send(rq->db, rq->arena, &r, rq->now, &id) != DB_OK)
      good = why_say(why, "Row %lld could not be saved, so none was. Try again in a minute.",
                     (long long)row.line);
  }
  if (end == CSV_BAD) good = false;
  if (good && page->rows == ROWS_MAX && csv_next(c, &row, why) == CSV_ROW)
    good = why_say(why, "The file has more than %d rows. Send it in parts.", ROWS_MAX);
  csv_close(c);
  return good;
}

static void show(struct request *rq, struct ref_upload_page *page) {
  page->layout = page_layout(rq, PAGE_TITLE(rq, "Referrals from a file"));
  if (page->fault.n) reply_status(rq, 422);
  view_ref_upload(rq->view, page);
}

void upload_page(struct request *rq) {
  struct ref_upload_page page = {0};
  show(rq, &page);
}

void upload_post(struct request *rq) {
  struct ref_upload_page page = {.dry = !request_has(rq, "apply")};
  struct why why = {0};
  bool good = file_text(rq, &page.text, &why);
  if (good) {
    db_begin(rq->db, STORE_MAIN);
    good = rows_take(rq, page.text, &page, &why);
    if (good) audit_did(rq, "referrals from a file", 0, 0);
    if (!good || page.dry) db_rollback(rq->db, STORE_MAIN);
    else if (db_commit(rq->db, STORE_MAIN) != DB_OK)
      good = why_say(&why,
                     "The rows could not be saved just now, so none was. Try again in a minute.");
  }
  page.done = good;
  if (!good) page.fault = words_label((enum language)rq->lang, str_copy(rq->arena, why_str(&why)));
  if (!page.dry) page.text = (struct str){0};
  show(rq, &page);
}
