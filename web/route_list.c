/* What is printed from the route table: sitemap, API description, who may do what. */
#include "web/route.h"

static bool has_names(const struct route *r) {
  return str_find_byte(str_of(r->path), '{') < str_of(r->path).n;
}

static void xml_text(struct buf *b, struct str s) {
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] == '&')
      buf_put(b, S("&amp;"));
    else if (s.p[i] == '<')
      buf_put(b, S("&lt;"));
    else
      buf_byte(b, s.p[i]);
  }
}

void routes_sitemap(const struct route_table *t, struct str origin, struct buf *xml) {
  struct routes all = routes_all(t);
  buf_put(xml, S("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                 "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"));
  for (size_t i = 0; i < all.n; i++) {
    const struct route *r = all.p[i];
    if (r->kind != READ || r->who != WHO_ANYONE || (r->flags & (ROUTE_API | ROUTE_PERSON)) ||
        has_names(r))
      continue;
    buf_put(xml, S("<url><loc>"));
    xml_text(xml, origin);
    xml_text(xml, str_of(r->path));
    buf_put(xml, S("</loc></url>\n"));
  }
  buf_put(xml, S("</urlset>\n"));
}

static void openapi_parameters(struct json_out *j, struct str path) {
  json_key(j, S("parameters"));
  json_list(j);
  while (path.n > 0) {
    struct str segment = str_cut(&path, '/');
    if (segment.n < 3 || segment.p[0] != '{') continue;
    json_open(j);
    json_put_str(j, "name", str_slice(segment, 1, segment.n - 1));
    json_put_str(j, "in", S("path"));
    json_put_bool(j, "required", true);
    json_key(j, S("schema"));
    json_open(j);
    json_put_str(j, "type", S("string"));
    json_close(j);
    json_close(j);
  }
  json_list_end(j);
}

static void openapi_security(struct json_out *j, const struct route *r) {
  json_key(j, S("security"));
  json_list(j);
  if (r->who != WHO_ANYONE) {
    json_open(j);
    json_key(j, S("token"));
    json_list(j);
    json_list_end(j);
    json_close(j);
  }
  json_list_end(j);
}

static void openapi_operation(struct json_out *j, const struct route *r) {
  json_key(j, r->kind == READ ? S("get") : S("post"));
  json_open(j);
  json_put_str(j, "summary", str_of(r->help));
  openapi_parameters(j, str_of(r->path));
  openapi_security(j, r);
  json_key(j, S("responses"));
  json_open(j);
  json_key(j, S("200"));
  json_open(j);
  json_put_str(j, "description", S("The answer"));
  json_close(j);
  json_key(j, S("default"));
  json_open(j);
  json_put_str(j, "description", S("A problem: {\"error\": sentence, \"reference\": id}"));
  json_close(j);
  json_close(j);
  json_close(j);
}

void routes_openapi(const struct route_table *t, struct str origin, struct buf *json) {
  struct routes all = routes_all(t);
  struct json_out j = json_to(json);
  json_open(&j);
  json_put_str(&j, "openapi", S("3.1.0"));
  json_key(&j, S("info"));
  json_open(&j);
  json_put_str(&j, "title", S("Waymark"));
  json_put_str(&j, "version", S("1"));
  json_close(&j);
  json_key(&j, S("servers"));
  json_list(&j);
  json_open(&j);
  json_put_str(&j, "url", origin.n ? origin : S("/"));
  json_close(&j);
  json_list_end(&j);
  json_key(&j, S("paths"));
  json_open(&j);
  for (size_t i = 0; i < all.n; i++) {
    if (!(all.p[i]->flags & ROUTE_API)) continue;
    struct str path = str_of(all.p[i]->path);
    json_key(&j, path);
    json_open(&j);
    openapi_operation(&j, all.p[i]);
    while (i + 1 < all.n && (all.p[i + 1]->flags & ROUTE_API) &&
           str_eq(str_of(all.p[i + 1]->path), path))
      openapi_operation(&j, all.p[++i]);
    json_close(&j);
  }
  json_close(&j);
  json_key(&j, S("components"));
  json_open(&j);
  json_key(&j, S("securitySchemes"));
  json_open(&j);
  json_key(&j, S("token"));
  json_open(&j);
  json_put_str(&j, "type", S("http"));
  json_put_str(&j, "scheme", S("bearer"));
  json_close(&j);
  json_close(&j);
  json_close(&j);
  json_close(&j);
  buf_byte(json, '\n');
}

void routes_who_can(const struct route_table *t, uint32_t role, struct buf *text) {
  static const char *const kinds[] = {"read", "ask", "change"};
  struct arena scratch = arena_open((size_t)1 << 20);
  struct routes all = routes_all(t);
  struct actor as = {.user_id = 1,
                     .roles = role,
                     .function = role == ROLE_ENFORCEMENT ? FUNCTION_ENFORCEMENT : FUNCTION_NONE};
  for (size_t i = 0; i < all.n; i++) {
    const struct route *r = all.p[i];
    if (role && !route_allows(r, &as)) continue;
    buf_format(text, "%-6s %-36s %s%s", kinds[r->kind], r->path,
               (r->flags & ROUTE_PERSON) ? "[audited] " : "", r->help);
    if (!role) buf_format(text, " (%.*s)", P(who_words(&scratch, r->who)));
    buf_byte(text, '\n');
  }
  arena_close(&scratch);
}
