/* scan: from one place (or up to sixteen) to every stop, by timetable, sixteen questions at a time.
 *
 * A question is a lane: a departure time (or, backwards, a deadline) and a set of stops that can be
 * walked to before boarding. All lanes are answered in one pass over the patterns they touch, a
 * vector of sixteen 16-bit times in seconds since the earliest departure (or, when the window is
 * over 18 hours, eight 32-bit ones). Rides come in rounds (Delling, Pajor, Werneck: "Round-based
 * public transit routing", 2015): round k knows every stop reached with at most k rides, so the
 * number of changes is exact. Within a round a pattern is walked trip by trip, all lanes at once,
 * until every lane that can board has boarded.
 *
 * When every lane asks about the same place and rides are not counted, one pass over the timeline
 * of the day (timeline.h) answers them all with a byte a stop, because who left later is never
 * earlier.
 *
 * Rules, the same in the slow judge of the tests:
 *   - a trip can be boarded where its flags allow at departure >= ready time; ready = the lane's
 * time + the walk for the first ride, arrival + the stop's change time when changing at the stop
 * itself, arrival + walk after one walk between stops (never two walks in a row);
 *   - backwards everything is turned round: latest departures for a deadline; forward and backward
 * agree;
 *   - with a cap, nothing later than time + cap counts; with `until`, nothing after it.
 * AVX2 is used where the processor has it; the portable way gives the same answers bit for bit. */
#ifndef WAYMARK_REACH_SCAN_H
#define WAYMARK_REACH_SCAN_H
#include "reach/day.h"

enum { SCAN_LANES = 16, SCAN_MANY = 64, SCAN_RIDES_MAX = 30, SCAN_SNAPSHOTS = 4 };
#define SCAN_NEVER INT32_MAX

enum walk_mode { WALK_TRANSFERS, WALK_LINE, WALK_OSM };
struct walking {
  enum walk_mode mode;
  int32_t mm_per_s; /* 0 = 1333 (4.8 km/h) */
  int32_t cap_s;    /* longest single walk, 0 = 900; given transfers are not capped */
  bool stepfree;    /* streets without steps (osm) */
};
enum { WALK_MM_PER_S = 1333, WALK_CAP_S = 900 };
/* Seconds to walk so many tenths of a metre, rounded up. */
int32_t walk_seconds(struct walking w, uint32_t dm);
int32_t walk_cap(struct walking w);

/* A stop that can be reached from (backwards: from which one can reach) the place asked about. */
struct seed {
  uint32_t stop;
  int32_t secs;
  uint32_t window;
};
struct seeds {
  struct seed *p;
  size_t n;
};
/* From a stop: itself and one walk. From a point: walks in a line or along streets. */
struct seeds seeds_from_stop(const struct day *d, struct walking w, uint32_t stop, bool back,
                             struct arena *a);
struct streets;
struct seeds seeds_from_point(const struct day *d, struct walking w, struct point p,
                              struct streets *streets, struct arena *a);

/* How to go over the day: LINES walks the patterns in rounds, TIMELINE goes over everything that
 * happens in order of time, once for all lanes. The timeline answers many departures of one place
 * (the same seeds in every lane) several times faster, but cannot tell rides, and the first
 * question about an hour makes that hour ready. Answers are the same. */
enum scan_way { WAY_BEST, WAY_LINES, WAY_TIMELINE };
/* WAY_BEST walks the lines for fewer lanes. */
enum { TIMELINE_LANES_MIN = 4 };

struct scan_ask {
  const struct day *day;
  struct walking walking;
  bool back;
  uint8_t lanes;           /* 1..SCAN_LANES; to scan_lanes_most() where it says more */
  int32_t time[SCAN_MANY]; /* departures, backwards deadlines: seconds after midnight */
  const struct seeds *seeds[SCAN_MANY];
  int32_t cap_s;     /* 0 = none */
  int32_t until;     /* nothing later (backwards: earlier) counts; 0 = none. Not before a lane's */
  uint8_t rides_max; /* 0 = as many as it takes, at most SCAN_RIDES_MAX */
  bool count_rides;  /* also keep, for each lane and stop, the fewest rides of the best time */
  bool portable;     /* tests: never use AVX2 */
  enum scan_way way; /* TIMELINE is taken only where it can answer */
  bool snapshots;    /* keep scan_within; rides_max must be 1..SCAN_SNAPSHOTS */
};
struct scan;
/* Working memory for scans of one day, usable again and again; from the arena. */
struct scan *scan_open(const struct day *d, struct arena *a);
void scan_run(struct scan *s, const struct scan_ask *ask);
/* How many lanes may be asked at once, when all are of the place of lane 0: SCAN_MANY where the
 * timeline is gone over and only given links are walked, else SCAN_LANES. */
unsigned scan_lanes_most(const struct scan *s, const struct scan_ask *ask);
/* Arrival (backwards: latest departure) at a stop in seconds after midnight, SCAN_NEVER (backwards:
 * -SCAN_NEVER). */
int32_t scan_time(const struct scan *s, uint32_t stop, unsigned lane);
/* The same, but only arrivals by vehicle: what a last walk may start from. */
int32_t scan_by_ride(const struct scan *s, uint32_t stop, unsigned lane);
/* Rides used by scan_time (0 = walked all the way); needs count_rides. */
unsigned scan_rides(const struct scan *s, uint32_t stop, unsigned lane);
/* scan_time with at most so many rides (0..SCAN_SNAPSHOTS): exact (time, changes) pairs; needs
 * snapshots. */
int32_t scan_within(const struct scan *s, uint32_t stop, unsigned lane, unsigned rides);
/* Best of a walk from any of these stops after a ride, in clock seconds: the time at the place they
 * surround. */
int32_t scan_at_place(const struct scan *s, const struct seeds *around, unsigned lane);
/* The same for every lane at once (room for SCAN_LANES, or for the lanes when they are more), raw:
 * seconds from the earliest departure, -1 = never. Forward scans only. */
void scan_at_place_all(const struct scan *s, const struct seeds *around, int32_t *out);
bool scan_has_avx2(void);
#endif
