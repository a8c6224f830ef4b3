/* rig_test: what the tests of this folder share: an organisation with a worker, a lead, two
 * managers and a peer, another organisation's worker, and Ada, who is supported. */
#ifndef WAYMARK_PROGRAMME_RIG_TEST_H
#define WAYMARK_PROGRAMME_RIG_TEST_H
#include <stdio.h>
#include "accounts/testing.h"
#include "db/testing.h"
#include "programme/contract_test.h"
#include "programme/inside.h"
#include "support/support.h"
#include "web/testing.h"

struct place {
  struct db_test *t;
  struct client c;
  struct actor amina, lead, colin, second, peer,
      priya; /* worker, lead, two managers, peer; elsewhere */
  struct person ada;
  day_t today;
  char path[96], on[160]; /* Ada's programmes; one of them */
};

void says(struct place *p, const char *words);
void says_not(struct place *p, const char *words);
struct person add_person(struct place *p, const struct actor *by, const char *name, day_t born);
void delivers(struct place *p, const char *code, int64_t organisation);
struct place place_of(struct db_test *t);
void send_form(struct place *p, const char *path, const char *end, const char *form);
void saved(struct place *p);
void join_programme(struct place *p, const char *code);
void hidden_field(struct place *p, const char *name, char out[80]);
void sign_joining(struct place *p, const char *how);
void see_all(struct place *p);
void shows(struct place *p, const char *path);
void start_ada(struct place *p, const char *on);
extern const struct domain *const programme_test_domains[9];
void an_outcome_counts_once_it_is_shown(struct db_test *t); /* outcome_test.c */
void work_that_may_have_lasted_is_asked_about(struct db_test *t);
void what_they_answered_alone_is_in_their_copy(struct db_test *t);
#endif
