/* today_pages: at most twelve things, each with why. */
#include "caseload/waits.h"
#include "caseload.html.h"
#include "messages/messages.h"

enum { GOOD_DAYS = 7, GOOD_MOST = 3 };

static struct sight sight_of(struct request *rq, int64_t person_id) {
  return permission_sight(rq->db, rq->arena, &rq->actor, person_id, rq->today, rq->now);
}

/* Everybody something waits about, asked about at once. */
static void foresee(struct found *f) {
  struct request *rq = f->rq;
  int64_t *people = arena_many(rq->arena, int64_t, f->n + 1);
  size_t n = 0;
  for (size_t i = 0; i < f->n; i++)
    if (f->p[i].person_id) people[n++] = f->p[i].person_id;
  permission_foresee(rq->db, rq->arena, &rq->actor, people, n, rq->today, rq->now);
}

/* Names whoever is shown. */
static void name_row(struct request *rq, struct waits *w, const struct person *p) {
  audit_shows(rq, w->person_id, CLASS_IDENTITY | w->classes);
  w->row.name = p->name;
  w->row.safe = people_safe_words(rq, p);
  w->row.href = caseload_person_path(rq, p->public_id, w->part);
  if (w->rank.kind == TODAY_DRIFTING)
    w->row.pause_href = caseload_person_path(rq, p->public_id, "/pause");
}

static void name_first(struct found *f) {
  int64_t ids[TODAY_MOST] = {0};
  struct sight sights[TODAY_MOST] = {{0}};
  struct person people[TODAY_MOST];
  size_t n = f->n < TODAY_MOST ? f->n : TODAY_MOST;
  for (size_t i = 0; i < n; i++)
    if ((ids[i] = f->p[i].person_id)) sights[i] = sight_of(f->rq, ids[i]);
  people_listed_all(f->rq, ids, sights, n, people);
  for (size_t i = 0; i < n; i++)
    if (people[i].id) name_row(f->rq, &f->p[i], &people[i]);
}

/* What may be told, in order; only the first twelve are named. */
static void settle(struct found *f) {
  size_t kept = 0;
  foresee(f);
  if (f->n) qsort(f->p, f->n, sizeof *f->p, waits_by_rank);
  for (size_t i = 0; i < f->n; i++) {
    struct waits w = f->p[i];
    uint32_t seen = w.person_id ? sight_of(f->rq, w.person_id).classes : 0;
    if (w.person_id && !(seen & CLASS_IDENTITY && seen & w.classes)) continue;
    f->p[kept++] = w;
  }
  f->n = kept;
  name_first(f);
}

static void find_all(struct found *f) {
  waits_find(f);
  settle(f);
}

/* ---- good news ---- */

static void add_good(struct found *f, struct today_page *page) {
  struct request *rq = f->rq;
  struct person_good *good = arena_many(rq->arena, struct person_good, f->n_people + 1);
  size_t cap = 0;
  people_good_things(rq, f->people, rq->today - GOOD_DAYS, good, f->n_people);
  for (size_t i = 0; i < f->n_people && page->good.n < GOOD_MOST; i++) {
    struct person p;
    if (!good[i].words.n) continue;
    struct sight sight = sight_of(rq, f->people[i]);
    if (!(sight.classes & CLASS_IDENTITY) || !(sight.classes & good[i].classes) ||
        !people_listed(rq, f->people[i], sight, &p))
      continue;
    audit_shows(rq, f->people[i], CLASS_IDENTITY | (sight.classes & good[i].classes));
    *slice_push(rq->arena, &page->good, &cap) =
        (struct today_row){.name = p.name,
                           .what = good[i].words,
                           .why = day_words(rq->arena, good[i].on),
                           .href = caseload_person_path(rq, p.public_id, "")};
  }
}

/* ---- the page ---- */

static void more(struct request *rq, struct today_page *page, size_t *cap, struct str said,
                 const char *href) {
  *slice_push(rq->arena, &page->more, cap) = (struct today_more){said, str_of(href)};
}

/* What is not on the list of twelve is counted, with the way to it. */
static void add_more(struct found *f, struct today_page *page) {
  struct request *rq = f->rq;
  size_t cap = 0;
  int64_t tray = messages_in_tray(rq);
  enum language lang = (enum language)rq->lang;
  if (f->n > TODAY_MOST)
    more(rq, page, &cap,
         SAY_N(rq->arena, lang,
               TN("1 more thing waits: see everyone you support",
                  "{n} more things wait: see everyone you support", (int64_t)(f->n - TODAY_MOST))),
         "/caseload");
  if (tray)
    more(rq, page, &cap,
         SAY_N(rq->arena, lang,
               TN("1 message whose number is not known", "{n} messages whose numbers are not known",
                  tray)),
         "/messages/tray");
}

static void add_covers(struct request *rq, struct today_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select u.public_id, u.name, max(v.to_day) from cover v join "
                              "user_account u on u.id = v.absent_user_id where "
                              "v.standing_in_user_id = ?1 and v.from_day <= ?2 and v.to_day >= ?2 "
                              "group by u.public_id, u.name order by u.name"),
                          V(rq->actor.user_id), V(db_day(rq->arena, rq->today)));
  while (db_next(&r))
    *slice_push(rq->arena, &page->covers, &cap) = (struct today_more){
        SAY(rq->arena, (enum language)rq->lang, T("You stand in for {name} until {day}"),
            SLOT("name", row_text(&r, 1)), SLOT("day", day_words(rq->arena, row_day(&r, 2)))),
        str_format(rq->arena, "/handover/%.*s", P(uuid_str(rq->arena, row_uuid(&r, 0))))};
}

/* Under which heading each kind stands; kinds of one heading follow each other. */
TEXT_MESSAGE(first, "First");
TEXT_MESSAGE(timed, "With a time");
TEXT_MESSAGE(replies, "Replies");
TEXT_MESSAGE(promises, "Promises you made");
TEXT_MESSAGE(others, "Referrals and money");
TEXT_MESSAGE(quiet, "Gone quiet");
TEXT_MESSAGE(plans, "Plans to look at");
TEXT_MESSAGE(fresh, "New here");
struct heading {
  const struct message *title;
  const char *id;
};
static const struct heading headings[TODAY_KINDS] = {
    [TODAY_SAFETY] = {&first, "first"},     [TODAY_APPOINTMENT] = {&timed, "timed"},
    [TODAY_REPLY] = {&replies, "replies"},  [TODAY_PROMISE] = {&promises, "promises"},
    [TODAY_REFERRAL] = {&others, "others"}, [TODAY_DECIDE] = {&others, "others"},
    [TODAY_DRIFTING] = {&quiet, "quiet"},   [TODAY_REVIEW] = {&plans, "plans"},
    [TODAY_NEW] = {&fresh, "new"}};

static void put_groups(struct found *f, struct today_page *page) {
  struct request *rq = f->rq;
  const struct message *last = NULL;
  size_t groups = 0, rows = 0;
  for (size_t i = 0; i < f->n && i < TODAY_MOST; i++, page->n_rows++) {
    const struct heading *h = &headings[f->p[i].rank.kind];
    if (h->title != last) {
      *slice_push(rq->arena, &page->groups, &groups) = (struct today_group){
          .title = words_of((enum language)rq->lang, h->title), .id = str_of(h->id)};
      rows = 0;
    }
    *slice_push(rq->arena, &page->groups.p[page->groups.n - 1].rows, &rows) = f->p[i].row;
    last = h->title;
  }
}

void today_page(struct request *rq) {
  struct found f = {.rq = rq};
  struct today_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Today")),
      .on = rq->today,
      .site = site_today(rq),
      .may_add = actor_has(&rq->actor, ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER)};
  audit_shows(rq, 0, 0);
  find_all(&f);
  put_groups(&f, &page);
  add_more(&f, &page);
  add_good(&f, &page);
  add_covers(rq, &page);
  view_caseload_today(rq->view, &page);
}

void today_api(struct request *rq) {
  struct found f = {.rq = rq};
  struct json_out j = json_to(rq->body);
  audit_shows(rq, 0, 0);
  find_all(&f);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("today"));
  json_list(&j);
  for (size_t i = 0; i < f.n && i < TODAY_MOST; i++) {
    json_open(&j);
    json_put_str_if(&j, "name", f.p[i].row.name);
    json_put_str(&j, "what", f.p[i].row.what);
    json_put_str_if(&j, "when", f.p[i].row.when);
    json_put_str(&j, "why", f.p[i].row.why);
    json_put_str(&j, "href", f.p[i].row.href);
    json_close(&j);
  }
  json_list_end(&j);
  json_put_i64(&j, "more", f.n > TODAY_MOST ? (int64_t)(f.n - TODAY_MOST) : 0);
  json_close(&j);
}
