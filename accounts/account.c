/* account: organisations, teams, users and roles, and who a user is at this moment. */
#include "accounts/accounts.h"
#include "accounts/inside.h"
#include "accounts/password.h"
#include "accounts/totp.h"
#include "web/page.h"

/* Which roles a function's teams may hold. A role outside its function cannot be given. */
static const uint32_t roles_of[FUNCTION_COUNT] = {
    [FUNCTION_SUPPORT] = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING |
                         ROLE_PEER | ROLE_ADMIN,
    [FUNCTION_COMMISSIONING] = ROLE_COMMISSIONER | ROLE_ADMIN,
    [FUNCTION_VERIFICATION] = ROLE_VERIFIER,
    [FUNCTION_EVALUATION] = ROLE_EVALUATOR,
    [FUNCTION_DIRECTORY] = ROLE_EDITOR | ROLE_ADMIN,
    [FUNCTION_EMPLOYER] = ROLE_EMPLOYER,
    [FUNCTION_REFERRER] = ROLE_REFERRER,
    [FUNCTION_ENFORCEMENT] = ROLE_ENFORCEMENT,
};
static const char *const function_words[FUNCTION_COUNT] = {
    "none",      "support",  "commissioning", "verification", "evaluation",
    "directory", "employer", "referrer",      "enforcement",
};

bool accounts_role_fits(enum function function, uint32_t role_bit) {
  bool one = role_bit && (role_bit & (role_bit - 1)) == 0;
  return one && function < FUNCTION_COUNT && (roles_of[function] & role_bit) != 0;
}

uint32_t accounts_role_at(enum function function, size_t i) {
  for (uint32_t bit = 1; bit && bit <= ROLE_SERVICE; bit <<= 1)
    if (accounts_role_fits(function, bit) && i-- == 0) return bit;
  return 0;
}

const char *accounts_function_word(enum function f) {
  return f < FUNCTION_COUNT ? function_words[f] : "none";
}

enum function accounts_function_of(struct str word) {
  for (int f = 1; f < FUNCTION_COUNT; f++)
    if (str_eq(word, str_of(function_words[f]))) return (enum function)f;
  return FUNCTION_NONE;
}

int64_t accounts_organisation_add(struct db *db, struct arena *a, struct str name, bool invented,
                                  instant_t now) {
  return db_insert(db,
                   SQL("insert into member_organisation (public_id, name, invented, created_at) "
                       "values (?1, ?2, ?3, ?4) returning id"),
                   db_uuid(a, uuid_v7(now)), V(name), V(invented), db_instant(a, now));
}

int64_t accounts_team_add(struct db *db, struct arena *a, int64_t organisation_id, struct str name,
                          enum function function, const char *sees, instant_t now) {
  return db_insert(
      db,
      SQL("insert into team (public_id, organisation_id, name, function, sees, created_at) "
          "values (?1, ?2, ?3, ?4, ?5, ?6) returning id"),
      db_uuid(a, uuid_v7(now)), V(organisation_id), V(name), V((int64_t)function), V(str_of(sees)),
      db_instant(a, now));
}

enum db_result accounts_team_sees(struct db *db, int64_t team_id, const char *sees) {
  return db_run(db, SQL("update team set sees = ?2 where id = ?1"), V(team_id), V(str_of(sees)));
}

static enum function team_function(struct db *db, int64_t team_id) {
  return (enum function)db_number(
      db, FUNCTION_NONE, SQL("select function from team where id = ?1 and ended_at is null"),
      V(team_id));
}

static bool roles_fit(struct db *db, int64_t team_id, uint32_t roles, struct why *why) {
  enum function f = team_function(db, team_id);
  if (f == FUNCTION_NONE) return why_say(why, "That team is not there any more. Choose another.");
  if (roles & ~roles_of[f])
    return why_say(why,
                   "A team for %s cannot hold that role. Choose a role that fits, or another team.",
                   function_words[f]);
  return true;
}

static enum db_result give(struct db *db, struct arena *a, int64_t user_id, uint32_t roles,
                           day_t from) {
  enum db_result result = DB_OK;
  for (uint32_t bit = 1; bit && result == DB_OK; bit <<= 1)
    if (roles & bit)
      result =
          db_run(db, SQL("insert into user_role (user_id, role, from_day) values (?1, ?2, ?3)"),
                 V(user_id), V(bit), db_day(a, from));
  return result;
}

struct str sign_in_name(struct arena *a, struct str typed) {
  return str_lower(a, str_trim(typed));
}

bool accounts_user_add(struct db *db, struct arena *a, const struct new_user *u, instant_t now,
                       int64_t *user_id, struct why *why) {
  struct str hash = {0}, sign_in = sign_in_name(a, u->sign_in);
  if (sign_in.n < 2 || utf8_count(sign_in) > 200)
    return why_say(why, "Give a name to sign in with: 2 to 200 characters.");
  if (!roles_fit(db, u->team_id, u->roles, why)) return false;
  if (u->password.n && !password_acceptable(u->password, u->name, why)) return false;
  if (u->password.n && !password_hash(a, u->password, &hash))
    return why_say(why, "The password could not be kept. Try again.");
  if (db_number(db, 0, SQL("select count(*) from user_account where sign_in = ?1"), V(sign_in)))
    return why_say(why, "Somebody already signs in with that name. Choose another.");
  *user_id = db_insert(
      db,
      SQL("insert into user_account (public_id, sign_in, name, team_id, password_hash, invented, "
          "created_at, password_changed_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id"),
      db_uuid(a, uuid_v4()), V(sign_in), V(u->name), V(u->team_id), db_text_or_null(hash),
      V(u->invented), db_instant(a, now), hash.n ? db_instant(a, now) : db_null());
  if (!*user_id || give(db, a, *user_id, u->roles, instant_local_uk(now).day) != DB_OK)
    return why_say(why, "The user could not be saved. Try again.");
  return true;
}

bool accounts_role_give(struct db *db, struct arena *a, int64_t user_id, uint32_t role_bit,
                        day_t from, struct why *why) {
  int64_t team =
      db_number(db, 0, SQL("select team_id from user_account where id = ?1"), V(user_id));
  if (!roles_fit(db, team, role_bit, why)) return false;
  return give(db, a, user_id, role_bit, from) == DB_OK ||
         why_say(why, "The role could not be saved. Try again.");
}

enum db_result accounts_role_end(struct db *db, struct arena *a, int64_t user_id, uint32_t role_bit,
                                 day_t last) {
  return db_run(db,
                SQL("update user_role set to_day = ?3 where user_id = ?1 and role = ?2 and "
                    "coalesce(to_day, '9999-12-31') > ?3"),
                V(user_id), V(role_bit), db_day(a, last));
}

enum db_result accounts_disable(struct db *db, struct arena *a, int64_t user_id, instant_t now) {
  return db_run(
      db, SQL("update user_account set disabled_at = ?2 where id = ?1 and disabled_at is null"),
      V(user_id), db_instant(a, now));
}

bool accounts_password_set(struct db *db, struct arena *a, int64_t user_id, struct str password,
                           instant_t now, struct why *why) {
  struct rows r;
  struct str hash;
  if (!db_one(&r, db, a, SQL("select name from user_account where id = ?1"), V(user_id)))
    return why_say(why, "That user is not there any more.");
  struct str name = row_text(&r, 0);
  db_done(&r);
  if (!password_acceptable(password, name, why)) return false;
  if (!password_hash(a, password, &hash) ||
      db_run(
          db,
          SQL("update user_account set password_hash = ?2, password_changed_at = ?3 where id = ?1"),
          V(user_id), V(hash), db_instant(a, now)) != DB_OK)
    return why_say(why, "The password could not be kept. Try again.");
  return true;
}

/* The telephone is lost: without its app and the codes, signing in leads to a new one. */
enum db_result accounts_code_reset(struct db *db, struct arena *a, int64_t user_id, instant_t now) {
  enum db_result result = db_run(
      db, SQL("update user_account set totp_secret = null, totp_last_step = 0 where id = ?1"),
      V(user_id));
  if (result == DB_OK) result = accounts_recovery_forget(db, user_id);
  if (result == DB_OK)
    result = accounts_tell(db, a, user_id,
                           "Your authenticator app was taken off your account. If you did not ask "
                           "for that, tell an administrator of your organisation at once.",
                           S("/me"), now);
  return result;
}

bool accounts_password_make(struct db *db, struct arena *a, int64_t user_id, instant_t now,
                            struct str *password, struct why *why) {
  unsigned char random[13];
  secret_bytes(random, sizeof random);
  *password = str_slice(base32_of(a, (struct str){(char *)random, sizeof random}), 0, 20);
  return accounts_password_set(db, a, user_id, *password, now, why);
}

struct users accounts_holding(struct db *db, struct arena *a, int64_t organisation_id,
                              uint32_t roles, day_t on) {
  struct users out = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      db, a,
      SQL("select distinct u.id from user_account u join team t on t.id = u.team_id "
          "join user_role h on h.user_id = u.id where t.organisation_id = ?1 and (h.role & ?2) <> "
          "0 and h.from_day <= ?3 and coalesce(h.to_day, '9999-12-31') >= ?3 and u.disabled_at is "
          "null and t.ended_at is null order by u.id"),
      V(organisation_id), V(roles), db_day(a, on));
  while (db_next(&r)) *slice_push(a, &out, &cap) = row_int(&r, 0);
  return out;
}

static uint32_t roles_on(struct db *db, struct arena *a, int64_t user_id, day_t on, bool *ok) {
  uint32_t roles = 0;
  struct rows r =
      db_rows(db, a,
              SQL("select role from user_role where user_id = ?1 and from_day <= ?2 and "
                  "coalesce(to_day, '9999-12-31') >= ?2"),
              V(user_id), db_day(a, on));
  while (db_next(&r)) roles |= (uint32_t)row_int(&r, 0);
  *ok = r.result == DB_OK;
  return roles;
}

/* A second step is asked of all staff, but of the demo's invented ones, and where the installation
 * says why not (setting no_second_step). */
static bool step_waived(bool invented) {
  return page_site()->no_second_step.n || (invented && page_site()->demo);
}

bool accounts_actor(struct db *db, struct arena *a, int64_t user_id, int64_t session_id, day_t on,
                    struct actor *out) {
  struct rows r;
  bool ok = true;
  if (user_id < 0) return resident_actor(db, a, -user_id, session_id, out);
  if (!db_one(&r, db, a,
              SQL("select u.name, t.id, t.name, t.function, o.id, o.name, "
                  "case when u.totp_secret is null then 1 else 0 end, u.invented "
                  "from user_account u "
                  "join team t on t.id = u.team_id join member_organisation o on o.id = "
                  "t.organisation_id "
                  "where u.id = ?1 and u.disabled_at is null and t.ended_at is null and o.ended_at "
                  "is null"),
              V(user_id)))
    return false;
  *out = (struct actor){.user_id = user_id,
                        .session_id = session_id,
                        .name = row_text(&r, 0),
                        .team_id = row_int(&r, 1),
                        .team_name = row_text(&r, 2),
                        .function = (enum function)row_int(&r, 3),
                        .organisation_id = row_int(&r, 4),
                        .organisation_name = row_text(&r, 5)};
  out->enrolling = row_int(&r, 6) && !step_waived(row_int(&r, 7) != 0);
  db_done(&r);
  /* A role that does not fit the function is never honoured, however it came into the table. */
  out->roles = roles_on(db, a, user_id, on, &ok) &
               (out->function < FUNCTION_COUNT ? roles_of[out->function] : 0);
  return ok;
}

enum db_result accounts_checked(struct db *db, struct arena *a, int64_t user_id, day_t dbs,
                                day_t trained) {
  return db_run(db,
                SQL("update user_account set dbs_checked_on = ?2, safeguarding_trained_on = ?3 "
                    "where id = ?1"),
                V(user_id), db_day(a, dbs), db_day(a, trained));
}

struct str accounts_user_name(struct db *db, struct arena *a, int64_t user_id) {
  struct rows r;
  struct str name = {0};
  if (!db_one(&r, db, a, SQL("select name from user_account where id = ?1"), V(user_id)))
    return name;
  name = row_text(&r, 0);
  db_done(&r);
  return name;
}

struct str accounts_name_for(struct request *rq, int64_t user_id) {
  bool own = user_id == rq->actor.user_id && rq->actor.name.n;
  return own ? rq->actor.name : accounts_user_name(rq->db, rq->arena, user_id);
}
