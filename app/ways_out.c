#include "app/ways_out.h"
#include "app/commands.h"
#include "messages/messages.h"

enum { SECRET_BYTES_MAX = 4096 };

/* A secret stands in a file of its own, never in the settings. "" = none. */
static bool secret(struct arena *a, struct str path, const char **out, struct why *why) {
  struct str all;
  *out = "";
  if (!path.n) return true;
  if (!file_read(a, str_c(a, path), SECRET_BYTES_MAX, &all, why)) return false;
  *out = str_c(a, str_trim(all));
  return true;
}

bool ways_out_set(struct why *why) {
  static struct messages_settings s;
  struct installation *here = installation();
  const struct config *c = &here->config;
  struct arena *a = &here->arena;
  s = (struct messages_settings){.sms = str_c(a, c->send_texts),
                                 .email = str_c(a, c->send_email),
                                 .notify_url = str_c(a, c->notify_url),
                                 .notify_sms_template = str_c(a, c->notify_sms_template),
                                 .notify_email_template = str_c(a, c->notify_email_template),
                                 .smtp_url = str_c(a, c->mail_url),
                                 .smtp_from = str_c(a, c->mail_from),
                                 .smtp_user = str_c(a, c->mail_user),
                                 .place = c->site_name};
  return secret(a, c->notify_key_file, &s.notify_key, why) &&
         secret(a, c->mail_password_file, &s.smtp_password, why) && messages_use(&s, why);
}
