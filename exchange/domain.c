/* domain: what exchange brings to the program. */
#include "exchange/inside.h"

extern const struct migrations exchange_migrations;

enum {
  WORKERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_PEER,
  ADDERS = WORKERS & ~ROLE_PEER
};
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
    ROUTE(READ, "/api", api_description, WHO_ANYONE, FAST, "What programs may ask, as OpenAPI.",
          ROUTE_API),
    ROUTE(WRITE, "/api/people/new", api_person_new, ADDERS, FAST,
          "Add somebody: {\"key\", \"id\", \"hides\", \"set\": {field: text}}.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(WRITE, "/api/people/{id}/contacts", api_contact_new, WORKERS, FAST,
          "Keep a contact: {\"key\", \"id\", \"set\": {field: text}}.", ROUTE_PERSON | ROUTE_API),
    ROUTE(WRITE, "/api/people/{id}/appointments", api_appointment_new, WORKERS, FAST,
          "Agree a time: {\"key\", \"id\", \"on\", \"at\", \"minutes\", \"set\": {field: text}}.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(WRITE, "/api/people/{id}/plan/steps", api_step_end, WORKERS, FAST,
          "Say what became of a step: {\"key\", \"step\", \"end\": done | dropped}.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/hooks", hooks_page, ROLE_ADMIN, FAST, "Programs that are told.", 0),
    ROUTE(WRITE, "/hooks", hooks_post, ROLE_ADMIN, FAST, "Tell a program from now on.", 0),
    ROUTE(READ, "/hooks/{id}", hook_page, ROLE_ADMIN, FAST, "What did not arrive there.", 0),
    ROUTE(WRITE, "/hooks/{id}", hook_post, ROLE_ADMIN, FAST, "Send again, or tell it no more.", 0),
};
static const struct job_kind jobs[] = {
    {"tell a program", "Telling a program", LANE_SOON, hook_job},
    {"read people in", "People read in from a spreadsheet", LANE_LONG, import_job},
    {"undo people read in", "Undoing a spreadsheet of people", LANE_LONG, import_undo_job},
};

const struct domain exchange_domain = {.name = "exchange",
                                       .routes = routes,
                                       .n_routes = countof(routes),
                                       .migrations = &exchange_migrations,
                                       .jobs = jobs,
                                       .n_jobs = countof(jobs),
                                       .tend = hooks_tend,
                                       .demo = exchange_demo};
