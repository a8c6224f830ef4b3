/* maintain: backups' hooks and the work of each night. */
#ifndef WAYMARK_APP_MAINTAIN_H
#define WAYMARK_APP_MAINTAIN_H
#include "db/backup.h"
#include "db/job.h"

/* Gives the backup commands what the program knows; once, before a command runs. Returned for
 * whoever backs up without a command. */
const struct backup_hooks *maintain_setup(void);

/* Plans the coming night's work (02:30 local time) unless it is planned already; serving begins
 * with it. The work forgets copies made before old migrations and jobs that ended 30 days ago,
 * and plans the next. */
enum db_result maintain_plan(struct db *db, struct arena *a, instant_t now);
instant_t maintain_next_night(instant_t now);
job_run maintain_nightly;
#endif
