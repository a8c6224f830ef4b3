/* outcome: what came of it, in somebody's life: a dated fact (packs/codes/outcomes.csv; FACTS 4),
 * and what shows it: who saw which kind of evidence, when; no copy is kept (PRACTICE 6). Theirs
 * whether or not a programme counts it. A contract's `outcome` lines say what it takes as evidence;
 * it is counted, and sent where the contract declares it, only once it is shown by one of those.
 * Where no contract asks, anything shows it, their own word too. */
#ifndef WAYMARK_PROGRAMME_OUTCOME_H
#define WAYMARK_PROGRAMME_OUTCOME_H
#include "people/people.h"
#include "programme/contract.h"

struct outcome {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "programme/outcome.def"
};
extern const struct record_type outcome_type;

enum { OUTCOME_NOTE_MAX = 600 }; /* letters beside what was seen */
struct evidence {
  int64_t id, outcome_id, by_user;
  struct str what, note; /* what: a code of packs/codes/outcome_evidence.csv */
  day_t on;
};
struct evidences {
  struct evidence *p;
  size_t n;
}; /* oldest first */
struct outcomes {
  struct outcome *p;
  size_t n;
}; /* the newest first; mistakes too */

enum outcome_standing {
  OUTCOME_NOT_SHOWN,
  OUTCOME_SHOWN_OTHERWISE, /* by something, and by nothing this contract takes */
  OUTCOME_SHOWN
};
/* Pure. asks NULL: anything shows it. Only evidence of this outcome counts. */
enum outcome_standing outcome_standing_of(const struct contract_outcome *asks, int64_t outcome_id,
                                          const struct evidences *all);
/* When to ask whether work goes on, after 13, 26 and 52 weeks; *kind gets the outcome it would be.
 * DAY_NONE: no work, it ended, or all is written down. Pure. */
day_t outcome_due(const struct outcome *o, const struct outcomes *all, struct str *kind);

struct outcomes outcomes_of(struct db *db, struct arena *a, int64_t person_id);
struct evidences outcomes_evidence(struct db *db, struct arena *a, int64_t person_id);
bool outcome_known(struct db *db, struct arena *a, struct uuid id, struct outcome *out);

/* Writes, each inside a MAIN transaction, each with the projection that follows. *again: the same
 * form came twice and is kept once. */
enum db_result outcome_keep(struct db *db, struct arena *a, struct outcome *o, int64_t by_user,
                            instant_t now, bool *again);
enum db_result outcome_show(struct db *db, struct arena *a, const struct outcome *o,
                            const struct evidence *e, instant_t now);
/* It ended, or was a mistake: the days that are set. */
enum db_result outcome_change(struct db *db, struct arena *a, struct outcome *o, int64_t by_user,
                              instant_t now);
/* outcome_now of one person, written again; nothing of who hides. */
enum db_result outcome_project(struct db *db, struct arena *a, int64_t person_id);
/* How many people's rows differ from what the records say. */
int64_t outcome_differs(struct db *db, struct arena *a);
/* The day of the first outcome of that kind shown as this joining's contract asks; DAY_NONE. */
day_t outcome_counted(struct db *db, struct arena *a, int64_t joining_id, struct str kind);

/* ---- on their own page, within its scope (people/own.h) ---- */

/* Codes of packs/codes; labels are the page's. Only what a team of the page wrote or saw stands
 * here, never what was taken back, and of evidence never the worker's note. */
struct own_evidence {
  struct str what, by; /* by: the worker's name */
  day_t on;
};
/* What a funder of theirs is told of it: the day, once one of `takes` was seen; nothing else. */
struct own_told {
  struct str programme, funder;
  struct strs takes; /* none: whatever shows it */
  bool shown;        /* one of those stands beside it: the day is told */
};
struct own_outcome {
  struct uuid id;
  struct str id_text, kind, hours, words;
  day_t on, until;
  struct { struct own_evidence *p; size_t n; } evidence;
  struct { struct own_told *p; size_t n; } told;
};
struct own_outcomes {
  struct own_outcome *p;
  size_t n;
};
struct own_outcomes programme_own_outcomes(struct db *db, struct arena *a,
                                           const struct own_scope *scope);
#endif
