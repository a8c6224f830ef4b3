/* search_pages: looking for pairs among everyone: begin, how far, stop, go on. For leads. Counts
 * only; it names nobody. */
#include "known.html.h"
#include "known/inside.h"
#include "known/pages.h"
#include "web/page.h"

static struct str moment(struct request *rq, instant_t t) {
  struct local l = instant_local_uk(t);
  return t == INSTANT_NONE
             ? (struct str){0}
             : str_format(rq->arena, "%.*s, %02d:%02d", P(day_words(rq->arena, l.day)),
                          l.minute / 60, l.minute % 60);
}

static void draw(struct request *rq, const struct known_standing *s,
                 struct known_search_page *page) {
  struct progress_step *step = arena_new(rq->arena, struct progress_step);
  *step = (struct progress_step){.name = PAGE_TITLE(rq, "Compare everybody’s records"),
                                 .unit = PAGE_TITLE(rq, "parts"),
                                 .state = page->ended.n   ? STEP_DONE
                                          : page->stopped ? STEP_STOPPED
                                                          : STEP_RUNNING,
                                 .done = s->ended,
                                 .total = s->parts,
                                 .left_low = CHART_UNKNOWN,
                                 .left_high = CHART_UNKNOWN};
  struct progress_page p = {.words = {.id = S("search"), .what = PAGE_TITLE(rq, "How far it is")}};
  p.words.finding = PAGE_TITLE(rq, "Parts that are done, of all parts.");
  p.steps.p = step, p.steps.n = 1;
  chart_progress(rq->view, &p, &page->chart);
}

static void show(struct request *rq, struct str fault) {
  struct known_standing s;
  struct known_search_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Look among everyone")),
                                   .fault = fault};
  if (known_search_standing(rq->db, rq->arena, &s)) {
    page.any = true, page.found = s.found, page.left_out = s.left_out, page.looked = s.looked;
    page.began = moment(rq, s.began_at), page.ended = moment(rq, s.ended_at);
    page.stopped = s.ended_at == INSTANT_NONE && s.stopped_at != INSTANT_NONE;
    page.running = s.ended_at == INSTANT_NONE && !page.stopped;
    draw(rq, &s, &page);
  }
  view_known_search(rq->view, &page);
}

void known_search_page(struct request *rq) { show(rq, (struct str){0}); }

static enum db_result begin_or_stop(struct db *db, void *with) {
  struct request *rq = with;
  if (str_eq(request_form(rq, "do"), S("stop"))) return known_search_stop(db, rq->arena, rq->now);
  return known_search_begin(db, rq->arena, rq->actor.user_id, rq->now) ? DB_OK : DB_FAILED;
}

void known_search_post(struct request *rq) {
  if (db_atomically(rq->db, STORE_MAIN, begin_or_stop, rq) != DB_OK) {
    reply_status(rq, 503);
    show(rq, PAGE_TITLE(rq, "That could not be begun just now. Try again in a minute."));
    return;
  }
  reply_redirect(rq, S("/known/search"));
}
