/* fare: what travelling costs a week, estimated from a dated table of local rules that somebody
 * keeps. The engine holds no price of its own: without a table, or without a rule for an operator
 * used, the cost is not known and the answer says whose fare is missing.
 *
 * The table is CSV, one rule a row:
 *   valid_from,valid_until  days (ISO); empty = open
 *   operator                as the timetable names it; * = every operator (a multi-operator ticket)
 *   kind                    single | day | day_cap | week | week_cap
 *   pence                   whole pence
 *   who                     empty = everyone; else a local word (adult, under 22, jobseeker
 * discount): a person gets rules for everyone and for the words given for them label,source what to
 * call it; where it was read and when Of the rules that apply the cheapest way to buy the week is
 * found exactly: each operator's singles capped by day and by week, against day and week tickets,
 * against the tickets of every operator. */
#ifndef WAYMARK_REACH_FARE_H
#define WAYMARK_REACH_FARE_H
#include "base/base.h"

enum { FARE_DAYS = 7, FARE_OPERATORS_MAX = 16, FARE_RULES_MAX = 10000 };
enum fare_kind { FARE_SINGLE, FARE_DAY, FARE_DAY_CAP, FARE_WEEK, FARE_WEEK_CAP, FARE_KINDS };
struct fare_rule {
  day_t from, until; /* DAY_NONE = open */
  struct str operator, who, label, source;
  enum fare_kind kind;
  int64_t pence;
};
struct fares {
  const struct fare_rule *p;
  size_t n;
};
bool fare_read(struct arena *a, struct csv *csv, struct fares *out, struct why *why);

/* Rides of one week: how many with each operator on each day. */
struct fare_week {
  day_t monday;
  size_t n;
  struct str operator[FARE_OPERATORS_MAX];
  unsigned rides[FARE_OPERATORS_MAX][FARE_DAYS];
  struct strs who; /* words that hold for this person */
  bool too_many;   /* more operators than there is room for: not known */
};
void fare_add_ride(struct fare_week *w, int day, struct str operator);
struct fare_answer {
  bool known;
  int64_t pence;      /* for the week */
  struct str missing; /* an operator without a single fare */
  struct str how;     /* "day ticket on 3 days", in words */
};
struct fare_answer fare_for_week(const struct fares *f, const struct fare_week *w, struct arena *a);
#endif
