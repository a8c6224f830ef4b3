/* lead_pages: concerns as those read them whose duty it is. */
#include "accounts/accounts.h"
#include "db/seal.h"
#include "safeguarding.html.h"
#include "safeguarding/inside.h"
#include "safeguarding/pages.h"

enum { A_PAGE = 50, LOOK_MAX = 200, WORDS_MAX = 4000 };

TEXT_MESSAGE(waiting, "Waits to be opened");
TEXT_MESSAGE(opened, "Being read");
TEXT_MESSAGE(decided, "Decided; no outcome yet");
TEXT_MESSAGE(done, "Outcome written down");
static const struct message *const states[] = {&waiting, &opened, &decided, &done};

/* ---- the list ---- */

static struct concern_row row_of(struct request *rq, struct concern *c) {
  enum concern_state state = concern_state_of(rq->db, rq->arena, c->id);
  concern_open_words(rq->db, rq->arena, c);
  audit_shows(rq, c->person_id, CLASS_SAFETY);
  return (struct concern_row){.id = uuid_str(rq->arena, c->public_id),
                              .who = c->who,
                              .raised = safeguarding_moment(rq, c->raised_at),
                              .due = safeguarding_moment(rq, c->due_at),
                              .state = words_of((enum language)rq->lang, states[state]),
                              .danger = c->danger && state == CONCERN_WAITING,
                              .overdue = state == CONCERN_WAITING && rq->now > c->due_at,
                              .waiting = state == CONCERN_WAITING};
}

/* Those the user was told of, newest first, each asked again whether it is still theirs. */
static struct strs told_of(struct request *rq) {
  struct strs ids = {0};
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select c.public_id from concern c where exists (select 1 from "
                  "concern_event e where e.concern_id = c.id and e.to_user = ?1 and "
                  "e.kind = 'told') and c.organisation_id = ?2 order by c.id desc limit "
                  "?3"),
              V(rq->actor.user_id), V(rq->actor.organisation_id), V((int64_t)LOOK_MAX));
  while (db_next(&r)) *slice_push(rq->arena, &ids, &cap) = row_text(&r, 0);
  return ids;
}

void concerns_page(struct request *rq) {
  struct concerns_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Concerns"))};
  struct strs ids = told_of(rq);
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  for (size_t i = 0; i < ids.n && !page.more; i++) {
    struct concern c;
    if (!concern_load(rq->db, rq->arena, ids.p[i], &c) ||
        !concern_reader(rq->db, rq->arena, &c, &rq->actor, rq->today))
      continue;
    page.more = page.rows.n == A_PAGE;
    if (!page.more) *slice_push(rq->arena, &page.rows, &cap) = row_of(rq, &c);
  }
  view_safeguarding_concerns(rq->view, &page);
}

/* ---- one ---- */

static struct str text_of(struct request *rq, const struct concern *c, const char *field,
                          struct str sealed) {
  struct str plain = {0};
  if (sealed.n)
    unseal(rq->db, rq->arena, (struct seal_place){c->person_id, CLASS_SAFETY, field}, sealed,
           &plain);
  return plain;
}

static const struct message *why_told(struct str why) {
  if (str_eq(why, S("lead_away"))) return T("Told because the lead was away");
  if (str_eq(why, S("not_opened"))) return T("Told because nobody had opened it");
  if (str_eq(why, S("due"))) return T("Told because it was past its time");
  if (str_eq(why, S("danger"))) return T("Told because somebody was in danger");
  if (str_eq(why, S("out_of_hours"))) return T("Told because it came outside working hours");
  return T("Told");
}

static struct str what_words(struct request *rq, struct str kind, struct str name, struct str why) {
  enum language lang = (enum language)rq->lang;
  if (str_eq(kind, S("told")))
    return str_format(rq->arena, "%.*s: %.*s", P(words_of(lang, why_told(why))), P(name));
  if (str_eq(kind, S("opened")))
    return SAY(rq->arena, lang, T("Opened by {name}"), SLOT("name", name));
  if (str_eq(kind, S("decision"))) return PAGE_TITLE(rq, "A decision");
  if (str_eq(kind, S("referral"))) return PAGE_TITLE(rq, "A referral");
  if (str_eq(kind, S("outcome"))) return PAGE_TITLE(rq, "The outcome");
  if (str_eq(kind, S("person_told"))) return PAGE_TITLE(rq, "The person was told");
  if (str_eq(kind, S("person_not_told"))) return PAGE_TITLE(rq, "The person was not told");
  return PAGE_TITLE(rq, "Telling them is safe");
}

static struct str reason_words(struct request *rq, bool referral, bool agreed, struct str code) {
  const struct reason *r = legal_reason(code);
  if (!referral) return (struct str){0};
  if (agreed) return PAGE_TITLE(rq, "They agreed.");
  if (!r) return PAGE_TITLE(rq, "Without their agreement.");
  return SAY(rq->arena, (enum language)rq->lang,
             T("Without their agreement: {reason} ({source})."), SLOT("reason", r->label),
             SLOT("source", r->source));
}

static void read_events(struct request *rq, const struct concern *c, struct concern_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select kind, at, coalesce(to_user, by_user), why, agreed, legal_reason, to_whom, words "
          "from concern_event where concern_id = ?1 order by id desc"),
      V(c->id));
  while (db_next(&r)) {
    struct str kind = row_text(&r, 0);
    struct str name = accounts_user_name(rq->db, rq->arena, row_int(&r, 2));
    bool referral = str_eq(kind, S("referral"));
    page->opened |= str_eq(kind, S("opened"));
    page->telling_safe |= str_eq(kind, S("telling_safe"));
    struct str when = safeguarding_moment(rq, row_instant(&r, 1));
    *slice_push(rq->arena, &page->events, &cap) = (struct event_row){
        .when = str_format(rq->arena, "%.*s, %.*s", P(when), P(name)),
        .what = what_words(rq, kind, name, row_text(&r, 3)),
        .reason = reason_words(rq, referral, row_int(&r, 4) == 1, row_text(&r, 5)),
        .to_whom = text_of(rq, c, "concern_event.to_whom", row_text(&r, 6)),
        .words = text_of(rq, c, "concern_event.words", row_text(&r, 7))};
  }
}

static void read_choices(struct request *rq, struct concern_page *page) {
  size_t reasons = 0, colleagues = 0;
  struct reasons all = safeguarding_reasons();
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &page->reasons, &reasons) =
        (struct reason_row){all.p[i].code, all.p[i].label, all.p[i].source};
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select u.id, u.name from user_account u join team t on t.id = "
                  "u.team_id where t.organisation_id = ?1 and u.disabled_at is null and "
                  "u.id <> ?2 order by u.name, u.id limit 200"),
              V(rq->actor.organisation_id), V(rq->actor.user_id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->colleagues, &colleagues) =
        (struct colleague){row_int(&r, 0), row_text(&r, 1)};
}

static const struct message *age_words(struct str age) {
  if (str_eq(age, S("adult"))) return T("An adult");
  return str_eq(age, S("child")) ? T("A child or young person") : T("Not known");
}

/* A way to their record only for a reader who may see it anyway. */
static struct str record_of(struct request *rq, const struct concern *c) {
  struct rows r;
  struct str id = {0};
  if (!c->person_id ||
      !permission_sight(rq->db, rq->arena, &rq->actor, c->person_id, rq->today, rq->now).classes)
    return id;
  struct person p;
  (void)r;
  if (people_contact(rq->db, rq->arena, c->person_id, CLASS_IDENTITY, &p))
    id = uuid_str(rq->arena, p.public_id);
  return id;
}

static struct concern_page page_of(struct request *rq, struct concern *c, struct str fault) {
  enum concern_state state = concern_state_of(rq->db, rq->arena, c->id);
  concern_open_words(rq->db, rq->arena, c);
  struct concern_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "A concern")),
      .id = uuid_str(rq->arena, c->public_id),
      .who = c->who,
      .age = words_of((enum language)rq->lang, age_words(c->age)),
      .seen = c->seen,
      .opinion = c->opinion,
      .wants = c->wants,
      .told = c->told,
      .raised = safeguarding_moment(rq, c->raised_at),
      .raised_by = accounts_user_name(rq->db, rq->arena, c->raised_by),
      .due = safeguarding_moment(rq, c->due_at),
      .state = words_of((enum language)rq->lang, states[state]),
      .record = record_of(rq, c),
      .fault = fault,
      .danger = c->danger,
      .overdue = state == CONCERN_WAITING && rq->now > c->due_at};
  read_events(rq, c, &page);
  read_choices(rq, &page);
  return page;
}

/* The concern of the path for one of its readers; for anyone else there is none. */
static bool open_concern(struct request *rq, struct concern *c) {
  audit_shows(rq, 0, 0);
  concern_load(rq->db, rq->arena, request_path(rq, "id"), c);
  if (!concern_reader(rq->db, rq->arena, c, &rq->actor, rq->today)) {
    reply_not_found(rq);
    return false;
  }
  audit_shows(rq, c->person_id, CLASS_SAFETY);
  return true;
}

void concern_page(struct request *rq) {
  struct concern c;
  if (!open_concern(rq, &c)) return;
  struct concern_page page = page_of(rq, &c, (struct str){0});
  view_safeguarding_concern(rq->view, &page);
}

void concern_paper_page(struct request *rq) {
  struct concern c;
  if (!open_concern(rq, &c)) return;
  struct concern_page page = page_of(rq, &c, (struct str){0});
  view_safeguarding_concern_paper(rq->view, &page);
}

/* ---- steps ---- */

static bool colleague(struct request *rq, int64_t user) {
  return db_number(rq->db, 0,
                   SQL("select count(*) from user_account u join team t on t.id = u.team_id where "
                       "u.id = ?1 and t.organisation_id = ?2 and u.disabled_at is null"),
                   V(user), V(rq->actor.organisation_id)) > 0;
}

static struct str referral_fault(struct request *rq, const struct event *e) {
  if (!e->to_whom.n || !e->words.n)
    return PAGE_TITLE(rq, "Say to whom it was referred, and what was shared.");
  if (e->agreed < 0) return PAGE_TITLE(rq, "Say whether the person agreed.");
  if (e->agreed == 0 && !legal_reason(e->legal_reason))
    return PAGE_TITLE(rq, "Without their agreement a reason in law is needed. Choose one.");
  return (struct str){0};
}

/* What the form says is done; "" when it can be kept. */
static struct str read_step(struct request *rq, struct event *e) {
  static const char *const kinds[] = {"opened",   "decision",        "referral",     "outcome",
                                      "person_told", "person_not_told", "telling_safe"};
  struct str kind = request_form(rq, "kind"), agreed = request_form(rq, "agreed");
  *e = (struct event){.by_user = rq->actor.user_id, .agreed = -1,
                      .words = str_trim(request_form(rq, "words"))};
  for (size_t i = 0; i < countof(kinds); i++)
    if (str_eq(kind, str_of(kinds[i]))) e->kind = kinds[i];
  if (str_eq(kind, S("named"))) {
    e->kind = "told", e->post = "named", e->why = "raised";
    str_to_i64(request_form(rq, "user"), &e->to_user);
    return colleague(rq, e->to_user) ? (struct str){0} : PAGE_TITLE(rq, "Choose who must read it.");
  }
  if (!e->kind) return PAGE_TITLE(rq, "Choose what to write down.");
  if (e->words.n > WORDS_MAX) return PAGE_TITLE(rq, "That is too long. Shorten it a little.");
  if (strcmp(e->kind, "referral") == 0) {
    e->to_whom = utf8_head(str_trim(request_form(rq, "to_whom")), 200);
    e->legal_reason = request_form(rq, "legal_reason");
    if (agreed.n) e->agreed = str_eq(agreed, S("1"));
    return referral_fault(rq, e);
  }
  bool needs = strcmp(e->kind, "opened") != 0 && strcmp(e->kind, "telling_safe") != 0;
  return needs && !e->words.n ? PAGE_TITLE(rq, "Write a few words.") : (struct str){0};
}

void concern_post(struct request *rq) {
  struct concern c;
  struct event e;
  if (!open_concern(rq, &c)) return;
  struct str fault = read_step(rq, &e);
  if (fault.n) {
    struct concern_page page = page_of(rq, &c, fault);
    reply_status(rq, 422);
    view_safeguarding_concern(rq->view, &page);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result kept = concern_event_add(rq->db, rq->arena, &c, &e, rq->now);
  if (e.to_user && kept == DB_OK)
    kept = accounts_tell(rq->db, rq->arena, e.to_user, TELL_CONCERN, S("/safeguarding"), rq->now);
  audit_did(rq, "concern: a step", c.person_id, CLASS_SAFETY);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || kept != DB_OK) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  struct str id = uuid_str(rq->arena, c.public_id);
  reply_redirect(rq, str_format(rq->arena, "/safeguarding/%.*s", P(id)));
}
