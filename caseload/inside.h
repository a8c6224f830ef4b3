/* inside: what the files of this folder share and nobody else may use. */
#ifndef WAYMARK_CASELOAD_INSIDE_H
#define WAYMARK_CASELOAD_INSIDE_H
#include "caseload/caseload.h"
#include "people/part.h"

enum { CARRIED_MAX = 400, WORKERS_MAX = 200 };

/* Somebody a worker carries whom the asker may see, with what may be seen of them. */
struct carried { int64_t id; struct sight sight; struct person person; };
struct carrieds { struct carried *p; size_t n; };
/* Whom the user carries on the day (their own, never those they stand in for), as far as the asker
 * may see, by name; who hides only where the asker is named for them. Nobody is named to the audit:
 * the caller does that for those it shows. */
struct carrieds caseload_of(struct request *rq, int64_t user_id);

handler today_page, today_api, handover_page, team_page, worker_page, worker_move;
#endif
