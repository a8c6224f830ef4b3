/* The tests of this folder, one group a file, and the small rows they share. */
#include "audit/audit.h"
#include "directory/directory_test.h"
#include "places/places.h"

extern const struct migrations web_migrations;

void test_save(struct db_test *t, const struct record_type *type, void *record) {
  struct record_head h;
  memcpy(&h, record, sizeof h);
  db_begin(t->db, STORE_MAIN);
  enum db_result r = h.id ? record_update(t->db, t->arena, type, record, 0, test_now())
                          : record_insert(t->db, t->arena, type, record, 0, test_now());
  if (r == DB_OK) r = directory_changed(t->db);
  enum db_result end = db_commit(t->db, STORE_MAIN);
  if (r != DB_OK || end != DB_OK) fail_msg("%s could not be saved", type->name);
}

struct organisation test_organisation(struct db_test *t, const char *name) {
  struct organisation o;
  record_clear(&organisation_type, &o);
  o.name = str_of(name), o.invented = 1;
  test_save(t, &organisation_type, &o);
  return o;
}

struct service test_service(struct db_test *t, int64_t organisation, const char *name) {
  struct service s;
  record_clear(&service_type, &s);
  s.organisation = organisation, s.name = str_of(name), s.status = S("active"), s.invented = 1;
  s.published_on = TEST_DAY - 30, s.assured_on = TEST_DAY - 10;
  test_save(t, &service_type, &s);
  return s;
}

int main(void) {
  const struct migrations lists[] = {
      db_migrations,     audit_migrations,          web_migrations,
      record_migrations, *places_domain.migrations, directory_migrations};
  int failures = standing_tests();
  failures += offers_tests(lists, countof(lists));
  failures += library_tests(lists, countof(lists));
  failures += oruk_tests(lists, countof(lists));
  failures += editor_tests(lists, countof(lists));
  failures += choose_tests(lists, countof(lists));
  failures += feed_tests(lists, countof(lists));
  failures += night_tests(lists, countof(lists));
  return failures != 0;
}
