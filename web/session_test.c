/* Who is signed in, for how long, and that nothing typed is lost. */
#include <stdio.h>
#include "web/web_test.h"

static void signing_in_and_out(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/me");
  assert_int_equal(c.status, 303);
  assert_true(str_eq(client_header(&c, "Location"), S("/sign-in?next=/me")));
  assert_true(follow(&c));
  struct str before = str_copy(&c.arena, c.cookies);
  post(&c, "/sign-in", "next=/me");
  assert_false(str_eq(before, c.cookies)); /* a new token at sign-in */
  assert_true(follow(&c));
  assert_true(client_says(&c, "user 4 sessions 1"));
  struct str live = str_copy(&c.arena, c.cookies);
  post(&c, "/sign-out", "");
  assert_int_equal(c.status, 303);
  assert_true(str_contains(client_header(&c, "Clear-Site-Data"), S("storage")));
  c.cookies = live; /* the old token, replayed: dead on the server */
  get(&c, "/me");
  assert_int_equal(c.status, 303);
  post(&c, "/sign-in", "next=https://evil.example/");
  client_close(&c);
}

static void a_sign_in_leads_nowhere_else(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/sign-in");
  post(&c, "/sign-in", "next=//evil.example/");
  assert_true(str_eq(client_header(&c, "Location"), S("/start")));
  client_close(&c);
}

static void sessions_end_by_themselves(struct db_test *t) {
  struct client c = signed_in(t);
  later(&c, SESSION_IDLE_MINUTES - 1);
  get(&c, "/me");
  assert_int_equal(c.status, 200);
  later(&c, SESSION_IDLE_MINUTES + 1);
  get(&c, "/me");
  assert_int_equal(c.status, 303);
  client_close(&c);
  c = signed_in(t);
  for (int i = 0; i < SESSION_HOURS_MAX * 3 - 1; i++) {
    later(&c, 20);
    get(&c, "/me");
    assert_int_equal(c.status, 200);
  }
  later(&c, 21);
  get(&c, "/me");
  assert_int_equal(c.status, 303); /* twelve hours, however busy */
  client_close(&c);
}

static void others_can_be_ended(struct db_test *t) {
  struct client a = signed_in(t), b = signed_in(t);
  get(&a, "/me");
  assert_true(client_says(&a, "sessions 2"));
  post(&a, "/me/end-others", "");
  assert_true(follow(&a));
  assert_true(client_says(&a, "sessions 1"));
  get(&b, "/me");
  assert_int_equal(b.status, 303);
  user_gone = true; /* disabled: the next request is nobody's */
  get(&a, "/me");
  assert_int_equal(a.status, 303);
  client_close(&a);
  client_close(&b);
}

static void tokens_are_not_kept(struct db_test *t) {
  struct client c = signed_in(t);
  struct str token = cookie_value(c.cookies, S("waymark"));
  assert_int_equal(token.n, 1 + COOKIE_TOKEN_CHARS);
  assert_int_equal(db_number(t->db, -1,
                             SQL_WORK("select count(*) from session where token_hash = ?1"),
                             V(token)),
                   0);
  assert_int_equal(db_number(t->db, -1,
                             SQL_WORK("select count(*) from session where token_hash = ?1"),
                             V(token_hash(t->arena, token))),
                   1);
  client_close(&c);
}

/* ---- nothing typed is lost ---- */

static void typed_words_survive_the_session(struct db_test *t) {
  struct client c = signed_in(t);
  get(&c, "/staff-note");
  later(&c, SESSION_IDLE_MINUTES + 5);
  post(&c, "/staff-note", "words=an+hour%27s+work");
  assert_int_equal(c.status, 303);
  assert_int_equal(notes(t), 0);
  assert_true(
      str_starts(client_header(&c, "Location"), S("/sign-in?next=/staff-note%3Fresume%3D")));
  struct str next = client_header(&c, "Location");
  next = str_copy(&c.arena, str_slice(next, sizeof "/sign-in?" - 1, next.n));
  assert_true(follow(&c));
  post(&c, "/sign-in", str_c(&c.arena, next));
  assert_true(follow(&c));
  assert_true(client_says(&c, "value=\"an hour&#39;s work\""));
  assert_true(client_says(&c, "check it and send it again"));
  post(&c, "/staff-note", "words=an+hour%27s+work");
  assert_int_equal(notes(t), 1);
  client_close(&c);
}

static void typed_words_survive_another_tab(struct db_test *t) {
  struct client c = signed_in(t);
  get(&c, "/staff-note");
  struct str old = str_copy(&c.arena, c.token);
  get(&c, "/sign-in"); /* signed in again in another tab: a new session, the first tab's form is an
                          old one */
  post(&c, "/sign-in", "");
  c.token = old;
  c.fetch_site = S("same-origin");
  post(&c, "/staff-note", "words=kept+too");
  assert_int_equal(c.status, 303);
  assert_int_equal(notes(t), 0);
  assert_true(follow(&c));
  assert_true(client_says(&c, "value=\"kept too\""));
  client_close(&c);
}

/* Who was signed in and is no more finds help as anybody does; what changes something still asks.
 */
static void public_questions_outlive_the_session(struct db_test *t) {
  struct client c = signed_in(t);
  c.without_token = true;
  post(&c, "/find", "words=debt");
  assert_int_equal(c.status, 403); /* while it lasts, a form must be ours */
  later(&c, SESSION_IDLE_MINUTES + 5);
  post(&c, "/find", "words=debt");
  assert_int_equal(c.status, 200);
  post(&c, "/staff-note", "words=debt");
  assert_int_not_equal(c.status, 200);
  assert_int_equal(notes(t), 0);
  client_close(&c);
}

static void drafts_are_sealed_and_one_s_own(struct db_test *t) {
  struct client c = signed_in(t);
  get(&c, "/me");
  post(&c, "/draft", "words=half+a+sentence&draft-form=note&draft-record=7");
  assert_true(client_says(&c, "\"kept\":true"));
  get(&c, "/draft-shown");
  assert_true(client_says(&c, "draft half a sentence"));
  struct rows r;
  assert_true(db_one(&r, t->db, t->arena, SQL_WORK("select sealed from draft")));
  assert_false(str_contains(row_text(&r, 0), S("half")));
  db_done(&r);
  struct actor other = worker;
  other.user_id = 5;
  client_as(&c, other);
  get(&c, "/draft-shown");
  assert_true(client_says(&c, "no draft"));
  client_close(&c);
}

static const char filled_form[] =
    "<input name=\"line\" value=\"&lt;b&gt; 1\"><textarea name=\"words\">two\nlines</textarea>"
    "<select name=\"pick\"><option value=\"a\">A</option><option value=\"b\" selected>B</option>"
    "</select><input type=\"checkbox\" name=\"tick\" value=\"yes\" checked>";

/* A form with data-fill gets back what was typed, whoever made the page: kept while typing, sent
 * too late, or refused; only that form, in a fold that is opened, until it is taken. */
static void forms_fill_themselves(struct db_test *t) {
  struct client c = signed_in(t);
#define TYPED "which=2&line=%3Cb%3E+1&words=two%0Alines&pick=b&tick=yes"
  get(&c, "/kept/7");
  assert_false(client_says(&c, "is back"));
  post(&c, "/draft", TYPED "&draft-form=kept&draft-record=7+2");
  get(&c, "/kept/8");
  assert_false(client_says(&c, "is back"));
  get(&c, "/kept/7");
  assert_true(client_says(&c, filled_form));
  assert_true(client_says(&c, "<details><summary>1") &&
              client_says(&c, "<details open><summary>2"));
  assert_true(client_says(&c, "value=\"old\"")); /* the other form */
  assert_true(client_says(&c, "What you typed before is back"));
  post(&c, "/kept/7/send", "which=2&line=no+good&draft-form=kept&draft-record=x");
  assert_int_equal(c.status, 422);
  assert_true(client_says(&c, "name=\"line\" value=\"no good\""));
  post(&c, "/kept/7/send", "which=2&line=fine&draft-form=kept&draft-record=7+2");
  assert_int_equal(c.status, 303);
  get(&c, "/kept/7");
  assert_false(client_says(&c, "is back"));
  /* Sent when the session had run out: back on the page above, without any script. */
  later(&c, SESSION_IDLE_MINUTES + 5);
  post(&c, "/kept/7/send", TYPED);
  assert_int_equal(c.status, 303);
  struct str next = client_header(&c, "Location");
  assert_true(str_starts(next, S("/sign-in?next=/kept/7%3Fresume%3D")));
  next = str_copy(&c.arena, str_slice(next, sizeof "/sign-in?" - 1, next.n));
  assert_true(follow(&c));
  post(&c, "/sign-in", str_c(&c.arena, next));
  assert_true(follow(&c));
  assert_true(client_says(&c, filled_form));
  assert_true(client_says(&c, "value=\"old\""));
  client_close(&c);
}

static void a_shared_computer_keeps_nothing(struct db_test *t) {
  struct client c = visitor(t);
  get(&c, "/sign-in");
  post(&c, "/sign-in", "shared=1&next=/me");
  assert_true(follow(&c));
  post(&c, "/draft", "words=private&draft-form=note&draft-record=7");
  assert_int_equal(db_number(t->db, -1, SQL_WORK("select count(*) from draft")), 1);
  post(&c, "/sign-out", "");
  assert_int_equal(db_number(t->db, -1, SQL_WORK("select count(*) from draft")), 0);
  client_close(&c);
}

static void tries_are_counted(struct db_test *t) {
  instant_t now = 1795000000000000;
  for (int i = 0; i < 10; i++)
    assert_true(limit_take(t->db, t->arena, "guess", S("ada"), 10, 300, now + i));
  assert_false(limit_take(t->db, t->arena, "guess", S("ada"), 10, 300, now + 11));
  assert_true(limit_take(t->db, t->arena, "guess", S("bob"), 10, 300, now));
  assert_true(
      limit_take(t->db, t->arena, "guess", S("ada"), 10, 300, now + 301 * (instant_t)1000000));
}

int session_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {DB_TEST(signing_in_and_out),
                                              DB_TEST(a_sign_in_leads_nowhere_else),
                                              DB_TEST(sessions_end_by_themselves),
                                              DB_TEST(others_can_be_ended),
                                              DB_TEST(tokens_are_not_kept),
                                              DB_TEST(typed_words_survive_the_session),
                                              DB_TEST(typed_words_survive_another_tab),
                                              DB_TEST(public_questions_outlive_the_session),
                                              DB_TEST(drafts_are_sealed_and_one_s_own),
                                              DB_TEST(forms_fill_themselves),
                                              DB_TEST(a_shared_computer_keeps_nothing),
                                              DB_TEST(tries_are_counted)};
  return db_test_run("sessions", cases, countof(cases), lists, n);
}
