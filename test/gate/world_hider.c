/* world_hider: somebody whom every domain knew, gone into hiding. They come after everything else
 * of the world, so that nothing but them is more than in the world without them. */
#include "accounts/testing.h"
#include "contacts/contacts.h"
#include "gate.h"
#include "referrals/referrals.h"
#include "safeguarding/safeguarding.h"
#include "support/support.h"

#define MUST(call)                                                                                 \
  do {                                                                                             \
    if ((call) != DB_OK) fail_msg("%s", #call);                                                    \
  } while (0)

/* A referral that led to their record, and is over; the seed's own also has strangers'. */
static void refer(struct world *w, const struct actor *by, int64_t person) {
  struct uuid id;
  struct rows r;
  struct why why = {0};
  int64_t accepted;
  struct referral_new n = {.via = "public",
                           .about = "known",
                           .source = S("other"),
                           .agreed = S("said"),
                           .name = S("CANARY-hidden"),
                           .safe_way = S("in_person"),
                           .age = NUMBER_NONE,
                           .area_code = S("Z05000001")};
  n.to.p[0] = (struct referral_to){.team_id = by->team_id,
                                   .service_name = S("Gate help"),
                                   .answer_days = 5,
                                   .contact_days = 5,
                                   .nation = S("scotland")};
  n.to.n = 1;
  MUST(referral_send(w->t->db, w->t->arena, &n, w->c.now, &id));
  if (!db_one(&r, w->t->db, w->t->arena,
              SQL("select g.id from referral_leg g join referral f on f.id = g.referral_id where "
                  "f.public_id = ?1"),
              db_uuid(w->t->arena, id)))
    fail_msg("no leg");
  int64_t leg = row_int(&r, 0);
  db_done(&r);
  if (!referral_accept(w->t->db, w->t->arena, by, leg, person, w->c.now, &accepted, &why))
    fail_msg("%s", why.text);
}

static void learn(struct world *w, const struct actor *by, int64_t person) {
  day_t today = instant_local_uk(w->c.now).day;
  struct learning l = {
      .person_id = person, .team_id = by->team_id, .kind = S("course"), .what = S("CANARY-hidden")};
  struct buddy b = {.person_id = person,
                    .name = S("CANARY-hidden"),
                    .about = S("travel"),
                    .from = today,
                    .to = DAY_NONE};
  MUST(support_learning_add(w->t->db, w->t->arena, &l, by->user_id, w->c.now));
  MUST(support_learning_step(w->t->db, w->t->arena, &l, LEARNING_ENROLLED, today, by->user_id,
                             w->c.now));
  MUST(support_buddy_add(w->t->db, w->t->arena, &b, by->user_id, w->c.now));
}

/* What was spent is taken back: what a fund has left is told to everybody, by declaration. */
static void spends_over(struct world *w, const struct actor *by, int64_t person) {
  struct db_value now = db_instant(w->t->arena, w->c.now);
  MUST(db_run(w->t->db,
              SQL("insert into spend_fact (spend_id, what, day, by_user, at) select s.id, "
                  "'cancelled', s.asked_on, cast(?2 as bigint), ?3 from spend s where s.person = "
                  "?1"),
              V(person), V(by->user_id), now));
  MUST(db_run(w->t->db,
              SQL("update fund_now set committed = committed - (select sum(h.pence) from spend s "
                  "join spend_share h on h.spend_id = s.id where s.person = ?1 and h.fund_id = "
                  "fund_now.fund_id) where fund_id in (select fund from spend where person = ?1)"),
              V(person)));
  MUST(db_run(w->t->db,
              SQL("delete from spend_share where spend_id in (select id from spend where person = "
                  "?1)"),
              V(person)));
  MUST(db_run(w->t->db, SQL("update spend_now set state = 'cancelled' where person_id = ?1"),
              V(person)));
}

/* What was decided about and with them, and the plan they agreed to. */
static void decided(struct world *w, const struct actor *by, int64_t person) {
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  day_t today = instant_local_uk(w->c.now).day;
  struct str words = S("CANARY-hidden");
  struct plan p;
  struct plan_agreement g = {
      .how = S("said"), .on = today, .language = S("en"), .with_whom = words};
  struct capacity_decision c;
  struct age_review v;
  if (!support_plan(db, a, person, 0, &p)) fail_msg("no plan");
  p.rhythm_days = 21;
  MUST(support_plan_agree(db, a, person, &p, &g, by->user_id, w->c.now));
  MUST(support_step_end(db, a, person, p.goals.p[0].steps.p[0].public_id, S("done"), by->user_id,
                        w->c.now));
  record_clear(&capacity_decision_type, &c);
  c.person = person, c.about = c.because = words, c.found = S("can_decide"), c.decided_on = today;
  MUST(record_insert(db, a, &capacity_decision_type, &c, by->user_id, w->c.now));
  record_clear(&age_review_type, &v);
  v.person = person, v.stage = 25, v.agreement = S("agrees_anew"),
  v.notice_given = v.access_checked = 1;
  v.schemes_checked = 1, v.note = words, v.reviewed_on = today;
  MUST(record_insert(db, a, &age_review_type, &v, by->user_id, w->c.now));
}

/* Rows no seed makes: said yes to a group, a visit that ended, a copy keyed. */
static void been_about(struct world *w, const struct actor *by, int64_t person, int64_t household) {
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  struct db_value now = db_instant(a, w->c.now);
  MUST(people_household_ask(db, a, household, person, "yes", by->user_id, w->c.now));
  MUST(db_run(db,
              SQL("insert into visit (public_id, user_id, team_id, person_id, expected_end, "
                  "planned_at, in_at, out_at) values (?1, ?2, ?3, ?4, ?5, ?5, ?5, ?5)"),
              db_uuid(a, uuid_v4()), V(by->user_id), V(by->team_id), V(person), now));
  MUST(db_run(db,
              SQL("insert into copy_keyed (person_id, system, version, by_user, at, prints) values "
                  "(?1, 'gate', '1', ?2, ?3, '')"),
              V(person), V(by->user_id), now));
}

static void known_to_all(struct world *w, const struct actor *by, bool hides) {
  static const char *const after[] = {"/people/{id}/contacts/{contact}",
                                      "/people/{id}/appointments/{appointment}",
                                      "/people/{id}/strengths/{strength}"};
  const struct gate_record *record;
  char id[40];
  for (size_t i = 0; (record = gate_record_at(i)); i++) {
    /* Worries, complaints and emergency openings are their readers' to look at, whomever they are
     * about. */
    bool make = !hides && strcmp(record->path, "/referrals/{id}") != 0 &&
                strcmp(record->path, "/worried/{id}") != 0 &&
                strcmp(record->path, "/safeguarding/{id}") != 0 &&
                strcmp(record->path, "/complaints/{id}") != 0 &&
                strcmp(record->path, "/oversight/{id}") != 0;
    for (size_t k = 0; k < countof(after); k++)
      make |= hides && strcmp(record->path, after[k]) == 0;
    if (make && !record->make(w, ROW_CAT, by, id)) fail_msg("no record for %s", record->path);
  }
}

void world_hider(struct world *w, int64_t team, int64_t household, enum gate_variant variant) {
  struct db *db = w->t->db;
  struct arena *a = w->t->arena;
  struct actor nora = test_user(db, a, team, "nora", ROLE_KEY_WORKER, "", w->c.now);
  struct person p, kept = w->row[ROW_CAT];
  MUST(people_domain.night(db, a, w->c.now));
  if (variant == NOBODY_HIDES) return;
  record_clear(&person_type, &p);
  p.name = S("CANARY-hidden later"), p.safe_way = S("phone"), p.status = S("inactive");
  p.ward_code = S("Z05000001"), p.phone = S("07700 900321"), p.born_on = 13000;
  MUST(people_add(db, a, &nora, &p, w->c.now));
  w->row[ROW_CAT] = p; /* what a seed makes is about a row */
  known_to_all(w, &nora, false);
  refer(w, &nora, p.id);
  learn(w, &nora, p.id);
  spends_over(w, &nora, p.id);
  decided(w, &nora, p.id);
  been_about(w, &nora, p.id, household);
  if (variant == ONE_HIDES) MUST(people_restrict(db, a, p.id, nora.user_id, w->c.now));
  MUST(permission_name_worker(db, a, p.id, nora.user_id, instant_local_uk(w->c.now).day, DAY_NONE));
  known_to_all(w, &nora, true); /* her work goes on */
  w->row[ROW_CAT] = kept;
  MUST(people_domain.night(db, a, w->c.now));
  w->hider = p.id, w->hider_worker = nora;
}
