/* Standing: what dated facts say of a service on a day. One function, tested as a table
 * (standing_test.c). */
#include "directory/inside.h"

static bool passed(day_t d, day_t day) { return d != DAY_NONE && d <= day; }

static int64_t review_days(const struct standing_facts *f) {
  return f->review_days == NUMBER_NONE || f->review_days <= 0 ? REVIEW_DAYS_DEFAULT
                                                              : f->review_days;
}

static day_t review_due(const struct standing_facts *f) {
  return f->assured_on == DAY_NONE ? DAY_NONE : f->assured_on + (day_t)review_days(f);
}

static enum standing_state state_on(const struct standing_facts *f, day_t day) {
  if (!passed(f->published_on, day) || passed(f->withdrawn_on, day)) return STANDING_WITHDRAWN;
  if (str_eq(f->status, S("defunct")) || (f->ends != DAY_NONE && f->ends < day))
    return STANDING_ENDED;
  if (f->starts != DAY_NONE && f->starts > day) return STANDING_NOT_STARTED;
  if (f->status.n && !str_eq(f->status, S("active"))) return STANDING_PAUSED;
  return passed(f->assured_on, day) && day <= review_due(f) ? STANDING_LIVE : STANDING_UNCHECKED;
}

/* The first day after `day` on which the state is another one; DAY_NONE when no date on record
 * changes it. */
static day_t next_change(const struct standing_facts *f, day_t day, enum standing_state now) {
  day_t due = review_due(f);
  const day_t turns[] = {f->published_on,
                         f->withdrawn_on,
                         f->starts,
                         f->assured_on,
                         f->ends == DAY_NONE ? DAY_NONE : f->ends + 1,
                         due == DAY_NONE ? DAY_NONE : due + 1};
  day_t first = DAY_NONE;
  for (size_t i = 0; i < countof(turns); i++)
    if (turns[i] != DAY_NONE && turns[i] > day && (first == DAY_NONE || turns[i] < first) &&
        state_on(f, turns[i]) != now)
      first = turns[i];
  return first;
}

struct standing standing_of(const struct standing_facts *f, day_t day) {
  struct standing s = {.state = state_on(f, day), .until = DAY_NONE, .review_due = review_due(f)};
  day_t change = next_change(f, day, s.state);
  if (change != DAY_NONE) s.until = change - 1;
  return s;
}

struct standing_facts service_facts(const struct service *s) {
  return (struct standing_facts){s->published_on, s->withdrawn_on, s->starts, s->ends,
                                 s->assured_on,   s->review_days,  s->status};
}

struct standing service_standing(const struct service *s, day_t day) {
  struct standing_facts f = service_facts(s);
  return standing_of(&f, day);
}

static const struct message *word_of(enum standing_state s) {
  switch (s) {
    case STANDING_WITHDRAWN: return T("Not published");
    case STANDING_ENDED: return T("Ended");
    case STANDING_NOT_STARTED: return T("Not started yet");
    case STANDING_PAUSED: return T("Closed for now");
    case STANDING_UNCHECKED: return T("Needs a check");
    case STANDING_LIVE: return T("Live");
  }
  return T("Not known");
}

struct str standing_word(enum standing_state s) { return words_of(LANG_EN, word_of(s)); }

static struct str dated(struct arena *a, enum language lang, const struct message *m, day_t day) {
  return SAY(a, lang, m, SLOT("day", words_day(a, lang, day)));
}

struct str standing_sentence(struct arena *a, enum language lang, struct standing s,
                             const struct standing_facts *f) {
  switch (s.state) {
    case STANDING_WITHDRAWN: return words_of(lang, T("This is not on the directory."));
    case STANDING_ENDED:
      return f->ends == DAY_NONE ? words_of(lang, T("This has closed."))
                                 : dated(a, lang, T("This ended on {day}."), f->ends);
    case STANDING_NOT_STARTED: return dated(a, lang, T("This starts on {day}."), f->starts);
    case STANDING_PAUSED:
      return words_of(lang, T("This is closed for now. Ask when it opens again."));
    case STANDING_UNCHECKED:
      if (f->assured_on == DAY_NONE)
        return words_of(lang, T("Nobody has checked this with them yet. Ring before you go."));
      return dated(a, lang, T("Last checked with them on {day}. Ring before you go."),
                   f->assured_on);
    case STANDING_LIVE: return dated(a, lang, T("Checked with them on {day}."), f->assured_on);
  }
  return (struct str){0};
}
