#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "db/seal.h"
#include "db/testing.h"
#include "web/testing.h"

static void master_key(void) {
  static bool have;
  char folder[64], path[96];
  struct why why;
  if (have) return;
  test_folder(folder);
  snprintf(path, sizeof path, "%s/master.key", folder);
  have = seal_master_make(path, &why) && seal_master_read(path, &why);
  if (!have) fprintf(stderr, "client_open: %s\n", why.text);
}

struct client client_open(struct db *db, const struct domain *const *domains, size_t n,
                          const struct session_hooks *hooks) {
  struct why why;
  master_key();
  struct client c = {.arena = arena_open((size_t)64 << 20),
                     .page = arena_open((size_t)256 << 20),
                     .body = buf_open(HEAVY_BODY_BYTES_MAX),
                     .db = db,
                     .next_id = 1,
                     .now = INSTANT_NONE};
  c.routes = routes_build(&c.arena, domains, n, &why);
  if (!c.routes) fprintf(stderr, "client_open: %s\n", why.text);
  c.site =
      (struct site){.routes = c.routes, .sessions = hooks, .base_url = "http://127.0.0.1:8080"};
  c.site.audit = arena_new(&c.arena, struct audit_way);
  c.site.audit->fd = -1;
  instant_parse(S("2026-11-02T10:00:00Z"), &c.now); /* a Monday morning */
  return c;
}

void client_close(struct client *c) {
  if (c->answer.body_fd > 0) close(c->answer.body_fd);
  audit_way_close(c->site.audit);
  arena_close(&c->arena);
  arena_close(&c->page);
  buf_free(&c->body);
}

void client_as(struct client *c, struct actor actor) {
  c->site.inject = actor;
  c->token = (struct str){0};
}

/* Puts the cookie of one Set-Cookie header into the jar; Max-Age=0 takes it out. */
static void keep_cookie(struct client *c, struct str header) {
  struct str rest = header, pair = str_cut(&rest, ';'), value = pair, name = str_cut(&value, '=');
  struct str jar = {0};
  for (struct str old = c->cookies; old.n > 0;) {
    struct str one = str_trim(str_cut(&old, ';')), other = one;
    if (!str_eq(str_cut(&other, '='), name))
      jar = str_format(&c->arena, "%.*s%s%.*s", P(jar), jar.n ? "; " : "", P(one));
  }
  if (!str_contains(header, S("Max-Age=0")))
    jar = str_format(&c->arena, "%.*s%s%.*s", P(jar), jar.n ? "; " : "", P(pair));
  c->cookies = str_copy(&c->arena, jar);
}

/* The token of the first form on the page, for the post that follows. */
static void keep_token(struct client *c) {
  static const char mark[] = "name=\"" VIEW_CSRF_FIELD "\" value=\"";
  size_t at = str_find(c->text, str_of(mark));
  if (at == c->text.n) return;
  struct str rest = str_slice(c->text, at + sizeof mark - 1, c->text.n);
  c->token = str_copy(&c->arena, str_slice(rest, 0, str_find_byte(rest, '"')));
}

static void take_answer(struct client *c) {
  c->status = c->answer.status;
  c->text = c->answer.body;
  for (size_t i = 0; i < c->answer.headers; i++)
    if (str_eq_nocase(c->answer.header[i].name, S("set-cookie")))
      keep_cookie(c, c->answer.header[i].value);
  keep_token(c);
}

void ask_of(struct client *c, enum method method, const char *path, struct str content_type,
            struct str body) {
  if (c->answer.body_fd > 0) close(c->answer.body_fd);
  c->path = str_copy(&c->arena, str_of(path)); /* path may live in the page about to go */
  body = str_copy(&c->arena, body);
  arena_reset(&c->page);
  struct str query = c->path, only = str_cut(&query, '?');
  struct ask ask = {.id = c->next_id++,
                    .method = method,
                    .path = only,
                    .query = query,
                    .address = S("127.0.0.1"),
                    .body = body,
                    .body_fd = -1,
                    .body_bytes = body.n,
                    .now = c->now,
                    .secure = c->site.behind_tls};
  ask.header[H_HOST] = S("127.0.0.1:8080");
  ask.header[H_COOKIE] = c->cookies;
  ask.header[H_ORIGIN] = c->origin;
  ask.header[H_FETCH_SITE] = c->fetch_site;
  ask.header[H_CONTENT_TYPE] = content_type;
  ask.header[H_ACCEPT_ENCODING] = c->accept_encoding;
  ask.header[H_ACCEPT_LANGUAGE] = c->accept_language;
  ask.header[H_IF_NONE_MATCH] = c->if_none_match;
  ask.header[H_AUTHORIZATION] = c->authorization;
  int spool = body.n > WIRE_INLINE_BYTES_MAX ? wire_memory_file("spool", body) : -1;
  if (spool >= 0) ask.body_fd = spool, ask.body = (struct str){0};
  arena_fail_every(c->refuse_memory_every);
  web_handle(&c->site, c->db, &c->page, &c->body, &ask, &c->answer);
  arena_fail_every(0);
  if (spool >= 0) close(spool);
  take_answer(c);
}

void get(struct client *c, const char *path) {
  ask_of(c, METHOD_GET, path, (struct str){0}, (struct str){0});
}

/* An actor that was injected has seen no page: make the token a page of theirs would hold. */
static struct str token_for(struct client *c) {
  if (c->without_token) return (struct str){0};
  if (c->token.n || !(c->site.inject.roles || c->site.inject.user_id)) return c->token;
  struct session session = {.state = SESSION_LIVE, .user_id = c->site.inject.user_id};
  struct str jar_token =
      cookie_value(c->cookies, c->site.behind_tls ? S("__Host-waymark") : S("waymark"));
  session.token = jar_token;
  struct request rq = {.arena = &c->arena, .site = &c->site, .session = &session};
  return csrf_token(&rq);
}

void post(struct client *c, const char *path, const char *form) {
  struct str token = token_for(c);
  struct str body = token.n ? str_format(&c->arena, "%s%s" VIEW_CSRF_FIELD "=%.*s", form,
                                         form[0] ? "&" : "", P(token))
                            : str_of(form);
  struct str type = c->content_type.n ? c->content_type : S("application/x-www-form-urlencoded");
  ask_of(c, METHOD_POST, path, type, body);
}

void post_file(struct client *c, const char *path, const char *form, const char *field,
               const char *file_name, struct str content) {
  static const char edge[] = "----waymark-test-edge";
  struct buf b = buf_open((size_t)512 << 20);
  struct field_values fields;
  struct str token = token_for(c);
  if (!parse_urlencoded(&c->arena, str_of(form), &fields, NULL)) fields.n = 0;
  for (size_t i = 0; i < fields.n; i++)
    buf_format(&b, "--%s\r\nContent-Disposition: form-data; name=\"%.*s\"\r\n\r\n%.*s\r\n", edge,
               P(fields.p[i].name), P(fields.p[i].value));
  if (token.n)
    buf_format(
        &b, "--%s\r\nContent-Disposition: form-data; name=\"" VIEW_CSRF_FIELD "\"\r\n\r\n%.*s\r\n",
        edge, P(token));
  buf_format(&b,
             "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
             "Content-Type: application/octet-stream\r\n\r\n",
             edge, field, file_name);
  buf_put(&b, content);
  buf_format(&b, "\r\n--%s--\r\n", edge);
  ask_of(c, METHOD_POST, path, str_format(&c->arena, "multipart/form-data; boundary=%s", edge),
         buf_str(&b));
  buf_free(&b);
}

bool follow(struct client *c) {
  struct str where = client_header(c, "Location");
  if (!where.n || c->status < 300 || c->status > 399) return false;
  get(c, str_c(&c->arena, where));
  return true;
}

struct str client_header(const struct client *c, const char *name) {
  for (size_t i = 0; i < c->answer.headers; i++)
    if (str_eq_nocase(c->answer.header[i].name, str_of(name))) return c->answer.header[i].value;
  return (struct str){0};
}

bool client_says(const struct client *c, const char *words) {
  return str_contains(c->text, str_of(words));
}

void client_field(struct buf *form, const char *name, struct str value) {
  if (form->n) buf_byte(form, '&');
  percent_put(form, str_of(name), false);
  buf_byte(form, '=');
  percent_put(form, value, false);
}

static bool csp_right(struct str csp, struct why *why) {
  if (str_contains(csp, S("unsafe-")))
    return why_say(why, "The content policy allows something unsafe.");
  if (!str_contains(csp, S("frame-ancestors 'none'")))
    return why_say(why, "The page may be framed.");
  if (!str_contains(csp, S("default-src 'none'")))
    return why_say(why, "The content policy has no strict default.");
  return true;
}

bool client_headers_right(const struct client *c, struct why *why) {
  static const struct {
    const char *name, *value;
  } must[] = {{"X-Content-Type-Options", "nosniff"},
              {"Referrer-Policy", "no-referrer"},
              {"Cross-Origin-Opener-Policy", "same-origin"},
              {"Permissions-Policy", NULL},
              {"Cross-Origin-Resource-Policy", NULL},
              {"Cache-Control", NULL},
              {"Content-Security-Policy", NULL}};
  for (size_t i = 0; i < countof(must); i++) {
    struct str value = client_header(c, must[i].name);
    if (!value.n || (must[i].value && !str_eq(value, str_of(must[i].value))))
      return why_say(why, "%s is missing or wrong.", must[i].name);
  }
  if (c->site.behind_tls && !client_header(c, "Strict-Transport-Security").n)
    return why_say(why, "HSTS is missing.");
  struct str cookie = client_header(c, "Set-Cookie");
  bool session = str_contains(cookie, S("waymark="));
  if (session && !(str_contains(cookie, S("HttpOnly")) && str_contains(cookie, S("SameSite=Lax"))))
    return why_say(why, "The session cookie is not protected.");
  if (session && c->site.behind_tls &&
      !(str_starts(cookie, S("__Host-")) && str_contains(cookie, S("Secure"))))
    return why_say(why, "The session cookie is not Secure.");
  return csp_right(client_header(c, "Content-Security-Policy"), why);
}
