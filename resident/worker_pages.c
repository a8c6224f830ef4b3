/* worker_pages: what stands on somebody's own page, set face to face with them; and their
 * statements, answered. On a worker's screen, in the room: here what is held back may be seen. */
#define WAYMARK_RESIDENT_READS
#include "db/seal.h"
#include "resident/inside.h"
#include "resident/staff_pages.h"
#include "staff.html.h"

enum { NOTES_OFFERED = 10, WORKER_ANSWER_MAX = 600 };

static bool is_own_team(struct sight s) {
  return s.reason == SIGHT_TEAM || s.reason == SIGHT_COVER || s.reason == SIGHT_NAMED;
}

static bool open_person(struct request *rq, struct person *p, struct sight *sight) {
  if (!people_open(rq, p, sight, CLASS_PLAN)) return false;
  if (is_own_team(*sight)) return true;
  reply_refuse(rq, 403, PAGE_TITLE(rq, "Only a team that supports them sets their page."));
  return false;
}

static struct str page_path(struct request *rq, const struct person *p, const char *rest) {
  struct str id = uuid_str(rq->arena, p->public_id);
  return str_format(rq->arena, "/people/%.*s/%s", P(id), rest);
}

/* ---- what stands on it ---- */

struct offering {
  struct request *rq;
  const struct own_scope *scope;
  struct own_group *group;
  size_t cap;
};

static void offer(struct offering *o, const char *kind, struct uuid id, struct str words,
                  bool never) {
  bool note = strcmp(kind, "contact") == 0;
  bool shown = note ? own_put_there(o->scope, kind, id) : own_shows(o->scope, kind, id);
  if (words.n)
    *slice_push(o->rq->arena, &o->group->rows, &o->cap) =
        (struct own_row){str_of(kind), uuid_str(o->rq->arena, id), words, shown && !never, never};
}

static struct offering group_of(struct request *rq, const struct own_scope *scope,
                                struct own_page_view *page, size_t *cap, struct str title) {
  struct own_group *g = slice_push(rq->arena, &page->groups, cap);
  *g = (struct own_group){.title = title};
  return (struct offering){rq, scope, g, 0};
}

static bool is_danger(const struct barriers *danger, int64_t id) {
  for (size_t i = 0; id && i < danger->n; i++)
    if (danger->p[i].id == id) return true;
  return false;
}

static void offer_plan(struct request *rq, int64_t person_id, struct sight sight,
                       const struct own_scope *scope, struct own_page_view *page, size_t *cap) {
  struct plan plan;
  struct offering o = group_of(rq, scope, page, cap, PAGE_TITLE(rq, "The plan"));
  struct barriers danger =
      support_barriers(rq->db, rq->arena, person_id, sight.classes & CLASS_SAFETY);
  if (!support_plan(rq->db, rq->arena, person_id, 0, &plan)) return;
  offer(&o, "matters", support_matters_id(plan.matters), plan.matters, false);
  for (size_t g = 0; g < plan.goals.n; g++) {
    offer(&o, "goal", plan.goals.p[g].public_id, plan.goals.p[g].words, false);
    for (size_t i = 0; i < plan.goals.p[g].steps.n; i++)
      offer(&o, "step", plan.goals.p[g].steps.p[i].public_id, plan.goals.p[g].steps.p[i].words,
            is_danger(&danger, plan.goals.p[g].steps.p[i].barrier_id));
  }
}

/* The same reads as the page's own, with nothing kept off. */
static struct own_scope whole_of(const struct own_scope *scope) {
  struct own_scope all = *scope;
  all.everything = true, all.items.n = 0;
  return all;
}

static void offer_outcomes(struct request *rq, const struct own_scope *all,
                           const struct own_scope *scope, struct own_page_view *page, size_t *cap) {
  struct offering o = group_of(rq, scope, page, cap, PAGE_TITLE(rq, "What came of it"));
  struct own_outcomes reached = programme_own_outcomes(rq->db, rq->arena, all);
  for (size_t i = 0; i < reached.n; i++) {
    struct str title = words_label((enum language)rq->lang,
                                   code_label("outcomes", reached.p[i].kind)),
               day = words_day(rq->arena, (enum language)rq->lang, reached.p[i].on);
    offer(&o, "outcome", reached.p[i].id,
          str_format(rq->arena, "%.*s, %.*s", P(title), P(day)), false);
  }
}

static void offer_rest(struct request *rq, int64_t person_id, const struct own_scope *scope,
                       struct own_page_view *page, size_t *cap) {
  struct own_scope all = whole_of(scope);
  struct offering o = group_of(rq, scope, page, cap, PAGE_TITLE(rq, "What they bring"));
  struct own_strengths brought = support_own_strengths(rq->db, rq->arena, &all);
  for (size_t i = 0; i < brought.n; i++)
    offer(&o, "strength", brought.p[i].id, brought.p[i].words, false);
  o = group_of(rq, scope, page, cap, PAGE_TITLE(rq, "Times to come"));
  struct own_appointments times = contacts_own_appointments(rq->db, rq->arena, &all, rq->today);
  for (size_t i = 0; i < times.n; i++) {
    struct str day = words_day(rq->arena, (enum language)rq->lang, times.p[i].on);
    offer(&o, "appointment", times.p[i].id,
          str_format(rq->arena, "%.*s, %02d:%02d, %.*s", P(day), times.p[i].minute / 60,
                     times.p[i].minute % 60, P(times.p[i].with)),
          false);
  }
  offer_outcomes(rq, &all, scope, page, cap);
  o = group_of(rq, scope, page, cap,
               PAGE_TITLE(rq, "Notes of talks: none unless you put it there"));
  struct own_notes notes =
      contacts_notes_to_offer(rq->db, rq->arena, &rq->actor, person_id, NOTES_OFFERED);
  for (size_t i = 0; i < notes.n; i++) offer(&o, "contact", notes.p[i].id, notes.p[i].words, false);
}

/* Teams whose work could stand on it: those that support them, and those it is shared with. */
static void read_teams(struct request *rq, int64_t person_id, const struct own_scope *scope,
                       struct own_page_view *page) {
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select distinct t.id, o.name, t.name from may_see m join team t on t.id = m.team_id "
          "join member_organisation o on o.id = t.organisation_id where m.person_id = ?1 and "
          "m.from_day <= ?2 and m.to_day >= ?2 and (m.reason = 'team' or m.reason = 'agreement') "
          "order by o.name, t.name, t.id"),
      V(person_id), db_day(rq->arena, rq->today));
  while (db_next(&r))
    *slice_push(rq->arena, &page->teams, &cap) = (struct own_team_row){
        row_int(&r, 0), str_format(rq->arena, "%.*s, %.*s", P(row_text(&r, 1)), P(row_text(&r, 2))),
        own_team(scope, row_int(&r, 0))};
}

static void read_copies(struct request *rq, int64_t person_id, struct own_page_view *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, ready_at from resident_copy where person_id = ?1 "
                              "and stopped_at is null and ready_at > ?2 order by id desc"),
                          V(person_id), db_instant(rq->arena, rq->now - 7 * 86400000000ll));
  while (db_next(&r)) {
    struct local at = instant_local_uk(row_instant(&r, 1));
    *slice_push(rq->arena, &page->copies, &cap) =
        (struct own_copy_row){row_text(&r, 0), at.day, at.minute};
  }
}

static void show_page(struct request *rq, const struct person *p, struct sight sight,
                      struct str fault) {
  struct own_scope scope;
  size_t cap = 0;
  struct own_page_view page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Their own page")),
                               .fault = fault,
                               .card = accounts_resident_has(rq->db, p->id)};
  if (!own_scope_read(rq->db, rq->arena, p->id, &scope))
    return reply_refuse(rq, 503, PAGE_TITLE(rq, "That cannot be read just now. Try again."));
  if (fault.n) reply_status(rq, 422);
  page.open = scope.open, page.everything = scope.everything, page.hours = scope.copy_hours;
  read_teams(rq, p->id, &scope, &page);
  if (scope.open) {
    read_copies(rq, p->id, &page);
    offer_plan(rq, p->id, sight, &scope, &page, &cap);
    offer_rest(rq, p->id, &scope, &page, &cap);
  }
  view_resident_own_page(rq->view, &page);
}

void own_page_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (open_person(rq, &p, &sight)) show_page(rq, &p, sight, (struct str){0});
}

/* From "as it comes" to "only what we put there": what stands on it now goes on standing, so that
 * nobody who reads the page notices the change. */
static enum db_result keep_what_stands(struct request *rq, int64_t person_id,
                                       const struct own_scope *scope) {
  struct own_scope all = whole_of(scope);
  struct plan plan;
  struct str stamp;
  enum db_result result = DB_OK;
  int64_t by = rq->actor.user_id;
#define STANDS(kind, id)                                                                           \
  if (result == DB_OK && own_shows(scope, kind, id))                                               \
  result = own_page_item(rq->db, rq->arena, person_id, kind, id, true, by, rq->now)
  if (support_plan_own(rq->db, rq->arena, scope, &plan, &stamp)) {
    if (plan.matters.n) STANDS("matters", support_matters_id(plan.matters));
    for (size_t g = 0; g < plan.goals.n; g++) {
      STANDS("goal", plan.goals.p[g].public_id);
      for (size_t i = 0; i < plan.goals.p[g].steps.n; i++)
        STANDS("step", plan.goals.p[g].steps.p[i].public_id);
    }
  }
  struct own_strengths brought = support_own_strengths(rq->db, rq->arena, &all);
  for (size_t i = 0; i < brought.n; i++) STANDS("strength", brought.p[i].id);
  struct own_appointments times = contacts_own_appointments(rq->db, rq->arena, &all, rq->today);
  for (size_t i = 0; i < times.n; i++) STANDS("appointment", times.p[i].id);
  struct own_outcomes reached = programme_own_outcomes(rq->db, rq->arena, &all);
  for (size_t i = 0; i < reached.n; i++) STANDS("outcome", reached.p[i].id);
#undef STANDS
  return result;
}

static enum db_result set_mode(struct request *rq, int64_t person_id,
                               const struct own_scope *scope) {
  int64_t hours = scope->copy_hours;
  struct str mode = request_form(rq, "mode");
  bool all = str_eq(mode, S("all"));
  if (!all && !str_eq(mode, S("chosen"))) return DB_CONFLICT;
  str_to_i64(str_trim(request_form(rq, "hours")), &hours);
  if (hours < 1 || hours > OWN_COPY_HOURS_MAX) return DB_CONFLICT;
  enum db_result result =
      scope->everything && !all ? keep_what_stands(rq, person_id, scope) : DB_OK;
  return result == DB_OK ? own_page_mode(rq->db, rq->arena, person_id, all, (int)hours,
                                         rq->actor.user_id, rq->now)
                         : result;
}

static enum db_result set_teams(struct request *rq, int64_t person_id,
                                const struct own_scope *scope) {
  struct strs given = request_form_all(rq, "team");
  struct own_page_view known = {0};
  enum db_result result = DB_OK;
  read_teams(rq, person_id, scope, &known);
  for (size_t i = 0; i < known.teams.n && result == DB_OK; i++) {
    bool on = false;
    for (size_t k = 0; k < given.n; k++) {
      int64_t id = 0;
      on |= str_to_i64(given.p[k], &id) && id == known.teams.p[i].id;
    }
    result = own_page_team(rq->db, rq->arena, person_id, known.teams.p[i].id, on, rq->actor.user_id,
                           rq->now);
  }
  return result;
}

static enum db_result set_item(struct request *rq, int64_t person_id) {
  static const char *const kinds[] = {"matters",     "goal",    "step",   "strength",
                                      "appointment", "contact", "outcome"};
  struct uuid id;
  const char *kind = NULL;
  for (size_t i = 0; i < countof(kinds); i++)
    if (str_eq(request_form(rq, "kind"), str_of(kinds[i]))) kind = kinds[i];
  if (!kind || !uuid_parse(request_form(rq, "item"), &id)) return DB_CONFLICT;
  return own_page_item(rq->db, rq->arena, person_id, kind, id,
                       str_eq(request_form(rq, "shown"), S("yes")), rq->actor.user_id, rq->now);
}

static enum db_result stop_copy(struct request *rq, int64_t person_id) {
  return db_run(rq->db,
                SQL("update resident_copy set stopped_at = ?3, stopped_by = ?4 where public_id = "
                    "?1 and person_id = ?2 and stopped_at is null"),
                V(request_form(rq, "copy")), V(person_id), db_instant(rq->arena, rq->now),
                V(rq->actor.user_id));
}

static enum db_result change_of(struct request *rq, int64_t person_id,
                                const struct own_scope *scope) {
  struct str what = request_form(rq, "do");
  if (!scope->open) return DB_CONFLICT;
  if (str_eq(what, S("mode"))) return set_mode(rq, person_id, scope);
  if (str_eq(what, S("teams"))) return set_teams(rq, person_id, scope);
  if (str_eq(what, S("item"))) return set_item(rq, person_id);
  return str_eq(what, S("stop")) ? stop_copy(rq, person_id) : DB_CONFLICT;
}

void own_page_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct own_scope scope;
  if (!open_person(rq, &p, &sight)) return;
  if (!own_scope_read(rq->db, rq->arena, p.id, &scope))
    return reply_refuse(rq, 503, PAGE_TITLE(rq, "That cannot be read just now. Try again."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = change_of(rq, p.id, &scope);
  if (result == DB_CONFLICT) {
    db_rollback(rq->db, STORE_MAIN);
    return show_page(rq, &p, sight,
                     PAGE_TITLE(rq, "Say what stands on it, and give 1 to 240 hours for a copy. "
                                    "The page must have been opened first."));
  }
  audit_did(rq, "own page changed", p.id, CLASS_PLAN);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || result != DB_OK)
    return reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  reply_flash(rq, PAGE_TITLE(rq, "Changed."));
  reply_redirect(rq, page_path(rq, &p, "own-page"));
}

/* ---- their statements ---- */

TEXT_MESSAGE(about_facts, "What is written about them");
TEXT_MESSAGE(about_contact, "A note of a talk");
TEXT_MESSAGE(about_strength, "What they bring");
TEXT_MESSAGE(about_outcome, "What came of it");
TEXT_MESSAGE(about_goal, "The plan");
TEXT_MESSAGE(about_other, "Something else");

static struct str about_words(struct request *rq, struct str about) {
  static const struct {
    const char *value;
    const struct message *label;
  } all[] = {{"facts", &about_facts},
             {"goal", &about_goal},
             {"strength", &about_strength},
             {"outcome", &about_outcome},
             {"contact", &about_contact}};
  for (size_t i = 0; i < countof(all); i++)
    if (str_eq(about, str_of(all[i].value))) return words_of((enum language)rq->lang, all[i].label);
  return words_of((enum language)rq->lang, &about_other);
}

static struct statement_row row_of(struct request *rq, struct rows *r, int64_t person_id) {
  struct seal_place at = {person_id, CLASS_PLAN, "statement.words"};
  struct statement_row row = {.id = row_text(r, 0),
                              .about = about_words(rq, row_text(r, 1)),
                              .on = instant_local_uk(row_instant(r, 3)).day,
                              .answered = row_text(r, 4).n > 0,
                              .put_right = str_eq(row_text(r, 4), S("put_right"))};
  struct str words = row_text(r, 2), answer = row_text(r, 5);
  unseal(rq->db, rq->arena, at, words, &row.words);
  if (answer.n) unseal(rq->db, rq->arena, at, answer, &row.answer);
  return row;
}

static void show_statements(struct request *rq, const struct person *p, struct sight sight,
                            struct str fault) {
  struct statements_view page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "Their words beside ours")), .fault = fault};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, about, words, said_at, answer, answer_words from "
                              "resident_statement where person_id = ?1 order by id desc"),
                          V(p->id));
  while (db_next(&r)) *slice_push(rq->arena, &page.rows, &cap) = row_of(rq, &r, p->id);
  if (fault.n) reply_status(rq, 422);
  view_resident_statements(rq->view, &page);
}

void statements_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN)) show_statements(rq, &p, sight, (struct str){0});
}

void statements_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct str sealed;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct str answer = request_form(rq, "answer"), words = str_trim(request_form(rq, "words"));
  bool known = str_eq(answer, S("put_right")) || str_eq(answer, S("kept"));
  if (!known || !words.n || utf8_count(words) > WORKER_ANSWER_MAX)
    return show_statements(rq, &p, sight,
                           PAGE_TITLE(rq, "Say whether it was put right or stays, and why. They "
                                          "read it."));
  db_begin(rq->db, STORE_MAIN);
  bool good = seal(rq->db, rq->arena, (struct seal_place){p.id, CLASS_PLAN, "statement.words"},
                   words, rq->now, &sealed) &&
              db_run(rq->db,
                     SQL("update resident_statement set answer = ?3, answer_words = ?4, "
                         "answered_by = ?5, answered_at = ?6 where public_id = ?1 and person_id = "
                         "?2 and answer is null"),
                     V(request_form(rq, "statement")), V(p.id), V(answer), db_blob(sealed),
                     V(rq->actor.user_id), db_instant(rq->arena, rq->now)) == DB_OK;
  audit_did(rq, "statement answered", p.id, CLASS_PLAN);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || !good)
    return reply_refuse(rq, 503, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  reply_flash(rq, PAGE_TITLE(rq, "Kept. Both stand beside each other."));
  reply_redirect(rq, page_path(rq, &p, "statements"));
}

/* A first page asks about each thing it shows: all their statements are read once (db_turn). */
static struct said_once {
  uint64_t turn;
  int64_t person_id;
  struct statement_of {
    struct statement_row row;
    struct str about, item;
  } * p;
  size_t n, waiting;
} said_once;

static const struct said_once *statements_of(struct request *rq, int64_t person_id) {
  struct said_once *all = &said_once;
  size_t cap = 0;
  if (all->turn && all->turn == db_turn(rq->db) && all->person_id == person_id) return all;
  *all = (struct said_once){.turn = db_turn(rq->db), .person_id = person_id};
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("/* by key */ select public_id, about, words, said_at, answer, "
                              "answer_words, item from resident_statement where person_id = ?1 "
                              "order by id"),
                          V(person_id));
  while (db_next(&r)) {
    struct statement_of *s = slice_push(rq->arena, all, &cap);
    *s = (struct statement_of){row_of(rq, &r, person_id), row_text(&r, 1), row_text(&r, 6)};
    all->waiting += !s->row.answered;
  }
  return all;
}

/* On the first page, while one waits for an answer. */
void statements_card(struct request *rq, const struct person *p, struct sight sight) {
  int64_t waiting = (int64_t)statements_of(rq, p->id)->waiting;
  if (!waiting || !(sight.classes & CLASS_PLAN)) return;
  view_resident_statement_card(rq->view, page_path(rq, p, "statements"), waiting);
}

struct markup statements_beside(struct request *rq, const struct person *p, const char *about,
                                struct uuid item) {
  struct buf b = buf_open(1 << 18), *page = rq->view->out;
  rq->view->out = &b;
  const struct said_once *all = statements_of(rq, p->id);
  struct str id = uuid_str(rq->arena, item);
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].about, str_of(about)) && str_eq(all->p[i].item, id))
      view_resident_beside(rq->view, &all->p[i].row);
  rq->view->out = page;
  struct markup out = {str_copy(rq->arena, buf_str(&b))};
  buf_free(&b);
  return out;
}

/* Their statements and copies go with the class they are sealed under; who they are takes the page
 * with it. */
enum db_result resident_erase(struct db *db, struct arena *a, int64_t person_id, uint32_t classes,
                              instant_t now) {
  enum db_result result = DB_OK;
  (void)a, (void)now;
  if (classes & CLASS_PLAN)
    result = db_run(db, SQL("delete from resident_statement where person_id = ?1"), V(person_id));
  if (result == DB_OK && classes & CLASS_PLAN)
    result = db_run(db, SQL("delete from resident_copy where person_id = ?1"), V(person_id));
  if (result == DB_OK && classes & CLASS_IDENTITY) result = own_page_forget(db, person_id);
  if (result == DB_OK && classes & CLASS_IDENTITY) result = accounts_resident_forget(db, person_id);
  return result;
}
