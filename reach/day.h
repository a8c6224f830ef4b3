/* day: what runs on one day, ready to scan. Trips of the day itself, what still runs from the day
 * before (shifted by 24 h) and, up to `next_until_s`, the first trips of the day after. Each
 * pattern's trips are put in lines in which no trip overtakes another (first in, first out), which
 * the scan leans on. */
#ifndef WAYMARK_REACH_DAY_H
#define WAYMARK_REACH_DAY_H
#include "reach/region.h"

enum { DAY_SECONDS = 86400, DAY_NEXT_UNTIL = 30 * 3600 };
/* A trip said to be unsuitable (NO) is always left out; ONLY_KNOWN leaves out NOT_KNOWN too. */
enum need { NEED_NOTHING, NEED_NOT_REFUSED, NEED_ONLY_KNOWN };
struct day_ask {
  day_t date;
  int32_t next_until_s; /* include trips of the next day that start before this (86400 = none) */
  enum need wheelchair, bikes;
  const uint8_t
      *without; /* by region trip: not 0 = take it out (what if it stopped?); NULL = all run */
};
struct day_line {
  uint32_t pattern, first, n;
};
struct day {
  const struct region *r;
  struct day_ask ask;
  struct day_line *lines;
  uint32_t n_lines;
  uint32_t *line_first;   /* by pattern, n_patterns + 1 */
  int32_t *start;         /* by day trip: seconds after midnight of `date` at offset 0 */
  uint32_t *times, *trip; /* row of times; region trip */
  uint32_t n_trips;
  uint8_t *window;         /* by link window: in force that day */
  int32_t first_s, last_s; /* no trip runs before or after these */
};
/* False when the day is outside the timetable (the sentence says what days it covers). */
bool day_open(struct day *d, const struct region *r, struct day_ask ask, struct arena *a,
              struct why *why);
#endif
