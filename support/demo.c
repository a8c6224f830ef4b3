/* demo: what has been talked about with the people of Seaborough. All invented, and the same for
 * the same seed. */
#include "support/inside.h"

static const char *const matters[] = {
    "To be home when the children are.", "A quiet start to the day.", "To be asked, not told.",
    "My garden, and my mum.",            "To feel useful again.",     "Time to get well first."};
static const char *const goals[] = {
    "A steady morning job near home.",     "To sleep through the night.",
    "To get out of the house three days a week.", "My forklift ticket.",
    "To sort out the letters in the drawer.",     "To paint again."};
static const char *const steps[] = {
    "Ask at the library about the morning group.", "Ring the surgery together.",
    "Look at the bus times.",                      "Try one morning at the cafe.",
    "Fill in the form on Thursday.",               "Walk to the pier and back."};
static const char *const kinds[] = {"transport", "confidence",      "money",     "mental_health",
                                    "childcare", "physical_health", "isolation", "skills",
                                    "digital",   "benefits_worry"};
static const char *const lifted[] = {"A bus pass for four weeks.", "The debt adviser's plan.",
                                     "A place at the nursery.", "Somebody to go with."};

struct demo {
  struct db *db;
  struct arena *a;
  struct rng *rng;
  instant_t now;
  day_t today;
  int64_t by;
  enum db_result result;
};
static struct str pick(struct demo *d, const char *const *from, size_t n) {
  return str_of(from[rng_below(d->rng, n)]);
}
#define PICK(d, list) pick(d, list, countof(list))

static void add_barrier(struct demo *d, int64_t person_id) {
  struct barrier b = {.now = {.kind = PICK(d, kinds), .lifted_on = DAY_NONE,
                              .on = d->today - 30 - (day_t)rng_below(d->rng, 300),
                              .in_the_way = 4 + (int)rng_below(d->rng, 7),
                              .able = (int)rng_below(d->rng, 6),
                              .priority = (int)rng_below(d->rng, 4)}};
  b.class_bit = support_barrier_class(b.now.kind);
  d->result = support_barrier_name(d->db, d->a, person_id, &b, d->by, d->now);
  if (d->result != DB_OK || !rng_below(d->rng, 3)) return;
  struct barrier_saying s = b.now;
  s.on = d->today - (day_t)rng_below(d->rng, 30);
  s.in_the_way -= (int)rng_below(d->rng, 5), s.able += (int)rng_below(d->rng, 5);
  if (!rng_below(d->rng, 4)) s.lifted_on = s.on, s.lifted_by = PICK(d, lifted);
  d->result =
      support_barrier_say(d->db, d->a, person_id, b.id, 1, b.class_bit, &s, d->by, d->now);
}

static void add_plan(struct demo *d, int64_t person_id) {
  struct plan_step s[2] = {{.words = PICK(d, steps), .who = S("person"), .by = DAY_NONE},
                           {.words = PICK(d, steps), .who = S("worker"),
                            .by = d->today + (day_t)rng_below(d->rng, 21)}};
  struct plan_goal g = {.words = PICK(d, goals)};
  g.steps.p = s, g.steps.n = 2;
  struct plan p = {.matters = PICK(d, matters), .on = d->today - (day_t)rng_below(d->rng, 60),
                   .review_on = d->today + (day_t)rng_below(d->rng, 60) - 10,
                   .written_by = rng_below(d->rng, 3) ? S("together") : S("worker")};
  p.goals.p = &g, p.goals.n = 1;
  d->result = support_plan_write(d->db, d->a, person_id, 0, &p, d->by, d->now);
  if (d->result != DB_OK || str_eq(p.written_by, S("worker"))) return;
  struct plan_agreement agreed = {.how = S("said"), .language = S("en"), .on = p.on,
                                  .with_whom = S("their worker")};
  d->result = support_plan_agree(d->db, d->a, person_id, &p, &agreed, d->by, d->now);
}

/* The first answers to our own questions and, for most, later ones. */
static void add_answers(struct demo *d, int64_t person_id, const struct questions *all) {
  for (int round = 0; round < 2; round++)
    for (size_t i = 0; i < all->n && d->result == DB_OK; i++) {
      if (!str_eq(all->p[i].kind, S("scale"))) continue;
      int64_t v = 2 + (int64_t)rng_below(d->rng, 5) + round * (int64_t)rng_below(d->rng, 4);
      struct answer_given given = {.person_id = person_id, .asked_by = d->by, .moment = "talk",
                                   .respondent = "self",
                                   .value = str_format(d->a, "%lld", (long long)(v > 10 ? 10 : v)),
                                   .on = d->today - 200 + round * 120};
      d->result = support_answer(d->db, d->a, &all->p[i], &given, d->now);
    }
}

static void add_person(struct demo *d, int64_t person_id, const struct questions *asked) {
  int barriers = (int)rng_below(d->rng, 3);
  for (int i = 0; i < barriers && d->result == DB_OK; i++) add_barrier(d, person_id);
  if (d->result == DB_OK && rng_below(d->rng, 4)) add_plan(d, person_id);
  if (d->result == DB_OK && !rng_below(d->rng, 3)) add_answers(d, person_id, asked);
}

/* Seaborough's lead of the Northquay team has said that a scheme asks our own questions. */
static void add_use(struct demo *d) {
  int64_t team = db_number(d->db, 0,
                           SQL("select team_id from user_account where sign_in = 'rhian'"));
  if (team)
    d->result = support_question_use(d->db, d->a, S("distance"), 1, team,
                                     S("Northquay neighbourhood fund (invented)"), d->today - 300,
                                     DAY_NONE, d->by);
}

enum { DEMO_ARENA_BYTES = 64 << 20, DEMO_A_TIME = 100 };

bool support_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                  struct why *why) {
  struct rng rng = rng_seed(seed ^ 0x737570706f7274ull);
  struct arena scratch = arena_open(DEMO_ARENA_BYTES);
  struct demo d = {db, &scratch, &rng, now, instant_local_uk(now).day, 0, DB_OK};
  struct { int64_t *p; size_t n; } people = {0}, workers = {0};
  size_t cap = 0, workers_cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* scan: the demo */ select p.id, (select min(c.user_id) from "
                              "caseload c where c.person_id = p.id) from person p where p.invented "
                              "= 1 order by p.id"));
  while (db_next(&r)) {
    *slice_push(a, &people, &cap) = row_int(&r, 0);
    *slice_push(a, &workers, &workers_cap) = row_int(&r, 1);
  }
  progress_step(p, "Strengths, plans and what is in the way (invented)", "people", people.n);
  uuid_seed(&rng);
  for (size_t i = 0; i < people.n && d.result == DB_OK; i += DEMO_A_TIME) {
    db_begin(db, STORE_MAIN);
    if (i == 0) add_use(&d);
    for (size_t k = i; k < people.n && k < i + DEMO_A_TIME && d.result == DB_OK; k++) {
      struct questions asked = support_questions(db, &scratch, S("distance"), 1);
      d.by = workers.p[k];
      add_person(&d, people.p[k], &asked);
      arena_reset(&scratch);
    }
    if (d.result == DB_OK) d.result = db_commit(db, STORE_MAIN);
    else db_rollback(db, STORE_MAIN);
    progress_at(p, i);
  }
  uuid_seed(NULL);
  arena_close(&scratch);
  progress_end(p, people.n);
  return d.result == DB_OK || why_say(why, "The demo's plans could not be saved.");
}
