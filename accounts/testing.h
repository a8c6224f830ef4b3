/* testing: users to test with. Only tests and benches may include this. */
#ifndef WAYMARK_ACCOUNTS_TESTING_H
#define WAYMARK_ACCOUNTS_TESTING_H
#include "accounts/accounts.h"
/* An organisation and a team of that function; fails the process when it cannot be made. */
int64_t test_team(struct db *db, struct arena *a, const char *organisation, const char *team,
                  enum function function, const char *sees, instant_t now);
/* A user of the team, as accounts_actor gives one whose second step is set up. password "" = none.
 */
struct actor test_user(struct db *db, struct arena *a, int64_t team_id, const char *sign_in,
                       uint32_t roles, const char *password, instant_t now);
#endif
