/* person_pages: money on one person's record: what was spent, asking for a spend, moving it on. */
#include <stdio.h>
#include "db/seal.h"
#include "money/inside.h"
#include "money/pages.h"
#include "money.html.h"
#include "record/form.h"
#include "support/support.h"
#include "web/session.h"

static struct str label_of(struct request *rq, const char *list, struct str code) {
  return words_label((enum language)rq->lang, code_label(list, code));
}

static struct str state_words(struct request *rq, enum spend_state s) {
  switch (s) {
    case SPEND_ASKED: return PAGE_TITLE(rq, "Waits to be allowed");
    case SPEND_ALLOWED: return PAGE_TITLE(rq, "Allowed: buy it");
    case SPEND_BOUGHT: return PAGE_TITLE(rq, "Bought");
    case SPEND_DELIVERED: return PAGE_TITLE(rq, "They have it");
    case SPEND_RECEIPTED: return PAGE_TITLE(rq, "Receipt settled");
    case SPEND_RECONCILED: return PAGE_TITLE(rq, "On the statement");
    case SPEND_REFUSED: return PAGE_TITLE(rq, "Not allowed");
    default: return PAGE_TITLE(rq, "Not needed after all");
  }
}

static struct str spend_path(struct request *rq, struct uuid person, struct uuid spend) {
  return str_format(rq->arena, "/people/%.*s/money/%.*s", P(uuid_str(rq->arena, person)),
                    P(uuid_str(rq->arena, spend)));
}

/* ---- the list ---- */

static void list_spends(struct request *rq, const struct person *p, struct money_rows *out,
                        int64_t *spent) {
  size_t cap = 0;
  struct rows r =
      db_rows(rq->db, rq->arena,
              SQL("select s.*, (select cast(sum(h.pence) as bigint) from spend_share h where "
                  "h.spend_id = s.id) as cost from spend s where s.person = ?1 order by s.id desc"),
              V(p->id));
  while (db_next(&r)) {
    struct spend s;
    record_clear(&spend_type, &s);
    record_from_row(&spend_type, &r, &s);
    int64_t cost = row_int(&r, row_column(&r, "cost"));
    struct spend_facts f = money_facts(rq->db, rq->arena, s.id);
    enum spend_state state = spend_state_of(&f);
    bool over = state == SPEND_REFUSED || state == SPEND_CANCELLED;
    if (f.bought != DAY_NONE && !over) *spent += cost;
    *slice_push(rq->arena, out, &cap) =
        (struct money_row){.path = spend_path(rq, p->public_id, s.public_id),
                           .what = label_of(rq, "spend_items", s.item),
                           .day = day_words(rq->arena, s.asked_on),
                           .state = state_words(rq, state),
                           .pence = over ? s.amount : cost,
                           .waits = state == SPEND_ASKED,
                           .over = over};
  }
}

void money_person_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_FINANCE)) return;
  struct money_person_page page = {.head = people_head(rq, &p, sight, PAGE_TITLE(rq, "Money"))};
  list_spends(rq, &p, &page.rows, &page.spent);
  view_money_person(rq->view, &page);
}

void money_person_api(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_FINANCE)) return;
  struct json_out j = json_to(rq->body);
  reply_type(rq, "application/json");
  json_open(&j);
  json_key(&j, S("spends"));
  json_list(&j);
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select * from spend where person = ?1 order by id desc"), V(p.id));
  while (db_next(&r)) {
    struct spend s;
    record_clear(&spend_type, &s);
    record_from_row(&spend_type, &r, &s);
    struct spend_facts f = money_facts(rq->db, rq->arena, s.id);
    json_open(&j);
    json_put_str(&j, "id", uuid_str(rq->arena, s.public_id));
    json_put_str(&j, "item", s.item);
    json_put_i64(&j, "pence", s.amount);
    json_put_str(&j, "means", s.means);
    json_put_str(&j, "asked_on", day_iso(rq->arena, s.asked_on));
    json_put_str(&j, "state", str_of(spend_state_code(spend_state_of(&f))));
    json_close(&j);
  }
  json_list_end(&j);
  json_close(&j);
}

/* ---- a new spend ---- */

/* What every spend needs comes first; the rest is folded away until somebody wants it. */
#define MAIN_FIELDS "item", "amount", "means", "fund", "words"
#define MORE_FIELDS "barrier", "payee", "question_met", "relative", "second_fund", "second_amount"
static const char *const ask_fields[] = {MAIN_FIELDS, MORE_FIELDS, NULL},
                         *const main_fields[] = {MAIN_FIELDS, NULL},
                         *const more_fields[] = {MORE_FIELDS, NULL};

static struct strs posted_values(void *from, const char *name) {
  return request_form_all(from, name);
}

/* The funds the actor's team spends from, open today, with what each has left. */
static struct form_choices funds_of(void *with, const struct field *f) {
  struct request *rq = with;
  struct {
    struct form_choice *p;
    size_t n;
  } funds = {0};
  size_t cap = 0;
  (void)f;
  struct rows r = db_rows(
      rq->db, rq->arena,
      SQL("select f.id, f.name, f.total - n.committed, coalesce(f.question, '') from fund f join "
          "fund_now n on n.fund_id = f.id join fund_team t on t.fund_id = f.id where t.team_id = "
          "?1 and f.starts <= ?2 and (f.ends is null or f.ends >= ?2) order by f.name, f.id"),
      V(rq->actor.team_id), V(db_day(rq->arena, rq->today)));
  while (db_next(&r)) {
    struct str name = row_text(&r, 1), asks = row_text(&r, 3),
               left = money_words(rq->arena, row_int(&r, 2) > 0 ? row_int(&r, 2) : 0);
    struct str label = str_format(rq->arena, "%.*s: %.*s left%s%.*s", P(name), P(left),
                                  asks.n ? ". Asks: " : "", P(asks));
    *slice_push(rq->arena, &funds, &cap) = (struct form_choice){row_int(&r, 0), label};
  }
  return (struct form_choices){funds.p, funds.n};
}

static struct markup fields_of(struct request *rq, const struct record_form *form,
                               const char *const *names) {
  struct buf b = buf_open(1 << 18);
  if (names == main_fields) record_form_summary(form, rq->arena, &b);   /* once for both parts */
  for (; *names; names++)
    record_form_field(form, field_find(form->type, str_of(*names)), rq->arena, &b);
  struct markup m = {str_copy(rq->arena, buf_str(&b))};
  buf_free(&b);
  return m;
}

static bool more_said(struct request *rq) {
  bool said = false;
  for (const char *const *name = more_fields; *name; name++) said |= request_form(rq, *name).n > 0;
  return said;
}

static void show_new(struct request *rq, const struct person *p, struct sight sight,
                     const struct posted *posted, const struct faults *faults, struct str fault,
                     bool from_draft) {
  struct spend fresh;
  record_clear(&spend_type, &fresh);
  struct form_choices funds = funds_of(rq, NULL);
  if (funds.n) fresh.fund = funds.p[0].id;
  struct record_form form = {.type = &spend_type,
                             .record = &fresh,
                             .posted = posted,
                             .faults = faults,
                             .choices = funds_of,
                             .with = rq,
                             .lang = (enum language)rq->lang};
  struct money_new_page page = {.head = people_head(rq, p, sight, PAGE_TITLE(rq, "Spend")),
                                .form = fields_of(rq, &form, main_fields),
                                .more = fields_of(rq, &form, more_fields),
                                .more_open = posted && more_said(rq),
                                .fault = fault,
                                .from_draft = from_draft,
                                .no_funds = funds.n == 0};
  struct str key = request_form(rq, "key");
  page.key = key.n ? key : uuid_str(rq->arena, uuid_v4());
  view_money_new(rq->view, &page);
}

void money_new_page(struct request *rq) {
  struct person p;
  struct sight sight;
  if (!people_open(rq, &p, &sight, CLASS_FINANCE)) return;
  struct posted posted = {posted_values, rq};
  bool back = draft_restore(rq, S("spend"), uuid_str(rq->arena, p.public_id));
  show_new(rq, &p, sight, rq->form.n ? &posted : NULL, NULL, (struct str){0}, back);
}

struct ask_work {
  struct request *rq;
  struct spend asked, done;
  unsigned second;
  struct why why;
  bool again;       /* the same form was taken before */
};

static enum db_result ask_once(struct db *db, void *with) {
  struct ask_work *w = with;
  struct request *rq = w->rq;
  w->done = w->asked;
  w->again = db_number(db, 0, SQL("select 1 from spend where public_id = ?1"),
                       db_uuid(rq->arena, w->asked.public_id));
  if (w->again) return DB_OK;
  enum db_result r = money_ask(db, rq->arena, &rq->actor, &w->done, rq->now, &w->second, &w->why);
  if (r == DB_OK)
    audit_did(rq, w->second ? "asked for a spend" : "spent from a fund", w->done.person,
              CLASS_FINANCE);
  return r;
}

/* The key made with the form is the spend's id, so the same form sent twice is one spend. */
static enum db_result ask(struct request *rq, struct ask_work *w, const struct person *p,
                          struct str key) {
  w->rq = rq;
  w->asked.person = p->id;
  if (!uuid_parse(key, &w->asked.public_id)) w->asked.public_id = uuid_v4();
  return db_atomically(rq->db, STORE_MAIN, ask_once, w);
}

static struct str trouble(struct request *rq, enum db_result r, const struct why *why) {
  if (r == DB_CONFLICT && why->text[0]) return str_copy(rq->arena, str_of(why->text));
  return PAGE_TITLE(rq, "That could not be saved just now. Try again in a minute.");
}

void money_new_post(struct request *rq) {
  struct posted posted = {posted_values, rq};
  struct person p;
  struct sight sight;
  struct ask_work w = {0};
  if (!people_open(rq, &p, &sight, CLASS_FINANCE)) return;
  record_clear(&spend_type, &w.asked);
  struct faults faults = record_form_read(&spend_type, ask_fields, &posted, rq->arena, &w.asked);
  if (faults.n) {
    reply_status(rq, 422);
    show_new(rq, &p, sight, &posted, &faults, (struct str){0}, false);
    return;
  }
  enum db_result r = ask(rq, &w, &p, request_form(rq, "key"));
  if (r != DB_OK) {
    reply_status(rq, r == DB_CONFLICT ? 422 : 503);
    show_new(rq, &p, sight, &posted, NULL, trouble(rq, r, &w.why), false);
    return;
  }
  draft_drop(rq, S("spend"), uuid_str(rq->arena, p.public_id));
  reply_flash(rq, w.second ? PAGE_TITLE(rq, "Asked. A second person has to allow it.")
                           : PAGE_TITLE(rq, "Allowed within your limits. You can buy it."));
  reply_redirect(rq, spend_path(rq, p.public_id, w.asked.public_id));
}

/* ---- one spend ---- */

struct opened { struct person p; struct sight sight; struct spend s; };

/* A spend of somebody else is as absent as one that never was. */
static bool open_spend(struct request *rq, struct opened *o) {
  struct uuid id;
  if (!people_open(rq, &o->p, &o->sight, CLASS_FINANCE)) return false;
  if (!uuid_parse(request_path(rq, "spend"), &id)) memset(&id, 0, sizeof id);
  record_clear(&spend_type, &o->s);
  if (record_load_public(rq->db, rq->arena, &spend_type, id, &o->s) && o->s.person == o->p.id) {
    /* What is in the way is of a class of its own, and shown only where that class is. */
    if (!(support_barrier_class(o->s.barrier) & o->sight.classes)) o->s.barrier = (struct str){0};
    return true;
  }
  reply_not_found(rq);
  return false;
}

static struct str fact_words(struct request *rq, struct str what, bool by_nobody) {
  if (str_eq(what, S("asked"))) return PAGE_TITLE(rq, "Asked");
  if (str_eq(what, S("allowed")))
    return by_nobody ? PAGE_TITLE(rq, "Allowed, within the worker’s limits")
                     : PAGE_TITLE(rq, "Allowed");
  if (str_eq(what, S("refused"))) return PAGE_TITLE(rq, "Not allowed");
  if (str_eq(what, S("bought"))) return PAGE_TITLE(rq, "Bought");
  if (str_eq(what, S("delivered"))) return PAGE_TITLE(rq, "They have it");
  if (str_eq(what, S("receipted"))) return PAGE_TITLE(rq, "Receipt kept");
  if (str_eq(what, S("no_receipt"))) return PAGE_TITLE(rq, "No receipt");
  if (str_eq(what, S("reconciled"))) return PAGE_TITLE(rq, "Found on the statement");
  return PAGE_TITLE(rq, "Not needed after all");
}

static void list_facts(struct request *rq, const struct opened *o, struct money_spend_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select f.what, f.day, coalesce(u.name, ''), f.pence, f.note from "
                              "spend_fact f left join user_account u on u.id = f.by_user where "
                              "f.spend_id = ?1 order by f.id"),
                          V(o->s.id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->facts, &cap) = (struct money_fact_row){
        fact_words(rq, row_text(&r, 0), row_text(&r, 2).n == 0), row_text(&r, 2),
        money_open_note(rq->db, rq->arena, o->p.id, row_text(&r, 4)), row_day(&r, 1),
        row_null(&r, 3) ? 0 : row_int(&r, 3)};
}

static void list_shares(struct request *rq, const struct opened *o, struct money_spend_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select f.name, f.public_id, h.pence from spend_share h join fund f "
                              "on f.id = h.fund_id where h.spend_id = ?1 order by h.pence desc"),
                          V(o->s.id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->shares, &cap) = (struct money_share_row){
        row_text(&r, 0),
        str_format(rq->arena, "/money/funds/%.*s", P(uuid_str(rq->arena, row_uuid(&r, 1)))),
        row_int(&r, 2)};
}

static void list_receipts(struct request *rq, const struct opened *o,
                          struct money_spend_page *page) {
  size_t cap = 0;
  struct rows r = db_rows(rq->db, rq->arena,
                          SQL("select public_id, at from receipt where spend_id = ?1 order by id"),
                          V(o->s.id));
  while (db_next(&r))
    *slice_push(rq->arena, &page->receipts, &cap) = (struct money_receipt_row){
        str_format(rq->arena, "/people/%.*s/money/receipt/%.*s", P(page->head.id),
                   P(uuid_str(rq->arena, row_uuid(&r, 0)))),
        instant_local_uk(row_instant(&r, 1)).day};
}

static bool decides(const struct request *rq, const struct spend *s, enum spend_step step) {
  if (step != STEP_ALLOW && step != STEP_REFUSE && step != STEP_RECONCILE) return true;
  return actor_has(&rq->actor, ROLE_TEAM_LEAD | ROLE_MANAGER) &&
         (step != STEP_ALLOW || rq->actor.user_id != s->asked_by);
}

static struct money_step_row step_row(struct request *rq, enum spend_step step) {
  struct money_step_row row = {.code = spend_step_code(step)};
  switch (step) {
    case STEP_ALLOW: row.label = PAGE_TITLE(rq, "Allow it"); break;
    case STEP_REFUSE:
      row.label = PAGE_TITLE(rq, "Do not allow it"), row.note = true, row.warn = true;
      break;
    case STEP_BUY: row.label = PAGE_TITLE(rq, "It is bought"), row.cost = true; break;
    case STEP_DELIVER: row.label = PAGE_TITLE(rq, "They have it"); break;
    case STEP_RECEIPT: row.label = PAGE_TITLE(rq, "The receipt is in our files"); break;
    case STEP_NO_RECEIPT: row.label = PAGE_TITLE(rq, "There is no receipt"), row.note = true; break;
    case STEP_RECONCILE: row.label = PAGE_TITLE(rq, "It is on the statement"); break;
    default: row.label = PAGE_TITLE(rq, "Not needed, or brought back"), row.warn = true; break;
  }
  return row;
}

static void list_steps(struct request *rq, const struct spend *s, enum spend_state state,
                       struct money_spend_page *page) {
  size_t cap = 0;
  for (enum spend_step step = 0; step < STEP_COUNT; step++)
    if (spend_step_fits(state, step) && decides(rq, s, step))
      *slice_push(rq->arena, &page->steps, &cap) = step_row(rq, step);
  page->takes_receipt = spend_step_fits(state, STEP_RECEIPT);
}

static void why_second(struct request *rq, const struct spend *s, struct money_words *out) {
  struct fund f;
  size_t cap = 0;
  if (!record_load(rq->db, rq->arena, &fund_type, s->fund, &f)) return;
  struct spend_so_far none = {0};
  unsigned why = spend_second(&f, s, &none);
  if (why & SECOND_AMOUNT)
    *slice_push(rq->arena, out, &cap) =
        PAGE_TITLE(rq, "It is more than one worker may spend at once.");
  if (why & SECOND_CASH)
    *slice_push(rq->arena, out, &cap) = PAGE_TITLE(rq, "It is cash, or paid to the person.");
  if (why & SECOND_RELATIVE)
    *slice_push(rq->arena, out, &cap) = PAGE_TITLE(rq, "It is for somebody close to the worker.");
  if (!out->n)
    *slice_push(rq->arena, out, &cap) = PAGE_TITLE(
        rq, "With what was spent before it comes to more than a limit, or it was bought lately.");
}

/* The code of a voucher is shown once it may be used, to whoever may see the spend. */
static struct str voucher_code(struct request *rq, const struct spend *s) {
  struct rows r;
  struct str code = {0};
  if (db_one(&r, rq->db, rq->arena, SQL("select code from voucher where spend_id = ?1"),
             V(s->id))) {
    unseal_own(rq->arena, "voucher", row_text(&r, 0), &code);
    db_done(&r);
  }
  return code;
}

static void show_spend(struct request *rq, const struct opened *o, struct str fault) {
  struct spend_facts f = money_facts(rq->db, rq->arena, o->s.id);
  enum spend_state state = spend_state_of(&f);
  struct money_spend_page page = {
      .head = people_head(rq, &o->p, o->sight, PAGE_TITLE(rq, "A spend")),
      .action = spend_path(rq, o->p.public_id, o->s.public_id),
      .id = uuid_str(rq->arena, o->s.public_id),
      .item = label_of(rq, "spend_items", o->s.item),
      .means = label_of(rq, "spend_means", o->s.means),
      .barrier = words_label((enum language)rq->lang, support_barrier_label(o->s.barrier)),
      .words = o->s.words,
      .payee = o->s.payee,
      .followed = o->s.followed,
      .state = state_words(rq, state),
      .fault = fault,
      .pence = o->s.amount,
      .over = state == SPEND_REFUSED || state == SPEND_CANCELLED};
  if (!o->s.barrier.n) page.barrier = (struct str){0};
  if (state == SPEND_ALLOWED || state == SPEND_BOUGHT) page.code = voucher_code(rq, &o->s);
  if (str_eq(o->s.means, S("to_person")))
    page.benefits = PAGE_TITLE(rq, "Money paid to the person may count as income or savings for "
                                   "some benefits. Ask a welfare-rights adviser first.");
  if (state == SPEND_ASKED) why_second(rq, &o->s, &page.second);
  list_facts(rq, o, &page);
  list_shares(rq, o, &page);
  list_receipts(rq, o, &page);
  list_steps(rq, &o->s, state, &page);
  view_money_spend(rq->view, &page);
}

void money_spend_page(struct request *rq) {
  struct opened o;
  if (open_spend(rq, &o)) show_spend(rq, &o, (struct str){0});
}

struct step_work {
  struct request *rq;
  const struct opened *o;
  struct spend_move move;
  struct why why;
};

static enum db_result step_once(struct db *db, void *with) {
  struct step_work *w = with;
  struct request *rq = w->rq;
  enum db_result r =
      money_move(db, rq->arena, &rq->actor, &w->o->s, &w->move, rq->now, &w->why);
  if (r == DB_OK) audit_did(rq, "moved a spend on", w->o->p.id, CLASS_FINANCE);
  return r;
}

static bool read_step(struct request *rq, struct step_work *w) {
  struct str code = request_form(rq, "step"), cost = str_trim(request_form(rq, "cost"));
  w->move = (struct spend_move){STEP_COUNT, NUMBER_NONE,
                                utf8_head(str_trim(request_form(rq, "note")), 600)};
  for (enum spend_step step = 0; step < STEP_COUNT; step++)
    if (str_eq(code, str_of(spend_step_code(step)))) w->move.step = step;
  if (w->move.step == STEP_COUNT) return why_say(&w->why, "Choose what happened.");
  if (w->move.step == STEP_BUY && cost.n && !money_parse(cost, &w->move.pence))
    return why_say(&w->why, "Say what it cost in pounds, such as 12.50.");
  return true;
}

void money_step_post(struct request *rq) {
  struct opened o;
  struct step_work w = {.rq = rq, .o = &o};
  if (!open_spend(rq, &o)) return;
  /* The whole record is needed to count it, whatever of it this worker may be shown. */
  struct opened whole = o;
  record_load(rq->db, rq->arena, &spend_type, o.s.id, &whole.s);
  w.o = &whole;
  enum db_result r =
      read_step(rq, &w) ? db_atomically(rq->db, STORE_MAIN, step_once, &w) : DB_CONFLICT;
  if (r != DB_OK) {
    reply_status(rq, r == DB_CONFLICT ? 422 : 503);
    show_spend(rq, &o, trouble(rq, r, &w.why));
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "Saved."));
  reply_redirect(rq, spend_path(rq, o.p.public_id, o.s.public_id));
}

static enum db_result followed_once(struct db *db, void *with) {
  struct step_work *w = with;
  struct request *rq = w->rq;
  struct spend s;
  record_clear(&spend_type, &s);
  if (!record_load(db, rq->arena, &spend_type, w->o->s.id, &s)) return DB_FAILED;
  s.followed = w->move.note;
  enum db_result r = record_update(db, rq->arena, &spend_type, &s, rq->actor.user_id, rq->now);
  if (r == DB_OK) audit_did(rq, "said what followed a spend", w->o->p.id, CLASS_FINANCE);
  return r;
}

void money_followed_post(struct request *rq) {
  struct opened o;
  struct step_work w = {.rq = rq, .o = &o};
  if (!open_spend(rq, &o)) return;
  w.move.note = utf8_head(str_trim(request_form(rq, "followed")), 600);
  if (!w.move.note.n) {
    reply_status(rq, 422);
    show_spend(rq, &o, PAGE_TITLE(rq, "Say what followed in a few words."));
    return;
  }
  enum db_result r = db_atomically(rq->db, STORE_MAIN, followed_once, &w);
  if (r != DB_OK) {
    reply_status(rq, 503);
    show_spend(rq, &o, trouble(rq, r, &w.why));
    return;
  }
  reply_flash(rq, PAGE_TITLE(rq, "Saved."));
  reply_redirect(rq, spend_path(rq, o.p.public_id, o.s.public_id));
}
