/* group_pages: support groups. A person's own page shows the groups they said yes to and nothing of
 * who else is in them; a group's page is for the worker's screen and lists the members the worker
 * may see, each by their own sight. Joining is asked one by one and privately; "no" and "left" show
 * exactly as "not asked" (PRACTICE 4). */
#include "base/planted.h"
#include "people.html.h"
#include "people/inside.h"
#include "people/pages.h"

enum { GROUP_NAME_MAX = 80, MEMBERS_MAX = 50, ASKED_MAX = 10 };

/* ---- one person's groups ---- */

/* A fault for S09 to find: the others, as far as the worker may see them. */
static void planted_others(struct request *rq, int64_t group, struct person_groups_page *page,
                           size_t *cap) {
  int64_t member[MEMBERS_MAX];
  struct sight sight[MEMBERS_MAX];
  size_t n = people_group_members(rq, group, member, sight, MEMBERS_MAX);
  for (size_t i = 0; i < n; i++)
    *slice_push(rq->arena, &page->groups, cap) =
        (struct group_row){.name = people_row_of(rq, member[i], sight[i]).name};
}

static struct person_groups_page groups_page(struct request *rq, const struct person *p,
                                             struct sight sight) {
  struct person_groups_page page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "Support groups"))};
  struct people_groups groups = people_groups_of(rq->db, rq->arena, p->id);
  size_t cap = 0;
  for (size_t i = 0; i < groups.n; i++) {
    *slice_push(rq->arena, &page.groups, &cap) =
        (struct group_row){uuid_str(rq->arena, groups.p[i].public_id), groups.p[i].name};
    if (PLANTED == PLANTED_GROUP_BY_WORKER) planted_others(rq, groups.p[i].id, &page, &cap);
  }
  return page;
}

void people_groups_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_SITUATION)) return;
  struct person_groups_page page = groups_page(rq, &p, sight);
  page.typed = request_form(rq, "name");
  view_people_groups(rq->view, &page);
}

void people_groups_api(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_SITUATION)) return;
  struct people_groups groups = people_groups_of(rq->db, rq->arena, p.id);
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("groups"));
  json_list(&j);
  for (size_t i = 0; i < groups.n; i++) {
    json_open(&j);
    json_put_str(&j, "id", uuid_str(rq->arena, groups.p[i].public_id));
    json_put_str(&j, "name", groups.p[i].name);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

static void saved(struct request *rq, enum db_result result, struct str path) {
  if (result != DB_OK) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "Saved."));
  reply_redirect(rq, path);
}

static struct str person_groups_path(struct request *rq, const struct person *p) {
  return str_format(rq->arena, "/people/%.*s/groups", P(uuid_str(rq->arena, p->public_id)));
}

static enum db_result start_group(struct request *rq, const struct person *p, struct str name) {
  int64_t group = 0;
  db_begin(rq->db, STORE_MAIN);
  if (people_household_add(rq->db, rq->arena, name, rq->actor.user_id, rq->now, &group) == DB_OK)
    people_household_answer(rq->db, rq->arena,
                            &(struct group_answer){group, p->id, rq->actor.user_id, "yes", "said"},
                            rq->now);
  audit_did(rq, "started a group", p->id, CLASS_SITUATION);
  return db_commit(rq->db, STORE_MAIN);
}

/* Leaving: the group's id. Whether they were ever in it is not told. */
static enum db_result leave_group(struct request *rq, const struct person *p, struct str group) {
  struct people_groups groups = people_groups_of(rq->db, rq->arena, p->id);
  db_begin(rq->db, STORE_MAIN);
  for (size_t i = 0; i < groups.n; i++)
    if (str_eq(uuid_str(rq->arena, groups.p[i].public_id), group))
      people_household_answer(
          rq->db, rq->arena,
          &(struct group_answer){groups.p[i].id, p->id, rq->actor.user_id, "left", "said"},
          rq->now);
  audit_did(rq, "left a group", p->id, CLASS_SITUATION);
  return db_commit(rq->db, STORE_MAIN);
}

void people_groups_post(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_SITUATION)) return;
  struct str leave = request_form(rq, "leave"), name = str_trim(request_form(rq, "name"));
  if (leave.n) {
    saved(rq, leave_group(rq, &p, leave), person_groups_path(rq, &p));
    return;
  }
  if (name.n && utf8_count(name) <= GROUP_NAME_MAX) {
    saved(rq, start_group(rq, &p, name), person_groups_path(rq, &p));
    return;
  }
  struct person_groups_page page = groups_page(rq, &p, sight);
  page.typed = name;
  page.fault = PAGE_TITLE(rq, "Enter a name the members chose, up to 80 letters.");
  reply_status(rq, 422);
  view_people_groups(rq->view, &page);
}

/* ---- a group, on the worker's screen ---- */

struct group {
  int64_t id;
  struct str public_id, name;
  int64_t member[MEMBERS_MAX];
  struct sight sight[MEMBERS_MAX];
  size_t n;
};

/* False: the asker may see none of its members, or there is none: the same "not found". */
static bool open_group(struct request *rq, struct group *g) {
  struct uuid id;
  struct rows r;
  *g = (struct group){.id = -1};
  audit_shows(rq, 0, 0);
  if (!uuid_parse(request_path(rq, "id"), &id)) memset(&id, 0, sizeof id);
  if (db_one(&r, rq->db, rq->arena,
             SQL("select id, sealed_name, name from household where public_id = ?1"),
             db_uuid(rq->arena, id))) {
    g->id = row_int(&r, 0);
    g->name = people_group_name(rq->arena, row_text(&r, 1), row_text(&r, 2));
    db_done(&r);
  }
  g->public_id = uuid_str(rq->arena, id);
  g->n = people_group_members(rq, g->id, g->member, g->sight, MEMBERS_MAX);
  if (!g->n) reply_not_found(rq);
  return g->n > 0;
}

static bool is_member(const struct group *g, struct request *rq, struct str id) {
  for (size_t i = 0; i < g->n; i++)
    if (db_number(rq->db, 0, SQL("select count(*) from person where id = ?1 and public_id = ?2"),
                  V(g->member[i]), V(id)))
      return true;
  return false;
}

static void show_group(struct request *rq, const struct group *g, struct str fault) {
  size_t cap = 0, others = 0;
  struct group_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Support group")),
                            .id = g->public_id,
                            .name = g->name,
                            .fault = fault,
                            .search = request_form(rq, "search")};
  for (size_t i = 0; i < g->n; i++)
    *slice_push(rq->arena, &page.members, &cap) = people_row_of(rq, g->member[i], g->sight[i]);
  struct people_rows found = people_found(rq, page.search, ASKED_MAX);
  for (size_t i = 0; i < found.n; i++)
    if (!is_member(g, rq, found.p[i].id))
      *slice_push(rq->arena, &page.others, &others) = found.p[i];
  view_people_group(rq->view, &page);
}

void people_group_page(struct request *rq) {
  struct group g;
  if (open_group(rq, &g)) show_group(rq, &g, (struct str){0});
}

static const char *one_of(struct str said, const char *const *words, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(said, str_of(words[i]))) return words[i];
  return NULL;
}

void people_group_ask(struct request *rq) {
  static const char *const answers[] = {"yes", "no"}, *const hows[] = {"said", "signed", "pressed"};
  struct group g;
  struct person p;
  struct uuid id;
  struct sight sight = {0};
  const char *answer = one_of(request_form(rq, "answer"), answers, countof(answers)),
             *how = one_of(request_form(rq, "how"), hows, countof(hows));
  if (!open_group(rq, &g)) return;
  if (!uuid_parse(request_form(rq, "person"), &id)) memset(&id, 0, sizeof id);
  bool seen = people_load(rq, id, &p, &sight) && sight.classes & CLASS_SITUATION;
  if (!seen || !answer || !how) {
    reply_status(rq, 422);
    show_group(rq, &g, PAGE_TITLE(rq, "Find the person, then choose what they said and how."));
    return;
  }
  audit_shows(rq, p.id, CLASS_SITUATION);
  db_begin(rq->db, STORE_MAIN);
  people_household_answer(rq->db, rq->arena,
                          &(struct group_answer){g.id, p.id, rq->actor.user_id, answer, how},
                          rq->now);
  audit_did(rq, "asked about a group", p.id, CLASS_SITUATION);
  saved(rq, db_commit(rq->db, STORE_MAIN), str_format(rq->arena, "/groups/%.*s", P(g.public_id)));
}
