/* pages: "How do I get there?" for anybody. The service or place, the home and the time come in the
 * body of an ASK, are used once and go nowhere. */
#include <math.h>
#include "journeys.html.h"
#include "journeys/pages.h"

enum { PLACE_TYPED_MAX = 80, DAYS_AHEAD_MAX = 400 };
#define SAID(rq, message) words_of((enum language)(rq)->lang, message)

/* One question, as far as it could be read. */
struct journey_ask {
  const struct offer *offer; /* NULL: `to` was typed */
  struct spot from, to;
  struct str from_words, to_words;
  struct set_out when;
  bool arrive_by, now; /* now: nothing was said of a time */
  int closes;          /* minute it closes that day; -1 = not known */
};

static void without_cookie(struct request *rq) {
  if (!rq->actor.user_id) rq->view->csrf = (struct str){0};
}

static struct str typed(struct request *rq, const char *name) {
  return utf8_head(str_trim(request_form(rq, name)), PLACE_TYPED_MAX);
}

static const struct offer *offer_asked(struct request *rq, struct str service) {
  struct uuid id;
  struct why why;
  if (!uuid_parse(service, &id)) return NULL;
  const struct offers *o = offers_now(rq->db, instant_local_uk(rq->now).day, DIRECTORY_LIVE, &why);
  const struct offer *f = o ? offers_find(o, id) : NULL;
  return f && f->standing.state != STANDING_WITHDRAWN ? f : NULL;
}

static void begin_page(struct request *rq, const struct offer *o, struct journey_page *page) {
  *page = (struct journey_page){.layout = page_layout(rq, SAID(rq, T("How do I get there?"))),
                                .from = typed(rq, "from"),
                                .to = typed(rq, "to"),
                                .day = typed(rq, "day"),
                                .time = typed(rq, "time"),
                                .arrive_by = str_eq(request_form(rq, "by"), S("arrive")),
                                .slowly = request_form(rq, "slowly").n,
                                .wheelchair = request_form(rq, "wheelchair").n,
                                .none = !region_loaded().loaded,
                                .note = journeys_note((enum language)rq->lang)};
  if (!o) return;
  struct spot any;
  page->service = uuid_str(rq->arena, o->public_id), page->name = o->name;
  page->path = offer_path(rq->arena, o, DIRECTORY_LIVE);
  page->hidden = !journeys_place_of(o, (struct spot){NAN, NAN}, &any);
}

void journey_page(struct request *rq) {
  struct journey_page page;
  struct str service =
      request_query(rq, "service"); /* from its own page; where to, never where from */
  const struct offer *offer = offer_asked(rq, service);
  if (service.n && !offer) return reply_not_found(rq);
  begin_page(rq, offer, &page);
  without_cookie(rq);
  view_journeys_journey(rq->view, &page);
}

/* ---- Reading. */

static bool read_spot(struct request *rq, struct str words, struct spot *out, struct str *known,
                      struct str *fault) {
  struct place place;
  if (!words.n)
    *fault = SAID(rq, T("Say a postcode, a town or an area."));
  else if (!place_resolve(rq->db, rq->arena, words, &place))
    *fault = SAID(rq, T("We could not look that up just now. Try again in a minute."));
  else if (place.found == PLACE_NONE || isnan(place.at.lat))
    *fault = SAID(rq, T("We do not know that place. Try a postcode or a town nearby."));
  else
    *out = (struct spot){place.at.lat, place.at.lon}, *known = place.words;
  return !fault->n;
}

static bool read_when(struct request *rq, const struct journey_page *page, struct journey_ask *ask,
                      struct str *fault) {
  struct local now = instant_local_uk(rq->now);
  ask->when = (struct set_out){now.day, now.minute};
  ask->now = !page->day.n && !page->time.n;
  bool good = (!page->day.n || day_parse_typed(page->day, &ask->when.day)) &&
              (!page->time.n || minute_parse_typed(page->time, &ask->when.minute)) &&
              ask->when.day >= now.day && ask->when.day < now.day + DAYS_AHEAD_MAX;
  if (!good) *fault = SAID(rq, T("Give a day from today on as 27/3/2026 and a time as 10:30."));
  return good;
}

/* A time that was not said: now while it is open, else when it next opens. */
static void settle_when(struct request *rq, struct journey_page *page, struct journey_ask *ask) {
  struct set_out opens;
  ask->arrive_by = page->arrive_by;
  if (!ask->now || !ask->offer ||
      !journeys_opens(ask->offer, ask->when.day, ask->when.minute, &opens))
    return;
  ask->when = opens, ask->arrive_by = true, page->arrive_by = true;
  page->day = words_day(rq->arena, LANG_EN, opens.day);
  page->time = journeys_clock(rq->arena, LANG_EN, opens.minute);
}

/* ---- Answering. */

static struct way_ask way_there(const struct journey_page *page, const struct journey_ask *ask) {
  return (struct way_ask){.from = ask->from,
                          .to = ask->to,
                          .day = ask->when.day,
                          .minute = ask->when.minute,
                          .arrive_by = ask->arrive_by,
                          .wheelchair = page->wheelchair,
                          .slowly = page->slowly};
}

static void find_there(struct request *rq, struct journey_page *page, const struct journey_ask *ask,
                       struct travel *way) {
  struct way_ask q = way_there(page, ask);
  struct travel missed;
  struct why why = {{0}};
  enum language lang = (enum language)rq->lang;
  if (!way_find(rq->arena, &q, way, &why)) {
    page->fault = SAID(rq, T("The bus times here do not cover that day. Try one nearer to today."));
    return;
  }
  page->asked = true;
  page->there = journeys_view(rq, way, ask->from_words, ask->to_words);
  for (size_t i = 0; i < way->legs.n; i++)
    page->chair_unknown |= page->wheelchair && way->legs.p[i].wheelchair_unknown;
  if (!way->found || !way_missed(rq->arena, &q, way, &missed)) return;
  struct str leave = journeys_clock(rq->arena, lang, missed.depart),
             there = journeys_clock(rq->arena, lang, missed.arrive);
  page->missed =
      ask->arrive_by && missed.arrive > ask->when.minute
          ? SAY(rq->arena, lang,
                T("If you miss it: leave at {time}, be there at {arrive}, which is too late."),
                SLOT("time", leave), SLOT("arrive", there))
          : SAY(rq->arena, lang, T("If you miss it: leave at {time}, be there at {arrive}."),
                SLOT("time", leave), SLOT("arrive", there));
}

static void find_back(struct request *rq, struct journey_page *page, const struct journey_ask *ask,
                      const struct travel *there, struct travel *back) {
  enum { STAY_MINUTES = 60 };
  struct way_ask q = way_there(page, ask);
  struct travel last;
  struct why why;
  int until = ask->closes >= 0 ? ask->closes : there->found ? there->arrive + STAY_MINUTES : -1;
  if (until < 0) return;
  q.from = ask->to, q.to = ask->from, q.arrive_by = false, q.minute = until;
  if (way_find(rq->arena, &q, back, &why))
    page->back = journeys_view(rq, back, ask->to_words, ask->from_words);
  if (way_last(rq->arena, &q, &last, &why) && last.found) {
    page->last = journeys_view(rq, &last, ask->to_words, ask->from_words);
    page->last_early = ask->closes >= 0 && last.depart < ask->closes;
  }
}

static void find_help(struct request *rq, struct journey_page *page,
                      const struct journey_ask *ask) {
  struct way_ask q = way_there(page, ask);
  struct way_help help;
  way_help(rq->arena, &q, &help);
  journeys_help(rq, &help, &page->help.p, &page->help.n);
}

static void answer(struct request *rq, struct journey_page *page, struct journey_ask *ask) {
  struct travel there = {0}, back = {0};
  int until = -1;
  settle_when(rq, page, ask);
  page->when_words = journeys_day(rq->arena, (enum language)rq->lang, ask->when.day);
  if (ask->offer && offer_open_at(ask->offer, ask->when.day, ask->when.minute, &until) == 1)
    ask->closes = until;
  if (ask->closes >= 0)
    page->closes =
        SAY(rq->arena, (enum language)rq->lang, T("It closes at {time}."),
            SLOT("time", journeys_clock(rq->arena, (enum language)rq->lang, ask->closes)));
  find_there(rq, page, ask, &there);
  if (!page->asked) return;
  if (!there.found) find_help(rq, page, ask);
  find_back(rq, page, ask, &there, &back);
  const struct travel *both[] = {&there, &back};
  struct fares_said fares = fares_of_day(rq->arena, ask->when.day, both, countof(both));
  page->cost = journeys_cost(rq, &fares, false);
}

void journey_answer(struct request *rq) {
  struct journey_ask ask = {.offer = offer_asked(rq, request_form(rq, "service")), .closes = -1};
  struct journey_page page;
  if (request_form(rq, "service").n && !ask.offer) return reply_not_found(rq);
  begin_page(rq, ask.offer, &page);
  bool first = !request_has(rq, "by") && !page.from.n; /* only the way in: nothing typed yet */
  if (!page.hidden && !page.none && !first) {
    bool from = read_spot(rq, page.from, &ask.from, &ask.from_words, &page.from_fault);
    bool to = ask.offer ? journeys_place_of(ask.offer, ask.from, &ask.to)
                        : read_spot(rq, page.to, &ask.to, &ask.to_words, &page.to_fault);
    if (ask.offer) ask.to_words = ask.offer->name;
    bool when = read_when(rq, &page, &ask, &page.when_fault);
    if (from && to && when)
      answer(rq, &page, &ask);
    else
      reply_status(rq, 422);
  }
  without_cookie(rq);
  view_journeys_journey(rq->view, &page);
}
