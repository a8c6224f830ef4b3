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
  day_t today, began; /* began: when the support of whoever is added did */
  int64_t by;
  enum db_result result;
};
static struct str pick(struct demo *d, const char *const *from, size_t n) {
  return str_of(from[rng_below(d->rng, n)]);
}
#define PICK(d, list) pick(d, list, countof(list))

static void add_barrier(struct demo *d, int64_t person_id) {
  int known = (int)(d->today - d->began);
  struct barrier b = {.now = {.kind = PICK(d, kinds), .lifted_on = DAY_NONE,
                              .on = d->began + (day_t)rng_below(d->rng, 30),
                              .in_the_way = 4 + (int)rng_below(d->rng, 7),
                              .able = (int)rng_below(d->rng, 6),
                              .priority = (int)rng_below(d->rng, 4)}};
  b.class_bit = support_barrier_class(b.now.kind);
  d->result = support_barrier_name(d->db, d->a, person_id, &b, d->by, d->now);
  if (d->result != DB_OK || known < 60 || !rng_below(d->rng, 3)) return;
  struct barrier_saying s = b.now;
  s.on = d->began + 31 + (day_t)rng_below(d->rng, (uint64_t)known - 30);
  s.in_the_way -= (int)rng_below(d->rng, 5), s.able += (int)rng_below(d->rng, 5);
  if (!rng_below(d->rng, 4)) s.lifted_on = s.on, s.lifted_by = PICK(d, lifted);
  d->result =
      support_barrier_say(d->db, d->a, person_id, b.id, 1, b.class_bit, &s, d->by, d->now);
}

static void add_plan(struct demo *d, int64_t person_id, int64_t after, day_t on) {
  struct plan_step s[2] = {{.words = PICK(d, steps), .who = S("person"), .by = DAY_NONE},
                           {.words = PICK(d, steps), .who = S("worker"),
                            .by = d->today + (day_t)rng_below(d->rng, 21)}};
  struct plan_goal g = {.words = PICK(d, goals)};
  g.steps.p = s, g.steps.n = 2;
  struct plan p = {.matters = PICK(d, matters), .on = on,
                   .review_on = d->today + (day_t)rng_below(d->rng, 60) - 10,
                   .written_by = rng_below(d->rng, 3) ? S("together") : S("worker")};
  p.goals.p = &g, p.goals.n = 1;
  d->result = support_plan_write(d->db, d->a, person_id, after, &p, d->by, d->now);
  if (d->result != DB_OK || str_eq(p.written_by, S("worker"))) return;
  struct plan_agreement agreed = {.how = S("said"), .language = S("en"), .on = p.on,
                                  .with_whom = S("their worker")};
  d->result = support_plan_agree(d->db, d->a, person_id, &p, &agreed, d->by, d->now);
}

/* The first answers to our own questions and, for most, later ones. */
static void add_answers(struct demo *d, int64_t person_id, const struct questions *all) {
  for (int round = 0; round < 2 && d->began + 10 + round * 120 <= d->today; round++)
    for (size_t i = 0; i < all->n && d->result == DB_OK; i++) {
      if (!str_eq(all->p[i].kind, S("scale"))) continue;
      int64_t v = 2 + (int64_t)rng_below(d->rng, 5) + round * (int64_t)rng_below(d->rng, 4);
      struct answer_given given = {.person_id = person_id, .asked_by = d->by, .moment = "talk",
                                   .respondent = "self",
                                   .value = str_format(d->a, "%lld", (long long)(v > 10 ? 10 : v)),
                                   .on = d->began + 10 + round * 120};
      d->result = support_answer(d->db, d->a, &all->p[i], &given, d->now);
    }
}

/* Something they want to do and how far they came; now and then a buddy. */
static void add_learning(struct demo *d, int64_t person_id) {
  static const char *const wants[] = {"Pottery on Tuesdays", "The forklift ticket",
                                      "Sorting at the food bank", "English for the ferry desk"};
  static const char *const sorts[] = {"course", "course", "volunteering", "course"};
  static const char *const names[] = {"Bill from the boats", "Magda", "Old Pete"};
  size_t at = rng_below(d->rng, countof(wants));
  struct learning l = {.person_id = person_id,
                       .kind = str_of(sorts[at]),
                       .what = str_of(wants[at]),
                       .stopped_on = DAY_NONE};
  int far = (int)rng_below(d->rng, LEARNING_STEPS);
  day_t on = d->today - 150 + (day_t)rng_below(d->rng, 60);
  l.team_id = db_number(d->db, 0, SQL("select team_id from user_account where id = ?1"), V(d->by));
  l.on[LEARNING_INTENDED] = on < d->began ? d->began : on;
  d->result = support_learning_add(d->db, d->a, &l, d->by, d->now);
  for (int s = 1; s <= far && d->result == DB_OK; s++)
    d->result =
        support_learning_step(d->db, d->a, &l, (enum learning_step)s, on + 15 * s, d->by, d->now);
  if (d->result == DB_OK && far == 1 && rng_below(d->rng, 2))
    d->result = support_learning_stop(d->db, d->a, &l, d->today - 10);
  if (d->result != DB_OK || rng_below(d->rng, 3)) return;
  struct buddy b = {.person_id = person_id,
                    .name = PICK(d, names),
                    .about = S("first_day"),
                    .from = d->today - 20,
                    .to = DAY_NONE};
  d->result = support_buddy_add(d->db, d->a, &b, d->by, d->now);
}

static void add_person(struct demo *d, int64_t person_id, const struct questions *asked) {
  int barriers = (int)rng_below(d->rng, 3);
  for (int i = 0; i < barriers && d->result == DB_OK; i++) add_barrier(d, person_id);
  uint64_t known = (uint64_t)(d->today - d->began);
  day_t first = d->began + (day_t)rng_below(d->rng, known < 20 ? known + 1 : 20),
        again = d->today - (day_t)rng_below(d->rng, 60);
  bool plans = rng_below(d->rng, 4) > 0;
  if (d->result == DB_OK && plans) add_plan(d, person_id, 0, first);
  if (d->result == DB_OK && plans && again > first + 60) add_plan(d, person_id, 1, again);
  if (d->result == DB_OK && !rng_below(d->rng, 3)) add_answers(d, person_id, asked);
  if (d->result == DB_OK && !rng_below(d->rng, 8)) add_learning(d, person_id);
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
  struct demo d = {db, &scratch, &rng, now, instant_local_uk(now).day, 0, 0, DB_OK};
  struct { struct { int64_t person, worker; day_t began; } *p; size_t n; } all = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("/* scan: the demo */ select p.id, min(c.user_id), "
                              "coalesce(min(c.from_day), ?1) from person p left join caseload c "
                              "on c.person_id = p.id where p.invented = 1 group by p.id order by "
                              "p.id"),
                          V(db_day(a, d.today - 30)));
  while (db_next(&r)) {
    typeof(all.p) one = slice_push(a, &all, &cap);
    one->person = row_int(&r, 0), one->worker = row_int(&r, 1), one->began = row_day(&r, 2);
  }
  progress_step(p, "Strengths, plans and what is in the way (invented)", "people", all.n);
  uuid_seed(&rng);
  for (size_t i = 0; i < all.n && d.result == DB_OK; i += DEMO_A_TIME) {
    db_begin(db, STORE_MAIN);
    if (i == 0) add_use(&d);
    for (size_t k = i; k < all.n && k < i + DEMO_A_TIME && d.result == DB_OK; k++) {
      struct questions asked = support_questions(db, &scratch, S("distance"), 1);
      d.by = all.p[k].worker, d.began = all.p[k].began;
      add_person(&d, all.p[k].person, &asked);
      arena_reset(&scratch);
    }
    if (d.result == DB_OK) d.result = db_commit(db, STORE_MAIN);
    else db_rollback(db, STORE_MAIN);
    progress_at(p, i);
  }
  uuid_seed(NULL);
  arena_close(&scratch);
  progress_end(p, all.n);
  return d.result == DB_OK || why_say(why, "The demo's plans could not be saved.");
}
