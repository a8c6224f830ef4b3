/* own: what came of it, as it stands on the person's own page: what the teams of that page wrote
 * and saw, and what their own funders are told of it (PRACTICE 1 and 4). */
#include "programme/inside.h"

struct page_worker {
  int64_t id;
  bool ours;
  struct str name;
};
struct owning {
  struct db *db;
  struct arena *a;
  const struct own_scope *scope;
  struct evidences evidence; /* only what a team of the page saw */
  struct joinings joined;    /* only with an organisation of the page */
  struct {
    struct page_worker *p;
    size_t n;
  } workers;
  size_t cap;
};

/* Whoever wrote or saw something: is their team one of the page? */
static const struct page_worker *worker_of(struct owning *x, int64_t user_id) {
  struct rows r;
  for (size_t i = 0; i < x->workers.n; i++)
    if (x->workers.p[i].id == user_id) return &x->workers.p[i];
  struct page_worker *w = slice_push(x->a, &x->workers, &x->cap);
  *w = (struct page_worker){.id = user_id};
  if (db_one(&r, x->db, x->a, SQL("select team_id, name from user_account where id = ?1"),
             V(user_id))) {
    w->ours = own_team(x->scope, row_int(&r, 0)), w->name = row_text(&r, 1);
    db_done(&r);
  }
  return w;
}

static void read_evidence(struct owning *x) {
  struct evidences all = outcomes_evidence(x->db, x->a, x->scope->person_id);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++)
    if (worker_of(x, all.p[i].by_user)->ours) *slice_push(x->a, &x->evidence, &cap) = all.p[i];
}

static void read_joinings(struct owning *x) {
  struct joinings all = programme_joinings(x->db, x->a, x->scope->person_id);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].started_on != DAY_NONE && own_organisation(x->scope, all.p[i].organisation))
      *slice_push(x->a, &x->joined, &cap) = all.p[i];
}

/* The funders they were told of that get the day of such an outcome, as return.c sends it. */
static void add_told(struct owning *x, const struct joining *j, const struct outcome *o,
                     struct own_outcome *out, size_t *cap) {
  struct contract c;
  struct str field = str_format(x->a, "outcome.%.*s", P(o->kind));
  if (j->started_on > o->on_day ||
      !programme_wording(x->db, x->a, j->programme, j->contract_hash, &c))
    return;
  const struct contract_outcome *asks = contract_outcome(&c, o->kind);
  if (!asks) return;
  bool shown = outcome_standing_of(asks, o->id, &x->evidence) == OUTCOME_SHOWN;
  for (size_t i = 0; i < c.funders.n; i++) {
    const struct contract_funder *f = &c.funders.p[i];
    if (j->started_on < f->from || (f->to != DAY_NONE && j->started_on > f->to) ||
        !programme_was_told(j->told, f->code, field))
      continue;
    struct own_told *t = slice_push(x->a, &out->told, cap);
    *t = (struct own_told){.programme = c.name, .funder = f->name, .shown = shown};
    t->takes.p = asks->evidence.p, t->takes.n = asks->evidence.n;
  }
}

static struct own_outcome one_of(struct owning *x, const struct outcome *o) {
  struct own_outcome out = {.id = o->public_id,
                            .id_text = uuid_str(x->a, o->public_id),
                            .kind = o->kind,
                            .hours = o->hours,
                            .words = o->words,
                            .on = o->on_day,
                            .until = o->ended_on};
  size_t seen = 0, told = 0;
  for (size_t i = 0; i < x->evidence.n; i++) {
    const struct evidence *e = &x->evidence.p[i];
    if (e->outcome_id == o->id)
      *slice_push(x->a, &out.evidence, &seen) =
          (struct own_evidence){e->what, worker_of(x, e->by_user)->name, e->on};
  }
  for (size_t i = 0; i < x->joined.n; i++) add_told(x, &x->joined.p[i], o, &out, &told);
  return out;
}

struct own_outcomes programme_own_outcomes(struct db *db, struct arena *a,
                                           const struct own_scope *scope) {
  struct owning x = {.db = db, .a = a, .scope = scope};
  struct own_outcomes out = {0};
  size_t cap = 0;
  if (!scope->open) return out;
  struct outcomes all = outcomes_of(db, a, scope->person_id);
  if (!all.n) return out;
  read_evidence(&x);
  read_joinings(&x);
  for (size_t i = 0; i < all.n; i++) {
    const struct outcome *o = &all.p[i];
    if (o->mistake_on == DAY_NONE && worker_of(&x, o->worker)->ours &&
        own_shows(scope, "outcome", o->public_id))
      *slice_push(a, &out, &cap) = one_of(&x, o);
  }
  return out;
}
