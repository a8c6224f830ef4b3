/* wrote: what follows a write about a person, once it is committed: one function for the program,
 * set before any fork. Called for writes below /people/{id} that were taken; it opens its own
 * transaction. */
#ifndef WAYMARK_WEB_WROTE_H
#define WAYMARK_WEB_WROTE_H
#include "web/web.h"

typedef void wrote_about(struct db *db, struct arena *a, int64_t person_id, instant_t now);
void web_wrote_use(wrote_about *follow);
#endif
