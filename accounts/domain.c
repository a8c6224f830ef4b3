/* domain: what accounts brings to the program. */
#include "accounts/inside.h"
#include "web/page.h"

extern const struct migrations accounts_migrations;

static const struct route routes[] = {
    ROUTE(READ, "/sign-in", accounts_sign_in_page, WHO_ANYONE, FAST, "Sign in.", 0),
    ROUTE(WRITE, "/sign-in", accounts_sign_in_post, WHO_ANYONE, HEAVY,
          "Check a name, a password and a code.", 0),
    ROUTE(WRITE, "/sign-in/persona", accounts_persona_post, WHO_ANYONE, FAST,
          "Demo only: sign in as an invented person.", 0),
    ROUTE(WRITE, "/sign-out", accounts_sign_out_post, WHO_ANYONE, FAST, "Sign out.",
          ROUTE_SECOND_STEP),
    ROUTE(READ, "/enter", accounts_resident_page, WHO_ANYONE, FAST, "Sign in with a paper card.",
          ROUTE_RESIDENT),
    ROUTE(WRITE, "/enter", accounts_resident_post, WHO_ANYONE, HEAVY,
          "Check a card and its phrase.", ROUTE_RESIDENT),
    ROUTE(READ, "/enter/{token}", accounts_link_page, WHO_ANYONE, FAST,
          "What a link shows before it is used.", ROUTE_RESIDENT),
    ROUTE(WRITE, "/enter/{token}", accounts_link_post, WHO_ANYONE, FAST, "Use a link, once.",
          ROUTE_RESIDENT),
    ROUTE(READ, "/me", accounts_me_page, WHO_SIGNED_IN | ROLE_ENFORCEMENT, FAST,
          "Your account and where you are signed in.", 0),
    ROUTE(WRITE, "/me/password", accounts_password_post, WHO_SIGNED_IN | ROLE_ENFORCEMENT, HEAVY,
          "Change your password.", 0),
    ROUTE(WRITE, "/me/sessions/end", accounts_session_end_post, WHO_SIGNED_IN | ROLE_ENFORCEMENT,
          FAST, "End one of your sessions.", 0),
    ROUTE(WRITE, "/me/sessions/end-all", accounts_sessions_end_post,
          WHO_SIGNED_IN | ROLE_ENFORCEMENT, FAST, "Sign out everywhere.", 0),
    ROUTE(READ, "/me/code", accounts_code_page, WHO_SIGNED_IN | ROLE_ENFORCEMENT, FAST,
          "Set up the code from your telephone.", ROUTE_SECOND_STEP),
    ROUTE(WRITE, "/me/code", accounts_code_post, WHO_SIGNED_IN | ROLE_ENFORCEMENT, FAST,
          "Take the app into use.", ROUTE_SECOND_STEP),
    ROUTE(WRITE, "/me/code/recovery", accounts_recovery_post, WHO_SIGNED_IN | ROLE_ENFORCEMENT,
          FAST, "Make ten new recovery codes.", 0),
    ROUTE(WRITE, "/me/notices/read", accounts_notice_post, WHO_SIGNED_IN | ROLE_ENFORCEMENT, FAST,
          "Take a notice off your page.", 0),
    ROUTE(READ, "/accounts", accounts_admin_page, ROLE_ADMIN, FAST,
          "Teams and users of your organisation.", 0),
    ROUTE(WRITE, "/accounts/teams", accounts_team_post, ROLE_ADMIN, FAST, "Add a team.", 0),
    ROUTE(WRITE, "/accounts/users", accounts_user_post, ROLE_ADMIN, HEAVY, "Add a user.", 0),
    ROUTE(READ, "/accounts/tokens", accounts_tokens_page, ROLE_ADMIN, FAST,
          "Programs that call, and their tokens.", 0),
    ROUTE(WRITE, "/accounts/tokens", accounts_token_post, ROLE_ADMIN, FAST, "Make a token.", 0),
    ROUTE(WRITE, "/accounts/tokens/{id}/end", accounts_token_end_post, ROLE_ADMIN, FAST,
          "End a token.", 0),
    ROUTE(READ, "/accounts/users/{id}", accounts_user_page, ROLE_ADMIN, FAST,
          "A user of your organisation.", 0),
    ROUTE(WRITE, "/accounts/users/{id}/role", accounts_role_post, ROLE_ADMIN, FAST, "Give a role.",
          0),
    ROUTE(WRITE, "/accounts/users/{id}/end-role", accounts_role_end_post, ROLE_ADMIN, FAST,
          "End a role.", 0),
    ROUTE(WRITE, "/accounts/users/{id}/disable", accounts_disable_post, ROLE_ADMIN, FAST,
          "Close an account.", 0),
    ROUTE(WRITE, "/accounts/users/{id}/reset", accounts_reset_post, ROLE_ADMIN, HEAVY,
          "Make a new password.", 0),
    ROUTE(WRITE, "/accounts/users/{id}/reset-code", accounts_code_reset_post, ROLE_ADMIN, FAST,
          "A lost telephone: take the app off.", 0),
};
static const struct job_kind jobs[] = {
    {"notice mail", "Telling staff that there is something to read", LANE_SOON,
     accounts_notice_mail}};
static int accounts_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  struct str why_not = page_site()->no_second_step;
  (void)db, (void)a, (void)now;
  if (why_not.n)
    buf_format(out, "Staff may sign in with a password alone. The reason given: %.*s\n",
               P(why_not));
  return 0;
}
static const struct command commands[] = {
    {"user",
     "user team ORGANISATION TEAM FUNCTION | add SIGN-IN --name NAME --team TEAM --role ROLE | "
     "role SIGN-IN ROLE [--end] "
     "| list | reset SIGN-IN",
     "the people who may sign in", command_user},
};
const struct domain accounts_domain = {
    .name = "accounts",
    .routes = routes,
    .n_routes = countof(routes),
    .migrations = &accounts_migrations,
    .jobs = jobs, .n_jobs = countof(jobs),
    .commands = commands, .n_commands = countof(commands), .demo = accounts_demo,
    .doctor = accounts_doctor,
};
