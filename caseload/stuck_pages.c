/* stuck_pages: where people wait and how long; who carries how many of how many agreed. */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "messages/messages.h"
#include "referrals/referrals.h"
#include "team.html.h"

enum { COUNT_MAX = 1000, LOAD_MAX = 500 };

static struct str days_words(struct request *rq, int64_t days) {
  return SAY_N(rq->arena, (enum language)rq->lang, TN("1 day", "{n} days", days));
}

static struct str count_words(struct request *rq, int64_t n) {
  return n < COUNT_MAX ? str_format(rq->arena, "%lld", (long long)n)
                       : PAGE_TITLE(rq, "1,000 or more");
}

static int longest_first(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (y > x) - (y < x);
}

/* One stage of support: those who stand there, how long since support began. */
static void add_support(struct request *rq, const struct person_worklist *w, struct bars *bars,
                        size_t *cap) {
  struct listeds all = worklist_read(rq, w, COUNT_MAX);
  int64_t *days = arena_many(rq->arena, int64_t, all.n + 1);
  for (size_t i = 0; i < all.n; i++) days[i] = rq->today - all.p[i].since;
  if (!all.n) return;
  qsort(days, all.n, sizeof *days, longest_first);
  *slice_push(rq->arena, &bars->rows, cap) =
      (struct bar){.name = words_of((enum language)rq->lang, w->name),
                   .href = str_format(rq->arena, "/team/data/%s", w->code),
                   .value = (int64_t)all.n,
                   .more = {S("–"), days_words(rq, days[all.n / 2]), days_words(rq, days[0])}};
}

void stuck_page(struct request *rq) {
  struct bars bars = {.words = {.id = S("stuck"),
                                .what = PAGE_TITLE(rq, "Where people wait"),
                                .about = PAGE_TITLE(rq, "Your team, today"),
                                .shows = PAGE_TITLE(rq, "How many stand at each stage, and for how "
                                                        "many days."),
                                .shows_not = PAGE_TITLE(rq, "Why. Some people want to wait; ask "
                                                            "them.")},
                      .columns = {T("Stage"), T("People"), T("Past their time"),
                                  T("Half wait longer than"), T("Longest")}};
  struct stuck_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Waiting and stuck"))};
  size_t cap = 0;
  audit_shows(rq, 0, 0); /* numbers only: nobody is named */
  struct referral_stages stages = referrals_stages(rq->db, rq->arena, rq->actor.team_id, rq->today);
  for (size_t i = 0; i < stages.n; i++) {
    const struct referral_stage *s = &stages.p[i];
    struct str state = referral_state_words((enum language)rq->lang, s->state);
    *slice_push(rq->arena, &bars.rows, &cap) =
        (struct bar){.name = SAY(rq->arena, (enum language)rq->lang, T("Referral: {state}"),
                                 SLOT("state", state)),
                     .href = S("/referrals"),
                     .value = s->n,
                     .pressing = s->overdue > 0,
                     .more = {count_words(rq, s->overdue), days_words(rq, s->median),
                              days_words(rq, s->longest)}};
  }
  for (size_t i = 0; people_worklist(i); i++)
    if (people_worklist(i)->stage) add_support(rq, people_worklist(i), &bars, &cap);
  page.some = bars.rows.n > 0, page.kept = worklists_kept(rq);
  if (page.some) bars_chart(rq->view, &bars, &page.chart);
  view_team_stuck(rq->view, &page);
}

/* ---- who carries how many ---- */

static void read_load(struct request *rq, struct load_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select u.public_id, u.name, (select count(*) from caseload c where c.user_id = u.id and "
          "c.from_day <= ?2 and (c.to_day is null or c.to_day >= ?2) and exists (select 1 from "
          "person p where p.id = c.person_id and p.name is not null)), f.people, f.agreed_on from "
          "user_account u left join worker_full f on f.user_id = u.id where u.team_id = ?1 and "
          "u.disabled_at is null order by u.name, u.id"),
      V(rq->actor.team_id), V(db_day(rq->arena, rq->today)));
  while (db_next(&r)) {
    struct load_row row = {.id = row_text(&r, 0),
                           .name = row_text(&r, 1),
                           .carried = row_int(&r, 2),
                           .agreed = !row_null(&r, 3),
                           .full = row_int(&r, 3)};
    if (row.agreed) {
      row.over = row.carried > row.full ? row.carried - row.full : 0;
      row.room = row.carried < row.full ? row.full - row.carried : 0;
      row.agreed_on = day_words(rq->arena, row_day(&r, 4));
      row.number = str_format(rq->arena, "%lld", (long long)row.full);
    }
    page->over += row.over > 0;
    *slice_push(rq->arena, &page->rows, &cap) = row;
  }
}

static void show_load(struct request *rq, struct str fault) {
  struct load_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Who carries how many")),
                           .fault = fault};
  audit_shows(rq, 0, 0);
  read_load(rq, &page);
  if (fault.n) reply_status(rq, 422);
  view_team_load(rq->view, &page);
}

void load_page(struct request *rq) { show_load(rq, (struct str){0}); }

void load_post(struct request *rq) {
  int64_t people = 0;
  struct uuid id;
  audit_shows(rq, 0, 0);
  bool number =
      str_to_i64(str_trim(request_form(rq, "people")), &people) && people > 0 && people <= LOAD_MAX;
  int64_t user = uuid_parse(request_form(rq, "worker"), &id)
                     ? db_number(rq->db, 0,
                                 SQL("select id from user_account where public_id = ?1 and team_id "
                                     "= ?2"),
                                 V(db_uuid(rq->arena, id)), V(rq->actor.team_id))
                     : 0;
  if (!number || !user)
    return show_load(rq, PAGE_TITLE(rq, "Give a number from 1 to 500 for a worker of your team."));
  db_begin(rq->db, STORE_MAIN);
  db_run(rq->db,
         SQL("insert into worker_full (user_id, people, agreed_on, agreed_by) values (?1, ?2, ?3, "
             "?4) on conflict (user_id) do update set people = excluded.people, agreed_on = "
             "excluded.agreed_on, agreed_by = excluded.agreed_by"),
         V(user), V(people), V(db_day(rq->arena, rq->today)), V(rq->actor.user_id));
  audit_did(rq, "agreed a caseload", 0, 0);
  if (team_failed(rq, db_commit(rq->db, STORE_MAIN))) return;
  reply_flash(rq, PAGE_TITLE(rq, "Written down."));
  reply_redirect(rq, S("/team/load"));
}

/* ---- DBS checks and training, by what runs out next ---- */

enum { DBS_YEARS = 3, TRAINING_YEARS = 2, SOON_DAYS = 60 };

struct staff_check {
  struct check_row row;
  day_t next;
};

static day_t ends(day_t on, int years) {
  return on == DAY_NONE ? DAY_NONE : day_add_months(on, 12 * years);
}

/* What is not known comes first, then what ends first. */
static int by_next(const void *a, const void *b) {
  const struct staff_check *x = a, *y = b;
  if (x->next != y->next) return (x->next > y->next) - (x->next < y->next);
  return str_cmp(x->row.name, y->row.name);
}

static struct str iso_typed(struct request *rq, day_t d) {
  struct ymd y = day_ymd(d);
  return d == DAY_NONE ? (struct str){0}
                       : str_format(rq->arena, "%d/%d/%d", y.day, y.month, y.year);
}

static struct staff_check check_of(struct request *rq, struct rows *r) {
  day_t dbs = row_day(r, 2), trained = row_day(r, 3), dbs_end = ends(dbs, DBS_YEARS),
        trained_end = ends(trained, TRAINING_YEARS);
  struct staff_check c = {.row = {.id = row_text(r, 0),
                                  .name = row_text(r, 1),
                                  .dbs = iso_typed(rq, dbs),
                                  .trained = iso_typed(rq, trained)}};
  bool unknown = dbs == DAY_NONE || trained == DAY_NONE;
  c.next = unknown ? DAY_NONE : dbs_end < trained_end ? dbs_end : trained_end;
  c.row.due = unknown || c.next <= rq->today + SOON_DAYS;
  if (unknown)
    c.row.next = PAGE_TITLE(rq, "A date is not known");
  else {
    struct str day = day_words(rq->arena, c.next);
    c.row.next =
        c.next == dbs_end
            ? SAY(rq->arena, (enum language)rq->lang, T("DBS check until {day}"), SLOT("day", day))
            : SAY(rq->arena, (enum language)rq->lang, T("Training until {day}"), SLOT("day", day));
  }
  return c;
}

static void show_checks(struct request *rq, struct str fault) {
  struct checks_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Checks and training")),
                             .fault = fault};
  struct {
    struct staff_check *p;
    size_t n;
  } all = {0};
  size_t cap = 0, rows = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, name, dbs_checked_on, safeguarding_trained_on "
                              "from user_account where team_id = ?1 and disabled_at is null order "
                              "by name, id"),
                          V(rq->actor.team_id));
  while (db_next(&r)) *slice_push(rq->arena, &all, &cap) = check_of(rq, &r);
  if (all.n) qsort(all.p, all.n, sizeof *all.p, by_next);
  for (size_t i = 0; i < all.n; i++) *slice_push(rq->arena, &page.rows, &rows) = all.p[i].row;
  if (fault.n) reply_status(rq, 422);
  view_team_checks(rq->view, &page);
}

void checks_page(struct request *rq) { show_checks(rq, (struct str){0}); }

static bool past_day(struct request *rq, const char *name, day_t *out) {
  struct str typed = str_trim(request_form(rq, name));
  *out = DAY_NONE;
  return !typed.n || (day_parse_typed(typed, out) && *out <= rq->today);
}

void checks_post(struct request *rq) {
  struct uuid id;
  day_t dbs, trained;
  bool dbs_right = past_day(rq, "dbs", &dbs), trained_right = past_day(rq, "trained", &trained);
  int64_t user = uuid_parse(request_form(rq, "worker"), &id)
                     ? db_number(rq->db, 0,
                                 SQL("select id from user_account where public_id = ?1 and team_id "
                                     "= ?2"),
                                 V(db_uuid(rq->arena, id)), V(rq->actor.team_id))
                     : 0;
  if (!dbs_right || !trained_right || !user)
    return show_checks(rq, PAGE_TITLE(rq, "Give days as 27/3/2026, not after today."));
  db_begin(rq->db, STORE_MAIN);
  accounts_checked(rq->db, rq->arena, user, dbs, trained);
  audit_did(rq, "wrote down a check", 0, 0);
  if (team_failed(rq, db_commit(rq->db, STORE_MAIN))) return;
  reply_flash(rq, PAGE_TITLE(rq, "Written down."));
  reply_redirect(rq, S("/team/checks"));
}
