/* stay_pages: away in custody, in hospital or on leave: support goes on, with the same worker. */
#include "support.html.h"
#include "support/inside.h"
#include "support/pages.h"

enum { WORDS_MAX = 300 };
static const uint32_t class_of[STAY_KINDS] = {CLASS_OFFENCES, CLASS_HEALTH, CLASS_SITUATION};

static struct str kind_words(struct request *rq, enum stay_kind k) {
  switch (k) {
    case STAY_CUSTODY: return PAGE_TITLE(rq, "In custody");
    case STAY_HOSPITAL: return PAGE_TITLE(rq, "In hospital");
    default: return PAGE_TITLE(rq, "On leave or away");
  }
}

static void show(struct request *rq, const struct person *p, struct sight sight,
                 struct str fault) {
  size_t cap = 0, kinds = 0;
  struct stays_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Away")),
                            .action = person_path(rq, p, "/away"),
                            .fault = fault,
                            .may_write = actor_has(&rq->actor, SUPPORT_WRITERS)};
  struct stays all = support_stays(rq->db, rq->arena, p->id, sight.classes);
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &page.stays, &cap) = (struct stay_row){
        kind_words(rq, all.p[i].kind), all.p[i].words, uuid_str(rq->arena, all.p[i].public_id),
        all.p[i].from, all.p[i].to, all.p[i].id};
  for (int k = 0; k < STAY_KINDS; k++)
    if (class_of[k] & sight.classes)
      *slice_push(rq->arena, &page.kinds, &kinds) =
          (struct option){str_of(stay_words[k]), kind_words(rq, (enum stay_kind)k), false};
  view_support_stays(rq->view, &page);
}

void support_stays_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN)) show(rq, &p, sight, (struct str){0});
}

void support_stays_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct stays all = support_stays(rq->db, rq->arena, p.id, sight.classes);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("away"));
  json_list(&j);
  for (size_t i = 0; i < all.n; i++) {
    json_open(&j);
    json_put_str(&j, "kind", str_of(stay_words[all.p[i].kind]));
    json_put_str(&j, "from", day_iso(rq->arena, all.p[i].from));
    json_put_str_if(&j, "to", day_iso(rq->arena, all.p[i].to));
    json_put_str_if(&j, "words", all.p[i].words);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

void support_stay_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct stay s = {.kind = STAY_KINDS, .to = DAY_NONE};
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct str kind = request_form(rq, "kind"), to = str_trim(request_form(rq, "to"));
  for (int k = 0; k < STAY_KINDS; k++)
    if (str_eq(kind, str_of(stay_words[k])) && class_of[k] & sight.classes)
      s.kind = (enum stay_kind)k;
  s.words = str_trim(request_form(rq, "words"));
  bool days = day_parse_typed(str_trim(request_form(rq, "from")), &s.from) &&
              (!to.n || (day_parse_typed(to, &s.to) && s.to >= s.from));
  if (s.kind == STAY_KINDS || !days || utf8_count(s.words) > WORDS_MAX) {
    reply_status(rq, 422);
    show(rq, &p, sight,
         PAGE_TITLE(rq, "Choose what it is and give the first day as 27/3/2026. The last day can "
                        "wait."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      support_stay_add(rq->db, rq->arena, p.id, &s, rq->actor.user_id, rq->now);
  audit_did(rq, "away", p.id, class_of[s.kind]);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, person_path(rq, &p, "/away"));
}

void support_stay_end_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct uuid id = {0};
  const struct stay *s = NULL;
  day_t last = rq->today;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct stays all = support_stays(rq->db, rq->arena, p.id, sight.classes);
  uuid_parse(request_form(rq, "stay"), &id);
  for (size_t i = 0; i < all.n; i++)
    if (memcmp(&all.p[i].public_id, &id, sizeof id) == 0) s = &all.p[i];
  struct str given = str_trim(request_form(rq, "last"));
  if (!s || (given.n && !day_parse_typed(given, &last)) || last < s->from) {
    reply_status(rq, 422);
    show(rq, &p, sight, PAGE_TITLE(rq, "Give the last day as 27/3/2026, not before the first."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = support_stay_end(rq->db, rq->arena, p.id, s->id, last);
  audit_did(rq, "back", p.id, class_of[s->kind]);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, person_path(rq, &p, "/away"));
}
