/* domain: what journeys brings to the program. */
#include "journeys/inside.h"

static const struct route routes[] = {
    ROUTE(READ, "/journey", journey_page, WHO_ANYONE, FAST, "How to get somewhere.",
          ROUTE_RESIDENT),
    ROUTE(ASK, "/journey", journey_answer, WHO_ANYONE, FAST,
          "The way there and back in plain words, by bus, train and on foot.", ROUTE_RESIDENT),
};
static const struct command commands[] = {
    {"timetable", "timetable FILE.zip... [--rail ttis.zip] [--osm FILE.pbf] [--no-cross FILE]",
     "read bus and train times into the installation, or say what is loaded",
     journeys_region_command},
};
static const struct job_kind jobs[] = {
    {"region", "Making the bus times again", LANE_LONG, journeys_remake},
};
const struct domain journeys_domain = {
    .name = "journeys",
    .routes = routes,
    .n_routes = countof(routes),
    .jobs = jobs,
    .n_jobs = countof(jobs),
    .commands = commands,
    .n_commands = countof(commands),
    .demo = journeys_demo,
    .tend = journeys_tend,
    .doctor = journeys_doctor,
};
