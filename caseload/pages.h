/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_CASELOAD_PAGES_H
#define WAYMARK_CASELOAD_PAGES_H
#include "people/part.h"

struct today_row { struct str name, safe, what, why, href; bool late; };
struct today_more { struct str words, href; };
struct today_page {
  struct layout layout;
  struct str day;
  struct { struct today_row *p; size_t n; } rows;
  struct { struct today_more *p; size_t n; } more;   /* what else waits, and where */
  struct { struct today_more *p; size_t n; } covers; /* sheets of those they stand in for */
};
struct handover_row {
  struct str name, safe, href, last, next;
  struct { struct str *p; size_t n; } needs;
  bool away;
};
struct handover_page {
  struct layout layout;
  struct str worker, from, to;
  struct { struct handover_row *p; size_t n; } rows;
  int64_t quiet; /* people with nothing due this week */
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
