/* What the tests of this folder share: Seaborough in a fresh database, and what its generator
 * planted. */
#ifndef WAYMARK_COVERAGE_TEST_H
#define WAYMARK_COVERAGE_TEST_H
#include "db/testing.h"
#include "coverage/inside.h"
#include "seaborough/seaborough.h"

enum { TEST_SEED = 7 };
#define TEST_DAY day_of(2026, 11, 2)
instant_t test_now(void);
/* Areas, services and estimates of Seaborough, through the same doors as `waymark init --demo`. */
const struct seaborough *test_seaborough(struct db_test *t);
const struct coverage *test_facts(struct db_test *t);
int32_t test_hood(const struct coverage *c, const struct seaborough *s, int hood);
size_t test_cohort(const struct coverage *c, struct str code);
size_t test_style(const struct coverage *c, struct str code);
/* A published, checked service of an organisation made on the way; saved again with test_save after
 * changes. */
struct service test_service(struct db_test *t, const char *name, const char *cohorts,
                            const char *styles);
void test_save(struct db_test *t, const struct record_type *type, void *record);
void test_area(struct db_test *t, int64_t service, const char *code);
void test_fund(struct db_test *t, int64_t service, const char *funder, int64_t pence, day_t starts,
               day_t ends);
/* A place with two neighbourhoods, "T1" in "TR" and "T2" in "TR". */
void test_places(struct db_test *t);
struct import_result test_people(struct db_test *t, const char *csv, bool dry);

int engine_tests(int argc, char **argv, const struct migrations *lists, size_t n);
int page_tests(const struct migrations *lists, size_t n);
#endif
