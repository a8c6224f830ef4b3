/* supervision_pages: dated notes of talks between a worker and whoever leads them, with what each
 * agreed to do. The worker reads their own; nobody else's. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "db/seal.h"
#include "team.html.h"

enum { WORDS_MAX = 4000, ACTION_MAX = 300, NOTES_MAX = 50 };
static const struct seal_place words_place = {0, CLASS_IDENTITY, "supervision.words"},
                               action_place = {0, CLASS_IDENTITY, "supervision_action.words"};

/* Of a colleague whom the asker leads: not themselves, and a manager's only for a manager. */
bool may_supervise(struct request *rq, const struct worker *w) {
  struct actor who;
  bool known = accounts_actor(rq->db, rq->arena, w->id, 0, rq->today, &who);
  bool above = known && actor_has(&who, ROLE_MANAGER) && !actor_has(&rq->actor, ROLE_MANAGER);
  return w->id != rq->actor.user_id && !above;
}

static bool open_led(struct request *rq, struct worker *w) {
  if (!worker_open(rq, w)) return false;
  if (may_supervise(rq, w)) return true;
  reply_not_found(rq);
  return false;
}

static struct str opened(struct request *rq, struct seal_place at, struct str sealed) {
  struct str words = {0};
  return unseal(rq->db, rq->arena, at, sealed, &words) ? words : (struct str){0};
}

static void read_actions(struct request *rq, int64_t note_id, struct note_row *note) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, words, who, by_day, done_on from "
                              "supervision_action where supervision_id = ?1 order by id"),
                          V(note_id));
  while (db_next(&r))
    *slice_push(rq->arena, &note->actions, &cap) = (struct action_row){
        .id = row_text(&r, 0),
        .words = opened(rq, action_place, row_text(&r, 1)),
        .who = str_eq(row_text(&r, 2), S("lead")) ? PAGE_TITLE(rq, "Whoever leads")
                                                  : PAGE_TITLE(rq, "The worker"),
        .by = row_null(&r, 3) ? (struct str){0} : day_words(rq->arena, row_day(&r, 3)),
        .done = row_null(&r, 4) ? (struct str){0} : day_words(rq->arena, row_day(&r, 4)),
        .late = row_null(&r, 4) && !row_null(&r, 3) && row_day(&r, 3) < rq->today};
}

static void read_notes(struct request *rq, int64_t user_id, struct supervision_page *page) {
  size_t cap = 0;
  struct {
    int64_t *p;
    size_t n;
  } ids = {0};
  size_t ids_cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select id, on_day, words, by_user, next_on from supervision where "
                              "user_id = ?1 order by on_day desc, id desc limit ?2"),
                          V(user_id), V((int64_t)NOTES_MAX));
  while (db_next(&r)) {
    *slice_push(rq->arena, &ids, &ids_cap) = row_int(&r, 0);
    *slice_push(rq->arena, &page->notes, &cap) = (struct note_row){
        .on = day_words(rq->arena, row_day(&r, 1)),
        .words = opened(rq, words_place, row_text(&r, 2)),
        .by = accounts_user_name(rq->db, rq->arena, row_int(&r, 3)),
        .next = row_null(&r, 4) ? (struct str){0} : day_words(rq->arena, row_day(&r, 4))};
  }
  for (size_t i = 0; i < ids.n; i++) read_actions(rq, ids.p[i], &page->notes.p[i]);
}

static void show(struct request *rq, const struct worker *w, bool own, struct str fault) {
  struct str id = uuid_str(rq->arena, w->public_id);
  struct supervision_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "Supervision")),
      .name = w->name,
      .own = own,
      .id = id,
      .fault = fault,
      .action = own ? S("/supervision") : str_format(rq->arena, "/team/%.*s/supervision", P(id))};
  read_notes(rq, w->id, &page);
  if (fault.n) reply_status(rq, 422);
  view_team_supervision(rq->view, &page);
}

void supervision_page(struct request *rq) {
  struct worker w;
  if (open_led(rq, &w)) show(rq, &w, false, (struct str){0});
}

static struct worker self(struct request *rq) {
  return (struct worker){.id = rq->actor.user_id, .name = rq->actor.name};
}

void supervision_own_page(struct request *rq) {
  struct worker w = self(rq);
  show(rq, &w, true, (struct str){0});
}

/* ---- writing ---- */

struct note {
  struct str words, theirs, mine;
  day_t next, by;
};

static bool day_later(struct request *rq, const char *name, day_t *out) {
  struct str typed = str_trim(request_form(rq, name));
  *out = DAY_NONE;
  return !typed.n || (day_parse_typed(typed, out) && *out > rq->today);
}

static struct str read_note(struct request *rq, struct note *n) {
  n->words = str_trim(request_form(rq, "words"));
  n->theirs = str_trim(request_form(rq, "theirs")), n->mine = str_trim(request_form(rq, "mine"));
  if (!n->words.n || utf8_count(n->words) > WORDS_MAX)
    return PAGE_TITLE(rq, "Write what you talked about, in at most 4,000 characters.");
  if (utf8_count(n->theirs) > ACTION_MAX || utf8_count(n->mine) > ACTION_MAX)
    return PAGE_TITLE(rq, "What was agreed has at most 300 characters each.");
  bool next_right = day_later(rq, "next", &n->next), by_right = day_later(rq, "by", &n->by);
  if (!next_right || !by_right)
    return PAGE_TITLE(rq, "Days still to come are given as 27/3/2026.");
  return (struct str){0};
}

static enum db_result keep_action(struct request *rq, int64_t note_id, int64_t user_id,
                                  struct str words, const char *who, day_t by) {
  struct str sealed;
  if (!words.n) return DB_OK;
  if (!seal(rq->db, rq->arena, action_place, words, rq->now, &sealed)) return DB_FAILED;
  return db_run(rq->db,
                SQL("insert into supervision_action (public_id, supervision_id, user_id, words, "
                    "who, by_day) values (?1, ?2, ?3, ?4, ?5, ?6)"),
                db_uuid(rq->arena, uuid_v4()), V(note_id), V(user_id), V(db_blob(sealed)),
                V(str_of(who)), db_day(rq->arena, by));
}

static enum db_result keep_note(struct request *rq, const struct worker *w, const struct note *n) {
  struct str sealed;
  if (!seal(rq->db, rq->arena, words_place, n->words, rq->now, &sealed)) return DB_FAILED;
  int64_t id = db_insert(
      rq->db,
      SQL("insert into supervision (public_id, user_id, by_user, team_id, on_day, words, next_on, "
          "made_at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) returning id"),
      db_uuid(rq->arena, uuid_v4()), V(w->id), V(rq->actor.user_id), V(rq->actor.team_id),
      db_day(rq->arena, rq->today), V(db_blob(sealed)), db_day(rq->arena, n->next),
      db_instant(rq->arena, rq->now));
  if (!id) return DB_FAILED;
  enum db_result result = keep_action(rq, id, w->id, n->theirs, "worker", n->by);
  return result == DB_OK ? keep_action(rq, id, w->id, n->mine, "lead", n->by) : result;
}

/* An agreed action is done, or is not after all; either of the two may say so. */
static enum db_result mark(struct request *rq, int64_t user_id) {
  struct uuid id;
  bool done = str_eq(request_form(rq, "end"), S("done"));
  if (!uuid_parse(request_form(rq, "action"), &id)) return DB_CONFLICT;
  enum db_result result = db_run(
      rq->db,
      SQL("update supervision_action set done_on = ?3 where public_id = ?1 and user_id = "
          "?2"),
      V(db_uuid(rq->arena, id)), V(user_id), done ? db_day(rq->arena, rq->today) : db_null());
  return result == DB_OK && db_changes(rq->db) == 0 ? DB_CONFLICT : result;
}

static void finish(struct request *rq, enum db_result result, struct str path) {
  audit_did(rq, "supervision", 0, 0);
  enum db_result kept = result;
  if (result == DB_OK)
    kept = db_commit(rq->db, STORE_MAIN);
  else
    db_rollback(rq->db, STORE_MAIN);
  if (team_failed(rq, kept)) return;
  reply_flash(rq, PAGE_TITLE(rq, "Written down."));
  reply_redirect(rq, path);
}

void supervision_post(struct request *rq) {
  struct worker w;
  struct note n;
  if (!open_led(rq, &w)) return;
  struct str path =
      str_format(rq->arena, "/team/%.*s/supervision", P(uuid_str(rq->arena, w.public_id)));
  if (request_form(rq, "action").n) {
    db_begin(rq->db, STORE_MAIN);
    finish(rq, mark(rq, w.id), path);
    return;
  }
  struct str fault = read_note(rq, &n);
  if (fault.n) return show(rq, &w, false, fault);
  db_begin(rq->db, STORE_MAIN);
  enum db_result result = keep_note(rq, &w, &n);
  finish(rq, result, path);
}

void supervision_own_post(struct request *rq) {
  db_begin(rq->db, STORE_MAIN);
  finish(rq, mark(rq, rq->actor.user_id), S("/supervision"));
}
