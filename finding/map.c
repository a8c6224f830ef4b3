/* map: the neighbourhoods around somebody, and where the places of this page are. Drawn on the
 * server, whole numbers only, so that it costs about a kilobyte. A place whose address is not
 * published is never on it. */
#include <math.h>
#include "finding/inside.h"
#include "finding/map.h"

enum {
  SIDE = 320,
  MARGIN = 18,
  AREAS_MAX = 24,
  NAME_BELOW = 26,
  TEXT_BELOW = 5,
  LETTER = 8 /* about as wide as a letter of a name is */
};
#define SPAN_LEAST 0.03 /* degrees of latitude: about 3 km */

struct frame { double west, south, east, north, cosine, scale; int height; };

static void take_in(struct frame *f, struct geo_point at) {
  if (isnan(at.lat)) return;
  f->west = fmin(f->west, at.lon), f->east = fmax(f->east, at.lon);
  f->south = fmin(f->south, at.lat), f->north = fmax(f->north, at.lat);
}

static void fit(struct frame *f) {
  double middle = (f->south + f->north) / 2;
  f->cosine = cos(middle * 0.017453292519943295);
  double wide = fmax((f->east - f->west) * f->cosine, SPAN_LEAST),
         high = fmax(f->north - f->south, SPAN_LEAST * 0.8);
  wide = fmax(wide, high), high = fmax(high, wide * 0.8); /* never a thin strip */
  double centre = (f->west + f->east) / 2;
  f->west = centre - wide / f->cosine / 2, f->east = centre + wide / f->cosine / 2;
  f->south = middle - high / 2, f->north = middle + high / 2;
  f->scale = (SIDE - 2 * MARGIN) / wide;
  f->height = (int)(high * f->scale) + 2 * MARGIN;
}

static int x_of(const struct frame *f, double lon) {
  return MARGIN + (int)lround((lon - f->west) * f->cosine * f->scale);
}
static int y_of(const struct frame *f, double lat) {
  return MARGIN + (int)lround((f->north - lat) * f->scale);
}

static void draw_ring(struct buf *b, const struct frame *f, const struct land_ring *ring) {
  for (size_t i = 0; i < ring->n; i++)
    buf_format(b, "%c%d %d", i ? 'L' : 'M', x_of(f, ring->p[i].lon), y_of(f, ring->p[i].lat));
  buf_byte(b, 'Z');
}

static bool inside(const struct frame *f, struct geo_point at) {
  return at.lat >= f->south && at.lat <= f->north && at.lon >= f->west && at.lon <= f->east;
}

/* Its middle is in the picture, or not far outside it. */
static bool beside(const struct frame *f, struct geo_point at) {
  double high = f->north - f->south, wide = f->east - f->west;
  return at.lat >= f->south - high && at.lat <= f->north + high && at.lon >= f->west - wide &&
         at.lon <= f->east + wide;
}

/* Even-odd: does a line to the east cross the ring an odd number of times? */
static bool in_ring(const struct land_ring *ring, struct geo_point at) {
  bool in = false;
  for (size_t i = 0, j = ring->n - 1; i < ring->n; j = i++) {
    struct geo_point a = ring->p[i], b = ring->p[j];
    if ((a.lat > at.lat) == (b.lat > at.lat)) continue;
    in ^= at.lon < (b.lon - a.lon) * (at.lat - a.lat) / (b.lat - a.lat) + a.lon;
  }
  return in;
}

static bool on_land(const struct land *land, struct geo_point at) {
  bool in = false;
  for (size_t i = 0; i < land->rings; i++) in ^= in_ring(&land->ring[i], at);
  return in;
}

static int clamped(int x, size_t letters) {
  int half = (int)letters * LETTER / 2 + 4;
  if (half * 2 > SIDE) return SIDE / 2;
  return x < half ? half : x > SIDE - half ? SIDE - half : x;
}

static struct map_land drawn(struct arena *a, const struct frame *f, const struct land *land) {
  struct buf b = buf_open(1 << 16);
  struct map_land out = {.x = clamped(x_of(f, land->centre.lon), land->name.n),
                         .y = y_of(f, land->centre.lat) + NAME_BELOW};
  for (size_t i = 0; i < land->rings; i++) draw_ring(&b, f, &land->ring[i]);
  out.outline = b.full ? (struct str){0} : str_copy(a, buf_str(&b));
  if (inside(f, land->centre)) out.name = land->name;
  buf_free(&b);
  return out;
}

static struct map_mark mark_of(const struct frame *f, const struct map_pin *pin) {
  int x = x_of(f, pin->at.lon), y = y_of(f, pin->at.lat);
  return (struct map_mark){x, y, y + TEXT_BELOW, pin->number, pin->maybe};
}

/* The council area the place is in. */
static struct council around(const struct finding_picture *p, const struct place *place) {
  for (size_t i = 0; i < place->areas.n; i++) {
    if (!str_eq(place->areas.p[i].kind, S("la"))) continue;
    for (size_t k = 0; k < p->councils.n; k++)
      if (p->councils.p[k].area_id == place->areas.p[i].id) return p->councils.p[k];
  }
  return (struct council){0};
}

/* The land in the picture: of the council somebody is in first, then of the others. */
static void draw_lands(const struct finding_picture *p, struct arena *a, const struct place *place,
                       const struct frame *f, const struct map_pin *pins, size_t n,
                       struct finding_map *out) {
  struct council near = around(p, place);
  bool *dry = arena_many(a, bool, n + 1);
  out->land.p = arena_many(a, struct map_land, AREAS_MAX);
  for (size_t k = 0; k <= p->councils.n; k++) {
    struct council c = k ? p->councils.p[k - 1] : near;
    for (size_t i = 0; i < c.n && out->land.n < AREAS_MAX; i++) {
      if ((k && c.area_id == near.area_id) || !beside(f, c.land[i].centre)) continue;
      out->land.p[out->land.n++] = drawn(a, f, &c.land[i]);
      for (size_t m = 0; m < n; m++) dry[m] |= on_land(&c.land[i], pins[m].at);
    }
  }
  /* What is not drawn is sea only where no place of help stands in it: outlines may be missing. */
  out->sea = true;
  for (size_t m = 0; m < n; m++) out->sea &= dry[m];
}

bool finding_map(const struct finding_picture *p, struct arena *a, const struct place *place,
                 const struct map_pin *pins, size_t n, struct finding_map *out) {
  struct frame f = {INFINITY, INFINITY, -INFINITY, -INFINITY, 1, 1, SIDE};
  bool home = place->found != PLACE_NONE && !isnan(place->at.lat);
  *out = (struct finding_map){.width = SIDE};
  if (home) take_in(&f, place->at);
  for (size_t i = 0; i < n; i++) take_in(&f, pins[i].at);
  if (!n || !isfinite(f.west)) return false;
  fit(&f);
  out->height = f.height;
  draw_lands(p, a, place, &f, pins, n, out);
  out->marks.p = arena_many(a, struct map_mark, n + 1);
  if (home) out->marks.p[out->marks.n++] = mark_of(&f, &(struct map_pin){place->at, 0, false});
  for (size_t i = n; i-- > 0;) out->marks.p[out->marks.n++] = mark_of(&f, &pins[i]);
  return true;
}
