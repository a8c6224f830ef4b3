/* worklist: what nobody has asked yet, when support has lasted a while. Never required. */
#include "people/inside.h"
#include "people/part.h"

enum { ASKED_WITHIN_DAYS = 56 };

PERSON_WORKLIST(no_status, "m.from_day < ? and exists (select 1 from person p where p.id = "
                           "m.person_id and p.status is null)");
PERSON_WORKLIST(no_age, "m.from_day < ? and exists (select 1 from person p where p.id = "
                        "m.person_id and p.born_on is null and p.age_band is null)");

TEXT_MESSAGE(status_name, "Whether they work is not known");
TEXT_MESSAGE(age_name, "No age is known");
TEXT_MESSAGE(asked_why, "Ask when it helps. “Rather not say” is an answer.");

const struct person_worklist people_worklists[] = {
    {.code = "no-status",
     .name = &status_name,
     .why = &asked_why,
     PERSON_WORKLISTS(no_status),
     .day = -ASKED_WITHIN_DAYS,
     .classes = CLASS_SITUATION,
     .path = "/edit/situation#f-status"},
    {.code = "no-age",
     .name = &age_name,
     .why = &asked_why,
     PERSON_WORKLISTS(no_age),
     .day = -ASKED_WITHIN_DAYS,
     .classes = CLASS_IDENTITY,
     .path = "/edit/identity#f-born_on"},
};
