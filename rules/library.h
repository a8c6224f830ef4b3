/* library: the schemes of the field's reports as data (packs/schemes/), and the national programmes
 * counted in them (packs/national/). Text in, structs out; the caller reads the files. */
#ifndef WAYMARK_RULES_LIBRARY_H
#define WAYMARK_RULES_LIBRARY_H
#include "rules/offer.h"

struct library_scheme {
  struct str name, kind, category;         /* codes; category "" = the report does not say */
  struct str place, lead, funders, amount; /* as stated */
  struct str pounds_total,
      pounds_parts;           /* whole pounds; parts separated by ";"; both stated = compare them */
  struct str dates_as_stated; /* when they say more than a date */
  struct rules_codes cohorts, styles, models;
  struct str for_as_stated, help_as_stated, model_as_stated, eligibility_as_stated, figures;
  struct str scenarios, source; /* separated by ";" */
  struct rules_offer offer;
};
struct library {
  struct library_scheme *p;
  size_t n;
};

/* `csv` is packs/schemes/library.csv, `rules` packs/schemes/eligibility.rules. A rule whose name is
 * no scheme's is an error, so that a misspelt name is not silently "does not say". */
MUST_USE bool library_read(struct arena *a, struct rules_book *b, struct str csv, struct str rules,
                           struct library *out, struct why *why);
const struct library_scheme *library_find(const struct library *l,
                                          struct str name); /* NULL = none */

/* A row of packs/national/programmes.csv: one of the 51, named where the report names it. */
struct national_programme {
  struct str name, group, sub_group, source;
  bool named;
};
/* A line of the report's Figure 2: what it prints, and what the rows give. */
struct national_group {
  struct str group, within, label;
  int percent_stated, count_stated;
  int count;   /* rows found */
  int percent; /* of all rows, rounded half up */
};
struct national {
  struct {
    struct national_programme *p;
    size_t n;
  } programmes;
  struct {
    struct national_group *p;
    size_t n;
  } groups;
};
MUST_USE bool national_read(struct arena *a, struct str programmes_csv, struct str groups_csv,
                            struct national *out, struct why *why);
#endif
