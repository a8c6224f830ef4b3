/* complaint_pages: what somebody says of our help from their own page: who reads it and by when is
 * said before it is sent, what became of it after. */
#include "mine.html.h"
#include "resident/mine_view.h"

TEXT_MESSAGE(kind_complaint, "A complaint");
TEXT_MESSAGE(kind_thanks, "Thanks");
TEXT_MESSAGE(kind_idea, "An idea");
static const struct {
  const char *value;
  const struct message *words;
} kinds[] = {{"complaint", &kind_complaint}, {"thanks", &kind_thanks}, {"idea", &kind_idea}};

static struct str kind_words(struct request *rq, struct str kind) {
  for (size_t i = 0; i < countof(kinds); i++)
    if (str_eq(kind, str_of(kinds[i].value)))
      return words_of((enum language)rq->lang, kinds[i].words);
  return (struct str){0};
}

static struct str state_words(struct request *rq, enum complaint_state s) {
  switch (s) {
    case COMPLAINT_NEW: return PAGE_TITLE(rq, "It is with us. We say so when it is read.");
    case COMPLAINT_LOOKED_AT: return PAGE_TITLE(rq, "It was read. We are looking into it.");
    case COMPLAINT_ANSWERED: return PAGE_TITLE(rq, "It was read and answered.");
    case COMPLAINT_AGAIN: return PAGE_TITLE(rq, "Somebody looks at it again.");
  }
  return (struct str){0};
}

static void fill_said(struct request *rq, const struct mine *m, struct mine_complaints_view *page) {
  struct complaints all = mine_complaints(rq, m);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    const struct complaint *c = &all.p[i];
    struct complaint_standing s =
        complaint_standing_of(c->kind, c->data, c->received, &c->facts, rq->today);
    struct mine_said_row row = {.id = uuid_str(rq->arena, c->public_id),
                                .kind = kind_words(rq, c->kind),
                                .state = state_words(rq, s.state),
                                .words = c->words,
                                .on = c->received,
                                .due = s.due};
    for (size_t k = 0; k < c->facts.n; k++)
      if (str_eq(c->facts.p[k].what, S("answered"))) row.answer = c->facts.p[k].words;
    row.may_again = s.state == COMPLAINT_ANSWERED && row.answer.n;
    *slice_push(rq->arena, &page->rows, &cap) = row;
  }
}

static void show(struct request *rq, const struct mine *m, struct str fault) {
  struct mine_complaints_view page = {
      .head = mine_head(rq, PART_MINE),
      .fault = fault,
      .heard_by = rights_days_after(rq->today, COMPLAINT_HEARD_DAYS),
      .answered_by = rights_days_after(rq->today, COMPLAINT_ANSWER_DAYS),
      .whoms = mine_whoms(rq, m),
      .numbers = mine_numbers(rq)};
  size_t cap = 0;
  for (size_t i = 0; i < countof(kinds); i++)
    *slice_push(rq->arena, &page.kinds, &cap) = (struct mine_kind){
        str_of(kinds[i].value), words_of((enum language)rq->lang, kinds[i].words)};
  fill_said(rq, m, &page);
  if (fault.n) reply_status(rq, 422);
  view_mine_complaints(rq->view, &page);
}

void mine_complaints_page(struct request *rq) {
  struct mine m;
  if (mine_open(rq, &m)) show(rq, &m, (struct str){0});
}

static void look_again(struct request *rq, const struct mine *m) {
  struct uuid id;
  if (!uuid_parse(request_form(rq, "complaint"), &id)) memset(&id, 0, sizeof id);
  db_begin(rq->db, STORE_MAIN);
  mine_kept(rq, m, "wrote to us", mine_again(rq, m, id),
            PAGE_TITLE(rq, "Somebody else looks at it now."), S("/mine/complaints"));
}

void mine_complaints_post(struct request *rq) {
  struct mine m;
  if (!mine_open(rq, &m)) return;
  if (str_eq(request_form(rq, "do"), S("again"))) return look_again(rq, &m);
  struct str words = str_trim(request_form(rq, "words")), kind = request_form(rq, "kind");
  struct str wants = str_trim(request_form(rq, "wants")), whom = request_form(rq, "whom");
  if (!mine_words_fit(words) || (wants.n && !mine_words_fit(wants)) || !kind_words(rq, kind).n ||
      !whom.n)
    return show(rq, &m,
                PAGE_TITLE(rq, "Say what it is, who it is about, and what happened, in "
                               "1,000 letters or fewer."));
  db_begin(rq->db, STORE_MAIN);
  mine_kept(rq, &m, "wrote to us",
                mine_complain(rq, &m, whom, kind, str_eq(request_form(rq, "data"), S("yes")), words,
                              wants),
                PAGE_TITLE(rq, "It is with us now. What becomes of it stands here."),
                S("/mine/complaints"));
}
