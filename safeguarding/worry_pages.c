/* worry_pages: "I'm worried about someone", for whoever works here, and what they see of it after.
 */
#include "accounts/accounts.h"
#include "safeguarding.html.h"
#include "safeguarding/inside.h"
#include "safeguarding/pages.h"
#include "web/session.h"

struct str safeguarding_moment(struct request *rq, instant_t t) {
  char day[WORDS_NUMBER_MAX], clock[WORDS_NUMBER_MAX];
  struct local l = instant_local_uk(t);
  enum language lang = (enum language)rq->lang;
  struct str d = {day, words_number(day, lang, WORDS_DAY, l.day)};
  struct str c = {clock, words_number(clock, lang, WORDS_CLOCK, l.minute)};
  return str_format(rq->arena, "%.*s, %.*s", P(d), P(c));
}

/* Somebody the worker may see, named by ?about= or the form; nobody otherwise, without a word. */
static int64_t about_of(struct request *rq, struct str *id, struct str *name) {
  struct str given = request_form(rq, "about").n ? request_form(rq, "about")
                                                 : request_query(rq, "about");
  struct uuid public_id;
  struct person p;
  struct sight sight;
  if (!given.n || !uuid_parse(given, &public_id) || !people_load(rq, public_id, &p, &sight) ||
      !(sight.classes & CLASS_IDENTITY))
    return 0;
  audit_shows(rq, p.id, CLASS_IDENTITY);
  *id = uuid_str(rq->arena, p.public_id), *name = p.name;
  return p.id;
}

static void read_readers(struct request *rq, int64_t person_id, struct worry_page *page) {
  static const char *const posts[] = {"lead", "deputy", "manager"};
  page->nobody = true;
  for (size_t i = 0; i < countof(posts) && page->nobody; i++) {
    struct holders h = safeguarding_holders(rq->db, rq->arena, rq->actor.organisation_id, posts[i],
                                    person_id, rq->today, false);
    if (!h.n) continue;
    page->nobody = false;
    page->reader = accounts_user_name(rq->db, rq->arena, h.user[0]);
  }
}

static struct worry_page page_of(struct request *rq, struct str fault) {
  struct worry_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "I’m worried about someone")),
                            .who = request_form(rq, "who"),
                            .seen = request_form(rq, "seen"),
                            .opinion = request_form(rq, "opinion"),
                            .wants = request_form(rq, "wants"),
                            .told = request_form(rq, "told"),
                            .danger = request_form(rq, "danger").n > 0,
                            .fault = fault};
  page.reads = rq->actor.function == FUNCTION_SUPPORT;
  struct str age = request_form(rq, "age");
  page.adult = str_eq(age, S("adult")), page.child = str_eq(age, S("child"));
  page.age_unknown = str_eq(age, S("not_known"));
  int64_t person = about_of(rq, &page.about, &page.about_name);
  read_readers(rq, person, &page);
  return page;
}

static void take_draft(struct request *rq, struct worry_page *page) {
  struct draft d = {0};
  if (page->seen.n || page->who.n || !draft_load(rq, S("worry"), S(""), &d)) return;
  for (size_t i = 0; i < d.n; i++) {
    struct str name = d.p[i].name, value = d.p[i].value;
    if (str_eq(name, S("seen"))) page->seen = value;
    if (str_eq(name, S("who"))) page->who = value;
    if (str_eq(name, S("opinion"))) page->opinion = value;
    if (str_eq(name, S("wants"))) page->wants = value;
    if (str_eq(name, S("told"))) page->told = value;
  }
  page->from_draft = true;
}

void worry_page(struct request *rq) {
  audit_shows(rq, 0, 0);
  struct worry_page page = page_of(rq, (struct str){0});
  take_draft(rq, &page);
  view_safeguarding_worry(rq->view, &page);
}

void worry_paper_page(struct request *rq) {
  audit_shows(rq, 0, 0);
  struct worry_page page = page_of(rq, (struct str){0});
  view_safeguarding_paper(rq->view, &page);
}

static struct str fault_in(struct request *rq, const struct worry_page *page) {
  if (!str_trim(page->seen).n)
    return PAGE_TITLE(rq, "Write what you saw or heard. A few words are enough.");
  if (page->seen.n > WORRY_WORDS_MAX || page->opinion.n > WORRY_WORDS_MAX ||
      page->wants.n > WORRY_WORDS_MAX || page->told.n > WORRY_WORDS_MAX || page->who.n > 400)
    return PAGE_TITLE(rq, "One of the answers is too long. Shorten it; the rest can be said.");
  if (!page->about.n && !str_trim(page->who).n)
    return PAGE_TITLE(rq, "Say who it is about, as far as you know.");
  return (struct str){0};
}

void worry_post(struct request *rq) {
  enum db_result result;
  audit_shows(rq, 0, 0);
  struct worry_page page = page_of(rq, (struct str){0});
  page.fault = fault_in(rq, &page);
  if (page.fault.n) {
    reply_status(rq, 422);
    view_safeguarding_worry(rq->view, &page);
    return;
  }
  struct str id, name = page.who;
  int64_t person = about_of(rq, &id, &name);
  struct worry w = {.person_id = person,
                    .age = page.child ? "child" : page.adult ? "adult" : "not_known",
                    .danger = page.danger,
                    .who = str_trim(name),
                    .seen = page.seen,
                    .opinion = page.opinion,
                    .wants = page.wants,
                    .told = page.told};
  db_begin(rq->db, STORE_MAIN);
  struct uuid made =
      safeguarding_raise(rq->db, rq->arena, &rq->actor, &w, rq->now, &result);
  audit_did(rq, "concern raised", person, CLASS_SAFETY);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || result != DB_OK) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be saved just now. Ring or tell the safeguarding "
                                "lead yourself, then try again."));
    return;
  }
  draft_drop(rq, S("worry"), S(""));
  struct str made_id = uuid_str(rq->arena, made);
  reply_redirect(rq, str_format(rq->arena, "/worried/%.*s", P(made_id)));
}

/* ---- received ---- */

static void read_told(struct request *rq, const struct concern *c, struct received_page *page) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select kind, to_user, at from concern_event where concern_id = ?1 and "
                  "kind in ('told', 'opened') order by id"),
              V(c->id));
  while (db_next(&r)) {
    if (str_eq(row_text(&r, 0), S("told")))
      *slice_push(rq->arena, &page->readers, &cap) =
          accounts_user_name(rq->db, rq->arena, row_int(&r, 1));
    else if (!page->opened.n)
      page->opened = safeguarding_moment(rq, row_instant(&r, 2));
  }
}

/* Whoever raised it, and whoever reads it: that it was received, and by whom it is being read. */
void worry_received_page(struct request *rq) {
  struct concern c;
  audit_shows(rq, 0, 0);
  bool found = concern_load(rq->db, rq->arena, request_path(rq, "id"), &c);
  bool own = found && c.raised_by == rq->actor.user_id;
  if (!own && !concern_reader(rq->db, rq->arena, &c, &rq->actor, rq->today)) {
    reply_not_found(rq);
    return;
  }
  struct received_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Received")),
      .numbers = safeguarding_numbers(rq->arena, rq->lang, safeguarding_site_nation(), rq->today),
      .raised = safeguarding_moment(rq, c.raised_at),
      .due = safeguarding_moment(rq, c.due_at),
      .danger = c.danger};
  audit_shows(rq, c.person_id, CLASS_SAFETY);
  read_told(rq, &c, &page);
  view_safeguarding_received(rq->view, &page);
}
