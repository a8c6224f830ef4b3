/* pages: every place there is, and the page of one: figures with their ages and editions, beside
 * the area it lies in, and what is not known said so. */
#include <math.h>
#include "journeys/journeys.h"
#include "profiles.html.h"
#include "profiles/pages.h"
#include "record/record.h"

enum { LINKS_MAX = 400, SEARCH_MAX = 20, HOMES_MAX = 200, MORNING_HOUR = 8 };

/* ---- Words. */

static struct str whole(struct request *rq, double n) {
  char text[WORDS_NUMBER_MAX];
  return str_copy(rq->arena, (struct str){text, words_number(text, (enum language)rq->lang,
                                                             WORDS_WHOLE, (int64_t)llround(n))});
}

static struct str pounds(struct request *rq, double n) {
  return money_words(rq->arena, (int64_t)llround(n * 100));
}

static struct str unit_words(struct request *rq, const struct figure *f) {
  enum language lang = (enum language)rq->lang;
  struct arena *a = rq->arena;
  switch (f->of->unit) {
    case UNIT_PERCENT: return str_format(a, "%.1f%%", f->value);
    case UNIT_SCORE: return str_format(a, "%.1f", f->value);
    case UNIT_DECILE:
      return SAY(a, lang, T("{n} of 10, where 1 is the most deprived"),
                 SLOT("n", whole(rq, f->value)));
    case UNIT_POUNDS_WEEK:
      return SAY(a, lang, T("{amount} a week"), SLOT("amount", pounds(rq, f->value)));
    case UNIT_POUNDS_MONTH:
      return SAY(a, lang, T("{amount} a month"), SLOT("amount", pounds(rq, f->value)));
    default: return whole(rq, f->value);
  }
}

struct str profiles_value_words(struct request *rq, const struct figure *f) {
  enum language lang = (enum language)rq->lang;
  struct arena *a = rq->arena;
  if (!f || f->how == FIGURE_MISSING) return SAID(rq, "not known");
  if (f->how == FIGURE_HELD) return SAID(rq, "kept back by whoever published it");
  if (f->how == FIGURE_SHARE)
    return SAY(a, lang, T("{part} of {all} small areas are among the most deprived tenth"),
               SLOT("part", whole(rq, (double)f->part)), SLOT("all", whole(rq, (double)f->small)));
  struct str words = unit_words(rq, f);
  if (!isnan(f->percent) && f->of->unit != UNIT_PERCENT)
    words = str_format(a, "%.*s (%.1f%%)", P(words), f->percent);
  if (f->how == FIGURE_BEST_FIT)
    words = SAY(a, lang, T("{words}; best fit, from {code} of before"), SLOT("words", words),
                SLOT("code", f->from));
  if (f->how == FIGURE_ADDED)
    words = SAY(a, lang, T("{words}; its small areas added up"), SLOT("words", words));
  return words;
}

static struct str edition_words(struct request *rq, const struct figure *f) {
  struct str when = f->edition;
  if (f->dated_on != DAY_NONE)
    when = str_format(rq->arena, "%.*s (%.*s)", P(f->edition),
                      P(words_day(rq->arena, (enum language)rq->lang, f->dated_on)));
  return str_format(rq->arena, "%.*s. %.*s. %.*s", P(when), P(f->source), P(f->licence));
}

static struct str ages_words(struct request *rq, struct str ages) {
  return str_eq(ages, S("all")) ? SAID(rq, "All ages") : ages;
}

static struct str topic_words(struct request *rq, struct str topic) {
  if (str_eq(topic, S("people"))) return SAID(rq, "People");
  if (str_eq(topic, S("work"))) return SAID(rq, "Work");
  if (str_eq(topic, S("deprivation"))) return SAID(rq, "Deprivation");
  if (str_eq(topic, S("childcare"))) return SAID(rq, "Childcare");
  if (str_eq(topic, S("homes"))) return SAID(rq, "Homes");
  return SAID(rq, "Other figures");
}

static struct str place_href(struct arena *a, struct str code) {
  return str_format(a, "/places/%.*s", P(code));
}

static struct str name_of(struct request *rq, const struct area *area) {
  return rq->lang && area->name_cy.n ? area->name_cy : area->name;
}

static struct profile_link link_of(struct request *rq, const struct area *area) {
  return (struct profile_link){place_href(rq->arena, area->code), name_of(rq, area),
                               code_label("area_kinds", area->kind)};
}

/* ---- The page of one. */

struct profile {
  struct request *rq;
  struct area area;
  struct areas above;
  struct indicators all;
  struct figures here, there;
  bool has_above;
};

static bool read_profile(struct request *rq, struct profile *p) {
  *p = (struct profile){.rq = rq};
  if (!area_by_code(rq->db, rq->arena, request_path(rq, "code"), &p->area)) return false;
  p->above = area_above(rq->db, rq->arena, p->area.id);
  p->all = profiles_indicators(rq->db, rq->arena);
  p->here = profiles_figures(rq->db, rq->arena, &p->all, &p->area);
  p->has_above = p->above.n > 1;
  if (p->has_above) p->there = profiles_figures(rq->db, rq->arena, &p->all, &p->above.p[1]);
  return true;
}

/* The same series of the area around it. */
static const struct figure *beside(const struct profile *p, size_t i) {
  return p->has_above && i < p->there.n ? &p->there.p[i] : NULL;
}

static struct profile_row row_of(const struct profile *p, size_t i) {
  const struct figure *f = &p->here.p[i];
  return (struct profile_row){.label = f->of->label,
                              .note = f->of->note,
                              .here = profiles_value_words(p->rq, f),
                              .there = profiles_value_words(p->rq, beside(p, i)),
                              .ages = ages_words(p->rq, f->age_band),
                              .edition = edition_words(p->rq, f)};
}

/* Where all of a topic are of one edition and source it is said once. */
static void one_edition(struct profile_topic *t) {
  for (size_t i = 1; i < t->rows.n; i++)
    if (!str_eq(t->rows.p[i].edition, t->rows.p[0].edition)) return;
  t->edition = t->rows.p[0].edition;
}

static void fill_topics(const struct profile *p, struct profile_page *page) {
  struct arena *a = p->rq->arena;
  size_t topics = 0, older = 0, rows = 0;
  for (size_t i = 0; i < p->here.n; i++) {
    const struct figure *f = &p->here.p[i];
    if (!f->newest) {
      *slice_push(a, &page->older, &older) = row_of(p, i);
      continue;
    }
    struct profile_topic *t = page->topics.n ? &page->topics.p[page->topics.n - 1] : NULL;
    if (!t || !str_eq(t->code, f->of->topic)) {
      t = slice_push(a, &page->topics, &topics), rows = 0;
      *t =
          (struct profile_topic){.code = f->of->topic, .heading = topic_words(p->rq, f->of->topic)};
    }
    *slice_push(a, &t->rows, &rows) = row_of(p, i);
  }
  for (size_t i = 0; i < page->topics.n; i++) one_edition(&page->topics.p[i]);
  page->known = p->here.n > 0;
}

static double rate_of(const struct figure *f) {
  if (!f || !figure_known(f)) return (double)NAN;
  return f->how == FIGURE_SHARE ? f->value : f->percent;
}

static struct str bar_label(struct request *rq, const struct figure *f, bool share) {
  struct str label = words_label((enum language)rq->lang, f->of->label);
  return share ? SAY(rq->arena, (enum language)rq->lang, T("{what}: most deprived tenth"),
                     SLOT("what", label))
               : label;
}

static void draw(const struct profile *p, struct profile_page *page) {
  struct arena *a = p->rq->arena;
  struct rate_bar *bars = arena_many(a, struct rate_bar, p->here.n + 1),
                  *dots = arena_many(a, struct rate_bar, p->here.n + 1);
  size_t n = 0, tenths = 0;
  for (size_t i = 0; i < p->here.n; i++) {
    const struct figure *f = &p->here.p[i], *there = beside(p, i);
    struct rate_bar b = {.edition = f->edition,
                         .ages = ages_words(p->rq, f->age_band),
                         .here = rate_of(f),
                         .there = rate_of(there)};
    if (!f->newest) continue;
    bool tenth = f->of->unit == UNIT_DECILE && figure_known(f) && f->how != FIGURE_SHARE;
    bool share = f->how == FIGURE_SHARE, rate = f->of->of.n || f->of->unit == UNIT_PERCENT;
    b.label = bar_label(p->rq, f, share);
    if (tenth) b.here = f->value, dots[tenths++] = b;
    if (share || (rate && (!isnan(b.here) || !isnan(b.there)))) bars[n++] = b;
  }
  struct str above = p->has_above ? name_of(p->rq, &p->above.p[1]) : (struct str){0};
  page->drawn = n > 0, page->dots_drawn = tenths > 0;
  if (n) profiles_bars(p->rq->view, bars, n, page->name, above, &page->chart);
  if (tenths) profiles_dots(p->rq->view, dots, tenths, page->name, &page->dots);
}

static const char *const kinds_by_size[] = {
    "region", "combined_authority", "county", "la", "neighbourhood", "ward", "lsoa"};

static struct profile_links links_of(struct request *rq, const struct areas *areas) {
  struct profile_links out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < areas->n && i < LINKS_MAX; i++)
    *slice_push(rq->arena, &out, &cap) = link_of(rq, &areas->p[i]);
  return out;
}

/* The next kind of area below, and wards always: not every small area of a region. */
static void fill_inside(const struct profile *p, struct profile_page *page) {
  struct request *rq = p->rq;
  size_t cap = 0, shown = 0;
  int from = area_kind_place(p->area.kind);
  for (size_t k = 0; k < countof(kinds_by_size); k++) {
    struct str kind = str_of(kinds_by_size[k]);
    bool small = str_eq(kind, S("lsoa"));
    if (area_kind_place(kind) <= from || (small && shown) || (shown && !str_eq(kind, S("ward"))))
      continue;
    struct areas inside = places_inside(rq->db, rq->arena, &p->area, kind);
    if (!inside.n) continue;
    shown++;
    *slice_push(rq->arena, &page->inside, &cap) =
        (struct profile_kind){code_label("area_kinds", kind), links_of(rq, &inside)};
  }
}

/* ---- Rent beside what benefits pay towards it, beside the way to work. */

static double newest_value(struct request *rq, struct str code, const char *indicator) {
  struct rows r;
  double v = (double)NAN;
  if (db_one(&r, rq->db, rq->arena,
             SQL("select v.value from indicator_value v join indicator_series s on s.id = "
                 "v.series_id join indicator i on i.id = s.indicator_id where v.area_code = ?1 "
                 "and i.code = ?2 and s.live_at is not null and v.value is not null order by "
                 "coalesce(s.dated_on, s.edition) desc, s.id desc limit 1"),
             V(code), V(str_of(indicator)))) {
    v = row_real(&r, 0);
    db_done(&r);
  }
  return v;
}

/* The allowance is set for a wider market: an area without one of its own has that of the nearest
 * area above. */
static double allowance_of(const struct profile *p, struct str code) {
  double v = newest_value(p->rq, code, "allowance_two_bedrooms");
  for (size_t i = 0; isnan(v) && i < p->above.n; i++)
    v = newest_value(p->rq, p->above.p[i].code, "allowance_two_bedrooms");
  return v;
}

static struct str difference_words(struct request *rq, double rent, double allowance) {
  enum language lang = (enum language)rq->lang;
  if (isnan(rent) || isnan(allowance)) return SAID(rq, "not known");
  double more = rent - allowance;
  return more > 0
             ? SAY(rq->arena, lang, T("{amount} a week to find"), SLOT("amount", pounds(rq, more)))
             : SAID(rq, "The allowance covers it");
}

static bool home_row(const struct profile *p, const struct area *ward, struct home_row *out) {
  enum { MONTHS = 12, WEEKS = 52 };
  struct request *rq = p->rq;
  double rent = newest_value(rq, ward->code, "rent_two_bedrooms") * MONTHS / WEEKS,
         allowance = allowance_of(p, ward->code);
  int jobs = journeys_area_jobs(rq->db, rq->arena, ward->code, MORNING_HOUR);
  *out = (struct home_row){.href = place_href(rq->arena, ward->code),
                           .name = name_of(rq, ward),
                           .rent = isnan(rent) ? SAID(rq, "not known") : pounds(rq, rent),
                           .allowance =
                               isnan(allowance) ? SAID(rq, "not known") : pounds(rq, allowance),
                           .difference = difference_words(rq, rent, allowance)};
  out->minutes = jobs == AREA_NOT_KNOWN ? SAID(rq, "not known")
                 : jobs < 0             ? SAID(rq, "over two hours")
                                        : journeys_minutes(rq, jobs);
  return !isnan(rent);
}

static void fill_homes(const struct profile *p, struct profile_page *page) {
  struct request *rq = p->rq;
  struct areas wards = {0};
  size_t cap = 0;
  if (str_eq(p->area.kind, S("ward")))
    wards.p = arena_new(rq->arena, struct area), wards.n = 1, wards.p[0] = p->area;
  else if (str_eq(p->area.kind, S("la")) || str_eq(p->area.kind, S("neighbourhood")))
    wards = places_inside(rq->db, rq->arena, &p->area, S("ward"));
  for (size_t i = 0; i < wards.n && i < HOMES_MAX; i++) {
    struct home_row row;
    if (home_row(p, &wards.p[i], &row)) *slice_push(rq->arena, &page->homes, &cap) = row;
  }
  page->homes_minutes = SAID(rq, "Minutes to 1,000 jobs, a weekday at 08:00");
  page->trains = journeys_note((enum language)rq->lang);
}

void profiles_area_page(struct request *rq) {
  struct profile p;
  if (!read_profile(rq, &p)) return reply_not_found(rq);
  struct profile_page page = {.name = name_of(rq, &p.area),
                              .kind = code_label("area_kinds", p.area.kind),
                              .code = p.area.code,
                              .file =
                                  str_format(rq->arena, "/places/%.*s/figures.csv", P(p.area.code)),
                              .above = p.has_above ? name_of(rq, &p.above.p[1]) : (struct str){0}};
  page.layout = page_layout(rq, page.name);
  size_t cap = 0;
  for (size_t i = p.above.n; i-- > 1;)
    *slice_push(rq->arena, &page.crumbs, &cap) = link_of(rq, &p.above.p[i]);
  fill_topics(&p, &page);
  draw(&p, &page);
  fill_homes(&p, &page);
  fill_inside(&p, &page);
  view_profiles_area(rq->view, &page);
}

/* ---- As a file. */

static const char *const hows[] = {"missing",
                                   "kept back by the publisher",
                                   "as published",
                                   "added up",
                                   "share of small areas in the most deprived tenth",
                                   "best fit"};

static void file_row(struct request *rq, const struct area *area, const struct figure *f) {
  struct arena scratch = *rq->arena;
  bool known = figure_known(f);
  csv_put(rq->body, area->code, false);
  csv_put(rq->body, area->name, false);
  csv_put(rq->body, f->of->code, false);
  csv_put(rq->body, f->of->label, false);
  csv_put(rq->body, known ? str_format(&scratch, "%.10g", f->value) : (struct str){0}, false);
  csv_put(rq->body, isnan(f->percent) ? (struct str){0} : str_format(&scratch, "%.2f", f->percent),
          false);
  csv_put(rq->body, str_of(hows[f->how]), false);
  csv_put(rq->body, f->from, false);
  csv_put(rq->body, f->age_band, false);
  csv_put(rq->body, f->edition, false);
  csv_put(rq->body, f->dated_on == DAY_NONE ? (struct str){0} : day_iso(&scratch, f->dated_on),
          false);
  csv_put(rq->body, f->source, false);
  csv_put(rq->body, f->licence, true);
}

void profiles_area_file(struct request *rq) {
  static const char *const names[] = {"area",    "area name", "indicator", "what",     "value",
                                      "percent", "how",       "from",      "age band", "edition",
                                      "date",    "source",    "licence"};
  struct profile p;
  if (!read_profile(rq, &p)) return reply_not_found(rq);
  reply_download(rq, "text/csv; charset=utf-8", str_format(rq->arena, "%.*s.csv", P(p.area.code)));
  for (size_t i = 0; i < countof(names); i++)
    csv_put(rq->body, str_of(names[i]), i + 1 == countof(names));
  for (size_t i = 0; i < p.here.n; i++) file_row(rq, &p.area, &p.here.p[i]);
  for (size_t i = 0; i < p.there.n; i++) file_row(rq, &p.above.p[1], &p.there.p[i]);
}

/* ---- All of them. */

static void search(struct request *rq, struct places_page *page) {
  struct place place;
  size_t cap = 0;
  if (place_resolve(rq->db, rq->arena, page->asked, &place) && place.found != PLACE_NONE)
    for (size_t i = 0; i < place.areas.n; i++)
      *slice_push(rq->arena, &page->found, &cap) = link_of(rq, &place.areas.p[i]);
  if (place.found == PLACE_POSTCODE || place.found == PLACE_SECTOR) return;
  struct areas more = places_suggest(rq->db, rq->arena, page->asked, SEARCH_MAX);
  for (size_t i = 0; i < more.n; i++) {
    bool there = false;
    struct profile_link l = link_of(rq, &more.p[i]);
    for (size_t k = 0; k < page->found.n; k++) there |= str_eq(page->found.p[k].href, l.href);
    if (!there) *slice_push(rq->arena, &page->found, &cap) = l;
  }
}

/* Larger places as lists; wards only where there is nothing larger. */
void profiles_list_page(struct request *rq) {
  struct places_page page = {.layout = page_layout(rq, SAID(rq, "What is known of each place")),
                             .asked = utf8_head(str_trim(request_form(rq, "q")), 80)};
  size_t cap = 0;
  page.searched = page.asked.n > 0;
  if (page.searched) search(rq, &page);
  for (size_t k = 0; k < countof(kinds_by_size); k++) {
    struct str kind = str_of(kinds_by_size[k]);
    if (str_eq(kind, S("lsoa")) || (str_eq(kind, S("ward")) && page.kinds.n)) continue;
    struct areas all = areas_of_kind(rq->db, rq->arena, kind);
    if (!all.n) continue;
    *slice_push(rq->arena, &page.kinds, &cap) =
        (struct profile_kind){code_label("area_kinds", kind), links_of(rq, &all)};
  }
  view_profiles_places(rq->view, &page);
}
