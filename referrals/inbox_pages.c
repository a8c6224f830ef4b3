/* inbox_pages: what came to a team, most pressing first; one referral with what may be done about
 * it; the letter back. */
#include "db/seal.h"
#include "inbox.html.h"
#include "known/known.h"
#include "messages/messages.h"
#include "referrals/page_parts.h"

enum { HANDOVER_DAYS = 10 }; /* working days to meet by, from the agreed day: an editable default */

static struct str due_words(struct request *rq, day_t due, bool overdue) {
  if (due == DAY_NONE) return (struct str){0};
  struct str day = day_words(rq->arena, due);
  return overdue ? SAY(rq->arena, (enum language)rq->lang, T("Was due on {day}"), SLOT("day", day))
                 : SAY(rq->arena, (enum language)rq->lang, T("By {day}"), SLOT("day", day));
}

struct ref_rows ref_rows_of(struct request *rq, const struct referral_lines *lines) {
  struct ref_rows rows = {arena_many(rq->arena, struct ref_row, lines->n + 1), lines->n};
  for (size_t i = 0; i < lines->n; i++) {
    const struct referral_line *l = &lines->p[i];
    rows.p[i] = (struct ref_row){
        .id = uuid_str(rq->arena, l->public_id), .service = l->service, .state = l->state,
        .name = l->name.n ? l->name : PAGE_TITLE(rq, "Somebody whose name is kept private"),
        .received = day_words(rq->arena, l->received), .overdue = l->overdue,
        .due = due_words(rq, l->due, l->overdue)};
  }
  return rows;
}

void inbox_page(struct request *rq) {
  struct ref_inbox_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Referrals"))};
  audit_shows(rq, 0, 0);
  page.only_overdue = str_eq(request_query(rq, "show"), S("overdue"));
  page.lead = actor_has(&rq->actor, LEAD_ROLES);
  struct referral_waiting w =
      referrals_waiting_count(rq->db, rq->arena, rq->actor.team_id, rq->today);
  page.waiting = w.waiting, page.overdue = w.overdue;
  struct referral_lines lines = referrals_waiting(rq, page.only_overdue, REFERRAL_LINES_MAX);
  struct referral_lines back = referrals_returned(rq, REFERRAL_LINES_MAX);
  page.rows = ref_rows_of(rq, &lines), page.returned = ref_rows_of(rq, &back);
  view_ref_inbox(rq->view, &page);
}

/* ---- one referral ---- */

static struct str label_of(struct request *rq, const char *list, struct str code) {
  return words_label((enum language)rq->lang, code_label(list, code));
}

static struct str fact_words(struct request *rq, enum referral_fact_kind k) {
  switch (k) {
    case FACT_RECEIVED: return PAGE_TITLE(rq, "Received");
    case FACT_OPENED: return PAGE_TITLE(rq, "Opened");
    case FACT_WAITING: return PAGE_TITLE(rq, "Waiting for a place");
    case FACT_PAUSED: return PAGE_TITLE(rq, "Paused");
    case FACT_RESUMED: return PAGE_TITLE(rq, "Went on");
    case FACT_ACCEPTED: return PAGE_TITLE(rq, "Accepted");
    case FACT_CONTACTED: return PAGE_TITLE(rq, "First private talk");
    case FACT_HANDOVER: return PAGE_TITLE(rq, "A time to meet was agreed");
    case FACT_MET: return PAGE_TITLE(rq, "They met");
    case FACT_DECLINED: return PAGE_TITLE(rq, "Not taken on");
    case FACT_WITHDRAWN: return PAGE_TITLE(rq, "Withdrawn");
    case FACT_KINDS: break;
  }
  return (struct str){0};
}

static const char *reason_list(enum referral_fact_kind k) {
  return k == FACT_DECLINED ? "referral_declined" : k == FACT_PAUSED ? "referral_paused"
                                                                       : "referral_withdrawn";
}

static struct str by_words(struct request *rq, struct str by) {
  if (str_eq(by, S("person"))) return PAGE_TITLE(rq, "By the person");
  return str_eq(by, S("referrer")) ? PAGE_TITLE(rq, "By the sender")
                                   : PAGE_TITLE(rq, "By the team");
}

static struct ref_fact fact_of(struct request *rq, struct rows *r, enum referral_fact_kind k,
                               const struct leg *g) {
  struct ref_fact f = {.what = fact_words(rq, k), .day = day_words(rq->arena, row_day(r, 1)),
                       .good = k == FACT_ACCEPTED || k == FACT_MET || k == FACT_CONTACTED};
  struct str reason = row_text(r, 2), follows = row_text(r, 3), sealed = row_text(r, 5);
  if (reason.n) f.reason = label_of(rq, reason_list(k), reason);
  if (follows.n)
    f.reason = str_format(rq->arena, "%.*s. %.*s", P(f.reason),
                          P(label_of(rq, "referral_follows", follows)));
  if (k == FACT_WITHDRAWN)
    f.reason = str_format(rq->arena, "%.*s: %.*s", P(by_words(rq, row_text(r, 4))), P(f.reason));
  int64_t whose[] = {leg_person(g), -g->referral_id};
  for (size_t i = 0; sealed.n && i < 2 && !f.note.n; i++)
    unseal(rq->db, rq->arena, (struct seal_place){whose[i], CLASS_CONTACTS, "referral note"},
           sealed, &f.note);
  return f;
}

/* A sender sees what a sender may: sent, not taken on and what follows, the meeting; the rest only
 * when the person chose it. */
static bool fact_for(const struct leg *g, enum side side, enum referral_fact_kind k) {
  if (side == SIDE_TEAM || sender_knows_end(g)) return true;
  return k == FACT_RECEIVED || k == FACT_DECLINED || k == FACT_HANDOVER;
}

static void read_path(struct request *rq, const struct leg *g, enum side side,
                      struct ref_leg_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select kind, day, reason, follows, by_whom, note from referral_fact "
                              "where leg_id = ?1 order by id desc"),
                          V(g->id));
  while (db_next(&r)) {
    enum referral_fact_kind k;
    if (!referral_fact_of(row_text(&r, 0), &k) || !fact_for(g, side, k)) continue;
    struct ref_fact f = fact_of(rq, &r, k, g);
    if (side == SIDE_SENDER && k != FACT_HANDOVER) f.note = (struct str){0};
    *slice_push(rq->arena, &page->path, &cap) = f;
  }
}

static void line(struct request *rq, struct ref_leg_page *page, size_t *cap, struct str label,
                 struct str value) {
  if (value.n) *slice_push(rq->arena, &page->facts, cap) = (struct ref_fact_line){label, value};
}

static struct str from_words(struct request *rq, const struct leg *g) {
  struct partner p;
  if (g->partner_id && partner_load(rq->db, rq->arena, g->partner_id, &p)) return p.name;
  struct rows r;
  if (g->sent_by && db_one(&r, rq->db, rq->arena,
                           SQL("select u.name, o.name from user_account u join team t on t.id = "
                               "u.team_id join member_organisation o on o.id = t.organisation_id "
                               "where u.id = ?1"),
                           V(g->sent_by))) {
    struct str who = row_text(&r, 0), where = row_text(&r, 1);
    db_done(&r);
    return str_format(rq->arena, "%.*s, %.*s", P(who), P(where));
  }
  if (str_eq(g->about, S("self"))) return PAGE_TITLE(rq, "Themselves");
  return str_eq(g->about, S("known")) ? PAGE_TITLE(rq, "Someone who knows them")
                                      : PAGE_TITLE(rq, "A professional without an account");
}

/* What the person read, or put on the form. Opened only on this page. */
static void read_sheet(struct request *rq, const struct leg *g, struct ref_leg_page *page) {
  struct sheet s;
  size_t cap = 0;
  if (!sheet_open(rq->db, rq->arena, g->referral_id, &s)) return;
  page->name = s.name;
  const struct code *way = code_find(code_list("safe_ways"), s.safe_way);
  if (way) page->safe = words_label((enum language)rq->lang, way->label);
  page->safe_note = s.safe_note, page->words = s.words;
  line(rq, page, &cap, PAGE_TITLE(rq, "Telephone"), s.phone);
  line(rq, page, &cap, PAGE_TITLE(rq, "E-mail"), s.email);
  if (s.age != NUMBER_NONE)
    line(rq, page, &cap, PAGE_TITLE(rq, "Age"), str_format(rq->arena, "%lld", (long long)s.age));
  struct area area;
  if (g->area_code.n && area_by_code(rq->db, rq->arena, g->area_code, &area))
    line(rq, page, &cap, PAGE_TITLE(rq, "Lives in"), area.name);
  line(rq, page, &cap, PAGE_TITLE(rq, "They agreed"), label_of(rq, "referral_agreed", g->agreed));
  line(rq, page, &cap, PAGE_TITLE(rq, "Sent by"), s.referrer);
  line(rq, page, &cap, PAGE_TITLE(rq, "The sender’s own number"), g->their_ref);
}

/* Once they are here, their own record says who they are. */
static void read_person(struct request *rq, const struct leg *g, struct ref_leg_page *page) {
  struct person p;
  struct sight sight =
      permission_sight(rq->db, rq->arena, &rq->actor, g->person_id, rq->today, rq->now);
  if (!g->person_id || !people_seen(rq, g->person_id, sight, &p)) return;
  page->name = p.name;
  page->person = uuid_str(rq->arena, p.public_id);
}

/* Who it may be, of the people this worker may see: likeliest first, with why (known/). */
static void who_it_may_be(struct request *rq, const struct leg *g, struct ref_leg_page *page) {
  struct sheet s;
  size_t cap = 0;
  if (!sheet_open(rq->db, rq->arena, g->referral_id, &s)) return;
  struct known_asked asked = {.name = s.name, .phone = s.phone, .email = s.email, .age = s.age,
                              .born_on = DAY_NONE, .asked_on = g->received};
  struct known_hit hits[KNOWN_HITS_MAX];
  size_t n = known_like(rq, &asked, 0, hits);
  page->alike = known_hits_box(rq, hits, n);
  for (size_t i = 0; i < n; i++)
    *slice_push(rq->arena, &page->same_person, &cap) =
        (struct ref_choice){.value = uuid_str(rq->arena, hits[i].person.public_id),
                            .label = hits[i].person.name};
}

static bool choices_have(const struct ref_choices *all, struct str value) {
  for (size_t i = 0; i < all->n; i++)
    if (str_eq(all->p[i].value, value)) return true;
  return false;
}

/* People of the team with exactly this name: perhaps the same person. Who hides is in no list. */
static struct ref_choices same_people(struct request *rq, struct str name,
                                      struct ref_choices all) {
  size_t cap = all.n;
  enum { SAME_MAX = 5 };
  if (!name.n) return all;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select distinct m.person_id from may_see m where m.team_id = ?1 and "
                              "m.name_fold = ?2 and m.from_day <= ?3 and m.to_day >= ?3 order by "
                              "m.person_id limit 5"),
                          V(rq->actor.team_id), V(utf8_fold(rq->arena, name)),
                          db_day(rq->arena, rq->today));
  int64_t ids[SAME_MAX];
  struct sight sights[SAME_MAX];
  size_t n = 0;
  while (db_next(&r))
    if (n < SAME_MAX) ids[n++] = row_int(&r, 0);
  n = permission_recheck(rq, ids, sights, n);
  for (size_t i = 0; i < n; i++) {
    struct person p;
    if (!people_seen(rq, ids[i], sights[i], &p)) continue;
    struct str id = uuid_str(rq->arena, p.public_id);
    if (choices_have(&all, id)) continue;
    audit_shows(rq, ids[i], CLASS_IDENTITY);
    *slice_push(rq->arena, &all, &cap) = (struct ref_choice){.value = id, .label = p.name};
  }
  return all;
}

static void read_handover(struct request *rq, const struct leg *g, struct ref_leg_page *page) {
  struct rows r;
  if (!db_one(&r, rq->db, rq->arena,
              SQL("select meet_day, meet_minute, sheet from referral_handover where leg_id = ?1 "
                  "order by id desc limit 1"),
              V(g->id)))
    return;
  int minute = (int)row_int(&r, 1);
  struct str clock = str_format(rq->arena, "%02d:%02d", minute / 60, minute % 60);
  struct str day = day_words(rq->arena, row_day(&r, 0)), sealed = row_text(&r, 2);
  db_done(&r);
  page->meeting = SAY(rq->arena, (enum language)rq->lang, T("Meet on {day} at {time}"),
                      SLOT("day", day), SLOT("time", clock));
  unseal(rq->db, rq->arena, (struct seal_place){leg_person(g), CLASS_CONTACTS, "handover sheet"},
         sealed, &page->sheet);
}

static bool can_send_letter(struct request *rq, const struct leg *g) {
  struct partner p;
  return g->partner_id && partner_load(rq->db, rq->arena, g->partner_id, &p) &&
         p.function != FUNCTION_ENFORCEMENT;
}

static void offer_acts(struct request *rq, const struct leg *g, enum side side,
                       enum referral_state s, struct ref_leg_page *page) {
  bool team = side == SIDE_TEAM;
  page->can_open = team && referral_may(s, FACT_OPENED);
  page->can_accept = team && referral_may(s, FACT_ACCEPTED);
  page->can_wait = team && referral_may(s, FACT_WAITING);
  page->can_pause = team && referral_may(s, FACT_PAUSED);
  page->can_resume = team && referral_may(s, FACT_RESUMED);
  page->can_decline = team && referral_may(s, FACT_DECLINED);
  page->can_withdraw = team && referral_may(s, FACT_WITHDRAWN);
  page->can_contact = team && s == REFERRAL_ACCEPTED && referral_may(s, FACT_CONTACTED);
  page->can_meet_agree = team && referral_may(s, FACT_HANDOVER);
  page->can_met = team && referral_may(s, FACT_MET);
  page->can_feedback = team && g->person_id != 0;
  page->can_letter = team && g->person_id != 0 && can_send_letter(rq, g);
  page->declined = ref_codes(rq, "referral_declined", (struct str){0});
  page->follows = ref_codes(rq, "referral_follows", (struct str){0});
  page->paused = ref_codes(rq, "referral_paused", (struct str){0});
  page->withdrawn = ref_codes(rq, "referral_withdrawn", (struct str){0});
  page->feedbacks = ref_codes(rq, "referral_feedback", g->feedback);
  page->agreed = ref_codes(rq, "referral_agreed", (struct str){0});
  if (!page->can_accept) return;
  who_it_may_be(rq, g, page);
  page->same_person = same_people(rq, page->name, page->same_person);
}

static enum referral_state told_state(const struct leg *g, enum side side, enum referral_state s) {
  if (side == SIDE_TEAM || sender_knows_end(g)) return s;
  return s == REFERRAL_DECLINED || s == REFERRAL_MEETING || s == REFERRAL_RETURNED
             ? s
             : REFERRAL_RECEIVED;
}

/* Whom a sentence could go to: the record whoever asks works with. A referral without a record has
 * none: its sheet says how to reach them. */
static int64_t whom_to_tell(struct request *rq, const struct leg *g, enum side side) {
  int64_t person = side == SIDE_SENDER ? g->from_person : g->person_id;
  struct sight sight = permission_sight(rq->db, rq->arena, &rq->actor, person, rq->today, rq->now);
  return person && sight.classes & CLASS_CONTACTS ? person : 0;
}

/* What there is to tell as it stands: the meeting agreed, or that there is news to talk about (it
 * was not taken on, or nobody met). What exactly is said in a talk, never in a message. */
static bool word_of(struct request *rq, const struct leg *g, enum side side,
                    struct message_ask *out) {
  struct referral_standing s = leg_standing(rq->db, rq->arena, g, rq->today);
  int64_t person = whom_to_tell(rq, g, side);
  bool meeting = s.state == REFERRAL_MEETING;
  struct rows r;
  if (!person || (!meeting && s.state != REFERRAL_DECLINED && s.state != REFERRAL_RETURNED))
    return false;
  *out = (struct message_ask){.person_id = person,
                              .by_user = rq->actor.user_id,
                              .organisation_id = rq->actor.organisation_id,
                              .purpose = meeting ? "appointment" : "news",
                              .day = DAY_NONE,
                              .minute = -1,
                              .not_after = INSTANT_NONE};
  if (meeting && db_one(&r, rq->db, rq->arena,
                        SQL("select meet_day, meet_minute from referral_handover where leg_id = ?1 "
                            "order by id desc limit 1"),
                        V(g->id))) {
    out->day = row_day(&r, 0), out->minute = (int)row_int(&r, 1);
    db_done(&r);
    out->not_after = local_uk_instant(out->day, out->minute);
  }
  struct str since = day_iso(rq->arena, s.since);
  out->once = str_format(rq->arena, "referral:%lld:%.*s:%.*s", (long long)g->id,
                         P(str_of(referral_state_code(s.state))), P(since));
  return true;
}

static void offer_word(struct request *rq, const struct leg *g, enum side side,
                       struct ref_leg_page *page) {
  struct message_ask ask;
  if (!word_of(rq, g, side, &ask)) return;
  audit_shows(rq, ask.person_id, CLASS_CONTACT);
  struct message_answer answer = messages_preview(rq->db, rq->arena, rq->lang, &ask, rq->now);
  if (answer.refusal)
    page->tell_why = answer.why;
  else
    page->tell_words = answer.shown;
}

static bool do_tell(struct request *rq, const struct leg *g, enum side side, struct why *why) {
  struct message_ask ask;
  enum db_result result;
  if (!word_of(rq, g, side, &ask)) return why_say(why, "There is nothing to tell them now.");
  struct message_answer answer = messages_send(rq->db, rq->arena, rq->lang, &ask, rq->now, &result);
  audit_did(rq, answer.refusal ? "message refused" : "message asked for", ask.person_id,
            CLASS_CONTACTS);
  if (answer.refusal) return why_say(why, "%.*s", P(answer.why));
  return result == DB_OK ||
         why_say(why, "That could not be saved just now. Try again in a minute.");
}

static void show_leg(struct request *rq, const struct leg *g, enum side side, struct str fault) {
  struct referral_standing s = leg_standing(rq->db, rq->arena, g, rq->today);
  struct ref_leg_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A referral")),
                              .id = uuid_str(rq->arena, g->public_id), .service = g->service,
                              .received = day_words(rq->arena, s.received),
                              .from = from_words(rq, g), .fault = fault,
                              .sender = side == SIDE_SENDER, .kept_private = g->hides};
  bool overdue = s.due != DAY_NONE && s.due < rq->today;
  page.state = referral_state_words((enum language)rq->lang, told_state(g, side, s.state));
  if (side == SIDE_TEAM) page.due = due_words(rq, s.due, overdue), page.overdue = overdue;
  if (side == SIDE_TEAM) read_sheet(rq, g, &page);
  if (side == SIDE_TEAM) read_person(rq, g, &page);
  if (g->feedback.n) page.told = label_of(rq, "referral_feedback", g->feedback);
  read_handover(rq, g, &page);
  read_path(rq, g, side, &page);
  offer_acts(rq, g, side, s.state, &page);
  offer_word(rq, g, side, &page);
  if (fault.n) reply_status(rq, 422);
  view_ref_leg(rq->view, &page);
}

void leg_page(struct request *rq) {
  struct leg g;
  enum side side;
  if (leg_open(rq, &g, &side)) show_leg(rq, &g, side, (struct str){0});
}

/* ---- what is done about it ---- */

static bool day_given(struct request *rq, const char *field, day_t *out, struct why *why) {
  struct str typed = str_trim(request_form(rq, field));
  *out = DAY_NONE;
  if (!typed.n || day_parse_typed(typed, out)) return true;
  return why_say(why, "Check the date. For example 27/3/2026.");
}

static bool do_accept(struct request *rq, const struct leg *g, struct why *why) {
  struct uuid id;
  struct person p;
  struct sight sight;
  int64_t person = 0, accepted;
  struct str same = request_form(rq, "same");
  if (same.n && uuid_parse(same, &id) && people_load(rq, id, &p, &sight)) person = p.id;
  if (same.n && !person) return why_say(why, "Choose who it is, or that they are new.");
  if (!referral_accept(rq->db, rq->arena, &rq->actor, g->id, person, rq->now, &accepted, why))
    return false;
  audit_did(rq, "accepted a referral", accepted, CLASS_IDENTITY | CLASS_CONTACT);
  return true;
}

static bool do_feedback(struct request *rq, const struct leg *g, struct why *why) {
  const struct code *c = code_find(code_list("referral_feedback"), request_form(rq, "feedback"));
  struct referral_standing s = leg_standing(rq->db, rq->arena, g, rq->today);
  if (!c) return why_say(why, "Choose what they want the sender to hear.");
  if (s.contacted == DAY_NONE)
    return why_say(why, "Ask them in a private talk first, then write down what they chose.");
  audit_did(rq, "what a sender may hear", leg_person(g), CLASS_OUTCOMES);
  return db_run(rq->db,
                SQL("update referral_leg set feedback = ?2, feedback_on = ?3 where id = ?1"),
                V(g->id), V(c->code), db_day(rq->arena, rq->today)) == DB_OK ||
         why_say(why, "That could not be saved just now. Try again in a minute.");
}

static bool clock_given(struct str typed, int *minute) {
  int64_t h, m;
  struct str rest = str_trim(typed), hours = str_cut(&rest, ':');
  if (!str_to_i64(hours, &h) || !str_to_i64(rest.n ? rest : S("0"), &m)) return false;
  if (h < 0 || h > 23 || m < 0 || m > 59) return false;
  *minute = (int)(h * 60 + m);
  return true;
}

static bool do_handover(struct request *rq, const struct leg *g, struct why *why) {
  day_t day;
  int minute = 0;
  struct str sheet = utf8_mend(rq->arena, str_trim(request_form(rq, "sheet"))), sealed;
  const struct code *agreed = code_find(code_list("referral_agreed"), request_form(rq, "agreed"));
  if (!day_given(rq, "meet_day", &day, why)) return false;
  if (day == DAY_NONE || day < rq->today || !clock_given(request_form(rq, "meet_time"), &minute))
    return why_say(why,
                   "Give the day and the time you all agreed. For example 27/3/2026 and 10:30.");
  if (!sheet.n) return why_say(why, "Write the sheet the person read. It is all that is shared.");
  if (!agreed) return why_say(why, "Say how the person agreed to meet.");
  day_t by = working_day_add(day, HANDOVER_DAYS, g->clock.nation);
  struct referral_said said = {.kind = FACT_HANDOVER, .day = rq->today, .until = by,
                               .by_whom = "team", .by_user = rq->actor.user_id};
  if (!referral_say(rq->db, rq->arena, g->id, &said, rq->now, why)) return false;
  if (!seal(rq->db, rq->arena, (struct seal_place){leg_person(g), CLASS_CONTACTS, "handover sheet"},
            sheet, rq->now, &sealed) ||
      db_run(
          rq->db,
          SQL("insert into referral_handover (leg_id, from_user, to_user, meet_day, meet_minute, "
              "meet_by, agreed, sheet, made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"),
          V(g->id), V(g->sent_by ? g->sent_by : rq->actor.user_id), V(rq->actor.user_id),
          db_day(rq->arena, day), V((int64_t)minute), db_day(rq->arena, by), V(agreed->code),
          db_blob(sealed), db_instant(rq->arena, rq->now)) != DB_OK)
    return why_say(why, "That could not be saved just now. Try again in a minute.");
  return true;
}

static bool do_fact(struct request *rq, const struct leg *g, enum referral_fact_kind kind,
                    struct why *why) {
  struct str by = request_form(rq, "by");
  struct referral_said said = {
      .kind = kind,
      .day = rq->today,
      .until = DAY_NONE,
      .by_whom = "team",
      .by_user = rq->actor.user_id,
      .reason = request_form(rq, "reason"),
      .follows = request_form(rq, "follows"),
      .note =
          utf8_mend(rq->arena, utf8_head(str_trim(request_form(rq, "note")), REFERRAL_WORDS_MAX))};
  if (!day_given(rq, "until", &said.until, why)) return false;
  if (said.until != DAY_NONE && said.until <= rq->today)
    return why_say(why, "The day to look again is still to come. Choose a later one.");
  if (kind == FACT_WITHDRAWN)
    said.by_whom = str_eq(by, S("person")) ? "person" : str_eq(by, S("referrer")) ? "referrer"
                   : str_eq(by, S("team")) ? "team" : "";
  if (!referral_say(rq->db, rq->arena, g->id, &said, rq->now, why)) return false;
  audit_did(rq, "wrote what happened to a referral", leg_person(g), CLASS_CONTACTS);
  return true;
}

static bool do_it(struct request *rq, const struct leg *g, enum side side, struct why *why) {
  struct str what = request_form(rq, "do");
  enum referral_fact_kind kind;
  if (str_eq(what, S("tell"))) return do_tell(rq, g, side, why);
  if (str_eq(what, S("feedback"))) return do_feedback(rq, g, why);
  if (!referral_fact_of(what, &kind) || kind == FACT_RECEIVED)
    return why_say(why, "Choose what happened.");
  if (kind == FACT_ACCEPTED) return do_accept(rq, g, why);
  if (kind == FACT_HANDOVER) return do_handover(rq, g, why);
  return do_fact(rq, g, kind, why);
}

void leg_post(struct request *rq) {
  struct leg g;
  enum side side;
  struct why why = {0};
  if (!leg_open(rq, &g, &side)) return;
  if (side != SIDE_TEAM && !str_eq(request_form(rq, "do"), S("tell")))
    return show_leg(rq, &g, side, PAGE_TITLE(rq, "Only the team it went to can write this down."));
  db_begin(rq->db, STORE_MAIN);
  if (!do_it(rq, &g, side, &why)) {
    db_rollback(rq->db, STORE_MAIN);
    return show_leg(rq, &g, side, words_label((enum language)rq->lang, why_str(&why)));
  }
  if (db_commit(rq->db, STORE_MAIN) != DB_OK)
    return show_leg(rq, &g, side,
                    PAGE_TITLE(rq, "Somebody else was first, or it could not be saved. Look at it "
                                   "again."));
  seal_erase_finish(rq->db, rq->arena);
  reply_redirect(rq, str_format(rq->arena, "/referrals/%.*s", P(uuid_str(rq->arena, g.public_id))));
}

/* ---- the letter back: one paragraph, and only what the person chose ---- */

static struct str how_it_stands(struct request *rq, const struct leg *g) {
  struct referral_standing s = leg_standing(rq->db, rq->arena, g, rq->today);
  if (!str_eq(g->feedback, S("outcome")))
    return PAGE_TITLE(rq, "They have asked us to tell you that we are in touch with them.");
  if (s.state == REFERRAL_WITHDRAWN)
    return PAGE_TITLE(rq, "They have asked us to tell you that the referral has ended.");
  return PAGE_TITLE(rq, "They have asked us to tell you that we are working with them.");
}

static bool letter_allowed(struct request *rq, const struct leg *g, struct partner *p,
                           struct ref_letter_page *page) {
  if (!g->partner_id || !partner_load(rq->db, rq->arena, g->partner_id, p) ||
      p->function == FUNCTION_ENFORCEMENT)
    page->why_not = PAGE_TITLE(rq, "No letter goes to this sender. They have had their thanks.");
  else if (p->verified_on == DAY_NONE)
    page->why_not = PAGE_TITLE(rq, "The sender’s address has not been verified, so nothing is sent "
                                   "there. A team lead can verify it.");
  else if (!g->feedback.n)
    page->why_not = PAGE_TITLE(rq, "Ask the person first what the sender may hear.");
  else if (str_eq(g->feedback, S("nothing")))
    page->why_not = PAGE_TITLE(rq, "The person chose that the sender hears nothing.");
  return !page->why_not.n;
}

void letter_page(struct request *rq) {
  struct leg g;
  enum side side;
  struct partner p = {0};
  if (!leg_open(rq, &g, &side)) return;
  struct ref_letter_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A letter back")),
                                 .id = uuid_str(rq->arena, g.public_id)};
  if (side != SIDE_TEAM)
    page.why_not = PAGE_TITLE(rq, "Only the team it went to can write this down.");
  else if (letter_allowed(rq, &g, &p, &page)) {
    struct str day = day_words(rq->arena, g.received), how = how_it_stands(rq, &g);
    page.partner = p.name;
    page.words = SAY(
        rq->arena, (enum language)rq->lang,
        T("Thank you for the referral you sent to us on {day} (your number: {number}). "
          "{how} They decide what else you hear, and may tell you more themselves. "
          "Please do not ask them to account for it."),
        SLOT("day", day), SLOT("number", g.their_ref.n ? g.their_ref : S("–")), SLOT("how", how));
  }
  view_ref_letter(rq->view, &page);
}

/* ---- what a sender sees of their own ---- */

/* A referrer's list: their own numbers, and what the person chose. No name is ever opened. */
static void add_sent(struct request *rq, struct ref_sent_page *page, struct rows *r) {
  size_t cap = 0;
  while (db_next(r)) {
    struct leg g = leg_of(r);
    struct referral_standing s = leg_standing(rq->db, rq->arena, &g, rq->today);
    struct str state = PAGE_TITLE(rq, "Received");
    if (str_eq(g.feedback, S("in_touch"))) state = PAGE_TITLE(rq, "Received. They are in touch.");
    if (sender_knows_end(&g)) state = referral_state_words((enum language)rq->lang, s.state);
    if (g.feedback.n && !str_eq(g.feedback, S("nothing")))
      audit_shows(rq, leg_person(&g), CLASS_OUTCOMES);
    *slice_push(rq->arena, &page->rows, &cap) =
        (struct ref_sent_row){day_words(rq->arena, g.received), g.their_ref, state};
  }
}

void sent_page(struct request *rq) {
  struct ref_sent_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Referrals you sent"))};
  audit_shows(rq, 0, 0);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select " LEG_COLUMNS
                              "from referral r join referral_leg g on g.referral_id = r.id where "
                              "r.sent_by = ?1 order by r.id desc, g.id limit 200"),
                          V(rq->actor.user_id));
  add_sent(rq, &page, &r);
  view_ref_sent(rq->view, &page);
}

/* Enforcement: its own referrals, "received", at once and always; the same words whatever came of
 * them (PRACTICE 1). Only the referral's own row is read. */
void received_page(struct request *rq) {
  struct ref_sent_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Referrals you sent")),
                               .wall = true};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select received_day, their_ref from referral where sent_by = ?1 "
                              "order by id desc limit 200"),
                          V(rq->actor.user_id));
  while (db_next(&r))
    *slice_push(rq->arena, &page.rows, &cap) = (struct ref_sent_row){
        day_words(rq->arena, row_day(&r, 0)), row_text(&r, 1), PAGE_TITLE(rq, "Received")};
  view_ref_sent(rq->view, &page);
}
