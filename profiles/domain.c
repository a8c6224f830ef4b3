/* domain: what profiles brings to the program. */
#include "profiles/inside.h"

extern const struct migrations profiles_migrations;

static const struct route routes[] = {
    ROUTE(READ, "/places", profiles_list_page, WHO_ANYONE, FAST, "What is known of each place.", 0),
    ROUTE(ASK, "/places", profiles_list_page, WHO_ANYONE, FAST,
          "Places by a name or a postcode; what was asked is not kept.", 0),
    ROUTE(READ, "/places/{code}", profiles_area_page, WHO_ANYONE, HEAVY,
          "One place: figures with their ages, editions and sources.", 0),
    ROUTE(READ, "/places/{code}/figures.csv", profiles_area_file, WHO_ANYONE, HEAVY,
          "The figures of one place as CSV.", 0),
    ROUTE(READ, "/coverage/need", profiles_need_page, PROFILES_WHO, HEAVY,
          "People supported against those who would like a job; sums only.", 0),
    ROUTE(READ, "/coverage/doors", profiles_doors_page, PROFILES_WHO, HEAVY,
          "Doors and touchpoints: where there is somewhere to walk in, and who sends people.", 0),
};
const struct domain profiles_domain = {.name = "profiles",
                                       .routes = routes,
                                       .n_routes = countof(routes),
                                       .migrations = &profiles_migrations,
                                       .init = profiles_init,
                                       .night = supported_make,
                                       .demo = profiles_demo};
