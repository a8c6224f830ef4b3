/* map: one small picture beside the list of results. */
#ifndef WAYMARK_FINDING_MAP_H
#define WAYMARK_FINDING_MAP_H
#include "places/places.h"
#include "web/look/view.h"
struct map_pin { struct geo_point at; size_t number; bool maybe; }; /* numbers as in the list, from 1 */
/* False when there is nothing to show. The picture lives in `a`. */
bool finding_map(struct db *db, struct arena *a, const struct place *place, const struct map_pin *pins, size_t n,
                 struct str title, struct markup *out);
#endif
