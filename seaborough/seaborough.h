/* seaborough: the demo place. Seaborough City Region is invented from a seed: three districts, nine
 * neighbourhoods, about 30,000 postcodes, buses and a railway, and the help one finds there. It
 * lies in the middle of the North Sea so that no map can take it for somewhere real; its postcode
 * area ZB and its area codes (Z...) are given to no place in the United Kingdom. Telephone numbers
 * come from the ranges Ofcom keeps for drama, web addresses end in .example.
 *
 * Pure, like an engine: base only, no clock, no database. The same seed and day give the same bytes
 * on every machine. What is planted (overlaps, holes, funding about to end) is listed, so that
 * tests can check that the product finds it. */
#ifndef WAYMARK_SEABOROUGH_H
#define WAYMARK_SEABOROUGH_H
#include "base/base.h"

enum { SB_COLUMNS = 26, SB_ROWS = 18, SB_DISTRICTS = 3, SB_NEIGHBOURHOODS = 9 };
enum sb_kind { SB_REGION, SB_DISTRICT, SB_NEIGHBOURHOOD, SB_WARD, SB_LSOA, SB_KINDS };

struct sb_point { double lat, lon; };            /* WGS 84 degrees */
struct sb_ring { struct sb_point *p; size_t n; }; /* closed: the first point is not repeated */
struct sb_area {
  enum sb_kind kind;
  struct str code, name, name_cy;                /* name_cy "" = no Welsh name */
  uint32_t parent;                               /* index in areas; the region is its own parent */
  struct sb_ring outline;
  struct sb_point centre;
  int64_t people_16_64;                          /* invented */
};
struct sb_postcode {
  char text[9];                                  /* "ZB3 4QD" */
  struct sb_point at;
  uint32_t lsoa;                                 /* index in areas */
  day_t ended;                                   /* DAY_NONE = live */
};
struct sb_stop { struct str id, name; struct sb_point at; bool rail; };
enum sb_days { SB_WEEKDAYS, SB_SATURDAYS, SB_SUNDAYS, SB_SCHOOL_DAYS };
struct sb_line {                                 /* one line on one kind of day, both ways */
  struct str number, words;
  bool rail;
  enum sb_days days;
  int first, last, every;                        /* minutes after midnight; headway in minutes */
  struct { uint32_t *p; size_t n; } stops;       /* indexes in stops */
  int *minutes;                                  /* from the first stop to each */
};
struct sb_organisation {
  struct str id, name, description, kind, phone, email,
      web; /* id: a uuid made from the name; kind: a code */
};
struct sb_hours { enum weekday day; int opens, closes; };     /* minutes after midnight, local */
struct sb_service {
  struct str id, name, description;
  uint32_t organisation;
  struct str category, model;                    /* codes of packs/codes */
  struct str cohorts, styles, routes;            /* codes separated by ";" */
  int age_from, age_to;                          /* who it is for; 0 and 130 = no limit */
  struct str only_for; /* cohorts any of which is needed, ";" between; "" = anyone */
  struct str only_status;                        /* statuses any of which is needed; "" = any */
  uint32_t hoods; /* bit k = serves neighbourhood k; all bits = the whole region */
  uint32_t postcode;                             /* index: where it is */
  struct str address_1;
  bool address_published;
  struct { struct sb_hours *p; size_t n; } hours;
  struct str phone, email, web;
  int64_t cost_pence;                            /* 0 = free */
  int64_t places_left, waiting_days;             /* -1 = not known */
  int64_t places_total;                          /* in all, at least those left; -1 = not known */
  bool wifi, devices;
  struct str funder;                             /* "" = not known */
  int64_t amount_pence;                          /* -1 = not known */
  day_t starts, ends;                            /* of the funding; DAY_NONE = not known */
  day_t assured;                                 /* when somebody last checked the entry */
  int review_months;                             /* how long that holds */
};
/* One cell of what a commissioner asks: how many live offers for a cohort, in a style, in a
 * neighbourhood. */
struct sb_cell { struct str cohort, style; int hood; int offers; };
/* Estimated people of a cohort in a neighbourhood, invented; cells without a row are not known. */
struct sb_estimate { struct str cohort; int hood; int64_t people; };
struct seaborough {
  uint64_t seed;
  day_t today;
  struct { struct sb_area *p; size_t n; } areas;
  struct { struct sb_postcode *p; size_t n; } postcodes;
  struct { struct sb_stop *p; size_t n; } stops;
  struct { struct sb_line *p; size_t n; } lines;
  struct { struct sb_organisation *p; size_t n; } organisations;
  struct { struct sb_service *p; size_t n; } services;
  struct { struct sb_estimate *p; size_t n; } estimates;
  /* Planted on purpose. Overlaps: two or more live offers for the same cohort in the same style and
   * neighbourhood, from different funders. Holes: people are there and no live offer is. Cliffs:
   * indexes of services whose funding ends within a year of today, soonest first (twelve). */
  struct { struct sb_cell *p; size_t n; } overlaps, holes;
  struct { uint32_t *p; size_t n; } cliffs;
  uint32_t neighbourhood[SB_NEIGHBOURHOODS]; /* indexes in areas, in the order of
                                                sb_neighbourhood_names */
};
extern const char *const sb_neighbourhood_names[SB_NEIGHBOURHOODS];
/* Everything, in the arena. About 6 MiB and 30 ms. */
struct seaborough *seaborough_make(struct arena *a, uint64_t seed, day_t today);
/* The area of a kind that an LSOA (or anything below) lies in. */
uint32_t sb_ancestor(const struct seaborough *s, uint32_t area, enum sb_kind kind);

/* Live on a day: assured within its review period and its funding not ended before it. */
bool sb_service_live(const struct sb_service *s, day_t on);
/* Counts the live offers of one cell from the services themselves, for tests. */
int sb_cell_count(const struct seaborough *s, struct str cohort, struct str style, int hood,
                  day_t on);

/* The files a real place would come as. */
void sb_postcodes_csv(const struct seaborough *s, struct buf *out);   /* ONSPD headers */
void sb_areas_geojson(const struct seaborough *s, enum sb_kind kind, struct buf *out);
void sb_services_csv(const struct seaborough *s, struct buf *out);    /* not their hours */
/* 27 nurseries and 63 employers with a job each, all invented; pay and places too. Times are local,
 * a shift that ends before it starts ends the next day; an empty cell is not known. */
void sb_nurseries_csv(const struct seaborough *s, struct buf *out);
void sb_employers_csv(const struct seaborough *s, struct buf *out);
/* Overlaps, holes and cliffs, a row each: what a test or a reader may check was found. */
void sb_planted_csv(const struct seaborough *s, struct buf *out);
/* The timetable: seven files of a GTFS feed, from 30 days before today to a year after. */
struct sb_gtfs { struct buf agency, stops, calendar, calendar_dates, routes, trips, stop_times; };
void sb_gtfs(const struct seaborough *s, struct sb_gtfs *out);
/* The same as one zip, as a bus company hands it over. */
bool sb_gtfs_zip(const struct seaborough *s, struct arena *a, struct buf *out, struct why *why);
double sb_metres(struct sb_point a, struct sb_point b); /* good to 0.1 % at this size */
#endif
