/* rig: the workers and pages that the tests of this folder share. Only tests include it. */
#ifndef WAYMARK_PEOPLE_RIG_H
#define WAYMARK_PEOPLE_RIG_H
#include <stdio.h>
#include "accounts/testing.h"
#include "audit/audit.h"
#include "base/planted.h"
#include "db/seal.h"
#include "db/testing.h"
#include "people/inside.h"
#include "web/testing.h"

/* North chose "own", the Weavers "team". */
struct place {
  struct db_test *t;
  struct client c;
  int64_t north, weavers;
  struct actor greta, lead, manager, peer, other;
};
static const instant_t one_day = (instant_t)86400 * 1000000;
struct place place_of(struct db_test *t); /* signed in as greta */
day_t today_of(const struct place *p);
struct person rig_add(struct place *p, const struct actor *by, const char *name);
/* "/people/{id}REST", or with "api:REST" the call. */
const char *path_of(struct place *p, const struct person *person, const char *rest);
/* The value of a hidden field of the last page. */
struct str hidden_of(struct place *p, const char *name);
void rig_send(struct place *p, const char *path, const char *fields, struct str base);
/* A page without its form tokens, which are masked afresh each time. */
struct str bytes_of(struct place *p, const char *path);
/* Runs the cases whose names begin with argv[1]; without it all. */
int rig_run(const char *group, const struct db_test_case *cases, size_t n, int argc, char **argv);
#endif
