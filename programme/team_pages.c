/* team_pages: who is ready to start, exceptions that wait for a manager, the starts of this month
 * by programme and by who pays; one contract in plain words; tables of ten or more. */
#include "db/list.h"
#include "directory/directory.h"
#include "programme/inside.h"
#include "sharing/sharing.h"
#include "support/support.h"
#include "team.html.h"

enum { STARTS_MAX = 1000, TABLE_PEOPLE_MAX = 20000, CHOICES_MAX = 64 };

/* Whoever sees only their own people asks the second of each pair. */
#define STARTS                                                                                     \
  "select n.joining_id, m.person_id, n.started_on " MAY_SEE_FROM                                   \
  "join joining_now n on n.person_id = m.person_id and n.started_on is not null "
#define JOININGS                                                                                   \
  "select n.joining_id, m.person_id " MAY_SEE_FROM                                                 \
  "join joining_now n on n.person_id = m.person_id "
#define OUTCOMES                                                                                   \
  "select n.outcome_id, n.enough " MAY_SEE_FROM                                                    \
  "join outcome_now n on n.person_id = m.person_id "
#define OUTCOMES_BY FILTERS("n.programme_id = ?", "n.organisation_id = ?", "n.kind = ?")
LIST(outcomes_of_team, STORE_MAIN, OUTCOMES, SCOPE(MAY_SEE_SCOPE), OUTCOMES_BY,
     SORTS("n.outcome_id, n.joining_id"));
LIST(outcomes_of_worker, STORE_MAIN, OUTCOMES, SCOPE(MAY_SEE_SCOPE MAY_SEE_OWN), OUTCOMES_BY,
     SORTS("n.outcome_id, n.joining_id"));
#define STARTS_BY                                                                                  \
  FILTERS("n.programme_id = ?", "n.organisation_id = ?", "n.started_on >= ?", "n.started_on <= ?")
#define JOININGS_BY FILTERS("n.state = ?", "n.organisation_id = ?")
LIST(starts_of_team, STORE_MAIN, STARTS, SCOPE(MAY_SEE_SCOPE), STARTS_BY,
     SORTS("n.started_on, n.joining_id"));
LIST(starts_of_worker, STORE_MAIN, STARTS, SCOPE(MAY_SEE_SCOPE MAY_SEE_OWN), STARTS_BY,
     SORTS("n.started_on, n.joining_id"));
LIST(joinings_of_team, STORE_MAIN, JOININGS, SCOPE(MAY_SEE_SCOPE), JOININGS_BY,
     SORTS("n.since, n.joining_id"));
LIST(joinings_of_worker, STORE_MAIN, JOININGS, SCOPE(MAY_SEE_SCOPE MAY_SEE_OWN), JOININGS_BY,
     SORTS("n.since, n.joining_id"));

static bool sees_team(struct request *rq) {
  return permission_whole_team(rq->db, rq->arena, &rq->actor);
}

static enum language lang_of(const struct request *rq) { return (enum language)rq->lang; }
static bool is_manager(const struct request *rq) { return actor_has(&rq->actor, ROLE_MANAGER); }

struct starts programme_starts(struct request *rq, int64_t programme_id, day_t from, day_t to,
                               int limit, int part) {
  struct list_ask ask = {.limit = limit};
  const struct list *list = sees_team(rq) ? &starts_of_team : &starts_of_worker;
  struct starts out = {0};
  size_t cap = 0;
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  ask.filter[0].on = ask.filter[1].on = ask.filter[2].on = true;
  ask.filter[0].v = V(programme_id), ask.filter[1].v = V(rq->actor.organisation_id);
  ask.filter[2].v = db_day(rq->arena, from);
  if (to != DAY_NONE) ask.filter[3].on = true, ask.filter[3].v = db_day(rq->arena, to);
  for (int at = 0; at <= part; at++) {
    struct rows r = list_rows(rq->db, rq->arena, list, &ask);
    for (out.n = 0; db_next(&r); ask.after = list_key(list, &r, 0)) {
      struct start_row row = {row_int(&r, 0), row_int(&r, 1), row_day(&r, 2)};
      if (out.n < cap) out.p[out.n++] = row;
      else *slice_push(rq->arena, &out, &cap) = row;
    }
    if (out.n < (size_t)limit && at < part) out.n = 0, at = part; /* there is no such part */
  }
  return out;
}

/* ---- who waits ---- */

struct pairs {
  int64_t joining[PROGRAMME_LISTED_MAX], person[PROGRAMME_LISTED_MAX];
  size_t n;
};

static struct pairs listed(struct request *rq, struct str state) {
  struct pairs all = {0};
  struct list_ask ask = {.limit = PROGRAMME_LISTED_MAX};
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  ask.filter[0].on = ask.filter[1].on = true;
  ask.filter[0].v = V(state), ask.filter[1].v = V(rq->actor.organisation_id);
  struct rows r =
      list_rows(rq->db, rq->arena, sees_team(rq) ? &joinings_of_team : &joinings_of_worker, &ask);
  while (db_next(&r)) all.joining[all.n] = row_int(&r, 0), all.person[all.n++] = row_int(&r, 1);
  return all;
}

/* Those who hide, whom only named workers see: a second query, asked of everyone. */
static struct pairs named(struct request *rq, struct str state) {
  int64_t people[PROGRAMME_LISTED_MAX];
  struct pairs all = {0};
  size_t n = permission_named_for(rq->db, rq->arena, &rq->actor, rq->today, rq->now, people,
                                  countof(people));
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select joining_id, person_id from joining_now where person_id in "
                              "INTS(?1) and state = ?2 and organisation_id = ?3 order by "
                              "joining_id"),
                          V(db_in(rq->arena, people, n)), V(state), V(rq->actor.organisation_id));
  while (db_next(&r))
    if (all.n < PROGRAMME_LISTED_MAX)
      all.joining[all.n] = row_int(&r, 0), all.person[all.n++] = row_int(&r, 1);
  return all;
}

static void add_row(struct request *rq, int64_t joining_id, int64_t person_id, struct sight sight,
                    struct prog_rows *out, size_t *cap) {
  struct person p;
  struct joining j;
  record_clear(&joining_type, &j);
  if (!(sight.classes & CLASS_OUTCOMES) || !people_seen(rq, person_id, sight, &p) ||
      !record_load(rq->db, rq->arena, &joining_type, joining_id, &j))
    return;
  audit_shows(rq, person_id, CLASS_IDENTITY | CLASS_OUTCOMES);
  struct prog_row row = programme_row_of(rq, &j, p.public_id, sight.classes);
  row.who = p.name, row.safe = people_safe_words(rq, &p);
  *slice_push(rq->arena, out, cap) = row;
}

static void add_rows(struct request *rq, const struct pairs *all, struct prog_rows *out) {
  size_t cap = out->n;
  for (size_t i = 0; i < all->n; i++) {
    int64_t person = all->person[i];
    struct sight sight;
    if (permission_recheck(rq, &person, &sight, 1))
      add_row(rq, all->joining[i], person, sight, out, &cap);
  }
}

static bool find(struct request *rq, struct str state, struct prog_rows *out) {
  struct pairs seen = listed(rq, state), hiding = named(rq, state);
  add_rows(rq, &seen, out);
  add_rows(rq, &hiding, out);
  return seen.n == PROGRAMME_LISTED_MAX;
}

int64_t programme_waiting(struct request *rq) {
  return is_manager(rq) ? (int64_t)listed(rq, S("waiting")).n : 0;
}

/* ---- this month ---- */

static struct str page_path(struct request *rq, const struct contract *c) {
  return str_format(rq->arena, "/programmes/%.*s", P(c->code));
}

static bool is_in(const int64_t *ids, size_t n, int64_t id) {
  for (size_t i = 0; i < n; i++)
    if (ids[i] == id) return true;
  return false;
}

/* Different people among starts on days that a funder pays (NULL: all); their ids into `ids`. */
static size_t people_of(const struct starts *all, const struct contract_funder *f, int64_t *ids) {
  size_t n = 0;
  for (size_t i = 0; i < all->n; i++) {
    day_t on = all->p[i].on;
    bool pays = !f || (f->from <= on && (f->to == DAY_NONE || on <= f->to));
    if (pays && !is_in(ids, n, all->p[i].person_id)) ids[n++] = all->p[i].person_id;
  }
  return n;
}

static void add_month(struct request *rq, const struct programme *g, struct prog_list_page *page,
                      size_t *cap) {
  struct ymd d = day_ymd(rq->today);
  struct starts all =
      programme_starts(rq, g->id, day_of(d.year, d.month, 1), rq->today, STARTS_MAX, 0);
  int64_t *ids = arena_many(rq->arena, int64_t, all.n + 1);
  struct prog_month m = {.name = g->contract.name, .path = page_path(rq, &g->contract)};
  size_t n = people_of(&all, NULL, ids), funders = 0;
  if (!n) return;
  m.people = (int64_t)n, m.households = people_households_among(rq->db, rq->arena, ids, n);
  for (size_t i = 0; i < g->contract.funders.n; i++) {
    const struct contract_funder *f = &g->contract.funders.p[i];
    size_t some = people_of(&all, f, ids);
    if (some)
      *slice_push(rq->arena, &m.funders, &funders) = (struct prog_funder_row){
          .name = f->name,
          .people = (int64_t)some,
          .share = f->share,
          .households = people_households_among(rq->db, rq->arena, ids, some)};
  }
  *slice_push(rq->arena, &page->month, cap) = m;
}

void programme_list_page(struct request *rq) {
  struct prog_list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Programmes")),
                                .signs = is_manager(rq),
                                .keeps = is_manager(rq)};
  struct programmes all = programmes_known(rq->db, rq->arena);
  size_t month = 0, delivered = 0, others = 0;
  audit_shows(rq, 0, 0);
  if (page.signs) find(rq, S("waiting"), &page.waiting);
  page.more = find(rq, S("ready"), &page.ready);
  for (size_t i = 0; i < all.n; i++) {
    struct prog_row row = {.name = all.p[i].contract.name,
                           .path = page_path(rq, &all.p[i].contract)};
    if (programme_delivered(rq->db, all.p[i].id, rq->actor.organisation_id)) {
      *slice_push(rq->arena, &page.delivered, &delivered) = row;
      add_month(rq, &all.p[i], &page, &month);
    } else {
      *slice_push(rq->arena, &page.others, &others) = row;
    }
  }
  view_programme_list(rq->view, &page);
}

/* ---- one contract ---- */

struct outcome_count outcome_count(struct request *rq, int64_t programme_id, struct str kind) {
  struct list_ask ask = {.limit = STARTS_MAX};
  struct outcome_count out = {0};
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  ask.filter[0].on = ask.filter[1].on = ask.filter[2].on = true;
  ask.filter[0].v = V(programme_id), ask.filter[1].v = V(rq->actor.organisation_id);
  ask.filter[2].v = V(kind);
  struct rows r = list_rows(rq->db, rq->arena,
                            sees_team(rq) ? &outcomes_of_team : &outcomes_of_worker, &ask);
  while (db_next(&r)) *(row_int(&r, 1) ? &out.shown : &out.waiting) += 1;
  return out;
}

static void add_outcomes(struct request *rq, const struct programme *g, struct prog_page *page) {
  const struct contract *c = &g->contract;
  size_t cap = 0;
  for (size_t i = 0; i < c->outcomes.n; i++) {
    const struct contract_outcome *o = &c->outcomes.p[i];
    struct outcome_count n = outcome_count(rq, g->id, o->kind);
    struct prog_outcome line = {.words = o->words, .shown = n.shown, .waiting = n.waiting};
    for (size_t k = 0; k < o->evidence.n; k++) {
      struct str says = words_label(lang_of(rq), code_label("outcome_evidence", o->evidence.p[k]));
      line.takes = k ? str_format(rq->arena, "%.*s; %.*s", P(line.takes), P(says)) : says;
    }
    *slice_push(rq->arena, &page->outcomes, &cap) = line;
  }
}

static struct str days_of(struct request *rq, const struct contract_funder *f) {
  bool always = f->from <= day_of(1900, 1, 1);
  if (always) return PAGE_TITLE(rq, "The source gives no days");
  if (f->to == DAY_NONE)
    return SAY(rq->arena, lang_of(rq), T("From {day}"), SLOT("day", day_words(rq->arena, f->from)));
  return SAY(rq->arena, lang_of(rq), T("{first} to {last}"),
             SLOT("first", day_words(rq->arena, f->from)),
             SLOT("last", day_words(rq->arena, f->to)));
}

/* A file holds so many rows; the further ones are files of their own. */
static void add_parts(struct request *rq, const struct contract_funder *f,
                      const struct prog_page *page, struct prog_funder_line *line) {
  size_t cap = 0;
  for (int part = 2; part <= RETURN_PARTS_MAX; part++) {
    struct arena scratch = *rq->arena;
    struct request asks = *rq;
    asks.arena = &scratch;
    if (!programme_starts(&asks, page->id, f->from, f->to, RETURN_ROWS_MAX, part - 1).n) return;
    *slice_push(rq->arena, &line->parts, &cap) = (struct prog_file_part){
        str_format(rq->arena, "%.*s?part=%d", P(line->path), part), part};
  }
}

static void add_funders(struct request *rq, const struct contract *c, struct prog_page *page) {
  size_t cap = 0;
  for (size_t i = 0; i < c->funders.n; i++) {
    const struct contract_funder *f = &c->funders.p[i];
    struct prog_funder_line line = {.name = f->name,
                                    .share = f->share,
                                    .days = days_of(rq, f),
                                    .sends = PAGE_TITLE(rq, "Nothing about anybody")};
    if (f->returns.n) line.sends = PAGE_TITLE(rq, "A file of starts");
    if (f->returns.n && page->keeps && page->delivers)
      line.path = str_format(rq->arena, "/programmes/%.*s/return/%.*s", P(c->code), P(f->code));
    page->returns |= line.path.n > 0;
    if (line.path.n) add_parts(rq, f, page, &line);
    *slice_push(rq->arena, &page->funders, &cap) = line;
  }
}

static struct str share_words(struct request *rq, struct share_told s) {
  return str_format(rq->arena, "%lld%%", (long long)s.percent);
}

/* Of those who started and have finished or left: how many went onward, how many into paid work. */
static void add_shares(struct request *rq, const struct programme *g, struct prog_page *page) {
  int64_t of = 0, onward = 0, paid = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select coalesce(end_code, ''), count(*) from joining where "
                              "programme = ?1 and organisation = ?2 and started_on is not null "
                              "and ended_on is not null group by coalesce(end_code, '')"),
                          V(g->id), V(rq->actor.organisation_id));
  while (db_next(&r)) {
    const struct contract_end *e = contract_end(&g->contract, row_text(&r, 0));
    of += row_int(&r, 1);
    if (e && e->onward) onward += row_int(&r, 1);
    if (e && e->paid) paid += row_int(&r, 1);
  }
  struct share_told on = share_of(onward, of), work = share_of(paid, of);
  page->held = on.held && page->delivers;
  if (on.held) return;
  page->onward = share_words(rq, on), page->paid = share_words(rq, work);
  page->of = SAY_N(rq->arena, lang_of(rq),
                   TN("1 person who finished or left", "{n} people who finished or left", of));
}

static void show_one(struct request *rq, const struct programme *g, struct str fault) {
  const struct contract *c = &g->contract;
  const struct rules_rule *rule = programme_rule(c);
  struct prog_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A programme")),
                           .id = g->id,
                           .code = c->code,
                           .name = c->name,
                           .about = c->about,
                           .source = c->source,
                           .invented = c->invented,
                           .fault = fault,
                           .delivers =
                               programme_delivered(rq->db, g->id, rq->actor.organisation_id),
                           .keeps = is_manager(rq),
                           .sent = programme_sents_of(rq, c, rq->today, NULL)};
  size_t proofs = 0, forms = 0, notes = 0;
  if (rule)
    page.for_whom =
        rules_words(rq->arena, directory_book(), rule, rq->today, (struct rules_tongue){0});
  for (size_t i = 0; i < c->proofs.n; i++)
    *slice_push(rq->arena, &page.proofs, &proofs) = c->proofs.p[i].words;
  for (size_t i = 0; i < c->forms.n; i++)
    *slice_push(rq->arena, &page.forms, &forms) = c->forms.p[i].title;
  for (size_t i = 0; i < c->notes.n; i++)
    *slice_push(rq->arena, &page.notes, &notes) = c->notes.p[i];
  add_funders(rq, c, &page);
  add_shares(rq, g, &page);
  add_outcomes(rq, g, &page);
  view_programme_page(rq->view, &page);
}

void programme_page(struct request *rq) {
  struct programme g;
  if (programme_by_code(rq->db, rq->arena, request_path(rq, "programme"), &g))
    show_one(rq, &g, (struct str){0});
  else
    reply_not_found(rq);
}

struct deliver_work {
  struct request *rq;
  int64_t programme_id;
  bool on;
};

static enum db_result deliver_once(struct db *db, void *with) {
  struct deliver_work *w = with;
  return programme_deliver(db, w->programme_id, w->rq->actor.organisation_id, w->on, w->rq->arena,
                           w->rq->now);
}

void programme_deliver_post(struct request *rq) {
  struct programme g;
  struct deliver_work w = {.rq = rq, .on = str_eq(request_form(rq, "on"), S("yes"))};
  if (!programme_by_code(rq->db, rq->arena, request_path(rq, "programme"), &g)) {
    reply_not_found(rq);
    return;
  }
  w.programme_id = g.id;
  if (db_atomically(rq->db, STORE_MAIN, deliver_once, &w) != DB_OK) {
    reply_status(rq, 503);
    show_one(rq, &g, PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "Saved."));
  reply_redirect(rq, page_path(rq, &g.contract));
}

/* ---- equality, in tables of ten or more ---- */

static size_t starters(struct request *rq, int64_t *people) {
  size_t n = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select distinct person from joining where organisation = ?1 and "
                              "started_on is not null order by person limit ?2"),
                          V(rq->actor.organisation_id), V((int64_t)TABLE_PEOPLE_MAX));
  while (db_next(&r)) people[n++] = row_int(&r, 0);
  return n;
}

static struct prog_table table_of(struct request *rq, const struct question *q,
                                  const int64_t *people, size_t n) {
  struct prog_table t = {.question = q->words};
  int64_t counts[CHOICES_MAX] = {0};
  struct cell_told told[CHOICES_MAX];
  struct strs choices = {q->choices.p, q->choices.n < CHOICES_MAX ? q->choices.n : CHOICES_MAX};
  size_t cap = 0;
  equality_count(rq->db, rq->arena, q->code, choices, people, n, counts);
  struct table_told all = table_told(counts, choices.n, told);
  t.held = all.held, t.total = all.total;
  for (size_t i = 0; i < choices.n && !t.held; i++)
    *slice_push(rq->arena, &t.cells, &cap) =
        (struct prog_cell){choices.p[i], told[i].held, told[i].n};
  return t;
}

void programme_tables_page(struct request *rq) {
  struct prog_tables_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Who we reach"))};
  int64_t *people = arena_many(rq->arena, int64_t, TABLE_PEOPLE_MAX);
  struct str intro;
  size_t n = starters(rq, people), cap = 0;
  struct questions all = support_questions(rq->db, rq->arena, S("equality"), EQUALITY_VERSION);
  support_question_set(rq->db, rq->arena, S("equality"), EQUALITY_VERSION, &intro, &page.source);
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &page.tables, &cap) = table_of(rq, &all.p[i], people, n);
  view_programme_tables(rq->view, &page);
}
