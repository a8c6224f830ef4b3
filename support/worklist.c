/* worklist: plans that want looking at, for whoever leads a team. */
#include "support/inside.h"

enum { PLAN_WITHIN_DAYS = 28, AGREED_WITHIN_DAYS = 14, REVIEW_GRACE_DAYS = 14 };

PERSON_WORKLIST(no_plan, "not exists (select 1 from plan_revision r where r.person_id = "
                         "m.person_id) and m.from_day < ?");
#define NEWEST                                                                                     \
  "r.person_id = m.person_id and not exists (select 1 from plan_revision o where o.person_id = "   \
  "r.person_id and o.number > r.number)"
PERSON_WORKLIST(not_agreed, "exists (select 1 from plan_revision r where " NEWEST
                            " and r.on_day < ? and not exists (select 1 from plan_agreed g where "
                            "g.revision_id = r.id))");
PERSON_WORKLIST(review_late, "exists (select 1 from plan_revision r where " NEWEST
                             " and r.review_on < ? and not exists (select 1 from plan_review v "
                             "where v.person_id = r.person_id and v.revision_id = r.id))");

TEXT_MESSAGE(no_plan_name, "No plan yet");
TEXT_MESSAGE(no_plan_why, "A plan needs no job and no date: what matters to them is enough.");
TEXT_MESSAGE(not_agreed_name, "A plan not yet agreed");
TEXT_MESSAGE(not_agreed_why, "Read it together, and write down how they agreed.");
TEXT_MESSAGE(review_name, "A plan to look at again");
TEXT_MESSAGE(review_why, "The day you agreed on has passed by two weeks.");

const struct person_worklist support_worklists[] = {
    {.code = "no-plan",
     .name = &no_plan_name,
     .why = &no_plan_why,
     PERSON_WORKLISTS(no_plan),
     .day = -PLAN_WITHIN_DAYS,
     .classes = CLASS_PLAN,
     .path = "/plan/edit#matters",
     .stage = true},
    {.code = "not-agreed",
     .name = &not_agreed_name,
     .why = &not_agreed_why,
     PERSON_WORKLISTS(not_agreed),
     .day = -AGREED_WITHIN_DAYS,
     .classes = CLASS_PLAN,
     .path = "/plan#agree",
     .stage = true},
    {.code = "review-late",
     .name = &review_name,
     .why = &review_why,
     PERSON_WORKLISTS(review_late),
     .day = -REVIEW_GRACE_DAYS,
     .classes = CLASS_PLAN,
     .path = "/plan#again"},
};
