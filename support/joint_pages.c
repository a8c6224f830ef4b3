/* joint_pages: a household's joint plan. It holds what each member put into it and nothing else of
 * theirs: taking it out takes it out for everyone, and who left or hides has nothing in it. */
#include "support.html.h"
#include "support/inside.h"
#include "support/pages.h"

enum { WORDS_MAX = 600 };

static bool still_in(struct request *rq, int64_t person_id, int64_t household_id) {
  struct people_groups groups = people_groups_of(rq->db, rq->arena, person_id);
  for (size_t i = 0; i < groups.n; i++)
    if (groups.p[i].id == household_id) return !permission_is_restricted(rq->db, person_id);
  return false;
}

/* The name they are called by, given with what they put in; "" when it is nobody's to show. */
static struct str name_of(struct request *rq, int64_t person_id) {
  struct rows r;
  struct str name = {0};
  if (db_one(&r, rq->db, rq->arena, SQL("select name from person where id = ?1"), V(person_id))) {
    name = row_text(&r, 0);
    db_done(&r);
  }
  return name;
}

static void read_items(struct request *rq, const struct person *p, int64_t household_id,
                       struct joint_group *group) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, person_id, words, put_in_on from joint_item where "
                              "household_id = ?1 and taken_out_on is null order by id"),
                          V(household_id));
  while (db_next(&r)) {
    int64_t who = row_int(&r, 1);
    bool mine = who == p->id;
    if (!mine && !still_in(rq, who, household_id)) continue;
    struct str words = text_open(rq->db, rq->arena, who, CLASS_PLAN, "joint_item.words",
                                 row_text(&r, 2));
    if (!words.n) continue;
    if (!mine) audit_shows(rq, who, CLASS_PLAN);
    *slice_push(rq->arena, &group->items, &cap) = (struct joint_row){
        mine ? p->name : name_of(rq, who), words,
        uuid_str(rq->arena, row_uuid(&r, 0)), row_day(&r, 3), mine};
  }
}

static void read_groups(struct request *rq, const struct person *p, struct joint_page *page) {
  struct people_groups groups = people_groups_of(rq->db, rq->arena, p->id);
  size_t cap = 0;
  for (size_t i = 0; i < groups.n; i++) {
    struct joint_group *g = slice_push(rq->arena, &page->groups, &cap);
    *g = (struct joint_group){.name = groups.p[i].name,
                              .action = uuid_str(rq->arena, groups.p[i].public_id)};
    read_items(rq, p, groups.p[i].id, g);
  }
}

static void show(struct request *rq, const struct person *p, struct sight sight,
                 struct str fault) {
  struct joint_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Joint plan")),
                            .fault = fault,
                            .may_write = actor_has(&rq->actor, SUPPORT_WRITERS)};
  read_groups(rq, p, &page);
  view_support_joint(rq->view, &page);
}

void support_joint_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN)) show(rq, &p, sight, (struct str){0});
}

void support_joint_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct joint_page page = {0};
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  read_groups(rq, &p, &page);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("groups"));
  json_list(&j);
  for (size_t g = 0; g < page.groups.n; g++) {
    json_open(&j);
    json_put_str(&j, "name", page.groups.p[g].name);
    json_key(&j, S("items"));
    json_list(&j);
    for (size_t i = 0; i < page.groups.p[g].items.n; i++) {
      json_open(&j);
      json_put_str(&j, "who", page.groups.p[g].items.p[i].who);
      json_put_str(&j, "words", page.groups.p[g].items.p[i].words);
      json_close(&j);
    }
    json_list_end(&j);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

void support_joint_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct uuid group;
  int64_t household = 0;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct people_groups groups = people_groups_of(rq->db, rq->arena, p.id);
  struct str words = str_trim(request_form(rq, "words"));
  if (uuid_parse(request_form(rq, "group"), &group))
    for (size_t i = 0; i < groups.n; i++)
      if (memcmp(&groups.p[i].public_id, &group, sizeof group) == 0) household = groups.p[i].id;
  bool asked = str_eq(request_form(rq, "theirs"), S("yes"));
  if (!household || !words.n || utf8_count(words) > WORDS_MAX || !asked) {
    reply_status(rq, 422);
    show(
        rq, &p, sight,
        PAGE_TITLE(rq, "Write what they want the others to see, and tick that they asked for it."));
    return;
  }
  struct sealer s = {rq->db, rq->arena, p.id, rq->now, false};
  struct db_value text = sealed(&s, CLASS_PLAN, "joint_item.words", words);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = s.failed
                              ? DB_FAILED
                              : db_run(rq->db,
                                       SQL("insert into joint_item (public_id, household_id, "
                                           "person_id, words, put_in_on, put_in_by) "
                                           "values (?1, ?2, ?3, ?4, ?5, ?6)"),
                                       db_uuid(rq->arena, uuid_v4()), V(household), V(p.id), text,
                                       db_day(rq->arena, rq->today), V(rq->actor.user_id));
  audit_did(rq, "joint plan: put in", p.id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, person_path(rq, &p, "/joint"));
}

void support_joint_out(struct request *rq) {
  struct person p;
  struct sight sight;
  struct uuid item = {0};
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  uuid_parse(request_form(rq, "item"), &item);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = db_run(rq->db,
                                 SQL("update joint_item set taken_out_on = ?3 where public_id = ?1 "
                                     "and person_id = ?2 and taken_out_on is null"),
                                 db_uuid(rq->arena, item), V(p.id), db_day(rq->arena, rq->today));
  audit_did(rq, "joint plan: taken out", p.id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, person_path(rq, &p, "/joint"));
}
