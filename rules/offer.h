/* offer: may this person take up this offer on this date? Eligibility (rules.h) together with what
 * kind of thing it is, whether it was running, and where it is offered. Still pure: the directory
 * fills these structs.
 *
 * An answer is the least of four parts, each three-valued:
 *   kind:     only a programme or a hub can be joined, and an employer charter when an employer
 *             asks. Grants, funders, agreements, plans, proposals and sets are no help to join: no.
 *   standing: ended or not begun on the date: no. Known to run, or assured within its review
 *             period: yes. Else maybe.
 *   area:     outside where it is offered: no.
 *   rule:     who it is for. With no rule, "the source does not say": maybe.
 * So what has not been assured, or states no eligibility, is at best maybe. */
#ifndef WAYMARK_RULES_OFFER_H
#define WAYMARK_RULES_OFFER_H
#include "rules/rules.h"

/* Dates as a source gives them: each known to a day, a month or a year; first == DAY_NONE = not
 * known. */
struct rules_standing {
  struct day_span start, end;
  bool live;        /* a live service: only assurance can make it certain */
  day_t assured_on; /* live: when somebody last checked that it runs; DAY_NONE = never */
  int review_days;  /* live: how long that assurance holds */
};
/* running = yes, ended or not begun = no, not known = maybe. */
enum rules_answer rules_standing_judge(const struct rules_standing *s, day_t on);

enum rules_reach {
  RULES_REACH_ONLY, /* offered to people in its areas */
  RULES_REACH_NEAR  /* a place anyone may walk into: outside its areas the answer is maybe */
};
struct rules_offer {
  struct str kind; /* a code of RULES_KINDS */
  struct rules_standing standing;
  const rules_area *area; /* where it is offered; none = anywhere */
  size_t areas;
  struct str area_words; /* how the source names the place; "" = the areas' own names */
  enum rules_reach reach;
  const struct rules_rule *rule; /* NULL = the source does not say */
  struct rules_codes cohorts;    /* groups it was made with in mind: told, never judged */
};

/* `ignore_standing` answers as if it were running. */
enum rules_answer rules_judge_offer(const struct rules_book *b, const struct rules_offer *o,
                                    const struct rules_facts *f, bool ignore_standing);
/* The parts that decided, kind first, then standing, area and rule. */
void rules_explain_offer(struct arena *a, const struct rules_book *b, const struct rules_offer *o,
                         const struct rules_facts *f, bool ignore_standing, struct rules_tongue t,
                         struct rules_because *out);
#endif
