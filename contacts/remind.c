/* remind: what somebody is told of an appointment. Nothing here sends: messages/ decides whether,
 * by which way, in which words and when, once when it is asked and once more when it leaves. */
#include <jansson.h>
#include "contacts/inside.h"

enum { REMIND_MINUTE = 10 * 60, LATEST_MINUTES = 60 };

static struct str once_of(struct arena *a, const char *what, int64_t attempt_id) {
  return str_format(a, "appointment-%s:%lld", what, (long long)attempt_id);
}

static instant_t begins(const struct attempt *t) { return local_uk_instant(t->on, t->minute); }

bool appointment_word(struct db *db, struct arena *a, const struct appointment *p,
                      int64_t organisation_id, int64_t by_user, struct message_ask *out) {
  struct attempts chain = contacts_attempts(db, a, p->id);
  enum appointment_state state = contacts_appointment_state(chain.p, chain.n);
  if (!chain.n || state == APPOINTMENT_HAPPENED) return false;
  const struct attempt *last = &chain.p[chain.n - 1];
  bool to_come = state == APPOINTMENT_TO_COME;
  bool ours = to_come || str_eq(last->end, S("moved")) || str_eq(last->end, S("called_off"));
  if (!ours) return false; /* it did not happen: that is talked about, not written */
  *out = (struct message_ask){.person_id = p->person,
                              .by_user = by_user,
                              .organisation_id = organisation_id,
                              .purpose = !to_come      ? "cancelled"
                                         : chain.n > 1 ? "changed"
                                                       : "appointment",
                              .day = to_come ? last->on : DAY_NONE,
                              .minute = to_come ? last->minute : -1,
                              .not_after = begins(last),
                              .once = once_of(a, to_come ? "time" : "off", last->id)};
  return true;
}

enum db_result appointment_remind(struct db *db, struct arena *a, const struct appointment *p,
                                  int64_t attempt_id, const struct attempt *t, instant_t now) {
  instant_t at = local_uk_instant(t->on - 1, REMIND_MINUTE);
  if (p->remind != 1 || at <= now) return DB_OK;
  struct str arguments = str_format(a, "{\"attempt\":%lld}", (long long)attempt_id);
  return job_add(db, a, REMIND_JOB, arguments, now, at, once_of(a, "reminder", attempt_id))
             ? DB_OK
             : DB_FAILED;
}

enum db_result appointment_hush(struct db *db, struct arena *a, int64_t attempt_id, instant_t now) {
  enum db_result result = messages_take_back(db, a, once_of(a, "reminder", attempt_id), now);
  return result == DB_OK ? messages_take_back(db, a, once_of(a, "time", attempt_id), now) : result;
}

/* The attempt as it stands, if it is still to come. */
static bool still_to_come(struct job *j, int64_t attempt_id, struct message_ask *ask) {
  struct rows r;
  if (!db_one(&r, j->db, j->arena,
              SQL("select t.person_id, t.worker_id, t.on_day, t.minute, m.organisation_id from "
                  "appointment_attempt t join user_account u on u.id = t.worker_id join team m on "
                  "m.id = u.team_id where t.id = ?1 and t.end_word is null"),
              V(attempt_id)))
    return false;
  *ask = (struct message_ask){.person_id = row_int(&r, 0),
                              .by_user = row_int(&r, 1),
                              .organisation_id = row_int(&r, 4),
                              .purpose = "appointment",
                              .day = row_day(&r, 2),
                              .minute = (int)row_int(&r, 3),
                              .once = once_of(j->arena, "reminder", attempt_id)};
  db_done(&r);
  ask->not_after =
      local_uk_instant(ask->day, ask->minute) - (instant_t)LATEST_MINUTES * 60 * 1000000;
  return true;
}

enum job_end remind_job(struct job *job, struct why *why) {
  struct why bad;
  struct message_ask ask;
  enum db_result result;
  json_t *said = json_read(job->arguments, 1000, &bad);
  int64_t id = json_integer_value(json_object_get(said, "attempt"));
  json_decref(said);
  if (!still_to_come(job, id, &ask)) return JOB_DONE;
  db_begin(job->db, STORE_MAIN);
  /* Refused is an answer too: how to reach them stands on their record, and nothing is sent. */
  (void)messages_send(job->db, job->arena, 0, &ask, job->now, &result);
  enum db_result kept = db_commit(job->db, STORE_MAIN);
  if (result == DB_OK && kept == DB_OK) return JOB_DONE;
  why_say(why, "The reminder could not be kept.");
  return JOB_AGAIN;
}
