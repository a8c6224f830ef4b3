/* demo: a few invented residents of Seaborough with a page of their own, so that it can be tried:
 * somebody of 58, somebody in work who fears losing it, and somebody who has something held back.
 */
#define WAYMARK_RESIDENT_READS
#include "resident/inside.h"

struct demo {
  struct db *db;
  struct arena *a;
  instant_t now;
  day_t today;
  enum db_result result;
};
struct guest {
  const char *name, *worker, *does, *matters, *goal, *strength;
  const char *steps[2];
  const char *reached[3]; /* what came of it, in their words, and what shows it: codes */
  bool everything, protected_too;
};
static const struct guest guests[] = {
    {"Maud Coxswain",
     "amina",
     SHOWN("58. Ready for work again, if there is a bus home."),
     "To be useful, and home before dark in winter.",
     "Three mornings a week with people, not machines.",
     "I ran the school kitchen for eleven years.",
     {"Ask the museum about the morning desk.", "Find out what bus runs home after four."},
     {"volunteering", "Tuesdays at the museum desk.", "host"},
     true,
     false},
    {"Idris Stanchion",
     "amina",
     SHOWN("In work, and afraid of losing it."),
     "Keep the job, and sleep.",
     "Hours that fit with my back.",
     "I can mend anything with an engine.",
     {"Write down which shifts hurt most.", "Talk to the manager together."},
     {"better_off", "I sleep again.", ""},
     true,
     false},
    {"Vesna Alderfen",
     "greta",
     SHOWN("Somebody at home reads over her shoulder. Nothing here says "
           "what is held back."),
     "My garden, and my English.",
     "To finish the language course.",
     "I speak three languages.",
     {"Bring the course form on Tuesday.", "Choose the evening or the morning group."},
     {"training", "The first term of English.", "provider"},
     false,
     true}};

static struct actor actor_of(struct demo *d, const char *sign_in) {
  struct actor actor = {0};
  int64_t id = db_number(d->db, 0, SQL("select id from user_account where sign_in = ?1"),
                         V(str_of(sign_in)));
  if (!id || !accounts_actor(d->db, d->a, id, 0, d->today, &actor)) d->result = DB_FAILED;
  return actor;
}

static int64_t person_named(struct demo *d, const char *name) {
  return db_number(d->db, 0,
                   SQL("/* scan: the demo */ select min(id) from person where name = ?1 and "
                       "invented = 1"),
                   V(str_of(name)));
}

static void put_on(struct demo *d, int64_t person_id, const char *kind, struct uuid id, bool shown,
                   int64_t by) {
  if (d->result == DB_OK)
    d->result = own_page_item(d->db, d->a, person_id, kind, id, shown, by, d->now);
}

/* The next revision of their plan, written together; the last step lifts something of safety. */
static void add_plan(struct demo *d, int64_t person_id, const struct guest *g, int64_t by) {
  struct plan before, p = {.written_by = S("together"),
                           .on = d->today - 9,
                           .review_on = d->today + 30,
                           .matters = str_of(g->matters)};
  struct plan_step steps[3] = {
      {.public_id = uuid_v4(),
       .words = str_of(g->steps[0]),
       .who = S("person"),
       .by = d->today + 4},
      {.public_id = uuid_v4(), .words = str_of(g->steps[1]), .who = S("person"), .by = DAY_NONE},
      {.public_id = uuid_v4(),
       .words = S("Sort the lock on the door with the advocate."),
       .who = S("worker"),
       .by = d->today + 2}};
  struct plan_goal goal = {.public_id = uuid_v4(), .words = str_of(g->goal)};
  struct barrier danger = {.now = {.kind = S("domestic_abuse"),
                                   .on = d->today - 9,
                                   .lifted_on = DAY_NONE,
                                   .in_the_way = SCORE_UNKNOWN,
                                   .able = SCORE_UNKNOWN}};
  danger.class_bit = support_barrier_class(danger.now.kind);
  if (g->protected_too && danger.class_bit && d->result == DB_OK) {
    d->result = support_barrier_name(d->db, d->a, person_id, &danger, by, d->now);
    steps[2].barrier_id = danger.id;
  }
  goal.steps.p = steps, goal.steps.n = g->protected_too ? 3 : 2;
  p.goals.p = &goal, p.goals.n = 1;
  bool there = support_plan(d->db, d->a, person_id, 0, &before);
  if (d->result == DB_OK)
    d->result =
        support_plan_write(d->db, d->a, person_id, there ? before.number : 0, &p, by, d->now);
  put_on(d, person_id, "matters", support_matters_id(p.matters), true, by);
  put_on(d, person_id, "goal", goal.public_id, true, by);
  put_on(d, person_id, "step", steps[0].public_id, true, by);
  put_on(d, person_id, "step", steps[1].public_id, true, by);
}

static struct uuid add_time(struct demo *d, int64_t person_id, const struct actor *by, int in_days,
                            const char *place) {
  struct appointment p;
  struct attempt first = {.on = d->today + in_days, .minute = 10 * 60 + 30, .minutes = 45};
  record_clear(&appointment_type, &p);
  p.public_id = uuid_v4(), p.person = person_id, p.kind = S("plan"), p.mode = S("in_person");
  p.place = str_of(place), p.worker = by->user_id;
  if (d->result == DB_OK) d->result = contacts_book(d->db, d->a, &p, &first, by->user_id, d->now);
  return p.public_id;
}

static void add_reached(struct demo *d, int64_t person_id, const struct guest *g,
                        const struct actor *by) {
  struct outcome o;
  struct evidence e = {.what = str_of(g->reached[2]), .on = d->today - 6, .by_user = by->user_id};
  bool again = false;
  record_clear(&outcome_type, &o);
  o.public_id = uuid_v4(), o.person = person_id, o.kind = str_of(g->reached[0]);
  o.on_day = d->today - 9, o.words = str_of(g->reached[1]);
  if (d->result == DB_OK)
    d->result = outcome_keep(d->db, d->a, &o, by->user_id, d->now, &again);
  if (d->result == DB_OK && e.what.n) d->result = outcome_show(d->db, d->a, &o, &e, d->now);
  put_on(d, person_id, "outcome", o.public_id, true, by->user_id);
}

static void add_note(struct demo *d, int64_t person_id, const struct actor *by) {
  struct contact c;
  bool again;
  record_clear(&contact_type, &c);
  c.public_id = uuid_v4(), c.person = person_id, c.on_day = d->today - 9, c.mode = S("in_person");
  c.words = S("Wrote the plan together. Would rather start in the mornings.");
  c.kept_to = S("all"), c.worker = by->user_id, c.team = by->team_id;
  if (d->result == DB_OK) d->result = contacts_add(d->db, d->a, &c, by->user_id, d->now, &again);
  put_on(d, person_id, "contact", c.public_id, true, by->user_id);
}

static void add_messages(struct demo *d, int64_t person_id, const struct actor *by) {
  struct message_ask ask = {.person_id = person_id,
                            .by_user = by->user_id,
                            .organisation_id = by->organisation_id,
                            .purpose = "checkin",
                            .day = DAY_NONE,
                            .minute = -1,
                            .not_after = INSTANT_NONE};
  if (d->result == DB_OK)
    d->result = messages_from_page(
        d->db, d->a,
        &(struct page_message){
            person_id, by->organisation_id, S("Can we look at the form on Tuesday?"), {0}},
        d->now - 26ll * 3600 * 1000000);
  if (d->result == DB_OK)
    messages_send(d->db, d->a, LANG_EN, &ask, d->now - 2ll * 3600 * 1000000, &d->result);
}

static void add_choice(struct demo *d, int64_t person_id, const struct actor *by) {
  struct actor priya = actor_of(d, "priya");
  static const uint32_t bits[] = {CLASS_IDENTITY, CLASS_PLAN};
  for (size_t i = 0; i < countof(bits) && d->result == DB_OK; i++)
    d->result = permission_choose(d->db, d->a,
                                  &(struct choice){.person_id = person_id,
                                                   .organisation_id = priya.organisation_id,
                                                   .asked_by = by->user_id,
                                                   .class_bit = bits[i],
                                                   .answer = i ? "withdrawn" : "yes",
                                                   .how = "said",
                                                   .language = "en",
                                                   .notice_version = S("1")},
                                  d->now);
  if (d->result == DB_OK)
    d->result = own_page_team(d->db, d->a, person_id, priya.team_id, true, by->user_id, d->now);
}

static void add_guest(struct demo *d, const struct guest *g) {
  struct actor by = actor_of(d, g->worker);
  int64_t id = person_named(d, g->name);
  struct str card;
  struct why why;
  if (!id || d->result != DB_OK || accounts_resident_has(d->db, id)) return;
  if (!accounts_resident_open(d->db, d->a, id, S("the heron by the slipway"), by.user_id, d->now,
                              &card, &why)) {
    d->result = DB_FAILED;
    return;
  }
  d->result = own_page_begin(d->db, d->a, id, g->everything, &by, d->now);
  if (d->result == DB_OK) d->result = accounts_resident_persona(d->db, id, str_of(g->does));
  add_plan(d, id, g, by.user_id);
  if (d->result == DB_OK)
    d->result = support_own_strength_add(d->db, d->a, id, str_of(g->strength), by.user_id, d->now);
  put_on(d, id, "appointment", add_time(d, id, &by, 3, "The Net Loft, Tannery Row (invented)"),
         true, by.user_id);
  if (g->protected_too)
    put_on(d, id, "appointment", add_time(d, id, &by, 1, "The refuge's office (invented)"), false,
           by.user_id);
  add_note(d, id, &by);
  add_reached(d, id, g, &by);
  add_messages(d, id, &by);
  if (!g->protected_too) add_choice(d, id, &by);
}

bool resident_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
  struct rng rng = rng_seed(seed ^ 0x7265736964656e74ull);
  struct demo d = {db, a, now, instant_local_uk(now).day, DB_OK};
  progress_step(p, "Residents with a page of their own (invented)", "people", countof(guests));
  uuid_seed(&rng);
  db_begin(db, STORE_MAIN);
  d.now = now;
  for (size_t i = 0; i < countof(guests) && d.result == DB_OK; i++) {
    add_guest(&d, &guests[i]);
    progress_at(p, i + 1);
  }
  uuid_seed(NULL);
  if (d.result == DB_OK)
    d.result = db_commit(db, STORE_MAIN);
  else
    db_rollback(db, STORE_MAIN);
  progress_end(p, countof(guests));
  return d.result == DB_OK || why_say(why, "The demo's residents could not be saved.");
}
