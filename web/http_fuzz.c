/* The seam between the front and a worker: any bytes as a frame's payload, and then as a request
 * that goes through routes, parsing, sessions and replies in a site with a few pages. */
#include <stdlib.h>
#include "db/testing.h"
#include "web/inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const struct migrations db_migrations, web_migrations;

static void echo(struct request *rq) {
  for (size_t i = 0; i < rq->form.n; i++) {
    view_text(rq->view, rq->form.p[i].name);
    view_attr(rq->view, rq->form.p[i].value);
  }
  view_text(rq->view, request_path(rq, "id"));
  reply_header(rq, "X-Echo", request_query(rq, "h"));
  if (request_has(rq, "to")) reply_redirect(rq, request_query(rq, "to"));
}
static const struct route routes[] = {
    ROUTE(READ, "/", echo, WHO_ANYONE, FAST, "x", ROUTE_CACHE),
    ROUTE(ASK, "/", echo, WHO_ANYONE, FAST, "x", ROUTE_UPLOAD),
    ROUTE(READ, "/a/{id}", echo, WHO_ANYONE, FAST, "x", 0),
    ROUTE(ASK, "/api/{id}", echo, WHO_ANYONE, FAST, "x", ROUTE_API)};
static const struct domain domain = {.name = "fuzz", .routes = routes, .n_routes = countof(routes)};
static const struct domain *const domains[] = {&domain};

struct rig {
  struct arena keep, page;
  struct buf body, frame;
  struct db *db;
  struct site site;
  char folder[64];
};

static void rig_open(struct rig *r) {
  struct why why;
  r->keep = arena_open((size_t)1 << 20);
  r->page = arena_open((size_t)128 << 20);
  r->body = buf_open(HEAVY_BODY_BYTES_MAX);
  r->frame = buf_open(WIRE_ANSWER_BYTES_MAX + WIRE_HEAD_BYTES);
  const struct migrations lists[] = {db_migrations, web_migrations, audit_migrations};
  test_folder(r->folder);
  struct db_where where = {.folder = str_of(r->folder)};
  if (!db_migrate(&where, lists, countof(lists), NULL, &why)) abort();
  r->db = db_open(&where, &why);
  if (!r->db) abort();
  r->site = (struct site){.routes = routes_build(&r->keep, domains, 1, &why), .base_url = ""};
  log_level_set(LOG_ALARM);
}

static void check_answer(struct rig *r, struct answer *answer) {
  struct answer back;
  if (answer->status < 200 || answer->status > 599) abort();
  for (size_t i = 0; i < answer->headers; i++) {
    struct str v = answer->header[i].value;
    if (str_find_byte(v, '\n') < v.n || str_find_byte(v, '\r') < v.n ||
        str_find_byte(v, '\0') < v.n)
      abort();
  }
  buf_reset(&r->frame);
  if (answer->body_fd < 0 && wire_put_answer(&r->frame, answer) &&
      !wire_get_answer(str_slice(buf_str(&r->frame), WIRE_HEAD_BYTES, r->frame.n), &back))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct rig rig;
  struct ask ask;
  struct answer answer;
  struct str payload = {(const char *)data, size};
  if (!rig.db) rig_open(&rig);
  (void)wire_get_answer(payload, &answer);
  if (!wire_get_ask(payload, &ask)) return 0;
  ask.now = 1795000000000000;
  arena_reset(&rig.page);
  web_handle(&rig.site, rig.db, &rig.page, &rig.body, &ask, &answer);
  check_answer(&rig, &answer);
  return 0;
}
