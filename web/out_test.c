/* What may leave this machine, and what comes back; against a small server on loopback. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "web/out.h"

static struct arena arena;
static int port;

/* One connection at a time; what it answers depends on the path. */
static void answer(int fd, struct str request) {
  struct buf b = buf_open(8 << 20);
  if (str_contains(request, S("GET /feed "))) {
    buf_put(&b, S("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: "
                  "\"7\"\r\nContent-Length: 2\r\n\r\n{}"));
  } else if (str_contains(request, S("GET /away "))) {
    buf_format(
        &b, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:%d/feed\r\nContent-Length: 0\r\n\r\n",
        port);
  } else if (str_contains(request, S("GET /round "))) {
    buf_format(&b, "HTTP/1.1 302 Found\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n");
  } else if (str_contains(request, S("GET /file "))) {
    buf_put(&b,
            S("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"));
  } else if (str_contains(request, S("GET /big "))) {
    buf_put(&b, S("HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n"));
    for (int i = 0; i < 300000; i++) buf_put(&b, S("0123456789"));
  } else if (str_contains(request, S("GET /slow "))) {
    sleep(3);
  } else if (str_starts(request, S("POST /in "))) {
    bool right = str_contains(request, S("X-Key: k")) && str_ends(request, S("hello")) &&
                 str_contains(request, S("Content-Type: text/plain"));
    buf_format(&b, "HTTP/1.1 %s\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n",
               right ? "429 Later" : "400 Bad");
  } else {
    buf_put(&b, S("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
  }
  (void)!send(fd, b.p, b.n, MSG_NOSIGNAL);
  buf_free(&b);
}

static void serve_for_ever(int listener) {
  for (;;) {
    char room[8192];
    int fd = accept(listener, NULL, NULL);
    ssize_t n = recv(fd, room, sizeof room, 0);
    if (n > 0 && strstr(room, "POST") == room && n < 400 && !memmem(room, (size_t)n, "hello", 5))
      n += recv(fd, room + n, sizeof room - (size_t)n, 0);
    if (n > 0) answer(fd, (struct str){room, (size_t)n});
    shutdown(fd, SHUT_WR);
    close(fd);
  }
}

static pid_t server(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t bytes = sizeof at;
  at.sin_addr.s_addr = htonl(INADDR_ANY); /* also 127.0.0.2, for the redirect */
  assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof at) | listen(listener, 20), 0);
  getsockname(listener, (struct sockaddr *)&at, &bytes);
  port = ntohs(at.sin_port);
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    serve_for_ever(listener);
  }
  close(listener);
  return pid;
}

static struct out_request to(const char *path) {
  return (struct out_request){.url = str_format(&arena, "http://127.0.0.1:%d%s", port, path),
                              .timeout_s = 5};
}

/* The same questions whether this process asks itself or through the out process. */
static void questions(void) {
  struct out_reply r;
  struct why why;
  struct out_request feed = to("/feed"), big = to("/big"), slow = to("/slow"), in = to("/in"),
                     file = to("");
  assert_true(out_send(&arena, &feed, &r, &why));
  assert_int_equal(r.status, 200);
  assert_true(str_eq(r.body, S("{}")) && str_eq(r.content_type, S("application/json")) &&
              str_eq(r.etag, S("\"7\"")));
  struct out_request away = to("/away"), round = to("/round"), jump = to("/file"),
                     absent = to("/absent");
  assert_false(out_send(&arena, &away, &r, &why)); /* 127.0.0.2 is not among the allowed */
  assert_true(str_contains(why_str(&why), S("private network")));
  assert_false(out_send(&arena, &round, &r, &why));
  assert_false(out_send(&arena, &jump, &r, &why));
  assert_true(out_send(&arena, &absent, &r, &why));
  assert_int_equal(r.status, 404);
  big.bytes_max = 1000000;
  assert_false(out_send(&arena, &big, &r, &why));
  assert_true(str_contains(why_str(&why), S("larger")));
  big.bytes_max = 4000000;
  assert_true(out_send(&arena, &big, &r, &why));
  assert_int_equal(r.body.n, 3000000);
  in.body = S("hello"), in.content_type = S("text/plain"), in.headers[0] = S("X-Key: k");
  assert_true(out_send(&arena, &in, &r, &why));
  assert_int_equal(r.status, 429);
  assert_true(str_eq(r.retry_after, S("9")));
  in.headers[0] = S("X-Key: k\r\nX-Evil: 1");
  assert_false(out_send(&arena, &in, &r, &why));
  file.url = S("file:///etc/passwd");
  assert_false(out_send(&arena, &file, &r, &why));
  slow.timeout_s = 1;
  assert_false(out_send(&arena, &slow, &r, &why));
}

static void nothing_private_unless_allowed(void **state) {
  (void)state;
  struct out_reply r;
  struct why why;
  struct out_request feed = to("/feed");
  out_allow("");
  assert_false(out_send(&arena, &feed, &r, &why));
  assert_true(str_contains(why_str(&why), S("private network")));
  static const char *const names[] = {"http://localhost:%d/feed",          "http://127.1:%d/feed",
                                      "http://0x7f000001:%d/feed",         "http://[::1]:%d/feed",
                                      "http://[::ffff:127.0.0.1]:%d/feed", "http://0:%d/feed"};
  for (size_t i = 0; i < countof(names); i++) {
    char url[64];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(url, sizeof url, names[i], port);
#pragma GCC diagnostic pop
    feed.url = str_of(url);
    if (out_send(&arena, &feed, &r, &why)) fail_msg("%s was asked", url);
  }
  out_allow("example.org, 127.0.0.1");
  questions();
}

static void the_out_process_keeps_the_same_rules(void **state) {
  (void)state;
  int pair[2], stop[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) | pipe(stop), 0);
  pid_t pid = fork();
  if (pid == 0) {
    close(stop[1]);
    out_allow("127.0.0.1");
    _exit(out_serve(&pair[1], 1, stop[0]));
  }
  out_allow("");
  out_through(pair[0]);
  questions();
  out_through(-1);
  close(stop[1]);
  int status;
  waitpid(pid, &status, 0);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void addresses_are_judged(void **state) {
  (void)state;
  static const struct {
    const char *address;
    bool inside;
  } table[] = {{"10.1.2.3", true},
               {"172.16.0.1", true},
               {"172.32.0.1", false},
               {"192.168.1.1", true},
               {"169.254.169.254", true},
               {"100.64.0.1", true},
               {"127.0.0.1", true},
               {"0.0.0.0", true},
               {"224.0.0.1", true},
               {"255.255.255.255", true},
               {"192.0.2.1", true},
               {"198.18.0.1", true},
               {"9.9.9.9", false},
               {"::1", true},
               {"::", true},
               {"fe80::1", true},
               {"fc00::1", true},
               {"ff02::1", true},
               {"::ffff:10.0.0.1", true},
               {"64:ff9b::a00:1", true},
               {"2002:a00:1::", true},
               {"2001:db8::1", true},
               {"2001::1", true},
               {"2606:4700::1111", false},
               {"::ffff:9.9.9.9", false}};
  for (size_t i = 0; i < countof(table); i++) {
    struct sockaddr_storage at = {0};
    struct sockaddr_in *in = (void *)&at;
    struct sockaddr_in6 *in6 = (void *)&at;
    bool four = inet_pton(AF_INET, table[i].address, &in->sin_addr) == 1;
    at.ss_family = four ? AF_INET : AF_INET6;
    if (!four) assert_int_equal(inet_pton(AF_INET6, table[i].address, &in6->sin6_addr), 1);
    if (out_address_private((struct sockaddr *)&at) != table[i].inside)
      fail_msg("%s", table[i].address);
  }
}

static void broken_frames_are_refused(void **state) {
  (void)state;
  struct buf b = buf_open(1 << 20);
  struct out_request r = {.url = S("http://x"), .body = S("abc")}, back;
  uint64_t ticket = 0;
  assert_true(out_frame_put(&b, &r, 7));
  assert_true(out_frame_get(buf_str(&b), &back, &ticket) && ticket == 7 &&
              str_eq(back.body, S("abc")));
  for (size_t n = 0; n < b.n; n++)
    assert_false(out_frame_get(str_slice(buf_str(&b), 0, n), &back, &ticket));
  buf_free(&b);
}

int main(void) {
  arena = arena_open((size_t)256 << 20);
  pid_t pid = server();
  const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_private_unless_allowed),
                                     cmocka_unit_test(the_out_process_keeps_the_same_rules),
                                     cmocka_unit_test(addresses_are_judged),
                                     cmocka_unit_test(broken_frames_are_refused)};
  int failed = cmocka_run_group_tests_name("out", tests, NULL, NULL);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  arena_close(&arena);
  return failed;
}
