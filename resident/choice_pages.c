/* choice_pages: what a resident allows, who looked, their words beside what was written, and a copy
 * to take away. */
#include "mine.html.h"
#include "resident/mine_view.h"

/* ---- choices ---- */

void mine_choices_page(struct request *rq) {
  struct mine m;
  size_t cap = 0, rows = 0;
  if (!mine_open(rq, &m)) return;
  struct mine_choices_view page = {.head = mine_head(rq, PART_MINE), .musts = mine_musts(rq)};
  struct mine_choices all = mine_choices(rq, &m);
  for (size_t i = 0; i < all.n; i++) {
    if (!i || all.p[i].organisation_id != all.p[i - 1].organisation_id) {
      *slice_push(rq->arena, &page.groups, &cap) =
          (struct mine_choice_group){.organisation = all.p[i].organisation};
      rows = 0;
    }
    *slice_push(rq->arena, &page.groups.p[page.groups.n - 1].rows, &rows) = all.p[i];
  }
  view_mine_choices(rq->view, &page);
}

void mine_choices_post(struct request *rq) {
  struct mine m;
  int64_t organisation = 0, bit = 0;
  if (!mine_open(rq, &m)) return;
  bool yes = str_eq(request_form(rq, "answer"), S("yes"));
  str_to_i64(request_form(rq, "organisation"), &organisation);
  str_to_i64(request_form(rq, "class"), &bit);
  db_begin(rq->db, STORE_MAIN);
  mine_kept(rq, &m, "own choice", mine_choose(rq, &m, organisation, (uint32_t)bit, yes),
            yes ? PAGE_TITLE(rq, "They may see it from now on.")
                : PAGE_TITLE(rq, "Stopped. They see nothing new from now on."),
            S("/mine/choices"));
}

void mine_looked_page(struct request *rq) {
  struct mine m;
  if (!mine_open(rq, &m)) return;
  struct mine_looked_view page = {.head = mine_head(rq, PART_MINE)};
  if (!mine_looks(rq, &m, &page.looks)) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "The list of who looked cannot be read just now. Try "
                                "again in a minute."));
    return;
  }
  view_mine_looked(rq->view, &page);
}

/* ---- their words beside ---- */

TEXT_MESSAGE(about_facts, "What is written about me");
TEXT_MESSAGE(about_contact, "A note of a talk");
TEXT_MESSAGE(about_strength, "What I bring");
TEXT_MESSAGE(about_outcome, "What I have reached");
TEXT_MESSAGE(about_goal, "My plan");
TEXT_MESSAGE(about_other, "Something else");
static const struct {
  const char *value;
  const struct message *label;
} abouts[] = {{"facts", &about_facts},
              {"goal", &about_goal},
              {"strength", &about_strength},
              {"contact", &about_contact},
              {"outcome", &about_outcome},
              {"other", &about_other}};

static struct str about_words(struct request *rq, struct str about) {
  for (size_t i = 0; i < countof(abouts); i++)
    if (str_eq(about, str_of(abouts[i].value)))
      return words_of((enum language)rq->lang, abouts[i].label);
  return (struct str){0};
}

static struct str answer_words(struct request *rq, struct str answer) {
  if (str_eq(answer, S("put_right"))) return PAGE_TITLE(rq, "It was put right.");
  return answer.n ? PAGE_TITLE(rq, "It stays, and your words stay beside it.") : (struct str){0};
}

/* The item named must be one that stands on their page. */
static bool item_is_theirs(struct request *rq, const struct mine *m, struct str item) {
  struct uuid id;
  struct own_notes notes = mine_notes(rq, m);
  struct own_strengths strengths = mine_strengths(rq, m);
  struct own_outcomes outcomes = mine_outcomes(rq, m);
  if (!uuid_parse(item, &id)) return false;
  for (size_t i = 0; i < notes.n; i++)
    if (uuid_eq(notes.p[i].id, id)) return true;
  for (size_t i = 0; i < strengths.n; i++)
    if (uuid_eq(strengths.p[i].id, id)) return true;
  for (size_t i = 0; i < outcomes.n; i++)
    if (uuid_eq(outcomes.p[i].id, id)) return true;
  return false;
}

static void fill_statements(struct request *rq, const struct mine *m,
                            struct mine_words_view *page) {
  size_t cap = 0;
  struct mine_statements all = mine_statements(rq, m);
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &page->statements, &cap) = (struct mine_statement_row){
        about_words(rq, all.p[i].about), all.p[i].words, answer_words(rq, all.p[i].answer),
        all.p[i].answer_words, all.p[i].on};
}

/* What it is about: as sent a moment ago, else as the link said. */
static struct str asked(struct request *rq, const char *name) {
  return rq->form.n ? request_form(rq, name) : request_query(rq, name);
}

static void show_words(struct request *rq, const struct mine *m, struct str fault) {
  struct own_notes notes = mine_notes(rq, m);
  struct mine_words_view page = {.head = mine_head(rq, PART_MINE),
                                 .fault = fault,
                                 .item = asked(rq, "item"),
                                 .facts = mine_facts(rq, m),
                                 .numbers = mine_numbers(rq)};
  struct str about = asked(rq, "about");
  size_t cap = 0;
  for (size_t i = 0; i < countof(abouts); i++)
    *slice_push(rq->arena, &page.about, &cap) = (struct mine_about){
        str_of(abouts[i].value), words_of((enum language)rq->lang, abouts[i].label),
        str_eq(about, str_of(abouts[i].value))};
  if (!item_is_theirs(rq, m, page.item)) page.item = (struct str){0};
  page.here = page.item.n ? str_format(rq->arena, "/mine/words?about=%.*s&item=%.*s", P(about),
                                       P(page.item))
                          : S("/mine/words");
  page.notes.p = notes.p, page.notes.n = notes.n;
  if (PLANTED == PLANTED_FORGETS_TYPED) rq->form.n = 0;
  fill_statements(rq, m, &page);
  if (fault.n) reply_status(rq, 422);
  view_mine_words(rq->view, &page);
}

void mine_words_page(struct request *rq) {
  struct mine m;
  if (mine_open(rq, &m)) show_words(rq, &m, (struct str){0});
}

void mine_words_post(struct request *rq) {
  struct mine m;
  bool prompt;
  if (!mine_open(rq, &m)) return;
  struct str words = str_trim(request_form(rq, "words")), about = request_form(rq, "about");
  struct str item = request_form(rq, "item");
  if (!mine_words_fit(words) || !about_words(rq, about).n)
    return show_words(rq, &m,
                      PAGE_TITLE(rq, "Say what it is about, and what is not right, in "
                                     "1,000 letters or fewer."));
  if (!item_is_theirs(rq, &m, item)) item = (struct str){0};
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = mine_state(rq, &m, about, item, words);
  if (result == DB_OK) result = mine_heard(rq, &m, words, &prompt);
  mine_kept(rq, &m, "own statement", result,
                mine_thanks(rq, result == DB_OK && prompt,
                            PAGE_TITLE(rq, "Your words stand beside it now.")),
                S("/mine/words"));
}
