/* Programs: tokens made on a page, calls by token, the same write twice is one. */
#include <stdio.h>
#include "exchange/exchange_test.h"

static struct str between(struct client *c, const char *from, const char *to) {
  struct str rest = str_slice(c->text, str_find(c->text, str_of(from)), c->text.n);
  rest = str_slice(rest, strlen(from), rest.n);
  return str_slice(rest, 0, str_find(rest, str_of(to)));
}

struct str token_for(struct place *p, const char *scopes) {
  char form[400];
  client_as(&p->c, p->admin);
  get(&p->c, "/accounts/tokens");
  snprintf(form, sizeof form, "name=Hub+bridge&team=%lld&role=key-worker&last=1/3/2027%s",
           (long long)p->north, scopes);
  post(&p->c, "/accounts/tokens", form);
  assert_int_equal(p->c.status, 200);
  struct str token = str_copy(p->t->arena, between(&p->c, "translate=\"no\">wm_", "<"));
  assert_true(token.n > 30);
  client_as(&p->c, (struct actor){0});
  return str_format(p->t->arena, "Bearer wm_%.*s", P(token));
}

static void call(struct place *p, struct str token, const char *path, const char *json) {
  p->c.authorization = token;
  ask_of(&p->c, METHOD_POST, path, S("application/json"), str_of(json));
  p->c.authorization = (struct str){0};
}

static void read_as(struct place *p, struct str token, const char *path) {
  p->c.authorization = token;
  get(&p->c, path);
  p->c.authorization = (struct str){0};
}

#define PEOPLE SQL("/* scan: a test */ select count(*) from person")
#define ADA                                                                                        \
  "{\"key\":\"offline-0001\",\"id\":\"7d1f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b11\",\"set\":{"           \
  "\"name\":\"Ada Thrift\",\"safe_way\":\"text\",\"phone\":\"07700 900555\"}}"

void a_token_has_one_function_and_its_scopes(struct db_test *t) {
  struct place p = place_of(t);
  struct person ben = add_person(&p, &p.joe, "Ben Quay", "");
  struct str id = uuid_str(t->arena, ben.public_id);
  struct str reader = token_for(&p, "&scope=people-read"),
             writer = token_for(&p, "&scope=people-write&scope=contacts-write");
  call(&p, reader, "/api/people/new", ADA);
  assert_int_equal(p.c.status, 403);
  says(&p, "not made for that");
  assert_int_equal(count_of(&p, PEOPLE), 1);
  call(&p, writer, "/api/people/new", ADA);
  assert_int_equal(p.c.status, 200);
  read_as(&p, writer, str_c(t->arena, str_format(t->arena, "/api/people/%.*s/money", P(id))));
  assert_int_equal(p.c.status, 404); /* no such route here; and none that no scope names */
  read_as(&p, writer, "/api/reviews");
  assert_int_equal(p.c.status, 403);
  read_as(&p, reader, str_c(t->arena, str_format(t->arena, "/api/people/%.*s", P(id))));
  assert_int_equal(p.c.status, 404); /* joe's, and its team sees only its own */
  read_as(&p, reader, "/people");
  assert_int_equal(p.c.status, 303); /* a token opens no page */
  read_as(&p, S("Bearer wm_nobody"), "/api/reviews");
  assert_int_equal(p.c.status, 401);
  client_close(&p.c);
}

/* By scope, of one's own team's people only, once however often it is sent; and what shows it. */
void an_outcome_is_written_and_read_by_program(struct db_test *t) {
  static const char *const ada = "/api/people/7d1f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b11/outcomes";
  static const char *const change =
      "/api/people/7d1f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b11/outcomes/change";
  static const char *const job =
      "{\"key\":\"offline-0010\",\"id\":\"1b2f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b22\",\"set\":{\"kind\":"
      "\"job_start\",\"on_day\":\"1/3/2026\",\"words\":\"Mornings at the bakery\"}}";
  struct place p = place_of(t);
  struct str token = token_for(&p, "&scope=people-write&scope=outcomes-write&scope=outcomes-read"),
             reader = token_for(&p, "&scope=people-read&scope=outcomes-read"),
             none = token_for(&p, "&scope=people-write&scope=contacts-write");
  call(&p, token, "/api/people/new", ADA);
  assert_int_equal(p.c.status, 200);
  call(&p, none, ada, job);
  assert_int_equal(p.c.status, 403); /* no scope */
  call(&p, reader, ada, job);
  assert_int_equal(p.c.status, 403); /* to read only */
  call(&p, token, ada, "{\"key\":\"offline-0011\",\"set\":{\"kind\":\"nonsense\"}}");
  assert_int_equal(p.c.status, 422);
  call(&p, token, ada, "{\"key\":\"offline-0012\",\"set\":{\"kind\":\"job_start\",\"on_day\":"
                       "\"1/3/2099\"}}");
  assert_int_equal(p.c.status, 422); /* it has come, or it is none */
  for (int i = 0; i < 2; i++) {
    call(&p, token, ada, job);
    assert_int_equal(p.c.status, 200);
  }
  assert_int_equal(count_of(&p, SQL("/* scan: a test */ select count(*) from outcome")), 1);
  call(&p, token, change, "{\"key\":\"offline-0013\",\"outcome\":\"1b2f6f0e-6a5c-4a77-9d0e-"
                          "0d1c5f0a9b22\",\"shown\":\"a photograph\"}");
  assert_int_equal(p.c.status, 422);
  for (int i = 0; i < 2; i++) {
    call(&p, token, change, "{\"key\":\"offline-0014\",\"outcome\":\"1b2f6f0e-6a5c-4a77-9d0e-"
                            "0d1c5f0a9b22\",\"shown\":\"payslip\",\"seen_on\":\"2026-03-02\"}");
    assert_int_equal(p.c.status, 200);
  }
  assert_int_equal(count_of(&p, SQL("/* scan: a test */ select count(*) from outcome_evidence")),
                   1);
  read_as(&p, token, ada);
  says(&p, "Mornings at the bakery");
  says(&p, "\"shown_by\":[\"payslip\"]");
  call(&p, token, change, "{\"key\":\"offline-0015\",\"outcome\":\"1b2f6f0e-6a5c-4a77-9d0e-"
                          "0d1c5f0a9b22\",\"ended_on\":\"2026-02-01\"}");
  assert_int_equal(p.c.status, 422); /* before it began */
  call(&p, token, change, "{\"key\":\"offline-0016\",\"outcome\":\"1b2f6f0e-6a5c-4a77-9d0e-"
                          "0d1c5f0a9b22\",\"mistake\":true}");
  assert_int_equal(p.c.status, 200);
  assert_int_equal(count_of(&p, SQL("/* scan: a test */ select count(*) from outcome_now")), 0);
  read_as(&p, reader, ada);
  assert_int_equal(p.c.status, 404); /* another account's caseload */
  client_close(&p.c);
}

void a_token_ends(struct db_test *t) {
  struct place p = place_of(t);
  struct str token = token_for(&p, "&scope=people-read");
  p.c.authorization = token;
  ask_of(&p.c, METHOD_POST, "/api/people", S("application/json"), S("{}"));
  assert_int_equal(p.c.status, 200);
  instant_t now = p.c.now;
  p.c.now += (instant_t)400 * 86400 * 1000000;
  ask_of(&p.c, METHOD_POST, "/api/people", S("application/json"), S("{}"));
  assert_int_equal(p.c.status, 401);
  p.c.now = now;
  for (int i = 0; i < TOKEN_CALLS_A_MINUTE; i++)
    ask_of(&p.c, METHOD_POST, "/api/people", S("application/json"), S("{}"));
  assert_int_equal(p.c.status, 429);
  p.c.authorization = (struct str){0};
  p.c.now += 120 * 1000000;
  client_as(&p.c, p.admin);
  get(&p.c, "/accounts/tokens");
  says(&p, "Last used");
  assert_false(client_says(&p.c, "wm_")); /* shown once */
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from api_token where token_hash = ?1"),
                             V(str_slice(token, 7, token.n))), 0);
  struct str end = between(&p.c, "action=\"/accounts/tokens/", "\"");
  post(&p.c, str_c(t->arena, str_format(t->arena, "/accounts/tokens/%.*s", P(end))), "");
  assert_int_equal(p.c.status, 303);
  client_as(&p.c, (struct actor){0});
  p.c.authorization = token;
  ask_of(&p.c, METHOD_POST, "/api/people", S("application/json"), S("{}"));
  assert_int_equal(p.c.status, 401);
  client_close(&p.c);
}

void the_same_write_twice_is_one(struct db_test *t) {
  struct place p = place_of(t);
  char path[160];
  struct str token = token_for(&p, "&scope=people-write&scope=contacts-write&scope=contacts-read&"
                                   "scope=appointments-write&scope=people-read");
  call(&p, token, "/api/people/new", ADA);
  assert_int_equal(p.c.status, 200);
  struct str first = str_copy(t->arena, p.c.text);
  says(&p, "7d1f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b11"); /* the id the telephone made */
  call(&p, token, "/api/people/new", ADA);
  assert_true(str_eq(first, p.c.text));
  assert_int_equal(count_of(&p, PEOPLE), 1);
  call(&p, token, "/api/people/new",
       "{\"key\":\"offline-0001\",\"set\":{\"name\":\"Other\",\"safe_way\":\"text\"}}");
  assert_int_equal(p.c.status, 422);
  says(&p, "This key was used for something else");
  snprintf(path, sizeof path, "/api/people/7d1f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b11/contacts");
  const char *contact = "{\"key\":\"offline-0002\",\"set\":{\"on_day\":\"1/3/2026\",\"mode\":"
                        "\"phone\",\"words\":\"Rang, all well\"}}";
  call(&p, token, path, contact);
  assert_int_equal(p.c.status, 200);
  call(&p, token, path, contact);
  assert_int_equal(p.c.status, 200);
  assert_int_equal(count_of(&p, SQL("/* scan: a test */ select count(*) from contact")), 1);
  read_as(&p, token, path);
  says(&p, "Rang, all well");
  call(&p, token, path, "{\"key\":\"offline-0003\",\"set\":{\"on_day\":\"1/3/2026\"}}");
  assert_int_equal(p.c.status, 422);
  says(&p, "\"field\":\"mode\"");
  snprintf(path, sizeof path, "/api/people/7d1f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b11/appointments");
  const char *time = "{\"key\":\"offline-0004\",\"on\":\"2027-03-01\",\"at\":\"10:30\",\"set\":{"
                     "\"kind\":\"talk\",\"mode\":\"in_person\"}}";
  call(&p, token, path, time);
  assert_int_equal(p.c.status, 200);
  call(&p, token, path, time);
  assert_int_equal(count_of(&p, SQL("/* scan: a test */ select count(*) from appointment")), 1);
  call(&p, token, "/api/people/7d1f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b11",
       "{\"version\":1,\"set\":{\"phone\":\"07700 900556\"}}");
  assert_int_equal(p.c.status, 200);
  call(&p, token, "/api/people/7d1f6f0e-6a5c-4a77-9d0e-0d1c5f0a9b11",
       "{\"version\":1,\"set\":{\"phone\":\"07700 900557\"}}");
  assert_int_equal(p.c.status, 409); /* changed meanwhile: both values come back */
  client_close(&p.c);
}

void an_id_that_stands_is_not_told(struct db_test *t) {
  struct place p = place_of(t);
  char json[300], id[37];
  struct person ben = add_person(&p, &p.priya, "Ben Quay", "");
  struct str token = token_for(&p, "&scope=people-write");
  uuid_text(ben.public_id, id);
  snprintf(json, sizeof json,
           "{\"key\":\"offline-0009\",\"id\":\"%s\",\"set\":{\"name\":\"Ada\",\"safe_way\":"
           "\"text\"}}",
           id);
  call(&p, token, "/api/people/new", json);
  assert_int_equal(p.c.status, 200);
  assert_false(client_says(&p.c, id)); /* another id counts */
  assert_int_equal(count_of(&p, PEOPLE), 2);
  get(&p.c, "/api");
  says(&p, "/api/people/new");
  client_close(&p.c);
}
