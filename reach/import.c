/* import: everything a region is made from, in the order it was named. */
#include "reach/net.h"

static const char *const postcode_names[] = {"pcds", "pcd",      "pcd2", "pcd7",
                                             "pcd8", "postcode", NULL};
static const char *const lat_names[] = {"lat", "latitude", NULL};
static const char *const lon_names[] = {"long", "lon", "lng", "longitude", NULL};

static bool postcode_rows(struct net *n, struct csv *csv, const char *path, struct why *why) {
  if (!csv_headers(csv, why)) return why_at(why, "%s", path);
  int code = csv_column_any(csv, postcode_names), lat = csv_column_any(csv, lat_names);
  int lon = csv_column_any(csv, lon_names);
  if (code < 0 || lat < 0 || lon < 0)
    return why_say(why,
                   "%s: it needs a postcode column (pcds) and lat and long columns, as the ONS "
                   "Postcode Directory "
                   "has.",
                   path);
  struct csv_row row;
  uint64_t bad = 0, rows = 0;
  enum csv_result got;
  progress_step(n->progress, "Postcodes", "rows", 0);
  while ((got = csv_next(csv, &row, why)) == CSV_ROW) {
    struct region_postcode p;
    p.at = point_parse(csv_cell(&row, lat), csv_cell(&row, lon));
    if (++rows % 8192 == 0 && !progress_at(n->progress, rows))
      return why_say(why, "Stopped, as asked. Nothing was written.");
    /* The Directory writes 99.999999 for no position. */
    if (!postcode_key(csv_cell(&row, code), p.code) || !point_known(p.at))
      bad++;
    else
      *slice_push(&n->keep, &n->postcodes, &n->postcodes_cap) = p;
  }
  progress_end(n->progress, rows);
  if (got == CSV_BAD) return why_at(why, "%s", path);
  net_say(n, SAID_SOURCE, "%s: %zu postcodes with a position%s.", path, n->postcodes.n,
          bad ? "; the rest have none" : "");
  return true;
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

bool net_postcodes(struct net *n, const char *path, struct why *why) {
  struct arena a = arena_open((size_t)64 << 20);
  struct csv *csv = csv_open_file(&a, path, why);
  bool ok = csv && postcode_rows(n, csv, base_name(path), why);
  if (csv) csv_close(csv);
  arena_close(&a);
  return ok;
}

bool net_import(struct net *n, const struct build_ask *ask, struct why *why) {
  struct arena a = arena_open((size_t)2 << 30);
  bool ok = a.start || why_say(why, "There is not enough memory to import a timetable.");
  n->first_day = ask->first_day;
  for (size_t i = 0; ok && i < ask->n_gtfs; i++) ok = net_gtfs(n, str_c(&a, ask->gtfs[i]), why);
  if (ok && ask->rail.n) ok = net_rail(n, str_c(&a, ask->rail), why);
  if (ok && ask->no_cross.n) ok = net_no_cross(n, str_c(&a, ask->no_cross), why);
  if (ok && ask->osm.n) {
    struct mapped m;
    ok = file_map(str_c(&a, ask->osm), &m, why);
    if (ok) {
      ok = net_osm(n, m.bytes, why) || why_at(why, "%s", base_name(str_c(&a, ask->osm)));
      file_unmap(&m);
    }
  }
  if (ok && ask->postcodes.n) ok = net_postcodes(n, str_c(&a, ask->postcodes), why);
  if (ok && !n->has_rail)
    net_say(
        n, SAID_FOUND,
        "Trains not included: no rail timetable was given (waymark reach build --rail ttis.zip).");
  if (a.start) arena_close(&a);
  return ok;
}
