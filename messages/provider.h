/* provider: who carries a message out of the building. One struct each; queue.c alone calls them.
 */
#ifndef WAYMARK_MESSAGES_PROVIDER_H
#define WAYMARK_MESSAGES_PROVIDER_H
#include "messages/messages.h"

enum provider_end {
  PROVIDER_TOOK,     /* reference says under which name */
  PROVIDER_LATER,    /* busy or away: the same again later */
  PROVIDER_REFUSED   /* will never take it: no such number, not allowed */
};
struct parcel {
  struct str to, subject, words;
  struct str id; /* ours, random: the provider's reference, the same at each try */
  instant_t now;
};
struct message_provider {
  const char *name;
  enum provider_end (*send)(struct arena *a, const struct parcel *p, struct str *reference,
                            struct why *why);
  /* Did an earlier try, whose answer never came, arrive? LATER: cannot be told now; REFUSED: no.
   * NULL: it cannot be asked, and the recipient's side tells two alike apart by `id`. */
  enum provider_end (*find)(struct arena *a, const struct parcel *p, struct str *reference,
                            struct why *why);
};
extern const struct message_provider provider_outbox, provider_smtp, provider_notify_sms,
    provider_notify_email;
const struct message_provider *message_provider_of(const char *channel);
/* smtp.c, tested alone: the whole message as it goes over the wire. */
void message_smtp_text(struct arena *a, const struct parcel *p, const char *from, struct buf *out);
/* notify.c, tested alone: a JSON web token, HS256. */
struct str message_notify_token(struct arena *a, struct str service, struct str secret,
                                instant_t now);
#endif
