/* Gaps, overlaps and cliffs against what Seaborough's generator planted, and the rules of counting
 * one by one. */
#include "coverage/coverage_test.h"

#define PEOPLE_HEAD "area,cohort,age_band,edition,source,value,unit\n"

/* ---- Seaborough: what is found is what was planted. */

static void every_cell_counts_as_the_generator_does(struct db_test *t) {
  const struct seaborough *s = test_seaborough(t);
  const struct coverage *c = test_facts(t);
  int64_t live = 0;
  for (int hood = 0; hood < SB_NEIGHBOURHOODS; hood++) {
    struct coverage_cell *cells =
        coverage_count(c, t->arena, test_hood(c, s, hood), TEST_DAY, TEST_DAY);
    for (size_t i = 0; i < c->n_cohorts; i++)
      for (size_t k = 0; k < c->n_styles; k++) {
        int expected =
            sb_cell_count(s, c->cohorts->p[i].code, c->styles->p[k].code, hood, TEST_DAY);
        if (cells[i * c->n_styles + k].live != expected)
          fail_msg("%d %.*s %.*s: %d, not %d", hood, P(c->cohorts->p[i].code),
                   P(c->styles->p[k].code), cells[i * c->n_styles + k].live, expected);
        live += expected;
      }
  }
  assert_true(live > 1000);
}

static const struct coverage_overlap *overlap_of(const struct coverage_overlaps *all, int32_t area,
                                                 size_t cohort, size_t style) {
  for (size_t i = 0; i < all->n; i++)
    if (all->p[i].area == area && (size_t)all->p[i].cohort == cohort &&
        (size_t)all->p[i].style == style)
      return &all->p[i];
  return NULL;
}

static void overlaps_are_those_planted(struct db_test *t) {
  const struct seaborough *s = test_seaborough(t);
  const struct coverage *c = test_facts(t);
  struct coverage_overlaps all =
      coverage_overlaps(c, t->arena, S("neighbourhood"), -1, TEST_DAY, TEST_DAY);
  assert_true(s->overlaps.n >= 4);
  for (size_t i = 0; i < s->overlaps.n; i++) {
    const struct sb_cell *p = &s->overlaps.p[i];
    const struct coverage_overlap *o = overlap_of(
        &all, test_hood(c, s, p->hood), test_cohort(c, p->cohort), test_style(c, p->style));
    assert_non_null(o);
    assert_int_equal(o->live, p->offers);
  }
  size_t expected = 0; /* and not one more */
  for (int hood = 0; hood < SB_NEIGHBOURHOODS; hood++)
    for (size_t i = 0; i < c->n_cohorts; i++)
      for (size_t k = 0; k < c->n_styles; k++)
        expected +=
            sb_cell_count(s, c->cohorts->p[i].code, c->styles->p[k].code, hood, TEST_DAY) >= 2;
  assert_int_equal(all.n, expected);
}

static void holes_are_those_planted(struct db_test *t) {
  const struct seaborough *s = test_seaborough(t);
  const struct coverage *c = test_facts(t);
  struct coverage_gaps all = coverage_gaps(c, t->arena, S("neighbourhood"), -1, TEST_DAY, TEST_DAY);
  assert_true(s->holes.n >= 4);
  for (size_t h = 0; h < s->holes.n; h++) {
    const struct sb_cell *p = &s->holes.p[h];
    int32_t area = test_hood(c, s, p->hood);
    size_t cohort = test_cohort(c, p->cohort), style = test_style(c, p->style), found = 0;
    for (size_t i = 0; i < all.n; i++)
      found += all.p[i].area == area && (size_t)all.p[i].cohort == cohort &&
               (size_t)all.p[i].style == style;
    if (found != 1)
      fail_msg("hole %.*s %.*s %d found %zu times", P(p->cohort), P(p->style), p->hood, found);
  }
  for (size_t i = 0; i < all.n; i++) { /* none of them is covered */
    int hood = 0;
    while (test_hood(c, s, hood) != all.p[i].area) hood++;
    assert_int_equal(sb_cell_count(s, c->cohorts->p[all.p[i].cohort].code,
                                   c->styles->p[all.p[i].style].code, hood, TEST_DAY),
                     0);
    if (i) assert_true(all.p[i - 1].people.people >= all.p[i].people.people);
  }
}

static void cliffs_are_those_planted(struct db_test *t) {
  const struct seaborough *s = test_seaborough(t);
  const struct coverage *c = test_facts(t);
  struct coverage_cliffs year = coverage_cliffs(c, t->arena, -1, 12, TEST_DAY);
  assert_int_equal(year.ends.n, s->cliffs.n);
  assert_int_equal(year.ends.n, 12);
  for (size_t i = 0; i < s->cliffs.n; i++) {
    const struct sb_service *planted = &s->services.p[s->cliffs.p[i]];
    bool found = false;
    for (size_t k = 0; k < year.ends.n; k++)
      found |= str_eq(year.ends.p[k].service->name, planted->name) &&
               year.ends.p[k].last == planted->ends;
    if (!found) fail_msg("%.*s is not found", P(planted->name));
    assert_int_equal(year.ends.p[i].last, planted->ends); /* soonest first, as they were planted */
  }
  int within[2] = {0};
  for (size_t i = 0; i < s->cliffs.n; i++)
    for (int h = 0; h < 2; h++)
      within[h] += s->services.p[s->cliffs.p[i]].ends <= day_add_months(TEST_DAY, h ? 6 : 3);
  assert_int_equal(coverage_cliffs(c, t->arena, -1, 3, TEST_DAY).ends.n, within[0]);
  assert_int_equal(coverage_cliffs(c, t->arena, -1, 6, TEST_DAY).ends.n, within[1]);
  size_t unknown = 0;
  for (size_t i = 0; i < s->services.n; i++) unknown += s->services.p[i].ends == DAY_NONE;
  assert_int_equal(year.unknown.n, unknown);
  assert_int_equal(year.later + (int64_t)year.ends.n + (int64_t)unknown, s->services.n);
}

/* Cells of the region's neighbourhoods all of whose live offers end by `by`: counted cell by cell,
 * another way. */
static int64_t emptied(struct db_test *t, const struct seaborough *s, const struct coverage *c,
                       day_t by) {
  int64_t n = 0;
  for (int hood = 0; hood < SB_NEIGHBOURHOODS; hood++)
    for (size_t i = 0; i < c->n_cohorts; i++)
      for (size_t k = 0; k < c->n_styles; k++) {
        int live = 0, ending = 0;
        for (size_t v = 0; v < c->services.n; v++) {
          const struct coverage_service *x = &c->services.p[v];
          if (!coverage_has(&x->cohorts, i) || !coverage_has(&x->styles, k) ||
              !coverage_serves(c, x, test_hood(c, s, hood)) ||
              coverage_state(&x->facts, TEST_DAY, TEST_DAY) != STANDING_LIVE)
            continue;
          live++, ending += x->facts.ends != DAY_NONE && x->facts.ends <= by;
        }
        n += live && live == ending;
      }
  (void)t;
  return n;
}

static void what_cliffs_leave_alone_and_together(struct db_test *t) {
  const struct seaborough *s = test_seaborough(t);
  const struct coverage *c = test_facts(t);
  struct coverage_cliffs year = coverage_cliffs(c, t->arena, -1, 12, TEST_DAY);
  int64_t alone = 0;
  for (size_t i = 0; i < year.ends.n; i++) {
    alone += year.ends.p[i].alone;
    if (i) assert_true(year.ends.p[i].together >= year.ends.p[i - 1].together);
  }
  assert_int_equal(year.ends.p[11].together, emptied(t, s, c, year.ends.p[11].last));
  assert_int_equal(year.ends.p[2].together, emptied(t, s, c, year.ends.p[2].last));
  assert_true(year.ends.p[11].together >= alone);
  assert_true(alone > 0);
}

static void estimates_are_those_given_and_the_rest_unknown(struct db_test *t) {
  const struct seaborough *s = test_seaborough(t);
  const struct coverage *c = test_facts(t);
  int64_t known = 0, found = 0;
  for (int hood = 0; hood < SB_NEIGHBOURHOODS; hood++)
    for (size_t i = 0; i < c->n_cohorts; i++) {
      struct coverage_people p = coverage_people_of(c, test_hood(c, s, hood), i);
      int64_t expected = COVERAGE_UNKNOWN;
      for (size_t k = 0; k < s->estimates.n; k++)
        if (s->estimates.p[k].hood == hood &&
            str_eq(s->estimates.p[k].cohort, c->cohorts->p[i].code))
          expected = s->estimates.p[k].people, known++;
      assert_true(p.people == expected);
      if (expected != COVERAGE_UNKNOWN) assert_true(str_eq(p.age_band, S("16-64"))), found++;
    }
  assert_int_equal(known, s->estimates.n);
  assert_int_equal(found, known);
  assert_true(str_eq(c->kind, S("neighbourhood")));
}

/* ---- Rules one by one. */

static void states_follow_dates_ahead_and_back(struct db_test *t) {
  const day_t today = TEST_DAY;
  const struct standing_facts f = {.published_on = today - 100,
                                   .withdrawn_on = DAY_NONE,
                                   .starts = today - 90,
                                   .ends = today + 400,
                                   .assured_on = today - 10,
                                   .review_days = 180,
                                   .status = S("active")};
  struct standing_facts stale = f, later = f, withdrawn = f, unending = f;
  stale.assured_on = today - 300, later.starts = today + 40, withdrawn.withdrawn_on = today - 5,
  unending.ends = DAY_NONE;
  const struct {
    const struct standing_facts *f;
    int days;
    enum standing_state expected;
  } cases[] = {{&f, 0, STANDING_LIVE},
               {&f, 300, STANDING_LIVE} /* the review runs out, the future stays as known */,
               {&f, 400, STANDING_LIVE},
               {&f, 401, STANDING_ENDED},
               {&f, -50, STANDING_LIVE} /* checked since */,
               {&f, -95, STANDING_NOT_STARTED},
               {&f, -101, STANDING_WITHDRAWN},
               {&stale, 0, STANDING_UNCHECKED},
               {&stale, 200, STANDING_UNCHECKED},
               {&stale, -90, STANDING_UNCHECKED},
               {&later, 39, STANDING_NOT_STARTED},
               {&later, 40, STANDING_LIVE},
               {&withdrawn, -6, STANDING_LIVE},
               {&withdrawn, -5, STANDING_WITHDRAWN},
               {&withdrawn, 30, STANDING_WITHDRAWN},
               {&unending, 3000, STANDING_LIVE}};
  for (size_t i = 0; i < countof(cases); i++)
    if (coverage_state(cases[i].f, today + cases[i].days, today) != cases[i].expected)
      fail_msg("case %zu: %d", i, (int)coverage_state(cases[i].f, today + cases[i].days, today));
  assert_int_equal(coverage_day(day_of(2026, 11, 1), today), today);
  assert_int_equal(coverage_day(day_of(2027, 3, 20), today), day_of(2027, 3, 1));
  (void)t;
}

static struct coverage_cell cell_at(struct db_test *t, const char *area, day_t day) {
  const struct coverage *c = test_facts(t);
  struct coverage_cell *cells =
      coverage_count(c, t->arena, coverage_area_find(c, str_of(area)), day, TEST_DAY);
  return cells[test_cohort(c, S("carer")) * c->n_styles + test_style(c, S("transport"))];
}

static void unknown_is_never_none(struct db_test *t) {
  test_places(t);
  struct service s = test_service(t, "Rides", "carer", "transport");
  test_area(t, s.id, "T1");
  const struct coverage *c = test_facts(t);
  struct coverage_cell live = cell_at(t, "T1", TEST_DAY), other = cell_at(t, "T2", TEST_DAY);
  assert_int_equal(coverage_offers(c, &live, TEST_DAY), 1);
  assert_true(coverage_places(&live) == COVERAGE_UNKNOWN); /* the entry does not say */
  assert_int_equal(coverage_offers(c, &other, TEST_DAY), 0);
  assert_int_equal(coverage_places(&other), 0);
  assert_true(coverage_offers(c, &other, TEST_DAY - 201) ==
              COVERAGE_UNKNOWN); /* before the directory was kept */
  s.assured_on = TEST_DAY - 300;
  test_save(t, &service_type, &s);
  c = test_facts(t);
  live = cell_at(t, "T1", TEST_DAY);
  assert_int_equal(live.live, 0);
  assert_true(coverage_offers(c, &live, TEST_DAY) ==
              COVERAGE_UNKNOWN); /* nobody has checked: not a gap, not an offer */
  assert_true(coverage_places(&live) == COVERAGE_UNKNOWN);
}

static void areas_above_and_below_count(struct db_test *t) {
  test_places(t);
  struct service whole = test_service(t, "All of it", "carer", "transport"),
                 part = test_service(t, "One part", "carer", "transport"),
                 nowhere = test_service(t, "Not said where", "carer", "transport"),
                 anywhere = test_service(t, "Anywhere", "carer", "transport");
  test_area(t, whole.id, "TR");
  test_area(t, part.id, "T1");
  anywhere.whole_area = 1, anywhere.places_total = 12;
  test_save(t, &service_type, &anywhere);
  (void)nowhere;
  assert_int_equal(cell_at(t, "T1", TEST_DAY).live, 3);
  assert_int_equal(cell_at(t, "T2", TEST_DAY).live, 2);
  assert_int_equal(cell_at(t, "TR", TEST_DAY).live, 3);
  assert_int_equal(cell_at(t, "no such area: the whole directory", TEST_DAY).live, 4);
  assert_int_equal(cell_at(t, "T2", TEST_DAY).places, 12);
  assert_int_equal(cell_at(t, "T2", TEST_DAY).saying, 1);
}

static void estimates_come_in_whole_or_not_at_all(struct db_test *t) {
  test_places(t);
  struct import_result r = test_people(
      t,
      PEOPLE_HEAD
      "T1,carer,16-64,2024,Somebody,100,people\nT9,carer,16-64,2024,Somebody,100,people\nT1,"
      "wizards,16-64,2024,Somebody,1,people\n"
      "T1,carer,young,2024,Somebody,1,people\nT1,carer,16-64,,Somebody,1,people\nT1,carer,16-64,"
      "2024,,1,people\n"
      "T1,carer,16-64,2024,Somebody,-4,people\nT1,carer,16-64,2024,Somebody,4,percent\n",
      false);
  assert_int_equal(r.bad, 7);
  assert_int_equal(r.faults.n, 7);
  assert_int_equal(r.faults.p[0].line, 3);
  assert_true(str_eq(r.faults.p[0].column, S("area")) && str_eq(r.faults.p[6].column, S("unit")));
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from population_estimate")), 0);
  const char *good = PEOPLE_HEAD
      "T1,carer,16-64,2023,Somebody,90,people\nT1,Carer,16-64,2024,Somebody,110,people\n"
      "T2,carer,16-64,2024,Somebody,40,people\nT1,unemployed,16-64,2024,Somebody,7,people\n";
  r = test_people(t, good, true);
  assert_int_equal(r.added, 4);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from population_estimate")), 0);
  test_people(t, good, false);
  const struct coverage *c = test_facts(t);
  size_t carer = test_cohort(c, S("carer")), unemployed = test_cohort(c, S("unemployed"));
  int32_t t1 = coverage_area_find(c, S("T1")), region = coverage_area_find(c, S("TR"));
  assert_int_equal(coverage_people_of(c, t1, carer).people,
                   110); /* the newest edition counts, the other is kept */
  assert_int_equal(coverage_people_of(c, region, carer).people, 150);
  assert_true(coverage_people_of(c, region, unemployed).people ==
              COVERAGE_UNKNOWN); /* one part is not known */
  r = test_people(
      t,
      PEOPLE_HEAD
      "T1,carer,16-64,2024,Somebody,120,people\nT2,carer,16-64,2024,Somebody,40,people\n",
      false);
  assert_int_equal(r.changed, 1);
  assert_int_equal(r.same, 1);
  assert_int_equal(coverage_people_of(test_facts(t), t1, carer).people,
                   120); /* what is kept is read again */
  test_people(t, PEOPLE_HEAD "T2,carer,18-66,2025,Somebody,44,people\n", false);
  assert_true(coverage_people_of(test_facts(t), region, carer).people ==
              COVERAGE_UNKNOWN); /* ages do not add up */
  assert_int_equal(coverage_round(1234), 1200);
  assert_int_equal(coverage_round(99), 99);
  assert_int_equal(coverage_round(996), 1000);
  assert_true(coverage_round(COVERAGE_UNKNOWN) == COVERAGE_UNKNOWN);
}

static void last_days_and_people_of_cliffs(struct db_test *t) {
  struct service two = test_service(t, "Two funds", "carer", "transport"),
                 open = test_service(t, "One fund open", "carer", "advice"),
                 own = test_service(t, "Own day", "carer", "coaching");
  two.places_total = 30, two.places_left = 4;
  test_save(t, &service_type, &two);
  test_fund(t, two.id, "First", 1200000, TEST_DAY - 365, TEST_DAY + 20);
  test_fund(t, two.id, "Second", 600000, TEST_DAY - 365, TEST_DAY + 80);
  test_fund(t, open.id, "Third", 5000, DAY_NONE, TEST_DAY + 20);
  test_fund(t, open.id, "Fourth", NUMBER_NONE, DAY_NONE, DAY_NONE);
  own.ends = TEST_DAY + 200, own.places_left = 3;
  test_save(t, &service_type, &own);
  struct coverage_cliffs year = coverage_cliffs(test_facts(t), t->arena, -1, 12, TEST_DAY);
  assert_int_equal(year.ends.n, 2);
  assert_int_equal(year.ends.p[0].last, TEST_DAY + 80); /* it runs while any of its funds does */
  assert_int_equal(year.ends.p[0].people, 26);
  assert_true(year.ends.p[0].pence_month > 0);
  assert_int_equal(year.ends.p[1].last, TEST_DAY + 200);
  assert_true(year.ends.p[1].people ==
              COVERAGE_UNKNOWN); /* places left say nothing of people helped */
  assert_true(year.ends.p[1].pence_month == COVERAGE_UNKNOWN);
  assert_int_equal(year.unknown.n, 1);
  assert_true(str_eq(year.unknown.p[0]->name, S("One fund open")));
  assert_int_equal(year.ends.p[0].alone, 1); /* no areas at all: the whole directory is one */
  assert_int_equal(coverage_cliffs(test_facts(t), t->arena, -1, 3, TEST_DAY).ends.n, 1);
}

static void an_empty_directory_has_no_answer(struct db_test *t) {
  const struct coverage *c = test_facts(t);
  struct coverage_cell *cells = coverage_count(c, t->arena, -1, TEST_DAY, TEST_DAY);
  assert_true(coverage_offers(c, cells, TEST_DAY) == COVERAGE_UNKNOWN);
  assert_int_equal(coverage_gaps(c, t->arena, c->kind, -1, TEST_DAY, TEST_DAY).n, 0);
  assert_int_equal(coverage_cliffs(c, t->arena, -1, 12, TEST_DAY).ends.n, 0);
}

int engine_tests(int argc, char **argv, const struct migrations *lists, size_t n) {
  static const struct db_test_case cases[] = {
      DB_TEST(every_cell_counts_as_the_generator_does),
      DB_TEST(overlaps_are_those_planted),
      DB_TEST(holes_are_those_planted),
      DB_TEST(cliffs_are_those_planted),
      DB_TEST(what_cliffs_leave_alone_and_together),
      DB_TEST(estimates_are_those_given_and_the_rest_unknown),
      DB_TEST(states_follow_dates_ahead_and_back),
      DB_TEST(unknown_is_never_none),
      DB_TEST(areas_above_and_below_count),
      DB_TEST(estimates_come_in_whole_or_not_at_all),
      DB_TEST(last_days_and_people_of_cliffs),
      DB_TEST(an_empty_directory_has_no_answer)};
  return db_test_main(argc, argv, "coverage: engine", cases, countof(cases), lists, n);
}
