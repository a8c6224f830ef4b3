/* outbox: the provider of a demo and of a place without one: a message leaves only as far as the
 * page /outbox. And which provider carries what. */
#include "messages/inside.h"
#include "messages/provider.h"

static enum provider_end keep(struct arena *a, const struct parcel *p, struct str *reference,
                              struct why *why) {
  (void)a, (void)why;
  *reference = p->id;
  return PROVIDER_TOOK;
}
const struct message_provider provider_outbox = {"outbox", keep, NULL};

const struct messages_settings *messages_settings;

static bool said(const char *s) { return s && s[0]; }

static bool notify_whole(const struct messages_settings *s, const char *template, struct why *why) {
  if (said(s->notify_url) && said(s->notify_key) && said(template)) return true;
  return why_say(why, "To send by GOV.UK Notify, give notify_url, notify_key_file and the "
                      "templates in the settings.");
}

bool messages_use(const struct messages_settings *s, struct why *why) {
  bool sms = strcmp(s->sms, "notify") == 0, mail = strcmp(s->email, "notify") == 0;
  if (!sms && strcmp(s->sms, "outbox") != 0)
    return why_say(why, "The setting send_texts is \"outbox\" or \"notify\".");
  if (!mail && strcmp(s->email, "outbox") != 0 && strcmp(s->email, "smtp") != 0)
    return why_say(why, "The setting send_email is \"outbox\", \"smtp\" or \"notify\".");
  if ((sms && !notify_whole(s, s->notify_sms_template, why)) ||
      (mail && !notify_whole(s, s->notify_email_template, why)))
    return false;
  if (strcmp(s->email, "smtp") == 0 && !(said(s->smtp_url) && said(s->smtp_from)))
    return why_say(why, "To send by SMTP, give smtp_url and smtp_from in the settings.");
  messages_settings = s;
  return true;
}

const struct message_provider *message_provider_of(const char *channel) {
  const struct messages_settings *s = messages_settings;
  if (!s) return &provider_outbox;
  if (strcmp(channel, "sms") == 0)
    return strcmp(s->sms, "notify") == 0 ? &provider_notify_sms : &provider_outbox;
  if (strcmp(s->email, "smtp") == 0) return &provider_smtp;
  return strcmp(s->email, "notify") == 0 ? &provider_notify_email : &provider_outbox;
}
