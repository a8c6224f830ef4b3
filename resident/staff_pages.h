/* staff_pages: what the views for workers are given, already decided. */
#ifndef WAYMARK_RESIDENT_STAFF_PAGES_H
#define WAYMARK_RESIDENT_STAFF_PAGES_H
#include "people/part.h"
#include "people/part.html.h"

struct own_row { struct str kind, id, words; bool shown, never; };
struct own_group { struct str title; struct { struct own_row *p; size_t n; } rows; };
struct own_team_row { int64_t id; struct str label; bool on; };
struct own_copy_row { struct str id; day_t on; int minute; };
struct own_page_view {
  struct person_head head;
  bool card, open, everything;
  int hours;
  struct str fault;
  struct { struct own_team_row *p; size_t n; } teams;
  struct { struct own_group *p; size_t n; } groups;
  struct { struct own_copy_row *p; size_t n; } copies;
};
struct statement_row { struct str id, about, words, answer; day_t on; bool answered, put_right; };
struct statements_view {
  struct person_head head;
  struct str fault;
  struct { struct statement_row *p; size_t n; } rows;
};
#endif
