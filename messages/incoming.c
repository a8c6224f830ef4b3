/* incoming: what a provider posts, read. Field names are GOV.UK Notify's (received text messages
 * and delivery receipts); a telephone system says the same of a call nobody took, with
 * "kind": "missed". */
#include <jansson.h>
#include "messages/inside.h"

enum { INCOMING_BYTES_MAX = 64 << 10, INCOMING_WORDS_MAX = 2000, NUMBER_BYTES_MAX = 40 };

static struct str text_at(struct arena *a, json_t *root, const char *name) {
  json_t *at = json_object_get(root, name);
  if (!json_is_string(at)) return (struct str){0};
  return str_copy(a, str_trim((struct str){json_string_value(at), json_string_length(at)}));
}

/* Notify gives numbers as 447700900123. */
static struct str number_of(struct arena *a, struct str said) {
  bool international = said.n > 2 && str_starts(said, S("44"));
  return international ? str_format(a, "+%.*s", P(said)) : said;
}

bool message_incoming_read(struct arena *a, struct str json, struct message_came *out,
                           struct why *why) {
  json_t *root = json_read(json, INCOMING_BYTES_MAX, why);
  struct str number = text_at(a, root, "source_number");
  *out = (struct message_came){.number = number_of(a, number),
                               .words = utf8_head(text_at(a, root, "message"), INCOMING_WORDS_MAX),
                               .reference = text_at(a, root, "id"),
                               .missed_call = str_eq(text_at(a, root, "kind"), S("missed"))};
  bool object = json_is_object(root), read = root != NULL;
  json_decref(root);
  if (!read) return false;
  if (!object || !number.n || number.n > NUMBER_BYTES_MAX)
    return why_say(why, "Send a JSON object with source_number, and message or \"kind\": "
                        "\"missed\".");
  if (!out->missed_call && !out->words.n)
    return why_say(why, "The message is empty. Send message, or \"kind\": \"missed\" for a call.");
  if (out->reference.n > 100) out->reference = str_slice(out->reference, 0, 100);
  return true;
}

bool message_receipt_read(struct arena *a, struct str json, struct receipt *out, struct why *why) {
  json_t *root = json_read(json, INCOMING_BYTES_MAX, why);
  struct str id = text_at(a, root, "reference");
  bool read = root != NULL;
  *out = (struct receipt){.status = text_at(a, root, "status")};
  json_decref(root);
  if (!read) return false;
  if (!uuid_parse(id, &out->id) || !out->status.n)
    return why_say(why, "Send a JSON object with reference and status.");
  return true;
}

/* ---- the two calls ---- */

static int64_t asker(struct request *rq) {
  struct str token = request_bearer(rq);
  int64_t organisation = token.n ? inbox_organisation(rq->db, rq->arena, token) : 0;
  if (!organisation)
    reply_refuse(rq, 404, S("This needs the token of an inbox: waymark messages token."));
  return organisation;
}

static void taken(struct request *rq) {
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_put_str(&j, "status", S("received"));
  json_close(&j);
}

/* The answer is the same whoever it was: nothing says whether the number is known. */
void messages_in_api(struct request *rq) {
  struct message_came came;
  struct why why;
  enum db_result result = DB_OK;
  audit_shows(rq, 0, 0);
  int64_t organisation = asker(rq);
  if (!organisation) return;
  if (!message_incoming_read(rq->arena, rq->content, &came, &why)) {
    reply_refuse(rq, 422, why_str(&why));
    return;
  }
  came.organisation_id = organisation;
  db_begin(rq->db, STORE_MAIN);
  bool number = messages_came(rq->db, rq->arena, &came, rq->now, &result);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || result != DB_OK)
    reply_refuse(rq, 503, S("It could not be kept just now. Send it again."));
  else if (!number)
    reply_refuse(rq, 422, S("source_number is not a telephone number."));
  else
    taken(rq);
}

void messages_delivery_api(struct request *rq) {
  struct receipt receipt;
  struct why why;
  audit_shows(rq, 0, 0);
  if (!asker(rq)) return;
  if (!message_receipt_read(rq->arena, rq->content, &receipt, &why))
    reply_refuse(rq, 422, why_str(&why));
  else if (message_delivered(rq->db, rq->arena, receipt.id, receipt.status, rq->now) != DB_OK)
    reply_refuse(rq, 503, S("It could not be kept just now. Send it again."));
  else
    taken(rq);
}
