/* network: buses and trains as a real timetable. A stop stands in the middle of each LSOA, a
 * station in six places; lines follow the ground between neighbourhoods. Planted for those who test
 * minutes: a village with two buses a day, a bus that runs on school days only, last buses that
 * leave before a late shift ends, little on Sundays, trains that need a change. */
#include <math.h>
#include "seaborough/inside.h"

struct line_plan {
  const char *number, *words;
  int hoods[4]; /* neighbourhoods it joins, -1 ends */
  bool rail;
  enum sb_days days;
  int first, last, every; /* minutes after midnight; every = headway in minutes */
};
static const struct line_plan plans[] = {
    {"1",
     "Northquay to Castle Reach by Tannery Row",
     {0, 1, 2, -1},
     false,
     SB_WEEKDAYS,
     5 * 60 + 40,
     23 * 60,
     12},
    {"1",
     "Northquay to Castle Reach by Tannery Row",
     {0, 1, 2, -1},
     false,
     SB_SATURDAYS,
     6 * 60 + 30,
     23 * 60,
     15},
    {"1",
     "Northquay to Castle Reach by Tannery Row",
     {0, 1, 2, -1},
     false,
     SB_SUNDAYS,
     8 * 60,
     21 * 60 + 30,
     30},
    {"2",
     "Tannery Row to Eastferry",
     {1, 3, -1, -1},
     false,
     SB_WEEKDAYS,
     5 * 60 + 50,
     22 * 60 + 20,
     20},
    {"2", "Tannery Row to Eastferry", {1, 3, -1, -1}, false, SB_SATURDAYS, 7 * 60, 22 * 60, 20},
    {"2", "Tannery Row to Eastferry", {1, 3, -1, -1}, false, SB_SUNDAYS, 9 * 60, 18 * 60, 60},
    {"4",
     "Castle Reach to Saltmarsh by Tannery Row",
     {2, 1, 4, -1},
     false,
     SB_WEEKDAYS,
     6 * 60 + 5,
     21 * 60,
     30},
    {"4",
     "Castle Reach to Saltmarsh by Tannery Row",
     {2, 1, 4, -1},
     false,
     SB_SATURDAYS,
     7 * 60 + 5,
     19 * 60,
     30},
    {"7",
     "Saltmarsh to Millbeck",
     {4, 5, -1, -1},
     false,
     SB_WEEKDAYS,
     6 * 60 + 30,
     19 * 60 + 30,
     30},
    {"7", "Saltmarsh to Millbeck", {4, 5, -1, -1}, false, SB_SATURDAYS, 8 * 60, 18 * 60, 60},
    {"12",
     "Tannery Row to Highcliff by Eastferry",
     {1, 3, 8, -1},
     false,
     SB_WEEKDAYS,
     6 * 60 + 45,
     20 * 60 + 15,
     45},
    {"12",
     "Tannery Row to Highcliff by Eastferry",
     {1, 3, 8, -1},
     false,
     SB_SATURDAYS,
     8 * 60,
     18 * 60,
     60},
    {"21",
     "Saltmarsh to Hollowmoor",
     {4, 6, -1, -1},
     false,
     SB_WEEKDAYS,
     7 * 60 + 10,
     18 * 60 + 10,
     60},
    {"21",
     "Saltmarsh to Hollowmoor",
     {4, 6, -1, -1},
     false,
     SB_SATURDAYS,
     9 * 60 + 10,
     17 * 60 + 10,
     120},
    {"33",
     "Eastferry to Whinfield, two a day",
     {3, 7, -1, -1},
     false,
     SB_WEEKDAYS,
     7 * 60 + 25,
     15 * 60 + 25,
     480},
    {"S5",
     "Whinfield to Saltmarsh, school days only",
     {7, 6, 4, -1},
     false,
     SB_SCHOOL_DAYS,
     7 * 60 + 40,
     7 * 60 + 40,
     60},
    {"R",
     "Northquay to Hollowmoor by train",
     {0, 1, 4, 6},
     true,
     SB_WEEKDAYS,
     6 * 60 + 12,
     22 * 60 + 12,
     60},
    {"R",
     "Northquay to Hollowmoor by train",
     {0, 1, 4, 6},
     true,
     SB_SATURDAYS,
     6 * 60 + 12,
     22 * 60 + 12,
     60},
    {"R",
     "Northquay to Hollowmoor by train",
     {0, 1, 4, 6},
     true,
     SB_SUNDAYS,
     9 * 60 + 42,
     20 * 60 + 42,
     120},
    {"B",
     "Saltmarsh to Highcliff by train, change at Saltmarsh",
     {4, 3, 8, -1},
     true,
     SB_WEEKDAYS,
     6 * 60 + 50,
     21 * 60 + 50,
     60},
};
enum { BUS_METRES_A_MINUTE = 330, RAIL_METRES_A_MINUTE = 1000, STATION_WAIT_MINUTES = 1 };

double sb_metres(struct sb_point a, struct sb_point b) {
  double mid = (a.lat + b.lat) / 2 * 3.14159265358979 / 180;
  return 111195 * hypot(b.lat - a.lat, (b.lon - a.lon) * cos(mid));
}

static void add_stop(struct arena *a, struct seaborough *s, size_t *cap, struct str name,
                     struct sb_point at, bool rail) {
  uint32_t number = (uint32_t)s->stops.n;
  *slice_push(a, &s->stops, cap) = (struct sb_stop){
      .id = str_format(a, "ZB%05u", number + 1), .name = name, .at = at, .rail = rail};
}

static void add_stops(struct arena *a, struct seaborough *s) {
  size_t cap = 0;
  for (size_t i = 0; i < s->areas.n; i++) {
    const struct sb_area *area = &s->areas.p[i];
    if (area->kind == SB_LSOA)
      add_stop(a, s, &cap, str_format(a, "%.*s stop", P(area->name)), area->centre, false);
  }
  for (int k = 0; k < SB_NEIGHBOURHOODS; k++) {
    struct sb_point at = s->areas.p[s->neighbourhood[k]].centre;
    if (k == 0 || k == 1 || k == 3 || k == 4 || k == 6 || k == 8)
      add_stop(a, s, &cap, str_format(a, "%s station", sb_neighbourhood_names[k]), at, true);
  }
}

static uint32_t nearest_stop(const struct seaborough *s, struct sb_point at, bool rail) {
  uint32_t best = 0;
  double metres = 1e12;
  for (uint32_t i = 0; i < s->stops.n; i++) {
    double d = sb_metres(at, s->stops.p[i].at);
    if (s->stops.p[i].rail == rail && d < metres) metres = d, best = i;
  }
  return best;
}

/* The stops of a line: for a bus the nearest stop at each half kilometre of the way, for a train
 * the stations. */
static void line_stops(struct arena *a, const struct seaborough *s, const struct line_plan *plan,
                       struct sb_line *line) {
  size_t cap = 0;
  for (int leg = 0; leg < 4 && plan->hoods[leg] >= 0; leg++) {
    struct sb_point from = s->areas.p[s->neighbourhood[plan->hoods[leg]]].centre, to = from;
    bool more = leg < 3 && plan->hoods[leg + 1] >= 0;
    if (more) to = s->areas.p[s->neighbourhood[plan->hoods[leg + 1]]].centre;
    int steps = plan->rail || !more ? 1 : (int)(sb_metres(from, to) / 500) + 1;
    for (int i = 0; i < steps; i++) {
      double t = (double)i / steps;
      struct sb_point at = {from.lat + (to.lat - from.lat) * t, from.lon + (to.lon - from.lon) * t};
      uint32_t stop = nearest_stop(s, at, plan->rail);
      if (!line->stops.n || line->stops.p[line->stops.n - 1] != stop)
        *slice_push(a, &line->stops, &cap) = stop;
    }
  }
}

/* Minutes from the first stop to each, going out; the same list backwards coming home. */
static void line_minutes(struct arena *a, const struct seaborough *s, struct sb_line *line) {
  double pace = line->rail ? RAIL_METRES_A_MINUTE : BUS_METRES_A_MINUTE;
  line->minutes = arena_many(a, int, line->stops.n);
  for (size_t i = 1; i < line->stops.n; i++) {
    double metres = sb_metres(s->stops.p[line->stops.p[i - 1]].at, s->stops.p[line->stops.p[i]].at);
    int took = (int)ceil(metres / pace);
    line->minutes[i] =
        line->minutes[i - 1] + (took < 1 ? 1 : took) + (line->rail ? STATION_WAIT_MINUTES : 0);
  }
}

void sb_network(struct arena *a, struct seaborough *s) {
  size_t cap = 0;
  add_stops(a, s);
  for (size_t i = 0; i < countof(plans); i++) {
    const struct line_plan *plan = &plans[i];
    struct sb_line *line = slice_push(a, &s->lines, &cap);
    *line = (struct sb_line){.number = str_of(plan->number),
                             .words = str_of(plan->words),
                             .rail = plan->rail,
                             .days = plan->days,
                             .first = plan->first,
                             .last = plan->last,
                             .every = plan->every};
    line_stops(a, s, plan, line);
    line_minutes(a, s, line);
  }
}

/* ---- GTFS ---- */

static void put_day(struct buf *b, day_t d) {
  struct ymd y = day_ymd(d);
  buf_format(b, "%04d%02d%02d", y.year, y.month, y.day);
}

/* Days that run as a Sunday: New Year, Christmas, Boxing Day. Seaborough's own; not the United
 * Kingdom's list. */
static bool is_holiday(day_t d) {
  struct ymd y = day_ymd(d);
  return (y.month == 1 && y.day == 1) || (y.month == 12 && (y.day == 25 || y.day == 26));
}

static bool is_school_day(day_t d) {
  struct ymd y = day_ymd(d);
  bool away = y.month == 8 || (y.month == 12 && y.day > 19) || (y.month == 1 && y.day < 4) ||
              (y.month == 4 && y.day < 15) || (y.month == 7 && y.day > 22) ||
              (y.month == 10 && y.day > 24);
  return day_weekday(d) <= FRIDAY && !away;
}

static const char *const service_names[] = {"weekdays", "saturdays", "sundays", "schooldays"};

static void put_calendar(const struct seaborough *s, struct buf *out) {
  static const char *const week[] = {"1,1,1,1,1,0,0", "0,0,0,0,0,1,0", "0,0,0,0,0,0,1",
                                     "0,0,0,0,0,0,0"};
  buf_put(out, S("service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,"
                 "end_date\n"));
  for (size_t i = 0; i < countof(week); i++) {
    buf_format(out, "%s,%s,", service_names[i], week[i]);
    put_day(out, s->today - 30);
    buf_byte(out, ',');
    put_day(out, s->today + 365);
    buf_byte(out, '\n');
  }
}

static void put_exception(struct buf *out, const char *service, day_t d, int kind) {
  buf_format(out, "%s,", service);
  put_day(out, d);
  buf_format(out, ",%d\n", kind);
}

static void put_calendar_dates(const struct seaborough *s, struct buf *out) {
  buf_put(out, S("service_id,date,exception_type\n"));
  for (day_t d = s->today - 30; d <= s->today + 365; d++) {
    if (is_school_day(d) && !is_holiday(d)) put_exception(out, "schooldays", d, 1);
    if (!is_holiday(d) || day_weekday(d) == SUNDAY) continue;
    put_exception(out, day_weekday(d) == SATURDAY ? "saturdays" : "weekdays", d, 2);
    put_exception(out, "sundays", d, 1);
  }
}

static void put_time(struct buf *b, int minute) {
  buf_format(b, "%02d:%02d:00", minute / 60, minute % 60);
}

static void put_trip(const struct sb_line *line, size_t number, int direction, int leave,
                     struct buf *trips, struct buf *times, const struct seaborough *s) {
  size_t n = line->stops.n;
  buf_format(trips, "line%.*s,%s,t%zu-%d-%d,%d,%s\n", P(line->number), service_names[line->days],
             number, direction, leave, direction, line->rail ? "1" : "0");
  for (size_t i = 0; i < n; i++) {
    size_t at = direction ? n - 1 - i : i;
    int minute = leave + (direction ? line->minutes[n - 1] - line->minutes[at] : line->minutes[at]);
    buf_format(times, "t%zu-%d-%d,", number, direction, leave);
    put_time(times, minute);
    buf_byte(times, ',');
    put_time(times, minute);
    buf_format(times, ",%.*s,%zu\n", P(s->stops.p[line->stops.p[at]].id), i + 1);
  }
}

static void put_trips(const struct seaborough *s, struct buf *trips, struct buf *times) {
  buf_put(trips, S("route_id,service_id,trip_id,direction_id,wheelchair_accessible\n"));
  buf_put(times, S("trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"));
  for (size_t i = 0; i < s->lines.n; i++)
    for (int direction = 0; direction < 2; direction++)
      for (int leave = s->lines.p[i].first; leave <= s->lines.p[i].last;
           leave += s->lines.p[i].every)
        put_trip(&s->lines.p[i], i, direction, leave + (direction ? 8 : 0), trips, times, s);
}

static void put_routes(const struct seaborough *s, struct buf *out) {
  buf_put(out, S("route_id,agency_id,route_short_name,route_long_name,route_type\n"));
  for (size_t i = 0; i < s->lines.n; i++) {
    bool seen = false;
    for (size_t k = 0; k < i; k++) seen |= str_eq(s->lines.p[k].number, s->lines.p[i].number);
    if (seen) continue;
    buf_format(out, "line%.*s,%s,%.*s,", P(s->lines.p[i].number),
               s->lines.p[i].rail ? "rail" : "buses", P(s->lines.p[i].number));
    csv_put(out, s->lines.p[i].words, false);
    buf_format(out, "%d\n", s->lines.p[i].rail ? 2 : 3);
  }
}

void sb_gtfs(const struct seaborough *s, struct sb_gtfs *out) {
  buf_put(&out->agency, S("agency_id,agency_name,agency_url,agency_timezone\n"
                          "buses,Seaborough Buses (invented),https://buses.example/,Europe/London\n"
                          "rail,Seaborough Rail (invented),https://rail.example/,Europe/London\n"));
  buf_put(&out->stops, S("stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding\n"));
  for (size_t i = 0; i < s->stops.n; i++) {
    const struct sb_stop *stop = &s->stops.p[i];
    buf_format(&out->stops, "%.*s,%.*s,%.6f,%.6f,%d\n", P(stop->id), P(stop->name), stop->at.lat,
               stop->at.lon, stop->rail || i % 3 ? 1 : 2);
  }
  put_calendar(s, &out->calendar);
  put_calendar_dates(s, &out->calendar_dates);
  put_routes(s, &out->routes);
  put_trips(s, &out->trips, &out->stop_times);
}
