/* seed_support: of each person a strength, something in the way of every class, a plan, a stay, an
 * answer; a talk, a promise, an appointment. */
#include "contacts/contacts.h"
#include "gate.h"
#include "support/support.h"

static bool strength(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct strength s;
  record_clear(&strength_type, &s);
  s.public_id = uuid_v4(), s.person = w->row[row].id, s.words = str_of(gate_canary(row));
  s.said_on = instant_local_uk(w->c.now).day;
  uuid_text(s.public_id, id);
  return record_insert(w->t->db, w->t->arena, &strength_type, &s, by->user_id, w->c.now) == DB_OK;
}

static bool barrier(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  static const char *const kinds[] = {"domestic_abuse", "mental_health", "crime", "money",
                                      "transport"};
  for (size_t i = 0; i < countof(kinds); i++) {
    struct barrier b = {.public_id = uuid_v4(),
                        .now = {.kind = str_of(kinds[i]), .words = str_of(gate_canary(row)),
                                .in_the_way = 5, .able = SCORE_UNKNOWN,
                                .on = instant_local_uk(w->c.now).day, .lifted_on = DAY_NONE}};
    if (support_barrier_name(w->t->db, w->t->arena, w->row[row].id, &b, by->user_id, w->c.now) !=
        DB_OK)
      return false;
    uuid_text(b.public_id, id); /* the last one: whoever sees the person sees its class */
  }
  struct stay s = {.kind = STAY_CUSTODY, .words = str_of(gate_canary(row)),
                   .from = instant_local_uk(w->c.now).day, .to = DAY_NONE};
  struct plan_step step = {.words = str_of(gate_canary(row)), .who = S("person"), .by = DAY_NONE};
  struct plan_goal goal = {.words = str_of(gate_canary(row))};
  struct plan p = {.matters = str_of(gate_canary(row)), .written_by = S("together"),
                   .on = s.from, .review_on = DAY_NONE};
  goal.steps.p = &step, goal.steps.n = 1, p.goals.p = &goal, p.goals.n = 1;
  return support_stay_add(w->t->db, w->t->arena, w->row[row].id, &s, by->user_id, w->c.now) ==
             DB_OK &&
         support_plan_write(w->t->db, w->t->arena, w->row[row].id, 0, &p, by->user_id, w->c.now) ==
             DB_OK;
}

static bool contact(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct contact c;
  struct promise m;
  bool again;
  record_clear(&contact_type, &c);
  record_clear(&promise_type, &m);
  c.public_id = uuid_v4(), c.person = m.person = w->row[row].id, c.mode = S("phone");
  c.on_day = m.by_day = instant_local_uk(w->c.now).day;
  c.words = c.health_words = m.words = str_of(gate_canary(row));
  c.worker = m.worker = by->user_id, c.team = by->team_id, m.who = S("worker");
  uuid_text(c.public_id, id);
  return contacts_add(w->t->db, w->t->arena, &c, by->user_id, w->c.now, &again) == DB_OK &&
         contacts_promise(w->t->db, w->t->arena, &m, by->user_id, w->c.now) == DB_OK;
}

static bool appointment(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct appointment p;
  struct attempt first = {.on = instant_local_uk(w->c.now).day + 2, .minute = 600};
  record_clear(&appointment_type, &p);
  p.public_id = uuid_v4(), p.person = w->row[row].id, p.kind = S("talk"), p.mode = S("phone");
  p.place = str_of(gate_canary(row)), p.worker = by->user_id;
  uuid_text(p.public_id, id);
  return contacts_book(w->t->db, w->t->arena, &p, &first, by->user_id, w->c.now) == DB_OK;
}

static const struct gate_record records[] = {
    {"/people/{id}/strengths/{strength}", strength},
    {"/people/{id}/way/{barrier}", barrier},
    {"/people/{id}/contacts/{contact}", contact},
    {"/people/{id}/appointments/{appointment}", appointment},
};
static const struct gate_form forms[] = {
    {"/people/{id}/strengths/new", "words=CANARY-SEALED-form&said_on=1/3/2026"},
    {"/people/{id}/strengths/{strength}", "version=1&words=CANARY-SEALED-form&said_on=1/3/2026"},
    {"/people/{id}/way/new", "kind=transport&words=CANARY-SEALED-form&in_the_way=4"},
    {"/people/{id}/way/{barrier}", "number=1&words=CANARY-SEALED-form&able=4"},
    {"/people/{id}/talk/step", "step=good&answer=CANARY-SEALED-form"},
    {"/people/{id}/plan/edit", "after=1&written_by=worker&g0_words=CANARY-SEALED-form"},
    {"/people/{id}/plan/agree", "number=1&how=said&language=en&with_whom=CANARY-SEALED-form"},
    {"/people/{id}/plan/review", "review=CANARY-SEALED-form"},
    {"/people/{id}/plan/link", "offered=safe_way"},
    {"/people/{id}/joint", "words=CANARY-SEALED-form&theirs=yes"},
    {"/people/{id}/away", "kind=hospital&from=1/3/2026&words=CANARY-SEALED-form"},
    {"/support/questions", "set=distance&version=1&scheme=Gate"},
    {"/people/{id}/contacts",
     "mode=phone&words=CANARY-SEALED-form&on_day=1/3/2026&promise=CANARY-SEALED-form"},
    {"/people/{id}/contacts/{contact}",
     "version=1&mode=phone&words=CANARY-SEALED-form&on_day=1/3/2026"},
    {"/people/{id}/appointments/new",
     "kind=talk&mode=phone&place=CANARY-SEALED-form&on_day=1/3/2099&clock=10:00"},
    {"/people/{id}/appointments/{appointment}/end", "end=did_not_happen&why=bus"},
    {"/people/{id}/learning", "kind=course&what=CANARY-SEALED-form"},
    {"/people/{id}/pause", "reason=CANARY-SEALED-form&until=1/3/2099"},
    {"/people/{id}/visits", "place=CANARY-SEALED-form&until=23:59"},
    {"/people/{id}/visits/caution", "kind=dog&words=CANARY-SEALED-form&source=CANARY-SEALED-form&"
                                    "from_day=1/3/2026&review_on=1/5/2026"},
    {"/drop-in", "site=Gate&add=came_in"},
    {"/sessions/new", "title=Gate&kind=group&naming=named&on_day=1/3/2099&clock=10:00"},
    {"/assets/new", "kind=tools&name=Gate"},
    {"/stops/edit", "name=Gate&place=Gate&weekday=MO&clock=10:00&clock_to=11:00&from_day=1/3/2026"},
};
const struct gate_seed gate_seed_support = {.domain = "support", .records = records,
                                            .n_records = countof(records), .forms = forms,
                                            .n_forms = countof(forms)};
