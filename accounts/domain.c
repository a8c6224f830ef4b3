/* domain: what accounts brings to the program. */
#include "accounts/inside.h"

extern const struct migrations accounts_migrations;

static const struct route routes[] = {
    ROUTE(READ, "/sign-in", accounts_sign_in_page, WHO_ANYONE, FAST, "Sign in.", 0),
    ROUTE(WRITE, "/sign-in", accounts_sign_in_post, WHO_ANYONE, HEAVY,
          "Check a name, a password and a code.", 0),
    ROUTE(WRITE, "/sign-in/persona", accounts_persona_post, WHO_ANYONE, FAST,
          "Demo only: sign in as an invented person.", 0),
    ROUTE(WRITE, "/sign-out", accounts_sign_out_post, WHO_ANYONE, FAST, "Sign out.", 0),
    ROUTE(READ, "/me", accounts_me_page, WHO_SIGNED_IN | ROLE_ENFORCEMENT, FAST,
          "Your account and where you are signed in.", 0),
    ROUTE(WRITE, "/me/password", accounts_password_post, WHO_SIGNED_IN | ROLE_ENFORCEMENT, HEAVY,
          "Change your password.", 0),
    ROUTE(WRITE, "/me/sessions/end", accounts_session_end_post, WHO_SIGNED_IN | ROLE_ENFORCEMENT,
          FAST, "End one of your sessions.", 0),
    ROUTE(WRITE, "/me/sessions/end-all", accounts_sessions_end_post,
          WHO_SIGNED_IN | ROLE_ENFORCEMENT, FAST, "Sign out everywhere.", 0),
};
const struct domain accounts_domain = {
    .name = "accounts",
    .routes = routes,
    .n_routes = countof(routes),
    .migrations = &accounts_migrations,
    .demo = accounts_demo,
};
