/* waits: all that waits for whoever asks, in no order: Today shows the first twelve of it, the
 * caseload page all of it beside whom it is about. Of whom a thing is about nothing has been read
 * yet: show it only to whose sight has `classes` (0: about nobody, or its domain asked already). */
#ifndef WAYMARK_CASELOAD_WAITS_H
#define WAYMARK_CASELOAD_WAITS_H
#include "caseload/inside.h"
#include "caseload/pages.h"

struct waits {
  struct today_rank rank;
  int64_t person_id; /* 0: about nobody, or named already */
  int64_t named;     /* whom it names already; 0: nobody */
  uint32_t classes;
  const char *part; /* of the person's pages */
  size_t turn;
  struct today_row row;
};
struct found {
  struct request *rq;
  struct waits *p;
  size_t n, cap;
  int64_t *people; /* whom they carry */
  size_t n_people;
};
void waits_find(struct found *f);
/* qsort: the most pressing first, else as found. */
int waits_by_rank(const void *a, const void *b);
/* "/people/ID" and `end`. */
struct str caseload_person_path(struct request *rq, struct uuid id, const char *end);
/* For a fingerpost: "Today", or 19 Nov. */
struct str caseload_short_day(struct request *rq, day_t day);
#endif
