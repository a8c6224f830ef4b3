/* today_pages: at most twelve things, each with why. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "caseload.html.h"
#include "messages/messages.h"
#include "money/money.h"
#include "referrals/referrals.h"
#include "safeguarding/safeguarding.h"

enum { SHOWN_MAX = 64, REPLIES_MAX = 12 };

/* What was found so far; more than fits is counted by its list, not lost. */
struct found {
  struct request *rq;
  struct { struct today_rank rank; struct today_row row; } p[SHOWN_MAX];
  size_t n;
};

static void add(struct found *f, enum today_kind kind, day_t day, struct today_row row) {
  if (f->n == SHOWN_MAX) return;
  size_t at = f->n++;
  for (; at && today_before((struct today_rank){kind, day}, f->p[at - 1].rank); at--)
    f->p[at] = f->p[at - 1];
  f->p[at].rank = (struct today_rank){kind, day};
  f->p[at].row = row;
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
            .href = S("/safeguarding"),
            .late = w.overdue > 0});
  if (w.stuck)
    add(f, TODAY_SAFETY, rq->today,
        (struct today_row){
            .what = SAY_N(a, lang, TN("1 person is stuck", "{n} people are stuck", w.stuck)),
            .why = w.prompts ? words(rq, T("What they wrote asks for a person soon."))
                             : words(rq, T("They wrote to you and were told when you read it.")),
            .href = S("/stuck"),
            .late = w.prompts > 0});
  struct glasses glasses = permission_glass_waiting(rq->db, a, &rq->actor);
  if (glasses.n)
    add(f, TODAY_SAFETY, rq->today,
        (struct today_row){
            .what = SAY_N(a, lang, TN("1 emergency opening to review",
                                      "{n} emergency openings to review", (int64_t)glasses.n)),
            .why = words(rq, T("Somebody opened a hidden record; another person looks at why.")),
            .href = S("/oversight")});
  size_t visits = contacts_visits_asked(rq->db, a, &rq->actor, rq->now);
  if (visits)
    add(f, TODAY_SAFETY, rq->today - 1,
        (struct today_row){
            .what = SAY_N(a, lang, TN("1 visit has not ended", "{n} visits have not ended",
                                      (int64_t)visits)),
            .why = words(rq, T("A worker has not said they are out. Ring them now.")),
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
            .href = person_path(rq, w[i].person, "/messages")});
}

/* ---- whom they carry ---- */

static struct today_row about(struct request *rq, const struct carried *c) {
  audit_shows(rq, c->id, CLASS_IDENTITY | (c->sight.classes & CLASS_CONTACTS));
  return (struct today_row){.name = c->person.name, .safe = people_safe_words(rq, &c->person)};
}

static const struct carried *carried_of(const struct carrieds *all, int64_t person_id) {
  for (size_t i = 0; i < all->n; i++)
    if (all->p[i].id == person_id) return &all->p[i];
  return NULL;
}

static void add_promises(struct found *f, const struct carrieds *own) {
  struct request *rq = f->rq;
  struct promises_due due = contacts_promises_due(rq->db, rq->arena, rq->actor.user_id, rq->today,
                                                  SHOWN_MAX);
  for (size_t i = 0; i < due.n; i++) {
    const struct carried *c = carried_of(own, due.p[i].person_id);
    if (!c || !(c->sight.classes & CLASS_CONTACTS)) continue;
    struct today_row row = about(rq, c);
    row.what = due.p[i].words;
    row.why = due.p[i].by < rq->today ? with_day(rq, T("You promised it by {day}."), due.p[i].by)
                                      : words(rq, T("You promised it for today."));
    row.href = person_path(rq, c->person.public_id, "/contacts");
    row.late = due.p[i].by < rq->today;
    add(f, TODAY_PROMISE, due.p[i].by, row);
  }
}

static void add_appointment(struct found *f, const struct carried *c) {
  struct request *rq = f->rq;
  struct next_appointment next;
  if (!(c->sight.classes & CLASS_CONTACTS) ||
      !contacts_next(rq->db, rq->arena, c->id, rq->today, &next) || next.on != rq->today)
    return;
  struct today_row row = about(rq, c);
  row.what = SAY(rq->arena, (enum language)rq->lang, T("Meeting at {time}"),
                 SLOT("time", str_format(rq->arena, "%02d:%02d", next.minute / 60,
                                         next.minute % 60)));
  row.why = words(rq, T("It is agreed for today."));
  row.href = person_path(rq, c->person.public_id, "/contacts");
  add(f, TODAY_APPOINTMENT, next.minute, row);
}

static void add_drift(struct found *f, const struct carried *c) {
  struct request *rq = f->rq;
  if (!(c->sight.classes & CLASS_CONTACTS) || people_not_chased(&c->person, rq->today)) return;
  struct drift d = contacts_drift_of(rq->db, rq->arena, c->id, 0,
                                     instant_local_uk(c->person.created_at).day, rq->today);
  if (!d.drifting) return;
  struct today_row row = about(rq, c);
  row.what = words(rq, T("Drifting away"));
  row.why = contacts_drift_words(rq->arena, rq->lang, &d);
  row.href = person_path(rq, c->person.public_id, "/contacts");
  add(f, TODAY_DRIFTING, rq->today - d.gap_days, row);
}

static void add_review(struct found *f, const struct carried *c) {
  struct request *rq = f->rq;
  if (!(c->sight.classes & CLASS_PLAN)) return;
  day_t due = support_review_due(rq->db, rq->arena, c->id);
  if (due == DAY_NONE || due > rq->today) return;
  struct today_row row = about(rq, c);
  row.what = words(rq, T("Look at the plan again"));
  row.why = with_day(rq, T("You agreed to look at it on {day}."), due);
  row.href = person_path(rq, c->person.public_id, "/plan");
  add(f, TODAY_REVIEW, due, row);
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
                         .href = S("/money")});
}

static void find_all(struct found *f) {
  struct carrieds own = caseload_of(f->rq, f->rq->actor.user_id);
  add_safety(f);
  add_replies(f);
  add_promises(f, &own);
  for (size_t i = 0; i < own.n; i++) {
    add_appointment(f, &own.p[i]);
    add_drift(f, &own.p[i]);
    add_review(f, &own.p[i]);
  }
  add_referrals(f);
  add_spends(f);
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

void today_page(struct request *rq) {
  struct found f = {.rq = rq};
  struct today_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Today")),
                            .day = day_words(rq->arena, rq->today)};
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  find_all(&f);
  for (size_t i = 0; i < f.n && i < TODAY_MOST; i++)
    *slice_push(rq->arena, &page.rows, &cap) = f.p[i].row;
  add_more(&f, &page);
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
    json_put_str(&j, "why", f.p[i].row.why);
    json_put_str(&j, "href", f.p[i].row.href);
    json_close(&j);
  }
  json_list_end(&j);
  json_put_i64(&j, "more", f.n > TODAY_MOST ? (int64_t)(f.n - TODAY_MOST) : 0);
  json_close(&j);
}
