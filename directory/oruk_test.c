/* Open Referral UK as it is served: shapes, filters that filter, and what must never be in it. */
#include <jansson.h>
#include "directory/directory_test.h"
#include "web/testing.h"

static void start(struct request *rq) {
  if (!oruk_root(rq)) buf_put(rq->body, S("<p>A page</p>"));
}
static const struct route start_routes[] = {ROUTE(READ, "/", start, WHO_ANYONE, FAST, "Start", 0)};
static const struct domain start_domain = {.name = "start", .routes = start_routes, .n_routes = 1};

static struct client visitor(struct db_test *t) {
  static const struct domain *domains[] = {&directory_domain, &start_domain};
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  c.now = test_now();
  return c;
}

static json_t *json_of(struct client *c, const char *path) {
  struct why why = {0};
  get(c, path);
  if (c->status != 200) fail_msg("%s: %d %.*s", path, c->status, P(c->text));
  json_t *j = json_read(c->text, 16 << 20, &why);
  if (!j) fail_msg("%s: %s", path, why.text);
  return j;
}

static int64_t total(struct client *c, const char *path) {
  json_t *j = json_of(c, path);
  int64_t n = json_integer_value(json_object_get(j, "total_items"));
  assert_int_equal(json_array_size(json_object_get(j, "contents")),
                   json_integer_value(json_object_get(j, "size")));
  json_decref(j);
  return n;
}

static int64_t total_with(struct client *c, const char *path, const char *name, struct uuid id) {
  char text[37], full[200];
  uuid_text(id, text);
  snprintf(full, sizeof full, "%s?%s=%s", path, name, text);
  return total(c, full);
}

/* Two services of two organisations with everything that could leak. */
struct fixture {
  struct organisation one, two;
  struct service a, b;
  struct location open, hidden;
};
static struct fixture fill(struct db_test *t) {
  struct fixture f = {.one = test_organisation(t, "Quay Trust"),
                      .two = test_organisation(t, "Mill College")};
  struct why why;
  assert_int_equal(directory_seed(t->db, t->arena, test_now(), &why), DB_OK);
  f.a = test_service(t, f.one.id, "Work club"), f.b = test_service(t, f.two.id, "Welding course");
  f.a.styles = S("key_worker"), f.a.cohorts = S("neet"), f.a.minimum_age = 16, f.a.maximum_age = 24;
  f.a.description = S("A caf\xc3\xa9 and people who know who is hiring"),
  f.a.assurer_email = S("CANARY@example.org");
  f.a.editor_note = S("CANARY note"), f.a.places_left = 4;
  f.b.styles = S("training"), f.b.minimum_age = 19;
  test_save(t, &service_type, &f.a), test_save(t, &service_type, &f.b);
  struct location *places[] = {&f.open, &f.hidden};
  for (int i = 0; i < 2; i++) {
    record_clear(&location_type, places[i]);
    places[i]->location_type = S("physical"),
    places[i]->name = i ? S("CANARY house") : S("The Net Loft");
    places[i]->address_1 = i ? S("CANARY street") : S("1 Quay"), places[i]->city = S("Northquay");
    places[i]->postcode = i ? S("L2 2AA") : S("L1 1AA"), places[i]->latitude = 53.4,
    places[i]->longitude = -2.9;
    places[i]->address_not_published = (int8_t)i;
    test_save(t, &location_type, places[i]);
    struct service_at_location sl;
    record_clear(&service_at_location_type, &sl);
    sl.service = f.a.id, sl.location = places[i]->id,
    sl.description = i ? S("CANARY door") : S("Blue door");
    test_save(t, &service_at_location_type, &sl);
  }
  struct directory_contact person;
  record_clear(&directory_contact_type, &person);
  person.service = f.a.id, person.name = S("CANARY person"), person.email = S("CANARY@example.org"),
  person.personal = 1;
  test_save(t, &directory_contact_type, &person);
  struct schedule s;
  record_clear(&schedule_type, &s);
  s.service = f.a.id, s.freq = S("WEEKLY"), s.byday = S("TU TH"), s.opens_at = S("10:00"),
  s.closes_at = S("16:00");
  test_save(t, &schedule_type, &s);
  return f;
}

static void every_path_answers(struct db_test *t) {
  struct fixture f = fill(t);
  struct client c = visitor(t);
  char id[37];
  json_t *j = json_of(&c, "/");
  assert_string_equal(json_string_value(json_object_get(j, "version")), "HSDS-UK-3.0");
  json_decref(j);
  assert_int_equal(total(&c, "/services"), 2);
  assert_int_equal(total(&c, "/organizations"), 2);
  assert_int_equal(total(&c, "/service_at_locations"), 2);
  assert_int_equal(total(&c, "/taxonomies"), 5);
  assert_true(total(&c, "/taxonomy_terms?per_page=200") > 50);
  uuid_text(f.a.public_id, id);
  struct str path = str_format(t->arena, "/services/%s", id);
  j = json_of(&c, str_c(t->arena, path));
  assert_string_equal(json_string_value(json_object_get(j, "id")), id);
  assert_int_equal(json_array_size(json_object_get(j, "service_at_locations")), 2);
  assert_int_equal(json_array_size(json_object_get(j, "attributes")), 2); /* key worker, neet */
  assert_string_equal(json_string_value(json_object_get(
                          json_array_get(json_object_get(j, "schedules"), 0), "byday")),
                      "TU,TH");
  assert_int_equal(json_integer_value(json_object_get(
                       json_array_get(json_object_get(j, "capacities"), 0), "available")),
                   4);
  json_decref(j);
  assert_true(str_eq(client_header(&c, "Access-Control-Allow-Origin"), S("*")));
  assert_true(client_header(&c, "ETag").n > 0);
  get(&c, "/services/0192f0c0-0000-7000-8000-000000000000");
  assert_int_equal(c.status, 404);
  client_close(&c);
}

static void every_filter_filters(struct db_test *t) {
  struct fixture f = fill(t);
  struct client c = visitor(t);
  static const struct {
    const char *path;
    int64_t want;
  } rows[] = {{"/services?search=cafe", 1},
              {"/services?search=weld", 1},
              {"/services?search=weld+cafe", 0},
              {"/services?search=nothing+like+it", 0},
              {"/services?minimum_age=17", 1},
              {"/services?maximum_age=24", 1},
              {"/services?maximum_age=23", 0},
              {"/services?minimum_age=16&maximum_age=24", 1},
              {"/services?day=TU", 1},
              {"/services?day=Monday", 0},
              {"/services?day=TU&start_time=10:00&end_time=16:00", 1},
              {"/services?day=TU&start_time=10:01", 0},
              {"/services?day=MO,TH&start_time=09:00,09:00", 1},
              {"/services?modified_after=2030-01-01", 0},
              {"/services?modified_after=2020-01-01T00:00:00Z", 2},
              {"/services?page=2&per_page=1", 2},
              {"/organizations?search=mill", 1},
              {"/taxonomies?search=help", 5},
              {"/service_at_locations?search=weld", 0},
              {"/taxonomy_terms?search=key+worker", 2}};
  for (size_t i = 0; i < countof(rows); i++) {
    int64_t got = total(&c, rows[i].path);
    if (got != rows[i].want)
      fail_msg("%s: %lld, wanted %lld", rows[i].path, (long long)got, (long long)rows[i].want);
  }
  assert_int_equal(total_with(&c, "/services", "organization_id", f.one.public_id), 1);
  struct uuid term = uuid_from_name(S("waymark term"), S("support_styles/training"));
  assert_int_equal(total_with(&c, "/services", "taxonomy_term_id", term), 1);
  struct uuid taxonomy = uuid_from_name(S("waymark taxonomy"), S("cohorts"));
  assert_int_equal(total_with(&c, "/services", "taxonomy_id", taxonomy), 1);
  assert_int_equal(total_with(&c, "/services", "taxonomy_id", f.one.public_id),
                   0); /* no such taxonomy: nothing */
  client_close(&c);
}

static void bad_questions_get_a_sentence(struct db_test *t) {
  struct client c = visitor(t);
  static const char *const paths[] = {"/services?page=0",
                                      "/services?per_page=201",
                                      "/services?taxonomy_id=x",
                                      "/services?day=someday",
                                      "/services?postcode=zzz",
                                      "/services?proximity=5",
                                      "/services?modified_after=soon",
                                      "/services?start_time=25:99",
                                      "/services?minimum_age=-1",
                                      "/services?day=MO,TU&start_time=09:00"};
  for (size_t i = 0; i < countof(paths); i++) {
    get(&c, paths[i]);
    if (c.status != 400 || !client_says(&c, "\"error\"")) fail_msg("%s: %d", paths[i], c.status);
  }
  get(&c, "/services/not-an-id");
  assert_int_equal(c.status, 404);
  client_close(&c);
}

static bool point(struct db *db, struct str postcode, double *latitude, double *longitude) {
  (void)db;
  *latitude = str_eq(postcode, S("L1 1AA")) ? 53.4 : 53.5, *longitude = -2.9;
  return true;
}

static void distance_and_coverage(struct db_test *t) {
  struct fixture f = fill(t);
  directory_places_use((struct directory_places){.point = point});
  struct client c = visitor(t);
  assert_int_equal(total(&c, "/services?postcode=L1+1AA&proximity=100"), 1);
  assert_int_equal(total(&c, "/service_at_locations?postcode=L1+1AA&proximity=100"),
                   1); /* the hidden one is nowhere */
  assert_int_equal(total(&c, "/services?postcode=L9+9AA&proximity=5000"), 0);
  assert_int_equal(total(&c, "/services?postcode=L9+9AA&proximity=20000"), 1);
  assert_int_equal(total(&c, "/services?postcode=L9+9AA"), 0); /* neither says whom it covers */
  f.b.whole_area = 1, test_save(t, &service_type, &f.b);
  assert_int_equal(total(&c, "/services?postcode=L9+9AA"), 1);
  client_close(&c);
  directory_places_use((struct directory_places){0});
}

static void lines_minimal_and_posted(struct db_test *t) {
  fill(t);
  struct client c = visitor(t);
  get(&c, "/services?format=ndjson&search=weld");
  assert_true(follow(&c));
  assert_int_equal(c.status, 200);
  assert_true(str_eq(client_header(&c, "Content-Type"), S("application/x-ndjson")));
  assert_true(client_says(&c, "Welding course") && !client_says(&c, "Work club"));
  json_t *j = json_of(&c, "/services?minimal=true&per_page=1");
  assert_int_equal(json_object_size(json_array_get(json_object_get(j, "contents"), 0)), 4);
  json_decref(j);
  ask_of(&c, METHOD_POST, "/services", S("application/json"),
         S("{\"search\":\"weld\",\"minimum_age\":19}"));
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "\"total_items\":1"));
  client_close(&c);
}

static void nothing_private_gets_out(struct db_test *t) {
  struct fixture f = fill(t);
  struct client c = visitor(t);
  char id[37];
  static const char *const lists[] = {
      "/services?full=true",        "/service_at_locations?full=true", "/organizations?full=true",
      "/services.ndjson?full=true", "/service_at_locations.ndjson",    "/services?search=canary"};
  for (size_t i = 0; i < countof(lists); i++) {
    get(&c, lists[i]);
    assert_int_equal(c.status, 200);
    if (client_says(&c, "CANARY") || client_says(&c, "L2 2AA"))
      fail_msg("%s gave it away", lists[i]);
    if (client_says(&c, ":null") || client_says(&c, ":\"\""))
      fail_msg("%s holds something empty", lists[i]);
  }
  uuid_text(f.a.public_id, id);
  get(&c, str_c(t->arena, str_format(t->arena, "/services/%s", id)));
  assert_false(client_says(&c, "CANARY"));
  f.a.withdrawn_on = TEST_DAY, test_save(t, &service_type, &f.a);
  get(&c, str_c(t->arena, str_format(t->arena, "/services/%s", id)));
  assert_int_equal(c.status, 404);
  assert_int_equal(total(&c, "/services"), 1);
  client_close(&c);
}

int oruk_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {
      DB_TEST(every_path_answers),           DB_TEST(every_filter_filters),
      DB_TEST(bad_questions_get_a_sentence), DB_TEST(distance_and_coverage),
      DB_TEST(lines_minimal_and_posted),     DB_TEST(nothing_private_gets_out)};
  return db_test_run("directory Open Referral UK", cases, countof(cases), lists, n);
}
