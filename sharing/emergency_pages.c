/* emergency_pages: opening one record in an emergency, and its review by somebody else; with it
 * what else waits for a manager's look: searches for one's own surname, agreements by their date.
 */
#include "audit/audit.h"
#include "office.html.h"
#include "sharing/inside.h"
#include "web/session.h"

static const char *const reasons[] = {
    "danger",   "Somebody may be in danger now",
    "promised", "Their worker is away and something promised is due",
    "contact",  "They are here or on the telephone and ask for help",
    "legal",    "The law asks for it now"};
enum { TRIES_MAX = 10, TRIES_SECONDS = 3600 };

static struct str reason_words(struct request *rq, struct str code) {
  for (size_t i = 0; i < countof(reasons); i += 2)
    if (str_eq(code, str_of(reasons[i]))) return words_in(rq, reasons[i + 1]);
  return code;
}

static void show_emergency(struct request *rq, struct str fault) {
  struct emergency_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Open a record in an emergency")),
      .fault = fault,
      .reference = request_form(rq, "reference"),
      .sentence = request_form(rq, "sentence"),
      .reasons = picks_of(rq, reasons, countof(reasons))};
  if (fault.n) reply_status(rq, 422);
  view_sharing_emergency(rq->view, &page);
}

void emergency_page(struct request *rq) {
  audit_shows(rq, 0, 0);
  show_emergency(rq, (struct str){0});
}

/* Nobody, another organisation's and closed to you are one answer, and tries are counted. */
static int64_t person_to_open(struct request *rq, struct uuid *public_id) {
  struct str user = str_format(rq->arena, "%lld", (long long)rq->actor.user_id);
  if (!limit_take(rq->db, rq->arena, "emergency", user, TRIES_MAX, TRIES_SECONDS, rq->now))
    return 0;
  int64_t id = people_by_reference(rq->db, rq->arena, request_form(rq, "reference"), public_id);
  return permission_may_break_glass(rq->db, rq->arena, &rq->actor, id, rq->today) ? id : 0;
}

void emergency_post(struct request *rq) {
  struct uuid public_id = {0};
  struct str code = request_form(rq, "reason"), sentence = text_given(rq, "sentence");
  bool coded = false;
  for (size_t i = 0; i < countof(reasons); i += 2) coded |= str_eq(code, str_of(reasons[i]));
  audit_shows(rq, 0, 0);
  if (!coded || utf8_count(sentence) < 10) {
    show_emergency(rq, PAGE_TITLE(rq, "Choose the reason and say in a sentence what happened."));
    return;
  }
  int64_t id = person_to_open(rq, &public_id);
  if (!id) {
    show_emergency(rq, PAGE_TITLE(rq, "No record of your organisation opens with that reference. "
                                      "Check it, or ring your safeguarding lead."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  permission_break_glass(rq->db, rq->arena, &rq->actor, id, code, sentence, rq->now);
  struct str person = uuid_str(rq->arena, public_id);
  sharing_keep(rq, "opened in an emergency", id, CLASS_SAFETY,
               PAGE_TITLE(rq, "It is open to you for one hour. A reviewer has been told."),
               str_format(rq->arena, "/people/%.*s", P(person)));
}

/* ---- reviews ---- */

static struct str moment(struct request *rq, instant_t t) {
  struct local l = instant_local_uk(t);
  return str_format(rq->arena, "%.*s, %02d:%02d", P(day_words(rq->arena, l.day)), l.minute / 60,
                    l.minute % 60);
}

static bool is_late(const struct request *rq, const struct glass *g) {
  return permission_working_days(instant_local_uk(g->opened_at).day, rq->today) > GLASS_REVIEW_DAYS;
}

static void read_searches(struct request *rq, struct reviews_page *page) {
  size_t cap = 0;
  struct search_reviews all =
      permission_searches(rq->db, rq->arena, rq->actor.organisation_id, rq->actor.user_id);
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &page->searches, &cap) = (struct search_row){
        all.p[i].id, accounts_name_for(rq, all.p[i].user_id), day_words(rq->arena, all.p[i].day)};
}

static void read_due(struct request *rq, struct reviews_page *page) {
  size_t cap = 0;
  struct agreements_known all = permission_agreements(rq->db, rq->arena, rq->actor.organisation_id);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].review_on <= rq->today && (all.p[i].to == DAY_NONE || all.p[i].to >= rq->today))
      *slice_push(rq->arena, &page->agreements, &cap) =
          (struct agreement_row){.id = all.p[i].public_id,
                                 .title = all.p[i].title,
                                 .review = day_words(rq->arena, all.p[i].review_on)};
}

void reviews_page(struct request *rq) {
  struct reviews_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Oversight"))};
  size_t cap = 0;
  struct glasses all = permission_glass_waiting(rq->db, rq->arena, &rq->actor);
  for (size_t i = 0; i < all.n; i++)
    *slice_push(rq->arena, &page.glasses, &cap) =
        (struct review_row){all.p[i].public_id, all.p[i].by_name, moment(rq, all.p[i].opened_at),
                            reason_words(rq, all.p[i].reason_code), is_late(rq, &all.p[i])};
  read_searches(rq, &page);
  read_due(rq, &page);
  view_sharing_reviews(rq->view, &page);
}

/* How often the record was shown to them in that hour. */
static int64_t looks_in(struct request *rq, const struct glass *g) {
  struct audit_looks looks = {0};
  int64_t n = 0;
  const instant_t hour = (instant_t)3600 * 1000000;
  if (!audit_who_looked(rq->db, rq->arena, g->person_id, 0, 500, &looks)) return 0;
  for (size_t i = 0; i < looks.n; i++)
    n += looks.p[i].entry.user_id == g->user_id && looks.p[i].entry.kind != AUDIT_WRITE &&
         looks.p[i].entry.at >= g->opened_at && looks.p[i].entry.at < g->opened_at + hour;
  return n;
}

static void show_review(struct request *rq, const struct glass *g, struct str fault) {
  struct review_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A review")),
                             .fault = fault,
                             .id = g->public_id,
                             .who = g->by_name,
                             .when = moment(rq, g->opened_at),
                             .reason = reason_words(rq, g->reason_code),
                             .sentence = g->sentence,
                             .reference = people_reference_of(rq->db, rq->arena, g->person_id),
                             .looks = looks_in(rq, g),
                             .late = is_late(rq, g)};
  if (fault.n) reply_status(rq, 422);
  audit_shows(rq, g->person_id, CLASS_SAFETY);
  view_sharing_review(rq->view, &page);
}

static bool open_review(struct request *rq, struct glass *g) {
  if (permission_glass_load(rq->db, rq->arena, &rq->actor, request_path(rq, "id"), g) &&
      g->reviewed_at == INSTANT_NONE)
    return true;
  audit_shows(rq, 0, 0);
  reply_not_found(rq);
  return false;
}

void review_page(struct request *rq) {
  struct glass g;
  if (open_review(rq, &g)) show_review(rq, &g, (struct str){0});
}

void review_post(struct request *rq) {
  static const char *const findings[] = {"needed", "mistake", "concern"};
  struct glass g;
  if (!open_review(rq, &g)) return;
  const char *finding = one_of(request_form(rq, "finding"), findings, countof(findings));
  struct str note = text_given(rq, "note");
  if (!finding || !note.n) {
    show_review(rq, &g, PAGE_TITLE(rq, "Say what you found, and a sentence about it."));
    return;
  }
  audit_shows(rq, g.person_id, CLASS_SAFETY);
  db_begin(rq->db, STORE_MAIN);
  permission_glass_review(rq->db, rq->arena, &rq->actor, &g, finding, note, rq->now);
  sharing_keep(rq, "emergency opening reviewed", g.person_id, CLASS_SAFETY,
               PAGE_TITLE(rq, "The review is kept."), S("/oversight"));
}

void review_search_post(struct request *rq) {
  int64_t id = 0;
  if (!str_to_i64(request_form(rq, "search"), &id) ||
      permission_search_reviewed(rq->db, rq->arena, id, rq->actor.organisation_id,
                                 rq->actor.user_id, rq->now) != DB_OK) {
    reply_refuse(rq, 422, PAGE_TITLE(rq, "Say which search you looked at."));
    return;
  }
  db_begin(rq->db, STORE_MAIN);
  sharing_keep(rq, "search for an own name reviewed", 0, 0, PAGE_TITLE(rq, "Your look is kept."),
               S("/oversight"));
}
