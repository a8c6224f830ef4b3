/* here: where this process's data is, and when its command was given. main reads --data, --db and
 * the configuration once and says it here; a domain's command opens it without knowing about
 * either. */
#ifndef WAYMARK_HERE_H
#define WAYMARK_HERE_H
#include "db/db.h"
void db_here_set(const struct db_where
                     *where); /* keeps the pointer's strings: they must outlive the process's use */
const struct db_where *db_here(void);
/* When the command was given: main says it once, so that no domain reads a clock. */
void here_now_set(instant_t now);
instant_t here_now(void);
struct db *db_open_here(struct why *why);       /* NULL with a sentence when there is no data yet */
#endif
