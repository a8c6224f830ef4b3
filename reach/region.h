/* region: one place's timetable, streets and postcodes as one mapped file.
 *
 * A file is a header, a table of sections, and the sections: flat arrays of the structs below, each
 * starting on a multiple of 64 bytes. It is little-endian, made once, mapped read-only, never
 * changed. The header holds a checksum of all that follows, and opening also proves every index in
 * range, so that an altered or cut file gives a sentence, never a wrong address. The same input
 * always gives the same bytes: no clock, no path and no address of this machine goes in.
 *
 * Patterns hold trips that call at the same stops with the same boarding rules. A trip is a start
 * (seconds after midnight of its service day, may pass 24:00) and a row of shared times:
 * `times[trip.times + i]` at position i. A time is an offset in seconds from the start, at most
 * REACH_TRIP_SECONDS_MAX. */
#ifndef WAYMARK_REACH_REGION_H
#define WAYMARK_REACH_REGION_H
#include "base/base.h"
#include "reach/geo.h"

enum {
  REACH_FILE_VERSION = 2,
  REACH_DAYS_MAX = 400,           /* length of a calendar */
  REACH_TRIP_SECONDS_MAX = 65000, /* 18 h: longer trips are cut in two at import */
  REACH_WALK_METRES = 1200,       /* walks between stops kept in the file: 15 minutes at 4.8 km/h */
};
#define REACH_NONE UINT32_MAX

struct region_meta {
  int32_t first_day; /* day_t of bit 0 of every calendar */
  uint32_t days;
  uint32_t has_bus, has_rail, has_osm, has_transfers; /* 0 or 1 */
  uint32_t last_second; /* latest arrival of any trip, seconds after midnight of its service day */
  uint32_t zero;
};
enum yes_no { NOT_KNOWN = 0, YES = 1, NO = 2 }; /* as GTFS writes them */
struct region_stop {
  uint32_t id, name; /* into text: NUL-terminated */
  struct point at;   /* POINT_NONE: no walking to or from it except by given links */
  uint32_t parent;   /* stop, or REACH_NONE */
  uint16_t change_s; /* least time between arriving and boarding again here */
  uint8_t wheelchair;
  uint8_t kind; /* enum stop_kind */
  uint32_t zero;
};
enum stop_kind { STOP_BUS = 0, STOP_STATION = 1, STOP_RAIL = 2 };
struct region_cell {
  uint64_t key;
  uint32_t item, zero;
};
struct region_route {
  uint32_t id, name, agency, mode;
}; /* mode: GTFS basic route_type, 2 = rail, 3 = bus */
/* in_order: 1 when no trip of the pattern, whatever day it runs, overtakes another. */
struct region_pattern {
  uint32_t first_pos, n, first_trip, trips, in_order;
};
enum { POS_BOARD = 1, POS_ALIGHT = 2, POS_TIMED = 4 };
struct region_trip {
  int32_t start;
  uint32_t times, calendar, route, name, headsign;
  uint8_t wheelchair, bikes; /* enum yes_no */
  uint16_t headway_s; /* not 0: runs about this often (frequencies.txt without exact times) */
};
/* From this position on the vehicle of the trip runs as another: people stay on. */
struct region_join {
  uint32_t trip, pos, route, name, headsign;
};
struct region_time {
  uint16_t arr, dep;
};
struct region_calendar {
  uint64_t w[7];
};
struct region_at {
  uint32_t pattern, pos;
};
struct region_link {
  uint32_t to;
  uint16_t secs, window;
}; /* window: index + 1 into windows, 0 = always */
struct region_window {
  int32_t from_s, to_s, day_first, day_last;
  uint32_t weekdays;
}; /* bit 0 = Monday */
struct region_walk {
  uint32_t to;
  uint16_t dm, stepfree_dm;
}; /* tenths of a metre; UINT16_MAX = no such way */
struct region_edge {
  uint32_t to;
  uint16_t dm, steps;
};
struct region_postcode {
  char code[8];
  struct point at;
}; /* without spaces, padded with NUL */
struct region_sentence {
  uint32_t text, kind;
}; /* kind: enum sentence_kind */
enum sentence_kind { SAID_SOURCE, SAID_FOUND, SAID_MENDED, SAID_LEFT_OUT };

/* name, type. Order is the order in the file; a new kind goes at the end with a new version. */
#define REGION_SECTIONS(X)                                                                         \
  X(meta, struct region_meta)                                                                      \
  X(text, char)                                                                                    \
  X(stops, struct region_stop)                                                                     \
  X(stop_by_id, uint32_t) X(cells, struct region_cell) X(routes, struct region_route)              \
      X(patterns, struct region_pattern) X(pos_stop, uint32_t) X(pos_flags, uint8_t)               \
          X(trips, struct region_trip) X(times, struct region_time)                                \
              X(calendars, struct region_calendar) X(at_first, uint32_t) X(at, struct region_at)   \
                  X(link_first, uint32_t) X(links, struct region_link) X(back_first, uint32_t)     \
                      X(backs, struct region_link) X(windows, struct region_window)                \
                          X(line_first, uint32_t) X(line_walks, struct region_walk)                \
                              X(osm_first, uint32_t) X(osm_walks, struct region_walk)              \
                                  X(nodes, struct point) X(edge_first, uint32_t)                   \
                                      X(edges, struct region_edge)                                 \
                                          X(edge_cells, struct region_cell)                        \
                                              X(postcodes, struct region_postcode)                 \
                                                  X(barriers, struct segment)                      \
                                                      X(barrier_cells, struct region_cell)         \
                                                          X(sentences, struct region_sentence)     \
                                                              X(joins, struct region_join)

struct region {
#define X(name, type)                                                                              \
  const type *name;                                                                                \
  uint32_t n_##name;
  REGION_SECTIONS(X)
#undef X
  struct str bytes;     /* the whole file */
  struct mapped mapped; /* set when opened from a path */
};

/* Maps and proves a file. False with a sentence when it is no region file, of another version, cut
 * or altered. */
bool region_open(struct region *r, const char *path, struct why *why);
/* The same over bytes already in memory (aligned to 8), which must outlive the region. */
bool region_over(struct region *r, struct str bytes, struct why *why);
void region_close(struct region *r);

struct str region_text(const struct region *r, uint32_t at);
/* The stop with this id, or REACH_NONE. */
uint32_t region_stop_find(const struct region *r, struct str id);
/* The position of a postcode (spaces and case do not matter), or POINT_NONE. */
struct point region_postcode_find(const struct region *r, struct str postcode);
static inline int32_t region_offset(uint16_t seconds) { return seconds; }
/* As what a trip leaves a position: its own route and headsign, or those of a join before. */
struct region_run {
  const struct region_route *route;
  struct str headsign;
};
struct region_run region_run(const struct region *r, uint32_t trip, uint32_t pos);
/* The joins of a trip strictly between two positions, where who rides from one to the other stays
 * on. */
struct region_joins {
  const struct region_join *p;
  uint32_t n;
};
struct region_joins region_stay(const struct region *r, uint32_t trip, uint32_t from, uint32_t to);
bool region_runs(const struct region *r, uint32_t calendar, day_t day);
/* Stops whose position is within `metres` of p, ordered by stop; calls `each` for every one. */
void region_stops_near(const struct region *r, struct point p, double metres,
                       void each(void *to, uint32_t stop, double metres_away), void *to);
/* Does the straight line cross a no-cross line? */
bool region_blocked(const struct region *r, struct segment s);
/* "ab1 2cd" -> "AB12CD" padded with NUL; false when it cannot be a postcode (not 5 to 7 letters and
 * digits). */
bool postcode_key(struct str s, char out[8]);

/* The header and section table, shared by the writer and the reader. */
struct region_head {
  char magic[8];
  uint32_t version, sections;
  uint64_t bytes, checksum; /* of everything after the header */
};
struct region_entry {
  uint64_t offset;
  uint32_t count, size;
};
uint64_t region_checksum(struct str after_header);
extern const char region_magic[8];
#endif
