/* clock: whom to tell, and by when; pure, tested as a table. The hours are data; days are not: a
 * worry on a Sunday is told on Sunday, since telling somebody sooner harms nobody. */
#include "safeguarding/inside.h"

#define MINUTES(n) ((instant_t)(n) * 60 * 1000000)

static bool weekend(day_t d) { return day_weekday(d) >= SATURDAY; }

bool safeguarding_hours(instant_t now) {
  struct local l = instant_local_uk(now);
  return !weekend(l.day) && l.minute >= safeguarding_minutes("day_begins") &&
         l.minute < safeguarding_minutes("day_ends");
}

instant_t concern_due_at(instant_t raised_at) {
  struct local l = instant_local_uk(raised_at);
  instant_t ends = local_uk_instant(l.day, safeguarding_minutes("day_ends"));
  instant_t least = raised_at + MINUTES(safeguarding_minutes("least"));
  return ends > least ? ends : least;
}

struct concern_due concern_due(const struct concern_facts *f, instant_t now) {
  struct concern_due due = {.next = INSTANT_NONE};
  instant_t deputy = f->raised_at + MINUTES(safeguarding_minutes("deputy_after"));
  instant_t manager = f->raised_at + MINUTES(safeguarding_minutes("manager_after"));
  instant_t latest = concern_due_at(f->raised_at);
  bool open = f->opened_at != INSTANT_NONE;
  if (manager > latest) manager = latest;
  if (f->danger) manager = deputy, deputy = f->raised_at;
  if (f->lead_away) deputy = f->raised_at;
  due.lead = !f->told_lead;
  due.oncall = !f->told_oncall && !safeguarding_hours(f->raised_at);
  if (open) return due;
  due.deputy = !f->told_deputy && now >= deputy;
  due.why_deputy = f->lead_away ? "lead_away" : f->danger ? "danger" : "not_opened";
  due.manager = !f->told_manager && now >= manager;
  if (!f->told_deputy && now < deputy) due.next = deputy;
  else if (!f->told_manager && now < manager) due.next = manager;
  return due;
}

instant_t stuck_read_by(instant_t now, enum prompt prompt) {
  struct local l = instant_local_uk(now);
  if (prompt != PROMPT_NONE) return now + MINUTES(safeguarding_minutes("stuck_prompt_within"));
  day_t day = l.day + 1;
  while (weekend(day)) day++;
  return local_uk_instant(day, safeguarding_minutes("stuck_by"));
}
