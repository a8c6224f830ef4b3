/* inside: what the files of journeys/ share. */
#ifndef WAYMARK_JOURNEYS_INSIDE_H
#define WAYMARK_JOURNEYS_INSIDE_H
#include "journeys/journeys.h"

handler journey_page, journey_answer;
void journeys_help(struct request *rq, const struct way_help *h, struct str **out, size_t *n);
/* ---- Who in a place cannot reach what: reach_area, made at night ---- */

enum reach_kind { REACH_PROVIDER, REACH_JOBS, REACH_CHILDCARE, REACH_KINDS };
enum { REACH_HOUR_FIRST = 6, REACH_HOUR_LAST = 21, REACH_JOBS_WANTED = 1000 };
extern const char *const reach_kind_codes[REACH_KINDS];
struct reach_targets {
  struct reach_target *p;
  size_t n;
};
/* Published places of live help, and what reach_target holds. */
bool reach_targets_read(struct db *db, struct arena *a, day_t day, struct reach_targets *out,
                        struct why *why);
struct reach_need reach_needs(void);
/* The next ordinary weekday and Sunday from a day on: Tuesday to Thursday. */
day_t reach_weekday(day_t from);
day_t reach_sunday(day_t from);
enum job_end reach_areas_job(struct job *job, struct why *why);
/* A file of places to reach: name, lat, long, and for jobs how many (people). Replaces what that
 * source gave before. Returns rows read, -1 with a sentence. */
int64_t reach_targets_import(struct db *db, struct arena *a, struct str kind, struct csv *rows,
                             struct str source, struct why *why);
handler reach_page, reach_file;
int journeys_region_command(int argc, char **argv);
bool journeys_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
int journeys_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);
void journeys_tend(struct db *db, instant_t now);
enum job_end journeys_remake(struct job *job, struct why *why);
#endif
