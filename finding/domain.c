/* domain: what finding brings to the program. */
#include "finding/inside.h"
#include "finding/pages.h"

extern const struct migrations finding_migrations;

#define FOR_ALL(kind, path, handler, help)                                                         \
  ROUTE(kind, path, handler, WHO_ANYONE, FAST, help, ROUTE_RESIDENT)
static const struct route routes[] = {
    FOR_ALL(READ, "/", finding_home, "The start page; for programs, the root of Open Referral UK."),
    FOR_ALL(READ, "/find", finding_questions, "A few questions, each of which may be skipped."),
    FOR_ALL(ASK, "/find", finding_results, "The help that fits, with reasons."),
    ROUTE(ASK, "/api/find", finding_api, WHO_ANYONE, FAST, "The help that fits, as JSON.",
          ROUTE_API),
    ROUTE(READ, "/api/find/gaps", finding_gaps_api, ROLE_COMMISSIONER | ROLE_EDITOR | ROLE_MANAGER,
          FAST, "What people looked for and did not find: months that are over, ten or more.",
          ROUTE_API),
    ROUTE(READ, "/library", library_list, WHO_ANYONE, FAST, "What has been tried.", 0),
    ROUTE(ASK, "/library", library_list, WHO_ANYONE, FAST, "Search what has been tried.", 0),
    ROUTE(READ, "/library/national", library_national, WHO_ANYONE, FAST,
          "The national programmes, counted.", ROUTE_CACHE),
    ROUTE(READ, "/library/{id}", library_one, WHO_ANYONE, FAST, "One scheme that was tried.",
          ROUTE_CACHE),
};
static const struct command commands[] = {
    {"find",
     "find [--place NAME | --postcode P] [--age N] [--date D] [--status S] [--reason R] [--cohort "
     "C]... [--need WORD]... "
     "[--library] [--ignore-standing] [--json]",
     "find the help that fits, with reasons", finding_command},
};
const struct domain finding_domain = {
    .name = "finding",
    .routes = routes,
    .n_routes = countof(routes),
    .migrations = &finding_migrations,
    .commands = commands,
    .n_commands = countof(commands),
};
