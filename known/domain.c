/* domain: what known brings to the program. */
#include <stdio.h>
#include "db/here.h"
#include "known/inside.h"

extern const struct migrations known_migrations;

static const struct route routes[] = {
    ROUTE(READ, "/known", known_queue_page, KNOWN_ROLES, FAST,
          "Pairs of records that may be one person, of people you may see.", ROUTE_PERSON),
    ROUTE(READ, "/known/search", known_search_page, KNOWN_LEADS, FAST,
          "Looking for pairs among everyone: how far it is.", 0),
    ROUTE(WRITE, "/known/search", known_search_post, KNOWN_LEADS, FAST,
          "Begin or stop looking for pairs among everyone.", 0),
    ROUTE(READ, "/known/{pair}", known_pair_page, KNOWN_ROLES, FAST,
          "Two records side by side, with why they look alike.", ROUTE_PERSON),
    ROUTE(WRITE, "/known/{pair}", known_pair_post, KNOWN_ROLES, FAST,
          "Say whether two records are one person, or take it back.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/known", known_person_page, KNOWN_ROLES, FAST,
          "Other records of one person.", ROUTE_PERSON),
};

TEXT_MESSAGE(known_way, "Other records");
static const struct person_part parts[] = {{.name = &known_way, .path = "known",
                                            .classes = CLASS_IDENTITY, .roles = KNOWN_ROLES,
                                            .card = known_card, .erase = known_erase,
                                            .wrote = known_wrote, .alike = known_alike,
                                            .place = 88}};
static const struct job_kind jobs[] = {
    {"known_keys", "Make keys for \"already known here?\" again", LANE_LONG, known_keys_run},
    {"known_part", "Look for pairs among everyone", LANE_LONG, known_part_run}};

/* An installation from before there were keys makes them once, beside people at work. */
static bool init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                 struct why *why) {
  (void)p;
  bool none = db_number(db, 1, SQL("/* scan: one row */ select count(*) from (select 1 from listed_key limit 1) one")) == 0;
  if (!none || !people_next(db, 0)) return true;
  db_begin(db, STORE_MAIN);
  job_add(db, a, "known_keys", (struct str){0}, now, INSTANT_NONE, S("all"));
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The keys for \"already known here?\" could not be asked for.");
}

static int doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  (void)now;
  return known_keys_doctor(db, a, out);
}

const struct domain known_domain = {.name = "known",
                                    .routes = routes,
                                    .n_routes = countof(routes),
                                    .migrations = &known_migrations,
                                    .jobs = jobs,
                                    .n_jobs = countof(jobs),
                                    .init = init,
                                    .demo = known_demo,
                                    .person_parts = parts,
                                    .n_person_parts = countof(parts),
                                    .doctor = doctor};
