/* inside: what the files of journeys/ share. */
#ifndef WAYMARK_JOURNEYS_INSIDE_H
#define WAYMARK_JOURNEYS_INSIDE_H
#include "journeys/journeys.h"

handler journey_page, journey_answer, shift_page, shift_answer;
/* Their postcode as a place, where the asker may use it: never of somebody who hides. */
bool journeys_home_of(struct request *rq, const struct person *p, uint32_t classes,
                      struct spot *out);
void journeys_pay_links(struct request *rq, const struct person *p, struct legs_view *out);
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
/* The live services of the night, and where each can be met. */
struct reach_services {
  struct {
    int64_t *p;
    size_t n;
  } ids; /* rising */
  struct {
    struct spot *p;
    size_t n;
  } at;         /* every published place, services one after the other */
  size_t *from; /* at[from[i]] .. at[from[i + 1]] are of ids[i] */
  bool *comes, *hidden;
  int64_t list_id;
};
bool reach_services_read(struct db *db, struct arena *a, day_t day, instant_t now,
                         struct reach_services *out, struct why *why);
/* One ward, one hour: written beside the row of reach_area, in its transaction. */
enum db_result reach_services_put(struct db *db, struct arena *a, const struct reach_services *s,
                                  struct str code, const char *day_kind, int hour,
                                  const uint8_t *minutes);
bool reach_services_find(struct arena *a, const struct reach_services *s, struct spot home,
                         struct set_out out, uint8_t *minutes);
void reach_services_sweep(struct db *db); /* lists no row uses any more */
/* The next ordinary weekday and Sunday from a day on: Tuesday to Thursday. */
day_t reach_weekday(day_t from);
day_t reach_sunday(day_t from);
enum job_end reach_areas_job(struct job *job, struct why *why);
/* A file of places to reach: name, lat, long, and for jobs how many (people). Replaces what that
 * source gave before. Returns rows read, -1 with a sentence. */
int64_t reach_targets_import(struct db *db, struct arena *a, struct str kind, struct csv *rows,
                             struct str source, struct why *why);
handler reach_page, reach_file, compare_page;
/* ---- Another timetable beside ours (compare.c) ---- */
struct seaborough;
/* Wards and small areas with a middle, in the order of their codes. */
struct areas reach_areas_wanted(struct db *db, struct arena *a);
/* Makes a region of the files apart from ours, and asks for its minutes to be worked out. */
bool reach_compare_add(struct db *db, struct arena *a, struct str data, struct str name,
                       const struct region_sources *from, instant_t now, struct progress *p,
                       struct buf *says, struct why *why);
enum job_end reach_compare_job(struct job *job, struct why *why);
void reach_compare_again(struct db *db, instant_t now);
bool reach_compare_demo(struct db *db, struct arena *a, const struct seaborough *s, instant_t now,
                        struct why *why);
int journeys_region_command(int argc, char **argv);
bool journeys_demo(struct db *db, struct arena *a, uint64_t seed, instant_t now, struct progress *p,
                   struct why *why);
int journeys_doctor(struct db *db, struct arena *a, instant_t now, struct buf *out);
void journeys_tend(struct db *db, instant_t now);
enum job_end journeys_remake(struct job *job, struct why *why);
#endif
