/* What each kind of process can no longer do. Each case enters the sandbox in a child of its own
 * and tries. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sandbox/sandbox.h"

static char folder[] = "/tmp/waymark-sandbox.XXXXXX";

enum {
  CAN_OPEN_PASSWD = 1,
  CAN_OPEN_OWN = 2,
  CAN_WRITE_OWN = 4,
  CAN_EXEC = 8,
  CAN_INET = 16,
  CAN_UNIX = 32,
  CAN_FORK = 64,
  CAN_PTRACE = 128,
  ENTER_FAILED = 255
};

static bool can_open(const char *path, int flags) {
  int fd = open(path, flags, 0600);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

static bool can_socket(int family) {
  int fd = socket(family, SOCK_STREAM, 0);
  if (fd < 0) return false;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(9)};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool refused =
      family == AF_INET && connect(fd, (struct sockaddr *)&at, sizeof at) != 0 && errno == EPERM;
  close(fd);
  return !refused;
}

static int try_all(void) {
  char own[128], fresh[128];
  snprintf(own, sizeof own, "%s/own", folder);
  snprintf(fresh, sizeof fresh, "%s/fresh", folder);
  int can = 0;
  can |= can_open("/etc/passwd", O_RDONLY) ? CAN_OPEN_PASSWD : 0;
  can |= can_open(own, O_RDONLY) ? CAN_OPEN_OWN : 0;
  can |= can_open(fresh, O_WRONLY | O_CREAT) && unlink(fresh) == 0 ? CAN_WRITE_OWN : 0;
  can |= can_socket(AF_INET) ? CAN_INET : 0;
  can |= can_socket(AF_UNIX) ? CAN_UNIX : 0;
  can |= ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? CAN_PTRACE : 0;
  pid_t pid = fork();
  if (pid == 0) _exit(0);
  can |= pid > 0 ? CAN_FORK : 0;
  char name[] = "true", *const argv[] = {name, NULL};
  execv("/bin/true", argv); /* if this works the status is 0 and the test says so */
  return can;
}

static int what_can(struct sandbox s) {
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    struct why why;
    if (!sandbox_enter(&s, &why)) {
      fprintf(stderr, "%s\n", why.text);
      _exit(ENTER_FAILED);
    }
    _exit(try_all() |
          CAN_EXEC); /* only reached when exec was refused: the bit is turned round below */
  }
  waitpid(pid, &status, 0);
  assert_true(WIFEXITED(status));
  int can = WEXITSTATUS(status);
  if (can == ENTER_FAILED) fail_msg("the sandbox could not be entered");
  return can ^ CAN_EXEC;
}

static struct sandbox of(enum sandbox_kind kind) {
  struct sandbox s = {.kind = kind};
  if (kind == SANDBOX_WORKER || kind == SANDBOX_WRITER) s.write[0] = str_of(folder);
  return s;
}

static void the_front_can_do_nothing_new(void **state) {
  (void)state;
  assert_int_equal(what_can(of(SANDBOX_FRONT)), 0);
}

static void a_parser_can_do_nothing_new(void **state) {
  (void)state;
  assert_int_equal(what_can(of(SANDBOX_PARSER)), 0);
}

static void a_worker_has_its_data_folder_only(void **state) {
  (void)state;
  if (!sandbox_landlock()) skip(); /* this kernel cannot close the file system */
  assert_int_equal(what_can(of(SANDBOX_WORKER)), CAN_OPEN_OWN | CAN_WRITE_OWN | CAN_FORK);
  assert_int_equal(what_can(of(SANDBOX_WRITER)), CAN_OPEN_OWN | CAN_WRITE_OWN | CAN_FORK);
}

static void without_landlock_a_worker_still_cannot_leave(void **state) {
  (void)state;
  int can = what_can(of(SANDBOX_WORKER));
  assert_int_equal(can & (CAN_EXEC | CAN_INET | CAN_UNIX | CAN_PTRACE), 0);
}

static void a_database_on_the_network_is_reached(void **state) {
  (void)state;
  struct sandbox s = of(SANDBOX_WORKER);
  s.database_socket = true;
  int can = what_can(s);
  assert_int_equal(can & (CAN_EXEC | CAN_INET | CAN_UNIX), CAN_INET | CAN_UNIX);
}

static void out_speaks_and_reads_no_data(void **state) {
  (void)state;
  if (!sandbox_landlock()) skip();
  struct sandbox s = of(SANDBOX_OUT);
  s.read[0] = S("/etc");
  int can = what_can(s);
  assert_int_equal(can & (CAN_OPEN_OWN | CAN_WRITE_OWN | CAN_EXEC | CAN_PTRACE), 0);
  assert_int_equal(can & (CAN_INET | CAN_OPEN_PASSWD), CAN_INET | CAN_OPEN_PASSWD);
}

/* ---- the parser's child ---- */

static bool count_bytes(int input, int output, void *with) {
  char piece[1000];
  long total = 0;
  (void)with;
  for (ssize_t n; (n = read(input, piece, sizeof piece)) > 0;) total += n;
  return dprintf(output, "%ld bytes", total) > 0;
}
static bool try_to_leave(int input, int output, void *with) {
  (void)input, (void)with;
  return dprintf(output, "%d", try_all()) > 0;
}
static bool crash(int input, int output, void *with) {
  (void)input, (void)output, (void)with;
  signal(SIGSEGV, SIG_DFL);
  raise(SIGSEGV);
  return true;
}
static bool for_ever(int input, int output, void *with) {
  (void)input, (void)output, (void)with;
  for (volatile long i = 0;; i++) {}
  return true;
}
static bool talks_too_much(int input, int output, void *with) {
  (void)input, (void)with;
  for (int i = 0; i < 100000; i++)
    if (dprintf(output, "words words words words\n") < 0) return false;
  return true;
}

static void parsers_run_apart(void **state) {
  (void)state;
  struct arena a = arena_open(1 << 22);
  struct why why;
  struct str out = {0};
  int fd = memfd_create("t", 0);
  assert_int_equal(write(fd, "abcdef", 6), 6);
  lseek(fd, 0, SEEK_SET);
  assert_true(sandbox_run_parser(count_bytes, NULL, fd, 2, 64 << 20, &a, 1000, &out, &why));
  assert_true(str_eq(out, S("6 bytes")));
  assert_true(sandbox_run_parser(try_to_leave, NULL, fd, 2, 64 << 20, &a, 1000, &out, &why));
  assert_true(str_eq(out, S("0")));
  assert_false(sandbox_run_parser(crash, NULL, fd, 2, 64 << 20, &a, 1000, &out, &why));
  assert_false(sandbox_run_parser(for_ever, NULL, fd, 1, 64 << 20, &a, 1000, &out, &why));
  assert_false(sandbox_run_parser(talks_too_much, NULL, fd, 2, 64 << 20, &a, 1000, &out, &why));
  close(fd);
  arena_close(&a);
}

int main(void) {
  char own[128];
  if (!mkdtemp(folder)) return 1;
  snprintf(own, sizeof own, "%s/own", folder);
  int fd = open(own, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return 1;
  close(fd);
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_front_can_do_nothing_new),
                                     cmocka_unit_test(a_parser_can_do_nothing_new),
                                     cmocka_unit_test(a_worker_has_its_data_folder_only),
                                     cmocka_unit_test(without_landlock_a_worker_still_cannot_leave),
                                     cmocka_unit_test(a_database_on_the_network_is_reached),
                                     cmocka_unit_test(out_speaks_and_reads_no_data),
                                     cmocka_unit_test(parsers_run_apart)};
  int failed = cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
  unlink(own);
  rmdir(folder);
  return failed;
}
