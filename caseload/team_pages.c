/* team_pages: a team's work for whoever leads it: who carries how many, what waits, whose checks
 * run out; and handing people from one worker to another. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "caseload.html.h"
#include "money/money.h"
#include "referrals/referrals.h"

enum { MONTH = 30, CHECK_SOON = 60, DBS_YEARS = 3, TRAINING_YEARS = 2, MOVE_MAX = 200 };

/* A check that runs out within two months, or that nobody has written down, is said. How long each
 * lasts is the organisation's own rule; these are where a reminder begins. */
static struct str check_words(struct request *rq, day_t on, int years, bool *due) {
  *due = on == DAY_NONE || day_add_months(on, 12 * years) <= rq->today + CHECK_SOON;
  return on == DAY_NONE ? PAGE_TITLE(rq, "Not known") : day_words(rq->arena, on);
}

static int64_t drifting_of(struct request *rq, int64_t user_id) {
  int64_t *ids = arena_many(rq->arena, int64_t, CARRIED_MAX), drifting = 0;
  size_t n = caseload_ids(rq, user_id, ids, CARRIED_MAX);
  struct drift *d = arena_many(rq->arena, struct drift, n + 1);
  contacts_drifts(rq->db, rq->arena, ids, n, rq->today, d);
  for (size_t i = 0; i < n; i++) drifting += d[i].drifting;
  return drifting;
}

static void list_workers(struct request *rq, struct team_page *page) {
  size_t cap = 0;
  day_t today = rq->today;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select u.id, u.public_id, u.name, u.dbs_checked_on, u.safeguarding_trained_on, "
          "coalesce(n.now, 0), coalesce(n.began, 0), coalesce(n.ended, 0), (select count(*) from "
          "cover v where v.absent_user_id = u.id and v.from_day <= ?2 and v.to_day >= ?2) from "
          "user_account u left join (select c.user_id as worker, sum(case when c.from_day <= ?2 "
          "and (c.to_day is null or c.to_day >= ?2) then 1 else 0 end) as now, sum(case when "
          "c.from_day > ?3 and c.from_day <= ?2 then 1 else 0 end) as began, sum(case when "
          "c.to_day >= ?3 and c.to_day <= ?2 then 1 else 0 end) as ended from user_account w join "
          "caseload c on c.user_id = w.id join person p on p.id = c.person_id and p.name is not "
          "null where w.team_id = ?1 group by c.user_id) n on n.worker = u.id where u.team_id = ?1 "
          "and u.disabled_at is null order by u.name, u.id"),
      V(rq->actor.team_id), V(db_day(rq->arena, today)), V(db_day(rq->arena, today - MONTH)));
  while (db_next(&r)) {
    struct team_row row = {.name = row_text(&r, 2),
                           .carried = row_int(&r, 5),
                           .began = row_int(&r, 6),
                           .ended = row_int(&r, 7),
                           .away = row_int(&r, 8) > 0};
    row.href = str_format(rq->arena, "/team/%.*s", P(uuid_str(rq->arena, row_uuid(&r, 1))));
    row.dbs = check_words(rq, row_day(&r, 3), DBS_YEARS, &row.dbs_due);
    row.training = check_words(rq, row_day(&r, 4), TRAINING_YEARS, &row.training_due);
    row.drifting = row.carried ? drifting_of(rq, row_int(&r, 0)) : 0;
    *slice_push(rq->arena, &page->rows, &cap) = row;
  }
}

void team_page(struct request *rq) {
  struct team_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Your team")),
                           .team = rq->actor.team_name};
  audit_shows(rq, 0, 0); /* numbers only: nobody is named */
  struct referral_waiting w =
      referrals_waiting_count(rq->db, rq->arena, rq->actor.team_id, rq->today);
  page.waiting = w.waiting, page.overdue = w.overdue, page.spends = money_waiting(rq);
  list_workers(rq, &page);
  view_caseload_team(rq->view, &page);
}

bool team_failed(struct request *rq, enum db_result result) {
  if (result == DB_OK) return false;
  reply_refuse(rq, result == DB_CONFLICT ? 409 : 503,
               result == DB_CONFLICT
                   ? PAGE_TITLE(rq, "Somebody was first. Open the page again and look at how it "
                                    "stands now.")
                   : PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
  return true;
}

/* ---- one worker ---- */

static bool worker_row(struct rows *r, struct worker *out) {
  *out = (struct worker){row_int(r, 0), row_uuid(r, 1), row_text(r, 2)};
  return true;
}

/* Of the asker's own team only. */
bool worker_open(struct request *rq, struct worker *out) {
  struct uuid id;
  struct rows r;
  audit_shows(rq, 0, 0);
  if (!uuid_parse(request_path(rq, "worker"), &id)) memset(&id, 0, sizeof id);
  bool found =
      db_one(&r, rq->db, rq->arena,
             SQL("select id, public_id, name from user_account where public_id = ?1 and team_id = "
                 "?2"),
             V(db_uuid(rq->arena, id)), V(rq->actor.team_id)) &&
      worker_row(&r, out);
  if (found)
    db_done(&r);
  else
    reply_not_found(rq);
  return found;
}

static void list_people(struct request *rq, const struct worker *w, struct worker_page *page) {
  struct carrieds all = caseload_of(rq, w->id);
  size_t cap = 0;
  for (size_t i = 0; i < all.n; i++) {
    const struct carried *c = &all.p[i];
    bool talks = c->sight.classes & CLASS_CONTACTS;
    day_t last = talks ? contacts_last(rq->db, rq->arena, c->id) : DAY_NONE;
    audit_shows(rq, c->id, CLASS_IDENTITY | CLASS_CONTACT | CLASS_CONTACTS);
    *slice_push(rq->arena, &page->rows, &cap) = (struct worker_row){
        .id = uuid_str(rq->arena, c->person.public_id),
        .name = c->person.name,
        .safe = people_safe_words(rq, &c->person),
        .last = last == DAY_NONE ? (struct str){0} : day_words(rq->arena, last)};
  }
}

static void list_others(struct request *rq, const struct worker *w, struct worker_page *page) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select public_id, name from user_account where team_id = ?1 and id <> ?2 "
                  "and disabled_at is null order by name, id"),
              V(rq->actor.team_id), V(w->id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->others, &cap) =
        (struct worker_choice){uuid_str(rq->arena, row_uuid(&r, 0)), row_text(&r, 1)};
}

static void show_worker(struct request *rq, const struct worker *w, struct str fault) {
  struct worker_page page = {
      .layout = page_layout(rq, PAGE_TITLE(rq, "A caseload")),
      .name = w->name,
      .action = str_format(rq->arena, "/team/%.*s", P(uuid_str(rq->arena, w->public_id))),
      .fault = fault,
      .supervise = may_supervise(rq, w)};
  list_people(rq, w, &page);
  list_others(rq, w, &page);
  view_caseload_worker(rq->view, &page);
}

void worker_page(struct request *rq) {
  struct worker w;
  if (worker_open(rq, &w)) show_worker(rq, &w, (struct str){0});
}

/* ---- handing people over ---- */

struct move {
  struct request *rq;
  struct worker from;
  int64_t to;
  int64_t people[MOVE_MAX];
  size_t n;
};

static enum db_result move_all(struct db *db, void *with) {
  struct move *m = with;
  enum db_result r = DB_OK;
  for (size_t i = 0; i < m->n && r == DB_OK; i++) {
    r = permission_hand_over(db, m->rq->arena, m->people[i], m->from.id, m->to, m->rq->today);
    if (r == DB_OK) audit_did(m->rq, "handed to another worker", m->people[i], CLASS_IDENTITY);
  }
  return r;
}

/* Only people of this caseload whom the asker may see, and a colleague of the same team. */
static struct str read_move(struct request *rq, struct move *m) {
  struct strs ticked = request_form_all(rq, "person");
  struct carrieds all = caseload_of(rq, m->from.id);
  struct uuid to;
  for (size_t t = 0; t < ticked.n; t++)
    for (size_t i = 0; i < all.n && m->n < MOVE_MAX; i++)
      if (str_eq(ticked.p[t], uuid_str(rq->arena, all.p[i].person.public_id)) &&
          !permission_is_restricted(rq->db, all.p[i].id))
        m->people[m->n++] = all.p[i].id;
  if (!m->n) return PAGE_TITLE(rq, "Tick whom to hand over.");
  if (uuid_parse(request_form(rq, "to"), &to))
    m->to = db_number(rq->db, 0,
                      SQL("select id from user_account where public_id = ?1 and team_id = ?2 and "
                          "id <> ?3 and disabled_at is null"),
                      V(db_uuid(rq->arena, to)), V(rq->actor.team_id), V(m->from.id));
  return m->to ? (struct str){0} : PAGE_TITLE(rq, "Choose a worker of your team.");
}

void worker_move(struct request *rq) {
  struct move m = {.rq = rq};
  if (!worker_open(rq, &m.from)) return;
  struct str fault = read_move(rq, &m);
  if (fault.n) {
    reply_status(rq, 422);
    show_worker(rq, &m.from, fault);
    return;
  }
  if (team_failed(rq, db_atomically(rq->db, STORE_MAIN, move_all, &m))) return;
  for (size_t i = 0; i < m.n; i++) audit_shows(rq, m.people[i], CLASS_IDENTITY);
  reply_flash(rq,
              SAY_N(rq->arena, (enum language)rq->lang,
                    TN("1 person is handed over.", "{n} people are handed over.", (int64_t)m.n)));
  reply_redirect(rq, str_format(rq->arena, "/team/%.*s", P(uuid_str(rq->arena, m.from.public_id))));
}
