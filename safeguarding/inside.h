/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_SAFEGUARDING_INSIDE_H
#define WAYMARK_SAFEGUARDING_INSIDE_H
#include "safeguarding/safeguarding.h"
#include "words/words.h"

enum { HOLDERS_MAX = 8 };
extern const char SAFEGUARDING_JOB[];
#define TELL_CONCERN "A concern about somebody's safety waits for you to read."
#define TELL_STUCK "Somebody is stuck and has written. Please read it."
#define TELL_PROMPT "Somebody has written and may need a person soon. Please read it now."

/* packs.c */
int safeguarding_minutes(const char *code);   /* of packs/safeguarding/clock.csv */
struct reason { struct str code, label, source; };
struct reasons { const struct reason *p; size_t n; };
struct reasons safeguarding_reasons(void);
const struct reason *legal_reason(struct str code);

/* clock.c: pure. What the clock has done and must do next, from dated facts. */
struct concern_facts {
  instant_t raised_at, opened_at;      /* INSTANT_NONE: nobody has opened it */
  bool danger, lead_away, has_deputy;
  bool told_lead, told_deputy, told_manager, told_oncall;
};
struct concern_due { bool lead, deputy, manager, oncall; const char *why_deputy; instant_t next; };
instant_t concern_due_at(instant_t raised_at);
/* Whom to tell by `now` who has not been told, and when to look again (INSTANT_NONE: never). */
struct concern_due concern_due(const struct concern_facts *f, instant_t now);
bool safeguarding_hours(instant_t now);
/* By when a resident's words are read: the end of the next working day's clock. */
instant_t stuck_read_by(instant_t now, enum prompt prompt);

/* posts.c */
struct holders { int64_t user[HOLDERS_MAX]; size_t n; };
/* Who holds the post today and is here: not those away (cover), nor those blocked from the person's
 * file. `all`: also those away. */
struct holders safeguarding_holders(struct db *db, struct arena *a, int64_t organisation_id,
                            const char *post, int64_t person_id, day_t today, bool all);
bool safeguarding_holds(struct db *db, struct arena *a, int64_t organisation_id, int64_t user_id,
                const char *post, day_t today);
bool safeguarding_away(struct db *db, struct arena *a, int64_t user_id, day_t today);

/* concern.c */
struct concern {
  int64_t id, person_id, organisation_id, raised_by;
  struct uuid public_id;
  instant_t raised_at, due_at;
  struct str age, who, seen, opinion, wants, told;
  bool danger;
};
bool concern_load(struct db *db, struct arena *a, struct str public_id, struct concern *out);
bool concern_open_words(struct db *db, struct arena *a, struct concern *c);
/* May this user read it today? */
bool concern_reader(struct db *db, struct arena *a, const struct concern *c,
                    const struct actor *who, day_t today);
struct event {
  const char *kind;
  int64_t by_user, to_user;
  const char *post, *why;
  int agreed;  /* -1: not a referral */
  struct str legal_reason, to_whom, words;
};
enum db_result concern_event_add(struct db *db, struct arena *a, const struct concern *c,
                         const struct event *e, instant_t now);
enum db_result concern_tick(struct db *db, struct arena *a, const struct concern *c,
                            instant_t now);
job_run concern_job;
enum concern_state { CONCERN_WAITING, CONCERN_OPENED, CONCERN_DECIDED, CONCERN_DONE };
enum concern_state concern_state_of(struct db *db, struct arena *a, int64_t concern_id);

/* A moment as people read it: "22 November 2026, 14:05". */
struct str safeguarding_moment(struct request *rq, instant_t t);

handler worry_page, worry_post, worry_paper_page, worry_received_page, concerns_page, concern_page,
    concern_post, concern_paper_page, safeguarding_posts_page, safeguarding_posts_post,
    safeguarding_stuck_page, safeguarding_stuck_post, safeguarding_stuck_list_page,
    safeguarding_stuck_read_post;
enum db_result safeguarding_erase(struct db *db, struct arena *a, int64_t person_id,
                                  uint32_t classes, instant_t now);
bool safeguarding_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                       struct progress *p, struct why *why);
int safeguarding_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);
struct held;
void safeguarding_hold(struct held *h); /* hold.c */
#endif
