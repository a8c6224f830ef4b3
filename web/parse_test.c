/* Taking apart what browsers send, hostile ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include "web/parse.h"
#include "web/route.h"
#include "web/wire.h"

int parse_tests(void);
static struct arena arena;

static void assert_str(struct str got, const char *want) {
  if (!str_eq(got, str_of(want))) fail_msg("got \"%.*s\", want \"%s\"", P(got), want);
}

static void urlencoded(void **state) {
  (void)state;
  struct field_values f;
  struct why why;
  assert_true(parse_urlencoded(&arena, S("name=Ada+L%C3%B4ve&a=&b&&c=1%2B1=2&d=%zz%4"), &f, &why));
  assert_int_equal(f.n, 5);
  assert_str(f.p[0].value, "Ada L\303\264ve");
  assert_str(f.p[1].value, "");
  assert_str(f.p[2].name, "b");
  assert_str(f.p[3].value, "1+1=2");
  assert_str(f.p[4].value, "%zz%4");
  assert_true(parse_urlencoded(&arena, S("t=a%0D%0Ab%0Dc"), &f, &why));
  assert_str(f.p[0].value, "a\nb\nc");
  assert_false(parse_urlencoded(&arena, S("t=a%00b"), &f, &why));
  assert_true(
      parse_urlencoded(&arena, S("t=%FF%E9"), &f, &why)); /* no UTF-8: mended, not refused */
  assert_true(utf8_valid(f.p[0].value));
}

static void urlencoded_has_limits(void **state) {
  (void)state;
  struct buf b = buf_open(1 << 24);
  struct field_values f;
  struct why why;
  for (int i = 0; i < FIELDS_MAX; i++) buf_put(&b, S("&a=1"));
  assert_true(parse_urlencoded(&arena, buf_str(&b), &f, &why));
  buf_put(&b, S("&a=1"));
  assert_false(parse_urlencoded(&arena, buf_str(&b), &f, &why));
  buf_reset(&b);
  for (int i = 0; i <= FIELD_NAME_BYTES_MAX; i++) buf_byte(&b, 'n');
  assert_false(parse_urlencoded(&arena, buf_str(&b), &f, &why));
  buf_free(&b);
}

static void multipart(void **state) {
  (void)state;
  struct form_parts p;
  struct why why;
  struct str body = S(
      "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\ntwo\r\n"
      "--xyz\r\nContent-Disposition: form-data; name=\"f\"; filename=\"C:\\\\x\\\\r\\\"t.csv\"\r\n"
      "Content-Type: Text/CSV; charset=x\r\n\r\na,b\r\n--xy\r\n--xyz\r\n"
      "Content-Disposition: form-data; name=empty\r\n\r\n\r\n--xyz--\r\n");
  assert_str(multipart_boundary(S("multipart/form-data; charset=x; boundary=\"xyz\"")), "xyz");
  assert_true(parse_multipart(&arena, body, S("xyz"), &p, &why));
  assert_int_equal(p.n, 3);
  assert_str(p.p[0].content, "one\ntwo");
  assert_null(p.p[0].file_name.p);
  assert_str(p.p[1].content, "a,b\r\n--xy"); /* a file's bytes are not touched */
  assert_str(p.p[1].type, "text/csv");
  assert_str(file_name_tidy(&arena, p.p[1].file_name), "rt.csv");
  assert_str(p.p[2].content, "");
}

static void broken_multipart_is_refused(void **state) {
  (void)state;
  static const char *const bad[] = {
      "",
      "--xyz",
      "--xyz\r\n",
      "--xyz\r\n\r\nno name\r\n--xyz--",
      "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end",
      "--xyzContent-Disposition: form-data",
      "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--xyz?",
      "preamble --xyz--"};
  struct form_parts p;
  struct why why;
  for (size_t i = 0; i < countof(bad); i++)
    assert_false(parse_multipart(&arena, str_of(bad[i]), S("xyz"), &p, &why));
  assert_false(parse_multipart(&arena, S("----"), S(""), &p, &why));
  assert_int_equal(multipart_boundary(S("multipart/form-data")).n, 0);
  assert_int_equal(multipart_boundary(S("text/plain; boundary=a")).n, 0);
}

static void cookies_and_headers(void **state) {
  (void)state;
  assert_str(cookie_value(S("a=1; waymark=tok; b=2"), S("waymark")), "tok");
  assert_str(cookie_value(S("xwaymark=1; waymark=first; waymark=second"), S("waymark")), "first");
  assert_str(cookie_value(S("waymark"), S("waymark")), "");
  assert_true(header_accepts(S("br, gzip;q=0.5"), S("gzip")));
  assert_false(header_accepts(S("br, gzip;q=0"), S("gzip")));
  assert_false(header_accepts(S("xgzip"), S("gzip")));
  assert_str(media_type(&arena, S("Text/HTML; charset=utf-8")), "text/html");
}

static void file_names_and_paths(void **state) {
  (void)state;
  assert_str(file_name_tidy(&arena, S("../../etc/passwd")), "passwd");
  assert_str(file_name_tidy(&arena, S("..\\..\\boot.ini")), "boot.ini");
  assert_str(file_name_tidy(&arena, S("...")), "file");
  assert_str(file_name_tidy(&arena, S("a\r\nb\".csv")), "ab.csv");
  assert_true(path_is_own(S("/people?page=2")));
  assert_false(path_is_own(S("//evil.example/")));
  assert_false(path_is_own(S("/\\evil.example/")));
  assert_false(path_is_own(S("https://evil.example/")));
  assert_false(path_is_own(S("/a\r\nSet-Cookie: x")));
  assert_false(path_is_own(S("")));
}

static void wire_round_trip(void **state) {
  (void)state;
  struct buf b = buf_open(1 << 20);
  struct ask ask = {.id = 7,
                    .method = METHOD_POST,
                    .secure = true,
                    .path = S("/a/b"),
                    .query = S("x=1"),
                    .address = S("127.0.0.1"),
                    .body = S("c=2"),
                    .body_fd = -1,
                    .body_bytes = 3},
             back;
  struct wire_head head;
  ask.header[H_COOKIE] = S("waymark=1");
  assert_true(wire_put_ask(&b, &ask));
  assert_true(wire_head(buf_str(&b), &head));
  assert_int_equal(head.kind, WIRE_ASK);
  struct str payload = str_slice(buf_str(&b), WIRE_HEAD_BYTES, b.n);
  assert_int_equal(head.bytes, payload.n);
  assert_true(wire_get_ask(payload, &back));
  assert_str(back.path, "/a/b");
  assert_str(back.header[H_COOKIE], "waymark=1");
  assert_str(back.body, "c=2");
  assert_true(back.secure && back.method == METHOD_POST && back.id == 7);
  for (size_t n = 0; n < payload.n; n++)
    assert_false(wire_get_ask(str_slice(payload, 0, n), &back));
  buf_free(&b);
}

static void nothing(struct request *rq) { (void)rq; }

static const struct route_table *table_of(const struct route *routes, size_t n, struct why *why) {
  struct domain *d = arena_new(&arena, struct domain);
  *d = (struct domain){.name = "test", .routes = routes, .n_routes = n};
  const struct domain **list = arena_new(&arena, const struct domain *);
  *list = d;
  return routes_build(&arena, list, 1, why);
}

static void routes_are_found(void **state) {
  (void)state;
  static const struct route routes[] = {
      ROUTE(READ, "/", nothing, WHO_ANYONE, FAST, "Start", 0),
      ROUTE(READ, "/people", nothing, ROLE_KEY_WORKER, FAST, "List", 0),
      ROUTE(READ, "/people/{id}", nothing, ROLE_KEY_WORKER, FAST, "One", 0),
      ROUTE(READ, "/people/new", nothing, ROLE_KEY_WORKER, FAST, "New", 0),
      ROUTE(WRITE, "/people/{id}", nothing, ROLE_KEY_WORKER, FAST, "Change", 0),
      ROUTE(READ, "/people/{id}/plan/{n}", nothing, ROLE_KEY_WORKER, FAST, "Plan", 0)};
  struct why why;
  const struct route_table *t = table_of(routes, countof(routes), &why);
  assert_non_null(t);
  assert_ptr_equal(route_find(t, &arena, METHOD_GET, S("/")).route, &routes[0]);
  assert_ptr_equal(route_find(t, &arena, METHOD_HEAD, S("/people/new")).route, &routes[3]);
  struct route_match m = route_find(t, &arena, METHOD_GET, S("/people/a%2Fb%20c"));
  assert_ptr_equal(m.route, &routes[2]);
  assert_str(m.values.p[0].value, "a/b c");
  m = route_find(t, &arena, METHOD_GET, S("/people/7/plan/2"));
  assert_str(m.values.p[0].name, "id");
  assert_str(m.values.p[1].value, "2");
  assert_ptr_equal(route_find(t, &arena, METHOD_POST, S("/people/7")).route, &routes[4]);
  m = route_find(t, &arena, METHOD_POST, S("/people"));
  assert_true(!m.route && m.path_known && m.get && !m.post);
  static const char *const absent[] = {"/peopl",      "/people/",    "//people", "/people/7/plan",
                                       "/people/%00", "/people/%ff", "x",        ""};
  for (size_t i = 0; i < countof(absent); i++)
    assert_null(route_find(t, &arena, METHOD_GET, str_of(absent[i])).route);
}

static void unsound_routes_are_refused(void **state) {
  (void)state;
  static const struct route bad[][2] = {
      {ROUTE(READ, "/a/{x}", nothing, WHO_ANYONE, FAST, "x", 0),
       ROUTE(READ, "/a/{y}", nothing, WHO_ANYONE, FAST, "y", 0)},
      {ROUTE(ASK, "/a", nothing, WHO_ANYONE, FAST, "x", 0),
       ROUTE(WRITE, "/a", nothing, ROLE_ADMIN, FAST, "y", 0)},
      {ROUTE(READ, "/a", nothing, 0, FAST, "x", 0),
       ROUTE(READ, "/b", nothing, WHO_ANYONE, FAST, "y", 0)},
      {ROUTE(READ, "/a", nothing, WHO_ANYONE, FAST, "", 0),
       ROUTE(READ, "/b", nothing, WHO_ANYONE, FAST, "y", 0)},
      {ROUTE(READ, "/a/", nothing, WHO_ANYONE, FAST, "x", 0),
       ROUTE(READ, "/b", nothing, WHO_ANYONE, FAST, "y", 0)},
      {ROUTE(READ, "/a{b}", nothing, WHO_ANYONE, FAST, "x", 0),
       ROUTE(READ, "/b", nothing, WHO_ANYONE, FAST, "y", 0)},
      {ROUTE(READ, "/a", nothing, ROLE_ADMIN, FAST, "x", ROUTE_CACHE),
       ROUTE(READ, "/b", nothing, WHO_ANYONE, FAST, "y", 0)},
      {ROUTE(READ, "/a", nothing, WHO_ANYONE | ROLE_ADMIN, FAST, "x", 0),
       ROUTE(READ, "/b", nothing, WHO_ANYONE, FAST, "y", 0)}};
  struct why why;
  for (size_t i = 0; i < countof(bad); i++) assert_null(table_of(bad[i], 2, &why));
}

/* PRACTICE 1: enforcement reaches only what names it, whatever other bits it may carry. */
static void enforcement_must_be_named(void **state) {
  (void)state;
  struct route any = ROUTE(READ, "/a", nothing, WHO_SIGNED_IN, FAST, "x", 0);
  struct route work = ROUTE(READ, "/a", nothing, ROLE_KEY_WORKER, FAST, "x", 0);
  struct route theirs = ROUTE(READ, "/a", nothing, ROLE_ENFORCEMENT, FAST, "x", 0);
  struct actor e = {
      .user_id = 1, .function = FUNCTION_ENFORCEMENT, .roles = ROLE_ENFORCEMENT | ROLE_KEY_WORKER};
  struct actor w = {.user_id = 2, .function = FUNCTION_SUPPORT, .roles = ROLE_KEY_WORKER},
               nobody = {0};
  assert_false(route_allows(&any, &e));
  assert_false(route_allows(&work, &e));
  assert_true(route_allows(&theirs, &e));
  assert_true(route_allows(&any, &w) && route_allows(&work, &w));
  assert_false(route_allows(&theirs, &w));
  assert_false(route_allows(&any, &nobody));
}

int parse_tests(void) {
  arena = arena_open((size_t)64 << 20);
  const struct CMUnitTest tests[] = {cmocka_unit_test(urlencoded),
                                     cmocka_unit_test(urlencoded_has_limits),
                                     cmocka_unit_test(multipart),
                                     cmocka_unit_test(broken_multipart_is_refused),
                                     cmocka_unit_test(cookies_and_headers),
                                     cmocka_unit_test(file_names_and_paths),
                                     cmocka_unit_test(wire_round_trip),
                                     cmocka_unit_test(routes_are_found),
                                     cmocka_unit_test(unsound_routes_are_refused),
                                     cmocka_unit_test(enforcement_must_be_named)};
  int failed = cmocka_run_group_tests_name("parse", tests, NULL, NULL);
  arena_close(&arena);
  return failed;
}
