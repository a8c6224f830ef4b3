/* The command from outside: good use, and every kind of bad input: one sentence, an exit status,
 * nothing half-written. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "linkage/linkage_test.h"

static void no_file(const char *name) { assert_false(file_exists(test_path(name))); }

static void refuses(const char *csv, const char *words) {
  const char *path = test_path("bad.csv");
  unlink(test_path("out.csv"));
  test_write(path, str_of(csv));
  struct outcome o = test_command(path, "--quiet", "--out", test_path("out.csv"), NULL);
  if (o.status != 1 || !strstr(o.err, words))
    fail_msg("status %d, said: %s (expected: %s)", o.status, o.err, words);
  no_file("out.csv");
}

static void bad_files_get_a_sentence(void **state) {
  (void)state;
  refuses("", "empty");
  refuses("id,forename,surname\n", "at least two");
  refuses("id,forename,surname\n1,ann,lee\n", "at least two");
  refuses("id\n1\n2\n3\n", "column");
  refuses("id,forename,surname\n1,ann,lee\n1,bob,lee\n", "same id");
  refuses("id,forename,surname\n1,,\n2,,\n", "No record has a value");
  refuses("id,forename,surname\n1,ann,\"lee\n2,bob,lee\n", "Line 2");
}

static void nothing_in_common_is_said(void **state) {
  (void)state; /* above the size where everyone is compared with everyone */
  struct buf b = buf_open(1 << 20);
  buf_put(&b, S("id,nino\n"));
  for (int i = 0; i < 2000; i++) buf_format(&b, "%d,AB%06dC\n", i, i);
  test_write(test_path("apart.csv"), buf_str(&b));
  struct outcome o = test_command(test_path("apart.csv"), "--quiet", NULL);
  assert_int_equal(o.status, 1);
  assert_non_null(strstr(o.err, "No two records agree"));
  buf_reset(&b);
  buf_put(&b, S("id,forename,surname,dob\n"));
  for (int i = 0; i < 5000; i++) buf_format(&b, "%d,ann,lee,1980-01-01\n", i);
  test_write(test_path("equal.csv"), buf_str(&b));
  o = test_command(test_path("equal.csv"), "--quiet", "--out", test_path("equal_out.csv"), NULL);
  assert_int_equal(o.status, 1);
  assert_non_null(strstr(o.err, "too large to compare"));
  no_file("equal_out.csv");
  buf_free(&b);
}

/* Ids of two files differ, or a source column tells them apart; then a person's name has it too. */
static void two_files_are_told_apart(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 24);
  struct why why;
  struct str people;
  test_write(test_path("l.csv"), S("id,source,forename,surname,dob\n1,hub,ada,thrift,1990-01-02\n"
                                   "2,hub,bob,moss,1980-03-04\n"));
  test_write(test_path("r.csv"), S("id,source,forename,surname,dob\n1,homes,cy,dale,1962-07-08\n"
                                   "2,homes,ada,thrift,1990-01-02\n"));
  struct outcome o = test_command(test_path("l.csv"), test_path("r.csv"), "--clusters",
                                  test_path("told.csv"), "--explain", "hub/1,homes/2", NULL);
  assert_int_equal(o.status, 0);
  assert_non_null(strstr(o.out, "one person"));
  assert_non_null(strstr(o.out, "link from a probability of 0.95"));
  assert_true(file_read(&a, test_path("told.csv"), 1 << 20, &people, &why));
  assert_true(str_contains(people, S("id,cluster,band,source\r\n1,hub/1,link,hub\r\n"
                                     "2,hub/2,none,hub\r\n1,homes/1,none,homes\r\n"
                                     "2,hub/1,link,homes\r\n")));
  o = test_command(test_path("l.csv"), test_path("r.csv"), "--quiet", "--out", "-", NULL);
  assert_non_null(strstr(o.out, "id_l,id_r,weight,probability,pattern,source_l,source_r\r\n"));
  assert_non_null(strstr(o.out, ",hub,homes\r\n")); /* whose record 1, whose record 2 */
  test_write(test_path("l.csv"), S("id,forename,surname,dob\n1,ada,thrift,1990-01-02\n"));
  test_write(test_path("r.csv"), S("id,forename,surname,dob\n1,bob,moss,1980-03-04\n"));
  unlink(test_path("told.csv"));
  o = test_command(test_path("l.csv"), test_path("r.csv"), "--clusters", test_path("told.csv"),
                   NULL);
  assert_true(o.status == 1 && strstr(o.err, "Record 1 of the first file and record 1 of the"));
  no_file("told.csv");
  arena_close(&a);
}

/* Where nothing is known of both there is no pair to look at, however few the records. */
static void nothing_known_is_no_pair(void **state) {
  (void)state;
  test_write(test_path("bare.csv"), S("id,forename,surname,dob\n1,ann,lee,1980-01-02\n"
                                      "2,ann,lee,1980-01-02\n3,,,\n4,cy,,\n5,,moss,\n"));
  struct outcome o = test_command(test_path("bare.csv"), "--quiet", "--out", "-", NULL);
  assert_int_equal(o.status, 0);
  assert_non_null(strstr(o.out, "\n1,2,"));
  assert_null(strstr(o.out, ",3,"));
  assert_null(strstr(o.out, "\n3,"));
  assert_null(strstr(o.out, "\n4,5,"));
}

static int parts_left(void) {
  char look[300];
  snprintf(look, sizeof look, "ls %s | grep -c '[.]part$'", test_path(""));
  FILE *f = popen(look, "r");
  int n = -1;
  if (f && fscanf(f, "%d", &n) != 1) n = -1;
  if (f) pclose(f);
  return n;
}

/* One answer that cannot be written: the others do not appear either. */
static void answers_appear_together(void **state) {
  (void)state;
  test_write(test_path("two.csv"),
             S("id,forename,surname,dob\n1,ann,lee,1980-01-02\n2,ann,lee,1980-01-02\n"));
  unlink(test_path("first.csv"));
  struct outcome o = test_command(test_path("two.csv"), "--quiet", "--out", test_path("first.csv"),
                                  "--clusters", "/dev/full/no", NULL);
  assert_true(o.status == 1 && strstr(o.err, "/dev/full/no"));
  no_file("first.csv");
  assert_int_equal(parts_left(), 0);
  o = test_command(test_path("."), "--quiet", NULL);
  assert_true(o.status == 1 && strstr(o.err, "is a folder"));
}

/* Ctrl-C while the input still comes, with and without words on the screen: status 3, nothing
 * written. The pipe holds far less than is sent, so the command reads when it is interrupted. */
static void interrupted(const char *quiet) {
  enum { ROWS = 40000 };
  char row[64], out[256];
  int to[2], status;
  snprintf(out, sizeof out, "%s", test_path("stopped.csv"));
  assert_int_equal(pipe(to), 0);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    char *argv[] = {(char *)(uintptr_t) "link",  (char *)(uintptr_t) "-",
                    (char *)(uintptr_t) "--out", out,
                    (char *)(uintptr_t)quiet,    NULL};
    dup2(to[0], 0);
    close(to[0]), close(to[1]);
    _exit(linkage_command(quiet ? 5 : 4, argv));
  }
  close(to[0]);
  signal(SIGPIPE, SIG_IGN);
  FILE *f = fdopen(to[1], "w");
  fputs("id,forename,surname,dob\n", f);
  for (int i = 0; i < 2 * ROWS; i++) {
    if (i == ROWS) fflush(f), kill(child, SIGINT);
    snprintf(row, sizeof row, "%d,name%d,family%d,%d-%02d-%02d\n", i, i % 997, i % 1999,
             1930 + i % 89, 1 + i % 12, 1 + i % 28);
    fputs(row, f);
  }
  fclose(f);
  signal(SIGPIPE, SIG_DFL);
  assert_int_equal(waitpid(child, &status, 0), child);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 3) fail_msg("ended as %x", (unsigned)status);
  no_file("stopped.csv");
  assert_int_equal(parts_left(), 0);
}

static void interrupting_writes_nothing(void **state) {
  (void)state;
  interrupted(NULL);
  interrupted("--quiet");
}

static void what_makes_it_weak_is_said(void **state) {
  (void)state;
  test_write(test_path("weak.csv"), S("id,surname\n1,Garc\xed"
                                      "a\n2,Moss\n"));
  struct outcome o = test_command(test_path("weak.csv"), NULL);
  assert_int_equal(o.status, 0);
  assert_non_null(strstr(o.out, "1 records hold letters that are not UTF-8"));
  assert_non_null(strstr(o.out, "Only the column \"surname\" is compared"));
  assert_non_null(strstr(o.out, "No pair is a link"));
}

static void a_huge_cell_is_refused(void **state) {
  (void)state;
  FILE *f = fopen(test_path("huge.csv"), "wb");
  size_t bytes = SANITIZED ? 3u << 20 : 100u << 20;
  char block[4096];
  memset(block, 'x', sizeof block);
  fputs("id,forename,surname\n1,ann,lee\n2,", f);
  for (size_t i = 0; i < bytes; i += sizeof block) fwrite(block, 1, sizeof block, f);
  fputs(",lee\n", f);
  fclose(f);
  struct outcome o = test_command(test_path("huge.csv"), "--quiet", NULL);
  assert_int_equal(o.status, 1);
  assert_non_null(strstr(o.err, "Line 3"));
  unlink(test_path("huge.csv"));
}

static void other_encodings_are_read(void **state) {
  (void)state; /* Windows-1252 and UTF-8 write the same names */
  test_write(test_path("enc.csv"),
             S("id,forename,surname,dob,postcode\n1,Zo\xeb,Garc\xed"
               "a,1980-01-02,M1 1AE\n2,Zo\xc3\xab,Garc\xc3\xad"
               "a,1980-01-02,M1 1AE\n"
               "3,Bob,Hill,1950-03-04,LS1 1AA\n4,Cy,Dale,1962-07-08,B1 1AA\n"));
  struct outcome o = test_command(test_path("enc.csv"), "--quiet", "--out", "-", NULL);
  assert_int_equal(o.status, 0);
  assert_non_null(strstr(o.out, "id_l,id_r,weight,probability,pattern\r\n1,2,"));
}

static void memory_cap_is_kept(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 28);
  test_write(test_path("many.csv"), test_people(&a, 30000, 2, NULL));
  struct outcome o = test_command(test_path("many.csv"), "--quiet", "--memory", "1", "--out",
                                  test_path("many_out.csv"), NULL);
  assert_int_equal(o.status, 70);
  assert_non_null(strstr(o.err, "--memory"));
  no_file("many_out.csv");
  arena_close(&a);
}

static void wrong_words_are_refused(void **state) {
  (void)state;
  test_write(test_path("two.csv"),
             S("id,forename,surname,dob\n1,ann,lee,1980-01-02\n2,ann,lee,1980-01-02\n"));
  const char *two = test_path("two.csv");
  assert_int_equal(test_command("--nonsense", NULL).status, 2);
  assert_int_equal(test_command(two, "--treshold", "0.9", NULL).status, 2);
  assert_int_equal(test_command(two, "--threshold", "1.5", NULL).status, 1);
  assert_int_equal(test_command(two, "--memory", "lots", NULL).status, 2);
  assert_int_equal(test_command("-", "-", NULL).status, 2);
  struct outcome o = test_command(two, "--id", "nobody", NULL);
  assert_true(o.status == 1 && strstr(o.err, "--id"));
  o = test_command(two, "--truth", "nobody", NULL);
  assert_true(o.status == 1 && strstr(o.err, "--truth"));
  o = test_command(test_path("absent.csv"), NULL);
  assert_int_equal(o.status, 1);
  o = test_command(two, "--out", test_path("no/such/folder/out.csv"), NULL);
  assert_int_equal(o.status, 1);
  assert_int_equal(test_command("--generate", "many", NULL).status, 2);
  assert_int_equal(test_command("--generate", "10", "--set", "height=3", NULL).status, 2);
}

static void bad_config(const char *json, const char *words) {
  struct arena a = arena_open(1 << 24);
  struct link_config c;
  struct why why = {0};
  if (config_read(&a, str_of(json), &c, &why) || !strstr(why.text, words))
    fail_msg("%s: said \"%s\", expected \"%s\"", json, why.text, words);
  arena_close(&a);
}

static void configurations_are_checked(void **state) {
  (void)state;
  bad_config("[]", "one JSON object");
  bad_config("{\"treshold\":0.9}", "unknown key");
  bad_config("{\"threshold\":2}", "between 0 and 1");
  bad_config("{\"threshold\":\"high\"}", "between 0 and 1");
  bad_config("{\"columns\":[{\"name\":\"x\",\"kind\":\"colour\"}]}", "unknown kind");
  bad_config("{\"columns\":[{\"kind\":\"sex\"}]}", "name");
  bad_config("{\"columns\":7}", "list");
  bad_config("{\"blocking\":[3]}", "must be text");
  bad_config("{\"within\":\"maybe\"}", "auto");
  bad_config("{\"trained\":{\"records\":5,\"pairs\":{},\"fields\":[]}}", "No column");
  test_write(test_path("rule.json"), S("{\"blocking\":[\"surname+colour\"]}"));
  test_write(test_path("two.csv"),
             S("id,forename,surname,dob\n1,ann,lee,1980-01-02\n2,ann,lee,1980-01-02\n"));
  struct outcome o = test_command(test_path("two.csv"), "--config", test_path("rule.json"), NULL);
  assert_true(o.status == 1 && strstr(o.err, "colour"));
  test_write(test_path("rule.json"), S("{\"columns\":[{\"name\":\"colour\",\"kind\":\"text\"}]}"));
  o = test_command(test_path("two.csv"), "--config", test_path("rule.json"), NULL);
  assert_true(o.status == 1 && strstr(o.err, "does not have"));
}

/* A saved model gives the same answers again, and other answers on request. */
static void a_saved_model_repeats_the_run(void **state) {
  (void)state;
  struct arena a = arena_open((size_t)1 << 28);
  struct why why;
  struct str first, again;
  test_write(test_path("people.csv"), test_people(&a, 3000, 8, NULL));
  assert_int_equal(test_command(test_path("people.csv"), "--quiet", "--out", test_path("first.csv"),
                                "--save-model", test_path("model.json"), "--clusters",
                                test_path("clusters.csv"), "--report", test_path("report.html"),
                                NULL)
                       .status,
                   0);
  assert_int_equal(test_command(test_path("people.csv"), "--quiet", "--config",
                                test_path("model.json"), "--out", test_path("again.csv"), NULL)
                       .status,
                   0);
  assert_true(file_read(&a, test_path("first.csv"), 1 << 24, &first, &why));
  assert_true(file_read(&a, test_path("again.csv"), 1 << 24, &again, &why));
  size_t same = 0, lines = 0;
  for (struct str x = first, y = again; x.n && y.n; lines++) {
    struct str p = str_cut(&x, '\n'), q = str_cut(&y, '\n');
    same += str_eq(str_slice(p, 0, str_find_byte(p, '.')), str_slice(q, 0, str_find_byte(q, '.')));
  }
  assert_true(lines > 1500 && same > lines * 99 / 100);
  struct str clusters, report;
  assert_true(file_read(&a, test_path("clusters.csv"), 1 << 24, &clusters, &why));
  assert_true(str_starts(clusters, S("id,cluster,band\r\n")) &&
              str_contains(clusters, S(",link\r\n")) && str_contains(clusters, S(",none\r\n")));
  assert_true(file_read(&a, test_path("report.html"), 1 << 24, &report, &why));
  assert_true(str_contains(report, S("<svg")) && str_contains(report, S("<table")) &&
              !str_contains(report, S("<script")));
  arena_close(&a);
}

static void a_pair_is_explained_step_by_step(void **state) {
  (void)state;
  test_write(test_path("why.csv"), S("id,forename,surname,dob,postcode\n1,ann,lee,1980-01-02,M1 "
                                     "1AE\n2,anne,lee,1980-02-01,M1 1AE\n"
                                     "3,bob,hill,1950-05-06,LS1 4XX\n"));
  struct outcome o = test_command(test_path("why.csv"), "--quiet", "--explain", "1,2", "--report",
                                  test_path("why.html"), NULL);
  struct arena a = arena_open(1 << 24);
  struct why why;
  struct str report;
  assert_true(file_read(&a, test_path("why.html"), 1 << 24, &report, &why));
  assert_true(str_contains(report, S("The pair asked about")) &&
              str_contains(report, S("day and month swapped")) && !str_contains(report, S("1980")));
  arena_close(&a);
  assert_int_equal(o.status, 0);
  assert_non_null(strstr(o.out, "nickname"));
  assert_non_null(strstr(o.out, "day and month swapped"));
  assert_null(strstr(o.out, "1980")); /* no values */
  double sum = 0, total = 0;
  for (const char *line = strchr(o.out, '\n'); line && strncmp(line + 1, "probability", 11);
       line = strchr(line + 1, '\n')) {
    const char *number = strpbrk(line + 40, "+-");
    char *end;
    if (!number || !line[1]) break;
    sum += strtod(number, &end);
    total = strtod(end, NULL);
  }
  assert_true(sum - total < .05 && total - sum < .05); /* the steps add up */
  assert_int_equal(test_command(test_path("why.csv"), "--quiet", "--explain", "1,9", NULL).status,
                   1);
}

static void reads_from_a_pipe(void **state) {
  (void)state;
  test_write(test_path("pipe.csv"), S("id,forename,surname,dob\n1,ann,lee,1980-01-02\n2,ann,lee,"
                                      "1980-01-02\n3,bob,hill,1950-05-06\n4,cy,dale,1940-01-09\n"));
  int saved = dup(0);
  FILE *in = freopen(test_path("pipe.csv"), "r", stdin);
  assert_non_null(in);
  struct outcome o = test_command("-", "--quiet", "--out", "-", NULL);
  dup2(saved, 0);
  close(saved);
  assert_int_equal(o.status, 0);
  assert_non_null(strstr(o.out, "1,2,"));
}

int test_commands(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bad_files_get_a_sentence),
                                     cmocka_unit_test(nothing_in_common_is_said),
                                     cmocka_unit_test(two_files_are_told_apart),
                                     cmocka_unit_test(nothing_known_is_no_pair),
                                     cmocka_unit_test(answers_appear_together),
                                     cmocka_unit_test(interrupting_writes_nothing),
                                     cmocka_unit_test(what_makes_it_weak_is_said),
                                     cmocka_unit_test(a_huge_cell_is_refused),
                                     cmocka_unit_test(other_encodings_are_read),
                                     cmocka_unit_test(memory_cap_is_kept),
                                     cmocka_unit_test(wrong_words_are_refused),
                                     cmocka_unit_test(configurations_are_checked),
                                     cmocka_unit_test(a_saved_model_repeats_the_run),
                                     cmocka_unit_test(reads_from_a_pipe),
                                     cmocka_unit_test(a_pair_is_explained_step_by_step)};
  return cmocka_run_group_tests_name("commands", tests, NULL, NULL);
}
