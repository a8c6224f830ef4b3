/* Standing as a table: the facts, the day, the state, and until when it holds. */
#include "directory/directory_test.h"

#define N DAY_NONE
struct row {
  const char *what;
  struct standing_facts f;
  day_t day;
  enum standing_state want;
  day_t until;
};

static void every_row(void **state) {
  (void)state;
  const struct row rows[] = {
      {"never published", {N, N, N, N, 100, 180, S("active")}, 110, STANDING_WITHDRAWN, N},
      {"published tomorrow", {111, N, N, N, 100, 180, S("active")}, 110, STANDING_WITHDRAWN, 110},
      {"withdrawn today", {90, 110, N, N, 100, 180, S("active")}, 110, STANDING_WITHDRAWN, N},
      {"withdrawn tomorrow", {90, 111, N, N, 100, 180, S("active")}, 110, STANDING_LIVE, 110},
      {"assured and active", {90, N, N, N, 100, 180, S("active")}, 110, STANDING_LIVE, 280},
      {"last day of the review period",
       {90, N, N, N, 100, 180, S("active")},
       280,
       STANDING_LIVE,
       280},
      {"a day past the review period",
       {90, N, N, N, 100, 180, S("active")},
       281,
       STANDING_UNCHECKED,
       N},
      {"no review period on record",
       {90, N, N, N, 100, NUMBER_NONE, S("active")},
       280,
       STANDING_LIVE,
       280},
      {"never assured", {90, N, N, N, N, 180, S("active")}, 110, STANDING_UNCHECKED, N},
      {"assured tomorrow", {90, N, N, N, 111, 180, S("active")}, 110, STANDING_UNCHECKED, 110},
      {"last day", {90, N, N, 110, 100, 180, S("active")}, 110, STANDING_LIVE, 110},
      {"ended yesterday", {90, N, N, 109, 100, 180, S("active")}, 110, STANDING_ENDED, N},
      {"closed for good", {90, N, N, N, 100, 180, S("defunct")}, 110, STANDING_ENDED, N},
      {"starts tomorrow", {90, N, 111, N, 100, 180, S("active")}, 110, STANDING_NOT_STARTED, 110},
      {"starts today", {90, N, 110, N, 100, 180, S("active")}, 110, STANDING_LIVE, 280},
      {"ended before it starts", {90, N, 120, 100, 100, 180, S("active")}, 110, STANDING_ENDED, N},
      {"closed for now", {90, N, N, N, 100, 180, S("temporarily_closed")}, 110, STANDING_PAUSED, N},
      {"inactive, ends soon", {90, N, N, 115, 100, 180, S("inactive")}, 110, STANDING_PAUSED, 115},
      {"state not said", {90, N, N, N, 100, 180, S("")}, 110, STANDING_LIVE, 280},
      {"ends before its next check",
       {90, N, N, 200, 100, 180, S("active")},
       110,
       STANDING_LIVE,
       200},
  };
  for (size_t i = 0; i < countof(rows); i++) {
    struct standing s = standing_of(&rows[i].f, rows[i].day);
    if (s.state != rows[i].want || s.until != rows[i].until)
      fail_msg("%s: got state %d until %d", rows[i].what, (int)s.state, (int)s.until);
  }
}

static void sentences(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 20);
  struct standing_facts f = {0, N, N, day_of(2023, 3, 31), day_of(2023, 1, 2), 90, S("active")};
  struct standing s = standing_of(&f, TEST_DAY);
  assert_true(str_eq(standing_sentence(&a, LANG_EN, s, &f), S("This ended on 31 March 2023.")));
  f.ends = N;
  s = standing_of(&f, TEST_DAY);
  assert_true(str_eq(standing_sentence(&a, LANG_EN, s, &f),
                     S("Last checked with them on 2 January 2023. Ring before you go.")));
  arena_close(&a);
}

int standing_tests(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_row), cmocka_unit_test(sentences)};
  return cmocka_run_group_tests_name("directory standing", tests, NULL, NULL);
}
