/* The page of tool/VIEWS.md's example and of the compiler's tests. */
#ifndef WAYMARK_LOOK_EXAMPLE_H
#define WAYMARK_LOOK_EXAMPLE_H
#include "web/look/layout.h"
#include "web/look/layout.html.h"

struct example_place { struct str name, id, phone; bool open_now; int minutes; day_t ends_on; };
struct example_page {
  struct layout layout;
  struct str asked, back;
  struct { const struct example_place *p; size_t n; } places;
  struct str fault;
  bool tick;
};
#endif
