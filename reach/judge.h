/* judge: a slow second opinion for the tests, obviously correct: every trip, every pair of its
 * calls, round by round, straight from the network as it was put in; nothing of the region file,
 * the day or the scan. */
#ifndef WAYMARK_REACH_JUDGE_H
#define WAYMARK_REACH_JUDGE_H
#include "base/rand.h"
#include "reach/path.h"
#include "reach/net.h"

enum { JUDGE_STOPS = 40, JUDGE_ROUNDS = 12, JUDGE_TRIPS = 400 };
struct judge {
  const struct net *n;
  day_t date;
  enum need wheelchair;
  int32_t next_until_s;
  const uint8_t *without; /* by net trip */
  struct walking walking;
  int32_t cap_s; /* 0 = none */
  bool served[JUDGE_STOPS];
  int next[JUDGE_TRIPS]; /* by net trip: the trip its vehicle goes on as, people staying on */
  /* answers: best time at each net stop with at most k rides, INT32_MAX = never */
  int32_t best[JUDGE_ROUNDS + 1][JUDGE_STOPS];
};
void judge_from_stop(struct judge *j, uint32_t stop, int32_t depart);
/* A stop some trip that ever runs calls at, or a given link leaves: in line mode only these are
 * walked to. */
bool judge_served(const struct net *n, uint32_t stop);
bool judge_runs(const struct net *n, uint32_t service, day_t day);

/* A small random network: overtaking trips, loops, after-midnight trips, boarding rules, change
 * times, links with hours, several calendars. */
struct small {
  struct net net;
  struct buf file;
  struct region r;
  uint32_t to_region[JUDGE_STOPS];
};
void small_make(struct small *s, uint64_t seed);
void small_close(struct small *s);
#endif
