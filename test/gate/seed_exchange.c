/* What exchange brings: a spreadsheet with a row that looks like the person. */
#include <stdio.h>
#include "gate.h"
#include "exchange/exchange.h"

static bool sheet(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct uuid one;
  struct why why = {0};
  struct str csv = str_format(w->t->arena, "Name,Telephone,Notes\n%.*s,07700 900999,1/3/26 %s\n",
                              P(w->row[row].name), gate_canary(row));
  if (!exchange_sheet_send(w->t->db, w->t->arena, by, csv, w->c.now, &one, &why)) return false;
  uuid_text(one, id);
  return true;
}

/* The sheet is the same system for everyone; whose it is stands before it in the path. */
static bool system_of(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  (void)w, (void)row, (void)by;
  snprintf(id, 40, "example");
  return true;
}

static const struct gate_record records[] = {{"/people/{id}/copy/{system}", system_of},
                                             {"/import/{id}", sheet}};
static const struct gate_form forms[] = {
    {"/import/{id}", "do=go&safe_way=phone&k2=other"},
    {"/people/{id}/copy/{system}", "reference=CANARY-SEALED-form"}};
const struct gate_seed gate_seed_exchange = {.domain = "exchange",
                                             .records = records,
                                             .n_records = countof(records),
                                             .forms = forms,
                                             .n_forms = countof(forms)};
