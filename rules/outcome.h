/* outcome: a funder's outcome rule as data, judged against dated facts of one person's work. Pure,
 * three-valued.
 *
 * One general form covers the rules of FACTS.md section 4: measure (earnings, days, weeks,
 * hours_weeks, interventions, progression), threshold, window (anchor, length), aggregate, combine
 * jobs, mix employed and self-employed, once, claim deadline, evidence, price.
 *
 * What a source does not state stays not stated: the answer is yes only when it is yes under every
 * reading, and maybe, with the open reading named, when only some readings say so. A rule whose
 * window is still open says "not yet", never no.
 *
 * Files: packs/outcomes/outcomes.rules (the rules, each with its source) and
 * packs/outcomes/rates.csv (hourly rates by age and date; the shipped rows are labelled examples,
 * not real rates). The language: README.md. */
#ifndef WAYMARK_RULES_OUTCOME_H
#define WAYMARK_RULES_OUTCOME_H
#include "rules/rules.h"

enum {
  OUTCOME_DAYS_MAX = 40 * 366, /* longest window */
  OUTCOME_FEES_MAX = 12,
  OUTCOME_SPELLS_MAX = 200, /* jobs of one person; with more, check by hand */
};

/* ---- Facts ---------------------------------------------------------------------------- */

enum outcome_work { OUTCOME_EMPLOYED = 1, OUTCOME_SELF_EMPLOYED = 2, OUTCOME_ANY_WORK = 3 };
struct outcome_spell {    /* one job or business */
  enum outcome_work work; /* EMPLOYED or SELF_EMPLOYED */
  day_t from, to;         /* both days count; to DAY_NONE = still going */
  double hours;           /* a week; below 0 = not known */
  int64_t weekly_pence;   /* pay a week; below 0 = not known. For progression */
};
struct outcome_pay {
  day_t on;
  int64_t pence;
  enum outcome_work work;
  int job; /* spell it belongs to, -1 = not known */
};
struct outcome_help {
  day_t on;
  bool meaningful;
};
struct outcome_facts {
  day_t start; /* programme start */
  day_t born;  /* DAY_NONE = not known: rates by age then have a range */
  day_t on;    /* judged as of this day; nothing later counts */
  const struct outcome_spell *spell;
  size_t spells;
  const struct outcome_pay *pay;
  size_t pays;
  const struct outcome_help *help;
  size_t helps;
  bool claimed; /* this outcome was claimed before */
};

/* ---- Rates ---------------------------------------------------------------------------- */

/* Hourly rate by age and date, such as the National Living Wage. `example` rows are invented and
 * every answer that used
 * one says so. */
struct outcome_rate {
  struct str rate, source;
  int age_from, age_to;
  day_t from, to;
  int64_t pence;
  bool example;
};
struct outcome_rates {
  struct outcome_rate *p;
  size_t n;
};
/* CSV: rate,age_from,age_to,from,to,pence_per_hour,example,source. Two rows for the same age and
 * day are refused. */
MUST_USE bool outcome_rates_read(struct arena *a, struct str csv, struct outcome_rates *out,
                                 struct why *why);
const struct outcome_rate *outcome_rate_on(const struct outcome_rates *r, struct str rate, int age,
                                           day_t on);

/* ---- Rules ---------------------------------------------------------------------------- */

enum outcome_measure {
  OUTCOME_NOT_STATED,
  OUTCOME_EARNINGS,
  OUTCOME_DAYS,
  OUTCOME_WEEKS,
  OUTCOME_HOURS_WEEKS,
  OUTCOME_INTERVENTIONS,
  OUTCOME_PROGRESSION
};
enum outcome_anchor { OUTCOME_FROM_START, OUTCOME_FROM_JOB, OUTCOME_FROM_ANY };
enum outcome_aggregate {
  OUTCOME_AGGREGATE_NOT_STATED,
  OUTCOME_SUM,
  OUTCOME_CONTINUOUS,
  OUTCOME_N_OF_M
};

struct outcome_fee {
  int from_month, to_month;
  double percent;
}; /* of contract value, over those months together */
struct outcome_rule {
  struct str name, family, source, evidence, note;
  char mark; /* V seen in a named public source, R unchecked */
  enum outcome_measure measure;
  enum outcome_work work;
  double hours;    /* earnings: hours a week; hours_weeks: least hours in a counted week */
  int need;        /* days, weeks or interventions; earnings: days at `hours` a week */
  struct str rate; /* earnings: the hourly rate's name */
  enum outcome_anchor anchor;
  int window_days; /* days, the anchor day being the first; 0 = not stated */
  int least_days;  /* interventions: least days from first to last; 0 = none */
  enum outcome_aggregate aggregate;
  enum rules_said combine,
      mix; /* jobs added together; employed added to self-employed; UNSAID = not stated */
  bool once;
  int claim_within_days; /* of the day it was reached; 0 = not stated */
  int claim_by_day;      /* last day to claim, the start being day 1; 0 = not stated */
  bool claim_none;       /* paid from records: no claim is made */
  struct outcome_fee fee[OUTCOME_FEES_MAX]; /* delivery fee */
  int fees;
  double fee_percent, outcome_percent; /* shares of contract value; below 0 = not stated */
  int support_days, tracking_days;     /* parts of the clock the source names; 0 = not stated */
};
struct outcome_rules {
  struct outcome_rule *p;
  size_t n;
};
MUST_USE bool outcome_rules_read(struct arena *a, struct str text, struct outcome_rules *out,
                                 struct why *why);
const struct outcome_rule *outcome_rule_find(const struct outcome_rules *s, struct str name);

/* ---- Answers -------------------------------------------------------------------------- */

struct outcome_answer {
  enum rules_answer answer;
  bool not_yet;      /* maybe only because the window is still open */
  day_t reached_on;  /* first day it was reached under every reading; DAY_NONE otherwise */
  day_t window_ends; /* DAY_NONE = not stated, or no anchor yet */
  day_t claim_by;    /* last day to claim; DAY_NONE = none stated or not reached */
  double have,
      need; /* so far, read strictly: pence, days, weeks or interventions; below 0 = not known */
  bool example_rate;
  struct strs reasons; /* sentences to a worker */
};
void outcome_judge(struct arena *a, const struct outcome_rule *r, const struct outcome_rates *rates,
                   const struct outcome_facts *f, struct outcome_answer *out);
#endif
