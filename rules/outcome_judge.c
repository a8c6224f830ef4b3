/* outcome_judge: one outcome rule against one person's dated facts.
 *
 * Everything a source leaves open has two readings, and the facts are measured twice: under the
 * strictest reading of all that is open, and under the most generous. Reached under the strictest:
 * yes. Under neither, with the window closed: no. Otherwise maybe, and the open readings are
 * named. */
#include "rules/outcome.h"

struct window {
  day_t from, to;
  bool known_end;
}; /* to: last day looked at, never after `on` */
struct measured {
  bool reached;
  day_t on;
  double have, need;
};
struct look {
  struct arena *a;
  const struct outcome_rule *r;
  const struct outcome_rates *rates;
  const struct outcome_facts *f;
  bool strict;
  bool example;
};

static struct measured better(struct measured x, struct measured y) {
  if (y.reached && (!x.reached || y.on < x.on)) return y;
  if (!x.reached && !y.reached && y.have > x.have) x.have = y.have;
  return x;
}

/* A thing the source may leave unsaid: strictly it is a no, generously a yes. */
static bool allowed(const struct look *x, enum rules_said said) {
  return said == RULES_SAID_YES || (said == RULES_UNSAID && !x->strict);
}

/* ---- Work, day by day ----------------------------------------------------------------- */

static day_t spell_end(const struct outcome_spell *s, day_t on) {
  return s->to == DAY_NONE || s->to > on ? on : s->to;
}

static bool spell_in(const struct outcome_spell *s, int work) { return (s->work & work) != 0; }

/* Marks the days one spell covers inside the window. */
static void mark_days(const struct outcome_spell *s, struct window w, uint8_t *day) {
  day_t from = s->from < w.from ? w.from : s->from, to = spell_end(s, w.to);
  if (from <= to) memset(day + (from - w.from), 1, (size_t)(to - from) + 1);
}

static struct measured count_days(const struct look *x, const uint8_t *day, struct window w,
                                  double need) {
  bool continuous = x->r->aggregate == OUTCOME_CONTINUOUS ||
                    (x->r->aggregate == OUTCOME_AGGREGATE_NOT_STATED && x->strict);
  struct measured m = {.need = need};
  double so_far = 0;
  for (day_t d = w.from; d <= w.to; d++) {
    if (day[d - w.from])
      so_far++;
    else if (continuous)
      so_far = 0;
    if (so_far > m.have) m.have = so_far;
    if (!m.reached && so_far >= need) m.reached = true, m.on = d;
  }
  return m;
}

/* Days in work of these kinds: all jobs together, or the best single one. */
static struct measured days_of(const struct look *x, struct window w, int work, double need) {
  struct measured best = {.need = need};
  if (w.to < w.from || w.to - w.from > OUTCOME_DAYS_MAX) return best;
  size_t n = (size_t)(w.to - w.from) + 1;
  uint8_t *day = arena_many(x->a, uint8_t, n);
  bool together = allowed(x, x->r->combine);
  for (size_t i = 0; i < x->f->spells; i++) {
    const struct outcome_spell *s = &x->f->spell[i];
    if (!spell_in(s, work)) continue;
    mark_days(s, w, day);
    if (together) continue;
    best = better(best, count_days(x, day, w, need));
    memset(day, 0, n);
  }
  return together ? count_days(x, day, w, need) : best;
}

/* ---- Pay ------------------------------------------------------------------------------ */

/* The hourly rate on one day; with the age not known, the least or greatest of all ages. */
static int64_t rate_on(struct look *x, day_t d, bool greatest) {
  int64_t best = 0;
  for (size_t i = 0; i < x->rates->n; i++) {
    const struct outcome_rate *r = &x->rates->p[i];
    if (!str_eq(r->rate, x->r->rate) || d < r->from || d > r->to) continue;
    int age = x->f->born == DAY_NONE ? r->age_from : day_age(x->f->born, d);
    if (age < r->age_from || age > r->age_to) continue;
    x->example = x->example || r->example;
    if (!best || (greatest ? r->pence > best : r->pence < best)) best = r->pence;
  }
  return best;
}

/* The least (or greatest) rate of any day of the window; 0 = none is known, or, strictly, for some
 * day. */
static int64_t rate_over(struct look *x, day_t from, day_t to, bool greatest) {
  int64_t best = 0;
  for (day_t d = from; d <= to; d++) {
    int64_t pence = rate_on(x, d, greatest);
    if (!pence && greatest) return 0;
    if (pence && (!best || (greatest ? pence > best : pence < best))) best = pence;
  }
  return best;
}

static int by_day(const void *p, const void *q) {
  const struct outcome_pay *x = p, *y = q;
  return (x->on > y->on) - (x->on < y->on);
}

static bool pay_counts(const struct look *x, const struct outcome_pay *p, struct window w, int work,
                       int job) {
  if (p->on < w.from || p->on > w.to || !(p->work & work)) return false;
  return job < 0 || p->job == job || (p->job < 0 && !x->strict);
}

static struct measured pay_of(const struct look *x, const struct outcome_pay *pay, struct window w,
                              int work, int job, double need) {
  struct measured m = {.need = need};
  for (size_t i = 0; i < x->f->pays; i++) {
    if (!pay_counts(x, &pay[i], w, work, job)) continue;
    m.have += (double)pay[i].pence;
    if (!m.reached && need > 0 && m.have >= need) m.reached = true, m.on = pay[i].on;
  }
  return m;
}

static struct measured earnings(struct look *x, struct window w, int work) {
  day_t end = x->r->window_days ? w.from + x->r->window_days - 1 : w.to;
  int64_t rate = rate_over(x, w.from, end, x->strict);
  double need = rate ? x->r->hours * x->r->need / 7 * (double)rate : -1;
  struct outcome_pay *pay = arena_many(x->a, struct outcome_pay, x->f->pays + 1);
  if (x->f->pays) memcpy(pay, x->f->pay, x->f->pays * sizeof *pay);
  qsort(pay, x->f->pays, sizeof *pay, by_day);
  if (allowed(x, x->r->combine)) return pay_of(x, pay, w, work, -1, need);
  struct measured best = {.need = need};
  for (int job = 0; job < (int)x->f->spells; job++)
    best = better(best, pay_of(x, pay, w, work, job, need));
  return best;
}

/* ---- Weeks of enough hours ------------------------------------------------------------ */

static double spell_hours(const struct look *x, const struct outcome_spell *s, day_t from) {
  day_t begin = s->from > from ? s->from : from, end = spell_end(s, from + 6);
  double hours = s->hours >= 0 ? s->hours : x->strict ? 0 : x->r->hours; /* not known */
  return begin > end ? 0 : hours * (double)(end - begin + 1) / 7;
}

/* Hours in one week: of one job, or of all together (job -1). */
static bool week_counts(const struct look *x, day_t from, int work, int job) {
  double sum = 0;
  for (size_t i = 0; i < x->f->spells; i++)
    if (spell_in(&x->f->spell[i], work) && (job < 0 || job == (int)i))
      sum += spell_hours(x, &x->f->spell[i], from);
  return sum >= x->r->hours - 1e-9;
}

/* `need` weeks of enough hours among the weeks that follow one day. */
static struct measured weeks_from(const struct look *x, day_t from, int work, int job) {
  struct measured m = {.need = x->r->need};
  for (int i = 0; i < x->r->window_days / 7; i++) {
    day_t week = from + 7 * i;
    if (week + 6 > x->f->on) break;
    if (!week_counts(x, week, work, job)) continue;
    m.have++;
    if (!m.reached && m.have >= m.need) m.reached = true, m.on = week + 6;
  }
  return m;
}

/* From any: every day since the first job may open the period. */
static struct measured weeks_sliding(const struct look *x, day_t from, int work, int job) {
  struct measured best = {.need = x->r->need};
  if (x->f->on - from > OUTCOME_DAYS_MAX) return best;
  for (; from <= x->f->on; from++) best = better(best, weeks_from(x, from, work, job));
  return best;
}

static struct measured hours_weeks(const struct look *x, struct window w, int work) {
  struct measured best = {.need = x->r->need};
  bool together = allowed(x, x->r->combine), any = x->r->anchor == OUTCOME_FROM_ANY;
  day_t first = x->f->on + 1;
  for (size_t i = 0; i < x->f->spells; i++) {
    const struct outcome_spell *s = &x->f->spell[i];
    if (!spell_in(s, work)) continue;
    day_t from = s->from < x->f->start ? x->f->start : s->from;
    if (from < first) first = from;
    if (together) continue;
    best = better(best,
                  any ? weeks_sliding(x, from, work, (int)i) : weeks_from(x, w.from, work, (int)i));
  }
  if (!together) return best;
  return any ? weeks_sliding(x, first, work, -1) : weeks_from(x, w.from, work, -1);
}

/* ---- Interventions and progression ---------------------------------------------------- */

static int day_order(const void *p, const void *q) {
  day_t x = *(const day_t *)p, y = *(const day_t *)q;
  return (x > y) - (x < y);
}

/* `need` meaningful interventions no further apart than the window; strictly also spread over at
 * least `least_days`. */
static struct measured interventions(const struct look *x) {
  struct measured m = {.need = x->r->need};
  day_t *day = arena_many(x->a, day_t, x->f->helps + 1);
  size_t n = 0, need = (size_t)x->r->need;
  for (size_t i = 0; i < x->f->helps; i++) {
    const struct outcome_help *h = &x->f->help[i];
    if (h->meaningful && h->on >= x->f->start && h->on <= x->f->on) day[n++] = h->on;
  }
  qsort(day, n, sizeof *day, day_order);
  for (size_t last = 0; last < n; last++)
    for (size_t first = 0; first <= last; first++) {
      int span = day[last] - day[first];
      double count = (double)(last - first + 1);
      if (x->r->window_days && span > x->r->window_days) continue;
      if (count > m.have) m.have = count;
      bool long_enough = !x->strict || span >= x->r->least_days;
      if (!m.reached && last - first + 1 >= need && long_enough) m.reached = true, m.on = day[last];
    }
  return m;
}

static bool rises(const struct look *x, const struct outcome_spell *was,
                  const struct outcome_spell *is) {
  bool hours = was->hours >= 0 && is->hours >= 0,
       pay = was->weekly_pence >= 0 && is->weekly_pence >= 0;
  if (hours && is->hours > was->hours) return true;
  if (pay && is->weekly_pence > was->weekly_pence) return true;
  return !x->strict && (!hours || !pay);
}

/* More pay or hours than in the first job after the start (or the one held at the start). */
static struct measured progression(const struct look *x) {
  struct measured m = {.need = 1};
  const struct outcome_spell *first = NULL;
  for (size_t i = 0; i < x->f->spells; i++) {
    const struct outcome_spell *s = &x->f->spell[i];
    if (spell_end(s, x->f->on) >= x->f->start && (!first || s->from < first->from)) first = s;
  }
  for (size_t i = 0; first && i < x->f->spells; i++) {
    const struct outcome_spell *s = &x->f->spell[i];
    if (s->from <= first->from || s->from > x->f->on || s->from < x->f->start ||
        !rises(x, first, s))
      continue;
    m = better(m, (struct measured){true, s->from, 1, 1});
  }
  return m;
}

/* ---- Windows -------------------------------------------------------------------------- */

static struct window window_at(const struct look *x, day_t from) {
  struct window w = {from, x->f->on, x->r->window_days > 0};
  if (w.known_end && from + x->r->window_days - 1 < w.to) w.to = from + x->r->window_days - 1;
  return w;
}

static struct measured measure_window(struct look *x, struct window w, int work) {
  switch (x->r->measure) {
    case OUTCOME_EARNINGS: return earnings(x, w, work);
    case OUTCOME_DAYS: return days_of(x, w, work, x->r->need);
    case OUTCOME_WEEKS: return days_of(x, w, work, 7.0 * x->r->need);
    case OUTCOME_HOURS_WEEKS: return hours_weeks(x, w, work);
    case OUTCOME_INTERVENTIONS: return interventions(x);
    case OUTCOME_PROGRESSION: return progression(x);
    case OUTCOME_NOT_STATED: break;
  }
  return (struct measured){.need = -1};
}

/* Employed and self-employed added together only where that is allowed. */
static struct measured measure_kinds(struct look *x, struct window w) {
  int work = x->r->work;
  if (work != OUTCOME_ANY_WORK || allowed(x, x->r->mix)) return measure_window(x, w, work);
  return better(measure_window(x, w, OUTCOME_EMPLOYED),
                measure_window(x, w, OUTCOME_SELF_EMPLOYED));
}

/* Every job that began after the start may open the window. */
static struct measured measure_all(struct look *x, day_t *window_ends) {
  struct measured best = {.need = -1};
  bool any = false;
  *window_ends = DAY_NONE;
  if (x->r->anchor != OUTCOME_FROM_JOB) {
    if (x->r->anchor == OUTCOME_FROM_START && x->r->window_days)
      *window_ends = x->f->start + x->r->window_days - 1;
    return measure_kinds(x, window_at(x, x->f->start));
  }
  for (size_t i = 0; i < x->f->spells; i++) {
    const struct outcome_spell *s = &x->f->spell[i];
    if (!spell_in(s, x->r->work) || s->from < x->f->start || s->from > x->f->on) continue;
    struct measured m = measure_kinds(x, window_at(x, s->from));
    best = any ? better(best, m) : m;
    any = true;
    if (x->r->window_days &&
        (*window_ends == DAY_NONE || s->from + x->r->window_days - 1 > *window_ends))
      *window_ends = s->from + x->r->window_days - 1;
  }
  return best;
}

/* ---- The answer ----------------------------------------------------------------------- */

struct telling {
  struct arena *a;
  struct outcome_answer *out;
  size_t cap;
};

static void tell(struct telling *t, struct str sentence) {
  *slice_push(t->a, &t->out->reasons, &t->cap) = sentence;
}

static struct str amount(struct arena *a, const struct outcome_rule *r, double v) {
  switch (r->measure) {
    case OUTCOME_EARNINGS: return str_format(a, "\xC2\xA3%.2f", v / 100);
    case OUTCOME_WEEKS: return str_format(a, "%d weeks and %d days", (int)v / 7, (int)v % 7);
    case OUTCOME_HOURS_WEEKS:
      return str_format(a, "%d weeks of %g hours or more", (int)v, r->hours);
    case OUTCOME_INTERVENTIONS: return str_format(a, "%d meaningful interventions", (int)v);
    default: return str_format(a, "%d days", (int)v);
  }
}

static void tell_progress(struct telling *t, const struct outcome_rule *r, struct measured m) {
  if (r->measure == OUTCOME_PROGRESSION) return;
  if (m.need < 0 && r->measure != OUTCOME_EARNINGS)
    tell(t, S("No job since the start is recorded."));
  else if (m.need < 0)
    tell(t, S("No rate is known for these dates and this age; add it to the rate table."));
  else
    tell(t,
         str_format(t->a, "%.*s of %.*s.", P(amount(t->a, r, m.have)), P(amount(t->a, r, m.need))));
}

/* Names what the source leaves open, where it could matter. */
static void tell_open(struct telling *t, const struct outcome_rule *r,
                      const struct outcome_facts *f, struct measured strict,
                      struct measured generous) {
  bool counted = r->measure == OUTCOME_DAYS || r->measure == OUTCOME_WEEKS;
  if (counted && r->aggregate == OUTCOME_AGGREGATE_NOT_STATED)
    tell(t, S("The source does not say whether the time must be unbroken."));
  if (r->combine == RULES_UNSAID && f->spells > 1 && r->measure != OUTCOME_INTERVENTIONS)
    tell(t, S("The source does not say whether jobs are added together."));
  if (r->mix == RULES_UNSAID && r->work == OUTCOME_ANY_WORK && f->spells > 1)
    tell(t,
         S("The source does not say whether employed and self-employed work are added together."));
  if (r->least_days)
    tell(t, str_format(
                t->a,
                "They came within less than %d weeks; the source may mean a longer spread. Check.",
                r->least_days / 7));
  if (r->measure == OUTCOME_EARNINGS && strict.need > generous.need && generous.need > 0)
    tell(t, S("The rate changed within the window and the source does not say which one counts."));
  for (size_t i = 0; i < f->spells; i++)
    if (f->spell[i].hours < 0 && r->hours > 0 && r->measure == OUTCOME_HOURS_WEEKS) {
      tell(t, S("The hours of a job are not known."));
      break;
    }
  if (!t->out->reasons.n) tell(t, S("Something this depends on is not known."));
}

static day_t claim_last(const struct outcome_rule *r, const struct outcome_facts *f,
                        day_t reached) {
  day_t by = DAY_NONE;
  if (r->claim_within_days) by = reached + r->claim_within_days;
  if (r->claim_by_day && (by == DAY_NONE || f->start + r->claim_by_day - 1 < by))
    by = f->start + r->claim_by_day - 1;
  return by;
}

static void answer_reached(struct telling *t, const struct outcome_rule *r,
                           const struct outcome_facts *f, struct measured m) {
  t->out->answer = RULES_YES;
  t->out->reached_on = m.on;
  t->out->claim_by = claim_last(r, f, m.on);
  tell(t, str_format(t->a, "Reached on %.*s.", P(day_words(t->a, m.on))));
  tell_progress(t, r, m);
  if (r->once && f->claimed) {
    t->out->answer = RULES_NO;
    tell(t, S("It was claimed before, and it is paid once for a person."));
  } else if (t->out->claim_by != DAY_NONE && f->on > t->out->claim_by) {
    t->out->answer = RULES_NO;
    tell(t,
         str_format(t->a, "The last day to claim was %.*s.", P(day_words(t->a, t->out->claim_by))));
  } else if (t->out->claim_by != DAY_NONE) {
    tell(t, str_format(t->a, "Claim by %.*s.", P(day_words(t->a, t->out->claim_by))));
  }
}

static void answer_not_reached(struct telling *t, const struct outcome_rule *r,
                               const struct outcome_facts *f, struct measured strict,
                               struct measured generous) {
  bool closed = t->out->window_ends != DAY_NONE && f->on > t->out->window_ends;
  if (generous.reached || (strict.need < 0 && strict.have > 0)) {
    t->out->answer = RULES_MAYBE;
    tell_open(t, r, f, strict, generous);
  } else if (closed) {
    t->out->answer = RULES_NO;
    tell(t, str_format(t->a, "The time for it ended on %.*s.",
                       P(day_words(t->a, t->out->window_ends))));
  } else {
    t->out->answer = RULES_MAYBE;
    t->out->not_yet = true;
    tell(t, S("Not yet."));
    if (t->out->window_ends != DAY_NONE)
      tell(t,
           str_format(t->a, "There is time until %.*s.", P(day_words(t->a, t->out->window_ends))));
  }
  tell_progress(t, r, strict);
}

void outcome_judge(struct arena *a, const struct outcome_rule *r, const struct outcome_rates *rates,
                   const struct outcome_facts *f, struct outcome_answer *out) {
  *out = (struct outcome_answer){.answer = RULES_MAYBE,
                                 .reached_on = DAY_NONE,
                                 .window_ends = DAY_NONE,
                                 .claim_by = DAY_NONE,
                                 .need = -1};
  struct telling t = {.a = a, .out = out};
  if (r->measure == OUTCOME_NOT_STATED || f->spells > OUTCOME_SPELLS_MAX) {
    tell(&t, r->measure == OUTCOME_NOT_STATED
                 ? S("The source does not state how this is measured.")
                 : S("There are too many jobs to count; check them by hand."));
    return;
  }
  struct look strict = {.a = a, .r = r, .rates = rates, .f = f, .strict = true}, generous = strict;
  generous.strict = false;
  struct measured least = measure_all(&strict, &out->window_ends),
                  most = measure_all(&generous, &out->window_ends);
  out->have = least.have, out->need = least.need;
  out->example_rate = strict.example || generous.example;
  if (least.reached)
    answer_reached(&t, r, f, least);
  else
    answer_not_reached(&t, r, f, least, most);
  if (out->example_rate)
    tell(&t, S("This used an invented example rate; put the real one into the rate table."));
}
