/* zip_test: a stored zip put together in memory, for tests. */
#ifndef WAYMARK_REACH_ZIP_TEST_H
#define WAYMARK_REACH_ZIP_TEST_H
#include "base/base.h"
struct member {
  const char *name, *text;
};
struct str zip_of(struct arena *a, const struct member *members, size_t n);
#endif
