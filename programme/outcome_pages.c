/* outcome_pages: what came of it in somebody's life: written down in seconds, what shows it, and
 * what each contract makes of that. */
#include "outcome.html.h"
#include "programme/inside.h"
#include "record/form.h"

enum { OUTCOMES_A_CARD = 4, OUTCOME_WRITERS = PROGRAMME_WORKERS | ROLE_PEER };
static const char *const fields[] = {"kind", "on_day", "hours", "words", NULL};

static enum language lang_of(const struct request *rq) { return (enum language)rq->lang; }

static struct str label_of(struct request *rq, const char *list, struct str code) {
  return words_label(lang_of(rq), code_label(list, code));
}

static struct str day_typed(struct arena *a, day_t d) {
  struct ymd y = day_ymd(d);
  return str_format(a, "%d/%d/%d", y.day, y.month, y.year);
}

/* ---- what one page knows ---- */

struct scheme {
  struct joining joining;
  struct contract contract;
};
struct showing {
  struct request *rq;
  const struct person *p;
  struct outcomes all;
  struct evidences evidence;
  struct {
    struct scheme *p;
    size_t n;
  } schemes;  /* those they started on */
  bool whole; /* with the forms, not the card */
};

static struct showing showing_of(struct request *rq, const struct person *p) {
  struct showing x = {.rq = rq,
                      .p = p,
                      .all = outcomes_of(rq->db, rq->arena, p->id),
                      .evidence = outcomes_evidence(rq->db, rq->arena, p->id)};
  struct joinings joined =
      x.all.n ? programme_joinings(rq->db, rq->arena, p->id) : (struct joinings){0};
  size_t cap = 0;
  for (size_t i = 0; i < joined.n; i++) {
    struct scheme s = {.joining = joined.p[i]};
    if (s.joining.started_on != DAY_NONE &&
        programme_wording(rq->db, rq->arena, s.joining.programme, s.joining.contract_hash,
                          &s.contract))
      *slice_push(rq->arena, &x.schemes, &cap) = s;
  }
  return x;
}

/* ---- one outcome ---- */

static struct str takes_words(struct request *rq, const struct contract_outcome *asks) {
  struct str out = {0};
  for (size_t i = 0; i < asks->evidence.n; i++) {
    struct str label = label_of(rq, "outcome_evidence", asks->evidence.p[i]);
    out = i ? str_format(rq->arena, "%.*s; %.*s", P(out), P(label)) : label;
  }
  return out;
}

static const struct contract_outcome *asked(const struct scheme *s, const struct outcome *o) {
  return s->joining.started_on <= o->on_day ? contract_outcome(&s->contract, o->kind) : NULL;
}

/* What each contract makes of it; the least of them is where it stands. */
static enum outcome_standing add_asks(const struct showing *x, const struct outcome *o,
                                      struct outcome_line *l) {
  struct request *rq = x->rq;
  enum outcome_standing least = OUTCOME_SHOWN;
  size_t cap = 0;
  for (size_t i = 0; i < x->schemes.n; i++) {
    const struct contract_outcome *asks = asked(&x->schemes.p[i], o);
    if (!asks) continue;
    enum outcome_standing s = outcome_standing_of(asks, o->id, &x->evidence);
    struct str name = x->schemes.p[i].contract.name, takes = takes_words(rq, asks);
    *slice_push(rq->arena, &l->asks, &cap) = (struct outcome_asks){
        s == OUTCOME_SHOWN
            ? SAY(rq->arena, lang_of(rq), T("{name} counts it."), SLOT("name", name))
            : SAY(rq->arena, lang_of(rq), T("{name} counts it once this is seen: {what}."),
                  SLOT("name", name), SLOT("what", takes))};
    if (s < least) least = s;
  }
  return l->asks.n ? least : outcome_standing_of(NULL, o->id, &x->evidence);
}

static void add_evidence(const struct showing *x, const struct outcome *o, struct outcome_line *l) {
  struct request *rq = x->rq;
  size_t cap = 0;
  for (size_t i = 0; i < x->evidence.n; i++) {
    const struct evidence *e = &x->evidence.p[i];
    if (e->outcome_id != o->id) continue;
    struct str what = label_of(rq, "outcome_evidence", e->what),
               name = accounts_name_for(rq, e->by_user),
               says = SAY(rq->arena, lang_of(rq),
                          T("{what}: {name}, {day}. Nothing is kept of it."), SLOT("what", what),
                          SLOT("name", name), SLOT("day", day_words(rq->arena, e->on)));
    *slice_push(rq->arena, &l->evidence, &cap) =
        e->note.n ? str_format(rq->arena, "%.*s %.*s", P(says), P(e->note)) : says;
  }
}

/* Every kind of evidence; what a contract takes says so. */
static struct outcome_choices shows_of(const struct showing *x, const struct outcome *o) {
  const struct code_list *list = code_list("outcome_evidence");
  struct outcome_choices out = {0};
  size_t cap = 0;
  for (size_t i = 0; list && i < list->n; i++) {
    struct str code = list->p[i].code;
    struct outcome_choice c = {
        code, words_label(lang_of(x->rq), list->p[i].label), {0}};
    for (size_t k = 0; o && k < x->schemes.n; k++) {
      const struct contract_outcome *asks = asked(&x->schemes.p[k], o);
      for (size_t e = 0; asks && e < asks->evidence.n; e++)
        if (str_eq(asks->evidence.p[e], code))
          c.hint = SAY(x->rq->arena, lang_of(x->rq), T("{name} takes it"),
                       SLOT("name", x->schemes.p[k].contract.name));
    }
    *slice_push(x->rq->arena, &out, &cap) = c;
  }
  return out;
}

static struct str state_words(struct request *rq, enum outcome_standing s) {
  return s == OUTCOME_SHOWN             ? PAGE_TITLE(rq, "Shown")
         : s == OUTCOME_SHOWN_OTHERWISE ? PAGE_TITLE(rq, "Not yet as the contract asks")
                                        : PAGE_TITLE(rq, "Nothing shows it yet");
}

static struct outcome_line line_of(const struct showing *x, const struct outcome *o,
                                   enum outcome_standing *standing) {
  struct request *rq = x->rq;
  static const char *const signs[] = {"need", "maybe", "good"};
  struct outcome_line l = {.id = uuid_str(rq->arena, o->public_id),
                           .title = label_of(rq, "outcomes", o->kind),
                           .day = day_words(rq->arena, o->on_day),
                           .words = o->words,
                           .seen_on = day_typed(rq->arena, rq->today),
                           .may_write = x->whole && actor_has(&rq->actor, OUTCOME_WRITERS),
                           .may_end = o->ended_on == DAY_NONE};
  if (o->hours.n) l.hours = label_of(rq, "hours_bands", o->hours);
  if (o->ended_on != DAY_NONE) l.until = day_words(rq->arena, o->ended_on);
  *standing = add_asks(x, o, &l);
  l.state = state_words(rq, *standing), l.sign = signs[*standing];
  if (!x->whole) return l;
  add_evidence(x, o, &l);
  l.beside = people_said_of(rq, x->p, "outcome", o->public_id);
  l.shows = shows_of(x, o);
  return l;
}

/* ---- the page ---- */

static struct outcome_choices choices_of(struct request *rq, const char *list) {
  const struct code_list *codes = code_list(list);
  struct outcome_choices out = {0};
  size_t cap = 0;
  for (size_t i = 0; codes && i < codes->n; i++)
    if (!codes->p[i].ended)
      *slice_push(rq->arena, &out, &cap) =
          (struct outcome_choice){
              codes->p[i].code, words_label(lang_of(rq), codes->p[i].label), {0}};
  return out;
}

/* The form's own id, so that what is sent twice is kept once. */
static struct str form_key(struct request *rq, struct str person) {
  struct str name = str_format(rq->arena, "outcome %lld %lld %.*s", (long long)rq->actor.user_id,
                               (long long)rq->now, P(person));
  return uuid_str(rq->arena, uuid_from_name(S("contact"), name));
}

/* The first milestone whose day has come: something to ask, never a claim. */
static struct str lasts_words(const struct showing *x) {
  struct request *rq = x->rq;
  for (size_t i = 0; i < x->all.n; i++) {
    struct str kind;
    day_t due = outcome_due(&x->all.p[i], &x->all, &kind);
    if (due == DAY_NONE || due > rq->today) continue;
    return SAY(rq->arena, lang_of(rq), T("Ask whether the work goes on: {what} would be {day}."),
               SLOT("what", label_of(rq, "outcomes", kind)),
               SLOT("day", day_words(rq->arena, due)));
  }
  return (struct str){0};
}

static void add_lines(const struct showing *x, struct outcomes_view *page) {
  size_t shown = 0, not_shown = 0, mistakes = 0;
  for (size_t i = 0; i < x->all.n; i++) {
    const struct outcome *o = &x->all.p[i];
    enum outcome_standing s;
    struct outcome_line l = line_of(x, o, &s);
    if (o->mistake_on != DAY_NONE)
      *slice_push(x->rq->arena, &page->mistakes, &mistakes) =
          str_format(x->rq->arena, "%.*s, %.*s", P(l.title), P(l.day));
    else if (s == OUTCOME_SHOWN)
      *slice_push(x->rq->arena, &page->shown, &shown) = l;
    else
      *slice_push(x->rq->arena, &page->not_shown, &not_shown) = l;
  }
  page->none = !page->shown.n && !page->not_shown.n;
}

static void show(struct request *rq, const struct person *p, struct sight sight, struct str fault) {
  struct str id = uuid_str(rq->arena, p->public_id);
  struct showing x = showing_of(rq, p);
  x.whole = true;
  struct outcomes_view page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Outcomes")),
                               .fault = fault,
                               .key = form_key(rq, id),
                               .on = day_typed(rq->arena, rq->today),
                               .may_write = actor_has(&rq->actor, OUTCOME_WRITERS),
                               .lasts = lasts_words(&x),
                               .kinds = choices_of(rq, "outcomes"),
                               .hours = choices_of(rq, "hours_bands"),
                               .shows = shows_of(&x, NULL)};
  add_lines(&x, &page);
  view_outcomes(rq->view, &page);
}

void outcomes_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_OUTCOMES)) show(rq, &p, sight, (struct str){0});
}

void outcomes_card(struct request *rq, const struct person *p, struct sight sight) {
  struct showing x = showing_of(rq, p);
  struct outcomes_card_view card = {
      .path = str_format(rq->arena, "/people/%.*s/outcomes", P(uuid_str(rq->arena, p->public_id))),
      .may_write = actor_has(&rq->actor, OUTCOME_WRITERS)};
  size_t cap = 0;
  (void)sight;
  for (size_t i = 0; i < x.all.n && card.lines.n < OUTCOMES_A_CARD; i++) {
    enum outcome_standing s;
    if (x.all.p[i].mistake_on == DAY_NONE)
      *slice_push(rq->arena, &card.lines, &cap) = line_of(&x, &x.all.p[i], &s);
  }
  view_outcomes_card(rq->view, &card);
}

void outcomes_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_OUTCOMES)) return;
  struct outcomes all = outcomes_of(rq->db, rq->arena, p.id);
  struct evidences evidence = outcomes_evidence(rq->db, rq->arena, p.id);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("outcomes"));
  json_list(&j);
  for (size_t i = 0; i < all.n; i++) {
    const struct outcome *o = &all.p[i];
    json_open(&j);
    json_put_str(&j, "id", uuid_str(rq->arena, o->public_id));
    json_put_str(&j, "kind", o->kind);
    json_put_str(&j, "on_day", day_iso(rq->arena, o->on_day));
    json_put_str_if(&j, "hours", o->hours);
    json_put_str_if(&j, "words", o->words);
    json_put_str_if(&j, "ended_on", day_iso(rq->arena, o->ended_on));
    json_put_str_if(&j, "mistake_on", day_iso(rq->arena, o->mistake_on));
    json_key(&j, S("shown_by"));
    json_list(&j);
    for (size_t k = 0; k < evidence.n; k++)
      if (evidence.p[k].outcome_id == all.p[i].id) json_str(&j, evidence.p[k].what);
    json_list_end(&j);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- lists: the next thing, and good news ---- */

void outcomes_next(struct request *rq, const int64_t *people, struct person_next *out, size_t n) {
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select person_id, min(due_on) from outcome_now where person_id in "
                              "INTS(?1) and due_on is not null group by person_id"),
                          db_in(rq->arena, people, n));
  while (db_next(&r))
    for (size_t i = 0; i < n; i++)
      if (people[i] == row_int(&r, 0))
        out[i] =
            (struct person_next){PAGE_TITLE(rq, "Ask whether the work goes on"), row_day(&r, 1)};
}

void outcomes_good(struct request *rq, const int64_t *people, day_t since, struct person_next *out,
                   size_t n) {
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select person_id, kind, max(on_day) from outcome_now where "
                              "person_id in INTS(?1) and on_day >= ?2 group by person_id, kind "
                              "order by 3"),
                          db_in(rq->arena, people, n), db_day(rq->arena, since));
  while (db_next(&r))
    for (size_t i = 0; i < n; i++)
      if (people[i] == row_int(&r, 0))
        out[i] = (struct person_next){
            str_format(rq->arena, "%.*s.", P(label_of(rq, "outcomes", row_text(&r, 1)))),
            row_day(&r, 2)};
}

/* ---- what was posted ---- */

struct outcome_work {
  struct request *rq;
  struct person p;
  struct sight sight;
  struct outcome o;
  struct evidence e;
  enum db_result (*run)(struct outcome_work *w, struct db *db);
  const char *did;
};

static enum db_result work_once(struct db *db, void *with) {
  struct outcome_work *w = with;
  struct outcome before = w->o;
  enum db_result r = w->run(w, db);
  if (r == DB_OK)
    audit_did(w->rq, w->did, w->p.id, CLASS_OUTCOMES);
  else
    w->o = before;
  return r;
}

static void refuse(struct outcome_work *w, int status, struct str fault) {
  reply_status(w->rq, status);
  show(w->rq, &w->p, w->sight, fault);
}

/* True once it is written. */
static bool finish(struct outcome_work *w, struct str said) {
  struct request *rq = w->rq;
  enum db_result r = db_atomically(rq->db, STORE_MAIN, work_once, w);
  if (r != DB_OK) {
    refuse(w, r == DB_CONFLICT ? 409 : 503,
           r == DB_CONFLICT
               ? PAGE_TITLE(rq, "Somebody was first. Look at how it stands now.")
               : PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return false;
  }
  reply_flash(rq, said);
  reply_redirect(
      rq, str_format(rq->arena, "/people/%.*s/outcomes", P(uuid_str(rq->arena, w->p.public_id))));
  return true;
}

static enum db_result run_keep(struct outcome_work *w, struct db *db) {
  struct request *rq = w->rq;
  bool again = false;
  enum db_result r = outcome_keep(db, rq->arena, &w->o, rq->actor.user_id, rq->now, &again);
  if (r != DB_OK || again || !w->e.what.n) return r;
  return outcome_show(db, rq->arena, &w->o, &w->e, rq->now);
}

static struct strs posted_values(void *from, const char *name) {
  return request_form_all(from, name);
}

static struct str read_outcome(struct request *rq, struct outcome *o) {
  struct posted posted = {posted_values, rq};
  struct faults faults = record_form_read(&outcome_type, fields, &posted, rq->arena, o);
  /* No day typed is today: what is kept in seconds is of today as a rule. */
  if (!str_trim(request_form(rq, "on_day")).n && faults.n == 1 && o->kind.n) {
    o->on_day = rq->today;
    return (struct str){0};
  }
  if (faults.n) {
    struct str label = words_label(lang_of(rq), str_of(faults.p[0].field->label));
    return str_format(rq->arena, "%.*s: %.*s", P(label), P(faults.p[0].sentence));
  }
  return o->on_day > rq->today ? PAGE_TITLE(rq, "An outcome has come: its day is today or before.")
                               : (struct str){0};
}

void outcomes_post(struct request *rq) {
  struct outcome_work w = {.rq = rq, .run = run_keep, .did = "an outcome written down"};
  if (!people_open(rq, &w.p, &w.sight, CLASS_OUTCOMES)) return;
  record_clear(&outcome_type, &w.o);
  struct str fault = read_outcome(rq, &w.o), shown = request_form(rq, "shown");
  if (!fault.n && shown.n && !code_find(code_list("outcome_evidence"), shown))
    fault = PAGE_TITLE(rq, "Choose what shows it, or nothing yet.");
  if (fault.n) {
    refuse(&w, 422, fault);
    return;
  }
  w.o.person = w.p.id;
  uuid_parse(request_form(rq, "key"), &w.o.public_id);
  w.e = (struct evidence){.what = shown, .on = rq->today, .by_user = rq->actor.user_id};
  finish(&w, PAGE_TITLE(rq, "It is kept."));
}

/* The outcome of the path; one of somebody else is as absent as none. */
static bool open_one(struct request *rq, struct outcome_work *w) {
  struct uuid id;
  if (!people_open(rq, &w->p, &w->sight, CLASS_OUTCOMES)) return false;
  if (uuid_parse(request_path(rq, "outcome"), &id) && outcome_known(rq->db, rq->arena, id, &w->o) &&
      w->o.person == w->p.id)
    return true;
  reply_not_found(rq);
  return false;
}

static enum db_result run_show(struct outcome_work *w, struct db *db) {
  return outcome_show(db, w->rq->arena, &w->o, &w->e, w->rq->now);
}

void outcome_evidence_post(struct request *rq) {
  struct outcome_work w = {.rq = rq, .run = run_show, .did = "evidence of an outcome seen"};
  if (!open_one(rq, &w)) return;
  struct str on = str_trim(request_form(rq, "seen_on"));
  w.e = (struct evidence){.what = request_form(rq, "what"),
                          .note = utf8_head(str_trim(request_form(rq, "note")), OUTCOME_NOTE_MAX),
                          .on = rq->today,
                          .by_user = rq->actor.user_id};
  if (!code_find(code_list("outcome_evidence"), w.e.what)) {
    refuse(&w, 422, PAGE_TITLE(rq, "Choose what you saw or heard."));
    return;
  }
  if (on.n && (!day_parse_typed(on, &w.e.on) || w.e.on > rq->today)) {
    refuse(&w, 422, PAGE_TITLE(rq, "Write the day like 31/3/2026, today or before."));
    return;
  }
  finish(&w, PAGE_TITLE(rq, "Seen, and not kept."));
}

static enum db_result run_change(struct outcome_work *w, struct db *db) {
  return outcome_change(db, w->rq->arena, &w->o, w->rq->actor.user_id, w->rq->now);
}

void outcome_change_post(struct request *rq) {
  struct outcome_work w = {.rq = rq, .run = run_change, .did = "an outcome changed"};
  if (!open_one(rq, &w)) return;
  struct str on = str_trim(request_form(rq, "ended_on"));
  if (str_eq(request_form(rq, "do"), S("mistake"))) {
    w.o.mistake_on = rq->today;
  } else if (!on.n) {
    w.o.ended_on = rq->today;
  } else if (!day_parse_typed(on, &w.o.ended_on) || w.o.ended_on > rq->today ||
             w.o.ended_on < w.o.on_day) {
    refuse(&w, 422, PAGE_TITLE(rq, "The day it ended is between its first day and today."));
    return;
  }
  finish(&w, PAGE_TITLE(rq, "Saved."));
}
