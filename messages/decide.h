/* decide: may a message go, how much may it say, and when. Pure: facts in, decision out; the whole
 * table is tested by generating it. */
#ifndef WAYMARK_MESSAGES_DECIDE_H
#define WAYMARK_MESSAGES_DECIDE_H
#include "messages/messages.h"
#include "words/words.h"

enum safe_way {
  SAFE_NOT_KNOWN, SAFE_PHONE, SAFE_TEXT, SAFE_EMAIL, SAFE_POST, SAFE_IN_PERSON,
  SAFE_THROUGH_WORKER, SAFE_NONE, SAFE_WAYS
};
enum safe_way safe_way_of(struct str code); /* a code of packs/codes/safe_ways.csv */

/* How much words may say; a stricter level is a larger number. */
enum message_level {
  LEVEL_OPEN,    /* the person said a message may say who we are and why */
  LEVEL_PLAIN,   /* no service, purpose or person is named */
  LEVEL_GUARDED  /* the same few neutral words, whatever it is about */
};
/* Hours outside which nobody is written to, whatever they ticked. */
enum { QUIET_UNTIL = 8, QUIET_FROM = 20, SAFE_DAYS_AHEAD = 8 };
struct safe_facts {
  enum safe_way way;
  bool takes_texts, has_email; /* a number that takes texts, an address */
  bool shared_phone, open_words;
  bool limited;                /* kept, not to be used: UK GDPR Article 18 */
  bool flagged;                /* a safety note, or a restricted record */
  uint32_t weekday_hours, weekend_hours; /* a bit each hour that is safe for them; 0: none is */
  day_t space_until;           /* they asked for space: nothing before this day; DAY_NONE */
  struct str language;         /* of packs/codes/languages.csv; "" = not known */
};
struct decision {
  enum message_refusal refusal;
  enum message_level level;
  const char *channel;  /* "sms" or "email" */
  instant_t when;       /* now, or the first safe moment after it */
  int lang;             /* LANG_EN or LANG_CY */
};
/* own_words: the worker wrote them, so their language is theirs to choose. */
struct decision message_decide(const struct safe_facts *f, bool own_words, instant_t now);
/* The first moment from `now` on that lies within their hours; INSTANT_NONE when no hour is. */
instant_t safe_moment(const struct safe_facts *f, instant_t now);
#endif
