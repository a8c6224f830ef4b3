/* token: programs that call with a token. A token stands for a service account: it has one team, so
 * one function, and sees whom that team's choice lets it see, through the same gate as anybody. Its
 * scopes only take away: a route that stands in none of them is closed to every token, whatever the
 * account might do. */
#include "accounts/inside.h"
#include "base/planted.h"
#include "web/session.h"
#include "words/words.h"

#define TOKEN_START "wm_"
enum { TOKEN_BYTES = 32 };

TEXT_MESSAGE(scope_people_read, "See people");
TEXT_MESSAGE(scope_people_write, "Add people and change what is known of them");
TEXT_MESSAGE(scope_contacts_read, "See contacts");
TEXT_MESSAGE(scope_contacts_write, "Keep contacts");
TEXT_MESSAGE(scope_appointments_read, "See appointments");
TEXT_MESSAGE(scope_appointments_write, "Agree appointments");
TEXT_MESSAGE(scope_plan_read, "See the plan");
TEXT_MESSAGE(scope_plan_write, "Say that a step is done");
TEXT_MESSAGE(scope_outcomes_read, "See what came of it");
TEXT_MESSAGE(scope_outcomes_write, "Write down what came of it");
TEXT_MESSAGE(scope_gaps_read, "See what searches did not find");
const struct token_scope token_scopes[] = {
    {"people-read", &scope_people_read},
    {"people-write", &scope_people_write},
    {"contacts-read", &scope_contacts_read},
    {"contacts-write", &scope_contacts_write},
    {"appointments-read", &scope_appointments_read},
    {"appointments-write", &scope_appointments_write},
    {"plan-read", &scope_plan_read},
    {"plan-write", &scope_plan_write},
    {"gaps-read", &scope_gaps_read},
    {"outcomes-read", &scope_outcomes_read}, /* bits stand in rows: add at the end only */
    {"outcomes-write", &scope_outcomes_write},
};
const size_t token_scopes_n = countof(token_scopes);
/* Every route a token may open, and the scope it stands in. */
static const struct { size_t scope; enum route_kind kind; const char *path; } opens[] = {
    {0, ASK, "/api/people"},
    {0, READ, "/api/people/{id}"},
    {1, WRITE, "/api/people/new"},
    {1, WRITE, "/api/people/{id}"},
    {2, READ, "/api/people/{id}/contacts"},
    {3, WRITE, "/api/people/{id}/contacts"},
    {4, READ, "/api/people/{id}/appointments"},
    {5, WRITE, "/api/people/{id}/appointments"},
    {6, READ, "/api/people/{id}/plan"},
    {7, WRITE, "/api/people/{id}/plan/steps"},
    {8, READ, "/api/find/gaps"},
    {9, READ, "/api/people/{id}/outcomes"},
    {10, WRITE, "/api/people/{id}/outcomes"},
    {10, WRITE, "/api/people/{id}/outcomes/change"},
};

int64_t token_scope_bit(struct str code) {
  for (size_t i = 0; i < token_scopes_n; i++)
    if (str_eq(code, str_of(token_scopes[i].code))) return (int64_t)1 << i;
  return 0;
}

static struct str hash_of(struct arena *a, struct str token) {
  struct sha256 h = sha256_of(token);
  return hex_of(a, h.b, sizeof h.b);
}

bool accounts_token_make(struct db *db, struct arena *a, const struct new_token *t, instant_t now,
                         struct str *token, int64_t *user_id, struct why *why) {
  uint8_t secret[TOKEN_BYTES], name[8];
  if (!t->scopes) return why_say(why, "Choose at least one thing it may do.");
  if (t->last <= instant_local_uk(now).day ||
      t->last > instant_local_uk(now).day + TOKEN_DAYS_MAX)
    return why_say(why, "A token ends within a year. Give a day after today.");
  secret_bytes(secret, sizeof secret);
  secret_bytes(name, sizeof name);
  struct new_user u = {.sign_in = str_format(a, "service-%.*s", P(hex_of(a, name, sizeof name))),
                       .name = t->name, .team_id = t->team_id, .roles = t->role};
  if (!accounts_user_add(db, a, &u, now, user_id, why)) return false;
  *token = str_format(a, TOKEN_START "%.*s", P(base64url_of(a, secret, sizeof secret)));
  enum db_result result =
      db_run(db, SQL("update user_account set service = 1 where id = ?1"), V(*user_id));
  if (result == DB_OK)
    result = db_run(db,
                    SQL("insert into api_token (public_id, user_id, token_hash, scopes, made_by, "
                        "made_at, expires_on) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
                    db_uuid(a, uuid_v4()), V(*user_id), V(hash_of(a, *token)), V(t->scopes),
                    V(t->made_by), db_instant(a, now), db_day(a, t->last));
  return result == DB_OK || why_say(why, "The token could not be kept. Try again.");
}

bool accounts_is_program(struct db *db, int64_t user_id) {
  return db_number(db, 0, SQL("select service from user_account where id = ?1"), V(user_id)) == 1;
}

bool accounts_is_service(struct db *db, int64_t user_id) {
  return db_number(db, 1, SQL("select service from user_account where id = ?1"), V(user_id)) != 0;
}

/* ---- a call ---- */

/* Which token stands behind a call, and as whom. session_id is the token's, below 0. */
bool accounts_token_actor(struct db *db, struct arena *a, struct str token, instant_t now,
                          struct actor *out) {
  struct rows r;
  day_t today = instant_local_uk(now).day;
  if (!str_starts(token, S(TOKEN_START)) || token.n > 100 ||
      !db_one(&r, db, a,
              SQL("select id, user_id, scopes from api_token where token_hash = ?1 and revoked_at "
                  "is null and expires_on >= ?2"),
              V(hash_of(a, token)), V(db_day(a, today))))
    return false;
  int64_t id = row_int(&r, 0), user = row_int(&r, 1), scopes = row_int(&r, 2);
  db_done(&r);
  if (!accounts_actor(db, a, user, -id, today, out)) return false;
  out->roles |= ROLE_SERVICE;
  out->scopes = (uint32_t)scopes;
  out->enrolling = false; /* the token itself is what it has */
  return true;
}

static bool in_scope(const struct route *route, uint32_t scopes) {
  for (size_t i = 0; i < countof(opens); i++)
    if (opens[i].kind == route->kind && strcmp(opens[i].path, route->path) == 0)
      return (scopes & 1u << opens[i].scope) != 0;
  return false;
}

static void note_use(struct db *db, struct arena *a, int64_t token_id, instant_t now) {
  db_run(db,
         SQL_WORK("insert into token_use (token_id, last_at, calls) values (?1, ?2, 1) on conflict "
                  "(token_id) do update set last_at = excluded.last_at, calls = token_use.calls + "
                  "1"),
         V(token_id), db_instant(a, now));
}

enum token_end accounts_token_use(struct db *db, struct arena *a, const struct actor *actor,
                                  const struct route *route, instant_t now) {
  struct str key = str_format(a, "%lld", (long long)-actor->session_id);
  note_use(db, a, -actor->session_id, now);
  if (!limit_take(db, a, "token", key, TOKEN_CALLS_A_MINUTE, 60, now)) return TOKEN_TOO_MANY;
  if (PLANTED == PLANTED_ALL_SCOPES) return TOKEN_FINE;
  return route->who & WHO_ANYONE || in_scope(route, actor->scopes) ? TOKEN_FINE
                                                                   : TOKEN_OUT_OF_SCOPE;
}

/* ---- for the page ---- */

struct token_list accounts_tokens(struct db *db, struct arena *a, int64_t organisation_id) {
  struct token_list out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select k.id, k.public_id, u.name, t.name, t.function, k.scopes, "
                              "k.expires_on, k.revoked_at, k.user_id from api_token k join "
                              "user_account u on u.id = k.user_id join team t on t.id = u.team_id "
                              "where t.organisation_id = ?1 order by k.id desc"),
                          V(organisation_id));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct token_known){
        .id = row_int(&r, 0), .public_id = row_text(&r, 1), .name = row_text(&r, 2),
        .team = row_text(&r, 3), .function = (enum function)row_int(&r, 4),
        .scopes = (uint32_t)row_int(&r, 5), .last = row_day(&r, 6), .revoked = !row_null(&r, 7),
        .user_id = row_int(&r, 8)};
  for (size_t i = 0; i < out.n; i++) {
    struct rows u;
    out.p[i].used_at = INSTANT_NONE;
    if (!db_one(&u, db, a, SQL_WORK("select last_at from token_use where token_id = ?1"),
                V(out.p[i].id)))
      continue;
    out.p[i].used_at = row_instant(&u, 0);
    db_done(&u);
  }
  return out;
}

enum db_result accounts_token_revoke(struct db *db, struct arena *a, int64_t organisation_id,
                                     struct str public_id, instant_t now) {
  enum db_result result =
      db_run(db,
             SQL("update api_token set revoked_at = ?3 where public_id = ?1 and revoked_at is null "
                 "and user_id in (select u.id from user_account u join team t on t.id = u.team_id "
                 "where t.organisation_id = ?2)"),
             V(public_id), V(organisation_id), db_instant(a, now));
  return result == DB_OK && db_changes(db) == 0 ? DB_NONE : result;
}
