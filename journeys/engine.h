/* engine: the region file of this installation, and the three questions pages ask of it: how many
 * minutes to many places, the way to one, and what would make it reachable.
 *
 * The region lies in the data folder beside the files it was made from:
 *   region/made-of            one line a file: "gtfs NAME", "rail NAME", "osm ..."
 *   region/sources/HASH-NAME  those files
 *   region/HASH.reach         the region of exactly that list, made by this version of the format
 * so that a lost, cut or altered region is made again from its sources and a region is never shown
 * for another list. Each process maps the file read-only when it is first asked, and again when
 * `made-of` changes. Without a region every question says so and no page shows a minute.
 *
 * Nothing asked is kept: no query is written to a store or a log (PRACTICE 4). What a process holds
 * between questions is the timetable of a few days and which stops are near a published place,
 * never where somebody set out from. Places are WGS 84 degrees; a day's times are minutes after
 * local midnight and may pass 24 hours. Included by journeys.h; knows base and reach only. */
#ifndef WAYMARK_JOURNEYS_ENGINE_H
#define WAYMARK_JOURNEYS_ENGINE_H
#include "base/base.h"

struct spot {
  double lat, lon;
}; /* NAN = not known */
struct set_out {
  day_t day;
  int minute;
};

/* Where the data folder is; "" = none. Said in each process before it is asked anything. */
void region_use(struct str data_folder);
/* Gives back what is mapped and worked out; the next question looks again. */
void region_forget(void);

struct region_loaded {
  bool loaded, trains, streets, buses;
  day_t first, last; /* days the timetable covers */
  uint32_t stops, trips;
  uint64_t generation; /* another region, another number; 0 = none is loaded */
};
struct region_loaded region_loaded(void);
/* A list of sources is here but no region that can be read: somebody must make it again. */
bool region_lost(void);
bool region_expected(void); /* there is a list of sources */

/* Files to make a region of; paths. */
enum { REGION_FEEDS_MAX = 40 };
struct region_sources {
  struct str gtfs[REGION_FEEDS_MAX];
  size_t n_gtfs;
  struct str rail, osm, no_cross; /* "" = none */
};
/* Reads the files, makes the region, and only when it can be used copies the files beside it and
 * puts both in the place of those before. `says` (may be NULL) gets what was read, found, mended
 * and left out, a sentence a line. */
MUST_USE bool region_make(const struct region_sources *from, struct progress *p, struct buf *says,
                          struct why *why);
/* Makes the region again from the sources kept. */
MUST_USE bool region_remake(struct progress *p, struct why *why);

/* ---- minutes to many places: one search ---- */

enum {
  MINUTES_MOST = 120,  /* longer ways are "more than two hours" */
  MINUTES_WINDOW = 60, /* setting out within the hour from the time asked */
  MINUTES_STEP = 4,
  WAY_MOST = 240,         /* one way asked about may take so long */
  WALK_MINUTES_MOST = 25, /* one walk: to the first stop, from the last, or all the way */
};
struct minutes;
/* From one place to everywhere, setting out at any time in the hour from `out`: sixteen departures
 * in one pass. NULL: no region is loaded, the place is not known, or the timetable does not cover
 * the day. Holds until the next call. */
const struct minutes *minutes_from(struct arena *a, struct spot home, struct set_out out);
/* Minutes door to door of the quickest way within that hour, by timetable and on foot in a straight
 * line x 1.3; rounded up. -1: more than MINUTES_MOST, or no way. */
int minutes_to(const struct minutes *m, struct spot to);

/* For a few places at once: minutes there as above, and the last way from each back to `home` on
 * that day's timetable, in minutes after midnight (up to three in the morning); -1 = none. Two
 * searches in all. False: nothing to ask. Either list may be NULL. */
bool minutes_both(struct arena *a, struct spot home, struct set_out out, const struct spot *to,
                  size_t n, int *there, int *last_back);

/* ---- the way to one place ---- */

enum way_by { WAY_WALK, WAY_BIKE, WAY_LIFT, WAY_RIDE };
/* Where the vehicle becomes another and one stays on. */
struct way_stay {
  struct str at, route, head;
  int mode;
};
struct way_leg {
  enum way_by by;
  struct str from, to; /* stops; "" = the place at that end */
  int depart, arrive;  /* minutes; arrivals rounded up, departures down */
  int mode;            /* WAY_RIDE: 0 tram, 2 train, 3 bus, 4 ferry ... as GTFS */
  struct str route, head, operator;
  struct {
    struct way_stay *p;
    size_t n;
  } stay;
  int every; /* minutes; not 0: runs about so often, without exact times */
  bool wheelchair_unknown;
};
struct travel {
  bool found;
  int depart, arrive, changes;
  struct {
    struct way_leg *p;
    size_t n;
  } legs;
};
struct way_ask {
  struct spot from, to;
  day_t day;
  int minute; /* leave then, or be there by then */
  bool arrive_by;
  bool wheelchair, slowly; /* slowly: 3 km an hour instead of 4.8 */
  int bike_km;             /* a bicycle for the part at the home end; 0 = none */
  bool bike_at_end;        /* the home end is `to` */
  int most_minutes;        /* longest way; 0 = WAY_MOST */
};
/* False only when there is nothing to ask: no region, a place not known, a day not covered (why).
 * A way that does not exist is found = false. */
bool way_find(struct arena *a, const struct way_ask *ask, struct travel *out, struct why *why);
/* The way to take when the first vehicle is missed. */
bool way_missed(struct arena *a, const struct way_ask *ask, const struct travel *w,
                struct travel *out);
/* The last way from `from` to `to` on that day's timetable, up to three in the morning. */
bool way_last(struct arena *a, const struct way_ask *ask, struct travel *out, struct why *why);

/* What would help where a way is missing: each worked out, none guessed. */
struct way_help {
  struct travel bike3, bike5; /* with a loan bicycle for 3 or 5 km at the home end */
  struct travel later;        /* arrive by: the first way there arrives so much too late */
  struct str stop;            /* another stop, farther than a walk, from which it works */
  double stop_km;             /* from home, in a straight line */
  struct travel from_stop;
};
enum { HELP_STOP_METRES = 8000 };
void way_help(struct arena *a, const struct way_ask *ask, struct way_help *out);

/* ---- a job's week ---- */

/* In by the start, home after the end, seven days from Monday and the next bank holiday; by way of
 * a nursery if there is one. Minutes after midnight; an end at or before the start is the next
 * day's. */
enum { WEEK_DAYS = 8 };
struct week_ask {
  struct spot home, work, nursery;
  bool by_nursery, slowly;
  int start, end, opens, closes, handover;
  day_t day; /* any of the week */
};
struct week_leg {
  bool can, nursery_shut, missed_too_late;
  struct travel first, way; /* by way of a nursery: to it, then on; else way alone */
  int bike_km;              /* a loan bike for so many km would do; 0 = would not */
  int service_minutes;      /* a bus so much earlier (in) or later (home) would; 0 = not known */
  bool lift;                /* a lift to a railway station would */
};
struct week_day {
  day_t on;
  bool known; /* the timetable covers it */
  struct str holiday;
  struct week_leg in, home;
};
struct week {
  struct week_day day[WEEK_DAYS];
  size_t n;
};
bool week_find(struct arena *a, const struct week_ask *ask, struct week *out, struct why *why);

/* ---- what it costs ---- */

/* By the dated fares table of this installation (region/fares.csv, reach/fare.h), the cheapest for
 * an adult without a discount. rides false: nothing is ridden. table false: there is no table.
 * known false: it has no fare for `missing` on those days; the cost is not known and never 0. */
struct fares_said {
  bool rides, table, known;
  int64_t pence;
  struct str missing, source;
};
/* All rides of a day together, so that a day ticket counts. */
struct fares_said fares_of_day(struct arena *a, day_t day, const struct travel *const *ways,
                               size_t n);
/* The days of a job's week that can be worked. */
struct fares_said fares_of_week(struct arena *a, const struct week *week);
/* Reads a table, and keeps it in the place of the one before only when it can be read. `says` gets
 * how many fares, and each company of the timetable that has none. */
MUST_USE bool fares_keep(const char *path, struct buf *says, struct why *why);

/* ---- whole places ---- */

/* From one place to many: minutes[k] gets, for departures every ten minutes in the hour from `out`,
 * the median minutes to the nearest targets of kind k that together weigh need[k]; -1 = more than
 * MINUTES_MOST at half of them, or fewer are there. False: nothing to ask. */
enum { REACH_KINDS_MAX = 8 };
struct reach_target {
  struct spot at;
  int kind;
  double weight;
};
struct reach_need {
  int kinds;
  double need[REACH_KINDS_MAX];
};
bool minutes_nearest(struct arena *a, struct spot home, struct set_out out,
                     const struct reach_target *targets, size_t n, const struct reach_need *need,
                     int minutes[REACH_KINDS_MAX]);
/* The same to each of many places: the median minutes at departures every ten minutes in the hour;
 * -1 = more than MINUTES_MOST at half of them, or not known where it is. */
bool minutes_each(struct arena *a, struct spot home, struct set_out out, const struct spot *to,
                  size_t n, int *minutes);
#endif
