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
};

/* No way and no card: complaints stand on no page about a person. */
TEXT_MESSAGE(part_name, "Complaints");
static const struct person_part parts[] = {
    {.name = &part_name, .classes = CLASS_PLAN, .erase = rights_erase}};

const struct domain rights_domain = {.name = "rights",
                                     .routes = routes,
                                     .n_routes = countof(routes),
                                     .migrations = &rights_migrations,
                                     .demo = rights_demo,
                                     .person_parts = parts,
                                     .n_person_parts = countof(parts)};
