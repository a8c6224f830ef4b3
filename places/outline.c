/* outline: shapes of areas: packed as micro-degrees, tested for points, measured. */
#include <math.h>
#include "places/inside.h"

static const double earth_radius_m = 6371000, pi = 3.14159265358979323846, micro = 1e6;

double geo_metres(struct geo_point a, struct geo_point b) {
  double lat1 = a.lat * pi / 180, lat2 = b.lat * pi / 180, dlat = lat2 - lat1, dlon = (b.lon - a.lon) * pi / 180;
  double h = sin(dlat / 2) * sin(dlat / 2) + cos(lat1) * cos(lat2) * sin(dlon / 2) * sin(dlon / 2);
  return 2 * earth_radius_m * asin(sqrt(h < 1 ? h : 1));
}

/* Each ring: how many points, then lat and lon of each, all 32-bit little-endian. */
struct str outline_pack(struct arena *a, const struct outline *o) {
  struct buf b = buf_open((size_t)8 * OUTLINE_POINTS_MAX + 4096);
  for (size_t i = 0; i < o->n; i++) {
    buf_u32(&b, (uint32_t)o->p[i].n);
    for (size_t k = 0; k < o->p[i].n; k++) {
      buf_u32(&b, (uint32_t)(int32_t)lround(o->p[i].p[k].lat * micro));
      buf_u32(&b, (uint32_t)(int32_t)lround(o->p[i].p[k].lon * micro));
    }
  }
  struct str packed = b.full ? (struct str){0} : str_copy(a, buf_str(&b));
  buf_free(&b);
  return packed;
}

static uint32_t u32_at(struct str s, size_t at) {
  uint32_t v = 0;
  for (size_t i = 0; i < 4; i++) v |= (uint32_t)(unsigned char)s.p[at + i] << (8 * i);
  return v;
}

struct outline outline_unpack(struct arena *a, struct str packed) {
  struct outline o = {0};
  size_t cap = 0, at = 0;
  while (at + 4 <= packed.n) {
    size_t n = u32_at(packed, at);
    at += 4;
    if (n > (packed.n - at) / 8) return (struct outline){0}; /* damaged: no outline is better than a wrong one */
    struct ring *ring = slice_push(a, &o, &cap);
    *ring = (struct ring){arena_many(a, struct geo_point, n), n};
    for (size_t k = 0; k < n; k++, at += 8)
      ring->p[k] = (struct geo_point){(int32_t)u32_at(packed, at) / micro, (int32_t)u32_at(packed, at + 4) / micro};
  }
  return o;
}

bool outline_has(const struct outline *o, struct geo_point at) {
  bool in = false;
  for (size_t r = 0; r < o->n; r++)
    for (size_t i = 0, j = o->p[r].n - 1; i < o->p[r].n; j = i++) {
      struct geo_point a = o->p[r].p[i], b = o->p[r].p[j];
      bool between = (a.lat > at.lat) != (b.lat > at.lat);
      if (between && at.lon < (b.lon - a.lon) * (at.lat - a.lat) / (b.lat - a.lat) + a.lon) in = !in;
    }
  return in;
}

struct geo_point outline_centre(const struct outline *o) {
  struct geo_point sum = {0, 0};
  size_t n = 0;
  for (size_t r = 0; r < o->n && r < 1; r++) /* the first ring is the mainland */
    for (size_t k = 0; k < o->p[r].n; k++, n++) sum.lat += o->p[r].p[k].lat, sum.lon += o->p[r].p[k].lon;
  return n ? (struct geo_point){sum.lat / (double)n, sum.lon / (double)n} : (struct geo_point){NAN, NAN};
}

/* ---- the National Grid ---- */

struct ellipsoid { double a, b; };
static const struct ellipsoid airy = {6377563.396, 6356256.909}, wgs84 = {6378137.000, 6356752.3141};

/* Meridional arc, formula C.3 of the Ordnance Survey guide. */
static double arc(double b, double n, double lat0, double lat) {
  double d = lat - lat0, s = lat + lat0;
  return b * 0.9996012717 *
         ((1 + n + 1.25 * n * n + 1.25 * n * n * n) * d - (3 * n + 3 * n * n + 2.625 * n * n * n) * sin(d) * cos(s) +
          (1.875 * n * n + 1.875 * n * n * n) * sin(2 * d) * cos(2 * s) -
          35.0 / 24 * n * n * n * sin(3 * d) * cos(3 * s));
}

/* Grid to latitude and longitude on Airy 1830: formulas C.1 to C.8 of the guide. */
static struct geo_point grid_to_airy(double e, double north) {
  const double lat0 = 49 * pi / 180, lon0 = -2 * pi / 180, f0 = 0.9996012717, e0 = 400000, n0 = -100000;
  double e2 = 1 - airy.b * airy.b / (airy.a * airy.a), n = (airy.a - airy.b) / (airy.a + airy.b);
  double lat = lat0 + (north - n0) / (airy.a * f0);
  for (int i = 0; i < 20 && fabs(north - n0 - arc(airy.b, n, lat0, lat)) > 1e-5; i++)
    lat += (north - n0 - arc(airy.b, n, lat0, lat)) / (airy.a * f0);
  double s = sin(lat), nu = airy.a * f0 / sqrt(1 - e2 * s * s), rho = nu * (1 - e2) / (1 - e2 * s * s);
  double eta2 = nu / rho - 1, t = tan(lat), sec = 1 / cos(lat), d = e - e0;
  double vii = t / (2 * rho * nu), viii = t / (24 * rho * pow(nu, 3)) * (5 + 3 * t * t + eta2 - 9 * t * t * eta2);
  double ix = t / (720 * rho * pow(nu, 5)) * (61 + 90 * t * t + 45 * pow(t, 4));
  double x = sec / nu, xi = sec / (6 * pow(nu, 3)) * (nu / rho + 2 * t * t);
  double xii = sec / (120 * pow(nu, 5)) * (5 + 28 * t * t + 24 * pow(t, 4));
  double xiia = sec / (5040 * pow(nu, 7)) * (61 + 662 * t * t + 1320 * pow(t, 4) + 720 * pow(t, 6));
  return (struct geo_point){lat - vii * d * d + viii * pow(d, 4) - ix * pow(d, 6),
                            lon0 + x * d - xi * pow(d, 3) + xii * pow(d, 5) - xiia * pow(d, 7)};
}

/* Helmert from OSGB36 to WGS 84: the reverse of the guide's seven parameters (section 6.6). */
static struct geo_point airy_to_wgs84(struct geo_point p) {
  const double tx = 446.448, ty = -125.157, tz = 542.060, scale = -20.4894e-6, second = pi / 180 / 3600;
  const double rx = 0.1502 * second, ry = 0.2470 * second, rz = 0.8421 * second;
  double e2 = 1 - airy.b * airy.b / (airy.a * airy.a), nu = airy.a / sqrt(1 - e2 * sin(p.lat) * sin(p.lat));
  double x = nu * cos(p.lat) * cos(p.lon), y = nu * cos(p.lat) * sin(p.lon), z = (1 - e2) * nu * sin(p.lat);
  double x2 = tx + (1 + scale) * x - rz * y + ry * z, y2 = ty + rz * x + (1 + scale) * y - rx * z;
  double z2 = tz - ry * x + rx * y + (1 + scale) * z, h = hypot(x2, y2), f2 = 1 - wgs84.b * wgs84.b / (wgs84.a * wgs84.a);
  double lat = atan2(z2, h * (1 - f2));
  for (int i = 0; i < 10; i++) lat = atan2(z2 + f2 * wgs84.a / sqrt(1 - f2 * sin(lat) * sin(lat)) * sin(lat), h);
  return (struct geo_point){lat * 180 / pi, atan2(y2, x2) * 180 / pi};
}

struct geo_point geo_from_grid(double easting, double northing) { return airy_to_wgs84(grid_to_airy(easting, northing)); }
