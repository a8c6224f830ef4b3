/* Behind nginx, with the configuration that is shipped. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "web/serve_rig.h"

void the_shipped_proxy_refuses_what_it_should(struct db_test *t);

struct proxy {
  pid_t pid;
  int tls, plain;
  char folder[64];
};

static int free_port(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in at = {.sin_family = AF_INET};
  socklen_t bytes = sizeof at;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(fd, (struct sockaddr *)&at, sizeof at);
  getsockname(fd, (struct sockaddr *)&at, &bytes);
  close(fd);
  return ntohs(at.sin_port);
}

static struct str swap(struct arena *a, struct str text, const char *old, struct str with) {
  size_t at = str_find(text, str_of(old));
  if (at == text.n) fail_msg("the configuration no longer says: %s", old);
  return str_format(a, "%.*s%.*s%.*s", P(str_slice(text, 0, at)), P(with),
                    P(str_slice(text, at + strlen(old), text.n)));
}

static int run_quietly(char *const argv[]) {
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    (void)!freopen("/dev/null", "w", stdout);
    (void)!freopen("/dev/null", "w", stderr);
    execvp(argv[0], argv);
    _exit(127);
  }
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The shipped file with this test's ports and certificate in it, inside the smallest main
 * configuration. */
static bool proxy_configure(struct db_test *t, struct proxy *p, const struct server *s) {
  struct why why;
  struct str text;
  struct arena *a = t->arena;
  const char *root = getenv("WAYMARK_SOURCE");
  test_folder(p->folder);
  p->tls = free_port(), p->plain = free_port();
  if (!file_read(a, str_c(a, str_format(a, "%s/web/proxy/nginx.conf", root ? root : ".")), 1 << 20,
                 &text, &why))
    return false;
  text = swap(a, text, "server 127.0.0.1:8080;", str_format(a, "server 127.0.0.1:%d;", s->port));
  text = swap(a, text, "listen 80;", str_format(a, "listen 127.0.0.1:%d;", p->plain));
  text = swap(a, text, "listen [::]:80;", S(""));
  text = swap(a, text, "listen 443 ssl http2;",
              str_format(a, "listen 127.0.0.1:%d ssl http2;", p->tls));
  text = swap(a, text, "listen [::]:443 ssl http2;", S(""));
  text = swap(a, text, "/etc/waymark/tls/fullchain.pem", str_format(a, "%s/c.pem", p->folder));
  text = swap(a, text, "/etc/waymark/tls/privkey.pem", str_format(a, "%s/k.pem", p->folder));
  struct str whole = str_format(
      a,
      "daemon off;\nmaster_process off;\npid %s/pid;\nerror_log %s/log;\nevents {}\nhttp {\n"
      "client_body_temp_path %s/b;\nproxy_temp_path %s/p;\nfastcgi_temp_path "
      "%s/f;\nuwsgi_temp_path %s/u;\n"
      "scgi_temp_path %s/s;\n%.*s}\n",
      p->folder, p->folder, p->folder, p->folder, p->folder, p->folder, p->folder, P(text));
  char *const make[] = {str_c(a, S("openssl")),
                        str_c(a, S("req")),
                        str_c(a, S("-x509")),
                        str_c(a, S("-newkey")),
                        str_c(a, S("ec")),
                        str_c(a, S("-pkeyopt")),
                        str_c(a, S("ec_paramgen_curve:P-256")),
                        str_c(a, S("-nodes")),
                        str_c(a, S("-subj")),
                        str_c(a, S("/CN=waymark.example")),
                        str_c(a, S("-keyout")),
                        str_c(a, str_format(a, "%s/k.pem", p->folder)),
                        str_c(a, S("-out")),
                        str_c(a, str_format(a, "%s/c.pem", p->folder)),
                        NULL};
  return file_write(str_c(a, str_format(a, "%s/nginx.conf", p->folder)), whole, &why) &&
         run_quietly(make) == 0;
}

static bool proxy_start(struct db_test *t, struct proxy *p, const struct server *s) {
  struct arena *a = t->arena;
  if (!proxy_configure(t, p, s)) return false;
  char *const argv[] = {str_c(a, S("nginx")),
                        str_c(a, S("-p")),
                        p->folder,
                        str_c(a, S("-c")),
                        str_c(a, str_format(a, "%s/nginx.conf", p->folder)),
                        NULL};
  fflush(NULL);
  p->pid = fork();
  if (p->pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)!freopen("/dev/null", "w", stderr);
    execvp("nginx", argv);
    execv("/usr/sbin/nginx", argv);
    _exit(127);
  }
  struct server plain = {.port = p->plain};
  for (int i = 0; i < 100; i++) {
    int fd = visit(&plain);
    if (fd >= 0) return close(fd) == 0;
    usleep(20000);
  }
  return false;
}

/* Bare bytes through TLS, and what comes back. */
static struct str through_tls(struct db_test *t, const struct proxy *p, struct str bytes) {
  struct buf b = buf_open(1 << 20);
  CURL *c = curl_easy_init();
  curl_easy_setopt(c, CURLOPT_URL,
                   str_c(t->arena, str_format(t->arena, "https://127.0.0.1:%d", p->tls)));
  curl_easy_setopt(c, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(c, CURLOPT_SSL_ENABLE_ALPN, 0L);
  if (curl_easy_perform(c) == CURLE_OK) {
    size_t n;
    curl_easy_send(c, bytes.p, bytes.n, &n);
    for (int quiet = 0; quiet < 100;) {
      char piece[16384];
      CURLcode code = curl_easy_recv(c, piece, sizeof piece, &n);
      if (code == CURLE_AGAIN) {
        usleep(10000);
        quiet++;
        continue;
      }
      if (code != CURLE_OK || n == 0) break;
      buf_put(&b, (struct str){piece, n});
    }
  }
  curl_easy_cleanup(c);
  struct str all = str_copy(t->arena, buf_str(&b));
  buf_free(&b);
  return all;
}

void the_shipped_proxy_refuses_what_it_should(struct db_test *t) {
  struct proxy p = {0};
  if (t->kind != DB_SQLITE) return;
  if (access("/usr/sbin/nginx", X_OK) != 0 || access("/usr/bin/openssl", X_OK) != 0)
    skip(); /* not installed here */
  serve_tls = true;
  struct server s = serve(t, 0);
  serve_tls = false;
  if (!proxy_start(t, &p, &s)) fail_msg("nginx did not start with web/proxy/nginx.conf");
  struct str r =
      through_tls(t, &p,
                  S("GET /visitor HTTP/1.1\r\nHost: waymark.example\r\nX-Forwarded-For: 6.6.6.6\r\n"
                    "Connection: close\r\n\r\n"));
  assert_int_equal(status_of(r), 200);
  assert_true(str_contains(r, S("from 127.0.0.1 host waymark.example secure 1")));
  assert_true(str_contains(r, S("Set-Cookie: __Host-waymark=")) && str_contains(r, S("; Secure")));
  assert_true(str_contains(r, S("Strict-Transport-Security")));
  assert_false(str_contains(r, S("nginx/")));
  static const struct {
    const char *name, *bytes;
    size_t n;
  } odd[] = {
#define ODD(name, text) {name, text, sizeof text - 1}
      ODD("folded header", "GET /visitor HTTP/1.1\r\nHost: waymark.example\r\nA: b\r\n "
                           "X-Forwarded-For: 6.6.6.6\r\nConnection: close\r\n\r\n"),
      ODD("NUL",
          "GET /visitor HTTP/1.1\r\nHost: waymark.example\r\nA: b\0c\r\nConnection: close\r\n\r\n"),
      ODD("both lengths", "POST /visitor HTTP/1.1\r\nHost: waymark.example\r\nContent-Length: "
                          "4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
      ODD("two lengths", "POST /visitor HTTP/1.1\r\nHost: waymark.example\r\nContent-Length: "
                         "4\r\nContent-Length: 5\r\n\r\nabcde"),
      ODD("trace", "TRACE / HTTP/1.1\r\nHost: waymark.example\r\nConnection: close\r\n\r\n"),
      ODD("space before colon",
          "GET /visitor HTTP/1.1\r\nHost : waymark.example\r\nConnection: close\r\n\r\n")};
  for (size_t i = 0; i < countof(odd); i++) {
    r = through_tls(t, &p, (struct str){odd[i].bytes, odd[i].n});
    int status = status_of(r);
    bool refused = status >= 400 && status < 500,
         cleaned = status == 200 && !str_contains(r, S("6.6.6.6"));
    if (!refused && !(i == 0 && cleaned))
      fail_msg("%s: %.*s", odd[i].name, P(str_slice(r, 0, 300)));
  }
  struct server plain = {.port = p.plain};
  r = exchange_ms(t, &plain,
                  S("GET /a HTTP/1.1\r\nHost: waymark.example\r\nConnection: close\r\n\r\n"), 3000);
  assert_true(status_of(r) == 308 && str_contains(r, S("Location: https://waymark.example/a")));
  kill(p.pid, SIGKILL);
  waitpid(p.pid, NULL, 0);
  stop(&s, 0);
}
