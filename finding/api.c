/* api: the same answers as JSON, and the counts of searches that found nothing. */
#include <jansson.h>
#include "finding/inside.h"
#include "finding/pages.h"

enum { BODY_BYTES_MAX = 64 << 10, API_LIMIT = 50, API_LIMIT_MAX = 1000 };

struct body { struct request *rq; json_t *json; };

static void push_value(struct arena *a, struct strs *all, size_t *cap, const json_t *v) {
  if (json_is_string(v))
    *slice_push(a, all, cap) =
        str_copy(a, (struct str){json_string_value(v), json_string_length(v)});
  else if (json_is_integer(v))
    *slice_push(a, all, cap) = str_format(a, "%lld", (long long)json_integer_value(v));
  else if (json_is_boolean(v)) *slice_push(a, all, cap) = json_is_true(v) ? S("yes") : S("no");
}

/* A member holds one value or a list of them. A form's fields do as well. */
static struct strs values(void *from, const char *name) {
  struct body *b = from;
  struct strs all = {0};
  size_t cap = 0, i;
  json_t *v = b->json ? json_object_get(b->json, name) : NULL, *one;
  if (!b->json) return request_form_all(b->rq, name);
  if (!json_is_array(v)) push_value(b->rq->arena, &all, &cap, v);
  json_array_foreach(v, i, one) push_value(b->rq->arena, &all, &cap, one);
  return all;
}

static void refuse(struct request *rq, const char *field, struct str sentence) {
  struct json_out j = json_to(rq->body);
  reply_status(rq, 422);
  json_open(&j);
  json_put_str_if(&j, "field", str_of(field));
  json_put_str(&j, "error", sentence);
  json_close(&j);
}

static void put_offer(struct request *rq, struct json_out *j, const struct finding_answer *f) {
  json_open(j);
  json_put_str(j, "path",
               offer_path(rq->arena, f->offer,
                          f->offer->organisation_id ? DIRECTORY_LIVE : DIRECTORY_LIBRARY));
  json_put_str_if(j, "instead", f->instead ? f->instead->name : (struct str){0});
  json_key(j, S("result"));
  finding_json(j, f);
  json_close(j);
}

static void put_found(struct request *rq, const struct finding_answers *found) {
  struct json_out j = json_to(rq->body);
  json_open(&j);
  json_put_i64(&j, "yes", (int64_t)found->yes);
  json_put_i64(&j, "maybe", (int64_t)found->maybe);
  json_put_i64(&j, "no", (int64_t)found->no);
  json_key(&j, S("offers"));
  json_list(&j);
  for (size_t i = 0; i < found->list.n; i++) put_offer(rq, &j, &found->list.p[i]);
  json_list_end(&j);
  json_close(&j);
}

static size_t limit_of(struct body *b) {
  struct strs given = values(b, "limit");
  int64_t n = API_LIMIT;
  if (given.n) str_to_i64(given.p[0], &n);
  return n < 1 ? 1 : n > API_LIMIT_MAX ? API_LIMIT_MAX : (size_t)n;
}

static void answer(struct request *rq, struct body *body) {
  struct why why = {0};
  struct local local = instant_local_uk(rq->now);
  struct finding_said said = {values, body};
  struct finding_faults faults;
  struct finding_ask ask;
  struct finding_answers found;
  struct strs library = values(body, "library");
  bool of_library =
      library.n && (str_eq(library.p[0], S("yes")) || str_eq(library.p[0], S("true")));
  const struct finding_picture *p =
      finding_picture_now(rq->db, local.day, of_library ? DIRECTORY_LIBRARY : DIRECTORY_LIVE, &why);
  if (!p) {
    refuse(rq, "", S("The directory cannot be read just now. Try again in a minute."));
    return;
  }
  if (!finding_read(rq->db, rq->arena, p, &said, local.day, local.minute, (enum language)rq->lang,
                    &ask, &faults)) {
    refuse(rq, faults.p[0].field, faults.p[0].sentence);
    return;
  }
  ask.limit = limit_of(body);
  finding_run(rq->arena, p, &ask, (struct rules_tongue){0}, &found);
  put_found(rq, &found);
}

void finding_api(struct request *rq) {
  struct why why = {0};
  struct body body = {.rq = rq};
  reply_type(rq, "application/json");
  if (rq->content.n) body.json = json_read(rq->content, BODY_BYTES_MAX, &why);
  if (rq->content.n && !json_is_object(body.json))
    refuse(rq, "", body.json ? S("Send one JSON object.") : str_copy(rq->arena, why_str(&why)));
  else answer(rq, &body);
  if (body.json) json_decref(body.json);
}

void finding_gaps_api(struct request *rq) {
  struct finding_gaps gaps = finding_gaps_released(rq->db, rq->arena, rq->today);
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_put_i64(&j, "least", FINDING_GAP_LEAST);
  json_key(&j, S("searches"));
  json_list(&j);
  for (size_t i = 0; i < gaps.n; i++) {
    json_open(&j);
    json_put_str(&j, "month", gaps.p[i].month);
    json_put_str_if(&j, "need", gaps.p[i].need);
    json_put_str_if(&j, "area", gaps.p[i].area);
    json_put_str_if(&j, "cohort", gaps.p[i].cohort);
    json_put_i64(&j, "searches", gaps.p[i].searches);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}
