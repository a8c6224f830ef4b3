/* What editors choose rather than type: areas and buildings by name; and every kind of entry out to
 * a file and in again. */
#include "directory/directory_test.h"
#include "places/places.h"
#include "web/testing.h"

static struct client editor(struct db_test *t) {
  static const struct domain *domains[] = {&directory_domain, &places_domain};
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  c.now = test_now();
  client_as(&c, (struct actor){.user_id = 7, .roles = ROLE_EDITOR, .function = FUNCTION_DIRECTORY});
  return c;
}

static const char *part_path(struct db_test *t, const struct service *s, const char *tail) {
  return str_c(t->arena, str_format(t->arena, "/directory/services/%.*s%s",
                                    P(uuid_str(t->arena, s->public_id)), tail));
}

static void says(struct client *c, const char *words) {
  if (!client_says(c, words)) fail_msg("%.*s does not say \"%s\"", P(c->path), words);
}

static void put_area(struct db_test *t, const char *kind, const char *code, const char *name,
                     const char *parent) {
  struct area_new n = {.kind = str_of(kind),
                       .code = str_of(code),
                       .name = str_of(name),
                       .parent_code = str_of(parent),
                       .edition = S("test"),
                       .source = S("invented")};
  db_begin(t->db, STORE_MAIN);
  places_area_put(t->db, t->arena, &n, test_now());
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
}

static int64_t areas_with(struct db_test *t, const char *code) {
  return db_number(t->db, -1, SQL("select count(*) from service_area where code = ?1"),
                   V(str_of(code)));
}

static void areas_by_name(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Work club");
  struct client c = editor(t);
  put_area(t, "la", "Z1", "Northquay", "");
  put_area(t, "ward", "Z2", "Castle", "Z1");
  put_area(t, "la", "Z3", "Southmere", "");
  put_area(t, "ward", "Z4", "Castle", "Z3");
  get(&c, part_path(t, &s, "/areas/new"));
  post(&c, part_path(t, &s, "/areas/new"), "name=northquay&code=");
  assert_int_equal(c.status, 303);
  assert_int_equal(areas_with(t, "Z1"), 1);
  post(&c, part_path(t, &s, "/areas/new"), "name=castle&code=");
  assert_int_equal(c.status, 422);
  says(&c, "Which one do you mean?"), says(&c, "in Northquay"), says(&c, "in Southmere");
  post(&c, part_path(t, &s, "/areas/new"), "name=castle&code=&which=Z4");
  assert_int_equal(c.status, 303);
  assert_int_equal(areas_with(t, "Z4"), 1);
  assert_int_equal(areas_with(t, "Z2"), 0);
  post(&c, part_path(t, &s, "/areas/new"), "name=Nowhere&code=");
  assert_int_equal(c.status, 422);
  says(&c, "We know no place of this name");
  post(&c, part_path(t, &s, "/areas/new"), "name=Nowhere&code=&which=words");
  assert_int_equal(c.status, 303);
  client_close(&c);
}

static void buildings_again(struct db_test *t) {
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Work club"),
                 other = test_service(t, org.id, "Second club");
  struct client c = editor(t);
  get(&c, part_path(t, &s, "/places/new"));
  post(&c, part_path(t, &s, "/places/new"),
       "name=The+Net+Loft&location_type=physical&address_1=1+Quay&city=Northquay");
  assert_int_equal(c.status, 303);
  get(&c, part_path(t, &other, "/places/new"));
  says(&c, "The Net Loft, 1 Quay, Northquay");
  post(&c, part_path(t, &other, "/places/new"), "existing=Somewhere+else");
  assert_int_equal(c.status, 422);
  says(&c, "The directory has no such place");
  post(&c, part_path(t, &other, "/places/new"), "existing=the+net+loft");
  assert_true(follow(&c));
  says(&c, "The Net Loft");
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from location")), 1);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from service_at_location")), 2);
  client_close(&c);
}

static void national_rows(struct db_test *t) {
  struct why why;
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(directory_seed(t->db, t->arena, test_now(), &why), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  struct client c = editor(t);
  get(&c, "/directory/national");
  says(&c, "Creating Healthy Workplaces");
  get(&c, "/directory/national/new");
  says(&c, "value=\"52\"");
  post(&c, "/directory/national/new", "row_number=52&name=Another&sub_group=mental_health&"
                                      "counted=likely&source=A+letter");
  assert_int_equal(c.status, 422);
  says(&c, "Choose its group as well");
  post(&c, "/directory/national/new",
       "row_number=52&name=Another&cohort_group=veterans&counted=likely&source=A+letter");
  assert_int_equal(c.status, 303);
  struct national_figure f;
  assert_true(national_figure_read(t->db, t->arena, &f, &why));
  assert_int_equal(f.total, 52);
  client_close(&c);
}

/* Everything that goes out comes back as the same, and a file with one change changes one. */
static void every_kind_of_file(struct db_test *t) {
  static const char *const kinds[] = {"services", "organisations",      "places", "times",
                                      "areas",    "services-at-places", "funding", "costs",
                                      "contacts", "numbers",            "schemes", "national"};
  struct organisation org = test_organisation(t, "Quay Trust");
  struct service s = test_service(t, org.id, "Work club");
  struct client c = editor(t);
  struct service_funding f;
  record_clear(&service_funding_type, &f);
  f.service = s.id, f.funder = S("The fund"), f.amount = 4400000;
  test_save(t, &service_funding_type, &f);
  for (size_t i = 0; i < countof(kinds); i++) {
    char at[80];
    snprintf(at, sizeof at, "/directory/files/%s.csv", kinds[i]);
    get(&c, at);
    if (c.status != 200) fail_msg("%s: %d", at, c.status);
    struct str out = str_copy(t->arena, c.text);
    get(&c, "/directory/files");
    snprintf(at, sizeof at, "kind=%s", kinds[i]);
    post_file(&c, "/directory/files", at, "file", "x.csv", out);
    if (c.status != 200) fail_msg("%s was not read: %d", at, c.status);
    says(&c, "0 new entries"), says(&c, "0 entries changed"), says(&c, "0 rows to put right");
  }
  get(&c, "/directory/files/people.csv");
  assert_int_equal(c.status, 404);
  get(&c, "/directory/files");
  struct str id = uuid_str(t->arena, s.public_id);
  struct str more = str_format(t->arena,
                               "service,funder,amount,starts\n%.*s,Second fund,50000,1/4/2026\n"
                               "Nobody's,Third fund,1,\n",
                               P(id));
  post_file(&c, "/directory/files", "kind=funding&apply=yes", "file", "x.csv", more);
  says(&c, "1 new entry"), says(&c, "1 row to put right"), says(&c, "none of this name or id");
  assert_int_equal(
      db_number(t->db, -1, SQL("select amount from service_funding where funder = 'Second fund'")),
      5000000);
  client_close(&c);
}

int choose_tests(const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {DB_TEST(areas_by_name), DB_TEST(buildings_again),
                                              DB_TEST(national_rows), DB_TEST(every_kind_of_file)};
  return db_test_run("directory choices and files", cases, countof(cases), lists, n);
}
