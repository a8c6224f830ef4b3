/* rules: who an offer is for, held as readable data and judged in three values with reasons.
 *
 * A rule is a few lines of text a person can read and change (the language: rules/README.md). This
 * library compiles it, judges it against what is known of someone, and says why in plain words. It
 * is pure: no files, no clock, no database, no globals. It knows nothing of services; offer.h adds
 * standing and area.
 *
 * Three promises shape it:
 *   - unknown is never treated as no. All-of, any-of and not follow Kleene's strong three-valued
 *     logic (S. C. Kleene, Introduction to Metamathematics, 1952, section 64): not known only
 *     matters when it could still change the answer;
 *   - a version of a rule applies from a date, and people are judged on their own date (start or
 *     referral), so a later version never re-judges an earlier starter;
 *   - a benefit is never needed to search and never stands for an employment status; other
 *     programmes are asked of the person and never looked up; a prompt never refuses.
 *
 * Order of use: rules_book_new, add code lists and areas, rules_parse, then for each person fill a
 * struct rules_facts and call rules_judge (nanoseconds) or rules_explain (sentences). A finished
 * book and its rules are read-only and may be shared; a struct rules_place belongs to one person's
 * facts. */
#ifndef WAYMARK_RULES_H
#define WAYMARK_RULES_H
#include "base/base.h"

/* Ordered so that all-of is the least, any-of the greatest, and not is 2 - x. */
enum rules_answer { RULES_NO = 0, RULES_MAYBE = 1, RULES_YES = 2 };
struct str rules_answer_word(enum rules_answer a); /* "no", "maybe", "yes" */

enum {
  RULES_CODES_MAX = 128,      /* codes in one list */
  RULES_NODES_MAX = 400,      /* conditions and groups in one version */
  RULES_DEPTH_MAX = 24,       /* brackets inside brackets */
  RULES_VERSIONS_MAX = 40,    /* dated versions of one rule */
  RULES_AGE_MAX = 130,        /* years */
  RULES_NUMBER_MAX = 1000000, /* months, employer sizes */
};

/* ---- The book: code lists and areas, read from packs/codes/ ------------------------------- */

enum rules_list {
  RULES_COHORTS,
  RULES_STATUSES,
  RULES_REASONS,
  RULES_TENANCIES,
  RULES_BENEFITS,
  RULES_ROUTES,
  RULES_STYLES,
  RULES_CATEGORIES,
  RULES_MODELS,
  RULES_BARRIERS,
  RULES_KINDS,
  RULES_PROGRAMMES, /* not a file: the names of other programmes that rules mention */
  RULES_LISTS
};
/* The pack file a list is read from ("cohorts" for packs/codes/cohorts.csv); NULL for
 * RULES_PROGRAMMES. */
const char *rules_list_name(enum rules_list l);

/* A set of codes of one list. The zero value is empty. */
struct rules_codes {
  uint64_t w[RULES_CODES_MAX / 64];
};
static inline void rules_codes_add(struct rules_codes *s, int code) {
  s->w[code >> 6] |= 1ull << (code & 63);
}
static inline bool rules_codes_has(struct rules_codes s, int code) {
  return s.w[code >> 6] >> (code & 63) & 1;
}
static inline bool rules_codes_meet(struct rules_codes a, struct rules_codes b) {
  return ((a.w[0] & b.w[0]) | (a.w[1] & b.w[1])) != 0;
}
static inline bool rules_codes_within(struct rules_codes a,
                                      struct rules_codes b) { /* is a inside b? */
  return ((a.w[0] & ~b.w[0]) | (a.w[1] & ~b.w[1])) == 0;
}
static inline bool rules_codes_empty(struct rules_codes s) { return (s.w[0] | s.w[1]) == 0; }

struct rules_code {
  struct str code, label, hint, source;
  struct str clause;   /* completes "people who ..." and "you ...": "have a health condition" */
  struct str question; /* asked when not known */
  struct str aliases;  /* other names people use, separated by ";" */
  struct rules_codes implies; /* who has this code has these too (same list, closed) */
  int age_from, age_to;       /* the code means exactly this age band; age_to 0 = not about age */
};

struct rules_book;
/* The book keeps everything in `a`, which must outlive it. */
struct rules_book *rules_book_new(struct arena *a);
/* Adds a code list from CSV with columns code,label,hint,source and optional clause, question,
 * implies (codes separated by ";"), age_from, age_to, aliases. Codes are lower-case letters, digits
 * and "_". May be called again to add local codes. False with a sentence (line, what to do) on bad
 * input. */
MUST_USE bool rules_book_codes(struct rules_book *b, enum rules_list l, struct str csv,
                               struct why *why);
/* Adds areas from CSV with columns name,code,level,parents,complete,source,aliases; parents and
 * aliases are separated by ";". Levels country, region and la are exclusive (a person is in one of
 * each). `complete` = yes says the rows that name this area as parent cover all of it. */
MUST_USE bool rules_book_areas(struct rules_book *b, struct str csv, struct why *why);

/* -1 = no such code. */
int rules_code_find(const struct rules_book *b, enum rules_list l, struct str code);
/* As typed: the code, its label or an alias, however written. -1 = none. */
int rules_code_match(const struct rules_book *b, enum rules_list l, struct str text,
                     struct arena scratch);
const struct rules_code *rules_code_get(const struct rules_book *b, enum rules_list l, int code);
int rules_code_count(const struct rules_book *b, enum rules_list l);
/* Codes separated by ";" (spaces allowed). */
MUST_USE bool rules_codes_parse(const struct rules_book *b, enum rules_list l, struct str text,
                                struct rules_codes *out, struct why *why);

typedef uint32_t rules_area; /* an area of the book; ids are small and dense */
enum { RULES_AREA_NONE = 0xffffffffu };
rules_area rules_area_find(const struct rules_book *b, struct str name_or_code,
                           struct arena scratch);
/* Finds or adds: an area no list knows is kept by name; who lives there is then for the caller to
 * say. */
rules_area rules_area_intern(struct rules_book *b, struct str name_or_code);
struct str rules_area_name(const struct rules_book *b, rules_area area);
size_t rules_area_count(const struct rules_book *b);

/* ---- Facts: what is known of one person on one date --------------------------------------- */

enum rules_said { RULES_UNSAID = 0, RULES_SAID_YES, RULES_SAID_NO };

/* A number known exactly (from == to), within a band, or not at all (known == false). */
struct rules_range {
  bool known;
  int from, to;
};

struct rules_place; /* where someone is, with answers remembered */

/* One of several codes that exclude each other: which it may be, when anything is known. */
struct rules_choice {
  bool known;
  struct rules_codes may;
};

/* The zero value knows nothing. */
struct rules_facts {
  day_t on;               /* start or referral date; 0 is 1 January 1970, so always set it */
  struct rules_range age; /* whole years on that date */
  struct rules_choice status, reason, tenancy, route;
  struct rules_codes cohort_yes, cohort_no;
  struct rules_codes benefit_yes; /* what they chose to tell; never needed */
  struct rules_codes programme_yes, programme_no;
  struct rules_range months_out; /* whole months out of work */
  enum rules_said health;        /* a health condition or disability */
  enum rules_said household; /* someone else in the household meets the same test and would join */
  struct rules_range employer_size;
  bool employer;             /* an employer is asking, not a resident */
  struct rules_place *place; /* NULL = not known */
};

void rules_facts_age(struct rules_facts *f, int years);
void rules_facts_age_band(struct rules_facts *f, int from, int to);
void rules_facts_born(struct rules_facts *f, day_t born); /* on f->on; DAY_NONE = not known */
/* By code; false when the list has no such code. Called again for the same status, reason, tenancy
 * or route, it widens to "one of these". */
bool rules_facts_status(const struct rules_book *b, struct rules_facts *f, struct str code);
bool rules_facts_reason(const struct rules_book *b, struct rules_facts *f, struct str code);
bool rules_facts_tenancy(const struct rules_book *b, struct rules_facts *f, struct str code);
bool rules_facts_route(const struct rules_book *b, struct rules_facts *f, struct str code);
bool rules_facts_cohort(const struct rules_book *b, struct rules_facts *f, struct str code,
                        enum rules_said said);
bool rules_facts_benefit(const struct rules_book *b, struct rules_facts *f, struct str code);
/* False when no rule in the book mentions this programme (then it cannot matter). */
bool rules_facts_programme(const struct rules_book *b, struct rules_facts *f, struct str name,
                           enum rules_said said);
/* Draws what follows from what was said: implied cohorts, cohorts that are an age band, not-in-work
 * for people in a job. Call once, after the last fact. Adds knowledge, never removes any. */
void rules_facts_settle(const struct rules_book *b, struct rules_facts *f);

/* The person is in every one of these areas (names or codes; ones the book does not know are passed
 * over). From the book's areas follows which others they are in, are not in, or may be in. */
struct rules_place *rules_place_of(struct arena *a, const struct rules_book *b,
                                   const struct str *areas, size_t n);
/* The caller decides instead: asked once for each area, remembered. `to` is passed on. */
typedef enum rules_answer rules_place_ask(void *to, const struct rules_book *b, rules_area area);
struct rules_place *rules_place_asking(struct arena *a, const struct rules_book *b,
                                       rules_place_ask *ask, void *to);
/* What to call it in sentences, when the caller decides. */
void rules_place_call(struct rules_place *p, struct str words);
/* Is this person in this area? MAYBE for a NULL place. */
enum rules_answer rules_place_in(struct rules_place *p, rules_area area);
/* The first area the person named, for sentences; "" when they named none. */
struct str rules_place_words(const struct rules_place *p);

/* ---- Rules -------------------------------------------------------------------------------- */

/* What can be told without judging: outside any of these, the answer is no whatever else is known.
 * Made at compile time over all versions together, 48 bytes, so that 20,000 offers are passed over
 * in a fraction of a millisecond. */
struct rules_summary {
  int16_t age_from, age_to; /* the widest band that is not a certain no */
  bool area_bound;          /* somewhere in `areas` is required */
  uint16_t areas;
  const rules_area *area;
  struct rules_codes status_any; /* at least one must be possible; empty = any status */
  struct rules_codes cohort_any; /* at least one must be possible; empty = any cohort */
};

struct rules_node; /* compiled.h */
struct rules_version {
  struct day_span
      from; /* when it began: a day, or some day of a month or year; DAY_NONE = always */
  const struct rules_node *node;
  uint32_t nodes;
};
struct rules_rule {
  struct str name, source, says; /* says: the source's own words in short, "" when not given */
  struct rules_version *version; /* by date, earliest first */
  uint32_t versions;
  struct rules_summary summary;
  const rules_area *area; /* area lists of all versions */
  const struct str *text; /* prompt and ask sentences of all versions */
};
struct rules_set {
  struct rules_rule *p;
  size_t n;
};

/* Reads a file of rules: rule "NAME" { ... } one after another. On bad input: false and one
 * sentence with line and column, and no rule is kept (areas and programmes it named before stay in
 * the book). Everything lives in `a`, which must outlive the rules. */
MUST_USE bool rules_parse(struct arena *a, struct rules_book *b, struct str text,
                          struct rules_set *out, struct why *why);
/* Reads one rule's body (what stands between the braces), as typed into a form. */
MUST_USE bool rules_parse_body(struct arena *a, struct rules_book *b, struct str name,
                               struct str text, struct rules_rule *out, struct why *why);
const struct rules_rule *rules_find(const struct rules_set *s, struct str name); /* NULL = none */
/* The canonical text: reading it back gives the same rule and the same text. */
void rules_print(struct buf *to, const struct rules_book *b, const struct rules_rule *r);
void rules_print_body(struct buf *to, const struct rules_book *b, const struct rules_rule *r);

/* The answer on f->on. No memory, no sentences. */
enum rules_answer rules_judge(const struct rules_rule *r, const struct rules_facts *f);
/* False only when rules_judge would say no: a cheap first pass. */
bool rules_may(const struct rules_summary *s, const struct rules_facts *f);

/* ---- Reasons ------------------------------------------------------------------------------ */

/* Every sentence passes through `say` before its {slots} are filled, so that a catalogue can
 * translate it. NULL = English. rules_sentence_list gives all of them for the catalogue. */
typedef struct str rules_say(void *to, struct str english);
struct rules_tongue {
  rules_say *say;
  void *to;
};
const char *const *rules_sentence_list(size_t *n);

struct rules_reason {
  enum rules_answer answer;
  struct str condition; /* the condition in the rule language, for editors */
  struct str says;      /* one sentence to the resident */
  struct str ask;       /* what to ask when not known; "" otherwise */
};
struct rules_because {
  enum rules_answer answer;
  struct {
    struct rules_reason *p;
    size_t n;
  } reasons;       /* only conditions that decided; for maybe: those still open */
  struct strs ask; /* the questions, each once */
};
void rules_explain(struct arena *a, const struct rules_book *b, const struct rules_rule *r,
                   const struct rules_facts *f, struct rules_tongue t, struct rules_because *out);
/* The whole rule in words as it stands on a date: "For people aged 16 to 29 who live in
 * Stockton-on-Tees and are not in education, employment or training." DAY_NONE = the latest
 * version. */
struct str rules_words(struct arena *a, const struct rules_book *b, const struct rules_rule *r,
                       day_t on, struct rules_tongue t);
#endif
