/* copy_pages: a copy of what the pages show, asked for, announced, and taken a set time later. */
#include "mine.html.h"
#include "resident/mine_view.h"

enum { COPY_MESSAGES = 500 };

static struct str all_words(struct request *rq, enum access_state s) {
  switch (s) {
    case ACCESS_READING:
    case ACCESS_READY: return PAGE_TITLE(rq, "Two people read it for you now.");
    case ACCESS_RELEASED:
      return PAGE_TITLE(rq, "It is ready. Your worker meets you to hand it over.");
    case ACCESS_HANDED: return PAGE_TITLE(rq, "You have it.");
    case ACCESS_WITHDRAWN: return PAGE_TITLE(rq, "You said that you no longer want it.");
  }
  return (struct str){0};
}

void mine_copy_page(struct request *rq) {
  struct mine m;
  if (!mine_open(rq, &m)) return;
  struct mine_copy_view page = {.head = mine_head(rq, PART_MINE),
                                .any = m.any,
                                .copy = mine_copy(rq, &m),
                                .all = mine_access(rq, &m),
                                .hours = m.scope.copy_hours};
  if (page.all.asked) page.all_state = all_words(rq, page.all.state);
  struct local at = instant_local_uk(page.copy.asked ? page.copy.ready_at : rq->now);
  page.on = at.day, page.minute = at.minute, page.until = at.day + MINE_COPY_DAYS;
  view_mine_copy(rq->view, &page);
}

void mine_copy_post(struct request *rq) {
  struct mine m;
  if (!mine_open(rq, &m)) return;
  db_begin(rq->db, STORE_MAIN);
  mine_kept(rq, &m, "asked for a copy", mine_copy_ask(rq, &m), (struct str){0}, S("/mine/copy"));
}

void mine_copy_all(struct request *rq) {
  struct mine m;
  if (!mine_open(rq, &m)) return;
  db_begin(rq->db, STORE_MAIN);
  mine_kept(rq, &m, "asked for everything", mine_access_ask(rq, &m),
            PAGE_TITLE(rq, "You asked. You have it within a month."), S("/mine/copy"));
}

/* False: the page that says when instead. */
static bool open_copy(struct request *rq, struct mine *m) {
  if (!mine_open(rq, m)) return false;
  if (mine_copy(rq, m).ready) return true;
  reply_redirect(rq, S("/mine/copy"));
  return false;
}

/* ---- to read ---- */

static void heading(struct request *rq, struct str words) {
  buf_format(rq->body, "\n%.*s\n", P(words));
  for (size_t i = utf8_count(words); i > 0; i--) buf_byte(rq->body, '-');
  buf_byte(rq->body, '\n');
}

static void text_plan(struct request *rq, const struct mine *m) {
  struct plan plan;
  struct str stamp;
  if (!mine_plan(rq, m, &plan, &stamp)) return;
  heading(rq, PAGE_TITLE(rq, "My plan"));
  if (plan.matters.n) buf_format(rq->body, "%.*s\n", P(plan.matters));
  for (size_t g = 0; g < plan.goals.n; g++) {
    buf_format(rq->body, "* %.*s\n", P(plan.goals.p[g].words));
    for (size_t i = 0; i < plan.goals.p[g].steps.n; i++) {
      const struct plan_step *s = &plan.goals.p[g].steps.p[i];
      struct str by = words_day(rq->arena, (enum language)rq->lang, s->by);
      buf_format(rq->body, "  - %.*s%s%.*s%s\n", P(s->words), by.n ? " | " : "", P(by),
                 str_eq(s->end, S("done")) ? " | OK" : "");
    }
  }
}

static void text_times(struct request *rq, const struct mine *m) {
  struct mine_times all = mine_time_rows(rq, m);
  if (all.n) heading(rq, PAGE_TITLE(rq, "Your times"));
  for (size_t i = 0; i < all.n; i++) {
    struct str day = words_day(rq->arena, (enum language)rq->lang, all.p[i].on);
    buf_format(rq->body, "%.*s, %02d:%02d: %.*s. %.*s\n", P(day), all.p[i].minute / 60,
               all.p[i].minute % 60, P(all.p[i].with), P(all.p[i].place));
  }
}

static void text_outcomes(struct request *rq, const struct mine *m) {
  struct own_outcomes all = mine_outcomes(rq, m);
  if (all.n) heading(rq, PAGE_TITLE(rq, "What you have reached"));
  for (size_t i = 0; i < all.n; i++) {
    struct str title = mine_outcome_label(rq, "outcomes", all.p[i].kind),
               day = words_day(rq->arena, (enum language)rq->lang, all.p[i].on);
    buf_format(rq->body, "* %.*s: %.*s %.*s\n", P(day), P(title), P(all.p[i].words));
  }
}

static void text_said(struct request *rq, const struct mine *m) {
  struct own_messages messages = mine_messages(rq, m, COPY_MESSAGES);
  struct mine_choices choices = mine_choices(rq, m);
  struct mine_statements said = mine_statements(rq, m);
  if (messages.n) heading(rq, PAGE_TITLE(rq, "Messages"));
  for (size_t i = 0; i < messages.n; i++) {
    struct local at = instant_local_uk(messages.p[i].at);
    struct str day = words_day(rq->arena, (enum language)rq->lang, at.day);
    buf_format(rq->body, "%.*s, %.*s %s %.*s\n", P(day), P(messages.p[i].organisation),
               messages.p[i].in ? "<-" : "->", P(messages.p[i].words));
  }
  if (choices.n) heading(rq, PAGE_TITLE(rq, "My choices"));
  for (size_t i = 0; i < choices.n; i++) {
    struct str answer =
        choices.p[i].yes ? PAGE_TITLE(rq, "They may see it") : PAGE_TITLE(rq, "They may not");
    buf_format(rq->body, "%.*s, %.*s: %.*s\n", P(choices.p[i].organisation), P(choices.p[i].what),
               P(answer));
  }
  if (said.n) heading(rq, PAGE_TITLE(rq, "What you said before"));
  for (size_t i = 0; i < said.n; i++) {
    struct str day = words_day(rq->arena, (enum language)rq->lang, said.p[i].on);
    buf_format(rq->body, "%.*s: %.*s\n", P(day), P(said.p[i].words));
  }
}

void mine_copy_text(struct request *rq) {
  struct mine m;
  if (!open_copy(rq, &m)) return;
  reply_download(rq, "text/plain; charset=utf-8", S("my-page.txt"));
  heading(rq, PAGE_TITLE(rq, "My page"));
  struct mine_facts facts = mine_facts(rq, &m);
  for (size_t i = 0; i < facts.n; i++)
    buf_format(rq->body, "%.*s: %.*s\n", P(facts.p[i].label), P(facts.p[i].value));
  struct own_strengths brought = mine_strengths(rq, &m);
  if (brought.n) heading(rq, PAGE_TITLE(rq, "What you bring"));
  for (size_t i = 0; i < brought.n; i++) buf_format(rq->body, "* %.*s\n", P(brought.p[i].words));
  text_plan(rq, &m);
  text_times(rq, &m);
  text_outcomes(rq, &m);
  struct own_notes notes = mine_notes(rq, &m);
  if (notes.n) heading(rq, PAGE_TITLE(rq, "Notes of our talks"));
  for (size_t i = 0; i < notes.n; i++) buf_format(rq->body, "* %.*s\n", P(notes.p[i].words));
  text_said(rq, &m);
}

/* ---- for a program ---- */

static void json_plan(struct request *rq, const struct mine *m, struct json_out *j) {
  struct plan plan;
  struct str stamp;
  if (!mine_plan(rq, m, &plan, &stamp)) return;
  json_put_str_if(j, "matters", plan.matters);
  json_key(j, S("goals"));
  json_list(j);
  for (size_t g = 0; g < plan.goals.n; g++) {
    json_open(j);
    json_put_str(j, "words", plan.goals.p[g].words);
    json_key(j, S("steps"));
    json_list(j);
    for (size_t i = 0; i < plan.goals.p[g].steps.n; i++) {
      const struct plan_step *s = &plan.goals.p[g].steps.p[i];
      json_open(j);
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

static void json_words(struct json_out *j, const char *key, const struct strs *all) {
  json_key(j, str_of(key));
  json_list(j);
  for (size_t i = 0; i < all->n; i++) json_str(j, all->p[i]);
  json_list_end(j);
}

static void json_rows(struct request *rq, const struct mine *m, struct json_out *j) {
  struct strs words = {0};
  size_t cap = 0;
  struct own_strengths brought = mine_strengths(rq, m);
  for (size_t i = 0; i < brought.n; i++) *slice_push(rq->arena, &words, &cap) = brought.p[i].words;
  json_words(j, "strengths", &words);
  words = (struct strs){0}, cap = 0;
  struct own_notes notes = mine_notes(rq, m);
  for (size_t i = 0; i < notes.n; i++) *slice_push(rq->arena, &words, &cap) = notes.p[i].words;
  json_words(j, "notes", &words);
  words = (struct strs){0}, cap = 0;
  struct mine_statements said = mine_statements(rq, m);
  for (size_t i = 0; i < said.n; i++) *slice_push(rq->arena, &words, &cap) = said.p[i].words;
  json_words(j, "statements", &words);
}

static void json_times(struct request *rq, const struct mine *m, struct json_out *j) {
  struct own_appointments all = mine_appointments(rq, m);
  json_key(j, S("appointments"));
  json_list(j);
  for (size_t i = 0; i < all.n; i++) {
    json_open(j);
    json_put_str(j, "on", day_iso(rq->arena, all.p[i].on));
    json_put_str(j, "at",
                 str_format(rq->arena, "%02d:%02d", all.p[i].minute / 60, all.p[i].minute % 60));
    json_put_str(j, "kind", all.p[i].kind);
    json_put_str(j, "mode", all.p[i].mode);
    json_put_str(j, "with", all.p[i].with);
    json_put_str_if(j, "place", all.p[i].place);
    json_close(j);
  }
  json_list_end(j);
}

static void json_outcomes(struct request *rq, const struct mine *m, struct json_out *j) {
  struct own_outcomes all = mine_outcomes(rq, m);
  json_key(j, S("outcomes"));
  json_list(j);
  for (size_t i = 0; i < all.n; i++) {
    json_open(j);
    json_put_str(j, "kind", all.p[i].kind);
    json_put_str(j, "on", day_iso(rq->arena, all.p[i].on));
    json_put_str_if(j, "until", day_iso(rq->arena, all.p[i].until));
    json_put_str_if(j, "words", all.p[i].words);
    json_close(j);
  }
  json_list_end(j);
}

static void json_messages(struct request *rq, const struct mine *m, struct json_out *j) {
  struct own_messages all = mine_messages(rq, m, COPY_MESSAGES);
  json_key(j, S("messages"));
  json_list(j);
  for (size_t i = 0; i < all.n; i++) {
    json_open(j);
    json_put_bool(j, "from_me", all.p[i].in);
    json_put_str(j, "organisation", all.p[i].organisation);
    json_put_str(j, "at", instant_iso(rq->arena, all.p[i].at));
    json_put_str(j, "words", all.p[i].words);
    json_close(j);
  }
  json_list_end(j);
}

static void json_choices(struct request *rq, const struct mine *m, struct json_out *j) {
  struct mine_choices all = mine_choices(rq, m);
  json_key(j, S("choices"));
  json_list(j);
  for (size_t i = 0; i < all.n; i++) {
    json_open(j);
    json_put_str(j, "organisation", all.p[i].organisation);
    json_put_str(j, "what", all.p[i].what);
    json_put_bool(j, "yes", all.p[i].yes);
    json_put_str(j, "since", day_iso(rq->arena, all.p[i].on));
    json_close(j);
  }
  json_list_end(j);
}

void mine_copy_json(struct request *rq) {
  struct mine m;
  if (!open_copy(rq, &m)) return;
  struct json_out j = json_to(rq->body);
  struct mine_facts facts = mine_facts(rq, &m);
  reply_download(rq, "application/json", S("my-page.json"));
  json_open(&j);
  json_key(&j, S("facts"));
  json_open(&j);
  for (size_t i = 0; i < facts.n; i++) {
    json_key(&j, facts.p[i].label);
    json_str(&j, facts.p[i].value);
  }
  json_close(&j);
  json_plan(rq, &m, &j);
  json_rows(rq, &m, &j);
  json_times(rq, &m, &j);
  json_outcomes(rq, &m, &j);
  json_messages(rq, &m, &j);
  json_choices(rq, &m, &j);
  json_close(&j);
}
