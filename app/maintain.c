/* maintain: what the program knows and db does not when it backs up and restores, and what is done
 * once a night. */
#include "app/commands.h"
#include "app/maintain.h"
#include "audit/audit.h"
#include "db/backup.h"
#include "db/here.h"
#include "db/migrate.h"
#include "db/seal.h"
#include "people/people.h"
#include "web/session.h"

enum {
  NIGHT_MINUTE = 2 * 60 + 30, /* half past two, when hardly anybody waits */
  JOBS_KEPT_DAYS = 30,
  SWEEPS_MAX = 50, /* of a thousand jobs each */
};

static bool audit_head(struct db *db, struct arena *a, struct str *head, struct why *why) {
  struct audit_check found;
  struct audit_head h;
  if (!audit_verify(db, NULL, 0, NULL, &found, why)) return false;
  if (!audit_head_now(db, a, &h)) return why_say(why, "The audit log cannot be read.");
  *head = audit_head_text(a, &h);
  return true;
}

static bool open_sealed(struct db *db, struct arena *a, struct why *why) {
  return installation_unlock(why) && people_sealed_opens(db, a, why);
}

/* Who was signed in when the backup was made is not signed in now: a role taken away since, a
 * computer lost since. */
static bool after_restore(struct db *db, struct arena *a, instant_t now, struct why *why) {
  (void)a, (void)now;
  return session_end_everyone(db) || why_say(why, "The sessions of before could not be ended.");
}

const struct backup_hooks *maintain_setup(void) {
  static struct migrations lists[64];
  static struct backup_hooks hooks = {.clock = clock_now,
                                      .lists = lists,
                                      .audit_head = audit_head,
                                      .open_sealed = open_sealed,
                                      .after_restore = after_restore};
  hooks.n_lists = 0;
  for (size_t i = 0; i < waymark_domains_n && hooks.n_lists < countof(lists); i++)
    if (waymark_domains[i]->migrations) lists[hooks.n_lists++] = *waymark_domains[i]->migrations;
  backup_setup(&hooks);
  return &hooks;
}

/* ---- the night ---- */

instant_t maintain_next_night(instant_t now) {
  struct local here = instant_local_uk(now);
  return local_uk_instant(here.minute < NIGHT_MINUTE ? here.day : here.day + 1, NIGHT_MINUTE);
}

enum db_result maintain_plan(struct db *db, struct arena *a, instant_t now) {
  db_begin(db, STORE_MAIN);
  int64_t id =
      job_add(db, a, "nightly", S("{}"), now, maintain_next_night(now), S("nightly"));
  if (id) return db_commit(db, STORE_MAIN);
  db_rollback(db, STORE_MAIN);
  return DB_FAILED;
}

/* Each domain's night stands or falls alone: one that fails takes nothing of the others with it. */
static void domains_night(struct job *job) {
  for (size_t i = 0; i < waymark_domains_n && !job_stop_asked(job); i++) {
    const struct domain *d = waymark_domains[i];
    struct arena scratch = *job->arena;
    if (!d->night) continue;
    db_begin(job->db, STORE_MAIN);
    enum db_result result = d->night(job->db, &scratch, job->now);
    if (result != DB_OK) db_rollback(job->db, STORE_MAIN);
    else result = db_commit(job->db, STORE_MAIN);
    if (result != DB_OK)
      log_event(LOG_WARNING, "night-not-done", "domain=%s result=%d", d->name, (int)result);
  }
}

/* The next night is planned before anything else, so that one that fails is not the last. */
enum job_end maintain_nightly(struct job *job, struct why *why) {
  instant_t now = job->now, old = now - (instant_t)JOBS_KEPT_DAYS * 86400 * 1000000;
  if (maintain_plan(job->db, job->arena, now) != DB_OK) {
    why_say(why, "The next night could not be planned.");
    return JOB_AGAIN;
  }
  db_copies_forget(db_here()->folder, now);
  domains_night(job);
  for (int i = 0; i < SWEEPS_MAX && !job_stop_asked(job); i++) {
    struct arena scratch = *job->arena;
    if (!job_sweep(job->db, &scratch, old)) break;
  }
  return JOB_DONE;
}
