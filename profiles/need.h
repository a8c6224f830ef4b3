/* need: what the view of hidden need and of doors is given. */
#ifndef WAYMARK_PROFILES_NEED_H
#define WAYMARK_PROFILES_NEED_H
#include "profiles/pages.h"

struct sums_table {
  struct str caption;
  struct { struct chart_column *p; size_t n; } columns;
  struct { struct chart_row *p; size_t n; } rows;
};
struct sums_page {
  struct layout layout;
  struct str title, lede;
  struct { struct str *p; size_t n; } notes;
  bool drawn, doors; /* doors: which of the two pages this is */
  struct chart_parts chart;
  struct { struct sums_table *p; size_t n; } tables;
};
#endif
