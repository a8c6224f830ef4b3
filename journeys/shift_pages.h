/* shift_pages: what the view of a job's week is given. */
#ifndef WAYMARK_JOURNEYS_SHIFT_PAGES_H
#define WAYMARK_JOURNEYS_SHIFT_PAGES_H
#include "journeys/pages.h"
#include "people/part.h"
#include "people/part.html.h"

struct shift_row {
  struct str day, holiday, in, home;
  bool unknown, in_can, home_can;
  struct {
    struct str *p;
    size_t n;
  } help;
};
struct shift_page {
  struct person_head head;
  bool none, known, slowly;
  struct str to, starts, ends, opens, closes; /* as typed */
  struct str to_fault, time_fault, finding, note, shown, cost;
  struct {
    struct reach_choice *p;
    size_t n;
  } nurseries;
  struct {
    struct shift_row *p;
    size_t n;
  } days;
  struct {
    struct way_link *p;
    size_t n;
  } links;
  struct way_view first, in, back_first, back; /* of the first day that works */
};
#endif
