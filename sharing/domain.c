/* domain: what sharing brings to the program. */
#include "sharing/inside.h"

extern const struct migrations sharing_migrations;

enum { OFFICE = ROLE_MANAGER | ROLE_ADMIN };
#define PERSON(kind, path, handler, who, help)                                                     \
  ROUTE(kind, "/people/{id}/" path, handler, who, FAST, help, ROUTE_PERSON)

static const struct route routes[] = {
    PERSON(READ, "permission", sharing_page, SHARING_WORKERS, "What one person allows."),
    PERSON(WRITE, "permission/choice", sharing_choice, SHARING_WORKERS, "Keep their answer."),
    PERSON(WRITE, "permission/share", sharing_share, SHARING_WORKERS,
           "Share with a team, under an agreement."),
    PERSON(WRITE, "permission/share-end", sharing_share_end, SHARING_WORKERS, "Stop sharing."),
    PERSON(WRITE, "permission/override", sharing_override, SHARING_DECIDERS,
           "Share without their choice, with the reason."),
    PERSON(WRITE, "permission/know", sharing_know, SHARING_WORKERS,
           "\"I know this person\": close the record to one worker."),
    PERSON(WRITE, "permission/reveal", sharing_reveal, SHARING_WORKERS,
           "Somebody hides no more."),
    PERSON(WRITE, "permission/hide", sharing_hide, SHARING_WORKERS,
           "Hide somebody: only named workers find them."),
    PERSON(WRITE, "permission/worker", sharing_name_worker, SHARING_WORKERS,
           "Name another worker for somebody who hides."),
    PERSON(READ, "permission/looked", sharing_looked, SHARING_WORKERS, "Who looked at a record."),
    PERSON(READ, "guest", guest_new_page, SHARING_WORKERS, "An adviser sits in."),
    PERSON(WRITE, "guest", guest_new_post, SHARING_WORKERS, "Open parts of a record to a guest."),
    PERSON(READ, "guest/{visit}", guest_sheet_page, SHARING_WORKERS,
           "What the guest sees, for this meeting."),
    PERSON(WRITE, "guest/{visit}", guest_sheet_post, SHARING_WORKERS,
           "Close the meeting, with the guest's note to the person."),
    ROUTE(WRITE, "/people/{id}/permission/card", sharing_card, SHARING_WORKERS, HEAVY,
          "Open or close somebody's own page.", ROUTE_PERSON),
    PERSON(WRITE, "permission/link", sharing_link, SHARING_WORKERS,
           "A link to their own page that works once."),
    ROUTE(READ, "/agreements", agreements_page, OFFICE, FAST,
          "Agreements your organisation is part of.", 0),
    ROUTE(READ, "/agreements/new", agreement_new_page, OFFICE, FAST,
          "The form for a new agreement.", 0),
    ROUTE(WRITE, "/agreements/new", agreement_new_post, OFFICE, FAST, "Add an agreement.", 0),
    ROUTE(READ, "/agreements/{id}", agreement_page, OFFICE, FAST, "One agreement.", 0),
    ROUTE(WRITE, "/agreements/{id}/review", agreement_review_post, OFFICE, FAST,
          "Keep a look at an agreement.", 0),
    ROUTE(WRITE, "/agreements/{id}/end", agreement_end_post, OFFICE, HEAVY, "End an agreement.", 0),
    ROUTE(READ, "/cover", cover_page, SHARING_WORKERS, FAST, "Who stands in for whom.", 0),
    ROUTE(WRITE, "/cover", cover_post, SHARING_WORKERS, FAST, "Arrange a stand-in.", 0),
    ROUTE(READ, "/teams", teams_page, OFFICE, FAST, "Whom each team sees.", 0),
    ROUTE(WRITE, "/teams/{id}/sees", teams_sees_post, OFFICE, HEAVY,
          "Choose whom a team sees, with the reason.", 0),
    ROUTE(READ, "/emergency", emergency_page, SHARING_WORKERS, FAST,
          "The form for opening one record in an emergency.", ROUTE_PERSON),
    ROUTE(WRITE, "/emergency", emergency_post, SHARING_WORKERS, FAST,
          "Open one record for an hour; a reviewer is told.", ROUTE_PERSON),
    ROUTE(READ, "/oversight", reviews_page, SHARING_DECIDERS, FAST, "What waits for a review.", 0),
    ROUTE(READ, "/oversight/{id}", review_page, SHARING_DECIDERS, FAST,
          "A record opened in an emergency, to review.", ROUTE_PERSON),
    ROUTE(WRITE, "/oversight/{id}", review_post, SHARING_DECIDERS, FAST, "Keep a review.",
          ROUTE_PERSON),
    ROUTE(WRITE, "/oversight/search", review_search_post, SHARING_DECIDERS, FAST,
          "Keep a look at a search for an own name.", 0),
    ROUTE(READ, "/disclosures", disclosures_page, SHARING_DECIDERS, FAST,
          "The register of notices that compel.", ROUTE_PERSON),
    ROUTE(WRITE, "/disclosures", disclosure_post, SHARING_DECIDERS, FAST, "Record a notice.", 0),
    ROUTE(WRITE, "/disclosures/{id}/second", disclosure_second_post, SHARING_DECIDERS, FAST,
          "Confirm a notice as the second person.", ROUTE_PERSON),
    ROUTE(READ, "/disclosures/counts", disclosure_counts_page, WHO_ANYONE, FAST,
          "How often the law made us hand over records.", 0),
    ROUTE(READ, "/returns", returns_page, WHO_ANYONE, FAST,
          "What contracts oblige to be sent, and to whom.", 0),
};

TEXT_MESSAGE(part_name, "What they allow");
TEXT_MESSAGE(guest_name, "A guest in the room");
static const struct person_part parts[] = {
    {.name = &part_name,
     .path = "permission",
     .classes = (1 << CLASS_COUNT) - 1,
     .roles = SHARING_WORKERS,
     .erase = sharing_erase, .hide = sharing_conceal,
     .place = 70},
    {.name = &guest_name,
     .path = "guest",
     .classes = CLASS_IDENTITY,
     .roles = SHARING_WORKERS,
     .place = 72},
};

const struct domain sharing_domain = {
    .name = "sharing",
    .routes = routes,
    .n_routes = countof(routes),
    .migrations = &sharing_migrations,
    .init = returns_init,
    .person_parts = parts,
    .n_person_parts = countof(parts),
};
