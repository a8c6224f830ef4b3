/* notify: GOV.UK Notify's API (docs.notifications.service.gov.uk/rest-api.html): a JSON web token
 * for each call, templates that hold one field (body; an e-mail's also subject), our random id as
 * `reference`, which holds nothing personal and by which an unanswered try is looked up. */
#include <jansson.h>
#include <sodium.h>
#include "base/base.h"
#include "messages/inside.h"
#include "messages/provider.h"
#include "web/out.h"

enum { SECRET_CHARACTERS = 36 };

static struct str part(struct arena *a, struct str json) { return base64url_of(a, json.p, json.n); }

struct str message_notify_token(struct arena *a, struct str service, struct str secret,
                                instant_t now) {
  unsigned char mac[crypto_auth_hmacsha256_BYTES];
  crypto_auth_hmacsha256_state state;
  struct str head = part(a, S("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"));
  struct str claims = part(a, str_format(a, "{\"iss\":\"%.*s\",\"iat\":%lld}", P(service),
                                         (long long)(now / 1000000)));
  struct str body = str_format(a, "%.*s.%.*s", P(head), P(claims));
  crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.p, secret.n);
  crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.p, body.n);
  crypto_auth_hmacsha256_final(&state, mac);
  struct str sign = base64url_of(a, mac, sizeof mac);
  return str_format(a, "%.*s.%.*s", P(body), P(sign));
}

/* The key: "name-SERVICE-SECRET", two UUIDs at its end. */
static struct str bearer(struct arena *a, instant_t now) {
  struct str key = str_trim(str_of(messages_settings->notify_key));
  if (key.n < 2 * SECRET_CHARACTERS + 1) return (struct str){0};
  struct str secret = str_slice(key, key.n - SECRET_CHARACTERS, key.n);
  struct str service =
      str_slice(key, key.n - 2 * SECRET_CHARACTERS - 1, key.n - SECRET_CHARACTERS - 1);
  struct str token = message_notify_token(a, service, secret, now);
  return str_format(a, "Authorization: Bearer %.*s", P(token));
}

static struct str body_of(struct arena *a, const struct parcel *p, bool sms) {
  struct buf b = buf_open(1 << 16);
  struct json_out j = json_to(&b);
  json_open(&j);
  json_put_str(&j, sms ? "phone_number" : "email_address", p->to);
  json_put_str(&j, "template_id",
               str_of(sms ? messages_settings->notify_sms_template
                          : messages_settings->notify_email_template));
  json_key(&j, S("personalisation"));
  json_open(&j);
  json_put_str(&j, "body", p->words);
  if (!sms) json_put_str(&j, "subject", p->subject);
  json_close(&j);
  json_put_str(&j, "reference", p->id);
  json_close(&j);
  struct str text = str_copy(a, buf_str(&b));
  buf_free(&b);
  return text;
}

static struct str id_in(struct arena *a, struct str text, const char *list) {
  struct why why;
  json_t *root = json_read(text, 1 << 20, &why);
  json_t *at = list ? json_array_get(json_object_get(root, list), 0) : root;
  struct str id = str_copy(a, str_of(json_string_value(json_object_get(at, "id"))));
  json_decref(root);
  return id;
}

static enum provider_end end_of(int status) {
  if (status == 201) return PROVIDER_TOOK;
  /* 400: a bad number or template; 403 and 401: our key; 429, 5xx: later. A wrong key is ours to
   * mend, so nothing is given up for it. */
  return status == 400 ? PROVIDER_REFUSED : PROVIDER_LATER;
}

static enum provider_end post(struct arena *a, const struct parcel *p, bool sms,
                              struct str *reference, struct why *why) {
  struct out_reply reply;
  struct out_request ask = {.method = S("POST"),
                            .url = str_format(a, "%s/v2/notifications/%s",
                                              messages_settings->notify_url, sms ? "sms" : "email"),
                            .content_type = S("application/json"),
                            .body = body_of(a, p, sms),
                            .headers = {bearer(a, p->now)}};
  if (!ask.headers[0].n || !out_send(a, &ask, &reply, why)) return PROVIDER_LATER;
  if (reply.status == 201) *reference = id_in(a, reply.body, NULL);
  return end_of(reply.status);
}

static enum provider_end find(struct arena *a, const struct parcel *p, struct str *reference,
                              struct why *why) {
  struct out_reply reply;
  struct out_request ask = {.url = str_format(a, "%s/v2/notifications?reference=%.*s",
                                              messages_settings->notify_url, P(p->id)),
                            .headers = {bearer(a, p->now)}};
  if (!ask.headers[0].n || !out_send(a, &ask, &reply, why)) return PROVIDER_LATER;
  if (reply.status == 404) return PROVIDER_REFUSED;
  if (reply.status != 200) return PROVIDER_LATER;
  *reference = id_in(a, reply.body, "notifications");
  return reference->n ? PROVIDER_TOOK : PROVIDER_REFUSED;
}

static enum provider_end send_sms(struct arena *a, const struct parcel *p, struct str *reference,
                                  struct why *why) {
  return post(a, p, true, reference, why);
}
static enum provider_end send_email(struct arena *a, const struct parcel *p, struct str *reference,
                                    struct why *why) {
  return post(a, p, false, reference, why);
}
const struct message_provider provider_notify_sms = {"notify", send_sms, find};
const struct message_provider provider_notify_email = {"notify", send_email, find};
