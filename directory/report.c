/* Reports and imports of the directory, from the command line. */
#include "base/args.h"
#include "db/here.h"
#include "directory/inside.h"
#include "rules/library.h"

static int say(const struct why *why) {
  fprintf(stderr, "%s\n", why->text);
  return 1;
}

static int usage(const char *text) {
  fprintf(stderr, "%s\n", text);
  return 2;
}

/* ---- report programmes --by cohort: the LGA's Figure 2 from the rows, with what does not agree
 * said aloud. */

static int64_t rows_in(struct db *db, struct str group, bool sub) {
  if (sub)
    return db_number(
        db, -1,
        SQL("select count(*) from national_programme where sub_group = ?1 and counted <> 'no'"),
        V(group));
  return db_number(
      db, -1,
      SQL("select count(*) from national_programme where cohort_group = ?1 and counted <> 'no'"),
      V(group));
}

static int64_t rounded_percent(int64_t n, int64_t of) {
  return of > 0 ? (n * 200 + of) / (of * 2) : 0;
}

bool national_figure_read(struct db *db, struct arena *a, struct national_figure *out,
                          struct why *why) {
  struct csv *c = csv_open_str(a, pack_text("packs/national/groups.csv"));
  struct csv_row row;
  size_t cap = 0;
  *out = (struct national_figure){
      .total =
          db_number(db, -1, SQL("select count(*) from national_programme where counted <> 'no'"))};
  bool good = csv_headers(c, why) && out->total >= 0;
  while (good && csv_next(c, &row, why) == CSV_ROW) {
    struct national_figure_row r = {.label = str_copy(a, csv_cell(&row, csv_column(c, S("label")))),
                                    .part = csv_cell(&row, csv_column(c, S("within"))).n > 0,
                                    .stated = NUMBER_NONE};
    str_to_i64(csv_cell(&row, csv_column(c, S("percent_stated"))), &r.stated);
    r.count = rows_in(db, csv_cell(&row, csv_column(c, S("group"))), r.part);
    r.percent = rounded_percent(r.count, out->total);
    if (!r.part) out->in_groups += r.count;
    *slice_push(a, &out->rows, &cap) = r;
  }
  csv_close(c);
  return good ||
         why_say(why, "There are no national programmes in the data yet. Run waymark init first.");
}

static void figure_notes(struct db *db, struct arena *a, const struct national_figure *f) {
  struct rows r = db_rows(db, a,
                          SQL("select value, source from fact_source where field = 'national "
                              "programmes' order by chosen desc, id"));
  fprintf(stderr, "Sources disagree on how many national programmes there are:\n");
  while (db_next(&r)) {
    struct str value = row_text(&r, 0), source = row_text(&r, 1);
    fprintf(stderr, "  %.*s: %.*s\n", P(value), P(source));
  }
  fprintf(stderr,
          "These rows are %lld. The nine groups add up to %lld; the rows of parts are inside the "
          "first group.\n",
          (long long)f->total, (long long)f->in_groups);
  for (size_t i = 0; i < f->rows.n; i++)
    if (f->rows.p[i].stated != NUMBER_NONE && f->rows.p[i].stated != f->rows.p[i].percent)
      fprintf(stderr, "Differs from the report: %.*s is %lld%% here and %lld%% there.\n",
              P(f->rows.p[i].label), (long long)f->rows.p[i].percent,
              (long long)f->rows.p[i].stated);
}

static void figure_print(const struct national_figure *f, bool csv) {
  struct buf b = buf_open(1 << 20);
  if (csv)
    csv_put(&b, S("cohort"), false), csv_put(&b, S("count"), false),
        csv_put(&b, S("percent"), true);
  for (size_t i = 0; i < f->rows.n; i++) {
    const struct national_figure_row *r = &f->rows.p[i];
    if (!csv) {
      buf_format(&b, "%s%-*.*s %3lld  %3lld%%\n", r->part ? "  " : "", r->part ? 76 : 78,
                 P(r->label), (long long)r->count, (long long)r->percent);
      continue;
    }
    csv_put(&b, r->label, false);
    buf_format(&b, "%lld,%lld\r\n", (long long)r->count, (long long)r->percent);
  }
  fwrite(b.p, 1, b.n, stdout);
  buf_free(&b);
}

int directory_report_command(int argc, char **argv) {
  static const char how[] = "usage: waymark report programmes --by cohort [--csv] --data DIR";
  struct args args = args_of(argc, argv);
  struct str by = {0};
  struct why why = {0};
  bool csv = args_flag(&args, "--csv");
  args_value(&args, "--by", &by);
  if (!args_done(&args, &why)) {
    say(&why);
    return usage(how);
  }
  if (by.n && !str_eq(by, S("cohort")))
    return usage("National programmes can be counted --by cohort only.");
  struct db *db = db_open_here(&why);
  if (!db) return say(&why);
  struct arena a = arena_open((size_t)64 << 20);
  struct national_figure f;
  bool good = national_figure_read(db, &a, &f, &why);
  if (good) figure_print(&f, csv), figure_notes(db, &a, &f);
  arena_close(&a);
  db_close(db);
  return good ? 0 : say(&why);
}

/* ---- import schemes FILE. */

static void print_result(const struct import_result *r, bool dry) {
  for (size_t i = 0; i < r->unknown_columns.n; i++)
    fprintf(stderr, "Column \"%.*s\" is not known and was left out.\n", P(r->unknown_columns.p[i]));
  for (size_t i = 0; i < r->faults.n; i++)
    fprintf(stderr, "Line %lld, %.*s: %.*s\n", (long long)r->faults.p[i].line,
            P(r->faults.p[i].column), P(r->faults.p[i].sentence));
  printf("%s%lld rows: %lld new, %lld changed, %lld the same, %lld to put right.\n",
         dry ? "Nothing was changed. " : "", (long long)r->rows, (long long)r->added,
         (long long)r->changed, (long long)r->same, (long long)r->bad);
}

static bool keep_bad_rows(const struct buf *bad, struct str path, struct arena *a,
                          struct why *why) {
  if (!bad->n) return true;
  if (!path.n) {
    fprintf(stderr, "Add --bad-rows FILE to have these rows written to a file.\n");
    return true;
  }
  return file_write(str_c(a, path), buf_str(bad), why);
}

int directory_import_command(int argc, char **argv) {
  static const char how[] =
      "usage: waymark import schemes FILE [--dry-run] [--bad-rows FILE] --data DIR";
  struct args args = args_of(argc, argv);
  struct str file = {0}, bad_path = {0};
  struct why why = {0};
  bool dry = args_flag(&args, "--dry-run");
  args_value(&args, "--bad-rows", &bad_path);
  if (!args_word(&args, &file)) return usage(how);
  if (!args_done(&args, &why)) {
    say(&why);
    return usage(how);
  }
  struct arena a = arena_open((size_t)512 << 20);
  struct db *db = db_open_here(&why);
  struct csv *c = db ? csv_open_file(&a, str_c(&a, file), &why) : NULL;
  struct buf bad = buf_open((size_t)64 << 20);
  struct import_result r = {.bad_rows = &bad};
  bool good = c && csv_headers(c, &why) && schemes_import(db, &a, c, dry, here_now(), &r, &why);
  if (good) print_result(&r, dry);
  good = good && keep_bad_rows(&bad, bad_path, &a, &why);
  if (c) csv_close(c);
  if (db) db_close(db);
  buf_free(&bad);
  arena_close(&a);
  if (!good) return say(&why);
  return r.bad ? 1 : 0;
}
