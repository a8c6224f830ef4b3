#include <stdio.h>
#include <stdlib.h>
#include "web/route.h"

struct entry {
  const struct route *route;
  const char *domain;
  struct str segment[ROUTE_SEGMENTS_MAX]; /* a {name} keeps its braces */
  size_t segments;
  bool post;
};
struct route_table {
  struct entry *entry;
  const struct route **route; /* same order, for routes_all */
  size_t n;
};

static bool is_name(struct str segment) { return segment.n > 0 && segment.p[0] == '{'; }

/* Splits "/a/b" in {"a", "b"}; "/" has none. False: too many, or an empty segment. */
static bool split_path(struct str path, struct str *segment, size_t *n) {
  *n = 0;
  if (path.n == 0 || path.p[0] != '/') return false;
  struct str rest = str_slice(path, 1, path.n);
  if (rest.n == 0) return true;
  if (rest.p[rest.n - 1] == '/') return false;
  while (rest.n > 0) {
    if (*n == ROUTE_SEGMENTS_MAX) return false;
    struct str one = str_cut(&rest, '/');
    if (one.n == 0) return false;
    segment[(*n)++] = one;
  }
  return true;
}

static bool route_whole(const struct route *r, const struct entry *e, struct why *why) {
  if (!r->run) return why_say(why, "Route %s has no handler.", r->path);
  if (r->who == 0) return why_say(why, "Route %s does not say who may use it.", r->path);
  if (!r->help || !r->help[0]) return why_say(why, "Route %s has no sentence of help.", r->path);
  if ((r->flags & ROUTE_CACHE) &&
      (r->kind != READ || r->who != WHO_ANYONE || (r->flags & ROUTE_PERSON)))
    return why_say(why, "Route %s: ROUTE_CACHE is for public pages that only read and show nobody.",
                   r->path);
  if ((r->flags & ROUTE_UPLOAD) && r->kind == READ)
    return why_say(why, "Route %s: a GET cannot take files.", r->path);
  if ((r->who & WHO_ANYONE) && r->who != WHO_ANYONE)
    return why_say(why, "Route %s: WHO_ANYONE stands alone.", r->path);
  for (size_t i = 0; i < e->segments; i++) {
    struct str s = e->segment[i];
    bool braces = str_find_byte(s, '{') < s.n || str_find_byte(s, '}') < s.n;
    if (braces && (s.n < 3 || s.p[0] != '{' || str_find_byte(s, '}') != s.n - 1))
      return why_say(why, "Route %s: a {name} is a whole segment.", r->path);
  }
  return true;
}

/* Order in which matching prefers routes: literal before {name} at the first segment where they
 * differ. Zero = the same requests reach both. */
static int shape_cmp(const struct entry *a, const struct entry *b) {
  for (size_t i = 0; i < a->segments && i < b->segments; i++) {
    bool an = is_name(a->segment[i]), bn = is_name(b->segment[i]);
    if (an != bn) return an ? 1 : -1;
    int c = an ? 0 : str_cmp(a->segment[i], b->segment[i]);
    if (c) return c;
  }
  if (a->segments != b->segments) return a->segments < b->segments ? -1 : 1;
  return (int)a->post - (int)b->post;
}

static int entry_cmp(const void *a, const void *b) { return shape_cmp(a, b); }

struct route_table *routes_build(struct arena *a, const struct domain *const *domains, size_t n,
                                 struct why *why) {
  struct route_table *t = arena_new(a, struct route_table);
  size_t total = 0;
  for (size_t d = 0; d < n; d++) total += domains[d]->n_routes;
  t->entry = arena_many(a, struct entry, total + 1);
  t->route = arena_many(a, const struct route *, total + 1);
  for (size_t d = 0; d < n; d++) {
    for (size_t i = 0; i < domains[d]->n_routes; i++) {
      const struct route *r = &domains[d]->routes[i];
      struct entry *e = &t->entry[t->n++];
      *e = (struct entry){.route = r, .domain = domains[d]->name, .post = r->kind != READ};
      if (!split_path(str_of(r->path), e->segment, &e->segments)) {
        why_say(why, "Route %s of %s is not a path like /a/{b}.", r->path ? r->path : "(none)",
                domains[d]->name);
        return NULL;
      }
      if (!route_whole(r, e, why)) return NULL;
    }
  }
  qsort(t->entry, t->n, sizeof *t->entry, entry_cmp);
  for (size_t i = 0; i < t->n; i++) {
    t->route[i] = t->entry[i].route;
    if (i > 0 && shape_cmp(&t->entry[i - 1], &t->entry[i]) == 0) {
      why_say(why, "Two routes answer the same requests: %s (%s) and %s (%s).",
              t->entry[i - 1].route->path, t->entry[i - 1].domain, t->entry[i].route->path,
              t->entry[i].domain);
      return NULL;
    }
  }
  return t;
}

struct routes routes_all(const struct route_table *t) {
  return (struct routes){t->route, t->n};
}

const char *route_domain(const struct route_table *t, const struct route *r) {
  for (size_t i = 0; i < t->n; i++)
    if (t->entry[i].route == r) return t->entry[i].domain;
  return "";
}

static bool entry_matches(const struct entry *e, const struct str *segment, size_t n) {
  if (e->segments != n) return false;
  for (size_t i = 0; i < n; i++)
    if (!is_name(e->segment[i]) && !str_eq(e->segment[i], segment[i])) return false;
  return true;
}

static void take_values(struct arena *a, const struct entry *e, const struct str *segment,
                        struct field_values *out) {
  size_t cap = 0;
  for (size_t i = 0; i < e->segments; i++) {
    if (!is_name(e->segment[i])) continue;
    struct str name = str_slice(e->segment[i], 1, e->segment[i].n - 1);
    *slice_push(a, out, &cap) = (struct field_value){name, percent_decode(a, segment[i], false)};
  }
}

struct route_match route_find(const struct route_table *t, struct arena *a, enum method method,
                              struct str path) {
  struct route_match m = {0};
  struct str segment[ROUTE_SEGMENTS_MAX];
  size_t n;
  bool post = method == METHOD_POST;
  const struct entry *shape =
      NULL; /* the preferred path; its other method must not fall through to a {name} */
  if (!split_path(path, segment, &n)) return m;
  for (size_t i = 0; i < t->n; i++) {
    const struct entry *e = &t->entry[i];
    if (!entry_matches(e, segment, n)) continue;
    m.path_known = true;
    m.get |= !e->post;
    m.post |= e->post;
    if (method == METHOD_OTHER || e->post != post || m.route) continue;
    if (!shape) shape = e;
    m.route = e->route;
    take_values(a, e, segment, &m.values);
  }
  for (size_t i = 0; m.route && i < m.values.n; i++) {
    struct str v = m.values.p[i].value;
    if (!utf8_valid(v) || str_find_byte(v, '\0') < v.n) return (struct route_match){0};
  }
  return m;
}

bool route_allows(const struct route *r, const struct actor *actor) {
  if (r->who & WHO_ANYONE) return true;
  if (actor->roles == 0) return false;
  bool enforcement = actor->function == FUNCTION_ENFORCEMENT || (actor->roles & ROLE_ENFORCEMENT);
  if (enforcement) return (r->who & ROLE_ENFORCEMENT) != 0;
  bool staff = !(actor->roles & ROLE_RESIDENT); /* a route for residents names them */
  return (staff && r->who & WHO_SIGNED_IN) || (actor->roles & r->who & (WHO_SIGNED_IN - 1));
}

static const struct {
  uint32_t bit;
  const char *word, *many;
} roles[] = {{ROLE_KEY_WORKER, "key-worker", "key workers"},
             {ROLE_TEAM_LEAD, "team-lead", "team leads"},
             {ROLE_MANAGER, "manager", "managers"},
             {ROLE_SAFEGUARDING, "safeguarding-lead", "safeguarding leads"},
             {ROLE_EDITOR, "editor", "directory editors"},
             {ROLE_COMMISSIONER, "commissioner", "commissioners"},
             {ROLE_VERIFIER, "verifier", "verifiers"},
             {ROLE_EVALUATOR, "evaluator", "evaluators"},
             {ROLE_EMPLOYER, "employer", "employers"},
             {ROLE_REFERRER, "referrer", "referrers"},
             {ROLE_ENFORCEMENT, "enforcement", "enforcement"},
             {ROLE_ADMIN, "administrator", "administrators"},
             {ROLE_RESIDENT, "resident", "residents"},
             {ROLE_PEER, "peer", "peer supporters"},
             {ROLE_SERVICE, "service", "service accounts"}};

uint32_t role_of(struct str word) {
  for (size_t i = 0; i < countof(roles); i++)
    if (str_eq_nocase(word, str_of(roles[i].word))) return roles[i].bit;
  return 0;
}

const char *role_word(uint32_t bit) {
  for (size_t i = 0; i < countof(roles); i++)
    if (roles[i].bit == bit) return roles[i].word;
  return "";
}

struct str who_words(struct arena *a, who_t who) {
  if (who & WHO_ANYONE) return S("anyone");
  struct str out =
      (who & WHO_SIGNED_IN) ? S("anyone signed in, but not enforcement") : (struct str){0};
  for (size_t i = 0; i < countof(roles); i++)
    if (who & roles[i].bit)
      out = str_format(a, "%.*s%s%s", P(out), out.n ? ", " : "", roles[i].many);
  return out;
}
