/* Gaps at size: 20,000 invented services over 150 wards. Prints how long the facts take to read,
 * and the times of the commissioner's pages in process (median and slowest of 20).
 *   build/bench_coverage [SERVICES] */
#include <stdio.h>
#include <stdlib.h>
#include "audit/audit.h"
#include "coverage/coverage.h"
#include "db/testing.h"
#include "finding/finding.h"
#include "places/places.h"
#include "web/testing.h"

enum { WARDS = 150, RUNS = 20 };
extern const struct migrations web_migrations;
static const instant_t now = INT64_C(1795219200000000);

static double ms_since(uint64_t from) { return (double)(clock_monotonic_us() - from) / 1000; }

static void put_wards(struct db *db, struct arena *a) {
  db_begin(db, STORE_MAIN);
  for (int i = -1; i < WARDS; i++) {
    double y = 54 + (i / 15) * 0.02, x = 2 + (i % 15) * 0.02;
    struct geo_point corners[] = {{y, x}, {y, x + 0.02}, {y + 0.02, x + 0.02}, {y + 0.02, x}};
    struct ring ring = {corners, countof(corners)};
    struct area_new area = {.kind = i < 0 ? S("combined_authority") : S("ward"),
                            .edition = S("bench"),
                            .source = S("invented"),
                            .outline = {&ring, 1},
                            .centre = {y, x}};
    area.code = i < 0 ? S("ZR") : str_format(a, "ZW%03d", i);
    area.name = i < 0 ? S("Benchshire") : str_format(a, "Ward %d", i);
    if (i >= 0) area.parent_code = S("ZR");
    places_area_put(db, a, &area, now);
  }
  db_commit(db, STORE_MAIN);
}

static struct str codes_of(struct arena *a, struct rng *rng, const char *list, int n) {
  const struct code_list *l = code_list(list);
  struct str out = {0};
  for (int i = 0; i < n; i++)
    out = str_format(a, "%.*s%s%.*s", P(out), i ? " " : "", P(l->p[rng_below(rng, l->n)].code));
  return out;
}

static void put_service(struct db *db, struct arena *a, struct rng *rng, int64_t organisation,
                        day_t today) {
  struct service s;
  struct service_area area;
  struct service_funding f;
  record_clear(&service_type, &s), record_clear(&service_area_type, &area),
      record_clear(&service_funding_type, &f);
  s.organisation = organisation, s.name = str_format(a, "Service %d", (int)rng_below(rng, 1000000)),
  s.status = S("active");
  s.cohorts = codes_of(a, rng, "cohorts", 3), s.styles = codes_of(a, rng, "support_styles", 3);
  s.published_on = today - 100, s.assured_on = today - (day_t)rng_below(rng, 220);
  s.ends = rng_below(rng, 3) ? today + (day_t)rng_below(rng, 900) : DAY_NONE;
  if (rng_below(rng, 2)) s.places_total = (int64_t)rng_below(rng, 60);
  record_insert(db, a, &service_type, &s, 0, now);
  area.service = f.service = s.id, area.code = str_format(a, "ZW%03d", (int)rng_below(rng, WARDS)),
  area.name = area.code;
  if (rng_below(rng, 10) == 0) area.code = S("ZR");
  f.funder = str_format(a, "Fund %d", (int)rng_below(rng, 40)), f.amount = 1000000,
  f.starts = today - 400, f.ends = s.ends;
  record_insert(db, a, &service_area_type, &area, 0, now);
  record_insert(db, a, &service_funding_type, &f, 0, now);
}

static void fill(struct db *db, size_t services, day_t today) {
  struct arena a = arena_open((size_t)256 << 20);
  struct rng rng = rng_seed(20000);
  struct organisation o;
  put_wards(db, &a);
  record_clear(&organisation_type, &o);
  o.name = S("Bench body");
  record_insert(db, &a, &organisation_type, &o, 0, now);
  for (size_t i = 0; i < services; i++) {
    if (i % 500 == 0) db_begin(db, STORE_MAIN);
    struct arena scratch = a;
    put_service(db, &scratch, &rng, o.id, today);
    if (i % 500 == 499 || i + 1 == services) directory_changed(db), db_commit(db, STORE_MAIN);
  }
  arena_close(&a);
}

static int by_size(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return a < b ? -1 : a > b;
}

static void time_page(struct client *c, const char *path) {
  double ms[RUNS];
  for (int i = 0; i < RUNS; i++) {
    uint64_t from = clock_monotonic_us();
    get(c, path);
    ms[i] = ms_since(from);
  }
  qsort(ms, RUNS, sizeof *ms, by_size);
  printf("%-28s %d  %7zu bytes  median %.1f ms  slowest %.1f ms\n", path, c->status, c->text.n,
         ms[RUNS / 2], ms[RUNS - 1]);
}

static void measure(struct db_test *t, size_t services) {
  static const struct domain *domains[] = {&coverage_domain};
  static const char *const pages[] = {"/coverage",          "/coverage/gaps",
                                      "/coverage/overlaps", "/coverage/map",
                                      "/coverage/cliffs",   "/coverage?month=2027-06"};
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  struct why why = {0};
  day_t today = instant_local_uk(now).day;
  c.now = now;
  client_as(&c, (struct actor){
                    .user_id = 3, .roles = ROLE_COMMISSIONER, .function = FUNCTION_COMMISSIONING});
  uint64_t from = clock_monotonic_us();
  fill(t->db, services, today);
  printf("%zu services over %d wards, written in %.0f ms\n", services, WARDS, ms_since(from));
  from = clock_monotonic_us();
  const struct coverage *facts = coverage_now(t->db, &why);
  printf("facts read in %.1f ms (%zu services)\n", ms_since(from), facts ? facts->services.n : 0);
  for (size_t i = 0; i < countof(pages); i++) time_page(&c, pages[i]);
  client_close(&c);
}

int main(int argc, char **argv) {
  int64_t services = 20000;
  if (argc > 1) str_to_i64(str_of(argv[1]), &services);
  const struct migrations lists[] = {db_migrations,
                                     audit_migrations,
                                     web_migrations,
                                     record_migrations,
                                     *places_domain.migrations,
                                     directory_migrations,
                                     *finding_domain.migrations,
                                     coverage_migrations};
  struct db_test t;
  db_test_open(&t, DB_SQLITE, lists, countof(lists));
  measure(&t, (size_t)services);
  db_test_close(&t);
  return 0;
}
