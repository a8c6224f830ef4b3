/* domain: what resident brings to the program. */
#define WAYMARK_RESIDENT_READS
#include "resident/inside.h"

extern const struct migrations resident_migrations;

#define MINE(kind, path, handler, help)                                                            \
  ROUTE(kind, "/mine" path, handler, ROLE_RESIDENT, FAST, help, ROUTE_PERSON | ROUTE_RESIDENT)

static const struct route routes[] = {
    MINE(READ, "", mine_home_page, "A resident's own first page."),
    MINE(READ, "/plan", mine_plan_page, "Their plan."),
    MINE(WRITE, "/plan/step", mine_step_post, "Say that a step is done."),
    MINE(WRITE, "/plan/agree", mine_agree_post, "Agree with the plan as it is shown."),
    MINE(WRITE, "/plan/goal", mine_goal_post, "Put something they want into their plan."),
    MINE(READ, "/strengths", mine_strengths_page, "What they bring."),
    MINE(WRITE, "/strengths", mine_strengths_post, "Add something they bring."),
    MINE(READ, "/outcomes", mine_outcomes_page, "What they have reached, and who is told of it."),
    MINE(READ, "/appointments", mine_appointments_page, "Their times."),
    MINE(READ, "/appointments/{appointment}", mine_appointment_page, "One of their times."),
    MINE(READ, "/appointments/{appointment}/calendar", mine_calendar_file,
         "One of their times, for a calendar; no name, no place."),
    MINE(WRITE, "/appointments/{appointment}/cant", mine_cant_post, "Say that it does not suit."),
    MINE(READ, "/messages", mine_messages_page, "Messages both ways."),
    MINE(WRITE, "/messages", mine_messages_post, "Write to their worker."),
    MINE(READ, "/choices", mine_choices_page, "Who may see what."),
    MINE(WRITE, "/choices", mine_choices_post, "Change an answer they gave."),
    MINE(READ, "/looked", mine_looked_page, "Who looked, as far as it is safe."),
    MINE(READ, "/words", mine_words_page, "Say that something is not right."),
    MINE(WRITE, "/words", mine_words_post, "Put a statement beside what was written."),
    MINE(READ, "/complaints", mine_complaints_page,
         "Complaints, thanks and ideas: writing one, and what became of it."),
    MINE(WRITE, "/complaints", mine_complaints_post, "Send one."),
    MINE(READ, "/copy", mine_copy_page, "A copy to take away: asking for it."),
    MINE(WRITE, "/copy", mine_copy_post, "Ask for a copy."),
    ROUTE(WRITE, "/mine/copy/all", mine_copy_all, ROLE_RESIDENT, HEAVY,
          "Ask for everything that is kept.", ROUTE_PERSON | ROUTE_RESIDENT),
    MINE(READ, "/copy/text", mine_copy_text, "Their copy, to read."),
    MINE(READ, "/copy/data", mine_copy_json, "Their copy, for a program."),
    ROUTE(READ, "/people/{id}/own-page", own_page_page, RESIDENT_WORKERS, FAST,
          "What stands on somebody's own page.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/own-page", own_page_post, RESIDENT_WORKERS, FAST,
          "Change what stands on somebody's own page.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/statements", statements_page, RESIDENT_WORKERS, FAST,
          "What somebody says is not right.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/statements", statements_post, RESIDENT_WORKERS, FAST,
          "Answer a statement.", ROUTE_PERSON),
};

TEXT_MESSAGE(own_page_name, "Their own page");
TEXT_MESSAGE(statements_name, "Their words beside ours");
static const struct person_part parts[] = {
    {.name = &own_page_name,
     .path = "own-page",
     .classes = CLASS_PLAN,
     .roles = RESIDENT_WORKERS,
     .erase = resident_erase, .hold = resident_hold, .hide = resident_hide,
     .place = 74},
    {.name = &statements_name,
     .path = "statements",
     .classes = CLASS_PLAN,
     .roles = RESIDENT_WORKERS,
     .card = statements_card,
     .said_of = statements_beside,
     .place = 76},
};

const struct domain resident_domain = {.name = "resident",
                                       .routes = routes,
                                       .n_routes = countof(routes),
                                       .migrations = &resident_migrations,
                                       .demo = resident_demo,
                                       .person_parts = parts,
                                       .n_person_parts = countof(parts)};
