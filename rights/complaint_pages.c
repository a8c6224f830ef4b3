/* complaint_pages: what came and by when each is answered; one of them; and typing what came on
 * paper. */
#include "accounts/accounts.h"
#include "rights.html.h"
#include "rights/inside.h"
#include "rights/pages.h"

enum { LOOKED_AT_MAX = 500, LEARNED_SHOWN = 20, ACCESS_SHOWN = 40 };

TEXT_MESSAGE(kind_complaint, "A complaint");
TEXT_MESSAGE(kind_thanks, "Thanks");
TEXT_MESSAGE(kind_idea, "An idea");
static const struct {
  const char *code;
  const struct message *words;
} kinds[] = {{"complaint", &kind_complaint}, {"thanks", &kind_thanks}, {"idea", &kind_idea}};
TEXT_MESSAGE(via_page, "On their page");
TEXT_MESSAGE(via_paper, "On paper");
TEXT_MESSAGE(via_said, "Said to a worker");
static const struct {
  const char *code;
  const struct message *words;
} vias[] = {{"paper", &via_paper}, {"said", &via_said}, {"page", &via_page}};

static struct str words_for(struct request *rq, const struct message *m) {
  return words_of((enum language)rq->lang, m);
}

struct str complaint_kind_words(struct request *rq, struct str kind) {
  for (size_t i = 0; i < countof(kinds); i++)
    if (str_eq(kind, str_of(kinds[i].code))) return words_for(rq, kinds[i].words);
  return (struct str){0};
}

static struct str via_words(struct request *rq, struct str via) {
  for (size_t i = 0; i < countof(vias); i++)
    if (str_eq(via, str_of(vias[i].code))) return words_for(rq, vias[i].words);
  return (struct str){0};
}

struct str complaint_state_words(struct request *rq, struct complaint_standing s) {
  switch (s.state) {
    case COMPLAINT_NEW: return PAGE_TITLE(rq, "It came. Nobody has said so yet.");
    case COMPLAINT_LOOKED_AT: return PAGE_TITLE(rq, "It was read, and is being looked into.");
    case COMPLAINT_ANSWERED: return PAGE_TITLE(rq, "It was answered.");
    case COMPLAINT_AGAIN:
      return PAGE_TITLE(rq, "The answer did not settle it. It is being looked at again.");
  }
  return (struct str){0};
}

static struct complaint_standing standing(struct request *rq, const struct complaint *c) {
  return complaint_standing_of(c->kind, c->data, c->received, &c->facts, rq->today);
}

/* ---- all of them ---- */

static int by_due(const void *a, const void *b) {
  const struct complaint_row *x = a, *y = b;
  return (x->due > y->due) - (x->due < y->due);
}

/* Of those the asker supports: with their name, and so said to the audit. */
static void list_access(struct request *rq, struct complaints_page_view *page) {
  struct access_requests all =
      access_of_organisation(rq->db, rq->arena, rq->actor.organisation_id, LOOKED_AT_MAX);
  size_t cap = 0;
  for (size_t i = 0; i < all.n && page->access.n < ACCESS_SHOWN; i++) {
    const struct access_request *q = &all.p[i];
    struct person p;
    struct access_standing s = access_standing_of(q->asked, &q->facts, q->left, rq->today);
    if (s.due == DAY_NONE) continue;
    struct sight sight =
        permission_sight(rq->db, rq->arena, &rq->actor, q->person_id, rq->today, rq->now);
    if (!(sight.classes & CLASS_PLAN) || sight.reason == SIGHT_AGREEMENT ||
        sight.reason == SIGHT_OVERRIDE || !people_seen(rq, q->person_id, sight, &p))
      continue;
    audit_shows(rq, q->person_id, CLASS_IDENTITY | CLASS_PLAN);
    *slice_push(rq->arena, &page->access, &cap) =
        (struct access_row){uuid_str(rq->arena, q->public_id),
                            access_state_words(rq, s.state),
                            p.name,
                            q->asked,
                            s.due,
                            s.late};
  }
}

void complaints_page(struct request *rq) {
  struct complaints_page_view page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Complaints, thanks and ideas"))};
  size_t open = 0, done = 0, learned = 0;
  struct complaints all = complaints_to_read(rq, LOOKED_AT_MAX);
  audit_shows(rq, 0, 0); /* of nobody: their words stand on the page of each */
  for (size_t i = 0; i < all.n; i++) {
    const struct complaint *c = &all.p[i];
    struct complaint_standing s = standing(rq, c);
    struct complaint_row row = {.id = uuid_str(rq->arena, c->public_id),
                                .what = complaint_kind_words(rq, c->kind),
                                .state = complaint_state_words(rq, s),
                                .via = via_words(rq, c->via),
                                .received = c->received,
                                .due = s.due,
                                .late = s.late};
    if (s.state == COMPLAINT_ANSWERED)
      *slice_push(rq->arena, &page.done, &done) = row;
    else
      *slice_push(rq->arena, &page.open, &open) = row;
    for (size_t k = 0; k < c->facts.n && page.learned.n < LEARNED_SHOWN; k++)
      if (str_eq(c->facts.p[k].what, S("learned")))
        *slice_push(rq->arena, &page.learned, &learned) = c->facts.p[k].words;
  }
  list_access(rq, &page);
  if (page.open.n) qsort(page.open.p, page.open.n, sizeof *page.open.p, by_due);
  page.reads = actor_has(&rq->actor, RIGHTS_READERS);
  view_rights_complaints(rq->view, &page);
}

/* ---- one ---- */

static struct str fact_words(struct request *rq, struct str what) {
  if (str_eq(what, S("acknowledged"))) return PAGE_TITLE(rq, "They were told that it came");
  if (str_eq(what, S("answered"))) return PAGE_TITLE(rq, "Answered");
  if (str_eq(what, S("again"))) return PAGE_TITLE(rq, "They are not content with the answer");
  return PAGE_TITLE(rq, "What we change");
}

/* Whoever answered before does not answer again, where there is anybody else. */
static bool may_answer(struct request *rq, const struct complaint *c) {
  struct rights_readers all =
      rights_readers(rq->db, rq->arena, c->organisation_id, c->about_user, c->person_id, rq->today);
  bool answered = false;
  for (size_t i = 0; i < c->facts.n; i++)
    answered |=
        str_eq(c->facts.p[i].what, S("answered")) && c->facts.p[i].by_user == rq->actor.user_id;
  return !answered || all.n < 2;
}

/* Their name, as far as the reader may see it. */
static void name_person(struct request *rq, const struct complaint *c, struct complaint_view *v) {
  struct person p;
  if (!c->person_id) return;
  struct sight sight =
      permission_sight(rq->db, rq->arena, &rq->actor, c->person_id, rq->today, rq->now);
  if (sight.classes & CLASS_IDENTITY && people_seen(rq, c->person_id, sight, &p))
    v->person = uuid_str(rq->arena, p.public_id), v->person_name = p.name;
  else
    v->who = PAGE_TITLE(rq, "Somebody whose record is not yours to open. Answer on this page: "
                            "they read it on theirs.");
}

static void show(struct request *rq, const struct complaint *c, struct str fault) {
  struct complaint_standing s = standing(rq, c);
  struct str id = uuid_str(rq->arena, c->public_id);
  struct complaint_view v = {.layout = page_layout(rq, complaint_kind_words(rq, c->kind)),
                             .id = id,
                             .what = complaint_kind_words(rq, c->kind),
                             .words = c->words,
                             .wants = c->wants,
                             .who = c->who,
                             .state = complaint_state_words(rq, s),
                             .via = via_words(rq, c->via),
                             .fault = fault,
                             .received = c->received,
                             .due = s.due,
                             .late = s.late,
                             .data = c->data,
                             .fresh = s.state == COMPLAINT_NEW,
                             .may_answer = s.state != COMPLAINT_ANSWERED && may_answer(rq, c)};
  size_t cap = 0;
  if (c->about_user) v.about = accounts_user_name(rq->db, rq->arena, c->about_user);
  if (c->typed_by) v.typed = accounts_user_name(rq->db, rq->arena, c->typed_by);
  name_person(rq, c, &v);
  for (size_t i = 0; i < c->facts.n; i++) {
    const struct complaint_fact *f = &c->facts.p[i];
    *slice_push(rq->arena, &v.said, &cap) = (struct complaint_said){
        fact_words(rq, f->what), f->words,
        f->by_user > 0 ? accounts_user_name(rq->db, rq->arena, f->by_user) : (struct str){0},
        f->on};
  }
  if (fault.n) reply_status(rq, 422);
  view_rights_complaint(rq->view, &v);
}

static bool open_one(struct request *rq, struct complaint *c) {
  struct uuid id;
  if (!uuid_parse(request_path(rq, "id"), &id)) memset(&id, 0, sizeof id);
  return complaint_open(rq, id, c);
}

void complaint_page(struct request *rq) {
  struct complaint c;
  if (open_one(rq, &c)) show(rq, &c, (struct str){0});
}

void complaint_paper_page(struct request *rq) {
  struct complaint_new_view page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Tell us"))};
  audit_shows(rq, 0, 0);
  view_rights_paper(rq->view, &page);
}

static enum db_result say(struct request *rq, const struct complaint *c) {
  struct str answer = str_trim(request_form(rq, "words")),
             learned = str_trim(request_form(rq, "learned"));
  bool heard = str_eq(request_form(rq, "do"), S("heard"));
  enum db_result result =
      rights_complaint_say(rq->db, rq->arena, c, heard ? "acknowledged" : "answered",
                           heard ? (struct str){0} : answer, rq->actor.user_id, rq->now);
  if (result == DB_OK && !heard && learned.n)
    result =
        rights_complaint_say(rq->db, rq->arena, c, "learned", learned, rq->actor.user_id, rq->now);
  audit_did(rq, "answered what they said of our help", c->person_id, CLASS_PLAN);
  return result == DB_OK ? db_commit(rq->db, STORE_MAIN) : result;
}

void complaint_post(struct request *rq) {
  struct complaint c;
  if (!open_one(rq, &c)) return;
  struct complaint_standing s = standing(rq, &c);
  struct str doing = request_form(rq, "do"), words = str_trim(request_form(rq, "words"));
  bool heard = str_eq(doing, S("heard")) && s.state == COMPLAINT_NEW;
  bool answers = str_eq(doing, S("answer")) && s.state != COMPLAINT_ANSWERED &&
                 may_answer(rq, &c) && words.n && words.n <= RIGHTS_WORDS_MAX &&
                 request_form(rq, "learned").n <= RIGHTS_WORDS_MAX;
  if (!heard && !answers)
    return show(rq, &c,
                PAGE_TITLE(rq, "Write the answer they will read. Somebody who answered "
                               "before leaves it to a colleague."));
  db_begin(rq->db, STORE_MAIN);
  if (say(rq, &c) != DB_OK) {
    if (db_in_transaction(rq->db, STORE_MAIN)) db_rollback(rq->db, STORE_MAIN);
    return reply_refuse(rq, 503,
                        PAGE_TITLE(rq, "That could not be saved just now. Try again in a "
                                       "minute."));
  }
  reply_flash(rq, heard ? PAGE_TITLE(rq, "It is written down. They read it on their page; tell "
                                         "them in their safe way if they have none.")
                        : PAGE_TITLE(rq, "Answered. They read it on their page; tell them in their "
                                         "safe way if they have none."));
  reply_redirect(rq,
                 str_format(rq->arena, "/complaints/%.*s", P(uuid_str(rq->arena, c.public_id))));
}

/* ---- typing what came on paper ---- */

struct typing {
  int64_t person_id;
  struct str person, person_name;
};

static void about_of(struct request *rq, struct typing *w) {
  struct uuid id;
  struct person p;
  struct sight sight;
  struct str given =
      request_form(rq, "about").n ? request_form(rq, "about") : request_query(rq, "about");
  audit_shows(rq, 0, 0);
  if (!uuid_parse(given, &id) || !people_load(rq, id, &p, &sight) ||
      !(sight.classes & CLASS_IDENTITY))
    return;
  audit_shows(rq, p.id, CLASS_IDENTITY);
  w->person_id = p.id, w->person = uuid_str(rq->arena, p.public_id), w->person_name = p.name;
}

/* Everybody of their organisation, and nobody first. */
static void list_workers(struct request *rq, struct complaint_new_view *page) {
  size_t cap = 0;
  struct users all =
      accounts_holding(rq->db, rq->arena, rq->actor.organisation_id, RIGHTS_TYPERS, rq->today);
  for (size_t i = 0; i < all.n; i++) {
    struct str value = str_format(rq->arena, "%lld", (long long)all.p[i]);
    *slice_push(rq->arena, &page->workers, &cap) = (struct complaint_choice){
        value, accounts_user_name(rq->db, rq->arena, all.p[i]), false};
  }
}

static struct str names_of(struct request *rq, struct rights_readers all) {
  struct buf b = buf_open(4096);
  for (size_t i = 0; i < all.n && i < 6; i++)
    buf_format(&b, "%s%.*s", i ? ", " : "", P(accounts_user_name(rq->db, rq->arena, all.p[i])));
  struct str names = str_copy(rq->arena, buf_str(&b));
  buf_free(&b);
  return names;
}

static void show_new(struct request *rq, struct typing *w, struct str fault) {
  struct complaint_new_view page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Write down what somebody says of our help")),
      .fault = fault,
      .person = w->person,
      .person_name = w->person_name,
      .by = rights_days_after(rq->today, COMPLAINT_HEARD_DAYS)};
  size_t cap = 0;
  page.readers = names_of(
      rq, rights_readers(rq->db, rq->arena, rq->actor.organisation_id, 0, w->person_id, rq->today));
  for (size_t i = 0; i < countof(kinds); i++)
    *slice_push(rq->arena, &page.kinds, &cap) =
        (struct complaint_choice){str_of(kinds[i].code), words_for(rq, kinds[i].words), false};
  cap = 0;
  for (size_t i = 0; i < 2; i++)
    *slice_push(rq->arena, &page.vias, &cap) =
        (struct complaint_choice){str_of(vias[i].code), words_for(rq, vias[i].words), false};
  list_workers(rq, &page);
  if (fault.n) reply_status(rq, 422);
  view_rights_new(rq->view, &page);
}

void complaint_new_page(struct request *rq) {
  struct typing w = {0};
  about_of(rq, &w);
  show_new(rq, &w, (struct str){0});
}

/* The worker chosen must be one of those offered. */
static bool worker_given(struct request *rq, int64_t *out) {
  struct str given = request_form(rq, "worker");
  *out = 0;
  if (!given.n) return true;
  if (!str_to_i64(given, out)) return false;
  struct users all =
      accounts_holding(rq->db, rq->arena, rq->actor.organisation_id, RIGHTS_TYPERS, rq->today);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i] == *out) return true;
  return false;
}

static bool read_new(struct request *rq, const struct typing *w, struct complaint *c) {
  struct str via = request_form(rq, "via"), day = str_trim(request_form(rq, "received"));
  *c = (struct complaint){.organisation_id = rq->actor.organisation_id,
                          .person_id = w->person_id,
                          .typed_by = rq->actor.user_id,
                          .kind = request_form(rq, "kind"),
                          .via = via,
                          .who = str_trim(request_form(rq, "who")),
                          .words = str_trim(request_form(rq, "words")),
                          .wants = str_trim(request_form(rq, "wants")),
                          .data = str_eq(request_form(rq, "data"), S("yes")),
                          .received = rq->today};
  if (day.n && (!day_parse_typed(day, &c->received) || c->received > rq->today)) return false;
  return complaint_kind_words(rq, c->kind).n && worker_given(rq, &c->about_user) && c->words.n &&
         c->words.n <= RIGHTS_WORDS_MAX && c->wants.n <= RIGHTS_WORDS_MAX && c->who.n <= 400 &&
         (str_eq(via, S("paper")) || str_eq(via, S("said"))) && (c->person_id || c->who.n);
}

void complaint_new_post(struct request *rq) {
  struct typing w = {0};
  struct complaint c;
  about_of(rq, &w);
  if (!read_new(rq, &w, &c))
    return show_new(rq, &w,
                    PAGE_TITLE(rq, "Say what it is, how it came, who said it and when, and their "
                                   "words as they said them."));
  if (c.about_user == rq->actor.user_id)
    return show_new(rq, &w,
                    PAGE_TITLE(rq, "It is about you: give them the paper form instead, or "
                                   "ask a colleague to write it down."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = rights_complain(rq->db, rq->arena, &c, rq->now);
  audit_did(rq, "wrote down what they said of our help", c.person_id, CLASS_PLAN);
  if (result == DB_OK)
    result = db_commit(rq->db, STORE_MAIN);
  else
    db_rollback(rq->db, STORE_MAIN);
  if (result != DB_OK)
    return reply_refuse(rq, result == DB_NONE ? 409 : 503,
                        result == DB_NONE
                            ? PAGE_TITLE(rq, "Nobody but the worker it is about could read it "
                                             "here. Ask an administrator to name a manager.")
                            : PAGE_TITLE(rq, "That could not be saved just now. Try again in a "
                                             "minute."));
  reply_flash(rq, PAGE_TITLE(rq, "It is kept. Those who read it were told."));
  reply_redirect(rq, S("/today"));
}
