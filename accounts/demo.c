/* demo: the organisations, teams and people who work in Seaborough. All invented, and marked so in
 * the database. The personas are those `does` describes; the others make teams of a plausible size.
 */
#include "accounts/inside.h"

struct demo_team {
  const char *organisation, *team;
  enum function function;
  const char *sees;
};
static const struct demo_team teams[] = {
    {"Harbour Lights Trust", "Northquay team", FUNCTION_SUPPORT, "own"},
    {"Harbour Lights Trust", "Safeguarding", FUNCTION_SUPPORT, "own"},
    {"The Weavers Fund", "Tannery Row team", FUNCTION_SUPPORT, "team"},
    {"Moor and Coast Partnership", "Village team", FUNCTION_SUPPORT, "team"},
    {"Seaborough Council", "Households team", FUNCTION_SUPPORT, "own"},
    {"Quayside Homes", "Tenancy support", FUNCTION_REFERRER, "own"},
    {"Seaborough Coast NHS Trust", "Work and health team", FUNCTION_SUPPORT, "own"},
    {"Seaborough City Region Combined Authority", "Directory", FUNCTION_DIRECTORY, "own"},
    {"Seaborough City Region Combined Authority", "Commissioning", FUNCTION_COMMISSIONING, "own"},
    {"Seaborough City Region Combined Authority", "Verification", FUNCTION_VERIFICATION, "own"},
    {"University of Seaborough", "Evaluation", FUNCTION_EVALUATION, "own"},
    {"Seaborough Ferries", "Hiring", FUNCTION_EMPLOYER, "own"},
    {"Seaborough Jobcentre", "Referrals", FUNCTION_REFERRER, "own"},
    {"Seaborough Jobcentre", "Conditionality", FUNCTION_ENFORCEMENT, "own"},
};
static const struct {
  const char *sign_in, *name, *does;
  size_t team;
  uint32_t roles;
} people[] = {
    {"amina", "Amina Castellan", "Key worker. Starts from what matters to the person.", 0,
     ROLE_KEY_WORKER},
    {"joe", "Joe Larkspur", "Key worker beside Amina. Sees whom he supports or stands in for.", 0,
     ROLE_KEY_WORKER},
    {"rhian", "Rhian Tidewell", "Team lead. Sees who is waiting, stuck or drifting.", 0,
     ROLE_TEAM_LEAD | ROLE_KEY_WORKER},
    {"colin", "Colin Marram", "Manager of a small charity.", 0, ROLE_MANAGER | ROLE_ADMIN},
    {"safi", "Safi Greywater", "Safeguarding lead.", 1, ROLE_SAFEGUARDING},
    {"tess", "Tess Buoyant", "Peer worker. Walks beside people; sees no health or offences.", 2,
     ROLE_PEER},
    {"dev", "Dev Ropewright", "Key worker in another organisation.", 2, ROLE_KEY_WORKER},
    {"mo", "Mo Whinney", "Village key worker, alone in the office.", 3,
     ROLE_KEY_WORKER | ROLE_MANAGER | ROLE_ADMIN},
    {"greta", "Greta Sandling", "Advocate for whole households.", 4, ROLE_KEY_WORKER},
    {"hugh", "Hugh Longshore", "Housing officer who refers tenants.", 5, ROLE_REFERRER},
    {"priya", "Priya Kelpie", "Health and work coach.", 6, ROLE_KEY_WORKER},
    {"edie", "Edie Compass", "Directory editor. Keeps entries right.", 7, ROLE_EDITOR | ROLE_ADMIN},
    {"frank", "Frank Bollard", "Commissioner. Sees gaps and cliffs, never case notes.", 8,
     ROLE_COMMISSIONER},
    {"vera", "Vera Plumbline", "Verifier of claims.", 9, ROLE_VERIFIER},
    {"ned", "Ned Abacus", "Evaluator.", 10, ROLE_EVALUATOR},
    {"ola", "Ola Windlass", "Employer with vacancies.", 11, ROLE_EMPLOYER},
    {"jan", "Jan Crossing", "Jobcentre adviser who refers people.", 12, ROLE_REFERRER},
    {"basil", "Basil Stricture",
     "Benefit decisions. Sees nothing here but their own referrals, as received.", 13,
     ROLE_ENFORCEMENT},
};

static int64_t organisation_of(struct db *db, struct arena *a, const char *name, instant_t now) {
  int64_t id =
      db_number(db, 0, SQL("select id from member_organisation where name = ?1"), V(str_of(name)));
  return id ? id : accounts_organisation_add(db, a, str_of(name), true, now);
}

static bool add_person(struct db *db, struct arena *a, size_t i, int64_t team_id, instant_t now,
                       struct why *why) {
  int64_t id = 0;
  struct new_user u = {.sign_in = str_of(people[i].sign_in),
                       .name = str_of(people[i].name),
                       .team_id = team_id,
                       .roles = people[i].roles,
                       .invented = true};
  if (!accounts_user_add(db, a, &u, now, &id, why)) return false;
  return db_run(db, SQL("update user_account set does = ?2 where id = ?1"), V(id),
                db_text_or_null(str_of(people[i].does))) == DB_OK ||
         why_say(why, "A persona could not be saved.");
}

bool accounts_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why) {
  int64_t ids[countof(teams)] = {0};
  bool ok = true;
  (void)seed;
  progress_step(p, "People who work here (invented)", "people", countof(people));
  db_begin(db, STORE_MAIN);
  for (size_t i = 0; i < countof(teams); i++)
    ids[i] = accounts_team_add(db, a, organisation_of(db, a, teams[i].organisation, now),
                               str_of(teams[i].team), teams[i].function, teams[i].sees, now);
  for (size_t i = 0; i < countof(people) && ok; i++) {
    ok = add_person(db, a, i, ids[people[i].team], now, why);
    progress_at(p, i + 1);
  }
  if (!ok) {
    db_rollback(db, STORE_MAIN);
    return false;
  }
  progress_end(p, countof(people));
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The demo's accounts could not be saved.");
}
