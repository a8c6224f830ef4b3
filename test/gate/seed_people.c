/* seed_people: records about each person, and whole forms, for people's own routes. */
#include "gate.h"

static bool make_group(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  int64_t group = 0;
  struct rows r;
  struct str name = str_of(gate_canary(row));
  if (people_household_add(w->t->db, w->t->arena, name, by->user_id, w->c.now, &group) != DB_OK ||
      people_household_ask(w->t->db, w->t->arena, group, w->row[row].id, "yes", by->user_id,
                           w->c.now) != DB_OK ||
      !db_one(&r, w->t->db, w->t->arena, SQL("select public_id from household where id = ?1"),
              V(group)))
    return false;
  uuid_text(row_uuid(&r, 0), id);
  db_done(&r);
  return true;
}

static bool make_representative(struct world *w, enum gate_row row, const struct actor *by,
                                char id[40]) {
  struct representative who;
  record_clear(&representative_type, &who);
  who.person = w->row[row].id, who.kind = S("advocate");
  who.name = who.scope = who.evidence = str_of(gate_canary(row));
  who.may_see = 0, who.may_speak = 1, who.may_sign = 0, who.from_day = 20000;
  if (record_insert(w->t->db, w->t->arena, &representative_type, &who, by->user_id, w->c.now) !=
      DB_OK)
    return false;
  uuid_text(who.public_id, id);
  return true;
}

static const struct gate_record records[] = {
    {"/groups/{id}", make_group},
    {"/people/{id}/agreement/representative/{representative}", make_representative},
};
static const struct gate_form forms[] = {
    {"/people", "search=can"},
    {"/api/people", "search=can"},
    {"/people/new", "name=CANARY-new&safe_way=phone"},
    {"/groups/{id}", "search=can"},
    {"/people/{id}/edit/identity", "name=CANARY-changed&pronouns=they"},
    {"/people/{id}/edit/contact", "safe_way=text&phone=07700+900111"},
    {"/people/{id}/edit/safety", "safe_note=Not+today&code_word=gull"},
    {"/people/{id}/edit/situation", "status=unemployed&wants_job=no"},
    {"/people/{id}/edit/finance", "worry_about_benefits=yes&benefits=pip"},
    {"/people/{id}/edit/health", "health_condition=yes"},
    {"/people/{id}/edit/offences", "convictions=no"},
    {"/people/{id}/edit/status", "right_to_work=seen"},
    {"/people/{id}/groups", "name=Tuesday+table"},
    {"/people/{id}/agreement/young",
     "agreed=yes&understood=All+of+it&parent=knows&said_on=1/11/2026"},
    {"/people/{id}/agreement/capacity",
     "about=Where+to+live&found=can_decide&because=Weighed+it&decided_on=1/11/2026"},
    {"/people/{id}/agreement/representative",
     "name=Ash&kind=advocate&scope=Letters&evidence=Said+so&may_see=no&may_speak=yes&may_sign=no&"
     "from_day=1/11/2026"},
    {"/people/{id}/keeping", "act=erase&class=offences"},
};
const struct gate_seed gate_seed_people = {.domain = "people",
                                           .records = records,
                                           .n_records = countof(records),
                                           .forms = forms,
                                           .n_forms = countof(forms)};
