/* domain: what caseload brings to the program. */
#include "caseload/inside.h"

enum {
  WORKERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING | ROLE_PEER,
  LEADS = ROLE_TEAM_LEAD | ROLE_MANAGER
};

static const struct route routes[] = {
    ROUTE(READ, "/today", today_page, WORKERS, FAST, "What waits for you today, and why.",
          ROUTE_PERSON),
    ROUTE(READ, "/api/today", today_api, WORKERS, FAST, "What waits for you today, as JSON.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/caseload", own_page, WORKERS, FAST, "Everyone you support, and what waits.",
          ROUTE_PERSON),
    ROUTE(READ, "/handover/{worker}", handover_page, WORKERS, FAST,
          "Who needs what this week, for whoever stands in.", ROUTE_PERSON),
    ROUTE(READ, "/team", team_page, LEADS, FAST, "Your team's work.", ROUTE_PERSON),
    ROUTE(READ, "/team/stuck", stuck_page, LEADS, FAST, "Where people wait, and how long.",
          ROUTE_PERSON),
    ROUTE(READ, "/team/load", load_page, LEADS, FAST, "Who carries how many of how many agreed.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/team/load", load_post, LEADS, FAST, "Agree how many a worker carries.",
          ROUTE_PERSON),
    ROUTE(READ, "/team/funnel", funnel_page, LEADS, FAST,
          "How far people came with what they want to do.", ROUTE_PERSON),
    ROUTE(READ, "/team/checks", checks_page, LEADS, FAST, "DBS checks and training, by what ends.",
          0),
    ROUTE(WRITE, "/team/checks", checks_post, LEADS, FAST, "Write down a check or training.", 0),
    ROUTE(READ, "/team/{worker}/supervision", supervision_page, LEADS, FAST,
          "Talks with a worker you lead.", ROUTE_PERSON),
    ROUTE(WRITE, "/team/{worker}/supervision", supervision_post, LEADS, FAST,
          "Keep a talk with a worker you lead.", ROUTE_PERSON),
    ROUTE(READ, "/supervision", supervision_own_page, WORKERS, FAST, "Your own supervision.", 0),
    ROUTE(WRITE, "/supervision", supervision_own_post, WORKERS, FAST,
          "What you agreed to do is done.", 0),
    ROUTE(READ, "/team/quality", samples_page, LEADS, FAST, "Samples of records.", ROUTE_PERSON),
    ROUTE(WRITE, "/team/quality", samples_post, LEADS, HEAVY, "Draw a sample of records.",
          ROUTE_PERSON),
    ROUTE(READ, "/team/quality/{sample}", sample_page, LEADS, FAST,
          "One sample, as far as you may see.", ROUTE_PERSON),
    ROUTE(WRITE, "/team/quality/{sample}", sample_post, LEADS, FAST,
          "What was found, and what was learned.", ROUTE_PERSON),
    ROUTE(READ, "/team/data", data_page, LEADS, HEAVY, "Records that want looking at, counted.",
          ROUTE_PERSON),
    ROUTE(READ, "/team/data/{list}", data_list_page, LEADS, HEAVY,
          "One list of records to look at.", ROUTE_PERSON),
    ROUTE(READ, "/team/delay", delay_page, LEADS, HEAVY, "Days until a talk is written down.",
          ROUTE_PERSON),
    ROUTE(READ, "/team/spells", team_spells_page, LEADS, FAST,
          "Support whose days contradict themselves.", ROUTE_PERSON),
    ROUTE(WRITE, "/team/spells", team_spells_post, LEADS, FAST, "Put days of support right.",
          ROUTE_PERSON),
    ROUTE(READ, "/team/sites", sites_page, LEADS, FAST, "Who works at your site.", 0),
    ROUTE(WRITE, "/team/sites", sites_post, LEADS, FAST, "Somebody works at your site.", 0),
    ROUTE(READ, "/people/{id}/spells", spells_page, WORKERS, FAST,
          "From when to when somebody is supported.", ROUTE_PERSON),
    ROUTE(READ, "/api/people/{id}/spells", spells_api, WORKERS, FAST,
          "From when to when somebody is supported, as JSON.", ROUTE_PERSON | ROUTE_API),
    ROUTE(WRITE, "/people/{id}/spells", spells_post,
          ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER, FAST, "End support.", ROUTE_PERSON),
    ROUTE(READ, "/team/{worker}", worker_page, LEADS, FAST, "One worker's caseload.", ROUTE_PERSON),
    ROUTE(WRITE, "/team/{worker}", worker_move, LEADS, FAST, "Hand people to another worker.",
          ROUTE_PERSON),
};
TEXT_MESSAGE(spells_name, "Our support");
static const struct person_part parts[] = {
    {.name = &spells_name, .path = "spells", .classes = CLASS_PLAN, .roles = WORKERS, .place = 70}};

extern const struct migrations caseload_migrations;
const struct domain caseload_domain = {.name = "caseload",
                                       .routes = routes,
                                       .n_routes = countof(routes),
                                       .migrations = &caseload_migrations,
                                       .person_parts = parts,
                                       .n_person_parts = countof(parts),
                                       .demo = caseload_demo};
