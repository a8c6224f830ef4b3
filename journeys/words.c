/* words: a way as a person would be told it, in both languages. */
#include <math.h>
#include "journeys/inside.h"

struct str journeys_clock(struct arena *a, enum language lang, int minute) {
  int m = ((minute % 1440) + 1440) % 1440;
  struct str clock = str_format(a, "%02d:%02d", m / 60, m % 60);
  if (minute < 0) return SAY(a, lang, T("{time} the day before"), SLOT("time", clock));
  if (minute >= 1440) return SAY(a, lang, T("{time} the next day"), SLOT("time", clock));
  return clock;
}

struct str journeys_day(struct arena *a, enum language lang, day_t day) {
  char weekday[WORDS_NUMBER_MAX];
  struct str name = {weekday, words_number(weekday, lang, WORDS_WEEKDAY, day)};
  return str_format(a, "%.*s %.*s", P(name), P(words_day(a, lang, day)));
}

struct str journeys_note(enum language lang) {
  struct region_loaded r = region_loaded();
  return r.loaded && !r.trains ? words_of(lang, T("Trains not included.")) : (struct str){0};
}

struct str journeys_cost(struct request *rq, const struct fares_said *f, bool week) {
  enum language lang = (enum language)rq->lang;
  struct arena *a = rq->arena;
  if (!f->rides) return (struct str){0};
  if (!f->table)
    return words_of(lang, T("What the fares come to is not known: none have been read in here."));
  if (!f->known)
    return SAY(a, lang, T("What the fares come to is not known: none is kept here for {who}."),
               SLOT("who", str_copy(a, f->missing)));
  struct str money = money_words(a, f->pence);
  struct str said =
      week ? SAY(a, lang,
                 T("Fares: about {money} for the week, an adult without a discount, the days it "
                   "works."),
                 SLOT("money", money))
           : SAY(a, lang, T("Fares: about {money} in all, an adult without a discount."),
                 SLOT("money", money));
  if (!f->source.n) return said;
  struct str from = SAY(a, lang, T("Source: {source}."), SLOT("source", f->source));
  return str_format(a, "%.*s %.*s", P(said), P(from));
}

struct str journeys_minutes(struct request *rq, int minutes) {
  if (minutes < 0) return (struct str){0};
  return SAY_N(rq->arena, (enum language)rq->lang, TN("1 minute", "{n} minutes", minutes));
}

/* GTFS basic route types. */
static struct str vehicle(enum language lang, int mode) {
  switch (mode) {
    case 0: return words_of(lang, T("Tram"));
    case 1: return words_of(lang, T("Metro"));
    case 2: return words_of(lang, T("Train"));
    case 4: return words_of(lang, T("Ferry"));
    case 5:
    case 6:
    case 7: return words_of(lang, T("Cable car"));
    default: return words_of(lang, T("Bus"));
  }
}

static struct str ride_words(struct request *rq, const struct way_leg *l, struct str from,
                             struct str to) {
  enum language lang = (enum language)rq->lang;
  struct arena *a = rq->arena;
  struct str by = vehicle(lang, l->mode), at = journeys_clock(a, lang, l->arrive);
  struct str out =
      l->route.n
          ? SAY(a, lang, T("{vehicle} {number} from {stop} to {place}, there at {time}."),
                SLOT("vehicle", by), SLOT("number", l->route), SLOT("stop", from),
                SLOT("place", to), SLOT("time", at))
          : SAY(a, lang, T("{vehicle} from {stop} to {place}, there at {time}."),
                SLOT("vehicle", by), SLOT("stop", from), SLOT("place", to), SLOT("time", at));
  struct str more = {0};
  if (l->head.n && l->mode != 2)
    more = SAY(a, lang, T("It says {place} on the front."), SLOT("place", l->head));
  if (more.n) out = str_format(a, "%.*s %.*s", P(out), P(more));
  for (size_t i = 0; i < l->stay.n; i++) {
    const struct way_stay *w = &l->stay.p[i];
    more = w->route.n
               ? SAY(a, lang, T("Stay on at {stop}: it becomes number {number}."),
                     SLOT("stop", w->at), SLOT("number", w->route))
               : SAY(a, lang, T("Stay on at {stop}: it goes on from there."), SLOT("stop", w->at));
    out = str_format(a, "%.*s %.*s", P(out), P(more));
    if (!w->head.n || w->mode == 2) continue;
    more = SAY(a, lang, T("It then says {place} on the front."), SLOT("place", w->head));
    out = str_format(a, "%.*s %.*s", P(out), P(more));
  }
  more = l->every
             ? SAY_N(a, lang,
                     TN("It runs about every minute; the times are not promised.",
                        "It runs about every {n} minutes; the times are not promised.", l->every))
             : (struct str){0};
  return more.n ? str_format(a, "%.*s %.*s", P(out), P(more)) : out;
}

static struct str leg_words(struct request *rq, const struct way_leg *l, struct str from,
                            struct str to) {
  enum language lang = (enum language)rq->lang;
  int minutes = l->arrive - l->depart;
  struct str n = SAY_N(rq->arena, lang, TN("1 minute", "{n} minutes", minutes));
  switch (l->by) {
    case WAY_WALK:
      return SAY(rq->arena, lang, T("Walk {time} to {place}."), SLOT("time", n), SLOT("place", to));
    case WAY_BIKE:
      return SAY(rq->arena, lang, T("Cycle {time} to {place}."), SLOT("time", n),
                 SLOT("place", to));
    case WAY_LIFT:
      return SAY(rq->arena, lang, T("Get a lift for {time} to {place}."), SLOT("time", n),
                 SLOT("place", to));
    default: return ride_words(rq, l, from, to);
  }
}

struct way_view journeys_view(struct request *rq, const struct travel *w, struct str from,
                              struct str to) {
  enum language lang = (enum language)rq->lang;
  struct arena *a = rq->arena;
  struct way_view out = {.found = w->found, .on_foot = true};
  if (!w->found) return out;
  out.lines.p = arena_many(a, struct way_line, w->legs.n + 1);
  for (size_t i = 0; i < w->legs.n; i++) {
    const struct way_leg *l = &w->legs.p[i];
    if (l->by == WAY_RIDE) out.on_foot = false;
    out.lines.p[out.lines.n++] =
        (struct way_line){journeys_clock(a, lang, l->depart),
                          leg_words(rq, l, l->from.n ? l->from : from, l->to.n ? l->to : to)};
  }
  out.end = journeys_clock(a, lang, w->arrive);
  out.lead = SAY(a, lang, T("Leave at {time}, be there at {arrive}."),
                 SLOT("time", journeys_clock(a, lang, w->depart)), SLOT("arrive", out.end));
  struct str n = SAY_N(a, lang, TN("1 minute", "{n} minutes", w->arrive - w->depart));
  struct str changes = w->changes ? SAY_N(a, lang, TN("1 change", "{n} changes", w->changes))
                                  : words_of(lang, T("no change"));
  out.length = out.on_foot ? n : str_format(a, "%.*s, %.*s", P(n), P(changes));
  return out;
}

/* ---- When. */

bool journeys_place_of(const struct offer *o, struct spot from, struct spot *out) {
  double best = INFINITY;
  for (size_t i = 0; i < o->places.n; i++) {
    const struct offer_place *p = &o->places.p[i];
    if (!p->published || isnan(p->latitude)) continue;
    double d = isnan(from.lat) ? 0
                               : place_metres((struct geo_point){from.lat, from.lon},
                                              (struct geo_point){p->latitude, p->longitude});
    if (d < best) best = d, *out = (struct spot){p->latitude, p->longitude};
  }
  return !isinf(best);
}

/* The first opening of an offer on a day after that minute; -1 = none. */
static int opens_on(const struct offer *o, day_t day, int after) {
  int first = -1;
  for (size_t i = 0; i < o->openings.n; i++) {
    const struct opening *p = &o->openings.p[i];
    bool then = p->weekday == (int8_t)day_weekday(day) && (p->from == DAY_NONE || day >= p->from) &&
                (p->to == DAY_NONE || day <= p->to);
    if (then && p->opens > after && (first < 0 || p->opens < first)) first = p->opens;
  }
  return first;
}

bool journeys_opens(const struct offer *o, day_t today, int minute, struct set_out *out) {
  int until;
  if (offer_open_at(o, today, minute, &until) == 1) return false;
  for (int ahead = 0; ahead < 8; ahead++) {
    int opens = opens_on(o, today + ahead, ahead ? -1 : minute);
    if (opens < 0) continue;
    *out = (struct set_out){today + ahead, opens};
    return true;
  }
  return false;
}

static bool any_open(const struct offers *o, day_t day, int minute) {
  int until;
  for (size_t i = 0; i < o->list.n; i++)
    if (offer_open_at(&o->list.p[i], day, minute, &until) == 1) return true;
  return false;
}

static struct set_out next_opening(const struct offers *o, day_t today, int minute) {
  for (int ahead = 0; ahead < 8; ahead++) {
    int first = -1;
    for (size_t i = 0; i < o->list.n; i++) {
      int opens = opens_on(&o->list.p[i], today + ahead, ahead ? -1 : minute);
      if (opens >= 0 && (first < 0 || opens < first)) first = opens;
    }
    if (first < 0) continue;
    return (struct set_out){today + ahead, first > MINUTES_WINDOW ? first - MINUTES_WINDOW : 0};
  }
  return (struct set_out){today, minute};
}

/* Asked by everybody in the same minute: worked out once. */
struct set_out journeys_set_out(const struct offers *o, day_t today, int minute) {
  static struct {
    const struct offers *of;
    int64_t generation;
    day_t day;
    int minute;
    struct set_out out;
  } last;
  if (last.of == o && last.generation == o->generation && last.day == today &&
      last.minute == minute)
    return last.out;
  last.of = o, last.generation = o->generation, last.day = today, last.minute = minute;
  last.out =
      any_open(o, today, minute) ? (struct set_out){today, minute} : next_opening(o, today, minute);
  return last.out;
}
