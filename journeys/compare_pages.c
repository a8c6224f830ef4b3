/* compare_pages: who gains and who loses, by ward and by small area, when another timetable takes
 * the place of the one in use, or a hub opens somewhere. */
#include <math.h>
#include "journeys.html.h"
#include "journeys/pages.h"
#include "web/parse.h"

enum { DRAWN_MAX = 400, LONG_MINUTES = MINUTES_MOST + 1, CHANGE_MINUTES = 1 };
#define SAID(rq, message) words_of((enum language)(rq)->lang, message)

struct compare {
  struct request *rq;
  struct compare_view *page;
  enum reach_kind of;
  bool sunday;
  int hour;
  day_t day;          /* of the night's table */
  int64_t comparison; /* 0: a hub, or nothing chosen */
  struct area within; /* small areas of this ward only */
  bool small;
  struct str hub;
  struct spot hub_at;
};

/* Minutes before and after; LONG_MINUTES: over two hours or no way. */
struct moved {
  struct str code;
  int before, after;
};
struct before_after {
  struct moved *p;
  size_t n;
};

static int whole(int64_t minutes) { return minutes < 0 ? LONG_MINUTES : (int)minutes; }

/* ---- Before and after, of every area, by code. */

static struct before_after read_compared(const struct compare *c) {
  struct before_after out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      c->rq->db, c->rq->arena,
      SQL("select c.area_code, a.provider, a.jobs, a.childcare, c.provider, c.jobs, c.childcare "
          "from reach_compared c join reach_area a on a.area_code = c.area_code and a.day_kind = "
          "c.day_kind and a.hour = c.hour where c.comparison_id = ?1 and c.day_kind = ?2 and "
          "c.hour = ?3 order by c.area_code"),
      V(c->comparison), V(c->sunday ? S("sunday") : S("weekday")), V((int64_t)c->hour));
  while (db_next(&r))
    *slice_push(c->rq->arena, &out, &cap) = (struct moved){
        row_text(&r, 0), whole(row_int(&r, 1 + (int)c->of)), whole(row_int(&r, 4 + (int)c->of))};
  return out;
}

/* With a hub nobody loses: the nearer of what is there and the hub. */
static struct before_after read_hub(const struct compare *c, const struct areas *areas) {
  struct before_after out = {0};
  size_t cap = 0;
  struct reach_target hub = {c->hub_at, 0, 1};
  struct reach_need one = {1, {1}};
  for (size_t i = 0; i < areas->n; i++) {
    const struct area *a = &areas->p[i];
    struct arena scratch = *c->rq->arena;
    int to_hub[REACH_KINDS_MAX];
    int64_t before =
        db_number(c->rq->db, AREA_NOT_KNOWN,
                  SQL("select provider from reach_area where area_code = ?1 and "
                      "day_kind = ?2 and hour = ?3"),
                  V(a->code), V(c->sunday ? S("sunday") : S("weekday")), V((int64_t)c->hour));
    if (before == AREA_NOT_KNOWN ||
        !minutes_nearest(&scratch, (struct spot){a->centre.lat, a->centre.lon},
                         (struct set_out){c->day, c->hour * 60}, &hub, 1, &one, to_hub))
      continue;
    int was = whole(before), now = to_hub[0] >= 0 && to_hub[0] < was ? to_hub[0] : was;
    *slice_push(c->rq->arena, &out, &cap) = (struct moved){a->code, was, now};
  }
  return out;
}

static const struct moved *change_of(const struct before_after *all, struct str code) {
  size_t low = 0, high = all->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (str_cmp(all->p[middle].code, code) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < all->n && str_eq(all->p[low].code, code) ? &all->p[low] : NULL;
}

/* ---- Counts. */

struct sides {
  int64_t gain, lose, cut, won, all; /* cut: over 45 minutes and was not; won: the other way */
};

static void count_one(struct sides *s, const struct moved *c) {
  enum { LIMIT = 45 };
  s->all++;
  s->gain += c->after<c->before, s->lose += c->after> c->before;
  s->cut += c->before <= LIMIT && c->after > LIMIT;
  s->won += c->before > LIMIT && c->after <= LIMIT;
}

static struct sides count_of(const struct before_after *all, const struct areas *areas) {
  struct sides s = {0};
  for (size_t i = 0; i < areas->n; i++) {
    const struct moved *c = change_of(all, areas->p[i].code);
    if (c) count_one(&s, c);
  }
  return s;
}

static struct str minutes_words(const struct compare *c, int n) {
  return n > MINUTES_MOST ? SAID(c->rq, T("over two hours")) : journeys_minutes(c->rq, n);
}

static struct str change_words(const struct compare *c, const struct moved *x) {
  enum language lang = (enum language)c->rq->lang;
  struct arena *a = c->rq->arena;
  struct str before = minutes_words(c, x->before), after = minutes_words(c, x->after);
  if (x->before == x->after) return SAY(a, lang, T("{before}, as before"), SLOT("before", before));
  return SAY(a, lang,
             x->after < x->before ? T("{before}, then {after}: nearer")
                                  : T("{before}, then {after}: farther"),
             SLOT("before", before), SLOT("after", after));
}

/* ---- The map and its table: who loses most comes first. */

static void rings_of(const struct compare *c, int64_t area, struct map_area *out) {
  struct outline o = area_outline(c->rq->db, c->rq->arena, area);
  struct map_ring *rings = arena_many(c->rq->arena, struct map_ring, o.n + 1);
  for (size_t r = 0; r < o.n; r++) {
    struct map_point *points = arena_many(c->rq->arena, struct map_point, o.p[r].n + 1);
    for (size_t i = 0; i < o.p[r].n; i++)
      points[i] = (struct map_point){o.p[r].p[i].lon, o.p[r].p[i].lat};
    rings[r] = (struct map_ring){points, o.p[r].n};
  }
  out->rings.p = rings, out->rings.n = o.n;
}

static struct str address(const struct compare *c, struct str ward) {
  return str_format(c->rq->arena,
                    "/coverage/reach/compare?with=%.*s&hub=%.*s&of=%s&day=%s&hour=%d&ward=%.*s",
                    P(c->page->with), P(c->page->hub_query), reach_kind_codes[c->of],
                    c->sunday ? "sunday" : "weekday", c->hour, P(ward));
}

static int most_lost(const void *x, const void *y) {
  const struct map_area *a = x, *b = y;
  bool ka = !isnan(a->value), kb = !isnan(b->value);
  if (ka != kb) return ka ? -1 : 1;
  if (ka && a->value != b->value) return a->value > b->value ? -1 : 1;
  return str_cmp(a->name, b->name);
}

static void draw(const struct compare *c, const struct before_after *all,
                 const struct areas *areas) {
  static const double breaks[] = {-9.5, -0.5, 0.5, 9.5};
  static const char *const classes[] = {"10 minutes or more nearer", "1 to 9 nearer", "No change",
                                        "1 to 9 farther", "10 or more farther, or cut off"};
  struct request *rq = c->rq;
  struct map_area *drawn = arena_many(rq->arena, struct map_area, areas->n + 1);
  size_t n = 0;
  for (size_t i = 0; i < areas->n && n < DRAWN_MAX; i++) {
    const struct area *a = &areas->p[i];
    const struct moved *x = change_of(all, a->code);
    struct map_area *m = &drawn[n++];
    *m = (struct map_area){.name = a->name,
                           .value = x ? (double)(x->after - x->before) : (double)NAN,
                           .shown = x ? change_words(c, x) : (struct str){0},
                           .href = c->small ? (struct str){0} : address(c, a->code)};
    rings_of(c, a->id, m);
  }
  if (!n) return;
  qsort(drawn, n, sizeof *drawn, most_lost);
  struct map m = {.words = {.id = S("compare"),
                            .what = c->page->title,
                            .about = c->page->about,
                            .finding = c->page->finding,
                            .shows = SAID(rq, T("Minutes by bus and on foot from the middle of "
                                                "each area, before and after.")),
                            .shows_not = SAID(rq, T("How many people it is for, and what it "
                                                    "costs. Hatched areas are not known.")),
                            .source = journeys_note((enum language)rq->lang)},
                  .breaks = breaks,
                  .class_words = classes,
                  .unit = SAID(rq, T("Before and after"))};
  m.areas.p = drawn, m.areas.n = n;
  chart_map(rq->view, &m, &c->page->chart);
  c->page->drawn = true;
}

/* ---- What was asked. */

static void read_hub_place(struct compare *c) {
  struct place place;
  struct str hub = utf8_head(str_trim(request_query(c->rq, "hub")), 80);
  c->hub_at = (struct spot){(double)NAN, (double)NAN};
  c->page->hub = hub;
  if (!hub.n) return;
  if (place_resolve(c->rq->db, c->rq->arena, hub, &place) && !isnan(place.at.lat)) {
    c->hub = place.words, c->hub_at = (struct spot){place.at.lat, place.at.lon};
    struct buf b = buf_open(1024);
    percent_put(&b, hub, false);
    c->page->hub_query = str_copy(c->rq->arena, buf_str(&b));
    buf_free(&b);
  } else {
    c->page->fault = SAID(c->rq, T("We do not know that place. Try a postcode or a town nearby."));
  }
}

/* The comparisons there are, newest first; the one asked for, else the newest when no hub is. */
static void read_comparisons(struct compare *c) {
  size_t cap = 0;
  struct str with = request_query(c->rq, "with");
  struct rows r = db_rows(c->rq->db, c->rq->arena,
                          SQL("select id, public_id, name, made_on from reach_comparison order by "
                              "id desc limit 50"));
  while (db_next(&r)) {
    struct reach_choice *one = slice_push(c->rq->arena, &c->page->withs, &cap);
    *one = (struct reach_choice){.value = row_text(&r, 1), .label = row_text(&r, 2)};
    one->chosen = !isnan(c->hub_at.lat) ? false
                  : with.n              ? str_eq(with, one->value)
                                        : c->page->withs.n == 1;
    if (!one->chosen) continue;
    c->comparison = row_int(&r, 0), c->page->with = one->value, c->page->with_name = one->label;
    c->page->waiting = row_null(&r, 3);
  }
}

static void read_rest(struct compare *c) {
  struct request *rq = c->rq;
  int64_t hour = 8;
  for (int k = 0; k < REACH_KINDS; k++)
    if (str_eq(request_query(rq, "of"), str_of(reach_kind_codes[k]))) c->of = (enum reach_kind)k;
  if (!isnan(c->hub_at.lat)) c->of = REACH_PROVIDER;
  c->sunday = str_eq(request_query(rq, "day"), S("sunday"));
  if (!str_to_i64(request_query(rq, "hour"), &hour) || hour < REACH_HOUR_FIRST ||
      hour > REACH_HOUR_LAST)
    hour = 8;
  c->hour = (int)hour;
  struct str ward = request_query(rq, "ward");
  c->small = ward.n && area_by_code(rq->db, rq->arena, ward, &c->within);
  struct rows r;
  c->day = DAY_NONE;
  if (db_one(&r, rq->db, rq->arena,
             SQL("select weekday_on, sunday_on from reach_state where id = 1"))) {
    c->day = row_day(&r, c->sunday ? 1 : 0);
    db_done(&r);
  }
}

static void fill_choices(const struct compare *c) {
  size_t cap = 0, kinds = 0;
  struct arena *a = c->rq->arena;
  for (int k = 0; k < REACH_KINDS; k++)
    *slice_push(a, &c->page->kinds, &kinds) =
        (struct reach_choice){str_of(reach_kind_codes[k]),
                              SAID(c->rq, reach_kind_words((enum reach_kind)k)), k == (int)c->of};
  for (int h = REACH_HOUR_FIRST; h <= REACH_HOUR_LAST; h++)
    *slice_push(a, &c->page->hours, &cap) = (struct reach_choice){
        str_format(a, "%d", h), journeys_clock(a, LANG_EN, h * 60), h == c->hour};
  c->page->sunday = c->sunday;
  c->page->ward = c->small ? c->within.code : (struct str){0}, c->page->ward_name = c->within.name;
  c->page->back = c->small ? address(c, (struct str){0}) : (struct str){0};
}

static struct str n_words(const struct compare *c, int64_t n) {
  return str_format(c->rq->arena, "%lld", (long long)n);
}

static void sentences(const struct compare *c, const struct sides *wards,
                      const struct sides *small) {
  enum language lang = (enum language)c->rq->lang;
  struct arena *a = c->rq->arena;
  struct str what = SAID(c->rq, reach_kind_words(c->of));
  c->page->title = SAY(a, lang, T("Minutes to {what}, before and after"), SLOT("what", what));
  c->page->about =
      SAY(a, lang, T("{name}: {day}, setting out in the hour from {time}"),
          SLOT("name", c->hub.n ? c->hub : c->page->with_name),
          SLOT("day", c->sunday ? SAID(c->rq, T("a Sunday")) : SAID(c->rq, T("a weekday"))),
          SLOT("time", journeys_clock(a, lang, c->hour * 60)));
  c->page->finding =
      SAY(a, lang, T("Of {all} wards, {gain} get nearer to {what} and {lose} get farther away."),
          SLOT("all", n_words(c, wards->all)), SLOT("gain", n_words(c, wards->gain)),
          SLOT("what", what), SLOT("lose", n_words(c, wards->lose)));
  c->page->limit =
      SAY(a, lang, T("{cut} wards no longer reach it within 45 minutes; {won} newly do."),
          SLOT("cut", n_words(c, wards->cut)), SLOT("won", n_words(c, wards->won)));
  if (small->all)
    c->page->small_words =
        SAY(a, lang, T("Of {all} small areas, {gain} get nearer and {lose} get farther away."),
            SLOT("all", n_words(c, small->all)), SLOT("gain", n_words(c, small->gain)),
            SLOT("lose", n_words(c, small->lose)));
}

static void answer(struct compare *c) {
  struct request *rq = c->rq;
  struct areas wards = areas_of_kind(rq->db, rq->arena, S("ward")),
               small = areas_of_kind(rq->db, rq->arena, S("lsoa")), below = {0};
  struct before_after all = {0};
  if (!isnan(c->hub_at.lat)) {
    struct areas every = reach_areas_wanted(rq->db, rq->arena);
    all = read_hub(c, &every);
  } else if (c->comparison) {
    all = read_compared(c);
  }
  if (!all.n) return;
  struct sides of_wards = count_of(&all, &wards), of_small = count_of(&all, &small);
  if (c->small) below = places_inside(rq->db, rq->arena, &c->within, S("lsoa"));
  c->page->known = true;
  sentences(c, &of_wards, &of_small);
  draw(c, &all, c->small ? &below : &wards);
}

void compare_page(struct request *rq) {
  struct compare_view page = {.layout = page_layout(rq, SAID(rq, T("Who gains and who loses")))};
  struct compare c = {.rq = rq, .page = &page};
  read_hub_place(&c);
  read_comparisons(&c);
  read_rest(&c);
  if (c.day != DAY_NONE && (c.comparison || !isnan(c.hub_at.lat))) answer(&c);
  fill_choices(&c);
  page.note = journeys_note((enum language)rq->lang);
  view_journeys_compare(rq->view, &page);
}
