#include <stdio.h>
#include <stdlib.h>
#include "accounts/testing.h"

static void stop_here(const char *what) {
  fprintf(stderr, "test user: %s\n", what);
  abort();
}

int64_t test_team(struct db *db, struct arena *a, const char *organisation, const char *team,
                  enum function function, const char *sees, instant_t now) {
  int64_t org = db_number(db, 0, SQL("select id from member_organisation where name = ?1"),
                          V(str_of(organisation)));
  if (!org) org = accounts_organisation_add(db, a, str_of(organisation), true, now);
  int64_t id = accounts_team_add(db, a, org, str_of(team), function, sees, now);
  if (!id) stop_here("no team");
  return id;
}

struct actor test_user(struct db *db, struct arena *a, int64_t team_id, const char *sign_in,
                       uint32_t roles, const char *password, instant_t now) {
  struct why why;
  struct actor actor = {0};
  int64_t id = 0;
  struct new_user u = {.sign_in = str_of(sign_in),
                       .name = str_of(sign_in),
                       .password = str_of(password),
                       .team_id = team_id,
                       .roles = roles,
                       .invented = true};
  if (!accounts_user_add(db, a, &u, now, &id, &why)) stop_here(why.text);
  if (!accounts_actor(db, a, id, 0, instant_local_uk(now).day, &actor)) stop_here("no actor");
  actor.enrolling = false;
  return actor;
}
