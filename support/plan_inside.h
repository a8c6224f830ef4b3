/* plan_inside: what the plan's pages share: showing it, and the link that opens it once. */
#ifndef WAYMARK_SUPPORT_PLAN_INSIDE_H
#define WAYMARK_SUPPORT_PLAN_INSIDE_H
#include "support/pages.h"
/* seen NULL: for the person's own eyes, without barriers. */
void plan_fill(struct request *rq, int64_t person_id, const struct plan *plan,
               const struct barriers *seen, struct plan_page *page);
void plan_show(struct request *rq, const struct person *p, struct sight sight, struct str fault,
               struct str link);
/* The plan and strengths as the person's own paper shows them. */
void plan_for_them(struct request *rq, const struct person *p, struct plan_page *page);
struct str plan_who_words(struct request *rq, const struct plan_step *s, bool to_them);
/* Links that can still be opened. */
int64_t plan_links_open(struct db *db, struct arena *a, int64_t person_id, instant_t now);
#endif
