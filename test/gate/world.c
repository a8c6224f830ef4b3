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
  s.said_on = 20000;
  MUST(record_insert(w->t->db, w->t->arena, &strength_type, &s, by->user_id, w->c.now));
  uuid_text(p->public_id, w->id[row]);
}

struct teams { int64_t north, health, refuge; };

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
                    test_team(db, a, "Refuge", "Refuge", FUNCTION_SUPPORT, "team", now)};
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

/* Facts that differ between worlds, after everything that does not, so that nothing else shifts. */
static void protect(struct world *w, struct teams teams, enum gate_variant variant,
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
  MUST(permission_engage(db, a, v->id, teams.refuge, v->name, today));
  MUST(people_household_ask(db, a, household, v->id, "no", priya->user_id, w->c.now));
  MUST(permission_block(db, a, v->id, gate_actor_named(w, "joe")->user_id, w->c.now));
  MUST(permission_override(db, a,
                           &(struct override){.person_id = v->id,
                                              .team_id = teams.refuge,
                                              .decided_by = priya->user_id,
                                              .kind = "safeguarding",
                                              .classes = CLASS_SAFETY,
                                              .from = today,
                                              .to = today + 30,
                                              .reason = S("CANARY-PROTECTED-REASON")},
                           w->c.now));
  worry_about(w, v->id, priya);
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
  add_records(w);
  protect(w, teams, variant, household);
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
