/* bulk.c: writing much without anyone noticing. A transaction ends after 50 rows or 5 ms when
 * anyone waits, and at 100 ms in any case; who waits is looked up every 16 rows (waiting.c), so
 * nobody waits longer than that bound and one commit. Then none begins while a request waits,
 * though never standing back longer than 200 ms: imports must end too. Where nobody can be seen
 * waiting (no data folder beside PostgreSQL) the bound always holds. */
#include <unistd.h>
#include "db/inside.h"
#include "db/job.h"

enum {
  BULK_ROWS_MAX = 50,
  BULK_US_MAX = 5000,
  ALONE_US_MAX = 100000,
  LOOK_ROWS = 16,
  BACK_US_MAX = 200000,
  BACK_STEP_US = 500,
  BEGIN_TRIES = 30
};

struct bulk bulk_begin(struct db *db, struct job *job) {
  db->bulk = true;
  return (struct bulk){.db = db, .job = job};
}

static void stand_back(struct db *db) {
  for (int us = 0; us < BACK_US_MAX && waiting_anyone(db->waiting); us += BACK_STEP_US)
    usleep(BACK_STEP_US);
}

/* PostgreSQL: read committed, since a batch cannot be asked to write its rows again. */
static enum db_result open_batch(struct bulk *b) {
  struct connection *c = &b->db->c[STORE_MAIN];
  enum db_result r = DB_RETRY;
  for (int i = 0; i < BEGIN_TRIES && r == DB_RETRY; i++) {
    stand_back(b->db);
    c->begin_as = "begin isolation level read committed";
    db_begin(b->db, STORE_MAIN);
    c->begin_as = NULL;
    r = c->failed;
    if (r != DB_OK) db_rollback(b->db, STORE_MAIN);
  }
  b->open = r == DB_OK;
  b->rows = 0;
  b->began_us = clock_monotonic_us();
  return r;
}

static void close_batch(struct bulk *b) {
  if (!b->open) return;
  enum db_result r = db_commit(b->db, STORE_MAIN);
  if (b->result == DB_OK) b->result = r;
  b->open = false;
}

static bool batch_is_full(const struct bulk *b) {
  uint64_t us = clock_monotonic_us() - b->began_us;
  if (us > ALONE_US_MAX) return true;
  bool due = b->rows >= BULK_ROWS_MAX || us > BULK_US_MAX;
  if (!b->db->waiting) return due;
  return due && (b->rows % LOOK_ROWS == 0 || us > BULK_US_MAX) && waiting_anyone(b->db->waiting);
}

bool bulk_row(struct bulk *b) {
  if (b->result != DB_OK) return false;
  if (b->open && b->db->c[STORE_MAIN].failed != DB_OK) close_batch(b);
  if (b->open && batch_is_full(b)) {
    close_batch(b);
    if (b->job && job_stop_asked(b->job)) return false;
  }
  if (b->result == DB_OK && !b->open) b->result = open_batch(b);
  b->rows++;
  return b->result == DB_OK;
}

enum db_result bulk_end(struct bulk *b) {
  close_batch(b);
  if (b->result == DB_OK) db_vacuum_changed(b->db, b->job);
  b->db->bulk = false;
  return b->result;
}
