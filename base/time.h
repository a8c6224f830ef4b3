/* time: days and instants. `now` is always an argument: nothing below the web front and the
 * commands reads a clock, so that every answer can be repeated. A day is a local date decided when
 * it was entered; an instant is UTC. Proleptic Gregorian calendar. */
#ifndef WAYMARK_TIME_H
#define WAYMARK_TIME_H
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
typedef int32_t day_t; /* days since 1970-01-01; DAY_NONE = not known */
/* Microseconds since 1970-01-01T00:00:00Z; INSTANT_NONE = not known. */
typedef int64_t instant_t;
#define DAY_NONE INT32_MIN
#define INSTANT_NONE INT64_MIN
struct ymd {
  int year, month, day; /* month and day from 1 */
};
enum weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY };

bool ymd_valid(struct ymd d);               /* years 1600 to 9999 */
day_t day_of(int year, int month, int day); /* DAY_NONE if not a real date */
struct ymd day_ymd(day_t d);
enum weekday day_weekday(day_t d);
day_t day_add_months(day_t d, int months); /* 31 Jan + 1 month = last day of Feb */
/* Whole years; 29 Feb birthdays count on 1 March (England and Wales). -1 when either day is not
 * known or `on` is before `born`. */
int day_age(day_t born, day_t on);
bool day_parse(struct str iso, day_t *out); /* "2026-11-21" only */
/* What people type: 21/11/2026, 21-11-26, 21 Nov 2026, 21 November 2026, 2026-11-21. Day before
 * month. Years of two digits: 00 to 39 are 2000 to 2039, 40 to 99 are 1940 to 1999. */
bool day_parse_typed(struct str s, day_t *out);
struct str day_iso(struct arena *a, day_t d);   /* "2026-11-21"; "" for DAY_NONE */
struct str day_words(struct arena *a, day_t d); /* "21 November 2026" */
/* A date known only to a year or a month: "2023", "2023-03", "2023-03-31". first..last = what it
 * may mean. */
struct day_span {
  day_t first, last;
};
bool day_span_parse(struct str s, struct day_span *out);

bool instant_parse(struct str iso, instant_t *out);   /* RFC 3339 with zone; without a zone: UTC */
struct str instant_iso(struct arena *a, instant_t t); /* "2026-11-21T22:53:39.000000Z" */
/* Local civil time in the United Kingdom (GMT, BST from 01:00 UTC last Sunday of March to 01:00 UTC
 * last Sunday of October: the Summer Time Order 2002, as announced for each year on
 * gov.uk/when-do-the-clocks-change; used for all years). minute: 0 to 1439. */
struct local {
  day_t day;
  int minute;
};
struct local instant_local_uk(instant_t t);
/* In the repeated hour: the first; in the skipped hour: moved on. */
instant_t local_uk_instant(day_t day, int minute);
/* A time of day as people type it: "9:05", "09.05", "930", "14". Minutes after midnight. */
bool minute_parse_typed(struct str s, int *minute);
instant_t clock_now(void);         /* only app/, web/ and test/ may call it (lintc) */
uint64_t clock_monotonic_us(void); /* for durations and deadlines; any folder */
#endif
