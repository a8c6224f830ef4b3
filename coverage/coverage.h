/* coverage: gaps, overlaps and cliffs, for whoever plans help for a place.
 *
 * For a cohort, a style of support, an area and a month: how many live offers there are, how many
 * places, and for how many people (an estimate somebody else published; PRACTICE 14: a gap needs a
 * denominator). What nobody knows stays not known: it is never 0 and never "none". Nothing here is
 * about a person: services, money and published estimates only.
 *
 * Everything is computed from the dated facts of the directory, for any month:
 *   - this month: the state each entry has today (directory's standing_of);
 *   - a month ahead, on its first day: an entry that counts today goes on counting until its own
 *     dates say otherwise, as nobody can check the future; one that starts by then and is checked
 *     today counts too;
 *   - a month back, on its first day: an entry counts when its dates say that it ran, and it has
 *     been checked since.
 * An entry nobody has checked within its review period is no offer, and no gap either: the cell is
 * not known until somebody rings them.
 *
 * An offer counts in the cells of the cohorts it is made for. One made for everybody (no cohort, or
 * "general") counts under "People in general" and in no other row, so that rows show what is made
 * for a group. Cells overlap: an offer may be in several and people belong to several groups, so
 * cells are never added up.
 *
 * Reads the directory's tables by statements of its own: it needs what was withdrawn too (months
 * back), who pays, and area codes, which the directory's picture of one day does not hold. It
 * writes none of them. Migrations: 3600s. */
#ifndef WAYMARK_COVERAGE_H
#define WAYMARK_COVERAGE_H
#include "directory/directory.h"

enum {
  /* Of each code list; more are left out, with an alarm in the log. */
  COVERAGE_COHORTS_MAX = 128,
  COVERAGE_STYLES_MAX = 128,
  /* Areas of one kind in a list or map; a finer kind is refused with a sentence. */
  COVERAGE_AREAS_MAX = 1500
};
#define COVERAGE_UNKNOWN NUMBER_NONE

/* A set of codes, by their place in the list. */
struct coverage_codes {
  uint64_t bits[2];
};
static inline bool coverage_has(const struct coverage_codes *c, size_t i) {
  return c->bits[i >> 6] >> (i & 63) & 1;
}

struct coverage_area {
  int64_t id;
  struct str kind, code, name;
  int32_t parent; /* index; -1 = none */
};
/* pence COVERAGE_UNKNOWN, days DAY_NONE: not known. */
struct coverage_fund {
  struct str funder, kind;
  int64_t pence;
  day_t starts, ends;
};
struct coverage_service {
  int64_t id;
  struct uuid public_id;
  struct str name, provider;
  struct standing_facts facts;
  struct coverage_codes cohorts, styles;
  bool anywhere; /* takes people from anywhere */
  struct {
    int32_t *p;
    size_t n;
  } areas; /* indexes; a service whose areas are none of ours has none */
  struct {
    struct coverage_fund *p;
    size_t n;
  } funds;
  int64_t places_total, places_left;
};
/* One published estimate. Several sources may speak of one cohort and area: all are kept, the
 * newest edition counts. */
struct coverage_people {
  int32_t area;
  int32_t cohort;
  int64_t people;
  struct str age_band, edition, source;
};
struct coverage {
  const struct code_list *cohorts, *styles;
  size_t n_cohorts, n_styles;
  struct {
    struct coverage_area *p;
    size_t n;
  } areas;
  struct {
    struct coverage_service *p;
    size_t n;
  } services; /* by name, then id */
  struct {
    struct coverage_people *p;
    size_t n;
  } people;        /* by area, cohort, newest edition first */
  day_t first_day; /* the first day anything was published; DAY_NONE = nothing is */
  struct str kind; /* the kind of area compared when nobody chose one: the one most estimates are
                    * for, else neighbourhood, ward, la and so on; "" = there are no areas */
  int64_t generation, estimates, newest_area;
};
/* The facts, kept in this process and read again when directory, areas or estimates changed. Valid
 * until the next call. NULL: why. */
const struct coverage *coverage_now(struct db *db, struct why *why);
bool coverage_load(struct db *db, struct arena *a, struct coverage *out, struct why *why);

/* The state of an entry as coverage counts it on a day, seen from today (see the head). */
enum standing_state coverage_state(const struct standing_facts *f, day_t day, day_t today);
/* The day a month is looked at: today for this month, else its first. month is any day in it. */
day_t coverage_day(day_t month, day_t today);
/* Does it take people from that area? By the area itself, one above it, or one inside it. area -1:
 * the whole directory. */
bool coverage_serves(const struct coverage *c, const struct coverage_service *s, int32_t area);
int32_t coverage_area_find(const struct coverage *c, struct str code); /* -1 when absent */
/* The areas of a kind within one (-1: all), in the order of their names. */
struct coverage_list {
  int32_t *p;
  size_t n;
};
struct coverage_list coverage_areas(const struct coverage *c, struct arena *a, struct str kind,
                                    int32_t within);
/* Estimated people: the area's own, else the sum of all the areas of the compared kind inside it
 * when each is known for one age band; else people is COVERAGE_UNKNOWN. */
struct coverage_people coverage_people_of(const struct coverage *c, int32_t area, size_t cohort);
int64_t coverage_round(int64_t people); /* two figures, as estimates are shown: 1,234 -> 1,200 */

struct coverage_cell {
  int32_t live, unchecked; /* offers; entries that would be if somebody had checked them */
  int32_t saying;          /* of the live ones: how many say how many places */
  int64_t places;          /* of those: places in all, or at least those left */
};
/* Counts of one area on a day: n_cohorts rows of n_styles. */
struct coverage_cell *coverage_count(const struct coverage *c, struct arena *a, int32_t area,
                                     day_t day, day_t today);
/* As shown: offers COVERAGE_UNKNOWN when entries need a check and none is live, or the directory
 * was not yet kept. */
int64_t coverage_offers(const struct coverage *c, const struct coverage_cell *cell, day_t day);
int64_t coverage_places(const struct coverage_cell *cell);
/* In all, else left; COVERAGE_UNKNOWN when the entry says neither. */
int64_t coverage_places_of(const struct coverage_service *s);
/* One cell alone, without counting the others. */
struct coverage_cell coverage_one(const struct coverage *c, int32_t area, size_t cohort,
                                  size_t style, day_t day, day_t today);

/* Gaps: cells of the areas of one kind with no live offer, where people are or may be, and where
 * that help for that group is offered somewhere in the directory, or was. Most people first, not
 * known last. */
struct coverage_gap {
  int32_t area, unchecked;
  int16_t cohort, style;
  struct coverage_people people;
};
struct coverage_gaps {
  struct coverage_gap *p;
  size_t n;
};
struct coverage_gaps coverage_gaps(const struct coverage *c, struct arena *a, struct str kind,
                                   int32_t within, day_t day, day_t today);
/* Overlaps: two or more live offers in one cell. */
struct coverage_overlap {
  int32_t area, live, funders;
  int16_t cohort, style;
  int64_t places;
  struct coverage_people people;
};
struct coverage_overlaps {
  struct coverage_overlap *p;
  size_t n;
};
struct coverage_overlaps coverage_overlaps(const struct coverage *c, struct arena *a,
                                           struct str kind, int32_t within, day_t day, day_t today);

/* Cliffs: running services whose last day is known and comes within so many months (the last day of
 * the horizon included), soonest first. */
struct coverage_cliff {
  const struct coverage_service *service;
  day_t last;
  int64_t people;      /* places taken (all less those left), else all; COVERAGE_UNKNOWN */
  int64_t pence_month; /* what its funds come to a month; COVERAGE_UNKNOWN when any is */
  int64_t alone;       /* cells left without a live offer if this alone ends */
  int64_t together;    /* cells left without one when everything has ended that ends by this day */
  bool unchecked;      /* nobody has checked the entry within its review period */
};
struct coverage_cliffs {
  struct {
    struct coverage_cliff *p;
    size_t n;
  } ends;
  struct {
    const struct coverage_service **p;
    size_t n;
  } unknown;     /* running, last day not known */
  int64_t later; /* running, and their last day comes after the horizon */
  day_t until;
};
struct coverage_cliffs coverage_cliffs(const struct coverage *c, struct arena *a, int32_t within,
                                       int months, day_t today);
/* A service's last day: its own, else the last of its funds when the end of each is known.
 * DAY_NONE: not known. */
day_t coverage_last_day(const struct coverage_service *s);

/* Estimates from a CSV with the columns area (code), cohort (code or label), age_band, edition,
 * source, value, unit. All or nothing: every bad row is listed with its line. The same area,
 * cohort, age band, edition and source is replaced. */
bool coverage_people_import(struct db *db, struct arena *a, struct csv *rows, bool dry_run,
                            instant_t now, struct import_result *out, struct why *why);
/* `waymark import people FILE.csv [--dry-run]`, `waymark report gaps|overlaps|cliffs`: argv[0] is
 * the word after import or report. */
int coverage_import_command(int argc, char **argv);
int coverage_report(int argc, char **argv);

extern const struct domain coverage_domain;
extern const struct migrations coverage_migrations;
#endif
