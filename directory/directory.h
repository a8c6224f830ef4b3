/* directory: who helps whom, where, when and until when; and the library of what has been tried.
 *
 * Two directories, never mixed on one page:
 *   - live services (organisation, service, location, times, costs, funding, areas): only a service
 * whose standing was assured within its review period can ever be a "yes";
 *   - the library (scheme): the 109 schemes of the field's reports, each with a kind and a
 * standing. Record types follow Open Referral UK 3.0 (types.h, one .def each); what this field
 * needs beyond it stands beside. Facts may have several sources that disagree: fact_source keeps
 * them all. An address that is not published is in no page, map, file, API or import; a person's
 * own address or number is in no public output.
 *
 * Other domains read the directory through `struct offers`, a picture of one directory on one day,
 * and write it only through record_* followed by directory_changed in the same transaction.
 * Migrations: 3000s. */
#ifndef WAYMARK_DIRECTORY_H
#define WAYMARK_DIRECTORY_H
#include "directory/types.h"
#include "rules/offer.h"
#include "web/web.h"
#include "words/words.h"

/* ---- Standing: a function of dated facts, never ticked by hand
 * ------------------------------------------------- */

enum standing_state {
  STANDING_WITHDRAWN,   /* taken off, or never published: on no public page */
  STANDING_ENDED,       /* its end date has passed, or it closed for good */
  STANDING_NOT_STARTED, /* published ahead of its start */
  STANDING_PAUSED,      /* closed for now, or inactive */
  STANDING_UNCHECKED,   /* shown, at best "maybe": nobody has assured it within its review period */
  STANDING_LIVE
};
enum { REVIEW_DAYS_DEFAULT = 180, SCHEME_REVIEW_DAYS_DEFAULT = 365, REVIEW_SOON_DAYS = 14 };
struct standing_facts {
  day_t published_on, withdrawn_on, starts, ends, assured_on; /* DAY_NONE = not known */
  int64_t review_days;                                        /* NUMBER_NONE = the default */
  struct str status;                                          /* service_statuses */
};
struct standing {
  enum standing_state state;
  day_t until;      /* the last day this state holds if no fact changes; DAY_NONE = no known end */
  day_t review_due; /* assured_on + review period; DAY_NONE = never assured */
};
/* Last days are included: a service that ends on the 31st is live on the 31st; one assured with 180
 * days is assured on the 180th day after. */
struct standing standing_of(const struct standing_facts *f, day_t day);
struct standing service_standing(const struct service *s, day_t day);
/* The name of a state in words for editors ("Live", "Needs a check"), and one sentence for the
 * public with its date. */
struct str standing_word(enum standing_state s);
struct str standing_sentence(struct arena *a, enum language lang, struct standing s,
                             const struct standing_facts *f);

/* ---- The picture of a directory on a day
 * ------------------------------------------------------------------------ */

enum directory_kind { DIRECTORY_LIVE, DIRECTORY_LIBRARY };

struct opening {
  int8_t weekday;              /* enum weekday */
  int16_t opens, closes;       /* minutes of the day, local; closes -1 = not said */
  int32_t place;               /* index in the offer's places; -1 = anywhere it happens */
  day_t from, to;              /* DAY_NONE = no limit */
};
struct offer_place {
  int64_t location_id, at_id;       /* the location, and the service_at_location that joins them */
  struct str name, town, postcode;  /* town and postcode are "" when the address is not published */
  double latitude, longitude;       /* NAN when not known or not published */
  bool published;                   /* false: say "address not published", show nothing else */
};
struct offer {
  int64_t id;                  /* service or scheme */
  struct uuid public_id;
  struct str name, provider;   /* provider: who runs it, or who led it */
  int64_t organisation_id;     /* 0 for the library */
  struct str summary;          /* one sentence, or what the report says of the help */
  struct standing standing;    /* library: state ENDED, UNCHECKED or LIVE */
  struct rules_offer judged;   /* for rules_judge_offer: kind, dates, areas, rule, cohorts */
  struct rules_codes styles, needs, models, routes;
  int category;                /* in RULES_CATEGORIES; -1 = not said */
  struct { const struct offer_place *p; size_t n; } places;
  struct { const struct opening *p; size_t n; } openings;
  struct str words; /* folded words, each once, of names, summary, description and code labels */
  struct str phone, email, website; /* public ways in; "" when not known */
  struct str eligibility;      /* in words, as the entry says it */
  struct str attending, languages, access; /* codes, separated by a space */
  int8_t free, walk_in, wifi, devices, whole_area; /* 1, 0, -1 not known */
  int64_t places_left, places_total, waiting_days; /* NUMBER_NONE = not known */
  day_t capacity_on;
  int64_t minimum_age,
      maximum_age; /* as the entry states them beside any rule; NUMBER_NONE = not known */
  struct {
    const int64_t *p;
    size_t n;
  } terms; /* ids of imported taxonomy terms; our own codes are the sets above */
  instant_t changed_at;
  day_t starts, ends;          /* DAY_NONE = not known */
  day_t assured_on;
  struct str ended_words;      /* library: "March 2023", "2022"; "" when not known */
  struct str source;           /* library: which report */
};
struct offers {
  struct { struct offer *p; size_t n; } list;  /* by name, then id */
  struct rules_book *book;     /* the code lists and areas every rule here was compiled against */
  enum directory_kind kind;
  day_t day;
  int64_t generation;
  const void *beside;          /* what offers_beside_use's function made; NULL = none is used */
};
/* Everything on the public directory that day: live: all that are published and neither withdrawn
 * nor merely ahead by more than a year (ended ones too, so that a search can say "This ended in
 * March 2023"); library: every scheme. A rule that does not compile is logged and taken as "does
 * not say". All memory is in `a`. */
bool offers_load(struct db *db, struct arena *a, day_t day, enum directory_kind which,
                 struct offers *out, struct why *why);
/* Grows with every change; compare before using a kept picture. -1 when the database does not
 * answer. */
int64_t directory_generation(struct db *db);
/* In the transaction of every write to the directory. */
enum db_result directory_changed(struct db *db);
/* The picture this process keeps, made again when the generation, the areas or the day differ.
 * Valid until the next call. NULL: why. Between processes that share it (offers_share) a public
 * page may be given the one before, for at most the patience; an editor's page asks for the fresh
 * one. */
const struct offers *offers_now(struct db *db, day_t day, enum directory_kind which,
                                struct why *why);
const struct offers *offers_fresh(struct db *db, day_t day, enum directory_kind which,
                                  struct why *why);
/* What a folder above works out of every kept picture once, in the same memory (`offers->beside`);
 * whatever it points at must lie there too. Said once, before the first picture is kept. */
typedef const void *offers_beside(struct db *db, struct arena *a, const struct offers *o);
void offers_beside_use(offers_beside *make);
/* From now on the live picture is a file in `folder` that every process of the server maps
 * (base/image.h): whoever first needs a new one makes it, `soon` as a rule. `where` names the
 * database, so that a folder is never shown another one's picture. Needs the master key. */
struct offers_share { struct str folder, where; int patience_ms; };
void offers_share(const struct offers_share *how); /* NULL: this process keeps its own again */
/* Gives every kept picture back; the next call makes or maps one. */
void offers_forget(void);
/* Maps today's picture if its file is there and right: nothing is made. */
bool offers_map(struct db *db, day_t day);
/* `soon`, ten times a second: the live picture is made when it is not today's any more. */
void offers_tend(struct db *db, instant_t now);
const struct offer *offers_find(const struct offers *o,
                                struct uuid public_id); /* NULL when absent */
const struct offer *offers_by_id(const struct offers *o, int64_t id);
/* Is it open at that minute? 1 yes, 0 no, -1 the entry does not say. `until` gets the closing
 * minute, or -1. */
int offer_open_at(const struct offer *o, day_t day, int minute, int *until);
/* Path of its public page, and of the page of its organisation. */
struct str offer_path(struct arena *a, const struct offer *o, enum directory_kind kind);

/* The book of codes and areas built into the program (packs/codes). Kept for the process. */
struct rules_book *directory_book(void);

/* ---- Sources that disagree
 * ------------------------------------------------------------------------------------- */

struct source_facts { struct fact_source *p; size_t n; };
/* All that is said of a record, field by field in the order of the definition, chosen ones first.
 */
struct source_facts sources_of(struct db *db, struct arena *a, const struct record_type *t,
                               int64_t id);
/* Two or more sources give different values for that field. */
bool sources_disagree(const struct source_facts *s, const char *field);
/* Adds what a source says. `choose`: the record itself takes this value (through record_update,
 * with history). */
enum db_result source_add(struct db *db, struct arena *a, const struct record_type *t, int64_t id,
                          const struct fact_source *said, bool choose, int64_t user_id,
                          instant_t now);

/* What the stated parts of a scheme's money come to, in pence; NUMBER_NONE = no parts are stated,
 * or one of them is no amount. It may differ from the stated total: both are kept and shown. */
int64_t scheme_parts_total(struct str parts);

/* ---- Postcodes come from the places domain; a test may stand in for it.
 * --------------------------------------------- */
struct directory_places {
  /* The middle of a postcode, in WGS84 degrees. */
  bool (*point)(struct db *db, struct str postcode, double *latitude, double *longitude);
  /* The areas a postcode is in (names or codes), smallest first. */
  struct strs (*areas)(struct db *db, struct arena *a, struct str postcode);
};
void directory_places_use(struct directory_places p);

/* Who an editor is, for histories. Set once by whoever holds the accounts; without it a number
 * stands there. */
typedef struct str directory_user_name(struct db *db, struct arena *a, int64_t user_id);
void directory_user_names_use(directory_user_name *name);

/* The root of Open Referral UK: what this service speaks, as JSON. The start page calls it first
 * and shows its own page only when it returns false: the visitor asked for HTML. A client that says
 * nothing, or anything, about what it accepts is answered in JSON, as the official validator
 * expects. */
bool oruk_root(struct request *rq);

/* ---- Filling and reporting
 * ------------------------------------------------------------------------------------- */

/* The library, the national programmes and the taxonomies of our own code lists, as built in.
 * Repeatable: rows an editor has changed keep the editor's values. */
enum db_result directory_seed(struct db *db, struct arena *a, instant_t now, struct why *why);
/* The LGA's Figure 2 counted from the rows of national programmes; `stated` is what the report
 * prints, NUMBER_NONE = nothing. Rows that are a part stand inside the group above them. */
struct national_figure_row { struct str label; bool part; int64_t count, percent, stated; };
struct national_figure {
  struct {
    struct national_figure_row *p;
    size_t n;
  } rows;
  int64_t total, in_groups;
};
bool national_figure_read(struct db *db, struct arena *a, struct national_figure *out,
                          struct why *why);
/* schemes.csv into the library: rows are found by name; every bad row is listed. */
bool schemes_import(struct db *db, struct arena *a, struct csv *rows, bool dry_run, instant_t now,
                    struct import_result *out, struct why *why);
/* `waymark import schemes FILE [--dry-run]` and `waymark report programmes --by cohort [--csv]`:
 * argv[0] is the word after `import` or `report`. Exit status as a command's. */
int directory_import_command(int argc, char **argv);
int directory_report_command(int argc, char **argv);

extern const struct domain directory_domain;
extern const struct migrations directory_migrations;  /* 3000s */
#endif
