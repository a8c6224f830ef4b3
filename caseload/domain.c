/* domain: what caseload brings to the program. */
#include "caseload/inside.h"

enum {
  WORKERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING | ROLE_PEER,
  LEADS = ROLE_TEAM_LEAD | ROLE_MANAGER
};

static const struct route routes[] = {
    ROUTE(READ, "/today", today_page, WORKERS, FAST, "What waits for you today, and why.",
          ROUTE_PERSON),
    ROUTE(READ, "/api/today", today_api, WORKERS, FAST, "What waits for you today, as JSON.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/handover/{worker}", handover_page, WORKERS, FAST,
          "Who needs what this week, for whoever stands in.", ROUTE_PERSON),
    ROUTE(READ, "/team", team_page, LEADS, FAST, "Your team's work.", ROUTE_PERSON),
    ROUTE(READ, "/team/{worker}", worker_page, LEADS, FAST, "One worker's caseload.", ROUTE_PERSON),
    ROUTE(WRITE, "/team/{worker}", worker_move, LEADS, FAST, "Hand people to another worker.",
          ROUTE_PERSON),
};
const struct domain caseload_domain = {
    .name = "caseload", .routes = routes, .n_routes = countof(routes)};
