/* api: a program sends a referral with a partner's token. Asked once however often it is sent; what
 * it hears is "received". */
#include <jansson.h>
#include "referrals/read.h"
#include "web/page.h"
#include "web/session.h"

enum { BODY_BYTES_MAX = 32 << 10, SENT_AN_HOUR_MAX = 2000, HOUR_SECONDS = 3600, KEY_MAX = 80 };

struct body { struct request *rq; json_t *json; };

static struct str body_value(void *from, const char *name) {
  struct body *b = from;
  const json_t *v = json_object_get(b->json, name);
  if (json_is_string(v)) return (struct str){json_string_value(v), json_string_length(v)};
  if (json_is_integer(v)) return str_format(b->rq->arena, "%lld", (long long)json_integer_value(v));
  return json_is_true(v) ? S("yes") : (struct str){0};
}

static struct strs body_values(void *from, const char *name) {
  struct body *b = from;
  static const char *const asked[] = {"place", "age", "status"};
  struct strs one = {0};
  for (size_t i = 0; i < countof(asked); i++) {
    struct str v = strcmp(name, asked[i]) == 0 ? body_value(from, name) : (struct str){0};
    if (!v.n) continue;
    one.p = arena_new(b->rq->arena, struct str), one.n = 1;
    one.p[0] = v;
  }
  return one;
}

/* The same bytes for everybody: known, unknown, sent before, hiding, refused. */
static void say_received(struct request *rq) {
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_put_str(&j, "state", S("received"));
  json_put_str(&j, "on", day_iso(rq->arena, rq->today));
  json_close(&j);
}

static void say_faults(struct request *rq, const struct read_faults *f) {
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  reply_status(rq, 422);
  json_open(&j);
  json_key(&j, S("faults"));
  json_list(&j);
  for (size_t i = 0; i < f->n; i++) {
    json_open(&j);
    json_put_str(&j, "field", str_of(f->p[i].field));
    json_put_str(&j, "sentence", f->p[i].sentence);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

static void one_fault(struct request *rq, const char *field, struct str sentence) {
  struct read_faults f = {.n = 1, .p = {{field, sentence}}};
  say_faults(rq, &f);
}

/* The service asked for by its public id, else the first that fits. */
static bool place_it(struct body *b, struct referral_new *r, struct matches *m) {
  struct str asked = body_value(b, "service");
  if (!match_for(b->rq, &(struct finding_said){body_values, b}, true, m)) return false;
  for (size_t i = 0; i < m->list.n && !r->to.n; i++)
    if (!asked.n || str_eq(asked, m->list.p[i].id)) r->to.p[r->to.n++] = m->list.p[i].to;
  r->area_code = m->area_code;
  if (m->age != NUMBER_NONE) r->age = m->age;
  if (!r->to.n)
    m->fault_field = S("service"),
    m->fault = PAGE_TITLE(b->rq, "No team takes this on here. POST /api/find lists other help.");
  return r->to.n > 0;
}

static void send_it(struct request *rq, struct body *b, const struct link *link, struct str key) {
  struct referral_new r = {.via = "api", .about = "professional", .source = link->partner.route,
                           .partner_id = link->partner.id, .from_function = link->partner.function};
  struct read_faults f = {0};
  struct matches m = {0};
  struct uuid id;
  bool wall = link->partner.function == FUNCTION_ENFORCEMENT;
  bool good =
      referral_read(rq->arena, &(struct given){body_value, b}, (enum language)rq->lang, &r, &f);
  if (!good) return say_faults(rq, &f);
  r.once = str_format(rq->arena, "api %lld %.*s", (long long)link->partner.id, P(key));
  if (!place_it(b, &r, &m)) {
    if (wall) return say_received(rq);
    return one_fault(rq, str_c(rq->arena, m.fault_field), m.fault);
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = referral_send(rq->db, rq->arena, &r, rq->now, &id);
  audit_did(rq, "referral received", 0, 0);
  if (result == DB_OK) result = db_commit(rq->db, STORE_MAIN);
  else db_rollback(rq->db, STORE_MAIN);
  if (result != DB_OK && result != DB_CONFLICT)
    return reply_refuse(rq, 503,
                        PAGE_TITLE(rq, "It could not be saved just now. Send it again with "
                                       "the same key."));
  say_received(rq);
}

static bool limit_of(struct request *rq, const struct link *link) {
  struct str key = str_format(rq->arena, "token %lld", (long long)link->id);
  if (limit_take(rq->db, rq->arena, "referral", key, SENT_AN_HOUR_MAX, HOUR_SECONDS, rq->now))
    return true;
  reply_refuse(rq, 429,
               PAGE_TITLE(rq, "Too many in an hour. Send the rest later, with the same keys."));
  return false;
}

void refer_api(struct request *rq) {
  struct why why = {0};
  struct link link;
  struct body b = {rq, json_read(rq->content, BODY_BYTES_MAX, &why)};
  if (!json_is_object(b.json)) {
    if (b.json) json_decref(b.json);
    return one_fault(rq, "body",
                     PAGE_TITLE(rq, "Send one JSON object. README.md of referrals/ lists "
                                    "its fields."));
  }
  struct str key = utf8_head(body_value(&b, "key"), KEY_MAX);
  if (!key.n)
    one_fault(rq, "key",
              PAGE_TITLE(rq, "Give a key of your own, the same each time you send this."));
  else if (!link_read(rq->db, rq->arena, request_bearer(rq), "api", rq->today, &link))
    reply_refuse(rq, 401, PAGE_TITLE(rq, "This needs a partner’s token. Ask the team for one."));
  else if (limit_of(rq, &link)) send_it(rq, &b, &link, str_copy(rq->arena, key));
  json_decref(b.json);
}
