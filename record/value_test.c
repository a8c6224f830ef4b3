/* Values: what is taken, what it becomes, what is refused and in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "record/form.h"
#include "record/record_test.h"
#include "record/sample/sample.h"
#include "record/testing.h"

static struct arena arena;

static const struct field *field(const char *name) {
  return field_find(&sample_type, str_of(name));
}

/* What a field makes of a text: its file text, "" for not known, "!" and the sentence when it is
 * refused. */
static struct str takes(const char *name, const char *given) {
  struct value v;
  struct why why = {0};
  if (!value_parse(&arena, field(name), str_of(given), &v, &why))
    return str_format(&arena, "!%s", why.text);
  return v.known ? value_text(&arena, field(name), v) : S("");
}

static void expect_row(const char *name, const char *given, const char *want) {
  struct str got = takes(name, given);
  bool refused = want[0] == '!' && want[1] == 0;
  if (refused ? !str_starts(got, S("!")) : !str_eq(got, str_of(want)))
    fail_msg("%s \"%s\": got \"%.*s\", wanted \"%s\"", name, given, P(got), want);
}

static void test_tidy_forms(void **state) {
  (void)state;
  static const char *const rows[][3] = {
      {"postcode", "l11aa", "L1 1AA"},
      {"postcode", " ec1a 1bb ", "EC1A 1BB"},
      {"postcode", "W1A0AX", "W1A 0AX"},
      {"postcode", "M11AE", "M1 1AE"},
      {"postcode", "DN551PT", "DN55 1PT"},
      {"postcode", "gir0aa", "GIR 0AA"},
      {"postcode", "B338TH", "B33 8TH"},
      {"postcode", "", ""},
      {"postcode", "L1", "!"},
      {"postcode", "QW1 1AA", "!"},
      {"postcode", "L1 1CA", "!"},
      {"postcode", "AI1 1AA", "!"},
      {"postcode", "L111AAA", "!"},
      {"postcode", "L1-1AA", "!"},
      {"phone", "+44(0)1510000000", "0151 000 0000"},
      {"phone", "02079460000", "020 7946 0000"},
      {"phone", "01632 960120", "01632 960120"},
      {"phone", "07700900123", "07700 900123"},
      {"phone", "0808 157 0192", "0808 157 0192"},
      {"phone", "0113 496 0000", "0113 496 0000"},
      {"phone", "111", "111"},
      {"phone", "0044 151 000 0000", "0151 000 0000"},
      {"phone", "0151 000 0000 ext 12", "0151 000 0000 ext 12"},
      {"phone", "0151 000 0000 x12", "0151 000 0000 ext 12"},
      {"phone", "+33 1 23 45 67 89", "+33123456789"},
      {"phone", "ring me", "!"},
      {"phone", "0151", "!"},
      {"phone", "999", "999"},
      {"phone", "+44 (005514", "!"},
      {"phone", "12", "!"},
      {"phone", "0151 000", "!"},
      {"email", " Ann@Example.ORG ", "Ann@example.org"},
      {"email", "a..b@example.org", "!"},
      {"email", "ann@example", "!"},
      {"email", "@example.org", "!"},
      {"email", "a b@example.org", "!"},
      {"email", "a@-x.org", "!"},
      {"website", "Example.org/a?b=c", "https://example.org/a?b=c"},
      {"website", "http://Example.org:80", "http://example.org:80"},
      {"website", "javascript:alert(1)", "!"},
      {"website", "https://user@example.org", "!"},
      {"website", "https://x", "!"},
      {"website", "https://example.org/a b", "!"},
      {"website", "https://example.org:99999/", "!"}};
  for (size_t i = 0; i < countof(rows); i++) expect_row(rows[i][0], rows[i][1], rows[i][2]);
}

static void test_numbers_days_answers(void **state) {
  (void)state;
  static const char *const rows[][3] = {{"price",
                                         "\xc2\xa3"
                                         "0.9m",
                                         "900000"},
                                        {"price",
                                         "\xc2\xa3"
                                         "1,200.50",
                                         "1200.50"},
                                        {"price", "35k", "35000"},
                                        {"price", "99p", "0.99"},
                                        {"price", "0.001", "!"},
                                        {"price", "-4", "!"},
                                        {"price", "1000001", "!"},
                                        {"price", "\xc2\xa3", "!"},
                                        {"places", "1 2", "12"},
                                        {"places", "501", "!"},
                                        {"places", "-1", "!"},
                                        {"places", "12.5", "!"},
                                        {"places", "0", "0"},
                                        {"latitude", "53.41", "53.41"},
                                        {"latitude", "-3", "-3"},
                                        {"latitude", "91", "!"},
                                        {"latitude", "nan", "!"},
                                        {"starts", "27/3/2026", "2026-03-27"},
                                        {"starts", "2026-03-27", "2026-03-27"},
                                        {"starts", "30/2/2026", "!"},
                                        {"step_free", "Y", "yes"},
                                        {"step_free", "no", "no"},
                                        {"step_free", "I don't know", ""},
                                        {"step_free", "maybe", "!"},
                                        {"colour", "Sea green", "sea_green"},
                                        {"colour", "green as the sea", "sea_green"},
                                        {"colour", "mauve", "!"},
                                        {"colours", "red; sea_green; red", "red sea_green"},
                                        {"colours", "red sea_green", "red sea_green"},
                                        {"colours", "Green, as the sea", "sea_green"},
                                        {"colours", "red; mauve", "!"}};
  for (size_t i = 0; i < countof(rows); i++) expect_row(rows[i][0], rows[i][1], rows[i][2]);
}

static void test_limits_count_characters(void **state) {
  (void)state;
  const char *twenty =
      "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
      "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9";
  assert_true(str_eq(takes("name", twenty), str_of(twenty)));
  struct str more = str_format(&arena, "%sx", twenty);
  struct str got = takes("name", str_c(&arena, more));
  assert_true(str_eq(got, S("!Name must be 20 characters or fewer. There are 21.")));
  assert_true(str_eq(takes("about", "one\r\ntwo\x07"), S("one\ntwo")));
  assert_true(str_eq(takes("name", " one\r\n two "), S("one two")));
}

static void test_words(void **state) {
  (void)state;
  struct sample s;
  record_clear(&sample_type, &s);
  assert_true(
      str_eq(value_words(&arena, field("price"), field_get(field("price"), &s)), S("Not known")));
  s.price = 650000050, s.places = 300, s.starts = day_of(2026, 3, 27),
  s.colours = S("red sea_green"), s.step_free = 0;
  static const char *const rows[][2] = {{"price", "\xc2\xa3"
                                                  "6,500,000.50"},
                                        {"places", "300"},
                                        {"starts", "27 March 2026"},
                                        {"colours", "Red, Green, as the sea"},
                                        {"step_free", "No"},
                                        {"latitude", "Not known"}};
  for (size_t i = 0; i < countof(rows); i++) {
    struct str got = value_words(&arena, field(rows[i][0]), field_get(field(rows[i][0]), &s));
    if (!str_eq(got, str_of(rows[i][1]))) fail_msg("%s: \"%.*s\"", rows[i][0], P(got));
  }
  assert_true(str_eq(number_words(&arena, -1234567), S("-1,234,567")));
}

static void test_check_and_fake(void **state) {
  (void)state;
  struct sample s;
  record_clear(&sample_type, &s);
  struct faults f = record_check(&arena, &sample_type, &s);
  assert_int_equal(f.n, 1);
  assert_true(str_eq(f.p[0].sentence, S("Enter Name.")));
  struct rng rng = rng_seed(7);
  for (int i = 0; i < 200; i++) {
    record_fake(&arena, &sample_type, &rng, 4, day_of(2026, 11, 21), &s);
    f = record_check(&arena, &sample_type, &s);
    if (f.n) fail_msg("invented record refused: %.*s", P(f.p[0].sentence));
  }
  s.email = S("not an address"), s.colour = S("mauve");
  f = record_check(&arena, &sample_type, &s);
  assert_int_equal(f.n, 2);
  assert_non_null(fault_of(&f, field("email")));
}

static void test_same_answers(void **state) {
  (void)state;
  struct value a = {.kind = KIND_CODES, .known = true, .s = S("red sea_green")}, b = a;
  b.s = S("sea_green red");
  assert_true(value_eq(a, b)); /* the order of ticks is no change */
  b.s = S("sea_green grey");
  assert_false(value_eq(a, b));
  b.s = S("red");
  assert_false(value_eq(a, b));
}

static void test_local_answers(void **state) {
  (void)state;
  struct field questions[2] = {{"wants", "Wants", "", KIND_TEXT, 0, 0, 50, NULL, -1},
                               {"how_many", "How many", "", KIND_INT, 0, 0, 9, NULL, -1}};
  struct value values[2] = {{0}};
  struct answers answers = {questions, values, 2};
  assert_false(field_get(&questions[1], &answers).known);
  field_set(&questions[1], &answers, (struct value){.kind = KIND_INT, .known = true, .i = 4});
  assert_int_equal(field_get(&questions[1], &answers).i, 4);
  assert_false(field_get(&questions[0], &answers).known);
}

/* ---- Forms. */
struct typed {
  const char *name, *value;
};
static struct strs typed_values(void *from, const char *name) {
  struct strs out = {0};
  size_t cap = 0;
  for (const struct typed *t = from; t->name; t++)
    if (strcmp(t->name, name) == 0) *slice_push(&arena, &out, &cap) = str_of(t->value);
  return out;
}

static bool shows(const struct buf *b, const char *part) {
  return str_contains(buf_str(b), str_of(part));
}

static void test_form(void **state) {
  (void)state;
  static const char *const only[] = {"name", "starts", "colours", "step_free", NULL};
  static const struct typed typed[] = {{"name", "<b>\"O'Brien\""},
                                       {"starts", "31/2/2026"},
                                       {"colours", "red"},
                                       {"colours", "sea_green"},
                                       {"step_free", "no"},
                                       {"version", "4"},
                                       {NULL, NULL}};
  union {
    const struct typed *p;
    void *v;
  } from = {typed};
  struct posted posted = {typed_values, from.v};
  struct sample s;
  record_clear(&sample_type, &s);
  s.starts = day_of(2026, 1, 1);
  struct faults faults = record_form_read(&sample_type, only, &posted, &arena, &s);
  assert_int_equal(faults.n, 1);
  assert_int_equal(s.version, 4);
  assert_int_equal(s.starts, day_of(2026, 1, 1)); /* kept: what was typed is no date */
  assert_true(str_eq(s.colours, S("red sea_green")));
  struct buf b = buf_open(1 << 20);
  struct record_form form = {
      .type = &sample_type, .only = only, .record = &s, .faults = &faults, .posted = &posted};
  record_form(&form, &arena, &b);
  static const char *const parts[] = {"value=\"&lt;b&gt;&quot;O&#39;Brien&quot;\"",
                                      "href=\"#f-starts\"",
                                      "value=\"31/2/2026\"",
                                      "aria-invalid=\"true\"",
                                      "aria-describedby=\"h-starts m-starts\"",
                                      "id=\"m-starts\"",
                                      "value=\"sea_green\" checked",
                                      "role=\"alert\"",
                                      "name=\"step_free\" value=\"no\" checked",
                                      "<label class=\"label\" for=\"f-name\">"};
  for (size_t i = 0; i < countof(parts); i++)
    if (!shows(&b, parts[i])) fail_msg("the form lacks %s:\n%.*s", parts[i], P(buf_str(&b)));
  assert_false(shows(&b, "<b>"));
  assert_false(shows(&b, "grey")); /* an ended code is not offered */
  buf_free(&b);
}

static int setup(void **state) {
  (void)state;
  struct why why;
  arena = arena_open(64 << 20);
  return code_list_add("sample_colour", sample_embedded.p[0].content, &why) ? 0 : -1;
}
static int teardown(void **state) {
  (void)state;
  arena_close(&arena);
  return 0;
}

int value_tests(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_tidy_forms),
                                     cmocka_unit_test(test_numbers_days_answers),
                                     cmocka_unit_test(test_limits_count_characters),
                                     cmocka_unit_test(test_words),
                                     cmocka_unit_test(test_check_and_fake),
                                     cmocka_unit_test(test_same_answers),
                                     cmocka_unit_test(test_local_answers),
                                     cmocka_unit_test(test_form)};
  return cmocka_run_group_tests_name("record values", tests, setup, teardown);
}
