/* The invented place the tests of referrals happen in, and how they ask. */
#ifndef WAYMARK_REFERRALS_TEST_H
#define WAYMARK_REFERRALS_TEST_H
#include "accounts/testing.h"
#include "audit/audit.h"
#include "db/testing.h"
#include "directory/directory.h"
#include "places/places.h"
#include "referrals/read.h"
#include "web/testing.h"

/* Two teams of one organisation, one of another; a referrer, an enforcement user; a service in the
 * whole place, one for one ward, one for one age. Saturday 19 December 2026. */
struct town {
  struct db_test *t;
  struct client c;
  struct actor amina, rhian, dev, priya, pat, hugh, basil;
  int64_t north, south, coast;
  struct service talk, bikes, young;
  char talk_id[40], bikes_id[40], young_id[40];
};
#define TEST_DAY day_of(2026, 12, 18)
struct town town_of(struct db_test *t);
void at_day(struct town *p, day_t day);
struct service a_service(struct town *p, const char *name, const char *rule);
void a_route(struct town *p, int64_t service, int64_t team, const char *area, int64_t line);
void sign_in_as(struct town *p, const struct actor *who);   /* NULL: nobody */
void say_form(struct town *p, const char *path, const char *form);
/* Whole public journey: the page, the questions, the five fields. Leaves the last reply. */
void refer_with(struct town *p, const char *start, const char *five);
int64_t count_of(struct town *p, const struct sql *sql);
/* The public id of the newest leg. */
struct str newest_leg(struct town *p);
void on_leg(struct town *p, struct str leg, const char *form);
void open_leg(struct town *p, struct str leg);
struct person a_person(struct town *p, const struct actor *by, const char *name, bool hidden);
struct partner a_partner(struct town *p, const char *name, const char *route,
                         enum function function, bool verified);
struct str a_token(struct town *p, const struct partner *partner, const char *kind, day_t expires);
bool says(struct town *p, const char *words);

/* state_test.c, journey_test.c, wall_test.c */
void states_are_a_table(struct db_test *t), working_days_know_bank_holidays(struct db_test *t),
    what_may_be_said_follows_the_state(struct db_test *t);
void nobody_can_be_tracked(struct db_test *t), enforcement_hears_received(struct db_test *t),
    links_are_signed_and_end(struct db_test *t), who_hides_is_for_leads(struct db_test *t),
    private_people_get_thanks(struct db_test *t), the_referral_forgets(struct db_test *t),
    the_api_asks_once(struct db_test *t), cards_are_counted_without_names(struct db_test *t);
#endif
