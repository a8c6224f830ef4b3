/* request: what a handler may read, made from what came over the wire. */
#include <sys/mman.h>
#include <unistd.h>
#include "web/inner.h"

static struct str find_value(const struct field_value *p, size_t n, struct str name) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(p[i].name, name)) return p[i].value;
  return (struct str){0};
}

struct str request_path(const struct request *rq, const char *name) {
  return find_value(rq->path_values.p, rq->path_values.n, str_of(name));
}
struct str request_query(const struct request *rq, const char *name) {
  return find_value(rq->query.p, rq->query.n, str_of(name));
}
struct str request_form(const struct request *rq, const char *name) {
  return find_value(rq->form.p, rq->form.n, str_of(name));
}

void request_openapi(const struct request *rq, struct buf *json) {
  routes_openapi(rq->site->routes, request_origin(rq), json);
}

struct str request_bearer(const struct request *rq) {
  struct str given = rq->ask ? rq->ask->header[H_AUTHORIZATION] : (struct str){0};
  bool is_one = given.n > 7 && str_eq_nocase(str_slice(given, 0, 7), S("Bearer "));
  return is_one ? str_trim(str_slice(given, 7, given.n)) : (struct str){0};
}

struct strs request_form_all(struct request *rq, const char *name) {
  struct strs all = {0};
  size_t cap = 0;
  for (size_t i = 0; i < rq->form.n; i++)
    if (str_eq(rq->form.p[i].name, str_of(name)))
      *slice_push(rq->arena, &all, &cap) = rq->form.p[i].value;
  return all;
}

bool request_has(const struct request *rq, const char *name) {
  struct str wanted = str_of(name);
  for (size_t i = 0; i < rq->form.n; i++)
    if (str_eq(rq->form.p[i].name, wanted)) return true;
  for (size_t i = 0; i < rq->query.n; i++)
    if (str_eq(rq->query.p[i].name, wanted)) return true;
  return false;
}

const struct upload *request_file(const struct request *rq, const char *name) {
  for (size_t i = 0; i < rq->uploads.n; i++)
    if (str_eq(rq->uploads.p[i].name, str_of(name))) return &rq->uploads.p[i];
  return NULL;
}

bool request_file_bytes(const struct request *rq, const char *name, size_t most, struct str *out,
                        struct why *why) {
  const struct upload *u = request_file(rq, name);
  *out = (struct str){0};
  if (!u || !u->bytes) return why_say(why, "Choose a file first.");
  if (u->bytes > most)
    return why_say(why, "The file is larger than %zu MB. Send a smaller one.", most >> 20);
  char *p = arena_many(rq->arena, char, (size_t)u->bytes + 1);
  for (size_t n = 0; n < u->bytes;) {
    ssize_t got = pread(u->fd, p + n, (size_t)u->bytes - n, (off_t)n);
    if (got <= 0) return why_say(why, "The file did not arrive whole. Send it again.");
    n += (size_t)got;
  }
  *out = (struct str){p, (size_t)u->bytes};
  return true;
}

bool actor_has(const struct actor *actor, uint32_t wanted) { return (actor->roles & wanted) != 0; }

struct str request_origin(const struct request *rq) {
  struct str base = str_of(rq->site->base_url);
  while (base.n > 0 && base.p[base.n - 1] == '/') base = str_slice(base, 0, base.n - 1);
  if (base.n) return base;
  return str_format(rq->arena, "%s://%.*s", rq->ask->secure ? "https" : "http",
                    P(rq->ask->header[H_HOST]));
}

/* The whole body in memory, or mapped from the front's spool file. */
static bool body_bytes(struct request *rq, struct str *out, bool *mapped) {
  const struct ask *ask = rq->ask;
  *mapped = false;
  *out = ask->body;
  if (ask->body_fd < 0) return true;
  if (ask->body_bytes == 0) {
    *out = (struct str){0};
    return true;
  }
  void *p = mmap(NULL, ask->body_bytes, PROT_READ, MAP_PRIVATE, ask->body_fd, 0);
  if (p == MAP_FAILED) return false;
  *out = (struct str){p, ask->body_bytes};
  *mapped = true;
  return true;
}

static bool take_parts(struct request *rq, const struct form_parts *parts, struct why *why) {
  size_t cap = 0, file_cap = 0;
  for (size_t i = 0; i < parts->n; i++) {
    const struct form_part *part = &parts->p[i];
    if (!part->file_name.p) {
      struct field_value v = {part->name, str_copy(rq->arena, part->content)};
      *slice_push(rq->arena, &rq->form, &cap) = v;
      continue;
    }
    if (part->content.n == 0 && part->file_name.n == 0) continue; /* a file field left empty */
    int fd = wire_memory_file("upload", part->content);
    if (fd < 0) return why_say(why, "There was no room for the file. Try again in a minute.");
    struct upload up = {part->name, file_name_tidy(rq->arena, part->file_name), part->type, fd,
                        part->content.n};
    *slice_push(rq->arena, &rq->uploads, &file_cap) = up;
  }
  return true;
}

static bool read_body(struct request *rq, struct str body, struct why *why, int *status) {
  struct str type = media_type(rq->arena, rq->ask->header[H_CONTENT_TYPE]);
  rq->content_type = type;
  if (str_eq(type, S("application/x-www-form-urlencoded")) || (type.n == 0 && body.n == 0)) {
    struct field_values form;
    if (!parse_urlencoded(rq->arena, body, &form, why)) return false;
    rq->form.p = form.p, rq->form.n = form.n;
    return true;
  }
  if (str_eq(type, S("multipart/form-data"))) {
    struct form_parts parts;
    if (!(rq->route->flags & ROUTE_UPLOAD)) {
      *status = 415;
      return why_say(why, "This page takes no files. Go back and send the form without one.");
    }
    struct str boundary = multipart_boundary(rq->ask->header[H_CONTENT_TYPE]);
    return parse_multipart(rq->arena, body, boundary, &parts, why) && take_parts(rq, &parts, why);
  }
  if (rq->route->flags & ROUTE_API) {
    rq->content = str_copy(rq->arena, body);
    return true;
  }
  *status = 415;
  return why_say(why, "This page does not read that kind of content. Send it as a form.");
}

bool request_read_query(struct request *rq, struct why *why) {
  struct field_values query;
  if (!parse_urlencoded(rq->arena, rq->query_string, &query, why)) return false;
  rq->query.p = query.p, rq->query.n = query.n;
  return true;
}

bool request_read_body(struct request *rq, struct why *why, int *status) {
  struct str body;
  bool mapped;
  *status = 400;
  if (rq->ask->method != METHOD_POST) return true;
  if (!body_bytes(rq, &body, &mapped)) {
    *status = 503;
    return why_say(why, "There was no room for the form. Try again in a minute.");
  }
  bool good = read_body(rq, body, why, status);
  if (mapped) munmap((void *)(uintptr_t)body.p, body.n);
  return good;
}

void request_close(struct request *rq) {
  for (size_t i = 0; i < rq->uploads.n; i++)
    if (rq->uploads.p[i].fd >= 0) close(rq->uploads.p[i].fd);
  rq->uploads.n = 0;
}

struct str request_address(const struct request *rq) {
  return rq->ask ? rq->ask->address : (struct str){0};
}

bool request_wants_json(const struct request *rq) {
  struct str accept = rq->ask ? rq->ask->header[H_ACCEPT] : (struct str){0};
  return header_accepts(accept, S("application/json")) || !header_accepts(accept, S("text/html"));
}
