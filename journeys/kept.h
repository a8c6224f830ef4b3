/* kept: what the files of the engine share: the region that is mapped, and days of it made ready.
 * Private to the folder. */
#ifndef WAYMARK_JOURNEYS_KEPT_H
#define WAYMARK_JOURNEYS_KEPT_H
#include "journeys/engine.h"
#include "reach/path.h"
#include "reach/streets.h"

/* The region in use, mapped if need be; NULL = none. */
const struct region *region_now(void);
uint64_t region_generation(void);
/* A file beside the region; NULL: there is no data folder. */
const char *region_file(struct arena *a, const char *name);
bool region_folder_make(struct why *why);
/* A day made ready to scan, kept for the next question; NULL: not covered (why). */
struct day_ready {
  struct day day;
  struct scan *scan;
  struct streets *streets; /* NULL unless the region has streets */
};
struct day_ready *day_ready(day_t day, bool wheelchair, struct why *why);
struct travel way_of_journey(struct arena *a, const struct region *r, const struct journey *j);
struct point point_at(struct spot s);
struct walking walking_of(bool slowly);
#endif
