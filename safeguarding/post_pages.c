/* post_pages: who answers for safeguarding, who is trained; and notes of people who are stuck. */
#include "accounts/accounts.h"
#include "db/seal.h"
#include "safeguarding.html.h"
#include "safeguarding/inside.h"
#include "safeguarding/pages.h"

enum { ROWS_MAX = 200, STUCK_WORDS_MAX = 4000 };

TEXT_MESSAGE(lead, "Safeguarding lead");
TEXT_MESSAGE(deputy, "Deputy");
TEXT_MESSAGE(manager, "Manager");
TEXT_MESSAGE(oncall, "On call");
static const struct { const char *code; const struct message *words; } posts[] = {
    {"lead", &lead}, {"deputy", &deputy}, {"manager", &manager}, {"oncall", &oncall}};

static struct str post_words(struct request *rq, struct str code) {
  for (size_t i = 0; i < countof(posts); i++)
    if (str_eq(code, str_of(posts[i].code)))
      return words_of((enum language)rq->lang, posts[i].words);
  return code;
}

static struct str day_or(struct request *rq, day_t d, struct str otherwise) {
  return d == DAY_NONE ? otherwise : day_words(rq->arena, d);
}

static void read_posts(struct request *rq, struct posts_page *page) {
  size_t cap = 0;
  page->no_deputy = true;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select p.user_id, p.post, p.from_day, p.to_day from "
                              "safeguarding_post p where p.organisation_id = ?1 and "
                              "coalesce(p.to_day, '9999-12-31') >= ?2 order by p.from_day, p.id"),
                          V(rq->actor.organisation_id), db_day(rq->arena, rq->today));
  while (db_next(&r)) {
    struct str post = row_text(&r, 1);
    if (str_eq(post, S("deputy"))) page->no_deputy = false;
    *slice_push(rq->arena, &page->rows, &cap) =
        (struct post_row){.name = accounts_user_name(rq->db, rq->arena, row_int(&r, 0)),
                          .post = post_words(rq, post),
                          .from = day_words(rq->arena, row_day(&r, 2)),
                          .to = day_or(rq, row_day(&r, 3), (struct str){0}),
                          .away = safeguarding_away(rq->db, rq->arena, row_int(&r, 0), rq->today)};
  }
}

static void read_staff(struct request *rq, struct posts_page *page) {
  size_t staff = 0, names = 0;
  struct str never = PAGE_TITLE(rq, "Not known");
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select u.id, u.name, u.safeguarding_trained_on, u.dbs_checked_on from "
                  "user_account u join team t on t.id = u.team_id where "
                  "t.organisation_id = ?1 and u.disabled_at is null order by u.name, "
                  "u.id limit ?2"),
              V(rq->actor.organisation_id), V((int64_t)ROWS_MAX));
  while (db_next(&r)) {
    day_t trained = row_day(&r, 2), checked = row_day(&r, 3);
    bool due = trained == DAY_NONE || checked == DAY_NONE ||
               rq->today >= trained + safeguarding_minutes("training_days") ||
               rq->today >= checked + safeguarding_minutes("check_days");
    *slice_push(rq->arena, &page->colleagues, &names) =
        (struct colleague){row_int(&r, 0), row_text(&r, 1)};
    *slice_push(rq->arena, &page->staff, &staff) =
        (struct post_row){.name = row_text(&r, 1), .trained = day_or(rq, trained, never),
                          .checked = day_or(rq, checked, never), .due = due};
  }
}

static void show_posts(struct request *rq, struct str fault) {
  struct posts_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Who answers for safeguarding")),
      .fault = fault,
      .may_change = actor_has(&rq->actor, ROLE_SAFEGUARDING | ROLE_MANAGER | ROLE_ADMIN)};
  read_posts(rq, &page);
  read_staff(rq, &page);
  view_safeguarding_posts(rq->view, &page);
}

void safeguarding_posts_page(struct request *rq) { show_posts(rq, (struct str){0}); }

static bool is_post(struct str post) {
  for (size_t i = 0; i < countof(posts); i++)
    if (str_eq(post, str_of(posts[i].code))) return true;
  return false;
}

void safeguarding_posts_post(struct request *rq) {
  int64_t user = 0;
  day_t from = DAY_NONE, to = DAY_NONE;
  struct str post = request_form(rq, "post"), until = str_trim(request_form(rq, "to"));
  str_to_i64(request_form(rq, "user"), &user);
  bool theirs = db_number(rq->db, 0,
                          SQL("select count(*) from user_account u join team t on t.id = u.team_id "
                              "where u.id = ?1 and t.organisation_id = ?2"),
                          V(user), V(rq->actor.organisation_id)) > 0;
  bool days = day_parse_typed(request_form(rq, "from"), &from) &&
              (!until.n || (day_parse_typed(until, &to) && to >= from));
  if (!theirs || !is_post(post) || !days) {
    reply_status(rq, 422);
    return show_posts(rq, PAGE_TITLE(rq, "Choose who and as what, and give the day it begins."));
  }
  if (db_run(rq->db,
             SQL("insert into safeguarding_post (organisation_id, user_id, post, from_day, to_day, "
                 "made_by) values (?1, ?2, ?3, ?4, ?5, ?6)"),
             V(rq->actor.organisation_id), V(user), V(post), db_day(rq->arena, from),
             db_day(rq->arena, to), V(rq->actor.user_id)) != DB_OK) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "Kept."));
  reply_redirect(rq, S("/safeguarding/people"));
}

/* ---- I'm stuck ---- */

static void show_stuck(struct request *rq, struct str words, struct str fault) {
  struct stuck_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "I’m stuck")),
      .numbers = safeguarding_numbers(rq->arena, rq->lang, safeguarding_site_nation(), rq->today),
      .words = words,
      .by = safeguarding_moment(rq, stuck_read_by(rq->now, PROMPT_NONE)),
      .fault = fault};
  view_safeguarding_stuck(rq->view, &page);
}

void safeguarding_stuck_page(struct request *rq) {
  audit_shows(rq, rq->actor.person_id, CLASS_IDENTITY);
  show_stuck(rq, request_form(rq, "words"), (struct str){0});
}

void safeguarding_stuck_post(struct request *rq) {
  enum db_result result;
  struct str words = str_trim(request_form(rq, "words"));
  audit_shows(rq, rq->actor.person_id, CLASS_IDENTITY);
  if (!rq->actor.person_id || !words.n || utf8_count(words) > STUCK_WORDS_MAX) {
    reply_status(rq, 422);
    return show_stuck(rq, words, PAGE_TITLE(rq, "Write a few words, or ring one of the numbers."));
  }
  db_begin(rq->db, STORE_MAIN);
  struct stuck s =
      safeguarding_stuck(rq->db, rq->arena, rq->actor.person_id, words, rq->now, &result);
  audit_did(rq, "wrote that they are stuck", rq->actor.person_id, CLASS_CONTACTS);
  if (db_commit(rq->db, STORE_MAIN) != DB_OK || result != DB_OK) {
    reply_status(rq, 503);
    return show_stuck(rq, words, PAGE_TITLE(rq, "That could not be sent just now. Your words are "
                                                "here; try again, or ring one of the numbers."));
  }
  struct stuck_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "I’m stuck")),
      .numbers = safeguarding_numbers(rq->arena, rq->lang, safeguarding_site_nation(), rq->today),
      .reader = s.reader,
      .by = safeguarding_moment(rq, s.read_by),
      .kept = true};
  view_safeguarding_stuck(rq->view, &page);
}

static struct stuck_row stuck_row_of(struct request *rq, struct rows *r) {
  int64_t person = row_int(r, 1);
  struct person p;
  struct str words = {0};
  instant_t by = row_instant(r, 4);
  record_clear(&person_type, &p);
  people_contact(rq->db, rq->arena, person, CLASS_IDENTITY, &p);
  unseal(rq->db, rq->arena, (struct seal_place){person, CLASS_SAFETY, "stuck_note.words"},
         row_text(r, 2), &words);
  audit_shows(rq, person, CLASS_IDENTITY | CLASS_SAFETY);
  bool sees = permission_sight(rq->db, rq->arena, &rq->actor, person, rq->today, rq->now).classes;
  return (struct stuck_row){.id = row_text(r, 0),
                            .name = p.name,
                            .words = words,
                            .when = safeguarding_moment(rq, row_instant(r, 3)),
                            .by = safeguarding_moment(rq, by),
                            .record = sees ? uuid_str(rq->arena, p.public_id) : (struct str){0},
                            .prompt = row_text(r, 5).n > 0,
                            .overdue = rq->now > by};
}

/* What its readers have not read yet; those who may need a person soon first. */
void safeguarding_stuck_list_page(struct request *rq) {
  struct stuck_list_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "People who are stuck"))};
  size_t cap = 0;
  audit_shows(rq, 0, 0);
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select n.public_id, n.person_id, n.words, n.written_at, n.read_by_at, n.prompt from "
          "stuck_reader s join stuck_note n on n.id = s.note_id where s.user_id = ?1 and s.read_at "
          "is null and not exists (select 1 from connection_block b where b.person_id = "
          "n.person_id "
          "and b.user_id = s.user_id) order by n.read_by_at, n.id limit 50"),
      V(rq->actor.user_id));
  while (db_next(&r)) *slice_push(rq->arena, &page.rows, &cap) = stuck_row_of(rq, &r);
  view_safeguarding_stuck_list(rq->view, &page);
}

void safeguarding_stuck_read_post(struct request *rq) {
  struct str sealed = {0}, did = utf8_head(str_trim(request_form(rq, "did")), STUCK_WORDS_MAX);
  struct rows r;
  int64_t note = 0, person = 0;
  audit_shows(rq, 0, 0);
  if (db_one(
          &r, rq->db, rq->arena,
          SQL("select n.id, n.person_id from stuck_note n join stuck_reader s on s.note_id = n.id "
              "where n.public_id = ?1 and s.user_id = ?2"),
          V(request_path(rq, "id")), V(rq->actor.user_id)))
    note = row_int(&r, 0), person = row_int(&r, 1);
  db_done(&r);
  if (!note) {
    reply_not_found(rq);
    return;
  }
  audit_shows(rq, person, CLASS_SAFETY);
  db_begin(rq->db, STORE_MAIN);
  bool kept = !did.n || seal(rq->db, rq->arena,
                             (struct seal_place){person, CLASS_SAFETY, "stuck_reader.did"}, did,
                             rq->now, &sealed);
  db_run(rq->db,
         SQL("update stuck_reader set read_at = ?3, did = ?4 where note_id = ?1 and user_id = ?2"),
         V(note), V(rq->actor.user_id), db_instant(rq->arena, rq->now),
         sealed.n ? db_blob(sealed) : db_null());
  audit_did(rq, "read what somebody stuck wrote", person, CLASS_SAFETY);
  if (!kept) db_rollback(rq->db, STORE_MAIN);
  if (!kept || db_commit(rq->db, STORE_MAIN) != DB_OK) {
    reply_refuse(rq, 503,
                 PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_redirect(rq, S("/stuck"));
}

/* ---- Today ---- */

struct safeguarding_waiting safeguarding_waiting(struct request *rq) {
  struct safeguarding_waiting w = {0};
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select c.due_at from concern c where c.organisation_id = ?2 and exists (select 1 from "
          "concern_event e where e.concern_id = c.id and e.to_user = ?1 and e.kind = 'told') and "
          "not "
          "exists (select 1 from concern_event o where o.concern_id = c.id and o.kind = 'opened')"),
      V(rq->actor.user_id), V(rq->actor.organisation_id));
  while (db_next(&r)) {
    w.concerns++;
    w.overdue += rq->now > row_instant(&r, 0);
  }
  r = db_rows(rq->db, rq->arena,
              SQL("select n.prompt from stuck_reader s join stuck_note n on n.id = s.note_id where "
                  "s.user_id = ?1 and s.read_at is null"),
              V(rq->actor.user_id));
  while (db_next(&r)) {
    w.stuck++;
    w.prompts += row_text(&r, 0).n > 0;
  }
  return w;
}
