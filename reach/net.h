/* net: a network being put together from timetables, streets and postcodes, before it becomes a
 * region file.
 *
 * Importers (gtfs, cif, osm) only add; net_build mends what all of them can get wrong, splits and
 * shares, and writes the file. Everything found, mended or left out is said in a sentence kept with
 * the file. */
#ifndef WAYMARK_REACH_NET_H
#define WAYMARK_REACH_NET_H
#include "reach/region.h"

enum {
  NET_STOPS_MAX = 2000000,
  NET_CALLS_MAX = 60000000, /* stop times read from one set of feeds */
  NET_TRIPS_MAX = 8000000,
  NET_SERVICE_OPS_MAX = 20000000,
  NET_TRIP_CALLS_MAX = 4000,
};

/* Text to number, in order of first sight. */
struct ids {
  struct arena *a;
  struct id_slot *slot;
  struct str *name; /* by number */
  uint32_t n, cap;
};
uint32_t ids_put(struct ids *t, struct str s); /* the number, new or old; the text is copied */
uint32_t ids_find(const struct ids *t, struct str s); /* REACH_NONE when absent */

struct net_stop {
  struct str id, name, parent_id;
  struct point at;
  uint32_t change_s;
  uint8_t wheelchair, kind; /* enum yes_no, enum stop_kind */
};
struct net_route {
  struct str id, name, agency;
  uint32_t mode;
};
/* The days a service runs: steps applied in order to an empty calendar. */
enum net_step_kind { STEP_ADD, STEP_REMOVE, STEP_KEEP, STEP_KEEP_SERVICE };
struct net_step {
  enum net_step_kind kind;
  day_t first, last;
  uint8_t weekdays;  /* bit 0 = Monday */
  int8_t shift_days; /* STEP_KEEP_SERVICE: keep day d when the other runs on d + shift_days */
  uint32_t service;  /* STEP_KEEP_SERVICE */
  uint32_t next;     /* index + 1 of the next step, 0 = last */
};
struct net_service {
  uint32_t first, last;
}; /* into steps, + 1; 0 = none */
enum { TIME_UNKNOWN = INT32_MIN };
struct net_call {
  uint32_t stop;
  int32_t arr,
      dep;       /* seconds after midnight of the service day, TIME_UNKNOWN = to be interpolated */
  uint8_t flags; /* POS_BOARD | POS_ALIGHT | POS_TIMED */
};
struct net_trip {
  uint32_t route, service, first_call, calls;
  struct str name, headsign;
  int32_t shift_s; /* added to every time (frequencies) */
  uint32_t block;  /* trips of one vehicle, where people can stay on; 0 = none */
  uint8_t wheelchair, bikes;
  uint8_t direction; /* 1, 2; 0 = not known */
  uint16_t headway_s;
};
struct net_link {
  uint32_t from, to;
  uint32_t secs, window;
  bool forbidden;
};
struct net_walk {
  uint32_t from;
  struct region_walk walk;
};

struct net {
  struct arena keep, calls_arena, steps_arena,
      trips_arena; /* one stretch each, so that growing copies nothing */
  struct ids stop_ids;
  struct {
    struct net_stop *p;
    size_t n;
  } stops;
  struct {
    struct net_route *p;
    size_t n;
  } routes;
  struct {
    struct net_service *p;
    size_t n;
  } services;
  struct {
    struct net_step *p;
    size_t n;
  } steps;
  struct {
    struct net_trip *p;
    size_t n;
  } trips;
  struct {
    struct net_call *p;
    size_t n;
  } calls;
  struct {
    struct net_link *p;
    size_t n;
  } links;
  struct {
    struct region_window *p;
    size_t n;
  } windows;
  struct {
    struct region_postcode *p;
    size_t n;
  } postcodes;
  struct {
    struct segment *p;
    size_t n;
  } barriers;
  struct {
    struct point *p;
    size_t n;
  } nodes; /* of foot ways */
  struct {
    struct net_edge *p;
    size_t n;
  } edges;
  struct {
    struct net_sentence *p;
    size_t n;
  } sentences;
  size_t stops_cap, routes_cap, services_cap, steps_cap, trips_cap, calls_cap, links_cap,
      windows_cap, postcodes_cap, barriers_cap, nodes_cap, edges_cap, sentences_cap;
  uint32_t n_blocks;
  bool has_bus, has_rail, has_osm, has_transfers;
  day_t first_day;           /* of the calendar; DAY_NONE = the first day anything runs */
  struct progress *progress; /* may be NULL */
};
struct net_edge {
  uint32_t a, b;
  uint16_t dm;
  bool steps;
};
struct net_sentence {
  struct str text;
  enum sentence_kind kind;
};

bool net_open(struct net *n, struct progress *progress, struct why *why);
void net_close(struct net *n);
void net_say(struct net *n, enum sentence_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* Adds a stop, or gives the number of the one already there under this id. */
uint32_t net_stop(struct net *n, struct str id, bool *new_one);
uint32_t net_service(struct net *n);
void net_step(struct net *n, uint32_t service, struct net_step step);
uint32_t net_route(struct net *n, struct net_route route);

/* What was put right, counted over a feed and said once at its end (net_say_mended). */
struct mended {
  uint64_t untimed, falling, single, long_trips, hopeless;
};
/* Mends the calls of one trip in place: spreads unknown times between the known ones by distance,
 * raises falling times to the one before. Returns false when the trip cannot be trusted: fewer than
 * two calls, no time at either end, or times that fall by more than an hour. */
bool net_mend_calls(const struct net *n, struct net_call *c, size_t count, struct mended *m);
/* Adds a trip whose calls are the last `t.calls` of n->calls from t.first_call: mends them, cuts a
 * trip longer than REACH_TRIP_SECONDS_MAX in two. A hopeless trip is dropped and counted. Returns
 * how many trips were added (they are the last ones of n->trips). */
size_t net_trip(struct net *n, struct net_trip t, struct mended *m);
void net_say_mended(struct net *n, const char *name, const struct mended *m);

struct build_ask {
  struct str *gtfs;
  size_t n_gtfs;                             /* paths of GTFS zips */
  struct str rail, osm, postcodes, no_cross; /* paths; "" = none */
  day_t first_day;
};
/* Imports everything asked for. */
bool net_import(struct net *n, const struct build_ask *ask, struct why *why);
bool net_gtfs(struct net *n, const char *path, struct why *why);
bool net_gtfs_bytes(struct net *n, struct str zip, const char *name, struct why *why);
bool net_rail(struct net *n, const char *path, struct why *why);
bool net_rail_text(struct net *n, struct str msn, struct str mca, struct str ztr, struct str flf,
                   struct str alf, struct why *why);
bool net_osm(struct net *n, struct str pbf, struct why *why);
bool net_postcodes(struct net *n, const char *path, struct why *why);
bool net_no_cross(struct net *n, const char *path, struct why *why);
/* Trips of one block put together where people can stay on (the rule is in staying.c), and where in
 * them the vehicle becomes another. */
enum { STAY_SECONDS_MAX = 1800, STAY_METRES_MAX = 500 };
struct net_join {
  uint32_t trip, pos, route; /* trip: of `trips` below; pos: the first call of the other */
  struct str name, headsign;
};
struct stayed {
  struct {
    struct net_trip *p;
    size_t n;
  } trips;
  struct {
    struct net_join *p;
    size_t n;
  } joins; /* in order of trip and position */
  size_t trips_cap, joins_cap;
};
void net_stay(struct net *n, struct stayed *out);
/* Turns the network into the bytes of a region file (malloc'd in *out, aligned to 64; free with
 * buf_free). */
bool net_build(struct net *n, struct buf *out, struct why *why);
#endif
