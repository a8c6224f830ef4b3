/* inside: what the files of journeys/ share. */
#ifndef WAYMARK_JOURNEYS_INSIDE_H
#define WAYMARK_JOURNEYS_INSIDE_H
#include "journeys/journeys.h"

handler journey_page, journey_answer;
void journeys_help(struct request *rq, const struct way_help *h, struct str **out, size_t *n);
int journeys_region_command(int argc, char **argv);
bool journeys_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
int journeys_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);
void journeys_tend(struct db *db, instant_t now);
enum job_end journeys_remake(struct job *job, struct why *why);
#endif
