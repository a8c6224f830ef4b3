/* support: how a person is helped: what they are good at, what is in the way, what they want, and
 * who does what next.
 *
 * Strengths come first and no barrier stands on the first screen (PRACTICE 14). A barrier belongs
 * to a data class of its own (packs/support/barriers.csv) and is shown only where that class is:
 * what is class safety is on no resident's page and no household member's view (PRACTICE 4).
 * Questions are versioned data (packs/questions), off unless a scheme asks; every one can be
 * declined and is then not asked again in that conversation. A plan is a chain of revisions that
 * never change; "agreed" is the person's own act and never ticked beforehand. A plan needs no job
 * and no date. */
#ifndef WAYMARK_SUPPORT_H
#define WAYMARK_SUPPORT_H
#include "people/people.h"

/* ---- what is in the way ---- */

enum { SCORE_UNKNOWN = -1, SCORE_MAX = 10 };
/* One saying, whole: how a barrier stood on a day. */
struct barrier_saying {
  int64_t number, by_user;
  day_t on;
  struct str kind;           /* a code of packs/support/barriers.csv */
  struct str words;          /* their own words; "" = none */
  int in_the_way, able;      /* 0..10; SCORE_UNKNOWN = not asked or rather not say */
  int priority;              /* their own order, from 1; 0 = not said */
  day_t lifted_on;
  struct str lifted_by;      /* what lifted it */
};
struct barrier {
  int64_t id;
  struct uuid public_id;
  uint32_t class_bit;
  day_t named_on;
  struct barrier_saying now;
  struct { struct barrier_saying *p; size_t n; } said; /* oldest first; the last is `now` */
};
struct barriers { struct barrier *p; size_t n; };
/* Those of the classes given; in the person's order, then as they were named; the lifted last. */
struct barriers support_barriers(struct db *db, struct arena *a, int64_t person_id,
                                 uint32_t classes);
/* The class a kind is kept under; 0: there is no such kind. */
uint32_t support_barrier_class(struct str kind);
struct str support_barrier_label(struct str kind);
/* Inside a MAIN transaction. number of the saying is 1; sets id and public_id (when zero). */
enum db_result support_barrier_name(struct db *db, struct arena *a, int64_t person_id,
                                    struct barrier *b, int64_t by_user, instant_t now);
/* Another saying about it; DB_CONFLICT when somebody wrote number after_number + 1 already. */
enum db_result support_barrier_say(struct db *db, struct arena *a, int64_t person_id,
                                   int64_t barrier_id, int64_t after_number, uint32_t class_bit,
                                   const struct barrier_saying *s, int64_t by_user, instant_t now);
/* Does anything say that somebody near may be a danger: they hide, a safe-contact note or an unsafe
 * way, or a barrier of class safety that is not lifted. True also when it cannot be known. For
 * decisions whose reason is never shown. */
bool support_safety_flag(struct db *db, struct arena *a, int64_t person_id);

/* ---- away ---- */

enum stay_kind { STAY_CUSTODY, STAY_HOSPITAL, STAY_LEAVE, STAY_KINDS };
extern const char *const stay_words[STAY_KINDS]; /* codes: "custody"... */
struct stay {
  int64_t id;
  struct uuid public_id;
  enum stay_kind kind;
  day_t from, to;
  struct str words;
};
struct stays { struct stay *p; size_t n; };
enum db_result support_stay_add(struct db *db, struct arena *a, int64_t person_id, struct stay *s,
                                int64_t by_user, instant_t now);
/* Sets the last day; DB_NONE: it is not theirs. */
enum db_result support_stay_end(struct db *db, struct arena *a, int64_t person_id, int64_t stay_id,
                                day_t last);
struct stays support_stays(struct db *db, struct arena *a, int64_t person_id, uint32_t classes);
/* Away on the day, whatever the kind: for counting only, never for showing. */
bool support_is_away(struct db *db, struct arena *a, int64_t person_id, day_t on);

/* ---- questions ---- */

struct question {
  int64_t id, set_id;
  struct str set, code, words, kind, low_words, high_words;
  int64_t version, low, high;
  struct strs choices;
  int better; /* 1 up, -1 down, 0 neither */
  uint32_t class_bit;
};
struct questions { struct question *p; size_t n; };
/* Of one version of a set, in order; none when there is no such version. */
struct questions support_questions(struct db *db, struct arena *a, struct str set, int64_t version);
/* What is read out before a set, and where its wording is from. False: there is no such version. */
bool support_question_set(struct db *db, struct arena *a, struct str set, int64_t version,
                          struct str *intro, struct str *source);
/* A question as a field of record's forms: offset -1, value in an answer. */
struct field support_question_field(struct arena *a, const struct question *q);
/* A scheme asks: from this day the team asks this version in its conversations. */
enum db_result support_question_use(struct db *db, struct arena *a, struct str set, int64_t version,
                                    int64_t team_id, struct str scheme, day_t from, day_t to,
                                    int64_t by_user);
struct answer_given {
  int64_t person_id, talk_id, asked_by; /* talk_id 0: outside a conversation */
  const char *moment, *respondent;
  struct str value, source;             /* value "" = declined */
  day_t on;
};
/* Keeps an answer or that it was declined. DB_CONFLICT: the value is none the question allows, or
 * somebody answers for a person where only they may. */
enum db_result support_answer(struct db *db, struct arena *a, const struct question *q,
                              const struct answer_given *g, instant_t now);

/* Before and after. Pure: pairs of one question version, same respondent. Suppressed below 10 pairs
 * (disclosure threshold; FACTS 7). */
enum { CHANGE_PAIRS_MIN = 10, BASELINE_DAYS_MAX = 42 };
struct change_pair { bool has_before, has_after; double before, after; };
struct change_found {
  size_t n, missing;           /* pairs; people with only one of the two */
  bool suppressed;             /* then the means are 0 and not to be shown */
  double before, after, mean;  /* means over the pairs; after - before */
  size_t better, same, worse;
};
struct change_found support_change(const struct change_pair *pairs, size_t n, int better);
/* The first and last answers by themselves to one question version, of the people given. The first
 * counts as a baseline when it was given within BASELINE_DAYS_MAX of their start; baseline_from may
 * be NULL: any first answer counts. Sessions: `source` keeps to one session's before and after. */
struct change_pairs { struct change_pair *p; size_t n; };
struct change_pairs support_pairs(struct db *db, struct arena *a, const struct question *q,
                                  const int64_t *people, const day_t *started, size_t n,
                                  struct str source);

/* ---- the plan ---- */

struct plan_step {
  struct uuid public_id;
  struct str words, other_words, who, who_words;
  day_t by;
  int64_t barrier_id;
  struct str end; /* "done", "dropped", "" = open */
  day_t end_on;
};
struct plan_goal {
  struct uuid public_id;
  int64_t id;
  struct str words, other_words;
  struct { struct plan_step *p; size_t n; } steps;
  struct { int64_t *p; size_t n; } strengths;
};
struct plan_agreement { bool is; struct str how, language, with_whom, hash; day_t on; };
struct plan {
  int64_t revision_id, number, made_by;
  struct uuid public_id;
  struct str matters, written_by;
  day_t on, review_on;
  int rhythm_days; /* how often they talk, if they agreed on that; 0 = not said */
  struct { struct plan_goal *p; size_t n; } goals;
  struct plan_agreement agreed;
};
/* The newest revision (number 0) or that one; false: there is none. */
bool support_plan(struct db *db, struct arena *a, int64_t person_id, int64_t number,
                  struct plan *out);
/* Writes the next revision from what is given; goals and steps without an id get one. after: the
 * number it was made from; DB_CONFLICT when there is a newer one. Inside a MAIN transaction. */
enum db_result support_plan_write(struct db *db, struct arena *a, int64_t person_id, int64_t after,
                                  struct plan *p, int64_t by_user, instant_t now);
enum db_result support_plan_agree(struct db *db, struct arena *a, int64_t person_id,
                                  const struct plan *p, const struct plan_agreement *g,
                                  int64_t by_user, instant_t now);
enum db_result support_step_end(struct db *db, struct arena *a, int64_t person_id,
                                struct uuid step, struct str end, int64_t by_user, instant_t now);
/* The plan as it stands on the person's own page: without what is kept off it, and without any step
 * that lifts something of class safety. Revisions that differ only in those are one: the day, who
 * wrote it and the agreement are those of the first that read like this. stamp: what names these
 * very words. False: there is no plan, or nothing of it is shown. */
bool support_plan_own(struct db *db, struct arena *a, const struct own_scope *scope,
                      struct plan *out, struct str *stamp);
/* Their own words as a goal of the next revision, after the newest whole one, which stays as it is;
 * it stands on their page. Written by them. Inside a MAIN transaction. */
enum db_result support_own_goal(struct db *db, struct arena *a, int64_t person_id,
                                struct str words, int64_t by_user, instant_t now);
/* Key of the words of what matters to them, for the scope's items. */
struct uuid support_matters_id(struct str matters);
struct own_strength { struct uuid id; struct str id_text, words, evidence; day_t on; };
struct own_strengths { struct own_strength *p; size_t n; };
struct own_strengths support_own_strengths(struct db *db, struct arena *a,
                                           const struct own_scope *scope);
/* A strength they name themselves. */
enum db_result support_own_strength_add(struct db *db, struct arena *a, int64_t person_id,
                                        struct str words, int64_t by_user, instant_t now);
/* What a plan says, as text whose hash agreement keeps. */
struct str support_plan_text(struct arena *a, const struct plan *p);
/* Days the plan is to be looked at again; and the same for many, one statement: DAY_NONE = none. */
day_t support_review_due(struct db *db, struct arena *a, int64_t person_id);
void support_reviews_due(struct db *db, struct arena *a, const int64_t *people, size_t n,
                         day_t *due);
/* How often they agreed to talk, of the newest plan they agreed to; 0 = not said. Also of somebody
 * who hides. For lists: the table plan_rhythm, which leaves those out. */
int support_rhythm(struct db *db, int64_t person_id);
/* Are they away on the day, one statement for all; for counting only, never for showing. */
void support_away_of(struct db *db, struct arena *a, const int64_t *people, size_t n, day_t on,
                     bool *away);
/* ---- from intent to the classroom (PRACTICE 14), and a buddy ---- */

enum learning_step {
  LEARNING_INTENDED,
  LEARNING_APPLIED,
  LEARNING_ENROLLED,
  LEARNING_FIRST_DAY,
  LEARNING_HALF_WAY,
  LEARNING_DONE,
  LEARNING_STEPS
};
struct learning {
  int64_t id, person_id, team_id;
  struct uuid public_id;
  struct str kind, what;    /* kind: a code of learning_kinds; what: their words, sealed */
  day_t on[LEARNING_STEPS]; /* the day of each step; DAY_NONE: not yet, or not written down */
  day_t stopped_on;
};
struct learnings {
  struct learning *p;
  size_t n;
};
/* Pure: the furthest step. */
enum learning_step learning_standing(const struct learning *l);
struct str learning_step_words(struct request *rq, enum learning_step s);
/* Inside a MAIN transaction. Adding writes the first step too. */
enum db_result support_learning_add(struct db *db, struct arena *a, struct learning *l,
                                    int64_t by_user, instant_t now);
enum db_result support_learning_step(struct db *db, struct arena *a, const struct learning *l,
                                     enum learning_step step, day_t on, int64_t by_user,
                                     instant_t now);
enum db_result support_learning_stop(struct db *db, struct arena *a, const struct learning *l,
                                     day_t on);
struct learnings support_learnings(struct db *db, struct arena *a, int64_t person_id);
/* Of what a team's people began to want since a day: how many came to each step or further, and how
 * many of those whose furthest step it is stopped there. One statement; nobody who hides. */
struct funnel {
  int64_t came[LEARNING_STEPS], stopped[LEARNING_STEPS];
};
struct funnel support_funnel(struct db *db, struct arena *a, int64_t team_id, day_t from);
struct buddy {
  int64_t person_id;
  struct uuid public_id;
  struct str name, about; /* about: a code of buddy_for */
  day_t from, to;
};
struct buddies {
  struct buddy *p;
  size_t n;
};
enum db_result support_buddy_add(struct db *db, struct arena *a, struct buddy *b, int64_t by_user,
                                 instant_t now);
/* DB_NONE: they have no such buddy now. */
enum db_result support_buddy_end(struct db *db, struct arena *a, int64_t person_id,
                                 struct uuid buddy, day_t last);
struct buddies support_buddies(struct db *db, struct arena *a, int64_t person_id);
extern const struct domain support_domain;
#endif
