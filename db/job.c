/* job.c: taking, running and ending jobs. Rows are in MAIN, leases and progress in WORK (db/0001,
 * 0002).
 *
 * A lease is taken in one statement, so two processes never hold the same job; the row is read
 * again under the lease, because it may have ended between being seen and being taken. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "db/inside.h"
#include "db/job.h"

enum {
  LEASE_US = 60 * 1000000,
  BEAT_US = 1000000,
  STOP_LOOK_US = 500000,
  ATTEMPTS_MAX = 5,
  AGAIN_US = 60 * 1000000,
  IDLE_MS = 500,
  IDLE_SLICE_MS = 50,
  CANDIDATES_MAX = 20,
  SWEEP_ROWS = 1000,
  JOB_ARENA_BYTES = 1 << 30,
  HOLDER_BYTES = 100
};

struct running {
  struct job job;
  struct progress progress;
  const struct job_loop *how;
  char holder[HOLDER_BYTES];
  int64_t steps_before; /* steps an earlier attempt showed */
  uint64_t beat_us, looked_us;
  bool stop_asked, ending; /* by a person; because the process must end or the lease was lost */
};

int64_t job_add(struct db *db, struct arena *a, const char *kind, struct str arguments,
                instant_t now, instant_t not_before, struct str once) {
  return db_insert(db,
                   SQL("insert into job (kind, arguments, once, not_before, added_at) values (?1, "
                       "?2, ?3, ?4, ?5)"
                       " on conflict (kind, once) where status = 0 and once <> ''"
                       " do update set kind = excluded.kind returning id"),
                   V(str_of(kind)), V(arguments), V(once),
                   V(not_before == INSTANT_NONE ? S("") : instant_iso(a, not_before)),
                   V(instant_iso(a, now)));
}

/* ---- leases ---- */

static void holder_name(char out[HOLDER_BYTES]) {
  char machine[64] = "machine";
  gethostname(machine, sizeof machine - 1);
  snprintf(out, HOLDER_BYTES, "%s/%d", machine, (int)getpid());
}

/* A holder of this machine whose process is gone can be followed at once. */
static bool holder_is_gone(struct str holder, const char *me) {
  const char *slash = strrchr(me, '/');
  struct str machine = {me, (size_t)(slash - me) + 1};
  int64_t pid;
  return str_starts(holder, machine) && str_to_i64(str_slice(holder, machine.n, holder.n), &pid) &&
         pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static bool take_lease(struct db *db, struct arena *a, int64_t id, const char *me, instant_t now) {
  struct rows r;
  bool found = db_one(&r, db, a, SQL_WORK("select holder from job_lease where job_id = ?1"), V(id));
  struct str gone = found ? row_text(&r, 0) : S("");
  db_done(&r);
  if (!str_eq(gone, str_of(me)) && !holder_is_gone(gone, me)) gone = S("");
  enum db_result taken = db_run(
      db,
      SQL_WORK("insert into job_lease (job_id, holder, ends) values (?1, ?2, ?3)"
               " on conflict (job_id) do update set holder = excluded.holder, ends = excluded.ends"
               " where job_lease.ends < ?4 or job_lease.holder = ?5"),
      V(id), V(str_of(me)), V(now + LEASE_US), V(now), V(gone));
  return taken == DB_OK && db_changes(db) == 1;
}

static void drop_lease(struct db *db, int64_t id, const char *me) {
  db_run(db, SQL_WORK("delete from job_lease where job_id = ?1 and holder = ?2"), V(id),
         V(str_of(me)));
}

/* Says "still here" once a second. A lease somebody else has taken means this process slept too
 * long: it stops. */
static void beat(struct running *r) {
  uint64_t now = clock_monotonic_us();
  if (now - r->beat_us < BEAT_US) return;
  r->beat_us = now;
  enum db_result kept = db_run(
      r->job.db, SQL_WORK("update job_lease set ends = ?3 where job_id = ?1 and holder = ?2"),
      V(r->job.id), V(str_of(r->holder)), V(r->how->clock() + LEASE_US));
  if (kept == DB_OK && db_changes(r->job.db) == 0) r->ending = true;
}

bool job_stop_asked(struct job *job) {
  struct running *r = (struct running *)(void *)job;
  beat(r);
  if (r->how->should_stop && r->how->should_stop(r->how->with)) r->ending = true;
  uint64_t now = clock_monotonic_us();
  if (!r->stop_asked && now - r->looked_us >= STOP_LOOK_US) {
    r->looked_us = now;
    r->stop_asked =
        db_number(job->db, 0, SQL("select stop from job where id = ?1"), V(job->id)) == 1;
  }
  return r->stop_asked || r->ending;
}

void job_keep_state(struct job *job, struct str state) {
  db_run(job->db, SQL("update job set state = ?2 where id = ?1"), V(job->id), V(state));
}

/* ---- progress ---- */

static bool show(struct progress *p, const char *step, const char *unit, uint64_t done,
                 uint64_t total) {
  struct running *r = p->to;
  struct arena scratch = *r->job.arena;
  db_run(r->job.db,
         SQL_WORK(
             "insert into progress (job_id, at, step, unit, done, total, changed_at)"
             " values (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
             " on conflict (job_id, at) do update set done = excluded.done, total = excluded.total,"
             " changed_at = excluded.changed_at"),
         V(r->job.id), V(r->steps_before + p->number), V(str_of(step)), V(str_of(unit)),
         V((int64_t)done), V((int64_t)total), V(instant_iso(&scratch, r->how->clock())));
  return !job_stop_asked(&r->job);
}

/* ---- ends ---- */

static void put_end(struct running *r, int status, instant_t not_before, const char *said) {
  struct job *j = &r->job;
  instant_t now = r->how->clock();
  bool over = status != JOB_WAITING;
  const struct sql *end =
      SQL("update job set status = ?2, not_before = ?3, said = ?4, ended_at = ?5, attempts = 0"
          " where id = ?1");
  struct db_value when = V(not_before == INSTANT_NONE ? S("") : instant_iso(j->arena, not_before));
  enum db_result kept = db_run(j->db, end, V(j->id), V(status), V(when), V(str_of(said)),
                               V(db_instant(j->arena, over ? now : INSTANT_NONE)));
  if (kept == DB_CONFLICT) /* the same work was asked for again meanwhile: that one will do it */
    kept = db_run(j->db, end, V(j->id), V((int)JOB_ENDED), V(S("")), V(S("")),
                  V(db_instant(j->arena, now)));
  if (kept == DB_OK) drop_lease(j->db, j->id, r->holder);
}

static enum job_end run_kind(struct running *r, const struct job_kind *kind, struct why *why) {
  jmp_buf out;
  r->job.arena->out = &out;
  if (setjmp(out) != 0) {
    why_say(why, "The job needed more memory than it may have.");
    return JOB_FAILED;
  }
  return kind->run(&r->job, why);
}

static void run_taken(struct running *r, const struct job_kind *kind) {
  struct why why = {0};
  enum job_end end = run_kind(r, kind, &why);
  r->job.arena->out = NULL;
  db_abandon(r->job.db); /* a job that left a transaction open did not finish it */
  log_event(LOG_INFO, "job", "kind=%s id=%lld end=%d", kind->name, (long long)r->job.id, (int)end);
  switch (end) {
    case JOB_DONE: put_end(r, JOB_ENDED, INSTANT_NONE, ""); break;
    case JOB_STOPPED:
      put_end(r, r->stop_asked ? JOB_ENDED_EARLY : JOB_WAITING, INSTANT_NONE, "");
      break;
    case JOB_FAILED:
      put_end(r, JOB_ENDED_BADLY, INSTANT_NONE, why.text[0] ? why.text : "It failed.");
      break;
    case JOB_AGAIN: put_end(r, JOB_WAITING, r->how->clock() + AGAIN_US, ""); break;
  }
}

/* ---- the loop ---- */

static const struct job_kind *kind_of(const struct job_loop *how, struct str name) {
  for (size_t i = 0; i < how->n_kinds; i++)
    if (how->kinds[i].lane == how->lane && str_eq(name, str_of(how->kinds[i].name)))
      return &how->kinds[i];
  return NULL;
}

/* Under the lease: is it still to be done? Then it is ours, and counted as one more attempt. */
static bool take_row(struct running *r, const struct job_kind **kind) {
  struct job *j = &r->job;
  struct rows row;
  if (!db_one(&row, j->db, j->arena,
              SQL("select kind, arguments, state, attempts from job"
                  " where id = ?1 and status in (0, 1)"),
              V(j->id)))
    return false;
  j->kind = row_text(&row, 0);
  j->arguments = row_text(&row, 1);
  j->state = row_text(&row, 2);
  int64_t attempts = row_int(&row, 3);
  db_done(&row);
  *kind = kind_of(r->how, j->kind);
  if (!*kind) return false;
  if (attempts >= ATTEMPTS_MAX) {
    put_end(r, JOB_ENDED_BADLY, INSTANT_NONE,
            "It was started five times and never said how it ended. Look at the log "
            "around each start.");
    return false;
  }
  return db_run(j->db, SQL("update job set status = 1, attempts = ?2 where id = ?1"), V(j->id),
                V(attempts + 1)) == DB_OK;
}

static bool run_one(const struct job_loop *how, struct arena *a, int64_t id) {
  struct running *r = arena_new(a, struct running);
  *r = (struct running){.how = how, .beat_us = clock_monotonic_us()};
  r->job = (struct job){
      .id = id, .now = how->clock(), .db = how->db, .arena = a, .progress = &r->progress};
  r->progress = (struct progress){.show = show, .to = r};
  holder_name(r->holder);
  const struct job_kind *kind;
  if (!take_lease(how->db, a, id, r->holder, r->job.now)) return false;
  if (!take_row(r, &kind)) {
    drop_lease(how->db, id, r->holder);
    return false;
  }
  r->steps_before = db_number(
      how->db, 0, SQL_WORK("select coalesce(max(at), 0) from progress where job_id = ?1"), V(id));
  run_taken(r, kind);
  return true;
}

static struct db_value kind_names(const struct job_loop *how, struct arena *a) {
  struct strs names = {arena_many(a, struct str, how->n_kinds + 1), 0};
  for (size_t i = 0; i < how->n_kinds; i++)
    if (how->kinds[i].lane == how->lane) names.p[names.n++] = str_of(how->kinds[i].name);
  return db_in_text(a, names);
}

static bool run_next(const struct job_loop *how, struct arena *a) {
  int64_t id[CANDIDATES_MAX];
  int n = 0;
  struct rows r = db_rows(how->db, a,
                          SQL("select id from job where status in (0, 1) and not_before <= ?1"
                              " and kind in TEXTS(?2) order by not_before, id limit 20"),
                          V(instant_iso(a, how->clock())), V(kind_names(how, a)));
  while (n < CANDIDATES_MAX && db_next(&r)) id[n++] = row_int(&r, 0);
  db_done(&r);
  for (int i = 0; i < n; i++)
    if (run_one(how, a, id[i])) return true;
  return false;
}

static bool must_stop(const struct job_loop *how) {
  return how->should_stop && how->should_stop(how->with);
}

int64_t job_loop(const struct job_loop *how) {
  struct arena a = arena_open(JOB_ARENA_BYTES);
  int64_t ran = 0;
  while (a.start && !must_stop(how)) {
    if (how->between) how->between(how->with);
    bool found = run_next(how, &a);
    arena_reset(&a);
    ran += found;
    if (found) continue;
    if (how->until_empty) break;
    for (int ms = 0; ms < IDLE_MS && !must_stop(how); ms += IDLE_SLICE_MS) {
      usleep(IDLE_SLICE_MS * 1000);
      if (how->between && ms % (2 * IDLE_SLICE_MS) == 0) how->between(how->with);
    }
  }
  arena_close(&a);
  return ran;
}

/* ---- looking ---- */

bool job_look(struct db *db, struct arena *a, int64_t id, struct job_standing *out) {
  struct rows r;
  *out = (struct job_standing){.id = id};
  bool found =
      db_one(&r, db, a, SQL("select kind, said, status, added_at, ended_at from job where id = ?1"),
             V(id));
  if (found) {
    out->kind = row_text(&r, 0);
    out->said = row_text(&r, 1);
    out->status = (enum job_status)row_int(&r, 2);
    out->added_at = row_instant(&r, 3);
    out->ended_at = row_instant(&r, 4);
  }
  db_done(&r);
  if (!found) return false;
  struct {
    struct job_step *p;
    size_t n;
  } steps = {0};
  size_t cap = 0;
  r = db_rows(
      db, a, SQL_WORK("select step, unit, done, total from progress where job_id = ?1 order by at"),
      V(id));
  while (db_next(&r))
    *slice_push(a, &steps, &cap) =
        (struct job_step){row_text(&r, 0), row_text(&r, 1), row_int(&r, 2), row_int(&r, 3)};
  out->steps = steps.p;
  out->n_steps = steps.n;
  return true;
}

void job_ask_stop(struct db *db, int64_t id) {
  db_run(db, SQL("update job set stop = 1 where id = ?1 and status in (0, 1)"), V(id));
  db_run(db, SQL("update job set status = 4 where id = ?1 and status = 0"), V(id));
}

bool job_sweep(struct db *db, struct arena *a, instant_t before) {
  struct db_value when = V(instant_iso(a, before));
  struct {
    int64_t *p;
    size_t n;
  } old = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id from job where status in (2, 4) and ended_at < ?1"
                              " order by id limit ?2"),
                          V(when), V((int64_t)SWEEP_ROWS));
  while (db_next(&r)) *slice_push(a, &old, &cap) = row_int(&r, 0);
  db_run(db, SQL_WORK("delete from progress where job_id in INTS(?1)"), V(db_in(a, old.p, old.n)));
  enum db_result gone =
      db_run(db, SQL("delete from job where id in INTS(?1)"), V(db_in(a, old.p, old.n)));
  return gone == DB_OK && old.n == SWEEP_ROWS;
}
