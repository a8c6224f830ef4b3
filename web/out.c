/* out: see out.h. The rules stand in `prepare` and `guard`; both the out process and a command's
 * own calls go there. */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include "web/out.h"
#include "web/wire.h"

enum {
  BYTES_OTHERWISE = 16 << 20,
  SECONDS_OTHERWISE = 30,
  REDIRECTS_MAX = 3,
  AT_ONCE_MAX = 8,
  FRAME_BYTES_MAX = 1 << 20
};

static char allowed_hosts[2048];
static int through = -1;

void out_allow(const char *hosts) {
  snprintf(allowed_hosts, sizeof allowed_hosts, "%s", hosts ? hosts : "");
}
void out_through(int fd) { through = fd; }

/* ---- the guard ---- */

static bool in_net(uint32_t address, uint32_t net, int bits) {
  return (address ^ net) >> (32 - bits) == 0;
}

/* IANA's special-purpose registries (RFC 6890 and its updates): nothing there is another
 * organisation's server. */
static bool private4(uint32_t a) {
  static const struct {
    uint32_t net;
    int bits;
  } nets[] = {{0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},
              {0xa9fe0000, 16}, {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24},
              {0xc0586300, 24}, {0xc0a80000, 16}, {0xc6120000, 15}, {0xc6336400, 24},
              {0xcb007100, 24}, {0xe0000000, 4},  {0xf0000000, 4}};
  for (size_t i = 0; i < countof(nets); i++)
    if (in_net(a, nets[i].net, nets[i].bits)) return true;
  return false;
}

static uint32_t bytes4(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Only 2000::/3 is the open internet; inside it, what wraps an IPv4 address is judged by that
 * address. */
static bool private6(const uint8_t b[16]) {
  static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff},
                       nat64[12] = {0x00, 0x64, 0xff, 0x9b};
  if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0) return private4(bytes4(b + 12));
  if ((b[0] & 0xe0) != 0x20) return true;
  if (b[0] == 0x20 && b[1] == 0x02) return private4(bytes4(b + 2)); /* 6to4 */
  if (b[0] == 0x20 && b[1] == 0x01 && (b[2] & 0xfe) == 0)
    return true; /* protocol assignments, Teredo */
  if (b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8) return true; /* documentation */
  return b[0] == 0x3f && b[1] == 0xff && b[2] < 0x10;                            /* documentation */
}

bool out_address_private(const struct sockaddr *address) {
  if (address->sa_family == AF_INET)
    return private4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
  if (address->sa_family == AF_INET6)
    return private6(((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr);
  return true;
}

/* Is a host in the comma-separated list of the settings? */
static bool host_allowed(struct str host) {
  for (struct str rest = str_of(allowed_hosts); rest.n > 0;)
    if (str_eq_nocase(str_trim(str_cut(&rest, ',')), host)) return true;
  return false;
}

/* ---- one transfer ---- */

struct transfer {
  CURL *curl;
  struct curl_slist *headers, *to;
  struct buf body;
  char content_type[128], etag[128], retry_after[64], location[1000], error[CURL_ERROR_SIZE];
  struct str mail_left;
  bool refused_private, mail;
  int reply_fd; /* out process: who asked */
  uint64_t ticket;
  struct arena arena; /* the request's strings, NUL-terminated */
};

static struct str host_of(struct arena *a, CURL *curl) {
  char *url = NULL, *host = NULL;
  struct str found = {0};
  curl_easy_getinfo(curl, CURLINFO_EFFECTIVE_URL, &url);
  CURLU *parts = curl_url();
  if (parts && url &&
      curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
      curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
    found = str_copy(a, str_of(host));
  curl_free(host);
  curl_url_cleanup(parts);
  if (found.n > 2 && found.p[0] == '[') found = str_slice(found, 1, found.n - 1);
  return found;
}

/* Asked for every connection, redirects included, with the address that will really be connected
 * to. */
static curl_socket_t guard(void *with, curlsocktype purpose, struct curl_sockaddr *at) {
  struct transfer *t = with;
  if (purpose != CURLSOCKTYPE_IPCXN) return CURL_SOCKET_BAD;
  if (out_address_private(&at->addr) && !host_allowed(host_of(&t->arena, t->curl))) {
    t->refused_private = true;
    return CURL_SOCKET_BAD;
  }
  return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

static size_t take(char *p, size_t size, size_t n, void *with) {
  struct transfer *t = with;
  buf_put(&t->body, (struct str){p, size * n});
  return t->body.full ? 0 : size * n;
}

static void keep(char *out, size_t room, struct str v) {
  v = str_trim(v);
  if (v.n >= room) v.n = room - 1;
  memcpy(out, v.p, v.n);
  out[v.n] = 0;
}

static size_t see_header(char *p, size_t size, size_t n, void *with) {
  struct transfer *t = with;
  struct str value = {p, size * n}, name = str_cut(&value, ':');
  if (str_eq_nocase(name, S("content-type"))) keep(t->content_type, sizeof t->content_type, value);
  if (str_eq_nocase(name, S("etag"))) keep(t->etag, sizeof t->etag, value);
  if (str_eq_nocase(name, S("retry-after"))) keep(t->retry_after, sizeof t->retry_after, value);
  return size * n;
}

static size_t give_mail(char *out, size_t size, size_t n, void *with) {
  struct transfer *t = with;
  struct str piece = str_slice(t->mail_left, 0, size * n);
  memcpy(out, piece.p ? piece.p : "", piece.n);
  t->mail_left = str_slice(t->mail_left, piece.n, t->mail_left.n);
  return piece.n;
}

static void prepare_mail(struct transfer *t, const struct out_request *r) {
  CURL *c = t->curl;
  t->mail_left = str_copy(&t->arena, r->body);
  for (int i = 0; i < OUT_TO_MAX && r->to[i].n; i++)
    t->to = curl_slist_append(t->to, str_c(&t->arena, r->to[i]));
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(c, CURLOPT_MAIL_FROM, str_c(&t->arena, r->from));
  curl_easy_setopt(c, CURLOPT_MAIL_RCPT, t->to);
  curl_easy_setopt(c, CURLOPT_READFUNCTION, give_mail);
  curl_easy_setopt(c, CURLOPT_READDATA, t);
  curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
  bool named = r->user.n > 0;
  curl_easy_setopt(c, CURLOPT_USE_SSL, named ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY);
  if (!named) return;
  curl_easy_setopt(c, CURLOPT_USERNAME, str_c(&t->arena, r->user));
  curl_easy_setopt(c, CURLOPT_PASSWORD, str_c(&t->arena, r->password));
}

static void prepare_http(struct transfer *t, const struct out_request *r) {
  CURL *c = t->curl;
  bool secure = str_starts(r->url, S("https://"));
  curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
  curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, r->stay ? 0L : 1L);
  curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
  curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
  if (r->body.n || str_eq(r->method, S("POST"))) {
    curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.n);
    curl_easy_setopt(c, CURLOPT_COPYPOSTFIELDS, str_c(&t->arena, r->body));
  }
  if (r->method.n) curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, str_c(&t->arena, r->method));
  if (str_eq(r->method, S("HEAD"))) curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
  if (r->content_type.n)
    t->headers = curl_slist_append(
        t->headers,
        str_c(&t->arena, str_format(&t->arena, "Content-Type: %.*s", P(r->content_type))));
  for (int i = 0; i < OUT_HEADERS_MAX && r->headers[i].n; i++)
    t->headers = curl_slist_append(t->headers, str_c(&t->arena, r->headers[i]));
  curl_easy_setopt(c, CURLOPT_HTTPHEADER, t->headers);
}

static bool one_line(struct str s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) return false;
  return true;
}

/* What comes from a feed or a form must not be able to add a header or a recipient. */
static bool request_sound(const struct out_request *r) {
  bool sound = one_line(r->url) && one_line(r->method) && one_line(r->content_type) &&
               one_line(r->from) && r->url.n < 4000;
  for (int i = 0; i < OUT_HEADERS_MAX; i++) sound = sound && one_line(r->headers[i]);
  for (int i = 0; i < OUT_TO_MAX; i++) sound = sound && one_line(r->to[i]);
  return sound;
}

static struct transfer *transfer_new(const struct out_request *r, struct why *why) {
  static bool ready;
  if (!ready) ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  struct transfer *t = request_sound(r) && ready ? calloc(1, sizeof *t) : NULL;
  if (!t) {
    why_say(why, "The address is not one that can be asked. Check it for line breaks and length.");
    return NULL;
  }
  size_t most = r->bytes_max ? r->bytes_max : BYTES_OTHERWISE;
  int seconds = r->timeout_s > 0 ? r->timeout_s : SECONDS_OTHERWISE;
  *t = (struct transfer){.curl = curl_easy_init(),
                         .body = buf_open(most < OUT_BYTES_MAX ? most : OUT_BYTES_MAX),
                         .reply_fd = -1,
                         .mail = str_eq(r->method, S("MAIL")),
                         .arena = arena_open(2 * (r->body.n + (1 << 20)))};
  CURL *c = t->curl;
  curl_easy_setopt(c, CURLOPT_URL, str_c(&t->arena, r->url));
  curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(c, CURLOPT_TIMEOUT,
                   (long)(seconds < OUT_SECONDS_MAX ? seconds : OUT_SECONDS_MAX));
  curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, 10L);
  curl_easy_setopt(c, CURLOPT_PROXY, "");
  curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
  curl_easy_setopt(c, CURLOPT_USERAGENT, "Waymark");
  curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->error);
  curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, guard);
  curl_easy_setopt(c, CURLOPT_OPENSOCKETDATA, t);
  curl_easy_setopt(c, CURLOPT_FRESH_CONNECT,
                   1L); /* a kept connection would not be asked about again */
  curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
  curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, see_header);
  curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
  curl_easy_setopt(c, CURLOPT_PRIVATE, t);
  if (t->mail)
    prepare_mail(t, r);
  else
    prepare_http(t, r);
  return t;
}

static void transfer_free(struct transfer *t) {
  curl_easy_cleanup(t->curl);
  curl_slist_free_all(t->headers);
  curl_slist_free_all(t->to);
  buf_free(&t->body);
  arena_close(&t->arena);
  free(t);
}

/* What happened, as a person should read it. */
static bool judge(struct transfer *t, CURLcode code, int *status, struct why *why) {
  long http = 0;
  char *url = NULL;
  curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &http);
  curl_easy_getinfo(t->curl, CURLINFO_EFFECTIVE_URL, &url);
  keep(t->location, sizeof t->location, str_of(url));
  *status = (int)http;
  if (t->refused_private && code != CURLE_OK)
    return why_say(why, "That address leads into a private network, so it was not asked. An "
                        "operator can allow its host in the "
                        "settings.");
  if (t->body.full)
    return why_say(why, "The answer is larger than is taken (%zu bytes), so it was not used.",
                   t->body.max);
  if (code == CURLE_OK) return true;
  if (code == CURLE_UNSUPPORTED_PROTOCOL)
    return why_say(why, "Only http and https addresses are asked. Check the address.");
  if (code == CURLE_TOO_MANY_REDIRECTS)
    return why_say(why, "The address leads on and on. Use the one it ends at.");
  if (code == CURLE_OPERATION_TIMEDOUT)
    return why_say(why, "The other side did not answer in time. Try again later.");
  if (code == CURLE_PEER_FAILED_VERIFICATION)
    return why_say(
        why, "The other side's certificate is not one that can be trusted, so nothing was asked.");
  return why_say(why, "The other side could not be reached: %s. Try again later.",
                 curl_easy_strerror(code));
}

static bool send_here(struct arena *a, const struct out_request *request, struct out_reply *reply,
                      struct why *why) {
  struct transfer *t = transfer_new(request, why);
  if (!t) return false;
  bool good = judge(t, curl_easy_perform(t->curl), &reply->status, why);
  reply->body = str_copy(a, buf_str(&t->body));
  reply->content_type = str_copy(a, str_of(t->content_type));
  reply->etag = str_copy(a, str_of(t->etag));
  reply->retry_after = str_copy(a, str_of(t->retry_after));
  reply->location = str_copy(a, str_of(t->location));
  transfer_free(t);
  return good;
}

/* ---- frames between a process and the out process: one datagram with a memory file of what is
 * said ---- */

struct out_note {
  uint64_t ticket;
  uint32_t good;
  int32_t status;
};

static void put_run(struct buf *b, struct str s) {
  buf_u32(b, (uint32_t)s.n);
  buf_put(b, s);
}

bool out_frame_put(struct buf *b, const struct out_request *r, uint64_t ticket) {
  buf_u64(b, ticket);
  buf_u64(b, r->bytes_max);
  buf_u32(b, (uint32_t)r->timeout_s);
  put_run(b, r->method);
  put_run(b, r->url);
  put_run(b, r->content_type);
  put_run(b, r->from);
  put_run(b, r->user);
  put_run(b, r->password);
  put_run(b, r->stay ? S("1") : (struct str){0});
  for (int i = 0; i < OUT_HEADERS_MAX; i++) put_run(b, r->headers[i]);
  for (int i = 0; i < OUT_TO_MAX; i++) put_run(b, r->to[i]);
  put_run(b, r->body);
  return !b->full;
}

static bool take_run(struct str *rest, struct str *out) {
  uint32_t n;
  if (rest->n < sizeof n) return false;
  memcpy(&n, rest->p, sizeof n);
  *rest = str_slice(*rest, sizeof n, rest->n);
  if (rest->n < n) return false;
  *out = str_slice(*rest, 0, n);
  *rest = str_slice(*rest, n, rest->n);
  return true;
}

bool out_frame_get(struct str frame, struct out_request *r, uint64_t *ticket) {
  uint64_t bytes_max;
  uint32_t seconds;
  struct str stay = {0};
  *r = (struct out_request){0};
  if (frame.n < 20) return false;
  memcpy(ticket, frame.p, 8);
  memcpy(&bytes_max, frame.p + 8, 8);
  memcpy(&seconds, frame.p + 16, 4);
  r->bytes_max = bytes_max > OUT_BYTES_MAX ? OUT_BYTES_MAX : (size_t)bytes_max;
  r->timeout_s = seconds > OUT_SECONDS_MAX ? OUT_SECONDS_MAX : (int)seconds;
  struct str rest = str_slice(frame, 20, frame.n);
  bool good = take_run(&rest, &r->method) && take_run(&rest, &r->url) &&
              take_run(&rest, &r->content_type) && take_run(&rest, &r->from) &&
              take_run(&rest, &r->user) && take_run(&rest, &r->password) && take_run(&rest, &stay);
  r->stay = stay.n > 0;
  for (int i = 0; good && i < OUT_HEADERS_MAX; i++) good = take_run(&rest, &r->headers[i]);
  for (int i = 0; good && i < OUT_TO_MAX; i++) good = take_run(&rest, &r->to[i]);
  return good && take_run(&rest, &r->body) && rest.n == 0;
}

static bool pass(int fd, const void *note, size_t bytes, int file) {
  bool sent = file >= 0 && wire_send(fd, (struct str){note, bytes}, file);
  if (file >= 0) close(file);
  return sent;
}

/* A datagram and the memory file that comes with it, whole in the arena. False: none waits, or not
 * ours. */
static bool receive(int fd, struct arena *a, struct out_note *note, struct str *content,
                    size_t most) {
  union {
    char room[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control;
  struct iovec piece = {note, sizeof *note};
  struct msghdr m = {.msg_iov = &piece,
                     .msg_iovlen = 1,
                     .msg_control = control.room,
                     .msg_controllen = sizeof control.room};
  ssize_t got = recvmsg(fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  struct cmsghdr *c = got > 0 ? CMSG_FIRSTHDR(&m) : NULL;
  int file = -1;
  if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
    memcpy(&file, CMSG_DATA(c), sizeof file);
  off_t bytes = file >= 0 ? lseek(file, 0, SEEK_END) : -1;
  bool good = got == sizeof *note && bytes >= 0 && (size_t)bytes <= most;
  if (good) {
    char *p = arena_many(a, char, (size_t)bytes + 1);
    good = pread(file, p, (size_t)bytes, 0) == (ssize_t)bytes;
    *content = (struct str){p, (size_t)bytes};
  }
  if (file >= 0) close(file);
  return good;
}

static bool reply_read(struct str content, bool good, struct out_reply *reply, struct why *why) {
  struct str said;
  bool whole = take_run(&content, &said) && take_run(&content, &reply->content_type) &&
               take_run(&content, &reply->etag) && take_run(&content, &reply->retry_after) &&
               take_run(&content, &reply->location) && take_run(&content, &reply->body);
  if (!whole) return why_say(why, "The outgoing connection failed. Try again later.");
  return good || why_say(why, "%.*s", P(said));
}

static bool send_through(struct arena *a, const struct out_request *request,
                         struct out_reply *reply, struct why *why) {
  struct buf b = buf_open(OUT_BYTES_MAX);
  struct out_note note = {0};
  uint64_t ticket;
  secret_bytes(&ticket, sizeof ticket);
  bool sent = out_frame_put(&b, request, ticket);
  note.ticket = ticket;
  sent = sent && pass(through, &note, sizeof note, wire_memory_file("out", buf_str(&b)));
  buf_free(&b);
  if (!sent) return why_say(why, "The outgoing connection could not be asked. Try again later.");
  int seconds = request->timeout_s > 0 ? request->timeout_s : SECONDS_OTHERWISE;
  uint64_t until = clock_monotonic_us() + (uint64_t)(seconds + 15) * 1000000;
  while (clock_monotonic_us() < until) {
    struct pollfd p = {.fd = through, .events = POLLIN};
    struct str content;
    if (poll(&p, 1, 1000) <= 0) continue;
    if (receive(through, a, &note, &content, OUT_BYTES_MAX + FRAME_BYTES_MAX) &&
        note.ticket == ticket) {
      reply->status = note.status;
      return reply_read(content, note.good == 1, reply, why);
    }
  }
  return why_say(why, "The other side did not answer in time. Try again later.");
}

bool out_send(struct arena *a, const struct out_request *request, struct out_reply *reply,
              struct why *why) {
  *reply = (struct out_reply){0};
  return through >= 0 ? send_through(a, request, reply, why) : send_here(a, request, reply, why);
}

/* ---- the out process ---- */

static void answer(int fd, uint64_t ticket, bool good, int status, struct transfer *t,
                   const struct why *why) {
  struct buf b = buf_open(OUT_BYTES_MAX + FRAME_BYTES_MAX);
  struct out_note note = {ticket, good, status};
  put_run(&b, good ? (struct str){0} : why_str(why));
  put_run(&b, t ? str_of(t->content_type) : (struct str){0});
  put_run(&b, t ? str_of(t->etag) : (struct str){0});
  put_run(&b, t ? str_of(t->retry_after) : (struct str){0});
  put_run(&b, t ? str_of(t->location) : (struct str){0});
  put_run(&b, t ? buf_str(&t->body) : (struct str){0});
  pass(fd, &note, sizeof note, wire_memory_file("out", buf_str(&b)));
  buf_free(&b);
}

static int begin_asked(CURLM *multi, int fd, struct arena *a) {
  struct out_note note;
  struct out_request request;
  struct str frame;
  struct why why;
  uint64_t ticket;
  arena_reset(a);
  if (!receive(fd, a, &note, &frame, OUT_BYTES_MAX) || !out_frame_get(frame, &request, &ticket))
    return 0;
  struct transfer *t = transfer_new(&request, &why);
  if (!t) {
    answer(fd, ticket, false, 0, NULL, &why);
    return 0;
  }
  t->reply_fd = fd, t->ticket = ticket;
  curl_multi_add_handle(multi, t->curl);
  return 1;
}

static int finish_done(CURLM *multi) {
  int left, finished = 0;
  for (CURLMsg *m; (m = curl_multi_info_read(multi, &left));) {
    if (m->msg != CURLMSG_DONE) continue;
    struct transfer *t = NULL;
    struct why why = {0};
    int status = 0;
    curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
    bool good = judge(t, m->data.result, &status, &why);
    answer(t->reply_fd, t->ticket, good, status, t, &why);
    curl_multi_remove_handle(multi, t->curl);
    transfer_free(t);
    finished++;
  }
  return finished;
}

int out_serve(const int *fd, size_t n, int stop_fd) {
  struct arena a = arena_open((size_t)OUT_BYTES_MAX * 2);
  struct curl_waitfd *wait = calloc(n + 1, sizeof *wait);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM *multi = curl_multi_init();
  int running = 0, moving;
  bool stop = !multi || !wait || !a.start;
  while (!stop) {
    bool room = running < AT_ONCE_MAX;
    for (size_t i = 0; i < n; i++)
      wait[i + 1] = (struct curl_waitfd){.fd = fd[i], .events = CURL_WAIT_POLLIN};
    wait[0] = (struct curl_waitfd){.fd = stop_fd, .events = CURL_WAIT_POLLIN};
    curl_multi_poll(multi, wait, room ? (unsigned)n + 1 : 1, 1000, NULL);
    struct pollfd stopped = {.fd = stop_fd, .events = POLLIN};
    stop = poll(&stopped, 1, 0) > 0;
    for (size_t i = 0; room && i < n && running < AT_ONCE_MAX; i++)
      if (wait[i + 1].revents) running += begin_asked(multi, fd[i], &a);
    curl_multi_perform(multi, &moving);
    running -= finish_done(multi);
  }
  curl_multi_cleanup(multi);
  free(wait);
  arena_close(&a);
  return 0;
}
