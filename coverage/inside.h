/* inside: what the files of coverage/ share. */
#ifndef WAYMARK_COVERAGE_INSIDE_H
#define WAYMARK_COVERAGE_INSIDE_H
#include "coverage/coverage.h"

#define COVERAGE_WHO (ROLE_COMMISSIONER | ROLE_EDITOR | ROLE_MANAGER)
/* The services live (and those only waiting for a check) on a day. */
struct coverage_standing {
  enum standing_state *of;
}; /* one for each service */
struct coverage_standing coverage_standing_of(const struct coverage *c, struct arena *a, day_t day,
                                              day_t today);
/* Which services serve each area: list[at[k]] .. list[at[k + 1]] are indexes of services for
 * areas.p[k]. */
struct coverage_index {
  size_t *at;
  uint32_t *list;
};
struct coverage_index coverage_index_of(const struct coverage *c, struct arena *a,
                                        struct coverage_list areas);
/* Adds one service's cells to a count. */
void coverage_add(const struct coverage *c, struct coverage_cell *cells,
                  const struct coverage_service *s, bool live);
bool coverage_within(const struct coverage *c, int32_t area,
                     int32_t above); /* the area itself counts */

/* ---- Offered, but out of reach (reach.c): counted in wards, from the tables of the night. ---- */

enum { COVERAGE_WARDS_MAX = 600 };
struct coverage_reach_ask {
  int32_t area;
  day_t day, today;
  bool sunday;
  int hour, within; /* setting out within that hour; minutes. within 0: not asked */
};
/* Of the wards of an area where a cell's help is offered: from how many one gets to some of it in
 * time, from how many to none, and of how many that is not known (an address that is not
 * published). */
struct coverage_far { int32_t reached, cut, unknown; };
struct coverage_reach {
  int wards; /* in the tables; 0: nothing is known of reach here, or for another month */
  struct coverage_far *cells; /* n_cohorts rows of n_styles */
};
struct coverage_reach coverage_reach_of(const struct coverage *c, struct db *db, struct arena *a,
                                        const struct coverage_reach_ask *ask);
/* The state of its own: from more wards none of it can be reached than some. */
bool coverage_out_of_reach(const struct coverage_far *f);
/* The nearest live offer of one cell from one ward. */
struct coverage_near {
  bool known, offered;
  bool perhaps; /* some has an address that is not published */
  bool comes;   /* one need not go there */
  int64_t minutes; /* COVERAGE_UNKNOWN: over two hours, or no way */
  const struct coverage_service *service;
};
struct coverage_near coverage_nearest(const struct coverage *c, struct db *db, struct arena *a,
                                      const struct coverage_reach_ask *ask, int32_t ward,
                                      size_t cohort, size_t style);

struct str coverage_kind(const struct coverage *c); /* what c->kind is to be */
/* CSV of each table, from the same rows as the pages. */
struct coverage_view {
  struct str kind;
  int32_t within;
  day_t day, today;
  int months;
};
void coverage_gaps_csv(const struct coverage *c, struct arena *a, const struct coverage_view *v,
                       struct buf *out);
void coverage_overlaps_csv(const struct coverage *c, struct arena *a, const struct coverage_view *v,
                           struct buf *out);
void coverage_cliffs_csv(const struct coverage *c, struct arena *a, const struct coverage_view *v,
                         struct buf *out);
void coverage_funding_csv(const struct coverage *c, struct arena *a, struct buf *out);
struct str
coverage_funders(struct arena *a,
                 const struct coverage_service *s); /* names, once each, ", " between; "" */

/* The Seaborough estimates, as invented. */
bool coverage_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
handler coverage_grid_page, coverage_cell_page, coverage_gaps_page, coverage_gaps_file,
    coverage_map_page, coverage_overlaps_page, coverage_overlaps_file, coverage_cliffs_page,
    coverage_cliffs_file, coverage_funding_page, coverage_funding_file, coverage_library_page,
    coverage_national_page, coverage_people_page, coverage_people_save, coverage_summary_page;
#endif
