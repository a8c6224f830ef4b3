/* What money brings: a spend for a person, and its receipt. */
#include "gate.h"
#include "db/seal.h"
#include "money/money.h"

static bool fund_of(struct world *w, const struct actor *by, struct fund *f) {
  int64_t id = db_number(w->t->db, 0, SQL("select min(fund_id) from fund_team where team_id = ?1"),
                         V(by->team_id));
  record_clear(&fund_type, f);
  if (id) return record_load(w->t->db, w->t->arena, &fund_type, id, f);
  f->name = S("Gate fund"), f->total = 1000000, f->starts = 0;
  return money_fund_add(w->t->db, w->t->arena, by, f, w->c.now) == DB_OK;
}

static bool add_spend(struct world *w, enum gate_row row, const struct actor *by,
                      struct spend *s) {
  struct fund f;
  struct why why = {0};
  unsigned second;
  if (!fund_of(w, by, &f)) return false;
  record_clear(&spend_type, s);
  s->public_id = uuid_v4(), s->person = w->row[row].id, s->fund = f.id;
  s->item = S("travel"), s->means = S("card"), s->amount = 500;
  s->words = str_of(gate_canary(row));
  return money_ask(w->t->db, w->t->arena, by, s, w->c.now, &second, &why) == DB_OK;
}

static bool spend(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct spend s;
  if (!add_spend(w, row, by, &s)) return false;
  uuid_text(s.public_id, id);
  return true;
}

static bool receipt(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct spend s;
  struct uuid one = uuid_v4();
  struct str sealed, bytes = str_format(w->t->arena, "%%PDF-%s", gate_canary(row));
  uuid_text(one, id);
  return add_spend(w, row, by, &s) &&
         seal(w->t->db, w->t->arena,
              (struct seal_place){s.person, CLASS_FINANCE, "receipt.bytes"}, bytes, w->c.now,
              &sealed) &&
         db_run(w->t->db,
                SQL("insert into receipt (public_id, spend_id, type, bytes, added_by, at) values "
                    "(?1, ?2, 'application/pdf', ?3, ?4, ?5)"),
                V(db_uuid(w->t->arena, one)), V(s.id), V(db_blob(sealed)), V(by->user_id),
                V(db_instant(w->t->arena, w->c.now))) == DB_OK;
}

static const struct gate_record records[] = {{"/people/{id}/money/{spend}", spend},
                                             {"/people/{id}/money/receipt/{receipt}", receipt}};
static const struct gate_form forms[] = {
    {"/people/{id}/money/new",
     "item=travel&amount=5&means=card&fund=1&words=CANARY-SEALED-form&payee=CANARY-SEALED-form"},
    {"/people/{id}/money/{spend}/step", "step=buy&note=CANARY-SEALED-form"},
    {"/people/{id}/money/{spend}/followed", "followed=CANARY-SEALED-form"},
    {"/money/funds/new", "name=Another&total=50&starts=1/1/2026"}};
const struct gate_seed gate_seed_money = {.domain = "money",
                                          .records = records,
                                          .n_records = countof(records),
                                          .forms = forms,
                                          .n_forms = countof(forms)};
