/* session_pages: sessions for several people. One has a register, which shows each worker only the
 * people they may see; the other is counted and keeps no name at all. */
#include "contacts.html.h"
#include "contacts/inside.h"
#include "contacts/pages.h"
#include "record/form.h"

enum { REGISTER_SHOWN = 50, DAYS_BACK = 60 };
static const char *const fields[] = {"title", "kind", "naming", "place", "on_day", "clock",
                                     "minutes", NULL};

static bool session_row(struct rows *r, struct group_session *s) {
  record_clear(&group_session_type, s);
  record_from_row(&group_session_type, r, s);
  return s->id != 0;
}

static void read_sessions(struct request *rq, struct lines *lines) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from group_session where team = ?1 and on_day >= ?2 order "
                              "by on_day desc, id desc limit 200"),
                          V(rq->actor.team_id), db_day(rq->arena, rq->today - DAYS_BACK));
  while (db_next(&r)) {
    struct group_session s;
    if (!session_row(&r, &s)) continue;
    struct str id = uuid_str(rq->arena, s.public_id), day = day_words(rq->arena, s.on_day);
    struct line *l = add_line(rq, lines, &cap);
    l->href = str_format(rq->arena, "/sessions/%.*s", P(id));
    l->title = s.title;
    l->text = str_format(rq->arena, "%.*s, %.*s", P(day), P(s.clock));
    l->note = s.place;
    l->sign = label_of(rq, "session_naming", s.naming);
  }
}

void sessions_page(struct request *rq) {
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Sessions")),
                           .heading = PAGE_TITLE(rq, "Sessions")};
  struct group g = {.id = S("sessions"), .heading = PAGE_TITLE(rq, "Your team’s sessions"),
                    .none = PAGE_TITLE(rq, "None yet.")};
  size_t cap = 0, links = 0;
  read_sessions(rq, &g.lines);
  *slice_push(rq->arena, &page.groups, &cap) = g;
  *slice_push(rq->arena, &page.links, &links) =
      (struct link){S("/sessions/new"), PAGE_TITLE(rq, "A new session")};
  view_contacts_list(rq->view, &page);
}

void sessions_api(struct request *rq) {
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("sessions"));
  json_list(&j);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from group_session where team = ?1 and on_day >= ?2 order "
                              "by on_day desc, id desc limit 200"),
                          V(rq->actor.team_id), db_day(rq->arena, rq->today - DAYS_BACK));
  while (db_next(&r)) {
    struct group_session s;
    if (session_row(&r, &s)) record_json(&group_session_type, &s, 0, 0, &j);
  }
  json_list_end(&j);
  json_close(&j);
}

static void show_new(struct request *rq, const struct faults *faults, struct str fault) {
  struct list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A new session")),
                           .heading = PAGE_TITLE(rq, "A new session"), .fault = fault,
                           .form = form_of(rq, &group_session_type, fields, NULL, faults),
                           .form_action = S("/sessions/new"),
                           .form_button = PAGE_TITLE(rq, "Keep it"),
                           .form_heading = PAGE_TITLE(rq, "What, where and when"),
                           .draft = S("session")};
  view_contacts_list(rq->view, &page);
}

void session_new_page(struct request *rq) { show_new(rq, NULL, (struct str){0}); }

void session_new_post(struct request *rq) {
  struct posted posted = {contacts_posted, rq};
  struct group_session s;
  int minute = 0;
  record_clear(&group_session_type, &s);
  struct faults faults = record_form_read(&group_session_type, fields, &posted, rq->arena, &s);
  if (faults.n || !clock_read(s.clock, &minute)) {
    reply_status(rq, 422);
    return show_new(rq, &faults,
                    faults.n ? (struct str){0} : PAGE_TITLE(rq, "Give the time as 10:30."));
  }
  s.clock = contact_clock_words(rq->arena, minute), s.team = rq->actor.team_id;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      record_insert(rq->db, rq->arena, &group_session_type, &s, rq->actor.user_id, rq->now);
  audit_did(rq, "session made", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  struct str id = uuid_str(rq->arena, s.public_id);
  reply_redirect(rq, str_format(rq->arena, "/sessions/%.*s", P(id)));
}

/* ---- one ---- */

static bool session_of(struct request *rq, struct str text, struct group_session *s) {
  struct uuid id;
  record_clear(&group_session_type, s);
  return uuid_parse(text, &id) &&
         record_load_public(rq->db, rq->arena, &group_session_type, id, s) &&
         s->team == rq->actor.team_id;
}

static bool able_question(struct request *rq, struct question *out) {
  struct questions all = support_questions(rq->db, rq->arena, S("distance"), 1);
  for (size_t i = 0; i < all.n; i++)
    if (str_eq(all.p[i].code, S("able"))) return *out = all.p[i], true;
  return false;
}

static struct options to_ten(struct request *rq) {
  struct options out = {arena_many(rq->arena, struct option, SCORE_MAX + 1), 0};
  for (int i = 0; i <= SCORE_MAX; i++) {
    struct str n = str_format(rq->arena, "%d", i);
    out.p[out.n++] = (struct option){n, n, false};
  }
  return out;
}

static struct options state_options(struct request *rq, struct str is) {
  static const char *const codes[] = {"coming", "here", "not_here"};
  const struct str words[] = {PAGE_TITLE(rq, "Coming"), PAGE_TITLE(rq, "Here"),
                              PAGE_TITLE(rq, "Not today")};
  struct options out = {arena_many(rq->arena, struct option, countof(codes)), 0};
  for (size_t i = 0; i < countof(codes); i++)
    out.p[out.n++] = (struct option){str_of(codes[i]), words[i], str_eq(is, str_of(codes[i]))};
  return out;
}

/* Only people this worker may see are named; of the others there is a number at the most. */
static void read_register(struct request *rq, const struct group_session *s,
                          struct session_view *page) {
  int64_t people[REGISTER_SHOWN];
  struct sight sights[REGISTER_SHOWN];
  size_t n = 0, cap = 0;
  /* scope first: those the team supports, of them those this worker sees */
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select t.person_id from attendance t where t.session_id = ?1 and exists (select 1 from "
          "may_see m where m.team_id = ?2 and m.person_id = t.person_id and m.from_day <= ?3 and "
          "m.to_day >= ?3) and (?5 = 1 or exists (select 1 from caseload c where c.person_id = "
          "t.person_id and c.user_id = ?4 and c.from_day <= ?3 and coalesce(c.to_day, "
          "'9999-12-31') >= ?3) or exists (select 1 from cover v join caseload c on c.user_id = "
          "v.absent_user_id where v.standing_in_user_id = ?4 and c.person_id = t.person_id and "
          "v.from_day <= ?3 and v.to_day >= ?3 and c.from_day <= ?3 and coalesce(c.to_day, "
          "'9999-12-31') >= ?3)) and not exists (select 1 from connection_block b where "
          "b.person_id = t.person_id and b.user_id = ?4) order by t.person_id limit ?6"),
      V(s->id), V(rq->actor.team_id), db_day(rq->arena, rq->today), V(rq->actor.user_id),
      V((int64_t)permission_whole_team(rq->db, rq->arena, &rq->actor)), V((int64_t)REGISTER_SHOWN));
  while (db_next(&r)) people[n++] = row_int(&r, 0);
  n = permission_recheck(rq, people, sights, n);
  for (size_t i = 0; i < n; i++) {
    struct person p;
    struct rows one;
    if (!people_seen(rq, people[i], sights[i], &p)) continue;
    audit_shows(rq, p.id, CLASS_IDENTITY | CLASS_CONTACTS);
    struct str state = {0}, id = uuid_str(rq->arena, p.public_id);
    if (db_one(&one, rq->db, rq->arena,
               SQL("select state from attendance where session_id = ?1 and person_id = ?2"),
               V(s->id), V(p.id))) {
      state = row_text(&one, 0);
      db_done(&one);
    }
    page->here += str_eq(state, S("here"));
    *slice_push(rq->arena, &page->people, &cap) = (struct mark_row){
        id, p.name, str_format(rq->arena, "/people/%.*s", P(id)), state_options(rq, state),
        to_ten(rq), to_ten(rq)};
  }
}

static void show_session(struct request *rq, const struct group_session *s, struct str fault) {
  struct str day = day_words(rq->arena, s->on_day), id = uuid_str(rq->arena, s->public_id);
  struct session_view page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "A session")),
      .heading = s->title,
      .lede = str_format(rq->arena, "%.*s, %.*s. %.*s", P(day), P(s->clock), P(s->place)),
      .fault = fault,
      .named = str_eq(s->naming, S("named")),
      .action = str_format(rq->arena, "/sessions/%.*s/mark", P(id)),
      .count_action = str_format(rq->arena, "/sessions/%.*s/count", P(id)),
      .headcount = s->headcount == NUMBER_NONE
                       ? (struct str){0}
                       : str_format(rq->arena, "%lld", (long long)s->headcount)};
  audit_shows(rq, 0, 0); /* looked; who was shown is added row by row */
  if (page.named) read_register(rq, s, &page);
  view_contacts_session(rq->view, &page);
}

void session_page(struct request *rq) {
  struct group_session s;
  audit_shows(rq, 0, 0);
  if (!session_of(rq, request_path(rq, "session"), &s)) return reply_not_found(rq);
  show_session(rq, &s, (struct str){0});
}

void session_count_post(struct request *rq) {
  struct group_session s;
  int64_t n = -1;
  audit_shows(rq, 0, 0);
  if (!session_of(rq, request_path(rq, "session"), &s)) return reply_not_found(rq);
  if (!str_to_i64(str_trim(request_form(rq, "headcount")), &n) || n < 0 || n > 100000) {
    reply_status(rq, 422);
    return show_session(rq, &s, PAGE_TITLE(rq, "Give a number."));
  }
  s.headcount = n;
  db_begin(rq->db, STORE_MAIN);
  enum db_result result =
      record_update(rq->db, rq->arena, &group_session_type, &s, rq->actor.user_id, rq->now);
  audit_did(rq, "session counted", 0, 0);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, str_slice(rq->path, 0, rq->path.n - strlen("/count")));
}

static enum db_result keep_mark(struct request *rq, const struct group_session *s,
                                int64_t person_id, struct str state) {
  return db_run(rq->db,
                SQL("insert into attendance (session_id, person_id, state, marked_by, marked_at) "
                    "values (?1, ?2, ?3, ?4, ?5) on conflict (session_id, person_id) do update set "
                    "state = excluded.state, marked_by = excluded.marked_by, marked_at = "
                    "excluded.marked_at"),
                V(s->id), V(person_id), V(state), V(rq->actor.user_id),
                db_instant(rq->arena, rq->now));
}

static enum db_result keep_measures(struct request *rq, const struct group_session *s,
                                    int64_t person_id) {
  static const char *const moments[] = {"before", "after"};
  struct question q;
  enum db_result result = DB_OK;
  if (!able_question(rq, &q)) return DB_OK;
  for (size_t i = 0; i < countof(moments) && result == DB_OK; i++) {
    struct str value = request_form(rq, moments[i]);
    if (!value.n) continue;
    struct answer_given g = {.person_id = person_id, .asked_by = rq->actor.user_id,
                             .moment = moments[i], .respondent = "self", .value = value,
                             .source = uuid_str(rq->arena, s->public_id), .on = rq->today};
    result = support_answer(rq->db, rq->arena, &q, &g, rq->now);
  }
  return result;
}

/* Marks somebody who is on the register and whom this worker may see. */
void session_mark_post(struct request *rq) {
  struct group_session s;
  struct person p;
  struct sight sight;
  struct uuid id = {0};
  struct str state = request_form(rq, "state");
  audit_shows(rq, 0, 0);
  if (!session_of(rq, request_path(rq, "session"), &s)) return reply_not_found(rq);
  uuid_parse(request_form(rq, "person"), &id);
  bool seen = people_load(rq, id, &p, &sight) && sight.classes & CLASS_CONTACTS &&
              db_number(rq->db, 0,
                        SQL("select count(*) from attendance where session_id = ?1 and person_id = "
                            "?2"),
                        V(s.id), V(p.id)) > 0;
  bool known =
      str_eq(state, S("coming")) || str_eq(state, S("here")) || str_eq(state, S("not_here"));
  if (!seen || !known) {
    reply_status(rq, 422);
    return show_session(rq, &s, PAGE_TITLE(rq, "Choose somebody on the register and say if they "
                                               "came."));
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = keep_mark(rq, &s, p.id, state);
  if (result == DB_OK) result = keep_measures(rq, &s, p.id);
  audit_did(rq, "register", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, str_slice(rq->path, 0, rq->path.n - strlen("/mark")));
}

/* ---- from the person's side ---- */

static void show_join(struct request *rq, const struct person *p, struct sight sight,
                      struct str fault) {
  struct join_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Sessions")),
                           .action = contacts_path(rq, p, "/sessions"), .fault = fault,
                           .may_write = actor_has(&rq->actor, WRITERS)};
  size_t cap = 0, options = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select s.title, s.on_day, t.state from attendance t join "
                              "group_session s on s.id = t.session_id where t.person_id = ?1 order "
                              "by s.on_day desc, s.id desc limit 50"),
                          V(p->id));
  while (db_next(&r)) {
    struct line *l = add_line(rq, &page.lines, &cap);
    struct str state = row_text(&r, 2);
    l->title = row_text(&r, 0);
    l->text = day_words(rq->arena, row_day(&r, 1));
    l->good = str_eq(state, S("here"));
    l->sign = l->good ? PAGE_TITLE(rq, "Here")
              : str_eq(state, S("coming")) ? PAGE_TITLE(rq, "Coming")
                                           : PAGE_TITLE(rq, "Not that day");
  }
  struct rows open = db_rows(rq->db, rq->arena,
                             SQL("select public_id, title, on_day from group_session where team = "
                                 "?1 and naming = 'named' and on_day >= ?2 order by on_day, id "
                                 "limit 50"),
                             V(rq->actor.team_id), db_day(rq->arena, rq->today));
  while (db_next(&open)) {
    struct str title = row_text(&open, 1), day = day_words(rq->arena, row_day(&open, 2));
    *slice_push(rq->arena, &page.sessions, &options) = (struct option){
        row_text(&open, 0), str_format(rq->arena, "%.*s, %.*s", P(title), P(day)), false};
  }
  view_contacts_join(rq->view, &page);
}

void session_join_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (people_open(rq, &p, &sight, CLASS_CONTACTS)) show_join(rq, &p, sight, (struct str){0});
}

void session_join_post(struct request *rq) {
  struct person p;
  struct sight sight;
  struct group_session s;
  if (!people_open(rq, &p, &sight, CLASS_CONTACTS)) return;
  if (!session_of(rq, request_form(rq, "session"), &s) || !str_eq(s.naming, S("named"))) {
    reply_status(rq, 422);
    return show_join(rq, &p, sight, PAGE_TITLE(rq, "Choose one of your team’s sessions."));
  }
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = keep_mark(rq, &s, p.id, S("coming"));
  audit_did(rq, "register", p.id, CLASS_CONTACTS);
  enum db_result kept = db_commit(rq->db, STORE_MAIN);
  if (contacts_failed(rq, result == DB_OK ? kept : result)) return;
  reply_redirect(rq, contacts_path(rq, &p, "/sessions"));
}
