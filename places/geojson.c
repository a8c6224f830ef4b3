/* geojson: boundaries from a FeatureCollection, as the Office for National Statistics publishes
 * them: each feature's properties hold a code and a name whose names begin with the kind and the
 * year (WD25CD, WD25NM, WD25NMW, LAD25CD). */
#include <jansson.h>
#include <math.h>
#include "base/progress.h"
#include "places/inside.h"

enum { GEOJSON_BYTES_MAX = 512 << 20, CODE_CHARACTERS_MAX = 12, NAME_CHARACTERS_MAX = 120 };

/* What the properties of each kind begin with, and of the area it lies in. */
static const struct {
  const char *kind, *prefix, *parent;
} prefixes[] = {
    {"lsoa", "LSOA", "LAD"},
    {"msoa", "MSOA", "LAD"},
    {"ward", "WD", "LAD"},
    {"la", "LAD", "CAUTH"},
    {"combined_authority", "CAUTH", "RGN"},
    {"region", "RGN", "CTRY"},
    {"county", "CTY", "RGN"},
};

static struct str json_text(const json_t *v) {
  return json_is_string(v) ? (struct str){json_string_value(v), json_string_length(v)}
                           : (struct str){0};
}

/* The property "<prefix><digits><ending>", or the plain name. */
static struct str property(json_t *properties, const char *prefix, const char *ending,
                           const char *plain) {
  const char *key;
  json_t *value;
  struct str found = json_text(json_object_get(properties, plain));
  if (found.n || !prefix) return found;
  json_object_foreach(properties, key, value) {
    size_t n = strlen(prefix), k = strlen(key), e = strlen(ending);
    bool fits = k > n + e && strncmp(key, prefix, n) == 0 && strcmp(key + k - e, ending) == 0;
    for (size_t i = n; fits && i < k - e; i++) fits = key[i] >= '0' && key[i] <= '9';
    if (fits && json_is_string(value)) return json_text(value);
  }
  return found;
}

static bool read_ring(struct arena *a, json_t *points, struct outline *out, size_t *cap,
                      size_t *total) {
  size_t n = json_array_size(points);
  if (n < 4 || (*total += n) > OUTLINE_POINTS_MAX) return false;
  struct ring ring = {arena_many(a, struct geo_point, n), 0};
  for (size_t i = 0; i + 1 < n; i++) { /* the last point repeats the first */
    json_t *point = json_array_get(points, i);
    double lon = json_number_value(json_array_get(point, 0)),
           lat = json_number_value(json_array_get(point, 1));
    if (json_array_size(point) < 2 || fabs(lat) > 90 || fabs(lon) > 180) return false;
    ring.p[ring.n++] = (struct geo_point){lat, lon};
  }
  *slice_push(a, out, cap) = ring;
  return true;
}

static bool read_polygon(struct arena *a, json_t *rings, struct outline *out, size_t *cap,
                         size_t *total) {
  bool ok = json_array_size(rings) > 0;
  for (size_t i = 0; ok && i < json_array_size(rings); i++)
    ok = read_ring(a, json_array_get(rings, i), out, cap, total);
  return ok;
}

static bool read_geometry(struct arena *a, json_t *geometry, struct outline *out) {
  size_t cap = 0, total = 0;
  struct str type = json_text(json_object_get(geometry, "type"));
  json_t *coordinates = json_object_get(geometry, "coordinates");
  if (str_eq(type, S("Polygon"))) return read_polygon(a, coordinates, out, &cap, &total);
  bool ok = str_eq(type, S("MultiPolygon")) && json_array_size(coordinates) > 0;
  for (size_t i = 0; ok && i < json_array_size(coordinates); i++)
    ok = read_polygon(a, json_array_get(coordinates, i), out, &cap, &total);
  return ok;
}

static bool read_feature(struct arena *a, json_t *feature, struct str kind, struct area_new *out) {
  json_t *properties = json_object_get(feature, "properties");
  const char *prefix = NULL, *parent = NULL;
  for (size_t i = 0; i < countof(prefixes); i++)
    if (str_eq(kind, str_of(prefixes[i].kind)))
      prefix = prefixes[i].prefix, parent = prefixes[i].parent;
  out->kind = kind;
  out->code = property(properties, prefix, "CD", "code");
  out->name = property(properties, prefix, "NM", "name");
  out->name_cy = property(properties, prefix, "NMW", "name_cy");
  out->parent_code = property(properties, parent, "CD", "parent");
  if (!out->parent_code.n && parent && strcmp(parent, "LAD") == 0)
    out->parent_code = json_text(json_object_get(properties, "LADCD_ACTIVE"));
  if (out->name.n == 0) out->name = out->code;
  out->centre = (struct geo_point){NAN, NAN};
  return out->code.n && utf8_count(out->code) <= CODE_CHARACTERS_MAX &&
         utf8_count(out->name) <= NAME_CHARACTERS_MAX && !str_contains(out->code, S(" ")) &&
         read_geometry(a, json_object_get(feature, "geometry"), &out->outline);
}

/* All areas of the file, with how many features were none. */
bool geojson_read(struct arena *a, struct str geojson, struct str kind, struct areas_read *out,
                  struct why *why) {
  json_t *root = json_read(geojson, GEOJSON_BYTES_MAX, why);
  size_t cap = 0;
  if (!root) return false;
  json_t *features = json_object_get(root, "features");
  size_t n = json_array_size(features);
  for (size_t i = 0; i < n; i++) {
    struct area_new area = {0};
    if (!read_feature(a, json_array_get(features, i), kind, &area)) {
      out->bad++;
      continue;
    }
    area.code = str_copy(a, area.code), area.name = str_copy(a, area.name);
    area.name_cy = str_copy(a, area.name_cy), area.parent_code = str_copy(a, area.parent_code);
    *slice_push(a, out, &cap) = area;
  }
  json_decref(root);
  if (n == 0) return why_say(why, "This is no GeoJSON FeatureCollection with areas in it.");
  return out->n || why_say(why, "No area in this file has a code and a shape. Check --kind.");
}

bool places_geojson_import(struct db *db, struct arena *a, struct str geojson, struct str kind,
                           struct str edition, struct str source, instant_t now, struct progress *p,
                           struct import_count *out, struct why *why) {
  struct areas_read read = {0};
  bool ok = geojson_read(a, geojson, kind, &read, why);
  *out = (struct import_count){
      .rows = (int64_t)read.n + read.bad, .live = (int64_t)read.n, .bad = read.bad};
  if (!ok) return false;
  progress_step(p, "Areas", "areas", read.n);
  db_begin(db, STORE_MAIN);
  for (size_t i = 0; ok && i < read.n; i++) {
    struct arena scratch = *a;
    read.p[i].edition = edition, read.p[i].source = source;
    places_area_put(db, &scratch, &read.p[i], now);
    ok = progress_at(p, i + 1) || why_say(why, "Stopped. Nothing was changed.");
  }
  progress_end(p, read.n);
  if (!ok) {
    db_rollback(db, STORE_MAIN);
    return false;
  }
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The areas could not be saved. Nothing was changed.");
}
