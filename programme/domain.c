/* domain: what programmes bring to the program. */
#include "programme/inside.h"

extern const struct migrations programme_migrations;

enum { WORKERS = PROGRAMME_WORKERS };
#define PERSON_READ(path, handler, help)                                                           \
  ROUTE(READ, "/people/{id}/programmes" path, handler, WORKERS, FAST, help, ROUTE_PERSON)
#define PERSON_WRITE(path, handler, help)                                                          \
  ROUTE(WRITE, "/people/{id}/programmes" path, handler, WORKERS, FAST, help, ROUTE_PERSON)

#define OUTCOME(kind, path, handler, help)                                                         \
  ROUTE(kind, path, handler, WORKERS | ROLE_PEER, FAST, help, ROUTE_PERSON)

static const struct route routes[] = {
    PERSON_READ("", programme_person_page, "Programmes somebody is on, and what could help."),
    PERSON_WRITE("", programme_join_post, "They said yes to a programme, knowing what is told."),
    PERSON_WRITE("/equality", programme_equality_post,
                 "Hand over the questions they answer alone."),
    PERSON_READ("/{joining}", programme_joining_page, "One programme, and what a start needs."),
    PERSON_WRITE("/{joining}/proof", programme_proof_post, "A paper was seen, or there is none."),
    ROUTE(WRITE, "/people/{id}/programmes/{joining}/exception", programme_exception_post,
          ROLE_MANAGER, FAST, "Sign an exception, or not.", ROUTE_PERSON),
    PERSON_WRITE("/{joining}/start", programme_start_post, "Their first day."),
    PERSON_WRITE("/{joining}/end", programme_end_post, "Their last day, in the contract's words."),
    PERSON_WRITE("/{joining}/told", programme_told_post, "They were told what is sent now."),
    PERSON_READ("/{joining}/sign", programme_sign_page, "A form filled from what is known."),
    PERSON_WRITE("/{joining}/sign", programme_sign_post, "Sign a form."),
    PERSON_READ("/{joining}/signed/{signed}", programme_signed_page, "A form as it was signed."),
    ROUTE(READ, "/api/people/{id}/programmes", programme_person_api, WORKERS, FAST,
          "Programmes somebody is on, as JSON.", ROUTE_PERSON | ROUTE_API),
    OUTCOME(READ, "/people/{id}/outcomes", outcomes_page, "What came of it, and what shows it."),
    OUTCOME(WRITE, "/people/{id}/outcomes", outcomes_post, "Something came of it."),
    OUTCOME(WRITE, "/people/{id}/outcomes/{outcome}/evidence", outcome_evidence_post,
            "What shows it was seen."),
    OUTCOME(WRITE, "/people/{id}/outcomes/{outcome}/change", outcome_change_post,
            "It ended, or was written down by mistake."),
    ROUTE(READ, "/api/people/{id}/outcomes", outcomes_api, WORKERS | ROLE_PEER, FAST,
          "What came of it, as JSON.", ROUTE_PERSON | ROUTE_API),
    ROUTE(READ, "/for-you/{token}", equality_door, WHO_ANYONE, FAST,
          "Questions somebody answers alone, behind a link.", ROUTE_RESIDENT),
    ROUTE(WRITE, "/for-you/{token}", equality_post, WHO_ANYONE, FAST,
          "Keep what they answered, apart.", ROUTE_RESIDENT),
    ROUTE(READ, "/programmes", programme_list_page, WORKERS, FAST,
          "Who is ready to start, what waits, and the starts of this month.", ROUTE_PERSON),
    ROUTE(READ, "/programmes/tables", programme_tables_page, ROLE_MANAGER, HEAVY,
          "Equality answers, in tables of ten or more.", 0),
    ROUTE(READ, "/programmes/{programme}", programme_page, WORKERS, FAST,
          "One contract in plain words.", 0),
    ROUTE(WRITE, "/programmes/{programme}/deliver", programme_deliver_post, ROLE_MANAGER, FAST,
          "Say whether the organisation delivers it.", 0),
    ROUTE(READ, "/programmes/{programme}/return/{funder}", programme_return_csv, ROLE_MANAGER,
          HEAVY, "What a contract declares is sent, as a file.", ROUTE_PERSON),
};

TEXT_MESSAGE(programmes_name, "Programmes");
TEXT_MESSAGE(outcomes_name, "Outcomes");
static const struct person_part parts[] = {{.name = &programmes_name,
                                            .path = "programmes",
                                            .classes = CLASS_OUTCOMES,
                                            .roles = WORKERS,
                                            .card = programme_card,
                                            .erase = programme_erase,
                                            .hold = programme_hold,
                                            .hide = programme_hide,
                                            .place = 40},
                                           {.name = &outcomes_name,
                                            .path = "outcomes",
                                            .classes = CLASS_OUTCOMES,
                                            .roles = WORKERS | ROLE_PEER,
                                            .card = outcomes_card,
                                            .next = outcomes_next,
                                            .good = outcomes_good,
                                            .place = 38}};

static enum db_result night(struct db *db, struct arena *a, instant_t now) {
  (void)a;
  return programme_rebuild(db, instant_local_uk(now).day);
}

const struct domain programme_domain = {.name = "programme",
                                        .routes = routes,
                                        .n_routes = countof(routes),
                                        .migrations = &programme_migrations,
                                        .person_parts = parts,
                                        .n_person_parts = countof(parts),
                                        .worklists = programme_worklists,
                                        .n_worklists = countof(programme_worklists),
                                        .init = programme_init,
                                        .demo = programme_demo,
                                        .night = night,
                                        .doctor = programme_doctor};
