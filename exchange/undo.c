/* undo: what an import made is taken away again, record by record, until somebody worked on it: a
 * record changed by hand since stays and is listed (PRACTICE 11). */
#include "audit/audit.h"
#include "base/planted.h"
#include "db/seal.h"
#include "exchange/inside.h"

enum { LOOKS_AT_ONCE = 50 };

struct mades batch_made(struct db *db, struct arena *a, int64_t batch_id) {
  struct mades out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select id, line, person_id, coalesce(contact_id, 0), version from "
                              "import_made where batch_id = ?1 order by id"),
                          V(batch_id));
  while (db_next(&r))
    *slice_push(a, &out, &cap) = (struct made){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2),
                                               row_int(&r, 3), row_int(&r, 4)};
  return out;
}

/* Every change of a record, by whichever page or program, stands in the log of who looked; reads
 * do not count. Also true when the log cannot be read. */
static bool worked_on_since(struct db *db, struct arena *a, int64_t person_id, instant_t since) {
  struct audit_looks looks;
  int64_t before = 0;
  do {
    if (!audit_who_looked(db, a, person_id, before, LOOKS_AT_ONCE, &looks)) return true;
    for (size_t i = 0; i < looks.n; i++) {
      if (looks.p[i].entry.at <= since) return false;
      if (looks.p[i].entry.kind == AUDIT_WRITE) return true;
      before = looks.p[i].id;
    }
  } while (looks.n == LOOKS_AT_ONCE);
  return false;
}

bool made_touched(struct db *db, struct arena *a, const struct batch *b, const struct made *m) {
  if (PLANTED == PLANTED_UNDO_ALL) return false;
  int64_t version =
      db_number(db, 0, SQL("select version from person where id = ?1"), V(m->person_id));
  if (!m->contact_id && version != m->version) return true;
  return worked_on_since(db, a, m->person_id, b->ended_at);
}

/* ---- the job ---- */

struct undo { struct job *job; struct batch batch; int64_t kept; };

static enum db_result gone(struct undo *u, const struct made *m) {
  return db_run(u->job->db, SQL("delete from import_made where id = ?1"), V(m->id));
}

/* Contacts first, in their order; the person last. Notes put into a record that was here before are
 * taken out of it whatever was done since: unless somebody changed the very note. */
static enum db_result take_back(struct undo *u, struct arena *a, const struct made *m,
                                bool person_is_ours, bool touched) {
  struct db *db = u->job->db;
  enum db_result result;
  if (person_is_ours && touched) return DB_CONFLICT;
  if (m->contact_id)
    result = contacts_unkeep(db, a, m->contact_id, u->batch.user_id, u->job->now);
  else
    result = people_unadd(db, a, m->person_id, u->batch.user_id, u->job->now);
  return result == DB_OK || result == DB_NONE ? gone(u, m) : result;
}

/* One person's whole: their contacts, then themselves; in a transaction of their own. */
struct undo_one { struct undo *u; struct arena *a; const struct mades *all; int64_t person_id; };

static enum db_result undo_one(struct db *db, void *with) {
  struct undo_one *one = with;
  const struct made *person = NULL;
  enum db_result result = DB_OK;
  bool touched = false;
  for (size_t i = 0; i < one->all->n; i++)
    if (one->all->p[i].person_id == one->person_id && !one->all->p[i].contact_id)
      person = &one->all->p[i];
  if (person) touched = made_touched(db, one->a, &one->u->batch, person);
  for (size_t i = one->all->n; i-- > 0 && result == DB_OK;) {
    const struct made *m = &one->all->p[i];
    if (m->person_id == one->person_id && m->contact_id)
      result = take_back(one->u, one->a, m, person != NULL, touched);
    if (result == DB_CONFLICT && !person) result = DB_OK; /* that note stays; the others go */
  }
  return result == DB_OK && person ? take_back(one->u, one->a, person, true, touched) : result;
}

static int64_t batch_of(struct str arguments) {
  struct str rest = str_slice(arguments, str_find_byte(arguments, ':') + 1, arguments.n);
  int64_t id = 0;
  return str_to_i64(str_slice(rest, 0, str_find_byte(rest, '}')), &id) ? id : 0;
}

static enum db_result undo_all(struct undo *u) {
  struct job *job = u->job;
  struct arena scratch = arena_open(8 << 20);
  struct mades all = batch_made(job->db, job->arena, u->batch.id);
  enum db_result result = DB_OK;
  scratch.out = job->arena->out;
  progress_step(job->progress, "Undoing", "records", all.n);
  for (size_t i = 0; i < all.n && result == DB_OK && !job_stop_asked(job); i++) {
    bool first = true;
    for (size_t k = 0; k < i; k++) first &= all.p[k].person_id != all.p[i].person_id;
    if (!first) continue;
    arena_reset(&scratch);
    struct undo_one one = {u, &scratch, &all, all.p[i].person_id};
    result = db_atomically(job->db, STORE_MAIN, undo_one, &one);
    if (result == DB_CONFLICT) u->kept++, result = DB_OK;
    seal_forget();
    progress_at(job->progress, i + 1);
  }
  arena_close(&scratch);
  progress_end(job->progress, all.n);
  return result;
}

enum job_end import_undo_job(struct job *job, struct why *why) {
  struct undo u = {.job = job};
  if (!batch_load_id(job->db, job->arena, batch_of(job->arguments), &u.batch)) {
    why_say(why, "The file is not there any more.");
    return JOB_FAILED;
  }
  enum db_result result = undo_all(&u);
  if (result != DB_OK) return JOB_AGAIN;
  if (job_stop_asked(job)) return JOB_STOPPED;
  seal_erase_finish(job->db, job->arena);
  result = db_run(job->db,
                  SQL("update import_batch set state = 'undone', people = ?2, ended_at = ?3 where "
                      "id = ?1"),
                  V(u.batch.id), V(u.kept), db_instant(job->arena, job->now));
  return result == DB_OK ? JOB_DONE : JOB_AGAIN;
}
