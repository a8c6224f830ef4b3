/* domain: what places brings to the program. */
#include "places/inside.h"
#include "record/record.h"
#include "words/words.h"

extern const struct migrations places_migrations;

/* Names as one types, for the search box; the page works without it. */
void places_suggest_page(struct request *rq) {
  struct json_out j = json_to(rq->body);
  struct areas found = places_suggest(rq->db, rq->arena, request_query(rq, "q"), 8);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("places"));
  json_list(&j);
  for (size_t i = 0; i < found.n; i++) {
    json_open(&j);
    json_put_str(&j, "code", found.p[i].code);
    json_put_str(&j, "name",
                 rq->lang && found.p[i].name_cy.n ? found.p[i].name_cy : found.p[i].name);
    json_put_str(&j, "kind", found.p[i].kind);
    json_put_str(&j, "label",
                 words_label((enum language)rq->lang, code_label("area_kinds", found.p[i].kind)));
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

static const struct route routes[] = {
    ROUTE(READ, "/api/places", places_suggest_page, WHO_ANYONE, FAST,
          "Names of places that begin with q.", ROUTE_API),
};
static const struct command commands[] = {
    {"place", "place TEXT", "say where a postcode or a named place is", places_place_command},
};
const struct domain places_domain = {
    .name = "places",
    .routes = routes,
    .n_routes = countof(routes),
    .migrations = &places_migrations,
    .commands = commands,
    .n_commands = countof(commands),
    .demo = places_demo,
};
