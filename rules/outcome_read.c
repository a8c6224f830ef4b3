/* outcome_read: outcome rules and hourly rates from text.
 *
 *   file = { "outcome" STRING "{" { line } "}" }      one `line` a row of `keys` below */
#include "rules/outcome.h"
#include "rules/token.h"

enum { NUMBER_MAX = OUTCOME_DAYS_MAX };

static bool unexpected(struct tokens *x, const char *wanted) {
  return FAIL(x, x->now, "Expected %s before \"%.*s\".", wanted, P(x->now.text));
}

static bool take_word(struct tokens *x, const char *word) {
  return token_is_word(x, word) ? token_next(x) : unexpected(x, word);
}

/* A number with an optional decimal point: "52.5". */
static bool take_decimal(struct tokens *x, double most, double *out) {
  double v;
  if ((x->now.kind != T_NUMBER && x->now.kind != T_WORD) || !str_to_double(x->now.text, &v) ||
      v < 0)
    return unexpected(x, "a number");
  if (v > most) return FAIL(x, x->now, "\"%.*s\" is too large a number here.", P(x->now.text));
  *out = v;
  return token_next(x);
}

struct choice {
  const char *word;
  int value;
};
static bool take_choice(struct tokens *x, const struct choice *c, size_t n, int *out) {
  for (size_t i = 0; i < n; i++)
    if (token_is_word(x, c[i].word)) {
      *out = c[i].value;
      return token_next(x);
    }
  return FAIL(x, x->now, "\"%.*s\" is not one of the words this line takes; see rules/README.md.",
              P(x->now.text));
}
#define CHOICE(x, out, ...)                              \
  take_choice((x), (const struct choice[]){__VA_ARGS__}, \
              sizeof((const struct choice[]){__VA_ARGS__}) / sizeof(struct choice), (out))

/* yes | no | not stated */
static bool take_said(struct tokens *x, enum rules_said *out) {
  int v;
  if (token_is_word(x, "not")) return token_next(x) && take_word(x, "stated");
  if (!CHOICE(x, &v, {"yes", RULES_SAID_YES}, {"no", RULES_SAID_NO})) return false;
  *out = (enum rules_said)v;
  return true;
}

static bool read_measure(struct tokens *x, struct outcome_rule *r) {
  int v;
  if (token_is_word(x, "not")) return token_next(x) && take_word(x, "stated");
  if (!CHOICE(x, &v, {"earnings", OUTCOME_EARNINGS}, {"days", OUTCOME_DAYS},
              {"weeks", OUTCOME_WEEKS}, {"hours_weeks", OUTCOME_HOURS_WEEKS},
              {"interventions", OUTCOME_INTERVENTIONS}, {"progression", OUTCOME_PROGRESSION}))
    return false;
  r->measure = (enum outcome_measure)v;
  return true;
}

static bool read_work(struct tokens *x, struct outcome_rule *r) {
  int v;
  if (!CHOICE(x, &v, {"employed", OUTCOME_EMPLOYED}, {"self_employed", OUTCOME_SELF_EMPLOYED},
              {"any", OUTCOME_ANY_WORK}))
    return false;
  r->work = (enum outcome_work)v;
  return true;
}

/* threshold 16 hours 182 days at nlw | 182 days | 13 weeks | 7 hours 13 weeks | 3 interventions
 * | rise */
static bool read_threshold(struct tokens *x, struct outcome_rule *r) {
  int32_t n;
  double v;
  if (token_is_word(x, "rise")) return token_next(x);
  if (!take_decimal(x, 1e6, &v)) return false;
  if (token_is_word(x, "hours")) {
    r->hours = v;
    if (!token_next(x) || !token_take_number(x, NUMBER_MAX, &n)) return false;
    v = n;
  }
  r->need = (int)v;
  if (!token_is_word(x, "days") && !token_is_word(x, "weeks") && !token_is_word(x, "interventions"))
    return unexpected(x, "days, weeks or interventions");
  if (!token_next(x)) return false;
  if (!token_is_word(x, "at")) return true;
  if (!token_next(x)) return false;
  if (x->now.kind != T_WORD) return unexpected(x, "the name of a rate");
  r->rate = str_copy(x->a, x->now.text);
  return token_next(x);
}

static bool take_days(struct tokens *x, int *out) {
  int32_t n;
  int each;
  if (!token_take_number(x, NUMBER_MAX / 7, &n) || !CHOICE(x, &each, {"days", 1}, {"weeks", 7}))
    return false;
  *out = n * each;
  return true;
}

/* window 638 days from start | 26 weeks from job | 16 weeks from any | from start (length not
 * stated) */
static bool read_window(struct tokens *x, struct outcome_rule *r) {
  int v;
  if (x->now.kind == T_NUMBER && !take_days(x, &r->window_days)) return false;
  if (!take_word(x, "from") || !CHOICE(x, &v, {"start", OUTCOME_FROM_START},
                                       {"job", OUTCOME_FROM_JOB}, {"any", OUTCOME_FROM_ANY}))
    return false;
  r->anchor = (enum outcome_anchor)v;
  return true;
}

static bool read_aggregate(struct tokens *x, struct outcome_rule *r) {
  int v;
  if (token_is_word(x, "not")) return token_next(x) && take_word(x, "stated");
  if (!CHOICE(x, &v, {"sum", OUTCOME_SUM}, {"continuous", OUTCOME_CONTINUOUS},
              {"n_of_m", OUTCOME_N_OF_M}))
    return false;
  r->aggregate = (enum outcome_aggregate)v;
  return true;
}

/* claim within 90 days | claim by day 700 | claim none */
static bool read_claim(struct tokens *x, struct outcome_rule *r) {
  int32_t n;
  if (token_is_word(x, "none")) {
    r->claim_none = true;
    return token_next(x);
  }
  if (token_is_word(x, "within")) return token_next(x) && take_days(x, &r->claim_within_days);
  if (!take_word(x, "by") || !take_word(x, "day") || !token_take_number(x, NUMBER_MAX, &n))
    return false;
  r->claim_by_day = n;
  return true;
}

/* fee months 1 to 3 25 percent */
static bool read_fee(struct tokens *x, struct outcome_rule *r) {
  struct outcome_fee fee;
  struct token t = x->now;
  int32_t from, to;
  if (!take_word(x, "months") || !token_take_number(x, 600, &from) || !take_word(x, "to") ||
      !token_take_number(x, 600, &to) || !take_decimal(x, 100, &fee.percent) ||
      !take_word(x, "percent"))
    return false;
  fee.from_month = from, fee.to_month = to;
  if (to < from || (r->fees && from <= r->fee[r->fees - 1].to_month))
    return FAIL(x, t, "Fee months go upwards without overlapping; correct these.");
  if (r->fees == OUTCOME_FEES_MAX) return FAIL(x, t, "At most %d rows of fees.", OUTCOME_FEES_MAX);
  r->fee[r->fees++] = fee;
  return true;
}

static bool take_percent(struct tokens *x, double *out) {
  return take_decimal(x, 100, out) && take_word(x, "percent");
}

static bool read_share(struct tokens *x, struct outcome_rule *r) {
  if (token_is_word(x, "fee")) return token_next(x) && take_percent(x, &r->fee_percent);
  return take_word(x, "outcome") && take_percent(x, &r->outcome_percent);
}

/* parts of a clock: clock support 182 days | clock tracking 56 days */
static bool read_clock(struct tokens *x, struct outcome_rule *r) {
  if (token_is_word(x, "support")) return token_next(x) && take_days(x, &r->support_days);
  return take_word(x, "tracking") && take_days(x, &r->tracking_days);
}

static bool read_mark(struct tokens *x, struct outcome_rule *r) {
  int v;
  if (!CHOICE(x, &v, {"V", 'V'}, {"R", 'R'})) return false;
  r->mark = (char)v;
  return true;
}

static bool read_source(struct tokens *x, struct outcome_rule *r) {
  return token_take_string(x, &r->source);
}
static bool read_family(struct tokens *x, struct outcome_rule *r) {
  return token_take_string(x, &r->family);
}
static bool read_evidence(struct tokens *x, struct outcome_rule *r) {
  return token_take_string(x, &r->evidence);
}
static bool read_note(struct tokens *x, struct outcome_rule *r) {
  return token_take_string(x, &r->note);
}
static bool read_least(struct tokens *x, struct outcome_rule *r) {
  return take_days(x, &r->least_days);
}
static bool read_combine(struct tokens *x, struct outcome_rule *r) {
  return take_said(x, &r->combine);
}
static bool read_mix(struct tokens *x, struct outcome_rule *r) { return take_said(x, &r->mix); }
static bool read_once(struct tokens *x, struct outcome_rule *r) {
  (void)x;
  return r->once = true;
}
/* No price is shipped: prices stand in contracts. */
static bool read_price(struct tokens *x, struct outcome_rule *r) {
  (void)r;
  return take_word(x, "not") && take_word(x, "known");
}

static const struct key {
  const char *word;
  bool (*read)(struct tokens *x, struct outcome_rule *r);
} keys[] = {
    {"source", read_source},   {"mark", read_mark},         {"family", read_family},
    {"measure", read_measure}, {"work", read_work},         {"threshold", read_threshold},
    {"window", read_window},   {"least", read_least},       {"aggregate", read_aggregate},
    {"combine", read_combine}, {"mix", read_mix},           {"once", read_once},
    {"claim", read_claim},     {"evidence", read_evidence}, {"fee", read_fee},
    {"share", read_share},     {"clock", read_clock},       {"price", read_price},
    {"note", read_note},
};

static bool read_line(struct tokens *x, struct outcome_rule *r) {
  for (size_t i = 0; i < countof(keys); i++) {
    if (!token_is_word(x, keys[i].word)) continue;
    if (!token_next(x) || !keys[i].read(x, r)) return false;
    if (x->now.kind == T_LINE || token_is_mark(x, '}')) return token_skip_lines(x);
    return unexpected(x, "the end of the line");
  }
  return FAIL(x, x->now, "\"%.*s\" does not start a line of an outcome; see rules/README.md.",
              P(x->now.text));
}

/* What a measure cannot do without. */
static bool rule_whole(struct tokens *x, struct token t, const struct outcome_rule *r) {
  if (!r->source.n) return FAIL(x, t, "\"%.*s\" needs its source.", P(r->name));
  bool counts = r->measure != OUTCOME_NOT_STATED && r->measure != OUTCOME_PROGRESSION;
  if (counts && !r->need) return FAIL(x, t, "\"%.*s\" needs a threshold.", P(r->name));
  if (r->measure == OUTCOME_EARNINGS && (!r->rate.n || r->hours <= 0))
    return FAIL(x, t, "\"%.*s\" measures earnings: its threshold needs hours and a rate.",
                P(r->name));
  if (r->measure == OUTCOME_HOURS_WEEKS && (r->hours <= 0 || !r->window_days))
    return FAIL(x, t, "\"%.*s\" counts weeks of hours: it needs hours and a window.", P(r->name));
  return true;
}

bool outcome_rules_read(struct arena *a, struct str text, struct outcome_rules *out,
                        struct why *why) {
  struct tokens x;
  struct outcome_rules all = {0};
  size_t cap = 0;
  *out = all;
  if (!token_start(&x, a, text, why) || !token_skip_lines(&x)) return false;
  while (x.now.kind != T_END) {
    struct outcome_rule r = {
        .mark = 'R', .work = OUTCOME_ANY_WORK, .fee_percent = -1, .outcome_percent = -1};
    struct token t = x.now;
    if (!take_word(&x, "outcome") || !token_take_string(&x, &r.name)) return false;
    if (outcome_rule_find(&all, r.name))
      return FAIL(&x, t, "There are two outcomes called \"%.*s\".", P(r.name));
    if (!token_expect_mark(&x, '{') || !token_skip_lines(&x)) return false;
    while (!token_is_mark(&x, '}'))
      if (!read_line(&x, &r)) return false;
    if (!token_next(&x) || !token_skip_lines(&x) || !rule_whole(&x, t, &r)) return false;
    *slice_push(a, &all, &cap) = r;
  }
  *out = all;
  return true;
}

const struct outcome_rule *outcome_rule_find(const struct outcome_rules *s, struct str name) {
  for (size_t i = 0; i < s->n; i++)
    if (str_eq(s->p[i].name, name)) return &s->p[i];
  return NULL;
}

/* ---- Rates ---------------------------------------------------------------------------- */

struct rate_columns {
  int rate, age_from, age_to, from, to, pence, example, source;
};

static bool rate_row(struct arena *a, const struct csv_row *row, struct rate_columns k,
                     struct outcome_rate *out, struct why *why) {
  int64_t from, to, pence;
  struct str until = csv_cell(row, k.to);
  *out = (struct outcome_rate){.rate = str_copy(a, csv_cell(row, k.rate)),
                               .source = str_copy(a, csv_cell(row, k.source)),
                               .to = INT32_MAX,
                               .example = str_eq(csv_cell(row, k.example), S("yes"))};
  if (!out->rate.n || !out->source.n) return why_say(why, "A rate needs a name and a source.");
  if (!str_to_i64(csv_cell(row, k.age_from), &from) || !str_to_i64(csv_cell(row, k.age_to), &to) ||
      from < 0 || to > RULES_AGE_MAX || to < from)
    return why_say(why, "Ages should be whole years, the younger first.");
  if (!day_parse(csv_cell(row, k.from), &out->from) || (until.n && !day_parse(until, &out->to)))
    return why_say(why, "Dates should read 2026-04-01; leave \"to\" empty while it lasts.");
  if (!str_to_i64(csv_cell(row, k.pence), &pence) || pence <= 0 || pence > 1000000)
    return why_say(why, "The rate should be whole pence an hour.");
  out->age_from = (int)from, out->age_to = (int)to, out->pence = pence;
  return true;
}

static bool overlap(const struct outcome_rate *x, const struct outcome_rate *y) {
  return str_eq(x->rate, y->rate) && x->from <= y->to && y->from <= x->to &&
         x->age_from <= y->age_to && y->age_from <= x->age_to;
}

static bool rate_rows(struct arena *a, struct csv *c, struct outcome_rates *out, struct why *why) {
  struct csv_row row;
  size_t cap = 0;
  enum csv_result got;
  struct rate_columns k = {csv_column(c, S("rate")),    csv_column(c, S("age_from")),
                           csv_column(c, S("age_to")),  csv_column(c, S("from")),
                           csv_column(c, S("to")),      csv_column(c, S("pence_per_hour")),
                           csv_column(c, S("example")), csv_column(c, S("source"))};
  while ((got = csv_next(c, &row, why)) == CSV_ROW) {
    struct outcome_rate r;
    if (!rate_row(a, &row, k, &r, why)) return why_at(why, "line %lld", (long long)row.line);
    for (size_t i = 0; i < out->n; i++)
      if (overlap(&out->p[i], &r))
        return why_say(why, "Line %lld: there is already a rate \"%.*s\" for these ages and days.",
                       (long long)row.line, P(r.rate));
    *slice_push(a, out, &cap) = r;
  }
  return got == CSV_END;
}

bool outcome_rates_read(struct arena *a, struct str text, struct outcome_rates *out,
                        struct why *why) {
  struct csv *c = csv_open_str(a, text);
  *out = (struct outcome_rates){0};
  bool ok = csv_headers(c, why) && rate_rows(a, c, out, why);
  csv_close(c);
  return ok;
}

const struct outcome_rate *outcome_rate_on(const struct outcome_rates *r, struct str rate, int age,
                                           day_t on) {
  for (size_t i = 0; i < r->n; i++) {
    const struct outcome_rate *x = &r->p[i];
    if (str_eq(x->rate, rate) && age >= x->age_from && age <= x->age_to && on >= x->from &&
        on <= x->to)
      return x;
  }
  return NULL;
}
