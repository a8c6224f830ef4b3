/* seed_referrals: for each person a referral that led to their record, and one nobody has taken on
 * yet, of somebody who hides, so that inboxes hold something. */
#include "gate.h"
#include "referrals/referrals.h"

static bool send(struct world *w, enum gate_row row, const struct actor *by, bool hides,
                 struct uuid *id) {
  struct referral_new r = {.via = "public", .about = "known", .source = S("other"),
                           .agreed = S("said"), .name = str_of(gate_canary(row)),
                           .safe_way = S("in_person"), .safe_note = str_of(gate_canary(row)),
                           .words = str_of(gate_canary(row)), .age = NUMBER_NONE, .hides = hides};
  r.to.p[0] = (struct referral_to){.team_id = by->team_id, .service_name = S("Gate help"),
                                   .answer_days = 5, .contact_days = 5, .nation = S("scotland")};
  r.to.n = 1;
  return referral_send(w->t->db, w->t->arena, &r, w->c.now, id) == DB_OK;
}

static bool taken_on(struct world *w, enum gate_row row, const struct actor *by, char id[40]) {
  struct uuid waiting, referral;
  struct rows r;
  struct why why = {0};
  int64_t leg, accepted;
  struct referral_said talked = {.kind = FACT_CONTACTED, .day = instant_local_uk(w->c.now).day,
                                 .until = DAY_NONE, .by_whom = "team", .by_user = by->user_id,
                                 .note = str_of(gate_canary(row))};
  if (!send(w, row, by, true, &waiting) || !send(w, row, by, row == ROW_HIDDEN, &referral) ||
      !db_one(&r, w->t->db, w->t->arena,
              SQL("select g.id, g.public_id from referral_leg g join referral f on f.id = "
                  "g.referral_id where f.public_id = ?1"),
              db_uuid(w->t->arena, referral)))
    return false;
  leg = row_int(&r, 0);
  uuid_text(row_uuid(&r, 1), id);
  db_done(&r);
  return referral_accept(w->t->db, w->t->arena, by, leg, w->row[row].id, w->c.now, &accepted,
                         &why) &&
         referral_say(w->t->db, w->t->arena, leg, &talked, w->c.now, &why);
}

static const struct gate_record records[] = {{"/referrals/{id}", taken_on}};
static const struct gate_form forms[] = {
    {"/refer/send", "who=known&knows=yes&name=CANARY-new&safe_way=in_person&agreed=said"},
    {"/referrals/{id}", "do=feedback&feedback=outcome"},
    {"/people/{id}/referrals", "agreed=said"},
    {"/referrals/partners", "name=Gate+Surgery&route=gp"},
    {"/referrals/routes", "service=Gate+help"},
};
const struct gate_seed gate_seed_referrals = {.domain = "referrals", .records = records,
                                              .n_records = countof(records), .forms = forms,
                                              .n_forms = countof(forms)};
