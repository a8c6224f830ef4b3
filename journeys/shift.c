/* shift: a whole week of one job: in by its start and home after its end, by way of a nursery if
 * there is one (reach/shift.h), as pages need it. */
#include "journeys/kept.h"
#include "reach/shift.h"

static struct place place_of(struct spot s) {
  return (struct place){.at = point_at(s), .stop = REACH_NONE};
}

static struct week_leg leg_of(struct arena *a, const struct shift_ask *q, const struct shift_day *d,
                              bool home) {
  const struct shift_leg *l = home ? &d->home : &d->in;
  struct week_leg out = {
      .can = l->can,
      .nursery_shut = l->nursery_shut,
      .bike_km = l->help.bike_3km   ? 3
                 : l->help.bike_5km ? 5
                                    : 0,
      .lift = l->help.lift && l->help.lift_known,
      .service_minutes = l->help.service_s == SCAN_NEVER ? 0 : (int)((l->help.service_s + 59) / 60),
      .missed_too_late = l->missed_too_late};
  if (!l->can) return out;
  out.way = way_of_journey(a, q->r, &l->way);
  if (q->nursery.asked) out.first = way_of_journey(a, q->r, &l->first);
  return out;
}

bool week_find(struct arena *a, const struct week_ask *ask, struct week *out, struct why *why) {
  struct shift_day days[SHIFT_DAYS] = {0};
  const struct region *r = region_now();
  *out = (struct week){0};
  if (!r) return why_say(why, "No timetable is loaded here.");
  struct shift_ask q = {.r = r,
                        .home = place_of(ask->home),
                        .work = place_of(ask->work),
                        .start = ask->start * 60,
                        .end = ask->end * 60 + (ask->end <= ask->start ? 86400 : 0),
                        .walking = walking_of(ask->slowly),
                        .what_if = true};
  q.nursery.asked = ask->by_nursery, q.nursery.at = place_of(ask->nursery);
  q.nursery.opens = ask->opens * 60, q.nursery.closes = ask->closes * 60;
  q.nursery.handover_s = ask->handover * 60;
  if (!point_known(q.home.at) || !point_known(q.work.at) ||
      (ask->by_nursery && !point_known(q.nursery.at.at)))
    return why_say(why, "We do not know where that is.");
  size_t n = shift_week(&q, ask->day, ENGLAND_WALES, days, a, why);
  for (size_t i = 0; i < n && i < WEEK_DAYS; i++) {
    struct week_day *d = &out->day[out->n++];
    *d = (struct week_day){.on = days[i].date, .known = days[i].known, .holiday = days[i].holiday};
    if (!days[i].known) continue;
    d->in = leg_of(a, &q, &days[i], false), d->home = leg_of(a, &q, &days[i], true);
  }
  return n > 0;
}
