#include "reach/fare.h"

static const char *const kind_names[FARE_KINDS] = {"single", "day", "day_cap", "week", "week_cap"};
static const int64_t NO_FARE = INT64_MAX / 4;

static bool day_cell(struct str s, day_t *out) {
  *out = DAY_NONE;
  return !s.n || day_parse(s, out);
}

static bool read_rule(struct arena *a, const struct csv *csv, const struct csv_row *row,
                      struct fare_rule *r, struct why *why) {
  struct str kind = csv_cell(row, csv_column(csv, S("kind")));
  r->kind = FARE_KINDS;
  for (int k = 0; k < FARE_KINDS; k++)
    if (str_eq_nocase(kind, str_of(kind_names[k]))) r->kind = (enum fare_kind)k;
  if (r->kind == FARE_KINDS)
    return why_say(why, "line %lld: kind \"%.*s\" is not single, day, day_cap, week or week_cap.",
                   (long long)row->line, P(kind));
  if (!day_cell(csv_cell(row, csv_column(csv, S("valid_from"))), &r->from) ||
      !day_cell(csv_cell(row, csv_column(csv, S("valid_until"))), &r->until))
    return why_say(why, "line %lld: a date is not written as 2026-11-23.", (long long)row->line);
  if (!str_to_i64(csv_cell(row, csv_column(csv, S("pence"))), &r->pence) || r->pence < 0 ||
      r->pence > 1000000)
    return why_say(why, "line %lld: pence is a whole number of pence.", (long long)row->line);
  r->operator= str_copy(a, csv_cell(row, csv_column(csv, S("operator"))));
  r->who = str_copy(a, csv_cell(row, csv_column(csv, S("who"))));
  r->label = str_copy(a, csv_cell(row, csv_column(csv, S("label"))));
  r->source = str_copy(a, csv_cell(row, csv_column(csv, S("source"))));
  return r->operator.n || why_say(why, "line %lld: operator is empty; write * for every operator.",
                                  (long long)row->line);
}

bool fare_read(struct arena *a, struct csv *csv, struct fares *out, struct why *why) {
  struct {
    struct fare_rule *p;
    size_t n;
  } rules = {0};
  size_t cap = 0;
  struct csv_row row;
  enum csv_result got;
  if (!csv_headers(csv, why)) return false;
  if (csv_column(csv, S("operator")) < 0 || csv_column(csv, S("kind")) < 0 ||
      csv_column(csv, S("pence")) < 0)
    return why_say(why, "A fares table has the columns valid_from, valid_until, operator, kind, "
                        "pence, who, label, source.");
  while ((got = csv_next(csv, &row, why)) == CSV_ROW) {
    if (rules.n >= FARE_RULES_MAX)
      return why_say(why, "There are more than %d fares.", FARE_RULES_MAX);
    if (!read_rule(a, csv, &row, slice_push(a, &rules, &cap), why)) return false;
  }
  *out = (struct fares){rules.p, rules.n};
  return got != CSV_BAD;
}

void fare_add_ride(struct fare_week *w, int day, struct str operator) {
  size_t i = 0;
  while (i < w->n && !str_eq(w->operator[i], operator)) i++;
  if (i == FARE_OPERATORS_MAX) {
    w->too_many = true;
    return;
  }
  if (i == w->n) w->operator[w->n++] = operator;
  w->rides[i][day]++;
}

static bool fits(const struct fare_rule *r, const struct fare_week *w, struct str operator,
                 day_t day) {
  if (!str_eq(r->operator, operator)) return false;
  if ((r->from != DAY_NONE && day < r->from) || (r->until != DAY_NONE && day > r->until))
    return false;
  bool mine = !r->who.n;
  for (size_t i = 0; i < w->who.n; i++) mine |= str_eq_nocase(r->who, w->who.p[i]);
  return mine;
}

static int64_t cheapest(const struct fares *f, const struct fare_week *w, struct str operator,
                        enum fare_kind kind, int day) {
  int64_t best = NO_FARE;
  for (size_t i = 0; i < f->n; i++)
    if (f->p[i].kind == kind && fits(&f->p[i], w, operator, w->monday + day) &&
        f->p[i].pence < best)
      best = f->p[i].pence;
  return best;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* One operator's rides of one day. */
static int64_t operator_day(const struct fares *f, const struct fare_week *w, size_t o, int day) {
  if (!w->rides[o][day]) return 0;
  int64_t single = cheapest(f, w, w->operator[o], FARE_SINGLE, day);
  int64_t rides = single == NO_FARE ? NO_FARE : single * w->rides[o][day];
  return least(rides, least(cheapest(f, w, w->operator[o], FARE_DAY, day),
                            cheapest(f, w, w->operator[o], FARE_DAY_CAP, day)));
}

static int64_t week_ticket(const struct fares *f, const struct fare_week *w, struct str operator) {
  return least(cheapest(f, w, operator, FARE_WEEK, 0), cheapest(f, w, operator, FARE_WEEK_CAP, 0));
}

/* The days left when the operators in `mask` are covered by week tickets: each the cheaper of its
 * operators' fares and a day ticket for all. */
static int64_t days_cost(const struct fares *f, const struct fare_week *w, unsigned mask,
                         unsigned *all_days) {
  int64_t sum = 0;
  *all_days = 0;
  for (int day = 0; day < FARE_DAYS; day++) {
    int64_t own = 0, all = least(cheapest(f, w, S("*"), FARE_DAY, day),
                                 cheapest(f, w, S("*"), FARE_DAY_CAP, day));
    for (size_t o = 0; o < w->n; o++)
      if (!(mask >> o & 1)) own = least(NO_FARE, own + operator_day(f, w, o, day));
    *all_days += own > all;
    sum = least(NO_FARE, sum + least(own, all));
  }
  return sum;
}

struct fare_answer fare_for_week(const struct fares *f, const struct fare_week *w,
                                 struct arena *a) {
  struct fare_answer best = {.known = false, .pence = NO_FARE, .how = S("")};
  if (w->too_many) return (struct fare_answer){.missing = S("more operators than can be priced")};
  for (unsigned mask = 0; mask < 1U << w->n; mask++) {
    int64_t cost = 0;
    unsigned all_days, weeks = 0;
    for (size_t o = 0; o < w->n; o++)
      if (mask >> o & 1) cost = least(NO_FARE, cost + week_ticket(f, w, w->operator[o])), weeks++;
    cost = least(NO_FARE, cost + days_cost(f, w, mask, &all_days));
    if (cost >= best.pence) continue;
    best = (struct fare_answer){true, cost, S(""),
                                str_format(a,
                                           "%u operator week ticket%s or cap%s, day ticket for all "
                                           "on %u day%s, the rest single or "
                                           "day fares",
                                           weeks, weeks == 1 ? "" : "s", weeks == 1 ? "" : "s",
                                           all_days, all_days == 1 ? "" : "s")};
  }
  int64_t all = week_ticket(f, w, S("*"));
  if (w->n && all < best.pence)
    best = (struct fare_answer){true, all, S(""), S("one week ticket or cap for all operators")};
  if (best.known) return best;
  for (size_t o = 0; o < w->n && !best.missing.n; o++)
    for (int day = 0; day < FARE_DAYS; day++)
      if (operator_day(f, w, o, day) == NO_FARE)
        best.missing = w->operator[o].n ? w->operator[o] : S("an operator without a name");
  best.pence = 0;
  return best;
}
