/* domain: what support brings to the program. */
#include "support/inside.h"

extern const struct migrations support_migrations;

#define PERSON_READ(path, handler, help)                                                           \
  ROUTE(READ, "/people/{id}" path, handler, SUPPORT_SEERS, FAST, help, ROUTE_PERSON)
#define PERSON_WRITE(path, handler, help)                                                          \
  ROUTE(WRITE, "/people/{id}" path, handler, SUPPORT_WRITERS, FAST, help, ROUTE_PERSON)
#define PERSON_API(path, handler, help)                                                            \
  ROUTE(READ, "/api/people/{id}" path, handler, SUPPORT_SEERS, FAST, help, ROUTE_PERSON | ROUTE_API)

static const struct route routes[] = {
    PERSON_READ("/strengths", support_strengths_page, "What somebody brings."),
    PERSON_API("/strengths", support_strengths_api, "What somebody brings, as JSON."),
    PERSON_READ("/strengths/new", support_strength_new_page, "The form for a strength."),
    PERSON_WRITE("/strengths/new", support_strength_new_post, "Add a strength."),
    PERSON_READ("/strengths/{strength}", support_strength_page, "One strength."),
    PERSON_WRITE("/strengths/{strength}", support_strength_post, "Change a strength."),
    PERSON_READ("/way", support_way_page, "What is in the way, as far as you may see."),
    PERSON_API("/way", support_way_api, "What is in the way, as JSON."),
    PERSON_READ("/way/new", support_barrier_new_page, "The form for something in the way."),
    PERSON_WRITE("/way/new", support_barrier_new_post, "Name something in the way."),
    PERSON_READ("/way/{barrier}", support_barrier_page, "One thing in the way and its history."),
    PERSON_WRITE("/way/{barrier}", support_barrier_post, "Say how it is now, or what lifted it."),
    PERSON_READ("/talk", support_talk_page,
                "The conversation that is open, one question at a time."),
    PERSON_API("/talk", support_talk_api, "What was answered, as JSON."),
    PERSON_WRITE("/talk", support_talk_begin, "Begin a conversation."),
    PERSON_WRITE("/talk/step", support_talk_step, "Answer or decline one question."),
    PERSON_WRITE("/talk/end", support_talk_end, "End the conversation."),
    PERSON_READ("/plan", support_plan_page, "The plan as it stands."),
    PERSON_API("/plan", support_plan_api, "The plan, as JSON."),
    PERSON_READ("/plan/edit", support_plan_edit_page, "The form for the next revision of a plan."),
    PERSON_WRITE("/plan/edit", support_plan_edit_post, "Write the next revision of a plan."),
    PERSON_WRITE("/plan/agree", support_plan_agree_post,
                 "The person agreed: how, when, with whom."),
    PERSON_WRITE("/plan/step", support_plan_step_post, "What became of a step."),
    PERSON_WRITE("/plan/review", support_plan_review_post, "A plan was looked at again."),
    PERSON_READ("/plan/history", support_plan_history_page, "Every revision of a plan."),
    PERSON_READ("/plan/print", support_plan_print_page, "The plan on two sides of paper."),
    PERSON_WRITE("/plan/link", support_link_post, "Make a link that opens the plan once."),
    PERSON_WRITE("/plan/link/close", support_link_close, "Close every link to a plan."),
    ROUTE(READ, "/plan/{token}", support_link_door, WHO_ANYONE, FAST, "The door of a plan's link.",
          ROUTE_RESIDENT),
    ROUTE(WRITE, "/plan/{token}", support_link_open, WHO_ANYONE, FAST,
          "Open a plan by its link, once.", ROUTE_RESIDENT),
    PERSON_READ("/learning", learning_page, "What somebody wants to do, and how far they came."),
    PERSON_API("/learning", learning_api, "What somebody wants to do, as JSON."),
    PERSON_WRITE("/learning", learning_post, "A step towards it, or a buddy."),
    PERSON_READ("/joint", support_joint_page, "What each of a household put into the joint plan."),
    PERSON_API("/joint", support_joint_api, "The joint plan, as JSON."),
    PERSON_WRITE("/joint", support_joint_post, "Put something into the joint plan."),
    PERSON_WRITE("/joint/out", support_joint_out, "Take something out of the joint plan."),
    PERSON_READ("/away", support_stays_page, "Away in custody, in hospital or on leave."),
    PERSON_API("/away", support_stays_api, "Away, as JSON."),
    PERSON_WRITE("/away", support_stay_post, "Somebody is away."),
    PERSON_WRITE("/away/back", support_stay_end_post, "Somebody is back."),
    ROUTE(READ, "/support/questions", support_questions_page, SUPPORT_LEADS, FAST,
          "Which questions the team asks, and for which scheme.", 0),
    ROUTE(WRITE, "/support/questions", support_questions_post, SUPPORT_LEADS, FAST,
          "Ask a set of questions for a scheme, or stop.", 0),
    ROUTE(READ, "/support/change", support_change_page, SUPPORT_LEADS, HEAVY,
          "What changed between the first answers and the last.", 0),
    ROUTE(READ, "/api/support/change", support_change_api, SUPPORT_LEADS, HEAVY,
          "What changed, as JSON.", ROUTE_API),
};

TEXT_MESSAGE(plan_name, "Plan");
TEXT_MESSAGE(strengths_name, "Strengths");
TEXT_MESSAGE(way_name, "In the way");
TEXT_MESSAGE(learning_name, "Learning");
static const struct person_part parts[] = {
    {.name = &plan_name,
     .path = "plan",
     .classes = CLASS_PLAN,
     .roles = SUPPORT_SEERS,
     .card = support_plan_card, .erase = support_erase, .hold = support_hold, .hide = support_hide,
     .good = plan_good,
     .place = 10},
    {.name = &strengths_name,
     .path = "strengths",
     .classes = CLASS_PLAN,
     .roles = SUPPORT_SEERS,
     .place = 12},
    {.name = &way_name, .path = "way", .classes = CLASS_PLAN, .roles = SUPPORT_SEERS, .place = 14},
    {.name = &learning_name,
     .path = "learning",
     .classes = CLASS_PLAN,
     .roles = SUPPORT_SEERS,
     .place = 61},
};

static bool init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                 struct why *why) {
  (void)p;
  return questions_init(db, a, now, why);
}

const struct domain support_domain = {.name = "support",
                                      .routes = routes,
                                      .n_routes = countof(routes),
                                      .migrations = &support_migrations,
                                      .init = init,
                                      .demo = support_demo,
                                      .worklists = support_worklists,
                                      .n_worklists = countof(support_worklists),
                                      .person_parts = parts,
                                      .n_person_parts = countof(parts)};
