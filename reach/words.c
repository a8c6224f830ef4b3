/* words: a journey as a person would be told it, and as JSON. */
#include <stdio.h>
#include "reach/path.h"

struct str clock_words(struct arena *a, int32_t s) {
  const char *when = s < 0 ? " (the day before)" : s >= 86400 ? " (next day)" : "";
  int32_t t = ((s % 86400) + 86400) % 86400;
  return str_format(a, "%02d:%02d%s", t / 3600, t / 60 % 60, when);
}

static int32_t minutes(int32_t seconds) { return (seconds + 59) / 60; }

static struct str stop_name(const struct path_ask *ask, uint32_t stop,
                            const struct place *otherwise) {
  const struct region *r = ask->day->r;
  return stop == REACH_NONE ? otherwise->label : region_text(r, r->stops[stop].name);
}

static const char *vehicle(uint32_t mode) {
  static const char *const names[] = {"tram",  "metro",      "train",     "bus",
                                      "ferry", "cable tram", "cable car", "funicular"};
  return mode < countof(names) ? names[mode]
         : mode == 11          ? "trolleybus"
         : mode == 12          ? "monorail"
                               : "bus";
}

static uint32_t stop_at(const struct region *r, const struct leg *l, uint32_t pos) {
  return r->pos_stop[r->patterns[l->pattern].first_pos + pos];
}

/* Where the vehicle becomes another and one stays on. */
static void stay_words(const struct path_ask *ask, const struct leg *l, struct buf *out) {
  const struct region *r = ask->day->r;
  struct region_joins joins = region_stay(r, l->trip, l->from_pos, l->to_pos);
  for (uint32_t i = 0; i < joins.n; i++) {
    const struct region_join *j = &joins.p[i];
    const struct region_route *o = &r->routes[j->route];
    struct str name = region_text(r, o->name), head = region_text(r, j->headsign);
    buf_format(out, " At %.*s stay on: the %s becomes ",
               P(stop_name(ask, stop_at(r, l, j->pos), &ask->to)), vehicle(o->mode));
    if (name.n)
      buf_format(out, "the %.*s", P(name));
    else
      buf_put(out, S("another"));
    if (head.n) buf_format(out, " towards %.*s", P(head));
    buf_byte(out, '.');
  }
}

static void ride_words(const struct path_ask *ask, const struct leg *l, struct buf *out,
                       struct arena a) {
  const struct region *r = ask->day->r;
  const struct region_trip *t = &r->trips[l->trip];
  struct region_run run = region_run(r, l->trip, l->from_pos);
  const struct region_route *o = run.route;
  struct str name = region_text(r, o->name), agency = region_text(r, o->agency),
             head = run.headsign;
  buf_format(out, "%.*s %s", P(clock_words(&a, l->depart)), vehicle(o->mode));
  if (name.n) buf_format(out, " %.*s", P(name));
  if (agency.n) buf_format(out, " (%.*s)", P(agency));
  if (head.n) buf_format(out, " towards %.*s", P(head));
  buf_format(out, " from %.*s to %.*s, arriving %.*s.", P(stop_name(ask, l->from, &ask->from)),
             P(stop_name(ask, l->to, &ask->to)), P(clock_words(&a, l->arrive)));
  stay_words(ask, l, out);
  if (t->headway_s)
    buf_format(out, " It runs about every %d minutes; the times are not promised.",
               minutes(t->headway_s));
  if (ask->day->ask.wheelchair != NEED_NOTHING && t->wheelchair == NOT_KNOWN)
    buf_put(out, S(" Whether it takes a wheelchair is not known: ask the operator."));
  buf_byte(out, '\n');
}

static void leg_words(const struct path_ask *ask, const struct leg *l, struct buf *out,
                      struct arena a) {
  static const char *const verb[] = {"Walk", "Cycle", "Get a lift for"};
  if (l->kind == LEG_RIDE)
    ride_words(ask, l, out, a);
  else
    buf_format(out, "%s %d min to %.*s.\n", verb[l->kind], minutes(l->arrive - l->depart),
               P(stop_name(ask, l->to, &ask->to)));
}

void journey_words(const struct path_ask *ask, const struct journey *j, struct buf *out) {
  struct arena a = arena_open(1 << 20);
  if (!j->found) {
    buf_put(out, S("No way was found in this timetable.\n"));
  } else {
    unsigned changes = j->rides ? j->rides - 1 : 0;
    buf_format(out, "Leave at %.*s. ", P(clock_words(&a, j->depart)));
    for (size_t i = 0; i < j->n; i++) leg_words(ask, &j->legs[i], out, a);
    int32_t arrive = minutes(j->arrive) * 60; /* never promised early */
    buf_format(out, "Arrive at %.*s: %d minutes, %u change%s.\n", P(clock_words(&a, arrive)),
               minutes(j->arrive - j->depart), changes, changes == 1 ? "" : "s");
  }
  arena_close(&a);
}

static void put_clock(struct json_out *out, const char *key, int32_t s) {
  char text[24];
  int32_t t = s < 0 ? -s : s;
  snprintf(text, sizeof text, "%s%02d:%02d:%02d", s < 0 ? "-" : "", t / 3600, t / 60 % 60, t % 60);
  json_put_str(out, key, str_of(text));
}

static void end_json(const struct path_ask *ask, uint32_t stop, const struct place *p,
                     const char *key, struct json_out *out) {
  const struct region *r = ask->day->r;
  json_key(out, str_of(key));
  json_open(out);
  json_put_str(out, "name", stop_name(ask, stop, p));
  if (stop != REACH_NONE) json_put_str(out, "stop_id", region_text(r, r->stops[stop].id));
  json_close(out);
}

static const char *known(uint8_t yes_no) {
  return yes_no == YES ? "yes" : yes_no == NO ? "no" : "not known";
}

static void stay_json(const struct path_ask *ask, const struct leg *l, struct json_out *out) {
  const struct region *r = ask->day->r;
  struct region_joins joins = region_stay(r, l->trip, l->from_pos, l->to_pos);
  if (!joins.n) return;
  json_key(out, S("stay_on"));
  json_list(out);
  for (uint32_t i = 0; i < joins.n; i++) {
    json_open(out);
    end_json(ask, stop_at(r, l, joins.p[i].pos), &ask->to, "at", out);
    json_put_str_if(out, "route", region_text(r, r->routes[joins.p[i].route].name));
    json_put_str_if(out, "towards", region_text(r, joins.p[i].headsign));
    json_close(out);
  }
  json_list_end(out);
}

static void leg_json(const struct path_ask *ask, const struct leg *l, struct json_out *out) {
  static const char *const kind[] = {"walk", "bike", "lift"};
  const struct region *r = ask->day->r;
  json_open(out);
  struct region_run run = {0};
  if (l->kind == LEG_RIDE) run = region_run(r, l->trip, l->from_pos);
  json_put_str(out, "mode", str_of(l->kind == LEG_RIDE ? vehicle(run.route->mode) : kind[l->kind]));
  end_json(ask, l->from, &ask->from, "from", out);
  end_json(ask, l->to, &ask->to, "to", out);
  put_clock(out, "depart", l->depart);
  put_clock(out, "arrive", l->arrive);
  json_put_i64(out, "minutes", minutes(l->arrive - l->depart));
  if (l->kind == LEG_RIDE) {
    const struct region_trip *t = &r->trips[l->trip];
    json_put_str_if(out, "route", region_text(r, run.route->name));
    json_put_str_if(out, "operator", region_text(r, run.route->agency));
    json_put_str_if(out, "towards", run.headsign);
    stay_json(ask, l, out);
    json_put_i64(out, "stops", l->to_pos - l->from_pos);
    json_put_str(out, "wheelchair", str_of(known(t->wheelchair)));
    json_put_str(out, "bikes", str_of(known(t->bikes)));
    if (t->headway_s) json_put_i64(out, "about_every_minutes", minutes(t->headway_s));
  }
  json_close(out);
}

void journey_json(const struct path_ask *ask, const struct journey *j, struct json_out *out) {
  json_open(out);
  json_put_bool(out, "found", j->found);
  if (j->found) {
    put_clock(out, "depart", j->depart);
    put_clock(out, "arrive", j->arrive);
    json_put_i64(out, "minutes", minutes(j->arrive - j->depart));
    json_put_i64(out, "changes", j->rides ? j->rides - 1 : 0);
    json_key(out, S("legs"));
    json_list(out);
    for (size_t i = 0; i < j->n; i++) leg_json(ask, &j->legs[i], out);
    json_list_end(out);
  }
  json_close(out);
}
