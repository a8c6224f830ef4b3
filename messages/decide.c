#include "messages/decide.h"

enum safe_way safe_way_of(struct str code) {
  static const char *const codes[SAFE_WAYS] = {"",     "phone",     "text",           "email",
                                               "post", "in_person", "through_worker", "none"};
  for (int i = 1; i < SAFE_WAYS; i++)
    if (str_eq(code, str_of(codes[i]))) return (enum safe_way)i;
  return SAFE_NOT_KNOWN;
}

/* Nobody is written to before eight in the morning or after eight in the evening; their own hours
 * can only narrow that. */
static bool hours(const struct safe_facts *f, int *from, int *to) {
  *from = QUIET_UNTIL, *to = QUIET_FROM;
  if (f->from_minute == 0 && f->to_minute == 0) return true;
  if (f->from_minute > *from) *from = f->from_minute;
  if (f->to_minute < *to) *to = f->to_minute;
  return *from < *to;
}

instant_t safe_moment(const struct safe_facts *f, instant_t now) {
  struct local here = instant_local_uk(now);
  unsigned days = f->weekdays ? f->weekdays : ANY_DAY;
  int from, to;
  if (!hours(f, &from, &to)) return INSTANT_NONE;
  for (int ahead = 0; ahead < SAFE_DAYS_AHEAD; ahead++) {
    day_t day = here.day + ahead;
    if (!(days >> day_weekday(day) & 1)) continue;
    if (ahead == 0 && here.minute >= to) continue;
    if (ahead == 0 && here.minute >= from) return now;
    return local_uk_instant(day, from);
  }
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
  d.refusal = by_way(f, &d.channel);
  if (!d.refusal && own_words && d.level == LEVEL_GUARDED) d.refusal = MESSAGE_GUARDED;
  if (!d.refusal && !own_words && !ours) d.refusal = MESSAGE_LANGUAGE;
  d.when = safe_moment(f, now);
  if (!d.refusal && d.when == INSTANT_NONE) d.refusal = MESSAGE_NEVER;
  if (d.refusal) d.channel = NULL;
  return d;
}
