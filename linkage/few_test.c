/* Two people weighed without a run: reasons add up, a family stays a family, and blocking texts
 * bring the records of one person together. */
#include <math.h>
#include <stdlib.h>
#include "linkage/linkage_test.h"
#include "base/csv.h"
#include "linkage/few.h"

static struct few *model(struct arena *a) {
  struct why why = {0};
  FILE *f = fopen(KNOWN_MODEL, "rb");
  static char text[1 << 16];
  assert_non_null(f);
  size_t n = fread(text, 1, sizeof text, f);
  fclose(f);
  struct few *few = few_open(a, (struct str){text, n}, &why);
  if (!few) fail_msg("%s", why.text);
  few_among(few, 100000, 0.05);
  return few;
}

static struct few_record rec(const char *forename, const char *surname, const char *dob,
                             const char *postcode, const char *phone) {
  return (struct few_record){
      {str_of(forename), str_of(surname), str_of(dob), str_of(postcode), str_of(phone), {0}}};
}

static const struct few_common untold;

static void reasons_add_up_to_the_weight(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 26);
  struct few *f = model(&a);
  struct few_record x = rec("Elizabeth", "Hughes", "1/2/1980", "M1 1AA", "07700 900123"),
                    y = rec("Liz", "Hugues", "2/1/1980", "", "+44 7700 900123");
  struct few_answer one = few_weigh(f, &x, &y, untold, a), other = few_weigh(f, &y, &x, untold, a);
  float sum = 0;
  assert_true(one.n == FEW_FIELDS + 1);
  for (size_t i = 0; i < one.n; i++) sum += one.step[i].weight;
  assert_true(fabsf(sum - one.weight) < .01f && fabsf(one.weight - other.weight) < .01f);
  assert_true(one.probability > few_threshold(f));
  for (size_t i = 0; i < one.n; i++) {
    if (one.step[i].field == FEW_FORENAME) assert_int_equal(one.step[i].like, FEW_NEAR);
    if (one.step[i].field == FEW_POSTCODE) assert_int_equal(one.step[i].like, FEW_UNKNOWN);
    if (one.step[i].field == FEW_PHONE) assert_int_equal(one.step[i].like, FEW_SAME);
  }
  arena_close(&a);
}

static void a_family_is_not_one_person(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 26);
  struct few *f = model(&a);
  struct few_record mother = rec("Maria", "Okafor", "3/4/1970", "TS1 2AB", "01642 555000"),
                    child = rec("Grace", "Okafor", "9/8/2001", "TS1 2AB", "01642 555000"),
                    twin = rec("Peter", "Okafor", "9/8/2001", "TS1 2AB", "01642 555000");
  assert_true(few_weigh(f, &mother, &child, untold, a).probability < few_look(f));
  assert_true(few_weigh(f, &child, &twin, untold, a).probability < few_threshold(f));
  struct few_record moved = rec("Grace", "Okafor", "9/8/2001", "M1 1AA", "07700 900999");
  assert_true(few_weigh(f, &child, &moved, untold, a).probability > few_threshold(f));
  arena_close(&a);
}

static void a_rare_name_says_more(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 26);
  struct few *f = model(&a);
  struct few_record x = rec("Amina", "Thistlewood", "", "", ""), y = x;
  struct few_common rare = {20, 3, 100000}, often = {2000, 1500, 100000};
  assert_true(few_weigh(f, &x, &y, rare, a).weight > few_weigh(f, &x, &y, often, a).weight + 4);
  arena_close(&a);
}

static void a_model_without_a_column_is_refused(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 26);
  struct why why = {0};
  assert_null(few_open(&a, S("{}"), &why));
  assert_non_null(strstr(why.text, "not trained"));
  assert_null(few_open(&a, S("{\"trained\": 3}"), &why));
  arena_close(&a);
}

struct made {
  struct str cluster, keys[FEW_KEYS_MAX];
  size_t n;
};

static bool meet(const struct made *a, const struct made *b) {
  for (size_t i = 0; i < a->n; i++)
    for (size_t j = 0; j < b->n; j++)
      if (str_eq(a->keys[i], b->keys[j])) return true;
  return false;
}

/* Invented people with all the troubles of generate.h: nearly every pair of one person meets, and
 * hardly any two strangers do. */
static void records_of_one_person_share_a_key(void **state) {
  (void)state;
  enum { N = 3000 };
  struct arena a = arena_open((size_t)1 << 28);
  struct str text = test_people(&a, N, 5, "records=2");
  struct csv *csv = csv_open_str(&a, text);
  struct csv_row row;
  struct why why;
  struct made *made = arena_many(&a, struct made, N);
  size_t n = 0, together = 0, met = 0, strangers = 0;
  assert_int_equal(csv_next(csv, &row, &why), CSV_ROW);
  while (n < N && csv_next(csv, &row, &why) == CSV_ROW) {
    struct few_record r = {{row.cell[3], row.cell[5], row.cell[7], row.cell[9], row.cell[10], {0}}};
    made[n].cluster = str_copy(&a, row.cell[1]);
    made[n].n = few_keys(&a, &r, made[n].keys);
    n++;
  }
  csv_close(csv);
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1; j < n; j++) {
      bool same = str_eq(made[i].cluster, made[j].cluster), meets = meet(&made[i], &made[j]);
      together += same, met += same && meets, strangers += !same && meets;
    }
  assert_true(together > 1000);
  if ((double)met < .98 * (double)together)
    fail_msg("%zu of %zu pairs of one person share a key", met, together);
  assert_true(strangers < (size_t)20 * n);
  arena_close(&a);
}

static void a_name_is_split(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 20);
  struct str f, s;
  few_split_name(&a, S("Grace Okafor"), &f, &s);
  assert_true(str_eq(f, S("Grace")) && str_eq(s, S("Okafor")));
  few_split_name(&a, S("Okafor, Grace"), &f, &s);
  assert_true(str_eq(f, S("Grace")) && str_eq(s, S("Okafor")));
  few_split_name(&a, S("Grace"), &f, &s);
  assert_true(str_eq(f, S("Grace")) && !s.n);
  arena_close(&a);
}

int test_few(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reasons_add_up_to_the_weight),
      cmocka_unit_test(a_family_is_not_one_person),
      cmocka_unit_test(a_rare_name_says_more),
      cmocka_unit_test(a_model_without_a_column_is_refused),
      cmocka_unit_test(records_of_one_person_share_a_key),
      cmocka_unit_test(a_name_is_split),
  };
  return cmocka_run_group_tests_name("two people weighed", tests, NULL, NULL);
}
