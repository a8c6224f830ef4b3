/* Tests of time. The clock rule is checked against dates announced by the Government
 * (gov.uk/when-do-the-clocks-change), not against our own arithmetic. */
#include "base/base_test.h"

TEST(every_day_from_1600_to_9999_round_trips) {
  (void)state;
  day_t next = day_of(1600, 1, 1);
  assert_int_equal(day_of(1970, 1, 1), 0);
  assert_int_equal(day_of(2000, 3, 1), 11017);
  for (int y = 1600; y <= 9999; y++)
    for (int m = 1; m <= 12; m++)
      for (int d = 1; d <= 31; d++) {
        if (!ymd_valid((struct ymd){y, m, d})) continue;
        day_t day = day_of(y, m, d);
        struct ymd back = day_ymd(day);
        if (day != next++ || back.year != y || back.month != m || back.day != d)
          fail_msg("%d-%d-%d", y, m, d);
      }
  assert_int_equal(next - 1, day_of(9999, 12, 31));
  assert_int_equal(next - day_of(1600, 1, 1),
                   21 * 146097); /* 8,400 years are 21 whole cycles of 400 */
}

TEST(days_that_are_none_are_refused) {
  (void)state;
  assert_int_equal(day_of(2026, 2, 29), DAY_NONE);
  assert_int_equal(day_of(1900, 2, 29), DAY_NONE);
  assert_true(day_of(2000, 2, 29) != DAY_NONE);
  assert_int_equal(day_of(2026, 13, 1), DAY_NONE);
  assert_int_equal(day_of(2026, 0, 1), DAY_NONE);
  assert_int_equal(day_of(1599, 12, 31), DAY_NONE);
  assert_int_equal(day_of(10000, 1, 1), DAY_NONE);
}

TEST(weekdays_months_and_ages) {
  (void)state;
  assert_int_equal(day_weekday(day_of(2026, 11, 21)), SATURDAY);
  assert_int_equal(day_weekday(day_of(1600, 1, 1)), SATURDAY);
  assert_int_equal(day_weekday(day_of(1970, 1, 1)), THURSDAY);
  assert_int_equal(day_add_months(day_of(2026, 1, 31), 1), day_of(2026, 2, 28));
  assert_int_equal(day_add_months(day_of(2026, 3, 31), -13), day_of(2025, 2, 28));
  assert_int_equal(day_add_months(day_of(2024, 2, 29), 12), day_of(2025, 2, 28));
  assert_int_equal(day_add_months(day_of(9999, 12, 1), 1), DAY_NONE);
  assert_int_equal(day_add_months(DAY_NONE, 1), DAY_NONE);
  day_t leap = day_of(2004, 2, 29);
  assert_int_equal(day_age(leap, day_of(2022, 2, 28)), 17);
  assert_int_equal(day_age(leap, day_of(2022, 3, 1)), 18);
  assert_int_equal(day_age(leap, day_of(2024, 2, 29)), 20);
  assert_int_equal(day_age(leap, leap), 0);
  assert_int_equal(day_age(leap, leap - 1), -1);
  assert_int_equal(day_age(DAY_NONE, leap), -1);
}

TEST(days_as_people_type_them) {
  (void)state;
  const char *const same[] = {"21/11/2026", "21-11-26",   "21 Nov 2026", "21 November 2026",
                              "2026-11-21", "21.11.2026", " 21 nov 26 ", "21 NOV. 2026",
                              "21Nov2026",  "21 11 2026", "21/Nov/2026"};
  const char *const none[] = {"",
                              "21",
                              "21/11",
                              "11/21/2026",
                              "29/2/2026",
                              "21st Nov 2026",
                              "21 Novem 2026",
                              "2026/11/21",
                              "21/11/026",
                              "21/11/2026x",
                              "211126",
                              "1 2 3",
                              "21//11//20266",
                              "-1/1/2020",
                              "21 11 2026 2",
                              "tomorrow"};
  for (size_t i = 0; i < countof(same); i++) {
    day_t d = 0;
    if (!day_parse_typed(str_of(same[i]), &d) || d != day_of(2026, 11, 21)) fail_msg("%s", same[i]);
  }
  day_t d = 5;
  for (size_t i = 0; i < countof(none); i++)
    if (day_parse_typed(str_of(none[i]), &d)) fail_msg("%s", none[i]);
  assert_int_equal(d, 5);
  assert_true(day_parse_typed(S("1/2/71"), &d) && d == day_of(1971, 2, 1));
  assert_true(day_parse_typed(S("1/2/39"), &d) && d == day_of(2039, 2, 1));
  assert_true(day_parse_typed(S("3 Sept 2026"), &d) && d == day_of(2026, 9, 3));
  assert_true(day_parse(S("2026-11-21"), &d));
  assert_false(day_parse(S("2026-11-21 "), &d));
  assert_false(day_parse(S("2026-1-21"), &d));
}

TEST(days_in_words_and_spans) {
  struct arena *a = *state;
  assert_str(day_iso(a, day_of(1600, 1, 1)), "1600-01-01");
  assert_str(day_iso(a, DAY_NONE), "");
  assert_str(day_words(a, day_of(2026, 11, 21)), "21 November 2026");
  assert_str(day_words(a, DAY_NONE), "");
  struct day_span s = {0};
  assert_true(day_span_parse(S("2024-02"), &s));
  assert_true(s.first == day_of(2024, 2, 1) && s.last == day_of(2024, 2, 29));
  assert_true(day_span_parse(S("2023"), &s) && s.first == day_of(2023, 1, 1) &&
              s.last == day_of(2023, 12, 31));
  assert_true(day_span_parse(S("2023-03-31"), &s) && s.first == s.last);
  const char *const none[] = {"",           "23",     "2023-", "2023-13", "2023-00",
                              "2023-02-30", "2023-3", "20233", "1599"};
  for (size_t i = 0; i < countof(none); i++) assert_false(day_span_parse(str_of(none[i]), &s));
}

TEST(instants_read_and_written) {
  struct arena *a = *state;
  const char *const pairs[][2] = {
      {"2026-11-21T22:53:39Z", "2026-11-21T22:53:39.000000Z"},
      {"2026-11-21t22:53:39.5z", "2026-11-21T22:53:39.500000Z"},
      {"2026-11-21 22:53:39.1234567+01:30", "2026-11-21T21:23:39.123456Z"},
      {"2026-01-01T00:00:00-00:30", "2026-01-01T00:30:00.000000Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
      {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
      {"2026-11-21T22:53:39", "2026-11-21T22:53:39.000000Z"},
  };
  instant_t t = 0;
  for (size_t i = 0; i < countof(pairs); i++) {
    assert_true(instant_parse(str_of(pairs[i][0]), &t));
    assert_str(instant_iso(a, t), pairs[i][1]);
  }
  const char *const none[] = {"",
                              "2026-11-21",
                              "2026-11-21T24:00:00Z",
                              "2026-11-21T22:60:00Z",
                              "2026-11-21T22:53:39.Z",
                              "2026-11-21T22:53:39+1:00",
                              "2026-11-21T22:53:39+24:00",
                              "2026-11-21T22:53:39ZZ",
                              "2026-11-21T22:53Z",
                              "2026-11-21T22:53:61Z",
                              "2026-02-29T00:00:00Z"};
  for (size_t i = 0; i < countof(none); i++) assert_false(instant_parse(str_of(none[i]), &t));
  assert_str(instant_iso(a, INSTANT_NONE), "");
  assert_str(instant_iso(a, INT64_MAX), "");
  assert_str(instant_iso(a, 0), "1970-01-01T00:00:00.000000Z");
}

static instant_t at(const char *iso) {
  instant_t t = 0;
  assert_true(instant_parse(str_of(iso), &t));
  return t;
}

TEST(clocks_change_in_the_united_kingdom) {
  (void)state;
  static const struct {
    int year, march, october;
  } announced[] = {{2018, 25, 28}, {2019, 31, 27}, {2020, 29, 25}, {2021, 28, 31}, {2022, 27, 30},
                   {2023, 26, 29}, {2024, 31, 27}, {2025, 30, 26}, {2026, 29, 25}, {2027, 28, 31}};
  for (size_t i = 0; i < countof(announced); i++) {
    day_t on = day_of(announced[i].year, 3, announced[i].march),
          off = day_of(announced[i].year, 10, announced[i].october);
    instant_t forward = on * (instant_t)86400000000 + 3600000000,
              back = off * (instant_t)86400000000 + 3600000000;
    assert_int_equal(instant_local_uk(forward - 1).minute, 59);
    assert_int_equal(instant_local_uk(forward).minute, 120);
    assert_int_equal(instant_local_uk(back - 1).minute, 119);
    assert_int_equal(instant_local_uk(back).minute, 60);
  }
  struct local late = instant_local_uk(at("2026-06-30T23:30:00Z"));
  assert_int_equal(late.day, day_of(2026, 7, 1));
  assert_int_equal(late.minute, 30);
}

TEST(local_times_that_happen_twice_or_never) {
  (void)state;
  assert_true(local_uk_instant(day_of(2026, 10, 25), 90) ==
              at("2026-10-25T00:30:00Z")); /* the first 01:30 */
  assert_true(local_uk_instant(day_of(2026, 10, 25), 120) == at("2026-10-25T02:00:00Z"));
  assert_true(local_uk_instant(day_of(2026, 3, 29), 90) ==
              at("2026-03-29T01:30:00Z")); /* shown as 02:30 */
  assert_int_equal(instant_local_uk(local_uk_instant(day_of(2026, 3, 29), 90)).minute, 150);
  assert_true(local_uk_instant(DAY_NONE, 0) == INSTANT_NONE);
  int skipped = 0;
  for (day_t d = day_of(2020, 1, 1); d < day_of(2030, 1, 1); d++)
    for (int minute = 0; minute < 1440; minute += 15) {
      struct local back = instant_local_uk(local_uk_instant(d, minute));
      if (back.day == d && back.minute == minute) continue;
      assert_true(back.day == d && back.minute == minute + 60);
      skipped++;
    }
  assert_int_equal(skipped, 10 * 4); /* one skipped hour a year, and nothing else moves */
}

TEST(clocks_go_forward) {
  (void)state;
  uint64_t before = clock_monotonic_us();
  assert_true(clock_now() > at("2024-01-01T00:00:00Z"));
  assert_true(clock_monotonic_us() >= before);
}

int time_tests(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_day_from_1600_to_9999_round_trips),
      cmocka_unit_test(days_that_are_none_are_refused),
      cmocka_unit_test(weekdays_months_and_ages),
      cmocka_unit_test(days_as_people_type_them),
      IN_ARENA(days_in_words_and_spans),
      IN_ARENA(instants_read_and_written),
      cmocka_unit_test(clocks_change_in_the_united_kingdom),
      cmocka_unit_test(local_times_that_happen_twice_or_never),
      cmocka_unit_test(clocks_go_forward),
  };
  return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
