/* route: every page and call of the program in one table, built from the domains' own.
 *
 * The table is the only list: requests are found in it, and the sitemap, the API description,
 * `waymark who-can` and the tests that walk "every route" all read it. Building it refuses a route
 * that is not whole (no permission, no sentence of help), two routes for the same thing, and flags
 * that contradict each other. */
#ifndef WAYMARK_WEB_ROUTE_H
#define WAYMARK_WEB_ROUTE_H
#include "web/parse.h"
#include "web/web.h"
#include "web/wire.h"

enum { ROUTE_SEGMENTS_MAX = 12 };
struct route_table;
/* Lives in the arena (which must outlive it). NULL: why names the route at fault. */
struct route_table *routes_build(struct arena *a, const struct domain *const *domains, size_t n,
                                 struct why *why);
struct routes {
  const struct route *const *p;
  size_t n;
};
struct routes routes_all(const struct route_table *t); /* in order of path, then GET before POST */
const char *route_domain(const struct route_table *t, const struct route *r);

struct route_match {
  const struct route *route;  /* NULL: nothing for this method */
  struct field_values values; /* of the {names}, decoded */
  bool path_known;            /* some method has this path: 405, not 404 */
  bool get, post;             /* which */
};
/* Literal segments are preferred to {names}, from the left. HEAD is GET. */
struct route_match route_find(const struct route_table *t, struct arena *a, enum method method,
                              struct str path);

/* May this actor use the route? Enforcement (PRACTICE 1) must be named by the route itself,
 * WHO_ANYONE apart. */
bool route_allows(const struct route *r, const struct actor *actor);
struct str who_words(struct arena *a, who_t who); /* "key workers, team leads" */

void routes_sitemap(const struct route_table *t, struct str origin,
                    struct buf *xml); /* public pages without {names} */
void routes_openapi(const struct route_table *t, struct str origin,
                    struct buf *json); /* ROUTE_API routes, OpenAPI 3.1 */
/* For people: `role` 0 prints every route with who may use it; one role bit prints what that role
 * can do. */
void routes_who_can(const struct route_table *t, uint32_t role, struct buf *text);
/* The role bit of a word such as "key-worker", 0 when there is no such role. */
uint32_t role_of(struct str word);
const char *role_word(uint32_t bit);
#endif
