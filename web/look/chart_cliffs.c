/* The cliffs time line: strands as bands, the day each ends, and who is left then. */
#include "web/look/chart.h"

enum {
  BAND_MIN_PX = 3,
  BAND_MAX_PX = 24,
  BAND_UNKNOWN_PX = 8,
  STRIP_PX = 106,
  STRIP_BAR_PX = 50,
  FALL_PX = 36,
  AXIS_PX = 30
};

struct timeline {
  const struct cliffs *data;
  struct chart c;
  double top;
};
/* Strands of one scheme that end on one day: they leave people together. */
struct fall {
  day_t on;
  int64_t people, workers, promises;
  double y;
};

static bool known(int64_t n) { return n != CHART_UNKNOWN; }

/* A sum with an unknown part is not known. */
static int64_t plus(int64_t a, int64_t b) { return known(a) && known(b) ? a + b : CHART_UNKNOWN; }

static day_t first_day(const struct cliffs *data) {
  struct ymd d = day_ymd(data->today);
  return day_of(d.year, d.month, 1);
}

static day_t last_day(const struct cliffs *data) {
  return day_add_months(first_day(data), data->months);
}

static bool ends_here(const struct cliffs *data, day_t ends) {
  return ends != DAY_NONE && ends >= first_day(data) && ends < last_day(data);
}

static bool same_scheme(const struct cliffs *data, size_t a, size_t b) {
  return a < data->strands.n && b < data->strands.n &&
         str_eq(data->strands.p[a].scheme, data->strands.p[b].scheme);
}

/* 0.6 px for each thousand pounds a month, as long as all bands stay between a hair and a thumb. */
static double band_px(const struct cliff_strand *s) {
  if (!known(s->pence_month)) return BAND_UNKNOWN_PX;
  double px = (double)s->pence_month / 100000 * 0.6;
  return px < BAND_MIN_PX ? BAND_MIN_PX : px > BAND_MAX_PX ? BAND_MAX_PX : px;
}

/* Without what had ended before the axis begins: that is no cliff any more. */
static struct cliffs still_to_end(struct view *v, const struct cliffs *given) {
  struct cliffs data = *given;
  struct cliff_strand *left = arena_many(v->arena, struct cliff_strand, given->strands.n + 1);
  data.strands.p = left;
  data.strands.n = 0;
  for (size_t i = 0; i < given->strands.n; i++) {
    const struct cliff_strand *s = &given->strands.p[i];
    if (s->ends == DAY_NONE || s->ends >= first_day(given)) left[data.strands.n++] = *s;
  }
  return data;
}

static struct str month_name(struct view *v, day_t d) { return chart_number(v, WORDS_MONTH, d); }

static struct str scheme_id(struct view *v, const struct cliffs *data, size_t first) {
  return str_format(v->arena, "%.*s-%zu", P(data->words.id), first);
}

/* What ends from day `from` until the day before `to`; scheme "" takes all. Unknown parts are
 * counted apart. */
struct ends {
  int64_t funds, people, people_unknown, workers, promises, pence;
};

static struct ends ends_between(const struct cliffs *data, day_t from, day_t to,
                                struct str scheme) {
  struct ends sum = {0};
  for (size_t i = 0; i < data->strands.n; i++) {
    const struct cliff_strand *s = &data->strands.p[i];
    if (!ends_here(data, s->ends) || s->ends < from || s->ends >= to) continue;
    if (scheme.n && !str_eq(scheme, s->scheme)) continue;
    sum.funds++;
    if (known(s->people))
      sum.people += s->people;
    else
      sum.people_unknown++;
    sum.workers = plus(sum.workers, s->workers);
    sum.promises = plus(sum.promises, s->promises);
    sum.pence = plus(sum.pence, s->pence_month);
  }
  return sum;
}

/* ---- the strip on top: people a month ---- */

static void draw_month(struct timeline *t, day_t from, day_t to, int64_t most) {
  struct chart *c = &t->c;
  struct ends e = ends_between(t->data, from, to, (struct str){0});
  double x0 = chart_x(c, from), x1 = chart_x(c, to), gap = (x1 - x0) * 0.07;
  double height = (double)e.people * STRIP_BAR_PX / (double)most, top = STRIP_PX - height;
  if (e.people > 0) chart_rect(c, x0 + gap, x1 - gap, top, height, "n");
  if (e.people_unknown) {
    top -= 8;
    chart_hatched(c, x0 + gap, x1 - gap, top, 8);
  }
  struct str n = chart_number(c->v, WORDS_WHOLE, e.people);
  if (e.people > 0 && e.people_unknown)
    n = str_format(c->v->arena, "%.*s+?", P(n));
  else if (e.people_unknown)
    n = S("?");
  if (e.people > 0 || e.people_unknown) chart_text(c, (x0 + x1) / 2, top - 5, "m b", n);
}

static void draw_strip(struct timeline *t) {
  struct chart *c = &t->c;
  int64_t most = 1;
  day_t first = first_day(t->data);
  for (int m = 0; m < t->data->months; m++) {
    int64_t n = ends_between(t->data, day_add_months(first, m), day_add_months(first, m + 1),
                             (struct str){0})
                    .people;
    if (n > most) most = n;
  }
  chart_label(c, 18, "b d24", words_of(c->v->lang, T("People whose help ends")));
  chart_line(c, 0, STRIP_PX, 100, STRIP_PX, "ax");
  for (int m = 0; m < t->data->months; m++)
    draw_month(t, day_add_months(first, m), day_add_months(first, m + 1), most);
  c->y = STRIP_PX + 18;
}

/* ---- schemes ---- */

static void draw_band(struct timeline *t, const struct cliff_strand *s) {
  struct chart *c = &t->c;
  double height = band_px(s), y = c->y;
  bool here = ends_here(t->data, s->ends),
       past = s->ends != DAY_NONE && s->ends >= last_day(t->data);
  double x1 = here ? chart_x(c, s->ends + 1) : 100;
  if (s->ends == DAY_NONE || !known(s->pence_month))
    chart_hatched(c, 0, x1, y, height);
  else
    chart_rect(c, 0, x1, y, height, "a2");
  if (past) chart_glyph(c, 100, y + height / 2, "M-1 -9L8 0L-1 9z", "a2");
}

static struct str fund_words(struct view *v, const struct cliff_strand *s) {
  struct str fund = s->fund.n ? s->fund : words_of(v->lang, T("Fund not known"));
  struct str money = known(s->pence_month)
                         ? SAY(v->arena, v->lang, T("{fund}, {money} a month"), SLOT("fund", fund),
                               SLOT("money", chart_number(v, WORDS_PENCE, s->pence_month)))
                         : SAY(v->arena, v->lang, T("{fund}, money not known"), SLOT("fund", fund));
  if (s->ends != DAY_NONE) return money;
  return SAY(v->arena, v->lang, T("{strand}, end not known"), SLOT("strand", money));
}

static struct str people_words(struct view *v, const struct fall *f) {
  struct str on = chart_number(v, WORDS_DAY_BARE, f->on);
  if (!known(f->people)) return SAY(v->arena, v->lang, T("{day}: people ?"), SLOT("day", on));
  return SAY_N(v->arena, v->lang, TN("{day}: 1 person", "{day}: {n} people", f->people),
               SLOT("day", on));
}

static struct str staff_words(struct view *v, const struct fall *f) {
  struct str workers = known(f->workers)
                           ? SAY_N(v->arena, v->lang, TN("1 worker", "{n} workers", f->workers))
                           : words_of(v->lang, T("workers ?"));
  struct str promises = known(f->promises)
                            ? SAY_N(v->arena, v->lang, TN("1 promise", "{n} promises", f->promises))
                            : words_of(v->lang, T("promises ?"));
  return SAY(v->arena, v->lang, T("{workers}, {promises}"), SLOT("workers", workers),
             SLOT("promises", promises));
}

/* The ends within the axis of strands first..last-1, earliest first, those of one day together. */
static size_t collect_falls(const struct cliffs *data, size_t first, size_t last,
                            const double *band_y, struct fall *falls) {
  size_t n = 0;
  for (size_t i = first; i < last; i++) {
    const struct cliff_strand *s = &data->strands.p[i];
    if (!ends_here(data, s->ends)) continue;
    size_t at = 0;
    while (at < n && falls[at].on < s->ends) at++;
    if (at == n || falls[at].on != s->ends) {
      memmove(falls + at + 1, falls + at, (n - at) * sizeof *falls);
      falls[at] = (struct fall){.on = s->ends, .y = band_y[i - first]};
      n++;
    }
    falls[at].people = plus(falls[at].people, s->people);
    falls[at].workers = plus(falls[at].workers, s->workers);
    falls[at].promises = plus(falls[at].promises, s->promises);
  }
  return n;
}

static void draw_falls(struct timeline *t, const struct fall *falls, size_t n) {
  struct chart *c = &t->c;
  for (size_t i = 0; i < n; i++) {
    double x = chart_x(c, falls[i].on + 1);
    chart_line(c, x, falls[i].y - 2, x, c->y + 14, "fall");
    chart_text_beside(c, x, c->y + 14, "b need halo", people_words(c->v, &falls[i]));
    if (t->data->staffed) chart_text_beside(c, x, c->y + 31, "halo", staff_words(c->v, &falls[i]));
    c->y += t->data->staffed ? FALL_PX : FALL_PX / 2 + 4;
  }
}

static size_t draw_scheme(struct timeline *t, size_t first) {
  const struct cliffs *data = t->data;
  struct chart *c = &t->c;
  struct view *v = c->v;
  size_t last = first;
  while (same_scheme(data, first, last)) last++;
  struct str to = data->strands.p[first].href;
  struct str href = to.n ? to : str_format(v->arena, "#%.*s", P(scheme_id(v, data, first)));
  chart_label_link(c, href, c->y + 18, "b lk", data->strands.p[first].scheme);
  c->y += 24;
  double *band_y = arena_many(v->arena, double, last - first);
  for (size_t i = first; i < last; i++) {
    c->y += 22 + chart_label_lines(c, c->y + 16, "halo d12", fund_words(v, &data->strands.p[i]));
    band_y[i - first] = c->y;
    draw_band(t, &data->strands.p[i]);
    c->y += band_px(&data->strands.p[i]) + 2;
  }
  struct fall *falls = arena_many(v->arena, struct fall, last - first + 1);
  draw_falls(t, falls, collect_falls(data, first, last, band_y, falls));
  c->y += 10;
  chart_line(c, 0, c->y, 100, c->y, "gr");
  c->y += 4;
  return last;
}

static void draw_axis(struct timeline *t) {
  struct chart *c = &t->c;
  struct chart_tick ticks[8];
  size_t n = 0;
  int step = t->data->months > 12 ? 6 : t->data->months > 6 ? 3 : 2;
  for (int m = 0; m <= t->data->months && n < countof(ticks); m += step) {
    day_t d = day_add_months(first_day(t->data), m);
    ticks[n++] = (struct chart_tick){d, chart_number(c->v, WORDS_MONTH_SHORT, d)};
  }
  double bottom = c->y;
  chart_axis(c, ticks, n, t->top, bottom);
  double today = chart_x(c, t->data->today);
  chart_line(c, today, t->top, today, bottom + 2, "now");
  chart_text(c, today, bottom + 36, today > 90 ? "e" : "", words_of(c->v->lang, T("today")));
  c->y = bottom + AXIS_PX + 10;
}

/* ---- the table: every strand, by last day, not known last ---- */

static const struct cliff_strand **by_day(struct view *v, const struct cliffs *data) {
  const struct cliff_strand **sorted =
      arena_many(v->arena, const struct cliff_strand *, data->strands.n + 1);
  for (size_t i = 0; i < data->strands.n; i++) {
    const struct cliff_strand *s = &data->strands.p[i];
    int64_t key = s->ends == DAY_NONE ? INT64_MAX : s->ends;
    size_t at = i;
    for (; at > 0 && key < (sorted[at - 1]->ends == DAY_NONE ? INT64_MAX : sorted[at - 1]->ends);
         at--)
      sorted[at] = sorted[at - 1];
    sorted[at] = s;
  }
  return sorted;
}

static void put_row(struct view *v, const struct cliffs *data, const struct cliff_strand *s,
                    struct str *cells) {
  cells[0] = s->scheme;
  cells[1] = s->fund.n ? s->fund : words_of(v->lang, T("Fund not known"));
  cells[2] = s->ends == DAY_NONE ? words_of(v->lang, T("not known"))
                                 : chart_number(v, WORDS_DAY_SHORT, s->ends);
  cells[3] = chart_number(v, WORDS_PENCE, s->pence_month);
  cells[4] = chart_number(v, WORDS_WHOLE, s->people);
  if (!data->staffed) return;
  cells[5] = chart_number(v, WORDS_WHOLE, s->workers);
  cells[6] = chart_number(v, WORDS_WHOLE, s->promises);
}

/* Ends that are drawn as one number, a scheme's of one day or all of a month, are rows too. */
static void put_sum(struct view *v, const struct cliffs *data, struct chart_parts *out, size_t *cap,
                    struct str name, struct str last_day_words, struct ends e) {
  struct str *cells = chart_row(v, out, cap, (struct str){0});
  struct str people = chart_number(v, WORDS_WHOLE, e.people);
  if (e.people_unknown && e.people == 0)
    people = words_of(v->lang, T("not known"));
  else if (e.people_unknown)
    people = SAY(v->arena, v->lang, T("{people} and not known"), SLOT("people", people));
  cells[0] = name;
  cells[1] = SAY_N(v->arena, v->lang, TN("1 fund", "{n} funds", e.funds));
  cells[2] = last_day_words;
  cells[3] = chart_number(v, WORDS_PENCE, e.pence);
  cells[4] = people;
  if (data->staffed) {
    cells[5] = chart_number(v, WORDS_WHOLE, e.workers);
    cells[6] = chart_number(v, WORDS_WHOLE, e.promises);
  }
  out->rows.p[out->rows.n - 1].sum = true;
}

static void put_sums(struct view *v, const struct cliffs *data, struct chart_parts *out,
                     size_t *cap) {
  for (size_t i = 0; i < data->strands.n; i++) {
    const struct cliff_strand *s = &data->strands.p[i];
    bool first = true;
    for (size_t k = 0; k < i; k++)
      if (str_eq(data->strands.p[k].scheme, s->scheme) && data->strands.p[k].ends == s->ends)
        first = false;
    if (!first || !ends_here(data, s->ends)) continue;
    struct ends e = ends_between(data, s->ends, s->ends + 1, s->scheme);
    struct str name = SAY(v->arena, v->lang, T("{scheme}, together"), SLOT("scheme", s->scheme));
    if (e.funds > 1) put_sum(v, data, out, cap, name, chart_number(v, WORDS_DAY_SHORT, s->ends), e);
  }
  for (int m = 0; m < data->months; m++) {
    day_t from = day_add_months(first_day(data), m), to = day_add_months(from, 1);
    struct ends e = ends_between(data, from, to, (struct str){0});
    struct str name =
        SAY(v->arena, v->lang, T("All in {month}"), SLOT("month", month_name(v, from)));
    if (e.funds > 1) put_sum(v, data, out, cap, name, (struct str){0}, e);
  }
}

static void table(struct view *v, const struct cliffs *data, struct chart_parts *out) {
  const struct message *const names[] = {T("Scheme"),        T("Fund"),   T("Last day"),
                                         T("Money a month"), T("People"), T("Workers"),
                                         T("Promises")};
  static const bool number[] = {false, false, false, true, true, true, true};
  size_t cap = 0;
  chart_columns(v, out, names, number, data->staffed ? 7 : 5);
  out->caption = words_of(v->lang, T("Ends in date order"));
  const struct cliff_strand **sorted = by_day(v, data);
  for (size_t i = 0; i < data->strands.n; i++) {
    size_t first = (size_t)(sorted[i] - data->strands.p);
    while (first > 0 && same_scheme(data, first - 1, first)) first--;
    struct str id =
        scheme_id(v, data, first); /* the scheme's first row in the table answers its link */
    for (size_t k = 0; k < out->rows.n; k++)
      if (str_eq(out->rows.p[k].id, id)) id.n = 0;
    put_row(v, data, sorted[i], chart_row(v, out, &cap, id));
    out->rows.p[out->rows.n - 1].href = sorted[i]->href;
  }
  put_sums(v, data, out, &cap);
}

void chart_cliffs(struct view *v, const struct cliffs *given, struct chart_parts *out) {
  struct cliffs left = still_to_end(v, given);
  const struct cliffs *data = &left;
  struct timeline t = {.data = data,
                       .c = chart_open(v, data->words.id, first_day(data), last_day(data))};
  *out = (struct chart_parts){.words = data->words};
  draw_strip(&t);
  t.top = t.c.y;
  for (size_t i = 0; i < data->strands.n;) i = draw_scheme(&t, i);
  draw_axis(&t);
  out->svg = chart_close(&t.c, "lf tall", data->words.what, data->words.finding);
  table(v, data, out);
}
