/* Who may see what of whom: the full predicate as a table, and the projection that makes lists
 * fast, which must say the same after every change of any source. */
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "permission/permission.h"
#include "web/testing.h"

extern const struct migrations web_migrations, accounts_migrations, permission_migrations;

enum { ADA = 101, BEN = 102, CAT = 103, NOBODY = -1 };
enum { ALL = ((1 << CLASS_COUNT) - 1) & ~CLASS_EQUALITY };
struct place {
  struct db_test *t;
  instant_t now;
  day_t today;
  int64_t north, health;
  struct actor amina, joe, lead, peer, priya, basil, safi, frank;
};

static struct place place_of(struct db_test *t) {
  struct place p = {.t = t};
  instant_parse(S("2026-11-02T10:00:00Z"), &p.now);
  p.today = instant_local_uk(p.now).day;
  struct client c = client_open(t->db, NULL, 0, NULL); /* for its master key */
  client_close(&c);
  p.north = test_team(t->db, t->arena, "Harbour Lights", "North", FUNCTION_SUPPORT, "own", p.now);
  p.health = test_team(t->db, t->arena, "Coast NHS", "Health", FUNCTION_SUPPORT, "own", p.now);
  int64_t decide =
      test_team(t->db, t->arena, "Jobcentre", "Decisions", FUNCTION_ENFORCEMENT, "own", p.now);
  int64_t buy =
      test_team(t->db, t->arena, "Region", "Commissioning", FUNCTION_COMMISSIONING, "own", p.now);
  p.amina = test_user(t->db, t->arena, p.north, "amina", ROLE_KEY_WORKER, "", p.now);
  p.joe = test_user(t->db, t->arena, p.north, "joe", ROLE_KEY_WORKER, "", p.now);
  p.lead = test_user(t->db, t->arena, p.north, "lead", ROLE_TEAM_LEAD, "", p.now);
  p.peer = test_user(t->db, t->arena, p.north, "peer", ROLE_PEER, "", p.now);
  p.safi = test_user(t->db, t->arena, p.north, "safi", ROLE_SAFEGUARDING, "", p.now);
  p.priya = test_user(t->db, t->arena, p.health, "priya", ROLE_KEY_WORKER, "", p.now);
  p.basil = test_user(t->db, t->arena, decide, "basil", ROLE_ENFORCEMENT, "", p.now);
  p.frank = test_user(t->db, t->arena, buy, "frank", ROLE_COMMISSIONER, "", p.now);
  db_begin(t->db, STORE_MAIN);
  permission_engage(t->db, t->arena, ADA, p.north, S("Ada Thrift"), p.today - 10);
  permission_carry(t->db, t->arena, ADA, p.amina.user_id, p.today - 10);
  permission_engage(t->db, t->arena, BEN, p.north, S("Ben Halyard"), p.today - 10);
  permission_carry(t->db, t->arena, BEN, p.joe.user_id, p.today - 10);
  assert_int_equal(db_commit(t->db, STORE_MAIN), DB_OK);
  return p;
}

static struct sight see(struct place *p, const struct actor *who, int64_t person) {
  return permission_sight(p->t->db, p->t->arena, who, person, p->today, p->now);
}
#define SEES(who, person, classes_seen, why_seen)                                                  \
  do {                                                                                             \
    struct sight s_ = see(&p, &p.who, person);                                                     \
    assert_int_equal(s_.classes, classes_seen);                                                    \
    assert_int_equal(s_.reason, why_seen);                                                         \
  } while (0)

/* The projection equals its sources, for everyone: nothing differs when it is made again. */
static void projection_holds(struct place *p) {
  enum db_result result = DB_OK;
  db_begin(p->t->db, STORE_MAIN);
  assert_int_equal(permission_rebuild(p->t->db, p->t->arena, 0, &result), 0);
  assert_int_equal(result, DB_OK);
  assert_int_equal(db_commit(p->t->db, STORE_MAIN), DB_OK);
}
static int64_t rows_of(struct place *p, int64_t person) {
  return db_number(p->t->db, -1, SQL("select count(*) from may_see where person_id = ?1"),
                   V(person));
}

static void a_team_sees_whom_it_supports(struct db_test *t) {
  struct place p = place_of(t);
  SEES(amina, ADA, ALL, SIGHT_TEAM);
  SEES(amina, BEN, 0, SIGHT_NONE);    /* own caseload only */
  SEES(lead, BEN, ALL, SIGHT_TEAM);
  SEES(safi, BEN, ALL, SIGHT_TEAM);
  SEES(priya, ADA, 0, SIGHT_NONE);
  SEES(frank, ADA, 0, SIGHT_NONE);
  SEES(basil, ADA, 0, SIGHT_NONE);
  SEES(amina, NOBODY, 0, SIGHT_NONE);
  projection_holds(&p);
}

static void a_peer_sees_no_health_or_offences(struct db_test *t) {
  struct place p = place_of(t);
  permission_carry(t->db, t->arena, ADA, p.peer.user_id, p.today);
  struct sight s = see(&p, &p.peer, ADA);
  assert_true(s.classes & CLASS_IDENTITY);
  assert_false(s.classes &
               (CLASS_HEALTH | CLASS_OFFENCES | CLASS_FINANCE | CLASS_SAFETY | CLASS_EQUALITY));
}

static void support_that_ended_shows_nothing(struct db_test *t) {
  struct place p = place_of(t);
  assert_int_equal(permission_end(t->db, t->arena, ADA, p.north, p.today, S("moved")), DB_OK);
  SEES(amina, ADA, ALL, SIGHT_TEAM); /* its last day */
  p.today++;
  SEES(amina, ADA, 0, SIGHT_NONE);
  SEES(lead, ADA, 0, SIGHT_NONE);
  assert_int_equal(db_number(t->db, -1,
                             SQL("select count(*) from caseload where person_id = ?1 and to_day is "
                                 "null"),
                             V(ADA)),
                   0); /* nobody carries them any more */
  projection_holds(&p);
}

static void cover_is_dated(struct db_test *t) {
  struct place p = place_of(t);
  permission_cover(t->db, t->arena, p.joe.user_id, p.amina.user_id, p.today + 1, p.today + 2,
                   p.lead.user_id, p.now);
  SEES(amina, BEN, 0, SIGHT_NONE);
  p.today++;
  SEES(amina, BEN, ALL, SIGHT_COVER);
  p.today += 2;
  SEES(amina, BEN, 0, SIGHT_NONE);
}

static void a_connection_block_takes_one_worker_out(struct db_test *t) {
  struct place p = place_of(t);
  permission_block(t->db, t->arena, ADA, p.amina.user_id, p.now);
  SEES(amina, ADA, 0, SIGHT_NONE);
  SEES(lead, ADA, ALL, SIGHT_TEAM);
}

static int64_t agree(struct place *p, uint32_t classes, day_t to) {
  struct agreement_party parties[] = {{p->amina.organisation_id, "joint"},
                                      {p->priya.organisation_id, "joint"}};
  struct agreement g = {.title = S("Work and health"),
                        .purpose = S("support"),
                        .classes = classes,
                        .article6 = "6(1)(e)",
                        .from = p->today,
                        .to = to,
                        .review_on = p->today + 300,
                        .owner_user_id = p->lead.user_id};
  g.parties.p = parties, g.parties.n = countof(parties);
  return permission_agreement_add(p->t->db, p->t->arena, &g);
}
static void choose(struct place *p, uint32_t class_bit, const char *answer) {
  struct choice c = {.person_id = ADA,
                     .organisation_id = p->priya.organisation_id,
                     .asked_by = p->amina.user_id,
                     .class_bit = class_bit,
                     .answer = answer,
                     .how = "said",
                     .language = "en"};
  assert_int_equal(permission_choose(p->t->db, p->t->arena, &c, p->now), DB_OK);
}

static void sharing_needs_an_agreement_and_a_choice(struct db_test *t) {
  struct place p = place_of(t);
  int64_t agreement = agree(&p, CLASS_IDENTITY | CLASS_PLAN, p.today + 100);
  struct share s = {ADA, p.amina.organisation_id, p.health, agreement, p.amina.user_id,
                    CLASS_IDENTITY | CLASS_PLAN | CLASS_HEALTH, p.today};
  assert_int_equal(permission_share(t->db, t->arena, &s), DB_OK);
  SEES(priya, ADA, 0, SIGHT_NONE); /* not asked */
  choose(&p, CLASS_IDENTITY, "yes");
  choose(&p, CLASS_HEALTH, "yes");  /* the agreement does not cover it */
  SEES(priya, ADA, CLASS_IDENTITY, SIGHT_AGREEMENT);
  projection_holds(&p);
  choose(&p, CLASS_PLAN, "yes");
  SEES(priya, ADA, CLASS_IDENTITY | CLASS_PLAN, SIGHT_AGREEMENT);
  choose(&p, CLASS_IDENTITY, "withdrawn");
  SEES(priya, ADA, CLASS_PLAN, SIGHT_AGREEMENT);
  projection_holds(&p);
  choose(&p, CLASS_PLAN, "no");
  SEES(priya, ADA, 0, SIGHT_NONE);
  assert_int_equal(rows_of(&p, ADA), 1);
  choose(&p, CLASS_PLAN, "yes");
  p.today += 101; /* the agreement ended */
  SEES(priya, ADA, 0, SIGHT_NONE);
  projection_holds(&p);
}

static void an_override_is_written_down_and_ends(struct db_test *t) {
  struct place p = place_of(t);
  struct override o = {.person_id = ADA,
                       .team_id = p.health,
                       .decided_by = p.safi.user_id,
                       .kind = "safeguarding",
                       .classes = CLASS_SAFETY | CLASS_CONTACT,
                       .told = false,
                       .from = p.today,
                       .to = p.today + 1,
                       .reason = S("CANARY-REASON"),
                       .not_told_why = S("unsafe")};
  assert_int_equal(permission_override(t->db, t->arena, &o, p.now), DB_OK);
  SEES(priya, ADA, CLASS_SAFETY | CLASS_CONTACT, SIGHT_OVERRIDE);
  projection_holds(&p);
  struct str words = permission_words(t->arena, see(&p, &p.priya, ADA));
  assert_true(str_contains(words, S("until 3 November 2026")));
  p.today += 2;
  SEES(priya, ADA, 0, SIGHT_NONE);
}

static void who_hides_is_in_no_list(struct db_test *t) {
  struct place p = place_of(t);
  assert_int_equal(permission_restrict(t->db, t->arena, ADA, p.lead.user_id, p.now), DB_OK);
  assert_int_equal(rows_of(&p, ADA), 0);
  SEES(amina, ADA, 0, SIGHT_NONE);
  SEES(lead, ADA, 0, SIGHT_NONE);
  SEES(safi, ADA, 0, SIGHT_NONE);
  assert_int_equal(
      permission_name_worker(t->db, t->arena, ADA, p.joe.user_id, p.today, p.today + 5), DB_OK);
  SEES(joe, ADA, ALL, SIGHT_NAMED);
  int64_t ids[4];
  assert_int_equal(permission_named_for(t->db, t->arena, &p.joe, p.today, p.now, ids, countof(ids)),
                   1);
  assert_int_equal(
      permission_named_for(t->db, t->arena, &p.amina, p.today, p.now, ids, countof(ids)), 0);
  /* Nothing that changes a source brings them back. */
  permission_engage(t->db, t->arena, ADA, p.health, S("Ada Thrift"), p.today);
  permission_renamed(t->db, t->arena, ADA, S("Ada Thrift"));
  assert_int_equal(rows_of(&p, ADA), 0);
  projection_holds(&p);
  p.today += 6;
  SEES(joe, ADA, 0, SIGHT_NONE);
}

static void broken_glass_lasts_an_hour(struct db_test *t) {
  struct place p = place_of(t);
  permission_restrict(t->db, t->arena, ADA, p.lead.user_id, p.now);
  assert_int_equal(permission_break_glass(t->db, t->arena, &p.safi, ADA, S("danger"),
                                          S("they rang from a box"), p.now),
                   DB_OK);
  SEES(safi, ADA, ALL, SIGHT_GLASS);
  SEES(lead, ADA, 0, SIGHT_NONE);
  SEES(safi, BEN, ALL, SIGHT_TEAM);
  p.now += (instant_t)60 * 60 * 1000000;
  SEES(safi, ADA, 0, SIGHT_NONE);
}

static void doctor_finds_a_wrong_projection_and_mends_it(struct db_test *t) {
  struct place p = place_of(t);
  struct buf out = buf_open(1 << 16);
  assert_int_equal(permission_domain.doctor(t->db, t->arena, p.now, &out), 0);
  db_run(t->db, SQL("update may_see set classes = 1 where person_id = ?1"), V(ADA));
  assert_int_equal(permission_domain.doctor(t->db, t->arena, p.now, &out), 1);
  assert_int_equal(permission_domain.doctor(t->db, t->arena, p.now, &out), 0);
  buf_free(&out);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(a_team_sees_whom_it_supports),
      DB_TEST(a_peer_sees_no_health_or_offences),
      DB_TEST(support_that_ended_shows_nothing),
      DB_TEST(cover_is_dated),
      DB_TEST(a_connection_block_takes_one_worker_out),
      DB_TEST(sharing_needs_an_agreement_and_a_choice),
      DB_TEST(an_override_is_written_down_and_ends),
      DB_TEST(who_hides_is_in_no_list),
      DB_TEST(broken_glass_lasts_an_hour),
      DB_TEST(doctor_finds_a_wrong_projection_and_mends_it)};
  const struct migrations lists[] = {db_migrations, audit_migrations, web_migrations,
                                     accounts_migrations, permission_migrations};
  return db_test_run("permission", cases, countof(cases), lists, countof(lists));
}
