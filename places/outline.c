/* outline: shapes of areas: packed as micro-degrees, tested for points, measured. */
#include <math.h>
#include "places/inside.h"

static const double earth_radius_m = 6371000, pi = 3.14159265358979323846, micro = 1e6;

double place_metres(struct geo_point a, struct geo_point b) {
  double lat1 = a.lat * pi / 180, lat2 = b.lat * pi / 180, dlat = lat2 - lat1,
         dlon = (b.lon - a.lon) * pi / 180;
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
    if (n > (packed.n - at) / 8)
      return (struct outline){0}; /* damaged: no outline is better than a wrong one */
    struct ring *ring = slice_push(a, &o, &cap);
    *ring = (struct ring){arena_many(a, struct geo_point, n), n};
    for (size_t k = 0; k < n; k++, at += 8)
      ring->p[k] = (struct geo_point){(int32_t)u32_at(packed, at) / micro,
                                      (int32_t)u32_at(packed, at + 4) / micro};
  }
  return o;
}

bool outline_has(const struct outline *o, struct geo_point at) {
  bool in = false;
  for (size_t r = 0; r < o->n; r++)
    for (size_t i = 0, j = o->p[r].n - 1; i < o->p[r].n; j = i++) {
      struct geo_point a = o->p[r].p[i], b = o->p[r].p[j];
      bool between = (a.lat > at.lat) != (b.lat > at.lat);
      if (between && at.lon < (b.lon - a.lon) * (at.lat - a.lat) / (b.lat - a.lat) + a.lon)
        in = !in;
    }
  return in;
}

struct geo_point outline_centre(const struct outline *o) {
  struct geo_point sum = {0, 0};
  size_t n = 0;
  for (size_t r = 0; r < o->n && r < 1; r++) /* the first ring is the mainland */
    for (size_t k = 0; k < o->p[r].n; k++, n++)
      sum.lat += o->p[r].p[k].lat, sum.lon += o->p[r].p[k].lon;
  return n ? (struct geo_point){sum.lat / (double)n, sum.lon / (double)n}
           : (struct geo_point){NAN, NAN};
}
