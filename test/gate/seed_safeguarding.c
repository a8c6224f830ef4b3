/* seed_safeguarding: a concern about each person, raised by a worker who sees them. */
#include "gate.h"
#include "safeguarding/safeguarding.h"

static bool raised(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct str words = str_of(gate_canary(row));
  struct worry worry = {.person_id = w->row[row].id,
                        .age = "adult",
                        .who = w->row[row].name,
                        .seen = words,
                        .opinion = words,
                        .wants = words,
                        .told = words};
  enum db_result result = DB_OK;
  struct uuid made = safeguarding_raise(w->t->db, w->t->arena, by, &worry, w->c.now, &result);
  uuid_text(made, id);
  return result == DB_OK;
}
/* The same concern by its two addresses: whoever raised it and its readers; its readers alone. */
static char kept[GATE_ROWS][40];
static bool received(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  if (!raised(w, row, by, id)) return false;
  memcpy(kept[row], id, 40);
  return true;
}
static bool read_too(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  (void)w, (void)by;
  memcpy(id, kept[row], 40);
  return true;
}
static bool stuck(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  enum db_result result = DB_OK;
  (void)by;
  struct stuck s = safeguarding_stuck(w->t->db, w->t->arena, w->row[row].id,
                                      str_of(gate_canary(row)), w->c.now, &result);
  uuid_text(s.id, id);
  return result == DB_OK;
}
static const struct gate_record records[] = {
    {"/worried/{id}", received}, {"/safeguarding/{id}", read_too}, {"/stuck/{id}", stuck}};
static const struct gate_form forms[] = {
    {"/worried",
     "who=CANARY-SEALED-form&age=adult&seen=CANARY-SEALED-form&opinion=CANARY-SEALED-form"},
    {"/safeguarding/{id}", "kind=decision&words=CANARY-SEALED-form"},
    {"/safeguarding/people", "user=1&post=deputy&from=1+December+2026"},
    {"/stuck/{id}", "did=CANARY-SEALED-form"},
    {"/me/stuck", "words=CANARY-SEALED-form"},
};
const struct gate_seed gate_seed_safeguarding = {.domain = "safeguarding", .records = records,
                                                 .n_records = countof(records), .forms = forms,
                                                 .n_forms = countof(forms)};
