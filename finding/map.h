/* map: one small picture beside the list of results. */
#ifndef WAYMARK_FINDING_MAP_H
#define WAYMARK_FINDING_MAP_H
#include "finding/finding.h"
struct map_pin {
  struct geo_point at;
  size_t number;
  bool maybe;
}; /* numbers as in the list, from 1 */
/* Decided: what the view draws, in whole px. number 0 = where the person is. */
struct map_land { struct str outline, name; int x, y; };
struct map_mark { int x, y, below; size_t number; bool maybe; };
struct finding_map {
  int width, height;
  bool sea; /* what is no land is sea; else the ground is plain */
  struct { struct map_land *p; size_t n; } land;
  struct { struct map_mark *p; size_t n; } marks;
};
/* False when there is nothing to show. The picture lives in `a`. */
bool finding_map(const struct finding_picture *p, struct arena *a, const struct place *place,
                 const struct map_pin *pins, size_t n, struct finding_map *out);
#endif
