/* path: one journey, leg by leg, between two places: what is shown for the few results a person
 * looks at. The times come from the scan; the legs from a plain search with parents (one question,
 * rounds as in the scan), which the tests hold against the scan on random networks.
 *
 * Of all journeys that arrive first (or leave last) the one with the fewest rides is given. */
#ifndef WAYMARK_REACH_PATH_H
#define WAYMARK_REACH_PATH_H
#include "reach/scan.h"
#include "base/json.h"

enum access { ON_FOOT, BY_BIKE, BY_LIFT }; /* how the stops near a place are reached */
enum { BIKE_MM_PER_S = 4167 /* 15 km/h */, LIFT_MM_PER_S = 8333 /* 30 km/h door to door */ };
struct place {
  struct str label; /* "home", "NP20 1AA", a stop's name */
  struct point at;  /* or */
  uint32_t stop;    /* REACH_NONE = by position */
  enum access by;
  int32_t by_metres;  /* BY_BIKE, BY_LIFT: farthest ride along streets */
  bool only_stations; /* BY_LIFT: to railway stations */
};
/* A postcode of the region, a stop id, or "lat,lon". */
bool place_find(const struct region *r, struct str text, struct place *out, struct why *why);

enum leg_kind { LEG_WALK, LEG_BIKE, LEG_LIFT, LEG_RIDE };
struct leg {
  enum leg_kind kind;
  uint32_t from, to; /* stops; REACH_NONE = the place at that end */
  int32_t depart, arrive;
  uint32_t trip, from_pos, to_pos; /* LEG_RIDE: region trip and positions of its pattern */
  uint32_t pattern;
};
struct journey {
  bool found;
  int32_t depart, arrive;
  unsigned rides;
  struct leg *legs;
  size_t n;
};
struct path_ask {
  const struct day *day;
  struct walking walking;
  struct scan *scan;       /* of that day */
  struct streets *streets; /* NULL unless WALK_OSM */
  struct place from, to;
  int32_t cap_s; /* longest journey, 0 = none */
};
/* Leaves at `depart` or later, arrives first; then leaves as late as that arrival allows. */
struct journey path_depart(const struct path_ask *ask, int32_t depart, struct arena *a);
/* Arrives by the deadline, leaves last. */
struct journey path_arrive(const struct path_ask *ask, int32_t deadline, struct arena *a);
/* Exactly: leave at `depart`, arrive first, fewest rides. */
struct journey path_search(const struct path_ask *ask, int32_t depart, struct arena *a);
/* Latest departure that arrives by the deadline; -SCAN_NEVER when there is none. */
int32_t path_latest(const struct path_ask *ask, int32_t deadline, struct arena *a);
/* The journey to take when the first vehicle of `j` is missed. */
struct journey path_if_missed(const struct path_ask *ask, const struct journey *j, struct arena *a);
/* Seconds straight from one place to the other without a vehicle, SCAN_NEVER when too far. */
int32_t path_direct(const struct path_ask *ask);
struct seeds path_seeds(const struct path_ask *ask, const struct place *p, bool back,
                        struct arena *a);

/* In words a person can follow, a line a leg. */
void journey_words(const struct path_ask *ask, const struct journey *j, struct buf *out);
void journey_json(const struct path_ask *ask, const struct journey *j, struct json_out *out);
/* "05:12", "00:40 (next day)". */
struct str clock_words(struct arena *a, int32_t seconds);
#endif
