/* caseload: a worker's day and a team's work, put together from what the other domains say is
 * waiting.
 *
 * Today shows at most twelve things, each with why it is there, the most pressing first; the rest
 * are counted and one press away (PRACTICE 14). A handover sheet is half a page: who needs what
 * this week, made from promises, what was agreed and the last contact; only whoever stands in sees
 * it, and only while they do. A team lead sees the work, never more of a person than the worker's
 * own page shows. Nothing is kept here: everything is asked of the domains that know. */
#ifndef WAYMARK_CASELOAD_H
#define WAYMARK_CASELOAD_H
#include "contacts/contacts.h"
#include "people/people.h"

enum { TODAY_MOST = 12 };
/* Why something stands on Today, in the order it is shown. */
enum today_kind {
  TODAY_SAFETY,      /* a worry to open, somebody stuck, an emergency opening to review, a visit */
  TODAY_APPOINTMENT, /* today */
  TODAY_REPLY,       /* somebody wrote or rang */
  TODAY_PROMISE,     /* due today or before */
  TODAY_REFERRAL,    /* overdue, or come back without a meeting */
  TODAY_DECIDE,      /* spends that wait for this lead */
  TODAY_DRIFTING,
  TODAY_REVIEW,      /* a plan to look at again */
  TODAY_NEW,         /* referrals that wait, not overdue */
  TODAY_KINDS
};
struct today_rank { enum today_kind kind; day_t day; }; /* day: due or since; earlier first */
/* Pure: does `a` stand before `b`? */
bool today_before(struct today_rank a, struct today_rank b);
extern const struct domain caseload_domain;
#endif
