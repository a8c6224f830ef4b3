/* Tests of log, progress and args: what a program says, and what it was told. */
#include <fcntl.h>
#include <inttypes.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include "base/args.h"
#include "base/base_test.h"

/* Standard error goes into a file between these two; the second gives what was written. */
static int kept_stderr = -1;
static char caught_path[512];

static void catch_stderr(struct arena *a) {
  snprintf(caught_path, sizeof caught_path, "%s", test_path(a, "stderr").p);
  int fd = open(caught_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  kept_stderr = dup(2);
  dup2(fd, 2);
  close(fd);
}

static struct str caught(struct arena *a) {
  struct str text = {0};
  struct why why;
  dup2(kept_stderr, 2);
  close(kept_stderr);
  assert_true(file_read(a, caught_path, 1 << 20, &text, &why));
  return text;
}

TEST(a_log_value_cannot_forge_a_line) {
  struct arena *a = *state;
  catch_stderr(a);
  log_process("worker 3");
  log_event(LOG_INFO, "started", "address=%s workers=%d", "127.0.0.1:8080", 4);
  log_event(LOG_WARNING, "odd", "value=%s rest=%.*s", "x\n2026 alarm all=\"gone\" \\", 3, "abcdef");
  log_event(LOG_DEBUG, "quiet", NULL);
  log_event(LOG_ALARM, "numbers", "a=%" PRId64 " b=%zu c=%x d=%.2f e=%c f=%% g=%5d", INT64_MIN,
            (size_t)7, 255u, 0.5, 'z', 3);
  log_event(LOG_INFO, "bytes", "v=%s empty=%s", "\x80\xE2\x80\xA8é", "");
  log_process("main");
  struct str text = caught(a), first = str_cut(&text, '\n');
  instant_t t;
  assert_true(instant_parse(str_slice(first, 0, 24), &t));
  assert_str(str_slice(first, 24, first.n),
             " info \"worker 3\" started address=127.0.0.1:8080 workers=4");
  struct str second = str_cut(&text, '\n');
  assert_str(str_slice(second, 24, second.n),
             " warning \"worker 3\" odd value=\"x\\x0a2026 alarm all=\\\"gone\\\" \\\\\" rest=abc");
  struct str third = str_cut(&text, '\n');
  assert_str(
      str_slice(third, 24, third.n),
      " alarm \"worker 3\" numbers a=-9223372036854775808 b=7 c=ff d=0.50 e=z f=% g=\"    3\"");
  struct str fourth = str_cut(&text, '\n');
  assert_str(str_slice(fourth, 24, fourth.n),
             " info \"worker 3\" bytes v=\"\\x80\\xe2\\x80\\xa8é\" empty=\"\"");
  assert_str(text, "");
}

TEST(a_log_line_stays_under_a_kilobyte) {
  struct arena *a = *state;
  char *x = arena_alloc(a, 1, 1, 5001);
  memset(x, '\n', 5000);
  catch_stderr(a);
  log_event(LOG_INFO, "long", "a=%s b=%s c=%s d=%s", x, x, x, x);
  struct str text = caught(a);
  assert_in_range(text.n, 400, 1023);
  assert_int_equal(str_find_byte(text, '\n'), text.n - 1);
  assert_true(str_ends(text, S(" ...\n")));
  catch_stderr(a);
  log_level_set(LOG_ALARM);
  log_event(LOG_WARNING, "quiet", NULL);
  log_level_set(LOG_INFO);
  assert_int_equal(caught(a).n, 0);
}

struct watch {
  int calls;
  uint64_t last;
  bool went_back;
};
static bool watching(struct progress *p, const char *step, const char *unit, uint64_t done,
                     uint64_t total) {
  struct watch *w = p->to;
  (void)step, (void)unit, (void)total;
  if (done < w->last && w->calls > 1) w->went_back = true;
  w->last = done;
  return ++w->calls < 5;
}

TEST(progress_is_cheap_never_goes_back_and_can_stop_the_work) {
  (void)state;
  struct watch w = {0};
  struct progress p = {.show = watching, .to = &w};
  progress_step(&p, "read the file", "rows", 1000);
  bool more = true;
  uint64_t until = clock_monotonic_us() + 2000000;
  int steps = 0;
  while (more && clock_monotonic_us() < until)
    more = progress_at(&p, (uint64_t)(steps++ % 2 ? 900 : 10));
  assert_false(more);
  assert_int_equal(w.calls, 5);
  assert_true(steps > 1000 && !w.went_back);
  for (uint64_t done = 950; done > 940; done--) {
    p.shown_us = 0; /* as if a tenth of a second had gone by */
    progress_at(&p, done);
    assert_int_equal(w.last, 950);
  }
  progress_end(&p, 1000);
  assert_true(w.last == 1000 && p.ended && p.number == 1);
  assert_true(progress_at(NULL, 1));
  progress_step(NULL, "x", "y", 1);
  progress_end(NULL, 1);
}

TEST(progress_into_a_file_is_one_line_a_step) {
  struct arena *a = *state;
  catch_stderr(a);
  struct progress p = progress_terminal();
  p.steps = 2;
  progress_step(&p, "read the file", "rows", 0);
  progress_at(&p, 5);
  progress_end(&p, 2014377);
  raise(SIGINT);
  progress_step(&p, "check", "rows", 10);
  p.shown_us = 0;
  bool more = progress_at(&p, 1);
  progress_terminal_end();
  struct str text = caught(a), first = str_cut(&text, '\n');
  assert_true(str_ends(
      first, S(" main step-done step=1/2 name=\"read the file\" done=2014377 of=0 unit=rows s=0")));
  assert_str(text, "");
  assert_false(more);
}

TEST(silent_progress_says_nothing_and_stops) {
  struct arena *a = *state;
  catch_stderr(a);
  struct progress p = progress_silent();
  progress_step(&p, "read the file", "rows", 10);
  assert_true(progress_goes_on(&p));
  raise(SIGINT);
  assert_false(progress_goes_on(&p));
  progress_end(&p, 10);
  progress_terminal_end();
  assert_str(caught(a), "");
}

/* What a terminal of this width is sent for one step at `done` of 8,170. */
static struct str on_terminal(struct arena *a, unsigned short columns, uint64_t done, bool end) {
  struct winsize size = {.ws_row = 24, .ws_col = columns};
  int outer;
  pid_t child = forkpty(&outer, NULL, NULL, &size);
  if (child == 0) {
    struct progress p = progress_terminal();
    p.steps = 5;
    p.number = 2;
    progress_step(&p, "walking links", "postcodes", 8170);
    p.shown_us = 0;
    progress_at(&p, done);
    if (end) progress_end(&p, 8170);
    _exit(0);
  }
  char *text = arena_alloc(a, 1, 1, 1 << 16);
  size_t n = 0;
  for (ssize_t got; n < 1 << 16 && (got = read(outer, text + n, (1 << 16) - n)) > 0;)
    n += (size_t)got;
  close(outer);
  waitpid(child, NULL, 0);
  return (struct str){text, n};
}

TEST(progress_on_terminals_of_80_and_35_columns) {
  struct arena *a = *state;
  struct str wide = on_terminal(a, 80, 5210, false);
  assert_true(
      str_contains(wide, S("3/5 walking links     0 %     [....................]  0 of 8,170")));
  assert_true(str_contains(
      wide,
      S("\033[1A\033[J3/5 walking links     63 %    [############........]  5,210 of 8,170")));
  struct str narrow = on_terminal(a, 35, 5210, true);
  assert_true(str_contains(
      narrow, S("3/5 walking links  63 %        0 s\r\n    [#################...........]\r\n"
                "    5,210 of 8,170 postcodes\r\n")));
  assert_true(str_contains(narrow, S("\033[3A\033[J3/5 walking links  done        0 s\r\n")));
  for (unsigned short columns = 20; columns < 130; columns += 15) {
    struct str text = on_terminal(a, columns, 8170, true);
    while (text.n) {
      struct str one = str_cut(&text, '\n');
      size_t escape = str_find(one, S("\033[J"));
      if (escape < one.n) one = str_slice(one, escape + 3, one.n);
      assert_true(one.n <= (columns < 35 ? 35u : columns) + 1u);
      for (size_t i = 0; i < one.n; i++) assert_true((unsigned char)one.p[i] < 0x80);
    }
  }
}

static struct args command_line(struct arena *a, const char *line) {
  struct strs words = str_split(a, str_of(line), ' ');
  char **argv = arena_many(a, char *, words.n + 1);
  for (size_t i = 0; i < words.n; i++) argv[i] = str_c(a, words.p[i]);
  return args_of((int)words.n, argv);
}

TEST(args_are_taken_or_named) {
  struct args args = command_line(*state, "waymark --verbose --db=a=b file --port 80 -- --odd");
  struct str value;
  struct why why = {0};
  assert_true(args_flag(&args, "--verbose") && !args_flag(&args, "--verbose"));
  assert_true(args_value(&args, "--db", &value));
  assert_str(value, "a=b");
  assert_false(args_done(&args, &why));
  assert_str(why_str(&why), "\"file\" was not expected.");
  assert_true(args_value(&args, "--port", &value));
  assert_str(value, "80");
  assert_true(args_word(&args, &value));
  assert_str(value, "file");
  assert_true(args_word(&args, &value));
  assert_str(value, "--odd");
  assert_true(!args_word(&args, &value) && args_done(&args, &why));
  args = command_line(*state, "waymark --port");
  assert_false(args_value(&args, "--port", &value));
  assert_false(args_done(&args, &why));
  assert_str(why_str(&why), "\"--port\" is not known here, or it needs a value after it.");
}

int tell_tests(void) {
  const struct CMUnitTest tests[] = {
      IN_ARENA(a_log_value_cannot_forge_a_line),
      IN_ARENA(a_log_line_stays_under_a_kilobyte),
      cmocka_unit_test(progress_is_cheap_never_goes_back_and_can_stop_the_work),
      IN_ARENA(progress_into_a_file_is_one_line_a_step),
      IN_ARENA(silent_progress_says_nothing_and_stops),
      IN_ARENA(progress_on_terminals_of_80_and_35_columns),
      IN_ARENA(args_are_taken_or_named),
  };
  return cmocka_run_group_tests_name("tell", tests, NULL, NULL);
}
