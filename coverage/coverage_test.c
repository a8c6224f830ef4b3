/* The tests of this folder, and the rows they share. */
#include "audit/audit.h"
#include "coverage/coverage_test.h"
#include "finding/finding.h"
#include "places/places.h"

extern const struct migrations web_migrations, journeys_migrations;

instant_t test_now(void) { return (instant_t)TEST_DAY * 86400 * 1000000 + 36000000000; }

const struct seaborough *test_seaborough(struct db_test *t) {
  struct why why = {0};
  struct progress quiet = {0};
  const struct domain *order[] = {&places_domain, &directory_domain, &coverage_domain};
  for (size_t i = 0; i < countof(order); i++)
    if (!order[i]->demo(t->db, t->arena, TEST_SEED, test_now(), &quiet, &why))
      fail_msg("%s: %s", order[i]->name, why.text);
  return seaborough_make(t->arena, TEST_SEED, TEST_DAY);
}

const struct coverage *test_facts(struct db_test *t) {
  struct why why = {0};
  const struct coverage *c = coverage_now(t->db, &why);
  if (!c) fail_msg("%s", why.text);
  return c;
}

int32_t test_hood(const struct coverage *c, const struct seaborough *s, int hood) {
  int32_t area = coverage_area_find(c, s->areas.p[s->neighbourhood[hood]].code);
  assert_true(area >= 0);
  return area;
}

size_t test_cohort(const struct coverage *c, struct str code) {
  const struct code *found = code_find(c->cohorts, code);
  assert_non_null(found);
  return (size_t)(found - c->cohorts->p);
}

size_t test_style(const struct coverage *c, struct str code) {
  const struct code *found = code_find(c->styles, code);
  assert_non_null(found);
  return (size_t)(found - c->styles->p);
}

void test_save(struct db_test *t, const struct record_type *type, void *record) {
  struct record_head h;
  memcpy(&h, record, sizeof h);
  db_begin(t->db, STORE_MAIN);
  enum db_result r = h.id ? record_update(t->db, t->arena, type, record, 0, test_now())
                          : record_insert(t->db, t->arena, type, record, 0, test_now());
  if (r == DB_OK) r = directory_changed(t->db);
  if (db_commit(t->db, STORE_MAIN) != DB_OK || r != DB_OK)
    fail_msg("%s could not be saved", type->name);
}

struct service test_service(struct db_test *t, const char *name, const char *cohorts,
                            const char *styles) {
  struct organisation o;
  struct service s;
  record_clear(&organisation_type, &o);
  o.name = str_format(t->arena, "Who runs %s", name), o.invented = 1;
  test_save(t, &organisation_type, &o);
  record_clear(&service_type, &s);
  s.organisation = o.id, s.name = str_of(name), s.status = S("active"), s.invented = 1;
  s.cohorts = str_of(cohorts), s.styles = str_of(styles), s.whole_area = 0;
  s.published_on = TEST_DAY - 200, s.assured_on = TEST_DAY - 10;
  test_save(t, &service_type, &s);
  return s;
}

void test_area(struct db_test *t, int64_t service, const char *code) {
  struct service_area a;
  record_clear(&service_area_type, &a);
  a.service = service, a.name = str_of(code), a.code = str_of(code);
  test_save(t, &service_area_type, &a);
}

void test_fund(struct db_test *t, int64_t service, const char *funder, int64_t pence, day_t starts,
               day_t ends) {
  struct service_funding f;
  record_clear(&service_funding_type, &f);
  f.service = service, f.funder = str_of(funder), f.amount = pence, f.starts = starts,
  f.ends = ends;
  test_save(t, &service_funding_type, &f);
}

void test_places(struct db_test *t) {
  static const char *const rows[][4] = {{"TR", "Testshire", "combined_authority", ""},
                                        {"T1", "Upper Test", "neighbourhood", "TR"},
                                        {"T2", "Lower Test", "neighbourhood", "TR"}};
  for (size_t i = 0; i < countof(rows); i++) {
    double at = (double)i * 0.1;
    struct geo_point corners[] = {{54 + at, 2}, {54 + at, 2.1}, {54.1 + at, 2.1}, {54.1 + at, 2}};
    struct ring ring = {corners, countof(corners)};
    struct area_new area = {.kind = str_of(rows[i][2]),
                            .code = str_of(rows[i][0]),
                            .name = str_of(rows[i][1]),
                            .parent_code = str_of(rows[i][3]),
                            .edition = S("test"),
                            .source = S("invented"),
                            .outline = {&ring, 1},
                            .centre = {54 + at, 2}};
    assert_int_equal(places_area_put(t->db, t->arena, &area, test_now()), DB_OK);
  }
}

struct import_result test_people(struct db_test *t, const char *csv, bool dry) {
  struct import_result r = {0};
  struct why why = {0};
  struct csv *rows = csv_open_str(t->arena, str_of(csv));
  assert_true(csv_headers(rows, &why));
  if (!coverage_people_import(t->db, t->arena, rows, dry, test_now(), &r, &why))
    fail_msg("%s", why.text);
  csv_close(rows);
  return r;
}

int main(int argc, char **argv) {
  const struct migrations lists[] = {db_migrations,
                                     audit_migrations,
                                     web_migrations,
                                     record_migrations,
                                     *places_domain.migrations,
                                     directory_migrations,
                                     *finding_domain.migrations,
                                     journeys_migrations,
                                     coverage_migrations};
  int bad = engine_tests(argc, argv, lists, countof(lists));
  return argc > 1 ? bad : bad + page_tests(lists, countof(lists)) != 0;
}
