/* outcome_pages: what somebody has reached, as it is written down about them: what was seen of it,
 * which funder is told the day, and a way to say that it is not right. */
#include "mine.html.h"
#include "resident/mine_view.h"

static enum language lang_of(const struct request *rq) { return (enum language)rq->lang; }

TEXT_MESSAGE(you_worker, "Your worker was there");
TEXT_MESSAGE(you_word, "Your own word");
TEXT_MESSAGE(you_host, "The word of where you volunteer");
TEXT_MESSAGE(you_benefits, "You get what you are entitled to");
TEXT_MESSAGE(you_better, "Better off, in your own words");

/* The lists speak of somebody to their worker; where that would read oddly, to them. */
struct str mine_outcome_label(struct request *rq, const char *list, struct str code) {
  static const struct {
    const char *code;
    const struct message *words;
  } to_them[] = {{"worker", &you_worker},
                 {"own_word", &you_word},
                 {"host", &you_host},
                 {"benefits", &you_benefits},
                 {"better_off", &you_better}};
  for (size_t i = 0; i < countof(to_them); i++)
    if (str_eq(code, str_of(to_them[i].code))) return words_of(lang_of(rq), to_them[i].words);
  return words_label(lang_of(rq), code_label(list, code));
}

static struct strs seen_words(struct request *rq, const struct own_outcome *o) {
  struct strs out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < o->evidence.n; i++) {
    const struct own_evidence *e = &o->evidence.p[i];
    *slice_push(rq->arena, &out, &cap) =
        SAY(rq->arena, lang_of(rq), T("{what}. {name} saw or heard it on {day}. No copy is kept."),
            SLOT("what", mine_outcome_label(rq, "outcome_evidence", e->what)), SLOT("name", e->by),
            SLOT("day", words_day(rq->arena, lang_of(rq), e->on)));
  }
  return out;
}

static struct str takes_words(struct request *rq, const struct own_told *t) {
  struct str out = {0};
  for (size_t i = 0; i < t->takes.n; i++) {
    struct str label = mine_outcome_label(rq, "outcome_evidence", t->takes.p[i]);
    out = i ? str_format(rq->arena, "%.*s; %.*s", P(out), P(label)) : label;
  }
  return out;
}

static struct strs told_words(struct request *rq, const struct own_outcome *o) {
  struct strs out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < o->told.n; i++) {
    const struct own_told *t = &o->told.p[i];
    struct str takes = takes_words(rq, t);
    *slice_push(rq->arena, &out, &cap) =
        t->shown || !takes.n
            ? SAY(rq->arena, lang_of(rq),
                  T("{funder} pays for {programme}. It is told the day, and nothing else of this."),
                  SLOT("funder", t->funder), SLOT("programme", t->programme))
            : SAY(rq->arena, lang_of(rq),
                  T("{funder} pays for {programme}. It is told the day, and nothing else of this, "
                    "once one of these is seen: {what}."),
                  SLOT("funder", t->funder), SLOT("programme", t->programme), SLOT("what", takes));
  }
  return out;
}

void mine_outcomes_page(struct request *rq) {
  struct mine m;
  size_t cap = 0;
  if (!mine_open(rq, &m)) return;
  struct mine_outcomes_view page = {.head = mine_head(rq, PART_HOME), .any = m.any};
  struct own_outcomes all = mine_outcomes(rq, &m);
  for (size_t i = 0; i < all.n; i++) {
    const struct own_outcome *o = &all.p[i];
    *slice_push(rq->arena, &page.rows, &cap) = (struct mine_outcome_row){
        .id = o->id_text,
        .title = mine_outcome_label(rq, "outcomes", o->kind),
        .hours = o->hours.n ? mine_outcome_label(rq, "hours_bands", o->hours) : (struct str){0},
        .words = o->words,
        .on = o->on,
        .until = o->until,
        .seen = seen_words(rq, o),
        .told = told_words(rq, o)};
  }
  view_mine_outcomes(rq->view, &page);
}
