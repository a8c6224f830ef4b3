/* What the test files of this folder share: cmocka, and one group of tests a file. */
#ifndef WAYMARK_BASE_TEST_H
#define WAYMARK_BASE_TEST_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/base.h"

#define TEST(name) static void name(void **state)
#define assert_str(got, want) assert_str_at((got), (want), __FILE__, __LINE__)
static inline void assert_str_at(struct str got, const char *want, const char *file, int line) {
  if (str_eq(got, str_of(want))) return;
  print_error("%s:%d: got \"%.*s\", want \"%s\"\n", file, line, P(got), want);
  _fail(file, line);
}

/* An arena for one test: opened and closed around it by cmocka. */
static inline int test_arena_open(void **state) {
  static struct arena a;
  a = arena_open((size_t)256 << 20);
  *state = &a;
  return a.start ? 0 : -1;
}
static inline int test_arena_close(void **state) {
  arena_close(*state);
  return 0;
}
#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, test_arena_open, test_arena_close)

/* A path in this run's own temporary folder; base_test.c makes and removes it. */
struct str test_path(struct arena *a, const char *name);

int text_tests(void);
int arena_tests(void);
int time_tests(void);
int chance_tests(void); /* hash, rand, uuid */
int file_tests(void);
int csv_tests(void);
int json_tests(void);
int tell_tests(void); /* log, progress, args */
#endif
