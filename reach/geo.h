/* geo: points on the ground, in ten-millionths of a degree so that they are whole numbers, and the
 * few sums the engine needs about them. Distances use a flat piece of Earth around the two points:
 * right to 0.1 % over the few kilometres a person walks or cycles, which is all it is used for. */
#ifndef WAYMARK_REACH_GEO_H
#define WAYMARK_REACH_GEO_H
#include "base/base.h"

struct point {
  int32_t lat, lon; /* degrees x 10^7, WGS84 */
};
struct segment {
  struct point a, b;
};

extern const struct point POINT_NONE; /* position not known */
bool point_known(struct point p);
/* From decimal degrees; POINT_NONE when out of range. 0,0 (what feeds write for "not known") is
 * POINT_NONE. */
struct point point_of(double lat, double lon);
/* From two texts; POINT_NONE when either is not a number. */
struct point point_parse(struct str lat, struct str lon);
double point_lat(struct point p);
double point_lon(struct point p);

double geo_metres(struct point a, struct point b);
/* Ordnance Survey national grid (OSGB36) easting, northing in metres to WGS84. Airy 1830 inverse
 * transverse Mercator and the seven-parameter Helmert shift of OS "A guide to coordinate systems in
 * Great Britain", annexe C and section 6.6: right to about 5 m. */
struct point geo_from_grid(double easting, double northing);
/* Place along a Hilbert curve over the whole Earth: near numbers are near places. */
uint64_t geo_hilbert(struct point p);
/* Do the two segments cross (touching at an end counts)? */
bool geo_cross(struct segment s, struct segment t);
/* The crossing point of two crossing segments, as a fraction along s. */
double geo_cross_at(struct segment s, struct segment t);
/* Nearest point of segment s to p: fraction along s in 0..1. */
double geo_nearest_at(struct segment s, struct point p);
struct point geo_along(struct segment s, double fraction);

/* A grid of cells about 550 m tall for finding what is near; key orders by row, then column. */
enum { GEO_CELL = 50000 };
uint64_t geo_cell(struct point p);
struct geo_box {
  int32_t row_first, row_last, col_first, col_last;
};
struct geo_box geo_box_around(struct point p, double metres);
uint64_t geo_cell_key(int32_t row, int32_t col);
#endif
