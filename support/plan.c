/* plan: revisions that never change, what became of their steps, and the person's agreement to
 * exactly one of them. */
#include "db/seal.h"
#include "support/inside.h"

/* ---- reading ---- */

static struct str open_text(struct db *db, struct arena *a, int64_t person_id, const char *name,
                            struct str from) {
  return text_open(db, a, person_id, CLASS_PLAN, name, from);
}

/* The revision and its newest agreement; number 0: the newest. */
static bool read_revision(struct db *db, struct arena *a, int64_t person_id, int64_t number,
                          struct plan *out) {
  struct rows r;
  if (!db_one(&r, db, a,
              SQL("/* by key */ select v.id, v.public_id, v.number, v.matters, v.review_on, "
                  "v.written_by, v.made_by, v.on_day, v.rhythm_days, g.how, g.language, "
                  "g.with_whom, g.on_day, g.shown_hash from plan_revision v left join plan_agreed "
                  "g on g.revision_id = v.id and g.id = (select max(n.id) from plan_agreed n where "
                  "n.revision_id = v.id) where v.person_id = ?1 and v.number = case when ?2 > 0 "
                  "then ?2 else (select max(m.number) from plan_revision m where m.person_id = "
                  "?1) end"),
              V(person_id), V(number)))
    return false;
  *out = (struct plan){.revision_id = row_int(&r, 0),
                       .public_id = row_uuid(&r, 1),
                       .number = row_int(&r, 2),
                       .review_on = row_day(&r, 4),
                       .written_by = row_text(&r, 5),
                       .made_by = row_int(&r, 6),
                       .on = row_day(&r, 7),
                       .rhythm_days = (int)row_int(&r, 8)};
  if (!row_null(&r, 9))
    out->agreed = (struct plan_agreement){.is = true,
                                          .how = row_text(&r, 9),
                                          .language = row_text(&r, 10),
                                          .on = row_day(&r, 12),
                                          .hash = row_text(&r, 13)};
  struct str matters = row_text(&r, 3), with_whom = row_text(&r, 11);
  db_done(&r);
  out->matters = open_text(db, a, person_id, "plan.matters", matters);
  out->agreed.with_whom = open_text(db, a, person_id, "plan_agreed.with", with_whom);
  return true;
}

static struct plan_step step_of(struct db *db, struct arena *a, int64_t person_id, struct rows *r) {
  struct plan_step s = {.public_id = row_uuid(r, 3),
                        .words = open_text(db, a, person_id, "plan_step.words", row_text(r, 4)),
                        .other_words =
                            open_text(db, a, person_id, "plan_step.other", row_text(r, 5)),
                        .who = row_text(r, 6),
                        .who_words = open_text(db, a, person_id, "plan_step.who", row_text(r, 7)),
                        .by = row_day(r, 8),
                        .barrier_id = row_int(r, 9),
                        .end = row_text(r, 10),
                        .end_on = row_day(r, 11)};
  if (str_eq(s.end, S("open"))) s.end = (struct str){0};
  return s;
}

static struct plan_goal *goal_at(struct plan *p, int64_t id) {
  for (size_t g = 0; g < p->goals.n; g++)
    if (p->goals.p[g].id == id) return &p->goals.p[g];
  return NULL;
}

/* Goals, then the strengths and steps of each, by one statement: a row says which it is. */
static void read_goals(struct db *db, struct arena *a, int64_t person_id, struct plan *p) {
  enum { GOAL = 1, STRENGTH, STEP };
  size_t cap = 0, *caps = NULL;
  struct rows r = db_rows(
      db, a,
      SQL("/* by key */ select 3, s.goal_id, s.position, s.public_id, s.words, s.other_words, "
          "s.who, s.who_words, s.by_day, s.barrier_id, e.end_word, e.on_day from plan_step s left "
          "join plan_step_end e on e.person_id = s.person_id and e.step_public_id = s.public_id "
          "and not exists (select 1 from plan_step_end n where n.person_id = e.person_id and "
          "n.step_public_id = e.step_public_id and n.id > e.id) where s.revision_id = ?1 "
          "union all select 1, id, position, public_id, words, other_words, null, null, null, "
          "null, null, null from plan_goal where revision_id = ?1 "
          "union all select 2, t.goal_id, t.strength_id, null, null, null, null, null, null, null, "
          "null, null from plan_goal g join plan_goal_strength t on t.goal_id = g.id where "
          "g.revision_id = ?1 order by 1, 3, 2"),
      V(p->revision_id));
  while (db_next(&r)) {
    struct plan_goal *goal = goal_at(p, row_int(&r, 1));
    if (row_int(&r, 0) == GOAL)
      *slice_push(a, &p->goals, &cap) = (struct plan_goal){
          .id = row_int(&r, 1),
          .public_id = row_uuid(&r, 3),
          .words = open_text(db, a, person_id, "plan_goal.words", row_text(&r, 4)),
          .other_words = open_text(db, a, person_id, "plan_goal.other", row_text(&r, 5))};
    if (row_int(&r, 0) == GOAL || !goal) continue;
    if (!caps) caps = arena_many(a, size_t, 2 * p->goals.n);
    size_t *room = &caps[2 * (size_t)(goal - p->goals.p)];
    if (row_int(&r, 0) == STRENGTH)
      *slice_push(a, &goal->strengths, &room[0]) = row_int(&r, 2);
    else
      *slice_push(a, &goal->steps, &room[1]) = step_of(db, a, person_id, &r);
  }
}

bool support_plan(struct db *db, struct arena *a, int64_t person_id, int64_t number,
                  struct plan *out) {
  memset(out, 0, sizeof *out);
  if (!read_revision(db, a, person_id, number, out)) return false;
  read_goals(db, a, person_id, out);
  return true;
}

struct str support_plan_text(struct arena *a, const struct plan *p) {
  struct buf b = buf_open(1 << 20);
  buf_format(&b, "%lld\x1f%.*s\n", (long long)p->number, P(p->matters));
  if (p->rhythm_days) buf_format(&b, "rhythm\x1f%d\n", p->rhythm_days);
  for (size_t g = 0; g < p->goals.n; g++) {
    const struct plan_goal *goal = &p->goals.p[g];
    buf_format(&b, "goal\x1f%.*s\x1f%.*s\n", P(goal->words), P(goal->other_words));
    for (size_t i = 0; i < goal->steps.n; i++) {
      const struct plan_step *s = &goal->steps.p[i];
      struct str by = day_iso(a, s->by);
      buf_format(&b, "step\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s\n", P(s->words),
                 P(s->other_words), P(s->who), P(s->who_words), P(by));
    }
  }
  struct str text = str_copy(a, buf_str(&b));
  buf_free(&b);
  return text;
}

/* ---- writing ---- */

static int64_t write_goal(struct sealer *s, const struct plan *p, size_t at) {
  struct plan_goal *g = &p->goals.p[at];
  if (uuid_is_zero(g->public_id)) g->public_id = uuid_v4();
  struct db_value words = sealed(s, CLASS_PLAN, "plan_goal.words", g->words),
                  other = sealed(s, CLASS_PLAN, "plan_goal.other", g->other_words);
  if (s->failed) return 0;
  g->id =
      db_insert(s->db,
                SQL("insert into plan_goal (public_id, revision_id, person_id, position, words, "
                    "other_words) values (?1, ?2, ?3, ?4, ?5, ?6) returning id"),
                db_uuid(s->a, g->public_id), V(p->revision_id), V(s->person_id), V((int64_t)at + 1),
                words, other);
  for (size_t i = 0; i < g->strengths.n && g->id; i++)
    db_run(s->db, SQL("insert into plan_goal_strength (goal_id, strength_id) values (?1, ?2)"),
           V(g->id), V(g->strengths.p[i]));
  return g->id;
}

static bool write_step(struct sealer *s, const struct plan *p, const struct plan_goal *g,
                       size_t at) {
  struct plan_step *st = &g->steps.p[at];
  if (uuid_is_zero(st->public_id)) st->public_id = uuid_v4();
  struct db_value words = sealed(s, CLASS_PLAN, "plan_step.words", st->words),
                  other = sealed(s, CLASS_PLAN, "plan_step.other", st->other_words),
                  who = sealed(s, CLASS_PLAN, "plan_step.who", st->who_words);
  return !s->failed &&
         db_run(s->db,
                SQL("insert into plan_step (public_id, revision_id, goal_id, person_id, position, "
                    "words, other_words, who, who_words, by_day, barrier_id) values (?1, ?2, ?3, "
                    "?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"),
                db_uuid(s->a, st->public_id), V(p->revision_id), V(g->id), V(s->person_id),
                V((int64_t)at + 1), words, other, V(st->who), who, db_day(s->a, st->by),
                st->barrier_id ? db_int(st->barrier_id) : db_null()) == DB_OK;
}

enum db_result support_plan_write(struct db *db, struct arena *a, int64_t person_id, int64_t after,
                                  struct plan *p, int64_t by_user, instant_t now) {
  struct sealer s = {db, a, person_id, now, false};
  int64_t newest = db_number(
      db, 0, SQL("select max(number) from plan_revision where person_id = ?1"), V(person_id));
  if (newest != after) return DB_CONFLICT;
  if (uuid_is_zero(p->public_id)) p->public_id = uuid_v4();
  p->number = after + 1, p->made_by = by_user;
  struct db_value matters = sealed(&s, CLASS_PLAN, "plan.matters", p->matters);
  if (s.failed) return DB_FAILED;
  p->revision_id = db_insert(
      db,
      SQL("insert into plan_revision (public_id, person_id, number, matters, review_on, "
          "written_by, made_by, made_at, on_day, rhythm_days) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
          "?8, ?9, ?10) returning id"),
      db_uuid(a, p->public_id), V(person_id), V(p->number), matters, db_day(a, p->review_on),
      V(p->written_by), V(by_user), db_instant(a, now), db_day(a, p->on),
      p->rhythm_days ? db_int(p->rhythm_days) : db_null());
  if (!p->revision_id) return DB_FAILED;
  for (size_t g = 0; g < p->goals.n; g++) {
    if (!write_goal(&s, p, g)) return DB_FAILED;
    for (size_t i = 0; i < p->goals.p[g].steps.n; i++)
      if (!write_step(&s, p, &p->goals.p[g], i)) return DB_FAILED;
  }
  return DB_OK;
}

/* What lists read; of somebody who hides nothing stands in it. */
static enum db_result keep_rhythm(struct db *db, int64_t person_id, int days) {
  if (!days || permission_is_restricted(db, person_id))
    return db_run(db, SQL("delete from plan_rhythm where person_id = ?1"), V(person_id));
  return db_run(db,
                SQL("insert into plan_rhythm (person_id, days) values (?1, ?2) on conflict "
                    "(person_id) do update set days = excluded.days"),
                V(person_id), V((int64_t)days));
}

enum db_result support_rhythm_again(struct db *db, int64_t person_id) {
  return keep_rhythm(db, person_id, support_rhythm(db, person_id));
}

enum db_result support_plan_agree(struct db *db, struct arena *a, int64_t person_id,
                                  const struct plan *p, const struct plan_agreement *g,
                                  int64_t by_user, instant_t now) {
  struct sealer s = {db, a, person_id, now, false};
  struct sha256 h = sha256_of(support_plan_text(a, p));
  struct db_value with_whom = sealed(&s, CLASS_PLAN, "plan_agreed.with", g->with_whom);
  if (s.failed) return DB_FAILED;
  enum db_result kept = keep_rhythm(db, person_id, p->rhythm_days);
  if (kept != DB_OK) return kept;
  return db_run(db,
                SQL("insert into plan_agreed (revision_id, person_id, how, on_day, language, "
                    "with_whom, shown_hash, made_by, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
                    "?8, ?9)"),
                V(p->revision_id), V(person_id), V(g->how), db_day(a, g->on), V(g->language),
                with_whom, V(hex_of(a, &h, sizeof h)), V(by_user), db_instant(a, now));
}

enum db_result support_step_end(struct db *db, struct arena *a, int64_t person_id, struct uuid step,
                                struct str end, int64_t by_user, instant_t now) {
  int64_t theirs = db_number(
      db, 0, SQL("select count(*) from plan_step where public_id = ?1 and person_id = ?2"),
      db_uuid(a, step), V(person_id));
  if (!theirs) return DB_NONE;
  return db_run(
      db,
      SQL("insert into plan_step_end (step_public_id, person_id, end_word, on_day, made_by, "
          "made_at) values (?1, ?2, ?3, ?4, ?5, ?6)"),
      db_uuid(a, step), V(person_id), V(end), db_day(a, instant_local_uk(now).day), V(by_user),
      db_instant(a, now));
}

day_t support_review_due(struct db *db, struct arena *a, int64_t person_id) {
  struct rows r;
  day_t due = DAY_NONE;
  /* A later review says the next day; else the newest revision does. */
  if (db_one(&r, db, a,
             SQL("select coalesce((select v.next_on from plan_review v where v.person_id = ?1 and "
                 "v.revision_id = p.id and not exists (select 1 from plan_review n where "
                 "n.person_id = ?1 and n.id > v.id)), p.review_on) from plan_revision p where "
                 "p.person_id = ?1 order by p.number desc limit 1"),
             V(person_id))) {
    due = row_day(&r, 0);
    db_done(&r);
  }
  return due;
}

void support_reviews_due(struct db *db, struct arena *a, const int64_t *people, size_t n,
                         day_t *due) {
  for (size_t i = 0; i < n; i++) due[i] = DAY_NONE;
  struct rows r = db_rows(
      db, a,
      SQL("select p.person_id, coalesce((select v.next_on from plan_review v where v.person_id = "
          "p.person_id and v.revision_id = p.id and not exists (select 1 from plan_review n where "
          "n.person_id = v.person_id and n.id > v.id)), p.review_on) from plan_revision p where "
          "p.person_id in INTS(?1) and not exists (select 1 from plan_revision o where o.person_id "
          "= p.person_id and o.number > p.number)"),
      db_in(a, people, n));
  while (db_next(&r))
    for (size_t i = 0; i < n; i++)
      if (people[i] == row_int(&r, 0)) due[i] = row_day(&r, 1);
}

int support_rhythm(struct db *db, int64_t person_id) {
  return (int)db_number(db, 0,
                        SQL("select coalesce(rhythm_days, 0) from plan_revision where id = (select "
                            "max(revision_id) from plan_agreed where revision_id in (select id "
                            "from plan_revision where person_id = ?1))"),
                        V(person_id));
}

/* Steps that came to their end well, the newest day of each: news worth a word. */
void plan_good(struct request *rq, const int64_t *people, day_t since, struct person_next *out,
               size_t n) {
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select person_id, count(*), max(on_day) from plan_step_end where person_id in INTS(?1) "
          "and end_word = 'done' and on_day >= ?2 group by person_id"),
      db_in(rq->arena, people, n), db_day(rq->arena, since));
  while (db_next(&r))
    for (size_t i = 0; i < n; i++)
      if (people[i] == row_int(&r, 0))
        out[i] = (struct person_next){SAY_N(rq->arena, (enum language)rq->lang,
                                            TN("A step of the plan is done.",
                                               "{n} steps of the plan are done.", row_int(&r, 1))),
                                      row_day(&r, 2)};
}
