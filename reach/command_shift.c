#include <stdio.h>
#include "reach/command.h"
#include "reach/fare.h"
#include "reach/shift.h"

static const char usage[] =
    "waymark reach shift --from HOME --to WORK --start 06:00 --end 22:00 (--date D | --week-of D) "
    "[--region FILE] [--json]\n"
    "                    [--nursery PLACE --opens 07:30 --closes 18:00 [--handover MINUTES]] "
    "[--max-minutes N]\n"
    "                    [--fares FARES.csv [--who WORD]...] [--wage-pence-hour N --hours-week N] "
    "[--nation england|scotland|ni]\n"
    "                    [--walk transfers|line|osm] [--walk-kmh N] [--walk-minutes N] "
    "[--step-free] [--wheelchair] [--bikes]\n"
    "  Both legs of a shift: in by the start and home after the end. --week-of looks at every day "
    "of that week and at\n"
    "  the next bank holiday. An --end before --start means the next morning.\n";

struct words {
  struct str region, home, work, nursery, fares;
  day_t date;
  bool week, json;
  int32_t start, end, opens, closes;
  int64_t handover, cap, wage, hours;
  enum nation nation;
  enum need wheelchair, bikes;
  struct strs who;
};

static bool clock_option(struct args *args, const char *name, bool needed, int32_t *out,
                         struct why *why) {
  struct str v;
  if (!args_value(args, name, &v))
    return !needed || why_say(why, "%s TIME is needed, as 06:00.", name);
  return clock_parse(v, out) ||
         why_say(why, "%s \"%.*s\" is not a time; write it as 06:00.", name, P(v));
}

static bool number_option(struct args *args, const char *name, int64_t most, int64_t *out,
                          struct why *why) {
  struct str v;
  if (!args_value(args, name, &v)) return true;
  return (str_to_i64(v, out) && *out >= 0 && *out <= most) ||
         why_say(why, "%s is a number from 0 to %lld.", name, (long long)most);
}

static bool read_words(struct args *args, struct words *w, struct arena *a, struct why *why) {
  struct str v;
  size_t cap = 0;
  *w = (struct words){.opens = 0, .closes = 24 * 3600, .handover = 10, .cap = 120};
  if (!args_value(args, "--region", &w->region) && !args_value(args, "--feed", &w->region))
    w->region = S("region.reach");
  if (!args_value(args, "--from", &w->home) || !args_value(args, "--to", &w->work))
    return why_say(why, "--from and --to are needed.");
  args_value(args, "--nursery", &w->nursery);
  args_value(args, "--fares", &w->fares);
  while (args_value(args, "--who", &v)) *slice_push(a, &w->who, &cap) = v;
  if (!clock_option(args, "--start", true, &w->start, why) ||
      !clock_option(args, "--end", true, &w->end, why) ||
      !clock_option(args, "--opens", w->nursery.n, &w->opens, why) ||
      !clock_option(args, "--closes", w->nursery.n, &w->closes, why) ||
      !number_option(args, "--handover", 120, &w->handover, why) ||
      !number_option(args, "--max-minutes", 600, &w->cap, why) ||
      !number_option(args, "--wage-pence-hour", 100000, &w->wage, why) ||
      !number_option(args, "--hours-week", 100, &w->hours, why))
    return false;
  if (w->end <= w->start) w->end += 86400;
  if (args_value(args, "--nation", &v))
    w->nation = str_eq(v, S("scotland")) ? SCOTLAND
                : str_eq(v, S("ni"))     ? NORTHERN_IRELAND
                                         : ENGLAND_WALES;
  w->wheelchair = args_flag(args, "--wheelchair") ? NEED_NOT_REFUSED : NEED_NOTHING;
  w->bikes = args_flag(args, "--bikes") ? NEED_NOT_REFUSED : NEED_NOTHING;
  w->json = args_flag(args, "--json");
  if (args_value(args, "--week-of", &v)) {
    w->week = true;
    return day_parse(v, &w->date) ||
           why_say(why, "--week-of \"%.*s\" is not a date; write it as 2026-11-23.", P(v));
  }
  return date_option(args, "--date", &w->date, why);
}

/* ---- fares ---- */

static void count_rides(const struct region *r, const struct journey *j, int day,
                        struct fare_week *week) {
  for (size_t i = 0; i < j->n; i++)
    if (j->legs[i].kind == LEG_RIDE)
      fare_add_ride(
          week, day,
          region_text(r, region_run(r, j->legs[i].trip, j->legs[i].from_pos).route->agency));
}

static struct fare_answer price(const struct words *w, const struct region *r,
                                const struct shift_day *d, size_t n, const struct fares *f,
                                struct arena *a) {
  struct fare_week week = {.monday = w->date - (day_t)day_weekday(w->date), .who = w->who};
  for (size_t i = 0; i < n && i < 7; i++) {
    int at = (int)day_weekday(d[i].date);
    if (!d[i].known || !d[i].in.can || !d[i].home.can)
      continue; /* a day that cannot be worked costs nothing */
    count_rides(r, &d[i].in.first, at, &week);
    count_rides(r, &d[i].in.way, at, &week);
    count_rides(r, &d[i].home.first, at, &week);
    count_rides(r, &d[i].home.way, at, &week);
  }
  return fare_for_week(f, &week, a);
}

static void fare_words(const struct words *w, const struct fare_answer *p, struct buf *out) {
  if (!p->known) {
    buf_format(out, "Cost: not known; the fares table has no fare for %.*s.\n", P(p->missing));
    return;
  }
  buf_format(out,
             "Cost: about %lld.%02lld pounds a week (%.*s), an estimate from the fares table.\n",
             (long long)p->pence / 100, (long long)p->pence % 100, P(p->how));
  if (w->wage && w->hours)
    buf_format(out,
               "That is %.1f %% of %lld hours at %lld.%02lld pounds, before tax and benefits.\n",
               100.0 * (double)p->pence / (double)(w->wage * w->hours), (long long)w->hours,
               (long long)w->wage / 100, (long long)w->wage % 100);
}

/* ---- in words ---- */

static const char *const day_names[7] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                         "Friday", "Saturday", "Sunday"};

static void help_words(const struct shift_leg *leg, bool home, struct buf *out) {
  const struct what_if *h = &leg->help;
  if (h->bike_3km || h->bike_5km)
    buf_format(out, "    A loan bike (up to %d km) would make it.\n", h->bike_3km ? 3 : 5);
  if (h->service_s != SCAN_NEVER)
    buf_format(out, "    A service %d minutes %s would make it.\n", (h->service_s + 59) / 60,
               home ? "later than the last" : "earlier than the first");
  if (h->lift) buf_put(out, S("    A lift to a railway station would make it.\n"));
}

static void indent(struct str text, struct buf *out) {
  while (text.n) {
    struct str line = str_cut(&text, '\n');
    buf_format(out, "    %.*s\n", P(line));
  }
}

static void leg_words(const struct shift_ask *ask, const struct shift_day *d, bool home,
                      struct buf *out, struct arena *a) {
  const struct shift_leg *leg = home ? &d->home : &d->in;
  struct day stand = {.r = ask->r, .ask = {.wheelchair = ask->wheelchair}};
  struct path_ask p = shift_path(ask, &stand);
  struct buf text = buf_open(1 << 16);
  buf_format(out, "  %s: %s. %.*s\n", home ? "Home after the shift" : "In by the start",
             leg->can ? "yes" : "no", P(shift_weakest(ask, d, home, a)));
  const struct place ends[3] = {home ? ask->work : ask->home, ask->nursery.at,
                                home ? ask->home : ask->work};
  p.from = ends[0];
  p.to = ask->nursery.asked ? ends[1] : ends[2];
  if (leg->can && leg->first.found) {
    journey_words(&p, &leg->first, &text);
    p.from = ends[1];
    p.to = ends[2];
  }
  if (leg->can) journey_words(&p, &leg->way, &text);
  indent(buf_str(&text), out);
  if (!leg->can) help_words(leg, home, out);
  buf_free(&text);
}

static void day_words_out(const struct shift_ask *ask, const struct shift_day *d, struct buf *out,
                          struct arena *a) {
  buf_format(out, "%s %.*s%s%.*s\n", day_names[day_weekday(d->date)], P(day_words(a, d->date)),
             d->holiday.n ? ", " : "", P(d->holiday));
  if (!d->known) {
    buf_put(out, S("  Not known: the timetable does not cover this day.\n"));
    return;
  }
  leg_words(ask, d, false, out, a);
  leg_words(ask, d, true, out, a);
}

/* ---- as JSON ---- */

static void leg_json(const struct shift_ask *ask, const struct shift_day *d, bool home,
                     struct json_out *j, struct arena *a) {
  const struct shift_leg *leg = home ? &d->home : &d->in;
  struct day stand = {.r = ask->r};
  struct path_ask p = shift_path(ask, &stand);
  json_key(j, home ? S("home") : S("in"));
  json_open(j);
  json_put_bool(j, "can", leg->can);
  json_put_str_if(j, "weakest", shift_weakest(ask, d, home, a));
  if (leg->first.found) {
    json_key(j, S("by_nursery"));
    journey_json(&p, &leg->first, j);
  }
  json_key(j, S("way"));
  journey_json(&p, &leg->way, j);
  json_key(j, S("if_missed"));
  journey_json(&p, &leg->missed, j);
  if (!leg->can) {
    json_put_bool(j, "loan_bike_3km", leg->help.bike_3km);
    json_put_bool(j, "loan_bike_5km", leg->help.bike_5km);
    if (leg->help.lift_known) json_put_bool(j, "lift_to_station", leg->help.lift);
    if (leg->help.service_s != SCAN_NEVER)
      json_put_i64(j, "service_minutes_short", (leg->help.service_s + 59) / 60);
  }
  json_close(j);
}

static void answer_json(const struct shift_ask *ask, const struct shift_day *d, size_t n,
                        const struct fare_answer *fare, struct buf *out, struct arena *a) {
  struct json_out j = json_to(out);
  json_open(&j);
  json_key(&j, S("days"));
  json_list(&j);
  for (size_t i = 0; i < n; i++) {
    json_open(&j);
    json_put_str(&j, "date", day_iso(a, d[i].date));
    json_put_str(&j, "weekday", str_of(day_names[day_weekday(d[i].date)]));
    json_put_str_if(&j, "holiday", d[i].holiday);
    json_put_bool(&j, "known", d[i].known);
    if (d[i].known) {
      leg_json(ask, &d[i], false, &j, a);
      leg_json(ask, &d[i], true, &j, a);
    }
    json_close(&j);
  }
  json_list_end(&j);
  if (fare && fare->known) json_put_i64(&j, "pence_week_estimate", fare->pence);
  if (fare && !fare->known) json_put_str(&j, "fare_missing_for", fare->missing);
  json_put_bool(&j, "trains_included", !trains_note(ask->r).n);
  json_put_str_if(&j, "note", trains_note(ask->r));
  json_close(&j);
  buf_byte(out, '\n');
}

/* ---- the command ---- */

static bool read_fares(const struct words *w, struct fares *f, struct arena *a, struct why *why) {
  struct csv *csv = csv_open_file(a, str_c(a, w->fares), why);
  bool ok = csv && fare_read(a, csv, f, why);
  if (csv) csv_close(csv);
  return ok || why_at(why, "%.*s", P(w->fares));
}

static bool places(const struct words *w, struct shift_ask *ask, struct why *why) {
  if (!place_find(ask->r, w->home, &ask->home, why) ||
      !place_find(ask->r, w->work, &ask->work, why))
    return false;
  ask->home.label = S("home");
  ask->work.label = S("work");
  if (!w->nursery.n) return true;
  ask->nursery = (struct nursery){.asked = true,
                                  .opens = w->opens,
                                  .closes = w->closes,
                                  .handover_s = (int32_t)w->handover * 60};
  bool ok = place_find(ask->r, w->nursery, &ask->nursery.at, why);
  ask->nursery.at.label = S("the nursery");
  return ok;
}

static bool run(const struct words *w, const struct region *r, struct walking walking,
                struct arena *a, struct why *why) {
  struct shift_ask ask = {.r = r,
                          .start = w->start,
                          .end = w->end,
                          .cap_s = (int32_t)w->cap * 60,
                          .walking = walking,
                          .wheelchair = w->wheelchair,
                          .bikes = w->bikes,
                          .what_if = true};
  struct shift_day d[SHIFT_DAYS];
  struct fares fares = {0};
  struct fare_answer fare = {0};
  if (!places(w, &ask, why) || (w->fares.n && !read_fares(w, &fares, a, why))) return false;
  size_t n = w->week ? shift_week(&ask, w->date, w->nation, d, a, why)
                     : shift_day(&ask, w->date, d, a, why);
  if (!n) return false;
  if (w->fares.n) fare = price(w, r, d, n, &fares, a);
  struct buf out = buf_open(1 << 26);
  if (w->json)
    answer_json(&ask, d, n, w->fares.n ? &fare : NULL, &out, a);
  else {
    for (size_t i = 0; i < n; i++) day_words_out(&ask, &d[i], &out, a);
    if (w->fares.n) fare_words(w, &fare, &out);
    if (trains_note(r).n) buf_format(&out, "%.*s\n", P(trains_note(r)));
  }
  bool ok = write_out(S(""), buf_str(&out), why);
  buf_free(&out);
  return ok;
}

int reach_shift(struct args *args) {
  struct arena a = arena_open((size_t)16 << 30);
  struct why why = {0};
  struct words w;
  struct feed_file f;
  struct walking walking;
  if (args_flag(args, "--help")) return fputs(usage, stdout) < 0;
  int status = 2;
  if (!read_words(args, &w, &a, &why))
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
