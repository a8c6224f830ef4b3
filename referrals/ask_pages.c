/* ask_pages: how anybody asks for help, for themselves or for another: who and where first, then
 * what fits, then five fields. No account, no script, and nobody is ever looked up. */
#include "refer.html.h"
#include "referrals/pages.h"
#include "referrals/page_parts.h"
#include "web/session.h"

enum { SENT_AN_HOUR_MAX = 60, SENT_BY_PARTNER_MAX = 400, HOUR_SECONDS = 3600 };

struct option { const char *value; const struct message *label; };

static struct ref_choices choices_of(struct request *rq, const char *field,
                                     const struct option *options, size_t n, struct str otherwise) {
  struct ref_choices all = {0};
  size_t cap = 0;
  struct str was = request_form(rq, field);
  if (!was.n) was = otherwise;
  for (size_t i = 0; i < n; i++)
    *slice_push(rq->arena, &all, &cap) =
        (struct ref_choice){str_of(options[i].value),
                            words_of((enum language)rq->lang, options[i].label), (struct str){0},
                            str_eq(was, str_of(options[i].value))};
  return all;
}

struct ref_choices ref_codes(struct request *rq, const char *list, struct str chosen) {
  struct ref_choices all = {0};
  size_t cap = 0;
  const struct code_list *codes = code_list(list);
  for (size_t i = 0; codes && i < codes->n; i++)
    if (!codes->p[i].ended)
      *slice_push(rq->arena, &all, &cap) = (struct ref_choice){
          codes->p[i].code, words_label((enum language)rq->lang, codes->p[i].label),
          words_label((enum language)rq->lang, codes->p[i].hint), str_eq(chosen, codes->p[i].code)};
  return all;
}

/* The link or card a form came in by, looked at again each time: it may have been revoked. */
static bool partner_of(struct request *rq, struct link *out) {
  struct str token = request_form(rq, "link");
  return token.n && link_read(rq->db, rq->arena, token, "link", rq->today, out);
}

static const char *about_of(struct request *rq, bool partnered) {
  struct str who = request_form(rq, "who");
  if (partnered || str_eq(who, S("professional"))) return "professional";
  if (str_eq(who, S("known")) || str_eq(who, S("household"))) return "known";
  return str_eq(who, S("self")) ? "self" : "";
}

/* ---- who, where, and the one or two facts the rules need ---- */

static void show_start(struct request *rq, struct ref_start_page *page, const struct link *link) {
  const struct option who[] = {{"self", T("Me")},
                               {"household", T("Someone I live with")},
                               {"known", T("Someone I know")},
                               {"professional", T("Someone I work with")}};
  const struct option knows[] = {{"yes", T("Yes, they know")}, {"no", T("No, not yet")}};
  const struct option work[] = {{"employed", T("In a job")},
                                {"unemployed", T("Looking for a job")},
                                {"inactive", T("Not looking just now")},
                                {"-", T("I do not know, or would rather not say")}};
  page->layout = page_layout(rq, PAGE_TITLE(rq, "Ask for help"));
  page->partner = link ? link->partner.name : (struct str){0};
  page->place = request_form(rq, "place"), page->age = request_form(rq, "age");
  page->who = choices_of(rq, "who", who, countof(who),
                         page->card.n ? S("self") : (struct str){0});
  page->knows = choices_of(rq, "knows", knows, countof(knows), (struct str){0});
  page->status = choices_of(rq, "status", work, countof(work), (struct str){0});
  view_ref_start(rq->view, page);
}

void refer_page(struct request *rq) {
  struct ref_start_page page = {0};
  show_start(rq, &page, NULL);
}

static void link_ended(struct request *rq) {
  reply_refuse(rq, 404,
               PAGE_TITLE(rq, "This link has ended. You can still ask for help without it, "
                              "from the start page."));
}

void refer_link_page(struct request *rq) {
  struct link link;
  struct str token = request_path(rq, "token");
  struct ref_start_page page = {.link = token};
  if (!link_read(rq->db, rq->arena, token, "link", rq->today, &link)) return link_ended(rq);
  show_start(rq, &page, &link);
}

/* A card handed to somebody: the same page for everybody, and one more in a count without names. */
void refer_card_page(struct request *rq) {
  struct link link;
  struct str token = request_path(rq, "token");
  struct ref_start_page page = {.card = token};
  if (!link_read(rq->db, rq->arena, token, "card", rq->today, &link)) return link_ended(rq);
  card_count(rq->db, rq->arena, link.id, false, rq->today);
  show_start(rq, &page, NULL);
}

void refer_offer(struct request *rq) {
  struct ref_words_page page = {page_layout(rq, PAGE_TITLE(rq, "How to offer help"))};
  view_ref_offer(rq->view, &page);
}

void refer_thanks(struct request *rq) {
  struct ref_words_page page = {page_layout(rq, PAGE_TITLE(rq, "Thank you"))};
  view_ref_thanks(rq->view, &page);
}

/* ---- what fits, then the five fields ---- */

static void keep(struct request *rq, struct ref_hiddens *kept, size_t *cap, const char *name,
                 struct str value) {
  if (value.n) *slice_push(rq->arena, kept, cap) = (struct ref_hidden){str_of(name), value};
}

static struct ref_hiddens kept_of(struct request *rq, const char *about) {
  static const char *const names[] = {"place", "age", "status", "link", "card"};
  struct ref_hiddens kept = {0};
  size_t cap = 0;
  struct str once = request_form(rq, "once");
  struct str who = request_form(rq, "who");
  keep(rq, &kept, &cap, "who", who.n ? who : str_of(about));
  keep(rq, &kept, &cap, "knows", S("yes"));
  for (size_t i = 0; i < countof(names); i++)
    keep(rq, &kept, &cap, names[i], request_form(rq, names[i]));
  if (!once.n) once = uuid_str(rq->arena, uuid_v4());
  keep(rq, &kept, &cap, "once", once);
  return kept;
}

static bool was_chosen(struct request *rq, struct str id, bool first) {
  struct strs all = request_form_all(rq, "service");
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.p[i], id)) return true;
  return !all.n && first && !request_has(rq, "name");
}

void ref_matches(struct request *rq, const struct matches *m, struct ref_match **p, size_t *n) {
  *p = arena_many(rq->arena, struct ref_match, m->list.n + 1);
  *n = m->list.n;
  for (size_t i = 0; i < m->list.n; i++) {
    const struct match *f = &m->list.p[i];
    (*p)[i] = (struct ref_match){f->id, f->name, f->provider, f->why, f->ask, f->wait,
                                 was_chosen(rq, f->id, i == 0)};
  }
}

/* Whoever asks for themselves wants to be reached. */
static struct ref_choices ways(struct request *rq, bool self) {
  struct ref_choices all = ref_codes(rq, "safe_ways", request_form(rq, "safe_way"));
  for (size_t i = 0; self && i < all.n; i++)
    if (str_eq(all.p[i].value, S("none"))) all.p[i--] = all.p[--all.n];
  return all;
}

static void show_five(struct request *rq, const struct matches *m, const char *about,
                      const struct link *link, const struct read_faults *f, struct str service) {
  struct ref_five_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Ask for help")),
      .self = strcmp(about, "self") == 0, .professional = strcmp(about, "professional") == 0,
      .partnered = link != NULL, .partner = link ? link->partner.name : (struct str){0},
      .place = m->place, .ways = ways(rq, strcmp(about, "self") == 0),
      .agreed = ref_codes(rq, "referral_agreed", request_form(rq, "agreed")),
      .heard = ref_codes(rq, "how_heard", request_form(rq, "heard")),
      .kept = kept_of(rq, about), .name = request_form(rq, "name"),
      .reach = request_form(rq, "reach"), .safe_note = request_form(rq, "safe_note"),
      .words = request_form(rq, "words"), .referrer = request_form(rq, "referrer"),
      .their_ref = request_form(rq, "their_ref"), .fault_service = service,
      .fault_name = read_fault_of(f, "name"), .fault_reach = read_fault_of(f, "reach"),
      .fault_way = read_fault_of(f, "safe_way"), .fault_agreed = read_fault_of(f, "agreed")};
  if (page.agreed.n > 2) page.agreed.n = 2; /* pressing is for those who press themselves */
  if ((f && f->n) || service.n) reply_status(rq, 422);
  ref_matches(rq, m, &page.matches.p, &page.matches.n);
  view_ref_five(rq->view, &page);
}

static void show_none(struct request *rq, const struct matches *m, const char *about) {
  struct ref_none_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Ask for help")),
                               .self = strcmp(about, "self") == 0, .place = m->place,
                               .kept = kept_of(rq, about)};
  page.nearest.p = arena_many(rq->arena, struct ref_near, m->nearest.n + 1);
  for (size_t i = 0; i < m->nearest.n; i++)
    page.nearest.p[page.nearest.n++] = (struct ref_near){
        m->nearest.p[i].id, m->nearest.p[i].name, m->nearest.p[i].provider, m->nearest.p[i].why};
  view_ref_none(rq->view, &page);
}

static void start_again(struct request *rq, const struct matches *m, const char *about,
                        const struct link *link) {
  struct ref_start_page page = {.link = request_form(rq, "link"), .card = request_form(rq, "card")};
  bool others = strcmp(about, "self") != 0;
  if (!about[0]) page.fault_who = PAGE_TITLE(rq, "Say who the help is for.");
  else if (others && !request_form(rq, "knows").n)
    page.fault_knows = PAGE_TITLE(rq, "Say whether they know that you are asking.");
  else if (str_eq(m->fault_field, S("age"))) page.fault_age = m->fault;
  else if (m->fault_field.n) page.fault_place = m->fault;
  else page.fault = m->fault;
  reply_status(rq, 422);
  show_start(rq, &page, link);
}

/* "They do not know" leads to how to offer, and to no record of anybody. */
static bool knows_or_stops(struct request *rq, const char *about) {
  if (strcmp(about, "self") == 0 || str_eq(request_form(rq, "knows"), S("yes"))) return true;
  if (!str_eq(request_form(rq, "knows"), S("no"))) return true; /* asked again by the caller */
  refer_offer(rq);
  return false;
}

void refer_ask(struct request *rq) {
  struct link link;
  struct matches m = {0};
  bool partnered = partner_of(rq, &link);
  const char *about = about_of(rq, partnered);
  bool said = about[0] && (strcmp(about, "self") == 0 || request_form(rq, "knows").n);
  if (!said || request_form(rq, "change").n) {
    if (!said) return start_again(rq, &m, about, partnered ? &link : NULL);
    struct ref_start_page page = {.link = request_form(rq, "link"),
                                  .card = request_form(rq, "card")};
    return show_start(rq, &page, partnered ? &link : NULL);
  }
  if (!knows_or_stops(rq, about)) return;
  if (!match_find(rq, true, &m)) return start_again(rq, &m, about, partnered ? &link : NULL);
  if (!m.list.n) return show_none(rq, &m, about);
  show_five(rq, &m, about, partnered ? &link : NULL, NULL, (struct str){0});
}

/* ---- sent ---- */

static struct str form_value(void *from, const char *name) { return request_form(from, name); }

/* Who lives with them is a way in and nothing more: no record of theirs is looked for. */
static struct str source_of(struct request *rq, const char *about, const struct link *link) {
  if (link) return link->partner.route;
  if (strcmp(about, "self") == 0) return S("self");
  return str_eq(request_form(rq, "who"), S("household")) ? S("household_member") : S("other");
}

static void take_services(struct request *rq, const struct matches *m, struct referral_new *r) {
  struct strs chosen = request_form_all(rq, "service");
  for (size_t i = 0; i < chosen.n && r->to.n < REFERRAL_TO_MAX; i++) {
    const struct match *one = match_named(m, chosen.p[i]);
    bool again = false;
    for (size_t k = 0; one && k < r->to.n; k++)
      again |= r->to.p[k].service_id == one->to.service_id;
    if (one && !again) r->to.p[r->to.n++] = one->to;
  }
}

static bool too_many(struct request *rq, const struct link *link) {
  struct str key = link ? str_format(rq->arena, "link %lld", (long long)link->id)
                        : request_address(rq);
  if (limit_take(rq->db, rq->arena, "referral", key, link ? SENT_BY_PARTNER_MAX : SENT_AN_HOUR_MAX,
                 HOUR_SECONDS, rq->now))
    return false;
  reply_refuse(rq, 429, PAGE_TITLE(rq, "Many were sent from here in a short time, so this one was "
                                       "not. Try again in an hour, or ring the service."));
  return true;
}

static bool save(struct request *rq, const struct referral_new *r) {
  struct uuid id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = referral_send(rq->db, rq->arena, r, rq->now, &id);
  audit_did(rq, "referral received", 0, 0);
  if (result == DB_OK) result = db_commit(rq->db, STORE_MAIN);
  else db_rollback(rq->db, STORE_MAIN);
  /* Sent twice in one moment: the other one is kept, and this page is the same. */
  if (result == DB_OK || (result == DB_CONFLICT && r->once.n)) return true;
  reply_refuse(rq, 503,
               PAGE_TITLE(rq, "That could not be saved just now. What you typed is kept; try "
                              "again in a minute."));
  return false;
}

static void count_card(struct request *rq) {
  struct link card;
  struct str token = request_form(rq, "card");
  if (token.n && link_read(rq->db, rq->arena, token, "card", rq->today, &card))
    card_count(rq->db, rq->arena, card.id, true, rq->today);
}

void refer_send(struct request *rq) {
  struct link link;
  struct matches m = {0};
  struct read_faults faults = {0};
  bool partnered = partner_of(rq, &link);
  const struct link *by = partnered ? &link : NULL;
  struct referral_new r = {.via = partnered ? "link" : "public", .about = about_of(rq, partnered)};
  bool said =
      r.about[0] && (strcmp(r.about, "self") == 0 || str_eq(request_form(rq, "knows"), S("yes")));
  if (!said || !match_find(rq, false, &m)) return start_again(rq, &m, r.about, by);
  bool good = referral_read(rq->arena, &(struct given){form_value, rq}, (enum language)rq->lang, &r,
                            &faults);
  r.source = source_of(rq, r.about, by);
  r.area_code = m.area_code, r.age = m.age;
  r.once = request_form(rq, "once");
  if (r.once.n) r.once = str_format(rq->arena, "form %.*s", P(utf8_head(r.once, 40)));
  r.partner_id = partnered ? link.partner.id : 0;
  r.sent_by = rq->actor.user_id, r.sent_team = rq->actor.team_id;
  r.from_function = partnered ? link.partner.function : rq->actor.function;
  take_services(rq, &m, &r);
  if (!m.list.n) return show_none(rq, &m, r.about);
  if (!good || !r.to.n)
    return show_five(rq, &m, r.about, by, &faults,
                     r.to.n ? (struct str){0} : PAGE_TITLE(rq, "Choose at least one."));
  if (too_many(rq, by) || !save(rq, &r)) return;
  count_card(rq);
  reply_redirect(rq, S("/refer/thanks"));
}

/* ---- on paper ---- */

void refer_form_page(struct request *rq) {
  struct link link;
  struct str token = request_path(rq, "token");
  if (!link_read(rq->db, rq->arena, token, "link", rq->today, &link)) return link_ended(rq);
  struct str address =
      str_format(rq->arena, "%.*s/refer/with/%.*s", P(request_origin(rq)), P(token));
  struct ref_paper_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A form for paper")),
                                .partner = link.partner.name, .address = address};
  qr_make(rq->arena, address, &page.qr);
  view_ref_paper(rq->view, &page);
}
