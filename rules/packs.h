/* packs: everything under packs/ that this folder can read, in one call. Files are fetched by the
 * caller's function, so they may lie on disk, in the binary or in a test. */
#ifndef WAYMARK_RULES_PACKS_H
#define WAYMARK_RULES_PACKS_H
#include "rules/library.h"
#include "rules/outcome.h"

/* Gives the text of "codes/cohorts.csv" and the like (below packs/). False with a sentence. */
typedef bool packs_fetch(void *from, struct arena *a, const char *path, struct str *out,
                         struct why *why);
struct packs {
  struct rules_book *book;  /* code lists and areas */
  struct library library;   /* schemes/ */
  struct national national; /* national/ */
  struct outcome_rules outcomes;
  struct outcome_rates rates;
};
/* Everything lives in `a`. The first file that is missing or wrong stops it, named in `why`. */
MUST_USE bool packs_load(struct arena *a, packs_fetch *fetch, void *from, struct packs *out,
                         struct why *why);
#endif
