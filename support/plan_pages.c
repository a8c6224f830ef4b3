/* plan_pages: the plan as it stands, writing the next revision, agreement, steps, reviews, the
 * chain of revisions, and two sides of paper. What goes on paper is built from the plan alone: no
 * barrier, no safety, nothing of anybody else. */
#include "support.html.h"
#include "plan.html.h"
#include "support/inside.h"
#include "support/pages.h"
#include "support/plan_inside.h"

static bool is_worker_only(const struct plan *p) { return str_eq(p->written_by, S("worker")); }

static struct str written_words(struct request *rq, struct str code) {
  if (str_eq(code, S("person"))) return PAGE_TITLE(rq, "Written by them");
  if (str_eq(code, S("together"))) return PAGE_TITLE(rq, "Written together");
  return PAGE_TITLE(rq, "Written by the worker alone");
}

static struct str how_words(struct request *rq, struct str code) {
  if (str_eq(code, S("signed"))) return PAGE_TITLE(rq, "signed");
  if (str_eq(code, S("pressed"))) return PAGE_TITLE(rq, "pressed on their own page");
  return PAGE_TITLE(rq, "said out loud");
}

struct str plan_who_words(struct request *rq, const struct plan_step *s, bool to_them) {
  if (str_eq(s->who, S("person")))
    return to_them ? PAGE_TITLE(rq, "You") : PAGE_TITLE(rq, "They do this");
  if (s->who_words.n) return s->who_words;
  return str_eq(s->who, S("worker")) ? PAGE_TITLE(rq, "The worker")
                                     : PAGE_TITLE(rq, "Somebody else");
}

static struct step_row step_row_of(struct request *rq, const struct plan_step *s,
                                   const struct barriers *seen, bool to_them) {
  struct step_row row = {.id = uuid_str(rq->arena, s->public_id),
                         .words = s->words,
                         .other_words = s->other_words,
                         .who = plan_who_words(rq, s, to_them),
                         .by = s->by,
                         .end_on = s->end_on,
                         .done = str_eq(s->end, S("done")),
                         .dropped = str_eq(s->end, S("dropped"))};
  for (size_t i = 0; seen && i < seen->n; i++)
    if (seen->p[i].id == s->barrier_id)
      row.barrier = words_label((enum language)rq->lang,
                                support_barrier_label(seen->p[i].now.kind));
  return row;
}

static struct str strength_words(struct request *rq, int64_t person_id, int64_t id) {
  struct strength s;
  record_clear(&strength_type, &s);
  return record_load(rq->db, rq->arena, &strength_type, id, &s) && s.person == person_id
             ? s.words
             : (struct str){0};
}

/* What of the plan is shown; seen NULL: for the person's own eyes, without barriers. */
void plan_fill(struct request *rq, int64_t person_id, const struct plan *plan,
               const struct barriers *seen, struct plan_page *page) {
  size_t cap = 0;
  page->known = true;
  page->matters = plan->matters;
  page->rhythm_days = plan->rhythm_days;
  page->on = plan->on, page->review_on = plan->review_on, page->revision = plan->number;
  page->written_by = written_words(rq, plan->written_by);
  page->worker_only = is_worker_only(plan);
  page->made_by = accounts_name_for(rq, plan->made_by);
  page->agreed = plan->agreed.is;
  page->agreed_on = plan->agreed.on;
  page->how = how_words(rq, plan->agreed.how);
  page->with_whom = str_eq(plan->agreed.how, S("pressed")) ? (struct str){0}
                                                           : plan->agreed.with_whom;
  page->language = code_label("languages", plan->agreed.language);
  for (size_t g = 0; g < plan->goals.n; g++) {
    const struct plan_goal *goal = &plan->goals.p[g];
    struct goal_row row = {.words = goal->words, .other_words = goal->other_words};
    size_t steps = 0, strengths = 0;
    for (size_t i = 0; i < goal->steps.n; i++)
      *slice_push(rq->arena, &row.steps, &steps) =
          step_row_of(rq, &goal->steps.p[i], seen, !seen);
    for (size_t i = 0; i < goal->strengths.n; i++)
      *slice_push(rq->arena, &row.strengths, &strengths) =
          strength_words(rq, person_id, goal->strengths.p[i]);
    *slice_push(rq->arena, &page->goals, &cap) = row;
  }
}

/* The language the plan may also be printed in; "" = none known but English. */
static struct str other_language(const struct person *p) {
  return str_eq(p->language, S("en")) ? (struct str){0} : p->language;
}

static void read_reviews(struct request *rq, int64_t person_id, struct plan_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select on_day, words, made_by from plan_review where person_id = ?1 "
                              "order by on_day desc, id desc limit 12"),
                          V(person_id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->reviews, &cap) = (struct history_row){
        day_words(rq->arena, row_day(&r, 0)), accounts_name_for(rq, row_int(&r, 2)),
        text_open(rq->db, rq->arena, person_id, CLASS_PLAN, "plan_review.words", row_text(&r, 1))};
}

static void agree_choices(struct request *rq, const struct person *p, struct plan_page *page) {
  static const char *const hows[] = {"said", "signed"};
  const struct code_list *languages = code_list("languages");
  size_t cap = 0, lang_cap = 0;
  struct str known = p->language.n ? p->language : S("en");
  /* Never chosen beforehand: agreement is an act. */
  for (size_t i = 0; i < countof(hows); i++)
    *slice_push(rq->arena, &page->hows, &cap) = (struct option){
        str_of(hows[i]),
        i ? PAGE_TITLE(rq, "They signed it") : PAGE_TITLE(rq, "They said so, out loud"), false};
  for (size_t i = 0; languages && i < languages->n; i++)
    *slice_push(rq->arena, &page->languages, &lang_cap) =
        (struct option){languages->p[i].code, languages->p[i].label,
                        str_eq(known, languages->p[i].code)};
}

static void show_plan(struct request *rq, const struct person *p, struct sight sight,
                      struct str fault, struct str link) {
  struct plan plan;
  struct barriers seen = support_barriers(rq->db, rq->arena, p->id, sight.classes);
  struct plan_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Plan")),
                           .fault = fault,
                           .edit_href = person_path(rq, p, "/plan/edit"),
                           .agree_action = person_path(rq, p, "/plan/agree"),
                           .step_action = person_path(rq, p, "/plan/step"),
                           .review_action = person_path(rq, p, "/plan/review"),
                           .print_href = person_path(rq, p, "/plan/print"),
                           .history_href = person_path(rq, p, "/plan/history"),
                           .joint_href = person_path(rq, p, "/joint"),
                           .link_action = person_path(rq, p, "/plan/link"),
                           .link_closed_action = person_path(rq, p, "/plan/link/close"),
                           .link = link,
                           .lang = other_language(p),
                           .may_write = actor_has(&rq->actor, SUPPORT_WRITERS),
                           .with_whom = rq->actor.name};
  day_t due = support_review_due(rq->db, rq->arena, p->id);
  page.review_due = due != DAY_NONE && due <= rq->today;
  page.links_open = plan_links_open(rq->db, rq->arena, p->id, rq->now) > 0;
  if (support_plan(rq->db, rq->arena, p->id, 0, &plan)) {
    plan_fill(rq, p->id, &plan, &seen, &page);
    page.review_on = due;
    page.number = str_format(rq->arena, "%lld", (long long)plan.number);
    read_reviews(rq, p->id, &page);
  }
  agree_choices(rq, p, &page);
  view_support_plan(rq->view, &page);
}

void plan_show(struct request *rq, const struct person *p, struct sight sight, struct str fault,
               struct str link) {
  show_plan(rq, p, sight, fault, link);
}

void support_plan_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN))
    show_plan(rq, &p, sight, (struct str){0}, (struct str){0});
}

/* On the person's first page: where they are heading, and nothing that is in the way. */
void support_plan_card(struct request *rq, const struct person *p, struct sight sight) {
  struct plan plan;
  struct plan_page page = {.edit_href = person_path(rq, p, "/plan")};
  if (!(sight.classes & CLASS_PLAN) || !support_plan(rq->db, rq->arena, p->id, 0, &plan)) return;
  plan_fill(rq, p->id, &plan, &(struct barriers){0}, &page);   /* none, on the first page */
  view_support_plan_card(rq->view, &page);
}

static void plan_json(struct request *rq, const struct plan *p, struct json_out *j) {
  json_put_i64(j, "revision", p->number);
  json_put_str(j, "on", day_iso(rq->arena, p->on));
  json_put_str(j, "written_by", p->written_by);
  json_put_str_if(j, "matters", p->matters);
  json_put_str_if(j, "review_on", day_iso(rq->arena, p->review_on));
  json_put_bool(j, "agreed", p->agreed.is);
  if (p->agreed.is) json_put_str(j, "agreed_on", day_iso(rq->arena, p->agreed.on));
  json_key(j, S("goals"));
  json_list(j);
  for (size_t g = 0; g < p->goals.n; g++) {
    json_open(j);
    json_put_str(j, "words", p->goals.p[g].words);
    json_key(j, S("steps"));
    json_list(j);
    for (size_t i = 0; i < p->goals.p[g].steps.n; i++) {
      const struct plan_step *s = &p->goals.p[g].steps.p[i];
      json_open(j);
      json_put_str(j, "id", uuid_str(rq->arena, s->public_id));
      json_put_str(j, "words", s->words);
      json_put_str(j, "who", s->who);
      json_put_str_if(j, "by", day_iso(rq->arena, s->by));
      json_put_str_if(j, "end", s->end);
      json_close(j);
    }
    json_list_end(j);
    json_close(j);
  }
  json_list_end(j);
}

void support_plan_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct plan plan;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  reply_type(rq, "application/json");
  json_open(&j);
  if (support_plan(rq->db, rq->arena, p.id, 0, &plan)) plan_json(rq, &plan, &j);
  json_close(&j);
}

/* ---- what happens to a plan ---- */

static void committed(struct request *rq, const struct person *p, const char *what,
                      enum db_result result, struct str flash) {
  audit_did(rq, what, p->id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, flash);
  reply_redirect(rq, person_path(rq, p, "/plan"));
}

static void refuse(struct request *rq, const struct person *p, struct sight sight,
                   struct str fault) {
  reply_status(rq, 422);
  show_plan(rq, p, sight, fault, (struct str){0});
}

void support_plan_agree_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct plan plan;
  int64_t number = 0;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct plan_agreement g = {.how = request_form(rq, "how"),
                             .language = request_form(rq, "language"),
                             .with_whom = str_trim(request_form(rq, "with_whom")),
                             .on = rq->today};
  struct str on = str_trim(request_form(rq, "on"));
  bool how = str_eq(g.how, S("said")) || str_eq(g.how, S("signed"));
  if (!how || !g.with_whom.n || utf8_count(g.with_whom) > 120 ||
      !code_find(code_list("languages"), g.language))
    return refuse(rq, &p, sight,
                  PAGE_TITLE(rq, "Say how they agreed, in which language, and with whom."));
  if (on.n && (!day_parse_typed(on, &g.on) || g.on > rq->today))
    return refuse(rq, &p, sight, PAGE_TITLE(rq, "Give the day as 27/3/2026, not after today."));
  if (!str_to_i64(request_form(rq, "number"), &number) ||
      !support_plan(rq->db, rq->arena, p.id, 0, &plan) || plan.number != number)
    return refuse(rq, &p, sight,
                  PAGE_TITLE(rq, "The plan has changed since this page was opened. Read this one "
                                 "together first."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      support_plan_agree(rq->db, rq->arena, p.id, &plan, &g, rq->actor.user_id, rq->now);
  committed(rq, &p, "plan agreed", result, PAGE_TITLE(rq, "Agreed, and written down how."));
}

void support_plan_step_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct uuid step;
  struct str end = request_form(rq, "end");
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  bool known = str_eq(end, S("done")) || str_eq(end, S("dropped")) || str_eq(end, S("open"));
  if (!known || !uuid_parse(request_form(rq, "step"), &step))
    return refuse(rq, &p, sight, PAGE_TITLE(rq, "Choose a step and what became of it."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      support_step_end(rq->db, rq->arena, p.id, step, end, rq->actor.user_id, rq->now);
  if (result == DB_NONE) {
    db_rollback(rq->db, STORE_MAIN);
    return refuse(rq, &p, sight, PAGE_TITLE(rq, "That step is not in this plan."));
  }
  committed(rq, &p, "plan step", result,
            str_eq(end, S("done")) ? PAGE_TITLE(rq, "Done. Good.")
                                   : PAGE_TITLE(rq, "Written down."));
}

void support_plan_review_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct plan plan;
  day_t next = DAY_NONE;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct str words = str_trim(request_form(rq, "review")), on = str_trim(request_form(rq, "next"));
  if (utf8_count(words) > 1000 || (on.n && (!day_parse_typed(on, &next) || next <= rq->today)))
    return refuse(rq, &p, sight,
                  PAGE_TITLE(rq, "The next look is a day after today, or none. At most 1,000 "
                                 "characters."));
  if (!support_plan(rq->db, rq->arena, p.id, 0, &plan))
    return refuse(rq, &p, sight, PAGE_TITLE(rq, "There is no plan yet to look at again."));
  struct sealer s = {rq->db, rq->arena, p.id, rq->now, false};
  struct db_value text = sealed(&s, CLASS_PLAN, "plan_review.words", words);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = s.failed ? DB_FAILED : db_run(
      rq->db,
      SQL("insert into plan_review (public_id, person_id, revision_id, on_day, words, next_on, "
          "made_by, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
      db_uuid(rq->arena, uuid_v4()), V(p.id), V(plan.revision_id), db_day(rq->arena, rq->today),
      text, db_day(rq->arena, next), V(rq->actor.user_id), db_instant(rq->arena, rq->now));
  committed(rq, &p, "plan reviewed", result, PAGE_TITLE(rq, "The review is kept."));
}

/* ---- every revision ---- */

void support_plan_history_page(struct request *rq) {
  struct person p;
  struct sight sight;
  struct plan plan;
  size_t cap = 0;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct plan_history_page page = {
      .head = people_head(rq, &p, sight, PAGE_TITLE(rq, "How the plan grew"))};
  struct barriers seen = support_barriers(rq->db, rq->arena, p.id, sight.classes);
  if (support_plan(rq->db, rq->arena, p.id, 0, &plan))
    for (int64_t n = plan.number; n > 0; n--) {
      struct plan_page one = {0};
      if (!support_plan(rq->db, rq->arena, p.id, n, &plan)) continue;
      plan_fill(rq, p.id, &plan, &seen, &one);
      *slice_push(rq->arena, &page.plans, &cap) = one;
    }
  view_support_plan_history(rq->view, &page);
}

/* ---- paper ---- */

void plan_for_them(struct request *rq, const struct person *p, struct plan_page *page) {
  struct plan plan;
  size_t cap = 0;
  page->lang = other_language(p);
  page->other_language = code_label("languages", page->lang);
  if (support_plan(rq->db, rq->arena, p->id, 0, &plan)) plan_fill(rq, p->id, &plan, NULL, page);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from strength where person = ?1 order by said_on, id"),
                          V(p->id));
  while (db_next(&r)) {
    struct strength s;
    record_clear(&strength_type, &s);
    record_from_row(&strength_type, &r, &s);
    *slice_push(rq->arena, &page->strengths, &cap) = s.words;
  }
}

void support_plan_print_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct plan_page page = {.head = {.layout = page_layout(rq, PAGE_TITLE(rq, "A plan on paper")),
                                    .name = p.name},
                           .print_href = person_path(rq, &p, "/plan"),
                           .worker = rq->actor.name,
                           .worker_team = rq->actor.organisation_name,
                           .today = day_words(rq->arena, rq->today)};
  plan_for_them(rq, &p, &page);
  view_support_plan_paper(rq->view, &page);
}
