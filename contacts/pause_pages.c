/* pause_pages: leaving somebody in peace for a while. A reason is asked for, because a list that
 * can be silenced without one ends by silencing people; and it ends by itself. */
#include "contacts.html.h"
#include "contacts/inside.h"
#include "contacts/pages.h"
#include "record/form.h"

static const struct field pause_fields[] = {
    {.name = "reason",
     .label = "Why",
     .hint = "For example: at their sister's until June. They may read it.",
     .kind = KIND_TEXT,
     .flags = REQUIRED,
     .limit = SNOOZE_REASON_MAX,
     .offset = -1},
    {.name = "until",
     .label = "Until",
     .hint = "For example 27/3/2026; at most three months",
     .kind = KIND_TEXT,
     .flags = REQUIRED,
     .limit = 20,
     .offset = -1}};
static const struct record_type pause_type = {.name = "pause",
                                              .label = "Pause",
                                              .fields = pause_fields,
                                              .n_fields = countof(pause_fields),
                                              .size = sizeof(struct answers)};

static void add_now(struct request *rq, const struct person *p, struct groups *groups) {
  struct drift d =
      contacts_drift_of(rq->db, rq->arena, p->id, instant_local_uk(p->created_at).day, rq->today);
  struct group g = {.id = S("now"), .heading = PAGE_TITLE(rq, "How it is now")};
  struct snooze s;
  size_t cap = 0, lines = 0, presses = 0;
  struct line *l = add_line(rq, &g.lines, &lines);
  l->title = contacts_drift_words(rq->arena, rq->lang, &d);
  if (d.drifting) l->sign = PAGE_TITLE(rq, "Drifting away"), l->due = true;
  if (contacts_snoozed(rq->db, rq->arena, p->id, rq->today, &s)) {
    l = add_line(rq, &g.lines, &lines);
    l->title = s.reason;
    l->why = SAY(rq->arena, (enum language)rq->lang, T("Left in peace until {day}."),
                 SLOT("day", day_words(rq->arena, s.to)));
    if (actor_has(&rq->actor, WRITERS))
      *slice_push(rq->arena, &l->presses, &presses) =
          (struct press){contacts_path(rq, p, "/pause"), S("do"), S("end"), S("press"), S("yes"),
                         PAGE_TITLE(rq, "End it now"),   s.reason};
  }
  *slice_push(rq->arena, groups, &cap) = g;
}

static void show(struct request *rq, const struct person *p, struct sight sight, struct str fault) {
  struct str id = uuid_str(rq->arena, p->public_id);
  struct list_page page = {
      .head = people_head(rq, p, sight, PAGE_TITLE(rq, "Leave in peace")),
      .heading = PAGE_TITLE(rq, "Leave in peace for a while"),
      .lede = PAGE_TITLE(rq, "Nothing reminds you to talk to them until that day. What is promised "
                             "still stands on your list."),
      .fault = fault,
      .draft = S("pause"),
      .draft_id = id};
  add_now(rq, p, &page.groups);
  if (actor_has(&rq->actor, WRITERS)) {
    page.form = form_of(rq, &pause_type, NULL, NULL, NULL);
    page.form_action = contacts_path(rq, p, "/pause");
    page.form_button = PAGE_TITLE(rq, "Leave them in peace");
  }
  view_contacts_list(rq->view, &page);
}

void pause_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_CONTACTS)) show(rq, &p, sight, (struct str){0});
}

void pause_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct snooze s;
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  struct drift d =
      contacts_drift_of(rq->db, rq->arena, p.id, instant_local_uk(p.created_at).day, rq->today);
  reply_type(rq, "application/json");
  json_open(&j);
  json_put_bool(&j, "drifting", d.drifting && !people_not_chased(&p, rq->today));
  json_put_i64(&j, "gap_days", d.gap_days);
  json_put_i64(&j, "expected_days", d.expected_days);
  if (contacts_snoozed(rq->db, rq->arena, p.id, rq->today, &s)) {
    json_put_str(&j, "paused_until", day_iso(rq->arena, s.to));
    json_put_str(&j, "reason", s.reason);
  }
  json_close(&j);
}

static struct str read_pause(struct request *rq, struct snooze *s) {
  s->reason = str_trim(request_form(rq, "reason"));
  s->from = rq->today;
  if (!s->reason.n || utf8_count(s->reason) > SNOOZE_REASON_MAX)
    return PAGE_TITLE(rq, "Say why, in at most 200 characters.");
  if (!day_parse_typed(str_trim(request_form(rq, "until")), &s->to) || s->to <= rq->today ||
      s->to > rq->today + SNOOZE_DAYS_MAX)
    return PAGE_TITLE(rq, "Give a day within the next three months, as 27/3/2026.");
  return (struct str){0};
}

void pause_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct snooze s = {0};
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  bool ending = str_eq(request_form(rq, "do"), S("end"));
  struct str fault = ending ? (struct str){0} : read_pause(rq, &s);
  if (fault.n) {
    reply_status(rq, 422);
    show(rq, &p, sight, fault);
    return;
  }
  s.person_id = p.id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = contacts_snooze_end(rq->db, rq->arena, p.id, rq->today);
  if (result == DB_OK && !ending)
    result = contacts_snooze(rq->db, rq->arena, &s, rq->actor.user_id, rq->now);
  audit_did(rq, ending ? "pause ended" : "left in peace", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_flash(rq, ending ? PAGE_TITLE(rq, "The pause is over.")
                         : SAY(rq->arena, (enum language)rq->lang,
                               T("They are left in peace until {day}."),
                               SLOT("day", day_words(rq->arena, s.to))));
  reply_redirect(rq, contacts_path(rq, &p, "/pause"));
}
