/* domain: what journeys brings to the program. */
#include "journeys/inside.h"
#include "people/part.h"

extern const struct migrations journeys_migrations;

enum { SUPPORTERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER };
enum { PLANNERS = ROLE_COMMISSIONER | ROLE_EDITOR | ROLE_MANAGER };
static const struct route routes[] = {
    ROUTE(READ, "/coverage/reach", reach_page, PLANNERS, HEAVY,
          "Which areas cannot reach help, jobs or childcare, hour by hour.", 0),
    ROUTE(READ, "/coverage/reach.csv", reach_file, PLANNERS, HEAVY,
          "Minutes from each area, hour by hour, as CSV.", 0),
    ROUTE(READ, "/coverage/reach/compare", compare_page, PLANNERS, HEAVY,
          "Who gains and who loses by another timetable, or a new hub.", 0),
    ROUTE(READ, "/journey", journey_page, WHO_ANYONE, FAST, "How to get somewhere.",
          ROUTE_RESIDENT),
    ROUTE(ASK, "/journey", journey_answer, WHO_ANYONE, FAST,
          "The way there and back in plain words, by bus, train and on foot.", ROUTE_RESIDENT),
    ROUTE(READ, "/people/{id}/journey", shift_page, SUPPORTERS, FAST,
          "A job's week from somebody's home.", ROUTE_PERSON),
    ROUTE(ASK, "/people/{id}/journey", shift_answer, SUPPORTERS, FAST,
          "A job's week from somebody's home, by a nursery if there is one; nothing is kept.",
          ROUTE_PERSON),
};
TEXT_MESSAGE(journey_name, "Getting to work");
static const struct person_part parts[] = {{.name = &journey_name,
                                            .path = "journey",
                                            .classes = CLASS_CONTACT,
                                            .roles = SUPPORTERS,
                                            .place = PART_SELDOM + 2}};
static const struct command commands[] = {
    {"timetable", "timetable FILE.zip... [--rail ttis.zip] [--osm FILE.pbf] [--no-cross FILE]",
     "read bus and train times into the installation, or say what is loaded",
     journeys_region_command},
};
static const struct job_kind jobs[] = {
    {"region", "Making the bus times again", LANE_LONG, journeys_remake},
    {"reach areas", "Minutes from each area", LANE_LONG, reach_areas_job},
    {"reach compare", "Minutes by another timetable", LANE_LONG, reach_compare_job},
};
const struct domain journeys_domain = {
    .name = "journeys",
    .migrations = &journeys_migrations,
    .routes = routes,
    .n_routes = countof(routes),
    .jobs = jobs,
    .n_jobs = countof(jobs),
    .person_parts = parts,
    .n_person_parts = countof(parts),
    .commands = commands,
    .n_commands = countof(commands),
    .demo = journeys_demo,
    .tend = journeys_tend,
    .doctor = journeys_doctor,
};
