/* rank: the order of Today. Pure. */
#include "caseload/caseload.h"

bool today_before(struct today_rank a, struct today_rank b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  if (a.day == b.day) return false;
  if (a.day == DAY_NONE || b.day == DAY_NONE) return b.day == DAY_NONE;
  return a.day < b.day;
}
