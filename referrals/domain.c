/* domain: what referrals brings to the program. */
#include "referrals/inside.h"

extern const struct migrations referrals_migrations;

#define FOR_ALL(kind, path, handler, lane, help)                                                   \
  ROUTE(kind, path, handler, WHO_ANYONE, lane, help, ROUTE_RESIDENT)
static const struct route routes[] = {
    FOR_ALL(READ, "/refer", refer_page, FAST, "Ask for help, for yourself or another."),
    FOR_ALL(ASK, "/refer", refer_ask, FAST, "What fits, before any question about the person."),
    FOR_ALL(WRITE, "/refer/send", refer_send, FAST, "Send a referral."),
    FOR_ALL(READ, "/refer/thanks", refer_thanks, FAST, "Thanks, the same for everybody."),
    FOR_ALL(READ, "/refer/how-to-offer", refer_offer, FAST, "How to offer help to someone."),
    FOR_ALL(READ, "/refer/with/{token}", refer_link_page, FAST, "A partner’s way in."),
    FOR_ALL(READ, "/refer/form/{token}", refer_form_page, FAST, "A partner’s form for paper."),
    FOR_ALL(READ, "/handed/{token}", refer_card_page, FAST, "A card handed to a resident."),
    ROUTE(WRITE, "/api/referrals", refer_api, WHO_ANYONE, FAST,
          "Send a referral with a partner’s token, as JSON.", ROUTE_API),
    ROUTE(READ, "/referrals", inbox_page, INBOX_ROLES, FAST, "What came to your team.",
          ROUTE_PERSON),
    ROUTE(READ, "/referrals/sent", sent_page, ROLE_REFERRER, FAST,
          "What you sent, and what the people chose to tell you.", ROUTE_PERSON),
    ROUTE(READ, "/referrals/received", received_page, ROLE_ENFORCEMENT, FAST,
          "Your own referrals: received.", 0),
    ROUTE(READ, "/referrals/upload", upload_page, INBOX_ROLES | ROLE_REFERRER, FAST,
          "The form for referrals from a file.", 0),
    ROUTE(WRITE, "/referrals/upload", upload_post, INBOX_ROLES | ROLE_REFERRER, HEAVY,
          "Referrals from a file: a dry run, then sent.", ROUTE_UPLOAD),
    ROUTE(READ, "/referrals/partners", partners_page, LEAD_ROLES, FAST,
          "Who sends people to your team.", 0),
    ROUTE(WRITE, "/referrals/partners", partners_post, LEAD_ROLES, FAST, "Add a partner.", 0),
    ROUTE(WRITE, "/referrals/routes", routes_post, LEAD_ROLES, FAST,
          "Take referrals for a service, or stop.", 0),
    ROUTE(READ, "/referrals/partners/{id}", partner_page, LEAD_ROLES, FAST,
          "A partner’s links and cards.", 0),
    ROUTE(WRITE, "/referrals/partners/{id}", partner_post, LEAD_ROLES, FAST,
          "Verify a partner, make or end a link.", 0),
    ROUTE(READ, "/referrals/{id}", leg_page, INBOX_ROLES, FAST, "One referral.", ROUTE_PERSON),
    ROUTE(WRITE, "/referrals/{id}", leg_post, INBOX_ROLES, FAST, "What happened to it.",
          ROUTE_PERSON),
    ROUTE(READ, "/referrals/{id}/letter", letter_page, INBOX_ROLES, FAST,
          "A letter of one paragraph to the sender.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/referrals", person_referrals_page, INBOX_ROLES, FAST,
          "A person’s referrals.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/referrals", person_referrals_post, INBOX_ROLES, FAST,
          "Refer a person, with them.", ROUTE_PERSON),
};
/* What dates alone change: a pause that ends, a meeting nobody held. */
static enum db_result referrals_night(struct db *db, struct arena *a, instant_t now) {
  enum db_result result = DB_OK;
  referrals_rebuild(db, a, instant_local_uk(now).day, false, &result);
  return result;
}

TEXT_MESSAGE(part_name, "Referrals");
static const struct person_part parts[] = {
    {.name = &part_name, .path = "referrals", .classes = CLASS_PLAN, .roles = INBOX_ROLES,
     .card = person_referrals_card, .next = person_referrals_next,
     .erase = person_referrals_erase, .hide = referrals_hide,
     .hold = referrals_hold, .place = 40}};
const struct domain referrals_domain = {
    .name = "referrals", .routes = routes, .n_routes = countof(routes),
    .migrations = &referrals_migrations, .demo = referrals_demo, .doctor = referrals_doctor,
    .night = referrals_night,
    .person_parts = parts, .n_person_parts = countof(parts)};
