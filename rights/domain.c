/* domain: what rights brings to the program. */
#include "rights/inside.h"

extern const struct migrations rights_migrations;

static const struct route routes[] = {
    ROUTE(READ, "/complaints", complaints_page, RIGHTS_READERS, FAST,
          "Complaints, thanks and ideas you read, and by when each is answered.", ROUTE_PERSON),
    ROUTE(READ, "/complaints/new", complaint_new_page, RIGHTS_TYPERS, FAST,
          "Write down what somebody says of our help.", ROUTE_PERSON),
    ROUTE(WRITE, "/complaints/new", complaint_new_post, RIGHTS_TYPERS, FAST,
          "Keep what somebody says of our help.", ROUTE_PERSON),
    ROUTE(READ, "/complaints/paper", complaint_paper_page, RIGHTS_TYPERS, FAST,
          "A blank form to print.", ROUTE_PERSON),
    ROUTE(READ, "/complaints/{id}", complaint_page, RIGHTS_READERS, FAST, "One of them.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/complaints/{id}", complaint_post, RIGHTS_READERS, FAST, "Answer it.",
          ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/access", access_person_page, ACCESS_READERS, FAST,
          "Requests of one person for everything kept.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/access", access_person_post, ACCESS_READERS, HEAVY,
          "Collect everything kept of one person.", ROUTE_PERSON),
    ROUTE(READ, "/access/{id}", access_request_page, ACCESS_READERS, FAST,
          "One access request, or one page of it.", ROUTE_PERSON),
    ROUTE(WRITE, "/access/{id}", access_request_post, ACCESS_READERS, FAST,
          "Look at a page, release it, hand it over.", ROUTE_PERSON),
    ROUTE(READ, "/access/{id}/paper", access_paper_page, ACCESS_READERS, FAST,
          "What is handed over, to print.", ROUTE_PERSON),
};

/* Complaints stand on no page about a person; what they asked for does. */
TEXT_MESSAGE(part_name, "Everything we keep");
static const struct person_part parts[] = {{.name = &part_name,
                                            .path = "access",
                                            .classes = CLASS_PLAN,
                                            .roles = ACCESS_READERS,
                                            .erase = rights_erase,
                                            .place = 94}};

const struct domain rights_domain = {.name = "rights",
                                     .routes = routes,
                                     .n_routes = countof(routes),
                                     .migrations = &rights_migrations,
                                     .demo = rights_demo,
                                     .person_parts = parts,
                                     .n_person_parts = countof(parts)};
