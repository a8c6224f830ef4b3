/* worklist: what in the record of talks wants looking at, for whoever leads a team. */
#include "contacts/inside.h"

enum { PROMISE_GRACE_DAYS = 14 };

/* Nobody has spoken with them since that day, or since support began. */
PERSON_WORKLIST(no_talk, "coalesce((select n.last_on from contact_now n where n.person_id = "
                         "m.person_id), m.from_day) < ?");
PERSON_WORKLIST(never_met, "m.from_day < ? and not exists (select 1 from contact_now n where "
                           "n.person_id = m.person_id)");
PERSON_WORKLIST(open_meeting, "exists (select 1 from appointment_attempt t where t.person_id = "
                              "m.person_id and t.end_word is null and t.on_day < ?)");
PERSON_WORKLIST(late_promise, "exists (select 1 from promise p where p.person = m.person_id and "
                              "p.by_day < ? and p.kept_on is null and p.let_go_on is null)");
/* Nothing is promised, no meeting agreed, no step of the newest plan open. */
PERSON_WORKLIST(
    no_next,
    "m.from_day < ? and not exists (select 1 from promise p where p.person = m.person_id and "
    "p.kept_on is null and p.let_go_on is null) and not exists (select 1 from "
    "appointment_attempt t where t.person_id = m.person_id and t.end_word is null) and not "
    "exists (select 1 from plan_revision r join plan_step s on s.revision_id = r.id where "
    "r.person_id = m.person_id and not exists (select 1 from plan_revision o where o.person_id = "
    "r.person_id and o.number > r.number) and not exists (select 1 from plan_step_end e where "
    "e.person_id = s.person_id and e.step_public_id = s.public_id and e.end_word <> 'open' and "
    "not exists (select 1 from plan_step_end l where l.person_id = e.person_id and "
    "l.step_public_id = e.step_public_id and l.id > e.id)))");

TEXT_MESSAGE(next_name, "No next step");
TEXT_MESSAGE(next_why, "Nothing is promised, agreed or planned. Ask them what would help next.");
TEXT_MESSAGE(never_name, "No talk written down yet");
TEXT_MESSAGE(never_why, "Support began two weeks ago or more.");
TEXT_MESSAGE(meeting_name, "A meeting is over, and what became of it is not written down");
TEXT_MESSAGE(meeting_why, "It happened, or why not. No blame: the bus is a reason.");
TEXT_MESSAGE(promise_name, "A promise two weeks past its day");
TEXT_MESSAGE(promise_why, "Keep it, or let it go and say so to them.");
TEXT_MESSAGE(q90_name, "No talk for 90 days");
TEXT_MESSAGE(q180_name, "No talk for 180 days");
TEXT_MESSAGE(q365_name, "No talk for a year");
TEXT_MESSAGE(quiet_why, "Do we still support them? If not, write down the last day.");

#define QUIET(days, quiet_code, words)                                                             \
  {                                                                                                \
    .code = quiet_code, .name = &words, .why = &quiet_why, PERSON_WORKLISTS(no_talk),              \
    .day = -(days), .classes = CLASS_CONTACTS, .path = "/spells#last"                              \
  }
const struct person_worklist contacts_worklists[] = {
    {.code = "no-next-step",
     .name = &next_name,
     .why = &next_why,
     PERSON_WORKLISTS(no_next),
     .day = -14,
     .classes = CLASS_CONTACTS,
     .path = "/contacts#record"},
    {.code = "no-talk-yet",
     .name = &never_name,
     .why = &never_why,
     PERSON_WORKLISTS(never_met),
     .day = -14,
     .classes = CLASS_CONTACTS,
     .path = "/contacts#record",
     .stage = true},
    {.code = "meeting-open",
     .name = &meeting_name,
     .why = &meeting_why,
     PERSON_WORKLISTS(open_meeting),
     .day = 0,
     .classes = CLASS_CONTACTS,
     .path = "/appointments#g-soon"},
    {.code = "promise-late",
     .name = &promise_name,
     .why = &promise_why,
     PERSON_WORKLISTS(late_promise),
     .day = -PROMISE_GRACE_DAYS,
     .classes = CLASS_CONTACTS,
     .path = "/contacts#promised"},
    QUIET(90, "quiet-90", q90_name),
    QUIET(180, "quiet-180", q180_name),
    QUIET(365, "quiet-365", q365_name),
};

struct key_delays contacts_key_delays(struct db *db, struct arena *a, int64_t team_id, day_t from) {
  struct key_delays out = {0};
  size_t cap = 0;
  struct rows r = db_rows(db, a,
                          SQL("select c.on_day, substr(c.created_at, 1, 10), count(*) from contact "
                              "c where c.team = ?1 and c.on_day >= ?2 and exists (select 1 from "
                              "person p where p.id = c.person and p.name is not null) group by "
                              "c.on_day, substr(c.created_at, 1, 10)"),
                          V(team_id), db_day(a, from));
  while (db_next(&r)) {
    day_t on = row_day(&r, 0), kept = row_day(&r, 1);
    *slice_push(a, &out, &cap) = (struct key_delay){on, kept < on ? 0 : kept - on, row_int(&r, 2)};
  }
  return out;
}
