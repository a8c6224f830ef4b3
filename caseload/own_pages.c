/* own_pages: everyone a worker supports on one page: what waits for each, when they last talked and
 * when they meet next; by need, by name or by how long ago. */
#include "caseload/waits.h"
#include "caseload.html.h"

enum { NEW_DAYS = 30 };
enum show { SHOW_ALL, SHOW_WAITS, SHOW_QUIET, SHOW_NO_TIME, SHOW_PLAN, SHOW_NEW, SHOWS };
enum order { ORDER_NEED, ORDER_NAME, ORDER_LAST, ORDERS };

TEXT_MESSAGE(all_name, "Everyone");
TEXT_MESSAGE(waits_name, "Something waits");
TEXT_MESSAGE(quiet_name, "Gone quiet");
TEXT_MESSAGE(no_time_name, "No next time");
TEXT_MESSAGE(plan_name, "Plan to look at");
TEXT_MESSAGE(new_name, "New in 30 days");
TEXT_MESSAGE(need_name, "need");
TEXT_MESSAGE(name_name, "name");
TEXT_MESSAGE(last_name, "how long ago you talked");
struct named {
  const char *code;
  const struct message *name;
};
static const struct named shows[SHOWS] = {
    [SHOW_ALL] = {"all", &all_name},       [SHOW_WAITS] = {"waits", &waits_name},
    [SHOW_QUIET] = {"quiet", &quiet_name}, [SHOW_NO_TIME] = {"no-time", &no_time_name},
    [SHOW_PLAN] = {"plan", &plan_name},    [SHOW_NEW] = {"new", &new_name}};
static const struct named orders[ORDERS] = {[ORDER_NEED] = {"need", &need_name},
                                            [ORDER_NAME] = {"name", &name_name},
                                            [ORDER_LAST] = {"last", &last_name}};

/* One of them, with what decides where they stand. */
struct one {
  const struct carried *who;
  struct today_rank first; /* of what waits most pressingly */
  bool waits;
  int gap_days;
  uint32_t is; /* 1 << enum show */
  struct own_row row;
};
struct own {
  struct request *rq;
  struct found found;
  struct carrieds all;
  day_t *lasts; /* of each of `all` */
  struct appointment_next *nexts;
};

static size_t chosen(struct str code, const struct named *of, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (str_eq(code, str_of(of[i].code))) return i;
  return 0;
}

static void read_own(struct own *o) {
  struct request *rq = o->rq;
  waits_find(&o->found);
  if (o->found.n) qsort(o->found.p, o->found.n, sizeof *o->found.p, waits_by_rank);
  o->all = caseload_of(rq, rq->actor.user_id);
  int64_t *ids = arena_many(rq->arena, int64_t, o->all.n + 1);
  o->lasts = arena_many(rq->arena, day_t, o->all.n + 1);
  o->nexts = arena_many(rq->arena, struct appointment_next, o->all.n + 1);
  for (size_t i = 0; i < o->all.n; i++) ids[i] = o->all.p[i].id;
  contacts_lasts(rq->db, rq->arena, ids, o->all.n, o->lasts);
  contacts_nexts(rq->db, rq->arena, ids, o->all.n, rq->today, o->nexts);
}

static void add_waits(struct own *o, struct one *one) {
  struct request *rq = o->rq;
  size_t cap = 0;
  for (size_t i = 0; i < o->found.n; i++) {
    const struct waits *w = &o->found.p[i];
    if (w->person_id != one->who->id && w->named != one->who->id) continue;
    if (w->classes & ~one->who->sight.classes) continue;
    if (!one->waits) one->first = w->rank;
    one->waits = true;
    if (w->rank.kind == TODAY_DRIFTING) one->is |= 1u << SHOW_QUIET;
    if (w->rank.kind == TODAY_REVIEW) one->is |= 1u << SHOW_PLAN;
    *slice_push(rq->arena, &one->row.waits, &cap) = (struct own_wait){
        w->row.what, w->row.why,
        caseload_person_path(rq, one->who->person.public_id, w->part ? w->part : ""), w->row.late};
  }
  if (one->waits) one->is |= 1u << SHOW_WAITS;
}

static struct str time_words(struct request *rq, const struct appointment_next *n) {
  return str_format(rq->arena, "%.*s, %02d:%02d", P(caseload_short_day(rq, n->on)), n->minute / 60,
                    n->minute % 60);
}

static struct one one_of(struct own *o, size_t i) {
  struct request *rq = o->rq;
  const struct carried *c = &o->all.p[i];
  struct one one = {.who = c, .is = 1u << SHOW_ALL};
  one.row.name = c->person.name;
  one.row.safe = people_safe_words(rq, &c->person);
  one.row.href = caseload_person_path(rq, c->person.public_id, "");
  if (c->sight.classes & CLASS_CONTACTS) {
    day_t last = o->lasts[i];
    one.gap_days = last == DAY_NONE ? INT32_MAX : rq->today - last;
    if (last != DAY_NONE) one.row.last = caseload_short_day(rq, last);
    if (o->nexts[i].on == DAY_NONE)
      one.is |= 1u << SHOW_NO_TIME;
    else
      one.row.next = time_words(rq, &o->nexts[i]);
  }
  if (rq->today - instant_local_uk(c->person.created_at).day <= NEW_DAYS) one.is |= 1u << SHOW_NEW;
  add_waits(o, &one);
  return one;
}

static int by_name(const void *a, const void *b) {
  const struct one *x = a, *y = b;
  int order = str_cmp(x->row.name, y->row.name);
  return order ? order : (x->who->id > y->who->id) - (x->who->id < y->who->id);
}
static int by_need(const void *a, const void *b) {
  const struct one *x = a, *y = b;
  if (x->waits != y->waits) return y->waits - x->waits;
  if (x->waits && today_before(x->first, y->first)) return -1;
  if (x->waits && today_before(y->first, x->first)) return 1;
  return by_name(a, b);
}
static int by_last(const void *a, const void *b) {
  const struct one *x = a, *y = b;
  return x->gap_days != y->gap_days ? (x->gap_days < y->gap_days) - (x->gap_days > y->gap_days)
                                    : by_name(a, b);
}

static void add_tabs(struct request *rq, const struct one *all, size_t n, enum show show,
                     enum order order, struct own_page *page) {
  size_t tabs = 0, sorts = 0;
  for (int s = 0; s < SHOWS; s++) {
    struct own_tab tab = {.name = words_of((enum language)rq->lang, shows[s].name),
                          .href = str_format(rq->arena, "/caseload?show=%s&order=%s", shows[s].code,
                                             orders[order].code),
                          .here = s == (int)show};
    for (size_t i = 0; i < n; i++) tab.n += all[i].is >> s & 1;
    *slice_push(rq->arena, &page->tabs, &tabs) = tab;
  }
  for (int i = 0; i < ORDERS; i++)
    *slice_push(rq->arena, &page->orders, &sorts) =
        (struct own_tab){.name = words_of((enum language)rq->lang, orders[i].name),
                         .href = str_format(rq->arena, "/caseload?show=%s&order=%s",
                                            shows[show].code, orders[i].code),
                         .here = i == (int)order};
}

void own_page(struct request *rq) {
  static int (*const sorts[ORDERS])(const void *, const void *) = {by_need, by_name, by_last};
  struct own o = {.rq = rq, .found = {.rq = rq}};
  enum show show = (enum show)chosen(request_query(rq, "show"), shows, SHOWS);
  enum order order = (enum order)chosen(request_query(rq, "order"), orders, ORDERS);
  struct own_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Whom you support"))};
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  read_own(&o);
  struct one *all = arena_many(rq->arena, struct one, o.all.n + 1);
  for (size_t i = 0; i < o.all.n; i++) all[i] = one_of(&o, i);
  if (o.all.n) qsort(all, o.all.n, sizeof *all, sorts[order]);
  page.all = (int64_t)o.all.n;
  add_tabs(rq, all, o.all.n, show, order, &page);
  for (size_t i = 0; i < o.all.n; i++) {
    if (!(all[i].is >> show & 1)) continue;
    audit_shows(rq, all[i].who->id,
                CLASS_IDENTITY | (all[i].who->sight.classes & (CLASS_CONTACTS | CLASS_PLAN)));
    *slice_push(rq->arena, &page.rows, &cap) = all[i].row;
  }
  view_caseload_own(rq->view, &page);
}
