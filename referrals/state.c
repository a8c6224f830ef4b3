/* state: what a referral's facts come to on a day. Pure; tested as a table. */
#include "referrals/inside.h"

static const char *const state_codes[REFERRAL_STATES] = {
    "received", "opened",      "waiting",  "paused",   "accepted",
    "meeting",  "handed_over", "returned", "declined", "withdrawn"};
static const char *const fact_codes[FACT_KINDS] = {
    "received",  "opened",   "waiting", "paused",   "resumed",  "accepted",
    "contacted", "handover", "met",     "declined", "withdrawn"};

const char *referral_state_code(enum referral_state s) { return state_codes[s]; }
const char *referral_fact_code(enum referral_fact_kind k) { return fact_codes[k]; }

bool referral_fact_of(struct str code, enum referral_fact_kind *out) {
  for (int k = 0; k < FACT_KINDS; k++)
    if (str_eq(code, str_of(fact_codes[k]))) return *out = (enum referral_fact_kind)k, true;
  return false;
}

struct str referral_state_words(enum language lang, enum referral_state s) {
  switch (s) {
    case REFERRAL_RECEIVED: return words_of(lang, T("New"));
    case REFERRAL_OPENED: return words_of(lang, T("Opened"));
    case REFERRAL_WAITING: return words_of(lang, T("Waiting for a place"));
    case REFERRAL_PAUSED: return words_of(lang, T("Paused"));
    case REFERRAL_ACCEPTED: return words_of(lang, T("Accepted"));
    case REFERRAL_MEETING: return words_of(lang, T("Meeting agreed"));
    case REFERRAL_HANDED_OVER: return words_of(lang, T("Met: handed over"));
    case REFERRAL_RETURNED: return words_of(lang, T("No meeting yet: back with the sender"));
    case REFERRAL_DECLINED: return words_of(lang, T("Not taken on"));
    case REFERRAL_WITHDRAWN: return words_of(lang, T("Withdrawn"));
    case REFERRAL_STATES: break;
  }
  return (struct str){0};
}

static bool is_end(enum referral_state s) {
  return s == REFERRAL_DECLINED || s == REFERRAL_WITHDRAWN || s == REFERRAL_HANDED_OVER;
}

bool referral_may(enum referral_state s, enum referral_fact_kind k) {
  bool before = s <= REFERRAL_PAUSED, after = !before && !is_end(s);
  switch (k) {
    case FACT_RECEIVED: return false;
    case FACT_OPENED: return s == REFERRAL_RECEIVED;
    case FACT_WAITING: return before && s != REFERRAL_PAUSED;
    case FACT_PAUSED: return before && s != REFERRAL_PAUSED;
    case FACT_RESUMED: return s == REFERRAL_PAUSED;
    case FACT_ACCEPTED:
    case FACT_DECLINED: return before;
    case FACT_CONTACTED: return after || s == REFERRAL_HANDED_OVER;
    case FACT_HANDOVER: return after;
    case FACT_MET: return s == REFERRAL_MEETING || s == REFERRAL_RETURNED;
    case FACT_WITHDRAWN: return !is_end(s);
    case FACT_KINDS: break;
  }
  return false;
}

/* What is carried along the facts: `under` is the state a pause stands on. */
struct walk {
  enum referral_state state, under;
  day_t since, received, accepted, contacted, until, paused_on;
  int64_t paused_days;
};

static void enter(struct walk *w, enum referral_state s, day_t day, day_t until) {
  w->state = s, w->since = day, w->until = until;
}

static void wake(struct walk *w, day_t day, struct str nation) {
  w->paused_days += working_days_between(w->paused_on, day, nation);
  enter(w, w->under, day, DAY_NONE);
}

/* A pause with a day ends by itself on it; a meeting that was not held by its day goes back. */
static void pass_time(struct walk *w, day_t day, struct str nation) {
  if (w->state == REFERRAL_PAUSED && w->until != DAY_NONE && day >= w->until)
    wake(w, w->until, nation);
  if (w->state == REFERRAL_MEETING && w->until != DAY_NONE && day > w->until)
    enter(w, REFERRAL_RETURNED, w->until + 1, DAY_NONE);
}

static void take(struct walk *w, const struct referral_fact *f, struct str nation) {
  pass_time(w, f->day, nation);
  if (f->kind == FACT_RECEIVED && w->received == DAY_NONE) w->received = f->day, w->since = f->day;
  if (!referral_may(w->state, f->kind)) return;
  switch (f->kind) {
    case FACT_OPENED: enter(w, REFERRAL_OPENED, f->day, DAY_NONE); break;
    case FACT_WAITING: enter(w, REFERRAL_WAITING, f->day, f->until); break;
    case FACT_PAUSED:
      w->under = w->state, w->paused_on = f->day;
      enter(w, REFERRAL_PAUSED, f->day, f->until);
      break;
    case FACT_RESUMED: wake(w, f->day, nation); break;
    case FACT_ACCEPTED:
      w->accepted = f->day;
      enter(w, REFERRAL_ACCEPTED, f->day, DAY_NONE);
      break;
    case FACT_CONTACTED:
      if (w->contacted == DAY_NONE) w->contacted = f->day;
      break;
    case FACT_HANDOVER: enter(w, REFERRAL_MEETING, f->day, f->until); break;
    case FACT_MET:
      if (w->contacted == DAY_NONE) w->contacted = f->day;
      enter(w, REFERRAL_HANDED_OVER, f->day, DAY_NONE);
      break;
    case FACT_DECLINED: enter(w, REFERRAL_DECLINED, f->day, DAY_NONE); break;
    case FACT_WITHDRAWN: enter(w, REFERRAL_WITHDRAWN, f->day, DAY_NONE); break;
    case FACT_RECEIVED:
    case FACT_KINDS: break;
  }
}

static day_t due_of(const struct walk *w, const struct referral_clock *c) {
  switch (w->state) {
    case REFERRAL_RECEIVED:
    case REFERRAL_OPENED:
      return working_day_add(w->received, c->answer_days + w->paused_days, c->nation);
    case REFERRAL_WAITING: return w->until;
    case REFERRAL_ACCEPTED:
      return w->contacted == DAY_NONE ? working_day_add(w->accepted, c->contact_days, c->nation)
                                      : DAY_NONE;
    case REFERRAL_MEETING: return w->until;
    case REFERRAL_RETURNED: return w->since;
    case REFERRAL_PAUSED:
    case REFERRAL_HANDED_OVER:
    case REFERRAL_DECLINED:
    case REFERRAL_WITHDRAWN:
    case REFERRAL_STATES: break;
  }
  return DAY_NONE;
}

struct referral_standing referral_standing_of(struct referral_facts facts,
                                              struct referral_clock clock, day_t day) {
  struct walk w = {.since = DAY_NONE, .received = DAY_NONE, .accepted = DAY_NONE,
                   .contacted = DAY_NONE, .until = DAY_NONE, .paused_on = DAY_NONE};
  for (size_t i = 0; i < facts.n; i++)
    if (facts.p[i].day <= day) take(&w, &facts.p[i], clock.nation);
  pass_time(&w, day, clock.nation);
  struct referral_standing s = {.state = w.state, .since = w.since, .received = w.received,
                                .contacted = w.contacted, .paused_days = w.paused_days,
                                .ended = DAY_NONE, .changes = DAY_NONE};
  s.over = is_end(w.state) || (w.state == REFERRAL_ACCEPTED && w.contacted != DAY_NONE);
  if (is_end(w.state)) s.ended = w.since;
  s.due = due_of(&w, &clock);
  if (w.state == REFERRAL_PAUSED) s.changes = w.until;
  if (w.state == REFERRAL_MEETING && w.until != DAY_NONE) s.changes = w.until + 1;
  return s;
}
