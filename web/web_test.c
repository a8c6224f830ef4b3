/* Pages as visitors meet them, on both databases: who gets in, what protects a form, what is never
 * lost, what never leaves before it is recorded. */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>
#include "db/testing.h"
#include "web/web_test.h"

extern const struct migrations db_migrations, web_migrations;

/* ---- a small domain of pages made for these tests ---- */

static void home(struct request *rq) { buf_put(rq->body, S("<h1>Welcome</h1>")); }

static void form_page(struct request *rq) {
  buf_put(rq->body, S("<form method=\"post\" action=\"/note\">"));
  view_csrf(rq->view);
  buf_put(rq->body, S("<input name=\"words\" value=\""));
  view_attr(rq->view, request_form(rq, "words"));
  buf_put(rq->body, S("\"></form>"));
  if (rq->flash.n) {
    buf_put(rq->body, S("<p class=\"flash\">"));
    view_text(rq->view, rq->flash);
  }
}

static void note_write(struct request *rq) {
  db_run(rq->db, SQL("insert into audit_outbox (mark, line) values (?1, 'n')"),
         V(request_form(rq, "words")));
  reply_flash(rq, S("Your note is kept."));
  reply_redirect(rq, S("/note"));
}

static void read_that_writes(struct request *rq) {
  enum db_result r = db_run(rq->db, SQL("insert into audit_outbox (mark, line) values ('x', 'n')"));
  buf_format(rq->body, "refused=%d", r == DB_REFUSED);
}

static void person_page(struct request *rq) {
  if (!request_has(rq, "silent")) audit_shows(rq, 12, 3);
  buf_put(rq->body, S("Ada Lovelace"));
}

static void person_write(struct request *rq) {
  if (request_has(rq, "looked")) audit_shows(rq, 12, 3);
  if (request_has(rq, "other")) audit_shows(rq, 13, 3);
  db_begin(rq->db, STORE_MAIN);
  audit_did(rq, "plan agreed", 12, 1);
  if (request_has(rq, "fail"))
    db_rollback(rq->db, STORE_MAIN);
  else
    db_commit(rq->db, STORE_MAIN);
  reply_redirect(rq, S("/person"));
}

static void left_open(struct request *rq) {
  db_begin(rq->db, STORE_MAIN);
  db_run(rq->db, SQL("insert into audit_outbox (mark, line) values ('open', 'n')"));
}

static void greedy(struct request *rq) {
  for (;;) arena_alloc(rq->arena, 1 << 20, 8, 1);
}

static void big(struct request *rq) {
  for (int i = 0; i < 400; i++) buf_put(rq->body, S("<p>The same words again and again.</p>"));
}

static void upload(struct request *rq) {
  const struct upload *u = request_file(rq, "file");
  char head[16] = {0};
  ssize_t n = u ? pread(u->fd, head, sizeof head - 1, 0) : -1;
  buf_format(rq->body, "%.*s %lld %.*s %s", P(u ? u->file_name : S("none")),
             u ? (long long)u->bytes : -1, P(request_form(rq, "kind")), n > 0 ? head : "");
}

static void json_call(struct request *rq) {
  reply_type(rq, "application/json");
  buf_format(rq->body, "{\"bytes\":%zu,\"roles\":%u}", rq->content.n, rq->actor.roles);
}

static void header_page(struct request *rq) {
  reply_header(rq, "X-Test", request_query(rq, "v"));
  reply_download(rq, "text/csv", request_query(rq, "v"));
  buf_put(rq->body, S("a,b\n"));
}

static void sign_in_page(struct request *rq) {
  if (rq->ask->method == METHOD_POST) {
    session_open(rq, 4, request_has(rq, "shared"));
    reply_redirect(rq, session_next(rq));
    return;
  }
  buf_put(rq->body, S("<h1>Sign in</h1><form method=\"post\">"));
  view_csrf(rq->view);
}

static void sign_out(struct request *rq) {
  session_close(rq);
  reply_redirect(rq, S("/"));
}

static void who_am_i(struct request *rq) {
  buf_format(rq->body, "user %lld sessions %zu", (long long)rq->actor.user_id,
             session_list(rq, rq->actor.user_id).n);
  view_csrf(rq->view);
}

static void end_others(struct request *rq) {
  session_end_all(rq->db, rq->actor.user_id, rq->session->id);
  reply_redirect(rq, S("/me"));
}

static void draft_shown(struct request *rq) {
  struct draft d;
  if (draft_load(rq, S("note"), S("7"), &d) && d.n > 0)
    buf_format(rq->body, "draft %.*s", P(d.p[0].value));
  else
    buf_put(rq->body, S("no draft"));
}

static void echo(struct request *rq) {
  buf_put(rq->body, S("asked "));
  view_text(rq->view, request_form(rq, "q"));
}

/* Two forms of one address in folds, which know nothing of drafts. */
static void kept_page(struct request *rq) {
  struct str n = request_path(rq, "n");
  for (int i = 1; i <= 2; i++)
    buf_format(rq->body,
               "<details><summary>%d</summary><form method=\"post\" action=\"/kept/%.*s/send\" "
               "data-draft=\"kept\" data-draft-record=\"%.*s %d\" data-fill><input "
               "type=\"hidden\" name=\"csrf\" value=\"%.*s\"><input type=\"hidden\" "
               "name=\"which\" value=\"%d\"><input name=\"line\" value=\"old\"><textarea "
               "name=\"words\">was</textarea><select name=\"pick\"><option value=\"a\" "
               "selected>A</option><option value=\"b\">B</option></select><input "
               "type=\"checkbox\" name=\"tick\" value=\"yes\"></form></details>",
               i, P(n), P(n), i, P(rq->view->csrf), i);
}

static void kept_post(struct request *rq) {
  if (!str_eq(request_form(rq, "line"), S("fine"))) {
    reply_status(rq, 422);
    buf_format(rq->body,
               "<form method=\"post\" action=\"/kept/%.*s/send\" data-draft=\"kept\" "
               "data-draft-record=\"x\" data-fill><input name=\"line\"></form>",
               P(request_path(rq, "n")));
    return;
  }
  reply_redirect(rq, S("/me"));
}

static const struct route routes[] = {
    ROUTE(READ, "/", home, WHO_ANYONE, FAST, "Start", ROUTE_CACHE),
    ROUTE(READ, "/note", form_page, WHO_ANYONE, FAST, "A form for anyone", 0),
    ROUTE(WRITE, "/note", note_write, WHO_ANYONE, FAST, "Keep a note", 0),
    ROUTE(READ, "/kept/{n}", kept_page, ROLE_KEY_WORKER, FAST, "Forms that keep what is typed", 0),
    ROUTE(WRITE, "/kept/{n}/send", kept_post, ROLE_KEY_WORKER, FAST, "Take one of them", 0),
    ROUTE(READ, "/staff-note", form_page, ROLE_KEY_WORKER, FAST, "A form for staff", 0),
    ROUTE(WRITE, "/staff-note", note_write, ROLE_KEY_WORKER, FAST, "Keep a staff note", 0),
    ROUTE(READ, "/read-that-writes", read_that_writes, WHO_ANYONE, FAST, "Tries to write", 0),
    ROUTE(READ, "/person", person_page, ROLE_KEY_WORKER, FAST, "A person", ROUTE_PERSON),
    ROUTE(WRITE, "/person", person_write, ROLE_KEY_WORKER, FAST, "Change a person", ROUTE_PERSON),
    ROUTE(WRITE, "/left-open", left_open, ROLE_KEY_WORKER, FAST, "Forgets to commit", 0),
    ROUTE(READ, "/greedy", greedy, WHO_ANYONE, FAST, "Takes all memory", 0),
    ROUTE(READ, "/big", big, WHO_ANYONE, FAST, "A long page", 0),
    ROUTE(WRITE, "/upload", upload, WHO_ANYONE, FAST, "Takes a file", ROUTE_UPLOAD),
    ROUTE(READ, "/api/thing", json_call, WHO_ANYONE, FAST, "A thing", ROUTE_API),
    ROUTE(ASK, "/api/thing", json_call, WHO_ANYONE, FAST, "Ask for a thing", ROUTE_API),
    ROUTE(WRITE, "/api/private/{id}", json_call, ROLE_SERVICE, FAST, "Change a thing", ROUTE_API),
    ROUTE(READ, "/header", header_page, WHO_ANYONE, FAST, "Headers", 0),
    ROUTE(READ, "/sign-in", sign_in_page, WHO_ANYONE, FAST, "Sign in", 0),
    ROUTE(WRITE, "/sign-in", sign_in_page, WHO_ANYONE, HEAVY, "Sign in", 0),
    ROUTE(WRITE, "/sign-out", sign_out, WHO_ANYONE, FAST, "Sign out", 0),
    ROUTE(READ, "/me", who_am_i, WHO_SIGNED_IN, FAST, "Who am I", 0),
    ROUTE(WRITE, "/me/end-others", end_others, WHO_SIGNED_IN, FAST, "End other sessions", 0),
    ROUTE(READ, "/draft-shown", draft_shown, WHO_SIGNED_IN, FAST, "Show a draft", 0),
    ROUTE(ASK, "/find", echo, WHO_ANYONE, FAST, "Find help", 0),
};
static const struct domain test_domain = {
    .name = "test", .routes = routes, .n_routes = countof(routes)};
static const struct domain *const domains[] = {&test_domain, &web_domain};

bool user_gone;
static bool hook_actor(struct db *db, struct arena *a, int64_t user_id, int64_t session_id,
                       day_t today, struct actor *out) {
  (void)db, (void)a, (void)session_id, (void)today;
  *out = (struct actor){.user_id = user_id,
                        .organisation_id = 2,
                        .team_id = 3,
                        .function = FUNCTION_SUPPORT,
                        .roles = ROLE_KEY_WORKER,
                        .name = S("Grace")};
  return !user_gone;
}
static bool hook_token(struct db *db, struct arena *a, struct str token, instant_t now,
                       struct actor *out) {
  (void)db, (void)a, (void)now;
  *out = (struct actor){.user_id = 9, .roles = ROLE_SERVICE};
  return str_eq(token, S("right"));
}
static const struct session_hooks hooks = {.actor = hook_actor, .token = hook_token};
const struct actor worker = {.user_id = 4,
                             .organisation_id = 2,
                             .team_id = 3,
                             .function = FUNCTION_SUPPORT,
                             .roles = ROLE_KEY_WORKER};

struct client visitor(struct db_test *t) {
  user_gone = false;
  return client_open(t->db, domains, countof(domains), &hooks);
}
struct client signed_in(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/sign-in");
  post(&c, "/sign-in", "next=/me");
  assert_int_equal(c.status, 303);
  return c;
}
int64_t notes(struct db_test *t) {
  return db_number(t->db, -1, SQL("select count(*) from audit_outbox"));
}
void later(struct client *c, int minutes) { c->now += minutes * 60 * (instant_t)1000000; }

/* ---- headers and plain replies ---- */

static void every_reply_is_protected(struct db_test *t) {
  struct client c = visitor(t);
  struct why why;
  static const char *const paths[] = {"/",       "/note",      "/absent",     "/person",
                                      "/greedy", "/api/thing", "/header?v=x", "/big"};
  for (int tls = 0; tls < 2; tls++) {
    c.site.behind_tls = tls;
    for (size_t i = 0; i < countof(paths); i++) {
      get(&c, paths[i]);
      if (!client_headers_right(&c, &why)) fail_msg("%s: %s", paths[i], why.text);
    }
    post(&c, "/note", "words=x");
    if (!client_headers_right(&c, &why)) fail_msg("POST /note: %s", why.text);
  }
  client_close(&c);
}

static void not_found_and_wrong_method(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/absent");
  assert_int_equal(c.status, 404);
  assert_true(client_says(&c, "start page"));
  get(&c, "/upload");
  assert_int_equal(c.status, 405);
  assert_true(str_eq(client_header(&c, "Allow"), S("POST")));
  ask_of(&c, METHOD_OTHER, "/", S(""), S(""));
  assert_int_equal(c.status, 405);
  ask_of(&c, METHOD_OPTIONS, "/api/thing", S(""), S(""));
  assert_int_equal(c.status, 204);
  assert_true(str_eq(client_header(&c, "Access-Control-Allow-Origin"), S("*")));
  ask_of(&c, METHOD_OPTIONS, "/note", S(""), S(""));
  assert_int_equal(c.status, 405);
  client_close(&c);
}

static void public_pages_are_cached_and_compressed(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/");
  struct str etag = str_copy(&c.arena, client_header(&c, "ETag"));
  assert_true(etag.n > 0);
  assert_true(str_contains(client_header(&c, "Cache-Control"), S("public")));
  c.if_none_match = etag;
  get(&c, "/");
  assert_int_equal(c.status, 304);
  assert_int_equal(c.text.n, 0);
  client_as(&c, worker); /* the same page for somebody is theirs alone */
  get(&c, "/");
  assert_int_equal(c.status, 200);
  assert_true(str_eq(client_header(&c, "Cache-Control"), S("no-store")));
  c.accept_encoding = S("gzip");
  get(&c, "/big");
  assert_true(str_eq(client_header(&c, "Content-Encoding"), S("gzip")));
  assert_true(c.text.n < 2000);
  size_t first = c.text.n;
  bool differs = false;
  for (int i = 0; i < 20; i++) get(&c, "/big"), differs |= c.text.n != first;
  assert_true(differs); /* the length of a page that is not public says little */
  client_close(&c);
}

static void headers_cannot_be_split(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/header?v=a%0D%0ASet-Cookie:%20x=1");
  assert_int_equal(c.status, 200);
  assert_int_equal(client_header(&c, "X-Test").n, 0);
  struct str name = client_header(&c, "Content-Disposition");
  assert_true(str_starts(name, S("attachment; filename*=UTF-8''")));
  assert_int_equal(str_find_byte(name, '\n'), name.n);
  client_close(&c);
}

static void reads_cannot_write(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/read-that-writes");
  assert_true(client_says(&c, "refused=1"));
  assert_int_equal(notes(t), 0);
  client_close(&c);
}

static void memory_and_open_transactions_cost_one_page(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/greedy");
  assert_int_equal(c.status, 503);
  assert_true(client_says(&c, "Reference"));
  client_as(&c, worker);
  post(&c, "/left-open", "");
  assert_int_equal(c.status, 500);
  assert_int_equal(notes(t), 0);
  get(&c, "/");
  assert_int_equal(c.status, 200);
  client_close(&c);
}

/* Every k-th allocation refused, for many k: no crash, a page that says so, and no note half kept.
 */
static void memory_refused_anywhere_is_survived(struct db_test *t) {
  struct client c = visitor(t);
  struct why why;
  int stopped = 0;
  get(&c, "/note");
  struct str cookies = c.cookies, token = c.token;
  for (unsigned k = 1; k < 60; k += 3) {
    int64_t before = notes(t);
    char form[64];
    snprintf(form, sizeof form, "words=k%u", k);
    c.cookies = cookies, c.token = token;
    c.refuse_memory_every = k;
    post(&c, "/note", form);
    c.refuse_memory_every = 0;
    if (!client_headers_right(&c, &why)) fail_msg("k=%u: %s", k, why.text);
    stopped += c.status == 503;
    assert_true(c.status == 303 || c.status >= 400);
    if (c.status == 303) assert_int_equal(notes(t), before + 1); /* what was said to be kept is */
  }
  assert_true(stopped > 3);
  post(&c, "/note", "words=after");
  assert_int_equal(c.status, 303);
  client_close(&c);
}

/* ---- forms ---- */

static void a_form_must_be_ours(struct db_test *t) {
  struct client c = visitor(t), other = visitor(t);
  get(&c, "/note");
  assert_true(c.token.n > 0 && c.cookies.n > 0);
  struct str first = str_copy(&c.arena, c.token);
  get(&c, "/note");
  assert_false(str_eq(first, c.token)); /* masked afresh */
  post(&c, "/note", "words=one");
  assert_int_equal(c.status, 303);
  assert_int_equal(notes(t), 1);
  c.without_token = true;
  post(&c, "/note", "words=two");
  assert_int_equal(c.status, 403);
  c.without_token = false;
  get(&other, "/note");
  c.token = other.token; /* a token made for another browser */
  post(&c, "/note", "words=three");
  assert_int_equal(c.status, 403);
  c.token = first; /* still this browser's */
  c.fetch_site = S("cross-site");
  post(&c, "/note", "words=four");
  assert_int_equal(c.status, 403);
  c.fetch_site = S("same-site");
  post(&c, "/note", "words=five");
  assert_int_equal(c.status, 403);
  c.fetch_site = S("");
  c.origin = S("https://evil.example");
  post(&c, "/note", "words=six");
  assert_int_equal(c.status, 403);
  assert_int_equal(notes(t), 1);
  c.origin = S("null"); /* what our own pages send: they carry no-referrer */
  post(&c, "/note", "words=seven");
  assert_int_equal(c.status, 303);
  c.origin = S("http://127.0.0.1:8080");
  post(&c, "/note", "words=eight");
  assert_int_equal(notes(t), 3);
  client_close(&c);
  client_close(&other);
}

static void public_questions_need_no_cookie(struct db_test *t) {
  struct client c = visitor(t);
  post(&c, "/find", "q=help+%26+care");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "asked help &amp; care"));
  assert_int_equal(c.cookies.n, 0);
  c.fetch_site = S("cross-site");
  post(&c, "/find", "q=x");
  assert_int_equal(c.status, 403);
  client_close(&c);
}

static void a_flash_is_shown_once(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/note");
  post(&c, "/note", "words=kept");
  assert_true(follow(&c));
  assert_true(client_says(&c, "Your note is kept."));
  get(&c, "/note");
  assert_false(client_says(&c, "Your note is kept."));
  client_close(&c);
}

static void files_arrive_whole(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/note");
  post_file(&c, "/upload", "kind=csv", "file", "../a/people.csv", S("a,b\r\n1,2"));
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "people.csv 8 csv a,b"));
  struct buf big_file = buf_open((size_t)4 << 20);
  for (int i = 0; i < 300000; i++) buf_put(&big_file, S("12345678\n"));
  post_file(&c, "/upload", "kind=big", "file", "big.csv",
            buf_str(&big_file)); /* comes as a descriptor */
  assert_true(client_says(&c, "big.csv 2700000 big 12345678"));
  post_file(&c, "/note", "", "file", "a.csv", S("x"));
  assert_int_equal(c.status, 415);
  ask_of(&c, METHOD_POST, "/upload", S("multipart/form-data; boundary=x"), S("--x\r\nbroken"));
  assert_int_equal(c.status, 400);
  ask_of(&c, METHOD_POST, "/note", S("application/json"), S("{}"));
  assert_int_equal(c.status, 415);
  ask_of(&c, METHOD_POST, "/note", S("application/x-www-form-urlencoded"), S("a=%00"));
  assert_int_equal(c.status, 400);
  buf_free(&big_file);
  client_close(&c);
}

static void calls_by_token(struct db_test *t) {
  struct client c = visitor(t);
  ask_of(&c, METHOD_POST, "/api/private/1", S("application/json"), S("{\"a\":1}"));
  assert_int_equal(c.status, 401);
  assert_true(client_says(&c, "\"error\""));
  c.authorization = S("Bearer wrong");
  ask_of(&c, METHOD_POST, "/api/private/1", S("application/json"), S("{\"a\":1}"));
  assert_int_equal(c.status, 401);
  c.authorization = S("Bearer right");
  ask_of(&c, METHOD_POST, "/api/private/1", S("application/json"), S("{\"a\":1}"));
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "{\"bytes\":7,"));
  get(&c, "/me"); /* a token opens no pages */
  assert_int_equal(c.status, 303);
  c.authorization = S("");
  c.fetch_site = S("cross-site");
  get(&c, "/api/thing");
  assert_int_equal(c.status, 200);
  client_close(&c);
}

/* ---- audit ---- */

static void people_are_shown_only_on_record(struct db_test *t) {
  struct client c = visitor(t);
  struct audit_looks looks;
  client_as(&c, worker);
  get(&c, "/person");
  assert_int_equal(c.status, 200);
  assert_true(audit_who_looked(t->db, t->arena, 12, 0, 10, &looks));
  assert_int_equal(looks.n, 1);
  assert_int_equal(looks.p[0].classes, 3);
  assert_true(str_eq(looks.p[0].entry.route, S("/person")));
  get(&c, "/person?silent=1"); /* a page that does not say whom it shows is not shown */
  assert_int_equal(c.status, 500);
  assert_false(client_says(&c, "Ada"));
  client_close(&c);
}

static void no_record_no_page(struct db_test *t) {
  struct client c = visitor(t);
  int end[2];
  client_as(&c, worker);
  assert_int_equal(pipe(end), 0); /* a way nobody answers on */
  *c.site.audit = (struct audit_way){.fd = end[1]};
  get(&c, "/person");
  assert_int_equal(c.status, 503);
  assert_false(client_says(&c, "Ada"));
  get(&c, "/");
  assert_int_equal(c.status, 200);
  client_close(&c);
  close(end[0]);
  close(end[1]);
}

static void changes_are_recorded_with_the_change(struct db_test *t) {
  struct client c = visitor(t);
  client_as(&c, worker);
  post(&c, "/person", "");
  assert_int_equal(c.status, 303);
  assert_int_equal(notes(t), 1);
  post(&c, "/person", "fail=1");
  assert_int_equal(notes(t), 1); /* rolled back together */
  client_close(&c);
}

static size_t looks_at(struct db_test *t, int64_t person_id) {
  struct audit_looks looks;
  assert_true(audit_who_looked(t->db, t->arena, person_id, 0, 10, &looks));
  return looks.n;
}

/* Whoever was looked up for a change is named by the change's own entry; by another when it was
 * taken back, or was about somebody else. */
static void a_change_is_told_once(struct db_test *t) {
  struct client c = visitor(t);
  client_as(&c, worker);
  post(&c, "/person", "looked=1");
  assert_int_equal(c.status, 303);
  assert_int_equal(notes(t), 1);
  assert_int_equal(looks_at(t, 12), 1); /* by the note, which is not carried over yet */
  post(&c, "/person", "looked=1&fail=1");
  assert_int_equal(notes(t), 1);
  assert_int_equal(looks_at(t, 12), 2);
  post(&c, "/person", "looked=1&other=1");
  assert_int_equal(notes(t), 2);
  assert_int_equal(looks_at(t, 13), 1);
  client_close(&c);
}

static void roles_open_pages(struct db_test *t) {
  struct client c = visitor(t);
  client_as(&c, (struct actor){
                    .user_id = 5, .function = FUNCTION_COMMISSIONING, .roles = ROLE_COMMISSIONER});
  get(&c, "/person");
  assert_int_equal(c.status, 403);
  client_as(&c, (struct actor){
                    .user_id = 6, .function = FUNCTION_ENFORCEMENT, .roles = ROLE_ENFORCEMENT});
  get(&c, "/me");
  assert_int_equal(c.status, 403);
  client_as(&c, worker);
  c.fetch_site = S("cross-site"); /* another site's page asking with this browser's cookie */
  get(&c, "/me");
  assert_int_equal(c.status, 403);
  client_close(&c);
}

static void what_is_printed_from_the_table(struct db_test *t) {
  struct client c = visitor(t);
  struct buf b = buf_open(1 << 20);
  routes_sitemap(c.routes, S("https://w.example"), &b);
  assert_true(str_contains(buf_str(&b), S("<loc>https://w.example/note</loc>")));
  assert_false(str_contains(buf_str(&b), S("/person")));
  buf_reset(&b);
  routes_openapi(c.routes, S("https://w.example"), &b);
  struct why why;
  json_t *api = json_read(buf_str(&b), 1 << 20, &why);
  assert_non_null(api);
  json_decref(api);
  assert_true(str_contains(buf_str(&b), S("\"/api/private/{id}\"")));
  buf_reset(&b);
  routes_who_can(c.routes, ROLE_ENFORCEMENT, &b);
  assert_false(str_contains(buf_str(&b), S("/person")));
  buf_free(&b);
  client_close(&c);
  (void)t;
}

static int page_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {DB_TEST(every_reply_is_protected),
                                              DB_TEST(not_found_and_wrong_method),
                                              DB_TEST(public_pages_are_cached_and_compressed),
                                              DB_TEST(headers_cannot_be_split),
                                              DB_TEST(reads_cannot_write),
                                              DB_TEST(memory_and_open_transactions_cost_one_page),
                                              DB_TEST(memory_refused_anywhere_is_survived),
                                              DB_TEST(a_form_must_be_ours),
                                              DB_TEST(public_questions_need_no_cookie),
                                              DB_TEST(a_flash_is_shown_once),
                                              DB_TEST(files_arrive_whole),
                                              DB_TEST(calls_by_token),
                                              DB_TEST(people_are_shown_only_on_record),
                                              DB_TEST(no_record_no_page),
                                              DB_TEST(changes_are_recorded_with_the_change),
                                              DB_TEST(a_change_is_told_once),
                                              DB_TEST(roles_open_pages),
                                              DB_TEST(what_is_printed_from_the_table)};
  return db_test_run("web", cases, countof(cases), lists, n);
}

int main(void) {
  const struct migrations lists[] = {db_migrations, audit_migrations, web_migrations};
  return parse_tests() + page_tests(lists, countof(lists)) + session_tests(lists, countof(lists));
}
