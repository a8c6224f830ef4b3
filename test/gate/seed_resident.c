/* seed_resident: of each person a time on their own page. What stands on whose page, and what does
 * not, is the world's (world.c). */
#include "contacts/contacts.h"
#include "gate.h"

static bool appointment(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct appointment p;
  struct attempt first = {.on = instant_local_uk(w->c.now).day + 3, .minute = 660};
  record_clear(&appointment_type, &p);
  p.public_id = uuid_v4(), p.person = w->row[row].id, p.kind = S("plan"), p.mode = S("in_person");
  p.place = S("The Net Loft"), p.worker = by->user_id;
  uuid_text(p.public_id, id);
  return contacts_book(w->t->db, w->t->arena, &p, &first, by->user_id, w->c.now) == DB_OK;
}

static const struct gate_record records[] = {{"/mine/appointments/{appointment}", appointment}};
static const struct gate_form forms[] = {
    {"/mine/plan/goal", "words=CANARY-SEALED-form"},
    {"/mine/strengths", "words=CANARY-SEALED-form"},
    {"/mine/appointments/{appointment}/cant", "words=CANARY-SEALED-form"},
    {"/mine/messages", "to=2&words=CANARY-SEALED-form"},
    {"/mine/choices", "organisation=2&class=128&answer=no"},
    {"/mine/words", "about=facts&words=CANARY-SEALED-form"},
    {"/people/{id}/own-page", "do=mode&mode=chosen&hours=24"},
    {"/people/{id}/statements", "statement=none&answer=kept&words=CANARY-SEALED-form"},
};
const struct gate_seed gate_seed_resident = {.domain = "resident", .records = records,
                                             .n_records = countof(records), .forms = forms,
                                             .n_forms = countof(forms)};
