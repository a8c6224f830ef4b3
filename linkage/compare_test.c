/* Values in one form, Jaro-Winkler against its definition, levels on pairs a person would judge,
 * clusters. */
#include <math.h>
#include <stdlib.h>
#include "linkage/linkage_test.h"

static struct str name_of(const char *raw, struct arena *a) {
  char *room = arena_many(a, char, NORM_BYTES);
  return norm_name(str_of(raw), room, *a);
}

static void values_have_one_form(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 20);
  static const char *const names[][2] = {{"O'Brien", "obrien"},
                                         {" Anne-Marie ", "anne marie"},
                                         {"N/A", ""},
                                         {"unknown", ""},
                                         {"Nancy", "nancy"},
                                         {"Zoë", "zoe"},
                                         {"Łukasz", "lukasz"},
                                         {"Иван", "ivan"},
                                         {"Γιώργος", "giorgos"},
                                         {"", ""},
                                         {"...", ""}};
  for (size_t i = 0; i < countof(names); i++) {
    struct str got = name_of(names[i][0], &a);
    if (!str_eq(got, str_of(names[i][1]))) fail_msg("%s became %.*s", names[i][0], P(got));
  }
  char room[NORM_BYTES];
  assert_true(str_eq(norm_forename(S("Dr. Ann"), room, a), S("ann")));
  assert_true(str_eq(norm_forename(S("Mr"), room, a), S("mr")));
  assert_int_equal(norm_dob(S("1974-05-19")), 0x19740519);
  assert_int_equal(norm_dob(S("19/05/1974")), 0x19740519);
  assert_int_equal(norm_dob(S("19740519")), 0x19740519);
  assert_int_equal(norm_dob(S("19 May 1974")), 0x19740519);
  assert_int_equal(norm_dob(S("19990229")), 0x19990229); /* no such day, still evidence */
  assert_int_equal(norm_dob(S("soon")), 0);
  assert_true(norm_phone(S("+44 (0)7700 900123")) == norm_phone(S("07700900123")));
  assert_true(norm_phone(S("0044 7700 900123")) == norm_phone(S("07700 900 123")));
  assert_true(norm_phone(S("0000000")) == 0);
  assert_true(norm_national(S("QQ 12 34 56 C")) ==
              norm_national(S("qq123456d"))); /* the suffix is not the person */
  assert_true(norm_national(S("QQ 12 34 56 C")) != norm_national(S("qq123457c")));
  assert_true(norm_postcode(S("m1 1ae")) == norm_postcode(S("M11AE")));
  assert_int_equal(norm_sex(S("Female")), 1);
  assert_int_equal(norm_sex(S("M")), 2);
  assert_int_equal(norm_sex(S("not known")), 0);
  struct full_name f = split_full_name(S("Smith, Ann Mary"));
  assert_true(str_eq(f.surname, S("Smith")) && str_eq(f.forename, S("Ann")) &&
              str_eq(f.middle, S("Mary")));
  f = split_full_name(S("Ann Mary Smith"));
  assert_true(str_eq(f.surname, S("Smith")) && str_eq(f.forename, S("Ann")) &&
              str_eq(f.middle, S("Mary")));
  arena_close(&a);
}

static void jaro_winkler_is_the_published_one(void **state) {
  (void)state; /* Winkler (1990), table of examples */
  assert_true(fabs(jaro_winkler(S("martha"), S("marhta")) - .9611) < 1e-4);
  assert_true(fabs(jaro_winkler(S("dixon"), S("dicksonx")) - .8133) < 1e-4);
  assert_true(fabs(jaro_winkler(S("dwayne"), S("duane")) - .84) < 1e-4);
  assert_true(jaro_winkler(S("abc"), S("xyz")) == 0 && jaro_winkler(S("abc"), S("abc")) == 1);
}

/* Pairs of every kind: random, close, repeated letters, other bytes, lengths 1 to 16. */
static struct cell random_cell(struct rng *r, struct cell like) {
  char s[CELL_TEXT];
  size_t n = 1 + rng_below(r, CELL_TEXT), letters = rng_below(r, 4) ? 26 : 3;
  for (size_t i = 0; i < n; i++) s[i] = (char)('a' + rng_below(r, letters));
  if (like.n && rng_below(r, 2)) {
    n = like.n;
    memcpy(s, like.text, n);
    for (size_t k = rng_below(r, 4); k--;) {
      size_t i = rng_below(r, n), j = rng_below(r, n);
      char t = s[i];
      s[i] = s[j];
      s[j] = t;
      if (rng_below(r, 3) == 0) s[i] = (char)(rng_below(r, 8) ? 'a' + rng_below(r, 26) : 0xc3);
    }
  }
  return cell_name((struct str){s, n});
}

static void levels_equal_the_plain_definition(void **state) {
  (void)state;
  enum { MANY = 2000 };
  struct rng r = rng_seed(11);
  struct jw_bounds bounds;
  struct cell *x = calloc(MANY, sizeof *x), *y = calloc(MANY, sizeof *y);
  uint8_t *fast = malloc(MANY), *other = malloc(MANY);
  uint64_t seen[3] = {0};
  jw_bounds_fill(&bounds);
  for (int round = 0; round < (SANITIZED ? 20 : 400); round++) {
    for (int i = 0; i < MANY; i++) {
      x[i] = random_cell(&r, (struct cell){0});
      y[i] = random_cell(&r, x[i]);
    }
    kernel_any.jw_levels(&bounds, x, y, MANY, fast);
    kernel_of_machine()->jw_levels(&bounds, x, y, MANY, other);
    for (int i = 0; i < MANY; i++) {
      enum jw_level plain =
          jw_level_plain((struct str){x[i].text, x[i].n}, (struct str){y[i].text, y[i].n});
      if (fast[i] != plain || other[i] != plain)
        fail_msg("%.16s / %.16s: %d, %d, plain %d", x[i].text, y[i].text, fast[i], other[i], plain);
      seen[plain]++;
    }
  }
  assert_true(seen[JW_FAR] > 1000 && seen[JW_NEAR] > 1000 && seen[JW_CLOSE] > 1000);
  free(x), free(y), free(fast), free(other);
}

/* Two people as rows; the levels of chosen fields. */
static unsigned level_of(const char *row_a, const char *row_b, const char *field) {
  struct arena a = arena_open(1 << 22);
  const char *path = test_path("two.csv");
  struct buf b = buf_open(1 << 16);
  buf_format(&b,
             "id,forename,middle,surname,sex,dob,house,postcode,phone,nino,address,age\n1,%s\n2,%"
             "s\n3,,,,,,,,,,,\n",
             row_a, row_b);
  test_write(path, buf_str(&b));
  buf_free(&b);
  struct link_run *run = test_run(path, NULL, NULL);
  struct scored s =
      score_pair(kernel_of_machine(), &run->people, &run->weights, (struct pair){0, 1});
  unsigned level = LEVEL_MISSING;
  for (unsigned f = 0; f < run->model.n_fields; f++)
    if (!strcmp(run->model.field[f].name, field)) level = pattern_level(s.pattern, f);
  link_close(run);
  free(run);
  arena_close(&a);
  return level;
}

static void levels_say_what_a_person_would(void **state) {
  (void)state;
  static const struct {
    const char *field, *a, *b;
    unsigned level;
  } cases[] = {
      {"forename", "ann,,smith,f,,,,,,,", "ann,,smith,f,,,,,,,", 6},
      {"forename", "elizabeth,,smith,f,,,,,,,", "Liz,,smith,f,,,,,,,", 5},
      {"forename", "catherine,,smith,f,,,,,,,", "cathrine,,smith,f,,,,,,,", 4},
      {"forename", "a,,smith,f,,,,,,,", "ann,,smith,f,,,,,,,", 2},
      {"forename", "ann,rose,smith,f,,,,,,,", "rose,,smith,f,,,,,,,", 1},
      {"forename", "kelly,,walker,f,,,,,,,", "walker,,kelly,f,,,,,,,", 7},
      {"surname", "kelly,,walker,f,,,,,,,", "walker,,kelly,f,,,,,,,", LEVEL_MISSING},
      {"surname", "ann,,smith-jones,f,,,,,,,", "ann,,jones,f,,,,,,,", 4},
      {"surname", "ann,,o'brien,f,,,,,,,", "ann,,obrien,f,,,,,,,", 5},
      {"surname", "ann,,,f,,,,,,,", "ann,,obrien,f,,,,,,,",
       LEVEL_MISSING}, /* missing is not disagreement */
      {"sex", "ann,,smith,f,,,,,,,", "ann,,smith,m,,,,,,,",
       LEVEL_MISSING}, /* the forename has said it */
      {"sex", "ann,,smith,f,,,,,,,", "bob,,smith,m,,,,,,,", 0},
      {"dob", "ann,,s,f,1980-03-04,,,,,,", "ann,,s,f,1980-04-03,,,,,,", 5},
      {"dob", "ann,,s,f,1980-03-04,,,,,,", "ann,,s,f,1980-03-14,,,,,,", 4},
      {"dob", "ann,,s,f,1980-03-04,,,,,,", "ann,,s,f,1908-03-04,,,,,,", 4},
      {"dob", "ann,,s,f,1980-03-04,,,,,,", "ann,,s,f,1980-03-27,,,,,,", 3},
      {"dob", "ann,,s,f,1980-03-24,,,,,,", "ann,,s,f,1980-01-01,,,,,,", 2},
      {"dob", "ann,,s,f,1980-03-04,,,,,,", "ann,,s,f,1982-11-27,,,,,,", 1},
      {"dob", "ann,,s,f,1980-03-04,,,,,,", "ann,,s,f,1950-11-27,,,,,,", 0},
      {"postcode", "ann,,s,f,,,M1 1AE,,,,", "ann,,s,f,,,m11ae,,,,", 4},
      {"postcode", "ann,,s,f,,,M1 1AE,,,,", "ann,,s,f,,,M1 1XZ,,,,", 2},
      {"postcode", "ann,,s,f,,,M1 1AE,,,,", "ann,,s,f,,,M1 9XZ,,,,", 1},
      {"postcode", "ann,,s,f,,,M1 1AE,,,,", "ann,,s,f,,,N1 1AE,,,,", 3},
      {"postcode", "ann,,s,f,,,M1 1AE,,,,", "ann,,s,f,,,LS6 2PQ,,,,", 0},
      {"phone", "ann,,s,f,,,,07700 900123,,,", "ann,,s,f,,,,+447700900123,,,", 2},
      {"phone", "ann,,s,f,,,,07700 900123,,,", "ann,,s,f,,,,07700 900132,,,", 1},
      {"phone", "ann,,s,f,,,,07700 900123,,,", "ann,,s,f,,,,07700 90013,,,", 1},
      {"nino", "ann,,s,f,,,,,AB123456C,,", "ann,,s,f,,,,,AB123456D,,", 2},
      {"nino", "ann,,s,f,,,,,AB123456C,,", "ann,,s,f,,,,,AB123465C,,", 1},
      {"nino", "ann,,s,f,,,,,AB123456C,,", "ann,,s,f,,,,,CD123456C,,", 0},
      {"house", "ann,,s,f,,12a,,,,,", "ann,,s,f,,12A,,,,,", 2},
      {"address", "ann,,s,f,,,,,,4 milne cove,", "ann,,s,f,,,,,,4 milnecove,", 2},
      {"address", "ann,,s,f,,,,,,4 milne cove,", "ann,,s,f,,,,,,99 high street,", 0},
  };
  for (size_t i = 0; i < countof(cases); i++) {
    unsigned got = level_of(cases[i].a, cases[i].b, cases[i].field);
    if (got != cases[i].level)
      fail_msg("%s of [%s] and [%s]: level %u, expected %u", cases[i].field, cases[i].a, cases[i].b,
               got, cases[i].level);
    assert_int_equal(level_of(cases[i].b, cases[i].a, cases[i].field),
                     got); /* the order of the two does not matter */
  }
}

static void both_kernels_agree(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 28);
  const char *path = test_path("kernels.csv");
  test_write(path, test_people(&a, 3000, 5, NULL));
  struct link_run *run = test_run(path, NULL, NULL);
  const struct kernel *k = kernel_of_machine();
  struct rng r = rng_seed(3);
  for (int i = 0; i < 20000; i++) {
    struct pair p = {(uint32_t)rng_below(&r, 3000), (uint32_t)rng_below(&r, 3000)};
    if (i % 2 && run->links.n)
      p = (struct pair){run->links.p[(size_t)i % run->links.n].a,
                        run->links.p[(size_t)i % run->links.n].b};
    if (p.a == p.b) continue;
    struct scored x = score_pair(&kernel_any, &run->people, &run->weights, p),
                  y = score_pair(k, &run->people, &run->weights, p);
    assert_true(x.pattern == y.pattern &&
                (x.weight == y.weight || fabsf(x.weight - y.weight) < 1e-3f));
  }
  /* A whole batch, several pairs at once, weighs what its pairs weigh one by one. */
  levels_t levels;
  struct pair many[BATCH];
  float weight[BATCH];
  size_t n = run->links.n < BATCH - 3 ? run->links.n : BATCH - 3; /* and some left over */
  for (size_t i = 0; i < n; i++)
    many[i] = i % 3 ? (struct pair){run->links.p[i].a, run->links.p[i].b}
                    : (struct pair){(uint32_t)i, (uint32_t)i + 1};
  assert_true(n > 100);
  k->levels(&run->people, many, n, levels);
  k->weights(&run->people, &run->weights, many, n, levels, weight);
  for (size_t i = 0; i < n; i++) {
    struct scored one = score_pair(&kernel_any, &run->people, &run->weights, many[i]);
    assert_true(one.pattern == pattern_of(run->people.m, levels, i));
    assert_true(one.weight == weight[i] || fabsf(one.weight - weight[i]) < 1e-3f);
  }
  link_close(run);
  free(run);
  arena_close(&a);
}

/* ---- clusters ---- */

struct few {
  float w[6][6];
  uint16_t source[6];
};
static void few_weigh(void *with, const uint32_t *members, size_t n, float *matrix) {
  struct few *f = with;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) matrix[i * n + j] = f->w[members[i]][members[j]];
}
static uint16_t few_source(void *with, uint32_t i) { return ((struct few *)with)->source[i]; }
static uint64_t few_rank(void *with, uint32_t i) {
  (void)with;
  return i;
}

static struct cluster_rules few_rules(struct few *f, bool one_per_source) {
  return (struct cluster_rules){.join = 4,
                                .touch = 0,
                                .one_per_source = one_per_source,
                                .weigh = few_weigh,
                                .source = few_source,
                                .rank = few_rank,
                                .with = f};
}

static void pair(struct few *f, int a, int b, float w) { f->w[a][b] = f->w[b][a] = w; }

static void a_chain_is_not_a_person(void **state) {
  (void)state; /* twins 0 and 2; record 1 is like both */
  struct arena a = arena_open(1 << 24);
  struct few f = {0};
  pair(&f, 0, 1, 9);
  pair(&f, 1, 2, 5);
  pair(&f, 0, 2, -12);
  uint32_t members[] = {0, 1, 2}, group[3];
  struct cluster_rules rules = few_rules(&f, false);
  assert_int_equal(cluster_component(&rules, members, 3, group, a), 2);
  assert_true(group[0] == group[1] && group[1] != group[2]);
  pair(&f, 0, 2, WEIGHT_MUST); /* a person knows better */
  assert_int_equal(cluster_component(&rules, members, 3, group, a), 1);
  pair(&f, 0, 2, WEIGHT_NEVER);
  pair(&f, 1, 2, 30);
  pair(&f, 0, 1, 30);
  assert_int_equal(cluster_component(&rules, members, 3, group, a), 2);
  arena_close(&a);
}

static void a_source_without_repeats_gives_one_record(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 24);
  struct few f = {.source = {0, 1, 1}};
  pair(&f, 0, 1, 8);
  pair(&f, 0, 2, 10);
  pair(&f, 1, 2, 9);
  uint32_t members[] = {0, 1, 2}, group[3];
  struct cluster_rules rules = few_rules(&f, true);
  assert_int_equal(cluster_component(&rules, members, 3, group, a), 2);
  assert_true(group[0] == group[2] && group[0] != group[1]);
  arena_close(&a);
}

int test_compare(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(values_have_one_form),
                                     cmocka_unit_test(jaro_winkler_is_the_published_one),
                                     cmocka_unit_test(levels_equal_the_plain_definition),
                                     cmocka_unit_test(levels_say_what_a_person_would),
                                     cmocka_unit_test(both_kernels_agree),
                                     cmocka_unit_test(a_chain_is_not_a_person),
                                     cmocka_unit_test(a_source_without_repeats_gives_one_record)};
  return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
