/* today_pages: at most twelve things, each with why. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "caseload.html.h"
#include "messages/messages.h"
#include "money/money.h"
#include "programme/programme.h"
#include "referrals/referrals.h"
#include "safeguarding/safeguarding.h"

enum { REPLIES_MAX = 12, PROMISES_MAX = 40, GOOD_DAYS = 7, GOOD_MOST = 3 };

/* Something that may stand on the list. Of whom it is about nothing is read before it is known that
 * it may be told (classes), and no name before it is known that it is shown. */
struct waits {
  struct today_rank rank;
  int64_t person_id; /* 0: about nobody, or named already */
  uint32_t classes;
  const char *part; /* of the person's pages */
  size_t turn;
  struct today_row row;
};
struct found {
  struct request *rq;
  struct waits *p;
  size_t n, cap;
  int64_t *people; /* whom they carry */
  size_t n_people;
};

static struct waits *add(struct found *f, enum today_kind kind, day_t day, struct today_row row) {
  struct waits *w = slice_push(f->rq->arena, f, &f->cap);
  *w = (struct waits){.rank = {kind, day}, .row = row, .turn = f->n};
  return w;
}

static void add_about(struct found *f, enum today_kind kind, day_t day, int64_t person_id,
                      const char *part, struct today_row row) {
  struct waits *w = add(f, kind, day, row);
  w->person_id = person_id, w->part = part;
  w->classes = kind == TODAY_REVIEW ? CLASS_PLAN : CLASS_CONTACTS;
}

static struct str person_path(struct request *rq, struct uuid id, const char *end) {
  return str_format(rq->arena, "/people/%.*s%s", P(uuid_str(rq->arena, id)), end);
}

static struct str words(const struct request *rq, const struct message *m) {
  return words_of((enum language)rq->lang, m);
}

static struct str with_day(const struct request *rq, const struct message *m, day_t day) {
  return SAY(rq->arena, (enum language)rq->lang, m, SLOT("day", day_words(rq->arena, day)));
}

/* For a fingerpost: "Today", or 19 Nov. */
static struct str short_day(struct request *rq, day_t day) {
  if (day == rq->today) return words(rq, T("Today"));
  char text[WORDS_NUMBER_MAX];
  size_t n = words_number(text, (enum language)rq->lang, WORDS_DAY_BARE, day);
  return str_copy(rq->arena, (struct str){text, n});
}

/* ---- safety ---- */

static void add_safety(struct found *f) {
  struct request *rq = f->rq;
  struct safeguarding_waiting w = safeguarding_waiting(rq);
  struct arena *a = rq->arena;
  enum language lang = (enum language)rq->lang;
  if (w.concerns)
    add(f, TODAY_SAFETY, w.overdue ? rq->today - 1 : rq->today,
        (struct today_row){
            .what = SAY_N(a, lang, TN("1 worry to open", "{n} worries to open", w.concerns)),
            .why = w.overdue ? words(rq, T("Nobody has opened it in the time agreed."))
                             : words(rq, T("You read worries for your organisation.")),
            .when = words(rq, T("Now")),
            .href = S("/safeguarding"),
            .late = w.overdue > 0});
  if (w.stuck)
    add(f, TODAY_SAFETY, rq->today,
        (struct today_row){
            .what = SAY_N(a, lang, TN("1 person is stuck", "{n} people are stuck", w.stuck)),
            .why = w.prompts ? words(rq, T("What they wrote asks for a person soon."))
                             : words(rq, T("They wrote to you and were told when you read it.")),
            .when = words(rq, T("Now")),
            .href = S("/stuck"),
            .late = w.prompts > 0});
  struct glasses glasses = permission_glass_waiting(rq->db, a, &rq->actor);
  if (glasses.n)
    add(f, TODAY_SAFETY, rq->today,
        (struct today_row){
            .what = SAY_N(a, lang, TN("1 emergency opening to review",
                                      "{n} emergency openings to review", (int64_t)glasses.n)),
            .why = words(rq, T("Somebody opened a hidden record; another person looks at why.")),
            .when = words(rq, T("Now")),
            .href = S("/oversight")});
  size_t visits = contacts_visits_asked(rq->db, a, &rq->actor, rq->now);
  if (visits)
    add(f, TODAY_SAFETY, rq->today - 1,
        (struct today_row){
            .what = SAY_N(a, lang, TN("1 visit has not ended", "{n} visits have not ended",
                                      (int64_t)visits)),
            .why = words(rq, T("A worker has not said they are out. Ring them now.")),
            .when = words(rq, T("Now")),
            .href = S("/visits"),
            .late = true});
}

/* ---- what people said ---- */

static void add_replies(struct found *f) {
  struct request *rq = f->rq;
  struct message_waiting w[REPLIES_MAX];
  size_t n = messages_waiting(rq, w, countof(w));
  for (size_t i = 0; i < n; i++)
    add(f, TODAY_REPLY, instant_local_uk(w[i].came_at).day,
        (struct today_row){
            .name = w[i].name,
            .what = w[i].missed_call ? words(rq, T("They rang")) : words(rq, T("They wrote")),
            .why = with_day(rq, T("It came on {day} and nobody has read it."),
                            instant_local_uk(w[i].came_at).day),
            .when = short_day(rq, instant_local_uk(w[i].came_at).day),
            .href = person_path(rq, w[i].person, "/messages")});
}

/* ---- whom they carry ---- */

static bool carries(const struct found *f, int64_t person_id) {
  for (size_t i = 0; i < f->n_people; i++)
    if (f->people[i] == person_id) return true;
  return false;
}

static void add_promises(struct found *f) {
  struct request *rq = f->rq;
  struct promises_due due =
      contacts_promises_due(rq->db, rq->arena, rq->actor.user_id, rq->today, PROMISES_MAX);
  for (size_t i = 0; i < due.n; i++) {
    bool late = due.p[i].by < rq->today;
    if (!carries(f, due.p[i].person_id)) continue;
    add_about(
        f, TODAY_PROMISE, due.p[i].by, due.p[i].person_id, "/contacts",
        (struct today_row){.what = due.p[i].words,
                           .why = late ? with_day(rq, T("You promised it by {day}."), due.p[i].by)
                                       : words(rq, T("You promised it for today.")),
                           .when = short_day(rq, due.p[i].by),
                           .soon = true,
                           .late = late});
  }
}

static void add_appointments(struct found *f) {
  struct request *rq = f->rq;
  struct appointments_on all = contacts_on(rq->db, rq->arena, f->people, f->n_people, rq->today);
  for (size_t i = 0; i < all.n; i++)
    add_about(f, TODAY_APPOINTMENT, all.p[i].minute, all.p[i].person_id, "/appointments",
              (struct today_row){
                  .what = words(rq, T("Meeting")),
                  .when = str_format(rq->arena, "%02d:%02d", all.p[i].minute / 60,
                                     all.p[i].minute % 60),
                  .soon = true,
                  .why = words(rq, T("It is agreed for today."))});
}

static void add_one_drift(struct found *f, int64_t person_id, const struct drift *d) {
  if (d->drifting)
    add_about(f, TODAY_DRIFTING, f->rq->today - d->gap_days, person_id, "/contacts",
              (struct today_row){.what = words(f->rq, T("Drifting away")),
                                 .when = SAY_N(f->rq->arena, (enum language)f->rq->lang,
                                               TN("1 day", "{n} days", d->gap_days)),
                                 .why = contacts_drift_words(f->rq->arena, f->rq->lang, d)});
}

/* Who hides stands in no projection: they are few, and are asked about one by one. */
static void add_hidden_drift(struct found *f) {
  struct request *rq = f->rq;
  int64_t hidden[HIDDEN_MAX];
  size_t n = permission_named_for(rq->db, rq->arena, &rq->actor, rq->today, rq->now, hidden,
                                  countof(hidden));
  for (size_t i = 0; i < n; i++) {
    struct person p;
    struct sight sight =
        permission_sight(rq->db, rq->arena, &rq->actor, hidden[i], rq->today, rq->now);
    if (!carries(f, hidden[i]) || !(sight.classes & CLASS_CONTACTS) ||
        !people_seen(rq, hidden[i], sight, &p) || people_not_chased(&p, rq->today))
      continue;
    struct drift d = contacts_drift_of(rq->db, rq->arena, hidden[i],
                                       instant_local_uk(p.created_at).day, rq->today);
    add_one_drift(f, hidden[i], &d);
  }
}

static void add_drifts(struct found *f) {
  struct request *rq = f->rq;
  struct drift *d = arena_many(rq->arena, struct drift, f->n_people + 1);
  contacts_drifts(rq->db, rq->arena, f->people, f->n_people, rq->today, d);
  for (size_t i = 0; i < f->n_people; i++) add_one_drift(f, f->people[i], &d[i]);
  add_hidden_drift(f);
}

static void add_reviews(struct found *f) {
  struct request *rq = f->rq;
  day_t *due = arena_many(rq->arena, day_t, f->n_people + 1);
  support_reviews_due(rq->db, rq->arena, f->people, f->n_people, due);
  for (size_t i = 0; i < f->n_people; i++)
    if (due[i] != DAY_NONE && due[i] <= rq->today)
      add_about(
          f, TODAY_REVIEW, due[i], f->people[i], "/plan",
          (struct today_row){.what = words(rq, T("Look at the plan again")),
                             .when = short_day(rq, due[i]),
                             .why = with_day(rq, T("You agreed to look at it on {day}."), due[i])});
}

/* ---- referrals and money ---- */

static void add_referral(struct found *f, const struct referral_line *l, bool back) {
  struct request *rq = f->rq;
  struct today_row row = {
      .name = l->name,
      .href = str_format(rq->arena, "/referrals/%.*s", P(uuid_str(rq->arena, l->public_id)))};
  row.what = back ? words(rq, T("Came back: they have not met"))
                  : SAY(rq->arena, (enum language)rq->lang, T("A referral for {service}"),
                        SLOT("service", l->service));
  row.late = l->overdue || back;
  row.when = short_day(rq, l->overdue ? l->due : back ? l->since : l->received);
  if (back) row.why = with_day(rq, T("You sent it; no meeting by {day}."), l->since);
  else if (l->overdue) row.why = with_day(rq, T("It was due on {day}."), l->due);
  else row.why = with_day(rq, T("It came on {day}."), l->received);
  add(f, back || l->overdue ? TODAY_REFERRAL : TODAY_NEW, l->overdue ? l->due : l->received, row);
}

static void add_referrals(struct found *f) {
  if (!actor_has(&f->rq->actor, ROLE_KEY_WORKER | ROLE_TEAM_LEAD | ROLE_MANAGER)) return;
  struct referral_lines waiting = referrals_waiting(f->rq, false, TODAY_MOST),
                        back = referrals_returned(f->rq, TODAY_MOST);
  for (size_t i = 0; i < back.n; i++) add_referral(f, &back.p[i], true);
  for (size_t i = 0; i < waiting.n; i++) add_referral(f, &waiting.p[i], false);
}

static void add_spends(struct found *f) {
  struct request *rq = f->rq;
  int64_t n = money_waiting(rq);
  if (!n) return;
  add(f, TODAY_DECIDE, rq->today,
      (struct today_row){.what = SAY_N(rq->arena, (enum language)rq->lang,
                                       TN("1 spend to allow", "{n} spends to allow", n)),
                         .why = words(rq, T("A second person decides, and it is you.")),
                         .when = words(rq, T("Now")),
                         .href = S("/money")});
}

static void add_exceptions(struct found *f) {
  struct request *rq = f->rq;
  int64_t n = programme_waiting(rq);
  if (!n) return;
  add(f, TODAY_DECIDE, rq->today,
      (struct today_row){.what = SAY_N(rq->arena, (enum language)rq->lang,
                                       TN("1 exception to sign", "{n} exceptions to sign", n)),
                         .why = words(rq, T("No paper for a start; a manager decides.")),
                         .when = words(rq, T("Now")),
                         .href = S("/programmes")});
}

static int by_rank(const void *a, const void *b) {
  const struct waits *x = a, *y = b;
  if (today_before(x->rank, y->rank)) return -1;
  if (today_before(y->rank, x->rank)) return 1;
  return (x->turn > y->turn) - (x->turn < y->turn);
}

/* Each person is asked about once, whatever stands on the list about them. */
struct seen {
  int64_t person_id;
  struct sight sight;
};

static struct sight sight_of(struct found *f, struct seen *seen, size_t *n, int64_t person_id) {
  struct request *rq = f->rq;
  for (size_t i = 0; i < *n; i++)
    if (seen[i].person_id == person_id) return seen[i].sight;
  struct sight s = permission_sight(rq->db, rq->arena, &rq->actor, person_id, rq->today, rq->now);
  seen[(*n)++] = (struct seen){person_id, s};
  return s;
}

/* Names whoever is shown. */
static void name_row(struct request *rq, struct waits *w, struct sight sight) {
  struct person p;
  if (!people_listed(rq, w->person_id, sight, &p)) return;
  audit_shows(rq, w->person_id, CLASS_IDENTITY | w->classes);
  w->row.name = p.name;
  w->row.safe = people_safe_words(rq, &p);
  w->row.href = person_path(rq, p.public_id, w->part);
  if (w->rank.kind == TODAY_DRIFTING) w->row.pause_href = person_path(rq, p.public_id, "/pause");
}

/* What may be told, in order; only the first twelve are named. */
static void settle(struct found *f) {
  struct seen *seen = arena_many(f->rq->arena, struct seen, f->n + 1);
  size_t n_seen = 0, kept = 0;
  if (f->n) qsort(f->p, f->n, sizeof *f->p, by_rank);
  for (size_t i = 0; i < f->n; i++) {
    struct waits w = f->p[i];
    struct sight sight = {0};
    if (w.person_id) {
      sight = sight_of(f, seen, &n_seen, w.person_id);
      if (!(sight.classes & CLASS_IDENTITY) || !(sight.classes & w.classes)) continue;
      if (kept < TODAY_MOST) name_row(f->rq, &w, sight);
    }
    f->p[kept++] = w;
  }
  f->n = kept;
}

static void read_people(struct found *f) {
  struct request *rq = f->rq;
  f->people = arena_many(rq->arena, int64_t, CARRIED_MAX);
  f->n_people = caseload_ids(rq, rq->actor.user_id, f->people, CARRIED_MAX);
}

static void find_all(struct found *f) {
  read_people(f);
  add_safety(f);
  add_replies(f);
  add_promises(f);
  add_appointments(f);
  add_drifts(f);
  add_reviews(f);
  add_referrals(f);
  add_spends(f);
  add_exceptions(f);
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
    struct sight sight =
        permission_sight(rq->db, rq->arena, &rq->actor, f->people[i], rq->today, rq->now);
    if (!(sight.classes & CLASS_IDENTITY) || !(sight.classes & good[i].classes) ||
        !people_listed(rq, f->people[i], sight, &p))
      continue;
    audit_shows(rq, f->people[i], CLASS_IDENTITY | (sight.classes & good[i].classes));
    *slice_push(rq->arena, &page->good, &cap) =
        (struct today_row){.name = p.name,
                           .what = good[i].words,
                           .why = day_words(rq->arena, good[i].on),
                           .href = person_path(rq, p.public_id, "")};
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
         SAY_N(rq->arena, lang, TN("1 more thing waits: see your people",
                                   "{n} more things wait: see your people",
                                   (int64_t)(f->n - TODAY_MOST))),
         "/people");
  if (tray)
    more(rq, page, &cap,
         SAY_N(rq->arena, lang, TN("1 message whose number is not known",
                                   "{n} messages whose numbers are not known", tray)),
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
            SLOT("name", row_text(&r, 1)),
            SLOT("day", day_words(rq->arena, row_day(&r, 2)))),
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
struct heading { const struct message *title; const char *id; };
static const struct heading headings[TODAY_KINDS] = {
    [TODAY_SAFETY] = {&first, "first"},       [TODAY_APPOINTMENT] = {&timed, "timed"},
    [TODAY_REPLY] = {&replies, "replies"},    [TODAY_PROMISE] = {&promises, "promises"},
    [TODAY_REFERRAL] = {&others, "others"},   [TODAY_DECIDE] = {&others, "others"},
    [TODAY_DRIFTING] = {&quiet, "quiet"},     [TODAY_REVIEW] = {&plans, "plans"},
    [TODAY_NEW] = {&fresh, "new"}};

static void put_groups(struct found *f, struct today_page *page) {
  struct request *rq = f->rq;
  const struct message *last = NULL;
  size_t groups = 0, rows = 0;
  for (size_t i = 0; i < f->n && i < TODAY_MOST; i++, page->n_rows++) {
    const struct heading *h = &headings[f->p[i].rank.kind];
    if (h->title != last) {
      *slice_push(rq->arena, &page->groups, &groups) =
          (struct today_group){.title = words(rq, h->title), .id = str_of(h->id)};
      rows = 0;
    }
    *slice_push(rq->arena, &page->groups.p[page->groups.n - 1].rows, &rows) = f->p[i].row;
    last = h->title;
  }
}

void today_page(struct request *rq) {
  struct found f = {.rq = rq};
  struct today_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Today")),
                            .on = rq->today,
                            .site = site_today(rq),
                            .may_add = actor_has(&rq->actor, ROLE_KEY_WORKER | ROLE_TEAM_LEAD |
                                                                 ROLE_MANAGER)};
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
