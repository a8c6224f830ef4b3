/* The directory at size: 20,000 invented services. Prints how long the picture of the directory
 * takes to make and to find still true, and the times of Open Referral pages in process (median and
 * 99th percentile). build/bench_directory [SERVICES] */
#include <stdio.h>
#include <stdlib.h>
#include "audit/audit.h"
#include "db/migrate.h"
#include "db/testing.h"
#include "directory/directory.h"
#include "places/places.h"
#include "record/testing.h"
#include "web/testing.h"

extern const struct migrations web_migrations;
static const instant_t now = INT64_C(1795219200000000);

static double ms_since(uint64_t from) { return (double)(clock_monotonic_us() - from) / 1000; }

static struct service invented(struct arena *a, struct rng *rng, int64_t organisation,
                               day_t today) {
  static const char *const rules[] = {"age 16 to 24\ncohort neet",
                                      "age at least 18",
                                      "everyone",
                                      "status unemployed, inactive",
                                      "age 16 to 66\nhealth condition",
                                      ""};
  struct service s;
  record_fake(a, &service_type, rng, 3, today, &s);
  s.organisation = organisation, s.status = S("active"), s.withdrawn_on = DAY_NONE,
  s.published_on = today - 100;
  s.assured_on = today - (day_t)rng_below(rng, 300), s.starts = DAY_NONE,
  s.feed_ref = (struct str){0};
  s.ends = rng_below(rng, 3) ? DAY_NONE : today + (day_t)rng_below(rng, 700);
  s.rule = str_of(rules[rng_below(rng, countof(rules))]);
  return s;
}

static void add_parts(struct db *db, struct arena *a, struct rng *rng, int64_t service,
                      day_t today) {
  struct location l;
  struct service_at_location sl;
  struct schedule c;
  struct service_area area;
  record_fake(a, &location_type, rng, 3, today, &l);
  l.latitude = 53 + rng_unit(rng), l.longitude = -3 + rng_unit(rng), l.withdrawn_on = DAY_NONE,
  l.location_type = S("physical");
  record_clear(&service_at_location_type, &sl), record_clear(&schedule_type, &c),
      record_clear(&service_area_type, &area);
  record_insert(db, a, &location_type, &l, 0, now);
  sl.service = c.service = area.service = service, sl.location = l.id;
  c.freq = S("WEEKLY"), c.byday = S("MO TU WE TH FR"), c.opens_at = S("09:00"),
  c.closes_at = S("17:00");
  area.name = S("Tees Valley");
  record_insert(db, a, &service_at_location_type, &sl, 0, now);
  record_insert(db, a, &schedule_type, &c, 0, now);
  record_insert(db, a, &service_area_type, &area, 0, now);
}

static void fill(struct db *db, size_t services, day_t today) {
  struct arena a = arena_open((size_t)256 << 20);
  struct rng rng = rng_seed(20000);
  struct organisation o = {0};
  for (size_t i = 0; i < services; i++) {
    if (i % 500 == 0) db_begin(db, STORE_MAIN);
    if (i % 10 == 0) {
      record_fake(&a, &organisation_type, &rng, 3, today, &o);
      o.withdrawn_on = DAY_NONE;
      record_insert(db, &a, &organisation_type, &o, 0, now);
    }
    struct service s = invented(&a, &rng, o.id, today);
    record_insert(db, &a, &service_type, &s, 0, now);
    add_parts(db, &a, &rng, s.id, today);
    if (i % 500 == 499 || i + 1 == services) {
      directory_changed(db);
      if (db_commit(db, STORE_MAIN) != DB_OK)
        fprintf(stderr, "not written: %.*s\n", P(db_error(db)));
    }
    arena_reset(&a);
  }
  arena_close(&a);
}

static int by_size(const void *x, const void *y) {
  double a = *(const double *)x, b = *(const double *)y;
  return a < b ? -1 : a > b;
}

static void pages(struct client *c, const char *path) {
  enum { TIMES = 300 };
  double ms[TIMES];
  char full[200];
  for (int i = 0; i < TIMES; i++) {
    snprintf(full, sizeof full, "%s%d", path, 1 + i % 20);
    uint64_t from = clock_monotonic_us();
    get(c, full);
    ms[i] = ms_since(from);
    if (c->status != 200) fprintf(stderr, "%s: %d\n", full, c->status);
  }
  qsort(ms, TIMES, sizeof *ms, by_size);
  printf("page=%s median_ms=%.2f p99_ms=%.2f bytes=%zu\n", path, ms[TIMES / 2],
         ms[TIMES * 99 / 100], c->text.n);
}

int main(int argc, char **argv) {
  size_t services = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
  const struct migrations lists[] = {
      db_migrations,     audit_migrations,          web_migrations,
      record_migrations, *places_domain.migrations, directory_migrations};
  struct db_test t = {0};
  day_t today = instant_local_uk(now).day;
  db_test_open(&t, DB_SQLITE, lists, countof(lists));
  uint64_t from = clock_monotonic_us();
  fill(t.db, services, today);
  printf("written=%zu ms=%.0f\n", services, ms_since(from));
  for (int i = 0; i < 3; i++) {
    struct arena a = arena_open((size_t)1 << 30);
    struct offers o;
    struct why why;
    from = clock_monotonic_us();
    if (!offers_load(t.db, &a, today, DIRECTORY_LIVE, &o, &why)) fprintf(stderr, "%s\n", why.text);
    printf("offers=%zu load_ms=%.0f memory_mb=%.1f\n", o.list.n, ms_since(from),
           (double)arena_used(&a) / 1048576);
    arena_close(&a);
  }
  static const struct domain *domains[] = {&directory_domain};
  struct client c = client_open(t.db, domains, 1, NULL);
  c.now = now;
  get(&c, "/services");
  pages(&c, "/services?page="), pages(&c, "/services?full=true&page="),
      pages(&c, "/services?search=harbour+mill&page=");
  pages(&c, "/service_at_locations?page="), pages(&c, "/services?minimal=true&per_page=200&page=");
  client_close(&c);
  db_test_close(&t);
  return 0;
}
