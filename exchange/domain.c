/* domain: what exchange brings to the program. */
#include "exchange/inside.h"

extern const struct migrations exchange_migrations;

enum {
  WORKERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_PEER,
  ADDERS = WORKERS & ~ROLE_PEER,
  COPIERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER
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
    ROUTE(WRITE, "/api/people/{id}/outcomes", api_outcome_new, WORKERS, FAST,
          "Something came of it: {\"key\", \"id\", \"set\": {field: text}, \"shown\": code of "
          "evidence, \"seen_on\", \"note\"}.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(WRITE, "/api/people/{id}/outcomes/change", api_outcome_change, WORKERS, FAST,
          "What shows an outcome was seen, it ended, or it was a mistake: {\"key\", \"outcome\", "
          "\"shown\" | \"ended_on\" | \"mistake\": true}.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(WRITE, "/api/people/{id}/plan/steps", api_step_end, WORKERS, FAST,
          "Say what became of a step: {\"key\", \"step\", \"end\": done | dropped}.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/hooks", hooks_page, ROLE_ADMIN, FAST, "Programs that are told.", 0),
    ROUTE(WRITE, "/hooks", hooks_post, ROLE_ADMIN, FAST, "Tell a program from now on.", 0),
    ROUTE(READ, "/hooks/{id}", hook_page, ROLE_ADMIN, FAST, "What did not arrive there.", 0),
    ROUTE(WRITE, "/hooks/{id}", hook_post, ROLE_ADMIN, FAST, "Send again, or tell it no more.", 0),
    ROUTE(READ, "/people/{id}/copy", copy_list_page, COPIERS, FAST,
          "Outside systems somebody is keyed into.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/copy/{system}", copy_page, COPIERS, FAST,
          "Somebody in the order of an outside system's screens.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/copy/{system}", copy_post, COPIERS, FAST,
          "Say that it was keyed, and its reference.", ROUTE_PERSON),
    ROUTE(READ, "/export", export_page, ROLE_MANAGER, FAST, "Everything, to take away.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/export", export_post, ROLE_MANAGER, FAST,
          "Ask for everything, on a declared basis.", ROUTE_PERSON),
    ROUTE(WRITE, "/export/read", export_read, ROLE_MANAGER, HEAVY, "Read such a file in.",
          ROUTE_PERSON | ROUTE_UPLOAD),
    ROUTE(WRITE, "/export/{id}/take", export_take, ROLE_MANAGER, HEAVY, "Take the file, once.",
          ROUTE_PERSON),
};
TEXT_MESSAGE(copy_way, "Copy out");
static const struct person_part parts[] = {{.name = &copy_way,
                                            .path = "copy",
                                            .classes = CLASS_IDENTITY,
                                            .roles = COPIERS,
                                            .erase = copy_erase, .hide = exchange_hide,
                                            .place = 84}};
static const struct job_kind jobs[] = {
    {"make an export", "Everything, put into a file", LANE_LONG, export_job},
    {"read an export in", "People from another Waymark", LANE_LONG, export_read_job},
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
                                       .person_parts = parts,
                                       .n_person_parts = countof(parts),
                                       .tend = hooks_tend,
                                       .demo = exchange_demo};
