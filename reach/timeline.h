/* timeline: everything that happens on a day in order of time: a vehicle is at a stop, people may
 * get off, people may get on. Private to the scan.
 *
 * What a scan over it leans on: of people who set out from one place at different times, the one
 * who set out later is never earlier anywhere, so who is at a stop (or on a vehicle) is told by one
 * small number, the latest of them. One pass over the timeline then answers every departure at
 * once, with a byte a stop and a byte a trip.
 *
 * The timeline is made in blocks of BLOCK_SECONDS, each when it is first needed, and kept for the
 * next question about the day. Within one second the order is that of the trips, and of the calls
 * within a trip, first of the trips at whose calls everybody may get on and off, then of those with
 * one where not. Where another event of that second is at the same stop or of the same trip, the
 * event says so (AGAIN: if it changes anything, the second must be gone over again). */
#ifndef WAYMARK_REACH_TIMELINE_H
#define WAYMARK_REACH_TIMELINE_H
#include "reach/day.h"

enum { BLOCK_SECONDS = 1800 };
/* In one number, to be light on the memory that is gone over: the stop above trip_bits, the trip
 * (numbered by start, so that those of one hour lie together) below. The ends of a trip are plain:
 * nobody is on it before its first call, and nobody looks after its last. */
enum { EVENT_ALIGHT = 1, EVENT_BOARD = 2, EVENT_AGAIN = 4, EVENT_BITS = 3 };
struct special {
  uint32_t where, trip; /* where: the stop above EVENT_BITS */
};
struct moment {
  int32_t at; /* seconds after midnight */
  uint32_t plain, special;
}; /* its events end where the next moment's begin */
struct block {
  struct moment *moments; /* n + 1; NULL = not made yet */
  uint32_t n;
};
struct timed {
  int32_t at;
  uint32_t where, trip;
};
struct timeline {
  const struct day *d;
  uint32_t *plain;
  struct special *special;
  uint64_t *again; /* a bit for each of `plain` */
  uint32_t n_plain, n_special, trip_bits;
  size_t events_max;
  struct moment *moments;
  struct block *blocks;
  uint32_t n_blocks;
  int32_t origin;                /* second at which block 0 begins */
  uint32_t *number;              /* by day trip; NULL until the first block is made */
  struct timed *gather, *sorted; /* scratch of one block */
  uint32_t *passed, pass;        /* scratch by stop: the last second in which something was there */
  uint32_t *numbering, *count, buckets;
};
/* Address space only: nothing is made yet. Without room for it in the arena beside everything else,
 * or with more stops and trips than one number can tell apart (a whole country in one day), `plain`
 * is NULL and there is no timeline. */
struct timeline timeline_open(const struct day *d, struct arena *a);
/* Block i, made if need be. */
const struct block *timeline_block(struct timeline *t, uint32_t i);
#endif
