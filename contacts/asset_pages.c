/* asset_pages: what the team lends, each thing's history, and what somebody has. */
#include "contacts.html.h"
#include "contacts/inside.h"
#include "contacts/pages.h"
#include "record/form.h"

static const char *const fields[] = {"kind", "name", "tag", "counted", "area", "checked_on", NULL};

static void read_assets(struct request *rq, struct lines *lines) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select s.*, (select count(*) from loan l where l.asset_id = s.id and "
                  "l.back_on is null and l.due_on is not null) as is_out from asset s "
                  "where s.team = ?1 and s.ended_on is null order by s.kind, s.name, "
                  "s.id"),
              V(rq->actor.team_id));
  while (db_next(&r)) {
    struct asset s;
    record_clear(&asset_type, &s);
    record_from_row(&asset_type, &r, &s);
    int64_t out = row_int(&r, row_column(&r, "is_out"));
    struct str id = uuid_str(rq->arena, s.public_id),
               n = str_format(rq->arena, "%lld", (long long)(s.free == NUMBER_NONE ? 0 : s.free));
    struct line *l = add_line(rq, lines, &cap);
    l->href = str_format(rq->arena, "/assets/%.*s", P(id));
    l->title = s.tag.n ? str_format(rq->arena, "%.*s (%.*s)", P(s.name), P(s.tag)) : s.name;
    l->text = label_of(rq, "asset_kinds", s.kind);
    l->note = s.area;
    if (s.counted == 1)
      l->sign = SAY(rq->arena, (enum language)rq->lang, T("{n} free"), SLOT("n", n));
    else l->sign = out ? PAGE_TITLE(rq, "Out") : PAGE_TITLE(rq, "Here");
    l->good = s.counted == 1 ? s.free > 0 : !out;
  }
}

void assets_page(struct request *rq) {
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Things we lend")),
                           .heading = PAGE_TITLE(rq, "Things we lend")};
  struct group g = {.id = S("things"), .heading = PAGE_TITLE(rq, "What there is"),
                    .none = PAGE_TITLE(rq, "Nothing yet.")};
  size_t cap = 0, links = 0;
  read_assets(rq, &g.lines);
  *slice_push(rq->arena, &page.groups, &cap) = g;
  if (actor_has(&rq->actor, LEADS))
    *slice_push(rq->arena, &page.links, &links) =
        (struct link){S("/assets/new"), PAGE_TITLE(rq, "Add a thing or a store")};
  view_contacts_list(rq->view, &page);
}

void assets_api(struct request *rq) {
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("assets"));
  json_list(&j);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from asset where team = ?1 order by kind, name, id"),
                          V(rq->actor.team_id));
  while (db_next(&r)) {
    struct asset s;
    record_clear(&asset_type, &s);
    record_from_row(&asset_type, &r, &s);
    record_json(&asset_type, &s, 0, 0, &j);
  }
  json_list_end(&j);
  json_close(&j);
}

static void show_new(struct request *rq, const struct faults *faults) {
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Add a thing or a store")),
                           .heading = PAGE_TITLE(rq, "Add a thing or a store"),
                           .form = form_of(rq, &asset_type, fields, NULL, faults),
                           .form_action = S("/assets/new"),
                           .form_button = PAGE_TITLE(rq, "Keep it"),
                           .form_heading = PAGE_TITLE(rq, "What it is"),
                           .draft = S("asset")};
  view_contacts_list(rq->view, &page);
}

void asset_new_page(struct request *rq) { show_new(rq, NULL); }

void asset_new_post(struct request *rq) {
  struct posted posted = {contacts_posted, rq};
  struct asset s;
  record_clear(&asset_type, &s);
  struct faults faults = record_form_read(&asset_type, fields, &posted, rq->arena, &s);
  if (faults.n) {
    reply_status(rq, 422);
    return show_new(rq, &faults);
  }
  s.team = rq->actor.team_id, s.free = 0;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      record_insert(rq->db, rq->arena, &asset_type, &s, rq->actor.user_id, rq->now);
  audit_did(rq, "asset added", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  struct str id = uuid_str(rq->arena, s.public_id);
  reply_redirect(rq, str_format(rq->arena, "/assets/%.*s", P(id)));
}

/* ---- one thing: its audit, without anybody's name ---- */

static bool asset_of(struct request *rq, struct asset *s) {
  struct uuid id;
  record_clear(&asset_type, s);
  if (uuid_parse(request_path(rq, "asset"), &id) &&
      record_load_public(rq->db, rq->arena, &asset_type, id, s) && s->team == rq->actor.team_id)
    return true;
  reply_not_found(rq);
  return false;
}

static struct str why_words(struct request *rq, struct str code) {
  if (str_eq(code, S("bought"))) return PAGE_TITLE(rq, "Came in");
  if (str_eq(code, S("lent"))) return PAGE_TITLE(rq, "Lent");
  if (str_eq(code, S("given"))) return PAGE_TITLE(rq, "Given");
  if (str_eq(code, S("back"))) return PAGE_TITLE(rq, "Came back");
  if (str_eq(code, S("lost"))) return PAGE_TITLE(rq, "Lost or broken");
  return PAGE_TITLE(rq, "Counted");
}

static void read_moves(struct request *rq, const struct asset *s, struct lines *lines) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select change, why, made_by, on_day from asset_move where asset_id = "
                  "?1 order by id desc limit 200"),
              V(s->id));
  while (db_next(&r)) {
    struct line *l = add_line(rq, lines, &cap);
    l->title = day_words(rq->arena, row_day(&r, 3));
    l->text = str_format(rq->arena, "%+lld", (long long)row_int(&r, 0));
    l->note = why_words(rq, row_text(&r, 1));
    l->why = accounts_name_for(rq, row_int(&r, 2));
  }
}

static void read_loans(struct request *rq, const struct asset *s, struct lines *lines) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select out_on, due_on, back_on, how_it_is, lent_by from loan where "
                              "asset_id = ?1 order by id desc limit 200"),
                          V(s->id));
  while (db_next(&r)) {
    struct line *l = add_line(rq, lines, &cap);
    day_t due = row_day(&r, 1), back = row_day(&r, 2);
    struct str out = day_words(rq->arena, row_day(&r, 0)), in = day_words(rq->arena, back),
               by = day_words(rq->arena, due);
    l->title = back != DAY_NONE ? str_format(rq->arena, "%.*s – %.*s", P(out), P(in)) : out;
    l->sign = back != DAY_NONE  ? PAGE_TITLE(rq, "Back")
              : due == DAY_NONE ? PAGE_TITLE(rq, "Given")
                                : PAGE_TITLE(rq, "Out");
    l->good = back != DAY_NONE;
    l->due = back == DAY_NONE && due != DAY_NONE && due < rq->today;
    if (l->due) l->sign = SAY(rq->arena, (enum language)rq->lang, T("Was due on {day}"),
                              SLOT("day", by));
    l->text = row_text(&r, 3);
    l->why = accounts_name_for(rq, row_int(&r, 4));
  }
}

static const struct field stock_fields[] = {
    {.name = "change", .label = "How many came in (or, with a minus, went)", .hint = "",
     .kind = KIND_TEXT, .flags = REQUIRED, .limit = 8, .offset = -1}};
static const struct record_type stock_type = {.name = "stock", .label = "Store",
                                              .fields = stock_fields, .n_fields = 1,
                                              .size = sizeof(struct answers)};

static void show_asset(struct request *rq, const struct asset *s, struct str fault) {
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A thing we lend")),
                           .heading = s->name, .lede = label_of(rq, "asset_kinds", s->kind),
                           .fault = fault};
  struct group loans = {.id = S("loans"), .heading = PAGE_TITLE(rq, "Out and back"),
                        .none = PAGE_TITLE(rq, "It has not been out.")},
               moves = {.id = S("moves"), .heading = PAGE_TITLE(rq, "The store"),
                        .none = PAGE_TITLE(rq, "Nothing has come in yet.")};
  size_t cap = 0;
  read_loans(rq, s, &loans.lines);
  *slice_push(rq->arena, &page.groups, &cap) = loans;
  if (s->counted == 1) {
    struct str n = str_format(rq->arena, "%lld", (long long)s->free);
    read_moves(rq, s, &moves.lines);
    moves.heading =
        SAY(rq->arena, (enum language)rq->lang, T("The store: {n} free"), SLOT("n", n));
    *slice_push(rq->arena, &page.groups, &cap) = moves;
    if (actor_has(&rq->actor, LEADS)) {
      page.form = form_of(rq, &stock_type, NULL, NULL, NULL);
      struct str id = uuid_str(rq->arena, s->public_id);
      page.form_action = str_format(rq->arena, "/assets/%.*s", P(id));
      page.form_button = PAGE_TITLE(rq, "Keep the count");
    }
  }
  view_contacts_list(rq->view, &page);
}

void asset_page(struct request *rq) {
  struct asset s;
  if (asset_of(rq, &s)) show_asset(rq, &s, (struct str){0});
}

void asset_stock_post(struct request *rq) {
  struct asset s;
  int64_t change = 0;
  if (!asset_of(rq, &s)) return;
  if (!str_to_i64(str_trim(request_form(rq, "change")), &change) || !change || change > 100000 ||
      change < -100000) {
    reply_status(rq, 422);
    return show_asset(rq, &s, PAGE_TITLE(rq, "Give a whole number, such as 40 or -2."));
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      contacts_stock(rq->db, rq->arena, s.id, change, change > 0 ? S("bought") : S("lost"),
                     rq->actor.user_id, rq->today);
  audit_did(rq, "store counted", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (result == DB_CONFLICT) {
    reply_status(rq, 422);
    return show_asset(rq, &s, PAGE_TITLE(rq, "There are not so many. A store never goes below "
                                             "nothing."));
  }
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, rq->path);
}

/* ---- what somebody has ---- */

static struct options asset_options(struct request *rq) {
  struct options out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select s.public_id, s.name, s.tag from asset s where s.team = ?1 and s.ended_on is null "
          "and ((s.counted = 1 and s.free > 0) or (coalesce(s.counted, 0) <> 1 and not exists "
          "(select 1 from loan l where l.open_key = s.id))) order by s.kind, s.name, s.id limit "
          "200"),
      V(rq->actor.team_id));
  while (db_next(&r)) {
    struct str id = row_text(&r, 0), name = row_text(&r, 1), tag = row_text(&r, 2);
    *slice_push(rq->arena, &out, &cap) = (struct option){
        id, tag.n ? str_format(rq->arena, "%.*s (%.*s)", P(name), P(tag)) : name};
  }
  return out;
}

static void show_lent(struct request *rq, const struct person *p, struct sight sight,
                      struct str fault) {
  struct str id = uuid_str(rq->arena, p->public_id);
  struct lent_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Things lent")),
                           .action = contacts_path(rq, p, "/lent"), .fault = fault, .id = id,
                           .may_write = actor_has(&rq->actor, WRITERS),
                           .assets = asset_options(rq),
                           .routes = code_options(rq, "referral_routes", (struct str){0})};
  size_t cap = 0;
  struct loans_out out = contacts_loans(rq->db, rq->arena, p->id);
  for (size_t i = 0; i < out.n; i++) {
    struct line *l = add_line(rq, &page.out, &cap);
    size_t presses = 0;
    struct str by = day_words(rq->arena, out.p[i].due);
    l->title = out.p[i].name;
    l->text = out.p[i].tag;
    l->due = out.p[i].due < rq->today;
    l->sign = SAY(rq->arena, (enum language)rq->lang, T("Until {day}"), SLOT("day", by));
    if (page.may_write)
      *slice_push(rq->arena, &l->presses, &presses) =
          (struct press){contacts_path(rq, p, "/lent/back"), S("loan"),
                         uuid_str(rq->arena, out.p[i].public_id), S("how"), S("good"),
                         PAGE_TITLE(rq, "It is back"), l->title};
  }
  view_contacts_lent(rq->view, &page);
}

void lent_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_CONTACTS)) show_lent(rq, &p, sight, (struct str){0});
}

void lent_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  struct loans_out out = contacts_loans(rq->db, rq->arena, p.id);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("lent"));
  json_list(&j);
  for (size_t i = 0; i < out.n; i++) {
    json_open(&j);
    json_put_str(&j, "name", out.p[i].name);
    json_put_str_if(&j, "tag", out.p[i].tag);
    json_put_str(&j, "out", day_iso(rq->arena, out.p[i].out));
    json_put_str_if(&j, "due", day_iso(rq->arena, out.p[i].due));
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

void lent_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct uuid id = {0};
  struct lending l = {.out = rq->today, .due = DAY_NONE, .came_by = request_form(rq, "came_by")};
  struct str due = str_trim(request_form(rq, "due"));
  int64_t loan = 0;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  if (uuid_parse(request_form(rq, "asset"), &id))
    l.asset_id = db_number(rq->db, 0,
                           SQL("select id from asset where public_id = ?1 and team = ?2"),
                           db_uuid(rq->arena, id), V(rq->actor.team_id));
  bool given = request_form(rq, "given").n > 0;
  bool dated = day_parse_typed(due, &l.due) && l.due >= rq->today;
  if (!l.asset_id || (!given && !dated)) {
    reply_status(rq, 422);
    return show_lent(rq, &p, sight,
                     PAGE_TITLE(rq, "Choose a thing and the day it comes back, or tick that it is "
                                    "given."));
  }
  if (given) l.due = DAY_NONE;
  if (!code_find(code_list("referral_routes"), l.came_by)) l.came_by = (struct str){0};
  l.person_id = p.id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = contacts_lend(rq->db, rq->arena, &l, rq->actor.user_id, &loan);
  audit_did(rq, "lent", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (result == DB_CONFLICT) {
    reply_status(rq, 422);
    return show_lent(rq, &p, sight,
                     PAGE_TITLE(rq, "Somebody was first: it is out, or there are none left."));
  }
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, contacts_path(rq, &p, "/lent"));
}

void lent_back_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct uuid loan = {0};
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  uuid_parse(request_form(rq, "loan"), &loan);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = contacts_take_back(rq->db, rq->arena, p.id, loan, (struct str){0},
                                             rq->actor.user_id, rq->today);
  audit_did(rq, "back", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (result == DB_NONE) {
    reply_status(rq, 422);
    return show_lent(rq, &p, sight, PAGE_TITLE(rq, "That is not out with them."));
  }
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, contacts_path(rq, &p, "/lent"));
}
