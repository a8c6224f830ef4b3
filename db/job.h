/* job: work that outlives a request. A job is a row written in the same transaction as the change
 * that asks for it (table job, MAIN store); the `soon` and `long` processes take rows of their
 * lane, run the registered function, and keep progress in WORK where pages and terminals read it. A
 * killed process's job is taken over after its lease ends, so a job function must be resumable: it
 * keeps its place in `job.state` (JSON it alone reads). */
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
/* Inside the caller's transaction. `not_before` INSTANT_NONE = at once. `once` non-empty: a waiting
 * job with the same kind and once-key is not added twice. Returns its id, 0 on failure. */
int64_t job_add(struct db *db, struct arena *a, const char *kind, struct str arguments,
                instant_t now, instant_t not_before, struct str once);
/* Durable before it returns; inside a MAIN transaction (a bulk batch) it is kept together with it,
 * so that place and rows can never disagree. */
void job_keep_state(struct job *job, struct str state);
bool job_stop_asked(struct job *job);
/* Bulk writing beside people: begins and commits MAIN transactions, of at most 50 rows or 5 ms
 * while anyone waits and of 100 ms when nobody does, and stands back while any request waits. Call
 * bulk_row before each row's writes; false = stop was asked or a write failed (bulk_end says
 * which). */
struct bulk {
  struct job *job;
  struct db *db;
  int rows;
  uint64_t began_us;
  bool open;
  enum db_result result;
};
struct bulk bulk_begin(struct db *db, struct job *job);
bool bulk_row(struct bulk *b);
/* Commits what is open, and ends with db_vacuum_changed. DB_OK also when stop was asked: everything
 * before it is kept. DB_RETRY (PostgreSQL, rare): the last batch is gone and all before it is kept;
 * go on from the state. `job` may be NULL in a command. */
enum db_result bulk_end(struct bulk *b);
/* PostgreSQL: vacuums and analyses each table of MAIN of which 1,000 rows and a tenth changed
 * since it last was. Outside a transaction (inside one it does nothing); blocks nobody. */
void db_vacuum_changed(struct db *db, struct job *job);

/* What the `soon` and `long` processes do all day. A job left by a killed process is taken again
 * after its lease (60 s; at once when the process was on this machine and is gone); one taken five
 * times without saying how it ended is failed. A job that stops because the process must end
 * (should_stop) waits again; one stopped by a person is over. */
struct job_loop {
  struct db *db;
  enum lane lane;
  const struct job_kind *kinds; size_t n_kinds;
  instant_t (*clock)(void);
  bool (*should_stop)(void *with); void *with;  /* asked often; NULL = never */
  void (*between)(void *with); /* between jobs, and often while idle; NULL = none */
  bool until_empty;                             /* return when nothing waits, instead of sleeping */
};
int64_t job_loop(const struct job_loop *how);   /* how many it ran */

/* For pages and terminals. */
enum job_status { JOB_WAITING, JOB_TAKEN, JOB_ENDED, JOB_ENDED_BADLY, JOB_ENDED_EARLY };
struct job_step { struct str step, unit; int64_t done, total; };
struct job_standing {
  int64_t id; struct str kind, said; enum job_status status; instant_t added_at, ended_at;
  struct job_step *steps; size_t n_steps;
};
bool job_look(struct db *db, struct arena *a, int64_t id, struct job_standing *out);
void job_ask_stop(struct db *db, int64_t id);
/* Forgets jobs that ended well before `before`, with their progress: at most a thousand; true when
 * there may be more. */
bool job_sweep(struct db *db, struct arena *a, instant_t before);
#endif
