/* domain: what people brings to the program. */
#include "people/inside.h"

extern const struct migrations people_migrations;

enum {
  SUPPORTERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING | ROLE_PEER
};
enum { ADDERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER };

static const struct route routes[] = {
    ROUTE(READ, "/people", people_list_page, SUPPORTERS, FAST, "The people you may see.",
          ROUTE_PERSON),
    ROUTE(ASK, "/people", people_list_page, SUPPORTERS, FAST,
          "Find somebody by a part of their name.", ROUTE_PERSON | ROUTE_SEARCH),
    ROUTE(READ, "/people/new", people_new_page, ADDERS, FAST, "The form for someone new.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/people/new", people_new_post, ADDERS, FAST, "Start supporting someone.",
          ROUTE_PERSON),
    ROUTE(READ, "/people/{id}", people_person_page, SUPPORTERS, FAST,
          "One person, as far as you may see.", ROUTE_PERSON),
    ROUTE(ASK, "/api/people", people_list_api, SUPPORTERS, FAST, "The people you may see, as JSON.",
          ROUTE_PERSON | ROUTE_API | ROUTE_SEARCH),
    ROUTE(READ, "/api/people/{id}", people_person_api, SUPPORTERS, FAST, "One person, as JSON.",
          ROUTE_PERSON | ROUTE_API),
};
const struct domain people_domain = {
  .name = "people", .routes = routes, .n_routes = countof(routes), .migrations = &people_migrations,
  .demo = people_demo,
};
