#include <math.h>
#include "reach/geo.h"

static const double RADIANS = 3.14159265358979323846 / 180.0;
static const double METRES_PER_DEGREE = 111195.0; /* mean Earth radius 6,371,009 m */

const struct point POINT_NONE = {INT32_MIN, INT32_MIN};

bool point_known(struct point p) { return p.lat != INT32_MIN; }

struct point point_of(double lat, double lon) {
  if (!(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180)) return POINT_NONE;
  if (fabs(lat) < 1e-6 && fabs(lon) < 1e-6) return POINT_NONE;
  return (struct point){(int32_t)lround(lat * 1e7), (int32_t)lround(lon * 1e7)};
}

struct point point_parse(struct str lat, struct str lon) {
  double la, lo;
  if (!str_to_double(lat, &la) || !str_to_double(lon, &lo)) return POINT_NONE;
  return point_of(la, lo);
}

double point_lat(struct point p) { return p.lat / 1e7; }
double point_lon(struct point p) { return p.lon / 1e7; }

/* Metres east and north of `from`. */
static void offset(struct point from, struct point p, double *x, double *y) {
  double mid = ((double)from.lat + p.lat) / 2e7 * RADIANS;
  *y = ((double)p.lat - from.lat) / 1e7 * METRES_PER_DEGREE;
  *x = ((double)p.lon - from.lon) / 1e7 * METRES_PER_DEGREE * cos(mid);
}

double geo_metres(struct point a, struct point b) {
  double x, y;
  offset(a, b, &x, &y);
  return sqrt(x * x + y * y);
}

/* Airy 1830, and the true origin and scale of the national grid. */
static const double AIRY_A = 6377563.396, AIRY_B = 6356256.909, GRID_F0 = 0.9996012717;
static const double GRID_N0 = -100000.0, GRID_E0 = 400000.0;

static double meridian_arc(double lat) {
  double lat0 = 49.0 * RADIANS, n = (AIRY_A - AIRY_B) / (AIRY_A + AIRY_B);
  double n2 = n * n, n3 = n2 * n, d = lat - lat0, s = lat + lat0;
  return AIRY_B * GRID_F0 *
         ((1 + n + 1.25 * n2 + 1.25 * n3) * d - (3 * n + 3 * n2 + 2.625 * n3) * sin(d) * cos(s) +
          (1.875 * n2 + 1.875 * n3) * sin(2 * d) * cos(2 * s) -
          35.0 / 24.0 * n3 * sin(3 * d) * cos(3 * s));
}

/* OS guide annexe C: easting and northing to latitude and longitude on Airy 1830, in radians. */
static void grid_to_airy(double e, double n, double *lat, double *lon) {
  double e2 = 1 - (AIRY_B * AIRY_B) / (AIRY_A * AIRY_A), p = 49.0 * RADIANS;
  for (int i = 0; i < 20; i++) p += (n - GRID_N0 - meridian_arc(p)) / (AIRY_A * GRID_F0);
  double s2 = sin(p) * sin(p), t = tan(p), t2 = t * t, t4 = t2 * t2, sec = 1 / cos(p);
  double nu = AIRY_A * GRID_F0 / sqrt(1 - e2 * s2);
  double rho = AIRY_A * GRID_F0 * (1 - e2) / pow(1 - e2 * s2, 1.5), eta2 = nu / rho - 1;
  double d = e - GRID_E0, d2 = d * d, nu3 = nu * nu * nu, nu5 = nu3 * nu * nu;
  double vii = t / (2 * rho * nu),
         viii = t / (24 * rho * nu3) * (5 + 3 * t2 + eta2 - 9 * t2 * eta2);
  double ix = t / (720 * rho * nu5) * (61 + 90 * t2 + 45 * t4);
  double x = sec / nu, xi = sec / (6 * nu3) * (nu / rho + 2 * t2);
  double xii = sec / (120 * nu5) * (5 + 28 * t2 + 24 * t4);
  *lat = p - d2 * vii + d2 * d2 * viii - d2 * d2 * d2 * ix;
  *lon = -2.0 * RADIANS + d * x - d * d2 * xi + d * d2 * d2 * xii;
}

struct point geo_from_grid(double easting, double northing) {
  double lat, lon;
  grid_to_airy(easting, northing, &lat, &lon);
  double e2 = 1 - (AIRY_B * AIRY_B) / (AIRY_A * AIRY_A),
         nu = AIRY_A / sqrt(1 - e2 * sin(lat) * sin(lat));
  double x = nu * cos(lat) * cos(lon), y = nu * cos(lat) * sin(lon), z = (1 - e2) * nu * sin(lat);
  double second = RADIANS / 3600, s = 1 - 20.4894e-6;
  double rx = 0.1502 * second, ry = 0.2470 * second, rz = 0.8421 * second;
  double x2 = 446.448 + x * s - y * rz + z * ry, y2 = -125.157 + x * rz + y * s - z * rx;
  double z2 = 542.060 - x * ry + y * rx + z * s;
  double a = 6378137.0, b = 6356752.3142, f2 = 1 - (b * b) / (a * a), p = sqrt(x2 * x2 + y2 * y2);
  double out = atan2(z2, p * (1 - f2));
  for (int i = 0; i < 10; i++) {
    double v = a / sqrt(1 - f2 * sin(out) * sin(out));
    out = atan2(z2 + f2 * v * sin(out), p);
  }
  return point_of(out / RADIANS, atan2(y2, x2) / RADIANS);
}

uint64_t geo_hilbert(struct point p) {
  if (!point_known(p)) return UINT64_MAX;
  uint32_t x = (uint32_t)p.lon ^ 0x80000000U, y = (uint32_t)p.lat ^ 0x80000000U;
  uint64_t d = 0;
  for (uint32_t bit = 0x80000000U; bit; bit >>= 1) {
    uint32_t rx = (x & bit) != 0, ry = (y & bit) != 0;
    d = d << 2 | ((3 * rx) ^ ry);
    if (ry) continue;
    if (rx) {
      x = ~x;
      y = ~y;
    }
    uint32_t swap = x;
    x = y;
    y = swap;
  }
  return d;
}

static int side(struct point a, struct point b, struct point c) {
  int64_t abx = (int64_t)b.lon - a.lon, aby = (int64_t)b.lat - a.lat;
  int64_t acx = (int64_t)c.lon - a.lon, acy = (int64_t)c.lat - a.lat;
  double cross = (double)abx * (double)acy - (double)aby * (double)acx;
  return cross > 0 ? 1 : cross < 0 ? -1 : 0;
}

static bool between(int32_t a, int32_t b, int32_t x) {
  return a < b ? x >= a && x <= b : x >= b && x <= a;
}

static bool on_segment(struct segment s, struct point p) {
  return side(s.a, s.b, p) == 0 && between(s.a.lat, s.b.lat, p.lat) &&
         between(s.a.lon, s.b.lon, p.lon);
}

bool geo_cross(struct segment s, struct segment t) {
  int s1 = side(s.a, s.b, t.a), s2 = side(s.a, s.b, t.b), t1 = side(t.a, t.b, s.a),
      t2 = side(t.a, t.b, s.b);
  if (s1 * s2 < 0 && t1 * t2 < 0) return true;
  return on_segment(s, t.a) || on_segment(s, t.b) || on_segment(t, s.a) || on_segment(t, s.b);
}

double geo_cross_at(struct segment s, struct segment t) {
  double sx = (double)s.b.lon - s.a.lon, sy = (double)s.b.lat - s.a.lat;
  double tx = (double)t.b.lon - t.a.lon, ty = (double)t.b.lat - t.a.lat;
  double det = sx * ty - sy * tx;
  if (det == 0) return 0.5;
  double at = (((double)t.a.lon - s.a.lon) * ty - ((double)t.a.lat - s.a.lat) * tx) / det;
  return at < 0 ? 0 : at > 1 ? 1 : at;
}

double geo_nearest_at(struct segment s, struct point p) {
  double bx, by, px, py;
  offset(s.a, s.b, &bx, &by);
  offset(s.a, p, &px, &py);
  double len = bx * bx + by * by, at = len > 0 ? (px * bx + py * by) / len : 0;
  return at < 0 ? 0 : at > 1 ? 1 : at;
}

struct point geo_along(struct segment s, double f) {
  return (struct point){(int32_t)lround(s.a.lat + f * ((double)s.b.lat - s.a.lat)),
                        (int32_t)lround(s.a.lon + f * ((double)s.b.lon - s.a.lon))};
}

static int32_t cell_of(int32_t v) {
  return (int32_t)((v >= 0 ? v : (int64_t)v - GEO_CELL + 1) / GEO_CELL);
}

uint64_t geo_cell_key(int32_t row, int32_t col) {
  return (uint64_t)((int64_t)row + (1 << 20)) << 32 | (uint32_t)(col + (1 << 20));
}

uint64_t geo_cell(struct point p) { return geo_cell_key(cell_of(p.lat), cell_of(p.lon)); }

struct geo_box geo_box_around(struct point p, double metres) {
  double dlat = metres / METRES_PER_DEGREE * 1e7, c = cos(p.lat / 1e7 * RADIANS);
  double dlon = dlat / (c < 0.01 ? 0.01 : c) * 1.001 + 1;
  double lo = p.lon - dlon, hi = p.lon + dlon, s = p.lat - dlat - 1, n = p.lat + dlat + 1;
  const double edge =
      1.8e9; /* 180 degrees: boxes do not wrap, nobody walks across the date line here */
  return (struct geo_box){
      cell_of((int32_t)(s < -edge ? -edge : s)), cell_of((int32_t)(n > edge ? edge : n)),
      cell_of((int32_t)(lo < -edge ? -edge : lo)), cell_of((int32_t)(hi > edge ? edge : hi))};
}
