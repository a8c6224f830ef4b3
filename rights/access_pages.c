/* access_pages: one person's access requests, and one of them: page by page a first look and a
 * second by somebody else, what they get beside what is kept; released, handed over on paper. */
#include "accounts/accounts.h"
#include "rights.html.h"
#include "rights/inside.h"
#include "rights/pages.h"

TEXT_MESSAGE(reason_third, "It is about somebody else");
TEXT_MESSAGE(reason_danger, "It could endanger somebody");
TEXT_MESSAGE(reason_legal, "The law keeps it");
static const struct {
  const char *code;
  const struct message *words;
} reasons[] = {
    {"third_party", &reason_third}, {"danger", &reason_danger}, {"legal", &reason_legal}};
TEXT_MESSAGE(choice_whole, "All of it");
TEXT_MESSAGE(choice_part, "All but some passages");
TEXT_MESSAGE(choice_out, "None of it");
static const struct {
  const char *code;
  const struct message *words;
} choices[] = {{"whole", &choice_whole}, {"part", &choice_part}, {"out", &choice_out}};

static struct str words_for(struct request *rq, const struct message *m) {
  return words_of((enum language)rq->lang, m);
}

static struct str choice_words(struct request *rq, struct str code) {
  for (size_t i = 0; i < countof(choices); i++)
    if (str_eq(code, str_of(choices[i].code))) return words_for(rq, choices[i].words);
  return (struct str){0};
}

static struct str reason_words(struct request *rq, struct str code) {
  for (size_t i = 0; i < countof(reasons); i++)
    if (str_eq(code, str_of(reasons[i].code))) return words_for(rq, reasons[i].words);
  return (struct str){0};
}

struct str access_state_words(struct request *rq, enum access_state s) {
  switch (s) {
    case ACCESS_READING: return PAGE_TITLE(rq, "Two people read it page by page.");
    case ACCESS_READY: return PAGE_TITLE(rq, "It has been read twice and can be released.");
    case ACCESS_RELEASED: return PAGE_TITLE(rq, "It is ready to be handed over.");
    case ACCESS_HANDED: return PAGE_TITLE(rq, "It was handed over.");
    case ACCESS_WITHDRAWN: return PAGE_TITLE(rq, "They no longer want it.");
  }
  return (struct str){0};
}

static struct access_standing standing(struct request *rq, const struct access_request *q) {
  return access_standing_of(q->asked, &q->facts, q->left, rq->today);
}

static struct access_row row_of(struct request *rq, const struct access_request *q) {
  struct access_standing s = standing(rq, q);
  return (struct access_row){.id = uuid_str(rq->arena, q->public_id),
                             .state = access_state_words(rq, s.state),
                             .asked = q->asked,
                             .due = s.due,
                             .late = s.late};
}

/* ---- one person's ---- */

static bool is_own_team(struct sight s) {
  return s.reason == SIGHT_TEAM || s.reason == SIGHT_COVER || s.reason == SIGHT_NAMED;
}

static bool open_person(struct request *rq, struct person *p, struct sight *sight) {
  if (!people_open(rq, p, sight, CLASS_PLAN)) return false;
  if (is_own_team(*sight)) return true;
  reply_refuse(rq, 403, PAGE_TITLE(rq, "Only a team that supports them answers for their record."));
  return false;
}

static void show_person(struct request *rq, const struct person *p, struct sight sight,
                        struct str fault) {
  struct access_person_view page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "Everything we keep")),
      .fault = fault,
      .due = day_add_months(rq->today, 1)};
  struct access_requests all = rights_access_of(rq->db, rq->arena, p->id);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].organisation_id == rq->actor.organisation_id)
      *slice_push(rq->arena, &page.rows, &cap) = row_of(rq, &all.p[i]);
  if (fault.n) reply_status(rq, 422);
  view_rights_access_person(rq->view, &page);
}

void access_person_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (open_person(rq, &p, &sight)) show_person(rq, &p, sight, (struct str){0});
}

/* After a change: where it stands now, or what to do. */
static void settled(struct request *rq, enum db_result result, struct str flash, struct str to) {
  if (result == DB_OK)
    result = db_commit(rq->db, STORE_MAIN);
  else if (db_in_transaction(rq->db, STORE_MAIN))
    db_rollback(rq->db, STORE_MAIN);
  if (result != DB_OK)
    return reply_refuse(rq, result == DB_CONFLICT ? 409 : 503,
                        result == DB_CONFLICT
                            ? PAGE_TITLE(rq, "It stands differently now. Open the page again and "
                                             "look.")
                            : PAGE_TITLE(rq, "That could not be saved just now. Try again in a "
                                             "minute."));
  reply_flash(rq, flash);
  reply_redirect(rq, to);
}

void access_person_post(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!open_person(rq, &p, &sight)) return;
  struct str via = request_form(rq, "via"), day = str_trim(request_form(rq, "asked"));
  struct access_request q = {.organisation_id = rq->actor.organisation_id,
                             .person_id = p.id,
                             .typed_by = rq->actor.user_id,
                             .via = via,
                             .asked = rq->today,
                             .shown = str_eq(request_form(rq, "shown"), S("yes"))};
  bool good = (str_eq(via, S("paper")) || str_eq(via, S("said"))) &&
              (!day.n || (day_parse_typed(day, &q.asked) && q.asked <= rq->today));
  if (!good)
    return show_person(rq, &p, sight, PAGE_TITLE(rq, "Say how they asked, and the day they did."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = rights_access_ask(rq->db, rq->arena, &q, rq->now);
  audit_did(rq, "collected everything for them", p.id, sight.classes);
  struct str to = str_format(rq->arena, "/access/%.*s", P(uuid_str(rq->arena, q.public_id)));
  settled(rq, result, PAGE_TITLE(rq, "Everything is collected. Read it page by page."), to);
}

/* ---- one request ---- */

struct open_request {
  struct access_request q;
  struct access_pages pages;
  struct person person;
  struct sight sight;
  bool hidden_pages; /* some are for others of the team to read */
};

/* What they answered alone is of a class nobody sees; the copy they asked for is opened by whom its
 * roles name. */
static bool may_read(struct request *rq, const struct open_request *o,
                     const struct access_page *p) {
  return (o->sight.classes | CLASS_EQUALITY) & p->class_bit &&
         (!p->roles || actor_has(&rq->actor, p->roles));
}

static bool open_request(struct request *rq, struct open_request *o) {
  struct uuid id;
  memset(o, 0, sizeof *o);
  if (!uuid_parse(request_path(rq, "id"), &id)) memset(&id, 0, sizeof id);
  bool found = access_load(rq->db, rq->arena, id, &o->q) &&
               o->q.organisation_id == rq->actor.organisation_id;
  if (found)
    o->sight = permission_sight(rq->db, rq->arena, &rq->actor, o->q.person_id, rq->today, rq->now);
  found = found && is_own_team(o->sight) && o->sight.classes & CLASS_PLAN &&
          people_seen(rq, o->q.person_id, o->sight, &o->person);
  audit_shows(rq, found ? o->q.person_id : 0, found ? o->sight.classes : 0);
  if (!found) return reply_not_found(rq), false;
  o->pages = access_pages_of(rq->db, rq->arena, &o->q);
  for (size_t i = 0; i < o->pages.n; i++) o->hidden_pages |= !may_read(rq, o, &o->pages.p[i]);
  return true;
}

static const struct access_page *page_asked(struct request *rq, const struct open_request *o,
                                            struct str number) {
  int64_t n;
  if (!str_to_i64(number, &n)) return NULL;
  for (size_t i = 0; i < o->pages.n; i++)
    if (o->pages.p[i].number == n && may_read(rq, o, &o->pages.p[i])) return &o->pages.p[i];
  return NULL;
}

static struct str title_of(struct request *rq, const struct access_page *p) {
  return words_label((enum language)rq->lang, p->title);
}

static struct str look_words(struct request *rq, const struct access_page *p) {
  if (p->second_by) return PAGE_TITLE(rq, "Read twice");
  return p->first_by ? PAGE_TITLE(rq, "Waits for a second look") : PAGE_TITLE(rq, "Not read yet");
}

static struct str fact_words(struct request *rq, struct str what) {
  if (str_eq(what, S("collected"))) return PAGE_TITLE(rq, "Collected");
  if (str_eq(what, S("extended"))) return PAGE_TITLE(rq, "It takes longer; they were told why");
  if (str_eq(what, S("released"))) return PAGE_TITLE(rq, "Released");
  if (str_eq(what, S("handed"))) return PAGE_TITLE(rq, "Handed over");
  return PAGE_TITLE(rq, "Withdrawn");
}

static void show(struct request *rq, const struct open_request *o, struct str fault) {
  struct access_standing s = standing(rq, &o->q);
  struct access_view page = {
      .head = people_head(rq, &o->person, o->sight, PAGE_TITLE(rq, "Everything we keep")),
      .id = uuid_str(rq->arena, o->q.public_id),
      .state = access_state_words(rq, s.state),
      .fault = fault,
      .asked = o->q.asked,
      .due = s.due,
      .late = s.late,
      .others_read = o->hidden_pages,
      .may_extend = s.may_extend,
      .may_release = s.state == ACCESS_READY && actor_has(&rq->actor, ACCESS_READERS),
      .may_hand = s.state == ACCESS_RELEASED && !o->hidden_pages,
      .open = s.state < ACCESS_HANDED,
      .left = o->q.left};
  size_t cap = 0, said = 0;
  for (size_t i = 0; i < o->pages.n; i++) {
    const struct access_page *p = &o->pages.p[i];
    if (!may_read(rq, o, p)) continue;
    *slice_push(rq->arena, &page.pages, &cap) = (struct access_page_row){
        p->number, title_of(rq, p),  look_words(rq, p), choice_words(rq, p->choice),
        p->on,     p->second_by != 0};
  }
  for (size_t i = 0; i < o->q.facts.n; i++) {
    const struct access_fact *f = &o->q.facts.p[i];
    *slice_push(rq->arena, &page.facts, &said) = (struct complaint_said){
        fact_words(rq, f->what), f->words,
        f->by_user > 0 ? accounts_user_name(rq->db, rq->arena, f->by_user) : (struct str){0},
        f->on};
  }
  if (fault.n) reply_status(rq, 422);
  view_rights_access(rq->view, &page);
}

static void show_page(struct request *rq, const struct open_request *o, const struct access_page *p,
                      struct str fault) {
  struct str number = str_format(rq->arena, "%lld", (long long)p->number);
  struct str record =
      str_format(rq->arena, "%.*s.%.*s", P(uuid_str(rq->arena, o->q.public_id)), P(number));
  struct access_page_view page = {.head = people_head(rq, &o->person, o->sight, title_of(rq, p)),
                                  .id = uuid_str(rq->arena, o->q.public_id),
                                  .record = record,
                                  .title = title_of(rq, p),
                                  .words = p->words,
                                  .cut = p->cut,
                                  .given = p->choice.n ? access_released(rq, p) : (struct str){0},
                                  .look = look_words(rq, p),
                                  .why = reason_words(rq, p->reason),
                                  .fault = fault,
                                  .number = number,
                                  .on = p->on,
                                  .decided = p->choice.n > 0,
                                  .open = standing(rq, &o->q).state <= ACCESS_READY};
  size_t cap = 0, more = 0;
  for (size_t i = 0; i < countof(choices); i++)
    *slice_push(rq->arena, &page.choices, &cap) =
        (struct complaint_choice){str_of(choices[i].code), words_for(rq, choices[i].words),
                                  str_eq(p->choice, str_of(choices[i].code))};
  for (size_t i = 0; i < countof(reasons); i++)
    *slice_push(rq->arena, &page.reasons, &more) =
        (struct complaint_choice){str_of(reasons[i].code), words_for(rq, reasons[i].words),
                                  str_eq(p->reason, str_of(reasons[i].code))};
  page.may_second = page.open && p->first_by && !p->second_by && p->first_by != rq->actor.user_id;
  page.own_first = p->first_by == rq->actor.user_id && !p->second_by;
  if (p->first_by) page.first = accounts_user_name(rq->db, rq->arena, p->first_by);
  if (p->second_by) page.second = accounts_user_name(rq->db, rq->arena, p->second_by);
  if (fault.n) reply_status(rq, 422);
  view_rights_access_page(rq->view, &page);
}

void access_request_page(struct request *rq) {
  struct open_request o;
  if (!open_request(rq, &o)) return;
  const struct access_page *p = page_asked(rq, &o, request_query(rq, "page"));
  if (p)
    show_page(rq, &o, p, (struct str){0});
  else
    show(rq, &o, (struct str){0});
}

static struct str path_of(struct request *rq, const struct open_request *o, int64_t page) {
  struct str id = uuid_str(rq->arena, o->q.public_id);
  return page ? str_format(rq->arena, "/access/%.*s?page=%lld", P(id), (long long)page)
              : str_format(rq->arena, "/access/%.*s", P(id));
}

/* The next page this reader can do something about; 0: none. */
static int64_t next_page(struct request *rq, const struct open_request *o, int64_t after) {
  for (size_t i = 0; i < o->pages.n; i++) {
    const struct access_page *p = &o->pages.p[i];
    if (p->number > after && may_read(rq, o, p) && !p->second_by &&
        p->first_by != rq->actor.user_id)
      return p->number;
  }
  return 0;
}

/* The first look: what they get of the page, and why not all of it. */
static void first_look(struct request *rq, const struct open_request *o,
                       const struct access_page *was) {
  struct access_page p = *was;
  p.choice = request_form(rq, "choice"), p.reason = request_form(rq, "reason");
  p.cut = str_eq(p.choice, S("part")) ? str_trim(request_form(rq, "cut")) : (struct str){0};
  bool whole = str_eq(p.choice, S("whole"));
  if (whole) p.reason = (struct str){0};
  struct str wrong = access_cut_wrong(p.words, p.cut);
  if (!choice_words(rq, p.choice).n || (!whole && !reason_words(rq, p.reason).n) ||
      (str_eq(p.choice, S("part")) && !p.cut.n) || p.cut.n > RIGHTS_WORDS_MAX)
    return show_page(rq, o, was,
                     PAGE_TITLE(rq, "Say what they get of this page, and why not all "
                                    "of it. Copy each passage that is left out into a "
                                    "line of its own."));
  if (wrong.n)
    return show_page(rq, o, was,
                     SAY(rq->arena, (enum language)rq->lang,
                         T("“{words}” does not stand in the page exactly so. Copy it from the "
                           "page."),
                         SLOT("words", wrong)));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = access_look(rq->db, rq->arena, &o->q, &p, rq->actor.user_id, rq->now);
  audit_did(rq, "read a page of everything we keep", o->q.person_id, p.class_bit);
  settled(rq, result, PAGE_TITLE(rq, "Kept. Somebody else looks at it too."),
          path_of(rq, o, next_page(rq, o, p.number)));
}

static void second_look(struct request *rq, const struct open_request *o,
                        const struct access_page *p, bool agrees) {
  db_begin(rq->db, STORE_MAIN);
  bool may = p->first_by && !p->second_by && p->first_by != rq->actor.user_id;
  enum db_result result =
      may ? access_second(rq->db, rq->arena, p, agrees, rq->actor.user_id, rq->now) : DB_CONFLICT;
  audit_did(rq, "read a page of everything we keep", o->q.person_id, p->class_bit);
  settled(rq, result,
          agrees ? PAGE_TITLE(rq, "Read twice.")
                 : PAGE_TITLE(rq, "It goes back for another first look."),
          path_of(rq, o, next_page(rq, o, p->number)));
}

static bool step_fits(struct str doing, struct access_standing s, struct str words) {
  if (str_eq(doing, S("extend"))) return s.may_extend && words.n;
  if (str_eq(doing, S("release"))) return s.state == ACCESS_READY;
  if (str_eq(doing, S("hand"))) return s.state == ACCESS_RELEASED && words.n;
  return str_eq(doing, S("withdraw")) && s.state < ACCESS_HANDED;
}

static const char *fact_of(struct str doing) {
  return str_eq(doing, S("extend"))    ? "extended"
         : str_eq(doing, S("release")) ? "released"
         : str_eq(doing, S("hand"))    ? "handed"
                                       : "withdrawn";
}

void access_request_post(struct request *rq) {
  struct open_request o;
  if (!open_request(rq, &o)) return;
  struct str doing = request_form(rq, "do"), words = str_trim(request_form(rq, "words"));
  const struct access_page *p = page_asked(rq, &o, request_form(rq, "page"));
  struct access_standing s = standing(rq, &o.q);
  if (p && s.state <= ACCESS_READY) {
    if (str_eq(doing, S("look"))) return first_look(rq, &o, p);
    if (str_eq(doing, S("second"))) return second_look(rq, &o, p, true);
    if (str_eq(doing, S("back"))) return second_look(rq, &o, p, false);
  }
  if (!step_fits(doing, s, words) || words.n > RIGHTS_WORDS_MAX)
    return show(rq, &o,
                PAGE_TITLE(rq, "Say why it takes longer, or how it was handed over. It is "
                               "released once two people have read every page."));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      access_say(rq->db, rq->arena, &o.q, fact_of(doing), words, rq->actor.user_id, rq->now);
  audit_did(rq, fact_of(doing), o.q.person_id, o.sight.classes);
  settled(rq, result, PAGE_TITLE(rq, "Written down."), path_of(rq, &o, 0));
}

/* ---- what is handed over ---- */

/* Only whoever may read every page prints it. */
void access_paper_page(struct request *rq) {
  struct open_request o;
  if (!open_request(rq, &o)) return;
  struct access_standing s = standing(rq, &o.q);
  if ((s.state != ACCESS_RELEASED && s.state != ACCESS_HANDED) || o.hidden_pages)
    return show(rq, &o, (struct str){0});
  struct access_paper_view page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "What we keep about you")), .asked = o.q.asked};
  size_t cap = 0;
  for (size_t i = 0; i < o.pages.n; i++) {
    struct str given = access_released(rq, &o.pages.p[i]);
    if (given.n)
      *slice_push(rq->arena, &page.pages, &cap) =
          (struct access_paper_row){title_of(rq, &o.pages.p[i]), given, o.pages.p[i].on};
  }
  view_rights_access_paper(rq->view, &page);
}
