/* map: the neighbourhoods around somebody, and where the places of this page are. Drawn on the server, whole numbers only,
 * so that it costs about a kilobyte. A place whose address is not published is never on it. */
#include <math.h>
#include "finding/inside.h"
#include "finding/map.h"
#include "record/form.h"

enum { SIDE = 320, MARGIN = 18, RING_POINTS_MAX = 24, AREAS_MAX = 12 };
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
  double wide = fmax((f->east - f->west) * f->cosine, SPAN_LEAST), high = fmax(f->north - f->south, SPAN_LEAST * 0.8);
  wide = fmax(wide, high), high = fmax(high, wide * 0.8); /* never a thin strip */
  double centre = (f->west + f->east) / 2;
  f->west = centre - wide / f->cosine / 2, f->east = centre + wide / f->cosine / 2;
  f->south = middle - high / 2, f->north = middle + high / 2;
  f->scale = (SIDE - 2 * MARGIN) / wide;
  f->height = (int)(high * f->scale) + 2 * MARGIN;
}

static int x_of(const struct frame *f, double lon) { return MARGIN + (int)lround((lon - f->west) * f->cosine * f->scale); }
static int y_of(const struct frame *f, double lat) { return MARGIN + (int)lround((f->north - lat) * f->scale); }

static void draw_ring(struct buf *b, const struct frame *f, const struct ring *ring) {
  size_t step = ring->n / RING_POINTS_MAX + 1;
  for (size_t i = 0; i < ring->n; i += step)
    buf_format(b, "%c%d %d", i ? 'L' : 'M', x_of(f, ring->p[i].lon), y_of(f, ring->p[i].lat));
  buf_byte(b, 'Z');
}

static void draw_area(struct db *db, struct arena *a, struct buf *b, const struct frame *f, const struct area *area) {
  struct arena scratch = *a;
  struct outline o = area_outline(db, &scratch, area->id);
  if (!o.n) return;
  buf_put(b, S("<path class=\"land\" d=\""));
  for (size_t i = 0; i < o.n && i < 3; i++) draw_ring(b, f, &o.p[i]);
  buf_put(b, S("\"/>"));
}

static bool inside(const struct frame *f, struct geo_point at) {
  return at.lat >= f->south && at.lat <= f->north && at.lon >= f->west && at.lon <= f->east;
}

static void name_area(struct buf *b, const struct frame *f, const struct area *area) {
  if (!inside(f, area->centre)) return;
  buf_format(b, "<text class=\"t-s t-q\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">", x_of(f, area->centre.lon),
             y_of(f, area->centre.lat) + 26);
  form_escape(b, area->name);
  buf_put(b, S("</text>"));
}

static void pin(struct buf *b, const struct frame *f, struct geo_point at, const char *kind, size_t number) {
  int x = x_of(f, at.lon), y = y_of(f, at.lat);
  buf_format(b, "<g class=\"pin%s\"><circle cx=\"%d\" cy=\"%d\" r=\"11\"/><text x=\"%d\" y=\"%d\">", kind, x, y, x, y + 5);
  if (number) buf_i64(b, (int64_t)number);
  else buf_byte(b, 'A');
  buf_put(b, S("</text></g>"));
}

/* The neighbourhoods, or failing those the wards, of the council area the place is in. */
static struct areas around(struct db *db, struct arena *a, const struct place *place) {
  struct areas none = {0};
  for (size_t i = 0; i < place->areas.n; i++) {
    if (!str_eq(place->areas.p[i].kind, S("la"))) continue;
    struct areas hoods = area_children(db, a, place->areas.p[i].id, S("neighbourhood"));
    return hoods.n ? hoods : area_children(db, a, place->areas.p[i].id, S("ward"));
  }
  return none;
}

bool finding_map(struct db *db, struct arena *a, const struct place *place, const struct map_pin *pins, size_t n,
                 struct str title, struct markup *out) {
  struct frame f = {INFINITY, INFINITY, -INFINITY, -INFINITY, 1, 1, SIDE};
  bool home = place->found != PLACE_NONE && !isnan(place->at.lat);
  if (home) take_in(&f, place->at);
  for (size_t i = 0; i < n; i++) take_in(&f, pins[i].at);
  if (!n || !isfinite(f.west)) return false;
  fit(&f);
  struct buf b = buf_open(1 << 16);
  struct areas land = around(db, a, place);
  buf_format(&b, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"map-t\"><title id=\"map-t\">", SIDE, f.height);
  form_escape(&b, title);
  buf_format(&b, "</title><rect class=\"water\" width=\"%d\" height=\"%d\" rx=\"6\"/>", SIDE, f.height);
  for (size_t i = 0; i < land.n && i < AREAS_MAX; i++) draw_area(db, a, &b, &f, &land.p[i]);
  for (size_t i = 0; i < land.n && i < AREAS_MAX; i++) name_area(&b, &f, &land.p[i]);
  if (home) pin(&b, &f, place->at, " home", 0);
  for (size_t i = n; i-- > 0;) pin(&b, &f, pins[i].at, pins[i].maybe ? " maybe" : "", pins[i].number);
  buf_put(&b, S("</svg>"));
  out->html = str_copy(a, buf_str(&b));
  bool whole = !b.full;
  buf_free(&b);
  return whole;
}
