/* define: what is counted of areas: definitions from packs/indicators and from files of an
 * installation's own. */
#include "profiles/inside.h"
#include "base/embed.h"
#include "record/record.h"

extern const struct embedded_files profiles_packs;

enum { CODE_BYTES_MAX = 40, LABEL_BYTES_MAX = 160, DEFINITIONS_MAX = 500 };
static const char *const units[INDICATOR_UNITS] = {[UNIT_PEOPLE] = "people",
                                                   [UNIT_JOBS] = "jobs",
                                                   [UNIT_PLACES] = "places",
                                                   [UNIT_PERCENT] = "percent",
                                                   [UNIT_DECILE] = "decile",
                                                   [UNIT_RANK] = "rank",
                                                   [UNIT_SCORE] = "score",
                                                   [UNIT_POUNDS_WEEK] = "pounds_week",
                                                   [UNIT_POUNDS_MONTH] = "pounds_month"};

bool unit_read(struct str word, enum indicator_unit *out) {
  for (int i = 0; i < INDICATOR_UNITS; i++)
    if (str_eq(word, str_of(units[i]))) return *out = (enum indicator_unit)i, true;
  return false;
}

struct indicators profiles_indicators(struct db *db, struct arena *a) {
  struct indicators all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, code, label, topic, unit, age_band, "
                              "coalesce(of_code, ''), names, source, licence, note from indicator "
                              "order by place, id"));
  while (db_next(&r)) {
    struct indicator *i = slice_push(a, &all, &cap);
    *i = (struct indicator){.id = row_int(&r, 0),
                            .code = row_text(&r, 1),
                            .label = row_text(&r, 2),
                            .topic = row_text(&r, 3),
                            .age_band = row_text(&r, 5),
                            .of = row_text(&r, 6),
                            .names = row_text(&r, 7),
                            .source = row_text(&r, 8),
                            .licence = row_text(&r, 9),
                            .note = row_text(&r, 10)};
    if (!unit_read(row_text(&r, 4), &i->unit)) all.n--;
  }
  return all;
}

enum column { CODE, LABEL, TOPIC, UNIT, AGE_BAND, OF, NAMES, SOURCE, LICENCE, NOTE, COLUMNS };
static const char *const names[COLUMNS] = {"code", "label", "topic",  "unit",    "age_band",
                                           "of",   "names", "source", "licence", "note"};

static bool row_sound(struct str *cell, int64_t line, struct why *why) {
  enum indicator_unit unit;
  if (!cell[CODE].n || cell[CODE].n > CODE_BYTES_MAX || str_contains(cell[CODE], S(" ")))
    return why_say(why, "Line %lld: give a short code without spaces.", (long long)line);
  if (!cell[LABEL].n || cell[LABEL].n > LABEL_BYTES_MAX)
    return why_say(why, "Line %lld: say in a few words what is counted.", (long long)line);
  if (!unit_read(cell[UNIT], &unit))
    return why_say(why,
                   "Line %lld: the unit is one of people, jobs, places, percent, decile, rank, "
                   "score, pounds_week, pounds_month.",
                   (long long)line);
  if (!cell[AGE_BAND].n)
    return why_say(why, "Line %lld: give the ages as 16-64 or all. No figure stands without them.",
                   (long long)line);
  return true;
}

/* A definition of the program's own is never changed by a file. */
static enum db_result put(struct db *db, struct str *cell, bool built_in, int64_t place) {
  return db_run(
      db,
      SQL("insert into indicator (code, label, topic, unit, age_band, of_code, names, source, "
          "licence, note, place, built_in) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
          "?12) on conflict (code) do update set label = excluded.label, topic = excluded.topic, "
          "unit = excluded.unit, age_band = excluded.age_band, of_code = excluded.of_code, names = "
          "excluded.names, source = excluded.source, licence = excluded.licence, note = "
          "excluded.note where indicator.built_in = excluded.built_in"),
      V(cell[CODE]), V(cell[LABEL]), V(cell[TOPIC].n ? cell[TOPIC] : S("own")), V(cell[UNIT]),
      V(cell[AGE_BAND]), db_text_or_null(cell[OF]), V(cell[NAMES]), V(cell[SOURCE]),
      V(cell[LICENCE]), V(cell[NOTE]), V(place), V((int64_t)built_in));
}

bool profiles_define(struct db *db, struct arena *a, struct csv *rows, bool built_in, int64_t *n,
                     struct why *why) {
  struct csv_row row;
  enum csv_result got;
  bool sound = true;
  int at[COLUMNS];
  (void)a;
  *n = 0;
  for (int i = 0; i < COLUMNS; i++) at[i] = csv_column(rows, str_of(names[i]));
  if (at[CODE] < 0 || at[LABEL] < 0 || at[UNIT] < 0 || at[AGE_BAND] < 0)
    return why_say(why, "A file of definitions needs the columns code, label, unit and age_band.");
  db_begin(db, STORE_MAIN);
  while (sound && (got = csv_next(rows, &row, why)) == CSV_ROW) {
    struct str cell[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) cell[i] = csv_cell(&row, at[i]);
    sound = row_sound(cell, row.line, why) &&
            (*n < DEFINITIONS_MAX || why_say(why, "More than 500 definitions. Split the file."));
    if (sound) put(db, cell, built_in, (built_in ? 0 : DEFINITIONS_MAX) + ++*n);
  }
  if (!sound || got == CSV_BAD) {
    db_rollback(db, STORE_MAIN);
    return false;
  }
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The definitions could not be saved. Nothing was changed; try again.");
}

bool profiles_init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                   struct why *why) {
  int64_t n;
  (void)now, (void)p;
  struct csv *rows = csv_open_str(a, profiles_packs.p[0].content);
  bool ok = csv_headers(rows, why) && profiles_define(db, a, rows, true, &n, why);
  csv_close(rows);
  return ok;
}
