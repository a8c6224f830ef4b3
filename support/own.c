/* own: the plan and the strengths as they stand on the person's own page. */
#include "db/seal.h"
#include "support/inside.h"

enum { REVISIONS_LOOKED = 12 };

struct uuid support_matters_id(struct str matters) {
  return uuid_from_name(S("what matters to them"), matters);
}

static bool lifts_danger(const struct barriers *danger, int64_t barrier_id) {
  for (size_t i = 0; barrier_id && i < danger->n; i++)
    if (danger->p[i].id == barrier_id) return true;
  return false;
}

/* Takes out what may not stand on the page. */
static void keep_shown(const struct own_scope *scope, const struct barriers *danger,
                       struct plan *p) {
  size_t goals = 0;
  for (size_t g = 0; g < p->goals.n; g++) {
    struct plan_goal goal = p->goals.p[g];
    size_t steps = 0;
    if (!own_shows(scope, "goal", goal.public_id)) continue;
    for (size_t i = 0; i < goal.steps.n; i++)
      if (own_shows(scope, "step", goal.steps.p[i].public_id) &&
          !lifts_danger(danger, goal.steps.p[i].barrier_id))
        goal.steps.p[steps++] = goal.steps.p[i];
    goal.steps.n = steps;
    p->goals.p[goals++] = goal;
  }
  p->goals.n = goals;
  if (p->matters.n && !own_shows(scope, "matters", support_matters_id(p->matters)))
    p->matters = (struct str){0};
}

/* The words, whichever revision they stand in. */
static struct str words_of_plan(struct arena *a, const struct plan *p) {
  struct plan same = *p;
  same.number = 0;
  return support_plan_text(a, &same);
}

struct revisions_seen {
  struct plan of[REVISIONS_LOOKED];
  struct str words[REVISIONS_LOOKED];
  size_t n;
};

/* Newest first, as shown; what matters to them is what was last shown of it. */
static void look_back(struct db *db, struct arena *a, const struct own_scope *scope,
                      struct revisions_seen *seen) {
  struct barriers danger = support_barriers(db, a, scope->person_id, CLASS_SAFETY);
  int64_t newest =
      db_number(db, 0, SQL("select max(number) from plan_revision where person_id = ?1"),
                V(scope->person_id));
  for (int64_t number = newest; number > 0 && seen->n < REVISIONS_LOOKED; number--) {
    struct plan *p = &seen->of[seen->n];
    if (!support_plan(db, a, scope->person_id, number, p)) break;
    keep_shown(scope, &danger, p);
    seen->n++;
  }
  for (size_t i = seen->n; i-- > 0;) {
    if (!seen->of[i].matters.n && i + 1 < seen->n) seen->of[i].matters = seen->of[i + 1].matters;
    seen->words[i] = words_of_plan(a, &seen->of[i]);
  }
}

bool support_plan_own(struct db *db, struct arena *a, const struct own_scope *scope,
                      struct plan *out, struct str *stamp) {
  struct revisions_seen *seen = arena_new(a, struct revisions_seen);
  if (!scope->open) return false;
  look_back(db, a, scope, seen);
  if (!seen->n || (!seen->of[0].goals.n && !seen->of[0].matters.n)) return false;
  size_t first = 0;
  struct plan_agreement agreed = seen->of[0].agreed;
  while (first + 1 < seen->n && str_eq(seen->words[first + 1], seen->words[0])) {
    first++;
    if (seen->of[first].agreed.is) agreed = seen->of[first].agreed;
  }
  struct sha256 h = sha256_of(seen->words[0]);
  *stamp = hex_of(a, &h, sizeof h);
  *out = seen->of[0]; /* the newest: ticked steps and agreement are about its rows */
  out->on = seen->of[first].on, out->written_by = seen->of[first].written_by;
  out->agreed = agreed;
  return true;
}

enum db_result support_own_goal(struct db *db, struct arena *a, int64_t person_id, struct str words,
                                int64_t by_user, instant_t now) {
  struct plan p;
  size_t cap;
  bool there = support_plan(db, a, person_id, 0, &p);
  if (!there) memset(&p, 0, sizeof p), p.review_on = DAY_NONE;
  struct plan_goal *all = arena_many(a, struct plan_goal, p.goals.n + 1);
  for (size_t i = 0; i < p.goals.n; i++) all[i] = p.goals.p[i];
  all[p.goals.n] = (struct plan_goal){.public_id = uuid_v4(), .words = words};
  struct uuid goal = all[p.goals.n].public_id;
  cap = p.goals.n + 1;
  p.goals.p = all, p.goals.n = cap;
  p.public_id = (struct uuid){{0}};
  p.written_by = S("person"), p.on = instant_local_uk(now).day;
  enum db_result result =
      support_plan_write(db, a, person_id, there ? p.number : 0, &p, by_user, now);
  return result == DB_OK ? own_page_item(db, a, person_id, "goal", goal, true, by_user, now)
                         : result;
}

struct own_strengths support_own_strengths(struct db *db, struct arena *a,
                                           const struct own_scope *scope) {
  struct own_strengths out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* by key */ select * from strength where person = ?1 order by "
                              "said_on desc, id desc"),
                          V(scope->person_id));
  while (db_next(&r)) {
    struct strength s;
    record_clear(&strength_type, &s);
    record_from_row(&strength_type, &r, &s);
    if (s.words.n && own_shows(scope, "strength", s.public_id))
      *slice_push(a, &out, &cap) = (struct own_strength){s.public_id, uuid_str(a, s.public_id),
                                                         s.words, s.evidence, s.said_on};
  }
  return out;
}

enum db_result support_own_strength_add(struct db *db, struct arena *a, int64_t person_id,
                                        struct str words, int64_t by_user, instant_t now) {
  struct strength s;
  record_clear(&strength_type, &s);
  s.public_id = uuid_v4();
  s.person = person_id, s.words = words, s.said_on = instant_local_uk(now).day;
  enum db_result result = record_insert(db, a, &strength_type, &s, by_user, now);
  return result == DB_OK
             ? own_page_item(db, a, person_id, "strength", s.public_id, true, by_user, now)
             : result;
}
