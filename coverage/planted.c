/* planted: one fault a build, put in between two folders when linking (ld --wrap), so that the
 * tests of coverage are seen to fail when what they hold is wrong. Nothing here is in the program.
 */
#include "coverage/coverage.h"

#if defined(PLANTED_UNCHECKED) /* an entry nobody has checked counts as an offer */
struct standing __real_standing_of(const struct standing_facts *f, day_t day);
struct standing __wrap_standing_of(const struct standing_facts *f, day_t day);
struct standing __wrap_standing_of(const struct standing_facts *f, day_t day) {
  struct standing s = __real_standing_of(f, day);
  if (s.state == STANDING_UNCHECKED) s.state = STANDING_LIVE;
  return s;
}
#elif defined(PLANTED_HORIZON) /* every horizon is a month short */
day_t __real_day_add_months(day_t day, int months);
day_t __wrap_day_add_months(day_t day, int months);
day_t __wrap_day_add_months(day_t day, int months) {
  return __real_day_add_months(day, months > 0 ? months - 1 : months);
}
#endif
