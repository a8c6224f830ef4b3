#include <stdio.h>
#include "reach/command.h"
#include "reach/path.h"
#include "reach/streets.h"

static const char usage[] = "waymark reach journey --from PLACE --to PLACE (--arrive-by 06:00 | "
                            "--depart 22:00) --date D [--region FILE] [--json]\n"
                            "                      [--walk transfers|line|osm] [--walk-kmh N] "
                            "[--walk-minutes N] [--step-free] [--wheelchair]\n"
                            "                      [--bikes] [--bike-km N] [--max-minutes N]\n"
                            "  PLACE is a postcode of the region, a stop id, or lat,lon. FILE is a "
                            "region file (region.reach when not given)\n"
                            "  or a GTFS zip. --bike-km: a bicycle for the part at the start.\n";

struct words {
  struct str region, from, to;
  struct day_ask day;
  int32_t arrive_by, depart, bike_m, cap_s;
  bool json;
};

static bool clock_option(struct args *args, const char *name, int32_t *out, struct why *why) {
  struct str v;
  *out = -1;
  return !args_value(args, name, &v) || clock_parse(v, out) ||
         why_say(why, "%s \"%.*s\" is not a time; write it as 06:00.", name, P(v));
}

static bool read_words(struct args *args, struct words *w, struct why *why) {
  struct str v;
  double km = 0;
  int64_t cap = 240;
  if (!args_value(args, "--region", &w->region) && !args_value(args, "--feed", &w->region))
    w->region = S("region.reach");
  if (!args_value(args, "--from", &w->from) || !args_value(args, "--to", &w->to))
    return why_say(why, "--from and --to are needed.");
  if (!date_option(args, "--date", &w->day.date, why) ||
      !clock_option(args, "--arrive-by", &w->arrive_by, why) ||
      !clock_option(args, "--depart", &w->depart, why))
    return false;
  if ((w->arrive_by < 0) == (w->depart < 0))
    return why_say(why, "Give either --arrive-by or --depart.");
  if (args_value(args, "--bike-km", &v) && (!str_to_double(v, &km) || !(km > 0 && km <= 20)))
    return why_say(why, "--bike-km is how far to cycle, up to 20.");
  if (args_value(args, "--max-minutes", &v) && (!str_to_i64(v, &cap) || cap < 1 || cap > 2880))
    return why_say(why,
                   "--max-minutes is the longest journey, from 1 to 2880 (240 when not given).");
  w->bike_m = (int32_t)(km * 1000);
  w->cap_s = (int32_t)cap * 60;
  w->day.next_until_s = DAY_NEXT_UNTIL;
  w->day.wheelchair = args_flag(args, "--wheelchair") ? NEED_NOT_REFUSED : NEED_NOTHING;
  w->day.bikes = args_flag(args, "--bikes") ? NEED_NOT_REFUSED : NEED_NOTHING;
  w->json = args_flag(args, "--json");
  return true;
}

static void answer_words(const struct path_ask *ask, const struct words *w, const struct journey *j,
                         const struct journey *next, struct buf *out) {
  struct arena a = arena_open(1 << 20);
  journey_words(ask, j, out);
  if (next->found && w->arrive_by >= 0)
    buf_format(out, "If you miss it: leave at %.*s, arriving %.*s%s.\n",
               P(clock_words(&a, next->depart)), P(clock_words(&a, next->arrive)),
               next->arrive > w->arrive_by ? ", too late" : "");
  else if (next->found)
    buf_format(out, "If you miss it: leave at %.*s, arriving %.*s.\n",
               P(clock_words(&a, next->depart)), P(clock_words(&a, next->arrive)));
  else if (j->found && j->rides)
    buf_put(out, S("If you miss it there is no other way that day.\n"));
  if (trains_note(ask->day->r).n) buf_format(out, "%.*s\n", P(trains_note(ask->day->r)));
  arena_close(&a);
}

static void answer_json(const struct path_ask *ask, const struct journey *j,
                        const struct journey *next, struct buf *out) {
  struct json_out o = json_to(out);
  json_open(&o);
  json_key(&o, S("journey"));
  journey_json(ask, j, &o);
  json_key(&o, S("if_missed"));
  journey_json(ask, next, &o);
  json_put_bool(&o, "trains_included", !trains_note(ask->day->r).n);
  json_put_str_if(&o, "note", trains_note(ask->day->r));
  json_close(&o);
  buf_byte(out, '\n');
}

static bool run(const struct words *w, const struct region *r, struct walking walking,
                struct arena *a, struct why *why) {
  struct day day;
  struct path_ask ask = {.day = &day, .walking = walking, .cap_s = w->cap_s};
  if (!place_find(r, w->from, &ask.from, why) || !place_find(r, w->to, &ask.to, why) ||
      !day_open(&day, r, w->day, a, why))
    return false;
  if (w->bike_m) ask.from.by = BY_BIKE, ask.from.by_metres = w->bike_m;
  ask.scan = scan_open(&day, a);
  if (walking.mode == WALK_OSM) ask.streets = streets_open(r, a);
  struct journey j =
      w->arrive_by >= 0 ? path_arrive(&ask, w->arrive_by, a) : path_depart(&ask, w->depart, a);
  struct journey next = path_if_missed(&ask, &j, a);
  struct buf out = buf_open(1 << 24);
  if (w->json)
    answer_json(&ask, &j, &next, &out);
  else
    answer_words(&ask, w, &j, &next, &out);
  bool ok = write_out(S(""), buf_str(&out), why);
  buf_free(&out);
  return ok && (j.found || why_say(why, "There is no journey within the limits given."));
}

int reach_journey(struct args *args) {
  struct arena a = arena_open((size_t)8 << 30);
  struct why why = {0};
  struct words w = {0};
  struct feed_file f;
  struct walking walking;
  if (args_flag(args, "--help")) return fputs(usage, stdout) < 0;
  int status = 2;
  if (!read_words(args, &w, &why))
    wrong_use(&why, usage);
  else if (!feed_file_open(&f, w.region, &a, &why))
    status = failed(&why);
  else {
    if (!walk_option(args, &walking, &f.r, &why) || !args_done(args, &why))
      wrong_use(&why, usage);
    else
      status = run(&w, &f.r, walking, &a, &why) ? 0 : failed(&why);
    feed_file_close(&f);
  }
  arena_close(&a);
  return status;
}
