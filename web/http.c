/* http: libmicrohttpd behind one file. What the library does not do is added here: requests that
 * two readers could take apart differently are refused and the connection closed, every phase has a
 * deadline, large bodies go to a file, and the answers that are ours to give (413, 503, 408) carry
 * our headers. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include "web/front.h"
#include "web/inner.h"

static void set_deadline(struct conn *c, uint64_t ms) {
  c->deadline_us = clock_monotonic_us() + ms * 1000;
}

/* ---- spool files: opened once, before the sandbox closes the file system ---- */

static int spool_open(const char *folder) {
  int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  char path[4096];
  snprintf(path, sizeof path, "%s/spool.XXXXXX", folder);
  fd = mkostemp(path, O_CLOEXEC);
  if (fd >= 0) unlink(path);
  return fd;
}

static int spool_take(struct http *h) {
  for (int i = 0; i < SPOOLS; i++)
    if (!h->spool_taken[i]) {
      h->spool_taken[i] = true;
      return i;
    }
  return -1;
}

static void spool_give(struct http *h, int i) {
  if (i < 0) return;
  if (ftruncate(h->spool_fd[i], 0) != 0 || lseek(h->spool_fd[i], 0, SEEK_SET) != 0)
    log_event(LOG_WARNING, "spool", "error=%d", errno);
  h->spool_taken[i] = false;
}

/* ---- exchanges ---- */

static struct exchange *exchange_new(struct http *h, struct MHD_Connection *mhd) {
  struct exchange *x = calloc(1, sizeof *x);
  if (!x) return NULL;
  *x = (struct exchange){.http = h,
                         .mhd = mhd,
                         .spool = -1,
                         .worker = -1,
                         .since_us = clock_monotonic_us(),
                         .arena = arena_open((size_t)256 << 10),
                         .body = buf_open(WIRE_INLINE_BYTES_MAX)};
  x->ask.body_fd = x->answer.body_fd = -1;
  secret_bytes(&x->id, sizeof x->id);
  return x;
}

static void exchange_free(struct exchange *x) {
  if (x->http->gone) x->http->gone(x->http->to, x);
  if (x->conn) x->conn->exchange = NULL;
  spool_give(x->http, x->spool);
  if (x->answer.body_fd >= 0) close(x->answer.body_fd);
  arena_close(&x->arena);
  buf_free(&x->body);
  free(x->answer_bytes);
  free(x);
}

/* ---- answering ---- */

static void add_header(void *to, const char *name, struct str value) {
  char line[2048];
  if (value.n >= sizeof line) return;
  memcpy(line, value.p, value.n);
  line[value.n] = 0;
  MHD_add_response_header(to, name, line);
}

static enum MHD_Result send_response(struct exchange *x, int status, struct MHD_Response *response,
                                     bool close_after) {
  if (!response) return MHD_NO;
  if (close_after || x->http->draining) MHD_add_response_header(response, "Connection", "close");
  enum MHD_Result queued = MHD_queue_response(x->mhd, (unsigned)status, response);
  MHD_destroy_response(response);
  x->state = X_SENT;
  return queued;
}

static enum MHD_Result send_refusal(struct exchange *x, int status, const char *sentence,
                                    bool close_after) {
  struct buf page = buf_open(16 << 10);
  char reference[17];
  int n = snprintf(reference, sizeof reference, "%016llx", (unsigned long long)x->id);
  plain_page(&page, status, str_of(sentence),
             status >= 500 ? (struct str){reference, (size_t)n} : (struct str){0});
  struct MHD_Response *r = MHD_create_response_from_buffer(page.n, page.p, MHD_RESPMEM_MUST_COPY);
  buf_free(&page);
  if (!r) return MHD_NO;
  security_headers(add_header, r, x->http->config->serve->behind_tls, false);
  add_header(r, "Cache-Control", S("no-store"));
  add_header(r, "Content-Type", S("text/html; charset=utf-8"));
  if (status == 503 || status == 429) add_header(r, "Retry-After", S("5"));
  if (status == 405) add_header(r, "Allow", S("GET, HEAD, POST"));
  set_deadline(x->conn, SEND_MS_LEAST);
  return send_response(x, status, r, close_after);
}

static enum MHD_Result send_answer(struct exchange *x) {
  struct answer *a = &x->answer;
  struct MHD_Response *r;
  if (a->body_fd >= 0) {
    r = MHD_create_response_from_fd64(a->body_bytes, a->body_fd);
    if (r) a->body_fd = -1; /* the library closes it */
  } else {
    r = MHD_create_response_from_buffer(a->body.n, (void *)(uintptr_t)a->body.p,
                                        MHD_RESPMEM_MUST_COPY);
  }
  for (size_t i = 0; r && i < a->headers; i++) {
    char name[64];
    if (a->header[i].name.n >= sizeof name) continue;
    memcpy(name, a->header[i].name.p, a->header[i].name.n);
    name[a->header[i].name.n] = 0;
    add_header(r, name, a->header[i].value);
  }
  set_deadline(x->conn, SEND_MS_LEAST + a->body_bytes / SEND_BYTES_PER_MS_LEAST);
  return send_response(x, a->status, r, false);
}

static enum MHD_Result send_static(struct exchange *x, const struct static_file *f,
                                   const char *etags, const char *accepts) {
  struct str given = str_of(etags);
  bool same = f->etag.n && str_eq(given, f->etag);
  bool gz = !same && f->gzip.n && header_accepts(str_of(accepts), S("gzip"));
  struct str body = same ? (struct str){0} : gz ? f->gzip : f->bytes;
  struct MHD_Response *r =
      MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_PERSISTENT);
  if (!r) return MHD_NO;
  security_headers(add_header, r, x->http->config->serve->behind_tls, false);
  add_header(r, "Cache-Control",
             f->immutable ? S("public, max-age=31536000, immutable") : S("public, max-age=300"));
  if (f->etag.n) add_header(r, "ETag", f->etag);
  add_header(r, "Vary", S("Accept-Encoding"));
  if (!same) add_header(r, "Content-Type", f->type);
  if (gz) add_header(r, "Content-Encoding", S("gzip"));
  set_deadline(x->conn, SEND_MS_LEAST + body.n / SEND_BYTES_PER_MS_LEAST);
  return send_response(x, same ? 304 : 200, r, false);
}

/* ---- reading the head ---- */

struct head {
  struct exchange *x;
  int lengths, encodings, hosts, headers;
  bool bad;
  struct str length;
};

static enum MHD_Result see_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                  const char *value) {
  struct head *h = cls;
  struct str n = str_of(name), v = str_of(value);
  (void)kind;
  h->headers++;
  if (str_eq_nocase(n, S("content-length"))) {
    if (h->lengths++ && !str_eq(v, h->length)) h->bad = true;
    h->length = v;
    for (size_t i = 0; i < v.n; i++) h->bad |= v.p[i] < '0' || v.p[i] > '9';
    h->bad |= v.n == 0 || v.n > 15;
  } else if (str_eq_nocase(n, S("transfer-encoding"))) {
    h->encodings++;
    h->bad |= !str_eq_nocase(v, S("chunked"));
  } else if (str_eq_nocase(n, S("host"))) {
    h->hosts++;
  }
  for (size_t i = 0; i < n.n; i++) h->bad |= (unsigned char)n.p[i] <= 0x20 || n.p[i] == 0x7f;
  for (int i = 0; i < H_COUNT; i++)
    if (str_eq_nocase(n, str_of(ask_header_names[i])) && h->x->ask.header[i].n == 0)
      h->x->ask.header[i] = str_copy(&h->x->arena, v);
  return h->headers > 100 ? MHD_NO : MHD_YES;
}

/* Two readers must never take this request apart differently: both length and chunks, lengths that
 * differ, an encoding other than chunked, more than one host. Refused, and the connection is
 * closed. */
static bool head_sound(struct exchange *x, const char *version) {
  struct head h = {.x = x};
  MHD_get_connection_values(x->mhd, MHD_HEADER_KIND, see_header, &h);
  if (h.bad || h.headers > 100 || h.lengths > 1 || h.encodings > 1 || (h.lengths && h.encodings) ||
      h.hosts > 1)
    return false;
  if (str_eq(str_of(version), S("HTTP/1.1")) && h.hosts != 1) return false;
  if (h.encodings && !str_eq(str_of(version), S("HTTP/1.1"))) return false;
  int64_t length = 0;
  if (h.lengths && !str_to_i64(h.length, &length)) return false;
  x->ask.body_bytes = (uint64_t)length; /* what is announced; replaced by what came */
  return true;
}

static struct str address_text(struct exchange *x, const struct sockaddr *sa) {
  char text[INET6_ADDRSTRLEN] = "";
  if (sa && sa->sa_family == AF_INET)
    inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, text,
              sizeof text);
  if (sa && sa->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, text,
              sizeof text);
  return str_copy(&x->arena, str_of(text));
}

/* Behind a trusted proxy the visitor is the last address it added; anybody else's X-Forwarded-For
 * is ignored. */
static void read_address(struct exchange *x) {
  const struct serve_config *serve = x->http->config->serve;
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  struct str peer = address_text(x, info ? info->client_addr : NULL),
             trusted = str_of(serve->trusted_proxy);
  bool loopback = str_starts(peer, S("127.")) || str_eq(peer, S("::1"));
  bool proxy = trusted.n ? str_eq(peer, trusted) : serve->behind_tls && loopback;
  x->ask.address = peer;
  x->ask.secure = serve->behind_tls;
  if (!proxy) return;
  struct str rest = str_of(MHD_lookup_connection_value(x->mhd, MHD_HEADER_KIND, "X-Forwarded-For")),
             last = {0};
  while (rest.n > 0) last = str_trim(str_cut(&rest, ','));
  if (last.n > 0 && last.n < INET6_ADDRSTRLEN) x->ask.address = str_copy(&x->arena, last);
}

static enum method method_of(const char *word) {
  static const struct {
    const char *word;
    enum method method;
  } known[] = {{"GET", METHOD_GET},
               {"HEAD", METHOD_HEAD},
               {"POST", METHOD_POST},
               {"OPTIONS", METHOD_OPTIONS}};
  for (size_t i = 0; i < countof(known); i++)
    if (strcmp(word, known[i].word) == 0) return known[i].method;
  return METHOD_OTHER;
}

static void read_route(struct exchange *x) {
  const struct serve_config *serve = x->http->config->serve;
  struct route_match m = route_find(x->http->config->routes, &x->arena, x->ask.method, x->ask.path);
  size_t upload = serve->upload_bytes_max ? serve->upload_bytes_max : UPLOAD_BYTES_OTHERWISE;
  x->heavy = m.route && m.route->lane == HEAVY;
  x->body_limit = FORM_BYTES_MAX;
  if (m.route && (m.route->flags & ROUTE_UPLOAD)) x->body_limit = upload + UPLOAD_FORM_BYTES;
}

static bool target_sound(const struct exchange *x) {
  struct str p = x->ask.path;
  if (p.n == 0 || p.p[0] != '/' || p.n > PATH_BYTES_MAX || x->ask.query.n > QUERY_BYTES_MAX)
    return false;
  for (size_t i = 0; i < p.n; i++)
    if ((unsigned char)p.p[i] <= 0x20 || p.p[i] == 0x7f) return false;
  return true;
}

static void refuse_later(struct exchange *x, int status, const char *sentence) {
  if (x->refuse_status) return;
  x->refuse_status = status;
  x->refuse_sentence = sentence;
}

static const char *const too_large =
    "What was sent is larger than this page can take. Send a smaller file, or split it.";

/* The first call for a request: its head is whole, no byte of a body has been seen. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *version) {
  struct static_file file;
  x->begun = true;
  x->ask.id = x->id;
  x->ask.method = method_of(method);
  if (!head_sound(x, version))
    return send_refusal(x, 400, "The request could be read in two ways, so it was not read at all.",
                        true);
  if (!target_sound(x))
    return send_refusal(
        x, 400, "That address is not one this site can read. Check it and try again.", true);
  if (x->ask.method == METHOD_OTHER)
    return send_refusal(x, 405, "This site does not do that. Use the page's own buttons.", true);
  if (x->http->draining)
    return send_refusal(x, 503, "The site is being restarted. Try again in a few seconds.", true);
  read_address(x);
  read_route(x);
  x->head_only = x->ask.method == METHOD_HEAD;
  bool get = x->ask.method == METHOD_GET || x->head_only;
  if (get && x->http->config->serve->files && x->http->config->serve->files(x->ask.path, &file))
    return send_static(x, &file, str_c(&x->arena, x->ask.header[H_IF_NONE_MATCH]),
                       str_c(&x->arena, x->ask.header[H_ACCEPT_ENCODING]));
  /* A little too large: read and thrown away, so that the visitor gets to see the answer. Far too
   * large: cut. */
  if (x->ask.body_bytes > x->body_limit + SWALLOW_BYTES_MAX)
    return send_refusal(x, 413, too_large, true);
  if (x->ask.body_bytes > x->body_limit) refuse_later(x, 413, too_large);
  if (x->ask.method != METHOD_POST && x->ask.body_bytes > 0)
    return send_refusal(
        x, 400, "This kind of request brings nothing with it. Use the page's own buttons.", true);
  x->state = X_BODY;
  x->since_us = clock_monotonic_us();
  set_deadline(x->conn, BODY_MS_LEAST);
  return MHD_YES;
}

/* ---- reading the body ---- */

static bool write_whole(int fd, const char *p, size_t n) {
  while (n > 0) {
    ssize_t done = write(fd, p, n);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    p += done, n -= (size_t)done;
  }
  return true;
}

static void take_body(struct exchange *x, const char *p, size_t n) {
  x->body_seen += n;
  if (x->body_seen > x->body_limit) refuse_later(x, 413, too_large);
  if (x->body_seen > x->body_limit + SWALLOW_BYTES_MAX)
    x->conn->deadline_us = 1; /* it goes on and on: cut */
  else
    x->conn->deadline_us =
        x->since_us + (BODY_MS_LEAST + x->body_seen / BODY_BYTES_PER_MS_LEAST) * 1000;
  if (x->refuse_status) return;
  if (x->spool < 0 && x->body.n + n <= WIRE_INLINE_BYTES_MAX) {
    buf_put(&x->body, (struct str){p, n});
    return;
  }
  static const char *const no_room = "There was no room for the file. Try again in a minute.";
  if (x->spool < 0) {
    x->spool = spool_take(x->http);
    if (x->spool < 0 || !write_whole(x->http->spool_fd[x->spool], x->body.p, x->body.n)) {
      refuse_later(x, 503, no_room);
      return;
    }
    buf_free(&x->body);
  }
  if (!write_whole(x->http->spool_fd[x->spool], p, n)) refuse_later(x, 503, no_room);
}

/* The request is whole: hand it on and wait. */
static enum MHD_Result finish_body(struct exchange *x) {
  if (x->refuse_status) return send_refusal(x, x->refuse_status, x->refuse_sentence, true);
  x->ask.body_bytes = x->body_seen;
  x->ask.body = buf_str(&x->body);
  x->ask.body_fd = x->spool >= 0 ? x->http->spool_fd[x->spool] : -1;
  x->since_us = clock_monotonic_us();
  if (x->http->known && x->http->known(x->http->to, x)) return send_answer(x);
  x->state = X_WAITING;
  x->conn->deadline_us = UINT64_MAX; /* ours to keep now: see front.c */
  MHD_suspend_connection(x->mhd);
  x->http->complete(x->http->to, x);
  return MHD_YES;
}

/* ---- what the library calls ---- */

static void *on_target(void *cls, const char *target, struct MHD_Connection *mhd) {
  struct exchange *x = exchange_new(cls, mhd);
  if (!x) return NULL;
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  x->conn = info ? info->socket_context : NULL;
  if (x->conn) x->conn->exchange = x;
  x->ask.query =
      str_copy(&x->arena, str_slice(str_of(target), 0, PATH_BYTES_MAX + QUERY_BYTES_MAX + 2));
  x->ask.path = str_cut(&x->ask.query, '?');
  return x;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *bytes, void **con_cls) {
  struct exchange *x = *con_cls;
  (void)cls, (void)url, (void)mhd;
  if (!x || !x->conn) return MHD_NO;
  if (!x->begun) return begin(x, method, version);
  if (x->state == X_SENT) return MHD_YES;
  if (*bytes > 0) {
    take_body(x, data, *bytes);
    *bytes = 0;
    return MHD_YES;
  }
  if (x->state == X_BODY) return finish_body(x);
  if (x->state != X_ANSWERED) return MHD_YES;
  return x->refuse_status ? send_refusal(x, x->refuse_status, x->refuse_sentence, false)
                          : send_answer(x);
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **con_cls,
                         enum MHD_RequestTerminationCode why) {
  struct exchange *x = *con_cls;
  (void)cls, (void)mhd, (void)why;
  if (!x) return;
  if (x->conn) set_deadline(x->conn, x->http->draining ? 0 : IDLE_MS_MAX);
  *con_cls = NULL;
  exchange_free(x);
}

static void conn_open(struct http *h, struct MHD_Connection *mhd, void **socket_context) {
  struct conn *c = calloc(1, sizeof *c);
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
  *socket_context = c;
  if (!c) return;
  *c = (struct conn){.http = h, .mhd = mhd, .fd = info ? info->connect_fd : -1, .next = h->conns};
  if (h->conns) h->conns->before = c;
  h->conns = c;
  h->n_conns++;
  int head_ms = h->config->serve->head_ms;
  set_deadline(c, head_ms > 0 ? (uint64_t)head_ms : HEADERS_MS_MAX);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
                          enum MHD_ConnectionNotificationCode code) {
  struct http *h = cls;
  struct conn *c = *socket_context;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    conn_open(h, mhd, socket_context);
    return;
  }
  if (!c) return;
  if (c->before)
    c->before->next = c->next;
  else
    h->conns = c->next;
  if (c->next) c->next->before = c->before;
  h->n_conns--;
  *socket_context = NULL;
  free(c);
}

static size_t keep_escapes(void *cls, struct MHD_Connection *mhd, char *text) {
  (void)cls, (void)mhd;
  return strlen(text);
}

/* ---- opening, running, closing ---- */

bool http_open(struct http *h, const struct front_config *config, struct why *why) {
  bool proxied = config->serve->behind_tls || str_of(config->serve->trusted_proxy).n;
  h->config = config;
  for (int i = 0; i < SPOOLS; i++)
    if ((h->spool_fd[i] = spool_open(config->spool_folder)) < 0)
      return why_say(
          why,
          "No file could be made in %s for large uploads. Check that the folder can be written.",
          config->spool_folder);
  /* the proxy's one address stands for everybody; how many requests one visitor may have in hand is
   * counted in front.c */
  unsigned per_address = proxied ? 0 : CONNECTIONS_PER_ADDRESS_MAX;
  h->daemon =
      MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, h,
                       MHD_OPTION_LISTEN_SOCKET, config->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
                       (unsigned)CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address,
                       MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES_MAX,
                       MHD_OPTION_CONNECTION_TIMEOUT, 0u, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                       MHD_OPTION_URI_LOG_CALLBACK, on_target, h, MHD_OPTION_UNESCAPE_CALLBACK,
                       keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
                       MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_END);
  return h->daemon || why_say(why, "The web server could not be started.");
}

int http_epoll_fd(const struct http *h) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info ? info->epoll_fd : -1;
}

int http_wait_ms(const struct http *h, int most) {
  MHD_UNSIGNED_LONG_LONG ms = 0;
  if (h->dirty) return 0;
  if (MHD_get_timeout(h->daemon, &ms) != MHD_YES || ms > (MHD_UNSIGNED_LONG_LONG)most) return most;
  return (int)ms;
}

void http_run(struct http *h) {
  h->dirty = false;
  MHD_run(h->daemon);
}

static void cut(struct conn *c) {
  if (c->cut || c->fd < 0) return;
  c->cut = true;
  shutdown(c->fd, SHUT_RDWR); /* the library sees the end and lets go of it */
  c->http->dirty = true;
}

void http_deadlines(struct http *h, uint64_t now_us) {
  for (struct conn *c = h->conns; c; c = c->next) {
    bool in_hand =
        c->exchange && (c->exchange->state == X_WAITING || c->exchange->state == X_RUNNING);
    if (!in_hand && now_us >= c->deadline_us) cut(c);
  }
}

void http_answer(struct exchange *x) {
  x->state = X_ANSWERED;
  MHD_resume_connection(x->mhd);
  x->http->dirty = true;
}

void http_refuse(struct exchange *x, int status, const char *sentence) {
  x->refuse_status = status;
  x->refuse_sentence = sentence;
  http_answer(x);
}

void http_quiesce(struct http *h) {
  h->draining = true;
  MHD_socket fd = MHD_quiesce_daemon(h->daemon);
  if (fd != MHD_INVALID_SOCKET) close(fd);
  for (struct conn *c = h->conns; c; c = c->next)
    if (!c->exchange) cut(c);
}

void http_close(struct http *h) {
  MHD_stop_daemon(h->daemon);
  for (int i = 0; i < SPOOLS; i++) close(h->spool_fd[i]);
}
