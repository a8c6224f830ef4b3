/* joining_pages: one person on one programme: what a start still needs, who saw which paper,
 * exceptions, the first day and the last. */
#include "programme/inside.h"
#include "programme.html.h"
#include "sharing/sharing.h"

static enum language lang_of(const struct request *rq) { return (enum language)rq->lang; }

bool programme_open(struct request *rq, struct opened *o) {
  struct uuid id;
  if (!people_open(rq, &o->p, &o->sight, CLASS_OUTCOMES)) return false;
  if (!uuid_parse(request_path(rq, "joining"), &id)) memset(&id, 0, sizeof id);
  if (programme_joining(rq->db, rq->arena, id, &o->j) && o->j.person == o->p.id) return true;
  reply_not_found(rq);
  return false;
}

struct str programme_path(struct request *rq, const struct opened *o, const char *below) {
  return str_format(rq->arena, "/people/%.*s/programmes/%.*s%s",
                    P(uuid_str(rq->arena, o->p.public_id)), P(uuid_str(rq->arena, o->j.public_id)),
                    below);
}

/* ---- proofs ---- */

static struct str proof_words(struct request *rq, enum proof_state s) {
  switch (s) {
    case PROOF_SEEN: return PAGE_TITLE(rq, "Seen");
    case PROOF_OTHER: return PAGE_TITLE(rq, "Shown another way");
    case PROOF_ASKED: return PAGE_TITLE(rq, "A manager is asked");
    case PROOF_ALLOWED: return PAGE_TITLE(rq, "Exception signed");
    case PROOF_REFUSED: return PAGE_TITLE(rq, "Not this way");
    case PROOF_LAPSED: return PAGE_TITLE(rq, "Its last day has passed");
    default: return PAGE_TITLE(rq, "Not yet");
  }
}

static struct str how_words(struct request *rq, const struct contract_proof *p,
                            const struct proof_fact *f) {
  const struct contract_paper *paper = contract_paper(p, f->paper);
  struct str who = accounts_name_for(rq, f->by_user), day = day_words(rq->arena, f->day);
  if (paper && str_eq(f->what, S("seen")))
    return SAY(rq->arena, lang_of(rq), T("{paper}: seen by {name} on {day}, not kept."),
               SLOT("paper", words_label(lang_of(rq), paper->words)), SLOT("name", who),
               SLOT("day", day));
  return SAY(rq->arena, lang_of(rq), T("{name}, {day}."), SLOT("name", who), SLOT("day", day));
}

static struct prog_proof proof_row(struct request *rq, const struct opened *o,
                                   const struct contract_proof *p,
                                   const struct proof_facts *facts) {
  static const char *const signs[] = {"maybe", "good", "good", "need", "good", "no", "need"};
  const struct proof_fact *last;
  enum proof_state s = proof_state_of(p, facts, rq->today, &last);
  struct prog_proof row = {.code = p->code,
                           .words = p->words,
                           .state = proof_words(rq, s),
                           .sign = signs[s],
                           .open = o->j.started_on == DAY_NONE,
                           .asked = s == PROOF_ASKED,
                           .holds = proof_holds(s)};
  size_t accepted = 0, otherwise = 0;
  for (size_t i = 0; i < p->papers.n; i++) {
    struct prog_paper d = {p->papers.p[i].code, p->papers.p[i].words, false};
    if (p->papers.p[i].otherwise)
      *slice_push(rq->arena, &row.otherwise, &otherwise) = d;
    else
      *slice_push(rq->arena, &row.accepted, &accepted) = d;
  }
  if (last && !str_eq(last->what, S("mistake")))
    row.how = how_words(rq, p, last), row.note = last->note;
  row.may_sign = row.asked && row.open && actor_has(&rq->actor, ROLE_MANAGER) && last &&
                 last->by_user != rq->actor.user_id;
  return row;
}

/* A proof of a class the reader may not see is not on the page at all. */
static void add_proofs(struct request *rq, const struct opened *o, const struct contract *c,
                       struct prog_joining_page *page) {
  struct proof_facts facts = programme_facts(rq->db, rq->arena, &o->j, o->sight.classes);
  size_t cap = 0;
  for (size_t i = 0; i < c->proofs.n; i++)
    if (c->proofs.p[i].class_bit & o->sight.classes)
      *slice_push(rq->arena, &page->proofs, &cap) = proof_row(rq, o, &c->proofs.p[i], &facts);
}

static void add_forms(struct request *rq, const struct opened *o, const struct contract *c,
                      struct prog_joining_page *page) {
  size_t cap = 0;
  for (size_t i = 0; i < c->forms.n; i++) {
    struct prog_form_row row = {.code = c->forms.p[i].code, .title = c->forms.p[i].title};
    struct rows r;
    row.path =
        str_format(rq->arena, "%.*s?form=%.*s", P(programme_path(rq, o, "/sign")), P(row.code));
    if (db_one(&r, rq->db, rq->arena,
               SQL("select public_id, signed_on from signing where joining_id = ?1 and form = ?2 "
                   "order by id desc limit 1"),
               V(o->j.id), V(row.code))) {
      row.done = true, row.day = row_day(&r, 1);
      row.path = str_format(rq->arena, "%.*s/%.*s", P(programme_path(rq, o, "/signed")),
                            P(uuid_str(rq->arena, row_uuid(&r, 0))));
      db_done(&r);
    }
    *slice_push(rq->arena, &page->forms, &cap) = row;
  }
}

static void add_ends(struct request *rq, const struct contract *c, struct prog_joining_page *page) {
  size_t finished = 0, left = 0;
  for (size_t i = 0; i < c->ends.n; i++) {
    struct prog_paper e = {c->ends.p[i].code, c->ends.p[i].words, false};
    if (c->ends.p[i].completed)
      *slice_push(rq->arena, &page->finished, &finished) = e;
    else
      *slice_push(rq->arena, &page->left, &left) = e;
  }
}

/* What they were told, from what was kept with their yes: only fields still declared have words. */
static void add_told(struct request *rq, const struct opened *o, struct prog_joining_page *page) {
  struct declared_returns all = returns_known(rq->db, rq->arena);
  struct str told = o->j.told;
  size_t cap = 0;
  while (told.n) {
    struct str line = str_cut(&told, '\n'), funder = str_cut(&line, ' '),
               code = str_cut(&line, ' ');
    struct prog_sent sent = {.funder = funder};
    size_t fields = 0;
    for (size_t k = 0; k < all.n; k++)
      for (size_t f = 0; f < all.p[k].fields.n && str_eq(all.p[k].code, code); f++) {
        sent.funder = all.p[k].goes_to;
        if (programme_was_told(o->j.told, funder, all.p[k].fields.p[f].field))
          *slice_push(rq->arena, &sent.fields, &fields) = all.p[k].fields.p[f].words;
      }
    if (sent.fields.n) *slice_push(rq->arena, &page->sent, &cap) = sent;
  }
  page->nothing_sent = page->sent.n == 0;
}

static struct str judged_words(struct request *rq, struct str judged) {
  if (str_eq(judged, S("yes"))) return PAGE_TITLE(rq, "It was meant for them.");
  if (str_eq(judged, S("no"))) return PAGE_TITLE(rq, "It was meant for others; a person decided.");
  return judged.n ? PAGE_TITLE(rq, "It could be read both ways, or something was not known.")
                  : (struct str){0};
}

static void fill(struct request *rq, const struct opened *o, const struct contract *c,
                 struct prog_joining_page *page) {
  struct programme g;
  enum joining_state s = programme_state(rq->db, rq->arena, &o->j, rq->today);
  page->name = c->name, page->about = c->about, page->invented = c->invented;
  page->state = programme_state_words(rq, s), page->sign = programme_state_sign(s);
  page->ready = s == JOINING_READY, page->started = o->j.started_on != DAY_NONE;
  page->over = o->j.ended_on != DAY_NONE, page->judged = judged_words(rq, o->j.judged);
  const struct contract_end *end = contract_end(c, o->j.end_code);
  if (end) page->ended = end->words;
  size_t cap = 0;
  for (size_t i = 0; i < c->notes.n; i++)
    *slice_push(rq->arena, &page->notes, &cap) = c->notes.p[i];
  add_proofs(rq, o, c, page);
  add_forms(rq, o, c, page);
  add_ends(rq, c, page);
  if (!page->over && programme_by_id(rq->db, rq->arena, o->j.programme, &g))
    page->untold = programme_sents_of(rq, &g.contract, rq->today, &o->j.told);
}

static void show(struct request *rq, const struct opened *o, struct str fault) {
  struct contract c;
  struct prog_joining_page page = {
      .head = people_head(rq, &o->p, o->sight, PAGE_TITLE(rq, "A programme")),
      .action = programme_path(rq, o, ""),
      .fault = fault,
      .agreed_on = o->j.agreed_on,
      .started_on = o->j.started_on,
      .ended_on = o->j.ended_on,
      .sign = "maybe"};
  struct ymd d = day_ymd(rq->today);
  page.today = str_format(rq->arena, "%d/%d/%d", d.day, d.month, d.year);
  page.gone = !programme_wording(rq->db, rq->arena, o->j.programme, o->j.contract_hash, &c);
  if (!page.gone) fill(rq, o, &c, &page);
  add_told(rq, o, &page);
  view_programme_joining(rq->view, &page);
}

void programme_joining_page(struct request *rq) {
  struct opened o;
  if (programme_open(rq, &o)) show(rq, &o, (struct str){0});
}

/* ---- what was posted ---- */

struct work {
  struct request *rq;
  struct opened o;
  struct proof_fact fact;
  bool none_above;
  day_t on;
  struct str end;
  struct why why;
  enum db_result (*run)(struct work *w, struct db *db);
  const char *did;
  uint32_t did_class;
};

static enum db_result work_once(struct db *db, void *with) {
  struct work *w = with;
  struct joining again;
  /* As it stands now: what another worker did since is not undone. */
  if (!programme_joining(db, w->rq->arena, w->o.j.public_id, &again)) return DB_FAILED;
  w->o.j = again;
  enum db_result r = w->run(w, db);
  if (r == DB_OK) audit_did(w->rq, w->did, w->o.p.id, w->did_class);
  return r;
}

static void finish(struct work *w, bool fine, struct str said) {
  struct request *rq = w->rq;
  enum db_result r = fine ? db_atomically(rq->db, STORE_MAIN, work_once, w) : DB_CONFLICT;
  if (r != DB_OK) {
    struct opened fresh = w->o;
    reply_status(rq, r == DB_CONFLICT ? 422 : 503);
    programme_joining(rq->db, rq->arena, w->o.j.public_id, &fresh.j);
    show(rq, &fresh, programme_trouble(rq, r, &w->why));
    return;
  }
  reply_flash(rq, said);
  reply_redirect(rq, programme_path(rq, &w->o, ""));
}

static bool day_of_form(struct work *w, const char *name, day_t otherwise, day_t *out) {
  struct str given = str_trim(request_form(w->rq, name));
  *out = otherwise;
  if (!given.n || day_parse_typed(given, out)) return true;
  return why_say(&w->why, "Write the day like 31/3/2026.");
}

static struct str note_of(struct request *rq) {
  return utf8_head(str_trim(request_form(rq, "note")), PROGRAMME_NOTE_MAX);
}

static enum db_result run_prove(struct work *w, struct db *db) {
  return programme_prove(db, w->rq->arena, &w->rq->actor, &w->o.j, &w->fact, w->none_above,
                         w->rq->now, &w->why);
}

/* Only of a class the worker sees: what they may not see they cannot say either. */
static bool may_prove(struct work *w) {
  struct contract c;
  struct joining *j = &w->o.j;
  if (!programme_wording(w->rq->db, w->rq->arena, j->programme, j->contract_hash, &c)) return false;
  const struct contract_proof *p = contract_proof(&c, w->fact.proof);
  w->did_class = p ? p->class_bit : CLASS_OUTCOMES;
  return (p && p->class_bit & w->o.sight.classes) ||
         why_say(&w->why, "The contract asks for no such proof.");
}

void programme_proof_post(struct request *rq) {
  struct work w = {.rq = rq, .run = run_prove, .did = "said how a start is proved"};
  if (!programme_open(rq, &w.o)) return;
  bool asks = str_eq(request_form(rq, "what"), S("asked"));
  w.fact = (struct proof_fact){.proof = request_form(rq, "proof"),
                               .what = asks ? S("asked") : S("seen"),
                               .paper = asks ? (struct str){0} : request_form(rq, "paper"),
                               .note = asks ? note_of(rq) : (struct str){0},
                               .until = DAY_NONE};
  w.none_above = request_form(rq, "none_above").n > 0;
  bool fine = may_prove(&w) && day_of_form(&w, "until", DAY_NONE, &w.fact.until);
  finish(&w, fine,
         asks ? PAGE_TITLE(rq, "A manager is asked.") : PAGE_TITLE(rq, "Seen, and not kept."));
}

void programme_exception_post(struct request *rq) {
  struct work w = {.rq = rq, .run = run_prove, .did = "decided an exception"};
  if (!programme_open(rq, &w.o)) return;
  bool allowed = str_eq(request_form(rq, "what"), S("allowed"));
  w.fact = (struct proof_fact){.proof = request_form(rq, "proof"),
                               .what = allowed ? S("allowed") : S("refused"),
                               .note = note_of(rq),
                               .until = DAY_NONE};
  finish(&w, may_prove(&w),
         allowed ? PAGE_TITLE(rq, "The exception is signed.") : PAGE_TITLE(rq, "Saved."));
}

/* The rule is judged on their first day, from everything known of them: what this worker may not
 * see still counts, and none of it is shown. */
static enum db_result run_start(struct work *w, struct db *db) {
  struct request *rq = w->rq;
  struct programme g;
  struct person whole;
  if (!programme_by_id(db, rq->arena, w->o.j.programme, &g) ||
      !people_contact(db, rq->arena, w->o.p.id, (1u << CLASS_COUNT) - 1, &whole))
    return DB_FAILED;
  enum rules_answer judged =
      programme_judge(db, rq->arena, &g.contract, &whole, w->on, lang_of(rq), NULL);
  return programme_start(db, rq->arena, &rq->actor, &w->o.j, w->on, judged, rq->now, &w->why);
}

void programme_start_post(struct request *rq) {
  struct work w = {
      .rq = rq, .run = run_start, .did = "started on a programme", .did_class = CLASS_OUTCOMES};
  if (!programme_open(rq, &w.o)) return;
  bool fine = day_of_form(&w, "on", rq->today, &w.on);
  finish(&w, fine, PAGE_TITLE(rq, "They have started."));
}

static enum db_result run_end(struct work *w, struct db *db) {
  return programme_end(db, w->rq->arena, &w->rq->actor, &w->o.j, w->on, w->end, w->rq->now,
                       &w->why);
}

void programme_end_post(struct request *rq) {
  struct work w = {
      .rq = rq, .run = run_end, .did = "ended a programme", .did_class = CLASS_OUTCOMES};
  if (!programme_open(rq, &w.o)) return;
  w.end = request_form(rq, "end");
  bool fine = day_of_form(&w, "on", rq->today, &w.on);
  finish(&w, fine, PAGE_TITLE(rq, "Saved. Support goes on."));
}

static enum db_result run_told(struct work *w, struct db *db) {
  return programme_tell(db, w->rq->arena, &w->rq->actor, &w->o.j, w->rq->now);
}

void programme_told_post(struct request *rq) {
  struct work w = {
      .rq = rq, .run = run_told, .did = "told what is sent", .did_class = CLASS_OUTCOMES};
  if (!programme_open(rq, &w.o)) return;
  finish(&w, true, PAGE_TITLE(rq, "Saved."));
}
