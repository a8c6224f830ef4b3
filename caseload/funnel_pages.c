/* funnel_pages: from intent to the classroom, over a team's last year (S48): how many came how far.
 */
#include "caseload/inside.h"
#include "caseload/pages.h"
#include "support/support.h"
#include "team.html.h"

void funnel_page(struct request *rq) {
  struct bars bars = {
      .words = {.id = S("funnel"),
                .what = PAGE_TITLE(rq, "From wanting to doing"),
                .about = PAGE_TITLE(rq, "What your team’s people began to want in the last year"),
                .shows = PAGE_TITLE(rq, "How many came to each step or further."),
                .shows_not =
                    PAGE_TITLE(rq, "Whether it was good for them to go on. Stopping can be "
                                   "the right thing.")},
      .columns = {T("Step"), T("Came so far"), T("Of those, not any more")}};
  struct funnel_page page = {.layout = page_layout(rq, PAGE_TITLE(rq, "From wanting to doing"))};
  size_t cap = 0;
  audit_shows(rq, 0, 0); /* numbers only */
  struct funnel f =
      support_funnel(rq->db, rq->arena, rq->actor.team_id, day_add_months(rq->today, -12));
  for (int s = 0; s < LEARNING_STEPS; s++)
    *slice_push(rq->arena, &bars.rows, &cap) =
        (struct bar){.name = learning_step_words(rq, (enum learning_step)s),
                     .value = f.came[s],
                     .more = {str_format(rq->arena, "%lld", (long long)f.stopped[s])}};
  page.some = f.came[0] > 0;
  if (page.some) bars_chart(rq->view, &bars, &page.chart);
  view_team_funnel(rq->view, &page);
}
