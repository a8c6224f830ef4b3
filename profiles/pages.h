/* pages: what the views of profiles/ are given. */
#ifndef WAYMARK_PROFILES_PAGES_H
#define WAYMARK_PROFILES_PAGES_H
#include "profiles/inside.h"
#include "web/look/chart.h"
#include "web/page.h"

struct profile_link { struct str href, name, kind; };
struct profile_links { struct profile_link *p; size_t n; };
struct profile_row { struct str label, here, there, ages, edition, note; };
struct profile_topic {
  struct str code, heading;
  struct str edition; /* of all its rows; "" = they differ and each says its own */
  struct { struct profile_row *p; size_t n; } rows;
};
struct profile_kind { struct str heading; struct profile_links links; };
struct home_row { struct str href, name, rent, allowance, difference, minutes; };
struct profile_page {
  struct layout layout;
  struct str name, kind, code, file, above; /* above: the area it lies in; "" = none known */
  struct profile_links crumbs;
  bool known;      /* there are figures at all */
  bool drawn, dots_drawn;
  struct chart_parts chart, dots;
  struct { struct profile_topic *p; size_t n; } topics;
  struct { struct profile_row *p; size_t n; } older;
  struct { struct profile_kind *p; size_t n; } inside;
  struct { struct home_row *p; size_t n; } homes;
  struct str homes_minutes, trains;  /* heads the column of minutes; "trains not included" */
};
struct places_page {
  struct layout layout;
  struct str asked;
  bool searched;
  struct profile_links found;
  struct { struct profile_kind *p; size_t n; } kinds;
};

/* Two bars an indicator: here, and the area it lies in. */
struct rate_bar { struct str label, edition, ages; double here, there; /* NAN = not known */ };
void profiles_bars(struct view *v, const struct rate_bar *bars, size_t n, struct str here,
                   struct str there, struct chart_parts *out);
/* Tenths from the most deprived (1) to the least (10): a dot each. */
void profiles_dots(struct view *v, const struct rate_bar *bars, size_t n, struct str here,
                   struct chart_parts *out);
struct str profiles_value_words(struct request *rq, const struct figure *f);
#endif
