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
extern const struct record_type person_type, strength_type;

/* Adds somebody whom the actor's team now supports, carried by the actor. Inside a MAIN
 * transaction. Support needs a name and a safe way to be in touch and nothing more; record_check
 * says which is missing. */
enum db_result people_add(struct db *db, struct arena *a, const struct actor *actor,
                          struct person *p, instant_t now);
/* The same for somebody who hides: nothing that says who they are is ever written in the clear, no
 * list or search holds them, and the actor is the one worker named for them. */
enum db_result people_add_restricted(struct db *db, struct arena *a, const struct actor *actor,
                                     struct person *p, instant_t now);
/* Somebody already here goes into hiding: what stood in the clear is sealed and emptied, history
 * included. Workers are named with permission_name_worker. */
enum db_result people_restrict(struct db *db, struct arena *a, int64_t person_id, int64_t by_user,
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
/* Clears every field of a record whose class is not in the mask. */
void people_redact(const struct record_type *t, void *record, uint32_t classes);

/* Gives record the functions that seal and open fields; once per process, before any sealed field
 * is read or written. */
void people_sealing(void);
/* For a rehearsal of a backup: does a sealed field open with the keys at hand? True also when nobody
 * has one; false with a sentence. */
bool people_sealed_opens(struct db *db, struct arena *a, struct why *why);

/* A household and its members' answers. */
enum db_result people_household_add(struct db *db, struct arena *a, struct str name,
                                    int64_t by_user, instant_t now, int64_t *household_id);
/* answer: "yes" | "no"; how: said | signed | pressed. Asked separately and privately. */
enum db_result people_household_ask(struct db *db, struct arena *a, int64_t household_id,
                                    int64_t person_id, const char *answer, int64_t asked_by,
                                    instant_t now);
extern const struct domain people_domain;
#endif
