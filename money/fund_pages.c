/* fund_pages: what waits to be allowed; the funds, what each has left, its vouchers, and finding
 * spends again on a statement. */
#include "db/list.h"
#include "money/inside.h"
#include "money/pages.h"
#include "money.html.h"
#include "record/form.h"

enum { WAITING_MAX = 50, CANDIDATES_MAX = 5, LINES_SHOWN = 50 };

/* ---- what waits ---- */

LIST(spends_seen, STORE_MAIN,
     "select s.id, m.person_id " MAY_SEE_FROM
     "join spend_now n on n.person_id = m.person_id join spend s on s.id = n.spend_id ",
     SCOPE(MAY_SEE_SCOPE), FILTERS("n.state = ?"), SORTS("n.since, n.spend_id"));

static bool keeps_funds(const struct request *rq) {
  return actor_has(&rq->actor, ROLE_TEAM_LEAD | ROLE_MANAGER);
}

static void waiting_row(struct request *rq, int64_t spend_id, int64_t person_id, struct sight sight,
                        struct money_rows *out, size_t *cap) {
  struct person p;
  struct spend s;
  record_clear(&spend_type, &s);
  if (!(sight.classes & CLASS_FINANCE) || !people_seen(rq, person_id, sight, &p) ||
      !record_load(rq->db, rq->arena, &spend_type, spend_id, &s))
    return;
  audit_shows(rq, person_id, CLASS_IDENTITY | CLASS_FINANCE);
  *slice_push(rq->arena, out, cap) = (struct money_row){
      .path = str_format(rq->arena, "/people/%.*s/money/%.*s",
                         P(uuid_str(rq->arena, p.public_id)),
                         P(uuid_str(rq->arena, s.public_id))),
      .name = p.name,
      .what = words_label((enum language)rq->lang, code_label("spend_items", s.item)),
      .day = day_words(rq->arena, s.asked_on),
      .pence = s.amount};
}

struct pairs { int64_t spend[WAITING_MAX], person[WAITING_MAX]; size_t n; };

static void add_waiting(struct request *rq, const struct pairs *all, struct money_rows *out) {
  size_t cap = out->n;
  for (size_t i = 0; i < all->n; i++) {
    int64_t person = all->person[i];
    struct sight sight;
    if (permission_recheck(rq, &person, &sight, 1))
      waiting_row(rq, all->spend[i], person, sight, out, &cap);
  }
}

static struct pairs waiting_listed(struct request *rq) {
  struct pairs all = {0};
  struct list_ask ask = {.limit = WAITING_MAX};
  permission_scope(rq->arena, &rq->actor, rq->today, ask.scope);
  ask.filter[0].on = true, ask.filter[0].v = V(S("asked"));
  struct rows r = list_rows(rq->db, rq->arena, &spends_seen, &ask);
  while (db_next(&r))
    all.spend[all.n] = row_int(&r, 0), all.person[all.n] = row_int(&r, 1), all.n++;
  return all;
}

/* Spends for people who hide, whom only named workers see: a second query, asked of everyone. */
static struct pairs waiting_named(struct request *rq) {
  int64_t people[WAITING_MAX];
  struct pairs all = {0};
  size_t n = permission_named_for(rq->db, rq->arena, &rq->actor, rq->today, rq->now, people,
                                  countof(people));
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select spend_id, person_id from spend_now where person_id in "
                              "INTS(?1) and state = 'asked' order by spend_id"),
                          V(db_in(rq->arena, people, n)));
  while (db_next(&r))
    if (all.n < WAITING_MAX)
      all.spend[all.n] = row_int(&r, 0), all.person[all.n] = row_int(&r, 1), all.n++;
  return all;
}

static void find_waiting(struct request *rq, struct money_rows *out) {
  struct pairs listed = waiting_listed(rq), named = waiting_named(rq);
  add_waiting(rq, &listed, out);
  add_waiting(rq, &named, out);
}

int64_t money_waiting(struct request *rq) {
  return keeps_funds(rq) ? (int64_t)waiting_listed(rq).n : 0;
}

/* ---- the funds ---- */

static struct str fund_path(struct request *rq, struct uuid id) {
  return str_format(rq->arena, "/money/funds/%.*s", P(uuid_str(rq->arena, id)));
}

static void list_funds(struct request *rq, struct money_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select f.public_id, f.name, coalesce(f.payer, ''), f.total, n.committed, f.ends from "
          "fund f join fund_now n on n.fund_id = f.id where f.organisation = ?1 or exists (select "
          "1 from fund_team t where t.fund_id = f.id and t.team_id = ?2) order by f.name, f.id"),
      V(rq->actor.organisation_id), V(rq->actor.team_id));
  while (db_next(&r)) {
    int64_t total = row_int(&r, 3), committed = row_int(&r, 4);
    *slice_push(rq->arena, &page->funds, &cap) =
        (struct money_fund_row){fund_path(rq, row_uuid(&r, 0)),
                                row_text(&r, 1),
                                row_text(&r, 2),
                                total - committed,
                                total,
                                row_day(&r, 5),
                                total > 0 ? (int)(committed * 100 / total) : 0};
  }
}

void money_page(struct request *rq) {
  struct money_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "Money")),
                            .keeps = keeps_funds(rq)};
  audit_shows(rq, 0, 0);
  if (page.keeps) find_waiting(rq, &page.waiting);
  list_funds(rq, &page);
  view_money_page(rq->view, &page);
}

/* A fund of the actor's own organisation, or one their team spends from. */
static bool open_fund(struct request *rq, struct fund *f) {
  struct uuid id;
  record_clear(&fund_type, f);
  bool found = uuid_parse(request_path(rq, "fund"), &id) &&
               record_load_public(rq->db, rq->arena, &fund_type, id, f) &&
               (f->organisation == rq->actor.organisation_id ||
                db_number(rq->db, 0,
                          SQL("select 1 from fund_team where fund_id = ?1 and team_id = ?2"),
                          V(f->id), V(rq->actor.team_id)));
  if (!found) reply_not_found(rq);
  return found;
}

static bool may_keep(const struct request *rq, const struct fund *f) {
  return keeps_funds(rq) && f->organisation == rq->actor.organisation_id;
}

static void list_stock(struct request *rq, const struct fund *f, struct money_fund_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select name, pence, count(*) from voucher where fund_id = ?1 and "
                              "spend_id is null and (expires is null or expires >= ?2) group by "
                              "name, pence order by name, pence"),
                          V(f->id), V(db_day(rq->arena, rq->today)));
  while (db_next(&r))
    *slice_push(rq->arena, &page->stock, &cap) =
        (struct money_stock_row){row_text(&r, 0), row_int(&r, 1), row_int(&r, 2)};
}

static void list_counts(struct request *rq, const struct fund *f, struct money_fund_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select item, barrier, cast(sum(spends) as bigint), cast(sum(pence) "
                              "as bigint) from spend_count where fund_id = ?1 group by item, "
                              "barrier having sum(spends) > 0 order by 3 desc, 1, 2"),
                          V(f->id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->counts, &cap) = (struct money_count_row){
        words_label((enum language)rq->lang, code_label("spend_items", row_text(&r, 0))),
        row_text(&r, 1).n
            ? words_label((enum language)rq->lang, code_label("barriers", row_text(&r, 1)))
            : PAGE_TITLE(rq, "Not said"),
        row_int(&r, 2), row_int(&r, 3)};
}

/* ---- statements ---- */

struct candidate {
  int64_t id;
  struct uuid public_id;
  struct str by;
  day_t asked, bought;
  int64_t pence;
};
struct candidates { struct candidate *p; size_t n; };

/* Spends of the fund that were bought and are on no statement yet. Nobody is named here. */
static struct candidates unreconciled(struct request *rq, int64_t fund_id) {
  struct candidates all = {0};
  size_t cap = 0;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select s.id, s.public_id, coalesce(u.name, ''), s.asked_on, (select max(x.day) from "
          "spend_fact x where x.spend_id = s.id and x.what = 'bought'), h.pence from spend_share h "
          "join spend s on s.id = h.spend_id join spend_now n on n.spend_id = s.id left join "
          "user_account u on u.id = s.asked_by where h.fund_id = ?1 and n.state in ('bought', "
          "'delivered', 'receipted') and not exists (select 1 from statement_line l where "
          "l.spend_id = s.id) order by s.id"),
      V(fund_id));
  while (db_next(&r))
    *slice_push(rq->arena, &all, &cap) =
        (struct candidate){row_int(&r, 0), row_uuid(&r, 1), row_text(&r, 2),
                           row_day(&r, 3), row_day(&r, 4),  row_int(&r, 5)};
  return all;
}

static void add_fits(struct request *rq, const struct candidates *all, const struct line *l,
                     struct money_line_row *row) {
  size_t cap = 0;
  for (size_t i = 0; i < all->n && row->fits.n < CANDIDATES_MAX; i++) {
    const struct candidate *c = &all->p[i];
    if (!statement_fit(l, c->pence, c->bought)) continue;
    *slice_push(rq->arena, &row->fits, &cap) = (struct money_candidate){
        uuid_str(rq->arena, c->public_id),
        SAY(rq->arena, (enum language)rq->lang, T("Bought on {day} by {name}"),
            SLOT("day", day_words(rq->arena, c->bought)), SLOT("name", c->by))};
  }
}

static void list_lines(struct request *rq, const struct fund *f, struct money_fund_page *page) {
  struct candidates all = unreconciled(rq, f->id);
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, day, words, pence from statement_line where "
                              "fund_id = ?1 and spend_id is null order by day, id"),
                          V(f->id));
  while (db_next(&r)) {
    struct line l = {row_day(&r, 1), row_text(&r, 2), row_int(&r, 3), 0};
    page->unmatched++;
    if (page->lines.n == LINES_SHOWN) continue;
    struct money_line_row *row = slice_push(rq->arena, &page->lines, &cap);
    *row = (struct money_line_row){.id = uuid_str(rq->arena, row_uuid(&r, 0)),
                                   .words = l.words,
                                   .day = l.day,
                                   .pence = l.pence};
    add_fits(rq, &all, &l, row);
  }
}

static struct strs posted_values(void *from, const char *name) {
  return request_form_all(from, name);
}

static struct markup fund_form(struct request *rq, const struct fund *f,
                               const struct posted *posted, const struct faults *faults) {
  struct buf b = buf_open(1 << 18);
  struct record_form form = {.type = &fund_type,
                             .record = f,
                             .posted = posted,
                             .faults = faults,
                             .lang = (enum language)rq->lang};
  record_form(&form, rq->arena, &b);
  if (f) record_form_version(f, &b);
  struct markup m = {str_copy(rq->arena, buf_str(&b))};
  buf_free(&b);
  return m;
}

static struct money_fund_page page_of(struct request *rq, const struct fund *f) {
  int64_t left = money_fund_left(rq->db, f->id);
  struct money_fund_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A fund")),
                                 .action = fund_path(rq, f->public_id),
                                 .name = f->name,
                                 .payer = f->payer,
                                 .purpose = f->purpose,
                                 .question = f->question,
                                 .left = left,
                                 .total = f->total,
                                 .committed = f->total - left,
                                 .starts = f->starts,
                                 .ends = f->ends,
                                 .keeps = may_keep(rq, f)};
  return page;
}

static void show_fund(struct request *rq, const struct fund *f, struct str fault) {
  struct money_fund_page page = page_of(rq, f);
  page.fault = fault;
  list_stock(rq, f, &page);
  list_counts(rq, f, &page);
  if (page.keeps) list_lines(rq, f, &page);
  view_money_fund(rq->view, &page);
}

void money_fund_page(struct request *rq) {
  struct fund f;
  if (open_fund(rq, &f)) show_fund(rq, &f, (struct str){0});
}

/* ---- adding and changing a fund ---- */

static bool is_new(struct request *rq) { return str_eq(rq->path, S("/money/funds/new")); }

static bool open_to_change(struct request *rq, struct fund *f) {
  record_clear(&fund_type, f);
  if (is_new(rq)) return true;
  if (!open_fund(rq, f)) return false;
  if (may_keep(rq, f)) return true;
  reply_not_found(rq);
  return false;
}

static void show_edit(struct request *rq, const struct fund *f, const struct posted *posted,
                      const struct faults *faults, struct str fault) {
  struct money_fund_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "A fund")),
                                 .is_new = is_new(rq),
                                 .fault = fault,
                                 .name = f->name,
                                 .form = fund_form(rq, is_new(rq) ? NULL : f, posted, faults)};
  page.action = page.is_new ? S("/money/funds/new")
                            : str_format(rq->arena, "%.*s/change", P(fund_path(rq, f->public_id)));
  view_money_fund_edit(rq->view, &page);
}

void money_fund_edit_page(struct request *rq) {
  struct fund f;
  if (open_to_change(rq, &f)) show_edit(rq, &f, NULL, NULL, (struct str){0});
}

struct fund_work { struct request *rq; struct fund fund; };

static enum db_result save_fund(struct db *db, void *with) {
  struct fund_work *w = with;
  struct fund f = w->fund;
  enum db_result r =
      f.id ? record_update(db, w->rq->arena, &fund_type, &f, w->rq->actor.user_id, w->rq->now)
           : money_fund_add(db, w->rq->arena, &w->rq->actor, &f, w->rq->now);
  if (r == DB_OK) w->fund.public_id = f.public_id;
  return r;
}

void money_fund_save(struct request *rq) {
  struct posted posted = {posted_values, rq};
  struct fund_work w = {.rq = rq};
  if (!open_to_change(rq, &w.fund)) return;
  struct faults faults = record_form_read(&fund_type, NULL, &posted, rq->arena, &w.fund);
  if (faults.n) {
    reply_status(rq, 422);
    show_edit(rq, &w.fund, &posted, &faults, (struct str){0});
    return;
  }
  enum db_result r = db_atomically(rq->db, STORE_MAIN, save_fund, &w);
  if (r != DB_OK) {
    reply_status(rq, r == DB_CONFLICT ? 409 : 503);
    show_edit(rq, &w.fund, &posted, NULL,
              r == DB_CONFLICT
                  ? PAGE_TITLE(rq, "Somebody changed this fund before you. Open it again.")
                  : PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "Saved."));
  reply_redirect(rq, fund_path(rq, w.fund.public_id));
}

/* ---- vouchers, a line each: what is written in the code column ---- */

struct voucher_work {
  struct request *rq;
  const struct fund *f;
  struct str name, codes;
  int64_t pence, added;
  day_t expires;
};

static enum db_result add_vouchers(struct db *db, void *with) {
  struct voucher_work *w = with;
  struct str rest = w->codes;
  enum db_result r = DB_OK;
  w->added = 0;
  while (rest.n && r == DB_OK) {
    struct str code = str_trim(str_cut(&rest, '\n'));
    if (!code.n) continue;
    r = money_voucher_add(db, w->rq->arena, w->f->id, &w->rq->actor, w->name, code, w->pence,
                          w->expires, w->rq->now);
    w->added++;
  }
  return r;
}

static struct str read_vouchers(struct request *rq, struct voucher_work *w) {
  struct str day = str_trim(request_form(rq, "expires"));
  w->name = utf8_head(str_trim(request_form(rq, "name")), 80);
  w->codes = str_trim(request_form(rq, "codes"));
  w->expires = DAY_NONE;
  if (!w->name.n) return PAGE_TITLE(rq, "Say what the vouchers are for.");
  if (!money_parse(str_trim(request_form(rq, "worth")), &w->pence) || w->pence <= 0)
    return PAGE_TITLE(rq, "Say what one is worth, such as 10.");
  if (!w->codes.n) return PAGE_TITLE(rq, "Give the codes, one on each line.");
  if (day.n && !day_parse(day, &w->expires) && !day_parse_typed(day, &w->expires))
    return PAGE_TITLE(rq, "Give the last day as 31/3/2027.");
  return (struct str){0};
}

void money_voucher_post(struct request *rq) {
  struct fund f;
  struct voucher_work w = {.rq = rq, .f = &f};
  if (!open_to_change(rq, &f)) return;
  struct str fault = read_vouchers(rq, &w);
  bool saved = !fault.n && db_atomically(rq->db, STORE_MAIN, add_vouchers, &w) == DB_OK;
  if (!saved) {
    reply_status(rq, fault.n ? 422 : 503);
    show_fund(rq, &f,
              fault.n ? fault
                      : PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_flash(rq, SAY_N(rq->arena, (enum language)rq->lang,
                        TN("1 voucher is in stock.", "{n} vouchers are in stock.", w.added)));
  reply_redirect(rq, fund_path(rq, f.public_id));
}

struct statement_work {
  struct request *rq;
  const struct fund *f;
  struct lines lines;
  int64_t added;
};

static enum db_result keep_lines(struct db *db, void *with) {
  struct statement_work *w = with;
  struct arena *a = w->rq->arena;
  enum db_result r = DB_OK;
  w->added = 0;
  for (size_t i = 0; i < w->lines.n && r == DB_OK; i++) {
    const struct line *l = &w->lines.p[i];
    r = db_run(db,
               SQL("insert into statement_line (public_id, fund_id, day, words, pence, nth, "
                   "added_by, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (fund_id, "
                   "day, words, pence, nth) do nothing"),
               V(db_uuid(a, uuid_v4())), V(w->f->id), V(db_day(a, l->day)), V(l->words),
               V(l->pence), V(l->nth), V(w->rq->actor.user_id), V(db_instant(a, w->rq->now)));
    w->added += db_changes(db);
  }
  return r;
}

void money_statement_post(struct request *rq) {
  struct fund f;
  struct statement_work w = {.rq = rq, .f = &f};
  struct str csv;
  struct why why = {0};
  size_t bad = 0;
  if (!open_to_change(rq, &f)) return;
  bool fine = request_file_bytes(rq, "file", RECEIPT_BYTES_MAX, &csv, &why) &&
              statement_read(rq->arena, csv, &w.lines, &bad, &why);
  if (!fine || bad) { /* nothing half-read is kept */
    reply_status(rq, 422);
    show_fund(rq, &f, str_copy(rq->arena, str_of(why.text)));
    return;
  }
  if (db_atomically(rq->db, STORE_MAIN, keep_lines, &w) != DB_OK) {
    reply_status(rq, 503);
    show_fund(rq, &f, PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_flash(rq, SAY_N(rq->arena, (enum language)rq->lang,
                        TN("1 new line was read.", "{n} new lines were read.", w.added)));
  reply_redirect(rq, fund_path(rq, f.public_id));
}

/* ---- matching: one press for every line that fits one spend only, or line by line ---- */

struct match_work { struct request *rq; const struct fund *f; int64_t matched; };

static enum db_result match_one(struct db *db, struct match_work *w, struct uuid line,
                                int64_t spend_id) {
  struct request *rq = w->rq;
  struct spend s;
  record_clear(&spend_type, &s);
  if (!record_load(db, rq->arena, &spend_type, spend_id, &s)) return DB_FAILED;
  enum db_result r = db_run(db,
                            SQL("update statement_line set spend_id = ?1 where public_id = ?2 and "
                                "fund_id = ?3 and spend_id is null"),
                            V(spend_id), V(db_uuid(rq->arena, line)), V(w->f->id));
  if (r != DB_OK || db_changes(db) != 1) return r;
  struct spend_facts f = money_facts(db, rq->arena, spend_id);
  w->matched++;
  if (!spend_step_fits(spend_state_of(&f), STEP_RECONCILE)) return DB_OK; /* its receipt comes */
  return money_fact(db, rq->arena, &s, "reconciled", rq->actor.user_id, NUMBER_NONE,
                    (struct str){0}, rq->now);
}

/* The one spend a line fits; 0 when none does or several do. */
static const struct candidate *only_fit(const struct candidates *all, const struct line *l,
                                        const bool *taken, struct uuid wanted) {
  const struct candidate *found = NULL;
  size_t n = 0;
  for (size_t i = 0; i < all->n; i++) {
    if (taken[i] || !statement_fit(l, all->p[i].pence, all->p[i].bought)) continue;
    if (uuid_eq(all->p[i].public_id, wanted)) return &all->p[i];
    found = &all->p[i], n++;
  }
  return n == 1 && uuid_is_zero(wanted) ? found : NULL;
}

static enum db_result match_all(struct db *db, void *with) {
  struct match_work *w = with;
  struct request *rq = w->rq;
  struct candidates all = unreconciled(rq, w->f->id);
  bool *taken = arena_many(rq->arena, bool, all.n + 1);
  struct uuid line_wanted, spend_wanted;
  if (!uuid_parse(request_form(rq, "line"), &line_wanted))
    memset(&line_wanted, 0, sizeof line_wanted);
  if (!uuid_parse(request_form(rq, "spend"), &spend_wanted))
    memset(&spend_wanted, 0, sizeof spend_wanted);
  enum db_result result = DB_OK;
  w->matched = 0;
  struct rows r = db_rows(db, rq->arena,
                          SQL("select public_id, day, words, pence from statement_line where "
                              "fund_id = ?1 and spend_id is null order by day, id"),
                          V(w->f->id));
  while (db_next(&r)) {
    struct line l = {row_day(&r, 1), row_text(&r, 2), row_int(&r, 3), 0};
    struct uuid id = row_uuid(&r, 0);
    if (result != DB_OK || (!uuid_is_zero(line_wanted) && !uuid_eq(id, line_wanted))) continue;
    const struct candidate *c = only_fit(&all, &l, taken, spend_wanted);
    if (!c) continue;
    taken[c - all.p] = true;
    result = match_one(db, w, id, c->id);
  }
  return result;
}

void money_match_post(struct request *rq) {
  struct fund f;
  struct match_work w = {.rq = rq, .f = &f};
  if (!open_to_change(rq, &f)) return;
  if (db_atomically(rq->db, STORE_MAIN, match_all, &w) != DB_OK) {
    reply_status(rq, 503);
    show_fund(rq, &f, PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute."));
    return;
  }
  reply_flash(rq, SAY_N(rq->arena, (enum language)rq->lang,
                        TN("1 line is matched.", "{n} lines are matched.", w.matched)));
  reply_redirect(rq, fund_path(rq, f.public_id));
}
