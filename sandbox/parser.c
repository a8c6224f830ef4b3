/* parser: an upload is taken apart in a child that can only compute. A fault in a parser (ours or a
 * library's) then reaches no key, no database and no other file. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "sandbox/sandbox.h"

static void (*forget)(void);
void sandbox_on_fork(void (*f)(void)) { forget = f; }

static void limit(int what, rlim_t most) {
  setrlimit((__rlimit_resource_t)what, &(struct rlimit){most, most});
}

static void child(sandbox_parse *parse, void *with, int input, int output, int seconds,
                  size_t memory_bytes) {
  struct why why;
  if (forget) forget();
  int low = input < output ? input : output, high = input < output ? output : input;
  if (low > 3) syscall(SYS_close_range, 3u, (unsigned)low - 1, 0);
  if (high > low + 1) syscall(SYS_close_range, (unsigned)low + 1, (unsigned)high - 1, 0);
  syscall(SYS_close_range, (unsigned)high + 1, ~0u, 0);
  limit(RLIMIT_CPU, (rlim_t)seconds);
  limit(RLIMIT_CORE, 0);
#if SANITIZED
  (void)memory_bytes; /* the sanitizer reserves terabytes of address space */
#else
  limit(RLIMIT_AS, memory_bytes);
#endif
  if (!sandbox_enter(&(struct sandbox){.kind = SANDBOX_PARSER}, &why)) _exit(3);
  _exit(parse(input, output, with) ? 0 : 1);
}

/* Everything the child writes until it closes, at most output_max, until the deadline. */
static bool collect(int fd, struct buf *b, int seconds, struct why *why) {
  uint64_t until = clock_monotonic_us() + (uint64_t)(seconds + 1) * 1000000;
  for (;;) {
    char piece[65536];
    uint64_t now = clock_monotonic_us();
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (now >= until) return why_say(why, "The file took too long to read. Send a smaller one.");
    if (poll(&p, 1, (int)((until - now) / 1000 + 1)) <= 0) continue;
    ssize_t n = read(fd, piece, sizeof piece);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return n == 0 || why_say(why, "The file could not be read.");
    buf_put(b, (struct str){piece, (size_t)n});
    if (b->full)
      return why_say(why,
                     "The file holds more than can be taken at once. Split it and send the parts.");
  }
}

bool sandbox_run_parser(sandbox_parse *parse, void *with, int input, int seconds,
                        size_t memory_bytes, struct arena *a, size_t output_max, struct str *out,
                        struct why *why) {
  int pipe_fd[2], status = -1;
  if (pipe2(pipe_fd, O_CLOEXEC) != 0)
    return why_say(why, "The file could not be read: too many open files.");
  pid_t pid = fork();
  if (pid == 0) {
    close(pipe_fd[0]);
    child(parse, with, input, pipe_fd[1], seconds, memory_bytes);
  }
  close(pipe_fd[1]);
  if (pid < 0) {
    close(pipe_fd[0]);
    return why_say(why, "The file could not be read: too many processes.");
  }
  struct buf b = buf_open(output_max);
  bool whole = collect(pipe_fd[0], &b, seconds, why);
  if (!whole) kill(pid, SIGKILL);
  close(pipe_fd[0]);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  if (whole) *out = str_copy(a, buf_str(&b));
  buf_free(&b);
  if (whole && WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  return whole
             ? why_say(
                   why,
                   "The file could not be read as what it says it is. Save it again and send that.")
             : false;
}
