/* seaborough: the demo place. Seaborough City Region is invented from a seed: three districts, nine neighbourhoods, about
 * 30,000 postcodes, buses and a railway, and the help one finds there. It lies in the middle of the North Sea so that no map
 * can take it for somewhere real; its postcode area ZB and its area codes (Z...) are given to no place in the United
 * Kingdom. Telephone numbers come from the ranges Ofcom keeps for drama, web addresses end in .example.
 *
 * Pure, like an engine: base only, no clock, no database. The same seed and day give the same bytes on every machine.
 * What is planted (overlaps, holes, funding about to end) is listed, so that tests can check that the product finds it. */
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
struct seaborough {
  uint64_t seed;
  day_t today;
  struct { struct sb_area *p; size_t n; } areas;
  struct { struct sb_postcode *p; size_t n; } postcodes;
  uint32_t neighbourhood[SB_NEIGHBOURHOODS];     /* indexes in areas, in the order of sb_neighbourhood_names */
};
extern const char *const sb_neighbourhood_names[SB_NEIGHBOURHOODS];
/* Everything, in the arena. About 6 MiB and 30 ms. */
struct seaborough *seaborough_make(struct arena *a, uint64_t seed, day_t today);
/* The area of a kind that an LSOA (or anything below) lies in. */
uint32_t sb_ancestor(const struct seaborough *s, uint32_t area, enum sb_kind kind);

/* The files a real place would come as. */
void sb_postcodes_csv(const struct seaborough *s, struct buf *out);   /* ONSPD headers */
void sb_areas_geojson(const struct seaborough *s, enum sb_kind kind, struct buf *out);
#endif
