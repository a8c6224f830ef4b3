/* seed_rights: of each person what they said of the help, written down by a worker who sees them.
 */
#include "gate.h"
#include "rights/rights.h"

static bool complaint(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct complaint c = {.public_id = uuid_v4(),
                        .organisation_id = by->organisation_id,
                        .person_id = w->row[row].id,
                        .kind = S("complaint"),
                        .via = S("paper"),
                        .words = str_of(gate_canary(row)),
                        .wants = str_of(gate_canary(row)),
                        .received = instant_local_uk(w->c.now).day,
                        .typed_by = by->user_id};
  enum db_result result = rights_complain(w->t->db, w->t->arena, &c, w->c.now);
  uuid_text(c.public_id, id);
  return result == DB_OK || result == DB_NONE; /* where nobody would read it none is kept */
}
/* After everything else of theirs, so that it collects all of it. */
static bool access(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct access_request q = {.public_id = uuid_v4(),
                             .organisation_id = by->organisation_id,
                             .person_id = w->row[row].id,
                             .via = S("said"),
                             .typed_by = by->user_id,
                             .asked = instant_local_uk(w->c.now).day};
  uuid_text(q.public_id, id);
  return rights_access_ask(w->t->db, w->t->arena, &q, w->c.now) == DB_OK;
}
static const struct gate_record records[] = {{"/complaints/{id}", complaint},
                                             {"/access/{id}", access}};
static const struct gate_form forms[] = {
    {"/complaints/new", "kind=complaint&via=said&who=CANARY-SEALED-form&words=CANARY-SEALED-form"},
    {"/complaints/{id}", "do=answer&words=CANARY-SEALED-form"},
    {"/people/{id}/access", "via=said"},
    {"/access/{id}", "do=look&page=1&choice=whole"},
    {"/mine/complaints", "do=send&kind=idea&whom=1.0&words=CANARY-SEALED-form"},
};
const struct gate_seed gate_seed_rights = {.domain = "rights",
                                           .records = records,
                                           .n_records = countof(records),
                                           .forms = forms,
                                           .n_forms = countof(forms)};
