/* domain: what contacts brings to the program. */
#include "contacts/inside.h"

extern const struct migrations contacts_migrations;

#define PERSON_READ(path, handler, help)                                                           \
  ROUTE(READ, "/people/{id}" path, handler, SEERS, FAST, help, ROUTE_PERSON)
#define PERSON_WRITE(path, handler, help)                                                          \
  ROUTE(WRITE, "/people/{id}" path, handler, WRITERS, FAST, help, ROUTE_PERSON)
#define PERSON_API(path, handler, help)                                                            \
  ROUTE(READ, "/api/people/{id}" path, handler, SEERS, FAST, help, ROUTE_PERSON | ROUTE_API)

static const struct route routes[] = {
    PERSON_READ("/contacts", contacts_page, "What was promised, a quick form, what was said."),
    PERSON_API("/contacts", contacts_api, "Contacts, as JSON."),
    PERSON_WRITE("/contacts", contacts_post, "Keep a contact."),
    PERSON_WRITE("/contacts/promise", contacts_promise_post, "What became of a promise."),
    PERSON_READ("/contacts/{contact}", contacts_one_page, "One contact and its history."),
    PERSON_WRITE("/contacts/{contact}", contacts_one_post, "Put one's own contact right."),
    PERSON_READ("/pause", pause_page, "Whether somebody drifts away, and leaving them in peace."),
    PERSON_API("/pause", pause_api, "Whether somebody drifts away, as JSON."),
    PERSON_WRITE("/pause", pause_post, "Leave somebody in peace for a while, with a reason."),
    PERSON_READ("/appointments", appointments_page, "Appointments, to come and before."),
    PERSON_API("/appointments", appointments_api, "Appointments with their attempts, as JSON."),
    PERSON_READ("/appointments/new", appointment_new_page, "The form for an appointment."),
    PERSON_WRITE("/appointments/new", appointment_new_post, "Agree a time."),
    PERSON_READ("/appointments/{appointment}", appointment_page, "One appointment."),
    PERSON_WRITE("/appointments/{appointment}/end", appointment_end_post, "What became of it."),
    PERSON_WRITE("/appointments/{appointment}/again", appointment_again_post, "Another time."),
    PERSON_WRITE("/appointments/{appointment}/tell", appointment_tell_post,
                 "Tell them about it, by their safe way."),
    PERSON_WRITE("/appointments/{appointment}/link", appointment_link_post,
                 "An address for the person's own calendar."),
    ROUTE(READ, "/calendar", calendar_page, SEERS, FAST, "The address of one's own calendar.", 0),
    ROUTE(WRITE, "/calendar", calendar_post, SEERS, FAST, "Make or end that address.", 0),
    ROUTE(READ, "/calendar/{token}", calendar_file, WHO_ANYONE, FAST,
          "Times for a calendar, by its secret address; no names.", 0),
    PERSON_READ("/sessions", session_join_page, "The sessions somebody is on."),
    PERSON_WRITE("/sessions", session_join_post, "Put somebody on a register."),
    ROUTE(READ, "/sessions", sessions_page, SEERS, FAST, "The team's sessions.", 0),
    ROUTE(READ, "/api/sessions", sessions_api, SEERS, FAST, "The team's sessions, as JSON.",
          ROUTE_API),
    ROUTE(READ, "/sessions/new", session_new_page, WRITERS, FAST, "The form for a session.", 0),
    ROUTE(WRITE, "/sessions/new", session_new_post, WRITERS, FAST, "Make a session.", 0),
    ROUTE(READ, "/sessions/{session}", session_page, SEERS, FAST,
          "A session and its register, as far as you may see.", ROUTE_PERSON),
    ROUTE(WRITE, "/sessions/{session}/count", session_count_post, WRITERS, FAST, "How many came.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/sessions/{session}/mark", session_mark_post, WRITERS, FAST,
          "Somebody came, or not.", ROUTE_PERSON),
    ROUTE(READ, "/drop-in", drop_in_page, SEERS, FAST, "Drop-in visits, counted only.", 0),
    ROUTE(WRITE, "/drop-in", drop_in_post, SEERS, FAST, "Count a visit.", 0),
    ROUTE(READ, "/api/drop-in", drop_in_api, SEERS, FAST, "Drop-in counts, as JSON.", ROUTE_API),
    ROUTE(READ, "/stops", stops_page, WHO_ANYONE, FAST, "Where outreach stops, for two weeks.", 0),
    ROUTE(READ, "/api/stops", stops_api, WHO_ANYONE, FAST, "Outreach stops, as JSON.", ROUTE_API),
    ROUTE(READ, "/stops/edit", stops_edit_page, WRITERS, FAST, "The team's stops.", 0),
    ROUTE(WRITE, "/stops/edit", stops_edit_post, WRITERS, FAST, "Add a stop.", 0),
    ROUTE(WRITE, "/stops/change", stop_change_post, WRITERS, FAST, "One day differs.", 0),
    ROUTE(READ, "/visits", visits_page, SEERS, FAST, "Who is out, and in and out by one press.", 0),
    ROUTE(READ, "/api/visits", visits_api, SEERS, FAST, "Who is out, as JSON.", ROUTE_API),
    ROUTE(WRITE, "/visits", visit_press_post, SEERS, FAST, "I'm in, I'm out.", 0),
    PERSON_READ("/visits", caution_page, "What to know before a visit, and planning one."),
    PERSON_API("/visits", caution_api, "What to know before a visit, as JSON."),
    PERSON_WRITE("/visits", visit_new_post, "Plan a visit."),
    ROUTE(WRITE, "/people/{id}/visits/caution", caution_post, WRITERS & ~(unsigned)ROLE_PEER, FAST,
          "Something to know before a visit.", ROUTE_PERSON),
    ROUTE(READ, "/assets", assets_page, SEERS, FAST, "Things the team lends.", 0),
    ROUTE(READ, "/api/assets", assets_api, SEERS, FAST, "Things the team lends, as JSON.",
          ROUTE_API),
    ROUTE(READ, "/assets/new", asset_new_page, LEADS, FAST, "The form for a thing or a store.", 0),
    ROUTE(WRITE, "/assets/new", asset_new_post, LEADS, FAST, "Add a thing or a store.", 0),
    ROUTE(READ, "/assets/{asset}", asset_page, SEERS, FAST, "One thing: out, back, counted.", 0),
    ROUTE(WRITE, "/assets/{asset}", asset_stock_post, LEADS, FAST, "Count a store.", 0),
    PERSON_READ("/lent", lent_page, "What somebody has been lent."),
    PERSON_API("/lent", lent_api, "What somebody has been lent, as JSON."),
    PERSON_WRITE("/lent", lent_post, "Lend or give something."),
    PERSON_WRITE("/lent/back", lent_back_post, "Something is back."),
};

TEXT_MESSAGE(contacts_name, "Contacts");
TEXT_MESSAGE(appointments_name, "Appointments");
TEXT_MESSAGE(sessions_name, "Sessions");
TEXT_MESSAGE(lent_name, "Lent");
TEXT_MESSAGE(visits_name, "Visits");
static const struct person_part parts[] = {
    {.name = &contacts_name,
     .path = "contacts",
     .classes = CLASS_CONTACTS,
     .roles = SEERS,
     .card = contacts_card,
     .beside = contacts_beside,
     .erase = contacts_erase, .hold = contacts_hold, .hide = contacts_hide,
     .place = 20},
    {.name = &appointments_name,
     .path = "appointments",
     .classes = CLASS_CONTACTS,
     .roles = SEERS,
     .place = 22},
    {.name = &sessions_name,
     .path = "sessions",
     .classes = CLASS_CONTACTS,
     .roles = SEERS,
     .place = 62},
    {.name = &lent_name, .path = "lent", .classes = CLASS_CONTACTS, .roles = SEERS, .place = 64},
    {.name = &visits_name,
     .path = "visits",
     .classes = CLASS_CONTACTS,
     .roles = SEERS,
     .place = 66},
};

static bool init(struct db *db, struct arena *a, instant_t now, struct progress *p,
                 struct why *why) {
  (void)now, (void)p;
  db_begin(db, STORE_MAIN);
  enum db_result result = contacts_now_fill(db, a);
  if (result == DB_OK)
    result = db_commit(db, STORE_MAIN);
  else
    db_rollback(db, STORE_MAIN);
  return result == DB_OK || why_say(why, "The days of the last talks could not be read.");
}

static const struct job_kind jobs[] = {
    {REMIND_JOB, "A reminder before a meeting", LANE_SOON, remind_job}};

const struct domain contacts_domain = {.name = "contacts",
                                       .routes = routes,
                                       .n_routes = countof(routes),
                                       .migrations = &contacts_migrations,
                                       .jobs = jobs,
                                       .n_jobs = countof(jobs),
                                       .init = init,
                                       .demo = contacts_demo,
                                       .doctor = contacts_doctor,
                                       .worklists = contacts_worklists,
                                       .n_worklists = countof(contacts_worklists),
                                       .person_parts = parts,
                                       .n_person_parts = countof(parts)};
