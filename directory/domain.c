/* What the directory brings to the program. */
#include "directory/pages.h"

#define ORUK(path, handler, help) ROUTE(READ, path, handler, WHO_ANYONE, FAST, help, ROUTE_API | ROUTE_CACHE)
#define ORUK_POST(path, handler, help) ROUTE(ASK, path, handler, WHO_ANYONE, FAST, help, ROUTE_API)
#define ORUK_LINES(path, handler, help) ROUTE(READ, path, handler, WHO_ANYONE, HEAVY, help, ROUTE_API | ROUTE_CACHE)
static const struct route routes[] = {
    ORUK("/services", oruk_services, "Services, as Open Referral UK"),
    ORUK_POST("/services", oruk_services, "Search services with nothing in the address"),
    ORUK_LINES("/services.ndjson", oruk_services, "Every service that fits, one a line"),
    ORUK("/services/{id}", oruk_one_service, "One service with everything nested"),
    ORUK("/service_at_locations", oruk_at_locations, "Services at their places"),
    ORUK_POST("/service_at_locations", oruk_at_locations, "Search services at places with nothing in the address"),
    ORUK_LINES("/service_at_locations.ndjson", oruk_at_locations, "Every service at a place, one a line"),
    ORUK("/service_at_locations/{id}", oruk_one_at_location, "One service at one place"),
    ORUK("/organizations", oruk_organisations, "Organisations, as Open Referral UK"),
    ORUK("/organizations/{id}", oruk_one_organisation, "One organisation and its services"),
    ORUK("/taxonomies", oruk_taxonomies, "Taxonomies that services are sorted by"),
    ORUK("/taxonomies/{id}", oruk_one_taxonomy, "One taxonomy with its terms"),
    ORUK("/taxonomy_terms", oruk_terms, "Terms of the taxonomies"),
    ORUK("/taxonomy_terms/{id}", oruk_one_term, "One term"),
};

static bool fill(struct db *db, struct arena *a, instant_t now, struct progress *p, struct why *why) {
  progress_step(p, "The library of what has been tried", "schemes", 0);
  return directory_seed(db, a, now, why) == DB_OK;
}

/* Every code an entry holds must be in its list: codes are checked when they are written, and a list that lost one would
 * leave entries nobody can search by it. */
static int unknown_codes(struct db *db, struct arena *a, struct buf *out) {
  static const struct sql used = {"select category, styles, cohorts, needs, models, status from service", __FILE__, __LINE__,
                                  STORE_MAIN};
  static const char *const lists[] = {"categories", "support_styles", "cohorts", "barriers", "delivery_models",
                                      "service_statuses"};
  int faults = 0;
  struct rows r = db_rows(db, a, &used);
  while (db_next(&r))
    for (int c = 0; c < (int)countof(lists); c++)
      for (struct str codes = row_text(&r, c); codes.n;)
        if (!code_find(code_list(lists[c]), str_cut(&codes, ' '))) faults++;
  if (faults) buf_format(out, "%d codes in the directory are not in their lists. Run waymark migrate, or correct them.\n", faults);
  return faults;
}

static int rules_that_do_not_compile(struct db *db, struct arena *a, struct buf *out) {
  int faults = 0;
  struct rows r = db_rows(db, a, SQL("select name, rule from service where rule is not null"));
  struct rules_book *book = directory_book();
  while (db_next(&r) && book) {
    struct rules_rule rule;
    struct why why;
    if (rules_parse_body(a, book, row_text(&r, 0), row_text(&r, 1), &rule, &why)) continue;
    buf_format(out, "The rule of \"%.*s\" cannot be read: %s\n", P(row_text(&r, 0)), why.text);
    faults++;
  }
  return faults;
}

static int look_over(struct db *db, struct arena *a, instant_t now, struct buf *out) {
  (void)now;
  return unknown_codes(db, a, out) + rules_that_do_not_compile(db, a, out);
}

const struct domain directory_domain = {
    .name = "directory", .routes = routes, .n_routes = countof(routes), .migrations = &directory_migrations,
    .init = fill, .doctor = look_over};
