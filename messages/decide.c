#include "messages/decide.h"

enum safe_way safe_way_of(struct str code) {
  static const char *const codes[SAFE_WAYS] = {"",     "phone",     "text",           "email",
                                               "post", "in_person", "through_worker", "none"};
  for (int i = 1; i < SAFE_WAYS; i++)
    if (str_eq(code, str_of(codes[i]))) return (enum safe_way)i;
  return SAFE_NOT_KNOWN;
}

/* Their own hours can only narrow those in which anybody is written to. */
static bool safe_hour(const struct safe_facts *f, day_t day, int hour) {
  uint32_t hours = day_weekday(day) >= SATURDAY ? f->weekend_hours : f->weekday_hours;
  return hour >= QUIET_UNTIL && hour < QUIET_FROM && hours >> hour & 1;
}

instant_t safe_moment(const struct safe_facts *f, instant_t now) {
  struct local here = instant_local_uk(now);
  bool space = f->space_until != DAY_NONE && f->space_until > here.day;
  day_t first = space ? f->space_until : here.day;
  for (day_t day = first; day < first + SAFE_DAYS_AHEAD; day++)
    for (int hour = day == here.day ? here.minute / 60 : 0; hour < 24; hour++)
      if (safe_hour(f, day, hour))
        return day == here.day && hour == here.minute / 60 ? now : local_uk_instant(day, hour * 60);
  return INSTANT_NONE;
}

static enum message_refusal by_way(const struct safe_facts *f, const char **channel) {
  switch (f->way) {
    case SAFE_NOT_KNOWN: return MESSAGE_WAY_UNKNOWN;
    case SAFE_PHONE: return MESSAGE_RING;
    case SAFE_POST: return MESSAGE_POST;
    case SAFE_IN_PERSON: return MESSAGE_IN_PERSON;
    case SAFE_THROUGH_WORKER: return MESSAGE_THROUGH_WORKER;
    case SAFE_TEXT:
      *channel = "sms";
      return f->takes_texts ? MESSAGE_FINE : MESSAGE_NO_ADDRESS;
    case SAFE_EMAIL:
      *channel = "email";
      return f->has_email ? MESSAGE_FINE : MESSAGE_NO_ADDRESS;
    case SAFE_NONE:
    case SAFE_WAYS: break;
  }
  return MESSAGE_DO_NOT_CONTACT;
}

static enum message_level level_of(const struct safe_facts *f) {
  if (f->flagged || f->shared_phone) return LEVEL_GUARDED;
  return f->open_words ? LEVEL_OPEN : LEVEL_PLAIN;
}

/* Whoever signs reads English as a rule; others get words of ours only in a language we have. */
static bool language_of(struct str code, int *lang) {
  *lang = str_eq(code, S("cy")) ? LANG_CY : LANG_EN;
  return !code.n || str_eq(code, S("en")) || str_eq(code, S("cy")) || str_eq(code, S("bfi"));
}

struct decision message_decide(const struct safe_facts *f, bool own_words, instant_t now) {
  struct decision d = {.level = level_of(f)};
  bool ours = language_of(f->language, &d.lang);
  d.refusal = f->limited ? MESSAGE_LIMITED : by_way(f, &d.channel);
  if (!d.refusal && own_words && d.level == LEVEL_GUARDED) d.refusal = MESSAGE_GUARDED;
  if (!d.refusal && !own_words && !ours) d.refusal = MESSAGE_LANGUAGE;
  d.when = safe_moment(f, now);
  if (!d.refusal && d.when == INSTANT_NONE) d.refusal = MESSAGE_NEVER;
  if (d.refusal) d.channel = NULL;
  return d;
}
