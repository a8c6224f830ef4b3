/* seed_sharing: a guest's visit and an emergency opening about each person. */
#include "gate.h"

/* Opened by a colleague of the same team, long over: it opens nothing now, and waits for review. */
static bool opened(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  static const char *const colleague[] = {"joe", "amina", "priya", "joe", "joe", "priya"};
  struct rows r;
  (void)by;
  const struct actor *who = gate_actor_named(w, colleague[row]);
  if (permission_break_glass(w->t->db, w->t->arena, who, w->row[row].id, S("danger"),
                             str_of(gate_canary(row)),
                             w->c.now - (instant_t)48 * 3600 * 1000000) != DB_OK ||
      !db_one(&r, w->t->db, w->t->arena,
              SQL("select public_id from break_glass where person_id = ?1 order by id desc"),
              V(w->row[row].id)))
    return false;
  uuid_text(row_uuid(&r, 0), id);
  db_done(&r);
  return true;
}

static const struct gate_record records[] = {{"/oversight/{id}", opened}};
static const struct gate_form forms[] = {
    {"/people/{id}/permission/choice",
     "organisation=2&class=plan&answer=yes&how=said&language=en"},
    {"/people/{id}/permission/share-end", "share=none"},
    {"/people/{id}/permission/know", "sure=yes"},
    {"/people/{id}/permission/override",
     "team=2&kind=vital&class=contact&until=2026-11-20&reason=CANARY-SEALED-form&told=yes"},
    {"/people/{id}/guest", "guest=An+adviser&class=identity&here=yes"},
    {"/oversight/{id}", "finding=needed&note=CANARY-SEALED-form"},
    {"/emergency", "reference=aaaaa-aaaaa&reason=danger&sentence=CANARY-SEALED-form"},
};
const struct gate_seed gate_seed_sharing = {.domain = "sharing",
                                            .records = records,
                                            .n_records = countof(records),
                                            .forms = forms,
                                            .n_forms = countof(forms)};
