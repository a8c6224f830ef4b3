/* Tables as CSV, the import of estimates, and both from the command line. */
#include <stdio.h>
#include "base/args.h"
#include "coverage/inside.h"
#include "db/here.h"

static void put(struct buf *out, struct str s) { csv_put(out, s, false); }
static void put_number(struct buf *out, struct arena *a, int64_t n, bool last) {
  csv_put(out, n == COVERAGE_UNKNOWN ? S("not known") : str_format(a, "%lld", (long long)n), last);
}
static void put_head(struct buf *out, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++) csv_put(out, str_of(names[i]), i + 1 == n);
}
static void put_people(struct buf *out, struct arena *a, const struct coverage_people *p,
                       bool last) {
  put_number(out, a, p->people, false);
  put(out, p->age_band);
  csv_put(out, p->source.n ? str_format(a, "%.*s (%.*s)", P(p->source), P(p->edition)) : p->source,
          last);
}
static void put_cell(struct buf *out, struct arena *a, const struct coverage *c,
                     const struct coverage_view *v, int32_t area, int cohort, int style) {
  put(out, c->areas.p[area].code);
  put(out, c->areas.p[area].name);
  put(out, c->cohorts->p[cohort].code);
  put(out, c->styles->p[style].code);
  put(out, day_iso(a, v->day));
}

void coverage_gaps_csv(const struct coverage *c, struct arena *a, const struct coverage_view *v,
                       struct buf *out) {
  static const char *const names[] = {"area",     "area name",   "cohort",           "style",
                                      "as on",    "live offers", "entries to check", "people",
                                      "age band", "source"};
  struct coverage_gaps gaps = coverage_gaps(c, a, v->kind, v->within, v->day, v->today);
  put_head(out, names, countof(names));
  for (size_t i = 0; i < gaps.n; i++) {
    const struct coverage_gap *g = &gaps.p[i];
    struct coverage_cell cell = {.unchecked = g->unchecked};
    put_cell(out, a, c, v, g->area, g->cohort, g->style);
    put_number(out, a, coverage_offers(c, &cell, v->day), false);
    put_number(out, a, g->unchecked, false);
    put_people(out, a, &g->people, true);
  }
}

void coverage_overlaps_csv(const struct coverage *c, struct arena *a, const struct coverage_view *v,
                           struct buf *out) {
  static const char *const names[] = {"area",   "area name",   "cohort",        "style",
                                      "as on",  "live offers", "known funders", "places",
                                      "people", "age band",    "source"};
  struct coverage_overlaps all = coverage_overlaps(c, a, v->kind, v->within, v->day, v->today);
  put_head(out, names, countof(names));
  for (size_t i = 0; i < all.n; i++) {
    const struct coverage_overlap *o = &all.p[i];
    put_cell(out, a, c, v, o->area, o->cohort, o->style);
    put_number(out, a, o->live, false);
    put_number(out, a, o->funders, false);
    put_number(out, a, o->places, false);
    put_people(out, a, &o->people, true);
  }
}

static void put_service(struct buf *out, struct arena *a, const struct coverage_service *s,
                        struct str last) {
  put(out, uuid_str(a, s->public_id));
  put(out, s->name);
  put(out, s->provider);
  put(out, coverage_funders(a, s));
  put(out, last);
}

void coverage_cliffs_csv(const struct coverage *c, struct arena *a, const struct coverage_view *v,
                         struct buf *out) {
  static const char *const names[] = {"id",           "service",           "provider",
                                      "funders",      "last day",          "pence a month",
                                      "people",       "cells empty alone", "cells empty together",
                                      "entry checked"};
  struct coverage_cliffs all = coverage_cliffs(c, a, v->within, v->months, v->today);
  put_head(out, names, countof(names));
  for (size_t i = 0; i < all.ends.n; i++) {
    const struct coverage_cliff *e = &all.ends.p[i];
    put_service(out, a, e->service, day_iso(a, e->last));
    put_number(out, a, e->pence_month, false);
    put_number(out, a, e->people, false);
    put_number(out, a, e->unchecked ? COVERAGE_UNKNOWN : e->alone, false);
    put_number(out, a, e->together, false);
    csv_put(out, e->unchecked ? S("no") : S("yes"), true);
  }
  for (size_t i = 0; i < all.unknown.n; i++) {
    put_service(out, a, all.unknown.p[i], S("not known"));
    for (int k = 0; k < 4; k++) put(out, S("not known"));
    csv_put(out, (struct str){0}, true);
  }
}

void coverage_funding_csv(const struct coverage *c, struct arena *a, struct buf *out) {
  static const char *const names[] = {"id",    "service", "provider", "funder",
                                      "pence", "kind",    "from",     "until"};
  put_head(out, names, countof(names));
  for (size_t i = 0; i < c->services.n; i++) {
    const struct coverage_service *s = &c->services.p[i];
    for (size_t k = 0; k < s->funds.n; k++) {
      const struct coverage_fund *f = &s->funds.p[k];
      put(out, uuid_str(a, s->public_id));
      put(out, s->name);
      put(out, s->provider);
      put(out, f->funder);
      put_number(out, a, f->pence, false);
      put(out, f->kind);
      put(out, f->starts == DAY_NONE ? S("not known") : day_iso(a, f->starts));
      csv_put(out, f->ends == DAY_NONE ? S("not known") : day_iso(a, f->ends), true);
    }
  }
}

/* ---- Estimates in. */

enum { FAULTS_MAX = 10000, PEOPLE_MOST = 100000000, TEXT_MOST = 300 };
enum column { AREA, COHORT, AGE_BAND, EDITION, SOURCE, VALUE, UNIT, COLUMNS };
static const char *const columns[COLUMNS] = {"area",   "cohort", "age_band", "edition",
                                             "source", "value",  "unit"};
struct taking {
  struct db *db;
  struct arena *a;
  instant_t now;
  struct import_result *out;
  size_t cap;
};

static bool fault(struct taking *t, int64_t line, enum column column, const char *sentence) {
  if (t->out->faults.n == FAULTS_MAX) return t->out->faults_cut = true, false;
  *slice_push(t->a, &t->out->faults, &t->cap) =
      (struct row_fault){line, str_of(columns[column]), str_of(sentence)};
  return false;
}

/* "16-64", "18-66", "16+", "all". */
static bool age_band_good(struct str s) {
  if (str_eq_nocase(s, S("all"))) return true;
  int64_t from, to;
  struct str rest = s, first = str_cut(&rest, '-');
  if (str_ends(s, S("+"))) return str_to_i64(str_slice(s, 0, s.n - 1), &from) && from >= 0;
  return str_to_i64(first, &from) && str_to_i64(rest, &to) && from >= 0 && to >= from && to < 130;
}

struct estimate {
  struct str area, cohort, age_band, edition, source;
  int64_t value;
};

static bool read_estimate(struct taking *t, const struct csv_row *row, const int *at,
                          struct estimate *e) {
  struct str cell[COLUMNS];
  for (int i = 0; i < COLUMNS; i++) cell[i] = csv_cell(row, at[i]);
  const struct code *cohort = code_find_said(t->a, code_list("cohorts"), cell[COHORT]);
  int64_t line = row->line;
  if (!db_number(t->db, 0, SQL("select count(*) from area where code = ?1"), V(cell[AREA])))
    return fault(t, line, AREA, "No area has this code. Import the areas first, or correct it.");
  if (!cohort)
    return fault(t, line, COHORT,
                 "This is none of our groups. Use a code or label of packs/codes.");
  if (!age_band_good(cell[AGE_BAND]))
    return fault(t, line, AGE_BAND, "Give the ages as 16-64, 16+ or all. Every figure needs them.");
  if (!cell[EDITION].n || cell[EDITION].n > TEXT_MOST)
    return fault(t, line, EDITION, "Say which year or release this is, in up to 300 letters.");
  if (!cell[SOURCE].n || cell[SOURCE].n > TEXT_MOST)
    return fault(t, line, SOURCE, "Say who published this, in up to 300 letters.");
  if (!str_to_i64(cell[VALUE], &e->value) || e->value < 0 || e->value > PEOPLE_MOST)
    return fault(t, line, VALUE,
                 "Give a whole number of people. Leave the row out when it is not known.");
  if (!str_eq_nocase(cell[UNIT], S("people")))
    return fault(t, line, UNIT, "Only people can be counted here. Write people.");
  e->area = str_copy(t->a, cell[AREA]), e->cohort = cohort->code;
  e->age_band = str_lower(t->a, cell[AGE_BAND]), e->edition = str_copy(t->a, cell[EDITION]);
  e->source = str_copy(t->a, cell[SOURCE]);
  return true;
}

static void keep_estimate(struct taking *t, const struct estimate *e) {
  int64_t had = db_number(t->db, -1,
                          SQL("select value from population_estimate where area_code = ?1 and "
                              "cohort = ?2 and age_band = ?3 and edition = ?4 and source = ?5"),
                          V(e->area), V(e->cohort), V(e->age_band), V(e->edition), V(e->source));
  if (had < 0)
    t->out->added++;
  else if (had == e->value)
    t->out->same++;
  else
    t->out->changed++;
  db_run(
      t->db,
      SQL("insert into population_estimate (area_code, cohort, age_band, edition, source, value, "
          "unit, added_at) values (?1, ?2, ?3, ?4, ?5, ?6, 'people', ?7) "
          "on conflict (area_code, cohort, age_band, edition, source) do update set "
          "value = excluded.value, added_at = excluded.added_at"),
      V(e->area), V(e->cohort), V(e->age_band), V(e->edition), V(e->source), V(e->value),
      db_instant(t->a, t->now));
}

static bool columns_find(struct csv *rows, int *at, struct why *why) {
  for (int i = 0; i < COLUMNS; i++) {
    at[i] = csv_column(rows, str_of(columns[i]));
    if (at[i] < 0)
      return why_say(why,
                     "The file has no column \"%s\". It needs area, cohort, age_band, edition, "
                     "source, value and unit.",
                     columns[i]);
  }
  return true;
}

/* Rows are written as they are read and the whole is taken back when one is bad. */
bool coverage_people_import(struct db *db, struct arena *a, struct csv *rows, bool dry_run,
                            instant_t now, struct import_result *out, struct why *why) {
  struct taking t = {.db = db, .a = a, .now = now, .out = out};
  int at[COLUMNS];
  struct csv_row row;
  enum csv_result got;
  if (!columns_find(rows, at, why)) return false;
  db_begin(db, STORE_MAIN);
  while ((got = csv_next(rows, &row, why)) == CSV_ROW) {
    struct estimate e;
    out->rows++;
    if (read_estimate(&t, &row, at, &e))
      keep_estimate(&t, &e);
    else
      out->bad++;
  }
  db_run(db, SQL("update coverage_state set estimates = estimates + 1 where id = 1"));
  if (got == CSV_BAD || out->bad || dry_run) {
    db_rollback(db, STORE_MAIN);
    return got != CSV_BAD;
  }
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The estimates could not be saved. Nothing was changed; try again.");
}

/* ---- Commands. */

static int say(const struct why *why) {
  fprintf(stderr, "%s\n", why->text);
  return 1;
}
static int usage(const char *text) {
  fprintf(stderr, "%s\n", text);
  return 2;
}

int coverage_import_command(int argc, char **argv) {
  struct args args = args_of(argc, argv);
  struct str file = {0};
  struct why why = {0};
  bool dry = args_flag(&args, "--dry-run");
  if (!args_word(&args, &file))
    return usage("usage: waymark import people FILE.csv [--dry-run] --data DIR");
  if (!args_done(&args, &why)) return say(&why), 2;
  struct arena a = arena_open((size_t)512 << 20);
  struct db *db = db_open_here(&why);
  struct csv *c = db ? csv_open_file(&a, str_c(&a, file), &why) : NULL;
  struct import_result r = {0};
  bool good =
      c && csv_headers(c, &why) && coverage_people_import(db, &a, c, dry, here_now(), &r, &why);
  for (size_t i = 0; good && i < r.faults.n; i++)
    fprintf(stderr, "Line %lld, %.*s: %.*s\n", (long long)r.faults.p[i].line,
            P(r.faults.p[i].column), P(r.faults.p[i].sentence));
  if (good)
    printf("%s%lld rows: %lld new, %lld changed, %lld the same, %lld to put right.\n",
           dry || r.bad ? "Nothing was changed. " : "", (long long)r.rows, (long long)r.added,
           (long long)r.changed, (long long)r.same, (long long)r.bad);
  if (c) csv_close(c);
  if (db) db_close(db);
  arena_close(&a);
  return !good ? say(&why) : r.bad ? 1 : 0;
}

/* CSV rows as columns a person can read. */
static void print_table(struct arena *a, struct str csv) {
  struct csv *c = csv_open_str(a, csv);
  struct csv_row row;
  struct why why;
  while (csv_next(c, &row, &why) == CSV_ROW) {
    for (size_t i = 0; i < row.n; i++) printf("%s%.*s", i ? " | " : "", P(row.cell[i]));
    putchar('\n');
  }
  csv_close(c);
}

struct report_ask {
  struct str what, month, kind, area, months;
  bool csv;
};

static bool report_view(const struct coverage *c, const struct report_ask *ask, day_t today,
                        struct coverage_view *v, struct why *why) {
  day_t month = today;
  int64_t months = 12;
  struct arena a = arena_open(1 << 16);
  bool dated = !ask->month.n ||
               (ask->month.n == 7 && day_parse(str_format(&a, "%.*s-01", P(ask->month)), &month));
  arena_close(&a);
  if (!dated) return why_say(why, "Give the month as 2027-03.");
  if (ask->months.n && (!str_to_i64(ask->months, &months) || months < 1 || months > 60))
    return why_say(why, "Give --months as a number from 1 to 60.");
  *v = (struct coverage_view){.kind = ask->kind.n ? ask->kind : c->kind,
                              .within = ask->area.n ? coverage_area_find(c, ask->area) : -1,
                              .day = coverage_day(month, today),
                              .today = today,
                              .months = (int)months};
  if (ask->area.n && v->within < 0) return why_say(why, "No area has the code %.*s.", P(ask->area));
  return c->areas.n || str_eq(ask->what, S("cliffs")) ||
         why_say(why,
                 "There are no areas in the data yet. Import them: waymark import areas FILE.");
}

static bool report_print(struct db *db, struct arena *a, const struct report_ask *ask, day_t today,
                         struct why *why) {
  const struct coverage *c = coverage_now(db, why);
  struct coverage_view v;
  if (!c || !report_view(c, ask, today, &v, why)) return false;
  struct buf out = buf_open((size_t)256 << 20);
  if (str_eq(ask->what, S("gaps")))
    coverage_gaps_csv(c, a, &v, &out);
  else if (str_eq(ask->what, S("overlaps")))
    coverage_overlaps_csv(c, a, &v, &out);
  else
    coverage_cliffs_csv(c, a, &v, &out);
  bool whole = !out.full || why_say(why, "The report is too large. Choose an area with --area.");
  if (whole && ask->csv)
    fwrite(out.p, 1, out.n, stdout);
  else if (whole)
    print_table(a, buf_str(&out));
  buf_free(&out);
  return whole;
}

int coverage_report(int argc, char **argv) {
  static const char how[] =
      "usage: waymark report gaps|overlaps|cliffs [--month 2027-03] [--kind ward] "
      "[--area CODE] [--months 12] [--csv] --data DIR";
  struct args args = args_of(argc, argv);
  struct why why = {0};
  struct report_ask ask = {.what = str_of(argv[0]), .csv = args_flag(&args, "--csv")};
  args_value(&args, "--month", &ask.month);
  args_value(&args, "--kind", &ask.kind);
  args_value(&args, "--area", &ask.area);
  args_value(&args, "--months", &ask.months);
  if (!args_done(&args, &why)) return say(&why), usage(how);
  struct db *db = db_open_here(&why);
  if (!db) return say(&why);
  struct arena a = arena_open((size_t)1 << 30);
  bool good = report_print(db, &a, &ask, instant_local_uk(here_now()).day, &why);
  arena_close(&a);
  db_close(db);
  return good ? 0 : say(&why);
}
