/* helpers: the processes beside the workers: audit, soon, long, out. */
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include "web/inner.h"
#include "web/process.h"

int audit_run(const struct serving *s) {
  struct why why;
  struct db *db = process_database(s);
  int *fd = calloc((size_t)s->callers, sizeof *fd);
  struct audit_writer *w = db && fd ? audit_writer_open(db, clock_now(), &why) : NULL;
  if (!w || !process_sandbox(s, SANDBOX_WRITER)) return 1;
  for (int i = 0; i < s->callers; i++) fd[i] = s->audit_pair[i][1];
  int status = audit_writer_run(w, fd, (size_t)s->callers, s->late_read);
  audit_writer_close(w);
  free(fd);
  db_close(db);
  return status;
}

static bool told_to_stop(void *with) {
  struct pollfd p = {.fd = *(int *)with, .events = POLLIN};
  return poll(&p, 1, 0) > 0;
}

int lane_run(const struct serving *s, enum lane lane) {
  int caller = s->workers + (lane == LANE_LONG), stop = s->stop_read;
  struct db *db = process_database(s);
  if (!db) return 1;
  out_through(s->out_pair[caller][0]);
  if (!process_sandbox(s, SANDBOX_WRITER)) return 1;
  job_loop(&(struct job_loop){.db = db,
                              .lane = lane,
                              .kinds = s->jobs,
                              .n_kinds = s->n_jobs,
                              .clock = clock_now,
                              .should_stop = told_to_stop,
                              .with = &stop});
  db_close(db);
  return 0;
}

int out_run(const struct serving *s) {
  int *fd = calloc((size_t)s->callers, sizeof *fd);
  if (!fd) return 1;
  for (int i = 0; i < s->callers; i++) fd[i] = s->out_pair[i][1];
  out_allow(s->config->out_allow);
  if (!process_sandbox(s, SANDBOX_OUT)) return 1;
  int status = out_serve(fd, (size_t)s->callers, s->stop_read);
  free(fd);
  return status;
}
