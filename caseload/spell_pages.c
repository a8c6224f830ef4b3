/* spell_pages: from when to when a team supports somebody: on their record, with ending it; and for
 * a lead, those whose days contradict themselves. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "team.html.h"

static struct str day_typed(struct request *rq, day_t d) {
  struct ymd y = day_ymd(d);
  return d == DAY_NONE ? (struct str){0}
                       : str_format(rq->arena, "%d/%d/%d", y.day, y.month, y.year);
}

static struct str label_of(struct request *rq, struct str code) {
  return code.n ? words_label((enum language)rq->lang, code_label("support_ended", code))
                : (struct str){0};
}

static struct spell_row row_of(struct request *rq, const struct spell *s) {
  struct spell_row row = {.id = s->public_id,
                          .from = day_typed(rq, s->from),
                          .to = day_typed(rq, s->to),
                          .why = label_of(rq, s->why),
                          .code = s->why,
                          .open = s->to == DAY_NONE};
  row.words = row.open ? SAY(rq->arena, (enum language)rq->lang, T("Since {day}"),
                             SLOT("day", day_words(rq->arena, s->from)))
                       : SAY(rq->arena, (enum language)rq->lang, T("{from} to {to}"),
                             SLOT("from", day_words(rq->arena, s->from)),
                             SLOT("to", day_words(rq->arena, s->to)));
  if (s->backwards)
    row.fault = PAGE_TITLE(rq, "It ends before it begins");
  else if (s->overlaps)
    row.fault = PAGE_TITLE(rq, "It overlaps another");
  return row;
}

static struct team_options reasons(struct request *rq, struct str chosen) {
  const struct code_list *list = code_list("support_ended");
  struct team_options out = {0};
  size_t cap = 0;
  for (size_t i = 0; list && i < list->n; i++)
    *slice_push(rq->arena, &out, &cap) = (struct team_option){
        list->p[i].code, label_of(rq, list->p[i].code), str_eq(chosen, list->p[i].code)};
  return out;
}

/* ---- on a person's record ---- */

static void show(struct request *rq, const struct person *p, struct sight sight, struct str fault) {
  struct str id = uuid_str(rq->arena, p->public_id);
  struct spells all = permission_spells(rq->db, rq->arena, p->id, rq->actor.team_id);
  struct spells_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Support")),
                             .action = str_format(rq->arena, "/people/%.*s/spells", P(id)),
                             .fault = fault,
                             .last = request_form(rq, "last"),
                             .reasons = reasons(rq, request_form(rq, "why"))};
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct spell_row row = row_of(rq, &all.p[i]);
    if (row.open && actor_has(&rq->actor, ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER))
      page.open_id = row.id;
    *slice_push(rq->arena, &page.rows, &cap) = row;
  }
  if (fault.n) reply_status(rq, 422);
  view_team_person_spells(rq->view, &page);
}

void spells_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN)) show(rq, &p, sight, (struct str){0});
}

void spells_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct spells all = permission_spells(rq->db, rq->arena, p.id, rq->actor.team_id);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("support"));
  json_list(&j);
  for (size_t i = 0; i < all.n; i++) {
    json_open(&j);
    json_put_str(&j, "from", day_iso(rq->arena, all.p[i].from));
    json_put_str_if(&j, "to", day_iso(rq->arena, all.p[i].to));
    json_put_str_if(&j, "why", all.p[i].why);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

static struct str read_end(struct request *rq, const struct spells *all, struct spell *s) {
  struct str id = request_form(rq, "spell"), last = str_trim(request_form(rq, "last"));
  s->id = 0;
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].public_id, id) && all->p[i].to == DAY_NONE) *s = all->p[i];
  if (!s->id) return PAGE_TITLE(rq, "This support has ended already.");
  s->why = request_form(rq, "why"), s->to = rq->today;
  if (!code_find(code_list("support_ended"), s->why)) return PAGE_TITLE(rq, "Say why it ends.");
  if (last.n && (!day_parse_typed(last, &s->to) || s->to > rq->today))
    return PAGE_TITLE(rq, "Give the last day as 27/3/2026, not after today.");
  if (s->to < s->from)
    return SAY(rq->arena, (enum language)rq->lang,
               T("Support began on {day}; it cannot end before."),
               SLOT("day", day_words(rq->arena, s->from)));
  return (struct str){0};
}

void spells_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct spell s = {0};
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct spells all = permission_spells(rq->db, rq->arena, p.id, rq->actor.team_id);
  struct str fault = read_end(rq, &all, &s);
  if (fault.n) return show(rq, &p, sight, fault);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = permission_spell_set(rq->db, rq->arena, rq->actor.team_id, &s);
  audit_did(rq, "support ended", p.id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (team_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "Support has ended. They can come back any day."));
  reply_redirect(rq, S("/people"));
}

/* ---- a team's that contradict themselves ---- */

static void name_spell(struct request *rq, const struct spell *s, struct spell_row *row) {
  struct person p;
  struct sight sight =
      permission_sight(rq->db, rq->arena, &rq->actor, s->person_id, rq->today, rq->now);
  /* Who may not be seen today (their support ended) is said by the reference on their paper. */
  row->name = people_reference_of(rq->db, rq->arena, s->person_id);
  audit_shows(rq, s->person_id, CLASS_IDENTITY);
  if (sight.classes & CLASS_IDENTITY && people_listed(rq, s->person_id, sight, &p))
    row->name = p.name;
}

static void show_team(struct request *rq, struct str fault) {
  struct team_spells_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Days of support")),
                                  .fault = fault};
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  struct spells wrong = permission_spells_wrong(rq->db, rq->arena, rq->actor.team_id);
  for (size_t i = 0; i < wrong.n; i++) {
    struct spell_row row = row_of(rq, &wrong.p[i]);
    name_spell(rq, &wrong.p[i], &row);
    *slice_push(rq->arena, &page.rows, &cap) = row;
  }
  if (fault.n) reply_status(rq, 422);
  view_team_spells(rq->view, &page);
}

void team_spells_page(struct request *rq) { show_team(rq, (struct str){0}); }

void team_spells_post(struct request *rq) {
  struct spells wrong = permission_spells_wrong(rq->db, rq->arena, rq->actor.team_id);
  struct spell s = {0};
  struct str from = str_trim(request_form(rq, "from")), to = str_trim(request_form(rq, "to"));
  audit_shows(rq, 0, 0);
  for (size_t i = 0; i < wrong.n; i++)
    if (str_eq(wrong.p[i].public_id, request_form(rq, "spell"))) s = wrong.p[i];
  if (!s.id) return show_team(rq, PAGE_TITLE(rq, "Those days are right by now."));
  s.to = DAY_NONE;
  if (!day_parse_typed(from, &s.from) || (to.n && !day_parse_typed(to, &s.to)) ||
      s.from > rq->today || (s.to != DAY_NONE && s.to < s.from))
    return show_team(rq, PAGE_TITLE(rq, "Give days as 27/3/2026; the last not before the first."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = permission_spell_set(rq->db, rq->arena, rq->actor.team_id, &s);
  audit_did(rq, "days of support put right", s.person_id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (team_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, PAGE_TITLE(rq, "Written down."));
  reply_redirect(rq, S("/team/spells"));
}
