/* money: flexible funds and what is spent from them for people.
 *
 * A spend is asked for, allowed, bought, delivered, receipted and found again on a statement; each
 * is a dated fact and the state is a function of them. A worker spends within limits the
 * organisation sets for each fund; above them, and always for cash, for money paid to the person,
 * for a relative or friend of one's own and for a repeat, a second person allows it. Two people can
 * never spend the last pound: what a fund has left is looked at and taken in one statement. Source:
 * PRACTICE 10. */
#ifndef WAYMARK_MONEY_H
#define WAYMARK_MONEY_H
#include "people/people.h"

struct fund {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "money/fund.def"
};
struct spend {
  RECORD_HEAD
#define FIELD RECORD_MEMBER
#include "money/spend.def"
};
extern const struct record_type fund_type, spend_type;

/* ---- states (state.c; pure) ---- */

enum spend_state {
  SPEND_ASKED, /* waits for a second person */
  SPEND_ALLOWED,
  SPEND_BOUGHT,
  SPEND_DELIVERED,
  SPEND_RECEIPTED,  /* or no receipt, with the reason */
  SPEND_RECONCILED, /* found on a statement */
  SPEND_REFUSED,
  SPEND_CANCELLED, /* not needed after all, or brought back */
  SPEND_STATES
};
enum spend_step {
  STEP_ALLOW,
  STEP_REFUSE,
  STEP_BUY,
  STEP_DELIVER,
  STEP_RECEIPT,
  STEP_NO_RECEIPT,
  STEP_RECONCILE,
  STEP_CANCEL,
  STEP_COUNT
};
/* The days on which each became true; DAY_NONE = not. */
struct spend_facts { day_t allowed, refused, bought, delivered, receipted, reconciled, cancelled; };
enum spend_state spend_state_of(const struct spend_facts *f);
const char *spend_state_code(enum spend_state s); /* "allowed": spend_now.state and the API */
bool spend_step_fits(enum spend_state s, enum spend_step step);
const char *spend_step_code(enum spend_step step);         /* "allow": forms and the API */
const char *spend_step_fact(enum spend_step step);         /* "allowed": spend_fact.what */

/* Why a second person must allow a spend: bits. */
enum {
  SECOND_AMOUNT = 1,   /* above what one worker may spend at once */
  SECOND_DAY = 2,      /* the worker's day comes to more than their limit */
  SECOND_PERSON = 4,   /* this person's spends come to more than the limit for one person */
  SECOND_CASH = 8,     /* petty cash, or money paid to the person */
  SECOND_RELATIVE = 16,
  SECOND_REPEAT = 32   /* the same thing was bought for them a short while ago */
};
/* What is already spoken for, in pence, this spend not counted. */
struct spend_so_far { int64_t worker_today, person_in_all; bool repeat; };
unsigned spend_second(const struct fund *f, const struct spend *s,
                      const struct spend_so_far *so_far);

/* ---- writes, each inside a MAIN transaction (db_atomically) ---- */

/* Adds a fund for the actor's organisation; the actor's team may spend from it. */
enum db_result money_fund_add(struct db *db, struct arena *a, const struct actor *actor,
                              struct fund *f, instant_t now);
int64_t money_fund_left(struct db *db, int64_t fund_id);    /* pence nobody has spoken for */
/* Asks for a spend; *second says why a second person must allow it, 0 = allowed at once.
 * DB_CONFLICT with a sentence when a fund is not open that day, not the team's, has not enough
 * left, asks a question that has no yes, or no voucher in stock fits. */
enum db_result money_ask(struct db *db, struct arena *a, const struct actor *actor, struct spend *s,
                         instant_t now, unsigned *second, struct why *why);
/* Moves it on. pence: what it cost (STEP_BUY; NUMBER_NONE = as asked); note: sealed. DB_CONFLICT
 * with a sentence when the step does not fit, or the actor may not take it. */
struct spend_move { enum spend_step step; int64_t pence; struct str note; };
enum db_result money_move(struct db *db, struct arena *a, const struct actor *actor,
                          const struct spend *s, const struct spend_move *m, instant_t now,
                          struct why *why);
/* A voucher or travel code into stock. */
enum db_result money_voucher_add(struct db *db, struct arena *a, int64_t fund_id,
                                 const struct actor *actor, struct str name, struct str code,
                                 int64_t pence, day_t expires, instant_t now);

/* For other domains: how many spends wait for this actor to allow them (Today). */
int64_t money_waiting(struct request *rq);
extern const struct domain money_domain;
#endif
