/* domain: what people brings to the program. */
#include "people/inside.h"

extern const struct migrations people_migrations;

enum {
  SUPPORTERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING | ROLE_PEER
};
enum { ADDERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER };

enum { KEEPERS = ROLE_MANAGER | ROLE_SAFEGUARDING };
enum { CHANGERS = ADDERS | ROLE_SAFEGUARDING };

#define EDIT_ROUTES(word, what)                                                                    \
  ROUTE(READ, "/people/{id}/edit/" word, people_edit_page, CHANGERS, FAST,                         \
        "The form for their " what ".", ROUTE_PERSON),                                             \
      ROUTE(WRITE, "/people/{id}/edit/" word, people_edit_post, CHANGERS, FAST,                    \
            "Change their " what ".", ROUTE_PERSON)
#define VOICE_ROUTES(word, what)                                                                   \
  ROUTE(READ, "/people/{id}/agreement/" word, people_voice_form, CHANGERS, FAST,                   \
        "The form for " what ".", ROUTE_PERSON),                                                   \
      ROUTE(WRITE, "/people/{id}/agreement/" word, people_voice_post, CHANGERS, FAST,              \
            "Write down " what ".", ROUTE_PERSON)

static const struct route routes[] = {
    ROUTE(READ, "/people", people_list_page, SUPPORTERS, FAST, "The people you may see.",
          ROUTE_PERSON),
    ROUTE(ASK, "/people", people_list_page, SUPPORTERS, FAST,
          "Find somebody by a part of their name.", ROUTE_PERSON | ROUTE_SEARCH),
    ROUTE(READ, "/people/new", people_new_page, ADDERS, FAST, "The form for someone new.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/people/new", people_new_post, ADDERS, FAST, "Start supporting someone.",
          ROUTE_PERSON),
    ROUTE(READ, "/people/{id}", people_person_page, SUPPORTERS, FAST,
          "One person, as far as you may see.", ROUTE_PERSON),
    EDIT_ROUTES("identity", "name and age"),
    EDIT_ROUTES("contact", "ways to be in touch"),
    EDIT_ROUTES("safety", "safety"),
    EDIT_ROUTES("situation", "situation"),
    EDIT_ROUTES("finance", "money"),
    EDIT_ROUTES("health", "health"),
    EDIT_ROUTES("offences", "convictions"),
    EDIT_ROUTES("status", "right to work"),
    ROUTE(READ, "/people/{id}/history", people_history_page, SUPPORTERS, FAST,
          "What changed of one person, who did it and when.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/groups", people_groups_page, CHANGERS, FAST,
          "The support groups one person said yes to.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/groups", people_groups_post, CHANGERS, FAST,
          "Start or leave a support group.", ROUTE_PERSON),
    ROUTE(READ, "/groups/{id}", people_group_page, CHANGERS, FAST,
          "A support group: the members you may see.", ROUTE_PERSON),
    ROUTE(ASK, "/groups/{id}", people_group_page, CHANGERS, FAST,
          "Find somebody to ask whether they want to join.", ROUTE_PERSON | ROUTE_SEARCH),
    ROUTE(WRITE, "/groups/{id}/ask", people_group_ask, CHANGERS, FAST,
          "Keep what somebody said when asked, alone, to join.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/agreement", people_voice_page, CHANGERS, FAST,
          "Agreement, and who may see, speak or sign for one person.", ROUTE_PERSON),
    VOICE_ROUTES("young", "a young person's own agreement"),
    VOICE_ROUTES("review", "a review at 16, 18 or 25"),
    VOICE_ROUTES("representative", "somebody who may see, speak or sign"),
    VOICE_ROUTES("capacity", "one decision and whether they could make it"),
    VOICE_ROUTES("representative/{representative}", "a change of a representative"),
    ROUTE(READ, "/reviews", people_reviews_page, CHANGERS, FAST,
          "Reviews at 16, 18 and 25 among the people you may see.", ROUTE_PERSON),
    ROUTE(READ, "/keeping", people_past_page, KEEPERS, HEAVY,
          "Records nothing holds any longer, by reference.", ROUTE_PERSON),
    ROUTE(WRITE, "/keeping", people_past_post, KEEPERS, HEAVY,
          "Erase what nothing holds of one of them.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/keeping", people_keeping_page, KEEPERS, FAST,
          "What is kept of one person, why and until when.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/keeping", people_keeping_post, KEEPERS, FAST,
          "Erase what nothing holds, or keep it without using it.", ROUTE_PERSON),
    ROUTE(READ, "/api/people/{id}/history", people_history_api, SUPPORTERS, FAST,
          "What changed of one person, as JSON.", ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/api/people/{id}/groups", people_groups_api, CHANGERS, FAST,
          "Their support groups, as JSON.", ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/api/people/{id}/agreement", people_voice_api, CHANGERS, FAST,
          "Agreement and who speaks, as JSON.", ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/api/people/{id}/keeping", people_keeping_api, KEEPERS, FAST,
          "What is kept and until when, as JSON.", ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/api/reviews", people_reviews_api, CHANGERS, FAST,
          "Reviews due, as JSON.", ROUTE_PERSON | ROUTE_API),
    ROUTE(WRITE, "/api/people/{id}", people_edit_api, CHANGERS, FAST,
          "Change fields of one person: {\"version\": number, \"set\": {field: text}}.",
          ROUTE_PERSON | ROUTE_API),
    ROUTE(ASK, "/api/people", people_list_api, SUPPORTERS, FAST, "The people you may see, as JSON.",
          ROUTE_PERSON | ROUTE_API | ROUTE_SEARCH),
    ROUTE(READ, "/api/people/{id}", people_person_api, SUPPORTERS, FAST, "One person, as JSON.",
          ROUTE_PERSON | ROUTE_API),
};

/* The first page says when a review is due; the rest stands on the part's own page. */
TEXT_MESSAGE(groups_way, "Support groups");
TEXT_MESSAGE(agreement_way, "Agreement and who speaks");
TEXT_MESSAGE(history_way, "What changed");
TEXT_MESSAGE(keeping_way, "What is kept");
static const struct person_part parts[] = {
    {.name = &groups_way,
     .path = "groups",
     .place = 80,
     .classes = CLASS_SITUATION,
     .roles = CHANGERS},
    {.name = &agreement_way,
     .path = "agreement",
     .classes = CLASS_PLAN | CLASS_CONTACT,
     .roles = CHANGERS,
     .card = people_due_card,
     .place = 82},
    {.name = &history_way, .path = "history", .place = 90, .classes = ~0u, .hide = people_hide,
     .hold = people_hold},
    {.name = &keeping_way, .path = "keeping", .place = 92, .classes = ~0u, .roles = KEEPERS},
};

static bool people_init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                        struct why *why) {
  (void)now, (void)p;
  db_begin(db, STORE_MAIN);
  people_households_seal(db, a);
  return db_commit(db, STORE_MAIN) == DB_OK ||
         why_say(why, "The names of support groups could not be sealed.");
}

const struct domain people_domain = {
    .name = "people",
    .routes = routes,
    .n_routes = countof(routes),
    .migrations = &people_migrations,
    .init = people_init,
    .demo = people_demo,
    .night = people_hide_night,
    .worklists = people_worklists,
    .n_worklists = countof(people_worklists),
    .person_parts = parts,
    .n_person_parts = countof(parts),
};
