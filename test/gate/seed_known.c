/* seed_known: for each person a pair with somebody whom not all who see the one may see. */
#include "gate.h"
#include "known/inside.h"

static enum gate_row other_of(enum gate_row row) {
  switch (row) {
    case ROW_ADA: return ROW_PIERS;
    case ROW_PIERS: return ROW_ADA;
    case ROW_CAT: return ROW_VESNA;
    case ROW_VESNA: return ROW_CAT;
    default: return ROW_ADA;
  }
}

static bool pair(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  int64_t x = w->row[row].id, y = w->row[other_of(row)].id;
  struct rows r;
  (void)by;
  if (known_pair_found(w->t->db, w->t->arena, x, y, 5, false, w->c.now) != DB_OK ||
      !db_one(&r, w->t->db, w->t->arena,
              SQL("select public_id from known_pair where person_a = ?1 and person_b = ?2"),
              V(x < y ? x : y), V(x < y ? y : x)))
    return false;
  uuid_text(row_uuid(&r, 0), id);
  db_done(&r);
  return true;
}

static const struct gate_record records[] = {{"/known/{pair}", pair}};
static const struct gate_form forms[] = {
    {"/known/{pair}", "what=later&reason=other&note=CANARY-SEALED-form"},
    {"/known/search", "do=begin"}};
const struct gate_seed gate_seed_known = {.domain = "known",
                                          .records = records,
                                          .n_records = countof(records),
                                          .forms = forms,
                                          .n_forms = countof(forms)};
