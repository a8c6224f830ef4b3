/* The eleven paths of Open Referral UK 3.0, at the root of the site. GET as the specification says;
 * POST asks the same with nothing in the address. Anonymous, for anyone, from anywhere. */
#include "directory/oruk.h"
#include "directory/pages.h"

static const char json_type[] = "application/json", ndjson_type[] = "application/x-ndjson";

static struct oruk_put put_of(struct request *rq, struct json_out *j) {
  struct oruk_put o = {.db = rq->db, .a = rq->arena, .j = j, .day = rq->today};
  return o;
}

static bool ask(struct request *rq, struct oruk_ask *q) {
  struct why why = {0};
  if (oruk_ask_read(rq, q, &why)) return true;
  reply_refuse(rq, 400, why_str(&why));
  return false;
}

static const struct offers *offers(struct request *rq) {
  struct why why = {0};
  const struct offers *o = offers_now(rq->db, rq->today, DIRECTORY_LIVE, &why);
  if (!o) reply_refuse(rq, 503, why_str(&why));
  return o;
}

/* ---- The envelope, or one line each. `write` puts item i of the list. */
typedef void write_item(struct oruk_put *o, const struct oruk_ask *q, void *list, size_t i);

static void envelope(struct json_out *j, const struct oruk_ask *q, size_t total, size_t size) {
  int64_t pages = (int64_t)((total + (size_t)q->per_page - 1) / (size_t)q->per_page);
  if (pages < 1) pages = 1;
  json_put_i64(j, "total_items", (int64_t)total);
  json_put_i64(j, "total_pages", pages);
  json_put_i64(j, "page_number", q->page);
  json_put_i64(j, "size", (int64_t)size);
  json_put_bool(j, "first_page", q->page == 1);
  json_put_bool(j, "last_page", q->page >= pages);
  json_put_bool(j, "empty", size == 0);
}

static void reply_lines(struct request *rq, const struct oruk_ask *q, void *list, size_t total,
                        write_item *write) {
  reply_type(rq, ndjson_type);
  for (size_t i = 0; i < total && !rq->body->full; i++) {
    struct json_out j = json_to(rq->body);
    struct oruk_put o = put_of(rq, &j);
    write(&o, q, list, i);
    buf_byte(rq->body, '\n');
  }
}

static void reply_list(struct request *rq, const struct oruk_ask *q, void *list, size_t total,
                       write_item *write) {
  if (q->ndjson) {
    reply_lines(rq, q, list, total, write);
    return;
  }
  struct json_out j = json_to(rq->body);
  struct oruk_put o = put_of(rq, &j);
  size_t from = (size_t)(q->page - 1) * (size_t)q->per_page, to = from + (size_t)q->per_page;
  if (from > total) from = total;
  if (to > total) to = total;
  reply_type(rq, json_type);
  json_open(&j);
  envelope(&j, q, total, to - from);
  json_key(&j, S("contents"));
  json_list(&j);
  for (size_t i = from; i < to; i++) write(&o, q, list, i);
  json_list_end(&j);
  json_close(&j);
}

/* All lines at once can be more than a quick page may hold, so they are made in the lane for long
 * work. */
static bool sent_to_lines(struct request *rq, const struct oruk_ask *q, const char *path) {
  if (!q->ndjson || rq->route->lane == HEAVY || rq->route->kind != READ) return false;
  reply_redirect(rq, str_format(rq->arena, "%s?%.*s", path, P(rq->query_string)));
  return true;
}

/* ---- Services. */
struct service_list {
  const struct offers *offers;
  struct oruk_found found;
};

static void write_service(struct oruk_put *o, const struct oruk_ask *q, void *list, size_t i) {
  const struct service_list *l = list;
  struct service s;
  if (record_load(o->db, o->a, &service_type, l->offers->list.p[l->found.p[i]].id, &s))
    oruk_service(o, &s, q->depth);
}

void oruk_services(struct request *rq) {
  struct oruk_ask q;
  struct service_list l;
  if (!ask(rq, &q) || sent_to_lines(rq, &q, "/services.ndjson") || !(l.offers = offers(rq))) return;
  if (rq->route->lane == HEAVY) q.ndjson = true;
  l.found = oruk_find(rq, l.offers, &q);
  reply_list(rq, &q, &l, l.found.n, write_service);
}

void oruk_one_service(struct request *rq) {
  struct uuid id;
  struct service s;
  if (!uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, &service_type, id, &s) ||
      service_standing(&s, rq->today).state == STANDING_WITHDRAWN) {
    reply_not_found(rq);
    return;
  }
  struct json_out j = json_to(rq->body);
  struct oruk_put o = put_of(rq, &j);
  reply_type(rq, json_type);
  oruk_service(&o, &s, ORUK_FULL);
}

/* ---- Services at locations. */
struct at_list {
  struct {
    int64_t *p;
    size_t n;
  } ids;
};

static void write_at(struct oruk_put *o, const struct oruk_ask *q, void *list, size_t i) {
  const struct at_list *l = list;
  struct service_at_location sl;
  if (record_load(o->db, o->a, &service_at_location_type, l->ids.p[i], &sl))
    oruk_service_at_location(o, &sl, q->depth);
}

/* Pairs in order of the services found; with a distance asked, only the places within it. */
static void at_found(struct request *rq, const struct offers *offers, const struct oruk_ask *q,
                     struct at_list *out) {
  struct oruk_found found = oruk_find(rq, offers, q);
  size_t cap = 0;
  for (size_t i = 0; i < found.n; i++) {
    const struct offer *o = &offers->list.p[found.p[i]];
    for (size_t k = 0; k < o->places.n; k++)
      if (q->metres < 0 || oruk_place_near(&o->places.p[k], q))
        *slice_push(rq->arena, &out->ids, &cap) = o->places.p[k].at_id;
  }
}

void oruk_at_locations(struct request *rq) {
  struct oruk_ask q;
  const struct offers *o;
  struct at_list l = {0};
  if (!ask(rq, &q) || sent_to_lines(rq, &q, "/service_at_locations.ndjson") || !(o = offers(rq)))
    return;
  if (rq->route->lane == HEAVY) q.ndjson = true;
  at_found(rq, o, &q, &l);
  reply_list(rq, &q, &l, l.ids.n, write_at);
}

void oruk_one_at_location(struct request *rq) {
  struct uuid id;
  struct service_at_location sl;
  struct service s;
  if (!uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, &service_at_location_type, id, &sl) ||
      !record_load(rq->db, rq->arena, &service_type, sl.service, &s) ||
      service_standing(&s, rq->today).state == STANDING_WITHDRAWN) {
    reply_not_found(rq);
    return;
  }
  struct json_out j = json_to(rq->body);
  struct oruk_put o = put_of(rq, &j);
  reply_type(rq, json_type);
  oruk_service_at_location(&o, &sl, ORUK_FULL);
}

/* ---- Organisations. */
struct id_list {
  struct {
    int64_t *p;
    size_t n;
  } ids;
};

static void write_organisation(struct oruk_put *o, const struct oruk_ask *q, void *list, size_t i) {
  const struct id_list *l = list;
  struct organisation org;
  if (record_load(o->db, o->a, &organisation_type, l->ids.p[i], &org))
    oruk_organisation(o, &org, q->depth == ORUK_FULL);
}

void oruk_organisations(struct request *rq) {
  struct oruk_ask q;
  struct id_list l = {0};
  size_t cap = 0;
  if (!ask(rq, &q)) return;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, name, description from organisation where withdrawn_on "
                              "is null order by name, id"));
  while (db_next(&r)) {
    struct str text = q.search.n
                          ? utf8_fold(rq->arena, str_format(rq->arena, "%.*s %.*s",
                                                            P(row_text(&r, 1)), P(row_text(&r, 2))))
                          : (struct str){0};
    if (!q.search.n || words_hold(text, q.search))
      *slice_push(rq->arena, &l.ids, &cap) = row_int(&r, 0);
  }
  reply_list(rq, &q, &l, l.ids.n, write_organisation);
}

void oruk_one_organisation(struct request *rq) {
  struct uuid id;
  struct organisation org;
  if (!uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, &organisation_type, id, &org) ||
      (org.withdrawn_on != DAY_NONE && org.withdrawn_on <= rq->today)) {
    reply_not_found(rq);
    return;
  }
  struct json_out j = json_to(rq->body);
  struct oruk_put o = put_of(rq, &j);
  reply_type(rq, json_type);
  oruk_organisation(&o, &org, true);
}

/* ---- Taxonomies and terms. */
static void write_taxonomy(struct oruk_put *o, const struct oruk_ask *q, void *list, size_t i) {
  (void)q;
  const struct id_list *l = list;
  struct taxonomy t;
  if (record_load(o->db, o->a, &taxonomy_type, l->ids.p[i], &t)) oruk_taxonomy(o, &t, false);
}

void oruk_taxonomies(struct request *rq) {
  struct oruk_ask q;
  struct id_list l = {0};
  size_t cap = 0;
  if (!ask(rq, &q)) return;
  struct rows r =
      db_rows(rq->db, rq->arena, SQL("select id, name from taxonomy order by name, id"));
  while (db_next(&r))
    if (!q.search.n || words_hold(utf8_fold(rq->arena, row_text(&r, 1)), q.search))
      *slice_push(rq->arena, &l.ids, &cap) = row_int(&r, 0);
  reply_list(rq, &q, &l, l.ids.n, write_taxonomy);
}

void oruk_one_taxonomy(struct request *rq) {
  struct uuid id;
  struct taxonomy t;
  if (!uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, &taxonomy_type, id, &t)) {
    reply_not_found(rq);
    return;
  }
  struct json_out j = json_to(rq->body);
  struct oruk_put o = put_of(rq, &j);
  reply_type(rq, json_type);
  oruk_taxonomy(&o, &t, true);
}

static void write_term(struct oruk_put *o, const struct oruk_ask *q, void *list, size_t i) {
  (void)q;
  const struct id_list *l = list;
  struct taxonomy_term t;
  struct taxonomy of;
  if (record_load(o->db, o->a, &taxonomy_term_type, l->ids.p[i], &t) &&
      record_load(o->db, o->a, &taxonomy_type, t.taxonomy, &of))
    oruk_term(o, &t, &of);
}

void oruk_terms(struct request *rq) {
  struct oruk_ask q;
  struct id_list l = {0};
  size_t cap = 0;
  if (!ask(rq, &q)) return;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select t.id, t.name, x.public_id, t.parent, p.public_id from taxonomy_term t "
                  "join taxonomy x on x.id = t.taxonomy "
                  "left join taxonomy_term p on p.id = t.parent order by x.name, t.id"));
  while (db_next(&r)) {
    struct uuid taxonomy = row_uuid(&r, 2), parent = row_uuid(&r, 4);
    if (q.by_taxonomy && memcmp(&taxonomy, &q.taxonomy, sizeof taxonomy) != 0) continue;
    if (q.by_parent && memcmp(&parent, &q.parent, sizeof parent) != 0) continue;
    if (q.top_only && !row_null(&r, 3)) continue;
    if (q.search.n && !words_hold(utf8_fold(rq->arena, row_text(&r, 1)), q.search)) continue;
    *slice_push(rq->arena, &l.ids, &cap) = row_int(&r, 0);
  }
  reply_list(rq, &q, &l, l.ids.n, write_term);
}

void oruk_one_term(struct request *rq) {
  struct uuid id;
  struct taxonomy_term t;
  struct taxonomy of;
  if (!uuid_parse(request_path(rq, "id"), &id) ||
      !record_load_public(rq->db, rq->arena, &taxonomy_term_type, id, &t) ||
      !record_load(rq->db, rq->arena, &taxonomy_type, t.taxonomy, &of)) {
    reply_not_found(rq);
    return;
  }
  struct json_out j = json_to(rq->body);
  struct oruk_put o = put_of(rq, &j);
  reply_type(rq, json_type);
  oruk_term(&o, &t, &of);
}

/* ---- The root. */
static void reply_root(struct request *rq) {
  struct json_out j = json_to(rq->body);
  reply_type(rq, json_type);
  json_open(&j);
  json_put_str(&j, "version", S("HSDS-UK-3.0"));
  json_put_str(&j, "profile", S("https://openreferraluk.org/developers/specification/3.0"));
  json_put_str(&j, "openapi_url", S("https://openreferraluk.org/specifications/3.0/openapi.json"));
  json_close(&j);
}

bool oruk_root(struct request *rq) {
  if (!request_wants_json(rq)) return false;
  reply_header(rq, "Access-Control-Allow-Origin", S("*"));
  reply_root(rq);
  return true;
}
