/* profiles_test: figures in from files as publishers write them, and the pages of places, on both
 * databases; real files of Newport and the Liverpool City Region where they are present. */
#include <math.h>
#include "audit/audit.h"
#include "db/testing.h"
#include "directory/directory.h"
#include "journeys/journeys.h"
#include "profiles/inside.h"
#include "record/record.h"
#include "seaborough/seaborough.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations,
    people_migrations, messages_migrations, referrals_migrations, journeys_migrations;
static const struct domain *const domains[] = {&places_domain, &journeys_domain, &profiles_domain};
enum { TEST_SEED = 7 };
#define TODAY day_of(2026, 11, 24)
static instant_t test_now(void) { return (instant_t)TODAY * 86400 * 1000000 + 36000000000; }

static struct client visitor(struct db_test *t) {
  struct client c = client_open(t->db, domains, countof(domains), NULL);
  c.now = test_now();
  return c;
}

static void begin(struct db_test *t) {
  struct why why = {0};
  struct progress quiet = {0};
  if (!profiles_init(t->db, t->arena, test_now(), &quiet, &why)) fail_msg("%s", why.text);
}

static void put_area(struct db_test *t, const char *kind, const char *code, const char *parent) {
  struct geo_point corners[] = {{54, 2}, {54, 2.1}, {54.1, 2.1}, {54.1, 2}};
  struct ring ring = {corners, countof(corners)};
  struct area_new area = {.kind = str_of(kind),
                          .code = str_of(code),
                          .name = str_of(code),
                          .parent_code = str_of(parent),
                          .edition = S("test"),
                          .source = S("invented"),
                          .outline = {&ring, 1},
                          .centre = {54.05, 2.05}};
  assert_int_equal(places_area_put(t->db, t->arena, &area, test_now()), DB_OK);
}

static struct indicators_read read_text(struct db_test *t, struct str text, const char *edition,
                                        struct why *why) {
  struct indicators_read r = {0};
  struct progress quiet = {0};
  struct indicator_file said = {.edition = str_of(edition),
                                .source = S("A test"),
                                .licence = S("OGL v3"),
                                .dated_on = DAY_NONE};
  struct csv *rows = csv_open_str(t->arena, text);
  if (!csv_headers(rows, why) ||
      !profiles_import(t->db, t->arena, rows, &said, test_now(), &quiet, &r, why))
    r.rows = -1;
  csv_close(rows);
  return r;
}

static struct indicators_read read_in(struct db_test *t, const char *text, const char *edition) {
  struct why why = {0};
  struct indicators_read r = read_text(t, str_of(text), edition, &why);
  if (r.rows < 0) fail_msg("%s", why.text);
  return r;
}

static const struct figure *figure(struct db_test *t, const char *area, const char *code) {
  struct indicators *all = arena_new(t->arena, struct indicators);
  struct area at;
  *all = profiles_indicators(t->db, t->arena);
  assert_true(area_by_code(t->db, t->arena, str_of(area), &at));
  struct figures *f = arena_new(t->arena, struct figures);
  *f = profiles_figures(t->db, t->arena, all, &at);
  return figure_of(f, str_of(code));
}

static void has(struct db_test *t, const char *area, const char *code, enum figure_how how,
                double value) {
  const struct figure *f = figure(t, area, code);
  assert_non_null(f);
  if (f->how != how) fail_msg("%s of %s: how %d", code, area, (int)f->how);
  if (figure_known(f) && fabs(f->value - value) > 1e-6) fail_msg("%s: %g", code, f->value);
}

static void three_small_areas(struct db_test *t) {
  begin(t);
  put_area(t, "la", "T1", ""), put_area(t, "lsoa", "T1A", "T1"), put_area(t, "lsoa", "T1B", "T1");
  put_area(t, "lsoa", "T1C", "T1");
}

/* ---- In. */

static void wide_and_long_files_are_read_as_publishers_write_them(struct db_test *t) {
  three_small_areas(t);
  struct indicators_read r = read_in(t,
                                     "LSOA21CD,name,IMD_decile,Claimants,Pop_16_64\n"
                                     "T1A,x,1,\"1,204\",10000\nT1B,y,..,[c],500\nT9,z,10,4,60\n",
                                     "2025");
  assert_int_equal(r.rows, 3), assert_int_equal(r.bad, 0), assert_int_equal(r.values, 7);
  assert_int_equal(r.missing, 2), assert_int_equal(r.series, 3);
  assert_int_equal(r.areas_unknown, 1), assert_int_equal(r.left_out.n, 1);
  has(t, "T1A", "imd", FIGURE_GIVEN, 1), has(t, "T1A", "claimants", FIGURE_GIVEN, 1204);
  has(t, "T1B", "imd", FIGURE_MISSING, 0), has(t, "T1B", "claimants", FIGURE_HELD, 0);
  has(t, "T1C", "imd", FIGURE_MISSING, 0);
  const struct figure *f = figure(t, "T1A", "claimants");
  assert_true(fabs(f->percent - 12.04) < 1e-9);
  assert_true(str_eq(f->age_band, S("16-64")) && str_eq(f->licence, S("OGL v3")));
  read_in(t, "area,indicator,value,age_band\nT1A,claimants,30,18-66\n", "2026");
  f = figure(t, "T1A", "claimants"); /* other ages: no share of people of 16 to 64 */
  assert_true(f->value == 30 && str_eq(f->age_band, S("18-66")) && isnan(f->percent));
}

static void a_file_with_a_bad_row_changes_nothing(struct db_test *t) {
  static const struct {
    const char *text, *words;
  } cases[] = {
      {"area,imd_decile\nT1A,3\nT1B,11\n", "cannot be right"},
      {"area,claimants\nT1A,3\nT1B,many\n", "no number"},
      {"area,claimants\nT1A,3\nT1A,4\n", "twice"},
      {"area,claimants\nT1A,3\nT 1,4\n", "no area's code"},
      {"area,indicator,value\nT1A,claimants,3\nT1A,luck,4\n", "none of the indicators"},
      {"area,claimants,date\nT1A,3,soon\n", "Give the day"},
  };
  three_small_areas(t);
  for (size_t i = 0; i < countof(cases); i++) {
    struct indicators_read r = read_in(t, cases[i].text, "2025");
    assert_int_equal(r.bad, 1);
    if (!str_contains(r.faults.p[0].sentence, str_of(cases[i].words)))
      fail_msg("%.*s", P(r.faults.p[0].sentence));
    assert_int_equal(db_number(t->db, -1, SQL("select count(*) from indicator_value")), 0);
  }
  struct why why = {0};
  assert_int_equal(read_text(t, S("area,luck\nT1A,3\n"), "2025", &why).rows, -1);
  assert_true(str_contains(why_str(&why), S("--definitions")));
  assert_int_equal(read_text(t, S("place,claimants\nT1A,3\n"), "2025", &why).rows, -1);
  assert_true(str_contains(why_str(&why), S("area codes")));
  assert_int_equal(read_text(t, S("area,claimants\nT1A,3\n"), "", &why).rows, -1);
  assert_true(str_contains(why_str(&why), S("which edition")));
}

static void editions_stand_side_by_side_and_the_same_one_replaces_itself(struct db_test *t) {
  three_small_areas(t);
  read_in(t, "area,imd_decile\nT1A,3\nT1B,5\n", "2019");
  read_in(t, "area,imd_decile\nT1A,7\n", "2025");
  has(t, "T1A", "imd", FIGURE_GIVEN, 7);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from indicator_value")), 3);
  read_in(t, "area,imd_decile\nT1A,8\n", "2025");
  has(t, "T1A", "imd", FIGURE_GIVEN, 8);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from indicator_value")), 3);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from indicator_series")), 2);
  struct client c = visitor(t);
  get(&c, "/places/T1A");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "8 of 10") && client_says(&c, "3 of 10"));
  assert_true(client_says(&c, "Earlier and other editions"));
  client_close(&c);
}

static void own_indicators_are_defined_by_a_file(struct db_test *t) {
  struct why why = {0};
  int64_t n = 0;
  three_small_areas(t);
  struct csv *rows =
      csv_open_str(t->arena, S("code,label,unit,age_band,names,licence,source\n"
                               "allotments,Allotments,places,all,plots;gardens,own,The council\n"
                               "imd,Mine,score,all,,own,me\n"));
  assert_true(csv_headers(rows, &why) && profiles_define(t->db, t->arena, rows, false, &n, &why));
  csv_close(rows);
  read_in(t, "area,Gardens\nT1A,12\nT1B,8\nT1C,0\n", "2026");
  has(t, "T1A", "allotments", FIGURE_GIVEN, 12), has(t, "T1", "allotments", FIGURE_ADDED, 20);
  read_in(t, "area,imd\nT1A,10\n", "2026"); /* one of the program's own is never changed */
  assert_true(figure(t, "T1A", "imd")->of->unit == UNIT_DECILE);
}

/* ---- What is said in the place of a figure. */

static void counts_are_added_up_only_when_all_are_known(struct db_test *t) {
  three_small_areas(t);
  read_in(t, "area,claimants,imd_decile\nT1A,3,1\nT1B,4,1\nT1C,5,9\n", "2025");
  has(t, "T1", "claimants", FIGURE_ADDED, 12), has(t, "T1", "imd", FIGURE_SHARE, 200.0 / 3);
  read_in(t, "area,claimants\nT1A,3\nT1B,*\nT1C,5\n", "2026");
  has(t, "T1", "claimants", FIGURE_MISSING, 0);
}

static void an_area_drawn_again_takes_the_figure_of_the_one_it_came_from(struct db_test *t) {
  struct why why = {0};
  int64_t n = 0;
  three_small_areas(t);
  struct csv *rows = csv_open_str(t->arena, S("LSOA11CD,LSOA21CD,CHGIND\nT1OLD,T1A,S\n"
                                              "T1OLD,T1B,S\nT1E,T1C,M\nT1F,T1C,M\nT1Z,T1Z,U\n"));
  assert_true(csv_headers(rows, &why) &&
              profiles_links_import(t->db, t->arena, rows, S("x"), S("ONS"), &n, &why));
  csv_close(rows);
  assert_int_equal(n, 4);
  read_in(t, "lsoa11_code,imd_decile,claimants\nT1OLD,2,90\nT1E,4,10\nT1F,4,11\n", "2019");
  has(t, "T1A", "imd", FIGURE_BEST_FIT, 2), has(t, "T1B", "imd", FIGURE_BEST_FIT, 2);
  has(t, "T1C", "imd", FIGURE_BEST_FIT, 4);
  has(t, "T1A", "claimants", FIGURE_MISSING, 0); /* a count is never divided */
  has(t, "T1C", "claimants", FIGURE_BEST_FIT, 21);
  read_in(t, "lsoa11_code,imd_decile\nT1OLD,2\nT1E,4\nT1F,9\n", "2019");
  has(t, "T1C", "imd", FIGURE_MISSING, 0); /* two that disagree are not averaged */
  struct client c = visitor(t);
  get(&c, "/places/T1A");
  assert_true(client_says(&c, "best fit, from T1OLD of before"));
  client_close(&c);
}

/* ---- Pages. */

static void seaborough(struct db_test *t) {
  struct why why = {0};
  struct progress quiet = {0};
  begin(t);
  if (!places_domain.demo(t->db, t->arena, TEST_SEED, test_now(), &quiet, &why) ||
      !profiles_demo(t->db, t->arena, TEST_SEED, test_now(), &quiet, &why))
    fail_msg("%s", why.text);
}

static void every_place_has_a_page_beside_the_area_it_lies_in(struct db_test *t) {
  struct why why = {0};
  seaborough(t);
  const struct seaborough *s = seaborough_make(t->arena, TEST_SEED, TODAY);
  struct client c = visitor(t);
  size_t seen[SB_KINDS] = {0};
  get(&c, "/places");
  assert_int_equal(c.status, 200), assert_true(client_says(&c, "Seaborough"));
  for (size_t i = 0; i < s->areas.n; i++) {
    const struct sb_area *area = &s->areas.p[i];
    if (seen[area->kind]++ > 1) continue;
    get(&c, str_c(t->arena, str_format(t->arena, "/places/%.*s", P(area->code))));
    assert_int_equal(c.status, 200);
    if (!client_headers_right(&c, &why)) fail_msg("%.*s: %s", P(c.path), why.text);
    assert_true(client_says(&c, "16-64") && client_says(&c, "Invented: Seaborough"));
    assert_true(client_says(&c, "not known"));
    if (i) assert_true(client_says(&c, "It lies in"));
    if (area->kind == SB_WARD) assert_true(client_says(&c, "Rent, and the way to work"));
    if (area->kind != SB_LSOA) assert_true(client_says(&c, "its small areas added up"));
    get(&c, str_c(t->arena, str_format(t->arena, "/places/%.*s/figures.csv", P(area->code))));
    assert_int_equal(c.status, 200);
  }
  get(&c, "/places/NOWHERE"), assert_int_equal(c.status, 404);
  post(&c, "/places", "q=Northquay"), assert_true(client_says(&c, "Neighbourhood"));
  post(&c, "/places", "q=Nowhere+at+all"), assert_true(client_says(&c, "We know no place"));
  client_close(&c);
}

/* ---- Real places, where their files are. */

static bool real(struct db_test *t, const char *path, struct str *out) {
  struct why why = {0};
  const char *whole = str_c(t->arena, str_format(t->arena, "../shared/data/place/%s", path));
  if (file_exists(whole)) {
    if (!file_read(t->arena, whole, (size_t)64 << 20, out, &why)) fail_msg("%s", why.text);
    return true;
  }
  print_message("skipped: %s is not here\n", path);
  return false;
}

static int64_t boundaries(struct db_test *t, struct str text, const char *kind,
                          const char *edition) {
  struct import_count n;
  struct why why = {0};
  struct progress quiet = {0};
  if (!places_geojson_import(t->db, t->arena, text, str_of(kind), str_of(edition), S("OGL v3"),
                             test_now(), &quiet, &n, &why))
    fail_msg("%s", why.text);
  return n.rows - n.bad;
}

/* Published rows: E01006412 is in the first tenth of both editions, ranked 264 and 509. */
static void liverpool_city_region_has_both_editions_of_deprivation(struct db_test *t) {
  struct str wards, small, old, new;
  struct why why = {0};
  if (!real(t, "liverpool-city-region/ward.geojson", &wards) ||
      !real(t, "liverpool-city-region/lsoa.geojson", &small) ||
      !real(t, "liverpool-city-region/imd2019_lsoa11.csv", &old) ||
      !real(t, "liverpool-city-region/imd2025_lsoa21.csv", &new))
    return;
  begin(t);
  assert_int_equal(boundaries(t, wards, "ward", "2025"), 159);
  assert_int_equal(boundaries(t, small, "lsoa", "2021"), 1003);
  struct indicators_read r = read_text(t, old, "2019", &why);
  assert_true(r.rows > 900), assert_int_equal(r.bad, 0), assert_int_equal(r.series, 9);
  r = read_text(t, new, "2025", &why);
  assert_int_equal(r.rows, 1003), assert_int_equal(r.bad, 0), assert_int_equal(r.series, 9);
  assert_int_equal(r.areas_unknown, 0);
  has(t, "E01006412", "imd", FIGURE_GIVEN, 1), has(t, "E01006412", "imd_rank", FIGURE_GIVEN, 509);
  struct client c = visitor(t);
  get(&c, "/places/E01006412");
  assert_true(client_says(&c, "264") && client_says(&c, "509") && client_says(&c, "OGL v3"));
  get(&c, "/places/E05000932"); /* Ainsdale: its small areas by where their middles lie */
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "small areas are among the most deprived tenth"));
  client_close(&c);
}

static void newport_has_its_wards_and_small_areas(struct db_test *t) {
  struct str wards, small;
  if (!real(t, "newport/ward.geojson", &wards) || !real(t, "newport/lsoa.geojson", &small)) return;
  begin(t);
  assert_int_equal(boundaries(t, wards, "ward", "2025"), 21);
  assert_int_equal(boundaries(t, small, "lsoa", "2021"), 100);
  put_area(t, "la", "W06000022", "");
  struct areas all = areas_of_kind(t->db, t->arena, S("ward"));
  size_t n = 0;
  for (size_t i = 0; i < all.n; i++) n += places_inside(t->db, t->arena, &all.p[i], S("lsoa")).n;
  assert_in_range(n, 97, 100); /* each small area's middle lies in one ward, but for the shore */
  struct client c = visitor(t);
  get(&c, "/places/W05001627");
  assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "Allt-yr-yn") && client_says(&c, "No figures have been read in"));
  client_close(&c);
}

/* ---- Sums of people. */

static void supported(struct db_test *t, int64_t id, const char *ward, const char *status,
                      bool hides) {
  db_run(t->db,
         SQL("insert into person (id, public_id, name, ward_code, status, created_at, changed_at, "
             "version) values (?1, ?2, 'x', ?3, ?4, '', '', 1)"),
         V(id), V(str_format(t->arena, "p%lld", (long long)id)), V(str_of(ward)),
         V(str_of(status)));
  if (!hides)
    db_run(t->db,
           SQL("insert into may_see (team_id, name_fold, person_id, classes, reason, from_day, "
               "to_day) values (1, 'x', ?1, 1, 'team', '2026-01-01', '9999-12-31')"),
           V(id));
}

static void many(struct db_test *t, int64_t *id, int n, const char *ward, const char *status) {
  for (int i = 0; i < n; i++) supported(t, ++*id, ward, status, false);
}

static const struct supported_sum *sum(struct db_test *t, const char *kind, const char *code) {
  struct supported_sums *all = arena_new(t->arena, struct supported_sums);
  *all = supported_read(t->db, t->arena, str_of(kind));
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].code, str_of(code))) return &all->p[i];
  return NULL;
}

static void make_sums(struct db_test *t) {
  db_begin(t->db, STORE_MAIN);
  assert_int_equal(supported_make(t->db, t->arena, test_now()), DB_OK);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
}

static void sums_hold_back_few_and_count_nobody_who_hides(struct db_test *t) {
  int64_t id = 0;
  begin(t);
  put_area(t, "ward", "W1", ""), put_area(t, "ward", "W2", ""), put_area(t, "ward", "W3", "");
  read_in(t, "area,want_work\nW1,100\nW2,80\nW3,60\n", "2025");
  many(t, &id, 23, "W1", "unemployed"), many(t, &id, 4, "W2", "inactive");
  many(t, &id, 12, "W3", "unemployed"), many(t, &id, 11, "W1", "employed");
  make_sums(t);
  assert_int_equal(sum(t, "ward", "W1")->people, 25); /* 23, to five; who works is not in it */
  assert_true(sum(t, "ward", "W2")->held);
  assert_true(sum(t, "ward", "W3")->held); /* or W2 could be worked out from the total */
  assert_int_equal(sum(t, "all", "")->people, 40);
  assert_true(sum(t, "status", "employed")->held && sum(t, "status", "unemployed")->people == 35);
  for (int i = 0; i < 30; i++) supported(t, ++id, "W2", "inactive", true);
  make_sums(t);
  assert_true(sum(t, "ward", "W2")->held);
  assert_int_equal(sum(t, "all", "")->people, 40);
  struct client c = visitor(t);
  get(&c, "/coverage/need"), assert_int_not_equal(c.status, 200);
  client_as(&c,
            (struct actor){.user_id = 3, .roles = ROLE_KEY_WORKER, .function = FUNCTION_SUPPORT});
  get(&c, "/coverage/need"), assert_int_equal(c.status, 403);
  client_as(&c, (struct actor){
                    .user_id = 3, .roles = ROLE_COMMISSIONER, .function = FUNCTION_COMMISSIONING});
  get(&c, "/coverage/need"), assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "25%") && client_says(&c, "fewer than 10, or held back"));
  get(&c, "/coverage/doors"), assert_int_equal(c.status, 200);
  assert_true(client_says(&c, "Touchpoint"));
  client_close(&c);
}

int main(void) {
  const struct migrations lists[] = {db_migrations,
                                     audit_migrations,
                                     web_migrations,
                                     record_migrations,
                                     accounts_migrations,
                                     permission_migrations,
                                     *places_domain.migrations,
                                     directory_migrations,
                                     people_migrations,
                                     messages_migrations,
                                     referrals_migrations,
                                     journeys_migrations,
                                     *profiles_domain.migrations};
  const struct db_test_case cases[] = {
      DB_TEST(wide_and_long_files_are_read_as_publishers_write_them),
      DB_TEST(a_file_with_a_bad_row_changes_nothing),
      DB_TEST(editions_stand_side_by_side_and_the_same_one_replaces_itself),
      DB_TEST(own_indicators_are_defined_by_a_file),
      DB_TEST(counts_are_added_up_only_when_all_are_known),
      DB_TEST(an_area_drawn_again_takes_the_figure_of_the_one_it_came_from),
      DB_TEST(every_place_has_a_page_beside_the_area_it_lies_in),
      DB_TEST(sums_hold_back_few_and_count_nobody_who_hides),
      DB_TEST(liverpool_city_region_has_both_editions_of_deprivation),
      DB_TEST(newport_has_its_wards_and_small_areas),
  };
  return db_test_run("profiles", cases, countof(cases), lists, countof(lists));
}
