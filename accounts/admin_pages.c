/* admin_pages: an administrator looks after the teams and users of their own organisation, and of
 * no other. Organisations are made by the operator (`waymark user team`). */
#include "accounts.html.h"
#include "accounts/inside.h"
#include "web/route.h"
#include "web/session.h"

static struct choice_of role_choice(uint32_t bit) {
  return (struct choice_of){str_of(role_word(bit)), str_of(role_word(bit))};
}

static struct str roles_held(struct request *rq, int64_t user_id) {
  struct actor who;
  return accounts_actor(rq->db, rq->arena, user_id, 0, rq->today, &who)
             ? who_words(rq->arena, who.roles)
             : (struct str){0};
}

static void read_users(struct request *rq, struct admin_team *team) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, public_id, name, sign_in, disabled_at from user_account "
                              "where team_id = ?1 order by name, id"),
                          V(team->id));
  while (db_next(&r))
    *slice_push(rq->arena, &team->users, &cap) =
        (struct admin_user){row_text(&r, 1), row_text(&r, 2), row_text(&r, 3),
                            roles_held(rq, row_int(&r, 0)), !row_null(&r, 4)};
}

static void read_teams(struct request *rq, struct admin_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, name, function from team where organisation_id = ?1 and "
                              "ended_at is null order by name, id"),
                          V(rq->actor.organisation_id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->teams, &cap) = (struct admin_team){
      .id = row_int(&r, 0), .name = row_text(&r, 1),
      .function = str_of(accounts_function_word((enum function)row_int(&r, 2)))};
  for (size_t i = 0; i < page->teams.n; i++) read_users(rq, &page->teams.p[i]);
}

static void show_admin(struct request *rq, struct str fault) {
  struct admin_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Accounts")),
                            .organisation = rq->actor.organisation_name, .fault = fault};
  size_t cap = 0, roles_cap = 0;
  for (int f = FUNCTION_NONE + 1; f < FUNCTION_COUNT; f++) {
    struct str word = str_of(accounts_function_word((enum function)f));
    *slice_push(rq->arena, &page.functions, &cap) = (struct choice_of){word, word};
  }
  for (uint32_t bit = 1; bit < ROLE_SERVICE; bit <<= 1)
    if (bit != ROLE_RESIDENT) *slice_push(rq->arena, &page.roles, &roles_cap) = role_choice(bit);
  read_teams(rq, &page);
  view_accounts_admin(rq->view, &page);
}

void accounts_admin_page(struct request *rq) { show_admin(rq, (struct str){0}); }

static void refuse(struct request *rq, struct str fault) {
  reply_status(rq, 422);
  show_admin(rq, fault);
}

void accounts_team_post(struct request *rq) {
  struct str name = str_trim(request_form(rq, "name"));
  enum function f = accounts_function_of(request_form(rq, "function"));
  if (name.n == 0 || utf8_count(name) > 120 || f == FUNCTION_NONE) {
    refuse(rq, PAGE_TITLE(rq, "Give the team a name and say what it is for."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  accounts_team_add(rq->db, rq->arena, rq->actor.organisation_id, name, f, "own", rq->now);
  audit_did(rq, "team added", 0, 0);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK)
    refuse(rq, PAGE_TITLE(rq, "That could not be saved just now. Try again."));
  else reply_redirect(rq, S("/accounts"));
}

/* ---- one user ---- */

/* The user of the address, if they belong to the administrator's organisation; else 0. */
static int64_t own_user(struct request *rq, struct str public_id) {
  return db_number(rq->db, 0, SQL("select u.id from user_account u join team t on t.id = u.team_id "
                                  "where u.public_id = ?1 and t.organisation_id = ?2"),
                   V(public_id), V(rq->actor.organisation_id));
}

static void add_choices(struct request *rq, struct admin_user_page *page, int64_t user_id,
                        enum function f) {
  size_t held_cap = 0, may_cap = 0;
  struct actor who = {0};
  accounts_actor(rq->db, rq->arena, user_id, 0, rq->today, &who);
  uint32_t bit;
  for (size_t i = 0; (bit = accounts_role_at(f, i)); i++)
    if (who.roles & bit) *slice_push(rq->arena, &page->held, &held_cap) = role_choice(bit);
    else *slice_push(rq->arena, &page->may_hold, &may_cap) = role_choice(bit);
}

static void show_user(struct request *rq, int64_t user_id, struct str password, struct str fault) {
  struct rows r;
  if (!user_id || !db_one(&r, rq->db, rq->arena,
                          SQL("select u.public_id, u.name, u.sign_in, t.name, u.disabled_at, "
                              "t.function from user_account u "
                              "join team t on t.id = u.team_id where u.id = ?1"),
                          V(user_id))) {
    reply_not_found(rq);
    return;
  }
  struct admin_user_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A user")),
                                 .id = row_text(&r, 0),
                                 .name = row_text(&r, 1),
                                 .sign_in = row_text(&r, 2),
                                 .team = row_text(&r, 3),
                                 .disabled = !row_null(&r, 4),
                                 .password = password,
                                 .fault = fault};
  enum function f = (enum function)row_int(&r, 5);
  db_done(&r);
  add_choices(rq, &page, user_id, f);
  view_accounts_user(rq->view, &page);
}

void accounts_user_page(struct request *rq) {
  show_user(rq, own_user(rq, request_path(rq, "id")), (struct str){0}, (struct str){0});
}

static bool own_team(struct request *rq, int64_t *team_id) {
  return str_to_i64(request_form(rq, "team"), team_id) &&
         db_number(rq->db, 0,
                   SQL("select count(*) from team where id = ?1 and organisation_id = ?2 and "
                       "ended_at is null"),
                   V(*team_id), V(rq->actor.organisation_id)) == 1;
}

void accounts_user_post(struct request *rq) {
  struct new_user u = {.sign_in = request_form(rq, "sign_in"),
                       .name = str_trim(request_form(rq, "name")),
                       .roles = role_of(request_form(rq, "role"))};
  struct str password = {0};
  struct why why;
  int64_t id = 0;
  if (!u.name.n || utf8_count(u.name) > 120 || !u.roles || !own_team(rq, &u.team_id)) {
    refuse(rq, PAGE_TITLE(rq, "Give a name, a team of yours and what they do."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  bool ok = accounts_user_add(rq->db, rq->arena, &u, rq->now, &id, &why) &&
            accounts_password_make(rq->db, rq->arena, id, rq->now, &password, &why);
  audit_did(rq, "user added", 0, 0);
  if (!ok) db_rollback(rq->db, STORE_MAIN);
  if (!ok || db_commit(rq->db, STORE_MAIN) != DB_OK)
    refuse(rq, ok ? PAGE_TITLE(rq, "That could not be saved just now. Try again.")
                  : words_label((enum language)rq->lang, why_str(&why)));
  else show_user(rq, id, password, (struct str){0});
}

/* Changes one user of the administrator's organisation: begin, change, write down, commit, show. */
typedef bool user_change(struct request *rq, int64_t user_id, struct str *password,
                         struct why *why);
static void change_user(struct request *rq, user_change *change, const char *what) {
  int64_t id = own_user(rq, request_path(rq, "id"));
  struct str password = {0};
  struct why why;
  if (!id) {
    reply_not_found(rq);
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  bool ok = change(rq, id, &password, &why);
  audit_did(rq, what, 0, 0);
  if (!ok) db_rollback(rq->db, STORE_MAIN);
  else if (db_commit(rq->db, STORE_MAIN) != DB_OK)
    ok = why_say(&why, "That could not be saved just now. Try again.");
  if (!ok) reply_status(rq, 422);
  show_user(rq, id, ok ? password : (struct str){0},
            ok ? (struct str){0} : words_label((enum language)rq->lang, why_str(&why)));
}

static bool give_role(struct request *rq, int64_t id, struct str *password, struct why *why) {
  (void)password;
  return accounts_role_give(rq->db, rq->arena, id, role_of(request_form(rq, "role")), rq->today,
                            why);
}
static bool end_role(struct request *rq, int64_t id, struct str *password, struct why *why) {
  (void)password;
  return accounts_role_end(rq->db, rq->arena, id, role_of(request_form(rq, "role")),
                           rq->today - 1) == DB_OK ||
         why_say(why, "That could not be saved just now. Try again.");
}
static bool disable(struct request *rq, int64_t id, struct str *password, struct why *why) {
  (void)password;
  session_end_all(rq->db, id, 0);
  return accounts_disable(rq->db, rq->arena, id, rq->now) == DB_OK ||
         why_say(why, "That could not be saved just now. Try again.");
}
static bool reset_code(struct request *rq, int64_t id, struct str *password, struct why *why) {
  (void)password;
  session_end_all(rq->db, id, 0);
  return accounts_code_reset(rq->db, rq->arena, id, rq->now) == DB_OK ||
         why_say(why, "That could not be saved just now. Try again.");
}
static bool reset(struct request *rq, int64_t id, struct str *password, struct why *why) {
  if (accounts_is_service(rq->db, id))
    return why_say(why, "A program has a token and no password. Make a new token instead.");
  session_end_all(rq->db, id, 0);
  return accounts_password_make(rq->db, rq->arena, id, rq->now, password, why);
}
void accounts_role_post(struct request *rq) { change_user(rq, give_role, "role given"); }
void accounts_role_end_post(struct request *rq) { change_user(rq, end_role, "role ended"); }
void accounts_disable_post(struct request *rq) { change_user(rq, disable, "account closed"); }
void accounts_reset_post(struct request *rq) { change_user(rq, reset, "password made anew"); }
void accounts_code_reset_post(struct request *rq) {
  change_user(rq, reset_code, "authenticator app taken off");
}
