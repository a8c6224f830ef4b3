/* visit_pages: going out to see somebody: what to know, in by one press, out by another; when
 * nobody has said "out" the buddy is asked, then the manager. */
#include "contacts.html.h"
#include "contacts/inside.h"
#include "contacts/pages.h"
#include "db/seal.h"
#include "record/form.h"

enum { PLACE_MAX = 200, VISITS_SHOWN = 50, REVIEW_MONTHS_MAX = 6 };
static const char *const caution_fields[] = {"kind", "words", "source", "from_day", "review_on",
                                             NULL};
static const int64_t minute_us = 60 * 1000000ll;

static struct str state_words(struct request *rq, enum visit_state s) {
  switch (s) {
    case VISIT_PLANNED: return PAGE_TITLE(rq, "Planned");
    case VISIT_IN: return PAGE_TITLE(rq, "In");
    case VISIT_OUT: return PAGE_TITLE(rq, "Out again");
    case VISIT_ASK_BUDDY: return PAGE_TITLE(rq, "Overdue: their buddy rings them now");
    default: return PAGE_TITLE(rq, "Overdue: the manager rings them now");
  }
}

static struct str clock_of(struct request *rq, instant_t t) {
  struct local at = instant_local_uk(t);
  struct str day = day_words(rq->arena, at.day), clock = contact_clock_words(rq->arena, at.minute);
  return at.day == rq->today ? clock : str_format(rq->arena, "%.*s, %.*s", P(clock), P(day));
}

/* Where a worker is stands on the pages of their team alone, and names nobody they see. */
static void add_visit(struct request *rq, struct rows *r, struct lines *lines, size_t *cap,
                      bool mine) {
  struct line *l = add_line(rq, lines, cap);
  enum visit_state s = contacts_visit_state(row_instant(r, 2), row_instant(r, 3),
                                            row_instant(r, 1), rq->now);
  struct str id = row_text(r, 0), end = clock_of(rq, row_instant(r, 1)),
             buddy = accounts_name_for(rq, row_int(r, 5));
  size_t presses = 0;
  l->title = accounts_name_for(rq, row_int(r, 4));
  l->text = SAY(rq->arena, (enum language)rq->lang, T("Back by {time}"), SLOT("time", end));
  l->why = buddy.n ? SAY(rq->arena, (enum language)rq->lang, T("Buddy: {name}"),
                         SLOT("name", buddy))
                   : (struct str){0};
  l->sign = state_words(rq, s);
  l->due = s == VISIT_ASK_BUDDY || s == VISIT_ASK_MANAGER;
  l->good = s == VISIT_OUT;
  if (!mine) {
    if (l->due)
      *slice_push(rq->arena, &l->presses, &presses) =
          (struct press){S("/visits"), S("visit"), id, S("press"), S("out"),
                         PAGE_TITLE(rq, "I have spoken to them: they are out"), l->title};
    return;
  }
  if (row_null(r, 2))
    *slice_push(rq->arena, &l->presses, &presses) = (struct press){
        S("/visits"), S("visit"), id, S("press"), S("in"), PAGE_TITLE(rq, "I’m in"), l->title};
  *slice_push(rq->arena, &l->presses, &presses) = (struct press){
      S("/visits"), S("visit"), id, S("press"), S("out"), PAGE_TITLE(rq, "I’m out"), l->title};
}

static void read_visits(struct request *rq, struct groups *groups) {
  struct group mine = {.id = S("mine"),
                       .heading = PAGE_TITLE(rq, "Mine"),
                       .none =
                           PAGE_TITLE(rq, "None now. A visit is planned on the person’s page.")},
               team = {.id = S("team"),
                       .heading = PAGE_TITLE(rq, "My team, out now"),
                       .none = PAGE_TITLE(rq, "Nobody is out.")};
  size_t cap = 0, a = 0, b = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select public_id, expected_end, in_at, out_at, user_id, buddy_id from "
                  "visit where team_id = ?1 and out_at is null order by expected_end, "
                  "id limit ?2"),
              V(rq->actor.team_id), V((int64_t)VISITS_SHOWN));
  while (db_next(&r)) {
    bool own = row_int(&r, 4) == rq->actor.user_id;
    add_visit(rq, &r, own ? &mine.lines : &team.lines, own ? &a : &b, own);
  }
  *slice_push(rq->arena, groups, &cap) = mine;
  *slice_push(rq->arena, groups, &cap) = team;
}

void visits_page(struct request *rq) {
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Visits")),
                           .heading = PAGE_TITLE(rq, "Visits")};
  read_visits(rq, &page.groups);
  view_contacts_list(rq->view, &page);
}

void visits_api(struct request *rq) {
  struct json_out j = json_to(rq->body);
  struct groups groups = {0};
  read_visits(rq, &groups);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("visits"));
  json_list(&j);
  for (size_t g = 0; g < groups.n; g++)
    for (size_t i = 0; i < groups.p[g].lines.n; i++) {
      json_open(&j);
      json_put_str(&j, "worker", groups.p[g].lines.p[i].title);
      json_put_str(&j, "state", groups.p[g].lines.p[i].sign);
      json_put_bool(&j, "overdue", groups.p[g].lines.p[i].due);
      json_close(&j);
    }
  json_list_end(&j);
  json_close(&j);
}

/* In and out are the worker's own; a colleague who was asked may say that they have spoken. */
void visit_press_post(struct request *rq) {
  struct uuid id = {0};
  bool in = str_eq(request_form(rq, "press"), S("in"));
  uuid_parse(request_form(rq, "visit"), &id);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      in ? db_run(rq->db,
                  SQL("update visit set in_at = ?3 where public_id = ?1 and user_id = ?2 and in_at "
                      "is null and out_at is null"),
                  db_uuid(rq->arena, id), V(rq->actor.user_id), db_instant(rq->arena, rq->now))
         : db_run(rq->db,
                  SQL("update visit set out_at = ?3 where public_id = ?1 and out_at is null and "
                      "(user_id = ?2 or (team_id = ?4 and expected_end <= ?5))"),
                  db_uuid(rq->arena, id), V(rq->actor.user_id), db_instant(rq->arena, rq->now),
                  V(rq->actor.team_id),
                  db_instant(rq->arena, rq->now - VISIT_GRACE_MINUTES * minute_us));
  audit_did(rq, in ? "visit: in" : "visit: out", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, S("/visits"));
}

/* ---- on the person's page: what to know, and a visit planned ---- */

static void read_cautions(struct request *rq, int64_t person_id, struct lines *lines) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select * from visit_caution where person = ?1 and from_day <= ?2 and "
                  "review_on >= ?2 order by id desc"),
              V(person_id), db_day(rq->arena, rq->today));
  while (db_next(&r)) {
    struct visit_caution c;
    record_clear(&visit_caution_type, &c);
    record_from_row(&visit_caution_type, &r, &c);
    struct line *l = add_line(rq, lines, &cap);
    struct str until = day_words(rq->arena, c.review_on);
    l->title = label_of(rq, "visit_cautions", c.kind);
    l->text = c.words;
    l->why = SAY(rq->arena, (enum language)rq->lang, T("{source}. Ends on {day} unless looked at."),
                 SLOT("source", c.source), SLOT("day", until));
    l->due = true;
    l->sign = PAGE_TITLE(rq, "Before you go");
  }
}

static struct options buddies(struct request *rq) {
  struct options out = {0};
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, name from user_account where team_id = ?1 and id "
                              "<> ?2 and disabled_at is null order by name, id limit 60"),
                          V(rq->actor.team_id), V(rq->actor.user_id));
  while (db_next(&r))
    *slice_push(rq->arena, &out, &cap) =
        (struct option){row_text(&r, 0), row_text(&r, 1)};
  return out;
}

static void show_person(struct request *rq, const struct person *p, struct sight sight,
                        const struct faults *faults, struct str fault) {
  struct str id = uuid_str(rq->arena, p->public_id);
  struct visit_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Visits")),
                            .action = contacts_path(rq, p, "/visits"),
                            .caution_action = contacts_path(rq, p, "/visits/caution"),
                            .fault = fault, .id = id,
                            .may_write = actor_has(&rq->actor, WRITERS),
                            .safety = (sight.classes & CLASS_SAFETY) != 0,
                            .buddies = buddies(rq)};
  if (page.safety) {
    struct visit_caution fresh;
    record_clear(&visit_caution_type, &fresh);
    fresh.from_day = rq->today, fresh.review_on = day_add_months(rq->today, REVIEW_MONTHS_MAX);
    read_cautions(rq, p->id, &page.cautions);
    page.caution_form = form_of(rq, &visit_caution_type, caution_fields, &fresh, faults);
  }
  view_contacts_visit(rq->view, &page);
}

void caution_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_CONTACTS))
    show_person(rq, &p, sight, NULL, (struct str){0});
}

void caution_api(struct request *rq) {
  struct person p;
  struct sight sight;
  struct lines cautions = {0};
  struct json_out j = json_to(rq->body);
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  if (sight.classes & CLASS_SAFETY) read_cautions(rq, p.id, &cautions);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("cautions"));
  json_list(&j);
  for (size_t i = 0; i < cautions.n; i++) {
    json_open(&j);
    json_put_str(&j, "kind", cautions.p[i].title);
    json_put_str_if(&j, "words", cautions.p[i].text);
    json_put_str(&j, "source", cautions.p[i].why);
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

void caution_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct visit_caution c;
  struct posted posted = {contacts_posted, rq};
  if (!people_open(rq, &p, &sight, CLASS_SAFETY)) return;
  record_clear(&visit_caution_type, &c);
  struct faults faults =
      record_form_read(&visit_caution_type, caution_fields, &posted, rq->arena, &c);
  bool late = !faults.n && c.review_on > day_add_months(c.from_day, REVIEW_MONTHS_MAX);
  if (faults.n || late) {
    reply_status(rq, 422);
    return show_person(rq, &p, sight, &faults,
                       late ? PAGE_TITLE(rq, "A caution ends within six months unless it is looked "
                                             "at again.")
                            : (struct str){0});
  }
  c.person = p.id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      record_insert(rq->db, rq->arena, &visit_caution_type, &c, rq->actor.user_id, rq->now);
  audit_did(rq, "visit caution", p.id, CLASS_SAFETY);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, contacts_path(rq, &p, "/visits"));
}

static enum db_result keep_visit(struct request *rq, const struct person *p, struct str place,
                                 instant_t end, int64_t buddy) {
  struct str kept = {0};
  struct seal_place at = {p->id, CLASS_CONTACTS, "visit.place"};
  if (place.n && !seal(rq->db, rq->arena, at, place, rq->now, &kept)) return DB_FAILED;
  return db_run(
      rq->db,
      SQL("insert into visit (public_id, user_id, team_id, person_id, place, expected_end, "
          "buddy_id, planned_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
      db_uuid(rq->arena, uuid_v4()), V(rq->actor.user_id), V(rq->actor.team_id), V(p->id),
      kept.n ? db_blob(kept) : db_null(), db_instant(rq->arena, end),
      buddy ? db_int(buddy) : db_null(), db_instant(rq->arena, rq->now));
}

void visit_new_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct uuid id = {0};
  int minute = 0;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  struct str place = str_trim(request_form(rq, "place"));
  bool good = clock_read(request_form(rq, "until"), &minute) && utf8_count(place) <= PLACE_MAX;
  instant_t end = good ? local_uk_instant(rq->today, minute) : 0;
  if (!good || end <= rq->now) {
    reply_status(rq, 422);
    return show_person(rq, &p, sight, NULL,
                       PAGE_TITLE(rq, "Say until when today, as 15:30, later than now."));
  }
  uuid_parse(request_form(rq, "buddy"), &id);
  int64_t buddy =
      db_number(rq->db, 0, SQL("select id from user_account where public_id = ?1 and team_id = ?2"),
                db_uuid(rq->arena, id), V(rq->actor.team_id));
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = keep_visit(rq, &p, place, end, buddy);
  audit_did(rq, "visit planned", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, S("/visits"));
}
