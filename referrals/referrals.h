/* referrals: somebody asks for help, for themselves or for another; where it goes, and what became
 * of it.
 *
 * A referral is dated facts (received, opened, waiting, paused, accepted, contacted, handed over,
 * declined, withdrawn); its state is one function of them (referral_standing_of), never ticked. It
 * has a leg for each service it went to, each with facts of its own, and one lead worker. Who it
 * is about is sealed under a key of the referral's own until a team accepts; then they have a
 * record (people_add) and the referral keeps nothing of them.
 *
 * A referral can be a tracking device (PRACTICE 8): sending one never looks anybody up, so
 * somebody known, unknown, referred twice or hiding gets the same bytes in the same time. Private
 * individuals get thanks and nothing more, ever; an organisation hears back only when its address
 * was verified, and only what the person chose; enforcement hears "received", at once, always, and
 * nothing after. Migrations: 5001-5099. */
#ifndef WAYMARK_REFERRALS_H
#define WAYMARK_REFERRALS_H
#include "people/part.h"

/* ---- Working days: bank holidays are dated rows of packs/holidays, from gov.uk/bank-holidays ----
 */

/* nation: england-and-wales | scotland | northern-ireland. A nation or year without rows has no
 * holidays but weekends. */
bool working_day(day_t day, struct str nation);
/* The n-th working day after `from` (n = 0: `from` itself). */
day_t working_day_add(day_t from, int64_t n, struct str nation);
/* Working days after `from`, up to and with `to`; 0 when `to` is not later. */
int64_t working_days_between(day_t from, day_t to, struct str nation);
/* The last day any holiday is known for; DAY_NONE: none. */
day_t holidays_known_until(struct str nation);

/* ---- State: a function of dated facts ---- */

enum referral_fact_kind {
  FACT_RECEIVED, FACT_OPENED, FACT_WAITING, FACT_PAUSED, FACT_RESUMED, FACT_ACCEPTED,
  FACT_CONTACTED, FACT_HANDOVER, FACT_MET, FACT_DECLINED, FACT_WITHDRAWN, FACT_KINDS
};
struct referral_fact {
  enum referral_fact_kind kind;
  day_t day;
  day_t until; /* waiting, paused: look again on; handover: meet by; DAY_NONE = not said */
};
struct referral_facts {
  const struct referral_fact *p;
  size_t n;
}; /* in the order they were said */
enum referral_state {
  REFERRAL_RECEIVED, REFERRAL_OPENED, REFERRAL_WAITING, REFERRAL_PAUSED, REFERRAL_ACCEPTED,
  REFERRAL_MEETING,   /* accepted, and a time to meet is agreed */
  REFERRAL_HANDED_OVER, /* they met */
  REFERRAL_RETURNED,  /* no meeting by the day: back with the sender */
  REFERRAL_DECLINED, REFERRAL_WITHDRAWN, REFERRAL_STATES
};
struct referral_clock { int64_t answer_days, contact_days; struct str nation; };
struct referral_standing {
  enum referral_state state;
  bool over;          /* nothing more is waited for */
  day_t since, received, contacted, ended;
  day_t due;          /* what is next is due by; DAY_NONE: no clock runs */
  day_t changes;      /* when dates alone change the state; DAY_NONE: never */
  int64_t paused_days; /* working days the answer clock stood still */
};
/* Facts later than `day` are not known yet. Each stage has its clock: until it is answered
 * (received + answer_days, standing still while paused), until the first talk (accepted +
 * contact_days), until the day to look again, until the meeting. */
struct referral_standing referral_standing_of(struct referral_facts facts,
                                              struct referral_clock clock, day_t day);
/* May this be said of a referral in that state? */
bool referral_may(enum referral_state state, enum referral_fact_kind kind);
const char *referral_state_code(enum referral_state s);
struct str referral_state_words(enum language lang, enum referral_state s);
const char *referral_fact_code(enum referral_fact_kind k);
bool referral_fact_of(struct str code, enum referral_fact_kind *out);

/* ---- Sending ---- */

struct referral_to {
  int64_t team_id, service_id, answer_days, contact_days;
  struct str service_name, nation;
};
enum { REFERRAL_TO_MAX = 6, REFERRAL_NAME_MAX = 120, REFERRAL_WORDS_MAX = 600 };
struct referral_new {
  const char *via, *about;   /* public | link | staff | file | api; self | known | professional */
  struct str source, heard, agreed, area_code, their_ref;
  struct str once;           /* "" = none; the same word again is the same referral */
  struct str name, phone, email, safe_way, safe_note, words, referrer;
  int64_t age;               /* NUMBER_NONE = not said */
  bool hides, invented;
  int64_t partner_id, sent_by, sent_team, from_person, lead_user;
  enum function from_function;
  struct { struct referral_to p[REFERRAL_TO_MAX]; size_t n; } to;
};
/* Writes the referral, its legs, "received" and the projection, in the caller's MAIN transaction.
 * Nobody is looked up. `*public_id` is the one there was when `once` was used before. */
enum db_result referral_send(struct db *db, struct arena *a, const struct referral_new *r,
                             instant_t now, struct uuid *public_id);
/* Which team takes a service's referrals for somebody in these areas, by the first route that fits
 * on the day. False: none does. */
struct areas;
struct rules_facts;
bool referral_route(struct db *db, struct arena *a, int64_t service_id, struct strs area_codes,
                    const struct rules_facts *facts, day_t on, struct referral_to *out);

/* ---- What happened: each writes its fact and the projection, in the caller's transaction ---- */

struct referral_said {
  enum referral_fact_kind kind;
  day_t day, until;
  struct str reason, follows, note; /* codes; the note is sealed */
  const char *by_whom;              /* team | person | referrer */
  int64_t by_user;
};
/* False with a sentence: that cannot be said now, or a code is missing. */
bool referral_say(struct db *db, struct arena *a, int64_t leg_id, const struct referral_said *said,
                  instant_t now, struct why *why);
/* The actor's team takes the person on: a record of their own unless `person_id` says which one
 * it is; the referral forgets who it was. */
bool referral_accept(struct db *db, struct arena *a, const struct actor *actor, int64_t leg_id,
                     int64_t person_id, instant_t now, int64_t *accepted, struct why *why);

/* ---- For others ---- */

/* A line about one leg, for Today and for lists. Names are opened only for whoever may see them. */
struct referral_line {
  int64_t leg_id, person_id;
  struct uuid public_id;
  struct str name, service, state; /* words; name "" = kept private */
  enum referral_state is;
  day_t received, since, due;      /* DAY_NONE = no clock */
  bool overdue;
};
struct referral_lines { struct referral_line *p; size_t n; };
enum { REFERRAL_LINES_MAX = 50 };
/* What waits for the actor's team, most pressing first; audit_shows is called for each. */
struct referral_lines referrals_waiting(struct request *rq, bool overdue_only, int limit);
/* Sent by the actor and come back without a meeting. */
struct referral_lines referrals_returned(struct request *rq, int limit);
/* Legs of a person's referrals, as far as the asker may know of them (their own team's, and those
 * sent from this record). The caller has made sure the person may be seen. */
struct referral_lines referrals_for_person(struct request *rq, int64_t person_id);
/* How many wait for a team, and how many of them are overdue on the day; for a badge. */
struct referral_waiting { int64_t waiting, overdue; };
struct referral_waiting referrals_waiting_count(struct db *db, struct arena *a, int64_t team_id,
                                                day_t today);
/* What a team has not finished, by where it stands: how many, how many past their time, and how
 * long they have stood there in days (the longest, and half of them longer than the median). */
struct referral_stage {
  enum referral_state state;
  int64_t n, overdue, longest, median;
};
struct referral_stages {
  struct referral_stage *p;
  size_t n;
};
struct referral_stages referrals_stages(struct db *db, struct arena *a, int64_t team_id,
                                        day_t today);
/* For reports: legs received within the days, by source, with how they stand and the working days
 * to the first talk (median; NUMBER_NONE: none yet). Cells are counts; who publishes rounds them.
 */
struct referral_count {
  struct str source;
  int64_t received, accepted, declined, withdrawn, talked, days;
};
struct referral_counts { struct referral_count *p; size_t n; };
struct referral_counts referrals_count(struct db *db, struct arena *a, day_t from, day_t to);
/* The way in of everyone who came by a referral that was accepted: the first one, by person. Codes
 * for sums only; nobody who hides is among them. */
struct referral_way { int64_t person_id; struct str source; };
struct referral_ways { struct referral_way *p; size_t n; };
struct referral_ways referrals_ways(struct db *db, struct arena *a);
/* Organisations that put people forward, by route. */
struct referral_sender { struct str route; int64_t organisations; };
struct referral_senders { struct referral_sender *p; size_t n; };
struct referral_senders referrals_senders(struct db *db, struct arena *a, day_t today);
/* The same days by "how did you hear". */
struct referral_heard { struct str code; int64_t n; };
struct referral_heards { struct referral_heard *p; size_t n; };
struct referral_heards referrals_heard(struct db *db, struct arena *a, day_t from, day_t to);
/* Cards handed to residents: months that are over, ten or more. */
enum { REFERRAL_CARD_LEAST = 10 };
struct referral_card { struct str month, partner; int64_t opened, sent; };
struct referral_cards { struct referral_card *p; size_t n; };
struct referral_cards referrals_cards(struct db *db, struct arena *a, int64_t team_id, day_t today);

/* Re-derives referral_now for every leg whose dates call for it (all: every leg); how many rows
 * differed. */
int64_t referrals_rebuild(struct db *db, struct arena *a, day_t today, bool all,
                          enum db_result *result);
extern const struct domain referrals_domain;
#endif
