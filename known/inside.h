/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_KNOWN_INSIDE_H
#define WAYMARK_KNOWN_INSIDE_H
#include "base/planted.h"
#include "known/known.h"
#include "linkage/few.h"

/* Faults that only this folder's own test builds switch on. */
enum {
  PLANTED_KNOWN_HIDDEN = 681, /* people who hide are found like anyone */
  PLANTED_KNOWN_ONE_SIDE,     /* a pair is shown to whoever may see one of the two */
  PLANTED_KNOWN_HASTY         /* no more questions once nobody was found */
};

enum {
  KNOWN_KEYS_MAX = 2 * FEW_KEYS_MAX,
  KNOWN_EVERYTHING = (1 << CLASS_COUNT) - 1,
  KNOWN_CLASSES = CLASS_IDENTITY | CLASS_CONTACT, /* what a comparison is made of */
  KNOWN_ROLES = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER,
  KNOWN_LEADS = ROLE_TEAM_LEAD | ROLE_MANAGER
};

/* ---- keys.c ---- */

/* Up to two ways somebody is written: their full name, and the name they use. */
struct known_forms {
  struct few_record p[2];
  size_t n;
};
struct known_forms known_forms_of(struct arena *a, const struct known_asked *asked);
/* Sorted, without repeats. Nothing of the values can be worked out without the installation's key.
 */
size_t known_keys(struct arena *a, const struct known_forms *forms, int64_t keys[KNOWN_KEYS_MAX]);
enum db_result known_wrote(struct db *db, struct arena *a, const struct person *p, instant_t now);
enum db_result known_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                           instant_t now);
/* Counts known_word again. Inside a MAIN transaction. */
enum db_result known_count_words(struct db *db, struct arena *a);
job_run known_keys_run;
int known_keys_doctor(struct db *db, struct arena *a, struct buf *out);

/* ---- weigh.c ---- */

/* What is compared of one person: their forms, and how common their names are here. */
struct known_facts {
  struct known_asked asked;
  struct known_forms forms;
  struct few_common common[2];
  uint64_t people;
};
struct known_facts known_facts_of(struct db *db, struct arena *a, const struct known_asked *asked);
/* Of whoever the first is compared with: how common a name is counts once, for the first's. */
struct known_facts known_other_facts(struct arena *a, const struct known_asked *asked);
struct known_weighed {
  struct few_answer why;
  enum known_band band;
  int age_years; /* years by which a stated age is out; -1 = not compared */
};
/* How alike two people are, of what is known of each. */
struct known_weighed known_weigh(const struct known_facts *x, const struct known_facts *y,
                                 struct arena scratch);
struct strs known_reasons(struct arena *a, enum language lang, const struct known_weighed *w);
struct str known_field_words(enum language lang, int field);
struct str known_step_words(enum language lang, const char *words);

/* ---- pair.c ---- */

struct known_pair {
  int64_t id, person_a, person_b;
  struct uuid public_id;
  struct str state;
  double weight;
};
bool known_pair_load(struct db *db, struct arena *a, struct uuid public_id, struct known_pair *out);
/* Found by a search: kept, or its weight renewed while nobody has said anything. Inside a MAIN
 * transaction. */
enum db_result known_pair_found(struct db *db, struct arena *a, int64_t x, int64_t y, double weight,
                                bool invented, instant_t now);
struct known_said {
  const char *what; /* same | different | later | undone */
  struct str reason, note;
  int64_t by_user;
};
/* Writes what was said, and who people are from now on. DB_CONFLICT with a sentence: it cannot be
 * said now. Inside a MAIN transaction. */
enum db_result known_say(struct db *db, struct arena *a, const struct known_pair *p,
                         const struct known_said *said, instant_t now, struct why *why);
/* A person's own "no" keeps records apart: true when either of the two said no, to an organisation
 * that supports the other, about who they are. */
bool known_kept_apart(struct db *db, struct arena *a, int64_t x, int64_t y, day_t on);
/* May this actor see both? Asked of both whatever the first answer is. */
bool known_both_seen(struct request *rq, int64_t x, int64_t y, struct sight sights[2]);
/* The others of one identity, by number; at most `room`. */
size_t known_others(struct db *db, struct arena *a, int64_t person_id, int64_t *people,
                    size_t room);
/* Forgets what was said of somebody, and puts right whom they stood with. Inside a MAIN
 * transaction. */
enum db_result known_forget(struct db *db, struct arena *a, int64_t person_id, instant_t now);

/* ---- search.c ---- */

enum { KNOWN_PARTS = 32, KNOWN_BLOCK_MAX = 60 };
/* Begins a search among everyone, or goes on with one that was stopped; 0 when it could not. Inside
 * a MAIN transaction. */
int64_t known_search_begin(struct db *db, struct arena *a, int64_t by_user, instant_t now);
enum db_result known_search_stop(struct db *db, struct arena *a, instant_t now);
struct known_standing {
  int64_t id, parts, ended, looked, found, left_out;
  instant_t began_at, stopped_at, ended_at; /* INSTANT_NONE = not yet */
};
bool known_search_standing(struct db *db, struct arena *a, struct known_standing *out);
job_run known_part_run;

/* ---- pages ---- */

handler known_queue_page, known_pair_page, known_pair_post, known_person_page, known_search_page,
    known_search_post, known_match_page, known_match_post;
struct markup known_alike(struct request *rq, const struct person *p);
void known_card(struct request *rq, const struct person *p, struct sight sight);
/* One finished match without names, for the demo's pages. Inside a MAIN transaction. */
bool known_demo_match(struct db *db, struct arena *a, instant_t now, struct why *why);
bool known_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                struct why *why);
#endif
