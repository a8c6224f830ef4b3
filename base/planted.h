/* planted: faults that test builds put in on purpose, to show that the tests find them. PLANTED is
 * 0 in every other build, and the compiler takes the branches away. A test program that is to be
 * wrong compiles the files it needs with -DPLANTED_CHOSEN and links base/planted.c: one program, in
 * which WAYMARK_PLANTED=n of the environment says which fault stands. */
#ifndef WAYMARK_BASE_PLANTED_H
#define WAYMARK_BASE_PLANTED_H
#ifdef PLANTED_CHOSEN
extern int planted;
#define PLANTED planted
#else
#define PLANTED 0
#endif
enum {
  PLANTED_HIDDEN_SHOWN = 1,  /* who hides is treated like anyone */
  PLANTED_WHOLE_TEAM,        /* everyone in a team sees all its people */
  PLANTED_UNREDACTED,        /* what was loaded is shown whole */
  PLANTED_IN_THE_CLEAR,      /* who hides is stored like anyone */
  PLANTED_HURRIED,           /* no more questions once nobody is there */
  PLANTED_WALL_OPEN,         /* a route for enforcement, and one that gives out a file */
  PLANTED_LEAKY,             /* a connection block is taken for a permission */
  PLANTED_LAST_POUND,        /* a fund gives more than it holds */
  PLANTED_NO_SECOND,         /* nobody else has to allow a spend */
  PLANTED_HIDES_BY_HALVES,   /* who goes into hiding leaves every domain's codes and days behind */
  PLANTED_ALL_SCOPES = 101,  /* a token opens whatever its account could */
  PLANTED_PEER_WIDE = 405,   /* a peer worker sees whom their team sees */
  PLANTED_OWN_WIDE = 601,    /* every team's work stands on a resident's page */
  PLANTED_OWN_KEPT_OFF,      /* what was kept off a resident's page stands on it */
  PLANTED_ERASES_KEYS_ONLY = 607 /* talks and their days outlive the key that sealed their words */
};
#endif
