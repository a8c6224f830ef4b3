/* domain: what exchange brings to the program. */
#include "exchange/inside.h"

extern const struct migrations exchange_migrations;

static const struct route routes[] = {
    ROUTE(READ, "/import", import_list_page, IMPORTERS, FAST, "Spreadsheets of people you sent.",
          0),
    ROUTE(WRITE, "/import", import_upload, IMPORTERS, HEAVY, "Send a spreadsheet to look at.",
          ROUTE_UPLOAD),
    ROUTE(READ, "/import/{id}", import_page, IMPORTERS, HEAVY,
          "How a spreadsheet would be read, or how far it is.", ROUTE_PERSON),
    ROUTE(WRITE, "/import/{id}", import_post, IMPORTERS, HEAVY,
          "Say what its columns and look-alikes are; read it in.", ROUTE_PERSON),
    ROUTE(READ, "/import/{id}/undo", import_undo_page, IMPORTERS, HEAVY,
          "What undoing would take away, and what stays.", ROUTE_PERSON),
    ROUTE(WRITE, "/import/{id}/undo", import_undo_post, IMPORTERS, FAST, "Undo it.", ROUTE_PERSON),
};
static const struct job_kind jobs[] = {
    {"read people in", "People read in from a spreadsheet", LANE_LONG, import_job},
    {"undo people read in", "Undoing a spreadsheet of people", LANE_LONG, import_undo_job},
};

const struct domain exchange_domain = {.name = "exchange",
                                       .routes = routes,
                                       .n_routes = countof(routes),
                                       .migrations = &exchange_migrations,
                                       .jobs = jobs,
                                       .n_jobs = countof(jobs),
                                       .demo = exchange_demo};
