/* person_pages: the programmes of one person: what they joined, and what could help, the best fit
 * first, with its reasons and with what is told to whom before anybody joins. */
#include "programme/inside.h"
#include "programme/pages.h"
#include "programme.html.h"
#include "sharing/sharing.h"

static enum language lang_of(const struct request *rq) { return (enum language)rq->lang; }

static struct str joining_path(struct request *rq, struct uuid person, struct uuid joining) {
  return str_format(rq->arena, "/people/%.*s/programmes/%.*s", P(uuid_str(rq->arena, person)),
                    P(uuid_str(rq->arena, joining)));
}

/* ---- words ---- */

struct str programme_state_words(struct request *rq, enum joining_state s) {
  switch (s) {
    case JOINING_GATHERING: return PAGE_TITLE(rq, "Getting ready");
    case JOINING_WAITING: return PAGE_TITLE(rq, "Waits for a manager");
    case JOINING_READY: return PAGE_TITLE(rq, "Ready to start");
    case JOINING_STARTED: return PAGE_TITLE(rq, "Started");
    default: return PAGE_TITLE(rq, "Ended");
  }
}

const char *programme_state_sign(enum joining_state s) {
  static const char *const signs[] = {"maybe", "need", "good", "yes", "no"};
  return signs[s];
}

/* What is still missing, as one line; only what the reader may see of. */
static struct str needs_words(struct request *rq, const struct contract *c,
                              const struct proof_facts *facts, struct strs done, uint32_t classes) {
  struct buf b = buf_open(1 << 14);
  for (size_t i = 0; i < c->proofs.n; i++)
    if (c->proofs.p[i].class_bit & classes &&
        !proof_holds(proof_state_of(&c->proofs.p[i], facts, rq->today, NULL)))
      buf_format(&b, "%s%.*s", b.n ? "; " : "", P(words_label(lang_of(rq), c->proofs.p[i].words)));
  for (size_t i = 0; i < c->forms.n; i++) {
    bool signed_it = false;
    for (size_t k = 0; k < done.n; k++) signed_it |= str_eq(done.p[k], c->forms.p[i].code);
    if (!signed_it)
      buf_format(&b, "%s%.*s", b.n ? "; " : "", P(words_label(lang_of(rq), c->forms.p[i].title)));
  }
  struct str all = str_copy(rq->arena, buf_str(&b));
  buf_free(&b);
  return all.n ? SAY(rq->arena, lang_of(rq), T("Still needed: {what}."), SLOT("what", all))
               : (struct str){0};
}

struct prog_row programme_row_of(struct request *rq, const struct joining *j, struct uuid person,
                                 uint32_t classes) {
  struct contract c;
  struct prog_row row = {.path = joining_path(rq, person, j->public_id)};
  if (!programme_wording(rq->db, rq->arena, j->programme, j->contract_hash, &c)) return row;
  struct proof_facts facts = programme_facts_under(rq->db, rq->arena, j, &c, classes);
  struct strs done = programme_signed(rq->db, rq->arena, j->id, rq->today);
  enum joining_state s = joining_state_of(&c, j, &facts, done, rq->today);
  day_t day = s == JOINING_ENDED     ? j->ended_on
              : s == JOINING_STARTED ? j->started_on
                                     : j->agreed_on;
  row.name = c.name, row.invented = c.invented, row.state = programme_state_words(rq, s);
  row.sign = programme_state_sign(s), row.day = day_words(rq->arena, day);
  if (s <= JOINING_WAITING) row.needs = needs_words(rq, &c, &facts, done, classes);
  return row;
}

/* ---- what is told ---- */

struct prog_sents programme_sents_of(struct request *rq, const struct contract *c, day_t on,
                                     const struct str *already) {
  struct declared_returns all = returns_known(rq->db, rq->arena);
  struct prog_sents out = {0};
  size_t cap = 0;
  for (size_t i = 0; i < c->funders.n; i++) {
    const struct contract_funder *f = &c->funders.p[i];
    if (f->from > on || (f->to != DAY_NONE && f->to < on)) continue;
    for (size_t k = 0; k < all.n; k++) {
      struct prog_sent sent = {.funder = f->name, .why = all.p[k].why};
      size_t fields_cap = 0;
      if (!str_eq(all.p[k].code, f->returns)) continue;
      for (size_t n = 0; n < all.p[k].fields.n; n++)
        if (!already || !programme_was_told(*already, f->code, all.p[k].fields.p[n].field))
          *slice_push(rq->arena, &sent.fields, &fields_cap) = all.p[k].fields.p[n].words;
      if (sent.fields.n) *slice_push(rq->arena, &out, &cap) = sent;
    }
  }
  return out;
}

/* ---- offers ---- */

static void say_answer(struct request *rq, enum rules_answer answer, struct prog_offer *o) {
  o->sign = answer == RULES_YES ? "yes" : answer == RULES_MAYBE ? "maybe" : "no";
  o->answer = answer == RULES_YES     ? PAGE_TITLE(rq, "It is meant for them")
              : answer == RULES_MAYBE ? PAGE_TITLE(rq, "Maybe: check")
                                      : PAGE_TITLE(rq, "It is meant for others; you decide");
}

static struct prog_offer offer_of(struct request *rq, const struct programme *g,
                                  const struct person *p, enum rules_answer *answer) {
  struct rules_because because;
  struct prog_offer o = {.code = g->contract.code,
                         .name = g->contract.name,
                         .about = g->contract.about,
                         .invented = g->contract.invented,
                         .key = uuid_str(rq->arena, uuid_v4())};
  size_t reasons = 0, asks = 0;
  *answer = programme_judge(rq->db, rq->arena, &g->contract, p, rq->today, lang_of(rq), &because);
  say_answer(rq, *answer, &o);
  for (size_t i = 0; i < because.reasons.n; i++)
    *slice_push(rq->arena, &o.reasons, &reasons) = because.reasons.p[i].says;
  for (size_t i = 0; i < because.ask.n; i++)
    *slice_push(rq->arena, &o.asks, &asks) = because.ask.p[i];
  o.sent = programme_sents_of(rq, &g->contract, rq->today, NULL);
  o.nothing = o.sent.n == 0;
  return o;
}

static bool is_on(const struct joinings *all, int64_t programme_id) {
  for (size_t i = 0; i < all->n; i++)
    if (all->p[i].programme == programme_id && all->p[i].ended_on == DAY_NONE) return true;
  return false;
}

static bool takes_starts(const struct contract *c, day_t on) {
  return (c->from == DAY_NONE || c->from <= on) && (c->to == DAY_NONE || on <= c->to);
}

/* Yes before maybe before no; among equals as they are listed. Nothing is left out. */
static void add_offers(struct request *rq, const struct person *p, const struct joinings *own,
                       struct prog_person_page *page) {
  struct programmes all = programmes_known(rq->db, rq->arena);
  enum rules_answer *answers = arena_many(rq->arena, enum rules_answer, all.n + 1);
  size_t cap = 0, delivered = 0;
  for (size_t i = 0; i < all.n; i++) {
    enum rules_answer answer;
    if (!programme_delivered(rq->db, all.p[i].id, rq->actor.organisation_id)) continue;
    delivered++;
    if (is_on(own, all.p[i].id) || !takes_starts(&all.p[i].contract, rq->today)) continue;
    struct prog_offer o = offer_of(rq, &all.p[i], p, &answer);
    *slice_push(rq->arena, &page->offers, &cap) = o;
    size_t at = page->offers.n - 1;
    for (; at && answers[at - 1] < answer; at--)
      page->offers.p[at] = page->offers.p[at - 1], answers[at] = answers[at - 1];
    page->offers.p[at] = o, answers[at] = answer;
  }
  page->none_delivered = delivered == 0;
}

/* ---- the page ---- */

static void show(struct request *rq, const struct person *p, struct sight sight, struct str fault,
                 struct str link) {
  struct prog_person_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Programmes")),
                                  .fault = fault,
                                  .link = link};
  struct joinings all = programme_joinings(rq->db, rq->arena, p->id);
  size_t on = 0, past = 0;
  for (size_t i = 0; i < all.n; i++) {
    struct prog_row row = programme_row_of(rq, &all.p[i], p->public_id, sight.classes);
    if (all.p[i].ended_on == DAY_NONE)
      *slice_push(rq->arena, &page.on, &on) = row;
    else
      *slice_push(rq->arena, &page.past, &past) = row;
  }
  add_offers(rq, p, &all, &page);
  view_programme_person(rq->view, &page);
}

void programme_person_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_OUTCOMES))
    show(rq, &p, sight, (struct str){0}, (struct str){0});
}

void programme_card(struct request *rq, const struct person *p, struct sight sight) {
  struct joinings all = programme_joinings(rq->db, rq->arena, p->id);
  struct prog_card card = {.path = str_format(rq->arena, "/people/%.*s/programmes",
                                              P(uuid_str(rq->arena, p->public_id)))};
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].ended_on == DAY_NONE)
      *slice_push(rq->arena, &card.rows, &cap) =
          programme_row_of(rq, &all.p[i], p->public_id, sight.classes);
  if (card.rows.n) view_programme_card(rq->view, &card);
}

void programme_person_api(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_OUTCOMES)) return;
  struct joinings all = programme_joinings(rq->db, rq->arena, p.id);
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("programmes"));
  json_list(&j);
  for (size_t i = 0; i < all.n; i++) {
    struct programme g;
    if (!programme_by_id(rq->db, rq->arena, all.p[i].programme, &g)) continue;
    json_open(&j);
    json_put_str(&j, "id", uuid_str(rq->arena, all.p[i].public_id));
    json_put_str(&j, "programme", g.contract.code);
    json_put_str(
        &j, "state",
        str_of(joining_state_code(programme_state(rq->db, rq->arena, &all.p[i], rq->today))));
    json_put_str(&j, "agreed_on", day_iso(rq->arena, all.p[i].agreed_on));
    json_put_str_if(&j, "started_on", day_iso(rq->arena, all.p[i].started_on));
    json_put_str_if(&j, "ended_on", day_iso(rq->arena, all.p[i].ended_on));
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- joining ---- */

struct join_work {
  struct request *rq;
  struct programme g;
  int64_t person_id;
  struct uuid key;
  struct joining out;
  struct why why;
};

static enum db_result join_once(struct db *db, void *with) {
  struct join_work *w = with;
  struct request *rq = w->rq;
  enum db_result r = programme_join(db, rq->arena, &rq->actor, &w->g, w->person_id, w->key, rq->now,
                                    &w->out, &w->why);
  if (r == DB_OK) audit_did(rq, "joined a programme", w->person_id, CLASS_OUTCOMES);
  return r;
}

struct str programme_trouble(struct request *rq, enum db_result r, const struct why *why) {
  if (r == DB_CONFLICT && why->text[0]) return words_label(lang_of(rq), why_str(why));
  return PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute.");
}

void programme_join_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct join_work w = {.rq = rq};
  if (!people_open(rq, &p, &sight, CLASS_OUTCOMES)) return;
  struct str fault = {0};
  w.person_id = p.id;
  if (!uuid_parse(request_form(rq, "key"), &w.key)) w.key = uuid_v4();
  if (!programme_by_code(rq->db, rq->arena, request_form(rq, "programme"), &w.g))
    fault = PAGE_TITLE(rq, "Choose a programme.");
  else if (!str_eq(request_form(rq, "told"), S("yes")))
    fault = PAGE_TITLE(rq, "Say first what is told, and to whom. Then they choose.");
  enum db_result r = fault.n ? DB_CONFLICT : db_atomically(rq->db, STORE_MAIN, join_once, &w);
  if (r != DB_OK) {
    reply_status(rq, r == DB_CONFLICT ? 422 : 503);
    show(rq, &p, sight, fault.n ? fault : programme_trouble(rq, r, &w.why), (struct str){0});
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "They said yes. Here is what a start needs."));
  reply_redirect(rq, joining_path(rq, p.public_id, w.out.public_id));
}

/* ---- the questions they answer alone ---- */

void programme_equality_post(struct request *rq) {
  struct person p;
  struct sight sight;
  enum db_result made = DB_FAILED;
  if (!people_open(rq, &p, &sight, CLASS_OUTCOMES)) return;
  bool here = !str_eq(request_form(rq, "how"), S("link"));
  db_begin(rq->db, STORE_MAIN);
  struct str token = equality_link(rq->db, rq->arena, p.id, rq->actor.user_id, rq->now, &made);
  audit_did(rq, "questions handed over", p.id, CLASS_IDENTITY);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (made != DB_OK || kept != DB_OK) {
    reply_status(rq, 503);
    show(rq, &p, sight, programme_trouble(rq, DB_FAILED, NULL), (struct str){0});
    return;
  }
  if (here) {
    reply_redirect(rq, str_format(rq->arena, "/for-you/%.*s", P(token)));
    return;
  }
  show(rq, &p, sight, (struct str){0},
       str_format(rq->arena, "%.*s/for-you/%.*s", P(request_origin(rq)), P(token)));
}
