/* Tests of json: what is written is valid and reads back; what is hostile is refused with a
 * sentence. */
#include <math.h>
#include <jansson.h>
#include "base/base_test.h"

TEST(json_writes_every_kind) {
  (void)state;
  struct buf b = buf_open(1 << 16);
  struct json_out j = json_to(&b);
  json_open(&j);
  json_put_str(&j, "a", S("x\"\\\n\r\t\x01\x7F<é>&\xFF"));
  json_put_str_if(&j, "none", S(""));
  json_put_i64(&j, "n", INT64_MIN);
  json_put_bool(&j, "b", true);
  json_key(&j, S("l"));
  json_list(&j);
  json_none(&j);
  json_bool(&j, false);
  json_list(&j);
  json_list_end(&j);
  json_open(&j);
  json_close(&j);
  json_list_end(&j);
  json_put_double(&j, "d", 0.1);
  json_close(&j);
  assert_str(buf_str(&b),
             "{\"a\":\"x\\\"\\\\\\n\\r\\t\\u0001\\u007f\\u003cé\\u003e\\u0026\xEF\xBF\xBD\",\"n\":"
             "-9223372036854775808,\"b\":true,\"l\":[null,false,[],{}],\"d\":0.1}");
  buf_free(&b);
}

TEST(json_pretty_has_a_line_a_part) {
  (void)state;
  struct buf b = buf_open(1 << 16);
  struct json_out j = json_to(&b);
  j.pretty = true;
  json_open(&j);
  json_put_i64(&j, "a", 1);
  json_key(&j, S("b"));
  json_list(&j);
  json_i64(&j, 2);
  json_i64(&j, 3);
  json_list_end(&j);
  json_key(&j, S("c"));
  json_list(&j);
  json_list_end(&j);
  json_close(&j);
  assert_str(buf_str(&b), "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ],\n  \"c\": []\n}");
  buf_free(&b);
}

static struct str double_text(struct buf *b, double v) {
  struct json_out j = json_to(b);
  buf_reset(b);
  json_double(&j, v);
  return buf_str(b);
}

TEST(json_doubles_are_short_and_read_back) {
  (void)state;
  struct buf b = buf_open(100);
  assert_str(double_text(&b, 0.1), "0.1");
  assert_str(double_text(&b, 1.0 / 3), "0.3333333333333333");
  assert_str(double_text(&b, 1e300), "1e+300");
  assert_str(double_text(&b, -0.0), "-0");
  assert_str(double_text(&b, 51.6214), "51.6214");
  assert_str(double_text(&b, NAN), "null");
  assert_str(double_text(&b, -INFINITY), "null");
  struct rng r = rng_seed(5);
  for (int i = 0; i < 100000; i++) {
    uint64_t bits = rng_next(&r);
    double v, back = 0;
    memcpy(&v, &bits, 8);
    if (!isfinite(v)) continue;
    assert_true(str_to_double(double_text(&b, v), &back) && back == v);
  }
  buf_free(&b);
}

TEST(json_depth_has_an_end) {
  (void)state;
  struct buf b = buf_open(1 << 16);
  struct json_out j = json_to(&b);
  for (int i = 0; i < 60; i++) json_list(&j);
  assert_false(b.full);
  json_list(&j);
  assert_true(b.full);
  buf_free(&b);
}

static const char *refusal(struct str text, struct why *why) {
  *why = (struct why){0};
  json_t *read = json_read(text, 1000, why);
  json_decref(read);
  return read ? "" : why->text;
}

TEST(json_reading_refuses_what_is_hostile) {
  (void)state;
  struct why why;
  struct arena *a = *state;
  const char *const bad[] = {"{\"a\":1,\"a\":2}",
                             "[NaN]",
                             "[Infinity]",
                             "[1,]",
                             "{a:1}",
                             "\"\xFF\"",
                             "[1] x",
                             "\"\\u0000\"",
                             "\"\xED\xA0\x80\"",
                             "[01]",
                             "[1e999]",
                             "{\"a\":'b'}",
                             "\"\\ud800\"",
                             "[99999999999999999999]"};
  for (size_t i = 0; i < countof(bad); i++)
    if (!str_starts(str_of(refusal(str_of(bad[i]), &why)), S("Line 1, column ")))
      fail_msg("%s: %s", bad[i], why.text);
  assert_string_equal(refusal(S(" \n"), &why), "There is no JSON here: it is empty.");
  char *deep = arena_alloc(a, 1, 1, 402);
  memset(deep, '[', 201);
  memset(deep + 201, ']', 201);
  assert_string_equal(refusal((struct str){deep + 1, 400}, &why), "");
  assert_string_equal(refusal((struct str){deep, 402}, &why),
                      "Line 1: this JSON is nested more than 200 deep.");
  memset(deep, '[', 401);
  memcpy(deep, "\"\\\"", 3); /* brackets in a text are no nesting */
  deep[401] = '"';
  assert_string_equal(refusal((struct str){deep, 402}, &why), "");
  char *large = arena_alloc(a, 1, 1, 1001);
  memset(large, ' ', 1001);
  assert_string_equal(refusal((struct str){large, 1001}, &why),
                      "This JSON is larger than 1000 bytes, the most that is read here.");
  assert_string_equal(refusal(S("\xEF\xBB\xBF[\"[[[[\", 1.5, null]"), &why), "");
  refusal(S("{\n  \"a\": tru\n}"), &why);
  assert_true(str_starts(why_str(&why), S("Line 2, column ")));
}

TEST(json_written_reads_back) {
  (void)state;
  struct buf b = buf_open(1 << 20);
  struct rng r = rng_seed(9);
  for (int round = 0; round < 300; round++) {
    char bytes[64], clean[200];
    size_t n = rng_below(&r, sizeof bytes), at = 0;
    for (size_t i = 0; i < n; i++) bytes[i] = (char)rng_below(&r, 256);
    buf_reset(&b);
    struct json_out j = json_to(&b);
    json_str(&j, (struct str){bytes, n});
    for (size_t i = 0; i < n;) at += utf8_put(clean + at, utf8_next((struct str){bytes, n}, &i));
    json_error_t error;
    json_t *read = json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    assert_non_null(read);
    assert_int_equal(json_string_length(read), at);
    assert_memory_equal(json_string_value(read), clean, at);
    json_decref(read);
  }
  buf_free(&b);
}

int json_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json_writes_every_kind),
      cmocka_unit_test(json_pretty_has_a_line_a_part),
      cmocka_unit_test(json_doubles_are_short_and_read_back),
      cmocka_unit_test(json_depth_has_an_end),
      IN_ARENA(json_reading_refuses_what_is_hostile),
      cmocka_unit_test(json_written_reads_back),
  };
  return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
