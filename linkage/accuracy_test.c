/* How right the answers are, on files whose truth is known, and that the truth is never used. */
#include <stdlib.h>
#include <zlib.h>
#include "linkage/linkage_test.h"

static struct accuracy accuracy_of(const char *path, const char *truth,
                                   const struct link_config *config) {
  struct arena a = arena_open((size_t)1 << 31);
  struct link_run *run = test_run(path, truth, config);
  struct accuracy acc = link_accuracy(run, a);
  struct expected e = link_expected(run);
  assert_true(e.precision > .9 && e.precision <= 1 && e.recall > .3 && e.recall <= 1);
  link_close(run);
  free(run);
  arena_close(&a);
  return acc;
}

static const char *shared_file(const char *name) {
  static char path[512];
  snprintf(path, sizeof path, "%s/%s", shared_data, name);
  if (file_exists(path)) return path;
  printf("skipped: %s is not beside this checkout\n", name);
  skip();
  return NULL;
}

static void febrl_files_link_almost_without_fault(void **state) {
  (void)state;
  struct accuracy acc = accuracy_of(shared_file("dataset3.csv"), "rec_id", NULL);
  assert_int_equal(acc.true_pairs, 6538);
  assert_true(acc.best_f1 >= .997 && acc.f1 >= .997 && acc.cluster_f1 >= .997);
  acc = accuracy_of(shared_file("dataset2.csv"), "rec_id", NULL);
  assert_true(acc.best_f1 >= .997 && acc.cluster_f1 >= .995);
}

static void very_noisy_small_files_still_link(void **state) {
  (void)state;
  struct accuracy acc = accuracy_of(shared_file("fake_1000.csv"), "cluster", NULL);
  assert_true(acc.best_f1 >= .90 && acc.cluster_f1 >= .88 && acc.cluster_precision >= .98);
}

static void households_stay_people(void **state) {
  (void)state;
  if (SANITIZED) skip();
  const char *path = test_path("uk100k.csv");
  gzFile gz = gzopen(shared_file("uk100k.csv.gz"), "rb");
  FILE *out = fopen(path, "wb");
  char room[1 << 16];
  assert_true(gz && out);
  for (int n; (n = gzread(gz, room, sizeof room)) > 0;) fwrite(room, 1, (size_t)n, out);
  gzclose(gz);
  fclose(out);
  struct accuracy acc = accuracy_of(path, "cluster", NULL);
  assert_int_equal(acc.true_pairs, 64941);
  assert_true(acc.cluster_f1 >= .975 && acc.cluster_precision >= .99 && acc.reach >= .99);
}

static void invented_people_link_whatever_their_troubles(void **state) {
  (void)state;
  static const struct {
    const char *set;
    double least;
  } worlds[] = {{NULL, .96},         {"twins=0.5", .96},     {"same_name=0.4", .955},
                {"move=0.8", .93},   {"missing=1.8", .90},   {"typo=0.08", .93},
                {"rename=0.5", .95}, {"swap_names=0.2", .94}};
  struct arena a = arena_open((size_t)1 << 30);
  const char *path = test_path("world.csv");
  for (size_t i = 0; i < (SANITIZED ? 2 : countof(worlds)); i++) {
    test_write(path, test_people(&a, SANITIZED ? 4000 : 20000, 40 + i, worlds[i].set));
    struct accuracy acc = accuracy_of(path, "cluster", NULL);
    if (acc.cluster_f1 < worlds[i].least || acc.cluster_precision < .985)
      fail_msg("%s: clustered F1 %.4f precision %.4f", worlds[i].set ? worlds[i].set : "usual",
               acc.cluster_f1, acc.cluster_precision);
    arena_reset(&a);
  }
  arena_close(&a);
}

/* Two files of one record a person each: linked across, one to one. */
static void two_files_link_one_to_one(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 28);
  struct str rest = test_people(&a, 6000, 9, NULL), line, header = str_cut(&rest, '\n');
  struct buf file[2] = {buf_open(1 << 22), buf_open(1 << 22)};
  uint8_t *seen = arena_many(&a, uint8_t, 7000);
  for (int f = 0; f < 2; f++) buf_format(&file[f], "%.*s\n", P(header));
  while ((line = str_cut(&rest, '\n')).n) {
    struct str cells = line;
    str_cut(&cells, ',');
    int64_t person = 0;
    assert_true(str_to_i64(str_cut(&cells, ','), &person));
    if (seen[person] < 2) buf_format(&file[seen[person]++], "%.*s\n", P(line));
  }
  for (int f = 0; f < 2; f++) test_write(test_path(f ? "b.csv" : "a.csv"), buf_str(&file[f]));
  struct outcome o = test_command(test_path("a.csv"), test_path("b.csv"), "--truth", "cluster",
                                  "--out", test_path("pairs.csv"), NULL);
  assert_int_equal(o.status, 0);
  assert_non_null(strstr(o.out, "Each source is taken to hold nobody twice"));
  double f1 = 0;
  const char *clustered = strstr(o.out, "  clustered");
  assert_non_null(clustered);
  f1 = strtod(strstr(clustered, "F1 ") + 3, NULL);
  assert_true(f1 > .95);
  buf_free(&file[0]);
  buf_free(&file[1]);
  arena_close(&a);
}

/* The same people with the truth column present, absent or false give the same pairs, byte for
 * byte. */
static void truth_is_never_seen(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 28);
  struct str people = test_people(&a, 3000, 21, NULL), rest = people, line, with, without, pairs[3];
  struct buf lies = buf_open(1 << 22);
  struct why why;
  line = str_cut(&rest, '\n');
  buf_format(&lies, "%.*s\n", P(line));
  while ((line = str_cut(&rest, '\n')).n) {
    struct str id = str_cut(&line, ',');
    str_cut(&line, ',');
    buf_format(&lies, "%.*s,1,%.*s\n", P(id), P(line));
  }
  test_write(test_path("true.csv"), people);
  test_write(test_path("lies.csv"), buf_str(&lies));
  assert_int_equal(
      test_command(test_path("true.csv"), "--quiet", "--out", test_path("p0.csv"), NULL).status, 0);
  assert_int_equal(test_command(test_path("true.csv"), "--quiet", "--truth", "cluster", "--out",
                                test_path("p1.csv"), NULL)
                       .status,
                   0);
  assert_int_equal(test_command(test_path("lies.csv"), "--quiet", "--truth", "cluster", "--out",
                                test_path("p2.csv"), NULL)
                       .status,
                   0);
  for (int i = 0; i < 3; i++) {
    char name[16];
    snprintf(name, sizeof name, "p%d.csv", i);
    assert_true(file_read(&a, test_path(name), 1 << 24, &pairs[i], &why));
  }
  with = pairs[0];
  without = pairs[1];
  assert_true(with.n > 1000 && str_eq(with, without) && str_eq(with, pairs[2]));
  buf_free(&lies);
  arena_close(&a);
}

static void the_same_seed_makes_the_same_people(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 28);
  struct str x = test_people(&a, 500, 4, NULL), y = test_people(&a, 500, 4, NULL),
             z = test_people(&a, 500, 5, NULL);
  assert_true(str_eq(x, y) && !str_eq(x, z));
  size_t lines = 0;
  while (x.n) lines += str_cut(&x, '\n').n > 0;
  assert_int_equal(lines, 501);
  arena_close(&a);
}

int test_accuracy(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(febrl_files_link_almost_without_fault),
                                     cmocka_unit_test(very_noisy_small_files_still_link),
                                     cmocka_unit_test(households_stay_people),
                                     cmocka_unit_test(invented_people_link_whatever_their_troubles),
                                     cmocka_unit_test(two_files_link_one_to_one),
                                     cmocka_unit_test(truth_is_never_seen),
                                     cmocka_unit_test(the_same_seed_makes_the_same_people)};
  return cmocka_run_group_tests_name("accuracy", tests, NULL, NULL);
}
