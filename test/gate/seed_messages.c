/* seed_messages: what somebody wrote to us, about each person of the world, and what a worker would
 * send. Who hides is found by no number, so nothing lands on them. */
#include "gate.h"
#include "messages/messages.h"

static bool wrote(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct message_came came = {.organisation_id = by->organisation_id,
                              .number = w->row[row].phone,
                              .words = str_of(gate_canary(row))};
  enum db_result result = DB_OK;
  memcpy(id, w->id[row], 40);
  if (row == ROW_HIDDEN) return true;
  return messages_came(w->t->db, w->t->arena, &came, w->c.now, &result) && result == DB_OK;
}
static const struct gate_record records[] = {{"/people/{id}/messages/{message}", wrote}};
static const struct gate_form forms[] = {
    {"/people/{id}/messages", "do=look&asked=0&purpose=talk&words=CANARY-SEALED-form"},
    {"/people/{id}/messages/seen", "seen=1"},
    {"/people/{id}/messages/safe", "shared_phone=1&through=CANARY-SEALED-form"},
    {"/messages/tray/find", "search=can&row=x"},
    {"/messages/tray", "row=x&nobody=1"},
};
const struct gate_seed gate_seed_messages = {.domain = "messages", .records = records,
                                             .n_records = countof(records), .forms = forms,
                                             .n_forms = countof(forms)};
