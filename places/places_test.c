/* places_test: areas, postcodes and names, on every database; the real Liverpool City Region and
 * Newport where they are. */
#include <math.h>
#include "db/testing.h"
#include "places/inside.h"
#include "seaborough/seaborough.h"

static const instant_t now = (instant_t)1795300000 * 1000000;

static void import_text(struct db_test *t, const char *csv, struct import_count *count, bool *ok,
                        struct why *why) {
  struct csv *rows = csv_open_str(t->arena, str_of(csv));
  *ok = csv_headers(rows, why) && places_postcodes_import(t->db, t->arena, rows, S("test"),
                                                          S("made up"), now, NULL, count, why);
  csv_close(rows);
}

static void put_area(struct db_test *t, const char *kind, const char *code, const char *name,
                     const char *parent) {
  struct area_new area = {.kind = str_of(kind),
                          .code = str_of(code),
                          .name = str_of(name),
                          .parent_code = str_of(parent),
                          .edition = S("test"),
                          .source = S("made up"),
                          .centre = {54.5, 1.7}};
  assert_int_equal(places_area_put(t->db, t->arena, &area, now), DB_OK);
}

static const char *const small = "pcds,doterm,oslaua,osward,lsoa21,lat,long\n"
                                 "ZB1 1AA,,Z08000001,Z05000001,Z01000001,54.500000,1.700000\n"
                                 "zb11ab,,Z08000001,Z05000001,Z01000001,54.501000,1.701000\n"
                                 "ZB2 3XY,199606,Z08000001,Z05000001,Z01000001,54.502000,1.702000\n"
                                 "nonsense,,Z08000001,,,1,1\n"
                                 "ZB3 9ZZ,,,,,99.999999,0.000000\n";

static void finds_a_postcode_however_it_is_typed(struct db_test *t) {
  struct import_count count;
  struct place place;
  struct why why;
  bool ok;
  put_area(t, "la", "Z08000001", "Ferrydale", "");
  put_area(t, "ward", "Z05000001", "Harbour End", "Z08000001");
  put_area(t, "lsoa", "Z01000001", "Harbour End A", "Z05000001");
  import_text(t, small, &count, &ok, &why);
  assert_true(ok);
  assert_int_equal(count.live, 3);
  assert_int_equal(count.ended, 1);
  assert_int_equal(count.bad, 1);
  assert_true(place_resolve(t->db, t->arena, S(" zb1 1ab "), &place));
  assert_int_equal(place.found, PLACE_POSTCODE);
  assert_true(fabs(place.at.lat - 54.501) < 1e-9 && fabs(place.at.lon - 1.701) < 1e-9);
  assert_int_equal(place.areas.n, 3);
  assert_true(str_eq(place.areas.p[0].kind, S("lsoa")) &&
              str_eq(place.areas.p[2].name, S("Ferrydale")));
}

static void a_terminated_postcode_still_resolves_and_says_so(struct db_test *t) {
  struct import_count count;
  struct place place;
  struct why why;
  bool ok;
  import_text(t, small, &count, &ok, &why);
  assert_true(place_resolve(t->db, t->arena, S("zb1"), &place));
  assert_int_equal(place.found, PLACE_SECTOR);
  assert_true(fabs(place.at.lat - 54.5005) < 1e-9);
  assert_true(place_resolve(t->db, t->arena, S("ZB2 3XY"), &place));
  assert_int_equal(place.found, PLACE_POSTCODE);
  assert_int_equal(place.ended, day_of(1996, 6, 30));
  assert_true(place_resolve(t->db, t->arena, S("ZB3 9ZZ"), &place));
  assert_true(isnan(place.at.lat)); /* the source has no place for it: not known, never 99.99 */
}

static void reading_an_edition_again_replaces_it(struct db_test *t) {
  struct import_count count;
  struct place place;
  struct why why;
  bool ok;
  import_text(t, small, &count, &ok, &why);
  import_text(t, "postcode,latitude,longitude\nZB1 1AA,54.9,1.9\n", &count, &ok, &why);
  assert_true(ok);
  assert_true(place_resolve(t->db, t->arena, S("ZB1 1AA"), &place));
  assert_true(fabs(place.at.lat - 54.9) < 1e-9);
  assert_true(place_resolve(t->db, t->arena, S("ZB1 1AB"), &place));
  assert_int_equal(place.found, PLACE_NONE);
}

static void a_file_without_postcodes_changes_nothing(struct db_test *t) {
  struct import_count count;
  struct place place;
  struct why why = {{0}};
  bool ok;
  import_text(t, small, &count, &ok, &why);
  import_text(t, "name,colour\nAda,blue\n", &count, &ok, &why);
  assert_false(ok);
  assert_string_equal(why.text, "There is no column of postcodes. Name one pcds or postcode.");
  import_text(t, "pcds,lat,long\nnot one,1,2\n", &count, &ok, &why);
  assert_false(ok);
  assert_true(place_resolve(t->db, t->arena, S("ZB1 1AA"), &place));
  assert_int_equal(place.found, PLACE_POSTCODE);
}

static void grid_references_serve_where_there_is_no_latitude(struct db_test *t) {
  struct import_count count;
  struct place place;
  struct why why;
  bool ok;
  /* Ordnance Survey's own worked example: TG 51409 13177 is 52 39 28.72 N, 1 42 57.79 E on WGS 84.
   */
  import_text(t, "pcd,oseast1m,osnrth1m\nZB4 4AA,651409,313177\n", &count, &ok, &why);
  assert_true(ok);
  assert_true(place_resolve(t->db, t->arena, S("ZB44AA"), &place));
  assert_true(fabs(place.at.lat - (52 + 39 / 60.0 + 28.72 / 3600)) < 0.0001);
  assert_true(fabs(place.at.lon - (1 + 42 / 60.0 + 57.79 / 3600)) < 0.0001);
}

static void names_are_found_by_any_word_larger_areas_first(struct db_test *t) {
  struct place place;
  put_area(t, "ward", "Z05000002", "Northquay Harbour End", "Z08000001");
  put_area(t, "la", "Z08000001", "Harbourside", "");
  struct areas found = places_suggest(t->db, t->arena, S("harb"), 10);
  assert_int_equal(found.n, 2);
  assert_true(str_eq(found.p[0].name, S("Harbourside")));
  found = places_suggest(t->db, t->arena, S("END"), 10);
  assert_int_equal(found.n, 1);
  assert_true(place_resolve(t->db, t->arena, S("northquay harbour end"), &place));
  assert_int_equal(place.found, PLACE_AREA);
  assert_int_equal(place.areas.n, 2);
  assert_true(place_resolve(t->db, t->arena, S("' or 1=1 --"), &place));
  assert_int_equal(place.found, PLACE_NONE);
}

static void shapes_hold_their_points(struct db_test *t) {
  struct arena *a = t->arena;
  struct seaborough *s = seaborough_make(a, 1, day_of(2026, 11, 21));
  struct buf b = buf_open((size_t)16 << 20);
  struct import_count count;
  struct why why;
  sb_areas_geojson(s, SB_WARD, &b);
  assert_true(places_geojson_import(t->db, a, buf_str(&b), S("ward"), S("x"), S("made up"), now,
                                    NULL, &count, &why));
  assert_int_equal(count.bad, 0);
  for (size_t i = 0; i < s->postcodes.n;
       i += 611) { /* each postcode lies in the ward it is said to lie in */
    struct sb_area *ward = &s->areas.p[sb_ancestor(s, s->postcodes.p[i].lsoa, SB_WARD)];
    struct area area;
    assert_true(area_by_code(t->db, a, ward->code, &area));
    struct outline o = area_outline(t->db, a, area.id);
    assert_true(
        outline_has(&o, (struct geo_point){s->postcodes.p[i].at.lat, s->postcodes.p[i].at.lon}));
  }
  buf_free(&b);
}

static void bad_geojson_is_a_sentence(struct db_test *t) {
  struct import_count count;
  static const char *const bad[] = {
      "", "[]", "{\"type\":\"FeatureCollection\",\"features\":[]}",
      "{\"features\":[{\"properties\":{},\"geometry\":null}]}",
      ("{\"features\":[{\"properties\":{\"code\":\"Z1\",\"name\":\"x\"},\"geometry\":{\"type\":"
       "\"Polygon\",\"coordinates\":[[[1,2],[3]]]}}]}")};
  for (size_t i = 0; i < countof(bad); i++) {
    struct why why = {{0}};
    assert_false(places_geojson_import(t->db, t->arena, str_of(bad[i]), S("ward"), S("x"), S("y"),
                                       now, NULL, &count, &why));
    assert_true(strlen(why.text) > 10);
  }
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from area")), 0);
}

static void children_and_above_walk_the_tree(struct db_test *t) {
  struct area region;
  struct seaborough *s = seaborough_make(t->arena, 1, day_of(2026, 11, 21));
  struct why why;
  assert_true(places_demo(t->db, t->arena, 1, now, NULL, &why));
  assert_true(area_by_code(t->db, t->arena, s->areas.p[0].code, &region));
  assert_int_equal(area_children(t->db, t->arena, region.id, S("neighbourhood")).n,
                   SB_NEIGHBOURHOODS);
  assert_int_equal(areas_of_kind(t->db, t->arena, S("la")).n, SB_DISTRICTS);
  struct place place;
  assert_true(place_resolve(t->db, t->arena, S("Fferi'r Dwyrain"), &place));
  assert_true(str_eq(place.words, S("Eastferry")));
}

static void real_places_import_whole(struct db_test *t) {
  static const struct {
    const char *csv, *wards, *postcode, *ward;
    int64_t least;
  } real[] = {{"../shared/data/place/liverpool-city-region/postcodes.csv",
               "../shared/data/place/liverpool-city-region/ward.geojson", "L1 0AA", "E05015289",
               64000},
              {"../shared/data/place/newport/postcodes.csv",
               "../shared/data/place/newport/ward.geojson", "NP1 0AA", "W05001641", 8000}};
  for (size_t i = 0; i < countof(real); i++) {
    struct import_count count;
    struct why why;
    struct str text;
    struct place place;
    struct arena a = arena_open((size_t)256 << 20);
    if (!file_exists(real[i].csv)) {
      print_message("skipped: %s is not beside this checkout\n", real[i].csv);
      arena_close(&a);
      continue;
    }
    struct csv *rows = csv_open_file(&a, real[i].csv, &why);
    assert_true(csv_headers(rows, &why));
    assert_true(places_postcodes_import(t->db, &a, rows, str_of(real[i].csv), S("ONS, OGL v3"), now,
                                        NULL, &count, &why));
    csv_close(rows);
    assert_true(count.live + count.ended >= real[i].least);
    assert_true(file_read(&a, real[i].wards, (size_t)64 << 20, &text, &why));
    assert_true(places_geojson_import(t->db, &a, text, S("ward"), S("WD25"), S("ONS, OGL v3"), now,
                                      NULL, &count, &why));
    assert_true(place_resolve(t->db, &a, str_of(real[i].postcode), &place));
    assert_int_equal(place.found, PLACE_POSTCODE);
    assert_true(place.areas.n >= 1 && str_eq(place.areas.p[0].code, str_of(real[i].ward)));
    arena_close(&a);
  }
}

extern const struct migrations places_migrations;

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(finds_a_postcode_however_it_is_typed),
      DB_TEST(a_terminated_postcode_still_resolves_and_says_so),
      DB_TEST(reading_an_edition_again_replaces_it),
      DB_TEST(a_file_without_postcodes_changes_nothing),
      DB_TEST(grid_references_serve_where_there_is_no_latitude),
      DB_TEST(names_are_found_by_any_word_larger_areas_first),
      DB_TEST(shapes_hold_their_points),
      DB_TEST(bad_geojson_is_a_sentence),
      DB_TEST(children_and_above_walk_the_tree),
      DB_TEST(real_places_import_whole),
  };
  const struct migrations lists[] = {db_migrations, places_migrations};
  return db_test_run("places", cases, countof(cases), lists, countof(lists));
}
