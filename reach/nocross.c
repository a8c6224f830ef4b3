/* nocross: lines nobody can walk across, given as GeoJSON (RFC 7946) lines or rings. */
#include <jansson.h>
#include "reach/net.h"

enum { NO_CROSS_BYTES_MAX = 64 << 20, NO_CROSS_DEPTH_MAX = 8 };

static struct point position(const json_t *p) {
  if (!json_is_array(p) || json_array_size(p) < 2) return POINT_NONE;
  return point_of(json_number_value(json_array_get(p, 1)), json_number_value(json_array_get(p, 0)));
}

/* A row of positions, or rows of rows. */
static void add_lines(struct net *n, const json_t *c, int depth) {
  struct point last = POINT_NONE;
  for (size_t i = 0; depth < NO_CROSS_DEPTH_MAX && i < json_array_size(c); i++) {
    const json_t *item = json_array_get(c, i);
    if (json_is_array(json_array_get(item, 0))) {
      add_lines(n, item, depth + 1);
      continue;
    }
    struct point p = position(item);
    if (point_known(p) && point_known(last) && geo_metres(last, p) < 100000)
      *slice_push(&n->keep, &n->barriers, &n->barriers_cap) = (struct segment){last, p};
    last = p;
  }
}

static void add_any(struct net *n, const json_t *g, int depth) {
  if (depth > NO_CROSS_DEPTH_MAX) return;
  const json_t *features = json_object_get(g, "features"),
               *parts = json_object_get(g, "geometries");
  for (size_t i = 0; i < json_array_size(features); i++)
    add_any(n, json_array_get(features, i), depth + 1);
  for (size_t i = 0; i < json_array_size(parts); i++)
    add_any(n, json_array_get(parts, i), depth + 1);
  if (json_object_get(g, "geometry")) add_any(n, json_object_get(g, "geometry"), depth + 1);
  add_lines(n, json_object_get(g, "coordinates"), 0);
}

bool net_no_cross(struct net *n, const char *path, struct why *why) {
  struct arena a = arena_open((size_t)NO_CROSS_BYTES_MAX + (1 << 20));
  struct str text;
  size_t before = n->barriers.n;
  json_t *j = file_read(&a, path, NO_CROSS_BYTES_MAX, &text, why)
                  ? json_read(text, NO_CROSS_BYTES_MAX, why)
                  : NULL;
  if (j) add_any(n, j, 0);
  bool ok = j && (n->barriers.n > before ||
                  why_say(why, "There is no line in it: give GeoJSON LineStrings."));
  if (j) json_decref(j);
  arena_close(&a);
  if (ok) net_say(n, SAID_SOURCE, "No-cross lines: %zu pieces.", n->barriers.n - before);
  return ok || why_at(why, "%s", path);
}
