/* command: `waymark user`, for the operator: the first administrator is made here, and lost
 * passwords are mended. */
#include <stdio.h>
#include "accounts/inside.h"
#include "base/args.h"
#include "db/here.h"
#include "web/route.h"
#include "web/session.h"

struct call { struct db *db; struct arena *a; struct args args; instant_t now; struct why why; };

static int64_t user_named(struct call *c, struct str sign_in) {
  int64_t id = db_number(c->db, 0, SQL("select id from user_account where sign_in = ?1"),
                         V(sign_in_name(c->a, sign_in)));
  if (!id)
    why_say(&c->why, "Nobody signs in as \"%.*s\". `waymark user list` shows everyone.",
            P(sign_in));
  return id;
}

static bool make_team(struct call *c) {
  struct str organisation, team, function;
  if (!args_word(&c->args, &organisation) || !args_word(&c->args, &team) ||
      !args_word(&c->args, &function) || !args_done(&c->args, &c->why))
    return why_say(&c->why, "Say: waymark user team ORGANISATION TEAM FUNCTION");
  enum function f = accounts_function_of(function);
  if (f == FUNCTION_NONE)
    return why_say(&c->why, "The function is one of support, commissioning, verification, "
                            "evaluation, directory, employer, "
                            "referrer, enforcement.");
  int64_t org = db_number(c->db, 0, SQL("select id from member_organisation where name = ?1"),
                          V(organisation));
  if (!org) org = accounts_organisation_add(c->db, c->a, organisation, false, c->now);
  return accounts_team_add(c->db, c->a, org, team, f, "own", c->now) != 0 ||
         why_say(&c->why, "The team could not be saved.");
}

static bool add_user(struct call *c) {
  struct str team = {0}, role = {0}, password = {0};
  struct new_user u = {0};
  int64_t id = 0;
  args_value(&c->args, "--name", &u.name);
  args_value(&c->args, "--team", &team);
  args_value(&c->args, "--role", &role);
  args_word(&c->args, &u.sign_in);
  if (!u.name.n || !team.n || !role.n || !u.sign_in.n)
    return why_say(&c->why, "Say: waymark user add SIGN-IN --name NAME --team TEAM --role ROLE");
  if (!args_done(&c->args, &c->why)) return false;
  u.roles = role_of(role);
  u.team_id = db_number(
      c->db, 0, SQL("select max(id) from team where name = ?1 and ended_at is null"), V(team));
  if (!u.roles)
    return why_say(&c->why, "\"%.*s\" is no role. `waymark routes` names them.", P(role));
  if (!u.team_id)
    return why_say(&c->why, "There is no team \"%.*s\". Make it: waymark user team", P(team));
  if (!accounts_user_add(c->db, c->a, &u, c->now, &id, &c->why) ||
      !accounts_password_make(c->db, c->a, id, c->now, &password, &c->why))
    return false;
  printf("%.*s may sign in with this password, shown once: %.*s\n", P(u.sign_in), P(password));
  return true;
}

static bool change_role(struct call *c) {
  struct str sign_in, role;
  bool end = args_flag(&c->args, "--end");
  if (!args_word(&c->args, &sign_in) || !args_word(&c->args, &role) ||
      !args_done(&c->args, &c->why))
    return why_say(&c->why, "Say: waymark user role SIGN-IN ROLE [--end]");
  int64_t id = user_named(c, sign_in);
  day_t today = instant_local_uk(c->now).day;
  if (!id) return false;
  if (!role_of(role))
    return why_say(&c->why, "\"%.*s\" is no role. `waymark routes` names them.", P(role));
  if (!end) return accounts_role_give(c->db, c->a, id, role_of(role), today, &c->why);
  return accounts_role_end(c->db, c->a, id, role_of(role), today - 1) == DB_OK ||
         why_say(&c->why, "It could not be saved.");
}

/* A new password; the authenticator app is forgotten too, since it may be what was lost. */
static bool reset_user(struct call *c) {
  struct str sign_in, password;
  if (!args_word(&c->args, &sign_in) || !args_done(&c->args, &c->why))
    return why_say(&c->why, "Say: waymark user reset SIGN-IN");
  int64_t id = user_named(c, sign_in);
  if (!id || !accounts_password_make(c->db, c->a, id, c->now, &password, &c->why)) return false;
  session_end_all(c->db, id, 0);
  if (accounts_code_reset(c->db, c->a, id, c->now) != DB_OK)
    return why_say(&c->why, "The authenticator app could not be taken off. Try again.");
  printf("%.*s is signed out everywhere; the new password, shown once: %.*s\n", P(sign_in),
         P(password));
  return true;
}

static bool list_users(struct call *c) {
  if (!args_done(&c->args, &c->why)) return false;
  struct rows r =
      db_rows(c->db, c->a,
              SQL("select u.id, u.sign_in, u.name, t.name, t.function, u.disabled_at "
                  "from user_account u join team t on t.id = u.team_id order by u.sign_in"));
  while (db_next(&r)) {
    struct actor who = {0};
    accounts_actor(c->db, c->a, row_int(&r, 0), 0, instant_local_uk(c->now).day, &who);
    struct str sign_in = row_text(&r, 1), name = row_text(&r, 2), team = row_text(&r, 3);
    struct str roles = who_words(c->a, who.roles);
    printf("%.*s\t%.*s\t%.*s (%s)\t%.*s%s\n", P(sign_in), P(name), P(team),
           accounts_function_word((enum function)row_int(&r, 4)), P(roles),
           row_null(&r, 5) ? "" : "\tclosed");
  }
  return r.result == DB_OK || why_say(&c->why, "The users could not be read.");
}

static const struct { const char *word; bool (*run)(struct call *c);
} verbs[] = {{"team", make_team},
             {"add", add_user},
             {"role", change_role},
             {"list", list_users},
             {"reset", reset_user}};

static bool run_verb(struct call *c, struct str verb) {
  for (size_t i = 0; i < countof(verbs); i++) {
    if (!str_eq(verb, str_of(verbs[i].word))) continue;
    db_begin(c->db, STORE_MAIN);
    bool ok = verbs[i].run(c);
    if (!ok) db_rollback(c->db, STORE_MAIN);
    return ok && (db_commit(c->db, STORE_MAIN) == DB_OK ||
                  why_say(&c->why, "It could not be saved. Try again."));
  }
  return why_say(&c->why,
                 "Say what to do: team, add, role, list or reset. `waymark help user` shows how.");
}

int command_user(int argc, char **argv) {
  struct arena a = arena_open((size_t)64 << 20);
  struct call c = {.a = &a, .args = args_of(argc, argv), .now = here_now()};
  struct str verb = {0};
  args_word(&c.args, &verb);
  c.db = db_open_here(&c.why);
  bool ok = c.db && run_verb(&c, verb);
  if (!ok) fprintf(stderr, "waymark: %s\n", c.why.text);
  if (c.db) db_close(c.db);
  arena_close(&a);
  return ok ? 0 : 1;
}
