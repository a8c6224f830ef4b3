/* Each file of tests is one group; directory_test.c runs them on every database there is. */
#ifndef WAYMARK_DIRECTORY_TEST_H
#define WAYMARK_DIRECTORY_TEST_H
#include "db/testing.h"
#include "directory/directory.h"
int standing_tests(void);
int offers_tests(const struct migrations *lists, size_t n);
int library_tests(const struct migrations *lists, size_t n);
int oruk_tests(const struct migrations *lists, size_t n);
int feed_tests(const struct migrations *lists, size_t n);
int editor_tests(const struct migrations *lists, size_t n);
int night_tests(const struct migrations *lists, size_t n);
int choose_tests(const struct migrations *lists, size_t n);

/* The day every test of this folder takes for today. */
#define TEST_DAY day_of(2026, 11, 21)
static inline instant_t test_now(void) { return (instant_t)TEST_DAY * 86400 * 1000000; }
/* Small invented rows, inserted at once; every later field is the caller's to set and
 * record_update. */
struct organisation test_organisation(struct db_test *t, const char *name);
struct service test_service(struct db_test *t, int64_t organisation,
                            const char *name); /* published, assured, active */
void test_save(struct db_test *t, const struct record_type *type,
               void *record); /* insert, or update when it has an id */
#endif
