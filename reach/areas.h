/* areas: a whole place at once. From every area (its centre) to every target, at every departure of
 * a window: how many targets (or jobs) can be reached within so many minutes half of the time, and
 * how near the nearest is. */
#ifndef WAYMARK_REACH_AREAS_H
#define WAYMARK_REACH_AREAS_H
#include "reach/scan.h"

enum { AREA_THRESHOLDS_MAX = 8, AREA_DEPARTURES_MAX = 480 };
struct area {
  struct str code, name;
  struct point at;
  double weight;
};
struct area_list {
  struct area *p;
  size_t n;
};
struct areas_ask {
  const struct day *day;
  struct walking walking;
  struct area_list from, to;
  int32_t depart, until,
      every_s;   /* departures: depart, depart + every, ... up to but not including until */
  int32_t cap_s; /* longest journey counted */
  int32_t minutes[AREA_THRESHOLDS_MAX];
  size_t n_minutes;
  struct progress *progress;
};
struct area_answer {
  double within[AREA_THRESHOLDS_MAX]; /* weight of the targets reached within each threshold at half
                                         the departures */
  int32_t nearest_s; /* median to the nearest target; SCAN_NEVER = none at half the departures */
};
/* One target from one area: the median over departures (SCAN_NEVER when half do not arrive) and the
 * best. */
typedef void area_pair(void *to, size_t from, size_t target, int32_t median_s, int32_t best_s);
/* Fills one answer for each area. False only when asked to stop. `pair` may be NULL. */
bool areas_work_out(const struct areas_ask *ask, struct area_answer *out, area_pair *pair, void *to,
                    struct arena *a);
size_t areas_departures(const struct areas_ask *ask);
#endif
