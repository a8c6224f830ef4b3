/* worklist: outcomes that want looking at: what shows them, and whether work goes on. */
#include "programme/inside.h"

PERSON_WORKLIST(not_shown, "exists (select 1 from outcome_now n where n.person_id = m.person_id "
                           "and n.enough = 0 and n.on_day < ?)");
PERSON_WORKLIST(may_last, "exists (select 1 from outcome_now n where n.person_id = m.person_id and "
                          "n.due_on < ?)");

TEXT_MESSAGE(shown_name, "An outcome without evidence");
TEXT_MESSAGE(shown_why, "What shows it is seen and not kept. Until then it is not counted.");
TEXT_MESSAGE(last_name, "Work that may have lasted: ask");
TEXT_MESSAGE(last_why, "13, 26 or 52 weeks have passed. It goes on, or it ended: both can be "
                       "written down.");

const struct person_worklist programme_worklists[] = {
    {.code = "outcome-evidence",
     .name = &shown_name,
     .why = &shown_why,
     PERSON_WORKLISTS(not_shown),
     .day = 0,
     .classes = CLASS_OUTCOMES,
     .path = "/outcomes#not-shown"},
    {.code = "work-lasts",
     .name = &last_name,
     .why = &last_why,
     PERSON_WORKLISTS(may_last),
     .day = 0,
     .classes = CLASS_OUTCOMES,
     .path = "/outcomes#record"},
};
