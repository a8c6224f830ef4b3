/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_ACCOUNTS_INSIDE_H
#define WAYMARK_ACCOUNTS_INSIDE_H
#include "accounts/accounts.h"
struct str sign_in_name(struct arena *a, struct str typed);   /* as it is stored and compared */
bool accounts_actor_on(struct db *db, struct arena *a, int64_t user_id, int64_t session_id, day_t on, struct actor *out);
#endif
