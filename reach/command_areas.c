#include <jansson.h>
#include <stdio.h>
#include <unistd.h>
#include "reach/areas.h"
#include "reach/command.h"

static const char usage[] = "waymark reach areas --areas LSOA.geojson|AREAS.csv --targets "
                            "TARGETS.csv --date D --depart 07:00 [--until 08:00 --every 5]\n"
                            "                    --out FILE.csv|FILE.geojson [--region FILE] "
                            "[--minutes 30,45,60] [--matrix] [--code PROPERTY]\n"
                            "                    [--walk transfers|line|osm] [--walk-kmh N] "
                            "[--walk-minutes N] [--step-free] [--wheelchair] [--bikes]\n"
                            "  From the centre of every area: how many targets (or jobs: a weight, "
                            "jobs or count column) are within so many\n"
                            "  minutes at half of the departures, and the nearest. --matrix writes "
                            "a row for every pair instead.\n"
                            "  AREAS.csv and TARGETS.csv have code, lat and long columns (headers "
                            "as ONS writes them are known).\n";

static const char *const code_names[] = {"code",     "id",     "lsoa21", "lsoa21cd",
                                         "lsoa11cd", "wd23cd", "ward",   "osward",
                                         "name",     "pcds",   NULL};
static const char *const name_names[] = {"name", "lsoa21nm", "wd23nm", "label", NULL};
static const char *const lat_names[] = {"lat", "latitude", NULL};
static const char *const lon_names[] = {"long", "lon", "lng", "longitude", NULL};
static const char *const weight_names[] = {"weight", "jobs", "count", "places", NULL};

struct words {
  struct str region, areas, targets, out, code;
  struct day_ask day;
  int32_t depart, until;
  int64_t every;
  int32_t minutes[AREA_THRESHOLDS_MAX];
  size_t n_minutes;
  bool matrix;
};

/* ---- reading areas ---- */

static bool csv_areas(struct arena *a, struct str path, struct area_list *out, struct why *why) {
  struct csv *csv = csv_open_file(a, str_c(a, path), why);
  size_t cap = 0, rows = 0;
  struct csv_row row;
  enum csv_result got = CSV_END;
  bool ok = csv && csv_headers(csv, why);
  if (ok) {
    int code = csv_column_any(csv, code_names), name = csv_column_any(csv, name_names),
        lat = csv_column_any(csv, lat_names);
    int lon = csv_column_any(csv, lon_names), weight = csv_column_any(csv, weight_names);
    if (lat < 0 || lon < 0) ok = why_say(why, "It needs lat and long columns.");
    while (ok && (got = csv_next(csv, &row, why)) == CSV_ROW) {
      struct area t = {.at = point_parse(csv_cell(&row, lat), csv_cell(&row, lon)), .weight = 1};
      rows++;
      if (!point_known(t.at)) continue;
      t.code = code >= 0 ? str_copy(a, csv_cell(&row, code)) : str_format(a, "%zu", rows);
      t.name = str_copy(a, csv_cell(&row, name));
      if (weight >= 0 && (!str_to_double(csv_cell(&row, weight), &t.weight) || t.weight < 0))
        t.weight = 0;
      *slice_push(a, out, &cap) = t;
    }
  }
  if (csv) csv_close(csv);
  return (ok && got != CSV_BAD) || why_at(why, "%.*s", P(path));
}

/* Twice the signed area of a ring and its first moments. */
static void ring_sums(const json_t *ring, double *area, double *x, double *y) {
  size_t n = json_array_size(ring);
  for (size_t i = 0; i + 1 < n; i++) {
    const json_t *p = json_array_get(ring, i), *q = json_array_get(ring, i + 1);
    double px = json_number_value(json_array_get(p, 0)),
           py = json_number_value(json_array_get(p, 1));
    double qx = json_number_value(json_array_get(q, 0)),
           qy = json_number_value(json_array_get(q, 1));
    double cross = px * qy - qx * py;
    *area += cross;
    *x += (px + qx) * cross;
    *y += (py + qy) * cross;
  }
}

static struct point centre_of(const json_t *geometry) {
  const char *type = json_string_value(json_object_get(geometry, "type"));
  const json_t *c = json_object_get(geometry, "coordinates");
  double area = 0, x = 0, y = 0;
  if (!type) return POINT_NONE;
  if (str_eq(str_of(type), S("Point")))
    return point_of(json_number_value(json_array_get(c, 1)),
                    json_number_value(json_array_get(c, 0)));
  if (str_eq(str_of(type), S("Polygon"))) ring_sums(json_array_get(c, 0), &area, &x, &y);
  if (str_eq(str_of(type), S("MultiPolygon")))
    for (size_t i = 0; i < json_array_size(c); i++)
      ring_sums(json_array_get(json_array_get(c, i), 0), &area, &x, &y);
  return area != 0 ? point_of(y / (3 * area), x / (3 * area)) : POINT_NONE;
}

static struct str property(struct arena *a, const json_t *properties, struct str wanted,
                           const char *const *known) {
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)(uintptr_t)properties, key, value) {
    bool match = wanted.n && str_eq(str_of(key), wanted);
    for (const char *const *k = known; !wanted.n && *k; k++)
      match |= str_eq_nocase(str_of(key), str_of(*k));
    if (match && json_is_string(value)) return str_copy(a, str_of(json_string_value(value)));
  }
  return S("");
}

static bool geojson_areas(struct arena *a, const struct words *w, json_t **root,
                          struct area_list *out, struct why *why) {
  struct str text;
  size_t cap = 0;
  if (!file_read(a, str_c(a, w->areas), (size_t)1 << 30, &text, why)) return false;
  *root = json_read(text, (size_t)1 << 30, why);
  const json_t *features = json_object_get(*root, "features");
  for (size_t i = 0; i < json_array_size(features); i++) {
    const json_t *f = json_array_get(features, i);
    struct area t = {.at = centre_of(json_object_get(f, "geometry")), .weight = 1};
    t.code = property(a, json_object_get(f, "properties"), w->code, code_names);
    t.name = property(a, json_object_get(f, "properties"), S(""), name_names);
    if (!t.code.n) t.code = str_format(a, "%zu", i + 1);
    *slice_push(a, out, &cap) = t; /* one for each feature, so that answers can be put back */
  }
  return out->n > 0 ||
         why_say(why, "%.*s: there is no area in it; give a GeoJSON FeatureCollection.",
                 P(w->areas));
}

/* ---- writing ---- */

struct writing {
  struct buf *out;
  const struct areas_ask *ask;
};

static void minutes_cell(struct buf *out, int32_t s, bool last) {
  if (s != SCAN_NEVER) buf_i64(out, (s + 59) / 60);
  buf_byte(out, last ? '\n' : ',');
}

static void matrix_row(void *to, size_t from, size_t target, int32_t median_s, int32_t best_s) {
  struct writing *w = to;
  if (best_s == SCAN_NEVER) return;
  csv_put(w->out, w->ask->from.p[from].code, false);
  csv_put(w->out, w->ask->to.p[target].code, false);
  minutes_cell(w->out, median_s, false);
  minutes_cell(w->out, best_s, true);
}

static void put_csv(const struct areas_ask *ask, const struct area_answer *answer,
                    struct buf *out) {
  buf_put(out, S("code,name"));
  for (size_t k = 0; k < ask->n_minutes; k++) buf_format(out, ",within_%d", ask->minutes[k]);
  buf_put(out, S(",nearest_minutes\n"));
  for (size_t i = 0; i < ask->from.n; i++) {
    csv_put(out, ask->from.p[i].code, false);
    csv_put(out, ask->from.p[i].name, false);
    for (size_t k = 0; k < ask->n_minutes; k++) buf_format(out, "%.0f,", answer[i].within[k]);
    minutes_cell(out, answer[i].nearest_s, true);
  }
}

static bool put_geojson(const struct areas_ask *ask, const struct area_answer *answer, json_t *root,
                        struct buf *out, struct why *why) {
  json_t *features = json_object_get(root, "features");
  for (size_t i = 0; i < ask->from.n; i++) {
    json_t *p = json_object_get(json_array_get(features, i), "properties");
    char key[32];
    for (size_t k = 0; k < ask->n_minutes; k++) {
      snprintf(key, sizeof key, "within_%d", ask->minutes[k]);
      json_object_set_new(p, key, json_real(answer[i].within[k]));
    }
    json_object_set_new(p, "nearest_minutes",
                        answer[i].nearest_s == SCAN_NEVER
                            ? json_null()
                            : json_integer((answer[i].nearest_s + 59) / 60));
  }
  char *text = json_dumps(root, JSON_COMPACT);
  if (!text) return why_say(why, "There is not enough memory to write the areas.");
  buf_put(out, str_of(text));
  free(text);
  return true;
}

/* ---- the command ---- */

static bool read_minutes(struct str v, struct words *w, struct why *why) {
  w->n_minutes = 0;
  while (v.n) {
    int64_t m;
    if (w->n_minutes == AREA_THRESHOLDS_MAX || !str_to_i64(str_trim(str_cut(&v, ',')), &m) ||
        m < 1 || m > 600)
      return why_say(why, "--minutes is up to %d numbers from 1 to 600, as 30,45,60.",
                     AREA_THRESHOLDS_MAX);
    w->minutes[w->n_minutes++] = (int32_t)m;
  }
  return w->n_minutes > 0 || why_say(why, "--minutes needs at least one number.");
}

static bool read_words(struct args *args, struct words *w, struct why *why) {
  struct str v;
  *w = (struct words){.every = 5, .minutes = {30, 45, 60}, .n_minutes = 3};
  if (!args_value(args, "--region", &w->region) && !args_value(args, "--feed", &w->region))
    w->region = S("region.reach");
  args_value(args, "--out", &w->out);
  args_value(args, "--code", &w->code);
  if (!args_value(args, "--areas", &w->areas) || !args_value(args, "--targets", &w->targets))
    return why_say(why, "--areas and --targets are needed.");
  if (!date_option(args, "--date", &w->day.date, why)) return false;
  if (!args_value(args, "--depart", &v) || !clock_parse(v, &w->depart))
    return why_say(why, "--depart TIME is needed, as 07:00.");
  w->until = w->depart;
  if (args_value(args, "--until", &v) && (!clock_parse(v, &w->until) || w->until < w->depart))
    return why_say(why, "--until is a time after --depart.");
  if (args_value(args, "--every", &v) &&
      (!str_to_i64(v, &w->every) || w->every < 1 || w->every > 60))
    return why_say(why, "--every is from 1 to 60 minutes.");
  if (args_value(args, "--minutes", &v) && !read_minutes(v, w, why)) return false;
  if ((w->until - w->depart) / 60 / w->every > AREA_DEPARTURES_MAX)
    return why_say(why, "There are more than %d departures: use a larger --every.",
                   AREA_DEPARTURES_MAX);
  w->matrix = args_flag(args, "--matrix");
  w->day.next_until_s = DAY_NEXT_UNTIL;
  w->day.wheelchair = args_flag(args, "--wheelchair") ? NEED_NOT_REFUSED : NEED_NOTHING;
  w->day.bikes = args_flag(args, "--bikes") ? NEED_NOT_REFUSED : NEED_NOTHING;
  return true;
}

static bool write_answer(const struct words *w, struct areas_ask *ask, json_t *root,
                         struct arena *a, struct why *why) {
  struct area_answer *answer = arena_many(a, struct area_answer, ask->from.n + 1);
  struct buf out = buf_open((size_t)8 << 30);
  struct writing to = {&out, ask};
  if (w->matrix) buf_put(&out, S("code,target,median_minutes,best_minutes\n"));
  bool ok = areas_work_out(ask, answer, w->matrix ? matrix_row : NULL, &to, a) ||
            why_say(why, "Stopped, as asked. Nothing was written.");
  if (ok && !w->matrix && str_ends(w->out, S("json"))) {
    ok = root
             ? put_geojson(ask, answer, root, &out, why)
             : why_say(why,
                       "GeoJSON can only be written when the areas are GeoJSON; name a .csv file.");
  } else if (ok && !w->matrix) {
    put_csv(ask, answer, &out);
  }
  ok = ok && (out.full ? why_say(why, "There are too many answers for memory: ask for fewer areas.")
                       : write_out(w->out, buf_str(&out), why));
  buf_free(&out);
  return ok;
}

static bool run(const struct words *w, const struct region *r, struct walking walking,
                struct arena *a, struct why *why) {
  struct day day;
  json_t *root = NULL;
  struct progress progress = progress_terminal();
  struct areas_ask ask = {.day = &day,
                          .walking = walking,
                          .depart = w->depart,
                          .until = w->until,
                          .every_s = (int32_t)w->every * 60,
                          .n_minutes = w->n_minutes,
                          .progress = isatty(2) ? &progress : NULL};
  memcpy(ask.minutes, w->minutes, sizeof ask.minutes);
  for (size_t k = 0; k < w->n_minutes; k++)
    if (w->minutes[k] * 60 > ask.cap_s) ask.cap_s = w->minutes[k] * 60;
  bool geo = str_ends(w->areas, S("json"));
  bool ok =
      day_open(&day, r, w->day, a, why) &&
      (geo ? geojson_areas(a, w, &root, &ask.from, why) : csv_areas(a, w->areas, &ask.from, why)) &&
      csv_areas(a, w->targets, &ask.to, why) && write_answer(w, &ask, root, a, why);
  if (root) json_decref(root);
  if (ok && trains_note(r).n) fprintf(stderr, "%.*s\n", P(trains_note(r)));
  return ok;
}

int reach_areas(struct args *args) {
  struct arena a = arena_open((size_t)16 << 30);
  struct why why = {0};
  struct words w;
  struct feed_file f;
  struct walking walking;
  if (args_flag(args, "--help")) return fputs(usage, stdout) < 0;
  int status = 2;
  if (!read_words(args, &w, &why))
    wrong_use(&why, usage);
  else if (!feed_file_open(&f, w.region, &a, &why))
    status = failed(&why);
  else {
    if (!walk_option(args, &walking, &f.r, &why) || !args_done(args, &why))
      wrong_use(&why, usage);
    else
      status = run(&w, &f.r, walking, &a, &why) ? 0 : failed(&why);
    feed_file_close(&f);
  }
  arena_close(&a);
  return status;
}
