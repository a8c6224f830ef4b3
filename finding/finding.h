/* finding: which help fits somebody, and why. Anyone may ask: no account, no script, nothing kept
 * of what was typed.
 *
 * One question in, one ranked list out; the page, the API and the command ask the same two
 * functions: finding_read   the fields as given -> struct finding_ask (faults beside the field that
 * has one) finding_run    the question against a picture of a directory -> answers: yes, maybe, no,
 * each with reasons Judging is rules/; standing and areas are directory/'s; this folder matches
 * words and needs, ranks, and finds the nearest alternative to each no. The two directories (live
 * help, the library of what has been tried) are two pictures and are never asked at once.
 *
 * A search that finds nothing is counted: need, area, group and month, in codes, nothing else.
 * Counts leave here only when the month is over and they are ten or more. Migrations: 3400s (WORK).
 */
#ifndef WAYMARK_FINDING_H
#define WAYMARK_FINDING_H
#include "directory/directory.h"
#include "journeys/journeys.h"
#include "places/places.h"
#include "words/words.h"

/* ---- Words to needs: packs/words/needs.csv
 * ---------------------------------------------------------------------- */

enum { NEEDS_MAX = 64 };
struct need {
  struct str code, label;      /* label: words on the page, English */
  bool shown;                  /* one of the choices on the page */
  struct strs words;           /* folded words and phrases that mean it */
  struct rules_codes needs, styles, cohorts; /* barriers, styles, and groups told to the ranking */
};
struct needs { const struct need *p; size_t n; };
const struct needs *finding_needs(void); /* kept for the process; the built-in pack always reads */

/* ---- A picture ready to be asked
 * -------------------------------------------------------------------------------- */

/* What a map draws of one ward, and the wards of one council's area. */
enum { LAND_RINGS_MAX = 3, LAND_POINTS_MAX = 24 };
struct land_ring { struct geo_point *p; size_t n; };
struct land {
  struct str name;
  struct geo_point centre;
  struct land_ring ring[LAND_RINGS_MAX];
  size_t rings;
};
struct council { int64_t area_id; const struct land *land; size_t n; };

struct finding_word;           /* one word of the directory and the offers that hold it */
struct finding_picture {
  const struct offers *offers;
  const struct finding_word *words; /* every word once */
  size_t n_words;
  const uint32_t *holders;     /* indexes of offers, word by word */
  const uint64_t *means;       /* for each offer, bit k = it answers need k */
  /* Where help is, as far as it is known and published: point[point_from[i]] up to
   * point_from[i + 1] are offer i's. */
  const struct geo_point *point;
  const uint32_t *point_from;
  /* For each area of the book that is also an area of places/: its id, or 0, and what it lies in.
   */
  const int64_t *area_id;
  const struct areas *above;
  size_t areas;
  struct { const struct council *p; size_t n; } councils; /* live help: those near a place of it */
};
/* Reads what places/ knows of the offers' areas; everything in `a`. */
bool finding_picture_make(struct db *db, struct arena *a, const struct offers *offers,
                          struct finding_picture *out);
/* The kept picture of that day, made again when the directory changes (directory's offers_now,
 * whose memory and file it shares). Valid until the next call. NULL: why. */
const struct finding_picture *finding_picture_now(struct db *db, day_t day,
                                                  enum directory_kind which, struct why *why);

/* In every process, before it keeps a picture: pictures hold what finding works out as well. */
void finding_begin(void);
/* Before the fork: maps today's picture of live help if its file is there, so that it is
 * everybody's. Nothing is made here; a start waits for nobody. */
void finding_warm(instant_t now);

/* ---- A question
 * -------------------------------------------------------------------------------------------------
 */

enum finding_sort { FINDING_FIT, FINDING_NEAR, FINDING_NAME, FINDING_MINUTES };
struct finding_ask {
  struct rules_facts facts;    /* facts.on is the day it is judged on */
  struct str place_words;      /* the place as known here, safe to show; "" = not said */
  struct place place; /* found PLACE_NONE when only the code lists know it, or nothing was said */
  uint64_t needs;              /* bit k = need k was picked */
  struct str words;            /* free words */
  bool said_age, said_work, said_cohort, said_home; /* home: landlord, health or household */
  bool open_now, free_only, self_only, wifi;
  bool ignore_standing, at_start;
  enum finding_sort sort;
  int minute;                  /* local minute of the day, for open now; -1 = leave it out */
  /* Minutes by bus and on foot: one search for the whole question (journeys/); NULL when no bus
   * times are loaded, no place was said, or the day is not covered. Valid until the next one. */
  const struct minutes *minutes;
  struct set_out set_out;      /* when one would leave, within the hour */
  bool said_set_out;
  int within;                  /* leave out what takes longer or is not known; 0 = any */
  size_t first, limit;         /* limit 0 = all */
};
/* Values given under a name, in order. Names: place postcode age date status reason cohort need
 * words tenancy health household open free self wifi sort first at_start ignore_standing within
 * go_day go_time. */
struct finding_said { struct strs (*values)(void *from, const char *name); void *from; };
/* Something beyond a place was told: what help is wanted, or something about oneself. Only then
 * does "this fits you" mean anything, and only then is a search that finds nothing a gap. */
bool finding_answered(const struct finding_ask *ask);
struct finding_fault { const char *field; struct str sentence; };
struct finding_faults { struct finding_fault *p; size_t n; };
enum { FINDING_WORDS_MAX = 200, FINDING_PLACE_MAX = 80, FINDING_PAGE = 8 };
/* The day a question is about: what it gives as date, else `today`. DAY_NONE when that is no date.
 */
day_t finding_day(const struct finding_said *said, day_t today);
/* Reads against the code lists of the picture's directory. False: faults, one sentence a field, and
 * nothing to run. */
bool finding_read(struct db *db, struct arena *a, const struct finding_picture *p,
                  const struct finding_said *said, day_t today, int minute, enum language lang,
                  struct finding_ask *out, struct finding_faults *faults);

/* ---- The answer
 * -------------------------------------------------------------------------------------------------
 */

struct finding_answer {
  const struct offer *offer;
  enum rules_answer answer;
  struct rules_because because;
  double metres;               /* straight line; NAN = not known, or the address is not published */
  int minutes;                 /* by bus and on foot; -1 = too far, not known, not published */
  int open, until;             /* as offer_open_at; -1 when not asked */
  const struct offer
      *instead; /* for a no: the closest that may do, same style or group; NULL = none */
};
struct finding_answers {
  struct {
    struct finding_answer *p;
    size_t n;
  } list;                      /* yes, then maybe, then no; best fit first */
  size_t yes, maybe, no;       /* of all that match the words, shown or not */
  size_t first;
  struct strs unknown;         /* words of the question that nothing here knows */
};
void finding_run(struct arena *a, const struct finding_picture *p, const struct finding_ask *ask,
                 struct rules_tongue tongue, struct finding_answers *out);
/* The closest offer in force to this one (of either directory) among the live: what "nearest like
 * it now" names. */
const struct offer *finding_like(const struct finding_picture *live, const struct offer *gone);
/* One array entry as the command and the API give it: name, provider, answer, reasons, ask. */
void finding_json(struct json_out *j, const struct finding_answer *answer);

/* ---- Searches that found nothing
 * -------------------------------------------------------------------------------- */

struct finding_gap {
  struct str month, need, area, cohort;
  int64_t searches;
}; /* month "2026-11"; codes, or area name */
struct finding_gaps { struct finding_gap *p; size_t n; };
enum { FINDING_GAP_LEAST = 10 };
/* Counts one for each need picked or understood (or one without a need). Never fails the search. */
void finding_gap_count(struct db *db, struct arena *a, const struct finding_picture *p,
                       const struct finding_ask *ask);
/* What may be known on that day: months that are over, counts of ten or more; newest month first.
 */
struct finding_gaps finding_gaps_released(struct db *db, struct arena *a, day_t today);

/* `waymark find ...`: argv[0] is "find". */
int finding_command(int argc, char **argv);
extern const struct domain finding_domain;
#endif
