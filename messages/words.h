/* words: what a message says. Templates are data (packs/messages); own words are looked through. */
#ifndef WAYMARK_MESSAGES_WORDS_H
#define WAYMARK_MESSAGES_WORDS_H
#include "messages/decide.h"

struct purpose { struct str code, label, plain[LANG_COUNT], open[LANG_COUNT]; };
struct purposes { const struct purpose *p; size_t n; };
struct purposes message_purposes(void);              /* those of the pack, read once */
const struct purpose *message_purpose(struct str code); /* NULL: there is none */
/* What fills {organisation} {day} {time} {link}. */
struct fill {
  struct str organisation;
  day_t day;
  int minute;
  struct str link;
};
struct str message_words(struct arena *a, const struct purpose *p, enum message_level level,
                         int lang, const struct fill *fill);
/* Characters of the GSM 03.38 basic set and its extension, as a provider counts them; -1: it holds
 * another character, and a text of it is short (MESSAGE_SMS_WIDE_MAX). */
int message_sms_length(struct str words);
bool message_too_long(const char *channel, struct str words);
/* Own words that name something: the phrase found, "" when none. `names`: this person's own, the
 * organisation, the place. */
struct str message_reveals(struct arena *a, struct str words, struct strs names);
/* A person or a body in the pieces that give it away: the whole, and its words of at least that
 * many letters. */
void message_name_add(struct arena *a, struct strs *names, size_t *cap, struct str name,
                      size_t letters_min);
#endif
