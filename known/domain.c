/* domain: what known brings to the program. */
#include <stdio.h>
#include "db/here.h"
#include "known/inside.h"
#include "known/match.h"

extern const struct migrations known_migrations;

static const struct route routes[] = {
    ROUTE(READ, "/known", known_queue_page, KNOWN_ROLES, FAST,
          "Pairs of records that may be one person, of people you may see.", ROUTE_PERSON),
    ROUTE(READ, "/known/search", known_search_page, KNOWN_LEADS, FAST,
          "Looking for pairs among everyone: how far it is.", 0),
    ROUTE(WRITE, "/known/search", known_search_post, KNOWN_LEADS, FAST,
          "Begin or stop looking for pairs among everyone.", 0),
    ROUTE(READ, "/known/partners", known_match_page, KNOWN_LEADS, FAST,
          "Private matching: partners, runs, counts and the log.", 0),
    ROUTE(WRITE, "/known/partners", known_match_post, KNOWN_LEADS, FAST,
          "Begin a run of private matching with a partner.", 0),
    ROUTE(WRITE, "/api/match", match_api, WHO_ANYONE, HEAVY,
          "A partner's sealed message of a private match, signed by them; ours in answer.",
          ROUTE_API),
    ROUTE(READ, "/known/{pair}", known_pair_page, KNOWN_ROLES, FAST,
          "Two records side by side, with why they look alike.", ROUTE_PERSON),
    ROUTE(WRITE, "/known/{pair}", known_pair_post, KNOWN_ROLES, FAST,
          "Say whether two records are one person, or take it back.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/known", known_person_page, KNOWN_ROLES, FAST,
          "Other records of one person.", ROUTE_PERSON),
};

/* waymark known rebuild | search */
static int rebuild(struct db *db, struct arena *a) {
  int64_t differed = known_rebuild(db, a);
  if (differed < 0) {
    struct str e = db_error(db);
    fprintf(stderr, "waymark: the keys could not be made: %.*s\n",
            P(e.n ? e : S("the master key is not open.")));
    return 1;
  }
  printf("The keys of %lld people differed and are made again.\n", (long long)differed);
  return 0;
}

static int search(struct db *db, struct arena *a) {
  db_begin(db, STORE_MAIN);
  int64_t id = known_search_begin(db, a, 0, here_now());
  if (db_commit(db, STORE_MAIN) != DB_OK || !id) {
    fprintf(stderr, "waymark: the search could not be begun. Try again in a minute.\n");
    return 1;
  }
  printf("Begun. Whatever serves this data goes on with it; see /known/search.\n");
  return 0;
}

static int known_command(int argc, char **argv) {
  struct why why;
  bool again = argc == 2 && strcmp(argv[1], "rebuild") == 0;
  if (!again && (argc != 2 || strcmp(argv[1], "search") != 0)) {
    fprintf(stderr, "usage: waymark known rebuild | search\n");
    return 2;
  }
  struct db *db = db_open_here(&why);
  if (!db) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 1;
  }
  people_sealing();
  struct arena a = arena_open(64 << 20);
  int status = again ? rebuild(db, &a) : search(db, &a);
  arena_close(&a);
  db_close(db);
  return status;
}
static const struct command commands[] = {
    {"known", "known rebuild | search --data DIR",
     "make the keys of \"already known here?\" again, or look for pairs among everyone",
     known_command, .sealed = true},
    {"match", "match card | partner | team | address | start | take | result | log --data DIR",
     "find whom we share with a partner organisation, without handing over names", match_command,
     .sealed = true}};

TEXT_MESSAGE(known_way, "Other records");
static const struct person_part parts[] = {{.name = &known_way,
                                            .path = "known",
                                            .classes = CLASS_IDENTITY,
                                            .roles = KNOWN_ROLES,
                                            .card = known_card,
                                            .erase = known_erase,
                                            .wrote = known_wrote,
                                            .alike = known_alike,
                                            .place = 88}};
static const struct job_kind jobs[] = {
    {"known_keys", "Make keys for \"already known here?\" again", LANE_LONG, known_keys_run},
    {"known_part", "Look for pairs among everyone", LANE_LONG, known_part_run},
    {"known_match", "Match with a partner, without names", LANE_LONG, match_job}};

/* An installation from before there were keys makes them once, beside people at work. */
static bool init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                 struct why *why) {
  (void)p;
  bool none =
      db_number(
          db, 1,
          SQL("/* scan: one row */ select count(*) from (select 1 from listed_key limit 1) one")) ==
      0;
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
                                    .commands = commands,
                                    .n_commands = countof(commands),
                                    .init = init,
                                    .demo = known_demo,
                                    .person_parts = parts,
                                    .n_person_parts = countof(parts),
                                    .doctor = doctor};
