/* Where postcodes come from: the places domain, unless a test says otherwise. */
#include <math.h>
#include "directory/inside.h"
#include "places/places.h"

static struct directory_places other;
void directory_places_use(struct directory_places p) { other = p; }

bool directory_point(struct db *db, struct str postcode, double *latitude, double *longitude) {
  if (other.point) return other.point(db, postcode, latitude, longitude);
  struct arena scratch = arena_open((size_t)8 << 20);
  struct place p;
  bool found =
      place_resolve(db, &scratch, postcode, &p) && p.found == PLACE_POSTCODE && !isnan(p.at.lat);
  if (found) *latitude = p.at.lat, *longitude = p.at.lon;
  arena_close(&scratch);
  return found;
}

struct strs directory_areas(struct db *db, struct arena *a, struct str postcode) {
  if (other.areas) return other.areas(db, a, postcode);
  struct strs names = {0};
  size_t cap = 0;
  struct place p;
  if (other.point || !place_resolve(db, a, postcode, &p)) return names;
  for (size_t i = 0; i < p.areas.n; i++) {
    *slice_push(a, &names, &cap) = p.areas.p[i].code;
    *slice_push(a, &names, &cap) = p.areas.p[i].name;
  }
  return names;
}
