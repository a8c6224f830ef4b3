/* shift_pages: on a worker's screen, one job's week from somebody's home: in by its start, home
 * after its end, the nursery on the way, and what would make it reachable. Asked, worked out,
 * shown, and not kept. */
#include <math.h>
#include "journeys/shift_pages.h"
#include "people/people.h"
#include "shift.html.h"

enum { TYPED_MAX = 80, NURSERIES_MAX = 300, HANDOVER_MINUTES = 5 };
#define SAID(rq, message) words_of((enum language)(rq)->lang, message)
#define MICRO 1e6

struct asked {
  struct request *rq;
  struct shift_page *page;
  struct week_ask week;
  struct str work_words, nursery_words;
  bool own_hours; /* of the nursery, as its file gave them */
};

static struct str typed(struct request *rq, const char *name, const char *otherwise) {
  struct str s = utf8_head(str_trim(request_form(rq, name)), TYPED_MAX);
  return s.n || request_has(rq, name) ? s : str_of(otherwise);
}

struct nursery_row {
  struct reach_choice choice;
  struct spot at;
  int opens, closes; /* -1 = not said */
  double metres;
};

static int nearest_first(const void *x, const void *y) {
  const struct nursery_row *a = x, *b = y;
  if (a->metres != b->metres) return a->metres < b->metres ? -1 : 1;
  return str_cmp(a->choice.label, b->choice.label);
}

static int minute_of(struct rows *r, int column) {
  return row_null(r, column) ? -1 : (int)row_int(r, column);
}

/* The one chosen; its own hours are used when none were typed. */
static void choose_nursery(struct asked *q, const struct nursery_row *n) {
  q->week.by_nursery = true, q->nursery_words = n->choice.label, q->week.nursery = n->at;
  if (n->opens < 0 || q->page->opens.n || q->page->closes.n) return;
  q->own_hours = true, q->week.opens = n->opens, q->week.closes = n->closes;
}

/* Nurseries, the nearest to their home first. */
static void read_nurseries(struct asked *q) {
  struct request *rq = q->rq;
  struct str chosen = request_form(rq, "nursery");
  struct {
    struct nursery_row *p;
    size_t n;
  } all = {0};
  size_t cap = 0, shown = 0;
  struct geo_point home = {q->week.home.lat, q->week.home.lon};
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, name, lat, lon, opens, closes from reach_target where "
                              "kind = 'childcare' order by id"));
  while (db_next(&r)) {
    struct spot at = {(double)row_int(&r, 2) / MICRO, (double)row_int(&r, 3) / MICRO};
    *slice_push(rq->arena, &all, &cap) =
        (struct nursery_row){.choice = {str_format(rq->arena, "%lld", (long long)row_int(&r, 0)),
                                        row_text(&r, 1), false},
                             .at = at,
                             .opens = minute_of(&r, 4),
                             .closes = minute_of(&r, 5),
                             .metres = place_metres(home, (struct geo_point){at.lat, at.lon})};
  }
  if (all.n) qsort(all.p, all.n, sizeof *all.p, nearest_first);
  for (size_t i = 0; i < all.n && i < NURSERIES_MAX; i++) {
    all.p[i].choice.chosen = str_eq(all.p[i].choice.value, chosen);
    if (all.p[i].choice.chosen) choose_nursery(q, &all.p[i]);
    *slice_push(rq->arena, &q->page->nurseries, &shown) = all.p[i].choice;
  }
}

static bool read_ask(struct asked *q) {
  struct request *rq = q->rq;
  struct shift_page *page = q->page;
  struct place place;
  if (!page->to.n || !place_resolve(rq->db, rq->arena, page->to, &place) ||
      place.found == PLACE_NONE || isnan(place.at.lat))
    page->to_fault = SAID(rq, T("We do not know that place. Try a postcode or a town nearby."));
  else
    q->week.work = (struct spot){place.at.lat, place.at.lon}, q->work_words = place.words;
  if (!minute_parse_typed(page->starts, &q->week.start) ||
      !minute_parse_typed(page->ends, &q->week.end) ||
      (q->week.by_nursery && !q->own_hours &&
       (!minute_parse_typed(page->opens, &q->week.opens) ||
        !minute_parse_typed(page->closes, &q->week.closes) || q->week.closes <= q->week.opens)))
    page->time_fault = SAID(
        rq, T("Give each time as 06:00; of a nursery too, when its hours are not known here."));
  q->week.day = instant_local_uk(rq->now).day, q->week.slowly = page->slowly;
  while (day_weekday(q->week.day) != MONDAY) q->week.day++; /* a whole week still to come */
  q->week.handover = HANDOVER_MINUTES;
  return !page->to_fault.n && !page->time_fault.n;
}

/* ---- In words. */

static struct str in_words(struct asked *q, const struct week_leg *l) {
  struct request *rq = q->rq;
  enum language lang = (enum language)rq->lang;
  if (l->nursery_shut) return SAID(rq, T("In: the nursery does not open early enough."));
  if (!l->can) return SAID(rq, T("In: no way there in time."));
  const struct travel *from = q->week.by_nursery && l->first.found ? &l->first : &l->way;
  return SAY(rq->arena, lang,
             l->missed_too_late
                 ? T("In: leave at {time}, be there at {arrive}. Miss the bus, and it is too late.")
                 : T("In: leave at {time}, be there at {arrive}."),
             SLOT("time", journeys_clock(rq->arena, lang, from->depart)),
             SLOT("arrive", journeys_clock(rq->arena, lang, l->way.arrive)));
}

static struct str home_words(struct asked *q, const struct week_leg *l) {
  struct request *rq = q->rq;
  enum language lang = (enum language)rq->lang;
  if (l->nursery_shut) return SAID(rq, T("Home: the nursery has closed before they get there."));
  if (!l->can) return SAID(rq, T("Home: no way home after it ends."));
  const struct travel *from = q->week.by_nursery && l->first.found ? &l->first : &l->way;
  return SAY(rq->arena, lang, T("Home: leave at {time}, home at {arrive}."),
             SLOT("time", journeys_clock(rq->arena, lang, from->depart)),
             SLOT("arrive", journeys_clock(rq->arena, lang, l->way.arrive)));
}

static void help_words(struct asked *q, const struct week_leg *l, bool home, struct shift_row *row,
                       size_t *cap) {
  struct request *rq = q->rq;
  enum language lang = (enum language)rq->lang;
  if (l->can) return;
  if (l->bike_km)
    *slice_push(rq->arena, &row->help, cap) =
        SAY(rq->arena, lang, T("A loan bike, for up to {n} km, would make it."),
            SLOT("n", str_format(rq->arena, "%d", l->bike_km)));
  if (l->service_minutes)
    *slice_push(rq->arena, &row->help, cap) =
        SAY_N(rq->arena, lang,
              home ? TN("A last bus 1 minute later would make it.",
                        "A last bus {n} minutes later would make it.", (int64_t)l->service_minutes)
                   : TN("A first bus, or a start, 1 minute otherwise would make it.",
                        "A first bus {n} minutes earlier, or a start so much later, would make it.",
                        (int64_t)l->service_minutes));
  struct str lift = SAID(rq, T("A lift to a railway station would make it."));
  bool said = row->help.n && str_eq(row->help.p[row->help.n - 1], lift); /* of the other way */
  if (l->lift && !said) *slice_push(rq->arena, &row->help, cap) = lift;
}

static void put_day(struct asked *q, const struct week_day *d, size_t *cap) {
  struct request *rq = q->rq;
  struct shift_row *row = slice_push(rq->arena, &q->page->days, cap);
  size_t help = 0;
  *row = (struct shift_row){.day = journeys_day(rq->arena, (enum language)rq->lang, d->on),
                            .holiday = d->holiday,
                            .unknown = !d->known,
                            .in_can = d->in.can,
                            .home_can = d->home.can};
  if (!d->known) return;
  row->in = in_words(q, &d->in), row->home = home_words(q, &d->home);
  help_words(q, &d->in, false, row, &help), help_words(q, &d->home, true, row, &help);
}

/* The first day that works both ways is shown leg by leg. */
static void show_first(struct asked *q, const struct week *w) {
  struct request *rq = q->rq;
  struct shift_page *page = q->page;
  struct str home = SAID(rq, T("home"));
  for (size_t i = 0; i < w->n; i++) {
    const struct week_day *d = &w->day[i];
    if (!d->known || !d->in.can || !d->home.can) continue;
    bool by = q->week.by_nursery;
    page->shown = journeys_day(rq->arena, (enum language)rq->lang, d->on);
    if (by) page->first = journeys_view(rq, &d->in.first, home, q->nursery_words);
    page->in = journeys_view(rq, &d->in.way, by ? q->nursery_words : home, q->work_words);
    if (by) page->back_first = journeys_view(rq, &d->home.first, q->work_words, q->nursery_words);
    page->back = journeys_view(rq, &d->home.way, by ? q->nursery_words : q->work_words, home);
    return;
  }
}

static void answer(struct asked *q, const struct person *p) {
  struct request *rq = q->rq;
  struct week w;
  struct why why = {{0}};
  size_t cap = 0, links = 0;
  int64_t works = 0, known = 0;
  if (!week_find(rq->arena, &q->week, &w, &why)) {
    q->page->time_fault = SAID(rq, T("The bus times here do not cover this week."));
    return;
  }
  for (size_t i = 0; i < w.n; i++) {
    put_day(q, &w.day[i], &cap);
    if (i >= 7) continue; /* the eighth is the next bank holiday */
    known += w.day[i].known, works += w.day[i].known && w.day[i].in.can && w.day[i].home.can;
  }
  q->page->known = true;
  q->page->finding =
      SAY(rq->arena, (enum language)rq->lang,
          T("It works on {n} of {all} days of the week from {day}."),
          SLOT("n", str_format(rq->arena, "%lld", (long long)works)),
          SLOT("all", str_format(rq->arena, "%lld", (long long)known)),
          SLOT("day", journeys_day(rq->arena, (enum language)rq->lang, q->week.day)));
  show_first(q, &w);
  struct fares_said fares = fares_of_week(rq->arena, &w);
  q->page->cost = journeys_cost(rq, &fares, true);
  struct legs_view pay = {0};
  if (works < known) journeys_pay_links(rq, p, &pay);
  for (size_t i = 0; i < pay.links.n; i++)
    *slice_push(rq->arena, &q->page->links, &links) = pay.links.p[i];
}

static void show(struct request *rq, bool asked) {
  struct person p;
  struct sight sight;
  struct shift_page page = {0};
  struct asked q = {.rq = rq, .page = &page};
  if (!people_open(rq, &p, &sight, CLASS_CONTACT)) return;
  page.head = people_head(rq, &p, sight, SAID(rq, T("Getting to work")));
  page.to = typed(rq, "to", ""), page.starts = typed(rq, "starts", "09:00");
  page.ends = typed(rq, "ends", "17:00"), page.opens = typed(rq, "opens", "");
  page.closes = typed(rq, "closes", ""), page.slowly = request_form(rq, "slowly").n > 0;
  page.note = journeys_note((enum language)rq->lang);
  page.none = !journeys_home_of(rq, &p, sight.classes, &q.week.home);
  read_nurseries(&q);
  if (!page.none && asked) {
    if (read_ask(&q)) answer(&q, &p);
    if (page.to_fault.n || page.time_fault.n) reply_status(rq, 422);
  }
  view_journeys_shift(rq->view, &page);
}

void shift_page(struct request *rq) { show(rq, false); }
void shift_answer(struct request *rq) { show(rq, true); }
