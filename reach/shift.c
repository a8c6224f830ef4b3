#include "reach/shift.h"
#include "reach/streets.h"

enum { LIFT_METRES = 8000, SHIFT_CAP_S = 7200 };

struct working {
  const struct shift_ask *ask;
  struct day day;
  struct scan *scan;
  struct streets *streets;
  struct arena *a;
};

static struct path_ask between(struct working *w, const struct place *from,
                               const struct place *to) {
  return (struct path_ask){.day = &w->day,
                           .walking = w->ask->walking,
                           .scan = w->scan,
                           .streets = w->streets,
                           .from = *from,
                           .to = *to,
                           .cap_s = w->ask->cap_s ? w->ask->cap_s : SHIFT_CAP_S};
}

/* Home to work by the start. With a nursery: the drop-off must fit its hours, worked out from the
 * far end. */
static struct shift_leg leg_in(struct working *w, const struct place *home, bool nursery) {
  const struct shift_ask *q = w->ask;
  struct shift_leg leg = {0};
  if (!nursery) {
    struct path_ask p = between(w, home, &q->work);
    leg.way = path_arrive(&p, q->start, w->a);
    leg.can = leg.way.found;
    return leg;
  }
  struct path_ask on = between(w, &q->nursery.at, &q->work), to = between(w, home, &q->nursery.at);
  leg.way = path_arrive(&on, q->start, w->a);
  if (!leg.way.found) return leg;
  int32_t handed = leg.way.depart < q->nursery.closes ? leg.way.depart : q->nursery.closes;
  if (handed < q->nursery.opens + q->nursery.handover_s) {
    leg.nursery_shut = true;
    return leg;
  }
  leg.first = path_arrive(&to, handed - q->nursery.handover_s, w->a);
  leg.can = leg.first.found;
  return leg;
}

static struct shift_leg leg_home(struct working *w, const struct place *home, bool nursery) {
  const struct shift_ask *q = w->ask;
  struct shift_leg leg = {0};
  if (!nursery) {
    struct path_ask p = between(w, &q->work, home);
    leg.way = path_depart(&p, q->end, w->a);
    leg.can = leg.way.found;
    return leg;
  }
  struct path_ask to = between(w, &q->work, &q->nursery.at), on = between(w, &q->nursery.at, home);
  leg.first = path_depart(&to, q->end, w->a);
  if (!leg.first.found) return leg;
  int32_t there = leg.first.arrive > q->nursery.opens ? leg.first.arrive : q->nursery.opens;
  if (there + q->nursery.handover_s > q->nursery.closes) {
    leg.nursery_shut = true;
    return leg;
  }
  leg.way = path_depart(&on, there + q->nursery.handover_s, w->a);
  leg.can = leg.way.found;
  return leg;
}

static struct shift_leg leg_of(struct working *w, bool home_leg, const struct place *home) {
  return home_leg ? leg_home(w, home, w->ask->nursery.asked)
                  : leg_in(w, home, w->ask->nursery.asked);
}

/* ---- if missed ---- */

static void missed(struct working *w, struct shift_leg *leg, bool home_leg) {
  const struct shift_ask *q = w->ask;
  bool by_nursery = q->nursery.asked;
  const struct place *from = home_leg ? &q->work : &q->home, *to = home_leg ? &q->home : &q->work;
  struct path_ask p = between(w, by_nursery ? (home_leg ? from : &q->nursery.at) : from,
                              by_nursery ? (home_leg ? &q->nursery.at : to) : to);
  const struct journey *j = by_nursery && home_leg ? &leg->first : &leg->way;
  leg->missed = path_if_missed(&p, j, w->a);
  int32_t by =
      home_leg ? (by_nursery ? q->nursery.closes - q->nursery.handover_s : SCAN_NEVER) : q->start;
  leg->missed_too_late = j->rides > 0 && (!leg->missed.found || leg->missed.arrive > by);
}

/* ---- what would help ---- */

static bool with_access(struct working *w, bool home_leg, enum access by, int32_t metres) {
  struct place home = w->ask->home;
  home.by = by;
  home.by_metres = metres;
  home.only_stations = by == BY_LIFT;
  return leg_of(w, home_leg, &home).can;
}

/* How much too late the first way in is, or too early the last way home. */
static int32_t service_gap(struct working *w, bool home_leg) {
  const struct shift_ask *q = w->ask;
  struct path_ask p = home_leg ? between(w, &q->work, &q->home) : between(w, &q->home, &q->work);
  if (home_leg) {
    int32_t latest = -SCAN_NEVER;
    /* The last way may set off long before it arrives: look over the whole evening and night. */
    for (int32_t by = q->end + p.cap_s; by > q->end - 6 * 3600 && latest == -SCAN_NEVER; by -= 1800)
      latest = path_latest(&p, by, w->a);
    return latest == -SCAN_NEVER || latest >= q->end ? SCAN_NEVER : q->end - latest;
  }
  int32_t arrive = SCAN_NEVER;
  for (int32_t leave = q->start - p.cap_s; leave < q->start + 6 * 3600 && arrive == SCAN_NEVER;
       leave += 1800) {
    struct journey j = path_search(&p, leave, w->a);
    if (j.found) arrive = j.arrive;
  }
  return arrive == SCAN_NEVER || arrive <= q->start ? SCAN_NEVER : arrive - q->start;
}

static void help(struct working *w, struct shift_leg *leg, bool home_leg) {
  leg->help.bike_3km = with_access(w, home_leg, BY_BIKE, 3000);
  leg->help.bike_5km = leg->help.bike_3km || with_access(w, home_leg, BY_BIKE, 5000);
  leg->help.lift_known = w->ask->r->meta->has_rail;
  leg->help.lift = leg->help.lift_known && with_access(w, home_leg, BY_LIFT, LIFT_METRES);
  leg->help.service_s = leg->nursery_shut ? SCAN_NEVER : service_gap(w, home_leg);
}

bool shift_day(const struct shift_ask *ask, day_t date, struct shift_day *out, struct arena *a,
               struct why *why) {
  struct working w = {.ask = ask, .a = a};
  *out = (struct shift_day){.date = date, .holiday = holiday_name(date, ENGLAND_WALES)};
  struct day_ask q = {.date = date,
                      .next_until_s = DAY_NEXT_UNTIL,
                      .wheelchair = ask->wheelchair,
                      .bikes = ask->bikes};
  if (!day_open(&w.day, ask->r, q, a, why)) return false;
  w.scan = scan_open(&w.day, a);
  if (ask->walking.mode == WALK_OSM) w.streets = streets_open(ask->r, a);
  out->known = true;
  out->trips = w.day.n_trips;
  for (int home_leg = 0; home_leg < 2; home_leg++) {
    struct shift_leg *leg = home_leg ? &out->home : &out->in;
    *leg = leg_of(&w, home_leg, &ask->home);
    leg->help.service_s = SCAN_NEVER;
    if (leg->can)
      missed(&w, leg, home_leg);
    else if (ask->what_if)
      help(&w, leg, home_leg);
  }
  return true;
}

size_t shift_week(const struct shift_ask *ask, day_t date, enum nation nation,
                  struct shift_day out[SHIFT_DAYS], struct arena *a, struct why *why) {
  day_t monday = date - (day_t)day_weekday(date);
  day_t end = (day_t)(ask->r->meta->first_day + (int64_t)ask->r->meta->days);
  size_t n = 0, known = 0;
  for (int i = 0; i < 7; i++) {
    known += shift_day(ask, monday + i, &out[n], a, why);
    out[n].holiday = holiday_name(monday + i, nation);
    n++;
  }
  day_t holiday = holiday_next(monday + 7, end, nation);
  if (holiday != DAY_NONE) {
    known += shift_day(ask, holiday, &out[n], a, why);
    out[n].holiday = holiday_name(holiday, nation);
    n++;
  }
  return known ? n : 0;
}

/* ---- in words ---- */

static int32_t minutes(int32_t s) { return (s + 59) / 60; }

/* The change with the least time to spare. */
static const struct leg *tightest(const struct journey *j, int32_t *spare) {
  const struct leg *worst = NULL;
  int32_t at = 0;
  bool ridden = false;
  *spare = SCAN_NEVER;
  for (size_t i = 0; i < j->n; i++) {
    if (j->legs[i].kind == LEG_RIDE && ridden && j->legs[i].depart - at < *spare) {
      *spare = j->legs[i].depart - at;
      worst = &j->legs[i];
    }
    ridden |= j->legs[i].kind == LEG_RIDE;
    at = j->legs[i].arrive;
  }
  return worst;
}

static struct str why_not(const struct shift_ask *ask, const struct shift_day *d,
                          const struct shift_leg *leg, bool home, struct arena *a) {
  if (!d->trips) return S("Nothing runs that day in this timetable.");
  if (leg->nursery_shut)
    return home ? S("The nursery would be closed before you could get there.")
                : S("The nursery opens too late for the shift.");
  if (leg->help.service_s == SCAN_NEVER)
    return str_format(a, "No way was found within %d minutes.",
                      minutes(ask->cap_s ? ask->cap_s : SHIFT_CAP_S));
  if (home)
    return str_format(a, "The last way home leaves %d minutes before the shift ends.",
                      minutes(leg->help.service_s));
  return str_format(a, "The first way there arrives %d minutes after the shift starts.",
                    minutes(leg->help.service_s));
}

struct str shift_weakest(const struct shift_ask *ask, const struct shift_day *d, bool home,
                         struct arena *a) {
  const struct shift_leg *leg = home ? &d->home : &d->in;
  if (!leg->can) return why_not(ask, d, leg, home, a);
  const struct journey *j = leg->first.rides ? &leg->first : &leg->way;
  if (!j->rides) return S("No vehicle is needed.");
  int32_t spare;
  const struct leg *tight = tightest(&leg->way, &spare);
  if (leg->missed_too_late && home)
    return str_format(a, "The %.*s is the last way: miss it and there is none.",
                      P(clock_words(a, j->depart)));
  if (leg->missed_too_late && leg->missed.found)
    return str_format(a, "Miss it and the next way arrives at %.*s, too late.",
                      P(clock_words(a, leg->missed.arrive)));
  if (leg->missed_too_late) return S("Miss it and there is no other way.");
  if (tight)
    return str_format(a, "The change at %.*s has %d minutes to spare.",
                      P(region_text(ask->r, ask->r->stops[tight->from].name)), spare / 60);
  return leg->missed.found
             ? str_format(a, "If missed, the next leaves at %.*s and arrives at %.*s.",
                          P(clock_words(a, leg->missed.depart)),
                          P(clock_words(a, leg->missed.arrive)))
             : S("");
}

struct path_ask shift_path(const struct shift_ask *ask, const struct day *day) {
  return (struct path_ask){
      .day = day, .walking = ask->walking, .from = ask->home, .to = ask->work, .cap_s = ask->cap_s};
}
