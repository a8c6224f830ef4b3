/* reply: what a handler says, and what is added to it before it leaves: headers that protect, an
 * ETag, gzip, cookies. */
#include <stdio.h>
#include <zlib.h>
#include "web/inner.h"

struct str reference_text(struct arena *a, uint64_t id) {
  return str_format(a, "%016llx", (unsigned long long)id);
}

void reply_status(struct request *rq, int status) {
  rq->reply->status = status;
  rq->reply->chosen = true;
}

void reply_redirect(struct request *rq, struct str path) {
  buf_reset(rq->body);
  rq->reply->status = 303;
  rq->reply->chosen = true;
  rq->reply->location = path_is_own(path) ? str_copy(rq->arena, path) : S("/");
}

void reply_page_error(struct request *rq, int status, struct str sentence) {
  struct str reference = status >= 500 ? reference_text(rq->arena, rq->id) : (struct str){0};
  buf_reset(rq->body);
  *rq->reply = (struct reply){.status = status,
                              .chosen = true,
                              .refused = true,
                              .set_cookie = rq->reply->set_cookie,
                              .clear_site_data = rq->reply->clear_site_data};
  if (rq->route && (rq->route->flags & ROUTE_API)) {
    struct json_out j = json_to(rq->body);
    rq->reply->type = S("application/json");
    json_open(&j);
    json_put_str(&j, "error", sentence);
    json_put_str_if(&j, "reference", reference);
    json_close(&j);
    return;
  }
  if (rq->site->look && rq->site->look->error)
    rq->site->look->error(rq, status, status_title(status), sentence, reference);
  else
    plain_page(rq->body, status, sentence, reference);
}

void reply_not_found(struct request *rq) {
  reply_page_error(
      rq, 404,
      SAID(
          rq,
          "There is nothing at this address, or it is not open to you. Check the address, or start "
          "again from the start page."));
}

void reply_refuse(struct request *rq, int status, struct str sentence) {
  reply_page_error(rq, status, sentence);
}

void reply_type(struct request *rq, const char *content_type) {
  rq->reply->type = str_of(content_type);
  rq->reply->chosen = true;
}

static bool header_safe(struct str s) {
  for (size_t i = 0; i < s.n; i++)
    if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f) return false;
  return true;
}

void reply_header(struct request *rq, const char *name, struct str value) {
  if (!header_safe(value) || rq->reply->headers >= ANSWER_HEADERS_MAX - 24) {
    log_event(LOG_ALARM, "header-refused", "name=%s request=%016llx", name,
              (unsigned long long)rq->id);
    return;
  }
  rq->reply->header[rq->reply->headers++] =
      (struct header){str_of(name), str_copy(rq->arena, value)};
}

void reply_download(struct request *rq, const char *content_type, struct str file_name) {
  struct buf value = buf_open(1024);
  reply_type(rq, content_type);
  rq->reply->download = true;
  buf_put(&value, S("attachment; filename*=UTF-8''"));
  percent_put(&value, file_name_tidy(rq->arena, file_name), false);
  reply_header(rq, "Content-Disposition", buf_str(&value));
  buf_free(&value);
}

void reply_same(struct request *rq, int ms) { rq->reply->same_ms = ms > 0 ? (uint32_t)ms : 0; }

void reply_flash(struct request *rq, struct str sentence) {
  rq->reply->flash = utf8_head(sentence, 500);
}

/* ---- finishing ---- */

static void add_header(void *to, const char *name, struct str value) {
  struct answer *answer = to;
  if (answer->headers < ANSWER_HEADERS_MAX)
    answer->header[answer->headers++] = (struct header){str_of(name), value};
}

static bool text_type(struct str type) {
  return str_starts(type, S("text/")) || str_starts(type, S("application/json")) ||
         str_starts(type, S("image/svg")) || str_starts(type, S("application/xml")) ||
         str_starts(type, S("application/geo+json"));
}

/* Compresses in place. Pages that are not public get a comment of random length (0-63 bytes) in the
 * gzip header, so that the length of a reply says little about what stands beside something a
 * stranger chose (the forms' token is masked afresh in every reply besides). */
static bool gzip_body(struct buf *body, bool secret) {
  unsigned char comment[64] = {0}, n = 0;
  z_stream z = {0};
  if (secret) secret_bytes(&n, 1);
  memset(comment, '-', n % sizeof comment);
  gz_header head = {.comment = secret ? comment : NULL, .os = 255};
  if (deflateInit2(&z, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
  deflateSetHeader(&z, &head);
  struct buf out = buf_open(deflateBound(&z, body->n) + 128);
  size_t room = deflateBound(&z, body->n) + 100;
  char *p = buf_room(&out, room);
  z.next_in = (Bytef *)body->p, z.avail_in = (uInt)body->n;
  z.next_out = (Bytef *)p, z.avail_out = (uInt)room;
  bool done = p && deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < body->n;
  size_t bytes = z.total_out;
  deflateEnd(&z);
  if (done) {
    buf_reset(body);
    buf_put(body, (struct str){p, bytes});
  }
  buf_free(&out);
  return done;
}

/* "W/\"a\", W/\"b\"" or "*" against ours; weak comparison, as GET asks for. */
static bool etag_matches(struct str given, struct str etag) {
  struct str ours = str_starts(etag, S("W/")) ? str_slice(etag, 2, etag.n) : etag;
  for (struct str rest = given; rest.n > 0;) {
    struct str one = str_trim(str_cut(&rest, ','));
    if (str_starts(one, S("W/"))) one = str_slice(one, 2, one.n);
    if (str_eq(one, ours) || str_eq(one, S("*"))) return true;
  }
  return false;
}

static bool is_public(const struct request *rq) {
  return rq->route && (rq->route->flags & ROUTE_CACHE) &&
         (rq->reply->status == 0 || rq->reply->status == 200) && rq->actor.roles == 0 &&
         rq->reply->set_cookie.n == 0 && rq->reply->set_language.n == 0 && rq->flash.n == 0;
}

/* Given to nobody in particular: no account, no cookie either way, nothing shown once. */
static bool is_for_everyone(const struct request *rq) {
  const struct reply *r = rq->reply;
  return rq->route && rq->route->who == WHO_ANYONE && rq->route->kind != WRITE &&
         (r->status == 0 || r->status == 200) && !rq->actor.roles && !rq->actor.user_id &&
         rq->session->state == SESSION_NONE && !rq->session->token.n && !r->set_cookie.n &&
         !r->set_language.n && !r->flash.n && !rq->flash.n && !r->clear_site_data &&
         !rq->ask->header[H_AUTHORIZATION].n;
}

static void cache_headers(struct request *rq, struct answer *answer, bool public) {
  struct reply *reply = rq->reply;
  if (!public) {
    add_header(answer, "Cache-Control", S("no-store"));
    return;
  }
  add_header(answer, "Cache-Control", S("public, max-age=60"));
  add_header(answer, "Vary", S("Accept-Encoding, Accept-Language, Cookie"));
  reply->etag =
      str_format(rq->arena, "W/\"%016llx\"", (unsigned long long)hash64(buf_str(rq->body), 1));
  add_header(answer, "ETag", reply->etag);
}

static void cookie_headers(struct request *rq, struct answer *answer) {
  if (rq->reply->set_cookie.n) add_header(answer, "Set-Cookie", rq->reply->set_cookie);
  if (rq->reply->set_language.n) add_header(answer, "Set-Cookie", rq->reply->set_language);
  if (rq->reply->clear_site_data)
    add_header(answer, "Clear-Site-Data", S("\"cache\", \"storage\""));
}

static void body_to_answer(struct request *rq, struct answer *answer) {
  answer->body = buf_str(rq->body);
  answer->body_bytes = rq->body->n;
  if (rq->body->n <= WIRE_REPLY_INLINE_BYTES_MAX) return;
  answer->body_fd = wire_memory_file("reply", answer->body);
}

void reply_finish(struct request *rq, struct answer *answer) {
  struct reply *reply = rq->reply;
  bool api = rq->route && (rq->route->flags & ROUTE_API), public = is_public(rq);
  bool cors = api && rq->route->who == WHO_ANYONE;
  *answer = (struct answer){.body_fd = -1};
  security_headers(add_header, answer, rq->site->behind_tls, cors);
  cache_headers(rq, answer, public);
  cookie_headers(rq, answer);
  for (size_t i = 0; i < reply->headers; i++) answer->header[answer->headers++] = reply->header[i];
  answer->status = reply->status ? reply->status : 200;
  if (is_for_everyone(rq)) answer->same_ms = reply->same_ms;
  if (reply->location.n) add_header(answer, "Location", reply->location);
  if (public && etag_matches(rq->ask->header[H_IF_NONE_MATCH], reply->etag)) {
    buf_reset(rq->body);
    answer->status = 304;
    return;
  }
  struct str type = reply->type.n ? reply->type : S("text/html; charset=utf-8");
  if (rq->body->n > 0) add_header(answer, "Content-Type", type);
  if (rq->body->n > GZIP_LEAST_BYTES && text_type(type) &&
      header_accepts(rq->ask->header[H_ACCEPT_ENCODING], S("gzip")) && gzip_body(rq->body, !public))
    add_header(answer, "Content-Encoding", S("gzip"));
  body_to_answer(rq, answer);
}

void reply_worst(const struct site *site, struct buf *body, uint64_t id, struct answer *answer,
                 struct str sentence) {
  char reference[17];
  int n = snprintf(reference, sizeof reference, "%016llx", (unsigned long long)id);
  *answer = (struct answer){.status = 503, .body_fd = -1};
  security_headers(add_header, answer, site->behind_tls, false);
  add_header(answer, "Cache-Control", S("no-store"));
  add_header(answer, "Content-Type", S("text/html; charset=utf-8"));
  buf_reset(body);
  plain_page(body, 503, sentence, (struct str){reference, (size_t)n});
  answer->body = buf_str(body);
  answer->body_bytes = body->n;
}
