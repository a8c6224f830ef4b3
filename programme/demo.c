/* demo: some of Seaborough's people on invented programmes, in every state a start can be in, the
 * same for the same seed. */
#include "accounts/accounts.h"
#include "programme/inside.h"

enum { ONE_IN = 4, DEMO_ARENA_BYTES = 64 << 20, DEMO_A_TIME = 50, KINDS = 12, ONE_ANSWERS_IN = 2 };

struct demo {
  struct db *db;
  struct arena *a;
  struct rng *rng;
  day_t today;
  struct programme harbour, kiln, tide;
  struct actor by, manager;
  enum db_result result;
};
struct one {
  int64_t person, worker;
  day_t began;
};

static instant_t at(day_t day) { return local_uk_instant(day, 11 * 60); }

static void deliver(struct demo *d, const char *organisation, const struct programme *g) {
  int64_t id = db_number(d->db, 0, SQL("select id from member_organisation where name = ?1"),
                         V(str_of(organisation)));
  if (id && d->result == DB_OK)
    d->result = programme_deliver(d->db, g->id, id, true, d->a, at(d->today - 900));
}

static void deliver_all(struct demo *d) {
  struct rows r = db_rows(d->db, d->a, SQL("select id from member_organisation order by id"));
  while (db_next(&r) && d->result == DB_OK) {
    d->result =
        programme_deliver(d->db, d->harbour.id, row_int(&r, 0), true, d->a, at(d->today - 900));
    if (d->result == DB_OK)
      d->result =
          programme_deliver(d->db, d->kiln.id, row_int(&r, 0), true, d->a, at(d->today - 900));
  }
  deliver(d, "Harbour Lights Trust", &d->tide);
}

static void prove(struct demo *d, const struct joining *j, const char *proof, const char *what,
                  const char *paper, const char *note, day_t day) {
  struct why why = {0};
  struct proof_fact f = {.proof = str_of(proof),
                         .what = str_of(what),
                         .paper = str_of(paper),
                         .note = str_of(note),
                         .until = DAY_NONE};
  const struct actor *by =
      strcmp(what, "allowed") == 0 || strcmp(what, "refused") == 0 ? &d->manager : &d->by;
  if (d->result == DB_OK) d->result = programme_prove(d->db, d->a, by, j, &f, true, at(day), &why);
}

static void sign(struct demo *d, const struct joining *j, const struct contract *c, day_t day) {
  struct person p;
  if (!c->forms.n || d->result != DB_OK) return;
  if (!people_contact(d->db, d->a, j->person, CLASS_IDENTITY | CLASS_SITUATION, &p)) return;
  struct form_with with = {c,  &p, d->by.name, d->by.organisation_name, uuid_str(d->a, uuid_v4()),
                           day};
  struct signing s = {.person_id = j->person,
                      .joining_id = j->id,
                      .public_id = uuid_v4(),
                      .form = c->forms.p[0].code,
                      .words = form_words(d->a, &c->forms.p[0], &with),
                      .way = (enum sign_way)rng_below(d->rng, SIGN_WAYS),
                      .on = day,
                      .by_user = d->by.user_id,
                      .mark = p.name};
  if (s.way == SIGN_DRAWN) s.mark = S("M60 120L90 60L120 130L150 70L190 120L260 110L330 90");
  d->result = programme_sign(d->db, d->a, &s, at(day));
  if (d->result == DB_OK) d->result = programme_project(d->db, d->a, j, day);
}

/* Which papers were seen decides how far a start has come. */
static void prove_harbour(struct demo *d, const struct joining *j, size_t kind, day_t day) {
  if (kind == 0) return;
  prove(d, j, "identity", "seen", kind == 1 ? "known" : "passport", "", day);
  if (kind == 2 || kind == 3)
    prove(d, j, "right_to_work", "asked", "", "Papers lost in a fire; asked for again.", day);
  if (kind == 3 && d->manager.user_id)
    prove(d, j, "right_to_work", "allowed", "", "Sent for; shown as soon as it comes.", day);
  if (kind > 3) prove(d, j, "right_to_work", "seen", "passport", "", day);
  if (kind > 1) prove(d, j, "address", "seen", kind % 2 ? "bill" : "tenancy", "", day);
}

static void start(struct demo *d, struct joining *j, const struct contract *c, day_t day) {
  struct why why = {0};
  struct person p;
  if (d->result != DB_OK || day > d->today ||
      programme_state(d->db, d->a, j, day) != JOINING_READY ||
      !people_contact(d->db, d->a, j->person, CLASS_IDENTITY | CLASS_SITUATION, &p))
    return;
  enum rules_answer judged = programme_judge(d->db, d->a, c, &p, day, LANG_EN, NULL);
  d->result = programme_start(d->db, d->a, &d->by, j, day, judged, at(day), &why);
}

static void end(struct demo *d, struct joining *j, const struct contract *c, day_t day) {
  struct why why = {0};
  if (d->result != DB_OK || day > d->today || j->started_on == DAY_NONE) return;
  struct str code = c->ends.p[rng_below(d->rng, (uint32_t)c->ends.n)].code;
  d->result = programme_end(d->db, d->a, &d->by, j, day, code, at(day), &why);
}

static void answer(struct demo *d, int64_t person, day_t day) {
  static const char *const groups[] = {"English, Welsh, Scottish, Northern Irish or British",
                                       "Indian", "Any other White background", ""};
  static const char *const yes_no[] = {"Yes", "No", ""};
  struct equality_given g[2] = {{S("ethnic_group"), str_of(groups[rng_below(d->rng, 4)])},
                                {S("long_lasting"), str_of(yes_no[rng_below(d->rng, 3)])}};
  if (d->result != DB_OK || rng_below(d->rng, ONE_ANSWERS_IN)) return;
  struct str token = equality_link(d->db, d->a, person, d->by.user_id, at(day), &d->result);
  if (d->result == DB_OK)
    d->result = equality_keep(d->db, d->a, person, token, g, countof(g), at(day));
}

/* What came of it since then for one in two: work, a course, volunteering, and for most what shows
 * it. By chances of its own, so that it moves nothing else of the demo. */
static void come_of_it(struct demo *d, int64_t person, day_t since) {
  static const struct {
    const char *kind, *words, *what;
  } came[] = {{"job_start", "Mornings at the bakery, four days a week.", "payslip"},
              {"volunteering", "Saturdays at the food shop.", "host"},
              {"better_off", "I sleep again, and I open my post.", "own_word"},
              {"training", "Level 1 in joinery, one evening a week.", "provider"},
              {"job_start", "Care work, nights for now.", ""}};
  bool again = false;
  if (since > d->today) return;
  struct rng own = rng_seed((uint64_t)person);
  size_t i = rng_below(&own, countof(came) * 2);
  day_t day = since + (day_t)rng_below(&own, (uint64_t)(d->today - since) + 1);
  if (i >= countof(came) || d->result != DB_OK) return;
  struct outcome o;
  record_clear(&outcome_type, &o);
  o.public_id = uuid_v4(), o.person = person, o.kind = str_of(came[i].kind), o.on_day = day;
  o.words = str_of(came[i].words);
  if (i == 0 || i == 4) o.hours = S("16_30");
  struct evidence e = {.what = str_of(came[i].what), .on = day, .by_user = d->by.user_id};
  d->result = outcome_keep(d->db, d->a, &o, d->by.user_id, at(day), &again);
  if (d->result == DB_OK && e.what.n) d->result = outcome_show(d->db, d->a, &o, &e, at(day));
}

static const struct programme *chosen(struct demo *d) {
  uint64_t n = rng_below(d->rng, 8);
  bool tide = n == 7 && programme_delivered(d->db, d->tide.id, d->by.organisation_id);
  return tide ? &d->tide : n < 3 ? &d->kiln : &d->harbour;
}

static void add_one(struct demo *d, const struct one *o) {
  const struct programme *g = chosen(d);
  const struct contract *c = &g->contract;
  struct joining j;
  struct why why = {0};
  day_t first = c->from > o->began ? c->from : o->began, day = first + (day_t)rng_below(d->rng, 60);
  size_t kind = rng_below(d->rng, KINDS);
  if (day > d->today) day = d->today;
  if (kind < 4 && d->today - day > 60) day = d->today - (day_t)rng_below(d->rng, 40);
  if (c->to != DAY_NONE && day > c->to) return;
  d->result = programme_join(d->db, d->a, &d->by, g, o->person, uuid_v4(), at(day), &j, &why);
  if (d->result == DB_CONFLICT) d->result = DB_OK; /* on it already */
  if (d->result != DB_OK || !j.id) return;
  if (g == &d->harbour)
    prove_harbour(d, &j, kind, day);
  else if (g == &d->tide) {
    prove(d, &j, "identity", "seen", "driving_licence", "", day);
    if (kind > 1) prove(d, &j, "referral", "seen", "letter", "", day);
  } else if (kind)
    prove(d, &j, "safety_talk", "seen", "talk", "", day);
  if (kind > 1) sign(d, &j, c, day);
  if (kind > 3) start(d, &j, c, day + (kind > 4 ? (day_t)rng_below(d->rng, 3) : 0));
  if (kind > 6) end(d, &j, c, day + 60 + (day_t)rng_below(d->rng, 300));
  if (kind > 4) answer(d, o->person, day);
  come_of_it(d, o->person, day);
}

static bool ready(struct demo *d) {
  return programme_by_code(d->db, d->a, S("harbour_start"), &d->harbour) &&
         programme_by_code(d->db, d->a, S("kiln_lane"), &d->kiln) &&
         programme_by_code(d->db, d->a, S("second_tide"), &d->tide);
}

/* Exceptions are signed by a manager of the same organisation, when it has one. */
static void take_worker(struct demo *d, int64_t user_id) {
  d->manager = (struct actor){0};
  if (!accounts_actor(d->db, d->a, user_id, 0, d->today, &d->by)) d->result = DB_FAILED;
  struct rows r = db_rows(d->db, d->a,
                          SQL("select u.id from user_account u join team t on t.id = u.team_id "
                              "where t.organisation_id = ?1 and u.id <> ?2 order by u.id"),
                          V(d->by.organisation_id), V(user_id));
  while (db_next(&r)) {
    struct actor other;
    if (!d->manager.user_id && accounts_actor(d->db, d->a, row_int(&r, 0), 0, d->today, &other) &&
        actor_has(&other, ROLE_MANAGER))
      d->manager = other;
  }
}

static size_t find_people(struct demo *d, struct arena *a, struct one **out) {
  struct {
    struct one *p;
    size_t n;
  } all = {0};
  size_t cap = 0, i = 0;
  struct rows r = db_rows(d->db, a,
                          SQL("/* scan: the demo */ select p.id, (select min(c.user_id) from "
                              "caseload c where c.person_id = p.id), p.created_at from person p "
                              "where p.invented = 1 order by p.id"));
  while (db_next(&r))
    if (i++ % ONE_IN == 0 && !row_null(&r, 1))
      *slice_push(a, &all, &cap) =
          (struct one){row_int(&r, 0), row_int(&r, 1), instant_local_uk(row_instant(&r, 2)).day};
  *out = all.p;
  return all.n;
}

static void add_all(struct demo *d, const struct one *people, size_t n, struct arena *scratch,
                    struct progress *p) {
  for (size_t i = 0; i < n && d->result == DB_OK; i += DEMO_A_TIME) {
    db_begin(d->db, STORE_MAIN);
    if (i == 0) deliver_all(d);
    for (size_t k = i; k < n && k < i + DEMO_A_TIME && d->result == DB_OK; k++) {
      take_worker(d, people[k].worker);
      add_one(d, &people[k]);
      arena_reset(scratch);
    }
    if (d->result == DB_OK)
      d->result = db_commit(d->db, STORE_MAIN);
    else
      db_rollback(d->db, STORE_MAIN);
    progress_at(p, i);
  }
}

bool programme_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now,
                    struct progress *p, struct why *why) {
  struct rng rng = rng_seed(seed ^ 0x70726f67ull);
  struct arena scratch = arena_open(DEMO_ARENA_BYTES);
  struct demo d = {
      .db = db, .a = a, .rng = &rng, .today = instant_local_uk(now).day, .result = DB_OK};
  struct one *people = NULL;
  if (!ready(&d)) return why_say(why, "The example programmes are not there. Run init first.");
  size_t n = find_people(&d, a, &people);
  progress_step(p, "Programmes (invented)", "people", n);
  uuid_seed(&rng);
  d.a = &scratch;
  add_all(&d, people, n, &scratch, p);
  uuid_seed(NULL);
  arena_close(&scratch);
  progress_end(p, n);
  return d.result == DB_OK || why_say(why, "The demo's programmes could not be saved.");
}
