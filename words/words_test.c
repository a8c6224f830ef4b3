/* Words: which form a number takes, slots, what an unknown language shows, and numbers as people
 * read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "words/words.h"

static struct arena arena;

#define assert_str(got, want)                                                                      \
  do {                                                                                             \
    struct str got_ = (got);                                                                       \
    if (!str_eq(got_, str_of(want))) fail_msg("got \"%.*s\", want \"%s\"", P(got_), want);         \
  } while (0)

/* CLDR's Welsh and English rules, every number that differs and its neighbours. */
static void plural_rules(void **state) {
  (void)state;
  static const struct {
    int64_t n;
    enum plural en, cy;
  } rows[] = {{0, PLURAL_OTHER, PLURAL_ZERO},   {1, PLURAL_ONE, PLURAL_ONE},
              {2, PLURAL_OTHER, PLURAL_TWO},    {3, PLURAL_OTHER, PLURAL_FEW},
              {4, PLURAL_OTHER, PLURAL_OTHER},  {5, PLURAL_OTHER, PLURAL_OTHER},
              {6, PLURAL_OTHER, PLURAL_MANY},   {7, PLURAL_OTHER, PLURAL_OTHER},
              {11, PLURAL_OTHER, PLURAL_OTHER}, {-1, PLURAL_OTHER, PLURAL_OTHER}};
  for (size_t i = 0; i < countof(rows); i++) {
    assert_int_equal(words_plural(LANG_EN, rows[i].n), rows[i].en);
    assert_int_equal(words_plural(LANG_CY, rows[i].n), rows[i].cy);
  }
}

static void english_slots(void **state) {
  (void)state;
  assert_str(SAY(&arena, LANG_EN, T("Sent to {name} on {day}."), SLOT("day", S("Monday")),
                 SLOT("name", S("{day} & <b>"))),
             "Sent to {day} & <b> on Monday.");
  assert_str(SAY(&arena, LANG_EN, T("{{ and << stand for themselves, {it}"), SLOT("it", S("too"))),
             "{ and < stand for themselves, too");
  assert_str(SAY(&arena, LANG_EN, T("Nobody filled {this}."), SLOT("that", S("x"))),
             "Nobody filled {this}.");
  assert_str(SAY_N(&arena, LANG_EN, TN("1 place near {where}", "{n} places near {where}", 1),
                   SLOT("where", S("Quay"))),
             "1 place near Quay");
  assert_str(SAY_N(&arena, LANG_EN, TN("1 place near {where}", "{n} places near {where}", 1204),
                   SLOT("where", S("Quay"))),
             "1,204 places near Quay");
  assert_str(words_of(LANG_EN, T("Saved.")), "Saved.");
}

/* A catalogue made by hand: one message with slots moved, one plural with all six forms. */
static const struct part moved[] = {
    {NULL, 0, 2, false}, {": ", 2, 0, true}, {NULL, 0, 1, false}, {"!", 1, 0, true}};
static const struct wording moved_form[] = {{moved, 4}};
static const struct part p0[] = {{"dim", 3, 0, true}}, p1[] = {{"un", 2, 0, true}},
                         p2[] = {{"dau", 3, 0, true}}, p3[] = {{"tri", 3, 0, true}},
                         p6[] = {{"chwech", 6, 0, true}},
                         px[] = {{NULL, 0, 1, false}, {" o bethau", 9, 0, true}};
static const struct wording six[] = {{p0, 1}, {p1, 1}, {p2, 1}, {p3, 1}, {p6, 1}, {px, 2}};
static const struct part yes[] = {{"Enw", 3, 0, true}};
static const struct wording yes_form[] = {{yes, 1}};

static int by_hash(const void *x, const void *y) {
  const struct catalogue_entry *a = x, *b = y;
  return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static const struct catalogue *welsh(void) {
  static struct catalogue_entry entries[] = {{0, "{a} then {b}", NULL, moved_form},
                                             {0, "1 thing", "{n} things", six},
                                             {0, "Name", NULL, yes_form}};
  static struct catalogue catalogue = {LANG_CY, entries, countof(entries)};
  for (size_t i = 0; i < countof(entries); i++)
    entries[i].hash = words_hash(str_of(entries[i].id), str_of(entries[i].id_plural));
  qsort(entries, countof(entries), sizeof *entries, by_hash);
  return &catalogue;
}

static struct str things(int64_t n) {
  return SAY_N(&arena, LANG_CY, TN("1 thing", "{n} things", n));
}

static void welsh_bound(void **state) {
  (void)state;
  assert_str(things(3), "3 things"); /* not bound yet: English */
  assert_int_equal(words_bind(welsh()), 2);
  assert_str(SAY(&arena, LANG_CY, T("{a} then {b}"), SLOT("a", S("x")), SLOT("b", S("y"))),
             "y: x!");
  static const struct {
    int64_t n;
    const char *want;
  } rows[] = {{0, "dim"},
              {1, "un"},
              {2, "dau"},
              {3, "tri"},
              {6, "chwech"},
              {4, "4 o bethau"},
              {1000, "1,000 o bethau"}};
  for (size_t i = 0; i < countof(rows); i++) assert_str(things(rows[i].n), rows[i].want);
  assert_str(words_of(LANG_CY, T("Not in the catalogue.")), "Not in the catalogue.");
  assert_str(words_label(LANG_CY, S("Name")), "Enw");
  assert_str(words_label(LANG_EN, S("Name")), "Name");
  assert_str(words_label(LANG_CY, S("Colour")), "Colour");
}

static void count_one(void *to, const struct message *m) {
  assert_non_null(m);
  assert_true(str_of(m->id).n > 0);
  ++*(int *)to;
}

static void every_message_is_listed(void **state) {
  (void)state;
  int n = 0;
  words_each(count_one, &n);
  assert_true(n >= 9); /* the T and TN of this file */
}

static void tokens_refused(void **state) {
  (void)state;
  static const char *const bad[] = {
      "a { b",  "a <b",  "{}",  "<>",
      "{Name}", "{a b}", "</>", "{aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeee}",
      "x {"};
  struct tokens t;
  struct why why;
  for (size_t i = 0; i < countof(bad); i++)
    if (words_tokens(str_of(bad[i]), (struct str){0}, &t, &why))
      fail_msg("let through: %s", bad[i]);
  assert_true(words_tokens(S("<a>{x}</a> {{ << {x} {y}"), S("{z}"), &t, &why));
  assert_int_equal(t.n, 5);
}

static void number(enum language lang, enum words_kind kind, int64_t v, const char *want) {
  char out[WORDS_NUMBER_MAX];
  assert_str(((struct str){out, words_number(out, lang, kind, v)}), want);
}

static void numbers(void **state) {
  (void)state;
  number(LANG_EN, WORDS_WHOLE, 0, "0");
  number(LANG_EN, WORDS_WHOLE, 999, "999");
  number(LANG_EN, WORDS_WHOLE, 1204, "1,204");
  number(LANG_EN, WORDS_WHOLE, -1000000,
         "\xe2\x88\x92"
         "1,000,000");
  number(LANG_EN, WORDS_WHOLE, INT64_MIN,
         "\xe2\x88\x92"
         "9,223,372,036,854,775,808");
  number(LANG_EN, WORDS_PENCE, 1250, "£12.50");
  number(LANG_EN, WORDS_PENCE, 700000, "£7,000");
  number(LANG_EN, WORDS_PENCE, -5, "\xe2\x88\x92£0.05");
  number(LANG_EN, WORDS_PERCENT, 40, "40%");
  number(LANG_EN, WORDS_CLOCK, 9 * 60 + 5, "09:05");
  number(LANG_EN, WORDS_CLOCK, 1441, "");
  day_t d = day_of(2026, 11, 21);
  number(LANG_EN, WORDS_DAY, d, "21 November 2026");
  number(LANG_CY, WORDS_DAY, d, "21 Tachwedd 2026");
  number(LANG_EN, WORDS_DAY_SHORT, d, "21 Nov 2026");
  number(LANG_EN, WORDS_DAY_BARE, d, "21 Nov");
  number(LANG_CY, WORDS_MONTH_SHORT, d, "Tach 2026");
  number(LANG_EN, WORDS_DAY_ISO, d, "2026-11-21");
  number(LANG_CY, WORDS_MONTH, d, "Tachwedd 2026");
  number(LANG_CY, WORDS_WEEKDAY, d, "Dydd Sadwrn");
  number(LANG_EN, WORDS_DAY, DAY_NONE, "");
}

int main(void) {
  arena = arena_open((size_t)4 << 20);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plural_rules),   cmocka_unit_test(english_slots),
      cmocka_unit_test(welsh_bound),    cmocka_unit_test(every_message_is_listed),
      cmocka_unit_test(tokens_refused), cmocka_unit_test(numbers)};
  int failed = cmocka_run_group_tests_name("words", tests, NULL, NULL);
  arena_close(&arena);
  return failed;
}
