/* seaborough_test: the demo place is whole, repeatable, and what is said to be planted is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include "seaborough/seaborough.h"

enum { SEED = 1 };
static struct arena arena;
static struct seaborough *sb;

static int set_up(void **state) {
  (void)state;
  arena = arena_open((size_t)1 << 30);
  sb = seaborough_make(&arena, SEED, day_of(2026, 11, 21));
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  arena_close(&arena);
  return 0;
}

static int count_kind(enum sb_kind kind) {
  int n = 0;
  for (size_t i = 0; i < sb->areas.n; i++) n += sb->areas.p[i].kind == kind;
  return n;
}

static void has_the_size_it_says(void **state) {
  (void)state;
  assert_int_equal(count_kind(SB_REGION), 1);
  assert_int_equal(count_kind(SB_DISTRICT), SB_DISTRICTS);
  assert_int_equal(count_kind(SB_NEIGHBOURHOOD), SB_NEIGHBOURHOODS);
  assert_in_range(count_kind(SB_WARD), 60, 120);
  assert_in_range(sb->postcodes.n, 29000, 31000);
  assert_in_range(sb->services.n, 150, 260);
}

static void postcodes_are_sorted_and_differ(void **state) {
  (void)state;
  for (size_t i = 1; i < sb->postcodes.n; i++)
    assert_true(strcmp(sb->postcodes.p[i - 1].text, sb->postcodes.p[i].text) < 0);
}

static double ring_area(struct sb_ring ring) {
  double sum = 0;
  for (size_t i = 0; i < ring.n; i++) {
    struct sb_point a = ring.p[i], b = ring.p[(i + 1) % ring.n];
    sum += a.lon * b.lat - b.lon * a.lat;
  }
  return sum / 2;
}

/* The areas of one level together cover what the region covers, no more and no less. */
static void each_level_tiles_the_region(void **state) {
  double of[SB_KINDS] = {0};
  (void)state;
  for (size_t i = 0; i < sb->areas.n; i++)
    of[sb->areas.p[i].kind] += ring_area(sb->areas.p[i].outline);
  for (int kind = SB_DISTRICT; kind < SB_KINDS; kind++) {
    double off = of[kind] / of[SB_REGION] - 1;
    if (off > 0.02 || off < -0.02) fail_msg("level %d covers %.3f of the region", kind, 1 + off);
  }
}

static void same_seed_same_bytes(void **state) {
  (void)state;
  struct arena other = arena_open((size_t)1 << 30);
  struct seaborough *again = seaborough_make(&other, SEED, day_of(2026, 11, 21));
  struct buf a = buf_open((size_t)64 << 20), b = buf_open((size_t)64 << 20);
  sb_postcodes_csv(sb, &a);
  sb_postcodes_csv(again, &b);
  assert_true(a.n > 0 && str_eq(buf_str(&a), buf_str(&b)));
  buf_reset(&a), buf_reset(&b);
  sb_areas_geojson(sb, SB_WARD, &a);
  sb_areas_geojson(again, SB_WARD, &b);
  assert_true(a.n > 0 && str_eq(buf_str(&a), buf_str(&b)));
  for (size_t i = 0; i < sb->services.n; i++)
    assert_true(str_eq(sb->services.p[i].id, again->services.p[i].id));
  buf_free(&a), buf_free(&b);
  arena_close(&other);
}

static void another_seed_is_another_place(void **state) {
  (void)state;
  struct arena other = arena_open((size_t)1 << 30);
  struct seaborough *b = seaborough_make(&other, SEED + 1, day_of(2026, 11, 21));
  assert_true(b->areas.p[5].centre.lat != sb->areas.p[5].centre.lat);
  arena_close(&other);
}

/* Every list reads back as CSV, each row whole, said to be invented, in a postcode of the place. */
static void lists_read_back(void **state) {
  static const struct {
    void (*put)(const struct seaborough *s, struct buf *out);
    size_t rows;
  } lists[] = {
      {sb_nurseries_csv, 27}, {sb_employers_csv, 63}, {sb_services_csv, 0}, {sb_planted_csv, 0}};
  (void)state;
  for (size_t i = 0; i < countof(lists); i++) {
    struct buf b = buf_open((size_t)8 << 20), again = buf_open((size_t)8 << 20);
    struct arena scratch = arena;
    struct csv_row row;
    struct why why = {0};
    size_t rows = 0;
    lists[i].put(sb, &b);
    lists[i].put(sb, &again);
    assert_true(!b.full && str_eq(buf_str(&b), buf_str(&again)));
    struct csv *c = csv_open_str(&scratch, buf_str(&b));
    assert_true(csv_headers(c, &why));
    int invented = csv_column(c, S("invented")), postcode = csv_column(c, S("postcode"));
    enum csv_result got;
    for (; (got = csv_next(c, &row, &why)) == CSV_ROW; rows++) {
      assert_int_equal(row.n, csv_header_names(c).n);
      assert_true(str_eq(csv_cell(&row, invented), S("yes")));
      struct str at = csv_cell(&row, postcode);
      if (at.n) assert_true(str_starts(at, S("ZB")));
    }
    assert_int_equal(got, CSV_END);
    assert_int_equal(rows, lists[i].rows           ? lists[i].rows
                           : lists[i].put == sb_services_csv
                               ? sb->services.n
                               : sb->overlaps.n + sb->holes.n + sb->cliffs.n);
    csv_close(c);
    buf_free(&b), buf_free(&again);
  }
}

static void enough_services_are_live(void **state) {
  int live = 0;
  (void)state;
  for (size_t i = 0; i < sb->services.n; i++)
    live += sb_service_live(&sb->services.p[i], sb->today);
  assert_true(live >= 150);
  assert_true((size_t)live < sb->services.n); /* and some entries are stale */
}

static void twelve_cliffs_within_a_year_and_no_others(void **state) {
  size_t ending = 0;
  (void)state;
  for (size_t i = 0; i < sb->services.n; i++) {
    day_t ends = sb->services.p[i].ends;
    ending += ends != DAY_NONE && ends >= sb->today && ends <= sb->today + 365;
  }
  assert_int_equal(sb->cliffs.n, 12);
  assert_int_equal(ending, 12);
  for (size_t i = 1; i < sb->cliffs.n; i++)
    assert_true(sb->services.p[sb->cliffs.p[i - 1]].ends <= sb->services.p[sb->cliffs.p[i]].ends);
}

static void planted_cells_are_as_listed(void **state) {
  (void)state;
  assert_true(sb->overlaps.n >= 4 && sb->holes.n >= 8);
  for (size_t i = 0; i < sb->overlaps.n; i++) {
    const struct sb_cell *c = &sb->overlaps.p[i];
    assert_true(c->offers >= 2);
    assert_int_equal(sb_cell_count(sb, c->cohort, c->style, c->hood, sb->today), c->offers);
  }
  for (size_t i = 0; i < sb->holes.n; i++)
    assert_int_equal(sb_cell_count(sb, sb->holes.p[i].cohort, sb->holes.p[i].style,
                                   sb->holes.p[i].hood, sb->today),
                     0);
}

static void some_addresses_are_kept_private(void **state) {
  int kept = 0;
  (void)state;
  for (size_t i = 0; i < sb->services.n; i++) {
    const struct sb_service *s = &sb->services.p[i];
    if (s->address_published) continue;
    kept++;
    assert_int_equal(s->email.n + s->web.n, 0);
  }
  assert_true(kept >= 2);
}

static void every_number_is_from_the_drama_range(void **state) {
  (void)state;
  for (size_t i = 0; i < sb->services.n; i++)
    assert_true(str_starts(sb->services.p[i].phone, S("01632 960")));
}

/* Each trip's times grow, each stop it calls at exists, each service id is in a calendar. */
static void timetable_holds_together(void **state) {
  (void)state;
  struct sb_gtfs g;
  struct buf *all[] = {&g.agency, &g.stops, &g.calendar,  &g.calendar_dates,
                       &g.routes, &g.trips, &g.stop_times};
  for (size_t i = 0; i < countof(all); i++) *all[i] = buf_open((size_t)64 << 20);
  sb_gtfs(sb, &g);
  struct arena scratch = arena_open((size_t)64 << 20);
  struct why why;
  struct csv *times = csv_open_str(&scratch, buf_str(&g.stop_times));
  struct csv_row row;
  struct str trip = {0}, last = {0};
  size_t trips = 0;
  assert_true(csv_headers(times, &why));
  while (csv_next(times, &row, &why) == CSV_ROW) {
    bool same = str_eq(row.cell[0], trip);
    assert_true(str_contains(buf_str(&g.stops), row.cell[3]));
    if (same)
      assert_true(str_cmp(last, row.cell[1]) <= 0);
    else
      trips++, trip = str_copy(&scratch, row.cell[0]);
    last = str_copy(&scratch, row.cell[2]);
  }
  assert_true(trips > 800);
  csv_close(times);
  for (size_t i = 0; i < countof(all); i++) {
    assert_false(all[i]->full);
    buf_free(all[i]);
  }
  arena_close(&scratch);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(has_the_size_it_says),
      cmocka_unit_test(postcodes_are_sorted_and_differ),
      cmocka_unit_test(each_level_tiles_the_region),
      cmocka_unit_test(same_seed_same_bytes),
      cmocka_unit_test(another_seed_is_another_place),
      cmocka_unit_test(lists_read_back),
      cmocka_unit_test(enough_services_are_live),
      cmocka_unit_test(twelve_cliffs_within_a_year_and_no_others),
      cmocka_unit_test(planted_cells_are_as_listed),
      cmocka_unit_test(some_addresses_are_kept_private),
      cmocka_unit_test(every_number_is_from_the_drama_range),
      cmocka_unit_test(timetable_holds_together),
  };
  return cmocka_run_group_tests_name("seaborough", tests, set_up, tear_down);
}
