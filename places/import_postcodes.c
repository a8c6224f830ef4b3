/* import_postcodes: an ONSPD-like file into packed pages. The whole file is read once into one
 * growing table in memory (20 bytes a postcode: 55 MB for the United Kingdom), sorted by district,
 * and written a page at a time through the bulk writer, which stands back while anyone waits. Pages
 * already written by a killed run are found and kept, so a second run goes on. The edition becomes
 * visible in one short step at the end. */
#include <math.h>
#include "base/progress.h"
#include "places/inside.h"
#include "reach/geo.h"
#include "record/record.h"

enum { POSTCODES_MAX = 4000000, BAD_ROWS_SHOWN = 5, CODES_MAX = 60000, CODES_BYTES_MAX = 1 << 20 };

/* Accepted names of each column, newest first; the first found in the file is used. */
static const char *const pc_names[] = {"pcds", "pcd", "pcd2", "pcd7", "pcd8", "postcode", NULL};
static const char *const end_names[] = {"doterm", "date of termination", "terminated", NULL};
static const char *const lat_names[] = {"lat", "latitude", NULL}, *const lon_names[] = {
                                                                      "long", "lon", "longitude",
                                                                      NULL};
static const char *const east_names[] = {"oseast1m", "east1m", "eastings", NULL};
static const char *const north_names[] = {"osnrth1m", "north1m", "northings", NULL};
static const char *const list_names[POSTCODE_LISTS][8] = {
    {"oslaua", "lad25cd", "lad24cd", "lad23cd", "laua", "lad", NULL},
    {"osward", "wd25cd", "wd24cd", "wd23cd", "ward", NULL},
    {"lsoa11", "lsoa11cd", NULL},
    {"lsoa21", "lsoa21cd", NULL},
};

struct staged {
  char district[5];
  struct postcode_row row;
};
struct code_entry {
  struct str code;
  uint16_t number;
};
struct code_table {
  struct code_entry *slot;
  size_t slots, n;
  struct buf words;
};

struct import {
  struct db *db;
  struct arena *a;
  struct csv *rows;
  struct progress *progress;
  struct import_count *count;
  int pc, end, lat, lon, east, north, list[POSTCODE_LISTS];
  struct staged *staged;
  size_t n;
  struct code_table codes[POSTCODE_LISTS];
  int64_t edition_id;
};

/* The number of a code in its list; a new one is added. */
static uint16_t code_number(struct import *im, struct code_table *t, struct str code) {
  if (code.n == 0 || code.n > 12 || str_contains(code, S(" "))) return POSTCODE_CODE_NONE;
  size_t at = (size_t)hash64(code, 1) & (t->slots - 1);
  while (t->slot[at].code.n && !str_eq(t->slot[at].code, code)) at = (at + 1) & (t->slots - 1);
  if (t->slot[at].code.n) return t->slot[at].number;
  if (t->n >= CODES_MAX) return POSTCODE_CODE_NONE;
  t->slot[at] = (struct code_entry){str_copy(im->a, code), (uint16_t)t->n++};
  if (t->words.n) buf_byte(&t->words, ' ');
  buf_put(&t->words, code);
  return t->slot[at].number;
}

static bool find_columns(struct import *im, struct why *why) {
  im->pc = csv_column_any(im->rows, pc_names), im->end = csv_column_any(im->rows, end_names);
  im->lat = csv_column_any(im->rows, lat_names), im->lon = csv_column_any(im->rows, lon_names);
  im->east = csv_column_any(im->rows, east_names),
  im->north = csv_column_any(im->rows, north_names);
  for (int i = 0; i < POSTCODE_LISTS; i++) im->list[i] = csv_column_any(im->rows, list_names[i]);
  if (im->pc < 0)
    return why_say(why, "There is no column of postcodes. Name one pcds or postcode.");
  if ((im->lat < 0 || im->lon < 0) && (im->east < 0 || im->north < 0))
    return why_say(
        why,
        "There is no place for a postcode. Add columns lat and long, or oseast1m and osnrth1m.");
  return true;
}

static int32_t micro_degrees(double v) { return isnan(v) ? INT32_MIN : (int32_t)lround(v * 1e6); }

static struct geo_point place_of(const struct import *im, const struct csv_row *row) {
  double lat, lon, e, n;
  struct geo_point none = {NAN, NAN};
  if (str_to_double(csv_cell(row, im->lat), &lat) && str_to_double(csv_cell(row, im->lon), &lon))
    return fabs(lat) > 89 || (lat == 0 && lon == 0)
               ? none
               : (struct geo_point){lat, lon}; /* 99.999999: ONSPD's "no place" */
  if (str_to_double(csv_cell(row, im->east), &e) && str_to_double(csv_cell(row, im->north), &n) &&
      e > 0 && n > 0)
    return (struct geo_point){point_lat(geo_from_grid(e, n)), point_lon(geo_from_grid(e, n))};
  return none;
}

/* "199606" or "1996-06": months since January 1900; 0 = live. */
static uint16_t ended_months(struct str s) {
  int64_t year, month;
  struct str y = str_slice(s, 0, 4), m = str_slice(s, s.n > 4 && s.p[4] == '-' ? 5 : 4, s.n);
  if (!str_to_i64(y, &year) || !str_to_i64(str_slice(m, 0, 2), &month) || year < 1900 ||
      year > 2400)
    return 0;
  return (uint16_t)((year - 1900) * 12 + month);
}

static bool take_row(struct import *im, const struct csv_row *row) {
  struct str tidy, district, given = csv_cell(row, im->pc);
  uint16_t inward;
  struct arena scratch = *im->a;
  if (!postcode_tidy(&scratch, given, &tidy) || !postcode_split(tidy, &district, &inward) ||
      district.n > 4)
    return false;
  struct geo_point at = place_of(im, row);
  struct staged *s = &im->staged[im->n++];
  memset(s, 0, sizeof *s);
  memcpy(s->district, district.p, district.n);
  s->row = (struct postcode_row){.inward = inward,
                                 .ended = ended_months(csv_cell(row, im->end)),
                                 .lat = micro_degrees(at.lat),
                                 .lon = micro_degrees(at.lon)};
  for (int i = 0; i < POSTCODE_LISTS; i++)
    s->row.code[i] = code_number(im, &im->codes[i], csv_cell(row, im->list[i]));
  im->count->live += s->row.ended == 0;
  im->count->ended += s->row.ended != 0;
  return true;
}

static bool read_rows(struct import *im, struct why *why) {
  struct csv_row row;
  enum csv_result got;
  progress_step(im->progress, "Reading postcodes", "rows", 0);
  while ((got = csv_next(im->rows, &row, why)) == CSV_ROW) {
    if (im->n == POSTCODES_MAX)
      return why_say(why, "There are more than %d rows. Split the file.", POSTCODES_MAX);
    im->count->rows++;
    im->count->bad += !take_row(im, &row);
    if (!progress_at(im->progress, (uint64_t)im->count->rows))
      return why_say(why, "Stopped. Run the same command to go on.");
  }
  progress_end(im->progress, (uint64_t)im->count->rows);
  if (got == CSV_BAD) return false;
  if (im->n == 0)
    return why_say(why, "No row holds a postcode this program can read. Is it the right file?");
  return true;
}

static int by_district(const void *x, const void *y) {
  const struct staged *a = x, *b = y;
  int order = memcmp(a->district, b->district, sizeof a->district);
  return order ? order : (int)a->row.inward - (int)b->row.inward;
}

static bool is_sorted(const struct staged *s, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (by_district(&s[i - 1], &s[i]) > 0) return false;
  return true;
}

/* The same edition again: a live one is replaced under a new row at the end, a half-written one is
 * gone on with. */
static bool open_edition(struct import *im, struct str name, struct str source, instant_t now) {
  struct str staging = str_format(im->a, "%.*s (being read)", P(name));
  im->edition_id =
      db_number(im->db, 0, SQL("select id from postcode_edition where name = ?1"), V(staging));
  if (!im->edition_id)
    im->edition_id = db_insert(im->db,
                               SQL("insert into postcode_edition (name, source, rows, imported_at) "
                                   "values (?1, ?2, 0, ?3) returning id"),
                               V(staging), V(source), db_instant(im->a, now));
  return im->edition_id != 0;
}

static enum db_result put_page(struct import *im, struct str district, struct str packed) {
  return db_run(
      im->db,
      SQL("insert into postcode_page (edition_id, district, rows, packed) values (?1, ?2, ?3, ?4) "
          "on conflict (edition_id, district) do update set rows = excluded.rows, "
          "packed = excluded.packed"),
      V(im->edition_id), V(district), V((int64_t)(packed.n / POSTCODE_ROW_BYTES)), db_blob(packed));
}

static bool write_pages(struct import *im, struct why *why) {
  struct bulk bulk = bulk_begin(im->db, NULL);
  struct buf page = buf_open((size_t)POSTCODE_ROW_BYTES * 7000);
  progress_step(im->progress, "Writing postcodes", "postcodes", im->n);
  for (size_t i = 0, from = 0; i < im->n; i++) {
    char row[POSTCODE_ROW_BYTES];
    bool same_next = i + 1 < im->n && by_district(&im->staged[i], &im->staged[i + 1]) == 0;
    if (!same_next) { /* of rows for one postcode one is kept */
      postcode_pack(row, &im->staged[i].row);
      buf_put(&page, (struct str){row, sizeof row});
    }
    bool last =
        i + 1 == im->n || memcmp(im->staged[from].district, im->staged[i + 1].district, 5) != 0;
    if (!last) continue;
    if (!bulk_row(&bulk) || page.full ||
        put_page(im, str_of(im->staged[from].district), buf_str(&page)) != DB_OK)
      break;
    buf_reset(&page);
    from = i + 1;
    progress_at(im->progress, i + 1);
  }
  buf_free(&page);
  progress_end(im->progress, im->n);
  return bulk_end(&bulk) == DB_OK ||
         why_say(why, "The postcodes could not be saved. Run the same command to go on.");
}

/* The short step: the codes, then the new edition takes the name and the old one of that name goes.
 */
static bool make_live(struct import *im, struct str name, instant_t now, struct why *why) {
  db_begin(im->db, STORE_MAIN);
  for (int i = 0; i < POSTCODE_LISTS; i++)
    db_run(im->db,
           SQL("insert into postcode_area (edition_id, list, codes) values (?1, ?2, ?3) "
               "on conflict (edition_id, list) do update set codes = excluded.codes"),
           V(im->edition_id), V(i), V(buf_str(&im->codes[i].words)));
  int64_t old =
      db_number(im->db, 0, SQL("select id from postcode_edition where name = ?1"), V(name));
  if (old) {
    db_run(im->db, SQL("delete from postcode_page where edition_id = ?1"), V(old));
    db_run(im->db, SQL("delete from postcode_area where edition_id = ?1"), V(old));
    db_run(im->db, SQL("delete from postcode_edition where id = ?1"), V(old));
  }
  db_run(im->db,
         SQL("update postcode_edition set name = ?2, rows = ?3, live_at = ?4 where id = ?1"),
         V(im->edition_id), V(name), V((int64_t)im->n), db_instant(im->a, now));
  return db_commit(im->db, STORE_MAIN) == DB_OK ||
         why_say(why, "The postcodes could not be put in place. Try again.");
}

bool places_postcodes_import(struct db *db, struct arena *a, struct csv *rows, struct str edition,
                             struct str source, instant_t now, struct progress *p,
                             struct import_count *out, struct why *why) {
  struct import im = {.db = db, .a = a, .rows = rows, .progress = p, .count = out};
  struct arena staging = arena_open(sizeof(struct staged) * (size_t)POSTCODES_MAX);
  *out = (struct import_count){0};
  if (!staging.start) return why_say(why, "There is not enough memory to read postcodes.");
  if (!find_columns(&im, why)) {
    arena_close(&staging);
    return false;
  }
  im.staged = (struct staged *)(void *)staging.start;
  for (int i = 0; i < POSTCODE_LISTS; i++)
    im.codes[i] = (struct code_table){arena_many(a, struct code_entry, 1 << 17), 1 << 17, 0,
                                      buf_open(CODES_BYTES_MAX)};
  bool ok = read_rows(&im, why);
  if (ok && !is_sorted(im.staged, im.n)) qsort(im.staged, im.n, sizeof *im.staged, by_district);
  ok = ok && (open_edition(&im, edition, source, now) ||
              why_say(why, "The postcodes could not be saved. Try again."));
  ok = ok && write_pages(&im, why) && make_live(&im, edition, now, why);
  for (int i = 0; i < POSTCODE_LISTS; i++) buf_free(&im.codes[i].words);
  arena_close(&staging);
  return ok;
}
