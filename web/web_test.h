/* web_test: what the page tests of this folder share: a small domain of pages and visitors to it.
 */
#ifndef WAYMARK_WEB_TEST_H
#define WAYMARK_WEB_TEST_H
#include "db/testing.h"
#include "web/testing.h"

struct client visitor(struct db_test *t);
struct client signed_in(struct db_test *t); /* through /sign-in, as user 4 */
int64_t notes(struct db_test *t);           /* rows the pages have written */
void later(struct client *c, int minutes);
extern bool user_gone;            /* user 4 may not sign in any more */
extern const struct actor worker; /* user 4, without signing in */
int parse_tests(void);
int session_tests(const struct migrations *lists, size_t n);
#endif
