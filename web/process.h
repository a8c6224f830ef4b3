/* process: the processes of one server and how they are joined. Private to supervise.c, worker.c
 * and helpers.c. */
#ifndef WAYMARK_WEB_PROCESS_H
#define WAYMARK_WEB_PROCESS_H
#include "audit/audit.h"
#include "sandbox/sandbox.h"
#include "web/front.h"
#include "web/out.h"

/* Everything decided before the first fork; every process has its copy. */
struct serving {
  const struct serve_config *config;
  const struct domain *const *domains;
  size_t n_domains;
  const struct route_table *routes;
  const struct job_kind *jobs;
  size_t n_jobs;
  int workers, listen_fd;
  char spool_folder[4096], url[128];
  /* Both ends of every pair stay open in the parent, so that a process that is restarted finds its
   * callers and is found by them. [0] is the caller's. Callers: the workers, then soon and long. */
  int (*audit_pair)[2], (*out_pair)[2];
  int callers;
  int stop_read, stop_write; /* closing stop_write tells soon, long, out to end */
  int late_read, late_write; /* the same for audit, which ends last */
};
enum { CALLERS_BESIDE = 2 }; /* soon and long */

/* Each is one process's whole life; the result is its exit status. */
int worker_run(const struct serving *s, int index, int front_fd);
int audit_run(const struct serving *s);
int lane_run(const struct serving *s, enum lane lane);
int out_run(const struct serving *s);

/* Opens the database as any process but the front does: key, data, the program's own start. NULL:
 * logged. */
struct db *process_database(const struct serving *s);
bool process_sandbox(const struct serving *s, enum sandbox_kind kind);
#endif
