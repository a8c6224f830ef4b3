/* table_pages: who in a place cannot reach help, jobs or childcare, for whoever plans for it: a map
 * with its table, every hour, what a new hub would change, and all of it as a file. */
#include <math.h>
#include "journeys.html.h"
#include "journeys/pages.h"
#include "web/look/chart.h"

enum { DRAWN_MAX = 200, LONG_MINUTES = MINUTES_MOST + 1 };
#define SAID(rq, message) words_of((enum language)(rq)->lang, message)

struct look {
  struct request *rq;
  enum reach_kind of;
  bool sunday, small;
  int hour;
  struct area within; /* small areas of this ward only */
  struct str hub;
  struct spot hub_at;
  day_t day, made_on;
};

const struct message *reach_kind_words(enum reach_kind k) {
  return k == REACH_PROVIDER ? T("help (any place of the directory)")
         : k == REACH_JOBS   ? T("1,000 jobs")
                             : T("childcare");
}

static bool read_state(struct look *l) {
  struct rows r;
  l->made_on = DAY_NONE;
  if (!db_one(&r, l->rq->db, l->rq->arena,
              SQL("select made_on, weekday_on, sunday_on from reach_state where id = 1")))
    return false;
  l->made_on = row_day(&r, 0), l->day = row_day(&r, l->sunday ? 2 : 1);
  db_done(&r);
  return l->made_on != DAY_NONE;
}

static void read_look(struct request *rq, struct look *l) {
  int64_t hour = 8;
  *l = (struct look){.rq = rq, .hub_at = {(double)NAN, (double)NAN}};
  for (int k = 0; k < REACH_KINDS; k++)
    if (str_eq(request_query(rq, "of"), str_of(reach_kind_codes[k]))) l->of = (enum reach_kind)k;
  l->sunday = str_eq(request_query(rq, "day"), S("sunday"));
  if (str_to_i64(request_query(rq, "hour"), &hour) && hour >= REACH_HOUR_FIRST &&
      hour <= REACH_HOUR_LAST)
    l->hour = (int)hour;
  else
    l->hour = 8;
  l->small = area_by_code(rq->db, rq->arena, request_query(rq, "ward"), &l->within);
  struct place place;
  struct str hub = utf8_head(str_trim(request_query(rq, "hub")), 80);
  if (hub.n && place_resolve(rq->db, rq->arena, hub, &place) && !isnan(place.at.lat))
    l->hub = place.words, l->hub_at = (struct spot){place.at.lat, place.at.lon};
}

/* ---- What is drawn. */

struct found {
  struct area area;
  int minutes, before; /* LONG_MINUTES: over two hours or no way; -1: not known */
};
struct founds {
  struct found *p;
  size_t n;
};

static struct areas areas_of_look(const struct look *l) {
  return l->small ? area_children(l->rq->db, l->rq->arena, l->within.id, S("lsoa"))
                  : areas_of_kind(l->rq->db, l->rq->arena, S("ward"));
}

static int minutes_of(const struct look *l, struct str code) {
  struct rows r;
  int n = -1;
  if (db_one(&r, l->rq->db, l->rq->arena,
             SQL("select provider, jobs, childcare from reach_area where area_code = ?1 and "
                 "day_kind = ?2 and hour = ?3"),
             V(code), V(l->sunday ? S("sunday") : S("weekday")), V((int64_t)l->hour))) {
    n = (int)row_int(&r, (int)l->of);
    if (n < 0) n = LONG_MINUTES;
    db_done(&r);
  }
  return n;
}

/* With the hub: the nearer of what is there and the hub, in the same hour. */
static int with_hub(const struct look *l, const struct area *area, int minutes) {
  struct reach_target hub = {l->hub_at, 0, 1};
  struct reach_need one = {1, {1}};
  int to_hub[REACH_KINDS_MAX];
  struct arena scratch = *l->rq->arena;
  if (isnan(l->hub_at.lat) || l->of != REACH_PROVIDER ||
      !minutes_nearest(&scratch, (struct spot){area->centre.lat, area->centre.lon},
                       (struct set_out){l->day, l->hour * 60}, &hub, 1, &one, to_hub))
    return minutes;
  return to_hub[0] >= 0 && (minutes < 0 || to_hub[0] < minutes) ? to_hub[0] : minutes;
}

static struct founds find_areas(const struct look *l) {
  struct areas all = areas_of_look(l);
  struct founds out = {arena_many(l->rq->arena, struct found, all.n + 1), 0};
  for (size_t i = 0; i < all.n && i < DRAWN_MAX; i++) {
    int before = minutes_of(l, all.p[i].code);
    out.p[out.n++] = (struct found){all.p[i], with_hub(l, &all.p[i], before), before};
  }
  return out;
}

static int farthest(const void *x, const void *y) {
  const struct found *a = x, *b = y;
  if (a->minutes != b->minutes) return a->minutes > b->minutes ? -1 : 1;
  return str_cmp(a->area.code, b->area.code);
}

static void rings_of(const struct look *l, int64_t area, struct map_area *out) {
  struct outline o = area_outline(l->rq->db, l->rq->arena, area);
  struct map_ring *rings = arena_many(l->rq->arena, struct map_ring, o.n + 1);
  for (size_t r = 0; r < o.n; r++) {
    struct map_point *points = arena_many(l->rq->arena, struct map_point, o.p[r].n + 1);
    for (size_t i = 0; i < o.p[r].n; i++)
      points[i] = (struct map_point){o.p[r].p[i].lon, o.p[r].p[i].lat};
    rings[r] = (struct map_ring){points, o.p[r].n};
  }
  out->rings.p = rings, out->rings.n = o.n;
}

static struct map_area drawn(const struct look *l, const struct found *f) {
  struct arena *a = l->rq->arena;
  struct map_area out = {.name = f->area.name, .value = f->minutes < 0 ? (double)NAN : f->minutes};
  out.shown = f->minutes < 0              ? (struct str){0}
              : f->minutes > MINUTES_MOST ? SAID(l->rq, T("over two hours, or no way"))
                                          : journeys_minutes(l->rq, f->minutes);
  if (!l->small)
    out.href = str_format(a, "/coverage/reach?ward=%.*s&of=%s&day=%s&hour=%d", P(f->area.code),
                          reach_kind_codes[l->of], l->sunday ? "sunday" : "weekday", l->hour);
  rings_of(l, f->area.id, &out);
  return out;
}

static void draw(const struct look *l, const struct founds *all, struct reach_view *page) {
  static const double breaks[] = {15, 30, 45, 60};
  static const char *const classes[] = {"Under 15", "15 to 29", "30 to 44", "45 to 59",
                                        "60 or more, or no way"};
  struct map_area *areas = arena_many(l->rq->arena, struct map_area, all->n + 1);
  struct str note = journeys_note((enum language)l->rq->lang);
  for (size_t i = 0; i < all->n; i++) areas[i] = drawn(l, &all->p[i]);
  struct map m = {
      .words = {.id = S("reach"),
                .what = page->title,
                .about = page->about,
                .finding = page->finding,
                .shows = SAID(l->rq, T("Minutes by bus and on foot from the middle of "
                                       "each area, at half the departures of the hour.")),
                .shows_not = SAID(l->rq, T("Whether there is a place free, and what it "
                                           "costs to go. Hatched areas are not known.")),
                .source = note},
      .breaks = breaks,
      .class_words = classes,
      .unit = SAID(l->rq, T("Minutes"))};
  m.areas.p = areas, m.areas.n = all->n;
  if (all->n) chart_map(l->rq->view, &m, &page->chart);
  page->drawn = all->n > 0;
}

/* ---- Counts: "7 of 24 wards cannot ..." and the same hour by hour. */

static size_t beyond(const struct founds *all, int minutes, bool before) {
  size_t n = 0;
  for (size_t i = 0; i < all->n; i++)
    n += (before ? all->p[i].before : all->p[i].minutes) > minutes;
  return n;
}

static void count_hours(const struct look *l, struct reach_view *page) {
  static const int limits[] = {30, 45, 60};
  size_t cap = 0;
  for (int h = REACH_HOUR_FIRST; h <= REACH_HOUR_LAST; h++) {
    struct look at = *l;
    at.hour = h, at.hub_at = (struct spot){(double)NAN, (double)NAN};
    struct founds all = find_areas(&at);
    struct reach_hour row = {.hour = journeys_clock(l->rq->arena, LANG_EN, h * 60),
                             .all = (int64_t)all.n};
    for (size_t k = 0; k < countof(limits); k++)
      row.beyond[k] = (int64_t)beyond(&all, limits[k], true);
    *slice_push(l->rq->arena, &page->hours, &cap) = row;
  }
}

static void sentences(const struct look *l, const struct founds *all, struct reach_view *page) {
  enum language lang = (enum language)l->rq->lang;
  struct arena *a = l->rq->arena;
  struct str what = SAID(l->rq, reach_kind_words(l->of)),
             at = journeys_clock(a, lang, l->hour * 60),
             n = str_format(a, "%zu", beyond(all, 45, false)), of = str_format(a, "%zu", all->n);
  page->title = SAY(a, lang, T("Minutes to {what}"), SLOT("what", what));
  page->about = SAY(a, lang, T("{day}, setting out in the hour from {time}"),
                    SLOT("day", journeys_day(a, lang, l->day)), SLOT("time", at));
  page->finding = SAY(a, lang, T("{n} of {all} areas cannot reach {what} within 45 minutes."),
                      SLOT("n", n), SLOT("all", of), SLOT("what", what));
  if (l->hub.n && l->of == REACH_PROVIDER)
    page->hub_words =
        SAY(a, lang, T("With a hub at {place}: {n} of {all} areas, instead of {before}."),
            SLOT("place", l->hub), SLOT("n", n), SLOT("all", of),
            SLOT("before", str_format(a, "%zu", beyond(all, 45, true))));
}

static void fill_choices(const struct look *l, struct reach_view *page) {
  size_t cap = 0, kinds = 0;
  for (int k = 0; k < REACH_KINDS; k++)
    *slice_push(l->rq->arena, &page->kinds, &kinds) =
        (struct reach_choice){str_of(reach_kind_codes[k]),
                              SAID(l->rq, reach_kind_words((enum reach_kind)k)), k == (int)l->of};
  for (int h = REACH_HOUR_FIRST; h <= REACH_HOUR_LAST; h++)
    *slice_push(l->rq->arena, &page->hour_choices, &cap) =
        (struct reach_choice){str_format(l->rq->arena, "%d", h),
                              journeys_clock(l->rq->arena, LANG_EN, h * 60), h == l->hour};
  page->sunday = l->sunday, page->hub = l->hub;
  page->ward = l->small ? l->within.code : (struct str){0}, page->ward_name = l->within.name;
}

void reach_page(struct request *rq) {
  struct look l;
  read_look(rq, &l);
  struct reach_view page = {.layout = page_layout(rq, SAID(rq, T("Who can reach what")))};
  fill_choices(&l, &page);
  page.known = read_state(&l);
  if (page.known) {
    struct founds all = find_areas(&l);
    if (all.n) qsort(all.p, all.n, sizeof *all.p, farthest);
    sentences(&l, &all, &page);
    draw(&l, &all, &page);
    count_hours(&l, &page);
    page.made = words_day(rq->arena, (enum language)rq->lang, l.made_on);
  }
  page.note = journeys_note((enum language)rq->lang);
  view_journeys_reach(rq->view, &page);
}

void reach_file(struct request *rq) {
  static const char *const names[] = {
      "area", "day", "hour", "provider_minutes", "jobs_1000_minutes", "childcare_minutes"};
  struct str note = journeys_note(LANG_EN);
  reply_download(rq, "text/csv; charset=utf-8", S("reach.csv"));
  for (size_t i = 0; i < countof(names); i++) csv_put(rq->body, str_of(names[i]), false);
  csv_put(rq->body, S("note"), true);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select area_code, day_kind, hour, provider, jobs, childcare from "
                              "reach_area order by area_code, day_kind, hour"));
  while (db_next(&r)) {
    for (int i = 0; i < 3; i++) csv_put(rq->body, row_text(&r, i), false);
    for (int i = 3; i < 6; i++) {
      struct arena scratch = *rq->arena;
      int64_t n = row_int(&r, i);
      csv_put(rq->body, n < 0 ? S("over 120") : str_format(&scratch, "%lld", (long long)n), false);
    }
    csv_put(rq->body, note, true);
  }
}
