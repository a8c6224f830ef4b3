/* world: the people, workers and facts every proof runs on. Same seed, same ids, same clock. */
#include <stdio.h>
#include <stdlib.h>
#include "accounts/testing.h"
#include "app/domains.h"
#include "app/site.h"
#include "people/part.h"
#include "db/seal.h"
#include "gate.h"
#include "base/planted.h"
#include "contacts/contacts.h"
#include "messages/messages.h"
#include "programme/programme.h"
#include "safeguarding/safeguarding.h"

const char *const gate_row_names[GATE_ROWS] = {"ada",   "ben",   "cat",    "hidden",
                                               "piers", "vesna", "absent", "malformed"};

size_t gate_lists(struct migrations *lists, size_t room) {
  size_t n = 0;
  for (size_t i = 0; i < waymark_domains_n && n < room; i++)
    if (waymark_domains[i]->migrations) lists[n++] = *waymark_domains[i]->migrations;
  return n;
}

static struct actor *add_actor(struct world *w, int64_t team, const char *name, uint32_t roles) {
  struct gate_actor *g = &w->actor[w->actors++];
  if (w->actors > GATE_ACTORS_MAX) abort();
  g->name = name;
  g->actor =
      roles ? test_user(w->t->db, w->t->arena, team, name, roles, "", w->c.now) : (struct actor){0};
  return &g->actor;
}

#define MUST(call) do { if ((call) != DB_OK) fail_msg("%s", #call); } while (0)

static void add_person(struct world *w, enum gate_row row, const struct actor *by, const char *name,
                       bool hidden) {
  struct person *p = &w->row[row];
  record_clear(&person_type, p);
  p->name = str_of(name), p->safe_way = S("phone"), p->status = S("inactive"),
  p->ward_code = S("Z05000001");
  p->full_name = str_format(w->t->arena, "%s Full", name);
  p->phone = str_format(w->t->arena, "07700 900%03d", 100 + (int)row);
  p->address = str_format(w->t->arena, "CANARY-ADDRESS-%s", name);
  p->safe_note = str_format(w->t->arena, "CANARY-NOTE-%s", name);
  MUST((hidden ? people_add_restricted : people_add)(w->t->db, w->t->arena, by, p, w->c.now));
  struct strength s;
  record_clear(&strength_type, &s);
  s.person = p->id, s.words = str_format(w->t->arena, "CANARY-STRENGTH-%s", name),
  s.said_on = 20000, s.public_id = uuid_from_name(S("strength"), str_of(name));
  MUST(record_insert(w->t->db, w->t->arena, &strength_type, &s, by->user_id, w->c.now));
  uuid_text(p->public_id, w->id[row]);
}

struct teams { int64_t north, health, refuge; struct actor mab; };

static struct teams add_workers(struct world *w) {
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  instant_t now = w->c.now;
  static const struct { const char *name; enum function function; uint32_t role;
  } others[] = {{"referrer", FUNCTION_REFERRER, ROLE_REFERRER},
                {"editor", FUNCTION_DIRECTORY, ROLE_EDITOR},
                {"commissioner", FUNCTION_COMMISSIONING, ROLE_COMMISSIONER},
                {"verifier", FUNCTION_VERIFICATION, ROLE_VERIFIER},
                {"evaluator", FUNCTION_EVALUATION, ROLE_EVALUATOR},
                {"employer", FUNCTION_EMPLOYER, ROLE_EMPLOYER},
                {"enforcement", FUNCTION_ENFORCEMENT, ROLE_ENFORCEMENT},
                {"admin", FUNCTION_SUPPORT, ROLE_ADMIN}};
  struct teams t = {test_team(db, a, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", now),
                    test_team(db, a, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", now),
                    test_team(db, a, "Refuge", "Refuge", FUNCTION_SUPPORT, "team", now),
                    {0}};
  add_actor(w, 0, "public", 0);
  add_actor(w, t.north, "amina", ROLE_KEY_WORKER);
  add_actor(w, t.north, "joe", ROLE_KEY_WORKER);
  add_actor(w, t.north, "lead", ROLE_TEAM_LEAD);
  add_actor(w, t.north, "manager", ROLE_MANAGER);
  add_actor(w, t.north, "safeguard", ROLE_SAFEGUARDING);
  add_actor(w, t.north, "peer", ROLE_PEER);
  add_actor(w, t.health, "priya", ROLE_KEY_WORKER);
  for (size_t i = 0; i < countof(others); i++)
    add_actor(w, test_team(db, a, others[i].name, others[i].name, others[i].function, "own", now),
              others[i].name, others[i].role);
  t.mab = test_user(db, a, t.refuge, "mab", ROLE_KEY_WORKER, "", now); /* asks nothing herself */
  return t;
}

const struct actor *gate_actor_named(struct world *w, const char *name) {
  for (size_t i = 0; i < w->actors; i++)
    if (strcmp(w->actor[i].name, name) == 0) return &w->actor[i].actor;
  abort();
}

/* A concern about her, and what she wrote when she was stuck: neither may be noticed. */
static void worry_about(struct world *w, int64_t person_id, const struct actor *by) {
  struct str words = S("CANARY-PROTECTED-CONCERN, I can't go on");
  struct worry worry = {.person_id = person_id, .age = "adult", .danger = true, .who = words,
                        .seen = words, .opinion = words, .wants = words, .told = words};
  enum db_result result = DB_OK;
  safeguarding_raise(w->t->db, w->t->arena, by, &worry, w->c.now, &result);
  MUST(result);
  safeguarding_stuck(w->t->db, w->t->arena, person_id, words, w->c.now, &result);
  MUST(result);
}

/* Residents with a page of their own, as it comes: the same in every world. */
static void open_pages(struct world *w) {
  static const struct { enum gate_row row; const char *worker; } pages[] = {{ROW_PIERS, "amina"},
                                                                           {ROW_VESNA, "priya"}};
  for (size_t i = 0; i < countof(pages); i++) {
    const struct actor *by = gate_actor_named(w, pages[i].worker);
    int64_t id = w->row[pages[i].row].id;
    struct choice c = {.person_id = id, .organisation_id = by->organisation_id,
                       .asked_by = by->user_id, .class_bit = CLASS_PLAN, .answer = "yes",
                       .how = "said", .language = "en", .notice_version = S("1")};
    MUST(own_page_begin(w->t->db, w->t->arena, id, true, by, w->c.now));
    MUST(permission_choose(w->t->db, w->t->arena, &c, w->c.now));
    /* A copy that is ready, so that what it holds is compared too. */
    MUST(db_run(w->t->db,
                SQL("insert into resident_copy (public_id, person_id, asked_at, ready_at) values "
                    "(?1, ?2, ?3, ?3)"),
                db_uuid(w->t->arena, uuid_from_name(S("copy"), w->row[pages[i].row].name)), V(id),
                db_instant(w->t->arena, w->c.now)));
  }
}

static void kept_off(struct world *w, const char *kind, struct uuid id, int64_t by) {
  MUST(own_page_item(w->t->db, w->t->arena, w->row[ROW_VESNA].id, kind, id, false, by, w->c.now));
}

static struct uuid time_with(struct world *w, const struct actor *by) {
  struct appointment p;
  struct attempt first = {.on = instant_local_uk(w->c.now).day + 1, .minute = 540};
  record_clear(&appointment_type, &p);
  p.public_id = uuid_v4(), p.person = w->row[ROW_VESNA].id, p.kind = S("talk");
  p.mode = S("phone"), p.worker = by->user_id, p.place = S("CANARY-PROTECTED-PLACE");
  MUST(contacts_book(w->t->db, w->t->arena, &p, &first, by->user_id, w->c.now));
  return p.public_id;
}

/* The plan goes on: a step that lifts what is in the way of class safety, and one kept off. */
static void plan_on(struct world *w, const struct actor *priya) {
  int64_t id = w->row[ROW_VESNA].id;
  struct plan p;
  struct barriers danger = support_barriers(w->t->db, w->t->arena, id, CLASS_SAFETY);
  if (!danger.n || !support_plan(w->t->db, w->t->arena, id, 0, &p)) fail_msg("no plan to go on");
  struct plan_step steps[3] = {p.goals.p[0].steps.p[0],
                               {.words = S("CANARY-PROTECTED-LOCK"), .who = S("worker"),
                                .by = DAY_NONE, .barrier_id = danger.p[0].id},
                               {.words = S("CANARY-PROTECTED-STEP"), .who = S("person"),
                                .by = DAY_NONE, .public_id = uuid_v4()}};
  struct plan_goal goals[2] = {p.goals.p[0], {.words = S("CANARY-PROTECTED-GOAL"),
                                              .public_id = uuid_v4()}};
  goals[0].steps.p = steps, goals[0].steps.n = 3;
  p.goals.p = goals, p.goals.n = 2, p.public_id = (struct uuid){{0}}, p.on++;
  kept_off(w, "step", steps[2].public_id, priya->user_id);
  kept_off(w, "goal", goals[1].public_id, priya->user_id);
  MUST(support_plan_write(w->t->db, w->t->arena, id, p.number, &p, priya->user_id, w->c.now));
}

/* Something came of it, shown by what the same worker saw. */
static struct uuid reached(struct world *w, const struct actor *by, const char *words) {
  struct outcome o;
  struct evidence e = {.what = S("worker"), .on = instant_local_uk(w->c.now).day,
                       .by_user = by->user_id};
  bool again;
  record_clear(&outcome_type, &o);
  o.public_id = uuid_v4(), o.person = w->row[ROW_VESNA].id, o.kind = S("volunteering");
  o.on_day = e.on, o.words = str_of(words);
  MUST(outcome_keep(w->t->db, w->t->arena, &o, by->user_id, w->c.now, &again));
  MUST(outcome_show(w->t->db, w->t->arena, &o, &e, w->c.now));
  return o.public_id;
}

/* Whatever her page may not tell: another team's time, message and choice, what was kept off, a
 * note nobody put there. */
static void protect_page(struct world *w, const struct teams *teams) {
  const struct actor *priya = gate_actor_named(w, "priya"), *mab = &teams->mab;
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  int64_t id = w->row[ROW_VESNA].id;
  struct contact c;
  bool again;
  struct page_message m = {id, mab->organisation_id, S("CANARY-PROTECTED-MESSAGE"), {0}};
  struct choice yes = {.person_id = id, .organisation_id = mab->organisation_id,
                       .asked_by = mab->user_id, .class_bit = CLASS_PLAN, .answer = "yes",
                       .how = "said", .language = "en"};
  time_with(w, mab);
  kept_off(w, "appointment", time_with(w, priya), priya->user_id);
  plan_on(w, priya);
  MUST(messages_from_page(db, a, &m, w->c.now));
  MUST(permission_choose(db, a, &yes, w->c.now));
  record_clear(&contact_type, &c);
  c.public_id = uuid_v4(), c.person = id, c.mode = S("phone"), c.words = S("CANARY-PROTECTED-TALK");
  c.on_day = instant_local_uk(w->c.now).day, c.worker = priya->user_id, c.team = priya->team_id;
  MUST(contacts_add(db, a, &c, priya->user_id, w->c.now, &again));
  reached(w, mab, "CANARY-PROTECTED-REACHED");
  kept_off(w, "outcome", reached(w, priya, "CANARY-PROTECTED-JOB"), priya->user_id);
}

/* Facts that differ between worlds, after everything that does not, so that nothing else shifts. */
static void protect(struct world *w, const struct teams *teams, enum gate_variant variant,
                    int64_t household) {
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  const struct actor *priya = gate_actor_named(w, "priya");
  struct person *v = &w->row[ROW_VESNA];
  day_t today = instant_local_uk(w->c.now).day;
  if (variant != VESNA_PROTECTED) return;
  v->safe_note = S("CANARY-PROTECTED-NOTE"), v->phone = S("07700 900999"),
  v->address = S("CANARY-PROTECTED-ADDRESS");
  v->safe_way = S("none");
  MUST(record_update(db, a, &person_type, v, priya->user_id, w->c.now));
  MUST(permission_engage(db, a, v->id, teams->refuge, v->name, today));
  MUST(people_household_ask(db, a, household, v->id, "no", priya->user_id, w->c.now));
  MUST(permission_block(db, a, v->id, gate_actor_named(w, "joe")->user_id, w->c.now));
  MUST(permission_override(db, a,
                           &(struct override){.person_id = v->id,
                                              .team_id = teams->refuge,
                                              .decided_by = priya->user_id,
                                              .kind = "safeguarding",
                                              .classes = CLASS_SAFETY,
                                              .from = today,
                                              .to = today + 30,
                                              .reason = S("CANARY-PROTECTED-REASON")},
                           w->c.now));
  worry_about(w, v->id, priya);
  protect_page(w, teams);
}

/* What the domains have about each person, before anything that differs between worlds. */
static void add_records(struct world *w) {
  static const char *const workers[] = {"amina", "joe", "priya", "amina", "amina", "priya"};
  static struct rng rng; /* outlives this: what is made afterwards goes on from it */
  const struct gate_record *record;
  for (size_t i = 0; (record = gate_record_at(i)); i++) {
    if (i == GATE_RECORDS_MAX) abort();
    memcpy(w->record[i], w->id, sizeof w->id); /* nobody's and malformed ones are alike */
    for (int row = 0; row <= ROW_VESNA; row++) {
      /* Each record's ids are its own: what one person's world has more of must not shift
       * another's. */
      rng = rng_seed(100 + i * GATE_ROWS + (size_t)row);
      uuid_seed(&rng);
      if (!record->make(w, (enum gate_row)row, gate_actor_named(w, workers[row]),
                        w->record[i][row]) &&
          PLANTED == 0) /* a planted fault may keep a record from being made at all */
        fail_msg("no record for %s about %s", record->path, gate_row_names[row]);
    }
  }
}

static void add_people(struct world *w, struct teams teams, enum gate_variant variant) {
  const struct actor *amina = gate_actor_named(w, "amina"), *joe = gate_actor_named(w, "joe"),
                     *priya = gate_actor_named(w, "priya");
  int64_t household = 0;
  day_t today = instant_local_uk(w->c.now).day;
  add_person(w, ROW_ADA, amina, "CANARY-ada", false);
  add_person(w, ROW_BEN, joe, "CANARY-ben", false);
  add_person(w, ROW_CAT, priya, "CANARY-cat", false);
  add_person(w, ROW_HIDDEN, amina, "CANARY-hidden", true);
  add_person(w, ROW_PIERS, amina, "CANARY-piers", false);
  MUST(permission_carry(w->t->db, w->t->arena, w->row[ROW_ADA].id,
                        gate_actor_named(w, "peer")->user_id, today));
  MUST(people_household_add(w->t->db, w->t->arena, S("CANARY-HOUSEHOLD"), amina->user_id, w->c.now,
                            &household));
  MUST(people_household_ask(w->t->db, w->t->arena, household, w->row[ROW_PIERS].id, "yes",
                            amina->user_id, w->c.now));
  add_person(w, ROW_VESNA, priya, "CANARY-vesna", variant == VESNA_HIDDEN);
  open_pages(w);
  add_records(w);
  protect(w, &teams, variant, household);
  if (variant >= NOBODY_HIDES) world_hider(w, teams.north, household, variant);
}

/* A fault for the proofs to find: a way for enforcement, which also gives out a file, and which
 * nobody declared. */
static void planted_page(struct request *rq) {
  struct rows r =
      db_rows(rq->db, rq->arena, SQL("select coalesce(name, '') from person order by id"));
  while (db_next(&r)) buf_put(rq->body, row_text(&r, 0));
  reply_download(rq, "text/csv", S("people.csv"));
}
static const struct route planted_routes[] = {
  ROUTE(READ, "/received", planted_page, WHO_SIGNED_IN | ROLE_ENFORCEMENT, FAST, "Planted.", 0)};
static const struct domain planted_domain = {
    .name = "planted", .routes = planted_routes, .n_routes = 1};

static size_t all_domains(const struct domain **out) {
  size_t n = 0;
  for (size_t i = 0; i < waymark_domains_n; i++) out[n++] = waymark_domains[i];
  if (PLANTED == PLANTED_WALL_OPEN) out[n++] = &planted_domain;
  return n;
}

/* A look by the team that is not named for her page: it may not be told from none. */
static void look_by(struct world *w, const struct actor *who) {
  char path[64];
  snprintf(path, sizeof path, "/people/%s", w->id[ROW_VESNA]);
  client_as(&w->c, *who);
  get(&w->c, path);
  if (w->c.status != 200) fail_msg("the refuge cannot open its own person");
  client_as(&w->c, (struct actor){0});
}

struct world world_make(struct db_test *t, enum gate_variant variant) {
  static const struct domain *domains[64];
  struct world w = {
      .t = t, .c = client_open(t->db, domains, all_domains(domains), &accounts_session_hooks)};
  struct rng rng = rng_seed(7);
  struct why why = {0};
  people_parts_use(waymark_domains, waymark_domains_n);
  people_sealing();
  seal_forget();
  w.c.site.look = &site_look;
  uuid_seed(&rng);
  snprintf(w.id[ROW_ABSENT], sizeof w.id[0], "00000000-0000-4000-8000-00000000abcd");
  snprintf(w.id[ROW_MALFORMED], sizeof w.id[0], "1");
  if (!codes_load(t->db, &why)) fail_msg("%s", why.text);
  db_begin(t->db, STORE_MAIN);
  struct teams teams = add_workers(&w);
  add_people(&w, teams, variant);
  if (db_commit(t->db, STORE_MAIN) != DB_OK) fail_msg("the world could not be made");
  uuid_seed(NULL);
  if (variant == VESNA_PROTECTED) look_by(&w, &teams.mab);
  add_actor(&w, 0, "resident", 0);
  w.actor[w.actors - 1].actor = (struct actor){.user_id = 9999,
                                               .person_id = w.row[ROW_PIERS].id,
                                               .roles = ROLE_RESIDENT,
                                               .name = S("Piers")};
  /* Whoever holds her telephone: her own session, of which nothing held back may show (D8). */
  add_actor(&w, 0, "herself", 0);
  w.actor[w.actors - 1].actor = (struct actor){
      .user_id = 9998, .person_id = w.row[ROW_VESNA].id, .roles = ROLE_RESIDENT};
  return w;
}

void world_close(struct world *w) { client_close(&w->c); }
