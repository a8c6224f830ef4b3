/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_ACCOUNTS_INSIDE_H
#define WAYMARK_ACCOUNTS_INSIDE_H
#include "accounts/accounts.h"
struct str sign_in_name(struct arena *a, struct str typed);   /* as it is stored and compared */
bool accounts_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
enum db_result accounts_recovery_forget(struct db *db, int64_t user_id);
bool accounts_recovery_use(struct db *db, struct arena *a, int64_t user_id, struct str typed,
                           instant_t now);
enum db_result accounts_notice_read(struct db *db, struct arena *a, int64_t user_id, int64_t id,
                                    instant_t now);
enum sign_in_end resident_sign_in(struct db *db, struct arena *a, const struct sign_in *s,
                                  instant_t now, int64_t *access);
int64_t resident_link_take(struct db *db, struct arena *a, struct str token, instant_t now);
bool resident_actor(struct db *db, struct arena *a, int64_t access, int64_t session_id,
                    struct actor *out);
struct request;
void accounts_note_sign_in(const struct request *rq, enum sign_in_end end, int64_t user_id);
handler accounts_resident_page, accounts_resident_post, accounts_link_page, accounts_link_post;
job_run accounts_notice_mail;
bool accounts_token_actor(struct db *db, struct arena *a, struct str token, instant_t now,
                          struct actor *out);
enum token_end accounts_token_use(struct db *db, struct arena *a, const struct actor *actor,
                                  const struct route *route, instant_t now);
bool accounts_is_service(struct db *db, int64_t user_id); /* true also when it cannot be known */
/* Pages. */
handler accounts_tokens_page, accounts_token_post, accounts_token_end_post;
handler accounts_code_page, accounts_code_post, accounts_recovery_post, accounts_code_reset_post,
    accounts_notice_post;
handler accounts_admin_page, accounts_team_post, accounts_user_post, accounts_user_page,
    accounts_role_post, accounts_role_end_post, accounts_disable_post, accounts_reset_post;
int command_user(int argc, char **argv);
/* The roles a team of this function may hold, one bit at a time: 0 past the end. */
uint32_t accounts_role_at(enum function function, size_t i);
handler accounts_sign_in_page, accounts_sign_in_post, accounts_persona_post, accounts_sign_out_post;
handler accounts_me_page, accounts_session_end_post, accounts_sessions_end_post,
    accounts_password_post;
#endif
