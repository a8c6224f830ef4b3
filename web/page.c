#include "web/page.h"

static struct page_site site = {.name = {"Waymark", 7}};

void page_site_set(const struct page_site *given) { site = *given; }

const struct page_site *page_site(void) { return &site; }

static bool who_fits(who_t who, const struct actor *actor) {
  if (who & WHO_ANYONE) return true;
  if (actor->enrolling) return false;
  if (who & WHO_SIGNED_IN && actor->user_id && actor->function != FUNCTION_ENFORCEMENT) return true;
  return actor_has(actor, who & ~(WHO_ANYONE | WHO_SIGNED_IN));
}

/* From a page about a person the worry is about them, unless another is named there. */
static struct str worry_href(struct request *rq) {
  struct str path = str_of(site.worry_path);
  if (!path.n || !who_fits(site.worry_who, &rq->actor)) return (struct str){0};
  bool about = rq->route && str_starts(str_of(rq->route->path), S("/people/{id}"));
  struct str id = about ? request_path(rq, "id") : (struct str){0};
  struct uuid person;
  return uuid_parse(id, &person) ? str_format(rq->arena, "%.*s?about=%.*s", P(path), P(id)) : path;
}

/* The way whose path begins this page's path most exactly is "here". */
static void mark_here(struct layout *l, struct str path) {
  struct way *best = NULL;
  for (size_t i = 0; i < l->ways.n; i++) {
    struct way *w = &l->ways.p[i];
    bool inside = str_eq(path, w->href) || (w->href.n > 1 && str_starts(path, w->href) &&
                                            path.n > w->href.n && path.p[w->href.n] == '/');
    if (inside && (!best || w->href.n > best->href.n)) best = w;
  }
  if (best) best->here = true;
}

static void add_ways(struct request *rq, struct layout *l) {
  l->ways.p = arena_many(rq->arena, struct way, LAYOUT_WAYS_MAX);
  for (size_t i = 0; i < site.n_ways && l->ways.n < LAYOUT_WAYS_MAX; i++)
    if (who_fits(site.ways[i].who, &rq->actor))
      l->ways.p[l->ways.n++] = (struct way){site.ways[i].name, str_of(site.ways[i].path), false};
  mark_here(l, rq->path);
  if (l->ways.n <= LAYOUT_WAYS_SHOWN) return;
  l->more.p = l->ways.p + LAYOUT_WAYS_SHOWN, l->more.n = l->ways.n - LAYOUT_WAYS_SHOWN;
  l->ways.n = LAYOUT_WAYS_SHOWN;
  for (size_t i = 0; i < l->more.n; i++) l->more_here |= l->more.p[i].here;
}

static enum layout_kind kind_of(const struct request *rq) {
  bool resident = actor_has(&rq->actor, ROLE_RESIDENT);
  if (resident) return LAYOUT_RESIDENT;
  if (rq->actor.user_id) return LAYOUT_STAFF;
  return LAYOUT_PUBLIC;
}

struct layout page_layout(struct request *rq, struct str title) {
  struct layout l = {.kind = kind_of(rq), .title = title, .place = site.name};
  bool asked = rq->route && rq->route->kind != READ; /* an answer to a POST cannot be linked to */
  add_ways(rq, &l);
  if (!asked)
    l.other_language_href =
        str_format(rq->arena, "%.*s?lang=%s", P(rq->path), rq->lang ? "en" : "cy");
  if (l.kind != LAYOUT_PUBLIC) {
    l.user_name = l.kind == LAYOUT_STAFF ? rq->actor.name : (struct str){0};
    l.sign_out_href = S("/sign-out");
  }
  if (l.kind == LAYOUT_STAFF) l.worry_href = worry_href(rq);
  l.notice = rq->flash;
  return l;
}
