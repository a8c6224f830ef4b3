/* domain: what coverage brings to the program. */
#include "coverage/inside.h"

#define PAGE(path, handler, help) ROUTE(READ, path, handler, COVERAGE_WHO, HEAVY, help, 0)
static const struct route routes[] = {
    ROUTE(READ, "/help/summary", coverage_summary_page, WHO_ANYONE, HEAVY,
          "How much help there is: counts, for anybody", ROUTE_CACHE),
    PAGE("/coverage", coverage_grid_page, "Where help is missing, thin or doubled"),
    PAGE("/coverage/cell", coverage_cell_page, "The services behind one cell"),
    PAGE("/coverage/gaps", coverage_gaps_page, "Gaps as a list"),
    PAGE("/coverage/gaps.csv", coverage_gaps_file, "Gaps as CSV"),
    PAGE("/coverage/map", coverage_map_page, "Places for 1,000 people, on a map"),
    PAGE("/coverage/overlaps", coverage_overlaps_page, "Overlaps, with who pays"),
    PAGE("/coverage/overlaps.csv", coverage_overlaps_file, "Overlaps as CSV"),
    PAGE("/coverage/cliffs", coverage_cliffs_page, "What ends when, alone and together"),
    PAGE("/coverage/cliffs.csv", coverage_cliffs_file, "What ends when, as CSV"),
    PAGE("/coverage/funding", coverage_funding_page, "Who pays for what, and until when"),
    PAGE("/coverage/funding.csv", coverage_funding_file, "Who pays for what, as CSV"),
    PAGE("/coverage/library", coverage_library_page,
         "What was tried: totals and parts that differ"),
    PAGE("/coverage/national", coverage_national_page, "National programmes by group"),
    PAGE("/coverage/people", coverage_people_page, "Estimates of people"),
    ROUTE(WRITE, "/coverage/people", coverage_people_save, ROLE_COMMISSIONER | ROLE_EDITOR, HEAVY,
          "Look at or save a file of estimates", ROUTE_UPLOAD),
};
const struct domain coverage_domain = {.name = "coverage",
                                       .routes = routes,
                                       .n_routes = countof(routes),
                                       .migrations = &coverage_migrations,
                                       .demo = coverage_demo};
