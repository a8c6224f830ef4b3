/* What the directory brings to the program. */
#include "directory/feed.h"
#include "directory/night.h"
#include "directory/pages.h"

#define ORUK(path, handler, help)                                                                  \
  ROUTE(READ, path, handler, WHO_ANYONE, FAST, help, ROUTE_API | ROUTE_CACHE)
#define ORUK_POST(path, handler, help) ROUTE(ASK, path, handler, WHO_ANYONE, FAST, help, ROUTE_API)
#define ORUK_LINES(path, handler, help)                                                            \
  ROUTE(READ, path, handler, WHO_ANYONE, HEAVY, help, ROUTE_API | ROUTE_CACHE)
#define PUBLIC(path, handler, help)                                                                \
  ROUTE(READ, path, handler, WHO_ANYONE, FAST, help, ROUTE_RESIDENT | ROUTE_CACHE)
#define SHOW(path, handler, help) ROUTE(READ, path, handler, ROLE_EDITOR, FAST, help, 0)
#define DO(path, handler, help) ROUTE(WRITE, path, handler, ROLE_EDITOR, FAST, help, 0)
static const struct route routes[] = {
    ORUK("/services", oruk_services, "Services, as Open Referral UK"),
    ORUK_POST("/services", oruk_services, "Search services with nothing in the address"),
    ORUK_LINES("/services.ndjson", oruk_services, "Every service that fits, one a line"),
    ORUK("/services/{id}", oruk_one_service, "One service with everything nested"),
    ORUK("/service_at_locations", oruk_at_locations, "Services at their places"),
    ORUK_POST("/service_at_locations", oruk_at_locations,
              "Search services at places with nothing in the address"),
    ORUK_LINES("/service_at_locations.ndjson", oruk_at_locations,
               "Every service at a place, one a line"),
    ORUK("/service_at_locations/{id}", oruk_one_at_location, "One service at one place"),
    ORUK("/organizations", oruk_organisations, "Organisations, as Open Referral UK"),
    ORUK("/organizations/{id}", oruk_one_organisation, "One organisation and its services"),
    ORUK("/taxonomies", oruk_taxonomies, "Taxonomies that services are sorted by"),
    ORUK("/taxonomies/{id}", oruk_one_taxonomy, "One taxonomy with its terms"),
    ORUK("/taxonomy_terms", oruk_terms, "Terms of the taxonomies"),
    ORUK("/taxonomy_terms/{id}", oruk_one_term, "One term"),
    PUBLIC("/help/services/{id}", public_service, "One service, for everybody"),
    PUBLIC("/help/organisations/{id}", public_organisation, "One organisation and what it offers"),
    SHOW("/directory", editor_list, "The directory, for editors"),
    SHOW("/directory/reminders", editor_reminders, "Entries that need a check"),
    SHOW("/directory/files", files_show, "Many entries at once"),
    ROUTE(READ, "/directory/files/{name}", files_download, ROLE_EDITOR, HEAVY,
          "Every entry of one kind as a file", 0),
    ROUTE(WRITE, "/directory/files", files_take, ROLE_EDITOR, HEAVY,
          "Look at or save a file of entries", ROUTE_UPLOAD),
    SHOW("/directory/feeds", feeds_show, "Directories that others keep"),
    DO("/directory/feeds", feeds_save, "Add a feed"),
    DO("/directory/feeds/{id}/read", feeds_read, "Read a feed now"),
    SHOW("/directory/{kind}", editor_list, "Entries of one kind"),
    SHOW("/directory/{kind}/{id}", edit_show, "One entry, to change"),
    DO("/directory/{kind}/{id}", edit_save, "Save an entry"),
    SHOW("/directory/{kind}/{id}/history", editor_history, "What was changed in an entry"),
    DO("/directory/{kind}/{id}/source", source_save, "Keep what a source says"),
    DO("/directory/services/{id}/checked", edit_act, "I checked this today"),
    DO("/directory/services/{id}/publish", edit_act, "Put a service on the directory"),
    DO("/directory/services/{id}/withdraw", edit_act, "Take a service off the directory"),
    SHOW("/directory/services/{id}/{part}/{part_id}", part_show,
         "One part of a service, to change"),
    DO("/directory/services/{id}/{part}/{part_id}", part_save, "Save a part of a service"),
    DO("/directory/services/{id}/{part}/{part_id}/remove", part_remove,
       "Take a part of a service away"),
};

static bool fill(struct db *db, struct arena *a, instant_t now, struct progress *p,
                 struct why *why) {
  progress_step(p, "The library of what has been tried", "schemes", 0);
  return directory_seed(db, a, now, why) == DB_OK;
}

/* Every code an entry holds must be in its list: codes are checked when they are written, and a
 * list that lost one would leave entries nobody can search by it. */
static int unknown_codes(struct db *db, struct arena *a, struct buf *out) {
  static const struct sql used = {
      "select category, styles, cohorts, needs, models, status from service", __FILE__, __LINE__,
      STORE_MAIN};
  static const char *const lists[] = {"categories", "support_styles",  "cohorts",
                                      "barriers",   "delivery_models", "service_statuses"};
  int faults = 0;
  struct rows r = db_rows(db, a, &used);
  while (db_next(&r))
    for (int c = 0; c < (int)countof(lists); c++)
      for (struct str codes = row_text(&r, c); codes.n;)
        if (!code_find(code_list(lists[c]), str_cut(&codes, ' '))) faults++;
  if (faults)
    buf_format(
        out,
        "%d codes in the directory are not in their lists. Run waymark migrate, or correct them.\n",
        faults);
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

static const struct job_kind jobs[] = {
    {"oruk_import", "Reading a feed", LANE_LONG, oruk_import},
    {"service_reminder", "Asking whether an entry is right", LANE_SOON, service_reminder}};

const struct domain directory_domain = {.name = "directory",
                                        .routes = routes,
                                        .n_routes = countof(routes),
                                        .migrations = &directory_migrations,
                                        .jobs = jobs,
                                        .n_jobs = countof(jobs),
                                        .init = fill,
                                        .demo = directory_demo,
                                        .tend = offers_tend,
                                        .night = directory_night,
                                        .doctor = look_over};
