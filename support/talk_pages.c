/* talk_pages: a conversation: one question at a time, left and taken up again as the person likes.
 * It begins with what they are good at; what is in the way comes after. Every question can be
 * declined, and what was declined is not asked again in that conversation. */
#include "support.html.h"
#include "support/inside.h"
#include "support/pages.h"

enum { STEPS_MAX = 120, ANSWERS_SHOWN = 40, TEXT_MAX = 600 };
enum step_kind { STEP_GOOD, STEP_WAY, STEP_SCORE, STEP_QUESTION };
struct step {
  enum step_kind kind;
  struct str id;
  struct barrier barrier;
  struct question question;
};
struct talk {
  int64_t id;
  struct { struct step p[STEPS_MAX]; size_t n; } steps;
  int done;
};

static int64_t open_talk(struct request *rq, int64_t person_id) {
  return db_number(rq->db, 0, SQL("select id from talk where open_key = ?1"),
                   V(str_format(rq->arena, "%lld.%lld", (long long)person_id,
                                (long long)rq->actor.team_id)));
}

static void add_step(struct talk *t, struct step s) {
  if (t->steps.n < STEPS_MAX) t->steps.p[t->steps.n++] = s;
}

/* Every step of the conversation as things stand, those that are over left out. */
static void read_steps(struct request *rq, const struct person *p, struct sight sight,
                       struct talk *t) {
  struct strs over = {0};
  size_t cap = 0, kept = 0;
  struct rows r = db_rows(rq->db, rq->arena, SQL("select step from talk_step where talk_id = ?1"),
                          V(t->id));
  while (db_next(&r)) *slice_push(rq->arena, &over, &cap) = row_text(&r, 0);
  add_step(t, (struct step){.kind = STEP_GOOD, .id = S("good")});
  add_step(t, (struct step){.kind = STEP_WAY, .id = S("way")});
  struct barriers all = support_barriers(rq->db, rq->arena, p->id, sight.classes);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].now.lifted_on == DAY_NONE) {
      struct str id = uuid_str(rq->arena, all.p[i].public_id);
      add_step(t, (struct step){.kind = STEP_SCORE, .barrier = all.p[i],
                                .id = str_format(rq->arena, "score.%.*s", P(id))});
    }
  struct questions asked = questions_asked(rq->db, rq->arena, rq->actor.team_id, rq->today);
  for (size_t i = 0; i < asked.n; i++)
    if (asked.p[i].class_bit & sight.classes)
      add_step(t, (struct step){.kind = STEP_QUESTION, .question = asked.p[i],
                                .id = str_format(rq->arena, "%.*s.%lld.%.*s", P(asked.p[i].set),
                                                 (long long)asked.p[i].version,
                                                 P(asked.p[i].code))});
  for (size_t i = 0; i < t->steps.n; i++) {
    bool is_over = false;
    for (size_t k = 0; k < over.n; k++) is_over |= str_eq(over.p[k], t->steps.p[i].id);
    if (!is_over) t->steps.p[kept++] = t->steps.p[i];
  }
  t->done = (int)(t->steps.n - kept);
  t->steps.n = kept;
}

/* ---- showing ---- */

static struct options to_ten(struct request *rq, int64_t low, int64_t high) {
  struct options out = {arena_many(rq->arena, struct option, (size_t)(high - low) + 1), 0};
  for (int64_t i = low; i <= high; i++) {
    struct str word = str_format(rq->arena, "%lld", (long long)i);
    out.p[out.n++] = (struct option){word, word, false};
  }
  return out;
}

static struct options kind_options(struct request *rq, const struct person *p, struct sight sight) {
  const struct barrier_kinds *all = barrier_kinds();
  struct barriers known = support_barriers(rq->db, rq->arena, p->id, sight.classes);
  struct options out = {arena_many(rq->arena, struct option, all->n + 1), 0};
  for (size_t i = 0; i < all->n; i++) {
    bool named = false; /* already there: it is asked about by itself, not again here */
    for (size_t k = 0; k < known.n; k++)
      named |= known.p[k].now.lifted_on == DAY_NONE && str_eq(known.p[k].now.kind, all->p[i].code);
    if (!named && all->p[i].class_bit & sight.classes && !str_eq(all->p[i].code, S("own")))
      out.p[out.n++] = (struct option){all->p[i].code,
                                       words_label((enum language)rq->lang, all->p[i].label),
                                       false};
  }
  return out;
}

static void show_question(struct request *rq, const struct question *q, struct talk_page *page) {
  struct question_set_row set;
  size_t cap = 0;
  if (question_set_read(rq->db, rq->arena, q->set_id, &set))
    page->intro = set.intro, page->rules = set.rules, page->set_source = set.source,
    page->self_only = set.self_only;
  page->question = q->words;
  page->low_words = q->low_words, page->high_words = q->high_words;
  page->is_scale = str_eq(q->kind, S("scale"));
  page->is_choice = str_eq(q->kind, S("choice"));
  if (page->is_scale) page->choices = to_ten(rq, q->low, q->high);
  for (size_t i = 0; i < q->choices.n; i++)
    *slice_push(rq->arena, &page->choices, &cap) =
        (struct option){q->choices.p[i], q->choices.p[i], false};
}

static void show_step(struct request *rq, const struct person *p, struct sight sight,
                      const struct step *s, struct talk_page *page) {
  page->step = s->id;
  switch (s->kind) {
    case STEP_GOOD:
      page->question = PAGE_TITLE(rq, "What are you good at, proud of, or asked to help with?");
      break;
    case STEP_WAY:
      page->question = PAGE_TITLE(rq, "Is any of these in the way just now?");
      page->is_kinds = true;
      page->choices = kind_options(rq, p, sight);
      break;
    case STEP_SCORE:
      page->question = words_label((enum language)rq->lang,
                                   support_barrier_label(s->barrier.now.kind));
      page->is_scores = true;
      page->ways = to_ten(rq, 0, SCORE_MAX);
      page->ables = to_ten(rq, 0, SCORE_MAX);
      break;
    case STEP_QUESTION: show_question(rq, &s->question, page); break;
  }
}

/* What was said before, newest first, of the classes seen. */
static void read_answers(struct request *rq, const struct person *p, struct sight sight,
                         struct talk_page *page) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select q.words, q.class, a.value, a.declined, a.on_day from answer a "
                  "join question q on q.id = a.question_id where a.person_id = ?1 "
                  "order by a.on_day desc, a.id desc limit ?2"),
              V(p->id), V(ANSWERS_SHOWN));
  while (db_next(&r)) {
    uint32_t class_bit = (uint32_t)row_int(&r, 1);
    if (!(class_bit & sight.classes)) continue;
    struct str value =
        text_open(rq->db, rq->arena, p->id, class_bit, "answer.value", row_text(&r, 2));
    *slice_push(rq->arena, &page->answers, &cap) =
        (struct talk_answer){row_text(&r, 0), value, row_int(&r, 3) != 0, row_day(&r, 4)};
  }
}

static void show(struct request *rq, const struct person *p, struct sight sight,
                 struct str fault) {
  struct talk *t = arena_new(rq->arena, struct talk);
  struct talk_page page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "A conversation")),
      .begin_action = person_path(rq, p, "/talk"),
      .step_action = person_path(rq, p, "/talk/step"),
      .end_action = person_path(rq, p, "/talk/end"),
      .id = uuid_str(rq->arena, p->public_id),
      .fault = fault,
      .may_write = actor_has(&rq->actor, SUPPORT_WRITERS)};
  t->id = open_talk(rq, p->id);
  page.open = t->id != 0;
  if (page.open) {
    read_steps(rq, p, sight, t);
    page.done = t->done, page.steps = t->done + (int)t->steps.n;
    page.nothing_left = t->steps.n == 0;
    if (t->steps.n) show_step(rq, p, sight, &t->steps.p[0], &page);
  }
  read_answers(rq, p, sight, &page);
  view_support_talk(rq->view, &page);
}

void support_talk_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_PLAN)) show(rq, &p, sight, (struct str){0});
}

void support_talk_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct talk_page page = {0};
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  read_answers(rq, &p, sight, &page);
  reply_type(rq, "application/json");
  json_open(&j);
  json_put_bool(&j, "open", open_talk(rq, p.id) != 0);
  json_key(&j, S("answers"));
  json_list(&j);
  for (size_t i = 0; i < page.answers.n; i++) {
    json_open(&j);
    json_put_str(&j, "question", page.answers.p[i].question);
    json_put_str_if(&j, "value", page.answers.p[i].value);
    json_put_bool(&j, "declined", page.answers.p[i].declined);
    json_put_str(&j, "on", day_iso(rq->arena, page.answers.p[i].on));
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- changing ---- */

void support_talk_begin(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  db_begin(rq->db, STORE_MAIN);
  /* Two presses, or two workers at once: there is one conversation. */
  enum db_result result = db_run(
      rq->db,
      SQL("insert into talk (public_id, person_id, team_id, begun_on, begun_by, open_key) values "
          "(?1, ?2, ?3, ?4, ?5, ?6) on conflict (open_key) do nothing"),
      db_uuid(rq->arena, uuid_v4()), V(p.id), V(rq->actor.team_id), db_day(rq->arena, rq->today),
      V(rq->actor.user_id),
      V(str_format(rq->arena, "%lld.%lld", (long long)p.id, (long long)rq->actor.team_id)));
  audit_did(rq, "conversation begun", p.id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, person_path(rq, &p, "/talk"));
}

static enum db_result keep_strength(struct request *rq, const struct person *p, struct str words) {
  struct strength s;
  record_clear(&strength_type, &s);
  s.person = p->id, s.words = words, s.said_on = rq->today;
  return record_insert(rq->db, rq->arena, &strength_type, &s, rq->actor.user_id, rq->now);
}

static enum db_result keep_kinds(struct request *rq, const struct person *p, struct sight sight) {
  struct strs kinds = request_form_all(rq, "kind");
  struct str own = str_trim(request_form(rq, "own"));
  enum db_result result = DB_OK;
  for (size_t i = 0; i <= kinds.n && result == DB_OK; i++) {
    struct str kind = i < kinds.n ? kinds.p[i] : S("own");
    if (i == kinds.n && (!own.n || utf8_count(own) > TEXT_MAX)) continue;
    struct barrier b = {.class_bit = support_barrier_class(kind),
                        .now = {.kind = kind, .in_the_way = SCORE_UNKNOWN, .able = SCORE_UNKNOWN,
                                .on = rq->today, .lifted_on = DAY_NONE,
                                .words = i == kinds.n ? own : (struct str){0}}};
    if (b.class_bit & sight.classes)
      result = support_barrier_name(rq->db, rq->arena, p->id, &b, rq->actor.user_id, rq->now);
  }
  return result;
}

static int score_of(struct request *rq, const char *name, int otherwise) {
  int64_t n;
  return str_to_i64(request_form(rq, name), &n) && n >= 0 && n <= SCORE_MAX ? (int)n : otherwise;
}

static enum db_result keep_scores(struct request *rq, const struct person *p,
                                  const struct barrier *b) {
  struct barrier_saying s = b->now;
  s.on = rq->today;
  s.in_the_way = score_of(rq, "in_the_way", s.in_the_way);
  s.able = score_of(rq, "able", s.able);
  return support_barrier_say(rq->db, rq->arena, p->id, b->id, b->now.number, b->class_bit, &s,
                             rq->actor.user_id, rq->now);
}

/* Nothing said and not declined: the question stands. */
static bool said_something(struct request *rq, const struct step *s) {
  if (s->kind == STEP_GOOD || s->kind == STEP_QUESTION)
    return str_trim(request_form(rq, "answer")).n > 0;
  if (s->kind == STEP_WAY)
    return request_form(rq, "kind").n || str_trim(request_form(rq, "own")).n ||
           request_form(rq, "none").n;
  return request_form(rq, "in_the_way").n || request_form(rq, "able").n;
}

static enum db_result keep_step(struct request *rq, const struct person *p, struct sight sight,
                                int64_t talk_id, const struct step *s, bool declined) {
  struct str answer = declined ? (struct str){0} : str_trim(request_form(rq, "answer"));
  if (s->kind == STEP_QUESTION) {
    bool helped = str_eq(request_form(rq, "helped"), S("yes"));
    struct answer_given g = {.person_id = p->id, .talk_id = talk_id,
                             .asked_by = rq->actor.user_id, .moment = "talk",
                             .respondent = helped ? "helped" : "self", .value = answer,
                             .on = rq->today};
    return support_answer(rq->db, rq->arena, &s->question, &g, rq->now);
  }
  if (declined) return DB_OK;
  if (s->kind == STEP_GOOD)
    return utf8_count(answer) > TEXT_MAX ? DB_CONFLICT : keep_strength(rq, p, answer);
  return s->kind == STEP_WAY ? keep_kinds(rq, p, sight) : keep_scores(rq, p, &s->barrier);
}

static void step_over(struct request *rq, int64_t talk_id, struct str step, bool declined) {
  db_run(rq->db,
         SQL("insert into talk_step (talk_id, step, end_word, at) values (?1, ?2, ?3, ?4)"),
         V(talk_id), V(step), V(declined ? S("declined") : S("answered")),
         db_instant(rq->arena, rq->now));
}

void support_talk_step(struct request *rq) {
  struct person p;
  struct sight sight;
  const struct step *s = NULL;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  struct talk *t = arena_new(rq->arena, struct talk);
  t->id = open_talk(rq, p.id);
  if (t->id) read_steps(rq, &p, sight, t);
  for (size_t i = 0; i < t->steps.n; i++)
    if (str_eq(t->steps.p[i].id, request_form(rq, "step"))) s = &t->steps.p[i];
  bool declined = request_form(rq, "decline").n > 0;
  if (!s || (!declined && !said_something(rq, s))) {
    reply_status(rq, 422);
    show(rq, &p, sight, PAGE_TITLE(rq, "Choose or write an answer, or press “Rather not say”."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = keep_step(rq, &p, sight, t->id, s, declined);
  if (result == DB_OK) step_over(rq, t->id, s->id, declined);
  audit_did(rq, "conversation went on", p.id, CLASS_PLAN);
  if (result != DB_OK) db_rollback(rq->db, STORE_MAIN);
  enum db_result kept = result == DB_OK ? db_commit(rq->db, STORE_MAIN) : result;
  if (support_write_failed(rq, kept)) return;
  reply_redirect(rq, person_path(rq, &p, "/talk"));
}

void support_talk_end(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_PLAN)) return;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      db_run(rq->db, SQL("update talk set ended_on = ?2, open_key = null where id = ?1"),
             V(open_talk(rq, p.id)), db_day(rq->arena, rq->today));
  audit_did(rq, "conversation ended", p.id, CLASS_PLAN);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (support_write_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, person_path(rq, &p, "/way"));
}
