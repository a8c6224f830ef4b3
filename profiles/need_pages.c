/* need_pages: how many of the people who would like a job are supported, area by area and by the
 * way they came in; and where there is a door to walk in by, and who sends people. */
#include <math.h>
#include "directory/directory.h"
#include "need.html.h"
#include "profiles/need.h"
#include "record/record.h"
#include "referrals/referrals.h"
#include "programme/programme.h"

enum { AREAS_MOST = 400, YEAR_DAYS = 365 };

/* ---- Tables. */

struct filling {
  struct request *rq;
  struct sums_page *page;
  struct sums_table t;
  size_t columns, rows;
};

static struct filling table_begin(struct request *rq, struct sums_page *page, struct str caption,
                                  const struct message *const *names, const bool *number,
                                  size_t n) {
  struct filling f = {.rq = rq, .page = page, .t = {.caption = caption}};
  for (size_t i = 0; i < n; i++)
    *slice_push(rq->arena, &f.t.columns, &f.columns) =
        (struct chart_column){words_of((enum language)rq->lang, names[i]), number[i]};
  return f;
}

static struct str *table_row(struct filling *f, struct str href) {
  struct chart_row *row = slice_push(f->rq->arena, &f->t.rows, &f->rows);
  *row = (struct chart_row){.href = href};
  row->cells.n = f->t.columns.n;
  return row->cells.p = arena_many(f->rq->arena, struct str, row->cells.n);
}

static void table_end(struct filling *f) {
  struct sums_table *more = arena_many(f->rq->arena, struct sums_table, f->page->tables.n + 1);
  for (size_t i = 0; i < f->page->tables.n; i++) more[i] = f->page->tables.p[i];
  more[f->page->tables.n] = f->t;
  f->page->tables.p = more, f->page->tables.n++;
}

static void note(struct request *rq, struct sums_page *page, struct str sentence) {
  struct str *more = arena_many(rq->arena, struct str, page->notes.n + 1);
  for (size_t i = 0; i < page->notes.n; i++) more[i] = page->notes.p[i];
  more[page->notes.n] = sentence;
  page->notes.p = more, page->notes.n++;
}

static struct str whole(struct request *rq, int64_t n) {
  char text[WORDS_NUMBER_MAX];
  return str_copy(rq->arena,
                  (struct str){text, words_number(text, (enum language)rq->lang, WORDS_WHOLE, n)});
}

/* None and a few are told alike. */
static struct str told(struct request *rq, const struct supported_sum *s) {
  return !s || s->held ? SAID(rq, "fewer than 10, or held back") : whole(rq, s->people);
}

static const struct supported_sum *sum_of(const struct supported_sums *all, struct str code) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].code, code)) return &all->p[i];
  return NULL;
}

/* ---- The map both pages have. */

static void rings_of(struct request *rq, int64_t area, struct map_area *out) {
  struct outline o = area_outline(rq->db, rq->arena, area);
  struct map_ring *rings = arena_many(rq->arena, struct map_ring, o.n + 1);
  for (size_t r = 0; r < o.n; r++) {
    struct map_point *points = arena_many(rq->arena, struct map_point, o.p[r].n + 1);
    for (size_t i = 0; i < o.p[r].n; i++)
      points[i] = (struct map_point){o.p[r].p[i].lon, o.p[r].p[i].lat};
    rings[r] = (struct map_ring){points, o.p[r].n};
  }
  out->rings.p = rings, out->rings.n = o.n;
}

static int lowest_first(const void *x, const void *y) {
  const struct map_area *a = x, *b = y;
  bool ka = !isnan(a->value), kb = !isnan(b->value);
  if (ka != kb) return ka ? -1 : 1;
  if (ka && a->value != b->value) return a->value < b->value ? -1 : 1;
  return str_cmp(a->name, b->name);
}

static void draw(struct request *rq, struct map *m, struct map_area *areas, size_t n,
                 struct sums_page *page) {
  if (!n) return;
  qsort(areas, n, sizeof *areas, lowest_first);
  m->areas.p = areas, m->areas.n = n;
  chart_map(rq->view, m, &page->chart);
  page->drawn = true;
}

static struct str place_href(struct request *rq, struct str code) {
  return str_format(rq->arena, "/places/%.*s", P(code));
}

/* ---- Hidden need. */

struct need {
  struct request *rq;
  struct sums_page *page;
  struct indicators all;
  struct supported_sums wards;
};

static const struct figure *want_work(struct need *n, const struct area *ward) {
  struct figures *f = arena_new(n->rq->arena, struct figures);
  *f = profiles_figures(n->rq->db, n->rq->arena, &n->all, ward);
  const struct figure *found = figure_of(f, S("want_work"));
  return found && figure_known(found) ? found : NULL;
}

/* Rounded as estimates are: tens. */
static int64_t about(double people) { return (int64_t)llround(people / 10) * 10; }

static struct map_area need_row(struct need *n, struct filling *f, const struct area *ward) {
  struct request *rq = n->rq;
  const struct figure *want = want_work(n, ward);
  const struct supported_sum *s = sum_of(&n->wards, ward->code);
  bool both = want && s && !s->held && want->value > 0;
  double reached = both ? 100.0 * (double)s->people / want->value : (double)NAN;
  struct str *cell = table_row(f, place_href(rq, ward->code));
  cell[0] = ward->name;
  cell[1] = want ? whole(rq, about(want->value)) : SAID(rq, "not known");
  cell[2] = told(rq, s);
  cell[3] =
      !both
          ? SAID(rq, "not known")
          : whole(rq, about(want->value > (double)s->people ? want->value - (double)s->people : 0));
  cell[4] = want ? str_format(rq->arena, "%.*s, %.*s", P(want->age_band), P(want->edition))
                 : (struct str){0};
  struct map_area out = {.name = ward->name, .value = reached, .href = place_href(rq, ward->code)};
  out.shown = both ? str_format(rq->arena, "%.0f%%", reached) : (struct str){0};
  rings_of(rq, ward->id, &out);
  return out;
}

static void need_wards(struct need *n) {
  static const double breaks[] = {2, 5, 10, 20};
  static const char *const classes[] = {"Under 2%", "2 to 4%", "5 to 9%", "10 to 19%",
                                        "20% or more"};
  const struct message *const names[] = {T("Area"), T("Want a job"), T("Supported"),
                                         T("Not met yet"), T("Ages, edition")};
  static const bool number[] = {false, true, true, true, false};
  struct request *rq = n->rq;
  struct areas wards = areas_of_kind(rq->db, rq->arena, S("ward"));
  size_t most = wards.n < AREAS_MOST ? wards.n : AREAS_MOST;
  struct map_area *areas = arena_many(rq->arena, struct map_area, most + 1);
  struct filling f = table_begin(
      rq, n->page, SAID(rq, "Area by area: about how many are out of work and would like a job"),
      names, number, 5);
  for (size_t i = 0; i < most; i++) areas[i] = need_row(n, &f, &wards.p[i]);
  struct map m = {
      .words = {.id = S("need"),
                .what = SAID(rq, "Of those who would like a job, how many are supported"),
                .about = SAID(rq, "People out of work, by the ward they live in"),
                .finding = n->page->lede,
                .shows = SAID(rq, "Where most people who would like a job have not met us yet."),
                .shows_not = SAID(rq, "Who they are, or help by others that is not written down "
                                      "here. Hatched: not known, or too few people to say.")},
      .breaks = breaks,
      .class_words = classes,
      .unit = SAID(rq, "Supported")};
  draw(rq, &m, areas, most, n->page);
  table_end(&f);
}

static void need_ways(struct need *n) {
  const struct message *const names[] = {T("Way in"), T("People")};
  static const bool number[] = {false, true};
  struct request *rq = n->rq;
  struct supported_sums ways = supported_read(rq->db, rq->arena, S("way"));
  struct filling f =
      table_begin(rq, n->page, SAID(rq, "By the way they came in"), names, number, 2);
  for (size_t i = 0; i < ways.n; i++) {
    struct str *cell = table_row(&f, (struct str){0});
    cell[0] = ways.p[i].code.n ? words_label((enum language)rq->lang,
                                             code_label("referral_routes", ways.p[i].code))
                               : SAID(rq, "Not written down");
    cell[1] = told(rq, &ways.p[i]);
  }
  table_end(&f);
}

static void need_statuses(struct need *n) {
  const struct message *const names[] = {T("Work now"), T("People")};
  static const bool number[] = {false, true};
  struct request *rq = n->rq;
  struct supported_sums all = supported_read(rq->db, rq->arena, S("status"));
  struct filling f =
      table_begin(rq, n->page, SAID(rq, "Everyone who is supported"), names, number, 2);
  for (size_t i = 0; i < all.n; i++) {
    struct str *cell = table_row(&f, (struct str){0});
    cell[0] = all.p[i].code.n
                  ? words_label((enum language)rq->lang, code_label("statuses", all.p[i].code))
                  : SAID(rq, "Not asked yet");
    cell[1] = told(rq, &all.p[i]);
  }
  table_end(&f);
}

void profiles_need_page(struct request *rq) {
  struct sums_page page = {.title = SAID(rq, "Hidden need")};
  struct need n = {.rq = rq, .page = &page};
  day_t made = supported_day(rq->db, rq->arena);
  struct supported_sums all = supported_read(rq->db, rq->arena, S("all"));
  page.layout = page_layout(rq, page.title);
  page.lede = made == DAY_NONE
                  ? SAID(rq, "The sums are made at night. Look again tomorrow.")
                  : SAY(rq->arena, (enum language)rq->lang,
                        T("On {day}, people supported who are out of work: {people}."),
                        SLOT("day", words_day(rq->arena, (enum language)rq->lang, made)),
                        SLOT("people", told(rq, all.n ? &all.p[0] : NULL)));
  note(rq, &page,
       SAID(rq, "Sums only: fewer than 10 people are held back, and the rest is rounded "
                "to five. Whoever hides is counted nowhere."));
  note(rq, &page,
       SAID(rq, "Not everyone who would like a job wants help, and a survey's figures "
                "for small places are rough."));
  if (made != DAY_NONE) {
    n.all = profiles_indicators(rq->db, rq->arena);
    n.wards = supported_read(rq->db, rq->arena, S("ward"));
    need_wards(&n), need_ways(&n), need_statuses(&n);
  }
  view_profiles_sums(rq->view, &page);
}

/* ---- Doors and touchpoints. */

struct doors {
  struct request *rq;
  struct geo_point *p;
  size_t n, hidden; /* hidden: places whose address is not published */
};

/* Places of live help one can walk up to; a house number is counted once however much help it
 * holds. */
static bool read_doors(struct request *rq, struct doors *out, struct why *why) {
  const struct offers *o = offers_now(rq->db, rq->today, DIRECTORY_LIVE, why);
  size_t cap = 0;
  *out = (struct doors){.rq = rq};
  for (size_t i = 0; o && i < o->list.n; i++) {
    const struct offer *f = &o->list.p[i];
    for (size_t k = 0; f->standing.state == STANDING_LIVE && k < f->places.n; k++) {
      const struct offer_place *p = &f->places.p[k];
      bool there = false;
      out->hidden += !p->published;
      if (!p->published || isnan(p->latitude)) continue;
      for (size_t d = 0; d < out->n && !there; d++)
        there = out->p[d].lat == p->latitude && out->p[d].lon == p->longitude;
      if (!there) *slice_push(rq->arena, out, &cap) = (struct geo_point){p->latitude, p->longitude};
    }
  }
  return o != NULL;
}

static int64_t doors_in(const struct doors *d, const struct outline *o) {
  double low = 90, high = -90;
  int64_t n = 0;
  for (size_t r = 0; r < o->n; r++)
    for (size_t i = 0; i < o->p[r].n; i++) {
      low = fmin(low, o->p[r].p[i].lat), high = fmax(high, o->p[r].p[i].lat);
    }
  for (size_t i = 0; i < d->n; i++)
    n += d->p[i].lat >= low && d->p[i].lat <= high && outline_has(o, d->p[i]);
  return n;
}

static struct map_area doors_row(const struct doors *d, struct filling *f,
                                 const struct indicators *all, const struct area *ward) {
  struct request *rq = d->rq;
  struct outline o = area_outline(rq->db, rq->arena, ward->id);
  struct figures figures = profiles_figures(rq->db, rq->arena, all, ward);
  const struct figure *people = figure_of(&figures, S("population_16_64"));
  bool known = people && figure_known(people) && people->value > 0;
  int64_t n = doors_in(d, &o);
  double rate = known ? 10000.0 * (double)n / people->value : (double)NAN;
  struct str *cell = table_row(f, place_href(rq, ward->code));
  cell[0] = ward->name, cell[1] = whole(rq, n);
  cell[2] = known ? whole(rq, llround(people->value)) : SAID(rq, "not known");
  cell[3] = known ? str_format(rq->arena, "%.1f", rate) : SAID(rq, "not known");
  struct map_area out = {.name = ward->name, .value = rate, .href = place_href(rq, ward->code)};
  out.shown = known ? str_format(rq->arena, "%.1f", rate) : (struct str){0};
  rings_of(rq, ward->id, &out);
  return out;
}

static void doors_wards(const struct doors *d, struct sums_page *page) {
  static const double breaks[] = {0.5, 2, 5, 10};
  static const char *const classes[] = {"None, or nearly", "0.5 to 2", "2 to 5", "5 to 10",
                                        "10 or more"};
  const struct message *const names[] = {T("Area"), T("Doors"), T("Aged 16 to 64"),
                                         T("For 10,000")};
  static const bool number[] = {false, true, true, true};
  struct request *rq = d->rq;
  struct areas wards = areas_of_kind(rq->db, rq->arena, S("ward"));
  struct indicators all = profiles_indicators(rq->db, rq->arena);
  size_t most = wards.n < AREAS_MOST ? wards.n : AREAS_MOST;
  struct map_area *areas = arena_many(rq->arena, struct map_area, most + 1);
  struct filling f = table_begin(rq, page, SAID(rq, "Doors, area by area"), names, number, 4);
  for (size_t i = 0; i < most; i++) areas[i] = doors_row(d, &f, &all, &wards.p[i]);
  struct map m = {
      .words = {.id = S("doors"),
                .what = SAID(rq, "Doors for 10,000 people aged 16 to 64"),
                .about = SAID(rq, "Published places of help somebody has checked"),
                .finding = page->lede,
                .shows = SAID(rq, "Where there is somewhere to walk in, and where there is none."),
                .shows_not = SAID(rq, "Help that comes to people, by phone or from the next ward. "
                                      "Addresses that are not published are not counted.")},
      .breaks = breaks,
      .class_words = classes,
      .unit = SAID(rq, "Doors for 10,000 people")};
  draw(rq, &m, areas, most, page);
  table_end(&f);
}

/* Each kind of organisation people meet anyway: how many have a way in, and whether anybody came by
 * it in the last year, as far as may be told. */
static void touchpoints(struct request *rq, struct sums_page *page) {
  const struct message *const names[] = {T("Touchpoint"), T("Organisations"), T("Sent in a year")};
  static const bool number[] = {false, true, true};
  const struct code_list *routes = code_list("referral_routes");
  struct referral_senders senders = referrals_senders(rq->db, rq->arena, rq->today);
  struct referral_counts sent =
      referrals_count(rq->db, rq->arena, rq->today - YEAR_DAYS, rq->today);
  int64_t *n = arena_many(rq->arena, int64_t, routes->n + 1);
  struct cell_told *cells = arena_many(rq->arena, struct cell_told, routes->n + 1);
  struct filling f = table_begin(
      rq, page,
      SAID(rq, "Touchpoints: organisations with a way in, and referrals in the last year"), names,
      number, 3);
  for (size_t i = 0; i < routes->n; i++)
    for (size_t k = 0; k < sent.n; k++)
      if (str_eq(sent.p[k].source, routes->p[i].code)) n[i] = sent.p[k].received;
  table_told(n, routes->n, cells);
  for (size_t i = 0; i < routes->n; i++) {
    int64_t organisations = 0;
    if (routes->p[i].ended) continue;
    for (size_t k = 0; k < senders.n; k++)
      if (str_eq(senders.p[k].route, routes->p[i].code)) organisations = senders.p[k].organisations;
    struct str *cell = table_row(&f, (struct str){0});
    cell[0] = words_label((enum language)rq->lang, routes->p[i].label);
    cell[1] = organisations ? whole(rq, organisations) : SAID(rq, "none yet");
    cell[2] = cells[i].held ? SAID(rq, "fewer than 10, or held back") : whole(rq, cells[i].n);
  }
  table_end(&f);
}

void profiles_doors_page(struct request *rq) {
  struct why why = {0};
  struct doors d;
  if (!read_doors(rq, &d, &why)) return reply_refuse(rq, 503, str_copy(rq->arena, why_str(&why)));
  struct sums_page page = {.title = SAID(rq, "Doors and touchpoints"), .doors = true};
  page.layout = page_layout(rq, page.title);
  page.lede =
      SAY(rq->arena, (enum language)rq->lang,
          T("{doors} doors are open to walk in by; {hidden} more places keep their address "
            "to themselves."),
          SLOT("doors", whole(rq, (int64_t)d.n)), SLOT("hidden", whole(rq, (int64_t)d.hidden)));
  note(rq, &page, SAID(rq, "Places and organisations only: no names, and nothing of one person."));
  doors_wards(&d, &page);
  touchpoints(rq, &page);
  view_profiles_sums(rq->view, &page);
}
