/* legs: both ways between somebody's home and somewhere, and minutes from their home: on a worker's
 * screen only, from a postcode the asker may see, never for somebody who hides. */
#include <math.h>
#include "journeys/pages.h"
#include "people/people.h"

enum { STAY_MINUTES = 60 };
#define SAID(rq, message) words_of((enum language)(rq)->lang, message)

/* ---- What would help, in words. */

static struct str bike_words(struct request *rq, const struct travel *w) {
  enum language lang = (enum language)rq->lang;
  return SAY(rq->arena, lang, T("A loan bike: leave at {time}, be there at {arrive}."),
             SLOT("time", journeys_clock(rq->arena, lang, w->depart)),
             SLOT("arrive", journeys_clock(rq->arena, lang, w->arrive)));
}

void journeys_help(struct request *rq, const struct way_help *h, struct str **out, size_t *n) {
  enum language lang = (enum language)rq->lang;
  struct arena *a = rq->arena;
  struct {
    struct str *p;
    size_t n;
  } lines = {0};
  size_t cap = 0;
  const struct travel *bike = h->bike3.found ? &h->bike3 : &h->bike5;
  if (bike->found) *slice_push(a, &lines, &cap) = bike_words(rq, bike);
  if (h->stop.n)
    *slice_push(a, &lines, &cap) =
        SAY(a, lang, T("A lift of {number} km to {stop}: be there by {time}, arrive at {arrive}."),
            SLOT("number", str_format(a, "%.1f", h->stop_km)), SLOT("stop", h->stop),
            SLOT("time", journeys_clock(a, lang, h->from_stop.depart)),
            SLOT("arrive", journeys_clock(a, lang, h->from_stop.arrive)));
  if (h->later.found)
    *slice_push(a, &lines, &cap) =
        SAY(a, lang, T("A later start: the first way there arrives at {arrive}."),
            SLOT("arrive", journeys_clock(a, lang, h->later.arrive)));
  *out = lines.p, *n = lines.n;
}

/* ---- Whose home may be used. */

bool journeys_home_of(struct request *rq, const struct person *p, uint32_t classes,
                      struct spot *out) {
  struct place place;
  if (!(classes & CLASS_CONTACT) || !p->postcode.n || !region_loaded().loaded) return false;
  if (permission_is_restricted(rq->db, p->id)) return false;
  if (!place_resolve(rq->db, rq->arena, p->postcode, &place) || isnan(place.at.lat)) return false;
  *out = (struct spot){place.at.lat, place.at.lon};
  return true;
}

/* The words of a place may hold a postcode: "Old Library, ZB1 4QD, by the door". */
static bool spot_in(struct request *rq, struct str words, struct spot *out) {
  struct strs all = str_split(rq->arena, words, ' ');
  for (size_t i = 0; i < all.n; i++)
    for (size_t two = 0; two < 2; two++) {
      struct str part = all.p[i], tidy;
      struct place place;
      if (two && i + 1 == all.n) continue;
      if (two) part = str_format(rq->arena, "%.*s %.*s", P(all.p[i]), P(all.p[i + 1]));
      while (part.n && (part.p[part.n - 1] == ',' || part.p[part.n - 1] == '.')) part.n--;
      if (!postcode_tidy(rq->arena, part, &tidy)) continue;
      if (!place_resolve(rq->db, rq->arena, tidy, &place) || place.found != PLACE_POSTCODE)
        continue;
      *out = (struct spot){place.at.lat, place.at.lon};
      return true;
    }
  return false;
}

static bool find_both(struct request *rq, const struct way_ask *to, const struct legs_ask *ask,
                      struct legs_view *out) {
  struct travel there, back = {0}, last;
  struct why why = {{0}};
  struct str home = SAID(rq, T("home")),
             place = ask->to_label.n ? ask->to_label : SAID(rq, T("the appointment"));
  struct way_ask from = *to;
  from.from = to->to, from.to = to->from, from.arrive_by = false, from.bike_at_end = true;
  from.minute = ask->until_minute >= 0 ? ask->until_minute : ask->from_minute + STAY_MINUTES;
  if (!way_find(rq->arena, to, &there, &why)) return false;
  out->there = journeys_view(rq, &there, home, place);
  if (way_find(rq->arena, &from, &back, &why)) out->back = journeys_view(rq, &back, place, home);
  if (way_last(rq->arena, &from, &last, &why) && last.found) {
    out->last = journeys_view(rq, &last, place, home);
    out->back_early = last.depart < from.minute;
  }
  const struct travel *both[] = {&there, &back};
  struct fares_said fares = fares_of_day(rq->arena, to->day, both, countof(both));
  out->cost = journeys_cost(rq, &fares, false);
  if (there.found && out->back.found) return true;
  struct way_help help;
  way_help(rq->arena, there.found ? &from : to, &help);
  journeys_help(rq, &help, &out->help.p, &out->help.n);
  return true;
}

/* What there is to pay and lend with, for whoever may. */
void journeys_pay_links(struct request *rq, const struct person *p, struct legs_view *out) {
  enum { MAY_SPEND = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER };
  struct str id = uuid_str(rq->arena, p->public_id);
  size_t cap = 0;
  if (!actor_has(&rq->actor, MAY_SPEND)) return;
  *slice_push(rq->arena, &out->links, &cap) = (struct way_link){
      str_format(rq->arena, "/people/%.*s/lent", P(id)), SAID(rq, T("Lend a bike"))};
  *slice_push(rq->arena, &out->links, &cap) =
      (struct way_link){str_format(rq->arena, "/people/%.*s/money/new", P(id)),
                        SAID(rq, T("Pay a fare or a taxi from a fund"))};
}

struct legs_view journeys_legs(struct request *rq, const struct person *p, uint32_t classes,
                               const struct legs_ask *ask) {
  struct legs_view out = {.note = journeys_note((enum language)rq->lang)};
  struct spot home, to = ask->to;
  if (!journeys_home_of(rq, p, classes, &home)) return out;
  if (ask->to_words.n && !spot_in(rq, ask->to_words, &to)) return out;
  struct way_ask way = {
      .from = home, .to = to, .day = ask->day, .minute = ask->from_minute, .arrive_by = true};
  audit_shows(rq, p->id, CLASS_CONTACT);
  out.shown = true;
  if (!find_both(rq, &way, ask, &out))
    out.why = SAID(rq, T("The bus times here do not cover that day."));
  if (!out.why.n && (!out.there.found || !out.back.found)) journeys_pay_links(rq, p, &out);
  return out;
}

/* One offer's words once both searches are done. */
static struct str minutes_words(struct request *rq, int there, int last) {
  enum language lang = (enum language)rq->lang;
  struct str far = SAID(rq, T("Over two hours from home, or no way there.")), back;
  if (there >= 0)
    far = SAY(rq->arena, lang, T("{time} from home."), SLOT("time", journeys_minutes(rq, there)));
  if (there < 0 || last < 0) return far;
  back = SAY(rq->arena, lang, T("Last way home at {time}."),
             SLOT("time", journeys_clock(rq->arena, lang, last)));
  return str_format(rq->arena, "%.*s %.*s", P(far), P(back));
}

bool journeys_from_home(struct request *rq, const struct person *p, uint32_t classes,
                        const struct offer *const *offers, size_t n, struct str *out) {
  struct spot home;
  struct local now = instant_local_uk(rq->now);
  struct why why;
  const struct offers *all = offers_now(rq->db, now.day, DIRECTORY_LIVE, &why);
  if (!n || !all || !journeys_home_of(rq, p, classes, &home)) return false;
  struct spot *to = arena_many(rq->arena, struct spot, n);
  int *there = arena_many(rq->arena, int, n), *last = arena_many(rq->arena, int, n);
  for (size_t i = 0; i < n; i++)
    if (!offers[i] || !journeys_place_of(offers[i], home, &to[i]))
      to[i] = (struct spot){(double)NAN, (double)NAN};
  struct set_out when = journeys_set_out(all, now.day, now.minute);
  if (!minutes_both(rq->arena, home, when, to, n, there, last)) return false;
  audit_shows(rq, p->id, CLASS_CONTACT);
  for (size_t i = 0; i < n; i++)
    out[i] = isnan(to[i].lat) ? (struct str){0} : minutes_words(rq, there[i], last[i]);
  return true;
}
