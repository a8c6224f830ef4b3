/* plan_edit: the form that writes the next revision. It works without script: the goals and steps
 * there are, and room for one more goal and two more steps each; saving makes more room. */
#include "plan.html.h"
#include "support/inside.h"
#include "support/pages.h"
#include "support/plan_inside.h"

enum { GOALS_MAX = 6, STEPS_MAX = 10, STEPS_SPARE = 2, WORDS_MAX = 600, WHO_MAX = 80 };

static struct str field_name(struct arena *a, size_t g, int step, const char *what) {
  return step < 0 ? str_format(a, "g%zu_%s", g, what)
                  : str_format(a, "g%zu_s%d_%s", g, step, what);
}

static struct str given(struct request *rq, size_t g, int step, const char *what) {
  return str_trim(request_form(rq, str_c(rq->arena, field_name(rq->arena, g, step, what))));
}

/* ---- showing ---- */

static struct str day_typed(struct arena *a, day_t d) {
  struct ymd y = day_ymd(d);
  return d == DAY_NONE ? (struct str){0} : str_format(a, "%d/%d/%d", y.day, y.month, y.year);
}

struct edit {
  struct request *rq;
  struct typed t;
  struct barriers barriers;
  struct { struct strength *p; size_t n; } strengths;
};

static struct str value(struct edit *e, size_t g, int step, const char *what, struct str known) {
  return typed_text(&e->t, str_c(e->rq->arena, field_name(e->rq->arena, g, step, what)), known);
}

static struct options who_options(struct edit *e, size_t g, int step, struct str known) {
  static const char *const codes[] = {"person", "worker", "other"};
  struct options out = {arena_many(e->rq->arena, struct option, countof(codes)), 0};
  struct str is = value(e, g, step, "who", known);
  const struct str words[] = {PAGE_TITLE(e->rq, "The person"), PAGE_TITLE(e->rq, "The worker"),
                              PAGE_TITLE(e->rq, "Somebody else")};
  for (size_t i = 0; i < countof(codes); i++)
    out.p[out.n++] = (struct option){str_of(codes[i]), words[i], str_eq(is, str_of(codes[i]))};
  return out;
}

static struct options barrier_options(struct edit *e, size_t g, int step, int64_t known) {
  struct options out = {arena_many(e->rq->arena, struct option, e->barriers.n + 1), 0};
  struct str known_id = {0};
  for (size_t i = 0; i < e->barriers.n; i++)
    if (e->barriers.p[i].id == known)
      known_id = uuid_str(e->rq->arena, e->barriers.p[i].public_id);
  struct str is = value(e, g, step, "barrier", known_id);
  for (size_t i = 0; i < e->barriers.n; i++) {
    struct str id = uuid_str(e->rq->arena, e->barriers.p[i].public_id);
    out.p[out.n++] =
        (struct option){id,
                        words_label((enum language)e->rq->lang,
                                    support_barrier_label(e->barriers.p[i].now.kind)),
                        str_eq(is, id)};
  }
  return out;
}

static struct options strength_options(struct edit *e, size_t g, const struct plan_goal *goal) {
  struct options out = {arena_many(e->rq->arena, struct option, e->strengths.n + 1), 0};
  const char *name = str_c(e->rq->arena, field_name(e->rq->arena, g, -1, "strength"));
  for (size_t i = 0; i < e->strengths.n; i++) {
    struct str id = uuid_str(e->rq->arena, e->strengths.p[i].public_id);
    bool used = false;
    for (size_t k = 0; goal && k < goal->strengths.n; k++)
      used |= goal->strengths.p[k] == e->strengths.p[i].id;
    if (e->t.sent || e->t.drafted) used = typed_is(&e->t, name, id);
    out.p[out.n++] = (struct option){id, e->strengths.p[i].words, used};
  }
  return out;
}

static struct edit_step edit_step_of(struct edit *e, size_t g, int i, const struct plan_step *s) {
  struct arena *a = e->rq->arena;
  struct plan_step none = {.by = DAY_NONE};
  if (!s) s = &none;
  return (struct edit_step){
      .n = str_format(a, "g%zu_s%d", g, i),
      .id = value(e, g, i, "id", uuid_is_zero(s->public_id) ? (struct str){0}
                                                            : uuid_str(a, s->public_id)),
      .words = value(e, g, i, "words", s->words),
      .other = value(e, g, i, "other", s->other_words),
      .who_words = value(e, g, i, "who_words", s->who_words),
      .by = value(e, g, i, "by", day_typed(a, s->by)),
      .who = who_options(e, g, i, s->who),
      .barriers = barrier_options(e, g, i, s->barrier_id)};
}

static struct edit_goal edit_goal_of(struct edit *e, size_t g, const struct plan_goal *goal) {
  struct arena *a = e->rq->arena;
  size_t cap = 0, known = goal ? goal->steps.n : 0;
  struct edit_goal out = {
      .n = str_format(a, "g%zu", g),
      .id = value(e, g, -1, "id", goal ? uuid_str(a, goal->public_id) : (struct str){0}),
      .words = value(e, g, -1, "words", goal ? goal->words : (struct str){0}),
      .other = value(e, g, -1, "other", goal ? goal->other_words : (struct str){0}),
      .strengths = strength_options(e, g, goal)};
  for (size_t i = 0; i < known + STEPS_SPARE && i < STEPS_MAX; i++)
    *slice_push(a, &out.steps, &cap) =
        edit_step_of(e, g, (int)i, i < known ? &goal->steps.p[i] : NULL);
  return out;
}

static void read_choices(struct edit *e, const struct person *p, struct sight sight) {
  size_t cap = 0;
  e->barriers = support_barriers(e->rq->db, e->rq->arena, p->id, sight.classes);
  struct rows r = db_rows(e->rq->db, e->rq->arena,
                          SQL("select * from strength where person = ?1 order by said_on, id"),
                          V(p->id));
  while (db_next(&r)) {
    struct strength *s = slice_push(e->rq->arena, &e->strengths, &cap);
    record_clear(&strength_type, s);
    record_from_row(&strength_type, &r, s);
  }
}

static struct options written_options(struct edit *e, struct str known) {
  static const char *const codes[] = {"person", "together", "worker"};
  struct options out = {arena_many(e->rq->arena, struct option, countof(codes)), 0};
  struct str is = typed_text(&e->t, "written_by", known);
  const struct str words[] = {PAGE_TITLE(e->rq, "They wrote it"),
                              PAGE_TITLE(e->rq, "We wrote it together"),
                              PAGE_TITLE(e->rq, "I wrote it, to talk through with them")};
  for (size_t i = 0; i < countof(codes); i++)
    out.p[out.n++] = (struct option){str_of(codes[i]), words[i], str_eq(is, str_of(codes[i]))};
  return out;
}

static const int rhythms[] = {0, 7, 14, 21, 28, 56, 91};

static struct options rhythm_options(struct edit *e, int known) {
  struct options out = {arena_many(e->rq->arena, struct option, countof(rhythms) + 1), 0};
  struct str is = typed_text(&e->t, "rhythm", str_format(e->rq->arena, "%d", known));
  const struct str words[] = {
      PAGE_TITLE(e->rq, "Not settled"),       PAGE_TITLE(e->rq, "Every week"),
      PAGE_TITLE(e->rq, "Every two weeks"),   PAGE_TITLE(e->rq, "Every three weeks"),
      PAGE_TITLE(e->rq, "Every four weeks"),  PAGE_TITLE(e->rq, "Every eight weeks"),
      PAGE_TITLE(e->rq, "Every three months")};
  for (size_t i = 0; i < countof(rhythms); i++) {
    struct str value = str_format(e->rq->arena, "%d", rhythms[i]);
    out.p[out.n++] = (struct option){value, words[i], str_eq(is, value)};
  }
  return out;
}

static int rhythm_given(struct request *rq) {
  int64_t days = 0;
  if (!str_to_i64(request_form(rq, "rhythm"), &days)) return 0;
  for (size_t i = 0; i < countof(rhythms); i++)
    if (rhythms[i] == days) return (int)days;
  return 0;
}

static void show(struct request *rq, const struct person *p, struct sight sight,
                 struct str fault) {
  struct plan plan = {.review_on = DAY_NONE};
  struct str id = uuid_str(rq->arena, p->public_id);
  struct edit e = {.rq = rq, .t = typed_of(rq, "plan", id)};
  size_t cap = 0;
  support_plan(rq->db, rq->arena, p->id, 0, &plan);
  if (!plan.number) plan.review_on = DAY_NONE;
  read_choices(&e, p, sight);
  struct plan_edit_page page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "Write the plan")),
      .action = person_path(rq, p, "/plan/edit"),
      .fault = fault,
      .id = id,
      .from_draft = e.t.drafted,
      .after = typed_text(&e.t, "after", str_format(rq->arena, "%lld", (long long)plan.number)),
      .matters = typed_text(&e.t, "matters", plan.matters),
      .review_on = typed_text(&e.t, "review_on", day_typed(rq->arena, plan.review_on)),
      .other_language = str_eq(p->language, S("en")) || !p->language.n
                            ? (struct str){0}
                            : code_label("languages", p->language),
      .rhythms = rhythm_options(&e, plan.rhythm_days),
      .written = written_options(&e, (struct str){0})};
  for (size_t g = 0; g <= plan.goals.n && g < GOALS_MAX; g++)
    *slice_push(rq->arena, &page.goals, &cap) =
        edit_goal_of(&e, g, g < plan.goals.n ? &plan.goals.p[g] : NULL);
  view_support_plan_edit(rq->view, &page);
}

void support_plan_edit_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN)) show(rq, &p, sight, (struct str){0});
}

/* ---- reading the form ---- */

/* A goal or step keeps its id only when it was this person's before: nothing of anybody else's can
 * be drawn in. */
static struct uuid kept_id(struct request *rq, int64_t person_id, struct str text, bool goal) {
  struct uuid id = {0};
  if (!uuid_parse(text, &id)) return (struct uuid){0};
  int64_t n = goal ? db_number(rq->db, 0,
                               SQL("select count(*) from plan_goal where public_id = ?1 and "
                                   "person_id = ?2"),
                               db_uuid(rq->arena, id), V(person_id))
                   : db_number(rq->db, 0,
                               SQL("select count(*) from plan_step where public_id = ?1 and "
                                   "person_id = ?2"),
                               db_uuid(rq->arena, id), V(person_id));
  return n ? id : (struct uuid){0};
}

static int64_t barrier_given(struct edit *e, struct str text) {
  for (size_t i = 0; i < e->barriers.n; i++)
    if (str_eq(uuid_str(e->rq->arena, e->barriers.p[i].public_id), text))
      return e->barriers.p[i].id;
  return 0;
}

static bool read_step(struct edit *e, int64_t person_id, size_t g, int i, struct plan_step *s,
                      struct str *fault) {
  struct request *rq = e->rq;
  struct str by = given(rq, g, i, "by"), who = given(rq, g, i, "who");
  *s = (struct plan_step){.words = given(rq, g, i, "words"), .by = DAY_NONE,
                          .other_words = given(rq, g, i, "other"),
                          .who = who.n ? who : S("person"),
                          .who_words = given(rq, g, i, "who_words"),
                          .barrier_id = barrier_given(e, given(rq, g, i, "barrier")),
                          .public_id = kept_id(rq, person_id, given(rq, g, i, "id"), false)};
  if (!s->words.n) return false;
  if (by.n && !day_parse_typed(by, &s->by))
    *fault = PAGE_TITLE(rq, "Give days as 27/3/2026, or leave them out.");
  if (utf8_count(s->words) > WORDS_MAX || utf8_count(s->other_words) > WORDS_MAX ||
      utf8_count(s->who_words) > WHO_MAX)
    *fault = PAGE_TITLE(rq, "A step has at most 600 characters, a name at most 80.");
  if (!str_eq(s->who, S("person")) && !str_eq(s->who, S("worker")) && !str_eq(s->who, S("other")))
    *fault = PAGE_TITLE(rq, "Say who does each step.");
  return true;
}

static void read_strengths(struct edit *e, size_t g, struct plan_goal *goal) {
  struct strs ids = request_form_all(
      e->rq, str_c(e->rq->arena, field_name(e->rq->arena, g, -1, "strength")));
  size_t cap = 0;
  for (size_t k = 0; k < ids.n; k++)
    for (size_t i = 0; i < e->strengths.n; i++)
      if (str_eq(uuid_str(e->rq->arena, e->strengths.p[i].public_id), ids.p[k]))
        *slice_push(e->rq->arena, &goal->strengths, &cap) = e->strengths.p[i].id;
}

static bool read_goal(struct edit *e, int64_t person_id, size_t g, struct plan_goal *goal,
                      struct str *fault) {
  size_t cap = 0;
  *goal = (struct plan_goal){.words = given(e->rq, g, -1, "words"),
                             .other_words = given(e->rq, g, -1, "other"),
                             .public_id =
                                 kept_id(e->rq, person_id, given(e->rq, g, -1, "id"), true)};
  for (int i = 0; i < STEPS_MAX; i++) {
    struct plan_step s;
    if (read_step(e, person_id, g, i, &s, fault))
      *slice_push(e->rq->arena, &goal->steps, &cap) = s;
  }
  read_strengths(e, g, goal);
  if (utf8_count(goal->words) > WORDS_MAX || utf8_count(goal->other_words) > WORDS_MAX)
    *fault = PAGE_TITLE(e->rq, "A goal has at most 600 characters.");
  if (!goal->words.n && goal->steps.n)
    *fault = PAGE_TITLE(e->rq, "There are steps under a goal without words. Write the goal first.");
  return goal->words.n > 0;
}

static struct str read_plan(struct edit *e, const struct person *p, struct plan *plan) {
  struct request *rq = e->rq;
  struct str fault = {0}, review = str_trim(request_form(rq, "review_on"));
  size_t cap = 0;
  *plan = (struct plan){.matters = str_trim(request_form(rq, "matters")),
                        .on = rq->today,
                        .review_on = DAY_NONE,
                        .written_by = request_form(rq, "written_by"),
                        .rhythm_days = rhythm_given(rq)};
  for (size_t g = 0; g < GOALS_MAX; g++) {
    struct plan_goal goal;
    if (read_goal(e, p->id, g, &goal, &fault)) *slice_push(rq->arena, &plan->goals, &cap) = goal;
  }
  if (review.n && !day_parse_typed(review, &plan->review_on))
    fault = PAGE_TITLE(rq, "Give days as 27/3/2026, or leave them out.");
  if (utf8_count(plan->matters) > WORDS_MAX)
    fault = PAGE_TITLE(rq, "What matters to them has at most 600 characters.");
  if (!str_eq(plan->written_by, S("person")) && !str_eq(plan->written_by, S("together")) &&
      !str_eq(plan->written_by, S("worker")))
    fault = PAGE_TITLE(rq, "Say who wrote it.");
  if (!plan->goals.n && !plan->matters.n)
    fault = PAGE_TITLE(rq, "Write what matters to them or a goal in their words. It need not be "
                           "about work.");
  return fault;
}

void support_plan_edit_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct plan plan;
  int64_t after = 0;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct edit e = {.rq = rq};
  read_choices(&e, &p, sight);
  struct str fault = read_plan(&e, &p, &plan);
  if (!str_to_i64(request_form(rq, "after"), &after))
    fault = PAGE_TITLE(rq, "This form is not whole. Open the page again.");
  if (fault.n) {
    reply_status(rq, 422);
    show(rq, &p, sight, fault);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      support_plan_write(rq->db, rq->arena, p.id, after, &plan, rq->actor.user_id, rq->now);
  audit_did(rq, "plan written", p.id, CLASS_PLAN);
  if (result != DB_OK) db_rollback(rq->db, STORE_MAIN);
  enum db_result kept = result == DB_OK ? db_commit(rq->db, STORE_MAIN) : result;
  if (support_write_failed(rq, kept)) return;
  draft_drop(rq, S("plan"), uuid_str(rq->arena, p.public_id));
  reply_flash(rq, PAGE_TITLE(rq, "The plan is kept. It is not agreed until they say so."));
  reply_redirect(rq, person_path(rq, &p, "/plan"));
}
