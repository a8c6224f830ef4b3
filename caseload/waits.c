/* waits: see waits.h. Each kind is asked of the domain that knows it. */
#include "caseload/waits.h"
#include "messages/messages.h"
#include "money/money.h"
#include "programme/programme.h"
#include "referrals/referrals.h"
#include "safeguarding/safeguarding.h"
#include "support/support.h"

enum { REPLIES_MAX = 12, PROMISES_MAX = 40 };

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

struct str caseload_person_path(struct request *rq, struct uuid id, const char *end) {
  return str_format(rq->arena, "/people/%.*s%s", P(uuid_str(rq->arena, id)), end);
}

static struct str words(const struct request *rq, const struct message *m) {
  return words_of((enum language)rq->lang, m);
}

static struct str with_day(const struct request *rq, const struct message *m, day_t day) {
  return SAY(rq->arena, (enum language)rq->lang, m, SLOT("day", day_words(rq->arena, day)));
}

struct str caseload_short_day(struct request *rq, day_t day) {
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
            .what = SAY_N(a, lang,
                          TN("1 emergency opening to review", "{n} emergency openings to review",
                             (int64_t)glasses.n)),
            .why = words(rq, T("Somebody opened a hidden record; another person looks at why.")),
            .when = words(rq, T("Now")),
            .href = S("/oversight")});
  size_t visits = contacts_visits_asked(rq->db, a, &rq->actor, rq->now);
  if (visits)
    add(f, TODAY_SAFETY, rq->today - 1,
        (struct today_row){
            .what = SAY_N(
                a, lang, TN("1 visit has not ended", "{n} visits have not ended", (int64_t)visits)),
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
  for (size_t i = 0; i < n; i++) {
    day_t came = instant_local_uk(w[i].came_at).day;
    struct today_row row = {
        .name = w[i].name,
        .what = w[i].missed_call ? words(rq, T("They rang")) : words(rq, T("They wrote")),
        .why = with_day(rq, T("It came on {day} and nobody has read it."), came),
        .when = caseload_short_day(rq, came),
        .href = caseload_person_path(rq, w[i].person, "/messages")};
    struct waits *one = add(f, TODAY_REPLY, came, row);
    one->named = w[i].person_id;
    one->part = "/messages";
  }
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
                           .when = caseload_short_day(rq, due.p[i].by),
                           .soon = true,
                           .late = late});
  }
}

static void add_appointments(struct found *f) {
  struct request *rq = f->rq;
  struct appointments_on all = contacts_on(rq->db, rq->arena, f->people, f->n_people, rq->today);
  for (size_t i = 0; i < all.n; i++)
    add_about(f, TODAY_APPOINTMENT, all.p[i].minute, all.p[i].person_id, "/appointments",
              (struct today_row){.what = words(rq, T("Meeting")),
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
                             .when = caseload_short_day(rq, due[i]),
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
  row.when = caseload_short_day(rq, l->overdue ? l->due : back ? l->since : l->received);
  if (back)
    row.why = with_day(rq, T("You sent it; no meeting by {day}."), l->since);
  else if (l->overdue)
    row.why = with_day(rq, T("It was due on {day}."), l->due);
  else
    row.why = with_day(rq, T("It came on {day}."), l->received);
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

void waits_find(struct found *f) {
  struct request *rq = f->rq;
  f->people = arena_many(rq->arena, int64_t, CARRIED_MAX);
  f->n_people = caseload_ids(rq, rq->actor.user_id, f->people, CARRIED_MAX);
  add_safety(f);
  add_replies(f);
  add_promises(f);
  add_appointments(f);
  add_drifts(f);
  add_reviews(f);
  add_referrals(f);
  add_spends(f);
  add_exceptions(f);
}

int waits_by_rank(const void *a, const void *b) {
  const struct waits *x = a, *y = b;
  if (today_before(x->rank, y->rank)) return -1;
  if (today_before(y->rank, x->rank)) return 1;
  return (x->turn > y->turn) - (x->turn < y->turn);
}
