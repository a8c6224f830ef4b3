/* Tests of base, topic by topic; see each *_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/base.h"

static void str_numbers(void **state) {
  (void)state;
  int64_t v = 7;
  assert_true(str_to_i64(S("-9223372036854775808"), &v) && v == INT64_MIN);
  assert_false(str_to_i64(S("9223372036854775808"), &v));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(str_numbers)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
