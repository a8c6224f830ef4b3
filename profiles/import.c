/* import: a file of figures, whatever they count, into series. The whole file is read and judged
 * before anything is written; each series is then written beside the one of the same edition and
 * takes its place in one short step, so that nobody ever sees half of one. */
#include <math.h>
#include <stdlib.h>
#include "base/progress.h"
#include "profiles/inside.h"
#include "db/job.h"

enum { VALUES_MAX = 4000000, SERIES_MAX = 400, AREA_CODE_BYTES_MAX = 12, TEXT_MOST = 300 };
static const char *const missing_codes[] = {"", "none", "held"};
enum missing { GIVEN, NONE, HELD };

struct series {
  const struct indicator *of;
  struct str edition, source, licence, age_band;
  day_t dated_on;
  int64_t id, areas;
};
struct cell {
  uint32_t series;
  enum missing missing;
  struct str area;
  double value;
  int64_t line;
};
/* Columns that say something of the whole row. */
enum meta { AREA, INDICATOR, VALUE, EDITION, DATE, SOURCE, LICENCE, AGE_BAND, METAS };
struct reading {
  struct db *db;
  struct arena *a;
  const struct indicator_file *said;
  struct indicators all;
  struct indicators_read *out;
  size_t fault_cap, series_cap, cell_cap;
  int meta[METAS];
  struct {
    const struct indicator **p;
    size_t n;
  } columns; /* wide: what each column is */
  struct {
    struct series *p;
    size_t n;
  } series;
  struct {
    struct cell *p;
    size_t n;
  } cells;
};

static bool fault(struct reading *r, int64_t line, struct str column, const char *sentence) {
  r->out->bad++;
  if (r->out->faults.n < INDICATOR_FAULTS_MAX)
    *slice_push(r->a, &r->out->faults, &r->fault_cap) =
        (struct indicator_fault){line, column, str_of(sentence)};
  return false;
}

/* ---- The head of the file. */

/* "wd25cd", "lad24cd": a code of areas of one year. */
static bool area_header(struct str name) {
  static const char *const whole[] = {"area",           "area_code",   "area code",   "code",
                                      "lsoa_code",      "lsoa11_code", "lsoa21_code", "ward_code",
                                      "geography code", "gss_code",    "la_code"};
  static const char *const begins[] = {"lsoa", "msoa", "wd", "lad", "cauth", "rgn", "ctry", "cty"};
  for (size_t i = 0; i < countof(whole); i++)
    if (str_eq_nocase(name, str_of(whole[i]))) return true;
  for (size_t i = 0; i < countof(begins); i++) {
    struct str first = str_slice(name, 0, strlen(begins[i])),
               rest = str_slice(name, strlen(begins[i]), name.n);
    if (rest.n == 4 && str_eq_nocase(first, str_of(begins[i])) && rest.p[0] >= '0' &&
        rest.p[0] <= '9' && str_eq_nocase(str_slice(rest, 2, 4), S("cd")))
      return true;
  }
  return false;
}

static const struct indicator *indicator_named(const struct reading *r, struct str name) {
  for (size_t i = 0; i < r->all.n; i++) {
    struct str rest = r->all.p[i].names;
    if (str_eq_nocase(r->all.p[i].code, name)) return &r->all.p[i];
    while (rest.n)
      if (str_eq_nocase(str_trim(str_cut(&rest, ';')), name)) return &r->all.p[i];
  }
  return NULL;
}

static bool read_head(struct reading *r, struct csv *rows, struct why *why) {
  static const char *const metas[METAS] = {NULL,   "indicator", "value",   "edition",
                                           "date", "source",    "licence", "age_band"};
  struct strs heads = csv_header_names(rows);
  size_t known = 0, left = 0;
  for (int m = 0; m < METAS; m++) r->meta[m] = m == AREA ? -1 : csv_column(rows, str_of(metas[m]));
  bool longish = r->meta[INDICATOR] >= 0 && r->meta[VALUE] >= 0;
  r->columns.p = arena_many(r->a, const struct indicator *, heads.n + 1), r->columns.n = heads.n;
  for (size_t i = 0; i < heads.n; i++) {
    bool meta = false;
    for (int m = 1; m < METAS; m++) meta |= r->meta[m] == (int)i;
    if (r->meta[AREA] < 0 && area_header(heads.p[i])) r->meta[AREA] = (int)i, meta = true;
    if (!meta && !longish) r->columns.p[i] = indicator_named(r, heads.p[i]);
    known += r->columns.p[i] != NULL;
    if (!meta && !r->columns.p[i])
      *slice_push(r->a, &r->out->left_out, &left) = str_copy(r->a, heads.p[i]);
  }
  if (r->meta[AREA] < 0)
    return why_say(why, "There is no column of area codes. Name one area, or as the publisher "
                        "does: lsoa21cd, WD25CD, LAD25CD.");
  if (longish) return true;
  r->meta[INDICATOR] = r->meta[VALUE] = -1;
  return known || why_say(why, "No column is an indicator known here. Say what it counts with "
                               "--definitions FILE (columns code, label, unit, age_band, names).");
}

/* ---- Values. */

/* "1,234", "£612.50", "5.2%"; and how publishers write that there is none. */
static bool read_value(struct arena *a, struct str text, double *value, enum missing *missing) {
  static const char *const none[] = {"", "-", "..", ":", "n/a", "na", "[x]", "[z]", "not known"};
  static const char *const held[] = {"*", "c", "[c]", "[s]", "suppressed"};
  for (size_t i = 0; i < countof(none); i++)
    if (str_eq_nocase(text, str_of(none[i]))) return *missing = NONE, true;
  for (size_t i = 0; i < countof(held); i++)
    if (str_eq_nocase(text, str_of(held[i]))) return *missing = HELD, true;
  struct arena scratch = *a;
  char *p = arena_many(&scratch, char, text.n + 1);
  size_t n = 0;
  if (str_starts(text, S("£"))) text = str_slice(text, S("£").n, text.n);
  if (str_ends(text, S("%"))) text = str_slice(text, 0, text.n - 1);
  for (size_t i = 0; i < text.n; i++)
    if (text.p[i] != ',') p[n++] = text.p[i];
  *missing = GIVEN;
  return str_to_double((struct str){p, n}, value) && isfinite(*value);
}

static bool value_fits(const struct indicator *i, double v) {
  switch (i->unit) {
    case UNIT_DECILE: return v >= 1 && v <= 10 && v == floor(v);
    case UNIT_RANK: return v >= 1 && v == floor(v);
    case UNIT_PERCENT: return v >= 0 && v <= 100;
    case UNIT_SCORE: return true;
    default: return v >= 0;
  }
}

static bool code_sound(struct str code) {
  bool good = code.n > 0 && code.n <= AREA_CODE_BYTES_MAX;
  for (size_t i = 0; good && i < code.n; i++)
    good = (code.p[i] >= 'A' && code.p[i] <= 'Z') || (code.p[i] >= 'a' && code.p[i] <= 'z') ||
           (code.p[i] >= '0' && code.p[i] <= '9');
  return good;
}

static struct str or_else(struct str first, struct str then) { return first.n ? first : then; }

/* What the row, else the command, else the definition says. */
static bool series_of(struct reading *r, const struct csv_row *row, const struct indicator *of,
                      uint32_t *out) {
  struct series s = {.of = of, .dated_on = r->said->dated_on};
  struct str date = csv_cell(row, r->meta[DATE]);
  s.edition = or_else(csv_cell(row, r->meta[EDITION]), r->said->edition);
  s.source = or_else(csv_cell(row, r->meta[SOURCE]), or_else(r->said->source, of->source));
  s.licence = or_else(csv_cell(row, r->meta[LICENCE]), or_else(r->said->licence, of->licence));
  s.age_band = or_else(csv_cell(row, r->meta[AGE_BAND]), of->age_band);
  if (!s.edition.n || s.edition.n > TEXT_MOST)
    return fault(r, row->line, S("edition"), "Say which edition this is: --edition 2025.");
  if (!s.source.n || s.source.n > TEXT_MOST)
    return fault(r, row->line, S("source"), "Say who published it: --source \"...\".");
  if (!s.licence.n || s.licence.n > TEXT_MOST)
    return fault(r, row->line, S("licence"), "Say under which licence: --licence \"OGL v3\".");
  if (date.n && !day_parse(date, &s.dated_on))
    return fault(r, row->line, S("date"), "Give the day as 2025-10-30.");
  for (size_t i = r->series.n; i-- > 0;) {
    const struct series *had = &r->series.p[i];
    if (had->of == of && str_eq(had->edition, s.edition) && str_eq(had->source, s.source) &&
        str_eq(had->age_band, s.age_band))
      return *out = (uint32_t)i, true;
  }
  if (r->series.n == SERIES_MAX)
    return fault(r, row->line, S("edition"), "More than 400 series in one file. Split it.");
  s.edition = str_copy(r->a, s.edition), s.source = str_copy(r->a, s.source);
  s.licence = str_copy(r->a, s.licence), s.age_band = str_copy(r->a, s.age_band);
  *out = (uint32_t)r->series.n;
  *slice_push(r->a, &r->series, &r->series_cap) = s;
  return true;
}

static void take(struct reading *r, const struct csv_row *row, const struct indicator *of,
                 struct str area, int column, struct str head) {
  struct cell c = {.area = area, .line = row->line};
  if (!read_value(r->a, csv_cell(row, column), &c.value, &c.missing))
    fault(r, row->line, head, "This is no number. Leave it empty when it is not known.");
  else if (c.missing == GIVEN && !value_fits(of, c.value))
    fault(r, row->line, head, "This number cannot be right for what is counted. Look at it again.");
  else if (r->cells.n == VALUES_MAX)
    fault(r, row->line, head, "More than four million figures in one file. Split it.");
  else if (series_of(r, row, of, &c.series))
    *slice_push(r->a, &r->cells, &r->cell_cap) = c;
}

static void take_row(struct reading *r, const struct csv_row *row, struct strs heads) {
  struct str area = csv_cell(row, r->meta[AREA]);
  if (!code_sound(area)) {
    fault(r, row->line, heads.p[r->meta[AREA]], "This is no area's code, as E01006412 is one.");
    return;
  }
  area = str_copy(r->a, area);
  if (r->meta[INDICATOR] < 0) {
    for (size_t i = 0; i < r->columns.n; i++)
      if (r->columns.p[i]) take(r, row, r->columns.p[i], area, (int)i, heads.p[i]);
    return;
  }
  const struct indicator *of = indicator_named(r, csv_cell(row, r->meta[INDICATOR]));
  if (of)
    take(r, row, of, area, r->meta[VALUE], S("value"));
  else
    fault(r, row->line, S("indicator"),
          "This is none of the indicators known here. Add it with --definitions FILE.");
}

static int cell_order(const void *x, const void *y) {
  const struct cell *a = x, *b = y;
  if (a->series != b->series) return a->series < b->series ? -1 : 1;
  int order = str_cmp(a->area, b->area);
  return order ? order : (a->line > b->line) - (a->line < b->line);
}

/* In the order they are written; an area twice in one series is a fault of the file. */
static void settle(struct reading *r) {
  if (r->cells.n) qsort(r->cells.p, r->cells.n, sizeof *r->cells.p, cell_order);
  for (size_t i = 0; i < r->cells.n; i++) {
    const struct cell *c = &r->cells.p[i];
    if (i && r->cells.p[i - 1].series == c->series && str_eq(r->cells.p[i - 1].area, c->area))
      fault(r, c->line, S("area"), "This area stands in the file twice for the same figure.");
    r->series.p[c->series].areas++;
    r->out->values += c->missing == GIVEN, r->out->missing += c->missing != GIVEN;
  }
  r->out->series = (int64_t)r->series.n;
}

static void count_unknown(struct reading *r) {
  for (size_t i = 0; i < r->cells.n && r->cells.p[i].series == 0; i++)
    r->out->areas_unknown += !db_number(r->db, 0, SQL("select count(*) from area where code = ?1"),
                                        V(r->cells.p[i].area));
}

/* ---- Writing. */

static struct str staging_name(struct reading *r, const struct series *s) {
  return str_format(r->a, "%.*s (being read)", P(s->edition));
}

/* A half-written one of a run that was killed is gone on with. */
static bool open_series(struct reading *r, struct series *s, instant_t now) {
  s->id = db_insert(
      r->db,
      SQL("insert into indicator_series (indicator_id, edition, dated_on, source, licence, "
          "age_band, areas, imported_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict "
          "(indicator_id, edition, source, age_band) do update set dated_on = excluded.dated_on, "
          "licence = excluded.licence, areas = excluded.areas, imported_at = excluded.imported_at "
          "returning id"),
      V(s->of->id), V(staging_name(r, s)), db_day(r->a, s->dated_on), V(s->source), V(s->licence),
      V(s->age_band), V(s->areas), db_instant(r->a, now));
  return s->id &&
         db_run(r->db, SQL("delete from indicator_value where series_id = ?1"), V(s->id)) == DB_OK;
}

static bool write_values(struct reading *r, struct progress *p, struct why *why) {
  struct bulk bulk = bulk_begin(r->db, NULL);
  progress_step(p, "Writing figures", "figures", r->cells.n);
  for (size_t i = 0; i < r->cells.n; i++) {
    const struct cell *c = &r->cells.p[i];
    if (!bulk_row(&bulk) ||
        db_run(r->db,
               SQL("insert into indicator_value (series_id, area_code, value, missing) values "
                   "(?1, ?2, ?3, ?4)"),
               V(r->series.p[c->series].id), V(c->area),
               c->missing == GIVEN ? db_real(c->value) : db_null(),
               db_text_or_null(str_of(missing_codes[c->missing]))) != DB_OK)
      break;
    progress_at(p, i + 1);
  }
  progress_end(p, r->cells.n);
  return bulk_end(&bulk) == DB_OK ||
         why_say(why, "The figures could not be saved. Run the same command again.");
}

/* The short step: all series of the file at once. What they replace is emptied afterwards. */
static bool make_live(struct reading *r, instant_t now, struct why *why) {
  db_begin(r->db, STORE_MAIN);
  for (size_t i = 0; i < r->series.n; i++) {
    const struct series *s = &r->series.p[i];
    db_run(r->db,
           SQL("update indicator_series set live_at = null, areas = -1, edition = edition || ' "
               "(replaced by ' "
               "|| cast(?1 as text) || ')' where indicator_id = ?2 and edition = ?3 and source = "
               "?4 and age_band = ?5"),
           V(str_format(r->a, "%lld", (long long)s->id)), V(s->of->id), V(s->edition), V(s->source),
           V(s->age_band));
    db_run(r->db, SQL("update indicator_series set edition = ?2, live_at = ?3 where id = ?1"),
           V(s->id), V(s->edition), db_instant(r->a, now));
  }
  return db_commit(r->db, STORE_MAIN) == DB_OK ||
         why_say(why, "The figures could not be put in place. Run the same command again.");
}

/* Series that another took the place of, a series at a time; one left over goes with the next. */
static void sweep_replaced(struct reading *r) {
  struct rows old = db_rows(r->db, r->a,
                            SQL("select id from indicator_series where live_at is null and areas "
                                "< 0 order by id"));
  int64_t ids[SERIES_MAX];
  size_t n = 0;
  while (db_next(&old) && n < SERIES_MAX) ids[n++] = row_int(&old, 0);
  db_done(&old);
  for (size_t i = 0; i < n; i++) {
    db_begin(r->db, STORE_MAIN);
    db_run(r->db, SQL("delete from indicator_value where series_id = ?1"), V(ids[i]));
    db_run(r->db, SQL("delete from indicator_series where id = ?1"), V(ids[i]));
    if (db_commit(r->db, STORE_MAIN) != DB_OK) return; /* nobody sees them; the next import does */
  }
}

bool profiles_import(struct db *db, struct arena *a, struct csv *rows,
                     const struct indicator_file *said, instant_t now, struct progress *p,
                     struct indicators_read *out, struct why *why) {
  struct reading r = {.db = db, .a = a, .said = said, .out = out};
  struct csv_row row;
  enum csv_result got;
  *out = (struct indicators_read){0};
  r.all = profiles_indicators(db, a);
  if (!read_head(&r, rows, why)) return false;
  if (r.meta[EDITION] < 0 && !said->edition.n)
    return why_say(why, "Say which edition this is: --edition 2025, or a column edition.");
  struct strs heads = csv_header_names(rows);
  while ((got = csv_next(rows, &row, why)) == CSV_ROW) out->rows++, take_row(&r, &row, heads);
  if (got == CSV_BAD) return false;
  settle(&r);
  count_unknown(&r);
  if (out->bad || said->dry_run) return true;
  if (!r.cells.n) return why_say(why, "There is no figure in this file.");
  for (size_t i = 0; i < r.series.n; i++)
    if (!open_series(&r, &r.series.p[i], now))
      return why_say(why, "The figures could not be saved. Try again.");
  if (!write_values(&r, p, why) || !make_live(&r, now, why)) return false;
  sweep_replaced(&r);
  return true;
}

/* ---- 2011 and 2021. */

bool profiles_links_import(struct db *db, struct arena *a, struct csv *rows, struct str edition,
                           struct str source, int64_t *n, struct why *why) {
  static const char *const olds[] = {"lsoa11cd", "old", "old_code", NULL},
                           *const news[] = {"lsoa21cd", "new", "new_code", NULL},
                           *const changes[] = {"chgind", "chngind", "change", NULL};
  int from = csv_column_any(rows, olds), to = csv_column_any(rows, news),
      change = csv_column_any(rows, changes);
  struct csv_row row;
  enum csv_result got;
  (void)a;
  *n = 0;
  if (from < 0 || to < 0)
    return why_say(why, "The file needs a column of old codes and one of new ones: LSOA11CD and "
                        "LSOA21CD, or old and new.");
  db_begin(db, STORE_MAIN);
  db_run(db, SQL("delete from area_link where edition = ?1"), V(edition));
  while ((got = csv_next(rows, &row, why)) == CSV_ROW) {
    struct str x = csv_cell(&row, from), y = csv_cell(&row, to);
    if (!code_sound(x) || !code_sound(y)) {
      why_say(why, "Line %lld: two codes of areas are needed, as E01006412 is one.",
              (long long)row.line);
      db_rollback(db, STORE_MAIN);
      return false;
    }
    if (str_eq(x, y)) continue; /* the same area keeps its code */
    db_run(db,
           SQL("insert into area_link (old_code, new_code, change, edition, source) values (?1, "
               "?2, ?3, ?4, ?5) on conflict (old_code, new_code) do update set change = "
               "excluded.change, edition = excluded.edition, source = excluded.source"),
           V(x), V(y), V(csv_cell(&row, change)), V(edition), V(source));
    ++*n;
  }
  if (got == CSV_BAD) {
    db_rollback(db, STORE_MAIN);
    return false;
  }
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The links could not be saved. Nothing was changed; try again.");
}
