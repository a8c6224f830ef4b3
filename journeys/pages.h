/* pages: what the views of journeys/ are given. */
#ifndef WAYMARK_JOURNEYS_PAGES_H
#define WAYMARK_JOURNEYS_PAGES_H
#include "journeys/inside.h"
#include "web/look/chart.h"

struct journey_page {
  struct layout layout;
  struct str service, name, path; /* of the service it leads to; "" = `to` is typed */
  struct str from, to, day, time; /* as typed, or as first shown */
  struct str from_fault, to_fault, when_fault, fault;
  bool arrive_by, slowly, wheelchair;
  bool hidden;           /* the address is not published */
  bool none;             /* no timetable is loaded here */
  bool asked;            /* there is an answer */
  struct str when_words; /* "Monday 23 November 2026" */
  struct way_view there, back, last;
  struct str missed; /* "If you miss it: leave at 05:42, be there at 06:20." */
  struct str closes; /* "It closes at 16:00." */
  bool last_early;   /* the last way back leaves before it closes */
  bool chair_unknown;
  struct {
    struct str *p;
    size_t n;
  } help;
  struct str note, cost; /* trains; what the ways cost */
};
struct reach_choice {
  struct str value, label;
  bool chosen;
};
struct reach_hour {
  struct str hour;
  int64_t beyond[3], all; /* areas that need more than 30, 45, 60 minutes, of so many */
};
struct reach_view {
  struct layout layout;
  struct str title, about, finding, hub_words, made, note, hub, ward, ward_name;
  struct chart_parts chart;
  bool known, drawn, sunday;
  struct {
    struct reach_choice *p;
    size_t n;
  } kinds, hour_choices;
  struct {
    struct reach_hour *p;
    size_t n;
  } hours;
};
struct compare_view {
  struct layout layout;
  struct str with, with_name, hub, hub_query, fault, ward, ward_name, back, note;
  struct str title, about, finding, limit, small_words;
  struct chart_parts chart;
  bool known, drawn, sunday, waiting;
  struct {
    struct reach_choice *p;
    size_t n;
  } withs, kinds, hours;
};
const struct message *reach_kind_words(enum reach_kind k);
#endif
