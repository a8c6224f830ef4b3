/* places: where things are: areas as a tree, postcodes, and finding either from what somebody
 * types.
 *
 * Areas come in editions kept side by side (wards change; LSOAs are drawn again each census). A
 * postcode leads to a point and to the codes of the areas it lies in; terminated postcodes still
 * resolve and say so. Sources: ONS Postcode Directory (column names change between issues, so they
 * are found by header), ONS boundaries as GeoJSON; both Open Government Licence v3. Nothing typed
 * is kept. */
#ifndef WAYMARK_PLACES_H
#define WAYMARK_PLACES_H
#include "web/web.h"

enum { AREAS_OF_A_PLACE_MAX = 24, OUTLINE_POINTS_MAX = 200000 };

struct geo_point { double lat, lon; };          /* WGS 84 degrees; NAN = not known */
struct area {
  int64_t id, parent_id;                        /* parent 0 = none */
  struct str kind; /* code of packs/codes/area_kinds.csv: region, la, ward, lsoa, ... */
  struct str code, name, name_cy, edition;
  struct geo_point centre;
};
struct areas { struct area *p; size_t n; };

/* What somebody typed, resolved. */
enum place_found { PLACE_NONE, PLACE_POSTCODE, PLACE_SECTOR, PLACE_AREA };
struct place {
  enum place_found found;
  struct str words;                             /* "ZB1 4QD", "Northquay": safe to show */
  struct geo_point at;
  day_t ended; /* a terminated postcode: the last day it was used; DAY_NONE = live */
  struct areas areas;                           /* smallest first, with every area above it */
};
/* A postcode (any spacing), the first part of one, or an area's name in English or Welsh. False
 * only when the store failed; found says whether anything matched. */
bool place_resolve(struct db *db, struct arena *a, struct str typed, struct place *out);
/* Names that begin with what was typed, most important kind first, at most `limit`. */
struct areas places_suggest(struct db *db, struct arena *a, struct str typed, int limit);

bool area_by_id(struct db *db, struct arena *a, int64_t id, struct area *out);
bool area_by_code(struct db *db, struct arena *a, struct str code,
                  struct area *out); /* newest edition that has it */
struct areas area_above(struct db *db, struct arena *a,
                        int64_t id); /* itself first, then each parent */
struct areas area_children(struct db *db, struct arena *a, int64_t id,
                           struct str kind); /* any depth; "" = every kind */
struct areas areas_of_kind(struct db *db, struct arena *a, struct str kind);
int area_kind_place(struct str kind); /* order of kinds: larger areas first */
/* The areas of a kind that lie in one, of their newest edition: by the tree, else those of the
 * nearest area above whose middle lies inside its outline (best fit). */
struct areas places_inside(struct db *db, struct arena *a, const struct area *area,
                           struct str kind);

/* The outline, for maps: rings of points; holes are rings too (even-odd). n 0 = no outline is
 * known. */
struct ring { struct geo_point *p; size_t n; };
struct outline { struct ring *p; size_t n; };
struct outline area_outline(struct db *db, struct arena *a, int64_t id);
bool outline_has(const struct outline *o, struct geo_point at);           /* even-odd */
double place_metres(struct geo_point a,
                    struct geo_point b); /* great circle, mean Earth radius 6,371 km */

/* Adding. Each edition is staged and becomes visible in one short step; the same edition twice
 * replaces it. */
struct area_new {
  struct str kind, code, name, name_cy, parent_code, edition, source;
  struct outline outline;
  struct geo_point centre;
};
enum db_result places_area_put(struct db *db, struct arena *a, const struct area_new *area,
                               instant_t now);
/* Grows with every area added or changed; -1 when the database does not answer. */
int64_t places_generation(struct db *db);
struct import_count { int64_t rows, live, ended, bad; };
/* ONSPD-like rows, any size: resumable by edition, yields to people. */
bool places_postcodes_import(struct db *db, struct arena *a, struct csv *rows, struct str edition,
                             struct str source, instant_t now, struct progress *p,
                             struct import_count *out, struct why *why);
bool places_geojson_import(struct db *db, struct arena *a, struct str geojson, struct str kind,
                           struct str edition, struct str source, instant_t now, struct progress *p,
                           struct import_count *out, struct why *why);
/* argv[0] is the word after `waymark import`. */
int places_import_postcodes(int argc, char **argv);
int places_import_areas(int argc, char **argv);
extern const struct domain places_domain;
#endif
