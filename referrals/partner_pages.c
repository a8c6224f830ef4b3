/* partner_pages: who may send people to a team, by which links and cards; which services the team
 * takes referrals for, and where. */
#include "partner.html.h"
#include "referrals/page_parts.h"

enum { LINK_DAYS_DEFAULT = 365, ANSWER_DAYS_DEFAULT = 5, CONTACT_DAYS_DEFAULT = 5, DAYS_MAX = 260 };

static struct str say_code(struct request *rq, const char *list, struct str code) {
  return words_label((enum language)rq->lang, code_label(list, code));
}

/* ---- partners, routes and cards of the team ---- */

static void read_partners(struct request *rq, struct ref_partners_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, name, route, verified_on, ended_on, function from "
                              "referral_partner where team_id = ?1 order by name, id"),
                          V(rq->actor.team_id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->partners, &cap) = (struct ref_partner_row){
        row_text(&r, 0), row_text(&r, 1), say_code(rq, "referral_routes", row_text(&r, 2)),
        !row_null(&r, 3), !row_null(&r, 4), row_int(&r, 5) == FUNCTION_ENFORCEMENT};
}

static void read_routes(struct request *rq, struct ref_partners_page *page) {
  size_t cap = 0;
  struct why why;
  const struct finding_picture *p = finding_picture_now(rq->db, rq->today, DIRECTORY_LIVE, &why);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, service_id, area_code, answer_days, to_day from "
                              "referral_route where team_id = ?1 order by service_id, "
                              "place_in_line, id"),
                          V(rq->actor.team_id));
  while (db_next(&r)) {
    const struct offer *o = p ? offers_by_id(p->offers, row_int(&r, 1)) : NULL;
    struct str code = row_text(&r, 2), where = PAGE_TITLE(rq, "Everywhere");
    struct area area;
    if (code.n) where = area_by_code(rq->db, rq->arena, code, &area) ? area.name : code;
    *slice_push(rq->arena, &page->routes, &cap) = (struct ref_route_row){
        .id = row_text(&r, 0), .service = o ? o->name : PAGE_TITLE(rq, "Not on the directory now"),
        .area = where, .answer_days = row_int(&r, 3),
        .until = row_null(&r, 4) ? (struct str){0} : day_words(rq->arena, row_day(&r, 4))};
  }
}

static void read_cards(struct request *rq, struct ref_partners_page *page) {
  struct referral_cards cards = referrals_cards(rq->db, rq->arena, rq->actor.team_id, rq->today);
  page->cards.p = arena_many(rq->arena, struct ref_card_row, cards.n + 1);
  for (size_t i = 0; i < cards.n; i++)
    page->cards.p[page->cards.n++] = (struct ref_card_row){
        cards.p[i].month, cards.p[i].partner, number_words(rq->arena, cards.p[i].opened),
        cards.p[i].sent == NUMBER_NONE ? PAGE_TITLE(rq, "Fewer than 10")
                                       : number_words(rq->arena, cards.p[i].sent)};
}

static void show_partners(struct request *rq, struct str fault) {
  struct ref_partners_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Partners and routes")),
                                   .fault = fault,
                                   .name = request_form(rq, "name"),
                                   .kinds =
                                       ref_codes(rq, "referral_routes", request_form(rq, "route"))};
  read_partners(rq, &page);
  read_routes(rq, &page);
  read_cards(rq, &page);
  if (fault.n) reply_status(rq, 422);
  view_ref_partners(rq->view, &page);
}

void partners_page(struct request *rq) { show_partners(rq, (struct str){0}); }

static struct str partner_path(struct request *rq, struct str public_id) {
  return str_format(rq->arena, "/referrals/partners/%.*s", P(public_id));
}

void partners_post(struct request *rq) {
  const struct code *route = code_find(code_list("referral_routes"), request_form(rq, "route"));
  struct partner p = {.name = utf8_mend(rq->arena, str_trim(request_form(rq, "name"))),
                      .team_id = rq->actor.team_id, .verified_on = DAY_NONE,
                      .function = FUNCTION_REFERRER};
  if (!p.name.n || utf8_count(p.name) > REFERRAL_NAME_MAX || !route)
    return show_partners(rq, PAGE_TITLE(rq, "Give the organisation’s name and what it is."));
  if (str_eq(request_form(rq, "decides"), S("yes"))) p.function = FUNCTION_ENFORCEMENT;
  p.route = route->code;
  int64_t id = partner_add(rq->db, rq->arena, &p, rq->actor.user_id, rq->now);
  if (!id || !partner_load(rq->db, rq->arena, id, &p))
    return show_partners(
        rq, PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
  reply_redirect(rq, partner_path(rq, uuid_str(rq->arena, p.public_id)));
}

/* ---- one partner ---- */

static bool own_partner(struct request *rq, struct partner *out) {
  struct uuid id;
  if (!uuid_parse(request_path(rq, "id"), &id)) memset(&id, 0, sizeof id);
  int64_t at = db_number(rq->db, -1, SQL("select id from referral_partner where public_id = ?1"),
                         db_uuid(rq->arena, id));
  bool own = partner_load(rq->db, rq->arena, at, out) && out->team_id == rq->actor.team_id;
  if (!own) reply_not_found(rq);
  return own;
}

static struct str link_address(struct request *rq, struct str kind, struct str token) {
  const char *path = str_eq(kind, S("card")) ? "handed" : "refer/with";
  return str_format(rq->arena, "%.*s/%s/%.*s", P(request_origin(rq)), path, P(token));
}

static struct ref_link_row link_row(struct request *rq, struct rows *r) {
  day_t expires = row_day(r, 2);
  struct ref_link_row row = {.id = row_text(r, 0), .kind = row_text(r, 1),
                             .expires = day_words(rq->arena, expires),
                             .usable = row_null(r, 3) && expires >= rq->today};
  struct str token = link_token(rq->arena, row_uuid(r, 0), expires);
  row.is_card = str_eq(row.kind, S("card"));
  if (str_eq(row.kind, S("api"))) return row;
  row.address = link_address(rq, row.kind, token);
  if (row.usable) qr_make(rq->arena, row.address, &row.qr);
  if (!row.is_card) row.paper = str_format(rq->arena, "/refer/form/%.*s", P(token));
  return row;
}

static void show_partner(struct request *rq, const struct partner *p, struct str fault,
                         struct str token) {
  struct ref_partner_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A partner")),
                                  .id = uuid_str(rq->arena, p->public_id), .name = p->name,
                                  .route = say_code(rq, "referral_routes", p->route),
                                  .fault = fault, .token = token,
                                  .wall = p->function == FUNCTION_ENFORCEMENT,
                                  .ended = p->ended_on != DAY_NONE};
  size_t cap = 0;
  if (p->verified_on != DAY_NONE) page.verified = day_words(rq->arena, p->verified_on);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, kind, expires_on, revoked_at from referral_link "
                              "where partner_id = ?1 order by id desc limit 50"),
                          V(p->id));
  while (db_next(&r)) *slice_push(rq->arena, &page.links, &cap) = link_row(rq, &r);
  if (fault.n) reply_status(rq, 422);
  view_ref_partner(rq->view, &page);
}

void partner_page(struct request *rq) {
  struct partner p;
  if (own_partner(rq, &p)) show_partner(rq, &p, (struct str){0}, (struct str){0});
}

static enum db_result revoke(struct request *rq, const struct partner *p) {
  struct uuid id;
  if (!uuid_parse(request_form(rq, "link"), &id)) return DB_NONE;
  return db_run(
      rq->db,
      SQL("update referral_link set revoked_at = ?3 where public_id = ?1 and partner_id = "
          "?2 and revoked_at is null"),
      db_uuid(rq->arena, id), V(p->id), db_instant(rq->arena, rq->now));
}

/* A token is shown once, on the page that made it; a link's address can be made again. */
static bool make_link(struct request *rq, const struct partner *p, struct str kind,
                      struct str *token) {
  static const char *const kinds[] = {"link", "card", "api"};
  day_t expires = rq->today + LINK_DAYS_DEFAULT;
  for (size_t i = 0; i < countof(kinds); i++) {
    if (!str_eq(kind, str_of(kinds[i]))) continue;
    int64_t id = link_add(rq->db, rq->arena, p->id, kinds[i], expires, rq->actor.user_id, rq->now);
    struct rows r;
    if (!id || !db_one(&r, rq->db, rq->arena,
                       SQL("select public_id from referral_link where id = ?1"), V(id)))
      return false;
    if (i == 2) *token = link_token(rq->arena, row_uuid(&r, 0), expires);
    db_done(&r);
    return true;
  }
  return false;
}

void partner_post(struct request *rq) {
  struct partner p;
  struct str what = request_form(rq, "do"), token = {0};
  bool good = true;
  if (!own_partner(rq, &p)) return;
  if (str_eq(what, S("verify")))
    good =
        db_run(rq->db,
               SQL("update referral_partner set verified_on = ?2, verified_by = ?3 where id = ?1"),
               V(p.id), db_day(rq->arena, rq->today), V(rq->actor.user_id)) == DB_OK;
  else if (str_eq(what, S("end")))
    good = db_run(rq->db, SQL("update referral_partner set ended_on = ?2 where id = ?1"), V(p.id),
                  db_day(rq->arena, rq->today - 1)) == DB_OK;
  else if (str_eq(what, S("revoke"))) good = revoke(rq, &p) == DB_OK;
  else good = make_link(rq, &p, what, &token);
  if (!good || token.n) {
    partner_load(rq->db, rq->arena, p.id, &p);
    return show_partner(rq, &p, good ? (struct str){0} : PAGE_TITLE(rq, "Choose what to do."),
                        token);
  }
  reply_redirect(rq, partner_path(rq, uuid_str(rq->arena, p.public_id)));
}

/* ---- a route: this service, here, to this team ---- */

struct route_given { int64_t service, answer_days; struct str area, rule; };

static bool route_read(struct request *rq, struct route_given *out, struct why *why) {
  struct str name = str_trim(request_form(rq, "service")),
             where = str_trim(request_form(rq, "area"));
  const struct finding_picture *p = finding_picture_now(rq->db, rq->today, DIRECTORY_LIVE, why);
  struct rules_rule rule;
  struct place place;
  *out = (struct route_given){.answer_days = ANSWER_DAYS_DEFAULT,
                              .rule = str_trim(request_form(rq, "rule"))};
  for (size_t i = 0; p && i < p->offers->list.n; i++)
    if (str_eq_nocase(p->offers->list.p[i].name, name)) out->service = p->offers->list.p[i].id;
  if (!out->service)
    return why_say(why,
                   "There is no service of this name on the directory. Copy its name from there.");
  if (where.n) {
    if (!place_resolve(rq->db, rq->arena, where, &place) || place.found != PLACE_AREA ||
        !place.areas.n)
      return why_say(why, "There is no area of this name. Leave it empty for everywhere.");
    out->area = place.areas.p[0].code;
  }
  if (out->rule.n &&
      !rules_parse_body(rq->arena, directory_book(), S("route"), out->rule, &rule, why))
    return false;
  struct str days = str_trim(request_form(rq, "answer_days"));
  if (days.n &&
      (!str_to_i64(days, &out->answer_days) || out->answer_days < 1 || out->answer_days > DAYS_MAX))
    return why_say(why, "Give the working days as a whole number.");
  return true;
}

static enum db_result route_end(struct request *rq) {
  struct uuid id;
  if (!uuid_parse(request_form(rq, "end"), &id)) return DB_NONE;
  return db_run(rq->db,
                SQL("update referral_route set to_day = ?3 where public_id = ?1 and team_id = ?2"),
                db_uuid(rq->arena, id), V(rq->actor.team_id), db_day(rq->arena, rq->today - 1));
}

void routes_post(struct request *rq) {
  struct why why = {0};
  struct route_given g;
  if (request_form(rq, "end").n) {
    if (route_end(rq) != DB_OK) return show_partners(rq, PAGE_TITLE(rq, "Choose what to do."));
    return reply_redirect(rq, S("/referrals/partners"));
  }
  if (!route_read(rq, &g, &why))
    return show_partners(rq, words_label((enum language)rq->lang, why_str(&why)));
  db_run(rq->db,
         SQL("insert into referral_route (public_id, service_id, team_id, area_code, rule, "
             "place_in_line, answer_days, contact_days, nation, from_day) values (?1, ?2, ?3, ?4, "
             "?5, ?6, ?7, ?8, ?9, ?10)"),
         db_uuid(rq->arena, uuid_v4()), V(g.service), V(rq->actor.team_id), V(g.area), V(g.rule),
         V((int64_t)(g.area.n ? 1 : 2)), V(g.answer_days), V((int64_t)CONTACT_DAYS_DEFAULT),
         V(S("england-and-wales")), db_day(rq->arena, rq->today));
  reply_redirect(rq, S("/referrals/partners"));
}
