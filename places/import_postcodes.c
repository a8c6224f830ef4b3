/* import_postcodes: an ONSPD-like file into packed pages. The whole file is read once into one
 * growing table in memory (32 bytes a postcode: 90 MB for the United Kingdom), sorted by sector,
 * and written a page at a time through the bulk writer, which stands back while anyone waits. Pages
 * already written by a killed run are found and kept, so a second run goes on. The edition becomes
 * visible in one short step at the end. */
#include <math.h>
#include "base/progress.h"
#include "places/inside.h"
#include "reach/geo.h"
#include "record/record.h"

enum {
  POSTCODES_MAX = 4000000,
  BAD_ROWS_SHOWN = 5,
  CODES_MAX = 60000,
  CODE_SLOTS = 1 << 17,
  PAGE_BYTES_MAX = 1 << 20
};

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
  char sector[8];
  struct postcode_row row;
};
struct code_entry {
  struct str code;
  uint16_t number;
};
/* Every code of one list in the file, numbered in order of appearance; `local` is its number in the
 * page being written. */
struct code_table {
  struct code_entry *slot;
  size_t slots, n;
  struct str *code;
  uint16_t *local;
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
  if (code.n == 0 || code.n > POSTCODE_CODE_BYTES || str_contains(code, S(" ")))
    return POSTCODE_CODE_NONE;
  size_t at = (size_t)hash64(code, 1) & (t->slots - 1);
  while (t->slot[at].code.n && !str_eq(t->slot[at].code, code)) at = (at + 1) & (t->slots - 1);
  if (t->slot[at].code.n) return t->slot[at].number;
  if (t->n >= CODES_MAX) return POSTCODE_CODE_NONE;
  t->code[t->n] = str_copy(im->a, code);
  t->slot[at] = (struct code_entry){t->code[t->n], (uint16_t)t->n};
  t->n++;
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
  struct str tidy, sector, given = csv_cell(row, im->pc);
  uint16_t inward;
  struct arena scratch = *im->a;
  if (!postcode_tidy(&scratch, given, &tidy) || !postcode_split(tidy, &sector, &inward) ||
      sector.n > 6)
    return false;
  struct geo_point at = place_of(im, row);
  struct staged *s = &im->staged[im->n++];
  memset(s, 0, sizeof *s);
  memcpy(s->sector, sector.p, sector.n);
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

static int by_sector(const void *x, const void *y) {
  const struct staged *a = x, *b = y;
  int order = memcmp(a->sector, b->sector, sizeof a->sector);
  return order ? order : (int)a->row.inward - (int)b->row.inward;
}

static bool is_sorted(const struct staged *s, size_t n) {
  for (size_t i = 1; i < n; i++)
    if (by_sector(&s[i - 1], &s[i]) > 0) return false;
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

static enum db_result put_page(struct import *im, struct str sector, size_t rows,
                               struct str packed) {
  return db_run(
      im->db,
      SQL("insert into postcode_page (edition_id, sector, rows, packed) values (?1, ?2, ?3, ?4) "
          "on conflict (sector, edition_id) do update set rows = excluded.rows, "
          "packed = excluded.packed"),
      V(im->edition_id), V(sector), V((int64_t)rows), db_blob(packed));
}

/* The codes one list needs in this page, in order of first use, 12 bytes each; sets table->local
 * for its rows. */
static size_t page_codes(struct import *im, int list, size_t from, size_t to, struct buf *out) {
  struct code_table *t = &im->codes[list];
  size_t n = 0;
  for (size_t i = from; i < to; i++)
    if (im->staged[i].row.code[list] != POSTCODE_CODE_NONE)
      t->local[im->staged[i].row.code[list]] = POSTCODE_CODE_NONE;
  for (size_t i = from; i < to; i++) {
    uint16_t code = im->staged[i].row.code[list];
    char padded[POSTCODE_CODE_BYTES] = {0};
    if (code == POSTCODE_CODE_NONE || t->local[code] != POSTCODE_CODE_NONE) continue;
    t->local[code] = (uint16_t)n++;
    memcpy(padded, t->code[code].p, t->code[code].n);
    buf_put(out, (struct str){padded, sizeof padded});
  }
  return n;
}

/* One sector's page. Of rows for one postcode one is kept. */
static void make_page(struct import *im, size_t from, size_t to, struct buf *page) {
  char row[POSTCODE_ROW_BYTES], counts[2 * POSTCODE_LISTS];
  buf_reset(page);
  buf_put(page, (struct str){counts, sizeof counts});
  for (int list = 0; list < POSTCODE_LISTS; list++) {
    size_t n = page_codes(im, list, from, to, page);
    page->p[2 * list] = (char)(n & 255), page->p[2 * list + 1] = (char)(n >> 8);
  }
  for (size_t i = from; i < to; i++) {
    struct postcode_row local = im->staged[i].row;
    if (i + 1 < to && local.inward == im->staged[i + 1].row.inward) continue;
    for (int list = 0; list < POSTCODE_LISTS; list++)
      if (local.code[list] != POSTCODE_CODE_NONE)
        local.code[list] = im->codes[list].local[local.code[list]];
    postcode_pack(row, &local);
    buf_put(page, (struct str){row, sizeof row});
  }
}

static bool write_pages(struct import *im, struct why *why) {
  struct bulk bulk = bulk_begin(im->db, NULL);
  struct buf page = buf_open(PAGE_BYTES_MAX);
  progress_step(im->progress, "Writing postcodes", "postcodes", im->n);
  for (size_t from = 0, to; from < im->n; from = to) {
    for (to = from + 1; to < im->n && !memcmp(im->staged[from].sector, im->staged[to].sector, 8);)
      to++;
    make_page(im, from, to, &page);
    if (!bulk_row(&bulk) || page.full ||
        put_page(im, str_of(im->staged[from].sector), to - from, buf_str(&page)) != DB_OK)
      break;
    progress_at(im->progress, to);
  }
  buf_free(&page);
  progress_end(im->progress, im->n);
  return bulk_end(&bulk) == DB_OK ||
         why_say(why, "The postcodes could not be saved. Run the same command to go on.");
}

/* The short step: the new edition takes the name and the old one of that name goes. */
static bool make_live(struct import *im, struct str name, instant_t now, struct why *why) {
  db_begin(im->db, STORE_MAIN);
  int64_t old =
      db_number(im->db, 0, SQL("select id from postcode_edition where name = ?1"), V(name));
  if (old) {
    db_run(im->db, SQL("delete from postcode_page where edition_id = ?1"), V(old));
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
  *out = (struct import_count){0};
  if (!find_columns(&im, why)) return false;
  im.staged = calloc(POSTCODES_MAX, sizeof *im.staged); /* untouched pages cost nothing */
  if (!im.staged) return why_say(why, "There is not enough memory to read postcodes.");
  for (int i = 0; i < POSTCODE_LISTS; i++)
    im.codes[i] = (struct code_table){arena_many(a, struct code_entry, CODE_SLOTS), CODE_SLOTS, 0,
                                      arena_many(a, struct str, CODES_MAX),
                                      arena_many(a, uint16_t, CODES_MAX)};
  bool ok = read_rows(&im, why);
  if (ok && !is_sorted(im.staged, im.n)) qsort(im.staged, im.n, sizeof *im.staged, by_sector);
  ok = ok && (open_edition(&im, edition, source, now) ||
              why_say(why, "The postcodes could not be saved. Try again."));
  ok = ok && write_pages(&im, why) && make_live(&im, edition, now, why);
  free(im.staged);
  return ok;
}
