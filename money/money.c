/* money: every write. Each runs inside a MAIN transaction; what a fund has left is looked at and
 * taken in one statement. */
#include "base/planted.h"
#include "db/seal.h"
#include "money/inside.h"

static const struct field fund_fields[] = {
#define FIELD(...) RECORD_ROW(struct fund, __VA_ARGS__)
#include "money/fund.def"
};
const struct record_type fund_type = RECORD_TYPE(fund, "fund", "Fund", fund_fields);
RECORD(fund_type);
static const struct field spend_fields[] = {
#define FIELD(...) RECORD_ROW(struct spend, __VA_ARGS__)
#include "money/spend.def"
};
const struct record_type spend_type = RECORD_TYPE(spend, "spend", "Spend", spend_fields);
RECORD(spend_type);

/* ---- funds ---- */

enum db_result money_fund_add(struct db *db, struct arena *a, const struct actor *actor,
                              struct fund *f, instant_t now) {
  f->organisation = actor->organisation_id;
  f->public_id = uuid_v7(now);
  enum db_result r = record_insert(db, a, &fund_type, f, actor->user_id, now);
  if (r == DB_OK)
    r = db_run(db, SQL("insert into fund_now (fund_id, committed) values (?1, 0)"), V(f->id));
  if (r == DB_OK)
    r = db_run(db, SQL("insert into fund_team (fund_id, team_id) values (?1, ?2)"), V(f->id),
               V(actor->team_id));
  return r;
}

int64_t money_fund_left(struct db *db, int64_t fund_id) {
  return db_number(db, 0,
                   SQL("select f.total - n.committed from fund f join fund_now n on n.fund_id = "
                       "f.id where f.id = ?1"),
                   V(fund_id));
}

/* Looks and takes at once: two people cannot spend the last pound. False: there is not enough. */
static bool take(struct db *db, int64_t fund_id, int64_t pence) {
  if (PLANTED == PLANTED_LAST_POUND)
    return db_run(db, SQL("update fund_now set committed = committed + ?2 where fund_id = ?1"),
                  V(fund_id), V(pence)) == DB_OK;
  return db_run(db,
                SQL("update fund_now set committed = committed + ?2 where fund_id = ?1 and "
                    "committed + ?2 <= (select f.total from fund f where f.id = ?1)"),
                V(fund_id), V(pence)) == DB_OK &&
         db_changes(db) == 1;
}

/* ---- facts ---- */

bool money_seal_note(struct db *db, struct arena *a, int64_t person_id, struct str note,
                     instant_t now, struct db_value *out) {
  struct str sealed;
  *out = db_null();
  if (!note.n) return true;
  if (!seal(db, a, (struct seal_place){person_id, CLASS_FINANCE, "spend_fact.note"}, note, now,
            &sealed))
    return false;
  *out = db_blob(sealed);
  return true;
}

struct str money_open_note(struct db *db, struct arena *a, int64_t person_id, struct str sealed) {
  struct str note = {0};
  if (sealed.n)
    unseal(db, a, (struct seal_place){person_id, CLASS_FINANCE, "spend_fact.note"}, sealed, &note);
  return note;
}

struct spend_facts money_facts(struct db *db, struct arena *a, int64_t spend_id) {
  struct spend_facts f = {DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE, DAY_NONE};
  static const struct {
    const char *what;
    size_t at;
  } days[] = {{"allowed", offsetof(struct spend_facts, allowed)},
              {"refused", offsetof(struct spend_facts, refused)},
              {"bought", offsetof(struct spend_facts, bought)},
              {"delivered", offsetof(struct spend_facts, delivered)},
              {"receipted", offsetof(struct spend_facts, receipted)},
              {"no_receipt", offsetof(struct spend_facts, receipted)},
              {"reconciled", offsetof(struct spend_facts, reconciled)},
              {"cancelled", offsetof(struct spend_facts, cancelled)}};
  struct rows r = db_rows(
      db, a, SQL("select what, day from spend_fact where spend_id = ?1 order by id"), V(spend_id));
  while (db_next(&r))
    for (size_t i = 0; i < countof(days); i++)
      if (str_eq(row_text(&r, 0), str_of(days[i].what)))
        *(day_t *)((char *)&f + days[i].at) = row_day(&r, 1);
  return f;
}

enum db_result money_fact(struct db *db, struct arena *a, const struct spend *s, const char *what,
                          int64_t by_user, int64_t pence, struct str note, instant_t now) {
  struct db_value sealed;
  day_t today = instant_local_uk(now).day;
  if (!money_seal_note(db, a, s->person, note, now, &sealed)) return DB_FAILED;
  enum db_result r = db_run(
      db,
      SQL("insert into spend_fact (spend_id, what, day, by_user, pence, note, at) "
          "values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"),
      V(s->id), V(str_of(what)), V(db_day(a, today)), V(by_user ? db_int(by_user) : db_null()),
      V(pence == NUMBER_NONE ? db_null() : db_int(pence)), V(sealed), V(db_instant(a, now)));
  struct spend_facts f = money_facts(db, a, s->id);
  const char *state = spend_state_code(spend_state_of(&f));
  if (r == DB_OK)
    r = db_run(db,
               SQL("insert into spend_now (spend_id, person_id, state, since) values (?1, ?2, ?3, "
                   "?4) on conflict (spend_id) do update set state = excluded.state, since = "
                   "excluded.since"),
               V(s->id), V(s->person), V(str_of(state)), V(db_day(a, today)));
  return r;
}

/* ---- asking ---- */

struct asking {
  struct db *db;
  struct arena *a;
  const struct actor *actor;
  struct spend *s;
  instant_t now;
  day_t today;
  struct why *why;
  struct fund fund[2];
  int64_t pence[2];
  size_t n;
};

static bool fund_fits(struct asking *k, const struct fund *f) {
  bool ours = db_number(k->db, 0,
                        SQL("select 1 from fund_team where fund_id = ?1 and team_id = ?2"),
                        V(f->id), V(k->actor->team_id));
  if (!ours) return why_say(k->why, "Your team does not spend from that fund. Choose another.");
  if (k->today < f->starts)
    return why_say(k->why, "That fund starts on %.*s.", P(day_words(k->a, f->starts)));
  if (f->ends != DAY_NONE && k->today > f->ends)
    return why_say(k->why, "That fund ended on %.*s. Choose another.",
                   P(day_words(k->a, f->ends)));
  if (f->question.n && k->s->question_met != 1)
    return why_say(k->why, "%.*s asks: %.*s It needs a yes. Choose another fund if it is no.",
                   P(f->name), P(f->question));
  return true;
}

/* One fund, or two with the second paying its part. */
static bool shares(struct asking *k) {
  struct spend *s = k->s;
  bool split = s->second_fund || s->second_amount != NUMBER_NONE;
  if (s->amount <= 0) return why_say(k->why, "Say how much, such as 12.50.");
  if (split && (!s->second_fund || s->second_amount == NUMBER_NONE))
    return why_say(k->why, "Say both: the other fund, and how much it pays.");
  if (split &&
      (s->second_fund == s->fund || s->second_amount <= 0 || s->second_amount >= s->amount))
    return why_say(k->why, "The other fund must be a different one and pay a part, not all.");
  int64_t ids[2] = {s->fund, s->second_fund};
  k->pence[0] = s->amount - (split ? s->second_amount : 0), k->pence[1] = s->second_amount;
  k->n = split ? 2 : 1;
  for (size_t i = 0; i < k->n; i++) {
    if (!record_load(k->db, k->a, &fund_type, ids[i], &k->fund[i]))
      return why_say(k->why, "That fund is not there any more. Choose another.");
    if (!fund_fits(k, &k->fund[i])) return false;
  }
  return true;
}

static bool bought_lately(struct asking *k) {
  int64_t days = k->fund[0].repeat_days;
  bool found = false;
  if (days == NUMBER_NONE || days <= 0) return false;
  struct rows r =
      db_rows(k->db, k->a,
              SQL("select s.* from spend s join spend_now n on n.spend_id = s.id where s.person = "
                  "?1 and s.asked_on >= ?2 and n.state not in ('refused', 'cancelled')"),
              V(k->s->person), V(db_day(k->a, k->today - (day_t)days)));
  while (db_next(&r)) {
    struct spend before;
    record_clear(&spend_type, &before);
    record_from_row(&spend_type, &r, &before);
    found |= str_eq(before.item, k->s->item);
  }
  return found;
}

static struct spend_so_far so_far(struct asking *k) {
  return (struct spend_so_far){
      .worker_today = db_number(
          k->db, 0,
          SQL("select cast(sum(s.amount) as bigint) from spend s join spend_now n on n.spend_id = "
              "s.id where s.asked_by = ?1 and s.asked_on = ?2 and s.fund = ?3 and n.state not in "
              "('refused', 'cancelled')"),
          V(k->actor->user_id), V(db_day(k->a, k->today)), V(k->s->fund)),
      .person_in_all =
          db_number(k->db, 0,
                    SQL("select cast(sum(h.pence) as bigint) from spend s join spend_share h on "
                        "h.spend_id = s.id where s.person = ?1 and h.fund_id = ?2"),
                    V(k->s->person), V(k->s->fund)),
      .repeat = bought_lately(k)};
}

static bool take_all(struct asking *k) {
  for (size_t i = 0; i < k->n; i++)
    if (!take(k->db, k->fund[i].id, k->pence[i]))
      return why_say(k->why, "%.*s has %.*s left. Ask for less, or add another fund.",
                     P(k->fund[i].name),
                     P(money_words(k->a, money_fund_left(k->db, k->fund[i].id))));
  return true;
}

/* A voucher of exactly that amount leaves the stock and belongs to this spend alone. */
static bool take_voucher(struct asking *k) {
  if (!str_eq(k->s->means, S("voucher"))) return true;
  bool took =
      db_run(k->db,
             SQL("update voucher set spend_id = ?1 where id = (select min(v.id) from voucher v "
                 "where v.fund_id = ?2 and v.spend_id is null and v.pence = ?3 and (v.expires is "
                 "null or v.expires >= ?4))"),
             V(k->s->id), V(k->s->fund), V(k->s->amount), V(db_day(k->a, k->today))) == DB_OK &&
      db_changes(k->db) == 1;
  return took || why_say(k->why, "No voucher of %.*s is in stock. Choose another way to pay.",
                         P(money_words(k->a, k->s->amount)));
}

static enum db_result write_spend(struct asking *k, unsigned second) {
  enum db_result r = record_insert(k->db, k->a, &spend_type, k->s, k->actor->user_id, k->now);
  for (size_t i = 0; i < k->n && r == DB_OK; i++)
    r = db_run(k->db,
               SQL("insert into spend_share (spend_id, fund_id, pence) values (?1, ?2, ?3)"),
               V(k->s->id), V(k->fund[i].id), V(k->pence[i]));
  struct str none = {0};
  if (r == DB_OK)
    r = money_fact(k->db, k->a, k->s, "asked", k->actor->user_id, NUMBER_NONE, none, k->now);
  if (r == DB_OK && (!second || PLANTED == PLANTED_NO_SECOND))
    r = money_fact(k->db, k->a, k->s, "allowed", 0, NUMBER_NONE, none, k->now);
  if (r == DB_OK && !take_voucher(k)) r = DB_CONFLICT;
  return r;
}

enum db_result money_ask(struct db *db, struct arena *a, const struct actor *actor, struct spend *s,
                         instant_t now, unsigned *second, struct why *why) {
  struct asking k = {.db = db,
                     .a = a,
                     .actor = actor,
                     .s = s,
                     .now = now,
                     .today = instant_local_uk(now).day,
                     .why = why};
  s->asked_by = actor->user_id, s->asked_on = k.today;
  if (!shares(&k)) return DB_CONFLICT;
  struct spend_so_far before = so_far(&k);
  *second = spend_second(&k.fund[0], s, &before);
  if (!take_all(&k)) return DB_CONFLICT;
  return write_spend(&k, *second);
}

/* ---- moving on ---- */

struct moving {
  struct db *db;
  struct arena *a;
  const struct actor *actor;
  const struct spend *s;
  const struct spend_move *m;
  instant_t now;
  struct why *why;
};

static bool may_decide(struct moving *v) {
  bool ours = db_number(v->db, 0, SQL("select f.organisation from fund f where f.id = ?1"),
                        V(v->s->fund)) == v->actor->organisation_id;
  if (!ours || !actor_has(v->actor, ROLE_TEAM_LEAD | ROLE_MANAGER))
    return why_say(v->why, "A team lead or manager of the fund's organisation does this.");
  if (v->actor->user_id == v->s->asked_by && v->m->step == STEP_ALLOW)
    return why_say(v->why, "You asked for it, so somebody else must allow it.");
  return true;
}

static bool move_fits(struct moving *v) {
  struct spend_facts f = money_facts(v->db, v->a, v->s->id);
  enum spend_step step = v->m->step;
  if (!spend_step_fits(spend_state_of(&f), step))
    return why_say(v->why, "Somebody moved this on before you. Look again at where it stands.");
  bool decides = step == STEP_ALLOW || step == STEP_REFUSE || step == STEP_RECONCILE;
  if (decides && !may_decide(v)) return false;
  if (step == STEP_BUY && v->m->pence != NUMBER_NONE && v->m->pence > v->s->amount)
    return why_say(v->why, "It cost more than was allowed. Ask for the difference as a new spend.");
  if (step == STEP_BUY && v->m->pence != NUMBER_NONE && v->m->pence <= 0)
    return why_say(v->why, "Say what it cost, such as 12.50.");
  bool reason = step == STEP_REFUSE || step == STEP_NO_RECEIPT;
  return !reason || v->m->note.n || why_say(v->why, "Say why in a few words.");
}

/* Gives back to the funds what is not spent after all, the second fund's part first. */
static enum db_result give_back(struct moving *v, int64_t pence) {
  enum db_result result = DB_OK;
  struct rows r = db_rows(v->db, v->a,
                          SQL("select fund_id, pence from spend_share where spend_id = ?1 order by "
                              "case when fund_id = ?2 then 1 else 0 end"),
                          V(v->s->id), V(v->s->fund));
  while (db_next(&r)) {
    int64_t share = row_int(&r, 1), back = share < pence ? share : pence;
    if (!back || result != DB_OK) continue;
    result = db_run(v->db, SQL("update fund_now set committed = committed - ?2 where fund_id = ?1"),
                    V(row_int(&r, 0)), V(back));
    if (result == DB_OK)
      result = db_run(v->db,
                      SQL("update spend_share set pence = pence - ?3 where spend_id = ?1 and "
                          "fund_id = ?2"),
                      V(v->s->id), V(row_int(&r, 0)), V(back));
    pence -= back;
  }
  return result;
}

int64_t money_cost(struct db *db, int64_t spend_id) {
  return db_number(db, 0,
                   SQL("select cast(sum(pence) as bigint) from spend_share where spend_id = ?1"),
                   V(spend_id));
}

/* times: 1 counts the spend, -1 takes it out again. Tied to nobody. */
static enum db_result count_spend(struct moving *v, int64_t times, int64_t pence) {
  struct ymd d = day_ymd(instant_local_uk(v->now).day);
  return db_run(v->db,
                SQL("insert into spend_count (fund_id, month, item, barrier, spends, pence) values "
                    "(?1, ?2, ?3, ?4, ?5, ?6) on conflict (fund_id, month, item, barrier) do "
                    "update set spends = spend_count.spends + excluded.spends, pence = "
                    "spend_count.pence + excluded.pence"),
                V(v->s->fund), V(db_day(v->a, day_of(d.year, d.month, 1))), V(v->s->item),
                V(v->s->barrier), V(times), V(times * pence));
}

static enum db_result undo(struct moving *v) {
  struct spend_facts f = money_facts(v->db, v->a, v->s->id);
  int64_t cost = money_cost(v->db, v->s->id);
  enum db_result r = DB_OK;
  if (f.bought != DAY_NONE) r = count_spend(v, -1, cost);
  if (r == DB_OK) r = give_back(v, cost);
  if (r == DB_OK && f.bought == DAY_NONE) /* a code somebody has had is never given out again */
    r = db_run(v->db, SQL("update voucher set spend_id = null where spend_id = ?1"), V(v->s->id));
  return r;
}

enum db_result money_move(struct db *db, struct arena *a, const struct actor *actor,
                          const struct spend *s, const struct spend_move *m, instant_t now,
                          struct why *why) {
  struct moving v = {db, a, actor, s, m, now, why};
  enum db_result r = DB_OK;
  if (!move_fits(&v)) return DB_CONFLICT;
  int64_t cost = m->step == STEP_BUY && m->pence != NUMBER_NONE ? m->pence : s->amount;
  if (m->step == STEP_CANCEL || m->step == STEP_REFUSE) r = undo(&v);
  if (m->step == STEP_BUY && cost < s->amount) r = give_back(&v, s->amount - cost);
  if (m->step == STEP_BUY && r == DB_OK) r = count_spend(&v, 1, cost);
  if (r == DB_OK)
    r = money_fact(db, a, s, spend_step_fact(m->step), actor->user_id,
                   m->step == STEP_BUY ? cost : NUMBER_NONE, m->note, now);
  return r;
}

enum db_result money_voucher_add(struct db *db, struct arena *a, int64_t fund_id,
                                 const struct actor *actor, struct str name, struct str code,
                                 int64_t pence, day_t expires, instant_t now) {
  struct str sealed;
  if (!seal_own(a, "voucher", code, &sealed)) return DB_FAILED;
  return db_run(db,
                SQL("insert into voucher (public_id, fund_id, name, code, pence, expires, "
                    "added_by, at) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"),
                V(db_uuid(a, uuid_v4())), V(fund_id), V(name), V(db_blob(sealed)), V(pence),
                V(db_day(a, expires)), V(actor->user_id), V(db_instant(a, now)));
}
