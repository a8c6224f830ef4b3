/* linkage_test: what the test files of this folder share. */
#ifndef WAYMARK_LINKAGE_TEST_H
#define WAYMARK_LINKAGE_TEST_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "linkage/generate.h"
#include "linkage/linkage.h"

extern const char *shared_data; /* ../shared/data/linkage of the checkout */
const char *
test_path(const char *name); /* in a folder of this test run; good until the next few calls */
void test_write(const char *path, struct str text);
struct str test_people(struct arena *a, uint32_t records, uint64_t seed, const char *set);

/* Runs `waymark link` with the words given (NULL-ended) in a process of its own. */
struct outcome {
  int status;
  char out[20000], err[4000];
};
struct outcome test_command(const char *first, ...);
/* A run in this process that must succeed. */
struct link_run *test_run(const char *path, const char *truth, const struct link_config *config);

int test_compare(void); /* norm, Jaro-Winkler, levels, clusters */
int test_accuracy(void);
int test_commands(void);
int test_index(void);
int test_psi(void);
int test_few(void); /* two people weighed without a run */
#endif
