/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_CASELOAD_PAGES_H
#define WAYMARK_CASELOAD_PAGES_H
#include "people/part.h"

struct today_row {
  struct str name, safe, what, why, href, pause_href;
  struct str when; /* on its fingerpost: a time, a day, how long since */
  bool late, soon; /* late, or of today: the post is dark */
};
struct today_group {
  struct str title, id;
  struct { struct today_row *p; size_t n; } rows;
};
struct today_more { struct str words, href; };
struct today_page {
  struct layout layout;
  day_t on;
  int64_t n_rows;
  bool may_add;
  struct { struct today_group *p; size_t n; } groups;
  struct { struct today_row *p; size_t n; } good;
  struct { struct today_more *p; size_t n; } more;   /* what else waits, and where */
  struct { struct today_more *p; size_t n; } covers; /* sheets of those they stand in for */
};
struct handover_need {
  day_t day; /* the day before today for all that is late */
  struct str name, safe, href, clock, words;
};
struct handover_day {
  day_t day;
  bool late, today;
  struct { struct handover_need *p; size_t n; } needs;
};
struct handover_days { struct handover_day *p; size_t n; };
struct handover_page {
  struct layout layout;
  struct str worker, to;
  struct handover_days days, later; /* half a page; and what is folded */
  int64_t n_later, quiet;           /* things folded; people with nothing due this week */
};
struct team_row {
  struct str href, name, dbs, training;
  int64_t carried, began, ended, drifting;
  bool away, dbs_due, training_due;
};
struct team_page {
  struct layout layout;
  struct str team;
  int64_t waiting, overdue, spends;
  struct { struct team_row *p; size_t n; } rows;
};
struct worker_row { struct str id, name, safe, last; bool drifting; };
struct worker_choice { struct str id, name; };
struct worker_page {
  struct layout layout;
  struct str name, action, fault;
  struct { struct worker_row *p; size_t n; } rows;
  struct { struct worker_choice *p; size_t n; } others;
};
#endif
