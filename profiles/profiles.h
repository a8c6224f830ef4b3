/* profiles: what is known of each area, and what of its need nobody has met.
 *
 * Figures others published (indicators) come in through one importer, whatever they count: the
 * definition (unit, age band, of what it is a share, the headers it goes by) is data. Several
 * editions stand side by side, each with its date, source and licence. A figure that is missing is
 * missing: never 0, and never taken from somewhere else without saying so.
 *
 * An area without a figure of its own is given one only in three ways, each said on the page:
 *   - added up: counts of all its small areas, when every one is known;
 *   - share: of its small areas, how many are among the most deprived tenth;
 *   - best fit: a small area drawn again in 2021 takes the figure of the one of 2011 it came from
 *     (area_link); a count is never divided, and different figures are never averaged.
 *
 * People who are supported are counted here only as sums that may be told (programme's rule: under
 * ten is held back). Migrations: 7200s. */
#ifndef WAYMARK_PROFILES_H
#define WAYMARK_PROFILES_H
#include "places/places.h"
#include "web/web.h"

enum indicator_unit {
  UNIT_PEOPLE, UNIT_JOBS, UNIT_PLACES,     /* counts: may be added up */
  UNIT_PERCENT, UNIT_DECILE, UNIT_RANK, UNIT_SCORE, UNIT_POUNDS_WEEK, UNIT_POUNDS_MONTH,
  INDICATOR_UNITS
};
struct indicator {
  int64_t id;
  struct str code, label, topic, age_band, of, names, source, licence, note;
  enum indicator_unit unit;
};
struct indicators { struct indicator *p; size_t n; };
struct indicators profiles_indicators(struct db *db, struct arena *a); /* in the order of a page */
/* Definitions from a CSV with the columns of packs/indicators/indicators.csv; all or nothing. */
bool profiles_define(struct db *db, struct arena *a, struct csv *rows, bool built_in, int64_t *n,
                     struct why *why);

/* ---- reading figures in ---- */

/* What a file does not say itself; "" and DAY_NONE where nobody said. Source and licence fall back
 * on the definition's. */
struct indicator_file { struct str edition, source, licence; day_t dated_on; bool dry_run; };
struct indicator_fault { int64_t line; struct str column, sentence; };
struct indicators_read {
  int64_t rows, values, missing, series, areas_unknown, bad;
  struct strs left_out;                      /* columns that are no indicator */
  struct { struct indicator_fault *p; size_t n; } faults; /* the first FAULTS_SHOWN_MAX */
};
enum { INDICATOR_FAULTS_MAX = 200 };
/* Wide (a row an area, a column an indicator) or long (columns area, indicator, value). Nothing is
 * changed when a row is bad; out->faults says which and what to do. False with why: the file as a
 * whole cannot be taken. */
bool profiles_import(struct db *db, struct arena *a, struct csv *rows,
                     const struct indicator_file *said, instant_t now, struct progress *p,
                     struct indicators_read *out, struct why *why);
/* Old and new codes of small areas: the ONS lookup (LSOA11CD, LSOA21CD, CHGIND), or old, new. */
bool profiles_links_import(struct db *db, struct arena *a, struct csv *rows, struct str edition,
                           struct str source, int64_t *n, struct why *why);

/* ---- figures of an area ---- */

enum figure_how { FIGURE_MISSING, FIGURE_HELD, FIGURE_GIVEN, FIGURE_ADDED, FIGURE_SHARE,
                  FIGURE_BEST_FIT };
struct figure {
  const struct indicator *of;
  struct str edition, source, licence, age_band;
  day_t dated_on;
  bool newest;             /* of its indicator */
  enum figure_how how;
  double value;            /* FIGURE_SHARE: per cent of its small areas */
  int64_t part, small;     /* FIGURE_SHARE: so many of so many */
  struct str from;         /* FIGURE_BEST_FIT: the code it was taken from */
  double percent;          /* of the indicator it is a share of; NAN = none, or not known */
};
struct figures { struct figure *p; size_t n; };
static inline bool figure_known(const struct figure *f) { return f->how >= FIGURE_GIVEN; }
/* Every series, newest edition of each indicator first. `all` must outlive the result. */
struct figures profiles_figures(struct db *db, struct arena *a, const struct indicators *all,
                                const struct area *area);
/* The newest figure of one indicator; NULL = no series at all. */
const struct figure *figure_of(const struct figures *f, struct str code);

/* argv[0] is the word after `waymark import`. */
int profiles_import_command(int argc, char **argv);
int profiles_links_command(int argc, char **argv);
extern const struct domain profiles_domain;
#endif
