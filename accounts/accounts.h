/* accounts: who may sign in: member organisations, their teams (each with one function), users and
 * their roles.
 *
 * A user belongs to one team and works within its function; nobody holds enforcement and another
 * function (PRACTICE 1), because a user has one team, a team has one function, and a role fits only
 * some functions (accounts_role_fits). */
#ifndef WAYMARK_ACCOUNTS_H
#define WAYMARK_ACCOUNTS_H
#include "web/serve.h"
#include "web/web.h"

enum { ACCOUNT_GUESSES_MAX = 10, ACCOUNT_GUESS_SECONDS = 300, ACCOUNT_ADDRESS_GUESSES_MAX = 60 };

/* Making. Each returns the new id, 0 when it failed (the transaction's result says how). Inside a
 * MAIN transaction. */
int64_t accounts_organisation_add(struct db *db, struct arena *a, struct str name, bool invented,
                                  instant_t now);
int64_t accounts_team_add(struct db *db, struct arena *a, int64_t organisation_id, struct str name,
                          enum function function, const char *sees, instant_t now);
/* "own", "team" or "organisation". permission_team_sees calls it, with the reason and the
 * projection. */
enum db_result accounts_team_sees(struct db *db, int64_t team_id, const char *sees);
struct new_user {
  struct str sign_in, name, password;
  int64_t team_id;
  uint32_t roles;
  bool invented;
};
/* password "" = an invitation: nobody can sign in until one is set. False with a sentence when a
 * role does not fit the team's function, the sign-in name is taken or the password is not
 * acceptable. */
bool accounts_user_add(struct db *db, struct arena *a, const struct new_user *u, instant_t now,
                       int64_t *user_id, struct why *why);
/* May a user of a team with this function hold this role? */
bool accounts_role_fits(enum function function, uint32_t role_bit);
bool accounts_role_give(struct db *db, struct arena *a, int64_t user_id, uint32_t role_bit,
                        day_t from, struct why *why);
enum db_result accounts_role_end(struct db *db, struct arena *a, int64_t user_id, uint32_t role_bit,
                                 day_t last);
/* Ends every session at once and refuses the next request. */
enum db_result accounts_disable(struct db *db, struct arena *a, int64_t user_id, instant_t now);
bool accounts_password_set(struct db *db, struct arena *a, int64_t user_id, struct str password,
                           instant_t now, struct why *why);

/* Signing in. The same sentence and the same time for an unknown name, a wrong password and a wrong
 * code. */
enum sign_in_end {
  SIGN_IN_OK,
  SIGN_IN_WRONG,
  SIGN_IN_TOO_MANY,
  SIGN_IN_NEEDS_CODE,
  SIGN_IN_FAILED
};
struct sign_in { struct str name, password, code, address; };
enum sign_in_end accounts_sign_in(struct db *db, struct arena *a, const struct sign_in *s,
                                  instant_t now, int64_t *user_id);
/* Takes an authenticator's secret once the first code from it fits. */
bool accounts_totp_enrol(struct db *db, struct arena *a, int64_t user_id, struct str secret,
                         struct str code, instant_t now);
/* Is this the code of their app, or a recovery code not used before? Either is used up. */
bool accounts_second_step(struct db *db, struct arena *a, int64_t user_id, struct str code,
                          instant_t now);
/* Ten new recovery codes in place of any before, "k7qm2-9xtrb"; only fingerprints are kept. */
enum { RECOVERY_CODES = 10, RECOVERY_CODE_CHARS = 10 };
enum db_result accounts_recovery_make(struct db *db, struct arena *a, int64_t user_id,
                                      instant_t now, struct strs *codes);
int64_t accounts_recovery_left(struct db *db, int64_t user_id);
/* Takes the app and the codes off an account and tells its user; the caller ends the sessions. */
enum db_result accounts_code_reset(struct db *db, struct arena *a, int64_t user_id, instant_t now);
/* Tells a user something: on their page (/me, and the next page they open says so), and by a mail
 * that says only that there is something to read. `words` is a sentence of the program that names
 * nobody; href a path of ours. Inside the caller's MAIN transaction. */
enum db_result accounts_tell(struct db *db, struct arena *a, int64_t user_id, const char *words,
                             struct str href, instant_t now);
struct notice { int64_t id; struct str words, href, on; };
struct notices { struct notice *p; size_t n; };
struct notices accounts_notices(struct db *db, struct arena *a, int64_t user_id); /* unread */
/* Everyone of an organisation who holds any of the roles on the day. */
struct users { int64_t *p; size_t n; };
struct users accounts_holding(struct db *db, struct arena *a, int64_t organisation_id,
                              uint32_t roles, day_t on);
/* Who a user is on a day: roles in force, team, organisation. False: gone, disabled, or team ended.
 */
bool accounts_actor(struct db *db, struct arena *a, int64_t user_id, int64_t session_id, day_t on,
                    struct actor *out);
/* A new random password (20 letters and digits), set and returned; every session ends at the next
 * request when the caller also ends them. False with a sentence. */
bool accounts_password_make(struct db *db, struct arena *a, int64_t user_id, instant_t now,
                            struct str *password, struct why *why);
/* A resident's own sign-in, opted into (PRACTICE 4, 14). Opening makes a card's code, shown once,
 * and keeps the phrase they chose; five wrong phrases close the card until another is made. Closing
 * ends their sessions at the next request. A link is good once, for ten minutes; "" = not open.
 * A resident acts with user_id below 0, ROLE_RESIDENT and their person_id. */
enum { RESIDENT_TRIES_MAX = 5 };
bool accounts_resident_open(struct db *db, struct arena *a, int64_t person_id, struct str phrase,
                            int64_t by_user, instant_t now, struct str *card, struct why *why);
enum db_result accounts_resident_close(struct db *db, struct arena *a, int64_t person_id,
                                       instant_t now);
/* Their access goes, cards and links with it; every session ends at its next request. */
enum db_result accounts_resident_forget(struct db *db, int64_t person_id);
bool accounts_resident_has(struct db *db, int64_t person_id);
struct str accounts_resident_link(struct db *db, struct arena *a, int64_t person_id,
                                  int64_t by_user, instant_t now);
/* Tokens of programs. Each is a service account of one team, so of one function, with the scopes it
 * was given; shown once, kept as a hash, ended by a day or by hand; so many calls a minute. A
 * service account never gets a password. */
enum { TOKEN_DAYS_MAX = 366, TOKEN_CALLS_A_MINUTE = 300 };
struct token_scope { const char *code; const struct message *label; };
extern const struct token_scope token_scopes[];
extern const size_t token_scopes_n;
int64_t token_scope_bit(struct str code); /* 0: there is no such scope */
struct new_token {
  struct str name;
  int64_t team_id, made_by, scopes;
  uint32_t role;
  day_t last;
};
/* Inside a MAIN transaction. False with a sentence. */
bool accounts_token_make(struct db *db, struct arena *a, const struct new_token *t, instant_t now,
                         struct str *token, int64_t *user_id, struct why *why);
struct token_known {
  int64_t id, user_id;
  struct str public_id, name, team;
  enum function function;
  uint32_t scopes;
  day_t last;
  instant_t used_at; /* INSTANT_NONE: never */
  bool revoked;
};
struct token_list { struct token_known *p; size_t n; };
struct token_list accounts_tokens(struct db *db, struct arena *a, int64_t organisation_id);
/* Is this the account of a program? */
bool accounts_is_program(struct db *db, int64_t user_id);
/* DB_NONE: there is none of theirs that is live. */
enum db_result accounts_token_revoke(struct db *db, struct arena *a, int64_t organisation_id,
                                     struct str public_id, instant_t now);
/* Demo only: an invented person whose own page may be tried with one press; what they bring, in a
 * sentence. Their page must be open. */
enum db_result accounts_resident_persona(struct db *db, int64_t person_id, struct str does);
extern const struct session_hooks accounts_session_hooks;
/* When a colleague's DBS check was made and their safeguarding training was held; DAY_NONE = not
 * known. */
enum db_result accounts_checked(struct db *db, struct arena *a, int64_t user_id, day_t dbs,
                                day_t trained);
/* The name a user goes by, whether or not they may still sign in; "" when there is no such user. */
struct str accounts_user_name(struct db *db, struct arena *a, int64_t user_id);
/* The same for a page: the database is not asked about whoever asks. */
struct str accounts_name_for(struct request *rq, int64_t user_id);
const char *accounts_function_word(enum function f);   /* "support", "enforcement" */
enum function
accounts_function_of(struct str word); /* FUNCTION_NONE when there is no such function */
extern const struct domain accounts_domain;
#endif
