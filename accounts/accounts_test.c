/* Who may sign in, and who they are: on both databases, through the functions and through the
 * pages. */
#include <stdio.h>
#include "accounts/inside.h"
#include "accounts/password.h"
#include "accounts/testing.h"
#include "accounts/totp.h"
#include "audit/audit.h"
#include "db/seal.h"
#include "db/testing.h"
#include "web/page.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations;
static const struct domain *const domains[] = {&web_domain, &accounts_domain};
static const char good_password[] = "otter lantern gravel";

static instant_t monday(void) {
  instant_t t = 0;
  instant_parse(S("2026-11-02T10:00:00Z"), &t);
  return t;
}
static instant_t seconds(int64_t n) { return n * 1000000; }

/* Sealing and limits need this process to hold a master key. */
static void with_key(struct db_test *t) {
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  client_close(&c);
}

static struct actor key_worker(struct db_test *t, const char *name) {
  with_key(t);
  int64_t team =
      test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", monday());
  return test_user(t->db, t->arena, team, name, ROLE_KEY_WORKER, good_password, monday());
}

/* RFC 6238 Appendix B, SHA-1, last six of the eight digits. */
static void codes_are_those_of_the_standard(struct db_test *t) {
  static const struct {
    int64_t second;
    uint32_t code;
  } vectors[] = {{59, 287082},       {1111111109, 81804},  {1111111111, 50471},
                 {1234567890, 5924}, {2000000000, 279037}, {20000000000, 353130}};
  (void)t;
  for (size_t i = 0; i < countof(vectors); i++)
    assert_int_equal(totp_code(S("12345678901234567890"), vectors[i].second / TOTP_STEP_SECONDS),
                     vectors[i].code);
  assert_true(str_eq(base32_of(t->arena, S("foobar")), S("MZXW6YTBOI"))); /* RFC 4648 section 10 */
}

static void a_code_works_once(struct db_test *t) {
  struct str secret = S("12345678901234567890");
  int64_t last = 0;
  (void)t;
  assert_true(totp_check(secret, S("287 082"), seconds(59), &last));
  assert_false(totp_check(secret, S("287082"), seconds(59), &last));
  assert_false(totp_check(secret, S("28708"), seconds(59), &last));
  last = 0;
  assert_true(totp_check(secret, S("287082"), seconds(89), &last)); /* one step late */
  last = 0;
  assert_false(totp_check(secret, S("287082"), seconds(149), &last)); /* three late */
}

static void roles_fit_one_function(struct db_test *t) {
  static const uint32_t all[] = {ROLE_KEY_WORKER,   ROLE_TEAM_LEAD, ROLE_MANAGER,
                                 ROLE_SAFEGUARDING, ROLE_EDITOR,    ROLE_COMMISSIONER,
                                 ROLE_VERIFIER,     ROLE_EVALUATOR, ROLE_EMPLOYER,
                                 ROLE_REFERRER,     ROLE_ADMIN,     ROLE_PEER};
  struct why why;
  for (size_t i = 0; i < countof(all); i++)
    assert_false(accounts_role_fits(FUNCTION_ENFORCEMENT, all[i]));
  for (int f = FUNCTION_NONE; f < FUNCTION_COUNT; f++)
    assert_int_equal(accounts_role_fits((enum function)f, ROLE_ENFORCEMENT),
                     f == FUNCTION_ENFORCEMENT);
  int64_t team =
      test_team(t->db, t->arena, "Jobcentre", "Decisions", FUNCTION_ENFORCEMENT, "own", monday());
  struct actor basil = test_user(t->db, t->arena, team, "basil", ROLE_ENFORCEMENT, "", monday()),
               again;
  assert_false(accounts_role_give(t->db, t->arena, basil.user_id, ROLE_KEY_WORKER, 0, &why));
  /* However it came into the table, it is not honoured. */
  db_run(t->db,
         SQL("insert into user_role (user_id, role, from_day) values (?1, ?2, '2020-01-01')"),
         V(basil.user_id), V((int64_t)ROLE_KEY_WORKER));
  assert_true(
      accounts_actor(t->db, t->arena, basil.user_id, 0, instant_local_uk(monday()).day, &again));
  assert_int_equal(again.roles, ROLE_ENFORCEMENT);
}

static void passwords(struct db_test *t) {
  static const char *const bad[] = {"short",          "elevenchars",    "password12345",
                                    "P@ssw0rd2026!!", "aaaaaaaaaaaaaa", "abcdefghijklmn",
                                    "qwertyuiop123",  "AminaAmina2026"};
  struct why why;
  (void)t;
  for (size_t i = 0; i < countof(bad); i++)
    if (password_acceptable(str_of(bad[i]), S("Amina Castellan"), &why))
      fail_msg("accepted: %s", bad[i]);
  assert_true(password_acceptable(str_of(good_password), S("Amina Castellan"), &why));
  assert_true(password_acceptable(
      S("the tide turned twice before the ferry came home to Northquay that wet Tuesday"),
      S("Amina"), &why)); /* 64 and more */
  struct str hash;
  assert_true(password_hash(t->arena, str_of(good_password), &hash));
  assert_true(str_starts(hash, S("$argon2id$v=19$m=19456,t=2,p=1$")));
}

static enum sign_in_end attempt(struct db_test *t, const char *name, const char *password,
                                const char *code, const char *address, instant_t now) {
  int64_t id = 0;
  struct sign_in s = {str_of(name), str_of(password), str_of(code), str_of(address)};
  return accounts_sign_in(t->db, t->arena, &s, now, &id);
}

static void the_eleventh_guess_is_refused(struct db_test *t) {
  key_worker(t, "amina");
  for (int i = 0; i < ACCOUNT_GUESSES_MAX; i++)
    assert_int_equal(attempt(t, "amina", "wrong", "", "10.0.0.1", monday()), SIGN_IN_WRONG);
  assert_int_equal(attempt(t, "Amina ", good_password, "", "10.0.0.2", monday()), SIGN_IN_TOO_MANY);
  assert_int_equal(attempt(t, "amina", good_password, "", "10.0.0.2",
                           monday() + seconds(ACCOUNT_GUESS_SECONDS * 2)),
                   SIGN_IN_OK);
}

static void an_address_is_refused_too(struct db_test *t) {
  char name[32];
  with_key(t);
  for (int i = 0; i < ACCOUNT_ADDRESS_GUESSES_MAX;
       i++) { /* longer than any password: no time is spent on it */
    snprintf(name, sizeof name, "nobody%d", i);
    struct sign_in s = {str_of(name), {arena_many(t->arena, char, 600), 600}, {0}, S("10.0.0.9")};
    int64_t id;
    assert_int_equal(accounts_sign_in(t->db, t->arena, &s, monday(), &id), SIGN_IN_WRONG);
  }
  assert_int_equal(attempt(t, "another", "x", "", "10.0.0.9", monday()), SIGN_IN_TOO_MANY);
}

/* Of the processor: beside others a hash takes as long as they let it. */
static uint64_t spent_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void an_unknown_name_takes_as_long(struct db_test *t) {
  enum { TURNS = 5 };
  uint64_t known = UINT64_MAX, unknown = UINT64_MAX;
  key_worker(t, "amina");
  for (int i = 0; i < TURNS; i++) {
    uint64_t began = spent_us();
    attempt(t, "amina", "wrong words here", "", "10.0.0.1", monday());
    uint64_t middle = spent_us();
    attempt(t, "nobody", "wrong words here", "", "10.0.0.1", monday());
    uint64_t end = spent_us();
    if (middle - began < known) known = middle - began;
    if (end - middle < unknown) unknown = end - middle;
  }
  /* The hash is tens of milliseconds; without it an unknown name would take a hundredth of that. */
  if (unknown * 2 < known || known * 2 < unknown)
    fail_msg("known %llu us, unknown %llu us", (unsigned long long)known,
             (unsigned long long)unknown);
}

static void a_second_step_is_asked_once_enrolled(struct db_test *t) {
  struct actor amina = key_worker(t, "amina");
  struct str secret = S("12345678901234567890");
  char code[16], next[16];
  snprintf(code, sizeof code, "%06u", totp_code(secret, monday() / 1000000 / TOTP_STEP_SECONDS));
  snprintf(next, sizeof next, "%06u",
           totp_code(secret, monday() / 1000000 / TOTP_STEP_SECONDS + 1));
  assert_false(accounts_totp_enrol(t->db, t->arena, amina.user_id, secret, S("000000"), monday()));
  assert_true(accounts_totp_enrol(t->db, t->arena, amina.user_id, secret, str_of(code), monday()));
  assert_int_equal(attempt(t, "amina", good_password, "", "a", monday()), SIGN_IN_NEEDS_CODE);
  assert_int_equal(attempt(t, "amina", good_password, code, "a", monday()),
                   SIGN_IN_WRONG); /* used to enrol */
  assert_int_equal(attempt(t, "amina", good_password, next, "a", monday() + seconds(30)),
                   SIGN_IN_OK);
  assert_int_equal(attempt(t, "amina", good_password, next, "a", monday() + seconds(30)),
                   SIGN_IN_WRONG);
}

static void sign_in_by_page(struct client *c, const char *name, const char *password) {
  struct buf form = buf_open(4096);
  get(c, "/sign-in");
  client_field(&form, "name", str_of(name));
  client_field(&form, "password", str_of(password));
  char text[1024];
  snprintf(text, sizeof text, "%.*s", (int)form.n, form.p);
  buf_free(&form);
  post(c, "/sign-in", text);
}

/* An installation that says why a password alone will do. */
static void second_step(bool asked) {
  page_site_set(&(struct page_site){
      .no_second_step = asked ? (struct str){0} : S("No telephones are allowed in this office.")});
}

static void signs_in_and_out_through_the_pages(struct db_test *t) {
  struct actor amina = key_worker(t, "amina");
  second_step(false);
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  sign_in_by_page(&c, "amina", "not this one");
  assert_int_equal(c.status, 422);
  assert_false(client_says(&c, "not this one"));
  get(&c, "/me");
  assert_int_equal(c.status, 303); /* to sign in */
  sign_in_by_page(&c, "amina", good_password);
  assert_int_equal(c.status, 303);
  get(&c, "/me");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "This browser."));
  /* Disabled: the next request is refused. */
  assert_int_equal(accounts_disable(t->db, t->arena, amina.user_id, monday()), DB_OK);
  get(&c, "/me");
  assert_int_equal(c.status, 303);
  second_step(true);
  client_close(&c);
}

static void changes_a_password_and_signs_out_everywhere(struct db_test *t) {
  key_worker(t, "amina");
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  struct client other = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  second_step(false);
  sign_in_by_page(&c, "amina", good_password);
  sign_in_by_page(&other, "amina", good_password);
  get(&c, "/me");
  post(&c, "/me/password", "old=wrong&new=copper+heron+ladder");
  assert_int_equal(c.status, 422);
  post(&c, "/me/password", "old=otter+lantern+gravel&new=password1234");
  assert_int_equal(c.status, 422);
  post(&c, "/me/password", "old=otter+lantern+gravel&new=copper+heron+ladder");
  assert_int_equal(c.status, 303);
  get(&other, "/me");
  assert_int_equal(other.status, 303);
  get(&c, "/me");
  assert_int_equal(c.status, 200);
  post(&c, "/me/sessions/end-all", "");
  get(&c, "/me");
  assert_int_equal(c.status, 303);
  assert_int_equal(attempt(t, "amina", "copper heron ladder", "", "a", monday()), SIGN_IN_OK);
  second_step(true);
  client_close(&c);
  client_close(&other);
}

static void a_persona_only_in_the_demo(struct db_test *t) {
  char form[64];
  struct actor amina = key_worker(t, "amina");
  db_run(t->db, SQL("update user_account set does = 'Key worker.' where id = ?1"),
         V(amina.user_id));
  snprintf(form, sizeof form, "persona=%lld", (long long)amina.user_id);
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  page_site_set(&(struct page_site){.demo = false});
  get(&c, "/sign-in");
  assert_false(client_says(&c, "Try it as somebody"));
  post(&c, "/sign-in/persona", form);
  assert_int_equal(c.status, 404);
  page_site_set(&(struct page_site){.demo = true});
  get(&c, "/sign-in");
  assert_true(client_says(&c, "Try it as somebody"));
  post(&c, "/sign-in/persona", form);
  assert_int_equal(c.status, 303);
  get(&c, "/me");
  assert_int_equal(c.status, 200);
  /* Nobody who is not invented. */
  db_run(t->db, SQL("update user_account set invented = 0 where id = ?1"), V(amina.user_id));
  get(&c, "/sign-in");
  post(&c, "/sign-in/persona", form);
  assert_int_equal(c.status, 404);
  page_site_set(&(struct page_site){.demo = false});
  client_close(&c);
}

/* What stands between two marks of the page. */
static struct str between(struct client *c, const char *before, char end) {
  size_t at = str_find(c->text, str_of(before)) + strlen(before);
  assert_true(at < c->text.n);
  struct str rest = str_slice(c->text, at, c->text.n);
  return str_copy(&c->arena, str_slice(rest, 0, str_find_byte(rest, end)));
}

static void takes_an_app_into_use_through_the_page(struct db_test *t) {
  struct actor amina = key_worker(t, "amina");
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  char form[512];
  client_as(&c, amina);
  get(&c, "/me/code");
  assert_int_equal(c.status, 200);
  struct str sealed = between(&c, "name=\"sealed\" value=\"", '"');
  snprintf(form, sizeof form, "sealed=%.*s&code=000000", P(sealed));
  post(&c, "/me/code", form);
  assert_int_equal(c.status, 422);
  struct str raw, secret = {0};
  assert_true(base64url_parse(t->arena, sealed, &raw) &&
              unseal_own(t->arena, "totp form", raw, &secret));
  snprintf(form, sizeof form, "sealed=%.*s&code=%06u", P(sealed),
           totp_code(secret, c.now / 1000000 / TOTP_STEP_SECONDS));
  post(&c, "/me/code", form);
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "Your recovery codes"));
  assert_int_equal(attempt(t, "amina", good_password, "", "a", c.now), SIGN_IN_NEEDS_CODE);
  client_close(&c);
}

static void an_administrator_keeps_to_their_organisation(struct db_test *t) {
  struct actor amina = key_worker(t, "amina");
  int64_t other =
      test_team(t->db, t->arena, "Elsewhere", "Office", FUNCTION_SUPPORT, "own", monday());
  int64_t team =
      test_team(t->db, t->arena, "Harbour Lights", "Office", FUNCTION_SUPPORT, "own", monday());
  struct actor stranger =
      test_user(t->db, t->arena, other, "stranger", ROLE_KEY_WORKER, "", monday());
  struct actor admin = test_user(t->db, t->arena, team, "colin", ROLE_ADMIN, "", monday());
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  char form[160], path[160];
  client_as(&c, amina);
  get(&c, "/accounts");
  assert_int_equal(c.status, 403); /* hers is another role */
  client_as(&c, admin);
  get(&c, "/accounts");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "amina"));
  assert_false(client_says(&c, "stranger"));
  snprintf(form, sizeof form, "sign_in=newone&name=New+One&team=%lld&role=key-worker",
           (long long)team);
  post(&c, "/accounts/users", form);
  assert_int_equal(c.status, 200);
  struct str password = between(&c, "<code translate=\"no\">", '<');
  assert_int_equal(attempt(t, "newone", str_c(t->arena, password), "", "a", monday()), SIGN_IN_OK);
  struct str id = between(&c, "action=\"/accounts/users/", '/');
  snprintf(path, sizeof path, "/accounts/users/%.*s/role", P(id));
  post(&c, path, "role=enforcement");
  assert_int_equal(c.status, 422);
  snprintf(path, sizeof path, "/accounts/users/%.*s/disable", P(id));
  post(&c, path, "");
  assert_true(client_says(&c, "This account is closed."));
  assert_int_equal(attempt(t, "newone", str_c(t->arena, password), "", "a", monday()),
                   SIGN_IN_WRONG);
  snprintf(form, sizeof form, "sign_in=spy&name=Spy&team=%lld&role=key-worker", (long long)other);
  post(&c, "/accounts/users", form); /* another organisation's team */
  assert_int_equal(c.status, 422);
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select public_id from user_account where id = ?1"),
                     V(stranger.user_id)));
  struct str strange = row_text(&r, 0);
  db_done(&r);
  snprintf(path, sizeof path, "/accounts/users/%.*s/reset", P(strange));
  post(&c, path, "");
  assert_int_equal(c.status, 404);
  client_close(&c);
}

/* Signs in by the page and takes an app into use; its secret. */
static struct str enrol_by_page(struct client *c, const char *name) {
  struct str raw, secret = {0};
  char form[512];
  sign_in_by_page(c, name, good_password);
  get(c, "/me/code");
  struct str sealed = between(c, "name=\"sealed\" value=\"", '"');
  assert_true(base64url_parse(&c->arena, sealed, &raw) &&
              unseal_own(&c->arena, "totp form", raw, &secret));
  snprintf(form, sizeof form, "sealed=%.*s&code=%06u", P(sealed),
           totp_code(secret, c->now / 1000000 / TOTP_STEP_SECONDS));
  post(c, "/me/code", form);
  assert_int_equal(c->status, 200);
  return secret;
}

static void nothing_opens_before_the_second_step(struct db_test *t) {
  static const struct route people_routes[] = {
      ROUTE(READ, "/people", accounts_sign_in_page, ROLE_KEY_WORKER, FAST, "People.", 0),
      ROUTE(READ, "/help", accounts_sign_in_page, WHO_ANYONE, FAST, "Help.", 0),
      ROUTE(READ, "/api/people", accounts_sign_in_page, ROLE_KEY_WORKER, FAST, "People.",
            ROUTE_API)};
  static const struct domain people = {
      .name = "people", .routes = people_routes, .n_routes = countof(people_routes)};
  static const struct domain *const all[] = {&web_domain, &accounts_domain, &people};
  key_worker(t, "amina");
  struct client c = client_open(t->db, all, countof(all), &accounts_session_hooks);
  sign_in_by_page(&c, "amina", good_password);
  get(&c, "/people");
  assert_int_equal(c.status, 303);
  assert_true(str_eq(client_header(&c, "Location"), S("/me/code")));
  get(&c, "/me");
  assert_true(str_eq(client_header(&c, "Location"), S("/me/code")));
  get(&c, "/api/people");
  assert_int_equal(c.status, 403);
  get(&c, "/help");
  assert_int_equal(c.status, 200);
  get(&c, "/me/code");
  assert_true(client_says(&c, "One more step before you start"));
  post(&c, "/me/password", "old=otter+lantern+gravel&new=copper+heron+ladder");
  assert_true(str_eq(client_header(&c, "Location"), S("/me/code")));
  assert_int_equal(attempt(t, "amina", good_password, "", "b", monday()), SIGN_IN_OK);
  get(&c, "/me/code");
  post(&c, "/sign-out", "");
  get(&c, "/people");
  assert_true(str_starts(client_header(&c, "Location"), S("/sign-in")));
  enrol_by_page(&c, "amina");
  get(&c, "/people");
  assert_int_equal(c.status, 200);
  client_close(&c);
}

static void a_recovery_code_works_once(struct db_test *t) {
  struct actor amina = key_worker(t, "amina");
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  enrol_by_page(&c, "amina");
  assert_int_equal(accounts_recovery_left(t->db, amina.user_id), RECOVERY_CODES);
  const char *code = str_c(t->arena, between(&c, "<code translate=\"no\">", '<'));
  assert_int_equal(strlen(code), RECOVERY_CODE_CHARS + 1);
  assert_int_equal(db_number(t->db, -1,
                             SQL("select count(*) from recovery_code where code_hash = ?1"),
                             V(str_of(code))),
                   0); /* a fingerprint only */
  assert_int_equal(attempt(t, "amina", good_password, code, "b", monday()), SIGN_IN_OK);
  assert_int_equal(attempt(t, "amina", good_password, code, "b", monday()), SIGN_IN_WRONG);
  assert_int_equal(accounts_recovery_left(t->db, amina.user_id), RECOVERY_CODES - 1);
  assert_int_equal(attempt(t, "amina", good_password, "AAAAA-AAAAA", "b", monday()),
                   SIGN_IN_WRONG);
  client_close(&c);
}

/* Another app is only taken into use by whoever has the old one, or a code. */
static void another_app_needs_the_first(struct db_test *t) {
  struct actor amina = key_worker(t, "amina");
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  struct str first = enrol_by_page(&c, "amina"), raw, second = {0};
  char form[512];
  get(&c, "/me/code");
  struct str sealed = between(&c, "name=\"sealed\" value=\"", '"');
  assert_true(base64url_parse(t->arena, sealed, &raw) &&
              unseal_own(t->arena, "totp form", raw, &second));
  uint32_t code = totp_code(second, c.now / 1000000 / TOTP_STEP_SECONDS);
  snprintf(form, sizeof form, "sealed=%.*s&code=%06u", P(sealed), code);
  post(&c, "/me/code", form);
  assert_int_equal(c.status, 422);
  snprintf(form, sizeof form, "sealed=%.*s&code=%06u&now=%06u", P(sealed), code,
           totp_code(first, c.now / 1000000 / TOTP_STEP_SECONDS + 1));
  post(&c, "/me/code", form);
  assert_int_equal(c.status, 200);
  assert_int_equal(accounts_recovery_left(t->db, amina.user_id), RECOVERY_CODES);
  client_close(&c);
}

static void a_lost_telephone_is_reset_and_told(struct db_test *t) {
  struct actor amina = key_worker(t, "amina");
  int64_t team =
      test_team(t->db, t->arena, "Harbour Lights", "Office", FUNCTION_SUPPORT, "own", monday());
  struct actor admin = test_user(t->db, t->arena, team, "colin", ROLE_ADMIN, "", monday());
  struct client hers = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  struct client c = client_open(t->db, domains, countof(domains), &accounts_session_hooks);
  enrol_by_page(&hers, "amina");
  client_as(&c, admin);
  get(&c, "/accounts");
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL("select public_id from user_account where id = ?1"),
                     V(amina.user_id)));
  const char *path = str_c(t->arena, str_format(t->arena, "/accounts/users/%.*s/reset-code",
                                                P(row_text(&r, 0))));
  db_done(&r);
  post(&c, path, "");
  assert_int_equal(c.status, 200);
  get(&hers, "/me");
  assert_true(str_starts(client_header(&hers, "Location"), S("/sign-in"))); /* signed out */
  assert_int_equal(accounts_recovery_left(t->db, amina.user_id), 0);
  assert_int_equal(
      db_number(t->db, 0, SQL("select count(*) from audit_outbox")) +
          db_number(t->db, 0, SQL_AUDIT("select count(*) from audit_entry")) > 0, true);
  hers.now += seconds(120);
  enrol_by_page(&hers, "amina");
  get(&hers, "/me");
  assert_true(client_says(&hers, "Your authenticator app was taken off"));
  post(&hers, "/me/notices/read",
       str_c(t->arena, str_format(t->arena, "notice=%.*s",
                                  P(between(&hers, "name=\"notice\" value=\"", '"')))));
  get(&hers, "/me");
  assert_false(client_says(&hers, "Your authenticator app was taken off"));
  client_close(&c);
  client_close(&hers);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(codes_are_those_of_the_standard),
      DB_TEST(a_code_works_once),
      DB_TEST(roles_fit_one_function),
      DB_TEST(passwords),
      DB_TEST(the_eleventh_guess_is_refused),
      DB_TEST(an_address_is_refused_too),
      DB_TEST(an_unknown_name_takes_as_long),
      DB_TEST(a_second_step_is_asked_once_enrolled),
      DB_TEST(signs_in_and_out_through_the_pages),
      DB_TEST(changes_a_password_and_signs_out_everywhere),
      DB_TEST(a_persona_only_in_the_demo),
      DB_TEST(takes_an_app_into_use_through_the_page),
      DB_TEST(nothing_opens_before_the_second_step),
      DB_TEST(a_recovery_code_works_once),
      DB_TEST(another_app_needs_the_first),
      DB_TEST(a_lost_telephone_is_reset_and_told),
      DB_TEST(an_administrator_keeps_to_their_organisation)};
  const struct migrations lists[] = {db_migrations, audit_migrations, web_migrations,
                                     accounts_migrations};
  return db_test_run("accounts", cases, countof(cases), lists, countof(lists));
}
