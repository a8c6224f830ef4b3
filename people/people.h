/* people: those who are supported, their strengths, and the households they choose to be helped in.
 *
 * Every read goes through permission (who may see what, and why) and every page names whom it
 * showed before a byte leaves. A household is a named support group: members need not be family nor
 * share an address, joining is asked privately, and "no" shows to the others exactly as "not asked"
 * (PRACTICE 4). */
#ifndef WAYMARK_PEOPLE_H
#define WAYMARK_PEOPLE_H
#include "permission/permission.h"
#include "record/record.h"
#include "web/web.h"

struct person {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "people/person.def"
};
struct strength {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "people/strength.def"
};
/* PRACTICE 5: who may see, speak or sign for somebody; one decision and whether they could make it;
 * a young person's own agreement; what was looked at again at 16, 18 and 25. */
struct representative {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "people/representative.def"
};
struct capacity_decision {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "people/capacity_decision.def"
};
struct young_agreement {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "people/young_agreement.def"
};
struct age_review {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "people/age_review.def"
};
extern const struct record_type person_type, strength_type, representative_type,
    capacity_decision_type, young_agreement_type, age_review_type;

/* Adds somebody whom the actor's team now supports, carried by the actor. Inside a MAIN
 * transaction. Support needs a name and a safe way to be in touch and nothing more; record_check
 * says which is missing. */
enum db_result people_add(struct db *db, struct arena *a, const struct actor *actor,
                          struct person *p, instant_t now);
/* The same for somebody who hides: nothing that says who they are is ever written in the clear, no
 * list or search holds them, and the actor is the one worker named for them. */
enum db_result people_add_restricted(struct db *db, struct arena *a, const struct actor *actor,
                                     struct person *p, instant_t now);
/* Takes back people_add for somebody added by mistake (an import undone): the row, its history and
 * every key go. The caller has made sure that nobody worked on the record since and deleted what it
 * added to it. DB_CONFLICT: something still stands about them, or they hide; nothing changes.
 * Afterwards, once MAIN is committed: seal_erase_finish. */
enum db_result people_unadd(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
                            instant_t now);
/* Somebody already here goes into hiding: what stood in the clear is sealed and emptied, history
 * included. Workers are named with permission_name_worker. */
enum db_result people_restrict(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
                               instant_t now);
/* They hide no more: everything stands as it stood for anybody; the workers named for them carry
 * them from `now` on, nobody else is asked. DB_NONE: they do not hide. */
enum db_result people_reveal(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
                             instant_t now);
/* What may be seen of somebody, everything else not known. False: nothing may be seen, or there is
 * nobody: never told apart. The time is the same for both. */
bool people_load(struct request *rq, struct uuid public_id, struct person *out,
                 struct sight *sight);
/* The same without a request, for what sends and prints: `classes` of somebody, hidden or not. The
 * caller has already decided that it may (a job's own work, never a page). */
bool people_contact(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                    struct person *out);
/* Whose number or address this is, by its fingerprint, whoever asks; at most `room`, and never
 * somebody who hides. More than one: it is shared, and nothing may be guessed. */
size_t people_by_phone(struct db *db, struct arena *a, struct str phone, int64_t *people,
                       size_t room);
size_t people_by_email(struct db *db, struct arena *a, struct str email, int64_t *people,
                       size_t room);
/* After a person's phone or e-mail was written by anything but people_add: renews the fingerprints
 * in the same transaction. Never for somebody who hides (people_blind_drop). */
enum db_result people_blind_write(struct db *db, struct arena *a, const struct person *p);
enum db_result people_blind_drop(struct db *db, int64_t person_id);
/* Ten characters that stand for a record on paper, made from its random id: "K7QM2-9XTRB"; and
 * back: the person's id and public id, -1 when it is nobody's. Whoever asks decides whether the
 * asker may know that. */
struct str people_reference(struct arena *a, struct uuid public_id);
struct str people_reference_of(struct db *db, struct arena *a, int64_t person_id);
int64_t people_by_reference(struct db *db, struct arena *a, struct str typed, struct uuid *out);
/* Clears every field of a record whose class is not in the mask. */
void people_redact(const struct record_type *t, void *record, uint32_t classes);

/* Saves what an edit changed, with its history: p is the whole person as loaded (people_contact
 * with every class), changed. Keeps the name's lists, the fingerprints, the ward of the postcode
 * and the age reviews in step, and writes nothing in the clear of somebody who hides. DB_CONFLICT:
 * somebody else was first. Inside a MAIN transaction. */
enum db_result people_save(struct db *db, struct arena *a, struct person *p, int64_t user_id,
                           instant_t now);

/* States, each a function of facts. */
/* May they be rung, texted or visited at this local minute (0 to 1439)? Their ticked times, else
 * 8am to 8pm; never before the day until which they asked for space. Says nothing about the way. */
bool people_safe_at(const struct person *p, day_t day, int minute);
/* "Does not want work now", or asked for space: we point the way when asked, and do not chase. */
bool people_not_chased(const struct person *p, day_t today);
/* The reviews at 16, 18 and 25: the stage now due (0: none) and its day, from the date of birth,
 * the day support began and the reviews done (bit 0: 16, 1: 18, 2: 25). Never lapses: due until
 * done. */
struct age_due { int stage; day_t due_on; };
struct age_due people_age_due(day_t born, day_t began, unsigned done, day_t today);

/* Gives record the functions that seal and open fields; once per process, before any sealed field
 * is read or written. */
void people_sealing(void);
/* For a rehearsal of a backup: does a sealed field open with the keys at hand? True also when
 * nobody has one; false with a sentence. */
bool people_sealed_opens(struct db *db, struct arena *a, struct why *why);

/* Everybody by number, those who hide included, for jobs that go through all: the next after that
 * number (0: none), and the last. */
int64_t people_next(struct db *db, int64_t after);
int64_t people_last(struct db *db);

/* A household (a support group) and its members' answers; the name is sealed. */
enum db_result people_household_add(struct db *db, struct arena *a, struct str name,
                                    int64_t by_user, instant_t now, int64_t *household_id);
/* answer: "yes" | "no" | "left". Asked separately and privately; only "yes" is ever shown. */
enum db_result people_household_ask(struct db *db, struct arena *a, int64_t household_id,
                                    int64_t person_id, const char *answer, int64_t asked_by,
                                    instant_t now);
/* The same with how it was said ("said", "signed", "pressed"; NULL: not written down). */
struct group_answer { int64_t household_id, person_id, asked_by; const char *answer, *how; };
enum db_result people_household_answer(struct db *db, struct arena *a, const struct group_answer *g,
                                       instant_t now);
/* The groups somebody said yes to, by name: what a page or paper of that member may show. */
struct people_group { int64_t id; struct uuid public_id; struct str name; };
struct people_groups { struct people_group *p; size_t n; };
struct people_groups people_groups_of(struct db *db, struct arena *a, int64_t person_id);
/* Its members the asker may see, each by their own sight: for the worker's screen only, never for a
 * page or paper of another member (PRACTICE 4). How many, at most `room`. */
size_t people_group_members(struct request *rq, int64_t group_id, int64_t *people,
                            struct sight *sights, size_t room);
struct group_counts {
  int64_t people, households;
}; /* who said yes, counted once; groups of two or more; who hides is not among them */
struct group_counts people_group_counts(struct db *db);
/* The same among some people: how many groups of two or more any of them belongs to. Who hides
 * counts as before, so that hiding changes no number. */
int64_t people_households_among(struct db *db, struct arena *a, const int64_t *people, size_t n);

/* Keeping. A duty to keep some classes of somebody, given by the domain that has it, under a name
 * of its own ("claim 4711"; no person's name, no reason): the same kind and source again replaces
 * it. kind: a code of packs/codes/retention_duties.csv. until DAY_NONE: still open. classes 0:
 * those the list gives the kind. Inside a MAIN transaction. */
struct duty {
  int64_t person_id, made_by;
  const char *kind;
  struct str source;
  uint32_t classes;
  day_t since, until;
};
enum db_result people_keep(struct db *db, struct arena *a, const struct duty *d, instant_t now);
/* It ended on that day: what the list says is kept for some months more is kept so long. */
enum db_result people_keep_end(struct db *db, struct arena *a, int64_t person_id, const char *kind,
                               struct str source, day_t last);
/* What each class is kept by: the duty that holds longest, class by class. */
struct keeping {
  uint32_t class_bit;
  bool held;          /* false: nothing holds it, it may go today */
  day_t until;        /* DAY_NONE while held: no end is known yet */
  struct str kind;    /* of the duty that holds longest */
};
struct keepings { struct keeping of[CLASS_COUNT]; };
bool people_keepings(struct db *db, struct arena *a, int64_t person_id, day_t today,
                     struct keepings *out);
/* Erases the classes nothing holds of `classes`: clear facts emptied, history emptied, keys to be
 * deleted. Afterwards, once MAIN is committed: seal_erase_finish. Returns what went in *erased. */
enum db_result people_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                            const char *asked_by, int64_t by_user, instant_t now,
                            uint32_t *erased);
/* Classes kept but not to be used (UK GDPR Article 18), as a mask; 0 = none. */
uint32_t people_use_limited(struct db *db, int64_t person_id);
/* argv[0] is the word after `waymark report`. */
int people_report_households(int argc, char **argv);
/* How many people the demo makes beside those with names of their own; a test's few unless said. */
enum { PEOPLE_DEMO_FEW = 56, PEOPLE_DEMO_WHOLE = 2000 };
void people_demo_size(size_t people);
extern const struct domain people_domain;
#include "people/own.h" /* what may stand on somebody's own page */
#endif
