/* job: work that outlives a request. A job is a row written in the same transaction as the change that asks for it
 * (table job, MAIN store); the `soon` and `long` processes take rows of their lane, run the registered function, and keep
 * progress in WORK where pages and terminals read it. A killed process's job is taken over after its lease ends, so a job
 * function must be resumable: it keeps its place in `job.state` (JSON it alone reads). */
#ifndef WAYMARK_JOB_H
#define WAYMARK_JOB_H
#include "db/db.h"
enum lane { LANE_SOON, LANE_LONG };
struct job {
  int64_t id;
  struct str kind, arguments, state;  /* arguments and state are JSON texts */
  instant_t now;
  struct db *db;
  struct arena *arena;
  struct progress *progress;
};
enum job_end { JOB_DONE, JOB_STOPPED, JOB_FAILED, JOB_AGAIN };
typedef enum job_end job_run(struct job *job, struct why *why);
struct job_kind { const char *name, *title; enum lane lane; job_run *run; };
/* Inside the caller's transaction. `not_before` INSTANT_NONE = at once. `once` non-empty: a waiting job with the same kind
 * and once-key is not added twice. Returns its id, 0 on failure. */
int64_t job_add(struct db *db, struct arena *a, const char *kind, struct str arguments, instant_t now,
                instant_t not_before, struct str once);
void job_keep_state(struct job *job, struct str state);  /* durable before it returns */
bool job_stop_asked(struct job *job);
/* Bulk writing beside people: begins and commits MAIN transactions of at most 50 rows or 5 ms, and stands back while any
 * request waits. Call bulk_row before each row's writes; false = stop was asked or a write failed (bulk_end says which). */
struct bulk { struct job *job; struct db *db; int rows; uint64_t began_us; bool open; };
struct bulk bulk_begin(struct db *db, struct job *job);
bool bulk_row(struct bulk *b);
enum db_result bulk_end(struct bulk *b);
#endif
