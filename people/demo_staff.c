/* demo_staff: more organisations and workers of Seaborough, all invented, made through accounts'
 * own functions. They have no page of their own among the personas. */
#include "accounts/accounts.h"
#include "people/demo.h"

struct place_of_work {
  const char *organisation, *team;
  enum function function;
  const char *sees;
};
/* The first seven are accounts' own. */
static const struct place_of_work teams[] = {
    {"Harbour Lights Trust", "Northquay team", FUNCTION_SUPPORT, "own"},
    {"The Weavers Fund", "Tannery Row team", FUNCTION_SUPPORT, "team"},
    {"Moor and Coast Partnership", "Village team", FUNCTION_SUPPORT, "team"},
    {"Seaborough Council", "Households team", FUNCTION_SUPPORT, "own"},
    {"Seaborough Coast NHS Trust", "Work and health team", FUNCTION_SUPPORT, "own"},
    {"Quayside Homes", "Tenancy support", FUNCTION_REFERRER, "own"},
    {"Seaborough Jobcentre", "Referrals", FUNCTION_REFERRER, "own"},
    {"Lantern Veterans Hub", "Forces team", FUNCTION_SUPPORT, "team"},
    {"Gannet Carers", "Carers first", FUNCTION_SUPPORT, "own"},
};
static const struct {
  const char *sign_in, *name;
  size_t team;
  uint32_t roles;
} staff[] = {
    {"nell", "Nell Gangway", 0, ROLE_KEY_WORKER},
    {"tariq", "Tariq Mooring", 0, ROLE_KEY_WORKER},
    {"bethan", "Bethan Fetlock", 0, ROLE_KEY_WORKER},
    {"olu", "Olu Ropewalk", 1, ROLE_KEY_WORKER},
    {"marta", "Marta Bobbin", 1, ROLE_KEY_WORKER},
    {"sid", "Sid Heddle", 1, ROLE_TEAM_LEAD | ROLE_KEY_WORKER},
    {"ailsa", "Ailsa Tarn", 2, ROLE_KEY_WORKER},
    {"femi", "Femi Lockgate", 3, ROLE_KEY_WORKER},
    {"ruth", "Ruth Cobble", 3, ROLE_KEY_WORKER},
    {"kit", "Kit Bollin", 3, ROLE_TEAM_LEAD | ROLE_KEY_WORKER},
    {"anwen", "Anwen Kelp", 4, ROLE_KEY_WORKER},
    {"leon", "Leon Tidewrack", 4, ROLE_TEAM_LEAD | ROLE_KEY_WORKER},
    {"zainab", "Zainab Gable", 5, ROLE_REFERRER},
    {"gus", "Gus Doorstep", 5, ROLE_REFERRER},
    {"moira", "Moira Ticket", 6, ROLE_REFERRER},
    {"dov", "Dov Counter", 6, ROLE_REFERRER},
    {"harri", "Harri Bugle", 7, ROLE_KEY_WORKER},
    {"stella", "Stella Pennant", 7, ROLE_TEAM_LEAD | ROLE_KEY_WORKER},
    {"wes", "Wes Haversack", 7, ROLE_PEER},
    {"ifor", "Ifor Wicket", 8, ROLE_KEY_WORKER},
    {"pia", "Pia Kettle", 8, ROLE_KEY_WORKER},
    {"nadine", "Nadine Hearth", 8, ROLE_MANAGER},
};
const char *const demo_supporters[] = {
    "amina", "joe",   "rhian", "nell", "tariq", "bethan", "dev",   "olu",    "marta", "mo",
    "ailsa", "greta", "femi",  "ruth", "priya", "anwen",  "harri", "stella", "ifor",  "pia"};
const size_t demo_supporters_n = countof(demo_supporters);

static int64_t team_of(struct demo *d, const struct place_of_work *w) {
  int64_t org = db_number(d->db, 0, SQL("select id from member_organisation where name = ?1"),
                          V(str_of(w->organisation)));
  if (!org) org = accounts_organisation_add(d->db, d->a, str_of(w->organisation), true, d->now);
  int64_t team =
      db_number(d->db, 0, SQL("select id from team where organisation_id = ?1 and name = ?2"),
                V(org), V(str_of(w->team)));
  return team ? team
              : accounts_team_add(d->db, d->a, org, str_of(w->team), w->function, w->sees, d->now);
}

void demo_staff(struct demo *d) {
  int64_t ids[countof(teams)];
  for (size_t i = 0; i < countof(teams); i++) ids[i] = team_of(d, &teams[i]);
  for (size_t i = 0; i < countof(staff) && d->result == DB_OK; i++) {
    struct why why;
    int64_t id = 0;
    struct new_user u = {.sign_in = str_of(staff[i].sign_in),
                         .name = str_of(staff[i].name),
                         .team_id = ids[staff[i].team],
                         .roles = staff[i].roles,
                         .invented = true};
    if (!accounts_user_add(d->db, d->a, &u, d->now, &id, &why)) d->result = DB_FAILED;
  }
}
