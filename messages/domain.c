/* domain: what messages brings to the program. */
#include <stdio.h>
#include "db/here.h"
#include "messages/inside.h"

extern const struct migrations messages_migrations;

enum {
  WRITERS = ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER | ROLE_SAFEGUARDING
};
static const struct route routes[] = {
    ROUTE(READ, "/people/{id}/messages", messages_page, WRITERS, FAST,
          "Messages to and from somebody, and what they would see.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/messages", messages_post, WRITERS, FAST,
          "See what they would see, or send it.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/messages/seen", messages_seen_post, WRITERS, FAST,
          "What they wrote has been read.", ROUTE_PERSON),
    ROUTE(READ, "/people/{id}/messages/safe", messages_safe_page, WRITERS, FAST,
          "How it is safe to be in touch.", ROUTE_PERSON),
    ROUTE(WRITE, "/people/{id}/messages/safe", messages_safe_post, WRITERS, FAST,
          "Keep what they said of being in touch.", ROUTE_PERSON),
    ROUTE(READ, "/messages/tray", messages_tray_page, WRITERS, FAST,
          "Messages and calls of which nobody knows whose they are.", ROUTE_PERSON),
    ROUTE(ASK, "/messages/tray/find", messages_tray_find, WRITERS, FAST,
          "Look for whose a message is.", ROUTE_PERSON),
    ROUTE(WRITE, "/messages/tray", messages_tray_post, WRITERS, FAST,
          "Say whose a message is.", ROUTE_PERSON),
    ROUTE(READ, "/outbox", messages_outbox_page, WRITERS, FAST,
          "Messages of a place without a provider, which left nowhere.", ROUTE_PERSON),
    ROUTE(WRITE, "/api/messages/incoming", messages_in_api, WHO_ANYONE, FAST,
          "A reply or a missed call, from a provider with an inbox's token.",
          ROUTE_API),
    ROUTE(WRITE, "/api/messages/delivery", messages_delivery_api, WHO_ANYONE, FAST,
          "What became of a message, from a provider with an inbox's token.",
          ROUTE_API),
};
TEXT_MESSAGE(part_name, "Messages");
static const struct person_part parts[] = {{.name = &part_name,
                                            .path = "messages",
                                            .classes = CLASS_CONTACTS,
                                            .roles = WRITERS,
                                            .card = messages_card,
                                            .erase = messages_erase,
                                            .hold = messages_hold,
                                            .hide = messages_hide,
                                            .place = 30}};
static const struct job_kind jobs[] = {
    {.name = "send a message", .title = "Sending a message", .lane = LANE_SOON,
     .run = message_job}};

/* ---- waymark messages token ---- */

static int print_token(struct db *db, struct arena *a, struct str organisation) {
  int64_t id = db_number(db, 0, SQL("select id from member_organisation where name = ?1"),
                         V(organisation));
  if (!id) {
    fprintf(stderr, "waymark: no organisation is called \"%.*s\"; \"waymark user list\" shows "
                    "them.\n", P(organisation));
    return 1;
  }
  struct str token = inbox_token_make(db, a, id, here_now());
  if (!token.n) {
    fprintf(stderr, "waymark: the token could not be kept.\n");
    return 1;
  }
  printf("%.*s\nGive it to the provider as a bearer token for /api/messages/incoming and "
         "/api/messages/delivery.\nIt is shown this once.\n", P(token));
  return 0;
}

int messages_command(int argc, char **argv) {
  struct why why;
  if (argc != 3 || strcmp(argv[1], "token") != 0) {
    fprintf(stderr, "usage: waymark messages token ORGANISATION\n");
    return 2;
  }
  struct db *db = db_open_here(&why);
  if (!db) {
    fprintf(stderr, "waymark: %s\n", why.text);
    return 1;
  }
  struct arena a = arena_open(1 << 20);
  int status = print_token(db, &a, str_of(argv[2]));
  arena_close(&a);
  db_close(db);
  return status;
}
static const struct command commands[] = {
    {"messages", "messages token ORGANISATION",
     "a token for the provider that brings replies and missed calls", messages_command}};

const struct domain messages_domain = {
    .name = "messages", .routes = routes, .n_routes = countof(routes),
    .migrations = &messages_migrations, .jobs = jobs, .n_jobs = countof(jobs),
    .commands = commands, .n_commands = countof(commands),
    .demo = messages_demo, .person_parts = parts, .n_person_parts = countof(parts),
};
