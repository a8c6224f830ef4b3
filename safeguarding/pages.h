/* pages: what the views of this folder are given, already decided. */
#ifndef WAYMARK_SAFEGUARDING_PAGES_H
#define WAYMARK_SAFEGUARDING_PAGES_H
#include "safeguarding/safeguarding.h"
#include "web/page.h"

struct worry_page {
  struct layout layout;
  struct crisis_numbers numbers;
  struct str about, about_name;    /* a person the worker may see, already chosen */
  struct str who, seen, opinion, wants, told, fault;
  bool danger, nobody, from_draft, adult, child, age_unknown;
  bool reads;                      /* may have concerns or notes to read */
  struct str reader;               /* who it will go to */
};
struct received_page {
  struct layout layout;
  struct crisis_numbers numbers;
  struct strs readers;
  struct str raised, due, opened;
  bool danger;
};
struct concern_row { struct str id, who, raised, due, state; bool danger, overdue, waiting; };
struct concerns_page {
  struct layout layout;
  struct { struct concern_row *p; size_t n; } rows;
  bool more;
};
struct event_row { struct str when, what, words, to_whom, reason; };
struct reason_row { struct str code, label, source; };
struct colleague { int64_t id; struct str name; };
struct concern_page {
  struct layout layout;
  struct str id, who, age, seen, opinion, wants, told, raised, raised_by, due, state, record, fault;
  struct { struct event_row *p; size_t n; } events;
  struct { struct reason_row *p; size_t n; } reasons;
  struct { struct colleague *p; size_t n; } colleagues;
  bool danger, overdue, opened, telling_safe;
};
struct post_row { struct str name, post, from, to, trained, checked; bool away, due; };
struct posts_page {
  struct layout layout;
  struct { struct post_row *p; size_t n; } rows, staff;
  struct { struct colleague *p; size_t n; } colleagues;
  struct str fault;
  bool may_change, no_deputy;
};
struct stuck_page {
  struct layout layout;
  struct crisis_numbers numbers;
  struct str words, reader, by, fault;
  bool kept;
};
struct stuck_row { struct str id, name, words, when, by, record; bool prompt, overdue; };
struct stuck_list_page {
  struct layout layout;
  struct { struct stuck_row *p; size_t n; } rows;
};
#endif
