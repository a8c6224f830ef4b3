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

enum { CARRY_US = 1000000 };

struct lane_life { const struct serving *s; struct db *db; int stop; uint64_t carried_us; };

static bool told_to_stop(void *with) {
  const struct lane_life *l = with;
  struct pollfd p = {.fd = l->stop, .events = POLLIN};
  return poll(&p, 1, 0) > 0;
}

static void tend_all(void *with) {
  struct lane_life *l = with;
  uint64_t us = clock_monotonic_us();
  if (us - l->carried_us >= CARRY_US) {
    db_carry_over(l->db);
    l->carried_us = us;
  }
  for (size_t i = 0; i < l->s->n_domains; i++)
    if (l->s->domains[i]->tend) l->s->domains[i]->tend(l->db, clock_now());
}

int lane_run(const struct serving *s, enum lane lane) {
  int caller = s->workers + (lane == LANE_LONG);
  struct lane_life life = {s, process_database(s), s->stop_read, 0};
  if (!life.db) return 1;
  out_through(s->out_pair[caller][0]);
  if (!process_sandbox(s, SANDBOX_WRITER)) return 1;
  job_loop(&(struct job_loop){.db = life.db,
                              .lane = lane,
                              .kinds = s->jobs,
                              .n_kinds = s->n_jobs,
                              .clock = clock_now,
                              .should_stop = told_to_stop,
                              .between = lane == LANE_SOON ? tend_all : NULL,
                              .with = &life});
  db_close(life.db);
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
