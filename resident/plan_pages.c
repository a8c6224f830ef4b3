/* plan_pages: a resident's first page, their plan and what they bring. */
#include "resident/mine_view.h"
#include "mine.html.h"

enum { STEPS_FIRST = 3, TIMES_FIRST = 2, STRENGTHS_FIRST = 3, NEWS_DAYS = 14 };

static struct mine_step_row step_row(struct request *rq, const struct plan_step *s) {
  return (struct mine_step_row){.id = uuid_str(rq->arena, s->public_id),
                                .words = s->words,
                                .other_words = s->other_words,
                                .who = s->who_words,
                                .by = s->by,
                                .theirs = str_eq(s->who, S("person")),
                                .done = str_eq(s->end, S("done"))};
}

/* ---- the first page ---- */

static void first_steps(struct request *rq, const struct mine *m, struct mine_home_view *page) {
  struct plan plan;
  struct str stamp;
  size_t cap = 0;
  if (!mine_plan(rq, m, &plan, &stamp)) return;
  page->matters = plan.matters, page->agree = !plan.agreed.is && plan.goals.n;
  for (size_t g = 0; g < plan.goals.n; g++)
    for (size_t i = 0; i < plan.goals.p[g].steps.n && page->steps.n < STEPS_FIRST; i++)
      if (!plan.goals.p[g].steps.p[i].end.n)
        *slice_push(rq->arena, &page->steps, &cap) = step_row(rq, &plan.goals.p[g].steps.p[i]);
}

static void first_news(struct request *rq, const struct mine *m, struct mine_home_view *page) {
  struct own_messages last = mine_messages(rq, m, 1);
  bool fresh =
      last.n && !last.p[0].in && instant_local_uk(last.p[0].at).day + NEWS_DAYS > rq->today;
  if (fresh) page->message = last.p[0].words, page->message_from = last.p[0].organisation;
  page->copy_ready = mine_copy(rq, m).ready;
}

void mine_home_page(struct request *rq) {
  struct mine m;
  size_t times = 0, strengths = 0;
  if (!mine_open(rq, &m)) return;
  struct mine_home_view page = {
      .head = mine_head(rq, PART_HOME), .name = m.name, .any = m.any, .numbers = mine_numbers(rq)};
  first_steps(rq, &m, &page);
  struct mine_times all = mine_time_rows(rq, &m);
  for (size_t i = 0; i < all.n && i < TIMES_FIRST; i++)
    *slice_push(rq->arena, &page.times, &times) = all.p[i];
  struct own_strengths brought = mine_strengths(rq, &m);
  for (size_t i = 0; i < brought.n && i < STRENGTHS_FIRST; i++)
    *slice_push(rq->arena, &page.strengths, &strengths) = brought.p[i];
  first_news(rq, &m, &page);
  view_mine_home(rq->view, &page);
}

/* ---- the plan ---- */

static void fill_plan(struct request *rq, const struct mine *m, struct mine_plan_view *page) {
  struct plan plan;
  size_t cap = 0;
  page->known = mine_plan(rq, m, &plan, &page->stamp);
  if (!page->known) return;
  page->matters = plan.matters, page->on = plan.on;
  page->agreed = plan.agreed.is, page->agreed_on = plan.agreed.on;
  for (size_t g = 0; g < plan.goals.n; g++) {
    struct mine_goal_row row = {.id = uuid_str(rq->arena, plan.goals.p[g].public_id),
                                .words = plan.goals.p[g].words};
    size_t steps = 0;
    for (size_t i = 0; i < plan.goals.p[g].steps.n; i++)
      if (!str_eq(plan.goals.p[g].steps.p[i].end, S("dropped")))
        *slice_push(rq->arena, &row.steps, &steps) = step_row(rq, &plan.goals.p[g].steps.p[i]);
    *slice_push(rq->arena, &page->goals, &cap) = row;
  }
}

static void show_plan(struct request *rq, const struct mine *m, struct str fault) {
  struct mine_plan_view page = {.head = mine_head(rq, PART_PLAN),
                                .any = m->any,
                                .fault = fault,
                                .numbers = mine_numbers(rq)};
  if (fault.n) reply_status(rq, 422);
  fill_plan(rq, m, &page);
  view_mine_plan(rq->view, &page);
}

void mine_plan_page(struct request *rq) {
  struct mine m;
  if (mine_open(rq, &m)) show_plan(rq, &m, (struct str){0});
}

void mine_step_post(struct request *rq) {
  struct mine m;
  struct uuid step;
  bool done = !str_eq(request_form(rq, "done"), S("no"));
  if (!mine_open(rq, &m)) return;
  if (!uuid_parse(request_form(rq, "step"), &step))
    return show_plan(rq, &m, PAGE_TITLE(rq, "Choose a step of your plan."));
  db_begin(rq->db, STORE_MAIN);
  mine_kept(rq, &m, done ? "own step done" : "own step open again", mine_step(rq, &m, step, done),
            done ? PAGE_TITLE(rq, "Done. Good.") : PAGE_TITLE(rq, "It is open again."),
            S("/mine/plan"));
}

/* Agreement is pressed, about the very words on the page, and never ticked beforehand. */
void mine_agree_post(struct request *rq) {
  struct mine m;
  if (!mine_open(rq, &m)) return;
  struct str stamp = request_form(rq, "stamp");
  if (!stamp.n) return show_plan(rq, &m, PAGE_TITLE(rq, "Read the plan first, then press."));
  db_begin(rq->db, STORE_MAIN);
  mine_kept(rq, &m, "plan agreed", mine_agree(rq, &m, stamp),
            PAGE_TITLE(rq, "It is your plan now. You can change your mind."), S("/mine/plan"));
}

void mine_goal_post(struct request *rq) {
  struct mine m;
  bool prompt;
  struct str words = str_trim(request_form(rq, "words"));
  if (!mine_open(rq, &m)) return;
  if (!mine_words_fit(words))
    return show_plan(rq, &m, PAGE_TITLE(rq, "Write what you want, in 1,000 letters or fewer."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = mine_goal(rq, &m, words);
  if (result == DB_OK) result = mine_heard(rq, &m, words, &prompt);
  mine_kept(rq, &m, "own goal", result,
                mine_thanks(rq, result == DB_OK && prompt,
                            PAGE_TITLE(rq, "It is in your plan, in your words.")),
                S("/mine/plan"));
}

/* ---- what they bring ---- */

static void show_strengths(struct request *rq, const struct mine *m, struct str fault) {
  struct own_strengths all = mine_strengths(rq, m);
  struct mine_strengths_view page = {.head = mine_head(rq, PART_HOME),
                                     .any = m->any,
                                     .fault = fault,
                                     .numbers = mine_numbers(rq)};
  page.strengths.p = all.p, page.strengths.n = all.n;
  if (fault.n) reply_status(rq, 422);
  view_mine_strengths(rq->view, &page);
}

void mine_strengths_page(struct request *rq) {
  struct mine m;
  if (mine_open(rq, &m)) show_strengths(rq, &m, (struct str){0});
}

void mine_strengths_post(struct request *rq) {
  struct mine m;
  bool prompt;
  struct str words = str_trim(request_form(rq, "words"));
  if (!mine_open(rq, &m)) return;
  if (!mine_words_fit(words) || utf8_count(words) > 600)
    return show_strengths(rq, &m, PAGE_TITLE(rq, "Write it in 600 letters or fewer."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = mine_strength(rq, &m, words);
  if (result == DB_OK) result = mine_heard(rq, &m, words, &prompt);
  mine_kept(rq, &m, "own strength", result,
                mine_thanks(rq, result == DB_OK && prompt, PAGE_TITLE(rq, "Written down.")),
                S("/mine/strengths"));
}
