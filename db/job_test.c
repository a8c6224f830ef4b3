/* job_test: jobs are done once, survive the death of who did them, stop when asked, and stand back
 * for people. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "db/inside.h"
#include "db/job.h"
#include "db/testing.h"

static const struct migration steps[] = {
    {9201, "test/9201_row.sql",
     S("create table tally (id INT primary key, runs INT not null);\n"
       "insert into tally (id, runs) values (1, 0);\n"
       "create table line (id KEY, number INT not null unique);\n")},
};
static const struct migrations lists[2] = {{0}, {steps, countof(steps)}};

static instant_t now_is = 1800000000000000;
static instant_t test_clock(void) { return now_is; }

static enum job_end once_more(struct job *job, struct why *why) {
  (void)why;
  db_run(job->db, SQL("update tally set runs = runs + 1 where id = 1"));
  progress_step(job->progress, "Counting", "rows", 10);
  progress_end(job->progress, 10);
  return JOB_DONE;
}
static enum job_end fails(struct job *job, struct why *why) {
  (void)job;
  why_say(why, "The file has no header row.");
  return JOB_FAILED;
}
static enum job_end eats_memory(struct job *job, struct why *why) {
  (void)why;
  db_begin(job->db, STORE_MAIN);
  for (;;) arena_alloc(job->arena, 1 << 20, 8, 64);
  return JOB_DONE;
}
static enum job_end again(struct job *job, struct why *why) {
  (void)why;
  db_run(job->db, SQL("update tally set runs = runs + 1 where id = 1"));
  return db_number(job->db, 0, SQL("select runs from tally where id = 1")) < 2 ? JOB_AGAIN
                                                                               : JOB_DONE;
}
static enum job_end dies(struct job *job, struct why *why) {
  (void)job;
  (void)why;
  kill(getpid(), SIGKILL);
  return JOB_DONE;
}
/* Writes numbers 0..N-1 in batches; its state is the next number. */
enum { LINES = 3000 };
static enum job_end writes_lines(struct job *job, struct why *why) {
  (void)why;
  struct str from = str_slice(job->state, 1, job->state.n ? job->state.n - 1 : 0);
  int64_t next = 0;
  str_to_i64(from, &next);
  struct bulk b = bulk_begin(job->db, job);
  for (; next < LINES && bulk_row(&b); next++) {
    db_run(job->db, SQL("insert into line (number) values (?1)"), V(next));
    char state[32];
    snprintf(state, sizeof state, "[%lld]", (long long)next + 1);
    job_keep_state(job, str_of(state));
  }
  enum db_result r = bulk_end(&b);
  if (r != DB_OK) return r == DB_RETRY ? JOB_AGAIN : JOB_FAILED;
  return next == LINES ? JOB_DONE : JOB_STOPPED;
}

/* A hundred rows of its own, each of them many in the table. */
static enum job_end writes_many(struct job *job, struct why *why) {
  (void)why;
  int64_t each;
  if (!str_to_i64(job->arguments, &each)) return JOB_FAILED;
  struct bulk b = bulk_begin(job->db, job);
  for (int64_t i = 0; i < 100 && bulk_row(&b); i++)
    db_run(job->db,
           SQL("insert into line (number) with recursive n(i) as (select cast(1 as bigint) union "
               "all select i + 1 from n where i < ?2) select 1000000 + ?1 * ?2 + i from n"),
           V(i), V(each));
  return bulk_end(&b) == DB_OK ? JOB_DONE : JOB_FAILED;
}

static const struct job_kind kinds[] = {
    {"once", "Once more", LANE_SOON, once_more}, {"fails", "Fails", LANE_SOON, fails},
    {"again", "Again", LANE_SOON, again},        {"memory", "Eats memory", LANE_SOON, eats_memory},
    {"dies", "Dies", LANE_SOON, dies},           {"lines", "Lines", LANE_LONG, writes_lines},
    {"many", "Many", LANE_LONG, writes_many},
};

static int64_t run(struct db *db, enum lane lane) {
  return job_loop(&(struct job_loop){.db = db,
                                     .lane = lane,
                                     .kinds = kinds,
                                     .n_kinds = countof(kinds),
                                     .clock = test_clock,
                                     .until_empty = true});
}
static int64_t add(struct db_test *t, const char *kind, struct str once) {
  return job_add(t->db, t->arena, kind, S("{}"), now_is, INSTANT_NONE, once);
}
static int64_t tally(struct db_test *t) {
  return db_number(t->db, -1, SQL("select runs from tally where id = 1"));
}
static enum job_status status_of(struct db_test *t, int64_t id) {
  struct job_standing s;
  assert_true(job_look(t->db, t->arena, id, &s));
  return s.status;
}

static void a_job_is_done_once_with_its_progress(struct db_test *t) {
  int64_t id = add(t, "once", S(""));
  assert_int_equal(run(t->db, LANE_LONG), 0);
  assert_int_equal(run(t->db, LANE_SOON), 1);
  assert_int_equal(run(t->db, LANE_SOON), 0);
  assert_int_equal(tally(t), 1);
  struct job_standing s;
  assert_true(job_look(t->db, t->arena, id, &s));
  assert_int_equal(s.status, JOB_ENDED);
  assert_int_equal(s.n_steps, 1);
  assert_int_equal(s.steps[0].done, 10);
  assert_true(str_eq(s.steps[0].step, S("Counting")));
  assert_int_equal(db_number(t->db, -1, SQL_WORK("select count(*) from job_lease")), 0);
  job_sweep(t->db, t->arena, now_is + 1);
  assert_false(job_look(t->db, t->arena, id, &s));
}

static void asking_twice_waits_once(struct db_test *t) {
  int64_t first = add(t, "once", S("nightly"));
  assert_int_equal(add(t, "once", S("nightly")), first);
  assert_true(add(t, "once", S("")) != add(t, "once", S("")));
  assert_int_equal(run(t->db, LANE_SOON), 3);
  assert_true(add(t, "once", S("nightly")) != first);
}

static void a_job_lives_and_dies_with_the_change_that_asks_for_it(struct db_test *t) {
  db_begin(t->db, STORE_MAIN);
  assert_true(add(t, "once", S("")) > 0);
  db_rollback(t->db, STORE_MAIN);
  assert_int_equal(run(t->db, LANE_SOON), 0);
  job_add(t->db, t->arena, "once", S("{}"), now_is, now_is + 5000000, S(""));
  assert_int_equal(run(t->db, LANE_SOON), 0);
  now_is += 6000000;
  assert_int_equal(run(t->db, LANE_SOON), 1);
}

static void every_end_is_told(struct db_test *t) {
  int64_t bad = add(t, "fails", S("")), hungry = add(t, "memory", S("")),
          twice = add(t, "again", S(""));
  assert_int_equal(run(t->db, LANE_SOON), 3);
  struct job_standing s;
  assert_true(job_look(t->db, t->arena, bad, &s));
  assert_int_equal(s.status, JOB_ENDED_BADLY);
  assert_true(str_eq(s.said, S("The file has no header row.")));
  assert_int_equal(status_of(t, hungry), JOB_ENDED_BADLY);
  assert_false(db_in_transaction(t->db, STORE_MAIN));
  assert_int_equal(status_of(t, twice), JOB_WAITING);
  now_is += 61000000;
  assert_int_equal(run(t->db, LANE_SOON), 1);
  assert_int_equal(status_of(t, twice), JOB_ENDED);
}

static pid_t child_runs(struct db_test *t, enum lane lane) {
  pid_t child = fork();
  if (child) return child;
  struct db *mine = db_test_again(t);
  run(mine, lane);
  db_close(mine);
  _exit(0);
}
static int wait_for(pid_t child) {
  int status;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void a_job_that_kills_its_process_is_given_up(struct db_test *t) {
  int64_t id = add(t, "dies", S(""));
  for (int i = 0; i < 5; i++) assert_int_equal(wait_for(child_runs(t, LANE_SOON)), SIGKILL);
  assert_int_equal(wait_for(child_runs(t, LANE_SOON)), 0);
  assert_int_equal(status_of(t, id), JOB_ENDED_BADLY);
}

static void a_killed_process_is_followed(struct db_test *t) {
  int64_t id = add(t, "lines", S(""));
  struct rng r = rng_seed(11);
  int kills = 0;
  for (int i = 0; i < 4; i++) { /* four kills are within the five attempts */
    pid_t child = child_runs(t, LANE_LONG);
    usleep((useconds_t)(5000 + rng_below(&r, 20000)));
    kill(child, SIGKILL);
    kills += wait_for(child) == SIGKILL;
  }
  while (status_of(t, id) != JOB_ENDED) run(t->db, LANE_LONG);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from line")), LINES);
  assert_true(kills > 0);
}

static void another_machines_lease_is_respected_until_it_ends(struct db_test *t) {
  int64_t id = add(t, "once", S(""));
  db_run(t->db,
         SQL_WORK("insert into job_lease (job_id, holder, ends) values (?1, 'elsewhere/1', ?2)"),
         V(id), V(now_is + 60000000));
  assert_int_equal(run(t->db, LANE_SOON), 0);
  now_is += 61000000;
  assert_int_equal(run(t->db, LANE_SOON), 1);
}

static void several_processes_do_each_job_once(struct db_test *t) {
  for (int i = 0; i < 20; i++) add(t, "once", S(""));
  pid_t child[3];
  for (int i = 0; i < 3; i++) child[i] = child_runs(t, LANE_SOON);
  for (int i = 0; i < 3; i++) assert_int_equal(wait_for(child[i]), 0);
  run(t->db, LANE_SOON);
  assert_int_equal(tally(t), 20);
}

static int asked;
static bool stop_after_some(void *with) {
  (void)with;
  return ++asked > 3;
}

/* With nobody to be seen waiting every batch is short, so that a stop comes in the middle. */
static void keep_batches_short(struct db *db) {
  db_number(db, 0, SQL_WORK("select count(*) from progress"));
  waiting_close(db->waiting);
  db->waiting = NULL;
}

static void stopping_keeps_what_was_done(struct db_test *t) {
  int64_t id = add(t, "lines", S(""));
  asked = 0;
  db_run(t->db, SQL("update job set stop = 1 where id = ?1"), V(id));
  keep_batches_short(t->db);
  run(t->db, LANE_LONG);
  assert_int_equal(status_of(t, id), JOB_ENDED_EARLY);
  int64_t kept = db_number(t->db, -1, SQL("select count(*) from line"));
  assert_true(kept > 0 && kept < LINES);
  int64_t second = add(t, "lines", S("")); /* would write the same numbers: begins anew and fails */
  job_ask_stop(t->db, second);
  assert_int_equal(status_of(t, second), JOB_ENDED_EARLY);
}

static void a_process_that_must_end_leaves_the_job_waiting(struct db_test *t) {
  int64_t id = add(t, "lines", S(""));
  asked = 0;
  keep_batches_short(t->db);
  job_loop(&(struct job_loop){.db = t->db,
                              .lane = LANE_LONG,
                              .kinds = kinds,
                              .n_kinds = countof(kinds),
                              .clock = test_clock,
                              .should_stop = stop_after_some});
  assert_int_equal(status_of(t, id), JOB_WAITING);
  run(t->db, LANE_LONG);
  assert_int_equal(status_of(t, id), JOB_ENDED);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from line")), LINES);
}

/* While an import runs, people's writes wait a few milliseconds at most. */
static void people_hardly_wait_for_a_bulk_writer(struct db_test *t) {
  add(t, "lines", S(""));
  pid_t child = child_runs(t, LANE_LONG);
  uint64_t longest = 0;
  int writes = 0;
  int status;
  while (waitpid(child, &status, WNOHANG) == 0 && writes < 2000) {
    uint64_t began = clock_monotonic_us();
    assert_int_equal(db_run(t->db, SQL("update tally set runs = runs + 1 where id = 1")), DB_OK);
    uint64_t took = clock_monotonic_us() - began;
    if (took > longest) longest = took;
    writes++;
    usleep(1000);
  }
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  print_message("%d writes beside an import, the longest took %.1f ms\n", writes,
                (double)longest / 1000);
  assert_true(writes > 0);
  assert_int_equal(tally(t), writes);
}

/* Rows PostgreSQL knows the table to have: -1 until it was looked at. */
static int64_t rows_known(struct db_test *t) {
  return db_number(
      t->db, -2,
      SQL("/* postgres */ select cast(reltuples as bigint) from pg_class where relname "
          "= 'line' and relnamespace = to_regnamespace('main')"));
}

static void much_writing_ends_with_a_vacuum(struct db_test *t) {
  if (t->kind != DB_POSTGRES) return; /* SQLite needs none */
  assert_int_equal(rows_known(t), -1);
  job_add(t->db, t->arena, "many", S("5"), now_is, INSTANT_NONE, S(""));
  run(t->db, LANE_LONG);
  assert_int_equal(db_number(t->db, -1, SQL("select count(*) from line")), 500);
  assert_int_equal(rows_known(t), -1); /* 500 rows are not much */
  job_add(t->db, t->arena, "many", S("200"), now_is, INSTANT_NONE, S(""));
  db_run(t->db, SQL("delete from line"));
  run(t->db, LANE_LONG);
  assert_int_equal(rows_known(t), 20000);
}

int main(void) {
  static const struct db_test_case cases[] = {
      DB_TEST(a_job_is_done_once_with_its_progress),
      DB_TEST(asking_twice_waits_once),
      DB_TEST(a_job_lives_and_dies_with_the_change_that_asks_for_it),
      DB_TEST(every_end_is_told),
      DB_TEST(a_job_that_kills_its_process_is_given_up),
      DB_TEST(a_killed_process_is_followed),
      DB_TEST(another_machines_lease_is_respected_until_it_ends),
      DB_TEST(several_processes_do_each_job_once),
      DB_TEST(stopping_keeps_what_was_done),
      DB_TEST(a_process_that_must_end_leaves_the_job_waiting),
      DB_TEST(people_hardly_wait_for_a_bulk_writer),
      DB_TEST(much_writing_ends_with_a_vacuum),
  };
  struct migrations all[2] = {db_migrations, lists[1]};
  log_level_set(LOG_ALARM);
  return db_test_run("db_job", cases, countof(cases), all, 2);
}
